"""Read the numbers of Vietnamese plain text exactly: "4.060,45", "6.03%", "28.773", "2 tỷ 735 triệu".

A point groups digits by three and a comma is decimal (Nghị định 30/2020/NĐ-CP leaves it open, texts do both): a point
that one or two digits follow is decimal, and so is any single mark right in front of "%". What a mark means is open
in "1,362 hộ" and "4.38 hộ"; such a number is ``doubtful`` and says what else it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from cancu.loaders.mentions import Note
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = [
    "Number",
    "Pair",
    "find_numbers",
    "is_year",
    "note_of",
    "read_number",
    "read_range",
    "read_ratio",
    "read_scaled",
]

_TOKEN = compiled(r"\d++(?:[.,]\d++)*+")
_DIGITS = compiled(r"\d++")
_SCALE_WORD = {word: Decimal(factor) for word, factor in lexicon.words("number_scale").items()}
_LEAST_DECIMAL_SCALE = Decimal(10**9)
_SCALE = compiled(rf" {{0,2}}({any_of('number_scale')}|{any_of('number_scale').upper()})(?![^\W_])")
_PERCENT = compiled(r" ?(?:%|phần trăm(?!\w))")
_MEASURE = compiled(rf" ?(?:{any_of('number_scale', 'number_measure')})(?![^\W_])|[ ]?%")
# "… hộ": a word of small letters behind a number is what it counts.
_COUNTED = compiled(r" ?\(?[[:lower:]]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_YEAR_WORD = compiled(rf"(?:^|[^\w])(?:{any_of('year_word')}) ?\(?$", re.IGNORECASE)
_BEHIND_YEAR = compiled(rf" ?(?:$|[^\w ]|[[:upper:]\d]|(?:{any_of('behind_year')})(?!\w))", re.MULTILINE)
_YEARS = compiled(r"(?:19|20)\d\d ?- ?(?:19|20)\d\d(?!\d)")
_LABEL = compiled(rf"(?:^|[^\w])(?:{any_of('number_label')}) $", re.IGNORECASE)
_LIST_GOES_ON = compiled(r" ?(?:,|và|;|-) ?")
# "tổng số 52", "dân tộc thiểu số 52 hộ": here the word counts or belongs to a name, and numbers nothing.
_COUNT_OF_ALL = compiled(r"(?:^|[^\w])(?:[Tt]ổng|[Tt]hiểu|[Dd]ân|[Đđ]a) số $")
_LONGEST_LABEL = 24
_LONGEST_LABEL_NUMBER = 3
_ENUMERATOR = compiled(
    r"\d{1,2}(?:\.\d{1,2}){0,3}[.)](?!\d) *(?=[^\W\d]|$)|\d{1,2}(?:\.\d{1,2}){0,3} (?=[[:upper:]])", re.MULTILINE
)
_FRONT = compiled(r"[ (*+-]*$")
# "15/02/2024", "12-7-2021", "01.4.2024", "3/2024"; "30/6" is a date only behind a word for one.
_DATE = compiled(r"\d{1,2} ?([/.-]) ?\d{1,2} ?\1 ?(?:\d{4}|\d{2})(?![\d.,/]\d|\d)|\d{1,2}/(?:19|20)\d\d(?![\d/])")
_ISO_DATE = compiled(r"(?:19|20)\d\d-\d\d-\d\d(?!\d)")
# "90/QĐ-TTg", "27/2022/NĐ-CP", "15-NQ/TW", "30a", "1401/QĐ".
_SYMBOL = compiled(r"[a-zđ]?(?: ?/ ?|-)(?:\d{4} ?/ ?)?[[:upper:]]{2}|[a-zđ](?:/|(?![^\W_]))")
_GLUED_UNIT = compiled(rf"(?:{any_of('number_scale', 'number_measure')}|[hgđl])(?![^\W_])|[[:lower:]]{{2}}")
_DIALLED = compiled(r"0\d{2,}[.,]?\d")
_CLOCK = compiled(r":\d\d")
_RANGE_MARK = compiled(r"(?: ?- ?| (?:đến|tới) (?:(?:dưới|khoảng) )?)(?=\d)")
_RATIO_MARK = compiled(r" ?/ ?(?=\d)")
_DAY_WORD = compiled(r"(?:ngày|trước|đến|hạn|mùng|tháng)[ (]{0,2}$")
_LONGEST_ID = 8


@dataclass(frozen=True, slots=True)
class Number:
    """Hold one number in plain offsets; ``candidates`` are all its values where ``doubtful`` says that it has several.

    >>> Number(0, 8, Decimal("4060.45"), "4.060,45").value * 2
    Decimal('8120.90')
    """

    start: int
    end: int
    value: Decimal
    printed: str
    doubtful: bool = False
    candidates: tuple[Decimal, ...] = ()


#: Two numbers that say one thing together: both ends of a range, or how many of how many.
Pair = tuple[Number, Number]


def read_number(plain: str, at: int) -> Number | None:
    """Read the number whose first digit stands at ``at``, as its digits, marks and the word behind it tell.

    None where no digit stands there, or where the marks make no number of the digits ("2.1.3", "15.02.2024").

    >>> [str(read_number(text, 0).value) for text in ("4.060,45", "6.03%", "28.773 hộ", "02 hộ", "0,31%", "1.681")]
    ['4060.45', '6.03', '28773', '2', '0.31', '1681']
    >>> read_number("272,236 tỷ đồng", 0).value
    Decimal('272.236')
    >>> read_number("1,362 hộ", 0).candidates
    (Decimal('1362'), Decimal('1.362'))
    >>> read_number("2.1.3", 0) is None
    True
    """
    if at > 0 and plain[at - 1].isdecimal():
        return None
    found = _TOKEN.match(plain, at)
    if found is None or not found[0].isascii():
        return None
    printed = found[0]
    groups = re.split("[.,]", printed)
    if len(groups) > 1 and all(_could_be_year(group) for group in groups):
        # "2022,2023": a list of years
        printed, groups = groups[0], groups[:1]
    end = at + len(printed)
    values = _values(printed, groups, plain, end)
    if not values:
        return None
    return Number(at, end, values[0], printed, len(values) > 1, values if len(values) > 1 else ())


def _could_be_year(group: str) -> bool:
    return len(group) == 4 and group.isdecimal() and _FIRST_YEAR <= int(group) <= _LAST_YEAR


def _values(printed: str, groups: list[str], plain: str, end: int) -> tuple[Decimal, ...]:
    """Return what a token may mean, the likeliest first."""
    marks = [mark for mark in printed if mark in ".,"]
    if not marks:
        return (Decimal(printed),)
    whole = Decimal("".join(groups))
    decimal = Decimal("".join(groups[:-1]) + "." + groups[-1])
    if len(marks) == 1:
        return _one_mark(marks[0], groups, whole, decimal, plain, end)
    first, *between, last = groups
    if len(set(marks)) == 1:
        return (whole,) if _grouped(first, [*between, last]) else ()
    # "4.060,45" as well as "4,060.45": the last mark is the decimal one if it is the only one of its kind.
    if len(set(marks[:-1])) == 1 and marks[-1] != marks[0]:
        return (decimal,) if _grouped(first, between) else (decimal, whole)
    return ()


def _grouped(first: str, others: list[str]) -> bool:
    return 1 <= len(first) <= 3 and (first == "0" or first[0] != "0") and all(len(group) == 3 for group in others)


def _one_mark(
    mark: str, groups: list[str], whole: Decimal, decimal: Decimal, plain: str, end: int
) -> tuple[Decimal, ...]:
    first, last = groups
    if _PERCENT.match(plain, end) or (first == "0" and len(last) > 0):
        return (decimal,)
    grouped = _grouped(first, [last])
    if mark == ".":
        if grouped:
            return (whole,)
        return (decimal,) if len(last) <= 2 and _MEASURE.match(plain, end) else (decimal, whole)
    if not grouped:
        return (decimal,)
    scale = _SCALE.match(plain, end)
    if scale is not None and _SCALE_WORD[scale[1].lower()] >= _LEAST_DECIMAL_SCALE:
        return (decimal,)
    # People and houses are whole, money and lengths need not be.
    measured = _MEASURE.match(plain, end)
    return (whole, decimal) if _COUNTED.match(plain, end) and not measured else (decimal, whole)


def read_scaled(plain: str, at: int) -> Number | None:
    """Read a number with the words that multiply it: "1,2 triệu lượt", "2 tỷ 735 triệu đồng", "75 nghìn tỷ đồng".

    >>> [str(read_scaled(text, 0).value) for text in ("2 tỷ 735 triệu đồng", "75 nghìn tỷ đồng", "1,2 triệu lượt")]
    ['2735000000', '75000000000000', '1200000.0']
    >>> read_scaled("28.773 hộ", 0).printed
    '28.773'
    """
    first = read_number(plain, at)
    if first is None:
        return None
    factor, end = _factor(plain, first.end)
    total = first.value * factor
    values = [value * factor for value in first.candidates]
    # "2 tỷ 735 triệu 500 nghìn": every further part is smaller.
    least = factor
    while least > 1 and plain[end : end + 1] == " ":
        further = read_number(plain, end + 1)
        if further is None or further.doubtful:
            break
        factor, behind = _factor(plain, further.end)
        if behind == further.end or factor >= least or further.value * factor >= least:
            break
        added = further.value * factor
        total, values = total + added, [value + added for value in values]
        least, end = factor, behind
    return replace(first, end=end, value=total, printed=plain[at:end], candidates=tuple(values))


def _factor(plain: str, at: int) -> tuple[Decimal, int]:
    """Multiply the scale words from ``at`` on ("nghìn tỷ"); return their product and where they end."""
    factor, end = Decimal(1), at
    while (found := _SCALE.match(plain, end)) is not None:
        factor *= _SCALE_WORD[found[1].lower()]
        end = found.end()
    return factor, end


def read_range(plain: str, at: int) -> Pair | None:
    """Read both ends of a range whose first digit stands at ``at``: "5-6%", "3 - 4%", "5% đến 6%", "10 đến 15 triệu".

    Years ("2021-2025") are none. Multiplying words are left to the caller, who reads the second end with them.

    >>> [str(number.value) for number in read_range("5-6%", 0)], read_range("2021-2025", 0)
    (['5', '6'], None)
    """
    first = read_number(plain, at)
    if first is None:
        return None
    percent = _PERCENT.match(plain, first.end)
    behind = percent.end() if percent is not None else _factor(plain, first.end)[1]
    mark = _RANGE_MARK.match(plain, behind)
    second = read_number(plain, mark.end()) if mark is not None else None
    if mark is None or second is None:
        return None
    if _could_be_year(first.printed) and _could_be_year(second.printed):
        return None
    if _SYMBOL.match(plain, second.end) or _DATE.match(plain, at) or _ISO_DATE.match(plain, at):
        return None
    if _PERCENT.match(plain, second.end) and first.doubtful:
        first = replace(first, value=_as_decimal(first.printed), doubtful=False, candidates=())
    # A hyphen joins the lower to the higher; "đến" may also lead down.
    return (first, second) if "-" not in mark[0] or first.value < second.value else None


def _as_decimal(printed: str) -> Decimal:
    return Decimal(printed.replace(",", "."))


def read_ratio(plain: str, at: int) -> Pair | None:
    """Read "10/10 huyện" or "5/7 chỉ tiêu": how many of how many, in front of what is counted.

    >>> [str(number.value) for number in read_ratio("10/10 huyện", 0)], read_ratio("15/02/2024", 0)
    (['10', '10'], None)
    >>> read_ratio("trước ngày 5/6 hằng năm", 11) is None
    True
    """
    first = read_number(plain, at)
    mark = _RATIO_MARK.match(plain, first.end) if first is not None else None
    second = read_number(plain, mark.end()) if mark is not None else None
    if first is None or second is None or first.value > second.value or not second.value:
        return None
    dated = _DATE.match(plain, at) or _DAY_WORD.search(plain, max(0, at - 10), at)
    if dated or plain[second.end : second.end + 1] == "/" or not _COUNTED.match(plain, second.end):
        return None
    return first, second


def is_year(plain: str, number: Number) -> bool:
    """Tell a year from a count by the words around it.

    >>> text = "năm 2024 có 2000 hộ thoát nghèo; 2022-2025"
    >>> [is_year(text, read_number(text, text.index(digits))) for digits in ("2024", "2000", "2022", "2025")]
    [True, False, True, True]
    """
    if not _could_be_year(number.printed):
        return False
    start, end = number.start, number.end
    if _YEAR_WORD.search(plain, max(0, start - 12), start) or _YEARS.match(plain, start):
        return True
    if _YEARS.match(plain, max(0, start - 7)) or _YEARS.match(plain, max(0, start - 5)):
        return True
    return not plain.startswith("%", end) and _BEHIND_YEAR.match(plain, end) is not None


def find_numbers(plain: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """Yield the numbers that measure or count something: no dates, years, numbers of documents, enumerators, labels.

    Of "10/10 huyện" the first is yielded only (see :func:`read_ratio`), of a range both ends.

    >>> text = "2.1. Năm 2024 theo Quyết định số 90/QĐ-TTg ngày 18/01/2022, Dự án 4 hỗ trợ 1.362 hộ, giảm 5-6%."
    >>> [number.printed for number in find_numbers(text)]
    ['1.362', '5', '6']
    """
    end = len(plain) if end is None else end
    position = start
    named = -1  # where the last label ends, which a list may go on with: "khoản 11, 12 và 13"
    while (digits := _DIGITS.search(plain, position, end)) is not None:
        at = digits.start()
        behind = _no_quantity(plain, at)
        if behind > at:
            position = behind
            continue
        ratio = read_ratio(plain, at)
        number = ratio[0] if ratio is not None else read_number(plain, at)
        position = ratio[1].end if ratio is not None else number.end if number is not None else digits.end()
        if number is None:
            # "2.1.3": none of its parts is a number either
            token = _TOKEN.match(plain, at)
            position = token.end() if token is not None else position
        elif number.end > end:
            continue
        elif _is_label(plain, number) or (named >= 0 and _LIST_GOES_ON.fullmatch(plain, named, at)):
            named = position
        elif not _is_name(plain, number):
            yield number


def _no_quantity(plain: str, at: int) -> int:
    """Return the end of the date, clock or enumerator that begins at ``at``, else ``at``."""
    for pattern in (_DATE, _ISO_DATE):
        found = pattern.match(plain, at)
        if found is not None:
            return found.end()
    line = plain.rfind("\n", max(0, at - 12), at) + 1
    opens = (line > 0 or at < 12) and _FRONT.match(plain, line, at) is not None
    enumerator = _ENUMERATOR.match(plain, at) if opens or plain[max(0, at - 1) : at] == "(" else None
    return enumerator.end() if enumerator is not None else at


def _is_name(plain: str, number: Number) -> bool:
    """Tell whether the number is part of a name: of a document, a day, a year, a word ("K12")."""
    start, end = number.start, number.end
    front = plain[start - 1 : start]
    if front.isalpha() or front in ("/", "_", "@") or (front in ("-", ":") and plain[start - 2 : start - 1].isalpha()):
        return True
    if front == ":" and plain[start - 2 : start - 1].isdecimal():
        return True
    if _CLOCK.match(plain, end) or (_SYMBOL.match(plain, end) and not _GLUED_UNIT.match(plain, end)):
        return True
    if plain[end : end + 1].isalpha() and not _GLUED_UNIT.match(plain, end):
        return True
    if plain[end : end + 1] == "/" and plain[end + 1 : end + 2].isdecimal() and read_ratio(plain, start) is None:
        return True
    if number.printed.startswith("0") and _DIALLED.match(number.printed):
        return True
    return number.printed.isdecimal() and (len(number.printed) > _LONGEST_ID or is_year(plain, number))


def _is_label(plain: str, number: Number) -> bool:
    """Tell whether the number names the thing in front of it: "Dự án 4", "khoản 2"."""
    if not number.printed.isdecimal() or len(number.printed) > _LONGEST_LABEL_NUMBER:
        return False
    before, start = max(0, number.start - _LONGEST_LABEL), number.start
    if plain.startswith("%", number.end) or _LABEL.search(plain, before, start) is None:
        return False
    return _COUNT_OF_ALL.search(plain, before, start) is None


def note_of(number: Number) -> Note:
    """Make the doubt that a number raises which can be read in several ways.

    >>> note_of(read_number("1,362 hộ", 0)).candidates
    ('1362', '1,362')
    """
    candidates = tuple(f"{value:f}".replace(".", ",") for value in dict.fromkeys(number.candidates))
    return Note("ambiguous-number", number.start, number.end, candidates)
