"""The corpus as tables: keys, ids, the ledger, provenance, and that order changes nothing."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.records import Document, RawDocument
from transforms.schemas import TABLES
from transforms.tables import UNPARTITIONED, compose

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def document(text: str, *, name: str, knowledge: Knowledge, scraped_at: str | None = None) -> Document:
    raw = RawDocument(
        raw_file=name, raw_sha256=sha256(text.encode()).hexdigest(), text=text, scraped_at=scraped_at
    )
    return read(raw, knowledge=knowledge)


@pytest.fixture(scope="module")
def documents(knowledge: Knowledge) -> list[Document]:
    return [
        document(path.read_text("utf-8"), name=f"sample/{path.name}", knowledge=knowledge)
        for path in sorted(SAMPLE.glob("*.txt"))
    ]


@pytest.fixture(scope="module")
def tables(documents: list[Document], knowledge: Knowledge) -> dict[str, pl.DataFrame]:
    return compose(documents, knowledge=knowledge)


def test_every_table_is_there_and_keeps_its_schema(tables: dict[str, pl.DataFrame]) -> None:
    """Each frame is what its schema says; the month is beside it and not in it."""
    assert list(tables) == list(TABLES)
    for name, frame in tables.items():
        assert ("month" in frame.columns) is (name not in UNPARTITIONED)
        TABLES[name].validate(frame.drop("month", strict=False))
        assert frame.height > 0, name


def test_every_line_that_is_not_blank_is_in_the_ledger_once(
    tables: dict[str, pl.DataFrame], documents: list[Document]
) -> None:
    """One row a line, or one a piece, and the pieces of a line are the line."""
    lines = tables["lines"].group_by("raw_file", "line", maintain_order=True).agg(pl.col("text").str.join(""))
    told = {(row["raw_file"], row["line"]): row["text"] for row in lines.to_dicts()}
    expected = {
        (f"sample/{path.name}", number): line.strip()
        for path in sorted(SAMPLE.glob("*.txt"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if line.strip()
    }
    assert told == expected
    assert len(documents) == tables["sightings"]["raw_file"].n_unique()


def test_rows_point_at_rows_that_are_there(tables: dict[str, pl.DataFrame]) -> None:
    """Every article_id and summary_id has its row, and every article was seen somewhere."""
    articles = set(tables["articles"]["article_id"])
    for name in ("summaries", "tags", "entities", "sightings", "lines"):
        assert set(tables[name]["article_id"].drop_nulls()) <= articles, name
    assert set(tables["sightings"]["article_id"].drop_nulls()) == articles
    summaries = set(tables["summaries"]["summary_id"])
    assert set(tables["sightings"]["summary_id"].drop_nulls()) == summaries
    assert set(tables["entities"]["summary_id"].drop_nulls()) <= summaries
    counts = dict(tables["sightings"]["article_id"].drop_nulls().value_counts().iter_rows())
    assert counts == dict(tables["articles"].select("article_id", "sighting_count").iter_rows())


def test_a_copy_on_two_pages_is_one_article_with_two_sightings(tables: dict[str, pl.DataFrame]) -> None:
    """The sample has one exact copy and near-duplicates: one row each, joined by their cluster."""
    articles = tables["articles"]
    assert articles.filter(pl.col("sighting_count") > 1).height >= 1
    clusters = articles.group_by("cluster_id").agg(
        pl.len().alias("size"), pl.col("is_representative").sum(), pl.col("article_id").min()
    )
    assert clusters.filter(pl.col("size") > 1).height >= 1
    assert (clusters["is_representative"] == 1).all()
    assert (clusters["cluster_id"] == clusters["article_id"]).all()


def test_spans_are_where_the_text_says(tables: dict[str, pl.DataFrame]) -> None:
    """An entity's offsets cut its surfaces out of body, title or summary."""
    texts = {("article", row["article_id"], None): row["body"] for row in tables["articles"].to_dicts()}
    texts |= {("title", row["article_id"], None): row["title"] for row in tables["articles"].to_dicts()}
    texts |= {
        ("summary", row["article_id"], row["summary_id"]): row["text"]
        for row in tables["summaries"].to_dicts()
    }
    for row in tables["entities"].to_dicts():
        text = texts[row["section"], row["article_id"], row["summary_id"]]
        cut = {text[span["start"] : span["end"]] for span in row["spans"]}
        assert cut == set(row["surfaces"])
        assert len(row["spans"]) == row["mentions"]


def test_no_boilerplate_is_left_in_a_body(tables: dict[str, pl.DataFrame]) -> None:
    """What the ledger calls boilerplate of whole lines is not in the article's body as a paragraph."""
    bodies = dict(tables["articles"].select("article_id", "body").iter_rows())
    lines = tables["lines"].filter(pl.col("part").is_null() & pl.col("article_id").is_not_null())
    prose = set(lines.filter(pl.col("role") == "article").select("article_id", "text").iter_rows())
    removed = lines.filter(pl.col("role") == "boilerplate").select("article_id", "text")
    assert removed.height > 30
    for article_id, text in removed.iter_rows():
        assert text not in bodies[article_id].split("\n\n") or (article_id, text) in prose


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_changes_nothing(
    data: st.DataObject, documents: Sequence[Document], tables: dict[str, pl.DataFrame], knowledge: Knowledge
) -> None:
    """The same documents in any order give the same tables."""
    again = compose(data.draw(st.permutations(documents)), knowledge=knowledge)
    for name, frame in tables.items():
        assert frame.equals(again[name]), name


def test_a_bare_link_has_a_sighting_and_no_article(knowledge: Knowledge) -> None:
    """A title with nothing under it is provenance alone."""
    told = compose(
        [
            document(
                "Tag: HARBOUR\n\n  • Dockers walk out\n\n  • Bridge closed", name="a.txt", knowledge=knowledge
            )
        ],
        knowledge=knowledge,
    )
    assert told["articles"].height == 0
    assert told["sightings"]["article_id"].to_list() == [None, None]
    assert told["lines"]["role"].to_list() == ["page_heading", "title", "title"]


def test_the_month_is_that_of_publication_else_of_the_scrape(knowledge: Knowledge) -> None:
    """A printed date wins over the time of the scrape; with neither, or a date in the future, the month is unknown."""
    prose = (
        "The harbour board of Velmora said that the new rota would not come before the end of the coming winter. "
        * 3
    )
    undated = f"Dockers walk out at Velmora\n\n{prose}"
    dated = f"Dockers walk out at Velmora\n\nPublished 10:02 AM EST Nov 19, 2021\n\n{prose}Again."
    later = f"Dockers walk out at Velmora\n\nPublished 10:02 AM EST Nov 19, 2099\n\n{prose}And again."
    told = compose(
        [
            document(undated, name="a.txt", knowledge=knowledge, scraped_at="2022-01-05T00:00:00+00:00"),
            document(dated, name="b.txt", knowledge=knowledge, scraped_at="2022-01-05T00:00:00+00:00"),
            document(f"{undated} Once more, with feeling.", name="c.txt", knowledge=knowledge),
            document(later, name="d.txt", knowledge=knowledge),
        ],
        knowledge=knowledge,
    )
    assert sorted(told["articles"]["month"].to_list()) == ["2021-11", "2022-01", "unknown", "unknown"]


def repeated_endings(knowledge: Knowledge) -> list[Document]:
    """Eight pages that end in the same eight lines; on one of them they are all there is."""
    ending = "\n\n".join(f"Number {n} of the eight lines that all of these pages end in." for n in range(8))
    texts = [f"All that there is\n\n{ending}"]
    for n in range(7):
        story = "\n\n".join(
            f"Story {n} says in part {part} that word{n}{part} and thing{n}{part} met." for part in range(6)
        )
        texts.append(f"Story number {n}\n\n{story}\n\n{ending}")
    return [document(text, name=f"{n}.txt", knowledge=knowledge) for n, text in enumerate(texts)]


def test_an_article_of_what_others_repeat_is_still_an_article(knowledge: Knowledge) -> None:
    """Repetition over the corpus never empties a body, and every cluster is named for an article that is there."""
    alone = compose(repeated_endings(knowledge)[:1], knowledge=knowledge)["articles"]
    together = compose(repeated_endings(knowledge), knowledge=knowledge)["articles"]
    assert together.height == 8
    assert set(alone["article_id"]) <= set(together["article_id"])
    assert set(together["cluster_id"]) <= set(together["article_id"])


def test_no_rule_moves_an_articles_id(knowledge: Knowledge) -> None:
    """What is cut out of a line does not change what the article is called."""
    text = f"Dockers walk out at Velmora\n\n{'The board of Velmora said so. ' * 12}\n\nShips are waiting in the waterSource link"
    bare = Knowledge({**knowledge.sources, "boilerplate": ""})
    ids = [
        compose([document(text, name="a.txt", knowledge=k)], knowledge=k)["articles"]["article_id"].to_list()
        for k in (knowledge, bare)
    ]
    assert ids[0] == ids[1]
