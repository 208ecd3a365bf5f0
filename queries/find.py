"""Find documents and agencies by number, title, name or abbreviation; accents, tone placement and case do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from cancu.ontology import lexicon
from cancu.ontology.iris import slug

if TYPE_CHECKING:
    from cancu.queries.store import Store

__all__ = ["Ambiguous", "Entry", "Kind", "find", "find_candidates", "number_key"]

Kind = Literal["document", "agency", "activity", "place"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one resource that can be found: what it is called and by which words."""

    iri: str
    kind: Kind
    label: str
    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    date: str | None = None
    held: bool = False
    part_of: str | None = None
    words: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Hold the resources that a person's words may mean, when they may mean several."""

    text: str
    candidates: tuple[Entry, ...]


def number_key(number: str) -> str:
    """Fold a number as people type it: blanks, case, Đ or D, dots or hyphens, and leading zeros do not matter.

    >>> number_key("07/2021/NĐ-CP") == number_key(" 7/2021/nd.cp ")
    True
    """
    folded = re.sub(r"\s+", "", slug_letters(number))
    return re.sub(r"^0+(?=\d)", "", re.sub(r"[.&-]+", "-", folded))


def slug_letters(text: str) -> str:
    """Drop tones and case but keep the signs between letters.

    >>> slug_letters("90/QĐ-TTg")
    '90/qd-ttg'
    """
    return "".join(slug(character) or (character if not character.isalnum() else "") for character in text)


def _tokens(text: str) -> list[str]:
    return [token for token in slug(text).split("-") if token]


# Resources of a store, read once a generation of it.
_INDEXES: WeakKeyDictionary[Store, tuple[int, tuple[Entry, ...]]] = WeakKeyDictionary()

_DOCUMENTS = """
SELECT ?x ?label ?number ?own ?title ?issuer ?date ?held WHERE {
  ?x a eli:LegalResource ; rdfs:label ?label .
  OPTIONAL { ?x eli:number ?number }
  OPTIONAL { ?x dct:title ?own }
  OPTIONAL { ?x cancu:statedTitle ?title }
  OPTIONAL { ?x eli:passed_by/skos:prefLabel ?issuer }
  OPTIONAL { { ?x eli:date_document ?date } UNION { ?x cancu:statedDate ?date } }
  BIND(EXISTS { ?x cancu:heldAs ?source } AS ?held)
}"""
_AGENCIES = "SELECT ?x ?label WHERE { ?x a org:FormalOrganization ; skos:prefLabel ?label }"
_ACTIVITIES = "SELECT ?x ?label ?whole WHERE { ?x a cancu:Activity ; rdfs:label ?label ; dct:isPartOf ?whole }"
_PLACES = "SELECT ?x ?label WHERE { ?x a eli:AdministrativeArea ; rdfs:label ?label }"


def _index(store: Store) -> tuple[Entry, ...]:
    known = _INDEXES.get(store)
    if known is not None and known[0] == store.generation:
        return known[1]
    entries = (*_documents(store), *_named(store))
    _INDEXES[store] = store.generation, entries
    return entries


def _documents(store: Store) -> Iterable[Entry]:
    """Read every document with all the names that sources give it."""
    said: dict[str, dict[str, set[str]]] = {}
    for row in store.select(_DOCUMENTS):
        about = said.setdefault(_value(row["x"]) or "", {})
        for name in ("label", "number", "own", "title", "issuer", "date", "held"):
            value = _value(row[name])
            if value is not None:
                about.setdefault(name, set()).add(value)
    for iri, about in sorted(said.items()):
        texts = [text for name in ("label", "own", "title", "issuer") for text in sorted(about.get(name, ()))]
        yield Entry(
            iri, "document", _longest(about.get("label")) or iri, _longest(about.get("number")),
            _longest(about.get("own")) or _longest(about.get("title")),
            _longest(about.get("issuer")), min(about.get("date", {""})) or None, "true" in about.get("held", ()),
            words=frozenset(token for text in texts for token in _tokens(text)),
        )  # fmt: skip


def _named(store: Store) -> Iterable[Entry]:
    kinds: Sequence[tuple[Kind, str]] = (("agency", _AGENCIES), ("activity", _ACTIVITIES), ("place", _PLACES))
    for kind, query in kinds:
        for row in sorted(store.select(query), key=lambda one: (_value(one["x"]) or "", _value(one["label"]) or "")):
            label = _value(row["label"]) or ""
            whole = _value(row["whole"]) if kind == "activity" else None
            yield Entry(_value(row["x"]) or "", kind, label, part_of=whole, words=frozenset(_tokens(label)))


def _value(term: object) -> str | None:
    return term.value if isinstance(term, (ox.Literal, ox.NamedNode)) else None


def _longest(values: set[str] | None) -> str | None:
    return min(values, key=lambda value: (-len(value), value)) if values else None


@cache
def _expansions() -> dict[str, tuple[str, ...]]:
    """Return the words that an abbreviation stands for: "ubnd" -> uy ban nhan dan, "ldtbxh" -> lao dong thuong binh ..."""
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
def _type_slugs() -> tuple[str, ...]:
    return tuple(sorted({slug(row.name) for row in lexicon.document_types()}, key=lambda name: (-len(name), name)))


def _type_of(words: str) -> str | None:
    """Return the document type that words begin with: "kế hoạch Tân Yên" asks for a plan."""
    folded = slug(words)
    return next((name for name in _type_slugs() if folded == name or folded.startswith(f"{name}-")), None)


def _wanted(text: str) -> list[str]:
    words: list[str] = []
    for part in text.split():
        squeezed = "".join(_tokens(part))
        expansion = _expansions().get(squeezed)
        words += expansion if expansion is not None else _tokens(part)
    return words


def _number_in(text: str) -> tuple[str, str] | None:
    """Return the number that a text holds and the rest of its words."""
    found = re.search(r"\d[\dA-Za-zĐđ]*(?:\s*[/-]\s*[\w&.-]+)+", text)
    if found is None or not re.search(r"[^\W\d_]", found[0]):
        return None
    return found[0], f"{text[: found.start()]} {text[found.end() :]}"


def find(store: Store, text: str, limit: int = 50) -> tuple[Entry, ...]:
    """Find documents and agencies, the best first: exact numbers, then those that hold every word."""
    ranked = []
    for entry in _index(store):
        if entry.kind in ("document", "agency"):
            score = _score(entry, text)
            if score > 0:
                ranked.append(
                    (-score, not entry.held, entry.kind == "agency", len(entry.label), entry.label, entry.iri, entry)
                )
    return tuple(item[-1] for item in sorted(ranked, key=lambda item: item[:-1])[:limit])


def _score(entry: Entry, text: str) -> float:
    number = _number_in(text)
    if number is not None:
        if entry.number is None:
            return 0.0
        typed, own = number_key(number[0]), number_key(entry.number)
        if typed != own and not own.startswith(typed):
            return 0.0
        rest = [word for word in _wanted(number[1]) if word != "so"]
        if not all(_has(entry, word) for word in rest):
            return 0.0
        return 3.0 if typed == own else 2.0
    words = _wanted(text)
    kind = _type_of(text) if entry.kind == "document" else None
    if kind is not None and not slug(entry.label).startswith(kind):
        return 0.0
    if not words or not all(_has(entry, word) for word in words):
        return 0.0
    return 1.0 + len(words) / (len(entry.words) + 1)


def _has(entry: Entry, word: str) -> bool:
    if word in entry.words:
        return True
    return len(word) > 2 and not word.isdigit() and any(own.startswith(word) for own in entry.words)


def find_candidates(store: Store, text: str, kinds: Iterable[Kind]) -> tuple[Entry, ...]:
    """Return every resource of some kinds that a person's words may mean; none, one or several, never a guess."""
    kinds = tuple(kinds)
    entries = [entry for entry in _index(store) if entry.kind in kinds]
    exact = [entry for entry in entries if entry.iri == text]
    if exact:
        return (exact[0],)
    if _number_in(text) is not None and "document" in kinds:
        found = [entry for entry in entries if entry.kind == "document" and _score(entry, text) >= 3.0]
        if found:
            return tuple(found)
    folded = slug(text)
    same = [
        entry
        for entry in entries
        if slug(entry.label) == folded or (entry.title is not None and slug(entry.title) == folded)
    ]
    if same:
        return tuple(same)
    return tuple(entry for entry in entries if _score(entry, text) > 0)
