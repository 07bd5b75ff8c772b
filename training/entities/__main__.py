"""Remakes the entity model from the shared corpora: `python -m training.entities --shared ../shared`, about an hour.

A teacher is fitted on what people, annotators and this project labelled; it tells the names of more news, which only a
program had labelled; the model that is shipped is fitted on both. The test rows of CrossNER politics, the real
scrape and one document in ten of the news are never seen.
"""

import argparse
import json
import random
from collections.abc import Mapping
from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.entities.corpora import ALL, TOKEN_SETS, is_held_out, is_test, rows, token_set
from training.entities.evaluate import domains, evaluate
from training.entities.export import export
from training.entities.fit import Corpus, Schedule, fit
from training.entities.network import Network, encoder_folder
from training.entities.pages import own_passages
from training.entities.passages import joined, names_alone, without_hyphens
from training.entities.teach import taught_by
from training.entities.written import written_passages
from transforms.entities.classifier import parse_classifier

PACKAGE = Path(__file__).resolve().parents[2] / "transforms" / "entities"
MODEL, PIECES = "classifier.onnx", "classifier.json"
# Readings a round of each corpus: news many times, encyclopaedias and letters once or less.
TIMES: Mapping[str, float] = {
    "news_relabelled": 3,
    "own": 2,
    "written": 2,
    "crossner_politics": 2,
    "crossner_other": 0.7,
    "wikigold": 1,
    "uner_ewt": 1.5,
}
TEACHER = Schedule(steps=1000, seed=1)
STUDENT = Schedule(steps=3200, seed=2)
SENTENCES = 8000  # of the news corpus, a sixth of it, that the teacher labels anew
_RUN = 5  # sentences that are read as one text


def corpora_of(shared: Path) -> dict[str, Corpus]:
    """What the model is fitted on, nothing of which is held out."""
    sets = {name: token_set(shared, name) for name in TOKEN_SETS}
    sets["own"] = own_passages(shared, known=ALL)
    sets["written"] = written_passages(known=ALL)
    held_out = ("news_relabelled", "own")
    alone = names_alone([passage for name in held_out for passage in sets[name]])
    return {
        name: Corpus(
            passages=[
                without_hyphens(passage, alone=alone)
                for passage in passages
                if not is_test(passage) and not (name in held_out and is_held_out(passage.document))
            ],
            times=TIMES[name],
        )
        for name, passages in sets.items()
    }


def more_news(shared: Path, seen: frozenset[str]) -> list[str]:
    """News that only a program labelled, in runs of some sentences: none that is held out."""
    drawn = random.Random(1)  # noqa: S311  # no secret
    documents: dict[str, list[str]] = {}
    for row in rows(shared / "ner" / "gmb.jsonl.gz"):
        if not is_held_out(row["doc"]):
            documents.setdefault(row["doc"], []).append(joined(row["tokens"])[0])
    names = sorted(documents)
    drawn.shuffle(names)
    runs: list[str] = []
    sentences = 0
    for name in names:
        if sentences > SENTENCES:
            break
        fresh = [text for text in documents[name] if text not in seen]
        sentences += len(fresh)
        runs += [" ".join(fresh[at : at + _RUN]) for at in range(0, len(fresh), _RUN)]
    return runs


def cutter(folder: Path) -> tuple[Tokenizer, str]:
    """The encoder's tokenizer, and its JSON without what is not asked for: marks that a text could name, padding, cutting."""
    told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    told |= {"added_tokens": [], "truncation": None, "padding": None, "post_processor": None, "decoder": None}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Tokenizer.from_str(text), text


def main() -> None:
    """Fit, write and score."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--folder", type=Path, default=PACKAGE, help="where the model is written")
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    folder = encoder_folder()
    tokenizer, pieces = cutter(folder)
    corpora = corpora_of(given.shared)
    for name, corpus in corpora.items():
        words = sum(len(passage.text.split()) for passage in corpus.passages)
        names = sum(len(passage.spans) for passage in corpus.passages)
        print(
            f"{name}: {len(corpus.passages)} passages, {words} words, {names} names, {corpus.times} times a round"
        )
    seen = frozenset(passage.text for corpus in corpora.values() for passage in corpus.passages)
    torch.manual_seed(TEACHER.seed)
    teacher = Network(folder)
    fit(teacher, corpora, schedule=TEACHER, tokenizer=tokenizer)
    soft = taught_by([teacher], more_news(given.shared, seen), tokenizer)
    print(f"the teacher labelled {len(soft)} windows")
    torch.manual_seed(STUDENT.seed)
    student = Network(folder)
    fit(student, corpora, schedule=STUDENT, tokenizer=tokenizer, soft=soft)
    given.folder.mkdir(parents=True, exist_ok=True)
    export(student, given.folder / MODEL)
    (given.folder / PIECES).write_text(pieces, "utf-8")
    recognizer = parse_classifier((given.folder / MODEL).read_bytes(), pieces, foreign=lambda _: ())
    for name, domain in domains(given.shared).items():
        scores = evaluate(recognizer, domain)
        print(
            f"{name}: " + ", ".join(f"{kind} {100 * score.f1:.1f}" for kind, score in scores.items()),
            flush=True,
        )


if __name__ == "__main__":
    main()
