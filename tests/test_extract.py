"""Print and read the public records, for any file, in bounded time; a process more or less changes nothing."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

import cancu.loaders
from cancu.errors import ReadError
from cancu.loaders.extract import extract_file, extract_text, extraction_of, records_of
from cancu.loaders.patterns import compiled
from cancu.loaders.relations import cues
from cancu.model import Source
from tests import samples
from tests.samples import Sample

MODULES = [
    importlib.import_module(f"cancu.loaders.{module.name}") for module in pkgutil.iter_modules(cancu.loaders.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_doctests(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


# --- the public records -----------------------------------------------------------------------------------------------

RECORDS = {
    "source", "document", "citations", "activities", "document_budget", "targets", "results", "assignments",
    "reporting", "recipients", "recipient_places", "tables", "observations", "doubts",
}  # fmt: skip
SOURCE = {"file", "sha256", "media_type", "characters", "repairs"}
REPAIR = {"start", "end", "printed", "read_as", "rule"}
DOCUMENT = {
    "type", "number", "date", "issuer", "title", "place", "signer", "signer_role", "on_behalf_of", "capacity",
    "period_start", "period_end", "province", "district", "digital_signatures", "inferred", "confidence", "evidence",
}  # fmt: skip
SIGNATURE = {"signer", "unit", "email", "time", "start", "end", "quote"}
CITATION = {
    "start", "end", "quote", "type", "number", "date", "issuer", "subject", "relation", "activity", "provision",
    "section", "inferred", "confidence", "cue", "resolves_to",
}  # fmt: skip
MONEY = {
    "start", "end", "quote", "amount", "printed", "approx", "source", "kind", "year", "carried_over", "carried_from",
    "activity", "section", "authority", "inferred", "confidence",
}  # fmt: skip
QUANTITY = {
    "start", "end", "quote", "indicator", "op", "value", "unit", "value2", "scope", "qualifier", "concept", "by",
    "as_of", "activity", "section", "authority", "inferred", "confidence",
}  # fmt: skip
#: The keys of every kind of record that is a flat list.
KEYS = {
    "citations": CITATION,
    "activities": {
        "start", "end", "quote", "code", "printed_label", "title", "until", "parent", "component", "lead", "coordinate",
        "implement", "deadline", "beneficiaries", "budget", "legal_basis", "authority", "section", "evidence",
        "inferred", "confidence",
    },
    "document_budget": MONEY,
    "targets": QUANTITY,
    "results": QUANTITY,
    "assignments": {
        "start", "end", "task", "agency", "agency_surface", "agency_start", "agency_end", "role", "activity",
        "deadline", "section", "collective", "inferred", "confidence",
    },
    "reporting": {
        "start", "end", "quote", "who", "to", "what", "deadline", "frequency", "activity", "section", "inferred",
        "confidence",
    },
    "recipient_places": {"start", "end", "agencies"},
    "tables": {"start", "end", "title", "header", "rows", "places", "section", "inferred"},
    "observations": {
        "start", "end", "printed", "row", "column", "value", "unit", "year", "period", "place", "total", "doubtful",
        "inferred",
    },
}  # fmt: skip
DOUBT = {"rule", "start", "end", "quote", "candidates", "detail"}


def test_the_records_of_each_example_have_the_public_keys(examples: tuple[Sample, ...]) -> None:
    seen = set()
    for sample in examples:
        records = records_of(sample.found)
        assert records.keys() == RECORDS
        assert records["source"].keys() == SOURCE
        assert records["document"].keys() == DOCUMENT
        for name, keys in (*KEYS.items(), ("doubts", DOUBT)):
            assert all(record.keys() == keys for record in records[name])
            seen.update([name] * bool(records[name]))
        assert all(repair.keys() == REPAIR for repair in records["source"]["repairs"])
        assert all(signed.keys() == SIGNATURE for signed in records["document"]["digital_signatures"])
        seen.update(["repairs"] * bool(records["source"]["repairs"]))
        seen.update(["signatures"] * bool(records["document"]["digital_signatures"]))
        provisions = [record["provision"] for record in records["citations"] if record["provision"]]
        assert all(provision.keys() == {"dieu", "khoan", "diem"} for provision in provisions)
        seen.update(["provisions"] * bool(provisions))
    assert seen == {*KEYS, "doubts", "repairs", "signatures", "provisions"}


def test_the_records_of_each_example_are_printed_and_read_again(examples: tuple[Sample, ...]) -> None:
    for sample in examples:
        printed = json.dumps(records_of(sample.found), ensure_ascii=False)
        again = extraction_of(json.loads(printed))
        assert json.dumps(records_of(again), ensure_ascii=False) == printed
        assert again.document == sample.found.document
        assert again.sections == ()
        kept = [(one.quote, one.relation, one.resolves_to and one.resolves_to[0]) for one in again.citations]
        assert kept == [
            (one.quote, one.relation, one.resolves_to and one.resolves_to[0]) for one in sample.found.citations
        ]


def test_a_text_without_a_file_has_a_source(examples: tuple[Sample, ...]) -> None:
    assert extract_text("Căn cứ").source == Source("", "", "text/plain", 6)
    given = Source("a/b.txt", "0" * 64, "text/plain", 6)
    assert extract_text("Căn cứ", given).source is given


def test_a_file_gives_its_text_key_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "Kế hoạch.txt"
    text = "KẾ HOẠCH\r\nGiảm nghèo\r\nCăn cứ Luật Đầu tư công;\r\n"
    path.write_bytes(text.encode())
    found = extract_file(path)
    assert found.source == Source(path.name, sha256(text.encode()).hexdigest(), "text/plain", len(text))
    assert (found.citations, found.document) == (extract_text(text).citations, extract_text(text).document)
    assert extract_file(path, "x/y.txt").source.file == "x/y.txt"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rỗng.txt"
    path.write_bytes(b"")
    with pytest.raises(ReadError):
        extract_file(path)
    with pytest.raises(ReadError):
        extract_file(tmp_path / "không có.txt")


# --- the same everywhere ----------------------------------------------------------------------------------------------

PRINT = """
import json, sys
from pathlib import Path
from cancu.loaders.extract import extract_file, records_of
for file in sys.argv[1:]:
    print(json.dumps(records_of(extract_file(Path(file)))))
"""


def test_another_process_prints_the_same_bytes() -> None:
    files = sorted(str(file) for file in samples.EXAMPLES.iterdir() if file.suffix in (".txt", ".md"))
    assert len(files) >= 8
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT, *files],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert len(printed[0].splitlines()) == len(files)


# --- time -------------------------------------------------------------------------------------------------------------

SENTENCE = (
    "Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ phê duyệt Chương trình mục tiêu quốc gia "
    "giảm nghèo bền vững giai đoạn 2021 - 2025; "
)


def seconds(work: Callable[[], object]) -> float:
    """Take the processor's time, which other processes do not lengthen."""
    start = time.process_time()
    work()
    return time.process_time() - start


def repeat(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def grows_linearly(unit: str, length: int, times: int) -> bool:
    """Tell whether so many times the text takes about so many times the time; an unlucky measure is taken again."""
    extract_text(repeat(unit, 200))
    small, large = repeat(unit, length), repeat(unit, length * times)
    return any(
        seconds(lambda: extract_text(large)) < 2 * times * seconds(lambda: extract_text(small)) + 0.1 for _ in range(3)
    )


@pytest.mark.parametrize(
    "text",
    ["hộ nghèo được hỗ trợ vay vốn, " * 67_500 + SENTENCE, "- Hộ nghèo\n" * 30_000 + SENTENCE],
    ids=["two megabytes on one line", "thirty thousand lines"],
)
def test_large_texts(text: str) -> None:
    assert len(text.encode()) > 2_000_000 or text.count("\n") == 30_000
    start = time.process_time()
    found = extract_text(text)
    assert time.process_time() - start < 15
    assert [citation.number for citation in found.citations] == ["90/QĐ-TTg"]


#: Shapes of texts that a document, a bad conversion or a table might have.
SHAPES = [
    SENTENCE, SENTENCE + "\n", "abc ", "abc\n", "abc\n\n", "I. MỤC\nđoạn văn.\n", "1. Mục tiêu\n", "a) Mục;\n",
    "Điều 1. Mục\n", "- Nội dung: hỗ trợ\n", "| 1 | 2 |\n", "1\t2\t3\n", "* * *\n", "12\n", "1 Xem chú thích\n",
    "12.345 ", "hỗ tr  đư c h p ", "Luật Đầu tư công, ", "UBND tỉnh, ", "Sở Y tế, ", "Nghị quyết 30a ",
    "số 1/QĐ-TTg, ", "(kèm theo ", "TM. ỦY BAN\n",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=[f"{number:02}" for number in range(len(SHAPES))])
def test_time_grows_with_the_text(shape: str) -> None:
    assert grows_linearly(shape, 8_000, 3)


#: What no document has, but a file may: one short thing over and over.
ODDITIES = [
    "1/A-", "1/A ", "1/2020/A-", "1-A/", "A", "a", "1", "1.", "1,", "1/", "/", "-", "- ", "–", "(", ")", "((", '"',
    "'", "*", "**", "#", "# ", "|", "| ", "<", "<b", "<b>", ">", "> ", "[bookmark: ", " ", "  ", "\t", "\n", "\r",
    "\n\n", " \n", "\x00", "\u0301", "e\u0301", "a\u0323\u0302", "\u00a0", "\u200b", "\ufeff", "đ t ", "tr  ", "à ",
    "Đ", "_", "____\n1 A", "…", ":\n", "Luật ", "Luật Sửa đổi Luật ", "Luật A, ",
    "Luật sửa đổi, bổ sung một số điều của Luật A, ", "Bộ Tài chính, ", "Bộ A - ", "Chủ tịch ", "Phó ",
    "Ủy ban nhân dân ", "UBND huyện A ", "tỉnh ", "xã A", "A ", "Quyết định ", "Quyết định số 1/QĐ-", "số ", "số: ",
    "ngày ", "năm 2020 ", "Điều 1, ", "Điều 1 ", "khoản 1, ", "điểm a, ", "căn cứ ", "theo ", "đã ban hành ",
    "ban hành ", "theo quy định tại ", "Nghị quyết Đại hội ", "Kế hoạch thực hiện ", "Nghị quyết 1 ", "Dự án 1 ",
    "Kèm theo ", "QUYẾT ĐỊNH\n", "TM. ", "TM. ỦY BAN NHÂN DÂN ", "Hà Nội, ngày ", "2020-01-01T00:00:00Z ", "<a>",
    "I. A\n", "a) a\n", "- A: b\n",
]  # fmt: skip


@pytest.mark.parametrize("oddity", ODDITIES, ids=[f"{number:03}" for number in range(len(ODDITIES))])
def test_time_grows_with_an_odd_text(oddity: str) -> None:
    # Long enough to leave the windows of head and signature behind.
    assert grows_linearly(oddity, 5_000, 3)


@pytest.mark.parametrize("chain", ["/A", "QĐ/"])
def test_time_grows_with_a_chain_of_strokes(chain: str) -> None:
    assert grows_linearly(chain, 1_000, 4)


# --- patterns ---------------------------------------------------------------------------------------------------------

COMPILERS = {"compiled"}
RE_VERBS = {"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"}


def expressions(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Give every regular expression that a module writes down, with its line; constants of the module are put in."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        by_name = isinstance(function, ast.Name) and function.id in COMPILERS
        by_re = (
            isinstance(function, ast.Attribute)
            and function.attr in RE_VERBS
            and isinstance(function.value, ast.Name)
            and function.value.id == "re"
        )
        if not by_name and not by_re:
            continue
        try:
            value = eval(compile(ast.Expression(node.args[0]), "<pattern>", "eval"), dict(vars(module)))
        except NameError:
            # Made from a table inside a function: taken from the function's own cache below, or from the table.
            continue
        if isinstance(value, str):
            yield f"{module.__name__}:{node.lineno}", value


def every_pattern() -> list[tuple[str, re.Pattern[str]]]:
    """Give the patterns of all modules and tables, each once, with its name or line."""
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(value.pattern, (f"{module.__name__}.{name}", value))
    for module in MODULES:
        for place, expression in expressions(module):
            pattern = compiled(expression)
            found.setdefault(pattern.pattern, (place, pattern))
    for cue in cues():
        found.setdefault(cue.pattern.pattern, (f"cues.tsv:{cue.line}", cue.pattern))
    return list(found.values())


PATTERNS = every_pattern()
#: The widest window of a text that a pattern is ever searched in, but for those that are scanned over the whole of it.
WINDOW = 700
ATTACKS = [
    *ODDITIES,
    "đề nghị của ", "sửa đổi ", "bổ sung của ", "thay thế ", "hết hiệu lực ", "được sửa đổi ", "quy định tại ",
    "hướng dẫn của ", "đúng quy định ", "điểm a khoản 1 ", "và ", "các ", "của ", "tham mưu ", "trình ", "đã ",
    "được ", "thực hiện theo ", "từ ", "a",
]  # fmt: skip


ATTACK_TEXTS = [(repeat(attack, 20_000), repeat(attack, WINDOW) + "\x01") for attack in ATTACKS]

#: Patterns that take too long, with the reason; one that no longer does must leave.
SLOW_PATTERNS = {"cancu.loaders.relations._PHRASE_TAIL": "700 brackets or commas in a row take half a second a mention"}


def test_the_patterns_are_there() -> None:
    assert len(PATTERNS) >= 120
    assert len({place.rpartition(".")[0] for place, _ in PATTERNS}) >= 10
    assert SLOW_PATTERNS.keys() <= {place for place, _ in PATTERNS}


def is_slow(pattern: re.Pattern[str]) -> bool:
    """Tell whether a pattern takes too long on any of the attacks."""
    for long, window in ATTACK_TEXTS:
        # At one place a match reads as far as it likes, but once; in a window it may begin at each place.
        start = time.process_time()
        pattern.match(long)
        pattern.search(window)
        if time.process_time() - start >= 0.2:
            return True
    return False


@pytest.mark.parametrize("module", sorted({place.rpartition(".")[0] for place, _ in PATTERNS}))
def test_no_pattern_backtracks_without_bound(module: str) -> None:
    own = [(place, pattern) for place, pattern in PATTERNS if place.rpartition(".")[0] == module]
    assert {place for place, pattern in own if is_slow(pattern)} == SLOW_PATTERNS.keys() & {place for place, _ in own}
