"""Collect triples with their proofs: the one place that knows how evidence is written in RDF."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from cancu import __version__
from cancu.ontology import places
from cancu.ontology.iris import CANCU, ELI, ID, OA, PROV, RDF, RDFS, XSD, part_iri, place_iri, source_iri

__all__ = ["RUN", "Triples", "amount", "date", "decimal", "number", "vi", "year"]

#: What read the texts; the version says which rules did.
RUN = ID[f"run/cancu-{__version__}"]

# So many characters of the text before and behind a quote are kept with it, to find it again in another edition.
_AROUND = 80


class Triples:
    """Collect triples; every method that adds a statement adds its proof with it."""

    def __init__(self, key: str | None, text: str | None) -> None:
        """Begin the graph of the source with this key, or of no source."""
        self.triples: set[ox.Triple] = set()
        self.source = str(source_iri(key)) if key is not None else ""
        self.text = text
        #: The codes of the activities that the source defines.
        self.codes: frozenset[str] = frozenset()

    def add(self, subject: str, predicate: str, value: str | ox.Literal) -> None:
        """Add one triple; a word that is no literal is an IRI."""
        node = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
        self.triples.add(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node))

    def statement(self, iri: str, subject: str, predicate: str, value: str | ox.Literal, kinds: Iterable[str]) -> None:
        """Add a reified statement and the direct triple that it reifies."""
        for kind in (*kinds, RDF.Statement):
            self.add(iri, RDF.type, str(kind))
        self.add(iri, RDF.subject, subject)
        self.add(iri, RDF.predicate, predicate)
        self.add(iri, RDF.object, value)
        self.add(iri, PROV.wasGeneratedBy, RUN)
        self.add(subject, predicate, value)

    def evidence(self, iri: str, start: int, end: int, quote: str, *bodies: str, also: str = "") -> None:
        """Add the annotation with both selectors that shows where ``iri`` (and ``bodies``) stands in the source."""
        named = str(part_iri(iri, also)) if also else iri
        annotation, target = str(part_iri(named, "annotation")), str(part_iri(named, "target"))
        position, exact = str(part_iri(named, "position")), str(part_iri(named, "quote"))
        self.add(annotation, RDF.type, OA.Annotation)
        self.add(annotation, OA.motivatedBy, OA.linking)
        for body in (iri, *bodies):
            self.add(annotation, OA.hasBody, body)
        self.add(annotation, OA.hasTarget, target)
        self.add(target, RDF.type, OA.SpecificResource)
        self.add(target, OA.hasSource, self.source)
        self.add(target, OA.hasSelector, position)
        self.add(target, OA.hasSelector, exact)
        self.add(position, RDF.type, OA.TextPositionSelector)
        self.add(position, OA.start, number(start))
        self.add(position, OA.end, number(end))
        self.add(exact, RDF.type, OA.TextQuoteSelector)
        self.add(exact, OA.exact, ox.Literal(quote))
        if self.text is not None:
            self.add(exact, OA.prefix, ox.Literal(self.text[max(0, start - _AROUND) : start]))
            self.add(exact, OA.suffix, ox.Literal(self.text[end : end + _AROUND]))

    def place(self, place: places.Place) -> str:
        """Describe a place of the table and return its IRI."""
        iri = str(place_iri(*places.place_key(place)))
        self.add(iri, RDF.type, ELI.AdministrativeArea)
        self.add(iri, RDFS.label, vi(place.title))
        if place.gso_code is not None:
            self.add(iri, CANCU.gsoCode, ox.Literal(place.gso_code))
        if place.dated:
            if place.valid_from:
                self.add(iri, CANCU.validFrom, date(place.valid_from))
            if place.valid_until:
                self.add(iri, CANCU.validUntil, date(place.valid_until))
        return iri


def number(value: int) -> ox.Literal:
    """Write a whole number."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))


def decimal(value: float) -> ox.Literal:
    """Write a confidence, to two digits."""
    return ox.Literal(f"{value:.2f}".rstrip("0").rstrip("."), datatype=ox.NamedNode(XSD.decimal))


def date(value: str) -> ox.Literal:
    """Write an ISO date."""
    return ox.Literal(value, datatype=ox.NamedNode(XSD.date))


def year(value: int) -> ox.Literal:
    """Write a year."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.gYear))


def vi(value: str) -> ox.Literal:
    """Write Vietnamese words."""
    return ox.Literal(value, language="vi")


def amount(value: Decimal) -> ox.Literal:
    """Write an exact figure, without an exponent or zeros that say nothing.

    >>> amount(Decimal("4060.450")).value, amount(Decimal("2E+3")).value
    ('4060.45', '2000')
    """
    written = f"{value:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return ox.Literal(written, datatype=ox.NamedNode(XSD.decimal))
