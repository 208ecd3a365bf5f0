"""Show answers, questions, finds and query results: on the terminal, as Markdown, CSV, JSON or XML."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cancu.language import Language, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.catalogue import Question
from cancu.queries.engine import Answer
from cancu.queries.entries import Entry
from cancu.viz.export import columns_of_screens, csv_lines, markdown_lines, table_of, text_of
from cancu.viz.words import shown, shown_date, shown_entry

__all__ = ["column_widths", "print_answer", "print_found", "print_questions", "print_results"]

Rows = Sequence[Sequence[str]]

# Into a pipe a table is as wide as this at most, for its long cells would make lines that nobody can read.
_WIDEST_TABLE = 160
# Beside more columns than these a column of proofs would be too narrow to read.
_MOST_BESIDE_PROOFS = 4
_GAP = 2


def print_answer(console: Console, answer: Answer, form: str, lang: Language) -> None:
    """Print an answer with the proof of every row; an empty one with its reason."""
    if form in ("json", "html") or (form == "csv" and answer.rows):
        sys.stdout.write(text_of(answer, form, lang))  # type: ignore[arg-type]
        if form == "csv":
            for told in answer.notes:
                print(told[lang], file=sys.stderr)
        return
    columns = columns_of_screens(answer, filled=form == "table")
    header, rows = table_of(answer, lang, columns)
    if form == "table":
        console.print(Text(answer.question.wording[lang], style="bold"))
    if answer.why_empty is not None:
        note = answer.why_empty[lang]
        if form == "csv":
            print(note, file=sys.stderr)
        else:
            console.print(note, markup=False)
        for entry in answer.candidates:
            console.print(shown_entry(entry, lang), markup=False)
        return
    if form == "table" and len(columns) > _MOST_BESIDE_PROOFS:
        _print_wide(console, header, rows)
    else:
        _print_rows(console, header, rows, form)
    if form == "table":
        console.print(say("table.rows", lang, count=len(rows)), style="dim")
    for told in answer.notes:
        console.print(told[lang], markup=False, style="dim")


def _print_wide(console: Console, header: Sequence[str], rows: Rows) -> None:
    """Print rows whose proofs, the last but one cell, stand in lines of their own below them."""
    proof = len(header) - 2
    kept = [index for index in range(len(header)) if index != proof]
    width = min(console.width, _WIDEST_TABLE)
    widths = column_widths([[shown(row[index]) for index in kept] for row in (header, *rows)], width)

    def line(cells: Sequence[str], style: str = "") -> Table:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
        for each in widths:
            table.add_column(width=each, overflow="fold")
        table.add_row(*(Text(shown(cells[index]), style=style) for index in kept))
        return table

    console.print(line(header, "bold"), width=width)
    for row in rows:
        console.print(Text("─" * width, style="dim"), width=width)
        console.print(line(row), width=width)
        for quote in row[proof].split("\n"):
            console.print(Padding(Text(shown(quote), style="dim"), (0, 0, 0, 2), expand=False), width=width)


def column_widths(rows: Rows, width: int) -> list[int]:
    """Share a width among columns: none gets more than it can use, and the rest goes to those that need more.

    >>> column_widths([["ab", "x" * 50, "x" * 90]], 66)
    [2, 29, 29]
    """
    wanted = [max(len(part) for row in rows for part in row[index].split("\n")) for index in range(len(rows[0]))]
    given = [0] * len(wanted)
    left = width - _GAP * len(wanted)
    waiting = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for done, index in enumerate(waiting):
        given[index] = max(1, min(wanted[index], left // (len(waiting) - done)))
        left -= given[index]
    return given


def _print_rows(console: Console, header: Sequence[str], rows: Rows, form: str) -> None:
    if form == "csv":
        sys.stdout.write(csv_lines([header, *rows]))
    elif form == "markdown":
        sys.stdout.write(markdown_lines([header, *rows]))
    else:
        table = Table(box=box.SIMPLE_HEAD, show_lines=True, header_style="bold")
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        console.print(table, width=min(console.width, _WIDEST_TABLE))


def print_questions(console: Console, questions: Iterable[Question], lang: Language) -> None:
    """Print the catalogue: every question with what it must be told."""
    for one in questions:
        console.print(Text(one.id, style="bold cyan"), end="")
        console.print(f"  {one.wording[lang]}", markup=False)
        told = " ".join(
            f'{parameter.name}="{parameter.example}"'
            if parameter.required or parameter.name in one.either
            else f'[{parameter.name}="{parameter.example}"]'
            for parameter in one.parameters
        )
        if told:
            console.print(f"    cancu ask {one.id} {told}", markup=False, style="dim")


def print_found(console: Console, found: Sequence[Entry], form: str, lang: Language) -> None:
    """Print what was found, the best first."""
    if form == "json":
        names = ("kind", "iri", "label", "number", "title", "issuer", "date", "held")
        print(
            json.dumps(
                [{name: getattr(entry, name) for name in names} | {"document": entry.whole} for entry in found],
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    if not found:
        print(say("find.nothing", lang), file=sys.stderr)
        return
    header = [say(f"find.{name}", lang) for name in ("kind", "name", "title", "issuer", "date", "held")]
    rows = [
        [
            say(f"find.kind.{entry.kind}", lang),
            entry.label,
            # An activity's title stands in its name; its document tells it from those of other plans.
            entry.whole or entry.title or "–",
            entry.issuer or "–",
            shown_date(entry.date, lang),
            say(f"value.held.{str(entry.held).lower()}", lang) if entry.kind == "document" else "–",
        ]
        for entry in found
    ]
    _print_rows(console, header, rows, form)


def print_results(
    console: Console, results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, form: str, lang: Language
) -> None:
    """Print the results of any query: rows as a table, JSON, CSV or XML, triples as Turtle."""
    if isinstance(results, ox.QueryTriples):
        triples = sorted(results, key=str)
        prefixes = {name: iri for name, iri in PREFIXES.items() if name != "id"}
        turtle = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        sys.stdout.write((turtle or b"").decode())
        return
    if form in ("json", "xml") or (form == "csv" and isinstance(results, ox.QuerySolutions)):
        kinds: Mapping[str, ox.QueryResultsFormat] = {
            "json": ox.QueryResultsFormat.JSON,
            "xml": ox.QueryResultsFormat.XML,
            "csv": ox.QueryResultsFormat.CSV,
        }
        sys.stdout.write((results.serialize(format=kinds[form]) or b"").decode())
        sys.stdout.write("\n" if form != "csv" else "")
        return
    if isinstance(results, ox.QueryBoolean):
        print(say(f"value.truth.{str(bool(results)).lower()}", lang))
        return
    header = [variable.value for variable in results.variables]
    rows = [[_term(cell) for cell in solution] for solution in results]
    _print_rows(console, header, rows, form)
    console.print(say("table.rows", lang, count=len(rows)), style="dim")


def _term(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        for name, iri in PREFIXES.items():
            if term.value.startswith(iri):
                return f"{name}:{term.value.removeprefix(iri)}"
        return term.value
    return term.value if isinstance(term, ox.Literal) else str(term) if term is not None else ""
