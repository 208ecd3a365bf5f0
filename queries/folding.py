"""Fold words as people type them, and tell what each may stand for: tones, case and abbreviations are no hurdle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from cancu.ontology import lexicon

__all__ = ["FILLERS", "Wanted", "begins_others", "fold", "folded", "name_of", "read_wanted", "tokens"]

#: What stands between the words that tell documents apart: "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng".
FILLERS: Final = frozenset({"so", "ngay", "cua", "ve", "viec"})

#: One word that is asked for: the ways in which a name may hold it, each of one or more words.
Wanted = tuple[tuple[str, ...], ...]

# A word of so many letters also stands for the words that it begins.
_LEAST_PREFIX: Final = 3
_WORD: Final = re.compile(r"[a-z0-9]+")
# Every Latin letter under its base letter; marks that stand alone (NFD) go.
_PLAIN: Final = {
    code: None if unicodedata.combining(chr(code)) else unicodedata.normalize("NFD", chr(code))[0]
    for block in (range(0xC0, 0x250), range(0x300, 0x370), range(0x1E00, 0x1F00))
    for code in block
} | {ord("đ"): "d"}


def fold(text: str) -> str:
    """Drop tones and case, and the bar of Đ, but keep the signs between letters.

    >>> fold("90/QĐ-TTg"), fold("Hoà"), fold("Hòa")
    ('90/qd-ttg', 'hoa', 'hoa')
    """
    return text.lower().translate(_PLAIN)


def begins_others(word: str) -> bool:
    """Tell whether a word also stands for the longer ones that it begins; figures and short words do not.

    >>> begins_others("thuy"), begins_others("tx"), begins_others("2024")
    (True, False, False)
    """
    return len(word) >= _LEAST_PREFIX and not word.isdigit()


@lru_cache(maxsize=10_000)
def tokens(text: str) -> tuple[str, ...]:
    """Split a text into folded words.

    >>> tokens("Sở LĐ-TB&XH")
    ('so', 'ld', 'tb', 'xh')
    """
    return tuple(_WORD.findall(fold(text)))


def name_of(text: str) -> str:
    """Fold a whole name: two that differ in marks, tones or case alone are one.

    >>> name_of("Giám sát, đánh giá") == name_of("giam sat - danh gia")
    True
    """
    return " ".join(tokens(text))


@cache
def _expansions() -> Mapping[str, Wanted]:
    """Return what abbreviations may stand for, as "uy", "ban", "nhan", "dan" for "ubnd"."""
    forms: dict[str, Wanted] = {}
    pairs = [(row.form, row.expansion) for row in lexicon.abbreviations()]
    pairs += [(form, issuer.name) for issuer in lexicon.issuers() for form in (issuer.code, *issuer.codes_also)]
    pairs += [
        (form, department.name)
        for department in lexicon.departments()
        for form in department.abbreviations
        if department.name
    ]
    for form, expansion in pairs:
        # An abbreviation of several words ("Sở NN và PTNT") is looked up word by word.
        if " " not in form and len(tokens(expansion)) > len(tokens(form)):
            key = "".join(tokens(form))
            forms[key] = tuple(dict.fromkeys((*forms.get(key, ()), tokens(expansion))))
    return forms


def read_wanted(text: str) -> list[Wanted]:
    """Return what is asked for, word by word: each as it is typed, or as what it may be an abbreviation of.

    >>> read_wanted("UBND huyện")
    [(('ubnd',), ('uy', 'ban', 'nhan', 'dan')), (('huyen',),)]
    >>> read_wanted("đầu tư")  # and not "Tỉnh ủy", which is abbreviated TU
    [(('dau',),), (('tu',),)]
    >>> read_wanted("GD-ĐT")[0][-1]  # of a ministry, a department, a division
    ('giao', 'duc', 'va', 'dao', 'tao')
    """
    wanted: list[Wanted] = []
    for part in text.split():
        words = tokens(part)
        if all(word in FILLERS for word in words):
            continue
        # Abbreviations carry no tones.
        toneless = fold(part) == folded(part)
        whole = _expansions().get("".join(words)) if toneless else None
        wanted += [(words, *whole)] if whole is not None else [((word,),) for word in words]
    return wanted


def folded(text: str) -> str:
    """Drop case and the bar of Đ alone: what differs from :func:`fold` carries a tone.

    >>> folded("UBND") == fold("UBND"), folded("Tư") == fold("Tư")
    (True, False)
    """
    return unicodedata.normalize("NFC", text).lower().replace("đ", "d")
