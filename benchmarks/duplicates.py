"""Prints how many edited copies of real articles are joined to their original, how many others wrongly, and the cost.

Run from the repository's root: python benchmarks/duplicates.py [../shared] [--scale 20000]

If datasketch is installed, its MinHashLSH at the same shingles is measured beside it.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from transforms.duplicates import find_clusters

Words = list[str]
MIN_WORDS = 120
KEPT = 0.7
HALF = 0.5
SEED = 7
_FOOTER = (
    "Follow us for more stories like this one and tell your friends about them every single day of the week"
)
FOOTER = _FOOTER.split()


def originals(shared: Path) -> list[Words]:
    """The bodies of real articles that are long enough to be cut."""
    bodies = json.loads((shared / "pages" / "article_bodies" / "ground-truth.json").read_text("utf-8"))
    texts = [row["articleBody"].split() for _, row in sorted(bodies.items())]
    return [words for words in texts if len(words) >= MIN_WORDS]


def replaced(words: Words, *, share: float, chance: random.Random, vocabulary: Sequence[str]) -> Words:
    """A share of the words replaced by words of other articles."""
    return [chance.choice(vocabulary) if chance.random() < share else word for word in words]


def edits(vocabulary: Sequence[str]) -> dict[str, Callable[[Words, random.Random], Words]]:
    """What is done to a copy, by name."""

    def cut(words: Words, size: int, chance: random.Random) -> Words:
        start = chance.randrange(len(words) - size + 1)
        return words[start : start + size]

    def dropped(words: Words, chance: random.Random) -> Words:
        pieces = [words[start : start + 40] for start in range(0, len(words), 40)]
        return [word for piece in pieces if chance.random() < KEPT for word in piece]

    def with_words(share: float) -> Callable[[Words, random.Random], Words]:
        return lambda words, chance: replaced(words, share=share, chance=chance, vocabulary=vocabulary)

    return {
        "truncated to half": lambda words, _: words[: len(words) // 2],
        "first 55 words": lambda words, _: [*words[:55], "Read", "more"],
        "30 words out of the middle": lambda words, chance: cut(words, 30, chance),
        "20 words out of the middle": lambda words, chance: cut(words, 20, chance),
        "3 of 10 paragraphs dropped": dropped,
        "5 % of words changed": with_words(0.05),
        "10 % of words changed": with_words(0.10),
        "20 % of words changed": with_words(0.20),
        "half, 10 % changed": lambda words, chance: with_words(0.10)(words[: len(words) // 2], chance),
        "60 words of boilerplate added": lambda words, _: [*FOOTER, *words, *FOOTER, *FOOTER],
        "one paragraph moved": lambda words, _: [*words[60:], *words[:60]],
    }


def wire_pairs(bodies: Sequence[Words], chance: random.Random) -> list[tuple[Words, Words]]:
    """Pairs of articles that share 40 % of their words in paragraphs, and are two articles."""
    pairs = []
    for number in range(0, len(bodies) - 2, 3):
        wire, one, two = bodies[number : number + 3]
        share = wire[: min(200, len(wire))]
        paragraphs = [share[start : start + 50] for start in range(0, len(share), 50)]
        own = len(share) * 3 // 2
        woven = []
        for words in (one, two):
            parts = [words[:own][start : start + 75] for start in range(0, min(own, len(words)), 75)]
            if chance.random() < HALF:
                woven.append(
                    [
                        *(word for part in paragraphs for word in part),
                        *(word for part in parts for word in part),
                    ]
                )
            else:
                longer = max(len(parts), len(paragraphs))
                woven.append(
                    [
                        word
                        for place in range(longer)
                        for part in (*paragraphs[place : place + 1], *parts[place : place + 1])
                        for word in part
                    ]
                )
        if all(len(words) >= own for words in (one, two)):
            pairs.append((woven[0], woven[1]))
    return pairs


def measure(
    name: str, clusters_of: Callable[[Sequence[tuple[str, str]]], dict[str, str]], *, shared: Path
) -> None:
    """Print recall by kind of edit, wrong joins and CPU seconds."""
    bodies = originals(shared)
    vocabulary = [word for words in bodies for word in words[:50]]
    chance = random.Random(SEED)  # noqa: S311  # edits, not secrets
    texts = [(f"{number:04d}", " ".join(words)) for number, words in enumerate(bodies)]
    base = clusters_of(texts)
    print(
        f"{name}: {len(bodies)} articles, {sum(key != value for key, value in base.items())} joined among themselves"
    )
    started = time.process_time()
    found: Counter[str] = Counter()
    wrong = 0
    for kind, edit in edits(vocabulary).items():
        copies = [(f"{number:04d}x", " ".join(edit(words, chance))) for number, words in enumerate(bodies)]
        clusters = clusters_of([*texts, *copies])
        for number in range(len(bodies)):
            cluster = clusters[f"{number:04d}x"]
            found[kind] += cluster == clusters[f"{number:04d}"]
            wrong += cluster not in {clusters[f"{number:04d}"], f"{number:04d}x"}
        print(f"    {kind}: {found[kind] / len(bodies):.3f} found")
    print(f"    copies joined to another article: {wrong} of {len(bodies) * len(found)}")
    pairs = wire_pairs(bodies, chance)
    joined = sum(
        len(set(clusters_of([("a", " ".join(one)), ("b", " ".join(two))]).values())) == 1
        for one, two in pairs
    )
    print(f"    pairs that share 40 % in wire paragraphs, joined: {joined} of {len(pairs)}")
    print(f"    CPU seconds for all: {time.process_time() - started:.1f}")


def scale(size: int) -> None:
    """Print the CPU seconds for many invented texts of 500 words, a tenth of them edited copies, all with one footer."""
    chance = random.Random(SEED)  # noqa: S311  # invented texts
    vocabulary = ["".join(chance.choices("abcdefghijklmnop", k=6)) for _ in range(30_000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    texts = [[*chance.choices(vocabulary, weights, k=440), *FOOTER * 3] for _ in range(size - size // 10)]
    copies = [
        replaced(words[: chance.randrange(60, 500)], share=0.05, chance=chance, vocabulary=vocabulary)
        for words in texts[: size // 10]
    ]
    corpus = [(f"{number:07d}", " ".join(words)) for number, words in enumerate([*texts, *copies])]
    started = time.process_time()
    clusters = find_clusters(corpus)
    seconds = time.process_time() - started
    right = sum(clusters[f"{len(texts) + number:07d}"] == f"{number:07d}" for number in range(len(copies)))
    print(
        f"{size} texts of 500 words: {seconds:.1f} CPU seconds, {right} of {len(copies)} copies found, {len(set(clusters.values()))} clusters"
    )


def datasketch_clusters(texts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The peer: datasketch's MinHashLSH at resemblance 0.5 over the same shingles, joined transitively."""
    peer = import_module("datasketch")
    index = peer.MinHashLSH(threshold=0.5, num_perm=128)
    root = {article_id: article_id for article_id, _ in texts}
    for article_id, text in sorted(texts):
        words = text.casefold().split()
        sketch = peer.MinHash(num_perm=128)
        sketch.update_batch(
            [" ".join(words[start : start + 5]).encode() for start in range(max(1, len(words) - 4))]
        )
        for other in index.query(sketch):
            old, new = root[article_id], min(root[other], root[article_id])
            changed = {old, root[other]}
            root = {key: new if value in changed else value for key, value in root.items()}
        index.insert(article_id, sketch)
    return root


def main(arguments: Sequence[str]) -> None:
    """Measure on the edits, then at scale."""
    shared = Path(arguments[0] if arguments and not arguments[0].startswith("--") else "../shared")
    measure("unspun", find_clusters, shared=shared)
    if find_spec("datasketch"):
        measure("datasketch", datasketch_clusters, shared=shared)
    else:
        print("datasketch is not installed: no peer measured")
    scale(int(arguments[arguments.index("--scale") + 1]) if "--scale" in arguments else 20_000)


if __name__ == "__main__":
    main(sys.argv[1:])
