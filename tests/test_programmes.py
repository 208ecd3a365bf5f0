"""Read the tables of programmes and their components; tell which component a title is."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest

from cancu.errors import DataError
from cancu.ontology import lexicon, programmes
from cancu.ontology.programmes import (
    CLEAR_FIT,
    CODE_PARTS,
    ProgrammeComponent,
    best_fit,
    component_words,
    components_of,
    find_component,
    fit,
    programmes_named,
    title_key,
)
from tests import cases

ALL = [each for programme in programmes.programmes() for each in components_of(programme.code).values()]
TITLES = cases.table("component_titles.tsv", "programme", "title", "code", "clear", least=24)


def test_doctests() -> None:
    assert doctest.testmod(programmes).failed == 0


def test_the_programmes_are_complete() -> None:
    counts = {
        programme.code: [
            len([each for each in components_of(programme.code) if each.count(".") == depth]) for depth in (0, 1)
        ]
        for programme in programmes.programmes()
    }
    assert counts == {
        "gnbv-2021-2025": [7, 11],
        "gnbv-2016-2020": [5, 7],
        "dtts-2021-2030": [10, 13],
        "ntm-2021-2025": [11, 0],
        "ntm-2016-2020": [0, 0],
        "ntm-gnbv-dtts-2026-2035": [0, 0],
    }


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_every_component_is_told_by_each_of_its_titles(each: ProgrammeComponent) -> None:
    assert find_component(each.name) is each
    assert each.title in each.example
    for title in (each.title, *each.titles_also):
        assert fit(title, each) == fit(title.upper(), each) == fit(f"{title}.", each) == 1.0
        level = [other for other in components_of(each.programme).values() if other.parent == each.parent]
        assert best_fit(title, level) == (each, 1.0)


def test_numbers_follow_one_another() -> None:
    for programme in programmes.programmes():
        counts: dict[str | None, list[int]] = {}
        for each in components_of(programme.code).values():
            part = CODE_PARTS.fullmatch(each.code.rpartition(".")[2])
            assert part is not None
            counts.setdefault(each.parent, []).append(int(part[2]))
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in counts.values())


def test_programmes_of_one_name_share_no_year() -> None:
    known = programmes.programmes()
    for one in known:
        for other in known:
            if one is not other and one.words == other.words:
                assert one.period_end < other.period_start or other.period_end < one.period_start
        assert one.date is None or one.date.year - 2 < one.period_start <= one.date.year + 1
    assert {one.code: one.date for one in known}["gnbv-2021-2025"] == date(2022, 1, 18)


@pytest.mark.parametrize("row", TITLES, ids=lambda row: f"line-{row.line}")
def test_titles(row: lexicon.Row) -> None:
    found, how_well = best_fit(row["title"], components_of(row["programme"]).values())
    assert (found.code if found is not None and how_well > 0.6 else "") == row["code"]
    assert ("yes" if how_well >= CLEAR_FIT else "no") == row["clear"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Chương trình mục tiêu quốc gia Giảm nghèo bền vững", ["gnbv-2021-2025", "gnbv-2016-2020"]),
        ("CHƯƠNG TRÌNH XÂY DỰNG NÔNG THÔN MỚI", ["ntm-2021-2025", "ntm-2016-2020"]),
        ("CTMTQG phát triển KT-XH vùng đồng bào DTTS&MN", ["dtts-2021-2030"]),
        ("xây dựng NTM và GNBV", ["ntm-2021-2025", "ntm-2016-2020", "gnbv-2021-2025", "gnbv-2016-2020"]),
        (
            "xây dựng nông thôn mới, giảm nghèo bền vững và phát triển kinh tế - xã hội vùng đồng bào dân tộc thiểu số "
            "và miền núi",
            ["ntm-gnbv-dtts-2026-2035"],
        ),
        ("chuyển đổi số", []),
        ("", []),
    ],
)
def test_what_words_name(words: str, codes: list[str]) -> None:
    assert sorted(known.code for known in programmes_named(words)) == sorted(codes)


def test_titles_differ_in_more_than_spelling() -> None:
    assert title_key("Hoà nhập  XÃ HỘI – trẻ em") == title_key("hòa nhập xã hội, trẻ em")
    assert title_key("Hỗ trợ y tế") != title_key("Hỗ trợ nhà ở")
    assert (find_component("gnbv-2021-2025/DA9"), find_component("khác/DA1"), components_of("khác")) == (None, None, {})


def test_words_that_stand_under_others() -> None:
    codes = {known.code: known.rank for known in component_words()}
    for known in component_words():
        assert known.code in codes
        assert all(codes[above] < known.rank or codes[above] == 1 for above in known.under)


# --- broken tables

HEADERS = {
    "programmes.tsv": "code\tname\twords\tnumber\tdate\tissuer\tperiod_start\tperiod_end\texample\tsource",
    "components.tsv": "programme\tcode\tparent\ttitle\ttitles_also\tlead\tapplies_in\texample\tsource",
    "component_words.tsv": "word\tcode\trank\tunder\tnumber\tprose\tdamaged\texample\tsource",
}


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("programmes.tsv", "a\tA\ta\t1/QĐ\t2020-01-01\tB\t2025\t2021\ta\tx", "from a year to a later one"),
        ("programmes.tsv", "a\tA\ta\t1/QĐ\t2020-13-01\tB\t2021\t2025\ta\tx", "no ISO date"),
        ("programmes.tsv", "a\tA\tb\t1/QĐ\t2020-01-01\tB\t2021\t2025\tkhác\tx", "shows none of the words"),
        ("components.tsv", "khác\tDA1\t\tA\t\t\t\tA\tx", "no programme"),
        ("components.tsv", "gnbv-2021-2025\tXX1\t\tA\t\t\t\tA\tx", "not made of component words"),
        ("components.tsv", "gnbv-2021-2025\tDA1.TDA1\tDA1\tA\t\t\t\tA\tx", "does not stand above"),
        ("components.tsv", "gnbv-2021-2025\tDA1\t\tA\t\tBộ Không có\t\tA\tx", "is no issuer"),
        ("component_words.tsv", "Dự án\tDA\t\t\tarabic\tyes\tno\tDự án 1: A\tx", "rank is no number"),
        ("component_words.tsv", "Dự án\tDA\t0\t\tarabic\tyes\tno\tTên Dự án 1\tx", "does not begin with the word"),
        ("component_words.tsv", "Dự án\tDA\t0\tHP\tarabic\tyes\tno\tDự án 1: A\tx", "which no word has"),
        ("component_words.tsv", "Dự án\tDA\t0\t\tla mã\tyes\tno\tDự án 1: A\tx", "number is none of"),
        ("component_words.tsv", "Dự án\tda\t0\t\tarabic\tyes\tno\tDự án 1: A\tx", "no word in capitals"),
        ("component_words.tsv", "Dự án\tDA\t0\t\tarabic\tcó\tno\tDự án 1: A\tx", "prose"),
    ],
)
def test_a_broken_row_is_refused(
    table: str, row: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in HEADERS:
        (tmp_path / name).write_text((lexicon.TABLES / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / table).write_text(f"{HEADERS[table]}\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(programmes, "TABLES", tmp_path)
    readers = (programmes.programmes, programmes.component_words, programmes._components)
    for reader in readers:
        reader.cache_clear()
    try:
        with pytest.raises(DataError, match=says) as refused:
            programmes.programmes()
            programmes.component_words()
            components_of("gnbv-2021-2025")
        assert f"{table}" in str(refused.value)
    finally:
        for reader in readers:
            reader.cache_clear()
