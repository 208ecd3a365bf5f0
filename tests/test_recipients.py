"""Read who gets a document, in every layout of the list under "Nơi nhận"."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import recipients
from cancu.loaders.extract import read_reading
from cancu.loaders.recipients import find_list, read_recipients
from tests import cases

HEAD = (
    "ỦY BAN NHÂN DÂN\nHUYỆN ĐÔ LƯƠNG\nSố: 12/KH-UBND\nĐô Lương, ngày 05 tháng 4 năm 2025\nKẾ HOẠCH\n"
    "Cấp nước sạch nông thôn huyện Đô Lương năm 2025\n"
    "Thực hiện Kế hoạch số 11/KH-UBND ngày 01/3/2025 của UBND tỉnh Nghệ An, UBND huyện ban hành Kế hoạch như sau:\n"
    "I. MỤC TIÊU\nCấp nước cho 1.200 hộ./.\n\n"
)
BLOCKS = cases.blocks("recipients.txt", least=16)


def test_doctests() -> None:
    assert doctest.testmod(recipients).failed == 0


@pytest.mark.parametrize("block", [cases.case(block, id=block.title) for block in BLOCKS])
def test_recipients(block: cases.Block) -> None:
    reading = read_reading(HEAD + block.text)
    found = read_recipients(reading)
    assert [one.text for one in found] == list(block.expected)
    assert all(HEAD.strip() not in reading.text.source[one.start : one.end] for one in found)


def test_a_line_is_its_characters() -> None:
    reading = read_reading(f"{HEAD}Nơi nhận:\n- Sở Y tế – tỉnh (b/c);\n- Lưu: VT.\n")
    assert [reading.text.source[one.start : one.end] for one in read_recipients(reading)] == [
        "Sở Y tế – tỉnh",
        "Lưu: VT",
    ]
    span = find_list(reading)
    assert span is not None
    assert reading.plain[slice(*span)].startswith("Nơi nhận:")
    assert reading.plain[slice(*span)].rstrip(".").endswith("Lưu: VT")


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("Sở Y tế", ["Sở Y tế tỉnh Nghệ An"]),
        ("TT Huyện ủy, TT HĐND huyện", ["Huyện ủy Đô Lương", "Thường trực Hội đồng nhân dân huyện Đô Lương"]),
        (
            "HĐND, UBND các xã, thị trấn",
            [
                "Hội đồng nhân dân các xã, thị trấn huyện Đô Lương",
                "Ủy ban nhân dân các xã, thị trấn huyện Đô Lương",
            ],
        ),
        ("Các phòng: Y tế, Nội vụ", ["Phòng Y tế huyện Đô Lương", "Phòng Nội vụ huyện Đô Lương"]),
        # A body of which only a part stands there, and words that name no body.
        ("Các cơ quan thuộc Chính phủ", []),
        ("Như Điều 3", []),
        ("LĐVP, CVVX", []),
        ("Lưu: VT, Phòng Y tế", []),
    ],
)
def test_agencies(line: str, agencies: list[str]) -> None:
    found = read_recipients(read_reading(f"{HEAD}Nơi nhận:\n- {line};\n- Như trên.\n"))
    assert list(found[0].agencies) == agencies
