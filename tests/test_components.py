"""Find the components of plans in every layout, tell their true codes, and say where their text ends."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cancu.loaders import components, labels
from cancu.loaders.components import Component, Components, read_beneficiaries, read_components
from cancu.loaders.extract import read_reading
from cancu.loaders.labels import find_labels, read_head, read_label, read_number
from cancu.loaders.mentions import Note
from cancu.loaders.outline import read_outline, source_breaks
from cancu.loaders.reading import Reading
from cancu.ontology.programmes import component_words
from tests import cases

BLOCKS = cases.blocks("components.txt", least=23)


def reading_of(text: str) -> Reading:
    reading = read_reading(text)
    outline = read_outline(reading.plain, reading.header.body_start, source_breaks(reading.text))
    return replace(reading, outline=outline)


def read(text: str) -> tuple[Reading, Components, list[Note]]:
    reading = reading_of(text)
    return reading, *read_components(reading)


@pytest.mark.parametrize("module", [components, labels])
def test_doctests(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


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
def test_components(text: str, expected: list[str]) -> None:
    reading, found, notes = read(text)
    told = [f"{each.code} | {each.printed_label} | {each.title}" for each in found]
    told += [f"! {note.rule}: {reading.plain[note.start : note.end]}" for note in notes]
    assert told == expected


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.title)
def test_spans(block: cases.Block) -> None:
    reading, found, _ = read(block.text)
    check(reading, found)
    for each in found:
        heading = reading.plain[each.start : each.end]
        assert each.title in heading or "title" in each.inferred
        assert each.printed_label in heading
        assert heading == heading.strip(" .;:,")


def check(reading: Reading, found: Components) -> None:
    codes = [each.code for each in found]
    assert len(set(codes)) == len(codes)
    assert [each.start for each in found] == sorted(each.start for each in found)
    for each in found:
        assert 0 <= each.start < each.end <= each.until <= len(reading.plain)
        assert each.parent is None or each.parent in codes
        assert each.parent is None or each.code.startswith(f"{each.parent}.")
        assert found.get(each.code) is each
        inside = found.at(each.start)
        assert inside is each or each.until == each.end or inside is None or inside.start >= each.start


# --- the text of a component

PLAN = BLOCKS[0].text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("UBND huyện ban hành", None),
        ("II. NỘI DUNG", None),
        ("1. Dự án 3", "DA3"),
        ("cấp giống", "DA3.TDA1"),
        ("Bổ sung vi chất", "DA3.TDA2"),
        ("2. Dự án 7", "DA7"),
        ("III. TỔ CHỨC", None),
        ("chủ trì thực hiện", None),
    ],
)
def test_the_component_of_a_place(words: str, code: str | None) -> None:
    reading, found, _ = read(PLAN)
    inside = found.at(reading.plain.index(words))
    assert (inside.code if inside is not None else None) == code


@pytest.mark.parametrize(
    ("title", "words", "code"),
    [
        ("results come first", "40 mô hình", "DA2"),
        ("results come first", "50 mô hình", "DA2"),
        ("a heading in capitals", "Kiểm tra các xã", "DA7"),
        ("a heading in capitals", "5.000", None),
        ("a count that begins again", "620", "DA3"),
        ("a count that begins again", "Giảm suy dinh dưỡng", "DA3.TDA2"),
        ("only sentences on duties", "theo Quyết định", None),
        ("several programmes", "Tiểu dự án 2", "DA9.TDA2"),
        ("a part that a bullet heads", "Sửa chữa", "DA1.TDA2"),
        ("a part that a bullet heads", "210 triệu", "DA1"),
    ],
)
def test_where_a_text_ends(title: str, words: str, code: str | None) -> None:
    block = next(block for block in BLOCKS if block.title.startswith(title))
    reading, found, _ = read(block.text)
    inside = found.at(reading.plain.index(words))
    assert (inside.code if inside is not None else None) == code


def test_the_component_of_a_programme() -> None:
    block = next(block for block in BLOCKS if block.title.startswith("several programmes"))
    _, found, _ = read(block.text)
    assert {each.code: each.national for each in found} == {
        "DA2": "gnbv-2021-2025/DA2",
        "DA7": "gnbv-2021-2025/DA7",
        "dtts-2021-2030:DA2": "dtts-2021-2030/DA2",
        "DA9": "dtts-2021-2030/DA9",
        "DA9.TDA2": "dtts-2021-2030/DA9.TDA2",
    }


def test_where_the_source_broke_its_line_a_title_ends() -> None:
    text = (
        "KẾ HOẠCH\nXây dựng cánh đồng lớn huyện Vị Thủy năm 2024\nII. NỘI DUNG\n"
        "1. Dự án 1: Tổ chức lại sản xuất lúa hàng hóa trên những cánh đồng lớn\n"
        "Triển khai ngay từ đầu năm việc ký hợp đồng giữa doanh nghiệp với các hợp tác xã,\n"
        "quan tâm phát triển dịch vụ cơ giới, tập huấn kỹ thuật cho nông dân trong các vụ\n"
        "lúa; mở rộng vùng sản xuất giống xác nhận và quản lý tốt nước tưới trong mùa khô\n"
        "để nâng cao chất lượng gạo, giảm chi phí, tăng thu nhập cho nông dân trong huyện.\n"
    )
    reading, found, _ = read(text)
    assert "cánh đồng lớn Triển khai" in reading.plain
    assert [each.title for each in found] == ["Tổ chức lại sản xuất lúa hàng hóa trên những cánh đồng lớn"]


# --- words that name components

NAMED = cases.table("components_named.tsv", "plan", "text", "named", "flaw", least=24)
PLANS = {block.title.split(":")[0].split(",")[0]: block.text for block in BLOCKS}
assert len(PLANS) == len(BLOCKS)


@pytest.mark.parametrize("row", [cases.case(row, id=f"line-{row.line}", flaw=row["flaw"]) for row in NAMED])
def test_named(row: cases.Row) -> None:
    _, found, _ = read(PLANS[row["plan"]])
    text = row["text"]
    named = found.named(text, 0, len(text))
    assert "; ".join(f"{text[start:end]} = {code}" for start, end, code in named) == row["named"]
    assert named == sorted(named)


def test_the_number_of_a_part_means_the_project_it_stands_in() -> None:
    reading, found, _ = read(PLAN.replace("a) Nội dung: cấp giống.", "a) Phòng A chủ trì Tiểu dự án 1."))
    at = reading.plain.index("Phòng A")
    assert [code for *_, code in found.named(reading.plain, at, at + 32)] == ["DA3.TDA1"]


# --- cells of tables

CELLS = cases.table("components_cells.tsv", "plan", "cell", "parent", "code", "label", "title", "flaw", least=14)


@pytest.mark.parametrize("row", [cases.case(row, id=f"line-{row.line}", flaw=row["flaw"]) for row in CELLS])
def test_cells(row: cases.Row) -> None:
    _, found, _ = read(PLANS[row["plan"]])
    identity = found.of_label(row["cell"], row["parent"] or None)
    told = (identity.code, identity.printed_label, identity.title) if identity is not None else ("", "", "")
    assert told == (row["code"], row["label"], row["title"])


def test_a_damaged_cell_is_doubted() -> None:
    _, found, _ = read(PLANS["the year decides between two programmes of one name"])
    identity = found.of_label("Điều 1: Chương trình 30a")
    assert identity is not None
    assert (identity.national, [note.rule for note in identity.doubts]) == (
        "gnbv-2016-2020/DA1",
        ["component-word-damaged"],
    )


# --- beneficiaries


def test_beneficiaries() -> None:
    text = (
        "II. NỘI DUNG\n1. Dự án 1: Trồng rừng\na) Đối tượng:\n- Hộ nhận khoán rừng, hộ mới thoát nghèo;\n"
        "- Các hợp tác xã.\nb) Nội dung:\n- Cấp cây giống.\n2. Dự án 2: Nuôi ong\n- Đối tượng: Hộ có vườn; "
        "ưu tiên phụ nữ.\n- Kinh phí: 20 triệu đồng\n3. Dự án 3: Làm đường\n"
    )
    reading, found, _ = read(text)
    assert [read_beneficiaries(reading, each) for each in found] == [
        ["hộ nhận khoán rừng, hộ mới thoát nghèo", "các hợp tác xã"],
        ["hộ có vườn", "ưu tiên phụ nữ"],
        [],
    ]


def test_beneficiaries_behind_lost_line_breaks() -> None:
    text = (
        "II. NỘI DUNG\n1. Dự án 1: Trồng rừng\na) Mục tiêu: Giữ đất, giữ nước. b Đối tượng:\n- HTX và tổ hợp tác.\n"
        "- Các hộ. c Nội dung hỗ trợ:\n- Cấp cây giống.\n"
    )
    reading, found, _ = read(text)
    assert read_beneficiaries(reading, found[0]) == ["HTX và tổ hợp tác", "các hộ"]


# --- labels


@pytest.mark.parametrize(
    ("printed", "number"),
    [("1", (1,)), ("02", (2,)), ("10", (10,)), ("1.2", (1, 2)), ("I", (1,)), ("IV", (4,)), ("IX", (9,)), ("B", (2,))],
)
def test_numbers(printed: str, number: tuple[int, ...]) -> None:
    assert read_number(printed) == number


@pytest.mark.parametrize("word", component_words(), ids=lambda word: word.word)
def test_every_word_is_read_with_its_example(word: object) -> None:
    known = next(each for each in component_words() if each is word)
    label = read_label(known.example, 0)
    assert label is not None and label.word is known and label.marked
    behind = f"chủ trì {known.example}"
    assert [each.word for each in find_labels(behind, 0, len(behind))] == [known]


@pytest.mark.parametrize(
    "text",
    [
        "Dự án 2.500 triệu đồng",
        "Dự án 12/2023",
        "dự án 3,5 tỷ đồng",
        "Dự án số liệu",
        "Hoạt động 100 lần",
        "Tiểu dự án",
        "điều 5 của Luật",
        "Nội dung 5%",
        "Dự án 0: Không có",
    ],
)
def test_what_is_no_label(text: str) -> None:
    assert read_label(text, 0) is None


@pytest.mark.parametrize(
    "text",
    [
        "Dự án 2 thực hiện tại các xã",
        "Dự án 2, Dự án 3",
        "Dự án 2: 620 triệu đồng",
        "Mô hình 2 tầng",
        "Điều 5: Trách nhiệm thi hành",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert read_head(text, 0, len(text)) is None


def test_a_part_numbered_twice_below_a_whole_numbered_twice() -> None:
    text = (
        "KẾ HOẠCH\nChuyển đổi số năm 2024\nII. NỘI DUNG\nNhóm nhiệm vụ 1: Hạ tầng\nNhiệm vụ 1: Kéo cáp quang\n"
        "Nhóm nhiệm vụ 2: Dữ liệu\nNhiệm vụ 2: Số hóa hồ sơ\nNhóm nhiệm vụ 2: Con người\n"
        "Nhiệm vụ 3: Tập huấn cán bộ\nNhiệm vụ 3: Mở lớp học cộng đồng\n"
    )
    found, notes = read_components(read_reading(text))
    assert [each.code for each in found][-4:] == ["NNV2.NV2", "NNV3", "NNV3.NV3", "NNV3.NV4"]
    assert [note.rule for note in notes] == ["component-number-twice"] * 2


def test_the_parts_of_components_end_where_they_do() -> None:
    parts = [
        Component(0, 5, 90, "DA1", "Dự án 1", "A"),
        Component(10, 15, 40, "DA1.TDA1", "Tiểu dự án 1", "B", "DA1"),
        Component(50, 55, 60, "DA1.TDA2", "Tiểu dự án 2", "C", "DA1"),
    ]
    found = Components(reversed(parts))
    at = [found.at(offset) for offset in (0, 12, 39, 40, 49, 50, 59, 60, 89, 90, 1000)]
    codes = [each.code if each is not None else None for each in at]
    assert codes == [
        *("DA1", "DA1.TDA1", "DA1.TDA1", "DA1", "DA1", "DA1.TDA2"),
        *("DA1.TDA2", "DA1", "DA1", None, None),
    ]
    assert (len(found), found[0], found[1:], found.get("DA9")) == (3, parts[0], tuple(parts[1:]), None)


# --- any text

PIECES = [
    *("\n", "\n\n", " ", ". ", ": ", "; ", "1. ", "1.1. ", "a) ", "- ", "II. ", "\t", "(", ")"),
    *("Dự án 1", "Dự án 3", "Tiểu dự án 2", "TIỂU DỰ ÁN 1", "Nội dung 01", "Hợp phần B", "Điều 1", "Tiểu án 1"),
    *("NỘI DUNG", "KẾT QUẢ", "TỔ CHỨC THỰC HIỆN", "Các chính sách hỗ trợ", "Hỗ trợ tiền điện", "chủ trì", "Kinh phí"),
    *("Cải thiện dinh dưỡng", "Giảm nghèo về thông tin", "Chương trình 30a", "thuộc", "620 triệu đồng", "Phòng Nội vụ"),
    *("Chương trình mục tiêu quốc gia giảm nghèo bền vững năm 2024", "dân tộc thiểu số và miền núi", "Đối tượng"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text(text: str) -> None:
    reading, found, notes = read(text)
    check(reading, found)
    for note in notes:
        assert 0 <= note.start < note.end <= len(reading.plain)
    for start, end, code in found.named(reading.plain, 0, len(reading.plain)):
        assert 0 <= start < end <= len(reading.plain)
        assert found.get(code) is not None
    for each in found:
        for group in read_beneficiaries(reading, each):
            assert group and group.lower() in reading.plain.lower()


def test_results_of_a_component_are_no_second_one() -> None:
    text = (
        "KẾ HOẠCH\nThực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững năm 2024\n"
        "I. KẾT QUẢ THỰC HIỆN NĂM 2023\n1. Dự án 7: kiểm tra 09 xã.\n"
        "II. NỘI DUNG THỰC HIỆN\n1. Dự án 7: Nâng cao năng lực và giám sát, đánh giá Chương trình\nMột.\n"
    )
    found, notes = read_components(read_reading(text))
    assert [each.code for each in found] == ["DA7"]
    assert notes == []
