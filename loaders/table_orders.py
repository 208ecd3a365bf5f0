"""Doubt the order numbers of a table: one that is missing between its neighbours, or that stands twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cancu.loaders.mentions import Note
from cancu.loaders.patterns import compiled
from cancu.loaders.tables import PlainCell, PlainTable

__all__ = ["order_notes"]

#: A column that jumps more often than once in so many numbers counts something else than its rows.
_ROWS_PER_JUMP = 4
_ROMAN = compiled(r"X{0,3}(?:IX|IV|V?I{0,3})")
_NUMBER = compiled(r"(?P<front>(?:\d{1,2}\.)*)(?P<last>\d{1,3})")
_ROMAN_VALUES = (("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))


@dataclass(frozen=True, slots=True)
class _Order:
    """Hold an order number: ``level`` is what stands in front of it; the names of lower levels are longer."""

    level: str
    value: int
    printed: str

    def next(self) -> str:
        """Write the number that is due behind this one."""
        if not self.level:
            return _roman(self.value + 1)
        return f"{self.level.lstrip('#')}{self.value + 1}"


def order_notes(table: PlainTable) -> list[Note]:
    r"""Return the doubts about the order numbers of a table.

    >>> from cancu.loaders.tables import read_tables
    >>> from cancu.loaders.text import read_text
    >>> rows = "1\tAn Bá\t12\n2\tLệ Viễn\t9\n3\tVĩnh An\t7\n5\tTuấn Đạo\t5\n"
    >>> table = read_tables(read_text("TT\tXã\tSố hộ\n" + rows))[0]
    >>> [(note.rule, note.candidates) for note in order_notes(table)]
    [('table-order', ('4',))]
    """
    if "number" not in table.kinds:
        return []
    numbered = sum(1 for cell in _cells(table) if cell is not None and _read(cell.text) is not None)
    found = list(_jumps(table))
    return found if len(found) * _ROWS_PER_JUMP <= numbered else []


def _cells(table: PlainTable) -> Iterator[PlainCell | None]:
    """Yield the cell of the order number of each row; None of a row whose columns are uncertain."""
    column = table.kinds.index("number")
    for row in table.rows:
        yield row[column] if len(row) == len(table.header) else None


def _jumps(table: PlainTable) -> Iterator[Note]:
    above: dict[str, _Order] = {}
    unnumbered = 0
    for cell in _cells(table):
        order = _read(cell.text) if cell is not None else None
        if cell is None:
            above.clear()
        if cell is None or order is None:
            unnumbered += 1
            continue
        before = above.get(order.level)
        # A row without a number may be the one whose number lacks.
        if before is not None and order.value != 1 and not 1 <= order.value - before.value <= 1 + unnumbered:
            yield Note("table-order", cell.start, cell.end, (before.next(),), (("before", before.printed),))
        above = {level: one for level, one in above.items() if len(level) < len(order.level)} | {order.level: order}
        unnumbered = 0


def _read(text: str) -> _Order | None:
    """Read "II", "3", "2.1"; what else stands in such a column is no order number."""
    bare = text.strip(" .)")
    if bare and _ROMAN.fullmatch(bare):
        return _Order("", _value(bare), text)
    found = _NUMBER.fullmatch(bare)
    return _Order(found["front"] or "#", int(found["last"]), text) if found is not None else None


def _value(roman: str) -> int:
    return next(number for number in range(1, 40) if _roman(number) == roman)


def _roman(number: int) -> str:
    written = ""
    for digits, value in _ROMAN_VALUES:
        while number >= value:
            written += digits
            number -= value
    return written
