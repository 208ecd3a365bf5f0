"""Tell to whom the duties of agencies went when ministries, departments and districts were reorganised in 2025.

The rows of ``successors.tsv`` name agencies without their place. Each becomes an ``org:ChangeEvent`` of the vocabulary,
beside the provinces that took the place of others, so that a query can tell the successor of one agency: its row by
its name and tier, and its place by the province that now stands there. What no row says is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from cancu.ontology import places
from cancu.ontology.iris import CANCU, DCT, ID, ORG, RDF, RDFS, SKOS, TIER, XSD, place_iri, slug
from cancu.ontology.lexicon import TABLES, TIERS, Row, read_table

__all__ = ["TRANSFERS", "Succession", "body_iri", "read_successions", "succession_triples", "successions"]

#: How duties may go over: with the whole agency, in part, not at all, or as a law says of all agencies of a kind.
TRANSFERS: Final = frozenset({"merged", "moved", "stands", "general"})
#: The last day of the provinces and districts that the reorganisation ended.
_LAST_DAY: Final = "2025-06-30"

_TABLE: Final = TABLES / "successors.tsv"
_COLUMNS: Final = (
    *("name", "tier", "successor", "transfer", "function", "function_en"),
    *("valid_from", "valid_until", "law", "example", "source"),
)


@dataclass(frozen=True, slots=True)
class Succession:
    """Hold one row: which functions of an agency another has had from a day on, until another where one is set."""

    name: str
    tier: str
    successor: str
    transfer: str
    function: Mapping[str, str]
    valid_from: date
    valid_until: date | None
    law: str
    example: str
    source: str
    line: int

    @property
    def iri(self) -> URIRef:
        """Mint the IRI of the change."""
        return ID[f"succession/{slug(self.name)}/{self.tier}/{self.valid_from}/{slug(self.successor)}"]


@cache
def successions() -> tuple[Succession, ...]:
    """Give every row, in the order of the table.

    >>> [row.successor for row in successions() if row.name == "Sở Kế hoạch và Đầu tư"]
    ['Sở Tài chính']
    """
    return read_successions(_TABLE)


def read_successions(file: Path) -> tuple[Succession, ...]:
    """Read a table of successors."""
    return tuple(map(_succession, read_table(file, _COLUMNS, key=("name", "tier", "successor", "valid_from"))))


def _succession(row: Row) -> Succession:
    for column in ("name", "successor", "function", "function_en", "law"):
        if not row[column]:
            raise row.error(f"{column} is empty")
    begin, end = row.day("valid_from"), row.day("valid_until")
    if begin is None or (end is not None and end < begin):
        raise row.error("a succession holds from a day to a later one")
    transfer = row.choice("transfer", TRANSFERS)
    if (transfer == "stands") != (row["name"] == row["successor"]):
        raise row.error("an agency that stands, and no other, is its own successor")
    return Succession(
        name=row["name"],
        tier=row.choice("tier", TIERS),
        successor=row["successor"],
        transfer=transfer,
        function=MappingProxyType({"vi": row["function"], "en": row["function_en"]}),
        valid_from=begin,
        valid_until=end,
        law=row["law"],
        example=row["example"],
        source=row["source"],
        line=row.line,
    )


def body_iri(name: str) -> URIRef:
    """Mint the IRI of what agencies of one name are, wherever they stand; it is none of the agencies that texts name.

    >>> str(body_iri("Sở Y tế"))
    'https://w3id.org/cancu/id/body/so-y-te'
    """
    return ID[f"body/{slug(name)}"]


def succession_triples() -> Iterator[tuple[Node, Node, Node]]:
    """Make one change of each row, and tell which provinces stand in the place of those that ended."""
    for row in successions():
        yield row.iri, RDF.type, ORG.ChangeEvent
        for lang, words in row.function.items():
            yield row.iri, RDFS.label, Literal(words, lang)
        for relation, name in ((ORG.originalOrganization, row.name), (ORG.resultingOrganization, row.successor)):
            yield row.iri, relation, body_iri(name)
            yield body_iri(name), SKOS.prefLabel, Literal(name, "vi")
        for unit in sorted(places.UNITS.get(row.tier, ())):
            # How the names of such agencies begin: "Sở Y tế tỉnh". Not every engine can look for Vietnamese words.
            yield body_iri(row.name), SKOS.hiddenLabel, Literal(f"{row.name} {unit}", "vi")
        yield row.iri, CANCU.tier, TIER[row.tier]
        yield row.iri, CANCU.transfer, Literal(row.transfer)
        yield row.iri, CANCU.validFrom, Literal(row.valid_from)
        if row.valid_until is not None:
            yield row.iri, CANCU.validUntil, Literal(row.valid_until)
        yield row.iri, DCT.source, Literal(row.law, "vi")
    for province in places.provinces():
        if province.valid_until >= _LAST_DAY:
            for later in _later(province):
                yield _iri(province), DCT.isReplacedBy, _iri(later)
                yield _iri(later), RDFS.label, Literal(later.title, "vi")
                yield _iri(later), CANCU.validFrom, Literal(later.valid_from, datatype=XSD.date)
                if later.valid_until:
                    yield _iri(later), CANCU.validUntil, Literal(later.valid_until, datatype=XSD.date)


def _later(place: places.Place) -> Iterator[places.Place]:
    """Follow a place through all that came to stand in its place."""
    for code, since in place.successors:
        for successor in places.places_with_code(code, since):
            yield successor
            yield from _later(successor)


def _iri(place: places.Place) -> URIRef:
    return place_iri(*places.place_key(place))
