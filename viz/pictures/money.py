"""Draw the money of a plan: from its sources to its components, as broad as the sums, and how the totals add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from cancu.language import Language, say
from cancu.queries.engine import Answer, Hop, ask
from cancu.queries.plans import Component, Fact, Plan
from cancu.viz.pictures.plans import nothing_in, plan_of, subtitle_of
from cancu.viz.pictures.signs import badge
from cancu.viz.pictures.values import (
    Box,
    Item,
    Legend,
    Nothing,
    Path,
    Picture,
    Quote,
    Shape,
    Words,
    last_of,
    lines_of_words,
    quotes_of,
    wrap,
)
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_number

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["Flow", "draw_money", "flows_of", "picture_of_money"]

_SOURCES: Final = ("central", "province", "district", "commune", "unspecified", "total")
_MILLION: Final = Decimal(1_000_000)
_LEFT: Final = 330.0
_SPAN: Final = 420.0
_BAR: Final = 22.0
_RIGHT: Final = 460.0
_TALL: Final = 560.0
_BETWEEN: Final = 22.0
_ROW: Final = 62.0

_Name = TypeVar("_Name", str, str | None)

#: A flow: source, the IRI of the component or None for the whole plan, the amount, and the facts that state it.
Flow = tuple[str, str | None, Decimal, tuple[Fact, ...]]


def draw_money(store: Access, text: str, lang: Language = "vi", *, line_of: LineOf | None = None) -> Picture | Nothing:
    """Read a plan and draw its money."""
    plan = plan_of(store, text, lang)
    if isinstance(plan, Nothing):
        return plan
    if not flows_of(plan):
        return nothing_in(ask(store, "funding", document=plan.iri), lang)
    return picture_of_money(plan, ask(store, "sums", document=plan.iri), lang, line_of=line_of)


def flows_of(plan: Plan) -> tuple[Flow, ...]:
    """Tell which source gives how much to which component: each sum once, a project's not beside its parts'."""
    parents = {one.parent for one in plan.components if one.sums}
    above: set[str | None] = set()
    by_iri = {one.iri: one for one in plan.components}
    for iri in parents:
        at: str | None = iri
        while at is not None and at not in above:
            above.add(at)
            at = by_iri[at].parent if at in by_iri else None
    found: list[Flow] = []
    for one in plan.components:
        if one.iri not in above:
            found += ((source, one.iri, amount, facts) for source, amount, facts in _by_source(one.sums))
    return tuple(found) or tuple((source, None, amount, facts) for source, amount, facts in _by_source(plan.budget))


def _by_source(sums: Sequence[Fact]) -> Iterable[tuple[str, Decimal, tuple[Fact, ...]]]:
    """Add up what each source gives; of money told whole and by kinds, or by years, the whole counts."""
    told: dict[str, dict[tuple[str, str, str], Fact]] = {}
    for fact in sums:
        if fact.cells["amount"].exact is not None:
            key = (fact.cells["kind"].value or "", fact.cells["year"].value or "", fact.cells["carried"].value or "")
            told.setdefault(last_of(fact.cells["source"].iri), {}).setdefault(key, fact)
    parts = {source: found for source, found in told.items() if source != "total"}
    for source, found in sorted((parts or told).items(), key=lambda one: _rank(one[0])):
        chosen = list(found.items())
        for at in (0, 1):
            whole = [(key, fact) for key, fact in chosen if not key[at]]
            chosen = whole or chosen
        amount = sum((fact.cells["amount"].exact or Decimal(0) for _, fact in chosen), Decimal(0))
        if amount > 0:
            yield source, amount, tuple(fact for _, fact in chosen)


def _rank(source: str) -> int:
    return _SOURCES.index(source) if source in _SOURCES else len(_SOURCES)


def picture_of_money(plan: Plan, sums: Answer, lang: Language, *, line_of: LineOf | None = None) -> Picture:
    """Draw the money of a plan that was read, with the answer of the question sums below."""
    flows = flows_of(plan)
    names = {one.iri: one for one in plan.components}
    sources = sorted({flow[0] for flow in flows}, key=_rank)
    parts = list(dict.fromkeys(flow[1] for flow in flows))
    whole = sum((flow[2] for flow in flows), Decimal(0))
    scale = _TALL / float(whole)
    of_source = {one: [flow for flow in flows if flow[0] == one] for one in sources}
    of_part = {one: [flow for flow in flows if flow[1] == one] for one in parts}
    left_y, left_end = _stack([(one, _sum(of_source[one])) for one in sources], scale, 66.0)
    right_y, right_end = _stack([(one, _sum(of_part[one])) for one in parts], scale, _ROW)
    # The shorter side stands in the middle of the other.
    shift = (right_end - left_end) / 2
    left_y = {one: (y + max(0.0, shift), tall) for one, (y, tall) in left_y.items()}
    right_y = {one: (y + max(0.0, -shift), tall) for one, (y, tall) in right_y.items()}
    x0, x1 = _LEFT + _BAR, _LEFT + _BAR + _SPAN
    items: list[Item] = []
    used_left = {one: y for one, (y, _) in left_y.items()}
    used_right = {one: y for one, (y, _) in right_y.items()}
    source_ids = {one: f"s{at}" for at, one in enumerate(sources, start=1)}
    part_ids = {one: f"p{at}" for at, one in enumerate(parts, start=1)}
    for at, (source, part, amount, facts) in enumerate(flows, start=1):
        tall = max(1.0, float(amount) * scale)
        y0, y1 = used_left[source], used_right[part]
        used_left[source], used_right[part] = y0 + tall, y1 + tall
        middle = (x0 + x1) / 2
        band = Path(
            (x0, y0),
            (
                ((middle, y0), (middle, y1), (x1, y1)),
                ((x1, y1 + tall),),
                ((middle, y1 + tall), (middle, y0 + tall), (x0, y0 + tall)),
            ),
            f"flow m-{source}",
            closed=True,
        )
        name = f"{_source_name(source, lang)} → {_part_name(names, part, plan)}: {_million(amount, lang)}"
        items.append(
            Item(
                f"f{at}", "edge", shown(name), (band,), groups=(source,), ends=(source_ids[source], part_ids[part]),
                quotes=quotes_of([hop for fact in facts for hop in fact.proof], lang, line_of),
            )
        )  # fmt: skip
    for source, (y, tall) in left_y.items():
        amount = _sum(of_source[source])
        lines = wrap(_source_name(source, lang), _LEFT - 110, 17, 2, bold=True)
        top = y + tall / 2 - 11 * len(lines) + 6
        letter = say(f"view.source-letter.{source}", lang) if source in _SOURCES else "?"
        shapes: tuple[Shape, ...] = (
            Box(_LEFT - 4, y - 2, _BAR + 4, tall + 4, "field", 3),
            Box(_LEFT, y, _BAR, tall, f"badge m-{source}", 2),
            *badge(20, y + tall / 2 - 15, 48, 30, letter, f"m-{source}"),
            *lines_of_words(lines, _LEFT - 14, top, 22, "head-line", "end"),
            Words(_LEFT - 14, top + 22 * len(lines), _million(amount, lang), "words", "end"),
        )
        items.append(
            Item(
                source_ids[source], "node", shown(f"{_source_name(source, lang)}: {_million(amount, lang)}"), shapes,
                (say("view.added", lang),), (source,), _proofs(of_source[source], lang, line_of),
            )
        )  # fmt: skip
    for part, (y, tall) in right_y.items():
        amount = _sum(of_part[part])
        lines = wrap(_part_name(names, part, plan), _RIGHT - 40, 15, 2)
        top = y + tall / 2 - 10 * len(lines) + 4
        shapes = (
            Box(x1 - 2, y - 2, _BAR + 4, tall + 4, "field", 3),
            Box(x1, y, _BAR, tall, "badge", 2),
            *lines_of_words(lines, x1 + _BAR + 12, top, 20, "words"),
            Words(x1 + _BAR + 12, top + 20 * len(lines), _million(amount, lang), "strong"),
        )
        items.append(
            Item(
                part_ids[part], "node", shown(f"{_part_name(names, part, plan)}: {_million(amount, lang)}"), shapes,
                (say("view.added", lang),), tuple(dict.fromkeys(flow[0] for flow in of_part[part])),
                _proofs(of_part[part], lang, line_of), part,
            )
        )  # fmt: skip
    width = x1 + _BAR + _RIGHT
    y = max(max(y + tall for y, tall in (*left_y.values(), *right_y.values())), 120.0) + 70
    backdrop: list[Shape] = []
    if sums.rows:
        backdrop.append(Words(20, y, say("view.reconciled", lang), "band"))
        y += 22
        for at in range(1, len(sums.rows) + 1):
            item, tall = _reconciled(f"r{at}", plan, sums, at - 1, y, width, lang, line_of)
            items.append(item)
            y += tall + 8
    legend = tuple(
        Legend(one, _source_name(one, lang), "badge", f"badge m-{one}", say(f"view.source-letter.{one}", lang), True)
        for one in sources
        if one in _SOURCES
    )
    stated = _stated(plan.budget)
    subtitle = [say("view.money-added", lang, sum=_million(whole, lang))]
    if stated is not None:
        subtitle.append(say("view.money-stated", lang, sum=_million(stated, lang)))
    subtitle.append(subtitle_of(plan, lang))
    return Picture(
        "money", say("view.title.money", lang, document=shown(plan.label)), " · ".join(filter(None, subtitle)), lang,
        width, y + 20, tuple(items), tuple(backdrop), legend,
    )  # fmt: skip


def _stated(budget: Sequence[Fact]) -> Decimal | None:
    totals = {fact.cells["amount"].exact for fact in budget if last_of(fact.cells["source"].iri) == "total"}
    return totals.pop() if len(totals) == 1 else None


def _stack(
    bars: Sequence[tuple[_Name, Decimal]], scale: float, room: float
) -> tuple[dict[_Name, tuple[float, float]], float]:
    """Put bars below each other, each as tall as its sum, with so much room for its words."""
    y = 30.0
    found: dict[_Name, tuple[float, float]] = {}
    for name, amount in bars:
        tall = max(2.0, float(amount) * scale)
        slot = max(tall, room)
        found[name] = (y + (slot - tall) / 2, tall)
        y += slot + _BETWEEN
    return found, y


def _sum(flows: Iterable[Flow]) -> Decimal:
    return sum((flow[2] for flow in flows), Decimal(0))


def _proofs(flows: Iterable[Flow], lang: Language, line_of: LineOf | None) -> tuple[Quote, ...]:
    return quotes_of([hop for flow in flows for fact in flow[3] for hop in fact.proof], lang, line_of)


def _source_name(source: str, lang: Language) -> str:
    return say(f"view.source.{source}", lang) if source in _SOURCES else source


def _part_name(names: dict[str, Component], part: str | None, plan: Plan) -> str:
    return names[part].label if part is not None and part in names else plan.label


def _million(amount: Decimal, lang: Language) -> str:
    return say("view.million", lang, amount=shown_number((amount / _MILLION).normalize() + 0, lang))


def _reconciled(
    name: str, plan: Plan, sums: Answer, at: int, y: float, width: float, lang: Language, line_of: LineOf | None
) -> tuple[Item, float]:
    """Draw one check of a total against its parts."""
    row = sums.rows[at]
    result = row["result"].value or "open"
    look = {"equal": ("equal", "v-equal"), "more": ("weaker", "v-weaker"), "less": ("weaker", "v-weaker")}
    css, sign = look.get(result, ("not-comparable", "v-not-comparable"))
    part = row["part"].text(lang) or say("view.whole-plan", lang)
    head = wrap(f"{part} – {say('view.by', lang)} {row['check'].text(lang)}", width - 320, 15, 1, bold=True)
    sums_told = wrap(row["arithmetic"].text(lang), width - 320, 15, 2)
    stated, difference = row["stated"].exact, row["difference"].exact
    told = [say("view.stated", lang, sum=_million(stated, lang))] if stated is not None else []
    words = row["result"].text(lang)
    if difference:
        words = f"{words}: {_million(difference, lang)}"
    tall = 22.0 * (len(head) + len(sums_told)) + 18
    letter = {"equal": "=", "more": "+", "less": "−"}.get(result, "?")
    shapes: tuple[Shape, ...] = (
        Box(20, y, width - 40, tall, f"box {css}"),
        *badge(30, y + tall / 2 - 17, 34, 34, letter, sign),
        *lines_of_words(head, 78, y + 24, 22, "strong"),
        *lines_of_words(sums_told, 78, y + 24 + 22 * len(head), 22, "words"),
        *lines_of_words(wrap(words, 230, 15, 2, bold=True), width - 36, y + 24, 20, "strong", "end"),
    )
    hops: tuple[Hop, ...] = sums.proofs[at]
    item = Item(name, "node", shown(f"{part}: {row['arithmetic'].text(lang)} – {words}"), shapes, tuple(told), (),
                quotes_of(hops, lang, line_of))  # fmt: skip
    return item, tall
