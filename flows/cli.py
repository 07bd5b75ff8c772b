"""`unspun`: one sub-command per thing a person does.

Exit codes: 0 done (also where nothing was new), 1 nothing could be read, or a fault of this program, 2 a flag, path or
setting is wrong, 3 try again later (another run, a full disk), 4 the store needs repair, 5 the numbers are too bad to publish,
130 interrupted.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from flows.commands.changes import changes
from flows.commands.entities import entities
from flows.commands.export import export
from flows.commands.options import (
    dask_option,
    recognizer_option,
    runner_option,
    settings_of,
    snapshot_option,
    store_option,
    tree_of,
)
from flows.commands.quarantine import quarantine
from flows.commands.serve import serve
from flows.commands.snapshots import rollback, snapshots
from flows.commands.verify import verify
from flows.commands.watch import watch
from flows.failure import INTERRUPTED, as_unspun

_EPILOG = """
Exit codes: 0 done, also where nothing was new; 1 nothing could be read, or a fault of this program; 2 a flag, path
or setting is wrong; 3 try again later (another run, a full disk); 4 the store needs repair; 5 the
numbers are too bad to publish.
"""
_SHOWN_ROWS = 50

field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD=NAME",
    help="What a field of JSON records is called, as in text=maintext; beside its usual names.",
)


@click.group(epilog=_EPILOG)
@click.version_option(package_name="unspun", message="%(version)s")
def cli() -> None:
    """Raw autoblog scrapes in; clean, partitioned Parquet of articles, AI summaries, tags and entities out.

    \b
    unspun run                    data/raw → data/processed
    unspun tables                 what is there
    unspun query 'select title from articles limit 5'
    unspun show page.txt:1        a post, block by block
    """  # noqa: D301  # \b is click's mark for lines to be left as they are


@cli.command()
@click.argument("raw", nargs=-1, type=click.Path())
@store_option
@click.option("--record", is_flag=True, help="Record the run in Prefect (also where PREFECT_API_URL is set).")
@click.option("--prune", is_flag=True, help="Forget raw files that are not among RAW any more, rows and all.")
@click.option(
    "--rebuild", is_flag=True, help="Read every raw file again and write every table, whatever was kept."
)
@field_option
@runner_option
@dask_option
@recognizer_option
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object, and no progress bar.")
def run(  # noqa: PLR0913  # one for each flag
    *,
    raw: tuple[str, ...],
    store: str | None,
    record: bool,
    prune: bool,
    rebuild: bool,
    fields: tuple[str, ...],
    runner: str | None,
    dask_address: str | None,
    recognizer: str | None,
    as_json: bool,
) -> None:
    """Reads raw scrapes and brings the tables up to date.

    RAW are files and folders [default: data/raw]. What the store has from earlier runs stays; a file that is known
    is not read again; a file that cannot be read goes to quarantine and the run goes on.

    \b
    unspun run
    unspun run scrapes/ page.txt --store out
    unspun run --json | jq .articles
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.progress import ProgressBar  # noqa: PLC0415  # --help must be quick
    from flows.raws import request_of  # noqa: PLC0415  # the same
    from flows.report import as_json as report_as_json  # noqa: PLC0415  # the same
    from flows.report import show, unread_error  # noqa: PLC0415  # the same

    settings = settings_of(store, fields, runner=runner, dask_address=dask_address, recognizer=recognizer)
    request = request_of(raw, settings=settings, is_mirror=prune, is_rebuild=rebuild)
    with ProgressBar(is_quiet=as_json) as watch:
        if record or os.environ.get("PREFECT_API_URL"):
            from flows.recorded import build_recorded  # noqa: PLC0415  # 1.5 CPU-seconds

            outcome = build_recorded(request, watch=watch)
        else:
            from flows.patience import build_patiently  # noqa: PLC0415  # --help must be quick
            from flows.runners.choice import runner_of  # noqa: PLC0415  # the same

            with runner_of(settings) as runner_here:
                outcome = build_patiently(request, run=runner_here, watch=watch, say=_say)
    if as_json:
        click.echo(report_as_json(outcome))
    else:
        show(outcome)
    if error := unread_error(outcome):
        raise error


@cli.command()
@store_option
@snapshot_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def tables(*, store: str | None, snapshot: int | None, as_json: bool) -> None:
    """Lists the tables: rows, files, bytes, and what one row is.

    \b
    unspun tables
    unspun tables --json | jq .articles.rows
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.catalog import list_tables, show_tables  # noqa: PLC0415  # --help must be quick

    tree = tree_of(store, snapshot=snapshot)
    found = list_tables(tree)
    if as_json:
        import json  # noqa: PLC0415  # the same

        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        show_tables(found, store=str(tree.store))


@cli.command()
@click.argument("question")
@store_option
@snapshot_option
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"At most so many rows. [default: {_SHOWN_ROWS} for table, else all]",
)
def query(*, question: str, store: str | None, snapshot: int | None, form: str, limit: int | None) -> None:
    """Asks the tables in SQL (DuckDB's), each table a view of its name.

    It can only read, and only the store. In CSV, a text that a spreadsheet would run as a formula gets an apostrophe.

    \b
    unspun query 'select publisher, count(*) from articles group by all order by 2 desc'
    unspun query --format csv 'select * from tags' > tags.csv
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.query import ask, render_csv, render_json  # noqa: PLC0415  # --help must be quick

    answer = ask(tree_of(store, snapshot=snapshot), question)
    if form == "table":
        from flows.catalog import show_answer  # noqa: PLC0415  # the same

        show_answer(answer, limit=limit or _SHOWN_ROWS)
        return
    render = render_csv if form == "csv" else render_json
    sys.stdout.writelines(f"{line}\n" for line in render(answer, limit=limit))


@cli.command()
@click.argument("post")
@store_option
@snapshot_option
def show(*, post: str, store: str | None, snapshot: int | None) -> None:
    """Prints a post block by block: line, role, reason, text.

    POST is RAW_FILE:NUMBER, or an article's id or the first 6 and more of its hex digits.

    \b
    unspun show page.txt:3
    unspun show 1f3a9c
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.catalog import show_post  # noqa: PLC0415  # --help must be quick

    show_post(tree_of(store, snapshot=snapshot), post)


@cli.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with all that was found.")
@click.pass_context
def inspect(context: click.Context, *, file: str, as_json: bool) -> None:
    """Says what a raw file is taken for and why, and what is found in it; writes nothing.

    It shows the encoding and what was mended, every record or member, posts with their title, address and time, blocks
    by role, and what was left out and why. The exit code is 1 where the whole file is refused.

    \b
    unspun inspect page.html
    unspun inspect crawl.warc.gz --json | jq .documents[].url
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.inspect import inspect_file, show_inspection  # noqa: PLC0415  # --help must be quick
    from flows.settings import local_path  # noqa: PLC0415  # the same

    found = inspect_file(local_path(file), settings_of(None))
    if as_json:
        import json  # noqa: PLC0415  # the same

        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        show_inspection(found)
    context.exit(1 if found["refused"] else 0)


@cli.command()
def version() -> None:
    """Prints the version."""
    from importlib.metadata import version as installed  # noqa: PLC0415  # --help must be quick

    click.echo(installed("unspun"))


cli.add_command(verify)
cli.add_command(entities)
cli.add_command(export)
cli.add_command(quarantine)
cli.add_command(snapshots)
cli.add_command(serve)
cli.add_command(changes)
cli.add_command(rollback)
cli.add_command(watch)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command; an error is one sentence and an exit code (a traceback with UNSPUN_DEBUG=1)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=arguments, prog_name="unspun", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (head, less): what it did not read is not missed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except click.exceptions.Abort:
        _say("Interrupted; the store is as it was.")
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except Exception as error:
        if os.environ.get("UNSPUN_DEBUG"):
            raise
        code = _explain(error)
    sys.exit(code)


def _explain(error: Exception) -> int:
    told = as_unspun(error)
    _say(str(told))
    return told.exit_code


def _say(sentence: str) -> None:
    from flows.report import plain  # noqa: PLC0415  # only where there is something to say

    click.echo(f"unspun: {plain(sentence)}", err=True)


if __name__ == "__main__":
    main()
