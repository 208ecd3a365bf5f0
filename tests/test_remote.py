"""Test that an endpoint gives the answers that the store gives, with real servers and with one that misbehaves."""

from __future__ import annotations

import base64
import doctest
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from cancu.__main__ import main
from cancu.language import LANGUAGES, Refusal
from cancu.queries import access, algebra, protocol, remote, transfer
from cancu.queries.catalogue import question, questions
from cancu.queries.chains import read_chain
from cancu.queries.engine import ask
from cancu.queries.find import find
from cancu.queries.plans import read_plan
from cancu.queries.protocol import Client, Credentials
from cancu.queries.remote import MANIFEST, UNION, Endpoint, known_flaws, plain_text
from cancu.queries.store import Store
from cancu.queries.transfer import digest_of, pull, push
from tests.answers import ASKED
from tests.library import QD_90, graphs_of, store_of
from tests.plans import short_plans
from tests.servers import SERVERS, Server, running

JSON = "application/sparql-results+json"
#: The share of the questions that a server leaves to us.
MOST_ANSWERED_HERE = {"oxigraph": 0.0, "jena": 0.1, "virtuoso": 0.75}


@pytest.fixture(scope="module")
def both() -> Store:
    """Give the library and the short plans in one store; tests only read it."""
    return store_of({**graphs_of(), **short_plans()})


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, both: Store) -> Iterator[Server]:
    """Run a server that is not our own code, filled."""
    with running(request.param, tmp_path_factory.mktemp(request.param)) as started:
        done = push(both, Endpoint(started.query), Client(started.update, timeout=60))
        assert set(done.carried) == set(both.graphs())
        yield started


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """Run an empty server."""
    with running("oxigraph", tmp_path) as started:
        yield started


def said_by(access: Any, name: str, **given: str) -> Any:
    """Give an answer as JSON, or the key of its refusal."""
    try:
        return ask(access, name, **given).to_json()
    except Refusal as refusal:
        return refusal.key


# --- real servers -----------------------------------------------------------------------------------------------------


def test_the_whole_catalogue_gives_the_same_answers(server: Server, both: Store) -> None:
    endpoint = Endpoint(server.query)
    # What is asked of the real texts is not about these.
    asked = [(one.question, dict(one.parameters)) for one in ASKED if one.store != "corpus"]
    if server.name == "jena":
        # One answer a question; the others ask the same in other words.
        asked = list({name: (name, given) for name, given in reversed(asked)}.values())
    if server.name == "virtuoso":
        # Of everything at once, where a question lets one: there it errs the most.
        asked += [(name, {}) for name, one in questions().items() if not any(each.required for each in one.parameters)]
    different, here = [], set()
    for name, given in asked:
        if said_by(endpoint, name, **given) != said_by(both, name, **given):
            different.append((name, given))
        if endpoint.notes:
            here.add(name)
        endpoint.notes.clear()
    assert different == []
    # What is fetched and answered here is the exception.
    assert len(here) <= MOST_ANSWERED_HERE[server.name] * len({name for name, _ in asked}), sorted(here)
    endpoint.refresh()
    assert endpoint.generation == 1


def test_everything_else_that_asks_runs_on_a_server_too(server: Server, both: Store) -> None:
    endpoint = Endpoint(server.query)
    assert endpoint.graphs() == both.graphs()
    assert endpoint.statistics() == both.statistics()
    assert len(endpoint) == len(both)
    assert [entry.iri for entry in find(endpoint, "giám sát")] == [entry.iri for entry in find(both, "giám sát")]
    for down in (False, True):
        assert read_chain(endpoint, "37/KH-UBND", down=down) == read_chain(both, "37/KH-UBND", down=down)
    assert read_plan(endpoint, "96/KH-UBND") == read_plan(both, "96/KH-UBND")
    assert set(endpoint.triples(QD_90)) == set(both.triples(QD_90))
    assert list(endpoint.triples(QD_90, "urn:nothing")) == []
    assert not list(endpoint.select("SELECT ?x { ?x <urn:nothing> ?y }"))
    assert bool(endpoint.query(f"ASK {{ <{QD_90}> ?p ?o }}"))
    assert not endpoint.query("ASK { ?x <urn:nothing> ?y }")
    made = "CONSTRUCT { ?d dct:title ?n } { ?d eli:number ?n }"
    assert {str(one) for one in endpoint.query(made)} == {str(one) for one in both.query(made)}
    # More than Virtuoso gives at once.
    assert len(both) > 10_000
    assert set(endpoint.triples()) == set(both.triples())
    with Store.in_memory() as back:
        done = pull(endpoint, back)
        assert (set(done.carried), done.kept) == (set(both.graphs()), ())
        assert set(back.triples()) == set(both.triples())
        assert pull(endpoint, back).carried == ()


def test_a_password_is_sent_as_a_digest(server: Server) -> None:
    if server.guarded is None:
        pytest.skip("this server asks for no password")
    count = "SELECT (COUNT(*) AS ?n) { ?x eli:number ?y }"
    for credentials in (None, Credentials("dba", "wrong")):
        with pytest.raises(Refusal) as refused:
            list(Endpoint(server.guarded, credentials=credentials).select(count))
        assert refused.value.key == "endpoint.refused"
    (row,) = Endpoint(server.guarded, credentials=Credentials("dba", "dba")).select(count)
    (same,) = Endpoint(server.query).select(count)
    assert row["n"] == same["n"]


def test_each_known_flaw_is_still_one(server: Server, both: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of the table sends nothing to the server; where it errs no more, the row should go."""
    flaws = [flaw for flaw in known_flaws() if flaw.server == server.name]
    monkeypatch.setattr(remote, "known_flaws", lambda: ())
    for flaw in flaws:
        example = next(one for one in ASKED if one.name == flaw.example)
        given = dict(example.parameters)
        endpoint = Endpoint(server.query)
        wrong = said_by(endpoint, example.question, **given) != said_by(both, example.question, **given)
        assert wrong or endpoint.notes, flaw


def test_every_flaw_names_a_server_and_a_question_that_shows_it() -> None:
    for flaw in known_flaws():
        assert flaw.server in SERVERS
        example = next(one for one in ASKED if one.name == flaw.example)
        assert flaw.query.search(plain_text(question(example.question).query)), flaw


# --- transfers --------------------------------------------------------------------------------------------------------


class Tearing(Client):
    """A client whose connection breaks after some updates."""

    def __init__(self, url: str, after: int) -> None:
        super().__init__(url, timeout=10)
        self.left = after

    def update(self, text: str) -> None:
        if self.left == 0:
            raise Refusal("endpoint.unreachable", url=self.url, reason="torn")
        self.left -= 1
        super().update(text)


def test_a_push_goes_on_where_it_was_interrupted(empty: Server) -> None:
    graphs = graphs_of()
    names = sorted(graphs)
    with store_of(graphs, vocabulary=False) as store:
        endpoint = Endpoint(empty.query)
        for after in (1, 2, 5, 9, 16):
            with pytest.raises(Refusal, match="torn"):
                push(store, endpoint, Tearing(empty.update, after))
        told: list[tuple[int, int, str]] = []
        done = push(store, endpoint, Client(empty.update, timeout=10), lambda *each: told.append(each), thorough=True)
        kept = len(done.kept)
        assert 0 < kept < len(names) and kept + len(done.carried) == len(names)
        assert [graph for _, _, graph in told] == names
        assert set(endpoint.triples()) == set(store.triples())
        # What changes is carried, with what it leaves behind and what others still say.
        changed = names[-1]
        fewer = graphs[changed][: len(graphs[changed]) // 2]
        store.replace_graph(changed, fewer)
        for after in range(3):
            with pytest.raises(Refusal, match="torn"):
                push(store, endpoint, Tearing(empty.update, after))
        assert push(store, endpoint, Client(empty.update, timeout=10), thorough=True).carried == (changed,)
        store.drop_graph(changed)
        done = push(store, endpoint, Client(empty.update, timeout=10), thorough=True)
        assert (done.carried, done.dropped) == ((), (changed,))
        assert endpoint.graphs() == store.graphs()
        assert len(endpoint) == len(store)


def test_a_change_on_the_server_is_noticed_and_mended(empty: Server) -> None:
    with store_of(graphs_of(), vocabulary=False) as store:
        endpoint, update = Endpoint(empty.query), Client(empty.update, timeout=10)
        push(store, endpoint, update)
        graph = store.graphs()[0]
        one = min(map(str, store.content(graph)))
        update.update(f"DELETE DATA {{ GRAPH <{graph}> {{ {one} }} }}")
        update.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <x:a> <x:b> 1 }} }}")
        # The count is the same; the digest is not.
        assert push(store, endpoint, update).carried == ()
        with Store.in_memory() as back, pytest.raises(Refusal) as refused:
            pull(endpoint, back)
        assert refused.value.key == "transfer.changed"
        assert push(store, endpoint, update, thorough=True).carried == (graph,)
        update.update("INSERT DATA { <x:a> <x:b> <x:of-others> }")
        with pytest.raises(Refusal) as refused:
            push(store, endpoint, update)
        assert refused.value.key == "transfer.union"


def test_the_data_of_others_are_not_mixed_with_ours(empty: Server) -> None:
    update = Client(empty.update, timeout=10)
    update.update("INSERT DATA { <x:a> <x:b> <x:c> }")
    with store_of(graphs_of(), vocabulary=False) as store, pytest.raises(Refusal) as refused:
        push(store, Endpoint(empty.query), update)
    assert refused.value.key == "transfer.occupied"
    assert Endpoint(empty.query).read_manifest() is None


def test_graphs_without_their_union_are_refused(empty: Server) -> None:
    """What was loaded in another way lacks the union, or counts what two graphs say twice."""
    update = Client(empty.update, timeout=10)
    update.update(
        "PREFIX prov: <http://www.w3.org/ns/prov#> INSERT DATA {"
        " GRAPH <https://w3id.org/cancu/id/graph/source/a> { <x:run> a prov:Activity }"
        " GRAPH <https://w3id.org/cancu/id/graph/source/b> { <x:run> a prov:Activity } }"
    )
    with pytest.raises(Refusal) as refused:
        Endpoint(empty.query).has_sources()
    assert refused.value.key == "endpoint.no-union"


def test_a_union_of_all_graphs_as_default_graph_counts_nothing_twice(tmp_path: Path, both: Store) -> None:
    with SERVERS["oxigraph"](tmp_path, "--union-default-graph") as started:
        with store_of(graphs_of()) as store:
            endpoint = Endpoint(started.query)
            push(store, endpoint, Client(started.update, timeout=10))
            assert endpoint.manifest is not None and endpoint.manifest.union == UNION
            assert endpoint.statistics() == store.statistics()
            # Its rows come from named graphs.
            assert said_by(endpoint, "conflicts") == said_by(store, "conflicts")
            assert UNION not in endpoint.graphs() and MANIFEST not in endpoint.graphs()


def test_batches_shrink_until_the_server_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    class Narrow(Client):
        def update(self, text: str) -> None:
            sizes.append(text.count("urn:p"))
            if sizes[-1] > 30:
                raise Refusal("endpoint.failed", url=self.url, status=500, reason="exceeded 10000 lines")

    sender = transfer._Sender(Narrow("http://127.0.0.1:9/", timeout=1))
    triples = [ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(at)) for at in range(100)]
    sender.data("INSERT", triples, None)
    assert sizes == [100, 50, 25, 25, 25, 25]
    monkeypatch.setattr(Narrow, "update", Client.update)
    with pytest.raises(Refusal) as refused:
        sender.data("INSERT", triples, None)
    assert refused.value.key == "endpoint.unreachable"


@pytest.mark.parametrize("module", [access, algebra, protocol, remote, transfer])
def test_doctests(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_digest_hangs_on_the_content_alone() -> None:
    triples = graphs_of()[sorted(graphs_of())[0]]
    assert digest_of(triples) == digest_of(reversed(triples)) != digest_of(triples[1:])


# --- a server that misbehaves -----------------------------------------------------------------------------------------

Respond = Callable[[BaseHTTPRequestHandler, Mapping[str, list[str]]], None]


@contextmanager
def misbehaving(respond: Respond) -> Iterator[str]:
    """Run a server that does what it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            respond(self, parse_qs(body))

        def do_GET(self) -> None:
            respond(self, {})

        def log_message(self, *_: object) -> None:
            """Keep silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/sparql"
        finally:
            listening.shutdown()
            thread.join()


def send(handler: BaseHTTPRequestHandler, body: str, status: int = 200, media_type: str = JSON, **headers: str) -> None:
    data = body.encode()
    handler.send_response(status)
    for name, value in {"Content-Type": media_type, "Content-Length": str(len(data)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


YES = '{"head": {}, "boolean": true}'


def asked_once(url: str, timeout: float = 5, pauses: list[float] | None = None) -> str:
    """Ask whether anything is there; give "yes" or the refusal's key."""
    waited = [] if pauses is None else pauses
    client = Client(url, timeout=timeout, pause=waited.append)
    try:
        reply = client.query("ASK {}", "ASK", JSON)
        return "yes" if json.loads(reply.body)["boolean"] else "no"
    except Refusal as refusal:
        for lang in LANGUAGES:
            assert "\n" not in refusal.sentence(lang)
        return refusal.key


def test_a_passing_trouble_is_tried_again() -> None:
    seen: list[str] = []

    def respond(handler: BaseHTTPRequestHandler, given: Mapping[str, list[str]]) -> None:
        seen.append(given["query"][0])
        if len(seen) == 1:
            return send(handler, "busy", 503, Retry_After="2")
        if len(seen) == 2:
            # The connection ends without a word.
            return handler.connection.close()
        return send(handler, YES)

    pauses: list[float] = []
    with misbehaving(respond) as url:
        assert asked_once(url, pauses=pauses) == "yes"
    assert seen == ["ASK {}"] * 3
    assert pauses == [2.0, 1.0]


def test_a_lasting_trouble_is_told_in_the_server_s_words() -> None:
    def respond(handler: BaseHTTPRequestHandler, _: Mapping[str, list[str]]) -> None:
        send(handler, "<html><title>Virtuoso 42000 Error</title>\nThe estimated time is too long", 502, "text/html")

    pauses: list[float] = []
    with misbehaving(respond) as url, pytest.raises(Refusal) as refused:
        Client(url, timeout=5, pause=pauses.append).query("ASK {}", "ASK", JSON)
    assert len(pauses) == 3
    assert refused.value.key == "endpoint.failed"
    assert "Virtuoso 42000 Error" in str(refused.value) and "<" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "headers", "key"),
    [
        (401, {}, "endpoint.refused"),
        (403, {}, "endpoint.refused"),
        (401, {"WWW_Authenticate": "Negotiate"}, "endpoint.refused"),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, "endpoint.moved"),
        (308, {"Location": "/elsewhere"}, "endpoint.moved"),
        (504, {}, "endpoint.timeout"),
        (400, {}, "endpoint.failed"),
        (404, {}, "endpoint.failed"),
    ],
)
def test_each_status_has_its_sentence(status: int, headers: dict[str, str], key: str) -> None:
    with misbehaving(lambda handler, _: send(handler, "no", status, "text/plain", **headers)) as url:
        assert asked_once(url) == key


def test_nobody_there_and_nobody_answering_are_told_apart() -> None:
    assert asked_once("http://127.0.0.1:9/sparql") == "endpoint.unreachable"
    assert asked_once("http://no-such-host.invalid/sparql") == "endpoint.unreachable"
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, _: Mapping[str, list[str]]) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    with misbehaving(lambda handler, _: over.wait(5) and None) as url:
        assert asked_once(url, timeout=0.2) == "endpoint.timeout"
        over.set()
    over.clear()
    with misbehaving(drip) as url:
        start = time.monotonic()
        assert asked_once(url, timeout=0.3) == "endpoint.timeout"
        assert time.monotonic() - start < 3
        over.set()


def test_what_is_no_answer_is_not_taken_for_one() -> None:
    cut = '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "urn:a"}},'
    replies = {
        "endpoint.cut-off": [(cut, JSON, {}), (cut + "The SPARQL operation has been cancelled", JSON, {})],
        "endpoint.not-sparql": [("<html></html>", "text/html", {}), ("[]", JSON, {}), ("{}", JSON, {})],
    }
    for key, several in replies.items():
        for body, media_type, headers in several:
            with misbehaving(lambda handler, _: send(handler, body, 200, media_type, **headers)) as url:  # noqa: B023
                with pytest.raises(Refusal) as refused:
                    Endpoint(url).graphs()
                assert refused.value.key == key

    def short(handler: BaseHTTPRequestHandler, _: Mapping[str, list[str]]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(YES.encode())

    with misbehaving(short) as url:
        assert asked_once(url) == "endpoint.cut-off"


def test_a_password_goes_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[str | None] = []

    def guard(handler: BaseHTTPRequestHandler, _: Mapping[str, list[str]]) -> None:
        seen.append(handler.headers.get("Authorization"))
        if seen[-1] is None:
            return send(handler, "who?", 401, "text/plain", WWW_Authenticate='Basic realm="cancu"')
        return send(handler, YES)

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login lan password bí-mật\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("CANCU_USER", raising=False)
    with misbehaving(guard) as url:
        assert asked_once(url) == "yes"
        monkeypatch.setenv("CANCU_USER", "mai")
        monkeypatch.setenv("CANCU_PASSWORD", "kín")
        assert asked_once(url) == "yes"
    names = [base64.b64decode(one.split()[1]).decode() for one in seen if one is not None]
    assert names == ["lan:bí-mật", "mai:kín"]
    assert seen[::2] == [None, None]
    assert "kín" not in repr(Credentials("mai", "kín"))
    monkeypatch.delenv("CANCU_USER")
    netrc.write_text("machine\n")
    with pytest.raises(Refusal) as refused:
        Client("http://127.0.0.1/sparql", timeout=1)
    assert refused.value.key == "endpoint.netrc"


def test_an_address_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(Refusal) as refused:
        Client("https://mai:kín@example.org/sparql", timeout=1)
    assert refused.value.key == "endpoint.password-in-url"
    assert "kín" not in str(refused.value)


class Limited:
    """Answer from a store, at most so many rows at once, and count what is asked."""

    def __init__(self, store: Store, rows: int, *, header: bool = False, failing: str = "") -> None:
        self.store, self.rows, self.header, self.failing = store, rows, header, failing
        self.asked: list[str] = []

    def __call__(self, handler: BaseHTTPRequestHandler, given: Mapping[str, list[str]]) -> None:
        text = given["query"][0]
        self.asked.append(text)
        if self.failing and self.failing in text:
            return send(handler, "Virtuoso 37000 Error SP031: Internal error", 500, "text/plain")
        results = self.store.query(text)
        assert not isinstance(results, ox.QueryTriples)
        found = json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        headers = {}
        if "results" in found and len(found["results"]["bindings"]) > self.rows:
            del found["results"]["bindings"][self.rows :]
            headers = {"X_SPARQL_MaxRows": str(self.rows)} if self.header else {}
        return send(handler, json.dumps(found), 200, JSON, **headers)


@pytest.mark.parametrize(("rows", "header"), [(100, False), (73, True)])
def test_answers_that_a_server_cuts_are_fetched_in_pages(both: Store, rows: int, header: bool) -> None:
    limited = Limited(both, rows, header=header)
    with misbehaving(limited) as url:
        endpoint = Endpoint(url)
        ordered = "SELECT ?x ?n { ?x oa:hasSource ?n } ORDER BY ?n ?x"
        want = [(row["x"], row["n"]) for row in both.select(ordered)]
        assert len(want) > rows
        assert [(row["x"], row["n"]) for row in endpoint.select(ordered)] == want
        assert set(endpoint.values("http://data.europa.eu/eli/ontology#number")) == set(
            both.values("http://data.europa.eu/eli/ontology#number")
        )
        records = [
            one.subject.value for one in both.triples(None, None, ox.NamedNode("http://www.w3.org/ns/oa#Annotation"))
        ]
        body = "http://www.w3.org/ns/oa#hasBody"
        found, here = endpoint.facts(records[:300], [body]), both.facts(records[:300], [body])
        assert {one: sorted(map(str, said[body])) for one, said in found.items()} == {
            one: sorted(map(str, said[body])) for one, said in here.items()
        }


def test_rows_in_no_order_are_not_patched_together(both: Store) -> None:
    """Where the order is not total, pages may overlap: then everything is fetched, and answered here."""
    limited = Limited(both, 100)
    with misbehaving(limited) as url:
        endpoint = Endpoint(url)
        unordered = "SELECT ?x { ?x oa:hasSource ?n }"
        assert sorted(map(str, endpoint.select(unordered))) == sorted(map(str, both.select(unordered)))
        (note,) = endpoint.notes
        assert "100" in note.sentence("en") and "100" in note.sentence("vi")


def test_what_a_server_cannot_answer_is_answered_here_and_says_so(both: Store) -> None:
    limited = Limited(both, 10_000, failing="GROUP_CONCAT")
    with misbehaving(limited) as url:
        endpoint = Endpoint(url)
        assert said_by(endpoint, "conflicts") == said_by(both, "conflicts")
        (note,) = endpoint.notes
        assert "SP031" in note.sentence("vi") and url in note.sentence("en")
        asked = len(limited.asked)
        # What was fetched once is there.
        assert said_by(endpoint, "conflicts") == said_by(both, "conflicts")
        assert len(limited.asked) - asked < 20


def test_a_copy_has_its_limits(both: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_MOST_FETCHED", 100)
    with misbehaving(Limited(both, 10_000, failing="GROUP_CONCAT")) as url:
        assert said_by(Endpoint(url), "conflicts") == "endpoint.too-large"


def test_queries_are_checked_before_they_are_sent(both: Store) -> None:
    limited = Limited(both, 10_000)
    with misbehaving(limited) as url:
        endpoint = Endpoint(url)
        calling = "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"
        for text, key in (("SELECT {", "sparql.syntax"), (calling, "sparql.service")):
            with pytest.raises(Refusal) as refused:
                endpoint.query(text)
            assert refused.value.key == key
        with pytest.raises(Refusal):
            endpoint.query("DROP ALL")
        with pytest.raises(ValueError):
            next(endpoint.triples("x> ?p ?o } #"))
    assert limited.asked == []


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_command_line_asks_pushes_and_pulls(
    empty: Server, both: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(tmp_path / "store", write=True) as store:
        store.replace_graphs(dict(graphs_of()))
    here, there = ["--store", str(tmp_path / "store")], ["--endpoint", empty.query]

    def said(*words: str) -> str:
        assert main(words) == 0
        return capsys.readouterr().out

    assert "12" in said("push", *here, *there, "--update", empty.update, "--verify", "--lang", "en")
    for words in (
        ["ask", "basis", "document=60/KH-UBND", "--format", "json"],
        ["chain", "52/KH-UBND", "--format", "json"],
        ["find", "giám sát", "--format", "json"],
        ["sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv"],
        ["who", "dự án 1", "--format", "json"],
    ):
        assert said(*words, *there) == said(*words, *here), words
    remotely, locally = (json.loads(said("info", *where, "--format", "json")) for where in (there, here))
    assert remotely.pop("store") == empty.query and locally.pop("store")
    assert remotely == locally
    said("pull", "--store", str(tmp_path / "back"), *there)
    back = json.loads(said("info", "--store", str(tmp_path / "back"), "--format", "json"))
    assert back | {"store": ""} == locally | {"store": ""}
    for words in (["info", *here, *there], ["push", *here], ["ask", "not-held", "--endpoint", "sparql"]):
        assert main(words) == 2
        assert capsys.readouterr().err.count("\n") == 1
