"""Say what a record holds: of what it speaks, which property, which value, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from cancu.ontology.iris import expand
from cancu.queries.access import Access, Term, text_of
from cancu.queries.cells import Cell, Names, cell_of, joined, worded

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
_PREDICATES: Final[Mapping[str, str]] = {str(expand(name)): key for name, key in PROPERTIES.items()}
_CONFIDENCE: Final = str(expand("cancu:confidence"))
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
    facts = store.facts(wanted, [*_PREDICATES, _CONFIDENCE])
    terms = (one for said in facts.values() for several in said.values() for one in several)
    names = store.labels({term.value for term in terms if isinstance(term, ox.NamedNode)})
    return {record: _said(record, said, names) for record, said in facts.items()}


def _said(record: str, facts: Mapping[str, Iterable[Term]], names: Names) -> Said:
    found: dict[str, Cell] = {}
    for predicate, key in _PREDICATES.items():
        terms = list(facts.get(predicate, ()))
        if terms:
            found[key] = _cell(terms, names)
    for key, other in _DOUBLED.items():
        if key in found and other in found and found[key].iri == found[other].iri:
            del found[other]
    sure = next(iter(facts.get(_CONFIDENCE, ())), None)
    return Said(record, tuple(found.items()), float(text_of(sure)) if sure is not None else 1.0)


def _cell(terms: list[Term], names: Names) -> Cell:
    if len(terms) == 1:
        return cell_of(terms[0], names)
    if all(isinstance(term, ox.Literal) and term.language for term in terms):
        return worded({term.language: term.value for term in terms if isinstance(term, ox.Literal) and term.language})
    return joined(cell_of(term, names) for term in sorted(terms, key=str))
