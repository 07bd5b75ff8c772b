"""What the posts of one page tell together: which are excerpts, how many have a tail, how far apart their blocks stand."""

from collections.abc import Iterable, Sequence

from transforms.normalize import word_count
from transforms.records import Block

# WordPress cuts an excerpt after 55 words; some languages and themes take more.
MAX_EXCERPT_WORDS = 80
# A marker of what was cut, which is the last block or stands above a link to the rest.
CUT_OFF = ("…", "[…]", "[...]", "...")


def is_excerpt(blocks: Sequence[Block]) -> bool:
    """Whether a body is an excerpt, a few words or cut off: it can show neither summary nor tail, and tells nothing of its page."""
    is_cut = any(block.text.endswith(CUT_OFF) for block in blocks[-2:])
    return is_cut or sum(word_count(block.text) for block in blocks) <= MAX_EXCERPT_WORDS


def tail_share(tailed: Sequence[bool], bodies: Sequence[Sequence[Block]]) -> float:
    """Share of a page's posts that tags or hashtags close, excerpts without them aside."""
    counted = [has for has, blocks in zip(tailed, bodies, strict=True) if has or not is_excerpt(blocks)]
    return sum(counted) / len(counted) if counted else 0.0


def usual_gap(bodies: Iterable[Sequence[Block]]) -> int:
    """Blank lines between two blocks of a page's bodies, mostly: the median. Lists stand closer, one post may be a list."""
    gaps = sorted(block.gap for blocks in bodies for block in blocks[1:])
    return gaps[len(gaps) // 2] if gaps else 0
