"""`unspun entities`: who, where and which organisation is named in texts that are in no store."""

import os
import sys
from typing import TYPE_CHECKING

import click

from flows.commands.options import recognizer_option, settings_of
from flows.failure import INTERRUPTED

if TYPE_CHECKING:
    from io import BufferedReader


@click.command()
@click.argument("file", default="-", type=click.Path())
@recognizer_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "text", "jsonl"]),
    default="auto",
    show_default=True,
    help="What FILE is: one plain text, or a JSON object a line; auto: its content tells.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="So many texts at once; the answers and their order are the same.",
)
@click.pass_context
def entities(context: click.Context, *, file: str, recognizer: str | None, form: str, processes: int) -> None:
    """Finds the entities of a text, or of many, by the function that makes the table of them.

    FILE is a plain text, or JSON Lines with a text each ({"id": …, "text": …}); it may be packed (gzip, zstd). Without
    FILE, or with -, the standard input is read. Each text gives a line of JSON: its id, and of each mention the start and
    end in characters, the words, the type (PERSON, ORG, LOC, NORP, EVENT or MISC) and the canonical name.

    \b
    echo 'Ana Rehn of the Olm Bank spoke in Oslo. Rehn left early.' | unspun entities
    unspun entities articles.jsonl.gz --processes 2 > entities.jsonl
    unspun entities notes.txt --recognizer rules | jq '.entities[] | select(.type == "PERSON").name'
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.entities import Asked, answer  # noqa: PLC0415  # --help must be quick
    from flows.recognizers import choose  # noqa: PLC0415  # the same
    from transforms.errors import SkipDocumentError, UnspunError  # noqa: PLC0415  # the same

    settings = settings_of(None, recognizer=recognizer)
    is_file = file != "-"
    asked = Asked(
        # A name need not be UTF-8, and JSON is.
        name=os.fsencode(file).decode("utf-8", "replace") if is_file else None,
        form=form,
        recognizer=choose(settings.recognizer),
        processes=processes,
        caps=settings.caps,
    )
    try:
        with _opened(file) if is_file else open(0, "rb", closefd=False) as source:
            tally = answer(source, asked, write=_write, say=_say)
    except SkipDocumentError as error:
        raise UnspunError(f"{asked.name or 'The standard input'} cannot be read. {error.detail}") from error
    except KeyboardInterrupt:
        context.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (head): click would call that a failure, and what is held back cannot be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        context.exit(0)
    if tally.left_out and not tally.answered:
        raise UnspunError(
            "No line could be read: each is to be a JSON object with a text; of plain text, --format text."
        )


def _opened(file: str) -> "BufferedReader":
    from flows.settings import local_path  # noqa: PLC0415  # --help must be quick
    from transforms.errors import FixSettingsError  # noqa: PLC0415  # the same

    try:
        return local_path(file).open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise FixSettingsError(f"{file} is no file ({error.strerror}).") from error


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    # Whoever reads along gets each answer when it is there.
    sys.stdout.buffer.flush()


def _say(sentence: str) -> None:
    from flows.report import plain  # noqa: PLC0415  # only where there is something to say

    click.echo(f"unspun: {plain(sentence)}", err=True)
