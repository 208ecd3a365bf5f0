"""Say what each mention is to its document: each cue of the table is tried by its example, each relation by others."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cancu.errors import DataError
from cancu.loaders import relations
from cancu.loaders.extract import extract_text
from cancu.model import Citation
from cancu.ontology import lexicon
from tests import cases

# --- a document with one text in one place ----------------------------------------------------------------------------

HEAD = "ỦY BAN NHÂN DÂN\nTỈNH BẮC GIANG\nSố: 61/KH-UBND\nBắc Giang, ngày 26 tháng 02 năm 2024\n"
PLACES = ("opening", "basis", "title", "annex", "any")


def document(where: str, text: str) -> str:
    """Write a plan that has ``text`` in one place: title, opening, section on legal bases, body or annex."""
    assert where in PLACES
    at = dict.fromkeys(PLACES, "")
    at[where] = f"{text}\n"
    return (
        f"{HEAD}KẾ HOẠCH\n{at['title'] or 'Giảm nghèo bền vững năm 2024' + chr(10)}{at['opening']}"
        "Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:\n"
        f"{'I. CĂN CỨ PHÁP LÝ' + chr(10) + at['basis'] if at['basis'] else ''}"
        f"II. NỘI DUNG\n{at['any']}III. TỔ CHỨC THỰC HIỆN\nCác sở thực hiện.\n"
        f"{'PHỤ LỤC' + chr(10) + at['annex'] if at['annex'] else ''}"
    )


def read(where: str, text: str) -> tuple[Citation, ...]:
    return extract_text(document(where, text)).citations


def test_doctests() -> None:
    assert doctest.testmod(relations).failed == 0


# --- the table of cues, both ways -------------------------------------------------------------------------------------


def placed(cue: Any) -> str:
    """Put an example where its row looks: the items of a list, or of a section on legal bases, are paragraphs."""
    if cue.side == "intro":
        return re.sub(r": (- |\d\. )", r":\n\1", cue.example)
    if cue.where == "basis":
        return f"- {cue.example.partition(': ')[2]}"
    return str(cue.example)


@pytest.mark.parametrize("cue", relations.cues(), ids=lambda cue: f"line-{cue.line}")
def test_every_cue_is_recognised_by_its_example(cue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = placed(cue)
    assert cue.relation in [citation.relation for citation in read(cue.where, text)], "by the whole table"
    monkeypatch.setattr(relations, "cues", lambda: (cue,))
    assert cue.relation in [citation.relation for citation in read(cue.where, text)], "by the row alone"
    monkeypatch.setattr(relations, "cues", lambda: ())
    assert {citation.relation for citation in read(cue.where, text)} == {"mention"}, "by no row"


def test_every_relation_has_a_cue_but_mere_mention() -> None:
    codes = {
        row["relation"] for row in lexicon.read_table(lexicon.TABLES / "cues.tsv", CUE_COLUMNS, patterns=["pattern"])
    }
    assert codes | {"mention"} == set(relations.PRECEDENCE)
    assert "mention" not in codes


def test_cues_stand_in_the_order_of_precedence() -> None:
    ranks = [relations.PRECEDENCE.index(cue.relation) for cue in relations.cues()]
    assert ranks == sorted(ranks)


CUE_COLUMNS = ("relation", "where", "side", "pattern", "example", "source")


@pytest.mark.parametrize(
    "row",
    [
        "quotes\tany\tbefore\ttheo\ttheo Luật A\tours",
        "amends\tnowhere\tbefore\ttheo\ttheo Luật A\tours",
        "amends\tany\tbeside\ttheo\ttheo Luật A\tours",
        "amends\tany\tbefore\t(theo\ttheo Luật A\tours",
        "amends\tany\tbefore\ttheo\t\tours",
        "amends\tany\tbefore\ttheo",
    ],
    ids=["relation", "where", "side", "pattern", "example", "cells"],
)
def test_a_broken_row_is_refused_with_its_line(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = "amends\tany\tbefore\tsửa đổi\tsửa đổi Luật A\tours"
    header = "\t".join(CUE_COLUMNS)
    file = tmp_path / "cues.tsv"
    monkeypatch.setattr(lexicon, "TABLES", tmp_path)
    relations.cues.cache_clear()
    try:
        file.write_text(f"{header}\n{sound}\n{row}\n", encoding="utf-8")
        with pytest.raises(DataError) as caught:
            relations.cues()
        assert (caught.value.file, caught.value.line) == (file, 3)
        file.write_text(f"{header}\n{sound}\n", encoding="utf-8")
        assert [cue.relation for cue in relations.cues()] == ["amends"]
    finally:
        relations.cues.cache_clear()


# --- other texts ------------------------------------------------------------------------------------------------------

COLUMNS = ("where", "text", "quote", "relation", "activity", "flaw")


def texts() -> Iterator[Any]:
    """Give each text of the table with all of its rows."""
    rows = cases.table("relations.tsv", *COLUMNS, least=75)
    firsts = [index for index, row in enumerate(rows) if row["text"] != cases.DITTO]
    for first, after in zip(firsts, [*firsts[1:], len(rows)], strict=True):
        head = rows[first]
        expected = [(row["quote"], row["relation"], row["activity"]) for row in rows[first:after]]
        text = cases.printed(head["text"])
        yield cases.case(head["where"], text, expected, id=f"line-{head.line}", flaw=head["flaw"])


@pytest.mark.parametrize(("where", "text", "expected"), [*texts()])
def test_relations(where: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(citation.quote, citation.relation, citation.activity or "") for citation in read(where, text)]
    assert found == expected


def test_every_relation_has_a_case() -> None:
    rows = cases.table("relations.tsv", *COLUMNS, least=75)
    assert {row["relation"] for row in rows if not row["flaw"]} == set(relations.PRECEDENCE)


@pytest.mark.xfail(reason="a cue of an annex or of a section on legal bases is one letter, or empty", strict=True)
def test_a_cue_is_words_of_the_text() -> None:
    for row in cases.table("relations.tsv", *COLUMNS, least=75):
        if row["text"] == cases.DITTO:
            continue
        text = document(row["where"], cases.printed(row["text"]))
        for citation in extract_text(text).citations:
            assert citation.cue is None or (len(citation.cue) > 2 and citation.cue in text.lower()), citation


def test_what_the_title_guides_is_guided_throughout() -> None:
    text = document("title", "Hướng dẫn thực hiện Nghị định số 27/2022/NĐ-CP ngày 19/4/2022").replace(
        "Ủy ban nhân dân tỉnh ban hành",
        "Căn cứ Nghị định số 27/2022/NĐ-CP ngày 19/4/2022;\nỦy ban nhân dân tỉnh ban hành",
    )
    assert [citation.relation for citation in extract_text(text).citations] == ["guides", "guides"]


def test_an_activity_is_inferred() -> None:
    (citation,) = read("any", "Hỗ trợ nhà ở theo Quyết định số 90/QĐ-TTg.")
    assert (citation.activity, citation.relation) == ("Hỗ trợ nhà ở", "authorises")
    assert "activity" in citation.inferred
    (citation,) = read("any", "Nghị quyết số 76/2014/QH13 được triển khai.")
    assert citation.activity is None and "activity" not in citation.inferred
