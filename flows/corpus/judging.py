"""Has the texts of pairs compared by workers: what each shelf needs is written down for them."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from flows.corpus.comparison import shelves
from flows.corpus.segments import DamagedCacheError
from flows.work.comparing import CompareBatch, Shelf, Stand, compare_pairs

if TYPE_CHECKING:
    import duckdb

    from flows.corpus.comparison import Pair
    from flows.corpus.crew import Crew
    from transforms.duplicates.forest import Forest

# A shelf of so many reads each document about once; of fewer, several batches read the same ones.
_LEAST_PAIRS = 1_000
# What a batch joined it remembers.
_MOST_PAIRS = 200_000

# A text is read where it stands first.
_PLACES = """
create or replace table places as
select text_id, min((raw_sha256, post)) as place
from sketches join firsts using (article_id)
where text_id in (select large_id from clustering.asked where kin is null)
    or text_id in (select small_id from clustering.asked where kin is null)
group by text_id
"""
_STANDS = """
select place[1] as raw_sha256, any_value("key"), any_value(names), map_from_entries(list((place[2], text_id) order by place[2]))
from places join files on files.raw_sha256 = place[1]
where text_id in (select unnest($ids::varchar[]))
group by place[1] order by place[1]
"""


class Judges:
    """Compares pairs of texts.

    Args:
        bench: Has `files`, `firsts`, `sketches` and the pairs that are asked.
        crew: Who compares.
    """

    def __init__(self, bench: "duckdb.DuckDBPyConnection", crew: "Crew") -> None:
        self._bench, self._crew = bench, crew

    def __call__(self, pairs: "Iterable[Pair]", forest: "Forest", *, count: int) -> Iterator[pa.RecordBatch]:
        """The verdicts on pairs that are not joined when they are asked for, as FOUND.

        Args:
            pairs: In order of rank.
            forest: What is joined by now; whoever takes verdicts joins copies in it.
            count: How many pairs there are.

        Raises:
            DamagedCacheError: A parse is damaged, or verdicts were lost.
        """
        self._bench.execute(_PLACES)
        desk = self._crew.desk
        size = min(_MOST_PAIRS, max(_LEAST_PAIRS, -(-count // self._crew.batches)))
        asked: deque[int] = deque()
        batches = self._batches(pairs, forest, size=size, asked=asked)
        for compared in self._crew.map("compare", compare_pairs, batches):
            path = desk.fetch_folder(compared.segment) / "verdicts.parquet"
            found = 0
            try:
                with pq.ParquetFile(path) as file:
                    for part in file.iter_batches():
                        found += part.num_rows
                        yield part
            except (OSError, pa.ArrowException) as error:
                raise DamagedCacheError(f"{path}: {error}") from error
            if (found, asked.popleft()) != (compared.rows["verdicts"], compared.pairs):
                raise DamagedCacheError(
                    f"{path} has {found} rows, and {compared.rows} were made of {compared.pairs} pairs."
                )
            desk.drop(compared.segment)
        self._bench.execute("drop table places")

    def _batches(
        self, pairs: "Iterable[Pair]", forest: "Forest", *, size: int, asked: deque[int]
    ) -> Iterator[CompareBatch]:
        """Batches of shelves, and how many pairs each of them has."""
        names: list[str] = []
        held = batches = 0
        for number, shelf in enumerate(
            shelves(pairs, forest, most=size, memory_bytes=self._crew.memory_bytes)
        ):
            names.append(f"shelf-{number:06}.msgpack")
            self._crew.desk.put(names[-1], msgspec.msgpack.encode(self._told(shelf)))
            held += len(shelf)
            if held >= size:
                asked.append(held)
                yield self._batch(batches, names)
                batches, names, held = batches + 1, [], 0
        if names:
            asked.append(held)
            yield self._batch(batches, names)

    def _batch(self, number: int, names: list[str]) -> CompareBatch:
        return CompareBatch(
            storage=self._crew.storage,
            shelves=names,
            segment=f"verdicts-{number:06}",
            memory_bytes=self._crew.memory_bytes,
        )

    def _told(self, pairs: "Sequence[Pair]") -> Shelf:
        ids = sorted({text_id for pair in pairs for text_id in (pair.large_id, pair.small_id)})
        rows = self._bench.execute(_STANDS, {"ids": ids}).fetchall()
        stands = [
            Stand(raw_sha256=raw_sha256, key=key, names=names.split("\n"), texts=dict(texts))
            for raw_sha256, key, names, texts in rows
        ]
        return Shelf(pairs=list(pairs), stands=stands)
