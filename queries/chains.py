"""Follow the chain of authority from one document: up to what it rests on, or down to who rests on it.

The chain is a graph of documents whose edges carry every place that proves them; :func:`read_chain` makes it a tree to
be read from top to bottom, in which a document is unfolded once and a way that comes back to itself is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
import pyoxigraph as ox

from cancu.queries.engine import Hop, proofs_of, resolve_document
from cancu.queries.find import Ambiguous

if TYPE_CHECKING:
    from cancu.queries.store import Store

__all__ = ["Chain", "Link", "Node", "read_chain", "read_graph"]

#: So deep a tree is unfolded at most; no chain of real documents comes near it.
DEEPEST: Final = 100

# What carries authority from one document to the next, and in which order hops are shown.
_RELATIONS: Final = ("attached_to", "guides", "legal_basis", "authorises")
# So many documents are asked for their hops at once.
_BATCH: Final = 200

_HOPS: Final = """
SELECT DISTINCT ?record ?citing ?cited ?activity ?provision WHERE {
  VALUES ?%(near)s { %(values)s }
  ?record cancu:citingDocument ?citing ; cancu:citedDocument ?cited ; rdf:predicate ?predicate .
  FILTER(?predicate IN (eli:based_on, eli:ensures_implementation_of, eli:is_annex_of, cancu:authorisedBy))
  FILTER(?citing != ?cited)
  OPTIONAL { ?record rdf:subject ?element . ?element a cancu:Activity ; rdfs:label ?activity }
  OPTIONAL { ?record cancu:provision ?provision }
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
  UNION { ?link a cancu:IdentityInference ; cancu:about ?x ; cancu:confidence ?inferred }
}"""


@dataclass(frozen=True, slots=True)
class Link:
    """Hold one hop: the place that proves it, and what it was said for.

    ``confidence`` is never above that of the inference by which a text without a number was recognised.
    """

    proof: Hop
    confidence: float
    activity: str | None = None
    provision: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one document of a chain, with the hops that lead to it from the one above in the tree.

    ``again`` says that it is unfolded elsewhere, ``cycle`` that it already stands on the way here, ``more`` how many
    documents were left out behind it because the tree ends at a depth.
    """

    iri: str
    label: str
    number: str | None
    date: str | None
    issuer: str | None
    title: str | None
    sources: tuple[str, ...]
    inferred: float | None = None
    links: tuple[Link, ...] = ()
    children: tuple[Node, ...] = ()
    again: bool = False
    cycle: bool = False
    more: int = 0

    @property
    def held(self) -> bool:
        """Tell whether the store holds the text."""
        return bool(self.sources)


@dataclass(frozen=True, slots=True)
class Chain:
    """Hold the tree from one document, upwards or downwards."""

    root: Node
    down: bool


def read_chain(store: Store, text: str, *, down: bool = False, depth: int | None = None) -> Chain | Ambiguous:
    """Read the chain of the document that a number, an IRI or a part of a title means.

    ``depth`` is the number of hops to go at most. Words that mean several documents give these.
    """
    found = resolve_document(store, text)
    if isinstance(found, Ambiguous):
        return found
    graph = read_graph(store, found.iri, down=down, depth=depth)
    return Chain(_unfold(graph, found.iri, DEEPEST if depth is None else min(depth, DEEPEST), down=down), down)


def read_graph(store: Store, iri: str, *, down: bool = False, depth: int | None = None) -> nx.DiGraph[str]:
    """Read all documents that authority leads to from one, and the hops between them.

    Edges lead from the citing to the cited document and hold ``links``; nodes hold ``node``, a :class:`Node` without its
    place in a tree. Past ``depth`` hops, one more ring of documents is read, so that it can be said how many there are.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(iri)
    records: dict[str, tuple[str, str, str | None, str | None]] = {}
    ring, seen, hops = [iri], {iri}, 0
    while ring and (depth is None or hops <= depth):
        following = set()
        for record, citing, cited, activity, provision in _read_hops(store, ring, down=down):
            records[record] = (citing, cited, activity, provision)
            following.add(citing if down else cited)
        ring = sorted(following - seen)
        seen.update(ring)
        hops += 1
    facts = _read_facts(store, seen)
    graph.add_nodes_from((one, {"node": facts[one]}) for one in sorted(seen))
    proofs = proofs_of(store, records)
    links: dict[tuple[str, str], list[Link]] = {}
    for record, (citing, cited, activity, provision) in records.items():
        for proof in proofs.get(record, ()):
            # What a text without a number says is the document's word only as surely as the text is the document.
            sure = min(proof.confidence, facts[citing].inferred or 1.0)
            links.setdefault((citing, cited), []).append(Link(proof, sure, activity, provision))
    for (citing, cited), found in sorted(links.items()):
        graph.add_edge(citing, cited, links=tuple(sorted(set(found), key=_link_order)))
    return graph


def _link_order(link: Link) -> tuple[int, str, int, int, str]:
    relation = link.proof.relation
    rank = _RELATIONS.index(relation) if relation in _RELATIONS else len(_RELATIONS)
    return rank, link.proof.source, link.proof.start, link.proof.end, link.activity or ""


def _read_hops(
    store: Store, ring: Sequence[str], *, down: bool
) -> Iterable[tuple[str, str, str, str | None, str | None]]:
    for first in range(0, len(ring), _BATCH):
        values = " ".join(f"<{iri}>" for iri in ring[first : first + _BATCH])
        for row in store.select(_HOPS % {"near": "cited" if down else "citing", "values": values}):
            record, citing, cited = (_text(row[name]) for name in ("record", "citing", "cited"))
            if record and citing and cited:
                yield record, citing, cited, _text(row["activity"]), _text(row["provision"])


def _read_facts(store: Store, iris: Iterable[str]) -> dict[str, Node]:
    wanted = sorted(iris)
    said: dict[str, dict[str, set[str]]] = {iri: {} for iri in wanted}
    names = ("number", "own", "stated", "issuer", "title", "said", "source", "inferred")
    for first in range(0, len(wanted), _BATCH):
        values = " ".join(f"<{iri}>" for iri in wanted[first : first + _BATCH])
        for row in store.select(_FACTS % values):
            about = said[_text(row["x"]) or ""]
            for name in names:
                value = _text(row[name])
                if value is not None:
                    about.setdefault(name, set()).add(value)
    labels = store.labels(wanted)
    return {iri: _node(iri, labels.get(iri, {}), about) for iri, about in said.items()}


def _node(iri: str, labels: Mapping[str, str], about: Mapping[str, set[str]]) -> Node:
    def first(*names: str) -> str | None:
        """Take what its own text says before what others say; of two values, the same one every time."""
        for name in names:
            if about.get(name):
                return min(about[name], key=lambda value: (-len(value), value))
        return None

    label = labels.get("vi") or next(iter(labels.values()), None) or first("number") or iri
    inferred = [float(value) for value in about.get("inferred", ())]
    return Node(
        iri,
        label,
        first("number"),
        first("own", "stated"),
        first("issuer"),
        first("title", "said"),
        tuple(sorted(about.get("source", ()))),
        min(inferred, default=None),
    )


def _text(term: object) -> str | None:
    return term.value if isinstance(term, (ox.NamedNode, ox.Literal)) else None


def _unfold(graph: nx.DiGraph[str], root: str, depth: int, *, down: bool) -> Node:
    """Unfold the graph from its root into a tree: every document once, where it is first read from top to bottom."""
    unfolded: set[str] = set()

    def unfold(iri: str, links: tuple[Link, ...], way: tuple[str, ...]) -> Node:
        bare: Node = graph.nodes[iri]["node"]
        following = _following(graph, iri, down=down)
        cycle = iri in way
        again = not cycle and iri in unfolded and bool(following)
        unfolded.add(iri)
        children: tuple[Node, ...] = ()
        more = 0
        if not cycle and not again:
            if len(way) >= depth:
                more = len(following)
            else:
                children = tuple(unfold(other, found, (*way, iri)) for found, other in following)
        return Node(
            bare.iri, bare.label, bare.number, bare.date, bare.issuer, bare.title, bare.sources, bare.inferred,
            links, children, again, cycle, more,
        )  # fmt: skip

    return unfold(root, (), ())


def _following(graph: nx.DiGraph[str], iri: str, *, down: bool) -> list[tuple[tuple[Link, ...], str]]:
    """List the next documents: upwards in the order of the text, downwards by date."""
    if not down:
        found = [(edge["links"], other) for other, edge in graph.succ[iri].items()]
        return sorted(found, key=lambda one: (*_link_order(one[0][0])[1:], one[1]))
    found = [(edge["links"], other) for other, edge in graph.pred[iri].items()]
    return sorted(found, key=lambda one: (graph.nodes[one[1]]["node"].date or "", one[1]))
