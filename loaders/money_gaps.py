"""Doubt what a section on money leaves open: it states no sum at all, or one of its sources has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cancu.loaders.funding import BUDGET_HEADING, code_of
from cancu.loaders.mentions import Note
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading

__all__ = ["money_gap_notes"]

_OTHER = compiled(rf"(?<!\w)(?:{any_of('other_budget_heading')})(?!\w)", re.IGNORECASE)
_ELSEWHERE = compiled(rf"(?<!\w)(?:{any_of('table_caption')})(?!\w)", re.IGNORECASE)
_ITEM = compiled(r" *(?:[-+*•] ?|\d{1,2}(?:\.\d{1,2})*[.)]? |[a-zđ]\) ?)(?=[[:upper:]])")
_AMOUNT = compiled(rf"\d[\d.,]* ?(?:{any_of('number_scale')}|đồng|đ(?!\w))", re.IGNORECASE)
# Sections of the first and second rank; one in capitals may have lost its number.
_SECTION_RANK = 2
_CAPITALS_RANK = 3
# Words farther from the front of a line are no name of a source.
_LONGEST_NAME = 60


def money_gap_notes(reading: Reading) -> list[Note]:
    r"""Return the doubts about the sections on money.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. MỤC TIÊU\nGiảm nghèo.\nII. KINH PHÍ THỰC HIỆN\n"
    >>> text += "- Ngân sách tỉnh: 900 triệu đồng.\n"
    >>> reading = read_reading(text + "- Ngân sách huyện: Bố trí hằng năm.\nIII. TỔ CHỨC THỰC HIỆN\nTheo dõi.")
    >>> [(note.rule, reading.plain[note.start : note.end]) for note in money_gap_notes(reading)]
    [('source-without-amount', 'Ngân sách huyện')]
    """
    return [
        note
        for heading in reading.outline.headings
        if _is_on_money(reading, heading)
        for note in _gaps(reading, heading)
    ]


def _is_on_money(reading: Reading, heading: Heading) -> bool:
    if heading.rank > _CAPITALS_RANK or reading.in_table(heading.start):
        return False
    title = reading.plain[heading.start : heading.end]
    plain_enough = heading.rank <= _SECTION_RANK or title.isupper()
    return plain_enough and BUDGET_HEADING.search(title) is not None and _OTHER.search(title) is None


def _gaps(reading: Reading, heading: Heading) -> Iterator[Note]:
    plain = reading.plain
    if any(heading.start <= start < heading.until for start, _ in reading.tables):
        return
    if _AMOUNT.search(plain, heading.start, heading.until) is None:
        if (
            _ELSEWHERE.search(plain, heading.start, heading.until) is None
            and plain[heading.end : heading.until].strip()
        ):
            yield Note("money-section-empty", heading.start, heading.end)
        return
    for start, end, until in _items(plain, heading.end, heading.until):
        if _AMOUNT.search(plain, start, until) is None and _ELSEWHERE.search(plain, start, until) is None:
            yield Note("source-without-amount", start, end)


def _items(plain: str, start: int, until: int) -> Iterator[tuple[int, int, int]]:
    """Yield the items of a list that name a source in front: its name (start, end) and where the item ends."""
    lines: list[tuple[int, int]] = []
    position = start
    while position < until:
        stop = plain.find("\n", position, until)
        stop = until if stop < 0 else stop
        found = _ITEM.match(plain, position, stop)
        if found is not None:
            lines.append((found.end(), stop))
        position = stop + 1
    for (first, stop), (end, _) in pairwise([*lines, (until, until)]):
        colon = plain.find(":", first, min(stop, first + _LONGEST_NAME))
        if colon > 0 and code_of(plain[first:colon], "source")[0] is not None:
            yield first, colon, end
