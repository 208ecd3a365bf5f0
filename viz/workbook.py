"""Write sheets of rows as an Excel workbook: the same bytes for the same rows, whenever that is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from cancu.language import Language, say
from cancu.queries.cells import Cell
from cancu.viz.words import shown, shown_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

__all__ = ["SheetRows", "Value", "for_sheet", "workbook_of_sheets"]

Value = str | int | Decimal

# A workbook says when it was made; ours says this always.
_MADE: Final = datetime(2000, 1, 1)
# Columns of a sheet are as wide as their longest cell, between these.
_NARROWEST, _WIDEST = 8, 60
# Excel takes no longer cells, no more rows, no longer titles of sheets, and none with these characters.
_LONGEST_CELL: Final = 32_767
_MOST_ROWS: Final = 1_048_576
_LONGEST_TITLE: Final = 31
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_A4: Final = 9


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Keep the title, the head and the rows of one sheet.

    ``intro`` stands above the head, ``widths`` replace those of the longest cells, ``tints`` colour the cells of a
    column that hold a word; rows that sum up the other sheets are written ``late``, when these have been.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    intro: Sequence[str] = ()
    widths: Sequence[int] = ()
    tints: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    late: bool = False


def for_sheet(cell: Cell, lang: Language) -> Value:
    """Give a cell of an answer as a number where it is one, else as words.

    >>> for_sheet(Cell("840", exact=Decimal(840)), "vi"), for_sheet(Cell(None), "vi")
    (Decimal('840'), '')
    """
    for number in (cell.exact, cell.count):
        if number is not None:
            return number
    return shown_cell(cell, lang) if cell.text(lang) else ""


def workbook_of_sheets(sheets: Iterable[SheetRows], lang: Language = "vi", *, streamed: bool = False) -> bytes:
    """Write sheets as an Excel workbook, heads frozen and bold, columns wide enough to read, a filter over each.

    Numbers are numbers (Excel keeps fifteen digits of them), everything else is text that Excel does not evaluate. A
    page is printed across, as wide as the sheet, each with the head. ``streamed`` rows are not held in memory.

    >>> from openpyxl import load_workbook
    >>> book = load_workbook(io.BytesIO(workbook_of_sheets([SheetRows("Vốn", ["Nguồn", "Đồng"], [["=1+1", 7]])])))
    >>> [[cell.value for cell in row] for row in book["Vốn"]], book["Vốn"]["A2"].data_type
    ([['Nguồn', 'Đồng'], ['=1+1', 7]], 's')
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    memory = {"constant_memory": True} if streamed else {"in_memory": True}
    book = Workbook(out, {**memory, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "cancu", "created": _MADE})
    forms = _Forms(book)
    made = [(book.add_worksheet(_NOT_IN_TITLES.sub(" ", one.title)[:_LONGEST_TITLE]), one) for one in sheets]
    for sheet, rows in sorted(made, key=lambda pair: pair[1].late):
        _write(sheet, rows, forms, lang)
    book.close()
    return out.getvalue()


class _Forms:
    """Keep the formats of a workbook, each made once."""

    _PLAIN: Final[Mapping[str, object]] = {"text_wrap": True, "valign": "top"}

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._tints: dict[str, Any] = {}
        self.words = book.add_format({**self._PLAIN, "quote_prefix": True})
        self.head = book.add_format({**self._PLAIN, "quote_prefix": True, "bold": True, "bottom": 1})
        self.title = book.add_format({"quote_prefix": True, "bold": True, "font_size": 14})
        self.intro = book.add_format({"quote_prefix": True})
        self.number = book.add_format(self._PLAIN)
        self.large = book.add_format({**self._PLAIN, "num_format": "#,##0.###"})

    def of(self, value: Value, tint: str | None) -> Any:
        if not isinstance(value, str):
            return self.large if isinstance(value, Decimal) and abs(value) >= 1000 else self.number
        if tint is None:
            return self.words
        if tint not in self._tints:
            form = {**self._PLAIN, "quote_prefix": True, "bg_color": tint, "font_color": "#000000"}
            self._tints[tint] = self._book.add_format(form)
        return self._tints[tint]


def _write(sheet: Any, rows: SheetRows, forms: _Forms, lang: Language) -> None:
    """Write one sheet, line by line from the top."""
    widths = [0] * len(rows.header)
    for line, words in enumerate(rows.intro):
        sheet.write_string(line, 0, shown(words)[:_LONGEST_CELL], forms.intro if line else forms.title)
    top = len(rows.intro)
    line = top
    _write_line(sheet, line, rows.header, widths, lambda _, __: forms.head)
    for cells in rows.rows:
        line += 1
        if line == _MOST_ROWS - 1:
            sheet.write_string(line, 0, say("xlsx.too-many", lang), forms.words)
            break
        _write_line(sheet, line, cells, widths, lambda at, value: forms.of(value, _tint(rows, at, value)))
    for column, width in enumerate(rows.widths or [min(max(one + 2, _NARROWEST), _WIDEST) for one in widths]):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, line, len(rows.header) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer("&L&A&R&P / &N")


def _write_line(sheet: Any, line: int, cells: Sequence[Value], widths: list[int], form_of: Any) -> None:
    for column, value in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(line, column, shown(value)[:_LONGEST_CELL], form_of(column, value))
        else:
            sheet.write_number(line, column, value, form_of(column, value))
        widths[column] = max(widths[column], *(len(part) for part in (str(value) or " ").split("\n")))


def _tint(rows: SheetRows, column: int, value: Value) -> str | None:
    return rows.tints.get(column, {}).get(value) if isinstance(value, str) else None
