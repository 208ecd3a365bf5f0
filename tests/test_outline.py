"""Read the headings of a text as a tree, and say for every place in which section it stands."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import outline
from cancu.loaders.extract import extract_text
from cancu.loaders.outline import read_outline
from cancu.model import Section
from tests import cases

BLOCKS = cases.blocks("outlines.txt", least=13)
PLAN = """KẾ HOẠCH
Giảm nghèo bền vững năm 2024
Căn cứ Luật Đầu tư công;
Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:
I. MỤC TIÊU
1. Mục tiêu chung
Giảm nghèo bền vững.
2. Mục tiêu cụ thể
a) Về việc làm
Tạo việc làm.
II. KINH PHÍ
Ngân sách nhà nước.
- Ngân sách trung ương: 3.507 triệu đồng
III. TỔ CHỨC THỰC HIỆN
Các sở thực hiện.
Trên đây là Kế hoạch giảm nghèo; Ủy ban nhân dân tỉnh yêu cầu thực hiện.
Nơi nhận: Lưu.
"""


def test_doctests() -> None:
    assert doctest.testmod(outline).failed == 0


def paths(text: str) -> list[str]:
    return [" > ".join(section.path) for section in extract_text(text).sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        cases.case(
            block.text,
            [*block.expected, *(line for line, _ in block.flaws)],
            id=block.title,
            flaw=next((flaw for _, flaw in block.flaws), ""),
        )
        for block in BLOCKS
    ],
)
def test_outlines(text: str, expected: list[str]) -> None:
    assert paths(text) == expected


def sections() -> list[Section]:
    return [*extract_text(PLAN).sections]


def test_a_section_ends_where_the_next_of_its_rank_begins() -> None:
    ends = {section.path[-1]: PLAN[section.start : section.end].strip() for section in sections()}
    assert ends["1. Mục tiêu chung"] == "1. Mục tiêu chung\nGiảm nghèo bền vững."
    assert ends["a) Về việc làm"] == "a) Về việc làm\nTạo việc làm."
    assert ends["2. Mục tiêu cụ thể"] == "2. Mục tiêu cụ thể\na) Về việc làm\nTạo việc làm."
    assert ends["I. MỤC TIÊU"].endswith("Tạo việc làm.")
    assert ends["III. TỔ CHỨC THỰC HIỆN"] == "III. TỔ CHỨC THỰC HIỆN\nCác sở thực hiện."


def test_sections_are_nested_and_in_order() -> None:
    for block in BLOCKS:
        found = extract_text(block.text).sections
        assert [section.start for section in found] == sorted(section.start for section in found)
        for section in found:
            assert section.start == section.heading_start <= section.heading_end <= section.end
            above = [other for other in found if other.path == section.path[:-1] and other.start < section.start]
            assert (len(section.path) > 1) == bool(above)
            if above:
                assert above[-1].end >= section.end and above[-1].level < section.level


@pytest.mark.parametrize(
    ("words", "section"),
    [
        ("Căn cứ Luật", "(mở đầu)"),
        ("ban hành Kế hoạch", "(mở đầu)"),
        ("I. MỤC TIÊU", "I. MỤC TIÊU"),
        ("Giảm nghèo bền vững.", "I. MỤC TIÊU > 1. Mục tiêu chung"),
        ("Tạo việc làm", "I. MỤC TIÊU > 2. Mục tiêu cụ thể > a) Về việc làm"),
        ("3.507", "II. KINH PHÍ > Ngân sách trung ương"),
        ("Các sở thực hiện", "III. TỔ CHỨC THỰC HIỆN"),
        ("yêu cầu thực hiện", "(kết)"),
        ("Lưu.", "(kết)"),
    ],
)
def test_the_section_of_a_place(words: str, section: str) -> None:
    found = read_outline(PLAN, PLAN.index("Căn cứ"))
    assert found.section(PLAN.index(words)) == section


def test_the_opening_ends_with_the_enacting_words() -> None:
    text = "QUYẾT ĐỊNH\nVề việc A\nCăn cứ Luật Đầu tư công;\nQUYẾT ĐỊNH:\nĐiều 1. Phê duyệt theo Luật Đầu tư công.\n"
    found = read_outline(text, text.index("Căn cứ"))
    assert text[: found.opening_end].rstrip().endswith("QUYẾT ĐỊNH:")
    assert found.section(text.index("Phê duyệt")) == "Điều 1. Phê duyệt theo Luật Đầu tư công"


def test_a_text_without_headings_is_all_opening() -> None:
    found = read_outline("Tỷ lệ hộ nghèo giảm.")
    assert (found.headings, found.at(3), found.section(3)) == ((), None, "(mở đầu)")
    assert read_outline("").headings == ()


def test_the_letters_of_points_are_vietnamese() -> None:
    """Nghị định 30/2020/NĐ-CP, Phụ lục I: a, b, c, d, đ, e, g, h …"""
    text = "I. NỘI DUNG\n" + "\n".join(f"{letter}) Mục {letter}" for letter in "abcdđeghiklmnopqrstuvxy")
    labels = [heading.label for heading in read_outline(text).headings]
    assert labels == ["I", *"abcdđeghiklmnopqrstuvxy"]


ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"]


def test_roman_numbers_count_sections() -> None:
    text = "\n".join(f"{number}. MỤC {number}" for number in ROMAN)
    found = read_outline(text).headings
    assert [heading.label for heading in found] == ROMAN
    assert {heading.path for heading in found} == {(f"{number}. MỤC {number}",) for number in ROMAN}
