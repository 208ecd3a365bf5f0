"""Write values as people read them: dates, quotes, figures."""

from __future__ import annotations

import re

from cancu.language import Language
from cancu.queries.engine import Hop

__all__ = ["shown", "shown_date", "shown_quote"]

_LONGEST_QUOTE = 150
# What orders a terminal about, and what turns the direction of writing: control characters but line feed and tab.
_ORDERS = dict.fromkeys(
    [
        code
        for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
        if code not in (9, 10)
    ],
    "\ufffd",
)


def shown(words: str) -> str:
    r"""Replace the characters of a text that a terminal would obey.

    >>> shown("Kế hoạch\x1b[31m số 5")
    'Kế hoạch\ufffd[31m số 5'
    """
    return words.translate(_ORDERS)


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
    return shown(f"{'…' if before else ''}{before}{lead}«{quote}»{tail}{behind}{'…' if behind else ''}")
