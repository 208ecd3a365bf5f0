"""Show the first page and what a search finds; suggest while people type."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cancu.language import Language, knows, say
from cancu.queries.access import Statistics
from cancu.queries.search import FACETS, Hit
from cancu.queries.store import Store
from cancu.viz.web.frame import address_of, language_of, number_of_page, render
from cancu.viz.words import shown_date

__all__ = ["ROUTES", "counts_of"]

#: So many hits stand on one page.
_A_PAGE: Final = 20
#: So many are suggested, out of so many that are looked at where only some kinds fit.
_SUGGESTED: Final = 8
_MOST_SUGGESTED: Final = 60
#: While an index is being written, a search waits so many seconds for it before it says so, the first page less.
_WAIT: Final = 5.0
_WAIT_AT_HOME: Final = 0.2
_HELD: Final = {"kind": "document", "held": "yes"}


def _statistics(store: Store) -> Statistics:
    return store.statistics()


def counts_of(app: Starlette) -> asyncio.Task[Statistics]:
    """Count what the store holds, once for each load."""
    version = app.state.readers.version
    counted: tuple[str, asyncio.Task[Statistics]] | None = getattr(app.state, "counts", None)
    if counted is None or counted[0] != version or (counted[1].done() and counted[1].exception() is not None):
        counted = app.state.counts = version, asyncio.create_task(app.state.readers.call(_statistics))
    return counted[1]


async def _counts_soon(app: Starlette) -> Statistics | None:
    """Give the counts, or None where counting takes longer than the first page may."""
    try:
        return await asyncio.wait_for(asyncio.shield(counts_of(app)), _WAIT_AT_HOME)
    except TimeoutError:
        return None


async def home(request: Request) -> Response:
    """Show the search box, what the store holds, and its newest plans."""
    searching = request.app.state.searching
    statistics, index = await asyncio.gather(_counts_soon(request.app), searching.at_hand(_WAIT_AT_HOME))
    found = None
    if index is not None:
        found = await run_in_threadpool(index.search, "", _HELD, limit=12, facets=False)
    return render(request, "home.html", found=found, statistics=statistics)


async def search(request: Request) -> Response:
    """Show what has all the words that were typed, to be narrowed by facets."""
    searching = request.app.state.searching
    text = request.query_params.get("q", "").strip()
    chosen = {name: request.query_params[name] for name in FACETS if request.query_params.get(name)}
    page = number_of_page(request)
    index = await searching.at_hand(_WAIT)
    if index is None:
        return render(request, "indexing.html", 503)
    found = await run_in_threadpool(index.search, text, chosen, (page - 1) * _A_PAGE, _A_PAGE)
    pages = -(-found.total // _A_PAGE)
    return render(
        request,
        "search.html",
        found=found,
        chosen=chosen,
        text=text,
        page=page,
        pages=pages,
        facets=FACETS,
        value_name=partial(_value_name, language_of(request)),
    )


async def suggest(request: Request) -> Response:
    """Give, as JSON, what somebody may mean who has typed so far."""
    text = request.query_params.get("q", "").strip()[:200]
    if not text:
        return JSONResponse([])
    lang = language_of(request)
    index = await request.app.state.searching.at_hand(_WAIT)
    hits: Sequence[Hit] = ()
    if index is not None:
        hits = await run_in_threadpool(index.suggest, text, _MOST_SUGGESTED)
    kinds = request.query_params.get("kinds", "").split()
    return JSONResponse(
        [
            {
                "label": hit.label,
                "kind": say(f"search.kind.{hit.kind}", lang),
                "note": " · ".join(filter(None, _notes(hit, lang))),
                "address": address_of(hit.iri),
                "iri": hit.iri,
                "written": hit.number if hit.kind == "document" and hit.number is not None else hit.label,
            }
            for hit in [one for one in hits if not kinds or one.kind in kinds][:_SUGGESTED]
        ],
        headers={"cache-control": "no-cache"},
    )


def _value_name(lang: Language, name: str, value: str) -> str:
    """Give what a value of a facet is called."""
    for key in (f"search.{name}.{value}", f"search.value.{name}.{value}"):
        if knows(key):
            return say(key, lang)
    return value


def _notes(hit: Hit, lang: Language) -> list[str | None]:
    title = hit.title if hit.title is not None and hit.title not in hit.label else None
    day = shown_date(hit.date, lang) if hit.date is not None else None
    return [title, hit.whole, hit.issuer if hit.kind == "document" else None, day]


ROUTES: Final = (
    Route("/", home, name="home"),
    Route("/search", search, name="search"),
    Route("/suggest", suggest, name="suggest"),
)
