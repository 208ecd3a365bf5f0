"""Read the figures of a table: of which place or item, of which year, of what; and doubt those that cannot be.

A figure is never replaced. Where its print cannot be a number of its column ("4.38" among whole numbers), or where
sums and rates of the table contradict it, a note tells what it may be, with the arithmetic in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property

from cancu.loaders.agencies import Context
from cancu.loaders.grids import is_figure, is_number
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.table_orders import order_notes
from cancu.loaders.tables import PlainCell, PlainTable, is_total
from cancu.model import Observation
from cancu.ontology import lexicon, places

__all__ = ["figure_notes", "measure_of", "observations_of"]

_YEAR = compiled(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEARS = compiled(r"(?<!\d)((?:19|20)\d\d) ?(?:[-–]|đến(?: năm)?) ?((?:19|20)\d\d)(?!\d)")
_RATE = compiled(rf"(?<!\w)(?:{any_of('table_rate')})(?!\w)|%", re.IGNORECASE)
_UNIT_IN_NAME = compiled(r"\(([^()]{1,30})\)$|%")
_WHOLE = compiled(r"\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+")
_GROUPED = compiled(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMA = compiled(r"\d+(?:\.\d{3})*,\d+")
_POINT = compiled(r"\d+\.\d+")
_DIGITS = compiled(r"\D+")
_TOTAL_COLUMN = compiled(r"tổng (?:số|cộng|kinh phí|vốn|nguồn vốn|mức|nhu cầu)(?!\w)", re.IGNORECASE)
_OUTER = compiled(r"[-+] ?")
_TOP_LEVEL = compiled(r"[IVXLC]{1,5}[.)]?|[A-ZĐ][.)]?")
_ARABIC = compiled(r"\d{1,3}[.)]?")
_LEAST_ROWS = 3
_MOSTLY = 0.6
# A figure that differs this many times as much from the next year's as any other of its column stands out.
_STANDS_OUT = 2
_PERCENT = Decimal(100)
#: A column of figures is a sum of no more others than this.
_MOST_PARTS = 12
#: No plan counts so much; a longer string of digits is a code.
_LONGEST_FIGURE = 18
#: What is printed where there is nothing.
_NOTHING = frozenset({"", "-", "–", "—", "0"})


def measure_of(column: Sequence[str]) -> str:
    """Return what a column counts: the lines of its name that are more than a year.

    >>> measure_of(("Năm 2023", "Tỷ lệ %"))
    'Tỷ lệ %'
    """
    return " > ".join(part for part in column if not _only_year(part))


def _only_year(part: str) -> bool:
    rest = _YEAR.sub("", part).strip(" -–()").casefold()
    return bool(_YEAR.search(part)) and rest in ("", "năm", "giai đoạn", "kế hoạch năm", "thực hiện năm")


def observations_of(table: PlainTable, context: Context | None = None) -> list[Observation]:
    r"""Return the figures of a table, row by row.

    >>> from cancu.loaders.tables import read_tables
    >>> from cancu.loaders.text import read_text
    >>> text = "TT\tXã\tSố hộ nghèo năm 2023\n1\tAn Bá\t1.120\n2\tLệ Viễn\t95\n"
    >>> [(found.row, found.year, str(found.value)) for found in observations_of(read_tables(read_text(text))[0])]
    [('An Bá', 2023, '1120'), ('Lệ Viễn', 2023, '95')]
    """
    context = context or Context()
    figures = _Figures(table)
    around = _around(context)
    found = []
    for row in range(len(table.rows)):
        label = figures.labels[row]
        place = _place(label, around, context) if label and not figures.totals[row] else None
        for column in figures.columns:
            cell = figures.cell(row, column)
            if cell is None or not is_number(cell.text):
                continue
            value, doubtful = figures.values[row, column]
            year, period, inferred = figures.years[column]
            found.append(
                Observation(
                    row=label,
                    column=tuple(table.header[column].split(" > ")),
                    value=value,
                    printed=cell.text,
                    start=cell.cell.start,
                    end=cell.cell.end,
                    unit=figures.unit(row, column),
                    year=year,
                    period=period,
                    place=place,
                    total=figures.totals[row],
                    doubtful=doubtful,
                    inferred=("year",) if inferred else (),
                )
            )
    return found


def _around(context: Context) -> places.Place | None:
    """Find the place whose parts the rows of a document's tables name."""
    found = places.find_place(context.province, tier="province", on=context.date) if context.province else ()
    if len(found) == 1 and context.district and context.tier in ("district", "commune"):
        found = places.find_place(context.district, tier="district", on=context.date, within=found[0])
    return found[0] if len(found) == 1 else None


def _place(label: str, around: places.Place | None, context: Context) -> tuple[str, int] | None:
    if around is None:
        return None
    tier = "district" if around.tier == "province" else "commune"
    found = places.find_place(label, tier=tier, on=context.date, within=around)
    return places.place_key(found[0]) if len(found) == 1 else None


class _Figures:
    """Hold what the figures of one table mean, by row and column."""

    def __init__(self, table: PlainTable) -> None:
        self.table = table
        width = len(table.header)
        self.columns = [column for column in range(width) if self._is_measured(column)]
        first = self.columns[0] if self.columns else width
        words = [column for column in range(first) if table.kinds[column] != "number"]
        self.label_column = next((column for column in words if self._has_words(column)), words[0] if words else 0)
        self.labels = [self._label(row) for row in range(len(table.rows))]
        self.totals = [any(is_total(cell.text) for cell in row[: max(first, 1)]) for row in table.rows]
        self.rates = {column for column in self.columns if _RATE.search(table.header[column])}
        self.values = {(row, column): value for column in self.columns for row, value in self._values(column)}
        self.years = {column: self._year(column) for column in self.columns}

    def cell(self, row: int, column: int) -> PlainCell | None:
        """Return a cell, unless its row has lost cells and no certain columns."""
        cells = self.table.rows[row]
        return cells[column] if len(cells) == len(self.table.header) else None

    def unit(self, row: int, column: int) -> str | None:
        """Return the unit of a figure: of its column's name, of its row's cell for it, or of the whole table."""
        found = _UNIT_IN_NAME.search(self.table.header[column])
        if found is not None:
            return found[1] or "%"
        for other, kind in enumerate(self.table.kinds):
            cell = self.cell(row, other)
            beside = kind == "unit" or (kind == "place" and other != self.label_column)
            if beside and cell is not None and cell.text and not is_figure(cell.text):
                return cell.text
        return "%" if column in self.rates else self.table.unit

    def _texts(self, column: int) -> Iterator[tuple[int, str]]:
        for row in range(len(self.table.rows)):
            cell = self.cell(row, column)
            if cell is not None and cell.text:
                yield row, cell.text

    def _is_measured(self, column: int) -> bool:
        if self.table.kinds[column] in ("number", "group", "deadline"):
            return False
        texts = [text for _, text in self._texts(column)]
        return bool(texts) and sum(map(is_figure, texts)) >= _MOSTLY * len(texts)

    def _has_words(self, column: int) -> bool:
        texts = [text for _, text in self._texts(column)]
        return sum(any(map(str.isalpha, text)) and len(text) > 2 for text in texts) * 2 > len(texts)

    def _label(self, row: int) -> str:
        cell = self.cell(row, self.label_column) if self.table.header else None
        if cell is not None and cell.text:
            return cell.text
        first = self.columns[0] if self.columns else 0
        return next((cell.text for cell in self.table.rows[row][:first] if cell.text and not is_figure(cell.text)), "")

    def _year(self, column: int) -> tuple[int | None, tuple[int, int] | None, bool]:
        for text, inferred in ((self.table.header[column], False), (self.table.title or "", True)):
            period = _YEARS.search(text)
            if period is not None:
                return None, (int(period[1]), int(period[2])), inferred
            found = set(_YEAR.findall(text))
            if len(found) == 1:
                return int(found.pop()), None, inferred
            if found:
                break
        return None, None, False

    def _values(self, column: int) -> Iterator[tuple[int, tuple[Decimal | None, bool]]]:
        """Read a column's figures by the marks that it uses."""
        texts = [(row, _bare(text), text.endswith("%")) for row, text in self._texts(column) if is_number(text)]
        plain = [text for _, text, _ in texts]
        whole = sum(_WHOLE.fullmatch(text) is not None for text in plain)
        commas = sum(_COMMA.fullmatch(text) is not None for text in plain)
        points = sum(_POINT.fullmatch(text) is not None and not _WHOLE.fullmatch(text) for text in plain)
        groups = any(_GROUPED.fullmatch(text) for text in plain)
        rate = column in self.rates
        for row, text, percent in texts:
            if rate or percent:
                # One mark in a rate is decimal; which of both the column uses tells the odd one.
                odd = ("." in text and commas > points) or ("," in text and points > commas)
                yield row, (_decimal(text.replace(",", ".")), odd)
            elif _WHOLE.fullmatch(text):
                yield row, (_decimal(text.replace(".", "").replace(" ", "")), False)
            elif _COMMA.fullmatch(text):
                lone = whole == len(plain) - 1 and whole >= _LEAST_ROWS
                # "1,362" among "2.640": a comma where others have a point
                value = _decimal(text.replace(".", "").replace(",", "."))
                yield row, (None if lone and len(text.rpartition(",")[2]) == _LEAST_ROWS else value, lone)
            elif _POINT.fullmatch(text):
                # A point groups digits in this column, so that it cannot be decimal in "4.38".
                impossible = groups or (whole >= _LEAST_ROWS and points == 1)
                yield row, (None if impossible else _decimal(text), impossible or commas > 0)
            else:
                yield row, (None, True)


def _bare(text: str) -> str:
    return _OUTER.sub("", text.strip("()% ")) if not text.startswith("-") else "-" + text.strip("()%- ")


def _decimal(text: str) -> Decimal | None:
    if len(text) > _LONGEST_FIGURE:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def figure_notes(table: PlainTable) -> list[Note]:
    r"""Return the doubts that the figures of a table raise, with what the arithmetic makes of them.

    >>> from cancu.loaders.tables import read_tables
    >>> from cancu.loaders.text import read_text
    >>> rows = "1\tAn Bá\t1.120\n2\tLệ Viễn\t9.5\n3\tVĩnh An\t1.300\n\tTổng cộng\t2.515\n"
    >>> [note.candidates for note in figure_notes(read_tables(read_text("TT\tXã\tSố hộ\n" + rows))[0])]
    [('95',)]
    """
    return _Audit(_Figures(table)).notes()


@dataclass(frozen=True, slots=True)
class _Proof:
    """Hold what one calculation makes of a cell."""

    value: Decimal
    words: str
    least: Decimal
    most: Decimal


class _Audit:
    """Calculate sums and rates of one table."""

    def __init__(self, figures: _Figures) -> None:
        self.figures = figures
        self.table = figures.table
        self.total = self._total_row()
        self.addends = self._addend_rows()

    def notes(self) -> list[Note]:
        """Return the doubts in the order of their cells, one for a cell."""
        found: dict[tuple[int, int], Note] = {}
        for (row, column), (value, _) in self.figures.values.items():
            if value is None:
                found[row, column] = self._unreadable(row, column)
        self._add_columns(found)
        self._add_rows(found)
        self._add_rates(found)
        for (row, column), (value, doubtful) in self.figures.values.items():
            if not doubtful or value is None or (row, column) in found or self._shown(row, column) == _written(value):
                continue
            if self._has_other_mark(column):
                found[row, column] = self._note("table-mark", row, column, (value,), "")
        notes = [*found.values(), *self._lost(), *order_notes(self.table)]
        if self.total is not None:
            notes += self._repeated()
        return sorted(notes, key=lambda note: (note.start, note.end))

    def _add_columns(self, found: dict[tuple[int, int], Note]) -> None:
        for column in self.figures.columns:
            if column in self._additive and column not in self._sums_hold and column not in self._with_lost_cell:
                wrong = self._wrong_sum(column)
                if wrong is not None:
                    found.setdefault(*wrong)

    def _add_rows(self, found: dict[tuple[int, int], Note]) -> None:
        for column, parts in self._row_sums.items():
            for row in range(len(self.table.rows)):
                note = self._wrong_row(row, column, parts)
                if note is not None and not {(row, one) for one in (column, *parts)} & found.keys():
                    found[row, column] = note

    def _add_rates(self, found: dict[tuple[int, int], Note]) -> None:
        for column, (part, whole) in self._parts_of_rate.items():
            for row in range(len(self.table.rows)):
                beside = next((found[row, one] for one in (part, whole) if (row, one) in found), None)
                note = self._wrong_rate(row, column) if beside is None else None
                if beside is not None and beside.rule == "table-figure" and (row, part) in found:
                    note = self._rate_of_wrong(row, column, beside)
                if beside is None and note is None:
                    note = self._rounded_rate(row, column)
                if note is not None:
                    found.setdefault((row, column), note)

    def _value(self, row: int, column: int) -> Decimal | None:
        return self.figures.values.get((row, column), (None, False))[0]

    def _shown(self, row: int, column: int) -> str:
        cell = self.figures.cell(row, column)
        return cell.text if cell is not None else ""

    def _total_row(self) -> int | None:
        rows = [row for row, total in enumerate(self.figures.totals) if total]
        return rows[0] if len(rows) == 1 else None

    def _addend_rows(self) -> list[int]:
        """Return the rows that make up the total: those of the highest level that the row counts show."""
        kinds = self.table.kinds
        counts = kinds.index("number") if "number" in kinds else None
        rows = [row for row in range(len(self.table.rows)) if row != self.total]
        if counts is None:
            return rows
        labels = {row: cell.text for row in rows if (cell := self.figures.cell(row, counts)) is not None}
        for pattern in (_TOP_LEVEL, _ARABIC):
            level = [row for row in rows if pattern.fullmatch(labels.get(row, ""))]
            if len(level) > 1:
                return level
        return rows if not any(labels.values()) else []

    @cached_property
    def _additive(self) -> list[int]:
        """Return the columns whose figures can be added."""
        if self.total is None or len(self.addends) <= 1:
            return []
        return [
            column
            for column in self.figures.columns
            if column not in self.figures.rates and (self.total, column) in self.figures.values
        ]

    @cached_property
    def _sums_hold(self) -> set[int]:
        """Return the columns whose figures make up their total exactly."""
        held = set()
        for column in self._additive:
            parts = [self._value(row, column) for row in self.addends if (row, column) in self.figures.values]
            total = self._value(self.total, column) if self.total is not None else None
            if total is not None and len(parts) > 1 and all(part is not None for part in parts):
                if sum(part for part in parts if part is not None) == total:
                    held.add(column)
        return held

    @cached_property
    def _parts_of_rate(self) -> Mapping[int, tuple[int, int]]:
        """Return for each column of rates those of the part and of the whole, as most of its rows show them."""
        found = {}
        for column in self.figures.columns:
            if column not in self.figures.rates:
                continue
            group = self.table.header[column].rpartition(" > ")[0]
            beside = [
                other
                for other in self.figures.columns
                if other not in self.figures.rates and self.table.header[other].rpartition(" > ")[0] == group
            ]
            best: tuple[int, tuple[int, int]] | None = None
            for part in beside:
                for whole in beside:
                    if part == whole:
                        continue
                    known = [row for row in range(len(self.table.rows)) if (row, column) in self.figures.values]
                    held = sum(self._rate_holds(row, column, part, whole) for row in known)
                    if held >= max(_LEAST_ROWS, _MOSTLY * len(known)) and (best is None or held > best[0]):
                        best = held, (part, whole)
            if best is not None:
                found[column] = best[1]
        return found

    def _rate_holds(self, row: int, column: int, part: int, whole: int) -> bool:
        rate, first, second = (self._value(row, one) for one in (column, part, whole))
        if rate is None or first is None or not second:
            return False
        return abs(first / second * _PERCENT - rate) < _last_place(rate)

    def _proof_by_sum(self, row: int, column: int) -> _Proof | None:
        """Calculate a cell from the total and all other figures of its column."""
        if self.total is None or column not in self._additive:
            return None
        others = [one for one in self.addends if one != row and (one, column) in self.figures.values]
        values = [self._value(one, column) for one in others]
        if len(values) < 2 or any(value is None for value in values):
            return None
        parts = sum((value for value in values if value is not None), Decimal(0))
        shown = " + ".join(self._shown(one, column) for one in others)
        if row == self.total:
            return _Proof(parts, f"{shown} = {_written(parts)}", parts, parts)
        total = self._value(self.total, column)
        if total is None or row not in self.addends or total < parts:
            return None
        value = total - parts
        return _Proof(value, f"{self._shown(self.total, column)} − ({shown}) = {_written(value)}", value, value)

    def _proof_by_rate(self, row: int, column: int) -> _Proof | None:
        """Calculate a part from its rate and its whole."""
        for rate_column, (part, whole) in self._parts_of_rate.items():
            rate, base = self._value(row, rate_column), self._value(row, whole)
            if part == column and rate is not None and base is not None:
                value = (rate * base / _PERCENT).quantize(Decimal(1), ROUND_HALF_UP)
                slack = _last_place(rate) * base / _PERCENT
                exact = rate * base / _PERCENT
                words = f"{self._shown(row, rate_column).rstrip('%')}% × {self._shown(row, whole)} ≈ {_written(value)}"
                return _Proof(value, words, exact - slack, exact + slack)
        return None

    def _unreadable(self, row: int, column: int) -> Note:
        """Note a cell that is no number of its column, with what sum and rate make of it."""
        by_sum, by_rate = self._proof_by_sum(row, column), self._proof_by_rate(row, column)
        same_digits = _decimal(_DIGITS.sub("", self._shown(row, column)))
        if by_sum is not None:
            words = by_sum.words if by_rate is None else f"{by_sum.words}; {by_rate.words}"
            values = [by_sum.value]
            if by_rate is not None and not by_rate.least <= by_sum.value <= by_rate.most:
                values.append(by_rate.value)
            return self._note("table-figure", row, column, values, words)
        if by_rate is not None:
            fits = same_digits is not None and by_rate.least <= same_digits <= by_rate.most
            value = same_digits if fits and same_digits is not None else by_rate.value
            return self._note("table-figure", row, column, (value,), by_rate.words)
        return self._note("table-number", row, column, (), "")

    def _wrong_sum(self, column: int) -> tuple[tuple[int, int], Note] | None:
        """Note where figures do not make up their total, if other columns show that they should."""
        if self.total is None or not self._sums_hold:
            return self._open_sum(column)
        by_sum = self._proof_by_sum(self.total, column)
        total = self._value(self.total, column)
        if by_sum is None or total is None or by_sum.value == total:
            return None
        suspects = [row for row in self.addends if (row, column) in self.figures.values and self._misfits(row, column)]
        if len(suspects) == 1:
            row = suspects[0]
            proof, against = self._proof_by_sum(row, column), self._proof_by_rate(row, column)
            if proof is not None:
                printed = self._value(row, column)
                candidates = [proof.value]
                words = proof.words
                if against is not None and not against.least <= proof.value <= against.most:
                    words = f"{words}; {against.words}"
                    fits = printed is not None and against.least <= printed <= against.most
                    candidates.append(printed if fits and printed is not None else against.value)
                return (row, column), self._note("table-figure", row, column, candidates, words)
        values = [value for row in self.addends if (value := self._value(row, column)) is not None]
        if len(values) >= _LEAST_ROWS and min(values) <= total <= max(values):
            # An average, such as "Thu nhập bình quân": it lies among its rows.
            return None
        words = f"{by_sum.words} ≠ {self._shown(self.total, column)}"
        return (self.total, column), self._note("table-sum", self.total, column, (by_sum.value,), words)

    def _open_sum(self, column: int) -> tuple[tuple[int, int], Note] | None:
        """Note a column that misses its total where no other column shows that the rows make up the total."""
        by_sum = self._proof_by_sum(self.total, column) if self.total is not None else None
        total = self._value(self.total, column) if self.total is not None else None
        if self.total is None or by_sum is None or not total or len(self.addends) < _LEAST_ROWS:
            return None
        if not all(map(self._order, self.addends)):
            # Rows without a number may be parts of the one above.
            return None
        if by_sum.value == total or not total / _STANDS_OUT < by_sum.value < total * _STANDS_OUT:
            return None
        words = f"{by_sum.words} ≠ {self._shown(self.total, column)}"
        return (self.total, column), self._note("table-sum-open", self.total, column, (by_sum.value,), words)

    def _misfits(self, row: int, column: int) -> bool:
        """Tell the one figure that the total contradicts: by its own rate, or by the same measure of another year."""
        proof, by_rate = self._proof_by_sum(row, column), self._proof_by_rate(row, column)
        printed = self._value(row, column)
        if proof is None or printed is None:
            return False
        for whole, parts in self._row_sums.items():
            if column in (whole, *parts) and (held := self._row_holds(row, whole, parts)) is not None:
                return not held and self._row_difference(row, whole, parts, column) == proof.value - printed
        if by_rate is not None and not by_rate.least <= printed <= by_rate.most:
            return by_rate.least <= proof.value <= by_rate.most
        other = self._next_year(column)
        if other is None:
            return False
        ratios = [
            ratio for one in self.addends if one != row and (ratio := self._ratio(one, column, other)) is not None
        ]
        own, base = self._ratio(row, column, other), self._resolved(row, other)
        if len(ratios) < _LEAST_ROWS or own is None or not base:
            return False
        least, most = min(ratios) / _STANDS_OUT, max(ratios) * _STANDS_OUT
        return not least <= own <= most and least <= proof.value / base <= most

    def _next_year(self, column: int) -> int | None:
        """Return the column of the same measure in the year behind, or in the one before."""
        years = {one: self.figures.years[one][0] for one in self.figures.columns}
        year = years[column]
        if year is None:
            return None
        name = _YEAR.sub("", self.table.header[column])
        for wanted in (year + 1, year - 1):
            for one, found in years.items():
                if found == wanted and _YEAR.sub("", self.table.header[one]) == name:
                    return one
        return None

    def _resolved(self, row: int, column: int) -> Decimal | None:
        value = self._value(row, column)
        if value is None:
            proof = self._proof_by_sum(row, column)
            return proof.value if proof is not None else None
        return value

    def _ratio(self, row: int, column: int, other: int) -> Decimal | None:
        first, second = self._value(row, column), self._resolved(row, other)
        return first / second if first is not None and second else None

    def _wrong_rate(self, row: int, column: int) -> Note | None:
        part, whole = self._parts_of_rate[column]
        rate, first, second = (self._value(row, one) for one in (column, part, whole))
        if rate is None or first is None or not second or self._rate_holds(row, column, part, whole):
            return None
        value = (first / second * _PERCENT).quantize(_last_place(rate), ROUND_HALF_UP)
        words = f"{self._shown(row, part)} ÷ {self._shown(row, whole)} × 100 ≈ {_written(value)}"
        # Either of the two may be the wrong one.
        figure = (rate * second / _PERCENT).quantize(Decimal(1), ROUND_HALF_UP)
        shown = self._shown(row, column).rstrip("% ")
        words = f"{words}; {shown}% × {self._shown(row, whole)} ≈ {_written(figure)}"
        return self._note("table-rate", row, column, (value,), words)

    def _rate_of_wrong(self, row: int, column: int, wrong: Note) -> Note | None:
        """Note a rate that was made from a figure which its column contradicts."""
        part, whole = self._parts_of_rate[column]
        rate, second = self._value(row, column), self._value(row, whole)
        first = _decimal(wrong.candidates[0].replace(".", "").replace(",", ".")) if wrong.candidates else None
        if rate is None or first is None or not second:
            return None
        value = (first / second * _PERCENT).quantize(self._places(column), ROUND_HALF_UP)
        if abs(value - rate) < _last_place(rate):
            return None
        words = f"{wrong.candidates[0]} ÷ {self._shown(row, whole)} × 100 ≈ {_written(value)}"
        figure = ("figure", self._shown(row, part))
        return self._note("table-rate-follows", row, column, (value,), words, figure)

    def _rounded_rate(self, row: int, column: int) -> Note | None:
        """Note a rate that agrees with its figures only roughly: cut off, or with fewer places than its column."""
        part, whole = self._parts_of_rate[column]
        rate, first, second = (self._value(row, one) for one in (column, part, whole))
        if rate is None or first is None or not second:
            return None
        value = (first / second * _PERCENT).quantize(self._places(column), ROUND_HALF_UP)
        if value == rate:
            return None
        words = f"{self._shown(row, part)} ÷ {self._shown(row, whole)} × 100 ≈ {_written(value)}"
        return self._note("table-rate-rounded", row, column, (value,), words)

    def _places(self, column: int) -> Decimal:
        """Return the last place that most rates of a column print."""
        found = [_last_place(value) for row in range(len(self.table.rows)) if (value := self._value(row, column))]
        return max(set(found), key=lambda place: (found.count(place), -place), default=Decimal(1))

    def _has_other_mark(self, column: int) -> bool:
        """Tell a column whose figures print one mark of decimals clearly more often than the other."""
        texts = [
            self._shown(row, column) for row in range(len(self.table.rows)) if (row, column) in self.figures.values
        ]
        points, commas = (sum(mark in text for text in texts) for mark in ".,")
        return max(points, commas) >= max(_LEAST_ROWS, 2 * min(points, commas))

    @cached_property
    def _row_sums(self) -> Mapping[int, tuple[int, ...]]:
        """Return for each column that its name calls a total those that make it up, as most rows show them."""
        found = {}
        for column in self.figures.columns:
            last = self.table.header[column].rpartition(" > ")[2]
            if column not in self.figures.rates and (is_total(last) or _TOTAL_COLUMN.match(last)):
                parts = next(
                    (parts for parts, least in self._groups_of(column) if self._adds(column, parts, least)), ()
                )
                if parts:
                    found[column] = parts
        return found

    def _groups_of(self, column: int) -> Iterator[tuple[tuple[int, ...], int]]:
        """Yield the columns that one may sum up, the likeliest first, with how many rows must show it."""
        header, figures = self.table.header, self.figures
        plain = [one for one in figures.columns if one != column and one not in figures.rates]
        group = header[column].rpartition(" > ")[0]
        yield tuple(one for one in plain if header[one].rpartition(" > ")[0] == group), 2
        yield tuple(one for one in plain if is_total(header[one].rpartition(" > ")[2])), _LEAST_ROWS
        behind, before = [one for one in plain if one > column], [one for one in plain if one < column]
        for count in range(2, _MOST_PARTS + 1):
            if count <= len(behind):
                yield tuple(behind[:count]), _LEAST_ROWS
            if count <= len(before):
                yield tuple(before[-count:]), _LEAST_ROWS

    def _adds(self, column: int, parts: Sequence[int], least: int) -> bool:
        if not 2 <= len(parts) <= _MOST_PARTS:
            return False
        known = [
            held for row in range(len(self.table.rows)) if (held := self._row_holds(row, column, parts)) is not None
        ]
        return sum(known) >= max(least, _MOSTLY * len(known))

    def _row_holds(self, row: int, column: int, parts: Sequence[int]) -> bool | None:
        """Tell whether a row's figures make up its total; None where that cannot be told."""
        whole = self._value(row, column)
        values = [self._part(row, one) for one in parts]
        if whole is None or any(value is None for value in values) or sum(1 for value in values if value) < 2:
            return None
        return sum(value for value in values if value is not None) == whole

    def _row_difference(self, row: int, whole: int, parts: Sequence[int], column: int) -> Decimal:
        """Return by how much a figure of a row would have to be more so that the row adds up."""
        rest = (self._value(row, whole) or Decimal(0)) - sum(self._part(row, one) or Decimal(0) for one in parts)
        return -rest if column == whole else rest

    def _part(self, row: int, column: int) -> Decimal | None:
        """Return what a cell adds to a row: nothing where it prints a dash."""
        return Decimal(0) if self._shown(row, column) in _NOTHING else self._value(row, column)

    def _wrong_row(self, row: int, column: int, parts: Sequence[int]) -> Note | None:
        if self._row_holds(row, column, parts) is not False:
            return None
        filled = [one for one in parts if self._shown(row, one) not in _NOTHING]
        value = sum((self._part(row, one) or Decimal(0) for one in filled), Decimal(0))
        shown = " + ".join(self._shown(row, one) for one in filled)
        words = f"{shown} = {_written(value)} ≠ {self._shown(row, column)}"
        return self._note("table-row-sum", row, column, (value,), words)

    @cached_property
    def _with_lost_cell(self) -> Mapping[int, int]:
        """Return for each column that lacks just one figure the row that lacks it, where the total needs one there."""
        found = {}
        for column in self._additive:
            empty = [
                row for row in self.addends if (cell := self.figures.cell(row, column)) is not None and not cell.text
            ]
            filled = [row for row in self.addends if self._shown(row, column)]
            whole = len(empty) == 1 and len(filled) == len(self.addends) - 1 >= _LEAST_ROWS - 1
            proof = self._proof_by_sum(empty[0], column) if whole else None
            if proof is not None and proof.value > 0 and self._sums_hold:
                found[column] = empty[0]
        return found

    def _lost(self) -> Iterator[Note]:
        """Yield the rows that lack a figure which the rest of its column proves."""
        rows: dict[int, list[tuple[str, Decimal, str]]] = {}
        for column, row in self._with_lost_cell.items():
            proof = self._proof_by_sum(row, column)
            if proof is not None:
                rows.setdefault(row, []).append((self.table.header[column], proof.value, proof.words))
        for column in self._without_total:
            parts = [self._value(row, column) or Decimal(0) for row in self.addends]
            value = sum(parts, Decimal(0))
            words = " + ".join(self._shown(row, column) for row in self.addends) + f" = {_written(value)}"
            if self.total is not None:
                rows.setdefault(self.total, []).append((self.table.header[column], value, words))
        for row, lacks in rows.items():
            names = ("columns", "; ".join(name for name, _, _ in lacks))
            words = "; ".join(words for _, _, words in lacks)
            cells = [cell for cell in self.table.rows[row] if cell.text]
            if cells:
                detail = (("arithmetic", words), names)
                values = tuple(_written(value) for _, value, _ in lacks)
                rule = "table-total-lost" if row == self.total else "table-cell-lost"
                yield Note(rule, cells[0].start, cells[-1].end, values, detail)

    @cached_property
    def _without_total(self) -> list[int]:
        """Return the columns of which every row has a figure, but not the row of totals, though it sums up others."""
        if self.total is None or not self._sums_hold or len(self.addends) < _LEAST_ROWS:
            return []
        units = {self.figures.unit(self.addends[0], column) for column in self._sums_hold}
        return [
            column
            for column in self.figures.columns
            if column not in self.figures.rates
            and (cell := self.figures.cell(self.total, column)) is not None
            and not cell.text
            and self.figures.unit(self.addends[0], column) in units
            and all(self._value(row, column) is not None for row in self.addends)
        ]

    def _repeated(self) -> Iterator[Note]:
        """Yield the rows that say once more what a row above has counted into the same total."""
        column = self.figures.label_column
        seen: dict[str, int] = {}
        for row in self.addends:
            label = lexicon.lookup_key(self.figures.labels[row])
            cell = self.figures.cell(row, column)
            if not label or cell is None or not cell.text:
                continue
            above = seen.setdefault(label, row)
            if above != row:
                first = self.figures.cell(above, column)
                order = self._order(above), self._order(row)
                same = self._figures_of(above) == self._figures_of(row)
                if first is not None and (same or all(order)):
                    yield Note("table-row-twice", cell.start, cell.end)

    def _order(self, row: int) -> str:
        kinds = self.table.kinds
        cell = self.figures.cell(row, kinds.index("number")) if "number" in kinds else None
        return cell.text if cell is not None else ""

    def _figures_of(self, row: int) -> list[str]:
        return [self._shown(row, column) for column in self.figures.columns]

    def _note(
        self, rule: str, row: int, column: int, values: Sequence[Decimal], words: str, *more: tuple[str, str]
    ) -> Note:
        cell = self.table.rows[row][column]
        detail = ((("arithmetic", words),) if words else ()) + more
        return Note(rule, cell.start, cell.end, tuple(_written(value) for value in values), detail)


def _last_place(rate: Decimal) -> Decimal:
    exponent = rate.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _written(value: Decimal) -> str:
    """Write a number as plans do: "60.148", "13,57"."""
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))
