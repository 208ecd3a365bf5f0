"""Show a document: what it is, what it rests on and who rests on it, its parts, its faults, and the text itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cancu.language import Language, say
from cancu.ontology.iris import expand, parse_source
from cancu.queries.access import text_of
from cancu.queries.engine import Answer, ask
from cancu.queries.plans import Fact, Plan, read_plan_without_duties, with_duties
from cancu.queries.saying import Said, describe
from cancu.queries.store import Store
from cancu.queries.texts import Mark, Relation, read_force, read_marks, read_relations, records_at, sources_of
from cancu.viz.plan import shown_target
from cancu.viz.web.frame import address_of, is_iri, language_of, names_of, place_of, render
from cancu.viz.web.marked import written
from cancu.viz.web.sums import shown_sum
from cancu.viz.web.told import Line, lines_of
from cancu.viz.words import shown_cell

__all__ = ["ROUTES", "document_page", "source_page", "warm"]

_TEXT_OF: Final = str(expand("cancu:textOf"))
#: So many of those who cite a document are shown; the question lists them all.
_MOST_CITING: Final = 300
#: The kinds that can be shown and hidden, the most asked for first; the rest of the frame is always there.
_LEGEND: Final = (
    "citation", "activity", "duty", "money", "target", "result", "deadline", "recipient", "figure", "repair", "doubt",
)  # fmt: skip
#: The pages of pictures of a document: what the address calls it, and whether only plans with activities have one.
_PICTURES: Final = (
    ("chain", "from", False), ("lines", "document", False), ("timeline", "document", False), ("map", "around", False),
    ("matrix", "document", True), ("money", "document", True), ("cascade", "document", True),
)  # fmt: skip
#: How a duty to report is said, by whether it names who reports and to whom.
_REPORTS: Final = {
    (True, True): "document.report.both",
    (True, False): "document.report.by",
    (False, True): "document.report.to",
    (False, False): "document.report.open",
}
#: What citations are for that say of a document that it is ended or changed.
_CHANGING: Final = ("replaces_or_repeals", "amends")
#: So many marks around one place are explained.
_MOST_AT: Final = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what stands around a plan: whom it cites, who cites, ends or changes it, who signed it, and its texts."""

    cites: tuple[Relation, ...]
    cited_by: tuple[Relation, ...]
    force: tuple[tuple[str, str, str], ...]
    signed: Answer
    texts: tuple[tuple[str, str, tuple[Mark, ...]], ...]


def plan_of(store: Store, iri: str) -> Plan | None:
    """Read what a document says, but for its duties; None where the store knows no document of that IRI."""
    plan = read_plan_without_duties(store, iri)
    return plan if isinstance(plan, Plan) and plan.iri == iri else None


def read_around(store: Store, iri: str, text_of_source: Callable[[Store, str], str | None]) -> Reading:
    """Read what stands around a plan."""
    texts = []
    for source in sources_of(store, iri):
        text = text_of_source(store, parse_source(source))
        if text is not None:
            texts.append((source, text, read_marks(store, source)))
    return Reading(
        read_relations(store, iri),
        read_relations(store, iri, cited_by=True, limit=_MOST_CITING),
        _force(store, iri),
        ask(store, "annex", document=iri),
        tuple(texts),
    )


def warm(store: Store, text_of_source: Callable[[Store, str], str | None]) -> None:
    """Read one document beforehand, so that no reader's first page waits for the questions and the store's files."""
    for triple in islice(store.triples(None, _TEXT_OF), 1):
        document = text_of(triple.object)
        plan_of(store, document)
        ask(store, "matrix", document=document)
        read_around(store, document, text_of_source)


def _force(store: Store, iri: str) -> tuple[tuple[str, str, str], ...]:
    """Give what becomes of a document, by which text, and what that is called."""
    found = read_force(store, iri).get(iri, ())
    labels = names_of(store, [changer for _, changer in found])
    return tuple((state, changer, labels[changer]) for state, changer in found)


async def document_page(request: Request, iri: str) -> Response | None:
    """Show the document of an IRI."""
    readers, doors = request.app.state.readers, request.app.state.doors
    # Of a long text each takes its time, so several readers work at once.
    plan: Plan | None
    read: Reading
    duties: Answer
    plan, duties, read = await asyncio.gather(
        readers.call(plan_of, iri),
        readers.call(ask, "matrix", document=iri),
        readers.call(read_around, iri, doors.text_of),
    )
    if plan is None:
        return None
    plan = with_duties(plan, duties)
    lang = language_of(request)
    return render(
        request,
        "document.html",
        read=read,
        plan=plan,
        iri=iri,
        texts=[(source, parse_source(source), written(text, marks)) for source, text, marks in read.texts],
        kinds=[kind for kind in _LEGEND if any(mark.kind == kind for _, _, marks in read.texts for mark in marks)],
        by_kind=_by_kind,
        changed_in={one.other: one.proof for one in read.cited_by if one.kind in _CHANGING},
        pictures=_PICTURES,
        inside=_inside(iri),
        shown_cell=lambda cell: shown_cell(cell, lang),
        money_line=lambda fact: shown_sum(fact, lang),
        target_line=lambda fact: shown_target(fact, lang, whole=True),
        report_line=lambda fact: _report_line(fact, lang),
    )


def _report_line(fact: Fact, lang: Language) -> str:
    reporter, receiver = fact.text("reporter", lang), fact.text("receiver", lang)
    told = say(_REPORTS[bool(reporter), bool(receiver)], lang, reporter=reporter, receiver=receiver)
    when = [shown_cell(fact.cells[name], lang) for name in ("deadline", "frequency") if fact.cells[name].value]
    return " · ".join([": ".join(filter(None, (told, fact.text("report", lang)))), *when])


def _inside(iri: str) -> str | None:
    """Give the place of an annex that stands in the text of another document.

    >>> _inside("https://w3id.org/cancu/id/source/ke-hoach.txt#c352-410-annex")
    '/id/source/ke-hoach.txt#c352-410'
    """
    source, _, part = iri.partition("#")
    found = re.fullmatch(r"c(\d+)-(\d+)-annex", part)
    return place_of(parse_source(source), int(found[1]), int(found[2])) if found is not None else None


def _by_kind(relations: Sequence[Relation]) -> Mapping[str, list[Relation]]:
    found: dict[str, list[Relation]] = {}
    for relation in relations:
        found.setdefault(relation.kind, []).append(relation)
    return found


def _document_of(store: Store, source: str) -> str | None:
    for triple in store.triples(source, _TEXT_OF):
        return text_of(triple.object)
    return None


async def source_page(request: Request, iri: str) -> Response | None:
    """Lead from a source to the page of its document; the browser keeps the place in the text."""
    document = await request.app.state.readers.call(_document_of, iri)
    if document is None:
        return None
    return RedirectResponse(address_of(document, source=parse_source(iri)), 303)


# --- what stands at a place -------------------------------------------------------------------------------------------


def read_place(
    store: Store, source: str, start: int, end: int
) -> tuple[str | None, tuple[tuple[Mark, tuple[Said, ...]], ...]]:
    """Give the document of a source, and what was read out of the words at a place of it, the narrowest first."""
    marks = records_at(store, source, start, end)[:_MOST_AT]
    said = describe(store, [record for mark in marks for record in mark.records])
    return _document_of(store, source), tuple(
        (mark, tuple(said[record] for record in mark.records if record in said)) for mark in marks
    )


async def place(request: Request) -> Response:
    """Show, as a piece of a page, what was read out of the words at a place of a source."""
    try:
        source = request.query_params["source"]
        start, end = int(request.query_params["start"]), int(request.query_params["end"])
    except (KeyError, ValueError) as flaw:
        raise HTTPException(400) from flaw
    if not is_iri(source):
        raise HTTPException(400)
    document, marks = await request.app.state.readers.call(read_place, source, start, end)
    lang = language_of(request)
    found: dict[str, dict[tuple[Line, ...], float]] = {}
    for mark, records in marks:
        for said in records:
            lines = lines_of(said, document, lang)
            # Of what is read twice in the same words, the surer one is shown.
            told = found.setdefault(mark.kind, {})
            if lines:
                told[lines] = max(said.confidence, told.get(lines, 0.0))
    return render(request, "place.html", found=found)


ROUTES: Final = (Route("/at", place, name="at"),)
