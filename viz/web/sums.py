"""Write a sum of money so that it can stand alone: with its unit."""

from __future__ import annotations

from cancu.language import Language, say
from cancu.queries.plans import Fact
from cancu.viz.plan import shown_money

__all__ = ["shown_sum"]


def shown_sum(fact: Fact, lang: Language) -> str:
    """Write a sum with its source, kind and unit."""
    written = shown_money(fact, lang, alone=True)
    return f"{written} {say('web.million', lang)}" if fact.cells["amount"].exact is not None else written
