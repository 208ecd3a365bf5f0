"""Speak the query operation of the SPARQL 1.1 Protocol, and give resources as RDF where their names lead.

The endpoint reads only: it takes no update, asks no other server, and its default graph is the union of all graphs.
An answer that was cut off at the limit of rows says so in a header and, where its format has a place, in itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cancu.language import Refusal, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.responses import (
    GRAPH_TYPES,
    RESULT_TYPES,
    Answered,
    answer_query,
    count_graphs,
    describe_resource,
    negotiate,
    write_triples,
)
from cancu.queries.sparql import read_tokens
from cancu.viz.web.frame import iri_of_path, is_iri, language_of, path_of
from cancu.viz.web.serving import (
    Handler,
    Pieces,
    etag_of,
    for_programs,
    is_known,
    read,
    read_aside,
    status_of,
)

__all__ = ["ROUTES", "routes"]

#: So many bytes a query may have.
_LONGEST_QUERY: Final = 1 << 20
#: So many parameters a request may have.
_MOST_PARAMETERS: Final = 1_000
#: So many triples are told of one resource.
_MOST_ABOUT: Final = 5_000
#: So many named graphs the service description names.
_MOST_NAMED: Final = 100

_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_HTML: Final = ("text/html", "application/xhtml+xml")
_METHODS: Final = ("GET", "HEAD", "POST")
_ALL_METHODS: Final = (*_METHODS, "OPTIONS", "PUT", "PATCH", "DELETE")

_UPDATES: Final = frozenset({"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"})
# So many tokens are looked at to tell what a broken query was meant to be.
_MOST_TOKENS: Final = 1_000

#: The formats of a resource by what its name may end with.
_SUFFIXES: Final[Mapping[str, str]] = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_VOID: Final = "http://rdfs.org/ns/void#"


@dataclass(frozen=True, slots=True)
class _Operation:
    """Hold what a request asks: None for no query at all."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def routes(editor: Handler | None = None, page_of_resource: Handler | None = None) -> tuple[Route, ...]:
    """Give the routes of the endpoint and of resources; browsers get the pages, where there are any."""

    async def sparql(request: Request) -> Response:
        if editor is not None and request.method != "POST" and _is_for_people(request, (*RESULT_TYPES, *GRAPH_TYPES)):
            return await editor(request)
        return await _sparql(request)

    async def resource(request: Request) -> Response:
        suffixed = path_of(request).endswith(tuple(_SUFFIXES))
        if page_of_resource is not None and not suffixed and _is_for_people(request, _SUFFIXES.values()):
            return await page_of_resource(request)
        return await _resource(request)

    guarded = for_programs(sparql, _refused, _METHODS, vary="Accept")
    return (
        Route("/sparql", guarded, methods=_ALL_METHODS, name="sparql"),
        Route("/sparql/", guarded, methods=_ALL_METHODS),
        Route("/id/{path:anything}", for_programs(resource, _refused, vary="Accept"), methods=_ALL_METHODS, name="id"),
    )


def _is_for_people(request: Request, data: Iterable[str]) -> bool:
    """Tell whether a browser asks: one that names HTML, and likes nothing of ours better."""
    accept = request.headers.get("accept", "")
    if not any(name in accept for name in _HTML):
        return False
    return (negotiate(accept, (*_HTML, *data)) or "") in _HTML


def _refused(request: Request, refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.sentence(language_of(request)) + "\n", status_of(refusal))


# --- the operation ----------------------------------------------------------------------------------------------------


async def _sparql(request: Request) -> Response:
    operation = await _read_operation(request)
    if operation.query is None:
        return await _description(request)
    return _response(await _answer(request, operation.query, operation))


async def _answer(request: Request, query: str, operation: _Operation) -> Answered:
    try:
        return await read_aside(
            request,
            answer_query,
            query,
            accept=request.headers.get("accept", ""),
            rows=request.app.state.settings.rows,
            base=str(request.url.replace(query="")),
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )
    except Refusal as refusal:
        if refusal.key == "sparql.syntax" and _is_update(query):
            raise Refusal("sparql.read-only") from refusal
        raise


def _is_update(query: str) -> bool:
    r"""Tell whether a text that is no query begins like an update.

    >>> _is_update("PREFIX ex: <urn:> # sửa\nINSERT DATA { ex:a ex:b ex:c }"), _is_update("SELEKT *")
    (True, False)
    """
    words = (token.text.lower() for token in islice(read_tokens(query), _MOST_TOKENS) if token.kind == "word")
    return next((word for word in words if word not in ("base", "prefix")), "") in _UPDATES


def _response(answered: Answered) -> Response:
    response = Pieces(answered.content, media_type=answered.media_type)
    response.headers["cache-control"] = "no-cache"
    if answered.media_type.startswith("text/csv"):
        response.headers["content-type"] = "text/csv; charset=utf-8; header=present"
    if answered.truncated:
        response.headers["x-cancu-truncated"] = "true"
    return response


async def _read_operation(request: Request) -> _Operation:
    """Read a query and its dataset from the address and the body; section 2.1 of the protocol."""
    given = _parameters(request.scope["query_string"])
    if request.method == "POST":
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if kind == _UPDATE:
            raise Refusal("sparql.read-only")
        if kind not in (_FORM, _DIRECT):
            raise Refusal("protocol.media-type", form=_FORM, direct=_DIRECT)
        charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", parameters, re.IGNORECASE)
        if charset is not None and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Refusal("protocol.charset")
        body = await _body(request)
        given += _parameters(body) if kind == _FORM else [("query", _decoded(body))]
    queries = [value for name, value in given if name == "query"]
    if any(name == "update" for name, _ in given):
        raise Refusal("sparql.read-only")
    if len(queries) > 1:
        raise Refusal("protocol.two-queries")
    if not queries and (request.method == "POST" or any(name.endswith("-graph-uri") for name, _ in given)):
        raise Refusal("protocol.no-query")
    return _Operation(
        queries[0] if queries else None,
        tuple(value for name, value in given if name == "default-graph-uri"),
        tuple(value for name, value in given if name == "named-graph-uri"),
    )


def _parameters(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise Refusal("protocol.not-utf-8") from error
    except ValueError as error:
        raise Refusal("protocol.too-large") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("protocol.not-utf-8") from error


async def _body(request: Request) -> bytes:
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > _LONGEST_QUERY:
            raise Refusal("protocol.too-large")
        parts.append(part)
    return b"".join(parts)


# --- what the endpoint says of itself ---------------------------------------------------------------------------------


async def _description(request: Request) -> Response:
    media_type = negotiate(request.headers.get("accept", ""), GRAPH_TYPES)
    if media_type is None:
        raise Refusal("sparql.not-acceptable", known=", ".join(GRAPH_TYPES))
    triples, graphs = await read(request, count_graphs)
    described = _service(str(request.url.replace(query="")), triples, graphs)
    return _response(write_triples(described, media_type, more_prefixes={"sd": _SD, "void": _VOID, "format": _FORMATS}))


def _service(endpoint: str, triples: int, graphs: Sequence[str]) -> list[ox.Triple]:
    """Describe the service: https://www.w3.org/TR/sparql11-service-description/."""
    named, dataset, union = f"{endpoint}#service", f"{endpoint}#dataset", f"{endpoint}#union"
    integer = ox.NamedNode(PREFIXES["xsd"] + "integer")
    said: list[tuple[str, str, str | ox.Literal]] = [
        (named, PREFIXES["rdf"] + "type", f"{_SD}Service"),
        (named, f"{_SD}endpoint", endpoint),
        (named, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
        (named, f"{_SD}feature", f"{_SD}UnionDefaultGraph"),
        (named, f"{_SD}defaultDataset", dataset),
        (dataset, PREFIXES["rdf"] + "type", f"{_SD}Dataset"),
        (dataset, f"{_SD}defaultGraph", union),
        (dataset, f"{_VOID}documents", ox.Literal(str(len(graphs)), datatype=integer)),
        (union, PREFIXES["rdf"] + "type", f"{_SD}Graph"),
        (union, f"{_VOID}triples", ox.Literal(str(triples), datatype=integer)),
    ]
    said += [
        (
            named,
            PREFIXES["dct"] + "description",
            ox.Literal(say("protocol.about", lang, graphs=len(graphs)), language=lang),
        )
        for lang in ("vi", "en")
    ]
    for name in (
        *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
        *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads", "N3"),
    ):
        said.append((named, f"{_SD}resultFormat", _FORMATS + name))
    for number, graph in enumerate(graphs[:_MOST_NAMED], start=1):
        node = f"{endpoint}#graph-{number}"
        said += [
            (dataset, f"{_SD}namedGraph", node),
            (node, PREFIXES["rdf"] + "type", f"{_SD}NamedGraph"),
            (node, f"{_SD}name", graph),
        ]
    return [
        ox.Triple(ox.NamedNode(one), ox.NamedNode(way), ox.NamedNode(other) if isinstance(other, str) else other)
        for one, way, other in said
    ]


# --- resources --------------------------------------------------------------------------------------------------------


async def _resource(request: Request) -> Response:
    """Give a resource in the format that its address ends with, or that the client likes best."""
    path = path_of(request)
    offers = tuple(dict.fromkeys(_SUFFIXES.values()))
    media_type = negotiate(request.headers.get("accept", ""), offers)
    iris = [iri_of_path(path)]
    for suffix, suffixed in _SUFFIXES.items():
        if path.endswith(suffix):
            # A resource whose own name ends like that goes before.
            iris.append(iri_of_path(path.removesuffix(suffix)))
            media_type = suffixed
    if media_type is None:
        raise Refusal("sparql.not-acceptable", known=", ".join(offers))
    etag = etag_of(request, media_type)
    if is_known(request, etag):
        return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache"})
    named = [iri for iri in iris if is_iri(iri)]
    answered = await read(request, describe_resource, named, media_type=media_type, most=_MOST_ABOUT)
    if answered is None:
        raise Refusal("api.nothing", thing=iris[-1])
    response = _response(answered)
    response.headers["etag"] = etag
    return response


ROUTES: Final = routes()
