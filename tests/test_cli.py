"""Test the command line: what it prints, how it exits, and that no flaw of a caller or a text shows a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from cancu import __version__
from cancu.__main__ import main
from cancu.language import LANGUAGES
from cancu.queries.catalogue import questions
from cancu.queries.store import Store
from tests.library import KH_52, graphs_of
from tests.plans import short_plans
from tests.samples import plan, write

COMMANDS = (
    *("load", "drop", "extract", "chain", "plan", "who", "ask", "network", "sparql", "find", "export", "info"),
    *("reason", "validate", "audit"),
)

TEXT = plan(
    "52/KH-UBND",
    "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ phê duyệt Chương trình",
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store on disk that holds the library."""
    folder = tmp_path_factory.mktemp("library") / "kho"
    with Store.open(folder, write=True) as store:
        store.replace_graphs(graphs_of())
        store.flush()
    return folder


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store on disk that holds a few plans."""
    folder = tmp_path_factory.mktemp("plans") / "kho"
    with Store.open(folder, write=True) as store:
        store.replace_graphs(short_plans())
        store.flush()
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "văn bản"
    folder.mkdir()
    write(folder, {"kế hoạch.txt": TEXT})
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Run a command line that must be refused, with one sentence in either language; give the English one."""
    sentences = []
    for lang in LANGUAGES:
        status, out, err = run(capsys, *words, "--lang", lang)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1 and err.strip()
        sentences.append(err)
    assert sentences[0] != sentences[1]
    return sentences[1]


# --- help -------------------------------------------------------------------------------------------------------------


def test_without_a_command_three_examples_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    assert sum(line.strip().startswith("cancu ") for line in out.splitlines()) >= 3


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_has_help_in_every_language(capsys: pytest.CaptureFixture[str], command: str, lang: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*([command] if command else []), "--help", "--lang", lang])
    assert stopped.value.code in (0, None)
    out = capsys.readouterr().out
    assert out.startswith("usage:" if lang == "en" else "cách dùng:")
    assert ("show this help message" in out) is False
    assert all(name in out for name in COMMANDS) or command


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"cancu {__version__}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["bogus"], "cannot be bogus but one of: load, "),
        (["chain"], "DOCUMENT is missing"),
        (["chain", "x", "--bogus"], "--bogus is not understood"),
        (["chain", "x", "--depth", "two"], "--depth cannot be two"),
        (["chain", "x", "--depth", "-1"], "--depth cannot be -1"),
        (["chain", "x", "--depth"], "--depth needs a value"),
        (["info", "--format", "yaml"], "--format cannot be yaml"),
        (["load"], "PATH is missing"),
        (["ask", "basis", "90/QĐ-TTg"], "is no parameter"),
        (["export", "x.doc"], "its name must end in .trig"),
    ],
)
def test_a_flawed_command_line_is_one_sentence(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    assert told in refused(capsys, *words)


def test_the_language_may_stand_anywhere(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    for words in (["--lang", "en", "info"], ["info", "--lang", "en"], ["--lang=en", "info"], ["info", "--lang=en"]):
        assert "Sources" in run(capsys, *words, "--store", kept)[1]


def test_the_store_may_stand_anywhere(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    assert run(capsys, "--store", kept, "info") == run(capsys, "info", "--store", kept)


# --- load, extract ----------------------------------------------------------------------------------------------------


def test_loading_tells_what_was_read_and_a_second_time_that_nothing_changed(
    capsys: pytest.CaptureFixture[str], texts: Path, tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "load", texts, "--store", tmp_path / "kho")
    assert status == 0
    assert "kế hoạch.txt" in out and "Đã nạp 1" in out
    status, out, _ = run(capsys, "load", texts, "--store", tmp_path / "kho", "--lang", "en")
    assert status == 0
    assert "unchanged 1" in out
    assert run(capsys, "chain", "52/KH-UBND", "--store", tmp_path / "kho")[1].count("90/QĐ-TTg") >= 1


def test_one_bad_file_loses_nothing_else(capsys: pytest.CaptureFixture[str], texts: Path, tmp_path: Path) -> None:
    (texts / "rỗng.txt").write_text("")
    (texts / "nhị phân.txt").write_bytes(bytes(range(256)) * 8)
    status, out, _ = run(capsys, "load", texts, "--store", tmp_path / "kho")
    assert status == 0
    assert "rỗng.txt: " in out and "nhị phân.txt: " in out and "Đã nạp 1" in out


def test_where_nothing_was_loaded_the_status_is_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "trống").mkdir()
    assert run(capsys, "load", tmp_path / "trống", "--store", tmp_path / "kho")[0] == 1
    assert run(capsys, "load", tmp_path / "không có", "--store", tmp_path / "kho")[0] == 1


def test_a_source_can_be_dropped(capsys: pytest.CaptureFixture[str], texts: Path, tmp_path: Path) -> None:
    store = tmp_path / "kho"
    run(capsys, "load", texts, "--store", store)
    assert run(capsys, "drop", "kế hoạch.txt", "--store", store)[0] == 0
    assert "holds no source kế hoạch.txt" in refused(capsys, "drop", "kế hoạch.txt", "--store", store)


def test_extract_prints_one_object_or_a_line_each(capsys: pytest.CaptureFixture[str], texts: Path) -> None:
    file = texts / "kế hoạch.txt"
    records = json.loads(run(capsys, "extract", file)[1])
    assert records["citations"][0]["number"] == "90/QĐ-TTg"
    lines = run(capsys, "extract", file, file)[1].splitlines()
    assert [json.loads(line)["document"]["number"] for line in lines] == ["52/KH-UBND"] * 2


def test_extract_prints_the_plain_text(capsys: pytest.CaptureFixture[str], texts: Path) -> None:
    assert run(capsys, "extract", "--text", texts / "kế hoạch.txt")[1] == TEXT


def test_extract_goes_on_after_a_bad_file(capsys: pytest.CaptureFixture[str], texts: Path) -> None:
    (texts / "rỗng.txt").write_text("")
    status, out, err = run(capsys, "extract", texts / "rỗng.txt", texts / "kế hoạch.txt")
    assert status == 0
    assert len(out.splitlines()) == 1 and err.count("\n") == 1
    assert run(capsys, "extract", texts / "rỗng.txt")[0] == 1


# --- chain ------------------------------------------------------------------------------------------------------------


def test_chain_prints_the_tree_unbroken_into_a_pipe(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    status, out, _ = run(capsys, "chain", "52/KH-UBND", "--store", kept)
    assert status == 0
    assert "«Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ»" in out
    assert any(len(line) > 120 for line in out.splitlines())
    assert "\x1b" not in out


def test_chain_goes_down_and_to_a_depth(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    down = run(capsys, "chain", "90/QĐ-TTg", "--down", "--store", kept)[1]
    assert "60/KH-UBND" in down and "24/2021/QH15" not in down
    assert "24/2021/QH15" not in run(capsys, "chain", "52/KH-UBND", "--depth", "1", "--store", kept)[1]


def test_chain_as_json(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    found = json.loads(run(capsys, "chain", "52/KH-UBND", "--format", "json", "--store", kept)[1])
    assert found["document"] == KH_52
    assert found["branches"][1]["reasons"][0]["proof"][0]["source"] == "kh-yen-thinh.txt"


def test_several_candidates_are_an_answer(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    for words in (["chain", "1401/QĐ-UBND"], ["ask", "basis", "document=1401/QĐ-UBND"]):
        status, out, err = run(capsys, *words, "--store", kept)
        assert (status, err) == (0, "")
        assert "Hà Trung" in out and "Lam Sơn" in out


def test_an_unknown_document_is_one_sentence(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    assert "999/QĐ-X" in refused(capsys, "chain", "999/QĐ-X", "--store", kept)
    assert "999/QĐ-X" in refused(capsys, "ask", "basis", "document=999/QĐ-X", "--store", kept)


# --- plan, who --------------------------------------------------------------------------------------------------------


def test_plan_prints_one_plan_on_one_screen(capsys: pytest.CaptureFixture[str], planned: Path) -> None:
    status, out, err = run(capsys, "plan", "58/KH-UBND", "--store", planned)
    assert (status, err) == (0, "")
    assert out.startswith("Kế hoạch số 58/KH-UBND · 12/03/2024 · Ủy ban nhân dân huyện Con Cuông\n")
    assert max(map(len, out.splitlines())) <= 120
    assert "tổng: 2.345" in out and "Nghi vấn cần xem lại: 0" in out
    english = run(capsys, "plan", "58/KH-UBND", "--lang", "en", "--store", planned)[1]
    assert "total: 2,345" in english and "Doubts to look at: 0" in english


def test_plan_as_json(capsys: pytest.CaptureFixture[str], planned: Path) -> None:
    found = json.loads(run(capsys, "plan", "58/KH-UBND", "--format", "json", "--store", planned)[1])
    assert [one["code"] for one in found["components"]] == ["DA2", "DA3", "DA3.TDA2"]
    assert found["components"][0]["sums"][0]["proof"][0]["source"] == "ke-hoach-con-cuong-2024.txt"


def test_who_prints_roles_with_sentences(capsys: pytest.CaptureFixture[str], planned: Path) -> None:
    status, out, err = run(capsys, "who", "dự", "án", "2", "Con", "Cuông", "--store", planned)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "Dự án 2: Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo"
    assert "[ke-hoach-con-cuong-2024.txt:" in out
    assert not any(line != line.rstrip() for line in out.splitlines())
    narrowed = run(capsys, "who", "DA2", "--document", "58/KH-UBND", "--store", planned)[1]
    assert narrowed == out


def test_who_in_every_format(capsys: pytest.CaptureFixture[str], planned: Path) -> None:
    words = ("who", "DA2", "--document", "58/KH-UBND", "--store", planned, "--format")
    rows = json.loads(run(capsys, *words, "json")[1])["rows"]
    assert [row["role"] for row in rows] == ["chủ trì", "phối hợp"]
    assert len(list(csv.DictReader(io.StringIO(run(capsys, *words, "csv")[1])))) == 2
    assert run(capsys, *words, "markdown")[1].count("\n") == 4
    assert "Phòng Lao động" in run(capsys, *words, "table")[1]


def test_who_lists_the_activities_that_may_be_meant(capsys: pytest.CaptureFixture[str], planned: Path) -> None:
    for form in ("text", "table", "json"):
        status, out, _ = run(capsys, "who", "DA3", "--format", form, "--store", planned)
        assert status == 0
        assert "96/KH-UBND" in out and "58/KH-UBND" in out
    assert "dự án 77" in refused(capsys, "who", "dự án 77", "--store", planned)


# --- ask --------------------------------------------------------------------------------------------------------------


def test_ask_alone_lists_the_questions(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", "--lang", "en")
    assert status == 0
    for name, one in questions().items():
        assert f"cancu ask {name} " in out or f"cancu ask {name}\n" in out or not one.parameters
        assert one.wording["en"] in out


def test_ask_in_every_format(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    def ask(form: str) -> str:
        status, out, err = run(capsys, "ask", "basis", "document=60/KH-UBND", "--format", form, "--store", kept)
        assert (status, err) == (0, "")
        return out

    answer = json.loads(ask("json"))
    assert [row["number"] for row in answer["rows"]] == ["1401/QĐ-UBND", "8/QĐ-UBND", "90/QĐ-TTg"]
    rows = list(csv.DictReader(io.StringIO(ask("csv"))))
    assert [row["Số, ký hiệu"] for row in rows] == ["1401/QĐ-UBND", "8/QĐ-UBND", "90/QĐ-TTg"]
    assert "[kh-tho-lam.txt:153-218]" in rows[0]["Câu chứng minh"]
    markdown = ask("markdown").splitlines()
    assert len(markdown) == 2 + 3 and all(line.startswith("| ") for line in markdown)
    table = ask("table")
    assert "đã bị thay thế" in table and "[kh-tho-" in table


def test_an_empty_answer_says_why(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    for form in ("table", "csv", "markdown", "json"):
        status, out, err = run(capsys, "ask", "basis", "document=3/TB-UBND", "--format", form, "--store", kept)
        assert status == 0
        assert "Không đọc được viện dẫn nào" in out + err


# --- sparql -----------------------------------------------------------------------------------------------------------

SELECT = "SELECT ?number ?date { ?x eli:number ?number ; eli:date_document ?date } ORDER BY ?date"


def sparql(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path, query: str, *words: str
) -> tuple[int, str, str]:
    file = tmp_path / "câu hỏi.rq"
    file.write_text(query, encoding="utf-8")
    return run(capsys, "sparql", file, "--store", kept, *words)


def test_rows_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path) -> None:
    first = {"number": "90/QĐ-TTg", "date": "2022-01-18"}
    found = json.loads(sparql(capsys, tmp_path, kept, SELECT, "--format", "json")[1])
    assert {name: cell["value"] for name, cell in found["results"]["bindings"][0].items()} == first
    rows = csv.DictReader(io.StringIO(sparql(capsys, tmp_path, kept, SELECT, "--format", "csv")[1]))
    assert next(rows) == first
    root = ElementTree.fromstring(sparql(capsys, tmp_path, kept, SELECT, "--format", "xml")[1])
    assert root.tag.endswith("sparql")
    assert "90/QĐ-TTg" in sparql(capsys, tmp_path, kept, SELECT)[1]


def test_truth_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path) -> None:
    ask = "ASK { ?x eli:number '90/QĐ-TTg' }"
    assert json.loads(sparql(capsys, tmp_path, kept, ask, "--format", "json")[1])["boolean"] is True
    assert "true" in sparql(capsys, tmp_path, kept, ask, "--format", "xml")[1]
    assert sparql(capsys, tmp_path, kept, ask)[1] == "đúng\n"
    assert sparql(capsys, tmp_path, kept, "ASK { ?x eli:number '' }")[1] == "sai\n"


@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?x eli:number ?n }", f"DESCRIBE <{KH_52}>"])
def test_triples_come_as_turtle(capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path, query: str) -> None:
    status, out, _ = sparql(capsys, tmp_path, kept, query)
    assert status == 0
    assert len(Graph().parse(data=out, format="turtle")) > 5


def test_a_query_comes_from_standard_input_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kept: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(SELECT))
    assert "90/QĐ-TTg" in run(capsys, "sparql", "-", "--store", kept)[1]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "must not call the network"),
        ("LOAD <http://127.0.0.1:9/>", "not well formed"),
        ("DROP ALL", "not well formed"),
        ("SELECT *", "not well formed"),
    ],
)
def test_a_query_that_is_none_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path, query: str, told: str
) -> None:
    status, out, err = sparql(capsys, tmp_path, kept, query, "--lang", "en")
    assert (status, out) == (2, "")
    assert told in err and err.count("\n") == 1


def test_a_missing_query_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path) -> None:
    assert "cannot be read" in refused(capsys, "sparql", tmp_path / "none.rq", "--store", kept)


# --- find, export, info -----------------------------------------------------------------------------------------------


def test_find_in_every_format(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    found = json.loads(run(capsys, "find", "ubnd", "lam", "sơn", "--format", "json", "--store", kept)[1])
    assert {one["kind"] for one in found} == {"document", "agency"}
    assert "Kế hoạch số 37/KH-UBND" in run(capsys, "find", "37/kh-ubnd", "--store", kept)[1]
    assert run(capsys, "find", "37/kh-ubnd", "--format", "csv", "--store", kept)[1].count("\r\n") == 2
    assert run(capsys, "find", "37/kh-ubnd", "--format", "markdown", "--store", kept)[1].count("\n") == 3


def test_finding_nothing_is_no_error(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    status, out, err = run(capsys, "find", "xyzzy", "--store", kept)
    assert (status, out) == (0, "") and err
    assert json.loads(run(capsys, "find", "xyzzy", "--format", "json", "--store", kept)[1]) == []


@pytest.mark.parametrize("suffix", [".trig", ".nq", ".ttl", ".jsonld"])
def test_export_writes_the_whole_graph(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path, suffix: str
) -> None:
    file = tmp_path / f"đồ thị{suffix}"
    file.write_text("what stood here before")
    assert run(capsys, "export", file, "--store", kept)[0] == 0
    form = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS, ".ttl": ox.RdfFormat.TURTLE}
    store = ox.Store()
    store.load(path=str(file), format=form.get(suffix, ox.RdfFormat.JSON_LD))
    assert len(store) > 4000
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_an_export_that_fails_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: Path
) -> None:
    assert "cannot be written" in refused(capsys, "export", tmp_path / "no folder" / "x.trig", "--store", kept)
    (tmp_path / "x.trig").mkdir()
    assert "cannot be written" in refused(capsys, "export", tmp_path / "x.trig", "--store", kept)
    assert [one.name for one in tmp_path.iterdir()] == ["x.trig"]


def test_info_counts(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    found = json.loads(run(capsys, "info", "--format", "json", "--store", kept)[1])
    assert (found["sources"], found["held"], found["citations"]["legal_basis"]) == (10, 10, 10)
    assert "Nguồn" in run(capsys, "info", "--store", kept)[1]


@pytest.mark.parametrize(
    "words",
    [
        ["chain", "x"],
        ["plan", "x"],
        ["who", "x"],
        ["ask", "basis", "document=x"],
        ["find", "x"],
        ["export", "x.trig"],
        ["info"],
        ["sparql", "-"],
    ],
)
def test_without_a_store_one_sentence_says_how_to_make_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("ASK {}"))
    assert "cancu load" in refused(capsys, *words, "--store", tmp_path / "kho")
    assert not (tmp_path / "kho").exists()


# --- as a process -----------------------------------------------------------------------------------------------------


def start(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cancu", *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_poor_terminal_still_gets_vietnamese(kept: Path) -> None:
    done = start("chain", "52/KH-UBND", "--store", kept, LANG="C", PYTHONIOENCODING="ascii", NO_COLOR="1", TERM="dumb")
    assert done.returncode == 0, done.stderr
    assert "Căn cứ" in done.stdout.decode() or "căn cứ" in done.stdout.decode()
    assert b"\x1b" not in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error(kept: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cancu", "sparql", "-", "--store", str(kept)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(b"CONSTRUCT WHERE { ?s ?p ?o }")
        process.stdin.close()
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_refusals_go_to_standard_error_with_status_2(tmp_path: Path) -> None:
    done = start("info", "--store", tmp_path / "kho", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("There is no store at ")


def test_the_program_starts_fast() -> None:
    """Heavy libraries are loaded only by the commands that need them."""
    begin = time.perf_counter()
    assert start("ask", "--help").returncode == 0
    assert time.perf_counter() - begin < 1.5
    code = (
        "import sys; from cancu.__main__ import main; main([])\n"
        "print(sorted({'rdflib', 'pyoxigraph', 'networkx', 'rich', 'docx', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_name_of_a_file_orders_nobody_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "texts", {"a\n\x1b[2Jb.txt": plan(), "c\u202ed.docx": "hỏng"})
    assert main(["load", "--store", str(tmp_path / "store"), str(tmp_path / "texts")]) == 0
    said = capsys.readouterr().out
    assert "a\ufffd\ufffd[2Jb.txt" in said and "c\ufffdd.docx" in said
    assert "\x1b" not in said and "\u202e" not in said
