"""Write values as people read them: dates, quotes, figures."""

from __future__ import annotations

import re

from cancu.language import Language
from cancu.queries.engine import Hop

__all__ = ["shown_date", "shown_quote"]

_LONGEST_QUOTE = 150


def shown_date(day: str | None, lang: Language) -> str:
    """Write an ISO date the way the language does.

    >>> shown_date("2022-01-18", "vi"), shown_date("2022-01-18", "en"), shown_date(None, "vi")
    ('18/01/2022', '2022-01-18', '–')
    """
    if day is None:
        return "–"
    if lang == "vi" and re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return "/".join(reversed(day.split("-")))
    return day


def shown_quote(hop: Hop, *, full: bool = False) -> str:
    r"""Write a quote on one line between «», with the words around it; the characters themselves stay in the store.

    >>> shown_quote(Hop("a.txt", 7, 14, "Nghị\nđịnh", None, 1.0, "theo ", " của Chính phủ"))
    '…theo «Nghị định» của Chính phủ…'
    """
    before, quote, behind = (" ".join(part.split()) for part in (hop.before, hop.quote, hop.behind))
    if not full and len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE // 2].rstrip() + " … " + quote[-_LONGEST_QUOTE // 2 :].lstrip()
    lead = " " if hop.before[-1:].isspace() and before else ""
    tail = " " if hop.behind[:1].isspace() and behind else ""
    return f"{'…' if before else ''}{before}{lead}«{quote}»{tail}{behind}{'…' if behind else ''}"
