"""Draw conclusions from the whole store by rules and, on a sample, by the OWL reasoner; each with what it rests on.

Conclusions live in a named graph of their own. Each is a direct triple and a ``cancu:Inference`` beside it, which names
the rule, the records that it rests on, and how sure it is: as sure as the least sure of them. The graph is made anew
every time, without a clock, so the same texts give the same bytes. It is emptied first, for a conclusion must not
support itself; where a run is killed, conclusions are missing and none is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Final

import pyoxigraph as ox
from rdflib import Graph

from cancu import __version__
from cancu.language import LANGUAGES, Refusal, say, say_all
from cancu.ontology.iris import (
    CANCU,
    DCT,
    GRAPH_INFERRED,
    GRAPH_VOCABULARY,
    ID,
    PROV,
    RDF,
    RDFS,
    SKOS,
    XSD,
    inference_iri,
    rule_iri,
)
from cancu.ontology.reasoner import Judgement, classify, java
from cancu.queries.access import Access, text_of
from cancu.queries.engine import inferences
from cancu.queries.graphs import rdflib_graph
from cancu.queries.rules import Rule, rules
from cancu.queries.store import Store

__all__ = ["OWL_RULE", "SAMPLE", "Concluded", "Conclusion", "Reasoning", "reason"]

#: So many resources the OWL reasoner is given unless somebody asks for more.
SAMPLE: Final = 500
#: The name of the reasoner among the rules.
OWL_RULE: Final = "owl"

_RESTS_ON: Final = ("eli:based_on", "eli:ensures_implementation_of", "eli:is_annex_of", "cancu:authorisedBy")
_TYPE: Final = ox.NamedNode(str(RDF.type))

Triple = tuple[str, str, ox.NamedNode | ox.Literal]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Hold one conclusion: the triple, the rule, the records that it rests on, and how sure it is."""

    subject: str
    predicate: str
    value: ox.NamedNode | ox.Literal
    rule: str
    premises: tuple[str, ...]
    confidence: float

    @property
    def iri(self) -> str:
        """Give the IRI of the inference."""
        return str(inference_iri(self.rule, self.subject, self.predicate, str(self.value)))


@dataclass(frozen=True, slots=True)
class Concluded:
    """Say how much a rule concluded."""

    rule: str
    titles: Mapping[str, str]
    infers: Mapping[str, str]
    source: str
    count: int


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Sum up a run: what the rules concluded and what the OWL reasoner says of the sample.

    ``judgement`` is None where the reasoner did not run, and ``refused`` then says why, unless nobody asked for it.
    """

    concluded: tuple[Concluded, ...]
    triples: int
    changed: bool
    sample: int = 0
    judgement: Judgement | None = None
    refused: Refusal | None = None

    @property
    def count(self) -> int:
        """Count the conclusions."""
        return sum(one.count for one in self.concluded)


def reason(store: Store, sample: int = SAMPLE, progress: Progress | None = None) -> Reasoning:
    """Make the graph of conclusions anew; ``sample`` bounds what the OWL reasoner is given, 0 leaves it out.

    The rules do not need Java; where it is missing, ``refused`` says so in one sentence.
    """
    before = _digest(store)
    store.drop_graph(str(GRAPH_INFERRED))
    run = _Run(store)
    for done, rule in enumerate(rules()):
        if progress is not None:
            progress(done, len(rules()) + 1, rule.id)
        run.draw(rule)
    run.write()
    if progress is not None:
        progress(len(rules()), len(rules()) + 1, OWL_RULE)
    judgement, refused, taken = _judge(store, sample)
    if judgement is not None:
        run.take(judgement)
        run.write()
    store.flush()
    counted = tuple(
        Concluded(name, titles, infers, source, run.counts.get(name, 0))
        for name, titles, infers, source, _ in _described(judgement is not None)
    )
    return Reasoning(counted, run.size, _digest(store) != before, taken, judgement, refused)


def _described(owl: bool) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str], str, str]]:
    """Yield name, titles, sentences, source and example of every rule, of the reasoner last."""
    for rule in rules():
        yield rule.id, rule.titles, rule.infers, rule.source, rule.example
    if owl:
        titles = say_all("reason.owl.title")
        infers = say_all("reason.owl.infers")
        yield OWL_RULE, titles, infers, "ontology/cancu.ttl", say("reason.owl.example")


def _digest(store: Access) -> str:
    """Return the digest of all conclusions."""
    digest = sha256()
    for line in sorted(map(str, store.content(str(GRAPH_INFERRED)))):
        digest.update(line.encode())
    return digest.hexdigest()


# --- by rules ---------------------------------------------------------------------------------------------------------


class _Run:
    """Draw conclusions rule by rule; those that a later rule asks for are written before it runs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.conclusions: dict[str, Conclusion] = {}
        self.counts: dict[str, int] = {}
        self.unwritten: list[Rule] = []
        self.size = 0
        self.sureness: dict[str, float] = {}
        self.lost = inferences(store)
        self.edges: dict[str, list[tuple[float, str, str]]] | None = None

    def draw(self, rule: Rule) -> None:
        """Add everything that follows by one rule, each conclusion with its best premises."""
        if any(rule.uses(other) for other in self.unwritten):
            self.write()
        best: dict[Triple, tuple[float, int, tuple[str, ...]]] = {}
        for row in self.store.select(rule.select):
            triple = (
                text_of(_term(rule.subject, row)),
                text_of(_term(rule.predicate, row)),
                _term(rule.value, row),
            )
            grounds = self.grounds(rule, triple, row)
            if grounds is None:
                continue
            confidence = min((1.0, *map(self.sure, grounds)))
            # The surest proof, of those the shortest, and of those the first.
            offered = (-confidence, len(grounds), grounds)
            best[triple] = min(best.get(triple, offered), offered)
        for (subject, predicate, value), (unsure, _, grounds) in best.items():
            conclusion = Conclusion(subject, predicate, value, rule.id, self.flat(grounds), -unsure)
            self.conclusions[conclusion.iri] = conclusion
            self.sureness[conclusion.iri] = -unsure
        self.counts[rule.id] = len(best)
        self.unwritten.append(rule)

    def grounds(self, rule: Rule, triple: Triple, row: ox.QuerySolution) -> tuple[str, ...] | None:
        """Return the records that a solution rests on."""
        if rule.way is not None:
            return self.way(triple[0], text_of(triple[2]))
        return tuple(dict.fromkeys(text_of(row[name]) for name in rule.premises))

    def flat(self, grounds: Iterable[str]) -> tuple[str, ...]:
        """Add to conclusions among the premises what those rest on: a proof is read at one look."""
        found = dict.fromkeys(grounds)
        for one in tuple(found):
            if one in self.conclusions:
                found.update(dict.fromkeys(self.conclusions[one].premises))
        return tuple(sorted(found))

    def sure(self, record: str) -> float:
        """Return how sure a record is, and that its text is the document for which it was taken."""
        if record not in self.sureness:
            said = self.store.facts((record,), (str(CANCU.confidence), str(CANCU.citingDocument))).get(record, {})
            known = [float(text_of(term)) for term in said.get(str(CANCU.confidence), ())]
            taken = [self.lost.get(text_of(term), 1.0) for term in said.get(str(CANCU.citingDocument), ())]
            self.sureness[record] = min((1.0, *known, *taken))
        return self.sureness[record]

    def way(self, start: str, end: str) -> tuple[str, ...] | None:
        """Return the records of a shortest way up from one resource to another, of each hop the surest."""
        if self.edges is None:
            self.edges = self.read_edges()
        reached: dict[str, tuple[str, str] | None] = {start: None}
        frontier = [start]
        while frontier and end not in reached:
            following = []
            for node in frontier:
                for _, record, target in self.edges.get(node, ()):
                    if target not in reached:
                        reached[target] = (node, record)
                        following.append(target)
            frontier = following
        if end not in reached:
            return None
        records = []
        step = reached[end]
        while step is not None:
            records.append(step[1])
            step = reached[step[0]]
        return tuple(reversed(records))

    def read_edges(self) -> dict[str, list[tuple[float, str, str]]]:
        """Read every step of authority, the surest first."""
        edges: dict[str, list[tuple[float, str, str]]] = {}
        for row in self.store.select(
            "SELECT ?record ?from ?to { ?record rdf:predicate ?relation ; rdf:subject ?from ; rdf:object ?to "
            f"FILTER(?relation IN ({', '.join(_RESTS_ON)})) }}"
        ):
            record, tail, head = (text_of(row[name]) for name in ("record", "from", "to"))
            edges.setdefault(tail, []).append((-self.sure(record), record, head))
        for leaving in edges.values():
            leaving.sort()
        return edges

    def take(self, judgement: Judgement) -> None:
        """Add the kinds that the OWL reasoner found, where a record tells of the resource."""
        kinds = [(resource, kind) for resource, kind, _ in judgement.types]
        telling = _records_about(self.store, {resource for resource, _ in kinds})
        for resource, kind in kinds:
            grounds = sorted((-self.sure(record), record) for record in telling.get(resource, ()))
            if grounds:
                confidence, record = -grounds[0][0], grounds[0][1]
                one = Conclusion(resource, _TYPE.value, ox.NamedNode(kind), OWL_RULE, self.flat((record,)), confidence)
                self.conclusions[one.iri] = one
                self.counts[OWL_RULE] = self.counts.get(OWL_RULE, 0) + 1

    def write(self) -> None:
        """Make the graph hold what was concluded so far."""
        owl = OWL_RULE in self.counts
        triples = {triple for one in self.conclusions.values() for triple in _triples_of(one)}
        triples.update(_provenance(owl))
        self.store.replace_graph(str(GRAPH_INFERRED), triples)
        self.size = len(triples)
        self.unwritten = []


def _term(term: str, row: ox.QuerySolution) -> ox.NamedNode | ox.Literal:
    """Return what a conclusion has in one place: a constant, or what the solution binds."""
    found: object = row[term[1:]] if term.startswith("?") else ox.NamedNode(term)
    if not isinstance(found, (ox.NamedNode, ox.Literal)):
        raise ValueError(f"a rule concluded nothing about {term}")
    return found


def _records_about(store: Access, resources: Iterable[str]) -> dict[str, list[str]]:
    """Find the records that tell of resources: what was read at a place tells of itself."""
    found: dict[str, list[str]] = {}
    for resource in sorted(resources):
        subject = ox.NamedNode(resource)
        for record in (
            *([resource] if next(store.triples(resource, str(CANCU.confidence)), None) is not None else []),
            *(text_of(one.subject) for one in store.triples(None, str(RDF.subject), subject)),
            *(text_of(one.subject) for one in store.triples(None, str(RDF.object), subject)),
        ):
            found.setdefault(resource, []).append(record)
    return found


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


def _triples_of(one: Conclusion) -> Iterator[ox.Triple]:
    subject, predicate, inference = _node(one.subject), _node(one.predicate), _node(one.iri)
    yield ox.Triple(subject, predicate, one.value)
    for kind in (CANCU.Inference, RDF.Statement):
        yield ox.Triple(inference, _TYPE, _node(kind))
    yield ox.Triple(inference, _node(RDF.subject), subject)
    yield ox.Triple(inference, _node(RDF.predicate), predicate)
    yield ox.Triple(inference, _node(RDF.object), one.value)
    yield ox.Triple(inference, _node(CANCU.rule), ox.Literal(one.rule))
    sureness = f"{one.confidence:.2f}".rstrip("0").rstrip(".")
    yield ox.Triple(inference, _node(CANCU.confidence), ox.Literal(sureness, datatype=_node(XSD.decimal)))
    yield ox.Triple(inference, _node(PROV.wasGeneratedBy), _run(one.rule))
    for premise in one.premises:
        yield ox.Triple(inference, _node(CANCU.evidenceFrom), _node(premise))


def _run(rule: str) -> ox.NamedNode:
    """Name the application of a rule by this version of the program."""
    return _node(ID[f"run/cancu-{__version__}/rule/{rule}"])


def _provenance(owl: bool) -> Iterator[ox.Triple]:
    """Describe every rule and its application."""
    for name, titles, infers, source, example in _described(owl):
        rule, run = _node(rule_iri(name)), _run(name)
        yield ox.Triple(rule, _TYPE, _node(PROV.Plan))
        yield ox.Triple(run, _TYPE, _node(PROV.Activity))
        yield ox.Triple(run, _node(PROV.used), rule)
        yield ox.Triple(run, _node(RDFS.label), ox.Literal(f"cancu {__version__}: {name}"))
        for lang in LANGUAGES:
            yield ox.Triple(rule, _node(RDFS.label), ox.Literal(titles[lang], language=lang))
            yield ox.Triple(rule, _node(RDFS.comment), ox.Literal(infers[lang], language=lang))
        yield ox.Triple(rule, _node(DCT.source), ox.Literal(source))
        yield ox.Triple(rule, _node(SKOS.example), ox.Literal(example, language="vi"))


# --- by the ontology --------------------------------------------------------------------------------------------------


def _judge(store: Access, sample: int) -> tuple[Judgement | None, Refusal | None, int]:
    """Let the OWL reasoner judge a sample; say why where it cannot, and of how many resources it was told."""
    if sample <= 0:
        return None, None, 0
    if java() is None:
        return None, Refusal("reason.no-java"), 0
    chosen = _sample(store, sample)
    if not chosen:
        return None, None, 0
    try:
        return classify(_graph_of(store, chosen)), None, len(chosen)
    except Refusal as refusal:
        return None, refusal, 0


def _sample(store: Access, size: int) -> tuple[str, ...]:
    """Choose resources of every kind in turn, each time the same ones: they are ordered by a digest of their names."""
    of_kind: dict[str, set[str]] = {}
    for row in store.select(
        f"SELECT ?kind ?x {{ GRAPH ?graph {{ ?x a ?kind }} FILTER(?graph != <{GRAPH_VOCABULARY}>) }}"
    ):
        of_kind.setdefault(text_of(row["kind"]), set()).add(text_of(row["x"]))
    lines = [
        sorted(members, key=lambda iri: sha256(iri.encode()).hexdigest()) for _, members in sorted(of_kind.items())
    ]
    chosen: dict[str, None] = {}
    for layer in zip_longest(*lines):
        for iri in layer:
            if iri is not None and len(chosen) < size:
                chosen[iri] = None
    return tuple(chosen)


def _graph_of(store: Access, resources: Sequence[str]) -> Graph:
    """Collect what is said of resources, and of what kind those are to which it leads."""
    said = [triple for iri in resources for triple in store.triples(iri)]
    neighbours = {one.object.value for one in said if isinstance(one.object, ox.NamedNode) and one.predicate != _TYPE}
    kinds = (triple for iri in sorted(neighbours - set(resources)) for triple in store.triples(iri, _TYPE.value))
    return rdflib_graph((*said, *kinds))
