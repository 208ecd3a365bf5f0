"""Read tables in every layout cell for cell, and nothing as a table that is none."""

from __future__ import annotations

import doctest
import io
from itertools import pairwise

import docx
import pytest
from docx.shared import Cm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cancu.errors import DataError
from cancu.loaders import grids, observations, tables
from cancu.loaders.agencies import Context
from cancu.loaders.grids import printed_cell
from cancu.loaders.observations import figure_notes, measure_of, observations_of
from cancu.loaders.readers import read_bytes
from cancu.loaders.tables import PlainTable, column_kind, column_kinds, read_tables
from cancu.loaders.text import read_text
from cancu.model import Observation, Table
from cancu.ontology import lexicon
from tests import cases
from tests.samples import Sample

BLOCKS = cases.blocks("tables.txt", least=25)
FEW = settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
BAC_GIANG = Context(province="tỉnh Bắc Giang", tier="province", date="2017-04-11")


def read(source: str) -> list[PlainTable]:
    """Read the tables of a source, and hold for each that its cells stand where they are said to stand."""
    text = read_text(source)
    found = read_tables(text)
    for table in found:
        assert source[table.source_start : table.source_end].strip()
        at = 0
        for row in table.rows:
            for cell in row:
                start, end = cell.cell.start, cell.cell.end
                assert table.source_start <= start <= end <= table.source_end
                assert at <= start
                at = start
                assert printed_cell(source, start, end) == cell.text
                assert (start == end) == (not cell.text)
                assert table.start <= cell.start <= cell.end <= table.end
                assert text.plain[cell.start : cell.end].strip() == text.plain[cell.start : cell.end]
    assert all(one.source_end <= other.source_start for one, other in pairwise(found))
    return found


def rows_of(table: PlainTable | Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize("module", [grids, tables, observations])
def test_doctests(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("block", [cases.case(block, id=block.title) for block in BLOCKS])
def test_layouts(block: cases.Block) -> None:
    shown = []
    for table in read(block.text):
        shown.append(f"table: {table.title or '_'} | {table.unit or '_'} | {','.join(table.inferred) or '_'}")
        shown.append("header: " + " | ".join(table.header))
        shown += ["row: " + " | ".join(cell or "_" for cell in row) for row in rows_of(table)]
        shown += [f"note: {note.rule} {', '.join(' '.join(pair) for pair in note.detail)}" for note in table.notes]
    assert shown == list(block.expected)
    assert not block.flaws


def test_rows_are_as_wide_as_the_header_or_noted() -> None:
    for block in BLOCKS:
        for table in read(block.text):
            odd = [row for row in table.rows if len(row) != len(table.header)]
            assert bool(odd) == any(note.rule == "table-row-width" for note in table.notes)
            for row in odd:
                assert any(note.start <= row[0].start and row[-1].end <= note.end for note in table.notes)


def test_a_record_holds_source_offsets() -> None:
    source = "Trước.\n\nTT\tXã\tSố hộ\n1\t<b>An  Bá</b>\t12\n2\tLệ Viễn\t9\n"
    record = read(source)[0].record("I. MỤC TIÊU")
    cell = record.rows[0][1]
    assert (source[cell.start : cell.end], cell.text) == ("An  Bá", "An Bá")
    assert (record.header, record.section) == (("TT", "Xã", "Số hộ"), "I. MỤC TIÊU")
    assert source[record.start : record.end].startswith("TT\t")


# --- other formats ----------------------------------------------------------------------------------------------------


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_word_table_with_merged_cells() -> None:
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH GIẢM NGHÈO")
    table = document.add_table(5, 6)
    table.style = "Table Grid"
    for column, name in enumerate(("TT", "Đơn vị", "Năm 2022", "", "Năm 2023", "")):
        table.cell(0, column).text = name
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 4).merge(table.cell(0, 5))
    for column in (0, 1):
        table.cell(0, column).merge(table.cell(1, column))
    for column, name in enumerate(("Số hộ", "Tỷ lệ", "Số hộ", "Tỷ lệ"), start=2):
        table.cell(1, column).text = name
    table.cell(2, 0).merge(table.cell(2, 5)).text = "I. Các xã vùng cao"
    for row, values in (
        (3, ("1", "Sơn Dương", "140", "6,5", "120", "")),
        (4, ("2", "Chi Thiết", "98", "4", "90", "3,5")),
    ):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    document.add_paragraph("Nơi nhận: Lưu.")
    assert table.columns[0].width is None or table.columns[0].width > Cm(0)
    found = read(read_bytes(saved(document), ".docx").text)
    assert len(found) == 1
    assert found[0].title == "KẾ HOẠCH GIẢM NGHÈO"
    assert found[0].header == (
        "TT", "Đơn vị", "Năm 2022 > Số hộ", "Năm 2022 > Tỷ lệ", "Năm 2023 > Số hộ", "Năm 2023 > Tỷ lệ",
    )  # fmt: skip
    assert rows_of(found[0]) == [
        ["I. Các xã vùng cao", "", "", "", "", ""],
        ["1", "Sơn Dương", "140", "6,5", "120", ""],
        ["2", "Chi Thiết", "98", "4", "90", "3,5"],
    ]


def test_an_html_page_with_a_table() -> None:
    page = """<html><body><p>Biểu số 3</p><table border=1>
    <tr><th rowspan=2>TT<th rowspan=2>Nhiệm vụ<th colspan=2>Cơ quan</tr>
    <tr><th>Chủ trì</th><th>Phối hợp</th></tr>
    <tr><td>1</td><td>Rà soát<br>hộ nghèo</td><td>Sở Y tế</td><td rowspan=2>Các sở liên quan</td></tr>
    <tr><td>2</td><td>Tập huấn</td><td>Sở Nội vụ</td></tr>
    <tr><td>3</td><td>Kiểm tra</td><td>Sở Y tế</td><td>Sở Nội vụ</td></tr></table></body></html>"""
    table = read(read_bytes(page.encode(), ".html").text)[0]
    assert table.title == "Biểu số 3"
    assert table.header == ("TT", "Nhiệm vụ", "Cơ quan > Chủ trì", "Cơ quan > Phối hợp")
    assert table.kinds == ("number", "task", "lead", "coordinate")
    assert rows_of(table) == [
        ["1", "Rà soát hộ nghèo", "Sở Y tế", "Các sở liên quan"],
        ["2", "Tập huấn", "Sở Nội vụ", ""],
        ["3", "Kiểm tra", "Sở Y tế", "Sở Nội vụ"],
    ]


# --- properties -------------------------------------------------------------------------------------------------------

WORDS = [
    "Hỗ trợ", "nhà ở", "Sở Y tế", "Ủy ban nhân dân", "hộ nghèo", "1.250", "4,5", "Quý II", "đường", "Ă", "13,6%", "-",
    "(nếu có)", "năm 2024", "A/B", "x-y", "Dự án 1:", "hằng năm;", "“Vì người nghèo”", "10.887",
]  # fmt: skip
CELL = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
NAMES = ["Tên việc", "Địa bàn", "Kết quả dự kiến", "Đầu ra", "Chủ trì", "Phối hợp", "Ghi chú thêm"]


@st.composite
def rectangles(draw: st.DrawFn) -> list[list[str]]:
    """Draw a table whose first column counts its rows; other cells may be empty."""
    width = draw(st.integers(2, 7))
    names = ["STT", *draw(st.permutations(NAMES))[: width - 1]]
    count = draw(st.integers(2, 8))
    rows = [
        [str(number + 1), *[draw(st.one_of(CELL, CELL, st.just(""))) for _ in names[1:]]] for number in range(count)
    ]
    for row in rows[:2]:
        # A table needs two rows that are more than a count.
        row[1] = draw(CELL)
    return [names, *rows]


@FEW
@given(rectangles(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_any_table_with_tabs_is_read_cell_for_cell(table: list[list[str]], line_end: str) -> None:
    source = "Mở đầu.\n" + "".join("\t".join(row) + line_end for row in table) + "Kết thúc."
    (found,) = read(source)
    assert [list(found.header), *rows_of(found)] == table


@FEW
@given(rectangles(), st.booleans(), st.booleans())
def test_any_table_with_strokes_is_read_cell_for_cell(table: list[list[str]], outer: bool, ruled: bool) -> None:
    lines = [" | ".join(row) for row in table]
    if ruled:
        lines.insert(1, " | ".join(["---"] * len(table[0])))
    source = "Mở đầu.\n\n" + "".join(f"| {line} |\n" if outer else f"{line}\n" for line in lines) + "\nKết thúc."
    (found,) = read(source)
    assert [list(found.header), *rows_of(found)] == table


@FEW
@given(rectangles())
def test_any_table_with_tags_is_read_cell_for_cell(table: list[list[str]]) -> None:
    rows = ["".join(f"<td>{cell}</td>" for cell in row) for row in table]
    (found,) = read("Mở đầu.\n<table>" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    assert [list(found.header), *rows_of(found)] == table


MARKS = ["\t", "|", "\n", "\r\n", "---", "STT", "TT", "<table>", "</table>", "<tr>", "<td>", "<b>", "</b>", "**", "   "]


@FEW
@given(st.lists(st.sampled_from([*MARKS, *MARKS, *WORDS, "\u2028", "\x00", "e\u0301", "*"]), max_size=60).map("".join))
def test_no_text_breaks_the_reading(source: str) -> None:
    for table in read(source):
        observations_of(table, BAC_GIANG)
        figure_notes(table)


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Cơ quan phối hợp thực hiện chính sách", "coordinate"),
        ("Cơ quan, đơn vị chủ trì", "lead"),
        ("Đơn vị thực hiện", "implement"),
        ("Đơn vị tính", "unit"),
        ("Đơn vị", "place"),
        ("Thời gian thực hiện", "deadline"),
        ("Nội dung thực hiện", "task"),
        ("Cơ quan thực hiện > Phối hợp", "coordinate"),
        ("Năm 2023", None),
        ("", None),
    ],
)
def test_what_a_column_holds(name: str, kind: str | None) -> None:
    assert column_kind(name) == kind


def test_every_example_of_a_column_is_read_as_its_own_row_says() -> None:
    rows = lexicon.read_table(
        lexicon.TABLES / "table_columns.tsv", ("kind", "words", "where", "example", "source"), key=("words", "where")
    )
    assert len(rows) == len(column_kinds()) >= 70
    assert [(row["example"], column_kind(row["example"])) for row in rows] == [
        (row["example"], row["kind"]) for row in rows
    ]


def test_a_column_row_whose_example_lacks_its_words_is_refused(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hasattr(tmp_path, "joinpath")
    file = tmp_path.joinpath("table_columns.tsv")
    file.write_text("kind\twords\twhere\texample\tsource\nlead\tchủ trì\tholds\tCơ quan\tpractice\n", encoding="utf-8")
    monkeypatch.setattr(lexicon, "TABLES", tmp_path)
    column_kinds.cache_clear()
    with pytest.raises(DataError, match=r"table_columns\.tsv:2"):
        column_kinds()
    monkeypatch.undo()
    column_kinds.cache_clear()


# --- figures ----------------------------------------------------------------------------------------------------------

HEADER = "TT\tHuyện\tNăm 2016\t\t\tNăm 2017\t\t\n\t\tSố hộ\tHộ nghèo\tTỷ lệ %\tSố hộ\tHộ nghèo\tTỷ lệ %\n"
POVERTY = (
    "1\tTân Yên\t48.000\t3.600\t7,50\t48.400\t3.200\t6,61\n"
    "2\tViệt Yên\t45.000\t3.150\t7,00\t45.200\t2.800\t6,19\n"
    "3\tLạng Giang\t54.000\t4.860\t9,00\t55.000\t4.400\t8,00\n"
    "4\tHiệp Hòa\t55.000\t5.500\t10,00\t55.500\t5.100\t9,19\n"
    "5\tSơn Động\t19.000\t880\t4,63\t19.500\t820\t4,21\n"
    "\tTổng cộng\t221.000\t17.990\t8,14\t223.600\t16.320\t7,30\n"
)


def figures(source: str) -> list[Observation]:
    (table,) = read(source)
    found = observations_of(table, BAC_GIANG)
    assert all(source[one.start : one.end].strip("<b/>*") == one.printed for one in found)
    return found


def doubts(source: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    text = read_text(source)
    (table,) = read_tables(text)
    return [
        (note.rule, text.plain[note.start : note.end], note.candidates, dict(note.detail).get("arithmetic", ""))
        for note in figure_notes(table)
    ]


def test_a_sound_table_gives_figures_and_no_doubt() -> None:
    found = figures(HEADER + POVERTY)
    assert len(found) == 36
    first = found[1]
    assert (first.row, first.column, first.year, first.value) == ("Tân Yên", ("Năm 2016", "Hộ nghèo"), 2016, 3600)
    assert (measure_of(first.column), first.place, first.total) == ("Hộ nghèo", ("216", 1945), False)
    assert (found[2].unit, str(found[2].value)) == ("%", "7.50")
    assert [one.total for one in found[-6:]] == [True] * 6
    assert doubts(HEADER + POVERTY) == []


@pytest.mark.parametrize(
    ("printed", "damaged", "expected"),
    [
        # A lost digit group: the sum and the rate agree.
        ("\t880\t", "\t8.80\t", ("table-figure", "8.80", ("880",))),
        ("\t2.800\t", "\t2,800\t", ("table-figure", "2,800", ("2.800",))),
        # The total contradicts; the rate of its row agrees with the total.
        ("\t4.860\t", "\t4.680\t", ("table-figure", "4.680", ("4.860",))),
        # A rate that its own figures contradict.
        ("6,19", "6,91", ("table-rate", "6,91", ("6,19",))),
        # Nothing tells which figure is wrong.
        ("\t223.600\t", "\t233.600\t", ("table-sum", "233.600", ("223.600",))),
    ],
)
def test_doubtful_figures(printed: str, damaged: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert POVERTY.count(printed) == 1
    found = doubts(HEADER + POVERTY.replace(printed, damaged))
    assert expected in [doubt[:3] for doubt in found]
    assert all(doubt[3] for doubt in found)


def test_contradicting_proofs_give_all_candidates() -> None:
    # The figure and its rate say the same, the total and the next year's figure another thing.
    damaged = POVERTY.replace("\t880\t4,63\t", "\t8.800\t46,32\t")
    (rule, quote, candidates, words), follows = doubts(HEADER + damaged)
    assert (rule, quote, candidates) == ("table-figure", "8.800", ("880", "8.800"))
    assert words == "17.990 − (3.600 + 3.150 + 4.860 + 5.500) = 880; 46,32% × 19.000 ≈ 8.801"
    # The rate was made from the figure that the total contradicts.
    assert follows == ("table-rate-follows", "46,32", ("4,63",), "880 ÷ 19.000 × 100 ≈ 4,63")


def test_what_cannot_be_a_number_has_no_value() -> None:
    found = figures(HEADER + POVERTY.replace("\t880\t", "\t8.80\t"))
    odd = [one for one in found if one.doubtful]
    assert [(one.printed, one.value) for one in odd] == [("8.80", None)]
    # A rate with a point where others have commas can only mean one thing.
    found = figures(HEADER + POVERTY.replace("4,63", "4.63"))
    assert [(one.printed, str(one.value)) for one in found if one.doubtful] == [("4.63", "4.63")]


def test_a_number_that_looks_like_a_year_is_a_figure_among_figures() -> None:
    found = figures(
        "TT\tXã\tSố hộ\tNăm đạt chuẩn\n1\tAn Bá\t2015\t2020\n2\tLệ Viễn\t954\t2021\n3\tVĩnh An\t1204\t2019\n"
    )
    assert [(one.printed, one.column) for one in found] == [
        (printed, ("Số hộ",)) for printed in ("2015", "954", "1204")
    ]


def test_parts_of_a_total_count_once() -> None:
    source = (
        "TT\tNội dung\tNăm 2023\tNăm 2024\nI\tDự án 1\t300\t500\n1\tTiểu dự án 1\t100\t200\n2\tTiểu dự án 2\t200\t300\n"
        "II\tDự án 2\t50\t80\n\tTổng cộng\t350\t580\n"
    )
    assert doubts(source) == []
    assert [doubt[:3] for doubt in doubts(source.replace("\t580", "\t590"))] == [("table-sum", "590", ("580",))]


CAPITAL = (
    "TT\tDự án\tTổng số\tNSTW\tNS tỉnh\n1\tĐường Khe Kiền\t600\t500\t100\n2\tTrường Tam Quang\t450\t450\t-\n"
    "3\tTrạm y tế Yên Hòa\t900\t700\t200\n4\tCầu treo Xiêng My\t320\t300\t20\n\tTổng cộng\t2.270\t1.950\t320\n"
)


@pytest.mark.parametrize(
    ("printed", "damaged", "expected"),
    [
        ("\t600\t500\t100", "\t600\t500\t100", []),
        # Row and column agree on the one wrong figure.
        ("\t900\t700\t200", "\t900\t700\t300", [("table-figure", "300", ("200",))]),
        ("\t900\t700\t200", "\t800\t700\t200", [("table-figure", "800", ("900",))]),
        # A wrong total of all, in one column only.
        ("\t1.950\t320", "\t1.950\t380", [("table-sum", "380", ("320",))]),
        ("\t320\t300\t20", "\t320\t300\t", [("table-cell-lost", "4\tCầu treo Xiêng My\t320\t300", ("20",))]),
        ("\t2.270\t1.950", "\t2.270\t", [("table-total-lost", "Tổng cộng\t2.270\t\t320", ("1.950",))]),
        ("4\tCầu", "5\tCầu", [("table-order", "5", ("4",))]),
        ("Trường Tam Quang", "Đường Khe Kiền", [("table-row-twice", "Đường Khe Kiền", ())]),
    ],
)
def test_rows_and_columns_tell_together(printed: str, damaged: str, expected: list[tuple[object, ...]]) -> None:
    assert CAPITAL.count(printed) == 1
    assert [doubt[:3] for doubt in doubts(CAPITAL.replace(printed, damaged))] == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("I", "1", "2", "II", "1", "2", "III"), []),
        (("1", "1.1", "1.2", "2", "2.1", "2.3"), [("2.3", "2.2")]),
        (("I", "1", "2", "III", "1"), [("III", "II")]),
        # What has no number may be the one that is missing.
        (("1", "", "3", "4"), []),
        (("7", "8", "8", "9", "10"), [("8", "9")]),
        # Codes, not numbers of rows.
        (("1", "4", "9", "12"), []),
    ],
)
def test_order_numbers(numbers: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    names = ("An Bá", "Lệ Viễn", "Vĩnh An", "Tuấn Đạo", "Yên Định", "Thanh Luận", "Đại Sơn")
    rows = "".join(
        f"{number}\t{name}\t{10 + at}\n" for at, (number, name) in enumerate(zip(numbers, names, strict=False))
    )
    found = doubts("TT\tXã\tSố hộ\n" + rows)
    assert [(doubt[1], *doubt[2]) for doubt in found if doubt[0] == "table-order"] == expected


def test_an_average_below_figures_is_no_wrong_sum() -> None:
    source = (
        "TT\tXã\tSố hộ\tThu nhập bình quân\n1\tAn Bá\t1.120\t31\n2\tLệ Viễn\t954\t28\n3\tVĩnh An\t1.204\t36\n"
        "\tTổng cộng\t3.278\t32\n"
    )
    assert doubts(source) == []


def test_rows_without_certain_columns_give_no_figures() -> None:
    source = "TT\tNội dung\tA\tB\tC\t\n1\tx\t1\t2\t3\t\n2\ty\t4\t5\t6\t\n3\t7\t8\n"
    assert {one.row for one in figures(source)} == {"x", "y"}


def test_a_period_is_no_year_and_a_title_gives_the_year() -> None:
    found = figures(
        "Bảng 1. Hộ nghèo năm 2023\nTT\tXã\tSố hộ\tGiai đoạn 2021-2025\n1\tAn Bá\t12\t40\n2\tLệ Viễn\t9\t31\n"
    )
    assert (found[0].year, found[0].inferred) == (2023, ("year",))
    assert (found[1].year, found[1].period, found[1].inferred) == (None, (2021, 2025), ())


def test_units_stand_in_names_columns_or_above() -> None:
    found = figures("Đơn vị tính: hộ\nTT\tChỉ tiêu\tĐVT\t2023\n1\tHộ nghèo\thộ\t12\n2\tTỷ lệ\t%\t9,5\n")
    assert [one.unit for one in found] == ["hộ", "%"]
    found = figures("ĐVT: triệu đồng\nTT\tNội dung\tVốn\tSố hộ (hộ)\n1\tNhà ở\t12\t3\n2\tNước\t9,5\t4\n")
    assert [one.unit for one in found] == ["triệu đồng", "hộ"] * 2


# --- the real texts ---------------------------------------------------------------------------------------------------


def test_real_tables_are_read_cell_for_cell(corpus: tuple[Sample, ...]) -> None:
    """Compare with the cells that the lines of the source print between their tabs."""
    counts = {}
    for sample in corpus:
        found = read(sample.text)
        counts[sample.name] = len(found)
        for table in found:
            printed = [
                [printed_cell(cell, 0, len(cell)) for cell in line.split("\t")]
                for line in sample.text[table.source_start : table.source_end].split("\n")
                if line.strip() and not line.startswith("---")
            ]
            assert rows_of(table) == printed[len(table.printed_header) :]
    assert counts == {"000": 0, "001": 0, "002": 0, "003": 0, "004": 2}


def test_real_figures_that_contradict_each_other_are_found(corpus: tuple[Sample, ...]) -> None:
    text = read_text(corpus[4].text)
    table = read_tables(text)[0]
    found = {text.plain[note.start : note.end]: note for note in figure_notes(table)}
    assert {quote: note.candidates for quote, note in found.items()} == {
        "5.382": ("597", "5.382"),
        "4.38": ("438",),
        "3.62": ("362",),
        "21,06": ("20,98",),
        "13,6%": ("1,51",),
        "7,7%": ("7,68",),
        "46.22": ("46,22",),
        "42.03": ("42,03",),
    }
    rules = {quote: note.rule for quote, note in found.items()}
    assert [rules[quote] for quote in ("13,6%", "7,7%", "46.22")] == [
        "table-rate-follows",
        "table-rate-rounded",
        "table-mark",
    ]
    assert len(observations_of(table, BAC_GIANG)) == 11 * 18
