"""Read the headings of a plain text into a tree of sections.

The layouts seen: ``A. I. 1. 1.1. a)`` of plans, ``Phần Chương Mục Điều`` of laws and decisions, Markdown headings (whose own
levels disagree with the numbering and are not trusted), and bold labels that end with a colon ("- Nội dung:").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cancu.loaders.patterns import compiled

__all__ = ["Heading", "Outline", "read_outline"]

# Rank of each kind of enumerator: a heading closes all open ones of its own or a higher rank.
_PART, _CHAPTER, _MUC, _ARTICLE, _LETTER, _ROMAN, _DECIMAL, _POINT, _BULLET = 0, 1, 2, 3, 1, 2, 3, 7, 8

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
_CLOSING = compiled(r"Trên đây là |Yêu cầu (?:các|Thủ trưởng)|\*? ?(?:Nơi|Noi) nhận ?:?")
_OPENING_ENDS = compiled(
    r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ ĐỊNH|NGHỊ QUYẾT|CHỈ THỊ|THÔNG TƯ|LUẬT|ban hành [^\n]{3,300}? như sau|như sau|với (?:các|những) nội dung[^\n]{0,60}) ?: ?$",
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
        """Return the innermost heading whose text holds ``offset``.

        >>> read_outline("I. MỤC TIÊU\\n1. Mục tiêu chung\\nGiảm nghèo.").at(30).path
        ('I. MỤC TIÊU', '1. Mục tiêu chung')
        """
        low, high = 0, len(self.headings)
        while low < high:
            middle = (low + high) // 2
            if self.headings[middle].start <= offset:
                low = middle + 1
            else:
                high = middle
        for heading in reversed(self.headings[max(0, low - 400) : low]):
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


def _rank(kind: str, label: str) -> int:
    if kind == "decimal":
        return _DECIMAL + label.count(".")
    return {
        "part": _PART,
        "chapter": _CHAPTER,
        "muc": _MUC,
        "article": _ARTICLE,
        "letter": _LETTER,
        "roman": _ROMAN,
        "point": _POINT,
        "bullet": _BULLET,
    }[kind]


def read_outline(plain: str, body_start: int = 0) -> Outline:
    """Read the outline of a plain text whose header (type, title) ends at ``body_start``.

    >>> [h.label for h in read_outline("Điều 1. Phê duyệt\\nNội dung\\nĐiều 2. Hiệu lực").headings]
    ['Điều 1', 'Điều 2']
    """
    found: list[tuple[int, int, int, str, str]] = []
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
        if match is None:
            if closing == len(plain) and _CLOSING.match(plain, start, stop) and start > len(plain) // 3:
                closing = start
            continue
        kind = match.lastgroup or "bullet"
        label = match[kind]
        colon = plain.find(":", match.end(), min(stop, match.end() + _LONGEST_LABEL))
        length = stop - start
        if kind == "bullet":
            # "- Nội dung: …" labels the paragraph; other bullets are items.
            if colon < 0 or not _is_label(plain[match.end() : colon]):
                continue
            end, title = colon, plain[match.end() : colon]
            label = ""
        elif (length <= _LONGEST_HEADING and plain[stop - 1] not in ".;,") or kind in ("part", "chapter", "muc"):
            end, title = stop, plain[match.end() : stop]
        elif (
            length <= _LONGEST_HEADING and kind in ("roman", "letter", "decimal", "article") and plain[stop - 1] == "."
        ):
            end, title = stop, plain[match.end() : stop]
        elif colon > 0:
            end, title = colon, plain[match.end() : colon]
        elif kind == "article":
            end, title = match.end(), ""
        else:
            continue
        found.append((start, end, _rank(kind, label), label, title.strip(" .:")))
    headings = _nest(found, len(plain), closing)
    return Outline(headings, _opening_end(plain, body_start, headings), closing)


def _is_label(words: str) -> bool:
    return 0 < len(words) <= _LONGEST_LABEL and words[0].isupper() and not any(mark in words for mark in '.;,"()')


def _nest(found: list[tuple[int, int, int, str, str]], length: int, closing: int) -> tuple[Heading, ...]:
    untils = [closing if start < closing else length for start, *_ in found]
    open_at: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, (start, _end, rank, label, title) in enumerate(found):
        while open_at and found[open_at[-1]][2] >= rank:
            untils[open_at.pop()] = start
        shown = (
            f"{label}. {title}"
            if label and label[-1].isalnum() and len(label) < 9 and not label.islower()
            else f"{label}) {title}"
            if label
            else title
        )
        paths.append((*(paths[open_at[-1]] if open_at else ()), shown.strip(" .")))
        open_at.append(index)
    return tuple(
        Heading(start, end, until, rank, label, title, path)
        for (start, end, rank, label, title), until, path in zip(found, untils, paths, strict=True)
    )


def _opening_end(plain: str, body_start: int, headings: tuple[Heading, ...]) -> int:
    # Labels of a bullet do not end the opening ("- Căn cứ: …" stands in it).
    first = next((heading.start for heading in headings if heading.rank < _POINT), len(plain))
    formula = _OPENING_ENDS.search(plain, body_start, min(first, body_start + 12_000))
    return min(first, formula.end() if formula is not None else first)
