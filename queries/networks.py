"""Answer questions about whole networks: chains between two things, cycles, what everything rests on, what would fall.

The same content gives the same answer. Three terms stand for fixed procedures:

- PageRank: damping 0.85; what rests on nothing hands its weight to all.
- Betweenness: Brandes, normalised; over a network too large for all starting points, over a sample, which is said.
- Communities: Louvain with weights, resolution 1 and a fixed seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations, islice, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

import networkx as nx

from cancu.language import LANGUAGES, Refusal, say, say_all
from cancu.ontology.iris import expand
from cancu.ontology.lexicon import Row, read_table
from cancu.queries.access import text_of
from cancu.queries.authority import (
    KINDS,
    Authority,
    Duties,
    Kind,
    Step,
    directed,
    grouped,
    kept,
    prove,
    prove_documents,
    read_between,
)
from cancu.queries.catalogue import Column, Group, Parameter, Question, types_in
from cancu.queries.cells import Cell, cell_of, coded, joined, named, worded
from cancu.queries.chains import Link
from cancu.queries.engine import Answer, Hop, ambiguous, prepare, proofs_of
from cancu.queries.entries import Ambiguous

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["LONGEST", "MOST", "ask_network", "networks", "page_rank", "read_networks"]

#: So many rows an answer has at most, and so many hops a chain, where nothing else is asked for.
MOST: Final = 50
LONGEST: Final = 12

_DAMPING: Final = 0.85
_SEED: Final = 1
# PageRank is done when a round moves less weight than this.
_PRECISION: Final = 1e-10
# Betweenness looks at so many nodes and edges at most, from however many starting points.
_LOOKS: Final = 2_000_000
# A row about many hops shows the proof of so many, and names so many members.
_SHOWN_PROOFS: Final = 5
_SHOWN_MEMBERS: Final = 10
_DECIMALS: Final = 4

# --- the questions ----------------------------------------------------------------------------------------------------

_TABLE: Final = Path(__file__).with_suffix(".tsv")
_PARTS: Final = ("wording", "parameter", "column", "empty")


@cache
def networks() -> Mapping[str, Question]:
    """Give the questions about networks, in the order of their table.

    >>> [parameter.name for parameter in networks()["chains"].parameters]
    ['start', 'end']
    """
    return read_networks(_TABLE)


def read_networks(file: Path) -> Mapping[str, Question]:
    """Read a table of questions about networks, refusing a row that is not sound with its file and line."""
    rows = read_table(
        file, ("question", "part", "name", "vi", "en", "marks"), key=("question", "part", "name"), patterns=()
    )
    parts: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row["part"] not in _PARTS:
            raise row.error(f"part {row['part']!r} is none of {', '.join(_PARTS)}")
        if not row["vi"] or not row["en"]:
            raise row.error("a language is empty")
        parts.setdefault(row["question"], defaultdict(list))[row["part"]].append(row)
    return MappingProxyType({name: _question(name, found) for name, found in parts.items()})


def _question(name: str, parts: Mapping[str, Sequence[Row]]) -> Question:
    first = next(iter(parts.values()))[0]
    if not all(parts.get(part) for part in ("wording", "column", "empty")):
        raise first.error(f"the question {name} needs a wording, columns and what an empty answer means")
    (wording, *_), (empty, *_) = parts["wording"], parts["empty"]
    if wording["marks"] not in get_args(Group):
        raise wording.error(f"the group {wording['marks']!r} is none of {', '.join(get_args(Group))}")
    return Question(
        id=f"network-{name}",
        group=cast(Group, wording["marks"]),
        wording=_in_languages(wording),
        parameters=tuple(map(_parameter, parts.get("parameter", ()))),
        columns=tuple(
            Column(row["name"], _in_languages(row), several=row["marks"] == "list") for row in parts["column"]
        ),
        proof="",
        empty=_in_languages(empty),
        query="",
    )  # fmt: skip


def _in_languages(row: Row) -> Mapping[str, str]:
    return MappingProxyType({lang: row[lang] for lang in LANGUAGES})


def _parameter(row: Row) -> Parameter:
    kinds, _, need = row["marks"].partition(", ")
    types = types_in(kinds)
    if not types or need not in ("required", "optional"):
        raise row.error("the marks of a parameter are its types and whether it is required or optional")
    return Parameter(row["name"], types, need == "required", None, row["vi"])


def ask_network(store: Access, name: str, /, *things: str, most: int = MOST, longest: int = LONGEST) -> Answer:
    """Answer a question about a network; ``things`` are the words for its parameters, in their order.

    An answer has ``most`` rows and its chains ``longest`` hops at most; where something is left out, its notes say so.
    Raises :class:`cancu.language.Refusal` for an unknown question and for words that nothing answers to; words that
    several resources answer to are an answer that lists them.
    """
    asked = networks().get(name)
    if asked is None:
        raise Refusal("network.unknown", network=name, known=", ".join(networks()))
    if len(things) > len(asked.parameters):
        raise Refusal("network.too-many", network=name, count=len(asked.parameters), text=things[len(asked.parameters)])
    needed = [parameter for parameter in asked.parameters if parameter.required]
    if len(things) < len(needed):
        examples = " ".join(f'"{parameter.example}"' for parameter in needed)
        raise Refusal("network.missing", network=name, count=len(needed), examples=examples)
    given = {parameter.name: thing for parameter, thing in zip(asked.parameters, things, strict=False)}
    prepared = prepare(store, asked, given)
    if isinstance(prepared, Ambiguous):
        return ambiguous(asked, given, prepared)
    terms = {one: text_of(term) for one, term in prepared[0].items()}
    rows, notes = _ANSWERS[name](store, terms, _Bounds(max(1, most), max(1, longest)))
    # Where there is something, but past the bounds, that is the reason.
    reason = notes[-1] if notes else asked.empty if store.has_sources() else say_all("empty.no-sources")
    return Answer(
        asked,
        given,
        asked.columns,
        tuple(row.cells for row in rows),
        tuple(row.proof for row in rows),
        tuple(min((hop.confidence for hop in row.proof), default=1.0) for row in rows),
        None if rows else reason,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    most: int
    longest: int


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, Cell]
    proof: tuple[Hop, ...]


_Found = tuple[list[_Row], list[Mapping[str, str]]]


def _cut(shown: int, whole: int) -> list[Mapping[str, str]]:
    return [say_all("network.cut", shown=shown, whole=whole)] if shown < whole else []


# --- cells ------------------------------------------------------------------------------------------------------------


def _count(number: int) -> Cell:
    return Cell(str(number), count=number)


def _share(number: float) -> Cell:
    rounded = round(Decimal(number), _DECIMALS)
    return Cell(f"{rounded:f}", exact=rounded)


# --- chains between two things ----------------------------------------------------------------------------------------


def _between(
    store: Access, terms: Mapping[str, str]
) -> tuple[nx.DiGraph[str], str, str, list[Mapping[str, str]]] | None:
    """Read what lies between two things, whichever of them rests on the other, and tell the lower and the upper one."""
    given, other = terms["start"], terms["end"]
    graph = read_between(store, given, other)
    if graph is not None:
        return graph, given, other, []
    graph = read_between(store, other, given)
    if graph is None:
        return None
    names = store.labels((given, other))
    low, high = named(other, names), named(given, names)
    note: Mapping[str, str] = {
        lang: say("network.reversed", lang, start=low.text(lang), end=high.text(lang)) for lang in LANGUAGES
    }
    return graph, other, given, [note]


def _links(graph: nx.DiGraph[str], way: Iterable[Step]) -> list[Link]:
    return [graph.edges[step]["link"] for step in way]


def _chains(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Find the chains between two things, the shortest first, of equals the surest."""
    found = _between(store, terms)
    if found is None:
        return [], []
    graph, start, end, notes = found
    chains: list[list[str]] = []
    for chain in islice(nx.shortest_simple_paths(graph, start, end), bounds.most + 1):
        if len(chain) - 1 > bounds.longest:
            notes.append(say_all("network.longer", hops=bounds.longest))
            break
        if len(chains) == bounds.most:
            notes.append(say_all("network.more", shown=bounds.most))
            break
        chains.append(chain)
    names = store.labels({iri for chain in chains for iri in chain})
    rows = [
        _Row(
            {"chain": joined((named(iri, names) for iri in chain), " → "), "hops": _count(len(chain) - 1)},
            tuple(hop for link in _links(graph, pairwise(chain)) for hop in link.proof),
        )
        for chain in chains
    ]
    rows.sort(
        key=lambda row: (
            len(row.cells["chain"].iris),
            -min(hop.confidence for hop in row.proof),
            row.cells["chain"].iris,
        )
    )
    return rows, notes


def _surest_chain(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Find the chain whose weakest hop is surest, of those the one with the fewest hops: a row a hop."""
    found = _between(store, terms)
    if found is None:
        return [], []
    graph, start, end, notes = found
    sureness = {step: link.confidence for step, link in zip(graph.edges, _links(graph, graph.edges), strict=True)}
    chain: list[str] = []
    for weakest in sorted(set(sureness.values()), reverse=True):
        sure: nx.DiGraph[str] = nx.DiGraph()
        sure.add_nodes_from((start, end))
        sure.add_edges_from(step for step in graph.edges if sureness[step] >= weakest)
        if nx.has_path(sure, start, end):
            chain = nx.shortest_path(sure, start, end)
            break
    names = store.labels(chain)
    rows = [
        _Row(
            {
                "step": _count(step),
                "citing": named(citing, names),
                "activity": Cell(link.activity),
                "relation": coded(link.relation, f"relation.{link.relation}"),
                "cited": named(cited, names),
            },
            link.proof,
        )
        for step, (citing, cited) in enumerate(pairwise(chain), start=1)
        for link in _links(graph, [(citing, cited)])
    ]
    return rows, notes


# --- cycles -----------------------------------------------------------------------------------------------------------


def _cycles(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Find the cycles of authority, the shortest first; of a circle that is long, one at least."""
    authority = kept(store, Authority)
    found: list[tuple[int, ...]] = []
    notes = []
    circles = [one for one in nx.strongly_connected_components(authority.documents) if len(one) > 1]
    for circle in sorted(circles, key=lambda one: (len(one), min(one))):
        inside = directed((a, b) for a, b in authority.documents.edges if a in circle and b in circle)
        left = bounds.most + 1 - len(found)
        if left <= 0:
            break
        shorter = _shortest_cycles(inside, bounds.longest, left)
        if not shorter or len(circle) > bounds.longest:
            notes = [say_all("network.longer", hops=bounds.longest)]
        found += shorter or [_one_cycle(inside)]
    if len(found) > bounds.most:
        notes.append(say_all("network.more", shown=bounds.most))
        del found[bounds.most :]
    found.sort(key=lambda cycle: (len(cycle), cycle))
    steps = {step for cycle in found for step in pairwise((*cycle, cycle[0]))}
    proofs = prove_documents(store, authority, steps)
    names = store.labels({authority.iris[one] for cycle in found for one in cycle})
    rows = []
    for cycle in found:
        around = (*cycle, cycle[0])
        cells = {
            "cycle": joined((named(authority.iris[one], names) for one in around), " → "),
            "hops": _count(len(cycle)),
        }
        rows.append(_Row(cells, tuple(hop for step in pairwise(around) for hop in proofs[step])))
    return rows, notes


def _shortest_cycles(graph: nx.DiGraph[int], longest: int, most: int) -> list[tuple[int, ...]]:
    """Return cycles by their length, each from its first document on."""
    found: list[tuple[int, ...]] = []
    for length in range(2, min(longest, len(graph)) + 1):
        of_length = (one for one in nx.simple_cycles(graph, length_bound=length) if len(one) == length)
        found += sorted(_from_first(one) for one in islice(of_length, most - len(found)))
        if len(found) >= most:
            break
    return found


def _one_cycle(graph: nx.DiGraph[int]) -> tuple[int, ...]:
    """Return a shortest cycle through the first document."""
    first = min(graph)
    ways = (nx.shortest_path(graph, following, first) for following in graph.succ[first])
    return (first, *min(ways, key=len)[:-1])


def _from_first(cycle: Sequence[int]) -> tuple[int, ...]:
    at = cycle.index(min(cycle))
    return (*cycle[at:], *cycle[:at])


# --- what is rested on most -------------------------------------------------------------------------------------------


def page_rank(graph: nx.DiGraph[int]) -> dict[int, float]:
    """Weigh the nodes of a graph by PageRank, with damping 0.85; the weights add up to 1.

    Written out here, as networkx has it for those only who have numpy and scipy.

    >>> weights = page_rank(nx.DiGraph([(2, 1), (3, 1)]))
    >>> [round(weights[node], 3) for node in (1, 2, 3)]
    [0.574, 0.213, 0.213]
    """
    nodes = list(graph)
    weight = dict.fromkeys(nodes, 1 / len(nodes)) if nodes else {}
    fan = dict(graph.out_degree)
    loose = [node for node in nodes if not fan[node]]
    moved = 1.0
    while moved > _PRECISION and nodes:
        shared = (1 - _DAMPING + _DAMPING * sum(weight[node] for node in loose)) / len(nodes)
        given = {node: _DAMPING * weight[node] / fan[node] for node in nodes if fan[node]}
        new = {node: shared + sum(map(given.__getitem__, graph.predecessors(node))) for node in nodes}
        moved = sum(abs(new[node] - weight[node]) for node in nodes)
        weight = new
    return weight


def _betweenness(graph: nx.Graph[int]) -> tuple[dict[int, float], list[Mapping[str, str]]]:
    """Return how many shortest ways lead through each node, from a sample of starting points where all are too many."""
    # Ways that lead upwards only come by few edges.
    size = len(graph) + (0 if graph.is_directed() else graph.number_of_edges())
    sample = max(1, _LOOKS // size) if size else 0
    if sample >= len(graph):
        return nx.betweenness_centrality(graph), []
    notes = [say_all("network.sampled", sample=sample, whole=len(graph), seed=_SEED)]
    return nx.betweenness_centrality(graph, k=sample, seed=_SEED), notes


def _central(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Rank the documents that others rest on by PageRank."""
    authority = kept(store, Authority)
    # An annex is no document of its own that would lend weight to what it is an annex of.
    graph, iris = authority.whole_documents(), authority.iris
    weights = page_rank(graph)
    betweenness, notes = _betweenness(graph)
    rested_on = [one for one in graph if graph.pred[one]]
    rested_on.sort(key=lambda one: (-round(weights[one], 12), -len(graph.pred[one]), one))
    shown = rested_on[: bounds.most]
    citing = {one: list(islice(graph.pred[one], _SHOWN_PROOFS)) for one in shown}
    proofs = prove_documents(store, authority, {(other, one) for one in shown for other in citing[one]})
    names = store.labels(iris[one] for one in shown)
    held = store.facts([iris[one] for one in shown], (str(expand("cancu:heldAs")),))
    rows = [
        _Row(
            {
                "document": named(iris[one], names),
                "rank": _share(weights[one]),
                "betweenness": _share(betweenness[one]),
                "direct": _count(len(graph.pred[one])),
                "all": _count(_resting(graph, one)),
                "elements": _count(_authorised(authority, one)),
                "held": coded(str(iris[one] in held).lower(), f"value.held.{str(iris[one] in held).lower()}"),
            },
            tuple(hop for other in citing[one] for hop in proofs[other, one]),
        )
        for one in shown
    ]
    if any(len(graph.pred[one]) > _SHOWN_PROOFS for one in shown):
        notes.append(say_all("network.proofs", count=_SHOWN_PROOFS))
    return rows, [*notes, *_cut(len(shown), len(rested_on))]


def _resting(graph: nx.DiGraph[int], number: int) -> int:
    """Count the documents that rest on one, directly or through others."""
    seen, waiting = {number}, [number]
    while waiting:
        fresh = [one for one in graph.predecessors(waiting.pop()) if one not in seen]
        seen.update(fresh)
        waiting += fresh
    return len(seen) - 1


def _authorised(authority: Authority, number: int) -> int:
    """Count the activities, targets and sums that have a document as authority of their own."""
    things = (
        one
        for one in authority.above.succ[number]
        if authority.kinds[one] != "document" and one not in authority.passages
    )
    return sum(number in authority.authorities.get(one, ()) for one in things)


# --- what would fall --------------------------------------------------------------------------------------------------

_Effect = Literal["falls", "own", "touched"]
_EFFECTS: Final[tuple[_Effect, ...]] = get_args(_Effect)


def _impact(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Tell what rests on a document: what falls with it, what loses its own authority, and what is only touched.

    A thing falls where every way from it to what rests on nothing further leads through the document. One that has
    authority of its own, and loses all of it, may still stand on its document's bases; that is told apart.
    """
    authority = kept(store, Authority)
    number = authority.number.get(terms["document"])
    if number is None:
        return [], []
    fallen = authority.falling(number)
    toward = dict(nx.bfs_predecessors(authority.above, number))
    distance = nx.single_source_shortest_path_length(authority.above, number)
    # A passage is no activity, and nothing lies below it.
    effects = {one: _effect(authority, one, fallen | {number}) for one in toward if one not in authority.passages}
    order = sorted(
        effects,
        key=lambda one: (_EFFECTS.index(effects[one]), KINDS.index(authority.kinds[one]), distance[one], one),
    )
    shown = order[: bounds.most]
    ways = {one: _way(toward, one) for one in shown}
    steps = {step for way in ways.values() for step in pairwise(way)}
    iris = authority.iris
    proofs = prove(store, {step: [(iris[step[0]], iris[step[1]])] for step in sorted(steps)})
    homes = {one: authority.home.get(one) for one in shown}
    within = {one: authority.within.get(one) for one in shown}
    told = {one for one in (*shown, *homes.values(), *within.values()) if one is not None}
    names = store.labels(iris[one] for one in told)
    figures = store.facts([iris[one] for one in shown if authority.kinds[one] == "sum"], (_AMOUNT, _PRINTED))

    def cell(one: int | None) -> Cell:
        return named(None if one is None else iris[one], names)

    rows = []
    for one in shown:
        figure = figures.get(iris[one], {})
        printed, amount = (next(iter(figure.get(name, ())), None) for name in (_PRINTED, _AMOUNT))
        rows.append(
            _Row(
                {
                    "effect": coded(effects[one], f"value.effect.{effects[one]}"),
                    "kind": coded(authority.kinds[one], f"find.kind.{authority.kinds[one]}"),
                    "thing": cell(one)
                    if printed is None
                    else worded(dict.fromkeys(LANGUAGES, text_of(printed)), iris[one]),
                    "within": cell(within[one]),
                    "document": cell(homes[one]),
                    "amount": cell_of(amount, names),
                    "hops": _count(distance[one]),
                },
                tuple(hop for step in pairwise(ways[one]) for hop in proofs[step]),
            )
        )
    return rows, [*_counted(authority, effects), *_cut(len(shown), len(order))]


_AMOUNT, _PRINTED = str(expand("obeu-measure:amount")), str(expand("cancu:printedAmount"))


def _effect(authority: Authority, one: int, gone: set[int]) -> _Effect:
    if one in gone:
        return "falls"
    seen: set[int] = set()
    inner: int | None = one
    # What has no authority of its own shares that of the activity which it is in.
    while inner is not None and inner not in seen and authority.kinds[inner] != "document":
        seen.add(inner)
        if inner in authority.authorities:
            return "own" if gone.issuperset(authority.authorities[inner]) else "touched"
        inner = authority.within.get(inner)
    return "touched"


def _way(toward: Mapping[int, int], one: int) -> list[int]:
    way = [one]
    while way[-1] in toward:
        way.append(toward[way[-1]])
    return way


_PLURALS: Final[Mapping[Kind, str]] = {
    "document": "documents",
    "activity": "activities",
    "target": "targets",
    "sum": "sums",
}


def _counted(authority: Authority, effects: Mapping[int, _Effect]) -> list[Mapping[str, str]]:
    """Say how many documents, activities, targets and sums there are of each effect."""
    notes: list[Mapping[str, str]] = []
    for effect in _EFFECTS:
        kinds = [authority.kinds[one] for one, of in effects.items() if of == effect]
        if kinds:
            counts = {plural: kinds.count(kind) for kind, plural in _PLURALS.items()}
            notes.append(
                {
                    lang: say("network.impact", lang, effect=say(f"value.effect.{effect}", lang), **counts)
                    for lang in LANGUAGES
                }
            )
    return notes


# --- agencies ---------------------------------------------------------------------------------------------------------


def _bottlenecks(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Rank the agencies by how many activities depend on them, and tell which would have nobody left."""
    duties = kept(store, Duties)
    agencies_of = duties.agencies_of(terms.get("document"))
    activities_of = grouped(sorted((agency, activity) for activity, found in agencies_of.items() for agency in found))
    # The agencies of a project stand by its sub-projects too.
    standing = {activity: _standing(duties, agencies_of, activity) for activity in agencies_of}
    names_of_nodes = [*sorted(activities_of), *sorted(agencies_of)]
    number = {iri: at for at, iri in enumerate(names_of_nodes)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(names_of_nodes)))
    graph.add_edges_from(
        sorted((number[agency], number[activity]) for activity, found in agencies_of.items() for agency in found)
    )
    betweenness, notes = _betweenness(graph)
    ranked = sorted(
        activities_of, key=lambda one: (-len(activities_of[one]), -round(betweenness[number[one]], 12), one)
    )
    shown = ranked[: bounds.most]
    alone = {one: [activity for activity in activities_of[one] if standing[activity] == {one}] for one in shown}
    records: dict[str, list[str]] = {}
    for agency in shown:
        lonely = set(alone[agency])
        pairs = sorted(
            ((activity, agency) for activity in activities_of[agency]),
            key=lambda pair: (pair[0] not in lonely, duties.proof_order(pair)),
        )
        records[agency] = [duties.records[pair][0] for pair in pairs[:_SHOWN_PROOFS]]
    proofs = proofs_of(store, {record for found in records.values() for record in found})
    names = store.labels({*shown, *(activity for found in alone.values() for activity in found[:_SHOWN_MEMBERS])})
    rows = [
        _Row(
            {
                "agency": named(agency, names),
                "activities": _count(len(activities_of[agency])),
                "led": _count(sum((activity, agency) in duties.leading for activity in activities_of[agency])),
                "documents": _count(len({duties.home.get(activity) for activity in activities_of[agency]})),
                "betweenness": _share(betweenness[number[agency]]),
                "alone": _count(len(alone[agency])),
                "left": joined(named(iri, names) for iri in alone[agency][:_SHOWN_MEMBERS]),
            },
            tuple(hop for record in records[agency] for hop in proofs[record]),
        )
        for agency in shown
    ]
    if any(len(activities_of[agency]) > _SHOWN_PROOFS for agency in shown):
        notes.append(say_all("network.proofs", count=_SHOWN_PROOFS))
    return rows, [*notes, *_cut(len(shown), len(ranked))]


def _standing(duties: Duties, agencies_of: Mapping[str, Sequence[str]], activity: str) -> set[str]:
    """Return the agencies of an activity and of the projects that it is in."""
    found: set[str] = set()
    seen: set[str] = set()
    inner: str | None = activity
    while inner is not None and inner not in seen:
        seen.add(inner)
        found.update(agencies_of.get(inner, ()))
        inner = duties.above.get(inner)
    return found


# --- communities ------------------------------------------------------------------------------------------------------


def _communities(store: Access, terms: Mapping[str, str], bounds: _Bounds) -> _Found:
    """Divide the documents by what they rest on, and the agencies by the activities that they share."""
    authority, duties = kept(store, Authority), kept(store, Duties)
    links: nx.Graph[int] = nx.Graph()
    links.add_edges_from(authority.documents.edges, weight=1)
    agencies, shared = _sharing(duties)
    ranks = page_rank(authority.documents)
    found = [
        *(("document", links, members) for members in _divide(links, ranks)),
        *(("agency", agencies, members) for members in _divide(agencies, dict(agencies.degree(weight="weight")))),
    ]
    found.sort(key=lambda one: -len(one[2]))
    rows = []
    for kind, graph, members in found[: bounds.most]:
        if kind == "document":
            iris: Sequence[str] = authority.iris
            inner = _first_pairs(authority.documents.subgraph(members).edges, members[0])
            proofs = prove_documents(store, authority, inner)
            proof = tuple(hop for step in inner for hop in proofs[step])
        else:
            iris = duties.agencies
            pairs = _first_pairs(graph.subgraph(members).edges, members[0])
            records = [
                duties.records[shared[min(pair), max(pair)], iris[one]][0] for pair in pairs for one in sorted(pair)
            ][:_SHOWN_PROOFS]
            of_records = proofs_of(store, records)
            proof = tuple(hop for record in dict.fromkeys(records) for hop in of_records[record])
        most_central = [iris[one] for one in members[:_SHOWN_MEMBERS]]
        names = store.labels(most_central)
        cells = {
            "kind": coded(kind, f"find.kind.{kind}"),
            "centre": named(most_central[0], names),
            "size": _count(len(members)),
            "inside": _share(_share_inside(graph, members)),
            "members": joined(named(iri, names) for iri in most_central),
        }
        rows.append(_Row(cells, proof))
    return rows, [*([say_all("network.proofs", count=_SHOWN_PROOFS)] if rows else []), *_cut(len(rows), len(found))]


def _sharing(duties: Duties) -> tuple[nx.Graph[int], dict[tuple[int, int], str]]:
    """Link the agencies that share activities, after Newman: each of n agencies meets the others by 1/(n - 1).

    With the links comes an activity that each two of them share.
    """
    number = {agency: at for at, agency in enumerate(duties.agencies)}
    weights: dict[tuple[int, int], float] = defaultdict(float)
    shared: dict[tuple[int, int], str] = {}
    for activity, agencies in duties.agencies_of(None).items():
        for pair in combinations(sorted(number[agency] for agency in agencies), 2):
            weights[pair] += 1 / (len(agencies) - 1)
            shared.setdefault(pair, activity)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from((*pair, weights[pair]) for pair in sorted(weights))
    return graph, shared


def _divide(graph: nx.Graph[int], central: Mapping[int, float]) -> list[list[int]]:
    """Divide a graph into communities of two and more, each from its most central member on."""
    if not graph:
        return []
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    ordered = [sorted(one, key=lambda node: (-round(central[node], 12), node)) for one in found if len(one) > 1]
    return sorted(ordered, key=lambda members: (-len(members), members))


def _first_pairs(edges: Iterable[tuple[int, int]], centre: int) -> list[tuple[int, int]]:
    """Return a few edges, those of the centre first."""
    return sorted(edges, key=lambda edge: (centre not in edge, edge))[:_SHOWN_PROOFS]


def _share_inside(graph: nx.Graph[int], members: Sequence[int]) -> float:
    """Return which share of its members' links stays inside a community."""
    inside = graph.subgraph(members).size(weight="weight")
    return float(2 * inside / sum(degree for _, degree in graph.degree(members, weight="weight")))


_ANSWERS: Final[Mapping[str, Callable[[Access, Mapping[str, str], _Bounds], _Found]]] = {
    "chains": _chains,
    "shortest": _surest_chain,
    "cycles": _cycles,
    "central": _central,
    "bottleneck": _bottlenecks,
    "impact": _impact,
    "communities": _communities,
}
