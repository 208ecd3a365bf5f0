"""Test that identifiers and IRIs lead to each other, and that no two things share an IRI."""

from __future__ import annotations

import doctest
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from cancu.ontology import iris

# The twelve vowels with their six tones, and đ: every letter of Vietnamese that is not plain ASCII is among them.
VOWELS = {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uư", "y": "y"}
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")

NUMBERS = (
    *("90/QĐ-TTg", "37/KH-UBND", "27/2022/NĐ-CP", "15-NQ/TW", "36-HD/VPTW", "76/2014/QH13", "30a/2008/NQ-CP"),
    *("28/2003/TTLT/BTC-BGD&ĐT", "1480/2003/QĐ.UB", "05-QC/BTCTU-BDVTU", "06/CP", "24-BS/UBKTTU", "12/ƯB"),
)
TYPES = st.none() | st.sampled_from(("ke-hoach", "quyet-dinh", "luat"))
ISSUERS = st.none() | st.sampled_from(("Chính phủ", "Hội đồng nhân dân tỉnh Sóc Trăng", "Bộ Y tế"))
YEARS = st.none() | st.integers(1000, 2999).map(str) | st.sampled_from(("khoa-xi", "khoa-xiii"))
# What the marks of a number may look like after the worst of conversions, and all of Unicode besides.
ANY_NUMBER = st.text("0159ĐđƯưDdUuaxX&./_~- QTN", min_size=1) | st.text(min_size=1) | st.sampled_from(NUMBERS)


def test_every_letter_of_vietnamese_has_its_ascii_letter() -> None:
    letters = {
        unicodedata.normalize("NFC", vowel + tone): base
        for base, vowels in VOWELS.items()
        for vowel in vowels
        for tone in TONES
    } | {"đ": "d"}
    assert len([letter for letter in letters if not letter.isascii()]) == 67
    for letter, base in letters.items():
        for form in (letter, letter.upper(), unicodedata.normalize("NFD", letter)):
            assert iris.slug(f"x{form}x") == f"x{base}x"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Phòng Lao động – TB&XH", "phong-lao-dong-tb-xh"),
        ("  Ban Chỉ đạo  138/TW ", "ban-chi-dao-138-tw"),
        ("ĐẮK NÔNG", "dak-nong"),
        ("…", ""),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert iris.slug(name) == expected


@given(st.text())
def test_a_slug_is_plain_and_stays_itself(name: str) -> None:
    slug = iris.slug(name)
    assert slug.isascii() and slug == slug.lower() and not slug.startswith("-") and "--" not in slug
    assert iris.slug(slug) == slug


@given(TYPES, ANY_NUMBER, ISSUERS, YEARS)
def test_a_document_reads_back(type_slug: str | None, number: str, issuer: str | None, year: str | None) -> None:
    iri = iris.document_iri(type_slug, number, issuer, year)
    assert iri.isascii() and urlsplit(iri).geturl() == str(iri)
    name = iris.parse_document(iri)
    assert (name.type, name.number, name.year_or_term) == (type_slug, number, year)
    assert name.issuer == (issuer and iris.slug(issuer))
    assert iris.document_iri(name.type, name.number, name.issuer, name.year_or_term) == iri


@given(st.lists(ANY_NUMBER, unique=True, min_size=2, max_size=12))
def test_two_numbers_never_share_an_iri(numbers: list[str]) -> None:
    assert len({iris.document_iri("quyet-dinh", number, "Bộ Y tế", 2020) for number in numbers}) == len(numbers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12/QĐ-UBND", "12/QD-UBND"),
        ("12/QĐ-UBND", "12/Qđ-UBND"),
        ("340/TTr-SYT", "340/TTR-SYT"),
        ("28/TTLT-BTC-BGD&ĐT", "28/TTLT-BTC-BGDĐT"),
        ("28/TTLT-BTC-BGD&ĐT", "28/TTLT-BTC-BGDaĐT"),
        ("15/QĐ.UB", "15/QĐ-UB"),
        ("15/NQ-TW", "15-NQ/TW"),
        ("15_NQ-TW", "15/NQ-TW"),
        ("1/~D", "1/Đ"),
        ("1/~x~", "1/~"),
    ],
)
def test_numbers_that_look_alike_stay_apart(one: str, other: str) -> None:
    assert iris.document_iri("cong-van", one, None) != iris.document_iri("cong-van", other, None)


def test_each_part_of_the_identity_counts() -> None:
    keys = [
        (type_slug, number, issuer, year)
        for type_slug in ("luat", "nghi-quyet", None)
        for number in ("55/2010/QH12", "93/2015/QH13")
        for issuer in ("Quốc hội", "Ủy ban Thường vụ Quốc hội", None)
        for year in (2010, 2015, "khoa-xii", None)
    ]
    assert len({iris.document_iri(*key) for key in keys}) == len(keys) == 72


def test_titles_that_differ_in_a_tone_stay_apart() -> None:
    titles = ("Kế hoạch xã Bình Thạnh", "Kế hoạch xã Bình Thành", "Kế hoạch xã Bình Thanh")
    made = {title: iris.document_iri("ke-hoach", None, None, 2023, title=title) for title in titles}
    assert len(set(made.values())) == 3
    assert {iris.parse_document(iri).number for iri in made.values()} == {None}
    # Case and blanks are no difference between two titles.
    again = iris.document_iri("ke-hoach", None, None, 2023, title="kế hoạch  xã Bình Thạnh ")
    assert again == made["Kế hoạch xã Bình Thạnh"]


def test_a_long_title_is_cut_between_words() -> None:
    title = "phê duyệt Chương trình phát triển kinh tế - xã hội vùng đồng bào dân tộc thiểu số và miền núi"
    name = iris.parse_document(iris.document_iri("quyet-dinh", None, None, title=title)).title
    assert name is not None
    shown, _, digest = name.rpartition("-")
    assert iris.slug(title).startswith(shown + "-") and 40 <= len(shown) <= 60 and len(digest) == 12


def test_a_document_may_be_known_by_its_file_only() -> None:
    iri = iris.document_iri(None, None, None, key="quét/trang 1.pdf")
    assert iris.parse_document(iri) == iris.DocumentName(None, None, None, key="quét/trang 1.pdf")


# A number, a title and a key that are written alike are three documents.
def test_number_title_and_key_stay_apart() -> None:
    by_number = iris.document_iri("luat", "ten", None)
    by_title = iris.document_iri("luat", None, None, title="ten")
    by_key = iris.document_iri("luat", None, None, key="ten")
    assert len({by_number, by_title, by_key}) == 3


FILE_KEYS = st.text(min_size=1).filter(lambda key: not any("\ud800" <= character <= "\udfff" for character in key))


@given(FILE_KEYS)
def test_file_keys_read_back(key: str) -> None:
    source, graph = iris.source_iri(key), iris.graph_iri(key)
    assert source.isascii() and graph.isascii() and source != graph
    assert iris.parse_source(source) == iris.parse_graph(graph) == key
    assert iris.parse_document(iris.document_iri(None, None, None, key=key)).key == key


def test_a_file_name_that_is_not_unicode_reads_back() -> None:
    key = b"k\xe9.txt".decode("utf-8", "surrogateescape")
    assert iris.parse_source(iris.source_iri(key)) == key


@given(FILE_KEYS, st.from_regex("[a-z]+", fullmatch=True), st.integers(0, 10**9), st.integers(0, 10**6))
def test_records_read_back(key: str, kind: str, start: int, length: int) -> None:
    iri = iris.record_iri(iris.source_iri(key), kind, start, start + length)
    assert iris.parse_record(iri) == (key, kind, start, start + length)


def test_citations_are_records_of_their_own_kind() -> None:
    source = iris.source_iri("a.txt")
    assert iris.parse_citation(iris.citation_iri(source, 3, 9)) == ("a.txt", 3, 9)
    with pytest.raises(ValueError, match="citation"):
        iris.parse_citation(iris.record_iri(source, "d", 3, 9))


@given(st.from_regex("[0-9]{2,5}", fullmatch=True), st.integers(1000, 9999))
def test_places_read_back(code: str, year: int) -> None:
    if code.isascii():
        assert iris.parse_place(iris.place_iri(code, year)) == (code, year)


def test_one_code_at_two_times_is_two_places() -> None:
    assert iris.place_iri("24", 1997) != iris.place_iri("24", 2025)


def test_agencies_that_differ_in_a_tone_are_told_apart_by_their_code() -> None:
    names = ("Ủy ban nhân dân xã Tân Thành", "Ủy ban nhân dân xã Tân Thạnh")
    assert len({iris.agency_iri(name) for name in names}) == 1
    coded = {iris.agency_iri(name, code) for name, code in zip(names, ("30001", "30002"), strict=True)}
    assert len(coded) == 2
    assert {iris.parse_agency(iri) for iri in coded} == {f"uy-ban-nhan-dan-xa-tan-thanh-3000{n}" for n in (1, 2)}


BAD_MINTING: dict[str, Callable[[], URIRef]] = {
    "type with a tone": lambda: iris.document_iri("kế-hoạch", "1/KH", None),
    "year of three digits": lambda: iris.document_iri("ke-hoach", "1/KH", None, 203),
    "term without its word": lambda: iris.document_iri("ke-hoach", "1/KH", None, "xi"),
    "document without a name": lambda: iris.document_iri("ke-hoach", "", "Chính phủ", 2020),
    "issuer without letters": lambda: iris.document_iri("ke-hoach", "1/KH", "***"),
    "agency without letters": lambda: iris.agency_iri("…"),
    "agency with a bad code": lambda: iris.agency_iri("Chính phủ", code="x"),
    "place with a bad code": lambda: iris.place_iri("BG", 2020),
    "place without a year": lambda: iris.place_iri("24", 0),
    "source without a key": lambda: iris.source_iri(""),
    "record of no source": lambda: iris.record_iri("https://example.org/a", "c", 1, 2),
    "record that ends before it starts": lambda: iris.citation_iri(iris.source_iri("a"), 9, 3),
    "record before the text": lambda: iris.citation_iri(iris.source_iri("a"), -1, 3),
    "header field with a blank": lambda: iris.header_iri(iris.source_iri("a"), "so ky hieu"),
    "part of no record": lambda: iris.part_iri(iris.source_iri("a"), "quote"),
    "activity of no document": lambda: iris.activity_iri(iris.source_iri("a"), "DA1"),
    "programme with a blank": lambda: iris.programme_iri("gnbv 2021"),
    "component of no programme": lambda: iris.component_iri("DA1"),
    "component by its title": lambda: iris.component_iri("gnbv-2021-2025/Nhà ở"),
    "unknown prefix": lambda: iris.expand("luat:x"),
    "no prefix": lambda: iris.expand("based_on"),
}


@pytest.mark.parametrize("case", BAD_MINTING)
def test_bad_identifiers_are_refused(case: str) -> None:
    with pytest.raises(ValueError, match=r"is not|neither|needs|not empty|no letter|does not begin"):
        BAD_MINTING[case]()


@pytest.mark.parametrize(
    ("parse", "local"),
    [
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022/"),
        (iris.parse_document, "vn/Chính phủ/nghi-dinh/2022/1"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/20222/1"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022/1~z"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022/1~x41~"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022/1%2FN"),
        (iris.parse_document, "vn/chinh-phu/nghi-dinh/2022/muc/1"),
        (iris.parse_document, "agency/chinh-phu"),
        (iris.parse_agency, "agency/Chinh-phu"),
        (iris.parse_place, "place/24"),
        (iris.parse_place, "place/24-97"),
        (iris.parse_source, "source/"),
        (iris.parse_source, "source/a/b"),
        (iris.parse_source, "source/a#c1-2"),
        (iris.parse_graph, "graph/linking"),
        (iris.parse_record, "source/a"),
        (iris.parse_record, "source/a#title"),
        (iris.parse_citation, "source/a#c1-2-quote"),
        (iris.parse_activity, "vn/chinh-phu/nghi-dinh/2022/1"),
        (iris.parse_activity, "vn/chinh-phu/nghi-dinh/2022/1#Dự án 1"),
        (iris.parse_activity, "source/a#DA1"),
        (iris.parse_component, "programme/gnbv-2021-2025"),
        (iris.parse_component, "programme/gnbv-2021-2025/nha-o"),
        (iris.parse_component, "agency/DA1"),
    ],
)
def test_foreign_iris_are_refused(parse: Callable[[str], object], local: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse(iris.ID + local)


@pytest.mark.parametrize("code", ["DA1", "DA10", "DA3.TDA2", "DA4.TDA3.ND1", "NDTP11", "DA1.2"])
def test_codes_of_activities_and_components_are_read_back(code: str) -> None:
    document = str(iris.document_iri("ke-hoach", "64/KH-UBND", "Ủy ban nhân dân huyện Bát Xát", 2023))
    activity = str(iris.activity_iri(document, code))
    assert activity == f"{document}#{code}" and iris.parse_activity(activity) == (document, code)
    component = str(iris.component_iri(f"gnbv-2021-2025/{code}"))
    assert component == f"{iris.programme_iri('gnbv-2021-2025')}/{code}"
    assert iris.parse_component(component) == ("gnbv-2021-2025", code)


def test_activities_known_by_a_phrase_keep_apart() -> None:
    document = str(iris.document_iri(None, "64/KH-UBND", None))
    phrases = ("CS:bảo hiểm y tế", "CS:bao hiểm y tế", "CS:nhà ở", "Dự án 1")
    minted = [str(iris.activity_iri(document, phrase)) for phrase in phrases]
    assert len(set(minted)) == len(phrases)
    for iri in minted:
        assert iri.isascii() and iris.parse_activity(iri)[0] == document
    # Print differs in case and blanks; the activity does not.
    assert iris.activity_iri(document, "CS:Nhà  ở") == iris.activity_iri(document, "CS:nhà ở")


def test_new_concepts_are_never_those_of_a_table() -> None:
    """Codes of tables join their words by an underscore, which no phrase becomes."""
    for phrase in ("poverty_rate", "tỷ lệ hộ nghèo", "%/năm", "%"):
        iri = iris.concept_iri(iris.INDICATOR, phrase)
        assert iri.isascii() and "_" not in iri and iri not in (iris.INDICATOR.poverty_rate, iris.INDICATOR)
    assert iris.concept_iri(iris.UNIT, "%/năm") != iris.concept_iri(iris.UNIT, "%/tháng")


def test_prefixes_expand() -> None:
    assert iris.expand("cancu:authorisedBy") == iris.CANCU.authorisedBy
    assert all(str(iris.expand(f"{prefix}:x")) == namespace + "x" for prefix, namespace in iris.PREFIXES.items())
    assert len(set(iris.PREFIXES.values())) == len(iris.PREFIXES) == 24


def test_doctests() -> None:
    result = doctest.testmod(iris)
    assert result.failed == 0 and result.attempted >= 20
