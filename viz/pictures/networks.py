"""Draw networks: a document with what it rests on and lays down, an agency with whom it works, the map of authority.

Places are computed here, so nothing moves when a page opens. What surrounds one document or agency stands in columns
of boxes, read from left to right; the map of all documents stands in rows by tier, each a grid with room for labels,
which takes no longer for thousands of documents than for ten.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final, Literal

from cancu.language import Language, say
from cancu.queries.authority import Authority, kept, prove_documents
from cancu.queries.chains import Link, Node, read_graph, read_nodes
from cancu.queries.engine import Hop, ask, resolve_document
from cancu.queries.entries import Ambiguous
from cancu.queries.plans import read_plan
from cancu.viz.pictures.chain import tiers_of
from cancu.viz.pictures.plans import nothing_in, nothing_of
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
    Band,
    Box,
    Circle,
    Dot,
    Item,
    Legend,
    Network,
    Nothing,
    Path,
    Picture,
    Point,
    Shape,
    Words,
    last_of,
    lines_of_words,
    quotes_of,
    text_width,
    wrap,
)
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_date, shown_number

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["draw_agency", "draw_document", "draw_network", "picture_of_columns", "picture_of_rows"]

#: So many nodes a page shows at first, and so many a map holds in all: more of them nobody can look at.
FIRST: Final = 150
MOST: Final = 5000
#: So many are drawn at once even where the whole is not asked for.
SOON: Final = 600
_BOX: Final = 330.0
_GAP: Final = 140.0
_LONGEST: Final = 30
# Letters in boxes are large, as four columns beside each other are seen from afar.
_LETTERS: Final = 19
_LINE: Final = 23.0
_BETWEEN: Final = 16.0
# The room of a dot in its row, from one row to the next, and between the levels on which the dots of a row stand.
_CELL: Final = 196.0
_ROW: Final = 72.0
_LEVEL: Final = 30.0
# A map is so much wider than it is tall.
_WIDE: Final = 1.9
# Above and below the dots of a tier, and between tiers.
_HEADING: Final = 52.0
_FOOT: Final = 60.0
_APART: Final = 12.0
# The steps of the golden ratio are spread evenly, however many there are.
_GOLDEN: Final = 0.618034
# Letters of a map: of what most rests on, as large as fit, and of all others.
_LARGE: Final = (30, 26, 22)
_SMALL: Final = (17, 15, 14)
_DOT: Final = 12.0
_TOP: Final = 50.0
# Letters of a title below a name.
_TITLE: Final = 34
_TITLE_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Knot:
    """Hold one node before it has a place: ``look`` is a tier, "agency" or "activity", ``column`` where it belongs."""

    iri: str
    label: str
    look: str
    column: int = 0
    detail: tuple[str, ...] = ()
    proof: tuple[Hop, ...] = field(default=(), compare=False)
    number: str | None = None
    title: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Hold one line between two nodes before it has a place."""

    start: str
    end: str
    relation: str
    proof: tuple[Hop, ...]


# --- what surrounds one thing -----------------------------------------------------------------------------------------


def draw_document(
    store: Access, text: str, lang: Language = "vi", *, most: int = FIRST, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Draw a document: what it rests on and what rests on it, its components, and who does them."""
    found = resolve_document(store, text)
    if isinstance(found, Ambiguous):
        return nothing_of(found, lang)
    knots: dict[str, Knot] = {}
    ties: dict[tuple[str, str], Tie] = {}
    up = read_graph(store, found.iri, depth=1, through_activities=False)
    down = read_graph(store, found.iri, down=True, depth=1, through_activities=False)
    documents: dict[str, Node] = {
        iri: facts["node"] for graph in (down, up) for iri, facts in graph.nodes(data=True) if "node" in facts
    }
    tiers = tiers_of(store, documents)
    for graph, column in ((up, 0), (down, 0)):
        for citing, cited in graph.edges:
            links: Sequence[Link] = graph.edges[citing, cited]["links"]
            if not links or found.iri not in (citing, cited):
                continue
            other = cited if citing == found.iri else citing
            if other in documents:
                knots.setdefault(other, _knot(documents[other], tiers.get(other, "other"), column, lang))
                proof = tuple(hop for link in links for hop in link.proof)
                ties.setdefault((citing, cited), Tie(citing, cited, links[0].relation, proof))
    plan = read_plan(store, found.iri)
    if not isinstance(plan, Ambiguous):
        for one in plan.components:
            # A project's own place is beside its parts.
            knots[one.iri] = Knot(one.iri, one.label, "activity", 2, proof=one.proof)
            ties[found.iri, one.iri] = Tie(one.iri, found.iri, "part_of", one.proof)
            for duty in one.duties:
                agency, role = duty.cells["agency"], last_of(duty.cells["role"].iri)
                iri = agency.iri or agency.text(lang)
                knots.setdefault(iri, Knot(iri, agency.text(lang), "agency", 3))
                key = (one.iri, f"{iri} {role}")
                ties.setdefault(key, Tie(iri, one.iri, role, duty.proof))
            for basis in one.authority:
                cell = basis.cells["authority"]
                iri = cell.iri or cell.text(lang)
                knots.setdefault(iri, Knot(iri, cell.text(lang), tiers_of(store, [iri]).get(iri, "other"), 3))
                ties.setdefault((one.iri, iri), Tie(one.iri, iri, "authorises", basis.proof))
    if not ties:
        why = "empty.nothing-read" if found.held else "empty.not-held"
        return Nothing(say(why, lang, document=found.label))
    centre = documents.get(found.iri)
    middle = (
        replace(_knot(centre, tiers.get(found.iri, "other"), 1, lang))
        if centre is not None
        else Knot(found.iri, found.label, "other", 1)
    )
    subtitle = found.title if found.title is not None and found.title not in found.label else ""
    return picture_of_columns(
        "document", middle, list(knots.values()), list(ties.values()), shown(found.label), shown(subtitle), lang,
        most=most, line_of=line_of,
    )  # fmt: skip


def draw_agency(
    store: Access, text: str, lang: Language = "vi", *, most: int = FIRST, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Draw an agency: the documents that give it duties, the activities, and with whom it does them."""
    answer = ask(store, "duties", agency=text)
    if answer.why_empty is not None:
        return nothing_in(answer, lang)
    own = _agency_of(store, text)
    centre = Knot(own[0], own[1], "agency", 0)
    knots: dict[str, Knot] = {}
    ties: dict[tuple[str, str], Tie] = {}
    documents = {row["document"].iri or "": row["document"].text(lang) for row in answer.rows}
    tiers = tiers_of(store, documents)
    for row, proof in zip(answer.rows, answer.proofs, strict=True):
        document, activity, role = row["document"], row["activity"], last_of(row["role"].iri)
        home = document.iri or ""
        knots.setdefault(home, Knot(home, document.text(lang), tiers.get(home, "other"), 1))
        if activity.iri is None:
            task = f"{home} {row['task'].text(lang)} {role}"
            knots.setdefault(task, Knot(task, row["task"].text(lang), "activity", 2, (row["role"].text(lang),), proof))
            ties.setdefault((home, task), Tie(home, task, role, proof))
        else:
            knots.setdefault(activity.iri, Knot(activity.iri, activity.text(lang), "activity", 2))
            ties.setdefault((home, f"{activity.iri} {role}"), Tie(home, activity.iri, role, proof))
        ties.setdefault((home, own[0]), Tie(home, own[0], "assigns", proof))
    for home in documents:
        shared = ask(store, "matrix", document=home)
        for row, proof in zip(shared.rows, shared.proofs, strict=True):
            other, shared_one = row["agency"], row["activity"].iri or ""
            if shared_one in knots and other.iri is not None and other.iri != own[0]:
                role = last_of(row["role"].iri)
                knots.setdefault(other.iri, Knot(other.iri, other.text(lang), "agency", 3))
                ties.setdefault((shared_one, f"{other.iri} {role}"), Tie(other.iri, shared_one, role, proof))
    count = say("view.duties", lang, count=len(answer.rows))
    return picture_of_columns(
        "agency", centre, list(knots.values()), list(ties.values()), shown(own[1]), count, lang,
        most=most, line_of=line_of,
    )  # fmt: skip


def _agency_of(store: Access, text: str) -> tuple[str, str]:
    from cancu.queries.catalogue import question
    from cancu.queries.engine import prepare

    prepared = prepare(store, question("duties"), {"agency": text})
    assert not isinstance(prepared, Ambiguous)
    term = prepared[0]["agency"]
    iri = getattr(term, "value", str(term))
    names = store.labels([iri]).get(iri, {})
    return iri, names.get("vi") or next(iter(names.values()), text)


def _knot(node: Node, tier: str, column: int, lang: Language) -> Knot:
    dates = " / ".join(shown_date(day, lang) for day in node.dates)
    held = say("chain.held" if node.held else "chain.not-held", lang)
    title = node.title if node.title is not None and node.title not in node.label else None
    detail = tuple(map(shown, filter(None, (title, node.issuer, dates, held))))
    return Knot(node.iri, node.label, tier, column, detail, number=node.number, title=title, issuer=node.issuer)


def picture_of_columns(
    kind: str,
    centre: Knot,
    knots: Sequence[Knot],
    ties: Sequence[Tie],
    title: str,
    subtitle: str,
    lang: Language,
    *,
    most: int = FIRST,
    line_of: LineOf | None = None,
) -> Picture:
    """Draw what surrounds one thing in columns of boxes; within a column, what is joined stands near."""
    every = [centre, *(one for one in knots if one.iri != centre.iri)]
    degree: dict[str, int] = defaultdict(int)
    for tie in ties:
        degree[tie.start] += 1
        degree[tie.end] += 1
    ranked = sorted(every[1:], key=lambda one: -degree[one.iri])
    early = {centre.iri, *(one.iri for one in ranked[: max(1, most) - 1])}
    first = [one for one in every if one.iri in early]
    small = _columned(first, ties)
    full = _columned(every, ties) if len(first) < len(every) else small
    ordered = [*first, *(one for one in every if one.iri not in early)]
    return _picture(kind, ordered, ties, full, small, title, subtitle, lang, line_of, focus=centre.iri, boxes=True)


def _lines(knot: Knot) -> tuple[str, ...]:
    return wrap(knot.label, _BOX - 40, _LETTERS, 3)


def _tall(knot: Knot) -> float:
    return _LINE * len(_lines(knot)) + 20


def _columned(knots: Sequence[Knot], ties: Sequence[Tie]) -> dict[str, Point]:
    """Give the middles of boxes in columns; a long column is broken into several."""
    near: dict[str, list[str]] = defaultdict(list)
    for tie in ties:
        near[tie.start].append(tie.end)
        near[tie.end].append(tie.start)
    members: dict[int, list[Knot]] = defaultdict(list)
    for knot in knots:
        members[knot.column].append(knot)
    longest = max(_LONGEST, ceil(sqrt(len(knots) * 3.2)))
    at: dict[str, Point] = {}
    x = 0.0
    for column in sorted(members):
        found = members[column]
        # Behind the first column, what is joined to the same things above comes first.
        before = {one.iri: at[one.iri][1] for one in members.get(column - 1, ())}
        given = {knot.iri: index for index, knot in enumerate(found)}

        def weight(knot: Knot, before: dict[str, float] = before, given: dict[str, int] = given) -> tuple[float, int]:
            known = [before[one] for one in near[knot.iri] if one in before]
            return (sum(known) / len(known) if known else 0.0, given[knot.iri])

        if column > min(members) and any(one in before for knot in found for one in near[knot.iri]):
            found = sorted(found, key=weight)
        parts = -(-len(found) // longest)
        share = -(-len(found) // parts)
        for part in range(parts):
            piece = found[part * share : (part + 1) * share]
            whole = sum(map(_tall, piece)) + _BETWEEN * (len(piece) - 1)
            y = -whole / 2
            for knot in piece:
                at[knot.iri] = (x, round(y + _tall(knot) / 2, 1))
                y += _tall(knot) + _BETWEEN
            x += _BOX + (_GAP if part == parts - 1 else 40)
    # What lines would run behind stands above them all, and all others begin below it.
    column_of = {knot.iri: knot.column for knot in knots}
    ends = [sorted((column_of[tie.start], column_of[tie.end])) for tie in ties if {tie.start, tie.end} <= set(at)]
    skipped = {column for low, high in ends for column in range(low + 1, high)} & set(members)
    for column, found in members.items() if skipped else ():
        highest = min(at[knot.iri][1] - _tall(knot) / 2 for knot in found)
        lowest = max(at[knot.iri][1] + _tall(knot) / 2 for knot in found)
        for knot in found:
            x, y = at[knot.iri]
            at[knot.iri] = (x, round(y - (lowest + _BETWEEN if column in skipped else highest), 1))
    return at


# --- the map ----------------------------------------------------------------------------------------------------------


def draw_network(
    store: Access,
    text: str | None = None,
    lang: Language = "vi",
    *,
    depth: int | None = None,
    most: int = FIRST,
    whole: bool = True,
    line_of: LineOf | None = None,
) -> Picture | Nothing:
    """Draw the map of authority: all documents of the store, or those around one of them.

    It holds the :data:`MOST` on which most rests; a large one that is not ``whole`` only those that it shows first.
    """
    authority = kept(store, Authority)
    graph = authority.documents
    chosen = set(graph)
    title, focus = say("view.title.network", lang), None
    if text is not None:
        found = resolve_document(store, text)
        if isinstance(found, Ambiguous):
            return nothing_of(found, lang)
        focus = authority.number.get(found.iri)
        chosen = _around(authority, focus, 2 if depth is None else depth) if focus is not None else set()
        title = say("view.title.around", lang, document=shown(found.label))
        if len(chosen) < 2:
            return Nothing(say("chain.nothing-above", lang, document=found.label))
    if not chosen:
        key = "empty.no-sources" if not store.has_sources() else "view.nothing"
        return Nothing(say(key, lang))
    centre = authority.iris[focus] if focus is not None else None
    known = len(chosen)
    shown_ones = MOST if whole or known <= SOON else max(1, most)
    if known > shown_ones:
        chosen = _foremost(authority, chosen, centre, shown_ones)
    iris = [authority.iris[one] for one in sorted(chosen)]
    steps = [(one, two) for one, two in graph.edges if one in chosen and two in chosen]
    proofs = prove_documents(store, authority, steps)
    nodes, tiers = read_nodes(store, iris), tiers_of(store, iris)
    knots = [_knot(nodes[iri], tiers.get(iri, "other"), 0, lang) for iri in iris]
    ties = [
        Tie(
            authority.iris[one],
            authority.iris[two],
            relation_of(proofs[one, two]),
            proofs[one, two],
        )
        for one, two in steps
    ]
    subtitle = say("view.network-size", lang, nodes=len(knots), edges=len(ties))
    picture = picture_of_rows("network", knots, ties, title, subtitle, lang, most=most, line_of=line_of, focus=centre)
    if len(knots) == known or picture.network is None:
        return picture
    cut = say(
        "view.cut-map", lang, shown=shown_number(Decimal(len(knots)), lang), whole=shown_number(Decimal(known), lang)
    )
    left = 0 if len(knots) >= MOST else min(known, MOST)
    return replace(picture, notes=(*picture.notes, cut), network=replace(picture.network, further=left))


def _foremost(authority: Authority, chosen: set[int], focus: str | None, most: int) -> set[int]:
    """Keep so many documents, those on which most rests, and the one that they are around."""
    graph = authority.documents.subgraph(chosen)
    ranked = sorted(
        graph, key=lambda one: _rank(authority.iris[one], focus, graph.in_degree(one), graph.out_degree(one))
    )
    return set(ranked[:most])


def _rank(iri: str, focus: str | None, into: int, out: int) -> tuple[bool, int, str]:
    """Put first what the map is around, then that on which most rests: to be rested on counts twice."""
    return iri != focus, -(2 * into + out), iri


def _around(authority: Authority, start: int, depth: int) -> set[int]:
    seen, ring = {start}, [start]
    for _ in range(depth):
        ring = [
            other
            for one in ring
            if one in authority.documents
            for other in (*authority.documents.succ[one], *authority.documents.pred[one])
            if other not in seen
        ]
        ring = sorted(set(ring))
        seen.update(ring)
    return seen


def picture_of_rows(
    kind: str,
    knots: Sequence[Knot],
    ties: Sequence[Tie],
    title: str,
    subtitle: str,
    lang: Language,
    *,
    most: int = FIRST,
    line_of: LineOf | None = None,
    focus: str | None = None,
) -> Picture:
    """Draw documents in rows by tier, the highest on top; what most rests on comes first."""
    into: dict[str, int] = defaultdict(int)
    out: dict[str, int] = defaultdict(int)
    for tie in ties:
        into[tie.end] += 1
        out[tie.start] += 1
    ranked = sorted(knots, key=lambda one: _rank(one.iri, focus, into[one.iri], out[one.iri]))
    first = ranked[: max(1, most)]
    small, bands = _rowed(first, ties, lang)
    full, all_bands = _rowed(ranked, ties, lang) if len(first) < len(ranked) else (small, bands)
    return _picture(
        kind, ranked, ties, full, small, title, subtitle, lang, line_of, focus=focus, boxes=False,
        bands=(bands, all_bands),
    )  # fmt: skip


def _rowed(knots: Sequence[Knot], ties: Sequence[Tie], lang: Language) -> tuple[dict[str, Point], tuple[Band, ...]]:
    """Give places in a grid for each tier, and its band; below the first, what rests on the same stands near."""
    tiers: dict[str, list[Knot]] = {tier: [] for tier in TIERS}
    for knot in knots:
        tiers[knot.look if knot.look in TIERS else "other"].append(knot)
    across = _across(list(map(len, tiers.values())))
    near: dict[str, list[str]] = defaultdict(list)
    for tie in ties:
        near[tie.start].append(tie.end)
    at: dict[str, Point] = {}

    def weight(ranked: tuple[int, Knot]) -> tuple[float, float]:
        rank, knot = ranked
        known = [at[one][0] for one in near[knot.iri] if one in at]
        # Of those that could stand anywhere, the important ones stand far apart, so that their names have room.
        return sum(known) / len(known) if known else across * _CELL / 2, (0.5 + rank * _GOLDEN) % 1

    bands = []
    y = 0.0
    for tier, found in tiers.items():
        if not found:
            continue
        share, step, levels, tall = _rows(len(found), across)
        top, first = y, y + _HEADING
        rows = -(-len(found) // share)
        for row in range(rows):
            piece = sorted(list(enumerate(found))[row::rows], key=weight)
            # Neighbouring rows are shifted, so that lines between them pass beside the dots.
            left = (across * _CELL - len(piece) * step + (row % 2) * step) / 2
            for index, (_, knot) in enumerate(piece):
                at[knot.iri] = (round(left + index * step, 1), first + row * tall + index % levels * _LEVEL)
        y = top + _tall_band(len(found), across)
        bands.append(Band(f"{_look(tier, lang)} · {len(found)}", tier, top, y))
        y += _APART
    return at, tuple(bands)


def _across(counts: Sequence[int]) -> int:
    """Choose how many dots stand beside each other, so that a map has the form of a screen.

    >>> _across([19, 18, 7, 0, 1, 3]), _across([600, 0, 0, 0, 0, 0])
    (11, 29)
    """
    across = 4
    while across * _CELL < _WIDE * sum(_tall_band(count, across) + _APART for count in counts if count):
        across += 1
    return across


def _rows(count: int, across: int) -> tuple[int, float, int, float]:
    """Share the dots of a tier among rows: how many in one, how far apart, on how many levels, and how tall it is.

    Neighbours that stand close are on different levels, so that a line along the row does not run through all of them
    and that each name has the room of its neighbours.
    """
    share = -(-count // -(-count // across))
    step = min(across / share, 2.4) * _CELL
    levels = 1 if step >= 1.9 * _CELL else 2 if step >= 1.25 * _CELL else 3
    return share, step, levels, _ROW + (levels - 1) * _LEVEL


def _tall_band(count: int, across: int) -> float:
    share, _, levels, tall = _rows(count, across)
    return _HEADING + (-(-count // share) - 1) * tall + (levels - 1) * _LEVEL + _FOOT


# --- the picture ------------------------------------------------------------------------------------------------------


def _picture(
    kind: str,
    knots: Sequence[Knot],
    ties: Sequence[Tie],
    full: Mapping[str, Point],
    small: Mapping[str, Point],
    title: str,
    subtitle: str,
    lang: Language,
    line_of: LineOf | None,
    *,
    focus: str | None,
    boxes: bool,
    bands: tuple[tuple[Band, ...], tuple[Band, ...]] = ((), ()),
) -> Picture:
    left = min(x for x, _ in full.values()) - (_BOX / 2 + 30 if boxes else _CELL / 2 + 20)
    top = min(y for _, y in full.values()) - (_TOP + 40 if boxes else _HEADING + _APART)
    moved = {iri: (x - left, y - top) for iri, (x, y) in full.items()}
    if boxes:
        tallest = max((_tall(knot) / 2 for knot in knots), default=0.0)
        moved = {iri: (x, y + tallest) for iri, (x, y) in moved.items()}
    ids = {knot.iri: f"n{at}" for at, knot in enumerate(knots, start=1)}
    by_iri = {knot.iri: knot for knot in knots}
    items: list[Item] = []
    beside: dict[tuple[str, str], int] = defaultdict(int)
    for at, tie in enumerate(ties, start=1):
        if tie.start not in ids or tie.end not in ids:
            continue
        pair = (min(tie.start, tie.end), max(tie.start, tie.end))
        shift = beside[pair] * 7.0
        beside[pair] += 1
        start, end = _ends(moved[tie.start], moved[tie.end], by_iri, tie, boxes, shift)
        name = f"{by_iri[tie.start].label} → {by_iri[tie.end].label}: {relation_words(tie.relation, lang)}"
        shapes: tuple[Shape, ...] = (
            Path(start, ((end,),), "hit"),
            Path(start, ((end,),), f"line r-{tie.relation}", head=tie.relation != "part_of"),
        )
        items.append(
            Item(
                f"e{at}", "edge", shown(name), shapes, groups=(tie.relation,), ends=(ids[tie.start], ids[tie.end]),
                quotes=quotes_of(tie.proof, lang, line_of),
            )
        )  # fmt: skip
    dots: list[Dot] = []
    several = {number for number, count in Counter(knot.number for knot in knots).items() if number and count > 1}
    of_node: dict[str, list[Hop]] = defaultdict(list)
    for tie in ties:
        of_node[tie.start] += tie.proof[:1]
        of_node[tie.end] += tie.proof[:1]
    for knot in knots:
        x, y = moved[knot.iri]
        size = _LETTERS if boxes else _size(knot, len(dots), len(small))
        lines = _lines(knot) if boxes else _named(knot, size, several)
        if boxes:
            tall = _tall(knot)
            css = f"box k{'' if knot.iri != focus else ' root'}"
            face: tuple[Shape, ...] = (
                Box(x - _BOX / 2, y - tall / 2, _BOX, tall, css),
                Box(x - _BOX / 2, y - tall / 2, 10, tall, f"badge t-{knot.look}", 4),
                *lines_of_words(lines, x + 4, y - tall / 2 + 27, _LINE, "boxed", "middle"),
            )
        else:
            face = (
                Circle(x, y, _DOT, f"box badge t-{knot.look}"),
                *lines_of_words(lines, x, y + _DOT + 2 + size, size + 3, f"words s-{size}", "middle"),
            )
        proof = knot.proof or tuple(of_node[knot.iri][:_SHOWN])
        items.append(
            Item(
                ids[knot.iri], "node", shown(knot.label), face, (_look(knot.look, lang), *knot.detail),
                quotes=quotes_of(proof, lang, line_of), iri=knot.iri,
            )
        )  # fmt: skip
        about = (
            wrap(knot.title, text_width("o" * _TITLE, 14), 14, _TITLE_LINES) if knot.title and size in _LARGE else ()
        )
        dots.append(Dot(ids[knot.iri], lines, knot.look, *full[knot.iri], small.get(knot.iri), boxes, size, about))
    looks = {knot.look for knot in knots}
    legend = (
        *legend_of_relations({tie.relation for tie in ties}, lang),
        *legend_of_tiers(looks - {"agency", "activity"}, lang),
        *(
            Legend(one, _look(one, lang), "badge", f"badge t-{one}", say(f"view.look-letter.{one}", lang))
            for one in ("activity", "agency")
            if one in looks
        ),
    )
    width = max(x for x, _ in moved.values()) + (_BOX / 2 + 30 if boxes else _CELL / 2 + 20)
    height = max(y for _, y in moved.values()) + 90
    backdrop: list[Shape] = []
    for band in bands[1]:
        above = band.top - top
        backdrop.append(Box(8, above, width - 16, band.bottom - band.top, "soft", 10))
        backdrop += badge(20, above + 8, 44, 30, tier_letter(band.look, lang), f"t-{band.look}")
        backdrop.append(Words(74, above + 30, band.text, "band"))
    return Picture(
        kind, title, subtitle, lang, width, height, tuple(items), tuple(backdrop), legend,
        focus=ids[focus] if focus is not None and focus in ids else None, network=Network(tuple(dots), *bands),
    )  # fmt: skip


#: So many sentences stand behind a node that has none of its own.
_SHOWN: Final = 12


def _size(knot: Knot, rank: int, first: int) -> int:
    """Choose how large the name of a dot is: that of the few on which most rests as large as its room."""
    if rank < first // 6:
        for size in _LARGE:
            if text_width(knot.number or knot.label, size) <= _CELL - 14:
                return size
    name = knot.number or knot.label
    return next((size for size in _SMALL if text_width(name, size) <= _CELL - 10), _SMALL[0])


def _named(knot: Knot, size: int, several: Set[str]) -> tuple[str, ...]:
    """Write the name of a dot; of a number that several bear, or a name that is too long, whose it is."""
    lines = wrap(knot.number or knot.label, _CELL - 8, size, 2)
    if knot.issuer is None or (knot.number not in several if knot.number else not lines[-1].endswith("…")):
        return lines
    return *wrap(knot.number or knot.label, _CELL - 8, size, 1), *wrap(knot.issuer, _CELL - 8, size, 2)


def _look(look: str, lang: Language) -> str:
    if look in ("agency", "activity"):
        return say(f"find.kind.{look}", lang)
    return say(f"view.tier.{look if look in TIERS else 'other'}", lang)


def _ends(
    one: Point, two: Point, knots: Mapping[str, Knot], tie: Tie, boxes: bool, shift: float
) -> tuple[Point, Point]:
    """Let a line end at the border of what it joins."""
    if not boxes:
        length = sqrt((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) or 1.0
        ux, uy = (two[0] - one[0]) / length, (two[1] - one[1]) / length
        return (one[0] + ux * _DOT, one[1] + uy * _DOT), (two[0] - ux * _DOT, two[1] - uy * _DOT)
    if abs(one[0] - two[0]) < 1:
        side: Literal[-1, 1] = 1 if one[1] < two[1] else -1
        start = (one[0] + shift, one[1] + side * _tall(knots[tie.start]) / 2)
        return start, (two[0] + shift, two[1] - side * _tall(knots[tie.end]) / 2)
    side = 1 if one[0] < two[0] else -1
    return (one[0] + side * _BOX / 2, one[1] + shift), (two[0] - side * _BOX / 2, two[1] + shift)
