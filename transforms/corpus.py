"""What only the corpus tells: which copies are of one article, which articles are near-duplicates, which blocks repeat.

All of it is a function of the set of documents: their order, and how many runs brought them, change nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from transforms.articles import Copy, article_blocks, body_of, copies, whole_blocks
from transforms.boilerplate import RulePack, key_hash, label, repeated
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
        [(clusters[article_id], standing_texts(group[0])) for article_id, group in first.items()]
    )
    labelled = tuple(relabelled(document, rules=knowledge.rules, texts=texts) for document in ordered)
    return Corpus(documents=labelled, copies=_by_article(labelled), clusters=clusters)


def standing_texts(copy: Copy) -> list[str]:
    """The texts of a copy's article, block by block, as they stood."""
    return [block.text for block in whole_blocks(copy.blocks)]


def in_order(copies: Iterable[Copy]) -> tuple[Copy, ...]:
    """The copies of one article; the first is the one that is read."""
    return tuple(sorted(copies, key=lambda copy: copy.place))


def _by_article(documents: Sequence[Document]) -> dict[str, tuple[Copy, ...]]:
    groups: dict[str, list[Copy]] = {}
    for document in documents:
        for copy in copies(document):
            if copy.article_id:
                groups.setdefault(copy.article_id, []).append(copy)
    return {article_id: in_order(groups[article_id]) for article_id in sorted(groups)}


def relabelled(document: Document, *, rules: RulePack, texts: frozenset[int]) -> Document:
    """The document with the blocks labelled that repeat over the corpus."""
    if not texts:
        return document
    posts = tuple(relabelled_post(post, rules=rules, texts=texts) for post in document.page.posts)
    return replace(document, page=replace(document.page, posts=posts))


def relabelled_post(post: Post, *, rules: RulePack, texts: frozenset[int]) -> Post:
    """The same for one post; it stays as it is where none of its blocks repeats."""
    old = article_blocks(post)
    whole = [block for block in whole_blocks(b for b in old if not b.is_told) if block.text]
    if not any(key_hash(block.text) in texts for block in whole):
        return post
    new = label(whole, title=post.title, rules=rules, repeated=texts)
    if not body_of(new):
        # An article of nothing but what others repeat is still an article.
        return post
    lines = {block.line for block in whole}
    kept = [block for block in post.blocks if block.line not in lines]
    return replace(post, blocks=tuple(sorted((*kept, *new), key=lambda b: (b.line, b.part or 0))))
