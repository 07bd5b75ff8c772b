"""Whole pages flattened to lines, without tags: which lines are the article's."""

from transforms.lines.model import LinesModel, parse_lines_model
from transforms.lines.score import score_lines
from transforms.lines.span import article_span

__all__ = ["LinesModel", "article_span", "parse_lines_model", "score_lines"]
