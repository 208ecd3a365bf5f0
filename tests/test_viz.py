"""Test that what is shown is what was found, and that hostile words in titles and quotes stay words."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rich.console import Console

from cancu.queries.engine import Hop, ask
from cancu.queries.entries import Entry
from cancu.queries.find import find
from cancu.queries.store import Store
from cancu.viz.duties import render_duties
from cancu.viz.export import safe_cell
from cancu.viz.table import print_answer, print_found, print_results
from cancu.viz.words import shown_quote
from tests.library import library
from tests.plans import plans

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


def test_proofs_of_a_wide_table_stand_in_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "funding", document="96/KH-UBND")
    print_answer(Console(width=110, highlight=False), answer, "table", "vi")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 110
    assert not any("Câu chứng minh" in line for line in lines)
    (place,) = [index for index, line in enumerate(lines) if "«Tổng kinh phí: 6.215" in line]
    assert lines[place].startswith("  …") and "6.215.000.000" in lines[place - 1]
    (row,) = [line for line in lines if "6.215.000.000" in line]
    assert "tổng các nguồn" in row and "6.215 triệu đồng" in row
    assert not any("Loại vốn" in line or "Theo văn bản" in line for line in lines), "these columns are empty"


def test_a_narrow_table_keeps_its_proofs_beside(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "matrix", document="96/KH-UBND")
    print_answer(Console(width=140, highlight=False), answer, "table", "vi")
    out = capsys.readouterr().out
    assert "Câu chứng minh" in out


def test_figures_have_separators_on_screen_and_none_in_spreadsheets(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "funding", document="58/KH-UBND")
    for form, lang, written in (
        ("table", "vi", "2.345.000.000"), ("table", "en", "2,345,000,000"),
        ("markdown", "vi", "2.345.000.000"), ("csv", "vi", "2345000000"), ("csv", "en", "2345000000"),
    ):  # fmt: skip
        print_answer(console(), answer, form, "vi" if lang == "vi" else "en")
        assert written in capsys.readouterr().out, (form, lang)


def test_who_is_responsible_is_shown_by_roles_with_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "who", activity="dự án 3 tiểu dự án 2 Con Cuông")
    reporting = [ask(plans(), "deadlines", document="58/KH-UBND")]
    console().print(render_duties(answer, reporting, "en", line_of=lambda source, offset: 7))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == ["Tiểu dự án 2: Cải thiện dinh dưỡng", "Kế hoạch số 58/KH-UBND"]
    assert "assigned at: Dự án 3: Hỗ trợ phát triển sản xuất, cải thiện dinh dưỡng" in lines
    lead = lines.index("lead")
    assert lines[lead + 1] == "Phòng Nông nghiệp và Phát triển nông thôn huyện Con Cuông"
    assert "«" in lines[lead + 2] and lines[lead + 2].endswith(", line 7]")
    assert "Reporting under the whole document" not in lines, "those who report there have no part in it"


def test_who_reports_is_told_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "who", activity="dự án 2 Con Cuông")
    console().print(render_duties(answer, [ask(plans(), "deadlines", document="58/KH-UBND")], "vi"))
    out = capsys.readouterr().out
    assert out.index("chủ trì") < out.index("phối hợp") < out.index("Báo cáo chung theo văn bản")
    assert "Ủy ban nhân dân huyện Con Cuông · hạn 15/11/2024" in out


def test_found_activities_name_their_documents(capsys: pytest.CaptureFixture[str]) -> None:
    found = find(plans(), "Cải thiện vệ sinh nông thôn Quỳ Hợp")
    print_found(console(), found, "table", "vi")
    assert "Kế hoạch số 96/KH-UBND" in capsys.readouterr().out
    print_found(console(), found, "json", "vi")
    assert [one["document"] for one in json.loads(capsys.readouterr().out)] == ["Kế hoạch số 96/KH-UBND"]


def test_several_activities_are_listed_with_their_documents(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(plans(), "who", activity="Cải thiện vệ sinh nông thôn")
    console().print(render_duties(answer, [], "vi"))
    out = capsys.readouterr().out
    assert "Kế hoạch số 96/KH-UBND · Ủy ban nhân dân huyện Quỳ Hợp" in out
    assert out.count("https://") == len(answer.candidates) > 2


@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_every_row_is_shown_with_its_proof(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(library(), "cited-by", document="90/QĐ-TTg")
    print_answer(console(), answer, form, "vi")
    out = capsys.readouterr().out
    for proof in answer.proofs:
        for hop in proof:
            assert f"[{hop.source}:{hop.start}-{hop.end}]" in out
