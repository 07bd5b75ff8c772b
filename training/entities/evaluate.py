"""How well a recogniser finds names: exact span and type against hand-labelled sets, by type and domain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.entities.corpora import ALL, is_held_out, is_test, real_scrape, token_set
from training.entities.pages import own_passages
from training.entities.passages import Passage, Span, names_alone, without_hyphens
from transforms.entities.document import names_of
from transforms.entities.find import TYPES, Recognizer, find
from transforms.entities.names import Variants


@dataclass(frozen=True, slots=True)
class Score:
    """Names that are right, that there are, and that were found.

    Args:
        right: Found as labelled.
        labelled: Names of the gold.
        found: Names found.
    """

    right: int = 0
    labelled: int = 0
    found: int = 0

    def __add__(self, other: "Score") -> "Score":
        """Of two sets together."""
        return Score(self.right + other.right, self.labelled + other.labelled, self.found + other.found)

    @property
    def precision(self) -> float:
        """Share of the found that is right; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the labelled that was found; 0 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 where there is nothing."""
        return 2 * self.right / (self.labelled + self.found) if self.labelled + self.found else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A set to score with.

    Args:
        passages: Labelled texts that the shipped model has not seen.
        types: Types that are scored.
    """

    passages: tuple[Passage, ...]
    types: frozenset[str]


def _in_tokens(spans: Iterable[Span], passage: Passage) -> set[Span]:
    """Spans widened to the tokens that they touch: a set of tokens labels its hyphenated tokens whole."""
    widened: set[Span] = set()
    for start, end, kind in spans:
        touched = [i for i, (first, last) in enumerate(passage.tokens) if first < end and last > start]
        if touched:
            widened.add((touched[0], touched[-1] + 1, kind))
    return widened


def score_passage(passage: Passage, found: Iterable[Span], types: frozenset[str]) -> dict[str, Score]:
    """Counts by type; what only touches an optional name counts neither way."""
    want, got = set(passage.spans), set(found)
    if passage.tokens:
        want, got = _in_tokens(want, passage), _in_tokens(got, passage)
    loose = {span for span in got - want if any(span[0] < o[1] and o[0] < span[1] for o in passage.optional)}
    got -= loose
    return {
        kind: Score(
            sum(1 for span in want & got if span[2] == kind),
            sum(1 for span in want if span[2] == kind),
            sum(1 for span in got if span[2] == kind),
        )
        for kind in TYPES
        if kind in types
    }


def evaluate(recognizer: Recognizer, domain: Domain) -> dict[str, Score]:
    """Counts by type, and of "all" types together."""
    totals = {kind: Score() for kind in TYPES if kind in domain.types}
    for passage in domain.passages:
        found = [(m.start, m.end, m.type) for m in find(passage.text, recognizer=recognizer)]
        for kind, score in score_passage(passage, found, domain.types).items():
            totals[kind] += score
    return {"all": sum(totals.values(), Score()), **totals}


def evaluate_names(recognizer: Recognizer, passages: Iterable[Passage], *, variants: Variants) -> Score:
    """Mentions that are right in span, type and canonical name; the passages of a document are named one by one."""
    total = Score()
    for passage in passages:
        mentions = find(passage.text, recognizer=recognizer)
        names = names_of([(passage.text, mentions)], variants=variants)
        want = {(*span, name) for span, name in zip(passage.spans, passage.names, strict=True)}
        got = {(mention.start, mention.end, *names.canonical(mention)) for mention in mentions}
        got = {
            one
            for one in got
            if one in want or not any(one[0] < o[1] and o[0] < one[1] for o in passage.optional)
        }
        total += Score(len(want & got), len(want), len(got))
    return total


def domains(shared: Path) -> Mapping[str, Domain]:
    """The sets that the shipped model was not fitted on, by name."""
    named = frozenset({"PERSON", "ORG", "LOC"})
    news = token_set(shared, "news_relabelled")
    own = own_passages(shared, known=ALL)
    alone = names_alone([*news, *own])
    pages = [without_hyphens(passage, alone=alone) for passage in own if is_held_out(passage.document)]
    politics = [passage for passage in token_set(shared, "crossner_politics") if is_test(passage)]
    return {
        "real scrape": Domain(passages=tuple(real_scrape(shared)), types=ALL),
        "news agency, relabelled": Domain(
            passages=tuple(passage for passage in news if is_held_out(passage.document)), types=ALL
        ),
        "news agency, own labels": Domain(
            passages=tuple(passage for passage in pages if passage.source == "own gmb"), types=ALL
        ),
        "news pages, own labels": Domain(
            passages=tuple(passage for passage in pages if passage.source != "own gmb"), types=ALL
        ),
        "CrossNER politics, test": Domain(passages=tuple(politics), types=named | {"EVENT"}),
        "tweets (Broad Twitter)": Domain(passages=tuple(token_set(shared, "btc")), types=named),
    }
