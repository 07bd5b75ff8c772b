"""Whether a name stands where places stand: "in Marlow", "the town of Marlow", "Marlow, Ohio"."""

from transforms.entities.find import Mention
from transforms.entities.words import listed

_BEFORE = frozenset(
    listed(
        "in, near, outside, inside, across, into, around, throughout, within, northern, southern, eastern, western, central"
    )
)
_KINDS = frozenset(
    listed(
        "city, town, village, port, state, province, district, county, region, island, valley, suburb, streets, outskirts, "
        "north, south, east, west"
    )
)
_LOOK_BACK = 40  # characters: three words


def is_placed(text: str, mention: Mention, behind: Mention | None) -> bool:
    """Whether the words around a mention tell of a place.

    Args:
        text: The section's text.
        mention: One of its mentions.
        behind: The mention after it, if there is one.
    """
    if behind and behind.type == "LOC" and text[mention.end : behind.start] == ", ":
        return True
    words = text[max(mention.start - _LOOK_BACK, 0) : mention.start].casefold().split()
    if words[-1:] == ["the"]:
        words.pop()
    match words[-2:]:
        case [kind, "of"]:
            return kind in _KINDS
        case [*_, word]:
            return word in _BEFORE
    return False
