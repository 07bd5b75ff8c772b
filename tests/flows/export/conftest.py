"""A store with everything in it that another form could get wrong, and what it holds, row by row."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.export.exporting import Exported, Form, Order, export
from flows.manifest import Manifest, TableFile, render_manifest
from flows.paths import Paths, paths_for
from transforms.arrow import arrow_schema
from transforms.schemas import TABLES

Row = dict[str, Any]
# By table: month ("" where it has none) → rows.
Tables = Mapping[str, Mapping[str, Sequence[Row]]]

# What a spreadsheet runs, or would if it passed over what stands before it.
FORMULAS = [
    "=cmd()|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff@A1",
    '"=1+1"',
    "'=1+1",
    "“=1+1”",
    "=",
]
# What is none, though it looks strange.
PLAIN = [
    "",
    "a=1",
    "1-1",
    "it's",
    '"quoted", with comma',
    "two\nlines",
    "a\rb",
    "NUL\0inside",
    "نص",
    "𝔘\u2028",
    ",;\t|",
]
MOMENT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def _id(number: int) -> str:
    return f"{number:032x}"


def _article(number: int, text: str, **more: object) -> Row:
    row: Row = dict.fromkeys(TABLES["articles"].columns())
    return row | {
        "article_id": _id(number),
        "title": text,
        "body": f"{text} body",
        "author": text,
        "word_count": 2,
        "page_tags": [text, "KARST"],
        "is_truncated": number % 2 == 0,
        "cluster_id": _id(number),
        "is_representative": True,
        "sighting_count": 2**31 - 1,
        "boilerplate_words": 0,
        **more,
    }


def _line(number: int, text: str) -> Row:
    row: Row = dict.fromkeys(TABLES["lines"].columns())
    return row | {
        "raw_file": f"=folder/{text}",
        "raw_sha256": f"{number:064x}",
        "line": number,
        "post": 0,
        "role": "chrome",
        "text": text,
        "article_id": _id(number - 1),
    }


def hostile_tables() -> dict[str, dict[str, list[Row]]]:
    """Rows of all tables, most of them formulas; `tags` in two months, `entities` with structs, `sightings` empty."""
    texts = [*FORMULAS, *PLAIN]
    half = len(texts) // 2
    articles = [_article(number, text) for number, text in enumerate(texts)]
    articles[0] |= {"title": None, "published_at": MOMENT, "published_date": date(2025, 1, 2)}
    articles[1] |= {
        "published_at": MOMENT.replace(microsecond=600),
        "scraped_at": datetime(1, 1, 1, tzinfo=UTC),
    }
    tags = [
        {
            "article_id": _id(number),
            "tag": text,
            "tag_norm": text,
            "kind": "list",
            "position": 1,
            "published_date": None,
        }
        for number, text in enumerate(texts)
    ]
    return {
        "articles": {"2025-01": articles[:half], "unknown": articles[half:]},
        "summaries": {
            "2025-01": [
                {
                    **dict.fromkeys(TABLES["summaries"].columns()),
                    "summary_id": _id(9),
                    "article_id": _id(0),
                    "text": "=a rewrite",
                    "word_count": 2,
                    "coverage": 0.875,
                    "unsupported_names": ["=x"],
                    "unsupported_quotes": [],
                }
            ]
        },
        "tags": {"2025-01": tags[:half], "unknown": tags[half:]},
        "entities": {
            "2025-01": [
                {
                    **dict.fromkeys(TABLES["entities"].columns()),
                    "article_id": _id(0),
                    "section": "article",
                    "entity_id": _id(7),
                    "name": "=Olm",
                    "type": "LOC",
                    "mentions": 2,
                    "surfaces": ["=Olm", 'the "Olm"'],
                    "spans": [{"start": 0, "end": 4}, {"start": 9, "end": 2**31 - 1}],
                    "in_article": True,
                }
            ]
        },
        "sightings": {"unknown": []},
        "lines": {"unknown": [_line(number, text) for number, text in enumerate(texts, start=1)]},
        "boilerplate": {
            "": [
                {
                    "text_hash": _id(number),
                    "text": text,
                    "reason": "=caption",
                    "occurrences": 1,
                    "articles": 0,
                    "publishers": [],
                }
                for number, text in enumerate(texts)
            ]
        },
    }


def write_store(tree: Path, tables: Tables, *, snapshot: int = 1, row_group_size: int = 7) -> Paths:
    """Writes a store as a run does: files named for their bytes, and a manifest."""
    written: dict[str, dict[str, TableFile]] = {}
    for name, months in tables.items():
        written[name] = {}
        for month, rows in months.items():
            folder = tree / name / (f"month={month}" if month else "")
            folder.mkdir(parents=True, exist_ok=True)
            unnamed = folder / "unnamed"
            schema = arrow_schema(name)
            pq.write_table(pa.Table.from_pylist(list(rows), schema), unnamed, row_group_size=row_group_size)
            data = unnamed.read_bytes()
            digest = sha256(data).hexdigest()
            path = unnamed.rename(folder / f"part-{digest[:16]}.parquet")
            written[name][path.relative_to(tree).as_posix()] = TableFile(
                sha256=digest, rows=len(rows), size=len(data)
            )
    manifest = Manifest(snapshot=snapshot, schema_version="1.0", key="k", tables=written, raw={})
    (tree / "_manifest.json").write_bytes(render_manifest(manifest))
    return paths_for(tree)


@pytest.fixture
def held(hostile: Tables) -> Callable[[str], list[Row]]:
    """What a reader of an export must find in a table: the rows in the order of the months, `month` the last column."""

    def rows(table: str) -> list[Row]:
        return [
            {**row, **({"month": month} if month else {})}
            for month, found in sorted(hostile[table].items())
            for row in found
        ]

    return rows


@pytest.fixture
def hostile() -> Tables:
    """The rows of the hostile store."""
    return hostile_tables()


@pytest.fixture
def hostile_store(tmp_path: Path, hostile: Tables) -> Paths:
    """The hostile store."""
    return write_store(tmp_path / "data" / "processed", hostile)


@pytest.fixture
def export_to(hostile_store: Paths) -> Callable[..., Exported]:
    """Exports the hostile store."""

    def run(form: str, folder: Path, **more: Any) -> Exported:  # noqa: ANN401  # whatever an order takes
        order = Order(tree=hostile_store, form=Form(form), folder=folder, memory_bytes=1 << 28, **more)
        return export(order, watch=lambda _done, _total: None)

    return run


@pytest.fixture
def make_store() -> Callable[..., Paths]:
    """Writes a store of given rows."""
    return write_store
