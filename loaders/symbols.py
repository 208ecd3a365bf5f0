"""Read the numbers and symbols of documents: "90/QĐ-TTg", "27/2022/NĐ-CP", "15-NQ/TW", "1118 TC/TCT".

A symbol is letters of a type and of issuers (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.3); the Party puts the type in
front of the stroke (Hướng dẫn 36-HD/VPTW). :func:`match_symbol` finds the letters, :func:`read_symbol` says what they
tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cancu.loaders.patterns import compiled
from cancu.ontology import lexicon

__all__ = [
    "ANCHOR",
    "ASSEMBLY",
    "SEGMENT",
    "Symbol",
    "issuer_codes",
    "letter_issuers",
    "match_symbol",
    "own_code",
    "read_symbol",
    "type_codes",
]

# Letters of a symbol: capitals, "&", digits, and lower case only in these codes; HÐ is written with an Icelandic eth.
SEGMENT = r"(?:TTg|CTr|TTr|QyĐ|TrS|QĐi|ThU|HÐ|[A-ZĐƯ])(?:TTg|Ttg|Tg|Tr|[A-ZĐƯ&0-9])*+"
# Scans leave strokes, quotation marks and a second hyphen around the hyphen ("TT-| BTC", "TT- 'BTC", "QĐ- -TTg").
_HYPHEN = r" ?-[ |'\"]{0,3}(?:(?<= )-)?"
_SYMBOL = compiled(rf"/ ?({SEGMENT})((?:(?:{_HYPHEN}|[./])(?:{SEGMENT})){{0,9}}+)")
_PIECE = compiled(rf"({_HYPHEN}|[./])({SEGMENT})")
# "22/2010/T T-BTC": a blank inside the type code.
_SPLIT_CODE = compiled(r"/ ?([A-ZĐ]) ([A-ZĐ])(?=-[A-ZĐ])")
#: The stroke in front of a symbol.
ANCHOR = compiled(r"/ ?(?=[A-ZĐƯ])")
#: The letters of the National Assembly and of its Standing Committee, with what scans make of their term: "QHI3".
ASSEMBLY = compiled(r"(?:PL-|NQ-|L-)?(?:QH|UBTVQH|UBNVQH)[\dIl]{0,3}$|QHI?\d{1,2}$")
_ASSEMBLY_TYPES = {"PL": "Pháp lệnh", "NQ": "Nghị quyết"}

# Words that a scan may glue to a symbol: "15/QĐ-UBNDngày".
_GLUED = ("ngày", "của", "tỉnh")
_GLUED_TO_FIRST = (*_GLUED, "về")


@dataclass(frozen=True, slots=True)
class Symbol:
    """Say what the letters of a number tell; ``known`` that a table knows them."""

    number: str
    type: str | None
    codes: tuple[str, ...]
    known: bool


@cache
def type_codes() -> dict[str, str]:
    """Return type code -> type name; each code's first row holds.

    >>> type_codes()["QĐ"]
    'Quyết định'
    """
    codes: dict[str, str] = {}
    for row in lexicon.document_types():
        for code in (row.symbol, *row.symbol_variants):
            if code:
                codes.setdefault(code, row.name)
    return codes


@cache
def _own_codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for row in lexicon.document_types():
        if row.symbol:
            codes.setdefault(row.name, row.symbol)
    return codes


def own_code(type_name: str | None) -> str | None:
    """Return the code that a type has in its numbers, or None where it has none.

    >>> own_code("Thông tư")
    'TT'
    """
    return _own_codes().get(type_name or "")


@cache
def issuer_codes() -> frozenset[str]:
    """Return every code of a body.

    >>> "BTC" in issuer_codes()
    True
    """
    return frozenset(code for row in lexicon.issuers() for code in (row.code, *row.codes_also))


@cache
def letter_issuers() -> frozenset[str]:
    """Return the codes of types that also name a body, as letters of the 1990s had them in front.

    >>> "CT" in letter_issuers()
    True
    """
    return issuer_codes() & frozenset(type_codes())


def match_symbol(plain: str, at: int) -> tuple[int, list[str], list[str]] | None:
    """Match a symbol whose stroke is at ``at``; return (end, segments, what stands in front of each).

    >>> match_symbol("90/QĐ-TTg ngày 18/01/2022", 2)
    (9, ['QĐ', 'TTg'], ['', '-'])
    >>> match_symbol("15/QĐ-UBND - Căn cứ", 2)
    (10, ['QĐ', 'UBND'], ['', '-'])
    """
    found = _SYMBOL.match(plain, at)
    if found is None:
        return None
    split = _SPLIT_CODE.match(plain, at)
    if split is not None and split[1] + split[2] in type_codes():
        rest = _PIECE.match(plain, split.end())
        if rest is not None:
            return rest.end(), [split[1] + split[2], rest[2]], ["", "-"]
    segments, separators = [found[1]], [""]
    end = found.end(1)
    if len(found[1]) < 2 and _begins_word(plain, end, _GLUED_TO_FIRST):
        return None
    for piece in _PIECE.finditer(plain, found.end(1), found.end()):
        joint, text = piece[1], piece[2]
        # "15/QĐ-UBND - Căn cứ": a capital that begins a word belongs to the next sentence.
        if _begins_word(plain, piece.end(), _GLUED):
            break
        if " " in joint and (len(segments) > 1 or (len(text) < 2 and text != "B")):
            break
        if joint == "." and len(text) < 2:
            break
        segments.append(text)
        separators.append("-" if "-" in joint else joint)
        end = piece.end()
    return end, segments, separators


def _begins_word(plain: str, at: int, glued: tuple[str, ...]) -> bool:
    """Tell whether a small letter at ``at`` goes on with the capital before it."""
    letter = plain[at : at + 1]
    return letter.isalpha() and letter.islower() and not plain.startswith(glued, at)


def read_symbol(
    count: str,
    year: str | None,
    segments: Sequence[str],
    separators: Sequence[str],
    front: str | None = None,
    hyphen: str = "-",
) -> Symbol:
    """Say what a number's letters tell: the number as it is written, its type and issuer codes.

    ``front`` is what stands in front of the stroke, behind the count: "NQ" in "15-NQ/TW".

    >>> read_symbol("27", "2022", ["NĐ", "CP"], ["", "-"])
    Symbol(number='27/2022/NĐ-CP', type='Nghị định', codes=('CP',), known=True)
    >>> read_symbol("15", None, ["TW"], [""], front="NQ")
    Symbol(number='15-NQ/TW', type='Nghị quyết', codes=('TW',), known=True)
    """
    types, issuers = type_codes(), issuer_codes()
    pieces, joints = list(segments), list(separators)
    if len(pieces) == 1 and front is None and (halves := _halves(pieces[0])) is not None:
        pieces, joints = list(halves), ["", "-"]
    body = pieces[0] + "".join(joint + piece for joint, piece in zip(joints[1:], pieces[1:], strict=True))
    if front is not None:
        head = front.split("-")[0]
        type_name = types.get(head) if hyphen else None
        codes = tuple(pieces[:1]) if type_name else (head,)
        return Symbol(f"{count}{hyphen}{front}/{body}", type_name, codes, type_name is not None or head in issuers)
    number = f"{count}/{year}/{body}" if year else f"{count}/{body}"
    if ASSEMBLY.match(body):
        return Symbol(number, _ASSEMBLY_TYPES.get(pieces[0]), (pieces[-1],), True)
    if pieces[0] in types:
        return Symbol(number, types[pieces[0]], tuple(pieces[1:]), True)
    known = pieces[0] in issuers
    if not year and len(pieces) > 1:
        # Issuer first, drafting unit second: a letter (công văn) has no type code.
        return Symbol(number, "Công văn", (pieces[0],), known)
    return Symbol(number, None, tuple(pieces), known)


def _halves(segment: str) -> tuple[str, str] | None:
    """Part a symbol whose hyphen was lost: NQHĐND is NQ-HĐND, NĐCP is NĐ-CP, when both halves are codes."""
    types, issuers = type_codes(), issuer_codes()
    if segment in types or segment in issuers:
        return None
    for code in sorted(types, key=len, reverse=True):
        rest = segment.removeprefix(code)
        if rest != segment and len(rest) > 1 and rest in issuers:
            return code, rest
    return None
