"""Read what stands below the document: its activities, and who does what, with what money, towards what, by when.

Each part has a reader of its own; this module asks them in the order in which they need each other, and puts their
records together: an activity's leads are its assignments, its authority are the citations that ground it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cancu.loaders.annexes import read_missing_parts
from cancu.loaders.components import Component, Components, read_beneficiaries, read_components
from cancu.loaders.deadlines import Deadline, read_component_deadlines, read_deadline_notes
from cancu.loaders.duties import read_duties
from cancu.loaders.mentions import Note
from cancu.loaders.money import read_money
from cancu.loaders.money_gaps import money_gap_notes
from cancu.loaders.money_tables import read_money_tables
from cancu.loaders.numbering import read_numbering
from cancu.loaders.observations import figure_notes, observations_of
from cancu.loaders.quantities import find_quantities
from cancu.loaders.reading import Reading
from cancu.loaders.recipients import read_recipients
from cancu.loaders.reporting import read_reporting
from cancu.loaders.responsibility import read_responsibilities
from cancu.loaders.table_ends import table_end_notes
from cancu.loaders.tables import PlainTable
from cancu.model import (
    Activity,
    Assignment,
    Citation,
    Evidence,
    Money,
    Observation,
    Quantity,
    Recipient,
    Reporting,
    Table,
)
from cancu.ontology import lexicon

__all__ = ["Plan", "activities_of", "read_plan"]

# The roles that make an activity's own lists.
_ROLES = ("lead", "coordinate", "implement")
# A component of which context gave something, such as its true code, is this sure.
_INFERRED = 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold everything that a text says below its document, and the doubts about it."""

    components: Components
    assignments: tuple[Assignment, ...] = ()
    sums: tuple[Money, ...] = ()
    targets: tuple[Quantity, ...] = ()
    results: tuple[Quantity, ...] = ()
    reporting: tuple[Reporting, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    tables: tuple[Table, ...] = ()
    observations: tuple[Observation, ...] = ()
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def read_plan(reading: Reading, tables: Sequence[PlainTable]) -> Plan:
    """Read all that stands below the document."""
    components, notes = read_components(reading)
    responsibilities = read_responsibilities(reading, components, tables)
    components = responsibilities.components
    duties = read_duties(reading, components)
    sums, money_notes = read_money(reading, components)
    sums += read_money_tables(reading, components, tables, sums)
    quantities = find_quantities(reading, components)
    notes += [*responsibilities.notes, *money_notes, *quantities.notes, *read_deadline_notes(reading)]
    notes += _lacking_components(reading, components)
    notes += [*read_numbering(reading), *read_missing_parts(reading)]
    for table in tables:
        notes += [*table.notes, *figure_notes(table)]
    notes += [*money_gap_notes(reading), *table_end_notes(components, tables)]
    deadlines = dict(responsibilities.deadlines) | read_component_deadlines(reading, components)
    return Plan(
        components,
        _in_order([*duties, *responsibilities.assignments]),
        tuple(sorted(sums, key=lambda money: (money.start, money.end))),
        tuple(quantities.targets),
        tuple(quantities.results),
        tuple(read_reporting(reading, components)),
        tuple(read_recipients(reading)),
        tuple(table.record(reading.outline.section(table.start)) for table in tables),
        tuple(one for table in tables for one in observations_of(table, reading.header.context)),
        deadlines,
        tuple(notes),
    )


def _lacking_components(reading: Reading, components: Components) -> Iterator[Note]:
    """Yield the doubts about components that sections of duties name and the text does not have."""
    for heading in reading.outline.headings:
        title = heading.title.casefold()
        if len(heading.path) == 1 and any(title.startswith(word) for word in lexicon.words("duty_section")):
            yield from components.lacking(reading.plain, heading.end, heading.until)


def activities_of(plan: Plan, reading: Reading, citations: Iterable[Citation]) -> tuple[Activity, ...]:
    """Put each component together with its agencies, money, deadline and authority."""
    grounds: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.relation == "authorises" and citation.activity is not None:
            grounds.setdefault(citation.activity, []).append(citation)
    return tuple(_activity(component, plan, reading, grounds.get(component.code, [])) for component in plan.components)


def _activity(component: Component, plan: Plan, reading: Reading, grounds: Sequence[Citation]) -> Activity:
    heading = reading.place(component.start, component.end)
    deadline = plan.deadlines.get(component.code)
    roles = {role: _agencies(plan.assignments, component.code, role) for role in _ROLES}
    evidence: list[tuple[str, Evidence]] = []
    if deadline is not None:
        evidence.append(("deadline", reading.place(deadline.start, deadline.end)))
    inferred = {*component.inferred, *(["deadline"] if deadline is not None and deadline.inferred else [])}
    return Activity(
        start=heading.start,
        end=heading.end,
        quote=heading.quote,
        code=component.code,
        printed_label=component.printed_label,
        title=component.title,
        until=reading.place(component.start, component.until).end,
        parent=component.parent,
        component=component.national,
        lead=roles["lead"],
        coordinate=roles["coordinate"],
        implement=roles["implement"],
        deadline=deadline.shown if deadline is not None else None,
        beneficiaries=tuple(read_beneficiaries(reading, component)),
        budget=tuple(money for money in plan.sums if money.activity == component.code),
        legal_basis=tuple(dict.fromkeys(one.number for one in grounds if one.number is not None)),
        authority=tuple((one.start, one.end) for one in grounds),
        section=" > ".join(component.path[:-1]) or reading.outline.section(component.start),
        evidence=tuple(evidence),
        inferred=tuple(sorted(inferred)),
        confidence=_INFERRED if component.inferred else 1.0,
    )


def _agencies(assignments: Iterable[Assignment], code: str, role: str) -> tuple[str, ...]:
    """Return who has a role in an activity, each once, in the order of the text."""
    return tuple(dict.fromkeys(one.agency for one in assignments if one.activity == code and one.role == role))


def _in_order(assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """Sort by place and keep one of what two readers found alike."""
    unique = {(one.start, one.end, one.agency, one.role, one.activity): one for one in assignments}
    return tuple(sorted(unique.values(), key=lambda one: (one.start, one.end, one.agency_start, one.agency, one.role)))
