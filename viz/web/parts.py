"""Show an activity and an agency: authority, who does what, money, targets, deadlines; duties, calendar, partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from cancu.language import Language, say
from cancu.queries.access import text_of, text_or_none
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, Hop, ask
from cancu.queries.plans import Component, Fact, Plan, read_plan
from cancu.queries.store import Store
from cancu.queries.texts import Relation, read_relations
from cancu.viz.plan import shown_target
from cancu.viz.web.calendar import calendar_of, last_day
from cancu.viz.web.frame import language_of, render
from cancu.viz.web.sums import shown_sum
from cancu.viz.words import shown_cell

__all__ = ["activity_page", "agency_page"]

#: A row of an answer and what proves it.
_Row = tuple[Mapping[str, Cell], tuple[Hop, ...]]
#: By these a document says on what all of it rests.
_BASES: Final = frozenset({"legal_basis", "authorises"})
_TWINS: Final = """
SELECT DISTINCT ?twin ?label ?document ?plan WHERE {
  VALUES ?activity { %s }
  ?activity cancu:realises ?component .
  ?twin cancu:realises ?component ; rdfs:label ?label ; dct:isPartOf ?document .
  ?document rdfs:label ?plan .
  FILTER(?twin != ?activity)
} ORDER BY ?plan ?label LIMIT 200"""
_OF_ACTIVITY: Final = """
SELECT ?document ?label ?parent WHERE {
  VALUES ?activity { %s }
  ?activity dct:isPartOf ?document ; rdfs:label ?label .
  OPTIONAL { ?activity cancu:withinActivity ?parent }
} ORDER BY DESC(STRLEN(STR(?label))) LIMIT 1"""
_PARTNERS: Final = """
SELECT ?other ?name (COUNT(DISTINCT ?activity) AS ?times) WHERE {
  VALUES ?agency { %s }
  ?mine prov:agent ?agency ; a cancu:Duty ; rdf:subject ?activity .
  ?theirs rdf:subject ?activity ; a cancu:Duty ; prov:agent ?other .
  ?other skos:prefLabel ?name .
  FILTER(?other != ?agency)
} GROUP BY ?other ?name ORDER BY DESC(?times) ?name LIMIT 40"""
_ABOVE: Final = """
SELECT ?above ?name WHERE {
  VALUES ?agency { %s }
  ?agency org:subOrganizationOf|org:unitOf|org:memberOf ?above .
  ?above skos:prefLabel ?name
} ORDER BY ?name"""


# --- an activity ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActivityReading:
    """Hold all that the page of an activity shows; ``part`` is None for a passage that is no numbered component."""

    iri: str
    label: str
    plan: Plan
    part: Component | None
    parent: Component | None
    below: tuple[Component, ...]
    authority: Answer
    bases: tuple[Relation, ...]
    twins: tuple[tuple[str, str, str, str], ...]


def read_activity(store: Store, iri: str) -> ActivityReading | None:
    """Read an activity from the plan that it is part of."""
    rows = list(store.select(_OF_ACTIVITY % ox.NamedNode(iri)))
    if not rows:
        return None
    plan = read_plan(store, text_of(rows[0]["document"]))
    if not isinstance(plan, Plan):
        return None
    parts = {part.iri: part for part in plan.components}
    twins = tuple(
        (text_of(row["twin"]), text_of(row["label"]), text_of(row["document"]), text_of(row["plan"]))
        for row in store.select(_TWINS % ox.NamedNode(iri))
    )
    return ActivityReading(
        iri,
        text_of(rows[0]["label"]),
        plan,
        parts.get(iri),
        parts.get(text_or_none(rows[0]["parent"]) or ""),
        tuple(part for part in plan.components if part.parent == iri),
        ask(store, "authorises", activity=iri),
        # What authorises one activity does not authorise the others.
        tuple(one for one in read_relations(store, plan.iri) if one.kind in _BASES and not one.parts),
        twins,
    )


async def activity_page(request: Request, iri: str) -> Response | None:
    """Show an activity."""
    read: ActivityReading | None = await request.app.state.readers.call(read_activity, iri)
    if read is None:
        return None
    lang = language_of(request)
    return render(
        request,
        "activity.html",
        read=read,
        roles=_by_role(read.part.duties) if read.part is not None else {},
        shown_cell=lambda cell: shown_cell(cell, lang),
        money_line=lambda fact: shown_sum(fact, lang),
        target_line=lambda fact: shown_target(fact, lang, whole=True),
    )


def _by_role(duties: Sequence[Fact]) -> Mapping[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for duty in duties:
        found.setdefault((duty.cells["role"].iri or "").rpartition("/")[2], []).append(duty)
    return found


# --- an agency --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgencyReading:
    """Hold all that the page of an agency shows."""

    iri: str
    name: str
    above: tuple[tuple[str, str], ...]
    duties: Answer
    deadlines: Answer
    partners: tuple[tuple[str, str, int], ...]
    successors: Answer


def read_agency(store: Store, iri: str) -> AgencyReading | None:
    """Read an agency with its duties over all plans."""
    names = store.labels([iri]).get(iri)
    if not names:
        return None
    node = ox.NamedNode(iri)
    return AgencyReading(
        iri,
        names.get("vi") or next(iter(names.values())),
        tuple((text_of(row["above"]), text_of(row["name"])) for row in store.select(_ABOVE % node)),
        ask(store, "duties", agency=iri),
        ask(store, "deadlines", agency=iri),
        tuple(
            (text_of(row["other"]), text_of(row["name"]), int(text_of(row["times"])))
            for row in store.select(_PARTNERS % node)
            if row["other"] is not None
        ),
        ask(store, "successor", agency=iri),
    )


def _by_plan(duties: Answer) -> Mapping[str | None, list[_Row]]:
    """Put the duties of each plan together."""
    found: dict[str | None, list[_Row]] = {}
    for row, proof in zip(duties.rows, duties.proofs, strict=True):
        found.setdefault(row["document"].iri, []).append((row, proof))
    return found


def _by_month(deadlines: Answer, lang: Language) -> Mapping[str, list[_Row]]:
    """Put the deadlines of each month together, the first month first; what names no day comes last."""
    days = [last_day(row["deadline"].value) for row in deadlines.rows]
    found: dict[str, list[_Row]] = {}
    rows = sorted(zip(days, deadlines.rows, deadlines.proofs, strict=True), key=lambda one: one[0] or date.max)
    for day, row, proof in rows:
        named = {"month": f"{day.month:02}", "year": day.year} if day is not None else {}
        month = say("agency.month" if named else "agency.undated", lang, **named)
        found.setdefault(month, []).append((row, proof))
    return found


async def agency_page(request: Request, iri: str) -> Response | None:
    """Show an agency, or give its deadlines as a calendar (``?ics=1``)."""
    read: AgencyReading | None = await request.app.state.readers.call(read_agency, iri)
    if read is None:
        return None
    lang = language_of(request)
    if request.query_params.get("ics"):
        return Response(
            calendar_of(read.deadlines, read.name, lang),
            media_type="text/calendar",
            headers={"content-disposition": 'attachment; filename="can-cu.ics"'},
        )
    columns = {column.name: column for column in (*read.deadlines.columns, *read.duties.columns)}
    return render(
        request,
        "agency.html",
        read=read,
        duties=_by_plan(read.duties),
        months=_by_month(read.deadlines, lang),
        dated=any(last_day(row["deadline"].value) is not None for row in read.deadlines.rows),
        label=lambda name: columns[name].label(lang),
        shown_cell=lambda cell: shown_cell(cell, lang),
    )
