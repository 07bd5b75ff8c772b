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
from transforms.markup.article import page_told
from transforms.markup.article_features import feature_names, rows
from transforms.markup.article_model import SECOND, Floats, logistic, second_rows
from transforms.markup.texts import Frame, Text, TextWalk
from transforms.markup.tree import read_tree

FOLDS = 10
RIDGE = 3.0
STEPS = 400
RATE = 0.05
THRESHOLD = 0.5

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
        "reader", "visually", "tooltip", "print", "noprint", "loading", "error", "message"),
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


class Example:
    """A page as figures, with the answer for each of its texts."""

    def __init__(self, page: PageWithGold) -> None:
        self.page = page
        tree = read_tree(page.html, limits=DEFAULT_LIMITS)
        bits: dict[str, int] = {}
        for at, words in enumerate(GROUPS.values()):
            for word in words:
                bits[word] = bits.get(word, 0) | 1 << at
        walk = TextWalk(groups=bits)
        body = tree.body
        self.texts: list[Text] = walk.read(body) if body is not None else []
        self.frames: list[Frame] = walk.frames
        found, self.masses = rows(
            self.texts, self.frames, told=page_told(tree, title=page.title), groups=len(GROUPS)
        )
        self.rows: Floats = np.asarray(found) if found else np.zeros((0, len(feature_names(list(GROUPS)))))
        self.answer: Floats = np.array(answers([t.text for t in self.texts], page.gold), dtype=float)
        size = np.sqrt(np.asarray(self.masses.size)) * np.sqrt(np.asarray(self.masses.size))
        self.weight: Floats = (size + 20.0) / max(1.0, float((size * self.answer).sum()))


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
            (words >= 4 and hits * 2 >= count) or tuple(shingles(text, size=1)) in lines
        )
        if is_article:
            left -= own
        found.append(is_article)
    return found


def fit(matrix: Floats, answer: Floats, weight: Floats) -> list[float]:
    """Bias and weights by Newton's method on the weighted, ridge-penalised log-likelihood."""
    scale = matrix.std(axis=0) + 1e-6
    scaled = np.column_stack([np.ones(len(matrix)), matrix / scale])
    ridge = np.full(scaled.shape[1], RIDGE)
    ridge[0] = 1e-6
    share = weight * (len(weight) / weight.sum())
    w = np.zeros(scaled.shape[1])
    for _ in range(25):
        chances = 1 / (1 + np.exp(-np.clip(scaled @ w, -30, 30)))
        gradient = scaled.T @ (share * (answer - chances)) - ridge * w
        curve = np.maximum(share * chances * (1 - chances), 1e-6)
        hessian = (scaled * curve[:, None]).T @ scaled + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w + step
        if np.abs(step).max() < 1e-5:
            break
    return [float(w[0]), *(float(v) for v in w[1:] / scale)]


def fit_both(data: Sequence[Example], *, inner: int = 5) -> tuple[list[float], list[float]]:
    """Weights of the first and the second look; the second learns from first looks at pages that the first did not learn from."""
    groups = sorted({d.page.group for d in data})
    fold = {group: at % inner for at, group in enumerate(groups)}
    seconds = {}
    for k in range(inner):
        some = fit_first([d for d in data if fold[d.page.group] != k])
        for d in data:
            if fold[d.page.group] == k:
                seconds[id(d)] = second_rows(logistic(d.rows, some), d.texts, d.frames, d.masses)
    first = fit_first(data)
    matrix = np.vstack([np.hstack([d.rows, seconds[id(d)]]) for d in data])
    second = fit(matrix, np.concatenate([d.answer for d in data]), np.concatenate([d.weight for d in data]))
    return first, second


def fit_first(data: Sequence[Example]) -> list[float]:
    """Weights of the first look."""
    return fit(
        np.vstack([d.rows for d in data]),
        np.concatenate([d.answer for d in data]),
        np.concatenate([d.weight for d in data]),
    )


def chances(first: Sequence[float], second: Sequence[float], example: Example) -> Floats:
    """What the two looks say of a page's texts."""
    one = logistic(example.rows, first)
    return logistic(
        np.hstack([example.rows, second_rows(one, example.texts, example.frames, example.masses)]), second
    )


def cross_validate(data: Sequence[Example]) -> list[str]:
    """For each page the texts that a model calls its article's which saw no page of its publisher."""
    groups = sorted({d.page.group for d in data})
    fold = {group: at % FOLDS for at, group in enumerate(groups)}
    found = [""] * len(data)
    for k in range(FOLDS):
        first, second = fit_both([d for d in data if fold[d.page.group] != k])
        for at, d in enumerate(data):
            if fold[d.page.group] == k and len(d.texts):
                kept = chances(first, second, d) >= THRESHOLD
                found[at] = "\n\n".join(t.text for t, keep in zip(d.texts, kept, strict=True) if keep)
    return found


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true", help="report only; write nothing")
    arguments = parser.parse_args()
    data = [Example(page) for page in (*article_bodies(arguments.shared), *publishers(arguments.shared))]
    if arguments.check:
        for kind in ("article_bodies", "publishers"):
            print(f"{kind}: pages cross-validated")
        found = cross_validate(data)
        for kind in ("article_bodies", "publishers"):
            pairs = [
                precision_recall(d.page.gold, text)
                for d, text in zip(data, found, strict=True)
                if d.page.kind == kind
            ]
            print(f"{kind}: {summed_up(pairs)}")
        return
    first, second = fit_both(data)
    names = ["bias", *feature_names(list(GROUPS))]
    written = {
        "licence": "fitted on the article-extraction-benchmark (Zyte, MIT) and on fundus' test pages (MIT)",
        "threshold": THRESHOLD,
        "groups": {name: list(words) for name, words in GROUPS.items()},
        "first": dict(zip(names, (round(w, 4) for w in first), strict=True)),
        "second": dict(zip([*names, *SECOND], (round(w, 4) for w in second), strict=True)),
    }
    target = Path(str(files("transforms"))) / "markup" / "article_model.json"
    target.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
