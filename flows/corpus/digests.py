"""Digests of what the rows of an owner, or of a partition, are made of: over its pieces, in their order, as they come from the bench."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as pa

from flows.corpus.stream import tuples

if TYPE_CHECKING:
    import duckdb

_OWNERS_AT_ONCE = 20_000


def digest_owners(bench: "duckdb.DuckDBPyConnection", question: str, *, table: str, version: str) -> None:
    """Makes a table of `owner` and `digest`.

    Args:
        bench: Where the question is asked.
        question: Gives an owner and a piece of text, in the order of the owners and then of their pieces.
        table: The name of the table; it is not there yet.
        version: Of code and rules, which is part of every digest.
    """
    bench.execute(f"create table {table} (owner varchar, digest varchar)")
    found = digests((((owner,), piece) for owner, piece in tuples(bench, question)), version=version)
    while some := list(islice(found, _OWNERS_AT_ONCE)):
        rows = {"owner": [owner for (owner,), _ in some], "digest": [digest for _, digest in some]}
        bench.from_arrow(pa.table(rows)).insert_into(table)


def digests(
    pieces: Iterator[tuple[tuple[str, ...], str]], *, version: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The digest of each key's pieces; those of one key come one after the other.

    Args:
        pieces: Keys and pieces of text.
        version: Part of every digest.
    """
    for name, alike in groupby(pieces, key=itemgetter(0)):
        digest = sha256(version.encode())
        for _, piece in alike:
            text = piece.encode("utf-8", "surrogatepass")
            # The length keeps pieces apart, whatever is in them.
            digest.update(b"%d:" % len(text))
            digest.update(text)
        yield name, digest.hexdigest()
