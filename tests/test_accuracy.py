"""Hold the reader to what it has reached, and our scorer to the one that it is measured by."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cancu.loaders.extract import records_of
from tests import accuracy, samples
from tests.samples import Sample
from tests.scoring import Count, count_all, restored_glyphs, score

SCORER = samples.SHARED / "evaluation" / "score.py"


# --- floors -----------------------------------------------------------------------------------------------------------


def test_the_examples_reach_their_floors(examples: tuple[Sample, ...]) -> None:
    assert accuracy.below_floor("examples", accuracy.measures_of(examples), accuracy.read_floors()) == []


def test_the_real_texts_reach_their_floors(corpus: tuple[Sample, ...]) -> None:
    assert accuracy.below_floor("corpus", accuracy.measures_of(corpus), accuracy.read_floors()) == []


def test_every_measure_has_a_floor(examples: tuple[Sample, ...]) -> None:
    measures = set(accuracy.measures_of(examples))
    floors = accuracy.read_floors()
    assert {measure for name, measure in floors if name == "examples"} == measures
    # No real text of the five has a citation with a provision in its gold.
    assert {measure for name, measure in floors if name == "corpus"} == measures - {"citation.provision"}
    assert all(0 < floor <= 1 for floor in floors.values())


def test_the_floors_are_not_below_what_was_promised() -> None:
    promised = {
        "citation.mention": 0.98, "citation.exact_span": 0.90, "citation.identity": 0.95, "citation.relation": 0.90,
        "document.type": 1, "document.issuer": 1, "document.title": 1, "document.signer": 1, "document.period": 1,
        "repair.restored": 1, "repair.true": 1,
        "activity.numbered": 0.98, "activity.lead": 0.93, "activity.coordinate": 0.88, "activity.implement": 0.80,
        "budget.amount": 0.98, "budget.full": 0.93, "activity.deadline": 0.95, "target.value": 0.92, "target.op": 0.88,
        "result.value": 0.85, "assignment.agency_role": 0.78, "assignment.agency_role_activity": 0.74,
        "recipient": 0.90, "table.cell": 0.98,
    }  # fmt: skip
    floors = accuracy.read_floors()
    assert {measure for measure, least in promised.items() if floors["corpus", measure] < least} == set()


def test_a_fall_is_noticed() -> None:
    floors = {
        ("examples", "citation.mention"): 0.9,
        ("examples", "document.date"): 1.0,
        ("corpus", "document.date"): 1.0,
    }
    assert accuracy.below_floor("examples", {"citation.mention": 0.9, "document.date": 1.0}, floors) == []
    assert accuracy.below_floor("examples", {"citation.mention": 0.899}, floors) == [
        "examples citation.mention: 0.8990 < 0.9",
        "examples document.date: 0.0000 < 1.0",
    ]


def test_floors_only_rise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "floors.tsv"
    monkeypatch.setattr(accuracy, "sets", lambda: {"examples": samples.examples()[:1]})
    accuracy.raise_floors(file)
    reached = accuracy.read_floors(file)
    assert reached["examples", "document.type"] == 1.0
    lowered = file.read_text(encoding="utf-8").replace("document.type\t1.00", "document.type\t0.50")
    file.write_text(lowered + "corpus\tcitation.mention\t0.77\n", encoding="utf-8")
    accuracy.raise_floors(file)
    assert accuracy.read_floors(file) == reached | {("corpus", "citation.mention"): 0.77}


# --- lost letters -----------------------------------------------------------------------------------------------------


def test_every_lost_letter_is_restored_and_none_invented(corpus: tuple[Sample, ...]) -> None:
    glyphs = {sample.name: accuracy.glyphs_of(sample) for sample in corpus}
    assert glyphs.pop("002") == Count(139, 139, 139)
    assert set(glyphs.values()) == {Count()}


def test_every_lost_letter_of_the_examples_is_restored(examples: tuple[Sample, ...]) -> None:
    glyphs = {sample.name: accuracy.glyphs_of(sample) for sample in examples}
    assert glyphs.pop("ke-hoach-quy-hop-2024") == Count(22, 22, 22)
    assert set(glyphs.values()) == {Count()}


def test_a_letter_read_wrongly_is_no_restoration() -> None:
    gold = [{"start": 4, "end": 7, "printed": "tr ", "read_as": "trợ"}]
    repair = {"start": 4, "end": 7, "printed": "tr ", "read_as": "trợ", "rule": "lost-glyph"}
    assert restored_glyphs(gold, [repair]) == Count(1, 1, 1)
    assert restored_glyphs(gold, [repair | {"read_as": "trở"}]) == Count(0, 1, 1)
    assert restored_glyphs(gold, [repair | {"start": 5}]) == Count(0, 1, 1)
    assert restored_glyphs(gold, [repair | {"rule": "wrapped-number"}]) == Count(0, 1, 0)


# --- the gold ---------------------------------------------------------------------------------------------------------


def test_every_example_has_gold_and_its_quotes_stand_in_the_text(examples: tuple[Sample, ...]) -> None:
    assert len(examples) == 17
    check_gold(examples)
    spare = {file.stem for file in (samples.GOLD / "examples").iterdir()} - {sample.name for sample in examples}
    assert spare == {"ke-hoach-quy-hop-2024-repairs"}


def test_the_quotes_of_the_gold_stand_in_the_real_texts(corpus: tuple[Sample, ...]) -> None:
    check_gold(corpus)


def check_gold(texts: tuple[Sample, ...]) -> None:
    for sample in texts:
        gold = sample.read_gold()
        assert gold["file"] == sample.path.name
        for citation in gold["citations"]:
            quote = sample.text[citation["start"] : citation["end"]]
            assert " ".join(quote.split()) == " ".join(citation["quote"].split()), sample.name
        for loss in sample.read_lost_glyphs():
            assert sample.text[loss["start"] : loss["end"]] == loss["printed"], sample.name


def test_our_gold_holds_no_more_than_quotes_of_the_real_texts() -> None:
    longest = max(
        len(citation["quote"])
        for file in sorted((samples.GOLD / "corpus").glob("???.json"))
        for citation in json.loads(file.read_text(encoding="utf-8"))["citations"]
    )
    assert longest < 200


# --- the scorer -------------------------------------------------------------------------------------------------------


def citation(start: int, end: int, **values: Any) -> dict[str, Any]:
    known = {"type": "Quyết định", "number": "90/QĐ-TTg", "date": None, "issuer": None, "relation": "mention"}
    return {"start": start, "end": end, **known, **values}


def scored(gold: list[dict[str, Any]], found: list[dict[str, Any]], **more: Any) -> dict[str, Count]:
    return score({"doc": {}, "citations": gold, **more}, {"document": {}, "citations": found})


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (0, 10, Count(1, 1, 1)),
        (5, 15, Count(1, 1, 1)),
        (6, 16, Count(0, 1, 1)),
        (10, 20, Count(0, 1, 1)),
        # Half of the shorter one: a long span that holds the gold one will do.
        (0, 100, Count(1, 1, 1)),
    ],
)
def test_a_span_is_found_when_half_of_it_is(start: int, end: int, count: Count) -> None:
    assert scored([citation(0, 10)], [citation(start, end)])["citation.mention"] == count


def test_a_found_span_serves_one_gold_span() -> None:
    both = [citation(0, 10, number="1/QĐ-UBND"), citation(10, 20, number="2/QĐ-UBND")]
    one = scored(both, [citation(0, 20, number="2/QĐ-UBND")])
    assert one["citation.mention"] == one["citation.number"] == Count(1, 2, 1)
    assert one["citation.exact_span"] == Count(0, 2, 1)


def test_what_was_invented_or_missed_is_wrong_in_everything() -> None:
    scores = scored([citation(0, 10), citation(50, 60)], [citation(0, 10), citation(80, 90)])
    assert set(scores.values()) == {Count(1, 2, 2)}
    assert scores["citation.identity"].f1 == 0.5


@pytest.mark.parametrize("mark", ["optional", "self", "alias", "nested"])
def test_what_may_be_left_out_is_neither_rewarded_nor_punished(mark: str) -> None:
    gold = [citation(0, 10), citation(50, 60, **{mark: True})]
    for found in ([citation(0, 10)], [citation(0, 10), citation(50, 60)]):
        assert scored(gold, found)["citation.mention"] == Count(1, 1, 1)
    listed = scored([citation(0, 10)], [citation(0, 10), citation(50, 60)], citations_optional=[citation(50, 60)])
    assert listed["citation.mention"] == Count(1, 1, 1)


@pytest.mark.parametrize(
    ("name", "gold", "found", "same"),
    [
        ("number", "90/QĐ-TTg", "90/QĐ - TTg", True),
        ("number", "90/QĐ-TTg", "90/QD-TTg", False),
        ("issuer", "Ủy ban nhân dân tỉnh Thanh Hóa", "Uỷ ban  nhân dân tỉnh Thanh Hoá", True),
        ("issuer", "Bộ Tài chính", "Bộ trưởng Bộ Tài chính", True),
        ("issuer", "Chủ tịch Ủy ban nhân dân tỉnh", "Ủy ban nhân dân tỉnh", False),
        ("date", "2022-01-18", None, False),
        ("date", None, None, True),
    ],
)
def test_what_is_the_same(name: str, gold: str | None, found: str | None, same: bool) -> None:
    scores = scored([citation(0, 10, **{name: gold})], [citation(0, 10, **{name: found})])
    assert scores[f"citation.{name}"].right == scores["citation.identity"].right == int(same)


def test_a_document_is_scored_field_by_field() -> None:
    gold = {"type": "Kế hoạch", "number": None, "title": "Thực hiện …", "period_start": 2024, "period_end": 2025}
    found = {"type": "KẾ HOẠCH", "number": "3/KH-UBND", "title": None, "period_start": 2024, "period_end": 2024}
    assert score({"doc": gold, "citations": []}, {"document": found, "citations": []}) | {} == {
        "document.type": Count(1, 1, 1),
        "document.number": Count(0, 0, 1),
        "document.title": Count(0, 1, 0),
        "document.period": Count(0, 1, 1),
        **scored([], []),
    }


def test_of_nothing_everything_is_right() -> None:
    assert (Count().precision, Count().recall, Count().f1) == (1, 1, 1)
    assert (Count(0, 0, 3).precision, Count(0, 0, 3).f1) == (0, 0)
    assert count_all([{"a": Count(1, 2, 3)}, {"a": Count(1, 1, 1), "b": Count()}]) == {
        "a": Count(2, 3, 4),
        "b": Count(),
    }


# --- both scorers -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    """Load the scorer that stands beside the repository."""
    if not SCORER.exists():
        pytest.skip("the scorer that ours must agree with is not beside the repository")
    spec = importlib.util.spec_from_file_location("their_score", SCORER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def theirs(scorer: ModuleType, gold: dict[str, Any], found: dict[str, Any]) -> dict[str, Count]:
    tally = scorer.Tally()
    scorer.score(gold, found, tally)
    counts = {name: Count(right, wanted, given) for name, right, wanted, given, *_ in tally.rows()}
    return {name: count for name, count in counts.items() if count != Count()}


def ours(gold: dict[str, Any], found: dict[str, Any]) -> dict[str, Count]:
    own = ("document.period", "table.cell")
    # They have no row for what neither reader found.
    return {name: count for name, count in score(gold, found).items() if name not in own and count != Count()}


def damage(sample: Sample, how: Callable[[int], bool]) -> Sample:
    """Spoil the citations of a text, so that the scorers have something to disagree on."""
    spoilt = []
    for index, one in enumerate(sample.found.citations):
        if how(index):
            spoilt.append(replace(one, start=one.start + (one.end - one.start) // 3, date=None, relation="issued"))
        elif not how(index + 1):
            spoilt.append(replace(one, number=(one.number or "1/KH-UBND") + " ", type=(one.type or "").upper()))
    document = replace(sample.found.document, signer=None, title=f"{sample.found.document.title}.")
    return replace(sample, found=replace(sample.found, citations=tuple(spoilt), document=document))


@pytest.mark.parametrize("step", [0, 2, 3, 5])
def test_both_scorers_give_the_same_figures_on_the_examples(
    scorer: ModuleType, examples: tuple[Sample, ...], step: int
) -> None:
    check_scorers(scorer, examples, step)


@pytest.mark.parametrize("step", [0, 2, 3, 5])
def test_both_scorers_give_the_same_figures_on_the_real_texts(
    scorer: ModuleType, corpus: tuple[Sample, ...], step: int
) -> None:
    check_scorers(scorer, corpus, step)


def check_scorers(scorer: ModuleType, texts: tuple[Sample, ...], step: int) -> None:
    for sample in texts:
        tried = damage(sample, lambda index: index % step == 0) if step else sample
        gold, found = tried.read_gold(), records_of(tried.found)
        assert ours(gold, found) == theirs(scorer, gold, found), sample.name


def test_the_committed_report_is_of_this_reader(examples: tuple[Sample, ...]) -> None:
    """After a change of the reader the report is written anew: python -m tests.accuracy."""
    written = accuracy.REPORT.read_text(encoding="utf-8")
    assert "\n".join(accuracy.report_of("examples", examples)) in written


def test_the_committed_report_is_of_this_reader_on_the_real_texts(corpus: tuple[Sample, ...]) -> None:
    written = accuracy.REPORT.read_text(encoding="utf-8")
    assert "\n".join(accuracy.report_of("corpus", corpus)) in written


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_prints_both_tables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, examples: tuple[Sample, ...]
) -> None:
    monkeypatch.setattr("sys.argv", ["accuracy"])
    monkeypatch.setattr(accuracy, "sets", lambda: {"examples": examples})
    written = accuracy.REPORT.read_text(encoding="utf-8")
    accuracy.main()
    assert accuracy.REPORT.read_text(encoding="utf-8") == written
    lines = capsys.readouterr().out.splitlines()
    assert "## examples: 17 texts" in lines
    tables = [line for line in lines if line.startswith("|")]
    # Three tables with a head of two lines each: a row a text and their sum, a row a measure, a row a text.
    assert len(tables) == 2 * (len(examples) + 2) + 1 + len(accuracy._BELOW) + 2
    assert {line.count("|") for line in tables} == {9, 8, 5}
    assert "| ke-hoach-quy-hop-2024 | 22 | 22 | 0 |" in tables
