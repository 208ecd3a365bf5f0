"""Hold the frozen values that all parts of Căn Cứ speak of.

Offsets are Unicode code-point offsets into the source as it was read, untouched; for every value with
``start``, ``end`` and ``quote`` it holds that ``source[start:end] == quote``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

__all__ = [
    "Activity",
    "Assignment",
    "Cell",
    "Citation",
    "DigitalSignature",
    "Document",
    "Doubt",
    "Evidence",
    "Extraction",
    "Money",
    "Observation",
    "Provision",
    "Quantity",
    "Recipient",
    "Repair",
    "Reporting",
    "Section",
    "Source",
    "Table",
]

#: The span (start, end) of a citation that grounds a record; the citation itself is in :attr:`Extraction.citations`.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Point at the characters that prove a statement.

    >>> Evidence(0, 7, "Căn cứ ").quote
    'Căn cứ '
    """

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Repair:
    """Record that characters were read differently from what is printed.

    >>> Repair(4, 7, "tr ", "trợ", "lost-glyph").read_as
    'trợ'
    """

    start: int
    end: int
    printed: str
    read_as: str
    rule: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Record what could not be decided, with its place and what it might be.

    ``rule`` names the kind of doubt (a key of ``core/messages.tsv`` behind "doubt."), ``detail`` holds the
    values its message needs, ``candidates`` what the text might mean.

    >>> Doubt("impossible-date", 10, 19, "31/4/2020").candidates
    ()
    """

    rule: str
    start: int
    end: int
    quote: str
    candidates: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """Name the part of a document that a citation points at, as printed ("5, 6, 7" for a list).

    >>> Provision(dieu="5", khoan="2", diem="a").dieu
    '5'
    """

    dieu: str | None = None
    khoan: str | None = None
    diem: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Name one heading and the text under it: ``start`` is the heading's, ``end`` where its text ends.

    >>> Section(0, 90, 0, 20, 1, "I", "MỤC TIÊU", ("I. MỤC TIÊU",)).path
    ('I. MỤC TIÊU',)
    """

    start: int
    end: int
    heading_start: int
    heading_end: int
    level: int
    label: str
    title: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Hold one mention of an identifiable document.

    ``number`` is canonical, ``date`` ISO 8601, ``issuer`` the full canonical name; ``relation`` one of the
    codes of ``ontology/relations.tsv``; ``inferred`` lists the fields that context gave, not print.
    ``resolves_to`` is the (start, end) of the first full mention that a short one stands for.
    """

    start: int
    end: int
    quote: str
    type: str | None
    number: str | None
    date: str | None = None
    issuer: str | None = None
    subject: str | None = None
    relation: str = "mention"
    activity: str | None = None
    provision: Provision | None = None
    section: str = ""
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0
    cue: str | None = None
    resolves_to: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """Hold one block of a digital signature, as printed at the end of a signed PDF."""

    signer: str
    unit: str | None
    email: str | None
    time: str | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Document:
    """Hold what a text says of itself; ``evidence`` gives the place of each field that is printed.

    ``capacity`` are the marks of the capacity in which the signer signs, in the order of print ("TM.", "TM. KT.").
    """

    type: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    place: str | None = None
    signer: str | None = None
    signer_role: str | None = None
    on_behalf_of: str | None = None
    capacity: str | None = None
    period_start: int | None = None
    period_end: int | None = None
    province: str | None = None
    district: str | None = None
    digital_signatures: tuple[DigitalSignature, ...] = ()
    inferred: tuple[str, ...] = ()
    evidence: tuple[tuple[str, Evidence], ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Source:
    """Name a text that was read: its key in the store, digest, media type and length in characters."""

    file: str
    sha256: str
    media_type: str
    characters: int


@dataclass(frozen=True, slots=True)
class Money:
    """Hold one sum: ``amount`` in triệu đồng, ``printed`` as it stands there with its unit.

    ``source`` and ``kind`` are codes of ``ontology/funding.tsv``; ``year`` is the year that it was allotted for;
    ``carried_from`` are the years that carried-over money comes from, of which ``year`` is the only one, if it is one;
    ``activity`` the code of the activity that it belongs to, None for the whole document.

    >>> Money(0, 16, "2 tỷ 735 triệu đồng", Decimal("2735"), "2 tỷ 735 triệu đồng").source
    'unspecified'
    """

    start: int
    end: int
    quote: str
    amount: Decimal
    printed: str
    approx: bool = False
    source: str = "unspecified"
    kind: str | None = None
    year: int | None = None
    carried_over: bool = False
    carried_from: tuple[int, ...] = ()
    activity: str | None = None
    section: str = ""
    authority: tuple[Span, ...] = ()
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold one target or result: what is measured, for whom, and the value with its unit.

    ``op`` is a code of ``ontology/operators.tsv``, ``concept`` the code of the indicator in ``ontology/indicators.tsv``
    or a slug of its phrase; ``by`` is a target's year or date, ``as_of`` a result's.

    >>> Quantity(0, 8, "còn 1,8%", "tỷ lệ hộ nghèo", "=", Decimal("1.8"), "%").value
    Decimal('1.8')
    """

    start: int
    end: int
    quote: str
    indicator: str
    op: str
    value: Decimal | None
    unit: str | None
    value2: Decimal | None = None
    scope: str | None = None
    qualifier: str | None = None
    concept: str | None = None
    by: str | None = None
    as_of: str | None = None
    activity: str | None = None
    section: str = ""
    authority: tuple[Span, ...] = ()
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """Hold one duty: which agency has which role (a code of ``ontology/roles.tsv``) in which task.

    ``start``..``end`` is the task; ``agency_start``..``agency_end`` the name as printed (``agency_surface``), which may
    stand in a heading far above; ``collective`` says that many bodies are meant ("các sở, ngành liên quan").
    """

    start: int
    end: int
    task: str
    agency: str
    agency_surface: str
    agency_start: int
    agency_end: int
    role: str
    activity: str | None = None
    deadline: str | None = None
    section: str = ""
    collective: bool = False
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Reporting:
    """Hold one duty to report: who reports what to whom, by when, how often.

    ``deadline`` is an ISO date where the text gives one, else the phrase as printed, as ``frequency`` always is.
    """

    start: int
    end: int
    quote: str
    who: str | None
    to: str | None
    what: str | None
    deadline: str | None = None
    frequency: str | None = None
    activity: str | None = None
    section: str = ""
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Activity:
    """Hold one component or policy: ``start``..``end`` is its heading, its text runs to ``until``.

    ``code`` is canonical ("DA3.TDA2"; "CS:tín dụng ưu đãi" for a policy that is not a numbered project),
    ``printed_label`` what the text prints, also where it misprints; ``component`` is the national component that it
    realises ("gnbv-2021-2025/DA3.TDA2", a row of ``ontology/components.tsv``), None where none is known. ``lead``,
    ``coordinate``, ``implement`` are agencies; ``authority`` the spans of the citations that authorise it.
    """

    start: int
    end: int
    quote: str
    code: str
    printed_label: str
    title: str
    until: int
    parent: str | None = None
    component: str | None = None
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    implement: tuple[str, ...] = ()
    deadline: str | None = None
    beneficiaries: tuple[str, ...] = ()
    budget: tuple[Money, ...] = ()
    legal_basis: tuple[str, ...] = ()
    authority: tuple[Span, ...] = ()
    section: str = ""
    evidence: tuple[tuple[str, Evidence], ...] = ()
    inferred: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipient:
    """Hold one line under "Nơi nhận" as printed, without bullet and end mark, and the agencies that it names."""

    start: int
    end: int
    text: str
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell: ``text`` without marks of layout; a lost or merged cell is empty and has start == end."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Hold one table: ``header`` has one name a column (several lines joined by " > "), every row as many cells."""

    start: int
    end: int
    title: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    section: str = ""
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Hold one figure of a table with the offsets of its cell.

    ``row`` names its row and ``column`` the lines of its column's name; ``value`` is None where the print is no number
    of its column. ``place`` is the key of the place that the row names, where there is one only.
    """

    start: int
    end: int
    printed: str
    row: str
    column: tuple[str, ...]
    value: Decimal | None
    unit: str | None = None
    year: int | None = None
    period: tuple[int, int] | None = None
    place: tuple[str, int] | None = None
    total: bool = False
    doubtful: bool = False
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Hold everything that was read out of one source; the graph is made from it and from nothing else."""

    source: Source
    document: Document
    citations: tuple[Citation, ...] = ()
    activities: tuple[Activity, ...] = ()
    document_budget: tuple[Money, ...] = ()
    targets: tuple[Quantity, ...] = ()
    results: tuple[Quantity, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    reporting: tuple[Reporting, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    tables: tuple[Table, ...] = ()
    observations: tuple[Observation, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sections: tuple[Section, ...] = field(default=(), repr=False)
