"""Columns as text: times in ISO 8601, lists and structs as JSON, no formula that a spreadsheet would run."""

import polars as pl
import pyarrow as pa

from flows.query import FORMULA, as_text

_SECONDS = "%Y-%m-%dT%H:%M:%S%:z"
_PARTS = "%Y-%m-%dT%H:%M:%S%.6f%:z"


def plain_columns(batch: pa.RecordBatch) -> pl.DataFrame:
    """A batch of rows in which every value is text, number, truth value or null."""
    frame = pl.DataFrame(batch)
    return frame.with_columns(
        [
            *(_moment(name) for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)),
            *(pl.col(name).dt.to_string("iso") for name, dtype in frame.schema.items() if dtype == pl.Date),
            *(
                pl.Series(
                    name,
                    [None if value is None else as_text(value) for value in frame[name].to_list()],
                    pl.String,
                )
                for name, dtype in frame.schema.items()
                if dtype.is_nested()
            ),
        ]
    )


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with an apostrophe before each text, and each column's name, that a spreadsheet would run."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    names = pl.DataFrame({"name": frame.columns}, schema={"name": pl.String}).select(_guard("name"))["name"]
    return frame.with_columns([_guard(name) for name in texts]).rename(
        dict(zip(frame.columns, names, strict=True))
    )


def _guard(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(name)


def _moment(name: str) -> pl.Expr:
    """As Python's isoformat has it: parts of a second only where there are some."""
    moment = pl.col(name)
    is_whole = moment.dt.microsecond() == 0
    return (
        pl.when(is_whole).then(moment.dt.strftime(_SECONDS)).otherwise(moment.dt.strftime(_PARTS)).alias(name)
    )
