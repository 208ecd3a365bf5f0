"""Hold for every string: nothing raises, every offset leads back, the same text gives the same records."""

from __future__ import annotations

import json
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from cancu.loaders import text as reading
from cancu.loaders.extract import extract_text, extraction_of, records_of
from cancu.loaders.relations import PRECEDENCE
from cancu.loaders.text import fold_tones, read_text
from cancu.model import (
    Activity,
    Assignment,
    Cell,
    Citation,
    DigitalSignature,
    Document,
    Doubt,
    Evidence,
    Extraction,
    Money,
    Observation,
    Provision,
    Quantity,
    Recipient,
    Repair,
    Reporting,
    Source,
    Table,
)
from tests import cases
from tests.test_citations import FRAMES

Value = TypeVar("Value")

COMMON = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FEW, MANY = settings(COMMON, max_examples=60), settings(COMMON, max_examples=200)

# --- texts ------------------------------------------------------------------------------------------------------------

# The texts that are known to be misread stay out: their flaws are listed in their tables.
PHRASES = [
    *(
        cases.printed(row["text"])
        for row in cases.table("citations.tsv", *cases.CITATIONS, least=265)
        if row["text"] != cases.DITTO and not row["flaw"]
    ),
    *(cases.printed(row["text"]) for row in cases.table("texts.tsv", *cases.TEXTS, least=70)),
    *(block.text for block in cases.blocks("headers.txt", least=16)),
    *FRAMES.values(),
    # What stands below the document.
    "III. NỘI DUNG THỰC HIỆN\n1. Dự án 2: Đa dạng hóa sinh kế\na) Kinh phí: 4.060,45 triệu đồng, trong đó vốn năm 2023 "
    "chuyển sang: 126,45 triệu đồng.\nb) Cơ quan chủ trì: Phòng Dân tộc; UBND các xã, thị trấn.",
    "- Giảm tỷ lệ hộ nghèo 1,5 - 2%/năm; ít nhất 80% hộ nghèo có nước sạch (theo Quyết định số 90/QĐ-TTg).",
    "IV. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế\n- Chủ trì, phối hợp với Sở Tài chính rà soát; báo cáo UBND tỉnh trước 15/12.",
    "STT\tNội dung\tCơ quan chủ trì\n1\tRà soát hộ nghèo\tSở Nội vụ\n2\tTập huấn\tCác sở, ngành",
    "Nơi nhận:\n- Sở Y tế (b/c);\n- Lưu: VT.\n",
]
WORDS = [
    "Căn cứ ", "theo ", "số ", "ngày ", "của ", "Điều 5 ", "khoản 2 ", "điểm a ", "và ", "các ", "Luật ", "Kế hoạch ",
    "Quyết định ", "Nghị quyết Đại hội ", "Luật sửa đổi ", "UBND ", "Tỉnh ủy ", "tỉnh ", "Bắc Giang", "TM. ", "KT. ",
    "37/KH-UBND", "90/QĐ-TTg", "15-NQ/TW", "26-CP", "/QĐ", "-UBND", "QĐ-\nUBND", "18/01/2022", "31/4/2022",
    "năm 2024", "I. MỤC TIÊU\n", "1. Mục\n", "a) Mục\n", "- Nội dung: ", "hỗ tr ", "đư c ", "phối h p ", "\n10\n",
    "\n- 3 -\n", "____\n1 Xem", "\n", "\r\n", "\n\n", " ", "  ", "\t", "; ", ". ", ", ", ": ", "(", ")", '"', "**",
    "# ", "| ", "<b>", "</b>", "> ", "\x00", "\ufeff", "\u00a0", "\u200b", "\u0301", "\u0323", "\u2028", "\x02",
    "\x0c", "\ufffd", "😀", "ﬁ", "K", "ſ", "İ",
]  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def cut(text: str, first: int, last: int) -> str:
    """Take a piece of a phrase, so that it may begin and end anywhere."""
    first, last = sorted((first % (len(text) + 1), last % (len(text) + 1)))
    return text[first:last]


PIECES = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(WORDS),
    # Very long lines.
    st.builds(operator.mul, st.sampled_from(WORDS), st.integers(100, 300)),
    st.builds(cut, st.sampled_from(PHRASES), st.integers(0, 900), st.integers(0, 900)),
    ANYTHING,
)
FORMS: tuple[Callable[[str], str], ...] = (
    str, str, str.upper, str.lower, partial(unicodedata.normalize, "NFD"), lambda text: text.replace("\n", " "),
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Splice phrases of our documents with noise, in any letter case and composition."""
    pieces = draw(st.lists(PIECES, max_size=12))
    return draw(st.sampled_from(FORMS))("".join(pieces))


def places(found: Extraction) -> Iterator[tuple[int, int, str]]:
    """Give every place of an extraction, with what stands there."""
    yield from ((citation.start, citation.end, citation.quote) for citation in found.citations)
    yield from ((doubt.start, doubt.end, doubt.quote) for doubt in found.doubts)
    yield from ((repair.start, repair.end, repair.printed) for repair in found.repairs)
    yield from ((block.start, block.end, block.quote) for block in found.document.digital_signatures)
    yield from ((evidence.start, evidence.end, evidence.quote) for _, evidence in found.document.evidence)
    sums = (*found.document_budget, *(money for activity in found.activities for money in activity.budget))
    for quoted in (found.activities, sums, found.targets, found.results, found.reporting):
        yield from ((record.start, record.end, record.quote) for record in quoted)
    for duty in found.assignments:
        yield duty.start, duty.end, duty.task
        yield duty.agency_start, duty.agency_end, duty.agency_surface
    yield from ((figure.start, figure.end, figure.printed) for figure in found.observations)


# --- the way back from plain text -------------------------------------------------------------------------------------


def bare(letters: str) -> str:
    """Give the letter that is left without marks, as plain text would have it."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFC", letters).translate(reading._SAME))[:1]


@MANY
@given(texts())
def test_every_character_leads_back_to_its_own(source: str) -> None:
    read = read_text(source)
    spans = [read.span(at, at + 1) for at in range(len(read.plain))]
    mended = {at for repair in read.repairs for at in range(repair.start, repair.end)}
    for (first, last), letter in zip(spans, read.plain, strict=True):
        assert 0 <= first < last <= len(source)
        printed = source[first:last]
        unmarked = letter in " \n" or unicodedata.combining(letter)
        assert unmarked or bare(printed) == bare(letter) or first in mended, (letter, printed)
    if all(repair.rule != "footnote" for repair in read.repairs):
        # Footnotes are read behind the text; everything else is read in the order in which it is printed.
        assert all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(spans))


@MANY
@given(texts(), st.integers(0, 4000), st.integers(0, 4000))
def test_every_span_holds_the_spans_inside_it(source: str, one: int, other: int) -> None:
    read = read_text(source)
    start, end = sorted((one % (len(read.plain) + 1), other % (len(read.plain) + 1)))
    first, last = read.span(start, end)
    assert 0 <= first <= last <= len(source)
    assert read.quote(start, end) == source[first:last]
    if start < end and all(repair.rule != "footnote" for repair in read.repairs):
        assert (first, last) == (read.span(start, start + 1)[0], read.span(end - 1, end)[1])


@MANY
@given(texts())
def test_plain_text_is_plain(source: str) -> None:
    plain = read_text(source).plain
    assert plain == plain.strip(" \n")
    assert "  " not in plain and " \n" not in plain and "\n " not in plain
    assert not set(plain) & set(map(chr, reading._SAME))
    assert fold_tones(plain) == plain


@MANY
@given(texts())
def test_both_compositions_are_one_text(source: str) -> None:
    composed, split = (unicodedata.normalize(form, source) for form in ("NFC", "NFD"))
    # Scripts that compose in other ways (Hangul) are none of our texts' and stay as they are.
    marks = [mark for letter in composed for mark in unicodedata.normalize("NFD", letter)[1:]]
    assume(all("\u0300" <= mark <= "\u036f" for mark in marks))
    one, other = read_text(composed), read_text(split)
    assert one.plain == other.plain
    assert [repair.read_as for repair in one.repairs] == [repair.read_as for repair in other.repairs]


@MANY
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_tones_are_folded_once_and_in_place(source: str) -> None:
    folded = fold_tones(source)
    assert len(folded) == len(source)
    assert fold_tones(folded) == folded
    assert sorted(unicodedata.normalize("NFD", folded)) == sorted(unicodedata.normalize("NFD", source))


# --- records ----------------------------------------------------------------------------------------------------------


@MANY
@given(texts())
def test_every_record_stands_where_it_says(source: str) -> None:
    found = extract_text(source)
    assert found.source.characters == len(source)
    for start, end, quote in places(found):
        assert 0 <= start <= end <= len(source)
        assert source[start:end] == quote
    for citation in found.citations:
        # The cut name of an amending law ends with a blank: a flaw that the table of citations lists.
        assert citation.quote == citation.quote.strip() or citation.type in ("Luật", "Bộ luật", "Pháp lệnh")
        assert citation.quote
    starts = [citation.start for citation in found.citations]
    assert starts == sorted(starts)
    full = {citation.start for citation in found.citations if citation.number or citation.date or citation.subject}
    for citation in found.citations:
        assert citation.resolves_to is None or citation.resolves_to[0] in full - {citation.start}
    for section in found.sections:
        assert 0 <= section.start == section.heading_start <= section.heading_end <= len(source)
        assert section.path


@FEW
@given(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4), st.sampled_from(PHRASES))
@example(["Số hộ cận ", "nghèo theo Quyết định số 90/QĐ-TTg"], "Xem.")
def test_every_record_beside_a_footnote_stands_where_it_says(phrases: list[str], note: str) -> None:
    source = f"\n4 {note}\n".join(phrases)
    for start, end, quote in places(extract_text(source)):
        assert 0 <= start <= end <= len(source)
        assert quote and source[start:end] == quote


@MANY
@given(texts())
def test_every_record_holds_sound_values(source: str) -> None:
    found = extract_text(source)
    for citation in found.citations:
        assert citation.relation in PRECEDENCE
        assert 0 < citation.confidence <= 1
        assert citation.number is None or not any(letter.isspace() for letter in citation.number)
        assert citation.number or citation.date or citation.issuer or citation.subject or citation.type
        assert list(citation.inferred) == sorted(set(citation.inferred))
        assert citation.section
    for doubt in found.doubts:
        assert doubt.rule and doubt.quote


@MANY
@given(texts())
@example("STT\tNội dung\n1\tDự án <b>1:</b> Chương\n2\tTập huấn")
def test_every_cell_stands_where_it_says(source: str) -> None:
    for table in extract_text(source).tables:
        assert 0 <= table.start < table.end <= len(source)
        for cell in (cell for row in table.rows for cell in row if cell.text):
            # Marks of layout and breaks inside a cell are not its words.
            printed = re.sub(r"</?[a-z]+>|[*|]", " ", source[cell.start : cell.end])
            assert printed.split() == re.sub(r"[*|]", " ", cell.text).split()


@FEW
@given(texts())
def test_the_same_text_gives_the_same_records(source: str) -> None:
    assert extract_text(source) == extract_text(source)


@FEW
@given(texts(), st.sampled_from(["\n", " ", "\n\n\n", "\ufeff"]))
def test_what_stands_around_a_text_moves_its_places_and_nothing_else(source: str, blank: str) -> None:
    before = extract_text(source)
    after = extract_text(blank + source)
    assert [citation.quote for citation in before.citations] == [citation.quote for citation in after.citations]
    assert [citation.start + len(blank) for citation in before.citations] == [
        citation.start for citation in after.citations
    ]


@MANY
@given(texts())
def test_records_are_printed_and_read_again(source: str) -> None:
    found = extract_text(source)
    printed = json.loads(json.dumps(records_of(found), ensure_ascii=False))
    again = extraction_of(printed)
    assert records_of(again) == printed
    assert (again.source, again.document, again.repairs, again.doubts) == (
        found.source,
        found.document,
        found.repairs,
        found.doubts,
    )
    assert [citation.quote for citation in again.citations] == [citation.quote for citation in found.citations]


# --- records of every shape -------------------------------------------------------------------------------------------

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MAYBE = st.none() | LETTERS
PLACES = st.integers(0, 10_000)
YEARS = st.none() | st.integers(1900, 2100)
CITATIONS = st.builds(
    Citation, PLACES, PLACES, LETTERS, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, LETTERS, MAYBE,
    st.none() | st.builds(Provision, MAYBE, MAYBE, MAYBE), LETTERS, st.lists(LETTERS, max_size=2).map(tuple),
    st.floats(0, 1), MAYBE, st.none() | PLACES.map(lambda at: (at, at)),
)  # fmt: skip
EVIDENCE = st.dictionaries(LETTERS, st.builds(Evidence, PLACES, PLACES, LETTERS), max_size=3).map(
    lambda found: tuple(found.items())
)
WORDS_OF = st.lists(LETTERS, max_size=2).map(tuple)
FIGURES = st.decimals(0, 10**9, places=2)
SPANS = st.tuples(PLACES, PLACES)
#: What a field of a record may hold, by its declared type.
HELD: dict[str, st.SearchStrategy[Any]] = {
    "int": PLACES,
    "int | None": YEARS,
    "str": LETTERS,
    "str | None": MAYBE,
    "bool": st.booleans(),
    "float": st.floats(0, 1),
    "Decimal": FIGURES,
    "Decimal | None": st.none() | FIGURES,
    "tuple[str, ...]": WORDS_OF,
    "tuple[int, ...]": st.lists(st.integers(1900, 2100), max_size=2).map(tuple),
    "tuple[Span, ...]": st.lists(SPANS, max_size=2).map(tuple),
    "tuple[int, int] | None": st.none() | SPANS,
    "tuple[str, int] | None": st.none() | st.tuples(LETTERS, PLACES),
    "tuple[tuple[str, Evidence], ...]": EVIDENCE,
}


def of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Make records of a kind with anything in any field."""
    return st.builds(kind, **{field.name: HELD[str(field.type)] for field in fields(kind)})


def few(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Make a tuple of such records."""
    return st.lists(of(kind), max_size=2).map(tuple)


HELD["tuple[Money, ...]"] = few(Money)
HELD["tuple[DigitalSignature, ...]"] = few(DigitalSignature)
HELD["tuple[tuple[Cell, ...], ...]"] = st.lists(few(Cell), max_size=2).map(tuple)
DETAILS = st.dictionaries(LETTERS, LETTERS, max_size=2).map(lambda found: tuple(found.items()))
EXTRACTIONS = st.builds(
    Extraction,
    source=of(Source),
    document=of(Document),
    citations=st.lists(CITATIONS, max_size=3).map(tuple),
    activities=few(Activity),
    document_budget=few(Money),
    targets=few(Quantity),
    results=few(Quantity),
    assignments=few(Assignment),
    reporting=few(Reporting),
    recipients=few(Recipient),
    tables=few(Table),
    observations=few(Observation),
    repairs=few(Repair),
    doubts=st.lists(st.builds(Doubt, LETTERS, PLACES, PLACES, LETTERS, WORDS_OF, DETAILS), max_size=2).map(tuple),
)


@FEW
@given(EXTRACTIONS)
def test_every_value_survives_its_printing(found: Extraction) -> None:
    assert extraction_of(json.loads(json.dumps(records_of(found)))) == found
