"""What an export says to the person at the terminal: what is where and what to try next."""

import shlex

from flows.export.exporting import Exported, Form
from flows.report import counted, plain

# Each runs with what the form's extra installs, in the folder's quoted name.
_NEXT = {
    Form.CSV: "head -n 2 {folder}/{table}.csv",
    Form.JSONL: "head -n 1 {folder}/{table}.jsonl",
    Form.SQLITE: "sqlite-utils rows {folder}/unspun.sqlite {table} --limit 3",
    Form.DELTA: "python -c 'import sys, polars; print(polars.read_delta(sys.argv[1]))' {folder}/{table}",
    Form.HUGGINGFACE: "less {folder}/README.md",
}


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
