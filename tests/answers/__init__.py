"""Give the golden answers: what is asked of which store, a row each in ``asked.tsv``, and the answer in a file.

``library`` is the hand-made graph, ``plans`` the examples and the texts beside the tests, ``corpus`` the real texts.
The column ``engines`` names the small store in which another engine must give the same rows: ``library``, ``short``
(plans that an engine written in Python can hold) or ``-``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cancu.loaders.load import load_paths
from cancu.ontology.iris import GRAPH_VOCABULARY
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.engine import Answer
from cancu.queries.store import Store
from tests import samples
from tests.library import library
from tests.plans import plans

__all__ = ["ANSWERS", "ASKED", "Asked", "golden", "store_named", "written"]

ANSWERS = Path(__file__).parent
_HEADER = "name\tquestion\tstore\tengines\tparameters"
_STORES = ("library", "plans", "corpus")
_ENGINES = ("library", "short", "-")
# So much of a cell over the real texts is written down.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what one golden answer is the answer to."""

    name: str
    question: str
    store: str
    engines: str
    parameters: Mapping[str, str]


def _read() -> tuple[Asked, ...]:
    lines = (ANSWERS / "asked.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == _HEADER
    found = []
    for line in lines[1:]:
        if line.startswith("#"):
            continue
        name, question, store, engines, given = line.split("\t")
        assert store in _STORES and engines in _ENGINES, line
        pairs = (one.partition("=") for one in given.split("; ") if one != "-")
        found.append(Asked(name, question, store, engines, {key: value for key, _, value in pairs}))
    assert len({one.name for one in found}) == len(found)
    return tuple(found)


ASKED = _read()


def golden(name: str) -> Asked:
    """Give the row of that name."""
    return next(asked for asked in ASKED if asked.name == name)


@cache
def _corpus() -> Store:
    store = Store.in_memory()
    report = load_paths([samples.CORPUS], store, workers=1)
    assert len(report.loaded) == 5
    store.replace_graph(str(GRAPH_VOCABULARY), vocabulary_ntriples())
    return store


def store_named(name: str) -> Store:
    """Give the store that a row names; the real texts may be absent, but not where CI promises them."""
    if name == "corpus":
        samples.need_corpus()
        return _corpus()
    return library() if name == "library" else plans()


def written(answer: Answer, store: str) -> str:
    """Write an answer as its file has it; of the real texts the places alone, for their words are not ours."""
    found: dict[str, Any] = answer.to_json("vi")
    if store == "corpus":
        found.pop("iris")
        found["rows"] = [{name: _cut(words) for name, words in row.items()} for row in found["rows"]]
        found["proofs"] = [
            [f"{hop.source[:3]} {hop.start}-{hop.end} {hop.relation or ''}".strip() for hop in proof]
            for proof in answer.proofs
        ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _cut(words: str | None) -> str | None:
    return words if words is None or len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
