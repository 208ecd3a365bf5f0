"""Find documents and agencies by number, title, name or abbreviation; accents, tone placement and case are no hurdle.

The names of a store are read once into an index of folded words; looking something up is then a matter of sets.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from cancu.ontology import lexicon
from cancu.ontology.iris import PREFIXES

if TYPE_CHECKING:
    from cancu.queries.store import Store

__all__ = ["Ambiguous", "Entry", "Kind", "find", "find_candidates", "number_key"]

Kind = Literal["document", "agency", "activity", "place"]

# What stands between the words that tell documents apart: "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng".
_FILLERS: Final = frozenset({"so", "ngay", "cua", "ve", "viec"})
# Hyphen, minus and dashes, as keyboards, word processors and PDF files write the one hyphen of a number.
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_LEGAL_RESOURCE: Final = PREFIXES["eli"] + "LegalResource"
_WORD: Final = re.compile(r"[a-z0-9]+")
_NUMBER: Final = re.compile(r"\d[\dA-Za-zĐđ]*(?:\s*[/-]\s*[\w&.-]+)+")
_DATE: Final = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
# Every Latin letter under its base letter; marks that stand alone (NFD) go.
_PLAIN: Final = {
    code: None if unicodedata.combining(chr(code)) else unicodedata.normalize("NFD", chr(code))[0]
    for block in (range(0xC0, 0x250), range(0x300, 0x370), range(0x1E00, 0x1F00))
    for code in block
} | {ord("đ"): "d"}
# A word of so many letters also stands for the words that it begins.
_LEAST_PREFIX: Final = 3


# One word that is asked for: the ways in which a name may hold it, each of one or more words.
_Wanted = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one resource that can be found: what it is called and by which words.

    ``also`` are other nodes of the same activity: a text that gives it two authorities may speak of it twice.
    """

    iri: str
    kind: Kind
    label: str
    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    date: str | None = None
    held: bool = False
    part_of: str | None = None
    also: tuple[str, ...] = ()
    words: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Hold the resources that a person's words may mean, when they may mean several."""

    text: str
    candidates: tuple[Entry, ...]


def number_key(number: str) -> str:
    """Fold a number as people type it: blanks, case, Đ or D, dots, hyphens or none, and leading zeros do not matter.

    >>> number_key("07/2021/NĐ-CP") == number_key(" 7/2021/nd.cp ") == number_key("07/2021/NĐCP")
    True
    >>> number_key("15-NQ/TW") == number_key("15/NQ-TW")
    False
    """
    return re.sub(r"^0+(?=\d)", "", re.sub(r"[\s.&-]+", "", _fold(number.translate(_DASHES))))


def _fold(text: str) -> str:
    """Drop tones and case, and the bar of Đ, but keep the signs between letters.

    >>> _fold("90/QĐ-TTg"), _fold("Hoà"), _fold("Hòa")
    ('90/qd-ttg', 'hoa', 'hoa')
    """
    return text.lower().translate(_PLAIN)


@lru_cache(maxsize=10_000)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold(text)))


def _name(text: str) -> str:
    return " ".join(_tokens(text))


# --- the index --------------------------------------------------------------------------------------------------------


class _Index:
    """Hold the entries of one generation of a store by IRI, number, name and word."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_iri: dict[str, list[int]] = defaultdict(list)
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_word: dict[str, set[int]] = defaultdict(set)
        for at, entry in enumerate(self.entries):
            for iri in (entry.iri, *entry.also):
                self.by_iri[iri].append(at)
            if entry.number is not None:
                self.by_number[number_key(entry.number)].append(at)
            for name in {_name(entry.label), _name(entry.title or entry.label)}:
                self.by_name[name].append(at)
            for word in entry.words:
                self.by_word[word].add(at)
        self.numbers = sorted(self.by_number)
        self.words = sorted(self.by_word)

    def having(self, wanted: Sequence[_Wanted]) -> set[int]:
        """Tell which entries have everything that is wanted."""
        found: set[int] | None = None
        for alternatives in wanted:
            having = set().union(*(self._with_all(words) for words in alternatives))
            found = having if found is None else found & having
        return found or set()

    def _with_all(self, words: Iterable[str]) -> set[int]:
        return set.intersection(*(self._with(word) for word in words))

    def _with(self, word: str) -> set[int]:
        having = set(self.by_word.get(word, ()))
        if len(word) >= _LEAST_PREFIX and not word.isdigit():
            for longer in _beginning_with(self.words, word):
                having |= self.by_word[longer]
        return having

    def numbered(self, key: str) -> set[int]:
        """Tell which entries have a number that begins so."""
        return {at for number in _beginning_with(self.numbers, key) for at in self.by_number[number]}


def _beginning_with(names: Sequence[str], start: str) -> Iterable[str]:
    for name in names[bisect_left(names, start) :]:
        if not name.startswith(start):
            return
        yield name


# The indexes of stores, each with the generation that it holds for.
_INDEXES: WeakKeyDictionary[Store, tuple[int, _Index]] = WeakKeyDictionary()


def _index(store: Store) -> _Index:
    known = _INDEXES.get(store)
    if known is None or known[0] != store.generation:
        known = _INDEXES[store] = store.generation, _Index((*_documents(store), *_named(store)))
    return known[1]


def _said(store: Store, name: str) -> Mapping[str, list[str]]:
    """Read all values of one property; for all documents of a store that is faster than one query."""
    prefix, _, local = name.partition(":")
    found: dict[str, list[str]] = defaultdict(list)
    for subject, value in store.values(PREFIXES[prefix] + local):
        found[subject].append(value)
    return found


def _of_class(store: Store, name: str) -> list[str]:
    prefix, _, local = name.partition(":")
    kind = ox.NamedNode(PREFIXES[prefix] + local)
    return sorted({str(triple.subject)[1:-1] for triple in store.triples(None, PREFIXES["rdf"] + "type", kind)})


_DOCUMENT_PROPERTIES: Final = (
    "rdfs:label", "eli:number", "dct:title", "cancu:statedTitle", "eli:date_document", "cancu:statedDate",
    "eli:passed_by", "cancu:heldAs",
)  # fmt: skip


def _documents(store: Store) -> Iterable[Entry]:
    """Read every document with all the names that sources give it."""
    said = {name: _said(store, name) for name in _DOCUMENT_PROPERTIES}
    agencies = _said(store, "skos:prefLabel")
    for iri in _of_class(store, "eli:LegalResource"):
        about = {name: values[iri] for name, values in said.items() if iri in values}
        issuers = [name for issuer in about.get("eli:passed_by", ()) for name in agencies.get(issuer, ())]
        yield _document(iri, about, issuers)


def _document(iri: str, about: Mapping[str, list[str]], issuers: list[str]) -> Entry:
    labels, own, stated = (about.get(name, []) for name in ("rdfs:label", "dct:title", "cancu:statedTitle"))
    dates = about.get("eli:date_document") or about.get("cancu:statedDate")
    return Entry(
        iri,
        "document",
        _longest(labels) or iri,
        _longest(about.get("eli:number")),
        _longest(own) or _longest(stated),
        _longest(issuers),
        min(dates) if dates else None,
        "cancu:heldAs" in about,
        words=frozenset(word for name in (*labels, *own, *stated, *issuers) for word in _tokens(name)),
    )


def _document_of(store: Store, iri: str) -> Entry:
    """Read one document; that needs no index of the store."""
    about = {name: found for name in _DOCUMENT_PROPERTIES if (found := _values(store, iri, name))}
    agencies = about.get("eli:passed_by", ())
    return _document(iri, about, [name for agency in agencies for name in _values(store, agency, "skos:prefLabel")])


def _documents_numbered(store: Store, number: str) -> Iterable[Entry]:
    """Read the documents whose number is written just so."""
    found = store.triples(None, PREFIXES["eli"] + "number", ox.Literal(number))
    return [_document_of(store, iri) for iri in sorted({str(triple.subject)[1:-1] for triple in found})]


def _values(store: Store, iri: str, name: str) -> list[str]:
    prefix, _, local = name.partition(":")
    found = (triple.object for triple in store.triples(iri, PREFIXES[prefix] + local))
    return sorted(term.value for term in found if isinstance(term, (ox.NamedNode, ox.Literal)))


def _named(store: Store) -> Iterable[Entry]:
    wholes = _said(store, "dct:isPartOf")
    kinds: Sequence[tuple[Kind, str, str]] = (
        ("agency", "org:FormalOrganization", "skos:prefLabel"),
        ("activity", "cancu:Activity", "rdfs:label"),
        ("place", "eli:AdministrativeArea", "rdfs:label"),
    )
    for kind, of_class, naming in kinds:
        labels = _said(store, naming)
        called: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for iri in _of_class(store, of_class):
            for label in labels.get(iri, ()):
                called[label, _longest(wholes.get(iri)) if kind == "activity" else iri].append(iri)
        for (label, whole), (iri, *also) in called.items():
            part_of = whole if kind == "activity" else None
            yield Entry(iri, kind, label, part_of=part_of, also=tuple(also), words=frozenset(_tokens(label)))


def _longest(values: Iterable[str] | None) -> str | None:
    return min(values or (), key=lambda value: (-len(value), value), default=None)


# --- what a person's words ask for ------------------------------------------------------------------------------------


@cache
def _expansions() -> Mapping[str, tuple[str, ...]]:
    """Return the words that abbreviations stand for, as "uy", "ban", "nhan", "dan" for "ubnd"."""
    forms: dict[str, tuple[str, ...]] = {}
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
        if " " not in form and len(_tokens(expansion)) > len(_tokens(form)):
            forms.setdefault("".join(_tokens(form)), tuple(_tokens(expansion)))
    return forms


@cache
def _type_names() -> tuple[str, ...]:
    return tuple(sorted({_name(row.name) for row in lexicon.document_types()}, key=lambda name: (-len(name), name)))


def _type_of(name: str) -> str | None:
    """Return the document type that words begin with: "kế hoạch Tân Yên" asks for a plan."""
    return next((one for one in _type_names() if name == one or name.startswith(f"{one} ")), None)


def _wanted(text: str) -> list[_Wanted]:
    """Return what is asked for, word by word: each as it is typed, or as what it may be an abbreviation of.

    >>> _wanted("UBND huyện")
    [(('ubnd',), ('uy', 'ban', 'nhan', 'dan')), (('huyen',),)]
    >>> _wanted("đầu tư")  # and not "Tỉnh ủy", which is abbreviated TU
    [(('dau',),), (('tu',),)]
    """
    wanted: list[_Wanted] = []
    for part in text.split():
        words = _tokens(part)
        if all(word in _FILLERS for word in words):
            continue
        # Abbreviations carry no tones.
        toneless = _fold(part) == unicodedata.normalize("NFC", part).lower().replace("đ", "d")
        expansion = _expansions().get("".join(words)) if toneless else None
        if expansion is not None:
            wanted.append((words, expansion))
        else:
            wanted += [((word,),) for word in words]
    return wanted


def _number_in(text: str) -> tuple[str, str] | None:
    """Return the number that a text holds and the rest of its words; dates and periods are no numbers.

    >>> _number_in("Quyết định số 90/QĐ-TTg của Thủ tướng")
    ('90/QĐ-TTg', 'Quyết định số  của Thủ tướng')
    >>> _number_in("giai đoạn 2021 - 2025") is _number_in("ngày 18/01/2022") is None
    True
    """
    for found in _NUMBER.finditer(text):
        if "/" in found[0] and re.search(r"[^\W\d_]", found[0]):
            return found[0], f"{text[: found.start()]}{text[found.end() :]}"
    return None


def _matching(index: _Index, text: str) -> dict[int, float]:
    """Score the entries that hold everything that the words say: a number, or each of the words."""
    text = text.translate(_DASHES)
    number = _number_in(text)
    if number is None:
        wanted = _wanted(text)
        found = index.having(wanted)
        kind = _type_of(_name(text))
        typed = {at for at in found if _is_of_type(index.entries[at], kind)}
        return {at: 1.0 + len(wanted) / (len(index.entries[at].words) + 1) for at in typed or found}
    key = number_key(number[0])
    words, dates = _told_apart(number[1])
    found = index.numbered(key)
    if words:
        found &= index.having(words)
    exact = set(index.by_number.get(key, ()))
    return {at: 3.0 if at in exact else 2.0 for at in found if not dates or index.entries[at].date in (None, *dates)}


def _is_of_type(entry: Entry, kind: str | None) -> bool:
    return kind is None or entry.kind != "document" or _name(entry.label).startswith(kind)


def _told_apart(rest: str) -> tuple[list[_Wanted], set[str]]:
    """Return the words and the dates beside a number, which tell documents of one number apart.

    >>> _told_apart("số ngày 18/01/2022 của Quốc hội")
    ([(('quoc',),), (('hoi',),)], {'2022-01-18'})
    """
    dates = {f"{int(year):04}-{int(month):02}-{int(day):02}" for day, month, year in _DATE.findall(rest)}
    return _wanted(_DATE.sub(" ", rest)), dates


def _has(entry: Entry, wanted: _Wanted) -> bool:
    return any(all(_has_word(entry, word) for word in words) for words in wanted)


def _has_word(entry: Entry, word: str) -> bool:
    if word in entry.words:
        return True
    return len(word) >= _LEAST_PREFIX and not word.isdigit() and any(own.startswith(word) for own in entry.words)


def _spelt(entry: Entry, text: str) -> bool:
    """Tell whether an entry holds a text with the very accents that it was typed with."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().split())
    names = (entry.label, entry.title, entry.issuer)
    return any(name is not None and plain in unicodedata.normalize("NFC", name).lower() for name in names)


def find(store: Store, text: str, limit: int = 50) -> tuple[Entry, ...]:
    """Find documents and agencies, the best first: exact numbers, then those that hold every word.

    Of equals those come first that are spelt as typed, then those whose text is held.
    """
    index = _index(store)
    ranked = []
    for at, score in _matching(index, text).items():
        entry = index.entries[at]
        if entry.kind in ("document", "agency"):
            order = (-score, not _spelt(entry, text), not entry.held, entry.kind == "agency", entry.label, entry.iri)
            ranked.append((order, at))
    return tuple(index.entries[at] for _, at in sorted(ranked)[:limit])


def find_candidates(store: Store, text: str, kinds: Iterable[Kind]) -> tuple[Entry, ...]:
    """Return every resource of some kinds that a person's words may mean; none, one or several, never a guess.

    Words that are the whole of a name mean that one, not the longer names that begin with them; words typed with
    accents mean the names that are spelt so, where there are any.
    """
    text, kinds = text.strip(), tuple(kinds)
    number = _number_in(text.translate(_DASHES))
    if "document" in kinds and _IRI.fullmatch(text) and _LEGAL_RESOURCE in _values(store, text, "rdf:type"):
        return (_document_of(store, text),)
    if number is not None and "document" in kinds:
        words, dates = _told_apart(number[1])
        exact = [
            entry
            for entry in _documents_numbered(store, re.sub(r"\s+", "", number[0]))
            if all(_has(entry, word) for word in words) and (not dates or entry.date in (None, *dates))
        ]
        if exact:
            return tuple(exact)
    index = _index(store)

    def chosen(places: Iterable[int]) -> tuple[Entry, ...]:
        return tuple(index.entries[at] for at in sorted(places) if index.entries[at].kind in kinds)

    named = chosen(index.by_iri.get(text, ()))
    if named:
        return named[:1]
    scores = _matching(index, text)
    for found in (
        chosen(at for at, score in scores.items() if score >= 3.0),
        chosen(index.by_name.get(_name(text), ())),
        chosen(scores),
    ):
        if found:
            return tuple(entry for entry in found if _spelt(entry, text)) or found
    return ()
