"""Bytes become text the same way every time, and every mend is counted."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.decode import decode
from transforms.errors import SkipDocumentError


def test_utf8_stays_as_it_is() -> None:
    """A clean file has nothing to mend."""
    decoded = decode("Brücke — мост — 橋".encode())
    assert (decoded.text, decoded.encoding, decoded.repairs) == ("Brücke — мост — 橋", "utf-8", {})


def test_a_bom_is_taken_off() -> None:
    """The mark of UTF-8 is no character of the text."""
    decoded = decode(codecs.BOM_UTF8 + b"Tag: OLM")
    assert (decoded.text, decoded.repairs) == ("Tag: OLM", {"bom_removed": 1})


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16-le", "utf-16"), ("utf-16-be", "utf-16"), ("utf-32-le", "utf-32")]
)
def test_wide_text_with_a_bom(encoding: str, name: str) -> None:
    """A mark of UTF-16 or UTF-32 tells how to read the rest."""
    decoded = decode("\ufeffTag: Ølm 橋".encode(encoding))
    assert (decoded.text, decoded.encoding) == ("Tag: Ølm 橋", name)


def test_broken_utf16_is_replaced_and_counted() -> None:
    """Half a character at the end of UTF-16 is counted, the rest is read."""
    decoded = decode(codecs.BOM_UTF16_LE + "Olm".encode("utf-16-le") + b"\x00\xd8")
    assert decoded.text.startswith("Olm")
    assert decoded.repairs["bytes_replaced"] == 1


def test_cp1252_is_told_from_utf8() -> None:
    """Curly quotes, dashes and accents of an old Windows text are read as such."""
    text = "He said “no” – the café in Köln doesn’t open before noon, and that is that."
    decoded = decode(text.encode("cp1252"))
    assert (decoded.text, decoded.encoding, decoded.repairs) == (text, "cp1252", {})


def test_icelandic_cp1252_is_likely_too() -> None:
    """Letters that are rare elsewhere do not make a Western text unlikely."""
    text = "Það er gott að búa í þessu húsi, og það á að vera svo áfram um ókomin ár."
    assert decode(text.encode("cp1252")).text == text


def test_mostly_utf8_with_bad_bytes_is_replaced_and_counted() -> None:
    """Two bad bytes in a UTF-8 text do not turn its accents into mojibake."""
    decoded = decode("Brücke über den Fluß, höher und schöner".encode() + b" \xff\xfe end")
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith("Brücke über")
    assert decoded.repairs == {"bytes_replaced": 2}


def test_cyrillic_bytes_are_not_taken_for_cp1252() -> None:
    """A text in a Cyrillic code page is refused rather than stored as nonsense."""
    with pytest.raises(SkipDocumentError, match="encoding_unknown"):
        decode(("Паром через реку не ходит уже девять дней, сообщили в порту. " * 20).encode("cp1251"))


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("cp1251", "Паром сегодня не ходит."),
        ("koi8-r", "Паром сегодня не ходит."),
        ("iso-8859-7", "Το φέρι δεν πλέει σήμερα."),
        ("cp1255", "המעבורת אינה פועלת היום."),
        ("cp1256", "العبارة متوقفة اليوم."),
        ("tis-620", "เรือข้ามฟากหยุดวันนี้"),
        ("gb18030", "渡轮今天停运，港务局说。"),
        ("big5", "渡輪今天停運，港務局說。"),
        ("shift_jis", "フェリーは今日運休です。"),
        ("euc-kr", "페리는 오늘 운항하지 않는다."),
    ],
)
@pytest.mark.parametrize("page", ["{}", "Tag: OLM\n\n      * {}\n\n\n          {}\n\n\n\n#Ferry #Olm\n"])
def test_a_short_text_of_another_code_page_is_refused(encoding: str, sentence: str, page: str) -> None:
    """One sentence is enough to tell that it cannot be read; indents do not make it a better text."""
    with pytest.raises(SkipDocumentError, match="encoding_unknown"):
        decode(page.format(sentence, sentence).encode(encoding))


def test_a_handful_of_bad_bytes_is_kept_and_counted() -> None:
    """A short note with some bytes that mean nothing, and a long one with more of them, are read."""
    note = decode("Brücke".encode() + b" \x81\x8d\x8f\x90\x9d\x81\x81 end")
    assert note.repairs == {"bytes_replaced": 7}
    page = decode(b"The ferry over the Olm stops. \x81" * 50)
    assert page.repairs == {"bytes_replaced": 50}


def test_nuls_are_removed_and_counted() -> None:
    """A few NULs among text are no binary."""
    decoded = decode(b"The fer\x00ry\x00 stops.")
    assert (decoded.text, decoded.repairs) == ("The ferry stops.", {"nul_removed": 2})


def test_lone_surrogates_are_replaced_and_pairs_are_joined() -> None:
    """What some encoders write as surrogates becomes one character or U+FFFD, and a text can be stored."""
    lone = decode(b"boat \xed\xa0\xbd end")
    assert (lone.text, lone.repairs) == ("boat \ufffd end", {"surrogates_replaced": 1})
    pair = decode(b"boat \xed\xa0\xbd\xed\xba\xa2 end")
    assert (pair.text, pair.repairs) == ("boat 🚢 end", {"surrogates_joined": 1})


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 100, b"ab" + b"\x00" * 60])
def test_binary_bytes_are_refused(data: bytes) -> None:
    """Machine bytes are no text, whatever the file is called."""
    with pytest.raises(SkipDocumentError, match="binary"):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever comes in, a text comes out that can be stored as UTF-8, or a refusal."""
    try:
        text = decode(data).text
    except SkipDocumentError as error:
        assert error.rule in {"binary", "encoding_unknown"}  # noqa: PT017  # either outcome is right
    else:
        assert "\0" not in text
        assert text.encode().decode() == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_comes_back_from_utf8(text: str) -> None:
    """What was valid stays as it was."""
    data = text.encode()
    if not data.startswith(codecs.BOM_UTF8) and sum(char < " " for char in text) <= 0.3 * len(data):
        assert decode(data).text == text


def test_nothing_is_text_too() -> None:
    """No bytes are an empty text."""
    assert decode(b"").text == ""


RUSSIAN = "Паром сегодня не ходит, сообщили в порту."


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("KOI8-R", "koi8-r", RUSSIAN),
        ("iso-8859-2", "iso8859-2", "Prom dziś nie płynie, zażółć gęślą jaźń."),
        ("ISO-8859-1", "cp1252", "The “café” doesn’t open – yet."),
        ("gb2312", "gb18030", "渡轮今天停运，港务局说。"),
        ("Shift_JIS", "cp932", "フェリーは今日運休です。"),
        ("euc-kr", "cp949", "페리는 오늘 운항하지 않는다."),
        ("iso-2022-jp", "iso2022-jp", "フェリーは今日運休です。"),
        ("utf-16", "utf-16-le", RUSSIAN),
    ],
)
def test_a_declared_charset_is_taken_at_its_word(label: str, codec: str, text: str) -> None:
    """A header's charset, and but for UTF-16 a page's own, reads what is no UTF-8; it is recorded by its codec."""
    data = text.encode(codec)
    decoded = decode(data, declared=label)
    assert (decoded.text, decoded.encoding, decoded.repairs) == (text, codec, {})
    if codec == "utf-16-le":
        return
    for page in (
        b"<head><meta charset='%s'></head>",
        b'<META http-equiv=content-type content="text/html; charset=%s">',
        b'<?xml version="1.0" encoding="%s"?><rss>',
    ):
        marked = page % label.encode() + data
        assert decode(marked, is_markup=True).text.endswith(text)
        assert decode(marked, is_markup=True).encoding == codec


def test_utf8_counts_more_than_what_is_declared() -> None:
    """A page that is valid UTF-8 is that, whatever it says; a mark at its beginning counts most."""
    assert decode(RUSSIAN.encode(), declared="windows-1251").text == RUSSIAN
    assert decode(f"<meta charset=iso-8859-1>{RUSSIAN}".encode(), is_markup=True).encoding == "utf-8"
    assert decode("\ufeffOlm".encode("utf-16-be"), declared="utf-8").encoding == "utf-16"


def test_the_header_counts_more_than_the_page() -> None:
    """Of two declarations the outer one was made by who sent the bytes."""
    page = b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251")
    assert decode(page, declared="windows-1251", is_markup=True).text.endswith(RUSSIAN)


def test_a_text_does_not_declare() -> None:
    """What looks like a declaration in plain text is its words."""
    page = b"<meta charset=koi8-r> " + RUSSIAN.encode("koi8-r")
    with pytest.raises(SkipDocumentError, match="encoding_unknown"):
        decode(page)


@pytest.mark.parametrize(
    "label",
    [
        "unicode_escape",
        "idna",
        "punycode",
        "rot13",
        "zlib",
        "base64",
        "hex",
        "utf-7",
        "raw_unicode_escape",
        "mbcs",
    ],
)
def test_codecs_that_no_page_has_are_never_asked(label: str) -> None:
    """Python knows codecs that unpack, escape or run over; what declares one is read by its bytes."""
    assert decode(rb"\u0041 +ADw- xn--a \x41", declared=label).text == rb"\u0041 +ADw- xn--a \x41".decode()
    assert decode(b"caf\xe9 noir", declared=label).encoding == "cp1252"


def test_a_declaration_that_does_not_fit_is_passed_over() -> None:
    """A page in cp1252 that calls itself Japanese is read as what it is."""
    text = "Il a dit « café », et l’été déjà à Genève, où l’élève préfère être."
    assert decode(text.encode("cp1252"), declared="shift_jis").text == text


def test_half_a_character_at_a_cut_is_counted() -> None:
    """A page that was cut keeps its charset."""
    decoded = decode(("渡轮今天停运，" * 40).encode("gb18030")[:-1], declared="gbk")
    assert (decoded.encoding, decoded.repairs) == ("gb18030", {"bytes_replaced": 1})
