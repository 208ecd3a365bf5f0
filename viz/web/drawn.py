"""Show pictures: each as a page that can be pointed at, with the same in words, as a table, and files to take along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cancu.language import Language, Refusal
from cancu.queries.engine import Answer, ask
from cancu.queries.entries import Entry
from cancu.queries.networks import ask_network
from cancu.queries.store import Store
from cancu.viz.export import columns_of_screens
from cancu.viz.pictures.page import Links, page_of
from cancu.viz.pictures.svg import png_of, svg_of
from cancu.viz.pictures.values import Nothing
from cancu.viz.pictures.view import KINDS, draw, file_name
from cancu.viz.web.frame import address_of, called, has_page, language_of, place_of, render
from cancu.viz.web.serving import etag_of, is_known, read, read_aside
from cancu.viz.words import shown_cell

__all__ = ["LINKS", "ROUTES"]

#: The page of a picture is a document of its own: its script and style stand in it, and it reaches nothing else.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
    # A click in it leads to the text; nothing leads there by itself.
    "sandbox allow-scripts allow-top-navigation-by-user-activation"
)
_TYPES: Final[Mapping[str, str]] = {"html": "text/html", "svg": "image/svg+xml", "png": "image/png"}
#: A picture of a whole store takes longer than a question.
_SECONDS: Final = 60.0
#: So many rows stand below a picture.
_MOST_ROWS: Final = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Say of a page of pictures which picture it shows and which questions say the same in words.

    ``thing`` is the parameter of the address that names what is drawn; where the first question has no answer,
    there is nothing to draw either, unless that is not ``told``.
    """

    kind: str
    thing: str
    questions: tuple[str, ...]
    parameter: str
    needed: bool = True
    told: bool = True


_PLACES: Final[Mapping[str, Place]] = {
    "chain": Place("chain", "from", (), "document"),
    "matrix": Place("matrix", "document", ("matrix",), "document"),
    "money": Place("money", "document", ("funding", "sums", "table-vs-text"), "document"),
    "cascade": Place("cascade", "document", ("cascade", "dropped-targets"), "document"),
    "timeline": Place("timeline", "document", ("timeline",), "document"),
    "network": Place("agency", "agency", ("duties",), "agency"),
    "lines": Place("document", "document", ("basis", "cited-by"), "document", told=False),
    "map": Place("network", "around", ("central",), "", needed=False, told=False),
}


# --- in the reader ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold a picture as a file, or the reason why there is none."""

    content: bytes
    name: str
    why: str | None = None
    candidates: tuple[Entry, ...] = ()


#: Where the pictures that are shown here lead to; those that are taken along lead nowhere.
LINKS: Final = Links(place_of, lambda iri: address_of(iri) if has_page(iri) else None)


def draw_file(
    store: Store,
    kind: str,
    thing: str,
    end: str,
    form: str,
    lang: Language,
    given: Mapping[str, int | bool],
    *,
    taken: bool,
    address: str = "",
) -> Drawn:
    """Draw a picture, up to an ``end`` if it has one, and write it in a format, to be shown or ``taken`` along.

    The whole of a large map stands at another ``address``.
    """
    picture = draw(
        store,
        kind,
        [thing] if thing else [],
        lang,
        down=bool(given.get("down", False)),
        depth=given.get("depth"),
        limit=given.get("limit"),
        end=end or None,
        whole=taken or form != "html" or bool(given.get("whole", False)),
    )
    if isinstance(picture, Nothing):
        return Drawn(b"", "", picture.why, picture.candidates)
    content = {
        "html": lambda: page_of(picture, None if taken else replace(LINKS, whole=address)).encode(),
        "svg": lambda: svg_of(picture, alone=True).encode(),
        "png": lambda: png_of(picture),
    }[form]()
    return Drawn(content, file_name(kind, picture.title).removesuffix(".html"))


def answers_of(store: Store, place: str, thing: str, end: str) -> list[Answer]:
    """Give in words what a picture shows."""
    shown = _PLACES[place]
    if place == "chain":
        return [ask_network(store, "chains", thing, end)] if end else [ask(store, "chain", document=thing)]
    return [ask(store, name, **({shown.parameter: thing} if shown.parameter else {})) for name in shown.questions]


# --- pages ------------------------------------------------------------------------------------------------------------


def _given(request: Request) -> dict[str, int | bool]:
    asked = request.query_params
    numbers = {name: int(asked[name]) for name in ("depth", "limit") if re.fullmatch("[0-9]{1,6}", asked.get(name, ""))}
    return {**numbers, **{name: True for name in ("down", "whole") if asked.get(name)}}


def _of_whole_map(request: Request, thing: str) -> str:
    """Give the page of the whole of a map; the frame of a picture may not ask for it itself."""
    given = {"around": thing, "depth": request.query_params.get("depth"), "whole": 1}
    return f"/map?{urlencode({name: value for name, value in given.items() if value})}"


async def picture(request: Request) -> Response:
    """Give a picture alone: as a page of its own, SVG or PNG."""
    kind, _, form = request.path_params["name"].partition(".")
    if kind not in KINDS or form not in _TYPES:
        raise HTTPException(404)
    lang = language_of(request)
    thing = request.query_params.get("thing", "").strip()
    taken = bool(request.query_params.get("download"))
    # Drawn once is drawn until the store changes.
    headers = {"cache-control": "no-cache", "etag": etag_of(request)}
    if form == "html":
        headers["content-security-policy"] = _POLICY
    if is_known(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    end = request.query_params.get("to", "").strip()
    drawn: Drawn = await read_aside(
        request, draw_file, kind, thing, end, form, lang, _given(request), taken=taken,
        address=_of_whole_map(request, thing), seconds=_SECONDS,
    )  # fmt: skip
    if drawn.why is not None:
        if form == "html":
            return render(request, "nothing.html", why=drawn.why, candidates=drawn.candidates[:30])
        return Response(drawn.why + "\n", 404, media_type="text/plain")
    if form == "html":
        if taken:
            headers["content-disposition"] = f'attachment; filename="{drawn.name}.html"'
        return HTMLResponse(drawn.content, headers=headers)
    headers["content-disposition"] = f'attachment; filename="{drawn.name}.{form}"'
    return Response(drawn.content, media_type=_TYPES[form], headers=headers)


async def page(request: Request) -> Response:
    """Show a picture in the frame of the application, with the same in words below it."""
    name = request.url.path.strip("/")
    place = _PLACES[name]
    asked = request.query_params
    thing, end = asked.get(place.thing, "").strip(), asked.get("to", "").strip()
    answers: list[Answer] = []
    refusal: Refusal | None = None
    if thing or not place.needed:
        try:
            answers = await read(request, answers_of, name, thing, end, seconds=_SECONDS)
        except Refusal as told:
            refusal = told
    lang = language_of(request)
    candidates = next((answer.candidates for answer in answers if answer.candidates), ())
    drawn_of = {"thing": thing, "lang": lang} | {
        key: asked[key] for key in ("to", "down", "depth", "limit", "whole") if asked.get(key)
    }
    drawable = (thing or not place.needed) and refusal is None and not candidates
    empty = place.told and answers and not answers[0].rows
    return render(
        request,
        "drawn.html",
        400 if refusal is not None else 200,
        name=name,
        place=place,
        thing=thing,
        end=end,
        names=await called(request, (thing, end)),
        down=bool(asked.get("down")),
        drawn_of=drawn_of if drawable and not empty else None,
        candidates=candidates,
        answers=[(answer, columns_of_screens(answer)) for answer in answers],
        refusal=refusal.sentence(lang) if refusal is not None else None,
        most=_MOST_ROWS,
        shown_cell=lambda cell: shown_cell(cell, lang),
    )


ROUTES: Final = (
    Route("/picture/{name}", picture, name="picture"),
    *(Route(f"/{name}", page, name=name) for name in _PLACES),
)
