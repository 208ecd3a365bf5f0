"""Doubt a table of duties that stops before the last projects that the document has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cancu.loaders.components import Component, Components
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import compiled
from cancu.loaders.tables import PlainCell, PlainTable

__all__ = ["table_end_notes"]

#: The columns that make a table one of duties.
_DUTIES: Final = frozenset({"lead", "implement", "coordinate"})
_PROJECT = compiled(r"(?P<word>[A-ZĐ]+)(?P<number>\d{1,2})")
_LEAST_ROWS = 2


def table_end_notes(components: Components, tables: Iterable[PlainTable]) -> list[Note]:
    r"""Return a doubt for each table of duties whose projects are numbered on but end too early.

    >>> from cancu.loaders.components import read_components
    >>> from cancu.loaders.extract import read_reading
    >>> from cancu.loaders.tables import read_tables
    >>> text = "KẾ HOẠCH\nI. NỘI DUNG\n1. Dự án 1: Trồng rừng\nTrồng.\n2. Dự án 2: Làm đường\nSửa.\n"
    >>> text += "3. Dự án 3: Dạy nghề\nDạy.\n"
    >>> text += "Biểu 1: Phân công\nTT\tNội dung\tCơ quan chủ trì\n1\tDự án 1: Trồng rừng\tSở Y tế\n"
    >>> reading = read_reading(text + "2\tDự án 2: Làm đường\tSở Tài chính\n")
    >>> notes = table_end_notes(read_components(reading)[0], read_tables(reading.text))
    >>> [(note.rule, reading.plain[note.start : note.end], note.detail) for note in notes]
    [('table-breaks-off', 'Dự án 2: Làm đường', (('missing', 'Dự án 3'),))]
    """
    listed = [(table, list(_projects(components, table))) for table in tables if _DUTIES & set(table.kinds)]
    named = {code for _, rows in listed for _, code in rows}
    notes = []
    for _, rows in listed:
        missing = _missing(components, [code for _, code in rows], named)
        if missing:
            words = ", ".join(component.printed_label for component in missing)
            cell = rows[-1][0]
            notes.append(Note("table-breaks-off", cell.start, cell.end, (), (("missing", words),)))
    return notes


def _projects(components: Components, table: PlainTable) -> Iterator[tuple[PlainCell, str]]:
    """Yield the cells of a table that name a whole project, with its code."""
    for row in table.rows:
        for cell in row[:3]:
            identity = components.of_label(cell.text) if cell.text else None
            whole = components.get(identity.code) if identity is not None else None
            if whole is not None and whole.parent is None and _PROJECT.fullmatch(whole.code):
                yield cell, whole.code
                break


def _missing(components: Components, codes: list[str], named: set[str]) -> list[Component]:
    """Return the projects of the document behind the last one of a table, if the table has all those before."""
    found = [match for code in codes if (match := _PROJECT.fullmatch(code)) is not None]
    if len(set(codes)) < _LEAST_ROWS or len({match["word"] for match in found}) > 1:
        return []
    numbers = [int(match["number"]) for match in found]
    if numbers != sorted(numbers):
        return []
    others: list[Component] = []
    for component in components:
        match = _PROJECT.fullmatch(component.code)
        if match is None or match["word"] != found[0]["word"] or component.code in named:
            continue
        if int(match["number"]) < numbers[-1]:
            return []
        others.append(component)
    return sorted(others, key=lambda component: component.code)
