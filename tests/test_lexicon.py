"""Each row of the tables of ``ontology/`` is found by its own example, and a broken table is refused with its line."""

from __future__ import annotations

import doctest
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from cancu.errors import DataError
from cancu.ontology import lexicon
from cancu.ontology.lexicon import lookup_key, read_table

Value = TypeVar("Value")


def codes_in(example: str) -> set[str]:
    """Read every code that a symbol may hold: "118/KH-TTGDNN-GDTX" has "118", "KH", "TTGDNN-GDTX", "GDTX" and so on."""
    codes: set[str] = set()
    for part in re.split(r"[/\s]+", example):
        pieces = part.split("-")
        codes |= {
            "-".join(pieces[first:last]) for first in range(len(pieces)) for last in range(first + 1, len(pieces) + 1)
        }
    return codes


def longest_prefix(text: str, forms: Mapping[str, Value]) -> Value | None:
    key = lookup_key(text)
    ends = [at for at in range(len(key), 0, -1) if at == len(key) or not key[at].isalnum()]
    return next((forms[key[:at]] for at in ends if key[:at] in forms), None)


def ambiguous(pairs: Iterable[tuple[Hashable, str]]) -> dict[Hashable, list[str]]:
    """Collect the keys that more than one name shares."""
    index: dict[Hashable, list[str]] = defaultdict(list)
    for key, name in pairs:
        if name not in index[key]:
            index[key].append(name)
    return {key: names for key, names in index.items() if len(names) > 1}


def test_every_table_is_there() -> None:
    assert len(lexicon.document_types()) == 62
    assert len(lexicon.ranks()) == 17
    assert len(lexicon.issuers()) == 236
    assert len(lexicon.departments()) == 143
    assert len(lexicon.abbreviations()) == 255
    assert len(lexicon.laws()) == 354
    assert len(lexicon.syllables()) == 6750


def test_doctests() -> None:
    failed, attempted = doctest.testmod(lexicon)
    assert (failed, attempted > 15) == (0, True)


# ------------------------------------------------------------------------------------------ document types

# Nghị định 30/2020/NĐ-CP, Điều 7 and Phụ lục III: the 29 types of administrative documents, and the three copies.
DECREE_30 = {
    **{"NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định"},
    **{"TC": "Thông cáo", "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch"},
    **{"PA": "Phương án", "ĐA": "Đề án", "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình"},
    **{"HĐ": "Hợp đồng", "CĐ": "Công điện", "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy ủy quyền"},
    **{"GM": "Giấy mời", "GGT": "Giấy giới thiệu", "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi"},
    **{"PC": "Phiếu chuyển", "PB": "Phiếu báo"},
    **{"SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục"},
}
# Types whose symbol is not part of the number, or that are cited without one.
NO_SYMBOL_IN_NUMBER = {
    *("Hiến pháp", "Bộ luật", "Luật", "Chiến lược", "Quy hoạch", "Nội quy"),
    *("Điều lệ", "Tuyên bố", "Lời kêu gọi", "Văn bản"),
}


def test_types_of_the_decree_on_clerical_work() -> None:
    assert len(DECREE_30) == 27 + 3
    for symbol, name in DECREE_30.items():
        assert name in [found.name for found in lexicon.document_types_by_symbol(symbol)]
        assert lexicon.document_types_by_word()[lookup_key(name)].symbol == symbol
    for name in ("Công văn", "Thư công"):
        assert lexicon.document_types_by_word()[lookup_key(name)].symbol == ""


@pytest.mark.parametrize("row", lexicon.document_types(), ids=lambda row: row.slug)
def test_document_type_is_found_by_its_example(row: lexicon.DocumentType) -> None:
    assert longest_prefix(row.example, lexicon.document_types_by_word()) is row
    assert lexicon.document_type(row.slug) is row
    if row.symbol and row.name not in NO_SYMBOL_IN_NUMBER:
        found = [value for code in codes_in(row.example) for value in lexicon.document_types_by_symbol(code)]
        assert row in found


def test_document_type_words_are_other_forms() -> None:
    for row in lexicon.document_types():
        for word in row.words:
            assert lexicon.document_types_by_word()[lookup_key(word.upper())] is row


def test_symbols_of_two_types() -> None:
    shared = ambiguous(
        (symbol, row.name)
        for row in lexicon.document_types()
        for symbol in (row.symbol, *row.symbol_variants)
        if symbol
    )
    assert {symbol: set(names) for symbol, names in shared.items()} == {
        "DA": {"Dự án", "Đề án"},
        "L": {"Luật", "Lệnh"},
        "QĐ": {"Quyết định", "Quy định"},
        "SL": {"Sắc lệnh", "Bản sao lục"},
        "TB": {"Thông báo", "Thông báo kết luận"},
        "TT": {"Thông tư", "Thông tri"},
        "TTR": {"Tờ trình", "Thông tri"},
    }
    # The type that owns the symbol comes before one that only borrows it.
    assert lexicon.document_types_by_symbol("QĐ")[0].name == "Quyết định"
    assert lexicon.document_types_by_symbol("DA")[0].name == "Dự án"


def test_unknown_document_type() -> None:
    assert lexicon.document_types_by_symbol("XYZ") == ()
    with pytest.raises(KeyError):
        lexicon.document_type("khong-co")


# Điều 4 of each version of the law, from the highest rank to the lowest; the bodies of one line share a rank.
ARTICLE_4: dict[str, tuple[date, list[list[tuple[str, list[str], str | None]]]]] = {
    "80/2015/QH13": (
        date(2018, 5, 2),
        [
            [("hien-phap", ["QH"], None)],
            [("bo-luat", ["QH"], None), ("luat", ["QH"], None), ("nghi-quyet", ["QH"], None)],
            [
                ("phap-lenh", ["UBTVQH"], None),
                ("nghi-quyet", ["UBTVQH"], None),
                ("nghi-quyet-lien-tich", ["UBTVQH", "ĐCTUBTWMTTQVN"], None),
            ],
            [("lenh", ["CTN"], None), ("quyet-dinh", ["CTN"], None)],
            [("nghi-dinh", ["CP"], None), ("nghi-quyet-lien-tich", ["ĐCTUBTWMTTQVN", "CP"], None)],
            [("quyet-dinh", ["TTg"], None)],
            [("nghi-quyet", ["HĐTP"], None)],
            [
                ("thong-tu", ["BTC"], None),
                ("thong-tu-lien-tich", ["TANDTC", "VKSNDTC"], None),
                ("quyet-dinh", ["KTNN"], None),
            ],
            [("nghi-quyet", ["HĐND"], "province")],
            [("quyet-dinh", ["UBND"], "province")],
            [],  # special administrative-economic units
            [("nghi-quyet", ["HĐND"], "district")],
            [("quyet-dinh", ["UBND"], "district")],
            [("nghi-quyet", ["HĐND"], "commune")],
            [("quyet-dinh", ["UBND"], "commune")],
        ],
    ),
    "63/2020/QH14": (
        date(2022, 7, 12),
        [
            *([],) * 2,
            [("nghi-quyet-lien-tich", ["UBTVQH", "CP", "ĐCTUBTWMTTQVN"], None)],
            *([],) * 4,
            [("thong-tu", ["UBDT"], None)],
            [("thong-tu-lien-tich", ["TANDTC", "KTNN"], None)],
            [("nghi-quyet", ["HĐND"], "province")],
            [("quyet-dinh", ["UBND"], "province")],
            [],
            [("nghi-quyet", ["HĐND"], "district")],
            [("quyet-dinh", ["UBND"], "district")],
            [("nghi-quyet", ["HĐND"], "commune")],
            [("quyet-dinh", ["UBND"], "commune")],
        ],
    ),
    "64/2025/QH15": (
        date(2025, 5, 2),
        [
            *([],) * 4,
            [("nghi-dinh", ["CP"], None), ("nghi-quyet", ["CP"], None)],
            [("quyet-dinh", ["TTg"], None)],
            [("nghi-quyet", ["HĐTP"], None)],
            [("thong-tu", ["KTNN"], None)],
            [("thong-tu-lien-tich", ["TANDTC", "VKSNDTC"], None)],
            [("nghi-quyet", ["HĐND"], "province")],
            [("quyet-dinh", ["UBND"], "province")],
            [],
            [("nghi-quyet", ["HĐND"], "district")],
            [("quyet-dinh", ["UBND"], "district")],
        ],
    ),
    "87/2025/QH15": (
        date(2025, 7, 1),
        [
            *([],) * 4,
            [("nghi-dinh", ["CP"], None), ("nghi-quyet", ["CP"], None)],
            [("quyet-dinh", ["TTg"], None)],
            *([],) * 3,
            [("nghi-quyet", ["HĐND"], "province")],
            [("quyet-dinh", ["UBND"], "province")],
            [("quyet-dinh", ["CTUBND"], "province")],
            [],
            [("nghi-quyet", ["HĐND"], "commune")],
            [("quyet-dinh", ["UBND"], "commune")],
        ],
    ),
}


@pytest.mark.parametrize("version", ARTICLE_4)
def test_ranks(version: str) -> None:
    day, article = ARTICLE_4[version]
    checked = 0
    for rank, kinds in enumerate(article, start=1):
        for slug, codes, tier in kinds:
            assert lexicon.rank_of(slug, codes, tier, day) == rank, (slug, codes, tier)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize(
    ("slug", "codes", "tier", "day"),
    [
        ("nghi-quyet", ["CP"], None, date(2025, 3, 31)),  # not normative between 2009 and 31/3/2025
        ("quyet-dinh", ["KTNN"], None, date(2025, 4, 1)),  # thông tư instead
        ("nghi-quyet", ["HĐND"], "commune", date(2025, 6, 30)),  # communes lost the power for three months
        ("nghi-quyet", ["HĐND"], "district", date(2025, 7, 1)),  # districts ended
        ("quyet-dinh", ["BTC"], None, date(2022, 1, 1)),
        ("ke-hoach", ["UBND"], "province", date(2024, 1, 26)),
        ("luat", ["QH"], None, date(2016, 6, 30)),  # before the first of these versions
    ],
)
def test_no_rank(slug: str, codes: Sequence[str], tier: str | None, day: date) -> None:
    assert lexicon.rank_of(slug, codes, tier, day) is None


# ------------------------------------------------------------------------------------------ issuers


@pytest.mark.parametrize("row", lexicon.issuers(), ids=lambda row: f"{row.code}-{row.line}")
def test_issuer_is_found_by_its_example(row: lexicon.Issuer) -> None:
    found = [value for code in codes_in(row.example) for value in lexicon.issuers_by_code(code)]
    assert row in found
    for code in (row.code, *row.codes_also):
        assert row in lexicon.issuers_by_code(code)
    for name in (row.name, *row.names_also):
        assert row in lexicon.issuers_by_name(name)
        assert row in lexicon.issuers_by_name(name.upper())


def test_codes_of_several_issuers() -> None:
    shared = ambiguous((code, row.name) for row in lexicon.issuers() for code in (row.code, *row.codes_also))
    assert shared == {
        "TW": ["Ban Chấp hành Trung ương Đảng", "Bộ Chính trị", "Ban Bí thư"],
        "TU": ["Tỉnh ủy", "Thành ủy"],
        "T.U": ["Tỉnh ủy", "Thành ủy"],
        "ThU": ["Thị ủy", "Thành ủy"],
        "ĐUK": ["Đảng ủy Khối các cơ quan Trung ương", "Đảng ủy Khối các cơ quan"],
        "HĐTĐ": ["Hội đồng thẩm định nhà nước", "Hội đồng Thi đua - Khen thưởng"],
        "TCT": ["Tổng cục Thuế", "Trường Chính trị"],
    }


def test_names_of_several_issuers() -> None:
    shared = Counter(
        key for row in lexicon.issuers() for key in {lookup_key(name) for name in (row.name, *row.names_also)}
    )
    assert {key for key, count in shared.items() if count > 1} == {"bộ nội vụ", "thành ủy"}


def test_the_two_ministries_of_one_name() -> None:
    police, home = lexicon.issuers_by_code("BNV", date(1995, 1, 1)), lexicon.issuers_by_code("BNV", date(2020, 1, 1))
    assert [row.successor for row in police] == ["Bộ Công an"]
    assert [row.successor for row in home] == [""]
    assert lexicon.issuers_by_code("BNV", date(2000, 1, 1)) == ()


def test_ministries_since_march_2025() -> None:
    """Nghị quyết 176/2025/QH15: fourteen ministries and three bodies of their rank."""
    day = date(2025, 3, 1)
    in_force = {
        row.name for row in lexicon.issuers() if row.tier == "central" and row in lexicon.issuers_by_code(row.code, day)
    }
    assert {name for name in in_force if name.startswith("Bộ ")} == {
        *("Bộ Quốc phòng", "Bộ Công an", "Bộ Ngoại giao", "Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính", "Bộ Công Thương"),
        *("Bộ Nông nghiệp và Môi trường", "Bộ Xây dựng", "Bộ Văn hóa, Thể thao và Du lịch"),
        *("Bộ Khoa học và Công nghệ", "Bộ Giáo dục và Đào tạo", "Bộ Y tế", "Bộ Dân tộc và Tôn giáo"),
    }
    assert {"Thanh tra Chính phủ", "Văn phòng Chính phủ", "Ngân hàng Nhà nước Việt Nam"} <= in_force
    assert "Ủy ban Dân tộc" not in in_force


def test_ministries_between_2007_and_2025() -> None:
    """Nghị quyết 01/2007/QH12: eighteen ministries and four bodies of their rank."""
    day = date(2016, 9, 2)
    names = [row.name for row in lexicon.issuers() if row in lexicon.issuers_by_code(row.code, day)]
    assert len([name for name in names if name.startswith("Bộ ") and name != "Bộ Chính trị"]) == 18
    assert {"Ủy ban Dân tộc", "Thanh tra Chính phủ", "Văn phòng Chính phủ", "Ngân hàng Nhà nước Việt Nam"} <= {*names}


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("Bộ Thủy sản", "Bộ Nông nghiệp và Môi trường"),
        ("Bộ Thương mại", "Bộ Công Thương"),
        ("Bộ Bưu chính - Viễn thông", "Bộ Khoa học và Công nghệ"),
        ("Bộ Khoa học - Công nghệ và Môi trường", "Bộ Khoa học và Công nghệ"),
        ("Bộ Văn hóa - Thông tin", "Bộ Văn hóa, Thể thao và Du lịch"),
        ("Ban Tổ chức - Cán bộ Chính phủ", "Bộ Nội vụ"),
        ("Ủy ban Dân tộc và Miền núi", "Bộ Dân tộc và Tôn giáo"),
        ("Ủy ban Kế hoạch Nhà nước", "Bộ Tài chính"),
        ("Bộ LĐ-TB&XH", "Bộ Nội vụ"),
        ("Hội đồng Bộ trưởng", "Chính phủ"),
        ("Tổng cục Địa chính", "Bộ Nông nghiệp và Môi trường"),
    ],
)
def test_successors(old: str, now: str) -> None:
    seen: list[str] = []
    (row,) = lexicon.issuers_by_name(old)
    while row.successor:
        assert row.name not in seen
        seen.append(row.name)
        row = lexicon.issuers_by_name(row.successor)[0]
    assert row.name == now


def test_successors_exist_when_their_predecessor_ends() -> None:
    ended = [(row, row.valid_to) for row in lexicon.issuers() if row.successor and row.valid_to is not None]
    assert len(ended) > 50
    for row, last in ended:
        assert lexicon.issuers_by_name(row.successor, last + timedelta(days=1)), row.name


def test_terms_and_units_behind_a_code() -> None:
    assert [row.name for row in lexicon.issuers_by_code("QH15")] == ["Quốc hội"]
    assert [row.name for row in lexicon.issuers_by_code("NHNN7")] == ["Ngân hàng Nhà nước Việt Nam"]
    assert [row.name for row in lexicon.issuers_by_code("HĐNN8")] == ["Hội đồng Nhà nước"]
    assert lexicon.issuers_by_code("15") == () == lexicon.issuers_by_code("KHÔNGCÓ")


# ------------------------------------------------------------------------------------------ departments


@pytest.mark.parametrize("row", lexicon.departments(), ids=lambda row: f"{row.tier}-{row.line}")
def test_department_is_found_by_its_forms_and_example(row: lexicon.Department) -> None:
    for form in (row.name or row.head, *row.abbreviations):
        assert row in lexicon.departments_by_abbreviation(form, row.tier, row.head)
        assert row in lexicon.departments_by_abbreviation(form, row.tier)
    for symbol in row.symbols:
        assert row in lexicon.departments_by_symbol(symbol)
        assert row in lexicon.departments_by_symbol(symbol, row.tier)
    if row.symbols:
        assert any(row in lexicon.departments_by_symbol(code, row.tier) for code in codes_in(row.example))
    else:
        assert row.full_name in row.example


def test_abbreviations_of_two_departments() -> None:
    shared = ambiguous(
        ((row.tier, row.head, lookup_key(form)), row.full_name)
        for row in lexicon.departments()
        for form in (row.name or row.head, *row.abbreviations)
    )
    two = ["Sở Văn hóa - Thông tin", "Sở Văn hóa và Thể thao"]
    assert shared == {("province", "Sở", form): two for form in ("vhtt", "vh-tt", "vh&tt")}
    # The two did not exist at one time.
    (before,) = lexicon.departments_by_abbreviation("VHTT", "province", "Sở", date(2006, 1, 1))
    (after,) = lexicon.departments_by_abbreviation("VHTT", "province", "Sở", date(2020, 1, 1))
    assert [before.full_name, after.full_name] == two


def test_symbols_of_two_departments() -> None:
    shared = ambiguous(((row.tier, symbol), row.full_name) for row in lexicon.departments() for symbol in row.symbols)
    assert shared == {
        ("province", "SVHTT"): ["Sở Văn hóa - Thông tin", "Sở Văn hóa và Thể thao"],
        ("province", "CT"): ["Sở Công Thương", "Cục Thuế"],
        ("district", "PGD"): ["Phòng Giáo dục và Đào tạo", "Ngân hàng Chính sách xã hội"],
        ("district", "VP"): [
            "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân",
            "Văn phòng Ủy ban nhân dân",
        ],
        ("district", "TTVHTT"): [
            "Trung tâm Văn hóa, Thông tin và Thể thao",
            "Trung tâm Văn hóa - Thể thao",
        ],
    }


def test_departments_of_2025() -> None:
    """Nghị định 45/2025/NĐ-CP: the departments that every province has, and those that some have."""
    day = date(2025, 3, 1)
    names = {
        row.name for row in lexicon.departments() if row.tier == "province" and row.head == "Sở" and _valid(row, day)
    }
    everywhere = {
        *("Nội vụ", "Tư pháp", "Tài chính", "Công Thương", "Nông nghiệp và Môi trường", "Xây dựng"),
        *("Khoa học và Công nghệ", "Văn hóa, Thể thao và Du lịch", "Giáo dục và Đào tạo", "Y tế"),
    }
    some = {
        "Ngoại vụ",
        "Dân tộc và Tôn giáo",
        "Du lịch",
        "Quy hoạch - Kiến trúc",
        "Văn hóa và Thể thao",
        "An toàn thực phẩm",
    }
    assert names == everywhere | some


def test_no_district_department_after_june_2025() -> None:
    left = [
        row.full_name
        for row in lexicon.departments()
        if row.tier == "district" and row.head == "Phòng" and _valid(row, date(2025, 7, 1))
    ]
    assert left == []
    rooms = {row.full_name for row in lexicon.departments() if row.tier == "commune" and row.head == "Phòng"}
    assert rooms == {"Phòng Kinh tế", "Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng Văn hóa - Xã hội"}


def _valid(row: lexicon.Department, day: date) -> bool:
    return row in lexicon.departments_by_abbreviation(row.name, row.tier, row.head, day)


@pytest.mark.parametrize(
    ("form", "tier", "head", "name"),
    [
        ("LĐ-TB&XH", "district", "Phòng", "Phòng Lao động - Thương binh và Xã hội"),
        ("Lao động – TBXH", "province", "Sở", "Sở Lao động - Thương binh và Xã hội"),
        ("Lao động-TB&XH", "province", "Sở", "Sở Lao động - Thương binh và Xã hội"),
        ("TC-KH", "district", "Phòng", "Phòng Tài chính - Kế hoạch"),
        ("VHTT", "district", "Phòng", "Phòng Văn hóa và Thông tin"),
        ("VH,TT&DL", "province", "Sở", "Sở Văn hóa, Thể thao và Du lịch"),
        ("VH-TT-TT&DL", "district", "Trung tâm", "Trung tâm Văn hóa, Thông tin, Thể thao và Du lịch"),
        ("GDNN-GDTX", "district", "Trung tâm", "Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên"),
        ("HĐND&UBND", "district", "Văn phòng", "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân"),
    ],
)
def test_department_abbreviations(form: str, tier: str, head: str, name: str) -> None:
    assert [row.full_name for row in lexicon.departments_by_abbreviation(form, tier, head)] == [name]


# ------------------------------------------------------------------------------------------ abbreviations


@pytest.mark.parametrize("row", lexicon.abbreviations(), ids=lambda row: f"{row.form}-{row.line}")
def test_abbreviation_is_found_in_its_example(row: lexicon.Abbreviation) -> None:
    assert re.search(rf"(?<!\w){re.escape(row.form)}(?!\w)", row.example)
    assert row.expansion not in row.example
    assert row in lexicon.abbreviations_of(row.form)
    assert (row in lexicon.abbreviations_of(row.form.lower())) == (not row.case_sensitive)


def test_abbreviations_of_several_meanings() -> None:
    assert ambiguous((row.form, row.expansion) for row in lexicon.abbreviations()) == {
        "BCH": ["Ban Chỉ huy", "Ban Chấp hành"],
        "CV": ["chuyên viên", "công văn"],
        "Q.": ["quận", "quyền"],
        "TT": ["thị trấn", "số thứ tự"],
    }


# ------------------------------------------------------------------------------------------ laws

# The day on which each National Assembly first met; the one before, and its Standing Committee, sat until then.
TERMS = {
    10: date(1997, 9, 20),
    11: date(2002, 7, 19),
    12: date(2007, 7, 19),
    13: date(2011, 7, 21),
    14: date(2016, 7, 20),
    15: date(2021, 7, 20),
    16: date(2026, 4, 6),
}
LAW_NUMBER = re.compile(r"(\d{2,3})/(\d{4})/(?:PL-)?(UBTVQH|QH)(\d{2})")


@pytest.mark.parametrize("row", lexicon.laws(), ids=lambda row: f"{row.kind}-{row.line}")
def test_law_is_found_by_its_example(row: lexicon.Law) -> None:
    names = {key: law for law in lexicon.laws() for key in _law_keys(law)}
    assert longest_prefix(row.example, names) is row
    for alias in row.aliases:
        assert lexicon.laws_by_name(f"{row.kind} {alias}") == (row,)
    if row.numbers:
        # The last one: a number may stand in the name ("của Bộ luật Hình sự số 100/2015/QH13").
        assert [law for code in row.example.split() for law in lexicon.laws_by_number(code)][-1] is row
    for known in row.numbers:
        assert lexicon.laws_by_number(known.number) == (row,)


def _law_keys(law: lexicon.Law) -> list[str]:
    return [lookup_key(f"{law.kind} {name}") for name in (law.name, *law.aliases)]


def test_numbers_of_laws_follow_their_dates() -> None:
    """Numbers run per legislature and year in the order of passing, so that a wrong digit stands out."""
    series: dict[tuple[str, int, int], list[tuple[int, date]]] = defaultdict(list)
    for law in lexicon.laws():
        for known in law.numbers:
            match = LAW_NUMBER.fullmatch(known.number)
            assert match, known
            term = int(match[4])
            assert TERMS[term] <= known.passed < TERMS[term + 1], known
            assert (match[3] == "UBTVQH") == (law.kind == "Pháp lệnh"), known
            series[match[3], term, known.passed.year].append((int(match[1]), known.passed))
    assert sum(map(len, series.values())) > 250
    for numbers in series.values():
        for (first, earlier), (second, later) in pairwise(sorted(numbers)):
            assert first != second and earlier <= later, (first, second)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Luật Tổ chức chính quyền địa phương", "77/2015/QH13"),
        ("Luật NSNN", "83/2015/QH13"),
        ("Luật phòng chống tham nhũng", "36/2018/QH14"),
        ("Luật Ban hành văn bản QPPL", "64/2025/QH15"),
        ("Bộ luật Lao động", "45/2019/QH14"),
        ("Pháp lệnh Ưu đãi người có công với cách mạng", "02/2020/UBTVQH14"),
    ],
)
def test_laws_by_name(name: str, number: str) -> None:
    (law,) = lexicon.laws_by_name(name)
    assert number in [known.number for known in law.numbers]
    assert lexicon.laws_by_number(number) == (law,)


def test_unknown_laws() -> None:
    assert lexicon.laws_by_name("Đầu tư công") == ()  # the kind is part of the name
    assert lexicon.laws_by_name("Luật Không có") == () == lexicon.laws_by_number("999/2099/QH99")


# ------------------------------------------------------------------------------------------ syllables


def test_number_of_syllables() -> None:
    assert 6500 < len(lexicon.syllables()) < 7000


@pytest.mark.parametrize("text", "đư tư_ vư tr h l đ t ng ngh gh qu b UBND kế_hoạch đăk hộc_ aa oà5 huộc".split())
def test_no_syllable(text: str) -> None:
    assert not lexicon.is_syllable(text)
    assert not lexicon.is_syllable("")


@pytest.mark.parametrize(
    "line",
    [
        "được trợ hợp đối tượng chất lượng lợi đợt vượt hỗ ợ tư lư",
        "gì gìn giữa giếng giết giảm quý quỳnh quốc quyền quặng nguyệt khuỷu ngoằn ngoèo huơ thuở xoong",
        "kỹ kĩ lý lí mỹ tỷ tỉ sỹ sĩ vỹ Nguyễn Hoằng Chiềng Quới Vừ Ơ à ừ ý",
        "Quyết định Kế hoạch Chương trình mục tiêu quốc gia giảm nghèo bền vững huyện Thọ Xuân tỉnh Thanh Hóa",
    ],
)
def test_syllables(line: str) -> None:
    assert [word for word in line.split() if not lexicon.is_syllable(word)] == []


def test_both_tone_placements() -> None:
    for newer, older in zip(
        "hoà hoá khoẻ thuỷ uỷ nguỵ toạ".split(), "hòa hóa khỏe thủy ủy ngụy tọa".split(), strict=True
    ):
        assert lexicon.is_syllable(newer) and lexicon.is_syllable(older)
        assert (newer in lexicon.syllables(), older in lexicon.syllables()) == (False, True)
    assert lexicon.is_syllable("quý") and not lexicon.is_syllable("qúy")
    assert lexicon.is_syllable("quả") and not lexicon.is_syllable("qủa")


def test_rimes_and_onsets_by_their_examples() -> None:
    rows = read_table(lexicon.TABLES / "rimes.tsv", ("rime", "tone", "spelled", "onsets", "example", "source"))
    used: set[str] = set()
    for row in rows:
        used |= set(row.items("onsets"))
        spellings = {("" if onset == "-" else onset) + row["spelled"] for onset in row.items("onsets")}
        assert spellings & set(row["example"].lower().split()), row
    onsets = read_table(lexicon.TABLES / "onsets.tsv", ("onset", "example", "source"))
    assert used == {row["onset"] for row in onsets}
    for row in onsets:
        assert lexicon.is_syllable(row["example"])
        assert row["onset"] == "-" or row["example"].startswith(row["onset"])


def test_syllables_have_the_shape_of_syllables() -> None:
    vowels = set("aăâeêioôơuưy")
    for syllable in lexicon.syllables():
        plain = unicodedata.normalize("NFD", syllable)
        marks = [letter for letter in plain if letter in set(lexicon.TONE_MARKS.values()) - {""}]
        assert len(marks) <= 1, syllable
        base = unicodedata.normalize("NFC", "".join(letter for letter in plain if letter not in marks))
        assert vowels & set(base), syllable


# ------------------------------------------------------------------------------------------ reading

COLUMNS = ("form", "words", "example", "source")
GOOD = "form\twords\texample\tsource\n# a remark\nUBND\ta|b\tUBND tỉnh\t[M]\n"


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "forms.tsv"
    path.write_bytes(text.encode())
    return path


def test_read_table(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, GOOD), COLUMNS, key=("form",))
    assert read_table(table(tmp_path, GOOD.replace("\n", "\r\n")), COLUMNS) == (row,)  # as some checkouts have it
    assert (row.line, row["form"], row.items("words"), row.items("form")) == (3, "UBND", ("a", "b"), ("UBND",))
    with pytest.raises(TypeError):
        row.cells["form"] = "HĐND"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("form\twords\texample\n", 1, "the header is not"),
        ("form\twords\texample\tsource\n", 1, "no rows"),
        (GOOD.rstrip("\n"), 3, "does not end"),
        (GOOD + "HĐND\ta\tHĐND tỉnh\n", 4, "3 cells instead of 4"),
        (GOOD + "HĐND\ta\tHĐND tỉnh\t[M]\t\n", 4, "5 cells instead of 4"),
        (GOOD + "\n", 4, "1 cells instead of 4"),
        (GOOD + "UBND\tc\tUBND xã\t[M]\n", 4, "repeats line 3"),
        (GOOD + "HĐND\ta\t\t[M]\n", 4, "example is empty"),
        (GOOD + "HĐND\ta\tHĐND tỉnh\t\n", 4, "source is empty"),
        (GOOD + "HĐND \ta\tHĐND tỉnh\t[M]\n", 4, "form has a blank too many"),
        (GOOD + "HĐND\ta\tHĐND  tỉnh\t[M]\n", 4, "example has a blank too many"),
        (GOOD + "HĐND\ta\tHĐND ti\u0309nh\t[M]\n", 4, "example is not in NFC"),
    ],
)
def test_broken_table(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_table(table(tmp_path, text), COLUMNS, key=("form",))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{tmp_path / 'forms.tsv'}:{line}: ")


def test_table_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "forms.tsv"
    path.write_bytes(b"form\xff\n")
    with pytest.raises(DataError, match="not UTF-8"):
        read_table(path, COLUMNS)
    with pytest.raises(DataError, match="cannot be read"):
        read_table(tmp_path / "none.tsv", COLUMNS)


def test_pattern_columns_keep_their_blanks(tmp_path: Path) -> None:
    path = table(tmp_path, "pattern\texample\n a|  b|\tx\n")
    assert read_table(path, ("pattern", "example"), patterns=("pattern",))[0]["pattern"] == " a|  b|"
    with pytest.raises(DataError, match="blank too many"):
        read_table(path, ("pattern", "example"))


@pytest.mark.parametrize(
    ("cell", "read", "message"),
    [
        ("a||b", lambda row: row.items("words"), "gap in its list"),
        ("a|a", lambda row: row.items("words"), "lists a value twice"),
        ("a| b", lambda row: row.items("words"), "gap in its list"),
        ("ja", lambda row: row.flag("words"), "is none of no, yes"),
        ("2024-02-30", lambda row: row.day("words"), "is no ISO date"),
        ("-3", lambda row: row.number("words"), "is no whole number"),
    ],
)
def test_broken_cell(tmp_path: Path, cell: str, read: Callable[[lexicon.Row], object], message: str) -> None:
    (row,) = read_table(table(tmp_path, GOOD.replace("a|b", cell)), COLUMNS)
    with pytest.raises(DataError, match=message) as caught:
        read(row)
    assert caught.value.line == 3


# One damaged line for each check that a table makes of its own: table, loader, a cell, what is put there, message.
DAMAGE: list[tuple[str, str, str, str, str]] = [
    ("document_types.tsv", "document_types", "\tadministrative\t", "\tofficial\t", "family 'official' is none of"),
    ("document_types.tsv", "document_types", "ke-hoach\t", "kế-hoạch\t", "is not ascii words"),
    ("document_types.tsv", "document_types", "\tKế hoạch hành động|", "\tKế Hoạch|", "says nothing that"),
    ("document_types.tsv", "document_types", "ke-hoach\t", "du-an\t", "repeats line"),
    ("document_types.tsv", "document_types_by_word", "\tChương trình hành động|", "\tKế hoạch|", "is of line"),
    ("document_types.tsv", "document_types", "\t5\t5\t5\t5\t", "\tV\t5\t5\t5\t", "is no whole number"),
    ("document_ranks.tsv", "ranks", "nghi-quyet\tCP\t", "nghi-quyt\tCP\t", "unknown type"),
    ("document_ranks.tsv", "ranks", "HĐND@commune\t", "HĐND@village\t", "tier 'village' is none of"),
    ("document_ranks.tsv", "ranks", "nghi-quyet\tCP\t", "nghi-quyet\tCPP\t", "unknown issuer"),
    ("issuers.tsv", "issuers", "2025-02-28\tBộ Nội vụ\t", "2025-02-28\tBộ Nào đó\t", "has no row"),
    ("issuers.tsv", "issuers", "1987-02-16\t2025-02-28", "2025-03-16\t2025-02-28", "before valid_from"),
    ("departments.tsv", "departments", "2025-02-28\tTài chính\t", "2025-02-28\tTài  chính\t", "blank too many"),
    ("departments.tsv", "departments", "2025-02-28\tTài chính\t", "2025-02-28\tTiền bạc\t", "has no row in its tier"),
    ("departments.tsv", "departments", "commune\tTrạm\t", "village\tTrạm\t", "tier 'village' is none of"),
    (
        "abbreviations.tsv",
        "abbreviations",
        "\tpolicy\tno\tChương trình MTQG",
        "\tthing\tno\tChương trình MTQG",
        "kind 'thing'",
    ),
    ("laws.tsv", "laws", "39/2019/QH14@2019-06-13", "39/2019/QH14", "is not number@date"),
    ("laws.tsv", "laws", "39/2019/QH14@2019-06-13", "39/2019/QH14@2018-06-13", "the year of the number"),
    (
        "laws.tsv",
        "laws",
        "49/2014/QH13@2014-06-18|39/2019/QH14@2019-06-13",
        "39/2019/QH14@2019-06-13|49/2014/QH13@2014-06-18",
        "order of dates",
    ),
    ("laws.tsv", "laws", "Bộ luật\tDân sự\t", "Sách luật\tDân sự\t", "kind 'Sách luật' is none of"),
    ("rimes.tsv", "syllables", "ươc\tnặng\tược\t", "ươc\tnặng\tước\t", "is not 'ươc' with the tone nặng"),
    ("rimes.tsv", "syllables", "oa\thuyền\tòa\t", "oa\thuyền\toà\t", "older place"),
    ("rimes.tsv", "syllables", "ươc\tnặng\tược\t", "ươc\thuyền\tườc\t", "ends in a stop"),
    ("onsets.tsv", "syllables", "tr\t", "trr\t", "unknown onset 'tr'"),
]


@pytest.mark.parametrize(("name", "loader", "cell", "damaged", "message"), DAMAGE)
def test_damaged_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, loader: str, cell: str, damaged: str, message: str
) -> None:
    for source in lexicon.TABLES.glob("*.tsv"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert cell in text
    (tmp_path / name).write_text(text.replace(cell, damaged, 1), encoding="utf-8")
    monkeypatch.setattr(lexicon, "TABLES", tmp_path)
    caches = [value for value in vars(lexicon).values() if hasattr(value, "cache_clear")]
    assert len(caches) > 15
    try:
        for cached in caches:
            cached.cache_clear()
        with pytest.raises(DataError, match=re.escape(message)) as caught:
            getattr(lexicon, loader)()
        assert caught.value.file.parent == tmp_path
        assert caught.value.line > 1
    finally:
        for cached in caches:
            cached.cache_clear()
