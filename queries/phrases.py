"""Read the words of a question in Vietnamese or English, and the cues that tell what they ask for.

The cues are the rows of ``cues.tsv``. Words typed without accents fit every accent, words typed with accents only
their own, wherever the tone mark stands. A slip of one letter is put right where only one word can be meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from cancu.language import LANGUAGES, Language
from cancu.ontology import lexicon
from cancu.queries.folding import fold, tokens

__all__ = [
    "FILLER",
    "Cue",
    "CueSpan",
    "Word",
    "cues",
    "find_cues",
    "language_of",
    "read_words",
    "right_slips",
    "translate",
    "typed",
]

#: The cue whose words tell nothing.
FILLER: Final = "filler"

_CUES: Final = Path(__file__).with_name("cues.tsv")
_ENGLISH: Final = Path(__file__).with_name("english.tsv")

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_QUOTES: Final = dict.fromkeys(map(ord, "’‘`´"), "'")
# The number of a document: digits, then parts behind strokes and hyphens, of which one has letters.
_NUMBER: Final = r"\d[\dA-Za-zĐđ]*(?:\s?/\s?[\wĐđ&.]+|-[\wĐđ&.]+| - (?=[A-ZĐ]{2,}\b)[\wĐđ&.]+)*"
_WORD: Final = re.compile(rf"(?P<number>{_NUMBER})|[^\W_]+")
# The signs behind a word that end what it belongs to.
_END: Final = re.compile(r"\s*[?!;:.](?:\s|$)")
# A phrase with so many words with accents is typed with accents.
_ACCENTED: Final = 0.25
# A word of fewer letters is too short to tell what it was meant to be.
_LEAST_SLIP: Final = 4


@dataclass(frozen=True, slots=True)
class Word:
    """Hold one word of a phrase: as it was typed, folded, and in which of the parts between blanks it stands.

    ``number`` is set for the number of a document, ``last`` where a sign behind the word ends the clause.
    """

    text: str
    folded: str
    part: int
    number: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """Hold what a group of forms tells about a question, and how much it tells."""

    name: str
    weight: float
    forms: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CueSpan:
    """Place a cue in a phrase: from the word ``start`` to the one before ``end``; whether it is ``within`` another."""

    name: str
    start: int
    end: int
    within: bool = False


def read_words(text: str) -> tuple[Word, ...]:
    """Split a phrase into words; the number of a document is one word, blanks in it or not.

    >>> [word.text for word in read_words("Kế hoạch 96 / KH-UBND, Sở NN&PTNT?")]
    ['Kế', 'hoạch', '96/KH-UBND', 'Sở', 'NN', 'PTNT']
    """
    text = unicodedata.normalize("NFC", text).translate(_DASHES).translate(_QUOTES)
    text = re.sub(r"'s\b", " ", text)
    found = []
    for match in _WORD.finditer(text):
        number = match["number"]
        part = len(text[: match.start()].split()) - (not text[: match.start()][-1:].isspace() and match.start() > 0)
        last = _END.match(text, match.end()) is not None
        if number is not None and "/" in number and re.search(r"[^\W\d_]", number):
            found.append(Word(re.sub(r"\s+", "", number).rstrip("."), fold(number), part, number=True, last=last))
        else:
            pieces = re.findall(r"[^\W_]+", match[0])
            found += [Word(one, fold(one), part, last=last and one is pieces[-1]) for one in pieces]
    return tuple(found)


@cache
def cues() -> Mapping[str, Cue]:
    """Read all cues, in the order of the table."""
    found = {}
    for row in lexicon.read_table(_CUES, ("cue", "weight", "vi", "en", "example"), key=("cue",)):
        if not re.fullmatch(r"\d\.\d", row["weight"]):
            raise row.error(f"the weight {row['weight']!r} is no number such as 0.5")
        forms: dict[Language, tuple[str, ...]] = {lang: row.items(lang) for lang in LANGUAGES}
        if not all(tokens(form) for lang in LANGUAGES for form in forms[lang]):
            raise row.error("a form has no word")
        found[row["cue"]] = Cue(row["cue"], float(row["weight"]), forms)
    return found


@lru_cache(maxsize=10_000)
def _spelling(word: str) -> tuple[str, str]:
    """Return the marks of a word apart from its letters: where the tone stands does not matter.

    >>> _spelling("hoà") == _spelling("hòa"), _spelling("tỉnh") == _spelling("tính")
    (True, False)
    """
    parts = unicodedata.normalize("NFD", word.lower())
    return fold(word), "".join(sorted(one for one in parts if unicodedata.combining(one) or one == "đ"))


def fits(typed: str, form: str) -> bool:
    """Tell whether a typed word may be that of a form, whose letters are the same.

    >>> fits("dan", "dân"), fits("dẫn", "dân")
    (True, False)
    """
    return typed == form or not _spelling(typed)[1] or _spelling(typed) == _spelling(form)


@cache
def _forms() -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...], str, Language], ...]]:
    """Return the forms of all cues by their first word: folded words, words, cue, language."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str, Language]]] = defaultdict(list)
    for cue in cues().values():
        for lang in LANGUAGES:
            for form in cue.forms[lang]:
                words = tuple(word.text for word in read_words(form))
                found[fold(words[0])].append((tuple(map(fold, words)), words, cue.name, lang))
    return {first: tuple(sorted(forms, key=lambda one: -len(one[0]))) for first, forms in found.items()}


@cache
def _cue_words() -> frozenset[str]:
    return frozenset(word for forms in _forms().values() for folded, *_ in forms for word in folded)


@cache
def _toneless() -> frozenset[str]:
    return frozenset(map(fold, lexicon.syllables()))


@cache
def _english_words() -> frozenset[str]:
    """Return the words that only English has."""
    forms = [form for cue in cues().values() for form in cue.forms["en"]]
    words = {word for form in (*forms, *(english for english, _ in _english())) for word in tokens(form)}
    return frozenset(word for word in words if word not in _toneless() and len(word) > 1 and not word.isdigit())


def language_of(words: Sequence[Word]) -> Language:
    """Tell the language of a question; one with English words among Vietnamese names is English.

    >>> language_of(read_words("ai chu tri du an 2")), language_of(read_words("Who leads tiểu dự án 2?"))
    ('vi', 'en')
    """
    return "en" if any(word.folded in _english_words() for word in words) else "vi"


def _is_form(words: Sequence[Word], form: Sequence[str], accented: bool) -> bool:
    """Tell whether words are a form; in a phrase with accents, one without is not all of it."""
    if not all(fits(word.text, own) for word, own in zip(words, form, strict=True)):
        return False
    bare = [not _spelling(word.text)[1] and bool(_spelling(own)[1]) for word, own in zip(words, form, strict=True)]
    return not accented or not all(bare)


def find_cues(words: Sequence[Word], lang: Language) -> list[CueSpan]:
    """Find the cues of a phrase: of those that overlap, the longest, and what tells something before what does not.

    >>> found = find_cues(read_words("Dự án nào không có cơ quan chủ trì?"), "vi")
    >>> [one.name for one in found if not one.within]
    ['activity', 'none', 'lead']
    """
    spans: list[tuple[int, int, str]] = []
    marked = sum(bool(_spelling(word.text)[1]) for word in words)
    accented = marked >= _ACCENTED * len(words)
    for at, word in enumerate(words):
        for folded, form, cue, form_lang in _forms().get(word.folded, ()):
            end = at + len(folded)
            if tuple(one.folded for one in words[at:end]) != folded or (form_lang == "en" and lang != "en"):
                continue
            if any(one.last for one in words[at : end - 1]):
                continue
            if form_lang == "vi" and not _is_form(words[at:end], form, accented):
                continue
            if form_lang == "vi" and lang == "en" and len(folded) == 1 and word.text.isascii() and cue != FILLER:
                # "so", "do" and "to" are English here.
                continue
            spans.append((at, end, cue))
    spans.sort(key=lambda one: (one[0] - one[1], one[2] == FILLER, one[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, cue in spans:
        clash = [one for one in kept if one[0] < end and start < one[1]]
        if all(one[:2] == (start, end) and FILLER not in (cue, one[2]) for one in clash):
            kept.append((start, end, cue))
    inner = [
        one
        for one in spans
        if one[2] != FILLER
        and any(start <= one[0] and one[1] <= end and cue != FILLER for start, end, cue in kept)
        and one not in kept
    ]
    found = [CueSpan(cue, start, end) for start, end, cue in kept]
    found += [CueSpan(cue, start, end, within=True) for start, end, cue in inner]
    return sorted(set(found), key=lambda one: (one.start, -one.end, one.name))


# --- slips of the keyboard --------------------------------------------------------------------------------------------


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    return frozenset(pair for forms in _forms().values() for folded, *_ in forms for pair in pairwise(folded))


@cache
def _shortened() -> Mapping[str, frozenset[str]]:
    """Return the words of cues by what is left of them without one letter, or none."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in _cue_words():
        for key in _without_one(word):
            found[key].add(word)
    return {key: frozenset(words) for key, words in found.items()}


def _without_one(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def right_slips(words: Sequence[Word], knows: Callable[[str], bool]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """Put words right that nobody knows and that are a slip of one letter, or of one blank, away from a cue's.

    Returns the words, and what was put right. Known is what ``knows`` tells, what is English and what may be
    Vietnamese.

    >>> words, slips = right_slips(read_words("ai chur tri dự án"), lambda word: False)
    >>> [word.folded for word in words], slips
    (['ai', 'chu', 'tri', 'du', 'an'], ('chur → chu',))
    """
    found: list[Word] = []
    slips: list[str] = []
    known = _cue_words()
    for at, word in enumerate(words):
        plain = word.folded
        if word.number or plain.isdigit() or plain in known or plain in _english_words() or plain in _toneless():
            found.append(word)
            continue
        if len(plain) < _LEAST_SLIP or knows(plain):
            found.append(word)
            continue
        split = [(plain[:cut], plain[cut:]) for cut in range(2, len(plain) - 1)]
        halves = [pair for pair in split if pair in _pairs()]
        if len(halves) == 1:
            slips.append(f"{word.text} → {' '.join(halves[0])}")
            found += [replace(word, text=half, folded=half) for half in halves[0]]
            continue
        meant = {one for key in _without_one(plain) for one in _shortened().get(key, ()) if _one_away(plain, one)}
        before = words[at - 1].folded if at else ""
        behind = words[at + 1].folded if at + 1 < len(words) else ""
        fitting = {one for one in meant if (before, one) in _pairs() or (one, behind) in _pairs()}
        chosen = fitting or (meant if len(plain) > _LEAST_SLIP else set())
        if len(chosen) == 1:
            (one,) = chosen
            slips.append(f"{word.text} → {one}")
            found.append(replace(word, text=one, folded=one))
        else:
            found.append(word)
    return tuple(found), tuple(slips)


def _one_away(one: str, other: str) -> bool:
    """Tell whether one letter too many, missing, wrong or swapped with the next parts two words.

    >>> _one_away("kihn", "kinh"), _one_away("kin", "kinh"), _one_away("kim", "kinh")
    (True, True, False)
    """
    if len(one) > len(other):
        one, other = other, one
    at = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at + 2 :] == other[at + 2 :] and one[at : at + 2] == other[at : at + 2][::-1]
    )


# --- names in English -------------------------------------------------------------------------------------------------


@cache
def _english() -> tuple[tuple[str, str], ...]:
    rows = lexicon.read_table(_ENGLISH, ("en", "vi", "example"), key=("en",))
    return tuple((row["en"], row["vi"]) for row in rows)


@cache
def _translations() -> Mapping[tuple[str, ...], str]:
    return {tuple(word.folded for word in read_words(english)): vietnamese for english, vietnamese in _english()}


# What stands behind the name of a place in English, and in front of it in Vietnamese.
_UNITS: Final = {"district": "huyện", "province": "tỉnh", "commune": "xã", "township": "thị trấn", "city": "thành phố"}
# More than the parts of any name.
_APART: Final = 1000
# So many words make up the name of a place.
_LONGEST_NAME: Final = 3


def translate(
    words: Sequence[Word], is_place: Callable[[Sequence[str]], bool], keep: Collection[str]
) -> tuple[Word, ...]:
    """Write the names in an English question as Vietnamese texts write them: "Quy Hop district" is "huyện Quy Hop".

    ``is_place`` knows the names of places; a capital letter shows others. Words of ``keep`` stay what they are.
    """
    placed: list[Word] = []
    at = 0
    while at < len(words):
        for length in range(_LONGEST_NAME, 0, -1):
            name, unit = words[at : at + length], words[at + length : at + length + 1]
            if len(name) < length or not unit or unit[0].folded not in _UNITS:
                continue
            capital = all(one.text[:1].isupper() and one.folded not in keep for one in name)
            if is_place([one.folded for one in name]) or (capital and (length > 1 or at > 0)):
                made = _UNITS[unit[0].folded]
                placed.append(replace(unit[0], text=made, folded=fold(made), last=False))
                placed += [*name[:-1], replace(name[-1], last=unit[0].last)]
                at += length + 1
                break
        else:
            placed.append(words[at])
            at += 1
    found: list[Word] = []
    at = 0
    longest = max(map(len, _translations()))
    while at < len(placed):
        for length in range(min(longest, len(placed) - at), 0, -1):
            vietnamese = _translations().get(tuple(one.folded for one in placed[at : at + length]))
            if vietnamese is not None:
                last = placed[at + length - 1].last
                name_words = read_words(vietnamese)
                # Each name stands in parts of its own, as abbreviations are read part by part.
                found += [
                    replace(one, part=_APART * (at + 1) + one.part, last=last and one is name_words[-1])
                    for one in name_words
                ]
                at += length
                break
        else:
            found.append(placed[at])
            at += 1
    return tuple(found)


def typed(words: Iterable[Word]) -> str:
    """Write words again with blanks between."""
    return " ".join(word.text for word in words)
