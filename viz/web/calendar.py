"""Write deadlines as a calendar that other programs take in (RFC 5545)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vText

from cancu.language import Language, say
from cancu.queries.engine import Answer

__all__ = ["calendar_of", "last_day"]

# A calendar says when each entry was written; the same deadlines give the same bytes.
_WRITTEN: Final = datetime(2000, 1, 1, tzinfo=UTC)


def last_day(when: str | None) -> date | None:
    """Give the last day of a deadline: a day, a month, a quarter or a year; None for words.

    >>> last_day("2024-Q3"), last_day("2024-02"), last_day("hằng tháng")
    (datetime.date(2024, 9, 30), datetime.date(2024, 2, 29), None)
    """
    found = re.fullmatch(r"(\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?", when or "")
    if found is None:
        return None
    year = int(found[1])
    if found["day"] is not None:
        try:
            return date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            return None
    month = int(found["quarter"]) * 3 if found["quarter"] else int(found["month"] or 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if 1 <= month <= 12 else None


def calendar_of(answer: Answer, name: str, lang: Language) -> bytes:
    """Write the dated rows of the question "deadlines" as all-day entries, each with its sentence."""
    made = Calendar()
    made.add("prodid", "-//cancu//Căn Cứ//VI")
    made.add("version", "2.0")
    made.add("x-wr-calname", vText(" ".join(name.split())))
    for event in _events(answer, lang):
        made.add_component(event)
    return bytes(made.to_ical())


def _events(answer: Answer, lang: Language) -> Iterator[Event]:
    for row, proof in zip(answer.rows, answer.proofs, strict=True):
        day = last_day(row["deadline"].value)
        if day is None:
            continue
        what = row["report"].text(lang) or say("calendar.report", lang)
        event = Event()
        event.add("summary", f"{what} → {row['receiver'].text(lang) or '?'}")
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        quotes = "\n".join(f"«{' '.join(hop.quote.split())}» [{hop.source}:{hop.start}-{hop.end}]" for hop in proof)
        event.add("description", f"{row['reporter'].text(lang)}\n{row['document'].text(lang)}\n{quotes}")
        key = f"{what} {day} {[(hop.source, hop.start) for hop in proof]}"
        event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@cancu")
        event.add("dtstamp", _WRITTEN)
        yield event
