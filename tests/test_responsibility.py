"""Read from tables who leads, carries out and coordinates what, also where cells of a row are lost."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest

from cancu.loaders import responsibility
from cancu.loaders.components import read_components
from cancu.loaders.extract import read_reading
from cancu.loaders.readers import read_bytes
from cancu.loaders.responsibility import Responsibilities, read_responsibilities
from cancu.loaders.tables import read_tables
from tests.samples import Sample

PLAN = """ỦY BAN NHÂN DÂN
HUYỆN SƠN DƯƠNG

KẾ HOẠCH
Phát triển cây chè năm 2024 trên địa bàn huyện Sơn Dương, tỉnh Tuyên Quang
Ủy ban nhân dân huyện Sơn Dương ban hành Kế hoạch như sau:
I. MỤC TIÊU
Trồng mới 120 ha.
II. NHIỆM VỤ
Theo phụ lục.

PHỤ LỤC
PHÂN CÔNG NHIỆM VỤ
"""
COMMUNES = "Ủy ban nhân dân các xã"


def read(table: str, plan: str = PLAN) -> Responsibilities:
    """Read a plan with this table, and hold that everything stands where it is said to stand."""
    source = plan + table
    reading = read_reading(source)
    tables = read_tables(reading.text)
    reading = replace(reading, tables=[(one.start, one.end) for one in tables])
    found = read_responsibilities(reading, read_components(reading)[0], tables)
    for duty in found.assignments:
        assert source[duty.start : duty.end] == duty.task
        assert source[duty.agency_start : duty.agency_end] == duty.agency_surface
        assert 0 < duty.confidence <= 1
    for component in found.components:
        assert component.title in reading.plain[component.start : component.end]
    return found


def duties(found: Responsibilities) -> list[tuple[str, str, str]]:
    """Give task, role and agency without the place that all agencies here have."""
    return [(duty.task, duty.role, duty.agency.removesuffix(" huyện Sơn Dương")) for duty in found.assignments]


def test_doctests() -> None:
    assert doctest.testmod(responsibility).failed == 0


def test_tasks_with_leaders_partners_and_deadlines() -> None:
    found = read(
        "TT\tNội dung, nhiệm vụ\tCơ quan chủ trì\tCơ quan phối hợp\tThời gian hoàn thành\tSản phẩm\n"
        "I\tTuyên truyền\n"
        "1\tTổ chức hội nghị\tPhòng Nội vụ\tUBND các xã, thị trấn\tQuý II/2024\tHội nghị\n"
        "2\tViết tin, bài\tPhòng Tư pháp\t\tHằng tháng\n"
        "II\tSản xuất\n"
        "1\tCấp giống\tPhòng Tài chính - Kế hoạch\tHội Nông dân huyện\t30/9/2024\tGiống chè\n"
    )
    assert duties(found) == [
        ("Tổ chức hội nghị", "lead", "Phòng Nội vụ"),
        ("Tổ chức hội nghị", "coordinate", f"{COMMUNES}, thị trấn"),
        ("Viết tin, bài", "lead", "Phòng Tư pháp"),
        ("Cấp giống", "lead", "Phòng Tài chính - Kế hoạch"),
        ("Cấp giống", "coordinate", "Hội Nông dân"),
    ]
    assert [duty.deadline for duty in found.assignments] == ["2024-Q2", "2024-Q2", "Hằng tháng", *["2024-09-30"] * 2]
    assert {duty.activity for duty in found.assignments} == {None}
    assert [duty.section.rpartition(" > ")[2] for duty in found.assignments[1:4]] == [
        "I. Tuyên truyền", "I. Tuyên truyền", "II. Sản xuất",
    ]  # fmt: skip
    assert [duty.collective for duty in found.assignments] == [False, True, False, False, False]


def test_components_that_only_a_table_names() -> None:
    found = read(
        "STT | Dự án, tiểu dự án | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian\n"
        "1 | Dự án 1: Giống chè chất lượng cao | Phòng Nội vụ | UBND các xã | Quý III năm 2024\n"
        "1.1 | Tiểu dự án 1: Vườn ươm | Trung tâm Dịch vụ nông nghiệp | UBND các xã | 2024\n"
        "1.2 | Tiểu dự án 2: Cải tạo nương chè | Phòng Nội vụ | Hội Nông dân huyện |\n"
        "2 | Dự án 2: Chế biến | Phòng Kinh tế và Hạ tầng | |\n"
    )
    assert [(one.code, one.title, one.parent) for one in found.components] == [
        ("DA1", "Giống chè chất lượng cao", None),
        ("DA1.TDA1", "Vườn ươm", "DA1"),
        ("DA1.TDA2", "Cải tạo nương chè", "DA1"),
        ("DA2", "Chế biến", None),
    ]
    assert {code: deadline.value for code, deadline in found.deadlines.items()} == {
        "DA1": "2024-Q3",
        "DA1.TDA1": "2024",
    }
    leads = {duty.activity: duty.agency for duty in found.assignments if duty.role == "lead"}
    assert leads["DA1.TDA1"] == "Trung tâm Dịch vụ nông nghiệp huyện Sơn Dương"
    assert leads["DA2"] == "Phòng Kinh tế và Hạ tầng huyện Sơn Dương"


def test_tasks_below_a_component_belong_to_it() -> None:
    found = read(
        "STT\tNhiệm vụ\tCơ quan chủ trì\tThời gian\n"
        "I\tDự án 1: Giống chè\n"
        "1\tXây vườn ươm\tPhòng Nội vụ\t2024\n"
        "2\tChọn cây đầu dòng\tPhòng Tư pháp\t2024\n"
        "II\tCông tác khác\n"
        "1\tSơ kết\tPhòng Nội vụ\t2024\n"
    )
    assert [(duty.task, duty.activity) for duty in found.assignments] == [
        ("Xây vườn ươm", "DA1"),
        ("Chọn cây đầu dòng", "DA1"),
        ("Sơ kết", None),
    ]
    assert found.deadlines == {}


def test_a_label_means_the_component_that_the_text_heads() -> None:
    plan = PLAN.replace(
        "II. NHIỆM VỤ\nTheo phụ lục.\n",
        "II. NHIỆM VỤ\n1. Nhóm nhiệm vụ 1: Giống cây\n1.1. Nhiệm vụ 1: Xây vườn ươm cây chè\nXây vườn.\n"
        "2. Nhóm nhiệm vụ 2: Chế biến\n2.1. Nhiệm vụ 2: Xây xưởng sơ chế chè búp tươi\nXây xưởng.\n",
    )
    table = "TT\tNhiệm vụ\tChủ trì\n1\tNhiệm vụ 2: Xây xưởng sơ chế chè\tPhòng Nội vụ\n2\tSơ kết\tPhòng Tư pháp\n"
    found = read(table, plan)
    assert [duty.activity for duty in found.assignments] == ["NNV2.NV2", None]
    assert [one.code for one in found.components] == ["NNV1", "NNV1.NV1", "NNV2", "NNV2.NV2"]


def test_policies_are_called_by_their_short_names() -> None:
    found = read(
        "TT\tTên chính sách, dự án\tCơ quan chủ trì\n"
        "1\tChính sách hỗ trợ giống cho hộ nghèo\tPhòng Nội vụ\n"
        "2\tHỗ trợ lãi vay theo Nghị quyết số 12/2020/NQ-HĐND\tPhòng Tư pháp\n"
    )
    assert [(one.code, one.title) for one in found.components] == [
        ("CS:giống", "Chính sách hỗ trợ giống cho hộ nghèo"),
        ("CS:lãi vay", "Hỗ trợ lãi vay"),
    ]
    assert [duty.activity for duty in found.assignments] == ["CS:giống", "CS:lãi vay"]


def test_a_policy_that_the_text_heads_is_the_same() -> None:
    plan = PLAN.replace(
        "II. NHIỆM VỤ\n",
        "II. NỘI DUNG\n1. Các chính sách hỗ trợ\n1.1. Hỗ trợ về nhà ở\nXây nhà.\n"
        "1.2. Hỗ trợ tiền điện\nTrả tiền điện.\nIII. NHIỆM VỤ\n",
    )
    table = "TT\tTên chính sách\tCơ quan chủ trì\n1\tChính sách hỗ trợ về nhà ở cho hộ nghèo\tPhòng Nội vụ\n"
    found = read(table + "2\tHỗ trợ tiền điện\tPhòng Tư pháp\n", plan)
    assert [duty.activity for duty in found.assignments] == ["CS:nhà ở", "CS:tiền điện"]
    assert [one.code for one in found.components] == ["CS:nhà ở", "CS:tiền điện"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # A table by agencies: the verb of the task gives the role.
        (
            "TT\tCơ quan, đơn vị\tNhiệm vụ\n1\tPhòng Nội vụ\tChủ trì, tham mưu khen thưởng\n"
            "2\tPhòng Tài chính - Kế hoạch\tBố trí vốn thực hiện\n3\tUBND các xã\tTrồng chè\n",
            [("lead", "Phòng Nội vụ"), ("fund", "Phòng Tài chính - Kế hoạch"), ("implement", COMMUNES)],
        ),
        # Words inside a cell say another role than its column.
        (
            "TT\tNhiệm vụ\tĐơn vị thực hiện\n1\tRà soát\tPhòng Nội vụ chủ trì, phối hợp với Phòng Tư pháp\n"
            "2\tTập huấn\tPhòng Tư pháp\n",
            [("lead", "Phòng Nội vụ"), ("coordinate", "Phòng Tư pháp"), ("implement", "Phòng Tư pháp")],
        ),
        (
            "TT\tNhiệm vụ\tCơ quan chủ trì, phối hợp\n"
            "1\tRà soát\tChủ trì: Phòng Nội vụ; phối hợp: Phòng Tư pháp, UBND các xã\n2\tTập huấn\tPhòng Tư pháp\n",
            [
                ("lead", "Phòng Nội vụ"),
                ("coordinate", "Phòng Tư pháp"),
                ("coordinate", COMMUNES),
                ("lead", "Phòng Tư pháp"),
            ],
        ),
    ],
)  # fmt: skip
def test_roles(table: str, expected: list[tuple[str, str]]) -> None:
    assert [(role, agency) for _, role, agency in duties(read(table))] == expected


DAMAGED = (
    "Nhóm\tSTT\tTên nhiệm vụ\tCơ quan chủ trì\tNội dung\tCơ quan thực hiện\tCơ quan phối hợp\n"
    "I. Chung\t1\tTrồng mới\tPhòng Nội vụ\tTrồng 120 ha\tPhòng Nội vụ\tCác phòng liên quan\n"
    "\t2\tThâm canh\tPhòng Tư pháp\tBón phân hữu cơ\tPhòng Tư pháp\tCác phòng, ban liên quan, UBND các xã\n"
)


@pytest.mark.parametrize(
    ("row", "expected", "confidence", "noted"),
    [
        # The cells tell their columns.
        (
            "Chế biến\t\tPhòng Tư pháp\tXây xưởng\tPhòng Tư pháp\tUBND các xã\n",
            [("lead", "Phòng Tư pháp"), ("implement", "Phòng Tư pháp"), ("coordinate", COMMUNES)],
            0.75,
            False,
        ),
        ("\tThương hiệu\tPhòng Tư pháp\t\t\n", [("lead", "Phòng Tư pháp")], 0.75, False),
        # Two columns have become one: between names without a comma was its border.
        (
            "3\tBảo quản\tPhòng Tư pháp\tXây kho\tPhòng Tư pháp Phòng Nội vụ Các phòng, ban liên quan\n",
            [
                ("lead", "Phòng Tư pháp"),
                ("implement", "Phòng Tư pháp"),
                ("implement", "Phòng Nội vụ"),
                ("coordinate", "Các phòng, ban liên quan"),
            ],
            0.65,
            False,
        ),
        # Such lists stand in the column of the partners only.
        (
            "4\tVận chuyển\tPhòng Tư pháp\tMua xe\tCác phòng, ban liên quan và UBND các xã\n",
            [("lead", "Phòng Tư pháp"), ("coordinate", "Các phòng, ban liên quan"), ("coordinate", COMMUNES)],
            0.55,
            False,
        ),
        # Nothing tells whether the last one carries out or coordinates.
        ("5\tQuảng bá\tPhòng Tư pháp\tIn tờ rơi\tPhòng Nội vụ\n", [("lead", "Phòng Tư pháp")], 0.65, True),
        # No order of columns fits.
        ("Phòng Nội vụ\tQuảng bá\tIn tờ rơi\tPhòng Tư pháp\tPhòng Nội vụ\tPhòng Nội vụ\n", [], 0, True),
    ],
)
def test_rows_that_have_lost_cells(row: str, expected: list[tuple[str, str]], confidence: float, noted: bool) -> None:
    whole = read(DAMAGED)
    assert len(whole.assignments) == 7
    assert {duty.confidence for duty in whole.assignments} == {0.9}
    found = read(DAMAGED + row)
    more = found.assignments[7:]
    assert [(role, agency) for _, role, agency in duties(found)[7:]] == expected
    assert {duty.confidence for duty in more} <= {confidence}
    assert [note.rule for note in found.notes] == ["table-row-open"] * noted


def test_a_word_lost_in_a_scan_is_known_by_its_title_and_noted() -> None:
    plan = PLAN.replace("Phát triển cây chè", "Giảm nghèo bền vững").replace(
        "Theo phụ lục.", "Thực hiện Quyết định số 1722/QĐ-TTg ngày 02/9/2016 của Thủ tướng Chính phủ."
    )
    found = read(
        "STT\tTên dự án\tCơ quan chủ trì\n1\tĐiều 2: Chương trình 135\tPhòng Dân tộc\n2\tDự án 3: Khác\tPhòng Y tế\n",
        plan,
    )
    assert found.assignments[0].activity == "DA2"
    assert next((one.code, one.printed_label) for one in found.components) == ("DA2", "Điều 2")


def test_tables_without_agencies_or_tasks_give_no_duties() -> None:
    assert read("TT\tXã\tSố hộ\n1\tChi Thiết\t12\n2\tSơn Nam\t15\n").assignments == ()
    assert read("TT\tCơ quan chủ trì\tGhi chú\n1\tPhòng Nội vụ\t\n2\tPhòng Tư pháp\t\n").assignments == ()
    assert read("TT\tNội dung\tĐơn vị\tSố lượng\n1\tGiống chè\tcây\t500\n2\tPhân bón\ttấn\t20\n").assignments == ()


def test_an_html_table_with_merged_cells() -> None:
    page = f"""<html><body>{"".join(f"<p>{line}</p>" for line in PLAN.splitlines() if line)}<table border=1>
    <tr><th rowspan=2>TT<th rowspan=2>Nhiệm vụ<th rowspan=2>Nội dung<th colspan=2>Cơ quan</tr>
    <tr><th>Chủ trì</th><th>Phối hợp</th></tr>
    <tr><td rowspan=2>1</td><td rowspan=2>Trồng mới</td><td>Làm đất</td><td>Phòng Nội vụ</td><td>UBND các xã</td></tr>
    <tr><td>Trồng cây</td><td>Phòng Tư pháp</td><td></td></tr></table></body></html>"""
    found = read(read_bytes(page.encode(), ".html").text, plan="")
    assert duties(found) == [
        ("Làm đất", "lead", "Phòng Nội vụ"),
        ("Làm đất", "coordinate", COMMUNES),
        ("Trồng cây", "lead", "Phòng Tư pháp"),
    ]


def test_real_duties(corpus: tuple[Sample, ...]) -> None:
    """Compare with the duties that a careful reader takes from the real table; codes of policies are free."""
    sample = corpus[4]
    gold = {
        (duty["agency"], duty["role"], duty["component"].partition(":")[0])
        for duty in sample.read_gold()["assignments"]
        if duty["section"].startswith("PHÂN CÔNG")
    }
    found = {
        (duty.agency, duty.role, (duty.activity or "").partition(":")[0]) for duty in read(sample.text, "").assignments
    }
    assert len(gold) > 50
    assert len(gold & found) >= 0.9 * max(len(gold), len(found))
