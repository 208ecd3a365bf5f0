"""Write pages: in the language of their reader, in one frame, every text of a document as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from cancu import __version__
from cancu.language import DEFAULT_LANGUAGE, LANGUAGES, Language, Refusal, knows, say
from cancu.ontology.iris import PREFIXES, source_iri
from cancu.queries.engine import Hop
from cancu.queries.store import Store
from cancu.viz.web.serving import status_of
from cancu.viz.words import shown, shown_date, shown_number

__all__ = [
    "address_of", "called", "has_page", "in_frame", "iri_of_path", "is_iri", "language_of", "names_of",
    "number_of_page", "path_of", "place_of", "refused", "render", "wants_html",
]  # fmt: skip

_ID: Final = PREFIXES["id"]
#: No list is longer.
_MOST_PAGES: Final = 1_000_000
#: How much larger than usual letters may be, in per cent: on a projector, from the back of the room.
_SIZES: Final = ("125", "150")
_PLACES: Final = ("home", "questions", "audit", "map", "sparql", "upload")


def language_of(request: Request) -> Language:
    """Give the language that a reader chose in the address, before, or in the browser; Vietnamese where none."""
    for offered in (request.query_params.get("lang"), request.cookies.get("lang")):
        for lang in LANGUAGES:
            if offered == lang:
                return lang
    return DEFAULT_LANGUAGE


def names_of(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Give what resources are called in texts; the nameless keep their IRI."""
    wanted = tuple(iris)
    labels = store.labels(wanted)
    return {iri: labels.get(iri, {}).get("vi") or labels.get(iri, {}).get("") or iri for iri in wanted}


async def called(request: Request, given: Iterable[str]) -> Mapping[str, str]:
    """Name the resources among what was typed or chosen, so that nobody has to read an IRI."""
    iris = [one for one in given if one.startswith(_ID) and is_iri(one)]
    named: Mapping[str, str] = await request.app.state.readers.call(names_of, iris) if iris else {}
    return named


def address_of(iri: str, **asked: str | None) -> str:
    """Give the address of a resource's page; a part of a document has one of its own.

    >>> address_of("https://w3id.org/cancu/id/vn/chinh-phu/nghi-dinh/2022/27_2022_N~D-CP")
    '/id/vn/chinh-phu/nghi-dinh/2022/27_2022_N~D-CP'
    >>> address_of("https://w3id.org/cancu/id/vn/a#DA3.TDA1")
    '/id/vn/a%23DA3.TDA1'
    >>> address_of("https://w3id.org/cancu/unit/ho", lang="en")
    '/resource?iri=https%3A%2F%2Fw3id.org%2Fcancu%2Funit%2Fho&lang=en'
    """
    given = {name: value for name, value in asked.items() if value}
    if iri.startswith(_ID):
        path = "/id/" + iri.removeprefix(_ID).replace("%23", "%2523").replace("#", "%23")
        return f"{path}?{urlencode(given)}" if given else path
    return f"/resource?{urlencode({'iri': iri, **given})}"


def iri_of_path(path: str) -> str:
    """Give the resource that a raw path, as it stands in an address, names.

    >>> iri_of_path("/id/vn/a%23DA3.TDA1")
    'https://w3id.org/cancu/id/vn/a#DA3.TDA1'
    """
    return _ID + path.removeprefix("/id/").replace("%2523", "\0").replace("%23", "#").replace("\0", "%23")


def has_page(iri: str) -> bool:
    """Tell whether a resource has a page that people read, and is not a word of a vocabulary."""
    return iri.startswith(_ID)


def is_iri(text: str) -> bool:
    """Tell whether what somebody typed into an address can name a resource.

    >>> is_iri("urn:x"), is_iri("x"), is_iri("http://a b")
    (True, False, False)
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def number_of_page(request: Request) -> int:
    """Give which page of a list is asked for, the first where that is no number."""
    word = request.query_params.get("page", "1")
    return min(max(1, int(word)), _MOST_PAGES) if word.isdecimal() and len(word) < 10 else 1


def place_of(source: str, start: int, end: int) -> str:
    """Give the address of some characters of a source.

    >>> place_of("ke-hoach.txt", 7, 12)
    '/id/source/ke-hoach.txt#c7-12'
    """
    return f"{address_of(str(source_iri(source)))}#c{start}-{end}"


def path_of(request: Request) -> str:
    """Give the path that was asked for as it stands in the address: a part of a document has "%23" in it."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    path: str = raw.decode("ascii", "replace").partition("?")[0]
    # Two slashes at the beginning would lead to another site.
    return f"/{path.lstrip('/')}"


def wants_html(request: Request) -> bool:
    """Tell whether a browser asks, and not a program that wants data."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted or accepted in ("", "*/*")


def render(request: Request, template: str, status: int = 200, /, **context: Any) -> Response:
    """Write a page in the language of its reader."""
    lang = language_of(request)
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    other: Language = next(one for one in LANGUAGES if one != lang)
    frame = {
        "say": lambda key, **values: say(key, lang, **values),
        "lang": lang,
        "other": other,
        "other_address": f"{path_of(request)}?{urlencode([*query, ('lang', other)])}",
        "here": request.url.path,
        "version": __version__,
        "places": _PLACES,
        "size": size if (size := request.cookies.get("size")) in _SIZES else None,
        "address_of": address_of,
        "place_of": place_of,
        "has_page": has_page,
        "shown_date": lambda day: shown_date(day, lang),
        "shown_number": lambda number: shown_number(number, lang),
        "q": request.query_params.get("q", "") if request.url.path == "/search" else "",
    }
    words = _templates().get_template(template).render({**frame, **context})
    return HTMLResponse(words, status, headers={"cache-control": "no-cache"})


@cache
def _templates() -> Environment:
    """Read templates: what a document says is escaped, and what its letters would order is shown."""
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["shown"] = shown
    made.filters["telling"] = _telling
    # What stands around a quote is cut off anywhere; it is shown from the next word on, or up to the last one.
    made.filters["from_word"] = lambda words: words.partition(" ")[2] or words
    made.filters["to_word"] = lambda words: words.rpartition(" ")[0] or words
    made.filters["query"] = lambda given: urlencode({name: value for name, value in given.items() if value})
    return made


def in_frame(request: Request) -> bool:
    """Tell whether a page of ours shows the answer in a frame, as it does with pictures."""
    return request.url.path.startswith("/picture/")


def _telling(proof: Sequence[Hop]) -> Sequence[Hop]:
    """Put the words that say most, the longest, first; the hops of a chain stay in the order in which they lead on."""
    ends = [(one.cited, other.citing) for one, other in pairwise(proof)]
    # From an activity to its document no citation leads.
    leads_on = any(low is not None for low, _ in ends) and all(None in pair or pair[0] == pair[1] for pair in ends)
    return proof if leads_on else sorted(proof, key=lambda hop: -len(hop.quote))


async def refused(request: Request, error: Exception) -> Response:
    """Say in one sentence what the caller should do differently."""
    lang = language_of(request)
    if isinstance(error, Refusal):
        status, sentence = status_of(error), error.sentence(lang)
    else:
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = f"serve.status.{status}"
        sentence = say(key if knows(key) else f"serve.status.{500 if status >= 500 else 400}", lang)
    if wants_html(request) and in_frame(request):
        response: Response = render(request, "nothing.html", status, why=sentence, candidates=())
    elif wants_html(request):
        response = render(request, "refused.html", status, sentence=sentence, status=status)
    else:
        response = PlainTextResponse(sentence + "\n", status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response
