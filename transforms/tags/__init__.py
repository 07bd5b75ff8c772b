"""Tag lists, hashtags and the canonical forms by which both are grouped."""

from transforms.tags.canonical import canonical_hashtag, canonical_tag
from transforms.tags.hashtags import is_hashtag_line, read_hashtags
from transforms.tags.labels import split_label
from transforms.tags.lists import read_tags
from transforms.tags.titles import hashtag_words, title_match

__all__ = [
    "canonical_hashtag",
    "canonical_tag",
    "hashtag_words",
    "is_hashtag_line",
    "read_hashtags",
    "read_tags",
    "split_label",
    "title_match",
]
