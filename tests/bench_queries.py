"""Measure every question of the catalogue on a large store, beside rdflib's own engine in the same run.

Times are milliseconds of this process: of the whole answer, with names and proofs, of its query alone (both the median
of several runs, when the files are warm), and of the same query over the same triples in rdflib's memory, once.
"""

from __future__ import annotations

import gc
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any

import pyoxigraph as ox
from rdflib import Dataset, Literal, URIRef
from rdflib.term import Node

from cancu.queries.catalogue import Question, questions
from cancu.queries.engine import ask, prepare
from cancu.queries.entries import Ambiguous
from cancu.queries.find import find_candidates
from cancu.queries.sparql import bind
from cancu.queries.store import Store
from tests.corpus_of_size import iri_in_copy, write_store
from tests.library import ID, QD_90

#: The triples of the store, and the seconds after which rdflib is stopped.
TRIPLES, PATIENCE = 1_000_000, 5.0
RUNS = 5
#: What an answer may take at most, in milliseconds: about one document, activity or agency; a chain; all others.
BOUND, CHAIN, WHOLE = 50.0, 100.0, 2000.0

_PLAN = f"{ID}vn/uy-ban-nhan-dan-huyen-quy-hop/ke-hoach/2024/96_KH-UBND"
_SUPERIOR = f"{ID}vn/uy-ban-nhan-dan-tinh-nghe-an/ke-hoach/2024/912_KH-UBND"
_AGENCY = f"{ID}agency/so-nong-nghiep-va-phat-trien-nong-thon-tinh-nghe-an"
#: What is asked about. The plan is that of a district and the superior plan that of its province; most documents of
#: the store rest on the decision.
CHOICES: Mapping[str, str] = {
    "plan": _PLAN,
    "superior plan": _SUPERIOR,
    "decision": QD_90,
    "sub-project": f"{_PLAN}#DA1.TDA2",
    "department": _AGENCY,
    "hộ nghèo": "hộ nghèo",
}
#: What is given for a parameter; some questions are about a document that many rest on, and are asked of one too.
_USUAL = {
    "document": "plan", "activity": "sub-project", "agency": "department", "group": "hộ nghèo",
    "other": "superior plan", "superior": "superior plan",
}  # fmt: skip
_ABOUT_A_DECISION = frozenset({"cited-by", "impact", "timeline"})


@dataclass(frozen=True, slots=True)
class Case:
    """Hold a question, and what is given to it by the names of :data:`CHOICES`."""

    question: Question
    chosen: Mapping[str, str]

    @property
    def given(self) -> dict[str, str]:
        """Give the parameters as the engine takes them, of copies."""
        return {name: iri_in_copy(CHOICES[one]) for name, one in self.chosen.items()}

    @property
    def limit(self) -> float:
        """Say what the answer may take at most."""
        if self.question.id == "chain":
            return CHAIN
        return BOUND if {"document", "activity", "agency"} & self.chosen.keys() else WHOLE


@dataclass(frozen=True, slots=True)
class Times:
    """Hold what was measured on the embedded store, with the query as it was asked."""

    rows: int
    answer: float
    query: float
    text: str


def cases() -> Iterator[Case]:
    """Yield what is measured: each question of the whole store where it lets one, and of each thing it may be about."""
    for one in questions().values():
        needed = {parameter.name: _USUAL[parameter.name] for parameter in one.parameters if parameter.required}
        optional = [parameter.name for parameter in one.parameters if not parameter.required]
        if not one.either:
            yield Case(one, needed)
        for name in optional:
            if name in ("document", "activity", "agency"):
                yield Case(one, {**needed, name: _USUAL[name]})
        if one.id in _ABOUT_A_DECISION:
            yield Case(one, {**needed, "document": "decision"})


def _milliseconds(do: Callable[[], object], runs: int) -> float:
    """Measure the time of this process, with its files warm."""
    do()
    measured = []
    for _ in range(runs):
        start = time.process_time()
        do()
        measured.append(time.process_time() - start)
    return median(measured) * 1000


def measure_case(store: Store, case: Case, runs: int) -> Times:
    """Ask a question of the embedded store."""
    prepared = prepare(store, case.question, case.given)
    if isinstance(prepared, Ambiguous):
        raise ValueError(f"{case.question.id}: {prepared.text} means {len(prepared.candidates)} things")
    terms = prepared[0]
    return Times(
        len(ask(store, case.question, **case.given).rows),
        _milliseconds(lambda: ask(store, case.question, **case.given), runs),
        _milliseconds(lambda: list(store.select(case.question.query, terms)), runs),
        bind(case.question.query, {name: str(term) for name, term in terms.items()}),
    )


# --- rdflib -----------------------------------------------------------------------------------------------------------


def in_rdflib(store: Store) -> Dataset:
    """Put the graphs of a store into rdflib's memory, a dataset whose default graph is their union."""
    dataset = Dataset(default_union=True)
    known: dict[str, Node] = {}

    def node(term: Any) -> Node:
        if isinstance(term, ox.NamedNode):
            return known.setdefault(term.value, URIRef(term.value))
        return Literal(term.value, lang=term.language, datatype=None if term.language else URIRef(term.datatype.value))

    gc.disable()
    for name in store.graphs():
        graph = dataset.graph(URIRef(name))
        for quad in store._store.quads_for_pattern(None, None, None, ox.NamedNode(name)):
            graph.add((node(quad.subject), node(quad.predicate), node(quad.object)))
    gc.enable()
    # Nothing of this will ever be garbage, and looking through it would take longer than many a query.
    gc.freeze()
    return dataset


class _TooLong(BaseException):
    """Stop a query; no handler inside rdflib takes it for a flaw of an expression."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise _TooLong


def measure_in_rdflib(dataset: Dataset, text: str, patience: float) -> float | None:
    """Run a query in rdflib's own engine; give its milliseconds, or None where it was stopped."""
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, patience)
    start = time.process_time()
    try:
        list(dataset.query(text))
        return (time.process_time() - start) * 1000
    except _TooLong:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- the table --------------------------------------------------------------------------------------------------------


def print_questions(print_row: Callable[..., None]) -> bool:
    """Print the table of all questions; tell whether each keeps its limit."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        write_store(folder, TRIPLES)
        with Store.open(folder) as store:
            size, texts = len(store), len(store.graphs())
            start = time.process_time()
            found = find_candidates(store, "hộ nghèo", ("document",))
            index = time.process_time() - start
            measured = [(case, measure_case(store, case, RUNS)) for case in cases()]
            dataset = in_rdflib(store)
    print_row("question", "given", "rows", "answer, ms", "its query, ms", "rdflib, ms", "at most, ms")
    print_row("---", "---", "---:", "---:", "---:", "---:", "---:")
    kept = True
    for case, times in measured:
        other = measure_in_rdflib(dataset, times.text, PATIENCE)
        within = times.answer <= case.limit
        kept = kept and within
        print_row(
            case.question.id, ", ".join(f"{name}: {one}" for name, one in case.chosen.items()), times.rows,
            f"{times.answer:.1f}", f"{times.query:.1f}", f"> {PATIENCE * 1000:g}" if other is None else f"{other:.1f}",
            f"{case.limit:g}: {'yes' if within else 'NO'}",
        )  # fmt: skip
    print(f"\n{size} triples in {texts} graphs; the first search by words reads all names, once for each process: "
          f"{index:.1f} s ({len(found)} found)")  # fmt: skip
    return kept
