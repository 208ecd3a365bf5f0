"""Read the headings of a plain text into a tree of sections.

The layouts seen: ``A. I. 1. 1.1. a)`` of plans, ``Phần Chương Mục Điều`` of laws and decisions (Nghị định
30/2020/NĐ-CP, Phụ lục I, II.6), Markdown headings (whose own levels disagree with the numbering and are not trusted),
and bold labels that end with a colon ("- Nội dung:").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cancu.loaders.labels import Head, find_labels, read_head
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.text import Text
from cancu.ontology import programmes

__all__ = ["Heading", "Outline", "read_outline", "source_breaks"]

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
# Headings of components without an enumerator and lines in capitals: their rank comes from what they stand in.
_UNNUMBERED = 9
_LONGEST_CAPITALS = 120
# The letters with which the words of components begin.
_LABEL_LETTERS = frozenset(
    letter for known in programmes.component_words() for letter in (known.word[0].upper(), known.word[0].lower())
)
_SECTION_WORD = compiled(any_of("section_kind"), re.IGNORECASE)
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
    """Hold one heading in plain offsets: ``start``..``end`` is the heading, its text runs to ``until``.

    ``head`` is there where the heading is that of a component of a programme ("1. Dự án 2: …").
    """

    start: int
    end: int
    until: int
    rank: int
    label: str
    title: str
    path: tuple[str, ...]
    head: Head | None = None


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


def source_breaks(text: Text) -> Callable[[int], bool]:
    r"""Return what tells whether the source breaks its line in front of an offset of the plain text.

    >>> from cancu.loaders.text import read_text
    >>> breaks = source_breaks(read_text("Thực hiện Kế hoạch\ncủa tỉnh"))
    >>> breaks(19), breaks(10)
    (True, False)
    """

    def breaks(at: int) -> bool:
        if at < 2:
            return False
        return "\n" in text.source[text.span(at - 2, at - 1)[1] : text.span(at, at + 1)[0]]

    return breaks


def read_outline(plain: str, body_start: int = 0, wrapped: Callable[[int], bool] | None = None) -> Outline:
    r"""Read the outline of a plain text whose header (type, title) ends at ``body_start``.

    ``wrapped`` tells whether the source breaks its line in front of an offset, where the plain text does not.

    >>> [heading.label for heading in read_outline("Điều 1. Phê duyệt\nNội dung\nĐiều 2. Hiệu lực").headings]
    ['Điều 1', 'Điều 2']
    >>> text = "3. Dự án 4: Dạy nghề\nTiểu dự án 1: Dạy nghề nông thôn\na) Mục tiêu\n3.2. Tiểu dự án 3: Việc làm"
    >>> [len(heading.path) for heading in read_outline(text).headings]
    [1, 2, 3, 2]
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
        line = _read_line(plain, start, stop, match, wrapped, closing < len(plain))
        if line is not None:
            found.append(line)
            if line.head is not None:
                found += _joined_heads(plain, line, stop, wrapped)
        elif match is None and closing == len(plain) and _CLOSING.match(plain, start, stop) and start > len(plain) // 3:
            closing = start
    headings = _nest(found, len(plain), closing)
    return Outline(headings, _opening_end(plain, body_start, headings), closing)


@dataclass(frozen=True, slots=True)
class _Line:
    """Hold a heading as its own line tells it; ``kind`` is that of its enumerator, ``order`` its place in a count."""

    start: int
    end: int
    rank: int
    label: str
    title: str
    kind: str
    order: int | None = None
    head: Head | None = None


def _read_line(
    plain: str,
    start: int,
    stop: int,
    match: re.Match[str] | None,
    wrapped: Callable[[int], bool] | None,
    closed: bool,
) -> _Line | None:
    """Read the heading of a line, with an enumerator or without one."""
    if "\t" in plain[start:stop]:
        # A row of a table.
        return _read_heading(plain, match, stop) if match is not None else None
    at = match.end() if match is not None and match.lastgroup != "article" else start
    head = read_head(plain, at, stop, wrapped) if _may_begin_label(plain, at) else None
    if head is not None and (match is not None or head.label.marked or head.title_end == stop):
        kind = match.lastgroup or "bullet" if match is not None and at != start else "none"
        label = match[kind] if match is not None and kind not in ("none", "bullet") else ""
        rank = _rank(kind, label) if label else _UNNUMBERED
        return _Line(start, head.end, rank, label, plain[at : head.end].strip(" .:"), kind, _order(label), head)
    if match is None:
        words = plain[start:stop].strip(" .:")
        if not closed and _is_capital_heading(words) and _SECTION_WORD.search(words):
            return _Line(start, start + len(words), _RANKS["roman"], "", words, "none")
        return None
    if match.lastgroup == "bullet" and not closed and _is_capital_heading(plain[match.end() : stop].strip(" .:")):
        words = plain[match.end() : stop].strip(" .:")
        return _Line(start, match.end() + len(words), _RANKS["decimal"], "", words, "none")
    return _read_heading(plain, match, stop)


# A letter or number in front of a label: "… hợp vệ sinh. b  Tiểu dự án 2: …".
_FRONT = compiled(r"(?P<label>[a-zđ]|\d{1,2}(?:\.\d{1,2}){0,2})[).]? {1,2}$")
_LONGEST_FRONT = 12


def _joined_heads(plain: str, line: _Line, stop: int, wrapped: Callable[[int], bool] | None) -> Iterator[_Line]:
    """Yield the headings of components that lost line breaks have put behind another on its line."""
    done = line.end
    for label in find_labels(plain, line.end, stop):
        if label.start < done or not label.marked or plain[label.start].islower():
            continue
        front = _FRONT.search(plain, max(done, label.start - _LONGEST_FRONT), label.start)
        start = front.start() if front is not None else label.start
        between = plain[done:start].rstrip(" ")
        # Directly behind a heading, or behind a sentence with an enumerator of its own.
        if between.strip(".;") and (front is None or between[-1:] not in ".;"):
            continue
        head = read_head(plain, label.start, stop, wrapped)
        if head is None or head.label.start != label.start:
            continue
        done = head.end
        kind, printed = ("none", "") if front is None else ("point", front["label"])
        rank = _UNNUMBERED if not printed.isalpha() else _RANKS["point"]
        title = plain[label.start : head.end].strip(" .:")
        yield _Line(start, head.end, rank, printed if printed.isalpha() else "", title, kind, _order(printed), head)


def _rank(kind: str, label: str) -> int:
    return _RANKS[kind] + (label.count(".") if kind == "decimal" else 0)


_LETTERS = "abcdđeghiklmnopqrstuvxy"


def _order(label: str) -> int | None:
    """Return the place of an enumerator in its count: "2" and "3.2" are second, "b" too."""
    last = label.rpartition(".")[2]
    if last.isdigit():
        return int(last)
    return _LETTERS.find(last) + 1 or None if last else None


def _may_begin_label(plain: str, at: int) -> bool:
    return plain[at : at + 1] in _LABEL_LETTERS


def _is_capital_heading(words: str) -> bool:
    """Tell a line in capitals that is a heading: "TỔNG NGUỒN VỐN THỰC HIỆN NĂM 2024"."""
    return (
        2 < words.count(" ") + 1
        and len(words) <= _LONGEST_CAPITALS
        and words.isupper()
        and not any(mark in words for mark in ";|")
    )


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
    elif kind in ("part", "chapter", "muc") or (
        stop - start <= _LONGEST_HEADING
        and _is_closed(kind, plain[stop - 1], kind != "decimal" or "." in label or plain[match.end(kind)] in ".)")
    ):
        end = stop
    elif colon > 0:
        end = colon
    elif kind == "article":
        end = behind
    else:
        return None
    return _Line(
        start, end, _rank(kind, label), label, plain[behind:end].strip(" .:"), kind, _order(label) if label else None
    )


def _is_closed(kind: str, last: str, marked: bool) -> bool:
    """Tell whether a short line with this last character is a heading: a full stop is right behind some kinds only.

    Not behind a bare number: "2 Chủ tịch tặng bằng khen." is a footnote.
    """
    return last not in ".;," or (last == "." and marked and kind in ("roman", "letter", "decimal", "article"))


def _is_label(words: str) -> bool:
    if not 0 < len(words) <= _LONGEST_LABEL or not words[0].isupper() or any(mark in words for mark in '.;,"()'):
        return False
    # "- Chủ trì thực hiện Dự án 2: …" is a sentence.
    return next(find_labels(words, 1, len(words)), None) is None


def _nest(found: list[_Line], length: int, closing: int) -> tuple[Heading, ...]:
    """Say where each heading's text ends, and below which headings it stands."""
    untils = [closing if line.start < closing else length for line in found]
    open_at: list[int] = []
    # The rank by which a heading without an enumerator is closed: half a step below what it stands in.
    ranks = [float(line.rank) for line in found]
    levels: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, line in enumerate(found):
        keep = _kept(found, ranks, open_at, line)
        for closed in open_at[keep:]:
            untils[closed] = line.start
        del open_at[keep:]
        if line.rank == _UNNUMBERED:
            above = ranks[open_at[-1]] if open_at else 0.0
            ranks[index] = above + 0.5
        elif open_at and ranks[open_at[-1]] >= ranks[index]:
            # "1. Mục tiêu" below "Dự án 2", which stands below another "1.": the count begins again.
            ranks[index] = ranks[open_at[-1]] + 0.25
        above_level = levels[open_at[-1]] if open_at else 0
        levels.append(above_level + 1 if line.rank == _UNNUMBERED else max(line.rank, above_level + bool(open_at)))
        shown = _shown(line.label, line.title)
        paths.append((*(paths[open_at[-1]] if open_at else ()), shown.strip(" .")))
        open_at.append(index)
    return tuple(
        Heading(line.start, line.end, until, level, line.label, line.title, path, line.head)
        for line, until, level, path in zip(found, untils, levels, paths, strict=True)
    )


def _kept(found: list[_Line], ranks: list[float], open_at: list[int], line: _Line) -> int:
    """Return how many of the open headings stay open above a new one."""
    heads = [place for place, index in enumerate(open_at) if found[index].head is not None]
    by_rank = next((place for place, index in enumerate(open_at) if ranks[index] >= line.rank), len(open_at))
    if line.head is not None:
        for place in heads:
            above = found[open_at[place]].head
            if above is None or above.label.holds(line.head.label):
                continue
            # The next project closes the one before it, whatever their enumerators say.
            return place if line.rank == _UNNUMBERED else min(place, by_rank)
        if heads:
            below = heads[-1] + 1
            return (
                max(by_rank, below) if line.kind in ("none", "bullet", "decimal") and by_rank >= heads[0] else by_rank
            )
        if line.rank == _UNNUMBERED:
            points = (place for place, index in enumerate(open_at) if ranks[index] >= _RANKS["point"])
            return next(points, len(open_at))
        return by_rank
    if line.order == 1 and heads:
        # A count that begins again inside the innermost component is the component's own.
        same = [place for place, index in enumerate(open_at) if found[index].rank == line.rank and found[index].order]
        if same and same[0] <= heads[-1] and by_rank <= heads[-1]:
            return heads[-1] + 1
    if line.order is not None and len(open_at) > by_rank:
        # The second of a count that began again goes on with it.
        for place in range(len(open_at) - 1, by_rank, -1):
            other = found[open_at[place]]
            if other.rank == line.rank and other.order == line.order - 1 and other.head is None:
                return place
    return by_rank


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
