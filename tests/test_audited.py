"""Test that the audit finds what careful readers found in the real texts, and nothing there that is not so."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.audited import defects, findings, found_in, key_of, verdicts
from tests.samples import CORPUS, Sample

#: The tables: cells of the poverty table that contradict their column or their rate, and those that follow from one.
WRONG_CELLS = {"5.382", "4.38", "3.62", "21,06"}
FOLLOWING = {"13,6%"}


@pytest.fixture(autouse=True)
def _with_real_texts(corpus: tuple[Sample, ...]) -> None:
    assert len(corpus) == len(list(CORPUS.glob("*.txt")))


def test_nine_tenths_of_the_hard_defects_are_found_at_their_places() -> None:
    hard = [one for one in defects() if one.hard and one.certainty != "arguable"]
    found = [one for one in hard if found_in(findings(), one)]
    assert len(hard) == 80
    assert len(found) / len(hard) >= 0.9


def test_every_error_and_warning_was_judged_and_no_error_is_false() -> None:
    grave = {key_of(one) for one in findings() if one.severity != "note"}
    assert grave == verdicts().keys()
    assert {verdicts()[key] for key in grave if key[-1] == "error"} == {"true"}


def test_warnings_are_right() -> None:
    judged = Counter(verdict for key, verdict in verdicts().items() if key[-1] == "warning")
    # What is doubtful counts as wrong.
    assert judged["true"] / judged.total() >= 0.85


def test_no_sum_of_the_first_four_texts_is_called_wrong() -> None:
    sums = [one for one in findings() if one.rule.id.startswith("sum-") and one.severity != "note"]
    assert [one.places[0].quote for one in sums] == []


def test_the_cells_that_contradict_the_poverty_table_are_found_and_no_others() -> None:
    of_tables = [one for one in findings() if one.rule.group == "tables"]
    errors = [one.places[0].quote for one in of_tables if one.severity == "error"]
    assert sorted(errors) == sorted(WRONG_CELLS)
    follows = [one.places[0].quote for one in of_tables if one.rule.id == "table-rate-follows"]
    assert follows == sorted(FOLLOWING)
