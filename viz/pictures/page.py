"""Write a picture as one page that needs nothing else: find, filter, click for the sentence, keys, dark and print.

Networks are drawn by vis-network, which pyvis carries. pyvis writes a page of its own; its scripts and its style are
taken out of that page and put into ours, without its links to Bootstrap on a server. pyvis makes live HTML of all
tooltips as soon as one of them holds "href", so no node or edge has one: names stand in labels, sentences in a panel.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cancu.language import say
from cancu.viz.pictures.svg import stylesheet, svg_of
from cancu.viz.pictures.values import Dot, Item, Legend, Picture, Quote
from cancu.viz.words import shown, shown_number

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Links", "facts_of", "page_of", "swatch_of"]

_HERE: Final = Path(__file__).parent
# How wide a box is between its margins.
_WIDTH: Final = 306
_FONT: Final = "Noto Sans, Segoe UI, Arial, sans-serif"
_WORDS: Final = (
    "search", "zoom-in", "zoom-out", "fit", "legend", "stage", "panel", "texts", "nodes", "edges",
)  # fmt: skip
# What the script of the page says.
_TOLD: Final = ("close", "none", "open-text", "open-page", "nodes", "edges")
# The colour and the dashes of each kind of line, as vis takes them; the same as in the style of SVG.
_LINES: Final[Mapping[str, tuple[str, list[int] | bool, float]]] = {
    "legal_basis": ("--blue", False, 2), "carries_out": ("--orange", False, 2.4), "authorises": ("--red", [10, 5], 2),
    "attached_to": ("--green", [3, 4], 2),
    "guides": ("--purple", [14, 4, 3, 4], 2), "lead": ("--red", False, 3.4), "implement": ("--green", False, 2),
    "monitor": ("--purple", [14, 4, 3, 4], 2), "coordinate": ("--sky", [8, 4], 2), "advise": ("--orange", [3, 3], 2),
    "fund": ("--orange", [3, 3], 2), "report": ("--grey", [2, 4], 2), "propose": ("--grey", [2, 4], 2),
    "mention": ("--grey", [2, 4], 2), "other": ("--grey", False, 2),
}  # fmt: skip
_LOOKS: Final[Mapping[str, str]] = {
    "central": "--blue", "province": "--green", "district": "--orange", "commune": "--purple", "party": "--red",
    "agency": "--purple", "activity": "--ink", "other": "--grey",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Links:
    """Say where a picture that is served leads to: the address of some characters of a source, and of a thing's page.

    ``whole`` is that of the whole picture, where this is a part of it. A picture that was taken along has no links, for
    it names no server.
    """

    place: Callable[[str, int, int], str]
    page: Callable[[str], str | None]
    whole: str | None = None


def page_of(picture: Picture, links: Links | None = None) -> str:
    """Write a picture as a page."""
    nodes = [item for item in picture.items if item.part == "node"]
    edges = [item for item in picture.items if item.part == "edge"]
    return _environment().get_template("picture.html").render(
        lang=picture.lang,
        title=picture.title,
        subtitle=picture.subtitle,
        notes=picture.notes,
        style=stylesheet(),
        script=(_HERE / "static" / "picture.js").read_text(encoding="utf-8"),
        legend=[(entry, swatch_of(entry)) for entry in picture.legend],
        svg=svg_of(picture) if picture.network is None else "",
        network=_network(picture, links) if picture.network is not None else None,
        nodes=nodes,
        edges=edges,
        facts=facts_of(picture, links),
        say={key.replace("-", "_"): say(f"view.{key}", picture.lang) for key in _WORDS},
    )  # fmt: skip


def swatch_of(entry: Legend) -> str:
    """Draw the sign of a legend's entry as a small SVG of its own."""
    from cancu.viz.pictures.values import Box, Words
    from cancu.viz.pictures.values import Path as Line

    if entry.sign == "line":
        shapes: tuple[Any, ...] = (Line((1, 12), (((41, 12),),), entry.css, head=True),)
    else:
        shapes = (Box(1, 1, 40, 22, entry.css, 6), Words(21, 17.5, entry.letter, "letter", "middle"))
    drawn = svg_of(Picture("sign", entry.text, "", "vi", 42, 24, (), shapes))
    return re.sub(r"<title>.*?</title>", "", drawn.replace('role="group"', 'aria-hidden="true"'))


def facts_of(picture: Picture, links: Links | None = None) -> dict[str, Any]:
    """Give what the page's script shows of each item, as JSON."""
    facts: dict[str, Any] = {
        "kind": picture.kind,
        "focus": picture.focus,
        "say": {key: say(f"view.{key}", picture.lang) for key in _TOLD},
        "items": {item.id: _facts(item, picture, links) for item in picture.items},
    }
    facts["say"]["hits"] = say("view.hits", picture.lang, count="{count}")
    if picture.network is not None:
        looks = {dot.id: dot.css for dot in picture.network.dots}
        for name, item in facts["items"].items():
            look = looks.get(name) or (item["groups"][0] if item["groups"] else "other")
            item["look"] = look if look in _LOOKS or look in _LINES else "other"
        facts["network"] = {
            **_themes(),
            "boxes": any(dot.box for dot in picture.network.dots),
            "late": _late(picture),
            "bands": list(map(asdict, picture.network.small)),
            "all": list(map(asdict, picture.network.full)),
            "face": _FONT,
        }
    return facts


def _facts(item: Item, picture: Picture, links: Links | None) -> dict[str, Any]:
    quotes = [
        {
            "before": one.before,
            "quote": one.quote,
            "behind": one.behind,
            "relation": one.relation,
            "place": _place(one, picture),
            **({"at": links.place(one.source, one.start, one.end)} if links is not None else {}),
        }
        for one in item.quotes
    ]
    return {
        "name": item.name,
        "part": item.part,
        "detail": list(item.detail),
        "groups": list(item.groups),
        "ends": list(item.ends or ()),
        "quotes": quotes,
        **({"page": links.page(item.iri)} if links is not None and item.iri is not None else {}),
    }


def _place(quote: Quote, picture: Picture) -> str:
    line = f", {say('chain.line', picture.lang, line=quote.line)}" if quote.line is not None else ""
    sure = (
        f", {say('chain.confidence', picture.lang, confidence=f'{quote.confidence:.2f}')}"
        if quote.confidence < _SURE
        else ""
    )
    return f"{shown(quote.source)}:{quote.start}-{quote.end}{line}{sure}"


_SURE: Final = 0.9


# --- networks ---------------------------------------------------------------------------------------------------------


def _network(picture: Picture, links: Links | None) -> dict[str, Any]:
    from pyvis.network import Network as Drawn  # type: ignore[import-untyped]

    assert picture.network is not None
    drawn = Drawn(height="100%", width="100%", directed=True, cdn_resources="in_line", bgcolor="transparent")
    drawn.set_options(json.dumps(_options(picture)))
    early = [dot for dot in picture.network.dots if dot.small is not None]
    for dot in early:
        for made in _dot(dot, early=True):
            drawn.add_node(made.pop("id"), **made)
    ids = {dot.id for dot in early}
    for item, made in _ties(picture):
        if ids.issuperset(item.ends or ()):
            drawn.add_edge(made.pop("from"), made.pop("to"), **made)
    page = drawn.generate_html()
    scripts = re.findall(r"<script(?: type=\"text/javascript\")?>(.*?)</script>", page, re.DOTALL)
    # The first script binds menus that we do not have, the second is vis, the last draws.
    library, script = scripts[1], scripts[-1]
    hidden = len(picture.network.dots) - len(early)
    count = picture.network.further or len(picture.network.dots)
    return {
        "style": re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0],
        "library": _without_addresses(library),
        "script": script,
        "first": len(early),
        "hidden": hidden,
        "more": say("view.more", picture.lang, count=shown_number(Decimal(count), picture.lang)),
        "whole": links.whole if links is not None and picture.network.further else None,
    }


def _without_addresses(script: str) -> str:
    """Take the address of the maker out of the comments of a script, so that no page names a server."""
    return re.sub(r"/\*\*?!?.*?\*/", _without_address, script, flags=re.DOTALL)


def _without_address(comment: re.Match[str]) -> str:
    return re.sub(r"https?://", "", comment[0])


def _options(picture: Picture) -> dict[str, Any]:
    boxes = any(dot.box for dot in picture.network.dots) if picture.network is not None else False
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False, "randomSeed": 1},
        "nodes": {
            "shape": "box" if boxes else "dot",
            "size": 12,
            "borderWidth": 3 if boxes else 2,
            "borderWidthSelected": 5,
            "margin": 10,
            "font": {"face": _FONT, "size": 15, "strokeWidth": 0 if boxes else 4},
            "scaling": {"label": {"drawThreshold": 3}},
            **({"widthConstraint": {"minimum": _WIDTH}} if boxes else {}),
        },
        "edges": {"smooth": False, "width": 2, "arrows": {"to": {"enabled": True, "scaleFactor": 0.7}},
                  "selectionWidth": 2, "hoverWidth": 1},
        "interaction": {"hover": True, "hideEdgesOnDrag": len(picture.items) > 2000, "tooltipDelay": 100000,
                        "keyboard": False, "navigationButtons": False},
    }  # fmt: skip


def _dot(dot: Dot, *, early: bool) -> list[dict[str, Any]]:
    """Give a node as vis takes it; the page writes the colours in, for light or dark.

    vis leads lines to the middle of a box, behind its neighbours; so they lead to a point at either side of it.
    """
    x, y = dot.small if early and dot.small is not None else (dot.x, dot.y)
    places = _places(dot, x, y)
    if not dot.box:
        # The page writes the names of dots by itself, so that none covers another.
        named = {"words": list(dot.lines), "about": list(dot.about), "letters": dot.size}
        return [{**places[0], **named, "label": " ", "shape": "dot", "size": round(dot.size * 0.7, 1)}]
    made = [{**places[0], "label": "\n".join(dot.lines), "shape": "box", "font": {"size": dot.size}}]
    if dot.css == "agency":
        made[0]["shapeProperties"] = {"borderRadius": 18}
    return made + [{**port, "label": " ", "shape": "dot", "size": 0.1, "chosen": False} for port in places[1:]]


def _places(dot: Dot, x: float, y: float) -> list[dict[str, Any]]:
    sides = (("", 0.0), ("l", -_WIDTH / 2 - 10), ("r", _WIDTH / 2 + 10)) if dot.box else (("", 0.0),)
    return [{"id": f"{dot.id}{side}", "x": round(x + shift, 1), "y": round(y, 1)} for side, shift in sides]


def _ties(picture: Picture) -> Iterator[tuple[Item, dict[str, Any]]]:
    """Give the lines as vis takes them; of several between the same two, all but the first are bent."""
    assert picture.network is not None
    x = {dot.id: dot.x for dot in picture.network.dots}
    boxes = picture.network.dots[0].box
    several: Counter[tuple[str, str]] = Counter()
    for item in picture.items:
        if item.ends is None:
            continue
        _, dashes, width = _LINES.get(item.groups[0], _LINES["other"])
        low, high = item.ends
        if boxes:
            sides = "rl" if x[low] < x[high] else "lr" if x[low] > x[high] else "rr"
            low, high = f"{low}{sides[0]}", f"{high}{sides[1]}"
        made: dict[str, Any] = {"id": item.id, "from": low, "to": high, "dashes": dashes, "width": width}
        if item.groups[0] == "part_of":
            made["arrows"] = ""
        if several[low, high]:
            made["smooth"] = {"enabled": True, "type": "curvedCW", "roundness": round(0.07 * several[low, high], 2)}
        several[low, high] += 1
        yield item, made


def _late(picture: Picture) -> dict[str, Any]:
    """Give what is drawn only when a reader asks for more, and where everything then stands."""
    assert picture.network is not None
    late = [dot for dot in picture.network.dots if dot.small is None]
    if not late:
        return {"nodes": [], "edges": [], "places": []}
    early = {dot.id for dot in picture.network.dots if dot.small is not None}
    return {
        "nodes": [made for dot in late for made in _dot(dot, early=False)],
        "edges": [made for item, made in _ties(picture) if not early.issuperset(item.ends or ())],
        "places": [
            place for dot in picture.network.dots if dot.small is not None for place in _places(dot, dot.x, dot.y)
        ],
    }


@cache
def _themes() -> Mapping[str, Any]:
    """Give the colours of networks for light and dark, out of the style that all pictures share."""
    blocks = re.findall(r"{([^{}]*--ink:[^{}]*)}", stylesheet())[:2]
    light, dark = (dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block)) for block in blocks)
    return {
        theme: {
            **{name: colours[f"--{name}"] for name in ("ink", "dim", "paper", "card", "soft", "focus")},
            "nodes": {look: colours[name] for look, name in _LOOKS.items()},
            "edges": {relation: colours[name] for relation, (name, _, _) in _LINES.items()},
        }
        for theme, colours in (("light", light), ("dark", light | dark))
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
