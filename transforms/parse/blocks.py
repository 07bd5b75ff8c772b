"""Text → blocks: one for every non-blank line, with its indent, bullet and the blank lines above it."""

import re

from transforms.normalize import clean, fingerprint
from transforms.records import Block

TAB = 8
BULLETS = "•·●○◦▪▫■□►▶▸➤➢»›‣⁃∙*+–—-"
# The three line ends that text files have; str.splitlines would also cut at form feeds and U+2028, and the
# ledger's line numbers would not be those of the reader's editor.
_LINE_END = re.compile(r"\r\n|\n|\r")


def read_blocks(text: str) -> tuple[Block, ...]:
    """Every line that holds anything but white space, in order; its role is not yet known."""
    blocks = []
    gap = 0
    for number, line in enumerate(_LINE_END.split(text), start=1):
        raw = line.strip()
        if not raw:
            gap += 1
            continue
        indent = _indent(line)
        marker, rest = _bullet(raw)
        blocks.append(Block(line=number, raw=raw, text=clean(rest), indent=indent, marker=marker, gap=gap))
        gap = 0
    return tuple(blocks)


def _indent(line: str) -> int:
    lead = line[: len(line) - len(line.lstrip())]
    return len(lead.expandtabs(TAB)) if lead else 0


def _bullet(raw: str) -> tuple[str, str]:
    """A bullet is one sign, white space, and something after it: "- 5 degrees" yes, "-5" no, "—" alone no."""
    sign, rest = raw[0], raw[1:]
    if sign in BULLETS and rest[:1].isspace() and fingerprint(rest):
        return sign, rest.strip()
    return "", raw
