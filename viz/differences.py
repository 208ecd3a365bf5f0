"""Show what has changed between two states of a store: a sentence a document, then each change with its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cancu.language import Language, Refusal, say
from cancu.queries.cells import Cell
from cancu.queries.differences import Change, Difference
from cancu.queries.engine import Hop
from cancu.viz.export import csv_lines, markdown_lines
from cancu.viz.findings import explanation_of, severity_word
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_date, shown_number, shown_quote
from cancu.viz.workbook import SheetRows, workbook_of_sheets

__all__ = [
    "DIFFERENCE_FORMATS",
    "Told",
    "json_of_differences",
    "render_difference",
    "summary_of",
    "text_of_differences",
    "write_differences",
]

#: The formats of a file by the ending of its name.
DIFFERENCE_FORMATS: Final = {".json": "json", ".csv": "csv", ".md": "markdown", ".xlsx": "xlsx"}

_MILLION: Final = Decimal(1_000_000)
_SIGNS: Final = {"added": "+", "removed": "−", "changed": "~", "raised": "↑", "lowered": "↓"}
_STYLES: Final = {"added": "green", "removed": "red", "changed": "yellow", "raised": "yellow", "lowered": "yellow"}
#: What is named without its value where there is but one.
_NAMED: Final = ("document", "basis")
_DAY: Final = re.compile(r"\b\d{4}-(?:\d\d-\d\d|Q[1-4])\b")
_COLUMNS: Final = ("document", "kind", "verb", "about", "old", "new", "difference", "old-proof", "new-proof")


class Told:
    """Count the documents and changes of differences while they are told."""

    def __init__(self, found: Iterable[Difference]) -> None:
        """Take the differences, which are read once."""
        self._found = found
        self.documents = self.changes = 0

    def __iter__(self) -> Iterator[Difference]:
        """Yield the differences."""
        for one in self._found:
            self.documents += 1
            self.changes += len(one.changes)
            yield one

    def summary(self, old: Path, lang: Language) -> str:
        """Say how much has changed since ``old``, or that nothing has."""
        if not self.documents:
            return say("difference.none", lang, store=old)
        return say("difference.summary", lang, documents=self.documents, changes=self.changes)

    def written(self, file: Path, lang: Language) -> str:
        """Say how much was written into a file."""
        return say("difference.written", lang, documents=self.documents, changes=self.changes, file=file)


def summary_of(found: Difference, lang: Language) -> str:
    """Say in one line what has changed of a document.

    >>> one = Change("basis", "added", "urn:kh", (), None, None)
    >>> summary_of(Difference("urn:kh", "Kế hoạch số 96/KH-UBND", (one, one)), "vi")
    'Kế hoạch số 96/KH-UBND: 2 căn cứ mới'
    >>> summary_of(Difference("urn:kh", "Kế hoạch số 96/KH-UBND", (one,)), "en")
    'Kế hoạch số 96/KH-UBND: 1 new legal basis'
    """
    phrases = []
    for (kind, verb), count in found.counts().items():
        key = f"difference.{kind}.{verb}.{'one' if count == 1 else 'other'}"
        by = next(change.difference for change in found.changes if (change.kind, change.verb) == (kind, verb))
        phrases.append(say(key, lang, count=count, sum=_million(abs(by or Decimal(0)), lang)))
    return f"{found.label}: {', '.join(phrases)}"


def render_difference(found: Difference, lang: Language, *, line_of: Sequence[LineOf | None]) -> RenderableType:
    """Render what has changed of one document; ``line_of`` tells lines of the old and of the new texts."""
    parts: list[RenderableType] = [Text(shown(summary_of(found, lang)), style="bold")]
    for change in found.changes:
        if change.kind == "document" and not change.about:
            # The sentence has said it.
            continue
        parts.append(Padding(_line(change, lang), (0, 0, 0, 2), expand=False))
        for word, proof, line in zip(("old", "new"), (change.old_proof, change.new_proof), line_of, strict=True):
            parts += [_quote(hop, say(f"difference.{word}", lang), lang, line) for hop in proof]
    return Group(*parts)


def _line(change: Change, lang: Language) -> Text:
    text = Text(f"{_SIGNS[change.verb]} ", style=_STYLES[change.verb])
    finding = change.new_finding or change.old_finding
    grave = f" ({severity_word(finding.severity, lang)})" if finding is not None else ""
    text.append(shown(say(f"difference.kind.{change.kind}", lang) + grave), style="default")
    about = " · ".join(_words(cell, lang) for cell in change.about)
    values = _values(change, lang)
    text.append(shown("".join(f": {part}" for part in (about, values) if part)), style="default")
    return text


def _values(change: Change, lang: Language) -> str:
    old, new = _sides(change, lang)
    if old and new and old != new:
        by = ""
        if change.difference:
            verb = say(f"difference.verb.{change.verb}", lang)
            by = " " + say("difference.by", lang, verb=verb, sum=_million(abs(change.difference), lang))
        return f"{old} → {new}{by}"
    return "" if change.kind in _NAMED else new or old


def _sides(change: Change, lang: Language) -> tuple[str, str]:
    """Give the words of the value before and after."""
    old, new = (_words(cell, lang) if cell is not None else "" for cell in (change.old, change.new))
    found = (change.old_finding, change.new_finding)
    said = [explanation_of(finding, lang) if finding is not None else "" for finding in found]
    return old or said[0], new or said[1]


def _words(cell: Cell, lang: Language) -> str:
    if cell.exact is not None:
        return say("difference.million", lang, sum=_million(cell.exact, lang))
    return _DAY.sub(lambda found: shown_date(found[0], lang), cell.text(lang)).strip()


def _million(amount: Decimal, lang: Language) -> str:
    return shown_number(amount / _MILLION, lang)


def _quote(hop: Hop, word: str, lang: Language, line_of: LineOf | None) -> RenderableType:
    text = Text(f"{word}: ", style="dim")
    text.append(shown_quote(hop), style="not dim italic")
    line = line_of(hop.source, hop.start) if line_of is not None else None
    behind = f", {say('chain.line', lang, line=line)}" if line is not None else ""
    text.append(f" [{shown(hop.source)}:{hop.start}-{hop.end}{behind}]", style="dim")
    return Padding(text, (0, 0, 0, 6), expand=False)


# --- files ------------------------------------------------------------------------------------------------------------


def text_of_differences(found: Iterable[Difference], form: str, lang: Language) -> Iterator[str]:
    """Yield the text of a format ("json", "csv" or "markdown"), document by document."""
    if form == "json":
        yield from json_of_differences(found, lang)
        return
    lines: Callable[[Sequence[Sequence[str]]], str] = csv_lines if form == "csv" else markdown_lines
    header = [say(f"difference.column.{name}", lang) for name in _COLUMNS]
    yield lines([header])
    for one in found:
        rows = [[str(cell) for cell in row] for row in _rows(one, lang)]
        # A table of Markdown has its rule below the first line alone.
        yield lines(rows) if form == "csv" else "".join(lines([row]).splitlines(keepends=True)[0] for row in rows)


def json_of_differences(found: Iterable[Difference], lang: Language) -> Iterator[str]:
    """Yield the public JSON of what has changed: a list of documents, each with its changes."""
    between = "[\n"
    for one in found:
        yield between + json.dumps(_json_of(one, lang), ensure_ascii=False, indent=2)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _json_of(found: Difference, lang: Language) -> dict[str, Any]:
    return {
        "document": found.document,
        "label": found.label,
        "summary": summary_of(found, lang),
        "changes": [
            {
                "kind": change.kind,
                "change": change.verb,
                "about": [cell.text(lang) for cell in change.about],
                "old": (change.old.text(lang) if change.old is not None else _sides(change, lang)[0]) or None,
                "new": (change.new.text(lang) if change.new is not None else _sides(change, lang)[1]) or None,
                "rule": next((one.rule.id for one in (change.new_finding, change.old_finding) if one), None),
                "difference": str(change.difference) if change.difference is not None else None,
                "iris": {
                    name: cell.iri
                    for name, cell in (("old", change.old), ("new", change.new))
                    if cell is not None and cell.iri is not None
                },
                "old_proof": [hop.to_json() for hop in change.old_proof],
                "new_proof": [hop.to_json() for hop in change.new_proof],
            }
            for change in found.changes
        ],
    }


def _rows(found: Difference, lang: Language) -> Iterator[list[str | int | Decimal]]:
    for change in found.changes:
        yield [
            found.label,
            say(f"difference.kind.{change.kind}", lang),
            say(f"difference.verb.{change.verb}", lang),
            " · ".join(_words(cell, lang) for cell in change.about),
            *_sides(change, lang),
            change.difference if change.difference is not None else "",
            *("\n".join(f"{shown_quote(hop)} [{hop.source}:{hop.start}-{hop.end}]" for hop in proof)
              for proof in (change.old_proof, change.new_proof)),
        ]  # fmt: skip


def write_differences(found: Iterable[Difference], file: Path, lang: Language) -> None:
    """Write what has changed into a file, in the format that its name ends with."""
    form = DIFFERENCE_FORMATS.get(file.suffix.lower())
    if form is None:
        raise Refusal("ask.output-format", file=file, known=", ".join(DIFFERENCE_FORMATS))
    try:
        if form == "xlsx":
            header = [say(f"difference.column.{name}", lang) for name in _COLUMNS]
            rows = (row for one in found for row in _rows(one, lang))
            file.write_bytes(workbook_of_sheets([SheetRows(say("difference.sheet", lang), header, rows)]))
        else:
            with open(file, "w", encoding="utf-8", newline="") as out:
                out.writelines(text_of_differences(found, form, lang))
    except OSError as flaw:
        raise Refusal("cli.export.file", file=file, reason=flaw) from flaw
