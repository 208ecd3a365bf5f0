"""Show the first page and what a search finds; suggest while people type."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.applications import Starlette
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
#: While an index is being written, a search waits so many seconds for it before it says so, the first page less.
_WAIT: Final = 5.0
_WAIT_AT_HOME: Final = 0.5
_HELD: Final = {"kind": "document", "held": "yes"}


def _statistics(store: Store) -> Statistics:
    return store.statistics()


async def counts_of(app: Starlette) -> Statistics:
    """Count what the store holds, once for each load."""
    version = app.state.readers.version
    if getattr(app.state, "counts", (None, None))[0] != version:
        app.state.counts = version, await app.state.readers.call(_statistics)
    counts: Statistics = app.state.counts[1]
    return counts


async def home(request: Request) -> Response:
    """Show the search box, what the store holds, and its newest plans."""
    searching = request.app.state.searching
    statistics = await counts_of(request.app)
    index = await searching.at_hand(_WAIT_AT_HOME)
    found = index.search("", _HELD, limit=12, facets=False) if index is not None else None
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
    found = index.search(text, chosen, (page - 1) * _A_PAGE, _A_PAGE)
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
    hits = index.suggest(text) if index is not None else ()
    return JSONResponse(
        [
            {
                "label": hit.label,
                "kind": say(f"search.kind.{hit.kind}", lang),
                "note": " · ".join(filter(None, _notes(hit, lang))),
                "address": address_of(hit.iri),
                "written": hit.number if hit.kind == "document" and hit.number is not None else hit.label,
            }
            for hit in hits
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
