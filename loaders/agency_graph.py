"""Describe agencies in triples: name, tier, place, and the body that each belongs to."""

from __future__ import annotations

from cancu.loaders.agencies import read_place, tier_of
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.triples import Triples, vi
from cancu.ontology import places
from cancu.ontology.iris import CANCU, ORG, RDF, SKOS, TIER, agency_iri, place_iri

__all__ = ["add_agencies", "superior_of"]

_COMMITTEE = "Ủy ban nhân dân"
# "Sở Y tế tỉnh Nghệ An", "Phòng Dân tộc huyện Quỳ Hợp": departments of a People's Committee.
_DEPARTMENT = compiled(rf"{any_of('committee_department')} (?!{any_of('not_a_committee_department')})")
_SEVERAL = compiled(r"(?:Các|Những|Mọi) |.* các |.* cấp (?:tỉnh|huyện|xã)(?:,| |$)")
_UNIT = compiled(rf"(?<= ){any_of('unit_tier')} (?=[[:upper:]\d])")


def is_collective(name: str) -> bool:
    """Tell the name of many bodies from that of one.

    >>> is_collective("Ủy ban nhân dân các xã, thị trấn huyện Quỳ Hợp"), is_collective("Sở Y tế tỉnh Nghệ An")
    (True, False)
    """
    return _SEVERAL.match(name) is not None


def superior_of(name: str, on: str | None = None) -> str | None:
    """Return the People's Committee that an agency belongs to, where its name tells it; ``on`` is an ISO date.

    >>> superior_of("Phòng Dân tộc huyện Quỳ Hợp")
    'Ủy ban nhân dân huyện Quỳ Hợp'
    >>> superior_of("Ủy ban nhân dân huyện Quỳ Hợp", "2024-01-01")
    'Ủy ban nhân dân tỉnh Nghệ An'
    >>> superior_of("Ngân hàng Chính sách xã hội huyện Quỳ Hợp") is None
    True
    """
    printed = _place_name(name)
    if printed is None or is_collective(name):
        return None
    if _DEPARTMENT.match(name):
        return f"{_COMMITTEE} {printed}"
    if name == f"{_COMMITTEE} {printed}":
        place = _place(printed, on)
        above = places.parent_of(place) if place is not None else None
        return f"{_COMMITTEE} {above.title}" if above is not None else None
    return None


def _place_name(name: str) -> str | None:
    """Return the place at the end of a name: "huyện Quỳ Hợp"."""
    for unit in _UNIT.finditer(name):
        found = read_place(name, unit.start())
        if found is not None and found[2] is not None and found[0] == len(name):
            return name[unit.start() :]
    return None


def _place(printed: str, on: str | None) -> places.Place | None:
    fits = places.find_place(printed, on=on)
    return fits[0] if len(fits) == 1 else None


def add_agencies(graph: Triples, names: set[str], on: str | None) -> None:
    """Describe agencies, and those above them; ``on`` is the day on which their places are asked for."""
    waiting = sorted(names)
    known = set(waiting)
    while waiting:
        name = waiting.pop()
        iri = str(agency_iri(name))
        graph.add(iri, RDF.type, CANCU.CollectiveAgency if is_collective(name) else ORG.FormalOrganization)
        graph.add(iri, SKOS.prefLabel, vi(name))
        graph.add(iri, CANCU.tier, TIER[tier_of(name)])
        printed = _place_name(name)
        place = _place(printed, on) if printed is not None else None
        if place is not None:
            graph.place(place)
            graph.add(iri, CANCU.place, str(place_iri(*places.place_key(place))))
        above = superior_of(name, on)
        if above is not None:
            graph.add(iri, ORG.subOrganizationOf, str(agency_iri(above)))
            if above not in known:
                known.add(above)
                waiting.append(above)
