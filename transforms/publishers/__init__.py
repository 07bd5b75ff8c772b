"""Who wrote a copied article, and by what cue."""

from transforms.publishers.cues import PublisherCues, parse_publishers
from transforms.publishers.find import Publisher, find_publisher

__all__ = ["Publisher", "PublisherCues", "find_publisher", "parse_publishers"]
