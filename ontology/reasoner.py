"""Let HermiT, an OWL 2 reasoner, judge a graph by the ontology: whether it can be true, and what it implies.

HermiT runs in Java, through Owlready2; without Java there is no judgement, and :func:`java` tells that beforehand. Its
time grows faster than the graph, so it is given a sample. It does not know ``xsd:date`` and ``xsd:gYear``, and the
reserved terms of reification are no business of OWL's: both are left out.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from cancu.language import Refusal
from cancu.ontology.lexicon import TABLES
from cancu.ontology.schemes import read_turtle

__all__ = ["Clash", "Judgement", "Reason", "classify", "find_clashes", "java", "label_of", "ontology"]

#: What the graph of the sample and that of the reasoner's conclusions are called inside Owlready2.
_SAMPLE: Final = "https://w3id.org/cancu/id/graph/sample"
_CONCLUSIONS: Final = "https://w3id.org/cancu/id/graph/inferred#"

_UNKNOWN_DATATYPES: Final = frozenset({XSD.date, XSD.gYear})
_NO_KIND: Final = frozenset({OWL.Thing, OWL.NamedIndividual, OWL.Ontology})


@dataclass(frozen=True, slots=True)
class Reason:
    """Say why a resource is of a kind: ``how`` is "stated", "domain" or "range", the last two of a property.

    ``kind`` is the class that is stated or set for the property; the class in question is it or one above it.
    """

    how: str
    kind: str
    property: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Say that a resource is of two kinds that have nothing in common, and why it is of each."""

    resource: str
    kinds: tuple[str, str]
    reasons: tuple[Reason, Reason]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold what the reasoner found out about a graph.

    ``types`` are the kinds of resources that follow and that nobody stated, each with its reason where one axiom
    gives it. Of a graph that contradicts itself nothing follows; ``clashes`` then name the plain contradictions.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    types: tuple[tuple[str, str, Reason | None], ...] = ()
    clashes: tuple[Clash, ...] = ()


@cache
def ontology() -> Graph:
    """Give the parsed ontology; nobody changes it."""
    return read_turtle(TABLES / "cancu.ttl")


def java() -> str | None:
    """Give the path of the Java that would run the reasoner, or None where there is none."""
    return shutil.which("java")


def classify(graph: Graph) -> Judgement:
    """Judge a graph by the ontology, which need not be in it.

    Raises :class:`cancu.language.Refusal` where Java or Owlready2 is missing.
    """
    program = java()
    if program is None:
        raise Refusal("reason.no-java")
    try:
        import owlready2  # type: ignore[import-untyped]
    except ImportError:
        raise Refusal("reason.no-owlready") from None
    owlready2.JAVA_EXE = program
    together = Graph()
    for triple in _known_to_owl((*ontology(), *graph)):
        together.add(triple)
    world = owlready2.World()
    content = io.BytesIO(together.serialize(format="nt", encoding="utf-8"))
    world.get_ontology(_SAMPLE).load(fileobj=content, format="ntriples")
    conclusions = world.get_ontology(_CONCLUSIONS)
    try:
        with conclusions:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Judgement(False, clashes=find_clashes(graph))
    except owlready2.OwlReadyJavaError as flaw:
        raise Refusal("reason.java-failed", reason=" ".join(str(flaw).split())[:300]) from flaw
    impossible = sorted(each.iri for each in world.inconsistent_classes() if each.iri != str(OWL.Nothing))
    types = tuple(
        (resource, kind, _reason(graph, resource, kind)) for resource, kind in sorted(_types(world, conclusions, graph))
    )
    return Judgement(True, tuple(impossible), types)


def _known_to_owl(triples: Iterable[tuple[Node, Node, Node]]) -> Iterator[tuple[Node, Node, Node]]:
    """Leave out reification, which has the reserved terms of rdf:, and literals of datatypes unknown to OWL 2."""
    for subject, predicate, value in triples:
        term = value if predicate == RDF.type else predicate
        reification = term != RDF.type and str(term).startswith(str(RDF))
        if not reification and getattr(value, "datatype", None) not in _UNKNOWN_DATATYPES:
            yield subject, predicate, value


def _types(world: Any, conclusions: Any, graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield the kinds that the reasoner gave to resources of the graph."""
    of_kind = world._abbreviate(str(RDF.type))
    told = {term for triple in graph for term in (triple[0], triple[2])}
    for subject, predicate, kind in conclusions._get_obj_triples_spo_spo(None, of_kind, None):
        named = predicate == of_kind and subject > 0 and kind > 0
        pair = (URIRef(world._unabbreviate(subject)), URIRef(world._unabbreviate(kind))) if named else None
        if pair is None or pair[0] not in told or pair[1] in _NO_KIND:
            continue
        if (pair[0], RDF.type, pair[1]) not in graph:
            yield str(pair[0]), str(pair[1])


# --- explanations -----------------------------------------------------------------------------------------------------


@cache
def _above(predicate: URIRef) -> Mapping[URIRef, frozenset[URIRef]]:
    """Map every class (or property) to itself and all that lie above it."""
    lower = {each for each in ontology().subjects(predicate) if isinstance(each, URIRef)}
    return MappingProxyType(
        {
            each: frozenset(one for one in ontology().transitive_objects(each, predicate) if isinstance(one, URIRef))
            for each in lower
        }
    )


def _kinds_above(kind: URIRef) -> frozenset[URIRef]:
    return _above(RDFS.subClassOf).get(kind, frozenset({kind}))


def _kinds(graph: Graph, resource: URIRef) -> Iterator[Reason]:
    """Yield every reason to count a resource among a kind, the stated ones first."""
    for kind in sorted(map(str, graph.objects(resource, RDF.type))):
        yield Reason("stated", kind)
    borne, led = set(map(str, graph.predicates(resource))), set(map(str, graph.predicates(object=resource)))
    for how, axiom, properties in (("domain", RDFS.domain, borne), ("range", RDFS.range, led)):
        for used in sorted(properties):
            above = _above(RDFS.subPropertyOf).get(URIRef(used), frozenset({URIRef(used)}))
            for kind in sorted(str(kind) for one in above for kind in ontology().objects(one, axiom)):
                yield Reason(how, kind, used)


def _reason(graph: Graph, resource: str, kind: str) -> Reason | None:
    reasons = _kinds(graph, URIRef(resource))
    return next((one for one in reasons if URIRef(kind) in _kinds_above(URIRef(one.kind))), None)


def find_clashes(graph: Graph) -> tuple[Clash, ...]:
    """Find the resources that are of two disjoint kinds, by what is stated of them and by the properties they bear.

    This explains the contradictions that real graphs have; HermiT says only that there is one.
    """
    apart = {
        frozenset((one, other))
        for one, other in ontology().subject_objects(OWL.disjointWith)
        if isinstance(one, URIRef) and isinstance(other, URIRef)
    }
    resources = {each for triple in graph for each in (triple[0], triple[2]) if isinstance(each, URIRef)}
    clashes = []
    for resource in sorted(resources):
        clash = _clash(resource, list(_kinds(graph, resource)), apart)
        if clash is not None:
            clashes.append(clash)
    return tuple(clashes)


def _clash(resource: URIRef, reasons: list[Reason], apart: set[frozenset[URIRef]]) -> Clash | None:
    for index, first in enumerate(reasons):
        for second in reasons[index + 1 :]:
            if first.kind == second.kind:
                continue
            for one in sorted(_kinds_above(URIRef(first.kind))):
                for other in sorted(_kinds_above(URIRef(second.kind))):
                    if frozenset((one, other)) in apart:
                        return Clash(str(resource), (str(one), str(other)), (first, second))
    return None


def label_of(term: str, lang: str) -> str:
    """Name a class or property of the ontology in ``lang``; one without a name is written as its prefixed end.

    >>> label_of("https://w3id.org/cancu/ns#Target", "vi"), label_of("http://www.w3.org/ns/org#Organization", "vi")
    ('chỉ tiêu', 'Organization')
    """
    for label in ontology().objects(URIRef(term), RDFS.label):
        if getattr(label, "language", None) == lang:
            return str(label)
    return term.replace("#", "/").rpartition("/")[2]
