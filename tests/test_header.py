"""Read what a document says of itself, in the layouts of the State, the Party and the portals."""

from __future__ import annotations

import doctest
from dataclasses import fields

import pytest

from cancu.loaders import header
from cancu.loaders.extract import extract_text
from cancu.model import Document
from tests import cases

BLOCKS = cases.blocks("headers.txt", least=16)
NOT_SHOWN = {"digital_signatures", "inferred", "evidence", "confidence"}


def test_doctests() -> None:
    assert doctest.testmod(header).failed == 0


def shown(document: Document) -> dict[str, str]:
    """Write a document's fields as the blocks do."""
    values = {
        field.name: str(value)
        for field in fields(document)
        if field.name not in NOT_SHOWN and (value := getattr(document, field.name)) is not None
    }
    if document.digital_signatures:
        values["digital_signatures"] = "; ".join(
            f"{signature.signer}, {signature.email}, {signature.time}" for signature in document.digital_signatures
        )
    if document.inferred:
        values["inferred"] = " ".join(document.inferred)
    return values


@pytest.mark.parametrize("block", [cases.case(block, id=block.title) for block in BLOCKS])
def test_headers(block: cases.Block) -> None:
    read = shown(extract_text(block.text).document)
    for line, _ in block.flaws:
        read.pop(line.partition(":")[0], None)
    assert read == dict(line.split(": ", 1) for line in block.expected)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        cases.case(block.text, line, id=f"{block.title}: {line}", flaw=flaw)
        for block in BLOCKS
        for line, flaw in block.flaws
    ],
)
def test_fields_that_are_not_read_well(text: str, line: str) -> None:
    field, value = line.split(": ", 1)
    assert shown(extract_text(text).document).get(field) == value


def field_of(text: str, name: str) -> object:
    return getattr(extract_text(text).document, name)


PLAN = "KẾ HOẠCH\n{title}\nỦy ban nhân dân tỉnh ban hành Kế hoạch như sau:\nI. MỤC TIÊU\n"


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("Giảm nghèo năm 2024", (2024, 2024)),
        ("Giảm nghèo giai đoạn 2021-2025", (2021, 2025)),
        ("Giảm nghèo giai đoạn 2021 – 2025", (2021, 2025)),
        ("Giảm nghèo giai đoạn từ năm 2021 đến năm 2025", (2021, 2025)),
        ("Giảm nghèo thời kỳ 2021 - 2030", (2021, 2030)),
        ("Giảm nghèo năm 2024 thuộc giai đoạn 2021 - 2025", (2021, 2025)),
        ("Giảm nghèo bền vững", (None, None)),
        ("Thực hiện Nghị quyết số 24/2021/QH15", (None, None)),
    ],
)
def test_periods(title: str, period: tuple[int | None, int | None]) -> None:
    document = extract_text(PLAN.format(title=title)).document
    assert (document.period_start, document.period_end) == period


@pytest.mark.parametrize("day", ["31 tháng 4", "30 tháng 02", "00 tháng 5", "12 tháng 13"])
def test_a_date_of_the_head_that_cannot_be(day: str) -> None:
    text = f"ỦY BAN NHÂN DÂN\nTỈNH LÀO CAI\nSố: 5/KH-UBND\nLào Cai, ngày {day} năm 2023\n" + PLAN.format(title="A B")
    found = extract_text(text)
    assert found.document.date is None
    (doubt,) = found.doubts
    assert doubt.rule == "impossible-date"
    assert f"ngày {day} năm 2023" in doubt.quote
    assert text[doubt.start : doubt.end] == doubt.quote


@pytest.mark.parametrize("title", ["Về việc", "về việc", "Về", "V/v"])
def test_a_title_does_not_begin_with_about(title: str) -> None:
    assert field_of(PLAN.format(title=f"{title} giảm nghèo bền vững"), "title") == "giảm nghèo bền vững"


def test_the_evidence_of_each_field() -> None:
    for block in BLOCKS:
        document = extract_text(block.text).document
        evidence = dict(document.evidence)
        assert all(block.text[found.start : found.end] == found.quote for found in evidence.values())
        for field in ("number", "date", "place", "signer"):
            assert (getattr(document, field) is not None) == (field in evidence), (block.title, field)
        if document.place is not None:
            assert evidence["place"].quote == document.place
        if document.number is not None:
            assert evidence["number"].quote.strip() == document.number


def test_the_own_number_is_no_citation() -> None:
    for block in BLOCKS:
        found = extract_text(block.text)
        numbers = {citation.number for citation in found.citations} - {None}
        assert found.document.number not in numbers


def test_the_number_that_the_head_has_lost_is_taken_from_the_own_annex() -> None:
    text = (
        "KẾ HOẠCH\nGiảm nghèo bền vững huyện Tân Yên năm 2024\n"
        "Ủy ban nhân dân huyện Tân Yên ban hành Kế hoạch như sau:\n"
        "I. MỤC TIÊU\nGiảm nghèo.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nLê Thị Bình\nPHỤ LỤC\n"
        "(Kèm theo Kế hoạch số 58/KH-UBND ngày 05/3/2024 của UBND huyện Tân Yên)\n"
    )
    document = extract_text(text).document
    assert (document.number, document.date) == ("58/KH-UBND", "2024-03-05")
    assert {"number", "date"} <= set(document.inferred)


def test_a_text_that_says_nothing_of_itself() -> None:
    document = extract_text("Tỷ lệ hộ nghèo giảm.").document
    assert shown(document) == {}
    assert extract_text("").document == Document()
