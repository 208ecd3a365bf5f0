"""Let people ask in SPARQL: an editor with the prefixes of the graph, examples, and answers as table or graph."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cancu.ontology.iris import PREFIXES
from cancu.queries.catalogue import questions
from cancu.queries.sparql import read_prefixes
from cancu.viz.web.frame import language_of, render

__all__ = ["ROUTES", "editor"]

#: The script that draws graphs, from the package that carries it.
_DRAWING: Final = "templates/lib/vis-9.1.2/vis-network.min.js"

#: What an address calls them by, for questions of the catalogue have names of their own.
_SHORT: Final = "short-"
#: Short queries to begin with: the message that says what each asks, and the query.
_EXAMPLES: Final = {
    "leads": """SELECT ?plan ?activity ?agency WHERE {
  ?activity a cancu:Component ; cancu:ledBy ?agency ; dct:isPartOf ?plan .
} LIMIT 100""",
    "bases": """SELECT ?document ?basis WHERE {
  ?document eli:based_on ?basis .
} LIMIT 100""",
    "drawn": """CONSTRUCT { ?document eli:based_on ?basis } WHERE {
  ?document eli:based_on ?basis .
} LIMIT 60""",
    "money": """SELECT ?activity ?printed ?amount ?tier WHERE {
  ?sum a cancu:BudgetLine ; cancu:printedAmount ?printed ; obeu-measure:amount ?amount ; cancu:fundingTier ?tier .
  OPTIONAL { ?sum obeu-dimension:project ?activity }
} ORDER BY DESC(?amount) LIMIT 100""",
    "proof": """SELECT ?source ?start ?quote ?plan ?cited WHERE {
  ?citation a cancu:Citation ; cancu:citingDocument ?plan ; cancu:citedDocument ?cited .
  ?citation ^oa:hasBody/oa:hasTarget ?target .
  ?target oa:hasSource/rdfs:label ?source ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:exact ?quote .
} ORDER BY ?source ?start LIMIT 100""",
}


async def editor(request: Request) -> Response:
    """Show the editor, with a query of the catalogue or of the address in it."""
    lang = language_of(request)
    chosen = request.query_params.get("example", "")
    query = request.query_params.get("query") or ""
    if not query:
        asked = questions().get(chosen)
        short = _EXAMPLES.get(chosen.removeprefix(_SHORT), _EXAMPLES["leads"])
        query = asked.query if asked is not None else _with_prefixes(short)
    return render(
        request,
        "sparql.html",
        query=query,
        examples=[(f"{_SHORT}{name}", name) for name in _EXAMPLES],
        chosen=chosen,
        questions=[(one.id, one.wording[lang]) for one in questions().values()],
        prefixes=sorted(PREFIXES.items()),
    )


def _with_prefixes(query: str) -> str:
    r"""Declare the prefixes that a query uses.

    >>> _with_prefixes("ASK { ?x dct:title ?y }")
    'PREFIX dct: <http://purl.org/dc/terms/>\nASK { ?x dct:title ?y }'
    """
    declared = {name for name, _, _ in read_prefixes(query)}
    used = [name for name in sorted(PREFIXES) if f"{name}:" in query and name not in declared]
    return "\n".join([*(f"PREFIX {name}: <{PREFIXES[name]}>" for name in used), query])


async def drawing(request: Request) -> Response:
    """Give the script that draws graphs."""
    script = files("pyvis").joinpath(_DRAWING).read_bytes()
    return Response(script, media_type="text/javascript", headers={"cache-control": "max-age=86400"})


ROUTES: Final = (Route("/vis-network.js", drawing, name="drawing"),)
