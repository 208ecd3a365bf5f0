"""Say what a record holds in the words of its readers: no codes, no IRIs, nothing that goes without saying."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cancu.language import Language, knows, say
from cancu.queries.cells import Cell
from cancu.queries.saying import Said
from cancu.viz.web.frame import has_page
from cancu.viz.words import shown_cell

__all__ = ["Line", "lines_of"]

#: What opens what was recognised stands first.
_FIRST: Final = ("cited", "agency", "value", "says")
#: What is said by another line already, or says nothing to a reader.
_LEFT_OUT: Final = frozenset({"property", "rule"})
#: These are said only where they are so.
_FLAGS: Final = frozenset({"carried", "approx"})
#: What goes without saying.
_PLAIN: Final = {"operator": "equal"}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one thing that a record says: what it is called, in which words, and whose page tells more."""

    name: str
    words: str
    iri: str | None = None


def lines_of(said: Said, document: str | None, lang: Language) -> tuple[Line, ...]:
    """Say what a record holds; of which document it speaks goes without saying where that is the one shown."""
    cells = dict(said.pairs)
    if "of" in cells and cells["of"].iri == document:
        del cells["of"]
    if "relation" in cells or "role" in cells:
        # A citation, a duty: the property only says the same again.
        cells.pop("property", None)
    order = [*(name for name in _FIRST if name in cells), *(name for name in cells if name not in _FIRST)]
    return tuple(line for name in order for line in _lines(name, cells, lang))


def _lines(name: str, cells: dict[str, Cell], lang: Language) -> Iterator[Line]:
    cell = cells[name]
    if name in _LEFT_OUT or (name in _FLAGS and cell.value != "true"):
        return
    if name in _PLAIN and (cell.iri or "").endswith(f"/{_PLAIN[name]}"):
        return
    called = say(f"record.{name}", lang)
    if name == "value" and "property" in cells:
        called = _property(cells["property"], lang)
    if name == "inferred":
        words = _inferred(cell, lang)
    elif cell.iri is not None and not cell.names:
        # A year of another vocabulary.
        words = re.split("[/#]", cell.iri)[-1]
    elif cell.value in ("true", "false") and not cell.names:
        words = say(f"value.held.{cell.value}", lang)
    else:
        words = shown_cell(cell, lang)
    if words:
        yield Line(called, words, cell.iri if cell.iri is not None and has_page(cell.iri) else None)


def _property(cell: Cell, lang: Language) -> str:
    """Give what a property is called, by the ontology or, for one of another vocabulary, by our messages."""
    key = f"record.property.{re.split('[/#]', cell.value or '')[-1]}"
    return say(key, lang) if knows(key) else cell.text(lang) if cell.names else say("record.value", lang)


def _inferred(cell: Cell, lang: Language) -> str:
    """Name what is not printed but follows from the context.

    >>> _inferred(Cell("as_of; scope"), "vi")
    'mốc thời gian, phạm vi'
    """
    keys = [f"record.inferred.{one.strip()}" for one in (cell.value or "").split(";")]
    return ", ".join(dict.fromkeys(say(key, lang) for key in keys if knows(key)))
