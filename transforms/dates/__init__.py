"""Printed dates → time: when an article was published, by what its own text says."""

from transforms.dates.published import PublishedAt, find_published

__all__ = ["PublishedAt", "find_published"]
