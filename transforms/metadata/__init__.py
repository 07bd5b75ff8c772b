"""What markup tells of an article beside its text: who, when, where, and whose it is."""

from transforms.metadata.entry import entry_metadata
from transforms.metadata.page import page_metadata
from transforms.metadata.site import page_site

__all__ = ["entry_metadata", "page_metadata", "page_site"]
