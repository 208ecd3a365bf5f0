"""Write records as the public JSON of ``cancu extract``, and read them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cancu.model import Citation, DigitalSignature, Document, Doubt, Evidence, Extraction, Provision, Repair, Source

__all__ = ["extraction_of", "records_of"]


def records_of(found: Extraction) -> dict[str, Any]:
    """Return the public JSON object of one source (UTF-8, offsets in code points of the source as read).

    >>> records_of(Extraction(Source("ke-hoach.txt", "", "text/plain", 12), Document(type="Kế hoạch")))["citations"]
    []
    """
    return {
        "source": {
            "file": found.source.file,
            "sha256": found.source.sha256,
            "media_type": found.source.media_type,
            "characters": found.source.characters,
            "repairs": [
                {
                    "start": repair.start,
                    "end": repair.end,
                    "printed": repair.printed,
                    "read_as": repair.read_as,
                    "rule": repair.rule,
                }
                for repair in found.repairs
            ],
        },
        "document": _record_of_document(found.document),
        "citations": [_record_of_citation(citation) for citation in found.citations],
        "doubts": [
            {
                "rule": doubt.rule,
                "start": doubt.start,
                "end": doubt.end,
                "quote": doubt.quote,
                "candidates": list(doubt.candidates),
                "detail": dict(doubt.detail),
            }
            for doubt in found.doubts
        ],
    }


def _record_of_document(document: Document) -> dict[str, Any]:
    return {
        "type": document.type,
        "number": document.number,
        "date": document.date,
        "issuer": document.issuer,
        "title": document.title,
        "place": document.place,
        "signer": document.signer,
        "signer_role": document.signer_role,
        "on_behalf_of": document.on_behalf_of,
        "period_start": document.period_start,
        "period_end": document.period_end,
        "province": document.province,
        "district": document.district,
        "digital_signatures": [
            {
                "signer": signature.signer,
                "unit": signature.unit,
                "email": signature.email,
                "time": signature.time,
                "start": signature.start,
                "end": signature.end,
                "quote": signature.quote,
            }
            for signature in document.digital_signatures
        ],
        "inferred": list(document.inferred),
        "confidence": document.confidence,
        "evidence": {
            name: {"start": proof.start, "end": proof.end, "quote": proof.quote} for name, proof in document.evidence
        },
    }


def _record_of_citation(citation: Citation) -> dict[str, Any]:
    provision = citation.provision
    return {
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "type": citation.type,
        "number": citation.number,
        "date": citation.date,
        "issuer": citation.issuer,
        "subject": citation.subject,
        "relation": citation.relation,
        "activity": citation.activity,
        "provision": (
            {"dieu": provision.dieu, "khoan": provision.khoan, "diem": provision.diem}
            if provision is not None
            else None
        ),
        "section": citation.section,
        "inferred": list(citation.inferred),
        "confidence": citation.confidence,
        "cue": citation.cue,
        "resolves_to": citation.resolves_to[0] if citation.resolves_to is not None else None,
    }


def extraction_of(records: Mapping[str, Any]) -> Extraction:
    """Return the extraction that :func:`records_of` printed; sections are not kept in it.

    >>> found = Extraction(Source("ke-hoach.txt", "", "text/plain", 12), Document(type="Kế hoạch"))
    >>> extraction_of(records_of(found)) == found
    True
    """
    source = records["source"]
    return Extraction(
        source=Source(source["file"], source["sha256"], source["media_type"], source["characters"]),
        document=_document_of(records["document"]),
        citations=tuple(_citation_of(record) for record in records["citations"]),
        repairs=tuple(Repair(**record) for record in source["repairs"]),
        doubts=tuple(
            Doubt(**record | {"candidates": tuple(record["candidates"]), "detail": tuple(record["detail"].items())})
            for record in records["doubts"]
        ),
    )


def _document_of(record: Mapping[str, Any]) -> Document:
    return Document(
        **dict(record)
        | {
            "digital_signatures": tuple(DigitalSignature(**signature) for signature in record["digital_signatures"]),
            "inferred": tuple(record["inferred"]),
            "evidence": tuple((name, Evidence(**proof)) for name, proof in record["evidence"].items()),
        }
    )


def _citation_of(record: Mapping[str, Any]) -> Citation:
    provision, resolves = record["provision"], record["resolves_to"]
    return Citation(
        **dict(record)
        | {
            "provision": Provision(**provision) if provision is not None else None,
            "inferred": tuple(record["inferred"]),
            "resolves_to": (resolves, resolves) if resolves is not None else None,
        }
    )
