"""Find documents, agencies and activities by number, title, name or abbreviation.

Accents, tone placement and case are no hurdle. The names of a store are read once into an index of folded words;
looking something up is then a matter of sets.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, product
from math import prod
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from cancu.ontology import lexicon
from cancu.ontology.iris import PREFIXES, expand
from cancu.queries.access import longest, text_of
from cancu.queries.activities import Activities, Activity, read_components_in
from cancu.queries.entries import Ambiguous, Entry, Kind
from cancu.queries.folding import Wanted, begins_others, fold, name_of, read_wanted, tokens

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["Ambiguous", "Entry", "Kind", "everything", "find", "find_candidates", "number_key"]

# Hyphen, minus and dashes, as keyboards, word processors and PDF files write the one hyphen of a number.
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_LEGAL_RESOURCE: Final = PREFIXES["eli"] + "LegalResource"
_NUMBER: Final = re.compile(r"\d[\dA-Za-zĐđ]*(?:\s*[/-]\s*[\w&.-]+)+")
_DATE: Final = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
# So many ways to write out the abbreviations of a name are tried.
_MOST_SPELLINGS: Final = 64
# An activity is worth listing where its own name holds this much of what was typed.
_LEAST_OWN: Final = 0.5


def number_key(number: str) -> str:
    """Fold a number as people type it: blanks, case, Đ or D, dots, hyphens or none, and leading zeros do not matter.

    >>> number_key("07/2021/NĐ-CP") == number_key(" 7/2021/nd.cp ") == number_key("07/2021/NĐCP")
    True
    >>> number_key("15-NQ/TW") == number_key("15/NQ-TW")
    False
    """
    return re.sub(r"^0+(?=\d)", "", re.sub(r"[\s.&-]+", "", fold(number.translate(_DASHES))))


# --- the index --------------------------------------------------------------------------------------------------------


class _Index:
    """Hold the entries of one generation of a store by IRI, number, name and word."""

    def __init__(self, entries: Iterable[Entry], activities: Activities) -> None:
        self.entries = tuple(entries)
        self.activities = activities
        self.by_iri: dict[str, list[int]] = defaultdict(list)
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_word: dict[str, set[int]] = defaultdict(set)
        for at, entry in enumerate(self.entries):
            self.by_iri[entry.iri].append(at)
            if entry.number is not None:
                self.by_number[number_key(entry.number)].append(at)
            for name in {name_of(entry.label), name_of(entry.title or entry.label)}:
                self.by_name[name].append(at)
            for word in entry.words:
                self.by_word[word].add(at)
        self.numbers = sorted(self.by_number)
        self.words = sorted(self.by_word)

    def having(self, wanted: Sequence[Wanted]) -> set[int]:
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
        if begins_others(word):
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
_INDEXES: WeakKeyDictionary[Access, tuple[int, _Index]] = WeakKeyDictionary()


def _index(store: Access) -> _Index:
    known = _INDEXES.get(store)
    if known is None or known[0] != store.generation:
        documents = tuple(_documents(store))
        activities = Activities(_activities(store, {entry.iri: entry for entry in documents}))
        named = (*documents, *_named(store), *_programmes(store))
        known = _INDEXES[store] = store.generation, _Index(named, activities)
    return known[1]


def everything(store: Access) -> tuple[Sequence[Entry], Sequence[Activity]]:
    """Give all that can be found: documents, agencies, places and programmes, and activities with what they are."""
    index = _index(store)
    return index.entries, index.activities.all


def _said(store: Access, name: str) -> Mapping[str, list[str]]:
    """Read all values of one property; for all documents of a store that is faster than one query."""
    found: dict[str, list[str]] = defaultdict(list)
    for subject, value in store.values(str(expand(name))):
        found[subject].append(value)
    return found


def _of_class(store: Access, name: str) -> list[str]:
    kind = ox.NamedNode(str(expand(name)))
    return sorted({text_of(triple.subject) for triple in store.triples(None, PREFIXES["rdf"] + "type", kind)})


_DOCUMENT_PROPERTIES: Final = (
    "rdfs:label", "eli:number", "dct:title", "cancu:statedTitle", "eli:date_document", "cancu:statedDate",
    "eli:passed_by", "cancu:heldAs", "dct:isPartOf",
)  # fmt: skip


def _documents(store: Access) -> Iterable[Entry]:
    """Read every document with all the names that sources give it."""
    said = {name: _said(store, name) for name in _DOCUMENT_PROPERTIES}
    agencies = _said(store, "skos:prefLabel")
    for iri in _of_class(store, "eli:LegalResource"):
        about = {name: values[iri] for name, values in said.items() if iri in values}
        issuers = [name for issuer in about.get("eli:passed_by", ()) for name in agencies.get(issuer, ())]
        yield _document(iri, about, issuers, said["cancu:heldAs"])


def _document(iri: str, about: Mapping[str, list[str]], issuers: list[str], held: Container[str]) -> Entry:
    """Make the entry of a document; the text of an annex is in that of its document."""
    labels, own, stated = (about.get(name, []) for name in ("rdfs:label", "dct:title", "cancu:statedTitle"))
    dates = about.get("eli:date_document") or about.get("cancu:statedDate")
    return Entry(
        iri,
        "document",
        longest(labels) or iri,
        longest(about.get("eli:number", ())),
        longest(own) or longest(stated),
        longest(issuers),
        min(dates) if dates else None,
        any(one in held for one in (iri, *about.get("dct:isPartOf", ()))),
        words=frozenset(word for name in (*labels, *own, *stated, *issuers) for word in tokens(name)),
    )


def _document_of(store: Access, iri: str) -> Entry:
    """Read one document; that needs no index of the store."""
    about = _told(store, (iri,), _DOCUMENT_PROPERTIES).get(iri, {})
    agencies = _told(store, about.get("eli:passed_by", ()), ("skos:prefLabel",))
    held = _told(store, (iri, *about.get("dct:isPartOf", ())), ("cancu:heldAs",))
    return _document(iri, about, [name for told in agencies.values() for name in told["skos:prefLabel"]], held)


def _is_document(store: Access, iri: str) -> bool:
    return _LEGAL_RESOURCE in _told(store, (iri,), ("rdf:type",)).get(iri, {}).get("rdf:type", ())


def _documents_numbered(store: Access, number: str) -> Iterable[Entry]:
    """Read the documents whose number is written just so."""
    found = store.triples(None, PREFIXES["eli"] + "number", ox.Literal(number))
    return [_document_of(store, iri) for iri in sorted({text_of(triple.subject) for triple in found})]


def _told(store: Access, iris: Iterable[str], names: Iterable[str]) -> Mapping[str, Mapping[str, list[str]]]:
    """Read some properties of some resources, as plain strings in sorted order; what is not said is left out."""
    predicates = {str(expand(name)): name for name in names}
    facts = store.facts(iris, predicates)
    return {
        iri: {predicates[predicate]: sorted(text_of(term) for term in terms) for predicate, terms in told.items()}
        for iri, told in facts.items()
    }


def _named(store: Access) -> Iterable[Entry]:
    kinds: Sequence[tuple[Kind, str, str]] = (
        ("agency", "org:FormalOrganization", "skos:prefLabel"),
        ("agency", "cancu:CollectiveAgency", "skos:prefLabel"),
        ("place", "eli:AdministrativeArea", "rdfs:label"),
    )
    for kind, of_class, naming in kinds:
        labels = _said(store, naming)
        for iri in _of_class(store, of_class):
            for label in labels.get(iri, ()):
                yield Entry(iri, kind, label, words=frozenset(tokens(label)))


def _programmes(store: Access) -> Iterable[Entry]:
    """Read every programme with all its names and the document that approved it."""
    names, other, codes = _said(store, "skos:prefLabel"), _said(store, "skos:altLabel"), _said(store, "skos:notation")
    for iri, decisions in sorted(_said(store, "cancu:decidedBy").items()):
        named = (*names.get(iri, ()), *other.get(iri, ()), *codes.get(iri, ()))
        words = frozenset(word for name in named for word in tokens(name))
        yield Entry(iri, "programme", longest(names.get(iri, ())) or iri, decision=min(decisions), words=words)


_ACTIVITY_PROPERTIES: Final = ("rdfs:label", "cancu:code", "dct:title", "cancu:printedLabel", "dct:isPartOf")


def _activities(store: Access, documents: Mapping[str, Entry]) -> Iterable[Activity]:
    """Read every activity, in the order of documents and codes, with the words around it."""
    said = {name: _said(store, name) for name in _ACTIVITY_PROPERTIES}
    above = _said(store, "cancu:withinActivity")
    component, official = _said(store, "cancu:realises"), _said(store, "skos:prefLabel")
    areas, places = _said(store, "eli:relevant_for"), _said(store, "rdfs:label")

    @cache
    def names_around(whole: str) -> tuple[str, ...]:
        entry = documents.get(whole)
        named = (entry.label, entry.title, entry.issuer) if entry is not None else ()
        areas_named = (place for area in areas.get(whole, ()) for place in places.get(area, ()))
        return tuple(map(name_of, (*filter(None, named), *areas_named)))

    facts = {
        iri: {name: values[iri] for name, values in said.items() if iri in values}
        for iri in _of_class(store, "cancu:Activity")
    }

    def numbers(iri: str) -> frozenset[str]:
        about = facts.get(iri, {})
        own = {code.rpartition(".")[2] for code in about.get("cancu:code", ()) if not code.startswith("CS:")}
        return frozenset(own.union(*(read_components_in(label)[0] for label in about.get("cancu:printedLabel", ()))))

    def names_of(iri: str) -> tuple[str, ...]:
        about = facts.get(iri, {})
        titles = (title for one in component.get(iri, ()) for title in official.get(one, ()))
        named = (about.get(name, ()) for name in ("rdfs:label", "dct:title", "cancu:code"))
        return tuple(filter(None, map(name_of, (*chain.from_iterable(named), *titles))))

    def words_of(names: Iterable[str]) -> frozenset[str]:
        return frozenset(word for name in names for word in name.split())

    def order(iri: str) -> tuple[str, list[tuple[str, int]]]:
        whole = documents.get(longest(facts[iri].get("dct:isPartOf", ())) or "")
        code = next(iter(facts[iri].get("cancu:code", ())), "~" + iri)
        return whole.label if whole is not None else "", [
            (letters, int(number or 0)) for letters, number in re.findall(r"([^\d]+)(\d*)", code)
        ]

    for iri in sorted(facts, key=order):
        about = facts[iri]
        label, part_of = longest(about.get("rdfs:label", ())), longest(about.get("dct:isPartOf", ()))
        whole = documents.get(part_of or "")
        higher = _all_above(iri, above)
        if label is None:
            continue
        own = names_of(iri)
        around = (*names_around(part_of or ""), *chain.from_iterable(map(names_of, higher)))
        yield Activity(
            Entry(
                iri,
                "activity",
                label,
                title=longest(about.get("dct:title", ())),
                issuer=whole.issuer if whole is not None else None,
                date=whole.date if whole is not None else None,
                part_of=part_of,
                whole=whole.label if whole is not None else None,
            ),
            frozenset(own),
            words_of(own),
            words_of(around),
            "".join(f" {name} " for name in (*own, *around)),
            numbers(iri),
            frozenset().union(*map(numbers, higher)),
        )


def _all_above(iri: str, above: Mapping[str, list[str]]) -> list[str]:
    """Return the projects that an activity is in, from near to far."""
    found: list[str] = []
    waiting = list(above.get(iri, ()))
    while waiting:
        one = waiting.pop(0)
        if one not in found and one != iri:
            found.append(one)
            waiting += above.get(one, ())
    return found


# --- what a person's words ask for ------------------------------------------------------------------------------------


@cache
def _type_names() -> tuple[str, ...]:
    return tuple(sorted({name_of(row.name) for row in lexicon.document_types()}, key=lambda name: (-len(name), name)))


def _type_of(name: str) -> str | None:
    """Return the document type that words begin with: "kế hoạch Tân Yên" asks for a plan."""
    return next((one for one in _type_names() if name == one or name.startswith(f"{one} ")), None)


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
        wanted = read_wanted(text)
        found = index.having(wanted)
        kind = _type_of(name_of(text))
        documents = {at for at in found if index.entries[at].kind == "document"}
        other = {at for at in documents if not _is_of_type(index.entries[at], kind)}
        # "Chương trình giảm nghèo" may be the title of a decision.
        fitting = found - other if other != documents else found
        return {at: 1.0 + len(wanted) / (len(index.entries[at].words) + 1) for at in fitting}
    key = number_key(number[0])
    words, dates = _told_apart(number[1])
    found = index.numbered(key)
    if words:
        found &= index.having(words)
    exact = set(index.by_number.get(key, ()))
    return {at: 3.0 if at in exact else 2.0 for at in found if not dates or index.entries[at].date in (None, *dates)}


def _is_of_type(entry: Entry, kind: str | None) -> bool:
    return kind is None or name_of(entry.label).startswith(kind)


def _told_apart(rest: str) -> tuple[list[Wanted], set[str]]:
    """Return the words and the dates beside a number, which tell documents of one number apart.

    >>> _told_apart("số ngày 18/01/2022 của Quốc hội")
    ([(('quoc',),), (('hoi',),)], {'2022-01-18'})
    """
    dates = {f"{int(year):04}-{int(month):02}-{int(day):02}" for day, month, year in _DATE.findall(rest)}
    return read_wanted(_DATE.sub(" ", rest)), dates


def _spelt_out(text: str) -> Iterable[str]:
    """Yield the whole names that words may be, as typed and with their abbreviations written out.

    >>> list(_spelt_out("UBND xã"))
    ['ubnd xa', 'uy ban nhan dan xa']
    """
    ways = [[name_of(text)]]
    parts = [read_wanted(part) or [(tokens(part),)] for part in text.split()]
    several = [alternatives for wanted in parts for alternatives in wanted]
    if prod(map(len, several)) <= _MOST_SPELLINGS:
        ways.append([" ".join(chain.from_iterable(one)) for one in product(*several)])
    return dict.fromkeys(chain.from_iterable(ways))


def _has(entry: Entry, wanted: Wanted) -> bool:
    return any(all(_has_word(entry, word) for word in words) for words in wanted)


def _has_word(entry: Entry, word: str) -> bool:
    if word in entry.words:
        return True
    return begins_others(word) and any(own.startswith(word) for own in entry.words)


def find(store: Access, text: str, limit: int = 50) -> tuple[Entry, ...]:
    """Find documents, agencies and activities, the best first: exact numbers, then those that hold every word.

    Of equals those come first that are spelt as typed, then those whose text is held; activities come last.
    """
    index = _index(store)
    ranked = []
    for at, score in _matching(index, text).items():
        entry = index.entries[at]
        if entry.kind in ("document", "agency"):
            order = (-score, not entry.is_spelt(text), not entry.held, entry.kind == "agency", entry.label, entry.iri)
            ranked.append((order, at))
    activities = index.activities.named(text) or index.activities.matching(text, least_own=_LEAST_OWN)
    return (*(index.entries[at] for _, at in sorted(ranked)), *activities)[:limit]


def find_candidates(store: Access, text: str, kinds: Iterable[Kind], within: str | None = None) -> tuple[Entry, ...]:
    """Return every resource of some kinds that a person's words may mean; none, one or several, never a guess.

    Words that are the whole of a name mean that one, not the longer names that begin with them; words typed with
    accents mean the names that are spelt so, where there are any. ``within`` keeps to the activities of one document.
    """
    text, kinds = text.strip(), tuple(kinds)
    number = _number_in(text.translate(_DASHES))
    if "document" in kinds and _IRI.fullmatch(text) and _is_document(store, text):
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

    activities = index.activities if "activity" in kinds else Activities(())
    if index.by_iri.get(text) or text in activities.by_iri:
        return (*chosen(index.by_iri.get(text, ())), *activities.named(text, within))[:1]
    scores = _matching(index, text)
    for found in (
        chosen(at for at, score in scores.items() if score >= 3.0),
        (
            *chosen(at for name in _spelt_out(text) for at in index.by_name.get(name, ())),
            *activities.named(text, within),
        ),
        (*chosen(scores), *activities.matching(text, within)),
    ):
        if found:
            return tuple(entry for entry in found if entry.is_spelt(text)) or found
    return ()
