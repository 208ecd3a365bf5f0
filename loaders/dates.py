"""Read dates as documents print them (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4)."""

from __future__ import annotations

import re
from datetime import date

from cancu.loaders.patterns import compiled

__all__ = ["read_date"]

# U+FFFD and the bare vowels are what scans and lost fonts leave of "ngày … tháng … năm".
_DATE = compiled(
    r" ?[,;]? ?\(?(?:(?:ban hành|được ban hành|ký ban hành|ký) )?"
    r"ng[àa\ufffd]y[ .:]*(\d ?\d?)"
    r"(?:"
    r" ?[/.-] ?(\d ?\d?) ?[/.-] ?(\d{4}|\d{2})(?!\d)"  # "ngày 18/01/2022", "ngày 12-7-96"
    r"| ?th[áa\ufffd]ng ?(\d{1,2}) ?(?:,? ?n[ăa\ufffd]m|[/.-]) ?(\d{4})"  # "ngày 02 tháng 9 năm 2016"
    r")",
    re.IGNORECASE,
)
_BARE_DATE = compiled(r" ?\((\d{1,2})/(\d{1,2})/(\d{4})\)")
# Two digits were usual before 2000 ("ngày 12/7/96"); up to this they are of this century.
_LAST_SHORT_YEAR = 30


def read_date(plain: str, at: int) -> tuple[int, str | None, int] | None:
    """Read a date at ``at``; return (end, ISO date or None where it cannot be, start of its first word).

    >>> read_date(" ngày 02 tháng 9 năm 2016", 0)[:2]
    (25, '2016-09-02')
    >>> read_date(" ngày 31/4/2020", 0)[:2]
    (15, None)
    >>> read_date(" ngày 12/7/96", 0)[1]
    '1996-07-12'
    """
    found = _DATE.match(plain, at) or _BARE_DATE.match(plain, at)
    if found is None:
        return None
    groups = [group for group in found.groups() if group is not None]
    day, month, year = (int(group.replace(" ", "")) for group in groups)
    if len(groups[2]) == 2:
        year += 1900 if year > _LAST_SHORT_YEAR else 2000
    lead = len(found[0]) - len(found[0].lstrip(" ,;("))
    try:
        iso = date(year, month, day).isoformat()
    except ValueError:
        iso = None
    return found.end(), iso, at + lead
