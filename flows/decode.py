"""Bytes to text: BOM, strict UTF-8, what is declared, cp1252 where that is likely, else UTF-8 with replacement.

What is declared is asked after strict UTF-8: a text that is valid UTF-8 by accident is hardly ever seen, a wrong
declaration on one that is UTF-8 often. All mends are counted.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import re2

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
# The encodings of the web by the names that pages give them (WHATWG Encoding Standard); the browsers, too, read what
# calls itself Latin-1 as cp1252. None of Python's other codecs is ever asked: some of them unpack or run over.
_CODECS = {
    "cp1252": "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 us-ascii ascii windows-1252 cp1252 x-cp1252",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11",
    "cp866": "ibm866 cp866 866",
    "iso8859-2": "iso-8859-2 iso8859-2 iso_8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i hebrew",
    "iso8859-10": "iso-8859-10 latin6",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8 koi",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic",
    "gb18030": "gb2312 gbk gb18030 gb_2312-80 x-gbk chinese",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j ms932 cp932",
    "euc-jp": "euc-jp x-euc-jp eucjp",
    "iso2022-jp": "iso-2022-jp",
    "cp949": "euc-kr ks_c_5601-1987 ksc5601 korean cp949 windows-949",
    "utf-16-le": "utf-16 utf-16le",
    "utf-16-be": "utf-16be",
}
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
_SEVEN_BIT = {"iso2022-jp"}
_WIDE = {"utf-16-le", "utf-16-be"}
# Where browsers look for a declaration is the first kilobyte; pages put it later, too.
_DECLARED_WITHIN = 8 * 1024
_META = re2.compile(rb"(?i)<meta\s[^<>]{0,300}charset\s*=\s*[\"']?\s*([a-z0-9_.:-]{2,40})")
_XML = re2.compile(rb"(?i)^\s*<\?xml\s[^<>]{0,200}encoding\s*=\s*[\"']\s*([a-z0-9_.:-]{2,40})")
# A declared encoding of which so much cannot be read is not the page's.
MAX_DECLARED_REPLACED = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text and how it was got.

    Args:
        text: Without BOM, NUL and surrogates.
        encoding: "utf-8", "utf-16", "utf-32", "cp1252", or a declared one by Python's name ("cp1251").
        repairs: What was mended, by name, with counts.
    """

    text: str
    encoding: str
    repairs: dict[str, int]


def decode(data: bytes, *, declared: str | None = None, is_markup: bool = False) -> Decoded:
    """The text of a file's bytes.

    Args:
        data: The bytes.
        declared: The charset that a header around them tells.
        is_markup: Whether they may declare one themselves, in `meta` or the XML declaration.

    Raises:
        SkipDocumentError: `binary` or `encoding_unknown`.
    """
    text, encoding, repairs = _decode(data, list(_declared(data, declared, is_markup=is_markup)))
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        repairs["nul_removed"] = nuls
    return Decoded(text=text, encoding=encoding, repairs=dict(sorted(repairs.items())))


def _declared(data: bytes, header: str | None, *, is_markup: bool) -> Iterator[str]:
    """The codecs that are declared, the header's first; only those that the web has."""
    labels = [header.strip().lower()] if header else []
    if is_markup:
        head = data[:_DECLARED_WITHIN]
        labels += [
            found[1].decode("ascii").lower() for pattern in (_XML, _META) if (found := pattern.search(head))
        ]
    seen = set()
    for label in labels:
        codec = _BY_LABEL.get(label)
        # A page that can say so in ASCII is not in UTF-16.
        if codec and codec not in seen and not (codec in _WIDE and label != labels[0]):
            seen.add(codec)
            yield codec


def _decode(data: bytes, declared: list[str]) -> tuple[str, str, dict[str, int]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_wide(data, encoding)
    repairs = {}
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        repairs["bom_removed"] = 1
    first = [
        codec
        for codec in declared
        if (codec in _SEVEN_BIT and b"\x1b" in data) or (codec in _WIDE and b"\0" in data)
    ]
    found = _decode_declared(data, first) or _decode_utf8(data) or _decode_8_bit(data, declared)
    text, encoding, mended = found
    return text, encoding, repairs | mended


def _decode_utf8(data: bytes) -> tuple[str, str, dict[str, int]] | None:
    """The text, where it is UTF-8 but for surrogates."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        refuse_binary(data, is_utf8=False)
    else:
        refuse_binary(data, is_utf8=True)
        return text, "utf-8", {}
    try:
        return _mend_surrogates(data.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None


def _decode_8_bit(data: bytes, declared: list[str]) -> tuple[str, str, dict[str, int]]:
    """The text of what is not UTF-8 throughout."""
    replaced = data.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    good = len(replaced) - len(replaced.encode("ascii", "ignore")) - bad
    if good <= bad:
        found = _decode_declared(data, declared)
        if found:
            return found
        if _is_likely_cp1252(data):
            return data.decode("cp1252"), "cp1252", {}
    return _keep_replaced(replaced, bad), "utf-8", {"bytes_replaced": bad}


def _decode_declared(data: bytes, declared: list[str]) -> tuple[str, str, dict[str, int]] | None:
    """The text in the first of the encodings that it is in but for a few bytes."""
    for codec in declared:
        text = data.decode(codec, "replace")
        bad = text.count("\ufffd")
        if bad <= MAX_DECLARED_REPLACED * len(text):
            return text, codec, {"bytes_replaced": bad} if bad else {}
    return None


def _decode_wide(data: bytes, encoding: str) -> tuple[str, str, dict[str, int]]:
    repairs = {"bom_removed": 1}
    try:
        return data.decode(encoding), encoding, repairs
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    return _keep_replaced(text, bad), encoding, repairs | {"bytes_replaced": bad}


def _mend_surrogates(text: str) -> tuple[str, str, dict[str, int]]:
    """Surrogate pairs (CESU-8) joined, lone ones replaced."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    repairs = {
        "surrogates_replaced": joined.count("\ufffd") - text.count("\ufffd"),
        "surrogates_joined": len(text) - len(joined),
    }
    return joined, "utf-8", {name: count for name, count in repairs.items() if count}


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
