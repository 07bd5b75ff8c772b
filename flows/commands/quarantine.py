"""`unspun quarantine`: what was left out, and reading it again."""

import os
import sys
from typing import TYPE_CHECKING

import click

from flows.commands.options import paths_of, recognizer_option, settings_of, store_option, tree_of

if TYPE_CHECKING:
    from flows.build import Outcome, Request
    from flows.paths import Paths
    from flows.s3.reading import RemoteTree
    from flows.settings import Settings


@click.command()
@click.option("--rule", metavar="NAME", help="Only what broke this rule.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many of each rule; with --json, at most so many lines. [default: 5, with --json all]",
)
@click.option("--retry", is_flag=True, help="Read those raw files again, where they were last seen.")
@click.option(
    "--field", "fields", multiple=True, metavar="FIELD=NAME", help="With --retry, as unspun run was given it."
)
@recognizer_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@store_option
def quarantine(  # noqa: PLR0913  # one for each flag
    *,
    rule: str | None,
    limit: int | None,
    retry: bool,
    fields: tuple[str, ...],
    recognizer: str | None,
    as_json: bool,
    store: str | None,
) -> None:
    """Lists the files, records and rows that were left out: where, which rule, and why.

    With --retry, raw files that could not be read are read again where they were last seen, as after a cap was raised or
    a library renewed. Rows that broke a rule of their table are made anew only when their file is.

    \b
    unspun quarantine
    unspun quarantine --rule too_large --json
    UNSPUN_MAX_LINE_CHARS=5000000 unspun quarantine --retry
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    settings = settings_of(store, fields, recognizer=recognizer)
    tree = tree_of(store)
    if retry:
        if as_json or limit:
            raise click.UsageError("--retry goes with neither --json nor --limit.")
        for line in _retry(tree, paths_of(store), settings, rule=rule):
            click.echo(line)
        return
    if fields or recognizer:
        raise click.UsageError("--field and --recognizer go with --retry.")
    from flows.refusals import (  # noqa: PLC0415  # --help must be quick
        SHOWN,
        left_out,
        render_lines,
        show_left_out,
        store_manifest,
        tell_none,
    )

    manifest = store_manifest(tree)
    found = left_out(manifest, rule=rule)
    if as_json:
        sys.stdout.writelines(f"{line}\n" for line in render_lines(found, limit=limit))
    elif found:
        show_left_out(found, limit=limit or SHOWN)
    else:
        click.echo(tell_none(manifest, rule=rule))


def _retry(
    tree: "Paths | RemoteTree", paths: "Paths", settings: "Settings", *, rule: str | None
) -> list[str]:
    from flows.progress import ProgressBar  # noqa: PLC0415  # the same
    from flows.refusals import store_manifest  # noqa: PLC0415  # --help must be quick
    from flows.retry import retry as read_again  # noqa: PLC0415  # the same

    with ProgressBar(is_quiet=False) as watch:

        def run(request: "Request") -> "Outcome":
            if os.environ.get("PREFECT_API_URL"):
                from flows.recorded import build_recorded  # noqa: PLC0415  # 1.5 CPU-seconds

                return build_recorded(request, watch=watch)
            from flows.patience import build_patiently  # noqa: PLC0415  # --help must be quick
            from flows.runners.choice import runner_of  # noqa: PLC0415  # the same

            with runner_of(request.settings) as runner:
                return build_patiently(request, run=runner, watch=watch, say=_say)

        return read_again(paths, settings, manifest=store_manifest(tree), rule=rule, build=run)


def _say(sentence: str) -> None:
    from flows.report import plain  # noqa: PLC0415  # --help must be quick

    click.echo(f"unspun: {plain(sentence)}", err=True)
