"""The publisher's own voice, told by what it speaks of: appeals for money, newsletters, calls to follow.

A paragraph is weighed by the groups of cues that it has (`cues.py`): who speaks and to whom, giving, price, the craft
of journalism, independence, the act. What is attributed or in quotation marks is never taken. A strong paragraph is
enough alone; a weaker one leans on the article's edge or on a neighbour that is known already.
"""

from collections.abc import Mapping
from itertools import pairwise

from transforms.boilerplate.cues import Cues
from transforms.boilerplate.rules import plain
from transforms.boilerplate.story import Marks, Story

# Points of the groups for each kind; a group that is not named counts nothing for it.
DONATION = {
    "us": 1, "you": 1, "ask": 2, "price": 2, "help": 1, "subscription": 1, "craft": 1, "free": 1, "act": 1, "thanks": 1,
}  # fmt: skip
NEWSLETTER = {"inbox": 3, "letter": 2, "us": 1, "you": 1, "send": 1, "when": 1, "craft": 1, "act": 1}
SOCIAL = {"social": 2, "follow": 2, "us": 1, "craft": 1}
# Thresholds, set so that no prose of the measured sets is lost: alone, at the edge, beside a neighbour.
STRONG = 5
AT_EDGE = 4
BESIDE = 3
BETWEEN = 2
# The first and last blocks of an article are its edge.
EDGE_BLOCKS = 3
# Calls to follow are short, and shorter still where nothing says "follow".
SOCIAL_WORDS = 30
SOCIAL_LABEL_WORDS = 9
NEWSLETTER_WORDS = 70
APPEAL_WORDS = 150
# The heading of an appeal.
HEADING_WORDS = 12
APPEALS = frozenset({"donation", "newsletter", "subscription"})

_QUOTES = ('"', "「", "『", "“")
_HEADING_CUES = frozenset({"us", "you", "ask", "help", "act", "thanks", "free", "subscription"})


def appeals(story: Story, cues: Cues) -> Marks:
    """Paragraphs of the publisher's own voice that are strong alone or by their place, and what leans on them."""
    found: Marks = {}
    weak: dict[int, int] = {}
    spoken: dict[int, frozenset[str]] = {}
    count = len(story.texts)
    for i, text in enumerate(story.texts):
        if story.marks[i] is not None or story.words[i] > APPEAL_WORDS:
            continue
        edge = i < EDGE_BLOCKS or i >= count - EDGE_BLOCKS
        for groups in () if _is_quoted(text) else _languages(cues.found(text)):
            points = _points(groups, DONATION)
            reason = _kind(groups, words=story.words[i], ends=text.endswith("."), edge=edge)
            if reason is not None:
                found.setdefault(i, reason)
            weak[i] = max(weak.get(i, 0), points if groups & {"us", "you"} else 0)
            spoken[i] = spoken.get(i, frozenset()) | groups
    _lean(story, found, weak)
    _headings(story, found, spoken)
    return found


def _languages(found: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    return [groups for groups in found.values() if "said" not in groups]


def _is_quoted(text: str) -> bool:
    folded = plain(text)
    return folded.startswith("'") or any(mark in folded for mark in _QUOTES)


def _points(groups: frozenset[str], weights: Mapping[str, int]) -> int:
    return sum(weights.get(group, 0) for group in groups)


def _kind(groups: frozenset[str], *, words: int, ends: bool, edge: bool) -> str | None:
    """The reason of a paragraph with these cues, or None."""
    least = AT_EDGE if edge else STRONG
    voice = groups & {"us", "you"}
    about = groups & {"craft", "free", "thanks"}
    gives = groups & {"ask", "price"} or groups >= {"help", "act", "you"} or groups >= {"subscription", "act"}
    if voice and about and gives and _points(groups, DONATION) >= least:
        return "subscription" if "subscription" in groups and "ask" not in groups else "donation"
    mailed = (
        ("inbox" in groups and groups & {"us", "send", "when", "craft", "act"})
        or "letter" in groups
        or groups >= {"us", "you", "send", "when", "craft"}
    )
    if mailed and words <= NEWSLETTER_WORDS and _points(groups, NEWSLETTER) >= AT_EDGE:
        return "newsletter"
    if "social" in groups and words <= SOCIAL_WORDS and _points(groups, SOCIAL) >= AT_EDGE:
        label = words <= SOCIAL_LABEL_WORDS and not ends and groups >= {"us", "craft"}
        return "share" if "follow" in groups or label else None
    return None


def _lean(story: Story, found: Marks, weak: Mapping[int, int]) -> None:
    """Weaker paragraphs beside an appeal, both ways; further towards the article's end they need less."""
    count = len(story.texts)
    first = next((i for i in story.paragraphs if i not in found and not weak.get(i)), count)
    last = next((i for i in reversed(story.paragraphs) if i not in found and not weak.get(i)), -1)
    pairs = list(pairwise(range(count)))
    for steps in ([(b, a) for a, b in reversed(pairs)], pairs):
        for known, i in steps:
            reason = found.get(known) or story.marks[known]
            if reason not in APPEALS or story.marks[i] is not None or i in found:
                continue
            outside = i < first if known > i else i > last
            if weak.get(i, 0) >= (BETWEEN if outside else BESIDE):
                found[i] = reason


def _headings(story: Story, found: Marks, spoken: Mapping[int, frozenset[str]]) -> None:
    """A short line in the publisher's voice right above an appeal for money."""
    for i in range(len(story.texts) - 2, -1, -1):
        below = found.get(i + 1) or story.marks[i + 1]
        if (
            below in {"donation", "subscription"}
            and i not in found
            and story.marks[i] is None
            and story.headline[i]
            and not story.prose[i]
            and story.words[i] <= HEADING_WORDS
            and spoken.get(i, frozenset()) & _HEADING_CUES
        ):
            found[i] = below
