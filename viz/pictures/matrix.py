"""Draw who does what in a plan: a row for each component, a column for each agency, a letter for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cancu.language import Language, say
from cancu.queries.engine import ask
from cancu.queries.plans import Fact, Plan
from cancu.viz.pictures.plans import nothing_in, plan_of, subtitle_of
from cancu.viz.pictures.signs import ROLES, badge, relation_words
from cancu.viz.pictures.values import (
    Box,
    Item,
    Legend,
    Nothing,
    Path,
    Picture,
    Shape,
    Words,
    last_of,
    lines_of_words,
    quotes_of,
    wrap,
)
from cancu.viz.tree import LineOf
from cancu.viz.words import shown

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["draw_matrix", "picture_of_matrix"]

#: So many agencies have a column where nothing else is asked for, those with the most duties.
MOST: Final = 60
_LEFT: Final = 400.0
_TOP: Final = 270.0
_MARK: Final = 30.0
_COLUMN: Final = 62.0
_INDENT: Final = 22.0


def draw_matrix(
    store: Access, text: str, lang: Language = "vi", *, most: int = MOST, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Read a plan and draw its components against its agencies."""
    plan = plan_of(store, text, lang)
    if isinstance(plan, Nothing):
        return plan
    if not any(one.duties for one in plan.components):
        return nothing_in(ask(store, "matrix", document=plan.iri), lang)
    return picture_of_matrix(plan, lang, most=most, line_of=line_of)


def picture_of_matrix(plan: Plan, lang: Language, *, most: int = MOST, line_of: LineOf | None = None) -> Picture:
    """Draw the components of a plan that was read against their agencies."""
    cells: dict[tuple[int, str], list[Fact]] = {}
    names: dict[str, str] = {}
    rows = [one for one in plan.components if one.duties or any(two.parent == one.iri for two in plan.components)]
    for row, component in enumerate(rows):
        for fact in component.duties:
            agency = fact.cells["agency"]
            iri = agency.iri or agency.text(lang)
            names[iri] = agency.text(lang)
            cells.setdefault((row, iri), []).append(fact)
    counts = {iri: sum(iri == one for _, one in cells) for iri in names}
    leads = {
        iri: sum(_role(fact) == "lead" for (_, one), found in cells.items() if one == iri for fact in found)
        for iri in names
    }
    agencies = sorted(names, key=lambda iri: (-leads[iri], -counts[iri], names[iri]))[: max(1, most)]
    several = {iri: max(len(found) for (_, one), found in cells.items() if one == iri) for iri in agencies}
    lefts, x = {}, _LEFT
    for iri in agencies:
        lefts[iri] = x
        x += max(_COLUMN, 2 * _MARK + 10 if several[iri] > 1 else 0.0)
    width = x + 20
    backdrop: list[Shape] = []
    items: list[Item] = []
    y, tops = _TOP, []
    for row, component in enumerate(rows):
        indent = 20 + _INDENT * component.depth
        lines = wrap(component.label, _LEFT - indent - 16, 15, 3, bold=not component.depth)
        tallest = max(
            (-(-len(found) // 2) for (at, iri), found in cells.items() if at == row and iri in lefts), default=1
        )
        height = max(24.0 * len(lines) + 16, tallest * (_MARK + 4) + 10)
        tops.append((y, height))
        if row % 2 == 0:
            backdrop.append(Box(10, y, width - 20, height, "soft", 0))
        css = "strong" if not component.depth else "words"
        words = lines_of_words(lines, indent, y + height / 2 - 12 * (len(lines) - 1) + 5, 24, css)
        field = Box(indent - 8, y + 2, _LEFT - indent - 4, height - 4, "field", 4)
        items.append(
            Item(
                f"c{row + 1}", "node", shown(component.label), (field, *words),
                quotes=quotes_of(component.proof, lang, line_of), iri=component.iri,
            )
        )  # fmt: skip
        y += height
    for at, iri in enumerate(agencies, start=1):
        wide = (lefts[agencies[at]] if at < len(agencies) else x) - lefts[iri]
        middle = lefts[iri] + wide / 2
        lines = wrap(names[iri], _TOP - 40, 14, 3)
        shift = 18 * (len(lines) - 1) / 2
        heads = tuple(
            Words(middle - shift + 18 * line + 5, _TOP - 14, text, "small strong", turned=True)
            for line, text in enumerate(lines)
        )
        field = Box(lefts[iri] + 2, 10, wide - 4, _TOP - 18, "field", 4)
        duties = [fact for (_, one), found in cells.items() if one == iri for fact in found]
        items.append(
            Item(
                f"a{at}", "node", shown(names[iri]), (field, *heads), (say("view.duties", lang, count=len(duties)),),
                quotes=quotes_of([hop for fact in duties for hop in fact.proof], lang, line_of), iri=iri,
            )
        )  # fmt: skip
        backdrop.append(Path((lefts[iri], 20), (((lefts[iri], y),),), "grid"))
    number = 0
    for (row, iri), found in sorted(cells.items(), key=lambda one: one[0][0]):
        if iri not in lefts:
            continue
        wide = (lefts[agencies[agencies.index(iri) + 1]] if iri != agencies[-1] else x) - lefts[iri]
        top, height = tops[row]
        found = sorted(found, key=lambda fact: ROLES.index(_role(fact)) if _role(fact) in ROLES else len(ROLES))
        lines_needed = -(-len(found) // 2)
        for at, fact in enumerate(found):
            role = _role(fact)
            number += 1
            across = min(2, len(found) - at // 2 * 2)
            mark_x = lefts[iri] + wide / 2 - across * (_MARK + 4) / 2 + 2 + (at % 2) * (_MARK + 4)
            mark_y = top + height / 2 - lines_needed * (_MARK + 4) / 2 + 2 + (at // 2) * (_MARK + 4)
            letter = say(f"view.role-letter.{role}", lang) if role in ROLES else "?"
            name = f"{rows[row].label} – {names[iri]}: {relation_words(role, lang)}"
            ring = Box(mark_x - 1, mark_y - 1, _MARK + 2, _MARK + 2, "field", 7)
            items.append(
                Item(
                    f"m{number}", "node", shown(name),
                    (*badge(mark_x, mark_y, _MARK, _MARK, letter, f"c-{role}"), ring),
                    groups=(role,), quotes=quotes_of(fact.proof, lang, line_of),
                )
            )  # fmt: skip
    used = {_role(fact) for found in cells.values() for fact in found}
    legend = tuple(
        Legend(
            role, relation_words(role, lang), "badge", f"badge c-{role}", say(f"view.role-letter.{role}", lang), True
        )
        for role in ROLES
        if role in used
    )
    notes = [say("view.cut-columns", lang, shown=len(agencies), whole=len(names))] if len(agencies) < len(names) else []
    return Picture(
        "matrix", say("view.title.matrix", lang, document=shown(plan.label)), subtitle_of(plan, lang), lang,
        width, y + 20, tuple(items), tuple(backdrop), legend, tuple(notes),
    )  # fmt: skip


def _role(fact: Fact) -> str:
    return last_of(fact.cells["role"].iri)
