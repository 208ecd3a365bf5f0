"""Test that an answer written into a file holds what the answer holds, and that no words become orders."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cancu.language import LANGUAGES, Language, Refusal
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, ask
from cancu.viz.export import ANSWER_FORMATS, csv_of, html_of, html_table_of, markdown_of, workbook_of, write_answer
from tests.library import library
from tests.plans import plans

HOSTILE = (
    "=1+1",
    "+1+1",
    "@SUM(1)",
    "a|b\nc",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31m",
)


def funding() -> Answer:
    return ask(plans(), "funding", document="96/KH-UBND")


def hostile() -> Answer:
    """Give an answer whose every word is hostile."""
    answer = ask(library(), "basis", document="60/KH-UBND")
    (hop, *_) = answer.proofs[0]
    rows = [{name: Cell(words, "urn:x", {"vi": words, "en": words}) for name in answer.rows[0]} for words in HOSTILE]
    proofs = [(replace(hop, quote=words, before=words, behind=words, source=words),) for words in HOSTILE]
    return replace(
        answer,
        rows=tuple(rows),
        proofs=tuple(proofs),
        confidence=(1.0,) * len(HOSTILE),
        parameters={"document": HOSTILE[4]},
    )


class Reader(HTMLParser):
    """Collect the tags, the attributes and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.parametrize("suffix", ANSWER_FORMATS)
def test_every_format_is_the_same_bytes_twice_and_holds_every_quote(suffix: str, tmp_path: Path) -> None:
    answer = funding()
    for name in ("a", "b"):
        write_answer(answer, tmp_path / f"{name}{suffix}", "vi")
    content = (tmp_path / f"a{suffix}").read_bytes()
    assert content == (tmp_path / f"b{suffix}").read_bytes()
    assert answer.rows
    if suffix != ".xlsx":
        for proof in answer.proofs:
            assert all(hop.quote.split()[0] in content.decode() for hop in proof)


def test_csv_has_every_column_and_figures_that_add_up() -> None:
    answer = funding()
    header, *rows = csv.reader(io.StringIO(csv_of(answer, "vi")))
    assert header[: len(answer.columns)] == [column.labels["vi"] for column in answer.columns]
    amounts = [Decimal(row[header.index("Số tiền (đồng)")]) for row in rows]
    assert amounts == [row["amount"].exact for row in answer.rows]


def test_a_workbook_holds_rows_proofs_and_the_question() -> None:
    answer = funding()
    book = load_workbook(io.BytesIO(workbook_of(answer, "en")))
    sheet, proofs, asked = book.worksheets
    assert (sheet.title, proofs.title, asked.title) == ("Answer", "Proofs", "Question")
    header = [cell.value for cell in sheet[1]]
    assert header == ["Row", *(column.labels["en"] for column in answer.columns), "Confidence"]
    assert sheet.max_row == len(answer.rows) + 1
    amounts = [sheet.cell(line, header.index("Amount (dong)") + 1).value for line in range(2, sheet.max_row + 1)]
    assert amounts == [int(row["amount"].exact or 0) for row in answer.rows]
    quotes = [row[4].value for row in proofs.iter_rows(min_row=2)]
    assert quotes == [hop.quote for proof in answer.proofs for hop in proof]
    assert [cell.value for cell in asked[3]] == ["document", "96/KH-UBND"]


def test_a_workbook_does_not_say_when_it_was_written() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_of(funding(), "vi"))) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(re.findall(r"\d{4}-\d\d-\d\d", book.read("docProps/core.xml").decode())) == {"2000-01-01"}


def test_a_workbook_evaluates_nothing() -> None:
    book = load_workbook(io.BytesIO(workbook_of(hostile(), "vi")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "=1+1" for cell in cells)
    assert {cell.data_type for cell in cells} == {"s", "n"}


def test_a_page_has_no_script_and_no_link_whatever_the_texts_hold() -> None:
    found = read(html_of(hostile(), "vi"))
    assert {"html", "table", "mark"} <= set(found.tags)
    assert not {"script", "img", "a", "link", "iframe"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href")]
    assert any("<script>alert(1)</script>" in words for words in found.words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_shows_the_quote_in_its_surroundings(lang: Language) -> None:
    answer = ask(library(), "basis", document="60/KH-UBND")
    page = html_of(answer, lang)
    words = " ".join("".join(read(page).words).split())
    for hop in answer.proofs[0]:
        assert " ".join(f"…{hop.before}{hop.quote}{hop.behind}…".split()) in words
    assert answer.question.wording[lang] in words
    assert html_table_of(answer, lang) in page
    assert "<style>" not in html_table_of(answer, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_answer_says_why_in_every_format(lang: Language, tmp_path: Path) -> None:
    answer = ask(library(), "annex", document="90/QĐ-TTg")
    assert answer.why_empty is not None
    why = answer.why_empty[lang]
    assert why in markdown_of(answer, lang)
    assert why in html_of(answer, lang)
    assert why in [cell.value for cell in load_workbook(io.BytesIO(workbook_of(answer, lang))).worksheets[2]["B"]]
    write_answer(answer, tmp_path / "a.json", lang)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["why_empty"] == why


def test_candidates_are_listed_on_the_page() -> None:
    answer = ask(library(), "basis", document="1401/QĐ-UBND")
    assert len(answer.candidates) == 2
    assert read(html_of(answer, "vi")).tags.count("li") == 2


@pytest.mark.parametrize(("name", "key"), [("a.doc", "ask.output-format"), ("không có/a.csv", "cli.export.file")])
def test_a_file_that_cannot_be_written_is_one_sentence(name: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        write_answer(funding(), tmp_path / name)
    assert refused.value.key == key
