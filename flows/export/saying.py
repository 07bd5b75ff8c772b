"""What an export says to the person at the terminal: a bar while it works, then what is where and what to try next."""

import shlex
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flows.export.exporting import Exported, Form
from flows.report import counted, plain

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Each runs with what the form's extra installs, in the folder's quoted name.
_NEXT = {
    Form.CSV: "head -n 2 {folder}/{table}.csv",
    Form.JSONL: "head -n 1 {folder}/{table}.jsonl",
    Form.SQLITE: "sqlite-utils rows {folder}/unspun.sqlite {table} --limit 3",
    Form.DELTA: "python -c 'import sys, polars; print(polars.read_delta(sys.argv[1]))' {folder}/{table}",
    Form.HUGGINGFACE: "less {folder}/README.md",
}


class Bar:
    """A progress bar by rows on the error stream; silent where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Nothing is shown before the first row."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes the bar away."""
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """So many rows of so many are written."""
        if not sys.stderr.isatty():
            return
        if self._bar is None or self._task is None:
            from rich.console import Console  # noqa: PLC0415  # only where something is shown
            from rich.progress import Progress  # noqa: PLC0415  # the same

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("exporting", total=total)
        self._bar.update(self._task, completed=done)


def tell(exported: Exported) -> list[str]:
    """Rows and where; then what to try next."""
    tables = counted(len(exported.rows), "table")
    rows = counted(sum(exported.rows.values()), "row")
    folder = plain(shlex.quote(str(exported.folder)))
    table = max(exported.rows, key=lambda name: (name == "articles", exported.rows[name], name))
    return [
        f"{tables}, {rows} of snapshot {exported.snapshot} are in {plain(str(exported.folder))}.",
        f"Try next: {_NEXT[exported.form].format(folder=folder, table=table)}",
    ]
