"""Ask a SPARQL 1.1 endpoint as one asks the store on this disk: the same questions, the same answers.

What servers make of the default graph differs: with some it is a graph of its own, with others whatever all named
graphs hold, a triple as often as graphs hold it. So :mod:`cancu.queries.transfer` puts the union of all sources'
graphs into one graph, the default graph or a named one, and a *manifest* says in which; every query is asked of it.

Servers cut answers off: at a number of rows, without a word, or in the middle, under the status of success. Answers
that may have been cut are counted and fetched in pages; one that cannot be had whole is refused.

Where a server cannot answer a query, or is known to answer it wrongly (``servers.tsv``), the triples of the query's
predicates are fetched and the query is answered here; :attr:`Endpoint.notes` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox

from cancu.language import DEFAULT_LANGUAGE, LANGUAGES, Language, Refusal, say
from cancu.ontology.iris import PREFIXES
from cancu.ontology.lexicon import read_table
from cancu.queries.access import Access, Facts, Results, Term, bound, text_of
from cancu.queries.protocol import Client, Credentials, Reply
from cancu.queries.sparql import bind, read_prefixes, read_tokens, reason_of
from cancu.queries.store import Store

__all__ = ["GRAPHS", "MANIFEST", "UNION", "Endpoint", "Manifest", "Note", "known_flaws", "plain_text"]

#: Where all graphs of ours have their names, the graph that lists them, and the one that holds their union where the
#: server's default graph does not.
GRAPHS: Final = PREFIXES["id"] + "graph/"
MANIFEST: Final = GRAPHS + "manifest"
UNION: Final = GRAPHS + "union"

#: The terms of the manifest: VoID counts triples, SPDX writes checksums, Service Description names the default graph.
COUNT_OF: Final = "http://rdfs.org/ns/void#triples"
DIGEST_OF: Final = "http://spdx.org/rdf/terms#checksumValue"
DEFAULT_GRAPH: Final = "http://www.w3.org/ns/sparql-service-description#defaultGraph"
DATASET: Final = "http://www.w3.org/ns/sparql-service-description#Dataset"

_JSON: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples, text/turtle;q=0.9"
# Virtuoso tells with this that it gave no more rows than it likes to.
_CUT_HEADER: Final = "X-SPARQL-MaxRows"
# No server limits answers to an odd number of rows.
_ROUND: Final = 100
# So many resources are looked up with one request.
_BATCH: Final = 150
# So many triples are fetched at most to answer a query here.
_MOST_FETCHED: Final = 2_000_000
_XSD: Final = PREFIXES["xsd"]
_SERVERS: Final = Path(__file__).with_name("servers.tsv")


@dataclass(frozen=True, slots=True)
class Note:
    """Say that an answer was made here, and why, in every language."""

    url: str
    reason: Mapping[Language, str]

    def sentence(self, lang: Language) -> str:
        """Give the sentence in ``lang``."""
        return say("endpoint.answered-here", lang, url=self.url, reason=self.reason[lang])


@dataclass(frozen=True, slots=True)
class Manifest:
    """Hold what a server says of our graphs: the count and the digest of each, and where their union is.

    ``union`` is None where it is the default graph itself.
    """

    union: str | None
    graphs: Mapping[str, tuple[int, str]]


class Endpoint(Access):
    """Read the graph behind an endpoint.

    Every failure is a :class:`cancu.language.Refusal`: one sentence that says what to do.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 60.0,
        credentials: Credentials | None = None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        """Keep the address; the server is asked for the first time with the first question.

        ``credentials`` are looked for in the environment and in the netrc file where none are given.
        """
        given = {} if pause is None else {"pause": pause}
        self.client = Client(url, timeout=timeout, credentials=credentials, **given)
        #: Grows with :meth:`refresh`; what others change on the server, it does not tell.
        self.generation = 0
        #: What users should know of the last answers; whoever shows them clears them.
        self.notes: list[Note] = []
        self._known: tuple[Manifest | None] | None = None
        self._copy: _Copy | None = None

    @property
    def place(self) -> str:
        """Say where the graph lies: the endpoint's address."""
        return self.client.url

    def refresh(self) -> None:
        """Forget what was read; the server has changed."""
        self.generation += 1
        self._known = self._copy = None

    # --- what the server holds ----------------------------------------------------------------------------------------

    @property
    def manifest(self) -> Manifest | None:
        """Give the manifest; without one, make sure that the server's default graph is such a union as we need."""
        if self._known is None:
            self._known = (self.read_manifest(),)
            if self._known[0] is None:
                self._check_default_graph()
        return self._known[0]

    def read_manifest(self) -> Manifest | None:
        """Read what the server says of our graphs now; None where it says nothing."""
        rows = self._rows(f"SELECT ?s ?p ?o {{ GRAPH <{MANIFEST}> {{ ?s ?p ?o }} }}", ())
        said: dict[tuple[str, str], str] = {(row["s"].value, row["p"].value): row["o"].value for row in rows}
        if not said:
            return None
        graphs = {
            graph: (int(count), said.get((graph, DIGEST_OF), ""))
            for (graph, predicate), count in said.items()
            if predicate == COUNT_OF
        }
        return Manifest(said.get((MANIFEST, DEFAULT_GRAPH)), graphs)

    def _check_default_graph(self) -> None:
        """Refuse a server whose default graph lacks what the named graphs hold, or holds it several times."""
        # Every source's graph says that the run that read it is an activity.
        many = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?x) AS ?once) { ?x a <%s> }" % (PREFIXES["prov"] + "Activity")
        (row,) = self._rows(many, ())
        doubled = row["n"].value != row["once"].value
        if doubled or (row["n"].value == "0" and self._named_graphs()):
            raise Refusal("endpoint.no-union", url=self.place)

    def graphs(self) -> tuple[str, ...]:
        """Name the graphs, in sorted order; what is not ours is left out."""
        manifest = self.manifest
        return tuple(sorted(manifest.graphs)) if manifest is not None else self._named_graphs()

    def _named_graphs(self) -> tuple[str, ...]:
        rows = self._rows(
            f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{GRAPHS}")) }}', ()
        )
        return tuple(sorted({row["g"].value for row in rows} - {MANIFEST, UNION}))

    def content(self, graph: str) -> set[ox.Triple]:
        """Give all triples of a named graph."""
        pattern = f"GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }}"
        return {_triple(*row) for row in self._all(pattern, ("s", "p", "o"), ())}

    def quads(self, predicate: str | None = None) -> Iterator[ox.Quad]:
        """Yield the triples of our named graphs, each with its graph."""
        term, names = ("?p", "gspo") if predicate is None else (str(ox.NamedNode(predicate)), "gso")
        ours = set(self.graphs())
        for graph, subject, *rest in self._all(f"GRAPH ?g {{ ?s {term} ?o }}", tuple(names), ()):
            if isinstance(graph, ox.NamedNode) and graph.value in ours:
                triple = _triple(subject, *([ox.NamedNode(predicate)] if predicate is not None else []), *rest)
                yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)

    def count(self, graph: str | None) -> int:
        """Count the triples of a named graph, or of the default graph as the server has it."""
        pattern = "{ ?s ?p ?o }" if graph is None else f"{{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"
        (row,) = self._rows(f"SELECT (COUNT(*) AS ?n) {pattern}", ())
        return int(text_of(row["n"]))

    def counts(self) -> dict[str, int]:
        """Count the triples of each graph that the server really holds of ours."""
        ours = f'GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{GRAPHS}"))'
        rows = self._rows(f"SELECT ?g (COUNT(*) AS ?n) {{ {ours} }} GROUP BY ?g", ())
        counted = {text_of(row["g"]): int(text_of(row["n"])) for row in rows}
        return {graph: count for graph, count in counted.items() if graph not in (MANIFEST, UNION)}

    def sees_named_graphs(self, graph: str) -> bool:
        """Tell whether the server's default graph shows what only a named graph holds."""
        pattern = f"GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} ?s ?p ?o"
        return bool(self._rows(f"SELECT ?s {{ {pattern} }} LIMIT 1", ()))

    # --- asking -------------------------------------------------------------------------------------------------------

    def query(self, sparql: str, substitutions: Mapping[str, Term | Sequence[Term]] | None = None) -> Results:
        """Answer any SPARQL 1.1 query over the union of all graphs, or over those that it names with FROM.

        ``substitutions`` puts terms, one or several, into the slots of the query (``VALUES ?name { UNDEF }``).
        """
        # What a query reads, and what it computes, does not hang on what stands in its slots.
        text, bare = _with_prefixes(bound(sparql, substitutions)), _with_prefixes(bind(sparql, {}))
        try:
            # An empty store tells whether it is a query, and of what form.
            form = ox.Store().query(text)
        except SyntaxError as error:
            raise Refusal("sparql.syntax", reason=reason_of(error)) from error
        parameters = self._dataset(text)
        known = _wrongly_answered(self.client.product, text)
        if known is not None:
            return self._answer_here(text, bare, known)
        try:
            if isinstance(form, ox.QueryTriples):
                return _as_results(
                    _read_triples(self.client.query(text, "CONSTRUCT", _TRIPLES, parameters), self.place)
                )
            if isinstance(form, ox.QueryBoolean):
                return self._read_truth(self.client.query(text, "ASK", _JSON, parameters))
            return self._select(text, bare, parameters, substitutions or {})
        except Refusal as refusal:
            if refusal.key not in ("endpoint.failed", "endpoint.cut-rows"):
                raise
            said = refusal.values["reason"] if refusal.key == "endpoint.failed" else None
            return self._answer_here(text, bare, {lang: str(said or refusal.sentence(lang)) for lang in LANGUAGES})

    def _dataset(self, text: str) -> tuple[tuple[str, str], ...]:
        """Name the graphs that a query is asked of, where the server's own choice would be another."""
        manifest = self.manifest
        words = {token.text.upper() for token in read_tokens(text) if token.kind == "word"}
        if manifest is None or manifest.union is None or "FROM" in words:
            return ()
        named = sorted(manifest.graphs) if "GRAPH" in words else ()
        return (("default-graph-uri", manifest.union), *(("named-graph-uri", graph) for graph in named))

    def _select(
        self,
        text: str,
        bare: str,
        parameters: Sequence[tuple[str, str]],
        substitutions: Mapping[str, Term | Sequence[Term]],
    ) -> ox.QuerySolutions:
        reply = self.client.query(text, "SELECT", _JSON, parameters)
        found = self._document(reply)
        rows = found["results"]["bindings"]
        if not self._knows_types:
            _restore_truths(rows, bare)
            _restore_iris(rows, substitutions)
        if _may_be_cut(len(rows), reply):
            whole = self._count_rows(text, parameters)
            if whole != len(rows):
                self._fetch_pages(text, parameters, rows, whole)
        return _solutions(found)

    @cached_property
    def _knows_types(self) -> bool:
        """Tell whether the server keeps the types of terms: Virtuoso gives 0 and 1, or a string, for another."""
        (row,) = self._rows("SELECT (1 = 1 AS ?x) { }", ())
        return isinstance(row["x"], ox.Literal) and row["x"].datatype.value == f"{_XSD}boolean"

    def _count_rows(self, text: str, parameters: Sequence[tuple[str, str]]) -> int:
        start = next(token.start for token in read_tokens(text) if token.text.upper() == "SELECT")
        counting = f"{text[:start]} SELECT (COUNT(*) AS ?cancuRows) {{ {{ {text[start:]}\n}} }}"
        (row,) = self._rows(counting, parameters)
        return int(row["cancuRows"].value)

    def _fetch_pages(
        self, text: str, parameters: Sequence[tuple[str, str]], rows: list[dict[str, Any]], whole: int
    ) -> None:
        """Fetch the rest of an answer, where the query orders it and asks for no part of it itself."""
        words = _words_outside(text)
        if "ORDER" not in words or words & {"LIMIT", "OFFSET"} or not rows:
            raise Refusal("endpoint.cut-rows", url=self.place, rows=len(rows), whole=whole)
        page = len(rows)
        while len(rows) < whole:
            # The last row comes once more: another there tells that the order is not total.
            paged = f"{text}\nLIMIT {page} OFFSET {len(rows) - 1}"
            more = self._document(self.client.query(paged, "SELECT", _JSON, parameters))["results"]["bindings"]
            if len(more) < 2 or more[0] != rows[-1]:
                raise Refusal("endpoint.cut-rows", url=self.place, rows=len(rows), whole=whole)
            rows += more[1:]

    # --- looking up ---------------------------------------------------------------------------------------------------

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | None = None
    ) -> Iterator[ox.Triple]:
        """Yield the triples of the union that fit."""
        given = {
            "s": None if subject is None else ox.NamedNode(subject),
            "p": None if predicate is None else ox.NamedNode(predicate),
            "o": object_,
        }
        names = tuple(name for name, term in given.items() if term is None)
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in given.items())
        if not names:
            if self.query(f"ASK {{ {pattern} }}"):
                yield _triple(*given.values())
            return
        for row in self._all(pattern, names, self._dataset(""), counted=subject is None and object_ is None):
            yield _triple(*({**given, **dict(zip(names, row, strict=True))}).values())

    def values(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield what every resource has for one predicate, as plain strings."""
        for subject, value in self._all(f"?s {ox.NamedNode(predicate)} ?o", ("s", "o"), self._dataset("")):
            if isinstance(subject, ox.NamedNode) and isinstance(value, (ox.NamedNode, ox.Literal)):
                yield subject.value, value.value

    def facts(self, subjects: Iterable[str], predicates: Iterable[str]) -> Facts:
        """Look up what is said of many resources at once; resources of which nothing is said are left out."""
        named = " ".join(str(ox.NamedNode(predicate)) for predicate in predicates)
        found: dict[str, dict[str, list[Term]]] = {}
        for values in _batches(subjects):
            pattern = f"VALUES ?p {{ {named} }} VALUES ?s {{ {values} }} ?s ?p ?o"
            for subject, predicate, value in self._all(pattern, ("s", "p", "o"), self._dataset(""), counted=False):
                if isinstance(value, (ox.NamedNode, ox.Literal)):
                    found.setdefault(text_of(subject), {}).setdefault(text_of(predicate), []).append(value)
        return found

    def holders(self, predicate: str, objects: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Look up, for many resources at once, which resources point to each by one predicate."""
        found: dict[str, list[str]] = {}
        for values in _batches(objects):
            pattern = f"VALUES ?o {{ {values} }} ?s {ox.NamedNode(predicate)} ?o"
            for subject, value in self._all(pattern, ("s", "o"), self._dataset(""), counted=False):
                found.setdefault(text_of(value), []).append(text_of(subject))
        return found

    def _all(
        self, pattern: str, names: Sequence[str], parameters: Sequence[tuple[str, str]], *, counted: bool = True
    ) -> list[tuple[ox.NamedNode | ox.Literal | ox.BlankNode, ...]]:
        """Fetch all that fits a pattern whose solutions are all different, in pages where the server gives no more.

        What is ``counted`` is counted beforehand; the rest only where it looks cut.
        """
        variables = " ".join(f"?{name}" for name in names)
        text = f"SELECT {variables} {{ {pattern} }}"
        reply = self.client.query(text, "SELECT", _JSON, parameters)
        rows = list(_solutions(self._document(reply)))
        found = {tuple(row[name] for name in names) for row in rows}
        if not counted and not _may_be_cut(len(rows), reply):
            return list(found)
        (row,) = self._rows(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", parameters)
        whole, page = int(text_of(row["n"])), len(rows)
        for offset in range(page, whole, max(page, 1)):
            paged = f"SELECT {variables} {{ {{ {text} ORDER BY {variables} }} }} LIMIT {page} OFFSET %d"
            if offset == page:
                # The first came in no order.
                found.update(self._page(paged % 0, names, parameters))
            found.update(self._page(paged % offset, names, parameters))
        if len(found) != whole:
            raise Refusal("endpoint.cut-rows", url=self.place, rows=len(found), whole=whole)
        return list(found)

    def _page(
        self, text: str, names: Sequence[str], parameters: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[ox.NamedNode | ox.Literal | ox.BlankNode, ...]]:
        return (tuple(row[name] for name in names) for row in self._rows(text, parameters))

    def _rows(self, text: str, parameters: Sequence[tuple[str, str]]) -> list[Any]:
        return list(_solutions(self._document(self.client.query(text, "SELECT", _JSON, parameters))))

    def _read_truth(self, reply: Reply) -> ox.QueryBoolean:
        found = self._document(reply)
        if "boolean" not in found:
            # Virtuoso gives a table, with one row where the answer is yes.
            rows = found["results"]["bindings"]
            said = any(term["value"] not in ("0", "false") for row in rows for term in row.values())
            found = {"head": {}, "boolean": said}
        truth = ox.parse_query_results(json.dumps(found), ox.QueryResultsFormat.JSON)
        if not isinstance(truth, ox.QueryBoolean):
            raise AssertionError("yes or no")
        return truth

    def _document(self, reply: Reply) -> dict[str, Any]:
        """Read the JSON of an answer; one that does not end was cut off, whatever its status says."""
        if "json" not in reply.media_type:
            raise Refusal("endpoint.not-sparql", url=self.place, kind=reply.media_type)
        try:
            found = json.loads(reply.body)
        except ValueError as error:
            raise Refusal("endpoint.cut-off", url=self.place) from error
        if not isinstance(found, dict) or not ({"results", "boolean"} & found.keys()):
            raise Refusal("endpoint.not-sparql", url=self.place, kind=reply.media_type)
        return found

    # --- answering here -----------------------------------------------------------------------------------------------

    def _answer_here(self, text: str, bare: str, reason: Mapping[Language, str]) -> Results:
        """Fetch what a query needs and answer it here."""
        if self._copy is None:
            self._copy = _Copy(self)
        self._copy.fetch(bare, reason)
        note = Note(self.place, reason)
        if note not in self.notes:
            self.notes.append(note)
        return self._copy.store.query(text)


class _Copy:
    """Hold those triples of an endpoint that queries have needed here so far."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.inner = ox.Store()
        self.store = Store(self.inner, None, writable=False)
        self._fetched: set[tuple[str | None, bool]] = set()

    def fetch(self, text: str, reason: Mapping[Language, str]) -> None:
        """Fetch the triples of a query's predicates, of all where one is a variable, with their graphs if it asks."""
        words = {token.text.upper() for token in read_tokens(text) if token.kind == "word"}
        named = bool(words & {"GRAPH", "FROM"})
        from cancu.queries.algebra import predicates_of

        for predicate in sorted(predicates_of(text), key=str):
            if (predicate, named) in self._fetched or (None, named) in self._fetched:
                continue
            self._fetch(predicate, named, reason)
            self._fetched.add((predicate, named))

    def _fetch(self, predicate: str | None, named: bool, reason: Mapping[Language, str]) -> None:
        fresh: Iterable[ox.Quad] = map(_quad, self.endpoint.triples(None, predicate))
        if named:
            fresh = (quad for found in self.endpoint.quads(predicate) for quad in (found, _quad(found.triple)))
        self.inner.extend(fresh)
        if len(self.inner) > _MOST_FETCHED:
            raise Refusal(
                "endpoint.too-large", url=self.endpoint.place, reason=reason[DEFAULT_LANGUAGE], most=_MOST_FETCHED
            )


def _quad(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object)


# --- what is known of servers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Flaw:
    server: str
    query: re.Pattern[str]
    reason: Mapping[Language, str]
    example: str


@cache
def known_flaws() -> tuple[_Flaw, ...]:
    """Read which queries are known to be answered wrongly, without an error, by which servers."""
    columns = ("server", "query", *(f"reason_{lang}" for lang in LANGUAGES), "example")
    return tuple(
        _Flaw(
            row["server"],
            re.compile(row["query"], re.IGNORECASE),
            MappingProxyType({lang: row[f"reason_{lang}"] for lang in LANGUAGES}),
            row["example"],
        )
        for row in read_table(_SERVERS, columns, patterns=("query",))
    )


def _wrongly_answered(product: str, text: str) -> Mapping[Language, str] | None:
    """Say why a server is not asked a query that it would answer wrongly; None where it is asked."""
    flaws = [flaw for flaw in known_flaws() if flaw.server.lower() == product.lower()]
    plain = plain_text(text) if flaws else ""
    return next((flaw.reason for flaw in flaws if flaw.query.search(plain)), None)


def plain_text(text: str) -> str:
    """Write a query with one blank between its tokens, and nothing in its strings.

    >>> plain_text('SELECT*{?x rdfs:label"Kế hoạch"@vi}')
    'SELECT * { ?x rdfs:label "" @vi }'
    """
    return " ".join('""' if token.kind == "string" else token.text for token in read_tokens(text))


# --- texts of queries -------------------------------------------------------------------------------------------------


def _with_prefixes(text: str) -> str:
    """Declare the prefixes that a query uses without saying so.

    >>> _with_prefixes("SELECT * { ?x eli:number ?n }")
    'PREFIX eli: <http://data.europa.eu/eli/ontology#> SELECT * { ?x eli:number ?n }'
    """
    declared = {name for name, _, _ in read_prefixes(text)}
    used = {token.text.partition(":")[0] for token in read_tokens(text) if token.kind == "name"}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in PREFIXES if name in used - declared) + text


def _words_outside(text: str) -> set[str]:
    """Collect the words that stand outside all braces: those that are about the whole answer.

    >>> sorted(_words_outside("SELECT * { { SELECT ?x { ?x ?y ?z } LIMIT 3 } } ORDER BY ?x"))
    ['BY', 'ORDER', 'SELECT']
    """
    words, depth = set(), 0
    for token in read_tokens(text):
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.kind == "word":
            words.add(token.text.upper())
    return words


def _batches(iris: Iterable[str]) -> Iterator[str]:
    """Write resources for VALUES, so many together as one request looks up."""
    wanted = list(dict.fromkeys(iris))
    for first in range(0, len(wanted), _BATCH):
        yield " ".join(str(ox.NamedNode(iri)) for iri in wanted[first : first + _BATCH])


# --- reading answers --------------------------------------------------------------------------------------------------


def _may_be_cut(rows: int, reply: Reply) -> bool:
    return _CUT_HEADER in reply.headers or (rows > 0 and rows % _ROUND == 0)


def _solutions(found: Mapping[str, Any]) -> ox.QuerySolutions:
    """Give the solutions of an answer in JSON, their literals as the embedded store writes them."""
    _normalise(found)
    solutions = ox.parse_query_results(json.dumps(found), ox.QueryResultsFormat.JSON)
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValueError("the answer holds no solutions")
    return solutions


def _restore_truths(rows: Iterable[Mapping[str, Any]], text: str) -> None:
    """Give truth values their type where a server computes with 0 and 1."""
    if not any(_is_number_of_truth(term) for row in rows for term in row.values()):
        return
    from cancu.queries.algebra import truths_of

    truths = truths_of(text)
    for row in rows:
        for name in row.keys() & truths:
            if _is_number_of_truth(row[name]):
                row[name]["value"] = "true" if row[name]["value"] == "1" else "false"
                row[name]["datatype"] = f"{_XSD}boolean"


def _restore_iris(
    rows: Iterable[Mapping[str, dict[str, str]]], substitutions: Mapping[str, Term | Sequence[Term]]
) -> None:
    """Give the resources that were put into the slots of a query their type where a server makes strings of them."""
    given = {
        name: {term.value for term in (terms if isinstance(terms, Sequence) else (terms,)) if _is_name(term)}
        for name, terms in substitutions.items()
    }
    for row in rows:
        for name in row.keys() & given.keys():
            if row[name]["type"] == "literal" and row[name]["value"] in given[name]:
                row[name]["type"] = "uri"


def _is_name(term: Term) -> bool:
    return isinstance(term, ox.NamedNode)


def _is_number_of_truth(term: Mapping[str, str]) -> bool:
    return term["value"] in ("0", "1") and term.get("datatype") == f"{_XSD}integer"


def _normalise(found: Mapping[str, Any]) -> None:
    terms = [term for row in found["results"]["bindings"] for term in row.values()]
    typed = set()
    for term in terms:
        if term["type"] == "typed-literal":
            term["type"] = "literal"
        if term["type"] == "bnode":
            term["value"] = re.sub(r"\W", "", term["value"]) or "b"
        if term.get("datatype", "").startswith(_XSD):
            typed.add((term["value"], term["datatype"]))
    forms = _forms(typed)
    for term in terms:
        key = (term["value"], term.get("datatype", ""))
        if key in forms:
            term["value"], term["datatype"] = forms[key]


def _forms(typed: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Give literals the lexical forms that the embedded store gives them ("0.90" becomes "0.9")."""
    wanted = sorted(typed)
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:{at}"), ox.NamedNode("urn:is"), ox.Literal(value, datatype=ox.NamedNode(datatype)))
        for at, (value, datatype) in enumerate(wanted)
    )
    forms = {}
    for quad in store:
        if isinstance(quad.object, ox.Literal):
            forms[wanted[int(text_of(quad.subject)[4:])]] = quad.object.value, quad.object.datatype.value
    return forms


def _triple(subject: object, predicate: object, value: object) -> ox.Triple:
    if not isinstance(subject, (ox.NamedNode, ox.BlankNode)) or not isinstance(predicate, ox.NamedNode):
        raise ValueError(f"no triple: {subject} {predicate} {value}")
    if not isinstance(value, (ox.NamedNode, ox.Literal, ox.BlankNode)):
        raise ValueError(f"no triple: {subject} {predicate} {value}")
    return ox.Triple(subject, predicate, value)


def _read_triples(reply: Reply, url: str) -> ox.Store:
    """Read the triples of an answer; text that does not end was cut off."""
    form = ox.RdfFormat.from_media_type(reply.media_type)
    if form is None:
        raise Refusal("endpoint.not-sparql", url=url, kind=reply.media_type)
    store = ox.Store()
    try:
        store.extend(ox.parse(reply.body, form))
    except SyntaxError as error:
        raise Refusal("endpoint.cut-off", url=url) from error
    return store


def _as_results(store: ox.Store) -> ox.QueryTriples:
    results = store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    if not isinstance(results, ox.QueryTriples):
        raise AssertionError("CONSTRUCT gives triples")
    return results
