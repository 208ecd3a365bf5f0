"""Test that what is shown is what was found, and that hostile words in titles and quotes stay words."""

from __future__ import annotations

import csv
import io

import pytest
from rich.console import Console

from cancu.queries.engine import Hop, ask
from cancu.queries.find import Entry
from cancu.queries.store import Store
from cancu.viz.table import print_answer, print_found, print_results, safe_cell
from cancu.viz.words import shown_quote
from tests.library import library

#: Words that a spreadsheet, Markdown, a terminal or rich's markup would take for orders.
HOSTILE = ("=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\tx", "a|b", "<script>", "[bold]x[/bold]", "\x1b[31mđỏ", "a\nb")


def console() -> Console:
    return Console(width=100_000, highlight=False)


@pytest.fixture
def hostile(store: Store) -> Store:
    """Give a store in which a title is hostile: the titles are those of documents that one plan is based on."""
    legal = "http://data.europa.eu/eli/ontology#LegalResource"
    lines = []
    for n, words in enumerate(HOSTILE):
        written = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        lines += [
            f"<urn:d{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{legal}> .",
            f'<urn:d{n}> <http://www.w3.org/2000/01/rdf-schema#label> "{written}"@vi .',
            f'<urn:d{n}> <http://purl.org/dc/terms/title> "{written}"@vi .',
        ]
    store.replace_graph("urn:g", "\n".join(lines))
    return store


@pytest.mark.parametrize("value", ["=1", "+x", "-x", "@x", "\tx", "\rx", "-1+2", "=cmd|' /C calc'!A0"])
def test_a_cell_that_would_be_a_formula_is_quoted(value: str) -> None:
    assert safe_cell(value) == "'" + value


@pytest.mark.parametrize("value", ["", "Kế hoạch", "-5", "+84", "-1.5", "90/QĐ-TTg", "a=b"])
def test_other_cells_stay_as_they_are(value: str) -> None:
    assert safe_cell(value) == value


def test_csv_of_titles_holds_no_formula(hostile: Store, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT ?title { ?x dct:title ?title }"
    found = [row["title"].value for row in hostile.select(query)]
    assert sorted(found) == sorted(HOSTILE)
    entries = [Entry(f"urn:{n}", "document", words, title=words) for n, words in enumerate(HOSTILE)]
    print_found(console(), entries, "csv", "en")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))[1:]
    assert len(rows) == len(HOSTILE)
    for row in rows:
        assert all(cell[:1] not in ("=", "+", "-", "@", "\t") for cell in row)


def test_markdown_of_titles_holds_one_row_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    entries = [Entry(f"urn:{n}", "document", words, title=words) for n, words in enumerate(HOSTILE)]
    print_found(console(), entries, "markdown", "en")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(HOSTILE)
    assert {line.replace("\\|", "").count("|") for line in lines} == {7}
    assert "<script>" not in "".join(lines)


def test_a_terminal_gets_words_and_no_orders(capsys: pytest.CaptureFixture[str], hostile: Store) -> None:
    entries = [Entry(f"urn:{n}", "document", words, title=words) for n, words in enumerate(HOSTILE)]
    print_found(console(), entries, "table", "en")
    print_results(console(), hostile.query("SELECT ?title { ?x dct:title ?title }"), "table", "en")
    out = capsys.readouterr().out
    assert "[bold]x[/bold]" in out
    assert "\x1b" not in out


def test_a_long_quote_keeps_its_ends() -> None:
    hop = Hop("a.txt", 0, 400, "Căn cứ " + "x" * 386 + " năm 2024", None, 1.0, "trước ", " sau")
    short, full = shown_quote(hop), shown_quote(hop, full=True)
    assert short.startswith("…trước «Căn cứ ") and short.endswith(" năm 2024» sau…")
    assert len(short) < 200 < len(full)


@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_every_row_is_shown_with_its_proof(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(library(), "cited-by", document="90/QĐ-TTg")
    print_answer(console(), answer, form, "vi")
    out = capsys.readouterr().out
    for proof in answer.proofs:
        for hop in proof:
            assert f"[{hop.source}:{hop.start}-{hop.end}]" in out
