"""Write an audit as a workbook that an auditor sends on: what was found, and what was held against each other.

The sheets: how much was found in which document; the findings; sums added up anew, also those that agree; figures of
tables against their text; targets against the superior plan's; who does what; the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cancu.language import Language, knows, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import Access, text_of
from cancu.queries.audit_rules import GROUPS, SEVERITIES, Severity
from cancu.queries.audit_scope import Audited
from cancu.queries.catalogue import Column, question
from cancu.queries.cells import Cell
from cancu.queries.engine import ask_of_documents
from cancu.viz.findings import COLUMNS, Report, group_word, row_of, severity_word, summary_lines
from cancu.viz.places import Texts
from cancu.viz.words import shown_date
from cancu.viz.workbook import SheetRows, Value, for_sheet, workbook_of_sheets

__all__ = ["workbook_of_audit"]

_RED, _YELLOW, _GREEN, _BLUE = "#F4B6B0", "#FFE59A", "#D5EBD0", "#CFE3F7"
_TINTS: Final[Mapping[Severity, str]] = {"error": _RED, "warning": _YELLOW, "note": _BLUE}
#: What answers say of two values that are held against each other.
_VERDICTS: Final[Mapping[str, str]] = {
    "more": _RED, "less": _YELLOW, "open": _YELLOW, "weaker": _YELLOW, "equal": _GREEN, "stronger": _GREEN,
}  # fmt: skip
#: In the order of ``COLUMNS``.
_WIDTHS: Final = (6, 10, 14, 22, 28, 26, 60, 34, 20, 20, 44, 30, 40, 34, 8, 30, 18)
#: How wide columns of answers are, by what they hold; the others are as wide as a name.
_WIDTH_OF: Final[Mapping[str, int]] = {
    "arithmetic": 40, "pieces": 40, "sum": 18, "stated": 18, "difference": 16, "result": 16, "why": 40,
    "activity": 44, "part": 44, "code": 10, "document": 28, "by": 12, "theirBy": 12, "printed": 16,
}  # fmt: skip
_WIDTH: Final = 26
#: So many documents are asked about at once.
_BATCH: Final = 64
_PART_OF: Final = PREFIXES["dct"] + "isPartOf"
#: The columns of who does what, in the order of the roles.
_ROLES: Final = tuple(
    f"{PREFIXES['role']}{role}"
    for role in ("lead", "coordinate", "implement", "advise", "monitor", "report", "fund", "propose")
)


def workbook_of_audit(report: Report, store: Access, lang: Language, texts: Texts) -> bytes:
    """Write the workbook; the findings pass through it without being held."""
    documents = report.documents
    return workbook_of_sheets(
        [
            _summary(report, lang),
            _findings(report, lang, texts),
            _answers("sums", documents, store, lang),
            _answers("table-vs-text", documents, store, lang),
            _answers("cascade", documents, store, lang),
            _responsibility(documents, store, lang),
            _rules(report, lang),
        ],
        lang,
        streamed=True,
    )


def _tints(lang: Language) -> Mapping[str, str]:
    return {severity_word(one, lang): tint for one, tint in _TINTS.items()}


def _summary(report: Report, lang: Language) -> SheetRows:
    """Count by document, severity and group; written when all findings have passed."""
    words = [say(f"audit.{key}", lang) for key in ("document", "name", "file")]
    severities = [severity_word(one, lang) for one in SEVERITIES]
    header = [*words, *severities, say("audit.aside", lang), *(group_word(one, lang) for one in GROUPS)]
    day = shown_date(report.on, lang) if report.on is not None else say("audit.no-day-short", lang)
    intro = (
        say("audit.report", lang),
        say("audit.scope", lang, documents=len(report.documents), rules=len(report.rules)),
        f"{say('audit.day', lang)}: {day}",
        say("html.made-by", lang),
        "",
    )
    widths = (30, 50, 34, *[10] * len(severities), 10, *[13] * len(GROUPS))
    return SheetRows(say("audit.sheet.summary", lang), header, _counted(report, lang), intro, widths, late=True)


def _counted(report: Report, lang: Language) -> Iterator[Sequence[Value]]:
    groups = {rule.id: rule.group for rule in report.rules}
    graveness = report.tally(lambda document, _, severity: f"{document} {severity}")
    grouped = report.tally(lambda document, rule, _: f"{document} {groups[rule]}")
    aside = report.tally(lambda document, _, __: document, aside=True)
    for one in report.documents:
        numbers = [graveness[f"{one.iri} {severity}"] for severity in SEVERITIES]
        in_groups = [grouped[f"{one.iri} {group}"] for group in GROUPS]
        yield [one.label, one.title or "", "\n".join(one.sources), *numbers, aside[one.iri], *in_groups]
    totals = [report.count(severity) for severity in SEVERITIES]
    of_groups = report.tally(lambda _, rule, __: groups[rule])
    yield [say("audit.total", lang), "", "", *totals, report.aside.total(), *(of_groups[group] for group in GROUPS)]
    for line in summary_lines(report, lang):
        yield [line]


def _findings(report: Report, lang: Language, texts: Texts) -> SheetRows:
    rows = (row_of(number, finding, lang, texts) for number, finding in enumerate(report.findings(), start=1))
    header = [say(f"audit.{name}", lang) for name in COLUMNS]
    tints = {COLUMNS.index("severity"): _tints(lang)}
    return SheetRows(say("audit.sheet.findings", lang), header, rows, widths=_WIDTHS, tints=tints)


def _answers(name: str, documents: Sequence[Audited], store: Access, lang: Language) -> SheetRows:
    """Lay out what a question of the catalogue answers for each document."""
    columns = [column for column in question(name).columns if column.name != "document"]
    header = [say("audit.document", lang), *(column.label(lang) for column in columns), say("audit.place", lang)]
    widths = [_WIDTH_OF["document"], *(_WIDTH_OF.get(column.name, _WIDTH) for column in columns), 30]
    rows = _rows_of(name, columns, documents, store, lang)
    tints = {at: _verdicts(column, lang) for at, column in enumerate(columns, start=1)}
    return SheetRows(say(f"audit.sheet.{name}", lang), header, rows, widths=widths, tints=tints)


def _rows_of(
    name: str, columns: Sequence[Column], documents: Sequence[Audited], store: Access, lang: Language
) -> Iterator[Sequence[Value]]:
    for batch in _batches(documents):
        answer = ask_of_documents(store, name, [one.iri for one in batch])
        rows: dict[str | None, list[Sequence[Value]]] = {}
        for row, proof in zip(answer.rows, answer.proofs, strict=True):
            places = dict.fromkeys(f"{hop.source}:{hop.start}-{hop.end}" for hop in proof)
            cells = [*(for_sheet(row[column.name], lang) for column in columns), "\n".join(places)]
            rows.setdefault(row["document"].value, []).append(cells)
        for one in batch:
            yield from ([one.label, *cells] for cells in rows.get(one.iri, ()))


def _batches(documents: Sequence[Audited]) -> Iterator[Sequence[Audited]]:
    return (documents[first : first + _BATCH] for first in range(0, len(documents), _BATCH))


def _verdicts(column: Column, lang: Language) -> Mapping[str, str]:
    """Colour the words for what disagrees, what is weaker, what agrees."""
    known = {f"value.{column.name}.{word}": tint for word, tint in _VERDICTS.items()}
    return {say(key, lang): tint for key, tint in known.items() if knows(key)}


def _responsibility(documents: Sequence[Audited], store: Access, lang: Language) -> SheetRows:
    """Lay out who does what: a row for each activity, a column for each role."""
    keys = ("document", "code", "activity")
    names = store.labels(_ROLES)
    header = [*(say(f"audit.{key}", lang) for key in keys), *(names.get(role, {}).get(lang, role) for role in _ROLES)]
    widths = [_WIDTH_OF["document"], _WIDTH_OF["code"], _WIDTH_OF["activity"], *[_WIDTH] * len(_ROLES)]
    return SheetRows(say("audit.sheet.matrix", lang), header, _duties(documents, store, lang), widths=widths)


def _duties(documents: Sequence[Audited], store: Access, lang: Language) -> Iterator[Sequence[Value]]:
    for batch in _batches(documents):
        activities: dict[str, tuple[Mapping[str, Cell], dict[str, list[str]]]] = {}
        for row in ask_of_documents(store, "matrix", [one.iri for one in batch]).rows:
            _, agencies = activities.setdefault(row["activity"].iri or "", (row, {}))
            agencies.setdefault(row["role"].iri or "", []).append(row["agency"].text(lang))
        wholes = store.facts(activities, (_PART_OF,))
        for one in batch:
            for iri, (row, agencies) in activities.items():
                if one.iri in map(text_of, wholes.get(iri, {}).get(_PART_OF, ())):
                    named = ["\n".join(dict.fromkeys(agencies.get(role, ()))) for role in _ROLES]
                    yield [one.label, row["code"].text(lang), row["activity"].text(lang), *named]


def _rules(report: Report, lang: Language) -> SheetRows:
    """List the rules with how much each has found; written when all findings have passed."""
    keys = ("rule", "severity", "group", "title", "count", "settle", "source")
    header = [say(f"audit.{key}", lang) for key in keys]
    widths = (24, 12, 22, 44, 10, 60, 60)
    rows, tints = _applied(report, lang), {keys.index("severity"): _tints(lang)}
    return SheetRows(say("audit.sheet.rules", lang), header, rows, widths=widths, tints=tints, late=True)


def _applied(report: Report, lang: Language) -> Iterator[Sequence[Value]]:
    counts = report.tally(lambda _, rule, __: rule)
    for rule in report.rules:
        words = (severity_word(rule.severity, lang), group_word(rule.group, lang), rule.title(lang))
        yield [rule.id, *words, counts[rule.id], rule.settles[lang], rule.source]
