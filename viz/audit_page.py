"""Write an audit as one page of HTML that needs nothing else, each quote in the lines around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Final

from cancu.language import Language, say
from cancu.queries.audit_rules import GROUPS, SEVERITIES
from cancu.queries.audit_scope import Audited
from cancu.queries.auditing import Finding
from cancu.queries.engine import Hop
from cancu.viz.export import template_of
from cancu.viz.findings import (
    Report,
    by_document,
    explanation_of,
    group_word,
    severity_word,
    summary_lines,
    told_of,
)
from cancu.viz.places import Texts
from cancu.viz.words import shown

__all__ = ["page_chunks"]

_PIECE: Final = 65_536
#: Where what was found is put; no text holds it, for characters that give orders are shown as others.
_MIDDLE: Final = "\x00"
_SAID: Final = ("report", "group", "title", "document", "severity", "every", "aside")


def page_chunks(report: Report, lang: Language, texts: Texts) -> Iterator[str]:
    """Write the page piece by piece."""
    numbers = {one.iri: at for at, one in enumerate(report.documents, start=1)}
    listed: set[str] = set()
    # The summary stands before what was found, which may be more than memory holds.
    with TemporaryFile("w+", encoding="utf-8", newline="") as kept:
        section = template_of("audit_document.html")
        for document, found in by_document(report):
            listed.add(document.iri)
            at = numbers.get(document.iri, 0)
            kept.write(section.render(_section(at, document, found, lang, texts)))
        kept.seek(0)
        values = _summary(report, listed, lang)
        head, tail = _around(template_of("audit.html").render({**values, "sections": [_MIDDLE]}))
        yield head
        while piece := kept.read(_PIECE):
            yield piece
        yield tail


def _around(page: str) -> tuple[str, str]:
    head, _, tail = page.partition(_MIDDLE)
    return head, tail


def _summary(report: Report, listed: set[str], lang: Language) -> Mapping[str, object]:
    of_document = report.tally(lambda document, _, severity: f"{document} {severity}")
    of_rule = report.tally(lambda _, rule, severity: f"{rule} {severity}")
    aside = {
        "document": report.tally(lambda document, _, __: document, aside=True),
        "rule": report.tally(lambda _, rule, __: rule, aside=True),
    }
    told = {rule for _, rule, _ in (*report.counts, *report.aside)}

    def counts(name: str, kind: str) -> list[int]:
        tally = of_document if kind == "document" else of_rule
        return [*(tally[f"{name} {one}"] for one in SEVERITIES), *([aside[kind][name]] if report.suppressing else [])]

    return {
        "lang": lang,
        "lines": summary_lines(report, lang),
        "rules": [
            {
                "id": rule.id,
                "group": group_word(rule.group, lang),
                "title": shown(rule.title(lang)),
                "counts": counts(rule.id, "rule"),
            }
            for rule in report.rules
            if rule.id in told
        ],
        "documents": [
            {
                "at": at,
                "label": shown(one.label),
                "title": _title(one),
                "listed": one.iri in listed,
                "counts": counts(one.iri, "document"),
            }
            for at, one in enumerate(report.documents, start=1)
        ],
        "severities": [(one, severity_word(one, lang)) for one in SEVERITIES],
        "groups": [(one, group_word(one, lang)) for one in GROUPS if any(rule.group == one for rule in report.rules)],
        "suppressing": report.suppressing,
        "any": bool(listed),
        "say": {key: say(f"audit.{key}", lang) for key in _SAID} | {"made_by": say("html.made-by", lang)},
    }


def _title(document: Audited) -> str:
    """Give a document's title where its name does not hold it already."""
    return shown(document.title) if document.title is not None and document.title not in document.label else ""


def _section(
    at: int, document: Audited, found: Sequence[Finding], lang: Language, texts: Texts
) -> Mapping[str, object]:
    return {
        "at": at,
        "label": shown(document.label),
        "title": _title(document),
        "files": shown(" · ".join(document.sources)),
        "findings": [_finding(one, lang, texts) for one in found],
    }


def _finding(finding: Finding, lang: Language, texts: Texts) -> Mapping[str, object]:
    return {
        "severity": finding.severity,
        "word": severity_word(finding.severity, lang),
        "group": finding.rule.group,
        "title": shown(finding.rule.title(lang)),
        "explanation": shown(explanation_of(finding, lang)),
        "places": [_place(hop, texts) for hop in finding.places],
        "told": [(say(f"audit.{key}", lang), shown(words)) for key, words in told_of(finding, lang)],
        "rule_word": say("audit.rule", lang),
        "rule": finding.rule.id,
        "source": shown(finding.rule.source),
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed is not None,
    }


def _place(hop: Hop, texts: Texts) -> Mapping[str, str]:
    excerpt = texts.excerpt(hop)
    return {
        "place": shown(texts.place(hop)),
        "before": shown(excerpt.before),
        "quote": shown(excerpt.quote),
        "behind": shown(excerpt.behind),
    }
