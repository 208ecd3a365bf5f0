"""Read the sums of finance tables, by the names of their columns and the components that their rows name."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import money_tables
from cancu.loaders.components import read_components
from cancu.loaders.extract import read_reading
from cancu.loaders.money_tables import read_money_tables
from cancu.loaders.tables import read_tables
from cancu.model import Money

HEAD = (
    "KẾ HOẠCH\nThực hiện Chương trình trồng rừng năm 2024\nII. NỘI DUNG\n1. Dự án 2: Trồng rừng\nTrồng cây.\n"
    "2. Dự án 3: Làm đường\n2.1. Tiểu dự án 1: Đường xã\nSửa đường.\n2.2. Tiểu dự án 2: Đường thôn\nSửa đường.\n"
    "III. KINH PHÍ\nChi tiết tại Biểu số 01.\n"
)
COLUMNS = "TT\tDự án\tTổng số\tNgân sách trung ương\t\tNgân sách tỉnh\n\t\t\tVốn đầu tư\tVốn sự nghiệp\t\n"
ROWS = "1\tDự án 2: Trồng rừng\t1.500\t900\t500\t100\n2\tDự án 3\t41\t-\t40,5\t0,5\n"


def read(table: str, known: tuple[Money, ...] = ()) -> list[Money]:
    text = HEAD + table
    reading = read_reading(text)
    sums = read_money_tables(reading, read_components(reading)[0], read_tables(reading.text), known)
    assert all(text[found.start : found.end] == found.quote for found in sums)
    return sums


def shown(sums: list[Money]) -> list[str]:
    return [f"{item.activity} {item.amount} {item.source} {item.kind or '-'} {item.year or '-'}" for item in sums]


def test_doctests() -> None:
    assert doctest.testmod(money_tables).failed == 0


def test_sources_and_kinds_are_columns_and_components_rows() -> None:
    table = f"Biểu số 01: KINH PHÍ NĂM 2024\nĐơn vị: triệu đồng\n{COLUMNS}{ROWS}Tổng cộng\t\t1.541\t900\t540,5\t100,5\n"
    assert shown(read(table)) == [
        "DA2 1500 total - 2024",
        "DA2 900 central investment 2024",
        "DA2 500 central recurrent 2024",
        "DA2 100 province - 2024",
        "DA3 41 total - 2024",
        "DA3 40.5 central recurrent 2024",
        "DA3 0.5 province - 2024",
        "None 1541 total - 2024",
        "None 900 central investment 2024",
        "None 540.5 central recurrent 2024",
        "None 100.5 province - 2024",
    ]


def test_parts_are_those_of_the_project_above() -> None:
    rows = "1\tDự án 3\t30\n1.1\tTiểu dự án 1\t10\n1.2\tTiểu dự án 2\t20\n"
    found = read(f"Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tNội dung\tNgân sách huyện\n{rows}")
    assert shown(found) == [
        "DA3 30 district - 2024",
        "DA3.TDA1 10 district - 2024",
        "DA3.TDA2 20 district - 2024",
    ]


def test_years_are_columns() -> None:
    table = "Biểu 1: Nhu cầu kinh phí\nĐơn vị tính: tỷ đồng\nTT\tDự án\tTổng\tNăm 2024\tNăm 2025\n"
    found = read(f"{table}1\tDự án 2\t3,5\t1,5\t2\n2\tDự án 3\t5\t2\t3\n\tTổng cộng\t8,5\t3,5\t5\n")
    assert shown(found)[1:3] == ["DA2 1500 unspecified - 2024", "DA2 2000 unspecified - 2025"]
    assert shown(found)[-2:] == ["None 3500 total - 2024", "None 5000 total - 2025"]


@pytest.mark.parametrize(
    "table",
    [
        f"Biểu 1: KINH PHÍ\n{COLUMNS}{ROWS}",
        "Biểu 1\nĐơn vị: hộ\nTT\tDự án\tTổng số\n1\tDự án 2\t15\n2\tDự án 3\t25\n",
        "Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tXã\tNgân sách tỉnh\n1\tAn Bá\t15\n2\tLệ Viễn\t25\n",
        "Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tDự án\tGiải ngân vốn\tTỷ lệ\n1\tDự án 2\t15\t20\n2\tDự án 3\t25\t30\n",
        "Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tDự án\tNgân sách tỉnh\n1\tDự án 9\t15\n2\tDự án 8\t25\n",
    ],
    ids=["no unit", "no money", "no component", "spent", "components that the text has not"],
)
def test_what_is_not_read(table: str) -> None:
    assert read(table) == []


def test_a_damaged_cell_is_left_out() -> None:
    found = read("Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tDự án\tNgân sách tỉnh\n1\tDự án 2\t10.10\n2\tDự án 3\t2.500\n")
    assert shown(found) == ["DA3 2500 province - 2024"]


def test_what_the_prose_says_is_not_said_twice() -> None:
    table = "Biểu 1: Kinh phí\nĐVT: triệu đồng\nTT\tDự án\tNgân sách tỉnh\n1\tDự án 2\t10\n2\tDự án 3\t2.500\n"
    first, second = read(table)
    assert read(table, (first,)) == [second]
    assert (first.inferred, first.section) == (("amount", "year"), "Biểu 1: Kinh phí")
