"""Test that the ontology, the concept schemes and the shapes say what they should, and that code keeps to them."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path

import owlready2  # type: ignore[import-untyped]
import pytest
from rdflib import DCTERMS, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, XSD, BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import QB, TIME, VANN

from cancu.errors import CallerError, DataError
from cancu.loaders.entities import identity_of
from cancu.model import Citation
from cancu.ontology import schemes, soundness
from cancu.ontology.indicators import indicators, operators, units
from cancu.ontology.iris import (
    CANCU,
    ELI,
    ELI_DL,
    FUND,
    INDICATOR,
    OA,
    OBEU_DIMENSION,
    OBEU_MEASURE,
    OPERATOR,
    PREFIXES,
    REL,
    ROLE,
    TIER,
    TYPE,
    UNIT,
    component_iri,
    expand,
    parse_component,
    programme_iri,
)
from cancu.ontology.lexicon import RANKING_LAWS, TABLES, TIERS, document_types
from cancu.ontology.programmes import Programme, components_of, programmes

REPOSITORY = Path(__file__).parents[1]
#: Reference copies of vocabularies that rdflib does not carry, where they stand beside the repository.
PUBLISHED = REPOSITORY.parent / "shared" / "vocabularies"

SHAPE = Namespace("https://w3id.org/cancu/shapes#")
LANGUAGES = {"vi", "en"}
PROGRAMMES = "https://w3id.org/cancu/id/programme/"
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
#: The namespaces that rdflib knows every term of.
CLOSED = (DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SH, SKOS, TIME, VANN, XSD)


@cache
def ontology() -> Graph:
    """Give the parsed ontology; nobody changes it."""
    return schemes.read_turtle(TABLES / "cancu.ttl")


@cache
def vocabulary() -> Graph:
    """Give the ontology with the concept schemes; nobody changes it."""
    return schemes.vocabulary_graph()


@cache
def shapes() -> Graph:
    """Give the parsed shapes; nobody changes them."""
    return schemes.read_turtle(soundness.SHAPES)


@cache
def published() -> Graph:
    """Give the terms of the reference copies, nothing where there are none."""
    graph = Graph()
    for file in sorted(PUBLISHED.glob("*.ttl")):
        graph.parse(file)
    return graph


def own_terms() -> list[URIRef]:
    return sorted({term for term in ontology().subjects() if isinstance(term, URIRef) and term.startswith(CANCU)})


def declared(kind: URIRef) -> set[URIRef]:
    return {term for term in ontology().subjects(RDF.type, kind) if isinstance(term, URIRef)}


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(str(text.language) for text in graph.objects(subject, predicate) if isinstance(text, Literal))


# ---------------------------------------------------------------------------------------------- the ontology


def test_header() -> None:
    header = URIRef("https://w3id.org/cancu/ns")
    assert (header, RDF.type, OWL.Ontology) in ontology()
    version = str(ontology().value(header, OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert str(ontology().value(header, OWL.versionIRI)) == f"{header}/{version}"
    assert str(ontology().value(header, VANN.preferredNamespacePrefix)) == "cancu"
    assert str(ontology().value(header, VANN.preferredNamespaceUri)) == str(CANCU) == PREFIXES["cancu"]
    assert set(languages(ontology(), header, RDFS.label)) == LANGUAGES
    assert not list(ontology().objects(predicate=OWL.imports)), "it must be readable offline"


@pytest.mark.parametrize("term", own_terms(), ids=lambda term: term.removeprefix(CANCU))
def test_every_own_term_is_explained(term: URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition):
        assert languages(ontology(), term, predicate) == ["en", "vi"]
    assert languages(ontology(), term, SKOS.example) == ["vi"]
    for definition in ontology().objects(term, SKOS.definition):
        assert str(definition).endswith(".")


def test_no_two_own_terms_share_a_label() -> None:
    labels = Counter(label for term in own_terms() for label in ontology().objects(term, RDFS.label))
    assert [label for label, times in labels.items() if times > 1] == []


def test_the_terms_of_the_design_are_minted() -> None:
    minted = {term.removeprefix(CANCU) for term in own_terms()}
    assert minted >= {
        *("authorisedBy", "authorises", "replaces", "annuls", "onProposalOf", "issuedPursuantTo", "recordsIssueOf"),
        *(
            "Component",
            "code",
            "printedLabel",
            "CollectiveAgency",
            "Target",
            "indicator",
            "operator",
            "value",
            "value2",
        ),
        *("unit", "population", "by", "statedIn", "cascadesFrom", "asOf", "gsoCode", "fundingTier", "capitalKind"),
        *("carriedOverFrom", "approx", "printedAmount"),
    }
    assert minted >= {"Evidenced", "Activity", "Quantity", "Result", "BudgetLine", "Duty", "ReportingDuty"}
    assert minted >= {"RecipientLine", "Table", "TableFigure", "realises", "withinActivity", "decidedBy", "better"}
    assert len(minted) == 127


def test_one_property_is_one_kind_of_property() -> None:
    """OWL 2 DL: the kinds of properties have no property in common, and classes are no datatypes."""
    kinds = Counter(term for kind in PROPERTY_KINDS for term in declared(kind))
    assert [term for term, times in kinds.items() if times > 1] == []
    assert not declared(OWL.Class) & (kinds.keys() | declared(RDFS.Datatype))


def test_every_term_used_is_declared() -> None:
    """OWL 2 DL: whatever stands in an axiom is declared there, or built in."""
    classes, properties = declared(OWL.Class), {term for kind in PROPERTY_KINDS for term in declared(kind)}
    individuals, ontologies = declared(OWL.NamedIndividual), declared(OWL.Ontology)
    built_in = {
        RDF.type,
        *(term for term in set(ontology().predicates()) if str(term).startswith((str(OWL), str(RDFS)))),
    }
    assert set(ontology().subjects()) <= classes | properties | individuals | ontologies
    assert set(ontology().predicates()) <= properties | built_in
    for predicate in (RDFS.domain, RDFS.subClassOf, OWL.disjointWith):
        assert set(ontology().objects(predicate=predicate)) <= classes
    for subject, kind in ontology().subject_objects(RDF.type):
        assert (
            kind in classes
            or (subject not in individuals and str(kind).startswith((str(OWL), str(RDFS))))
            or (kind == OWL.NamedIndividual)
        )


def test_axioms_join_properties_of_one_kind() -> None:
    for kind in PROPERTY_KINDS:
        for subject, other in ontology().subject_objects(RDFS.subPropertyOf):
            assert (subject in declared(kind)) == (other in declared(kind))
    for subject, other in ontology().subject_objects(OWL.inverseOf):
        assert {subject, other} <= declared(OWL.ObjectProperty)


def test_ranges_fit_the_properties() -> None:
    """OWL 2 DL: object properties lead to classes, the others to datatypes that OWL 2 knows (no dates among them)."""
    known = {RDFS.Literal, XSD.string, XSD.boolean, XSD.decimal, XSD.nonNegativeInteger, XSD.positiveInteger}
    for term, target in ontology().subject_objects(RDFS.range):
        assert target in (declared(OWL.Class) if term in declared(OWL.ObjectProperty) else known), term
    assert all(isinstance(term, URIRef) for term in ontology().objects(predicate=RDFS.range))


def test_transitive_properties_stay_simple() -> None:
    """OWL 2 DL: a transitive property, or one above it, is neither functional nor irreflexive nor asymmetric."""
    composite = set(ontology().transitive_objects(CANCU.ultimatelyRestsOn, RDFS.subPropertyOf))
    assert declared(OWL.TransitiveProperty) == {CANCU.ultimatelyRestsOn} == composite
    assert not declared(OWL.IrreflexiveProperty) | declared(OWL.AsymmetricProperty)


def test_reserved_vocabulary_is_not_redefined() -> None:
    reserved = (str(RDF), str(RDFS), str(OWL), str(XSD))
    assert [term for term in ontology().subjects() if str(term).startswith(reserved)] == []


def test_nothing_is_anonymous() -> None:
    """A graph without blank nodes has one canonical form, so equal inputs give equal exports."""
    assert not any(isinstance(term, BNode) for triple in vocabulary() for term in triple)


def test_the_chain_of_authority_is_one_property() -> None:
    below = set(ontology().subjects(RDFS.subPropertyOf, CANCU.restsOn))
    assert below == {ELI.based_on, ELI.ensures_implementation_of, ELI.is_annex_of, CANCU.authorisedBy}


def test_replacing_and_annulling_are_repeals() -> None:
    assert set(ontology().subjects(RDFS.subPropertyOf, ELI.repeals)) == {CANCU.replaces, CANCU.annuls}


# ---------------------------------------------------------------------------------------------- terms in use


def exists(term: URIRef, *graphs: Graph) -> bool:
    """Tell whether a term is published: in rdflib's closed namespaces or in one of the graphs."""
    return any(term in namespace for namespace in CLOSED) or any((term, None, None) in graph for graph in graphs)


SOURCES = {
    suffix: sorted(
        file
        for folder in ("core", "ontology", "loaders", "queries", "viz")
        for file in (REPOSITORY / folder).rglob(f"*{suffix}")
    )
    for suffix in (".py", ".rq", ".ttl")
}
NAMESPACES = {
    **{"CANCU": CANCU, "ELI": ELI, "ELI_DL": ELI_DL, "OA": OA, "TYPE": TYPE, "REL": REL, "ROLE": ROLE},
    **{"INDICATOR": INDICATOR, "OPERATOR": OPERATOR, "UNIT": UNIT, "QB": QB},
    **{"OBEU_DIMENSION": OBEU_DIMENSION, "OBEU_MEASURE": OBEU_MEASURE},
    **{"FUND": FUND, "TIER": TIER, "DCT": DCTERMS, "DCTERMS": DCTERMS, "ORG": ORG, "PROV": PROV, "SKOS": SKOS},
}
PREFIXED = re.compile(
    r"(?<![\w:/])(cancu|eli|eli-dl|oa|obeu-dimension|obeu-measure|dct|org|prov|skos|qb|time):([A-Za-z][A-Za-z0-9_]*)"
)
CONCEPT = re.compile(r"(?<![\w:/])(type|rel|role|fund|tier|indicator|operator|unit):([a-z]+(?:[_-][a-z]+)*)")
ATTRIBUTE = re.compile(rf"\b({'|'.join(NAMESPACES)})(?:\.([A-Za-z_]\w*)|\[\"([^\"{{}}]+)\"\])")
MORE_PREFIXES = {"qb": str(QB), "time": str(TIME)}
#: What Python code may ask of a namespace that is no term of it.
METHODS = {"removesuffix", "removeprefix"}


def namespaces_in(code: str) -> set[str]:
    """Give the namespaces that Python code imports: a regular expression may be called OPERATOR too."""
    return {
        alias.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("cancu.ontology.iris", "rdflib"))
        for alias in node.names
    }


def test_only_namespaces_count_as_namespaces() -> None:
    code = "from cancu.ontology.iris import CANCU, OPERATOR\nfrom cancu.loaders.figures import UNIT\nROLE = 1\n"
    assert namespaces_in(code) & NAMESPACES.keys() == {"CANCU", "OPERATOR"}


def terms_in(file: Path) -> Iterator[URIRef]:
    """Find every term of a vocabulary that a source file names."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ttl":
        for triple in Graph().parse(data=text, format="turtle"):
            yield from (term for term in triple if isinstance(term, URIRef))
    for prefix, name in PREFIXED.findall(text):
        yield URIRef((dict(PREFIXES) | MORE_PREFIXES)[prefix] + name)
    if file.suffix == ".rq":
        yield from (expand(f"{prefix}:{name}") for prefix, name in CONCEPT.findall(text))
    if file.suffix == ".py":
        known = namespaces_in(text) if file.name != "iris.py" else NAMESPACES.keys()
        for namespace, attribute, item in ATTRIBUTE.findall(text):
            if attribute not in METHODS and namespace in known:
                yield URIRef(NAMESPACES[namespace] + (attribute or item))


@cache
def uses() -> dict[URIRef, list[str]]:
    """Map each term that the packages use to the files that use it."""
    found: dict[URIRef, list[str]] = {}
    vocabularies = tuple(map(str, (*NAMESPACES.values(), TIME)))
    for file in (file for files in SOURCES.values() for file in files):
        for term in set(terms_in(file)):
            if str(term).startswith(vocabularies) and not str(term).endswith(("/", "#")):
                found.setdefault(term, []).append(str(file.relative_to(REPOSITORY)))
    return found


def test_every_term_in_use_exists() -> None:
    used = uses()
    assert {CANCU.authorisedBy, ELI.based_on, OA.hasSelector, TYPE["ke-hoach"], PROV.Activity} <= used.keys()
    assert {OBEU_MEASURE.amount, OBEU_DIMENSION.fiscalYear, QB.dataSet, PROV.hadRole} <= used.keys()
    assert len(used) > 120
    assert {str(term): files for term, files in used.items() if not exists(term, vocabulary(), published())} == {}


def test_own_terms_come_from_nowhere_but_the_ontology() -> None:
    """A misspelt own term must not pass because some other graph happens to mention it."""
    assert sorted(term for term in uses() if term.startswith(CANCU) and term not in own_terms()) == []


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="no reference copies of vocabularies beside us")
def test_terms_of_others_are_published() -> None:
    """What the ontology declares of other vocabularies must exist in them."""
    terms = {
        term
        for term in ontology().subjects()
        if isinstance(term, URIRef) and not term.startswith(CANCU.removesuffix("#"))
    }
    assert len(terms) >= 60
    assert sorted(term for term in terms if not exists(term, published())) == []


# ---------------------------------------------------------------------------------------------- the reasoner

NO_JAVA = shutil.which("java") is None and "CI" not in os.environ
needs_java = pytest.mark.skipif(NO_JAVA, reason="HermiT, the reasoner, needs java on the PATH")

TURTLE_PREFIXES = "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**PREFIXES, "rdf": str(RDF), "qb": str(QB)}.items()
)


def reason(folder: Path, *graphs: Iterable[tuple[object, ...]]) -> owlready2.World:
    """Load graphs into Owlready2 and classify them by HermiT.

    Left out is what OWL 2 DL does not know: reification, which has the reserved rdf: terms, and xsd:date, xsd:gYear.
    """
    together = Graph()
    for graph in graphs:
        for subject, predicate, value in graph:
            term = value if predicate == RDF.type else predicate
            reification = term != RDF.type and str(term).startswith(str(RDF))
            if not reification and getattr(value, "datatype", None) not in (XSD.date, XSD.gYear):
                together.add((subject, predicate, value))  # type: ignore[arg-type]
    file = folder / "together.nt"
    together.serialize(file, format="nt", encoding="utf-8")
    world = owlready2.World()
    with world.get_ontology(file.as_uri()).load(format="ntriples"):
        owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    return world


@needs_java
def test_the_vocabulary_and_a_sound_graph_are_consistent(tmp_path: Path) -> None:
    world = reason(tmp_path, vocabulary(), Graph().parse(data=SOUND, format="turtle"))
    assert list(world.inconsistent_classes()) == []
    assert len(list(world.classes())) == len(declared(OWL.Class))
    plan = world[str(PLAN)]
    assert world[str(CIRCULAR)] in plan.cites
    # Concluded, not told: the circular authorises the activity and a sum, both kinds of basis are things to rest on.
    assert {each.iri for each in world[str(CIRCULAR)].authorises} == {str(ACTIVITY), str(MONEY)}
    assert str(SUPERIOR) in [each.iri for each in plan.INDIRECT_restsOn]
    # A lead has responsibility; a sub-project is part of its project as of its document.
    item, project = world[f"{PLAN}#DA3.TDA2"], world[f"{PLAN}#DA3"]
    assert {each.iri for each in item.INDIRECT_responsible} == {f"{BASE}agency/phong-y-te", f"{BASE}agency/cac-xa"}
    assert {each.iri for each in item.INDIRECT_isPartOf} == {str(PLAN), project.iri}


@needs_java
def test_the_reasoner_names_a_class_that_nothing_can_belong_to(tmp_path: Path) -> None:
    impossible = URIRef("urn:test:Impossible")
    extra = [(impossible, RDF.type, OWL.Class)]
    extra += [(impossible, RDFS.subClassOf, term) for term in (CANCU.Doubt, CANCU.Repair)]
    world = reason(tmp_path, ontology(), extra)
    assert [each.iri for each in world.inconsistent_classes() if each.iri != str(OWL.Nothing)] == [str(impossible)]


@needs_java
@pytest.mark.parametrize(
    "broken",
    [
        "id:x a eli:LegalResource , org:FormalOrganization .",
        "id:x cancu:authorisedBy id:y . id:x a eli:LegalResource .",
        "id:x a cancu:SourceText ; cancu:characters -5 .",
        "id:x a cancu:Target ; cancu:asOf 2023 . id:x a cancu:Result .",
        "id:x a cancu:Table . id:y qb:dataSet id:x . id:x qb:dataSet id:y . id:x a cancu:TableFigure .",
        "id:x a cancu:Duty ; cancu:frequency 'hằng quý' .",
    ],
    ids=[
        *("a document that is an agency", "a document as activity", "a length below zero", "a target that is a result"),
        *("a table that is its own figure", "a duty that is a report"),
    ],
)
def test_the_reasoner_catches_what_cannot_be(broken: str, tmp_path: Path) -> None:
    individuals = Graph().parse(data=TURTLE_PREFIXES + broken, format="turtle")
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(tmp_path, ontology(), individuals)


def test_the_main_kinds_are_pairwise_disjoint() -> None:
    kinds = [
        *(ELI.Work, ORG.Organization, SKOS.Concept, CANCU.PlanElement, CANCU.SourceText, CANCU.Record, OA.Annotation),
        *(OA.SpecificResource, OA.TextPositionSelector, OA.TextQuoteSelector, ELI_DL.Participation, PROV.Activity),
        *(CANCU.Rank, CANCU.Result, CANCU.TableFigure, QB.DataSet),
    ]
    apart = {frozenset(pair) for pair in ontology().subject_objects(OWL.disjointWith)}
    missing = [(one, other) for one in kinds for other in kinds if one < other and frozenset((one, other)) not in apart]
    assert missing == []


# ---------------------------------------------------------------------------------------------- the schemes


@pytest.mark.parametrize(
    ("namespace", "codes"),
    [
        (
            REL,
            "proposed_by attached_to amends replaces_or_repeals guides legal_basis issued authorises mention",
        ),
        (ROLE, "lead coordinate implement advise monitor report fund propose"),
        (FUND, "central province district commune unspecified total investment recurrent"),
        (TIER, "central province district commune party other"),
        (
            OPERATOR,
            "equal less greater at_most at_least approx "
            "range decrease_by decrease_by_range increase_by increase_by_range",
        ),
    ],
    ids=["relations", "roles", "funding", "tiers", "operators"],
)
def test_schemes_hold_the_agreed_codes(namespace: Namespace, codes: str) -> None:
    scheme = URIRef(namespace.removesuffix("/"))
    members = {str(concept) for concept in vocabulary().subjects(SKOS.inScheme, scheme)}
    assert members == {namespace + code for code in codes.split()}


def test_relations_keep_the_order_in_which_they_are_tried() -> None:
    codes = [row["code"] for row in schemes.read_concepts(TABLES / "relations.tsv", ("properties",))]
    assert codes[0] == "proposed_by" and codes[-1] == "mention"
    assert codes.index("guides") < codes.index("legal_basis") < codes.index("authorises")


def test_relations_are_expressed_by_declared_properties() -> None:
    codes = {
        str(relation).removeprefix(REL)
        for relation in vocabulary().subjects(CANCU.expressedBy)
        if str(relation).startswith(REL)
    }
    expressed = {code: set(vocabulary().objects(REL[code], CANCU.expressedBy)) for code in codes}
    assert len(expressed) == 9 and set.union(*expressed.values()) <= declared(OWL.ObjectProperty)
    assert expressed["authorises"] == {CANCU.authorisedBy, ELI.cites}
    assert expressed["replaces_or_repeals"] == {CANCU.replaces, CANCU.annuls}
    # The chain of authority upwards goes over these relations and no others.
    chain = set(ontology().subjects(RDFS.subPropertyOf, CANCU.restsOn))
    upwards = {code for code, properties in expressed.items() if chain & properties}
    assert upwards == {"legal_basis", "guides", "attached_to", "authorises"}


def test_every_role_is_expressed_by_a_property_of_its_own() -> None:
    expressed = {
        str(role).removeprefix(ROLE): prop
        for role, prop in vocabulary().subject_objects(CANCU.expressedBy)
        if str(role).startswith(ROLE)
    }
    assert len(expressed) == 8 == len(set(expressed.values()))
    assert set(expressed.values()) == set(ontology().subjects(RDFS.subPropertyOf, CANCU.responsible))


def test_concepts_are_complete_skos() -> None:
    graph = vocabulary()
    concepts = [concept for concept in graph.subjects(RDF.type, SKOS.Concept) if isinstance(concept, URIRef)]
    assert len(concepts) > 80
    for concept in concepts:
        # Components of programmes bear their official titles, which have no official translation.
        named = ["vi"] if concept.startswith(PROGRAMMES) else ["en", "vi"]
        assert languages(graph, concept, SKOS.prefLabel) == named
        assert concept.startswith(PROGRAMMES) or languages(graph, concept, SKOS.definition) == named
        assert languages(graph, concept, SKOS.example) == ["vi"]
        assert graph.value(concept, DCTERMS.source) is not None
        schemes_of = list(graph.objects(concept, SKOS.inScheme))
        assert len(schemes_of) == 1 and (schemes_of[0], RDF.type, SKOS.ConceptScheme) in graph
        labels = [set(graph.objects(concept, label)) for label in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)]
        assert sum(map(len, labels)) == len(set.union(*labels)), concept
    for scheme in set(graph.objects(predicate=SKOS.inScheme)):
        assert isinstance(scheme, URIRef)
        if not scheme.startswith(PROGRAMMES):
            assert languages(graph, scheme, SKOS.prefLabel) == languages(graph, scheme, SKOS.definition) == ["en", "vi"]
        names = Counter(
            label
            for concept in graph.subjects(SKOS.inScheme, scheme)
            for label in graph.objects(concept, SKOS.prefLabel)
        )
        assert max(names.values()) == 1, scheme


def members(namespace: Namespace) -> set[str]:
    """Give the codes of the concepts of a scheme."""
    scheme = URIRef(namespace.removesuffix("/"))
    return {str(concept).removeprefix(namespace) for concept in vocabulary().subjects(SKOS.inScheme, scheme)}


def test_what_plans_measure_is_made_of_the_tables() -> None:
    assert members(OPERATOR) == {operator.slug for operator in operators()}
    assert members(UNIT) == {unit.code for unit in units()} and len(members(UNIT)) > 90
    assert members(INDICATOR) == {indicator.code for indicator in indicators()} and len(members(INDICATOR)) > 60
    # Shapes know a range by its name.
    ranges = {operator.slug for operator in operators() if operator.slug.endswith("range")}
    assert ranges == {"range", "decrease_by_range", "increase_by_range"}


def test_operators_are_found_by_their_codes() -> None:
    assert [schemes.operator_slug(operator.code) for operator in operators()] == [one.slug for one in operators()]
    for operator in operators():
        assert vocabulary().value(OPERATOR[operator.slug], SKOS.notation) == Literal(operator.code)
    with pytest.raises(KeyError):
        schemes.operator_slug("=<")


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("%", "percent"),
        ("phần trăm", "percent"),
        ("Hộ", "household"),
        ("HỘ  GIA ĐÌNH", "household"),
        ("héc ta", "hectare"),
        ("KM", "kilometre"),
        ("mô hình sinh kế", None),
        ("triệu đồng/người", None),
        ("", None),
    ],
)
def test_units_are_found_by_what_is_printed(printed: str, code: str | None) -> None:
    assert schemes.unit_code(printed) == code


def test_every_print_of_a_unit_finds_it() -> None:
    for unit in units():
        assert {schemes.unit_code(word) for word in (unit.name, *unit.words)} == {unit.code}


def test_units_of_one_english_name_keep_apart() -> None:
    hamlets = {
        str(label)
        for unit in units()
        if unit.name_en == "hamlet"
        for label in vocabulary().objects(UNIT[unit.code], SKOS.prefLabel)
        if isinstance(label, Literal) and label.language == "en"
    }
    assert {"hamlet (bản)", "hamlet (ấp)"} <= hamlets


def test_indicators_tell_their_units_and_which_way_is_better() -> None:
    graph = vocabulary()
    for indicator in indicators():
        concept = INDICATOR[indicator.code]
        assert {str(way) for way in graph.objects(concept, CANCU.better)} == {indicator.better} - {""}
        assert {str(number) for number in graph.objects(concept, CANCU.sdgIndicator)} == {indicator.sdg} - {""}
        measured = {str(unit).removeprefix(UNIT) for unit in graph.objects(concept, CANCU.unit)}
        assert measured <= members(UNIT) and len(measured) == sum("/" not in unit for unit in indicator.units)
    poverty = INDICATOR.poverty_rate
    assert graph.value(poverty, CANCU.better) == Literal("lower")
    assert graph.value(poverty, CANCU.unit) == UNIT.percent
    assert "measured in percent; the lower the better." in " ".join(map(str, graph.objects(poverty, SKOS.definition)))


@pytest.mark.parametrize("programme", programmes(), ids=lambda programme: programme.code)
def test_a_programme_is_a_scheme_of_its_components(programme: Programme) -> None:
    graph, scheme = vocabulary(), programme_iri(programme.code)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
    assert graph.value(scheme, SKOS.prefLabel) == Literal(programme.name, "vi")
    years = [graph.value(scheme, bound) for bound in (CANCU.periodStart, CANCU.periodEnd)]
    assert all(isinstance(year, Literal) and year.datatype == XSD.gYear for year in years)
    assert list(map(str, years)) == [str(programme.period_start), str(programme.period_end)]
    concepts = set(graph.subjects(SKOS.inScheme, scheme))
    assert concepts == {component_iri(component.name) for component in components_of(programme.code).values()}
    for concept in concepts:
        _, code = parse_component(str(concept))
        assert graph.value(concept, SKOS.notation) == Literal(code)
        above = code.rpartition(".")[0]
        assert set(graph.objects(concept, SKOS.broader)) == (
            {component_iri(f"{programme.code}/{above}")} if above else set()
        )
        assert set(graph.objects(concept, SKOS.broader)) <= concepts
        assert ((concept, SKOS.topConceptOf, scheme) in graph) == (not above)


@pytest.mark.parametrize("programme", programmes(), ids=lambda programme: programme.code)
def test_a_programme_is_decided_by_the_document_that_texts_cite(programme: Programme) -> None:
    """A citation that gives type, number, date and issuer leads to the very node."""
    day = programme.date
    assert day is not None
    cited = Citation(0, 1, "x", "Quyết định", programme.number, day.isoformat(), programme.issuer)
    assert vocabulary().value(programme_iri(programme.code), CANCU.decidedBy) == identity_of(cited).iri


def test_a_component_that_is_not_for_all_places_says_for_which() -> None:
    housing, livelihoods = component_iri("gnbv-2021-2025/DA5"), component_iri("gnbv-2021-2025/DA2")
    assert vocabulary().value(housing, CANCU.appliesIn) == Literal("huyện nghèo", "vi")
    assert vocabulary().value(livelihoods, CANCU.appliesIn) is None


def test_a_component_is_found_by_all_its_titles() -> None:
    component = component_iri("gnbv-2021-2025/DA7.TDA2")
    titles = {
        str(title) for label in (SKOS.prefLabel, SKOS.altLabel) for title in vocabulary().objects(component, label)
    }
    assert {"Giám sát, đánh giá", "Giám sát và đánh giá"} <= titles
    assert vocabulary().value(component, SKOS.broader) == component_iri("gnbv-2021-2025/DA7")


@pytest.mark.parametrize("changes", [{"date": None}, {"number": "90"}, {"number": "90/XX-TTg"}], ids=str)
def test_a_programme_without_a_known_decision_is_refused(
    changes: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(programmes()[0], **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(schemes, "programmes", lambda: (broken,))
    with pytest.raises(DataError, match="no type or date") as refused:
        schemes.scheme_graph()
    assert (refused.value.file, refused.value.line) == (TABLES / "programmes.tsv", broken.line)


@pytest.mark.parametrize("table", ["roles.tsv", "tiers.tsv"])
def test_examples_show_a_word_of_their_row(table: str) -> None:
    columns = ("position", "words") if table == "tiers.tsv" else ("words", "properties")
    for row in schemes.read_concepts(TABLES / table, columns):
        assert any(word.casefold() in row["example"].casefold() for word in row.items("words")), row


def test_funding_examples_show_their_own_words_only() -> None:
    rows = schemes.read_concepts(TABLES / "funding.tsv", ("group", "words"))
    words = {(row["group"], row["code"]): [word.casefold() for word in row.items("words")] for row in rows}
    for row in rows:
        shown = {
            code
            for (group, code), forms in words.items()
            if group == row["group"] and any(form in row["example"].casefold() for form in forms)
        }
        # A total is told by being split into its sources; what names no source shows no word of one.
        expected = {"total": {"total", "central"}, "unspecified": set()}.get(row["code"], {row["code"]})
        assert shown == expected, row


def test_funding_answers_two_questions() -> None:
    members = {
        group: {str(each).removeprefix(FUND) for each in vocabulary().objects(FUND[group], SKOS.member)}
        for group in schemes.FUNDING_GROUPS
    }
    assert members["kind"] == {"investment", "recurrent"}
    assert members["source"] == {"central", "province", "district", "commune", "unspecified", "total"}


def test_tiers_are_those_of_the_other_tables_and_in_order() -> None:
    concepts = {
        str(each).removeprefix(TIER) for each in vocabulary().subjects(SKOS.inScheme, URIRef(TIER.removesuffix("/")))
    }
    assert concepts == TIERS
    order = {code: vocabulary().value(TIER[code], CANCU.position) for code in TIERS}
    ranked = sorted((position.toPython(), code) for code, position in order.items() if isinstance(position, Literal))
    assert ranked == [(1, "central"), (2, "province"), (3, "district"), (4, "commune")]


def test_every_document_type_is_a_concept_of_one_family() -> None:
    for kind in document_types():
        families = set(vocabulary().subjects(SKOS.member, TYPE[kind.slug]))
        assert families == {schemes.FAMILY[kind.family]}
        notation = vocabulary().value(TYPE[kind.slug], SKOS.notation)
        assert (str(notation) if notation else "") == kind.symbol


def test_ranks_hold_within_one_law() -> None:
    graph = vocabulary()
    laws = {law for law, _ in RANKING_LAWS}
    ranks = [rank for rank in graph.subjects(RDF.type, CANCU.Rank) if isinstance(rank, URIRef)]
    assert len(ranks) > 80
    for rank in ranks:
        assert len(list(graph.objects(rank, CANCU.rankOf))) == 1
        assert str(graph.value(rank, CANCU.underLaw)) in laws
        assert languages(graph, rank, RDFS.label) == ["en", "vi"]
    # Government resolutions are norms only since the law of 2025, and People's Councils differ by tier.
    resolution = TYPE["nghi-quyet/rank/"]
    assert str(graph.value(resolution + "64-2025-qh15/cp", CANCU.position)) == "5"
    assert (resolution + "80-2015-qh13/cp", None, None) not in graph
    councils = [
        str(graph.value(resolution + f"64-2025-qh15/hdnd-{tier}", CANCU.position)) for tier in ("province", "district")
    ]
    assert councils == ["10", "13"]
    # One law ends on the eve of the next, and the last one has not ended.
    decree = TYPE["nghi-dinh/rank/"]
    assert str(graph.value(decree + "64-2025-qh15", CANCU.validUntil)) == "2025-06-30"
    assert str(graph.value(decree + "87-2025-qh15", CANCU.validFrom)) == "2025-07-01"
    assert graph.value(decree + "87-2025-qh15", CANCU.validUntil) is None


def test_the_vocabulary_is_the_same_every_time() -> None:
    text = schemes.vocabulary_ntriples()
    assert text == schemes.vocabulary_ntriples.__wrapped__()
    lines = text.splitlines()
    assert lines == sorted(set(lines)) and len(lines) == len(vocabulary()) > 2000


BAD_ROWS = {
    "a code in capitals": ("roles.tsv", "\nlead\t", "\nLead\t", "code 'Lead'"),
    "a code twice": ("roles.tsv", "\ncoordinate\t", "\nlead\t", "repeats line"),
    "no definition": (
        "roles.tsv",
        "\tTự mình làm một nhiệm vụ.\t",
        "\t\t",
        "definition is empty",
    ),
    "no English name": ("roles.tsv", "\tmonitor\t", "\t\t", "name_en is empty"),
    "a name twice": ("roles.tsv", "\tphối hợp\t", "\tChủ trì\t", "is that of line"),
    "no example": (
        "roles.tsv",
        "\tSở Tài chính bố trí kinh phí đối ứng theo khả năng ngân sách\t",
        "\t\t",
        "example is",
    ),
    "a cell too many": ("roles.tsv", "\nlead\t", "\nlead\t\t", "cells instead of"),
    "a column missing": ("roles.tsv", "\twords\t", "\t", "header"),
    "a group of nothing": ("funding.tsv", "\tkind\t", "\tsort\t", "group 'sort'"),
    "a position in words": ("tiers.tsv", "\t2\t", "\thai\t", "position 'hai'"),
    "a tier of nothing": ("tiers.tsv", "\ndistrict\t", "\tregion\t".replace("\t", "\n", 1), "code 'region'"),
    "a relation without property": ("relations.tsv", "\teli:is_annex_of\t", "\t\t", "properties is empty"),
    "an unknown prefix": ("relations.tsv", "\teli:is_annex_of\t", "\telo:is_annex_of\t", "'elo:is_annex_of'"),
    "a family of nothing": ("document_families.tsv", "\nmerged\t", "\nmixed\t", "code 'mixed'"),
    "a family missing": ("document_families.tsv", "\ncopy\t", "\n#copy\t", "no row for copy"),
    "decomposed letters": ("roles.tsv", "\tchủ trì\t", "\tchu\u0309 trì\t", "NFC"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    name, old, new, message = BAD_ROWS[case]
    for table in ("relations", "roles", "funding", "tiers", "document_families"):
        shutil.copy(TABLES / f"{table}.tsv", tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(message)) as refused:
        schemes.scheme_graph(tmp_path)
    assert refused.value.file == tmp_path / name
    changed = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    at_fault = changed[refused.value.line - 1]
    # Flaws of a table as a whole are those of its header.
    assert refused.value.line == 1 or new.strip("\n") in f"{at_fault}\t"


def test_bad_turtle_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "cancu.ttl"
    file.write_text("@prefix x: <urn:x> .\n\nx:a x:b x:c\nx:d x:e x:f .\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        schemes.read_turtle(file)
    assert (refused.value.file, refused.value.line) == (file, 4)


# ---------------------------------------------------------------------------------------------- the shapes

BASE = "https://w3id.org/cancu/id/"
#: A district plan, the provincial plan that it carries out, and a circular that authorises one activity of it.
SOUND = (
    TURTLE_PREFIXES
    + f"""
@prefix src: <{BASE}source/ke-hoach.txt#> .
@prefix doc: <{BASE}vn/> .
@prefix who: <{BASE}agency/> .
@prefix at: <{BASE}place/> .
@prefix act: <{BASE}vn/plan#> .
@prefix da: <{PROGRAMMES}gnbv-2021-2025/> .

src:file a cancu:SourceText , prov:Entity ;
    rdfs:label "ke-hoach.txt" ;
    dct:format "text/plain" ;
    cancu:sha256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" ;
    cancu:characters 4000 ;
    cancu:textOf doc:plan .
doc:plan a eli:LegalResource ;
    rdfs:label "Kế hoạch số 35/KH-UBND"@vi ;
    eli:type_document type:ke-hoach ;
    eli:number "35/KH-UBND" ;
    eli:date_document "2023-03-06"^^xsd:date ;
    dct:title "Giảm nghèo năm 2023"@vi ;
    eli:passed_by who:bat-xat ;
    cancu:tier tier:district ;
    cancu:heldAs src:file ;
    cancu:periodStart "2023"^^xsd:gYear ;
    cancu:periodEnd "2023"^^xsd:gYear ;
    cancu:signature src:signature ;
    eli:relevant_for at:082-2004 ;
    eli:based_on doc:superior ;
    eli:ensures_implementation_of doc:superior ;
    eli:cites doc:circular .
doc:superior a eli:LegalResource ;
    rdfs:label "Kế hoạch số 12/KH-UBND"@vi ;
    eli:type_document type:ke-hoach ;
    eli:number "12/KH-UBND" ;
    eli:passed_by who:lao-cai ;
    cancu:tier tier:province ;
    cancu:statedDate "2023-01-20"^^xsd:date ;
    cancu:statedTitle "giảm nghèo bền vững năm 2023"@vi .
doc:circular a eli:LegalResource ;
    rdfs:label "Thông tư số 19/2021/TT-BYT"@vi ;
    eli:type_document type:thong-tu ;
    eli:number "19/2021/TT-BYT" ;
    eli:passed_by who:bo-y-te ;
    cancu:tier tier:central .
src:signature a eli-dl:Participation ;
    cancu:signerName "Lê Thị Mai" ;
    cancu:signerRole "Phó Chủ tịch" ;
    cancu:signedFor "Chủ tịch" ;
    cancu:capacity "TM." , "KT." .
who:bat-xat a org:FormalOrganization ;
    skos:prefLabel "Ủy ban nhân dân huyện Bát Xát"@vi ;
    cancu:tier tier:district ;
    cancu:place at:082-2004 .
who:lao-cai a org:FormalOrganization ;
    skos:prefLabel "Ủy ban nhân dân tỉnh Lào Cai"@vi ;
    cancu:tier tier:province .
who:bo-y-te a org:FormalOrganization ;
    skos:prefLabel "Bộ Y tế"@vi ;
    cancu:tier tier:central .
at:082-2004 a eli:AdministrativeArea ;
    rdfs:label "huyện Bát Xát"@vi ;
    cancu:gsoCode "082" ;
    cancu:validFrom "2004-01-01"^^xsd:date ;
    cancu:validUntil "2025-06-30"^^xsd:date .
id:run a prov:Activity .
src:activity a cancu:Activity ;
    rdfs:label "Cải thiện dinh dưỡng"@vi ;
    dct:isPartOf doc:plan ;
    cancu:authorisedBy doc:circular .

src:title a cancu:Statement , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate dct:title ;
    rdf:object "Giảm nghèo năm 2023"@vi ;
    cancu:confidence 0.99 .
src:title-annotation a oa:Annotation ;
    oa:motivatedBy oa:linking ;
    oa:hasBody src:title ;
    oa:hasTarget src:title-target .
src:title-target a oa:SpecificResource ;
    oa:hasSource src:file ;
    oa:hasSelector src:title-position , src:title-quote .
src:title-position a oa:TextPositionSelector ; oa:start 100 ; oa:end 119 .
src:title-quote a oa:TextQuoteSelector ; oa:exact "Giảm nghèo năm 2023" ; oa:prefix "KẾ HOẠCH" ; oa:suffix "trên" .
src:number a cancu:Statement , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate eli:number ;
    rdf:object "35/KH-UBND" ;
    cancu:confidence 0.9 ;
    cancu:inferred "number" .
src:heading a cancu:Statement , rdf:Statement ;
    rdf:subject src:activity ;
    rdf:predicate rdfs:label ;
    rdf:object "Cải thiện dinh dưỡng"@vi ;
    cancu:confidence 1.0 .
"""
    + "".join(
        f"""
src:{record}-annotation a oa:Annotation ;
    oa:motivatedBy oa:linking ; oa:hasBody {bodies} ; oa:hasTarget src:{record}-target .
src:{record}-target a oa:SpecificResource ;
    oa:hasSource src:file ; oa:hasSelector src:{record}-position , src:{record}-quote .
src:{record}-position a oa:TextPositionSelector ; oa:start {start} ; oa:end {start + len(quote)} .
src:{record}-quote a oa:TextQuoteSelector ; oa:exact "{quote}" ; oa:prefix "" ; oa:suffix "" .
"""
        for record, bodies, start, quote in (
            ("heading", "src:heading", 150, "Cải thiện dinh dưỡng"),
            ("basis", "src:basis , src:basis-2", 200, "Kế hoạch số 12/KH-UBND"),
            ("authority", "src:authority , src:authority-2", 300, "Thông tư số 19/2021/TT-BYT"),
            ("short", "src:short", 400, "Thông tư này"),
            ("repair", "src:repair", 500, "tr "),
            ("project", "src:project", 600, "Dự án 3. Dinh dưỡng"),
            ("item", "src:item , src:item-realises", 700, "Tiểu dự án 2: Cải thiện dinh dưỡng"),
            ("item-deadline", "src:item-deadline", 760, "xong trong năm 2023"),
            ("lead", "src:lead", 800, "hướng dẫn các xã"),
            ("duty", "src:duty", 900, "cân, đo trẻ em"),
            ("report", "src:report", 1000, "hằng quý báo cáo Ủy ban nhân dân huyện"),
            ("recipient", "src:recipient", 1100, "Các xã, thị trấn"),
            ("money", "src:money", 1200, "vốn tỉnh năm 2022 chuyển sang: 1.250 triệu đồng"),
            ("money-authority", "src:money-authority", 1260, "Thông tư số 19/2021/TT-BYT"),
            ("goal", "src:goal", 1300, "giảm tỷ lệ hộ nghèo toàn huyện 1 - 1,5%"),
            ("result", "src:result", 1400, "còn 3.160 hộ nghèo"),
            ("figure", "src:figure", 1500, "3.160"),
        )
    )
    + """
src:basis a cancu:Citation , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate eli:based_on ;
    rdf:object doc:superior ;
    cancu:relation rel:legal_basis ;
    cancu:citingDocument doc:plan ;
    cancu:citedDocument doc:superior ;
    cancu:section "(mở đầu)" ;
    cancu:confidence 0.97 ;
    cancu:inferred "issuer" ;
    cancu:provision "Điều 2" ;
    cancu:printedNumber "12/KH-UBND" ;
    cancu:printedDate "2023-01-20"^^xsd:date ;
    prov:wasGeneratedBy id:run .
src:basis-2 a cancu:Statement , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate eli:ensures_implementation_of ;
    rdf:object doc:superior ;
    cancu:confidence 0.97 .
src:authority a cancu:Citation , rdf:Statement ;
    rdf:subject src:activity ;
    rdf:predicate cancu:authorisedBy ;
    rdf:object doc:circular ;
    cancu:relation rel:authorises ;
    cancu:citingDocument doc:plan ;
    cancu:citedDocument doc:circular ;
    cancu:section "II. NHIỆM VỤ" ;
    cancu:confidence 0.93 ;
    prov:wasGeneratedBy id:run .
src:authority-2 a cancu:Statement , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate eli:cites ;
    rdf:object doc:circular ;
    cancu:confidence 0.93 .
src:short a cancu:Citation , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate eli:cites ;
    rdf:object doc:circular ;
    cancu:relation rel:mention ;
    cancu:citingDocument doc:plan ;
    cancu:citedDocument doc:circular ;
    cancu:resolvesTo src:authority ;
    cancu:section "II. NHIỆM VỤ" ;
    cancu:confidence 0.9 ;
    prov:wasGeneratedBy id:run .
src:repair a cancu:Repair ;
    cancu:printed "tr " ;
    cancu:readAs "trợ" ;
    cancu:rule "lost-glyph" .
src:doubt a cancu:Doubt ;
    cancu:rule "two-dates" ;
    rdfs:comment "Không rõ ngày nào đúng."@vi ;
    rdfs:comment "It is not clear which date is right."@en ;
    cancu:about doc:superior ;
    cancu:candidate "2023-01-20" , doc:superior .
src:link a cancu:IdentityInference ;
    cancu:about doc:plan ;
    cancu:rule "lost-number" ;
    cancu:evidenceFrom src:basis ;
    cancu:confidence 0.8 ;
    rdfs:comment "Số suy từ nơi viện dẫn."@vi ;
    rdfs:comment "The number was inferred from a citation."@en .
doc:plan cancu:restsOnSuperior doc:superior .
src:inference a cancu:Inference , rdf:Statement ;
    rdf:subject doc:plan ;
    rdf:predicate cancu:restsOnSuperior ;
    rdf:object doc:superior ;
    cancu:rule "superior-by-tier" ;
    cancu:evidenceFrom src:basis-2 ;
    cancu:confidence 0.97 ;
    prov:wasGeneratedBy id:reasoning .
id:reasoning a prov:Activity ; prov:used id:rule .
id:rule a prov:Plan .
"""
    + """
who:phong-y-te a org:FormalOrganization ;
    skos:prefLabel "Phòng Y tế huyện Bát Xát"@vi ;
    cancu:tier tier:district .
who:cac-xa a cancu:CollectiveAgency ;
    skos:prefLabel "Ủy ban nhân dân các xã, thị trấn"@vi ;
    cancu:tier tier:commune .

act:DA3 a cancu:Activity , cancu:Component ;
    rdfs:label "Dự án 3: Dinh dưỡng"@vi ;
    cancu:code "DA3" ;
    cancu:printedLabel "Dự án 3" ;
    dct:title "Dinh dưỡng"@vi ;
    dct:isPartOf doc:plan ;
    cancu:section "II. NHIỆM VỤ" .
src:project a cancu:Statement , rdf:Statement ;
    rdf:subject act:DA3 ;
    rdf:predicate rdfs:label ;
    rdf:object "Dự án 3: Dinh dưỡng"@vi ;
    cancu:confidence 0.98 .
act:DA3.TDA2 a cancu:Activity , cancu:Component ;
    rdfs:label "Tiểu dự án 2: Cải thiện dinh dưỡng"@vi ;
    cancu:code "DA3.TDA2" ;
    cancu:printedLabel "Tiểu dự án 2" ;
    dct:title "Cải thiện dinh dưỡng"@vi ;
    dct:isPartOf doc:plan ;
    cancu:withinActivity act:DA3 ;
    cancu:realises da:DA3.TDA2 ;
    cancu:beneficiary "trẻ em dưới 5 tuổi"@vi ;
    cancu:deadline "2023"^^xsd:gYear ;
    cancu:ledBy who:phong-y-te ;
    cancu:implementedBy who:cac-xa .
src:item a cancu:Statement , rdf:Statement ;
    rdf:subject act:DA3.TDA2 ;
    rdf:predicate rdfs:label ;
    rdf:object "Tiểu dự án 2: Cải thiện dinh dưỡng"@vi ;
    cancu:confidence 0.98 .
src:item-realises a cancu:Statement , rdf:Statement ;
    rdf:subject act:DA3.TDA2 ;
    rdf:predicate cancu:realises ;
    rdf:object da:DA3.TDA2 ;
    cancu:confidence 0.98 .
src:item-deadline a cancu:Statement , rdf:Statement ;
    rdf:subject act:DA3.TDA2 ;
    rdf:predicate cancu:deadline ;
    rdf:object "2023"^^xsd:gYear ;
    cancu:confidence 0.98 .

src:lead a cancu:Duty , cancu:Statement , rdf:Statement , prov:Association ;
    rdf:subject act:DA3.TDA2 ;
    rdf:predicate cancu:ledBy ;
    rdf:object who:phong-y-te ;
    prov:agent who:phong-y-te ;
    prov:hadRole role:lead ;
    prov:hadPlan act:DA3.TDA2 ;
    cancu:statedIn doc:plan ;
    cancu:confidence 0.88 .
src:leading a prov:Activity ;
    rdfs:label "hướng dẫn các xã"@vi ;
    prov:qualifiedAssociation src:lead .
src:duty a cancu:Duty , cancu:Statement , rdf:Statement , prov:Association ;
    rdf:subject act:DA3.TDA2 ;
    rdf:predicate cancu:implementedBy ;
    rdf:object who:cac-xa ;
    prov:agent who:cac-xa ;
    prov:hadRole role:implement ;
    prov:hadPlan act:DA3.TDA2 ;
    cancu:deadline "2023-Q3" ;
    cancu:statedIn doc:plan ;
    cancu:section "II. NHIỆM VỤ" ;
    cancu:confidence 0.87 ;
    prov:wasGeneratedBy id:run .
src:doing a prov:Activity ;
    rdfs:label "cân, đo trẻ em"@vi ;
    prov:qualifiedAssociation src:duty .
src:report a cancu:ReportingDuty ;
    rdfs:label "kết quả"@vi ;
    cancu:reporter who:cac-xa ;
    cancu:reportsTo who:bat-xat ;
    cancu:deadline "2023-06-15"^^xsd:date ;
    cancu:frequency "hằng quý"@vi ;
    cancu:forActivity act:DA3.TDA2 ;
    cancu:statedIn doc:plan ;
    cancu:confidence 0.86 .
src:recipient a cancu:RecipientLine ;
    rdfs:label "Các xã, thị trấn"@vi ;
    cancu:statedIn doc:plan ;
    cancu:names who:cac-xa .

src:budget a qb:DataSet ;
    qb:structure cancu:budgetStructure ;
    cancu:statedIn doc:plan .
src:money a cancu:BudgetLine , qb:Observation ;
    qb:dataSet src:budget ;
    obeu-measure:amount "1250000000"^^xsd:decimal ;
    cancu:printedAmount "1.250 triệu đồng" ;
    cancu:fundingTier fund:province ;
    cancu:capitalKind fund:recurrent ;
    obeu-dimension:fiscalYear <http://reference.data.gov.uk/id/gregorian-year/2022> ;
    obeu-dimension:project act:DA3.TDA2 ;
    cancu:carriedOver true ;
    cancu:carriedOverFrom "2022"^^xsd:gYear ;
    cancu:approx false ;
    cancu:authorisedBy doc:circular ;
    cancu:statedIn doc:plan ;
    cancu:section "III. KINH PHÍ" ;
    cancu:confidence 0.81 ;
    cancu:inferred "kind" .
src:money-authority a cancu:Statement , rdf:Statement ;
    rdf:subject src:money ;
    rdf:predicate cancu:authorisedBy ;
    rdf:object doc:circular ;
    cancu:confidence 0.81 .

src:goal a cancu:Target ;
    rdfs:label "tỷ lệ hộ nghèo"@vi ;
    cancu:indicator indicator:poverty_rate ;
    cancu:operator operator:decrease_by_range ;
    cancu:value 1.0 ;
    cancu:value2 1.5 ;
    cancu:unit unit:percent ;
    cancu:scope "toàn huyện"@vi ;
    cancu:forActivity act:DA3 ;
    cancu:by "2023"^^xsd:gYear ;
    cancu:statedIn doc:plan ;
    cancu:confidence 0.84 .
src:result a cancu:Result ;
    rdfs:label "số hộ nghèo"@vi ;
    cancu:indicator indicator:poor_households ;
    cancu:operator operator:equal ;
    cancu:value 3160.0 ;
    cancu:unit unit:household ;
    cancu:asOf "2022-12-31"^^xsd:date ;
    cancu:statedIn doc:plan ;
    cancu:confidence 0.83 .

src:table a cancu:Table , qb:DataSet ;
    rdfs:label "Biểu chỉ tiêu"@vi ;
    qb:structure cancu:tableStructure ;
    cancu:statedIn doc:plan ;
    cancu:section "Biểu 1" .
src:figure a cancu:TableFigure , qb:Observation ;
    qb:dataSet src:table ;
    cancu:row "Huyện Bát Xát" ;
    cancu:column "Năm 2022 > Hộ nghèo" ;
    cancu:printed "3.160" ;
    cancu:figure 3160.0 ;
    cancu:unit unit:household ;
    cancu:asOf "2022"^^xsd:gYear ;
    dct:spatial at:082-2004 ;
    cancu:confidence 1.0 ;
    cancu:inferred "unit" .
"""
)
PLAN, SUPERIOR, CIRCULAR = (URIRef(f"{BASE}vn/{name}") for name in ("plan", "superior", "circular"))
ACTIVITY, MONEY = (URIRef(f"{BASE}source/ke-hoach.txt#{name}") for name in ("activity", "money"))

#: For each shape a break that it must catch: either a line of SOUND and what it becomes, or a line that is added;
#: then the names of other shapes that the same break must trip.
Break = tuple[str | None, str, set[str]]


def replaced(old: str, new: str, *others: str) -> Break:
    return old, new, set(others)


def added(line: str, *others: str) -> Break:
    return None, line, set(others)


DUTY = "cancu:Duty , cancu:Statement , rdf:Statement"
BREAKS: dict[str, Break] = {
    "Document-label": replaced('rdfs:label "Thông tư số 19/2021/TT-BYT"@vi ;', ""),
    "Document-type": replaced("eli:type_document type:thong-tu", "eli:type_document tier:central"),
    "Document-number": replaced('eli:number "12/KH-UBND"', 'eli:number "12/KH- UBND"'),
    "Document-date": replaced('eli:date_document "2023-03-06"^^xsd:date', 'eli:date_document "06/3/2023"'),
    "Document-title": added('doc:plan dct:title "Giảm nghèo"@vi .'),
    "Document-issuer": added("doc:plan eli:passed_by doc:circular ."),
    "Document-tier": replaced(
        "cancu:tier tier:province ;\n    cancu:stated", "cancu:tier rel:issued ;\n    cancu:stated"
    ),
    "Document-held": replaced("cancu:heldAs src:file ;", ""),
    "Document-period-start": added('doc:plan cancu:periodStart "2022"^^xsd:gYear .'),
    "Document-period-end": added('doc:plan cancu:periodEnd "2024"^^xsd:gYear .'),
    "Document-signature": added("doc:plan cancu:signature id:nobody ."),
    "Document-place": added("doc:plan eli:relevant_for who:bat-xat ."),
    "Document-stated-date": added('doc:circular cancu:statedDate "16/11/2021" .'),
    "Document-stated-title": replaced('năm 2023"@vi .', 'năm 2023" .'),
    "Document-target": added("doc:plan eli:amends id:nothing .", "Evidence"),
    "Document-type-known": replaced("eli:type_document type:thong-tu ;", ""),
    "Document-issuer-known": replaced("eli:passed_by who:bo-y-te ;", ""),
    "Document-tier-single": added("doc:plan cancu:tier tier:commune ."),
    "Document-dates-agree": added('doc:superior cancu:statedDate "2023-01-21"^^xsd:date .'),
    "Document-period-order": replaced('cancu:periodStart "2023"', 'cancu:periodStart "2025"'),
    "Document-own-date-agrees": added('doc:plan cancu:statedDate "2023-03-07"^^xsd:date .'),
    "Document-not-its-own-basis": added("doc:circular eli:based_on doc:circular .", "Evidence"),
    "Document-basis-older": replaced('eli:date_document "2023-03-06"', 'eli:date_document "2023-01-06"'),
    "Evidence": added("src:activity cancu:authorisedBy doc:superior ."),
    "SourceText-entity": replaced("cancu:SourceText , prov:Entity", "cancu:SourceText"),
    "SourceText-label": replaced('rdfs:label "ke-hoach.txt" ;', ""),
    "SourceText-sha256": replaced('cancu:sha256 "e3b0', 'cancu:sha256 "E3B0'),
    "SourceText-format": replaced('"text/plain"', '"txt"'),
    "SourceText-characters": replaced("cancu:characters 4000", "cancu:characters 4000.0"),
    "SourceText-document": added("src:file cancu:textOf doc:circular .", "Document-held"),
    "Statement-reified": replaced("src:title a cancu:Statement , rdf:Statement", "src:title a cancu:Statement"),
    "Statement-subject": added("src:title rdf:subject doc:superior .", "Statement-holds"),
    "Statement-predicate": added("src:title rdf:predicate rdfs:label .", "Statement-holds"),
    "Statement-object": added('src:title rdf:object "Khác"@vi .', "Statement-holds"),
    "Statement-confidence": replaced("cancu:confidence 0.99", "cancu:confidence 1.01"),
    "Statement-inferred": replaced('cancu:inferred "number"', 'cancu:inferred "số hiệu"'),
    "Statement-evidence": replaced('cancu:inferred "number"', 'rdfs:comment ""'),
    "Statement-holds": replaced('rdf:object "35/KH-UBND"', 'rdf:object "36/KH-UBND"'),
    "Citation-relation": added("src:basis cancu:relation rel:guides .", "Citation-expressed"),
    "Citation-citing": replaced(
        "cancu:citingDocument doc:plan ;\n    cancu:citedDocument doc:superior ;", "cancu:citedDocument doc:superior ;"
    ),
    "Citation-cited": replaced("cancu:citedDocument doc:superior ;", "", "Citation-object"),
    "Citation-object": replaced("cancu:citedDocument doc:superior ;", "cancu:citedDocument doc:plan ;"),
    "Citation-section": replaced('cancu:section "(mở đầu)" ;', ""),
    "Citation-provision": replaced('cancu:provision "Điều 2"', 'cancu:provision ""'),
    "Citation-printed-number": replaced('cancu:printedNumber "12/KH-UBND"', 'cancu:printedNumber ""'),
    "Citation-printed-date": replaced('cancu:printedDate "2023-01-20"^^xsd:date', 'cancu:printedDate "20/1/2023"'),
    "Citation-resolves-to": replaced("cancu:resolvesTo src:authority", "cancu:resolvesTo src:title"),
    "Citation-run": replaced("xsd:date ;\n    prov:wasGeneratedBy id:run .", "xsd:date ."),
    "Citation-evidence": added("src:title-annotation oa:hasBody src:basis ."),
    "Citation-expressed": replaced("cancu:relation rel:legal_basis", "cancu:relation rel:amends"),
    "Citation-resolves-to-same": replaced("cancu:resolvesTo src:authority", "cancu:resolvesTo src:basis"),
    "Annotation-motivation": added("src:title-annotation oa:motivatedBy oa:tagging ."),
    "Annotation-body": added("src:title-annotation oa:hasBody who:bat-xat ."),
    "Annotation-target": added("src:title-annotation oa:hasTarget src:basis-target ."),
    "Target-source": added("src:title-target oa:hasSource doc:plan ."),
    "Target-position": replaced(
        "oa:hasSelector src:title-position , src:title-quote", "oa:hasSelector src:title-quote"
    ),
    "Target-quote": replaced(
        "oa:hasSelector src:title-position , src:title-quote", "oa:hasSelector src:title-position"
    ),
    "Target-fits": replaced("oa:start 100 ; oa:end 119", "oa:start 101 ; oa:end 119"),
    "Position-start": replaced("oa:start 100 ; oa:end 119", "oa:start 119 ; oa:end 119", "Target-fits"),
    "Position-end": replaced("oa:start 100 ; oa:end 119", "oa:start 100 ; oa:end 119.0"),
    "Quote-exact": added('src:title-quote oa:exact "Giảm nghèo năm 2024" .'),
    "Quote-context": added('src:title-quote oa:prefix "a" .'),
    "Agency-name": replaced('skos:prefLabel "Bộ Y tế"@vi ;', ""),
    "Agency-tier": added("who:bo-y-te cancu:tier tier:other ."),
    "Agency-place": added("who:bo-y-te cancu:place who:lao-cai ."),
    "Place-name": replaced('rdfs:label "huyện Bát Xát"@vi ;', ""),
    "Place-code": replaced('cancu:gsoCode "082"', 'cancu:gsoCode "0820"'),
    "Place-valid-from": replaced('cancu:validFrom "2004', 'cancu:validFrom "2026'),
    "Place-valid-until": added('at:082-2004 cancu:validUntil "2025-07-01"^^xsd:date .'),
    "Activity-name": replaced('    rdfs:label "Cải thiện dinh dưỡng"@vi ;\n', "", "Statement-holds"),
    "Activity-document": replaced("dct:isPartOf doc:plan ;", ""),
    "Activity-authority": added("src:activity cancu:authorisedBy who:bo-y-te .", "Evidence"),
    "Participation-document": added("doc:superior cancu:signature src:signature ."),
    "Participation-name": added('src:signature cancu:signerName "Lê Mai" .'),
    "Participation-role": added('src:signature cancu:signerRole "Chủ tịch" .'),
    "Participation-for": added('src:signature cancu:signedFor "Ủy ban nhân dân" .'),
    "Participation-capacity": replaced('cancu:capacity "TM." ,', 'cancu:capacity "thay mặt" ,'),
    "Participation-name-known": replaced('cancu:signerName "Lê Thị Mai" ;', ""),
    "Doubt-place": replaced("cancu:about doc:superior ;", ""),
    "Repair-printed": replaced('cancu:readAs "trợ"', 'cancu:readAs "tr "'),
    "Repair-read-as": added('src:repair cancu:readAs "trở" .'),
    "Repair-place": replaced('cancu:printed "tr "', 'cancu:printed "tr"'),
    "IdentityInference-document": replaced("cancu:about doc:plan", "cancu:about who:bat-xat"),
    "IdentityInference-evidence": replaced("cancu:evidenceFrom src:basis ;", ""),
    "Inference-evidence": replaced("cancu:evidenceFrom src:basis-2 ;", ""),
    "Inference-run": replaced("prov:used id:rule", "rdfs:label 'id:rule'"),
    "Record-rule": replaced('cancu:rule "two-dates"', 'cancu:rule "Hai ngày"'),
    "Record-comment-vi": replaced('rdfs:comment "Không rõ ngày nào đúng."@vi ;', ""),
    "Record-comment-en": replaced('rdfs:comment "It is not clear which date is right."@en ;', ""),
    "Activity-code": added('act:DA3 cancu:code "DA4" .'),
    "Activity-printed-label": added('act:DA3 cancu:printedLabel "Dự án 4" .'),
    "Activity-title": replaced('dct:title "Dinh dưỡng"@vi', 'dct:title "Dinh dưỡng"'),
    "Activity-within": added("act:DA3 cancu:withinActivity act:DA4 ."),
    "Activity-realises": added("act:DA3 cancu:realises tier:other .", "Activity-stated"),
    "Activity-beneficiary": replaced('"trẻ em dưới 5 tuổi"@vi', '"trẻ em dưới 5 tuổi"'),
    "Activity-stated": added('act:DA3 cancu:deadline "2023"^^xsd:gYear .'),
    "Activity-within-same": added("act:DA3 cancu:withinActivity act:DA3 ."),
    "Component-code": replaced('cancu:code "DA3" ;', 'cancu:code "CS:dinh dưỡng" ;'),
    "Component-lead-known": added(
        'act:DA5 a cancu:Component ; rdfs:label "Nhà ở"@vi ; cancu:code "DA5" ; dct:isPartOf doc:plan .'
    ),
    "Found-document": added("src:recipient cancu:statedIn doc:superior ."),
    "Found-section": replaced('cancu:section "III. KINH PHÍ"', 'cancu:section ""'),
    "Found-confidence": replaced("cancu:confidence 0.81", "cancu:confidence 1.81"),
    "Found-inferred": replaced('cancu:inferred "kind"', 'cancu:inferred "loại vốn"'),
    "Found-evidence": replaced("oa:hasBody src:recipient ;", "oa:hasBody src:title ;"),
    "Found-activity": added("src:goal cancu:forActivity doc:plan ."),
    "Found-deadline": replaced('cancu:deadline "2023-06-15"^^xsd:date', "cancu:deadline 15"),
    "BudgetLine-observation": replaced("cancu:BudgetLine , qb:Observation", "cancu:BudgetLine"),
    "BudgetLine-data-set": replaced("qb:dataSet src:budget ;", ""),
    "BudgetLine-amount": replaced('"1250000000"^^xsd:decimal', '"-1250000000"^^xsd:decimal'),
    "BudgetLine-printed": replaced('cancu:printedAmount "1.250 triệu đồng" ;', ""),
    "BudgetLine-source": replaced("cancu:fundingTier fund:province", "cancu:fundingTier fund:recurrent"),
    "BudgetLine-kind": replaced("cancu:capitalKind fund:recurrent", "cancu:capitalKind fund:province"),
    "BudgetLine-year": replaced("gregorian-year/2022>", "gregorian-year/22>"),
    "BudgetLine-carried-over": replaced("cancu:carriedOver true", "cancu:carriedOver true , false"),
    "BudgetLine-carried-from": replaced('carriedOverFrom "2022"^^xsd:gYear', 'carriedOverFrom "2022"'),
    "BudgetLine-carried": replaced("cancu:carriedOver true", "cancu:carriedOver false"),
    "BudgetLine-approx": replaced("cancu:approx false ;", ""),
    "BudgetLine-activity": replaced("obeu-dimension:project act:DA3.TDA2", "obeu-dimension:project act:DA4"),
    "Quantity-label": replaced('rdfs:label "số hộ nghèo"@vi ;', ""),
    "Quantity-indicator": replaced("cancu:indicator indicator:poor_households", "cancu:indicator unit:household"),
    "Quantity-operator": replaced("cancu:operator operator:equal", "cancu:operator rel:guides"),
    "Quantity-value": replaced("cancu:value 3160.0", "cancu:value 3160"),
    "Quantity-upper": added("src:goal cancu:value2 1.8 ."),
    "Quantity-unit": replaced("cancu:unit unit:percent", "cancu:unit indicator:poverty_rate"),
    "Quantity-qualifier": added('src:goal cancu:qualifier "" .'),
    "Quantity-scope": replaced('"toàn huyện"@vi', '"toàn huyện"'),
    "Quantity-range": replaced("cancu:value2 1.5", "cancu:value2 1.0"),
    "Goal-by": replaced('cancu:by "2023"^^xsd:gYear', "cancu:by 2023"),
    "Goal-by-known": replaced(
        'cancu:by "2023"^^xsd:gYear ;\n    cancu:statedIn doc:plan', "cancu:statedIn doc:superior"
    ),
    "Result-as-of": replaced('cancu:asOf "2022-12-31"^^xsd:date', "cancu:asOf 2022"),
    "Duty-association": replaced("cancu:Duty , cancu:Statement , rdf:Statement , prov:Association", DUTY),
    "Duty-agent": replaced("prov:agent who:cac-xa", "prov:agent who:lao-cai"),
    "Duty-role": added("src:duty prov:hadRole tier:commune .", "Duty-expressed"),
    "Duty-plan": added("src:duty prov:hadPlan act:DA3 .", "Duty-plan-same"),
    "Duty-task": replaced('    rdfs:label "cân, đo trẻ em"@vi ;\n', ""),
    "Duty-expressed": replaced("prov:hadRole role:implement", "prov:hadRole role:advise"),
    "Duty-plan-same": replaced("prov:hadPlan act:DA3.TDA2", "prov:hadPlan act:DA3"),
    "ReportingDuty-agency": added("src:report cancu:reporter doc:plan ."),
    "ReportingDuty-what": added('src:report rdfs:label "số liệu"@vi .'),
    "ReportingDuty-frequency": replaced('cancu:frequency "hằng quý"@vi', 'cancu:frequency "hằng quý"'),
    "ReportingDuty-to-known": replaced("cancu:reportsTo who:bat-xat ;", ""),
    "RecipientLine-text": replaced('rdfs:label "Các xã, thị trấn"@vi ;', ""),
    "RecipientLine-agency": added("src:recipient cancu:names at:082-2004 ."),
    "DataSet-structure": replaced("qb:structure cancu:budgetStructure ;", ""),
    "Table-title": added('src:table rdfs:label "Biểu 2"@vi .'),
    "Table-data-set": replaced("cancu:Table , qb:DataSet", "cancu:Table"),
    "TableFigure-observation": replaced("cancu:TableFigure , qb:Observation", "cancu:TableFigure"),
    "TableFigure-table": replaced("qb:dataSet src:table", "qb:dataSet src:budget"),
    "TableFigure-row": replaced('cancu:row "Huyện Bát Xát" ;', ""),
    "TableFigure-column": added('src:figure cancu:column "Năm 2023" .'),
    "TableFigure-printed": added('src:figure cancu:printed "3160" .', "TableFigure-evidence"),
    "TableFigure-value": replaced("cancu:figure 3160.0", "cancu:figure 3160"),
    "TableFigure-year": replaced('cancu:asOf "2022"^^xsd:gYear', 'cancu:asOf "năm 2022"'),
    "TableFigure-place": replaced("dct:spatial at:082-2004", "dct:spatial who:bat-xat"),
    "TableFigure-evidence": replaced('cancu:printed "3.160"', 'cancu:printed "3160"'),
}


def with_break(text: str, name: str) -> str:
    old, new, _ = BREAKS[name]
    if old is None:
        return f"{text}\n{new}\n"
    assert old in text, f"{old!r} is not in the graph"
    return text.replace(old, new, 1)


def broken(name: str) -> str:
    """Write the sound graph with one break, in a namespace of its own."""
    text = with_break(SOUND, name).replace(BASE, f"{BASE}{name}/")
    # Programmes are those of the vocabulary.
    return text.replace(PROGRAMMES.replace(BASE, f"{BASE}{name}/"), PROGRAMMES)


@cache
def findings() -> dict[str, set[soundness.Finding]]:
    """Check all broken graphs in one run: they have no resource in common."""
    found: dict[str, set[soundness.Finding]] = {name: set() for name in BREAKS}
    together = Graph().parse(data="\n".join(map(broken, BREAKS)), format="turtle")
    for finding in soundness.find_flaws(together):
        found[finding.focus.removeprefix(BASE).partition("/")[0]].add(finding)
    return found


def named(kind: URIRef) -> set[str]:
    return {str(shape).removeprefix(SHAPE) for shape in shapes().subjects(RDF.type, kind)}


def test_a_sound_graph_has_no_flaw() -> None:
    assert soundness.find_flaws(Graph().parse(data=SOUND, format="turtle")) == ()


def test_every_shape_has_a_broken_graph() -> None:
    assert BREAKS.keys() == named(SH.PropertyShape) | named(SH.SPARQLConstraint)
    assert len(BREAKS) == 155


@pytest.mark.parametrize("name", BREAKS)
def test_a_shape_catches_its_break_and_nothing_else(name: str) -> None:
    assert {finding.shape for finding in findings()[name]} == {name} | BREAKS[name][2]


@pytest.mark.parametrize("name", BREAKS)
def test_a_finding_says_what_is_wrong(name: str) -> None:
    for finding in findings()[name]:
        severity = "warning" if finding.shape in WARNINGS else "violation"
        assert finding.severity == severity
        assert finding.message("vi").endswith(".") and finding.message("en").endswith(".")
        assert finding.message("vi") != finding.message("en") and "{" not in finding.message("vi")
        assert finding.focus.startswith(f"{BASE}{name}/")


#: Flaws of the texts; all others are flaws of the graph.
WARNINGS = {
    *("Document-type-known", "Document-issuer-known", "Document-tier-single", "Document-dates-agree"),
    *("Document-period-order", "Document-own-date-agrees", "Document-not-its-own-basis", "Document-basis-older"),
    *("Participation-name-known", "Component-lead-known", "Goal-by-known", "ReportingDuty-to-known"),
}


def test_a_finding_points_at_the_property_and_the_value() -> None:
    (finding,) = findings()["Document-number"]
    assert (finding.path, finding.value) == (str(ELI.number), "12/KH- UBND")
    (finding,) = findings()["Document-basis-older"]
    assert finding.focus.endswith("vn/plan") and str(finding.value).endswith("vn/superior")
    assert str(finding.value) in finding.message("vi") and str(finding.value) in finding.message("en")


def test_violations_come_first_and_in_order() -> None:
    text = broken("Document-type-known") + broken("Agency-tier") + broken("Evidence")
    found = soundness.find_flaws(Graph().parse(data=text, format="turtle"))
    assert [finding.shape for finding in found] == ["Agency-tier", "Evidence", "Document-type-known"]


def test_nothing_sound_is_anonymous() -> None:
    """Each node shape refuses a blank node."""
    targets = {str(shape).removeprefix(SHAPE): kind for shape, kind in shapes().subject_objects(SH.targetClass)}
    graph = Graph()
    for kind in targets.values():
        graph.add((BNode(), RDF.type, kind))
    caught = {finding.shape for finding in soundness.find_flaws(graph)}
    # The second shape of documents has only queries in it.
    assert caught >= targets.keys() - {"Document-in-time"}
    assert len(targets) == 28


def test_the_graphs_of_a_dataset_are_checked_together() -> None:
    dataset = Dataset()
    for number, triple in enumerate(Graph().parse(data=SOUND, format="turtle")):
        dataset.graph(URIRef(f"{BASE}graph/{number % 3}")).add(triple)
    assert soundness.find_flaws(dataset) == ()


def test_two_ways_of_asking_agree() -> None:
    """Our one run of each query finds what pyshacl finds by running it for every resource."""
    from pyshacl import validate

    queried = sorted(named(SH.SPARQLConstraint))
    graph = Graph().parse(data=reduce(with_break, queried, SOUND), format="turtle")
    ours = {(finding.shape, finding.focus) for finding in soundness.find_flaws(graph)}
    _, report, _ = validate(graph + vocabulary(), shacl_graph=schemes.read_turtle(soundness.SHAPES), inference="none")
    assert isinstance(report, Graph)
    theirs = {
        (
            str(report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)).removeprefix(SHAPE),
            str(report.value(result, SH.focusNode)),
        )
        for result in report.objects(predicate=SH.result)
    }
    assert ours == theirs and len(queried) == 15
    assert {shape for shape, _ in ours} >= set(queried)


def test_every_shape_speaks_both_languages() -> None:
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        for name in named(kind):
            assert languages(shapes(), SHAPE[name], SH.message) == ["en", "vi"], name
            for message in shapes().objects(SHAPE[name], SH.message):
                assert str(message)[0].isupper() and str(message).endswith(".")


def test_every_class_of_the_graph_has_its_shape() -> None:
    targets = set(shapes().objects(predicate=SH.targetClass))
    assert targets == {
        *(ELI.LegalResource, ELI.AdministrativeArea, ELI_DL.Participation, ORG.Organization, OA.Annotation),
        *(OA.SpecificResource, OA.TextPositionSelector, OA.TextQuoteSelector, CANCU.SourceText, CANCU.Statement),
        *(CANCU.Citation, CANCU.Activity, CANCU.Doubt, CANCU.Repair, CANCU.IdentityInference, CANCU.Inference),
        *(CANCU.Component, CANCU.BudgetLine, CANCU.Quantity, CANCU.Target, CANCU.Result, CANCU.Duty),
        *(CANCU.ReportingDuty, CANCU.RecipientLine, QB.DataSet, CANCU.Table, CANCU.TableFigure),
    }


def test_shapes_declare_the_prefixes_of_the_ontology() -> None:
    declarations = {
        str(shapes().value(each, SH.prefix)): str(shapes().value(each, SH.namespace))
        for each in shapes().objects(predicate=SH.declare)
    }
    assert declarations.items() <= PREFIXES.items() and len(declarations) == 6


def test_bad_shapes_are_our_own_flaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> sh:targetNode <urn:x> ; sh:minCount 1 ; sh:path 3 .",
        encoding="utf-8",
    )
    monkeypatch.setattr(soundness, "SHAPES", file)
    with pytest.raises(DataError) as refused:
        soundness.find_flaws(Graph())
    assert refused.value.file == file


def test_a_missing_checker_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyshacl", None)
    with pytest.raises(CallerError, match="pip install pyshacl"):
        soundness.find_flaws(Graph())


def test_doctests() -> None:
    for module, attempted in ((schemes, 3), (soundness, 2)):
        result = doctest.testmod(module)
        assert result.failed == 0 and result.attempted >= attempted
