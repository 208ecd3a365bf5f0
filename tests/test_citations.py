"""Find every mention of a document in every way to write it that the tables of cases know, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from cancu.loaders.extract import extract_text
from cancu.model import Citation, Extraction, Provision
from cancu.ontology import lexicon
from tests import cases

FRAMES = {
    "province": "ỦY BAN NHÂN DÂN\nTỈNH BẮC GIANG\nSố: 61/KH-UBND\nBắc Giang, ngày 26 tháng 02 năm 2024\n"
    "KẾ HOẠCH\nGiảm nghèo bền vững năm 2024\nỦy ban nhân dân tỉnh ban hành Kế hoạch như sau:\nI. NỘI DUNG\n",
    "district": "ỦY BAN NHÂN DÂN\nHUYỆN TÂN YÊN\nSố: 61/KH-UBND\nTân Yên, ngày 26 tháng 02 năm 2024\n"
    "KẾ HOẠCH\nGiảm nghèo bền vững năm 2024\nỦy ban nhân dân huyện ban hành Kế hoạch như sau:\nI. NỘI DUNG\n",
    # Lines as wide as a page, so that the last one was ended by the page and not by its writer.
    "wrapped": "KẾ HOẠCH\nGiảm nghèo bền vững tỉnh Bắc Giang năm 2024\n"
    + "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành và các huyện tổ chức thực hiện nghiêm túc\n" * 6,
    # A text that says nothing of a place.
    "nowhere": "KẾ HOẠCH\nGiảm nghèo bền vững năm 2024\nI. NỘI DUNG\n",
}


def extract(text: str, frame: str = "province") -> Extraction:
    """Read a text as the last paragraph of a document."""
    return extract_text(FRAMES[frame] + text)


# --- what is a citation -----------------------------------------------------------------------------------------------


def provision_of(provision: Provision | None) -> str:
    """Write a provision as the table does: "điểm a khoản 2 Điều 5"."""
    if provision is None:
        return ""
    parts = (("điểm", provision.diem), ("khoản", provision.khoan), ("Điều", provision.dieu))
    return " ".join(f"{word} {value}" for word, value in parts if value is not None)


def cells(citation: Citation, means: str) -> tuple[str, ...]:
    """Write a citation as the table does."""
    return (
        citation.quote,
        citation.type or "",
        citation.number or "",
        citation.date or "",
        citation.issuer or "",
        provision_of(citation.provision),
        means,
    )


def read(frame: str, text: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Give the citations of a text as rows of the table, and the rules of its doubts."""
    found = extract(text, frame)
    quotes = {citation.start: citation.quote for citation in found.citations}
    rows = [
        cells(citation, "" if citation.resolves_to is None else quotes[citation.resolves_to[0]])
        for citation in found.citations
    ]
    return rows, [doubt.rule for doubt in found.doubts]


def texts() -> Iterator[Any]:
    """Give each text of the table with all of its rows."""
    rows = cases.table("citations.tsv", *cases.CITATIONS, least=265)
    firsts = [index for index, row in enumerate(rows) if row["text"] != cases.DITTO]
    for first, after in zip(firsts, [*firsts[1:], len(rows)], strict=True):
        head = rows[first]
        assert all(not row["frame"] and not row["doubts"] and not row["flaw"] for row in rows[first + 1 : after])
        expected = [
            tuple(map(cases.printed, (row[column] for column in cases.CITATIONS[2:9]))) for row in rows[first:after]
        ]
        yield cases.case(
            head["frame"],
            cases.printed(head["text"]),
            expected,
            head["doubts"].split(),
            id=f"line-{head.line}",
            flaw=head["flaw"],
        )


@pytest.mark.parametrize(("frame", "text", "expected", "doubts"), [*texts()])
def test_citations(frame: str, text: str, expected: list[tuple[str, ...]], doubts: list[str]) -> None:
    assert read(frame, text) == (expected, doubts)


@pytest.mark.parametrize("text", cases.lines("not_citations.txt", least=60))
def test_what_is_no_citation(text: str) -> None:
    citations, doubts = read("province", text)
    # "Kế hoạch số …/KH-UBND" is a gap, and an annex may be missing; neither is a citation.
    assert citations == [] and set(doubts) <= {"gap", "annex-missing"}


def test_the_cases_hold_every_family_of_numbers() -> None:
    """The types with a number of their own, each in at least one case."""
    rows = cases.table("citations.tsv", *cases.CITATIONS, least=265)
    read_types = {row["type"] for row in rows if row["number"]}
    assert {
        "Nghị quyết", "Luật", "Pháp lệnh", "Nghị định", "Quyết định", "Lệnh", "Thông tư", "Thông tư liên tịch",
        "Thông tư liên bộ", "Nghị quyết liên tịch", "Kế hoạch", "Chương trình", "Hướng dẫn", "Tờ trình", "Báo cáo",
        "Công điện", "Thông báo", "Kết luận", "Công văn", "Văn bản hợp nhất", "Bản sao y", "Quy định", "Quy chế",
        "Chỉ thị",
    } <= read_types  # fmt: skip


UNREAD_TYPES = {"sac-luat": "a small letter inside the type code (SLt)"}


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=row.slug, flaw=UNREAD_TYPES.get(row.slug, ""))
        for row in lexicon.document_types()
        if re.search(r" số \d", row.example)
    ],
)
def test_the_example_of_every_document_type_is_a_citation(row: lexicon.DocumentType) -> None:
    found = extract(f"thực hiện theo {row.example}").citations
    assert [citation.quote for citation in found] == [row.example]


def test_most_document_types_have_a_number_in_their_example() -> None:
    assert sum(re.search(r" số \d", row.example) is not None for row in lexicon.document_types()) >= 50


# --- dates ------------------------------------------------------------------------------------------------------------

NUMBER = "Quyết định số 90/QĐ-TTg"


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        cases.case(cases.printed(row["text"]), row["date"], id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("dates.tsv", "text", "date", "flaw", least=25)
    ],
)
def test_dates(printed: str, day: str) -> None:
    (citation,) = extract(f"theo {NUMBER}{printed} được giao").citations
    assert (citation.date, citation.quote) == (day, f"{NUMBER}{printed}")


@pytest.mark.parametrize("printed", cases.lines("dates_impossible.txt", least=10))
def test_dates_that_cannot_be(printed: str) -> None:
    found = extract(f"theo {NUMBER}{printed} được giao")
    (citation,) = found.citations
    assert (citation.date, citation.quote) == (None, f"{NUMBER}{printed}")
    (doubt,) = found.doubts
    assert doubt.rule == "impossible-date"
    assert printed.endswith(doubt.quote.removesuffix(")")) or doubt.quote in printed


@pytest.mark.parametrize("printed", cases.lines("not_dates.txt", least=10))
def test_what_is_no_date(printed: str) -> None:
    found = extract(f"theo {NUMBER}{printed} được giao")
    assert [(citation.date, citation.quote) for citation in found.citations] == [(None, NUMBER)]
    assert found.doubts == ()


def test_every_day_of_a_leap_year_in_every_way_to_write_it() -> None:
    days = [date(2024, 1, 1) + timedelta(days=index) for index in range(366)]
    assert days[-1] == date(2024, 12, 31)
    # Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4b: a naught in front of days below 10 and of months 1 and 2.
    rule = [f"ngày {day:%d}/{day.month:0{2 if day.month < 3 else 1}}/{day.year}" for day in days]
    ways = [
        rule,
        [f"ngày {day:%d/%m/%Y}" for day in days],
        [f"ngày {day.day}-{day.month}-{day.year}" for day in days],
        [f"ngày {day.day} tháng {day.month:02} năm {day.year}" for day in days],
    ]
    for written in ways:
        found = extract("; ".join(f"{NUMBER} {day}" for day in written)).citations
        assert [citation.date for citation in found] == [day.isoformat() for day in days]


# --- what a mention takes from others ---------------------------------------------------------------------------------


def test_a_list_says_for_each_item_what_was_not_printed_there() -> None:
    found = extract(
        "theo các Nghị quyết số 06/2022/NQ-HĐND ngày 11/12/2022, số 08/2022/NQ-HĐND "
        "của Hội đồng nhân dân tỉnh Bắc Giang"
    ).citations
    assert [(citation.type, citation.issuer) for citation in found] == [
        ("Nghị quyết", "Hội đồng nhân dân tỉnh Bắc Giang")
    ] * 2
    assert "issuer" in found[0].inferred and "issuer" not in found[1].inferred


@pytest.mark.parametrize(
    ("text", "inferred"),
    [
        ("theo Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ", False),
        ("theo Quyết định số 90/QĐ-TTg ngày 18/01/2022", True),
        ("theo Quyết định số 15/QĐ-UBND của UBND tỉnh Lào Cai", False),
        ("theo Quyết định số 15/QĐ-UBND của UBND tỉnh", True),
        ("theo Luật Đầu tư công", True),
        ("theo Luật Đầu tư công số 39/2019/QH14 của Quốc hội", False),
        ("theo Nghị quyết số 57-NQ/TU của Tỉnh ủy Nghệ An", False),
        ("theo Nghị quyết số 57-NQ/TU của Tỉnh ủy", True),
    ],
)
def test_an_issuer_that_is_not_printed_in_full_is_inferred(text: str, inferred: bool) -> None:
    (citation,) = extract(text).citations
    assert ("issuer" in citation.inferred) is inferred


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Nghị quyết số 76/2014/QH13 ngày 24/6/2014 của Quốc hội về đẩy mạnh giảm nghèo", "đẩy mạnh giảm nghèo"),
        (
            "Quyết định số 90/QĐ-TTg về việc phê duyệt Chương trình giảm nghèo; các huyện triển khai",
            "phê duyệt Chương trình giảm nghèo",
        ),
        ("Quyết định số 90/QĐ-TTg V/v phê duyệt\nChương trình giảm nghèo", "phê duyệt"),
        (
            "Quyết định số 353/QĐ-TTg phê duyệt danh sách huyện nghèo theo Nghị định số 07/2021/NĐ-CP",
            "phê duyệt danh sách huyện nghèo theo Nghị định số 07/2021/NĐ-CP",
        ),
        ("(theo Quyết định số 90/QĐ-TTg phê duyệt Chương trình) là 12 hộ", "phê duyệt Chương trình"),
        ("Quyết định số 90/QĐ-TTg có hiệu lực", None),
        ("Luật Đầu tư công", "Đầu tư công"),
        (
            "Kế hoạch 586/KH-UBND ngày 12/11/2022 của UBND tỉnh Truyền  thông về giảm nghèo",
            "Truyền thông về giảm nghèo",
        ),
    ],
)
def test_subjects(text: str, subject: str | None) -> None:
    assert extract(text).citations[0].subject == subject


def test_a_subject_ends_where_the_next_item_of_the_list_begins() -> None:
    first, second = extract(
        "Căn cứ Nghị quyết số 76/2014/QH13 về giảm nghèo; Nghị quyết số 24/2021/QH15 về chủ trương đầu tư"
    ).citations
    assert (first.subject, second.subject) == ("giảm nghèo", "chủ trương đầu tư")


def test_the_candidates_of_an_open_issuer_are_the_bodies_it_may_be() -> None:
    (doubt,) = extract("theo Kế hoạch số 37/KH-UBND ngày 26/01/2024", "district").doubts
    assert (doubt.rule, doubt.quote) == ("open-issuer", "Kế hoạch số 37/KH-UBND ngày 26/01/2024")
    assert set(doubt.candidates) == {"Ủy ban nhân dân huyện Tân Yên", "Ủy ban nhân dân tỉnh Bắc Giang"}


def test_one_number_of_two_bodies_stays_open() -> None:
    found = extract(
        "Quyết định số 1401/QĐ-UBND của UBND tỉnh Thanh Hóa và Quyết định số 1401/QĐ-UBND của UBND tỉnh Nghệ An. "
        "Theo Quyết định số 1401/QĐ-UBND"
    )
    (doubt,) = found.doubts
    assert (doubt.rule, doubt.start) == ("two-issuers", found.citations[2].start)
    assert doubt.candidates == ("Ủy ban nhân dân tỉnh Nghệ An", "Ủy ban nhân dân tỉnh Thanh Hóa")
    assert found.citations[2].resolves_to is None


def test_a_number_stays_with_its_own_type_word() -> None:
    """One number is a law and a resolution: neither mention means the other."""
    law, resolution = extract("Luật An toàn thực phẩm số 55/2010/QH12 và Nghị quyết số 55/2010/QH12").citations
    assert (law.type, resolution.type) == ("Luật", "Nghị quyết")
    assert law.resolves_to is None and resolution.resolves_to is None
