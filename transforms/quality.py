"""Whether what a run read is fit to be published: how much prose was dropped, and whether posts were found at all.

A rule that has gone wild takes prose for boilerplate, and a site whose theme has changed gives pages without a post. Both give
tables that are in order and hold too little. The floors stand clear of honest material; docs/decisions/0013 has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

# Of 326 files of six honest kinds the worst loses 18 % of its prose, and the worst kind 5 %.
MAX_DROPPED_PROSE = 0.3
# Of the same files none is without a post; a handful of pages of a site may well be about, contact and imprint.
POSTLESS_DOCUMENTS = 5
# Fewer posts or words than these are no sample: one live blog or one appeal would be a third of them.
LEAST_POSTS = 5
LEAST_WORDS = 500
# A post of fewer words is an excerpt, of which a feed's foot ("The post … appeared first on …", some 20 words) may honestly be a half.
FULL_POST_WORDS = 100
# Running text outside of posts, a document, from which on it is taken for articles that were not found: nineteen in twenty article pages have more.
LOOSE_WORDS = 200
# The same of a site that has posts in other files: its pages too may be contact, login, search and cart, and an about page among them.
LOOSE_WORDS_OF_KNOWN_SITE = LOOSE_WORDS // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTally:
    """What a run read of one site.

    Args:
        site: Its host; where that is not known the folder of its files, with a "/" at the end.
        files: Raw files that were read now.
        documents: Documents in them: records, members, or the files themselves.
        posts: Posts that were found in them.
        full_posts: Those of them with FULL_POST_WORDS or more, boilerplate among them; prose is judged in these alone.
        posts_before: Posts that earlier runs found in the same bytes, or under the same names.
        posts_elsewhere: Posts of the site in files that were read before and not now.
        prose_words: Words of running text in the articles of full posts, what was dropped among them.
        dropped_words: Those of them that were taken for boilerplate.
        loose_words: Words of running text outside of any post.
        worst_file: The file that lost most words; where none lost any, the one with most words outside of posts.
        worst_prose: Of that file, as `prose_words`.
        worst_dropped: Of that file, as `dropped_words`.
    """

    site: str
    files: int
    documents: int
    posts: int
    full_posts: int = 0
    posts_before: int = 0
    posts_elsewhere: int = 0
    prose_words: int = 0
    dropped_words: int = 0
    loose_words: int = 0
    worst_file: str = ""
    worst_prose: int = 0
    worst_dropped: int = 0

    @property
    def dropped_share(self) -> float:
        """Dropped words of the words of prose; 0 where there are none."""
        return self.dropped_words / self.prose_words if self.prose_words else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """What a run must keep to be published.

    Args:
        max_dropped_prose: Share of the prose that may be dropped, of all that was read and of each site; 1: any.
        postless_documents: Documents of a site among which one at least must have a post; 0: none must.
    """

    max_dropped_prose: float = MAX_DROPPED_PROSE
    postless_documents: int = POSTLESS_DOCUMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A floor that was not kept.

    Args:
        rule: "dropped_prose" or "no_posts".
        site: The site; None where it is all that was read.
        sentence: The numbers, without a full stop.
        worst_file: The file to look at first.
    """

    rule: str
    site: str | None
    sentence: str
    worst_file: str


def breaches(tallies: Sequence[SiteTally], floors: Floors) -> tuple[Breach, ...]:
    """The floors that were not kept: of all that was read, then site by site, those with most words first."""
    total = summed(tallies)
    sites = sorted(tallies, key=lambda tally: (-max(tally.dropped_words, tally.loose_words), tally.site))
    found = [_dropped_of_all(total, floors)] if total else []
    # Of a single site it is the same.
    found += [_dropped(tally, floors) for tally in sites if len(sites) > 1]
    found += [_no_posts(tally, floors) for tally in sites]
    return tuple(breach for breach in found if breach)


def summed(tallies: Sequence[SiteTally]) -> SiteTally | None:
    """The tally of all sites together, its `site` empty; None where nothing was read."""
    if not tallies:
        return None
    worst = min(tallies, key=lambda tally: (-tally.worst_dropped, tally.site))
    counts = {
        name: sum(map(attrgetter(name), tallies))
        for name in (
            "files",
            "documents",
            "posts",
            "full_posts",
            "posts_before",
            "posts_elsewhere",
            "prose_words",
            "dropped_words",
            "loose_words",
        )
    }
    return SiteTally(
        site="",
        worst_file=worst.worst_file,
        worst_prose=worst.worst_prose,
        worst_dropped=worst.worst_dropped,
        **counts,
    )


def _dropped_of_all(total: SiteTally, floors: Floors) -> Breach | None:
    return _breach_of_share(total, floors, where="of what was read now", site=None)


def _dropped(tally: SiteTally, floors: Floors) -> Breach | None:
    return _breach_of_share(tally, floors, where=f"of {tally.site}", site=tally.site)


def _breach_of_share(tally: SiteTally, floors: Floors, *, where: str, site: str | None) -> Breach | None:
    if tally.full_posts < LEAST_POSTS or tally.prose_words < LEAST_WORDS:
        return None
    if tally.dropped_share <= floors.max_dropped_prose:
        return None
    return Breach(
        rule="dropped_prose",
        site=site,
        sentence=(
            f"{_percent(tally.dropped_share)} of the prose {where} was dropped as boilerplate ({tally.dropped_words:,} of "
            f"{tally.prose_words:,} words in {_counted(tally.full_posts, 'post')}; most in "
            f"{tally.worst_file}, {tally.worst_dropped:,} of {tally.worst_prose:,}), and the floor is {_percent(floors.max_dropped_prose)}"
        ),
        worst_file=tally.worst_file,
    )


def _no_posts(tally: SiteTally, floors: Floors) -> Breach | None:
    """The files had posts before, or so much text that they must be articles; else they may be pages of no article."""
    if not floors.postless_documents or tally.posts or tally.documents < floors.postless_documents:
        return None
    least = LOOSE_WORDS_OF_KNOWN_SITE if tally.posts_elsewhere else LOOSE_WORDS
    if not tally.posts_before and tally.loose_words < least * tally.documents:
        return None
    posts = tally.posts_before + tally.posts_elsewhere
    before = f", and earlier ones had {_counted(posts, 'post')}" if posts else ""
    return Breach(
        rule="no_posts",
        site=tally.site,
        sentence=(
            f"none of the {tally.documents:,} documents of {tally.site} in {_counted(tally.files, 'file')} has a post ({tally.loose_words:,} "
            f"words of running text stand outside of any{before})"
        ),
        worst_file=tally.worst_file,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
