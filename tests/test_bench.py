"""Test that the benchmark measures what it says, on texts and a store small enough for a test."""

from __future__ import annotations

import importlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Dataset

from cancu.loaders.extract import extract_text
from cancu.queries.catalogue import questions
from cancu.queries.store import Store
from tests import bench, bench_queries, bench_workshop, samples
from tests.bench_queries import BOUND, CHAIN, WHOLE, Case, cases, in_rdflib, measure_in_rdflib
from tests.corpus_of_size import graphs_of_size, iri_in_copy, write_store
from tests.library import ID, KH_52, QD_90, library


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every measurement short, and let nothing but the examples be read."""
    for name in ("SIZE", "SIZE_OF_STORE", "SIZE_OF_EYECITE"):
        monkeypatch.setattr(bench, name, 40_000)
    monkeypatch.setattr(bench, "RUNS", 1)
    monkeypatch.setattr(samples, "corpus", lambda: ())


def test_a_rate_counts_bytes_and_the_time_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 4.0, 10.0, 12.0])
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    rate = bench.measure(["Đ" * 1_000_000, "a" * 1_000_000], len, runs=2)
    assert (rate.size, rate.seconds, rate.citations) == (3_000_000, 2.0, 2_000_000)
    assert rate.megabytes_a_second == 1.5


def test_an_opinion_is_the_same_each_time_and_as_dense_as_asked() -> None:
    text = bench.opinion(20_000, 3.0)
    assert text == bench.opinion(20_000, 3.0) != bench.opinion(20_000, 3.0, seed=1)
    assert 20_000 <= len(text) < 21_000
    citations = text.count(", see ")
    assert 50 <= citations <= 60
    assert len([mark for mark in (" U.S.C. § ", " v. ", "Id. at ", ", supra, at ", ", at ") if mark in text]) == 5


@pytest.mark.usefixtures("small")
def test_the_tables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LENGTHS", (0,))
    real = importlib.import_module

    def without_eyecite(name: str) -> Any:
        if name == "eyecite":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without_eyecite)
    monkeypatch.setattr(bench, "print_questions", lambda _: print("| questions |"))
    assert bench.main() == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert [row[0] for row in rows] == [
        "what", "---", "citations, from prepared text", "citations, from the text as it is", "text → records",
        "files → store on disk", "eyecite, English opinions", "one text of", "---:", "0 MB", "questions",
    ]  # fmt: skip
    assert "not installed" in rows[6]
    # All parts of the way find the same citations.
    assert len({row[2] for row in rows[3:6]}) == 1
    assert "growth is linear" in lines


@pytest.mark.usefixtures("small")
def test_growth_beyond_the_linear_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = iter([bench.Rate(10, seconds, 1) for seconds in (1.0, 1.0, 1.4, 1.4, 1.0, 1.0, 1.6, 1.0)])
    monkeypatch.setattr(bench, "measure", lambda *_: next(rates))
    assert bench.print_growth((0, 0))
    assert not bench.print_growth((0, 0))


def test_files_are_not_taken_for_copies_of_each_other(tmp_path: Path) -> None:
    rate = bench.measure_store([samples.plan(), samples.plan()])
    assert rate.citations == 2


# --- questions --------------------------------------------------------------------------------------------------------

#: Enough for the state, one province and some of its districts.
SMALL = 50_000


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a store of copies."""
    folder = tmp_path_factory.mktemp("copies") / "store"
    write_store(folder, SMALL)
    with Store.open(folder) as store:
        yield store


def test_a_store_of_a_size_is_the_same_each_time_and_holds_no_text_twice(copies: Store) -> None:
    graphs = [name for name, _ in graphs_of_size(SMALL)]
    assert graphs == [name for name, _ in graphs_of_size(SMALL)]
    assert set(copies.graphs()) == {*graphs, f"{ID}graph/vocabulary"}
    vocabulary = sum(1 for _ in copies.select("SELECT ?s ?p ?o FROM id:graph\\/vocabulary { ?s ?p ?o }"))
    assert SMALL <= len(copies) - vocabulary < SMALL * 1.2
    named = [
        row["n"] for row in copies.select("SELECT (COUNT(*) AS ?n) { ?document cancu:heldAs ?text } GROUP BY ?text")
    ]
    assert {int(one.value) for one in named} == {1}


def test_copies_cite_the_plan_of_their_province_and_the_state(copies: Store) -> None:
    plan, next_plan = (iri_in_copy(KH_52, district) for district in (1, 2))
    assert len({KH_52, plan, next_plan}) == 3
    # Both carry out the plan of one province; nobody does so with the plan that was copied.
    superior = iri_in_copy("https://w3id.org/cancu/id/vn/uy-ban-nhan-dan-tinh-lam-son/ke-hoach/2024/37_KH-UBND")
    citing = {
        row["x"].value
        for row in copies.select(f"SELECT ?x {{ ?c cancu:citingDocument ?x ; cancu:citedDocument <{superior}> }}")
    }
    assert {plan, next_plan} <= citing
    assert not list(copies.triples(KH_52))
    # The decision of the state is the same for all.
    assert iri_in_copy(QD_90) == QD_90


def test_every_question_is_measured_and_has_a_limit() -> None:
    found = list(cases())
    assert {case.question.id for case in found} == set(questions())
    limits = {(case.question.id, *case.chosen): case.limit for case in found}
    assert limits["chain", "document"] == CHAIN
    assert limits["basis", "document"] == limits["who", "activity"] == limits["duties", "agency"] == BOUND
    assert limits["not-held",] == limits["beneficiary", "group"] == WHOLE


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_table_of_questions(
    copies: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = questions()
    chosen = [Case(known["basis"], {"document": "plan"}), Case(known["not-held"], {})]
    monkeypatch.setattr(bench_queries, "cases", lambda: chosen)
    monkeypatch.setattr(bench_queries, "write_store", lambda folder, _: shutil.copytree(copies.place, folder))
    monkeypatch.setattr(bench_queries, "RUNS", 1)
    monkeypatch.setattr(bench_queries, "BOUND", 0.0)
    monkeypatch.setattr(bench_queries, "WHOLE", 1e9)
    assert not bench_queries.print_questions(bench.print_row)
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert [(row[0], row[1], row[6]) for row in rows[2:]] == [
        ("basis", "document: plan", "0: NO"),
        ("not-held", "", "1e+09: yes"),
    ]
    assert all(float(row[index]) > 0 for row in rows[2:] for index in (2, 3, 4))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_answers_or_is_stopped() -> None:
    graphs = Dataset(default_union=True)
    graphs.parse(data=f'<{KH_52}> <urn:p> "x" .', format="nt")
    assert (measure_in_rdflib(graphs, "SELECT * { ?s ?p ?o }", 60) or 0) > 0
    many = in_rdflib(library())
    assert len(many) == len(library())
    assert measure_in_rdflib(many, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", 0.05) is None
    # Stopped for good: what comes after is not.
    assert (measure_in_rdflib(graphs, "SELECT * { ?s ?p ?o }", 60) or 0) > 0


def test_the_texts_of_the_workshop_cite_as_many_documents_as_asked() -> None:
    texts = dict(bench_workshop.texts_of(bench_workshop.CITED + 7))
    cited = [citation for text in texts.values() for citation in extract_text(text).citations]
    assert len({(one.number, one.issuer) for one in cited}) == len(cited) == bench_workshop.CITED + 7
    assert len(bench_workshop.long_text(90_000)) == 90_000


def test_a_page_keeps_its_limit_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [20.0, 101.0, 130.0]
    monkeypatch.setattr(bench_workshop, "make_store", lambda *_: 100)
    monkeypatch.setattr(bench_workshop, "measure_pages", lambda _: iter([bench_workshop.Page("suggestions", taken)]))
    rows: list[tuple[object, ...]] = []
    assert not bench_workshop.print_pages(lambda *cells: rows.append(cells))
    assert rows[-1] == ("suggestions", "101", "130", "100")
    taken[1] = 99.0
    assert bench_workshop.print_pages(lambda *cells: rows.append(cells))
