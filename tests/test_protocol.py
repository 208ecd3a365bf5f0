"""Hold the endpoint against the W3C's SPARQL 1.1 Protocol tests, ask it with real clients, and hold its other promises.

The requests of the W3C suite (https://w3c.github.io/rdf-tests/sparql/sparql11/protocol/) stand below as a table.
"""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest
import uvicorn
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, RDFXML, TURTLE, XML, SPARQLWrapper
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cancu.language import Refusal, say
from cancu.loaders.load import load_paths
from cancu.queries.catalogue import questions
from cancu.queries.store import Store
from cancu.queries.workers import Readers
from cancu.viz.web import api, protocol, serving
from tests.samples import EXAMPLES
from tests.servers import free_port, need

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
FOAF = "http://xmlns.com/foaf/0.1/Document"
#: A query that would take days.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
SETTINGS: Mapping[str, Any] = {
    "seconds": 5.0,
    "rows": 50,
    "megabytes": 2000,
    "cors": ("https://yasgui.example",),
    "upload_bytes": 1 << 20,
}


#: A name with letters that an address writes as signs, as the name of a file may give it.
SIGNS = "https://w3id.org/cancu/id/source/k%E1%BA%BF%20ho%E1%BA%A1ch.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a store with the graphs of the W3C suite and one plan."""
    place = tmp_path_factory.mktemp("endpoint")
    with Store.open(place, write=True) as store:
        store.replace_graph("urn:signs", f'<{SIGNS}> <urn:a> "b" .')
        load_paths([EXAMPLES / "ke-hoach-quy-hop-2024.txt"], store, workers=1)
        for number in (1, 2, 3):
            name = DATA.format(number)
            a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            store.replace_graph(name, f"<{name}> {a} <{FOAF}> .\n<http://example.org/both> {a} <{FOAF}> .")
    return place


async def editor(request: Request) -> Response:
    return HTMLResponse("<title>SPARQL</title>")


async def page(request: Request) -> Response:
    return HTMLResponse(f"<title>{request.path_params['path']}</title>")


def application(folder: Path, **changed: Any) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with Readers(folder, processes=2, preload=("cancu.viz.web.api", "cancu.queries.responses")) as readers:
            app.state.readers = readers
            yield

    app = Starlette(
        routes=[*protocol.routes(editor, page), *api.ROUTES],
        lifespan=lifespan,
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
    )
    app.state.settings = SimpleNamespace(**{**SETTINGS, **changed})
    return app


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Run a real server on a free port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application(folder), port=port, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"accept-encoding": "identity"}, trust_env=False) as client:
        yield client


# --- the W3C suite ----------------------------------------------------------------------------------------------------

D0, D1, D2, D3 = (quote(DATA.format(number), safe="") for number in range(4))
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ONE, TWO, THREE = (f"<{DATA.format(number)}> a ?type" for number in (1, 2, 3))
IN_BOTH = f"ASK {{ {ONE} . {TWO} . }}"
IN_NAMED = f"ASK {{ GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {TWO} }} }}"
FULL = f"ASK {{\n  {THREE}\n  GRAPH ?g1 {{ {ONE} }}\n  GRAPH ?g2 {{ {TWO} }}\n}}"

#: name: method, what stands behind /sparql/, media type, body, what is expected
W3C: Mapping[str, tuple[str, str, str | None, str | bytes | None, str]] = {
    "query_post_form": ("POST", f"?default-graph-uri={D0}", FORM, "query=ASK%20%7B%7D", "true"),
    "query_dataset_default_graphs_get": (
        "GET", f"?query={quote(IN_BOTH, safe='')}&default-graph-uri={D1}&default-graph-uri={D2}", None, None, "true",
    ),
    "query_dataset_default_graphs_post": (
        "POST", f"?default-graph-uri={D1}&default-graph-uri={D2}", DIRECT, IN_BOTH, "true",
    ),
    "query_dataset_named_graphs_post": (
        "POST", f"?named-graph-uri={D1}&named-graph-uri={D2}", DIRECT, IN_NAMED, "true",
    ),
    "query_dataset_named_graphs_get": (
        "GET", f"?query={quote(IN_NAMED, safe='')}&named-graph-uri={D1}&named-graph-uri={D2}", None, None, "true",
    ),
    "query_dataset_full": (
        "POST", f"?default-graph-uri={D3}&named-graph-uri={D1}&named-graph-uri={D2}", DIRECT, FULL, "true",
    ),
    # The suite writes "%26named-graph-uri%3D" here, which names one graph that is nowhere; meant are two.
    "query_multiple_dataset": (
        "POST", f"?named-graph-uri={D1}&named-graph-uri={D2}", DIRECT,
        IN_NAMED.replace("ASK", f"ASK FROM <{DATA.format(3)}>"), "true",
    ),
    "query_get": ("GET", f"?query=ASK%20%7B%7D&default-graph-uri={D0}", None, None, "true"),
    "query_content_type_select": ("POST", f"?default-graph-uri={D0}", DIRECT, "SELECT (1 AS ?value) {}", "rows"),
    "query_content_type_ask": ("POST", f"?default-graph-uri={D0}", DIRECT, "ASK {}", "true"),
    "query_content_type_describe": (
        "POST", f"?default-graph-uri={D0}", DIRECT, "DESCRIBE <http://example.org/>", "triples",
    ),
    "query_content_type_construct": (
        "POST", f"?default-graph-uri={D0}", DIRECT, "CONSTRUCT { <s> <p> 1 } WHERE {}", "triples",
    ),
    "query_post_direct": ("POST", f"?default-graph-uri={D0}", DIRECT, "ASK {}", "true"),
    "bad_query_method": ("PUT", "?query=ASK%20%7B%7D", None, None, "405"),
    "bad_multiple_queries": ("GET", "?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, "400"),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", "ASK {}", "415"),
    "bad_query_missing_form_type": ("POST", "", None, "query=ASK%20%7B%7D", "415"),
    "bad_query_missing_direct_type": ("POST", "", None, "ASK {}", "415"),
    "bad_query_non_utf8": ("POST", "", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), "415"),
    "bad_query_syntax": ("GET", "?query=ASK%20%7B", None, None, "400"),
    "bad_update_get": ("GET", "?update=CLEAR%20ALL", None, None, "400"),
    "bad_multiple_updates": ("POST", "", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "400"),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", "CLEAR NAMED", "415"),
    "bad_update_missing_form_type": ("POST", "", None, "update=CLEAR%20NAMED", "415"),
    "bad_update_non_utf8": (
        "POST", "", "application/sparql-update; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), "400",
    ),
    "bad_update_syntax": ("POST", "", FORM, "update=CLEAR%20XYZ", "400"),
    "bad_update_dataset_conflict": (
        "POST", "", FORM,
        "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople&update=WITH%20%3Chttp%3A%2F%2Fexample%2Faddresses%3E"
        "%20DELETE%20%7B%20%3Fs%20%3Fp%201%20%7D%20WHERE%20%7B%20%3Fs%20%3Fp%201%20%7D", "400",
    ),
}  # fmt: skip
#: The endpoint reads only, so that these cannot pass: the update is refused.
NOT_APPLICABLE = {
    "update_base_uri",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_post_direct",
    "update_post_form",
}
OF_ROWS = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
OF_TRIPLES = {"text/turtle", "application/rdf+xml", "application/n-triples"}


def kind_of(response: httpx.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


def test_the_suite_is_whole() -> None:
    assert len(W3C) + len(NOT_APPLICABLE) == 34


@pytest.mark.parametrize("name", W3C)
def test_w3c(client: httpx.Client, name: str) -> None:
    method, rest, media_type, body, expected = W3C[name]
    headers = {"content-type": media_type} if media_type else {}
    response = client.request(method, f"/sparql/{rest}", content=body, headers=headers)
    if expected.isdecimal():
        assert response.status_code == int(expected)
        return
    assert response.status_code == 200, response.text
    if expected == "true":
        assert response.json() == {"head": {}, "boolean": True}
    assert kind_of(response) in (OF_TRIPLES if expected == "triples" else OF_ROWS)


@pytest.mark.parametrize("name", sorted(NOT_APPLICABLE))
def test_w3c_updates_are_refused(client: httpx.Client, name: str) -> None:
    if name.endswith("form"):
        response = client.post("/sparql/", data={"update": "CLEAR ALL"})
    else:
        response = client.post("/sparql/", content="CLEAR ALL", headers={"content-type": "application/sparql-update"})
    assert (response.status_code, response.text) == (400, say("sparql.read-only") + "\n")


def test_a_triple_of_two_graphs_is_one_in_their_union(client: httpx.Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { <http://example.org/both> a ?type }"
    both = {"default-graph-uri": [DATA.format(1), DATA.format(2)]}
    merged = count.replace("{", f"FROM <{DATA.format(1)}> FROM <{DATA.format(2)}> {{", 1)
    for parameters in ({"query": count}, {"query": count, **both}, {"query": merged}):
        assert values(client.get("/sparql", params=parameters)) == [["1"]]


def test_a_dataset_is_all_that_is_asked(client: httpx.Client) -> None:
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    given = {"named-graph-uri": DATA.format(1)}
    assert values(ask(client, named, **given)) == [[DATA.format(1)]]
    assert values(ask(client, "SELECT * { ?s ?p ?o }", **given)) == []
    given = {"default-graph-uri": DATA.format(1)}
    assert values(ask(client, named, **given)) == []
    # What the request says goes before what the query says, and a graph that nobody knows is empty.
    text = f"SELECT ?s FROM <{DATA.format(2)}> {{ ?s a ?type FILTER(STRSTARTS(STR(?s), 'http://kasei')) }}"
    assert values(ask(client, text, **given)) == [[DATA.format(1)]]
    assert values(ask(client, text, **{"default-graph-uri": "http://example.org/nowhere"})) == []
    assert ask(client, text, **{"default-graph-uri": "no name"}).status_code == 400


# --- formats ----------------------------------------------------------------------------------------------------------


def ask(client: httpx.Client, query: str, accept: str = "*/*", **parameters: str) -> httpx.Response:
    response: httpx.Response = client.get("/sparql", params={"query": query, **parameters}, headers={"accept": accept})
    return response


def values(response: httpx.Response) -> list[list[str]]:
    assert response.status_code == 200, response.text
    return [[term["value"] for term in row.values()] for row in response.json()["results"]["bindings"]]


TERMS = """SELECT ?a ?b ?c { VALUES (?a ?b ?c) {
  (<urn:a> "Kế\\thoạch \\"90\\"\\n<&>"@vi UNDEF) (1 2.5 true) ("=1+1" "p\\u0001" "31"^^xsd:gDay) } }"""


def test_rows_come_in_every_format(client: httpx.Client) -> None:
    rows = ask(client, TERMS, "application/sparql-results+json").json()["results"]["bindings"]
    assert rows[0] == {
        "a": {"type": "uri", "value": "urn:a"},
        "b": {"type": "literal", "value": 'Kế\thoạch "90"\n<&>', "xml:lang": "vi"},
    }
    assert rows[1]["c"] == {
        "type": "literal", "value": "true", "datatype": "http://www.w3.org/2001/XMLSchema#boolean",
    }  # fmt: skip
    assert ask(client, TERMS, "text/csv").text.splitlines()[0] == "a,b,c"
    assert ask(client, TERMS, "text/tab-separated-values").text.splitlines()[1] == (
        '<urn:a>\t"Kế\\thoạch \\"90\\"\\n<&>"@vi\t'
    )
    tree = ElementTree.fromstring(ask(client, TERMS, "application/sparql-results+xml").content)
    words = [literal.text for literal in tree.iter("{http://www.w3.org/2005/sparql-results#}literal")]
    assert words == ['Kế\thoạch "90"\n<&>', "1", "2.5", "true", "=1+1", "p\N{REPLACEMENT CHARACTER}", "31"]


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_our_writers_and_oxigraph_s_reader_agree(client: httpx.Client, folder: Path, accept: str) -> None:
    text = "SELECT * { ?s eli:number ?o ; dct:title ?title } ORDER BY ?s ?o ?title LIMIT 40"
    form = ox.QueryResultsFormat.from_media_type(accept)
    assert form is not None
    read = ox.parse_query_results(ask(client, text, accept).content, format=form)
    assert isinstance(read, ox.QuerySolutions)
    with Store.open(folder) as store:
        assert [tuple(row) for row in read] == [tuple(row) for row in store.select(text)]


@pytest.mark.parametrize("accept", [
    "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig",
    "application/n-quads", "text/n3",
])  # fmt: skip
def test_triples_come_in_every_format(client: httpx.Client, accept: str) -> None:
    response = ask(client, f"CONSTRUCT WHERE {{ ?s a <{FOAF}> }}", accept)
    form = ox.RdfFormat.from_media_type(accept)
    assert kind_of(response) == accept
    assert form is not None and len({quad.triple for quad in ox.parse(response.content, format=form)}) == 4


@pytest.mark.parametrize(("accept", "select", "construct"), [
    ("*/*", "application/sparql-results+json", "text/turtle"),
    ("", "application/sparql-results+json", "text/turtle"),
    ("application/sparql-results+json,*/*;q=0.9", "application/sparql-results+json", "text/turtle"),  # YASGUI
    ("application/sparql-results+xml;q=0.5, text/csv;q=0.9, */*;q=0.1", "text/csv", "text/turtle"),
    ("application/json", "application/json", "application/json"),
    ("text/*", "text/csv", "text/turtle"),
    ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml", "text/turtle"),
    ("application/ld+json, text/tab-separated-values;q=0.3", "text/tab-separated-values", "application/ld+json"),
    ("image/png", "406", "406"),
    ("text/turtle;q=0", "406", "406"),
])  # fmt: skip
def test_the_client_chooses_the_format(client: httpx.Client, accept: str, select: str, construct: str) -> None:
    for text, expected in (("SELECT * {}", select), ("CONSTRUCT { <a> <b> 1 } {}", construct)):
        response = client.post("/sparql", data={"query": text}, headers={"accept": accept})
        assert (str(response.status_code) if response.status_code != 200 else kind_of(response)) == expected
        assert "Accept" in response.headers["vary"]


def test_answers_are_compressed_for_who_can_read_that(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"}, headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["results"]["bindings"]) == 50
    assert len(gzip.compress(response.content)) < len(response.content)


def test_head_gives_the_head(client: httpx.Client) -> None:
    response = client.head("/sparql", params={"query": "ASK {}"})
    assert (response.status_code, kind_of(response)) == (200, "application/sparql-results+json")


# --- limits and refusals ----------------------------------------------------------------------------------------------


def test_a_cut_off_answer_says_so(client: httpx.Client) -> None:
    for text, truncated in (("SELECT * { ?s ?p ?o } LIMIT 50", None), ("SELECT * { ?s ?p ?o }", "true")):
        response = ask(client, text)
        assert response.headers.get("x-cancu-truncated") == truncated
        assert len(response.json()["results"]["bindings"]) == 50
        assert ("link" in response.json()["head"]) == (truncated is not None)
    assert "<link href=" in ask(client, "SELECT * { ?s ?p ?o }", "application/sparql-results+xml").text
    assert ask(client, "SELECT * { ?s ?p ?o }", "text/csv").headers["x-cancu-truncated"] == "true"
    whole = "CONSTRUCT WHERE { ?s ?p ?o }"
    for accept in ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"):
        response = ask(client, whole, accept)
        assert response.headers["x-cancu-truncated"] == "true"
        assert ("truncated" in response.text) == (accept != "application/ld+json")
        form = ox.RdfFormat.from_media_type(accept)
        assert len(list(ox.parse(response.content, format=form))) == 50  # and it can still be read


@pytest.mark.parametrize(("query", "status", "key"), [
    ("SELECT * { SERVICE <http://localhost:9/> { ?s ?p ?o } }", 403, "sparql.service"),
    ("INSERT DATA { <urn:a> <urn:b> 1 }", 400, "sparql.read-only"),
    ("PREFIX a: <urn:a>\nLOAD <http://localhost:9/>", 400, "sparql.read-only"),
    ("", 400, None),
    ("SELEKT", 400, None),
])  # fmt: skip
def test_what_may_not_be_asked(client: httpx.Client, query: str, status: int, key: str | None) -> None:
    response = ask(client, query)
    assert response.status_code == status
    assert kind_of(response) == "text/plain"
    if key is not None:
        assert response.text == say(key) + "\n"
        assert ask(client, query, lang="en").text == say(key, "en") + "\n"


def test_the_word_service_alone_calls_nobody(client: httpx.Client) -> None:
    assert ask(client, "SELECT * { ?service a 'SERVICE <http://x/>' } # SERVICE <http://x/>").status_code == 200
    assert values(ask(client, "SELECT * FROM <http://localhost:9/data> { ?s ?p ?o }")) == []


def test_requests_that_are_not_well_formed(client: httpx.Client) -> None:
    assert client.post("/sparql", data={"query": "ASK {}"}, params={"query": "ASK {}"}).status_code == 400
    assert client.post("/sparql", data={"other": "ASK {}"}).status_code == 400
    assert client.get("/sparql?query=ASK%20%7B%7D%FF").status_code == 400
    direct = {"content-type": DIRECT}
    assert client.post("/sparql", content=b"ASK {} # \xff", headers=direct).status_code == 400
    assert client.post("/sparql", content="ASK {} #" + " " * (1 << 20), headers=direct).status_code == 413
    assert client.post("/sparql", content="\ufeffASK {} # tiếng Việt", headers=direct).json()["boolean"]
    assert client.post("/sparql", files={"query": "ASK {}"}).status_code == 415
    response = client.delete("/sparql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_a_query_is_stopped_in_time_and_pages_do_not_wait_for_it(folder: Path) -> None:
    async def both() -> tuple[bool, int, int]:
        app = application(folder, seconds=1.0)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                await client.get("/sparql", params={"query": "ASK {}"})
                slow = asyncio.create_task(client.get("/sparql", params={"query": ENDLESS}))
                waiting = asyncio.create_task(client.get("/sparql", params={"query": "ASK {}"}))
                page = await client.get("/id/nothing", headers={"accept": "text/turtle"})
                at_once = page.status_code == 404 and not slow.done() and not waiting.done()
                return at_once, (await slow).status_code, (await waiting).status_code

    at_once, slow, waiting = asyncio.run(both())
    assert (at_once, slow) == (True, 504)
    assert waiting in (200, 503)  # it waited for the first as long as it may


def test_a_client_that_goes_away_takes_its_query_with_it(address: str) -> None:
    before = httpx.get(f"{address}/sparql", params={"query": "ASK {}"}).status_code
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{address}/sparql", params={"query": ENDLESS}, timeout=0.3)
    began = time.monotonic()
    after = httpx.get(f"{address}/sparql", params={"query": "ASK {}"}).status_code
    # There is one place for queries; it is free again long before the time of the first is up.
    assert (before, after, time.monotonic() - began < 4) == (200, 200, True)


def test_a_large_answer_goes_in_pieces_and_slow_readers_do_not_fill_the_memory(monkeypatch: Any) -> None:
    content = bytes(range(256)) * 5_000
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        if late and "body" in message:
            await asyncio.sleep(1)

    late = False
    asyncio.run(serving.Pieces(content)({"type": "http"}, None, send))  # type: ignore[arg-type]
    assert b"".join(message.get("body", b"") for message in sent) == content
    assert len(sent) > 4 and [one["more_body"] for one in sent[1:]] == [True] * (len(sent) - 2) + [False]
    monkeypatch.setattr(serving, "_SECONDS_A_PIECE", 0.01)
    late = True
    with pytest.raises(TimeoutError):
        asyncio.run(serving.Pieces(content)({"type": "http"}, None, send))  # type: ignore[arg-type]
    monkeypatch.setattr(serving, "_MOST_ON_THE_WAY", len(content) - 1)
    with pytest.raises(Refusal):
        asyncio.run(serving.Pieces(content)({"type": "http"}, None, send))  # type: ignore[arg-type]


# --- the description, other sites, browsers ---------------------------------------------------------------------------

SD = "http://www.w3.org/ns/sparql-service-description#"


def test_the_endpoint_describes_itself(client: httpx.Client) -> None:
    response = client.get("/sparql", headers={"accept": "text/turtle"})
    said = {quad.triple for quad in ox.parse(response.content, format=ox.RdfFormat.TURTLE)}
    found = {(one.predicate.value.removeprefix(SD), getattr(one.object, "value", "")) for one in said}
    assert {
        ("endpoint", f"{client.base_url}/sparql".replace("//sparql", "/sparql")),
        ("supportedLanguage", f"{SD}SPARQL11Query"),
        ("feature", f"{SD}UnionDefaultGraph"),
        ("resultFormat", "http://www.w3.org/ns/formats/SPARQL_Results_JSON"),
        ("name", DATA.format(1)),
    } <= found
    assert ("http://rdfs.org/ns/void#documents", "6") in found
    assert "SPARQL11Update" not in response.text
    assert kind_of(client.get("/sparql", headers={"accept": "application/rdf+xml"})) == "application/rdf+xml"


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_browsers_get_pages(client: httpx.Client) -> None:
    assert "<title>SPARQL" in client.get("/sparql", headers={"accept": BROWSER}).text
    assert "<title>SPARQL" in ask(client, "ASK {}", BROWSER).text
    assert client.post("/sparql", data={"query": "ASK {}"}, headers={"accept": BROWSER}).text.startswith("<?xml")
    assert "<title>agency/x" in client.get("/id/agency/x", headers={"accept": BROWSER}).text


def test_pages_of_other_sites_read_only_where_they_may(client: httpx.Client) -> None:
    own = client.get("/sparql?query=ASK%7B%7D", headers={"origin": "https://yasgui.example"})
    assert own.headers["access-control-allow-origin"] == "https://yasgui.example"
    assert "X-Cancu-Truncated" in own.headers["access-control-expose-headers"]
    assert "Origin" in own.headers["vary"]
    other = client.get("/sparql?query=ASK%7B%7D", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    flight = client.options("/sparql", headers={"origin": "https://yasgui.example", **asked})
    assert flight.status_code == 204
    assert flight.headers["access-control-allow-headers"] == "content-type"
    assert "POST" in flight.headers["access-control-allow-methods"]
    flight = client.options("/sparql", headers={"origin": "https://evil.example", **asked})
    assert "access-control-allow-methods" not in flight.headers


# --- real clients -----------------------------------------------------------------------------------------------------

NAMES = f"SELECT ?s {{ ?s a <{FOAF}> FILTER(STRSTARTS(STR(?s), 'http://kasei')) }} ORDER BY ?s"
EXPECTED = [DATA.format(number) for number in (1, 2, 3)]


def test_sparqlwrapper_asks(address: str) -> None:
    wrapper = SPARQLWrapper(f"{address}/sparql")
    wrapper.setQuery(NAMES)
    wrapper.setReturnFormat(JSON)
    found: Any = wrapper.queryAndConvert()
    assert [row["s"]["value"] for row in found["results"]["bindings"]] == EXPECTED
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(XML)
    document: Any = wrapper.queryAndConvert()
    assert DATA.format(2) in document.toxml()
    wrapper.addDefaultGraph(DATA.format(3))
    wrapper.setReturnFormat(JSON)
    found = wrapper.queryAndConvert()
    assert [row["s"]["value"] for row in found["results"]["bindings"]] == EXPECTED[2:]
    for form in (TURTLE, RDFXML):
        wrapper = SPARQLWrapper(f"{address}/sparql")
        wrapper.setQuery(f"CONSTRUCT WHERE {{ ?s a <{FOAF}> }}")
        wrapper.setReturnFormat(form)
        assert DATA.format(1).encode() in wrapper.query().response.read()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks(address: str, method: Any) -> None:
    store = SPARQLStore(f"{address}/sparql", method=method)
    rows: Any = store.query(NAMES)
    assert [str(row[0]) for row in rows] == EXPECTED
    assert bool(store.query("ASK {}"))
    assert len(store.query(f"CONSTRUCT WHERE {{ ?s a <{FOAF}> }}")) == 4


def test_curl_asks(address: str) -> None:
    curl = need("/usr/bin/curl", "curl")
    command = [curl, "-sS", "--compressed", "--noproxy", "*", "-H", "Accept: text/csv"]
    done = subprocess.run(
        [*command, "--data-urlencode", f"query={NAMES}", f"{address}/sparql"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["s", *EXPECTED]
    described = [*command[:-1], "Accept: text/turtle", f"{address}/sparql"]
    done = subprocess.run(described, capture_output=True, text=True, check=True)
    assert "UnionDefaultGraph" in done.stdout


# --- resources --------------------------------------------------------------------------------------------------------

PLAN = "SELECT ?plan { ?plan cancu:heldAs ?source }"


@pytest.fixture(scope="module")
def plan(client: httpx.Client) -> str:
    """Give the address of the plan's resource."""
    ((iri,),) = values(ask(client, PLAN))
    return "/id/" + iri.removeprefix("https://w3id.org/cancu/id/")


@pytest.mark.parametrize(("suffix", "accept", "expected"), [
    ("", "text/turtle", "text/turtle"),
    ("", "application/ld+json", "application/ld+json"),
    ("", "application/n-triples;q=0.9, text/turtle;q=0.1", "application/n-triples"),
    (".ttl", "*/*", "text/turtle"),
    (".ttl", BROWSER, "text/turtle"),
    (".jsonld", "text/turtle", "application/ld+json"),
    (".nt", "*/*", "application/n-triples"),
])  # fmt: skip
def test_a_resource_is_given_with_its_proofs(
    client: httpx.Client, plan: str, suffix: str, accept: str, expected: str
) -> None:
    response = client.get(plan + suffix, headers={"accept": accept})
    assert (response.status_code, kind_of(response)) == (200, expected)
    assert "Accept" in response.headers["vary"]
    form = ox.RdfFormat.from_media_type(expected)
    triples = {quad.triple for quad in ox.parse(response.content, format=form)}
    subject = ox.NamedNode("https://w3id.org/cancu/id/" + plan.removeprefix("/id/"))
    assert any(one.subject == subject and one.predicate.value.endswith("#number") for one in triples)
    predicates = {triple.predicate.value.rpartition("#")[2] for triple in triples}
    assert {"subject", "hasBody", "hasTarget", "hasSelector", "exact", "start"} <= predicates
    assert (
        client.get(plan + suffix, headers={"accept": accept, "if-none-match": response.headers["etag"]}).status_code
        == 304
    )


def test_a_resource_that_nobody_knows(client: httpx.Client) -> None:
    for address in ("/id/không/có.ttl", "/id/%FF", "/id/a%20b.ttl", "/id/%3Cx%3E.nt"):
        response = client.get(address)
        assert (response.status_code, kind_of(response)) == (404, "text/plain"), address
    assert client.get("/id/agency/x", headers={"accept": "image/png"}).status_code == 406


def test_a_resource_whose_name_has_signs_is_given(client: httpx.Client) -> None:
    for ending in ("", ".nt"):
        response = client.get(f"/id/{SIGNS.partition('/id/')[2]}{ending}", headers={"accept": "application/n-triples"})
        assert response.text == f'<{SIGNS}> <urn:a> "b" .\n'


# --- the API ----------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_listed(client: httpx.Client) -> None:
    assert client.get("/api/questions?lang=xx").status_code == 400
    listed = client.get("/api/questions?lang=en").json()["questions"]
    assert [one["id"] for one in listed] == list(questions())
    basis = next(one for one in listed if one["id"] == "basis")
    assert basis["question"] == questions()["basis"].wording["en"]
    assert basis["parameters"][0]["required"] is True


def test_a_question_is_answered_in_every_format(client: httpx.Client, plan: str) -> None:
    iri = "https://w3id.org/cancu/id/" + plan.removeprefix("/id/")
    given = {"document": iri}
    answer = client.get("/api/questions/basis", params=given)
    found = answer.json()
    assert (found["question"], len(found["rows"]) > 0) == ("basis", True)
    assert all(hop["quote"] for proof in found["proofs"] for hop in proof)
    assert (
        client.get("/api/questions/basis", params=given, headers={"if-none-match": answer.headers["etag"]}).status_code
        == 304
    )
    csv = client.get("/api/questions/basis.csv", params=given)
    assert 'filename="basis.csv"' in csv.headers["content-disposition"]
    plain = client.get("/api/questions/basis", params=given, headers={"accept": "text/csv"}).text
    assert csv.text == f"\ufeff{plain}"  # Excel knows by it that the letters are UTF-8
    assert client.get("/api/questions/basis.xlsx", params=given).content.startswith(b"PK")
    assert client.get("/api/questions/basis.md", params=given).text.startswith("| ")
    page = client.get("/api/questions/basis.html", params=given)
    assert "<table" in page.text and "sandbox" in page.headers["content-security-policy"]
    english = client.get("/api/questions/basis", params={**given, "lang": "en"})
    assert english.status_code == 200 and english.headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize(("path", "status", "key"), [
    ("/api/questions/nothing", 404, "ask.unknown-question"),
    ("/api/questions/basis.exe", 404, "serve.status.404"),
    ("/api/questions/basis", 422, "ask.missing-parameter"),
    ("/api/questions/basis?document=xyzzy", 422, "ask.nothing-found"),
    ("/api/questions/basis?document=a&other=b", 422, "ask.unknown-parameter"),
    ("/api/questions/basis?document=a&document=b", 400, "cli.ask.twice"),
    ("/api/ask", 400, "api.missing"),
    ("/api/find?q=x&limit=0", 400, "api.parameter"),
    (f"/api/find?q=x&limit={'9' * 5000}", 400, "api.parameter"),
    ("/api/documents/xyzzy", 404, "ask.nothing-found"),
    ("/api/documents/x%0Ay", 404, "ask.nothing-found"),
])  # fmt: skip
def test_problems_are_told_as_problems(client: httpx.Client, path: str, status: int, key: str) -> None:
    response = client.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert (response.status_code, kind_of(response)) == (status, "application/problem+json")
    problem = response.json()
    assert (problem["status"], problem["type"].rpartition("/")[2]) == (status, key)
    assert problem["title"] and problem["detail"] and response.headers["content-language"] == "en"
    assert "etag" not in response.headers


def test_the_api_takes_no_other_method(client: httpx.Client) -> None:
    response = client.post("/api/questions")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_words_are_understood_and_things_found(client: httpx.Client, plan: str) -> None:
    found = client.get("/api/find", params={"q": "quỳ hợp"}).json()["found"]
    assert plan in {one["address"] for one in found}
    assert len(client.get("/api/find", params={"q": "quỳ hợp", "limit": "1"}).json()["found"]) == 1
    asked = client.get("/api/ask", params={"q": "ai chủ trì dự án 1 của kế hoạch quỳ hợp 2024?"}).json()
    assert asked["understood"]["phrase"] and "question" in asked["understood"]
    whole = client.get("/api/documents/" + plan.removeprefix("/id/")).json()
    assert whole["components"] and whole["document"].endswith(plan.removeprefix("/id/"))


def test_the_description_of_the_api_is_sound(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    paths = described["paths"]
    assert {f"/api/questions/{name}" for name in questions()} < set(paths)
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names))
    for path, operations in paths.items():
        for operation in operations.values():
            parameters = [resolved(described, one) for one in operation["parameters"]]
            assert {one["name"] for one in parameters if one["in"] == "path"} == set(
                part[1:-1] for part in path.split("/") if part.startswith("{")
            )
            assert all(one["required"] for one in parameters if one["in"] == "path")
            assert len({one["name"] for one in parameters}) == len(parameters)
            assert operation["summary"] and "200" in operation["responses"]
            for response in operation["responses"].values():
                assert resolved(described, response)["description"]
    for reference in references(described):
        assert resolved(described, {"$ref": reference})


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def resolved(described: Any, value: Any) -> Any:
    while "$ref" in value:
        place = described
        for part in value["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        value = place
    return value
