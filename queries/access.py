"""Say what a question needs of the graph that answers it, wherever that lies: on this disk or behind an endpoint.

The graph is one union of all sources' graphs, in which every triple stands once. What only asks takes an
:class:`Access`; :class:`cancu.queries.store.Store` and :class:`cancu.queries.remote.Endpoint` are two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph as ox

from cancu.language import Refusal
from cancu.ontology.iris import PREFIXES
from cancu.queries.sparql import bind, calls_out

__all__ = [
    "Access",
    "Facts",
    "Results",
    "Statistics",
    "Term",
    "bound",
    "longest",
    "term_in",
    "text_of",
    "text_or_none",
    "values_of",
]

Term = ox.NamedNode | ox.Literal
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
#: What is said of resources: by subject and predicate, the values.
Facts = Mapping[str, Mapping[str, Sequence[Term]]]

#: Where a resource says its name.
LABELS: Final = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")


@dataclass(frozen=True, slots=True)
class Statistics:
    """Count what a store holds."""

    sources: int
    characters: int
    held: int
    cited_only: int
    agencies: int
    activities: int
    duties: Mapping[str, int]
    sums: int
    targets: int
    results: int
    reports: int
    figures: int
    citations: Mapping[str, int]
    doubts: Mapping[str, int]
    repairs: int
    inferences: int
    triples: int


class Access(Protocol):
    """Ask the union of all graphs.

    ``generation`` grows when the content changes; what is computed from it holds for one generation.
    """

    generation: int

    @property
    def place(self) -> str:
        """Say where the graph lies: a folder or an address."""

    def query(self, sparql: str, substitutions: Mapping[str, Term | Sequence[Term]] | None = None) -> Results:
        """Answer any SPARQL 1.1 query over the union of all graphs, or over those that it names with FROM.

        ``substitutions`` puts terms, one or several, into the slots of the query (``VALUES ?name { UNDEF }``).
        """

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | None = None
    ) -> Iterator[ox.Triple]:
        """Yield the triples of the union that fit."""

    def values(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield what every resource has for one predicate, as plain strings."""

    def facts(self, subjects: Iterable[str], predicates: Iterable[str]) -> Facts:
        """Look up what is said of many resources at once; resources of which nothing is said are left out."""

    def holders(self, predicate: str, objects: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Look up, for many resources at once, which resources point to each by one predicate."""

    def graphs(self) -> tuple[str, ...]:
        """Name the graphs, in sorted order."""

    def content(self, graph: str) -> set[ox.Triple]:
        """Give all triples of a named graph."""

    # --- what follows from these --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Count the triples of the union."""
        return int(text_of(next(self.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))["n"]))

    def select(
        self, sparql: str, substitutions: Mapping[str, Term | Sequence[Term]] | None = None
    ) -> Iterator[ox.QuerySolution]:
        """Answer a SELECT query."""
        results = self.query(sparql, substitutions)
        if not isinstance(results, ox.QuerySolutions):
            raise ValueError("not a SELECT query")
        return iter(results)

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """Give the names of resources, by language ("" where it is not said); the nameless are left out.

        Where sources name one resource differently, the longest name stands, and of those the first.
        """
        found: dict[str, dict[str, str]] = {}
        for iri, said in self.facts(iris, LABELS).items():
            for term in (term for values in said.values() for term in values):
                if isinstance(term, ox.Literal):
                    names = found.setdefault(iri, {})
                    lang, name = term.language or "", term.value
                    names[lang] = min(names.get(lang, name), name, key=_longest_first)
        return found

    def has_sources(self) -> bool:
        """Tell whether anything was loaded yet."""
        return bool(self.query("ASK { ?source cancu:textOf ?document }"))

    def statistics(self) -> Statistics:
        """Count what the store holds."""
        held = self._count("?x cancu:heldAs ?source")
        return Statistics(
            sources=self._count("?x a cancu:SourceText"),
            characters=sum(
                int(row["n"].value)
                for row in self.select("SELECT DISTINCT ?source ?n { ?source cancu:characters ?n }")
                if isinstance(row["n"], ox.Literal)
            ),
            held=held,
            cited_only=self._count("?x a eli:LegalResource") - held,
            agencies=self._count("{ ?x a org:FormalOrganization } UNION { ?x a cancu:CollectiveAgency }"),
            activities=self._count("?x a cancu:Activity"),
            duties=self._tally("?x a cancu:Duty ; prov:hadRole ?kind"),
            sums=self._count("?x a cancu:BudgetLine"),
            targets=self._count("?x a cancu:Target"),
            results=self._count("?x a cancu:Result"),
            reports=self._count("?x a cancu:ReportingDuty"),
            figures=self._count("?x a cancu:TableFigure"),
            citations=self._tally("?x a cancu:Citation ; cancu:relation ?kind"),
            doubts=self._tally("?x a cancu:Doubt ; cancu:rule ?kind"),
            repairs=self._count("?x a cancu:Repair"),
            inferences=self._count("?x a cancu:IdentityInference"),
            triples=len(self),
        )

    def _count(self, pattern: str) -> int:
        row = next(self.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"))
        return int(text_of(row["n"]))

    def _tally(self, pattern: str) -> dict[str, int]:
        rows = self.select(f"SELECT ?kind (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }} GROUP BY ?kind")
        counts = {
            text_of(row["kind"]).rpartition("/")[2]: int(text_of(row["n"])) for row in rows if row["kind"] is not None
        }
        return dict(sorted(counts.items()))


def bound(sparql: str, substitutions: Mapping[str, Term | Sequence[Term]] | None) -> str:
    """Put terms into the slots of a query, which must not reach out of the graph that it is asked of.

    >>> bound("SELECT * { VALUES ?d { UNDEF } ?d ?p ?o }", {"d": [ox.NamedNode("urn:a"), ox.NamedNode("urn:b")]})
    'SELECT * { VALUES ?d { <urn:a> <urn:b> } ?d ?p ?o }'
    """
    if calls_out(sparql):
        raise Refusal("sparql.service")
    given = (substitutions or {}).items()
    terms = {name: " ".join(map(str, one)) if isinstance(one, Sequence) else str(one) for name, one in given}
    return bind(sparql, terms)


def text_of(term: object) -> str:
    """Give the words of a literal, or the IRI of a resource.

    >>> text_of(ox.Literal("Kế hoạch", language="vi")), text_of(ox.NamedNode("urn:a"))
    ('Kế hoạch', 'urn:a')
    """
    if not isinstance(term, (ox.NamedNode, ox.Literal)):
        raise ValueError(f"a name or a value expected, not {term!r}")
    return term.value


def text_or_none(term: object) -> str | None:
    """Give the words of a literal or the IRI of a resource, None where a row has neither."""
    return term.value if isinstance(term, (ox.NamedNode, ox.Literal)) else None


def term_in(row: ox.QuerySolution, variable: str) -> object:
    """Give what a row has for a variable, None where its query does not select that."""
    try:
        return row[variable]
    except KeyError:
        return None


def values_of(facts: Facts, subject: str, predicate: str) -> list[str]:
    """Give the words and IRIs that a resource has for a predicate, in sorted order."""
    return sorted(text_of(term) for term in facts.get(subject, {}).get(predicate, ()))


def longest(names: Iterable[str]) -> str | None:
    """Choose one of several names of a thing: the longest, and of those the first.

    >>> longest(["UBND huyện", "Ủy ban nhân dân huyện"])
    'Ủy ban nhân dân huyện'
    """
    return min(names, key=_longest_first, default=None)


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name
