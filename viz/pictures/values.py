"""Hold a picture as values: what can be pointed at, with its shapes, its words and the sentences that prove it.

A picture is computed once and then written as SVG, PNG or a page; nothing here knows of markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cancu.language import Language, knows, say
from cancu.queries.engine import Hop
from cancu.queries.entries import Entry
from cancu.viz.tree import LineOf
from cancu.viz.words import shown

__all__ = [
    "TIERS",
    "Band",
    "Box",
    "Circle",
    "Dot",
    "Item",
    "Legend",
    "Network",
    "Nothing",
    "Path",
    "Picture",
    "Point",
    "Quote",
    "Shape",
    "Words",
    "last_of",
    "lines_of_words",
    "quotes_of",
    "text_width",
    "wrap",
]

Point = tuple[float, float]

#: The tiers in the order of a wall map: the highest first, what stands outside that order last.
TIERS: Final = ("central", "province", "district", "commune", "party", "other")

# Widths of letters in hundredths of the size of Noto Sans; letters with marks are as wide as without.
_WIDTHS: Final[Mapping[str, int]] = {
    letter: width
    for letters, width in (
        (" !',.:;`iIjlJ|·", 28), ("()-/[]{}f\\", 36), ('"rt', 41), ("ckszvxy?_~", 52), ("abdeghnopquđư", 61),
        ("EFLPSTVXYZ", 60), ("ABCKR", 65), ("DGHNUOQĐ", 77), ("mMWw", 92), ("%@…", 88),
    )
    for letter in letters
}  # fmt: skip
_USUAL: Final = 60
# Fonts that stand in for Noto Sans, and bold letters, are wider.
_ROOM: Final = 1.06
_BOLD: Final = 1.06


@dataclass(frozen=True, slots=True)
class Quote:
    """Hold one sentence that proves something: the quote in its surroundings, and where it stands."""

    source: str
    start: int
    end: int
    before: str
    quote: str
    behind: str
    line: int | None
    confidence: float
    relation: str


@dataclass(frozen=True, slots=True)
class Box:
    """Hold a rectangle; ``css`` are its classes."""

    x: float
    y: float
    width: float
    height: float
    css: str = "box"
    radius: float = 8


@dataclass(frozen=True, slots=True)
class Circle:
    """Hold a circle by its middle."""

    x: float
    y: float
    radius: float
    css: str = "dot"


@dataclass(frozen=True, slots=True)
class Path:
    """Hold a line: its first point, then a straight step to a point or a curve by two handles and a point.

    ``head`` draws an arrow at its end.
    """

    start: Point
    steps: tuple[tuple[Point, ...], ...]
    css: str = "line"
    head: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Hold one line of text at its base line."""

    x: float
    y: float
    text: str
    css: str = "words"
    anchor: Literal["start", "middle", "end"] = "start"
    turned: bool = False


Shape = Box | Circle | Path | Words


@dataclass(frozen=True, slots=True)
class Item:
    """Hold one thing of a picture that can be pointed at.

    ``groups`` are the codes of the legend that show or hide it; an edge names the two items at its ``ends``.
    """

    id: str
    part: Literal["node", "edge"]
    name: str
    shapes: tuple[Shape, ...]
    detail: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    iri: str | None = None
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Legend:
    """Explain one sign; where it has a ``filter``, what bears it can be hidden."""

    code: str
    text: str
    sign: Literal["badge", "line", "box"]
    css: str
    letter: str = ""
    filter: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """Hold one node of a network: ``small`` is its place among the first that are shown, ``x`` and ``y`` among all.

    ``lines`` are its name, ``about`` is said below it where there is room.
    """

    id: str
    lines: tuple[str, ...]
    css: str
    x: float
    y: float
    small: Point | None
    box: bool
    size: int
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """Hold the strip of a map in which the documents of a tier stand."""

    text: str
    look: str
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Network:
    """Hold what a network's page draws by itself; the picture's items have the words and proofs of its dots.

    ``small`` are the bands of what is shown first, ``full`` those of everything. Where there is more than the picture
    holds, ``further`` counts the dots of the whole.
    """

    dots: tuple[Dot, ...]
    small: tuple[Band, ...] = ()
    full: tuple[Band, ...] = ()
    further: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """Hold a whole picture; ``backdrop`` is what nobody points at, ``focus`` where it is looked at first."""

    kind: str
    title: str
    subtitle: str
    lang: Language
    width: float
    height: float
    items: tuple[Item, ...]
    backdrop: tuple[Shape, ...] = ()
    legend: tuple[Legend, ...] = ()
    notes: tuple[str, ...] = ()
    focus: str | None = None
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Say why there is nothing to draw; words that mean several things come with their candidates."""

    why: str
    candidates: tuple[Entry, ...] = ()


def last_of(iri: str | None) -> str:
    """Return the last part of an IRI: the code of a concept.

    >>> last_of("https://w3id.org/cancu/role/lead")
    'lead'
    """
    return (iri or "").rpartition("/")[2]


def quotes_of(hops: Iterable[Hop], lang: Language, line_of: LineOf | None = None) -> tuple[Quote, ...]:
    r"""Make hops sentences for readers: on one line, with the words around them.

    >>> quotes_of([Hop("a.txt", 7, 14, "Nghị\nđịnh", "legal_basis", 1.0, "theo ", " 27")], "vi")[0].quote
    'Nghị định'
    """
    found = []
    for hop in dict.fromkeys(hops):
        key = f"relation.{hop.relation}"
        found.append(
            Quote(
                hop.source,
                hop.start,
                hop.end,
                shown(" ".join(f"{hop.before}|".split())[:-1]),
                shown(" ".join(hop.quote.split())),
                shown(" ".join(f"|{hop.behind}".split())[1:]),
                line_of(hop.source, hop.start) if line_of is not None else None,
                hop.confidence,
                say(key, lang) if knows(key) else "",
            )
        )
    return tuple(found)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate how wide a line of text is, rather too wide than too narrow.

    >>> text_width("Kế hoạch", 16) == text_width("Ke hoach", 16) > 50
    True
    """
    total = 0
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            total += _WIDTHS.get(letter, _USUAL if ord(letter) < 0x2E80 else 100)
    return total / 100 * size * _ROOM * (_BOLD if bold else 1)


def wrap(text: str, width: float, size: float, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into at most so many lines that fit a width; what does not fit ends with "…".

    >>> wrap("Kế hoạch giảm nghèo bền vững năm 2024", 130, 16, 2)
    ('Kế hoạch giảm', 'nghèo bền…')
    """
    waiting = [part for word in shown(text).split() for part in _parts(word, width, size, bold)]
    lines: list[str] = []
    while waiting and len(lines) < most:
        line = waiting.pop(0)
        while waiting and text_width(f"{line} {waiting[0]}", size, bold=bold) <= width:
            line = f"{line} {waiting.pop(0)}"
        lines.append(line)
    if waiting and lines:
        last = lines[-1]
        while last and text_width(f"{last}…", size, bold=bold) > width:
            last = last[:-1].rstrip()
        lines[-1] = f"{last}…"
    return tuple(lines)


def _parts(word: str, width: float, size: float, bold: bool) -> Sequence[str]:
    """Break a word that no line can hold."""
    if text_width(word, size, bold=bold) <= width:
        return (word,)
    parts, part = [], ""
    for letter in word:
        if part and text_width(part + letter, size, bold=bold) > width:
            parts.append(part)
            part = ""
        part += letter
    return (*parts, part)


def lines_of_words(
    lines: Sequence[str], x: float, y: float, step: float, css: str, anchor: Literal["start", "middle", "end"] = "start"
) -> tuple[Words, ...]:
    """Set lines of text below each other; ``y`` is the first base line."""
    return tuple(Words(x, y + step * at, line, css, anchor) for at, line in enumerate(lines))
