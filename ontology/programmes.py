"""Read the tables of programmes, of their numbered components and of the words that components bear.

A component of a programme is named by the programme's code and its own ("gnbv-2021-2025/DA3.TDA2"): two programmes of
one name, and one number in two programmes, stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from cancu.ontology import lexicon
from cancu.ontology.lexicon import TABLES, Row, lookup_key, read_table

__all__ = [
    "CLEAR_FIT",
    "CODE_PARTS",
    "ComponentWord",
    "Programme",
    "ProgrammeComponent",
    "best_fit",
    "code_in_words",
    "component_words",
    "components_of",
    "find_component",
    "fit",
    "programmes",
    "programmes_named",
    "title_key",
]

#: How well a title must fit an official one to tell, against its printed number, which component it heads.
CLEAR_FIT: Final = 0.9
#: How a shortened title ("Phát triển giáo dục nghề nghiệp") and one with a place behind it fit the official title.
SHORTENED: Final = 0.95
#: A title may be shortened to this many words; fewer say too little.
LEAST_WORDS: Final = 4
#: How the number of a component may be written behind its word: "2", "1.2", "II", "B".
NUMBERS: Final = frozenset({"arabic", "dotted", "roman", "letter"})
#: The parts of a code: a word's letters and a number.
CODE_PARTS: Final = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Programme:
    """Name a programme with the decision that approves it; ``words`` are the ways in which titles name it."""

    code: str
    name: str
    words: tuple[str, ...]
    number: str
    date: date | None
    issuer: str
    period_start: int
    period_end: int
    example: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class ProgrammeComponent:
    """Name one numbered component of a programme; ``leads`` are the central bodies that lead it.

    ``applies_in`` names the places that it is meant for, where it is not meant for all: a plan of another place may
    rightly leave it out.
    """

    programme: str
    code: str
    parent: str | None
    title: str
    titles_also: tuple[str, ...]
    leads: tuple[str, ...]
    applies_in: str
    example: str
    source: str
    line: int

    @property
    def name(self) -> str:
        """Give the name that is unique over all programmes ("gnbv-2021-2025/DA3.TDA2")."""
        return f"{self.programme}/{self.code}"


@dataclass(frozen=True, slots=True)
class ComponentWord:
    """Describe a word that components bear in front of their numbers.

    ``code`` stands for it in codes, ``under`` are the codes of the components that it may stand under; ``prose`` says
    that word and number name a component inside a sentence too, ``damaged`` that it is a misreading of another word.
    """

    word: str
    code: str
    rank: int
    under: tuple[str, ...]
    numbers: tuple[str, ...]
    prose: bool
    damaged: bool
    example: str
    source: str
    line: int


@cache
def programmes() -> tuple[Programme, ...]:
    """Give every programme, in the order of the table.

    >>> [known.number for known in programmes() if known.code.startswith("gnbv")]
    ['90/QĐ-TTg', '1722/QĐ-TTg']
    """
    columns = (
        *("code", "name", "words", "number", "date", "issuer"),
        *("period_start", "period_end", "example", "source"),
    )
    return tuple(map(_programme, read_table(TABLES / "programmes.tsv", columns, key=("code",))))


def _programme(row: Row) -> Programme:
    start, end = row.number("period_start"), row.number("period_end")
    if start is None or end is None or end < start:
        raise row.error("a programme runs from a year to a later one")
    words = row.items("words")
    if not words or not any(word.casefold() in row["example"].casefold() for word in words):
        raise row.error("the example shows none of the words")
    return Programme(
        code=row["code"],
        name=row["name"],
        words=words,
        number=row["number"],
        date=row.day("date"),
        issuer=row["issuer"],
        period_start=start,
        period_end=end,
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


@cache
def component_words() -> tuple[ComponentWord, ...]:
    """Give every word that components bear, longest first.

    >>> [known.code for known in component_words() if known.word in ("Dự án", "Tiểu dự án")]
    ['TDA', 'DA']
    """
    columns = ("word", "code", "rank", "under", "number", "prose", "damaged", "example", "source")
    rows = read_table(TABLES / "component_words.tsv", columns, key=("word",))
    codes = {row["code"] for row in rows}
    return tuple(sorted((_component_word(row, codes) for row in rows), key=lambda known: -len(known.word)))


def code_in_words(code: str) -> str:
    """Write the code of a component as plans name it; what is no code stays as it is.

    >>> code_in_words("DA4"), code_in_words("DA3.TDA2"), code_in_words("4.1")
    ('Dự án 4', 'Tiểu dự án 2 của Dự án 3', '4.1')
    """
    words = {known.code: known.word for known in component_words() if not known.damaged}
    parts = [(part.rstrip("0123456789"), part) for part in code.split(".")]
    if not all(letters in words and part != letters for letters, part in parts):
        return code
    return " của ".join(f"{words[letters]} {part.removeprefix(letters)}" for letters, part in reversed(parts))


def _component_word(row: Row, codes: set[str]) -> ComponentWord:
    rank, under, numbers = row.number("rank"), row.items("under"), row.items("number")
    if rank is None:
        raise row.error("rank is no number")
    if not row["example"].startswith(row["word"]):
        raise row.error("the example does not begin with the word")
    for code in under:
        if code not in codes:
            raise row.error(f"under {code!r}, which no word has")
    if not numbers or not NUMBERS.issuperset(numbers):
        raise row.error(f"number is none of {', '.join(sorted(NUMBERS))}")
    if not CODE_PARTS.fullmatch(f"{row['code']}1"):
        raise row.error(f"code {row['code']!r} is no word in capitals")
    return ComponentWord(
        word=row["word"],
        code=row["code"],
        rank=rank,
        under=under,
        numbers=numbers,
        prose=row.flag("prose"),
        damaged=row.flag("damaged"),
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


@cache
def _components() -> Mapping[str, Mapping[str, ProgrammeComponent]]:
    columns = ("programme", "code", "parent", "title", "titles_also", "lead", "applies_in", "example", "source")
    rows = read_table(TABLES / "components.tsv", columns, key=("programme", "code"))
    known = {programme.code for programme in programmes()}
    letters = {word.code for word in component_words()}
    found: dict[str, dict[str, ProgrammeComponent]] = {code: {} for code in known}
    for row in rows:
        programme, code, parent = row["programme"], row["code"], row["parent"] or None
        if programme not in known:
            raise row.error(f"no programme {programme!r}")
        parts = [CODE_PARTS.fullmatch(part) for part in code.split(".")]
        if not all(part is not None and part[1] in letters for part in parts):
            raise row.error(f"code {code!r} is not made of component words and numbers")
        if parent != (code.rpartition(".")[0] or None) or (parent is not None and parent not in found[programme]):
            raise row.error(f"parent {parent!r} does not stand above {code!r}")
        for lead in row.items("lead"):
            if not lexicon.issuers_by_name(lead):
                raise row.error(f"lead {lead!r} is no issuer")
        found[programme][code] = ProgrammeComponent(
            programme=programme,
            code=code,
            parent=parent,
            title=row["title"],
            titles_also=row.items("titles_also"),
            leads=row.items("lead"),
            applies_in=row["applies_in"],
            example=row["example"],
            source=row["source"],
            line=row.line,
        )
    return MappingProxyType({code: MappingProxyType(each) for code, each in found.items()})


def components_of(programme: str) -> Mapping[str, ProgrammeComponent]:
    """Give the components of a programme by their codes; an unknown programme has none.

    >>> components_of("gnbv-2016-2020")["DA2"].title
    'Chương trình 135'
    """
    return _components().get(programme, MappingProxyType({}))


def find_component(name: str) -> ProgrammeComponent | None:
    """Give the component of this name ("gnbv-2021-2025/DA2"), or None.

    >>> find_component("gnbv-2021-2025/DA5").leads
    ('Bộ Xây dựng',)
    """
    programme, _, code = name.partition("/")
    return components_of(programme).get(code)


def programmes_named(words: str) -> list[Programme]:
    """Give the programmes that words may name, by the longest name first: those of one name stand together.

    >>> [known.code for known in programmes_named("Chương trình giảm nghèo bền vững năm 2024")]
    ['gnbv-2021-2025', 'gnbv-2016-2020']
    >>> [known.code for known in programmes_named("Chương trình phát triển vùng đồng bào DTTS và miền núi")]
    ['dtts-2021-2030']
    """
    text = f" {_plain_key(words)} "
    found: list[Programme] = []
    for key, known in _programme_words():
        if f" {key} " in text:
            found += [programme for programme in known if programme not in found]
            # A name inside a longer one names nothing more.
            text = text.replace(f" {key} ", " | ")
    return found


@cache
def _programme_words() -> tuple[tuple[str, tuple[Programme, ...]], ...]:
    index: dict[str, list[Programme]] = {}
    for programme in programmes():
        for word in programme.words:
            index.setdefault(_plain_key(word), []).append(programme)
    return tuple((key, tuple(index[key])) for key in sorted(index, key=lambda key: (-len(key), key)))


# --------------------------------------------------------------------------------------------- titles

_MARKS = re.compile(r"[^\w&]+")


def _plain_key(words: str) -> str:
    return " ".join(_MARKS.sub(" ", lookup_key(words)).split())


@cache
def _short_forms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Give the abbreviations of policy words that mean one thing only, as a pattern and with what they stand for."""
    forms: dict[str, list[str]] = {}
    for known in lexicon.abbreviations():
        if known.kind == "policy":
            forms.setdefault(lookup_key(known.form), []).append(lookup_key(known.expansion))
    sure = {form: full[0] for form, full in forms.items() if len(full) == 1}
    longest_first = sorted(sure, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![\w&-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w&-])"), MappingProxyType(sure)


@lru_cache(maxsize=65_536)
def title_key(title: str) -> str:
    """Fold what two prints of one title may differ in: case, marks, tone placement, the usual abbreviations.

    >>> title_key("Hỗ trợ các xã ĐBKK, thôn bản") == title_key("hỗ trợ các xã đặc biệt khó khăn; thôn, bản")
    True
    """
    pattern, sure = _short_forms()
    return _plain_key(pattern.sub(lambda found: sure[found[0]], lookup_key(title)))


@cache
def _tails() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_plain_key(word).split()) for word in lexicon.words("component_title_tail"))


@lru_cache(maxsize=65_536)
def _fit(printed: str, official: str) -> float:
    if printed == official:
        return 1.0
    ours, theirs = printed.split(), official.split()
    if len(ours) >= LEAST_WORDS and theirs[: len(ours)] == ours:
        return SHORTENED
    if len(theirs) >= 2 and ours[: len(theirs)] == theirs:
        tail = ours[len(theirs) :]
        return SHORTENED if any(tail[: len(begins)] == list(begins) for begins in _tails()) else 0.0
    shared = len(set(ours) & set(theirs))
    if 2 * shared < 0.9 * min(len(set(ours)), len(set(theirs))) or len(ours) > 2 * len(theirs) + 2:
        return 0.0
    return SequenceMatcher(None, printed, official, autojunk=False).ratio()


def fit(title: str, component: ProgrammeComponent) -> float:
    """Say how well a printed title fits a component, from 0 to 1.

    >>> component = components_of("gnbv-2021-2025")["DA2"]
    >>> fit("Da dạng hóa sinh kế, phát triển mô hình giảm nghèo", component) > CLEAR_FIT
    True
    >>> fit("Cải thiện dinh dưỡng", component) < 0.5
    True
    """
    printed = title_key(title)
    if not printed:
        return 0.0
    return max(_fit(printed, title_key(known)) for known in (component.title, *component.titles_also))


def best_fit(title: str, candidates: Iterable[ProgrammeComponent]) -> tuple[ProgrammeComponent | None, float]:
    """Give the component that a title fits best, and how well; the earlier one of two that fit alike.

    >>> found, how_well = best_fit("Giảm nghèo về thông tin", components_of("gnbv-2021-2025").values())
    >>> found.code, how_well
    ('DA6.TDA1', 1.0)
    """
    best: tuple[ProgrammeComponent | None, float] = (None, 0.0)
    for candidate in candidates:
        found = fit(title, candidate)
        if found > best[1]:
            best = (candidate, found)
    return best
