"""Remake the article model: fit the two looks on pages with a known article, say what cross-validation gives, write the weights.

    python -m training.article_model [--shared ../shared] [--check]

Pages: `article_bodies` (the article-extraction-benchmark of Zyte, MIT licence) and `publishers` (test pages of fundus, MIT
licence). Cross-validated by page and by publisher: a page is read by a model that saw no page of its publisher. The weights
that are written are fitted on everything.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from benchmarks.extraction import (
    PageWithGold,
    article_bodies,
    precision_recall,
    publishers,
    shingles,
    summed_up,
)
from transforms.limits import DEFAULT_LIMITS
from transforms.markup.article import MAX_DOUBT, doubt, page_told
from transforms.markup.article_features import feature_names, rows
from transforms.markup.article_model import SECOND, ArticleModel, Trees, logistic, second_rows
from transforms.markup.masses import Floats, look_over
from transforms.markup.opinion import second_opinion
from transforms.markup.tree import read_tree

FOLDS = 10
RIDGE = 3.0
INNER_FOLDS = 4
# Of 200 trees of depth 3 and 300 of depth 4, the larger ones gave no better figures.
TREES, DEPTH, RATE, LEAF_RIDGE, COLUMNS, ROWS, BINS = 300, 3, 0.1, 6.0, 0.3, 0.6, 24
DOUBT = 0.01
# A text's weight is its length, and this.
SHORT_WEIGHT = 20.0
# A text with fewer words is the gold's only as a line of its own.
MIN_WORDS = 4
CONVERGED = 1e-5
THRESHOLD = 0.4

GROUPS: dict[str, tuple[str, ...]] = {
    "related": ("related", "recommended", "recommendation", "recommendations", "recirc", "more", "most", "popular", "trending",
        "read", "also", "similar", "readmore", "further", "mehr", "weitere", "next", "prev", "previous", "onward", "suggested", "latest",
        "outbrain", "taboola"),
    "teaser": ("teaser", "teasers", "card", "cards", "tile", "grid", "carousel", "slider", "slide", "swiper", "feed", "river", "item",
        "items", "list"),
    "share": ("share", "sharing", "social", "follow", "teilen", "partager", "facebook", "whatsapp", "sharebar", "addtoany", "addthis"),
    "newsletter": ("newsletter", "subscribe", "subscription", "signup", "abo", "register", "login", "email", "nl", "membership"),
    "paywall": ("paywall", "premium", "piano", "offer", "regwall", "gate", "barrier", "locked"),
    "promo": ("promo", "promotion", "promobox", "banner", "ad", "ads", "advert", "advertisement", "advertising", "sponsored", "sponsor",
        "anzeige", "werbung", "affiliate", "deal", "shop", "commercial", "dfp", "adslot"),
    "comment": ("comment", "comments", "disqus", "commento", "kommentar", "kommentare", "respond", "reply", "discussion", "talk"),
    "caption": ("caption", "figcaption", "captions", "figure", "image", "photo", "picture", "img", "gallery", "media", "video", "bild",
        "legend", "credit", "credits", "copyright", "copy", "source"),
    "byline": ("byline", "author", "authors", "autor", "autoren", "writer", "bio", "contributor", "credits", "profile", "avatar"),
    "meta": ("meta", "info", "date", "time", "published", "timestamp", "datetime", "dateline", "posted", "updated", "publish"),
    "tags": ("tag", "tags", "topics", "topic", "category", "categories", "keywords", "taxonomy", "breadcrumb", "breadcrumbs",
        "kicker", "label", "labels", "schlagworte"),
    "navigation": ("nav", "navigation", "menu", "navbar", "submenu", "pagination", "pager", "dropdown", "toolbar", "tools", "skip",
        "search", "links"),
    "frame": ("footer", "sidebar", "masthead", "topbar", "widget", "widgets", "rail", "aside", "colophon", "secondary", "banner"),
    "notice": ("disclaimer", "notice", "cookie", "consent", "gdpr", "modal", "popup", "overlay", "alert", "hidden", "sr", "screen",
        "reader", "visually", "onetrust", "ot", "sourcepoint", "privacy", "cmp", "placeholder", "noscript", "tooltip", "print", "noprint", "loading", "error", "message"),
    "lead": ("lead", "lede", "intro", "standfirst", "summary", "excerpt", "subtitle", "subheadline", "subhead", "deck", "dek",
        "preface", "abstract", "description", "vorspann", "chapo", "sapo", "entradilla", "sommario", "ingress", "subheading", "sottotitolo"),
    "body": ("body", "content", "articlebody", "bodytext", "storybody", "entry", "richtext", "rte", "fulltext", "maincontent",
        "articlecontent", "postcontent", "contenu", "texto", "inhalt"),
    "article": ("article", "story", "post", "artikel", "articulo", "articolo", "news", "single"),
    "paragraph": ("paragraph", "text", "p", "para", "absatz", "speakable", "prose", "paragraphs", "copytext"),
    "heading": ("headline", "title", "titre", "heading", "header", "crosshead", "hed", "h1", "h2"),
    "box": ("box", "infobox", "factbox", "fact", "facts", "sidebox", "inset", "embed", "embedded", "pullquote", "quote", "module",
        "block", "callout", "highlight", "key", "points", "toc"),
    "tweet": ("tweet", "twitter", "instagram", "tiktok", "youtube", "poll", "quiz", "player", "podcast", "audio"),
}  # fmt: skip


EMPTY = ArticleModel(
    groups=GROUPS,
    first=(),
    doubt=DOUBT,
    second=Trees(
        bias=0.0,
        features=np.zeros((0, DEPTH), dtype=np.int64),
        cuts=np.zeros((0, DEPTH)),
        leaves=np.zeros((0, 1 << DEPTH)),
    ),
    threshold=THRESHOLD,
)


class Example:
    """A page as figures, with the answer for each of its texts that may be the article's."""

    def __init__(self, page: PageWithGold) -> None:
        self.page = page
        tree = read_tree(page.html, limits=DEFAULT_LIMITS)
        body = tree.body
        if body is None:
            raise ValueError(page.name)
        self.html = tree.html or ""
        self.look = look_over(body, groups=EMPTY.bits(), unlikely=EMPTY.unlikely())
        self.rows = rows(self.look, told=page_told(tree, title=page.title), width=len(EMPTY.names()))
        answer = answers([text.text for text in self.look.texts], page.gold)
        self.answer: Floats = np.array([answer[at] for at in self.look.chosen], dtype=float)
        size = np.array([self.look.masses.size[at] for at in self.look.chosen])
        self.weight: Floats = (size + SHORT_WEIGHT) / max(1.0, float(size @ self.answer))

    def second(self, first: Floats) -> Floats:
        """The rows of the second look."""
        return np.hstack([self.rows, second_rows(first, self.look)])

    def kept(self, chances: Floats) -> str:
        """What the chances, and in doubt the second opinion, make of the page's article."""
        kept = [False] * len(self.look.texts)
        for at, chance in zip(self.look.chosen, chances.tolist(), strict=True):
            kept[at] = chance >= THRESHOLD
        if doubt(self.look, chances) > MAX_DOUBT:
            kept = second_opinion(self.html, self.look.texts) or kept
        return "\n\n".join(text.text for text, keep in zip(self.look.texts, kept, strict=True) if keep)


def answers(texts: Sequence[str], gold: str) -> list[bool]:
    """For each text, whether it is in the gold: half of its shingles are and no earlier text had them, or it is a line of it."""
    left = Counter(shingles(gold))
    lines = {tuple(shingles(line, size=1)) for line in gold.split("\n")}
    found = []
    for text in texts:
        own = shingles(text)
        count = sum(own.values())
        words = sum(shingles(text, size=1).values())
        hits = sum((own & left).values())
        is_article = count > 0 and (
            (words >= MIN_WORDS and hits * 2 >= count) or tuple(shingles(text, size=1)) in lines
        )
        if is_article:
            left -= own
        found.append(is_article)
    return found


def boost(matrix: Floats, answer: Floats, weight: Floats) -> Trees:
    """Symmetric trees by gradient boosting with second derivatives, on binned figures; the same each time."""
    rng = np.random.default_rng(0)
    rows_count = len(matrix)
    edges = [_edges(column) for column in matrix.T]
    binned = np.stack(
        [np.searchsorted(edge, column, side="left") for edge, column in zip(edges, matrix.T, strict=True)],
        axis=1,
    )
    useful = [at for at, edge in enumerate(edges) if len(edge)]
    size = max(map(len, edges)) + 1
    share = weight * (rows_count / weight.sum())
    bias = float(np.log((share @ answer) / (share @ (1 - answer))))
    scores = np.full(rows_count, bias)
    features, cuts, leaves = [], [], []
    for _ in range(TREES):
        chances = 1 / (1 + np.exp(-scores))
        slope, curve = share * (answer - chances), share * chances * (1 - chances)
        drawn = rng.random(rows_count) < ROWS
        slope, curve = slope * drawn, curve * drawn
        columns = np.sort(rng.choice(useful, int(len(useful) * COLUMNS), replace=False))
        some = binned[:, columns] + np.arange(len(columns)) * size
        leaf = np.zeros(rows_count, dtype=np.int64)
        asked, at_cuts = [], []
        for level in range(DEPTH):
            shape = (1 << level, len(columns), size)
            places = (leaf[:, None] * (len(columns) * size) + some).ravel()
            slopes, curves = (
                np.bincount(places, np.repeat(values, len(columns)), minlength=int(np.prod(shape)))
                .reshape(shape)
                .cumsum(axis=2)
                for values in (slope, curve)
            )
            rest, curved = slopes[:, :, -1:] - slopes, curves[:, :, -1:] - curves
            gain = (slopes**2 / (curves + LEAF_RIDGE) + rest**2 / (curved + LEAF_RIDGE)).sum(axis=0)[:, :-1]
            for at, column in enumerate(columns):
                gain[at, len(edges[column]) :] = -1.0
            column, edge = np.unravel_index(int(gain.argmax()), gain.shape)
            asked.append(int(columns[column]))
            at_cuts.append(float(edges[asked[-1]][edge]))
            leaf = leaf * 2 + (binned[:, asked[-1]] > edge)
        count = 1 << DEPTH
        adds = RATE * np.bincount(leaf, slope, count) / (np.bincount(leaf, curve, count) + LEAF_RIDGE)
        scores += adds[leaf]
        features.append(asked)
        cuts.append(at_cuts)
        leaves.append(adds)
    return Trees(bias=bias, features=np.array(features), cuts=np.array(cuts), leaves=np.array(leaves))


def _edges(column: Floats) -> Floats:
    values = np.unique(column)
    if len(values) > BINS:
        return np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]))
    return (values[:-1] + values[1:]) / 2


def fit(matrix: Floats, answer: Floats, weight: Floats) -> list[float]:
    """Bias and weights by Newton's method on the weighted, ridge-penalised log-likelihood."""
    scale = matrix.std(axis=0) + 1e-6
    scaled = np.column_stack([np.ones(len(matrix)), matrix / scale])
    ridge = np.full(scaled.shape[1], RIDGE)
    ridge[0] = 1e-6
    share = weight * (len(weight) / weight.sum())
    w = np.zeros(scaled.shape[1])
    for _ in range(12):
        chances = 1 / (1 + np.exp(-np.clip(scaled @ w, -30, 30)))
        gradient = scaled.T @ (share * (answer - chances)) - ridge * w
        curve = np.maximum(share * chances * (1 - chances), 1e-6)
        hessian = (scaled * curve[:, None]).T @ scaled + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w + step
        if np.abs(step).max() < CONVERGED:
            break
    return [float(w[0]), *(float(v) for v in w[1:] / scale)]


def fit_first(data: Sequence[Example]) -> list[float]:
    """Weights of the first look."""
    return fit(
        np.vstack([d.rows for d in data]),
        np.concatenate([d.answer for d in data]),
        np.concatenate([d.weight for d in data]),
    )


def folds(data: Sequence[Example], count: int) -> list[int]:
    """Which fold each page is in; a publisher's pages are in one."""
    fold = {group: at % count for at, group in enumerate(sorted({d.page.group for d in data}))}
    return [fold[d.page.group] for d in data]


def fit_both(data: Sequence[Example]) -> tuple[list[float], Trees]:
    """Both looks; the second learns from first looks at pages that the first did not learn from."""
    fold = folds(data, INNER_FOLDS)
    matrices, answer, weight = [], [], []
    for k in range(INNER_FOLDS):
        some = fit_first([d for d, f in zip(data, fold, strict=True) if f != k])
        for d in (d for d, f in zip(data, fold, strict=True) if f == k):
            first = logistic(d.rows, some)
            likely = first > DOUBT
            matrices.append(d.second(first)[likely])
            answer.append(d.answer[likely])
            weight.append(d.weight[likely])
    trees = boost(np.vstack(matrices), np.concatenate(answer), np.concatenate(weight))
    return fit_first(data), trees


def look(first: Sequence[float], trees: Trees, example: Example) -> Floats:
    """What both looks say of a page's texts."""
    one = logistic(example.rows, first)
    chances = trees.chances(example.second(one))
    chances[one <= DOUBT] = 0.0
    return chances


def cross_validate(data: Sequence[Example]) -> list[str]:
    """For each page the texts that a model calls its article's which saw no page of its publisher."""
    fold = folds(data, FOLDS)
    found = [""] * len(data)
    for k in range(FOLDS):
        first, trees = fit_both([d for d, f in zip(data, fold, strict=True) if f != k])
        for at, d in enumerate(data):
            if fold[at] == k and d.look.chosen:
                found[at] = d.kept(look(first, trees, d))
    return found


def as_lines(written: dict[str, object]) -> str:
    """JSON with a line for each entry, and for each tree."""
    text = json.dumps(written, ensure_ascii=False)
    for before in (
        '"licence"',
        '"threshold"',
        '"doubt"',
        '"groups"',
        '"first"',
        '"bias": ',
        '"trees"',
        '{"asks"',
    ):
        text = text.replace(before, "\n" + before)
    return text + "\n"


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true", help="report only; write nothing")
    arguments = parser.parse_args()
    data = [Example(page) for page in (*article_bodies(arguments.shared), *publishers(arguments.shared))]
    if arguments.check:
        print(f"{len(data)} pages, cross-validated by page and by publisher")
        found = cross_validate(data)
        for kind in ("article_bodies", "publishers"):
            pairs = [
                precision_recall(d.page.gold, text)
                for d, text in zip(data, found, strict=True)
                if d.page.kind == kind
            ]
            print(f"{kind}: {summed_up(pairs)}")
        return
    first, trees = fit_both(data)
    names = feature_names(EMPTY.names())
    every = [*names, *SECOND]
    written = {
        "licence": "fitted on the article-extraction-benchmark (Zyte, MIT) and on fundus' test pages (MIT)",
        "threshold": THRESHOLD,
        "doubt": DOUBT,
        "groups": {name: list(words) for name, words in GROUPS.items()},
        "first": dict(zip(["bias", *names], (round(w, 4) for w in first), strict=True)),
        "bias": round(trees.bias, 4),
        "trees": [
            {
                "asks": [[every[at], round(cut, 4)] for at, cut in zip(features, cuts, strict=True)],
                "adds": [round(value, 3) for value in leaves],
            }
            for features, cuts, leaves in zip(
                trees.features.tolist(), trees.cuts.tolist(), trees.leaves.tolist(), strict=True
            )
        ],
    }
    target = Path(str(files("transforms"))) / "markup" / "article_model.json"
    target.write_text(as_lines(written), "utf-8")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
