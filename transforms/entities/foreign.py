"""What other recognisers find, made ours: their labels as our types, their spans by our conventions, long texts in pieces."""

from collections.abc import Iterator, Mapping

import re2

from transforms.entities.find import Mention

# Labels, case-folded, of OntoNotes, CoNLL, WikiNER and the corpora behind spaCy's pipelines. What is not here is no entity of
# ours: dates, numbers, languages, titles.
LABELS: Mapping[str, str] = {
    label: kind
    for kind, labels in {
        "PERSON": "person per prs ps persname",
        "ORG": "org organization organisation orgname og",
        "LOC": "loc location gpe gpe_loc fac facility placename geogname lc",
        "NORP": "norp nat_rel_pol",
        "EVENT": "event evn evt",
        "MISC": "misc work_of_art law product prod wrk obj work",
    }.items()
    for label in labels.split()
}

# Annotation rules: no leading article, no possessive, no quotes around.
_AHEAD = re2.compile(r"""^(?:[\s"“”„«»‘,;:–—-]|[Tt]he\s|THE\s)+""")
_BEHIND = re2.compile(r"""(?:[\s"“”«»’'ʼ,;:–—-]|['’ʼ][sS])+$""")
_WORD = re2.compile(r"[\p{L}\p{N}]")
_ENDS = ("\n", ". ", "! ", "? ", "。", " ")


def mention_of(text: str, start: int, end: int, label: str) -> Mention | None:
    """The mention that another recogniser's span is, in our conventions; None where it is none of ours."""
    kind = LABELS.get(label.casefold())
    if kind is None or not 0 <= start < end <= len(text):
        return None
    surface = text[start:end]
    if ahead := _AHEAD.match(surface):
        start += ahead.end()
        surface = surface[ahead.end() :]
    if behind := _BEHIND.search(surface):
        surface = surface[: behind.start()]
    return Mention(start, start + len(surface), surface, kind) if _WORD.search(surface) else None


def pieces(text: str, *, most: int) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most so many characters, each with its place; cut at the end of a line, else of a sentence, else of a word."""
    at = 0
    while len(text) - at > most:
        cut = next(
            (place + len(end) for end in _ENDS if (place := text.rfind(end, at, at + most)) > at), at + most
        )
        yield at, text[at : min(cut, at + most)]
        at = min(cut, at + most)
    if at < len(text):
        yield at, text[at:]
