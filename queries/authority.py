"""Read who rests on what, and who is to do what, as networks, with the proof of each of their steps.

The things of a network are numbered in the order of their IRIs and stand in that order: the same content gives the same
network, whatever the order of loading and of hashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast, get_args
from weakref import WeakKeyDictionary

import networkx as nx
import pyoxigraph as ox

from cancu.ontology.iris import expand
from cancu.queries.access import text_of
from cancu.queries.chains import Link, read_graph
from cancu.queries.engine import Hop, proofs_of

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = [
    "KINDS",
    "Authority",
    "Duties",
    "Kind",
    "Step",
    "directed",
    "grouped",
    "kept",
    "prove",
    "prove_documents",
    "read_between",
]

# By which property one thing draws its authority from another.
_AUTHORITY: Final = tuple(
    map(str, map(expand, ("eli:based_on", "eli:ensures_implementation_of", "eli:is_annex_of", "cancu:authorisedBy")))
)
_AUTHORISED_BY: Final = str(expand("cancu:authorisedBy"))
_CODE: Final = str(expand("cancu:code"))
# By which property what a document lays down belongs to an activity, and by which to its document.
_WITHIN: Final = tuple(map(str, map(expand, ("cancu:withinActivity", "cancu:forActivity", "obeu-dimension:project"))))
_HOME: Final = tuple(map(str, map(expand, ("dct:isPartOf", "cancu:statedIn"))))

Kind = Literal["document", "activity", "target", "sum"]
_CLASSES: Final[Mapping[Kind, str]] = {
    "document": str(expand("eli:LegalResource")),
    "activity": str(expand("cancu:Activity")),
    "target": str(expand("cancu:Target")),
    "sum": str(expand("cancu:BudgetLine")),
}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_RDF_TYPE, _LABEL = str(expand("rdf:type")), str(expand("rdfs:label"))

_T = TypeVar("_T")
_Key = TypeVar("_Key", bound=Hashable)
#: One step of a network: from what rests to what it rests on.
Step = tuple[str, str]


# --- who rests on what ------------------------------------------------------------------------------------------------


class Authority:
    """Hold who rests on what: documents, and the activities, targets and sums that they lay down.

    In ``steps`` a thing leads to what authorises it and to the activity or document that it belongs to. In
    ``documents`` there are documents alone: what something rests on that a document lays down, the document rests on.
    ``through`` tells what that is. ``passages`` are no activities: text that the plan does not number, with a citation.
    """

    def __init__(self, store: Access) -> None:
        """Read the network of a store; :func:`kept` does so once."""
        kinds: dict[str, Kind] = {}
        # What is both is what a document lays down.
        for kind in reversed(KINDS):
            for triple in store.triples(None, _RDF_TYPE, ox.NamedNode(_CLASSES[kind])):
                kinds.setdefault(text_of(triple.subject), kind)
        self.iris: Final = tuple(sorted(kinds))
        self.number: Final = {iri: number for number, iri in enumerate(self.iris)}
        self.kinds: Final = [kinds[iri] for iri in self.iris]
        own = self._read(store, _AUTHORITY)
        homes = self._read(store, _HOME)
        self.within: Final = {
            inner: whole for inner, whole in self._read(store, _WITHIN) if self.kinds[whole] == "activity"
        }
        self.home: Final = {
            inner: whole
            for inner, whole in homes
            if self.kinds[inner] != "document" and self.kinds[whole] == "document"
        }
        belongs = {inner: self.within.get(inner, whole) for inner, whole in self.home.items()} | self.within
        coded = {activity for activity, _ in store.values(_CODE)}
        self.passages: Final = frozenset(
            number for number, iri in enumerate(self.iris) if self.kinds[number] == "activity" and iri not in coded
        )
        self.authorities: Final[Mapping[int, Sequence[int]]] = grouped(own)
        self.steps: Final = directed({*own, *belongs.items()}, len(self.iris))
        through: dict[tuple[int, int], list[int]] = defaultdict(list)
        for one, authority in own:
            citing = self.home.get(one, one)
            if citing != authority and self.kinds[citing] == self.kinds[authority] == "document":
                through[citing, authority].append(one)
        self.through: Final[Mapping[tuple[int, int], Sequence[int]]] = through
        self.documents: Final = directed(through)
        self._parts: Final = frozenset(
            inner for inner, whole in homes if self.kinds[inner] == self.kinds[whole] == "document"
        )

    def whole_documents(self) -> nx.DiGraph[int]:
        """Give the network of documents without the annexes that stand in the texts of others."""
        return directed({step for step in self.through if not self._parts.intersection(step)})

    def _read(self, store: Access, predicates: Iterable[str]) -> list[tuple[int, int]]:
        known = self.number
        found = {
            (known[subject], known[value])
            for predicate in predicates
            for subject, value in store.values(predicate)
            if subject in known and value in known and subject != value
        }
        return sorted(found)

    @cached_property
    def above(self) -> nx.DiGraph[int]:
        """Lead from every thing to what rests on it."""
        return directed((authority, one) for one, authority in self.steps.edges)

    @cached_property
    def grounds(self) -> Mapping[int, int]:
        """Tell for each thing that rests on nothing further where its weight begins.

        That is the thing itself; in a circle that rests on nothing outside it, all have one beginning.
        """
        beginnings: dict[int, int] = {}
        for circle in nx.strongly_connected_components(self.steps):
            if all(other in circle for one in circle for other in self.steps.succ[one]):
                beginnings |= dict.fromkeys(circle, min(circle))
        return beginnings

    @cached_property
    def fall(self) -> nx.DiGraph[int]:
        """Lead from each thing to those that all ways to the ground first meet it: the tree of dominators."""
        joined: nx.DiGraph[int] = nx.DiGraph()
        joined.add_node(_GROUND)
        joined.add_edges_from((_GROUND, beginning) for beginning in sorted(set(self.grounds.values())))
        ground = self.grounds
        for one, following in self.above.adj.items():
            low = ground.get(one, one)
            joined.add_edges_from((low, high) for two in following if (high := ground.get(two, two)) != low)
        nearest = nx.immediate_dominators(joined, _GROUND)
        # Older releases of networkx say that the ground dominates itself.
        return directed((high, low) for low, high in nearest.items() if low != _GROUND)

    def falling(self, number: int) -> set[int]:
        """Return all that has no way to the ground left when one thing is taken away."""
        ground = self.grounds
        low = ground.get(number, number)
        found = set(nx.descendants(self.fall, low)) if low in self.fall else set()
        circle = {one for one, beginning in ground.items() if beginning == low} if number in ground else set()
        return (found | circle) - {number}


#: What carries everything that rests on nothing further.
_GROUND: Final = -1


def directed(edges: Iterable[tuple[int, int]], nodes: int = 0) -> nx.DiGraph[int]:
    """Build a graph whose nodes and edges stand in the order of their numbers."""
    ordered = sorted(edges)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(nodes) if nodes else sorted({end for edge in ordered for end in edge}))
    graph.add_edges_from(ordered)
    return graph


def grouped(pairs: Iterable[tuple[_Key, _T]]) -> dict[_Key, list[_T]]:
    """Gather what belongs to one key, in the order in which it comes.

    >>> grouped([("52/KH-UBND", 1), ("37/KH-UBND", 2), ("52/KH-UBND", 3)])
    {'52/KH-UBND': [1, 3], '37/KH-UBND': [2]}
    """
    groups: dict[_Key, list[_T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


# What was read of stores, each with the generation that it holds for.
_KEPT: WeakKeyDictionary[Access, dict[object, tuple[int, Any]]] = WeakKeyDictionary()


def kept(store: Access, read: Callable[[Access], _T]) -> _T:
    """Read something of a store, once for each generation."""
    known = _KEPT.setdefault(store, {})
    if read not in known or known[read][0] != store.generation:
        known[read] = store.generation, read(store)
    return cast(_T, known[read][1])


# --- proofs -----------------------------------------------------------------------------------------------------------


def prove(store: Access, steps: Mapping[_Key, Sequence[Step]]) -> dict[_Key, tuple[Hop, ...]]:
    """Return the surest proof among those of several steps that stand for one.

    That a thing rests on another is proved by what says so; that it belongs to another, by its own place: its
    heading, its words, or, where it is known from a citation alone, by that one.
    """
    subjects = {subject for several in steps.values() for subject, _ in several}
    holders = store.holders(str(expand("rdf:subject")), subjects)
    records = {record for found in holders.values() for record in found}
    predicate, value = str(expand("rdf:predicate")), str(expand("rdf:object"))
    said = store.facts(records, (predicate, value))

    def of(record: str, name: str) -> str:
        return next((text_of(term) for term in said.get(record, {}).get(name, ())), "")

    def proving(subject: str, whole: str) -> list[list[str]]:
        own = holders.get(subject, ())
        resting = [one for one in own if of(one, predicate) in _AUTHORITY]
        direct = [one for one in resting if of(one, value) == whole]
        return [direct] if direct else [[one for one in own if of(one, predicate) == _LABEL], [subject], resting]

    tiers = {step: proving(*step) for several in steps.values() for step in several}
    proofs = proofs_of(store, {record for found in tiers.values() for tier in found for record in tier})

    def surest(several: Sequence[Step]) -> tuple[Hop, ...]:
        first = (
            next(filter(None, ([proofs[one] for one in tier if proofs[one]] for tier in tiers[step])), [])
            for step in several
        )
        return min((proof for found in first for proof in found), key=_proof_order, default=())

    return {key: surest(several) for key, several in steps.items()}


def _proof_order(proof: Sequence[Hop]) -> tuple[float, bool, str, int, int, str]:
    """Put the surest proof first, then citations, then what stands earlier."""
    first = proof[0]
    sureness = min(hop.confidence for hop in proof)
    return -sureness, first.cited is None, first.source, first.start, first.end, first.relation or ""


def prove_documents(
    store: Access, authority: Authority, steps: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Hop, ...]]:
    """Prove that documents rest on documents, each by its own words or by those about what it lays down."""
    iris = authority.iris
    return prove(
        store, {step: [(iris[one], iris[step[1]]) for one in authority.through[step]] for step in sorted(steps)}
    )


# --- the ways between two things --------------------------------------------------------------------------------------


def read_between(store: Access, start: str, end: str) -> nx.DiGraph[str] | None:
    """Read all that lies on the ways up from one thing to another; None where no way leads there.

    Edges lead from what rests to what it rests on and hold the surest ``link``.
    """
    graph = _read_above(store, start)
    if start == end or end not in graph or not nx.has_path(graph, start, end):
        return None
    on_the_way = (nx.descendants(graph, start) | {start}) & (nx.ancestors(graph, end) | {end})
    return _ordered(graph, on_the_way)


def _read_above(store: Access, start: str) -> nx.DiGraph[str]:
    """Read everything above a document or an activity; each edge holds its surest ``link``.

    An activity rests on its own authority, and as a part of its document on the bases of that, not on what the
    document's other activities rest on.
    """
    homes = [text_of(triple.object) for triple in store.triples(start, str(expand("dct:isPartOf")))]
    is_activity = _CLASSES["activity"] in {text_of(one.object) for one in store.triples(start, _RDF_TYPE)}
    home = min(homes) if is_activity and homes else start
    edges: dict[Step, Link] = {}
    whole = read_graph(store, home)
    for citing, cited in whole.edges:
        links: Sequence[Link] = whole.edges[citing, cited]["links"]
        fit = [link for link in links if not (is_activity and citing == home and link.activity is not None)]
        if fit:
            edges[citing, cited] = max(fit, key=lambda link: link.confidence)
    if is_activity:
        steps = _steps_of_activity(store, start, home)
        for step, proof in prove(store, {step: [step] for step in steps}).items():
            if proof:
                edges[step] = Link(steps[step], proof, min(hop.confidence for hop in proof))
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted({start, *(end for step in edges for end in step)}))
    for citing, cited in sorted(edges):
        graph.add_edge(citing, cited, link=edges[citing, cited])
    return graph


def _steps_of_activity(store: Access, activity: str, home: str) -> dict[Step, str]:
    """Return the steps from an activity to its document, through its projects, and to what authorises each of them."""
    steps: dict[Step, str] = {}
    waiting, seen = [activity], {activity}
    while waiting:
        one = waiting.pop()
        wholes = [text_of(triple.object) for triple in store.triples(one, str(expand("cancu:withinActivity")))]
        for whole in sorted(wholes) or [home]:
            steps[one, whole] = "part_of"
            if whole != home and whole not in seen:
                seen.add(whole)
                waiting.append(whole)
        for triple in store.triples(one, _AUTHORISED_BY):
            steps[one, text_of(triple.object)] = "authorises"
    return steps


def _ordered(graph: nx.DiGraph[str], nodes: Iterable[str]) -> nx.DiGraph[str]:
    """Keep some nodes of a graph, in the order of their names."""
    part: nx.DiGraph[str] = nx.DiGraph()
    part.add_nodes_from(sorted(nodes))
    for citing, cited in sorted(graph.edges):
        if citing in part and cited in part:
            part.add_edge(citing, cited, link=graph.edges[citing, cited]["link"])
    return part


# --- agencies ---------------------------------------------------------------------------------------------------------


class Duties:
    """Hold the duties of agencies in activities: for each activity and agency the records, and whether it leads."""

    def __init__(self, store: Access) -> None:
        """Read the duties of a store; :func:`kept` does so once."""
        agents = dict(sorted(store.values(str(expand("prov:agent")))))
        roles = dict(sorted(store.values(str(expand("prov:hadRole")))))
        self.records: Final[dict[tuple[str, str], list[str]]] = {}
        self.leading: Final[set[tuple[str, str]]] = set()
        for duty, activity in sorted(store.values(str(expand("prov:hadPlan")))):
            if duty in agents:
                pair = activity, agents[duty]
                self.records.setdefault(pair, []).append(duty)
                if roles.get(duty) == _LEAD:
                    self.leading.add(pair)
        self.above: Final = dict(sorted(store.values(str(expand("cancu:withinActivity")))))
        self.home: Final = dict(sorted(store.values(str(expand("dct:isPartOf")))))

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Name the agencies, in the order of their IRIs."""
        return tuple(sorted({agency for _, agency in self.records}))

    def agencies_of(self, document: str | None) -> dict[str, list[str]]:
        """Return the agencies of each activity, of one document or of all."""
        pairs = sorted(self.records)
        return grouped(pair for pair in pairs if document is None or self.home.get(pair[0]) == document)

    def proof_order(self, pair: tuple[str, str]) -> tuple[bool, tuple[str, str]]:
        """Put what an agency leads first."""
        return pair not in self.leading, pair


_LEAD: Final = str(expand("role:lead"))
