"""Check the graph against the shapes, source by source, and find the place in the text of everything that is wrong.

One source is checked at a time, together with the vocabulary and with what is known elsewhere of the resources that it
points at, so the largest text decides how much memory it takes. What several sources say against each other is no flaw
of any of them: the questions of the catalogue tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rdflib import Graph, URIRef

from cancu.language import Language, Refusal
from cancu.ontology.iris import (
    CANCU,
    GRAPH_INFERRED,
    GRAPH_LINKING,
    GRAPH_VOCABULARY,
    ID,
    OA,
    RDF,
    graph_iri,
    parse_graph,
    parse_source,
    source_iri,
)
from cancu.ontology.soundness import Finding, find_flaws
from cancu.queries.access import Access, text_of
from cancu.queries.engine import Hop, proofs_of, resolve_document
from cancu.queries.entries import Ambiguous
from cancu.queries.graphs import rdflib_graph
from cancu.queries.texts import sources_of

__all__ = ["Flaw", "Validation", "validate"]

Progress = Callable[[int, int, str], None]

#: So many records are looked at to find a place in the text.
_MOST_RECORDS: Final = 5
#: So many conclusions are checked at once.
_BATCH: Final = 1000
#: The kinds of records that the graphs without a text of their own add; what else stands there is described elsewhere.
_CONCLUDED: Final = frozenset(str(kind) for kind in (CANCU.Inference, CANCU.IdentityInference, CANCU.Doubt))
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+$")
_TYPE: Final = ox.NamedNode(str(RDF.type))


@dataclass(frozen=True, slots=True)
class Flaw:
    """Hold one finding: the source it is in, what its resource is called, and the places in the text, if it has any.

    ``source`` is None for what was concluded from several sources together; ``value`` is the value at fault, a resource
    by its name.
    """

    source: str | None
    finding: Finding
    label: str
    value: str | None
    places: tuple[Hop, ...]

    def message(self, lang: Language) -> str:
        """Give the sentence in ``lang``."""
        said = self.finding.message(lang)
        return said.replace(self.finding.value, self.value) if self.finding.value and self.value else said


@dataclass(frozen=True, slots=True)
class Validation:
    """Sum up a check; the graph conforms where no flaw is a violation: warnings are about the texts."""

    sources: tuple[str, ...]
    flaws: tuple[Flaw, ...]

    @property
    def conforms(self) -> bool:
        """Tell whether the graph itself is sound."""
        return not any(flaw.finding.severity == "violation" for flaw in self.flaws)

    def count(self, severity: str) -> int:
        """Count the flaws of a severity."""
        return sum(flaw.finding.severity == severity for flaw in self.flaws)


def validate(store: Access, sources: Sequence[str] = (), progress: Progress | None = None) -> Validation:
    """Check the graphs of ``sources``, or of all of them and what was concluded from them.

    A source is named by its file, or by the number or title of its document.
    """
    keys = _keys(store, sources)
    parts: list[tuple[str | None, str]] = [(key, str(graph_iri(key))) for key in keys]
    if not sources:
        parts += [(None, graph) for graph in map(str, (GRAPH_LINKING, GRAPH_INFERRED)) if graph in store.graphs()]
    flaws: list[Flaw] = []
    for done, (key, graph) in enumerate(parts):
        if progress is not None:
            progress(done, len(parts), key or "")
        flaws += _check(store, key, store.content(graph))
    return Validation(tuple(keys), tuple(flaws))


def _keys(store: Access, sources: Sequence[str]) -> list[str]:
    """Name the sources that are meant, all of them where none is."""
    held = []
    for graph in store.graphs():
        if graph in (str(GRAPH_VOCABULARY), str(GRAPH_LINKING), str(GRAPH_INFERRED)):
            continue
        try:
            held.append(parse_graph(graph))
        except ValueError:
            # A graph that somebody else put beside ours.
            continue
    if not sources:
        return sorted(held)
    meant: dict[str, None] = {}
    for word in sources:
        meant.update(dict.fromkeys([word] if word in held else _sources_of(store, word)))
    return list(meant)


def _sources_of(store: Access, word: str) -> list[str]:
    """Find the sources of the document that a word means."""
    found = resolve_document(store, word)
    if isinstance(found, Ambiguous):
        several = ", ".join(sorted({key for entry in found.candidates for key in _held_as(store, entry.iri)}))
        raise Refusal("validate.ambiguous", source=word, count=len(found.candidates), known=several or "–")
    keys = _held_as(store, found.iri)
    if not keys:
        raise Refusal("empty.not-held", document=found.label)
    return keys


def _held_as(store: Access, document: str) -> list[str]:
    return sorted(map(parse_source, sources_of(store, document)))


# --- one source -------------------------------------------------------------------------------------------------------


def _check(store: Access, key: str | None, content: Iterable[ox.Triple]) -> Iterator[Flaw]:
    triples = sorted(content, key=str)
    if key is not None:
        told = {text_of(triple.subject) for triple in triples}
        batches: Iterable[Sequence[ox.Triple]] = [triples]
    else:
        # Beside its own records such a graph holds triples about resources that are described and checked elsewhere.
        told = {text_of(one.subject) for one in triples if text_of(one.object) in _CONCLUDED}
        batches = _batches(triples, told)
    found = (finding for batch in batches for finding in find_flaws(_with_kinds(store, batch)))
    mine = [finding for finding in found if finding.focus in told]
    names = store.labels({iri for one in mine for iri in (one.focus, one.value) if iri is not None and _IRI.match(iri)})
    places = _places(store, key, mine)
    for finding in mine:
        value = finding.value if finding.value is None else _name(finding.value, names)
        yield Flaw(key, finding, _name(finding.focus, names), value, places[finding])


def _name(iri: str, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(iri, {})
    return known.get("vi") or known.get("") or iri.removeprefix(ID)


def _batches(triples: Sequence[ox.Triple], records: Iterable[str]) -> Iterator[list[ox.Triple]]:
    """Divide a graph of conclusions, each with all that is said of it and the triple that it concludes."""
    said: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        said.setdefault(text_of(triple.subject), []).append(triple)
    waiting = sorted(records)
    for start in range(0, len(waiting), _BATCH):
        chosen = [triple for record in waiting[start : start + _BATCH] for triple in said[record]]
        others = {text_of(one.object) for one in chosen if isinstance(one.object, ox.NamedNode)}
        yield [*chosen, *(triple for other in sorted(others - set(waiting)) for triple in said.get(other, ()))]


def _with_kinds(store: Access, triples: Sequence[ox.Triple]) -> Graph:
    """Make a graph of triples, and say of what kind the resources are that they point at."""
    graph = rdflib_graph(triples)
    pointed = {one.object.value for one in triples if isinstance(one.object, ox.NamedNode) and one.predicate != _TYPE}
    for iri, said in store.facts(sorted(pointed), (_TYPE.value,)).items():
        for kind in said[_TYPE.value]:
            graph.add((URIRef(iri), RDF.type, URIRef(text_of(kind))))
    return graph


# --- places -----------------------------------------------------------------------------------------------------------


def _places(store: Access, key: str | None, findings: Sequence[Finding]) -> dict[Finding, tuple[Hop, ...]]:
    """Find where in the text each finding is to be seen: the words that its resource was read from.

    A record is proved by its own words; a document or an activity by the statement that is at fault, where one is,
    else by what says that it is there.
    """
    telling = {finding: _telling(store, key, finding) for finding in findings}
    proofs = proofs_of(store, {record for records in telling.values() for record in records})
    return {finding: next(filter(None, map(proofs.__getitem__, records)), ()) for finding, records in telling.items()}


def _telling(store: Access, key: str | None, finding: Finding) -> list[str]:
    """Name the records that tell of a resource: itself, the statement at fault, then others of the same source."""
    focus = ox.NamedNode(finding.focus)
    source = str(source_iri(key)) + "#" if key is not None else ""
    ranked = {finding.focus: 0} | dict.fromkeys(_bodies(store, finding.focus), 0)
    for rank, predicate in enumerate((RDF.subject, RDF.object, CANCU.about), start=3):
        for record in (text_of(one.subject) for one in store.triples(None, str(predicate), focus)):
            said = {text_of(one.object) for one in store.triples(record)}
            at_fault = (finding.path in said) + (finding.value in said)
            if record.startswith(source):
                ranked.setdefault(record, rank - at_fault)
    return sorted(ranked, key=lambda record: (ranked[record], record))[:_MOST_RECORDS]


def _bodies(store: Access, iri: str) -> list[str]:
    """Name the records that an annotation, a place in a text or a quote belongs to."""
    near = [iri]
    for predicate in (OA.hasSelector, OA.hasTarget):
        near += [holder for holders in store.holders(str(predicate), near).values() for holder in holders]
    found = store.facts(near, (str(OA.hasBody),))
    return sorted({text_of(term) for said in found.values() for term in said[str(OA.hasBody)]})
