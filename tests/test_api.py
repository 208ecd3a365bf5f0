"""Test what Python programs call: values that behave as such, errors of one sentence, a notebook that runs as shown."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import cancu
from cancu.api import KnowledgeGraph, Result
from cancu.language import Refusal
from cancu.queries.plans import Plan
from tests.library import library
from tests.plans import plans
from tests.samples import EXAMPLES, plan, write

NOTEBOOK = EXAMPLES / "hoi-bang-python.ipynb"
QUESTION = """\
#+ id: names
#+ group: officer
#+ question_vi: Những văn bản nào có số này?
#+ question_en: Which documents bear this number?
#+ parameters:
#+   document: document | required | | 90/QĐ-TTg
#+ columns:
#+   document: Văn bản | Document
#+ proof: record
#+ empty_vi: Không có.
#+ empty_en: None.
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?document ?record WHERE { VALUES ?document { UNDEF } ?record rdf:subject ?document } ORDER BY ?record LIMIT 1
"""


@pytest.fixture
def kg() -> KnowledgeGraph:
    return KnowledgeGraph(plans())


def test_a_result_is_a_sequence_of_rows(kg: KnowledgeGraph) -> None:
    result = kg.ask("funding", document="96/KH-UBND")
    assert len(result) == len(list(result)) == len(result.proofs) == len(result.confidence) > 10
    assert set(result[0]) == set(result.columns)
    assert result[0:2] == [result[0], result[1]]
    assert result[-1] == list(result)[-1]
    assert result.weakest == min(result.confidence)
    assert result.why_empty is None
    with pytest.raises(IndexError):
        result[len(result)]


def test_a_frame_has_exact_figures_and_the_proofs(kg: KnowledgeGraph) -> None:
    result = kg.ask("funding", document="96/KH-UBND")
    frame = result.to_pandas()
    assert list(frame.columns) == [*result.columns, "proof", "confidence"]
    assert all(isinstance(amount, Decimal) for amount in frame["amount"])
    assert frame["proof"][0] == [hop.quote for hop in result.proofs[0]]
    empty = kg.ask("conflicts", document="86/2021/QH15").to_pandas()
    assert len(empty) == 0 and "proof" in empty.columns


def test_without_pandas_there_is_a_sentence(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for call in (kg.ask("conflicts").to_pandas, lambda: kg.frame("SELECT * { ?s ?p ?o } LIMIT 1")):
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.key == "api.no-pandas"


def test_a_result_speaks_the_language_of_its_graph() -> None:
    vi, en = (KnowledgeGraph(library(), lang).ask("annex", document="90/QĐ-TTg") for lang in ("vi", "en"))
    assert vi.why_empty != en.why_empty == "The text does not say that it is an annex of anything, nor who signed it."


def test_results_show_themselves_in_a_notebook(kg: KnowledgeGraph) -> None:
    result = kg.ask("who", activity="tiểu dự án 2 dự án 1 huyện Quỳ Hợp")
    assert result._repr_html_().count("<mark>") == sum(map(len, result.proofs))
    assert repr(result) == "<Result who(activity='tiểu dự án 2 dự án 1 huyện Quỳ Hợp'): 2 rows>"


def test_results_are_saved_by_the_name_of_the_file(kg: KnowledgeGraph, tmp_path: Path) -> None:
    result = kg.ask("basis", document="96/KH-UBND")
    assert result.save(tmp_path / "a.csv").read_text(encoding="utf-8") == result.to_csv().replace("\r\n", os.linesep)
    assert json.loads(result.save(str(tmp_path / "a.json")).read_text(encoding="utf-8")) == result.to_json()
    assert result.to_markdown().count("\n") == len(result) + 2
    assert result.to_html().startswith("<!DOCTYPE html>")


def test_what_was_understood_of_words_comes_with_the_answer(kg: KnowledgeGraph) -> None:
    understood, result = kg.ask_in_words("ai chu tri tieu du an 2 du an 1 huyen Quy Hop?")
    assert understood.reading is not None and understood.reading.question.id == "who"
    assert result is not None and result[0]["role"] == "chủ trì"
    understood, result = kg.ask_in_words("hôm nay trời có mưa không")
    assert understood.reading is None and result is None
    assert understood.reason is not None


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_everything_else_of_the_command_line_is_there(kg: KnowledgeGraph) -> None:
    assert kg.find("96/KH-UBND", 1)[0].number == "96/KH-UBND"
    assert kg.chain("96/KH-UBND").branches
    assert kg.network("central", most=3)[0]["document"]
    found = kg.plan("96/KH-UBND")
    assert isinstance(found, Plan) and found.components
    assert kg.statistics().sources == len(kg.frame("SELECT ?x { ?x a cancu:SourceText }"))
    assert bool(kg.sparql("ASK { ?x a cancu:SourceText }"))
    assert len(kg.rdflib()) > 0
    with pytest.raises(Refusal):
        kg.frame("ASK { ?s ?p ?o }")


def test_a_store_is_made_loaded_and_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"a/kh.txt": plan()})
    with cancu.open(tmp_path / "kho", write=True, lang="en") as kg:
        assert kg.ask("conflicts").why_empty == "The store holds no text yet; load some first: cancu load FOLDER"
        assert [one.key for one in kg.load(tmp_path / "a").loaded] == ["kh.txt"]
    with cancu.open(str(tmp_path / "kho")) as kg:
        assert [row["number"] for row in kg.ask("basis", document="37/KH-UBND")] == ["90/QĐ-TTg"]
        assert str(tmp_path / "kho") in repr(kg)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda kg: kg.ask("bases"), "ask.unknown-question"),
        (lambda kg: kg.ask("basis"), "ask.missing-parameter"),
        (lambda kg: kg.ask("basis", document="999/QĐ-KHÔNG"), "ask.nothing-found"),
        (lambda kg: kg.sparql("SELECT"), "sparql.syntax"),
        (lambda _: cancu.open("không có kho này"), "store.none"),
        (lambda _: cancu.open("kho", endpoint="http://localhost:1/"), "api.store-or-endpoint"),
    ],
)
def test_a_flaw_of_the_caller_is_one_sentence(call: Any, key: str, kg: KnowledgeGraph) -> None:
    with pytest.raises(Refusal) as refused:
        call(kg)
    assert refused.value.key == key


# --- questions of one's own -------------------------------------------------------------------------------------------


def test_a_folder_of_questions_works_as_ours_do(tmp_path: Path) -> None:
    write(tmp_path, {"hỏi/names.rq": QUESTION, "kh.txt": plan()})
    with cancu.open(tmp_path / "kho", write=True) as kg:
        kg.load(tmp_path / "kh.txt")
    with cancu.open(tmp_path / "kho", questions=tmp_path / "hỏi") as kg:
        assert len(kg.questions) == len(KnowledgeGraph(library()).questions) + 1
        result = kg.ask("names", document="37/KH-UBND")
        assert [row["document"] for row in result] == ["Kế hoạch số 37/KH-UBND"]
        assert all(result.proofs)


@pytest.mark.parametrize(
    ("name", "text", "key", "said"),
    [
        ("names.rq", QUESTION.replace("?document ?record WHERE", "?document ?other WHERE"), "catalogue.flaw", ":9: "),
        ("names.rq", QUESTION.replace("#+ group: officer", "#+ group officer"), "catalogue.flaw", ":2: "),
        ("names.rq", b"\xff\xfe", "catalogue.flaw", ":1: "),
        ("basis.rq", QUESTION.replace("id: names", "id: basis"), "catalogue.taken", "basis"),
        (None, "", "catalogue.no-folder", "hỏi"),
    ],
)
def test_a_flaw_of_ones_own_question_is_named(
    name: str | None, text: str | bytes, key: str, said: str, tmp_path: Path
) -> None:
    if name is not None:
        write(tmp_path, {f"hỏi/{name}": text})
    with cancu.open(tmp_path / "kho", write=True), pytest.raises(Refusal) as refused:
        cancu.open(tmp_path / "kho", questions=tmp_path / "hỏi")
    assert refused.value.key == key
    assert said in refused.value.sentence("en")


# --- the notebook -----------------------------------------------------------------------------------------------------


def cells() -> Iterator[tuple[str, list[str]]]:
    """Yield the code of each cell with what it prints and gives."""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shown = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
            yield "".join(cell["source"]), ["".join(words) for words in shown]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_notebook_shows_what_its_cells_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    names: dict[str, Any] = {}
    count = 0
    for code, shown in cells():
        *body, last = code.split("\n")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                whole = compile(last, "<cell>", "eval")
            except SyntaxError:
                # The last line belongs to a loop.
                exec(code, names)
                value = None
            else:
                exec("\n".join(body), names)
                value = eval(whole, names)
        found = [words for words in (out.getvalue(), repr(value) if value is not None else "") if words]
        assert found == shown, code
        count += 1
    assert count >= 8
    assert isinstance(names["who"], Result)
