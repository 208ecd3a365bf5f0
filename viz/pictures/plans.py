"""Read the plan that a picture is about, or say why there is nothing to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cancu.language import Language, say
from cancu.queries.engine import Answer
from cancu.queries.entries import Ambiguous
from cancu.queries.plans import Plan, read_plan
from cancu.viz.pictures.values import Nothing
from cancu.viz.words import shown

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["nothing_in", "nothing_of", "plan_of", "subtitle_of"]


def plan_of(store: Access, text: str, lang: Language) -> Plan | Nothing:
    """Read the plan that words mean, or say why it cannot be drawn."""
    plan = read_plan(store, text)
    if isinstance(plan, Ambiguous):
        return nothing_of(plan, lang)
    if not plan.held:
        return Nothing(say("empty.not-held", lang, document=plan.label))
    return plan


def nothing_of(found: Ambiguous, lang: Language) -> Nothing:
    """List what words may mean."""
    return Nothing(say("ask.ambiguous", lang, text=found.text, count=len(found.candidates)), found.candidates)


def nothing_in(answer: Answer, lang: Language) -> Nothing:
    """Say why an answer has nothing that could be drawn."""
    return Nothing(
        answer.why_empty[lang] if answer.why_empty is not None else say("view.nothing", lang), answer.candidates
    )


def subtitle_of(plan: Plan, lang: Language) -> str:
    """Say in one line what a plan is about."""
    title = plan.title if plan.title is not None and plan.title not in plan.label else None
    return shown(" · ".join(filter(None, (title, plan.issuer))))
