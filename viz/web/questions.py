"""Ask the questions of the catalogue by forms, or in words; show the answer with its proofs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cancu.language import Language, Refusal, say
from cancu.queries.asking import Filled, Reading, Understanding, ask_in_words
from cancu.queries.catalogue import Question, questions
from cancu.queries.engine import Answer, ask
from cancu.queries.store import Store
from cancu.viz.export import columns_of_screens
from cancu.viz.web.frame import called, language_of, render
from cancu.viz.web.serving import status_of
from cancu.viz.words import shown_cell

__all__ = ["ROUTES"]

#: So many rows of an answer stand on its page; files hold all of them.
_MOST_ROWS: Final = 500


def answer_of(store: Store, name: str, given: Mapping[str, str]) -> Answer:
    """Answer a question."""
    return ask(store, name, **given)


def in_words(store: Store, text: str, lang: str) -> tuple[Understanding, Answer | None]:
    """Answer a question in words."""
    return ask_in_words(store, text, "en" if lang == "en" else "vi")


async def catalogue(request: Request) -> Response:
    """Show all questions, by their groups of users."""
    groups: dict[str, list[Question]] = {}
    for one in questions().values():
        groups.setdefault(one.group, []).append(one)
    return render(request, "questions.html", groups=groups)


async def question_page(request: Request) -> Response:
    """Show the form of a question and, where its parameters are given, the answer."""
    asked = questions().get(request.path_params["name"])
    if asked is None:
        raise HTTPException(404)
    named = {parameter.name for parameter in asked.parameters}
    given = {name: value.strip() for name, value in request.query_params.items() if name in named and value.strip()}
    complete = all(one.name in given for one in asked.parameters if one.required) and (
        not asked.either or any(name in given for name in asked.either)
    )
    answer = refusal = None
    if complete and (given or "ask" in request.query_params or not asked.parameters):
        try:
            answer = await request.app.state.readers.call(answer_of, asked.id, given)
        except Refusal as flaw:
            # Said beside the form, in which it can be put right.
            refusal = flaw
    lang = language_of(request)
    return render(
        request,
        "question.html",
        status_of(refusal) if refusal is not None else 200,
        asked=asked,
        given=given,
        answer=answer,
        refusal=refusal.sentence(lang) if refusal is not None else None,
        names=await called(request, given.values()),
        **_of_answer(request, answer),
    )


def _of_answer(request: Request, answer: Answer | None) -> dict[str, object]:
    lang = language_of(request)
    return {
        "shown_columns": columns_of_screens(answer) if answer is not None else (),
        "most": _MOST_ROWS,
        "shown_cell": lambda cell: shown_cell(cell, lang),
        "unclear": _unclear(answer, lang) if answer is not None else None,
    }


def _unclear(answer: Answer, lang: Language) -> str | None:
    """Name the parameter whose words may mean each of the candidates."""
    for name, text in answer.parameters.items():
        said = say("ask.ambiguous", lang, text=text, count=len(answer.candidates))
        if answer.candidates and answer.why_empty is not None and answer.why_empty[lang] == said:
            return name
    return None


def _understood(understood: Understanding, lang: Language) -> Iterator[str]:
    """Say what was understood and what is doubtful, or why nothing was."""
    reading = understood.reading
    if reading is None:
        yield (understood.reason or {}).get(lang, "")
        return
    sureness = say("ask.words.sure" if understood.sure else "ask.words.unsure", lang)
    yield say("ask.words.understood", lang, sureness=sureness, wording=reading.question.wording[lang])
    filled = [f"“{_meant(one)}”" for one in reading.parameters.values()]
    if filled:
        yield say("ask.words.about", lang, things=", ".join(filled))
    # That words may mean several things is said with the choice of them.
    yield from (doubt[lang] for doubt in understood.doubts if not any(name in doubt[lang] for name in _names(reading)))


def _meant(filled: Filled) -> str:
    """Say what a parameter is filled with, by its names where that is a thing and not words."""
    thing = next((one for one in filled.candidates if one.iri == filled.text), None)
    return filled.text if thing is None else " · ".join(filter(None, (thing.label, thing.whole)))


def _names(reading: Reading) -> tuple[str, ...]:
    return tuple(f"{name}: " for name, one in reading.parameters.items() if len(one.candidates) > 1)


async def words(request: Request) -> Response:
    """Answer a question in words, and say what was understood."""
    text = request.query_params.get("q", "").strip()[:500]
    understood = answer = None
    lines: list[str] = []
    lang = language_of(request)
    if text:
        understood, answer = await request.app.state.readers.call(in_words, text, lang)
        lines = list(_understood(understood, lang))
    return render(
        request,
        "ask.html",
        text=text,
        understood=understood,
        answer=answer,
        lines=lines,
        others=[
            (one.question, {name: filled.text for name, filled in one.parameters.items()})
            for one in (understood.others if understood is not None else ())
        ],
        **_of_answer(request, answer),
    )


ROUTES: Final = (
    Route("/questions", catalogue, name="questions"),
    Route("/questions/{name}", question_page, name="question"),
    Route("/ask", words, name="ask"),
)
