"""Lead from the IRI of anything to the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cancu.language import knows, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import text_of
from cancu.queries.store import Store
from cancu.viz.web.document import document_page, source_page
from cancu.viz.web.frame import address_of, iri_of_path, is_iri, language_of, path_of, render
from cancu.viz.web.parts import activity_page, agency_page

__all__ = ["ROUTES", "page_of_resource"]

#: What a resource is, by its class; the first that fits.
_CLASSES: Final = {
    "eli:LegalResource": "document",
    "cancu:Activity": "activity",
    "org:FormalOrganization": "agency",
    "cancu:CollectiveAgency": "agency",
    "cancu:SourceText": "source",
}
#: A property, its value, and whether that is a resource.
_Said = tuple[str, str, bool]

#: So many triples of a resource that has no page of its own are shown.
_MOST_TRIPLES: Final = 300


def kind_of(store: Store, iri: str) -> str | None:
    """Tell what a resource is; None where the store says nothing of it."""
    facts = store.facts([iri], [PREFIXES["rdf"] + "type"]).get(iri, {})
    classes = {text_of(one) for terms in facts.values() for one in terms}
    for name, kind in _CLASSES.items():
        prefix, _, local = name.partition(":")
        if PREFIXES[prefix] + local in classes:
            return kind
    known = classes or next(store.triples(iri), None) is not None
    return "other" if known else None


async def page_of_resource(request: Request, iri: str) -> Response:
    """Show the page of a resource."""
    kind = await request.app.state.readers.call(kind_of, iri) if is_iri(iri) else None
    if kind is None:
        raise HTTPException(404)
    page = _PAGES.get(kind)
    # What is of a kind but has not what its page shows is shown as it is.
    return (await page(request, iri) if page is not None else None) or await _other_page(request, iri)


def _told(store: Store, iri: str) -> tuple[list[_Said], list[tuple[str, str]], dict[str, dict[str, str]]]:
    """Give what is said of a resource, who points at it, and the names of all of these."""
    said, pointing = [], []
    for triple in store.triples(iri):
        said.append((triple.predicate.value, text_of(triple.object), isinstance(triple.object, ox.NamedNode)))
        if len(said) >= _MOST_TRIPLES:
            break
    for triple in store.triples(None, None, ox.NamedNode(iri)):
        pointing.append((text_of(triple.subject), triple.predicate.value))
        if len(pointing) >= _MOST_TRIPLES:
            break
    named = {iri, *(predicate for predicate, _, _ in said), *(value for _, value, is_iri in said if is_iri)}
    named |= {one for pair in pointing for one in pair}
    return sorted(set(said)), sorted(set(pointing)), store.labels(named)


def _short(iri: str) -> str:
    """Write an IRI that has no name by the prefix of its vocabulary.

    >>> _short("http://www.w3.org/ns/prov#hadRole"), _short("https://w3id.org/cancu/id/source/a%20b.txt#c1-2")
    ('prov:hadRole', 'source/a b.txt#c1-2')
    """
    if iri.startswith(PREFIXES["id"]):
        return unquote(iri.removeprefix(PREFIXES["id"]))
    # The longest that fits: a vocabulary may stand below another one.
    prefix = max(
        (one for one in PREFIXES if iri.startswith(PREFIXES[one])), key=lambda one: len(PREFIXES[one]), default=""
    )
    return f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}" if prefix else iri


async def _other_page(request: Request, iri: str) -> Response:
    said, pointing, names = await request.app.state.readers.call(_told, iri)

    lang = language_of(request)

    def name(one: str) -> str:
        given, key = names.get(one, {}), f"record.property.{re.split('[/#]', one)[-1]}"
        if one not in names and knows(key):
            return say(key, lang)
        return given.get(lang) or given.get("vi") or given.get("") or next(iter(given.values()), _short(one))

    return render(request, "resource.html", iri=iri, said=said, pointing=pointing, name=name)


#: Who shows what kind.
_PAGES: Final[Mapping[str, Callable[[Request, str], Awaitable[Response | None]]]] = {
    "document": document_page,
    "source": source_page,
    "activity": activity_page,
    "agency": agency_page,
}


async def by_path(request: Request) -> Response:
    """Show the resource that the path names."""
    return await page_of_resource(request, iri_of_path(path_of(request)))


async def by_iri(request: Request) -> Response:
    """Show the resource of an IRI that is not one of ours."""
    iri = request.query_params.get("iri", "")
    if iri.startswith(PREFIXES["id"]):
        return RedirectResponse(address_of(iri), 303)
    return await page_of_resource(request, iri)


ROUTES: Final = (Route("/id/{path:anything}", by_path, name="id"), Route("/resource", by_iri, name="resource"))
