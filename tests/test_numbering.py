"""Hold the reader of numbers to texts with one fault each, and to sound ones that look like faults."""

from __future__ import annotations

import pytest

from cancu.loaders.annexes import read_missing_parts
from cancu.loaders.extract import read_reading
from cancu.loaders.numbering import read_numbering

_HEAD = "ỦY BAN NHÂN DÂN HUYỆN QUỲ HỢP\n\nKẾ HOẠCH\nGiảm nghèo năm 2024\n\n"

FAULTS = [
    ("I. A\nMột.\nII. B\nHai.\nII. C\nBa.\nIV. D\nBốn.\n", {("heading-number-twice", "III")}),
    ("I. A\nMột.\nII. B\nHai.\nII. C\nBa.\nIII. D\nBốn.\n", {("heading-number-again", "")}),
    ("I. A\nMột.\nII. B\nHai.\nIV. C\nBa.\nV. D\nBốn.\n", {("heading-number-gap", "III")}),
    ("I. A\na) Một là.\nb) Hai là.\nd) Ba là.\nđ) Bốn là.\n", {("heading-number-gap", "c")}),
    ("I. A\n1. Một.\n2. Hai.\n4. Ba.\n3. Bốn.\n5. Năm.\n6. Sáu.\n", {("heading-number-order", "3")}),
    ("I. A\n1. Một.\n2. Hai.\n8. Ba.\n4. Bốn.\n", {("heading-number-order", "3")}),
    ("Điều 1. A\nMột.\nĐiều 2. B\nHai.\nĐiều 4. C\nBa.\n", {("heading-number-gap", "Điều 3")}),
    ("I. A\n1. Một.\n2. Hai.\nII. B\n1. Theo mục VI Kế hoạch này.\n", {("own-part-missing", "")}),
    ("I. A\nMột (chi tiết tại Phụ lục 03).\nII. B\nHai.\n", {("annex-missing", "")}),
]  # fmt: skip

SOUND = [
    # Counts that begin again below a heading.
    "I. A\n1. Dự án 1: X\n1. Mục tiêu.\n2. Vốn.\n2. Dự án 2: Y\n1. Mục tiêu.\n2. Nội.\n3. Vốn.\n3. Dự án 3: Z\n",
    "I. A\n* Nhóm một\n1. Một.\n2. Hai.\n3. Ba.\n* Nhóm hai\n1. Một.\n2. Hai.\nII. B\nHai.\n",
    "A. X\nI. Một\nMột.\nII. Hai\nHai.\nB. Y\nI. Một\nMột.\nC. Z\nBa.\nD. T\nBốn.\n",
    # With đ and without.
    "I. A\na) Một.\nb) Hai.\nc) Ba.\nd) Bốn.\nđ) Năm.\ne) Sáu.\n1. B\na) Một.\nb) Hai.\nc) Ba.\nd) Tư.\ne) Năm.\n",
    # The number of a section in front of the number of its part.
    "I. A\n1.1. Một.\n1.2. Hai.\nII. B\n2.1. Một.\n2.2. Hai.\n",
    # A quoted article, a wrapped line, a footnote.
    "Điều 1. Sửa đổi khoản 2 Điều 5 như sau:\n“2. Mức hỗ trợ;\n3. Thời gian;\n7. Điều kiện.”\nĐiều 2. Hiệu lực\nMột.\n",
    "I. A\n1. Theo quy định tại khoản\n3. Điều này áp dụng chung.\n2. Hai.\n",
    "I. A\n1. Một.\n2. Hai.\n2 Chủ tịch đã khen thưởng.\n3. Ba.\n",
    # An annex that stands in the text, and one of another document.
    "I. A\nMột (chi tiết tại Phụ lục 01).\nNơi nhận:\n- Lưu: VT.\nPHỤ LỤC 01\n1. Một.\n",
    "I. A\nMột theo danh mục kèm theo Quyết định số 12/QĐ-UBND ngày 01/02/2024 của UBND tỉnh Nghệ An.\n",
    # Words that only end like "điểm" and "năm": the next line is no number of theirs.
    "1. Danh mục\nMột.\n2. Thời gian, địa điểm\n3. Thành phần\n4. Báo cáo hằng năm\n5. Kinh phí\nHai.\n",
    # The new words of an amendment, without quotation marks or with ones that open behind the colon.
    "1. Sửa đổi khoản 3 Điều 5 như sau:\n3. Kiểm soát chi.\n3. Hồ sơ.\n2. Bãi bỏ Điều 7.\n5. Một.\n",
    "1. Sửa đổi khoản 4 Điều 7 như sau: “4. Một.\n5. Hai.”\n2. Bãi bỏ Điều 9.\n3. Bãi bỏ Điều 10.\n",
]  # fmt: skip


def _doubts(text: str) -> set[tuple[str, str]]:
    reading = read_reading(_HEAD + text)
    notes = [*read_numbering(reading), *read_missing_parts(reading)]
    return {(note.rule, "".join(note.candidates)) for note in notes}


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_a_fault_is_doubted(text: str, expected: set[tuple[str, str]]) -> None:
    assert _doubts(text) == expected


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_text_is_left_alone(text: str) -> None:
    assert _doubts(text) == set()
