"""Read the agencies of lists, collectives and bodies of every tier, with the words that lists leave out."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from cancu.errors import DataError
from cancu.loaders import actors
from cancu.loaders.actors import (
    actor_starts,
    expand,
    extended,
    read_actor,
    read_actors,
    read_as_printed,
    read_list,
    read_title,
)
from cancu.loaders.agencies import Context
from cancu.ontology import lexicon
from tests import cases

PLANS = {
    "commune": Context("tỉnh Nghệ An", None, "xã Yên Thành", "commune"),
    "district": Context("tỉnh Nghệ An", "huyện Yên Thành", None, "district"),
    "province": Context("tỉnh Nghệ An", None, None, "province"),
    "central": Context(tier="central"),
}
PLACES = {
    "commune": " xã Yên Thành",
    "district": " huyện Yên Thành",
    "province": " tỉnh Nghệ An",
    "central": "~",
}
ROWS = cases.table("actors.tsv", "plan", "bare", "text", "actors", "flaw", least=84)


def test_doctests() -> None:
    assert doctest.testmod(actors).failed == 0


@pytest.mark.parametrize("row", [cases.case(row, id=f"line-{row.line}", flaw=row["flaw"]) for row in ROWS])
def test_actors(row: lexicon.Row) -> None:
    text, place = row["text"], PLACES[row["plan"]]
    found = read_actors(text, 0, len(text), PLANS[row["plan"]], bare=row.flag("bare"))
    written = [f"{actor.name.replace(place, '~')}{'*' if actor.collective else ''}" for actor in found]
    assert " | ".join(written) == row["actors"]
    starts = set(actor_starts(text, 0, len(text)))
    assert all(0 <= actor.start < actor.end <= len(text) for actor in found)
    assert all(text[actor.start].isalpha() and not text[actor.end - 1].isspace() for actor in found)
    assert row.flag("bare") or {actor.start for actor in found if actor.start == 0} <= starts
    assert [actor.start for actor in found] == sorted(actor.start for actor in found)


def test_a_place_that_only_context_gives_is_inferred() -> None:
    text = "UBND các xã huyện Diễn Châu, Phòng Y tế"
    found = read_list(text, 0, len(text), PLANS["district"])
    assert [(actor.name, actor.inferred) for actor in found] == [
        ("Ủy ban nhân dân các xã huyện Diễn Châu", False),
        ("Phòng Y tế huyện Yên Thành", True),
    ]


def test_without_a_place_nothing_is_appended() -> None:
    actor = read_actor("các phòng, ban liên quan", 0, Context())
    assert actor is not None
    assert (actor.name, actor.inferred, actor.collective) == ("Các phòng, ban liên quan", False, True)


def test_places_lost_in_print_are_those_of_the_text() -> None:
    text = "UBND các xã, thị trấn tổ chức. UBND các thực hiện tốt."
    actor = read_actor(text, text.rindex("UBND"), PLANS["district"])
    assert actor is not None
    assert (actor.name, actor.inferred) == ("Ủy ban nhân dân các xã, thị trấn huyện Yên Thành", True)
    assert text[actor.start : actor.end] == "UBND các"
    assert read_actor("UBND các thực hiện", 0, PLANS["district"]) is None


def test_a_name_begins_at_a_word_and_ends_before_the_end() -> None:
    assert read_actor("liênSở Y tế", 4, PLANS["province"]) is None
    assert read_list("Sở Y tế và Sở Nội vụ", 0, 7, PLANS["province"])[0].end == 7
    assert read_list("Sở Tài chính", 0, 5, PLANS["province"]) == []


def test_headings_name_agencies_that_no_table_knows() -> None:
    def title(text: str, plan: str) -> str | None:
        found = read_title(text, 0, len(text), PLANS[plan])
        return found.name if found is not None else None

    assert title("Vụ Kế hoạch - Tài chính", "central") == "Vụ Kế hoạch - Tài chính"
    assert title("Trung tâm Xúc tiến du lịch tỉnh", "province") == "Trung tâm Xúc tiến du lịch tỉnh Nghệ An"
    assert title("Trung tâm Xúc tiến du lịch tỉnh Tổ chức", "province") == "Trung tâm Xúc tiến du lịch tỉnh Nghệ An"
    assert title("Bệnh viện Đa khoa huyện: Khám bệnh", "district") == "Bệnh viện Đa khoa huyện Yên Thành"
    assert title("Kinh phí thực hiện", "district") is None


def test_headings_name_posts_and_persons() -> None:
    def title(text: str) -> str | None:
        found = read_title(text, 0, len(text), PLANS["commune"])
        assert found is None or (found.start == 0 and text[: found.end].strip() == text[: found.end])
        return found.name if found is not None else None

    assert title("Công chức Văn thư - Lưu trữ xã: tham mưu") == "Công chức Văn thư - Lưu trữ xã Yên Thành"
    assert title("Cán bộ phụ trách lĩnh vực giám sát") == "Cán bộ phụ trách lĩnh vực giám sát xã Yên Thành"
    assert title("Phó chủ tịch Thường trực, phụ trách kinh tế") == (
        "Phó Chủ tịch Thường trực, phụ trách kinh tế xã Yên Thành"
    )
    assert title("Các đồng chí Trưởng đoàn thể xã") == "Các Trưởng đoàn thể xã Yên Thành"
    assert title("Ông Vi Văn Sơn - Phó Chủ tịch UBND xã") == "Phó Chủ tịch Ủy ban nhân dân xã Yên Thành"
    assert title("Bà Vi Thị Hoa") == "Vi Thị Hoa"
    assert title("Công chức Văn thư chủ trì rà soát") == "Công chức Văn thư xã Yên Thành"
    assert title("Tổ chức tuyên truyền") is None
    assert title("Trưởng thành từ phong trào") is None


def test_what_looks_like_no_name_is_not_taken_as_printed() -> None:
    for text in (
        "Theo phân công",
        "Quý II năm 2025",
        "Kinh phí: 5 triệu",
        "các hộ",
        "Ngày 12/5/2025",
        "Thời gian: tháng 5",
    ):
        assert read_as_printed(text, 0, len(text), PLANS["commune"]) is None, text
    found = read_as_printed("Nghệ nhân làng nghề; già làng", 0, 29, PLANS["commune"])
    assert found is not None
    assert (found.name, found.known) == ("Nghệ nhân làng nghề xã Yên Thành", False)


def test_a_heading_goes_on_behind_a_collective() -> None:
    text = "Các doanh nghiệp viễn thông"
    actor = read_actor(text, 0, PLANS["province"])
    assert actor is not None
    assert extended(text, actor, len(text), PLANS["province"]).name == "Các doanh nghiệp viễn thông tỉnh Nghệ An"


def test_ambiguous_abbreviations_stay() -> None:
    assert expand("BCH và CTMTQG") == "BCH và Chương trình mục tiêu quốc gia"


def test_every_row_of_the_table_is_read() -> None:
    for kind in ("body", "branch", "short", "phrase", "board"):
        for row in actors._rows()[kind]:
            for form in row.items("forms"):
                place = " Nghệ An" if kind == "short" else ""
                actor = read_actor(f"{form}{place} tổ chức", 0, PLANS["district"])
                assert actor is not None, form
                assert actor.name.startswith(row["name"]), form


def test_a_form_in_two_rows_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = (lexicon.TABLES / "collective.tsv").read_text(encoding="utf-8")
    (tmp_path / "collective.tsv").write_text(f"{table}place\thuyện|miền\t\tcác huyện\tpractice\n", encoding="utf-8")
    monkeypatch.setattr(lexicon, "TABLES", tmp_path)
    actors._rows.cache_clear()
    actors._names.cache_clear()
    try:
        with pytest.raises(DataError, match="'huyện' stands in two rows"):
            actors._names("place")
    finally:
        monkeypatch.undo()
        actors._rows.cache_clear()
        actors._names.cache_clear()
