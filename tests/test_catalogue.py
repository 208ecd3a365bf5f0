"""Test the catalogue: every flaw of a file is named with its line, and every question runs in any SPARQL engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, URIRef

import cancu.queries
from cancu.errors import DataError
from cancu.language import LANGUAGES, Refusal
from cancu.ontology.iris import GRAPH_VOCABULARY
from cancu.ontology.lexicon import TABLES
from cancu.ontology.schemes import read_concepts, vocabulary_ntriples
from cancu.queries.catalogue import Question, question, questions, read_question
from cancu.queries.engine import ask, prepare
from cancu.queries.entries import Ambiguous
from cancu.queries.sparql import bind, find_slots
from cancu.queries.store import Store
from cancu.viz.catalogue_page import page_of
from tests.answers import ASKED, Asked
from tests.library import ID, KH_37, KH_52, LIBRARY, QD_90, TT_10, library, store_of
from tests.plans import plans, short_plans
from tests.samples import REPOSITORY

FOLDER = Path(cancu.queries.__file__).parent
FOLDER_OF_PAGE = REPOSITORY / "queries"
FIRST_TEN = {
    "basis", "chain", "authorises", "cited-by", "not-held", "conflicts", "impossible", "annex", "proposed", "timeline",
}  # fmt: skip
OF_PLANS = {
    "who", "matrix", "duties", "funding", "targets", "deadlines", "unauthorised", "beneficiary", "expired", "impact",
    "skipped-tier", "short-names", "bottleneck", "central", "low-confidence", "successor", "approximate",
    "carried-over", "lead-not-recipient", "leads", "misnumbered", "money-without-basis", "repairs", "sums",
    "table-vs-text", "cascade", "dropped-targets", "dropped-projects", "bare-targets", "achieved", "compare",
}  # fmt: skip

SOUND = """\
#+ id: sample
#+ group: officer
#+ question_vi: Văn bản này tên gì?
#+ question_en: What is this document called?
#+ parameters:
#+   document: document | required | | 37/KH-UBND
#+ columns:
#+   title: Tên | Title
#+   date: Ngày | Date | detail
#+   others: Khác | Others | detail | list
#+ proof: record
#+ text: document
#+ reads: money
#+ empty_vi: Không có tên.
#+ empty_en: No title.
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>

SELECT ?title ?date ?others ?record
WHERE {
  VALUES ?document { UNDEF }
  ?document dct:title ?title ; eli:date_document ?date .
  ?record ?p ?document , ?others .
}
"""


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "sample.rq"


def test_a_sound_file_is_read(written: Path) -> None:
    written.write_text(SOUND, encoding="utf-8")
    sample = read_question(written)
    assert sample.parameters[0].types == ("document",)
    marks = [(column.name, column.detail, column.several) for column in sample.columns]
    assert marks == [("title", False, False), ("date", True, False), ("others", True, True)]
    assert sample.columns[0].label("vi") == "Tên"
    assert (sample.proof, sample.text, sample.way, sample.either) == ("record", "document", None, ())
    assert sample.reads == "money"
    assert sample.query == SOUND


#: A flaw, what it is made of in the sound file, the line it is on, and a word of the report.
FLAWS = [
    ("an unknown key", "#+ text: document", "#+ texte: document", 12, "unknown key texte"),
    ("a key twice", "#+ text: document", "#+ proof: record", 12, "proof stands twice"),
    ("a key missing", "#+ empty_en: No title.\n", "", 15, "no empty_en"),
    ("a line without a key", "#+ proof: record", "#+ proof record", 11, "key: value"),
    ("a value beside a list", "#+ columns:", "#+ columns: title", 7, "columns must not have a value"),
    ("a list entry under no list", "#+ group: officer", "#+ group: officer\n#+   a: b", 3, "no list"),
    ("a missing value", "#+ question_vi: Văn bản này tên gì?", "#+ question_vi:", 3, "question_vi must have a value"),
    ("another id than the file", "#+ id: sample", "#+ id: simple", 1, "must be the file's name"),
    ("an unknown group", "#+ group: officer", "#+ group: judge", 2, "group must be one of"),
    ("an unknown type", "document | required", "paper | required", 6, "the type of document"),
    ("types in another order", "document | required", "activity or document | required", 6, "in this order"),
    ("neither required nor optional", "| required |", "| perhaps |", 6, "required, without a default, or optional"),
    ("a default that is never used", "| required | |", "| required | x |", 6, "required, without a default"),
    ("no example", "| required | | 37/KH-UBND", "| required | |", 6, "no example"),
    ("too few cells", "| required | | 37/KH-UBND", "| required", 6, "default | example"),
    ("an unknown mark", "| detail | list", "| detail | many", 10, '"| detail", "| lines", "| list"'),
    ("unknown records", "#+ reads: money", "#+ reads: gold", 13, "reads must be one of component"),
    ("a column with one name", "Tên | Title", "Tên", 8, "Vietnamese | English"),
    ("a column that is not selected", "#+   title: Tên | Title", "#+   tittle: Tên | Title", 8, "is not selected"),
    ("a variable that is no column", "SELECT ?title ?date", "SELECT ?title ?date ?p", 7, "p is selected but"),
    ("a proof that is not selected", "#+ proof: record", "#+ proof: recorded", 11, "recorded, which is not selected"),
    ("a text that is no parameter", "#+ text: document", "#+ text: title", 12, "title, which is no parameter"),
    ("an either that is no parameter", "#+ text: document", "#+ either: a, b", 12, "a, which is no parameter"),
    ("an against that is no parameter", "#+ text: document", "#+ against: title", 12, "title, which is no parameter"),
    ("an against of two", "#+ text: document", "#+ against: document, document", 12, "against names one parameter"),
    (
        "a parameter that changes nothing",
        "  ?document dct:title ?title ; eli:date_document ?date .\n  ?record ?p ?document",
        "  ?docment dct:title ?title ; eli:date_document ?date .\n  ?record ?p ?docment", 6, "nowhere but in its slot",
    ),
    ("a way of two", "#+ text: document", "#+ way: title, date", 12, "way needs three"),
    ("a way that is not selected", "#+ text: document", "#+ way: title, date, p", 12, "p, which is not selected"),
    ("a parameter without a slot", "  VALUES ?document { UNDEF }\n", "", 6, "document has no slot"),
    ("a slot without a parameter", "?record ?p", "VALUES ?p { UNDEF } ?record ?p", 23, "slot p is not declared"),
    ("another IRI behind a prefix", "purl.org/dc/terms/", "purl.org/dc/elements/1.1/", 17, "does not bind dct"),
    ("an unknown prefix", "PREFIX dct:", "PREFIX dc: <http://x/>\nPREFIX dct:", 17, "does not bind dc"),
    ("a prefix that is not declared", "PREFIX dct: <http://purl.org/dc/terms/>\n", "", 1, "dct: is not declared"),
    ("a prefix that is not used", "; eli:date_document ?date", "; dct:date ?date", 16, "eli: is not used"),
    ("a prefix twice", "PREFIX dct:", "PREFIX eli: <http://data.europa.eu/eli/ontology#>\nPREFIX dct:", 16, "twice"),
    ("no SPARQL", "?document dct:title ?title", "?document dct:title", 22, "not SPARQL"),
    ("no SELECT", "SELECT ?title ?date ?others ?record", "ASK", 1, "must be a SELECT"),
    ("a call to the network", "?record ?p", "SERVICE <http://x/> {} ?record ?p", 1, "inside the store"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "report"), [flaw[1:] for flaw in FLAWS], ids=[flaw[0] for flaw in FLAWS]
)
def test_a_flaw_is_named_with_its_line(written: Path, old: str, new: str, line: int, report: str) -> None:
    assert SOUND.count(old) == 1
    written.write_text(SOUND.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_question(written)
    assert report in str(flaw.value)
    assert (flaw.value.file, flaw.value.line) == (written, line)


# --- the questions that we ship ---------------------------------------------------------------------------------------


def test_the_questions_are_there() -> None:
    assert FIRST_TEN | OF_PLANS == set(questions())
    assert set(questions()) == {file.stem for file in FOLDER.glob("*.rq")}


def test_the_page_of_documentation_is_that_of_the_catalogue() -> None:
    """Write it anew with ``make docs``."""
    assert (FOLDER_OF_PAGE / "README.md").read_text(encoding="utf-8") == page_of(questions().values())


def test_an_unknown_question_is_one_sentence_with_the_known_ones() -> None:
    with pytest.raises(Refusal) as refused:
        question("bases")
    assert "basis, " in refused.value.sentence("en")


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_question_is_worded_in_every_language(name: str) -> None:
    one = questions()[name]
    for wording in (one.wording, one.empty, *(column.labels for column in one.columns)):
        assert set(wording) == set(LANGUAGES)
        assert wording["vi"] != wording["en"]
    assert one.wording["vi"].endswith("?") and one.wording["en"].endswith("?")


KH_58 = f"{ID}vn/uy-ban-nhan-dan-huyen-con-cuong/ke-hoach/2024/58_KH-UBND"
KH_74 = f"{ID}vn/uy-ban-nhan-dan-huyen-ky-son/ke-hoach/2024/74_KH-UBND"
KH_96 = f"{ID}vn/uy-ban-nhan-dan-huyen-quy-hop/ke-hoach/2024/96_KH-UBND"

#: What is asked in the comparison of engines beside the golden answers: every branch has rows, and one call has none.
COMPARED: list[tuple[str, dict[str, str]]] = [
    ("basis", {"document": KH_52}),
    ("basis", {"document": TT_10}),
    ("basis", {"document": "https://w3id.org/cancu/id/nothing"}),
    ("chain", {"document": KH_52}),
    ("chain", {"document": "https://w3id.org/cancu/id/source/kh-lam-son.txt#a327-367"}),
    ("authorises", {"document": KH_37}),
    ("authorises", {}),
    ("cited-by", {"document": QD_90}),
    ("not-held", {}),
    ("not-held", {"document": KH_37}),
    ("conflicts", {}),
    ("conflicts", {"document": KH_37}),
    ("impossible", {}),
    ("annex", {}),
    ("proposed", {"document": KH_52}),
    ("timeline", {"document": QD_90}),
    ("timeline", {"document": QD_90, "since": "2022-01-01", "until": "2023-12-31"}),
    ("matrix", {"document": KH_96}),
    ("matrix", {"document": "https://w3id.org/cancu/id/nothing"}),
    ("duties", {"agency": f"{ID}agency/phong-nong-nghiep-va-phat-trien-nong-thon-huyen-quy-hop"}),
    ("duties", {"agency": f"{ID}agency/phong-nong-nghiep-va-phat-trien-nong-thon-huyen-quy-hop", "document": KH_96}),
    ("funding", {}),
    ("funding", {"document": KH_96}),
    ("funding", {"activity": f"{KH_58}#DA3"}),
    ("targets", {}),
    ("targets", {"document": KH_96, "activity": f"{KH_96}#DA3"}),
    ("deadlines", {}),
    ("deadlines", {"document": KH_96, "date": "2024-12-01"}),
    ("deadlines", {"agency": f"{ID}agency/phong-lao-dong-thuong-binh-va-xa-hoi-huyen-con-cuong", "date": "2024-12-01"}),
    ("unauthorised", {}),
    ("unauthorised", {"document": KH_96}),
    ("beneficiary", {"group": "Hộ nghèo"}),
    ("beneficiary", {"group": "trẻ em", "document": KH_58}),
    # What no short plan answers is compared in tests/test_cascade.py.
    ("cascade", {"document": "https://w3id.org/cancu/id/nothing"}),
    ("achieved", {"document": "https://w3id.org/cancu/id/nothing"}),
    ("dropped-targets", {"document": KH_96, "superior": KH_58}),
    ("dropped-projects", {"document": KH_58, "superior": KH_74}),
]


def term(name: str, value: str) -> str:
    if name in ("since", "until", "date"):
        return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#date>'
    return f'"{value}"' if name == "group" else f"<{value}>"


@pytest.fixture(scope="module")
def both_engines() -> Mapping[str, tuple[Store, Graph]]:
    """Give the small stores in both engines, with the same vocabulary; the plans as one graph, for speed."""
    vocabulary = "".join(
        f"{quad.triple} .\n" for quad in ox.parse(vocabulary_ntriples(), format=ox.RdfFormat.N_TRIPLES)
    )
    short = short_plans()
    assert len(short) == 4
    graphs = Dataset(default_union=True)
    graphs.parse(LIBRARY, format="trig")
    graphs.graph(URIRef(str(GRAPH_VOCABULARY))).parse(data=vocabulary, format="nt")
    lines = [f"{triple} .\n" for graph in short.values() for triple in graph]
    whole = Graph().parse(data="".join([vocabulary, *lines]), format="nt")
    return {"library": (library(), graphs), "short": (store_of(short), whole)}


def rows_of(one: Question, names: list[str], rows: list[list[str | None]]) -> list[tuple[str | None, ...]]:
    """Sort rows; IRIs in one string have no order, and a group over nothing is no row (rdflib makes one)."""
    several = [one.proof, *(column.name for column in one.columns if column.several or column.lines)]
    for row in rows:
        for index in map(names.index, several):
            row[index] = " ".join(sorted((row[index] or "").split()))
    return sorted((tuple(row) for row in rows if any(row)), key=str)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(("name", "given"), COMPARED, ids=lambda value: value if isinstance(value, str) else None)
def test_two_engines_agree(name: str, given: dict[str, str], both_engines: Mapping[str, tuple[Store, Graph]]) -> None:
    store, other = both_engines["short" if name in OF_PLANS else "library"]
    found = compare(store, other, questions()[name], {key: term(key, value) for key, value in given.items()})
    assert bool(found) == (given.get("document", "") not in ("https://w3id.org/cancu/id/nothing",)) or name in (
        "conflicts",
        "impossible",
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("asked", [one for one in ASKED if one.engines != "-"], ids=lambda asked: asked.name)
def test_two_engines_give_the_golden_rows(asked: Asked, both_engines: Mapping[str, tuple[Store, Graph]]) -> None:
    store, other = both_engines[asked.engines]
    one = questions()[asked.question]
    prepared = prepare(store, one, asked.parameters)
    assert not isinstance(prepared, Ambiguous)
    assert compare(store, other, one, {name: str(value) for name, value in prepared[0].items()})


def compare(store: Store, other: Graph, one: Question, terms: Mapping[str, str]) -> list[tuple[str | None, ...]]:
    """Ask both engines, hold them to each other, and give the rows."""
    text = bind(one.query, terms)
    results = store.query(text)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    ours = rows_of(one, names, [[None if row[key] is None else row[key].value for key in names] for row in results])
    answered = other.query(text)
    theirs = rows_of(one, names, [[None if cell is None else str(cell) for cell in row] for row in answered])
    assert ours == theirs
    return ours


#: A plan, and what its own annex says that it is attached to.
HEADS: Final = """
@prefix cancu: <https://w3id.org/cancu/ns#> . @prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:plan> a eli:LegalResource ; eli:type_document <urn:ke-hoach> ; eli:passed_by <urn:a> ; eli:number "1204/KH-UBND" ;
  eli:date_document "2017-05-11"^^xsd:date .
<urn:number> rdf:subject <urn:plan> ; rdf:predicate eli:number ; rdf:object "1204/KH-UBND" .
<urn:date> rdf:subject <urn:plan> ; rdf:predicate eli:date_document ; rdf:object "2017-05-11"^^xsd:date .
<urn:annex> dct:isPartOf <urn:plan> .
<urn:kèm> rdf:predicate eli:is_annex_of ; cancu:citingDocument <urn:annex> ; cancu:citedDocument <urn:main> ;
  cancu:printedNumber "124/KH-UBND" ; cancu:printedDate "2017-11-05"^^xsd:date .
<urn:main> eli:type_document <urn:ke-hoach> ; eli:passed_by <urn:a> ; eli:number "124/KH-UBND" .
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        ("", ["date", "date", "number", "number"]),
        # The main document is another one where more is known of it, or less is the same.
        ("<urn:main> cancu:heldAs <urn:text> .", []),
        ("<urn:base> cancu:citingDocument <urn:plan> ; cancu:citedDocument <urn:main> .", []),
        ("quyet-dinh", []),
        ("urn:b", []),
    ],
)
def test_an_annex_that_misnames_its_own_document_is_a_conflict(known: str, kinds: list[str]) -> None:
    turtle = HEADS + known
    if known == "quyet-dinh":
        turtle = HEADS.replace("<urn:main> eli:type_document <urn:ke-hoach>", "<urn:main> eli:type_document <urn:qd>")
    if known == "urn:b":
        turtle = HEADS.replace('eli:passed_by <urn:a> ; eli:number "124', 'eli:passed_by <urn:b> ; eli:number "124')
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    other = Dataset(default_union=True)
    other.graph(URIRef("urn:g")).parse(data=turtle, format="turtle")
    with store_of({"urn:g": triples}, vocabulary=False) as store:
        rows = compare(store, other, questions()["conflicts"], {})
    assert [row[1] for row in rows] == kinds
    assert {row[2] for row in rows} == ({"1204/KH-UBND", "124/KH-UBND", "2017-05-11", "2017-11-05"} if kinds else set())


def test_every_question_takes_part_in_the_comparison() -> None:
    golden = {asked.question for asked in ASKED if asked.engines != "-"}
    assert golden | {name for name, _ in COMPARED} == set(questions())


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_question_runs_as_it_stands(name: str) -> None:
    """Without any term in its slots, a query answers for every document: it is plain SPARQL."""
    query = questions()[name].query
    assert len(find_slots(query)) >= len(questions()[name].parameters)
    store = plans() if name in OF_PLANS else library()
    unbound = store.query(query)
    as_written = store._store.query(re.sub(r"^#\+.*\n", "", query, flags=re.MULTILINE))
    rows = []
    for results in (unbound, as_written):
        assert isinstance(results, ox.QuerySolutions)
        names = [variable.value for variable in results.variables]
        cells = [[None if row[key] is None else row[key].value for key in names] for row in results]
        rows.append(rows_of(questions()[name], names, cells))
    assert rows[0] == rows[1]


def test_roles_stand_in_the_order_of_their_table() -> None:
    """Queries that put roles in order spell the order out, so that they run in any SPARQL tool."""
    order = [role["code"] for role in read_concepts(TABLES / "roles.tsv", ("words", "properties"))]
    ranked = [one.query for one in questions().values() if "(?role ?rank)" in one.query]
    assert len(ranked) >= 3
    for query in ranked:
        assert re.findall(r"\(role:(\w+) (\d+)\)", query) == [(code, str(n)) for n, code in enumerate(order, start=1)]


@pytest.mark.parametrize("name", sorted(questions()))
def test_the_examples_of_parameters_are_understood(name: str) -> None:
    one = questions()[name]
    store = plans() if name in OF_PLANS else library()
    ask(store, name, **{parameter.name: parameter.example for parameter in one.parameters})
