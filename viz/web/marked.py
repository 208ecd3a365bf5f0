"""Write a text with all that was recognised in it, so that a browser counts the same characters as we do.

The text is cut wherever something begins or ends; each piece says what its characters belong to. Pieces never nest, so
any overlap can be shown, and the characters of the page are those of the source, one for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from cancu.queries.texts import KINDS, Mark

__all__ = ["Piece", "pieces_of", "written"]

_ORDER: Final = {kind: at for at, kind in enumerate(dict.fromkeys(KINDS.values()))}
# One stop of the Tab key a mark; what is everywhere is reached from the lists beside the text.
_UNREACHED: Final = frozenset({"duty", "repair", "figure", "recipient", "header"})
# What a page cannot hold (NUL) and what turns the direction of writing, so that words seem to be others.
_UNSHOWN: Final = dict.fromkeys((0, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold some characters and the kinds of what was recognised in them, the most telling first."""

    start: int
    end: int
    kinds: tuple[str, ...]


def pieces_of(length: int, marks: Iterable[Mark]) -> Iterator[Piece]:
    """Cut a text of so many characters wherever a mark begins or ends.

    >>> [(piece.start, piece.end, piece.kinds) for piece in pieces_of(9, [Mark(2, 6, "citation", ())])]
    [(0, 2, ()), (2, 6, ('citation',)), (6, 9, ())]
    """
    opening: dict[int, list[Mark]] = {}
    edges = {0, length}
    for mark in marks:
        if 0 <= mark.start < mark.end <= length:
            opening.setdefault(mark.start, []).append(mark)
            edges |= {mark.start, mark.end}
    open_now: list[Mark] = []
    for start, end in pairwise(sorted(edges)):
        open_now = [mark for mark in open_now if mark.end > start] + opening.get(start, [])
        yield Piece(start, end, tuple(sorted({mark.kind for mark in open_now}, key=lambda kind: _ORDER.get(kind, 99))))


def written(text: str, marks: Sequence[Mark]) -> str:
    """Write a text as HTML in which every recognised piece is a button-like span with its place and its kinds.

    >>> written("Căn cứ <Luật>", [Mark(7, 13, "citation", ())])
    'Căn cứ <span class="m citation" data-at="7-13" tabindex="0" role="button">&lt;Luật&gt;</span>'
    """
    parts = []
    reachable = {mark.start for mark in marks if mark.kind not in _UNREACHED}
    for piece in pieces_of(len(text), marks):
        # A browser would make one line feed of a carriage return and its line feed.
        words = escape(text[piece.start : piece.end].translate(_UNSHOWN)).replace("\r", "&#13;")
        if not piece.kinds:
            parts.append(words)
            continue
        reached = ' tabindex="0" role="button"' if piece.start in reachable else ""
        classes = " ".join(("m", *piece.kinds))
        parts.append(f'<span class="{classes}" data-at="{piece.start}-{piece.end}"{reached}>{words}</span>')
    return "".join(parts)
