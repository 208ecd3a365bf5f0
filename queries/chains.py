"""Follow the chain of authority from one document: up to what it rests on, or down to who rests on it.

What authorises a single activity bears nothing but its own plan: such a hop begins a way up, and ends a way down.

The chain is a graph of documents whose edges carry every place that proves them; :func:`read_chain` makes it a tree to
be read from top to bottom, in which a document is unfolded once and a way that comes back to itself is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import networkx as nx

from cancu.language import Refusal
from cancu.ontology.iris import expand
from cancu.queries.access import longest, text_or_none
from cancu.queries.engine import Hop, proofs_of, resolve_document
from cancu.queries.entries import Ambiguous, Entry
from cancu.queries.find import find_candidates

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["Branch", "Chain", "Link", "Node", "read_chain", "read_graph"]

#: So deep a tree is unfolded at most; no chain of real documents comes near it.
DEEPEST: Final = 100

# What carries authority from one document to the next, and in which order hops are shown.
_RELATIONS: Final = ("attached_to", "guides", "legal_basis", "authorises")
# The predicates by which a whole document rests on another, and the one by which one of its activities does.
_OF_DOCUMENTS: Final = ("eli:based_on", "eli:ensures_implementation_of", "eli:is_annex_of")
_OF_ACTIVITIES: Final = "cancu:authorisedBy"
# So many documents are asked for their hops at once.
_BATCH: Final = 200

_HOPS: Final = """
SELECT DISTINCT ?record ?citing ?cited ?predicate ?activity ?provision WHERE {
  VALUES ?%(near)s { %(values)s }
  ?record cancu:citingDocument ?citing ; cancu:citedDocument ?cited ; rdf:predicate ?predicate .
  FILTER(?predicate IN (%(predicates)s))
  FILTER(?citing != ?cited)
  OPTIONAL { ?record rdf:subject ?element . ?element a cancu:Activity ; rdfs:label ?activity }
  OPTIONAL { ?record cancu:provision ?provision }
}"""

# What authorises an activity, with the citations that say so; and its plan, with the heading that it stands under.
_OF_ACTIVITY: Final = """
SELECT DISTINCT ?record ?other ?relation ?provision WHERE {
  VALUES ?activity { %(activity)s }
  {
    ?record rdf:subject ?activity ; rdf:predicate cancu:authorisedBy ; rdf:object ?other .
    OPTIONAL { ?record cancu:provision ?provision }
    BIND("authorises" AS ?relation)
  } UNION {
    VALUES ?activity { %(activity)s }
    ?activity dct:isPartOf ?other .
    ?record rdf:subject ?activity ; rdf:predicate rdfs:label .
    BIND("part_of" AS ?relation)
  }
}"""

_FACTS: Final = """
SELECT ?x ?number ?own ?stated ?issuer ?title ?said ?source ?inferred WHERE {
  VALUES ?x { %s }
  { ?x eli:number ?number }
  UNION { ?x eli:date_document ?own }
  UNION { ?x cancu:statedDate ?stated }
  UNION { ?x eli:passed_by/skos:prefLabel ?issuer }
  UNION { ?x dct:title ?title }
  UNION { ?x cancu:statedTitle ?said }
  UNION { ?x cancu:heldAs/rdfs:label ?source }
  UNION { ?x a eli:LegalResource ; dct:isPartOf/cancu:heldAs/rdfs:label ?source }
  UNION { ?link a cancu:IdentityInference ; cancu:about ?x ; cancu:confidence ?inferred }
}"""


@dataclass(frozen=True, slots=True)
class Link:
    """Hold one reason why a document rests on another: the relation, what it is said for, and its proof."""

    relation: str
    proof: tuple[Hop, ...]
    confidence: float
    activity: str | None = None
    provision: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """Hold what is known of one document: ``dates`` are several where sources contradict each other.

    ``inferred`` is how sure it is that a text which has lost its number is this document.
    """

    iri: str
    label: str
    number: str | None
    dates: tuple[str, ...]
    issuer: str | None
    title: str | None
    sources: tuple[str, ...]
    inferred: float | None = None

    @property
    def held(self) -> bool:
        """Tell whether the store holds the text."""
        return bool(self.sources)


@dataclass(frozen=True, slots=True)
class Branch:
    """Hold one document in the tree with the links that lead to it, the strongest relation first.

    ``again`` says why nothing is unfolded behind it: it is "shown" elsewhere in the tree, or a "cycle", as it already
    stands on the way here. ``more`` counts the documents behind it that the depth of the tree leaves out.
    """

    node: Node
    links: tuple[Link, ...]
    branches: tuple[Branch, ...] = ()
    again: Literal["shown", "cycle"] | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """Hold the tree from one document, upwards or downwards, or the several documents that were perhaps meant."""

    root: Node | None
    down: bool
    branches: tuple[Branch, ...] = ()
    ambiguous: Ambiguous | None = None
    more: int = 0

    @property
    def held(self) -> bool:
        """Tell whether the store holds the text of the document that was asked about."""
        return self.root is not None and self.root.held


def read_chain(store: Access, text: str, *, down: bool = False, depth: int | None = None) -> Chain:
    """Read the chain of the document or activity that a number, an IRI, a name or a part of a title means.

    ``depth`` is the number of hops to go at most; words that mean several things give a chain that lists them. An
    activity rests on what authorises it alone and, through its plan, on what the plan rests on.
    """
    found = _resolve(store, text)
    if isinstance(found, Ambiguous):
        return Chain(None, down, ambiguous=found)
    deepest = DEEPEST if depth is None else max(0, min(depth, DEEPEST))
    if found.kind == "activity":
        graph = _graph_of_activity(store, found, deepest, down=down)
    else:
        graph = read_graph(store, found.iri, down=down, depth=deepest, through_activities=False)
    whole = _unfold(graph, found.iri, deepest, down=down)
    return Chain(whole.node, down, whole.branches, more=whole.more)


def _resolve(store: Access, text: str) -> Entry | Ambiguous:
    """Find the document that is meant, or where no document is, the activity."""
    try:
        return resolve_document(store, text)
    except Refusal:
        found = find_candidates(store, text, ("activity",))
        if not found:
            raise
        return found[0] if len(found) == 1 else Ambiguous(text, tuple(found))


def _graph_of_activity(store: Access, activity: Entry, depth: int, *, down: bool) -> nx.DiGraph[str]:
    """Read what an activity rests on: the documents that authorise it, and its plan, with what these rest on.

    Nothing rests on an activity.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    plan = activity.part_of
    texts = read_nodes(store, [plan])[plan].sources if plan is not None else ()
    dates = (activity.date,) if activity.date is not None else ()
    root = Node(activity.iri, activity.label, None, dates, activity.issuer, activity.whole, texts)
    graph.add_node(activity.iri, node=root)
    if down:
        return graph
    links: dict[str, list[tuple[str, str, str | None]]] = {}
    for row in store.select(_OF_ACTIVITY % {"activity": f"<{activity.iri}>"}):
        record, other, relation = (text_or_none(row[name]) or "" for name in ("record", "other", "relation"))
        links.setdefault(other, []).append((record, relation, text_or_none(row["provision"])))
    proofs = proofs_of(store, [record for found in links.values() for record, _, _ in found])
    for other, found in links.items():
        further = read_graph(store, other, depth=max(0, depth - 1), through_activities=False, of_start=False)
        graph = nx.compose(further, graph)
        made = {
            Link(relation, (proof,), proof.confidence, None, provision)
            for record, relation, provision in found
            for proof in proofs.get(record, ())
        }
        graph.add_edge(activity.iri, other, links=tuple(sorted(made, key=_link_order)), whole=True)
    return graph


def read_graph(
    store: Access,
    iri: str,
    *,
    down: bool = False,
    depth: int | None = None,
    through_activities: bool = True,
    of_start: bool = True,
) -> nx.DiGraph[str]:
    """Read all documents that authority leads to from one, and the hops between them.

    Edges lead from the citing to the cited document and hold ``links``, and in ``whole`` whether the document rests on
    the other one or an activity of it alone; nodes hold ``node``, a :class:`Node`. Of the documents past ``depth`` hops
    only the next ones are there, bare, so that they can be counted. Without ``through_activities`` a way goes on as a
    chain does: up from the first document by bases alone, down from those that rest on it as a whole. Without
    ``of_start`` what authorises single activities of the first document is left out too.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(iri)
    records: dict[str, tuple[str, str, str | None, str | None]] = {}
    ring, seen, hops = [iri], {iri}, 0
    while ring and (depth is None or hops <= depth):
        following = set()
        of_activities = through_activities or down or (of_start and not hops)
        for record, citing, cited, whole, activity, provision in _read_hops(store, ring, down, of_activities):
            known = graph.has_edge(citing, cited) and graph.edges[citing, cited]["whole"]
            graph.add_edge(citing, cited, links=(), whole=known or whole)
            if depth is None or hops < depth:
                records[record] = (citing, cited, activity, provision)
            if through_activities or whole or not down:
                following.add(citing if down else cited)
        ring = sorted(following - seen)
        seen.update(ring)
        hops += 1
    proved = {iri, *(end for citing, cited, _, _ in records.values() for end in (citing, cited))}
    for one, facts in read_nodes(store, proved).items():
        graph.nodes[one]["node"] = facts
    proofs = proofs_of(store, records)
    links: dict[tuple[str, str], set[Link]] = {}
    for record, (citing, cited, activity, provision) in records.items():
        for proof in proofs.get(record, ()):
            link = Link(proof.relation or "mention", (proof,), proof.confidence, activity, provision)
            links.setdefault((citing, cited), set()).add(link)
    for (citing, cited), found in links.items():
        graph.edges[citing, cited]["links"] = tuple(sorted(found, key=_link_order))
    return graph


def _link_order(link: Link) -> tuple[int, str, int, int, str]:
    rank = _RELATIONS.index(link.relation) if link.relation in _RELATIONS else len(_RELATIONS)
    return rank, link.proof[0].source, link.proof[0].start, link.proof[0].end, link.activity or ""


def _read_hops(
    store: Access, ring: Sequence[str], down: bool, of_activities: bool
) -> Iterable[tuple[str, str, str, bool, str | None, str | None]]:
    predicates = ", ".join((*_OF_DOCUMENTS, _OF_ACTIVITIES) if of_activities else _OF_DOCUMENTS)
    for first in range(0, len(ring), _BATCH):
        values = " ".join(f"<{iri}>" for iri in ring[first : first + _BATCH])
        asked = _HOPS % {"near": "cited" if down else "citing", "values": values, "predicates": predicates}
        for row in store.select(asked):
            record, citing, cited = (text_or_none(row[name]) for name in ("record", "citing", "cited"))
            if record and citing and cited:
                whole = text_or_none(row["predicate"]) != str(expand(_OF_ACTIVITIES))
                yield record, citing, cited, whole, text_or_none(row["activity"]), text_or_none(row["provision"])


def read_nodes(store: Access, iris: Iterable[str]) -> dict[str, Node]:
    """Read what is known of some documents."""
    wanted = sorted(iris)
    said: dict[str, dict[str, set[str]]] = {iri: {} for iri in wanted}
    names = ("number", "own", "stated", "issuer", "title", "said", "source", "inferred")
    for first in range(0, len(wanted), _BATCH):
        values = " ".join(f"<{iri}>" for iri in wanted[first : first + _BATCH])
        for row in store.select(_FACTS % values):
            about = said[text_or_none(row["x"]) or ""]
            for name in names:
                value = text_or_none(row[name])
                if value is not None:
                    about.setdefault(name, set()).add(value)
    labels = store.labels(wanted)
    return {iri: _node(iri, labels.get(iri, {}), about) for iri, about in said.items()}


def _node(iri: str, labels: Mapping[str, str], about: Mapping[str, set[str]]) -> Node:
    def first(*names: str) -> str | None:
        """Take what its own text says before what others say; of two values, the same one every time."""
        for name in names:
            if about.get(name):
                return longest(about[name])
        return None

    label = labels.get("vi") or next(iter(labels.values()), None) or first("number") or iri
    inferred = [float(value) for value in about.get("inferred", ())]
    return Node(
        iri,
        label,
        first("number"),
        tuple(sorted(about.get("own") or about.get("stated") or ())),
        first("issuer"),
        first("title", "said"),
        tuple(sorted(about.get("source", ()))),
        min(inferred, default=None),
    )


def _unfold(graph: nx.DiGraph[str], root: str, depth: int, *, down: bool) -> Branch:
    """Unfold the graph from its root into a tree: every document once, where it is first read from top to bottom."""
    unfolded: set[str] = set()

    def unfold(iri: str, links: tuple[Link, ...], way: tuple[str, ...]) -> Branch:
        node: Node = graph.nodes[iri]["node"]
        following = graph.pred[iri] if down else graph.succ[iri]
        if iri in way:
            return Branch(node, links, again="cycle")
        if down and way and not graph.edges[iri, way[-1]]["whole"]:
            # Only an activity of it rests on what stands above; who rests on it as a whole does not.
            return Branch(node, links)
        if iri in unfolded and following:
            return Branch(node, links, again="shown")
        if len(way) >= depth:
            return Branch(node, links, more=len(following))
        unfolded.add(iri)
        branches = (
            unfold(other, following[other]["links"], (*way, iri))
            for other in sorted(
                following, key=lambda other: _branch_order(graph, following[other]["links"], other, down)
            )
        )
        return Branch(node, links, tuple(branches))

    return unfold(root, (), ())


def _branch_order(
    graph: nx.DiGraph[str], links: tuple[Link, ...], other: str, down: bool
) -> tuple[tuple[str, ...], tuple[int, ...], str]:
    """Put branches upwards into the order of the text, downwards into that of their dates."""
    if down:
        node: Node = graph.nodes[other]["node"]
        return node.dates, (), other
    _, source, start, end, _ = _link_order(links[0]) if links else (0, "", 0, 0, "")
    return (source,), (start, end), other
