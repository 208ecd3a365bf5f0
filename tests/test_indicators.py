"""Hold the tables of indicators, operators, units and words to what they promise, each row by its own example."""

from __future__ import annotations

import doctest
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from cancu.errors import DataError
from cancu.loaders.extract import read_reading
from cancu.loaders.figures import Figures
from cancu.loaders.measured import indicator_of, share_of
from cancu.loaders.quantities import read_quantities
from cancu.ontology import indicators as module
from cancu.ontology.indicators import Indicator, Operator, Unit, indicators, operators, quantity_words, units
from cancu.ontology.lexicon import TABLES
from tests import cases

FRAME = "KẾ HOẠCH\nPhát triển kinh tế - xã hội tỉnh Nghệ An năm 2024\nI. {}\n- {}\n"

#: The codes that docs and records promise; ranges and moves have no words of their own.
OPERATORS = (
    *("=", "<", ">", "<=", ">=", "range", "decrease_by", "decrease_by_range", "increase_by", "increase_by_range"),
    "approx",
)


def test_doctests() -> None:
    assert doctest.testmod(module).failed == 0


def test_nothing_is_lost() -> None:
    assert len(indicators()) >= 90
    assert len(units()) >= 140
    assert tuple(operator.code for operator in operators()) == OPERATORS


@pytest.mark.parametrize("row", [cases.case(row, id=row.slug) for row in operators()])
def test_every_operator_is_read_in_its_example(row: Operator) -> None:
    targets, _ = read_quantities(read_reading(FRAME.format("MỤC TIÊU", row.example)))
    assert row.code in [target.op for target in targets]


@pytest.mark.parametrize("row", [cases.case(row, id=row.code) for row in units()])
def test_every_unit_is_read_by_each_of_its_words(row: Unit) -> None:
    for word in row.words:
        text = f"tăng 12 {word};"
        found = Figures(text).find(0, len(text))
        several = row.kind not in ("ratio", "money", "measure") and "," in word
        assert [(figure.value, figure.unit) for figure in found] == [(Decimal(12), word if several else row.name)], word
        assert found[0].end == len(text) - 1
    assert row.name in [figure.unit for figure in Figures(row.example).find(0, len(row.example))] or any(
        word in row.example for word in row.words
    )


def test_a_longer_word_is_no_unit() -> None:
    for word in quantity_words("no_unit"):
        text = f"12 {word} khác"
        assert Figures(text).find(0, len(text)) == [], word


@pytest.mark.parametrize("row", [cases.case(row, id=row.code) for row in indicators()])
def test_every_indicator_is_known_by_each_of_its_words(row: Indicator) -> None:
    for word in row.words:
        for unit in row.units:
            found = indicator_of(word, unit)
            assert found is row, (word, unit, found)
        assert indicator_of(word.upper(), row.units[0]) is row


@pytest.mark.parametrize("row", [cases.case(row, id=row.code) for row in indicators()])
def test_every_indicator_is_read_in_its_example(row: Indicator) -> None:
    for under in ("MỤC TIÊU", "KẾT QUẢ"):
        found = read_quantities(read_reading(FRAME.format(under, f"{row.example}.")))
        assert row.code in [record.concept for records in found for record in records], found


@pytest.mark.parametrize(
    ("phrase", "unit"),
    [
        ("tỷ lệ hộ nghèo được tặng quà", "%"),
        ("hộ nghèo tham gia dự án", "hộ"),
        ("hộ nghèo người kinh", "hộ"),
        ("tỷ lệ hộ nghèo có nhà tiêu", "%"),
        ("cán bộ thôn", "%"),
        ("tỷ lệ hộ nghèo", "km"),
        ("tỷ lệ hộ nghèo", None),
        ("", "%"),
        ("xuất bản hiểm y tếp", "%"),
    ],
)
def test_what_is_no_known_indicator(phrase: str, unit: str | None) -> None:
    assert indicator_of(phrase, unit) is None


def test_the_same_indicator_in_two_plans_is_one() -> None:
    texts = ("Tỷ lệ bao phủ năng lượng tái tạo đạt 12%.", "Phấn đấu tỷ lệ bao phủ năng lượng tái tạo đạt trên 15%.")
    found = [read_quantities(read_reading(FRAME.format("MỤC TIÊU", text)))[0][0].concept for text in texts]
    assert found == ["ty-le-bao-phu-nang-luong-tai-tao"] * 2


def test_shares() -> None:
    for row in indicators():
        if row.count:
            found = share_of(row.count)
            assert found is not None and "%" in found.units
    assert share_of("") is None


def test_each_goal_is_near_to_one_indicator() -> None:
    assert max(Counter(row.sdg for row in indicators() if row.sdg).values()) == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("indicators.tsv", "poverty_rate\t", "Poverty rate\t", "not lower-case ASCII"),
        (
            "indicators.tsv",
            "\thead\t%\tlower\tpoor_households\t1.2.2",
            "\thead\t%\tlower\tnobody\t1.2.2",
            "unknown count",
        ),
        (
            "indicators.tsv",
            "\thead\t%\tlower\tpoor_households\t1.2.2",
            "\thead\tdặm\tlower\tpoor_households\t1.2.2",
            "unknown unit",
        ),
        ("indicators.tsv", "\tpoor_households\t1.2.2", "\tpoor_households\tgoal 1", "no indicator of the goals"),
        ("units.tsv", "household\thộ\thousehold\thộ gia đình", "household\thộ\thousehold\tngười", "is of line"),
        ("units.tsv", "\tpeople\tgiảm 120", "\tpersons\tgiảm 120", "kind"),
        ("operators.tsv", "\tbằng\t", "\t\t", "empty"),
        ("operators.tsv", "=\tequal\t", "=\tEqual\t", "slug"),
        ("quantity_words.tsv", "\tgiảm 5-6%\t", "\ttăng 5-6%\t", "does not show"),
        ("quantity_words.tsv", "value_move\tgiảm\t", "value_move\tGiảm\t", "lower case"),
    ],
)
def test_a_flaw_in_a_table_is_refused(
    file: str, old: str, new: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("indicators.tsv", "units.tsv", "operators.tsv", "quantity_words.tsv"):
        text = (TABLES / name).read_text(encoding="utf-8")
        if name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "TABLES", tmp_path)
    readers = (module.indicators, module.units, module.operators, module._word_lists)
    for reader in readers:
        reader.cache_clear()
    try:
        with pytest.raises(DataError, match=message):
            for reader in readers:
                reader()
    finally:
        for reader in readers:
            reader.cache_clear()
