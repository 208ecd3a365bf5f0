"""Write an answer as a document: CSV, JSON, Markdown, a page of HTML, or an Excel workbook.

All of them hold the same: the rows, the proof of every row, how sure it is, and where there is no row the reason.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

from cancu.language import Language, Refusal, say
from cancu.queries.catalogue import Column
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, Hop
from cancu.viz.words import shown, shown_cell, shown_quote
from cancu.viz.workbook import SheetRows, for_sheet, workbook_of_sheets

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = [
    "ANSWER_FORMATS",
    "AnswerFormat",
    "columns_of_screens",
    "csv_of",
    "html_of",
    "html_table_of",
    "json_of",
    "markdown_of",
    "safe_cell",
    "table_of",
    "template_of",
    "workbook_of",
    "write_answer",
]

AnswerFormat = Literal["csv", "json", "markdown", "html", "xlsx"]

#: The formats of an answer by the ending of the file's name.
ANSWER_FORMATS: Final[Mapping[str, AnswerFormat]] = MappingProxyType(
    {".csv": "csv", ".json": "json", ".md": "markdown", ".html": "html", ".xlsx": "xlsx"}
)


# What begins a formula, in the full width of Asian keyboards too; blanks before it may be dropped.
_SIGNS: Final = "[=+@\uff1d\uff0b\uff0d\uff20-]"
_FORMULA: Final = re.compile(rf"[\s\0]*{_SIGNS}|[\t\r\n]")
_FORMULA_INSIDE: Final = re.compile(rf"""([;\t\r\n][\s"']*)(?={_SIGNS})""")


def safe_cell(value: str) -> str:
    """Keep a spreadsheet from reading a cell, or what it takes for one, as a formula.

    A Vietnamese Excel parts cells at semicolons, wherever they stand.

    >>> safe_cell("=1+1"), safe_cell("- Nghị định"), safe_cell("-5")
    ("'=1+1", "'- Nghị định", '-5')
    >>> safe_cell("khoản 1; =1+1"), safe_cell(" ＝1+1"), safe_cell("2021-2025; 90/QĐ-TTg")
    ("khoản 1; '=1+1", "' ＝1+1", '2021-2025; 90/QĐ-TTg')
    """
    if _is_number(value):
        return value
    guarded = _FORMULA_INSIDE.sub(r"\1'", value)
    return "'" + guarded if _FORMULA.match(value) else guarded


def _is_number(value: str) -> bool:
    return value.lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def table_of(
    answer: Answer, lang: Language, columns: Sequence[Column], *, plain: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Lay an answer out in rows of words below their headings; the last two cells are the proof and its confidence.

    ``plain`` figures have no separators, for a spreadsheet that adds them up.
    """
    header = [*(column.label(lang) for column in columns), say("table.proof", lang), say("table.confidence", lang)]
    rows = [
        [
            *(_shown(row[column.name], lang, plain=plain) for column in columns),
            "\n".join(_proof(hop) for hop in proof),
            f"{confidence:.2f}",
        ]
        for row, proof, confidence in zip(answer.rows, answer.proofs, answer.confidence, strict=True)
    ]
    return header, rows


def _shown(cell: Cell, lang: Language, *, plain: bool) -> str:
    return str(cell.exact) if plain and cell.exact is not None else shown_cell(cell, lang)


def _proof(hop: Hop) -> str:
    return f"{shown_quote(hop)} [{hop.source}:{hop.start}-{hop.end}]"


def columns_of_screens(answer: Answer, *, filled: bool = False) -> list[Column]:
    """Give the columns that screens show; ``filled`` leaves out those without a single value, which take room."""
    shown_ones = [column for column in answer.columns if not column.detail]
    if not filled or not answer.rows:
        return shown_ones
    return [column for column in shown_ones if any(row[column.name].value for row in answer.rows)]


def csv_of(answer: Answer, lang: Language = "vi") -> str:
    """Write an answer as CSV (RFC 4180) with every column; no cell is a formula."""
    header, rows = table_of(answer, lang, answer.columns, plain=True)
    return csv_lines([header, *rows])


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def json_of(answer: Answer, lang: Language = "vi") -> str:
    """Write the public JSON of an answer."""
    return json.dumps(answer.to_json(lang), ensure_ascii=False, indent=2) + "\n"


def markdown_of(answer: Answer, lang: Language = "vi") -> str:
    """Write an answer as a table of Markdown, or the sentence that says why there is none."""
    if answer.why_empty is not None:
        return shown(answer.why_empty[lang]) + "\n"
    header, rows = table_of(answer, lang, columns_of_screens(answer))
    return markdown_lines([header, *rows]) + "".join(f"\n{_markdown(note[lang])}\n" for note in answer.notes)


def markdown_lines(rows: Sequence[Sequence[str]]) -> str:
    r"""Write rows as a table of Markdown; the first is its head.

    >>> print(markdown_lines([["Số"], ["90/QĐ-TTg | cũ"]]), end="")
    | Số |
    | --- |
    | 90/QĐ-TTg \| cũ |
    """
    lines = (rows[0], ["---"] * len(rows[0]), *rows[1:])
    return "".join(f"| {' | '.join(_markdown(cell) for cell in line)} |\n" for line in lines)


def _markdown(cell: str) -> str:
    return shown(cell).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", "<br>")


# --- HTML -------------------------------------------------------------------------------------------------------------


def html_of(answer: Answer, lang: Language = "vi") -> str:
    """Write an answer as one page without script or other files, every quote in its surroundings."""
    return template_of("answer.html").render(_for_page(answer, lang))


def html_table_of(answer: Answer, lang: Language = "vi") -> str:
    """Write the table of an answer alone, to stand inside another page."""
    return template_of("answer_table.html").render(_for_page(answer, lang))


def _for_page(answer: Answer, lang: Language) -> Mapping[str, object]:
    columns = columns_of_screens(answer, filled=True)
    rows = [
        {
            "cells": [(shown_cell(row[column.name], lang), row[column.name].exact is not None) for column in columns],
            "proof": [_hop(hop) for hop in proof],
            "confidence": f"{confidence:.2f}",
        }
        for row, proof, confidence in zip(answer.rows, answer.proofs, answer.confidence, strict=True)
    ]
    words = ("table.proof", "table.confidence", "html.asked", "html.made-by")
    return {
        "lang": lang,
        "question": answer.question.wording[lang],
        "name": answer.question.id,
        "given": dict(answer.parameters),
        "columns": [column.label(lang) for column in columns],
        "rows": rows,
        "count": say("table.rows", lang, count=len(rows)),
        "notes": [note[lang] for note in answer.notes],
        "why_empty": answer.why_empty[lang] if answer.why_empty is not None else None,
        "candidates": [" · ".join(filter(None, (one.label, one.whole, one.issuer))) for one in answer.candidates],
        "say": {key.partition(".")[2].replace("-", "_"): say(key, lang) for key in words},
    }


def _hop(hop: Hop) -> Mapping[str, str]:
    # A line break before or behind the quote would only make the line jump.
    before = " ".join(f"{hop.before}|".split())[:-1]
    behind = " ".join(f"|{hop.behind}".split())[1:]
    return {
        "before": shown(before),
        "quote": shown(hop.quote),
        "behind": shown(behind),
        "place": f"{hop.source}:{hop.start}-{hop.end}",
    }


@cache
def template_of(name: str) -> Template:
    """Read a page that stands beside this module; what is put into it is never markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


# --- workbooks --------------------------------------------------------------------------------------------------------


def workbook_of(answer: Answer, lang: Language = "vi") -> bytes:
    """Write an answer as an Excel workbook: its rows, the proofs of each row, and what was asked, a sheet each."""
    number, confidence = say("xlsx.row", lang), say("table.confidence", lang)
    header = [number, *(column.label(lang) for column in answer.columns), confidence]
    rows: list[list[str | int | Decimal]] = [
        [at, *(for_sheet(row[column.name], lang) for column in answer.columns), Decimal(str(sure))]
        for at, (row, sure) in enumerate(zip(answer.rows, answer.confidence, strict=True), start=1)
    ]
    names = ("source", "start", "end", "quote", "relation", "before", "behind")
    hops: list[list[str | int | Decimal]] = [
        [at, hop.source, hop.start, hop.end, hop.quote, hop.relation or "", hop.before, hop.behind]
        for at, proof in enumerate(answer.proofs, start=1)
        for hop in proof
    ]
    told: list[list[str | int | Decimal]] = [[answer.question.id, answer.question.wording[lang]]]
    told += [[name, value] for name, value in answer.parameters.items()]
    if answer.why_empty is not None:
        told.append(["", answer.why_empty[lang]])
    told += [["", note[lang]] for note in answer.notes if note != answer.why_empty]
    return workbook_of_sheets(
        [
            SheetRows(say("xlsx.answer", lang), header, rows),
            SheetRows(say("xlsx.proofs", lang), [number, *(say(f"xlsx.{name}", lang) for name in names)], hops),
            SheetRows(say("xlsx.asked", lang), [say("xlsx.question", lang), ""], told),
        ]
    )


# --- files ------------------------------------------------------------------------------------------------------------


def write_answer(answer: Answer, file: Path, lang: Language = "vi") -> None:
    """Write an answer into a file, in the format that its name ends with."""
    form = ANSWER_FORMATS.get(file.suffix.lower())
    if form is None:
        raise Refusal("ask.output-format", file=file, known=", ".join(ANSWER_FORMATS))
    content = workbook_of(answer, lang) if form == "xlsx" else text_of(answer, form, lang).encode()
    try:
        file.write_bytes(content)
    except OSError as flaw:
        raise Refusal("cli.export.file", file=file, reason=flaw) from flaw


def text_of(answer: Answer, form: Literal["csv", "json", "markdown", "html"], lang: Language) -> str:
    """Write an answer in one of the formats that are text."""
    return {"csv": csv_of, "json": json_of, "markdown": markdown_of, "html": html_of}[form](answer, lang)


if set(ANSWER_FORMATS.values()) != set(get_args(AnswerFormat)):
    raise AssertionError("a format of answers has no ending")
