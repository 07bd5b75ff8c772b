"""Whole pages flattened to lines, without tags: which lines are the article's."""

from transforms.lines.model import LinesModel, parse_lines_model
from transforms.lines.score import score_lines

__all__ = ["LinesModel", "parse_lines_model", "score_lines"]
