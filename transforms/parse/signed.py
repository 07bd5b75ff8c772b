"""A date with a by-line behind it, on one line below a post's headline ("10 March 2031 by Jo Roe"): whose the post is, and when."""

from collections.abc import Sequence

from transforms.authors import find_author
from transforms.dates.stamps import read_stamps
from transforms.metadata.authors import split_authors
from transforms.metadata.dates import believe
from transforms.parse.shape import is_prose
from transforms.records import Block, Metadata, Role

# Such a line stands right below the headline; a standfirst or a picture may be between.
MAX_BLOCKS = 5
MAX_CHARS = 160
_SEPARATORS = " ,;:|·•/–—-"


def signed(blocks: Sequence[Block], *, scraped_at: str | None) -> Metadata | None:
    """What the line says, or None where there is none.

    Args:
        blocks: A post's, its headline first.
        scraped_at: When the page was taken, ISO 8601, or None.
    """
    for block in [block for block in blocks if block.text and block.role is not Role.TITLE][:MAX_BLOCKS]:
        if is_prose(block):
            return None
        stamps = read_stamps(block.text) if len(block.text) <= MAX_CHARS else []
        if len(stamps) != 1 or block.text[: stamps[0].start].strip(_SEPARATORS):
            continue
        name = block.text[stamps[0].end :].strip(_SEPARATORS)
        author = find_author([Block(line=1, raw=name, text=name)])
        if author is not None:
            at, problem = believe(stamps[0].at, evidence="text", scraped_at=scraped_at)
            return Metadata(
                authors=split_authors([author]),
                published_at=at,
                date_evidence="text" if at else None,
                date_problem=problem,
            )
    return None
