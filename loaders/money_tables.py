"""Read the sums of finance tables: a component a row, a source, a kind or a year of money a column.

A column is read by its name ("Ngân sách trung ương > Vốn đầu tư"), a row by the component that its label names or by
the word that calls it the total. Where no unit is printed with the table, no row names a component of the text, or a
cell is damaged, nothing is guessed: the table stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cancu.loaders.components import Components
from cancu.loaders.funding import (
    APPROXIMATE,
    BUDGET,
    NO_BUDGET,
    SPENT,
    Words,
    in_millions,
    plain_decimal,
    read_words,
    town_tier,
    unit_factor,
    years_of,
)
from cancu.loaders.numbers import read_number
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.loaders.tables import PlainCell, PlainTable, is_total
from cancu.model import Money

__all__ = ["read_money_tables"]

_UNIT = compiled(r"(?<!\w)(?P<scale>tỷ|tỉ|triệu|nghìn|ngàn|1[.,]000|) ?(?:đồng|đ)(?!\w)", re.IGNORECASE)
_OTHER_UNIT = compiled(r"%|\((?:ha|km|hộ|người|công trình|mô hình|xã|lớp)\)", re.IGNORECASE)
_NO_BUDGET_COLUMN = compiled(rf"(?<!\w)(?:{any_of('no_budget_column')})(?!\w)", re.IGNORECASE)
_FIGURE = compiled(r"\d++(?:[.,]\d++)*+")
_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class _Column:
    """Hold what the name of a column says of the sums below it."""

    index: int
    words: Words
    source: str
    factor: Decimal


def read_money_tables(
    reading: Reading, components: Components, tables: Sequence[PlainTable], known: Sequence[Money] = ()
) -> list[Money]:
    r"""Read the sums of the finance tables, in order; what the prose says too (``known``) is not said twice.

    >>> from cancu.loaders.components import read_components
    >>> from cancu.loaders.extract import read_reading
    >>> from cancu.loaders.tables import read_tables
    >>> text = "KẾ HOẠCH\nI. NỘI DUNG\n1. Dự án 2: Trồng rừng\nTrồng cây.\n2. Dự án 3: Làm đường\nSửa đường.\n"
    >>> text += "Biểu 1: Kinh phí năm 2024\nĐơn vị: triệu đồng\nTT\tDự án\tNgân sách tỉnh\tVốn khác\n"
    >>> reading = read_reading(text + "1\tDự án 2\t1.500\t20\n2\tDự án 3\t-\t30\n")
    >>> sums = read_money_tables(reading, read_components(reading)[0], read_tables(reading.text))
    >>> [(sum.activity, str(sum.amount), sum.source, sum.year) for sum in sums]
    [('DA2', '1500', 'province', 2024), ('DA2', '20', 'unspecified', 2024), ('DA3', '30', 'unspecified', 2024)]
    """
    said = {(sum_.activity, sum_.amount, sum_.source, sum_.kind) for sum_ in known}
    found: list[Money] = []
    for table in tables:
        for sum_ in _Reader(reading, components, table).sums():
            key = (sum_.activity, sum_.amount, sum_.source, sum_.kind)
            if key not in said:
                found.append(sum_)
    return found


class _Reader:
    def __init__(self, reading: Reading, components: Components, table: PlainTable) -> None:
        self.reading, self.components, self.table = reading, components, table
        self.columns = self._columns()
        self.year = self._year()

    def sums(self) -> Iterator[Money]:
        """Yield the sums of every row that names a component or is the total."""
        if not self.columns:
            return
        first = min(column.index for column in self.columns)
        above: str | None = None
        last = len(self.table.rows) - 1
        for place, row in enumerate(self.table.rows):
            if len(row) != len(self.table.header):
                continue
            labels = [cell.text for cell in row[:first] if cell.text]
            if any(map(is_total, labels)):
                # A total inside the table is that of a group which may not be known.
                if place in (0, last):
                    yield from self._row(row, None, True)
                continue
            code = self._code(labels, above)
            if code is None:
                continue
            component = self.components.get(code)
            above = code if component is not None and component.parent is None else above
            yield from self._row(row, code)

    def _code(self, labels: Sequence[str], above: str | None) -> str | None:
        """Return the component that the last label of a row names, if the text has it."""
        identity = self.components.of_label(labels[-1], above) if labels else None
        known = identity is not None and self.components.get(identity.code) is not None
        return identity.code if identity is not None and known else None

    def _row(self, row: Sequence[PlainCell], activity: str | None, is_sum: bool = False) -> Iterator[Money]:
        for column in self.columns:
            cell = row[column.index]
            amount = self._amount(cell, column)
            if amount is None:
                continue
            place = self.reading.place(cell.start, cell.end)
            words = column.words
            year = (words.years[0] if len(words.years) == 1 else None) if words.years or words.ranged else self.year
            yield Money(
                start=place.start,
                end=place.end,
                quote=place.quote,
                amount=plain_decimal(amount),
                printed=cell.text,
                approx=words.approx or APPROXIMATE.search(self.table.title or "") is not None,
                # What a row sums up is a total in every column that names no source.
                source="total" if is_sum and words.source is None else column.source,
                kind=words.kind,
                year=year,
                carried_over=words.carried,
                activity=activity,
                section=self.table.title or self.reading.outline.section(self.table.start),
                inferred=("amount",) if words.years else ("amount", "year") if year is not None else ("amount",),
                confidence=_CONFIDENCE,
            )

    def _amount(self, cell: PlainCell, column: _Column) -> Decimal | None:
        if not _FIGURE.fullmatch(cell.text):
            return None
        number = read_number(cell.text, 0)
        if number is None or number.doubtful or number.end != len(cell.text):
            return None
        return in_millions(number.value * column.factor)

    def _columns(self) -> list[_Column]:
        """Return the columns of money, if the table is one of money and its unit is printed."""
        table, town = self.table, town_tier(self.reading)
        factor = _factor(table.unit) or _factor(table.title)
        named = [(at, name, read_words(f"{name.replace(' > ', ': ')}:", town)) for at, name in enumerate(table.header)]
        if not BUDGET.search(table.title or "") and not any(words.source or words.kind for _, _, words in named):
            return []
        columns: list[_Column] = []
        for index, name, words in named:
            own = _factor(name) or factor
            holds = words.budget or words.source or words.kind or words.whole or words.years
            if own is None or not holds or index == 0 or _OTHER_UNIT.search(name) or _NO_BUDGET_COLUMN.search(name):
                continue
            if NO_BUDGET.search(name) or SPENT.search(name) or not self._has_figures(index):
                continue
            columns.append(_Column(index, words, words.source or "unspecified", own))
        parted = any(column.words.source or column.words.kind for column in columns)
        return [
            replace(column, source="total")
            if column.words.source is None
            and (column.words.whole or (parted and column.words.kind is None))
            and not column.words.years
            else column
            for column in columns
        ]

    def _has_figures(self, index: int) -> bool:
        return any(len(row) > index and _FIGURE.fullmatch(row[index].text) for row in self.table.rows)

    def _year(self) -> int | None:
        heading = self.reading.outline.at(self.table.start)
        for title in (self.table.title or "", *reversed(heading.path if heading is not None else ())):
            years, ranged = years_of(title, None)
            if years or ranged:
                return years[0] if len(years) == 1 else None
        header = self.reading.header
        return header.period_start if header.period_start == header.period_end else None


def _factor(words: str | None) -> Decimal | None:
    """Return how many đồng a unit is: "triệu đồng", "1.000 đồng"; None where no unit of money is printed."""
    found = _UNIT.search(words or "")
    return unit_factor(found["scale"]) if found is not None else None
