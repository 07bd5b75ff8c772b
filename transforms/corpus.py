"""What only the corpus tells: which copies are of one article, which articles are near-duplicates, which blocks repeat.

All of it is a function of the set of documents: their order, and how many runs brought them, change nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from transforms.articles import Copy, article_blocks, body_of, copies, whole_blocks
from transforms.boilerplate import label, repeated
from transforms.duplicates import find_clusters
from transforms.knowledge import Knowledge
from transforms.records import Document, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Documents, and what they tell together.

    Args:
        documents: Sorted by raw file and hash; what repeats over the corpus is labelled.
        copies: For every article, its copies; the first is the one that is read.
        clusters: For every article, its near-duplicate cluster.
    """

    documents: tuple[Document, ...]
    copies: dict[str, tuple[Copy, ...]]
    clusters: dict[str, str]


def gather(documents: Iterable[Document], *, knowledge: Knowledge) -> Corpus:
    """The corpus of the documents."""
    ordered = sorted(documents, key=lambda d: (d.raw_file, d.raw_sha256))
    first = _by_article(ordered)
    clusters = find_clusters([(article_id, body_of(group[0].blocks)) for article_id, group in first.items()])
    texts = repeated(
        [
            (article_id, clusters[article_id], [block.text for block in whole_blocks(group[0].blocks)])
            for article_id, group in first.items()
        ]
    )
    if not texts:
        return Corpus(documents=tuple(ordered), copies=first, clusters=clusters)
    labelled = tuple(_relabelled(document, knowledge=knowledge, texts=texts) for document in ordered)
    again = _by_article(labelled)
    return Corpus(
        documents=labelled, copies=again, clusters={i: c for i, c in clusters.items() if i in again}
    )


def _by_article(documents: Sequence[Document]) -> dict[str, tuple[Copy, ...]]:
    groups: dict[str, list[Copy]] = {}
    for document in documents:
        for copy in copies(document):
            if copy.article_id:
                groups.setdefault(copy.article_id, []).append(copy)
    return {
        article_id: tuple(sorted(groups[article_id], key=lambda c: c.place)) for article_id in sorted(groups)
    }


def _relabelled(document: Document, *, knowledge: Knowledge, texts: frozenset[str]) -> Document:
    posts = tuple(_relabelled_post(post, knowledge=knowledge, texts=texts) for post in document.page.posts)
    return replace(document, page=replace(document.page, posts=posts))


def _relabelled_post(post: Post, *, knowledge: Knowledge, texts: frozenset[str]) -> Post:
    old = article_blocks(post)
    if not old:
        return post
    whole = [block for block in whole_blocks(b for b in old if not b.is_told) if block.text]
    new = label(whole, title=post.title, rules=knowledge.rules, repeated=texts)
    if not body_of(new):
        # An article of nothing but what others repeat is still an article.
        return post
    lines = {block.line for block in whole}
    kept = [block for block in post.blocks if block.line not in lines]
    return replace(post, blocks=tuple(sorted((*kept, *new), key=lambda b: (b.line, b.part or 0))))
