"""Label the blocks of a post: article prose apart from boilerplate, with the reason."""

from transforms.boilerplate.label import is_boilerplate, label
from transforms.boilerplate.repetition import repeated
from transforms.boilerplate.rules import Rule, RulePack, parse_rules
from transforms.boilerplate.shape import key

__all__ = ["Rule", "RulePack", "is_boilerplate", "key", "label", "parse_rules", "repeated"]
