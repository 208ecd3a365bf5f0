"""Mint the IRI of every resource, and read identifiers back out of IRIs.

IRIs are plain ASCII, so that no tool has a reason to percent-encode them differently. A Vietnamese *name*
becomes a slug, which drops tones and is for reading; a document's *number* is written so that it can be read
back exactly (:func:`parse_document`), because two numbers that differ in one letter are two documents.

::

    id:vn/<issuer>/<type>/<year or term>/<number>         a document; 90/QĐ-TTg is written 90_Q~D-TTg
    id:vn/<issuer>/<type>/<year or term>/ten/<title>      one known by its title only
    id:vn/<issuer>/<type>/<year or term>/tep/<file key>   one known by the file that holds it only
    <document>#<code>                                     an activity of a document: #DA3.TDA2
    id:programme/<programme>/<code>                       a component of a programme
    id:agency/<name>     id:place/<code>-<year>     id:source/<file key>     id:source/<file key>#c<start>-<end>
    id:rule/<rule>     id:inference/<rule>/<digest>       a rule, and what it concludes
    id:graph/source/<file key>     id:graph/linking     id:graph/inferred     id:graph/vocabulary
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from urllib.parse import quote, unquote

from rdflib import URIRef
from rdflib.namespace import DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SKOS, XSD, Namespace

__all__ = [
    "CALENDAR_YEAR",
    "CANCU",
    "DCT",
    "ELI",
    "ELI_DL",
    "FUND",
    "GRAPH_INFERRED",
    "GRAPH_LINKING",
    "GRAPH_VOCABULARY",
    "ID",
    "INDICATOR",
    "OA",
    "OBEU_DIMENSION",
    "OBEU_MEASURE",
    "OPERATOR",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "QB",
    "RDF",
    "RDFS",
    "REL",
    "ROLE",
    "SKOS",
    "TIER",
    "TYPE",
    "UNIT",
    "XSD",
    "DocumentName",
    "activity_iri",
    "agency_iri",
    "citation_iri",
    "component_iri",
    "concept_iri",
    "document_iri",
    "expand",
    "graph_iri",
    "header_iri",
    "inference_iri",
    "parse_activity",
    "parse_agency",
    "parse_citation",
    "parse_component",
    "parse_document",
    "parse_graph",
    "parse_place",
    "parse_record",
    "parse_source",
    "part_iri",
    "place_iri",
    "programme_iri",
    "record_iri",
    "rule_iri",
    "slug",
    "source_iri",
]

# A term whose name is also a method of str ("format", "index" ...) needs the brackets, as in DCT["format"].
CANCU = Namespace("https://w3id.org/cancu/ns#")
TYPE = Namespace("https://w3id.org/cancu/type/")
REL = Namespace("https://w3id.org/cancu/relation/")
ROLE = Namespace("https://w3id.org/cancu/role/")
FUND = Namespace("https://w3id.org/cancu/funding/")
TIER = Namespace("https://w3id.org/cancu/tier/")
ID = Namespace("https://w3id.org/cancu/id/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ELI_DL = Namespace("http://data.europa.eu/eli/eli-draft-legislation-ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
INDICATOR = Namespace("https://w3id.org/cancu/indicator/")
OPERATOR = Namespace("https://w3id.org/cancu/operator/")
UNIT = Namespace("https://w3id.org/cancu/unit/")
OBEU_MEASURE = Namespace("http://data.openbudgets.eu/ontology/dsd/measure/")
OBEU_DIMENSION = Namespace("http://data.openbudgets.eu/ontology/dsd/dimension/")
#: The years of the calendar, as OpenBudgets names fiscal years.
CALENDAR_YEAR = Namespace("http://reference.data.gov.uk/id/gregorian-year/")
DCT = DCTERMS

#: The prefixes of every query and of every Turtle file that we write, in this order.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cancu": str(CANCU),
        "type": str(TYPE),
        "rel": str(REL),
        "role": str(ROLE),
        "fund": str(FUND),
        "tier": str(TIER),
        "indicator": str(INDICATOR),
        "operator": str(OPERATOR),
        "unit": str(UNIT),
        "id": str(ID),
        "eli": str(ELI),
        "eli-dl": str(ELI_DL),
        "dct": str(DCTERMS),
        "oa": str(OA),
        "obeu-dimension": str(OBEU_DIMENSION),
        "obeu-measure": str(OBEU_MEASURE),
        "org": str(ORG),
        "owl": str(OWL),
        "prov": str(PROV),
        "qb": str(QB),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "skos": str(SKOS),
        "xsd": str(XSD),
    }
)

#: What was concluded from several sources together.
GRAPH_LINKING = ID["graph/linking"]
#: What rules and the reasoner conclude from all other graphs.
GRAPH_INFERRED = ID["graph/inferred"]
#: The ontology and its concept schemes.
GRAPH_VOCABULARY = ID["graph/vocabulary"]

# What stands in a path where nothing is known.
_UNKNOWN = "khong-ro"
_NO_YEAR = "khong-nam"

# All 67 lower-case letters of Vietnamese that are not ASCII, under the letter that a slug shows for them.
_VIETNAMESE = {
    "a": "àáảãạăằắẳẵặâầấẩẫậ",
    "d": "đ",
    "e": "èéẻẽẹêềếểễệ",
    "i": "ìíỉĩị",
    "o": "òóỏõọôồốổỗộơờớởỡợ",
    "u": "ùúủũụưừứửữự",
    "y": "ỳýỷỹỵ",
}
# Decomposed text (NFD) carries the same marks as characters of their own: grave, acute, circumflex, tilde,
# breve, hook above, horn, dot below.
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_ASCII = str.maketrans(
    {letter: base for base, letters in _VIETNAMESE.items() for letter in letters} | dict.fromkeys(_MARKS)
)

# The letters and signs of document numbers that a path cannot show, each as "_" or "~" and one letter; any
# other character becomes "~x", its code point in hexadecimal, "~". No escape begins another one, so a number
# can always be read back.
_NUMBER_ESCAPES = {"/": "_", "Đ": "~D", "đ": "~d", "Ư": "~U", "ư": "~u", "&": "~a"}
_NUMBER_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
_NUMBER_UNESCAPES = {escape: character for character, escape in _NUMBER_ESCAPES.items()}
_NUMBER_TOKEN = re.compile(r"_|~[DdUua]|~x([0-9a-f]{1,6})~|[A-Za-z0-9.-]")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR_OR_TERM = re.compile(r"[12][0-9]{3}|khoa-[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[0-9]+")
_ACTIVITY_CODE = re.compile(r"[A-Z]{2,6}[0-9]*(?:\.[A-Z]{1,6}[0-9]+|\.[0-9]+)*")
_FIELD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_RECORD = re.compile(r"([a-z]+)([0-9]+)-([0-9]+)")

# Titles run to several lines; a slug of them is for reading, the digest behind it keeps them apart.
_TITLE_SLUG_LENGTH = 60
_TITLE_DIGEST_LENGTH = 12
# Conclusions are many: 64 bits keep millions apart.
_INFERENCE_DIGEST_LENGTH = 16


def slug(name: str) -> str:
    """Write a Vietnamese name with the lower-case letters of ASCII, digits and hyphens.

    >>> slug("Ủy ban nhân dân tỉnh Đắk Lắk")
    'uy-ban-nhan-dan-tinh-dak-lak'
    >>> slug("Sở Lao động - Thương binh và Xã hội")
    'so-lao-dong-thuong-binh-va-xa-hoi'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_ASCII)).strip("-")


def expand(name: str) -> URIRef:
    """Write out a prefixed name.

    >>> str(expand("eli:based_on"))
    'http://data.europa.eu/eli/ontology#based_on'
    """
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in PREFIXES:
        raise ValueError(f"{name!r} does not begin with one of the prefixes {', '.join(PREFIXES)}")
    return URIRef(PREFIXES[prefix] + local)


@dataclass(frozen=True, slots=True)
class DocumentName:
    """Hold what the IRI of a document says: slugs of issuer and type, year or term, and its own name.

    Exactly one of ``number``, ``title`` (its slug and digest) and ``key`` (of the file) is given.
    """

    issuer: str | None
    type: str | None
    year_or_term: str | None
    number: str | None = None
    title: str | None = None
    key: str | None = None


def document_iri(
    type_slug: str | None,
    number: str | None,
    issuer: str | None,
    year_or_term: str | int | None = None,
    *,
    title: str | None = None,
    key: str | None = None,
) -> URIRef:
    """Mint the IRI of a document from its type, canonical number, issuer, and year or term.

    The term stands for documents that are numbered by term of congress and not by year, as the Party's are.
    A document without a number needs its ``title``, one without a title the ``key`` of the file that holds it.

    >>> str(document_iri("quyet-dinh", "90/QĐ-TTg", "Thủ tướng Chính phủ", 2022))
    'https://w3id.org/cancu/id/vn/thu-tuong-chinh-phu/quyet-dinh/2022/90_Q~D-TTg'
    >>> str(document_iri("nghi-quyet", "15-NQ/TW", "Ban Chấp hành Trung ương", "khoa-xi"))
    'https://w3id.org/cancu/id/vn/ban-chap-hanh-trung-uong/nghi-quyet/khoa-xi/15-NQ_TW'
    >>> str(document_iri("luat", None, "Quốc hội", title="Luật Đầu tư công"))
    'https://w3id.org/cancu/id/vn/quoc-hoi/luat/khong-nam/ten/luat-dau-tu-cong-9bc85b47fce7'
    >>> document_iri(None, "12/QĐ-UBND", None) == document_iri(None, "12/QD-UBND", None)
    False
    """
    if type_slug is not None and not _SLUG.fullmatch(type_slug):
        raise ValueError(f"{type_slug!r} is not the slug of a document type")
    year = _NO_YEAR if year_or_term is None else str(year_or_term)
    if year != _NO_YEAR and not _YEAR_OR_TERM.fullmatch(year):
        raise ValueError(f'{year_or_term!r} is neither a year nor a term such as "khoa-xi"')
    if number:
        own = _escape_number(number)
    elif title:
        own = f"ten/{_title_name(title)}"
    elif key:
        own = f"tep/{_quote_key(key)}"
    else:
        raise ValueError("a document needs a number, a title or the key of its file")
    return ID["/".join(("vn", _slug_or_unknown(issuer), type_slug or _UNKNOWN, year, own))]


def parse_document(iri: str) -> DocumentName:
    """Read back what :func:`document_iri` wrote.

    >>> name = parse_document("https://w3id.org/cancu/id/vn/chinh-phu/nghi-dinh/2022/27_2022_N~D-CP")
    >>> name.issuer, name.type, name.year_or_term, name.number
    ('chinh-phu', 'nghi-dinh', '2022', '27/2022/NĐ-CP')
    """
    match _local(iri, "vn/").split("/"):
        case [issuer, type_slug, year, number] if number:
            name = DocumentName(_known(issuer), _known(type_slug), _year(year), number=_unescape_number(number))
        case [issuer, type_slug, year, "ten", title] if _SLUG.fullmatch(title):
            name = DocumentName(_known(issuer), _known(type_slug), _year(year), title=title)
        case [issuer, type_slug, year, "tep", key] if key:
            name = DocumentName(_known(issuer), _known(type_slug), _year(year), key=_unquote_key(key))
        case _:
            raise ValueError(f"{iri!r} is not the IRI of a document")
    return name


def activity_iri(document: str, code: str) -> URIRef:
    """Mint the IRI of an activity from the IRI of its document and its code, or the phrase that names it.

    >>> str(activity_iri(document_iri(None, "37/KH-UBND", None), "DA3.TDA2"))
    'https://w3id.org/cancu/id/vn/khong-ro/khong-ro/khong-nam/37_KH-UBND#DA3.TDA2'
    >>> str(activity_iri(document_iri(None, "37/KH-UBND", None), "CS:y tế")).partition("#")[2]
    'cs-y-te-f6283e21ab1e'
    """
    parse_document(document)
    return URIRef(f"{document}#{code if _ACTIVITY_CODE.fullmatch(code) else _title_name(code)}")


def parse_activity(iri: str) -> tuple[str, str]:
    """Read the document's IRI and the activity's own name out of the IRI of an activity.

    >>> parse_activity("https://w3id.org/cancu/id/vn/khong-ro/khong-ro/khong-nam/37_KH-UBND#DA3.TDA2")[1]
    'DA3.TDA2'
    """
    document, _, name = iri.partition("#")
    if not (_ACTIVITY_CODE.fullmatch(name) or _SLUG.fullmatch(name)):
        raise ValueError(f"{iri!r} is not the IRI of an activity")
    parse_document(document)
    return document, name


def programme_iri(programme: str) -> URIRef:
    """Mint the IRI of a programme from its code.

    >>> str(programme_iri("gnbv-2021-2025"))
    'https://w3id.org/cancu/id/programme/gnbv-2021-2025'
    """
    if not _SLUG.fullmatch(programme):
        raise ValueError(f"{programme!r} is not the code of a programme")
    return ID[f"programme/{programme}"]


def component_iri(component: str) -> URIRef:
    """Mint the IRI of a component of a programme.

    >>> str(component_iri("gnbv-2021-2025/DA3.TDA2"))
    'https://w3id.org/cancu/id/programme/gnbv-2021-2025/DA3.TDA2'
    """
    programme, _, code = component.partition("/")
    if not _ACTIVITY_CODE.fullmatch(code):
        raise ValueError(f"{component!r} is not a programme with the code of a component")
    return URIRef(f"{programme_iri(programme)}/{code}")


def parse_component(iri: str) -> tuple[str, str]:
    """Read the programme and the code out of the IRI of a component.

    >>> parse_component("https://w3id.org/cancu/id/programme/gnbv-2021-2025/DA3.TDA2")
    ('gnbv-2021-2025', 'DA3.TDA2')
    """
    programme, _, code = _local(iri, "programme/").partition("/")
    if not (_SLUG.fullmatch(programme) and _ACTIVITY_CODE.fullmatch(code)):
        raise ValueError(f"{iri!r} is not the IRI of a component")
    return programme, code


def concept_iri(namespace: Namespace, phrase: str) -> URIRef:
    """Mint the IRI of a concept that no table has, from the phrase that names it.

    >>> str(concept_iri(UNIT, "mô hình"))[:38]
    'https://w3id.org/cancu/unit/mo-hinh-9c'
    """
    return namespace[_title_name(phrase)]


def agency_iri(name: str, code: str | None = None) -> URIRef:
    """Mint the IRI of an agency from its full canonical name.

    A slug drops tones, and two communes of one province may differ by a tone only (Bình Thành, Bình Thạnh):
    ``code``, the GSO code of the agency's place, keeps the agencies of such places apart.

    >>> str(agency_iri("Ủy ban nhân dân tỉnh Bắc Giang"))
    'https://w3id.org/cancu/id/agency/uy-ban-nhan-dan-tinh-bac-giang'
    >>> str(agency_iri("Ủy ban nhân dân xã Bình Thạnh", code="30100"))
    'https://w3id.org/cancu/id/agency/uy-ban-nhan-dan-xa-binh-thanh-30100'
    """
    if code is not None and not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a GSO code")
    return ID["agency/" + (f"{_slug_of(name)}-{code}" if code else _slug_of(name))]


def parse_agency(iri: str) -> str:
    """Read the slug out of the IRI of an agency.

    >>> parse_agency("https://w3id.org/cancu/id/agency/chinh-phu")
    'chinh-phu'
    """
    name = _local(iri, "agency/")
    if not _SLUG.fullmatch(name):
        raise ValueError(f"{iri!r} is not the IRI of an agency")
    return name


def place_iri(code: str, valid_from: int) -> URIRef:
    """Mint the IRI of a place from its GSO code and the year from which the code has meant it.

    >>> str(place_iri("24", 1997)), str(place_iri("24", 2025))
    ('https://w3id.org/cancu/id/place/24-1997', 'https://w3id.org/cancu/id/place/24-2025')
    """
    if not _CODE.fullmatch(code) or not 1000 <= valid_from <= 9999:
        raise ValueError(f"{code!r} with {valid_from!r} is not a GSO code with a year")
    return ID[f"place/{code}-{valid_from}"]


def parse_place(iri: str) -> tuple[str, int]:
    """Read the GSO code and the year out of the IRI of a place.

    >>> parse_place("https://w3id.org/cancu/id/place/01-2008")
    ('01', 2008)
    """
    code, hyphen, year = _local(iri, "place/").partition("-")
    if not (hyphen and _CODE.fullmatch(code) and re.fullmatch(r"[1-9][0-9]{3}", year)):
        raise ValueError(f"{iri!r} is not the IRI of a place")
    return code, int(year)


def source_iri(key: str) -> URIRef:
    """Mint the IRI of a source text from its file key.

    >>> str(source_iri("tỉnh/kế hoạch 37.txt"))
    'https://w3id.org/cancu/id/source/t%E1%BB%89nh%2Fk%E1%BA%BF%20ho%E1%BA%A1ch%2037.txt'
    """
    return ID["source/" + _quote_key(key)]


def parse_source(iri: str) -> str:
    """Read the file key out of the IRI of a source text.

    >>> parse_source("https://w3id.org/cancu/id/source/ke-hoach%2037.txt")
    'ke-hoach 37.txt'
    """
    return _key_behind(iri, "source/")


def graph_iri(key: str) -> URIRef:
    """Mint the IRI of the named graph that holds everything read out of one source.

    >>> str(graph_iri("ke-hoach.txt"))
    'https://w3id.org/cancu/id/graph/source/ke-hoach.txt'
    """
    return ID["graph/source/" + _quote_key(key)]


def parse_graph(iri: str) -> str:
    """Read the file key out of the IRI of a source's graph.

    >>> parse_graph("https://w3id.org/cancu/id/graph/source/ke-hoach.txt")
    'ke-hoach.txt'
    """
    return _key_behind(iri, "graph/source/")


def rule_iri(rule: str) -> URIRef:
    """Mint the IRI of a rule that draws conclusions.

    >>> str(rule_iri("normative-by-number"))
    'https://w3id.org/cancu/id/rule/normative-by-number'
    """
    if not _FIELD.fullmatch(rule):
        raise ValueError(f"{rule!r} is not the name of a rule")
    return ID[f"rule/{rule}"]


def inference_iri(rule: str, subject: str, predicate: str, value: str) -> URIRef:
    """Mint the IRI of one conclusion of a rule from the triple that it concludes.

    >>> str(inference_iri("rank", "https://w3id.org/cancu/id/x", str(CANCU.hasRank), str(TYPE["luat"])))
    'https://w3id.org/cancu/id/inference/rank/d726c8ef6475c419'
    """
    if not _FIELD.fullmatch(rule):
        raise ValueError(f"{rule!r} is not the name of a rule")
    digest = sha256(f"{subject} {predicate} {value}".encode()).hexdigest()
    return ID[f"inference/{rule}/{digest[:_INFERENCE_DIGEST_LENGTH]}"]


def record_iri(source: str, kind: str, start: int, end: int) -> URIRef:
    """Mint the IRI of what was read at a place of a source: ``kind`` is one or more lower-case letters.

    >>> str(record_iri(source_iri("ke-hoach.txt"), "d", 40, 49))
    'https://w3id.org/cancu/id/source/ke-hoach.txt#d40-49'
    """
    parse_source(source)
    fragment = f"{kind}{start}-{end}"
    if not _RECORD.fullmatch(fragment) or start > end:
        raise ValueError(f"{fragment!r} is not a kind of record with its start and end")
    return URIRef(f"{source}#{fragment}")


def parse_record(iri: str) -> tuple[str, str, int, int]:
    """Read the file key, kind, start and end out of the IRI of a record.

    >>> parse_record("https://w3id.org/cancu/id/source/ke-hoach.txt#d40-49")
    ('ke-hoach.txt', 'd', 40, 49)
    """
    source, _, fragment = iri.partition("#")
    found = _RECORD.fullmatch(fragment)
    if not found:
        raise ValueError(f"{iri!r} is not the IRI of a record")
    return parse_source(source), found[1], int(found[2]), int(found[3])


def citation_iri(source: str, start: int, end: int) -> URIRef:
    """Mint the IRI of a citation from the IRI of its source and its place there.

    >>> str(citation_iri(source_iri("ke-hoach.txt"), 103, 180))
    'https://w3id.org/cancu/id/source/ke-hoach.txt#c103-180'
    """
    return record_iri(source, "c", start, end)


def parse_citation(iri: str) -> tuple[str, int, int]:
    """Read the file key, start and end out of the IRI of a citation.

    >>> parse_citation("https://w3id.org/cancu/id/source/ke-hoach.txt#c103-180")
    ('ke-hoach.txt', 103, 180)
    """
    key, kind, start, end = parse_record(iri)
    if kind != "c":
        raise ValueError(f"{iri!r} is not the IRI of a citation")
    return key, start, end


def header_iri(source: str, name: str) -> URIRef:
    """Mint the IRI of the statement that a source makes of itself in one field of its header.

    >>> str(header_iri(source_iri("ke-hoach.txt"), "title"))
    'https://w3id.org/cancu/id/source/ke-hoach.txt#title'
    """
    parse_source(source)
    if not _FIELD.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a field")
    return URIRef(f"{source}#{name}")


def part_iri(record: str, part: str) -> URIRef:
    """Mint the IRI of a part of a record, such as its annotation, target, position or quote.

    >>> str(part_iri(citation_iri(source_iri("a.txt"), 3, 9), "quote"))
    'https://w3id.org/cancu/id/source/a.txt#c3-9-quote'
    """
    if "#" not in record:
        raise ValueError(f"{record!r} is not the IRI of a record")
    return URIRef(f"{record}-{part}")


def _local(iri: str, folder: str) -> str:
    prefix = ID + folder
    if not iri.startswith(prefix):
        raise ValueError(f"{iri!r} does not begin with {str(prefix)!r}")
    return iri.removeprefix(prefix)


def _slug_of(name: str) -> str:
    written = slug(name)
    if not written:
        raise ValueError(f"{name!r} has no letter or digit")
    return written


def _slug_or_unknown(name: str | None) -> str:
    return _UNKNOWN if name is None else _slug_of(name)


def _known(part: str) -> str | None:
    if not _SLUG.fullmatch(part):
        raise ValueError(f"{part!r} is not a slug")
    return None if part == _UNKNOWN else part


def _year(part: str) -> str | None:
    if part == _NO_YEAR:
        return None
    if not _YEAR_OR_TERM.fullmatch(part):
        raise ValueError(f"{part!r} is neither a year nor a term")
    return part


def _title_name(title: str) -> str:
    """Write a title as a slug for the eye and a digest that keeps apart what the slug confuses."""
    words = " ".join(title.split())
    digest = sha256(words.casefold().encode()).hexdigest()[:_TITLE_DIGEST_LENGTH]
    shown = slug(words)
    if len(shown) > _TITLE_SLUG_LENGTH:
        shown = shown[: _TITLE_SLUG_LENGTH + 1].rpartition("-")[0] or shown[:_TITLE_SLUG_LENGTH]
    return f"{shown}-{digest}" if shown else digest


def _escape_number(number: str) -> str:
    return "".join(
        character if character in _NUMBER_PLAIN else _NUMBER_ESCAPES.get(character, f"~x{ord(character):x}~")
        for character in number
    )


def _unescape_number(written: str) -> str:
    number, position = [], 0
    while position < len(written):
        token = _NUMBER_TOKEN.match(written, position)
        if not token:
            raise ValueError(f"{written!r} is not a number as document_iri writes it")
        number.append(chr(int(token[1], 16)) if token[1] else _NUMBER_UNESCAPES.get(token[0], token[0]))
        position = token.end()
    read = "".join(number)
    if _escape_number(read) != written:
        raise ValueError(f"{written!r} is not a number as document_iri writes it")
    return read


# File names that are not valid Unicode reach Python as lone surrogates; "surrogateescape" brings their bytes back.
def _quote_key(key: str) -> str:
    if not key:
        raise ValueError("the key of a file is not empty")
    return quote(key, safe="", errors="surrogateescape")


def _unquote_key(written: str) -> str:
    return unquote(written, errors="surrogateescape")


def _key_behind(iri: str, folder: str) -> str:
    written = _local(iri, folder)
    if not written or "/" in written or "#" in written:
        raise ValueError(f"{iri!r} is not {folder} and the key of a file")
    return _unquote_key(written)
