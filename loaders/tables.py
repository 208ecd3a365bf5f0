"""Read tables: their title, one name a column, and rows of cells as they are printed.

What a row says is not corrected, and a cell that was lost stays lost: a short row is filled up only where its cells can
stand in one way, otherwise it is kept as it is printed and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from cancu.loaders.agencies import read_agency
from cancu.loaders.grids import Grid, Span, find_grids, is_figure, is_header_row, printed_cell, source_lines, trim
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.text import Text, fold_tones
from cancu.model import Cell, Table
from cancu.ontology import lexicon

__all__ = ["Column", "PlainCell", "PlainTable", "column_kind", "column_kinds", "is_total", "read_tables"]

_JOINT = " > "
# "1", "(2)", "A", "3=4+5": a row below the header that counts its columns.
_COLUMN_COUNT = compiled(r"\(?(?:\d{1,2}|[A-ZĐa-z])\)?(?: ?= ?[\d()+*/x:\- ]{1,40})?|\(?\d{1,2} ?= ?[^\s].{0,40}")
_FIRST_NUMBER = compiled(r"\d{1,2}")
_ENUMERATOR = compiled(r"(?:\d{1,3}(?:\.\d{1,2}){0,3}|[IVXLC]{1,6}|[A-ZĐa-zđ])[.)]?|[-+*•]")
_MARKS_IN_FRONT = compiled(r"[#>*\s]+(?=\S)")
_CAPTION = compiled(rf"(?:{any_of('table_caption')})(?![^\W_])", re.IGNORECASE)
_UNIT = compiled(rf"\(?(?:{any_of('table_unit')}) ?: ?(?P<unit>[^\n()]{{1,60}}?)[)., ]*", re.IGNORECASE)
_UNIT_INSIDE = compiled(rf"\((?:{any_of('table_unit')}) ?: ?(?P<unit>[^\n()]{{1,60}}?)\)", re.IGNORECASE)
_ITEM = compiled(r"(?:[-+•●▪–] ?|\d{1,2}(?:\.\d{1,2}){0,3}[.)] ?|[a-zđ][).] |[IVXLC]{1,6}[.)] |Điều \d)(?=[^\W\d])")
_NAME = compiled(r"[[:upper:]][[:lower:]]+(?: [[:upper:]][[:lower:]]+){1,4}")
_SIGNATURE = compiled(
    rf"(?:{any_of('capacity')})\. |(?:PHÓ |QUYỀN |Q\. ?)?(?:{any_of('signer_role')})(?: THƯỜNG TRỰC)?$"
)
_TOTAL = compiled(
    rf"(?:[IVX]{{1,4}}\. ?|\d\. ?)?(?:{any_of('table_total')})(?: cộng| số| chung)?(?: \([^)]{{0,40}}\))?[ :.]*",
    re.IGNORECASE,
)
_BULLET = compiled(r"[-+*•] ?")
_SEVERAL = compiled(
    r"(?:các|toàn thể) (?:sở|phòng|ban|ngành|cơ quan|đơn vị|hội|đoàn thể|tổ chức|huyện|xã)", re.IGNORECASE
)
# "Kinh phí thực hiện như sau:" leads on to a table and does not name it.
_LEADS_ON = compiled(r"(?:như|dưới|kèm) (?:sau|đây|theo)|sau đây|cụ thể|gồm", re.IGNORECASE)
_SENTENCE = (".", ";", ":", ",")
_CAPTION_LINES = 6
_LONGEST_CAPTION = 300
_CAPTION_REACH = 2_500
_HEADER_ROWS = 4
_LONGEST_NAME = 160
_MOST_LOST = 3
_LEAST_CELLS = 2
# So many cells of a column tell what it holds.
_SAMPLE = 200
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Column:
    """Hold one row of ``ontology/table_columns.tsv``: the words by which a column's name tells what it holds."""

    kind: str
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class PlainCell:
    """Hold one cell: ``start``..``end`` in the plain text, ``cell`` as it stands in the source."""

    start: int
    end: int
    cell: Cell

    @property
    def text(self) -> str:
        """Return what the cell prints."""
        return self.cell.text


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Hold one table in plain offsets, caption not included; ``source_start``..``source_end`` are source ones.

    ``printed_header`` are the rows that name the columns, as printed; ``header`` is one name a column. A row has as
    many cells as the header, unless a note ``table-row-width`` says that its lost cells have no certain place.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    title: str | None
    unit: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[PlainCell, ...], ...]
    printed_header: tuple[tuple[PlainCell, ...], ...] = ()
    inferred: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def record(self, section: str = "") -> Table:
        """Return the record of the table, in offsets of the source."""
        rows = tuple(tuple(cell.cell for cell in row) for row in self.rows)
        return Table(self.source_start, self.source_end, self.title, self.header, rows, section, self.inferred)

    @property
    def kinds(self) -> tuple[str | None, ...]:
        """Return what each column holds, by its name; None where its name does not tell."""
        return tuple(column_kind(name) for name in self.header)


@cache
def column_kinds() -> tuple[Column, ...]:
    """Give the words that tell what a column holds, in the order in which they are tried."""
    columns = ("kind", "words", "where", "example", "source")
    rows = lexicon.read_table(lexicon.TABLES / "table_columns.tsv", columns, key=("words", "where"))
    found = []
    for row in rows:
        where = row.choice("where", ("is", "starts", "holds"))
        column = Column(row["kind"], lexicon.lookup_key(row["words"]), where)
        if not _fits(column, lexicon.lookup_key(row["example"])):
            raise row.error(f"the example does not show {row['words']!r}")
        found.append(column)
    return tuple(found)


def _fits(column: Column, name: str) -> bool:
    match column.where:
        case "is":
            return name == column.words
        case "starts":
            return name.startswith(column.words) and not name[len(column.words) :][:1].isalpha()
        case _:
            return column.words in name


@cache
def column_kind(name: str) -> str | None:
    """Return what a column holds by its name, whose last line decides first.

    >>> [column_kind(name) for name in ("STT", "Cơ quan phối hợp thực hiện", "Cơ quan thực hiện > Chủ trì", "Năm 2015")]
    ['number', 'coordinate', 'lead', None]
    """
    for part in reversed(name.split(_JOINT)):
        folded = lexicon.lookup_key(part).strip(" .:*")
        found = next((column.kind for column in column_kinds() if _fits(column, folded)), None)
        if found is not None:
            return found
    return None


def is_total(label: str) -> bool:
    """Tell the name of a row that sums up the others.

    >>> is_total("Tổng cộng"), is_total("TOÀN TỈNH"), is_total("Tổng cục Thuế")
    (True, True, False)
    """
    return _TOTAL.fullmatch(fold_tones(label)) is not None


def read_tables(text: Text) -> list[PlainTable]:
    r"""Read the tables of a text, in order; heads and signature blocks that are set in columns are none.

    >>> from cancu.loaders.text import read_text
    >>> text = read_text("Biểu 1\nTT\tXã\tNăm 2023\t\n\t\tSố hộ\tTỷ lệ\n1\tAn Bá\t120\t4,5\n2\tLệ Viễn\t95\t3,9\n")
    >>> table = read_tables(text)[0]
    >>> table.title, table.header
    ('Biểu 1', ('TT', 'Xã', 'Năm 2023 > Số hộ', 'Năm 2023 > Tỷ lệ'))
    >>> [cell.text for cell in table.rows[0]]
    ['1', 'An Bá', '120', '4,5']
    """
    grids = find_grids(text.source)
    if not grids:
        return []
    places = _Places(text, grids)
    return [_Reader(text.source, grid, places).table() for grid in grids]


class _Places:
    """Map the source offsets of all cells to plain ones, in one go."""

    def __init__(self, text: Text, grids: Sequence[Grid]) -> None:
        spans = {span for grid in grids for row in grid.rows for span in row}
        # An end is where its last character ends.
        wanted = sorted({at for start, end in spans for at in (start, end, max(start, end - 1))})
        self._plain = dict(zip(wanted, text.plain_offsets(wanted), strict=True))
        self._length = len(text.plain)

    def plain(self, start: int, end: int) -> Span:
        first = self._plain[start]
        if end <= start:
            return first, first
        return first, max(first, min(self._plain[end - 1] + 1, self._length))


class _Reader:
    """Read one grid."""

    def __init__(self, source: str, grid: Grid, places: _Places) -> None:
        self.source, self.grid, self.places = source, grid, places
        self.spans = _joined(source, grid)
        self.cells = [[printed_cell(source, *span) for span in row] for row in self.spans]
        self.inferred: set[str] = set()
        self.notes: list[Note] = []
        self._damaged = -1  # the last row that is kept as printed
        self.names: list[bool | None] = []  # for each column, whether its cells name agencies; None: some do

    def table(self) -> PlainTable:
        count = self._header_rows()
        named = self.cells[:count]
        lengths = [len(row) for row in self.cells[count:] if len(row) > 1]
        modal = _modal(lengths)
        width = max((len(row) for row in named), default=0)
        if modal > width and (not named or 2 * lengths.count(modal) > len(lengths)):
            width = modal
        if named and all(row and not row[-1] for row in named) and 0 < modal < width and max(lengths) == modal:
            # Nothing stands below a last column that has no name either.
            width = max(modal, *(len(_stripped(row)) for row in named))
        header = self._flattened(named, width)
        skip = count
        while skip < len(self.cells) and skip < count + 2 and _counts_columns(self.cells[skip]):
            skip += 1
        types = self._types(skip, width)
        self.names = self._columns_of_names(skip, width)
        rows = []
        for index in range(skip, len(self.spans)):
            if any(self.cells[index]):
                rows.append(self._row(index, width, types))
        names = [self._cell(span) for row in self.spans[:skip] for span in row]
        cells = [*names, *(cell for row in rows for cell in row)]
        title, unit = _caption(self.source, self.grid.start)
        return PlainTable(
            min(cell.start for cell in cells),
            max(cell.end for cell in cells),
            self.grid.start,
            self.grid.end,
            title,
            unit,
            header,
            tuple(rows),
            tuple(tuple(map(self._cell, row)) for row in self.spans[:count]),
            tuple(sorted(self.inferred)),
            tuple(self.notes),
        )

    def _cell(self, span: Span) -> PlainCell:
        return PlainCell(*self.places.plain(*span), Cell(*span, printed_cell(self.source, *span)))

    def _header_rows(self) -> int:
        """Count the rows that name the columns."""
        cells = self.cells
        count = self.grid.ruled
        if not count:
            first = cells[0]
            if not is_header_row(first) and not self._looks_named():
                return 0
            count = 1
        while count < min(len(cells) - 1, _HEADER_ROWS) and count not in self.grid.labels and self._names_on(count):
            count += 1
        return count

    def _looks_named(self) -> bool:
        """Tell whether the first row names columns: by known words, or by words above figures."""
        first = [cell for cell in self.cells[0] if cell]
        if len(first) < _LEAST_CELLS or any(is_figure(cell) or len(cell) > _LONGEST_NAME for cell in first):
            return False
        if sum(column_kind(cell) is not None for cell in first) * 2 >= len(first):
            return True
        return any(is_figure(cell) for row in self.cells[1:] for cell in row[1:])

    def _names_on(self, at: int) -> bool:
        """Tell whether a row goes on naming columns: it stands below merged cells and leaves others to those above."""
        row, above = self.cells[at], self.cells[:at]
        if not any(row) or any(is_figure(cell) or len(cell) > _LONGEST_NAME for cell in row):
            return False
        if self._lost_merges(above[0], row):
            return at == 1
        if len(_stripped(row)) > max(map(len, above)) and self.grid.kind != "tab":
            return False
        below_merged = beside = 0
        for column, cell in enumerate(row):
            over = next((line[column] for line in reversed(above) if column < len(line) and line[column]), "")
            direct = above[-1][column] if column < len(above[-1]) else ""
            merged = 0 < column < len(above[-1]) and direct == above[-1][column - 1]
            if cell and cell != direct and (merged or not direct):
                below_merged += 1
            elif not cell and over:
                beside += 1
            elif cell and lexicon.lookup_key(cell) == lexicon.lookup_key(over):
                beside += 1
        return below_merged > 0 and beside > 0 and not (row[0] and row[0] != self.cells[0][0])

    def _lost_merges(self, first: Sequence[str], second: Sequence[str]) -> tuple[int, int] | None:
        """Return (single columns, columns below each name) where the marks of merged cells are lost.

        "TT, Xã, Năm 2023, Năm 2024" above "Số hộ, Tỷ lệ, Số hộ, Tỷ lệ": what repeats tells what stands below what.
        """
        low = [cell for cell in second if cell]
        if not all(first) or not low or any(second[index] for index in range(len(second) - len(low))):
            return None
        width = _modal([len(row) for row in self.cells[2:] if len(row) > 1])
        if len(first) >= width:
            return None
        single = width - len(low)
        groups = len(first) - single
        if single < 0 or groups < 2 or len(low) % groups or len(second) not in (len(low), width):
            return None
        size = len(low) // groups
        same = all(lexicon.lookup_key(low[index]) == lexicon.lookup_key(low[index % size]) for index in range(len(low)))
        return (single, size) if same and size > 1 else None

    def _flattened(self, named: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
        if len(named) == _LEAST_CELLS and (lost := self._lost_merges(*named)) is not None:
            single, size = lost
            self.inferred.add("header")
            low = [cell for cell in named[1] if cell]
            return (*named[0][:single], *(_named((named[0][single + at // size], name)) for at, name in enumerate(low)))
        grid = [[*row, *[""] * (width - len(row))] for row in named]
        for line, row in enumerate(grid[:-1]):
            for column in range(1, width):
                # A merged cell prints its name in front; names of the next row stand below all of it.
                same_parent = all(grid[higher][column] == grid[higher][column - 1] for higher in range(line))
                below = any(lower[column] for lower in grid[line + 1 :])
                if not row[column] and below and same_parent:
                    row[column] = row[column - 1]
        return tuple(_named([row[column] for row in grid]) for column in range(width))

    def _types(self, first: int, width: int) -> list[str]:
        """Tell for each column what the whole rows print there: figures, words, or both ("any")."""
        whole = [row for row in self.cells[first:] if len(row) == width]
        types = []
        for column in range(width):
            filled = [row[column] for row in whole if row[column]]
            figures = sum(map(is_figure, filled))
            if len(filled) < _LEAST_CELLS:
                types.append("any")
            elif figures >= _MOSTLY * len(filled):
                types.append("figures")
            else:
                types.append("words" if figures <= (1 - _MOSTLY) * len(filled) else "any")
        return types

    def _columns_of_names(self, first: int, width: int) -> list[bool | None]:
        names: list[bool | None] = []
        for column in range(width):
            filled = [row[column] for row in self.cells[first:] if len(row) == width and row[column]][:_SAMPLE]
            named = sum(map(_names_agency, filled))
            many, few = named >= _MOSTLY * len(filled), named <= (1 - _MOSTLY) * len(filled)
            names.append(None if len(filled) < _LEAST_CELLS or not (many or few) else many)
        return names

    def _names_fit(self, cells: Sequence[str]) -> bool:
        """Tell whether the cells of a short row name agencies where those above and below them do."""
        return not any(
            wanted is not None and cell and _names_agency(cell) != wanted
            for cell, wanted in zip(cells, self.names, strict=False)
        )

    def _row(self, index: int, width: int, types: list[str]) -> tuple[PlainCell, ...]:
        spans, cells = self.spans[index], self.cells[index]
        while len(spans) > width and not cells[-1]:
            spans, cells = spans[:-1], cells[:-1]
        lost = width - len(spans)
        if lost > 0:
            end = spans[-1][1]
            fits_left = _fits_types(cells, range(len(spans)), types) and self._names_fit(cells)
            if index in self.grid.labels or (self.grid.padded and fits_left):
                spans = [*spans, *[(end, end)] * lost]
            elif (columns := _only_place(cells, width, types)) is not None:
                self.inferred.add("rows")
                spans = _placed(spans, columns, width)
        if len(spans) != width:
            self._note_width(index, len(spans), width)
        return tuple(map(self._cell, spans))

    def _note_width(self, index: int, length: int, width: int) -> None:
        """Note a row that is kept as printed; rows one below the other that lack as many cells share a note."""
        cells = [self._cell(span) for span in self.spans[index]]
        start, end = min(cell.start for cell in cells), max(cell.end for cell in cells)
        detail = (("cells", str(length)), ("columns", str(width)))
        if self.notes and self.notes[-1].detail == detail and self._damaged == index - 1:
            start = self.notes.pop().start
        self._damaged = index
        self.notes.append(Note("table-row-width", start, end, (), detail))


def _joined(source: str, grid: Grid) -> list[list[Span]]:
    """Join rows that a line break inside a cell has cut in two: together they are as wide as the others."""
    rows = grid.rows
    lengths = [len(row) for row in rows if len(row) > 1]
    width = _modal(lengths)
    if grid.kind != "tab" or lengths.count(width) * 2 <= len(lengths):
        return rows
    found: list[list[Span]] = []
    labels: set[int] = set()
    for index, row in enumerate(rows):
        before = found[-1] if found else []
        start, end = row[0]
        goes_on = end > start and source[start].islower() and before and before[-1][0] < before[-1][1]
        if goes_on and len(before) > 1 and index not in grid.labels and len(before) + len(row) - 1 == width:
            found[-1] = [*before[:-1], (before[-1][0], end), *row[1:]]
        else:
            if index in grid.labels:
                labels.add(len(found))
            found.append(row)
    grid.labels = labels
    return found


def _modal(lengths: Sequence[int]) -> int:
    """Return the length that most rows have, the greater of several."""
    return max(set(lengths), key=lambda length: (lengths.count(length), length), default=0)


def _stripped(row: Sequence[str]) -> Sequence[str]:
    length = len(row)
    while length and not row[length - 1]:
        length -= 1
    return row[:length]


def _named(parts: Sequence[str]) -> str:
    """Join the lines of a column's name; a merged cell that prints its words in each line says them once."""
    names: list[str] = []
    for part in parts:
        if part and (not names or lexicon.lookup_key(part) != lexicon.lookup_key(names[-1])):
            names.append(part)
    return _JOINT.join(names)


def _counts_columns(row: Sequence[str]) -> bool:
    """Tell the row "1, 2, 3" or "(A), (B), (1), (2=3+4)" that counts the columns."""
    filled = [cell for cell in row if cell]
    if len(filled) < 3 or not all(_COLUMN_COUNT.fullmatch(cell) for cell in filled):
        return False
    numbers = [int(found[0]) for cell in filled if (found := _FIRST_NUMBER.search(cell)) is not None]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 3


def _fits_types(cells: Sequence[str], columns: Sequence[int], types: Sequence[str]) -> bool:
    for cell, column in zip(cells, columns, strict=True):
        if not cell or types[column] == "any":
            continue
        if (types[column] == "figures") != is_figure(cell) and not (column == 0 and _ENUMERATOR.fullmatch(cell)):
            return False
    return True


def _names_agency(cell: str) -> bool:
    """Tell a cell that begins with the name of an agency, or of several."""
    front = _BULLET.match(cell)
    at = front.end() if front is not None else 0
    return _SEVERAL.match(cell, at) is not None or read_agency(cell, at) is not None


def _only_place(cells: Sequence[str], width: int, types: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns of a short row's cells where only one way to set them fits what the columns hold."""
    if width - len(cells) > _MOST_LOST or sum(map(bool, cells)) < _LEAST_CELLS:
        return None
    found: dict[tuple[str, ...], tuple[int, ...]] = {}
    for columns in combinations(range(width), len(cells)):
        if _fits_types(cells, columns, types):
            row = [""] * width
            for cell, column in zip(cells, columns, strict=True):
                row[column] = cell
            found.setdefault(tuple(row), columns)
            if len(found) > 1:
                return None
    return next(iter(found.values()), None)


def _placed(spans: Sequence[Span], columns: Sequence[int], width: int) -> list[Span]:
    """Set cells into their columns; the lost ones stand, empty, where the next begins."""
    row: list[Span] = []
    for span, column in zip(spans, columns, strict=True):
        row += [(span[0], span[0])] * (column - len(row))
        row.append(span)
    return [*row, *[(spans[-1][1], spans[-1][1])] * (width - len(row))]


def _caption(source: str, start: int) -> tuple[str | None, str | None]:
    """Read the lines above a table: (title, unit of its figures)."""
    lines: list[str] = []
    unit = None
    above = list(source_lines(source, max(0, start - _CAPTION_REACH), start))
    for first, last in reversed(above):
        line = _words_of(source, first, last)
        if not line:
            continue
        found = _UNIT.fullmatch(line)
        if found is not None:
            unit = unit or found["unit"].strip()
            continue
        if _stops_caption(line, bool(lines)) or len(lines) >= _CAPTION_LINES:
            if not lines and _heads_table(line):
                lines.append(line.rstrip(" :"))
            break
        if line[0] == "(" or line.count(")") > line.count("("):
            # "(Kèm theo Kế hoạch số …)", of which a scan may have lost the first bracket.
            continue
        lines.append(line)
    lines.reverse()
    # The title begins with its first line in capitals, or that names the table; below a sentence it is one line.
    begin = next((at for at, line in enumerate(lines) if _is_caption(line)), max(0, len(lines) - 1))
    title = " ".join(lines[begin:])
    inside = _UNIT_INSIDE.search(title)
    if inside is not None:
        unit = unit or inside["unit"].strip()
        title = " ".join(f"{title[: inside.start()]} {title[inside.end() :]}".split())
    return title or None, unit


def _heads_table(line: str) -> bool:
    """Tell a heading or a short line with a colon right above a table, which stands for the title that it lacks."""
    if len(line) > _LONGEST_NAME or "\t" in line or "|" in line or line[0] in "-+*•●▪–":
        return False
    if _SIGNATURE.match(line) or _NAME.fullmatch(line) or _LEADS_ON.search(line):
        return False
    return line[-1] == ":" or (_ITEM.match(line) is not None and line[-1] not in ".;,")


def _words_of(source: str, start: int, end: int) -> str:
    front = _MARKS_IN_FRONT.match(source, start, end)
    line = printed_cell(source, *trim(source, front.end() if front is not None else start, end))
    return line.strip("* ")


def _is_caption(line: str) -> bool:
    return _CAPTION.match(line) is not None or (line.isupper() and len(line) > 3)


def _stops_caption(line: str, below: bool) -> bool:
    """Tell a line that belongs to the text above a table and not to its title."""
    if len(line) > _LONGEST_CAPTION or "\t" in line or "|" in line or not any(map(str.isalpha, line)):
        return True
    if _CAPTION.match(line):
        return False
    if _ITEM.match(line) or _NAME.fullmatch(line) or _SIGNATURE.match(line):
        return True
    return line.endswith(_SENTENCE) and not (line.isupper() and below)
