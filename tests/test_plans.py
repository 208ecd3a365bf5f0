"""Test that a plan is read whole, every fact with its proof, and shown so that an officer finds what is in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest
from rich.console import Console

from cancu.language import LANGUAGES, Language, Refusal
from cancu.queries.cells import Cell
from cancu.queries.engine import Hop
from cancu.queries.entries import Ambiguous
from cancu.queries.plans import Fact, Plan, json_of_plan, read_plan, sum_of
from cancu.queries.store import Store
from cancu.viz.plan import render_plan, shown_money, shown_target
from tests.library import library
from tests.plans import plans
from tests.samples import Sample

FUND = "https://w3id.org/cancu/funding/"


@cache
def plan(text: str) -> Plan:
    found = read_plan(plans(), text)
    assert isinstance(found, Plan)
    return found


def facts_of(one: Plan) -> Iterator[Fact]:
    yield from (*one.superior, *one.budget, *one.targets, *one.reporting)
    for component in one.components:
        yield from (*component.duties, *component.sums, *component.targets, *component.authority)
        if component.deadline is not None:
            yield component.deadline


def screen(one: Plan | Ambiguous, lang: Language = "vi", width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(render_plan(one, lang))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_head_of_a_plan() -> None:
    one = plan("96/KH-UBND")
    assert (one.number, one.dates, one.issuer, one.period) == (
        "96/KH-UBND", ("2024-04-05",), "Ủy ban nhân dân huyện Quỳ Hợp", ("2024", "2024"),
    )  # fmt: skip
    assert one.sources == ("ke-hoach-quy-hop-2024.txt",)
    assert one.superior[0].text("superior") == "Kế hoạch số 912/KH-UBND"


def test_components_stand_as_a_tree_with_agencies_money_targets_deadlines_and_authority() -> None:
    one = plan("96/KH-UBND")
    assert [(component.code, component.depth) for component in one.components] == [
        ("DA1", 0), ("DA1.TDA2", 1), ("DA2", 0), ("DA3", 0), ("DA3.TDA1", 1), ("DA3.TDA2", 1), ("DA4", 0),
    ]  # fmt: skip
    repair = one.components[1]
    assert repair.parent == one.components[0].iri
    (lead,) = repair.agencies("lead")
    assert lead.text("vi") == "Phòng Nông nghiệp và Phát triển nông thôn huyện Quỳ Hợp"
    assert [cell.text("vi") for cell in repair.agencies("coordinate")] == [
        "Ủy ban nhân dân các xã được hưởng lợi huyện Quỳ Hợp"
    ]
    assert repair.deadline is not None and repair.deadline.text("deadline") == "2024-10-31"
    assert [fact.text("number") for fact in repair.authority] == ["64/2022/TT-BNNPTNT"]
    assert sum_of(repair.sums) == (Decimal(3_150_000_000), True)
    assert [component.agencies("lead") == () for component in one.components] == [
        not component.duties for component in one.components
    ]


def test_what_belongs_to_no_component_is_the_plans() -> None:
    one = plan("96/KH-UBND")
    assert [fact.text("printed") for fact in one.budget] == [
        "6.215 triệu đồng", "4.640 triệu đồng", "985 triệu đồng", "590 triệu đồng",
    ]  # fmt: skip
    assert len(one.targets) == 4
    assert [fact.text("deadline") for fact in one.reporting] == ["2024-11-25", "2024-12-05"]


@pytest.mark.parametrize("number", ["96/KH-UBND", "35/KH-UBND", "68/KH-UBND", "1868/QĐ-TTg", "58/KH-UBND"])
def test_every_fact_of_a_plan_is_proved(number: str) -> None:
    count = 0
    for fact in facts_of(plan(number)):
        assert fact.proof and all(hop.quote for hop in fact.proof)
        assert 0 < fact.confidence <= 1
        count += 1
    assert count > 10
    assert all(component.proof for component in plan(number).components)


def test_the_components_are_those_of_the_national_programme() -> None:
    nationals = {one.code: one.national for one in plan("35/KH-UBND").components}
    assert all(nationals.values())
    assert nationals["DA8"] is not None and str(nationals["DA8"].iri).endswith("dtts-2021-2030/DA8")


def test_a_text_that_is_not_held_has_a_head_only() -> None:
    one = plan("90/QĐ-TTg")
    assert not (one.held or one.components or one.budget)
    assert "chưa có toàn văn" in screen(one)


def test_several_plans_are_listed_and_none_is_a_refusal() -> None:
    found = read_plan(library(), "1401/QĐ-UBND")
    assert isinstance(found, Ambiguous)
    assert len(json_of_plan(found)["candidates"]) == 2
    assert "Lam Sơn" in screen(found)
    with pytest.raises(Refusal):
        read_plan(plans(), "999/KH-KHÔNG")


def test_a_document_without_activities_says_so() -> None:
    one = plan("86/2021/QH15")
    assert one.held and one.components == ()
    assert "No project, sub-project or activity was read" in screen(one, "en")


# --- sums -------------------------------------------------------------------------------------------------------------


def money(source: str, amount: int, kind: str = "", year: str = "2024", carried: str = "false") -> Fact:
    cells = {
        "source": Cell(FUND + source, FUND + source),
        "kind": Cell(FUND + kind, FUND + kind, {"vi": kind}) if kind else Cell(None),
        "year": Cell(year or None),
        "carried": Cell(carried),
        "approx": Cell("false"),
        "amount": Cell(str(amount), exact=Decimal(amount)),
    }
    return Fact(cells, (Hop("a.txt", 0, 1, "x", None, 1.0),), 1.0)


@pytest.mark.parametrize(
    ("sums", "total"),
    [
        ([], None),
        ([money("total", 9), money("central", 5)], (9, True)),
        ([money("central", 5), money("province", 3)], (8, False)),
        ([money("central", 5, "investment"), money("central", 2, "recurrent"), money("province", 1)], (8, False)),
        ([money("unspecified", 5, year="2017"), money("unspecified", 6, year="2018")], (11, False)),
        # Which of these holds which others is not said.
        ([money("central", 5), money("central", 2, "recurrent")], None),
        ([money("central", 5), money("central", 5)], None),
        ([money("total", 9, year="2017"), money("total", 8, year="2018")], None),
    ],
)
def test_sums_are_added_only_where_none_holds_another(sums: list[Fact], total: tuple[int, bool] | None) -> None:
    assert sum_of(sums) == (None if total is None else (Decimal(total[0]), total[1]))


# --- showing ----------------------------------------------------------------------------------------------------------


def test_money_is_shown_in_million_dong_with_what_sets_it_apart() -> None:
    assert shown_money(money("central", 4_060_450_000), "vi", "2024") == "TW: 4.060,45"
    assert shown_money(money("province", 1_500_000_000, "recurrent"), "en", "2024") == "province recurrent: 1,500"
    assert shown_money(money("district", 7_000_000, year="2023", carried="true"), "vi", "2024") == (
        "huyện 2023 chuyển nguồn: 7"
    )
    assert shown_money(money("unspecified", 7_000_000), "vi", "2024", alone=True) == "7"
    assert shown_money(money("unspecified", 7_000_000), "vi", "2024") == "không nêu cấp: 7"


@pytest.mark.parametrize(
    ("operator", "qualifier", "value", "upper", "unit", "expected"),
    [
        ("equal", None, "1.8", None, "%", "1,8 % · tỷ lệ hộ nghèo"),
        ("decrease_by_range", None, "5", "6", "%", "giảm 5–6 % · tỷ lệ hộ nghèo"),
        ("decrease_by", ">", "3", None, "%", "giảm > 3 % · tỷ lệ hộ nghèo"),
        ("at_least", None, "1200", None, "hộ", "≥ 1.200 hộ · tỷ lệ hộ nghèo"),
    ],
)
def test_a_target_is_shown_shortly(
    operator: str, qualifier: str | None, value: str, upper: str | None, unit: str, expected: str
) -> None:
    cells = {
        "operator": Cell("x", f"https://w3id.org/cancu/operator/{operator}"),
        "qualifier": Cell(qualifier),
        "value": Cell(value, exact=Decimal(value)),
        "upper": Cell(upper, exact=Decimal(upper)) if upper else Cell(None),
        "unit": Cell(unit),
        "target": Cell("tỷ lệ hộ nghèo"),
    }
    assert shown_target(Fact(cells, (), 1.0), "vi") == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", ["96/KH-UBND", "35/KH-UBND", "2073/KH-UBND"])
def test_a_plan_fits_the_screen_and_says_everything(number: str, lang: Language) -> None:
    shown = screen(plan(number), lang)
    assert max(map(len, shown.splitlines())) <= 120
    flat = " ".join(shown.split())
    for component in plan(number).components:
        assert component.label.split()[0] in flat
    for fact in plan(number).budget:
        assert shown_money(fact, lang, plan(number).period[1]).rpartition(": ")[2] in flat


def test_days_and_numbers_are_not_broken() -> None:
    shown = screen(plan("35/KH-UBND"))
    for whole in ("30/09/2024", "15/2022/TT-BLĐTBXH", "TW sự nghiệp: 33.100", "09/2022/NQ-HĐND"):
        assert whole in shown


def test_a_label_that_misprints_its_number_shows_the_right_one() -> None:
    assert "[DA3]" in screen(plan("2073/KH-UBND"))
    assert "[DA" not in screen(plan("96/KH-UBND"))


def test_the_json_of_a_plan_is_complete() -> None:
    one = plan("96/KH-UBND")
    found = json_of_plan(one, "en")
    json.dumps(found)
    assert found["document"] == one.iri
    assert [component["code"] for component in found["components"]] == [component.code for component in one.components]
    repair = found["components"][1]
    assert repair["duties"][0]["role"] == "lead" and repair["duties"][0]["proof"][0]["quote"]
    assert repair["sums"][0]["amount"] == "3150000000"
    assert repair["deadline"]["deadline"] == "2024-10-31"
    assert len(found["reporting"]) == 2


# --- the real texts ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(corpus: tuple[Sample, ...]) -> Iterator[dict[str, Plan]]:
    """Give the plan of each real text."""
    from cancu.loaders.load import load_paths
    from tests.samples import CORPUS

    with Store.in_memory() as store:
        load_paths([CORPUS], store, workers=1)
        documents = {
            str(row["source"].value): str(row["document"].value)
            for row in store.select("SELECT ?source ?document { ?x cancu:textOf ?document ; rdfs:label ?source }")
            if row["source"] is not None and row["document"] is not None
        }
        read = {sample.name: read_plan(store, documents[sample.found.source.file]) for sample in corpus}
        yield {name: one for name, one in read.items() if isinstance(one, Plan)}


def test_the_real_plans_say_what_was_read_of_them(corpus: tuple[Sample, ...], real: dict[str, Plan]) -> None:
    for sample in corpus:
        one, found = real[sample.name], sample.found
        assert {component.code for component in one.components} == {activity.code for activity in found.activities}
        by_code = {component.code: component for component in one.components}
        for activity in found.activities:
            component = by_code[activity.code]
            assert {cell.text("vi") for cell in component.agencies("lead")} == set(activity.lead), sample.name
            assert len(component.sums) == len(activity.budget)
        assert len(one.budget) == len(found.document_budget)
        assert len(one.reporting) == len(found.reporting)
        for fact in facts_of(one):
            assert fact.proof
            assert all(sample.text[hop.start : hop.end] == hop.quote for hop in fact.proof), sample.name
        assert max(map(len, screen(one).splitlines())) <= 120
