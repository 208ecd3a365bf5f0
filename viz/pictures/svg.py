"""Write a picture as SVG: every text escaped, classes instead of styles, every item with its name and its proof.

>>> from cancu.viz.pictures.values import Item, Picture, Words
>>> item = Item("n1", "node", "<b>Kế hoạch</b>", (Words(0, 10, "<b>"),))
>>> "&lt;b&gt;" in svg_of(Picture("chain", "t", "", "vi", 10, 10, (item,)))
True
"""

from __future__ import annotations

import math
import re
import sys
from functools import cache
from html import escape
from pathlib import Path as File
from typing import Final, Literal

from cancu.viz.pictures.values import Box, Circle, Item, Path, Picture, Point, Shape, Words, text_width, wrap

__all__ = ["png_of", "style_of", "stylesheet", "svg_of"]

_STYLE: Final = File(__file__).with_name("static") / "picture.css"
_HEAD: Final = 11.0
#: Pixels of a PNG for one of the picture, and the most that one side may have.
_ZOOM: Final = 2.0
_LARGEST: Final = 16_000.0
# What XML 1.0 cannot hold.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg_of(picture: Picture, *, alone: bool = False, room: float = 0) -> str:
    """Write a picture as an SVG element; ``alone`` it is a file with its style, title and legend in it."""
    top = _top(picture) if alone else ""
    above = room or (_TOP + _LEGEND * len(_legend_rows(picture)) if alone else 0)
    width = max(picture.width, 900.0) if alone else picture.width
    below = 30.0 * len(picture.notes) + (20 if picture.notes else 0) if alone else 0
    height = picture.height + above + below
    parts = [_shape(shape) for shape in picture.backdrop]
    parts += [_item(item) for item in picture.items]
    name = escape(_clean(f"{picture.title}. {picture.subtitle}"), quote=True)
    box = f"0 0 {_number(width)} {_number(height)}"
    size = f' width="{_number(width)}" height="{_number(height)}"'
    body = "".join(parts)
    if alone:
        notes = "".join(
            _shape(Words(40, above + picture.height + 20 + 30 * at, note, "small dim"))
            for at, note in enumerate(picture.notes)
        )
        body = (
            f"<style>{style_of('light')}</style>"
            f'<rect class="page" width="100%" height="100%"/>{top}'
            f'<g transform="translate(0 {_number(above)})">{body}</g>'
            f"{notes}"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture k-{picture.kind}" viewBox="{box}"{size} '
        f'role="group" aria-label="{name}" lang="{picture.lang}"><title>{name}</title>{body}</svg>'
    )


_TOP: Final = 96.0
_LEGEND: Final = 34.0


def _legend_rows(picture: Picture) -> list[list[tuple[float, int]]]:
    """Share the legend among rows; each entry by its place from the left and its number."""
    rows: list[list[tuple[float, int]]] = []
    x, right = math.inf, max(picture.width, 900.0) - 40
    for at, entry in enumerate(picture.legend):
        wide = 52 + text_width(entry.text, 15) + 26
        if x + wide > right:
            rows.append([])
            x = 40.0
        rows[-1].append((x, at))
        x += wide
    return rows


def _top(picture: Picture) -> str:
    width = max(picture.width, 900.0)
    shapes: list[Shape] = [Words(40, 48, line, "title") for line in wrap(picture.title, width - 80, 28, 1, bold=True)]
    shapes += [Words(40, 78, line, "subtitle") for line in wrap(picture.subtitle, width - 80, 17, 1)]
    for row, entries in enumerate(_legend_rows(picture)):
        for x, at in entries:
            entry, y = picture.legend[at], _TOP + _LEGEND * row
            if entry.sign == "line":
                shapes.append(Path((x, y + 12), (((x + 42, y + 12),),), entry.css, head=True))
            else:
                shapes.append(Box(x, y, 42, 24, entry.css, 6))
                shapes.append(Words(x + 21, y + 17.5, entry.letter, "letter", "middle"))
            shapes.append(Words(x + 52, y + 17, entry.text, "legend"))
    return "".join(map(_shape, shapes))


def png_of(picture: Picture) -> bytes:
    """Write a picture as a PNG, twice as large as it is on screen, or as large as a PNG should be."""
    import resvg_py

    drawn = svg_of(picture, alone=True)
    longest = max(map(float, re.findall(r'(?:width|height)="([\d.]+)"', drawn)[:2]))
    zoom = min(_ZOOM, _LARGEST / longest)
    return bytes(resvg_py.svg_to_bytes(svg_string=drawn, zoom=zoom, font_family="Noto Sans", sans_serif_family=_sans()))


@cache
def _sans() -> str:
    """Name the font that stands in where none of the fonts of the style is there."""
    return {"win32": "Segoe UI", "darwin": "Arial"}.get(sys.platform, "DejaVu Sans")


@cache
def stylesheet() -> str:
    """Give the style of all pictures, with its colours as variables, for light and dark."""
    return _STYLE.read_text(encoding="utf-8")


@cache
def style_of(theme: Literal["light", "dark"]) -> str:
    """Give the style with fixed colours, for what knows no variables."""
    style = stylesheet()
    light, dark = (
        dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block)) for block in re.findall(r"{([^{}]*--ink:[^{}]*)}", style)[:2]
    )
    colours = light if theme == "light" else light | dark
    rules = style[style.index("/* shapes */") : style.index("/* page */")]
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], rules)


def _item(item: Item) -> str:
    name = escape(_clean(item.name), quote=True)
    groups = f' data-groups="{escape(_clean(" ".join(item.groups)), quote=True)}"' if item.groups else ""
    ends = f' data-ends="{item.ends[0]} {item.ends[1]}"' if item.ends is not None else ""
    # Lines are many and told by their ends; the keyboard goes from box to box.
    focus = ' tabindex="0"' if item.part == "node" else ' tabindex="-1"'
    return (
        f'<g class="{item.part}" id="{item.id}" data-proof="{item.id}"{groups}{ends}{focus} role="button" '
        f'aria-label="{name}"><title>{name}</title>{"".join(map(_shape, item.shapes))}</g>'
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Box):
        place = " ".join(
            f'{key}="{_number(value)}"'
            for key, value in (("x", shape.x), ("y", shape.y), ("width", shape.width), ("height", shape.height))
        )
        return f'<rect class="{_css(shape.css)}" {place} rx="{_number(shape.radius)}"/>'
    if isinstance(shape, Path):
        return _path(shape)
    css, x, y = _css(shape.css), _number(shape.x), _number(shape.y)
    if isinstance(shape, Circle):
        return f'<circle class="{css}" cx="{x}" cy="{y}" r="{_number(shape.radius)}"/>'
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    turn = f' transform="rotate(-90 {x} {y})"' if shape.turned else ""
    return f'<text class="{css}" x="{x}" y="{y}"{anchor}{turn}>{escape(_clean(shape.text))}</text>'


def _path(path: Path) -> str:
    steps = path.steps
    head = ""
    if path.head and steps:
        tip = steps[-1][-1]
        before = next((point for point in _backwards(path) if math.dist(point, tip) > 0.5), None)
        if before is not None:
            length = math.dist(before, tip)
            ux, uy = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
            back = (tip[0] - ux * _HEAD, tip[1] - uy * _HEAD)
            wings = ((back[0] - uy * 5, back[1] + ux * 5), (back[0] + uy * 5, back[1] - ux * 5))
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in (tip, *wings))
            css = path.css.replace("line", "tip", 1)
            head = f'<polygon class="{_css(css)}" points="{points}"/>'
            # The line ends at the back of its head.
            if len(steps[-1]) == 3 or length > _HEAD:
                steps = (*steps[:-1], (*steps[-1][:-1], (tip[0] - ux * _HEAD * 0.8, tip[1] - uy * _HEAD * 0.8)))
    drawn = [f"M{_point(path.start)}"]
    drawn += [f"{'C' if len(step) == 3 else 'L'}{' '.join(map(_point, step))}" for step in steps]
    return f'<path class="{_css(path.css)}" d="{"".join(drawn)}{"Z" if path.closed else ""}"/>{head}'


def _backwards(path: Path) -> list[Point]:
    points = [path.start, *(point for step in path.steps for point in step)]
    return points[-2::-1]


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"


def _css(classes: str) -> str:
    return escape(_clean(classes), quote=True)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
