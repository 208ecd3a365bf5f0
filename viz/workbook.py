"""Write sheets of rows as an Excel workbook: the same bytes for the same rows, whenever that is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from cancu.viz.words import shown

__all__ = ["SheetRows", "workbook_of_sheets"]

# A workbook says when it was made; ours says this always.
_MADE: Final = datetime(2000, 1, 1)
# Columns of a sheet are as wide as their longest cell, between these.
_NARROWEST, _WIDEST = 8, 60
# Excel takes no longer cells, no longer titles of sheets, and none with these characters.
_LONGEST_CELL: Final = 32_767
_LONGEST_TITLE: Final = 31
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Keep the title, the head and the rows of one sheet."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[str | int | Decimal]]


def workbook_of_sheets(sheets: Iterable[SheetRows]) -> bytes:
    """Write sheets as an Excel workbook, heads frozen and bold, columns wide enough to read, a filter over each.

    Numbers are numbers (Excel keeps fifteen digits of them), everything else is text that Excel does not evaluate.

    >>> from openpyxl import load_workbook
    >>> book = load_workbook(io.BytesIO(workbook_of_sheets([SheetRows("Vốn", ["Nguồn", "Đồng"], [["=1+1", 7]])])))
    >>> [[cell.value for cell in row] for row in book["Vốn"]], book["Vốn"]["A2"].data_type
    ([['Nguồn', 'Đồng'], ['=1+1', 7]], 's')
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "cancu", "created": _MADE})
    plain = {"text_wrap": True, "valign": "top"}
    words = book.add_format({**plain, "quote_prefix": True})
    head = book.add_format({**plain, "quote_prefix": True, "bold": True})
    number = book.add_format(plain)
    large = book.add_format({**plain, "num_format": "#,##0.###"})
    for rows in sheets:
        sheet = book.add_worksheet(_NOT_IN_TITLES.sub(" ", rows.title)[:_LONGEST_TITLE])
        widths = [0] * len(rows.header)
        line = 0
        for line, cells in enumerate([rows.header, *rows.rows]):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(line, column, shown(value)[:_LONGEST_CELL], words if line else head)
                else:
                    form = large if isinstance(value, Decimal) and abs(value) >= 1000 else number
                    sheet.write_number(line, column, value, form)
                longest = max(len(part) for part in (str(value) or " ").split("\n"))
                widths[column] = max(widths[column], longest)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, line, len(rows.header) - 1)
    book.close()
    return out.getvalue()
