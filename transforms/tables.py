"""The corpus as tables, in memory: one frame for each schema, sorted, with the month that a row's file goes by.

`month` is the month of the article's published_at, else of its scraped_at, else "unknown"; it is for the path
alone and no column of the files. A run makes the same tables piece by piece (flows.corpus), and a test holds the two together.
"""

from collections.abc import Sequence
from operator import itemgetter

import polars as pl

from transforms.corpus import gather
from transforms.entities.find import Recognizer
from transforms.entities.rules import recognizer
from transforms.knowledge import Knowledge
from transforms.records import Document
from transforms.rows.article import ArticleRows
from transforms.rows.boilerplate import PIECE_ORDER, boilerplate_rows
from transforms.rows.document import PIECES, document_rows
from transforms.rows.facts import Facts, Row
from transforms.rows.frames import UNPARTITIONED, frame_of
from transforms.schemas import TABLES

__all__ = ["UNPARTITIONED", "compose"]


def compose(
    documents: Sequence[Document], *, knowledge: Knowledge, recognize: Recognizer | None = None
) -> dict[str, pl.DataFrame]:
    """Every table of the contract.

    Args:
        documents: All documents of the corpus, in any order.
        knowledge: What the pipeline knows.
        recognize: Who finds entities; without a word rules and lexicon.

    Returns:
        A frame for each of TABLES with the schema's columns, and `month` where the table is partitioned.
    """
    corpus = gather(documents, knowledge=knowledge)
    make = ArticleRows(knowledge, recognizer=recognize or recognizer(knowledge.lexicon))
    rows: dict[str, list[Row]] = {name: [] for name in (*TABLES, PIECES)}
    facts: dict[str, Facts] = {}
    for article_id, group in corpus.copies.items():
        facts[article_id], of_article = make(group)
        _add(rows, of_article)
    for document in corpus.documents:
        _add(rows, document_rows(document, facts=facts))
    _mark_clusters(rows["articles"], corpus.clusters)
    for piece in rows[PIECES]:
        piece["publisher"] = facts[piece["article_id"]].publisher if piece["article_id"] else None
    rows["boilerplate"] = list(boilerplate_rows(sorted(rows.pop(PIECES), key=itemgetter(*PIECE_ORDER))))
    return {name: frame_of(name, rows[name]) for name in TABLES}


def _add(rows: dict[str, list[Row]], more: dict[str, list[Row]]) -> None:
    for name, found in more.items():
        rows[name] += found


def _mark_clusters(articles: Sequence[Row], clusters: dict[str, str]) -> None:
    best: dict[str, Row] = {}
    for row in articles:
        row["cluster_id"] = clusters[row["article_id"]]
        row["is_representative"] = False
        held = best.setdefault(row["cluster_id"], row)
        if (-row["word_count"], row["article_id"]) < (-held["word_count"], held["article_id"]):
            best[row["cluster_id"]] = row
    for row in best.values():
        row["is_representative"] = True
