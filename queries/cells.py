"""Make the cells of an answer: what a term of the graph reads as in every language, and the resource that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from cancu.language import LANGUAGES, Language, knows, say_all
from cancu.ontology.iris import PREFIXES

__all__ = ["BETWEEN", "Cell", "Names", "cell_of", "coded", "joined", "listed", "named", "worded"]

#: What resources are called: by IRI and language.
Names = Mapping[str, Mapping[str, str]]

#: What stands between the values of a cell that holds several.
BETWEEN: Final = " | "
_BETWEEN_NAMES: Final = "; "

_DECIMAL, _INTEGER = (f"{PREFIXES['xsd']}{name}" for name in ("decimal", "integer"))


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one value of an answer: what it reads as, and the resource that it names, if it names one.

    ``exact`` is the number of a figure and ``count`` a whole number that counts something; ``iris`` are the resources
    of a list; ``names`` then joins theirs.
    """

    value: str | None
    iri: str | None = None
    names: Mapping[str, str] | None = None
    exact: Decimal | None = None
    count: int | None = None
    iris: tuple[str, ...] = ()

    def text(self, lang: Language) -> str:
        """Give the cell's words in a language."""
        if self.names:
            return self.names.get(lang) or self.names.get("vi") or next(iter(self.names.values()))
        return self.value or ""


def cell_of(term: object, names: Names, variable: str | None = None) -> Cell:
    """Read a term of the graph; what a ``variable`` holds may be a code that the messages have words for.

    >>> cell_of(ox.Literal("true"), {}, "approx").text("vi"), cell_of(ox.Literal(840), {}).count
    ('ước chừng', 840)
    """
    if isinstance(term, ox.NamedNode):
        return named(term.value, names)
    if not isinstance(term, ox.Literal):
        return Cell(None)
    key = f"value.{variable}.{term.value}"
    if variable is not None and knows(key):
        return coded(term.value, key)
    exact = Decimal(term.value) if term.datatype.value == _DECIMAL else None
    count = int(term.value) if term.datatype.value == _INTEGER else None
    # A string may hold the IRI of a resource.
    return Cell(term.value, None, names.get(term.value), exact, count)


def named(iri: str | None, names: Names) -> Cell:
    """Name a resource.

    >>> named("urn:a", {"urn:a": {"vi": "Kế hoạch"}}).text("en"), named(None, {}).value
    ('Kế hoạch', None)
    """
    return Cell(None) if iri is None else Cell(iri, iri, names.get(iri))


def coded(code: str, key: str) -> Cell:
    """Say a code in the words of a message, where there is one.

    >>> coded("true", "value.approx.true").text("vi"), coded("x", "value.approx.x").text("vi")
    ('ước chừng', 'x')
    """
    return Cell(code, None, say_all(key) if knows(key) else None)


def worded(words: Mapping[str, str], iri: str | None = None, iris: tuple[str, ...] = ()) -> Cell:
    """Hold words that are there in several languages."""
    return Cell(words.get("vi"), iri, words, iris=iris)


def joined(cells: Iterable[Cell], between: str = _BETWEEN_NAMES) -> Cell:
    """Join cells in the order in which they stand.

    >>> joined([Cell("Kế hoạch", "urn:b"), Cell("Luật", "urn:a")], " → ").value
    'Kế hoạch → Luật'
    """
    return _joined(cells, between.join)


def listed(cells: Iterable[Cell]) -> Cell:
    """Join cells in their Vietnamese order; what reads the same stands once.

    >>> listed([Cell("Sở Y tế"), Cell("Sở Nội vụ"), Cell("Sở Y tế")]).value
    'Sở Nội vụ; Sở Y tế'
    """
    ordered = sorted(cells, key=lambda cell: (cell.text("vi"), cell.value or ""))
    return _joined(ordered, lambda texts: _BETWEEN_NAMES.join(dict.fromkeys(texts)))


def _joined(cells: Iterable[Cell], join: Callable[[Iterable[str]], str]) -> Cell:
    each = tuple(cells)
    if not each:
        return Cell(None)
    words: dict[str, str] = {lang: join(cell.text(lang) for cell in each) for lang in LANGUAGES}
    return worded(words, iris=tuple(cell.iri for cell in each if cell.iri is not None))
