"""Say what an audit looks at: the documents that a person names, and the rules, with those of a folder of one's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from cancu.errors import DataError
from cancu.language import Refusal
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import Access, Facts, longest, text_of, values_of
from cancu.queries.audit_rules import Rule, audit_rules, in_order, read_audit_rules
from cancu.queries.auditing import held_texts
from cancu.queries.engine import resolve_document
from cancu.queries.entries import Ambiguous, Entry

__all__ = ["Audited", "Scope", "choose_documents", "choose_rules", "held_documents", "rules_with_own"]

_LABEL: Final = PREFIXES["rdfs"] + "label"
_NUMBER: Final = PREFIXES["eli"] + "number"
_TITLE: Final = PREFIXES["dct"] + "title"
_PART_OF: Final = PREFIXES["dct"] + "isPartOf"


@dataclass(frozen=True, slots=True)
class Audited:
    """Hold one document whose text is held: what it is called, and the names of its texts."""

    iri: str
    label: str
    number: str | None
    title: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold the documents that were named and are held, and the labels of those of which no text is."""

    documents: tuple[Audited, ...]
    not_held: tuple[str, ...] = ()


def held_documents(store: Access) -> Mapping[str, Audited]:
    """Give every document that the store holds a text of, in the order of the texts' names."""
    held = held_texts(store)
    facts = store.facts(held, (_LABEL, _NUMBER, _TITLE))
    return MappingProxyType({iri: _audited(iri, tuple(texts), facts) for iri, texts in held.items()})


def _audited(iri: str, sources: tuple[str, ...], facts: Facts) -> Audited:
    label, number, title = (longest(values_of(facts, iri, name)) for name in (_LABEL, _NUMBER, _TITLE))
    return Audited(iri, label or iri, number, title, sources)


def choose_documents(store: Access, words: Sequence[str]) -> Scope:
    """Give the documents that words mean, each by its number, title, IRI or the file of its text; all where none is.

    Words that several documents answer to are refused with the documents that they may mean.
    """
    held = held_documents(store)
    if not held:
        raise Refusal("empty.no-sources")
    if not words:
        return Scope(tuple(held.values()))
    by_source = {source: one for one in held.values() for source in one.sources}
    chosen: dict[str, Audited] = {}
    absent: dict[str, None] = {}
    for word in words:
        if word in by_source:
            chosen[by_source[word].iri] = by_source[word]
            continue
        entry = _document(store, word)
        found = [held[iri] for iri in (entry.iri, *_wholes(store, entry.iri)) if iri in held][:1]
        if not found:
            absent[entry.label] = None
        chosen.update({one.iri: one for one in found})
    if not chosen:
        raise Refusal("empty.not-held", document="; ".join(absent))
    return Scope(tuple(chosen.values()), tuple(absent))


def _document(store: Access, word: str) -> Entry:
    found = resolve_document(store, word)
    if isinstance(found, Ambiguous):
        known = "; ".join(" · ".join(filter(None, (one.label, one.issuer, one.date))) for one in found.candidates)
        raise Refusal("audit.ambiguous", text=word, count=len(found.candidates), known=known)
    return found


def _wholes(store: Access, iri: str) -> list[str]:
    """Name the document that an annex is a part of: its text is in that one's."""
    return sorted(text_of(one.object) for one in store.triples(iri, _PART_OF) if isinstance(one.object, ox.NamedNode))


def rules_with_own(folder: Path | None = None) -> Mapping[str, Rule]:
    """Give the rules of the package, with those in a folder of the caller's own beside them.

    A flaw of the caller's files is refused with its file and line, a rule that is there already too.

    >>> list(rules_with_own()) == list(audit_rules())
    True
    """
    if folder is None:
        return audit_rules()
    if not folder.is_dir():
        raise Refusal("audit.no-folder", folder=folder)
    try:
        own = read_audit_rules(folder)
    except DataError as flaw:
        raise Refusal("audit.rule-flaw", reason=flaw) from flaw
    for name in own:
        if name in audit_rules():
            raise Refusal("audit.taken", rule=name, folder=folder)
    return in_order([*audit_rules().values(), *own.values()])


def choose_rules(known: Mapping[str, Rule], ids: Sequence[str], groups: Collection[str]) -> tuple[Rule, ...]:
    """Give the rules that are named by their ids or groups; all of them where none is.

    >>> [rule.id for rule in choose_rules(audit_rules(), ["table-rate"], [])]
    ['table-rate']
    """
    for name in ids:
        if name not in known:
            raise Refusal("audit.unknown-rule", rule=name, known=", ".join(known))
    if not ids and not groups:
        return tuple(known.values())
    return tuple(rule for rule in known.values() if rule.id in ids or rule.group in groups)
