"""Test the way from findings to the person: what is told, in every format, what fails a run, what is set aside."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cancu import __main__
from cancu.__main__ import main
from cancu.language import LANGUAGES, Refusal
from cancu.loaders.load import load_paths, stored_text
from cancu.queries.audit_rules import GROUPS, SEVERITIES, audit_rules
from cancu.queries.audit_scope import Audited, choose_documents, choose_rules, held_documents, rules_with_own
from cancu.queries.auditing import Finding, audit
from cancu.queries.cells import Cell
from cancu.queries.engine import Hop
from cancu.queries.store import Store
from cancu.queries.suppressions import HEADER, Suppressions, read_suppressions
from cancu.viz.audit_files import AUDIT_FILES, TEXT_FORMATS, text_chunks, write_audit
from cancu.viz.findings import COLUMNS, Report, explanation_of
from cancu.viz.places import Texts
from cancu.viz.rules_page import page_of_rules
from tests.samples import REPOSITORY, plan, write

RATE = "ke-hoach tỷ lệ.txt"
HOSTILE = (
    "=1+1",
    "@SUM(1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31m\u202e",
    "[bold]x[/bold]",
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store on disk: a rate that is wrong, a target weaker than the province's, and a sound plan."""
    folder = tmp_path_factory.mktemp("audit")
    texts = folder / "văn bản"
    texts.mkdir()
    (texts / RATE).write_text(audit_rules()["table-rate"].found["van-ban.txt"], encoding="utf-8")
    for name, text in audit_rules()["target-weaker"].found.items():
        (texts / name.replace("van-ban", "huyen")).write_text(text, encoding="utf-8")
    write(texts, {"a.txt": plan("37/KH-UBND", "Luật Đầu tư công"), "b.txt": plan("37/KH-UBND", "x", province="Hà Nam")})
    with Store.open(folder / "kho", write=True) as store:
        report = load_paths([texts], store, workers=1)
        assert not report.refused
        assert len(report.loaded) == 5
    return folder / "kho"


@pytest.fixture
def store(kept: Path) -> Iterator[Store]:
    with Store.open(kept) as opened:
        yield opened


RULES = ("--rule", "table-rate", "--rule", "target-weaker")


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main(["audit", *map(str, words)])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Run an audit that must be refused, with one sentence in each language; give the English one."""
    said = []
    for lang in LANGUAGES:
        status, out, err = run(capsys, *words, "--lang", lang)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        said.append(err)
    assert said[0] != said[1]
    return said[1]


def texts_of(store: Store) -> Texts:
    return Texts(lambda key: stored_text(key, store))


def report_of(store: Store, found: Sequence[Finding] | None = None, **told: Any) -> Report:
    rules = choose_rules(audit_rules(), ["table-rate", "target-weaker"], [])
    every = audit(store, None, rules) if found is None else found
    return Report(tuple(held_documents(store).values()), rules, every, **told)


# --- the command ------------------------------------------------------------------------------------------------------


def test_findings_are_told_document_by_document(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    status, out, err = run(capsys, "--store", kept, *RULES)
    assert (status, err) == (0, "")
    assert "lỗi: Tỷ lệ không khớp với số liệu [table-rate #" in out
    assert re.search(rf"{RATE}:\d+:\d+ .*«21,06»", out)
    assert "11.830 ÷ 56.400 × 100 ≈ 20,98" in out
    assert "So sánh: giảm 0,5 % ↔ giảm 1 %" in out or "So sánh: 0,5 % ↔ 1 %" in out
    assert "5 văn bản, 2 quy tắc: 1 lỗi, 1 cảnh báo, 0 lưu ý." in out
    assert "Không phát hiện gì ở 3 văn bản." in out
    assert "\x1b" not in out


def test_it_is_told_in_english(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    out = run(capsys, "--store", kept, *RULES, "--lang", "en")[1]
    assert "error: A rate disagrees with its figures" in out
    assert "errors: 1, warnings: 1, notes: 0." in out


@pytest.mark.parametrize(
    ("fail_on", "of", "status"),
    [
        (None, RULES, 0),
        ("error", RULES, 1),
        ("warning", RULES, 1),
        ("error", ("--rule", "target-weaker"), 0),
        ("warning", ("--rule", "target-weaker"), 1),
        ("note", ("--rule", "target-weaker"), 1),
    ],
)
def test_a_grave_finding_fails_a_run(
    capsys: pytest.CaptureFixture[str], kept: Path, fail_on: str | None, of: Sequence[str], status: int
) -> None:
    words = ("--fail-on", fail_on) if fail_on is not None else ()
    assert run(capsys, "--store", kept, *of, *words)[0] == status


def test_what_is_less_grave_is_counted_but_not_listed(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    status, out, _ = run(capsys, "--store", kept, *RULES, "--severity", "error", "--fail-on", "warning")
    assert status == 1
    assert "table-rate #" in out and "target-weaker #" not in out
    assert "1 cảnh báo" in out and "Không liệt kê 1 phát hiện" in out


def test_documents_are_named_as_people_type_them(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    for word in (RATE, "giảm nghèo năm 2017"):
        found = json.loads(run(capsys, word, "--store", kept, *RULES, "--format", "json")[1])
        assert [one["rule"] for one in found["findings"]] == ["table-rate"]
        assert [one["files"] for one in found["documents"]] == [[RATE]]


def test_an_ambiguous_name_is_refused_with_what_it_may_mean(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    said = refused(capsys, "37/KH-UBND", "--store", kept)
    assert "may be 2 documents" in said and "Hà Nam" in said


def test_a_document_without_its_text_is_told(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    assert "does not hold its text" in refused(capsys, "Luật Đầu tư công", "--store", kept)
    status, out, err = run(capsys, RATE, "Luật Đầu tư công", "--store", kept, *RULES, "--lang", "en")
    assert (status, err.count("\n")) == (0, 1)
    assert "does not hold its text" in err and "table-rate #" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["không có văn bản này đâu"], "Nothing in the store answers to"),
        (["--rule", "table"], "There is no rule “table”; the rules are: "),
        (["--group", "gold"], "--group cannot be gold"),
        (["--on", "31/2/2024"], "--on must be a date"),
        (["-o", "x.doc"], "the name must end in one of: .json, .sarif, .xlsx, .html, .csv"),
        (["--rules", "no-such-folder"], "There is no folder of rules"),
        (["--suppress", "no-such-file"], "cannot be read"),
    ],
)
def test_a_flawed_command_line_is_one_sentence(
    capsys: pytest.CaptureFixture[str], kept: Path, words: Sequence[str], told: str
) -> None:
    assert told in refused(capsys, *words, "--store", kept)


def test_an_empty_store_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Store.open(tmp_path / "kho", write=True):
        pass
    assert "holds no text yet" in refused(capsys, "--store", tmp_path / "kho")


def test_the_command_line_knows_the_words_of_the_rules() -> None:
    assert __main__._SEVERITIES == SEVERITIES
    assert __main__._GROUPS == GROUPS


def test_the_rules_are_listed_without_a_store(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "--list", "--store", tmp_path / "none", "--lang", "en")
    assert status == 0
    assert all(rule.id in out and rule.title("en") in out for rule in audit_rules().values())
    only = run(capsys, "--list", "--group", "tables")[1]
    assert "table-rate" in only and "target-weaker" not in only


def test_a_folder_of_ones_own_adds_rules(capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path) -> None:
    own = (REPOSITORY / "queries" / "audit" / "table-rate.rq").read_text(encoding="utf-8")
    file = tmp_path / "rate-again.rq"
    file.write_text(own.replace("id: table-rate", "id: rate-again"), encoding="utf-8")
    out = run(capsys, "--store", kept, "--rules", tmp_path, "--rule", "rate-again", "--format", "json")[1]
    assert [one["rule"] for one in json.loads(out)["findings"]] == ["rate-again"]
    file.write_text(own.replace("id: table-rate", "id: rate-again").replace("group: tables", "group: gold"))
    assert f"{file}:2: " in refused(capsys, "--store", kept, "--rules", tmp_path)
    file.unlink()
    (tmp_path / "table-rate.rq").write_text(own, encoding="utf-8")
    assert "table-rate" in refused(capsys, "--store", kept, "--rules", tmp_path)


# --- formats ----------------------------------------------------------------------------------------------------------


def test_the_json_holds_every_finding_at_its_place(store: Store) -> None:
    report = report_of(store)
    told = json.loads("".join(text_chunks(report, "json", "vi", texts_of(store))))
    assert {one["rule"] for one in told["findings"]} == {"table-rate", "target-weaker"}
    needed = {"rule", "severity", "title", "explanation", "places", "arithmetic", "confidence"}
    for one in told["findings"]:
        assert needed < set(one)
        assert one["severity"] in SEVERITIES
        assert one["title"] == one["wording"]["vi"]["title"] != one["wording"]["en"]["title"]
        assert one["places"]
        for place in one["places"]:
            text = stored_text(place["file"], store)
            assert text is not None
            assert text[place["start"] : place["end"]] == place["quote"]
            assert text.split("\n")[place["line"] - 1][place["column"] - 1 :].startswith(place["quote"].split("\n")[0])
    weaker = next(one for one in told["findings"] if one["rule"] == "target-weaker")
    assert len(weaker["places"]) == 2 and len(weaker["compared"]) == 2
    assert told["counts"] == {"error": 1, "warning": 1, "note": 0}


def test_json_without_findings_is_json(store: Store) -> None:
    for form in ("json", "sarif"):
        told = json.loads("".join(text_chunks(report_of(store, []), form, "vi", texts_of(store))))  # type: ignore[arg-type]
        assert (told["findings"] if form == "json" else told["runs"][0]["results"]) == []


def test_the_csv_has_a_row_for_each_finding(store: Store) -> None:
    rows = list(csv.reader(io.StringIO("".join(text_chunks(report_of(store), "csv", "vi", texts_of(store))))))
    assert len(rows) == 3
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert rows[0][1] == "Mức độ"
    assert {row[COLUMNS.index("rule")] for row in rows[1:]} == {"table-rate", "target-weaker"}


#: What the specification of SARIF 2.1.0 lets stand in its objects here, by the name of the object; "!" is required.
SARIF: Mapping[str, Mapping[str, object]] = {
    "log": {"$schema": str, "version!": "2.1.0", "runs!": ["run"]},
    "run": {
        "tool!": "tool", "language": str, "columnKind": "unicodeCodePoints", "results": ["result"],
        "invocations": ["invocation"],
    },
    "invocation": {"executionSuccessful!": bool},
    "tool": {"driver!": "driver"},
    "driver": {"name!": str, "version": str, "semanticVersion": str, "language": str, "rules": ["rule"]},
    "rule": {
        "id!": str, "name": str, "shortDescription": "message", "fullDescription": "message", "help": "message",
        "defaultConfiguration": "configuration", "properties": dict,
    },
    "configuration": {"level": SEVERITIES},
    "message": {"text!": str},
    "result": {
        "ruleId": str, "ruleIndex": int, "level": SEVERITIES, "message!": "message", "locations": ["location"],
        "relatedLocations": ["location"], "partialFingerprints": dict, "suppressions": ["suppression"],
        "properties": dict,
    },
    "location": {"id": int, "physicalLocation": "physical", "message": "message"},
    "physical": {"artifactLocation": "artifact", "region": "region"},
    "artifact": {"uri": str},
    "region": {
        "startLine": int, "startColumn": int, "endLine": int, "endColumn": int, "charOffset": int, "charLength": int,
        "snippet": "message",
    },
    "suppression": {"kind!": ("external", "inSource"), "status": ("accepted",), "justification": str},
}  # fmt: skip


def check_sarif(value: Any, kind: object) -> None:
    """Hold a value to what the specification says of it."""
    if isinstance(kind, list):
        assert isinstance(value, list)
        for one in value:
            check_sarif(one, kind[0])
    elif isinstance(kind, tuple):
        assert value in kind
    elif isinstance(kind, type):
        assert type(value) is kind
    elif kind in SARIF:
        known = {name.rstrip("!"): of for name, of in SARIF[str(kind)].items()}
        assert isinstance(value, dict)
        assert {name[:-1] for name in SARIF[str(kind)] if name.endswith("!")} <= set(value) <= set(known), kind
        for name, one in value.items():
            check_sarif(one, known[name])
    else:
        assert value == kind


@pytest.mark.parametrize("suppressing", [False, True])
def test_the_sarif_is_what_the_specification_says(store: Store, suppressing: bool) -> None:
    report = report_of(store)
    report.suppressing = suppressing
    found = list(report.found)
    report.found = [found[0].set_aside("đã rõ"), *found[1:]] if suppressing else found
    told = json.loads("".join(text_chunks(report, "sarif", "vi", texts_of(store))))
    check_sarif(told, "log")
    (run_,) = told["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run_["results"]) == 2
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        ids = [one["id"] for one in result["relatedLocations"]]
        assert len(set(ids)) == len(ids)
        # Where one result tells that it is set aside, each tells whether it is.
        assert ("suppressions" in result) is suppressing
        for location in (*result["locations"], *result["relatedLocations"]):
            region = location["physicalLocation"]["region"]
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", uri)
            source = RATE if "%" in uri else uri
            text = stored_text(source, store)
            assert text is not None
            start, length = region["charOffset"], region["charLength"]
            assert text[start : start + length] == region["snippet"]["text"]
            starts = [0, *(found.end() for found in re.finditer("\n", text))]
            assert starts[region["startLine"] - 1] + region["startColumn"] - 1 == start
            assert starts[region["endLine"] - 1] + region["endColumn"] - 1 == start + length
    if suppressing:
        assert [len(one["suppressions"]) for one in run_["results"]] == [1, 0]
        assert run_["results"][0]["suppressions"][0]["justification"] == "đã rõ"


def test_the_workbook_is_one_to_send_on(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "kiểm tra.xlsx"
    write_audit(report_of(store), file, store, "vi", texts_of(store))
    book = load_workbook(file)
    assert book.sheetnames == [
        "Tổng hợp", "Phát hiện", "Đối chiếu kinh phí", "Bảng so với lời văn", "Đối chiếu chỉ tiêu",
        "Phân công trách nhiệm", "Quy tắc",
    ]  # fmt: skip
    for sheet in book:
        assert sheet.freeze_panes is not None
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.print_title_rows
    found = book["Phát hiện"]
    severities = {found.cell(row, 2).value: found.cell(row, 2).fill.fgColor.rgb for row in (2, 3)}
    assert set(severities) == {"lỗi", "cảnh báo"} and len(set(severities.values())) == 2
    rows = {row[0]: row for row in book["Tổng hợp"].iter_rows(values_only=True)}
    assert rows["Tổng cộng"][3:6] == (1, 1, 0)
    assert len([name for name in rows if name is not None and str(name).startswith("Kế hoạch")]) >= 4
    cascade = [row for row in book["Đối chiếu chỉ tiêu"].iter_rows(min_row=2, values_only=True)]
    assert any("yếu hơn" in row for row in cascade)
    counts = {row[0]: row[4] for row in book["Quy tắc"].iter_rows(min_row=2, values_only=True)}
    assert counts == {"table-rate": 1, "target-weaker": 1}


class Page(HTMLParser):
    """Collect the tags, the attributes and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.tags[-1:] == ["mark"]:
            self.marked.append(data)


def test_the_page_shows_each_quote_in_its_surroundings(store: Store) -> None:
    written = "".join(text_chunks(report_of(store), "html", "vi", texts_of(store)))
    page = Page(written)
    assert "21,06" in page.marked
    assert page.tags.count("article") == 2
    assert page.tags.count("figure") == 3
    words = "".join(page.words)
    # The line above the quote's is there.
    assert "TT\tHuyện\tTổng số hộ\tHộ nghèo\tTỷ lệ %" in words
    assert "11.830 ÷ 56.400" in words
    names = {name for name, _ in page.attributes}
    assert not {"src", "style", "onclick"} & names
    assert all(value and value.startswith("#") for name, value in page.attributes if name == "href")
    assert "http" not in written.replace("https://w3id.org", "")


def hostile(store: Store) -> list[Finding]:
    """Give findings whose every word is hostile."""
    (finding, *_) = audit(store, None, [audit_rules()["table-rate"]])
    (hop,) = finding.places
    return [
        replace(
            finding,
            label=words,
            places=(replace(hop, source=words, quote=words, before=words, behind=words),),
            values={name: Cell(words, None, dict.fromkeys(LANGUAGES, words)) for name in finding.values},
            suppressed=words,
        )
        for words in HOSTILE
    ]


def test_hostile_words_are_never_markup_nor_formulas(store: Store, tmp_path: Path) -> None:
    texts = Texts({words: words for words in HOSTILE}.get)

    def report() -> Report:
        made = report_of(store, hostile(store), suppressing=True)
        first, *others = made.documents
        made.documents = [Audited(first.iri, HOSTILE[2], HOSTILE[2], HOSTILE[3], HOSTILE), *others]
        return made

    page = Page("".join(text_chunks(report(), "html", "vi", texts)))
    assert page.tags.count("script") == 1 and "img" not in page.tags
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert HOSTILE[2] in page.marked
    rows = list(csv.reader(io.StringIO("".join(text_chunks(report(), "csv", "vi", texts)))))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "@", "+")]
    for form in TEXT_FORMATS:
        written = "".join(text_chunks(report(), form, "vi", texts))
        assert "\x1b" not in written
        if form in ("html", "csv"):
            assert "\u202e" not in written
    write_audit(report(), tmp_path / "x.xlsx", store, "vi", texts)
    for sheet in load_workbook(tmp_path / "x.xlsx"):
        for row in sheet.iter_rows():
            assert not [cell.value for cell in row if cell.data_type == "f"]


def test_hostile_words_are_words_on_a_terminal(
    capsys: pytest.CaptureFixture[str], store: Store, monkeypatch: pytest.MonkeyPatch, kept: Path
) -> None:
    found = hostile(store)
    monkeypatch.setattr("cancu.queries.auditing.audit", lambda *_, **__: iter(found))
    status, out, _ = run(capsys, "--store", kept, *RULES)
    assert status == 0
    assert "[bold]x[/bold]" in out and "\x1b" not in out and "\u202e" not in out


@pytest.mark.parametrize("ending", AUDIT_FILES)
def test_the_same_findings_are_the_same_bytes(
    capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path, ending: str
) -> None:
    files = [tmp_path / f"{number}{ending}" for number in range(2)]
    for file in files:
        status, out, _ = run(capsys, "--store", kept, *RULES, "-o", file)
        assert status == 0 and str(file) in out
    assert files[0].read_bytes() == files[1].read_bytes()
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    if ending != ".xlsx":
        printed = run(capsys, "--store", kept, *RULES, "--format", ending[1:])[1]
        assert printed.encode() == files[0].read_bytes()


def test_the_order_of_hashes_changes_nothing(kept: Path) -> None:
    def printed(seed: str) -> bytes:
        words = [sys.executable, "-m", "cancu", "audit", "--store", str(kept), "--format", "json", "--lang", "en"]
        return subprocess.run(words, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout

    assert printed("1") == printed("2")


def test_a_file_that_cannot_be_written_leaves_nothing(
    capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path
) -> None:
    assert "cannot be written" in refused(capsys, "--store", kept, *RULES, "-o", tmp_path / "none" / "x.json")
    assert list(tmp_path.iterdir()) == []


# --- suppressions -----------------------------------------------------------------------------------------------------


def suppressing(folder: Path, *rows: str) -> Path:
    file = folder / "gác lại.tsv"
    file.write_text("\n".join(["\t".join(HEADER), *rows]) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "row",
    [
        f"table-rate\t{RATE}\t21,06\tĐúng như biểu gốc.",
        "table-rate\t*\t\tĐúng như biểu gốc.",
        f"*\t{RATE}\t\tĐúng như biểu gốc.",
        "*\t*\t#FINGERPRINT\tĐúng như biểu gốc.",
        "*\t*\t21,06\tĐúng như biểu gốc.",
    ],
)
def test_what_is_set_aside_stays_with_its_reason_and_fails_nothing(
    capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path, store: Store, row: str
) -> None:
    (finding,) = audit(store, None, [audit_rules()["table-rate"]])
    file = suppressing(tmp_path, "# ghi chú", "", row.replace("FINGERPRINT", finding.fingerprint))
    words = ("--store", kept, "--rule", "table-rate", "--suppress", file, "--fail-on", "note")
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, "")
    assert "Gác lại vì: Đúng như biểu gốc." in out and "0 lỗi" in out and "Đã gác lại 1 phát hiện" in out
    (told,) = json.loads(run(capsys, *words, "--format", "json")[1])["findings"]
    assert told["suppressed"] == "Đúng như biểu gốc."


def test_a_row_that_fits_nothing_is_told(capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path) -> None:
    file = suppressing(tmp_path, "table-rate\t*\t99,99\tĐã rõ.", "table-rate\t88/KH-UBND\t\tĐã rõ.")
    status, _, err = run(capsys, "--store", kept, *RULES, "--suppress", file, "--fail-on", "error", "--lang", "en")
    assert status == 1
    assert err.splitlines() == [f"{file}:{line}: no finding fits this row." for line in (2, 3)]
    # What was not looked at may well be there.
    assert run(capsys, "tinh.txt", "--store", kept, "--rule", "target-weaker", "--suppress", file)[2] == ""
    other = suppressing(tmp_path, f"table-rate\t{RATE}\t99,99\tĐã rõ.")
    assert run(capsys, "tinh.txt", "--store", kept, "--suppress", other)[2] == ""


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("", 1, "the first line must be"),
        ("rule\tdocument\treason\n", 1, "the first line must be"),
        ("rule\tdocument\tquote\treason\ntable-rate\t*\t21,06\n", 2, "there must be 4 cells"),
        ("rule\tdocument\tquote\treason\n\ntable-rate\t*\t21,06\t\n", 3, "the reason is missing"),
        ("rule\tdocument\tquote\treason\ntable-rat\t*\t21,06\tx\n", 2, "there is no rule “table-rat”"),
        ("rule\tdocument\tquote\treason\n*\t*\t\tx\n", 2, "sets everything aside"),
        ("rule\tdocument\tquote\treason\ntable-rate\t\t\tx\n", 2, "sets everything aside"),
        ("rule\tdocument\tquote\treason\n*\t37/KH-UBND\t\tx\n", 2, "is the number of several documents"),
    ],
)
def test_a_flawed_row_is_refused_with_its_line(
    capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path, content: str, line: int, told: str
) -> None:
    file = tmp_path / "x.tsv"
    file.write_text(content, encoding="utf-8")
    said = refused(capsys, "--store", kept, *RULES, "--suppress", file)
    assert said.startswith(f"{file}:{line}: ") and told in said


def test_the_first_row_that_fits_gives_the_reason(store: Store, tmp_path: Path) -> None:
    file = suppressing(tmp_path, "table-rate\t*\t\tmột", "table-rate\t*\t21,06\thai")
    suppressions = Suppressions(file, read_suppressions(file, audit_rules()), held_documents(store).values())
    (finding,) = suppressions.apply(audit(store, None, [audit_rules()["table-rate"]]))
    assert finding.suppressed == "một"
    assert suppressions.unused([finding.document], ["table-rate"]) == []


# --- pieces -----------------------------------------------------------------------------------------------------------


def test_places_are_lines_and_columns_of_characters() -> None:
    text = "một\n\nhai ba\nbốn năm\nsáu\nbảy\n"
    texts = Texts({"a": text}.get)

    def hop(source: str, quote: str) -> Hop:
        return Hop(source, text.index(quote), text.index(quote) + len(quote), quote, None, 1.0, "trước ", " sau")

    span = texts.span(hop("a", "ba\nbốn"))
    assert span is not None
    assert (span.line, span.column, span.end_line, span.end_column) == (3, 5, 4, 4)
    excerpt = texts.excerpt(hop("a", "năm"))
    assert (excerpt.before, excerpt.quote, excerpt.behind) == ("hai ba\nbốn ", "năm", "\nsáu\nbảy")
    # Behind an endpoint there is no text.
    assert texts.span(hop("b", "ba")) is None
    assert texts.place(hop("b", "ba")) == "b:9-11"
    assert texts.excerpt(hop("b", "ba")).before == "trước "


def test_long_lines_are_cut_at_words() -> None:
    text = "từ " * 1000 + "ĐÂY" + " chữ" * 1000
    at = text.index("ĐÂY")
    excerpt = Texts({"a": text}.get).excerpt(Hop("a", at, at + 3, "ĐÂY", None, 1.0))
    assert excerpt.before.startswith("… từ") and excerpt.behind.endswith("chữ…")
    assert len(excerpt.before) <= 402 and len(excerpt.behind) <= 402


def test_gaps_are_filled_as_the_language_has_them(store: Store) -> None:
    (finding, *_) = audit(store, None, [audit_rules()["target-weaker"]])
    filled = replace(finding, values={**finding.values, "theirBy": Cell("2024-12-31"), "ours": Cell(None)})
    assert "31/12/2024" in explanation_of(filled, "vi") and "–" in explanation_of(filled, "vi")
    assert "2024-12-31" in explanation_of(filled, "en")


def test_findings_pass_and_are_not_held(store: Store) -> None:
    (finding, *_) = audit(store, None, [audit_rules()["table-rate"]])
    passed: list[int] = []

    def many() -> Iterator[Finding]:
        for number in range(100):
            passed.append(number)
            yield finding

    for form in ("json", "sarif", "csv"):
        passed.clear()
        chunks = text_chunks(Report((), (finding.rule,), many()), form, "vi", texts_of(store))  # type: ignore[arg-type]
        told = 0
        for chunk in chunks:
            told += chunk.count('"fingerprint"') + chunk.count("partialFingerprints") + chunk.count("\r\n")
            assert len(passed) <= told + 1


def test_rules_are_chosen_by_id_or_group() -> None:
    chosen = choose_rules(audit_rules(), ["target-weaker"], ["tables"])
    assert {rule.id for rule in chosen} == {
        rule.id for rule in audit_rules().values() if rule.group == "tables" or rule.id == "target-weaker"
    }
    with pytest.raises(Refusal):
        choose_rules(rules_with_own(), ["none"], [])


def test_an_annex_is_audited_with_its_document(store: Store) -> None:
    every = choose_documents(store, [])
    assert len(every.documents) == 5
    assert choose_documents(store, [every.documents[0].iri]).documents == every.documents[:1]


PAGE = REPOSITORY / "queries" / "audit" / "README.md"


def test_the_page_of_the_rules_is_that_of_the_files() -> None:
    """Written by ``make docs``."""
    assert PAGE.read_text(encoding="utf-8") == page_of_rules(audit_rules().values())


def test_the_page_of_the_rules_names_them_all() -> None:
    page = page_of_rules(audit_rules().values())
    for rule in audit_rules().values():
        assert f"\n### {rule.id}\n" in page
        assert rule.title("vi") in page and rule.title("en") in page
