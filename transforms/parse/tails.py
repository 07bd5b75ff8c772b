"""What closes a post: a tags label with its list, and a line of hashtags."""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.normalize import ends_sentence
from transforms.parse.shape import is_prose, is_short, list_number
from transforms.records import Block
from transforms.tags import is_hashtag_line, read_hashtags, read_tags, split_label

# A list with more lines than this is no post's tag list.
MAX_LIST_LINES = 60
# A separated list that is wrapped over more lines than this, or has a longer line, is no tag list either.
MAX_WRAPPED_LINES = 8
MAX_LIST_CHARS = 4_000
# Items of a separated line are names and phrases: on average they stay below this many words (a clause does not).
MAX_ITEM_WORDS = 6.0
# An item longer than this, in a line that ends in a full stop, is a clause of a sentence.
MAX_TAG_CLAUSE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Where a tail stands, by index into the page's blocks.

    Args:
        label: The block of the label ("Tags:"); None where there is no list.
        first_tag: First block of the list; the label's own where the list is on its line.
        last_tag: Last block of the list, or None.
        hashtags_at: The block of the hashtag line, or None.
        tags: As printed, numbering off.
        hashtags: As printed.
    """

    label: int | None
    first_tag: int | None
    last_tag: int | None
    hashtags_at: int | None
    tags: tuple[str, ...]
    hashtags: tuple[str, ...]

    @property
    def first(self) -> int:
        """Index of its first block."""
        return min(i for i in (self.label, self.hashtags_at) if i is not None)

    @property
    def last(self) -> int:
        """Index of its last block."""
        return max(i for i in (self.label, self.last_tag, self.hashtags_at) if i is not None)


def find_tails(blocks: Sequence[Block]) -> tuple[Tail, ...]:
    """Every place that looks like the end of a post, in order; the caller decides which of them are."""
    tails = []
    at = 0
    while at < len(blocks):
        tail = _tail_at(blocks, at)
        if tail:
            tails.append(tail)
            at = tail.last
        at += 1
    return tuple(tails)


def _tail_at(blocks: Sequence[Block], at: int) -> Tail | None:
    block = blocks[at]
    if block.marker:
        # A bullet is a title or an item, were it all hashtags.
        return None
    if is_hashtag_line(block.text):
        listed = _list_at(blocks, at + 1)
        tail = Tail(
            label=None,
            first_tag=None,
            last_tag=None,
            hashtags_at=at,
            tags=(),
            hashtags=read_hashtags(block.text),
        )
        if not listed:
            return tail
        label, first, last, tags = listed
        return Tail(
            label=label, first_tag=first, last_tag=last, hashtags_at=at, tags=tags, hashtags=tail.hashtags
        )
    listed = _list_at(blocks, at)
    if not listed:
        return None
    label, first, last, tags = listed
    after = max(last if last is not None else label, label) + 1
    closing = after if after < len(blocks) and is_hashtag_line(blocks[after].text) else None
    if last is None and closing is None:
        return None
    return Tail(
        label=label,
        first_tag=first,
        last_tag=last,
        hashtags_at=closing,
        tags=tags,
        hashtags=read_hashtags(blocks[closing].text) if closing is not None else (),
    )


def _list_at(blocks: Sequence[Block], at: int) -> tuple[int, int | None, int | None, tuple[str, ...]] | None:
    """A label at `at` with its list: (label, first, last, tags); first and last None for a label alone."""
    if at >= len(blocks) or len(blocks[at].text) > MAX_LIST_CHARS:
        return None
    found = split_label(blocks[at].text)
    if not found:
        return None
    rest = found[1]
    if rest:
        last = _wrapped(blocks, at)
        tags = read_tags([rest, *(b.text for b in blocks[at + 1 : last + 1])])
        return (at, at, last, tags) if _is_list(tags) and not _is_sentence(rest, tags) else None
    first = at + 1
    last_tag = _last_of_list(blocks, first)
    if last_tag is None:
        return at, None, None, ()
    return at, first, last_tag, read_tags([b.text for b in blocks[first : last_tag + 1]])


def _last_of_list(blocks: Sequence[Block], first: int) -> int | None:
    """Index of the list's last block, or None where no list begins at `first`."""
    if first >= len(blocks) or not 0 < len(blocks[first].text) <= MAX_LIST_CHARS:
        return None
    if is_hashtag_line(blocks[first].text):
        return None
    if list_number(blocks[first]) is not None:
        return _last_numbered(blocks, first)
    tags = read_tags([blocks[first].text])
    if len(tags) > 1:
        last = _wrapped(blocks, first)
        tags = read_tags([b.text for b in blocks[first : last + 1]])
        return last if _is_list(tags) and not _is_sentence(blocks[first].text, tags) else None
    return _last_short(blocks, first)


def _last_numbered(blocks: Sequence[Block], first: int) -> int:
    last = first
    expected = (list_number(blocks[first]) or 0) + 1
    while (
        last + 1 < len(blocks)
        and list_number(blocks[last + 1]) == expected
        and not is_prose(blocks[last + 1])
    ):
        last += 1
        expected += 1
    return last


def _last_short(blocks: Sequence[Block], first: int) -> int | None:
    """One tag a line: the lines stand alike, and the list ends where the layout or the length of lines changes."""
    if not is_short(blocks[first]) or ends_sentence(blocks[first].text):
        return None
    head = blocks[first]
    last = first
    inner_gap: int | None = None
    while last + 1 < len(blocks) and last - first < MAX_LIST_LINES:
        block = blocks[last + 1]
        if is_hashtag_line(block.text) or split_label(block.text):
            break
        alike = block.marker == head.marker and block.indent == head.indent and is_short(block)
        if not alike or (inner_gap is not None and block.gap != inner_gap):
            break
        if inner_gap is None:
            inner_gap = block.gap
        last += 1
    return _before_headline(blocks, first, last, inner_gap)


def _before_headline(blocks: Sequence[Block], first: int, last: int, inner_gap: int | None) -> int:
    """Where the next block is prose at the list's own distance, the last line of the run is its headline, not a tag."""
    follows = blocks[last + 1] if last + 1 < len(blocks) else None
    if follows is None or last == first or not is_prose(follows):
        return last
    second_gap = blocks[first + 1].gap
    if blocks[last].gap == inner_gap == second_gap and follows.gap <= blocks[last].gap:
        return last - 1
    if last == first + 1 and second_gap > 0:
        return first
    return last


def _wrapped(blocks: Sequence[Block], at: int) -> int:
    """A separated line that ends in its separator goes on in the next one."""
    last = at
    while (
        last + 1 < min(len(blocks), at + MAX_WRAPPED_LINES)
        and blocks[last].text.endswith((",", ";", "|", "、", "，"))
        and not blocks[last + 1].gap
    ):
        last += 1
    return last


def _is_list(tags: Sequence[str]) -> bool:
    if not tags:
        return False
    return sum(len(tag.split()) for tag in tags) / len(tags) <= MAX_ITEM_WORDS


def _is_sentence(text: str, tags: Sequence[str]) -> bool:
    """A sentence has an item that a tag list has not: a clause of many words, ended by a full stop."""
    return ends_sentence(text) and any(len(tag.split()) > MAX_TAG_CLAUSE for tag in tags)
