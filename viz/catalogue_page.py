"""Write the page of documentation of the catalogue: ``python -m cancu.viz.catalogue_page > queries/README.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from cancu.language import LANGUAGES, say
from cancu.queries.catalogue import Parameter, Question, questions
from cancu.viz.export import markdown_lines
from cancu.viz.words import both

__all__ = ["page_of"]


def page_of(catalogue: Iterable[Question]) -> str:
    """Write one page of Markdown, in Vietnamese and English side by side, for the questions in their order.

    >>> page_of(questions().values()).splitlines()[0]
    '# Danh mục câu hỏi · Catalogue of questions'
    """
    return "\n".join(_page(list(catalogue))) + "\n"


def _page(catalogue: list[Question]) -> Iterator[str]:
    yield f"# {both('page.title')}"
    for lang in LANGUAGES:
        yield ""
        yield say("page.how", lang, count=len(catalogue))
    for group, members in groupby(catalogue, key=lambda one: one.group):
        asked = list(members)
        yield ""
        yield f"## {both(f'page.group.{group}')}"
        yield ""
        yield markdown_lines(
            [["id", "vi", "en"], *([f"[{one.id}](#{one.id})", one.wording["vi"], one.wording["en"]] for one in asked)]
        ).rstrip("\n")
        for one in asked:
            yield from _entry(one)


def _entry(one: Question) -> Iterator[str]:
    yield ""
    yield f"### {one.id}"
    yield ""
    yield from (f"{one.wording['vi']}\\", one.wording["en"], "")
    told = " ".join(f'{name.name}="{name.example}"' for name in one.parameters if _needed(one, name))
    yield from ("```", f"cancu ask {one.id} {told}".rstrip(), "```", "")
    if one.parameters:
        header = [both(f"page.{name}") for name in ("parameter", "type", "need", "default", "example")]
        rows = [
            [
                f"`{given.name}`",
                " · ".join(both(f"page.type.{kind}") for kind in given.types),
                both(f"page.need.{'either' if given.name in one.either else _need(given)}"),
                given.default or "",
                given.example,
            ]
            for given in one.parameters
        ]
        yield markdown_lines([header, *rows])
    header = [both("page.column"), "vi", "en"]
    yield markdown_lines(
        [header, *([f"`{column.name}`", column.label("vi"), column.label("en")] for column in one.columns)]
    )
    yield f"{both('page.empty')}: {one.empty['vi']} · {one.empty['en']}"


def _needed(one: Question, parameter: Parameter) -> bool:
    """Tell whether an example must give a parameter: what is required, and the first of those that are alternatives."""
    return parameter.required or one.either[:1] == (parameter.name,)


def _need(parameter: Parameter) -> str:
    return "required" if parameter.required else "optional"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page_of(questions().values()))
