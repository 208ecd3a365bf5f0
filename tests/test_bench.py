"""Test that the benchmark measures what it says, on texts short enough for a test."""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

import pytest

from tests import bench, samples


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every measurement short, and let nothing but the examples be read."""
    for name in ("SIZE", "SIZE_OF_STORE", "SIZE_OF_EYECITE"):
        monkeypatch.setattr(bench, name, 40_000)
    monkeypatch.setattr(bench, "RUNS", 1)
    monkeypatch.setattr(samples, "corpus", lambda: ())


def test_a_rate_counts_bytes_and_the_time_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 4.0, 10.0, 12.0])
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    rate = bench.measure(["Đ" * 1_000_000, "a" * 1_000_000], len, runs=2)
    assert (rate.size, rate.seconds, rate.citations) == (3_000_000, 2.0, 2_000_000)
    assert rate.megabytes_a_second == 1.5


def test_an_opinion_is_the_same_each_time_and_as_dense_as_asked() -> None:
    text = bench.opinion(20_000, 3.0)
    assert text == bench.opinion(20_000, 3.0) != bench.opinion(20_000, 3.0, seed=1)
    assert 20_000 <= len(text) < 21_000
    citations = text.count(", see ")
    assert 50 <= citations <= 60
    assert len([mark for mark in (" U.S.C. § ", " v. ", "Id. at ", ", supra, at ", ", at ") if mark in text]) == 5


@pytest.mark.usefixtures("small")
def test_the_tables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LENGTHS", (0,))
    real = importlib.import_module

    def without_eyecite(name: str) -> Any:
        if name == "eyecite":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without_eyecite)
    assert bench.main() == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert [row[0] for row in rows] == [
        "what", "---", "citations, from prepared text", "citations, from the text as it is", "text → records",
        "files → store on disk", "eyecite, English opinions", "one text of", "---:", "0 MB",
    ]  # fmt: skip
    assert "not installed" in rows[6]
    # All parts of the way find the same citations.
    assert len({row[2] for row in rows[3:6]}) == 1
    assert lines[-1] == "growth is linear"


@pytest.mark.usefixtures("small")
def test_growth_beyond_the_linear_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = iter([bench.Rate(10, seconds, 1) for seconds in (1.0, 1.0, 1.4, 1.4, 1.0, 1.0, 1.6, 1.0)])
    monkeypatch.setattr(bench, "measure", lambda *_: next(rates))
    assert bench.print_growth((0, 0))
    assert not bench.print_growth((0, 0))


def test_files_are_not_taken_for_copies_of_each_other(tmp_path: Path) -> None:
    rate = bench.measure_store([samples.plan(), samples.plan()])
    assert rate.citations == 2
