"""Test what an auditor asks on small hand-made graphs: what is found, and above all what must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox
import pytest

from cancu.ontology.iris import CALENDAR_YEAR, PREFIXES
from cancu.queries.catalogue import question
from cancu.queries.store import Store
from tests.library import store_of

GRAPH = "https://w3id.org/cancu/id/graph/source/plan.txt"
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
PLAN = "<https://w3id.org/cancu/id/plan>"
SOURCE = "<https://w3id.org/cancu/id/source/plan.txt>"


def rows(turtle: str, name: str) -> Iterator[dict[str, str]]:
    """Ask a question of a graph in Turtle, of all documents."""
    triples = [
        quad.triple for quad in ox.parse(f"{HEADER}@base <https://w3id.org/cancu/id/> .\n{turtle}", ox.RdfFormat.TURTLE)
    ]
    with store_of({GRAPH: triples}, vocabulary=False) as store:
        yield from _rows(store, name)


def _rows(store: Store, name: str) -> Iterator[dict[str, str]]:
    asked = question(name)
    for row in store.select(asked.query):
        cells = {column.name: row[column.name] for column in asked.columns}
        yield {key: cell.value.rpartition("/id/")[2] for key, cell in cells.items() if cell is not None}


def quoted(record: str, start: int, quote: str = "…") -> str:
    """Give the annotation of a record."""
    return (
        f"<{record}-note> oa:hasBody <{record}> ; oa:hasTarget <{record}-target> .\n"
        f"<{record}-target> oa:hasSource {SOURCE} ; oa:hasSelector <{record}-at> , <{record}-words> .\n"
        f"<{record}-at> oa:start {start} ; oa:end {start + len(quote)} .\n"
        f'<{record}-words> oa:exact "{quote}" .\n'
    )


# --- sums -------------------------------------------------------------------------------------------------------------


def money(
    amount: int,
    tier: str = "total",
    of: str = "",
    *,
    kind: str = "",
    year: str = "2024",
    carried: bool = False,
    approx: bool = False,
    printed: str = "",
    name: str = "",
) -> str:
    """Give a budget line in million dong; ``name`` tells lines of the same figures apart."""
    iri = f"m-{amount}-{tier}-{of}-{kind}-{year}-{carried}-{name}"
    return (
        f'<{iri}> a cancu:BudgetLine ; cancu:statedIn {PLAN} ; cancu:printedAmount "{printed or amount} triệu đồng" ;'
        f' obeu-measure:amount "{amount}000000"^^xsd:decimal ; cancu:fundingTier fund:{tier} ;'
        f" cancu:carriedOver {str(carried).lower()} ; cancu:approx {str(approx).lower()} .\n"
        + (f"<{iri}> obeu-dimension:project <{of}> .\n" if of else "")
        + (f"<{iri}> cancu:capitalKind fund:{kind} .\n" if kind else "")
        + (f"<{iri}> obeu-dimension:fiscalYear <{CALENDAR_YEAR[year]}> .\n" if year else "")
        + quoted(iri, 1)
    )


def component(code: str, within: str = "") -> str:
    """Give a component of the plan."""
    return (
        f'<{code}> a cancu:Activity , cancu:Component ; cancu:code "{code}" ; dct:isPartOf {PLAN} ;'
        f' cancu:printedLabel "{code}" ; dct:title "{code}"@vi .\n'
        f'<{code}-h> rdf:subject <{code}> ; rdf:predicate rdfs:label ; rdf:object "{code}"@vi .\n'
        + (f"<{code}> cancu:withinActivity <{within}> .\n" if within else "")
        + quoted(f"{code}-h", 7)
    )


def checked(*parts: str) -> list[tuple[str, str, str]]:
    """Add up, and give of what, by what, and with which result."""
    found = rows("".join(parts), "sums")
    return sorted((row.get("part", "-"), row["check"], row["result"]) for row in found)


SOURCES = (money(100), money(60, "central"), money(40, "province"))


@pytest.mark.parametrize(
    ("parts", "result"),
    [
        (SOURCES, [("-", "sources", "equal")]),
        ((money(90), *SOURCES[1:]), [("-", "sources", "more")]),
        ((money(110), *SOURCES[1:]), [("-", "sources", "less")]),
        # A sum that is stated twice counts once, and a sum of another year not at all.
        ((*SOURCES, money(60, "central", name="again")), [("-", "sources", "equal")]),
        ((*SOURCES, money(30, "district", year="2023")), [("-", "sources", "equal")]),
        # One part is no addition: "trong đó vốn trung ương 60".
        ((money(100), money(60, "central")), []),
        # What a sum without a source is a part of is open, unless the parts say so.
        ((money(100), money(60, "central"), money(40, "unspecified")), [("-", "sources", "equal")]),
        ((*SOURCES, money(7, "unspecified")), [("-", "sources", "equal")]),
        ((money(110), *SOURCES[1:], money(7, "unspecified")), [("-", "sources", "open")]),
        # About so much is no contradiction.
        ((money(110, approx=True), *SOURCES[1:]), [("-", "sources", "open")]),
        # Two sums of one source: it is not known which is meant.
        ((money(110), *SOURCES[1:], money(65, "central")), []),
        # Of two totals that the parts do not make up, a smaller one may leave parts out.
        ((money(110), money(60, "central"), money(60, "province"), money(130)), [("-", "sources", "less")]),
        # Two totals: the parts are the parts of the one that they add up to.
        ((*SOURCES, money(130)), [("-", "sources", "equal")]),
    ],
)
def test_sources_add_up_to_their_total(parts: Sequence[str], result: list[tuple[str, str, str]]) -> None:
    assert checked(*parts) == result


def test_kinds_add_up_to_their_source_and_stand_in_for_it() -> None:
    kinds = (money(45, "central", kind="investment"), money(15, "central", kind="recurrent"))
    assert checked(*SOURCES, *kinds) == [("-", "kinds", "equal"), ("-", "sources", "equal")]
    assert checked(SOURCES[0], *kinds, SOURCES[2]) == [("-", "sources", "equal")]
    assert checked(money(62, "central"), *kinds) == [("-", "kinds", "less")]
    assert checked(money(62, "central"), kinds[0]) == []


def test_the_arithmetic_is_told() -> None:
    (row,) = rows("".join((money(4180), money(4060, "central"), money(125, "province"))), "sums")
    assert row["arithmetic"] == "4060 triệu đồng + 125 triệu đồng = 4.185.000.000 đồng ≠ 4180 triệu đồng"
    assert (row["sum"], row["stated"], row["difference"]) == ("4185000000", "4180000000", "5000000")


def test_new_and_carried_over_money_add_up_to_the_total() -> None:
    parts = (money(30, "unspecified", "DA2"), money(12, "unspecified", "DA2", year="2023", carried=True))
    assert checked(component("DA2"), money(42, of="DA2", year=""), *parts) == [("DA2", "carried-over", "equal")]
    assert checked(component("DA2"), money(45, of="DA2", year=""), *parts) == [("DA2", "carried-over", "less")]
    # "96 triệu đồng (đầu tư 61, sự nghiệp 35), trong đó chuyển nguồn 12": two ways to divide one sum.
    kinds = (money(61, "unspecified", "DA2", kind="investment"), money(12, "unspecified", "DA2", carried=True))
    assert checked(component("DA2"), money(96, of="DA2"), *kinds) == []
    # The total is that of the new money alone.
    assert checked(component("DA2"), money(30, of="DA2"), *parts) == []


def test_years_add_up_to_a_total_without_one_where_none_is_missing() -> None:
    years = (money(10, "unspecified", year="2021"), money(20, "unspecified", year="2022"))
    later = money(30, "unspecified", year="2023")
    assert checked(money(60, year=""), *years, later) == [("-", "years", "equal")]
    assert checked(money(70, year=""), *years, later) == [("-", "years", "less")]
    assert checked(money(70, year=""), years[0], later) == []


SUB_PROJECTS = component("DA3") + component("DA3.TDA1", "DA3") + component("DA3.TDA2", "DA3")


def test_sub_projects_add_up_to_their_project_and_projects_to_the_plan() -> None:
    whole, one, two = money(100, of="DA3"), money(70, of="DA3.TDA1"), money(30, "unspecified", "DA3.TDA2")
    assert checked(SUB_PROJECTS, whole, one, two) == [("DA3", "activities", "equal")]
    assert checked(SUB_PROJECTS, money(99, of="DA3"), one, two) == [("DA3", "activities", "more")]
    assert checked(SUB_PROJECTS, money(101, of="DA3"), one, two) == [("DA3", "activities", "less")]
    other = component("DA4") + money(50, "central", "DA4")
    assert checked(SUB_PROJECTS, whole, one, two, other, money(150)) == [
        ("-", "activities", "equal"),
        ("DA3", "activities", "equal"),
    ]


def test_activities_fall_short_only_where_each_has_its_sum() -> None:
    one, two = money(50, of="DA3.TDA1"), money(30, of="DA3.TDA2")
    third = component("DA3.TDA3", "DA3")
    assert checked(SUB_PROJECTS, third, money(100, of="DA3"), one, two) == []
    assert checked(SUB_PROJECTS, third, money(70, of="DA3"), one, two) == [("DA3", "activities", "more")]
    # A sum for one thing that a project does is not the project's.
    assert checked(SUB_PROJECTS, money(20, "unspecified", "DA3"), money(5, "unspecified", "DA3"), one, two) == []
    # What was carried over may or may not be in the whole.
    old = money(20, "unspecified", "DA3.TDA1", year="2023", carried=True)
    assert checked(SUB_PROJECTS, money(70, of="DA3"), one, two, old) == []


# --- leads ------------------------------------------------------------------------------------------------------------


def agency(name: str, *more: str) -> str:
    """Give an agency; "các" makes it many."""
    kind = "cancu:CollectiveAgency" if " các " in f" {name}" else "org:FormalOrganization"
    return f'<{slug(name)}> a {kind} ; skos:prefLabel "{name}"@vi . {" ".join(more)}\n'


def slug(name: str) -> str:
    """Write a name as the end of an IRI."""
    return re.sub(r"\W", "_", name)


def leads(activity: str, name: str, section: str = "II", task: str = "chủ trì thực hiện") -> str:
    """Say that an agency leads an activity."""
    duty = f"u-{activity}-{slug(name)}-{slug(section)}"
    return (
        agency(name)
        + f"<{duty}> a cancu:Duty ; rdf:subject <{activity}> ; prov:hadRole role:lead ; prov:agent <{slug(name)}> ;"
        f' cancu:statedIn {PLAN} ; cancu:section "{section}" ; prov:hadPlan <{activity}> .\n'
        f"<{activity}> cancu:ledBy <{slug(name)}> .\n"
        f'<{duty}-doing> prov:qualifiedAssociation <{duty}> ; rdfs:label "{task}"@vi .\n' + quoted(duty, 9)
    )


def problems(*parts: str) -> list[tuple[str, str]]:
    """Give what is wrong with the leads."""
    return [(row["code"], row["problem"]) for row in rows("".join(parts), "leads")]


def test_a_component_without_a_lead_is_one_without_a_lead_above_either() -> None:
    assert problems(component("DA1")) == [("DA1", "none")]
    assert problems(SUB_PROJECTS, leads("DA3", "Sở Y tế")) == []
    assert problems(SUB_PROJECTS, leads("DA3.TDA1", "Sở Y tế"), leads("DA3.TDA2", "Sở Y tế")) == []
    assert problems(SUB_PROJECTS, leads("DA3.TDA1", "Sở Y tế")) == [("DA3", "none"), ("DA3.TDA2", "none")]


def test_a_policy_that_is_no_component_needs_no_lead() -> None:
    assert problems(f'<cs> a cancu:Activity ; cancu:code "CS:y tế" ; dct:isPartOf {PLAN} .') == []


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ("Sở Y tế", "Sở Tài chính", "two"),
        ("Sở Y tế", "Sở Y tế", None),
        ("Sở Y tế", "Ủy ban nhân dân các xã", None),
        ("Ngân hàng Chính sách xã hội huyện", "Phòng giao dịch Ngân hàng Chính sách xã hội huyện", None),
        ("Ủy ban nhân dân huyện", "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện", "two"),
    ],
)
def test_two_leads_are_two_bodies(first: str, second: str, problem: str | None) -> None:
    found = problems(component("DA1"), leads("DA1", first, "II > 1"), leads("DA1", second, "II > 2"))
    assert found == ([("DA1", problem)] if problem else [])
    elsewhere = problems(component("DA1"), leads("DA1", first, "II"), leads("DA1", second, "V"))
    assert elsewhere == ([("DA1", "differs")] if problem else [])


def test_a_section_that_names_no_lead_differs_from_none() -> None:
    both = (leads("DA1", "Sở Y tế", "II"), leads("DA1", "Sở Tài chính", "II"))
    assert problems(component("DA1"), *both, leads("DA1", "Sở Y tế", "V")) == [("DA1", "differs"), ("DA1", "two")]
    assert problems(component("DA1"), leads("DA1", "Sở Y tế", "II"), leads("DA1", "Ủy ban nhân dân các xã", "V")) == []


def test_who_directs_a_part_does_not_lead_beside_the_lead() -> None:
    part = leads("DA1", "Sở Tài chính", task="trực tiếp chỉ đạo hoạt động truyền thông")
    assert problems(component("DA1"), leads("DA1", "Sở Y tế"), part) == []
    assert problems(component("DA1"), part) == []


# --- recipients -------------------------------------------------------------------------------------------------------


def recipient(line: str, *names: str) -> str:
    """Give a line under "Nơi nhận"."""
    iri = f"p-{slug(line)}"
    return (
        f'<{iri}> a cancu:RecipientLine ; cancu:statedIn {PLAN} ; rdfs:label "{line}"@vi .\n'
        + "".join(agency(name) + f"<{iri}> cancu:names <{slug(name)}> .\n" for name in names)
        + quoted(iri, 90)
    )


def missing(lead: str, *lines: str, tier: str = "district") -> list[str]:
    """Give how a lead is among the recipients of a district's plan, where no line names it."""
    ranks = f"{PLAN} cancu:tier tier:district . <{slug(lead)}> cancu:tier tier:{tier} .\n"
    below = f"<{slug(lead)}> org:subOrganizationOf <ubnd> .\n" if lead.startswith(("Phòng", "Sở")) else ""
    found = rows(component("DA1") + leads("DA1", lead) + ranks + below + "".join(lines), "lead-not-recipient")
    return [row["named"] for row in found]


def test_without_recipient_lines_nothing_can_be_said() -> None:
    assert missing("Phòng Y tế huyện") == []


@pytest.mark.parametrize(
    ("lead", "line", "named"),
    [
        ("Phòng Y tế huyện", recipient("Phòng Y tế", "Phòng Y tế huyện"), []),
        ("Phòng Y tế huyện", recipient("UBND huyện", "Ủy ban nhân dân huyện"), ["not-named"]),
        ("Phòng Y tế huyện", recipient("Các phòng: Dân tộc, Tư pháp", "Phòng Dân tộc huyện"), ["not-named"]),
        ("Phòng Y tế huyện", recipient("Các phòng, ban, ngành cấp huyện"), ["collective"]),
        ("Trung tâm Y tế huyện", recipient("Các phòng, ban, ngành cấp huyện"), ["collective"]),
        ("Trung tâm Y tế huyện", recipient("Các phòng, ban cấp huyện"), ["not-named"]),
        ("Ngân hàng Chính sách xã hội huyện", recipient("Các cơ quan thuộc UBND huyện"), ["not-named"]),
        ("Hội Nông dân huyện", recipient("Các phòng, ban, ngành cấp huyện"), ["not-named"]),
        ("Hội Nông dân huyện", recipient("Các phòng, ban, ngành, đoàn thể huyện"), ["collective"]),
        ("Phòng Y tế huyện", recipient("Như Điều 3"), ["by-reference"]),
        ("Mặt trận Tổ quốc huyện", recipient("UBMTTQ", "Ủy ban Mặt trận Tổ quốc huyện"), []),
        ("Văn phòng Ủy ban nhân dân huyện", recipient("CT, PCT UBND", "Ủy ban nhân dân huyện"), ["not-named"]),
    ],
)
def test_a_lead_is_named_or_taken_in_by_a_general_line(lead: str, line: str, named: list[str]) -> None:
    assert missing(lead, line) == named


def test_a_general_line_takes_in_its_own_tier_only() -> None:
    assert missing("Sở Y tế tỉnh", recipient("Các phòng, ban, ngành cấp huyện"), tier="province") == ["not-named"]


# --- money, figures, numbers ------------------------------------------------------------------------------------------


def test_carried_over_money_says_where_its_authority_stands() -> None:
    def ground(*parts: str) -> str:
        old = money(5, "unspecified", "DA2", year="2023", carried=True)
        (row,) = rows("".join((component("DA2"), old, money(9, "unspecified", "DA2"), *parts)), "carried-over")
        return row["ground"]

    statement = f"<c> cancu:citingDocument {PLAN} ; rdf:predicate cancu:authorisedBy ; rdf:object <qd> ; rdf:subject "
    assert ground() == "none"
    assert ground(statement + "<DA2> .") == "activity"
    assert ground(statement + "<m-5-unspecified-DA2--2023-True-> .") == "sum"


def test_a_general_basis_grounds_no_sum_but_is_shown() -> None:
    plan = component("DA3") + component("DA3.TDA1", "DA3") + money(5, of="DA3.TDA1")
    basis = f"<c> cancu:citingDocument {PLAN} ; cancu:citedDocument <qd> ; cancu:relation rel:legal_basis ."
    allots = '<qd> cancu:statedTitle "về việc phân bổ vốn sự nghiệp năm 2024"@vi .'
    assert [row["ground"] for row in rows(plan, "money-without-basis")] == ["none"]
    assert [row["ground"] for row in rows(plan + basis + allots, "money-without-basis")] == ["general"]
    other = '<qd> cancu:statedTitle "quy định chế độ báo cáo"@vi .'
    assert [row["ground"] for row in rows(plan + basis + other, "money-without-basis")] == ["none"]
    for grounded in ("DA3.TDA1", "DA3", "m-5-total-DA3.TDA1--2024-False-"):
        assert not list(rows(f"{plan} <{grounded}> cancu:authorisedBy <qd> .", "money-without-basis"))


def test_only_sums_that_are_about_right_are_approximate() -> None:
    found = list(rows(money(5, approx=True) + money(6), "approximate"))
    assert [row["printed"] for row in found] == ["5 triệu đồng"]


def in_table(amount: int, tier: str, of: str, year: str = "2024") -> str:
    return money(amount, tier, of, year=year, name="cell").replace(f'"{amount} triệu đồng"', f'"{amount}"')


def test_a_table_contradicts_the_prose_on_the_same_money_only() -> None:
    prose = component("DA3") + money(150, of="DA3")
    assert [row["fault"] for row in rows(prose + in_table(156, "total", "DA3"), "table-vs-text")] == ["money-differs"]
    for same in (
        in_table(150, "total", "DA3"),
        in_table(156, "central", "DA3"),
        in_table(156, "total", "DA3", "2023"),
        in_table(156, "total", "DA4"),
        in_table(156, "total", "DA3") + money(156, of="DA3", name="again"),
    ):
        assert not list(rows(prose + same, "table-vs-text"))


def figure(value: str, place: str = "huyện Tân Yên", year: str = "2023", measure: str = "Tỷ lệ hộ nghèo") -> str:
    """Give a figure of a table, below a heading of two lines."""
    return (
        f"<t> a cancu:Table ; cancu:statedIn {PLAN} .\n"
        f'<o> a cancu:TableFigure ; qb:dataSet <t> ; cancu:figure {value} ; cancu:row "1" ; cancu:printed "{value}" ;'
        f' cancu:column "Năm 2023 > {measure}" ; cancu:asOf "{year}"^^xsd:gYear ; dct:spatial <place> ;'
        f' cancu:unit unit:percent . <place> rdfs:label "{place}"@vi . unit:percent skos:prefLabel "%"@vi .\n'
    ) + quoted("o", 500)


def test_a_table_contradicts_the_prose_on_the_same_figure_only() -> None:
    prose = (
        f'<v> a cancu:Result ; cancu:statedIn {PLAN} ; rdfs:label "tỷ lệ hộ nghèo"@vi ; cancu:value 2.5 ;'
        ' cancu:unit unit:percent ; cancu:scope "huyện Tân Yên"@vi ; cancu:operator operator:equal ;'
        ' cancu:asOf "2023"^^xsd:gYear .\n' + quoted("v", 50)
    )
    assert [row["stated"] for row in rows(prose + figure("2.7"), "table-vs-text")] == ["2.5 %"]
    for other in (
        figure("2.5"),
        figure("2.7", place="huyện Lục Nam"),
        figure("2.7", year="2022"),
        figure("2.7", measure="Tỷ lệ hộ cận nghèo"),
    ):
        assert not list(rows(prose + other, "table-vs-text"))


def test_one_label_for_two_sub_projects_of_one_project_is_a_fault() -> None:
    twice = SUB_PROJECTS.replace('cancu:printedLabel "DA3.TDA2"', 'cancu:printedLabel "DA3.TDA1"')
    (row,) = rows(twice, "misnumbered")
    assert (row["fault"], row["printed"], row["reading"]) == ("label-twice", "DA3.TDA1", "DA3.TDA1; DA3.TDA2")
    assert not list(rows(SUB_PROJECTS, "misnumbered"))
    # Every project has a first sub-project.
    elsewhere = component("DA4") + component("DA4.TDA1", "DA4").replace('Label "DA4.TDA1"', 'Label "DA3.TDA1"')
    assert not list(rows(SUB_PROJECTS + elsewhere, "misnumbered"))


def test_a_repair_affects_what_quotes_it() -> None:
    def repaired(start: int) -> dict[str, str]:
        repair = '<r> a cancu:Repair ; cancu:printed "h p" ; cancu:readAs "hợp" ; cancu:rule "lost-glyph" .\n'
        duty = f"<u> a cancu:Duty ; cancu:statedIn {PLAN} .\n" + quoted("u", 10, "phối h p với")
        (row,) = rows(f"{SOURCE} cancu:textOf {PLAN} .\n" + repair + quoted("r", start, "h p") + duty, "repairs")
        return row

    assert (repaired(15)["duties"], repaired(15)["citations"]) == ("1", "0")
    assert repaired(21)["duties"] == "0"
