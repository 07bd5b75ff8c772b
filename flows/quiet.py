"""Prefect without its own talk: the terminal gets none of it, the API all of it."""

from collections.abc import MutableMapping

# What it says would bury the report; a server that it starts calls nobody.
_QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


def be_quiet(environ: MutableMapping[str, str]) -> None:
    """Asks for it, where nobody asked for something else; Prefect reads it when it is imported."""
    for name, value in _QUIET.items():
        environ.setdefault(name, value)
