"""Make triples of what stands below the document: activities, duties, money, targets, results, reports, tables.

Each record becomes one node with its figures, and one reified statement for each fact that others ask for by a direct
triple: who leads an activity, what authorises a sum, by when an activity ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

import pyoxigraph as ox
from rdflib.namespace import Namespace

from cancu.loaders.triples import RUN, Triples, amount, date, decimal, vi, year
from cancu.model import (
    Activity,
    Assignment,
    Extraction,
    Money,
    Observation,
    Quantity,
    Recipient,
    Reporting,
    Span,
    Table,
)
from cancu.ontology import places, schemes
from cancu.ontology.iris import (
    CALENDAR_YEAR,
    CANCU,
    DCT,
    FUND,
    INDICATOR,
    OBEU_DIMENSION,
    OBEU_MEASURE,
    OPERATOR,
    PROV,
    QB,
    RDF,
    RDFS,
    ROLE,
    SKOS,
    UNIT,
    XSD,
    activity_iri,
    agency_iri,
    component_iri,
    concept_iri,
    expand,
    part_iri,
    record_iri,
)
from cancu.ontology.lexicon import TABLES

__all__ = ["add_plan"]

_DONG_PER_MILLION = Decimal(1_000_000)
# A figure whose print cannot be right is this sure.
_DOUBTFUL = 0.3
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = re.compile(r"\d{4}")
# Several agencies report together: "Phòng Y tế huyện A; Phòng Dân tộc huyện A".
_SEVERAL = re.compile(r"; ")


def add_plan(graph: Triples, extraction: Extraction, document: str, cited: Mapping[Span, str]) -> set[str]:
    """Add all that a text says below its document; ``cited`` gives the IRI of the document that each citation names.

    Return the names of the agencies that were named, for the caller to describe.
    """
    plan = _Plan(graph, extraction, document, cited)
    plan.add()
    return plan.agencies


class _Plan:
    """Write the records of one source."""

    def __init__(self, graph: Triples, extraction: Extraction, document: str, cited: Mapping[Span, str]) -> None:
        self.graph, self.extraction, self.document, self.cited = graph, extraction, document, cited
        self.citations = {(citation.start, citation.end): citation for citation in extraction.citations}
        self.activities = {one.code: str(activity_iri(document, one.code)) for one in extraction.activities}
        self.agencies: set[str] = set()
        self.counts: Counter[tuple[str, int, int]] = Counter()

    def add(self) -> None:
        found = self.extraction
        for activity in found.activities:
            self.activity(activity)
        sums = [*found.document_budget, *(money for activity in found.activities for money in activity.budget)]
        for money in sums:
            self.money(money)
        for target in found.targets:
            self.quantity(target, "t", CANCU.Target)
        for result in found.results:
            self.quantity(result, "v", CANCU.Result)
        for assignment in found.assignments:
            self.assignment(assignment)
        for duty in found.reporting:
            self.reporting(duty)
        for recipient in found.recipients:
            self.recipient(recipient)
        for table in found.tables:
            self.table(table, [one for one in found.observations if table.start <= one.start < table.end])

    def node(self, kind: str, start: int, end: int) -> str:
        """Mint the IRI of a record; a second record of the same words gets a number of its own."""
        self.counts[kind, start, end] += 1
        count = self.counts[kind, start, end]
        iri = str(record_iri(self.graph.source, kind, start, end))
        return iri if count == 1 else str(part_iri(iri, f"n{count}"))

    def bearer(self, code: str | None) -> str:
        """Return the activity of that code, or the document where a record belongs to no activity."""
        return self.document if code is None else self.activities.get(code, self.document)

    def agency(self, name: str) -> str:
        self.agencies.add(name)
        return str(agency_iri(name))

    def described(self, iri: str, section: str, confidence: float, inferred: Sequence[str]) -> None:
        """Add what every record says of itself."""
        self.graph.add(iri, CANCU.statedIn, self.document)
        if section:
            self.graph.add(iri, CANCU.section, ox.Literal(section))
        self.graph.add(iri, CANCU.confidence, decimal(confidence))
        self.graph.add(iri, PROV.wasGeneratedBy, RUN)
        for name in inferred:
            self.graph.add(iri, CANCU.inferred, ox.Literal(name))

    def stated(
        self,
        iri: str,
        subject: str,
        predicate: str,
        value: str | ox.Literal,
        confidence: float,
        inferred: Sequence[str] = (),
    ) -> None:
        """Add a reified statement and say how sure it is."""
        self.graph.statement(iri, subject, predicate, value, (CANCU.Statement,))
        self.graph.add(iri, CANCU.confidence, decimal(confidence))
        for name in inferred:
            self.graph.add(iri, CANCU.inferred, ox.Literal(name))

    def authorised(self, iri: str, authority: Sequence[Span], confidence: float) -> None:
        """Add which documents ground a sum, target or result, each with the words of its citation."""
        for index, span in enumerate(authority, start=1):
            cited, citation = self.cited.get(span), self.citations.get(span)
            if cited is None or citation is None:
                continue
            statement = str(part_iri(iri, f"authority-{index}"))
            self.stated(statement, iri, str(CANCU.authorisedBy), cited, min(confidence, citation.confidence))
            self.graph.evidence(statement, citation.start, citation.end, citation.quote)

    # --- activities ---------------------------------------------------------------------------------------------------

    def activity(self, activity: Activity) -> None:
        graph, iri = self.graph, self.activities[activity.code]
        record = self.node("a", activity.start, activity.end)
        label = ": ".join(filter(None, (activity.printed_label, activity.title)))
        graph.add(iri, RDF.type, CANCU.Activity)
        if not activity.code.startswith("CS:"):
            graph.add(iri, RDF.type, CANCU.Component)
        graph.add(iri, CANCU.code, ox.Literal(activity.code))
        if activity.printed_label:
            graph.add(iri, CANCU.printedLabel, ox.Literal(activity.printed_label))
        graph.add(iri, DCT.title, vi(activity.title))
        graph.add(iri, DCT.isPartOf, self.document)
        if activity.section:
            graph.add(iri, CANCU.section, ox.Literal(activity.section))
        bodies = []
        if activity.parent in self.activities:
            graph.add(iri, CANCU.withinActivity, self.activities[activity.parent])
        if activity.component is not None:
            bodies.append(str(part_iri(record, "realises")))
            self.stated(
                bodies[0], iri, str(CANCU.realises), str(component_iri(activity.component)), activity.confidence,
                [name for name in activity.inferred if name == "code"],
            )  # fmt: skip
        self.stated(record, iri, str(RDFS.label), vi(label), activity.confidence, activity.inferred)
        graph.evidence(record, activity.start, activity.end, activity.quote, *bodies)
        for group in activity.beneficiaries:
            graph.add(iri, CANCU.beneficiary, vi(group))
        evidence = dict(activity.evidence)
        if activity.deadline is not None:
            proof = evidence.get("deadline")
            statement = str(part_iri(record, "deadline"))
            inferred = ["deadline"] if proof is None or "deadline" in activity.inferred else []
            self.stated(statement, iri, str(CANCU.deadline), _when(activity.deadline), activity.confidence, inferred)
            if proof is not None:
                graph.evidence(statement, proof.start, proof.end, proof.quote)

    # --- duties -------------------------------------------------------------------------------------------------------

    def assignment(self, duty: Assignment) -> None:
        graph = self.graph
        iri, agency, bearer = self.node("u", duty.start, duty.end), self.agency(duty.agency), self.bearer(duty.activity)
        self.stated(iri, bearer, _role_property(duty.role), agency, duty.confidence, duty.inferred)
        graph.add(iri, RDF.type, CANCU.Duty)
        graph.add(iri, RDF.type, PROV.Association)
        graph.add(iri, PROV.agent, agency)
        graph.add(iri, PROV.hadRole, ROLE[duty.role])
        graph.add(iri, CANCU.statedIn, self.document)
        graph.add(iri, CANCU.section, ox.Literal(duty.section))
        if duty.activity is not None:
            graph.add(iri, PROV.hadPlan, bearer)
        if duty.deadline is not None:
            graph.add(iri, CANCU.deadline, _when(duty.deadline))
        # What is to be done once, whoever takes part in it.
        doing = str(record_iri(graph.source, "k", duty.start, duty.end))
        graph.add(doing, RDF.type, PROV.Activity)
        graph.add(doing, RDFS.label, vi(" ".join(duty.task.split())))
        graph.add(doing, PROV.qualifiedAssociation, iri)
        graph.evidence(iri, duty.start, duty.end, duty.task)
        if not duty.start <= duty.agency_start < duty.end:
            graph.evidence(iri, duty.agency_start, duty.agency_end, duty.agency_surface, also="agency")

    def reporting(self, duty: Reporting) -> None:
        graph, iri = self.graph, self.node("b", duty.start, duty.end)
        graph.add(iri, RDF.type, CANCU.ReportingDuty)
        self.described(iri, duty.section, duty.confidence, duty.inferred)
        for name in _SEVERAL.split(duty.who) if duty.who else ():
            graph.add(iri, CANCU.reporter, self.agency(name))
        for name in _SEVERAL.split(duty.to) if duty.to else ():
            graph.add(iri, CANCU.reportsTo, self.agency(name))
        if duty.what is not None:
            graph.add(iri, RDFS.label, vi(duty.what))
        if duty.deadline is not None:
            graph.add(iri, CANCU.deadline, _when(duty.deadline))
        if duty.frequency is not None:
            graph.add(iri, CANCU.frequency, vi(duty.frequency))
        if duty.activity is not None:
            graph.add(iri, CANCU.forActivity, self.bearer(duty.activity))
        graph.evidence(iri, duty.start, duty.end, duty.quote)

    def recipient(self, recipient: Recipient) -> None:
        graph, iri = self.graph, self.node("p", recipient.start, recipient.end)
        graph.add(iri, RDF.type, CANCU.RecipientLine)
        graph.add(iri, RDFS.label, vi(recipient.text))
        self.described(iri, "", 1.0, ())
        for name in recipient.agencies:
            graph.add(iri, CANCU.names, self.agency(name))
        text = graph.text[recipient.start : recipient.end] if graph.text is not None else recipient.text
        graph.evidence(iri, recipient.start, recipient.end, text)

    # --- figures ------------------------------------------------------------------------------------------------------

    def money(self, money: Money) -> None:
        graph, iri = self.graph, self.node("m", money.start, money.end)
        dataset = f"{graph.source}#budget"
        graph.add(dataset, RDF.type, QB.DataSet)
        graph.add(dataset, QB.structure, CANCU.budgetStructure)
        graph.add(dataset, CANCU.statedIn, self.document)
        for kind in (CANCU.BudgetLine, QB.Observation):
            graph.add(iri, RDF.type, kind)
        graph.add(iri, QB.dataSet, dataset)
        graph.add(iri, OBEU_MEASURE.amount, amount(money.amount * _DONG_PER_MILLION))
        graph.add(iri, CANCU.printedAmount, ox.Literal(" ".join(money.printed.split())))
        graph.add(iri, CANCU.fundingTier, FUND[money.source])
        if money.kind is not None:
            graph.add(iri, CANCU.capitalKind, FUND[money.kind])
        if money.year is not None:
            graph.add(iri, OBEU_DIMENSION.fiscalYear, CALENDAR_YEAR[str(money.year)])
        graph.add(iri, CANCU.carriedOver, _boolean(money.carried_over))
        graph.add(iri, CANCU.approx, _boolean(money.approx))
        for came_from in money.carried_from:
            graph.add(iri, CANCU.carriedOverFrom, year(came_from))
        if money.activity is not None:
            graph.add(iri, OBEU_DIMENSION.project, self.bearer(money.activity))
        self.described(iri, money.section, money.confidence, money.inferred)
        graph.evidence(iri, money.start, money.end, money.quote)
        self.authorised(iri, money.authority, money.confidence)

    def quantity(self, quantity: Quantity, kind: str, of: str) -> None:
        graph, iri = self.graph, self.node(kind, quantity.start, quantity.end)
        graph.add(iri, RDF.type, of)
        graph.add(iri, RDFS.label, vi(quantity.indicator))
        graph.add(iri, CANCU.indicator, self.concept(INDICATOR, quantity.concept, quantity.indicator))
        graph.add(iri, CANCU.operator, OPERATOR[schemes.operator_slug(quantity.op)])
        if quantity.value is not None:
            graph.add(iri, CANCU.value, amount(quantity.value))
        if quantity.value2 is not None:
            graph.add(iri, CANCU.value2, amount(quantity.value2))
        if quantity.unit is not None:
            graph.add(iri, CANCU.unit, self.concept(UNIT, schemes.unit_code(quantity.unit), quantity.unit))
        if quantity.qualifier is not None:
            graph.add(iri, CANCU.qualifier, ox.Literal(quantity.qualifier))
        if quantity.scope is not None:
            graph.add(iri, CANCU.scope, vi(quantity.scope))
        if quantity.by is not None:
            graph.add(iri, CANCU.by, _when(quantity.by))
        if quantity.as_of is not None:
            graph.add(iri, CANCU.asOf, _when(quantity.as_of))
        if quantity.activity is not None:
            graph.add(iri, CANCU.forActivity, self.bearer(quantity.activity))
        self.described(iri, quantity.section, quantity.confidence, quantity.inferred)
        graph.evidence(iri, quantity.start, quantity.end, quantity.quote)
        if of == CANCU.Target:
            self.authorised(iri, quantity.authority, quantity.confidence)

    def concept(self, namespace: Namespace, code: str | None, phrase: str) -> str:
        """Return the concept of a table, or describe a new one by its phrase."""
        known = str(namespace[code]) if code is not None else ""
        if known in _concepts():
            return known
        phrase = phrase.casefold()
        iri = str(concept_iri(namespace, phrase))
        self.graph.add(iri, RDF.type, SKOS.Concept)
        self.graph.add(iri, SKOS.prefLabel, vi(phrase))
        self.graph.add(iri, SKOS.inScheme, str(namespace).rstrip("/"))
        return iri

    # --- tables -------------------------------------------------------------------------------------------------------

    def table(self, table: Table, figures: Sequence[Observation]) -> None:
        graph, iri = self.graph, self.node("x", table.start, table.end)
        graph.add(iri, RDF.type, CANCU.Table)
        graph.add(iri, RDF.type, QB.DataSet)
        graph.add(iri, QB.structure, CANCU.tableStructure)
        graph.add(iri, CANCU.statedIn, self.document)
        if table.title is not None:
            graph.add(iri, RDFS.label, vi(table.title))
        if table.section:
            graph.add(iri, CANCU.section, ox.Literal(table.section))
        for figure in figures:
            self.figure(figure, iri)

    def figure(self, figure: Observation, table: str) -> None:
        graph, iri = self.graph, self.node("o", figure.start, figure.end)
        graph.add(iri, RDF.type, CANCU.TableFigure)
        graph.add(iri, RDF.type, QB.Observation)
        graph.add(iri, QB.dataSet, table)
        graph.add(iri, CANCU.row, ox.Literal(figure.row))
        graph.add(iri, CANCU.column, ox.Literal(" > ".join(figure.column)))
        graph.add(iri, CANCU.printed, ox.Literal(figure.printed))
        if figure.value is not None:
            graph.add(iri, CANCU.figure, amount(figure.value))
        if figure.unit is not None:
            graph.add(iri, CANCU.unit, self.concept(UNIT, schemes.unit_code(figure.unit), figure.unit))
        if figure.year is not None:
            graph.add(iri, CANCU.asOf, year(figure.year))
        place = _place(figure.place) if figure.place is not None else None
        if place is not None:
            graph.add(iri, DCT.spatial, graph.place(place))
        if figure.period is not None:
            graph.add(iri, CANCU.periodStart, year(figure.period[0]))
            graph.add(iri, CANCU.periodEnd, year(figure.period[1]))
        graph.add(iri, CANCU.confidence, decimal(_DOUBTFUL if figure.doubtful else 1.0))
        graph.add(iri, PROV.wasGeneratedBy, RUN)
        for name in figure.inferred:
            graph.add(iri, CANCU.inferred, ox.Literal(name))
        graph.evidence(iri, figure.start, figure.end, figure.printed)


@cache
def _concepts() -> frozenset[str]:
    """Return the concepts that the tables make."""
    return frozenset(str(one) for one in schemes.scheme_graph().subjects(RDF.type, SKOS.Concept))


def _place(key: tuple[str, int]) -> places.Place | None:
    """Return the place of the table that has this key."""
    return next((place for place in places.places_with_code(key[0]) if places.place_key(place) == key), None)


@cache
def _role_property(role: str) -> str:
    """Return the property that says a role by a direct triple."""
    rows = schemes.read_concepts(TABLES / "roles.tsv", ("words", "properties"))
    return next(str(expand(row["properties"])) for row in rows if row["code"] == role)


def _boolean(value: bool) -> ox.Literal:
    return ox.Literal(str(value).lower(), datatype=ox.NamedNode(XSD.boolean))


def _when(value: str) -> ox.Literal:
    """Write a day or year as such, anything else ("2024-Q3", "theo quy định") as it is.

    >>> _when("2024-06-30").datatype.value.rpartition("#")[2], _when("2024-Q3").value
    ('date', '2024-Q3')
    """
    if _ISO_DATE.fullmatch(value):
        return date(value)
    return year(int(value)) if _YEAR.fullmatch(value) else ox.Literal(value)
