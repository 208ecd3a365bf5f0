"""Find what a text says of itself that it does not hold: an announced annex, a part of its own that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cancu.loaders.mentions import Note
from cancu.loaders.numbering import NumberedPart, number_of, numbered_parts
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading

__all__ = ["read_missing_parts"]

_NUMBER = r"(?P<number>\d{1,2}|[IVX]{1,5})(?![^\W_])"
_ANNOUNCED = (
    # "(Chi tiết theo bảng phụ lục kèm theo)", "có danh mục công trình kèm theo Kế hoạch này".
    compiled(
        rf"(?:{any_of('annex_cue')}|[(:]) *(?:các |bản )?(?P<noun>{any_of('annex_noun')})(?![^\W_])"
        rf"(?P<words>[^.;:()\n]{{0,80}}?) (?:được )?{any_of('annex_attached')}"
        r"(?= *[).;,:\n]| *$| (?:bản |văn bản |theo )?[[:upper:]]?[^\W\d_]+ [^\W\d_]+ này)",
        re.IGNORECASE,
    ),
    # "(Kèm phụ lục phân bổ chỉ tiêu)".
    compiled(
        rf"(?:(?<=[(*])|(?<=^)|(?<=\n)) *(?:có )?{any_of('annex_attached')} (?:theo )?(?:các |bản )?"
        rf"(?P<noun>{any_of('annex_noun')})(?![^\W_])(?P<words>[^.;:()\n]{{0,80}})",
        re.IGNORECASE,
    ),
    # "Chi tiết tại Phụ lục 01".
    compiled(
        rf"{any_of('annex_cue')} (?:các )?(?P<noun>(?i:phụ lục|phụ biểu|biểu|bảng))(?P<words>(?: số)?) ?{_NUMBER}"
    ),
)
_ANNEX_LINE = compiled(
    rf"^[ (*]*(?:(?P<noun>{any_of('annex_heading')})(?: số)?(?: {_NUMBER})?(?![^\W_])|{any_of('annex_opener')} )"
    r"[^\t\n]{0,160}$",
    re.IGNORECASE | re.MULTILINE,
)
_ROWS = compiled(r"\t|\|")
_APPENDIX = compiled(r"phụ lục|phụ biểu", re.IGNORECASE)
_SENTENCE_STOP = compiled(r"[.;)\n]")
_ATTACHED = compiled(any_of("annex_attached"), re.IGNORECASE)
_OWN = compiled(
    rf"(?P<chain>(?:{any_of('own_part')} (?:số )?"
    r"(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])(?![^\W_])[, ]*){1,3})"
    r"(?:của |trong )?(?:bản )?(?P<type>[[:upper:]]?[[:lower:]]+(?: [[:lower:]]+)?) này(?![^\W_])",
    re.IGNORECASE,
)
_AMENDING = compiled(any_of("amending_title"), re.IGNORECASE)
_QUOTES = compiled('["“”]')
_LINK = compiled(
    rf"(?P<part>{any_of('own_part')}) (?:số )?(?P<number>[IVX]{{1,5}}|\d{{1,2}}(?:\.\d{{1,2}})*|[a-zđ])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Annex:
    """Hold the heading of an annex: "PHỤ LỤC II"."""

    start: int
    noun: str
    number: int | None


def read_missing_parts(reading: Reading) -> list[Note]:
    r"""Return the doubts about annexes that a text announces and parts of its own that it names, which it lacks.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. MỤC TIÊU\nGiảm 40 hộ nghèo (chi tiết tại Phụ lục 01).\nII. KINH PHÍ\n"
    >>> [(note.rule, text[note.start : note.end]) for note in read_missing_parts(read_reading(text))]
    [('annex-missing', 'tại Phụ lục 01')]
    """
    return [*_missing_annexes(reading), *_missing_references(reading)]


# --- annexes


def _missing_annexes(reading: Reading) -> Iterator[Note]:
    announced = sorted(_announced(reading), key=lambda found: found.start())
    held = _annexes(reading, announced)
    told: set[str] = set()
    for found in announced:
        number = _number(found)
        key = f"{_kind(found['noun'])} {number}"
        if key in told or (number is None and told):
            continue
        if _is_held(reading, found, number, held):
            continue
        told.add(key)
        start, end = _trimmed(reading.plain, *found.span())
        shown = ", ".join(
            dict.fromkeys(reading.plain[annex.start :].split("\n", 1)[0].strip(" *()")[:40] for annex in held)
        )
        rule = "annex-number-missing" if held else "annex-missing"
        yield Note(rule, start, end, (), (("held", shown), ("words", " ".join(reading.plain[start:end].split()))))


def _announced(reading: Reading) -> Iterator[re.Match[str]]:
    """Yield where the text announces an annex of its own, in the body."""
    plain, done = reading.plain, list[tuple[int, int]]()
    for pattern in _ANNOUNCED:
        for found in pattern.finditer(plain, reading.header.body_start):
            if found.start() >= reading.outline.closing_start or reading.in_table(found.start()):
                continue
            if any(first < found.end() and last > found.start() for first, last in done):
                continue
            stop = _SENTENCE_STOP.search(plain, found.end())
            until = stop.start() if stop is not None else len(plain)
            # "theo biểu kèm theo Quyết định số 412/QĐ-UBND": of another document.
            if reading.mentions_in(found.start(), max(until, found.end())) or _is_heading(plain, found):
                continue
            done.append(found.span())
            yield found


def _is_heading(plain: str, found: re.Match[str]) -> bool:
    """Tell the line that heads an annex itself: "(Kèm theo Kế hoạch …)", "PHỤ LỤC 01"."""
    return plain[found.start() : found.end()].isupper()


def _annexes(reading: Reading, announced: Sequence[re.Match[str]]) -> list[_Annex]:
    spans = [found.span() for found in announced]
    return [
        _Annex(found.start(), _kind(found["noun"] or ""), _number(found))
        for found in _ANNEX_LINE.finditer(reading.plain, reading.header.body_start)
        if not any(first < found.end() and last > found.start() for first, last in spans)
    ]


def _is_held(reading: Reading, found: re.Match[str], number: int | None, held: Sequence[_Annex]) -> bool:
    """Tell whether an annex, or a table that may be it, stands in the text."""
    if number is not None and held:
        kind = _kind(found["noun"])
        same = [annex for annex in held if annex.noun == kind]
        numbered = {annex.number for annex in same}
        return number in numbered or not same or None in numbered
    if held:
        return True
    # Behind the closing any table may be it; in the body only one that is announced as a table.
    after = found.end() if _APPENDIX.search(found["noun"]) is None else max(found.end(), reading.outline.closing_start)
    return any(start >= after for start, _ in reading.tables) or _ROWS.search(reading.plain, after) is not None


def _kind(noun: str) -> str:
    return " ".join(noun.casefold().split()).removesuffix(" số")


def _number(found: re.Match[str]) -> int | None:
    printed = found.groupdict().get("number")
    return number_of(printed) if printed else None


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    while start < end and plain[start] in " (:*":
        start += 1
    while end > start and plain[end - 1] in " ,*":
        end -= 1
    return start, end


# --- references


def _missing_references(reading: Reading) -> Iterator[Note]:
    """Doubt "điểm 3 mục II Kế hoạch này" where the plan has no such part."""
    own = (reading.header.type or "").casefold()
    if _AMENDING.search(reading.header.title or ""):
        return
    parts: list[NumberedPart] | None = None
    for found in _OWN.finditer(reading.plain, reading.header.body_start):
        if not own or found["type"].casefold() != own or found.start() >= reading.outline.closing_start:
            continue
        if len(_QUOTES.findall(reading.plain, 0, found.start())) % 2:
            # Quoted: "này" is the document that is amended.
            continue
        parts = numbered_parts(reading) if parts is None else parts
        lacking = _lacking(found["chain"], parts)
        if lacking:
            yield Note(
                "own-part-missing",
                found.start(),
                found.end(),
                (),
                (("part", lacking), ("words", " ".join(found[0].split()))),
            )


def _lacking(chain: str, parts: Sequence[NumberedPart]) -> str:
    """Return the part that a reference names and the text lacks, or "" where it has it or that is not certain."""
    links = [(link["part"].casefold(), link["number"]) for link in _LINK.finditer(chain)]
    sections = {part.number for part in parts if part.kind == "roman"}
    articles = {part.number for part in parts if part.kind == "article"}
    section = next((number_of(number) for _, number in links if number.isupper()), None)
    if section is not None:
        if len(sections) < _FEWEST or sections != set(range(1, max(sections) + 1)):
            return ""
        if section not in sections:
            return chain.strip(" ,")
        inside = {part.label for part in parts if part.section == section and part.kind == "decimal"}
        number = next((number for _, number in links if number[0].isdigit()), None)
        lacks = number is not None and len(inside) >= _FEWEST and number not in inside
        return chain.strip(" ,") if lacks and "." not in (number or "") else ""
    article = next((int(number) for part, number in links if part == "điều" and number.isdigit()), None)
    if article is None or article in articles or len(articles) < _FEWEST:
        return ""
    return chain.strip(" ,") if articles == set(range(1, max(articles) + 1)) else ""


_FEWEST = 2
