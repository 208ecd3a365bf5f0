"""Hold pictures to what they promise: nothing overlaps, nothing runs behind a box, nothing is markup, nothing moves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path as File
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cancu.__main__ import main
from cancu.language import Refusal, say
from cancu.queries.chains import Branch, Chain, Link, Node
from cancu.queries.engine import Hop
from cancu.queries.remote import Endpoint
from cancu.viz.pictures import networks
from cancu.viz.pictures.chain import picture_of_chain
from cancu.viz.pictures.layers import Arrangement, Place, arrange
from cancu.viz.pictures.money import flows_of
from cancu.viz.pictures.networks import Knot, Tie, picture_of_columns, picture_of_rows
from cancu.viz.pictures.page import Links, facts_of, page_of
from cancu.viz.pictures.signs import smooth
from cancu.viz.pictures.svg import png_of, style_of, stylesheet, svg_of
from cancu.viz.pictures.values import Box, Nothing, Path, Picture, Point, Words, text_width
from cancu.viz.pictures.view import KINDS, draw
from cancu.viz.web.drawn import LINKS
from cancu.viz.web.frame import place_of
from tests.plans import plans
from tests.test_remote import Limited, misbehaving

HOSTILE = '</script><img src=x onerror="alert(1)"> href=https://evil.example & "Kế hoạch" \x00\ufffe'
QUY_HOP = "96/KH-UBND"
ABOUT = {
    "chain": [QUY_HOP],
    "document": [QUY_HOP],
    "agency": ["Phòng Nông nghiệp và Phát triển nông thôn huyện Quỳ Hợp"],
    "matrix": [QUY_HOP],
    "money": [QUY_HOP],
    "cascade": [QUY_HOP],
    "timeline": ["1868/QĐ-TTg"],
    "network": [],
}


def drawn(kind: str, lang: str = "vi") -> Picture:
    picture = draw(plans(), kind, ABOUT[kind], "en" if lang == "en" else "vi")
    assert isinstance(picture, Picture)
    return picture


# --- layers -----------------------------------------------------------------------------------------------------------

graphs = st.integers(1, 24).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=50),
        st.lists(st.integers(30, 120), min_size=size, max_size=size),
        st.sampled_from(["start", "end"]),
    )
)


def laid_out(drawn: tuple[int, list[tuple[int, int]], list[int], str]) -> tuple[Arrangement, list[tuple[str, str]]]:
    size, edges, heights, anchor = drawn
    named = [(f"v{one}", f"v{two}") for one, two in edges]
    sizes = {f"v{at}": (200.0, float(heights[at])) for at in range(size)}
    return arrange(sizes, named, anchor="end" if anchor == "end" else "start"), named


def points_of(points: tuple[Point, ...]) -> Iterator[Point]:
    """Walk along the way that is drawn through some points."""
    return along(points[0], smooth(points))


def along(at: Point, steps: tuple[tuple[Point, ...], ...]) -> Iterator[Point]:
    """Walk along a line."""
    for step in steps:
        handles = (at, *step) if len(step) == 3 else (at, at, step[0], step[0])
        for part in range(25):
            t = part / 24
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield (
                sum(weight * handle[0] for weight, handle in zip(weights, handles, strict=True)),
                sum(weight * handle[1] for weight, handle in zip(weights, handles, strict=True)),
            )
        at = step[-1]


def inside(point: Point, place: Place) -> bool:
    x, y = point
    return place.x + 0.5 < x < place.x + place.width - 0.5 and place.y + 0.5 < y < place.y + place.height - 0.5


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_no_box_lies_on_another_and_no_edge_runs_behind_one(
    drawn: tuple[int, list[tuple[int, int]], list[int], str],
) -> None:
    laid, edges = laid_out(drawn)
    for one, two in combinations(laid.places.values(), 2):
        apart = one.x + one.width <= two.x or two.x + two.width <= one.x
        assert apart or one.y + one.height <= two.y or two.y + two.height <= one.y
    assert set(laid.routes) == {edge for edge in edges if edge[0] != edge[1]}
    for route in laid.routes.values():
        for point in points_of(route.points):
            assert not any(inside(point, place) for place in laid.places.values())


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_every_edge_ends_at_its_own_boxes(drawn: tuple[int, list[tuple[int, int]], list[int], str]) -> None:
    laid, _ = laid_out(drawn)
    for (low, high), route in laid.routes.items():
        for end, name in ((route.points[0], low), (route.points[-1], high)):
            place = laid.places[name]
            assert place.x - 0.5 <= end[0] <= place.x + place.width + 0.5
            assert place.y <= end[1] <= place.y + place.height
    assert laid == laid_out(drawn)[0]


def test_a_chain_of_many_documents_is_laid_out_at_once() -> None:
    edges = [(f"v{one}", f"v{two}") for two in range(1, 150) for one in {two // 2, two // 3, max(0, two - 7)}]
    laid = arrange({f"v{at}": (330.0, 110.0) for at in range(150)}, edges)
    assert len(laid.places) == 150 and laid.width < 20_000


# --- chains -----------------------------------------------------------------------------------------------------------


def hostile_chain() -> Chain:
    def node(name: str) -> Node:
        return Node(f"urn:{name}", f"{name} {HOSTILE}", None, ("2024-01-02",), HOSTILE, HOSTILE, (HOSTILE,))

    def link(name: str) -> tuple[Link, ...]:
        hop = Hop(f"{name}{HOSTILE}", 1, 9, HOSTILE, "legal_basis", 0.7, HOSTILE, HOSTILE)
        return (Link("legal_basis", (hop,), 0.7, HOSTILE, HOSTILE),)

    deep = Branch(node("c"), link("c"), (Branch(node("a"), link("d"), again="cycle"),))
    return Chain(node("a"), False, (Branch(node("b"), link("b"), (deep,)), Branch(node("c"), link("e"), again="shown")))


class _Markup(HTMLParser):
    """Gather the elements of a page, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    markup = _Markup()
    markup.feed(page)
    return markup.tags


def assert_harmless(page: str) -> None:
    """Let a page be free of foreign markup, and of everything that would be fetched."""
    for tag, attributes in elements(page):
        assert tag not in ("img", "iframe", "object", "embed", "base", "form", "a")
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            assert (attributes.get(name) or "data:,") == "data:,"
    # Addresses stand in scripts and styles only as names of namespaces.
    outside = re.sub(r"https?://www\.w3\.org/[\w/#.]*", "", page)
    script = "".join(re.findall(r"<(?:script|style)[^>]*>(.*?)</(?:script|style)>", outside, re.DOTALL))
    assert not re.search(r"(?:src|href)\s*=\s*[\"']https?:|url\(\s*[\"']?https?:|@import|bootstrap", script)


def test_what_documents_say_is_never_markup() -> None:
    picture = picture_of_chain(hostile_chain(), {"urn:a": 'central" onload="x'}, "vi")
    assert isinstance(picture, Picture)
    for page in (page_of(picture), page_of(picture, LINKS)):
        assert_harmless(page)
        assert "<img" not in page
    ElementTree.fromstring(svg_of(picture))
    ElementTree.fromstring(svg_of(picture, alone=True))


def test_hostile_names_of_a_network_are_never_markup() -> None:
    knots = [Knot(f"urn:{at}", HOSTILE, "agency", at % 3, (HOSTILE,)) for at in range(6)]
    hop = Hop(HOSTILE, 1, 9, HOSTILE, HOSTILE, 1.0, HOSTILE, HOSTILE)
    ties = [Tie("urn:0", f"urn:{at}", HOSTILE, (hop,)) for at in range(1, 6)]
    for picture in (
        picture_of_columns("document", knots[0], knots[1:], ties, HOSTILE, HOSTILE, "vi", most=4),
        picture_of_rows("network", knots, ties, HOSTILE, HOSTILE, "vi", most=4),
    ):
        page = page_of(picture)
        assert_harmless(page)
        assert (
            "<img" not in page and '"title"' not in page.rpartition("drawGraph();")[0].rpartition("new vis.DataSet(")[2]
        )
        ElementTree.fromstring(svg_of(picture, alone=True))


def test_a_served_picture_leads_to_pages_of_ours_alone_and_one_taken_along_nowhere() -> None:
    names = (
        "javascript:alert(1)",
        "//evil.example/x",
        "https://evil.example",
        "https://w3id.org/cancu/id//evil.example",
    )
    knots = [Knot(name, "Kế hoạch", "central") for name in names]
    ties = [Tie(names[0], name, "legal_basis", (Hop(name, 1, 9, "Căn cứ", "legal_basis", 1.0),)) for name in names[1:]]
    picture = picture_of_rows("network", knots, ties, "Bản đồ", "", "vi")
    items = facts_of(picture, LINKS)["items"].values()
    ways = [way for item in items for way in (item.get("page"), *(one["at"] for one in item["quotes"])) if way]
    assert len(ways) > 4 and all(way.startswith("/id/") for way in ways)
    assert [item["page"] for item in items if item["part"] == "node"].count(None) == 3
    chain = drawn("chain")
    assert f'"at": "{place_of("ke-hoach-quy-hop-2024.txt", 146, 206)}"' in page_of(chain, LINKS)
    assert '"at"' not in page_of(chain) and "/id/" not in page_of(chain)


def test_a_cycle_is_drawn_and_every_link_has_its_sentence() -> None:
    picture = picture_of_chain(hostile_chain(), {}, "vi")
    assert isinstance(picture, Picture)
    edges = [item for item in picture.items if item.part == "edge"]
    assert len(edges) == 4
    assert all(edge.quotes for edge in edges)


def test_a_long_chain_is_cut_and_says_so() -> None:
    picture = picture_of_chain(hostile_chain(), {}, "vi", most=2)
    assert isinstance(picture, Picture)
    assert sum(item.part == "node" for item in picture.items) == 2
    assert "2 trong 3" in picture.notes[0]


def test_a_chain_without_authority_gives_the_reason() -> None:
    chain = hostile_chain()
    assert isinstance(picture_of_chain(replace(chain, branches=()), {}, "vi"), Nothing)


# --- every kind, over the examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_sound_drawing_with_proofs(kind: str) -> None:
    picture = drawn(kind)
    svg = svg_of(picture)
    root = ElementTree.fromstring(svg)
    ids = [one.get("data-proof") for one in root.iter() if one.get("data-proof")]
    assert len(ids) == len(set(ids)) == len(picture.items) > 3
    nodes = {item.id for item in picture.items if item.part == "node"}
    for item in picture.items:
        assert item.name.strip()
        assert item.part == "node" or (item.quotes and item.ends is not None and nodes.issuperset(item.ends))
        for quote in item.quotes:
            assert quote.quote and quote.source and quote.start < quote.end
    assert "style=" not in svg
    assert svg == svg_of(drawn(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_needs_nothing_from_elsewhere(kind: str) -> None:
    picture = drawn(kind, "en")
    page = page_of(picture)
    assert_harmless(page)
    for item in picture.items:
        assert f'data-proof="{item.id}"' in page


@pytest.mark.parametrize("kind", KINDS)
def test_words_stay_in_their_picture_and_boxes_apart(kind: str) -> None:
    picture = drawn(kind)
    for item in picture.items:
        for shape in item.shapes:
            if isinstance(shape, Words) and not shape.turned:
                wide = text_width(shape.text, 14)
                left = {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
                assert shape.x - left >= -1 and shape.x - left + wide <= picture.width + 1, shape.text
                assert 0 < shape.y <= picture.height
    boxes = [
        shape
        for item in picture.items
        for shape in item.shapes
        if isinstance(shape, Box) and "box" in shape.css.split()
    ]
    for one, two in combinations(boxes, 2):
        apart = one.x + one.width <= two.x or two.x + two.width <= one.x
        assert apart or one.y + one.height <= two.y or two.y + two.height <= one.y


def test_a_png_is_written_with_the_letters_of_vietnamese() -> None:
    png = png_of(drawn("cascade"))
    assert png.startswith(b"\x89PNG") and len(png) > 20_000


def test_money_is_counted_once() -> None:
    from cancu.queries.plans import Plan, read_plan

    plan = read_plan(plans(), QUY_HOP)
    assert isinstance(plan, Plan)
    flows = flows_of(plan)
    assert sum(flow[2] for flow in flows) == 6_215_000_000
    assert {flow[0] for flow in flows} == {"central", "province", "district"}


@pytest.mark.parametrize("kind", ["chain", "document", "agency", "timeline"])
def test_lines_run_behind_no_box(kind: str) -> None:
    picture = drawn(kind)
    boxes = [shape for item in picture.items for shape in item.shapes if isinstance(shape, Box)]
    places = [Place(box.x, box.y, box.width, box.height) for box in boxes if "box" in box.css.split()]
    lines = [item.shapes[1] for item in picture.items if item.part == "edge"]
    assert len(lines) > 5 and len(places) > 5
    for line in lines:
        assert isinstance(line, Path)
        for point in along(line.start, line.steps):
            assert not any(inside(point, place) for place in places)


def sizes_of_letters() -> dict[str, float]:
    return {
        css: float(size) for css, size in re.findall(r"\.picture \.([\w-]+) { font-size: (\d+)px", style_of("light"))
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_words_lie_on_others(kind: str) -> None:
    sizes = sizes_of_letters()
    rooms = []
    for item in drawn(kind).items:
        for shape in item.shapes:
            if isinstance(shape, Words):
                size = max((sizes[css] for css in shape.css.split() if css in sizes), default=15.0)
                # Estimates of widths are rather too wide.
                wide = text_width(shape.text, size) * 0.94
                left = {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
                box = (shape.x - left, shape.y - 0.72 * size, wide, 0.72 * size)
                if shape.turned:
                    box = (shape.x - 0.72 * size, shape.y - wide + left, 0.72 * size, wide)
                rooms.append((box, shape.text))
    assert len(rooms) > 10
    for ((x0, y0, w0, h0), one), ((x1, y1, w1, h1), two) in combinations(rooms, 2):
        assert x0 + w0 <= x1 or x1 + w1 <= x0 or y0 + h0 <= y1 or y1 + h1 <= y0, (one, two)


# --- networks ---------------------------------------------------------------------------------------------------------


def large_network(size: int) -> tuple[list[Knot], list[Tie]]:
    tiers = ("central", "province", "district", "commune")
    knots = [
        Knot(f"urn:{at}", f"Kế hoạch số {at}/KH-UBND", tiers[min(3, at * 8 // size)], number=f"{at}/KH-UBND")
        for at in range(size)
    ]
    hop = Hop("a.txt", 1, 9, "Căn cứ", "legal_basis", 1.0)
    ties = [
        Tie(f"urn:{at}", f"urn:{at * step % max(1, at // 2)}", "legal_basis", (hop,))
        for at in range(2, size)
        for step in (7, 13)
    ]
    return knots, ties


def test_names_on_a_map_do_not_overlap() -> None:
    picture = picture_of_rows("network", *large_network(400), "Bản đồ", "", "vi")
    assert picture.network is not None
    assert sum(dot.small is not None for dot in picture.network.dots) == 150
    for places in (
        [dot.small for dot in picture.network.dots if dot.small],
        [(d.x, d.y) for d in picture.network.dots],
    ):
        for (x0, y0), (x1, y1) in combinations(places, 2):
            assert abs(x0 - x1) >= 195 or abs(y0 - y1) >= 45


def test_a_large_map_is_drawn_in_part_and_leads_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawn("network")
    assert whole.network is not None and not whole.notes
    every = len(whole.network.dots)
    monkeypatch.setattr(networks, "SOON", 8)
    monkeypatch.setattr(networks, "MOST", 20)
    part = draw(plans(), "network", (), limit=8, whole=False)
    assert isinstance(part, Picture) and part.network is not None
    assert [dot.id for dot in part.network.dots] == [item.id for item in part.items if item.part == "node"]
    assert (len(part.network.dots), part.network.further) == (8, 20)
    assert part.notes == (say("view.cut-map", "vi", shown=8, whole=every),)
    # On them most rests.
    rested = Counter(item.ends[1] for item in whole.items if item.ends is not None)
    names = {item.id: item.name for item in whole.items}
    assert {names[one] for one, _ in rested.most_common(4)} <= {item.name for item in part.items}
    links = Links(lambda *place: f"/id/{place}", lambda iri: None, whole="/map?whole=1")
    assert '<a class="more" href="/map?whole=1" target="_top">Hiện cả 20</a>' in page_of(part, links)
    assert 'class="more"' not in page_of(part)
    # The whole of a larger one has its limit too, and everything of it is on its page.
    most = draw(plans(), "network", ())
    assert isinstance(most, Picture) and most.network is not None
    assert (len(most.network.dots), most.network.further) == (20, 0)
    assert most.notes == (say("view.cut-map", "vi", shown=20, whole=every),)


# --- style ------------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_words_and_lines_stand_out_in_light_and_dark() -> None:
    blocks = re.findall(r"{([^{}]*--ink:[^{}]*)}", stylesheet())
    assert len(blocks) == 2
    for block in blocks:
        colours = dict(re.findall(r"--([\w-]+):\s*(#\w{6})", block))
        for ground in ("paper", "card", "soft", "weak", "strong", "even", "mark"):
            assert contrast(colours["ink"], colours[ground]) >= 4.5
        assert contrast(colours["dim"], colours["card"]) >= 4.5 and contrast(colours["dim"], colours["soft"]) >= 4.5
        for line in ("blue", "green", "orange", "purple", "red", "sky", "grey", "focus", "rule"):
            assert contrast(colours[line], colours["paper"]) >= 3
    badges = re.findall(r"\.[tvmc]-[\w-]+ { fill: (#\w{6})", stylesheet())
    assert len(badges) > 10 and all(contrast(badge, "#ffffff") >= 4.5 for badge in badges)


def test_no_letter_is_smaller_than_14_pixels() -> None:
    shapes = style_of("light")
    assert "var(" not in shapes
    assert min(map(int, re.findall(r"font-size: (\d+)px", shapes))) >= 14


# --- the command ------------------------------------------------------------------------------------------------------


def test_an_endpoint_gives_the_same_pictures() -> None:
    with misbehaving(Limited(plans(), 100_000)) as url:
        endpoint = Endpoint(url)
        # The quick ones; all kinds are built of the same questions.
        for kind in ("chain", "matrix", "cascade"):
            picture = draw(endpoint, kind, ABOUT[kind], "vi")
            assert isinstance(picture, Picture)
            assert svg_of(picture) == svg_of(drawn(kind))


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(Refusal, match="loại hình"):
        draw(plans(), "pie", ["x"])
    with pytest.raises(Refusal, match="Hãy nói vẽ gì"):
        draw(plans(), "chain", [])
    nothing = draw(plans(), "matrix", ["147/2022/NĐ-CP"])
    assert isinstance(nothing, Nothing) and nothing.why


def test_words_that_mean_several_are_listed() -> None:
    found = draw(plans(), "chain", ["kế hoạch"])
    assert isinstance(found, Nothing) and len(found.candidates) > 1


def test_a_format_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: File) -> None:
    assert main(["view", "chain", "x", "-o", str(tmp_path / "a.pdf")]) == 2
    assert ".html, .svg, .png" in capsys.readouterr().err
