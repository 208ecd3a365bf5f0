"""Give the tests a small library of two invented provinces: ten texts, hand-made as a graph.

It holds a number that two provinces use, a decree cited with two dates, a resolution with two issuers, a misprinted
number, a plan older than its basis, two decisions that rest on each other, a text that lost its number, two annexes, an
impossible date, and a notice that cites nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from cancu.ontology.iris import GRAPH_VOCABULARY
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.store import Store

GRAPHS = Path(__file__).with_name("graphs")
LIBRARY = GRAPHS / "library.trig"

ID = "https://w3id.org/cancu/id/"
QD_90 = f"{ID}vn/thu-tuong-chinh-phu/quyet-dinh/2022/90_Q~D-TTg"
KH_37 = f"{ID}vn/uy-ban-nhan-dan-tinh-lam-son/ke-hoach/2024/37_KH-UBND"
KH_52 = f"{ID}vn/uy-ban-nhan-dan-huyen-yen-thinh-tinh-lam-son/ke-hoach/2024/52_KH-UBND"
TT_10 = f"{ID}vn/bo-lao-dong-thuong-binh-va-xa-hoi/thong-tu/2022/10_2022_TT-BL~DTBXH"


def graphs_of(file: Path = LIBRARY) -> dict[str, list[ox.Triple]]:
    """Read a TriG file into its graphs."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in ox.parse(path=str(file), format=ox.RdfFormat.TRIG):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return graphs


def store_of(graphs: dict[str, list[ox.Triple]], *, vocabulary: bool = True) -> Store:
    """Put graphs into a new store in memory."""
    store = Store.in_memory()
    content: dict[str, str | Iterable[ox.Triple]] = dict(graphs)
    if vocabulary:
        content[str(GRAPH_VOCABULARY)] = vocabulary_ntriples()
    store.replace_graphs(content)
    return store


@cache
def library() -> Store:
    """Give the library with the vocabulary; tests only read it."""
    return store_of(graphs_of())
