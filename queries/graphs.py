"""Copy triples of the store into graphs of rdflib, for the tools that work on those."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from cancu.queries.access import text_of

__all__ = ["rdflib_graph", "rdflib_term"]


def rdflib_graph(triples: Iterable[ox.Triple]) -> Graph:
    """Make a graph of rdflib that holds exactly these triples."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((URIRef(text_of(triple.subject)), URIRef(triple.predicate.value), rdflib_term(triple.object)))
    return graph


def rdflib_term(term: object) -> URIRef | Literal:
    """Write a name or a value as rdflib does.

    >>> rdflib_term(ox.Literal("TM."))
    rdflib.term.Literal('TM.')
    """
    if not isinstance(term, ox.Literal):
        return URIRef(text_of(term))
    if term.language is not None:
        return Literal(term.value, lang=term.language)
    # To rdflib, "TM." and "TM."^^xsd:string are two things.
    datatype = None if term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype)
