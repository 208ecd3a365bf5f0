"""Make SKOS concept schemes out of the tables, and the vocabulary graph out of them and the ontology.

A row becomes one concept with its labels, definition, words and example; its code is the end of its IRI. The same
tables always give the same triples, and :func:`vocabulary_ntriples` the same bytes. There are no blank nodes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from cancu.errors import DataError
from cancu.ontology.indicators import Indicator, Operator, Unit, indicators, operators, units
from cancu.ontology.iris import (
    CANCU,
    DCT,
    FUND,
    INDICATOR,
    OPERATOR,
    PREFIXES,
    RDF,
    RDFS,
    REL,
    ROLE,
    SKOS,
    TIER,
    TYPE,
    UNIT,
    XSD,
    component_iri,
    document_iri,
    expand,
    programme_iri,
    slug,
)
from cancu.ontology.lexicon import FAMILIES, RANKING_LAWS, TABLES, TIERS, Row, document_types, ranks, read_table
from cancu.ontology.programmes import Programme, components_of, programmes
from cancu.ontology.successors import succession_triples

__all__ = [
    "FAMILY",
    "FUNDING_GROUPS",
    "operator_slug",
    "read_concepts",
    "read_turtle",
    "scheme_graph",
    "unit_code",
    "vocabulary_graph",
    "vocabulary_ntriples",
]

Triple = tuple[Node, Node, Node]

#: The collections of document types, one a family.
FAMILY: Final = Namespace(TYPE["family/"])

# The two questions that a concept of the funding scheme may answer, with the label and definition of their collections.
FUNDING_GROUPS: Final[Mapping[str, tuple[str, str, str, str]]] = MappingProxyType(
    {
        "source": (
            "nguồn vốn",
            "source of money",
            "Ngân sách cấp nào bỏ tiền.",
            "Which tier's budget pays.",
        ),
        "kind": (
            "loại vốn",
            "kind of money",
            "Tiền được chi vào việc gì: đầu tư hay sự nghiệp.",
            "What the money may be spent on: investment or running activities.",
        ),
    }
)

# Vietnamese and English label and definition of each scheme, by the namespace of its concepts.
_SCHEMES: Final[Mapping[Namespace, tuple[str, str, str, str]]] = MappingProxyType(
    {
        FUND: (
            "Nguồn vốn và loại vốn",
            "Funding",
            "Tiền do ngân sách nào bỏ ra và được chi vào việc gì.",
            "Whose money it is and what it may be spent on.",
        ),
        INDICATOR: (
            "Chỉ số",
            "Indicators",
            "Điều mà các chỉ tiêu và kết quả đo.",
            "What targets and results measure.",
        ),
        OPERATOR: (
            "Phép so",
            "Operators",
            "Cách so giá trị thật với số mà văn bản nêu.",
            "How the true value is held against the number that a text gives.",
        ),
        REL: (
            "Quan hệ giữa các văn bản",
            "Relations between documents",
            "Vì sao một văn bản nhắc tới văn bản khác.",
            "Why one document names another.",
        ),
        ROLE: (
            "Vai trò của cơ quan",
            "Roles of agencies",
            "Việc mà cơ quan được giao trong một nhiệm vụ.",
            "What an agency is charged with in a task.",
        ),
        TIER: (
            "Cấp",
            "Tiers",
            "Cấp chính quyền của văn bản và cơ quan, cùng với Đảng và những nơi khác.",
            "The tier of government of documents and agencies, with the Party and others beside it.",
        ),
        TYPE: (
            "Loại văn bản",
            "Types of documents",
            "Các loại văn bản của Nhà nước và của Đảng, với bậc theo từng luật ban hành văn bản.",
            "The types of documents of the State and the Party, with their rank under each law on issuing documents.",
        ),
        UNIT: (
            "Đơn vị tính",
            "Units",
            "Đơn vị mà các con số được đếm hoặc đo bằng.",
            "What figures are counted or measured in.",
        ),
    }
)

# What units of each kind count or measure, in Vietnamese and English.
_UNIT_KINDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "age": ("đo tuổi", "measures age"),
        "area": ("đo diện tích", "measures area"),
        "body": ("đếm cơ quan, tổ chức", "counts bodies"),
        "energy": ("đo điện năng, công suất", "measures electric energy or power"),
        "event": ("đếm việc, cuộc, vụ", "counts events"),
        "factor": ("so số lần", "compares by a factor"),
        "length": ("đo độ dài", "measures length"),
        "mass": ("đo khối lượng", "measures mass"),
        "measure": (
            "đếm tiêu chí, hồ sơ, tài khoản",
            "counts criteria, files, accounts and the like",
        ),
        "money": ("tính tiền", "measures money"),
        "people": ("đếm người, hộ", "counts people or households"),
        "place": ("đếm địa bàn", "counts places"),
        "product": ("đếm sản phẩm, đồ vật", "counts products or things"),
        "ratio": ("tính tỷ lệ", "measures a ratio"),
        "volume": ("đo thể tích", "measures volume"),
        "works": ("đếm công trình, mô hình, dự án", "counts works, models or projects"),
    }
)
_BETTER: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "": ("", ""),
        "higher": ("; càng cao càng tốt", "; the higher the better"),
        "lower": ("; càng thấp càng tốt", "; the lower the better"),
    }
)
# "90/QĐ-TTg": the letters that tell the type of a decision.
_SYMBOL: Final = re.compile(r"/([A-ZĐ]+)-")

_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")
_CONCEPT_COLUMNS: Final = ("name", "name_en", "definition", "definition_en")


def read_concepts(file: Path, columns: Sequence[str] = ()) -> tuple[Row, ...]:
    """Read a table of concepts: code, labels and definitions in both languages, ``columns``, example and source.

    Nothing that every concept needs may be empty, and no two rows may have the same code or label.
    """
    rows = read_table(file, ("code", *_CONCEPT_COLUMNS, *columns, "example", "source"), key=("code",))
    line_of: dict[tuple[str, str], int] = {}
    for row in rows:
        if not _CODE.fullmatch(row["code"]):
            raise row.error(f"code {row['code']!r} is not lower-case ASCII words joined by _")
        for column in _CONCEPT_COLUMNS:
            if not row[column]:
                raise row.error(f"{column} is empty")
        for column in ("name", "name_en"):
            line = line_of.setdefault((column, row[column].casefold()), row.line)
            if line != row.line:
                raise row.error(f"{column} {row[column]!r} is that of line {line} too")
    return rows


def read_turtle(file: Path) -> Graph:
    """Parse one of our own Turtle files; a flaw in it is a :class:`DataError` with its line."""
    graph = Graph(bind_namespaces="none")
    try:
        return graph.parse(file, format="turtle")
    except BadSyntax as error:
        raise DataError(" ".join(str(error).split()), file, error.lines + 1) from None


def scheme_graph(tables: Path = TABLES) -> Graph:
    """Build the concept schemes of all tables, from document types and relations to programmes and units.

    ``tables`` is the folder of the tables of relations, roles, funding, tiers and families; the document types and
    their ranks are those that :mod:`cancu.ontology.lexicon` reads, the programmes and their components those of
    :mod:`cancu.ontology.programmes`, the indicators, operators and units those of :mod:`cancu.ontology.indicators`.

    >>> str(scheme_graph().value(TYPE["ke-hoach"], SKOS.notation))
    'KH'
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triples in (_relation_triples, _role_triples, _funding_triples, _tier_triples, _type_triples):
        for triple in triples(tables):
            graph.add(triple)
    for more in (_operator_triples, _unit_triples, _indicator_triples, _programme_triples):
        for triple in more():
            graph.add(triple)
    return graph


def vocabulary_graph() -> Graph:
    """Build what the graph ``id:graph/vocabulary`` holds: ``cancu.ttl``, the concept schemes, who succeeded whom."""
    graph = scheme_graph()
    for triple in read_turtle(TABLES / "cancu.ttl"):
        graph.add(triple)
    for triple in succession_triples():
        graph.add(triple)
    return graph


@cache
def vocabulary_ntriples() -> str:
    """Write the vocabulary as N-Triples in sorted order: the same characters every time."""
    lines = vocabulary_graph().serialize(format="nt", encoding="utf-8").decode("utf-8").splitlines()
    return "".join(f"{line}\n" for line in sorted(filter(None, lines)))


def operator_slug(code: str) -> str:
    """Give the end of the IRI of the operator that records write by ``code``; an unknown one is a :class:`KeyError`.

    >>> operator_slug("<=")
    'at_most'
    """
    return _operator_slugs()[code]


@cache
def _operator_slugs() -> Mapping[str, str]:
    return MappingProxyType({operator.code: operator.slug for operator in operators()})


def unit_code(unit: str) -> str | None:
    """Give the code of the unit that is printed so, or None where no row has it.

    >>> unit_code("Hộ gia đình"), unit_code("tiêu chí/xã")
    ('household', None)
    """
    exact, folded = _unit_codes()
    printed = " ".join(unit.split())
    return exact.get(printed) or folded.get(printed.casefold())


@cache
def _unit_codes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Map each print of a unit to its code: as the table has it, and without case where that means one unit only."""
    exact: dict[str, str] = {}
    folded: dict[str, set[str]] = {}
    for unit in units():
        for word in unit.words:
            exact[word] = unit.code
            folded.setdefault(word.casefold(), set()).add(unit.code)
    single = {word: next(iter(codes)) for word, codes in folded.items() if len(codes) == 1}
    return MappingProxyType(exact), MappingProxyType(single)


def _properties(row: Row) -> tuple[URIRef, ...]:
    if not row["properties"]:
        raise row.error("properties is empty")
    try:
        return tuple(map(expand, row.items("properties")))
    except ValueError as error:
        raise row.error(str(error)) from None


def _relation_triples(tables: Path) -> Iterator[Triple]:
    yield from _scheme_triples(REL)
    for row in read_concepts(tables / "relations.tsv", ("properties",)):
        yield from _concept_triples(REL, row)
        for iri in _properties(row):
            yield REL[row["code"]], CANCU.expressedBy, iri


def _role_triples(tables: Path) -> Iterator[Triple]:
    yield from _scheme_triples(ROLE)
    for row in read_concepts(tables / "roles.tsv", ("words", "properties")):
        yield from _concept_triples(ROLE, row)
        for iri in _properties(row):
            yield ROLE[row["code"]], CANCU.expressedBy, iri


def _funding_triples(tables: Path) -> Iterator[Triple]:
    yield from _scheme_triples(FUND)
    for code, (name, name_en, definition, definition_en) in FUNDING_GROUPS.items():
        yield FUND[code], RDF.type, SKOS.Collection
        yield from _both(FUND[code], SKOS.prefLabel, name, name_en)
        yield from _both(FUND[code], SKOS.definition, definition, definition_en)
    for row in read_concepts(tables / "funding.tsv", ("group", "words")):
        yield from _concept_triples(FUND, row)
        yield FUND[row.choice("group", FUNDING_GROUPS)], SKOS.member, FUND[row["code"]]


def _tier_triples(tables: Path) -> Iterator[Triple]:
    yield from _scheme_triples(TIER)
    for row in read_concepts(tables / "tiers.tsv", ("position", "words")):
        row.choice("code", TIERS)
        yield from _concept_triples(TIER, row)
        if position := row.number("position"):
            yield TIER[row["code"]], CANCU.position, Literal(position)


def _type_triples(tables: Path) -> Iterator[Triple]:
    yield from _scheme_triples(TYPE)
    families = {row["code"]: row for row in read_concepts(tables / "document_families.tsv")}
    for code, row in families.items():
        row.choice("code", FAMILIES)
        yield FAMILY[code], RDF.type, SKOS.Collection
        yield from _described(FAMILY[code], row)
    if missing := FAMILIES - families.keys():
        raise DataError(f"no row for {', '.join(sorted(missing))}", tables / "document_families.tsv", 1)
    for kind in document_types():
        concept, family = TYPE[kind.slug], families[kind.family]
        yield concept, RDF.type, SKOS.Concept
        yield concept, SKOS.inScheme, _scheme_of(TYPE)
        yield concept, SKOS.topConceptOf, _scheme_of(TYPE)
        yield FAMILY[kind.family], SKOS.member, concept
        yield from _both(concept, SKOS.prefLabel, kind.name, kind.name_en)
        symbol, symbol_en = (f", ký hiệu {kind.symbol}", f", symbol {kind.symbol}") if kind.symbol else ("", "")
        yield from _both(
            concept,
            SKOS.definition,
            f"{kind.name}{symbol}. {family['definition']}",
            f"{kind.name_en}{symbol_en}. {family['definition_en']}",
        )
        yield concept, SKOS.example, Literal(kind.example, "vi")
        yield concept, DCT.source, Literal(kind.source)
        if kind.symbol:
            yield concept, SKOS.notation, Literal(kind.symbol)
        for variant in kind.symbol_variants:
            yield concept, SKOS.hiddenLabel, Literal(variant)
        for word in kind.words:
            yield concept, SKOS.altLabel, Literal(word, "vi")
        yield from _rank_triples(kind.slug, kind.name, kind.name_en, kind.ranks, "", None)
    names = {kind.slug: kind for kind in document_types()}
    for rank in ranks():
        kind = names[rank.type]
        yield from _rank_triples(kind.slug, kind.name, kind.name_en, rank.ranks, "+".join(rank.issuers), rank.tier)


def _rank_triples(
    type_slug: str, name: str, name_en: str, positions: Sequence[int | None], issuer: str, tier: str | None
) -> Iterator[Triple]:
    """Make one rank for each law that gives one; types have no ``positions`` where the issuer decides."""
    for number, position in enumerate(positions):
        if position is None:
            continue
        law, valid_from = RANKING_LAWS[number]
        by = f"/{slug(f'{issuer} {tier or str()}')}" if issuer else ""
        rank = TYPE[f"{type_slug}/rank/{slug(law)}{by}"]
        of = f" ({issuer})" if issuer else ""
        yield rank, RDF.type, CANCU.Rank
        yield from _both(
            rank, RDFS.label, f"{name}{of}: bậc {position}, Luật {law}", f"{name_en}{of}: rank {position}, Law {law}"
        )
        yield rank, CANCU.rankOf, TYPE[type_slug]
        yield rank, CANCU.underLaw, Literal(law)
        yield rank, CANCU.position, Literal(position)
        yield rank, CANCU.validFrom, Literal(valid_from)
        if number + 1 < len(RANKING_LAWS):
            yield rank, CANCU.validUntil, Literal(RANKING_LAWS[number + 1][1] - timedelta(days=1))
        if issuer:
            yield rank, CANCU.issuerCode, Literal(issuer)
        if tier:
            yield rank, CANCU.tier, TIER[tier]


def _operator_triples() -> Iterator[Triple]:
    yield from _scheme_triples(OPERATOR)
    for operator in operators():
        concept = OPERATOR[operator.slug]
        yield from _measure_triples(OPERATOR, concept, operator, operator.name_en)
        yield from _both(concept, SKOS.definition, operator.definition, operator.definition_en)
        yield concept, SKOS.notation, Literal(operator.code)
        yield from _other_labels(concept, (*operator.words, *operator.behind), operator.name)


def _unit_triples() -> Iterator[Triple]:
    yield from _scheme_triples(UNIT)
    times = Counter(unit.name_en for unit in units())
    for unit in units():
        concept = UNIT[unit.code]
        # English has one word for several Vietnamese ones: hamlet (bản), hamlet (ấp).
        name_en = unit.name_en if times[unit.name_en] == 1 else f"{unit.name_en} ({unit.name})"
        kind, kind_en = _UNIT_KINDS[unit.kind]
        yield from _measure_triples(UNIT, concept, unit, name_en)
        yield from _both(concept, SKOS.definition, f"{unit.name}: đơn vị {kind}.", f"{name_en}: a unit that {kind_en}.")
        yield from _other_labels(concept, unit.words, unit.name)


def _indicator_triples() -> Iterator[Triple]:
    yield from _scheme_triples(INDICATOR)
    names_en = {unit.name: unit.name_en for unit in units()}
    for indicator in indicators():
        concept = INDICATOR[indicator.code]
        better, better_en = _BETTER[indicator.better]
        measured = [code for unit in indicator.units if (code := unit_code(unit)) is not None]
        by = ", ".join(indicator.units)
        by_en = ", ".join(names_en.get(unit, unit) for unit in indicator.units)
        yield from _measure_triples(INDICATOR, concept, indicator, indicator.name_en)
        yield from _both(
            concept,
            SKOS.definition,
            f"{indicator.name}{f', đo bằng {by}' if by else ''}{better}.",
            f"{indicator.name_en}{f', measured in {by_en}' if by else ''}{better_en}.",
        )
        for code in measured:
            yield concept, CANCU.unit, UNIT[code]
        if indicator.better:
            yield concept, CANCU.better, Literal(indicator.better)
        if indicator.sdg:
            yield concept, CANCU.sdgIndicator, Literal(indicator.sdg)
        yield from _other_labels(concept, indicator.words, indicator.name)


def _measure_triples(
    namespace: Namespace, concept: URIRef, row: Operator | Unit | Indicator, name_en: str
) -> Iterator[Triple]:
    yield concept, RDF.type, SKOS.Concept
    yield concept, SKOS.inScheme, _scheme_of(namespace)
    yield concept, SKOS.topConceptOf, _scheme_of(namespace)
    yield from _both(concept, SKOS.prefLabel, row.name, name_en)
    yield concept, SKOS.example, Literal(row.example, "vi")
    yield concept, DCT.source, Literal(row.source)


def _programme_triples() -> Iterator[Triple]:
    """Make one scheme for each programme, of its components; official titles stand in Vietnamese alone."""
    for programme in programmes():
        scheme = programme_iri(programme.code)
        yield scheme, RDF.type, SKOS.ConceptScheme
        yield scheme, SKOS.prefLabel, Literal(programme.name, "vi")
        yield from _other_labels(scheme, programme.words, programme.name)
        yield scheme, SKOS.notation, Literal(programme.code)
        yield scheme, SKOS.example, Literal(programme.example, "vi")
        yield scheme, DCT.source, Literal(programme.source)
        yield scheme, CANCU.periodStart, Literal(str(programme.period_start), datatype=XSD.gYear)
        yield scheme, CANCU.periodEnd, Literal(str(programme.period_end), datatype=XSD.gYear)
        yield scheme, CANCU.decidedBy, _decision(programme)
        for component in components_of(programme.code).values():
            concept = component_iri(component.name)
            yield concept, RDF.type, SKOS.Concept
            yield concept, SKOS.inScheme, scheme
            if component.parent is None:
                yield concept, SKOS.topConceptOf, scheme
            else:
                yield concept, SKOS.broader, component_iri(f"{programme.code}/{component.parent}")
            yield concept, SKOS.notation, Literal(component.code)
            yield concept, SKOS.prefLabel, Literal(component.title, "vi")
            yield from _other_labels(concept, component.titles_also, component.title)
            if component.applies_in:
                yield concept, CANCU.appliesIn, Literal(component.applies_in, "vi")
            yield concept, SKOS.example, Literal(component.example, "vi")
            yield concept, DCT.source, Literal(component.source)


def _decision(programme: Programme) -> URIRef:
    """Name the document that approves a programme, as those name it who cite it in full."""
    symbol = _SYMBOL.search(programme.number)
    kind = next((kind for kind in document_types() if symbol is not None and kind.symbol == symbol[1]), None)
    if kind is None or programme.date is None:
        raise DataError(f"no type or date of {programme.number!r}", TABLES / "programmes.tsv", programme.line)
    return document_iri(kind.slug, programme.number, programme.issuer, programme.date.year)


def _other_labels(subject: URIRef, words: Sequence[str], name: str) -> Iterator[Triple]:
    for word in words:
        # SKOS keeps preferred and other labels apart.
        if word != name:
            yield subject, SKOS.altLabel, Literal(word, "vi")


def _scheme_of(namespace: Namespace) -> URIRef:
    return URIRef(namespace.removesuffix("/"))


def _both(subject: Node, predicate: Node, vi: str, en: str) -> Iterator[Triple]:
    yield subject, predicate, Literal(vi, "vi")
    yield subject, predicate, Literal(en, "en")


def _scheme_triples(namespace: Namespace) -> Iterator[Triple]:
    scheme = _scheme_of(namespace)
    name, name_en, definition, definition_en = _SCHEMES[namespace]
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield from _both(scheme, SKOS.prefLabel, name, name_en)
    yield from _both(scheme, SKOS.definition, definition, definition_en)


def _concept_triples(namespace: Namespace, row: Row) -> Iterator[Triple]:
    concept, scheme = namespace[row["code"]], _scheme_of(namespace)
    yield concept, RDF.type, SKOS.Concept
    yield concept, SKOS.inScheme, scheme
    yield concept, SKOS.topConceptOf, scheme
    yield from _described(concept, row)
    yield from _other_labels(concept, row.items("words") if "words" in row.cells else (), row["name"])


def _described(subject: URIRef, row: Row) -> Iterator[Triple]:
    yield from _both(subject, SKOS.prefLabel, row["name"], row["name_en"])
    yield from _both(subject, SKOS.definition, row["definition"], row["definition_en"])
    yield subject, SKOS.example, Literal(row["example"], "vi")
    yield subject, DCT.source, Literal(row["source"])
