"""Test the store: exact replacement, a union without doubles, no harm by being killed, repeatable exports."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from cancu.language import Refusal
from cancu.ontology.iris import GRAPH_VOCABULARY, PREFIXES
from cancu.queries.store import EXPORT_FORMATS, ExportFormat, Store, default_folder
from tests.library import graphs_of, library, store_of

A, B = "https://w3id.org/cancu/id/graph/source/a.txt", "https://w3id.org/cancu/id/graph/source/b.txt"
X = "https://w3id.org/cancu/id/x"
TITLE = PREFIXES["dct"] + "title"
FORMATS: tuple[ExportFormat, ...] = ("trig", "nquads", "turtle", "jsonld")


def titled(*titles: str) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode(X), ox.NamedNode(TITLE), ox.Literal(title, language="vi")) for title in titles]


def titles_in(store: Store, graph: str | None = None) -> list[str]:
    """List the titles in the union or in one graph, as often as they stand there."""
    where = "?x dct:title ?title" if graph is None else f"GRAPH <{graph}> {{ ?x dct:title ?title }}"
    return sorted(row["title"].value for row in store.select(f"SELECT ?title {{ {where} }}"))


def exported(store: Store, form: ExportFormat) -> bytes:
    target = io.BytesIO()
    store.export(target, form)
    return target.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho"


@pytest.fixture
def disk(folder: Path) -> Iterator[Store]:
    with Store.open(folder, write=True) as store:
        yield store


# --- replacing --------------------------------------------------------------------------------------------------------


def test_replacing_changes_exactly_one_graph(store: Store) -> None:
    assert store.replace_graph(A, titled("Kế hoạch", "Nghị định"))
    assert store.replace_graph(B, titled("Thông tư"))
    assert store.replace_graph(A, titled("Kế hoạch", "Quyết định"))
    assert titles_in(store, A) == ["Kế hoạch", "Quyết định"]
    assert titles_in(store, B) == ["Thông tư"]
    assert titles_in(store) == ["Kế hoạch", "Quyết định", "Thông tư"]


def test_the_same_content_again_changes_nothing(store: Store) -> None:
    store.replace_graph(A, titled("Kế hoạch"))
    before = store.generation
    assert not store.replace_graph(A, titled("Kế hoạch"))
    assert store.generation == before


def never() -> Iterator[ox.Triple]:
    """Stand for triples that nobody may ask for."""
    raise AssertionError("this graph was made of the same")
    yield


def test_a_graph_made_of_the_same_is_left_as_it_is(store: Store) -> None:
    assert store.replace_graphs({A: titled("Luật"), B: titled("Luật")}, {A: "một", B: "một"}) == (A, B)
    assert store.replace_graphs({A: never(), B: titled("Lệnh")}, {A: "một", B: "hai"}) == (B,)
    assert titles_in(store, A) == ["Luật"]
    # What somebody else has changed since, or taken out, is made anew.
    for change in (lambda: store.replace_graph(A, titled("Lệnh")), lambda: store.drop_graph(A)):
        assert change()
        assert store.replace_graphs({A: titled("Luật")}, {A: "một"}) == (A,)
        assert store.replace_graphs({A: never()}, {A: "một"}) == ()
    assert store.replace_graphs({A: titled("Luật")}) == ()
    assert store.replace_graphs({A: titled("Luật")}, {A: "một"}) == ()


def test_what_graphs_were_made_of_outlives_the_process_unless_it_was_killed(folder: Path) -> None:
    with Store.open(folder, write=True) as store:
        store.replace_graphs({A: titled("Luật")}, {A: "một"})
    with Store.open(folder, write=True) as store:
        assert store.replace_graphs({A: never()}, {A: "một"}) == ()
        assert store.replace_graphs({A: titled("Luật")}, {A: "hai"}) == ()
    with Store.open(folder, write=True) as store:
        assert store.replace_graphs({A: never()}, {A: "hai"}) == ()
    # As a writer leaves it that is killed between a change and the next snapshot.
    (folder / "snapshots" / "behind").write_text("1")
    with Store.open(folder, write=True) as store:
        assert store.replace_graphs({A: titled("Lệnh")}, {A: "hai"}) == (A,)
        assert store.replace_graphs({A: never()}, {A: "hai"}) == ()
    (folder / "snapshots" / "made-of.json").write_text("[")
    with Store.open(folder, write=True) as store:
        assert store.replace_graphs({A: titled("Luật")}, {A: "hai"}) == (A,)


def test_lexical_forms_that_oxigraph_rewrites_are_the_same_content(store: Store) -> None:
    text = f'<{X}> <{PREFIXES["cancu"]}confidence> "{{}}"^^<{PREFIXES["xsd"]}decimal> .'
    assert store.replace_graph(A, text.format("0.90"))
    assert not store.replace_graph(A, text.format("0.900"))
    assert store.replace_graph(A, text.format("0.91"))


def test_the_union_holds_a_triple_once_however_many_sources_state_it(store: Store) -> None:
    store.replace_graphs({A: titled("Luật"), B: titled("Luật", "Luật Đầu tư")})
    assert titles_in(store) == ["Luật", "Luật Đầu tư"]
    counted = next(store.select("SELECT (COUNT(*) AS ?n) { ?x dct:title ?title }"))
    assert counted["n"].value == "2"


def test_a_triple_leaves_the_union_with_the_last_source_that_states_it(store: Store) -> None:
    store.replace_graphs({A: titled("Luật"), B: titled("Luật")})
    store.replace_graph(A, titled("Nghị định"))
    assert titles_in(store) == ["Luật", "Nghị định"]
    store.drop_graph(B)
    assert titles_in(store) == ["Nghị định"]


def test_dropping_takes_the_graph_away(store: Store) -> None:
    store.replace_graphs({A: titled("Luật"), B: titled("Nghị định")})
    assert store.drop_graph(A)
    assert not store.drop_graph(A)
    assert store.graphs() == (B,)
    assert titles_in(store) == ["Nghị định"]


def test_many_new_graphs_are_written_like_few(tmp_path: Path) -> None:
    """Large batches take another way into the store; what comes out is the same."""
    many = {f"{A}{n}": titled(*(f"Văn bản {n % 7} {m}" for m in range(60))) for n in range(400)}
    with Store.open(tmp_path / "one", write=True) as at_once, Store.in_memory() as one_by_one:
        assert set(at_once.replace_graphs(many)) == set(many)
        for graph, triples in many.items():
            one_by_one.replace_graph(graph, triples)
        at_once.drop_graph(GRAPH_VOCABULARY)
        assert exported(at_once, "nquads") == exported(one_by_one, "nquads")
        assert len(at_once) == len(one_by_one) == 7 * 60


def test_blank_nodes_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no blank nodes"):
        store.replace_graph(A, f'_:b <{TITLE}> "Luật" .')
    assert store.graphs() == ()


@settings(max_examples=60, deadline=None)
@given(first=st.text(), second=st.text())
def test_every_text_survives_both_ways_of_writing(first: str, second: str) -> None:
    """A first load writes quads, a second one a SPARQL update; quotes are full of line breaks, marks and odd signs."""
    with Store.in_memory() as store:
        store.replace_graph(A, titled(first))
        store.replace_graph(A, titled(second))
        assert titles_in(store, A) == [second]
        assert titles_in(store) == [second]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([A, B]), st.frozensets(st.sampled_from("abcde"))), max_size=8))
def test_the_union_is_always_the_union(changes: list[tuple[str, frozenset[str]]]) -> None:
    with Store.in_memory() as store:
        expected: dict[str, frozenset[str]] = {}
        for graph, titles in changes:
            if titles:
                store.replace_graph(graph, titled(*titles))
                expected[graph] = titles
            else:
                store.drop_graph(graph)
                expected.pop(graph, None)
            assert titles_in(store) == sorted(frozenset().union(*expected.values()))


# --- opening ----------------------------------------------------------------------------------------------------------


def test_what_was_written_is_there_after_reopening(folder: Path) -> None:
    with Store.open(folder, write=True) as store:
        store.replace_graph(A, titled("Kế hoạch"))
        store.flush()
    with Store.open(folder) as store:
        assert titles_in(store, A) == ["Kế hoạch"]
        assert not store.writable


def test_a_new_store_holds_the_vocabulary(disk: Store) -> None:
    assert disk.graphs() == (str(GRAPH_VOCABULARY),)
    label = next(disk.select('SELECT ?label { rel:legal_basis skos:prefLabel ?label FILTER(LANG(?label) = "vi") }'))
    assert label["label"].value == "căn cứ"


def test_an_old_vocabulary_is_renewed(folder: Path) -> None:
    with Store.open(folder, write=True) as store:
        store.replace_graph(GRAPH_VOCABULARY, titled("một bản cũ"))
    with Store.open(folder, write=True) as store:
        assert titles_in(store, GRAPH_VOCABULARY) == []
        assert store.labels([PREFIXES["rel"] + "legal_basis"])


def test_readers_open_beside_a_writer(folder: Path, disk: Store) -> None:
    disk.replace_graph(A, titled("Kế hoạch"))
    disk.flush()
    with Store.open(folder) as one, Store.open(folder) as other:
        assert titles_in(one) == titles_in(other) == ["Kế hoạch"]


_WRITING = """
import sys, itertools
from pathlib import Path
import pyoxigraph as ox
from cancu.queries.store import Store
graph, p = sys.argv[2], ox.NamedNode("http://purl.org/dc/terms/title")
with Store.open(Path(sys.argv[1]), write=True) as store:
    for n in itertools.count():
        store.replace_graph(graph, [ox.Triple(ox.NamedNode(f"urn:{m}"), p, ox.Literal(str(n))) for m in range(3000)])
        store.flush()
        print(n, flush=True)
"""


def test_readers_are_never_disturbed_by_a_busy_writer(folder: Path) -> None:
    """A writer puts its files in order again and again; each reader sees one whole state, and never an older one."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITING, str(folder), A], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        last = -1
        for _ in range(25):
            with Store.open(folder) as reader:
                seen = titles_in(reader, A)
                assert len(seen) == 3000 and len(set(seen)) == 1
                assert titles_in(reader) == seen
            assert int(seen[0]) >= last
            last = int(seen[0])
        process.kill()
    assert last > 0


def test_a_reader_keeps_what_it_opened(folder: Path) -> None:
    with Store.open(folder, write=True) as store:
        store.replace_graph(A, titled("một"))
        store.flush()
        with Store.open(folder) as reader:
            store.replace_graph(A, titled("hai"))
            store.flush()
            assert titles_in(reader) == ["một"]
            with Store.open(folder) as later:
                assert titles_in(later) == ["hai"]


def test_snapshots_do_not_pile_up(folder: Path) -> None:
    for n in range(5):
        with Store.open(folder, write=True) as store:
            store.replace_graph(A, titled(str(n)))
            store.flush()
            store.replace_graph(B, titled(str(n)))
    assert len(list((folder / "snapshots").iterdir())) == 2
    with Store.open(folder, write=True) as store:
        assert not store.replace_graph(A, titled("4"))
    assert len(list((folder / "snapshots").iterdir())) == 2


_DYING = """
import os, sys
from pathlib import Path
from tests.test_store import titled
from cancu.queries.store import Store
store = Store.open(Path(sys.argv[1]), write=True)
store.replace_graph(sys.argv[2], titled("mới"))
os._exit(9)
"""


def test_what_a_killed_writer_had_done_is_seen(folder: Path) -> None:
    with Store.open(folder, write=True) as store:
        store.replace_graph(A, titled("cũ"))
    subprocess.run([sys.executable, "-c", _DYING, str(folder), A], check=False, cwd=Path(__file__).parents[1])
    assert (folder / "snapshots" / "behind").exists()
    with Store.open(folder) as reader:
        assert titles_in(reader, A) == ["mới"]
    with Store.open(folder, write=True):
        pass
    assert not (folder / "snapshots" / "behind").exists()
    with Store.open(folder) as reader:
        assert titles_in(reader, A) == ["mới"]


def test_a_second_writer_is_told_to_wait(folder: Path, disk: Store) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from cancu.language import Refusal; from cancu.queries.store import Store\n"
        "try: Store.open(Path(sys.argv[1]), write=True)\n"
        "except Refusal as refusal: print(refusal.key)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "store.locked\n"
    assert not done.stderr


def test_a_reader_cannot_write(folder: Path, disk: Store) -> None:
    with Store.open(folder) as reader:
        for change in (lambda: reader.replace_graph(A, titled("x")), lambda: reader.drop_graph(GRAPH_VOCABULARY)):
            with pytest.raises(Refusal) as refused:
                change()
            assert refused.value.key == "store.read-only"


def test_no_store_is_one_sentence(folder: Path) -> None:
    with pytest.raises(Refusal) as refused:
        Store.open(folder)
    assert refused.value.key == "store.none"
    assert not folder.exists()


def test_a_folder_with_other_files_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "luận văn.docx").write_text("…")
    with pytest.raises(Refusal) as refused:
        Store.open(folder, write=True)
    assert refused.value.key == "store.foreign"
    assert [file.name for file in folder.iterdir()] == ["luận văn.docx"]


@pytest.mark.parametrize("write", [False, True])
def test_a_broken_store_is_one_sentence(folder: Path, write: bool) -> None:
    folder.mkdir()
    (folder / "CURRENT").write_text("nothing of the kind\n")
    with pytest.raises(Refusal) as refused:
        Store.open(folder, write=write)
    assert refused.value.key == "store.broken"


def test_a_file_in_the_place_of_the_folder_is_one_sentence(folder: Path) -> None:
    folder.write_text("…")
    for write in (False, True):
        with pytest.raises(Refusal):
            Store.open(folder, write=write)


def test_a_closed_store_answers_no_more(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.query("ASK {}")


def test_the_default_folder_is_the_one_here_else_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_folder() == Path("/data/cancu/store")
    (tmp_path / "cancu-store").mkdir()
    assert default_folder() == Path("cancu-store")


# --- being killed -----------------------------------------------------------------------------------------------------

_REPLACING = """
import sys, itertools
from pathlib import Path
import pyoxigraph as ox
from cancu.queries.store import Store
graph, x, p = sys.argv[2], ox.NamedNode("urn:x"), ox.NamedNode("http://purl.org/dc/terms/title")
with Store.open(Path(sys.argv[1]), write=True) as store:
    for state in itertools.cycle("AB"):
        store.replace_graph(graph, [ox.Triple(x, p, ox.Literal(f"{state} {n}")) for n in range(2000)])
        print(state, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_killed_replacement_leaves_the_old_or_the_new_state(folder: Path) -> None:
    chance = random.Random(7)
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", _REPLACING, str(folder), A], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 4)):
                process.stdout.readline()
            time.sleep(chance.random() * 0.08)
            process.send_signal(signal.SIGKILL)
        with Store.open(folder, write=True) as store:
            found = titles_in(store, A)
            assert found in (sorted(f"{state} {n}" for n in range(2000)) for state in "AB")
            assert found == titles_in(store)


# --- queries ----------------------------------------------------------------------------------------------------------


def test_a_query_knows_the_prefixes_and_may_declare_its_own(store: Store) -> None:
    store.replace_graph(A, titled("Luật"))
    assert store.query("ASK { ?x dct:title 'Luật'@vi }")
    assert store.query("PREFIX other: <http://purl.org/dc/terms/> ASK { ?x other:title 'Luật'@vi }")


def test_a_query_may_choose_its_graphs(store: Store) -> None:
    store.replace_graphs({A: titled("Luật"), B: titled("Nghị định")})
    chosen = list(store.select(f"SELECT ?t FROM <{A}> {{ ?x dct:title ?t }}"))
    assert [row["t"].value for row in chosen] == ["Luật"]
    named = list(store.select("SELECT ?g { GRAPH ?g { ?x dct:title 'Luật'@vi } }"))
    assert [row["g"].value for row in named] == [A]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "sparql.service"),
        ("LOAD <http://127.0.0.1:9/>", "sparql.syntax"),
        ("INSERT DATA { <urn:x> <urn:x> <urn:x> }", "sparql.syntax"),
        ("SELECT * { ?x ?y }", "sparql.syntax"),
        ("", "sparql.syntax"),
    ],
)
def test_what_is_no_query_is_one_sentence(store: Store, query: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        store.query(query)
    assert refused.value.key == key
    assert "\n" not in refused.value.sentence("en")
    assert len(store) == 0


def test_labels_come_by_language_and_the_longest_stands(store: Store) -> None:
    label = PREFIXES["rdfs"] + "label"
    store.replace_graph(A, f'<{X}> <{label}> "Luật"@vi .\n<{X}> <{label}> "Law"@en .')
    store.replace_graph(B, f'<{X}> <{label}> "Luật Đầu tư"@vi .')
    assert store.labels([X, "urn:nameless"]) == {X: {"vi": "Luật Đầu tư", "en": "Law"}}


def test_statistics_count_what_is_there() -> None:
    found = library().statistics()
    assert (found.sources, found.held, found.cited_only) == (10, 10, 8)
    assert found.citations == {
        "attached_to": 2, "authorises": 3, "guides": 1, "legal_basis": 10, "mention": 2, "proposed_by": 2,
        "replaces_or_repeals": 1,
    }  # fmt: skip
    assert (found.doubts, found.repairs, found.inferences, found.activities) == ({"impossible-date": 1}, 1, 1, 3)
    assert found.characters == sum(
        int(triple.object.value)
        for triples in graphs_of().values()
        for triple in triples
        if triple.predicate.value.endswith("#characters") and isinstance(triple.object, ox.Literal)
    )


# --- handing on -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_equal_content_gives_equal_bytes(form: ExportFormat) -> None:
    graphs = graphs_of()
    names = list(graphs)
    exports = []
    for seed in range(2):
        random.Random(seed).shuffle(names)
        shuffled = {name: random.Random(seed).sample(graphs[name], len(graphs[name])) for name in names}
        with store_of({}, vocabulary=False) as store:
            for name, triples in shuffled.items():
                store.replace_graph(name, triples[: len(triples) // 2])
                store.replace_graph(name, triples)
            exports.append(exported(store, form))
    assert exports[0] == exports[1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_every_format_says_the_same() -> None:
    with store_of(graphs_of(), vocabulary=False) as store:
        read = {form: Dataset() for form in ("trig", "nquads", "json-ld")}
        for form, rdflib_form in (("trig", "trig"), ("nquads", "nquads"), ("jsonld", "json-ld")):
            read[rdflib_form].parse(data=exported(store, form), format=rdflib_form)
        quads = set(read["nquads"].quads())
        assert len(quads) == sum(len(set(triples)) for triples in graphs_of().values())
        for form, dataset in read.items():
            assert set(dataset.quads()) == quads, form
        union = Graph().parse(data=exported(store, "turtle"), format="turtle")
        together = Graph()
        for s, p, o, _ in quads:
            together.add((s, p, o))
        assert isomorphic(union, together)


def test_the_endings_of_exports_name_every_format() -> None:
    assert set(EXPORT_FORMATS.values()) == set(FORMATS)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_rdflib_view_sees_the_union_and_the_graphs() -> None:
    with store_of(graphs_of(), vocabulary=False) as store:
        view = store.as_rdflib()
        query = "SELECT ?x ?y { ?x <http://data.europa.eu/eli/ontology#based_on>+ ?y }"
        answer = {(str(x), str(y)) for x, y in view.query(query)}
        assert answer == {(row["x"].value, row["y"].value) for row in store.select(query)}
        # A way across three named graphs: district, province, Prime Minister, National Assembly.
        assert any("52_KH-UBND" in x and "24_2021_QH15" in y for x, y in answer)
        graph = "https://w3id.org/cancu/id/graph/source/tb-3.txt"
        assert len(view.graph(URIRef(graph))) == len(set(graphs_of()[graph]))
