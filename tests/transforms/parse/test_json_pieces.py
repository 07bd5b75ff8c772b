"""The records of a JSON text that is several values, cut, or broken in places."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import SkipRecordError
from transforms.parse.json_pieces import json_records

RECORDS: list[dict[str, object]] = [{"text": f"number {n}", "more": [1, {"text": "]},{"}]} for n in range(4)]


def _read(text: str) -> list[tuple[str, object]]:
    return [
        (place, value.rule if isinstance(value, SkipRecordError) else value)
        for place, value in json_records(text)
    ]


def _numbered(*values: object) -> list[tuple[str, object]]:
    return [(f"record {number}", value) for number, value in enumerate(values, start=1)]


@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize("between", ["", "\n", ",\n", "\n\x1e", "\r\n\r\n"])
def test_values_one_after_another(indent: int | str | None, between: str) -> None:
    """As jq prints them, as a text sequence, or with nothing between them."""
    printed = [json.dumps(record, indent=indent) for record in RECORDS]
    assert _read(between.join(printed)) == _numbered(*RECORDS)
    lists = between.join([json.dumps(RECORDS[:2], indent=indent), json.dumps(RECORDS[2:], indent=indent)])
    assert _read(lists) == _numbered(*RECORDS)


@pytest.mark.parametrize("indent", [None, 2])
def test_wherever_an_array_is_cut_its_whole_records_are_read(indent: int | None) -> None:
    """Never more than what is whole, and one refusal at the end."""
    for value in (RECORDS, {"items": RECORDS}):
        text = json.dumps(value, indent=indent)
        ends = [text.index(f"number {n}") for n in range(1, 4)]
        for cut in range(ends[0], len(text) - (4 if value is RECORDS else 8)):
            *whole, (_place, rule) = _read(text[:cut])
            assert whole == _numbered(*RECORDS)[: len(whole)]
            assert len(whole) >= sum(1 for end in ends if end < cut)
            assert rule == "truncated"


def test_a_broken_record_costs_itself_where_records_begin_lines() -> None:
    """Reading goes on at the next line that begins as the broken one did; else the rest is named as damaged."""
    expected = _numbered(*RECORDS)
    expected[1] = ("record 2", "not_json")
    for text in (
        json.dumps(RECORDS, indent=1),
        json.dumps({"version": 1, "items": RECORDS, "next": None}, indent=1),
        "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]",
        "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    ):
        assert _read(text.replace('"number 1"', '"num"ber 1"')) == expected
    in_one_line = json.dumps(RECORDS).replace('"number 1"', '"num"ber 1"')
    assert _read(in_one_line) == [expected[0], ("record 2", "damaged")]


def test_answers_one_after_another_give_the_records_of_each() -> None:
    """Each value may hold a list."""
    text = "\n".join(json.dumps({"items": [record]}, indent=1) for record in RECORDS)
    assert _read(text) == [(f"record {n}!/record 1", record) for n, record in enumerate(RECORDS, start=1)]


@pytest.mark.parametrize(
    "text", ["", "x", "{", '{"a":' * 100_000, "[" * 100_000 + "\n{oops", '{"text": "cut']
)
def test_what_has_no_record_is_refused_as_a_whole(text: str) -> None:
    """Nothing is read of it."""
    with pytest.raises(SkipRecordError, match=r"not_json|too_deep"):
        _read(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"t":1}\n' + '{"a":\n' * 300_000,
        '{"t":1}\n' + '{"a":[\n' * 400 + "1," * 1_000_000,
        '{"t":1}\n' + "{x\n" * 1_000_000,
        '[{"t":1}' + " " * 1_000_000 + "x",
        '[{"t":1},' + '{"t":1}\n,' * 20_000,
    ],
    ids=["deep lines", "a long list within", "broken lines", "white space", "no end"],
)
def test_faults_cost_no_more_than_their_length(text: str) -> None:
    """What is read again and again is bounded."""
    began = process_time()
    assert len(_read(text)) > 1
    assert process_time() - began < 3


@given(st.text(alphabet='{}[]",:\\\n 1atex', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Records and refusals, or a refusal of it all."""
    try:
        found = list(json_records('{"text": "x"}\n' + text))
    except SkipRecordError as error:
        assert error.rule in {"not_json", "too_deep"}  # noqa: PT017  # either outcome is right
    else:
        assert found
