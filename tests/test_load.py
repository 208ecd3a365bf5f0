"""Test that loading is repeatable, loses nothing, and survives bad files, odd names and being killed."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Graph
from rdflib.compare import isomorphic

from cancu.loaders import load, readers
from cancu.loaders.entities import resolve
from cancu.loaders.extract import extract_text
from cancu.loaders.graph import source_triples
from cancu.loaders.load import Report, drop_source, load_paths, stored_text
from cancu.model import Document, Extraction, Source
from cancu.ontology.iris import GRAPH_LINKING, GRAPH_VOCABULARY, parse_graph, source_iri
from cancu.queries.store import ExportFormat, Store
from tests.samples import EXAMPLES, plan, write

FORMATS: tuple[ExportFormat, ...] = ("trig", "nquads", "turtle", "jsonld")
PROGRAMME = "Chương trình giảm nghèo bền vững"

#: A plan that has lost its number, one that names it, and one that has to do with neither.
TEXTS = {
    "lost.txt": plan("", title=f"Thực hiện {PROGRAMME} tỉnh Bắc Giang năm 2024"),
    "naming.txt": plan(
        "50/KH-UBND",
        "Kế hoạch số 37/KH-UBND ngày 26/01/2024 của Ủy ban nhân dân tỉnh Bắc Giang về việc thực hiện "
        f"{PROGRAMME} tỉnh Bắc Giang năm 2024",
        title="Triển khai công tác giảm nghèo năm 2024",
    ),
    "other.txt": plan("9/KH-UBND", province="Nghệ An", title="Rà soát hộ nghèo tỉnh Nghệ An năm 2024"),
}


def graphs_of(store: Store) -> dict[str, str]:
    """Give the graphs of the sources and of what joins them, by key, as text that can be compared."""
    target = io.BytesIO()
    store.export(target, "nquads")
    found: dict[str, list[str]] = {}
    # Not splitlines: a quote may hold U+2028.
    for line in filter(None, target.getvalue().decode().split("\n")):
        graph = line.rpartition("<")[2].removesuffix("> .")
        if graph != str(GRAPH_VOCABULARY):
            found.setdefault("" if graph == str(GRAPH_LINKING) else parse_graph(graph), []).append(line)
    return {key: "\n".join(lines) for key, lines in sorted(found.items())}


def exports_of(store: Store) -> dict[str, bytes]:
    exports: dict[str, bytes] = {}
    for form in FORMATS:
        target = io.BytesIO()
        store.export(target, form)
        exports[form] = target.getvalue()
    return exports


def keys_of(graphs: Iterable[str]) -> set[str]:
    return {"" if graph == str(GRAPH_LINKING) else parse_graph(graph) for graph in graphs}


def fresh(*paths: Path) -> dict[str, str]:
    """Give the graphs of a store into which nothing else was ever loaded."""
    with Store.in_memory() as store:
        load_paths(paths, store)
        return graphs_of(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the three texts."""
    return write(tmp_path / "texts", TEXTS)


# --- again and again --------------------------------------------------------------------------------------------------


def test_a_load_says_what_it_did(folder: Path, store: Store) -> None:
    steps: list[tuple[int, int, str]] = []
    report = load_paths([folder], store, lambda *step: steps.append(step))
    assert [(one.key, one.path.name, one.citations) for one in report.loaded] == [
        ("lost.txt", "lost.txt", 1), ("naming.txt", "naming.txt", 1), ("other.txt", "other.txt", 1),
    ]  # fmt: skip
    assert (report.unchanged, report.duplicates, report.refused, report.joins, report.open) == ([], [], [], 1, 0)
    assert keys_of(report.changed_graphs) == {*TEXTS, ""} == set(graphs_of(store))
    assert steps == [(0, 3, "lost.txt"), (1, 3, "naming.txt"), (2, 3, "other.txt"), (3, 3, "")]
    assert report.anything


def test_loading_again_changes_nothing(folder: Path, store: Store) -> None:
    load_paths([folder], store)
    before, generation = exports_of(store), store.generation
    report = load_paths([folder], store)
    assert (report.loaded, report.unchanged, report.changed_graphs) == ([], sorted(TEXTS), ())
    assert (exports_of(store), store.generation) == (before, generation)
    assert report.anything


def test_a_file_named_twice_is_read_once(folder: Path, store: Store) -> None:
    report = load_paths([folder / "lost.txt", folder, folder / ".." / "texts" / "lost.txt"], store)
    assert (len(report.loaded), report.duplicates) == (3, [])


def test_loading_again_from_the_disk_reads_no_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path / "store", write=True) as store:
        load_paths([folder], store)
        before = graphs_of(store)

    def never(*_: object) -> None:
        raise AssertionError("a text that is known must not be read again")

    monkeypatch.setattr(load, "extract_text", never)
    with Store.open(tmp_path / "store", write=True) as store:
        report = load_paths([folder], store)
        assert (report.unchanged, report.changed_graphs) == (sorted(TEXTS), ())
        assert graphs_of(store) == before == fresh_by_disk(store)
        assert stored_text("other.txt", store) == TEXTS["other.txt"]


def fresh_by_disk(store: Store) -> dict[str, str]:
    """Make the graphs anew from the kept records alone."""
    with Store.in_memory() as other:
        kept = list(load._sources_of(store))
        for one in kept:
            load._sources_of(other).put(one)
        load._rebuild(other, load._sources_of(other), Report())
        return graphs_of(other)


def test_one_more_text_makes_its_own_graph_alone_and_those_that_it_bears_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def noted(extraction: Extraction, *rest: Any) -> Any:
        made.append(extraction.source.file)
        return source_triples(extraction, *rest)

    monkeypatch.setattr(load, "source_triples", noted)
    place = tmp_path / "store"
    for texts, expected in (
        ({}, sorted(TEXTS)),
        ({"new.txt": plan("61/KH-UBND")}, ["new.txt"]),
        # What names the text that lost its number tells of that one too.
        ({"naming.txt": TEXTS["naming.txt"].replace("37/KH-UBND", "73/KH-UBND")}, ["lost.txt", "naming.txt"]),
        ({}, []),
    ):
        write(folder, texts)
        made.clear()
        with Store.open(place, write=True) as store:
            load_paths([folder], store)
            assert made == expected
            assert graphs_of(store) == fresh(folder)


def test_new_rules_read_every_text_anew(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    load_paths([folder], store)
    monkeypatch.setattr(load, "rules_digest", lambda: "other rules")
    assert [one.key for one in load_paths([folder], store).loaded] == sorted(TEXTS)
    assert load_paths([folder], store).loaded == []


# --- change -----------------------------------------------------------------------------------------------------------

CHANGES: Mapping[str, tuple[dict[str, str], set[str]]] = {
    "alone": ({"other.txt": plan("10/KH-UBND", province="Nghệ An")}, {"other.txt"}),
    "its words only": ({"other.txt": TEXTS["other.txt"] + "\nNơi nhận: Lưu VT."}, {"other.txt"}),
    "what others stand on": (
        {"naming.txt": TEXTS["naming.txt"].replace("37/KH-UBND", "73/KH-UBND")},
        {"naming.txt", "lost.txt", ""},
    ),
    "what named the other": ({"naming.txt": plan("50/KH-UBND")}, {"naming.txt", "lost.txt", ""}),
    "what was named": (
        {"lost.txt": TEXTS["lost.txt"].replace("Chương trình", "Đề án")},
        {"lost.txt", ""},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_source_replaces_its_graph_and_those_that_depend_on_it(
    change: str, folder: Path, store: Store
) -> None:
    texts, expected = CHANGES[change]
    load_paths([folder], store)
    before = graphs_of(store)
    write(folder, texts)
    report = load_paths([folder], store)
    assert [one.key for one in report.loaded] == list(texts)
    after = graphs_of(store)
    assert after == fresh(folder)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert keys_of(report.changed_graphs) == changed == expected


def test_only_what_is_named_is_read_and_nothing_else_is_lost(folder: Path, store: Store) -> None:
    load_paths([folder], store)
    (folder / "other.txt").unlink()
    write(folder, {"lost.txt": plan()})
    report = load_paths([folder / "naming.txt"], store)
    assert (report.unchanged, report.changed_graphs) == (["naming.txt"], ())
    assert set(graphs_of(store)) == {*TEXTS, ""}


@pytest.mark.parametrize("key", TEXTS)
def test_a_dropped_source_leaves_nothing_behind(key: str, folder: Path, store: Store) -> None:
    load_paths([folder], store)
    assert drop_source(key, store)
    (folder / key).unlink()
    assert graphs_of(store) == fresh(folder)
    assert stored_text(key, store) is None
    assert not drop_source(key, store)
    write(folder, {key: TEXTS[key]})
    load_paths([folder], store)
    assert graphs_of(store) == fresh(folder)


def test_what_is_not_there_cannot_be_dropped(folder: Path, store: Store) -> None:
    load_paths([folder], store)
    before = graphs_of(store)
    assert not drop_source("không có.txt", store)
    assert graphs_of(store) == before


# --- names ------------------------------------------------------------------------------------------------------------


def test_one_text_under_two_names_is_one_source(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a.txt": plan(), "b.txt": plan(), "c/d.txt": plan()})
    for _ in range(2):
        report = load_paths([tmp_path], store)
        assert [(path.name, twin) for path, twin in report.duplicates] == [("b.txt", "a.txt"), ("d.txt", "a.txt")]
        assert set(graphs_of(store)) == {"a.txt"}


def test_a_file_that_becomes_a_copy_of_another_gives_up_its_graph(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a.txt": plan(), "b.txt": plan("38/KH-UBND")})
    load_paths([tmp_path], store)
    write(tmp_path, {"b.txt": plan()})
    report = load_paths([tmp_path], store)
    assert [(path.name, twin) for path, twin in report.duplicates] == [("b.txt", "a.txt")]
    assert graphs_of(store) == fresh(tmp_path)
    assert set(graphs_of(store)) == {"a.txt"}


def test_a_copy_whose_twin_changes_is_not_lost(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"b.txt": plan()})
    load_paths([tmp_path], store)
    write(tmp_path, {"a.txt": plan()})
    load_paths([tmp_path], store)
    write(tmp_path, {"b.txt": plan("38/KH-UBND")})
    load_paths([tmp_path], store)
    assert set(graphs_of(store)) == {"a.txt", "b.txt"}


def test_which_copy_counts_does_not_hang_on_the_order(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": plan(), "b.txt": plan()})
    assert fresh(tmp_path / "b.txt", tmp_path / "a.txt") == fresh(tmp_path / "a.txt", tmp_path / "b.txt")


def test_one_name_in_two_folders_is_two_sources(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"bắc giang/kế hoạch.txt": plan(), "nghệ an/kế hoạch.txt": plan(province="Nghệ An")})
    for _ in range(2):
        load_paths([tmp_path], store)
        assert set(graphs_of(store)) == {"bắc giang/kế hoạch.txt", "nghệ an/kế hoạch.txt"}


def test_one_name_in_a_folder_loaded_later_is_another_source(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a/x.txt": plan(), "b/x.txt": plan("38/KH-UBND")})
    load_paths([tmp_path / "a"], store)
    load_paths([tmp_path / "b"], store)
    assert set(graphs_of(store)) == {"x.txt", "b/x.txt"}
    report = load_paths([tmp_path], store)
    assert sorted(report.unchanged) == ["b/x.txt", "x.txt"]


def test_a_moved_file_is_the_same_source(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a/x.txt": plan()})
    load_paths([tmp_path], store)
    (tmp_path / "a").rename(tmp_path / "b")
    report = load_paths([tmp_path], store)
    assert (report.unchanged, report.changed_graphs) == (["x.txt"], ())
    write(tmp_path, {"b/x.txt": plan("38/KH-UBND")})
    assert [one.key for one in load_paths([tmp_path], store).loaded] == ["x.txt"]
    assert set(graphs_of(store)) == {"x.txt"}


def test_a_new_file_in_the_place_of_a_moved_one_is_another_source(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a/x.txt": plan()})
    load_paths([tmp_path], store)
    (tmp_path / "a").rename(tmp_path / "b")
    load_paths([tmp_path], store)
    write(tmp_path, {"a/x.txt": plan("38/KH-UBND")})
    load_paths([tmp_path / "a"], store)
    assert len(graphs_of(store)) == 2


def test_names_in_two_unicode_forms_are_one_source(tmp_path: Path, store: Store) -> None:
    name = "kế hoạch.txt"
    decomposed = "".join(map(chr, (107, 101, 770, 769, 32, 104, 111, 97, 803, 99, 104))) + ".txt"
    write(tmp_path, {f"a/{decomposed}": plan()})
    load_paths([tmp_path], store)
    assert set(graphs_of(store)) == {name}


def test_a_name_that_is_no_unicode(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"tốt.txt": plan("38/KH-UBND")})
    with open(os.fsencode(tmp_path) + b"/k\xff.txt", "w", encoding="utf-8") as file:
        file.write(plan())
    report = load_paths([tmp_path], store)
    assert len(report.loaded) + len(report.refused) == 2
    assert "tốt.txt" in graphs_of(store)


def test_a_readme_is_no_document_unless_it_is_named(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"README.md": plan(), "a.txt": plan("38/KH-UBND")})
    assert [one.key for one in load_paths([tmp_path], store).loaded] == ["a.txt"]
    assert [one.key for one in load_paths([tmp_path / "README.md"], store).loaded] == ["README.md"]


def test_a_program_beside_documents_is_no_bad_document_unless_it_is_named(tmp_path: Path, store: Store) -> None:
    write(tmp_path, {"a.txt": plan(), "hỏi.py": "import cancu", "sổ tay.ipynb": "{}", "bảng.xlsx": "x"})
    assert [one.path.name for one in load_paths([tmp_path], store).refused] == ["bảng.xlsx"]
    assert [one.path.name for one in load_paths([tmp_path / "hỏi.py"], store).refused] == ["hỏi.py"]


# --- bad input --------------------------------------------------------------------------------------------------------


def reasons(report: Report) -> dict[str, str]:
    found = {refused.path.name: refused.reason for refused in report.refused}
    assert set(found.values()) <= set(readers.REASONS) | {"internal"}
    return found


def test_files_that_cannot_be_read_cost_nothing_else(folder: Path, store: Store) -> None:
    write(
        folder,
        {
            "a-rỗng.txt": "",
            "b-dữ-liệu.txt": bytes(range(256)) * 40,
            "c.docx": b"PK\x03\x04 not really",
            "d.pdf": b"%PDF-1.4\n",
            "e.xlsx": "bảng",
            "f": "không đuôi",
        },
    )
    report = load_paths([folder, folder / "không có.txt"], store)
    assert set(reasons(report)) == {"a-rỗng.txt", "b-dữ-liệu.txt", "c.docx", "d.pdf", "e.xlsx", "f", "không có.txt"}
    assert sorted(one.key for one in report.loaded) == sorted(TEXTS)
    assert {**graphs_of(store)} == fresh(*(folder / name for name in TEXTS))


def test_a_flaw_of_ours_in_one_text_costs_nothing_else(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flawed(text: str, source: Source) -> Extraction:
        if "Nghệ An" in text:
            raise ZeroDivisionError("thử")
        return extract_text(text, source)

    monkeypatch.setattr(load, "extract_text", flawed)
    report = load_paths([folder], store)
    assert reasons(report) == {"other.txt": "internal"}
    assert dict(report.refused[0].detail) == {"error": "ZeroDivisionError: thử"}
    assert set(graphs_of(store)) == {"lost.txt", "naming.txt", ""}


def test_a_file_that_went_bad_keeps_what_it_held(folder: Path, store: Store) -> None:
    load_paths([folder], store)
    before = graphs_of(store)
    write(folder, {"naming.txt": b""})
    report = load_paths([folder], store)
    assert reasons(report) == {"naming.txt": "empty"}
    assert graphs_of(store) == before


def test_nothing_to_load(tmp_path: Path, store: Store) -> None:
    report = load_paths([tmp_path], store)
    assert (report.anything, report.changed_graphs, store.graphs()) == (False, (), ())
    report = load_paths([tmp_path / "không có"], store)
    assert (report.anything, reasons(report)) == (False, {"không có": "missing"})
    assert load_paths([], store) == Report()


BASIS = "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ"

ODD: Mapping[str, tuple[bytes, int]] = {
    "NULs": (plan("37/KH-UBND", BASIS.replace(" ", "\x00 ")).encode(), 1),
    "controls": (plan("37/KH-UBND", f"\x01\x08\x0b\x1b{BASIS}\x7f\x85\u2028").encode(), 1),
    "mixed encodings": (
        plan("37/KH-UBND", BASIS).encode() + "Căn cứ ghi chú: phê duyệt".encode("cp1258", "replace"),
        1,
    ),
    "UTF-16": (plan("37/KH-UBND", BASIS).encode("utf-16"), 1),
    "impossible dates": (
        plan("37/KH-UBND", BASIS.replace("18/01", "31/4"), BASIS.replace("18/01", "00/13")).encode(),
        2,
    ),
    "one long line": (("Không có gì. " * 4_000 + f"Căn cứ {BASIS}; " + "không có gì, " * 4_000).encode(), 1),
    "one long word": (("a" * 50_000 + f" Căn cứ {BASIS}; " + "1" * 50_000 + "/" * 50_000).encode(), 1),
    "every line alone": (("\n" * 50_000 + f"Căn cứ {BASIS};" + "\r\n \r" * 10_000).encode(), 1),
    "no letters": (b"1234567890 / - . , ; : ( ) \n" * 500, 0),
    "quotes and escapes": (plan("37/KH-UBND", f'"\\u0041 \\" {{}} <x> {BASIS} """ \\').encode(), 1),
    "beyond the plane": (plan("37/KH-UBND", f"𝐂ă𝐧 𝐜ứ 😀\U0010ffff\ufffe {BASIS}").encode(), 1),
}


@pytest.mark.parametrize("oddity", ODD)
def test_odd_texts(oddity: str, tmp_path: Path, store: Store) -> None:
    data, citations = ODD[oddity]
    write(tmp_path, {"odd.txt": data, "good.txt": plan("38/KH-UBND")})
    report = load_paths([tmp_path], store)
    assert [one.key for one in report.loaded] == ["good.txt", "odd.txt"]
    assert report.loaded[1].citations == citations
    before = graphs_of(store)
    texts = {str(source_iri(key)): stored_text(key, store) for key in ("odd.txt", "good.txt")}
    shown = 0
    for row in store.select(
        "SELECT ?source ?start ?end ?exact { ?target oa:hasSource ?source ; oa:hasSelector ?place , ?quote ."
        " ?place oa:start ?start ; oa:end ?end . ?quote oa:exact ?exact }"
    ):
        source, start, end, exact = (term.value for term in row if isinstance(term, ox.NamedNode | ox.Literal))
        text = texts[source]
        assert text is not None and text[int(start) : int(end)] == exact
        shown += 1
    assert shown >= citations + 1
    # The way of a change goes through SPARQL text, with escapes of its own.
    write(tmp_path, {"odd.txt": data + "\nHết.".encode("utf-16-le" if oddity == "UTF-16" else "utf-8")})
    load_paths([tmp_path], store)
    assert graphs_of(store) == fresh(tmp_path)
    write(tmp_path, {"odd.txt": data})
    load_paths([tmp_path], store)
    assert graphs_of(store) == before


def test_a_megabyte_on_one_line(tmp_path: Path, store: Store) -> None:
    line = f"Căn cứ {BASIS}; " + "không có gì nữa, " * 100
    text = line * (1_000_000 // len(line.encode()))
    report = load_paths([write(tmp_path, {"dài.txt": text})], store)
    assert report.loaded[0].citations == text.count("số 90/QĐ-TTg") > 400
    assert len(graphs_of(store)["dài.txt"]) > len(text)


#: Texts of many lines, each kind with something that a careless reader would look for in all lines before.
LINES = {
    "full": "Căn cứ Quyết định số {0}/QĐ-UBND ngày 20/9/2022 của Ủy ban nhân dân tỉnh Bắc Giang;\n",
    "short": "Căn cứ Nghị định số {0}/2022/NĐ-CP ngày 20/9/2022 của Chính phủ; theo Nghị định {0}.\n",
    "undated": "Căn cứ Quyết định số {0}/QĐ-UBND về việc giao vốn;\n",
    "sections": "{0}. Nội dung\n\nTheo Quyết định số {0}/QĐ-UBND ngày 20/9/2022 của UBND tỉnh.\n\n",
    "repairs": "Hỗ tr  hộ nghèo đư c vay vốn, phối h p {0}/QĐ-\n\nUBND ngày 1/2/2023\n",
    "doubts": "Căn cứ Thông tư số {0}/2022/NĐ-CP ngày 31/4/2022 của Chính phủ;\n",
}


@pytest.mark.parametrize("kind", LINES)
def test_time_grows_with_the_length(kind: str) -> None:
    def seconds(lines: int, runs: int) -> tuple[float, float]:
        text = "".join(LINES[kind].format(number) for number in range(1, lines + 1))
        found, taken = Extraction(Source("", "", "", 0), Document()), []
        for _ in range(runs):
            start = time.process_time()
            found = extract_text(text, Source("a.txt", "0" * 64, "text/plain", len(text)))
            read = time.process_time()
            source_triples(found, resolve([found]), text)
            taken.append((read - start, time.process_time() - read))
        assert len(found.citations) >= lines
        return min(reading for reading, _ in taken), min(drawing for _, drawing in taken)

    seconds(10, 1)
    # Eight times the lines: eight times the time, 64 times where it grows with the square.
    for few, many in zip(seconds(100, 3), seconds(800, 2), strict=True):
        assert many < 32 * few


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING, ANYTHING)
def test_any_characters_around_a_citation(tmp_path: Path, before: str, behind: str) -> None:
    with Store.in_memory() as store:
        write(tmp_path, {"a.txt": plan("37/KH-UBND", BASIS)})
        load_paths([tmp_path], store)
        write(tmp_path, {"a.txt": plan("37/KH-UBND", f"{before} {BASIS}{behind}")})
        load_paths([tmp_path], store)
        assert graphs_of(store) == fresh(tmp_path)


def test_a_kept_source_that_was_spoilt_is_read_again(folder: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", write=True) as store:
        load_paths([folder], store)
        before = graphs_of(store)
    kept = sorted((tmp_path / "store" / "sources").glob("*.json"))
    assert len(kept) == len(TEXTS)
    kept[0].write_bytes(kept[0].read_bytes()[:100])
    kept[1].write_text("{}")
    with Store.open(tmp_path / "store", write=True) as store:
        report = load_paths([folder], store)
        assert len(report.loaded) == 2 and len(report.unchanged) == 1
        assert graphs_of(store) == before


# --- order, place and workers -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with those examples that are quickest to read."""
    target = tmp_path_factory.mktemp("examples")
    for file in sorted(EXAMPLES.iterdir()):
        if file.suffix in (".txt", ".md") and file.stem != "README":
            shutil.copyfile(file, target / file.name)
    assert len(list(target.iterdir())) == 13
    return target


@pytest.fixture(scope="module")
def examples_exports(some_examples: Path) -> dict[str, bytes]:
    """Give the exports of these examples, loaded in one go."""
    with Store.in_memory() as store:
        load_paths([some_examples], store)
        return exports_of(store)


def test_order_and_place_leave_no_trace(
    some_examples: Path, examples_exports: dict[str, bytes], tmp_path: Path, store: Store
) -> None:
    for number, file in enumerate(sorted(some_examples.iterdir())):
        target = tmp_path / "một nơi khác" / str(number % 3) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        os.utime(target, (number, number))
    load_paths(sorted((tmp_path / "một nơi khác").rglob("*.*"), reverse=True), store)
    assert exports_of(store) == examples_exports


def test_what_came_before_leaves_no_trace(
    some_examples: Path, examples_exports: dict[str, bytes], tmp_path: Path
) -> None:
    files = sorted(some_examples.iterdir(), key=lambda file: file.name[::-1])
    with Store.open(tmp_path / "store", write=True) as store:
        load_paths([write(tmp_path, {"gone.txt": plan()}) / "gone.txt"], store)
        for start in range(0, len(files), 4):
            load_paths(files[start : start + 4], store)
        assert drop_source("gone.txt", store)
        store.drop_graph(str(GRAPH_VOCABULARY))
        assert exports_of(store) == examples_exports


def test_the_name_of_the_folder_leaves_no_trace(tmp_path: Path) -> None:
    texts = {"x.txt": plan(), "sub/x.txt": plan("38/KH-UBND")}
    assert fresh(write(tmp_path / "one", texts)) == fresh(write(tmp_path / "two", texts))


def test_two_workers_do_the_same_as_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    write(folder, {"rỗng.txt": "", "hỏng.docx": b"PK\x03\x04", "bản sao.txt": TEXTS["other.txt"]})
    with Store.in_memory() as alone:
        first = [load_paths([folder], alone, workers=1)]
        graphs = graphs_of(alone)
        write(folder, {"naming.txt": plan("50/KH-UBND")})
        first.append(load_paths([folder], alone, workers=1))
    write(folder, TEXTS)
    pools = []

    class Counted(ProcessPoolExecutor):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            pools.append(arguments)
            super().__init__(*arguments, **named)

    monkeypatch.setattr(load, "ProcessPoolExecutor", Counted)
    monkeypatch.setattr(load, "_MANY_BYTES", 1)
    both = [load_paths([folder], store, workers=2)]
    assert graphs_of(store) == graphs
    write(folder, {"naming.txt": plan("50/KH-UBND")})
    both.append(load_paths([folder], store, workers=2))
    assert both == first
    assert len(pools) == 2
    assert [len(report.loaded) for report in both] == [3, 1]


def test_few_bytes_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(load, "ProcessPoolExecutor", None)
    assert load_paths([folder], store, workers=2).anything


# --- exports ----------------------------------------------------------------------------------------------------------


def test_two_builds_are_the_same_bytes(some_examples: Path, examples_exports: dict[str, bytes], store: Store) -> None:
    load_paths([some_examples], store)
    assert exports_of(store) == examples_exports
    assert all(examples_exports.values())


# rdflib warns of names of its own that it uses itself.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", FORMATS)
def test_an_export_read_back_is_the_same_graph(form: ExportFormat, folder: Path, store: Store) -> None:
    load_paths([folder], store)
    exports = exports_of(store)
    formats = {"nquads": "nquads", "trig": "trig", "jsonld": "json-ld", "turtle": "turtle"}
    whole, again = Dataset(), Dataset()
    whole.parse(data=exports["nquads"], format="nquads")
    if form == "turtle":
        union = Graph()
        for subject, predicate, value, _ in whole.quads():
            union.add((subject, predicate, value))
        assert isomorphic(Graph().parse(data=exports[form], format="turtle"), union)
        return
    again.parse(data=exports[form], format=formats[form])
    names = {str(graph.identifier) for graph in whole.graphs() if len(graph)}
    assert names == set(store.graphs()) and len(names) == len(TEXTS) + 1
    for name in sorted(names):
        one, other = (dataset.graph(name) for dataset in (whole, again))
        assert len(one) == len(other) > 0
        assert isomorphic(one, other)
    assert not [node for quad in again.quads() for node in quad if isinstance(node, BNode)]


# --- killed -----------------------------------------------------------------------------------------------------------

#: Where a load is killed: a function, how often it is called before, and whether it is still carried out.
POINTS = {
    "before the first text is kept": ("cancu.loaders.load:_Sources.put", 0, False),
    "while a text is being kept": ("os:replace", 0, False),
    "when a text is kept": ("os:replace", 0, True),
    "when two texts are kept": ("cancu.loaders.load:_Sources.put", 1, True),
    "before the graphs": ("cancu.queries.store:Store.replace_graphs", 0, False),
    "before the first graph is changed": ("cancu.queries.store:Store._change", 0, False),
    "behind the first graph": ("cancu.queries.store:Store._change", 0, True),
    "behind the second graph": ("cancu.queries.store:Store._change", 1, True),
    "before the flush": ("cancu.queries.store:Store.flush", 0, False),
    "behind the flush": ("cancu.queries.store:Store.flush", 0, True),
}

#: Loads in children of one process, each killed at its point: texts, and for each point a store of its own.
KILLER = """
import importlib, os, signal, sys
from pathlib import Path
from cancu.loaders.load import load_paths
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.store import Store

def arm(function, times, carried_out):
    module, _, name = function.partition(":")
    owner = importlib.import_module(module)
    *outer, name = name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    real = getattr(owner, name)
    calls = []
    def deadly(*arguments, **named):
        calls.append(1)
        last = len(calls) > times
        result = real(*arguments, **named) if carried_out or not last else None
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, deadly)

# Written once, for all children.
vocabulary_ntriples()
texts = Path(sys.argv[1])
for words in sys.argv[2:]:
    store, function, times, carried_out = words.split("|")
    child = os.fork()
    if child == 0:
        # What opening does to the store is none of the load's doing.
        with Store.open(Path(store), write=True) as opened:
            arm(function, int(times), carried_out == "True")
            load_paths([texts], opened)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else "survived", flush=True)
"""


def kill_at(points: Iterable[tuple[str, int, bool]], texts: Path, stores: Iterable[Path]) -> None:
    """Load into each store and be killed at its point."""
    orders = [f"{store}|{'|'.join(map(str, point))}" for store, point in zip(stores, points, strict=True)]
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(texts), *orders], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == [str(int(signal.SIGKILL))] * len(orders), done.stderr


def disk_graphs(store: Path) -> dict[str, str]:
    with Store.open(store) as opened:
        return graphs_of(opened)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], Path, dict[str, str], dict[str, str]]:
    """Give stores that were killed at each point while texts changed, the texts, and the graphs of before and after."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    place = tmp_path_factory.mktemp("killed")
    texts = write(place / "texts", TEXTS)
    with Store.open(place / "store", write=True) as store:
        load_paths([texts], store)
    before = disk_graphs(place / "store")
    write(
        texts,
        {
            "naming.txt": TEXTS["naming.txt"].replace("37/KH-UBND", "73/KH-UBND"),
            "other.txt": plan("10/KH-UBND", province="Nghệ An"),
            "new.txt": plan("11/KH-UBND"),
        },
    )
    after = fresh(texts)
    assert {key for key in after if after[key] != before.get(key)} == {
        "lost.txt",
        "naming.txt",
        "other.txt",
        "new.txt",
        "",
    }
    stores = {point: place / str(number) for number, point in enumerate(POINTS)}
    for store_of_point in stores.values():
        shutil.copytree(place / "store", store_of_point)
    kill_at(POINTS.values(), texts, stores.values())
    return stores, texts, before, after


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_load_leaves_each_graph_old_or_new_and_the_next_one_completes_it(
    point: str, killed: tuple[dict[str, Path], Path, dict[str, str], dict[str, str]]
) -> None:
    stores, texts, before, after = killed
    left = disk_graphs(stores[point])
    for key in before.keys() | after.keys():
        assert left.get(key) in (before.get(key), after.get(key)), key
    reached = {key for key in after if left.get(key) == after[key] != before.get(key)}
    # Each point is where its name says.
    assert bool(reached) == (point in ("behind the first graph", "behind the second graph") or "flush" in point)
    assert (left == after) == ("flush" in point)
    with Store.open(stores[point], write=True) as store:
        load_paths([texts], store)
        assert graphs_of(store) == after
        assert load_paths([texts], store).changed_graphs == ()
    assert disk_graphs(stores[point]) == after


def test_a_killed_first_load(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    texts = write(tmp_path / "texts", TEXTS)
    after = fresh(texts)
    size = sum(graph.count("\n") + 1 for graph in after.values())
    points = [
        ("cancu.queries.store:Store.content", 1, True),
        # A triple is made a quad twice: to give it its lexical form, and on its way into the store.
        ("pyoxigraph:Quad", size + size // 2, True),
        ("cancu.queries.store:Store.flush", 0, False),
    ]
    stores = [tmp_path / str(number) for number in range(len(points))]
    kill_at(points, texts, stores)
    # Graphs that are new come into the store together.
    assert [disk_graphs(store) for store in stores] == [{}, {}, after]
    for store in stores:
        with Store.open(store, write=True) as opened:
            load_paths([texts], opened)
            assert graphs_of(opened) == after


@pytest.mark.parametrize("how", ["drop", "copy"])
def test_a_killed_removal_can_be_completed(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """Stand for the death of the process."""

    def die(*_: object) -> None:
        raise Killed

    texts = write(tmp_path / "texts", TEXTS)
    path = tmp_path / "store"
    with Store.open(path, write=True) as store:
        load_paths([texts], store)
        (texts / "other.txt").unlink()
        if how == "copy":
            write(texts, {"other.txt": TEXTS["naming.txt"]})
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Store, "drop_graph", die)
            if how == "drop":
                drop_source("other.txt", store)
            else:
                load_paths([texts], store)
    with Store.open(path, write=True) as store:
        load_paths([texts], store)
        left = set(graphs_of(store))
    # A dropped source that is still there as a whole is the old state; one without its records can never be renewed.
    assert left == {"lost.txt", "naming.txt", ""} or (
        how == "drop" and "other.txt" in left and stored_text_at(path, "other.txt") is not None
    )


def stored_text_at(path: Path, key: str) -> str | None:
    with Store.open(path) as store:
        return stored_text(key, store)
