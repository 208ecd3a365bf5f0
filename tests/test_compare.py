"""Test that two plans stand side by side as they are: by project, with what differs, what only one has, and totals."""

from __future__ import annotations

import io
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console

from cancu.__main__ import main
from cancu.language import Language, Refusal
from cancu.loaders.load import load_paths
from cancu.queries.cells import BETWEEN
from cancu.queries.comparing import Comparison, Section, Total, compare_plans
from cancu.queries.store import Store
from cancu.viz.comparison import render_comparison
from tests.plans import plans
from tests.samples import EXAMPLES

DISTRICT, PROVINCE = "96/KH-UBND", "912/KH-UBND"


@cache
def compared(one: str = DISTRICT, other: str = PROVINCE) -> Comparison:
    return compare_plans(plans(), one, other)


def section(code: str | None, found: Comparison | None = None) -> Section:
    return next(one for one in (found or compared()).sections if one.code == code)


def values(code: str | None, aspect: str) -> list[tuple[str, str, str]]:
    lines = (line.cells for line in section(code).lines if line.aspect == aspect)
    return [tuple(cells[name].value or "" for name in ("left", "right", "likeness")) for cells in lines]  # type: ignore[misc]


def shown(found: Comparison, lang: Language = "vi", *, full: bool = False) -> str:
    console = Console(file=io.StringIO(), width=1000)
    console.print(render_comparison(found, lang, width=120, full=full))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_sections_follow_the_projects_with_the_whole_plan_first() -> None:
    codes = [one.code for one in compared().sections]
    assert codes[0] is None
    assert codes[1:4] == ["DA1", "DA1.TDA1", "DA1.TDA2"]
    assert len(codes) == len(set(codes))


def test_a_project_of_one_plan_alone_is_marked() -> None:
    assert section("DA1.TDA1").only_in == "second"
    assert section("DA1.TDA2").only_in is None
    assert section(None).only_in is None
    back = compared(PROVINCE, DISTRICT)
    assert section("DA1.TDA1", back).only_in == "first"


def test_who_leads_is_compared_without_the_place() -> None:
    assert values("DA1.TDA1", "lead") == [("", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Nghệ An", "second")]
    assert values("DA1.TDA2", "coordinate")[0][2] == "first"


def test_money_is_compared_by_the_dong() -> None:
    lines = [line for line in section(None).lines if line.aspect == "money"]
    total = next(line.cells for line in lines if (line.cells["item"].iri or "").endswith("/total"))
    assert (total["left"].value, total["right"].value) == ("6.215 triệu đồng", "142.350 triệu đồng")
    assert total["rightAmount"].exact == Decimal(142_350_000_000)
    assert section(None).totals == (Total(Decimal(6_215_000_000), True), Total(Decimal(142_350_000_000), True))
    # One sum is no addition.
    assert section("DA1.TDA2").totals[1] == Total(Decimal(27_500_000_000), True)


def test_targets_deadlines_and_bases_are_compared() -> None:
    targets = [line.cells["item"].text("vi") for line in section(None).lines if line.aspect == "target"]
    assert "tỷ lệ thất thoát nước" in targets
    assert values("DA1.TDA2", "deadline")[0][0] == "2024-10-31"
    bases = {line.cells["item"].text("vi"): line.likeness for line in section(None).lines if line.aspect == "basis"}
    assert bases["Quyết định số 412/QĐ-UBND"] == "same"
    assert bases["Quyết định số 1868/QĐ-TTg"] == "second"


def test_the_other_way_round_is_the_mirror() -> None:
    swapped = {"first": "second", "second": "first", "same": "same", "different": "different"}

    def rows(found: Comparison, left: str, right: str) -> set[tuple[str | None, ...]]:
        names = ("code", "project", "aspect", "item", "kind", "year", left, right, f"{left}Amount", f"{right}Amount")
        return {(*(row[name].value for name in names), row["likeness"].value) for row in found.answer.rows}

    there = {(*row[:-1], swapped[row[-1] or ""]) for row in rows(compared(), "left", "right")}
    assert there == rows(compared(PROVINCE, DISTRICT), "right", "left")


def test_every_value_of_a_cell_is_shown_once() -> None:
    for row in compared().answer.rows:
        for side in ("left", "right"):
            each = (row[side].value or "").split(BETWEEN)
            assert each == sorted(set(each))


def test_the_screen_says_what_differs_and_what_only_one_has() -> None:
    text = shown(compared())
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "So sánh hai kế hoạch huyện Quỳ Hợp tỉnh Nghệ An" in lines
    assert any(line.startswith("tổng kinh phí ≠ 6.215 triệu đồng 142.350 triệu đồng") for line in lines)
    assert "(nhiều hơn 136.135 triệu đồng)" in lines
    assert any(line.endswith("[DA1.TDA1] · chỉ có ở tỉnh Nghệ An") for line in lines)
    assert any(line.startswith("căn cứ chung ≠ = Quyết định số 412/QĐ-UBND = Quyết định") for line in lines)
    counts = {name: compared().count(name) for name in ("same", "different", "first", "second")}  # type: ignore[arg-type]
    assert sum(counts.values()) == len(compared().answer.rows)
    assert lines[-1].startswith(f"Giống nhau: {counts['same']} · khác nhau: {counts['different']}")
    assert shown(compared(), "en").splitlines()[-1].startswith(f"The same: {counts['same']}")


def test_quotes_stand_below_the_rows_where_they_are_asked_for() -> None:
    assert "«" not in shown(compared())
    full = shown(compared(), full=True)
    for line in section("DA1.TDA2").lines:
        if line.aspect != "name":
            assert all(f"[{hop.source}:{hop.start}-{hop.end}]" in full for hop in line.proof)


def test_one_document_twice_is_refused_and_one_not_held_is_said() -> None:
    with pytest.raises(Refusal, match="cùng một văn bản"):
        compare_plans(plans(), DISTRICT, DISTRICT)
    found = compared(DISTRICT, "136/2023/NĐ-CP")
    text = shown(found)
    assert "chưa có toàn văn" in text
    assert "Dự án 1" not in text


def test_words_that_mean_several_plans_are_answered_with_the_list() -> None:
    found = compare_plans(plans(), "kế hoạch", PROVINCE)
    assert found.plans is None
    assert len(found.answer.candidates) > 1
    assert "“kế hoạch” có thể là" in shown(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("compare") / "store"
    texts = [EXAMPLES / f"ke-hoach-{name}-2024.txt" for name in ("quy-hop", "nghe-an")]
    with Store.open(base, write=True) as store:
        load_paths(texts, store, workers=1)
    return base


def test_the_command_gives_every_format(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["compare", DISTRICT, PROVINCE, "--store", str(folder)]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == text
    assert max(map(len, text.splitlines())) <= 120
    for form, words in (("json", '"likeness": "khác nhau"'), ("csv", "khác nhau"), ("markdown", "| khác nhau |")):
        assert main([*command, "--format", form]) == 0
        assert words in capsys.readouterr().out
    assert main([*command, "--format", "html", "--lang", "en"]) == 0
    assert "different" in capsys.readouterr().out
    assert main([*command, "-o", str(tmp_path / "so-sanh.xlsx")]) == 0
    assert load_workbook(tmp_path / "so-sanh.xlsx").worksheets[0].max_row == len(compared_rows(folder)) + 1
    capsys.readouterr()


def compared_rows(folder: Path) -> list[object]:
    with Store.open(folder) as store:
        return list(compare_plans(store, DISTRICT, PROVINCE).answer.rows)
