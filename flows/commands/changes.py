"""`unspun changes`: what is new since an earlier snapshot."""

import json
import sys
from dataclasses import asdict

import click

from flows.commands.options import settings_of, snapshot_option, store_option


@click.command()
@click.option(
    "--since",
    type=click.IntRange(min=1),
    metavar="N",
    help="An earlier snapshot that is kept. [default: the newest before]",
)
@snapshot_option
@store_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def changes(*, since: int | None, snapshot: int | None, store: str | None, as_json: bool) -> None:
    """Says what changed since an earlier snapshot: articles, tags, entities, sites, raw files, quarantine.

    It is Markdown; on a terminal it is shown as a page.

    \b
    unspun changes
    unspun changes --since 7 > changes.md
    unspun changes --json | jq .articles
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.changes import changes_of  # noqa: PLC0415  # --help must be quick
    from transforms.changes import render_changes  # noqa: PLC0415  # the same

    found = changes_of(settings_of(store), now=snapshot, before=since)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415  # only where something is shown
        from rich.markdown import Markdown  # noqa: PLC0415  # the same

        Console().print(Markdown(render_changes(found), hyperlinks=False))
    else:
        click.echo(render_changes(found), nl=False)
