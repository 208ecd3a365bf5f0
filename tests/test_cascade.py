"""Test what plans are held to: superior plans, results, each other; every verdict on a graph of two targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from rdflib import Graph

from cancu.language import knows
from cancu.loaders.load import load_paths
from cancu.ontology.iris import GRAPH_VOCABULARY, ID, INDICATOR, OPERATOR, PREFIXES, UNIT
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.catalogue import questions
from cancu.queries.engine import Answer, ask
from cancu.queries.store import Store
from tests.library import store_of
from tests.test_catalogue import compare

PROVINCE, DISTRICT = "tỉnh Lam Sơn", "huyện Yên Thịnh"
SUPERIOR, PLAN = str(ID["test/superior"]), str(ID["test/plan"])
GRAPH = str(ID["graph/source/test.txt"])


@cache
def words() -> tuple[ox.Triple, ...]:
    """Give of the vocabulary only what targets need, for the whole of it takes half a second to load."""
    needed = (str(INDICATOR), str(UNIT), str(OPERATOR))
    said = (iri("skos:prefLabel"), iri("cancu:better"))
    quads = ox.parse(vocabulary_ntriples(), format=ox.RdfFormat.N_TRIPLES)
    return tuple(quad.triple for quad in quads if quad.predicate in said and quad.subject.value.startswith(needed))


def store_with(triples: Sequence[ox.Triple]) -> Store:
    return store_of({GRAPH: [*triples, *words()]}, vocabulary=False)


@dataclass(frozen=True)
class Figure:
    """Hold a target or a result as a plan states it."""

    indicator: str = "poverty_rate"
    operator: str = "equal"
    value: str | None = "2"
    unit: str | None = "percent"
    scope: str | None = None
    by: str | None = "2024"
    upper: str | None = None
    qualifier: str | None = None
    label: str = "tỷ lệ hộ nghèo"
    as_of: str | None = None


def text(words: str, language: str = "") -> ox.Literal:
    return ox.Literal(words, language=language) if language else ox.Literal(words)


def iri(name: str) -> ox.NamedNode:
    """Write out "cancu:scope"."""
    prefix, _, rest = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + rest)


def document(name: str, issuer: str) -> list[ox.Triple]:
    node, body = ox.NamedNode(name), ox.NamedNode(f"{name}/body")
    return [
        ox.Triple(node, iri("rdf:type"), iri("eli:LegalResource")),
        ox.Triple(node, iri("rdfs:label"), text(f"Kế hoạch {issuer}", "vi")),
        ox.Triple(node, iri("cancu:heldAs"), ox.NamedNode(f"{name}/text")),
        ox.Triple(ox.NamedNode(f"{name}/text"), iri("rdf:type"), iri("cancu:SourceText")),
        ox.Triple(node, iri("eli:passed_by"), body),
        ox.Triple(body, iri("skos:prefLabel"), text(f"Ủy ban nhân dân {issuer}", "vi")),
    ]


def stated(name: str, plan: str, figure: Figure) -> list[ox.Triple]:
    """Give the triples of a target, or of a result where the figure has a date."""
    node = ox.NamedNode(f"{plan}/{name}")
    decimal = iri("xsd:decimal")
    year = iri("xsd:gYear")
    kind = "Result" if figure.as_of else "Target"
    values: Mapping[str, ox.NamedNode | ox.Literal | None] = {
        "rdf:type": iri(f"cancu:{kind}"),
        "rdfs:label": text(figure.label, "vi"),
        "cancu:statedIn": ox.NamedNode(plan),
        "cancu:indicator": ox.NamedNode(str(INDICATOR[figure.indicator])),
        "cancu:operator": ox.NamedNode(str(OPERATOR[figure.operator])),
        "cancu:value": ox.Literal(figure.value, datatype=decimal) if figure.value else None,
        "cancu:value2": ox.Literal(figure.upper, datatype=decimal) if figure.upper else None,
        "cancu:unit": ox.NamedNode(str(UNIT[figure.unit])) if figure.unit else None,
        "cancu:scope": text(figure.scope, "vi") if figure.scope else None,
        "cancu:qualifier": text(figure.qualifier) if figure.qualifier else None,
        "cancu:by": ox.Literal(figure.by, datatype=year) if figure.by and not figure.as_of else None,
        "cancu:asOf": text(figure.as_of) if figure.as_of else None,
    }
    return [ox.Triple(node, iri(name), value) for name, value in values.items() if value is not None]


def held_against(
    ours: Figure, theirs: Figure, link: str = "ensures_implementation_of", issuer: str = PROVINCE
) -> list[Mapping[str, str | None]]:
    """Ask how one target of a district stands to one of its province."""
    triples = [
        *document(PLAN, DISTRICT),
        *document(SUPERIOR, issuer),
        ox.Triple(ox.NamedNode(PLAN), iri(f"eli:{link}"), ox.NamedNode(SUPERIOR)),
        *stated("goal", PLAN, ours),
        *stated("aim", SUPERIOR, theirs),
    ]
    return rows_of(ask(store_with(triples), "cascade", document=PLAN))


def rows_of(answer: Answer) -> list[Mapping[str, str | None]]:
    """Give the plain values of every row."""
    return [{name: cell.value for name, cell in row.items()} for row in answer.rows]


def verdict_of(ours: Figure, theirs: Figure) -> tuple[str | None, str | None]:
    (row,) = held_against(ours, theirs)
    return row["verdict"], row["why"] or None


def target(operator: str = "equal", value: str | None = "2", **more: str | None) -> Figure:
    return replace(Figure(operator=operator, value=value), **more)


def share(operator: str, value: str, **more: str | None) -> Figure:
    """Give a target of an indicator that is the better the higher."""
    return target(operator, value, indicator="hygienic_water", label="sử dụng nước hợp vệ sinh", **more)


def unlisted(operator: str, value: str, **more: str | None) -> Figure:
    """Give a target of an indicator that no table lists."""
    return target(operator, value, indicator="so-thon-0123456789ab", label="thôn có nhà văn hóa", **more)


# --- targets against those of the superior plan -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        # The lower the better.
        (target("equal", "1.4"), target("equal", "1.8"), "stronger"),
        (target("equal", "2.4"), target("equal", "1.8"), "weaker"),
        (target("equal", "1.8"), target("equal", "1.80"), "equal"),
        (target("less", "3"), target("equal", "3"), "stronger"),
        (target("at_most", "3"), target("less", "3"), "weaker"),
        (target("at_most", "3"), target("equal", "3"), "equal"),
        (target("range", "1", upper="4"), target("equal", "3"), "weaker"),
        (target("range", "1", upper="3"), target("at_most", "4"), "stronger"),
        # The higher the better.
        (share("at_least", "80"), share("greater", "75"), "stronger"),
        (share("equal", "90"), share("greater", "90"), "weaker"),
        (share("at_least", "90"), share("equal", "90"), "equal"),
        (share("range", "60", upper="65"), share("equal", "62"), "weaker"),
        # A change: of a rate that should fall, the greater fall is the stronger.
        (target("decrease_by", "1.2"), target("decrease_by_range", "1", upper="1.5"), "stronger"),
        (target("decrease_by", "0.5"), target("decrease_by_range", "1", upper="1.5"), "weaker"),
        (target("decrease_by", "3", qualifier=">"), target("decrease_by", "3"), "stronger"),
        (target("decrease_by", "3", qualifier=">="), target("decrease_by", "3"), "equal"),
        (share("increase_by", "1"), share("increase_by", "2"), "weaker"),
        # About against about.
        (share("approx", "50"), share("approx", "60"), "weaker"),
        # What no table lists shows by its bound which way is up.
        (unlisted("at_least", "85"), unlisted("equal", "90"), "weaker"),
        (unlisted("at_most", "3"), unlisted("equal", "5"), "stronger"),
        (unlisted("decrease_by", "4"), unlisted("decrease_by", "3"), "stronger"),
        (unlisted("equal", "4"), unlisted("equal", "4"), "equal"),
        # No household of a part, where there is to be none of the whole.
        (target("equal", "0", unit="household"), target("equal", "0", unit="household"), "equal"),
    ],
)
def test_targets_of_one_kind_are_weaker_stronger_or_equal(ours: Figure, theirs: Figure, verdict: str) -> None:
    assert verdict_of(ours, theirs)[0] == verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (target(scope="xã đặc biệt khó khăn"), target(scope=PROVINCE), "other-scope"),
        (target(scope="hộ nghèo"), target(scope="hộ cận nghèo"), "other-scope"),
        (target(scope=DISTRICT), target(scope="huyện Thạch An"), "other-scope"),
        (target(unit="household"), target(unit="percent"), "other-unit"),
        (target(unit=None), target(), "other-unit"),
        (target("decrease_by"), target("decrease_by", unit="percentage_point"), "other-unit"),
        (target(by="2024"), target(by="2025"), "other-year"),
        (target(by="2024"), target(by=None), "other-year"),
        (target("decrease_by"), target("equal"), "other-operator"),
        (target("decrease_by"), target("increase_by"), "other-operator"),
        (target(value=None), target(), "no-value"),
        (target("approx"), target("equal"), "approximate"),
        (target("equal", "300", unit="worker"), target("equal", "2500", unit="worker"), "part-of-whole"),
        (unlisted("equal", "4"), unlisted("equal", "5"), "no-direction"),
        (target("greater", "3"), target("equal", "3"), "no-bound"),
        (share("equal", "90"), share("less", "95"), "no-bound"),
        (target("decrease_by", "3", qualifier="<"), target("decrease_by", "3"), "no-bound"),
        (share("decrease_by", "3"), share("decrease_by", "2"), "no-bound"),
    ],
)
def test_what_cannot_be_compared_says_why(ours: Figure, theirs: Figure, why: str) -> None:
    assert verdict_of(ours, theirs) == ("not-comparable", why)
    assert verdict_of(theirs, ours)[0] == "not-comparable"


def test_each_plan_speaks_for_its_own_area() -> None:
    assert verdict_of(target(scope=DISTRICT), target(scope=PROVINCE)) == ("equal", "own-area")
    # The superior plan may speak of the very district, and then counts can be held against each other.
    jobs = target("equal", "300", unit="worker", scope=DISTRICT)
    assert verdict_of(jobs, replace(jobs, value="250")) == ("weaker", None)
    poor = target("decrease_by", "4", scope=DISTRICT)
    assert verdict_of(poor, replace(poor, scope="huyện nghèo Yên Thịnh", value="5")) == ("weaker", None)


def test_a_group_may_be_named_in_the_words_of_the_indicator() -> None:
    ours = target("equal", "60", indicator="clean_water", label="tỷ lệ dân số nông thôn được dùng nước sạch")
    theirs = replace(ours, scope="dân số nông thôn", label="được dùng nước sạch", value="65")
    assert verdict_of(ours, theirs) == ("weaker", None)
    assert verdict_of(ours, replace(theirs, scope="dân số thành thị")) == ("not-comparable", "other-scope")
    assert verdict_of(theirs, replace(theirs, scope="các dân số nông thôn")) == ("equal", None)


def test_targets_in_other_words_are_compared_with_a_warning() -> None:
    theirs = target("equal", "3", label="tỷ lệ hộ nghèo chung")
    assert verdict_of(target("equal", "2"), theirs) == ("stronger", "worded-differently")


def test_averages_are_no_counts() -> None:
    ours = target("equal", "52", indicator="income_per_head", unit="million_dong", label="thu nhập bình quân")
    assert verdict_of(ours, replace(ours, value="55"))[0] == "weaker"


def test_figures_read_as_plans_print_them() -> None:
    (row,) = held_against(
        target("decrease_by_range", "0.5", upper="0.75"), target("decrease_by", "3", qualifier=">", scope=PROVINCE)
    )
    assert (row["ours"], row["theirs"]) == ("giảm trong khoảng 0,5-0,75 %", "giảm > 3 %")
    (row,) = held_against(target("equal", "1.41"), target("at_most", "2", unit=None))
    assert (row["ours"], row["theirs"]) == ("1,41 %", "không quá 2")


def test_only_what_another_body_issued_and_the_plan_rests_on_is_superior() -> None:
    assert len(held_against(target(), target(), "based_on")) == 1
    assert held_against(target(), target(), "cites") == []
    assert held_against(target(), share("equal", "80")) == []
    triples = [
        *document(PLAN, DISTRICT),
        *document(SUPERIOR, PROVINCE),
        ox.Triple(ox.NamedNode(PLAN), iri("eli:cites"), ox.NamedNode(SUPERIOR)),
        *stated("goal", PLAN, target()),
        *stated("aim", SUPERIOR, target()),
    ]
    with store_with(triples) as store:
        assert ask(store, "cascade", document=PLAN).why_empty is not None
        assert len(ask(store, "cascade", document=PLAN, superior=SUPERIOR).rows) == 1
        own = [triple for triple in triples if triple.predicate != iri("eli:passed_by")]
        body = ox.NamedNode(f"{PLAN}/body")
        same = [ox.Triple(ox.NamedNode(one), iri("eli:passed_by"), body) for one in (PLAN, SUPERIOR)]
        rests = ox.Triple(ox.NamedNode(PLAN), iri("eli:based_on"), ox.NamedNode(SUPERIOR))
    with store_with([*own, *same, rests]) as store:
        assert ask(store, "cascade", document=PLAN).rows == ()


# --- results ----------------------------------------------------------------------------------------------------------


def achieved(goal: Figure, result: Figure) -> list[tuple[str | None, str | None]]:
    """Ask what became of a target of one plan by what the next plan of the same body reports."""
    body = ox.NamedNode(f"{PLAN}/body")
    triples = [
        *document(PLAN, DISTRICT),
        ox.Triple(ox.NamedNode(SUPERIOR), iri("eli:passed_by"), body),
        ox.Triple(ox.NamedNode(SUPERIOR), iri("cancu:heldAs"), ox.NamedNode(f"{SUPERIOR}/text")),
        *stated("goal", PLAN, goal),
        *stated("result", SUPERIOR, result),
    ]
    with store_with(triples) as store:
        return [(row["verdict"], row["why"] or None) for row in rows_of(ask(store, "achieved", document=PLAN))]


@pytest.mark.parametrize(
    ("goal", "result", "verdict"),
    [
        (target("equal", "1.8"), "1.8", "met"),
        (target("equal", "1.8"), "1.5", "met"),
        (target("equal", "1.8"), "1.9", "not-met"),
        (target("less", "4"), "4", "not-met"),
        (target("range", "1", upper="2"), "2", "met"),
        (share("at_least", "80"), "80", "met"),
        (share("greater", "80"), "80", "not-met"),
        (share("range", "95", upper="97"), "95.5", "met"),
        (share("approx", "60"), "61", "met"),
        (unlisted("equal", "4"), "4", "met"),
    ],
)
def test_a_target_is_met_by_a_figure_of_its_year(goal: Figure, result: str, verdict: str) -> None:
    found = replace(goal, operator="equal", value=result, upper=None, qualifier=None, as_of="2024-12-31")
    assert achieved(goal, found) == [(verdict, None)]


def test_a_change_is_met_by_a_change() -> None:
    goal = target("decrease_by", "3", qualifier=">")
    result = target("decrease_by", "3.2", as_of="2024")
    assert achieved(goal, result) == [("met", None)]
    assert achieved(goal, replace(result, value="3")) == [("not-met", None)]
    assert achieved(goal, replace(result, operator="equal")) == [("not-comparable", "other-operator")]


@pytest.mark.parametrize(
    ("goal", "result", "found"),
    [
        (target(), target(as_of="2023-12-31"), [("not-due", "earlier-figure")]),
        (target(), target(as_of="2025-06-30"), [("not-comparable", "later-figure")]),
        (target(by=None), target(as_of="2024"), [("not-comparable", "no-year")]),
        (target(), target(unit="household", as_of="2024"), [("not-comparable", "other-unit")]),
        (target(), target(value=None, as_of="2024"), [("not-comparable", "no-value")]),
        (target(), target("approx", as_of="2024"), [("not-comparable", "approximate")]),
        (share("approx", "60"), share("equal", "59", as_of="2024"), [("not-comparable", "approximate")]),
        (unlisted("equal", "4"), unlisted("equal", "5", as_of="2024"), [("not-comparable", "no-direction")]),
        (target("greater", "4"), target("equal", "5", as_of="2024"), [("not-comparable", "no-bound")]),
        # Of other people, of another thing, or of another year and another kind: no news of this target.
        (target(scope="hộ nghèo"), target(scope="hộ cận nghèo", as_of="2024"), []),
        (target(), share("equal", "80", as_of="2024"), []),
        (target(), target("decrease_by", "1", as_of="2023"), []),
    ],
)
def test_a_figure_that_does_not_fit_is_no_success(goal: Figure, result: Figure, found: list[tuple[str, str]]) -> None:
    assert achieved(goal, result) == found


# --- three plans from their texts -------------------------------------------------------------------------------------

HEAD = """\
ỦY BAN NHÂN DÂN
{place}
Số: {number}/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{seat}, ngày {day}

KẾ HOẠCH
Thực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững {of} năm {year}

"""
PROVINCIAL = (
    HEAD.format(place="TỈNH QUẢNG TRỊ", number=45, seat="Quảng Trị", day="26 tháng 01 năm 2024", of="tỉnh", year=2024)
    + """\
Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ phê duyệt Chương trình mục tiêu quốc gia giảm \
nghèo bền vững giai đoạn 2021 - 2025; Ủy ban nhân dân tỉnh Quảng Trị ban hành Kế hoạch như sau:

I. MỤC TIÊU
1. Tỷ lệ hộ nghèo toàn tỉnh giảm 1 - 1,5%.
2. Trên 90% hộ nghèo, hộ cận nghèo sử dụng nước sinh hoạt hợp vệ sinh.
3. Ít nhất 60% hộ nghèo, hộ cận nghèo sử dụng nhà tiêu hợp vệ sinh.
4. 95% hộ nghèo, hộ cận nghèo có nhu cầu được tiếp cận sử dụng các dịch vụ viễn thông, internet.
5. Giải quyết việc làm cho 2.500 lao động.
6. Tỷ lệ giải ngân vốn đạt 98%.

II. NỘI DUNG
1. Dự án 1: Hỗ trợ đầu tư phát triển hạ tầng kinh tế - xã hội các huyện nghèo, các xã đặc biệt khó khăn vùng bãi \
ngang, ven biển và hải đảo
2. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo
a) Kinh phí: ngân sách trung ương 12.000 triệu đồng.
b) Cơ quan chủ trì: Sở Lao động - Thương binh và Xã hội.
3. Dự án 6: Truyền thông và giảm nghèo về thông tin

Nơi nhận:
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""
)
OF_DISTRICT = (
    HEAD.format(place="HUYỆN HẢI LĂNG", number=61, seat="Hải Lăng", day="08 tháng 3 năm 2024", of="huyện", year=2024)
    + """\
Căn cứ Kế hoạch số 45/KH-UBND ngày 26 tháng 01 năm 2024 của Ủy ban nhân dân tỉnh Quảng Trị về thực hiện Chương trình \
mục tiêu quốc gia giảm nghèo bền vững năm 2024; Ủy ban nhân dân huyện Hải Lăng ban hành Kế hoạch như sau:

I. MỤC TIÊU
1. Tỷ lệ hộ nghèo toàn huyện giảm 0,4%.
2. 90% hộ nghèo, hộ cận nghèo sử dụng nước sinh hoạt hợp vệ sinh.
3. Ít nhất 70% hộ nghèo, hộ cận nghèo sử dụng nhà tiêu hợp vệ sinh.
4. 95% hộ nghèo, hộ cận nghèo có nhu cầu được tiếp cận sử dụng các dịch vụ viễn thông, internet.
5. Giải quyết việc làm cho 300 lao động.

II. NỘI DUNG
1. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo
a) Nội dung: Hỗ trợ 05 mô hình giảm nghèo.
b) Kinh phí: ngân sách trung ương 640 triệu đồng.
c) Cơ quan chủ trì: Phòng Lao động - Thương binh và Xã hội huyện.

Nơi nhận:
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""
)
A_YEAR_LATER = (
    HEAD.format(place="HUYỆN HẢI LĂNG", number=33, seat="Hải Lăng", day="05 tháng 02 năm 2025", of="huyện", year=2025)
    + """\
Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ phê duyệt Chương trình mục tiêu quốc gia giảm \
nghèo bền vững giai đoạn 2021 - 2025; Ủy ban nhân dân huyện Hải Lăng ban hành Kế hoạch như sau:

I. KẾT QUẢ THỰC HIỆN NĂM 2024
Năm 2024, tỷ lệ hộ nghèo toàn huyện giảm 0,5%; 88% hộ nghèo, hộ cận nghèo sử dụng nước sinh hoạt hợp vệ sinh.

II. MỤC TIÊU NĂM 2025
1. Tỷ lệ hộ nghèo toàn huyện giảm 0,3%.

Nơi nhận:
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""
)


@cache
def three_plans() -> Store:
    """Give a store of a province's plan, of a district's that carries it out, and of its next; tests only read it."""
    texts = {"tinh.txt": PROVINCIAL, "huyen-2024.txt": OF_DISTRICT, "huyen-2025.txt": A_YEAR_LATER}
    with TemporaryDirectory() as folder:
        for name, content in texts.items():
            Path(folder, name).write_text(content, encoding="utf-8")
        store = Store.in_memory()
        assert not load_paths([Path(folder)], store, workers=1).refused
    store.replace_graph(str(GRAPH_VOCABULARY), vocabulary_ntriples())
    return store


def shown(answer: Answer, *columns: str) -> list[tuple[str, ...]]:
    """Give some columns of an answer in Vietnamese; every row has its proof."""
    assert all(proof and all(hop.quote for hop in proof) for proof in answer.proofs)
    return [tuple(row[name].text("vi") for name in columns) for row in answer.rows]


def test_a_plan_is_held_against_the_plan_that_it_carries_out() -> None:
    answer = ask(three_plans(), "cascade", document="61/KH-UBND")
    assert shown(answer, "indicator", "ours", "theirs", "verdict", "why") == [
        ("tỷ lệ hộ nghèo", "giảm 0,4 %", "giảm trong khoảng 1-1,5 %", "yếu hơn", "mỗi bên tính trên địa bàn của mình"),
        ("sử dụng nước sinh hoạt hợp vệ sinh", "90 %", "trên 90 %", "yếu hơn", ""),
        ("tiếp cận dịch vụ viễn thông, internet", "95 %", "95 %", "bằng", ""),
        ("nhà tiêu hợp vệ sinh", "ít nhất 70 %", "ít nhất 60 %", "mạnh hơn", ""),
        (
            *("số lao động được giải quyết việc làm", "300 lao động", "2500 lao động"),
            *("không so sánh được", "số đếm của địa bàn nhỏ so với địa bàn lớn"),
        ),
    ]
    assert {row["superior"].text("vi") for row in answer.rows} == {"Kế hoạch số 45/KH-UBND"}
    assert all({hop.source for hop in proof} == {"tinh.txt", "huyen-2024.txt"} for proof in answer.proofs)


def test_what_the_superior_plan_has_and_the_plan_has_not_is_dropped() -> None:
    store = three_plans()
    dropped = ask(store, "dropped-targets", document="61/KH-UBND")
    assert shown(dropped, "indicator", "theirs", "match") == [
        ("tỷ lệ giải ngân", "Tỷ lệ giải ngân vốn đạt 98%", "cùng chỉ số")
    ]
    named = ask(store, "dropped-targets", document="33/KH-UBND", superior="61/KH-UBND")
    assert [row["match"].text("vi") for row in named.rows][-1] == "lời văn, nên đọc lại"
    assert len(named.rows) == 5
    answer = ask(store, "dropped-projects", document="61/KH-UBND")
    assert shown(answer, "code", "applies", "where") == [
        (
            *("DA1", "có thể không áp dụng ở đây"),
            "huyện nghèo; xã đặc biệt khó khăn vùng bãi ngang, ven biển và hải đảo",
        ),
        ("DA6", "", ""),
    ]
    assert [proof[0].source for proof in answer.proofs] == ["tinh.txt"] * 2


def test_a_plan_that_drops_nothing_says_so() -> None:
    answer = ask(three_plans(), "dropped-projects", document="45/KH-UBND", superior="61/KH-UBND")
    assert answer.rows == ()
    assert answer.why_empty == questions()["dropped-projects"].empty


def test_the_next_plan_tells_which_targets_were_met() -> None:
    answer = ask(three_plans(), "achieved", document="61/KH-UBND")
    assert shown(answer, "target", "result", "asOf", "verdict", "source") == [
        ("90 %", "88 %", "2024", "không đạt", "Kế hoạch số 33/KH-UBND"),
        ("giảm 0,4 %", "giảm 0,5 %", "2024", "đạt", "Kế hoạch số 33/KH-UBND"),
    ]


def test_a_target_without_a_responsible_agency_is_bare() -> None:
    answer = ask(three_plans(), "bare-targets", document="61/KH-UBND")
    assert {row["agency"].text("en") for row in answer.rows} == {"missing"}
    assert {row["deadline"].text("en") for row in answer.rows} == {"stated"}
    # Who leads the project is responsible for its models.
    assert len(answer.rows) == 5
    assert not any("mô hình" in row["target"].text("vi") for row in answer.rows)


@pytest.mark.parametrize(
    ("goal", "missing"),
    [(target(by=None), "deadline"), (target(unit=None), "measure"), (target(value=None), None)],
)
def test_what_a_target_lacks_is_named(goal: Figure, missing: str | None) -> None:
    node, place = ox.NamedNode(f"{PLAN}/goal"), ox.NamedNode(f"{PLAN}/place")
    selector = ox.NamedNode(f"{PLAN}/selector")
    triples = [
        *document(PLAN, DISTRICT),
        *stated("goal", PLAN, goal),
        ox.Triple(ox.NamedNode(PLAN), iri("cancu:ledBy"), ox.NamedNode(f"{PLAN}/office")),
        ox.Triple(ox.NamedNode(f"{PLAN}/annotation"), iri("oa:hasBody"), node),
        ox.Triple(ox.NamedNode(f"{PLAN}/annotation"), iri("oa:hasTarget"), place),
        ox.Triple(place, iri("oa:hasSelector"), selector),
        ox.Triple(selector, iri("oa:start"), ox.Literal(0)),
        ox.Triple(selector, iri("oa:end"), ox.Literal(7)),
        ox.Triple(selector, iri("oa:exact"), text("hộ nghèo")),
    ]
    with store_with(triples) as store:
        rows = rows_of(ask(store, "bare-targets", document=PLAN))
    assert [name for row in rows for name in ("deadline", "measure", "agency") if row[name] == "missing"] == (
        [missing] if missing else []
    )


def test_two_plans_stand_side_by_side() -> None:
    answer = ask(three_plans(), "compare", document="61/KH-UBND", other="45/KH-UBND")
    found = shown(answer, "code", "aspect", "item", "left", "right")
    second = "Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo"
    assert [row for row in found if row[0] == "DA2"] == [
        ("DA2", "tên in", "", f"Dự án 2: {second}", f"Dự án 2: {second}"),
        (
            *("DA2", "cơ quan chủ trì", "", "Phòng Lao động - Thương binh và Xã hội huyện Hải Lăng"),
            "Sở Lao động - Thương binh và Xã hội tỉnh Quảng Trị",
        ),
        ("DA2", "kinh phí", "ngân sách trung ương", "640 triệu đồng", "12.000 triệu đồng"),
        ("DA2", "mục tiêu", "mô hình giảm nghèo", "Nội dung: Hỗ trợ 05 mô hình giảm nghèo", ""),
    ]
    assert [row[3:] for row in found if row[0] == "DA6"] == [("", "Dự án 6: Truyền thông và giảm nghèo về thông tin")]
    assert [row[0] for row in found] == sorted(row[0] for row in found)


ASKED: Sequence[tuple[str, tuple[str, ...]]] = [
    ("cascade", ("document",)),
    ("cascade", ("document", "superior")),
    ("dropped-targets", ("document",)),
    ("dropped-projects", ("document",)),
    ("bare-targets", ()),
    ("achieved", ()),
    ("achieved", ("document",)),
    ("compare", ("document", "other")),
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_another_engine_gives_the_same_rows() -> None:
    store = three_plans()
    other = Graph().parse(data="".join(f"{triple} .\n" for triple in store.triples()), format="nt")
    numbers = {"document": "61/KH-UBND", "superior": "45/KH-UBND", "other": "45/KH-UBND"}
    found = {
        name: next(store.select(f'SELECT ?one {{ ?one eli:number "{number}" }}'))["one"].value
        for name, number in numbers.items()
    }
    for asked, names in ASKED:
        assert compare(store, other, questions()[asked], {name: f"<{found[name]}>" for name in names}), asked


@pytest.mark.parametrize("asked", ["cascade", "achieved", "compare", "dropped-targets", "dropped-projects"])
def test_every_word_of_an_answer_is_a_message(asked: str) -> None:
    """A value that a query makes up must read as words in both languages, never as its code."""
    query = questions()[asked].query
    columns = {"cascade": ("verdict", "why"), "achieved": ("verdict", "why"), "compare": ("aspect", "likeness")}
    codes = {
        "cascade": {"stronger", "weaker", "equal", "not-comparable", "other-scope", "own-area", "part-of-whole"},
        "achieved": {"met", "not-met", "not-due", "earlier-figure", "later-figure", "no-year"},
        "compare": {
            *("name", "lead", "coordinate", "implement", "money", "carried-over", "target", "deadline", "authority"),
            *("basis", "same", "different", "first", "second"),
        },
        "dropped-targets": {"indicator", "words"},
        "dropped-projects": {"limited"},
    }
    names = columns.get(asked, ("match", "applies"))
    for code in codes[asked]:
        assert f'"{code}"' in query
        assert any(knows(f"value.{name}.{code}") for name in names), code
