"""Prints what a store on S3 costs: requests and bytes of a first run, one with nothing new, one more file, another machine, questions.

Run from the repository's root: python -m benchmarks.s3 [--posts 2000]

The server is moto's, on this machine: requests and bytes are those of any S3, times are not. `read back` is what readers that
are given the snapshot's folder count (Polars, and pyarrow's and pandas' readers through Arrow's file system).
"""

import argparse
import logging
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.dataset
from boto3.session import Session  # type: ignore[import-untyped]  # ships no types
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from benchmarks.scale_corpus import write_corpus
from flows.build import Request
from flows.query import ask
from flows.runners.local import Local
from flows.s3.address import Address, read_address
from flows.s3.choice import build_anywhere
from flows.s3.connection import Connection
from flows.s3.reading import open_tree
from flows.settings import load_settings

BUCKET = "measured"
STORE = f"s3://{BUCKET}/autoblogs"
MEGABYTE = 1_000_000


@dataclass
class Meter:
    """Counts what passes between here and the server, by kind of request."""

    requests: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    got: int = 0

    def tell(self, what: str) -> None:
        """Prints a line of a table, and begins anew."""
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.requests.items()))
        total = sum(self.requests.values())
        print(f"| {what} | {total} ({kinds}) | {self.sent / MEGABYTE:.2f} | {self.got / MEGABYTE:.2f} |")
        self.requests.clear()
        self.sent = self.got = 0


def serve(meter: Meter) -> str:
    """Starts the server; gives its address."""
    moto = DomainDispatcherApplication(create_backend_app)
    lock = threading.Lock()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        kind = "COPY" if "HTTP_X_AMZ_COPY_SOURCE" in environ else environ["REQUEST_METHOD"]
        if kind == "GET" and "list-type" in environ["QUERY_STRING"]:
            kind = "LIST"
        with lock:
            answer = list(moto(environ, start))
            meter.requests[kind] += 1
            meter.sent += int(environ.get("CONTENT_LENGTH") or 0)
            meter.got += sum(map(len, answer)) if kind != "HEAD" else 0
        return answer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    http = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{http.server_port}"


def run(folder: Path, raws: Iterable[Path], *, cache: str, sources: tuple[str, ...] = ()) -> None:
    """A run of the store, on the machine that has this cache."""
    environ = {**os.environ, "UNSPUN_CACHE": str(folder / cache)}
    settings = replace(load_settings(store=STORE, environ=environ, directory=folder), sources=sources)
    request = Request(raws=tuple(raws), settings=settings)
    build_anywhere(request, run=Local(), watch=lambda *_: None)


def measure(folder: Path, *, posts: int) -> None:
    """All runs, one after the other."""
    meter = Meter()
    url = serve(meter)
    os.environ.update(
        AWS_ENDPOINT_URL=url,
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY="secret",  # noqa: S106  # the server takes any
        AWS_REGION="us-east-1",
    )
    connection = Connection(Address(bucket=BUCKET, prefix=""))
    Session().client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
    files = write_corpus(folder / "raw", posts=posts)
    size = sum(path.stat().st_size for path in files)
    meter.requests.clear()
    print(f"{posts} posts in {len(files)} raw files of {size / MEGABYTE:.1f} MB\n")
    print("| | requests | MB sent | MB fetched |\n|---|---|---|---|")
    run(folder, files[:-1], cache="one")
    meter.tell("first run, all files but one")
    run(folder, files[:-1], cache="one")
    meter.tell("nothing new")
    run(folder, files, cache="one")
    meter.tell("one more file")
    run(folder, files, cache="two")
    meter.tell("another machine, nothing new")
    tree = open_tree(STORE)
    list(ask(tree, "select count(*) from articles").rows())
    meter.tell("a question: count of articles")
    list(ask(open_tree(STORE), "select title from articles where publisher is not null").rows())
    meter.tell("a question: one column")
    count = tree.manifest.counts["articles"]
    options = {
        "aws_endpoint_url": url,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
        "aws_region": "us-east-1",
        "aws_allow_http": "true",
    }
    counts = {
        "Polars": pl.scan_parquet(f"{tree.root}/articles/**/*.parquet", storage_options=options)
        .collect()
        .height,
        "pyarrow": pyarrow.dataset.dataset(
            "articles", filesystem=tree.filesystem(), partitioning="hive"
        ).count_rows(),
        "pandas": len(pd.read_parquet("articles", filesystem=tree.filesystem())),
    }
    meter.requests.clear()
    objects = list(connection.bucket(read_address(STORE)).objects(""))
    parses = [found.size for found in objects if found.name.startswith(".state/")]
    trees = sum(found.size for found in objects) - sum(parses)
    print(f"\nread back: {counts}, {count} in the manifest")
    print(f"{len(objects)} objects: trees {trees / MEGABYTE:.2f} MB, parses {sum(parses) / MEGABYTE:.2f} MB")
    months = {name.partition("month=")[2].partition("/")[0] for name in tree.manifest.tables["articles"]}
    print(f"{len(months)} months, {sum(map(len, tree.manifest.tables.values()))} Parquet files")
    for cache in ("one", "two"):
        size = sum(path.stat().st_size for path in (folder / cache).rglob("*") if path.is_file())
        print(f"working copy of machine {cache}: {size / MEGABYTE:.2f} MB (files of two names counted twice)")


def main() -> None:
    """Measures in a folder that is removed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=2000)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), posts=parser.parse_args().posts)


if __name__ == "__main__":
    main()
