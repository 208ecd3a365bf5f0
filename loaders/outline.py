"""Read the headings of a plain text into a tree of sections.

The layouts seen: ``A. I. 1. 1.1. a)`` of plans, ``Phần Chương Mục Điều`` of laws and decisions (Nghị định
30/2020/NĐ-CP, Phụ lục I, II.6), Markdown headings (whose own levels disagree with the numbering and are not trusted),
and bold labels that end with a colon ("- Nội dung:").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from cancu.loaders.patterns import compiled

__all__ = ["Heading", "Outline", "read_outline"]

# Rank of each kind of enumerator: a heading closes all open ones of its own or a higher rank. A decimal sinks by one
# with each of its points ("1.1").
_RANKS = {
    "part": 0,
    "chapter": 1,
    "muc": 2,
    "article": 3,
    "letter": 1,
    "roman": 2,
    "decimal": 3,
    "point": 7,
    "bullet": 8,
}
# Each alternative is named by its kind: "Phần I", "Chương II", "Mục 1", "Điều 5", "IV.", "B.", "1.2.", "a)", "-".
_LABEL = compiled(
    r"(?P<part>(?:Phần|PHẦN)(?: thứ| THỨ)? (?:[IVXLC]+|\d+|[^\W\d_]+))(?![^\W\d_])[.:]? ?"
    r"|(?P<chapter>(?:Chương|CHƯƠNG) (?:[IVXLC]+|\d+|thứ [^\W\d_]+))[.:]? ?"
    r"|(?P<muc>(?:Mục|MỤC|Tiểu mục) (?:[IVXLC]+|\d+))[.:]? ?"
    r"|(?P<article>(?:Điều|ĐIỀU) \d{1,3}[a-zđ]?)[.:]? ?"
    r"|(?P<roman>[IVXLC]{1,6})[.)] ?(?=[^\W\d])"
    r"|(?P<letter>[A-HĐ])[.] ?(?=[^\W\d])"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,3})(?:[.)] ?| (?=[[:upper:]]))(?=[^\W\d])"
    r"|(?P<point>[a-zđ])(?:[).] ?|  )(?=[^\W\d])"
    r"|(?P<bullet>[-+*•]) ?(?=[^\W\d])"
)
# A heading is short; a numbered paragraph that runs on is an item of its section and no heading.
_LONGEST_HEADING = 240
_LONGEST_LABEL = 70
# A heading has no more headings below it than this before its text goes on.
_MOST_ITEMS = 400
# No opening is longer than this, in characters.
_LONGEST_OPENING = 12_000
_CLOSING = compiled(r"Trên đây là |Yêu cầu (?:các|Thủ trưởng)|\*? ?(?:Nơi|Noi) nhận ?:?")
_OPENING_ENDS = compiled(
    r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ ĐỊNH|NGHỊ QUYẾT|CHỈ THỊ|THÔNG TƯ|LUẬT"
    r"|ban hành [^\n]{3,300}? như sau|như sau|với (?:các|những) nội dung[^\n]{0,60}) ?: ?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Hold one heading in plain offsets: ``start``..``end`` is the heading, its text runs to ``until``."""

    start: int
    end: int
    until: int
    rank: int
    label: str
    title: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold the headings of a text in order, where its opening paragraphs end and where its closing ones begin."""

    headings: tuple[Heading, ...]
    opening_end: int
    closing_start: int

    def at(self, offset: int) -> Heading | None:
        r"""Return the innermost heading whose text holds ``offset``.

        >>> read_outline("I. MỤC TIÊU\n1. Mục tiêu chung\nGiảm nghèo.").at(30).path
        ('I. MỤC TIÊU', '1. Mục tiêu chung')
        """
        low = bisect_right(self.headings, offset, key=lambda heading: heading.start)
        for heading in reversed(self.headings[max(0, low - _MOST_ITEMS) : low]):
            if heading.start <= offset < heading.until:
                return heading
        return None

    def section(self, offset: int) -> str:
        """Return the heading path at ``offset`` in one line, "(mở đầu)" in the opening, "(kết)" in the closing."""
        if offset < self.opening_end:
            return "(mở đầu)"
        if offset >= self.closing_start:
            return "(kết)"
        heading = self.at(offset)
        return " > ".join(heading.path) if heading is not None else "(mở đầu)"


def read_outline(plain: str, body_start: int = 0) -> Outline:
    r"""Read the outline of a plain text whose header (type, title) ends at ``body_start``.

    >>> [heading.label for heading in read_outline("Điều 1. Phê duyệt\nNội dung\nĐiều 2. Hiệu lực").headings]
    ['Điều 1', 'Điều 2']
    """
    found: list[_Line] = []
    closing = len(plain)
    position = body_start
    while position < len(plain):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        start = position
        while start < stop and plain[start] == " ":
            start += 1
        position = stop + 1
        match = _LABEL.match(plain, start, stop)
        if match is not None:
            line = _read_heading(plain, match, stop)
            if line is not None:
                found.append(line)
        elif closing == len(plain) and _CLOSING.match(plain, start, stop) and start > len(plain) // 3:
            closing = start
    headings = _nest(found, len(plain), closing)
    return Outline(headings, _opening_end(plain, body_start, headings), closing)


# A heading as its own line tells it: (start, end, rank, label, title).
_Line = tuple[int, int, int, str, str]


def _read_heading(plain: str, match: re.Match[str], stop: int) -> _Line | None:
    """Read the heading of a line that begins with an enumerator and ends at ``stop``, or None where it is an item."""
    kind = match.lastgroup or "bullet"
    label, start, behind = match[kind], match.start(), match.end()
    colon = plain.find(":", behind, min(stop, behind + _LONGEST_LABEL))
    if kind == "bullet":
        # "- Nội dung: …" labels the paragraph; other bullets are items.
        if colon < 0 or not _is_label(plain[behind:colon]):
            return None
        label, end = "", colon
    elif kind in ("part", "chapter", "muc") or (stop - start <= _LONGEST_HEADING and _is_closed(kind, plain[stop - 1])):
        end = stop
    elif colon > 0:
        end = colon
    elif kind == "article":
        end = behind
    else:
        return None
    rank = _RANKS[kind] + (label.count(".") if kind == "decimal" else 0)
    return start, end, rank, label, plain[behind:end].strip(" .:")


def _is_closed(kind: str, last: str) -> bool:
    """Tell whether a short line with this last character is a heading: a full stop is right behind some kinds only."""
    return last not in ".;," or (last == "." and kind in ("roman", "letter", "decimal", "article"))


def _is_label(words: str) -> bool:
    return 0 < len(words) <= _LONGEST_LABEL and words[0].isupper() and not any(mark in words for mark in '.;,"()')


def _nest(found: list[_Line], length: int, closing: int) -> tuple[Heading, ...]:
    untils = [closing if start < closing else length for start, *_ in found]
    open_at: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, (start, _end, rank, label, title) in enumerate(found):
        while open_at and found[open_at[-1]][2] >= rank:
            untils[open_at.pop()] = start
        shown = _shown(label, title)
        paths.append((*(paths[open_at[-1]] if open_at else ()), shown.strip(" .")))
        open_at.append(index)
    return tuple(
        Heading(start, end, until, rank, label, title, path)
        for (start, end, rank, label, title), until, path in zip(found, untils, paths, strict=True)
    )


def _shown(label: str, title: str) -> str:
    """Write label and title in one: "I. MỤC TIÊU", "a) Nội dung"."""
    if not label:
        return title
    if label[-1].isalnum() and len(label) < 9 and not label.islower():
        return f"{label}. {title}"
    return f"{label}) {title}"


def _opening_end(plain: str, body_start: int, headings: tuple[Heading, ...]) -> int:
    # Labels of a bullet do not end the opening ("- Căn cứ: …" stands in it).
    first = next((heading.start for heading in headings if heading.rank < _RANKS["point"]), len(plain))
    formula = _OPENING_ENDS.search(plain, body_start, min(first, body_start + _LONGEST_OPENING))
    return min(first, formula.end() if formula is not None else first)
