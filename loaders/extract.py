"""Read one source into records, and records into the public JSON of ``cancu extract`` and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cancu.loaders import readers
from cancu.loaders.citations import Mention, Note, complete_mentions, find_mentions
from cancu.loaders.header import Header, read_header
from cancu.loaders.outline import Outline, read_outline
from cancu.loaders.relations import judge
from cancu.loaders.text import Text, read_text
from cancu.model import (
    Citation,
    DigitalSignature,
    Document,
    Doubt,
    Evidence,
    Extraction,
    Provision,
    Repair,
    Section,
    Source,
)

__all__ = ["extract_file", "extract_text", "extraction_of", "records_of"]


def extract_file(path: Path, key: str | None = None) -> Extraction:
    """Read a file and everything that its text says.

    Raises :class:`cancu.errors.ReadError` where the file cannot be read; a flawed text never raises.
    """
    reading = readers.read_file(path)
    source = Source(key or path.name, reading.sha256, reading.media_type, len(reading.text))
    return extract_text(reading.text, source)


def extract_text(text: str, source: Source | None = None) -> Extraction:
    """Read everything that a text says.

    >>> found = extract_text("KẾ HOẠCH\\nThực hiện năm 2024\\nCăn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ;")
    >>> [(c.number, c.issuer, c.relation) for c in found.citations]
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
        _citation(read, mention, relation.relation, relation.cue, relation.activity, relation.confidence, outline)
        for mention, relation in zip(mentions, judgements, strict=True)
    )
    notes += [Note("impossible-date", start, end) for start, end in header.impossible]
    _read_own_annex(mentions, [judgement.relation for judgement in judgements], header)
    doubts = tuple(
        sorted((_doubt(read, note) for note in notes), key=lambda doubt: (doubt.start, doubt.end, doubt.rule))
    )
    return Extraction(source, _document(read, header), citations, read.repairs, doubts, _sections(read, outline))


def _is_own_heading(mention: Mention, header: Header) -> bool:
    """Tell the document's own number and headline from a citation."""
    number = header.places.get("number")
    return number is not None and mention.start < number[1] and mention.end > number[0]


def _read_own_annex(mentions: list[Mention], relations: list[str], header: Header) -> None:
    """Take number and date that the head has lost from the head of the own annex, where they are printed once more.

    "(Kèm theo Kế hoạch số 96/KH-UBND ngày 05/4/2024 của UBND huyện)" behind the signature of a plan without a number.
    """
    own = [
        mention
        for mention, relation in zip(mentions, relations, strict=True)
        if relation == "attached_to" and mention.number is not None and mention.start > header.title_end
    ]
    same = [mention for mention in own if mention.type == header.type and mention.issuer == header.issuer]
    if (
        header.number is None
        and header.issuer is not None
        and len({(mention.number, mention.date) for mention in same}) == 1
    ):
        found = same[0]
        header.number = found.number
        header.places["number"] = (found.start, found.end)
        header.inferred.append("number")
        if header.date is None and found.date is not None:
            header.date = found.date
            header.places["date"] = (found.start, found.end)
            header.inferred.append("date")
    # "Quy chế (ban hành kèm theo Quyết định số … của UBND tỉnh)": who decides on the annex issues it.
    head = [
        mention
        for mention, relation in zip(mentions, relations, strict=True)
        if relation == "attached_to" and mention.issuer is not None
    ]
    if header.issuer is None and head:
        header.issuer = head[0].issuer.removeprefix("Chủ tịch ") if head[0].issuer is not None else None
        header.inferred.append("issuer")


def _citation(
    read: Text,
    mention: Mention,
    relation: str,
    cue: str | None,
    activity: str | None,
    sureness: float,
    outline: Outline,
) -> Citation:
    start, end = read.span(mention.start, mention.end)
    subject = None
    if (
        mention.subject_start is not None
        and mention.subject_end is not None
        and mention.subject_end > mention.subject_start
    ):
        subject = " ".join(read.plain[mention.subject_start : mention.subject_end].split()).strip(" ,.;:") or None
    elif (
        mention.kind == "titled"
        and mention.name is not None
        and mention.type in ("Kế hoạch", "Đề án", "Chiến lược", "Quy hoạch")
    ):
        subject = mention.name
    elif mention.kind == "law" and mention.name is not None and mention.type != "Hiến pháp":
        subject = mention.name
    resolved = None
    if mention.resolves_to is not None:
        resolved = read.span(mention.resolves_to, mention.resolves_to + 1)[0]
    inferred = [*mention.inferred, *(["activity"] if activity is not None else [])]
    confidence = round(
        min(mention.confidence, sureness)
        - (0.05 if "issuer" in mention.inferred and mention.kind == "numbered" else 0.0),
        2,
    )
    return Citation(
        start, end, read.source[start:end], mention.type, mention.number, mention.date, mention.issuer, subject, relation,
        activity, mention.provision, outline.section(mention.start), tuple(sorted(set(inferred))), confidence, cue,
        (resolved, resolved) if resolved is not None else None,
    )  # fmt: skip


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
        header.type, header.number, header.date, header.issuer, header.title, header.place, header.signer, header.signer_role,
        header.on_behalf_of, header.period_start, header.period_end, _bare(header.province), _bare(header.district),
        tuple(signatures), tuple(sorted(set(header.inferred))), tuple(evidence),
    )  # fmt: skip


def _bare(place: str | None) -> str | None:
    """Drop the unit word: "tỉnh Bắc Giang" -> "Bắc Giang"."""
    if place is None:
        return None
    for unit in ("tỉnh ", "thành phố ", "huyện ", "quận ", "thị xã "):
        if place.startswith(unit):
            return place.removeprefix(unit)
    return place


def _sections(read: Text, outline: Outline) -> tuple[Section, ...]:
    sections = []
    for heading in outline.headings:
        start, end = read.span(heading.start, heading.end)
        sections.append(
            Section(
                start,
                read.span(heading.start, heading.until)[1],
                start,
                end,
                heading.rank,
                heading.label,
                heading.title,
                heading.path,
            )
        )
    return tuple(sections)


# --- records ----------------------------------------------------------------------------------------------------------


def records_of(found: Extraction) -> dict[str, Any]:
    """Return the public JSON object of one source (UTF-8, offsets in code points of the source as read)."""
    document = found.document
    return {
        "source": {
            "file": found.source.file, "sha256": found.source.sha256, "media_type": found.source.media_type,
            "characters": found.source.characters,
            "repairs": [
                {"start": r.start, "end": r.end, "printed": r.printed, "read_as": r.read_as, "rule": r.rule} for r in found.repairs
            ],
        },
        "document": {
            "type": document.type, "number": document.number, "date": document.date, "issuer": document.issuer,
            "title": document.title, "place": document.place, "signer": document.signer, "signer_role": document.signer_role,
            "on_behalf_of": document.on_behalf_of, "period_start": document.period_start, "period_end": document.period_end,
            "province": document.province, "district": document.district,
            "digital_signatures": [
                {"signer": s.signer, "unit": s.unit, "email": s.email, "time": s.time, "start": s.start, "end": s.end, "quote": s.quote}
                for s in document.digital_signatures
            ],
            "inferred": list(document.inferred), "confidence": document.confidence,
            "evidence": {name: {"start": e.start, "end": e.end, "quote": e.quote} for name, e in document.evidence},
        },
        "citations": [_record_of_citation(citation) for citation in found.citations],
        "doubts": [
            {
                "rule": d.rule, "start": d.start, "end": d.end, "quote": d.quote, "candidates": list(d.candidates),
                "detail": dict(d.detail),
            }
            for d in found.doubts
        ],
    }  # fmt: skip


def _record_of_citation(citation: Citation) -> dict[str, Any]:
    provision = citation.provision
    return {
        "start": citation.start, "end": citation.end, "quote": citation.quote, "type": citation.type, "number": citation.number,
        "date": citation.date, "issuer": citation.issuer, "subject": citation.subject, "relation": citation.relation,
        "activity": citation.activity,
        "provision": None if provision is None else {"dieu": provision.dieu, "khoan": provision.khoan, "diem": provision.diem},
        "section": citation.section, "inferred": list(citation.inferred), "confidence": citation.confidence, "cue": citation.cue,
        "resolves_to": None if citation.resolves_to is None else citation.resolves_to[0],
    }  # fmt: skip


def extraction_of(records: Mapping[str, Any]) -> Extraction:
    """Return the extraction that ``records_of`` printed; sections are not kept in it."""
    source, document = records["source"], records["document"]
    return Extraction(
        Source(source["file"], source["sha256"], source["media_type"], source["characters"]),
        Document(
            document["type"], document["number"], document["date"], document["issuer"], document["title"], document["place"],
            document["signer"], document["signer_role"], document["on_behalf_of"], document["period_start"], document["period_end"],
            document["province"], document["district"],
            tuple(
                DigitalSignature(s["signer"], s["unit"], s["email"], s["time"], s["start"], s["end"], s["quote"])
                for s in document["digital_signatures"]
            ),
            tuple(document["inferred"]),
            tuple((name, Evidence(e["start"], e["end"], e["quote"])) for name, e in document["evidence"].items()),
            document["confidence"],
        ),
        tuple(_citation_of(record) for record in records["citations"]),
        tuple(Repair(r["start"], r["end"], r["printed"], r["read_as"], r["rule"]) for r in source["repairs"]),
        tuple(
            Doubt(d["rule"], d["start"], d["end"], d["quote"], tuple(d["candidates"]), tuple(d["detail"].items()))
            for d in records["doubts"]
        ),
    )  # fmt: skip


def _citation_of(record: Mapping[str, Any]) -> Citation:
    provision = record["provision"]
    resolves = record["resolves_to"]
    return Citation(
        record["start"], record["end"], record["quote"], record["type"], record["number"], record["date"], record["issuer"],
        record["subject"], record["relation"], record["activity"],
        None if provision is None else Provision(provision["dieu"], provision["khoan"], provision["diem"]),
        record["section"], tuple(record["inferred"]), record["confidence"], record["cue"],
        None if resolves is None else (resolves, resolves),
    )  # fmt: skip
