"""Write records as the public JSON of ``cancu extract``, and read them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from cancu.model import (
    Activity,
    Assignment,
    Cell,
    Citation,
    DigitalSignature,
    Document,
    Doubt,
    Evidence,
    Extraction,
    Money,
    Observation,
    Provision,
    Quantity,
    Recipient,
    Repair,
    Reporting,
    Source,
    Table,
)

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
        "activities": [_record_of_activity(activity) for activity in found.activities],
        "document_budget": [_flat(money) for money in found.document_budget],
        "targets": [_flat(target) for target in found.targets],
        "results": [_flat(result) for result in found.results],
        "assignments": [_flat(assignment) for assignment in found.assignments],
        "reporting": [_flat(duty) for duty in found.reporting],
        "recipients": [recipient.text for recipient in found.recipients],
        "recipient_places": [
            {"start": recipient.start, "end": recipient.end, "agencies": list(recipient.agencies)}
            for recipient in found.recipients
        ],
        "tables": [_record_of_table(table) for table in found.tables],
        "observations": [_flat(figure) for figure in found.observations],
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
        "capacity": document.capacity,
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


def _flat(value: Any) -> dict[str, Any]:
    """Write a record whose fields are words, numbers and lists of such."""
    return {field.name: _json(getattr(value, field.name)) for field in fields(value)}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        # Figures of plans have fewer than 15 digits: a float prints them as they are.
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return value


def _record_of_activity(activity: Activity) -> dict[str, Any]:
    return _flat(activity) | {
        "budget": [_flat(money) for money in activity.budget],
        "evidence": {
            name: {"start": proof.start, "end": proof.end, "quote": proof.quote} for name, proof in activity.evidence
        },
    }


def _record_of_table(table: Table) -> dict[str, Any]:
    return {
        "start": table.start,
        "end": table.end,
        "title": table.title,
        "header": list(table.header),
        "rows": [[cell.text for cell in row] for row in table.rows],
        "places": [[[cell.start, cell.end] for cell in row] for row in table.rows],
        "section": table.section,
        "inferred": list(table.inferred),
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
        activities=tuple(_activity_of(record) for record in records["activities"]),
        document_budget=tuple(_money_of(record) for record in records["document_budget"]),
        targets=tuple(_quantity_of(record) for record in records["targets"]),
        results=tuple(_quantity_of(record) for record in records["results"]),
        assignments=tuple(Assignment(**_tuples(record)) for record in records["assignments"]),
        reporting=tuple(Reporting(**_tuples(record)) for record in records["reporting"]),
        recipients=tuple(
            Recipient(place["start"], place["end"], text, tuple(place["agencies"]))
            for text, place in zip(records["recipients"], records["recipient_places"], strict=True)
        ),
        tables=tuple(_table_of(record) for record in records["tables"]),
        observations=tuple(
            Observation(**_tuples(record) | {"value": _decimal(record["value"])}) for record in records["observations"]
        ),
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


def _tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    """Read lists back as tuples, and lists of two offsets as spans."""
    return {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in value) if isinstance(value, list) else value
        for name, value in record.items()
    }


def _decimal(value: int | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _money_of(record: Mapping[str, Any]) -> Money:
    return Money(**_tuples(record) | {"amount": _decimal(record["amount"])})


def _quantity_of(record: Mapping[str, Any]) -> Quantity:
    return Quantity(**_tuples(record) | {name: _decimal(record[name]) for name in ("value", "value2")})


def _activity_of(record: Mapping[str, Any]) -> Activity:
    return Activity(
        **_tuples(record)
        | {
            "budget": tuple(_money_of(money) for money in record["budget"]),
            "evidence": tuple((name, Evidence(**proof)) for name, proof in record["evidence"].items()),
        }
    )


def _table_of(record: Mapping[str, Any]) -> Table:
    rows = tuple(
        tuple(Cell(start, end, text) for text, (start, end) in zip(texts, places, strict=True))
        for texts, places in zip(record["rows"], record["places"], strict=True)
    )
    return Table(
        record["start"],
        record["end"],
        record["title"],
        tuple(record["header"]),
        rows,
        record["section"],
        tuple(record["inferred"]),
    )
