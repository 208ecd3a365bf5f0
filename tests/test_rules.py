"""Test that rules are read in the right order, and that a broken one is refused with its place."""

from __future__ import annotations

import doctest
from pathlib import Path

import pyoxigraph as ox
import pytest

import cancu.queries.rules
from cancu.errors import DataError
from cancu.ontology.iris import CANCU, PREFIXES
from cancu.ontology.lexicon import TABLES
from cancu.queries.rules import read_rule, read_rules, rules

SOUND = """#+ id: led
#+ title_vi: Cơ quan có trách nhiệm
#+ title_en: Responsible agencies
#+ infers_vi: Cơ quan chủ trì thì có trách nhiệm.
#+ infers_en: Who leads is responsible.
#+ source: ontology/cancu.ttl
#+ example: Sở Xây dựng chủ trì
#+ premises: duty
PREFIX cancu: <https://w3id.org/cancu/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
# What follows.
CONSTRUCT { ?activity cancu:responsible ?agency }
WHERE { ?duty rdf:predicate cancu:ledBy ; rdf:subject ?activity ; rdf:object ?agency }
"""


def written(folder: Path, text: str, name: str = "led") -> Path:
    file = folder / f"{name}.rq"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_file_is_a_rule() -> None:
    names = {file.stem for file in (TABLES / "rules").glob("*.rq")}
    assert {rule.id for rule in rules()} == names
    assert len(names) == 12
    for rule in rules():
        assert all(sentence.endswith(".") for sentence in rule.infers.values())
        assert bool(rule.premises) != (rule.way is not None)
        # What a file constructs and what is asked for in its place are both plain SPARQL.
        assert isinstance(ox.Store().query(rule.query), ox.QueryTriples)
        assert isinstance(ox.Store().query(rule.select), ox.QuerySolutions)


def test_a_rule_comes_behind_those_that_it_uses() -> None:
    seen: set[str | None] = set()
    for rule in rules():
        later = [other.id for other in rules() if rule.uses(other) and other.concluded not in seen]
        assert later == [] or rule.concluded is None
        seen.add(rule.concluded)
    # What tells kinds in general comes last.
    assert [rule.concluded is None for rule in rules()] == sorted(rule.concluded is None for rule in rules())


def test_no_rule_concludes_what_the_readers_state() -> None:
    """Questions ask for what texts say; a conclusion has a property or a kind of its own."""
    stated = {f"{PREFIXES['eli']}{name}" for name in ("based_on", "cites", "LegalResource")} | {str(CANCU.ledBy)}
    concluded = {rule.concluded for rule in rules()} - {None}
    assert len(concluded) == 5 and not concluded & stated
    assert all(str(term).startswith(CANCU) for term in concluded)


def test_a_rule_asks_for_its_premises(tmp_path: Path) -> None:
    rule = read_rule(written(tmp_path, SOUND))
    assert (rule.subject, rule.predicate, rule.value) == ("?activity", str(CANCU.responsible), "?agency")
    assert "SELECT DISTINCT ?activity ?agency ?duty\nWHERE {" in rule.select
    assert rule.concluded == str(CANCU.responsible)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("#+ id: led", "#+ id: Led", 1, "must be the file's name"),
        ("#+ source: ontology/cancu.ttl\n", "", 8, "the header has no source"),
        ("#+ example", "#+ exmaple", 7, "unknown key exmaple"),
        ("#+ example: Sở Xây dựng chủ trì", "#+ title_vi: Lần nữa", 7, "title_vi stands twice"),
        ("#+ source: ontology/cancu.ttl", "#+ source", 6, "a header line must read"),
        ("#+ premises: duty\n", "", 7, "either premises or way"),
        ("#+ premises: duty", "#+ premises: duty, record", 8, "premises names record, which is no variable"),
        ("#+ premises: duty", "#+ way: duty, agency", 8, "way must name the subject and the object"),
        ("<https://w3id.org/cancu/ns#>", "<urn:x#>", 9, "the ontology does not bind cancu:"),
        ("# What follows.", "PREFIX eli: <http://data.europa.eu/eli/ontology#>", 11, "the prefix eli: is not used"),
        ("?activity cancu:responsible ?agency }", "?activity a ?x . ?agency a ?x }", 12, "one triple"),
        ("{ ?activity cancu", "{ cancu:x cancu", 12, "the subject of a conclusion must be a variable"),
        ("responsible ?agency", "responsible 'x'", 12, "'x' cannot stand in a conclusion"),
        ("cancu:responsible", "cancu:ledBy", 13, "must not use its own conclusions"),
        (
            "CONSTRUCT { ?activity cancu:responsible ?agency }",
            "SELECT ?activity",
            1,
            "the query must be a CONSTRUCT",
        ),
        ("rdf:predicate cancu:ledBy ;", "rdf:predicate cancu:ledBy ; ;;(", 13, "not SPARQL 1.1"),
        ("WHERE { ?duty", "WHERE { SERVICE <urn:x> { ?a ?b ?c } ?duty", 1, "the query must stay inside the store"),
    ],
)
def test_a_broken_rule_is_refused_with_its_place(old: str, new: str, line: int, message: str, tmp_path: Path) -> None:
    assert old in SOUND
    file = written(tmp_path, SOUND.replace(old, new, 1))
    with pytest.raises(DataError) as refused:
        read_rule(file)
    assert (refused.value.file, refused.value.line) == (file, line)
    assert message in refused.value.message


def test_rules_that_use_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, SOUND)
    other = SOUND.replace("id: led", "id: back").replace("cancu:ledBy", "cancu:responsible", 1)
    written(tmp_path, other.replace("{ ?activity cancu:responsible", "{ ?activity cancu:ledBy", 1), "back")
    with pytest.raises(DataError, match="use each other's conclusions: back, led"):
        read_rules(tmp_path)


def test_a_folder_without_rules_is_a_flaw(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no rule"):
        read_rules(tmp_path)


def test_doctests() -> None:
    results = doctest.testmod(cancu.queries.rules)
    assert results.failed == 0 and results.attempted >= 2
