"""Show what an audit found: on a terminal document by document, as JSON, as CSV; nothing is held that can be told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from textwrap import indent
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cancu.language import LANGUAGES, Language, say
from cancu.queries.audit_rules import SEVERITIES, Rule, Severity
from cancu.queries.audit_scope import Audited
from cancu.queries.auditing import Finding
from cancu.queries.cells import Cell
from cancu.queries.engine import Hop
from cancu.viz.export import csv_lines
from cancu.viz.places import Texts
from cancu.viz.words import shown, shown_cell, shown_date, shown_quote

__all__ = [
    "COLUMNS",
    "Report",
    "arithmetic_of",
    "by_document",
    "compared_in",
    "csv_chunks",
    "explanation_of",
    "group_word",
    "json_chunks",
    "json_of_finding",
    "render_documents",
    "render_rules",
    "render_summary",
    "row_of",
    "severity_word",
    "summary_lines",
    "told_of",
]

_STYLES: Final = {"error": "bold red", "warning": "yellow", "note": "cyan"}
#: What a row of a table says of a finding.
COLUMNS: Final = (
    "number", "severity", "group", "rule", "title", "document", "explanation", "arithmetic", "one", "other", "quote",
    "place", "settle", "source", "confidence", "suppressed", "fingerprint",
)  # fmt: skip
_SURE: Final = Decimal(1)


@dataclass(slots=True)
class Report:
    """Hold what is told: what was audited, by which rules, on which day, and the findings, which pass only once.

    They are counted as they pass: all of them, also those that are less grave than ``least`` and not listed.
    """

    documents: Sequence[Audited]
    rules: Sequence[Rule]
    found: Iterable[Finding]
    on: str | None = None
    least: Severity = "note"
    suppressing: bool = False
    #: How many were found, by document, rule and severity; what was set aside is counted apart.
    counts: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)
    aside: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)

    def findings(self) -> Iterator[Finding]:
        """Yield those that are listed, document by document."""
        for finding in self.found:
            counts = self.counts if finding.suppressed is None else self.aside
            counts[finding.document, finding.rule.id, finding.severity] += 1
            if SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.least):
                yield finding

    def count(self, severity: Severity | None = None) -> int:
        """Count what was found and not set aside."""
        return sum(count for (_, _, one), count in self.counts.items() if severity in (None, one))

    def tally(self, key: Callable[[str, str, Severity], str], *, aside: bool = False) -> Counter[str]:
        """Count what was found and not set aside, or what was, by a word made of document, rule and severity."""
        tally: Counter[str] = Counter()
        for found, count in (self.aside if aside else self.counts).items():
            tally[key(*found)] += count
        return tally

    def fails(self, at: Severity) -> bool:
        """Tell whether something as grave as ``at`` was found and not set aside."""
        return any(self.count(severity) for severity in SEVERITIES[: SEVERITIES.index(at) + 1])


def by_document(report: Report) -> Iterator[tuple[Audited, list[Finding]]]:
    """Yield each document in which something is listed, with its findings, the gravest first."""
    known = {one.iri: one for one in report.documents}
    for document, found in groupby(report.findings(), key=lambda finding: finding.document):
        of_document = sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
        fallback = Audited(document, of_document[0].label, None, None, ())
        yield known.get(document, fallback), of_document


# --- words ------------------------------------------------------------------------------------------------------------


def explanation_of(finding: Finding, lang: Language) -> str:
    """Fill the gaps of a rule's explanation: figures and dates as the language has them, "–" where there is none."""
    values = {name: _words(finding.values[name], lang) for name in finding.rule.gaps}
    said = finding.rule.explanations[lang].format_map(values)
    # Many begin with a value: "tỷ lệ hộ nghèo: …".
    return said[:1].upper() + said[1:]


def arithmetic_of(finding: Finding, lang: Language) -> str | None:
    """Write the arithmetic of a finding, if it has any."""
    cell = finding.arithmetic
    return _words(cell, lang) if cell is not None and cell.text(lang) else None


def compared_in(finding: Finding, lang: Language) -> tuple[str, str] | None:
    """Write the two values that are held against each other, if there are any."""
    if finding.compared is None:
        return None
    one, other = finding.compared
    return _words(one, lang), _words(other, lang)


def _words(cell: Cell, lang: Language) -> str:
    return " ".join(shown_cell(cell, lang).split())


def severity_word(severity: Severity, lang: Language) -> str:
    """Name a severity.

    >>> severity_word("error", "vi")
    'lỗi'
    """
    return say(f"audit.severity.{severity}", lang)


def group_word(group: str, lang: Language) -> str:
    """Name a group of rules.

    >>> group_word("money", "vi")
    'Kinh phí'
    """
    return say(f"audit.group.{group}", lang)


def row_of(number: int, finding: Finding, lang: Language, texts: Texts) -> list[str | int | Decimal]:
    """Lay a finding out in the cells of a table; see ``COLUMNS``."""
    one, other = compared_in(finding, lang) or ("", "")
    return [
        number,
        severity_word(finding.severity, lang),
        group_word(finding.rule.group, lang),
        finding.rule.id,
        finding.rule.title(lang),
        finding.label,
        explanation_of(finding, lang),
        arithmetic_of(finding, lang) or "",
        one,
        other,
        "\n".join(" ".join(hop.quote.split()) for hop in finding.places),
        "\n".join(texts.place(hop) for hop in finding.places),
        finding.rule.settles[lang],
        finding.rule.source,
        _confidence(finding),
        finding.suppressed or "",
        finding.fingerprint,
    ]


def _confidence(finding: Finding) -> Decimal:
    return Decimal(f"{finding.confidence:.2f}")


# --- terminal ---------------------------------------------------------------------------------------------------------


def render_documents(report: Report, lang: Language, texts: Texts) -> Iterator[RenderableType]:
    """Render document by document what is listed, for a terminal."""
    for document, found in by_document(report):
        heading = Text(shown(document.label), style="bold")
        if document.title is not None and document.title not in document.label:
            heading.append(f" · {shown(document.title)}", style="dim")
        parts: list[RenderableType] = [heading]
        for finding in found:
            parts += [Padding(line, (0, 0, 0, depth), expand=False) for depth, line in _lines(finding, lang, texts)]
        yield Group(*parts, Text())


def _lines(finding: Finding, lang: Language, texts: Texts) -> Iterator[tuple[int, Text]]:
    grave = finding.suppressed is None
    head = Text(severity_word(finding.severity, lang), style=_STYLES[finding.severity] if grave else "dim")
    head.append(f": {finding.rule.title(lang)}", style="bold" if grave else "dim")
    head.append(f" [{finding.rule.id} #{finding.fingerprint}]", style="dim")
    yield 2, head
    yield 4, Text(shown(explanation_of(finding, lang)))
    for hop in finding.places:
        yield 4, _place(hop, texts)
    for key, words in told_of(finding, lang):
        line = Text(f"{say(f'audit.{key}', lang)}: ", style="dim")
        line.append(shown(words), style="yellow" if key == "suppressed" else "default")
        yield 4, line


def told_of(finding: Finding, lang: Language) -> Iterator[tuple[str, str]]:
    """Yield what else is to be told of a finding, each with the word before it."""
    arithmetic, compared = arithmetic_of(finding, lang), compared_in(finding, lang)
    if arithmetic is not None:
        yield "arithmetic", arithmetic
    if compared is not None:
        yield "compared", f"{compared[0]} ↔ {compared[1]}"
    yield "settle", finding.rule.settles[lang]
    if _confidence(finding) < _SURE:
        yield "confidence", shown_cell(Cell(None, exact=_confidence(finding)), lang)
    if finding.suppressed is not None:
        yield "suppressed", finding.suppressed


def _place(hop: Hop, texts: Texts) -> Text:
    text = Text(shown(texts.place(hop)), style="dim")
    text.append(f" {shown_quote(hop)}", style="italic")
    return text


def render_summary(report: Report, lang: Language) -> RenderableType:
    """Render how many findings there are by rule and severity, and what was audited."""
    parts: list[RenderableType] = []
    counts = report.tally(lambda _, rule, severity: f"{rule} {severity}")
    aside = report.tally(lambda _, rule, __: rule, aside=True)
    told = {rule for _, rule, _ in (*report.counts, *report.aside)}
    found = [rule for rule in report.rules if rule.id in told]
    if found:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for key in ("group", "rule", "title"):
            table.add_column(say(f"audit.{key}", lang), overflow="fold")
        for severity in SEVERITIES:
            table.add_column(severity_word(severity, lang), justify="right", style=_STYLES[severity])
        if report.suppressing:
            table.add_column(say("audit.aside", lang), justify="right")
        for rule in found:
            numbers = [counts[f"{rule.id} {severity}"] for severity in SEVERITIES]
            numbers += [aside[rule.id]] if report.suppressing else []
            cells = (group_word(rule.group, lang), rule.id, rule.title(lang), *(str(one or "") for one in numbers))
            table.add_row(*(Text(shown(cell)) for cell in cells))
        parts += [table, Text()]
    parts += [Text(line) for line in summary_lines(report, lang)]
    return Group(*parts)


def summary_lines(report: Report, lang: Language) -> list[str]:
    """Say what was audited and how much was found."""
    counts = {f"{severity}s": report.count(severity) for severity in SEVERITIES}
    sound = len(report.documents) - len({document for document, _, _ in (*report.counts, *report.aside)})
    lines = [say("audit.summary", lang, documents=len(report.documents), rules=len(report.rules), **counts)]
    if sound:
        lines.append(say("audit.sound", lang, count=sound))
    if report.aside:
        lines.append(say("audit.set-aside", lang, count=report.aside.total()))
    hidden = SEVERITIES[SEVERITIES.index(report.least) + 1 :]
    both = (*report.counts.items(), *report.aside.items())
    unlisted = sum(count for (_, _, severity), count in both if severity in hidden)
    if unlisted:
        lines.append(say("audit.not-listed", lang, count=unlisted, severity=SEVERITIES[-1]))
    left_out = [rule.id for rule in report.rules if rule.dated] if report.on is None else []
    if left_out:
        lines.append(say("audit.no-day", lang, rules=", ".join(left_out)))
    elif report.on is not None:
        lines.append(say("audit.on-day", lang, day=shown_date(report.on, lang)))
    return lines


def render_rules(rules: Iterable[Rule], lang: Language) -> RenderableType:
    """Render the rules as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for key in ("group", "severity", "rule", "title"):
        table.add_column(say(f"audit.{key}", lang), overflow="fold")
    for rule in rules:
        severity = Text(severity_word(rule.severity, lang), style=_STYLES[rule.severity])
        table.add_row(group_word(rule.group, lang), severity, rule.id, Text(shown(rule.title(lang))))
    return table


# --- JSON and CSV -----------------------------------------------------------------------------------------------------


def json_of_finding(finding: Finding, lang: Language, texts: Texts) -> dict[str, Any]:
    """Give the public JSON of a finding: its words in ``lang``, and beside them in every language."""
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "group": finding.rule.group,
        "title": finding.rule.title(lang),
        "explanation": explanation_of(finding, lang),
        "places": [_json_of_place(hop, texts) for hop in finding.places],
        "arithmetic": arithmetic_of(finding, lang),
        "compared": list(compared_in(finding, lang) or ()) or None,
        "settle": finding.rule.settles[lang],
        "source": finding.rule.source,
        "confidence": round(finding.confidence, 4),
        "document": {"iri": finding.document, "label": finding.label},
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "wording": {
            one: {
                "title": finding.rule.title(one),
                "explanation": explanation_of(finding, one),
                "settle": finding.rule.settles[one],
            }
            for one in LANGUAGES
        },
    }


def _json_of_place(hop: Hop, texts: Texts) -> dict[str, Any]:
    span = texts.span(hop)
    lines = {} if span is None else {"line": span.line, "column": span.column}
    return {"file": hop.source, "start": hop.start, "end": hop.end, "quote": hop.quote, **lines}


def json_chunks(report: Report, lang: Language, texts: Texts) -> Iterator[str]:
    """Write the public JSON piece by piece: the findings, then what was audited."""
    yield '{\n  "findings": ['
    between = "\n"
    for finding in report.findings():
        yield between + _indented(json_of_finding(finding, lang, texts), 4)
        between = ",\n"
    yield "\n  ]" if between == ",\n" else "]"
    told = {
        "documents": [{"iri": one.iri, "label": one.label, "files": list(one.sources)} for one in report.documents],
        "rules": [rule.id for rule in report.rules],
        "on": report.on,
        "least": report.least,
        "counts": {severity: report.count(severity) for severity in SEVERITIES},
        "suppressed": report.aside.total(),
    }
    for key, value in told.items():
        yield f",\n  {json.dumps(key)}: {_indented(value, 2).lstrip()}"
    yield "\n}\n"


def _indented(value: object, depth: int) -> str:
    return indent(json.dumps(value, ensure_ascii=False, indent=2), " " * depth)


def csv_chunks(report: Report, lang: Language, texts: Texts) -> Iterator[str]:
    """Write the findings as CSV (RFC 4180) piece by piece, a row each; no cell is a formula."""
    yield csv_lines([[say(f"audit.{name}", lang) for name in COLUMNS]])
    for number, finding in enumerate(report.findings(), start=1):
        yield csv_lines([[shown(str(cell)) for cell in row_of(number, finding, lang, texts)]])
