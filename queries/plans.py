"""Read one plan whole: its head, each component with agencies, money, targets and authority, and what is said of all.

A plan is put together from the answers of the catalogue, so every fact of it has the proof that it has there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from cancu.language import Language
from cancu.queries.access import text_or_none
from cancu.queries.cells import Cell, named
from cancu.queries.engine import Answer, Hop, ask, proofs_of, resolve_document
from cancu.queries.entries import Ambiguous, Entry

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = [
    "Component",
    "Fact",
    "Plan",
    "json_of_plan",
    "read_plan",
    "read_plan_without_duties",
    "sum_of",
    "with_duties",
]

# The code of a sum that stands for the others.
_TOTAL: Final = "total"

# The questions whose rows belong to components, each with the cell that names the component.
_OF_COMPONENTS: Final = {"funding": "part", "targets": "part", "authorises": "activity"}

_HEAD: Final = """
SELECT ?number ?date ?stated ?title ?issuer ?start ?end ?source WHERE {
  VALUES ?x { %s }
  { ?x eli:number ?number }
  UNION { ?x eli:date_document ?date }
  UNION { ?x cancu:statedDate ?stated }
  UNION { ?x dct:title ?title }
  UNION { ?x eli:passed_by/skos:prefLabel ?issuer }
  UNION { ?x cancu:periodStart ?start }
  UNION { ?x cancu:periodEnd ?end }
  UNION { ?x cancu:heldAs/rdfs:label ?source }
}"""

_SUPERIOR: Final = """
SELECT ?record ?superior ?number ?place WHERE {
  ?record rdf:subject %s ; rdf:predicate eli:ensures_implementation_of ; rdf:object ?superior .
  ?record ^oa:hasBody/oa:hasTarget/oa:hasSelector/oa:start ?place .
  OPTIONAL { ?superior eli:number ?number }
} ORDER BY ?place ?superior"""

_COMPONENTS: Final = """
SELECT ?component ?code ?label ?title ?parent ?national ?deadline ?heading ?due ?place WHERE {
  ?component dct:isPartOf %s ; a cancu:Activity ; cancu:code ?code ; rdfs:label ?label .
  ?heading rdf:subject ?component ; rdf:predicate rdfs:label ; rdf:object ?label .
  ?heading ^oa:hasBody/oa:hasTarget/oa:hasSelector/oa:start ?place .
  OPTIONAL { ?component dct:title ?title }
  OPTIONAL { ?component cancu:withinActivity ?parent }
  OPTIONAL { ?component cancu:realises ?national }
  OPTIONAL { ?due rdf:subject ?component ; rdf:predicate cancu:deadline ; rdf:object ?deadline }
} ORDER BY ?place ?code ?national ?deadline"""

_DOUBTS: Final = (
    "SELECT DISTINCT ?doubt ?rule { ?doubt a cancu:Doubt ; cancu:rule ?rule ; cancu:about %s }",
    "SELECT DISTINCT ?doubt ?rule { ?citation cancu:citingDocument %s ."
    " ?doubt cancu:about ?citation ; a cancu:Doubt ; cancu:rule ?rule }",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Hold one row of an answer with its proof."""

    cells: Mapping[str, Cell]
    proof: tuple[Hop, ...]
    confidence: float

    def text(self, name: str, lang: Language = "vi") -> str:
        """Give the words of one cell, "" where it is empty or not there."""
        return self.cells[name].text(lang) if name in self.cells else ""


@dataclass(frozen=True, slots=True)
class Component:
    """Hold one project, sub-project, task or policy of a plan; ``depth`` counts the projects that it stands in.

    ``duties`` have the cells role and agency, ``sums`` those of the question funding, ``targets`` those of targets, and
    ``authority`` those of authorises.
    """

    iri: str
    code: str
    label: str
    title: str | None
    parent: str | None
    depth: int
    national: Cell | None
    duties: tuple[Fact, ...]
    sums: tuple[Fact, ...]
    targets: tuple[Fact, ...]
    authority: tuple[Fact, ...]
    deadline: Fact | None
    proof: tuple[Hop, ...]

    def agencies(self, role: str) -> tuple[Cell, ...]:
        """Give the agencies that have a role ("lead"), in the order of the text."""
        return tuple(fact.cells["agency"] for fact in self.duties if _last(fact.cells["role"].iri) == role)


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold one plan; of a text that is not held there is the head alone.

    ``superior`` are the documents that it says it carries out; ``budget`` and ``targets`` belong to no component of
    their own; ``doubts`` counts, by their kinds, the places that a person should look at.
    """

    iri: str
    label: str
    number: str | None
    title: str | None
    dates: tuple[str, ...]
    issuer: str | None
    period: tuple[str | None, str | None]
    sources: tuple[str, ...]
    superior: tuple[Fact, ...] = ()
    components: tuple[Component, ...] = ()
    budget: tuple[Fact, ...] = ()
    targets: tuple[Fact, ...] = ()
    reporting: tuple[Fact, ...] = ()
    doubts: Mapping[str, int] | None = None

    @property
    def held(self) -> bool:
        """Tell whether the store holds the text."""
        return bool(self.sources)


def read_plan(store: Access, text: str) -> Plan | Ambiguous:
    """Read the plan that a number, an IRI or a part of a title means, or list the several that it may mean."""
    plan = read_plan_without_duties(store, text)
    if isinstance(plan, Ambiguous) or not plan.components:
        return plan
    return with_duties(plan, ask(store, "matrix", document=plan.iri))


def read_plan_without_duties(store: Access, text: str) -> Plan | Ambiguous:
    """Read all of a plan but who does what, which :func:`with_duties` adds: of a long plan that is half of the work."""
    found = resolve_document(store, text)
    if isinstance(found, Ambiguous):
        return found
    head = _read_head(store, found)
    if not head.held:
        return head
    document = str(ox.NamedNode(found.iri))
    asked = {name: _facts(ask(store, name, document=found.iri)) for name in _OF_COMPONENTS}
    components = _read_components(store, document, asked)
    own = {one.iri for one in components}
    doubts: dict[str, set[str]] = defaultdict(set)
    for query in _DOUBTS:
        for row in store.select(query % document):
            doubts[text_or_none(row["rule"]) or ""].add(text_or_none(row["doubt"]) or "")
    return Plan(
        head.iri, head.label, head.number, head.title, head.dates, head.issuer, head.period, head.sources,
        superior=_read_superior(store, document),
        components=components,
        budget=tuple(fact for fact in asked["funding"] if fact.cells["part"].iri not in own),
        targets=tuple(fact for fact in asked["targets"] if fact.cells["part"].iri not in own),
        reporting=_facts(ask(store, "deadlines", document=found.iri)),
        doubts={rule: len(found) for rule, found in sorted(doubts.items())},
    )  # fmt: skip


def with_duties(plan: Plan, matrix: Answer) -> Plan:
    """Put the answer to the question ``matrix`` about a plan into its components."""
    duties = _by_cell(_facts(matrix), "activity")
    components = (replace(one, duties=tuple(duties.get(one.iri, ()))) for one in plan.components)
    return replace(plan, components=tuple(components))


def _read_head(store: Access, entry: Entry) -> Plan:
    said: dict[str, set[str]] = defaultdict(set)
    for row in store.select(_HEAD % ox.NamedNode(entry.iri)):
        for name in ("number", "date", "stated", "title", "issuer", "start", "end", "source"):
            value = text_or_none(row[name])
            if value is not None:
                said[name].add(value)

    def one(name: str) -> str | None:
        return min(said[name], key=lambda value: (-len(value), value), default=None)

    return Plan(
        entry.iri,
        entry.label,
        one("number"),
        one("title") or entry.title,
        tuple(sorted(said["date"] or said["stated"])),
        one("issuer"),
        (one("start"), one("end")),
        tuple(sorted(said["source"])),
    )


def _facts(answer: Answer) -> tuple[Fact, ...]:
    return tuple(map(Fact, answer.rows, answer.proofs, answer.confidence))


def _read_superior(store: Access, document: str) -> tuple[Fact, ...]:
    rows = list(store.select(_SUPERIOR % document))
    proofs = proofs_of(store, (text_or_none(row["record"]) or "" for row in rows))
    names = store.labels(text_or_none(row["superior"]) or "" for row in rows)
    found: dict[str, Fact] = {}
    for row in rows:
        iri, proof = text_or_none(row["superior"]) or "", proofs[text_or_none(row["record"]) or ""]
        cells = {"superior": named(iri, names), "number": Cell(text_or_none(row["number"]))}
        found.setdefault(iri, Fact(cells, proof, min((hop.confidence for hop in proof), default=1.0)))
    return tuple(found.values())


def _read_components(store: Access, document: str, asked: Mapping[str, Sequence[Fact]]) -> tuple[Component, ...]:
    rows: dict[str, ox.QuerySolution] = {}
    for row in store.select(_COMPONENTS % document):
        rows.setdefault(text_or_none(row["component"]) or "", row)
    parents = {iri: text_or_none(row["parent"]) for iri, row in rows.items()}
    records = {name: [text_or_none(row[name]) for row in rows.values()] for name in ("heading", "due", "national")}
    proofs = proofs_of(store, (one for name in ("heading", "due") for one in records[name] if one is not None))
    names = store.labels(one for one in records["national"] if one is not None)
    of_part = {name: _by_cell(asked[name], cell) for name, cell in _OF_COMPONENTS.items()}
    components = []
    for iri in _as_tree(parents):
        row = rows[iri]
        national, due = text_or_none(row["national"]), text_or_none(row["due"])
        deadline = None
        if due is not None:
            proof = proofs[due]
            sureness = min((hop.confidence for hop in proof), default=1.0)
            deadline = Fact({"deadline": Cell(text_or_none(row["deadline"]))}, proof, sureness)
        components.append(
            Component(
                iri,
                text_or_none(row["code"]) or "",
                text_or_none(row["label"]) or "",
                text_or_none(row["title"]),
                parents[iri],
                _depth(iri, parents),
                named(national, names) if national is not None else None,
                duties=(),
                sums=tuple(of_part["funding"].get(iri, ())),
                targets=tuple(of_part["targets"].get(iri, ())),
                authority=tuple(of_part["authorises"].get(iri, ())),
                deadline=deadline,
                proof=proofs[text_or_none(row["heading"]) or ""],
            )
        )
    return tuple(components)


def _by_cell(facts: Iterable[Fact], name: str) -> Mapping[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        iri = fact.cells[name].iri
        if iri is not None:
            found[iri].append(fact)
    return found


def _as_tree(parents: dict[str, str | None]) -> list[str]:
    """Put each component behind the one that it stands in, in the order of the text.

    >>> _as_tree({"DA1": None, "DA2": None, "DA1.TDA1": "DA1"})
    ['DA1', 'DA1.TDA1', 'DA2']
    """
    ordered: list[str] = []
    waiting = [iri for iri in reversed(parents) if parents[iri] not in parents]
    while waiting:
        iri = waiting.pop()
        ordered.append(iri)
        waiting += [below for below in reversed(parents) if parents[below] == iri]
    return ordered


def _depth(iri: str, parents: Mapping[str, str | None]) -> int:
    way = [iri]
    while (above := parents.get(way[-1])) is not None and above in parents and above not in way:
        way.append(above)
    return len(way) - 1


def sum_of(sums: Sequence[Fact]) -> tuple[Decimal, bool] | None:
    """Give the total of some sums in đồng, and whether the text states it; None where none can be told.

    Sums are added only where each source and kind stands once, and no source stands both whole and by kinds.
    """
    totals = [fact for fact in sums if _last(fact.cells["source"].iri) == _TOTAL]
    if totals:
        amount = totals[0].cells["amount"].exact
        return (amount, True) if len(totals) == 1 and amount is not None else None
    amounts: dict[tuple[str, str, str, str], Decimal] = {}
    for fact in sums:
        key = tuple(fact.cells[name].value or "" for name in ("source", "kind", "year", "carried"))
        amount = fact.cells["amount"].exact
        if key in amounts or amount is None:
            return None
        amounts[key[0], key[1], key[2], key[3]] = amount
    kinds: dict[str, set[bool]] = defaultdict(set)
    for source, kind, _, _ in amounts:
        kinds[source].add(bool(kind))
    if not amounts or any(len(told) > 1 for told in kinds.values()):
        return None
    return sum(amounts.values(), Decimal(0)), False


def json_of_plan(plan: Plan | Ambiguous, lang: Language = "vi") -> dict[str, Any]:
    """Give the JSON of a plan: everything in it, each fact with its proof."""
    if isinstance(plan, Ambiguous):
        # Documents only: nothing else is a plan.
        candidates = [{"iri": one.iri, "label": one.label, "issuer": one.issuer} for one in plan.candidates]
        return {"document": None, "candidates": candidates}

    def facts(given: Iterable[Fact]) -> list[dict[str, Any]]:
        return [_json_of(fact, lang) for fact in given]

    return {
        "document": plan.iri,
        "label": plan.label,
        "number": plan.number,
        "title": plan.title,
        "dates": list(plan.dates),
        "issuer": plan.issuer,
        "period_start": plan.period[0],
        "period_end": plan.period[1],
        "sources": list(plan.sources),
        "superior": facts(plan.superior),
        "components": [
            {
                "iri": one.iri,
                "code": one.code,
                "label": one.label,
                "title": one.title,
                "parent": one.parent,
                "national": one.national.iri if one.national is not None else None,
                "duties": facts(one.duties),
                "sums": facts(one.sums),
                "targets": facts(one.targets),
                "authority": facts(one.authority),
                "deadline": _json_of(one.deadline, lang) if one.deadline is not None else None,
                "proof": [hop.to_json() for hop in one.proof],
            }
            for one in plan.components
        ],
        "budget": facts(plan.budget),
        "targets": facts(plan.targets),
        "reporting": facts(plan.reporting),
        "doubts": dict(plan.doubts or {}),
    }


def _json_of(fact: Fact, lang: Language) -> dict[str, Any]:
    return {
        **{name: cell.text(lang) or None for name, cell in fact.cells.items()},
        "iris": {name: cell.iri or list(cell.iris) for name, cell in fact.cells.items() if cell.iri or cell.iris},
        "proof": [hop.to_json() for hop in fact.proof],
        "confidence": fact.confidence,
    }


def _last(iri: str | None) -> str:
    """Return the last part of an IRI: the code of a concept."""
    return (iri or "").rpartition("/")[2]
