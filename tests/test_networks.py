"""Test questions about networks: on hand-made ones with known results, by brute force, and on the library and plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cancu.__main__ import main
from cancu.errors import DataError
from cancu.language import LANGUAGES, Refusal, knows
from cancu.loaders.triples import Triples, amount, decimal, vi
from cancu.ontology.iris import CANCU, DCT, ELI, OBEU_DIMENSION, OBEU_MEASURE, PROV, RDF, RDFS, ROLE
from cancu.queries import authority, networks
from cancu.queries.authority import Authority
from cancu.queries.chains import read_graph
from cancu.queries.engine import Answer
from cancu.queries.networks import ask_network, page_rank, read_networks
from cancu.queries.store import Store
from tests.library import KH_37, KH_52, QD_90, TT_10, graphs_of, library, store_of
from tests.plans import plans

NAMES = tuple(networks.networks())


class Network:
    """Write a network by hand: every step has a record whose quote names it."""

    def __init__(self) -> None:
        self.triples = Triples("a.txt", None)
        self.at = 0

    def _record(self, subject: str, predicate: str, value: str, sure: float, *kinds: str) -> str:
        self.at += 10
        iri = f"urn:record#{self.at}"
        self.triples.statement(iri, subject, predicate, value, (CANCU.Statement, *kinds))
        self.triples.add(iri, CANCU.confidence, decimal(sure))
        last = value.rpartition(":")[2]
        self.triples.evidence(iri, self.at, self.at + 5, f"{subject.rpartition(':')[2]}>{last}")
        return iri

    def _document(self, name: str) -> str:
        iri = f"urn:{name}"
        self.triples.add(iri, RDF.type, ELI.LegalResource)
        self.triples.add(iri, RDFS.label, vi(f"Văn bản {name}"))
        return iri

    def rest(self, one: str, other: str, sure: float = 1.0) -> Network:
        citing, cited = self._document(one), self._document(other)
        record = self._record(citing, ELI.based_on, cited, sure, CANCU.Citation)
        self.triples.add(record, CANCU.citingDocument, citing)
        self.triples.add(record, CANCU.citedDocument, cited)
        return self

    def rests(self, *steps: str) -> Network:
        """Let documents rest on documents: "a b" says that a rests on b."""
        for step in steps:
            one, other = step.split()
            self.rest(one, other)
        return self

    def activity(self, name: str, home: str, within: str | None = None, authority: Iterable[str] = ()) -> Network:
        iri = f"urn:{name}"
        self.triples.add(iri, RDF.type, CANCU.Activity)
        self.triples.add(iri, CANCU.code, ox.Literal(name))
        self.triples.add(iri, DCT.isPartOf, self._document(home))
        if within is not None:
            self.triples.add(iri, CANCU.withinActivity, f"urn:{within}")
        self.at += 10
        heading = f"urn:record#{self.at}"
        self.triples.statement(heading, iri, str(RDFS.label), vi(f"Dự án {name}"), (CANCU.Statement,))
        self.triples.add(heading, CANCU.confidence, decimal(0.9))
        self.triples.evidence(heading, self.at, self.at + 5, f"{name}")
        for one in authority:
            record = self._record(iri, CANCU.authorisedBy, self._document(one), 0.8, CANCU.Citation)
            self.triples.add(record, CANCU.citingDocument, f"urn:{home}")
            self.triples.add(record, CANCU.citedDocument, f"urn:{one}")
        return self

    def sum(self, name: str, home: str, activity: str | None = None, authority: Iterable[str] = ()) -> Network:
        iri = f"urn:#{name}"
        self.triples.add(iri, RDF.type, CANCU.BudgetLine)
        self.triples.add(iri, CANCU.statedIn, self._document(home))
        self.triples.add(iri, OBEU_MEASURE.amount, amount(Decimal(840_000_000)))
        self.triples.add(iri, CANCU.printedAmount, vi("840 triệu đồng"))
        if activity is not None:
            self.triples.add(iri, OBEU_DIMENSION.project, f"urn:{activity}")
        self.at += 10
        self.triples.evidence(iri, self.at, self.at + 5, name)
        for one in authority:
            self._record(iri, CANCU.authorisedBy, self._document(one), 0.8)
        return self

    def duties(self, activity: str, *agencies: str) -> Network:
        """Let agencies have a part in an activity; those with a star lead it."""
        for agency in agencies:
            name = agency.rstrip("*")
            lead = agency.endswith("*")
            record = self._record(f"urn:{activity}", CANCU.responsible, f"urn:{name}", 0.9, CANCU.Duty)
            self.triples.add(record, PROV.agent, f"urn:{name}")
            self.triples.add(record, PROV.hadRole, ROLE["lead" if lead else "coordinate"])
            self.triples.add(record, PROV.hadPlan, f"urn:{activity}")
        return self

    def store(self) -> Store:
        self.triples.add("urn:source", CANCU.textOf, "urn:any")
        return store_of({"urn:graph": sorted(self.triples.triples, key=str)}, vocabulary=False)


def ask(store: Store, name: str, *things: str, most: int = networks.MOST, longest: int = networks.LONGEST) -> Answer:
    """Ask, and hold that every row is proved, hop by hop, and every empty answer explained in every language."""
    answer = ask_network(store, name, *things, most=most, longest=longest)
    assert len(answer.rows) == len(answer.proofs) == len(answer.confidence)
    assert all(hop.quote and hop.source for proof in answer.proofs for hop in proof)
    assert all(proof for proof in answer.proofs)
    for proof, confidence in zip(answer.proofs, answer.confidence, strict=True):
        assert confidence == min(hop.confidence for hop in proof)
    assert (answer.why_empty is None) == bool(answer.rows)
    for told in (*answer.notes, *([answer.why_empty] if answer.why_empty else [])):
        assert set(told) == set(LANGUAGES) and len(set(told.values())) == len(LANGUAGES)
    for row in answer.rows:
        assert set(row) == {column.name for column in answer.columns}
    return answer


def shown(answer: Answer, *names: str) -> list[tuple[str, ...]]:
    """Give some cells of every row, IRIs without their beginning."""
    return [
        tuple((row[name].iri or row[name].value or "").removeprefix("urn:").lstrip("#") for name in names)
        for row in answer.rows
    ]


def quotes(answer: Answer, row: int = 0) -> list[str]:
    return [hop.quote for hop in answer.proofs[row]]


def ways(answer: Answer, name: str = "chain") -> list[str]:
    return [" ".join(iri.removeprefix("urn:") for iri in row[name].iris) for row in answer.rows]


# --- chains -----------------------------------------------------------------------------------------------------------


DIAMOND = ("a b", "a c", "b d", "c d", "a d", "d e")


def test_all_chains_are_found_the_shortest_first_with_the_proof_of_every_hop() -> None:
    with Network().rests(*DIAMOND).rests("x e", "a x2").store() as store:
        answer = ask(store, "chains", "urn:a", "urn:e")
    assert ways(answer) == ["a d e", "a b d e", "a c d e"]
    assert quotes(answer, 1) == ["a>b", "b>d", "d>e"]
    assert [row["hops"].value for row in answer.rows] == ["2", "3", "3"]
    assert answer.rows[0]["chain"].text("vi") == "Văn bản a → Văn bản d → Văn bản e"


def test_of_chains_of_one_length_the_surest_comes_first() -> None:
    network = Network().rest("a", "b", 0.5).rest("b", "d").rest("a", "c", 0.9).rest("c", "d", 0.8)
    with network.store() as store:
        answer = ask(store, "chains", "urn:a", "urn:d")
    assert ways(answer) == ["a c d", "a b d"]
    assert answer.confidence == (0.8, 0.5)


def test_chains_are_bounded_in_number_and_length_and_say_so() -> None:
    with Network().rests(*DIAMOND).store() as store:
        few = ask(store, "chains", "urn:a", "urn:e", most=2)
        short = ask(store, "chains", "urn:a", "urn:e", longest=2)
        none = ask(store, "chains", "urn:a", "urn:e", longest=1)
        whole = ask(store, "chains", "urn:a", "urn:e", most=3, longest=3)
    assert len(few.rows) == 2 and "--limit" in few.notes[0]["en"]
    assert ways(short) == ["a d e"] and "--depth" in short.notes[0]["en"]
    # No chain within the bounds is not "no chain".
    assert none.rows == () and none.why_empty is not None and "--depth" in none.why_empty["en"]
    assert len(whole.rows) == 3 and whole.notes == ()


def test_very_many_chains_are_cut_off_quickly() -> None:
    """Twelve diamonds in a row: more than half a million chains of one length, and dead ends beside them."""
    network = Network()
    for n in range(12):
        network.rests(f"n{n} l{n}", f"n{n} r{n}", f"n{n} m{n}", f"l{n} n{n + 1}", f"r{n} n{n + 1}", f"m{n} n{n + 1}")
    with network.rests("n0 dead", "dead end").store() as store:
        answer = ask(store, "chains", "urn:n0", "urn:n12", most=10, longest=24)
    assert len(answer.rows) == 10 and len(answer.notes) == 1


def test_words_in_the_other_order_give_the_same_chains_and_a_note() -> None:
    with Network().rests(*DIAMOND).store() as store:
        up, down = ask(store, "chains", "urn:a", "urn:e"), ask(store, "chains", "urn:e", "urn:a")
    assert ways(up) == ways(down) and up.notes == ()
    assert down.notes[0]["en"] == "The chain leads the other way: from Văn bản a up to Văn bản e."


def test_where_no_chain_joins_two_things_that_is_said() -> None:
    with Network().rests("a b", "c d").store() as store:
        assert "Không có chuỗi" in (ask(store, "chains", "urn:a", "urn:d").why_empty or {})["vi"]
        assert ask(store, "shortest", "urn:a", "urn:a").rows == ()


def test_an_activity_rests_on_its_own_authority_and_on_the_bases_of_its_document_only() -> None:
    network = Network().rests("plan law", "circular law", "decree law")
    network.activity("p1", "plan", authority=["circular"])
    network.activity("p1.1", "plan", within="p1").activity("p2", "plan", authority=["decree"])
    with network.store() as store:
        own = ask(store, "chains", "urn:p1.1", "urn:law")
        document = ask(store, "chains", "urn:plan", "urn:law")
        other = ask(store, "chains", "urn:p1.1", "urn:decree")
        surest = ask(store, "shortest", "urn:p1.1", "urn:law")
    assert ways(own) == ["p1.1 p1 plan law", "p1.1 p1 circular law"]
    assert quotes(own) == ["p1.1", "p1", "plan>law"]
    # A document rests on what any of its activities rests on.
    assert ways(document) == ["plan law", "plan circular law", "plan decree law"]
    assert other.rows == ()
    assert shown(surest, "step", "citing", "relation", "cited") == [
        ("1", "p1.1", "part_of", "p1"),
        ("2", "p1", "part_of", "plan"),
        ("3", "plan", "based_on", "law"),
    ]


def test_the_surest_chain_is_that_of_the_surest_weakest_hop_then_the_shortest() -> None:
    network = Network().rest("a", "d", 0.6)
    for one, other in ("ab", "bd", "ac", "ce", "ed"):
        network.rest(one, other, 0.8)
    with network.store() as store:
        answer = ask(store, "shortest", "urn:a", "urn:d")
    assert shown(answer, "citing", "cited") == [("a", "b"), ("b", "d")]
    assert answer.confidence == (0.8, 0.8)


@st.composite
def sure_networks(draw: st.DrawFn) -> list[tuple[int, int, float]]:
    pairs = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), unique=True, min_size=1, max_size=14))
    return [(a, b, draw(st.sampled_from([0.5, 0.8, 0.9]))) for a, b in pairs if a != b]


@settings(max_examples=25, deadline=None)
@given(sure_networks())
def test_chains_by_brute_force(steps: list[tuple[int, int, float]]) -> None:
    """The chains are all simple paths, and no other chain beats the surest."""
    network = Network().rest("n0", "n8").rest("n9", "n5")
    for one, other, sure in steps:
        network.rest(f"n{one}", f"n{other}", sure)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from((0, 5))
    graph.add_weighted_edges_from(steps)
    start, end = (0, 5) if nx.has_path(graph, 0, 5) else (5, 0)
    paths = [path for path in nx.all_simple_paths(graph, start, end)]
    with network.store() as store:
        chains = ask(store, "chains", "urn:n0", "urn:n5", most=10_000)
        surest = ask(store, "shortest", "urn:n0", "urn:n5")
    assert sorted(ways(chains)) == sorted(" ".join(f"n{node}" for node in path) for path in paths)
    if paths:
        keys = [(-min(graph.edges[step]["weight"] for step in pairwise(path)), len(path)) for path in paths]
        assert (-min(surest.confidence), len(surest.rows) + 1) == min(keys)


# --- cycles -----------------------------------------------------------------------------------------------------------


def test_cycles_are_found_the_shortest_first_each_once() -> None:
    with Network().rests("a b", "b a", "b c", "c a", "c d", "d e", "x y", "y x", "l l2").store() as store:
        answer = ask(store, "cycles")
    assert ways(answer, "cycle") == ["a b a", "x y x", "a b c a"]
    assert quotes(answer, 2) == ["a>b", "b>c", "c>a"]


def test_a_cycle_through_an_activitys_authority_is_one_too() -> None:
    with Network().rests("b a").activity("p", "a", authority=["b"]).store() as store:
        answer = ask(store, "cycles")
    assert ways(answer, "cycle") == ["a b a"] and quotes(answer) == ["p>b", "b>a"]


def test_a_cycle_longer_than_the_bound_is_shown_all_the_same() -> None:
    ring = [f"n{n:02} n{(n + 1) % 20:02}" for n in range(20)]
    with Network().rests(*ring).store() as store:
        answer = ask(store, "cycles")
    assert [row["hops"].value for row in answer.rows] == ["20"] and len(answer.proofs[0]) == 20
    assert "--depth" in answer.notes[0]["en"]


def test_many_cycles_are_cut_off_and_said_so() -> None:
    everybody = [f"n{a} n{b}" for a in range(8) for b in range(8) if a != b]
    with Network().rests(*everybody).store() as store:
        answer = ask(store, "cycles", most=30)
    assert [row["hops"].value for row in answer.rows] == ["2"] * 28 + ["3"] * 2
    assert "--limit" in answer.notes[-1]["en"]


def test_the_library_has_one_cycle_and_the_plans_none() -> None:
    answer = ask(library(), "cycles")
    assert answer.rows[0]["cycle"].text("vi") == (
        "Quyết định số 5/QĐ-UBND → Quyết định số 6/QĐ-UBND → Quyết định số 5/QĐ-UBND"
    )
    assert len(answer.rows) == 1
    assert ask(plans(), "cycles").why_empty is not None


# --- what is rested on most -------------------------------------------------------------------------------------------


def test_page_rank_of_a_star_a_ring_and_nothing() -> None:
    star = page_rank(nx.DiGraph([(n, 0) for n in range(1, 5)]))
    # A leaf: x = 0.15/5 + 0.85·c/5; the centre: c = x + 0.85·4x.
    leaf = 0.03 / (1 - 0.17 * 4.4)
    assert star[1] == pytest.approx(leaf) and star[0] == pytest.approx(4.4 * leaf)
    ring = page_rank(nx.DiGraph([(n, (n + 1) % 4) for n in range(4)]))
    assert list(ring.values()) == pytest.approx([0.25] * 4)
    assert page_rank(nx.DiGraph()) == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=25))
def test_page_rank_is_the_fixed_point_of_its_definition(edges: list[tuple[int, int]]) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    weights = page_rank(graph)
    assert sum(weights.values()) == pytest.approx(1)
    for node in graph:
        given = sum(weights[other] / len(graph.succ[other]) for other in graph.pred[node])
        loose = sum(weights[other] for other in graph if not graph.succ[other])
        assert weights[node] == pytest.approx((0.15 + 0.85 * loose) / len(graph) + 0.85 * given, abs=1e-8)


def test_documents_are_ranked_by_what_rests_on_them() -> None:
    network = Network().rests("a law", "b law", "c b", "d b").activity("p", "a", authority=["circular"])
    with network.sum("s", "c", authority=["circular"]).store() as store:
        answer = ask(store, "central")
    rows = {row[0]: row[1:] for row in shown(answer, "document", "direct", "all", "elements", "held")}
    assert rows == {
        "law": ("2", "4", "0", "false"),
        "b": ("2", "2", "0", "false"),
        "circular": ("2", "2", "2", "false"),
    }
    assert shown(answer, "document")[0] == ("law",)
    assert {row["document"].iri: row["betweenness"].exact for row in answer.rows}["urn:b"] == Decimal("0.1000")
    assert sorted(quotes(answer)) == ["a>law", "b>law"]


def test_a_row_shows_a_few_proofs_and_says_so() -> None:
    with Network().rests(*(f"n{n} law" for n in range(9))).store() as store:
        answer = ask(store, "central")
    assert len(answer.proofs[0]) == 5 and "5" in answer.notes[0]["vi"]


def test_ranks_are_cut_off_and_say_of_how_many() -> None:
    answer = ask(plans(), "central", most=3)
    assert len(answer.rows) == 3 and "Only 3 of" in answer.notes[-1]["en"]


def test_a_large_network_is_sampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ask(plans(), "central")
    monkeypatch.setattr(networks, "_LOOKS", 1000)
    sampled = ask(plans(), "central")
    assert not any("estimated" in note["en"] for note in whole.notes)
    assert any("estimated" in note["en"] for note in sampled.notes)
    assert shown(whole, "document", "rank") == shown(sampled, "document", "rank")


# --- what would fall --------------------------------------------------------------------------------------------------


def effects(answer: Answer) -> dict[str, str]:
    return dict(shown(answer, "thing", "effect"))  # type: ignore[arg-type]


def test_what_falls_is_told_from_what_is_only_touched() -> None:
    network = Network().rests("decision law", "plan decision", "other decision", "other law2", "commune plan")
    network.activity("p1", "plan").activity("p2", "other").activity("p3", "other", authority=["decision"])
    network.sum("s1", "plan", "p1").sum("s3", "other", "p3").sum("s4", "other", "p3", authority=["law2"])
    with network.store() as store:
        answer = ask(store, "impact", "urn:decision")
    assert effects(answer) == {
        "plan": "falls",
        "commune": "falls",
        "p1": "falls",
        "s1": "falls",
        "p3": "own",
        "s3": "own",
        "other": "touched",
        "p2": "touched",
        "s4": "touched",
    }
    assert [row["effect"].value for row in answer.rows] == ["falls"] * 4 + ["own"] * 2 + ["touched"] * 3
    (sum_row,) = [row for row in answer.rows if row["thing"].iri == "urn:#s1"]
    assert sum_row["amount"].exact == 840_000_000 and sum_row["thing"].text("en") == "840 triệu đồng"
    assert sum_row["within"].iri == "urn:p1" and sum_row["document"].iri == "urn:plan"
    (proof,) = [p for row, p in zip(answer.rows, answer.proofs, strict=True) if row["thing"].iri == "urn:#s1"]
    assert [hop.quote for hop in proof] == ["s1", "p1", "plan>decision"]
    assert answer.notes[0]["en"] == "loses all authority: 2 documents, 1 activities, 0 targets, 1 sums."


def test_the_impact_is_cut_off_but_counted_whole() -> None:
    with Network().rests(*(f"n{n} law" for n in range(9))).store() as store:
        answer = ask(store, "impact", "urn:law", most=4)
    assert len(answer.rows) == 4
    assert [note["en"].split(":")[0].split(" (")[0] for note in answer.notes] == [
        "loses all authority",
        "Only 4 of 9 rows are shown",
    ]


def test_nothing_falls_with_a_document_that_nothing_rests_on() -> None:
    with Network().rests("a b").store() as store:
        assert ask(store, "impact", "urn:a").rows == ()


def test_a_circle_that_rests_on_nothing_falls_with_each_of_its_members() -> None:
    with Network().rests("a b", "b a", "c a", "d b", "d e").store() as store:
        assert effects(ask(store, "impact", "urn:a")) == {"b": "falls", "c": "falls", "d": "touched"}
        # Documents that rest on each other do not hold each other up.
    with Network().rests("a b", "b a", "b law").store() as store:
        assert effects(ask(store, "impact", "urn:law")) == {"a": "falls", "b": "falls"}


def left_standing(graph: nx.DiGraph[int], gone: int) -> set[int]:
    """Tell by brute force what still has a way to the ground when one document is taken away."""
    circles = [one for one in nx.strongly_connected_components(graph) if nx.descendants(graph, min(one)) <= one]
    grounds = {node for circle in circles if gone not in circle for node in circle}
    rest = graph.subgraph(set(graph) - {gone})
    return {node for node in rest if node in grounds or nx.descendants(rest, node) & grounds}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=18, unique=True))
def test_what_falls_by_brute_force(edges: list[tuple[int, int]]) -> None:
    edges = [(a, b) for a, b in edges if a != b]
    with Network().rests("n8 n9", *(f"n{a} n{b}" for a, b in edges)).store() as store:
        network = Authority(store)
    graph = network.steps
    assert set(graph.edges) >= {(network.number[f"urn:n{a}"], network.number[f"urn:n{b}"]) for a, b in edges}
    for gone in graph:
        assert network.falling(gone) == set(graph) - {gone} - left_standing(graph, gone)


def test_the_circular_authorises_but_carries_nothing_alone() -> None:
    """In the library a circular is the own authority of two activities, whose plans have other bases."""
    answer = ask(library(), "impact", "10/2022/TT-BLĐTBXH")
    assert {row["effect"].value for row in answer.rows} == {"own"} and len(answer.rows) == 2
    decision = ask(library(), "impact", "90/QĐ-TTg")
    assert [row["thing"].iri for row in decision.rows if row["effect"].value == "falls"] == [KH_37]
    assert KH_52 in [row["thing"].iri for row in decision.rows if row["effect"].value == "touched"]


def test_the_plans_tell_activities_targets_and_sums() -> None:
    answer = ask(plans(), "impact", "1868/QĐ-TTg", most=500)
    kinds = {row["kind"].value for row in answer.rows if row["effect"].value == "falls"}
    assert kinds == {"document", "activity", "target", "sum"}
    assert all(row["amount"].exact for row in answer.rows if row["kind"].value == "sum")
    assert all(row["thing"].text("vi") for row in answer.rows)


def test_a_passage_in_which_something_is_cited_is_no_activity() -> None:
    network = Network().activity("p1", "plan", authority=["law"]).activity("words", "plan", authority=["law"])
    with network.store() as store:
        assert effects(ask(store, "impact", "urn:law")).keys() == {"p1", "words"}
    network.triples.triples -= {
        one for one in network.triples.triples if one.predicate.value == str(CANCU.code) and "words" in str(one.subject)
    }
    with network.store() as store:
        answer = ask(store, "impact", "urn:law")
        assert effects(answer).keys() == {"p1"} and "1 activities" in answer.notes[0]["en"]


# --- agencies ---------------------------------------------------------------------------------------------------------


def test_bottlenecks_and_what_would_have_nobody_left() -> None:
    network = Network().activity("p1", "plan").activity("p1.1", "plan", within="p1").activity("p2", "other")
    network.duties("p1", "A*", "B").duties("p1.1", "A").duties("p2", "A*")
    with network.store() as store:
        answer = ask(store, "bottleneck")
        one = ask(store, "bottleneck", "urn:other")
    assert shown(answer, "agency", "activities", "led", "documents", "alone") == [
        ("A", "3", "2", "2", "1"),
        ("B", "1", "0", "1", "0"),
    ]
    # What its project's other agency stands by is not left alone.
    assert ways(answer, "left")[0] == "p2"
    assert quotes(answer)[0] == "p2>A"
    # A star of three activities, one of them shared: every way but none inside B's leads through A.
    assert answer.rows[0]["betweenness"].exact == Decimal("0.8333")
    assert shown(one, "agency", "activities") == [("A", "1")]


def test_bottlenecks_of_the_plans_are_proved_by_their_duties() -> None:
    answer = ask(plans(), "bottleneck", "96/KH-UBND")
    assert answer.rows and all(int(row["activities"].value or 0) >= int(row["led"].value or 0) for row in answer.rows)
    assert ask(library(), "bottleneck").why_empty is not None


# --- communities ------------------------------------------------------------------------------------------------------


def test_two_groups_are_told_apart_each_by_its_most_central_member() -> None:
    groups = [f"{group}{n} {group}{m}" for group in "ab" for n in range(5) for m in range(5) if n > m]
    with Network().rests(*groups, "a4 b4").store() as store:
        answer = ask(store, "communities")
    assert shown(answer, "kind", "centre", "size") == [("document", "a0", "5"), ("document", "b0", "5")]
    assert {iri.removeprefix("urn:")[0] for iri in answer.rows[0]["members"].iris} == {"a"}
    assert answer.rows[0]["inside"].exact == Decimal("0.9524")


def test_agencies_that_share_activities_are_a_community() -> None:
    network = Network()
    for n, agencies in enumerate((("A*", "B"), ("A", "B", "C"), ("D*", "E"), ("D", "E"), ("F*",))):
        network.activity(f"p{n}", "plan").duties(f"p{n}", *agencies)
    with network.store() as store:
        answer = ask(store, "communities")
    found = {row[1]: row[2] for row in shown(answer, "kind", "centre", "size") if row[0] == "agency"}
    assert found == {"A": "3", "D": "2"}


# --- all of them ------------------------------------------------------------------------------------------------------

THINGS: Mapping[str, Sequence[str]] = {
    "chains": ("52/KH-UBND", "24/2021/QH15"),
    "shortest": ("52/KH-UBND", "24/2021/QH15"),
    "impact": ("90/QĐ-TTg",),
}


def test_answers_do_not_hang_on_the_order_of_loading() -> None:
    graphs = graphs_of()
    with store_of({graph: graphs[graph] for graph in sorted(graphs, reverse=True)}) as other:
        for name in NAMES:
            things = THINGS.get(name, ())
            assert ask(other, name, *things).to_json() == ask(library(), name, *things).to_json()


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_an_answer_is_in_every_language(name: str) -> None:
    answer = ask(library(), name, *THINGS.get(name, ()))
    assert {note["vi"] for note in answer.notes} == set(answer.to_json("vi").get("notes", []))
    for effect in networks._EFFECTS:
        assert knows(f"value.effect.{effect}")
    for kind in authority.KINDS:
        assert knows(f"find.kind.{kind}")


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_says_that_it_is_empty(store: Store, name: str) -> None:
    if not any(parameter.required for parameter in networks.networks()[name].parameters):
        assert "Kho chưa có văn bản" in (ask(store, name).why_empty or {})["vi"]


def test_the_network_is_read_anew_when_the_store_changes() -> None:
    with Network().rests("a law").store() as store:
        assert len(ask(store, "impact", "urn:law").rows) == 1
        more = Network().rests("b law", "c law")
        store.replace_graph("urn:more", more.triples.triples)
        assert len(ask(store, "impact", "urn:law").rows) == 3


def test_the_documents_network_is_the_one_of_the_chains() -> None:
    """What a chain unfolds upwards is there, hop for hop."""
    for store, start in ((library(), KH_52), (library(), QD_90), (plans(), None)):
        network = Authority(store)
        starts = [start] if start else [network.iris[one] for one in list(network.documents)[:12]]
        for one in starts:
            above = read_graph(store, one)
            reached = nx.descendants(network.documents, network.number[one]) if above.edges else set()
            assert {network.number[iri] for iri in above} - {network.number[one]} == reached - {network.number[one]}
            for citing, cited in above.edges:
                assert network.documents.has_edge(network.number[citing], network.number[cited])


def test_words_that_several_things_answer_to_list_them() -> None:
    answer = ask_network(library(), "impact", "1401/QĐ-UBND")
    assert answer.rows == () and len(answer.candidates) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nothing",), "chains, shortest, cycles"),
        (("chains", "52/KH-UBND"), "needs 2 names"),
        (("impact",), "cancu network impact"),
        (("cycles", "52/KH-UBND"), "one too many"),
        (("impact", "999/QĐ-KHÔNG"), "Nothing in the store"),
    ],
)
def test_a_flaw_of_the_caller_is_one_sentence(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        ask_network(library(), *words)
    assert told in refusal.value.sentence("en")


HEADER = "question\tpart\tname\tvi\ten\tmarks\n"
WORDING = "a\twording\t\tGì?\tWhat?\tofficer\n"
COLUMN = "a\tcolumn\tx\tCột\tColumn\t\n"
EMPTY = "a\tempty\t\tKhông có gì.\tNothing.\t\n"


@pytest.mark.parametrize(
    ("table", "line", "report"),
    [
        (WORDING + COLUMN, 2, "needs a wording"),
        (WORDING.replace("officer", "clerk") + COLUMN + EMPTY, 2, "group 'clerk'"),
        (WORDING + COLUMN + EMPTY + "a\trow\tx\tDòng\tRow\t\n", 5, "part 'row'"),
        (WORDING + COLUMN.replace("Column", "") + EMPTY, 3, "a language is empty"),
        (WORDING + COLUMN + EMPTY + "a\tparameter\ty\tA\tA\tlaw, required\n", 5, "marks of a parameter"),
        (WORDING + COLUMN + COLUMN + EMPTY, 4, "repeats line 3"),
    ],
)
def test_a_flaw_of_the_table_is_named_with_its_line(tmp_path: Path, table: str, line: int, report: str) -> None:
    file = tmp_path / "networks.tsv"
    file.write_text(HEADER + table, encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_networks(file)
    assert report in str(flaw.value) and flaw.value.line == line


def test_a_sound_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "networks.tsv"
    file.write_text(HEADER + WORDING + COLUMN + EMPTY, encoding="utf-8")
    assert [column.name for column in read_networks(file)["a"].columns] == ["x"]


def test_the_circulars_own_chain_is_told_hop_by_hop() -> None:
    answer = ask(library(), "shortest", "52/KH-UBND", "90/QĐ-TTg")
    assert [row["cited"].iri for row in answer.rows] == [TT_10, QD_90]
    assert [row["relation"].text("vi") for row in answer.rows] == ["cho phép", "hướng dẫn"]
    assert answer.rows[0]["activity"].text("vi") == "Tiểu dự án 2: Giám sát, đánh giá"


# --- on the command line ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store on disk that holds the library."""
    folder = tmp_path_factory.mktemp("library") / "kho"
    with Store.open(folder, write=True) as store:
        store.replace_graphs(graphs_of())
        store.flush()
    return folder


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "html"])
def test_the_command_prints_rows_and_notes(kept: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    words = ["network", "impact", "90/QĐ-TTg", "--limit", "1", "--lang", "en", "--format", form, "--store", str(kept)]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "loses all authority" in out and "37/KH-UBND" in out
    # A spreadsheet's rows stay rows.
    assert "Only 1 of 8 rows are shown" in (err if form == "csv" else out)


def test_the_command_follows_chains_to_a_depth(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["network", "chains", "52/KH-UBND", "24/2021/QH15", "--store", str(kept)]
    assert main([*words, "--depth", "3"]) == 0
    assert "2 dòng" in capsys.readouterr().out
    assert main([*words, "--depth", "2"]) == 0
    assert "--depth" in capsys.readouterr().out


def test_the_command_tells_what_can_be_asked(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "nothing", "--store", str(kept)]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in NAMES)
