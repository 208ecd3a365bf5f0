"""Read the sums of plans: amount, source, kind, year, what they are part of; and leave out what is no budget."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cancu.loaders import funding, money
from cancu.loaders.components import Components
from cancu.loaders.extract import read_reading
from cancu.loaders.funding import funding_words
from cancu.loaders.mentions import Note
from cancu.loaders.money import read_money
from cancu.model import Money
from cancu.ontology import lexicon
from tests import cases

HEAD = "KẾ HOẠCH\nThực hiện Chương trình chuyển đổi số năm 2024\nI. MỤC TIÊU\nNâng cao năng lực.\n"


@dataclass(frozen=True)
class Part:
    start: int
    end: int
    until: int
    code: str
    parent: str | None = None


class Parts:
    """Hold components by their headings' lines in a text: code, first line; each runs to the next one or a mark."""

    def __init__(self, plain: str, *headings: tuple[str, str, str | None], until: str = "") -> None:
        starts = [plain.index(heading) for _, heading, _ in headings]
        last = plain.index(until) if until else len(plain)
        self.parts = [
            Part(start, start + len(heading), after, code, parent)
            for (code, heading, parent), start, after in zip(headings, starts, [*starts[1:], last], strict=True)
        ]
        self.words = {"Tiểu dự án 1": "DA4.TDA1", "Tiểu dự án 2": "DA4.TDA2", "Dự án 7": "DA7"}

    def at(self, offset: int, /) -> Part | None:
        return next((part for part in self.parts if part.start <= offset < part.until), None)

    def named(self, plain: str, start: int, end: int, /) -> list[tuple[int, int, str]]:
        found = [(plain.find(word, start, end), word, code) for word, code in self.words.items()]
        return [(at, at + len(word), code) for at, word, code in found if at >= 0]

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)


def read(text: str) -> tuple[list[Money], list[Note]]:
    return read_money(read_reading(text), Components(()))


def shown(found: Money) -> str:
    marks = ("~" * found.approx, "c" * found.carried_over, "#" * bool(found.authority))
    return " ".join(
        [f"{found.amount:f}", found.source, found.kind or "-", str(found.year or "-"), *filter(None, marks)]
    )


def test_doctests() -> None:
    assert doctest.testmod(money).failed == 0
    assert doctest.testmod(funding).failed == 0


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("money.tsv", "text", "sums", "notes", "flaw", least=55)
    ],
)
def test_sums(row: lexicon.Row) -> None:
    text = HEAD + cases.printed(row["text"])
    found, notes = read(text)
    assert "; ".join(map(shown, found)) == row["sums"]
    assert " ".join(note.rule for note in notes) == row["notes"]
    for sum_ in found:
        assert text[sum_.start : sum_.end] == sum_.quote
        assert " ".join(sum_.quote.split()).endswith(sum_.printed)


LONG = (
    "Kế hoạch vốn ngân sách Nhà nước thực hiện Chương trình mục tiêu quốc gia phát triển kinh tế - xã hội vùng đồng "
    "bào dân tộc thiểu số và miền núi năm 2024 "
)


@pytest.mark.parametrize(
    ("line", "quotes"),
    [
        ("b) Kinh phí thực hiện: |Ngân sách tỉnh: Vốn sự nghiệp 5 triệu đồng|.", 1),
        ("|Tổng kinh phí thực hiện: 5 triệu đồng|.", 1),
        ("+ |Nguồn ngân sách Tỉnh: khoảng 5 triệu đồng|.", 1),
        ("|Kinh phí 9 triệu đồng|, trong đó |ngân sách tỉnh 5 triệu đồng| và |vốn huyện 4 triệu đồng|.", 3),
        (LONG + "|dự kiến phân bổ khoảng 5 triệu đồng|.", 1),
    ],
)
def test_quotes_run_from_the_label_to_the_unit(line: str, quotes: int) -> None:
    found = read(f"{HEAD}II. VỐN\n{line.replace('|', '')}")[0]
    assert [item.quote for item in found] == line.split("|")[1::2]
    assert len(found) == quotes


def test_whose_town_it_is() -> None:
    line = "\nI. KINH PHÍ\nNgân sách thành phố: 5 triệu đồng."
    for head, source in (
        ("UBND THÀNH PHỐ VINH\nKẾ HOẠCH\nNăm 2024 trên địa bàn thành phố Vinh, tỉnh Nghệ An", "district"),
        ("UBND TỈNH NGHỆ AN\nKẾ HOẠCH\nNăm 2024 trên địa bàn tỉnh Nghệ An", "district"),
        ("UBND THÀNH PHỐ HẢI PHÒNG\nKẾ HOẠCH\nNăm 2024 trên địa bàn thành phố Hải Phòng", "province"),
        (HEAD, "unspecified"),
    ):
        assert [found.source for found in read(head + line)[0]] == [source], head


def test_sums_belong_to_the_component_whose_text_holds_them() -> None:
    text = (
        HEAD
        + "1. Dự án 4: Việc làm\nKinh phí thực hiện: 9 triệu đồng.\n1.1. Tiểu dự án 1: Nghề\nVốn huyện 4 triệu đồng.\n"
        "1.2. Tiểu dự án 2: Việc\nVốn huyện 5 triệu đồng.\nTỔNG NGUỒN VỐN NĂM 2025\nKinh phí 9 triệu đồng.\n"
        "IV. KINH PHÍ\nKinh phí 8 triệu đồng."
    )
    reading = read_reading(text)
    parts = Parts(
        reading.plain,
        ("DA4", "1. Dự án 4: Việc làm", None),
        ("DA4.TDA1", "1.1. Tiểu dự án 1: Nghề", "DA4"),
        ("DA4.TDA2", "1.2. Tiểu dự án 2: Việc", "DA4"),
        until="IV. KINH PHÍ",
    )
    found = read_money(reading, parts)[0]
    # The first is the whole of its component; the heading in capitals, no heading of the outline, ends the component.
    assert [(item.activity, item.source, item.year) for item in found] == [
        ("DA4", "total", 2024),
        ("DA4.TDA1", "district", 2024),
        ("DA4.TDA2", "district", 2024),
        (None, "unspecified", 2025),
        (None, "unspecified", 2024),
    ]


def test_sums_belong_to_the_component_that_their_words_name() -> None:
    text = HEAD + (
        "III. KINH PHÍ\nKinh phí 9 triệu đồng, trong đó Tiểu dự án 1: 4 triệu đồng, Tiểu dự án 2: 5 triệu đồng.\n"
        "- Dự án 7: 3 triệu đồng, gồm:\n+ Ngân sách tỉnh: 3 triệu đồng.\n- Vốn khác: 1 triệu đồng."
    )
    reading = read_reading(text)
    found = read_money(reading, Parts(reading.plain, ("DA1", "I. MỤC TIÊU", None), until="III."))[0]
    assert [item.activity for item in found] == [None, "DA4.TDA1", "DA4.TDA2", "DA7", "DA7", None]


def test_tables_are_read_elsewhere() -> None:
    text = HEAD + "III. KINH PHÍ\nKinh phí 9 triệu đồng.\nNgân sách tỉnh\t5 triệu đồng\nVốn huyện 4 triệu đồng."
    reading = read_reading(text)
    start = reading.plain.index("Ngân sách tỉnh")
    tabled = type(reading)(
        reading.text, reading.header, reading.outline, reading.mentions, [(start, reading.plain.index("Vốn huyện"))]
    )
    assert [str(found.amount) for found in read_money(tabled, Components(()))[0]] == ["9", "4"]


@pytest.mark.parametrize(
    ("label", "year", "years"),
    [
        ("Vốn năm 2022, năm 2023 được phép chuyển nguồn sang năm 2024", None, (2022, 2023)),
        ("Vốn năm 2023 được phép chuyển nguồn sang năm 2024", 2023, (2023,)),
        ("Vốn năm 2024", 2024, ()),
    ],
)
def test_carried_over_money_says_every_year_that_it_comes_from(
    label: str, year: int | None, years: tuple[int, ...]
) -> None:
    (found,) = read(HEAD + f"III. KINH PHÍ\n{label} là 9 triệu đồng.")[0]
    assert (found.year, found.carried_from) == (year, years)


def test_inferred_fields_say_so() -> None:
    text = HEAD + "III. KINH PHÍ\nNgân sách tỉnh dự kiến 9 triệu đồng, gồm:\n- Vốn sự nghiệp năm 2024: 9 triệu đồng."
    first, second = read(text)[0]
    assert (first.inferred, second.inferred) == (("year",), ("approx", "source"))
    assert second.confidence < first.confidence


@pytest.mark.parametrize("group", ["source", "kind"])
def test_every_word_of_a_source_or_kind_leads_to_its_code(group: str) -> None:
    for word, code in funding_words(group)[1].items():
        found = read(f"UBND THÀNH PHỐ HẢI PHÒNG\n{HEAD}III. KINH PHÍ\n- {word} 5 triệu đồng.")[0]
        assert [getattr(item, group) for item in found] == [code], word


def test_the_words_of_the_lists_are_codes() -> None:
    pattern, codes = funding_words("source")
    assert set(codes.values()) == {"central", "province", "district", "commune", "unspecified"}
    assert pattern.search("theo nguồn vốn NSTW") is not None
    assert set(funding_words("kind")[1].values()) == {"investment", "recurrent"}


SHARES = st.lists(st.integers(1, 99_999_999), min_size=2, max_size=4)
NAMES = (
    ("ngân sách trung ương", "central"),
    ("ngân sách tỉnh", "province"),
    ("ngân sách huyện", "district"),
    ("ngân sách xã", "commune"),
)
PIECES = (
    r"12|5,5| triệu| tỷ| đồng|/hộ| vốn |năm 2024|(|)|, |; |trong đó|\n- |\n|: |ngân sách tỉnh |Tổng |ĐVT: triệu đồng\n|"
    r" USD|II. KINH PHÍ\n|theo Quyết định số 5/QĐ-UBND "
)


def vietnamese(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}".replace(",", ".") + (f",{rest:02d}" if rest else "")


@settings(max_examples=60, deadline=None)
@given(SHARES, st.booleans(), st.sampled_from([", trong đó", ", gồm", "; bao gồm"]))
def test_a_whole_and_its_parts(shares: list[int], in_a_list: bool, word: str) -> None:
    parts = list(zip(shares, NAMES, strict=False))
    lines = [f"{name} {vietnamese(share)} triệu đồng" for share, (name, _) in parts]
    joined = "\n- " + "\n- ".join(lines) if in_a_list else " " + "; ".join(lines)
    text = f"{HEAD}III. KINH PHÍ\nKinh phí {vietnamese(sum(shares))} triệu đồng{word}:{joined}.\nIV. TỔ CHỨC"
    whole, *found = read(text)[0]
    assert (whole.source, whole.amount) == ("total", Decimal(sum(shares)).scaleb(-2))
    assert [item.source for item in found] == [source for _, (_, source) in parts]
    assert sum(item.amount for item in found) == whole.amount
    assert all(isinstance(item.amount, Decimal) and "E" not in str(item.amount) for item in (whole, *found))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(cases.printed(PIECES).split("|")), max_size=30))
def test_any_text_is_read_without_error(pieces: list[str]) -> None:
    text = HEAD + "".join(pieces)
    found, _ = read(text)
    assert [item.end for item in found] == sorted({item.end for item in found})
    for item in found:
        assert text[item.start : item.end] == item.quote
        assert item.amount >= 0


@pytest.mark.parametrize(
    "line",
    [
        "Kinh phí 9 triệu đồng, trong đó:\n",
        "vốn 5 triệu đồng (vốn 5 triệu đồng, trong đó ",
        "- Vốn huyện:\n+ Vốn xã:\n",
        "Trong đó:\n",
    ],
)
def test_no_list_is_too_deep(line: str) -> None:
    found, _ = read(f"{HEAD}III. KINH PHÍ\nKinh phí 9 triệu đồng, trong đó:\n{line * 1500}")
    assert len(found) == 1 + 1500 * line.count("triệu đồng")
