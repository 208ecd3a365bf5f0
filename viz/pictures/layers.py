"""Lay a directed graph out in columns, so that no edge runs behind a box that is not its own.

After Sugiyama: edges that close a circle are turned for the time being; a node stands in the column of its longest way
from the start; a column that grows too tall is split; an edge that skips columns has a lane of its own in each of them;
columns are ordered by barycentres, and heights are chosen by isotonic regression, which keeps the order and moves as
little as possible. Lanes run level through a column and bend between columns only, where no box is.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final, Literal

import networkx as nx

from cancu.viz.pictures.values import Point

__all__ = ["Arrangement", "Place", "Route", "arrange"]

#: The room between columns, between boxes and between lanes.
GAP: Final = 120.0
BETWEEN: Final = 22.0
_LANE: Final = 14.0
# How often columns are ordered, and heights are evened out.
_SWEEPS: Final = 14
_EVENINGS: Final = 10
# A lane resists bending more than a box does.
_STIFFNESS: Final = 6.0
# Ends of edges at one side of a box stand so far apart at most.
_PORT: Final = 12.0

# What stands in a column: a node, or the lane of an edge.
_Slot = tuple[Literal["node", "lane"], object]
_Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Hold where a box stands: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """Hold the way of an edge as points: straight and curved stretches in turns, the first straight.

    ``turned`` tells that it runs against the others, as it closes a circle.
    """

    points: tuple[Point, ...]
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Hold the places of all nodes and the ways of all edges."""

    places: Mapping[str, Place]
    routes: Mapping[_Edge, Route]
    width: float
    height: float


def arrange(
    sizes: Mapping[str, tuple[float, float]],
    edges: Sequence[_Edge],
    *,
    anchor: Literal["start", "end"] = "start",
    gap: float = GAP,
) -> Arrangement:
    """Lay out boxes of given sizes; edges lead from left to right.

    ``anchor`` tells which side the columns are counted from: "start" where one node leads to all others.

    >>> placed = arrange({"a": (10, 10), "b": (10, 10), "c": (10, 10)}, [("a", "b"), ("b", "c"), ("a", "c")])
    >>> [placed.places[one].x for one in "abc"]
    [0.0, 130.0, 260.0]
    """
    wanted = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    forward, turned = _without_circles(list(sizes), wanted)
    columns = _columns(list(sizes), forward, anchor)
    column_of = {node: at for at, column in enumerate(columns) for node in column}
    order, chains = _with_lanes(columns, column_of, forward)
    order = _ordered(order, chains)
    heights = _heights(order, chains, sizes)
    lefts, widths, x = [], [], 0.0
    for column in order:
        widest = max((sizes[str(name)][0] for kind, name in column if kind == "node"), default=0.0)
        lefts.append(x)
        widths.append(widest)
        x += widest + gap
    places = {
        node: Place(lefts[at], heights["node", node] - sizes[node][1] / 2, *sizes[node])
        for node, at in column_of.items()
    }
    ports = _ports(forward, chains, heights, places)
    routes = {}
    for edge in forward:
        low, high = edge
        first, last = ports[edge]
        points = [(places[low].x + places[low].width, first), (lefts[column_of[low]] + widths[column_of[low]], first)]
        for slot in chains[edge][1:-1]:
            at = slot[1][2]  # type: ignore[index]
            points += [(lefts[at], heights[slot]), (lefts[at] + widths[at], heights[slot])]
        points += [(places[high].x, last), (places[high].x, last)]
        back = edge in turned
        routes[edge[::-1] if back else edge] = Route(tuple(points[::-1] if back else points), back)
    for low, high in wanted:
        if (low, high) not in routes:
            # Two that rest on each other share one way.
            routes[low, high] = Route(routes[high, low].points[::-1], True)
    bottom = max((place.y + place.height for place in places.values()), default=0.0)
    lowest = max((y for route in routes.values() for _, y in route.points), default=0.0)
    return Arrangement(places, routes, max(0.0, x - gap), max(bottom, lowest))


def _without_circles(nodes: Sequence[str], edges: Sequence[_Edge]) -> tuple[list[_Edge], set[_Edge]]:
    """Turn the edges that close a circle; one whose opposite is there already is left out."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for low, high in edges:
        following[low].append(high)
    state: dict[str, int] = {}
    closing: set[_Edge] = set()
    targets = {high for _, high in edges}
    for root in sorted(nodes, key=lambda node: node in targets):
        stack = [(root, iter(following[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            node, rest = stack[-1]
            for other in rest:
                if other not in state:
                    state[other] = 1
                    stack.append((other, iter(following[other])))
                    break
                if state[other] == 1:
                    closing.add((node, other))
            else:
                state[node] = 2
                stack.pop()
    straight = [edge for edge in edges if edge not in closing]
    taken = set(straight)
    turned = {edge[::-1] for edge in edges if edge in closing and edge[::-1] not in taken}
    return [*straight, *sorted(turned)], turned


def _columns(nodes: Sequence[str], edges: Sequence[_Edge], anchor: str) -> list[list[str]]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges if anchor == "start" else [edge[::-1] for edge in edges])
    depth: dict[str, int] = {}
    for node in nx.lexicographical_topological_sort(graph):
        depth[node] = max((depth[other] + 1 for other in graph.pred[node]), default=0)
    # What nothing leads to stands beside what it leads to, not at the far end.
    for node in reversed(list(nx.lexicographical_topological_sort(graph))):
        if not graph.pred[node] and graph.succ[node]:
            depth[node] = min(depth[other] for other in graph.succ[node]) - 1
    given = {node: at for at, node in enumerate(nodes)}
    tallest = max(6, round(sqrt(3.1 * len(nodes))))
    columns = []
    for level in sorted(set(depth.values())):
        # What leads on stands nearest to where it leads.
        members = sorted((node for node in nodes if depth[node] == level), key=lambda node: given[node])
        members.sort(key=lambda node: bool(graph.succ[node]))
        parts = -(-len(members) // tallest)
        share = -(-len(members) // parts)
        columns += [members[first : first + share] for first in range(0, len(members), share)]
    return columns if anchor == "start" else columns[::-1]


def _with_lanes(
    columns: Sequence[Sequence[str]], column_of: Mapping[str, int], edges: Sequence[_Edge]
) -> tuple[list[list[_Slot]], dict[_Edge, list[_Slot]]]:
    order: list[list[_Slot]] = [[("node", node) for node in column] for column in columns]
    chains: dict[_Edge, list[_Slot]] = {}
    for low, high in edges:
        lanes: list[_Slot] = [("lane", (low, high, at)) for at in range(column_of[low] + 1, column_of[high])]
        for slot in lanes:
            order[slot[1][2]].append(slot)  # type: ignore[index]
        chains[low, high] = [("node", low), *lanes, ("node", high)]
    return order, chains


def _neighbours(chains: Mapping[_Edge, Sequence[_Slot]]) -> tuple[dict[_Slot, list[_Slot]], dict[_Slot, list[_Slot]]]:
    left: dict[_Slot, list[_Slot]] = {}
    right: dict[_Slot, list[_Slot]] = {}
    for chain in chains.values():
        for one, other in pairwise(chain):
            right.setdefault(one, []).append(other)
            left.setdefault(other, []).append(one)
    return left, right


def _ordered(order: list[list[_Slot]], chains: Mapping[_Edge, Sequence[_Slot]]) -> list[list[_Slot]]:
    left, right = _neighbours(chains)
    best, fewest = [list(column) for column in order], _crossings(order, right)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        toward = left if down else right
        for at in range(1, len(order)) if down else range(len(order) - 2, -1, -1):
            beside = order[at - 1] if down else order[at + 1]
            position = {slot: float(index) for index, slot in enumerate(beside)}
            own = {slot: float(index) for index, slot in enumerate(order[at])}

            weights = {slot: _weight(slot, toward, position, own) for slot in order[at]}
            order[at] = sorted(order[at], key=weights.__getitem__)
        crossings = _crossings(order, right)
        if crossings < fewest:
            best, fewest = [list(column) for column in order], crossings
    return best


def _weight(
    slot: _Slot, toward: Mapping[_Slot, Sequence[_Slot]], position: Mapping[_Slot, float], own: Mapping[_Slot, float]
) -> tuple[float, float]:
    """Return the middle of a slot's neighbours, and for those that have none, where it stands."""
    known = [position[one] for one in toward.get(slot, ()) if one in position]
    return (sum(known) / len(known) if known else own[slot]), own[slot]


def _crossings(order: Sequence[Sequence[_Slot]], right: Mapping[_Slot, Sequence[_Slot]]) -> int:
    total = 0
    for column, beside in pairwise(order):
        position = {slot: at for at, slot in enumerate(beside)}
        seen: list[int] = []
        for slot in column:
            ends = sorted(position[one] for one in right.get(slot, ()))
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _heights(
    order: Sequence[Sequence[_Slot]], chains: Mapping[_Edge, Sequence[_Slot]], sizes: Mapping[str, tuple[float, float]]
) -> dict[_Slot, float]:
    """Choose the middle of each slot: in order, apart, and as near to its neighbours' as can be."""
    left, right = _neighbours(chains)

    def tall(slot: _Slot) -> float:
        return sizes[str(slot[1])][1] if slot[0] == "node" else 0.0

    apart: list[list[float]] = []
    heights: dict[_Slot, float] = {}
    for column in order:
        offsets, y = [], 0.0
        for at, slot in enumerate(column):
            if at:
                before = column[at - 1]
                room = _LANE if before[0] == slot[0] == "lane" else BETWEEN
                y += tall(before) / 2 + room + tall(slot) / 2
            offsets.append(y)
        apart.append(offsets)
        heights.update((slot, offset - y / 2) for slot, offset in zip(column, offsets, strict=True))
    for evening in range(_EVENINGS):
        down = evening % 2 == 0
        for at in range(len(order)) if down else range(len(order) - 1, -1, -1):
            column, offsets = order[at], apart[at]
            wishes, weights = [], []
            for slot in column:
                near = left.get(slot, []) if down else right.get(slot, [])
                near = near or (right.get(slot, []) if down else left.get(slot, []))
                wishes.append(sum(heights[one] for one in near) / len(near) if near else heights[slot])
                weights.append(_STIFFNESS if slot[0] == "lane" else 1.0)
            levels = _isotonic([wish - offset for wish, offset in zip(wishes, offsets, strict=True)], weights)
            heights.update((slot, level + offset) for slot, level, offset in zip(column, levels, offsets, strict=True))
    top = min((heights[slot] - tall(slot) / 2 for column in order for slot in column), default=0.0)
    return {slot: round(height - top, 1) for slot, height in heights.items()}


def _isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the rising values that are nearest to some, by least squares.

    >>> _isotonic([1.0, 3.0, 2.0], [1.0, 1.0, 1.0])
    [1.0, 2.5, 2.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            other = pools.pop()
            heavy = other[1] + pool[1]
            pool = ((other[0] * other[1] + pool[0] * pool[1]) / heavy, heavy, other[2] + pool[2])
        pools.append(pool)
    return [value for value, _, count in pools for _ in range(count)]


def _ports(
    edges: Sequence[_Edge],
    chains: Mapping[_Edge, Sequence[_Slot]],
    heights: Mapping[_Slot, float],
    places: Mapping[str, Place],
) -> dict[_Edge, tuple[float, float]]:
    """Spread the ends of edges along the sides of their boxes, in the order in which they come."""
    leaving: dict[str, list[tuple[float, _Edge]]] = {}
    coming: dict[str, list[tuple[float, _Edge]]] = {}
    for edge in edges:
        leaving.setdefault(edge[0], []).append((heights[chains[edge][1]], edge))
        coming.setdefault(edge[1], []).append((heights[chains[edge][-2]], edge))
    found: dict[_Edge, dict[int, float]] = {edge: {} for edge in edges}
    for side, several in ((0, leaving), (1, coming)):
        for node, ends in several.items():
            place = places[node]
            step = min(_PORT, place.height * 0.7 / max(1, len(ends) - 1))
            middle = place.y + place.height / 2
            for at, (_, edge) in enumerate(sorted(ends)):
                found[edge][side] = round(middle + (at - (len(ends) - 1) / 2) * step, 1)
    return {edge: (ends[0], ends[1]) for edge, ends in found.items()}
