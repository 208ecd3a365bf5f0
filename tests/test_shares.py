"""Test that counts, their shares and their parts are held against each other, and that other people's are not."""

from __future__ import annotations

import pytest

from cancu.loaders.extract import extract_text

RULES = ("share-differs", "share-unlikely", "parts-differ", "range-reversed")


def doubts(text: str) -> list[tuple[str, str]]:
    """Read the doubts of one paragraph about its figures."""
    whole = f"KẾ HOẠCH\nGiảm nghèo huyện Tân Yên năm 2024\nI. KẾT QUẢ NĂM 2023\n{text}"
    found = extract_text(whole).doubts
    assert all(whole[one.start : one.end] == one.quote for one in found)
    return [(one.rule, dict(one.detail).get("arithmetic", "")) for one in found if one.rule in RULES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Cuối năm 2023, hộ nghèo: 12.558 hộ, chiếm tỷ lệ 2,36%; hộ cận nghèo: 16.215 hộ, chiếm tỷ lệ 3,40%.",
            [("share-differs", "12.558 ÷ 2,36% ≈ 532.119; 16.215 ÷ 3,40% ≈ 476.912")],
        ),
        (
            "Năm 2023 có 262 hộ nghèo, chiếm 1,36%.\nII. MỤC TIÊU\n- Giảm tỷ lệ hộ nghèo 0,5%, tương ứng với 180 hộ.",
            [("share-unlikely", "262 ÷ 1,36% ≈ 19.265; 180 ÷ 0,5% ≈ 36.000")],
        ),
        (
            "II. MỤC TIÊU\nGiảm 68 hộ nghèo. Trong đó giảm 43 hộ nghèo DTTS và 35 hộ nghèo người Kinh.",
            [("parts-differ", "43 + 35 = 78 ≠ 68")],
        ),
        ("II. MỤC TIÊU\n- Tỷ lệ hộ nghèo giảm 6-5%.", [("range-reversed", "")]),
    ],
)
def test_figures_that_cannot_be(text: str, expected: list[tuple[str, str]]) -> None:
    assert doubts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # Cut instead of rounded: 16.215 is 3,396 % of the households of the first pair.
        "Cuối năm 2023, hộ nghèo: 12.558 hộ, chiếm tỷ lệ 2,63%; hộ cận nghèo: 16.215 hộ, chiếm tỷ lệ 3,39%.",
        # Two days of one year, and a part of the area.
        "Đầu năm 2023 có 1.362 hộ nghèo, chiếm 5,41%; cuối năm 2023 còn 1.012 hộ nghèo, chiếm tỷ lệ 3,98%.",
        "Cuối năm 2023 còn 1.012 hộ nghèo, chiếm 3,98%, trong đó khu vực thành thị 12 hộ nghèo, chiếm 0,5%.",
        "Cuối năm 2023 còn 1.012 hộ nghèo, chiếm 3,98%; xã An Dương 210 hộ nghèo, chiếm tỷ lệ 15,2%.",
        "Năm 2023 có 262 hộ nghèo, chiếm 1,36%.\nII. MỤC TIÊU\n- Giảm tỷ lệ hộ nghèo 0,93%, tương ứng với 180 hộ.",
        "II. MỤC TIÊU\nGiảm 68 hộ nghèo. Trong đó giảm 43 hộ nghèo DTTS và 25 hộ nghèo người Kinh.",
        "II. MỤC TIÊU\n- Tỷ lệ hộ nghèo giảm 5-6%; tỷ lệ hộ cận nghèo giảm từ 6% xuống còn 5%.",
    ],
)
def test_figures_that_can_be(text: str) -> None:
    assert doubts(text) == []
