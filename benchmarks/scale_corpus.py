"""Writes a corpus of any size, invented and always the same: tag pages as text, feeds and HTML, ten posts a file.

Run from the repository's root: python -m benchmarks.scale_corpus 20000 FOLDER

One article in ten is an edited copy of an earlier one and one in fifty stands again as it is, under half of the articles
stand lines that the site repeats, and half of the posts tell their date.
"""

import argparse
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import accumulate
from pathlib import Path

POSTS_A_FILE = 10
FILES_A_FOLDER = 500
COPIED = 0.1
AGAIN = 0.02
FURNISHED = 0.5
CHANGED_WORDS = 0.05
FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 720
PARAGRAPHS = (5, 9)
SENTENCES = (2, 5)
WORDS = (9, 24)
_ONSETS = "b bl br c cl d dr f fl g gr h j k l m n p pl pr r s sh st t tr v w".split()  # noqa: SIM905  # a list of 28 in quotes is harder to read
_RIMES = "ace ale and ane ark eed ell ent ere est ide ift ile ine ing ock old ome one ook ore ough ound own ude unt use".split()  # noqa: SIM905  # the same
_ENDINGS = ("", "er", "ing", "ly", "ment", "ness", "al", "ure")
_SMALL = "the of and to a in that for on with as by at from is was are were has had will its their which who but not after before under over".split()  # noqa: SIM905  # the same
NAMES = (
    "Ada Kolm",
    "Juri Velt",
    "Marta Oskin",
    "Pell Darrow",
    "Ines Varga",
    "Tomas Brill",
    "Rhea Lund",
    "Otto Maas",
)
PLACES = (
    "Karst",
    "Velm",
    "Olm",
    "Norway",
    "Berlin",
    "Poland",
    "London",
    "Geneva",
    "Warsaw",
    "Brussels",
    "Paris",
    "Japan",
)
BODIES = (
    "European Union",
    "Harbour Office",
    "United Nations",
    "Olm Ferry Company",
    "World Bank",
    "Karst Town Council",
)
FURNITURE = (
    "Sign up to our morning letter for more from the coast",
    "Photograph: The Karst Picture Desk",
    "Our harbour letter comes out every Friday and costs nothing",
    "Join the talk on our ferry page and tell us what you think",
)  # fmt: skip


class Writer:
    """Writes invented text.

    Args:
        chance: The source of chance; the same seed gives the same text.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        words = [f"{onset}{rime}{end}" for onset in _ONSETS for rime in _RIMES for end in _ENDINGS]
        chance.shuffle(words)
        self.words = words
        # Summed once: choices() would sum the weights of all words for every sentence.
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))

    def sentence(self) -> str:
        """One sentence, in which somebody is named now and then."""
        count = self._chance.randint(*WORDS)
        content = self._chance.choices(self.words, cum_weights=self._weights, k=count)
        words = [self._chance.choice(_SMALL) if self._chance.random() < 0.45 else word for word in content]  # noqa: PLR2004  # as in English
        for names in (NAMES, PLACES, BODIES):
            if self._chance.random() < 0.3:  # noqa: PLR2004  # one name in a sentence
                words[self._chance.randrange(1, len(words))] = self._chance.choice(names)
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def paragraph(self) -> str:
        """Some sentences."""
        return " ".join(self.sentence() for _ in range(self._chance.randint(*SENTENCES)))

    def title(self) -> str:
        """A headline."""
        words = self._chance.choices(self.words, cum_weights=self._weights, k=self._chance.randint(5, 9))
        return f"{self._chance.choice(PLACES)} {' '.join(words)}"

    def edited(self, text: str) -> str:
        """A copy with some words changed."""
        return " ".join(
            self._chance.choice(self.words) if self._chance.random() < CHANGED_WORDS else word
            for word in text.split(" ")
        )


class Post:
    """An invented post: title, paragraphs, rewrite, tags, day."""

    def __init__(self, writer: Writer, chance: random.Random, earlier: list["Post"]) -> None:
        self.title = writer.title()
        self.day = FIRST_DAY + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(1440))
        self.summary = [writer.paragraph() for _ in range(chance.randint(1, 2))]
        self.body: list[str]
        self.tags = [writer.title().split()[-1].capitalize() for _ in range(6)]
        kind = chance.random()
        if earlier and kind < AGAIN:
            self.title, self.body, self.day = (other := chance.choice(earlier)).title, other.body, other.day
        elif earlier and kind < AGAIN + COPIED:
            self.body = [writer.edited(text) for text in chance.choice(earlier).body]
        else:
            self.body = [writer.paragraph() for _ in range(chance.randint(*PARAGRAPHS))]
            if chance.random() < FURNISHED:
                self.body.append(chance.choice(FURNITURE))
        earlier.append(self)


def as_text(tag: str, posts: list[Post]) -> str:
    """A tag page as it is copied out of a browser."""
    pieces = [f"Tag: {tag}\n\n"]
    for post in posts:
        body = "\n\n".join(f"    {text}" for text in post.body)
        summary = "\n\n".join(f"    {text}" for text in post.summary)
        tags = "\n".join(f"    {number}. {name}" for number, name in enumerate(post.tags, start=1))
        hashtags = " ".join(f"#{name}" for name in post.tags)
        pieces.append(
            f"  • {post.title}\n\n\n{body}\n\n\n\n{summary}\n\n    Tags:\n\n{tags}\n\n    {hashtags}\n\n\n"
        )
    return "".join(pieces)


def as_feed(tag: str, posts: list[Post]) -> str:
    """The same as RSS."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>https://copies.example/{tag}/{number}</link>"
        f"<pubDate>{format_datetime(post.day)}</pubDate><description>{escape(_markup(post))}</description></item>"
        for number, post in enumerate(posts)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{tag}</title><link>https://copies.example/</link>{items}</channel></rss>\n'


def as_html(tag: str, posts: list[Post]) -> str:
    """The same as an archive page."""
    items = "".join(
        f'<article class="post"><h2 class="entry-title"><a href="https://copies.example/{tag}/{number}">{escape(post.title)}</a></h2>'
        f'<time class="entry-date" datetime="{post.day.isoformat()}">{post.day:%d %B %Y}</time>'
        f'<div class="entry-content">{_markup(post)}</div></article>'
        for number, post in enumerate(posts)
    )
    return f"<!doctype html><html><head><title>{tag}</title></head><body><main><h1>Tag: {tag}</h1>{items}</main></body></html>\n"


def _markup(post: Post) -> str:
    body, summary = (
        "".join(f"<p>{escape(text)}</p>" for text in texts) for texts in (post.body, post.summary)
    )
    tags = "".join(f"<li>{name}</li>" for name in post.tags)
    return f"{body}{summary}<p>Tags:</p><ol>{tags}</ol><p>{' '.join(f'#{name}' for name in post.tags)}</p>"


FORMS = ((as_text, "txt"), (as_feed, "rss"), (as_text, "txt"), (as_html, "html"))


def write_corpus(
    folder: Path, *, posts: int, seed: int = 7, start: int = 0, posts_a_file: int = POSTS_A_FILE
) -> list[Path]:
    """Writes files of so many posts below a folder, five hundred to a folder of it; gives their paths."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    writer = Writer(chance)
    earlier: list[Post] = []
    paths = []
    for number in range(start, start + -(-posts // posts_a_file)):
        tag = f"{writer.words[number % len(writer.words)].upper()}{number}"
        page = [Post(writer, chance, earlier) for _ in range(posts_a_file)]
        render, suffix = FORMS[number % len(FORMS)]
        path = folder / f"{number // FILES_A_FOLDER:03}" / f"{number:06}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(tag, page), encoding="utf-8")
        paths.append(path)
    return paths


def main() -> None:
    """Writes one and says how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("posts", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    given = parser.parse_args()
    paths = write_corpus(given.folder, posts=given.posts, seed=given.seed, start=given.start)
    print(f"{len(paths)} files, {sum(path.stat().st_size for path in paths):,} bytes")


if __name__ == "__main__":
    main()
