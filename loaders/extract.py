"""Read one source into records: everything that its text says, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cancu.loaders import readers
from cancu.loaders.citations import Mention, Note, complete_mentions, find_mentions
from cancu.loaders.components import Components
from cancu.loaders.faults import (
    find_basis_faults,
    find_header_faults,
    find_number_faults,
    find_word_faults,
    is_before_rules,
)
from cancu.loaders.header import Header, read_header
from cancu.loaders.outline import Outline, read_outline, source_breaks
from cancu.loaders.plans import activities_of, read_plan
from cancu.loaders.reading import Reading
from cancu.loaders.records import extraction_of, records_of
from cancu.loaders.relations import Judgement, judge
from cancu.loaders.tables import PlainTable, read_tables
from cancu.loaders.text import Text, read_text
from cancu.model import Citation, DigitalSignature, Document, Doubt, Evidence, Extraction, Section, Source
from cancu.ontology import lexicon

__all__ = ["extract_file", "extract_text", "extraction_of", "read_reading", "records_of"]

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
    reading, tables, notes = _read(text)
    read, header, outline, mentions = reading.text, reading.header, reading.outline, list(reading.mentions)
    judgements = judge(reading.plain, mentions, outline, header)
    plan = read_plan(reading, tables)
    citations = tuple(
        _citation(reading, mention, judgement, plan.components)
        for mention, judgement in zip(mentions, judgements, strict=True)
    )
    notes += plan.notes
    notes += [Note("impossible-date", start, end) for start, end in header.impossible]
    notes = _with_faults(reading, judgements, notes)
    _read_own_annex(mentions, judgements, header)
    doubts = sorted((_doubt(read, note) for note in notes), key=lambda doubt: (doubt.start, doubt.end, doubt.rule))
    return Extraction(
        source,
        _document(read, header),
        citations,
        activities=activities_of(plan, reading, citations),
        document_budget=tuple(money for money in plan.sums if money.activity is None),
        targets=plan.targets,
        results=plan.results,
        assignments=plan.assignments,
        reporting=plan.reporting,
        recipients=plan.recipients,
        tables=plan.tables,
        observations=plan.observations,
        repairs=read.repairs,
        doubts=tuple(doubts),
        sections=_sections(read, outline),
    )


def read_reading(text: str) -> Reading:
    r"""Read a text as far as all readers of its parts share it.

    >>> read_reading("KẾ HOẠCH\nNăm 2024\nI. MỤC TIÊU\nGiảm nghèo.").outline.headings[0].title
    'MỤC TIÊU'
    """
    return _read(text)[0]


def _read(text: str) -> tuple[Reading, list[PlainTable], list[Note]]:
    read = read_text(text)
    header = read_header(read.plain)
    outline = read_outline(read.plain, header.body_start, source_breaks(read))
    mentions, notes = find_mentions(read.plain)
    mentions = [mention for mention in mentions if not _is_own_heading(mention, header)]
    notes += complete_mentions(read.plain, mentions, header.context)
    tables = read_tables(read)
    return Reading(read, header, outline, mentions, [(table.start, table.end) for table in tables]), tables, notes


def _with_faults(reading: Reading, judgements: Sequence[Judgement], notes: Sequence[Note]) -> list[Note]:
    """Add what the words show to be wrong; a code that can be mended is no longer unknown or of another type."""
    plain, header, mentions = reading.plain, reading.header, reading.mentions
    numbers = find_number_faults(plain, mentions)
    mended = [(note.start, note.end) for note in numbers if note.rule == "symbol-damaged"]
    old = {mention.start for mention in mentions if is_before_rules(mention)}
    kept = [
        note
        for note in notes
        if not (note.rule == "type-symbol" and note.start in old)
        and (
            note.rule not in ("unknown-code", "type-symbol")
            or not any(note.start <= start and end <= note.end for start, end in mended)
        )
    ]
    return [
        *kept,
        *numbers,
        *find_header_faults(plain, header),
        *find_basis_faults(plain, mentions, judgements, header),
        *find_word_faults(plain, header),
    ]


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


def _citation(reading: Reading, mention: Mention, judgement: Judgement, components: Components) -> Citation:
    read = reading.text
    start, end = read.span(mention.start, mention.end)
    resolves = read.span(mention.resolves_to, mention.resolves_to + 1)[0] if mention.resolves_to is not None else None
    unsure = _INFERRED_ISSUER if "issuer" in mention.inferred and mention.kind == "numbered" else 0.0
    activity = _activity_of(reading, mention, judgement, components)
    inferred = {*mention.inferred, *(["activity"] if activity is not None else [])}
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
        activity=activity,
        provision=mention.provision,
        section=reading.outline.section(mention.start),
        inferred=tuple(sorted(inferred)),
        confidence=round(min(mention.confidence, judgement.confidence) - unsure, 2),
        cue=judgement.cue,
        resolves_to=(resolves, resolves) if resolves is not None else None,
    )


def _activity_of(reading: Reading, mention: Mention, judgement: Judgement, components: Components) -> str | None:
    """Return what a document authorises: the component that its sentence names or that holds it, else a phrase."""
    if judgement.relation != "authorises":
        return judgement.activity
    sentence = max(reading.plain.rfind(mark, 0, mention.start) for mark in ("\n", ";", ". "))
    named = components.named(reading.plain, sentence + 1, mention.start)
    if named:
        return named[-1][2]
    holding = components.at(mention.start)
    return holding.code if holding is not None else judgement.activity


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
        capacity=header.capacity,
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
