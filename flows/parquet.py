"""Checks tables at the door and writes the good rows as Parquet, the same bytes for the same rows."""

import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import file_digest
from pathlib import Path

import dataframely as dy
import polars as pl
import pyarrow.parquet as pq

from flows.manifest import TableFile
from flows.quarantine import Refusal
from transforms.arrow import arrow_schema
from transforms.schemas import TABLES, UNKNOWN_MONTH

MONTH = "month"
_MONTH = rf"^(\d{{4}}-\d{{2}}|{UNKNOWN_MONTH})$"
# Texts are long and ids are short: both numbers give row groups of a few megabytes.
_ROWS_OF_TEXT = 20_000
_ROWS = 122_880
_TABLES_OF_TEXT = {"articles", "summaries", "lines"}
_ZSTD_LEVEL = 3
# What tells a row to a person, in this order, where its table has it.
_PLACE = (
    "raw_file",
    "raw_sha256",
    "line",
    "part",
    "post",
    "article_id",
    "summary_id",
    "tag",
    "entity_id",
    "text_hash",
)
_SHOWN_CHARS = 60
# The ledger and the sightings stay whole whatever becomes of an article; these say nothing without theirs.
_HANGS_ON = {
    "summaries": (("article_id", "articles"),),
    "tags": (("article_id", "articles"),),
    "entities": (("article_id", "articles"), ("summary_id", "summaries")),
}


def check_tables(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[Refusal]]:
    """The rows that keep the rules of their tables and hang on a row that does, and a refusal for every other row."""
    good: dict[str, pl.DataFrame] = {}
    refused: list[Refusal] = []
    for name in TABLES:
        frame = tables[name]
        for key, parent in _HANGS_ON.get(name, ()):
            hangs = frame[key].is_null() | frame[key].is_in(good[parent][key].implode())
            refused += [
                _refusal(name, row, [f"{key}|missing"]) for row in frame.filter(~hangs).iter_rows(named=True)
            ]
            frame = frame.filter(hangs)
        good[name], bad = check_table(name, frame)
        refused += bad
    return good, sorted(refused)


def check_table(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Refusal]]:
    """The rows of a table that keep its rules, and a refusal for every other row, naming all the rules it broke."""
    extra = {MONTH: dy.String(regex=_MONTH)} if MONTH in frame.columns else {}
    schema: type[dy.Schema] = type(name, (TABLES[name],), extra)
    good, failure = schema.filter(frame)
    if not len(failure):
        return good, []
    columns = list(schema.columns())
    refusals = []
    for row in failure.details().iter_rows(named=True):
        broken = sorted(rule for rule, verdict in row.items() if rule not in columns and verdict == "invalid")
        refusals.append(_refusal(name, row, broken))
    return good, sorted(refusals)


def _refusal(name: str, row: Mapping[str, object], broken: Sequence[str]) -> Refusal:
    return Refusal(
        raw_file=str(row.get("raw_file") or ""),
        rule=f"{name}.{broken[0]}",
        detail=f"A row of {name} broke {', '.join(broken)}.",
        place=", ".join(
            f"{key}={str(row[key])[:_SHOWN_CHARS]}" for key in _PLACE if row.get(key) is not None
        ),
    )


def write_tables(root: Path, tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, TableFile]]:
    """Writes checked tables below a folder; paths below it → what was written. A table without rows has one empty file."""
    written: dict[str, dict[str, TableFile]] = {}
    for name in TABLES:
        written[name] = {}
        for folder, part in _parts(name, tables[name]):
            path, file = _write_part(root / folder, name, part)
            written[name][f"{folder}/{path.name}"] = file
    return written


def _parts(name: str, frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    if MONTH not in frame.columns:
        yield name, frame
        return
    months = sorted(frame[MONTH].unique().to_list()) or [UNKNOWN_MONTH]
    for month in months:
        yield f"{name}/{MONTH}={month}", frame.filter(pl.col(MONTH) == month).drop(MONTH)


def _write_part(folder: Path, name: str, frame: pl.DataFrame) -> tuple[Path, TableFile]:
    folder.mkdir(parents=True, exist_ok=True)
    unnamed = folder / "unnamed"
    schema = arrow_schema(name)
    with unnamed.open("wb") as file:
        with pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            write_page_index=True,
            version="2.6",
        ) as writer:
            # A slice at a time: offsets of `string` reach no further than two gigabytes of text.
            rows = _ROWS_OF_TEXT if name in _TABLES_OF_TEXT else _ROWS
            for part in frame.select(schema.names).iter_slices(rows):
                writer.write_table(part.to_arrow().cast(schema), row_group_size=rows)
        file.flush()
        os.fsync(file.fileno())
    with unnamed.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        size = file.seek(0, os.SEEK_END)
    path = folder / f"part-{digest[:16]}.parquet"
    unnamed.rename(path)
    return path, TableFile(sha256=digest, rows=frame.height, size=size)
