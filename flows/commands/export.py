"""`unspun export`: the tables in another form."""

from functools import partial

import click

from flows.commands.options import paths_of, settings_of, snapshot_option, store_option

_FORMS = {
    "csv": "A CSV file for each table; nothing in it runs as a formula.",
    "jsonl": "A JSON Lines file for each table.",
    "sqlite": "One SQLite database, with full-text search.",
    "delta": "A Delta Lake table for each table, partitioned by month.",
    "huggingface": "A dataset for Hugging Face: the Parquet files and a card.",
}


def _form_options(command: click.decorators.FC) -> click.decorators.FC:
    for form, text in reversed(_FORMS.items()):
        command = click.option(f"--{form}", is_flag=True, help=text)(command)
    return command


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path())
@_form_options
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be given again.")
@snapshot_option
@click.option(
    "--overwrite", is_flag=True, help="Replace what an earlier export wrote in DIR, and nothing else."
)
@store_option
def export(
    *,
    folder: str,
    tables: tuple[str, ...],
    snapshot: int | None,
    overwrite: bool,
    store: str | None,
    **forms: bool,
) -> None:
    """Writes the tables in another form to DIR, which must be new, empty, or an earlier export (--overwrite).

    The store is only read, and the export is of one snapshot, which DIR/unspun.json names. Give one form.

    \b
    unspun export --csv out/csv
    unspun export --sqlite out/db --table articles --table summaries
    unspun export --huggingface out/dataset --snapshot 3
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    chosen = [form for form, is_chosen in forms.items() if is_chosen]
    if len(chosen) != 1:
        raise click.UsageError(f"Give one of --{', --'.join(_FORMS)}.")
    from flows.export.exporting import Form, Order  # noqa: PLC0415  # --help must be quick
    from flows.export.exporting import export as export_tables  # noqa: PLC0415  # the same
    from flows.export.saying import tell  # noqa: PLC0415  # the same
    from flows.progress import ProgressBar  # noqa: PLC0415  # the same
    from flows.settings import local_path  # noqa: PLC0415  # the same

    settings = settings_of(store)
    if settings.address:
        from flows.s3.reading import open_tree  # noqa: PLC0415  # boto3, for stores on S3 only

    order = Order(
        tree=open_tree(settings.address, snapshot=snapshot) if settings.address else paths_of(store),
        form=Form(chosen[0]),
        folder=local_path(folder),
        tables=tables,
        snapshot=snapshot,
        overwrite=overwrite,
        memory_bytes=settings.memory_bytes,
    )
    with ProgressBar(is_quiet=False) as watch:
        exported = export_tables(order, watch=partial(watch, "exporting"))
    for line in tell(exported):
        click.echo(line)
