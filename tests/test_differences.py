"""Test what is said to have changed between two states of a store: the edits that were made, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.console import Console

from cancu.__main__ import main
from cancu.language import LANGUAGES, knows
from cancu.loaders.load import load_paths
from cancu.queries import differences as module
from cancu.queries.audit_rules import audit_rules
from cancu.queries.differences import KINDS, Change, Difference, differences
from cancu.queries.sparql import find_slots
from cancu.queries.store import Store
from cancu.viz.differences import render_difference, summary_of

PLAN = """ỦY BAN NHÂN DÂN
HUYỆN QUỲ HỢP

Số: 96/KH-UBND

Quỳ Hợp, ngày 05 tháng 4 năm 2024

KẾ HOẠCH
Triển khai Chương trình mục tiêu quốc gia nước sạch và vệ sinh nông thôn trên địa bàn huyện Quỳ Hợp năm 2024

Căn cứ Quyết định số 412/QĐ-UBND ngày 18/12/2023 của UBND tỉnh Nghệ An về việc giao kế hoạch vốn Chương trình năm 2024;
Căn cứ Nghị định số 27/2022/NĐ-CP ngày 19/4/2022 của Chính phủ;

I. MỤC TIÊU

- Tỷ lệ dân số nông thôn được sử dụng nước sạch đạt 59,5%.

II. NỘI DUNG THỰC HIỆN

1. Dự án 1: Đầu tư công trình cấp nước sạch tập trung nông thôn

a) Kinh phí: 3.150 triệu đồng (ngân sách trung ương 2.600 triệu đồng, ngân sách tỉnh 550 triệu đồng).

b) Phân công: Phòng Nông nghiệp và PTNT chủ trì, phối hợp với Phòng Dân tộc; hoàn thành trước 31/10/2024.

2. Dự án 2: Cải thiện vệ sinh nông thôn

a) Kinh phí: 960 triệu đồng.

b) Phân công: Trung tâm Y tế huyện chủ trì.

III. TỔ CHỨC THỰC HIỆN

1. UBND các xã, thị trấn báo cáo Phòng Nông nghiệp và PTNT trước 25/11/2024.

Nơi nhận:
- Sở Nông nghiệp và PTNT (b/c);
- Lưu: VT, NN.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Lô Văn Quế
"""

#: Edits of the plan: what stands in it, what is put there, and the changes that are to be told.
EDITS: Mapping[str, tuple[str, str, tuple[tuple[str, str, str, str], ...]]] = {
    "basis": (
        "I. MỤC TIÊU",
        "Căn cứ Thông tư số 64/2022/TT-BNNPTNT ngày 25/10/2022 của Bộ Nông nghiệp và PTNT;\n\nI. MỤC TIÊU",
        (("basis", "added", "", "Thông tư số 64/2022/TT-BNNPTNT"),),
    ),
    "date of a basis": (
        "ngày 18/12/2023",
        "ngày 20/12/2023",
        (("basis", "changed", "2023-12-18 ", "2023-12-20 "),),
    ),
    "lead": (
        "Trung tâm Y tế huyện chủ trì",
        "Phòng Y tế huyện chủ trì",
        (("lead", "changed", "Trung tâm Y tế huyện Quỳ Hợp", "Phòng Y tế huyện Quỳ Hợp"),),
    ),
    "partner": (
        "phối hợp với Phòng Dân tộc;",
        "phối hợp với Phòng Dân tộc, Hội Nông dân huyện;",
        (("coordinate", "added", "", "Hội Nông dân huyện Quỳ Hợp"),),
    ),
    "money": ("Kinh phí: 960 triệu", "Kinh phí: 1.160 triệu", (("money", "raised", "960000000", "1160000000"),)),
    "target": ("đạt 59,5%", "đạt 60%", (("target", "changed", "59,5%", "60%"),)),
    "deadline": ("trước 31/10/2024", "trước 30/11/2024", (("deadline", "changed", "2024-10-31", "2024-11-30"),)),
    "report": ("trước 25/11/2024", "trước 15/12/2024", (("report", "changed", "2024-11-25", "2024-12-15"),)),
    "title of a project": (
        "Dự án 2: Cải thiện vệ sinh nông thôn",
        "Dự án 2: Vệ sinh nông thôn, trường học",
        (("component", "changed", "Dự án 2: Cải thiện vệ sinh nông thôn", "Dự án 2: Vệ sinh nông thôn, trường học"),),
    ),
    "recipient": ("- Lưu: VT", "- Kho bạc Nhà nước huyện;\n- Lưu: VT", (("recipient", "added", "", "Kho bạc"),)),
    "signer": ("Lô Văn Quế", "Lương Văn Hạnh", (("header", "changed", "Lô Văn Quế", "Lương Văn Hạnh"),)),
    "text moved": ("I. MỤC TIÊU", "\n\n\nI. MỤC TIÊU", ()),
}


def edited(names: Iterable[str]) -> str:
    text = PLAN
    for name in names:
        old, new, _ = EDITS[name]
        assert text.count(old) >= 1, name
        text = text.replace(old, new, 1)
    return text


def store_of(texts: Mapping[str, str]) -> Store:
    store = Store.in_memory()
    with TemporaryDirectory() as folder:
        for name, text in texts.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        report = load_paths([Path(folder)], store, workers=1)
    assert not report.refused
    return store


@cache
def state(*names: str) -> Store:
    return store_of({"ke-hoach.txt": edited(names)})


def changes(old: Store, new: Store) -> list[Change]:
    return [change for found in differences(old, new, rules=()) for change in found.changes]


def told(change: Change) -> tuple[str, str, str, str]:
    old, new = (cell.text("vi") if cell is not None else "" for cell in (change.old, change.new))
    about = " ".join(cell.text("vi") for cell in change.about)
    if change.verb == "added":
        new = f"{about} {new}"
    return change.kind, change.verb, old, new


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_and_nothing_else(name: str) -> None:
    found = sorted(told(change) for change in changes(state(), state(name)))
    wanted = sorted(EDITS[name][2])
    assert len(found) == len(wanted), found
    for (kind, verb, old, new), (its_kind, its_verb, was, now) in zip(found, wanted, strict=True):
        assert (kind, verb) == (its_kind, its_verb)
        assert was in old and now in new


def test_every_change_has_its_words_in_both_texts() -> None:
    names = [name for name in EDITS if name != "text moved"]
    texts = PLAN, edited(names)
    for change in changes(state(), state(*names)):
        assert bool(change.old_proof) == (change.verb != "added")
        assert bool(change.new_proof) == (change.verb != "removed")
        for text, proof in zip(texts, (change.old_proof, change.new_proof), strict=True):
            assert all(text[hop.start : hop.end] == hop.quote for hop in proof)


BACK = {"added": "removed", "removed": "added", "changed": "changed", "raised": "lowered", "lowered": "raised"}


def mirrored(found: Iterable[Change]) -> list[tuple[str, str, str | None, str | None]]:
    return sorted(
        (
            (
                change.kind,
                BACK[change.verb],
                change.new.value if change.new is not None else None,
                change.old.value if change.old is not None else None,
            )
            for change in found
        ),
        key=str,
    )


@given(st.sets(st.sampled_from(sorted(EDITS)), max_size=4), st.sets(st.sampled_from(sorted(EDITS)), max_size=4))
@settings(max_examples=12, deadline=None)
def test_what_one_way_adds_the_other_way_removes(one: set[str], other: set[str]) -> None:
    old, new = state(*sorted(one)), state(*sorted(other))
    there = [
        (change.kind, change.verb, *((cell.value if cell is not None else None) for cell in (change.old, change.new)))
        for change in changes(old, new)
    ]
    assert sorted(there, key=str) == mirrored(changes(new, old))
    assert bool(there) == bool((one ^ other) - {"text moved"})


def test_a_project_that_gets_another_number_keeps_what_belongs_to_it() -> None:
    text = PLAN.replace("2. Dự án 2: Cải thiện", "2. Dự án 3: Cải thiện")
    found = changes(state(), store_of({"ke-hoach.txt": text}))
    assert [told(change)[:2] for change in found] == [("component", "changed")]


def test_a_project_that_is_gone_takes_its_money_with_it() -> None:
    start, end = PLAN.index("2. Dự án 2"), PLAN.index("III. TỔ CHỨC")
    found = changes(state(), store_of({"ke-hoach.txt": PLAN[:start] + PLAN[end:]}))
    assert {(change.kind, change.verb) for change in found} == {
        ("component", "removed"),
        ("lead", "removed"),
        ("money", "removed"),
    }


def test_a_document_whose_number_is_put_right_is_the_same_one() -> None:
    new = store_of({"ke-hoach.txt": PLAN.replace("Số: 96/KH-UBND", "Số: 97/KH-UBND")})
    found = list(differences(state(), new, rules=()))
    assert [summary_of(one, "vi") for one in found] == ["Kế hoạch số 97/KH-UBND: 1 mục ở phần đầu, phần ký đổi"]
    assert told(found[0].changes[0]) == ("header", "changed", "96/KH-UBND", "97/KH-UBND")


DECISION = """ỦY BAN NHÂN DÂN
TỈNH NGHỆ AN

Số: 412/QĐ-UBND

Nghệ An, ngày 18 tháng 12 năm 2023

QUYẾT ĐỊNH
Về việc giao kế hoạch vốn Chương trình năm 2024

Điều 1. Giao kế hoạch vốn năm 2024.
"""
ANNULLING = (
    DECISION.replace("412", "700").replace("18 tháng 12 năm 2023", "05 tháng 5 năm 2024").replace("giao kế", "hủy kế")
    + "\nĐiều 2. Bãi bỏ Quyết định số 412/QĐ-UBND ngày 18/12/2023 của UBND tỉnh Nghệ An.\n"
)


def test_documents_come_are_held_and_lose_their_force() -> None:
    texts = {"ke-hoach.txt": PLAN}
    new = store_of({**texts, "quyet-dinh-412.txt": DECISION, "quyet-dinh-700.txt": ANNULLING})
    found = {one.label: one.changes for one in differences(state(), new, rules=())}
    assert [change.verb for change in found["Quyết định số 412/QĐ-UBND"]] == ["added"]
    assert found["Quyết định số 412/QĐ-UBND"][0].about[0].text("en") == "only cited before"
    assert found["Quyết định số 700/QĐ-UBND"][0].about == ()
    back = {one.label: one.changes for one in differences(new, state(), rules=())}
    assert [change.verb for change in back["Quyết định số 412/QĐ-UBND"]] == ["removed"]
    # What others cite alone has lost its force too.
    only = store_of({**texts, "quyet-dinh-700.txt": ANNULLING})
    force = [change for one in differences(state(), only, rules=()) for change in one.changes if change.kind == "force"]
    assert [(change.verb, change.about[0].text("vi")) for change in force] == [("added", "Quyết định số 700/QĐ-UBND")]
    assert force[0].new_proof


def test_findings_are_new_or_settled() -> None:
    rule = audit_rules()["table-rate"]
    name = next(iter(rule.found))
    with store_of({name: rule.found[name]}) as old, store_of({name: rule.not_found[next(iter(rule.not_found))]}) as new:
        there = [change for one in differences(old, new, rules=[rule]) for change in one.changes]
        back = [change for one in differences(new, old, rules=[rule]) for change in one.changes]
    assert [change.verb for change in there if change.kind == "finding"] == ["removed"]
    assert [change.verb for change in back if change.kind == "finding"] == ["added"]
    assert next(change for change in there if change.kind == "finding").old_proof


def test_every_kind_has_its_words_and_every_query_a_slot() -> None:
    queries = module._queries()
    assert set(queries) == set(KINDS) - {"document", "finding"}
    for query in queries.values():
        assert any(slot.name == "document" for slot in find_slots(query))
    for kind in KINDS:
        assert knows(f"difference.kind.{kind}")
        for verb in BACK:
            assert knows(f"difference.{kind}.{verb}.one") == knows(f"difference.{kind}.{verb}.other")
            change = Change(kind, verb, "urn:a", (), None, None)  # type: ignore[arg-type]
            if knows(f"difference.{kind}.{verb}.one"):
                assert all(summary_of(Difference("urn:a", "A", (change,)), lang) for lang in LANGUAGES)


def test_a_summary_counts_in_legal_words() -> None:
    found = next(differences(state(), state("basis", "lead", "money"), rules=()))
    label = "Kế hoạch số 96/KH-UBND"
    assert summary_of(found, "vi") == f"{label}: 1 căn cứ mới, 1 đơn vị chủ trì đổi, 1 khoản tiền tăng 200 triệu đồng"
    english = "1 new legal basis, 1 lead agency changed, 1 sum of money raised by 200 million dong"
    assert summary_of(found, "en") == f"{label}: {english}"
    screen = Console(file=io.StringIO(), width=1000)
    screen.print(render_difference(found, "vi", line_of=(None, None)))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "960 triệu đồng → 1.160 triệu đồng (tăng 200 triệu đồng)" in shown
    assert shown.count("cũ: ") >= 2 and shown.count("mới: ") >= 3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("states")
    for name, text in (("old", PLAN), ("new", edited(["lead", "money"]))):
        (base / f"{name}-texts").mkdir()
        (base / f"{name}-texts" / "ke-hoach.txt").write_text(text, encoding="utf-8")
        with Store.open(base / name, write=True) as store:
            load_paths([base / f"{name}-texts"], store, workers=1)
    return base / "old", base / "new"


def test_the_command_says_what_has_changed(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = map(str, folders)
    audit = ["audit", "--rule", "table-rate", "--store"]
    assert main([*audit, new, "--diff", old]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Kế hoạch số 96/KH-UBND: 1 đơn vị chủ trì đổi, 1 khoản tiền tăng 200 triệu đồng")
    assert "dòng " in told
    assert main([*audit, old, "--diff", old]) == 0
    assert capsys.readouterr().out == f"Không có gì thay đổi so với {old}.\n"
    assert main([*audit, new, "--diff", old, "--format", "json", "--lang", "en"]) == 0
    [document] = json.loads(capsys.readouterr().out)
    assert [change["change"] for change in document["changes"]] == ["changed", "raised"]
    assert document["changes"][1]["difference"] == "200000000"
    for ending in (".csv", ".json", ".md"):
        assert main([*audit, new, "--diff", old, "-o", str(tmp_path / f"doi{ending}")]) == 0
        assert "Trung tâm Y tế huyện Quỳ Hợp" in (tmp_path / f"doi{ending}").read_text(encoding="utf-8")
    assert main([*audit, new, "--diff", old, "-o", str(tmp_path / "doi.xlsx")]) == 0
    sheet = load_workbook(tmp_path / "doi.xlsx").active
    assert [row[6].value for row in sheet.iter_rows(min_row=2)] == ["", 200_000_000]
    capsys.readouterr()


@pytest.mark.parametrize("options", [["--fail-on", "error"], ["--format", "sarif"], ["-o", "doi.pdf"]])
def test_what_does_not_go_with_it_is_refused(
    options: list[str], folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = map(str, folders)
    assert main(["audit", "--store", new, "--diff", old, *options]) == 2
    assert capsys.readouterr().err.count("\n") == 1
