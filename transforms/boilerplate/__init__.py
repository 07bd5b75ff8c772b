"""Label the blocks of a post: article prose apart from boilerplate, with the reason."""

from transforms.boilerplate.label import is_boilerplate, label
from transforms.boilerplate.repetition import Standing, is_repeated, key_hash, repeated, standings
from transforms.boilerplate.rules import Rule, RulePack, parse_rules

__all__ = [
    "Rule",
    "RulePack",
    "Standing",
    "is_boilerplate",
    "is_repeated",
    "key_hash",
    "label",
    "parse_rules",
    "repeated",
    "standings",
]
