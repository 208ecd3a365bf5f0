"""Run the shapes over a graph, and return what they find as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from rdflib import BNode, Dataset, Graph, URIRef, Variable
from rdflib import Literal as Text
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

from cancu.errors import CallerError, DataError
from cancu.ontology.iris import PREFIXES
from cancu.ontology.lexicon import TABLES
from cancu.ontology.schemes import read_turtle, vocabulary_graph

__all__ = ["SHAPES", "Finding", "Severity", "find_flaws"]

#: The file of the shapes.
SHAPES: Final = TABLES / "shapes.ttl"

#: Whose flaw it is: the graph's own, or that of the texts which it reports faithfully.
Severity = Literal["violation", "warning"]

_SEVERITIES: Final[dict[Node | None, Severity]] = {SH.Violation: "violation", SH.Warning: "warning"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Say which resource breaks which shape, and how.

    ``shape`` is the name of a shape or of a SPARQL constraint in ``shapes.ttl``; ``path`` is the property at fault
    where it is a single one, ``value`` the value at fault where there is one.

    >>> flaw = Finding("warning", "Document-type-known", "https://w3id.org/cancu/id/vn/x", None, None,
    ...                "Không rõ loại của văn bản này.", "The type of this document is not known.")
    >>> flaw.message("vi")
    'Không rõ loại của văn bản này.'
    """

    severity: Severity
    shape: str
    focus: str
    path: str | None
    value: str | None
    message_vi: str
    message_en: str

    def message(self, language: str) -> str:
        """Give the sentence in ``language``, "vi" or "en"."""
        return self.message_en if language == "en" else self.message_vi


def find_flaws(graph: Graph) -> tuple[Finding, ...]:
    """Check ``graph`` against every shape and return what is wrong with it, violations first.

    A :class:`rdflib.Dataset` is checked as the union of its graphs. The ontology and the concept schemes are added
    to what is checked, so that ``graph`` need not hold them.
    """
    together = Graph() + _vocabulary()
    for triple in (quad[:3] for quad in graph.quads()) if isinstance(graph, Dataset) else graph:
        together.add(triple)
    shapes = Graph() + _shapes(SHAPES)
    queries = sorted(shapes.subject_objects(SH.sparql))
    # pyshacl would parse each query anew for every resource; asked once for all of them, they answer the same.
    found = {finding for shape, query in queries for finding in _ask(together, shapes, shape, query)}
    shapes.remove((None, SH.sparql, None))
    _lift(shapes)
    found.update(_validate(together, shapes))
    return tuple(sorted(found, key=_order))


def _lift(shapes: Graph) -> None:
    """Let each property shape have the target of its node shape.

    pyshacl would make a property shape anew for every resource; as a shape of its own, it checks all of them at once
    and finds the same.
    """
    for shape, target in list(shapes.subject_objects(SH.targetClass)):
        for part in list(shapes.objects(shape, SH.property)):
            shapes.remove((shape, SH.property, part))
            shapes.add((part, SH.targetClass, target))


@cache
def _vocabulary() -> Graph:
    """Give the ontology and the concept schemes; nobody changes them."""
    return vocabulary_graph()


@cache
def _shapes(file: Path) -> Graph:
    """Give the parsed shapes; nobody changes them."""
    return read_turtle(file)


@cache
def _prepared(query: str) -> Query:
    """Parse a query once: that takes longer than asking it of a small graph."""
    return prepareQuery(query, initNs=dict(PREFIXES))


def _order(finding: Finding) -> tuple[int | str, ...]:
    severity = get_args(Severity).index(finding.severity)
    return (severity, finding.shape, finding.focus, finding.path or "", finding.value or "")


def _validate(graph: Graph, shapes: Graph) -> Iterator[Finding]:
    try:
        from pyshacl import validate
        from pyshacl.errors import ReportableRuntimeError
    except ImportError:
        raise CallerError(
            "Kiểm tra đồ thị cần pyshacl: hãy chạy pip install pyshacl. (Checking a graph needs pyshacl.)"
        ) from None
    try:
        _, report, _ = validate(graph, shacl_graph=shapes, inference="none", inplace=True)
    except ReportableRuntimeError as error:
        # This is about the shapes themselves; pyshacl does not know the line.
        raise DataError(str(error), SHAPES, 1) from None
    assert isinstance(report, Graph), report
    # Results that explain another one hang below it; only those of the report itself are asked for.
    for result in report.objects(predicate=SH.result):
        yield _finding(
            shapes,
            _SEVERITIES[report.value(result, SH.resultSeverity)],
            report.value(result, SH.sourceShape),
            report.value(result, SH.focusNode),
            report.value(result, SH.resultPath),
            report.value(result, SH.value),
        )


def _ask(graph: Graph, shapes: Graph, shape: Node, query: Node) -> Iterator[Finding]:
    """Find all resources that break a SPARQL constraint of ``shape`` by one run of its query."""
    targets = {
        focus
        for target in shapes.objects(shape, SH.targetClass)
        for kind in graph.transitive_subjects(RDFS.subClassOf, target)
        for focus in graph.subjects(RDF.type, kind)
    }
    severity = _SEVERITIES[shapes.value(shape, SH.severity, default=SH.Violation)]
    this, path, value = map(Variable, ("this", "path", "value"))
    for answer in graph.query(_prepared(str(shapes.value(query, SH.select)))).bindings:
        if answer[this] in targets:
            yield _finding(shapes, severity, query, answer[this], answer.get(path), answer.get(value))


def _finding(
    shapes: Graph, severity: Severity, source: Node | None, focus: Node | None, path: Node | None, value: Node | None
) -> Finding:
    messages = (message for message in shapes.objects(source, SH.message) if isinstance(message, Text))
    sentence = {message.language: str(message) for message in messages}
    shown = None if value is None or isinstance(value, BNode) else str(value)
    return Finding(
        severity=severity,
        shape=str(source).rpartition("#")[2],
        focus=str(focus),
        path=str(path) if isinstance(path, URIRef) else None,
        value=shown,
        message_vi=sentence["vi"].replace("{?value}", shown or ""),
        message_en=sentence["en"].replace("{?value}", shown or ""),
    )
