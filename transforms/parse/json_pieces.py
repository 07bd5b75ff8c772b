"""The records of a JSON text, one by one, also where it is several values, is cut, or is broken in places."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import re2

from transforms.errors import SkipRecordError
from transforms.fields import LISTS
from transforms.parse.jsonl import read_json, read_number, records_in

# Between values; \x1e begins each in a JSON text sequence (RFC 7464).
_BETWEEN = frozenset(" \t\r\n,\x1e\ufeff\0")
_LIST = re2.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*\[\s*\{{')
# So near its end, a fault is that of the cut: half an escape, half a word.
_CUT_CHARS = 12
# A fault costs up to one pass over the text (its line is counted from the start), so large texts have fewer of them.
_MAX_FAULTS = 1_000
_MIN_FAULTS = 8
_MAX_WORK_CHARS = 256 * 1024 * 1024
_MAX_DETAIL_CHARS = 200
_DECODER = json.JSONDecoder(parse_int=read_number, parse_constant=lambda _name: None)


def json_records(
    text: str, *, fields: Mapping[str, str] | None = None
) -> Iterator[tuple[str, object | SkipRecordError]]:
    """The records of a JSON text with their places; for one that cannot be read, why.

    A text that is one value is read as that. Otherwise its values are read one after another, as they are printed by jq or
    stand in an array that has no end; after a broken one, reading goes on at the next line that begins as it did.

    Args:
        text: All of it.
        fields: Names that the person gave, by field.

    Raises:
        SkipRecordError: `not_json` or `too_deep`: no record of it can be read.
    """
    try:
        value = read_json(text)
    except SkipRecordError as error:
        yield from _mended(text, fields or {}, error)
    else:
        yield from records_in(value, fields=fields)


def _mended(
    text: str, fields: Mapping[str, str], error: SkipRecordError
) -> Iterator[tuple[str, object | SkipRecordError]]:
    before: list[tuple[str, object | SkipRecordError]] = []
    is_read = False
    for number, piece in enumerate(_pieces(text), start=1):
        place = f"record {number}"
        if isinstance(piece.value, SkipRecordError) or piece.is_listed:
            found = [(place, piece.value)]
        else:
            found = [
                (f"{place}!/{inner}" if inner else place, value)
                for inner, value in records_in(piece.value, fields=fields)
            ]
        is_read = is_read or not isinstance(piece.value, SkipRecordError)
        if is_read:
            yield from (*before, *found)
            before = []
        else:
            before += found
    if not is_read:
        raise error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One value of several, or why it is none; `is_listed` where it stands in an array."""

    value: object | SkipRecordError
    is_listed: bool


def _pieces(text: str) -> Iterator[_Piece]:
    """The values of a text, in one pass but for what the faults cost."""
    at = _after(text, 0)
    is_listed = is_held = False
    is_first = True
    faults = max(_MIN_FAULTS, min(_MAX_FAULTS, _MAX_WORK_CHARS // max(1, len(text))))
    while at < len(text):
        if is_listed and text[at] == "]":
            # What a broken object has beyond its list is no record.
            at = _after(text, at + 1) if not is_held else _next(text, at, beyond=at)
            is_listed = is_held = False
            if at < 0:
                return
            continue
        if not is_listed and text[at] == "[" and text.startswith("{", inner := _after(text, at + 1)):
            is_listed, at = True, inner
        value, end = _decoded(text, at)
        if not isinstance(value, SkipRecordError):
            yield _Piece(value=value, is_listed=is_listed)
            at, is_first = _after(text, end), False
            continue
        held = _LIST.search(text[at:end]) if is_first and not is_listed else None
        is_first = False
        if held:
            # An object that ends too soon, or is broken, within the list that it holds.
            at, is_listed, is_held = at + held.end() - 1, True, True
            continue
        faults -= 1
        again = _next(text, at, beyond=end) if faults > 0 else -1
        yield _Piece(
            value=value if again >= 0 else _last(value, is_cut=end >= len(text)), is_listed=is_listed
        )
        if again < 0:
            return
        at = again
    if is_listed:
        yield _Piece(value=SkipRecordError("truncated", "The list of records has no end."), is_listed=True)


def _decoded(text: str, at: int) -> tuple[object | SkipRecordError, int]:
    """The value that begins at a place, or why there is none, and how far it was read: to the end where it was cut."""
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        return SkipRecordError("too_deep", "Its brackets stand too deep within each other."), at
    except json.JSONDecodeError as error:
        is_cut = error.msg.startswith("Unterminated") or error.pos + _CUT_CHARS >= len(text)
        fault = SkipRecordError("not_json", f"It is not JSON ({str(error)[:_MAX_DETAIL_CHARS]}).")
        return fault, len(text) if is_cut else error.pos


def _after(text: str, at: int) -> int:
    """Where the next value begins; no pattern is asked, as each asking would cost a pass over the whole text."""
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _next(text: str, start: int, *, beyond: int) -> int:
    """Where the next line begins that opens an object as far in as the broken one stood; -1 where none does."""
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    opening = "\n" + (indent if indent.isspace() else "") + "{"
    found = text.find(opening, beyond)
    return found + len(opening) - 1 if found >= 0 else -1


def _last(fault: SkipRecordError, *, is_cut: bool) -> SkipRecordError:
    """The fault of all that is left."""
    if fault.rule == "too_deep":
        return fault
    if is_cut:
        return SkipRecordError("truncated", f"It ends within this record. {fault.detail}")
    return SkipRecordError("damaged", f"From here on it is left out. {fault.detail}")
