"""Answer programs in JSON: the questions of the catalogue, questions in words, what can be found, and whole plans.

``/api/openapi.json`` describes all of it, generated from the catalogue. What is wrong with a request is told as
problem details (RFC 9457), in the language that was asked for.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cancu import __version__
from cancu.language import LANGUAGES, Language, Refusal, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.asking import ask_in_words
from cancu.queries.catalogue import Parameter, Question, question, questions
from cancu.queries.engine import ask
from cancu.queries.entries import Ambiguous, Entry
from cancu.queries.find import find
from cancu.queries.plans import json_of_plan, read_plan
from cancu.queries.responses import negotiate
from cancu.queries.store import Store
from cancu.viz.asking import json_of_asked
from cancu.viz.export import text_of, workbook_of
from cancu.viz.web.frame import address_of, language_of
from cancu.viz.web.serving import Handler, add_vary, etag_of, for_programs, is_known, read, read_aside, status_of

__all__ = ["ROUTES", "openapi"]

#: The media types of an answer by what its address may end with, the best first.
_FORMATS: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown",
    "html": "text/html",
}
#: These are for a folder, not for the window of a browser.
_DOWNLOADS: Final = frozenset({"csv", "xlsx"})
#: A page of an answer carries its own style and runs nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
_PROBLEM: Final = "application/problem+json"
_PROBLEMS: Final = "https://w3id.org/cancu/problem/"

#: So many things a search may find.
_MOST_FOUND: Final = 1_000
_USUALLY_FOUND: Final = 50


# --- in the reader ----------------------------------------------------------------------------------------------------


def answer_question(store: Store, name: str, given: Mapping[str, str], form: str, lang: Language) -> bytes:
    """Answer a question of the catalogue as a document of a format ("csv")."""
    answer = ask(store, name, **given)
    if form == "xlsx":
        return workbook_of(answer, lang)
    return text_of(answer, "markdown" if form == "md" else form, lang).encode()  # type: ignore[arg-type]


def answer_words(store: Store, words: str, lang: Language) -> bytes:
    """Answer a question in words as JSON."""
    return json_of_asked(*ask_in_words(store, words), lang).encode()


def find_entries(store: Store, words: str, limit: int) -> tuple[Entry, ...]:
    """Find documents, agencies and activities."""
    return find(store, words, limit)


def plan_as_json(store: Store, document: str, lang: Language) -> tuple[bytes, bool]:
    """Give a plan as JSON, and whether the words mean only one."""
    plan = read_plan(store, document)
    return _dumped(json_of_plan(plan, lang)), not isinstance(plan, Ambiguous)


def _dumped(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


# --- the addresses ----------------------------------------------------------------------------------------------------


async def _questions(request: Request) -> Response:
    lang = language_of(request)
    return _json({"questions": [_json_of_question(one, lang) for one in questions().values()]})


def _json_of_question(one: Question, lang: Language) -> dict[str, Any]:
    return {
        "id": one.id,
        "group": one.group,
        "question": one.wording[lang],
        "parameters": [
            {
                "name": parameter.name,
                "types": list(parameter.types),
                "required": parameter.required,
                "default": parameter.default,
                "example": parameter.example,
            }
            for parameter in one.parameters
        ],
        "either": list(one.either),
        "columns": [{"name": column.name, "label": column.label(lang)} for column in one.columns],
        "address": f"/api/questions/{one.id}",
    }


async def _question(request: Request) -> Response:
    name, _, suffix = request.path_params["name"].partition(".")
    if suffix and suffix not in _FORMATS:
        raise Refusal("serve.status.404")
    asked = question(name)
    form = suffix or _form_of(request)
    given = {name: value for name, value in _given(request).items() if name != "lang"}
    lang = language_of(request)
    content: bytes = await read_aside(request, answer_question, asked.id, given, form, lang)
    if suffix == "csv":
        # Without it Excel takes the letters for those of another alphabet.
        content = codecs.BOM_UTF8 + content
    response = Response(content, media_type=_FORMATS[form])
    if form in _DOWNLOADS:
        response.headers["content-disposition"] = f'attachment; filename="{asked.id}.{form}"'
    if form == "html":
        response.headers["content-security-policy"] = _POLICY
    if not suffix:
        add_vary(response, "Accept")
    return response


def _form_of(request: Request) -> str:
    media_type = negotiate(request.headers.get("accept", ""), _FORMATS.values())
    if media_type is None:
        raise Refusal("sparql.not-acceptable", known=", ".join(_FORMATS.values()))
    return next(form for form, name in _FORMATS.items() if name == media_type)


def _given(request: Request) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise Refusal("cli.ask.twice", name=name)
        given[name] = value
    return given


async def _ask(request: Request) -> Response:
    words = _words(request)
    return Response(await read_aside(request, answer_words, words, language_of(request)), media_type="application/json")


async def _find(request: Request) -> Response:
    words, limit = _words(request), _given(request).get("limit", str(_USUALLY_FOUND))
    if not re.fullmatch("[0-9]{1,6}", limit) or not 1 <= int(limit) <= _MOST_FOUND:
        raise Refusal("api.parameter", name="limit")
    found = await read(request, find_entries, words, int(limit))
    return _json({"found": [_json_of_entry(one) for one in found]})


def _json_of_entry(entry: Entry) -> dict[str, Any]:
    names = ("kind", "iri", "label", "number", "title", "issuer", "date", "held")
    told = {name: getattr(entry, name) for name in names}
    return told | {"document": entry.whole, "address": address_of(entry.iri)}


def _words(request: Request) -> str:
    words = _given(request).get("q", "").strip()
    if not words:
        raise Refusal("api.missing", name="q")
    return words


async def _document(request: Request) -> Response:
    """Give the plan that a number, the path of its name ("vn/…") or a part of its title means."""
    path = request.path_params["document"]
    document = PREFIXES["id"] + path if path.startswith("vn/") else path
    content, only = await read_aside(request, plan_as_json, document, language_of(request))
    return Response(content, 200 if only else 300, media_type="application/json")


async def _openapi(request: Request) -> Response:
    return _json(openapi(language_of(request)))


def _json(value: object) -> Response:
    return Response(_dumped(value), media_type="application/json")


# --- what is wrong, and what is known ---------------------------------------------------------------------------------


def _problem(request: Request, refusal: Refusal) -> Response:
    status = status_of(refusal)
    if refusal.key == "ask.nothing-found" and request.url.path.startswith("/api/documents/"):
        status = 404
    elif status == 400 and refusal.key.startswith("ask."):
        # Well formed, but there is no such parameter, thing or day.
        status = 422
    lang = language_of(request)
    content = {
        "type": _PROBLEMS + refusal.key,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.sentence(lang),
        "instance": request.url.path,
    }
    return JSONResponse(content, status, headers={"content-language": lang}, media_type=_PROBLEM)


def _cached(handler: Handler) -> Handler:
    """Let a client keep an answer until something is loaded, and ask each time whether it was."""

    async def handle(request: Request) -> Response:
        if request.query_params.get("lang", LANGUAGES[0]) not in LANGUAGES:
            raise Refusal("api.parameter", name="lang")
        etag = etag_of(request)
        kept = {"etag": etag, "cache-control": "no-cache"}
        if is_known(request, etag):
            return Response(status_code=304, headers=kept)
        response = await handler(request)
        response.headers.update(kept)
        return response

    return for_programs(handle, _problem)


def _route(path: str, handler: Handler) -> Route:
    methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
    return Route(path, _cached(handler), methods=methods)


ROUTES: Final = (
    _route("/api/openapi.json", _openapi),
    _route("/api/questions", _questions),
    _route("/api/questions/{name}", _question),
    _route("/api/ask", _ask),
    _route("/api/find", _find),
    _route("/api/documents/{document:anything}", _document),
)


# --- the description --------------------------------------------------------------------------------------------------


def openapi(lang: Language) -> dict[str, Any]:
    """Describe all addresses in OpenAPI 3.1: one of each question of the catalogue.

    >>> described = openapi("vi")
    >>> described["paths"]["/api/questions/basis"]["get"]["parameters"][0]["name"]
    'document'
    """
    text = {"type": "string"}
    words = {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "pattern": r"\S"}}
    limit = {"type": "integer", "minimum": 1, "maximum": _MOST_FOUND, "default": _USUALLY_FOUND}
    document = {"name": "document", "in": "path", "required": True, "schema": text, "example": "vn/…"}
    paths = {
        "/api/questions": _operation("questions", say("api.about.questions", lang), [], lang, "Questions"),
        "/api/ask": _operation("ask", say("api.about.ask", lang), [words], lang, "Asked"),
        "/api/find": _operation(
            "find",
            say("api.about.find", lang),
            [words, {"name": "limit", "in": "query", "schema": limit}],
            lang,
            "Found",
        ),
        "/api/documents/{document}": _operation(
            "document", say("api.about.documents", lang), [document], lang, "Plan", "300", "404"
        ),
    }
    for one in questions().values():
        operation = _operation(
            f"question-{one.id}", one.wording[lang], [_described(each) for each in one.parameters], lang, "Answer"
        )
        operation["get"]["tags"] = [one.group]
        for form in list(_FORMATS)[1:]:
            operation["get"]["responses"]["200"]["content"][_FORMATS[form]] = {
                "schema": {"type": "string", **({"contentEncoding": "binary"} if form == "xlsx" else {})}
            }
        if one.either:
            operation["get"]["description"] = say(
                "ask.missing-either", lang, known=", ".join(one.either), question=one.id
            )
        paths[f"/api/questions/{one.id}"] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Căn cứ", "version": __version__, "description": say("api.about", lang)},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _SCHEMAS,
            "parameters": {
                "lang": {
                    "name": "lang",
                    "in": "query",
                    "schema": {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
                }
            },
            "responses": {
                "Problem": {
                    "description": say("api.about.problem", lang),
                    "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


def _operation(
    name: str, summary: str, parameters: list[dict[str, Any]], lang: Language, schema: str, *more: str
) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    problem = {"$ref": "#/components/responses/Problem"}
    responses: dict[str, Any] = {"200": {"description": summary, "content": content}}
    responses |= {one: {"description": HTTPStatus(int(one)).phrase, "content": content} for one in more if one < "400"}
    responses |= {one: problem for one in (*(one for one in more if one >= "400"), "400", "422", "503", "504")}
    shared = [{"$ref": "#/components/parameters/lang"}]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*parameters, *shared],
            "responses": dict(sorted(responses.items())),
        }
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.types == ("date",):
        schema["format"] = "date"
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": " | ".join(parameter.types),
        "schema": schema,
        "example": parameter.example,
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_ANY: Final = {"type": "object"}
_HOP: Final = _object(source=_TEXT, start={"type": "integer"}, end={"type": "integer"}, quote=_TEXT, relation=_MAYBE)
_SCHEMAS: Final[Mapping[str, Any]] = {
    "Answer": _object(
        question=_TEXT,
        parameters={"type": "object", "additionalProperties": _TEXT},
        columns=_list(_TEXT),
        rows=_list({"type": "object", "additionalProperties": _MAYBE}),
        iris=_list({"type": "object", "additionalProperties": {"type": ["string", "array"]}}),
        proofs=_list(_list(_HOP)),
        confidence=_list({"type": "number"}),
        why_empty=_MAYBE,
        candidates=_list(_ANY),
    ),
    "Questions": _object(questions=_list(_ANY)),
    "Asked": _object(understood=_ANY),
    "Found": _object(found=_list(_object(kind=_TEXT, iri=_TEXT, label=_TEXT, held={"type": "boolean"}, address=_TEXT))),
    "Plan": {"type": "object", "properties": {"document": _MAYBE, "components": _list(_ANY)}, "required": ["document"]},
    "Problem": _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, instance=_TEXT),
}
