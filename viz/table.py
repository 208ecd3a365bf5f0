"""Show answers, questions, finds and query results: on the terminal, as Markdown, CSV, JSON or XML."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cancu.language import Language, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.catalogue import Question
from cancu.queries.engine import Answer
from cancu.queries.find import Entry
from cancu.viz.words import shown, shown_date, shown_quote

__all__ = ["print_answer", "print_found", "print_questions", "print_results", "safe_cell"]

Rows = Sequence[Sequence[str]]

# Into a pipe a table is as wide as this at most, for its long cells would make lines that nobody can read.
_WIDEST_TABLE = 160


def safe_cell(value: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula.

    >>> safe_cell("=1+1"), safe_cell("- Nghị định"), safe_cell("-5")
    ("'=1+1", "'- Nghị định", '-5')
    """
    if value[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(value):
        return "'" + value
    return value


def _is_number(value: str) -> bool:
    return value.lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def print_answer(console: Console, answer: Answer, form: str, lang: Language) -> None:
    """Print an answer with the proof of every row; an empty one with its reason."""
    if form == "json":
        print(json.dumps(answer.to_json(lang), ensure_ascii=False, indent=2))
        return
    columns = [column for column in answer.columns if form == "csv" or not column.detail]
    header = [*(column.label(lang) for column in columns), say("table.proof", lang), say("table.confidence", lang)]
    rows = [
        [
            *(_shown(row[column.name].text(lang), lang) for column in columns),
            "\n".join(_proof(hop.source, hop.start, hop.end, shown_quote(hop)) for hop in proof),
            f"{confidence:.2f}",
        ]
        for row, proof, confidence in zip(answer.rows, answer.proofs, answer.confidence, strict=True)
    ]
    if form == "table":
        console.print(Text(answer.question.wording[lang], style="bold"))
    if answer.why_empty is not None:
        note = answer.why_empty[lang]
        if form == "csv":
            print(note, file=sys.stderr)
        else:
            console.print(note, markup=False)
        for entry in answer.candidates:
            console.print(
                shown(f"  {entry.label} · {entry.issuer or '–'} · {shown_date(entry.date, lang)}\n    {entry.iri}"),
                markup=False,
            )
        return
    _print_rows(console, header, rows, form)
    if form == "table":
        console.print(say("table.rows", lang, count=len(rows)), style="dim")


def _proof(source: str, start: int, end: int, quote: str) -> str:
    return f"{quote} [{source}:{start}-{end}]"


def _shown(value: str, lang: Language) -> str:
    return shown_date(value, lang) if value else "–"


def _print_rows(console: Console, header: Sequence[str], rows: Rows, form: str) -> None:
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)
        sys.stdout.write(out.getvalue())
    elif form == "markdown":
        for line in (header, ["---"] * len(header), *rows):
            print("| " + " | ".join(_markdown(cell) for cell in line) + " |")
    else:
        table = Table(box=box.SIMPLE_HEAD, show_lines=True, header_style="bold")
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        console.print(table, width=min(console.width, _WIDEST_TABLE))


def _markdown(cell: str) -> str:
    return shown(cell).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", "<br>")


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
                [{name: getattr(entry, name) for name in names} for entry in found], ensure_ascii=False, indent=2
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
            entry.title or "–",
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
