"""Holds a tree of tables against its manifest and the contract, and names all that is wrong.

A tree is a `pyarrow.fs.FileSystem` whose root is the store: a local folder (`local_tree`), a snapshot's, or one of S3.
Nothing is written but a scratch folder of the system's, and no lock is needed.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.verify.faults import Fault, Findings, Verdict
from flows.verify.files import check_descriptions, check_file, find_foreign, month_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyarrow import fs

    from flows.manifest import Manifest, TableFile
    from flows.verify.parquet import Ends
    from flows.verify.tables import Workbench

__all__ = ["Fault", "Verdict", "local_tree", "verify_tree"]


def local_tree(folder: "Path") -> "fs.FileSystem":
    """A folder of this machine as a tree."""
    from pyarrow import fs  # noqa: PLC0415  # 0.3 CPU-seconds

    return fs.SubTreeFileSystem(str(folder), fs.LocalFileSystem())


def verify_tree(
    tree: "fs.FileSystem",
    manifest: "Manifest",
    *,
    memory_bytes: int,
    watch: Callable[[int, int], None],
) -> Verdict:
    """Looks through a whole tree.

    Args:
        tree: Rooted at the store: paths of the manifest are paths in it.
        manifest: What the tree must hold.
        memory_bytes: Memory that this may take; what does not fit waits on the disk.
        watch: Told how many steps of how many are done.

    Raises:
        OSError: The tree cannot be listed at all.
    """
    return _Look(tree, manifest, memory_bytes=memory_bytes, watch=watch).verdict()


class _Look:
    """One look through a tree: its files first, each read once, then what must hold between their rows."""

    def __init__(
        self,
        tree: "fs.FileSystem",
        manifest: "Manifest",
        *,
        memory_bytes: int,
        watch: Callable[[int, int], None],
    ) -> None:
        from flows.verify import articles, counts, keys, ledger  # noqa: PLC0415  # polars

        self._tree, self._manifest, self._memory = tree, manifest, memory_bytes
        self._findings = Findings()
        self._damaged: set[str] = set()
        self._rows = self._size = self._files = self._steps = 0
        self._questions = (
            *keys.questions(),
            *articles.questions(),
            *ledger.questions(),
            *counts.questions(manifest.counts),
        )
        self._total = sum(map(len, manifest.tables.values())) + len(self._questions)
        self._watch = watch

    def verdict(self) -> Verdict:
        """All that was found."""
        from flows.verify.tables import Workbench  # noqa: PLC0415  # duckdb

        self._watch(0, self._total)
        foreign = tuple(find_foreign(self._tree, self._manifest, findings=self._findings))
        check_descriptions(self._tree, self._manifest, findings=self._findings)
        with Workbench(self._manifest, memory_bytes=self._memory) as bench:
            self._read_tables(bench)
            bench.ready()
            unchecked = []
            for question in self._questions:
                if self._damaged.isdisjoint(question.tables):
                    bench.ask(question, findings=self._findings)
                else:
                    unchecked.append(question.rule)
                self._step()
        return Verdict(
            faults=tuple(self._findings.faults),
            unnamed=self._findings.unnamed(),
            unchecked=tuple(unchecked),
            foreign=foreign,
            files=self._files,
            rows=self._rows,
            size=self._size,
        )

    def _read_tables(self, bench: "Workbench") -> None:
        from flows.verify.parquet import Ends, check_succession  # noqa: PLC0415  # polars
        from transforms.schemas import TABLES  # noqa: PLC0415  # the same

        for table in sorted({*TABLES, *self._manifest.tables}):
            files = self._manifest.tables.get(table)
            if files is None or table not in TABLES:
                what = "The manifest does not name it." if files is None else "There is no such table."
                self._findings.add("table", table, what)
                self._damaged.add(table)
                continue
            ends: defaultdict[str, list[Ends]] = defaultdict(list)
            for path, file in sorted(files.items()):
                end = self._read_file(bench, table, path, file)
                if end:
                    ends[path.rpartition("/")[0]].append(end)
                self._step()
            for group in ends.values():
                check_succession(group, findings=self._findings)

    def _read_file(self, bench: "Workbench", table: str, path: str, file: "TableFile") -> "Ends | None":
        import pyarrow as pa  # noqa: PLC0415  # 0.3 CPU-seconds

        from flows.verify.parquet import PartFile  # noqa: PLC0415  # polars

        self._files += 1
        self._size += file.size
        if not check_file(self._tree, table, path, file, findings=self._findings):
            self._damaged.add(table)
            return None
        try:
            part = PartFile(self._tree, table=table, path=path, findings=self._findings)
            part.check_form(rows=file.rows)
            if not part.has_schema():
                self._damaged.add(table)
                return None
            number, month = bench.add_file(path), month_of(path) or ""
            for batch in part.batches():
                bench.add(table, batch, month=month, file=number)
                self._rows += batch.num_rows
            part.close()
        except (OSError, pa.ArrowException) as error:
            self._findings.add("unreadable", path, f"It is no Parquet that can be read: {error}.")
            self._damaged.add(table)
            return None
        return part.ends

    def _step(self) -> None:
        self._steps += 1
        self._watch(self._steps, self._total)
