"""Test that SPARQL text is read as far as it must be: slots, prefixes, and calls to the network in every disguise."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from cancu.queries.sparql import bind, calls_out, find_slots, read_prefixes, read_tokens

PREFIX = "PREFIX ex: <http://127.0.0.1:9/> "

#: Queries that Oxigraph would send over the network; the port is one that it refuses before it connects.
CALLING = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "select*{service<http://127.0.0.1:9/>{?s?p?o}}",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE # a comment\n <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <http://127.0.0.1:9/> } SERVICE ?x { ?s ?p ?o } }",
    PREFIX + "SELECT * { SERVICE ex:a { ?s ?p ?o } }",
    # Oxigraph's grammar asks for no blank behind the word ...
    PREFIX + "SELECT * { SERVICEex:a { ?s ?p ?o } }",
    # ... nor before it,
    PREFIX + "SELECT * { ?a ?b 1SERVICE ex:a { ?s ?p ?o } }",
    # reads a prefix of that name as the word where the triple does not go on,
    "PREFIX service: <http://x/> PREFIX : <http://127.0.0.1:9/> SELECT * { service:a { ?s ?p ?o } }",
    # and takes "<" for "less than" where it hides a comment from a simpler reader,
    PREFIX + "SELECT * { ?a ?b ?c FILTER(1<2)SERVICE#>\n ex:a { ?s ?p ?o } }",
    # or the beginning of a long string.
    'SELECT * { ?a ?b ?c FILTER(1<2)#>"""\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #"""\n }',
    'PREFIX ex: #\n <http://127.0.0.1:9/> SELECT * { ?a ?b ?c FILTER(?a<ex:b)#>"""\n SERVICE ex:a {} #"""\n }',
]
#: Queries that only mention the word.
SILENT = [
    "SELECT * { ?s ?p 'SERVICE <http://example.org/>' }",
    'SELECT * { ?s ?p """a "quoted" SERVICE""" , "SERVICE \\" SERVICE"@vi }',
    "SELECT * { ?s <http://example.org/SERVICE> ?service } # SERVICE <x> {}",
    "PREFIX ex: <http://x/> SELECT * { ?s ex:service ?o ; ex:a.service _:service }",
    "SELECT * { ?s ?p <urn:x:SERVICE#SERVICE> FILTER(?s < ?service) }",
    "SELECT ?service { ?service ?p ?o }",
]


@pytest.mark.parametrize("query", CALLING)
def test_a_call_to_the_network_is_seen(query: str) -> None:
    assert calls_out(query)


@pytest.mark.parametrize("query", CALLING)
def test_these_calls_are_real(query: str) -> None:
    """Each of them gets past the parser; if a newer Oxigraph refuses one, it can leave the list."""
    store = ox.Store()
    name = ox.NamedNode("http://x/")
    store.add(ox.Quad(name, name, ox.Literal(1)))
    try:
        list(store.query(query))
    except SyntaxError as error:
        pytest.fail(f"not a query any more: {error}")
    except (OSError, RuntimeError):
        # The port is refused, or the service's name is unknown by then: the call was under way.
        pass


@pytest.mark.parametrize("query", SILENT)
def test_the_mere_word_calls_nobody(query: str) -> None:
    assert not calls_out(query)
    ox.Store().query(query)


@pytest.mark.parametrize(
    "text",
    [
        "<" * 50_000,
        "'''" + "'" * 50_000,
        "a." * 25_000,
        "a:" + "#" * 50_000,
        "<?a" * 20_000,
        "\\" * 50_000,
        "_:" * 20_000,
    ],
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    start = time.perf_counter()
    calls_out("service " + text)
    assert time.perf_counter() - start < 5


def test_tokens_cover_the_text() -> None:
    query = 'SELECT ?văn_bản { ?văn_bản eli:number "90/QĐ-TTg"@vi ; ex:a 1.5 } # hết'
    tokens = list(read_tokens(query))
    assert [token.kind for token in tokens] == [
        "word", "variable", "other", "variable", "name", "string", "language", "other", "name", "number", "other",
    ]  # fmt: skip
    assert all(query[token.start : token.end] == token.text for token in tokens)


def test_prefixes_are_read_where_they_stand() -> None:
    query = """# PREFIX no: <http://no/>
        PREFIX a: <http://a/>
        PREFIX # why
        b: <http://b/> SELECT * { ?x ?y 'PREFIX c: <http://c/>' }"""
    assert [(name, iri) for name, iri, _ in read_prefixes(query)] == [("a", "http://a/"), ("b", "http://b/")]


def test_a_slot_is_a_slot_only_as_code() -> None:
    query = "SELECT * { # VALUES ?no { UNDEF }\n ?s ?p 'VALUES ?no { UNDEF }' . values ?yes{undef} VALUES ?x { 1 } }"
    assert [slot.name for slot in find_slots(query)] == ["yes"]


def test_binding_fills_every_slot_of_a_name_and_drops_the_others() -> None:
    query = "SELECT * { { VALUES ?d { UNDEF } ?d ?p ?o } UNION { VALUES ?d { UNDEF } ?o ?p ?d } VALUES ?e { UNDEF } }"
    assert bind(query, {"d": "<urn:x>"}).count("VALUES ?d { <urn:x> }") == 2
    assert "?e" not in bind(query, {"d": "<urn:x>"})


def test_binding_what_has_no_slot_is_an_error() -> None:
    with pytest.raises(ValueError, match="no slot for d"):
        bind("SELECT * { ?d ?p ?o }", {"d": "<urn:x>"})


def test_a_bound_term_cannot_break_out() -> None:
    """Terms are written by the RDF library, so quotes and braces in them stay data."""
    nasty = ox.Literal('" } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #\n')
    bound = bind("SELECT ?t { VALUES ?t { UNDEF } }", {"t": str(nasty)})
    assert [row["t"] for row in ox.Store().query(bound)] == [nasty]
