"""Write values as people read them: dates, quotes, figures."""

from __future__ import annotations

import re
from decimal import Decimal

from cancu.language import LANGUAGES, Language, say
from cancu.queries.cells import Cell
from cancu.queries.engine import Hop
from cancu.queries.entries import Entry

__all__ = ["both", "shown", "shown_cell", "shown_date", "shown_entry", "shown_number", "shown_quote"]

_LONGEST_QUOTE = 150
_QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_VIETNAMESE_MARKS = str.maketrans(".,", ",.")
# What orders a terminal about, and what turns the direction of writing: control characters but line feed and tab.
_ORDERS = dict.fromkeys(
    [
        code
        for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
        if code not in (9, 10)
    ],
    "\ufffd",
)


def both(key: str) -> str:
    """Say a sentence in every language on one line, once where they say the same.

    >>> both("value.held.true"), both("web.place.sparql")
    ('có · yes', 'SPARQL')
    """
    return " · ".join(dict.fromkeys(say(key, lang) for lang in LANGUAGES))


def shown(words: str) -> str:
    r"""Replace the characters of a text that a terminal would obey.

    >>> shown("Kế hoạch\x1b[31m số 5")
    'Kế hoạch\ufffd[31m số 5'
    """
    return words.translate(_ORDERS)


def shown_date(day: str | None, lang: Language) -> str:
    """Write an ISO date, or the quarter of a year, the way the language does.

    >>> shown_date("2022-01-18", "vi"), shown_date("2022-01-18", "en"), shown_date(None, "vi")
    ('18/01/2022', '2022-01-18', '–')
    >>> shown_date("2024-Q3", "vi"), shown_date("2024-Q3", "en")
    ('quý III/2024', 'Q3 2024')
    """
    if day is None:
        return "–"
    if lang == "vi" and re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return "/".join(reversed(day.split("-")))
    if re.fullmatch(r"\d{4}-Q[1-4]", day):
        year, quarter = day.split("-Q")
        return say("shown.quarter", lang, quarter=_QUARTERS[quarter] if lang == "vi" else quarter, year=year)
    return day


def shown_number(number: Decimal, lang: Language) -> str:
    """Write a number exactly, with the separators of the language.

    >>> shown_number(Decimal("4060450.50"), "vi"), shown_number(Decimal("4060450.50"), "en")
    ('4.060.450,5', '4,060,450.5')
    """
    written = f"{number:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(_VIETNAMESE_MARKS) if lang == "vi" else written


def shown_cell(cell: Cell, lang: Language) -> str:
    """Write a value of an answer: figures with separators, dates as the language has them, "–" where there is none.

    >>> shown_cell(Cell("840000000", exact=Decimal("840000000")), "vi"), shown_cell(Cell(None), "vi")
    ('840.000.000', '–')
    """
    if cell.exact is not None:
        return shown_number(cell.exact, lang)
    return shown_date(cell.text(lang) or None, lang)


def shown_entry(entry: Entry, lang: Language) -> str:
    """Write one of several things that may be meant: its name, its document if it is part of one, issuer, date, IRI.

    >>> print(shown_entry(Entry("urn:x", "activity", "Dự án 2", issuer="UBND huyện A", whole="Kế hoạch số 5"), "vi"))
      Dự án 2 · Kế hoạch số 5 · UBND huyện A · –
        urn:x
    """
    parts = [entry.label, *([entry.whole] if entry.whole is not None else []), entry.issuer or "–"]
    parts.append(shown_date(entry.date, lang))
    if entry.held:
        parts.append(say("chain.held", lang))
    return shown(f"  {' · '.join(parts)}\n    {entry.iri}")


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
