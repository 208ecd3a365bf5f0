"""Show what reasoning came to: how much each rule concluded, and what the OWL reasoner says, in sentences."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cancu.language import Language, say
from cancu.ontology.iris import PREFIXES
from cancu.ontology.reasoner import Clash, Reason, label_of
from cancu.queries.access import Access
from cancu.queries.reasoning import Reasoning
from cancu.viz.words import shown

__all__ = ["json_of_reasoning", "render_reasoning", "said_of_owl"]

# So many kinds and contradictions are told; the others are counted.
_MOST_SAID = 20


def render_reasoning(store: Access, done: Reasoning, lang: Language) -> RenderableType:
    """Render what a run of the rules and of the OWL reasoner came to."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("reason.column.rule", lang))
    table.add_column(say("reason.column.title", lang), overflow="fold")
    table.add_column(say("reason.column.count", lang), justify="right")
    for one in done.concluded:
        table.add_row(one.rule, Text(shown(one.titles[lang])), str(one.count))
    summary = say("reason.summary", lang, count=done.count, triples=done.triples)
    unchanged = [] if done.changed else [Text(say("reason.unchanged", lang))]
    return Group(table, Text(summary), *unchanged, *(Text(shown(line)) for line in said_of_owl(store, done, lang)))


def said_of_owl(store: Access, done: Reasoning, lang: Language) -> list[str]:
    """Say in sentences what the OWL reasoner found out, or why it did not run."""
    if done.refused is not None:
        return [done.refused.sentence(lang)]
    if done.judgement is None:
        return []
    judgement = done.judgement
    lines = [say("reason.consistent" if judgement.consistent else "reason.inconsistent", lang, count=done.sample)]
    if not judgement.consistent and not judgement.clashes:
        lines.append(say("reason.no-plain-clash", lang))
    lines += [say("reason.unsatisfiable", lang, kind=label_of(kind, lang)) for kind in judgement.unsatisfiable]
    lines += [_said_of_clash(store, clash, lang) for clash in judgement.clashes[:_MOST_SAID]]
    for resource, kind, why in judgement.types[:_MOST_SAID]:
        known = {"resource": _name(store, resource, lang), "kind": label_of(kind, lang)}
        if why is None:
            lines.append(say("reason.type", lang, **known))
        else:
            lines.append(say("reason.type-because", lang, reason=_said(why, lang), **known))
    more = sum(max(0, len(each) - _MOST_SAID) for each in (judgement.clashes, judgement.types))
    return [*lines, *([say("reason.more", lang, count=more)] if more else [])]


def _said_of_clash(store: Access, clash: Clash, lang: Language) -> str:
    return say(
        "reason.clash",
        lang,
        resource=_name(store, clash.resource, lang),
        one=label_of(clash.kinds[0], lang),
        other=label_of(clash.kinds[1], lang),
        why=_said(clash.reasons[0], lang),
        because=_said(clash.reasons[1], lang),
    )


def _said(why: Reason, lang: Language) -> str:
    of = label_of(why.property, lang) if why.property is not None else ""
    return say(f"reason.{why.how}", lang, kind=label_of(why.kind, lang), property=of)


def _name(store: Access, iri: str, lang: Language) -> str:
    names = store.labels((iri,)).get(iri, {})
    return names.get(lang) or names.get("vi") or names.get("") or iri.removeprefix(PREFIXES["id"])


def json_of_reasoning(store: Access, done: Reasoning, lang: Language) -> dict[str, Any]:
    """Give the public JSON of a run; ``consistent`` is null where the OWL reasoner did not run."""
    judgement = done.judgement
    return {
        "conclusions": done.count,
        "triples": done.triples,
        "changed": done.changed,
        "rules": [
            {
                "rule": one.rule,
                "title": one.titles[lang],
                "infers": one.infers[lang],
                "source": one.source,
                "count": one.count,
            }
            for one in done.concluded
        ],
        "owl": {
            "sample": done.sample,
            "consistent": judgement.consistent if judgement is not None else None,
            "unsatisfiable": list(judgement.unsatisfiable) if judgement is not None else [],
            "types": [
                {"resource": resource, "type": kind} for resource, kind, _ in (judgement.types if judgement else ())
            ],
            "clashes": [
                {"resource": clash.resource, "types": list(clash.kinds)}
                for clash in (judgement.clashes if judgement else ())
            ],
            "said": said_of_owl(store, done, lang),
        },
    }
