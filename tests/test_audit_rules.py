"""Test that every rule of the audit finds its example, at the right place, and leaves the sound one alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

import cancu.queries.audit_rules
from cancu.errors import DataError
from cancu.loaders.load import drop_source, load_paths
from cancu.ontology.iris import GRAPH_VOCABULARY
from cancu.ontology.schemes import vocabulary_ntriples
from cancu.queries.audit_rules import GROUPS, Rule, audit_rules, read_audit_rule, read_audit_rules
from cancu.queries.auditing import Finding, audit
from cancu.queries.store import Store

#: The day on which what is overdue is asked in the examples.
ON = "2025-06-30"


@cache
def shelf() -> Store:
    """Give a store with the vocabulary, in which one example after the other stands."""
    store = Store.in_memory()
    store.replace_graph(GRAPH_VOCABULARY, vocabulary_ntriples())
    return store


def findings(rule: Rule, texts: Mapping[str, str], folder: Path) -> tuple[list[Finding], Mapping[str, str]]:
    """Audit the first of some texts by one rule."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    store = shelf()
    report = load_paths([folder], store, workers=1)
    try:
        assert not report.refused
        query = "SELECT ?document ?name { ?document cancu:heldAs/rdfs:label ?name }"
        named = {str(row["name"].value): row["document"].value for row in store.select(query)}
        assert named.keys() == texts.keys(), "an example before this one was left behind"
        return list(audit(store, [named[next(iter(texts))]], [rule], on=ON)), texts
    finally:
        for one in report.loaded:
            drop_source(one.key, store)


@pytest.mark.parametrize("rule", audit_rules().values(), ids=lambda rule: rule.id)
def test_a_rule_finds_its_example_at_the_right_place(rule: Rule, tmp_path: Path) -> None:
    found, texts = findings(rule, rule.found, tmp_path)
    assert found, f"{rule.id} finds nothing in its example"
    places = [hop for one in found for hop in one.places]
    assert places
    for hop in places:
        assert texts[hop.source][hop.start : hop.end] == hop.quote
    assert any(rule.at in " ".join(hop.quote.split()) for hop in places), [hop.quote for hop in places]


@pytest.mark.parametrize("rule", audit_rules().values(), ids=lambda rule: rule.id)
def test_a_rule_leaves_the_sound_text_alone(rule: Rule, tmp_path: Path) -> None:
    found, _ = findings(rule, rule.not_found, tmp_path)
    assert [[hop.quote for hop in one.places] for one in found] == []


def test_every_group_has_rules_and_every_file_is_one() -> None:
    rules = audit_rules()
    assert {rule.group for rule in rules.values()} == set(GROUPS)
    assert set(rules) == {file.stem for file in Path(cancu.queries.audit_rules.__file__).parent.glob("audit/*.rq")}


# --- files that are wrong ---------------------------------------------------------------------------------------------

SOUND = """\
#+ id: sample
#+ group: tables
#+ severity: warning
#+ title_vi: Tỷ lệ sai
#+ title_en: A wrong rate
#+ explanation_vi: Ghi {ours}, đúng ra {theirs}: {said}
#+ explanation_en: It says {ours}, not {theirs}: {said}
#+ settle_vi: Biểu gốc.
#+ settle_en: The original.
#+ source: số học · arithmetic
#+ proof: doubt
#+ arithmetic: sum
#+ compares: ours, theirs
#+ where: ours = 1, 2; theirs = 3
#+ at: 21,06
#+ found:
#+   | KẾ HOẠCH
#+   |
#+   | Tỷ lệ 21,06
#+   | === tinh.txt
#+   | KẾ HOẠCH của tỉnh
#+ not_found:
#+   | KẾ HOẠCH
PREFIX cancu: <https://w3id.org/cancu/ns#>

SELECT ?document ?doubt ?said ?sum ?ours ?theirs
WHERE {
  VALUES ?document { UNDEF }
  ?doubt cancu:about ?document ; cancu:rule ?said , ?sum , ?ours , ?theirs .
}
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "sample.rq"


def test_a_sound_file_is_read(written: Path) -> None:
    written.write_text(SOUND, encoding="utf-8")
    rule = read_audit_rule(written)
    assert (rule.id, rule.group, rule.severity, rule.at) == ("sample", "tables", "warning", "21,06")
    assert rule.title("vi") == "Tỷ lệ sai"
    assert (rule.proof, rule.arithmetic, rule.compares) == (("doubt",), "sum", ("ours", "theirs"))
    assert rule.gaps == {"ours", "theirs", "said"}
    assert rule.where == (("ours", frozenset({"1", "2"})), ("theirs", frozenset({"3"})))
    assert dict(rule.found) == {"van-ban.txt": "KẾ HOẠCH\n\nTỷ lệ 21,06\n", "tinh.txt": "KẾ HOẠCH của tỉnh\n"}
    assert dict(rule.not_found) == {"van-ban.txt": "KẾ HOẠCH\n"}
    assert not rule.dated
    written.write_text(SOUND.replace("WHERE {", "WHERE {\n  VALUES ?on { UNDEF }"), encoding="utf-8")
    assert read_audit_rule(written).dated


_SLOT = "  VALUES ?document { UNDEF }\n"
_QUERY = SOUND[SOUND.index("PREFIX") :]
_WITH_OF = ("#+ where: ours = 1, 2; theirs = 3\n", "#+ of: cascade\n")

#: A flaw, what it is made of in the sound file, the line it is on, and a word of the report.
FLAWS = [
    ("an unknown key", "#+ at: 21,06", "#+ wo: 21,06", 15, "unknown key wo"),
    ("a key twice", "#+ at: 21,06", "#+ proof: doubt", 15, "proof stands twice"),
    ("a key missing", "#+ at: 21,06\n", "", 23, "no at"),
    ("a title in one language", "#+ title_en: A wrong rate\n", "", 23, "no title_en"),
    ("nothing that settles it", "#+ settle_vi: Biểu gốc.\n", "", 23, "no settle_vi"),
    ("no example of what is sound", "#+ not_found:\n#+   | KẾ HOẠCH\n", "", 22, "no not_found"),
    ("a line without a key", "#+ proof: doubt", "#+ proof doubt", 11, "key: value"),
    ("a value beside a block", "#+ found:", "#+ found: KẾ HOẠCH", 16, "found must not have a value"),
    ("a block without lines", "#+ not_found:\n#+   | KẾ HOẠCH\n", "#+ not_found:\n", 22, "has no line of text"),
    ("a missing value", "#+ settle_en: The original.", "#+ settle_en:", 9, "settle_en must have a value"),
    ("another id than the file", "#+ id: sample", "#+ id: simple", 1, "must be the file's name"),
    ("an unknown group", "#+ group: tables", "#+ group: gold", 2, "gold must be one of money"),
    ("an unknown severity", "#+ severity: warning", "#+ severity: fatal", 3, "fatal must be one of error"),
    ("a gap of no variable", "{ours}, đúng ra", "{mine}, đúng ra", 6, "{mine} is no variable"),
    ("a gap without a name", "{ours}, đúng ra", "{}, đúng ra", 6, "{} is no variable"),
    ("a gap into a variable", "{ours}, đúng ra", "{ours.x}, đúng ra", 6, "{ours.x} is no variable"),
    ("a broken gap", "{ours}, đúng ra", "{ours, đúng ra", 6, "broken gap"),
    ("other gaps in English", "It says {ours}, not", "It says, not", 7, "the same gaps in every language"),
    ("a proof that is not selected", "#+ proof: doubt", "#+ proof: doubt, cell", 11, "proof names cell"),
    ("a proof that is no name", "#+ proof: doubt", "#+ proof: doubt cell", 11, "separated by commas"),
    ("an arithmetic that is not selected", "#+ arithmetic: sum", "#+ arithmetic: total", 12, "arithmetic names total"),
    ("two arithmetics", "#+ arithmetic: sum", "#+ arithmetic: sum, said", 12, "arithmetic names one"),
    ("a comparison of one", "#+ compares: ours, theirs", "#+ compares: ours", 13, "compares names two"),
    ("a comparison with nothing", "#+ compares: ours, theirs", "#+ compares: ours, yours", 13, "compares names yours"),
    ("a condition of no variable", "where: ours = 1", "where: mine = 1", 14, "where must read"),
    ("a condition without a value", "where: ours = 1, 2;", "where: ours;", 14, "where must read"),
    ("two texts of one name", "#+   |\n", "#+   | === tinh.txt\n", 16, "two texts of the example are called tinh.txt"),
    ("a variable that nothing uses", "SELECT ?document", "SELECT ?p ?document", 1, "p is selected but nothing uses it"),
    ("no document", "SELECT ?document ?doubt", "SELECT ?doubt", 1, "must select ?document"),
    ("no slot for the documents", _SLOT, "", 1, "no slot: VALUES ?document"),
    ("a slot that is not filled", _SLOT, f"{_SLOT}  VALUES ?agency {{ UNDEF }}\n", 1, "the slot agency is none"),
    ("rows of another and a query", *_WITH_OF, 14, "rows of another query or a query of its own"),
    ("another IRI behind a prefix", "w3id.org/cancu/ns#", "w3id.org/cancu/x#", 24, "does not bind cancu"),
    ("a prefix that is not declared", "PREFIX cancu: <https://w3id.org/cancu/ns#>\n", "", 1, "cancu: is not declared"),
    ("a prefix that is not used", "\nSELECT", "PREFIX dct: <http://purl.org/dc/terms/>\nSELECT", 25, "is not used"),
    ("no SPARQL", "?doubt cancu:about ?document ;", "?doubt cancu:about ;", 29, "not SPARQL"),
    ("no SELECT", "SELECT ?document ?doubt ?said ?sum ?ours ?theirs", "ASK", 1, "must be a SELECT"),
    ("a call to the network", _SLOT, f"{_SLOT}  SERVICE <http://x/> {{}}\n", 1, "inside the store"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "report"), [flaw[1:] for flaw in FLAWS], ids=[flaw[0] for flaw in FLAWS]
)
def test_a_flaw_is_named_with_its_line(written: Path, old: str, new: str, line: int, report: str) -> None:
    assert SOUND.count(old) == 1
    written.write_text(SOUND.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_audit_rule(written)
    assert report in str(flaw.value)
    assert flaw.value.line == line
    assert flaw.value.file == written


@pytest.mark.parametrize(
    ("of", "report"),
    [
        ("no-such-question", "there is no question no-such-question"),
        ("network", "there is no question network"),
        ("find", "there is no question find"),
        ("basis", "the question basis does not tell the document"),
        ("central", "the question central does not tell the document"),
        ("sample", "there is no question sample"),
    ],
)
def test_rows_of_what_is_not_there_are_named_with_their_line(tmp_path: Path, of: str, report: str) -> None:
    file = tmp_path / "sample.rq"
    head = SOUND.removesuffix(_QUERY).replace("#+ where: ours = 1, 2; theirs = 3\n", f"#+ of: {of}\n")
    file.write_text(head, encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_audit_rules(tmp_path)
    assert report in str(flaw.value)
    assert flaw.value.line == 14


def test_a_rule_may_have_the_rows_of_another(tmp_path: Path) -> None:
    (tmp_path / "sample.rq").write_text(SOUND, encoding="utf-8")
    head = SOUND.removesuffix(_QUERY).replace("#+ where: ours = 1, 2; theirs = 3\n", "#+ of: sample\n")
    (tmp_path / "other.rq").write_text(head.replace("#+ id: sample", "#+ id: other"), encoding="utf-8")
    rules = read_audit_rules(tmp_path)
    assert list(rules) == ["other", "sample"]
    assert rules["other"].query == rules["sample"].query


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "sample.rq").write_bytes(b"#+ id: \xff\n")
    with pytest.raises(DataError, match="not UTF-8"):
        read_audit_rules(tmp_path)
