"""The publisher's own voice, told by what it speaks of: appeals for money, newsletters, calls to follow.

A paragraph is weighed by the groups of cues that it has (`cues.py`): who speaks and to whom, giving, price, the craft
of journalism, independence, the act. What is attributed or in quotation marks is never taken. A strong paragraph is
enough alone; a weaker one leans on the article's edge or on a neighbour that is known already.
"""

from collections.abc import Mapping
from functools import partial
from itertools import islice, pairwise, takewhile

from transforms.boilerplate.cues import Cues
from transforms.boilerplate.rules import plain
from transforms.boilerplate.story import Marks, Story

# Points of the groups for each kind; a group that is not named counts nothing for it.
DONATION = {
    "us": 1, "you": 1, "ask": 2, "price": 2, "help": 1, "subscription": 1, "craft": 1, "free": 1, "act": 1, "thanks": 1,
}  # fmt: skip
NEWSLETTER = {
    "inbox": 3,
    "letter": 2,
    "mail": 1,
    "us": 1,
    "you": 1,
    "send": 1,
    "when": 1,
    "craft": 1,
    "act": 1,
}
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
# An appeal is told from this many paragraphs together, at most.
RUN_BLOCKS = 4
RUN_REACH = 8
# The heading of an appeal.
HEADING_WORDS = 12
APPEALS = frozenset({"donation", "newsletter", "subscription"})

# The groups of each block by language; attributed ones are not there.
Heard = Mapping[int, Mapping[str, frozenset[str]]]

_QUOTES = ('"', "「", "『", "“")
# Of several paragraphs together an essay has most of the cues soon, but not these two.
_RUN_CUES = frozenset({"ask", "free"})
_HEADING_CUES = frozenset({"us", "you", "ask", "help", "act", "thanks", "free", "subscription"})


def appeals(story: Story, cues: Cues) -> Marks:
    """Paragraphs of the publisher's own voice that are strong alone or by their place, and what leans on them."""
    found: Marks = {}
    heard: dict[int, dict[str, frozenset[str]]] = {}
    count = len(story.texts)
    for i, text in enumerate(story.texts):
        if story.marks[i] is not None or story.words[i] > APPEAL_WORDS or _is_quoted(text):
            continue
        heard[i] = {name: groups for name, groups in cues.found(text).items() if "said" not in groups}
        edge = i < EDGE_BLOCKS or i >= count - EDGE_BLOCKS
        for groups in heard[i].values():
            reason = _kind(groups, words=story.words[i], ends=text.endswith("."), edge=edge)
            if reason is not None:
                found.setdefault(i, reason)
    _runs(story, found, heard)
    _lean(story, found, heard)
    _headings(story, found, heard)
    return found


def _is_quoted(text: str) -> bool:
    folded = plain(text)
    return folded.startswith("'") or any(mark in folded for mark in _QUOTES)


def _points(groups: frozenset[str], weights: Mapping[str, int]) -> int:
    return sum(weights.get(group, 0) for group in groups)


def _asks(groups: frozenset[str], *, least: int) -> bool:
    """Whether it is an appeal: somebody speaks, of the craft or its freedom, and something is to be given."""
    priced = "price" in groups and (groups & {"help", "act", "subscription"} or groups >= {"us", "you"})
    gives = "ask" in groups or priced or groups >= {"help", "act", "you"} or groups >= {"subscription", "act"}
    about = groups & {"craft", "free", "thanks"}
    return bool(groups & {"us", "you"} and about and gives) and _points(groups, DONATION) >= least


def _kind(groups: frozenset[str], *, words: int, ends: bool, edge: bool) -> str | None:
    """The reason of a paragraph with these cues, or None."""
    if _asks(groups, least=AT_EDGE if edge else STRONG):
        return "subscription" if "subscription" in groups and "ask" not in groups else "donation"
    mailed = (
        ("inbox" in groups and groups & {"us", "send", "when", "craft", "act"})
        or "letter" in groups
        or groups >= {"us", "you", "send", "when", "craft"}
        or groups >= {"us", "send", "when", "mail"}
    )
    if mailed and words <= NEWSLETTER_WORDS and _points(groups, NEWSLETTER) >= AT_EDGE:
        return "newsletter"
    if "social" in groups and words <= SOCIAL_WORDS and _points(groups, SOCIAL) >= AT_EDGE:
        label = words <= SOCIAL_LABEL_WORDS and not ends and groups >= {"us", "craft"}
        return "share" if "follow" in groups or label else None
    return None


def _runs(story: Story, found: Marks, heard: Heard) -> None:
    """An appeal in several paragraphs at an end of the article, none of which says it all."""
    count = len(story.texts)
    for order in (range(count), range(count - 1, -1, -1)):
        free = [i for i in islice(order, RUN_REACH) if story.marks[i] is None and i not in found]
        for language in heard.get(free[0], {}) if free else ():
            run = list(takewhile(partial(_speaks, heard, language), free))[:RUN_BLOCKS]
            together = frozenset[str]().union(*(heard[i][language] for i in run))
            if len(run) > 1 and together >= _RUN_CUES and _asks(together, least=STRONG):
                found.update(dict.fromkeys(run, "donation"))


def _speaks(heard: Heard, language: str, i: int) -> bool:
    return _points(heard.get(i, {}).get(language, frozenset()), DONATION) >= BETWEEN


def _lean(story: Story, found: Marks, heard: Heard) -> None:
    """Weaker paragraphs beside an appeal, both ways; further towards the article's end they need less."""
    weak = {
        i: max((_points(groups, DONATION) for groups in of.values() if groups & {"us", "you"}), default=0)
        for i, of in heard.items()
    }
    count = len(story.texts)
    first = next((i for i in story.paragraphs if i not in found and not weak.get(i)), count)
    last = next((i for i in reversed(story.paragraphs) if i not in found and not weak.get(i)), -1)
    for known, i in [*((i + 1, i) for i in range(count - 2, -1, -1)), *pairwise(range(count))]:
        reason = found.get(known) or story.marks[known]
        if reason not in APPEALS or story.marks[i] is not None or i in found:
            continue
        outside = i < first if known > i else i > last
        if weak.get(i, 0) >= (BETWEEN if outside else BESIDE):
            found[i] = reason


def _headings(story: Story, found: Marks, heard: Heard) -> None:
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
            and any(groups & _HEADING_CUES for groups in heard.get(i, {}).values())
        ):
            found[i] = below
