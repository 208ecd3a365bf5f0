"""Test that documents and agencies are found however their names are typed, and that nothing is ever guessed."""

from __future__ import annotations

import time
import unicodedata

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cancu.ontology.iris import PREFIXES, document_iri
from cancu.queries.entries import Kind
from cancu.queries.find import find, find_candidates, number_key
from cancu.queries.store import Store
from tests.library import KH_37, QD_90, TT_10, graphs_of, library, store_of
from tests.plans import plans


def candidates(text: str, *kinds: Kind) -> list[str]:
    return [entry.iri for entry in find_candidates(library(), text, kinds or ("document",))]


def labels(text: str) -> list[str]:
    return [entry.label for entry in find(library(), text)]


# --- one document -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "90/QĐ-TTg",
        "90/qđ-ttg",
        "90/QD-TTG",
        " 90 / QĐ - TTg ",
        "90/QĐTTg",
        "90/QĐ–TTg",
        "90/QĐ‑TTg",
        "090/QĐ-TTg",
        "số 90/QĐ-TTg",
        "Quyết định số 90/QĐ-TTg",
        "quyet dinh 90/qd-ttg",
        "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ",
        "Quyết định 90/QĐ-TTg của TTg",
        "90/QĐ",
        QD_90,
        f"  {QD_90} ",
        "Phê duyệt Chương trình giảm nghèo giai đoạn 2021 - 2025",
        "phe duyet chuong trinh giam ngheo giai doan 2021-2025",
        "chương trình giảm nghèo giai đoạn",
        unicodedata.normalize("NFD", "90/QĐ-TTg"),
        unicodedata.normalize("NFD", "phê duyệt chương trình giảm nghèo giai đoạn"),
    ],
)
def test_a_document_is_found_however_it_is_typed(text: str) -> None:
    assert candidates(text) == [QD_90]


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("1401/QĐ-UBND tỉnh Lam Sơn", "Ủy ban nhân dân tỉnh Lam Sơn"),
        ("1401/QĐ-UBND lam son", "Ủy ban nhân dân tỉnh Lam Sơn"),
        ("Quyết định số 1401/QĐ-UBND ngày 19/12/2023 của UBND tỉnh Hà Trung", "Ủy ban nhân dân tỉnh Hà Trung"),
        ("Quyết định 1401/QĐ-UBND của Uỷ ban nhân dân tỉnh Hà Trung", "Ủy ban nhân dân tỉnh Hà Trung"),
    ],
)
def test_the_issuer_tells_equal_numbers_apart(text: str, issuer: str) -> None:
    (found,) = find_candidates(library(), text, ("document",))
    assert found.issuer == issuer


@pytest.mark.parametrize(
    "text", ["1401/QĐ-UBND", "Quyết định số 1401/QĐ-UBND", "1401/QĐ", "1401/QĐ-UBND ngày 19/12/2023"]
)
def test_a_number_of_two_provinces_is_not_guessed(text: str) -> None:
    assert len(candidates(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "1401/QĐ-UBND tỉnh Thanh Hóa",
        "Nghị quyết số 90/QĐ-TTg",
        "90/QĐ-TTg ngày 19/01/2022",
        "90/NQ-TTg",
        "9/QĐ-TTg",
        "giảm nghèo tỉnh Nghệ An",
        "https://w3id.org/cancu/id/vn/nothing",
        "",
        "  ",
        "/",
        "–",
        "số",
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    """A number with another issuer, type or date is another document, however close."""
    assert candidates(text) == []


def test_a_period_or_a_dash_is_no_number() -> None:
    assert len(candidates("giảm nghèo - năm 2024")) == 3


def test_a_whole_name_means_that_one_not_the_longer_ones(store: Store) -> None:
    label, kind = PREFIXES["rdfs"] + "label", PREFIXES["rdf"] + "type"
    laws = {
        name: str(document_iri("luat", None, "Quốc hội", title=name)) for name in ("Luật Đầu tư", "Luật Đầu tư công")
    }
    lines = [
        line
        for name, iri in laws.items()
        for line in (f'<{iri}> <{label}> "{name}"@vi .', f"<{iri}> <{kind}> <{PREFIXES['eli']}LegalResource> .")
    ]
    store.replace_graph("urn:g", "\n".join(lines))
    assert [entry.iri for entry in find_candidates(store, "luật đầu tư", ("document",))] == [laws["Luật Đầu tư"]]
    assert [entry.iri for entry in find_candidates(store, "Luat Dau tu cong", ("document",))] == [
        laws["Luật Đầu tư công"]
    ]
    assert len(find_candidates(store, "đầu tư", ("document",))) == 2


def test_accents_that_were_typed_are_heeded(store: Store) -> None:
    names = {"xã Bình Thành": "urn:a", "xã Bình Thạnh": "urn:b"}
    kind, label = PREFIXES["rdf"] + "type", PREFIXES["skos"] + "prefLabel"
    lines = [
        line
        for name, iri in names.items()
        for line in (
            f'<{iri}> <{label}> "Ủy ban nhân dân {name}"@vi .',
            f"<{iri}> <{kind}> <{PREFIXES['org']}FormalOrganization> .",
        )
    ]
    store.replace_graph("urn:g", "\n".join(lines))
    assert [entry.iri for entry in find_candidates(store, "xã Bình Thạnh", ("agency",))] == ["urn:b"]
    assert len(find_candidates(store, "binh thanh", ("agency",))) == 2
    assert [entry.iri for entry in find(store, "Bình Thạnh")] == ["urn:b", "urn:a"]


def test_activities_are_found_by_their_names() -> None:
    (found,) = find_candidates(library(), "giam sat, danh gia chuong trinh", ("activity",))
    assert (found.label, found.part_of) == ("Dự án 1: Giám sát, đánh giá Chương trình", KH_37)
    assert len(find_candidates(library(), "giám sát, đánh giá", ("activity",))) == 2


def coded(text: str, within: str | None = None) -> list[tuple[str, str]]:
    """Find activities of the plans: the last part of their documents' labels, and their codes."""
    found = find_candidates(plans(), text, ("activity",), within)
    return [((entry.whole or "").split()[-1], entry.iri.rpartition("#")[2]) for entry in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tiểu dự án 2 dự án 3 huyện Quỳ Hợp", "DA3.TDA2"),
        ("Dự án 3, tiểu dự án 2 (Quỳ Hợp)", "DA3.TDA2"),
        ("tieu du an so 02 du an III quy hop", "DA3.TDA2"),
        ("DA3.TDA2 96/KH-UBND", "DA3.TDA2"),
        ("da3 tda2 huyện quỳ hợp", "DA3.TDA2"),
        ("trường học, trạm y tế dự án 3 96/KH-UBND", "DA3.TDA2"),
        ("Dự án 3 huyện Quỳ Hợp", "DA3"),
        ("Cải thiện vệ sinh nông thôn huyện Quỳ Hợp", "DA3"),
        ("cai thien ve sinh nong thon quy hop", "DA3"),
        ("nhà tiêu hợp vệ sinh hộ gia đình Quỳ Hợp", "DA3.TDA1"),
        ("truyền thông Quỳ Hợp", "DA4"),
    ],
)
def test_an_activity_is_found_by_number_title_and_words_of_its_plan(text: str, code: str) -> None:
    assert coded(text) == [("96/KH-UBND", code)]


def test_the_title_of_the_national_component_finds_an_activity() -> None:
    """The plan's title is damaged or shortened; its component has the official one."""
    (found,) = find_candidates(
        plans(), "Giải quyết tình trạng thiếu đất ở, nhà ở, đất sản xuất, nước sinh hoạt", ("activity",)
    )
    assert found.whole == "Kế hoạch số 35/KH-UBND"
    assert coded("Dự án 2 nhà ở") == []


def test_a_title_of_several_plans_lists_them_with_their_documents() -> None:
    found = coded("Cải thiện vệ sinh nông thôn")
    assert {whole for whole, _ in found} >= {"96/KH-UBND", "912/KH-UBND", "1868/QĐ-TTg"}
    assert {code for _, code in found} == {"DA3"}, "its sub-projects only inherit the words"
    for entry in find_candidates(plans(), "Cải thiện vệ sinh nông thôn", ("activity",)):
        assert entry.whole and entry.issuer and entry.part_of
    (one,) = {whole for whole, _ in coded("Cải thiện vệ sinh nông thôn", entry.part_of)}
    assert entry.whole is not None and entry.whole.endswith(one)


def test_the_number_that_is_printed_finds_an_activity_as_the_right_one_does() -> None:
    """ "Điều 3" of a scanned plan is its Dự án 3."""
    assert coded("Dự án 3 kế hoạch 2073/KH-UBND") == [("2073/KH-UBND", "DA3")]
    assert coded("DA3 2073/KH-UBND") == [("2073/KH-UBND", "DA3")]


def test_an_activity_is_itself_by_its_iri() -> None:
    (one,) = find_candidates(plans(), "DA3.TDA2 96/KH-UBND", ("activity",))
    assert find_candidates(plans(), one.iri, ("activity", "document")) == (one,)
    assert find_candidates(plans(), one.iri, ("document",)) == ()


@pytest.mark.parametrize(
    "text", ["tiểu dự án 9 huyện Quỳ Hợp", "dự án 3 tỉnh Lâm Đồng", "huyện Quỳ Hợp", "96/KH-UBND", "DA3.TDA2.HD1", ""]
)
def test_no_activity_is_guessed(text: str) -> None:
    """The words of a document alone name no activity of it."""
    assert coded(text) == []


def test_collective_agencies_are_found() -> None:
    (found,) = find_candidates(plans(), "UBND các xã, thị trấn huyện Quỳ Hợp", ("agency",))
    assert found.label == "Ủy ban nhân dân các xã, thị trấn huyện Quỳ Hợp"


@pytest.mark.parametrize("text", ["Phòng NN&PTNT huyện Quỳ Hợp", "phòng nông nghiệp quỳ hợp", "Phòng NN-PTNT Quỳ Hợp"])
def test_one_abbreviation_may_stand_for_several_names(text: str) -> None:
    """ "NN&PTNT" is the ministry, the department of a province, and the division of a district."""
    (found,) = find_candidates(plans(), text, ("agency",))
    assert found.label == "Phòng Nông nghiệp và Phát triển nông thôn huyện Quỳ Hợp"


def test_a_search_lists_activities_behind_documents() -> None:
    kinds = [entry.kind for entry in find(plans(), "nước sạch huyện quỳ hợp")]
    assert kinds[0] == "document" and kinds == sorted(kinds, key=["document", "agency", "activity"].index)
    assert [entry.kind for entry in find(plans(), "Cải thiện vệ sinh nông thôn huyện Quỳ Hợp")] == ["activity"]
    assert {entry.kind for entry in find(plans(), "huyện quỳ hợp")} == {"document", "agency"}


def test_the_kinds_that_are_asked_for_are_kept_apart() -> None:
    assert candidates("Thủ tướng Chính phủ", "agency") == ["https://w3id.org/cancu/id/agency/thu-tuong-chinh-phu"]
    assert candidates("Giám sát, đánh giá", "document") == [TT_10]
    assert len(candidates("Giám sát, đánh giá", "document", "activity")) == 3


# --- searching --------------------------------------------------------------------------------------------------------


def test_the_exact_number_comes_first() -> None:
    assert labels("8/QĐ-UBND")[0] == "Quyết định số 8/QĐ-UBND"
    assert labels("90/qd-ttg") == ["Quyết định số 90/QĐ-TTg"]


@pytest.mark.parametrize("text", ["ldtbxh", "LĐ-TB&XH", "lao động thương binh", "lao dong xa hoi"])
def test_agencies_are_found_by_name_and_abbreviation(text: str) -> None:
    found = [entry.label for entry in find(library(), text) if entry.kind == "agency"]
    assert "Bộ Lao động - Thương binh và Xã hội" in found


@pytest.mark.parametrize(
    "text", ["UBND tỉnh Lam Sơn", "ubnd lam son", "Uỷ ban nhân dân tỉnh lam sơn", "ủy ban LAM SƠN"]
)
def test_case_accents_tone_placement_and_abbreviations_do_not_matter(text: str) -> None:
    found = find(library(), text)
    assert "Ủy ban nhân dân tỉnh Lam Sơn" in [entry.label for entry in found if entry.kind == "agency"]
    assert KH_37 in [entry.iri for entry in found]


def test_the_text_of_an_annex_is_held_with_that_of_its_document() -> None:
    (annex,) = find(plans(), "phụ lục 1868")
    (same,) = find_candidates(plans(), annex.iri, ("document",))
    assert annex.iri.endswith("-annex") and annex.held and same.held
    (missing,) = find_candidates(plans(), "2210/QĐ-UBND", ("document",))
    assert not missing.held


def test_a_search_has_a_limit_and_an_order() -> None:
    assert len(find(library(), "ubnd", limit=3)) == 3
    assert find(library(), "ubnd") == find(library(), "UBND")
    assert find(library(), "không có gì như thế này") == ()


def test_a_search_does_not_hang_on_the_order_of_loading() -> None:
    graphs = graphs_of()
    with store_of({name: graphs[name] for name in sorted(graphs, reverse=True)}) as other:
        assert find(other, "ubnd") == find(library(), "ubnd")


def test_what_is_loaded_later_is_found(store: Store) -> None:
    assert find(store, "90/QĐ-TTg") == find(store, "giảm nghèo") == ()
    store.replace_graphs(graphs_of())
    assert find(store, "90/QĐ-TTg")
    for graph in store.graphs():
        store.drop_graph(graph)
    assert find(store, "giảm nghèo") == ()


@given(st.text(max_size=40))
def test_no_text_breaks_the_search(text: str) -> None:
    find(library(), text)
    find_candidates(library(), text, ("document", "agency", "activity", "place"))


@given(st.integers(1, 99_999), st.sampled_from(["QĐ-TTg", "NQ-HĐND", "TTLT-BTC-BYT", "QĐ-BNV"]))
def test_keys_tell_numbers_apart_but_not_their_spellings(count: int, symbol: str) -> None:
    key = number_key(f"{count}/{symbol}")
    assert (
        key
        == number_key(f"0{count} / {symbol.lower().replace('đ', 'd')}")
        == number_key(f"{count}/{symbol.replace('-', '–')}")
    )
    assert key != number_key(f"{count + 1}/{symbol}")


def test_ten_thousand_documents_are_searched_at_once(store: Store) -> None:
    title, number, kind = PREFIXES["dct"] + "title", PREFIXES["eli"] + "number", PREFIXES["rdf"] + "type"
    legal = ox.NamedNode(PREFIXES["eli"] + "LegalResource")
    triples = []
    for n in range(10_000):
        one = ox.NamedNode(f"urn:d{n}")
        triples += [
            ox.Triple(one, ox.NamedNode(kind), legal),
            ox.Triple(one, ox.NamedNode(number), ox.Literal(f"{n}/QĐ-UBND")),
            ox.Triple(
                one,
                ox.NamedNode(title),
                ox.Literal(f"giao kế hoạch vốn năm {1990 + n % 40} cho xã thứ {n}", language="vi"),
            ),
        ]
    store.replace_graph("urn:g", triples)
    start = time.perf_counter()
    assert [entry.iri for entry in find_candidates(store, "8123/QĐ-UBND", ("document",))] == ["urn:d8123"]
    assert time.perf_counter() - start < 0.2, "a number needs no index"
    assert len(find(store, "kế hoạch vốn", limit=20_000)) == 10_000
    start = time.perf_counter()
    for n in range(20):
        assert [entry.iri for entry in find(store, f"giao ke hoach xã thứ {n * 37 + 1000}")] == [
            f"urn:d{n * 37 + 1000}"
        ]
    assert time.perf_counter() - start < 2, "the index is made once"
