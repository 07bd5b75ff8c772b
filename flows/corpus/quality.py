"""Ends a run that read too badly to be published: counts, site by site, what it read, and holds that against the floors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from flows.corpus.stream import parts
from transforms.boilerplate.shape import is_prose, word_count
from transforms.errors import QualityFloorError
from transforms.quality import FULL_POST_WORDS, Floors, SiteTally, breaches
from transforms.records import Role

if TYPE_CHECKING:
    import duckdb

    from flows.manifest import RawEntry

# A block of fewer bytes has too few words to be running text in any script (transforms.boilerplate.shape).
_LEAST_BYTES = 15
# Breaches that are told; the others are counted.
_SAID = 3
_ACTS = {
    "dropped_prose": "raise UNSPUN_MAX_DROPPED_PROSE (1 turns it off)",
    "no_posts": "set UNSPUN_POSTLESS_DOCUMENTS=0",
}
_READ_NOW = """
create or replace table read_now as
select raw_sha256, key, raw_file, names from files where raw_sha256 in (select unnest(?::varchar[]));
"""
_THEIR_LINES = "lines_rows semi join (select owner, digest from wanted_documents join read_now on owner = raw_sha256) using (owner, digest)"
_BLOCKS = f"""
select raw_sha256, post, role = '{Role.BOILERPLATE}' as is_dropped, text from {_THEIR_LINES}
where strlen(text) >= {_LEAST_BYTES} and (post = 0 or role in ('{Role.ARTICLE}', '{Role.BOILERPLATE}'))
"""  # noqa: S608  # our own words
_COUNTS = ("words", "prose", "dropped")
_COUNTED = pa.schema(
    [("raw_sha256", pa.string()), ("post", pa.int32()), *((name, pa.int64()) for name in _COUNTS)]
)
_TALLIES = f"""
with placed as (
    select raw_sha256, key, raw_file, names, posts,
        coalesce(nullif(site, ''), regexp_replace(concat('./', raw_file), '[^/]*$', '')) as site
    from noted join files using (raw_sha256, key)
),
numbered as (select raw_sha256, count(distinct coalesce(record, '')) as documents from {_THEIR_LINES} group by all),
by_post as (
    select raw_sha256, post, sum(prose) as prose, sum(dropped) as dropped, post > 0 and sum(words) >= {FULL_POST_WORDS} as is_full
    from counted group by raw_sha256, post
),
by_file as (
    select raw_sha256, count(*) filter (is_full) as full_posts, coalesce(sum(prose) filter (is_full), 0) as prose,
        coalesce(sum(dropped) filter (is_full), 0) as dropped, coalesce(sum(prose) filter (post = 0), 0) as loose
    from by_post group by raw_sha256
),
told as (
    select placed.site, raw_file, placed.posts, coalesce(documents, 1) as documents, coalesce(full_posts, 0) as full_posts, coalesce(prose, 0) as prose,
        coalesce(dropped, 0) as dropped, coalesce(loose, 0) as loose, coalesce(earlier.posts, 0) as posts_before
    from placed semi join read_now using (raw_sha256)
    left join numbered using (raw_sha256) left join by_file using (raw_sha256) left join earlier using (raw_sha256)
),
kept as (select site, sum(posts) as posts from placed anti join read_now using (raw_sha256) group by all)
select told.site, count(*), sum(documents), sum(told.posts), sum(full_posts), sum(posts_before), coalesce(any_value(kept.posts), 0),
    sum(prose), sum(dropped), sum(loose),
    first(struct_pack(raw_file, prose, dropped) order by dropped desc, loose desc, raw_file)
from told left join kept using (site) group by told.site order by told.site
"""  # noqa: S608  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a run read, and how well it must have been read.

    Args:
        now: Digests of the raw files that were read in this run.
        held: The raw files of the store as it was, by digest.
        floors: What the run must keep.
    """

    now: Collection[str]
    held: "Mapping[str, RawEntry]"
    floors: Floors


def judge(bench: "duckdb.DuckDBPyConnection", reading: Reading) -> None:
    """Lets a run go on that keeps the floors.

    Args:
        bench: As `measure` wants it.
        reading: What was read.

    Raises:
        QualityFloorError: It does not.
    """
    check_quality(measure(bench, reading.now, held=reading.held), reading.floors)


def check_quality(tallies: Sequence[SiteTally], floors: Floors) -> None:
    """The same for what was counted.

    Raises:
        QualityFloorError: The sentence has the numbers, the worst file, and the next act.
    """
    found = breaches(tallies, floors)
    if not found:
        return
    said = "; ".join(breach.sentence for breach in found[:_SAID])
    more = f"; and {len(found) - _SAID} more like that" if len(found) > _SAID else ""
    rules = {breach.rule for breach in found}
    acts = " and ".join(act for rule, act in _ACTS.items() if rule in rules)
    raise QualityFloorError(
        f"{said[0].upper()}{said[1:]}{more}. Nothing was published: look at {found[0].worst_file} with unspun inspect, "
        f"and where the files are fine, {acts} for one run."
    )


def measure(
    bench: "duckdb.DuckDBPyConnection", now: "Collection[str]", *, held: "Mapping[str, RawEntry]"
) -> tuple[SiteTally, ...]:
    """The tallies of what was read now, by site.

    Args:
        bench: With `noted`, `files`, `wanted_documents` and the rows of lines.
        now: Digests of the raw files that were read in this run.
        held: The raw files of the store as it was, by digest.
    """
    bench.execute(_READ_NOW, [sorted(now)])
    _show_earlier(bench, held)
    _count_words(bench)
    return tuple(
        SiteTally(
            site=site,
            files=files,
            documents=documents,
            posts=posts,
            full_posts=full_posts,
            posts_before=posts_before,
            posts_elsewhere=posts_elsewhere,
            prose_words=prose,
            dropped_words=dropped,
            loose_words=loose,
            worst_file=worst["raw_file"],
            worst_prose=worst["prose"],
            worst_dropped=worst["dropped"],
        )
        for (
            site,
            files,
            documents,
            posts,
            full_posts,
            posts_before,
            posts_elsewhere,
            prose,
            dropped,
            loose,
            worst,
        ) in bench.sql(_TALLIES).fetchall()
    )


def _show_earlier(bench: "duckdb.DuckDBPyConnection", held: "Mapping[str, RawEntry]") -> None:
    """Makes `earlier`: posts that were found before in the same bytes, or under the same name in bytes that are forgotten."""
    kept = {
        digest
        for (digest,) in bench.sql(
            "select raw_sha256 from files anti join read_now using (raw_sha256)"
        ).fetchall()
    }
    by_name: dict[str, int] = {}
    for digest, entry in held.items():
        for name in entry.names if digest not in kept else ():
            by_name[name] = max(by_name.get(name, 0), entry.posts)
    rows = [
        {"raw_sha256": digest, "posts": max(by_name.get(name, 0) for name in names.split("\n"))}
        for digest, names in bench.sql("select raw_sha256, names from read_now").fetchall()
    ]
    schema = pa.schema([("raw_sha256", pa.string()), ("posts", pa.int64())])
    bench.execute("create or replace table earlier (raw_sha256 varchar, posts bigint)")
    bench.from_arrow(pa.Table.from_pylist(rows, schema=schema)).insert_into("earlier")


def _count_words(bench: "duckdb.DuckDBPyConnection") -> None:
    """Makes `counted`: of each post its words, those of running text, and those dropped; a batch of blocks at a time."""
    bench.execute(
        "create or replace table counted (raw_sha256 varchar, post integer, words bigint, prose bigint, dropped bigint)"
    )
    for part in parts(bench, _BLOCKS):
        found: dict[tuple[str, int], list[int]] = {}
        for digest, post, is_dropped, text in zip(
            *(column.to_pylist() for column in part.columns), strict=True
        ):
            words = word_count(text)
            prose = words if is_prose(text) else 0
            counts = found.setdefault((digest, post), [0, 0, 0])
            counts[0] += words
            counts[1] += prose
            counts[2] += prose if is_dropped else 0
        rows = [
            {"raw_sha256": digest, "post": post, **dict(zip(_COUNTS, counts, strict=True))}
            for (digest, post), counts in sorted(found.items())
        ]
        bench.from_arrow(pa.Table.from_pylist(rows, schema=_COUNTED)).insert_into("counted")
