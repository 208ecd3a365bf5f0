"""Read who reports what to whom, by when and how often."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import reporting
from cancu.loaders.components import read_components
from cancu.loaders.extract import read_reading
from cancu.loaders.reporting import read_reporting
from cancu.model import Reporting
from tests import cases

HEAD = (
    "ỦY BAN NHÂN DÂN\nHUYỆN ĐÔ LƯƠNG\nSố: 12/KH-UBND\nĐô Lương, ngày 05 tháng 01 năm 2025\nKẾ HOẠCH\n"
    "Cấp nước sạch nông thôn huyện Đô Lương năm 2025\n"
    "Thực hiện Kế hoạch số 11/KH-UBND ngày 01/01/2025 của UBND tỉnh Nghệ An, UBND huyện ban hành Kế hoạch như sau:\n"
    "{section}"
)
SECTION = "I. TỔ CHỨC THỰC HIỆN\n"
TAIL = "\nNơi nhận:\n- Sở Y tế (để báo cáo trước ngày 30/6);\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Văn Nam\n"
BLOCKS = cases.blocks("reporting.txt", least=13)


def read(text: str, section: str = SECTION) -> tuple[str, list[Reporting]]:
    reading = read_reading(HEAD.format(section=section) + text + TAIL)
    components, _ = read_components(reading)
    return reading.text.source, read_reporting(reading, components)


def shown(duty: Reporting) -> str:
    return " | ".join(value or "-" for value in (duty.who, duty.to, duty.what, duty.deadline, duty.frequency))


def test_doctests() -> None:
    assert doctest.testmod(reporting).failed == 0


@pytest.mark.parametrize("block", [cases.case(block, id=block.title) for block in BLOCKS])
def test_reporting(block: cases.Block) -> None:
    source, found = read(block.text, "" if block.text.startswith("A. ") else SECTION)
    assert [shown(duty) for duty in found] == list(block.expected)
    for duty in found:
        assert source[duty.start : duty.end] == duty.quote
        assert duty.quote in block.text


def test_what_context_gave_says_so() -> None:
    _, found = read(
        "1. Phòng Y tế\n- Báo cáo Bộ Y tế trước ngày 30/6.\n2. Bộ Y tế báo cáo Chính phủ trước ngày 30/6/2025."
    )
    assert [(duty.deadline, duty.inferred) for duty in found] == [
        ("2025-06-30", ("who", "deadline")),
        ("2025-06-30", ()),
    ]


def test_a_duty_belongs_to_its_component() -> None:
    text = (
        "1. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo\n"
        "Phòng Y tế chủ trì, tổng hợp báo cáo UBND huyện theo quy định.\n"
        "II. TỔ CHỨC THỰC HIỆN\n1. Phòng Nội vụ\n- Báo cáo UBND huyện theo quy định."
    )
    _, found = read(text, "I. NỘI DUNG\n")
    assert [(duty.activity, duty.section) for duty in found] == [
        ("DA2", "I. NỘI DUNG > 1. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo"),
        (None, "II. TỔ CHỨC THỰC HIỆN > 1. Phòng Nội vụ"),
    ]


def test_the_ministry_of_a_letter_is_its_issuer() -> None:
    text = (
        "BỘ Y TẾ\nSố: 55/BYT-KH\nHà Nội, ngày 12 tháng 5 năm 2025\nKính gửi: Ủy ban nhân dân các tỉnh\n"
        "Bộ Y tế có ý kiến như sau:\n1. Đề nghị Ủy ban nhân dân các tỉnh báo cáo kết quả về Bộ trước ngày 15/6/2025.\n"
    )
    reading = read_reading(text)
    (duty,) = read_reporting(reading, read_components(reading)[0])
    assert (duty.to, duty.deadline, duty.inferred) == ("Bộ Y tế", "2025-06-15", ("to",))
