"""Make triples of records: one named graph a source, every fact as a direct triple and as a statement with its quote.

This is the only maker of RDF. It uses no blank nodes, no clock and no chance: the same records give the same triples.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from cancu import __version__
from cancu.language import say
from cancu.loaders.agencies import tier_of
from cancu.loaders.agency_graph import add_agencies
from cancu.loaders.entities import Entity, Identity, Join, Open, Resolution
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.plan_graph import add_plan
from cancu.loaders.triples import RUN, Triples, date, decimal, number, vi, year
from cancu.model import Citation, Doubt, Evidence, Extraction, Provision
from cancu.ontology import lexicon, places
from cancu.ontology.iris import (
    CANCU,
    DCT,
    ELI,
    ELI_DL,
    PROV,
    RDF,
    RDFS,
    REL,
    TIER,
    TYPE,
    activity_iri,
    agency_iri,
    citation_iri,
    header_iri,
    part_iri,
    record_iri,
    source_iri,
)
from cancu.ontology.programmes import code_in_words

__all__ = ["doubt_iris", "linking_triples", "source_triples"]

_DIRECT = {
    "legal_basis": ELI.based_on,
    "attached_to": ELI.is_annex_of,
    "proposed_by": CANCU.onProposalOf,
    "issued": CANCU.recordsIssueOf,
    "guides": ELI.ensures_implementation_of,
    "amends": ELI.amends,
    "mention": ELI.cites,
}
# "Thực hiện Kế hoạch số …": the document carries out what it rests on.
_CARRIES_OUT = compiled(rf"(?:tiếp tục |để |nhằm )?{any_of('carries_out')}")
# "Nghị định 147": a number without its symbol is no other number.
_SHORT_NUMBER = compiled(r"\d{1,4}[a-zđ]?")
# A minister signs for the ministry: "Bộ trưởng Bộ Tài chính" issues what "Bộ Tài chính" issues.
_MINISTER = compiled(
    r"(?:Bộ trưởng|Chủ nhiệm|Thống đốc|Tổng Thanh tra|Tổng Kiểm toán) "
    r"(?=Bộ |Ủy ban |Ngân hàng |Thanh tra |Kiểm toán |Văn phòng )"
)
_ANNULS = compiled(any_of("annuls"))


@cache
def _type_slug(name: str | None) -> str | None:
    return next((row.slug for row in lexicon.document_types() if row.name == name), None)


# --- one source -------------------------------------------------------------------------------------------------------


def source_triples(extraction: Extraction, resolution: Resolution, text: str | None = None) -> list[ox.Triple]:
    """Return the triples of one source, sorted; ``text`` is the source as read, for the words around each quote."""
    key = extraction.source.file
    graph = Triples(key, text)
    graph.codes = frozenset(activity.code for activity in extraction.activities)
    identity = resolution.documents[key]
    document = str(identity.iri)
    join = resolution.join_of(key)
    _add_source(graph, extraction, document)
    _add_document(graph, extraction, document, identity, join)
    agencies: set[str] = set()
    for citation, entity in zip(extraction.citations, resolution.entities[key], strict=True):
        _add_citation(graph, extraction, citation, entity, document, agencies)
    cited = {
        (citation.start, citation.end): str(entity.identity.iri)
        for citation, entity in zip(extraction.citations, resolution.entities[key], strict=True)
    }
    agencies |= add_plan(graph, extraction, document, cited)
    for iri, doubt in doubt_iris(graph.source, extraction.doubts).items():
        _add_doubt(graph, iri, doubt, document)
    for repair in extraction.repairs:
        iri = str(record_iri(graph.source, "r", repair.start, repair.end))
        graph.add(iri, RDF.type, CANCU.Repair)
        graph.add(iri, CANCU.printed, ox.Literal(repair.printed))
        graph.add(iri, CANCU.readAs, ox.Literal(repair.read_as))
        graph.add(iri, CANCU.rule, ox.Literal(repair.rule))
        graph.evidence(iri, repair.start, repair.end, repair.printed)
    if extraction.document.issuer is not None:
        agencies.add(extraction.document.issuer)
    add_agencies(graph, agencies, _day(extraction))
    return sorted(graph.triples, key=str)


def _add_source(graph: Triples, extraction: Extraction, document: str) -> None:
    source = extraction.source
    graph.add(graph.source, RDF.type, CANCU.SourceText)
    graph.add(graph.source, RDF.type, PROV.Entity)
    graph.add(graph.source, RDFS.label, ox.Literal(source.file))
    graph.add(graph.source, CANCU.sha256, ox.Literal(source.sha256))
    graph.add(graph.source, str(DCT) + "format", ox.Literal(source.media_type))
    graph.add(graph.source, CANCU.characters, number(source.characters))
    graph.add(graph.source, CANCU.textOf, document)
    graph.add(document, CANCU.heldAs, graph.source)
    graph.add(RUN, RDF.type, PROV.Activity)
    graph.add(RUN, RDFS.label, ox.Literal(f"cancu {__version__}"))


def _label(type_name: str | None, number: str | None, title: str | None) -> str:
    kind = type_name or "Văn bản"
    if number is not None:
        return f"{kind} số {number}"
    if title is not None:
        return title if title.startswith(kind) else f"{kind} {title}"
    return kind


def _add_document(graph: Triples, extraction: Extraction, document: str, identity: Identity, join: Join | None) -> None:
    found = extraction.document
    evidence = dict(found.evidence)
    # The canonical number, as those write it who cite the document; its statement quotes what is printed.
    number = identity.number
    graph.add(document, RDF.type, ELI.LegalResource)
    graph.add(document, RDFS.label, vi(_label(found.type, number, found.title)))
    graph.add(document, CANCU.tier, TIER[tier_of(found.issuer)])
    slug = _type_slug(found.type)
    header: list[tuple[str, str, str, str | ox.Literal]] = []
    if slug is not None:
        header.append(("type", "type", ELI.type_document, TYPE[slug]))
    if number is not None:
        header.append(("number", "number", ELI.number, ox.Literal(number)))
    day = found.date if found.date is not None else join.date if join is not None else None
    if day is not None:
        header.append(("date", "date", ELI.date_document, date(day)))
    if found.title is not None:
        header.append(("title", "title", DCT.title, vi(found.title)))
    if found.issuer is not None:
        header.append(("issuer", "issuer", ELI.passed_by, agency_iri(found.issuer)))
    if found.period_start is not None:
        header.append(("period-start", "period", CANCU.periodStart, year(found.period_start)))
    if found.period_end is not None:
        header.append(("period-end", "period", CANCU.periodEnd, year(found.period_end)))
    for name, place, predicate, value in header:
        proof = evidence.get(place)
        borrowed = join is not None and (place == "number" or (place == "date" and found.date is None))
        if proof is None and not borrowed:
            # Context alone gave it: the triple stands, its statement says so, and there is no quote to show.
            _statement_without_proof(graph, name, document, predicate, value)
            continue
        iri = str(header_iri(graph.source, name))
        graph.statement(iri, document, str(predicate), value, (CANCU.Statement,))
        if borrowed and join is not None:
            # The number was lost here and is taken from the text that cites this one; the proof stands there.
            graph.add(iri, CANCU.inferred, ox.Literal(place))
            graph.add(iri, CANCU.confidence, decimal(join.confidence))
            graph.add(
                iri,
                CANCU.evidenceFrom,
                str(citation_iri(source_iri(join.source), join.citation.start, join.citation.end)),
            )
        elif proof is not None:
            graph.add(iri, CANCU.confidence, decimal(0.9 if place in found.inferred else 1.0))
            if place in found.inferred:
                graph.add(iri, CANCU.inferred, ox.Literal(place))
            graph.evidence(iri, proof.start, proof.end, proof.quote)
    _add_places(graph, extraction, document)
    _add_signature(graph, extraction, document, evidence)


def _statement_without_proof(graph: Triples, name: str, document: str, predicate: str, value: str | ox.Literal) -> None:
    iri = str(header_iri(graph.source, name))
    graph.statement(iri, document, str(predicate), value, (CANCU.Statement,))
    graph.add(iri, CANCU.inferred, ox.Literal(name))
    graph.add(iri, CANCU.confidence, decimal(0.8))


def _add_places(graph: Triples, extraction: Extraction, document: str) -> None:
    found, on = extraction.document, _day(extraction)
    province = _one_place(found.province, "province", on, None)
    if province is not None:
        graph.add(document, ELI.relevant_for, graph.place(province))
    district = _one_place(found.district, "district", on, province)
    if district is not None:
        graph.add(document, ELI.relevant_for, graph.place(district))


def _day(extraction: Extraction) -> str | None:
    """Return the day for which a text's places are asked: its date, else the first day of its period."""
    found = extraction.document
    return found.date or (f"{found.period_start}-01-01" if found.period_start is not None else None)


def _one_place(name: str | None, tier: str, on: str | None, within: places.Place | None) -> places.Place | None:
    if name is None:
        return None
    fits = places.find_place(name, tier=tier, on=on, within=within)
    return fits[0] if len(fits) == 1 else None


def _add_signature(graph: Triples, extraction: Extraction, document: str, evidence: dict[str, Evidence]) -> None:
    found = extraction.document
    if found.signer is None and found.signer_role is None:
        return
    iri = str(header_iri(graph.source, "signature"))
    graph.add(document, CANCU.signature, iri)
    graph.add(iri, RDF.type, ELI_DL.Participation)
    if found.signer is not None:
        graph.add(iri, CANCU.signerName, ox.Literal(found.signer))
    if found.signer_role is not None:
        graph.add(iri, CANCU.signerRole, ox.Literal(found.signer_role))
    for mark in (found.capacity or "").split():
        graph.add(iri, CANCU.capacity, ox.Literal(mark))
    if found.on_behalf_of is not None:
        graph.add(iri, CANCU.signedFor, ox.Literal(found.on_behalf_of))
    spans = [evidence[name] for name in ("on_behalf_of", "signer_role", "signer") if name in evidence]
    if spans and graph.text is not None:
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        graph.evidence(iri, start, end, graph.text[start:end])
    elif spans:
        graph.evidence(iri, spans[-1].start, spans[-1].end, spans[-1].quote)


# --- citations --------------------------------------------------------------------------------------------------------


def _add_citation(
    graph: Triples, extraction: Extraction, citation: Citation, entity: Entity, document: str, agencies: set[str]
) -> None:
    cited = str(entity.identity.iri)
    iri = str(citation_iri(graph.source, citation.start, citation.end))
    if cited == document and citation.relation != "attached_to":
        # A text that names itself rests on nothing by it.
        return
    subject, predicate = _subject_and_predicate(graph, citation, iri, document)
    if cited == subject:
        return
    graph.statement(iri, subject, predicate, cited, (CANCU.Citation,))
    sureness = decimal(min(citation.confidence, entity.confidence))
    bodies = []
    second = _second_predicate(citation)
    if second is not None and cited != document:
        other = str(part_iri(iri, "2"))
        graph.statement(other, document, second, cited, (CANCU.Statement,))
        graph.add(other, CANCU.confidence, sureness)
        bodies.append(other)
    graph.add(iri, CANCU.relation, REL[citation.relation])
    # What an annex is attached to is the annex's own affair; else a document would seem to rest on itself.
    graph.add(iri, CANCU.citingDocument, subject if citation.relation == "attached_to" else document)
    graph.add(iri, CANCU.citedDocument, cited)
    graph.add(iri, CANCU.section, ox.Literal(citation.section))
    graph.add(iri, CANCU.confidence, sureness)
    if citation.provision is not None:
        graph.add(iri, CANCU.provision, ox.Literal(_provision(citation.provision)))
    if citation.number is not None and not _SHORT_NUMBER.fullmatch(citation.number):
        graph.add(iri, CANCU.printedNumber, ox.Literal(citation.number))
    if citation.date is not None:
        graph.add(iri, CANCU.printedDate, date(citation.date))
    for name in (*citation.inferred, *(["identity"] if entity.rule is not None else [])):
        graph.add(iri, CANCU.inferred, ox.Literal(name))
    if entity.rule is not None:
        graph.add(iri, CANCU.rule, ox.Literal(entity.rule))
    if citation.resolves_to is not None:
        first = next((other for other in extraction.citations if other.start == citation.resolves_to[0]), None)
        if first is not None:
            graph.add(iri, CANCU.resolvesTo, str(citation_iri(graph.source, first.start, first.end)))
    graph.evidence(iri, citation.start, citation.end, citation.quote, *bodies)
    _describe(graph, citation, entity, cited, agencies)


def _subject_and_predicate(graph: Triples, citation: Citation, iri: str, document: str) -> tuple[str, str]:
    """Return what rests on the cited document, and how: the document, its annex, or one of its activities."""
    if citation.relation == "authorises":
        return _activity(graph, citation, document), str(CANCU.authorisedBy)
    if citation.relation == "replaces_or_repeals":
        return document, str(CANCU.annuls if _ANNULS.search(citation.cue or "") else CANCU.replaces)
    predicate = str(_DIRECT.get(citation.relation, ELI.cites))
    if citation.relation != "attached_to" or citation.section == "(mở đầu)":
        return document, predicate
    # A table or regulation behind the signature: it, not the document, is the annex.
    annex = str(part_iri(iri, "annex"))
    label = f"Phụ lục kèm theo {citation.type or 'văn bản'} số {citation.number or '…'}"
    graph.add(annex, RDF.type, ELI.LegalResource)
    graph.add(annex, RDFS.label, vi(label))
    graph.add(annex, DCT.isPartOf, document)
    return annex, predicate


def _second_predicate(citation: Citation) -> str | None:
    """Return what else a citation says of its document: that it carries the cited one out, or at least cites it."""
    if citation.relation == "legal_basis" and _CARRIES_OUT.match(citation.cue or ""):
        return str(ELI.ensures_implementation_of)
    return str(ELI.cites) if citation.relation == "authorises" else None


def _provision(provision: Provision) -> str:
    """Write a provision as it is cited: "khoản 2 Điều 5"."""
    named = (("điểm", provision.diem), ("khoản", provision.khoan), ("Điều", provision.dieu))
    return " ".join(f"{word} {value}" for word, value in named if value is not None)


def _activity(graph: Triples, citation: Citation, document: str) -> str:
    """Return the node of what a citation authorises: a component, else what its words name."""
    label = citation.activity or citation.section
    iri = str(activity_iri(document, label))
    if label in graph.codes:
        return iri
    # What is no component is proved by the place where the citation stands.
    graph.add(iri, RDF.type, CANCU.Activity)
    graph.add(iri, RDFS.label, vi(label))
    graph.add(iri, DCT.isPartOf, document)
    return iri


def _describe(graph: Triples, citation: Citation, entity: Entity, cited: str, agencies: set[str]) -> None:
    """Add what this source states of the cited document."""
    identity = entity.identity
    number = identity.number
    title = citation.subject if citation.number is not None or identity.title is None else identity.title
    graph.add(cited, RDF.type, ELI.LegalResource)
    graph.add(cited, RDFS.label, vi(_label(identity.type, number, identity.title)))
    slug = _type_slug(identity.type)
    if slug is not None:
        graph.add(cited, ELI.type_document, TYPE[slug])
    if number is not None:
        graph.add(cited, ELI.number, ox.Literal(number))
    if citation.issuer is not None:
        issuer = _MINISTER.sub("", citation.issuer, count=1)
        graph.add(cited, ELI.passed_by, agency_iri(issuer))
        agencies.add(issuer)
    graph.add(cited, CANCU.tier, TIER[tier_of(citation.issuer or identity.issuer)])
    if citation.date is not None:
        graph.add(cited, CANCU.statedDate, date(citation.date))
    if title is not None and not (
        citation.type in ("Luật", "Bộ luật", "Pháp lệnh") and number is None and citation.subject is None
    ):
        graph.add(cited, CANCU.statedTitle, vi(title))


def doubt_iris(source: str, doubts: Iterable[Doubt]) -> dict[str, Doubt]:
    """Mint the IRI of each doubt: of several in the same words, each further one is told by its rule."""
    named: dict[str, Doubt] = {}
    for doubt in doubts:
        iri = str(record_iri(source, "d", doubt.start, doubt.end))
        other = named.get(iri)
        named[iri if other is None or other.rule == doubt.rule else str(part_iri(iri, doubt.rule))] = doubt
    return named


def _add_doubt(graph: Triples, iri: str, doubt: Doubt, document: str) -> None:
    values = dict(doubt.detail) | {"quote": doubt.quote, "candidates": "; ".join(map(code_in_words, doubt.candidates))}
    graph.add(iri, RDF.type, CANCU.Doubt)
    graph.add(iri, CANCU.rule, ox.Literal(doubt.rule))
    for lang in ("vi", "en"):
        graph.add(iri, RDFS.comment, ox.Literal(say(f"doubt.{doubt.rule}", lang, **values), language=lang))
    graph.add(iri, CANCU.about, document)
    for candidate in doubt.candidates:
        graph.add(iri, CANCU.candidate, ox.Literal(candidate))
    graph.evidence(iri, doubt.start, doubt.end, doubt.quote)


# --- between sources --------------------------------------------------------------------------------------------------


def linking_triples(resolution: Resolution) -> list[ox.Triple]:
    """Return the triples of what was concluded from several sources together, sorted."""
    graph = Triples(None, None)
    for join in resolution.joins:
        iri = str(part_iri(str(header_iri(source_iri(join.key), "number")), "join"))
        document = str(resolution.documents[join.key].iri)
        graph.add(iri, RDF.type, CANCU.IdentityInference)
        graph.add(iri, CANCU.rule, ox.Literal("lost-number"))
        graph.add(iri, CANCU.about, document)
        graph.add(
            iri, CANCU.evidenceFrom, str(citation_iri(source_iri(join.source), join.citation.start, join.citation.end))
        )
        graph.add(iri, CANCU.confidence, decimal(join.confidence))
        for lang in ("vi", "en"):
            sentence = say("link.lost-number", lang, file=join.key, number=join.number, source=join.source)
            graph.add(iri, RDFS.comment, ox.Literal(sentence, language=lang))
    for question in resolution.open:
        _add_open(graph, question, resolution)
    return sorted(graph.triples, key=str)


def _add_open(graph: Triples, question: Open, resolution: Resolution) -> None:
    source = str(source_iri(question.key))
    if question.citation is None:
        iri = str(part_iri(str(header_iri(source, "number")), "open"))
        about = str(resolution.documents[question.key].iri)
    else:
        about = str(citation_iri(source, question.citation.start, question.citation.end))
        iri = str(part_iri(about, "open"))
    quote = question.citation.quote if question.citation is not None else question.key
    graph.add(iri, RDF.type, CANCU.Doubt)
    graph.add(iri, CANCU.rule, ox.Literal(question.rule))
    graph.add(iri, CANCU.about, about)
    for candidate in question.candidates:
        graph.add(iri, CANCU.candidate, str(candidate))
    for lang in ("vi", "en"):
        sentence = say(f"doubt.{question.rule}", lang, quote=quote, candidates="; ".join(question.candidates))
        graph.add(iri, RDFS.comment, ox.Literal(sentence, language=lang))
