"""Show who is responsible for an activity: by roles, the lead first, each agency with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cancu.language import Language, say
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, Hop
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_cell, shown_entry, shown_quote

__all__ = ["render_duties"]

Row = Mapping[str, Cell]


def render_duties(
    answer: Answer, reporting: Sequence[Answer], lang: Language, *, line_of: LineOf | None = None
) -> RenderableType:
    """Render the answer to "who"; ``reporting`` are the duties to report under the same documents."""
    if answer.why_empty is not None:
        lines = [Text(answer.why_empty[lang]), *(Text(shown_entry(entry, lang)) for entry in answer.candidates)]
        return Group(*lines)
    parts: list[RenderableType] = []
    last: tuple[str, str, str] = ("", "", "")
    for row, proof in zip(answer.rows, answer.proofs, strict=True):
        head, part, role = row["activity"].text(lang), row["part"].text(lang), row["role"].text(lang)
        if head != last[0]:
            parts += _heading(row, lang)
        if part != last[1] and part != head:
            parts += [Text(), Text(shown(say("who.assigned", lang, activity=part)), style="bold italic")]
        if (head, part, role) != last:
            parts += [Text(), Text(shown(role), style="bold cyan")]
        last = (head, part, role)
        parts += _agency(row, proof, lang, line_of)
    concerned = {row["agency"].iri for row in answer.rows}
    reports = [
        (row, proof)
        for one in reporting
        for row, proof in zip(one.rows, one.proofs, strict=True)
        if concerned & set(row["reporter"].iris)
    ]
    if reports:
        parts += [Text(), Text(say("who.reporting", lang), style="bold cyan")]
        for row, proof in reports:
            parts += _report(row, proof, lang, line_of)
    return Group(*parts)


def _heading(row: Row, lang: Language) -> Iterator[Text]:
    yield Text(shown(row["activity"].text(lang)), style="bold")
    yield Text(shown(row["document"].text(lang)), style="dim")


def _agency(row: Row, proof: Sequence[Hop], lang: Language, line_of: LineOf | None) -> Iterator[RenderableType]:
    text = Text(shown(row["agency"].text(lang)))
    if row["deadline"].value:
        text.append(f" · {say('who.deadline', lang, deadline=shown_cell(row['deadline'], lang))}", style="yellow")
    yield Padding(text, (0, 0, 0, 2), expand=False)
    # The task says what is to be done; where the agency stands in a heading above, that is quoted too.
    for hop in proof:
        yield _quote(hop, lang, line_of)


def _report(row: Row, proof: Sequence[Hop], lang: Language, line_of: LineOf | None) -> Iterator[RenderableType]:
    text = Text(shown(f"{row['reporter'].text(lang)} → {row['receiver'].text(lang) or '?'}"))
    when = [shown_cell(row[name], lang) for name in ("deadline", "frequency") if row[name].value]
    if when:
        text.append(shown(f" · {say('who.deadline', lang, deadline=', '.join(when))}"), style="yellow")
    yield Padding(text, (0, 0, 0, 2), expand=False)
    for hop in proof:
        yield _quote(hop, lang, line_of)


def _quote(hop: Hop, lang: Language, line_of: LineOf | None) -> RenderableType:
    text = Text(shown_quote(hop), style="italic")
    line = line_of(hop.source, hop.start) if line_of is not None else None
    behind = f", {say('chain.line', lang, line=line)}" if line is not None else ""
    text.append(f" [{shown(hop.source)}:{hop.start}-{hop.end}{behind}]", style="dim")
    return Padding(text, (0, 0, 0, 4), expand=False)
