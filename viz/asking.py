"""Show what was understood of a question in words, beside its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cancu.language import Language, say
from cancu.queries.asking import Understanding
from cancu.queries.engine import Answer

__all__ = ["json_of_asked", "lines_of_others", "lines_of_understanding"]


def json_of_asked(understood: Understanding, answer: Answer | None, lang: Language) -> str:
    """Write the JSON of a question in words: what was understood under ``understood``, then the answer, if any."""
    found = {"understood": understood.to_json(lang)} | (answer.to_json(lang) if answer is not None else {})
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def lines_of_understanding(understood: Understanding, lang: Language) -> Iterator[str]:
    """Yield what was understood and what is doubtful, or why nothing was."""
    if understood.reading is None:
        yield (understood.reason or {}).get(lang, "")
        return
    sureness = say("ask.words.sure" if understood.sure else "ask.words.unsure", lang)
    yield say("ask.words.understood", lang, sureness=sureness, wording=understood.reading.question.wording[lang])
    yield f"    {understood.reading.command()}"
    for doubt in understood.doubts:
        yield f"  – {doubt[lang]}"


def lines_of_others(understood: Understanding, lang: Language) -> Iterator[str]:
    """Yield the next best questions, each as it can be asked."""
    if understood.others:
        yield say("ask.words.others", lang)
    for one in understood.others:
        yield f"  {one.question.wording[lang]}"
        yield f"    {one.command()}"
