"""Bytes to text: BOM, strict UTF-8, cp1252 where that is likely, else UTF-8 with replacement; all mends counted."""

import codecs
from dataclasses import dataclass

from flows.sniff import refuse_binary
from transforms.errors import SkipDocumentError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = bytes(range(0x80, 0x100))
# What cp1252 has and Western text hardly uses: a text in Cyrillic or Greek bytes is full of these.
_RARE_IN_WESTERN = "ÿþðýÞÐÝ×÷¤¦¬¯¸¹²³¼½¾¶µ¥¢†‡ˆ‰‹›ƒŸžŽ¨".encode("cp1252")
# French, the densest in accents of the common Western languages, has 4 % of them; Vietnamese is not in cp1252.
MAX_HIGH_SHARE = 0.3
MAX_RARE_SHARE = 0.5
# A text of which a fifth is not to be read is no text for a table. Two words in another code page have eight such
# characters; fewer than that may be an accident in a note of one line.
MAX_REPLACED_SHARE = 0.2
MIN_REPLACED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text and how it was got.

    Args:
        text: Without BOM, NUL and surrogates.
        encoding: "utf-8", "utf-16", "utf-32" or "cp1252".
        repairs: What was mended, by name, with counts.
    """

    text: str
    encoding: str
    repairs: dict[str, int]


def decode(data: bytes) -> Decoded:
    """The text of a file's bytes.

    Raises:
        SkipDocumentError: `binary` or `encoding_unknown`.
    """
    text, encoding, repairs = _decode(data)
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        repairs["nul_removed"] = nuls
    return Decoded(text=text, encoding=encoding, repairs=dict(sorted(repairs.items())))


def _decode(data: bytes) -> tuple[str, str, dict[str, int]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_wide(data, encoding)
    repairs = {}
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        repairs["bom_removed"] = 1
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        refuse_binary(data, is_utf8=False)
    else:
        refuse_binary(data, is_utf8=True)
        return text, "utf-8", repairs
    try:
        return *_mend_surrogates(data.decode("utf-8", "surrogatepass"), repairs), repairs
    except UnicodeDecodeError:
        pass
    replaced = data.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    good = len(replaced) - len(replaced.encode("ascii", "ignore")) - bad
    if good <= bad and _is_likely_cp1252(data):
        return data.decode("cp1252"), "cp1252", repairs
    return _keep_replaced(replaced, bad), "utf-8", repairs | {"bytes_replaced": bad}


def _decode_wide(data: bytes, encoding: str) -> tuple[str, str, dict[str, int]]:
    repairs = {"bom_removed": 1}
    try:
        return data.decode(encoding), encoding, repairs
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    return _keep_replaced(text, bad), encoding, repairs | {"bytes_replaced": bad}


def _mend_surrogates(text: str, repairs: dict[str, int]) -> tuple[str, str]:
    """Surrogate pairs (CESU-8) joined, lone ones replaced."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lone = joined.count("\ufffd") - text.count("\ufffd")
    if lone:
        repairs["surrogates_replaced"] = lone
    pairs = len(text) - len(joined)
    if pairs:
        repairs["surrogates_joined"] = pairs
    return joined, "utf-8"


def _is_likely_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    high = len(data) - len(data.translate(None, _HIGH))
    rare = len(data) - len(data.translate(None, _RARE_IN_WESTERN))
    return high <= MAX_HIGH_SHARE * len(data) and rare <= MAX_RARE_SHARE * high


def _keep_replaced(text: str, bad: int) -> str:
    if bad >= MIN_REPLACED and bad > MAX_REPLACED_SHARE * sum(map(len, text.split())):
        raise SkipDocumentError(
            "encoding_unknown",
            f"{bad} characters can be read neither as UTF-8 nor as cp1252; save the file as UTF-8.",
        )
    return text
