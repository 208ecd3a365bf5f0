"""Read targets and results out of sentences of many programmes, apart from each other and from what is neither."""

from __future__ import annotations

import doctest
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cancu.loaders import figures, measured, quantities
from cancu.loaders.extract import read_reading
from cancu.loaders.quantities import find_quantities, read_quantities
from cancu.model import Quantity
from cancu.ontology.indicators import indicators, operators, units
from cancu.ontology.lexicon import Row
from tests import cases

FRAME = "KẾ HOẠCH\nThực hiện Chương trình phát triển nông thôn tỉnh Nghệ An giai đoạn 2024-2025\nI. {}\n{}\n"
COLUMNS = ("under", "text", "targets", "results", "flaw")


def read(under: str, text: str) -> tuple[list[Quantity], list[Quantity]]:
    return read_quantities(read_reading(FRAME.format(under, text)))


def written(record: Quantity) -> str:
    value = f"{record.value:f}" + (f"-{record.value2:f}" if record.value2 is not None else "")
    op = f"{record.op} {record.qualifier}" if record.qualifier else record.op
    return " · ".join([op, value, record.unit or "-", record.by or record.as_of or "-", record.concept or "-"])


def test_doctests() -> None:
    for module in (figures, measured, quantities):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"{name}-line-{row.line}", flaw=row["flaw"])
        for name, least in (("targets", 52), ("results", 25))
        for row in cases.table(f"{name}.tsv", *COLUMNS, least=least)
    ],
)
def test_cases(row: Row) -> None:
    targets, results = read(row["under"], row["text"])
    assert " | ".join(map(written, targets)) == row["targets"]
    assert " | ".join(map(written, results)) == row["results"]
    assert all(record.as_of is None for record in targets)
    assert all(record.by is None for record in results)


# --- texts that are no plans ---------------------------------------------------------------------------------------

DECREE = "NGHỊ ĐỊNH\nVề hỗ trợ nhà ở cho người có công\nHà Nội, ngày 12 tháng 3 năm 2018\nĐiều 1. {}\n{}\n"
DECISION = (
    "THỦ TƯỚNG CHÍNH PHỦ\nSố: 12/2018/QĐ-TTg\nHà Nội, ngày 10 tháng 12 năm 2018\nQUYẾT ĐỊNH\n"
    "Về chính sách hỗ trợ nhà ở\nĐiều 1. {}\n{}\n"
)
RESOLUTION = (
    "HỘI ĐỒNG NHÂN DÂN TỈNH NGHỆ AN\nSố: 12/NQ-HĐND\nNghệ An, ngày 10 tháng 12 năm 2018\nNGHỊ QUYẾT\n"
    "Về nhiệm vụ phát triển kinh tế - xã hội năm 2019\nĐiều 1. {}\n{}\n"
)
DIRECTIVE = (
    "UBND TỈNH NGHỆ AN\nSố: 12/CT-UBND\nNghệ An, ngày 10 tháng 12 năm 2018\nCHỈ THỊ\n"
    "Về tăng cường bảo vệ rừng\nI. {}\n{}\n"
)


@pytest.mark.parametrize(
    ("frame", "under", "text", "values"),
    [
        # Of whom a rule is, and how much it gives, was not reached.
        (DECREE, "Đối tượng", "1. Thương binh tham gia trước ngày 01/01/1945, mất sức từ 81% trở lên.", []),
        (DECREE, "Đối tượng", "1. Hộ đã được hỗ trợ trước năm 2010 mà nhà hư hỏng trên 50%.", []),
        (DECREE, "Điều kiện", "Đến năm 2017, tỷ lệ hộ nghèo đã giảm 3%.", []),
        (DECISION, "Đối tượng", "1. Hộ người có công ở nhà tạm đã hư hỏng 70% phải sửa chữa.", []),
        (DECISION, "Mức hỗ trợ", "Ngân sách trung ương 95%, ngân sách địa phương 5%; nhà rộng ít nhất 30 m2.", []),
        (DECISION, "Đối tượng", "Năm 2017, số hộ được hỗ trợ là 71.000 hộ.", ["71000"]),
        (RESOLUTION, "Chính sách", "Hỗ trợ 50% chi phí đối với hộ đã tham gia hợp tác xã; từ năm 2017 hưởng 20%.", []),
        (RESOLUTION, "Chỉ tiêu năm 2019", "Tăng 10% so với dự toán Trung ương giao năm 2018.", []),
        (RESOLUTION, "Đánh giá kết quả năm 2018", "Tốc độ tăng trưởng kinh tế đạt 8,2%.", ["8.2"]),
        (DIRECTIVE, "Yêu cầu", "Các sở đã hoàn thành 80% khối lượng thì tiếp tục thực hiện.", []),
        (DIRECTIVE, "Yêu cầu", "Năm 2017, trên địa bàn tỉnh xảy ra 45 vụ cháy rừng.", ["45"]),
        (DIRECTIVE, "Yêu cầu", "Đến ngày 30/11/2018, toàn tỉnh mới giải ngân được 21,4% kế hoạch vốn.", ["21.4"]),
    ],
)
def test_rules_are_no_results(frame: str, under: str, text: str, values: list[str]) -> None:
    _, results = read_quantities(read_reading(frame.format(under, text)))
    assert [f"{record.value:f}" for record in results] == values


# --- what stands around the value -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "indicator", "scope", "quote"),
    [
        (
            "- Phấn đấu đến cuối năm 2025 tỷ lệ hộ nghèo các huyện nghèo giảm 4-5%.",
            "tỷ lệ hộ nghèo",
            "các huyện nghèo",
            "Phấn đấu đến cuối năm 2025 tỷ lệ hộ nghèo các huyện nghèo giảm 4-5%",
        ),
        (
            "- Phấn đấu hỗ trợ 75% hộ nghèo có ít nhất một thành viên (có sức lao động) có việc làm ổn định.",
            "có ít nhất một thành viên (có sức lao động) có việc làm ổn định",
            "hộ nghèo",
            "Phấn đấu hỗ trợ 75% hộ nghèo có ít nhất một thành viên (có sức lao động) có việc làm ổn định",
        ),
        (
            "- Đảm bảo nguồn vốn cho vay 100% hộ nghèo đủ điều kiện, có nhu cầu vay vốn.",
            "nguồn vốn cho vay",
            "hộ nghèo đủ điều kiện, có nhu cầu vay vốn",
            "Đảm bảo nguồn vốn cho vay 100% hộ nghèo đủ điều kiện, có nhu cầu vay vốn",
        ),
        (
            "- 100% cán bộ tham gia công tác giảm nghèo; trưởng thôn, bản được tập huấn nhằm nâng cao năng lực.",
            "được tập huấn",
            "cán bộ tham gia công tác giảm nghèo; trưởng thôn, bản",
            "100% cán bộ tham gia công tác giảm nghèo; trưởng thôn, bản được tập huấn",
        ),
        (
            "- 100% hộ nghèo đăng ký vay vốn theo Quyết định số 15/QĐ-UBND được vay vốn tín dụng.",
            "được vay vốn tín dụng",
            "hộ nghèo đăng ký vay vốn theo Quyết định số 15/QĐ-UBND",
            "100% hộ nghèo đăng ký vay vốn theo Quyết định số 15/QĐ-UBND được vay vốn tín dụng",
        ),
        ("- Chỉ tiêu: 95% xã, thị trấn có điểm bưu điện.", "có điểm bưu điện", "xã, thị trấn", None),
    ],
)
def test_what_is_measured_and_of_whom(text: str, indicator: str, scope: str, quote: str | None) -> None:
    [record] = read("MỤC TIÊU", text)[0]
    assert (record.indicator, record.scope) == (indicator, scope)
    assert "scope" not in record.inferred
    assert quote is None or record.quote == quote


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("- Có 169 nhà tạm được hỗ trợ từ nguồn kinh phí của huyện vận động.", "tỉnh Nghệ An"),
        ("- Có 169 nhà tạm được hỗ trợ từ nguồn kinh phí của huyện miền núi.", "huyện miền núi"),
    ],
)
def test_what_a_body_does_is_no_part_of_a_place(text: str, scope: str) -> None:
    [record] = read("KẾT QUẢ THỰC HIỆN NĂM 2023", text)[1]
    assert record.scope == scope


def test_what_context_gives_is_said() -> None:
    [record] = read("MỤC TIÊU", "- Tỷ lệ hộ nghèo còn 2,4%.")[0]
    assert (record.by, record.scope, record.inferred) == ("2025", "tỉnh Nghệ An", ("by", "scope"))
    [record] = read("MỤC TIÊU", "- Đến năm 2024, tỷ lệ hộ nghèo của huyện Quế Phong còn 2,4%.")[0]
    assert (record.by, record.scope, record.inferred) == ("2024", "huyện Quế Phong", ())


def test_the_heading_gives_the_time() -> None:
    [target] = read("CÁC CHỈ TIÊU ĐẾN NĂM 2024", "- Tỷ lệ hộ nghèo còn 2,4%.")[0]
    assert (target.by, "by" in target.inferred) == ("2024", True)
    [result] = read("KẾT QUẢ NĂM 2022", "- Tỷ lệ hộ nghèo còn 5,4%.")[1]
    assert (result.as_of, "as_of" in result.inferred) == ("2022", True)


def test_a_list_goes_on_with_what_its_lead_says() -> None:
    text = "Đến ngày 31/12/2022, kết quả như sau:\n- Tỷ lệ hộ nghèo còn 5,4%;\n- Có 25 xã đạt chuẩn nông thôn mới."
    targets, results = read("NỘI DUNG", text)
    assert targets == []
    assert [record.as_of for record in results] == ["2022-12-31", "2022-12-31"]


def test_a_later_list_keeps_the_day_of_its_section() -> None:
    text = (
        "Tại thời điểm 01/10/2022, toàn tỉnh có 5.410 hộ nghèo.\nCác thiếu hụt:\n"
        "- Thiếu hụt BHYT: 410 hộ = 7,6%;\n- Thiếu hụt diện tích nhà ở: 320 = 5,9%."
    )
    results = read("THỰC TRẠNG", text)[1]
    assert [(str(record.value), record.unit) for record in results] == [
        ("5410", "hộ"),
        ("410", "hộ"),
        ("7.6", "%"),
        ("320", "hộ"),
        ("5.9", "%"),
    ]
    assert {record.as_of for record in results} == {"2022-10-01"}
    assert "unit" in results[3].inferred
    assert results[3].confidence < results[1].confidence


def test_brackets_that_close_a_paragraph_ground_its_targets() -> None:
    text = (
        "Giảm 54 hộ nghèo theo chuẩn nghèo đa chiều.\n"
        "Đưa tỷ lệ hộ nghèo xuống dưới 0,4%. (Theo Quyết định số 1205/QĐ-UBND ngày 20/12/2023 của UBND tỉnh)\n"
        "- 100% hộ nghèo được vay vốn."
    )
    reading = read_reading(FRAME.format("MỤC TIÊU", text))
    records = read_quantities(reading)[0]
    cited = [reading.text.source[start:end] for record in records for start, end in record.authority]
    assert [len(record.authority) for record in records] == [1, 1, 0]
    assert set(cited) == {"Quyết định số 1205/QĐ-UBND ngày 20/12/2023 của UBND tỉnh"}


def test_a_citation_grounds_the_figure_that_it_stands_with() -> None:
    text = (
        "- 100% người nghèo được cấp thẻ bảo hiểm y tế theo Luật Bảo hiểm y tế; 95% trẻ em đi học đúng độ tuổi.\n"
        "- Tỷ lệ hộ nghèo còn 3,2%, khác với Quyết định số 12/QĐ-UBND ngày 05/01/2024."
    )
    records = read("MỤC TIÊU", text)[0]
    assert [len(record.authority) for record in records] == [1, 0, 0]


def test_a_doubtful_number_raises_a_doubt() -> None:
    reading = read_reading(FRAME.format("KẾT QUẢ", "- Đã hỗ trợ 1,362 hộ và 1.362 hộ."))
    found = find_quantities(reading)
    unsure, sure = found.results
    assert unsure.value == sure.value == Decimal(1362)
    assert unsure.confidence < sure.confidence
    [note] = found.notes
    assert (note.rule, reading.plain[note.start : note.end], note.candidates) == (
        "ambiguous-number",
        "1,362",
        ("1362", "1,362"),
    )


def test_tables_are_left_to_their_reader() -> None:
    text = "STT\tĐơn vị\tTỷ lệ hộ nghèo\n1\tKỳ Sơn\t45%\n2\tCon Cuông\t25%\n"
    reading = read_reading(FRAME.format("MỤC TIÊU", text))
    assert reading.tables
    assert find_quantities(reading).targets == ()


def test_norms_have_no_targets() -> None:
    text = "NGHỊ ĐỊNH\nQuy định mức đóng\nĐiều 5. Mức đóng\n1. Bảo đảm 30% thành viên là nữ.\n2. Hỗ trợ 120 hộ."
    reading = read_reading(text)
    assert reading.header.type == "Nghị định"
    assert read_quantities(reading) == ([], [])


def test_the_end_of_a_plan_has_no_targets() -> None:
    text = "- Tỷ lệ hộ nghèo còn 2%.\nTrên đây là Kế hoạch; phấn đấu giảm 5% chi phí./.\nNơi nhận:\n- 100% các xã;"
    assert [str(record.value) for record in read("MỤC TIÊU", text)[0]] == ["2"]


@dataclass(frozen=True)
class _One:
    code: str = "DA9.TDA1"


class _Everywhere:
    def at(self, offset: int, /) -> _One:
        return _One()


def test_the_activity_is_the_component_that_holds_the_figure() -> None:
    reading = read_reading(FRAME.format("MỤC TIÊU", "- Tỷ lệ hộ nghèo còn 2,4%."))
    assert [record.activity for record in find_quantities(reading, _Everywhere()).targets] == ["DA9.TDA1"]
    assert [record.activity for record in find_quantities(reading).targets] == [None]


# --- whatever the text ------------------------------------------------------------------------------------------------

PIECES = (
    *("- ", "\n", "; ", ", ", " và ", " (", ") ", ": ", ". ", "1. ", "\t", " = ", " - "),
    *("Phấn đấu ", "đến năm 2025 ", "năm 2023 ", "đã ", "trong đó ", "so với năm 2022 ", "từ ", "xuống còn "),
    *(
        "tỷ lệ hộ nghèo ",
        "hộ nghèo ",
        "thu nhập bình quân ",
        "100% ",
        "5-6% ",
        "1,362 ",
        "1.240 ",
        "02 ",
        "9/21 ",
        "0 ",
    ),
    *("hộ ", "xã, thị trấn ", "triệu đồng/người/năm ", "%/năm ", "lần ", "tuổi ", "cán bộ "),
    *("giảm ", "tăng ", "còn ", "đạt ", "dưới ", "trên ", "ít nhất ", "khoảng ", "trở lên ", "không còn ", "chiếm "),
    *("được hỗ trợ ", "có nhu cầu ", "theo Quyết định số 15/QĐ-UBND ", "mức hỗ trợ ", "cho ", "bình quân "),
)
KINDS = tuple(f"I. {under}\n" for under in ("MỤC TIÊU", "KẾT QUẢ NĂM 2023", "NỘI DUNG"))
TEXTS = st.builds(
    lambda heading, pieces: "KẾ HOẠCH\nGiảm nghèo tỉnh Nghệ An năm 2024\n" + heading + "".join(pieces),
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(PIECES), max_size=40),
)
CODES = {operator.code for operator in operators()}
UNITS = {word for unit in units() for word in unit.words}
CONCEPTS = {indicator.code for indicator in indicators()}


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("KẾ HOẠCH\nGiảm nghèo tỉnh Nghệ An năm 2024\nI. MỤC TIÊU\n100%  = \t- ")
def test_whatever_the_text_every_record_is_whole_and_in_its_place(text: str) -> None:
    reading = read_reading(text)
    found = find_quantities(reading)
    assert found == find_quantities(reading)
    for record in (*found.targets, *found.results):
        assert text[record.start : record.end] == record.quote
        assert record.quote.strip() == record.quote
        assert record.op in CODES
        assert (record.value2 is not None) == (record.op in ("range", "decrease_by_range", "increase_by_range"))
        assert record.qualifier is None or record.op.startswith(("decrease_by", "increase_by", "range"))
        # What there is none of needs no unit; "05 dự án, chương trình" keeps the words that print has.
        words = (record.unit or "").partition("/")[0]
        assert words in UNITS or words.partition(",")[0] in UNITS or (record.unit is None and record.value == 0)
        assert record.value is not None and record.value >= 0
        assert record.indicator and 0 < record.confidence <= 1
        assert record.concept is None or record.concept in CONCEPTS or "_" not in record.concept
    assert all(0 <= note.start < note.end <= len(reading.plain) for note in found.notes)
