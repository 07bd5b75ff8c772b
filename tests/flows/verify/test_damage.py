"""Each way in which a store can be damaged is named, on a store that a run made."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.manifest import Manifest, TableFile, read_manifest, render_manifest
from flows.paths import paths_for
from flows.verify import Verdict, articles, counts, keys, ledger
from flows.verify.store import verify_store
from transforms.arrow import arrow_schema
from transforms.croissant import describe_croissant
from transforms.datapackage import describe_package
from transforms.schemas import TABLES

MEMORY = 512 * 1024 * 1024


def look(store: Path) -> Verdict:
    """The verdict on a store."""
    return verify_store(paths_for(store), memory_bytes=MEMORY, watch=lambda _done, _all: None)


def rules(store: Path) -> set[str]:
    """The rules that a store breaks."""
    return {fault.rule for fault in look(store).faults}


def manifest_of(store: Path) -> Manifest:
    """The manifest that must be there."""
    manifest = read_manifest(paths_for(store))
    assert manifest
    return manifest


def save(store: Path, manifest: Manifest) -> None:
    """Writes a manifest."""
    (store / "_manifest.json").write_bytes(render_manifest(manifest))


def path_of(store: Path, table: str, month: str = "") -> str:
    """The file of a table, or that of one of its months, below the store."""
    (path,) = [path for path in manifest_of(store).tables[table] if month in path]
    return path


def put(store: Path, folder: str, rows: pa.Table, *, instead_of: str | None, **form: object) -> str:
    """Writes Parquet as a run does, but for what `form` says, and makes the manifest agree; the new path."""
    table = folder.partition("/")[0]
    (store / folder).mkdir(parents=True, exist_ok=True)
    unnamed = store / folder / "unnamed"
    size = 20_000 if table in {"articles", "summaries", "lines"} else 122_880
    told: dict[str, object] = {"compression": "zstd", "write_page_index": True, "row_group_size": size}
    pq.write_table(rows, unnamed, **(told | form))
    digest = sha256(unnamed.read_bytes()).hexdigest()
    path = f"{folder}/part-{digest[:16]}.parquet"
    manifest = manifest_of(store)
    files = dict(manifest.tables[table])
    if instead_of:
        (store / instead_of).unlink()
        del files[instead_of]
    unnamed.rename(store / path)
    files[path] = TableFile(sha256=digest, rows=rows.num_rows, size=(store / path).stat().st_size)
    save(store, msgspec.structs.replace(manifest, tables=manifest.tables | {table: files}))
    describe(store)
    return path


def describe(store: Path) -> None:
    """Makes the descriptions agree with the manifest."""
    files = {name: msgspec.to_builtins(held) for name, held in manifest_of(store).tables.items()}
    for name, value in (
        ("datapackage.json", describe_package(files)),
        ("croissant.json", describe_croissant(files)),
    ):
        (store / name).write_text(json.dumps(value), encoding="utf-8")


def change(
    store: Path, table: str, make: Callable[[pl.DataFrame], pl.DataFrame], *, month: str = "", to: str = ""
) -> str:
    """Changes the rows of a file, in a manner that its hash, its size and its rows agree with the manifest."""
    path = path_of(store, table, month)
    schema = arrow_schema(table)
    frame = make(pl.read_parquet(store / path, hive_partitioning=False))
    rows = frame.select(schema.names).to_arrow().cast(schema)
    folder = path.rpartition("/")[0].replace(month, to) if to else path.rpartition("/")[0]
    return put(store, folder, rows, instead_of=path)


def recount(store: Path, **more: int) -> None:
    """Makes the manifest's counts agree with rows that were put in or taken away."""
    manifest = manifest_of(store)
    counts = {name: count + more.get(name, 0) for name, count in manifest.counts.items()}
    save(store, msgspec.structs.replace(manifest, counts=counts))


def set_first(**values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Gives the first row other values."""

    def make(frame: pl.DataFrame) -> pl.DataFrame:
        first = frame.head(1).with_columns(
            **{name: pl.lit(value, dtype=frame.schema[name]) for name, value in values.items()}
        )
        return pl.concat([first, frame.tail(-1)])

    return make


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A way to damage a store, and what must be named.

    Args:
        rule: The rule that must be among those broken.
        do: Damages the store.
        tells: What the fault's place or detail has.
    """

    rule: str
    do: Callable[[Path], object]
    tells: str


Do = Callable[[Path], object]


def _gone(table: str) -> Do:
    return lambda store: (store / path_of(store, table, "")).unlink()


def _cut(table: str, month: str) -> Do:
    def do(store: Path) -> None:
        path = store / path_of(store, table, month)
        path.write_bytes(path.read_bytes()[:-9])

    return do


def _named(table: str, month: str, other: str) -> Do:
    """Renames a file, in the manifest too."""

    def do(store: Path) -> None:
        path = path_of(store, table, month)
        new = other.format(folder=path.rpartition("/")[0], path=path)
        (store / path).rename(store / new)
        manifest = manifest_of(store)
        files = {new if name == path else name: file for name, file in manifest.tables[table].items()}
        save(store, msgspec.structs.replace(manifest, tables=manifest.tables | {table: files}))

    return do


def _no_parquet(store: Path) -> None:
    path = path_of(store, "summaries", "unknown")
    digest = sha256(b"no Parquet").hexdigest()
    (store / path).write_text("no Parquet", encoding="utf-8")
    new = f"{path.rpartition('/')[0]}/part-{digest[:16]}.parquet"
    (store / path).rename(store / new)
    manifest = manifest_of(store)
    files = {name: file for name, file in manifest.tables["summaries"].items() if name != path}
    files[new] = TableFile(sha256=digest, rows=2, size=10)
    save(store, msgspec.structs.replace(manifest, tables=manifest.tables | {"summaries": files}))


def _without_table(store: Path) -> None:
    manifest = manifest_of(store)
    tables = {name: files for name, files in manifest.tables.items() if name != "sightings"}
    save(store, msgspec.structs.replace(manifest, tables=tables))


def _reform(table: str, make: Callable[[pa.Table], pa.Table] = lambda rows: rows, **form: object) -> Do:
    """Writes the first file of a table anew, in another form."""

    def do(store: Path) -> None:
        path = min(manifest_of(store).tables[table])
        rows = pq.ParquetFile(store / path).read().cast(arrow_schema(table))
        put(store, path.rpartition("/")[0], make(rows), instead_of=path, **form)

    return do


def _wide(rows: pa.Table) -> pa.Table:
    return rows.set_column(4, pa.field("position", pa.int64()), rows["position"].cast(pa.int64()))


def _nullable(rows: pa.Table) -> pa.Table:
    return rows.cast(pa.schema([field.with_nullable(nullable=True) for field in rows.schema]))


def _more_rows(store: Path) -> None:
    manifest = manifest_of(store)
    path = path_of(store, "sightings", "2025-01")
    file = msgspec.structs.replace(manifest.tables["sightings"][path], rows=99)
    files = manifest.tables["sightings"] | {path: file}
    save(store, msgspec.structs.replace(manifest, tables=manifest.tables | {"sightings": files}))


def _twice(table: str, month: str) -> Do:
    return lambda store: change(store, table, lambda rows: pl.concat([rows.head(1), rows]), month=month)


def _other(table: str, month: str, **values: object) -> Do:
    return lambda store: change(store, table, set_first(**values), month=month)


def _backwards(table: str, month: str) -> Do:
    return lambda store: change(store, table, lambda rows: rows.reverse(), month=month)


def _overlap(store: Path) -> None:
    """Cuts a partition into two files, each sorted, that do not follow one another."""
    path = path_of(store, "tags", "unknown")
    rows = pq.ParquetFile(store / path).read().cast(arrow_schema("tags"))
    folder = path.rpartition("/")[0]
    put(store, folder, rows.take(list(range(0, rows.num_rows, 2))), instead_of=path)
    put(store, folder, rows.take(list(range(1, rows.num_rows, 2))), instead_of=None)


def _move(table: str, month: str, to: str) -> Do:
    return lambda store: change(store, table, lambda rows: rows, month=month, to=to)


def _without_first(table: str, month: str, **counted: int) -> Do:
    def do(store: Path) -> None:
        change(store, table, lambda rows: rows.tail(-1), month=month)
        recount(store, **counted)

    return do


def _raw(**values: object) -> Do:
    """Gives the first raw file other values in the manifest."""

    def do(store: Path) -> None:
        manifest = manifest_of(store)
        digest, entry = next(iter(manifest.raw.items()))
        entry = msgspec.structs.replace(entry, **values)
        save(store, msgspec.structs.replace(manifest, raw=manifest.raw | {digest: entry}))

    return do


def _one_cluster(store: Path) -> None:
    """Puts every article into the cluster of the one with the largest id."""
    ids = pl.read_parquet(store / "articles" / "**" / "*.parquet")["article_id"].sort()
    for month in ("2024-12", "2025-01", "2025-03", "unknown"):
        change(store, "articles", lambda rows: rows.with_columns(cluster_id=pl.lit(ids[-1])), month=month)


def _representatives(value: pl.Expr) -> Do:
    return lambda store: change(
        store, "articles", lambda rows: rows.with_columns(is_representative=value), month="2025-01"
    )


def _summary_of_another(table: str) -> Do:
    """Names the summary of another article."""

    def do(store: Path) -> None:
        other = pl.read_parquet(store / path_of(store, "summaries", "unknown"))["summary_id"][0]
        change(store, table, set_first(summary_id=other), month="2025-03")

    return do


NOWHERE = "f" * 32
DAY = datetime(2024, 12, 5, tzinfo=UTC)
# Each group is done to one store, and all of it must be named at once.
GROUPS: dict[str, tuple[Damage, ...]] = {
    "files": (
        Damage(rule="missing", do=_gone("boilerplate"), tells="boilerplate/part-"),
        Damage(rule="size", do=_cut("articles", "2024-12"), tells="articles/month=2024-12"),
        Damage(rule="name", do=_named("articles", "unknown", f"{{folder}}/part-{'0' * 16}.parquet"), tells="part-0000"),
        Damage(rule="path", do=_named("entities", "unknown", "../outside.parquet"), tells="../outside.parquet"),
        Damage(rule="path", do=_move("tags", "2025-03", "2025-13"), tells="month=2025-13"),
        Damage(rule="unreadable", do=_no_parquet, tells="summaries/month=unknown"),
        Damage(rule="table", do=_without_table, tells="sightings"),
        Damage(rule="unnamed", do=lambda store: (store / "lines" / "mine.parquet").touch(), tells="lines/mine.parquet"),
        Damage(rule="unnamed", do=lambda _: None, tells="sightings/month="),
    ),
    "descriptions": (
        Damage(rule="missing", do=lambda store: (store / "croissant.json").unlink(), tells="croissant.json"),
        Damage(rule="description", do=lambda store: (store / "datapackage.json").write_text("[]"), tells="cannot be read"),
    ),
    "a description of another tree": (
        Damage(rule="description", do=_named("articles", "unknown", f"{{folder}}/part-{'0' * 16}.parquet"), tells="datapackage.json"),
        Damage(rule="description", do=lambda _: None, tells="croissant.json"),
    ),
    "form": (
        Damage(rule="schema", do=_reform("tags", _wide), tells="position: int64 instead of int32"),
        Damage(rule="schema", do=_reform("summaries", _nullable), tells="text: string instead of string not null"),
        Damage(rule="schema", do=_reform("entities", lambda rows: rows.select(rows.schema.names[::-1])), tells="the order is published_date"),
        Damage(rule="schema", do=_reform("boilerplate", lambda rows: rows.append_column("month", rows["text"])), tells="month: string"),
        Damage(rule="metadata", do=_reform("articles", lambda rows: rows.replace_schema_metadata({"made": "today"})), tells="made"),
        Damage(rule="compression", do=_reform("sightings", compression="snappy"), tells="sightings/month=2024-12"),
        Damage(rule="page_index", do=_reform("lines", write_page_index=False, row_group_size=1), tells="lines/month=2024-12"),
        Damage(rule="row_groups", do=lambda _: None, tells="lines/month=2024-12"),
        Damage(rule="rows", do=_more_rows, tells="the manifest says 99"),
    ),
    "rules of columns": (
        Damage(rule="tags.kind|regex", do=_other("tags", "unknown", kind="guess"), tells="kind=guess"),
        Damage(rule="tags.position|min", do=_other("tags", "2025-03", position=0), tells="month=2025-03"),
        Damage(rule="articles.page_tags|inner_nullability", do=_other("articles", "unknown", page_tags=[None]), tells="article_id="),
        Damage(rule="order", do=_backwards("entities", "2025-01"), tells="entities/month=2025-01"),
        Damage(rule="order", do=_overlap, tells="has ended"),
    ),
    "keys": tuple(
        Damage(rule=f"{table}.key", do=_twice(table, "unknown" if table != "boilerplate" else ""), tells="2 rows have the key")
        for table in TABLES
    ),
    "months": (
        Damage(rule="articles.month", do=_move("articles", "2025-01", "2025-02"), tells="published_at or scraped_at tells"),
        *(Damage(rule=f"{table}.month", do=_move(table, "2024-12", "2024-11"), tells="than 2024-12") for table in ("entities", "sightings", "lines")),
        Damage(rule="sightings.scraped_month", do=_move("sightings", "2025-03", "2025-04"), tells="its scraped_at tells"),
        Damage(rule="lines.scraped_month", do=_move("lines", "2025-03", "2025-04"), tells="its page was scraped"),
    ),
    "days": (
        Damage(rule="articles.published_date", do=_other("articles", "2025-01", published_date=DAY.date()), tells="2024-12-05"),
        *(
            Damage(rule=f"{table}.published_date", do=_other(table, "2024-12", published_date=DAY.date()), tells="2024-12-05")
            for table in ("entities", "sightings", "lines")
        ),
    ),
    "references": (
        *(
            Damage(rule=f"{table}.article_id", do=_other(table, month, article_id=NOWHERE), tells=NOWHERE)
            for table, month in (("entities", "2024-12"), ("sightings", "2024-12"), ("lines", "2024-12"),
                                 ("tags", "unknown"), ("summaries", "unknown"))
        ),
        Damage(rule="sightings.summary_id", do=_other("sightings", "2025-01", summary_id=NOWHERE), tells=NOWHERE),
        Damage(rule="entities.summary_id", do=_other("entities", "2025-01", summary_id=NOWHERE), tells=NOWHERE),
        Damage(rule="articles.cluster_id", do=_other("articles", "2024-12", cluster_id=NOWHERE), tells=NOWHERE),
        Damage(rule="sightings.summary", do=_summary_of_another("sightings"), tells="of another article"),
        Damage(rule="entities.summary", do=_summary_of_another("entities"), tells="of another article"),
    ),
    "a cluster that goes by another": (Damage(rule="articles.smallest", do=_one_cluster, tells="smallest article_id"),),
    "representatives": (
        Damage(rule="articles.is_representative", do=_representatives(pl.lit(value=True)), tells="2 rows of it"),
        Damage(rule="articles.is_representative", do=_other("articles", "2024-12", is_representative=False), tells="0 rows of it"),
    ),
    "what was seen": (
        Damage(rule="articles.longest", do=_representatives(~pl.col("is_representative")), tells="cluster_id="),
        Damage(rule="articles.sighting_count", do=_other("articles", "2024-12", sighting_count=7), tells="7"),
        Damage(rule="articles.scraped_at", do=_other("articles", "2025-03", scraped_at=DAY + timedelta(hours=1)), tells="01:00:00"),
        Damage(rule="counts.tags", do=lambda store: recount(store, tags=1), tells="The manifest counts"),
    ),
    "entities": (
        Damage(rule="entities.section", do=_other("entities", "2024-12", section="summary"), tells="summary_id"),
        Damage(rule="entities.mentions", do=_other("entities", "2025-01", mentions=9), tells="9 mentions"),
        Damage(rule="entities.spans", do=_other("entities", "2025-03", spans=[{"start": 1, "end": 9_999}]), tells="1 to 9999"),
        Damage(rule="entities.spans", do=_other("entities", "unknown", surfaces=["nowhere"]), tells="none of its surfaces"),
    ),
    "raw files": (
        Damage(rule="lines.raw", do=_other("lines", "2024-12", raw_sha256="0" * 64), tells="0000"),
        Damage(rule="sightings.raw", do=_other("sightings", "2024-12", raw_file="other.txt"), tells="other.txt"),
        Damage(rule="sightings.posts", do=_raw(posts=9), tells="9 posts were read"),
        Damage(rule="lines.lines", do=_raw(lines=3), tells="3 lines were read"),
    ),
    "a raw file that was not read": (
        Damage(rule="lines.raw", do=_raw(state="quarantined"), tells="raw_file="),
        Damage(rule="sightings.raw", do=lambda _: None, tells="raw_file="),
    ),
    "the ledger": (
        Damage(rule="sightings.lines", do=_without_first("lines", "2024-12", lines=-1), tells="the ledger on 11 to 13"),
        Damage(rule="lines.part", do=_other("lines", "2025-01", part=2), tells="numbered 1 to 1"),
        Damage(rule="sightings.lines", do=_other("sightings", "2025-01", last_line=99), tells="to 99"),
        Damage(rule="lines.sighting", do=_other("lines", "2025-03", article_id=NOWHERE, post=1), tells=NOWHERE),
        Damage(rule="lines.page", do=_other("lines", "unknown", article_id=NOWHERE), tells="of the page"),
    ),
    "a sighting is gone": (
        Damage(rule="sightings.lines", do=_without_first("sightings", "2024-12", posts=-1, repeated_posts=-1), tells="post=3"),
        Damage(rule="sightings.posts", do=lambda _: None, tells="velm.rss"),
    ),
    "the dictionary": (
        Damage(rule="boilerplate.occurrences", do=_other("boilerplate", "", occurrences=50, articles=51), tells="51 articles"),
        Damage(rule="boilerplate.total", do=lambda _: None, tells="the ledger has 6"),
    ),
    "a text is not in the dictionary": (
        Damage(rule="lines.boilerplate", do=_without_first("boilerplate", "", boilerplate=-1), tells="does not have its text"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("damages", GROUPS.values(), ids=GROUPS)
def test_every_damage_is_named(store: Path, damages: tuple[Damage, ...]) -> None:
    """Each rule is among those that are broken, and its fault tells where."""
    for damage in damages:
        damage.do(store)
    verdict = look(store)
    for damage in damages:
        told = [f"{fault.place} {fault.detail}" for fault in verdict.faults if fault.rule == damage.rule]
        assert any(damage.tells in text for text in told), (damage, verdict)


def test_every_rule_is_broken_by_a_damage() -> None:
    """No question is asked of which nobody knows that it can be answered."""
    asked = {
        question.rule
        for question in (
            *keys.questions(), *articles.questions(), *ledger.questions(), *counts.questions({"tags": 0})
        )
    }  # fmt: skip
    shown = {damage.rule for damages in GROUPS.values() for damage in damages}
    of_others = {f"{table}.{rule}" for table in ("summaries", "tags") for rule in ("month", "published_date")}
    assert asked - shown == of_others
