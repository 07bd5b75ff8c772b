"""Scores a read document against its gold: titles, boundaries, tags, hashtags, roles and boilerplate."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from transforms.records import Block, Document, Post, Role

Gold = Mapping[str, Any]


@dataclass(kw_only=True)
class Score:
    """Counts of what is right; they add up over documents.

    Args:
        posts: Posts of the gold.
        found: Posts that the pipeline made.
        titles: Titles right (section suffix put back), null where the gold has none.
        boundaries: Posts whose summary begins and ends where the gold says, or has none where the gold has none.
        false_summaries: Posts without a summary that were given one.
        without_summary: Posts without a summary in the gold.
        tags: Tag lists right to the letter.
        hashtags: Hashtag lines right to the letter.
        lines: Lines with a gold role.
        roles: Lines with that role.
        hits: Boilerplate lines found.
        false_hits: Lines of prose taken for boilerplate.
        missed: Boilerplate lines taken for prose.
        errors: What is wrong, for a person.
    """

    posts: int = 0
    found: int = 0
    titles: int = 0
    boundaries: int = 0
    false_summaries: int = 0
    without_summary: int = 0
    tags: int = 0
    hashtags: int = 0
    lines: int = 0
    roles: int = 0
    hits: int = 0
    false_hits: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def boilerplate_f1(self) -> float:
        """Harmonic mean of precision and recall over boilerplate lines; 1 where there are none and none were found."""
        total = 2 * self.hits + self.false_hits + self.missed
        return 2 * self.hits / total if total else 1.0

    def __add__(self, other: "Score") -> "Score":
        """The counts of both."""
        return Score(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


def score(document: Document, gold: Sequence[Gold]) -> Score:
    """How a document compares with the gold of its posts."""
    total = Score(found=len(document.page.posts))
    rows = {block.line: block for block in document.page.blocks}
    owner: dict[int, Post] = {}
    pieces: dict[int, list[Block]] = {}
    for post in document.page.posts:
        for block in post.blocks:
            pieces.setdefault(block.line, []).append(block)
            owner[block.line] = post
    roles = {line: block.role for line, block in rows.items()} | {
        line: _role(held) for line, held in pieces.items()
    }
    for entry in gold:
        total += _post(entry, owner, roles)
    return total


def _post(entry: Gold, owner: Mapping[int, Post], roles: Mapping[int, Role | None]) -> Score:
    first, last = entry["article_lines"] or [entry["title_line"], entry["title_line"]]
    post = next((owner[line] for line in range(first, last + 1) if line in owner), None)
    result = Score(posts=1)
    where = f"post {entry['index']} (line {first})"
    if post is None:
        result.errors.append(f"{where}: not found")
        return result
    title_lines = [b.line for b in post.blocks if b.role is Role.TITLE]
    printed = f"{post.title} | {post.section}" if post.section else post.title
    result.titles = int(
        printed in (entry["title"], _with_section(entry)) and title_lines == _one(entry.get("title_line"))
    )
    own = [b.line for b in post.blocks if b.role is Role.SUMMARY]
    expected = entry.get("summary_lines")
    result.boundaries = int(([own[0], own[-1]] if own else None) == (list(expected) if expected else None))
    result.without_summary = int(not expected)
    result.false_summaries = int(bool(own) and not expected)
    in_text = "tags_source" not in entry
    result.tags = int(not in_text or list(post.tags) == list(entry["tags"]))
    result.hashtags = int(list(post.hashtags) == list(entry["hashtags"]))
    for name in ("titles", "boundaries", "tags", "hashtags"):
        if not getattr(result, name):
            result.errors.append(f"{where}: {name}")
    for line, role in gold_roles(entry):
        told = roles.get(line)
        if told is None:
            continue
        result.lines += 1
        result.roles += told is role
        result.hits += told is role is Role.BOILERPLATE
        if role is Role.ARTICLE and told is not Role.ARTICLE:
            result.false_hits += told is Role.BOILERPLATE
            result.errors.append(f"line {line}: article told {told}")
        if role is Role.BOILERPLATE and told is not Role.BOILERPLATE:
            result.missed += 1
            result.errors.append(f"line {line}: boilerplate told {told}")
    return result


def gold_roles(entry: Gold) -> Iterator[tuple[int, Role]]:
    """Every line that a gold post gives a role (blank ones among them), with that role."""
    boilerplate = {line for line, _ in entry["boilerplate_lines"]}
    spans: list[tuple[Sequence[int] | None, Role]] = [
        (entry.get("article_lines"), Role.ARTICLE),
        (entry.get("summary_lines"), Role.SUMMARY),
        (entry.get("tags_lines"), Role.TAGS),
    ]
    for span, role in spans:
        if span:
            for line in range(span[0], span[1] + 1):
                yield line, Role.BOILERPLATE if role is Role.ARTICLE and line in boilerplate else role
    for key, role in (
        ("title_line", Role.TITLE),
        ("tags_label_line", Role.TAGS_LABEL),
        ("hashtags_line", Role.HASHTAGS),
    ):
        if entry.get(key):
            yield entry[key], role


def reasons(document: Document) -> Counter[str]:
    """How often each reason for boilerplate stands in a document."""
    return Counter(b.reason or "" for p in document.page.posts for b in p.with_role(Role.BOILERPLATE))


def _role(pieces: Sequence[Block]) -> Role | None:
    """A line that was cut counts as what is left of it."""
    roles = [piece.role for piece in pieces]
    return Role.ARTICLE if Role.ARTICLE in roles else roles[0]


def _with_section(entry: Gold) -> str | None:
    section = entry.get("section")
    return f"{entry['title']} | {section}" if section else entry["title"]


def _one(line: int | None) -> list[int]:
    return [line] if line else []
