"""How much of one document the parsers take, whatever its form; above, it goes to quarantine."""

from dataclasses import dataclass

# Real pages stand under 60 elements deep; lxml loses text below about 250, so deeper fragments are read another way.
MAX_DEPTH = 5_000
# A block costs about a kilobyte in memory and in the cache.
MAX_BLOCKS = 500_000
# The longest paragraph in real scrapes has a few thousand characters; a million is nobody's paragraph.
MAX_LINE_CHARS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps that a parser keeps.

    Args:
        max_depth: Elements of markup within each other.
        max_blocks: Blocks that are not blank.
        max_line_chars: Characters of the longest line or paragraph.
    """

    max_depth: int = MAX_DEPTH
    max_blocks: int = MAX_BLOCKS
    max_line_chars: int = MAX_LINE_CHARS


DEFAULT_LIMITS = Limits()
