"""Draw what a person asks for, and write it into a file: a page, SVG or PNG."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from cancu.language import Language, Refusal
from cancu.viz.pictures.cascade import draw_cascade
from cancu.viz.pictures.chain import draw_between, draw_chain
from cancu.viz.pictures.matrix import draw_matrix
from cancu.viz.pictures.money import draw_money
from cancu.viz.pictures.networks import draw_agency, draw_document, draw_network
from cancu.viz.pictures.timeline import draw_timeline
from cancu.viz.pictures.values import Nothing, Picture
from cancu.viz.tree import LineOf

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["KINDS", "PICTURE_FORMATS", "PictureKind", "draw", "file_name", "write_picture"]

PictureKind = Literal["chain", "document", "agency", "matrix", "money", "cascade", "timeline", "network"]
KINDS: Final[tuple[PictureKind, ...]] = get_args(PictureKind)

#: The formats of a picture by the ending of the file's name.
PICTURE_FORMATS: Final = (".html", ".svg", ".png")


def draw(
    store: Access,
    kind: str,
    things: Sequence[str],
    lang: Language = "vi",
    *,
    down: bool = False,
    depth: int | None = None,
    limit: int | None = None,
    end: str | None = None,
    whole: bool = True,
    line_of: LineOf | None = None,
) -> Picture | Nothing:
    """Draw a picture of a kind; ``things`` are the words for what it is about, ``end`` those for where a chain leads.

    A map that is not ``whole`` holds no more than it shows at first.

    Raises :class:`cancu.language.Refusal` for an unknown kind, for too few or too many things, and for words that
    nothing answers to.
    """
    if kind not in KINDS:
        raise Refusal("view.unknown", kind=kind, known=", ".join(KINDS))
    if end is not None and kind != "chain":
        raise Refusal("view.end", kind=kind)
    text = " ".join(things).strip()
    most = {} if limit is None else {"most": limit}
    if kind == "network":
        return draw_network(store, text or None, lang, depth=depth, whole=whole, line_of=line_of, **most)
    if not text:
        raise Refusal("view.missing", kind=kind)
    if kind == "chain":
        if end is not None:
            return draw_between(store, text, end, lang, line_of=line_of, **most)
        return draw_chain(store, text, lang, down=down, depth=depth, line_of=line_of, **most)
    if kind == "money":
        return draw_money(store, text, lang, line_of=line_of)
    if kind == "cascade":
        return draw_cascade(store, text, lang, line_of=line_of)
    drawing = {"document": draw_document, "agency": draw_agency, "matrix": draw_matrix, "timeline": draw_timeline}[kind]
    return drawing(store, text, lang, line_of=line_of, **most)


def write_picture(picture: Picture, file: Path) -> None:
    """Write a picture into a file, in the format that its name ends with."""
    from cancu.viz.pictures.page import page_of
    from cancu.viz.pictures.svg import png_of, svg_of

    form = file.suffix.lower()
    if form not in PICTURE_FORMATS:
        raise Refusal("view.format", file=file, known=", ".join(PICTURE_FORMATS))
    if form == ".png":
        content = png_of(picture)
    else:
        content = (page_of(picture) if form == ".html" else svg_of(picture, alone=True)).encode()
    try:
        file.write_bytes(content)
    except OSError as flaw:
        raise Refusal("cli.export.file", file=file, reason=flaw) from flaw


def file_name(kind: str, title: str) -> str:
    """Make a file's name of what a picture shows.

    >>> file_name("chain", "Kế hoạch số 37/KH-UBND")
    'chain-ke-hoach-so-37-kh-ubnd.html'
    """
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
    return f"{kind}-{words}.html" if words else f"{kind}.html"
