"""Open pictures in a browser: nothing is fetched, a click and a key show the sentence, large ones are quick."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cancu.viz.pictures.layers import arrange
from cancu.viz.pictures.networks import picture_of_rows
from cancu.viz.pictures.page import page_of
from cancu.viz.pictures.signs import arrow
from cancu.viz.pictures.values import Box, Item, Picture, Quote, Words
from tests.test_pictures import drawn, large_network

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
READY = "document.documentElement.dataset.ready"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def flaws() -> list[str]:
    return []


def shown(
    browser: Any, picture: Picture, folder: Path, flaws: list[str], *, init: str = "", **options: Any
) -> tuple[Any, float]:
    """Open a picture's page; return it with the seconds until it was drawn and listened."""
    file = folder / "page.html"
    file.write_text(page_of(picture), encoding="utf-8")
    page = browser.new_page(**({"viewport": {"width": 1280, "height": 800}} | options))
    page.on("console", lambda message: flaws.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda flaw: flaws.append(str(flaw)))
    page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else flaws.append(one.url))
    page.add_init_script(init)
    start = time.perf_counter()
    page.goto(file.as_uri())
    page.wait_for_function(READY)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page, time.perf_counter() - start


def test_a_click_on_a_chain_shows_the_sentence(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    picture = drawn("chain")
    page, _ = shown(browser, picture, tmp_path, flaws)
    node = next(item for item in picture.items if item.name == "Kế hoạch số 912/KH-UBND")
    page.click(f"#{node.id} .head-line")
    assert page.inner_text("#panel mark") == node.quotes[0].quote
    assert node.quotes[0].source in page.inner_text("#panel code")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    assert flaws == []
    page.close()


def test_a_chain_is_used_with_the_keyboard_alone(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    picture = drawn("chain")
    page, _ = shown(browser, picture, tmp_path, flaws)
    page.focus("#stage")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.proof")
    page.keyboard.press("Tab")
    second = page.evaluate("document.activeElement.dataset.proof")
    assert first != second and {first, second} <= {item.id for item in picture.items if item.part == "node"}
    page.keyboard.press("Enter")
    assert page.is_visible("#panel")
    # The panel is read next, and leads on along the lines.
    assert page.inner_text(":focus") == page.inner_text("#panel h2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel h2") == page.inner_text(":focus") and "→" in page.inner_text(":focus")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel") and page.evaluate("document.activeElement.dataset.proof") == second
    before = page.get_attribute("svg.picture >> nth=-1", "viewBox")
    page.keyboard.press("ArrowRight")
    moved = page.get_attribute("svg.picture >> nth=-1", "viewBox")
    page.keyboard.press("+")
    assert len({before, moved, page.get_attribute("svg.picture >> nth=-1", "viewBox")}) == 3
    page.fill("#search", "hien phap")
    assert "1" in page.inner_text("#status")
    page.uncheck(".filter[value=legal_basis]")
    assert page.locator(".edge.gone").count() > 5
    assert flaws == []
    page.close()


@pytest.mark.parametrize("kind", ["document", "matrix", "money", "cascade", "timeline"])
def test_a_page_on_a_telephone_opens_what_is_chosen_from_its_text(
    browser: Any, tmp_path: Path, flaws: list[str], kind: str
) -> None:
    picture = drawn(kind)
    page, _ = shown(
        browser, picture, tmp_path, flaws, viewport={"width": 390, "height": 780}, color_scheme="dark"
    )  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    item = next(item for item in picture.items if item.part == "node" and item.quotes)
    page.click("#texts summary")
    page.click(f"#texts [data-proof='{item.id}']")
    assert page.inner_text("#panel mark >> nth=0") == item.quotes[0].quote
    assert flaws == []
    page.close()


def test_a_click_on_a_network_shows_the_sentence(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    picture = drawn("network")
    page, _ = shown(browser, picture, tmp_path, flaws)
    item = next(item for item in picture.items if item.part == "node" and item.quotes)
    place = page.evaluate(f"network.canvasToDOM(network.getPosition('{item.id}'))")
    stage = page.locator("#stage").bounding_box()
    page.mouse.click(stage["x"] + place["x"], stage["y"] + place["y"])
    page.wait_for_selector("#panel mark")
    assert page.inner_text("#panel h2") == item.name
    assert flaws == []
    page.close()


#: Keep what was written on a canvas since it was last cleared: words, letters in pixels, and the box of the words.
WATCH_LETTERS = """
window.written = [];
const {clearRect, fillText} = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.clearRect = function (...all) { window.written = []; clearRect.apply(this, all); };
CanvasRenderingContext2D.prototype.fillText = function (words, x, y, ...all) {
  const size = parseFloat(/([\\d.]+)px/.exec(this.font)[1]), wide = this.measureText(words).width;
  const left = x - (this.textAlign === "center" ? wide / 2 : 0);
  window.written.push({words, size, box: [left, y - size * 0.4, left + wide, y + size * 0.4]});
  fillText.call(this, words, x, y, ...all);
};"""


@pytest.mark.parametrize("size", [(1280, 900), (390, 780)])
def test_names_on_a_map_are_read_from_afar_and_lie_apart(
    browser: Any, tmp_path: Path, flaws: list[str], size: tuple[int, int]
) -> None:
    picture = drawn("network")
    page, _ = shown(
        browser, picture, tmp_path, flaws, init=WATCH_LETTERS, viewport={"width": size[0], "height": size[1]}
    )

    def written() -> list[str]:
        found = [one for one in page.evaluate("network.redraw(), written") if one["words"].strip()]
        assert all(one["size"] >= 14 for one in found)
        for one, two in combinations([one["box"] for one in found], 2):
            apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
            assert apart, (one, two)
        return [one["words"] for one in found]

    seen = written()
    assert picture.network is not None
    first = picture.network.dots[0]
    assert set(first.lines) <= set(seen)
    # On a telephone a part is shown that can be read.
    assert {band.text for band in picture.network.small} <= set(seen) if size[0] > 800 else len(seen) > 8
    assert len(seen) > len(picture.network.dots) / 2 or size[0] < 800
    # What is asked about is shown with what it is joined to, and nothing else is named.
    page.evaluate(f"document.querySelector('.ghosts [data-proof={first.id}]').click()")
    ends = {end for item in picture.items if first.id in (item.ends or ()) for end in item.ends or ()}
    near = {line for dot in picture.network.dots if dot.id in ends for line in (*dot.lines, *dot.about)}
    named = set(written()) - {band.text for band in picture.network.small}
    assert set(first.lines) <= named <= near
    assert flaws == []
    page.close()


def test_a_map_is_printed(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    page, _ = shown(browser, drawn("network"), tmp_path, flaws, color_scheme="dark")
    assert page.is_hidden("#stage img")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#stage img").bounding_box()["height"] > 300
    assert flaws == []
    page.close()


def test_a_map_of_5000_documents_is_drawn_in_three_seconds(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    picture = picture_of_rows("network", *large_network(5000), "Bản đồ", "", "vi")
    page, seconds = shown(browser, picture, tmp_path, flaws)
    assert page.evaluate("network.body.data.nodes.length") == 150
    more = page.evaluate(
        "new Promise(done => { const start = performance.now(); network.once('afterDrawing', () => setTimeout(() =>"
        " done(performance.now() - start))); document.getElementById('more').click(); })"
    )
    assert page.evaluate("network.body.data.nodes.length") == 5000
    # Whoever searches then is answered at once.
    asked = page.evaluate(
        "(() => { const start = performance.now(), {search} = window; search.value = '4999/KH';"
        " search.dispatchEvent(new Event('input')); network.redraw(); return performance.now() - start; })()"
    )
    page.press("#search", "Enter")
    assert page.inner_text("#panel h2") == "Kế hoạch số 4999/KH-UBND"
    print(f"150 of 5000: {seconds:.2f} s, all: {more / 1000:.2f} s, search: {asked / 1000:.2f} s")
    # Machines that test are slow and shared.
    assert seconds < 4 and more < 5_000 and asked < 1_500
    assert flaws == []
    page.close()


def large_chain(size: int) -> Picture:
    edges = sorted(
        {(f"n{one}", f"n{two}") for two in range(2, size + 1) for one in {max(1, two // 2), max(1, two // 3)}}
    )
    laid = arrange({f"n{at}": (330.0, 100.0) for at in range(1, size + 1)}, edges)
    quote = Quote("a.txt", 1, 9, "", "Căn cứ", "", 1, 1.0, "")
    items = [
        Item(f"e{at}", "edge", f"{ends}", arrow(laid.routes[ends].points, "legal_basis"), quotes=(quote,), ends=ends)
        for at, ends in enumerate(edges)
    ]
    for name, place in laid.places.items():
        box = Box(place.x, place.y, place.width, place.height)
        items.append(Item(name, "node", name, (box, Words(place.x + 60, place.y + 30, f"Kế hoạch số {name}"))))
    return Picture("chain", "Chuỗi", "", "vi", laid.width, laid.height, tuple(items), focus="n1")


def test_a_chain_of_150_documents_is_usable_in_a_second(browser: Any, tmp_path: Path, flaws: list[str]) -> None:
    page, seconds = shown(browser, large_chain(150), tmp_path, flaws)
    print(f"chain of 150: {seconds:.2f} s")
    assert seconds < 2
    page.click("#n1 text")
    assert page.is_visible("#panel")
    assert flaws == []
    page.close()
