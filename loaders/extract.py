"""Read one source into records: everything that its text says, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cancu.loaders import readers
from cancu.loaders.citations import Mention, Note, complete_mentions, find_mentions
from cancu.loaders.header import Header, read_header
from cancu.loaders.outline import Outline, read_outline
from cancu.loaders.records import extraction_of, records_of
from cancu.loaders.relations import Judgement, judge
from cancu.loaders.text import Text, read_text
from cancu.model import Citation, DigitalSignature, Document, Doubt, Evidence, Extraction, Section, Source
from cancu.ontology import lexicon

__all__ = ["extract_file", "extract_text", "extraction_of", "records_of"]

# Laws are cited by name and plans by title: what they are about is what they are called.
_TITLED_TYPES = lexicon.words("titled_type")
# A place without its unit word: "tỉnh Bắc Giang" -> "Bắc Giang".
_UNITS = tuple(f"{unit} " for unit, tier in lexicon.words("unit_tier").items() if tier != "commune")
# An issuer that only context gave makes a citation this much less sure.
_INFERRED_ISSUER = 0.05


def extract_file(path: Path, key: str | None = None) -> Extraction:
    """Read a file and everything that its text says.

    Raises :class:`cancu.errors.ReadError` where the file cannot be read; a flawed text never raises.
    """
    reading = readers.read_file(path)
    source = Source(key or path.name, reading.sha256, reading.media_type, len(reading.text))
    return extract_text(reading.text, source)


def extract_text(text: str, source: Source | None = None) -> Extraction:
    r"""Read everything that a text says.

    >>> text = "KẾ HOẠCH\nNăm 2024\nCăn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ;"
    >>> [(found.number, found.issuer, found.relation) for found in extract_text(text).citations]
    [('90/QĐ-TTg', 'Thủ tướng Chính phủ', 'legal_basis')]
    """
    if source is None:
        source = Source("", "", "text/plain", len(text))
    read = read_text(text)
    plain = read.plain
    header = read_header(plain)
    outline = read_outline(plain, header.body_start)
    mentions, notes = find_mentions(plain)
    mentions = [mention for mention in mentions if not _is_own_heading(mention, header)]
    notes += complete_mentions(plain, mentions, header.context)
    judgements = judge(plain, mentions, outline, header)
    citations = tuple(
        _citation(read, mention, judgement, outline) for mention, judgement in zip(mentions, judgements, strict=True)
    )
    notes += [Note("impossible-date", start, end) for start, end in header.impossible]
    _read_own_annex(mentions, judgements, header)
    doubts = sorted((_doubt(read, note) for note in notes), key=lambda doubt: (doubt.start, doubt.end, doubt.rule))
    return Extraction(source, _document(read, header), citations, read.repairs, tuple(doubts), _sections(read, outline))


def _is_own_heading(mention: Mention, header: Header) -> bool:
    """Tell the document's own number and headline from a citation."""
    number = header.places.get("number")
    return number is not None and mention.start < number[1] and mention.end > number[0]


def _read_own_annex(mentions: Sequence[Mention], judgements: Sequence[Judgement], header: Header) -> None:
    """Take number and date that the head has lost from the head of the own annex, where they are printed once more.

    "(Kèm theo Kế hoạch số 96/KH-UBND ngày 05/4/2024 của UBND huyện)" behind the signature of a plan without a number.
    """
    annexes = [
        mention for mention, judgement in zip(mentions, judgements, strict=True) if judgement.relation == "attached_to"
    ]
    same = [
        mention
        for mention in annexes
        if mention.number is not None
        and mention.start > header.title_end
        and mention.type == header.type
        and mention.issuer == header.issuer
    ]
    once = len({(mention.number, mention.date) for mention in same}) == 1
    if once and header.number is None and header.issuer is not None:
        found = same[0]
        header.number = found.number
        header.places["number"] = (found.start, found.end)
        header.inferred.append("number")
        if header.date is None and found.date is not None:
            header.date = found.date
            header.places["date"] = (found.start, found.end)
            header.inferred.append("date")
    # "Quy chế (ban hành kèm theo Quyết định số … của UBND tỉnh)": who decides on the annex issues it.
    issuer = next((mention.issuer for mention in annexes if mention.issuer is not None), None)
    if header.issuer is None and issuer is not None:
        header.issuer = issuer.removeprefix("Chủ tịch ")
        header.inferred.append("issuer")


def _citation(read: Text, mention: Mention, judgement: Judgement, outline: Outline) -> Citation:
    start, end = read.span(mention.start, mention.end)
    resolves = read.span(mention.resolves_to, mention.resolves_to + 1)[0] if mention.resolves_to is not None else None
    unsure = _INFERRED_ISSUER if "issuer" in mention.inferred and mention.kind == "numbered" else 0.0
    inferred = {*mention.inferred, *(["activity"] if judgement.activity is not None else [])}
    return Citation(
        start=start,
        end=end,
        quote=read.source[start:end],
        type=mention.type,
        number=mention.number,
        date=mention.date,
        issuer=mention.issuer,
        subject=_subject(read, mention),
        relation=judgement.relation,
        activity=judgement.activity,
        provision=mention.provision,
        section=outline.section(mention.start),
        inferred=tuple(sorted(inferred)),
        confidence=round(min(mention.confidence, judgement.confidence) - unsure, 2),
        cue=judgement.cue,
        resolves_to=(resolves, resolves) if resolves is not None else None,
    )


def _subject(read: Text, mention: Mention) -> str | None:
    """Return what a cited document is about: the clause behind it, else its name or title."""
    start, end = mention.subject_start, mention.subject_end
    if start is not None and end is not None and end > start:
        return " ".join(read.plain[start:end].split()).strip(" ,.;:") or None
    if (mention.kind == "titled" and mention.type in _TITLED_TYPES) or (
        mention.kind == "law" and mention.type != "Hiến pháp"
    ):
        return mention.name
    return None


def _doubt(read: Text, note: Note) -> Doubt:
    start, end = read.span(note.start, note.end)
    return Doubt(note.rule, start, end, read.source[start:end], note.candidates, note.detail)


def _document(read: Text, header: Header) -> Document:
    evidence = []
    for name, (first, last) in sorted(header.places.items()):
        start, end = read.span(first, last)
        evidence.append((name, Evidence(start, end, read.source[start:end])))
    signatures = []
    for signature in header.signatures:
        start, end = read.span(signature.start, signature.end)
        signatures.append(
            DigitalSignature(
                signature.signer, signature.unit, signature.email, signature.time, start, end, read.source[start:end]
            )
        )
    return Document(
        type=header.type,
        number=header.number,
        date=header.date,
        issuer=header.issuer,
        title=header.title,
        place=header.place,
        signer=header.signer,
        signer_role=header.signer_role,
        on_behalf_of=header.on_behalf_of,
        period_start=header.period_start,
        period_end=header.period_end,
        province=_bare(header.province),
        district=_bare(header.district),
        digital_signatures=tuple(signatures),
        inferred=tuple(sorted(set(header.inferred))),
        evidence=tuple(evidence),
    )


def _bare(place: str | None) -> str | None:
    """Drop the unit word: "tỉnh Bắc Giang" -> "Bắc Giang"."""
    if place is None:
        return None
    unit = next((unit for unit in _UNITS if place.startswith(unit)), "")
    return place.removeprefix(unit)


def _sections(read: Text, outline: Outline) -> tuple[Section, ...]:
    sections = []
    for heading in outline.headings:
        start, end = read.span(heading.start, heading.end)
        until = read.span(heading.start, heading.until)[1]
        sections.append(Section(start, until, start, end, heading.rank, heading.label, heading.title, heading.path))
    return tuple(sections)
