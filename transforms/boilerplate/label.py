"""Label the blocks of one article: prose stays ARTICLE, the rest is BOILERPLATE with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from transforms.boilerplate.appeals import appeals
from transforms.boilerplate.entries import entry_headings
from transforms.boilerplate.repetition import key_hash
from transforms.boilerplate.rules import RulePack
from transforms.boilerplate.story import Marks, Story, story_of
from transforms.boilerplate.structure import MECHANISMS
from transforms.records import Block, Role

# Marks lean on marks: two rounds reach what leans on the first (a kicker above a caption above a credit).
ROUNDS = 2


def label(
    blocks: Sequence[Block],
    *,
    title: str | None,
    rules: RulePack,
    repeated: frozenset[int] = frozenset(),
) -> tuple[Block, ...]:
    """Give every block of one post's article its role, ARTICLE or BOILERPLATE with a reason.

    A block of which only a part is boilerplate is cut: its pieces have the same `line` and `part` 1, 2, …, and
    their texts joined give its text again.

    Args:
        blocks: The article's blocks in order, role None or ARTICLE; others are passed through.
        title: The post's title, or None.
        rules: The rule pack.
        repeated: Keys (`repetition.key_hash`) of blocks that stand in many articles.
    """
    places = [i for i, block in enumerate(blocks) if block.role in {None, Role.ARTICLE}]
    texts = [blocks[i].text for i in places]
    gaps = [blocks[i].gap for i in places]
    marks = dict(zip(places, _marks(texts, gaps, title=title, rules=rules, repeated=repeated), strict=True))
    labelled: list[Block] = []
    for i, block in enumerate(blocks):
        if i not in marks:
            labelled.append(block)
        elif marks[i] is not None:
            labelled.append(replace(block, role=Role.BOILERPLATE, reason=marks[i]))
        else:
            labelled.extend(_cut(replace(block, role=Role.ARTICLE, reason=None), rules))
    return tuple(labelled)


def is_boilerplate(text: str, rules: RulePack) -> bool:
    """Whether a rule that holds anywhere in an article says that this block alone is boilerplate."""
    return rules.match(text, at_start=False, at_end=False) is not None


def _marks(
    texts: Sequence[str],
    gaps: Sequence[int],
    *,
    title: str | None,
    rules: RulePack,
    repeated: frozenset[int],
) -> list[str | None]:
    marks: list[str | None] = []
    for text in texts:
        rule = rules.match(text, at_start=False, at_end=False)
        if rule is not None:
            marks.append(rule.reason or f"rule:{rule.name}")
        else:
            marks.append("repeated" if repeated and key_hash(text) in repeated else None)
    if not texts:
        return marks
    story = story_of(texts, gaps, marks, title)
    headings = entry_headings(story)
    mechanisms: tuple[Callable[[Story], Marks], ...] = (lambda told: appeals(told, rules.cues), *MECHANISMS)
    for _ in range(ROUNDS):
        before = list(marks)
        _mark_ends(story, marks, rules)
        for i in headings:
            marks[i] = None
        for mechanism in mechanisms:
            for i, reason in mechanism(story.marked(marks)).items():
                if marks[i] is None and i not in headings:
                    marks[i] = reason
        if marks == before:
            break
    return marks


def _mark_ends(story: Story, marks: list[str | None], rules: RulePack) -> None:
    """Rules that hold only above the first or below the last paragraph."""
    count = len(story.texts)
    for order, at_start in ((range(count), True), (range(count - 1, -1, -1), False)):
        for i in order:
            if marks[i] is None:
                rule = rules.match(story.texts[i], at_start=at_start, at_end=not at_start)
                if rule is not None:
                    marks[i] = rule.reason or f"rule:{rule.name}"
                elif story.prose[i]:
                    break


def _cut(block: Block, rules: RulePack) -> tuple[Block, ...]:
    """The block whole, or in pieces where a part of it is boilerplate."""
    found = rules.parts(block.text)
    if not found:
        return (block,)
    edges: list[tuple[int, str | None]] = []
    for piece in found:
        if not edges or edges[-1][0] < piece.start:
            edges.append((piece.start, None))
        edges.append((piece.end, piece.rule.reason))
    if edges[-1][0] < len(block.text):
        edges.append((len(block.text), None))
    edges = [edge for edge in edges if edge[0] > 0]
    if len(edges) == 1:
        role = Role.BOILERPLATE if edges[0][1] else Role.ARTICLE
        return (replace(block, role=role, reason=edges[0][1]),)
    raws = _cut_raw(block, [end for end, _ in edges])
    if raws is None:
        return (block,)
    pieces: list[Block] = []
    start = 0
    for part, ((end, reason), raw) in enumerate(zip(edges, raws, strict=True), start=1):
        pieces.append(
            replace(
                block,
                raw=raw,
                text=block.text[start:end],
                role=Role.ARTICLE if reason is None else Role.BOILERPLATE,
                reason=reason,
                part=part,
            ),
        )
        start = end
    return tuple(pieces)


def _cut_raw(block: Block, ends: Sequence[int]) -> list[str] | None:
    """`raw` cut where `text` is cut, found by counting what is not white space from the end; None if it differs."""
    solid = sum(not character.isspace() for character in block.text)
    places = [i for i, character in enumerate(block.raw) if not character.isspace()]
    if len(places) < solid:
        return None
    lead = len(places) - solid
    if lead and not block.marker:
        return None
    raws: list[str] = []
    start = 0
    for end in ends[:-1]:
        before = lead + sum(not character.isspace() for character in block.text[:end])
        cut = places[before - 1] + 1
        raws.append(block.raw[start:cut])
        start = cut
    return [*raws, block.raw[start:]]
