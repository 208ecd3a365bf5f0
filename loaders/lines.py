"""Join the lines that a page wrapped, and squeeze blanks: only the end of a paragraph stays a line break."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

from cancu.loaders.patterns import any_of, compiled
from cancu.model import Repair
from cancu.ontology import lexicon

__all__ = ["CLOSERS", "ENDS", "NUMBER_FOLLOWS", "OPENS", "join_lines"]

# A line that opens a new paragraph: a bullet, an enumerator, an article, or one of the formulas of Nghị định
# 30/2020/NĐ-CP, Phụ lục I.
OPENS = compiled(
    r"(?:"
    r"[-+*•●▪○–] ?(?=\D)"  # "- Mục tiêu", "+ Hỗ trợ"
    r"|(?:\d{1,2}\.){1,4} {0,4}(?=[^\W\d])"  # "1. Mục tiêu", "2.1.Nội dung", "1. **Sở Y tế**" with its marks blanked
    r"|\d{1,2}(?:\.\d{1,2}){1,3} {1,4}(?=[[:upper:]])"  # "1.2 Nội dung"
    r"|\d{1,2}\) "  # "1) "
    r"|[a-zđ]\d?[).] "  # "a) ", "đ. "
    r"|[IVXLC]{1,6}\. "  # "IV. "
    rf"|(?:{any_of('division', 'division_heading')}) [\dIVXLC]"  # "Điều 5", "PHỤ LỤC I"
    r"|\(?Kèm theo |Nơi nhận|Kính gửi|Căn cứ |Xét |Theo đề nghị|Số ?: "
    r"|TM\.|KT\.|TL\.|TUQ\.|T/M|K/T"
    r")"
)
# What ends a sentence, and what may stand behind it.
ENDS = frozenset(".;:!?…")
CLOSERS = "\"')]”’ "
# "tại Điều", "ngày": the next line goes on with a number.
NUMBER_FOLLOWS = tuple(lexicon.words("number_follows"))

_BREAK = compiled(r"\n\s*| (?:\n\s*| +(?:\n\s*)?)")
_PART_WORD = compiled(rf"{any_of('division')} ")
# "––––", "_____", "* * *": a ruler between parts.
_RULER_LINE = compiled(r"[-_=*~.· ]{3,}")
# "10", "- 10 -", "Trang 3/12" or "3/12" alone on its line.
_PAGE = compiled(r"(?:[-–] ?)?\d{1,4}(?: ?[-–])?|Trang \d{1,4}(?:/\d{1,4})?|\d{1,3}/\d{1,3}")
_LONGEST_PAGE = 12
_BLANKS = compiled(r"\s*")
_NUMBER_STARTS = compiled(r"\d{1,5} ?/")
_PAGE_OR_NUMBER = (*NUMBER_FOLLOWS, "/")
_SYMBOL_FOLLOWS = tuple(word for word in NUMBER_FOLLOWS if word.casefold() == "số")
_NUMBER_OR_LETTER_FOLLOWS = (*NUMBER_FOLLOWS, "tháng", "điểm")
_NO_NUMBER_FOLLOWS = tuple(lexicon.words("number_none"))
_GOES_ON = tuple(f" {word}" for word in lexicon.words("phrase_goes_on"))
_HYPHENATED_NAME = compiled(rf"(?:{any_of('hyphenated_name')}|20\d\d)$")

# A text has a width when it has at least this many lines longer than a heading, and lines are no wider than a page.
_LEAST_LINES = 5
_LONGEST_HEADING = 30
_WIDEST_PAGE = 160


def join_lines(text: str, printed: str, closed: Sequence[int] = ()) -> tuple[str, array[int], array[int], list[Repair]]:
    r"""Return the text with its lines joined, the two arrays that lead back, and the repairs (which quote ``printed``).

    ``closed`` are the offsets, in rising order, in front of which a paragraph ends whatever is printed there.

    >>> text = "Thực hiện Kế hoạch số 37/KH-\nUBND của Ủy ban\nnhân dân tỉnh.\nCăn cứ Luật"
    >>> join_lines(text, text)[0]
    'Thực hiện Kế hoạch số 37/KH-UBND của Ủy ban nhân dân tỉnh.\nCăn cứ Luật'
    """
    joiner = _Joiner(text, printed)
    pieces: list[str] = []
    plain_at, source_at = array("q", (0,)), array("q", (0,))
    done = length = line_start = 0
    tabs = "\t" in text
    ends = deque(closed)
    for found in _BREAK.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        while ends and ends[0] < start:
            # Moved here from elsewhere: no line ends in front of it.
            at = ends.popleft()
            if at > done:
                pieces += (text[done:at], "\n")
                length += at - done + 1
                done = line_start = at
                plain_at.append(length)
                source_at.append(at)
        if ends and ends[0] <= end:
            ends.popleft()
            glue, line_start = "\n", end
        elif "\n" not in found[0]:
            glue = " "
        else:
            if (
                not tabs
                and text[end : end + 1].islower()
                and text[start - 1].isalnum()
                and text[end + 1 : end + 2].isalpha()
            ):
                # By far the most breaks: a word, then a small letter that begins no enumerator.
                glue = " "
            else:
                glue, end = joiner.glue(line_start, start, end)
            line_start = end
        pieces += (text[done:start], glue)
        length += start - done + len(glue)
        done = end
        plain_at.append(length)
        source_at.append(end)
    for at in ends:
        if at > done:
            pieces += (text[done:at], "\n")
            length += at - done + 1
            done = at
            plain_at.append(length)
            source_at.append(at)
    pieces.append(text[done:])
    plain = "".join(pieces)
    if plain.startswith((" ", "\n")):
        # Leading blanks say nothing; the map simply starts behind them.
        skip = len(plain) - len(plain.lstrip(" \n"))
        plain_at, source_at = _shift(plain_at, source_at, skip)
        plain = plain[skip:]
    return plain.rstrip(" \n"), plain_at, source_at, joiner.repairs


def _shift(plain_at: array[int], source_at: array[int], skip: int) -> tuple[array[int], array[int]]:
    segment = bisect_right(plain_at, skip) - 1
    first = source_at[segment] + skip - plain_at[segment]
    return (
        array("q", [0, *(at - skip for at in plain_at[segment + 1 :])]),
        array("q", [first, *source_at[segment + 1 :]]),
    )


def _width(text: str) -> int:
    """Return the width at which a text was wrapped, or 0 when it was not."""
    lengths = sorted(len(line) for line in text[:200_000].split("\n") if len(line) > _LONGEST_HEADING)
    if len(lengths) < _LEAST_LINES:
        return 0
    width = lengths[int(len(lengths) * 0.8)]
    return width if width <= _WIDEST_PAGE else 0


class _Joiner:
    """Decide, break by break, what stands for a line break of one text; collect what was read differently."""

    def __init__(self, text: str, printed: str) -> None:
        self.text, self.printed = text, printed
        self.width = _width(text)
        # A line this long was ended by the page's width, not by its writer.
        self.full = max(_LONGEST_HEADING, int(self.width * 0.72))
        self.repairs: list[Repair] = []

    def glue(self, line_start: int, start: int, end: int) -> tuple[str, int]:
        """Say what stands for the break ``text[start:end]`` ("", " ", a paragraph's end) and where reading goes on."""
        text = self.text
        if start == line_start or end >= len(text):
            return "\n", end
        if text[start - 1] == "-" and self._wraps_number(line_start, start, end):
            return "", end
        stop = text.find("\n", end)
        line = text[end : stop if stop >= 0 else len(text)]
        before = text[line_start:start]
        if "\t" in before or "\t" in line or _RULER_LINE.fullmatch(line) or _RULER_LINE.fullmatch(before):
            return "\n", end
        ended = before.rstrip(CLOSERS)[-1:] in ENDS
        stripped = line.strip()
        if stop >= 0 and not ended and 0 < len(stripped) <= _LONGEST_PAGE and _PAGE.fullmatch(stripped):
            resume = self._behind_page(before, end, stop, line)
            return ("\n", end) if resume is None else (" ", resume)
        full = self.width > 0 and len(before) >= self.full
        if OPENS.match(text, end):
            return ("\n" if ended or not self._inside_sentence(before, line, end, full) else " "), end
        first = text[end]
        if first.islower() or first in ",;.):%/":
            return " ", end
        if first.isdigit():
            return ("\n" if ended and not full else " "), end
        if ended:
            return "\n", end
        goes_on = text[start - 1] in ",-/(" or before.endswith(_GOES_ON)
        if goes_on or (full and not (stripped.isupper() and not before.isupper())):
            return " ", end
        return "\n", end

    def _wraps_number(self, line_start: int, start: int, end: int) -> bool:
        """Tell "1401/QĐ-" + break + "UBND", where the break is no blank: a symbol goes on."""
        text = self.text
        if (
            start < 2
            or not (text[start - 2].isupper() or text[start - 2].isdigit())
            or not text[end].isupper()
            or not text[end + 1 : end + 2].isupper()
        ):
            return False
        first, last = start - 1, end
        while first > line_start and not text[first - 1].isspace():
            first -= 1
        while last < len(text) and not text[last].isspace():
            last += 1
        if "/" not in text[first:start]:
            return False
        read_as = text[first:start] + text[end:last]
        self.repairs.append(Repair(first, last, self.printed[first:last], read_as, "wrapped-number"))
        return True

    def _behind_page(self, before: str, end: int, stop: int, line: str) -> int | None:
        """Return where a sentence goes on behind the page number inside it, or None where it does not."""
        text = self.text
        after = _BLANKS.match(text, stop)
        resume = after.end() if after is not None else stop
        if resume >= len(text):
            return None
        if before.endswith(_PAGE_OR_NUMBER):
            # "ngày⏎2⏎17/7/2023": only a number of its own shows that this one is the page's.
            goes_on = _NUMBER_STARTS.match(text, resume) is not None
        else:
            goes_on = text[resume].islower() or (len(before) >= self.full and not OPENS.match(text, resume))
        if not goes_on:
            return None
        self.repairs.append(Repair(end, end + len(line.rstrip()), line.rstrip(), "", "page-number"))
        return resume

    def _inside_sentence(self, before: str, line: str, end: int, full: bool) -> bool:
        """Tell a line that only looks like the opening of a paragraph and goes on with the sentence before it."""
        first = self.text[end]
        if full and first in "-+–" and _continues_name(before, line):
            return True
        if full and first.isupper() and first not in "IVXLC" and _PART_WORD.match(self.text, end):
            # "tại khoản 4⏎Điều 1 Nghị định …": a part of a document inside a full line's sentence.
            return True
        if before.endswith(_SYMBOL_FOLLOWS) and not _NUMBER_STARTS.match(self.text, end):
            # "2. Phát triển hạ tầng số⏎3. Dữ liệu số": only the number of a document goes on with such a line.
            return False
        return before.endswith(_NUMBER_OR_LETTER_FOLLOWS) and not before.casefold().endswith(_NO_NUMBER_FOLLOWS)


def _continues_name(before: str, line: str) -> bool:
    """Tell "Lao động⏎- Thương binh" and "người nghèo⏎- Không" from a bullet: the dash stands inside an open phrase."""
    return before.count('"') % 2 == 1 or (bool(line) and _HYPHENATED_NAME.search(before) is not None)
