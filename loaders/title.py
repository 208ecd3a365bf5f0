"""Read the line that names a document's type, and its title (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = ["BODY_NAMES", "HEAD", "Title", "line_spans", "read_title"]

#: Nothing of a header stands further down than this, in characters.
HEAD = 6_000
# In front of a line of a header: marks of Markdown, strokes of a table.
_FRONT_MARKS = " *#|"
_MARKS = " *#"

#: A line in capitals that begins with the name of a body; not "BỘ TIÊU CHÍ", "TỔNG KẾT", "BAN HÀNH".
BODY_NAMES = compiled(
    rf"(?:{any_of('body_in_capitals')}|BỘ (?!TIÊU|LUẬT|MÃ|CHỈ|QUY|TÀI LIỆU)|TỔNG (?!KẾT|HỢP|THỂ)|VIỆN "
    r"|BAN (?!HÀNH|BỐ)|ĐẢNG (?:BỘ|CỘNG))"
)
_STOP = compiled(
    rf"(?:{any_of('title_stop')}|{any_of('title_stop_word')} "
    # "Thực hiện Kế hoạch số …", "Thực hiện ý kiến chỉ đạo"
    r"|Thực hiện (?:theo |các |nội dung )?(?:[Cc]hỉ thị|[Kk]ế hoạch|[Qq]uyết định|[Nn]ghị|[Cc]ông văn|[Tt]hông"
    r"|[Cc]hương trình (?:số|hành động số)|[Vv]ăn bản|[Kk]ết luận|ý kiến)"
    r"|Triển khai thực hiện (?:Nghị|Quyết|Chỉ|Kế|Công)"
    # "I. ", "A. ", "1. ", "Điều 1", "Chương I", "- "
    r"|[IVX]{1,4}[.] |[A-H]\. |\d{1,2}\. |Điều \d|Chương [IVX\d]|- "
    r"|Số ?:|\(?Ban hành kèm|\(?Kèm theo|Bộ [A-ZĐ]|Ủy ban nhân dân [a-zà-ỹ])"
)
# "ỦY BAN NHÂN DÂN TỈNH QUẢNG BÌNH" alone on its line, between title and bases.
_BODY_LINE = compiled(
    r"(?:CHỦ TỊCH )?(?:[UỦ][ỶY] BAN|HỘI ĐỒNG) NHÂN DÂN(?: (?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ) [^,;:]{2,30})?"
)
_SHORTEST_BODY = 14
_RULE = compiled(r"[-_=*–.·~ ]{3,}")
# "Số: 305/UBND-VX V/v …": the subject line of a letter, which has no type line.
_SUBJECT = compiled(r"(?:Số ?: ?\S+(?: ?/ ?\S+)? )?(?:V/v|Về việc|V/V)[: ]")
_STATE = compiled(r"CỘN?G H(?:ÒA|OÀ) XÃ")
# "NGHỊ QUYẾT của Bộ Chính trị số 57": a headline.
_HEADLINE = compiled(r"(?: của [^\n]{3,60}?)?,? số ?:? ?\d", re.IGNORECASE)
_ENACTING = compiled(r" ?: ?")
_NUMBER = compiled(
    r"[ *]*(?:của [^\n]{3,80}? )?(?:số|Số|SỐ) ?:? ?[^\s]+(?: ?/ ?[^\s]+)*"
    r"(?: ngày \S+(?: tháng \d+ năm \d+)?)?[ ,:-]*",
    re.IGNORECASE,
)
_OWNER = compiled(r"[ *]*(?:CỦA|của) [^\n]{3,80}?(?= (?:VỀ|Về|về|QUY|Quy|quy|NGÀY|SỐ)|$)")
_NOT_TITLE = compiled(r"\(|(?:Bản |Khóa |Kỳ họp)")
_FRONT = compiled(r"(?:của [^\n]{3,80}? )?số \S+ ngày [\d/.-]+(?: tháng \d+ năm \d{4})?[ ,:]*", re.IGNORECASE)
_BACK = compiled(r" ?\((?:ban hành |được ban hành )?(?:kèm theo|đính kèm)[^)]*\)? ?$", re.IGNORECASE)
_LEAD = compiled(r"^(?:Về việc |về việc |V/v |VỀ VIỆC |Về |VỀ |về )")

# Bounds of the layout, in lines and characters, as the texts show them.
_HEADLINE_LINES = 8
_BARE_TYPE_LINES = 12
_STAMPED_LINES = 20
_LINES_TO_TITLE = 8
_TITLE_LINES = 6
_LONGEST_TITLE = 700
_LONGEST_TITLE_LINE = 300


@dataclass(frozen=True, slots=True)
class Title:
    """Hold type and title in plain offsets: ``span`` is the title's, ``body_start`` where the text goes on."""

    type: str | None = None
    type_span: tuple[int, int] | None = None
    text: str | None = None
    span: tuple[int, int] = (0, 0)
    body_start: int = 0

    @property
    def inferred(self) -> bool:
        """Tell whether the type was concluded and is not printed."""
        return self.type is not None and self.type_span is None


def line_spans(plain: str, limit: int) -> list[tuple[int, int]]:
    r"""Return the lines that begin in front of ``limit``.

    >>> line_spans("KẾ HOẠCH\nThực hiện", 100)
    [(0, 8), (9, 18)]
    """
    spans, position = [], 0
    while position < min(len(plain), limit):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        spans.append((position, stop))
        position = stop + 1
    return spans


def read_title(plain: str) -> Title:
    r"""Find the line that names the type: in capitals or alone on its line; else a headline with the number in it.

    >>> found = read_title("KẾ HOẠCH\nThực hiện Chương trình năm 2024\nCăn cứ Quyết định số 90/QĐ-TTg")
    >>> found.type, found.text
    ('Kế hoạch', 'Thực hiện Chương trình năm 2024')
    """
    lines = line_spans(plain, HEAD)
    return (
        _find_type_line(plain, lines, headline=False)
        or _find_type_line(plain, lines, headline=True)
        or _find_stamped_line(plain, lines)
        or Title()
    )


@cache
def _heading_types() -> tuple[tuple[str, str], ...]:
    """Return (form in capitals, type name) for the line that names the type, longest first."""
    forms = {
        form.upper(): row.name for row in lexicon.document_types() for form in (row.name, *row.words) if len(form) > 3
    }
    return tuple(sorted(forms.items(), key=lambda item: (-len(item[0]), item[0])))


def _find_type_line(plain: str, lines: list[tuple[int, int]], *, headline: bool) -> Title | None:
    for index, (start, stop) in enumerate(lines):
        line = plain[start:stop].strip(_FRONT_MARKS)
        if len(line) < 4:
            continue
        offset = plain.find(line, start)
        shouted = line.upper()
        for form, name in _heading_types():
            if shouted.startswith(form) and _is_type_line(line, len(form), index, headline=headline):
                span = (offset, offset + len(form))
                return _read_behind(plain, lines, index, name, span, stop)
        subject = _SUBJECT.match(line)
        # A page's own headline ("# Về việc …") repeats the title above the head of the document.
        headed = not plain[:start].strip(" *#|\n") and _STATE.search(plain, stop, HEAD) is not None
        if subject is not None and not headed:
            begin = offset + subject.end()
            end = _last_line(plain, lines, index, begin, stop)
            return _titled(plain, "Công văn", None, begin, end, end)
    return None


def _is_type_line(line: str, length: int, index: int, *, headline: bool) -> bool:
    """Tell whether the type word that a line begins with, ``length`` letters long, names the type of the document."""
    if len(line) > length and line[length].isalnum():
        return False
    rest = line[length:]
    titled = _HEADLINE.match(rest) is not None
    if headline:
        # "Nghị quyết số 15-NQ/TW ngày …"; a sentence that begins with a type word is none.
        if not titled or index >= _HEADLINE_LINES:
            return False
    else:
        alone = not rest.strip(" :.") and index < _BARE_TYPE_LINES
        if titled or not (line[:length].isupper() or alone):
            return False
    # "QUYẾT ĐỊNH:" alone opens the enacting part; the type line stands above it.
    return not (_ENACTING.fullmatch(rest) and index > 3)


def _find_stamped_line(plain: str, lines: list[tuple[int, int]]) -> Title | None:
    """Find a type behind the letters of a stamp that a scan put on its line: "ĐẾN … CHỈ THỊ"."""
    for index, (start, stop) in enumerate(lines[:_STAMPED_LINES]):
        line = plain[start:stop].rstrip(_MARKS)
        for form, name in _heading_types():
            front = line[: -len(form)]
            if line.endswith(form) and front and not front[-1].isalnum() and len(line) < 60 and len(form) > 5:
                span = (start + len(front), start + len(line))
                return _read_behind(plain, lines, index, name, span, stop)
    return None


def _read_behind(
    plain: str, lines: list[tuple[int, int]], index: int, name: str, type_span: tuple[int, int], stop: int
) -> Title:
    """Read the title behind the type in ``lines[index]``, which ends at ``stop``, or on the lines below it."""
    after = type_span[1]
    for part in (_NUMBER, _OWNER):
        found = part.match(plain, after, stop)
        if found is not None:
            after = found.end()
    rest = plain[after:stop]
    if rest.strip(" *:.-"):
        begin = after + len(rest) - len(rest.lstrip(" *:.-"))
        end = _last_line(plain, lines, index, begin, stop)
        return _titled(plain, name, type_span, begin, end, max(end, after))
    begin = end = stop
    for position in range(index + 1, min(index + _LINES_TO_TITLE, len(lines))):
        start, stop = lines[position]
        line = plain[start:stop].strip(_MARKS)
        if not line or _RULE.fullmatch(line):
            continue
        if not _STOP.match(line) and not BODY_NAMES.match(line):
            begin = start + len(plain[start:stop]) - len(plain[start:stop].lstrip(_MARKS))
            end = _last_line(plain, lines, position, begin, stop)
        break
    return _titled(plain, name, type_span, begin, end, max(end, after))


def _last_line(plain: str, lines: list[tuple[int, int]], index: int, begin: int, stop: int) -> int:
    """Return where a title that begins in ``lines[index]`` ends: it may go on over several lines."""
    end = stop
    for position in range(index + 1, min(index + _TITLE_LINES, len(lines))):
        start, stop = lines[position]
        line = plain[start:stop].strip(_MARKS)
        previous = plain[begin:end].rstrip(_MARKS)
        if end - begin > _LONGEST_TITLE or not _goes_on(previous, line) or _wrapped_body(plain, lines, position):
            break
        end = stop
    while end > begin and plain[end - 1] in " *#-_–":
        end -= 1
    return end


def _wrapped_body(plain: str, lines: list[tuple[int, int]], position: int) -> bool:
    """Tell whether the name of the issuing body begins in a line of few letters: "ỦY⏎BAN NHÂN DÂN TỈNH"."""
    start, stop = lines[position]
    line = plain[start:stop].strip(_MARKS)
    if len(line) > _SHORTEST_BODY or not line.isupper() or position + 1 >= len(lines):
        return False
    below = plain[slice(*lines[position + 1])].strip(_MARKS)
    return below.isupper() and _BODY_LINE.fullmatch(f"{line} {below}") is not None


def _goes_on(previous: str, line: str) -> bool:
    """Tell whether a line goes on with a title so far."""
    if not line or _RULE.fullmatch(line) or previous.endswith((".", ";", ":")):
        return False
    shouted = line.isupper()
    if previous.isupper() and not shouted and len(line) > 40:
        return False
    if _STOP.match(line) or len(line) > _LONGEST_TITLE_LINE:
        return False
    if BODY_NAMES.match(line) and shouted and (not previous.isupper() or len(line) < 60):
        return False
    return not _NOT_TITLE.match(line) and ", ngày " not in line


def _titled(plain: str, name: str, type_span: tuple[int, int] | None, start: int, end: int, body_start: int) -> Title:
    printed = plain[start:end]
    front = _FRONT.match(printed)
    if front is not None and front.end() < len(printed):
        start += front.end()
    back = _BACK.search(plain, start, end)
    if back is not None:
        end = back.start()
    text = _LEAD.sub("", " ".join(plain[start:end].split())).strip(" *.:;-_")
    return Title(name, type_span, text or None, (start, end), body_start)
