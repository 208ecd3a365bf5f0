"""Write findings as SARIF 2.1.0 (OASIS), so that editors and tools of code review show them in the texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import indent
from typing import Any, Final
from urllib.parse import quote

from cancu import __version__
from cancu.language import Language
from cancu.queries.audit_rules import Rule
from cancu.queries.auditing import Finding
from cancu.queries.engine import Hop
from cancu.viz.findings import Report, arithmetic_of, compared_in, explanation_of, group_word
from cancu.viz.places import Texts

__all__ = ["sarif_chunks"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_chunks(report: Report, lang: Language, texts: Texts) -> Iterator[str]:
    """Write one run, piece by piece."""
    driver = {
        "name": "cancu",
        "version": __version__,
        "semanticVersion": __version__,
        "language": lang,
        "rules": [_descriptor(rule, lang) for rule in report.rules],
    }
    yield f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
    for key, value in {
        "tool": {"driver": driver},
        "language": lang,
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
    }.items():
        yield f"      {json.dumps(key)}: {_indented(value, 6).lstrip()},\n"
    yield '      "results": ['
    places = {rule.id: at for at, rule in enumerate(report.rules)}
    files = {one.iri: one.sources for one in report.documents}
    between = "\n"
    for finding in report.findings():
        result = _result(finding, places[finding.rule.id], files.get(finding.document, ()), lang, texts)
        if report.suppressing:
            result["suppressions"] = _suppressions(finding)
        yield between + _indented(result, 8)
        between = ",\n"
    yield "\n      ]" if between == ",\n" else "]"
    yield "\n    }\n  ]\n}\n"


def _indented(value: object, depth: int) -> str:
    return indent(json.dumps(value, ensure_ascii=False, indent=2), " " * depth)


def _descriptor(rule: Rule, lang: Language) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title(lang)},
        "fullDescription": {"text": f"{rule.title(lang)}. {rule.source}"},
        "help": {"text": rule.settles[lang]},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {
            "group": rule.group,
            "tags": [rule.group, group_word(rule.group, lang)],
            "titles": dict(rule.titles),
            "source": rule.source,
        },
    }


def _result(finding: Finding, index: int, files: tuple[str, ...], lang: Language, texts: Texts) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "confidence": round(finding.confidence, 4),
        "document": finding.label,
        "settle": finding.rule.settles[lang],
    }
    arithmetic, compared = arithmetic_of(finding, lang), compared_in(finding, lang)
    if arithmetic is not None:
        properties["arithmetic"] = arithmetic
    if compared is not None:
        properties["compared"] = list(compared)
    first, *others = finding.places or (None,)
    # Where a fault has no words of its own, it is the whole text's.
    whole = [{"physicalLocation": {"artifactLocation": _artifact(file)}} for file in files[:1]]
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": f"{finding.rule.title(lang)}. {explanation_of(finding, lang)}"},
        "locations": [_location(first, texts)] if first is not None else whole,
        "relatedLocations": [
            {"id": number, **_location(hop, texts), "message": {"text": " ".join(hop.quote.split())}}
            for number, hop in enumerate((hop for hop in others if hop is not None), start=1)
        ],
        "partialFingerprints": {"cancuFinding/v1": finding.fingerprint},
        "properties": properties,
    }


def _location(hop: Hop, texts: Texts) -> dict[str, Any]:
    region: dict[str, Any] = {}
    span = texts.span(hop)
    if span is not None:
        region |= {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    region |= {"charOffset": hop.start, "charLength": hop.end - hop.start, "snippet": {"text": hop.quote}}
    return {"physicalLocation": {"artifactLocation": _artifact(hop.source), "region": region}}


def _artifact(source: str) -> dict[str, str]:
    # A colon in the first part of a relative address would make it a scheme's.
    return {"uri": quote(source.replace("\\", "/"), safe="/")}


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    """Tell that a finding was set aside; where any result tells it, each must."""
    if finding.suppressed is None:
        return []
    return [{"kind": "external", "status": "accepted", "justification": finding.suppressed}]
