"""Draw the documents of a programme by tier and year, with what each of them rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cancu.language import Language, say
from cancu.queries.authority import Authority, kept, prove_documents
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, Hop, ask
from cancu.viz.pictures.plans import nothing_in
from cancu.viz.pictures.signs import (
    badge,
    legend_of_relations,
    legend_of_tiers,
    relation_of,
    relation_words,
    tier_letter,
)
from cancu.viz.pictures.values import (
    TIERS,
    Box,
    Item,
    Legend,
    Nothing,
    Path,
    Picture,
    Point,
    Shape,
    Words,
    last_of,
    lines_of_words,
    quotes_of,
    wrap,
)
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cancu.queries.access import Access

__all__ = ["draw_timeline", "picture_of_timeline"]

#: So many documents are shown where nothing else is asked for.
MOST: Final = 150
_LEFT: Final = 170.0
_BOX: Final = 250.0
_GUTTER: Final = 74.0
_TOP: Final = 60.0
_STEP: Final = 19.0


def draw_timeline(
    store: Access, text: str, lang: Language = "vi", *, most: int = MOST, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Ask for the documents of a programme and draw them with their bases."""
    answer = ask(store, "timeline", document=text)
    if answer.why_empty is not None:
        return nothing_in(answer, lang)
    authority = kept(store, Authority)
    numbers = {
        number: iri
        for row in answer.rows
        if (number := authority.number.get(iri := row["member"].iri or "")) is not None
    }
    steps = [(one, two) for one, two in authority.documents.edges if one in numbers and two in numbers]
    proofs = {
        (numbers[one], numbers[two]): proof for (one, two), proof in prove_documents(store, authority, steps).items()
    }
    return picture_of_timeline(answer, proofs, text, lang, most=most, line_of=line_of)


def picture_of_timeline(
    answer: Answer,
    bases: Mapping[tuple[str, str], tuple[Hop, ...]],
    text: str,
    lang: Language,
    *,
    most: int = MOST,
    line_of: LineOf | None = None,
) -> Picture:
    """Draw an answer of the question timeline; ``bases`` prove that one of its documents rests on another."""
    rows = list(dict.fromkeys((row["member"].iri or row["member"].text(lang)) for row in answer.rows))
    at_of = {row["member"].iri or row["member"].text(lang): at for at, row in reversed(list(enumerate(answer.rows)))}
    whole = len(rows)
    # Those that stand nearest to the decision are kept.
    nearness = ("decision", "authority", "rests", "activity-rests", "realises")
    rows.sort(
        key=lambda iri: nearness.index(kind) if (kind := answer.rows[at_of[iri]]["kind"].value or "") in nearness else 9
    )
    rows = sorted(rows[: max(1, most)], key=lambda iri: at_of[iri])
    year_of = {iri: (answer.rows[at_of[iri]]["date"].value or "")[:4] for iri in rows}
    tier_of = {iri: last_of(answer.rows[at_of[iri]]["tier"].iri) or "other" for iri in rows}
    years = sorted(set(year_of.values()), key=lambda year: (not year, year))
    tiers = [tier for tier in (*TIERS, *sorted(set(tier_of.values()) - set(TIERS))) if tier in tier_of.values()]
    lefts = {year: _LEFT + _GUTTER + (_BOX + _GUTTER) * at for at, year in enumerate(years)}
    width = _LEFT + _GUTTER + (_BOX + _GUTTER) * len(years)
    edges = sorted(
        (ends for ends in bases if ends[0] in year_of and ends[1] in year_of),
        key=lambda ends: (at_of[ends[0]], at_of[ends[1]]),
    )
    places: dict[str, tuple[float, float, float]] = {}
    faces: dict[str, tuple[tuple[str, ...], ...]] = {}
    backdrop: list[Shape] = []
    channels: dict[str, float] = {}
    y = _TOP
    for tier in tiers:
        leaving = sum(tier_of[low] == tier and year_of[low] != year_of[high] for low, high in edges)
        first = y + 22 + 7 * leaving
        top, bottom = y, y + 66
        for year in years:
            down = first
            for iri in (one for one in rows if tier_of[one] == tier and year_of[one] == year):
                faces[iri] = _face(answer, at_of[iri], lang)
                tall = _STEP * sum(map(len, faces[iri])) + 20
                places[iri] = (lefts[year], down, tall)
                down += tall + 16
            bottom = max(bottom, down)
        backdrop.append(Box(8, top, width - 16, bottom - top, "soft", 10))
        backdrop += badge(20, top + 16, 44, 30, tier_letter(tier, lang), f"t-{tier}")
        words = wrap(say(f"view.tier.{tier if tier in TIERS else 'other'}", lang), _LEFT - 90, 17, 3, bold=True)
        backdrop += lines_of_words(words, 74, top + 37, 22, "head-line")
        channels[tier] = top + 12
        y = bottom + 22
    for year in years:
        backdrop.append(Words(lefts[year] + _BOX / 2, 40, year or say("view.undated", lang), "band", "middle"))
    ids = {iri: f"n{at}" for at, iri in enumerate(rows, start=1)}
    items: list[Item] = []
    ways = _ways(edges, places, tier_of, channels)
    for at, (low, high) in enumerate(edges, start=1):
        proof = bases[low, high]
        relation = relation_of(proof)
        way = ways[at - 1]
        css = f"line thin r-{relation}"
        steps = tuple((point,) for point in way[1:])
        name = (
            f"{_name(answer, at_of[low], lang)} → {_name(answer, at_of[high], lang)}: {relation_words(relation, lang)}"
        )
        items.append(
            Item(
                f"e{at}", "edge", shown(name), (Path(way[0], steps, "hit"), Path(way[0], steps, css, head=True)),
                groups=(relation,), quotes=quotes_of(proof, lang, line_of), ends=(ids[low], ids[high]),
            )
        )  # fmt: skip
    for iri in rows:
        at = at_of[iri]
        row, (x, top, tall) = answer.rows[at], places[iri]
        held = row["held"].value == "true"
        head, facts, title = faces[iri]
        kind = row["kind"].value or ""
        down = top + 24
        shapes: list[Shape] = [
            Box(x, top, _BOX, tall, f"box {'held' if held else 'unheld'}{' root' if kind == 'decision' else ''}")
        ]
        for lines, css in ((head, "strong"), (facts, "small dim"), (title, "small")):
            shapes += lines_of_words(lines, x + 12, down, _STEP, css)
            down += _STEP * len(lines)
        detail = (
            row["title"].text(lang),
            row["issuer"].text(lang),
            shown_date(row["date"].value, lang),
            row["kind"].text(lang),
        )
        told = (*detail, say("chain.held" if held else "chain.not-held", lang))
        items.append(
            Item(
                ids[iri], "node", shown(row["member"].text(lang)), tuple(shapes), tuple(map(shown, filter(None, told))),
                quotes=quotes_of(answer.proofs[at], lang, line_of), iri=row["member"].iri,
            )
        )  # fmt: skip
    relations = {item.groups[0] for item in items if item.part == "edge"}
    legend = (
        *legend_of_relations(relations, lang),
        *legend_of_tiers(tiers, lang),
        Legend("held", say("chain.held", lang), "box", "box held"),
        Legend("not-held", say("chain.not-held", lang), "box", "box unheld"),
    )
    decision = next((one for one in answer.rows if one["kind"].value == "decision"), None)
    name = decision["member"].text(lang) if decision is not None else text
    notes = [say("view.cut", lang, shown=len(rows), whole=whole)] if len(rows) < whole else []
    return Picture(
        "timeline", say("view.title.timeline", lang, document=shown(name)),
        shown(decision["title"].text(lang)) if decision is not None else "", lang,
        width, y + 10, tuple(items), tuple(backdrop), legend, tuple(notes),
        focus=next((ids[iri] for iri in rows if answer.rows[at_of[iri]]["kind"].value == "decision"), None),
    )  # fmt: skip


def _name(answer: Answer, at: int, lang: Language) -> str:
    return answer.rows[at]["member"].text(lang)


def _day(row: Mapping[str, Cell], lang: Language) -> str:
    return shown_date(row["date"].value, lang) if row["date"].value else ""


def _face(answer: Answer, at: int, lang: Language) -> tuple[tuple[str, ...], ...]:
    row, room = answer.rows[at], _BOX - 24
    head = wrap(row["member"].text(lang), room, 15, 2, bold=True)
    facts = wrap(" · ".join(filter(None, (_day(row, lang), row["issuer"].text(lang)))), room, 14, 2)
    title = row["title"].text(lang)
    return head, facts, wrap(title, room, 14, 2) if title and title not in row["member"].text(lang) else ()


def _ways(
    edges: Sequence[tuple[str, str]],
    places: Mapping[str, tuple[float, float, float]],
    tier_of: Mapping[str, str],
    channels: Mapping[str, float],
) -> list[tuple[Point, ...]]:
    """Lead from box to box through the gutters between years and the channels above tiers, never behind a box.

    Lines that share a gutter or a channel run beside each other.
    """
    ports: dict[tuple[str, bool], list[int]] = {}
    gutters: dict[float, list[int]] = {}
    rails: dict[str, list[int]] = {}
    plans = []
    for at, (low, high) in enumerate(edges):
        x0, x1 = places[low][0], places[high][0]
        near = x0 - _GUTTER / 2
        back = x1 < x0
        far = x1 + _BOX + _GUTTER / 2 if back else x1 - _GUTTER / 2
        plans.append((near, far, back))
        ports.setdefault((low, False), []).append(at)
        ports.setdefault((high, back), []).append(at)
        for gutter in {near, far}:
            gutters.setdefault(gutter, []).append(at)
        if near != far:
            rails.setdefault(tier_of[low], []).append(at)
    ways: list[tuple[Point, ...]] = []
    for at, (low, high) in enumerate(edges):
        near, far, back = plans[at]
        x0, x1 = places[low][0], places[high][0]
        start = (x0, _port(places[low], ports[low, False], at))
        end = (x1 + _BOX if back else x1, _port(places[high], ports[high, back], at))
        first = near + _beside(gutters[near], at, _GUTTER - 22)
        last = far + _beside(gutters[far], at, _GUTTER - 22)
        if near == far:
            ways.append((start, (first, start[1]), (first, end[1]), end))
        else:
            level = channels[tier_of[low]] + 7.0 * rails[tier_of[low]].index(at)
            ways.append((start, (first, start[1]), (first, level), (last, level), (last, end[1]), end))
    return ways


def _beside(several: Sequence[int], at: int, room: float) -> float:
    step = min(8.0, room / max(1, len(several) - 1))
    return (several.index(at) - (len(several) - 1) / 2) * step


def _port(place: tuple[float, float, float], several: Sequence[int], at: int) -> float:
    return place[1] + place[2] / 2 + _beside(several, at, place[2] - 16)
