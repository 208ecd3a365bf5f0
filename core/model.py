"""Hold the frozen values that all parts of Căn Cứ speak of.

Offsets are Unicode code-point offsets into the source as it was read, untouched; for every value with
``start``, ``end`` and ``quote`` it holds that ``source[start:end] == quote``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Citation",
    "DigitalSignature",
    "Document",
    "Doubt",
    "Evidence",
    "Extraction",
    "Provision",
    "Repair",
    "Section",
    "Source",
]


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
    """Hold what a text says of itself; ``evidence`` gives the place of each field that is printed."""

    type: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    place: str | None = None
    signer: str | None = None
    signer_role: str | None = None
    on_behalf_of: str | None = None
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
class Extraction:
    """Hold everything that was read out of one source; the graph is made from it and from nothing else."""

    source: Source
    document: Document
    citations: tuple[Citation, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sections: tuple[Section, ...] = field(default=(), repr=False)
