"""Give the tests the graph of plans: the examples, a plan that names whom it supports, and one full of faults."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from cancu.loaders.load import load_paths
from cancu.ontology.iris import GRAPH_VOCABULARY
from cancu.queries.store import Store
from tests.library import store_of
from tests.samples import EXAMPLES

TEXTS = Path(__file__).with_name("texts")

#: The texts that are few and short enough for an engine written in Python.
SHORT = (
    "ke-hoach-con-cuong-2024",
    "ke-hoach-ky-son-2024",
    "ke-hoach-quy-hop-2024",
    "ke-hoach-chuyen-doi-so-quy-hop-2024",
)


@cache
def plan_graphs() -> dict[str, list[ox.Triple]]:
    """Read all texts and give their graphs, without the vocabulary."""
    with Store.in_memory() as store:
        report = load_paths([EXAMPLES, TEXTS], store, workers=1)
        assert not report.refused
        return {
            graph: [quad.triple for quad in store._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))]
            for graph in store.graphs()
            if graph != str(GRAPH_VOCABULARY)
        }


@cache
def plans() -> Store:
    """Give the graphs with the vocabulary; tests only read it."""
    return store_of(plan_graphs())


def short_plans() -> dict[str, list[ox.Triple]]:
    """Give the graphs of the short texts alone."""
    return {name: graph for name, graph in plan_graphs().items() if any(f"/{one}." in name for one in SHORT)}
