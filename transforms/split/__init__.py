"""Article apart from AI summary: where the rewrite begins in a post's body, or that there is none."""

from transforms.split.choose import find_summaries
from transforms.split.features import Body, Phrases
from transforms.split.model import SplitModel, parse_split_model
from transforms.split.page import tail_share, usual_gap
from transforms.split.phrases import parse_phrases

__all__ = [
    "Body",
    "Phrases",
    "SplitModel",
    "find_summaries",
    "parse_phrases",
    "parse_split_model",
    "tail_share",
    "usual_gap",
]
