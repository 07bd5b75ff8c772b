"""`python -m flows.dictionary`: writes docs/dictionary.md; with --check, says whether it is stale and writes nothing."""

import sys
from pathlib import Path

from transforms.dictionary import describe_tables

PLACE = Path(__file__).parents[1] / "docs" / "dictionary.md"


def main(arguments: list[str]) -> int:
    """Writes or checks; 1 where the file is stale."""
    text = describe_tables()
    if "--check" not in arguments:
        PLACE.write_text(text, encoding="utf-8")
        return 0
    if PLACE.is_file() and PLACE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/dictionary.md is stale: run make dictionary.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
