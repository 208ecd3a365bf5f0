"""Test that answers are right, proved hop by hop, as sure as their weakest hop, and that empty ones say why."""

from __future__ import annotations

import doctest
import json
import os
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cancu.queries.cells
from cancu.language import LANGUAGES, Refusal
from cancu.queries.catalogue import questions
from cancu.queries.engine import Answer, Hop, ask, proofs_of, resolve_document
from cancu.queries.entries import Ambiguous
from cancu.queries.sparql import bind, read_tokens
from cancu.queries.store import Store
from tests.answers import ANSWERS, ASKED, golden, store_named, written
from tests.library import KH_37, KH_52, QD_90, graphs_of, library, store_of
from tests.plans import plan_graphs, plans

GOLDEN = tuple(asked.name for asked in ASKED)


def asked_of(name: str) -> tuple[Store, str, Mapping[str, str]]:
    """Give the store, the question and the parameters of a golden answer."""
    asked = golden(name)
    return store_named(asked.store), asked.question, asked.parameters


@cache
def loaded_backwards() -> tuple[Store, Store]:
    """Give both stores once more, their graphs loaded in another order."""
    library_graphs, plans_graphs = graphs_of(), plan_graphs()
    return (
        store_of({graph: library_graphs[graph] for graph in sorted(library_graphs, reverse=True)}),
        store_of({graph: plans_graphs[graph] for graph in sorted(plans_graphs, reverse=True)}),
    )


def column(answer: Answer, name: str, lang: str = "en") -> list[str]:
    return [row[name].text("vi" if lang == "vi" else "en") for row in answer.rows]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_answer_is_the_golden_one(name: str) -> None:
    """Set ``UPDATE_ANSWERS=1`` to write the answers anew, and then read every changed line."""
    store, asked, given = asked_of(name)
    found = written(ask(store, asked, **given), golden(name).store)
    file = ANSWERS / f"{name}.json"
    if os.environ.get("UPDATE_ANSWERS") == "1":
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def test_every_question_has_a_golden_answer_and_every_answer_a_question() -> None:
    assert {asked.question for asked in ASKED if asked.store != "corpus"} == set(questions())
    assert {file.stem for file in ANSWERS.glob("*.json")} == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_every_row_has_its_proof_and_is_as_sure_as_its_weakest_hop(name: str) -> None:
    store, asked, given = asked_of(name)
    answer = ask(store, asked, **given)
    # Over the real texts "nothing" is an answer too.
    assert answer.rows or (golden(name).store == "corpus" and answer.why_empty is not None)
    assert len(answer.rows) == len(answer.proofs) == len(answer.confidence)
    for proof, confidence in zip(answer.proofs, answer.confidence, strict=True):
        assert proof
        assert confidence == min(hop.confidence for hop in proof)
        assert all(hop.quote and hop.end - hop.start == len(hop.quote) for hop in proof)


@pytest.mark.parametrize("name", [asked.name for asked in ASKED if asked.store != "corpus"])
def test_an_answer_does_not_hang_on_the_order_of_loading(name: str) -> None:
    store, asked, given = asked_of(name)
    other = loaded_backwards()[0 if golden(name).store == "library" else 1]
    assert ask(other, asked, **given).to_json() == ask(store, asked, **given).to_json()


# --- chains -----------------------------------------------------------------------------------------------------------


def test_the_proof_of_a_chain_goes_hop_by_hop_from_the_start() -> None:
    answer = ask(library(), "chain", document="52/KH-UBND")
    last = next(
        proof
        for row, proof in zip(answer.rows, answer.proofs, strict=True)
        if row["cited"].text("vi") == "Nghị quyết số 24/2021/QH15"
    )
    assert [(hop.source, hop.quote.split(" ngày")[0]) for hop in last] == [
        ("kh-yen-thinh.txt", "Kế hoạch số 37/KH-UBND"),
        ("kh-lam-son.txt", "Quyết định số 90/QĐ-TTg"),
        ("qd-90.txt", "Nghị quyết số 24/2021/QH15"),
    ]
    assert all(one.cited == other.citing for one, other in pairwise(last))
    assert last[0].citing == KH_52


def test_rows_of_a_chain_come_nearest_first() -> None:
    answer = ask(library(), "chain", document="52/KH-UBND")
    lengths = [len(proof) for proof in answer.proofs]
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (1, 3)


def test_a_recognised_text_is_not_surer_than_its_recognition() -> None:
    """The provincial plan lost its number; what it says is that plan's word only as surely as it is that plan."""
    (row,) = [
        hop for hop in ask(library(), "cited-by", document="90/QĐ-TTg").proofs if hop[0].source == "kh-lam-son.txt"
    ]
    assert row[0].confidence == 0.9
    with store_of({name: triples for name, triples in graphs_of().items() if "linking" not in name}) as unlinked:
        (row,) = [
            hop for hop in ask(unlinked, "cited-by", document="90/QĐ-TTg").proofs if hop[0].source == "kh-lam-son.txt"
        ]
        assert row[0].confidence == 0.97


def test_an_activity_has_its_own_authority_and_that_of_its_document() -> None:
    answer = ask(library(), "chain", document="Dự án 1: Giám sát, đánh giá Chương trình")
    assert "Thông tư số 10/2022/TT-BLĐTBXH" in column(answer, "cited")
    assert "Quyết định số 90/QĐ-TTg" in column(answer, "cited")
    # The law that authorises the other activity of the same plan is none of its business.
    assert "Luật Nhà ở" not in column(answer, "cited")


def test_a_cycle_is_proved_all_the_way_round() -> None:
    answer = ask(library(), "impossible")
    (cycle,) = [proof for row, proof in zip(answer.rows, answer.proofs, strict=True) if row["kind"].value == "cycle"]
    assert [hop.source for hop in cycle] == ["qd-5.txt", "qd-6.txt"]
    assert cycle[-1].cited == cycle[0].citing


# --- values -----------------------------------------------------------------------------------------------------------


def test_cells_speak_the_language() -> None:
    answer = ask(library(), "basis", document="60/KH-UBND")
    assert column(answer, "state", "vi") == ["chưa ban hành", "đã bị thay thế", "không rõ"]
    assert column(answer, "state") == ["not yet issued", "replaced", "unknown"]
    assert column(answer, "relation", "vi") == ["căn cứ"] * 3
    assert column(answer, "relation") == ["legal basis"] * 3
    assert column(answer, "held", "vi") == ["chưa có", "chưa có", "có"]
    assert column(answer, "issuer") == ["Ủy ban nhân dân tỉnh Hà Trung"] * 2 + ["Thủ tướng Chính phủ"]


def test_the_json_has_the_keys_that_are_promised() -> None:
    answer = ask(library(), "authorises", document="37/KH-UBND").to_json()
    assert list(answer)[:3] == ["question", "parameters", "columns"]
    assert {"rows", "proofs", "confidence", "why_empty"} <= set(answer)
    assert answer["question"] == "authorises"
    assert answer["parameters"] == {"document": "37/KH-UBND"}
    assert all(set(row) == set(answer["columns"]) for row in answer["rows"])
    assert set(answer["proofs"][0][0]) == {"source", "start", "end", "quote", "relation"}
    assert answer["why_empty"] is None
    json.dumps(answer)


# --- empty answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "document", "why"),
    [
        ("annex", "90/QĐ-TTg", "The text does not say that it is an annex of anything, nor who signed it."),
        ("basis", "27/2022/NĐ-CP", "The store knows Nghị định số 27/2022/NĐ-CP but does not hold its text."),
        ("basis", "3/TB-UBND", "No citation was read out of the text of Thông báo số 3/TB-UBND."),
        ("cited-by", "3/TB-UBND", "No document in the store cites this one."),
    ],
)
def test_an_empty_answer_says_why(asked: str, document: str, why: str) -> None:
    answer = ask(library(), asked, document=document)
    assert answer.rows == answer.proofs == answer.confidence == ()
    assert answer.why_empty is not None
    assert set(answer.why_empty) == set(LANGUAGES)
    assert answer.to_json("en")["why_empty"] == why


@pytest.mark.parametrize(
    ("asked", "given", "why"),
    [
        ("matrix", {"document": "2291/BNN-TL"}, "The text assigns none of its activities to an agency."),
        ("matrix", {"document": "64/2022/TT-BNNPTNT"}, "No assignment of work was read out of the text of"),
        ("funding", {"document": "61/2022/NQ-HĐND"}, "No sum of money was read out of the text of Nghị quyết số"),
        ("targets", {"document": "147/2022/NĐ-CP"}, "No target with a figure was read out of"),
        ("deadlines", {"document": "61/2022/NQ-HĐND"}, "No duty to report was read out of"),
        ("unauthorised", {"document": "86/2021/QH15"}, "No project, sub-project or activity was read out of"),
        ("beneficiary", {"group": "ngư dân"}, "No line of beneficiaries, title or target of an activity names"),
        ("beneficiary", {"group": "ngư dân", "document": "58/KH-UBND"}, "No line of beneficiaries, title or target"),
        ("who", {"activity": "DA3", "document": "96/KH-UBND"}, None),
        ("targets", {"activity": "tiểu dự án 2 huyện Con Cuông"}, "The text sets no target with a figure for what was"),
        ("funding", {"document": "90/QĐ-TTg"}, "The store knows Quyết định số 90/QĐ-TTg but does not hold its text."),
        ("duties", {"agency": "Thủ tướng Chính phủ"}, "No plan in the store gives this agency a duty."),
    ],
)
def test_an_empty_answer_about_plans_says_why(asked: str, given: Mapping[str, str], why: str | None) -> None:
    answer = ask(plans(), asked, **given)
    assert (answer.why_empty is None) == (why is None) == bool(answer.rows)
    if why is not None and answer.why_empty is not None:
        assert answer.why_empty["en"].startswith(why)


@pytest.mark.parametrize("asked", ["not-held", "conflicts", "impossible"])
def test_an_empty_store_says_that_nothing_was_loaded(asked: str, store: Store) -> None:
    assert (
        ask(store, asked).to_json("en")["why_empty"]
        == "The store holds no text yet; load some first: cancu load FOLDER"
    )


def test_words_for_several_documents_are_an_answer_that_lists_them() -> None:
    answer = ask(library(), "cited-by", document="1401/QĐ-UBND")
    assert answer.rows == ()
    assert {entry.issuer for entry in answer.candidates} == {
        "Ủy ban nhân dân tỉnh Lam Sơn",
        "Ủy ban nhân dân tỉnh Hà Trung",
    }
    assert answer.why_empty is not None and "2" in answer.why_empty["en"]
    for entry in answer.candidates:
        assert len(ask(library(), "cited-by", document=entry.iri).rows) >= 1


# --- plans ------------------------------------------------------------------------------------------------------------


def test_the_document_that_is_named_tells_which_activity_is_meant() -> None:
    several = ask(plans(), "who", activity="DA3")
    assert several.rows == ()
    assert {"Kế hoạch số 96/KH-UBND", "Kế hoạch số 35/KH-UBND"} <= {entry.whole for entry in several.candidates}
    answer = ask(plans(), "who", activity="DA3", document="35/KH-UBND")
    assert set(column(answer, "document")) == {"Kế hoạch số 35/KH-UBND"}
    with pytest.raises(Refusal):
        ask(plans(), "who", activity="DA9", document="35/KH-UBND")


def test_a_project_has_the_money_and_targets_of_its_sub_projects_and_no_other() -> None:
    for asked, project in (("funding", "dự án 3 huyện Con Cuông"), ("targets", "dự án 3 96/KH-UBND")):
        parts = set(column(ask(plans(), asked, activity=project), "part", "vi"))
        assert parts and all(part.startswith("Tiểu dự án") for part in parts), asked


def test_the_lead_comes_first_in_every_activity() -> None:
    answer = ask(plans(), "matrix", document="35/KH-UBND")
    roles: dict[str, list[str]] = {}
    for row in answer.rows:
        roles.setdefault(row["code"].text("en"), []).append(row["role"].text("en"))
    assert list(roles) == ["DA1", "DA3.TDA1", "DA3.TDA2", "DA5.TDA3", "DA8", "DA10"]
    assert all(found == sorted(found, key=["lead", "coordinate"].index) for found in roles.values())


def test_figures_are_exact_and_lists_name_each_resource() -> None:
    answer = ask(plans(), "funding", document="1868/QĐ-TTg")
    assert sum(
        row["amount"].exact or 0 for row in answer.rows if row["source"].text("en") == "all sources together"
    ) == (18_600_000_000_000)
    (grounded,) = [row["authority"] for row in answer.rows if row["authority"].iris]
    assert (grounded.iri, grounded.text("vi")) == (None, "Nghị quyết số 86/2021/QH15")
    (iris,) = [row["authority"] for row in answer.to_json()["iris"] if "authority" in row]
    assert iris == list(grounded.iris)


@pytest.mark.parametrize(
    ("date", "overdue"),
    [("2024-11-25", ["", ""]), ("2024-11-26", ["overdue", ""]), ("2025-01-01", ["overdue", "overdue"])],
)
def test_a_duty_is_overdue_from_the_day_after(date: str, overdue: list[str]) -> None:
    answer = ask(plans(), "deadlines", document="96/KH-UBND", date=date)
    assert [said.replace("not yet", "") for said in column(answer, "overdue")] == overdue
    undated = ask(plans(), "deadlines", document="96/KH-UBND")
    assert column(undated, "overdue") == ["", ""]


def test_only_the_duties_of_the_agency_asked_for_are_listed() -> None:
    agency = "Phòng Nông nghiệp và Phát triển nông thôn huyện Quỳ Hợp"
    answer = ask(plans(), "deadlines", agency=agency)
    assert all(agency in (row["reporter"].text("vi"), row["receiver"].text("vi")) for row in answer.rows)
    assert 0 < len(answer.rows) < 10 < len(ask(plans(), "deadlines").rows)


def test_who_is_reported_to_is_asked_for_as_who_reports() -> None:
    agency = "Sở Nông nghiệp và Phát triển nông thôn tỉnh Nghệ An"
    answer = ask(plans(), "deadlines", agency=agency, document="96/KH-UBND")
    assert column(answer, "receiver") == [agency]
    assert agency not in column(answer, "reporter")


def test_a_passage_is_authorised_but_is_no_activity() -> None:
    answer = ask(plans(), "authorises", document="912/KH-UBND")
    kinds = dict(zip(column(answer, "activity"), column(answer, "kind"), strict=True))
    assert kinds["Sở Tài chính tham mưu bố trí vốn đối ứng"] == "passage"
    assert kinds["Dự án 2: Cấp nước hộ gia đình vùng khan hiếm nước"] == "activity"
    assert "(kết)" not in kinds  # a note below the text


@pytest.mark.parametrize(("question", "part"), [("expired", "part"), ("impact", "part")])
def test_a_passage_is_not_listed_among_the_activities(question: str, part: str) -> None:
    answer = ask(plans(), question, document="83/2015/QH13" if question == "impact" else "96/KH-UBND")
    activities = [
        cell for cell, kind in zip(column(answer, part), column(answer, "kind"), strict=True) if kind == "activity"
    ]
    assert activities and not [one for one in activities if not one.startswith(("Dự án", "Tiểu dự án", "Nội dung"))]


def test_a_passage_is_not_counted_as_an_activity() -> None:
    answer = ask(plans(), "not-held", document="96/KH-UBND")
    activities = dict(zip(column(answer, "number"), column(answer, "activities"), strict=True))
    assert activities["412/QĐ-UBND"] == "0"
    ranked = ask(plans(), "central")
    assert dict(zip(column(ranked, "number"), column(ranked, "activities"), strict=True))["412/QĐ-UBND"] == "0"


def test_who_only_asks_for_an_amendment_does_not_amend() -> None:
    """A directive of the prime minister asks for a change of a decree of the Government."""
    answer = ask(plans(), "basis", document="912/KH-UBND")
    states = dict(zip(column(answer, "number"), column(answer, "state"), strict=True))
    assert states["147/2022/NĐ-CP"] == "unknown"


def test_a_group_is_looked_for_in_lines_titles_and_targets() -> None:
    named = {
        (row["document"].text("en"), row["activity"].text("en").partition(":")[0]): row["stated"].text("en")
        for row in ask(plans(), "beneficiary", group="HỘ NGHÈO").rows
    }
    assert named["Kế hoạch số 96/KH-UBND", "Dự án 2"] == "target of the activity"
    assert "line of beneficiaries" in named.values()
    (row,) = ask(plans(), "beneficiary", group="hộ gia đình vùng khan hiếm", document="96/KH-UBND").rows
    assert row["stated"].text("en") == "title of the activity"


def test_a_mention_with_the_whole_number_is_not_short() -> None:
    mentions = column(ask(plans(), "short-names", document="35/KH-UBND"), "mention")
    assert "Nghị định 38" in mentions and not [one for one in mentions if "/" in one]
    broken = column(ask(plans(), "short-names", document="96/KH-UBND"), "mention")
    assert "Luật Ngân sách nhà nước" in broken


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "given", "key"),
    [
        ("basics", {}, "ask.unknown-question"),
        ("basis", {}, "ask.missing-parameter"),
        ("basis", {"doc": "x"}, "ask.unknown-parameter"),
        ("authorises", {}, "ask.missing-either"),
        ("basis", {"document": "999/QĐ-KHÔNG"}, "ask.nothing-found"),
        ("basis", {"document": ""}, "ask.nothing-found"),
        ("timeline", {"document": "90/QĐ-TTg", "since": "31/4/2024"}, "ask.not-a-date"),
        ("timeline", {"document": "90/QĐ-TTg", "since": "hôm qua"}, "ask.not-a-date"),
    ],
)
def test_a_flaw_of_the_caller_is_one_sentence(asked: str, given: dict[str, str], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask(library(), asked, **given)
    assert refused.value.key == key
    for lang in LANGUAGES:
        assert "\n" not in refused.value.sentence(lang)


def test_dates_may_be_written_both_ways() -> None:
    one = ask(library(), "timeline", document="90/QĐ-TTg", since="2023-12-01", until="2024-01-26")
    other = ask(library(), "timeline", document="90/QĐ-TTg", since="01/12/2023", until="26/1/2024")
    assert one.rows == other.rows
    assert column(one, "date") == ["2023-12-01", "2024-01-26"]


def test_a_parameter_cannot_become_code() -> None:
    with pytest.raises(Refusal):
        ask(library(), "basis", document="x> } UNION { ?citation ?p ?o } #")
    with pytest.raises(Refusal):
        ask(library(), "basis", document=f"{QD_90}> ; ?p <x")


@settings(deadline=None)
@given(st.text())
@example('x" } UNION { ?s ?p ?o } #')
@example("x\\")
@example('"""\n}\r{<urn:a b>')
@example("\x00?document")
def test_any_words_stay_words_in_a_query(words: str) -> None:
    query = "SELECT ?group ?other { VALUES ?group { UNDEF } VALUES ?other { 1 } }"
    (row,) = library().select(query, {"group": ox.Literal(words)})
    assert (row["group"], row["other"].value) == (ox.Literal(words), "1")
    assert [token.kind for token in read_tokens(bind(query, {"group": str(ox.Literal(words))}))] == [
        "string" if token.text == "UNDEF" else token.kind for token in read_tokens(query)
    ]
    assert ask(library(), "beneficiary", group=words).rows == ()


@pytest.mark.parametrize(
    "words", ["urn:a b", "<urn:a>", "urn:a> } #", "https://w3id.org/cancu/id/x y", "{}", "?x", "\n"]
)
def test_what_is_no_name_of_anything_is_refused(words: str) -> None:
    for asked, name in (("basis", "document"), ("duties", "agency"), ("who", "activity")):
        with pytest.raises(Refusal) as refused:
            ask(library(), asked, **{name: words})
        assert refused.value.key == "ask.nothing-found"


def test_a_document_is_resolved_to_itself_or_to_the_candidates() -> None:
    found = resolve_document(library(), "90/QĐ-TTg")
    assert not isinstance(found, Ambiguous)
    assert found.iri == QD_90
    several = resolve_document(library(), "1401/QĐ-UBND")
    assert isinstance(several, Ambiguous)
    assert len(several.candidates) == 2
    held = [one.held for one in ask(plans(), "basis", document="kế hoạch Nghệ An").candidates]
    assert held == sorted(held, reverse=True) and len(set(held)) == 2


def test_superiors_that_are_not_held_are_named() -> None:
    cancu, eli, rdf = (
        "https://w3id.org/cancu/ns#",
        "http://data.europa.eu/eli/ontology#",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    )
    lines = [
        f"<urn:plan> <{rdf}type> <{eli}LegalResource> ; <http://www.w3.org/2000/01/rdf-schema#label> 'Kế hoạch A'@vi .",
        f"<urn:plan> <{cancu}heldAs> <urn:text> ; <{eli}passed_by> <urn:here> .",
        f"<urn:text> <{cancu}textOf> <urn:plan> . <urn:goal> <{cancu}statedIn> <urn:plan> ; a <{cancu}Target> .",
        f"<urn:plan> <{eli}ensures_implementation_of> <urn:above> , <urn:own> .",
        f"<urn:above> <{eli}passed_by> <urn:there> ; <http://www.w3.org/2000/01/rdf-schema#label> 'Kế hoạch tỉnh'@vi .",
        f"<urn:own> <{eli}passed_by> <urn:here> ; <http://www.w3.org/2000/01/rdf-schema#label> 'Quyết định A'@vi .",
    ]

    def why(*more: str) -> str:
        triples = [quad.triple for quad in ox.parse("\n".join((*lines, *more)), format=ox.RdfFormat.TURTLE)]
        answer = ask(store_of({"urn:g": triples}, vocabulary=False), "cascade", document="urn:plan")
        assert answer.why_empty is not None
        return answer.why_empty["vi"]

    assert "Kế hoạch tỉnh" in why() and "Quyết định A" not in why()
    assert why(f"<urn:above> <{cancu}heldAs> <urn:other> .") == questions()["cascade"].empty["vi"]


# --- proofs -----------------------------------------------------------------------------------------------------------


def test_an_inference_is_proved_by_the_place_it_rests_on() -> None:
    (link,) = [
        str(t.subject)[1:-1]
        for t in library().triples()
        if str(t.object).endswith("IdentityInference>") and "link" in str(t.subject)
    ]
    (hop,) = proofs_of(library(), [link])[link]
    quote = "Kế hoạch số 37/KH-UBND ngày 26/01/2024 của UBND tỉnh Lam Sơn"
    before, behind = hop.before, hop.behind
    assert hop == Hop("kh-yen-thinh.txt", 270, 330, quote, "legal_basis", 0.97, before, behind, KH_52, KH_37)
    assert hop.before.endswith("Thực hiện ")


def test_a_record_without_a_quote_has_no_hop() -> None:
    assert proofs_of(library(), ["https://w3id.org/cancu/id/nothing"]) == {"https://w3id.org/cancu/id/nothing": ()}


# --- cells ------------------------------------------------------------------------------------------------------------


def test_doctests() -> None:
    results = doctest.testmod(cancu.queries.cells)
    assert results.failed == 0 and results.attempted >= 5
