"""Say what a record holds: of what it speaks, which property, which value, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from cancu.language import LANGUAGES
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import Access, Term, text_of
from cancu.queries.engine import Cell

__all__ = ["PROPERTIES", "Said", "describe"]

#: What is told of a record, in this order, and by which message it is called ("record." before it).
PROPERTIES: Final[Mapping[str, str]] = {
    "rdf:subject": "of",
    "rdf:predicate": "property",
    "rdf:object": "value",
    "cancu:relation": "relation",
    "cancu:citedDocument": "cited",
    "cancu:provision": "provision",
    "prov:agent": "agency",
    "prov:hadRole": "role",
    "obeu-measure:amount": "amount",
    "cancu:printedAmount": "printed",
    "cancu:fundingTier": "source",
    "cancu:capitalKind": "kind",
    "obeu-dimension:fiscalYear": "year",
    "cancu:carriedOver": "carried",
    "cancu:approx": "approx",
    "obeu-dimension:project": "activity",
    "cancu:indicator": "indicator",
    "cancu:scope": "scope",
    "cancu:operator": "operator",
    "cancu:qualifier": "qualifier",
    "cancu:value": "figure",
    "cancu:value2": "upper",
    "cancu:unit": "unit",
    "cancu:by": "by",
    "cancu:asOf": "as-of",
    "cancu:forActivity": "activity",
    "cancu:reporter": "reporter",
    "cancu:reportsTo": "to",
    "cancu:deadline": "deadline",
    "cancu:frequency": "frequency",
    "cancu:names": "names",
    "cancu:signerName": "signer",
    "cancu:signerRole": "office",
    "cancu:printed": "printed",
    "cancu:readAs": "read-as",
    "cancu:rule": "rule",
    "rdfs:comment": "says",
    "cancu:inferred": "inferred",
}
# What the statement's own property says already, or what says nothing to a reader.
_DOUBLED: Final = {"agency": "value", "cited": "value"}


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what one record says: pairs of a message key and a value, and how sure it is."""

    record: str
    pairs: tuple[tuple[str, Cell], ...]
    confidence: float


def describe(store: Access, records: Iterable[str]) -> Mapping[str, Said]:
    """Say what each record holds, with the names of everything it points at."""
    wanted = sorted(set(records))
    predicates = {_full(name): key for name, key in PROPERTIES.items()}
    facts = store.facts(wanted, [*predicates, _full("cancu:confidence")])
    pointed = {text_of(one) for said in facts.values() for terms in said.values() for one in terms if _is_name(one)}
    names = store.labels(pointed)
    return {record: _said(record, said, names) for record, said in facts.items()}


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _is_name(term: Term) -> bool:
    return isinstance(term, ox.NamedNode)


def _said(record: str, facts: Mapping[str, Iterable[Term]], names: Mapping[str, Mapping[str, str]]) -> Said:
    found: dict[str, Cell] = {}
    for name, key in PROPERTIES.items():
        terms = list(facts.get(_full(name), ()))
        if terms:
            found[key] = _cell(terms, names)
    for key, other in _DOUBLED.items():
        if key in found and other in found and found[key].iri == found[other].iri:
            del found[other]
    sure = next(iter(facts.get(_full("cancu:confidence"), ())), None)
    return Said(record, tuple(found.items()), float(text_of(sure)) if sure is not None else 1.0)


def _cell(terms: list[Term], names: Mapping[str, Mapping[str, str]]) -> Cell:
    if all(isinstance(term, ox.Literal) and term.language for term in terms) and len(terms) > 1:
        said = {term.language: term.value for term in terms if isinstance(term, ox.Literal) and term.language}
        return Cell(said.get("vi"), None, said)
    if len(terms) > 1:
        each = [_cell([term], names) for term in sorted(terms, key=str)]
        joined: dict[str, str] = {lang: "; ".join(cell.text(lang) for cell in each) for lang in LANGUAGES}
        return Cell(joined["vi"], None, joined, iris=tuple(cell.iri for cell in each if cell.iri))
    term = terms[0]
    if isinstance(term, ox.NamedNode):
        return Cell(term.value, term.value, names.get(term.value))
    exact = Decimal(term.value) if term.datatype.value == PREFIXES["xsd"] + "decimal" else None
    return Cell(term.value, None, None, exact)
