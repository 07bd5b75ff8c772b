"""The stock phrases of rewrites, read from their data file."""

import tomllib

from transforms.errors import FixSettingsError
from transforms.split.features import Phrases


def parse_phrases(text: str) -> Phrases:
    """Phrases from their TOML: lists `opening`, `closing` and `continuing`.

    Raises:
        FixSettingsError: A list is missing or holds something else than text.
    """
    data = tomllib.loads(text)
    lists = {}
    for name in ("opening", "closing", "continuing"):
        phrases = data.get(name)
        if not isinstance(phrases, list) or not all(isinstance(p, str) and p for p in phrases):
            raise FixSettingsError(f"the phrases file needs a list of texts named `{name}`")
        lists[name] = tuple(phrase.casefold() for phrase in phrases)
    return Phrases(**lists)
