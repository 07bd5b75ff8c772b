"""Whether a text is written in Markdown, told by its marks."""

import re2

# The beginning tells it; a long text is not read to its end.
MAX_CHARS = 200_000
# Marks that mean nothing else, at least so many; and one of them for so many lines.
MIN_SIGNS = 3
MAX_LINES_A_SIGN = 40
# A headline has words; a line of topic words behind single signs is hashtags.
MIN_HEADLINE_WORDS = 2

_HEADING = re2.compile(r"^ {0,3}(#{1,6})[ \t]+([^#\s][^\n]*?)(?:[ \t]#+)?[ \t]*$")
_LINK = re2.compile(r"\[[^\[\]\n]*\]\((?:<[^<>\n]*>|[^\s()]+)(?:[ \t]+\"[^\"\n]*\")?\)")
_DEFINITION = re2.compile(r"^ {0,3}\[[^\[\]]+\]:[ \t]+<?(?:https?:|/|#|mailto:)\S*")
_STRONG = re2.compile(r"(?:^|[\s(\[>])(?:\*\*[^\s*][^*\n]*\*\*|__[^\s_][^_\n]*__)(?:$|[\s).,:;!?\]])")
_FENCE = re2.compile(r"^ {0,3}(?:```|~~~)")
_RULED = re2.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$")
_UNDERLINE = re2.compile(r"^(?:={3,}|-{3,})\s*$")
_FRONT = re2.compile(
    r"^---[ \t]*\r?\n(?:[\w-]+:[^\n]*\r?\n|[ \t]+[^\n]*\r?\n|- [^\n]*\r?\n){1,100}---[ \t]*(?:\r?\n|$)"
)


def looks_like_markdown(text: str) -> bool:
    """Whether a text has the marks of Markdown: headings, links, emphasis, fences, ruled tables, front matter.

    A bullet, a star or a lone "#" shows nothing: plain texts have them.
    """
    start = text[:MAX_CHARS].lstrip("\ufeff")
    lines = [line.rstrip("\r") for line in start.split("\n")]
    filled = sum(1 for line in lines if line.strip())
    signs = sum(_signs(line, above=lines[at - 1] if at else "") for at, line in enumerate(lines))
    if _FRONT.match(start.lstrip()):
        return True
    if signs == 0:
        return False
    first = next(line for line in lines if line.strip())
    if _is_headline(first) and not start.lstrip().startswith("#!"):
        signs += 1
    return signs >= min(MIN_SIGNS, 1 + filled // 4) and signs * MAX_LINES_A_SIGN >= filled


def _signs(line: str, *, above: str) -> int:
    if not line.strip():
        return 0
    found = len(_LINK.findall(line)) + len(_STRONG.findall(line))
    found += bool(_DEFINITION.match(line)) + bool(_FENCE.match(line)) + bool(_RULED.match(line))
    if line.startswith("===") and _UNDERLINE.match(line) and above.strip() and not above.startswith("="):
        found += 1
    return found + _is_headline(line)


def _is_headline(line: str) -> bool:
    """Whether it is a heading: more than one sign, or words with none of their own."""
    found = _HEADING.match(line)
    if found is None or " #" in found.group(2):
        return False
    return len(found.group(1)) > 1 or len(found.group(2).split()) >= MIN_HEADLINE_WORDS
