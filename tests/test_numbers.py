"""Read numbers as texts print them, tell them from dates, document numbers and labels, and say what stays open."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cancu.loaders import numbers
from cancu.loaders.numbers import (
    Number,
    find_numbers,
    is_year,
    note_of,
    read_number,
    read_range,
    read_ratio,
    read_scaled,
)
from cancu.ontology import lexicon
from tests import cases


def test_doctests() -> None:
    assert doctest.testmod(numbers).failed == 0


def shown(number: Number) -> str:
    assert number.doubtful == bool(number.candidates)
    assert not number.doubtful or number.value == number.candidates[0]
    candidates = " ".join(["", "~", *(plain(value) for value in number.candidates)]) if number.doubtful else ""
    return plain(number.value) + "?" * number.doubtful + candidates


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def read(reader: str, text: str) -> list[Number]:
    if reader == "find":
        return list(find_numbers(text))
    if reader in ("number", "scaled"):
        number = (read_number if reader == "number" else read_scaled)(text, 0)
        return [number] if number is not None else []
    return list((read_range if reader == "range" else read_ratio)(text, 0) or ())


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("numbers.tsv", "reader", "text", "found", "flaw", least=120)
    ],
)
def test_numbers(row: lexicon.Row) -> None:
    found = read(row["reader"], row["text"])
    assert " ".join(map(shown, found)) == row["found"]
    for number in found:
        assert row["text"][number.start : number.end] == number.printed


def test_what_is_a_year() -> None:
    text = "năm 2024 (giai đoạn 2021-2025), vốn 2022 và 2023; 2000 hộ, 1.900 hộ, 2500 xã, 2020% và cuối 2019"
    found = {
        text[at : at + 4]: is_year(text, number)
        for at in range(len(text))
        if (number := read_number(text, at)) is not None and len(number.printed) == 4
    }
    assert found == {
        "2024": True,
        "2021": True,
        "2025": True,
        "2022": True,
        "2023": True,
        "2000": False,
        "2500": False,
        "2020": False,
        "2019": True,
    }


def test_no_number_begins_inside_another() -> None:
    assert read_number("28.773", 1) is None
    assert read_number("28.773", 2) is None
    assert read_number("hộ", 0) is None


def test_a_doubt_gives_its_candidates_as_texts_print_them() -> None:
    number = read_number("có 1,362 hộ", 3)
    assert number is not None
    note = note_of(number)
    assert (note.rule, note.start, note.end, note.candidates) == ("ambiguous-number", 3, 8, ("1362", "1,362"))


def test_find_numbers_stays_between_its_bounds() -> None:
    text = "có 12 hộ và 28.773 hộ"
    assert [number.printed for number in find_numbers(text, 6)] == ["28.773"]
    assert [number.printed for number in find_numbers(text, 0, 8)] == ["12"]
    assert [number.printed for number in find_numbers(text, 0, len(text) - 5)] == ["12"]


@given(st.integers(0, 10**12), st.integers(0, 3), st.integers(0, 999))
def test_what_is_printed_the_vietnamese_way_is_read_back(whole: int, places: int, fraction: int) -> None:
    digits = f"{fraction:03d}"[:places]
    printed = f"{whole:,}".replace(",", ".") + ("," + digits if digits else "")
    expected = Decimal(f"{whole}.{digits}" if digits else whole)
    number = read_number(f"đạt {printed} %", 4)
    assert number is not None and number.printed == printed
    if "." in printed and not digits and printed.count(".") == 1:
        # "28.773 %" is a rate, "28.773 hộ" a count
        number = read_number(f"đạt {printed} hộ", 4)
    assert number is not None
    assert (number.value, number.doubtful) == (expected, False)


@given(st.integers(1, 999), st.integers(1, 999), st.integers(1, 999))
def test_compound_numbers_are_the_sums_of_their_parts(billions: int, millions: int, thousands: int) -> None:
    text = f"{billions} tỷ {millions} triệu {thousands} nghìn đồng"
    number = read_scaled(text, 0)
    assert number is not None
    assert number.value == billions * 10**9 + millions * 10**6 + thousands * 10**3
    assert number.end == text.index(" đồng")


@given(st.text("0123456789.,%-/ tỷhộngày()\n", max_size=40))
@example("00.0-0")
def test_any_text_is_read_without_error(text: str) -> None:
    last = 0
    for number in find_numbers(text):
        assert last <= number.start < number.end <= len(text)
        assert text[number.start : number.end] == number.printed
        last = number.end
    for at in range(len(text)):
        for number in (read_number(text, at), read_scaled(text, at)):
            assert number is None or number.value >= 0
        assert (read_range(text, at) is None) or (read_ratio(text, at) is None)
