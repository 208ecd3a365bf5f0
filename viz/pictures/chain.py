"""Draw a chain of authority in layers: from the document on the left to the laws that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from cancu.language import Language, say
from cancu.ontology.iris import expand
from cancu.queries.access import text_of
from cancu.queries.authority import read_between
from cancu.queries.chains import Branch, Chain, Link, Node, read_chain, read_nodes
from cancu.queries.engine import prepare
from cancu.queries.entries import Ambiguous
from cancu.queries.networks import networks
from cancu.viz.pictures.layers import arrange
from cancu.viz.pictures.plans import nothing_of
from cancu.viz.pictures.signs import arrow, badge, legend_of_relations, legend_of_tiers, relation_words, tier_letter
from cancu.viz.pictures.values import (
    Box,
    Item,
    Legend,
    Nothing,
    Picture,
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
    from cancu.queries.access import Access

__all__ = ["draw_between", "draw_chain", "picture_of_chain", "tiers_of"]

#: So many documents a picture shows where nothing else is asked for.
MOST: Final = 150
WIDTH: Final = 330.0
MARGIN: Final = 40.0
_STRIP: Final = 44.0
_PAD: Final = 12.0
_LINE: Final = 20.0


def draw_chain(
    store: Access,
    text: str,
    lang: Language = "vi",
    *,
    down: bool = False,
    depth: int | None = None,
    most: int = MOST,
    line_of: LineOf | None = None,
) -> Picture | Nothing:
    """Read the chain of a document and draw it."""
    chain = read_chain(store, text, down=down, depth=depth)
    if chain.root is None:
        assert chain.ambiguous is not None
        return nothing_of(chain.ambiguous, lang)
    nodes, _ = _flat(chain)
    return picture_of_chain(chain, tiers_of(store, nodes), lang, most=most, line_of=line_of)


def draw_between(
    store: Access, start: str, end: str, lang: Language = "vi", *, most: int = MOST, line_of: LineOf | None = None
) -> Picture | Nothing:
    """Draw all ways from one document or activity up to another, whichever of the two rests on the other."""
    asked = networks()["chains"]
    prepared = prepare(store, asked, {"start": start, "end": end})
    if isinstance(prepared, Ambiguous):
        return nothing_of(prepared, lang)
    low, high = (text_of(prepared[0][name]) for name in ("start", "end"))
    graph = read_between(store, low, high)
    if graph is None:
        low, high = high, low
        graph = read_between(store, low, high)
    if graph is None:
        return Nothing(asked.empty[lang])
    facts = read_nodes(store, graph.nodes)
    nodes = {iri: facts[iri] for iri in dict.fromkeys((low, *graph.nodes))}
    links: dict[tuple[str, str], tuple[Link, ...]] = {step: (graph.edges[step]["link"],) for step in graph.edges}
    return _picture(
        nodes, links, tiers_of(store, nodes), say("view.between", lang, end=shown(nodes[high].label)), (), lang,
        anchor="start", most=most, line_of=line_of,
    )  # fmt: skip


def tiers_of(store: Access, iris: Sequence[str] | Mapping[str, object]) -> dict[str, str]:
    """Tell the tier of each document, as a code."""
    name = str(expand("cancu:tier"))
    facts = store.facts(list(iris), (name,))
    return {iri: min(last_of(text_of(term)) for term in said[name]) for iri, said in facts.items() if said.get(name)}


def picture_of_chain(
    chain: Chain,
    tiers: Mapping[str, str],
    lang: Language,
    *,
    most: int = MOST,
    line_of: LineOf | None = None,
) -> Picture | Nothing:
    """Draw a chain that was read: arrows lead from a document to what it rests on."""
    assert chain.root is not None
    root = chain.root
    if not chain.branches:
        key = "chain.nothing-below" if chain.down else "chain.nothing-above" if chain.held else "empty.not-held"
        return Nothing(say(key, lang, document=root.label))
    nodes, links = _flat(chain)
    title = " · ".join(filter(None, (root.title, say("chain.down" if chain.down else "chain.up", lang))))
    deeper = [say("view.deeper", lang)] if any(branch.more for branch in _all(chain.branches)) else []
    return _picture(
        nodes, links, tiers, shown(title), deeper, lang, anchor="end" if chain.down else "start", most=most,
        line_of=line_of,
    )  # fmt: skip


def _picture(
    nodes: Mapping[str, Node],
    links: Mapping[tuple[str, str], tuple[Link, ...]],
    tiers: Mapping[str, str],
    subtitle: str,
    notes: Sequence[str],
    lang: Language,
    *,
    anchor: Literal["start", "end"],
    most: int,
    line_of: LineOf | None,
) -> Picture:
    """Draw documents, the one that everything starts from first, and the links between them."""
    root = next(iter(nodes.values()))
    kept = list(nodes)[: max(1, most)]
    shown_ones = set(kept)
    faces = {iri: _face(nodes[iri], tiers.get(iri, ""), iri == root.iri, lang) for iri in kept}
    sizes = {iri: (WIDTH, height) for iri, (height, _) in faces.items()}
    edges = {ends: found for ends, found in links.items() if shown_ones.issuperset(ends)}
    laid = arrange(sizes, list(edges), anchor=anchor)
    ids = {iri: f"n{at}" for at, iri in enumerate(kept, start=1)}
    items = []
    for at, (ends, found) in enumerate(edges.items(), start=1):
        relation = found[0].relation
        way = tuple((x + MARGIN, y + MARGIN) for x, y in laid.routes[ends].points)
        name = f"{nodes[ends[0]].label} → {nodes[ends[1]].label}: {relation_words(relation, lang)}"
        hops = [hop for link in found for hop in link.proof]
        items.append(
            Item(
                f"e{at}", "edge", shown(name), arrow(way, relation), tuple(_reason(link, lang) for link in found),
                tuple(sorted({link.relation for link in found})), quotes_of(hops, lang, line_of),
                ends=(ids[ends[0]], ids[ends[1]]),
            )
        )  # fmt: skip
    for iri in kept:
        place, node = laid.places[iri], nodes[iri]
        shapes = tuple(_moved(shape, place.x + MARGIN, place.y + MARGIN) for shape in faces[iri][1])
        held = say("chain.held" if node.held else "chain.not-held", lang)
        dates = " / ".join(shown_date(day, lang) for day in node.dates)
        detail = tuple(filter(None, (node.title, node.issuer, dates, held)))
        hops = [hop for ends, found in edges.items() if ends[1] == iri for link in found for hop in link.proof]
        items.append(
            Item(
                ids[iri], "node", shown(node.label), shapes, tuple(map(shown, detail)),
                quotes=quotes_of(hops, lang, line_of), iri=iri,
            )
        )  # fmt: skip
    relations = {link.relation for found in edges.values() for link in found}
    legend = (
        *legend_of_relations({found[0].relation for found in edges.values()} | relations, lang),
        *legend_of_tiers((tiers.get(iri, "") for iri in kept), lang),
        Legend("held", say("chain.held", lang), "box", "box held"),
        Legend("not-held", say("chain.not-held", lang), "box", "box unheld"),
    )
    cut = [say("view.cut", lang, shown=len(kept), whole=len(nodes))] if len(kept) < len(nodes) else []
    return Picture(
        "chain",
        shown(root.label),
        subtitle,
        lang,
        laid.width + 2 * MARGIN,
        laid.height + 2 * MARGIN,
        tuple(items),
        legend=legend,
        notes=(*cut, *notes),
        focus=ids[root.iri],
    )


def _all(branches: Sequence[Branch]) -> list[Branch]:
    return [one for branch in branches for one in (branch, *_all(branch.branches))]


def _flat(chain: Chain) -> tuple[dict[str, Node], dict[tuple[str, str], tuple[Link, ...]]]:
    """Give the documents of a chain, the nearest first, and by (citing, cited) the links between them."""
    assert chain.root is not None
    nodes = {chain.root.iri: chain.root}
    links: dict[tuple[str, str], tuple[Link, ...]] = {}
    ring = [(chain.root.iri, branch) for branch in chain.branches]
    while ring:
        following = []
        for iri, branch in ring:
            nodes.setdefault(branch.node.iri, branch.node)
            links[(branch.node.iri, iri) if chain.down else (iri, branch.node.iri)] = branch.links
            following += [(branch.node.iri, one) for one in branch.branches]
        ring = following
    return nodes, {ends: found for ends, found in links.items() if found}


def _reason(link: Link, lang: Language) -> str:
    words = relation_words(link.relation, lang)
    behind = f": {link.activity}" if link.activity is not None else ""
    return shown(f"{words}{behind}{f' ({link.provision})' if link.provision is not None else ''}")


def _face(node: Node, tier: str, root: bool, lang: Language) -> tuple[float, tuple[Shape, ...]]:
    """Draw the box of one document at the origin, and tell how tall it is."""
    left, room = _STRIP + _PAD, WIDTH - _STRIP - 2 * _PAD
    head = wrap(node.label, room, 17, 2, bold=True)
    dates = " / ".join(shown_date(day, lang) for day in node.dates)
    facts = wrap(" · ".join(filter(None, (dates, node.issuer))), room, 14, 2)
    title = wrap(node.title, room, 14, 2) if node.title is not None and node.title not in node.label else ()
    y = 26.0
    words: list[Words] = []
    for lines, css in ((head, "head-line"), (facts, "small dim"), (title, "small")):
        words += lines_of_words(lines, left, y, _LINE, css)
        y += _LINE * len(lines)
    height = y - _LINE + _PAD + 4
    css = f"box {'held' if node.held else 'unheld'}{' root' if root else ''}"
    strip = badge(0, 0, _STRIP, height, tier_letter(tier, lang), f"t-{tier or 'other'}")
    return height, (Box(0, 0, WIDTH, height, css), *strip, *words)


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Box):
        return Box(shape.x + x, shape.y + y, shape.width, shape.height, shape.css, shape.radius)
    assert isinstance(shape, Words)
    return Words(shape.x + x, shape.y + y, shape.text, shape.css, shape.anchor)
