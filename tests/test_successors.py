"""Test the table of successors: what it says of agencies, that flaws are refused, and what queries find of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal

from cancu.errors import DataError
from cancu.ontology import places
from cancu.ontology.iris import CANCU, DCT, ORG, RDFS, SKOS, place_iri
from cancu.ontology.lexicon import departments, issuers
from cancu.ontology.successors import TRANSFERS, body_iri, read_successions, succession_triples, successions
from cancu.queries.engine import ask
from tests.library import store_of
from tests.plans import plans

HEADER = "name\ttier\tsuccessor\ttransfer\tfunction\tfunction_en\tvalid_from\tvalid_until\tlaw\texample\tsource\n"
ROW = "Sở A\tprovince\tSở B\tmerged\ttoàn bộ\tall\t2025-03-01\t\tNghị định 1\tSở A\tpractice\n"


def successors(name: str, tier: str, on: str) -> dict[str, str]:
    """Give the successors of an agency on a day, each with the way the duties went."""
    day = date.fromisoformat(on)
    return {
        row.successor: row.transfer
        for row in successions()
        if (row.name, row.tier) == (name, tier)
        and row.valid_from <= day
        and (row.valid_until is None or day <= row.valid_until)
    }


# --- the table --------------------------------------------------------------------------------------------------------


def test_a_ministry_that_was_taken_apart_has_several_successors() -> None:
    assert successors("Bộ Lao động - Thương binh và Xã hội", "central", "2025-07-01") == {
        "Bộ Nội vụ": "merged",
        "Bộ Giáo dục và Đào tạo": "moved",
        "Bộ Y tế": "moved",
        "Bộ Nông nghiệp và Môi trường": "moved",
    }


def test_nothing_changed_before_the_reorganisation() -> None:
    assert successors("Bộ Lao động - Thương binh và Xã hội", "central", "2025-02-28") == {}


def test_a_department_of_a_district_had_two_successors_one_after_the_other() -> None:
    name = "Phòng Nông nghiệp và Phát triển nông thôn"
    assert successors(name, "district", "2025-06-30") == {"Phòng Nông nghiệp và Môi trường": "merged"}
    assert successors(name, "district", "2025-07-01") == {"Ủy ban nhân dân cấp xã": "general"}


def test_of_what_went_to_communes_a_law_speaks_in_general_only() -> None:
    ended = [row for row in successions() if row.tier == "district" and row.valid_until is None]
    assert {row.transfer for row in ended} == {"general"}
    assert all(row.successor.endswith(" cấp xã") and "72/2025/QH15" in row.law for row in ended)


def test_an_agency_has_one_main_successor_at_a_time() -> None:
    for row in successions():
        ways = [transfer for transfer in successors(row.name, row.tier, str(row.valid_from)).values()]
        assert ways.count("merged") + ways.count("stands") + ways.count("general") == 1, row.name


def test_the_tables_of_agencies_know_the_same_successors() -> None:
    """Where another table names what became of an agency in 2025, it is the main successor here."""
    ended = date(2025, 2, 28)
    known = {("central", row.name): row.successor for row in issuers() if row.valid_to == ended and row.successor}
    known |= {
        (row.tier, f"{row.head} {row.name}"): f"{('Sở' if row.head == 'Ban' else row.head)} {row.successor}"
        for row in departments()
        if row.valid_to == ended and row.successor
    }
    compared = 0
    for row in successions():
        if row.valid_from == date(2025, 3, 1) and row.transfer in ("merged", "general"):
            assert known[row.tier, row.name] == row.successor
            compared += 1
    assert compared > 20


def test_every_transfer_occurs() -> None:
    assert {row.transfer for row in successions()} == TRANSFERS


def test_no_two_changes_share_an_iri() -> None:
    assert len({row.iri for row in successions()}) == len(successions())
    names = {name for row in successions() for name in (row.name, row.successor)}
    assert len(set(map(body_iri, names))) == len(names)


@pytest.mark.parametrize(
    ("old", "new", "report"),
    [
        ("province", "county", "tier 'county' is none of"),
        ("merged", "sold", "transfer 'sold' is none of"),
        ("toàn bộ", "", "function is empty"),
        ("Nghị định 1", "", "law is empty"),
        ("2025-03-01", "", "from a day to a later one"),
        ("2025-03-01\t", "2025-03-01\t2025-02-01", "from a day to a later one"),
        ("2025-03-01", "01/3/2025", "is no ISO date"),
        ("merged", "stands", "its own successor"),
        ("Sở B", "Sở A", "its own successor"),
    ],
)
def test_a_flaw_is_named_with_its_line(tmp_path: Path, old: str, new: str, report: str) -> None:
    file = tmp_path / "successors.tsv"
    file.write_text(HEADER + ROW, encoding="utf-8")
    assert len(read_successions(file)) == 1
    file.write_text(HEADER + ROW.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_successions(file)
    assert report in str(flaw.value) and flaw.value.line == 2


# --- the vocabulary ---------------------------------------------------------------------------------------------------


def test_a_change_leads_from_one_name_to_another() -> None:
    triples = set(succession_triples())
    row = next(row for row in successions() if row.name == "Sở Kế hoạch và Đầu tư")
    assert (row.iri, ORG.originalOrganization, body_iri("Sở Kế hoạch và Đầu tư")) in triples
    assert (row.iri, ORG.resultingOrganization, body_iri("Sở Tài chính")) in triples
    assert (body_iri("Sở Tài chính"), SKOS.prefLabel, Literal("Sở Tài chính", "vi")) in triples
    assert (row.iri, CANCU.transfer, Literal("merged")) in triples
    labels = [value for subject, relation, value in triples if (subject, relation) == (row.iri, RDFS.label)]
    assert {label.language for label in labels if isinstance(label, Literal)} == {"vi", "en"}


def test_a_merged_province_leads_to_those_that_stand_in_its_place() -> None:
    (old,) = places.find_place("tỉnh Bắc Giang")
    later = {
        value
        for subject, relation, value in succession_triples()
        if (subject, relation) == (place_iri(*places.place_key(old)), DCT.isReplacedBy)
    }
    assert later == {place_iri("24", 2025), place_iri("24", 2026)}


def test_provinces_that_went_on_lead_nowhere() -> None:
    (nghe_an,) = places.find_place("tỉnh Nghệ An")
    assert not [one for one in succession_triples() if one[0] == place_iri(*places.place_key(nghe_an))]


# --- the question -----------------------------------------------------------------------------------------------------


def test_an_agency_that_the_table_does_not_know_is_answered_by_not_known() -> None:
    answer = ask(plans(), "successor", agency="Bưu điện huyện Quỳ Hợp")
    assert not answer.rows and answer.why_empty is not None
    assert answer.why_empty["en"].startswith("Not known")


def test_before_the_reorganisation_nobody_is_named() -> None:
    (row,) = ask(plans(), "successor", agency="Phòng NN&PTNT huyện Quỳ Hợp", date="2025-02-28").rows
    assert row["transfer"].text("en") == "not yet reorganised on the date asked for"
    assert not any(row[column].value for column in ("successor", "function", "since", "law"))


@pytest.mark.parametrize(
    ("day", "transfer", "since"),
    [("2025-06-30", "stands", "2025-03-01"), ("2025-07-01", "with-province", "2025-07-01")],
)
def test_a_department_goes_on_in_the_province_that_took_its_own_in(day: str, transfer: str, since: str) -> None:
    (row,) = ask(plans(), "successor", agency="Sở Y tế tỉnh Tuyên Quang", date=day).rows
    assert (row["transfer"].value, row["since"].value) == (transfer, since)


def test_where_the_province_stands_its_departments_do() -> None:
    (row,) = ask(plans(), "successor", agency="Sở Y tế tỉnh Nghệ An").rows
    assert (row["transfer"].value, row["since"].value) == ("stands", "2025-03-01")


def test_a_department_of_one_name_begins_no_other() -> None:
    """The rows of "Sở Y tế" are not those of a "Sở Y tế dự phòng", nor those of a district's of a province's."""
    store = store_of({})
    agency = "https://w3id.org/cancu/id/agency/x"
    for name, tier in (("Sở Y tế dự phòng tỉnh Nghệ An", "province"), ("Sở Y tế tỉnh Nghệ An", "district")):
        store.replace_graph(
            "https://w3id.org/cancu/id/graph/source/x",
            f'<{agency}> <{SKOS.prefLabel}> "{name}"@vi .\n'
            f"<{agency}> <{CANCU.tier}> <https://w3id.org/cancu/tier/{tier}> .\n"
            f"<{agency}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ORG.FormalOrganization}> .\n",
        )
        assert not ask(store, "successor", agency=name).rows
