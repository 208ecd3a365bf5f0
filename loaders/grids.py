"""Find what is set in rows and columns in a source: text with tabs, Markdown, HTML tags left in a text, wide blanks.

The readers of DOCX and HTML print a row a line with a tab between its cells and nothing behind the last one that is
filled. Heads, signature blocks and other text that only stands side by side are no grids. All offsets are source ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cancu.loaders.patterns import any_of, compiled
from cancu.ontology.lexicon import OLDER_TONE

__all__ = ["Grid", "Span", "find_grids", "is_header_row", "is_number", "printed_cell", "source_lines"]

#: Where something stands in the source.
Span = tuple[int, int]

# What ends a line in any of our sources; a carriage return in front of it is a blank.
_LINE_END = compiled("[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TAG = r"</?(?:b|i|u|em|strong|br|p|span|sup|sub|center|font|div|small)\b[^<>\n]{0,80}>"
_OUTER_TAG = compiled(rf"(?:\s|{_TAG})+")
_TAG_AT_END = compiled(rf"{_TAG}\s*$")
_ANY_TAG = compiled(_TAG)
_EMPHASIS = compiled(r"(?<![*\w])(\*{1,3})(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\1(?![*\w])")
_ESCAPED = compiled(r"\\([|*_\\])")
_STROKE = compiled(r"(?<!\\)\|")
_WIDE = compiled(r" {3,}")
# "|---|:-:|", "-----<tab>---", "+----+----+".
_RULER = compiled(r"(?=.*(?:--|==|:-|-:))[-=_:|+\s\u2013\u2014]+")
_SHORT_RULER = compiled(r"\|?(?: *:?-+:? *\|)+ *(?::?-+:?)? *")
_PAGE = compiled(r"(?:[-–] ?)?\d{1,4}(?: ?[-–])?|Trang \d{1,4}(?:/\d{1,4})?")
_NEVER = compiled(rf"(?:{any_of('table_never')}|{any_of('capacity')}\. ?[[:upper:]]{{2}}|[TK]/[MT][ .])")
_CAPTION = compiled(rf"(?:{any_of('table_caption')}) |(?:{any_of('table_unit')}) ?:", re.IGNORECASE)
_FIGURE = compiled(r"[-+(]? ?\d+(?:[.,]\d+)*\)? ?%?|\d{1,3}(?: \d{3})+(?:,\d+)? ?%?")
_YEAR = compiled(r"(?:năm )?(?:19|20)\d\d(?: ?[-–] ?(?:19|20)\d\d)?", re.IGNORECASE)
# "I. Nhóm nhiệm vụ", "A. …": a row of one cell names those below it.
_LABEL = compiled(r"(?:[IVXLC]{1,6}|[A-ZĐ]|\d{1,2}(?:\.\d{1,2}){0,3})[.)]? ?[^\W\d]|[[:upper:]]")
_COUNTS = compiled(r"STT|Số TT|TT|Số thứ tự|No\.?", re.IGNORECASE)
_LONGEST_LABEL = 200
_MOST_LABELS = 3
_TABLE_TAG = compiled(r"<table\b[^<>]{0,400}>", re.IGNORECASE)
_TABLE_END = compiled(r"</table\s*>", re.IGNORECASE)
_ROW_TAG = compiled(r"<tr\b[^<>]{0,400}>", re.IGNORECASE)
_CELL_TAG = compiled(r"<(t[dh])\b([^<>]{0,400})>", re.IGNORECASE)
_CELL_END = compiled(r"</?t(?:[dhr]|head|body|foot)\b[^<>]{0,400}>", re.IGNORECASE)
_SPANS = {name: compiled(rf"\b{name} ?= ?[\"']?(\d{{1,3}})", re.IGNORECASE) for name in ("colspan", "rowspan")}
_MOST_COLUMNS = 200
_TONED = compiled("|".join([*OLDER_TONE, *map(str.upper, OLDER_TONE)]))


@dataclass(slots=True)
class Grid:
    """Hold the cells of one grid row by row, in the order of the source.

    ``ruled`` is the number of rows above a ruler (0 where none is drawn), ``padded`` says that a short row lacks only
    cells at its end, by its format or because no line of it ends with an empty cell. ``labels`` are the indexes of
    rows that are a single cell without a mark of a column.
    """

    start: int
    end: int
    kind: str
    rows: list[list[Span]]
    ruled: int = 0
    padded: bool = False
    labels: set[int] = field(default_factory=set)


def source_lines(source: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    r"""Yield the lines of a source, their ends not included.

    >>> list(source_lines("a\nb"))
    [(0, 1), (2, 3)]
    """
    end = len(source) if end is None else end
    position = start
    for found in _LINE_END.finditer(source, start, end):
        yield position, found.start()
        position = found.end()
    if position < end:
        yield position, end


def trim(source: str, start: int, end: int) -> Span:
    """Take outer blanks and marks of layout off a cell.

    >>> text = "| **<b>Tổng cộng</b>** |"
    >>> first, last = trim(text, 1, len(text) - 1)
    >>> text[first:last]
    'Tổng cộng'
    """
    while True:
        before = start, end
        found = _OUTER_TAG.match(source, start, end)
        start = found.end() if found is not None else start
        while start < end and source[end - 1].isspace():
            end -= 1
        if source[end - 1 : end] == ">":
            last = _TAG_AT_END.search(source, max(start, end - 100), end)
            end = last.start() if last is not None else end
        emphasis = _EMPHASIS.fullmatch(source, start, end)
        if emphasis is not None:
            start, end = emphasis.span(2)
        if (start, end) == before or start >= end:
            return (start, end) if start < end else (before[0], before[0])


def printed_cell(source: str, start: int, end: int) -> str:
    """Return what a cell prints, without marks of layout and with single blanks.

    >>> printed_cell("<b>Điều 1:</b> Chương  trình 30a", 0, 32)
    'Điều 1: Chương trình 30a'
    """
    text = source[start:end]
    if "<" in text:
        text = _ANY_TAG.sub(lambda found: " " if found[0].lower().startswith(("<br", "<p", "</p")) else "", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return " ".join(text.split())


def is_number(text: str) -> bool:
    """Tell a cell of digits, a year among them.

    >>> [is_number(text) for text in ("39.664", "2015", "Năm 2015", "Sở Y tế")]
    [True, True, False, False]
    """
    return _FIGURE.fullmatch(text) is not None


def is_figure(text: str) -> bool:
    """Tell a cell of digits from words; a year is none.

    >>> [is_figure(text) for text in ("39.664", "13,6%", "1 250", "Năm 2015", "2015", "Sở Y tế")]
    [True, True, True, False, False, False]
    """
    return is_number(text) and _YEAR.fullmatch(text) is None


def is_header_row(cells: Sequence[str]) -> bool:
    """Tell a row that names columns by its first words ("STT", "TT") or by all its words being names.

    >>> is_header_row(("STT", "Nội dung", "Năm 2024")), is_header_row(("1", "Sở Y tế", "12"))
    (True, False)
    """
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any(is_figure(cell) for cell in filled):
        return False
    return any(_COUNTS.fullmatch(cell) for cell in cells[:3])


@dataclass(slots=True)
class _Line:
    """Hold one line: its kind, and whether blank lines stand in front of it."""

    start: int
    end: int
    kind: str
    apart: bool


def find_grids(source: str) -> list[Grid]:
    r"""Find the grids of a source, in order.

    >>> text = "TT\tNội dung\tCơ quan\n1\tRà soát hộ nghèo\tSở Y tế\n"
    >>> [[text[start:end] for start, end in row] for row in find_grids(text)[0].rows]
    [['TT', 'Nội dung', 'Cơ quan'], ['1', 'Rà soát hộ nghèo', 'Sở Y tế']]
    """
    tagged = list(_tagged_grids(source))
    grids = list(tagged)
    if any(mark in source for mark in ("\t", "|", "   ")):
        for region in _regions(source, tagged):
            grids += _grids_of(source, region)
    return sorted(grids, key=lambda grid: grid.start)


def _kind(line: str) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if _RULER.fullmatch(stripped):
        return "ruler"
    if "|" in stripped and len(_STROKE.findall(stripped)) > (stripped[0] == "|"):
        return "pipe"
    if "\t" in line.rstrip(" \r"):
        return "tab"
    return "wide" if len(_WIDE.split(stripped)) > 2 else "text"


def _regions(source: str, tagged: Sequence[Grid]) -> Iterator[list[_Line]]:
    """Yield the runs of lines that may be grids: lines in columns, and what stands between them."""
    region: list[_Line] = []
    waiting: list[_Line] = []  # lines of words behind the last line in columns
    apart = False
    skip = iter([*((grid.start, grid.end) for grid in tagged), (len(source), len(source))])
    tag_start, tag_end = next(skip)
    for start, end in source_lines(source):
        while start >= tag_end and tag_end < len(source):
            tag_start, tag_end = next(skip)
        inside = end > tag_start and start < tag_end
        line = _Line(start, end, "text" if inside else _kind(source[start:end]), apart)
        if line.kind == "blank":
            apart = True
            continue
        apart = False
        if line.kind in ("text", "ruler") and not inside:
            if not region:
                continue
            if line.kind == "ruler":
                region += [*waiting, line]
                waiting = []
            elif _PAGE.fullmatch(source[start:end].strip()) and line.apart:
                apart = True
            elif len(waiting) < _MOST_LABELS and not line.apart:
                waiting.append(line)
            else:
                yield region
                region, waiting = [], []
        elif inside:
            if region:
                yield region
            region, waiting = [], []
        else:
            if region and (
                line.kind != next(one.kind for one in reversed(region) if one.kind != "ruler")
                or (waiting and (line.apart or not all(_goes_inside(source, one) for one in waiting)))
            ):
                yield region
                region, waiting = [], []
            region += [*waiting, line]
            waiting = []
    if region:
        yield region


def _goes_inside(source: str, line: _Line) -> bool:
    """Tell a line of words between two rows that is a row of one cell or goes on with the last cell above it."""
    text = printed_cell(source, *trim(source, line.start, line.end))
    if len(text) > _LONGEST_LABEL or _CAPTION.match(text) or _NEVER.match(text):
        return False
    return text[0].islower() or (_LABEL.match(text) is not None and text[-1] not in ".;")


def _grids_of(source: str, region: list[_Line]) -> Iterator[Grid]:
    """Cut a run of lines into grids: at heads and signatures, and where columns are named anew."""
    grid: Grid | None = None
    header: list[str] = []
    first = next((line for line in region if line.kind == "pipe"), region[0])
    outer = source[first.start : first.end].lstrip().startswith("|")
    for line in region:
        if line.kind == "ruler":
            if grid is not None and not grid.ruled and len(grid.rows) <= _MOST_LABELS:
                grid.ruled, grid.end = len(grid.rows), line.end
            continue
        if line.kind == "text":
            if grid is not None:
                _add_words(source, grid, line)
            continue
        spans = [trim(source, *span) for span in _cells(source, line, outer)]
        cells = [printed_cell(source, *span) for span in spans]
        if line.kind == "pipe" and grid is not None and len(grid.rows) == 1 and not grid.ruled:
            if _SHORT_RULER.fullmatch(source[line.start : line.end].strip()):
                grid.ruled, grid.end = 1, line.end
                continue
        if any(_NEVER.match(_older(cell)) for cell in cells):
            if grid is not None and _stands(source, grid):
                yield grid
            grid = None
            continue
        named = is_header_row(cells)
        if grid is not None and named and header == cells:
            # The header is printed once more on the next page.
            grid.end = line.end
            continue
        if grid is not None and named and len(grid.rows) > 1 and _has_data(source, grid):
            if _stands(source, grid):
                yield grid
            grid = None
        if grid is None:
            grid = Grid(line.start, line.end, line.kind, [])
            header = cells if named else []
        grid.rows.append(spans)
        grid.end = line.end
    if grid is not None and _stands(source, grid):
        yield grid


def _older(text: str) -> str:
    return _TONED.sub(lambda found: OLDER_TONE.get(found[0]) or OLDER_TONE[found[0].lower()].upper(), text)


def _has_data(source: str, grid: Grid) -> bool:
    """Tell whether more than the names of columns stand in a grid."""
    if grid.ruled:
        return len(grid.rows) > grid.ruled
    return any(is_figure(printed_cell(source, *span)) for row in grid.rows[1:] for span in row) or len(grid.rows) > 2


def _cells(source: str, line: _Line, outer: bool) -> list[Span]:
    start, end = line.start, line.end
    if line.kind == "pipe":
        marks = [found.span() for found in _STROKE.finditer(source, start, end)]
        if outer and not source[start : marks[0][0]].strip():
            start, marks = marks[0][1], marks[1:]
        if outer and marks and not source[marks[-1][1] : end].strip():
            end, marks = marks[-1][0], marks[:-1]
    elif line.kind == "tab":
        while end > start and source[end - 1] in " \r":
            end -= 1
        marks = [(at, at + 1) for at in range(start, end) if source[at] == "\t"]
    else:
        start, end = trim(source, start, end)
        marks = [found.span() for found in _WIDE.finditer(source, start, end)]
    edges = [start, *(edge for mark in marks for edge in mark), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _add_words(source: str, grid: Grid, line: _Line) -> None:
    """Add a line without a mark of a column: it goes on with the last cell, or is a row of one cell."""
    start, end = trim(source, line.start, line.end)
    if source[start].islower() and grid.rows[-1][-1][0] < grid.rows[-1][-1][1]:
        grid.rows[-1][-1] = (grid.rows[-1][-1][0], end)
    else:
        grid.labels.add(len(grid.rows))
        grid.rows.append([(start, end)])
    grid.end = line.end


def _stands(source: str, grid: Grid) -> bool:
    """Tell a table from text that only stands side by side; set how its short rows are to be read."""
    cells = [[printed_cell(source, *span) for span in row] for row in grid.rows]
    filled = [sum(map(bool, row)) for row in cells]
    if sum(count >= 2 for count in filled) < 2 or max(filled) < 2:
        return False
    grid.padded = grid.kind == "pipe" or not any(row and not row[-1] for row in cells)
    named = is_header_row(cells[0])
    widths = {len(row) for index, row in enumerate(cells) if index not in grid.labels}
    if grid.kind == "wide":
        # Blanks alone part columns only where every row tells the same.
        return named and len(widths) == 1 and len(cells) > 2
    if named or (grid.ruled and grid.kind == "pipe"):
        return True
    if grid.kind == "pipe" and len(widths) > 1:
        return False
    if max(filled) == 2:
        # Two columns without a header's words: names and figures, not labels of a list or lines of a head.
        figures = [len(row) > 1 and is_figure(row[-1]) for row in cells]
        first = [row[0] for row in cells]
        return (
            not figures[0]
            and len(cells) > 2
            and all(figures[1:])
            and not any(is_figure(cell.rstrip(".)")) or cell in ("-", "+", "*", "•") for cell in first[1:])
        )
    return sum(count >= 3 for count in filled) >= 2


def _tagged_grids(source: str) -> Iterator[Grid]:
    """Yield the tables that stand in a text with their HTML tags, as readers of scans write them."""
    opens, ends = list(_TABLE_TAG.finditer(source)), list(_TABLE_END.finditer(source))
    for place, opened in enumerate(opens):
        following = bisect_left(ends, opened.end(), key=lambda found: found.start())
        if following == len(ends):
            break
        closed = ends[following]
        if place + 1 < len(opens) and opens[place + 1].start() < closed.start():
            # What holds another table sets it, and is none.
            continue
        end = closed.start()
        grid = Grid(opened.start(), closed.end(), "tag", [], padded=True)
        reaching: dict[int, int] = {}  # column -> rows that a cell above still covers
        rows = [found.end() for found in _ROW_TAG.finditer(source, opened.end(), end)]
        headings: list[bool] = []
        for first, last in pairwise([*rows, end]):
            row: list[Span] = []
            kinds = []
            at = first
            while (cell := _CELL_TAG.search(source, at, last)) is not None:
                behind = _CELL_END.search(source, cell.end(), last)
                at = behind.start() if behind is not None else last
                while reaching.get(len(row), 0) > 0:
                    reaching[len(row)] -= 1
                    row.append((cell.start(), cell.start()))
                width, height = (_reach(cell[2], name) for name in ("colspan", "rowspan"))
                reaching |= dict.fromkeys(range(len(row), len(row) + width), height - 1)
                row += [trim(source, cell.end(), at), *[(at, at)] * (width - 1)]
                kinds.append(cell[1].lower())
            for column in range(len(row), max(reaching, default=-1) + 1):
                if reaching.get(column, 0) > 0:
                    reaching[column] -= 1
                    row += [(at, at)] * (column + 1 - len(row))
            if row:
                grid.rows.append(row[:_MOST_COLUMNS])
                headings.append(all(kind == "th" for kind in kinds))
        while grid.ruled < len(headings) and headings[grid.ruled]:
            grid.ruled += 1
        cells = [[printed_cell(source, *span) for span in row] for row in grid.rows]
        never = any(_NEVER.match(_older(cell)) for row in cells for cell in row)
        if not never and sum(sum(map(bool, row)) >= 2 for row in cells) >= 2:
            yield grid


def _reach(attributes: str, name: str) -> int:
    found = _SPANS[name].search(attributes)
    return min(max(int(found[1]), 1), _MOST_COLUMNS) if found is not None else 1
