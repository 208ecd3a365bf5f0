"""Test that questions in words are understood as what they ask, and that what is not understood is said."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from cancu.__main__ import main
from cancu.errors import DataError
from cancu.language import LANGUAGES
from cancu.queries import asking
from cancu.queries.asking import Understanding, ask_in_words, understand, wordings
from cancu.queries.catalogue import questions
from cancu.queries.phrases import cues, find_cues, read_words
from cancu.queries.store import Store
from cancu.viz.asking import json_of_asked, lines_of_others, lines_of_understanding
from tests.asking import DEVELOPMENT, HELD_OUT, NONE, Outcome, measure, phrasings, share_right
from tests.library import graphs_of, library
from tests.plans import plans


def read(phrase: str, store: Store | None = None) -> Understanding:
    return understand(plans() if store is None else store, phrase)


def told(phrase: str) -> tuple[str | None, dict[str, str]]:
    """Give the question and its parameters as they would be asked again."""
    found = read(phrase).reading
    return (found.question.id, {name: one.text for name, one in found.parameters.items()}) if found else (None, {})


# --- the measure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "least", "right", "wrong"),
    [(HELD_OUT, 150, 0.90, 0.02), (DEVELOPMENT, 200, 0.96, 0.01)],
    ids=["held-out", "development"],
)
def test_phrasings_are_understood(file: Path, least: int, right: float, wrong: float) -> None:
    counts: Counter[Outcome] = Counter(result for _, _, result in measure(plans(), file))
    total = sum(counts.values())
    assert total >= least
    assert share_right(counts) >= right, dict(counts)
    assert counts["wrong without doubt"] / total <= wrong, dict(counts)


def test_no_phrase_of_the_held_out_ones_is_one_of_ours() -> None:
    ours = {one.phrase.casefold() for one in phrasings(DEVELOPMENT)}
    shared = [one.phrase for one in phrasings(HELD_OUT) if one.phrase.casefold() in ours]
    # People greet and quote the catalogue alike.
    assert len(shared) <= 0.1 * len(phrasings(HELD_OUT)), shared


def test_every_question_has_wordings_and_phrasings() -> None:
    assert wordings().keys() == questions().keys()
    for file in (HELD_OUT, DEVELOPMENT):
        assert {one.question for one in phrasings(file)} >= questions().keys()
        assert {one.question for one in phrasings(file)} <= questions().keys() | {NONE}


def test_every_cue_is_asked_for() -> None:
    known = frozenset().union(*(one.known for one in wordings().values()))
    # They speak against every question, or tell nothing.
    assert cues().keys() - known == {"filler", "elsewhere"}


def test_the_examples_of_wordings_hold_their_cues() -> None:
    lines = (Path(asking.__file__).with_name("cues.tsv")).read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        if not line.startswith("#"):
            cue, *_, example = line.split("\t")
            words = read_words(example)
            assert cue in {one.name for lang in LANGUAGES for one in find_cues(words, lang)}, line


# --- what is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "phrase",
    [
        "Kế hoạch 96/KH-UBND căn cứ những văn bản nào?",
        "ke hoach 96/kh-ubnd can cu nhung van ban nao",
        "Kế hoạch 96 của huyện Quỳ Hợp dựa trên văn bản nào",
        "which documents is 96/KH-UBND based on?",
        "Kế hoach 96/KH–UBND cawn cứ văn bản nào",
        "KẾ HOẠCH 96/KH-UBND CĂN CỨ NHỮNG VĂN BẢN NÀO",
    ],
)
def test_a_question_is_understood_however_it_is_typed(phrase: str) -> None:
    assert told(phrase) == ("basis", {"document": "96/KH-UBND"})


def test_a_name_tells_which_of_several_is_meant() -> None:
    question, given = told("phòng nông nghiệp phải làm gì trong kế hoạch 96/KH-UBND?")
    assert question == "duties"
    assert given["agency"] == "Phòng Nông nghiệp và Phát triển nông thôn huyện Quỳ Hợp"
    assert told("KH 58 có mục tiêu gì")[1] == {"document": "58/KH-UBND"}
    assert told("Nhiệm vụ của hội phụ nữ Quỳ Hợp")[1] == {"agency": "Hội Liên hiệp Phụ nữ huyện Quỳ Hợp"}


def test_dates_and_figures_are_read() -> None:
    assert told("Tại ngày 1/12/2024 báo cáo nào của 96/KH-UBND đã quá hạn?")[1]["date"] == "2024-12-01"
    assert told("đến hết tháng 6/2024 những báo cáo nào quá hạn")[1]["date"] == "2024-06-30"
    assert told("reports overdue on 1 December 2024")[1]["date"] == "2024-12-01"
    assert told("câu nào có độ tin cậy dưới 70%")[1] == {"below": "0.7"}
    years = told("Văn bản của chương trình giảm nghèo theo thời gian từ năm 2022 đến năm 2023")[1]
    assert (years["since"], years["until"]) == ("2022-01-01", "2023-12-31")


def test_accents_that_were_typed_are_heeded() -> None:
    """“dẫn” is not “dân”, “trong” is not “trống”."""
    assert told("Quyết định 1868/QĐ-TTg được những văn bản nào dẫn?")[0] == "cited-by"
    found = read("Văn bản nào cho phép từng dự án trong 96/KH-UBND?").reading
    assert found is not None and found.question.id == "authorises"


# --- doubt ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("ai chủ trì tiểu dự án 2 dự án 3 của huyện Thọ Xuân?", "Thọ Xuân"),
        ("Kế hoạch 999/KH-UBND căn cứ văn bản nào?", "999/KH-UBND"),
        ("dự án 9 của huyện Quỳ Hợp do ai chủ trì", "dự án 9"),
        ("mục tiêu của kế hoạch tỉnh Thanh Hóa", "Thanh Hóa"),
        ("Kế hoạch 96/KH-UBND của tỉnh Nghệ An căn cứ gì", "96/KH-UBND"),
        ("Văn bản này căn cứ những văn bản nào?", "document="),
        ("Cơ quan tôi có những nhiệm vụ nào?", "agency="),
        ("Thời tiết hôm nay thế nào?", "danh mục"),
        ("xin chào", "danh mục"),
        ("", "danh mục"),
        ("???", "danh mục"),
    ],
)
def test_what_is_not_understood_is_said(phrase: str, reason: str) -> None:
    found, answer = ask_in_words(plans(), phrase)
    assert found.reading is None and answer is None and not found.sure and found.confidence == 0.0
    assert found.reason is not None and reason in found.reason["vi"]
    assert found.reason["en"] and found.reason["en"] != found.reason["vi"]


def test_words_for_several_things_are_listed() -> None:
    found, answer = ask_in_words(plans(), "phòng nông nghiệp có nhiệm vụ gì?")
    assert found.reading is not None and not found.sure and answer is not None
    assert not answer.rows and len(answer.candidates) >= 3
    assert answer.why_empty is not None and "phòng nông nghiệp" in answer.why_empty["vi"]


def test_doubt_is_said() -> None:
    for phrase in ("96/KH-UBND căn cứ văn bản blablo nào", "so với 96/KH-UBND", "huyện Quỳ Hợp phải làm những việc gì"):
        found = read(phrase)
        assert not found.sure and found.confidence <= 0.7
        assert found.reading is None or found.doubts
    assert read("Kế hoạch 96/KH-UBND căn cứ những văn bản nào?").sure
    assert read("Kế hoạch 96/KH-UBND căn cứ những văn bản nào?").doubts == ()


def test_a_slip_is_put_right_and_said() -> None:
    found = read("96/KH-UBND cawn cứ văn bản nào")
    assert found.reading is not None and found.reading.question.id == "basis"
    assert found.slips == ("cawn → can",)


def test_the_next_best_questions_are_offered() -> None:
    found = read("Ai chủ trì tiểu dự án 2 dự án 1 của huyện Quỳ Hợp?")
    assert found.reading is not None and found.reading.question.id == "who"
    assert 1 <= len(found.others) <= 3
    assert all(one.question.id != "who" and one.command().startswith("cancu ask ") for one in found.others)


def test_an_answer_is_that_of_the_question_asked_by_name() -> None:
    found, answer = ask_in_words(library(), "Quyết định 90/QĐ-TTg được những văn bản nào viện dẫn?")
    assert found.reading is not None and answer is not None and answer.rows
    assert answer.rows == asking.ask(library(), "cited-by", document="90/QĐ-TTg").rows


def test_an_empty_store_understands_no_name(store: Store) -> None:
    assert read("Kế hoạch 96/KH-UBND căn cứ gì?", store).reading is None
    assert read("Văn bản nào ban hành trước căn cứ của nó?", store).reading is not None


@pytest.mark.parametrize("phrase", ['"', "{", "ai } UNION {", "<http://x y>", "\n\n", "96/KH-UBND" * 50, "ai " * 300])
def test_no_phrase_breaks_it(phrase: str) -> None:
    ask_in_words(plans(), phrase)


# --- how it is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_shown_in_both_languages(lang: str) -> None:
    language = next(one for one in LANGUAGES if one == lang)
    found, answer = ask_in_words(plans(), "96/KH-UBND căn cứ gì?")
    shown = "\n".join(lines_of_understanding(found, language))
    assert questions()["basis"].wording[language] in shown and 'cancu ask basis document="96/KH-UBND"' in shown
    assert "cancu ask" in "\n".join(lines_of_others(found, language))
    made = json.loads(json_of_asked(found, answer, language))
    assert made["understood"]["question"] == made["question"] == "basis"
    assert made["understood"]["parameters"]["document"]["text"] == "96/KH-UBND"
    not_understood, nothing = ask_in_words(plans(), "xin chào")
    assert list(json.loads(json_of_asked(not_understood, nothing, language))) == ["understood"]
    assert list(lines_of_understanding(not_understood, language)) == [(not_understood.reason or {})[language]]


def test_the_command_line_takes_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kho"
    with Store.open(folder, write=True) as kept:
        kept.replace_graphs(graphs_of())

    def run(*words: str) -> tuple[int, str, str]:
        status = main([*words, "--store", str(folder)])
        return status, *capsys.readouterr()

    status, out, err = run("ask", "Những văn bản nào viện dẫn Quyết định 90/QĐ-TTg?")
    assert (status, err) == (0, "") and "Hiểu là (chắc)" in out and 'cancu ask cited-by document="90/QĐ-TTg"' in out
    # Several words need no quotes, and a table of figures holds nothing else.
    status, out, err = run("ask", "ai", "viện", "dẫn", "90/QĐ-TTg", "--format", "csv")
    assert status == 0 and out.splitlines()[0].startswith("Văn bản") and "cited-by" in err
    made = json.loads(run("ask", "ai viện dẫn 90/QĐ-TTg", "--format", "json")[1])
    assert made["understood"]["question"] == "cited-by" and made["rows"]
    status, out, err = run("ask", "--lang", "en", "What is the weather like?")
    assert (status, out) == (2, "") and err.startswith("Not understood")
    assert json.loads(run("ask", "xin chào", "--format", "json")[1])["understood"]["question"] is None
    # A question of the catalogue stays one, and so does a slip in its name.
    assert run("ask", "cited-by", "document=90/QĐ-TTg")[0] == 0
    assert "cited-bye" in run("ask", "cited-bye", "document=90/QĐ-TTg")[2]


def test_understanding_is_quick() -> None:
    phrases = [one.phrase for one in phrasings(DEVELOPMENT)[:60]]
    read(phrases[0])
    start = time.perf_counter()
    for phrase in phrases:
        read(phrase)
    assert (time.perf_counter() - start) / len(phrases) < 0.1


# --- the tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("basis\tbasis\t", "basis\tbases\t", "there is no cue"), ("basis\tbasis\t", "basis\t\t", "a wording needs a cue")],
)
def test_a_flawed_wording_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: str
) -> None:
    text = asking._WORDINGS.read_text(encoding="utf-8")
    assert old in text
    flawed = tmp_path / "wordings.tsv"
    flawed.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(asking, "_WORDINGS", flawed)
    with pytest.raises(DataError, match=told):
        wordings.__wrapped__()
