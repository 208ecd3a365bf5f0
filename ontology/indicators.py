"""Hold what plans measure: the indicators, the operators of their values, and the units, as the tables list them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cancu.errors import DataError
from cancu.ontology.lexicon import TABLES, read_table

__all__ = ["Indicator", "Operator", "Unit", "indicators", "operators", "quantity_words", "units"]

_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
_SDG = re.compile(r"\d{1,2}\.[0-9a-z]{1,2}\.\d{1,2}")
_UNIT_KINDS = frozenset(
    "age area body energy event factor length mass measure money people place product ratio volume works".split()
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """Name one thing that plans set themselves: ``units`` it is measured in, ``better`` "lower", "higher" or empty.

    ``words`` are the phrases that mean it. ``head`` says that a phrase must begin with them and may only go on with a
    place or a time: "tỷ lệ hộ nghèo toàn tỉnh" is the poverty rate, "tỷ lệ hộ nghèo được vay vốn" is not. ``count``
    is the indicator whose share it is: "410 hộ nghèo, chiếm tỷ lệ 2,1%". ``sdg`` is the indicator of the Sustainable
    Development Goals that is near to it.
    """

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]
    head: bool
    units: tuple[str, ...]
    better: str
    count: str
    sdg: str
    example: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Operator:
    """Name one relation of a value to the numbers printed: ``words`` stand in front of them, ``behind`` after the unit.

    ``code`` is what the records write ("<="), ``slug`` the end of its identifier.
    """

    code: str
    slug: str
    name: str
    name_en: str
    definition: str
    definition_en: str
    words: tuple[str, ...]
    behind: tuple[str, ...]
    example: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Name one unit: ``name`` as the records write it, ``words`` all ways to print it, ``kind`` what it counts."""

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]
    kind: str
    example: str
    source: str
    line: int


@cache
def operators() -> tuple[Operator, ...]:
    """Give every operator, in the order of the table.

    >>> [operator.code for operator in operators() if "ít nhất" in operator.words]
    ['>=']
    """
    columns = (
        *("code", "slug", "name", "name_en", "definition", "definition_en"),
        *("words", "words_behind", "example", "source"),
    )
    found = []
    for row in read_table(TABLES / "operators.tsv", columns, key=("code",)):
        if not _CODE.fullmatch(row["slug"]):
            raise row.error(f"slug {row['slug']!r} is not lower-case ASCII words joined by _")
        if not all(row[column] for column in columns[:6]):
            raise row.error("a label or definition is empty")
        found.append(
            Operator(
                code=row["code"],
                slug=row["slug"],
                name=row["name"],
                name_en=row["name_en"],
                definition=row["definition"],
                definition_en=row["definition_en"],
                words=row.items("words"),
                behind=row.items("words_behind"),
                example=row["example"],
                source=row["source"],
                line=row.line,
            )
        )
    return tuple(found)


@cache
def units() -> tuple[Unit, ...]:
    """Give every unit, in the order of the table.

    >>> [unit.name for unit in units() if "hộ gia đình" in unit.words]
    ['hộ']
    """
    columns = ("code", "name", "name_en", "words", "kind", "example", "source")
    found: list[Unit] = []
    line_of: dict[str, int] = {}
    for row in read_table(TABLES / "units.tsv", columns, key=("code",)):
        if not _CODE.fullmatch(row["code"]):
            raise row.error(f"code {row['code']!r} is not lower-case ASCII words joined by _")
        words = (row["name"], *row.items("words"))
        for word in words:
            if line_of.setdefault(word, row.line) != row.line or words.count(word) > 1:
                raise row.error(f"{word!r} is of line {line_of[word]} too")
        kind = row.choice("kind", _UNIT_KINDS)
        found.append(
            Unit(row["code"], row["name"], row["name_en"], words, kind, row["example"], row["source"], row.line)
        )
    return tuple(found)


@cache
def indicators() -> tuple[Indicator, ...]:
    """Give every indicator, in the order of the table.

    >>> [found.name for found in indicators() if found.sdg == "6.2.1"]
    ['nhà tiêu hợp vệ sinh']
    """
    columns = ("code", "name", "name_en", "words", "use", "unit", "better", "count", "sdg", "example", "source")
    known = {unit.name for unit in units()}
    found: list[Indicator] = []
    line_of: dict[tuple[str, str], int] = {}
    for row in read_table(TABLES / "indicators.tsv", columns, key=("code",)):
        if not _CODE.fullmatch(row["code"]):
            raise row.error(f"code {row['code']!r} is not lower-case ASCII words joined by _")
        measured = row.items("unit")
        if unknown := [unit for unit in measured if unit.partition("/")[0] not in known]:
            raise row.error(f"unknown unit {unknown[0]!r}")
        if row["sdg"] and not _SDG.fullmatch(row["sdg"]):
            raise row.error(f"sdg {row['sdg']!r} is no indicator of the goals")
        # The same words may mean a rate and a count; the unit tells them apart.
        for word in row.items("words"):
            for unit in measured:
                if line_of.setdefault((word, unit), row.line) != row.line:
                    raise row.error(f"{word!r} in {unit} is of line {line_of[word, unit]} too")
        found.append(
            Indicator(
                row["code"],
                row["name"],
                row["name_en"],
                row.items("words"),
                row.choice("use", ("head", "inside")) == "head",
                measured,
                row.choice("better", ("", "higher", "lower")),
                row["count"],
                row["sdg"],
                row["example"],
                row["source"],
                row.line,
            )
        )
    codes = {indicator.code for indicator in found}
    for indicator in found:
        if indicator.count and indicator.count not in codes:
            raise DataError(f"unknown count {indicator.count!r}", TABLES / "indicators.tsv", indicator.line)
    return tuple(found)


@cache
def quantity_words(name: str) -> Mapping[str, str]:
    """Give the words of a list of ``quantity_words.tsv``, each with what it means there; an unknown list is a KeyError.

    >>> quantity_words("value_move")["giảm"]
    'down'
    """
    return _word_lists()[name]


@cache
def _word_lists() -> Mapping[str, Mapping[str, str]]:
    columns = ("list", "word", "means", "example", "source")
    lists: dict[str, dict[str, str]] = {}
    for row in read_table(TABLES / "quantity_words.tsv", columns, key=("list", "word")):
        if row["word"] != row["word"].lower() and row["list"] != "phrase_end":
            raise row.error("word is not in lower case")
        if row["word"].casefold() not in row["example"].casefold():
            raise row.error(f"the example does not show {row['word']!r}")
        lists.setdefault(row["list"], {})[row["word"]] = row["means"]
    return MappingProxyType({name: MappingProxyType(found) for name, found in lists.items()})
