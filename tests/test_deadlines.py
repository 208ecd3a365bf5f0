"""Read by when and how often, in every way to print it, and whose component it is."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import deadlines
from cancu.loaders.components import read_components
from cancu.loaders.deadlines import (
    CUES,
    find_deadlines,
    find_frequencies,
    read_component_deadlines,
    read_deadline,
    read_deadline_notes,
)
from cancu.loaders.extract import read_reading
from cancu.ontology import lexicon
from tests import cases

COLUMNS = ("text", "year", "bare", "value", "phrase", "inferred", "flaw")


def test_doctests() -> None:
    assert doctest.testmod(deadlines).failed == 0


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("deadlines.tsv", *COLUMNS, least=43)
    ],
)
def test_deadlines(row: lexicon.Row) -> None:
    year = int(row["year"]) if row["year"] else None
    found = read_deadline(row["text"], year=year, bare=bool(row["bare"]))
    assert found is not None
    assert (found.value or "", found.phrase, "yes" if found.inferred else "") == (
        row["value"],
        row["phrase"],
        row["inferred"],
    )
    assert row["phrase"] in row["text"][found.start : found.end]


@pytest.mark.parametrize("text", cases.lines("not_deadlines.txt", least=13))
def test_what_is_no_deadline(text: str) -> None:
    assert find_deadlines(text, year=2025) == []


@pytest.mark.parametrize("row", [cases.case(row, id=row["words"]) for row in CUES if row["kind"] != "frequency"])
def test_cues(row: lexicon.Row) -> None:
    assert row["words"] in row["example"]
    found = find_deadlines(row["example"], year=2024)
    assert [(one.shown, one.kind) for one in found] == [(row["value"], row["kind"])]


@pytest.mark.parametrize("row", [cases.case(row, id=row["words"]) for row in CUES if row["kind"] == "frequency"])
def test_words_of_how_often(row: lexicon.Row) -> None:
    assert [one.phrase for one in find_frequencies(row["example"])] == [row["value"]] == [row["words"]]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("báo cáo định kỳ 6 tháng, hằng năm về Sở Y tế", ["định kỳ 6 tháng, hằng năm"]),
        ("báo cáo định kỳ (quý, 6 tháng, năm)", ["định kỳ (quý, 6 tháng, năm"]),
        ("báo cáo kết quả định kỳ, đột xuất về Sở", ["định kỳ, đột xuất"]),
        ("định kỳ 6 tháng (trước ngày 30/6) và hàng năm (trước ngày 10/12)", ["định kỳ 6 tháng", "hàng năm"]),
        ("báo cáo quý trước ngày 15, báo cáo năm trước ngày 10/12", ["quý", "năm"]),
        ("hằng tháng (trước ngày 20), 6 tháng (trước ngày 10/6)", ["hằng tháng", "6 tháng"]),
        ("báo cáo năm 2025 về Sở", []),
        ("báo cáo quý III năm 2025", []),
        ("trong 6 tháng đầu năm 2025", []),
        ("kế hoạch năm của huyện", []),
    ],
)
def test_frequencies(text: str, phrases: list[str]) -> None:
    assert [one.phrase for one in find_frequencies(text)] == phrases


@pytest.mark.parametrize("text", ["trước ngày 31/6/2025", "chậm nhất ngày 30/02/2025", "trước ngày 15/13/2025"])
def test_impossible_days_are_doubts(text: str) -> None:
    (found,) = find_deadlines(text)
    assert (found.value, found.impossible) == (None, True)
    reading = read_reading(f"KẾ HOẠCH\nNăm 2025\nI. MỤC TIÊU\nBáo cáo {text}.")
    assert [(note.rule, reading.plain[note.start : note.end]) for note in read_deadline_notes(reading)] == [
        ("impossible-deadline", text)
    ]


def test_possible_days_are_no_doubts() -> None:
    reading = read_reading("KẾ HOẠCH\nNăm 2025\nI. MỤC TIÊU\nBáo cáo trước ngày 30/6/2025, trước 30/6.")
    assert read_deadline_notes(reading) == []


# --- of components ----------------------------------------------------------------------------------------------------

PLAN = (
    "ỦY BAN NHÂN DÂN\nHUYỆN ĐÔ LƯƠNG\nKẾ HOẠCH\nThực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững năm 2025\n"
    "UBND huyện ban hành Kế hoạch như sau:\nI. MỤC TIÊU\nGiảm 120 hộ nghèo.\nII. NỘI DUNG\n"
    "1. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo\n{first}\n"
    "2. Dự án 3: Hỗ trợ phát triển sản xuất, cải thiện dinh dưỡng\n"
    "2.1. Tiểu dự án 1: Hỗ trợ phát triển sản xuất trong lĩnh vực nông nghiệp\n{second}\n"
    "2.2. Tiểu dự án 2: Cải thiện dinh dưỡng\na) Nội dung: Tập huấn.\nIII. TỔ CHỨC THỰC HIỆN\n"
    "1. Phòng Y tế\n- Thời gian thực hiện: Trong năm 2025.\n"
)


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (
            "a) Nội dung: Tập huấn.\nb) Thời gian thực hiện: Trong năm 2025.",
            "- Tiến độ: Hoàn thành trong quý III năm 2025.",
            {"DA2": "2025", "DA3.TDA1": "2025-Q3"},
        ),
        (
            "f. Thời gian hoàn thành: quý II",
            "e) Thời gian thực hiện\nTừ tháng 3 đến tháng 10/2025.",
            {"DA2": "2025-Q2", "DA3.TDA1": "2025-10-31"},
        ),
        (
            "Phòng Y tế chủ trì, phối hợp với UBND các xã; hoàn thành trước ngày 30/9/2025.",
            "Cơ quan chủ trì: Phòng Y tế. Thời hạn hoàn thành: trước ngày 15/11/2025.",
            {"DA2": "2025-09-30", "DA3.TDA1": "2025-11-15"},
        ),
        # Of one task, of several, of none.
        (
            "- Tập huấn cho cán bộ, hoàn thành công tác chuẩn bị trước ngày 30/4/2025.",
            "- Tập huấn. Thời gian thực hiện: Quý II/2025.\n- Hội thảo. Thời gian thực hiện: Quý IV/2025.",
            {},
        ),
        (
            "a) Thời gian thực hiện: Thường xuyên, hằng năm.",
            "Hoàn thành việc rà soát trước ngày 31/3/2025; gửi kết quả trước ngày 15/4/2025.",
            {},
        ),
        ("Thời gian qua, tiến độ thực hiện: đạt 95%.", "Tiến độ giải ngân đến ngày 31/01/2025: 20%.", {}),
    ],
)
def test_component_deadlines(first: str, second: str, found: dict[str, str]) -> None:
    reading = read_reading(PLAN.format(first=first, second=second))
    components, _ = read_components(reading)
    read = read_component_deadlines(reading, components)
    assert {code: deadline.value for code, deadline in read.items()} == found
