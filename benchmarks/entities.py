"""How well and how fast the entities are found, by every recogniser that is installed.

Usage: python -m benchmarks.entities --shared ../shared [--recognizer NAME …]

Exact span and type against hand-labelled texts that the shipped model was not fitted on (`training.entities.evaluate`); the
lexicon of the rules was written while looking at some of them. Then, for each, in a process of its own: CPU-seconds to load, words a CPU-second
over the real scrape, the memory that the process held at most.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from flows.knowledge import load_knowledge
from flows.recognizers import choose, load_recognizer
from training.entities.evaluate import domains, evaluate, evaluate_names
from transforms.entities.find import Recognizer, find
from transforms.errors import FixSettingsError

_TIMES = 4  # readings of the real scrape


def _load(name: str) -> Recognizer:
    return load_recognizer(choose(name), knowledge=load_knowledge())


def installed() -> list[str]:
    """The recognisers that are here without being told where."""
    names = ["classifier", "rules"]
    try:
        choose("spacy")
    except FixSettingsError:
        return names
    return [*names, "spacy"]


def quality(name: str, shared: Path) -> None:
    """Print precision, recall and F1 by set and type."""
    recognizer = _load(name)
    for domain, texts in domains(shared).items():
        scores = evaluate(recognizer, texts)
        total = scores["all"]
        by_type = ", ".join(f"{kind} {100 * score.f1:.1f}" for kind, score in scores.items() if kind != "all")
        print(
            f"{name} | {domain} | {total.labelled} | {100 * total.precision:.1f} | {100 * total.recall:.1f} | "
            f"{100 * total.f1:.1f} | {by_type}",
            flush=True,
        )
    scrape = domains(shared)["real scrape"].passages
    named = evaluate_names(recognizer, scrape, variants=load_knowledge().variants)
    print(
        f"{name} | real scrape, span and type and canonical name | {named.labelled} | {100 * named.precision:.1f} | "
        f"{100 * named.recall:.1f} | {100 * named.f1:.1f} |"
    )


def speed(name: str, shared: Path) -> None:
    """Print what loading and reading cost: to be called in a fresh process."""
    text = (shared / "scrapes" / "putin.txt").read_text("utf-8")
    knowledge = load_knowledge()
    began, cpu = time.perf_counter(), time.process_time()
    recognizer = load_recognizer(choose(name), knowledge=knowledge)
    find("Edith Marlow spoke in Lisbon.", recognizer=recognizer)
    loaded, load = time.perf_counter() - began, time.process_time() - cpu
    cpu = time.process_time()
    for _ in range(_TIMES):
        find(text, recognizer=recognizer)
    words = _TIMES * len(text.split()) / (time.process_time() - cpu)
    (held,) = (
        int(line.split()[1]) / 1024
        for line in Path("/proc/self/status").read_text("utf-8").splitlines()
        if line.startswith("VmHWM")
    )
    print(
        f"{name}: loaded in {loaded:.2f} s ({load:.2f} CPU-s), {words:,.0f} words a CPU-second, {held:.0f} MiB"
    )


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--recognizer", action="append", help="as in unspun run; may be repeated")
    options.add_argument("--speed", action="store_true", help="speed alone, in this process")
    given = options.parse_args()
    if not (given.shared / "ner").is_dir():
        options.error(f"{given.shared} has no folder ner: the labelled sets are not the project's to ship")
    for name in given.recognizer or installed():
        if given.speed:
            speed(name, given.shared)
            continue
        print("recogniser | set | names | precision | recall | F1 | by type")
        quality(name, given.shared)
        command = [sys.executable, "-m", "benchmarks.entities", "--shared", str(given.shared), "--speed"]
        subprocess.run([*command, "--recognizer", name], check=True)


if __name__ == "__main__":
    main()
