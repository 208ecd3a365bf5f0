"""Show what the audit finds, document by document, to be narrowed by severity, group and document.

The audit of one long plan takes seconds. So a page comes without it, and its browser asks for the findings of one
document after the other; what was found once is kept until something is loaded.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cancu.queries.audit_rules import GROUPS, SEVERITIES
from cancu.queries.auditing import Finding, audit, audited_documents
from cancu.queries.store import Store
from cancu.viz.findings import explanation_of
from cancu.viz.web.frame import is_iri, language_of, names_of, number_of_page, render

__all__ = ["ROUTES", "Found"]

#: So many documents stand on one page.
_A_PAGE: Final = 20
#: The audit of a long plan takes longer than a question.
_SECONDS: Final = 120.0
#: The findings of so many documents are kept.
_MOST_KEPT: Final = 1_000


class Found:
    """Keep what was found, for as long as the store holds the same."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._version = ""
        self._found: dict[str, asyncio.Task[tuple[Finding, ...]]] = {}

    async def of(self, request: Request, document: str) -> tuple[Finding, ...]:
        """Give the findings of a document; who asks while they are being looked for waits for the same ones."""
        self._renew(request)
        task = self._found.get(document)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            while len(self._found) >= _MOST_KEPT:
                del self._found[next(iter(self._found))]
            readers = request.app.state.readers
            task = asyncio.create_task(readers.call(audit_one, document, seconds=_SECONDS))
            self._found[document] = task
        # Somebody who leaves does not stop it for the others.
        return await asyncio.shield(task)

    def known(self, request: Request, documents: Iterable[str]) -> Mapping[str, tuple[Finding, ...]]:
        """Give the findings of those documents that were audited already."""
        self._renew(request)
        tasks = {one: self._found[one] for one in documents if one in self._found}
        return {one: task.result() for one, task in tasks.items() if task.done() and not task.exception()}

    def _renew(self, request: Request) -> None:
        version = request.app.state.readers.version
        if version != self._version:
            self._version = version
            self._found.clear()


def audit_one(store: Store, document: str) -> tuple[Finding, ...]:
    """Audit one document."""
    return tuple(audit(store, [document]))


def page_of_documents(store: Store, document: str | None, start: int) -> tuple[dict[str, str], int, bool]:
    """Give one page of the documents that have a text, with their names, how many there are, and if one is known."""
    every = audited_documents(store)
    wanted = (document,) if document else every[start : start + _A_PAGE]
    return names_of(store, wanted), len(every), document is None or document in every


async def faults(request: Request) -> Response:
    """Show findings: of one document at once, of several as they are found."""
    asked = request.query_params
    document, page = asked.get("document") or None, number_of_page(request)
    if document is not None and not is_iri(document):
        raise HTTPException(404)
    documents, count, known = await request.app.state.readers.call(page_of_documents, document, (page - 1) * _A_PAGE)
    if not known:
        raise HTTPException(404)
    found: Found = request.app.state.found
    ready = {document: await found.of(request, document)} if document is not None else found.known(request, documents)
    chosen = _chosen(request)
    every = [one for ones in ready.values() for one in ones]
    return render(
        request,
        "faults.html",
        ready={iri: _fitting(ones, chosen) for iri, ones in ready.items()},
        documents=documents,
        count=count,
        page=page,
        pages=1 if document else -(-count // _A_PAGE),
        chosen={**chosen, **({"document": document} if document else {})},
        severities=SEVERITIES,
        groups=GROUPS,
        by_severity=Counter(one.severity for one in every),
        by_group=Counter(one.rule.group for one in every),
        whole=len(ready) == len(documents),
        **_of_findings(request),
    )


async def faults_of_one(request: Request) -> Response:
    """Give, as a piece of a page, what the audit finds in one document."""
    document = request.query_params.get("document", "")
    if not is_iri(document):
        raise HTTPException(404)
    found: Found = request.app.state.found
    every = await found.of(request, document)
    return render(
        request,
        "findings.html",
        found=_fitting(every, _chosen(request)),
        narrowed=bool(_chosen(request)),
        by_severity=Counter(one.severity for one in every),
        **_of_findings(request),
    )


def _chosen(request: Request) -> dict[str, str]:
    asked = request.query_params
    return {name: asked[name] for name in ("severity", "group", "rule") if asked.get(name)}


def _fitting(found: Iterable[Finding], chosen: Mapping[str, str]) -> list[Finding]:
    """Give those that were asked for, the gravest first, each kind in the order of the text."""
    return [
        one
        for one in sorted(found, key=lambda one: SEVERITIES.index(one.severity))
        if chosen.get("severity") in (None, one.severity)
        and chosen.get("group") in (None, one.rule.group)
        and chosen.get("rule") in (None, one.rule.id)
    ]


def _of_findings(request: Request) -> dict[str, Any]:
    lang = language_of(request)
    return {"explanation_of": lambda finding: explanation_of(finding, lang)}


ROUTES: Final = (
    Route("/audit", faults, name="audit"),
    Route("/audit/findings", faults_of_one, name="findings"),
)
