"""Test the search index: what is found, in which order, and how a list is narrowed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cancu.loaders.load import load_paths
from cancu.queries.search import FACETS, SearchIndex, write_index
from cancu.queries.store import Store
from tests.samples import EXAMPLES


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index a district's plan, the province's, and the decision above them."""
    place = tmp_path_factory.mktemp("search")
    file = place / "new" / "index.sqlite"
    names = ("ke-hoach-quy-hop-2024.txt", "ke-hoach-nghe-an-2024.txt", "quyet-dinh-1868-qd-ttg.txt")
    with Store.open(place / "store", write=True) as store:
        load_paths([EXAMPLES / name for name in names], store, workers=1)
        assert write_index(store, str(file)) > 50
    return file


@pytest.fixture(scope="module")
def index(file: Path) -> Iterator[SearchIndex]:
    index = SearchIndex(file)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("96", "Kế hoạch số 96/KH-UBND"),
        ("96/kh", "Kế hoạch số 96/KH-UBND"),
        ("1868/QĐ-TTg", "Quyết định số 1868/QĐ-TTg"),
        ("1868/qd", "Quyết định số 1868/QĐ-TTg"),
        ("trung tâm y tế", "Trung tâm Y tế huyện Quỳ Hợp"),
        ("trung tam y te", "Trung tâm Y tế huyện Quỳ Hợp"),
        ("ttyt quy hop", "Trung tâm Y tế huyện Quỳ Hợp"),
        ("phòng gd&đt", "Phòng Giáo dục và Đào tạo huyện Quỳ Hợp"),
        ("tieu du an 1 ho tro xay", "Tiểu dự án 1: Hỗ trợ xây dựng nhà tiêu hợp vệ sinh hộ gia đình"),
        ("tieu du an 1 du an 3 quy hop", "Tiểu dự án 1: Hỗ trợ xây dựng nhà tiêu hợp vệ sinh hộ gia đình"),
        ("tieu du an 1 quy hop", "Tiểu dự án 1: Hỗ trợ xây dựng nhà tiêu hợp vệ sinh hộ gia đình"),
        ("da3.tda1", "Tiểu dự án 1: Hỗ trợ xây dựng nhà tiêu hợp vệ sinh hộ gia đình"),
        ("quy hop ke hoach nuoc sach", "Kế hoạch số 96/KH-UBND"),
    ],
)
def test_what_is_meant_is_suggested_first(index: SearchIndex, typed: str, first: str) -> None:
    assert index.suggest(typed)[0].label == first
    assert first in {hit.label for hit in index.search(typed, {}).hits}


def test_every_beginning_of_a_name_suggests_it(index: SearchIndex) -> None:
    name = "Trung tâm Y tế huyện Quỳ Hợp"
    for end in range(len("Trung tâm Y"), len(name) + 1):
        assert name in {hit.label for hit in index.suggest(name[:end])}, name[:end]


def test_names_that_begin_so_come_before_others(index: SearchIndex) -> None:
    labels = [hit.label for hit in index.suggest("Ủy ban nhân dân")]
    begin = [label.startswith("Ủy ban nhân dân") for label in labels]
    assert begin[0]
    assert begin == sorted(begin, reverse=True)


def test_suggestions_are_few_and_each_stands_once(index: SearchIndex) -> None:
    hits = index.suggest("k")
    assert len(hits) == 8
    assert len({hit.iri for hit in hits}) == 8
    assert len(index.suggest("k", 3)) == 3


@pytest.mark.parametrize("typed", ["", " ", "?", '"', "*", "zzzz", "99999/QĐ", "(", "AND"])
def test_nothing_is_suggested_where_nothing_fits(index: SearchIndex, typed: str) -> None:
    assert index.suggest(typed) == ()


def test_all_words_must_be_there(index: SearchIndex) -> None:
    both, one = index.search("quy hop y te", {}), index.search("y te", {})
    assert 0 < both.total < one.total
    assert index.search("quy hop zzzz", {}).total == 0


def test_texts_come_before_what_is_only_cited(index: SearchIndex) -> None:
    documents = index.search("", {"kind": "document"}, limit=500).hits
    held = [hit.held for hit in documents]
    assert held == sorted(held, reverse=True)
    dates = [hit.date for hit in documents if hit.held and hit.date is not None]
    assert dates == sorted(dates, reverse=True)


def test_pages_give_every_entry_once(index: SearchIndex) -> None:
    total = index.search("", {}).total
    pages = [index.search("", {}, start, 25).hits for start in range(0, total, 25)]
    iris = [hit.iri for page in pages for hit in page]
    assert len(iris) == len(set(iris)) == total
    assert index.search("", {}, total + 10).hits == ()


def test_each_count_of_a_facet_is_what_choosing_it_gives(index: SearchIndex) -> None:
    for text in ("", "quy hop"):
        found = index.search(text, {})
        assert set(found.facets) == set(FACETS)
        for name, values in found.facets.items():
            for value, count in values:
                assert index.search(text, {name: value}).total == count, (text, name, value)
    assert index.search("", {"kind": "document"}, facets=False).facets == {}
    assert index.search("", {"year": "1066"}).total == 0


def test_facets_name_what_officers_know(index: SearchIndex) -> None:
    facets = {name: dict(values) for name, values in index.search("", {}).facets.items()}
    assert facets["held"]["yes"] >= 3
    assert "Kế hoạch" in facets["type"]
    assert "Ủy ban nhân dân huyện Quỳ Hợp" in facets["issuer"]
    years = [year for year, _ in index.search("", {}).facets["year"]]
    assert years == sorted(years, reverse=True)


def test_several_search_at_once_and_each_finds_its_own(index: SearchIndex) -> None:
    asked = [("quy hop", {}), ("y te", {"kind": "agency"}), ("", {"held": "yes"}), ("96", {})] * 8
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda one: (index.search(*one), index.suggest(one[0])), asked))
    assert together == [(index.search(*one), index.suggest(one[0])) for one in asked]


def test_a_file_that_is_no_index_of_this_version_is_known(file: Path, tmp_path: Path) -> None:
    assert SearchIndex.is_index(file)
    assert not SearchIndex.is_index(tmp_path / "none")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, but long enough to look like one" * 100)
    assert not SearchIndex.is_index(broken)
    older = tmp_path / "older.sqlite"
    with sqlite3.connect(older) as base:
        base.execute("PRAGMA user_version = 1")
    base.close()
    assert not SearchIndex.is_index(older)
    assert [one.name for one in file.parent.iterdir()] == [file.name]
