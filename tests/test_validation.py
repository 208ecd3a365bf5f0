"""Test that what is wrong in a store is found source by source, and shown with the words of the text."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rich.console import Console

from cancu.__main__ import main
from cancu.language import LANGUAGES, Language, Refusal
from cancu.loaders.load import load_paths
from cancu.ontology.iris import (
    CANCU,
    ELI,
    GRAPH_INFERRED,
    GRAPH_LINKING,
    GRAPH_VOCABULARY,
    OA,
    RDF,
    graph_iri,
    source_iri,
)
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.reasoning import reason
from cancu.queries.store import Store
from cancu.queries.validation import Flaw, Validation, _check, validate
from cancu.viz.validation import json_of_validation, render_validation
from tests.library import graphs_of, store_of

#: A plan of a district that comes before its basis; a report of which nobody says who receives it.
PLAN = """ỦY BAN NHÂN DÂN
HUYỆN YÊN THỊNH
Số: 12/KH-UBND
Yên Thịnh, ngày 05 tháng 01 năm 2024
KẾ HOẠCH
Giảm nghèo năm 2024
Căn cứ Nghị định số 27/2022/NĐ-CP ngày 19 tháng 4 năm 2022 của Chính phủ;
Căn cứ Quyết định số 31/QĐ-UBND ngày 20 tháng 01 năm 2024 của Ủy ban nhân dân tỉnh Lam Sơn;
I. NỘI DUNG
1. Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo
Phòng Nông nghiệp và Phát triển nông thôn chủ trì.
"""
DECISION = """ỦY BAN NHÂN DÂN TỈNH LAM SƠN
Số: 31/QĐ-UBND
QUYẾT ĐỊNH
Giao chỉ tiêu năm 2024
Căn cứ Luật Đầu tư công ngày 13 tháng 6 năm 2019;
"""
KEY = "plan.txt"
GRAPH, SOURCE = str(graph_iri(KEY)), str(source_iri(KEY))


@cache
def graphs() -> dict[str, list[ox.Triple]]:
    """Read the two texts and give their graphs."""
    with tempfile.TemporaryDirectory() as folder, Store.in_memory() as store:
        Path(folder, KEY).write_text(PLAN, encoding="utf-8")
        Path(folder, "decision.txt").write_text(DECISION, encoding="utf-8")
        load_paths([Path(folder)], store, workers=1)
        return {graph: sorted(store.content(graph), key=str) for graph in store.graphs()}


def stored(*, without: str = "", more: str = "") -> Store:
    """Put the texts into a store; leave out the triples of the plan that hold a word, and add others."""
    content = dict(graphs())
    if without:
        content[GRAPH] = [triple for triple in content[GRAPH] if without not in str(triple)]
        assert len(content[GRAPH]) < len(graphs()[GRAPH])
    if more:
        content[GRAPH] = [*content[GRAPH], *(quad.triple for quad in ox.parse(more, format=ox.RdfFormat.N_TRIPLES))]
    # The checker brings the vocabulary along.
    return store_of(content, vocabulary=False)


def reasoned() -> Store:
    """Put the texts into a store and draw conclusions."""
    store = stored()
    store.replace_graph(str(GRAPH_VOCABULARY), vocabulary_ntriples())
    reason(store, 0)
    return store


def shapes(found: Validation) -> list[tuple[str | None, str, str]]:
    return [(flaw.source, flaw.finding.severity, flaw.finding.shape) for flaw in found.flaws]


def shown(found: Validation, lang: Language) -> str:
    out = io.StringIO()
    Console(file=out, width=10_000, highlight=False).print(render_validation(found, lang, line_of=lambda key, start: 8))
    return out.getvalue()


def only(found: Validation, shape: str) -> Flaw:
    (flaw,) = (flaw for flaw in found.flaws if flaw.finding.shape == shape)
    return flaw


def test_what_the_texts_lack_is_a_warning_and_conforms() -> None:
    found = validate(stored())
    assert found.sources == ("decision.txt", KEY)
    assert found.conforms and found.count("violation") == 0 < found.count("warning")
    flaw = only(found, "Document-basis-older")
    assert flaw.label == "Kế hoạch số 12/KH-UBND"
    # The words that cite the younger basis, and its name in place of its IRI.
    assert [PLAN[hop.start : hop.end] for hop in flaw.places] == [hop.quote for hop in flaw.places]
    assert "31/QĐ-UBND" in flaw.places[0].quote
    assert "Quyết định số 31/QĐ-UBND" in flaw.message("vi") and "https:" not in flaw.message("en")


def test_a_flaw_of_the_graph_is_a_violation_with_its_place() -> None:
    quote = next(
        one.subject for one in graphs()[GRAPH] if one.predicate.value == str(OA.exact) and "27/2022" in str(one)
    )
    assert isinstance(quote, ox.NamedNode)
    found = validate(stored(without=f"{quote} <{OA.exact}>"), [KEY])
    assert not found.conforms
    flaw = only(found, "Quote-exact")
    assert flaw.source == KEY and flaw.finding.focus == quote.value
    # The quote has gone; its place is still known from the record that it belongs to.
    assert [PLAN[hop.start : hop.end].startswith("Nghị định số 27/2022/NĐ-CP") for hop in flaw.places] == [True]


DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"


@pytest.mark.parametrize(
    ("more", "shape", "place"),
    [
        (f'<{SOURCE}#number> <{CANCU.confidence}> "2.5"^^<{DECIMAL}> .', "Statement-confidence", "12/KH-UBND"),
        (f'%s <{ELI.number}> "12/KH- UBND" .', "Document-number", "12/KH-UBND"),
    ],
    ids=["a confidence above one", "a number with a blank"],
)
def test_the_statement_at_fault_is_the_place(more: str, shape: str, place: str) -> None:
    document = next(one.object for one in graphs()[GRAPH] if one.predicate.value == str(CANCU.textOf))
    found = validate(stored(more=more.replace("%s", str(document))), [KEY])
    flaws = [flaw for flaw in found.flaws if flaw.finding.shape == shape]
    assert flaws and all(place in hop.quote for flaw in flaws for hop in flaw.places)
    assert all(flaw.places for flaw in flaws)


def test_a_source_is_named_by_its_file_or_its_document() -> None:
    store = stored(more=f'<{SOURCE}> <{CANCU.sha256}> "x" .')
    assert validate(store, ["decision.txt"]).conforms
    found = validate(store, [KEY, "12/KH-UBND"])
    assert found.sources == (KEY,) and not found.conforms
    for word in ("không có.txt", "27/2022/NĐ-CP"):
        with pytest.raises(Refusal):
            validate(store, [word])


def test_what_is_described_elsewhere_is_no_flaw() -> None:
    """A graph points at resources of other graphs; of these only their kinds are asked."""
    store = reasoned()
    assert str(GRAPH_INFERRED) in store.graphs()
    assert validate(store).conforms


def test_what_was_concluded_from_several_sources_is_checked() -> None:
    linking = str(GRAPH_LINKING)
    content = graphs_of()[linking]
    for lacking, expected in (("", []), (str(CANCU.evidenceFrom), [(None, "violation", "IdentityInference-evidence")])):
        left = [one for one in content if not lacking or lacking != one.predicate.value]
        store = store_of(graphs_of() | {linking: left}, vocabulary=False)
        flaws = tuple(_check(store, None, store.content(linking)))
        assert shapes(Validation((), flaws)) == expected


def test_conclusions_are_checked_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cancu.queries.validation._BATCH", 5)
    store = reasoned()
    content = store.content(str(GRAPH_INFERRED))
    kinds = [one.subject for one in content if one.object == ox.NamedNode(str(CANCU.Inference))]
    assert len(kinds) > 5
    broken = min(map(str, kinds))
    lacking = [one for one in content if not (str(one.subject) == broken and "confidence" in one.predicate.value)]
    store.replace_graph(str(GRAPH_INFERRED), lacking)
    found = [flaw for flaw in validate(store).flaws if flaw.finding.severity == "violation"]
    assert [(flaw.source, flaw.finding.shape, f"<{flaw.finding.focus}>") for flaw in found] == [
        (None, "Statement-confidence", broken)
    ]
    assert found[0].places, "the words that the conclusion rests on"


def test_graphs_of_others_are_left_alone() -> None:
    store = stored()
    store.drop_graph(GRAPH)
    store.replace_graph("urn:theirs", f"<urn:x> <{RDF.type}> <{CANCU.Citation}> .")
    assert validate(store).conforms


@cache
def without_digest() -> Validation:
    """Check the texts, of which one has lost its digest."""
    return validate(stored(without=f"<{CANCU.sha256}>"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_check_is_shown_with_lines_and_in_the_language(lang: Language) -> None:
    found = without_digest()
    text = shown(found, lang)
    word, line = {"vi": ("lỗi của đồ thị", "dòng 8"), "en": ("violation", "line 8")}[lang]
    assert f"  {word}: " in text and line in text and f"\n{KEY}\n" in text
    document = json_of_validation(found, lang, line_of=lambda key, start: PLAN.count("\n", 0, start) + 1)
    assert json.loads(json.dumps(document)) == document
    assert document["violations"] == 1 and not document["conforms"]
    basis = next(flaw for flaw in document["flaws"] if flaw["shape"] == "Document-basis-older")
    assert [place["line"] for place in basis["places"]] == [8]
    assert {"vi": "Văn bản này", "en": "This document"}[lang] in basis["message"]


def test_a_sound_store_says_so() -> None:
    found = Validation(("a.txt",), ())
    assert shown(found, "en").strip() == "1 sources, no flaw found."


def test_the_command_tells_by_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    (tmp_path / KEY).write_text(PLAN, encoding="utf-8")
    with Store.open(store, write=True) as opened:
        load_paths([tmp_path / KEY], opened, workers=1)
    assert main(["validate", "--store", str(store)]) == 0
    assert "31/QĐ-UBND" in capsys.readouterr().out
    with Store.open(store, write=True) as opened:
        opened.replace_graph(GRAPH, (one for one in opened.content(GRAPH) if one.predicate.value != str(CANCU.sha256)))
    assert main(["validate", "--store", str(store), "--format", "json", "--lang", "en", KEY]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["violations"], found["sources"]) == (1, [KEY])
    # The text is at hand, so the line is known.
    assert {place["line"] for flaw in found["flaws"] for place in flaw["places"]} - {None}
    assert main(["validate", "--store", str(store), "nothing.txt"]) == 2
