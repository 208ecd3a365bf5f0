"""Draw the targets of a plan beside those of the plans above it, each pair with a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cancu.language import Language, say
from cancu.queries.engine import Answer, Hop, ask
from cancu.viz.pictures.chain import tiers_of
from cancu.viz.pictures.plans import nothing_in
from cancu.viz.pictures.signs import VERDICTS, badge, tier_letter
from cancu.viz.pictures.values import (
    TIERS,
    Box,
    Item,
    Legend,
    Nothing,
    Picture,
    Shape,
    lines_of_words,
    quotes_of,
    wrap,
)
from cancu.viz.tree import LineOf
from cancu.viz.words import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cancu.queries.access import Access

__all__ = ["draw_cascade", "picture_of_cascade"]

_LEFT: Final = 20.0
_NAME: Final = 380.0
_COLUMN: Final = 340.0
_GAP: Final = 26.0
_STEP: Final = 20.0
_SIGN: Final = 34.0


def draw_cascade(
    store: Access, text: str, lang: Language = "vi", *, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Ask how the targets of a plan stand to those above it, and draw the answer."""
    answer = ask(store, "cascade", document=text)
    if answer.why_empty is not None:
        return nothing_in(answer, lang)
    superiors = [row["superior"].iri or "" for row in answer.rows]
    return picture_of_cascade(answer, tiers_of(store, superiors), lang, line_of=line_of)


def picture_of_cascade(
    answer: Answer, tiers: Mapping[str, str], lang: Language, *, line_of: LineOf | None = None
) -> Picture:
    """Draw an answer of the question cascade: a row for each target, a column for each superior plan."""
    names = {row["superior"].iri or "": row["superior"].text(lang) for row in answer.rows}
    # The nearest plan above stands nearest, then those of higher tiers.
    superiors = sorted(names, key=lambda iri: (-_rank(tiers.get(iri, "")), names[iri]))
    table: dict[tuple[str, str, str, str], dict[str, list[int]]] = {}
    for at, row in enumerate(answer.rows):
        key = (row["indicator"].text(lang), row["scope"].text(lang), row["ours"].text(lang), row["by"].text(lang))
        table.setdefault(key, {}).setdefault(row["superior"].iri or "", []).append(at)
    ours_x = _LEFT + _NAME
    columns = {iri: ours_x + _COLUMN + _GAP + (_COLUMN + _GAP) * at for at, iri in enumerate(superiors)}
    width = ours_x + (_COLUMN + _GAP) * (len(superiors) + 1) + 10
    ours = answer.rows[0]["document"].text(lang)
    backdrop: list[Shape] = []
    for x, name in ((ours_x, ours), *((columns[iri], names[iri]) for iri in superiors)):
        lines = wrap(name, _COLUMN - 20, 17, 2, bold=True)
        backdrop += lines_of_words(lines, x + 4, 36 + 22 * (2 - len(lines)), 22, "head-line")
    for iri in superiors:
        tier = tiers.get(iri, "other")
        backdrop += badge(columns[iri] + _COLUMN - 46, 6, 46, 26, tier_letter(tier, lang), f"t-{tier}")
    items: list[Item] = []
    y, number = 74.0, 0
    for (indicator, scope, figure, by), found in table.items():
        head = wrap(indicator[:1].upper() + indicator[1:], _NAME - 30, 16, 3, bold=True)
        under = wrap(scope, _NAME - 30, 14, 3)
        left = _STEP * (len(head) + len(under)) + 18
        faces = {iri: [_cell(answer, at, lang) for at in ats] for iri, ats in found.items()}
        right = max(
            sum(len(lines) * _STEP + 26 for lines in several) + 8 * (len(several) - 1) for several in faces.values()
        )
        height = max(left, right, 56.0)
        items.append(
            _ours(
                f"o{number}",
                indicator,
                scope,
                figure,
                by,
                (ours_x, y, height),
                (head, under),
                found,
                answer,
                lang,
                line_of,
            )
        )
        for iri, ats in found.items():
            top = y
            tall = (height - 8 * (len(ats) - 1)) / len(ats)
            for at, cell in zip(ats, faces[iri], strict=True):
                number += 1
                row = answer.rows[at]
                verdict = row["verdict"].value or "not-comparable"
                x = columns[iri]
                middle = top + tall / 2
                letter = say(f"view.verdict-letter.{verdict}", lang) if verdict in VERDICTS else "?"
                shapes: tuple[Shape, ...] = (
                    Box(x, top, _COLUMN, tall, f"box {verdict}"),
                    *badge(x + 8, middle - _SIGN / 2, _SIGN, _SIGN, letter, f"v-{verdict}"),
                    *lines_of_words(
                        cell[:1], x + _SIGN + 20, middle - _STEP * (len(cell) - 1) / 2 + 5, _STEP, "head-line"
                    ),
                    *lines_of_words(
                        cell[1:], x + _SIGN + 20, middle - _STEP * (len(cell) - 1) / 2 + 5 + _STEP, _STEP, "small"
                    ),
                )
                told = f"{indicator}: {figure} – {row['theirs'].text(lang)} ({names[iri]}): {row['verdict'].text(lang)}"
                detail = (scope, row["theirScope"].text(lang), row["why"].text(lang))
                items.append(
                    Item(
                        f"v{number}", "node", shown(told), shapes, tuple(map(shown, filter(None, detail))), (verdict,),
                        quotes_of(answer.proofs[at], lang, line_of), iri,
                    )
                )  # fmt: skip
                top += tall + 8
        y += height + 16
    used = {row["verdict"].value for row in answer.rows}
    legend = tuple(
        Legend(
            one,
            say(f"value.verdict.{one}", lang),
            "badge",
            f"badge v-{one}",
            say(f"view.verdict-letter.{one}", lang),
            True,
        )
        for one in VERDICTS
        if one in used
    )
    counted = ", ".join(
        f"{sum(row['verdict'].value == one for row in answer.rows)} {say(f'value.verdict.{one}', lang)}"
        for one in VERDICTS
        if one in used
    )
    return Picture(
        "cascade", say("view.title.cascade", lang, document=shown(ours)), counted, lang,
        width, y + 10, tuple(items), tuple(backdrop), legend,
    )  # fmt: skip


def _rank(tier: str) -> int:
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def _cell(answer: Answer, at: int, lang: Language) -> list[str]:
    """Give the lines of a superior's target: its figure, then year and place where they differ, and why."""
    row = answer.rows[at]
    room = _COLUMN - _SIGN - 34
    figure = row["theirs"].text(lang) or "–"
    lines = list(wrap(figure, room, 17, 1, bold=True))
    told = [row["verdict"].text(lang)]
    if row["theirBy"].text(lang) != row["by"].text(lang) and row["theirBy"].value:
        told.append(row["theirBy"].text(lang))
    if row["why"].value:
        told.append(row["why"].text(lang))
    lines += wrap(" · ".join(told), room, 14, 2)
    if row["theirScope"].text(lang) != row["scope"].text(lang) and row["theirScope"].value:
        lines += wrap(row["theirScope"].text(lang), room, 14, 2)
    return lines


def _ours(
    name: str,
    indicator: str,
    scope: str,
    figure: str,
    by: str,
    where: tuple[float, float, float],
    words: tuple[tuple[str, ...], tuple[str, ...]],
    found: Mapping[str, list[int]],
    answer: Answer,
    lang: Language,
    line_of: LineOf | None,
) -> Item:
    x, y, height = where
    head, under = words
    top = y + height / 2 - _STEP * (len(head) + len(under) - 1) / 2 + 5
    lines = wrap(figure or "–", _COLUMN - 30, 17, 2, bold=True)
    middle = y + height / 2 - _STEP * (len(lines) - 1 + bool(by)) / 2 + 6
    shapes: tuple[Shape, ...] = (
        Box(_LEFT, y, _NAME - 14, height, "plain"),
        Box(x, y, _COLUMN, height, "box"),
        *lines_of_words(head, _LEFT + 6, top, _STEP, "strong"),
        *lines_of_words(under, _LEFT + 6, top + _STEP * len(head), _STEP, "small dim"),
        *lines_of_words(lines, x + 16, middle, _STEP, "head-line"),
        *(lines_of_words((by,), x + 16, middle + _STEP * len(lines), _STEP, "small dim") if by else ()),
    )
    # Of a row's two places, the first is the plan's own target.
    hops: list[Hop] = [answer.proofs[at][0] for ats in found.values() for at in ats if answer.proofs[at]]
    verdicts = sorted({answer.rows[at]["verdict"].value or "" for ats in found.values() for at in ats})
    return Item(
        f"{name}", "node", shown(f"{indicator}: {figure}"), shapes, tuple(filter(None, (shown(scope), by))),
        tuple(verdicts), quotes_of(hops, lang, line_of),
    )  # fmt: skip
