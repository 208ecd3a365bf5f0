"""Read the tables of this folder once, into frozen look-ups of the domain.

Every table is UTF-8 and NFC, tab separated, its first line the header; lines that start with ``#`` are comments.
A flaw in a table raises :class:`cancu.errors.DataError` with its file and line; an unknown form is no error but an
empty answer, and a form that means several things gives all of them: the caller has the context to choose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from cancu.errors import DataError

__all__ = [
    "Abbreviation",
    "Department",
    "DocumentType",
    "Issuer",
    "Law",
    "LawNumber",
    "Rank",
    "Row",
    "abbreviations",
    "abbreviations_of",
    "departments",
    "departments_by_abbreviation",
    "departments_by_symbol",
    "document_type",
    "document_types",
    "document_types_by_symbol",
    "document_types_by_word",
    "is_syllable",
    "issuers",
    "issuers_by_code",
    "issuers_by_name",
    "laws",
    "laws_by_name",
    "laws_by_number",
    "lookup_key",
    "rank_of",
    "ranks",
    "read_table",
    "syllables",
    "words",
]

#: The folder of the tables.
TABLES: Final = Path(__file__).parent

#: The versions of the law on legal documents that rank them, oldest first, with the day each came into force.
RANKING_LAWS: Final = (
    ("80/2015/QH13", date(2016, 7, 1)),
    ("63/2020/QH14", date(2021, 1, 1)),
    ("64/2025/QH15", date(2025, 4, 1)),
    ("87/2025/QH15", date(2025, 7, 1)),
)
RANK_COLUMNS: Final = ("rank_80_2015", "rank_63_2020", "rank_64_2025", "rank_87_2025")

TIERS: Final = frozenset({"central", "province", "district", "commune", "party", "other"})
FAMILIES: Final = frozenset({"normative", "joint", "administrative", "party", "merged", "copy", "constitution"})
ABBREVIATION_KINDS: Final = frozenset({"agency", "place", "party", "policy", "office", "text"})
LAW_KINDS: Final = frozenset({"Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"})

# Newer and older tone placement: "hoà" and "hòa" are one word. Not after q, where u belongs to the onset ("quý").
NEWER_TONES: Final = (
    "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(),
    "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split(),
)
OLDER_TONE: Final = dict(zip(*NEWER_TONES, strict=True))
NEWER_TONE: Final = re.compile(rf"(?<!q)(?:{'|'.join(OLDER_TONE)})(?!\w)")
DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
LOOSE_JOINTS: Final = re.compile(r"\s*([-&,/])\s*")

Value = TypeVar("Value")


# --------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row of a table: its cells by column, and where it stands.

    >>> row = Row(Path("x.tsv"), 2, {"form": "UBND", "words": "a|b"})
    >>> row["form"], row.items("words"), row.line
    ('UBND', ('a', 'b'), 2)
    """

    file: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Give the cell of ``column``, an empty string where nothing is stated."""
        return self.cells[column]

    def items(self, column: str) -> tuple[str, ...]:
        """Split a cell that lists several values with "|" between them; refuse a gap or a repetition."""
        cell = self.cells[column]
        found = tuple(cell.split("|")) if cell else ()
        if any(not item or item != item.strip() for item in found):
            raise self.error(f"{column} has a gap in its list")
        if len(set(found)) != len(found):
            raise self.error(f"{column} lists a value twice")
        return found

    def error(self, message: str) -> DataError:
        """Make the error that names this row's file and line."""
        return DataError(message, self.file, self.line)

    def choice(self, column: str, allowed: Iterable[str]) -> str:
        """Give the cell of ``column`` if it is one of ``allowed``; raise otherwise."""
        cell = self.cells[column]
        if cell not in allowed:
            raise self.error(f"{column} {cell!r} is none of {', '.join(sorted(allowed))}")
        return cell

    def flag(self, column: str) -> bool:
        """Read a cell that says "yes" or "no"."""
        return self.choice(column, ("no", "yes")) == "yes"

    def day(self, column: str) -> date | None:
        """Read a cell that holds an ISO date or nothing."""
        cell = self.cells[column]
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            raise self.error(f"{column} {cell!r} is no ISO date") from None

    def number(self, column: str) -> int | None:
        """Read a cell that holds a whole number or nothing."""
        cell = self.cells[column]
        if cell and not cell.isdecimal():
            raise self.error(f"{column} {cell!r} is no whole number")
        return int(cell) if cell else None


def read_table(
    path: Path, columns: Sequence[str], *, key: Sequence[str] = (), patterns: Collection[str] = ()
) -> tuple[Row, ...]:
    """Read the table at ``path``, refusing with :class:`DataError` whatever is not exactly as promised.

    The header must be ``columns``; every row must have a cell for each, in NFC, without outer or double blanks, its
    ``example`` and ``source`` filled where there are such columns, and a ``key`` (by default the whole row) that no
    earlier row has. Columns in ``patterns`` hold regular expressions, in which blanks have their own meaning.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8: {error.reason} at byte {error.start}", path, 1) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path, 1) from None
    if lines[-1]:
        raise DataError("the last line does not end", path, len(lines))
    if lines[0].split("\t") != list(columns):
        raise DataError(f"the header is not: {' '.join(columns)}", path, 1)
    rows: list[Row] = []
    first_line: dict[tuple[str, ...], int] = {}
    for line, text in enumerate(lines[1:-1], start=2):
        if text.startswith("#"):
            continue
        cells = text.split("\t")
        if len(cells) != len(columns):
            raise DataError(f"{len(cells)} cells instead of {len(columns)}", path, line)
        row = Row(path, line, MappingProxyType(dict(zip(columns, cells, strict=True))))
        _check_cells(row, patterns)
        identity = tuple(row[column] for column in key or columns)
        if identity in first_line:
            raise row.error(f"repeats line {first_line[identity]}: {' '.join(filter(None, identity))}")
        first_line[identity] = line
        rows.append(row)
    if not rows:
        raise DataError("no rows", path, 1)
    return tuple(rows)


def _check_cells(row: Row, patterns: Collection[str]) -> None:
    for column, cell in row.cells.items():
        if not unicodedata.is_normalized("NFC", cell):
            raise row.error(f"{column} is not in NFC")
        if column in patterns:
            continue
        if cell != " ".join(cell.split()):
            raise row.error(f"{column} has a blank too many")
        if not cell and column in ("example", "source"):
            raise row.error(f"{column} is empty")


def lookup_key(form: str) -> str:
    """Fold what two spellings of one name may differ in: case, tone placement, dashes, blanks around them.

    >>> lookup_key("Uỷ ban  Dân tộc") == lookup_key("Ủy ban dân tộc")
    True
    >>> lookup_key("LĐ – TB & XH"), lookup_key("Quý")
    ('lđ-tb&xh', 'quý')
    """
    folded = DASHES.sub("-", unicodedata.normalize("NFC", form).casefold())
    folded = " ".join(LOOSE_JOINTS.sub(r"\1", folded).split())
    return NEWER_TONE.sub(lambda match: OLDER_TONE[match[0]], folded)


def _index(values: Iterable[Value], forms: Callable[[Value], Iterable[str]]) -> Mapping[str, tuple[Value, ...]]:
    index: dict[str, list[Value]] = {}
    for value in values:
        for form in dict.fromkeys(forms(value)):
            index.setdefault(form, []).append(value)
    return MappingProxyType({form: tuple(found) for form, found in index.items()})


def _refuse_repeated_forms(row: Row, forms: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for form in forms:
        other = seen.setdefault(lookup_key(form), form)
        if other is not form:
            raise row.error(f"{form!r} says nothing that {other!r} does not say")


def _in_force(first: date | None, last: date | None, on: date | None) -> bool:
    return on is None or ((first is None or first <= on) and (last is None or on <= last))


# --------------------------------------------------------------------------------------------- document types


@dataclass(frozen=True, slots=True)
class DocumentType:
    """Name a type of document: ``slug`` is its identifier, ``ranks`` its order in each version of the law.

    A rank is ``None`` where that law gives the type no rank; ``rank_by_issuer`` says that it depends on the issuer.
    """

    slug: str
    name: str
    name_en: str
    symbol: str
    symbol_variants: tuple[str, ...]
    family: str
    words: tuple[str, ...]
    ranks: tuple[int | None, ...]
    rank_by_issuer: bool
    example: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Rank:
    """Rank the documents of ``type`` by ``issuers`` (codes) of ``tier`` (where it matters)."""

    type: str
    issuers: tuple[str, ...]
    tier: str | None
    ranks: tuple[int | None, ...]
    example: str
    source: str
    line: int


@cache
def document_types() -> tuple[DocumentType, ...]:
    """Give every document type, in the order of the table."""
    columns = (
        *("slug", "name", "name_en", "symbol", "symbol_variants", "family", "words"),
        *(*RANK_COLUMNS, "example", "source"),
    )
    return tuple(map(_document_type, read_table(TABLES / "document_types.tsv", columns, key=("slug",))))


def _document_type(row: Row) -> DocumentType:
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", row["slug"]):
        raise row.error(f"slug {row['slug']!r} is not ascii words with hyphens")
    _refuse_repeated_forms(row, (row["name"], *row.items("words")))
    by_issuer = {row[column] for column in RANK_COLUMNS} == {"issuer"}
    return DocumentType(
        slug=row["slug"],
        name=row["name"],
        name_en=row["name_en"],
        symbol=row["symbol"],
        symbol_variants=row.items("symbol_variants"),
        family=row.choice("family", FAMILIES),
        words=row.items("words"),
        ranks=() if by_issuer else tuple(row.number(column) for column in RANK_COLUMNS),
        rank_by_issuer=by_issuer,
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


@cache
def _document_types_by_slug() -> Mapping[str, DocumentType]:
    return MappingProxyType({value.slug: value for value in document_types()})


def document_type(slug: str) -> DocumentType:
    """Give the document type with this slug; an unknown slug is a ``KeyError``.

    >>> document_type("ke-hoach").name
    'Kế hoạch'
    """
    return _document_types_by_slug()[slug]


@cache
def _document_types_by_symbol() -> Mapping[str, tuple[DocumentType, ...]]:
    plain = _index(document_types(), lambda value: [value.symbol] if value.symbol else [])
    variants = _index(document_types(), lambda value: value.symbol_variants)
    return MappingProxyType(
        {symbol: plain.get(symbol, ()) + variants.get(symbol, ()) for symbol in {*plain, *variants}}
    )


def document_types_by_symbol(symbol: str) -> tuple[DocumentType, ...]:
    """Give the types that ``symbol`` may stand for inside a number, those that own it first.

    >>> [found.name for found in document_types_by_symbol("KH")]
    ['Kế hoạch']
    >>> [found.name for found in document_types_by_symbol("TT")]
    ['Thông tư', 'Thông tri']
    """
    return _document_types_by_symbol().get(symbol, ())


@cache
def document_types_by_word() -> Mapping[str, DocumentType]:
    """Map each name and other wording, folded by :func:`lookup_key`, to its one document type.

    >>> document_types_by_word()[lookup_key("Chương trình Hành động")].slug
    'chuong-trinh'
    """
    index: dict[str, DocumentType] = {}
    for value in document_types():
        for form in (value.name, *value.words):
            other = index.setdefault(lookup_key(form), value)
            if other is not value:
                raise DataError(f"{form!r} is of line {other.line} too", TABLES / "document_types.tsv", value.line)
    return MappingProxyType(index)


@cache
def ranks() -> tuple[Rank, ...]:
    """Give the ranks of the types whose rank depends on the issuer."""
    columns = ("type", "issuer", *RANK_COLUMNS, "example", "source")
    return tuple(map(_rank, read_table(TABLES / "document_ranks.tsv", columns, key=("type", "issuer"))))


def _rank(row: Row) -> Rank:
    if row["type"] not in _document_types_by_slug():
        raise row.error(f"unknown type {row['type']!r}")
    codes, at, tier = row["issuer"].partition("@")
    if at and tier not in TIERS:
        raise row.error(f"tier {tier!r} is none of {', '.join(sorted(TIERS))}")
    if unknown := [code for code in codes.split("+") if not issuers_by_code(code)]:
        raise row.error(f"unknown issuer {unknown[0]!r}")
    return Rank(
        type=row["type"],
        issuers=tuple(codes.split("+")),
        tier=tier or None,
        ranks=tuple(row.number(column) for column in RANK_COLUMNS),
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


def rank_of(slug: str, codes: Sequence[str], tier: str | None, on: date) -> int | None:
    """Give the rank of a legal norm by the law in force ``on`` a day: 1 is highest, ``None`` is none.

    ``codes`` are those of its issuer, or issuers; ``tier`` matters for those that exist at several tiers. Whether a
    single document is a legal norm at all is said by its number (a year stands in it), not here.

    >>> rank_of("nghi-quyet", ["HĐND"], "province", date(2022, 7, 12))
    10
    >>> rank_of("nghi-quyet", ["CP"], None, date(2022, 7, 12)) is None
    True
    """
    version = sum(on >= start for _, start in RANKING_LAWS) - 1
    if version < 0:
        return None
    found = document_type(slug)
    if not found.rank_by_issuer:
        return found.ranks[version]
    for rank in ranks():
        if rank.type == slug and set(rank.issuers) == set(codes) and rank.tier in (None, tier):
            return rank.ranks[version]
    return None


# --------------------------------------------------------------------------------------------- issuers


@dataclass(frozen=True, slots=True)
class Issuer:
    """Name a body that issues documents, for one period of its history.

    ``contextual`` means that the place must come from the text; ``tier`` is then the one to take if it says nothing.
    """

    code: str
    codes_also: tuple[str, ...]
    name: str
    names_also: tuple[str, ...]
    head: str
    tier: str
    contextual: bool
    valid_from: date | None
    valid_to: date | None
    successor: str
    example: str
    source: str
    line: int


@cache
def issuers() -> tuple[Issuer, ...]:
    """Give every issuer, in the order of the table."""
    columns = (
        *("code", "codes_also", "name", "names_also", "head", "tier", "contextual"),
        *("valid_from", "valid_to", "successor", "example", "source"),
    )
    rows = read_table(TABLES / "issuers.tsv", columns, key=("code", "name", "valid_from"))
    names = {row["name"] for row in rows}
    return tuple(_issuer(row, names) for row in rows)


def _issuer(row: Row, names: Iterable[str]) -> Issuer:
    _refuse_repeated_forms(row, (row["name"], *row.items("names_also")))
    if row["successor"] and row["successor"] not in names:
        raise row.error(f"successor {row['successor']!r} has no row")
    valid_from, valid_to = _period(row)
    return Issuer(
        code=row["code"],
        codes_also=row.items("codes_also"),
        name=row["name"],
        names_also=row.items("names_also"),
        head=row["head"],
        tier=row.choice("tier", TIERS),
        contextual=row.flag("contextual"),
        valid_from=valid_from,
        valid_to=valid_to,
        successor=row["successor"],
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


def _period(row: Row) -> tuple[date | None, date | None]:
    first, last = row.day("valid_from"), row.day("valid_to")
    if first is not None and last is not None and last < first:
        raise row.error("valid_to is before valid_from")
    return first, last


@cache
def _issuers_by_code() -> Mapping[str, tuple[Issuer, ...]]:
    own = _index(issuers(), lambda value: [value.code])
    also = _index(issuers(), lambda value: value.codes_also)
    return MappingProxyType({code: own.get(code, ()) + also.get(code, ()) for code in {*own, *also}})


def issuers_by_code(code: str, on: date | None = None) -> tuple[Issuer, ...]:
    """Give the issuers that ``code`` may stand for, if wanted only those that existed ``on`` a day.

    Digits at the end (a term of the National Assembly, a unit of the State Bank) are read over.

    >>> [found.name for found in issuers_by_code("BLĐTB&XH")]
    ['Bộ Lao động - Thương binh và Xã hội']
    >>> issuers_by_code("UBTVQH14")[0].name, issuers_by_code("BNV", date(1997, 1, 1))[0].successor
    ('Ủy ban Thường vụ Quốc hội', 'Bộ Công an')
    """
    index = _issuers_by_code()
    found = index.get(code) or index.get(code.rstrip("0123456789"), ())
    return tuple(value for value in found if _in_force(value.valid_from, value.valid_to, on))


@cache
def _issuers_by_name() -> Mapping[str, tuple[Issuer, ...]]:
    return _index(issuers(), lambda value: map(lookup_key, (value.name, *value.names_also)))


def issuers_by_name(name: str, on: date | None = None) -> tuple[Issuer, ...]:
    """Give the issuers that go by ``name``, if wanted only those that existed ``on`` a day.

    >>> [found.code for found in issuers_by_name("Bộ Nông nghiệp & PTNT")]
    ['BNNPTNT']
    """
    found = _issuers_by_name().get(lookup_key(name), ())
    return tuple(value for value in found if _in_force(value.valid_from, value.valid_to, on))


# --------------------------------------------------------------------------------------------- departments


@dataclass(frozen=True, slots=True)
class Department:
    """Name a department or unit of a province, district or commune: ``head`` + ``name`` is its full name."""

    tier: str
    head: str
    name: str
    abbreviations: tuple[str, ...]
    symbols: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    successor: str
    example: str
    source: str
    line: int

    @property
    def full_name(self) -> str:
        """Give the name as it is written out, without its place ("Sở Tài chính")."""
        return f"{self.head} {self.name}".rstrip()


@cache
def departments() -> tuple[Department, ...]:
    """Give every department, in the order of the table."""
    columns = (
        *("tier", "head", "name", "abbreviations", "symbol"),
        *("valid_from", "valid_to", "successor", "example", "source"),
    )
    rows = read_table(TABLES / "departments.tsv", columns, key=("tier", "head", "name", "valid_from"))
    names = {(row["tier"], row["name"] or row["head"]) for row in rows}
    return tuple(_department(row, names) for row in rows)


def _department(row: Row, names: Iterable[tuple[str, str]]) -> Department:
    _refuse_repeated_forms(row, (row["name"] or row["head"], *row.items("abbreviations")))
    if row["successor"] and (row["tier"], row["successor"]) not in names:
        raise row.error(f"successor {row['successor']!r} has no row in its tier")
    valid_from, valid_to = _period(row)
    return Department(
        tier=row.choice("tier", ("province", "district", "commune")),
        head=row["head"],
        name=row["name"],
        abbreviations=row.items("abbreviations"),
        symbols=row.items("symbol"),
        valid_from=valid_from,
        valid_to=valid_to,
        successor=row["successor"],
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


@cache
def _departments_by_abbreviation() -> Mapping[str, tuple[Department, ...]]:
    named = _index(departments(), lambda value: [lookup_key(value.name or value.head)])
    short = _index(departments(), lambda value: map(lookup_key, value.abbreviations))
    return MappingProxyType({form: named.get(form, ()) + short.get(form, ()) for form in {*named, *short}})


def departments_by_abbreviation(
    form: str, tier: str, head: str | None = None, on: date | None = None
) -> tuple[Department, ...]:
    """Give the departments of ``tier`` that ``form`` may stand for: the name behind the head, or an abbreviation.

    >>> [found.full_name for found in departments_by_abbreviation("LĐ-TB&XH", "district", "Phòng")]
    ['Phòng Lao động - Thương binh và Xã hội']
    >>> [found.full_name for found in departments_by_abbreviation("BHXH", "province")]
    ['Bảo hiểm xã hội']
    """
    return tuple(
        value
        for value in _departments_by_abbreviation().get(lookup_key(form), ())
        if value.tier == tier and head in (None, value.head) and _in_force(value.valid_from, value.valid_to, on)
    )


@cache
def _departments_by_symbol() -> Mapping[str, tuple[Department, ...]]:
    return _index(departments(), lambda value: value.symbols)


def departments_by_symbol(symbol: str, tier: str | None = None, on: date | None = None) -> tuple[Department, ...]:
    """Give the departments that ``symbol`` may stand for inside a number.

    >>> [found.full_name for found in departments_by_symbol("PLĐTBXH")]
    ['Phòng Lao động - Thương binh và Xã hội']
    """
    return tuple(
        value
        for value in _departments_by_symbol().get(symbol, ())
        if tier in (None, value.tier) and _in_force(value.valid_from, value.valid_to, on)
    )


# --------------------------------------------------------------------------------------------- abbreviations


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """Spell out an abbreviation of running text."""

    form: str
    expansion: str
    kind: str
    case_sensitive: bool
    example: str
    source: str
    line: int


@cache
def abbreviations() -> tuple[Abbreviation, ...]:
    """Give every abbreviation, in the order of the table."""
    columns = ("form", "expansion", "kind", "case_sensitive", "example", "source")
    rows = read_table(TABLES / "abbreviations.tsv", columns, key=("form", "expansion"))
    return tuple(
        Abbreviation(
            form=row["form"],
            expansion=row["expansion"],
            kind=row.choice("kind", ABBREVIATION_KINDS),
            case_sensitive=row.flag("case_sensitive"),
            example=row["example"],
            source=row["source"],
            line=row.line,
        )
        for row in rows
    )


@cache
def _abbreviations_by_form() -> Mapping[str, tuple[Abbreviation, ...]]:
    return _index(abbreviations(), lambda value: [value.form if value.case_sensitive else lookup_key(value.form)])


def abbreviations_of(form: str) -> tuple[Abbreviation, ...]:
    """Give what an abbreviation may stand for.

    >>> [found.expansion for found in abbreviations_of("ĐBKK")]
    ['đặc biệt khó khăn']
    """
    index = _abbreviations_by_form()
    exact, folded = index.get(form, ()), index.get(lookup_key(form), ())
    return exact + tuple(value for value in folded if value not in exact and not value.case_sensitive)


# --------------------------------------------------------------------------------------------- laws


@dataclass(frozen=True, slots=True)
class LawNumber:
    """Identify one law of a name: its number and the day it was passed."""

    number: str
    passed: date


@dataclass(frozen=True, slots=True)
class Law:
    """Name a law, code, ordinance or constitution that texts cite by name, without its number.

    ``numbers`` are the versions that are known for certain, oldest first; there may be others.
    """

    kind: str
    name: str
    aliases: tuple[str, ...]
    numbers: tuple[LawNumber, ...]
    example: str
    source: str
    line: int

    @property
    def full_name(self) -> str:
        """Give the name as it is cited ("Luật Đầu tư công")."""
        return f"{self.kind} {self.name}".rstrip()


@cache
def laws() -> tuple[Law, ...]:
    """Give every law, in the order of the table."""
    columns = ("kind", "name", "aliases", "numbers", "example", "source")
    return tuple(map(_law, read_table(TABLES / "laws.tsv", columns, key=("kind", "name"))))


def _law(row: Row) -> Law:
    _refuse_repeated_forms(row, (row["name"], *row.items("aliases")))
    return Law(
        kind=row.choice("kind", LAW_KINDS),
        name=row["name"],
        aliases=row.items("aliases"),
        numbers=tuple(_law_numbers(row)),
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


def _law_numbers(row: Row) -> Iterable[LawNumber]:
    earlier = date.min
    for item in row.items("numbers"):
        number, _, passed = item.partition("@")
        try:
            day = date.fromisoformat(passed)
        except ValueError:
            raise row.error(f"{item!r} is not number@date") from None
        if year := re.search(r"/(\d{4})/", number):
            if int(year[1]) != day.year:
                raise row.error(f"{item!r}: the year of the number is not that of the date")
        if day < earlier:
            raise row.error(f"{item!r} is not in the order of dates")
        earlier = day
        yield LawNumber(number, day)


@cache
def _laws_by_name() -> Mapping[str, tuple[Law, ...]]:
    return _index(laws(), lambda law: (lookup_key(f"{law.kind} {name}") for name in (law.name, *law.aliases)))


def laws_by_name(name: str) -> tuple[Law, ...]:
    """Give the laws that go by ``name``, its kind included.

    >>> [found.name for found in laws_by_name("Luật đầu tư công")]
    ['Đầu tư công']
    """
    return _laws_by_name().get(lookup_key(name), ())


@cache
def _laws_by_number() -> Mapping[str, tuple[Law, ...]]:
    return _index(laws(), lambda law: [known.number for known in law.numbers])


def laws_by_number(number: str) -> tuple[Law, ...]:
    """Give the laws with this number.

    >>> [found.full_name for found in laws_by_number("39/2019/QH14")]
    ['Luật Đầu tư công']
    """
    return _laws_by_number().get(number, ())


# --------------------------------------------------------------------------------------------- words


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    columns = ("list", "word", "means", "example", "source")
    for row in read_table(TABLES / "words.tsv", columns, key=("list", "word")):
        if row["word"].casefold() not in row["example"].casefold():
            raise row.error(f"the example does not show {row['word']!r}")
        lists.setdefault(row["list"], {})[row["word"]] = row["means"]
    return MappingProxyType({name: MappingProxyType(found) for name, found in lists.items()})


def words(name: str) -> Mapping[str, str]:
    """Give the words of a list in the order of its rows, each with what it means there, if the list says so.

    An unknown list is a ``KeyError``: its name stands in our code.

    >>> words("unit")["tp."], list(words("titled_type"))
    ('thành phố', ['Kế hoạch', 'Đề án', 'Chiến lược', 'Quy hoạch'])
    """
    return _words()[name]


# --------------------------------------------------------------------------------------------- syllables


@cache
def syllables() -> frozenset[str]:
    """Give every attested Vietnamese syllable, lower case, in NFC, with its tone mark in the older place.

    >>> "được" in syllables(), "đư" in syllables()
    (True, False)
    """
    onset_rows = read_table(TABLES / "onsets.tsv", ("onset", "example", "source"), key=("onset",))
    onsets = {row["onset"]: "" if row["onset"] == "-" else row["onset"] for row in onset_rows}
    columns = ("rime", "tone", "spelled", "onsets", "example", "source")
    found: set[str] = set()
    for row in read_table(TABLES / "rimes.tsv", columns, key=("rime", "tone")):
        _check_rime(row)
        for onset in row.items("onsets"):
            if onset not in onsets:
                raise row.error(f"unknown onset {onset!r}")
            found.add(onsets[onset] + row["spelled"])
    return frozenset(found)


#: The combining mark of each tone; the level tone ("ngang") has none.
TONE_MARKS: Final = {
    "ngang": "",
    "huyền": "\u0300",
    "sắc": "\u0301",
    "hỏi": "\u0309",
    "ngã": "\u0303",
    "nặng": "\u0323",
}


def _check_rime(row: Row) -> None:
    mark = TONE_MARKS[row.choice("tone", TONE_MARKS)]
    letters = unicodedata.normalize("NFD", row["spelled"])
    marks = [letter for letter in letters if letter in TONE_MARKS.values()]
    if "".join(marks) != mark or unicodedata.normalize("NFC", letters.replace(mark, "")) != row["rime"]:
        raise row.error(f"{row['spelled']!r} is not {row['rime']!r} with the tone {row['tone']}")
    if row["spelled"] != lookup_key(row["spelled"]):
        raise row.error(f"{row['spelled']!r} does not bear its tone in the older place")
    if row["rime"].endswith(("c", "ch", "p", "t")) and row["tone"] not in ("sắc", "nặng"):
        raise row.error("a rime that ends in a stop has only the tones sắc and nặng")


@cache
def _spellings() -> frozenset[str]:
    newer = {old: new for new, old in OLDER_TONE.items()}
    return syllables() | {
        syllable[:-2] + newer[syllable[-2:]]
        for syllable in syllables()
        if syllable[-2:] in newer and not syllable.startswith("q")
    }


def is_syllable(text: str) -> bool:
    """Say whether ``text`` is an attested Vietnamese syllable, in either tone placement and in any case.

    >>> [word for word in ("được", "đư", "Trợ", "tr", "hoà", "hòa", "UBND") if is_syllable(word)]
    ['được', 'Trợ', 'hoà', 'hòa']
    """
    return text.lower() in _spellings()
