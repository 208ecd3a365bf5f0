"""Show what a check found: source by source, each flaw in one sentence with the words of the text it is about."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cancu.language import Language, say
from cancu.queries.engine import Hop
from cancu.queries.validation import Flaw, Validation
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_quote

__all__ = ["json_of_validation", "render_validation"]

_STYLES = {"violation": "bold red", "warning": "yellow"}
# A flaw shows so many places; the others are counted.
_PLACES = 2


def render_validation(found: Validation, lang: Language, *, line_of: LineOf | None = None) -> RenderableType:
    """Render a check for a terminal; ``line_of`` tells the line of a source's character, where the text is at hand."""
    parts: list[RenderableType] = []
    for source, flaws in groupby(found.flaws, key=lambda flaw: flaw.source):
        heading = source if source is not None else say("validate.concluded", lang)
        parts += [*([Text()] if parts else []), Text(shown(heading), style="bold")]
        # One sentence may be true of many resources: it is said once, and they are listed below it.
        for (severity, _, sentence), alike in groupby(flaws, key=lambda flaw: _said(flaw, lang)):
            text = Text(say(f"validate.{severity}", lang), style=_STYLES[severity])
            text.append(f": {shown(sentence)}", style="default")
            parts.append(Padding(text, (0, 0, 0, 2), expand=False))
            for flaw in alike:
                parts += [Padding(line, (0, 0, 0, 4), expand=False) for line in _resource(flaw, lang, line_of)]
    counts = {"violations": found.count("violation"), "warnings": found.count("warning")}
    key = "validate.sound" if not found.flaws else "validate.conforms" if found.conforms else "validate.flawed"
    parts += [*([Text()] if parts else []), Text(say(key, lang, sources=len(found.sources), **counts))]
    return Group(*parts)


def _said(flaw: Flaw, lang: Language) -> tuple[str, str, str]:
    return flaw.finding.severity, flaw.finding.shape, flaw.message(lang)


def _resource(flaw: Flaw, lang: Language, line_of: LineOf | None) -> list[Text]:
    lines = [Text(shown(flaw.label))]
    lines += [_place(hop, lang, line_of) for hop in flaw.places[:_PLACES]]
    if len(flaw.places) > _PLACES:
        lines.append(Text(say("validate.more", lang, count=len(flaw.places) - _PLACES), style="dim"))
    return lines


def _place(hop: Hop, lang: Language, line_of: LineOf | None) -> Text:
    text = Text(shown_quote(hop), style="italic")
    line = line_of(hop.source, hop.start) if line_of is not None else None
    behind = f", {say('chain.line', lang, line=line)}" if line is not None else ""
    text.append(f" [{shown(hop.source)}:{hop.start}-{hop.end}{behind}]", style="dim")
    return text


def json_of_validation(found: Validation, lang: Language, *, line_of: LineOf | None = None) -> dict[str, Any]:
    """Give the public JSON of a check; ``line`` is null where the text is not at hand."""
    return {
        "conforms": found.conforms,
        "sources": list(found.sources),
        "violations": found.count("violation"),
        "warnings": found.count("warning"),
        "flaws": [
            {
                "source": flaw.source,
                "severity": flaw.finding.severity,
                "shape": flaw.finding.shape,
                "message": flaw.message(lang),
                "resource": flaw.finding.focus,
                "label": flaw.label,
                "property": flaw.finding.path,
                "value": flaw.finding.value,
                "places": [
                    {
                        "source": hop.source,
                        "start": hop.start,
                        "end": hop.end,
                        "line": line_of(hop.source, hop.start) if line_of is not None else None,
                        "quote": hop.quote,
                    }
                    for hop in flaw.places
                ],
            }
            for flaw in found.flaws
        ],
    }
