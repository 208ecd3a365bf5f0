"""Find faults in how a text numbers its parts: a number printed twice, one left out, one out of order.

Every line that begins with an enumerator counts, headings and items alike, but not rows of tables, quoted articles,
footnotes and wrapped lines. Numbers are put into counts: one that goes on with an open count belongs to it, a first one
opens a new count, and what fits nowhere is a fault only where one count alone is open, so that lists that begin again
below a heading ("1. Dự án 1", "1. Mục tiêu", "2. Nội dung", "2. Dự án 2") are none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cancu.loaders.mentions import Note
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading

__all__ = ["NumberedPart", "number_of", "numbered_parts", "read_numbering"]

_ENUMERATOR = compiled(
    r"(?P<part>(?:Phần|PHẦN)(?: thứ| THỨ)?) (?P<part_number>[IVXLC]+|\d{1,2}|[^\W\d_]+)(?![^\W_])[.: ]*"
    r"|(?P<chapter>Chương|CHƯƠNG) (?P<chapter_number>[IVXLC]+|\d{1,2}|thứ [^\W\d_]+)(?![^\W_])[.: ]*"
    r"|(?P<muc>Mục|MỤC) (?P<muc_number>[IVXLC]+|\d{1,2})(?![^\W_])[.: ]*"
    r"|(?P<article>Điều|ĐIỀU) (?P<article_number>\d{1,3})(?P<inserted>[a-zđ]?)[.:] *"
    r"|(?P<roman>[IVX]{1,6})(?:[.]|[)]|/) ?(?=[^\W\d])"
    r"|(?P<letter>[A-HĐ])[.] ?(?=[^\W\d])"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,3})(?:\. ?|(?<=\.\d)\) ?|(?<=\.\d) (?=[[:upper:]]))(?=[^\W\d])"
    r"|(?P<bracket>\d{1,2})\) ?(?=[^\W\d])"
    r"|(?P<point>[a-zđ])(?:[).] ?|  )(?=[^\W\d])"
)
_RANKS = {"part": 0.0, "chapter": 1.0, "letter": 1.0, "muc": 2.0, "roman": 2.0, "article": 2.5, "decimal": 3.0}
_BRACKET_RANK, _POINT_RANK = 6.5, 7.0
#: Parts whose numbers run through all that stands above them: articles do not begin again in each chapter.
_THROUGHOUT = frozenset({"article"})
#: What a decimal's first number may be that of: "2.1" below "II." as well as below "2.".
_NUMBERING = frozenset({"chapter", "muc", "roman", "letter", "article", "part"})
#: Kinds of which a missing first one is told.
_COUNTED_FROM_ONE = frozenset({"decimal"})
_VIETNAMESE, _FOREIGN = "abcdđeghiklmnopqrstuvxy", "abcdefghijklmnopqrstuvwxyz"
_ROMAN = compiled(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
# The line before ends with one of these: the number belongs to it ("quy định tại khoản⏎2. …").
_GOES_ON = compiled(
    rf"(?:[,(–-]|(?<![^\W_])(?:{any_of('number_follows', 'phrase_goes_on', 'number_stays')})) *$", re.IGNORECASE
)
# "3. Thời gian, địa điểm⏎4. Thành phần"
_ENDED = compiled(rf"{any_of('number_none')} *$", re.IGNORECASE)
_ANNEX = compiled(rf"[ (*]*(?:{any_of('annex_heading')}(?![^\W_])|{any_of('annex_opener')} )", re.IGNORECASE)
_LONGEST_ANNEX = 160
# What a scan makes of "II." or "b)".
_DAMAGED = compiled(
    r"^ *(?:[IVXl1L|]{1,5}[.,)]|[^\W\d_][).]|\d[a-z)]|[^\w\s\-+•*\"“(\[<]) ?(?=[[:upper:]])", re.MULTILINE
)
_QUOTES = compiled('["“”]')
_QUOTATION_OPENS = compiled('^[ *]*["“”]|: *["“][^"“”]*$')
# What an amendment puts in the place of something, where no quotation marks show how far it reaches.
_ANNOUNCES = compiled(r"như sau *[:.]? *$")
_AMENDS = compiled(r"(?:sửa đổi|bổ sung|thay thế).*?(?:điều|khoản|điểm|mục|chương) ", re.IGNORECASE)
_LONGEST_AMENDMENT = 400
_SHOWN = 80
_MOST_MISSING = 3
# A count that jumps further has lost a page, or its number is none.
_FARTHEST = 6
#: So many counts of one rank may be open at once.
_MOST_OPEN = 12


@dataclass(frozen=True, slots=True)
class _Mark:
    """Hold one enumerator with its line, in plain offsets; ``prefix`` are the numbers above: (3,) of "3.2"."""

    start: int
    end: int
    kind: str
    label: str
    number: int | None
    prefix: tuple[int, ...]
    words: str

    @property
    def rank(self) -> float:
        if self.kind == "point":
            return _POINT_RANK
        if self.kind == "bracket":
            return _BRACKET_RANK
        return _RANKS[self.kind] + len(self.prefix)

    def missing(self, number: int) -> str:
        """Write another number as this one is written."""
        if self.kind == "point":
            return _VIETNAMESE[number - 1]
        if self.kind == "letter":
            return _VIETNAMESE[number - 1].upper()
        if self.kind == "roman":
            return _roman(number)
        if self.kind in ("part", "chapter", "muc", "article"):
            word = self.label.split(" ")[0]
            return f"{word} {_roman(number) if self.label.split(' ')[-1].isalpha() else number}"
        return ".".join(str(each) for each in (*self.prefix, number))


@dataclass(frozen=True, slots=True)
class NumberedPart:
    """Hold one numbered part of the body; ``section`` is the number of the Roman section that it stands in."""

    kind: str
    label: str
    number: int
    section: int | None


def numbered_parts(reading: Reading) -> list[NumberedPart]:
    """Return the numbered parts of the body in the order of the text."""
    parts: list[NumberedPart] = []
    section: int | None = None
    for mark in next(_regions(reading), []):
        if mark.number is None:
            continue
        if mark.kind == "roman":
            section = mark.number
        parts.append(NumberedPart(mark.kind, mark.label, mark.number, section))
    return parts


@dataclass(slots=True)
class _Count:
    """Collect the enumerators of one count; ``above`` is the one that it stands below."""

    above: _Mark | None
    marks: list[_Mark] = field(default_factory=list)
    sure: bool = True

    @property
    def last(self) -> _Mark:
        return self.marks[-1]


def read_numbering(reading: Reading) -> list[Note]:
    r"""Return the doubts about the numbers of headings and items, in the order of the text.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. GIẢI PHÁP\n1. Tuyên truyền\n3. Vốn\n3. Điều hành\n4. Giám sát\n"
    >>> [(note.rule, note.candidates) for note in read_numbering(read_reading(text))]
    [('heading-number-twice', ('2',)), ('heading-number-twice', ('2',))]
    """
    counts: list[_Count] = []
    notes: list[Note] = []
    for marks in _regions(reading):
        notes += _count(reading, marks, counts)
    faults = [note for count in counts for note in _faults(reading, count)]
    notes += faults if not _is_excerpt(faults) else [note for note in faults if not _is_division(note)]
    notes += _foreign_letters(counts)
    notes += _headings(reading)
    return sorted(_one_each(notes), key=lambda note: (note.start, note.rule))


def _one_each(notes: list[Note]) -> Iterator[Note]:
    """Yield one doubt for each place: a record is known by its place."""
    seen: set[tuple[int, int]] = set()
    for note in notes:
        if (note.start, note.end) not in seen:
            seen.add((note.start, note.end))
            yield note


# A text of which articles and chapters are left out again and again is an excerpt.
_MOST_LEFT_OUT = 1


def _is_excerpt(faults: Sequence[Note]) -> bool:
    return sum(map(_is_division, faults)) > _MOST_LEFT_OUT


def _is_division(note: Note) -> bool:
    """Tell the doubt about articles or chapters that are left out."""
    return note.rule == "heading-number-gap" and " " in dict(note.detail)["label"]


# --- lines


def _regions(reading: Reading) -> Iterator[list[_Mark]]:
    """Yield the enumerators of the body, and of each annex: numbers begin again in it."""
    plain, closing = reading.plain, reading.outline.closing_start
    marks: list[_Mark] = []
    position, quoted, annexed = reading.header.body_start, False, False
    before = ""
    while position < len(plain):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        line = plain[position:stop]
        start, position = position, stop + 1
        if not line.strip():
            continue
        if _announces_unquoted(before, line):
            break
        if len(line) <= _LONGEST_ANNEX and "\t" not in line and _ANNEX.match(line):
            yield marks
            marks, quoted, annexed = [], False, start >= closing
        outside = (start < closing or annexed) and not reading.in_table(start) and "\t" not in line and "|" not in line
        if outside and not quoted and (not _GOES_ON.search(before) or _ENDED.search(before)):
            mark = _mark(plain, start, stop)
            if mark is not None:
                marks.append(mark)
        # A quoted article is of another document: its quotation opens a line, or stands behind the colon that
        # announces it, and is closed at the end of one.
        if len(_QUOTES.findall(line)) % 2 and (quoted or _QUOTATION_OPENS.search(line)):
            quoted = not quoted
        before = line
    yield marks


def _announces_unquoted(before: str, line: str) -> bool:
    """Tell an amendment whose new words stand without quotation marks in the next line."""
    return (
        len(before) <= _LONGEST_AMENDMENT
        and _ANNOUNCES.search(before) is not None
        and _AMENDS.search(before) is not None
        and _QUOTES.match(line.lstrip(" *")) is None
    )


def _mark(plain: str, start: int, stop: int) -> _Mark | None:
    while start < stop and plain[start] in " *":
        start += 1
    found = _ENUMERATOR.match(plain, start, stop)
    if found is None:
        return None
    kind = next(name for name in (*_RANKS, "bracket", "point") if found[name] is not None)
    printed = found[kind]
    prefix: tuple[int, ...] = ()
    number: int | None
    if kind in ("part", "chapter", "muc", "article"):
        printed = found[f"{kind}_number"]
        number = None if kind == "article" and found["inserted"] else number_of(printed)
        label = f"{found[kind]} {printed}"
    elif kind == "roman":
        label, number = printed, number_of(printed)
        if number is None:
            return None
    elif kind in ("letter", "point"):
        label, number = printed, _letter_number(printed)
    elif kind == "decimal":
        *above, last = (int(each) for each in printed.split("."))
        label, prefix, number = printed, tuple(above), last
        if number == 0 or 0 in prefix:
            return None
    else:
        label, number = printed, int(printed)
    end = min(stop, start + _SHOWN)
    if end < stop:
        end = max(plain.rfind(" ", found.end(), end), found.end() + 1)
    while plain[end - 1] == " ":
        end -= 1
    return _Mark(start, end, kind, label, number, prefix, " ".join(plain[start:end].split()))


def number_of(printed: str) -> int | None:
    """Return the number that digits or Roman numerals write, or None where they write none.

    >>> number_of("IX"), number_of("02"), number_of("IIX")
    (9, 2, None)
    """
    if printed.isdigit():
        return int(printed)
    if not _ROMAN.fullmatch(printed):
        return None
    values = [_ROMAN_VALUES[letter] for letter in printed]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _letter_number(letter: str) -> int:
    """Return the place of a letter; "f" and "j", which no Vietnamese count has, stand in the place of the next one."""
    letter = letter.lower()
    place = _VIETNAMESE.find(letter)
    return place + 1 if place >= 0 else _VIETNAMESE.find(_FOREIGN[_FOREIGN.find(letter) + 1]) + 1 or len(_VIETNAMESE)


def _follows(mark: _Mark, last: _Mark) -> bool:
    """Tell whether an enumerator comes right behind another one of its count."""
    if mark.number is None or last.number is None:
        return False
    if mark.kind not in ("point", "letter"):
        return mark.number == last.number + 1
    one, other = last.label.lower(), mark.label.lower()
    without = _VIETNAMESE.replace("đ", "")
    return any(
        f"{one}{other}" in alphabet for alphabet in (_VIETNAMESE, without, _FOREIGN, f"{_VIETNAMESE[:6]}{_FOREIGN[5:]}")
    )


# --- counts


def _count(reading: Reading, marks: Sequence[_Mark], counts: list[_Count]) -> Iterator[Note]:
    """Put the enumerators of one region into counts, and doubt those that stand below a number not their own."""
    opened: list[_Count] = []
    previous: _Mark | None = None
    for mark in marks:
        same = [
            place
            for place, count in enumerate(opened)
            if count.last.kind == mark.kind and count.last.prefix == mark.prefix
        ]
        fits = next((place for place in reversed(same) if _follows(mark, opened[place].last)), None)
        if fits is None and mark.number not in (None, 1) and same:
            fits = same[-1]
            opened[fits].sure = opened[fits].sure and len(same) == 1
        if fits is not None and mark.number is not None:
            _keep_throughout(opened, fits + 1)
            opened[fits].marks.append(mark)
        else:
            # A first chapter behind articles opens another document: the regulation that a decision issues.
            through = _THROUGHOUT if mark.rank > _RANKS["chapter"] else frozenset[str]()
            while opened and opened[-1].last.rank > mark.rank and opened[-1].last.kind not in through:
                opened.pop()
            above = opened[-1].last if opened else None
            if mark.number is not None:
                stray = _stray(mark, opened, previous)
                if stray is not None:
                    yield stray
                elif mark.prefix and mark.number != 1 and above is not None:
                    yield from _no_first(reading, mark, above)
                count = _Count(above, [mark])
                counts.append(count)
                _forget(opened, mark.rank)
                opened.append(count)
        previous = mark


def _forget(opened: list[_Count], rank: float) -> None:
    """Close the oldest count of a rank of which very many are open: no list goes on so far behind its last item."""
    of_rank = [place for place, count in enumerate(opened) if count.last.rank == rank]
    if len(of_rank) >= _MOST_OPEN:
        del opened[of_rank[0]]


def _keep_throughout(opened: list[_Count], keep: int) -> None:
    """Close the counts below the one that goes on, but not those that run through."""
    opened[keep:] = [count for count in opened[keep:] if count.last.kind in _THROUGHOUT]


def _stray(mark: _Mark, opened: Sequence[_Count], previous: _Mark | None) -> Note | None:
    """Doubt "2.1" that stands behind "7.2", where no 2 is open."""
    if len(mark.prefix) != 1 or previous is None:
        return None
    numbered = [count.last for count in opened if count.last.kind == "decimal" and not count.last.prefix]
    heads = [count.last for count in opened if count.last.kind in _NUMBERING]
    fitting = {each.number for each in (*numbered, *heads[-1:])}
    if not numbered or mark.prefix[0] in fitting or mark.prefix[0] > max(each.number or 0 for each in numbered):
        return None
    detail = (
        ("before", previous.words),
        ("parent", str(mark.prefix[0])),
        ("label", mark.label),
        ("mark", mark.words),
    )
    return Note("heading-number-stray", mark.start, mark.end, (), detail)


def _no_first(reading: Reading, mark: _Mark, above: _Mark) -> Iterator[Note]:
    """Doubt "4.2" below "4." without a 4.1."""
    own = (*above.prefix, above.number) if above.kind == "decimal" else ()
    if mark.kind not in _COUNTED_FROM_ONE or mark.number != 2 or own != mark.prefix:
        return
    first = mark.missing(1)
    if not _is_lost(reading, above.end, mark.start, mark, 1) and first not in reading.plain[above.start : mark.start]:
        detail = (("missing", first), ("before", above.words), ("label", mark.label), ("mark", mark.words))
        yield Note("heading-number-gap", mark.start, mark.end, (first,), detail)


# --- faults


def _faults(reading: Reading, count: _Count) -> Iterator[Note]:
    """Yield the doubts about one count."""
    marks = count.marks
    if not count.sure:
        return
    numbers = [mark.number or 0 for mark in marks]
    skip = 0
    for place in range(1, len(marks)):
        before, mark = marks[place - 1], marks[place]
        if place <= skip or _follows(mark, before):
            continue
        following = numbers[place + 1] if place + 1 < len(marks) else None
        earlier = numbers[place - 2] if place > 1 else 0
        if numbers[place] == numbers[place - 1]:
            expected = None
            if earlier == numbers[place] - 2:
                expected = numbers[place] - 1
            elif following == numbers[place] + 2:
                expected = numbers[place] + 1
            yield from _twice(before, mark, expected)
            skip = place + 1 if expected is not None and expected > numbers[place] else skip
        elif numbers[place] > numbers[place - 1]:
            if following == numbers[place] and numbers[place] == numbers[place - 1] + 2:
                # "1, 3, 3, 4": the first 3 is the lost 2; said with the second.
                continue
            if following == numbers[place - 1] + 1:
                yield _order(before, mark, numbers[place - 1] + 1)
                # "2, 4, 3, 5": two that have changed places.
                skip = place + 2 if numbers[place + 2 : place + 3] == [numbers[place] + 1] else place + 1
            elif following == numbers[place - 1] + 2:
                # "1, 5, 3": a misprinted 2.
                yield _order(before, mark, numbers[place - 1] + 1)
                skip = place + 1
            else:
                yield from _gap(reading, before, mark)
        elif following == numbers[place - 1] + 2:
            # "2, 3, 2, 5": the second 2 is the lost 4.
            twin = next((each for each in marks[:place] if each.number == mark.number), None)
            if twin is not None:
                yield from _twice(twin, mark, numbers[place - 1] + 1)
            else:
                yield _order(before, mark, numbers[place - 1] + 1)
            skip = place + 1
        elif _is_headed(reading, mark):
            yield _order(before, mark, numbers[place - 1] + 1)


def _twice(one: _Mark, other: _Mark, expected: int | None) -> Iterator[Note]:
    """Doubt both bearers of a number; where the others leave one number free, it is the candidate."""
    rule = "heading-number-again" if expected is None else "heading-number-twice"
    candidates = () if expected is None else (one.missing(expected),)
    detail = (("label", one.label), ("one", one.words), ("other", other.words))
    for mark in (one, other):
        yield Note(rule, mark.start, mark.end, candidates, detail)


def _order(before: _Mark, mark: _Mark, expected: int) -> Note:
    detail = (
        ("before", before.words),
        ("label", mark.label),
        ("expected", mark.missing(expected)),
        ("mark", mark.words),
    )
    return Note("heading-number-order", mark.start, mark.end, (mark.missing(expected),), detail)


def _gap(reading: Reading, before: _Mark, mark: _Mark) -> Iterator[Note]:
    first, last = (before.number or 0) + 1, (mark.number or 0) - 1
    if last - first >= _FARTHEST:
        return
    missing = [
        number
        for number in range(first, last + 1)
        if not (mark.kind in ("point", "letter") and mark.missing(number).lower() == "đ")
    ]
    # The number may stand in the very line of the one before it: "I. Thời gian II. Thành phần".
    line = reading.plain[before.start + len(before.label) : before.end]
    if not missing or any(
        _is_inside(line, mark, number) or _is_lost(reading, before.end, mark.start, mark, number) for number in missing
    ):
        return
    shown = ", ".join(mark.missing(number) for number in missing[:_MOST_MISSING])
    shown += ", …" if len(missing) > _MOST_MISSING else ""
    detail = (("missing", shown), ("before", before.words), ("label", mark.label), ("mark", mark.words))
    yield Note("heading-number-gap", mark.start, mark.end, (shown,), detail)


def _is_lost(reading: Reading, start: int, stop: int, mark: _Mark, number: int) -> bool:
    """Tell whether a number stands inside a line, or in a damaged one, or may stand in a table."""
    if any(first < stop and last > start for first, last in reading.tables):
        return True
    between = reading.plain[start:stop]
    if "\t" in between or "|" in between:
        return True
    return _is_inside(between, mark, number) or (
        mark.kind in ("roman", "letter", "point") and _DAMAGED.search(between) is not None
    )


def _is_inside(words: str, mark: _Mark, number: int) -> bool:
    """Tell whether a number of the count stands among words."""
    label = re.escape(mark.missing(number))
    if mark.kind == "point":
        inside = compiled(rf"(?<![^\W_]){label}(?:[).,/]| (?=[[:upper:]]))")
    elif mark.kind in ("decimal", "bracket"):
        inside = compiled(rf"(?:^|[.;:…”\")\n,]) *{label}(?:[.)/,:]| (?=[[:upper:]]))", re.MULTILINE)
    else:
        inside = compiled(rf"(?<![^\W_]){label}(?![^\W_])")
    return inside.search(words) is not None


def _is_headed(reading: Reading, mark: _Mark) -> bool:
    """Tell whether the outline holds the line as a heading."""
    return any(heading.start == mark.start for heading in reading.outline.headings)


def _foreign_letters(counts: Sequence[_Count]) -> Iterator[Note]:
    """Doubt the first letter of a count of points that is no Vietnamese one: "e) …; f) …"."""
    for count in counts:
        for before, mark in pairwise(count.marks):
            if mark.kind == "point" and mark.label not in _VIETNAMESE:
                last = _VIETNAMESE.find(before.label)
                expected = _VIETNAMESE[last + 1] if 0 <= last < len(_VIETNAMESE) - 1 else ""
                detail = (("label", mark.label), ("before", before.words), ("expected", expected))
                yield Note("heading-letter-foreign", mark.start, mark.end, (expected,), detail)
                return


# --- headings


def _headings(reading: Reading) -> Iterator[Note]:
    """Doubt titles that stand twice side by side, and headings with nothing below them."""
    headings = [heading for heading in reading.outline.headings if heading.start < reading.outline.closing_start]
    siblings: dict[tuple[str, ...], dict[str, Heading]] = {}
    lonely = _lonely(reading, headings)
    for place, heading in enumerate(headings):
        if not heading.label or heading.head is not None or reading.in_table(heading.start):
            continue
        if heading.rank <= _LOWEST:
            known = siblings.setdefault(heading.path[:-1], {})
            key = " ".join(heading.title.casefold().split())
            twin = known.setdefault(key, heading)
            if twin is not heading and key.count(" ") and twin.label != heading.label:
                detail = (("one", _shown(reading, twin)), ("other", _shown(reading, heading)))
                for each in (twin, heading):
                    yield Note("heading-title-twice", each.start, each.end, (), detail)
        if _is_empty(reading, headings, place, lonely):
            yield Note("section-empty", heading.start, heading.end, (), (("title", _shown(reading, heading)),))


_LOWEST = 4
_LONGEST_TITLE = 90


def _shown(reading: Reading, heading: Heading) -> str:
    return " ".join(reading.plain[heading.start : heading.end].split())


def _form(label: str) -> str:
    """Write what kind of enumerator a label is: "0" of "3", "0.0" of "3.1", "I" of "IV"."""
    return compiled(r"[IVX]+").sub("I", compiled(r"\d+").sub("0", label))


def _lonely(reading: Reading, headings: Sequence[Heading]) -> set[tuple[object, ...]]:
    """Name the places, of headings that stand beside each other, where all but one have words below them."""
    counts: Counter[tuple[object, ...]] = Counter()
    filled: Counter[tuple[object, ...]] = Counter()
    for one in headings:
        place = _place_of(one)
        counts[place] += 1
        filled[place] += bool(reading.plain[one.end : one.until].strip(" .:*_#\n"))
    return {place for place, count in counts.items() if count > 1 and filled[place] == count - 1}


def _place_of(heading: Heading) -> tuple[object, ...]:
    return (*heading.path[:-1], heading.rank)


def _is_empty(reading: Reading, headings: Sequence[Heading], place: int, lonely: set[tuple[object, ...]]) -> bool:
    """Tell a heading that the next one of its count follows at once, where those beside it have words below them."""
    heading, plain = headings[place], reading.plain
    following = headings[place + 1] if place + 1 < len(headings) else None
    stop = following.start if following is not None else reading.outline.closing_start
    if following is not None and (following.rank > heading.rank or _form(following.label) != _form(heading.label)):
        return False
    if (
        heading.rank > _LOWEST
        or heading.end - heading.start > _LONGEST_TITLE
        or plain[heading.end :][:1] in (".", ";", ":")
    ):
        return False
    words = heading.title.split()
    if heading.title != heading.title.upper() and sum(word.isupper() for word in words[:2]) == 2:
        # A line break is lost behind the title.
        return False
    if plain[heading.end : stop].strip(" .:*_#\n") or plain[heading.end - 1] in ".;:" or ":" in heading.title:
        return False
    return _place_of(heading) in lonely
