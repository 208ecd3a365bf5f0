"""Read a document as its page shows it: what was recognised where in its text, and whom it cites and is cited by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from cancu.ontology.iris import PREFIXES, expand
from cancu.queries.access import Access, longest, text_of, text_or_none, values_of
from cancu.queries.engine import Hop, proofs_of

__all__ = [
    "KINDS", "Mark", "Relation", "read_force", "read_marks", "read_relations", "records_at", "sources_of",
]  # fmt: skip

#: What is marked in a text, by the class of the record; of records in the same words the first is shown on top.
KINDS: Final[Mapping[str, str]] = {
    "Repair": "repair",
    "Doubt": "doubt",
    "Citation": "citation",
    "BudgetLine": "money",
    "Target": "target",
    "Result": "result",
    "ReportingDuty": "deadline",
    "Duty": "duty",
    "RecipientLine": "recipient",
    "TableFigure": "figure",
    "Participation": "header",
    "Statement": "activity",
}
_CANCU: Final = PREFIXES["cancu"]

_MARKS: Final = """
SELECT ?record ?type ?start ?end WHERE {
  ?target oa:hasSource %s ; oa:hasSelector ?position .
  ?position oa:start ?start ; oa:end ?end .
  ?annotation oa:hasTarget ?target ; oa:hasBody ?record .
  ?record a ?type .
}"""
_PREDICATES: Final = "SELECT ?record ?predicate WHERE { VALUES ?record { %s } ?record rdf:predicate ?predicate }"

_FORCE: Final = """
SELECT DISTINCT ?document ?how ?changer ?provision WHERE {
  VALUES ?document { %s }
  VALUES ?how { cancu:annuls cancu:replaces eli:amends }
  ?change rdf:predicate ?how ; cancu:citedDocument ?document ; cancu:citingDocument ?changer .
  OPTIONAL { ?change cancu:provision ?provision }
  FILTER(?how != eli:amends || EXISTS { ?document eli:passed_by ?issuer . ?changer eli:passed_by ?issuer })
}"""
# What becomes of a document by another one, the gravest first.
_STATE_OF: Final = {
    str(expand("cancu:annuls")): "annulled",
    str(expand("cancu:replaces")): "replaced",
    str(expand("eli:amends")): "amended",
}
_RELATIONS: Final = """
SELECT DISTINCT ?citation ?relation ?other ?part WHERE {
  VALUES ?document { %(document)s }
  ?citation cancu:%(own)s ?document ; cancu:%(others)s ?other ; cancu:relation ?relation .
  OPTIONAL { ?citation rdf:subject ?part FILTER(?part != ?document) }
} ORDER BY ?other ?citation LIMIT %(limit)d"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold what was recognised in some characters of a text."""

    start: int
    end: int
    kind: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Hold all citations between this document and another one that are of one kind."""

    kind: str
    other: str
    label: str
    title: str | None
    held: bool
    parts: tuple[tuple[str, str], ...]
    proof: tuple[Hop, ...]


def sources_of(store: Access, document: str) -> tuple[str, ...]:
    """Give the sources that hold a document's text."""
    return tuple(values_of(store.facts([document], [f"{_CANCU}heldAs"]), document, f"{_CANCU}heldAs"))


def read_marks(store: Access, source: str) -> tuple[Mark, ...]:
    """Give all that was recognised in a source, in the order of its characters."""
    order = list(KINDS)
    kinds: dict[str, str] = {}
    spans: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in store.select(_MARKS % ox.NamedNode(source)):
        record, name = text_of(row["record"]), text_of(row["type"]).rpartition("#")[2]
        spans[int(text_of(row["start"])), int(text_of(row["end"]))].add(record)
        if name in KINDS and (record not in kinds or order.index(name) < order.index(kinds[record])):
            kinds[record] = name
    kinds |= _statements(store, [record for record, name in kinds.items() if name == "Statement"])
    found: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for (start, end), records in spans.items():
        for record in sorted(records):
            if record in kinds:
                found[start, end, KINDS.get(kinds[record], kinds[record])].append(record)
    return tuple(Mark(*key, tuple(records)) for key, records in sorted(found.items()))


def _statements(store: Access, records: Sequence[str]) -> dict[str, str]:
    """Tell what a bare statement speaks of: the head of the document, or one of its activities."""
    if not records:
        return {}
    found = {}
    for row in store.select(_PREDICATES % " ".join(f"<{record}>" for record in records)):
        predicate = text_of(row["predicate"]).rpartition("#")[2].rpartition("/")[2]
        found[text_of(row["record"])] = {"label": "activity", "deadline": "deadline", "realises": "activity"}.get(
            predicate, "header"
        )
    return found


def records_at(store: Access, source: str, start: int, end: int) -> tuple[Mark, ...]:
    """Give what was recognised in words that hold these characters, the narrowest first."""
    fitting = [mark for mark in read_marks(store, source) if mark.start < end and start < mark.end]
    return tuple(sorted(fitting, key=lambda mark: (mark.end - mark.start, mark.start)))


def read_relations(store: Access, document: str, *, cited_by: bool = False, limit: int = 2000) -> tuple[Relation, ...]:
    """Give whom a document cites, or who cites it, by what the citations are for."""
    own, others = ("citedDocument", "citingDocument") if cited_by else ("citingDocument", "citedDocument")
    query = _RELATIONS % {"document": ox.NamedNode(document), "own": own, "others": others, "limit": limit}
    grouped: dict[tuple[str, str], list[tuple[str, str | None]]] = defaultdict(list)
    for row in store.select(query):
        kind = text_of(row["relation"]).rpartition("/")[2]
        grouped[kind, text_of(row["other"])].append((text_of(row["citation"]), text_or_none(row["part"])))
    proofs = proofs_of(store, {citation for citations in grouped.values() for citation, _ in citations})
    parts = {part for citations in grouped.values() for _, part in citations if part is not None}
    others_named = {other for _, other in grouped}
    labels, facts = store.labels(parts | others_named), _facts(store, others_named)
    return tuple(
        Relation(
            kind,
            other,
            _name(labels, other),
            longest(facts.get(other, {}).get("title", ())),
            bool(facts.get(other, {}).get("held")),
            tuple(sorted({(part, _name(labels, part)) for _, part in citations if part is not None})),
            tuple(hop for citation, _ in citations for hop in proofs.get(citation, ())),
        )
        for (kind, other), citations in sorted(grouped.items())
    )


def read_force(store: Access, document: str | None = None) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Give, for a document or for all, which held texts end or change it: what becomes of it ("replaced"), by whom.

    Where there is none, nothing is known: the store may not hold the text that did. As in the question ``expired``, a
    change of single provisions is an amendment, and only who issued a document amends it: others ask for that.
    """
    named = str(ox.NamedNode(document)) if document is not None else "UNDEF"
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in store.select(_FORCE % named):
        state = "amended" if text_or_none(row["provision"]) else _STATE_OF[text_of(row["how"])]
        found[text_of(row["document"])].add((state, text_of(row["changer"])))
    order = list(_STATE_OF.values())
    return {iri: tuple(sorted(states, key=lambda one: (order.index(one[0]), one[1]))) for iri, states in found.items()}


def _facts(store: Access, iris: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    names = {
        f"{PREFIXES['dct']}title": "title", f"{_CANCU}statedTitle": "title", f"{_CANCU}heldAs": "held",
    }  # fmt: skip
    found: dict[str, dict[str, list[str]]] = {}
    for iri, said in store.facts(sorted(iris), names).items():
        for predicate, terms in said.items():
            found.setdefault(iri, {}).setdefault(names[predicate], []).extend(map(text_of, terms))
    return found


def _name(labels: Mapping[str, Mapping[str, str]], iri: str) -> str:
    said = labels.get(iri, {})
    return said.get("vi") or said.get("") or next(iter(said.values()), iri)
