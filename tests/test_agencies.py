"""Read every body that the tables know, in every way to write it, and complete it with its place."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import agencies
from cancu.loaders.agencies import (
    Context,
    complete,
    issuer_of_symbol,
    read_agency,
    read_joint_agencies,
    read_place,
    tier_of,
)
from cancu.loaders.text import read_text
from cancu.ontology import lexicon, places
from tests import cases

CONTEXTS = {
    "in_province": Context(province="tỉnh Bắc Giang", tier="province"),
    "in_district": Context(province="tỉnh Bắc Giang", district="huyện Tân Yên", tier="district"),
    "in_town": Context(province="tỉnh Nghệ An", district="thành phố Vinh", tier="district"),
    "in_city": Context(province="thành phố Hải Phòng", tier="province"),
}
COLUMNS = ("text", "name", "tier", "needs", *CONTEXTS, "flaw")


def test_doctests() -> None:
    assert doctest.testmod(agencies).failed == 0


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("agencies.tsv", *COLUMNS, least=85)
    ],
)
def test_agencies(row: lexicon.Row) -> None:
    read, _, rest = row["text"].partition("|")
    mention = read_agency(read + rest, 0)
    assert mention is not None
    assert (mention.start, (read + rest)[: mention.end]) == (0, read)
    assert (mention.name, mention.tier, mention.needs or "") == (row["name"], row["tier"], row["needs"])
    if mention.needs is None:
        assert all(complete(mention, context) == (mention.name, False, mention.tier) for context in CONTEXTS.values())
    else:
        completed = {name: complete(mention, context) for name, context in CONTEXTS.items()}
        assert {name: full or "" for name, (full, _, _) in completed.items()} == {name: row[name] for name in CONTEXTS}
        assert all(inferred for _, inferred, _ in completed.values())
        assert complete(mention, Context())[0] is None


@pytest.mark.parametrize("text", cases.lines("not_agencies.txt", least=14))
def test_what_is_no_agency(text: str) -> None:
    assert read_agency(text, 0) is None


def test_an_agency_inside_a_text() -> None:
    text = "theo đề nghị của Sở Y tế tỉnh Lào Cai và các sở"
    mention = read_agency(text, text.index("Sở"))
    assert mention is not None
    assert text[mention.start : mention.end] == "Sở Y tế tỉnh Lào Cai"


# --- the tables, both ways --------------------------------------------------------------------------------------------

#: Rows that are not read by each of their names, with the reason.
UNREAD_ISSUERS = {
    "Bộ Lao động - Thương binh và Xã hội": "a form with a long dash, which no plain text has",
    **dict.fromkeys(
        [
            "Quân ủy Trung ương",
            "Đảng ủy Công an Trung ương",
            "Đảng ủy Khối các cơ quan Trung ương",
            "Đảng ủy Khối Doanh nghiệp Trung ương",
            "Đảng ủy các cơ quan Đảng Trung ương",
            "Đảng ủy Chính phủ",
            "Đảng ủy Quốc hội",
        ],
        "a central Party committee is taken for a commune's",
    ),
}


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"{row.code}-{row.valid_from or ''}", flaw=UNREAD_ISSUERS.get(row.name, ""))
        for row in lexicon.issuers()
        if not row.contextual
    ],
)
def test_every_issuer_is_read_by_each_of_its_names(row: lexicon.Issuer) -> None:
    for form in (row.name, *row.names_also):
        for text in (form, form.upper(), f"{form}, các sở", f"{form} ban hành"):
            mention = read_agency(read_text(text).plain, 0)
            assert mention is not None, text
            assert mention.end == len(form), text
            named = lexicon.issuers_by_name(mention.name)
            assert named and {other.name for other in named} == {mention.name}
            assert row in lexicon.issuers_by_name(form)


@pytest.mark.parametrize(
    "row",
    [cases.case(row, id=f"{row.tier}-{index}") for index, row in enumerate(lexicon.departments()) if row.name],
)
def test_every_department_is_read_by_each_of_its_names(row: lexicon.Department) -> None:
    for form in (row.name, *row.abbreviations):
        text = f"{row.head} {form}"
        mention = read_agency(text, 0)
        assert mention is not None, text
        assert mention.end == len(text), text


PROVINCES = sorted({(place.unit, place.name) for place in places.provinces() if place.unit != "đặc khu"})


def test_every_province_has_a_committee_and_a_council() -> None:
    assert len(PROVINCES) >= 63
    for unit, name in PROVINCES:
        folded = read_text(name).plain
        for head, full in (("UBND", "Ủy ban nhân dân"), ("HĐND", "Hội đồng nhân dân")):
            for text in (f"{head} {unit} {folded}", f"{full} {unit} {folded}", f"{full} {unit} {folded}".upper()):
                mention = read_agency(text, 0)
                assert mention is not None
                assert (mention.end, mention.tier, mention.needs) == (len(text), "province", None), text
                assert places.fold_name(mention.name) == places.fold_name(f"{full} {unit} {folded}")


def test_every_district_has_a_committee() -> None:
    districts = sorted({(place.unit, place.name) for place in places.districts()})
    assert len(districts) >= 690
    unread = []
    for unit, name in districts:
        text = f"UBND {unit} {read_text(name).plain}"
        mention = read_agency(f"{text} về việc", 0)
        if mention is None or mention.end != len(text) or mention.needs is not None:
            unread.append(text)
    assert unread == []


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tỉnh Bắc Giang về", ("tỉnh Bắc Giang", "tỉnh", "Bắc Giang")),
        ("TỈNH BẮC GIANG", ("TỈNH BẮC GIANG", "tỉnh", "Bắc Giang")),
        ("tỉnh Truyền thông về", ("tỉnh", "tỉnh", None)),
        ("tỉnh Bà Rịa - Vũng Tàu và", ("tỉnh Bà Rịa - Vũng Tàu", "tỉnh", "Bà Rịa - Vũng Tàu")),
        ("tỉnh Thừa Thiên Huế năm", ("tỉnh Thừa Thiên Huế", "tỉnh", "Thừa Thiên Huế")),
        ("huyện Krông Pắc, tỉnh", ("huyện Krông Pắc", "huyện", "Krông Pắc")),
        ("huyện Cư M'gar", ("huyện Cư M'gar", "huyện", "Cư M'gar")),
        ("TP. Hồ Chí Minh", ("TP. Hồ Chí Minh", "thành phố", "Hồ Chí Minh")),
        ("thành phố Thủ Đức", ("thành phố Thủ Đức", "thành phố", "Thủ Đức")),
        ("quận 12 năm", ("quận 12", "quận", "12")),
        ("phường 12/6", ("phường", "phường", None)),
        ("xã Phúc Hòa và xã Liên Sơn", ("xã Phúc Hòa", "xã", "Phúc Hòa")),
        ("huyện nghèo", ("huyện", "huyện", None)),
        ("huyện, thành phố", ("huyện", "huyện", None)),
    ],
)
def test_places(text: str, expected: tuple[str, str, str | None]) -> None:
    found = read_place(text, 0)
    assert found is not None
    end, unit, name = found
    assert (text[:end], unit, name) == expected


@pytest.mark.parametrize("text", ["tỉnhBắc Giang", "Bắc Giang", "huyệnủy", "", "xãhội"])
def test_what_is_no_place(text: str) -> None:
    assert read_place(text, 0) is None


# --- several at once --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read", "name"),
    [
        ("Bộ Tài chính và Bộ Nội vụ hướng dẫn", "Bộ Tài chính và Bộ Nội vụ", "Bộ Tài chính, Bộ Nội vụ"),
        (
            "liên Bộ Tài chính - Bộ Giáo dục và Đào tạo về",
            "liên Bộ Tài chính - Bộ Giáo dục và Đào tạo",
            "Bộ Tài chính, Bộ Giáo dục và Đào tạo",
        ),
        (
            "Bộ Nông nghiệp và Phát triển nông thôn, Bộ Tài chính, Bộ Kế hoạch và Đầu tư;",
            "Bộ Nông nghiệp và Phát triển nông thôn, Bộ Tài chính, Bộ Kế hoạch và Đầu tư",
            "Bộ Nông nghiệp và Phát triển nông thôn, Bộ Tài chính, Bộ Kế hoạch và Đầu tư",
        ),
        ("Bộ Tài chính, các sở", "Bộ Tài chính", "Bộ Tài chính"),
        ("liên bộ: Bộ Y tế - Bộ Tài chính", "liên bộ: Bộ Y tế - Bộ Tài chính", "Bộ Y tế, Bộ Tài chính"),
    ],
)
def test_joint_agencies(text: str, read: str, name: str) -> None:
    mention = read_joint_agencies(text, 0)
    assert mention is not None
    assert (text[mention.start : mention.end], mention.name) == (read, name)


# --- symbols ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "context", "day", "name"),
    [
        (("CP",), "in_province", None, "Chính phủ"),
        (("TTg",), "in_province", None, "Thủ tướng Chính phủ"),
        (("QH15",), "in_province", None, "Quốc hội"),
        (("UBTVQH14",), "in_province", None, "Ủy ban Thường vụ Quốc hội"),
        (("UBNVQH14",), "in_province", None, "Ủy ban Thường vụ Quốc hội"),
        (("QHI5",), "in_province", None, "Quốc hội"),
        (("HĐBT",), "in_province", "1990-06-30", "Hội đồng Bộ trưởng"),
        (("SLĐTBXH",), "in_province", None, "Sở Lao động - Thương binh và Xã hội tỉnh Bắc Giang"),
        (("SLĐTBXH",), "in_city", None, "Sở Lao động - Thương binh và Xã hội thành phố Hải Phòng"),
        (("PLĐTBXH",), "in_district", None, "Phòng Lao động - Thương binh và Xã hội huyện Tân Yên"),
        (("PLĐTBXH",), "in_province", None, None),
        (("UBND",), "in_province", None, None),
        (("TW",), "in_province", None, None),
        (("XYZT",), "in_province", None, None),
        ((), "in_province", None, None),
        # The same code, another time.
        (("BNV",), "in_province", "2023-05-12", "Bộ Nội vụ"),
        (("BNV",), "in_province", "1985-05-12", "Bộ Nội vụ"),
    ],
)
def test_issuers_of_symbols(codes: tuple[str, ...], context: str, day: str | None, name: str | None) -> None:
    assert issuer_of_symbol(codes, CONTEXTS[context], day)[0] == name


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("Ủy ban nhân dân huyện Thọ Xuân", "district"),
        ("Ủy ban nhân dân tỉnh Bắc Giang", "province"),
        ("Ủy ban nhân dân thành phố Hà Nội", "province"),
        ("Ủy ban nhân dân thành phố Vinh", "district"),
        ("Ủy ban nhân dân xã Phúc Hòa", "commune"),
        ("Sở Y tế tỉnh Bắc Giang", "province"),
        ("Phòng Nội vụ huyện Tân Yên", "district"),
        ("Bộ Tài chính", "central"),
        ("Thủ tướng Chính phủ", "central"),
        ("Quốc hội", "central"),
        ("Tỉnh ủy Bắc Giang", "party"),
        ("Bộ Chính trị", "party"),
        ("Ban Chấp hành Trung ương Đảng khóa XIII", "party"),
        (None, "other"),
        ("không biết", "other"),
    ],
)
def test_tiers(name: str | None, tier: str) -> None:
    assert tier_of(name) == tier


def test_what_was_completed_is_complete() -> None:
    """Reading a completed name again needs no context, and gives the name itself."""
    again = []
    for row in cases.table("agencies.tsv", *COLUMNS, least=85):
        names = {row[name] for name in CONTEXTS} | ({row["name"]} if not row["needs"] else set())
        for name in names - {""}:
            mention = read_agency(name, 0)
            if not row["flaw"] and (mention is None or (mention.name, mention.needs) != (name, None)):
                again.append((name, mention))
    assert again == []
