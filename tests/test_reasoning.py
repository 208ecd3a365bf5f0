"""Test what follows from what: each rule both ways, every conclusion with its premises, and the OWL reasoner."""

from __future__ import annotations

import doctest
import io
import json
import os
import shutil
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rich.console import Console

import cancu.ontology.reasoner
import cancu.queries.graphs
import cancu.queries.reasoning
from cancu.__main__ import main
from cancu.language import Refusal, say
from cancu.loaders.load import drop_source, load_paths
from cancu.ontology.iris import CANCU, GRAPH_INFERRED, GRAPH_VOCABULARY, ID, PREFIXES, PROV, RDF
from cancu.ontology.reasoner import classify, find_clashes
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.ontology.soundness import find_flaws
from cancu.queries.access import text_of
from cancu.queries.catalogue import questions
from cancu.queries.engine import proofs_of
from cancu.queries.graphs import rdflib_graph
from cancu.queries.reasoning import OWL_RULE, reason
from cancu.queries.rules import rules
from cancu.queries.store import Store
from cancu.viz.reasoning import json_of_reasoning, render_reasoning, said_of_owl
from tests.library import KH_37, KH_52, QD_90, TT_10, graphs_of, store_of
from tests.plans import TEXTS

NO_JAVA = shutil.which("java") is None and "CI" not in os.environ
needs_java = pytest.mark.skipif(NO_JAVA, reason="HermiT, the reasoner, needs java on the PATH")

PREFIXED = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
INFERRED = str(GRAPH_INFERRED)


@cache
def vocabulary() -> str:
    """Give the vocabulary; making it takes longer than most tests here."""
    return vocabulary_ntriples()


@cache
def graphs() -> dict[str, list[ox.Triple]]:
    """Give the graphs of the library, and that of one plan."""
    with Store.in_memory() as store:
        load_paths([TEXTS / "ke-hoach-con-cuong-2024.txt"], store, workers=1)
        return graphs_of() | {graph: sorted(store.content(graph), key=str) for graph in store.graphs()}


def stored(content: dict[str, list[ox.Triple]]) -> Store:
    """Put graphs and the vocabulary into a new store."""
    store = store_of(content, vocabulary=False)
    store.replace_graph(str(GRAPH_VOCABULARY), vocabulary())
    return store


@cache
def reasoned() -> Store:
    """Give the library and the plan with all conclusions of the rules; tests only read it."""
    store = stored(graphs())
    reason(store, 0)
    return store


def concluded(store: Store, rule: str) -> set[tuple[str, str]]:
    """Give subject and object of everything that a rule concluded."""
    rows = store.select(
        f"SELECT ?s ?o {{ ?i cancu:rule '{rule}' ; a cancu:Inference ; rdf:subject ?s ; rdf:object ?o }}"
    )
    return {(text_of(row["s"]), text_of(row["o"])) for row in rows}


@cache
def scratch() -> Store:
    """Give a store that holds the vocabulary, for one small graph after the other."""
    return stored({})


def told(turtle: str) -> Store:
    """Put a small graph into a store with the vocabulary, in place of the last one."""
    store = scratch()
    store.drop_graph(INFERRED)
    triples = ox.parse(PREFIXED + turtle, format=ox.RdfFormat.TURTLE)
    store.replace_graph("urn:g", [quad.triple for quad in triples])
    return store


def documents(*numbers: str, kind: str = "quyet-dinh", more: str = "") -> str:
    """Describe documents, each cited once by its number."""
    return "".join(
        f'<urn:{n}> a eli:LegalResource ; eli:number "{number}" ; eli:type_document type:{kind} {more} .\n'
        f'<urn:c{n}> a cancu:Citation ; cancu:citedDocument <urn:{n}> ; cancu:printedNumber "{number}" ;'
        f" rdf:predicate eli:cites ; cancu:confidence 0.9 .\n"
        for n, number in enumerate(numbers)
    )


def normative(store: Store) -> set[str]:
    reason(store, 0)
    return {
        text_of(row["n"]) for row in store.select("SELECT ?n { ?x a cancu:NormativeDocument ; eli:number ?n }")
    }  # fmt: skip


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "yes", "no"),
    [
        (
            "quyet-dinh",
            ["59/2015/QĐ-TTg", "35/2023/QĐ-UBND", "01/2020/QĐ-KTNN", "78/2008/QĐ-BNN", "15/2025/QĐ-CTUBND"],
            ["90/QĐ-TTg", "1401/QĐ-UBND", "78/2012/QĐ-BNN", "1480/2003/QĐ.UB", "42/2004/QĐ-UBBT", "15/2024/QĐ-CTUBND"],
        ),
        (
            "nghi-quyet",
            ["30a/2008/NQ-CP", "66/2025/NQ-CP", "08/2022/NQ-HĐND", "24/2021/QH15", "351/2017/UBTVQH14"],
            ["80/NQ-CP", "12/2015/NQ-CP", "15-NQ/TW", "05/NQ-HĐND", "07/2019/NQ-BCH"],
        ),
        ("thong-tu", ["55/2023/TT-BTC", "02/2022/TT-UBDT"], ["14/TT-BYT", "55/2023/BTC"]),
        ("thong-tu-lien-tich", ["28/2003/TTLT/BTC-BGD&ĐT"], ["14/TTLT-BTC"]),
        ("nghi-dinh", ["27/2022/NĐ-CP", "06/CP"], []),
        ("luat", ["39/2019/QH14"], []),
        ("chi-thi", ["05/2007/CT-BYT", "09/2012/CT-UBND"], ["09/2015/CT-BNN", "05/CT-TTg", "03/2017/CT-UBND"]),
        ("ke-hoach", [], ["37/KH-UBND", "37/2024/KH-UBND"]),
        ("van-ban-hop-nhat", [], ["54/2025/VBHN-VPQH"]),
    ],
)
def test_a_number_tells_whether_a_document_is_normative(kind: str, yes: list[str], no: list[str]) -> None:
    assert normative(told(documents(*yes, *no, kind=kind))) == set(yes)


def test_a_law_without_a_number_is_normative() -> None:
    store = told(
        "<urn:law> eli:type_document type:luat . <urn:plan> eli:type_document type:ke-hoach ."
        "<urn:c> cancu:citedDocument <urn:law> ; rdf:predicate eli:based_on ."
    )
    reason(store, 0)
    assert concluded(store, "normative-by-type") == {("urn:law", str(CANCU.NormativeDocument))}


@pytest.mark.parametrize(
    ("number", "kind", "tier", "dates", "ranks"),
    [
        ("08/2022/NQ-HĐND", "nghi-quyet", "province", ["2022-07-12"], {"63-2020-qh14/hdnd-province"}),
        ("08/2022/NQ-HĐND", "nghi-quyet", "district", ["2022-07-12"], {"63-2020-qh14/hdnd-district"}),
        ("35/2023/QĐ-UBND", "quyet-dinh", "province", ["2023-10-01"], {"63-2020-qh14/ubnd-province"}),
        ("15/2025/QĐ-CTUBND", "quyet-dinh", "province", ["2025-07-02"], {"87-2025-qh15/ctubnd-province"}),
        ("55/2023/TT-BTC", "thong-tu", "central", ["2023-08-15"], {"63-2020-qh14"}),
        ("24/2021/QH15", "nghi-quyet", "central", ["2021-07-28"], {"63-2020-qh14/qh"}),
        # Two dates under one law, under two laws; a day before the first of the laws; no day at all; a plan.
        ("59/2015/QĐ-TTg", "quyet-dinh", "central", ["2016-07-01", "2016-08-01"], {"80-2015-qh13/ttg"}),
        ("59/2015/QĐ-TTg", "quyet-dinh", "central", ["2016-06-30", "2016-08-01"], set()),
        ("59/2015/QĐ-TTg", "quyet-dinh", "central", ["2015-11-19"], set()),
        ("59/2015/QĐ-TTg", "quyet-dinh", "central", [], set()),
        ("90/QĐ-TTg", "quyet-dinh", "central", ["2022-01-18"], set()),
    ],
)
def test_a_rank_is_that_of_the_law_of_the_day(
    number: str, kind: str, tier: str, dates: list[str], ranks: set[str]
) -> None:
    dated = "".join(
        f'<urn:0> cancu:statedDate "{day}"^^xsd:date . <urn:c0> cancu:printedDate "{day}"^^xsd:date .' for day in dates
    )
    store = told(documents(number, kind=kind, more=f"; cancu:tier tier:{tier}") + dated)
    reason(store, 0)
    prefix = f"{PREFIXES['type']}{kind}/rank/"
    assert {rank.removeprefix(prefix) for _, rank in concluded(store, "rank")} == ranks


def test_ranks_compare_inside_one_law() -> None:
    """A circular of 2022 stands below a decree of 2013, which no law in the tables ranked in its day."""
    store = told(
        documents("64/2022/TT-BNNPTNT", kind="thong-tu", more='; cancu:statedDate "2022-10-25"^^xsd:date')
        + '<urn:c0> cancu:printedDate "2022-10-25"^^xsd:date .'
        + '<urn:old> eli:type_document type:nghi-dinh ; eli:number "248/2013/NĐ-CP" .'
        + '<urn:like> eli:type_document type:thong-tu ; eli:number "75/2014/TT-BNNPTNT" .'
        + "".join(
            f'<urn:b{n}> cancu:citedDocument <urn:{name}> ; cancu:printedNumber "{number}" ; rdf:subject <urn:0> ;'
            f" rdf:predicate eli:based_on ; rdf:object <urn:{name}> ; cancu:confidence 0.8 .\n"
            for n, (name, number) in enumerate((("old", "248/2013/NĐ-CP"), ("like", "75/2014/TT-BNNPTNT")))
        )
    )
    reason(store, 0)
    assert concluded(store, "superior-by-rank") == {("urn:0", "urn:old")}
    (row,) = store.select("SELECT ?c { ?i cancu:rule 'superior-by-rank' ; cancu:confidence ?c }")
    assert text_of(row["c"]) == "0.8", "as sure as the least sure premise"


def test_a_basis_of_a_higher_tier_is_superior() -> None:
    found = concluded(reasoned(), "superior-by-tier")
    assert {(KH_37, QD_90), (KH_52, KH_37)} <= found
    assert not any((basis, document) in found for document, basis in found)


def test_a_document_of_two_tiers_is_superior_to_none() -> None:
    turtle = (
        "<urn:a> cancu:tier tier:district . <urn:b> cancu:tier tier:province{also} ."
        "<urn:c> rdf:subject <urn:a> ; rdf:predicate eli:based_on ; rdf:object <urn:b> ; cancu:citedDocument <urn:b> ."
    )
    for also, expected in (("", {("urn:a", "urn:b")}), (" , tier:other", set())):
        store = told(turtle.replace("{also}", also))
        reason(store, 0)
        assert concluded(store, "superior-by-tier") == expected


def test_the_way_up_is_the_proof_of_ultimate_authority() -> None:
    store = told(
        "<urn:plan#1> a cancu:Activity ; cancu:authorisedBy <urn:tt> . <urn:tt> eli:based_on <urn:nd> , <urn:x> ."
        "<urn:nd> eli:based_on <urn:law> . <urn:x> eli:based_on <urn:y> . <urn:y> eli:based_on <urn:law> , <urn:tt> ."
        "<urn:law> eli:type_document type:luat . <urn:nd> eli:type_document type:nghi-dinh ."
        + "".join(
            f"<urn:r{n}> rdf:subject <urn:{tail}> ; rdf:predicate {how} ; rdf:object <urn:{head}> ;"
            f" cancu:confidence {sure} ."
            for n, (tail, how, head, sure) in enumerate(
                (
                    ("plan#1", "cancu:authorisedBy", "tt", 0.9), ("tt", "eli:based_on", "nd", 0.7),
                    ("nd", "eli:based_on", "law", 0.95), ("tt", "eli:based_on", "x", 0.99),
                    ("x", "eli:based_on", "y", 0.99), ("y", "eli:based_on", "law", 0.99),
                    ("y", "eli:based_on", "tt", 1),
                )
            )
        )
    )  # fmt: skip
    reason(store, 0)
    # Only the end is told, not what lies between.
    assert concluded(store, "authority-of-activity") == {("urn:plan#1", "urn:law")}
    rows = list(
        store.select(
            "SELECT ?e ?c { ?i cancu:rule 'authority-of-activity' ; cancu:evidenceFrom ?e ; cancu:confidence ?c }"
        )
    )
    assert {text_of(row["e"]) for row in rows} == {"urn:r0", "urn:r1", "urn:r2"}
    assert {text_of(row["c"]) for row in rows} == {"0.7"}


def test_an_activity_is_accountable_to_the_superior_of_its_lead() -> None:
    found = concluded(reasoned(), "accountable-to")
    district = f"{ID}agency/uy-ban-nhan-dan-huyen-con-cuong"
    assert district in {superior for _, superior in found}
    assert all(
        reasoned().query(f"ASK {{ <{activity}> cancu:ledBy/org:subOrganizationOf <{superior}> }}")
        for activity, superior in found
    )


def test_kinds_are_told_where_they_were_not() -> None:
    store = told(
        "<urn:act> cancu:ledBy <urn:so> ; cancu:authorisedBy <urn:tt> . <urn:tt> a eli:LegalResource ."
        "<urn:d> rdf:subject <urn:act> ; rdf:predicate cancu:ledBy ; rdf:object <urn:so> ; cancu:confidence 0.9 ."
        "<urn:e> rdf:subject <urn:act> ; rdf:predicate cancu:authorisedBy ; rdf:object <urn:tt> ."
        "<urn:t> a cancu:Target ; cancu:confidence 0.7 ."
    )
    reason(store, 0)
    assert concluded(store, "kinds-by-range") == {("urn:so", f"{PREFIXES['org']}Organization")}
    assert concluded(store, "kinds-by-domain") == {("urn:act", str(CANCU.PlanElement))}
    assert concluded(store, "kinds-above") == {("urn:t", str(CANCU.PlanElement))}


# --- every conclusion -------------------------------------------------------------------------------------------------


def test_every_conclusion_is_traced_to_its_rule_and_to_words() -> None:
    store = reasoned()
    rows = list(
        store.select(
            "SELECT ?i ?rule ?used { ?i a cancu:Inference ; cancu:rule ?rule ; prov:wasGeneratedBy/prov:used ?used }"
        )
    )
    assert len(rows) == len({text_of(row["i"]) for row in rows}) > 50
    assert all(text_of(row["used"]) == f"{ID}rule/{text_of(row['rule'])}" for row in rows)
    assert {text_of(row["rule"]) for row in rows} >= {"rank", "superior-by-rank", "normative-by-type", "kinds-above"}
    proofs = proofs_of(store, (text_of(row["i"]) for row in rows))
    assert all(hop.quote for hops in proofs.values() for hop in hops)
    assert [inference for inference, hops in proofs.items() if not hops] == []


def test_no_conclusion_is_surer_than_a_premise() -> None:
    rows = reasoned().select(
        "SELECT ?i { ?i a cancu:Inference ; cancu:confidence ?c ; cancu:evidenceFrom/cancu:confidence ?d"
        " FILTER(?c > ?d) }"
    )
    assert list(rows) == []


def test_conclusions_stand_apart_and_are_sound() -> None:
    store = reasoned()
    (rule,) = store.select(
        f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?x a cancu:Inference }} FILTER(?g != <{INFERRED}>) }}"
    )
    assert text_of(rule["n"]) == "0"
    described = store.query(
        "ASK { ?run a prov:Activity ; prov:used ?rule . ?rule a prov:Plan ; dct:source ?law ; rdfs:comment ?c }"
    )
    assert described
    conclusions = store.content(INFERRED)
    pointed = {one.object.value for one in conclusions if isinstance(one.object, ox.NamedNode)}
    kinds = (one for iri in sorted(pointed) for one in store.triples(iri, str(RDF.type)))
    whole = rdflib_graph((*conclusions, *kinds))
    assert [flaw for flaw in find_flaws(whole) if "/inference/" in flaw.focus] == []


def test_the_same_texts_give_the_same_bytes() -> None:
    first = sorted(map(str, reasoned().content(INFERRED)))
    other = stored(dict(reversed(graphs().items())))
    assert reason(other, 0).changed
    assert sorted(map(str, other.content(INFERRED))) == first
    again = reason(other, 0)
    assert not again.changed and again.triples == len(first)
    assert sorted(map(str, other.content(INFERRED))) == first


def test_answers_do_not_change_by_conclusions() -> None:
    """All questions, asked over the whole of two stores that differ by the conclusions only, give the same rows."""
    plain = stored(graphs())

    def rows(store: Store, query: str) -> list[list[list[str]]]:
        # Lists have no order of their own.
        return sorted([sorted(text_of(value).split()) if value else [] for value in row] for row in store.select(query))

    assert questions()
    changed = [name for name, one in questions().items() if rows(plain, one.query) != rows(reasoned(), one.query)]
    assert changed == []
    before, after = plain.statistics(), reasoned().statistics()
    assert after.triples > before.triples
    assert (after.held, after.cited_only, after.agencies) == (before.held, before.cited_only, before.agencies)


def test_conclusions_go_when_texts_come_or_go(tmp_path: Path) -> None:
    text = "KẾ HOẠCH\nGiảm nghèo\nCăn cứ Nghị định số {} ngày 19 tháng 4 năm 2022 của Chính phủ;\n"
    for name, number in (("a.txt", "27/2022/NĐ-CP"), ("b.txt", "28/2022/NĐ-CP")):
        (tmp_path / name).write_text(text.format(number), encoding="utf-8")
    with Store.in_memory() as store:
        load_paths([tmp_path / "a.txt"], store)
        assert reason(store, 0).count > 0 and INFERRED in store.graphs()
        load_paths([tmp_path / "a.txt"], store)
        assert INFERRED in store.graphs(), "nothing has changed"
        load_paths([tmp_path], store)
        assert INFERRED not in store.graphs()
        assert reason(store, 0).changed
        assert not drop_source("c.txt", store) and INFERRED in store.graphs()
        assert drop_source("b.txt", store) and INFERRED not in store.graphs()


def test_an_old_conclusion_does_not_support_itself() -> None:
    store = told(documents("59/2015/QĐ-TTg"))
    assert normative(store) == {"59/2015/QĐ-TTg"}
    # The text is read anew, and the number is another one.
    store.replace_graph("urn:g", "")
    assert reason(store, 0).count == 0 and normative(store) == set()


# --- OWL --------------------------------------------------------------------------------------------------------------


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXED + turtle, format="turtle")


@needs_java
def test_the_reasoner_judges_a_sample_and_says_what_follows() -> None:
    store = told(
        "<urn:act> a cancu:Activity ; cancu:ledBy <urn:so> ."
        "<urn:d> a cancu:Statement , rdf:Statement ; rdf:subject <urn:act> ; rdf:predicate skos:related ;"
        " rdf:object <urn:so> ; cancu:confidence 0.9 . <urn:law> cancu:authorises <urn:other> ."
        '<urn:act> cancu:deadline "2024-01-01"^^xsd:date . <urn:law> a eli:LegalResource .'
    )
    done = reason(store, 50)
    assert done.refused is None and done.judgement is not None and done.judgement.consistent
    found = {(resource, kind): why for resource, kind, why in done.judgement.types}
    why = found["urn:so", f"{PREFIXES['org']}Organization"]
    assert why is not None and (why.how, why.property) == ("range", str(CANCU.ledBy))
    assert ("urn:other", str(CANCU.PlanElement)) in found
    # What no record tells of is said, and not written.
    assert concluded(store, OWL_RULE) == {("urn:so", f"{PREFIXES['org']}Organization")}
    vi, en = said_of_owl(store, done, "vi"), said_of_owl(store, done, "en")
    assert vi[0] == say("reason.consistent", "vi", count=done.sample) and len(vi) == len(en) == 3
    assert any("«do cơ quan chủ trì» dẫn tới nó" in line for line in vi)
    assert {"rule": OWL_RULE, "count": 1}.items() <= json_of_reasoning(store, done, "vi")["rules"][-1].items()
    assert not reason(store, 50).changed


@needs_java
def test_a_contradiction_is_named_with_its_reasons() -> None:
    store = told("<urn:x> a eli:LegalResource ; cancu:authorisedBy <urn:y> . <urn:y> a eli:LegalResource .")
    done = reason(store, 50)
    assert done.judgement is not None and not done.judgement.consistent and done.judgement.types == ()
    (clash,) = done.judgement.clashes
    assert clash.resource == "urn:x"
    assert {why.how for why in clash.reasons} == {"stated", "domain"}
    sentence = said_of_owl(store, done, "en")[1]
    assert "«urn:x» is both" in sentence and "it has the property «authorised by»" in sentence
    assert concluded(store, OWL_RULE) == set()


def test_clashes_are_found_through_what_lies_above() -> None:
    sound = "<urn:x> a cancu:Component ; cancu:ledBy <urn:so> . <urn:so> a org:FormalOrganization ."
    assert find_clashes(graph(sound)) == ()
    (clash,) = find_clashes(graph(sound + "<urn:so> a cancu:Target ."))
    assert clash.resource == "urn:so" and clash.kinds == (f"{PREFIXES['org']}Organization", str(CANCU.PlanElement))


def test_a_wrong_value_has_no_plain_clash() -> None:
    assert find_clashes(graph("<urn:x> a cancu:SourceText ; cancu:characters -5 .")) == ()


def test_without_java_the_rules_run_and_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    store = told(documents("59/2015/QĐ-TTg"))
    done = reason(store)
    assert done.count == 1 and done.judgement is None
    assert said_of_owl(store, done, "en") == [say("reason.no-java", "en")]
    assert json_of_reasoning(store, done, "vi")["owl"]["consistent"] is None
    with pytest.raises(Refusal):
        classify(Graph())


def test_the_sample_is_bounded_and_holds_every_kind() -> None:
    chosen = cancu.queries.reasoning._sample(reasoned(), 60)
    assert len(chosen) == len(set(chosen)) == 60
    other = stored(dict(reversed(graphs().items())))
    reason(other, 0)
    assert chosen == cancu.queries.reasoning._sample(other, 60)
    kinds = {text_of(one.object) for iri in chosen for one in reasoned().triples(iri, str(RDF.type))}
    assert {str(CANCU.Activity), str(CANCU.Duty), str(CANCU.Target), str(PROV.Association)} <= kinds


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    with Store.open(store, write=True) as opened:
        opened.replace_graphs(dict(graphs_of()))
    assert main(["reason", "--store", str(store), "--sample", "0", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["changed"] and found["conclusions"] > 20 and len(found["rules"]) == len(rules())
    assert main(["reason", "--store", str(store), "--sample", "0", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Nothing differs from the last time." in shown and "superior-by-tier" in shown
    with Store.open(store) as opened:
        assert opened.query(f"ASK {{ <{TT_10}> a cancu:NormativeDocument }}")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_run_is_shown_in_both_languages(lang: str) -> None:
    store = told(documents("59/2015/QĐ-TTg"))
    out = io.StringIO()
    Console(file=out, width=200).print(render_reasoning(store, reason(store, 0), "en" if lang == "en" else "vi"))
    assert ("Concludes" in out.getvalue()) is (lang == "en")
    assert ("Suy ra" in out.getvalue()) is (lang == "vi")


@pytest.mark.parametrize("module", [cancu.ontology.reasoner, cancu.queries.graphs])
def test_doctests(module: object) -> None:
    results = doctest.testmod(module)  # type: ignore[arg-type]
    assert results.failed == 0 and results.attempted >= 1
