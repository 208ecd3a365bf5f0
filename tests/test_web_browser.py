"""Use the web application as people do, in a real browser: read, point, click, type, upload.

Every page that is opened here is also watched: no error on its console, no request to another host.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest
import uvicorn

from cancu.api import load_files, source_text
from cancu.language import say
from cancu.loaders.load import load_paths
from cancu.loaders.readers import SUFFIXES
from cancu.ontology.iris import source_iri
from cancu.queries.store import Store
from cancu.queries.texts import read_marks
from cancu.viz.web.app import Doors, Settings, make_app
from cancu.viz.web.frame import address_of, place_of
from tests.samples import EXAMPLES

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

if not CHROMIUM.exists() and os.environ.get("CI") != "true":
    pytest.skip("there is no browser", allow_module_level=True)

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

PLAN = "https://w3id.org/cancu/id/vn/uy-ban-nhan-dan-huyen-quy-hop/ke-hoach/2024/96_KH-UBND"
KEY = "ke-hoach-quy-hop-2024.txt"
AGENCY = "https://w3id.org/cancu/id/agency/trung-tam-y-te-huyen-quy-hop"
REPORTER = "https://w3id.org/cancu/id/agency/phong-nong-nghiep-va-phat-trien-nong-thon-huyen-quy-hop"
PICTURES = ("chain", "matrix", "money", "cascade", "timeline", "network", "lines", "map")
PAGES = {
    "home": "/",
    "search": "/search?q=quy+hop",
    "document": address_of(PLAN),
    "not held": "/id/vn/uy-ban-nhan-dan-tinh-nghe-an/quyet-dinh/2023/412_Q~D-UBND",
    "activity": address_of(f"{PLAN}#DA3.TDA1"),
    "agency": address_of(AGENCY),
    "chain": f"/chain?{urlencode({'from': PLAN})}",
    "matrix": "/matrix?document=96%2FKH-UBND",
    "money": "/money?document=96%2FKH-UBND",
    "cascade": "/cascade?document=96%2FKH-UBND",
    "timeline": "/timeline?document=1868%2FQ%C4%90-TTg",
    "network": f"/network?{urlencode({'agency': AGENCY})}",
    "lines": "/lines?document=96%2FKH-UBND",
    "map": "/map",
    "questions": "/questions",
    "question": "/questions/basis?document=96%2FKH-UBND",
    "words": "/ask?q=ai+chu+tri+tieu+du+an+1+du+an+3+huyen+quy+hop",
    "audit": "/audit",
    "upload": "/upload",
    "sparql": "/sparql",
    "resource": "/resource?iri=https://w3id.org/cancu/role/lead",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("browser")
    names = (KEY, "ke-hoach-nghe-an-2024.txt", "quyet-dinh-1868-qd-ttg.txt")
    with Store.open(place, write=True) as store:
        assert not load_paths([EXAMPLES / name for name in names], store, workers=1).refused
    return place


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    """Run the application on a free port."""
    app = make_app(folder, Doors(source_text, load_files, SUFFIXES), Settings())
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(slots=True)
class Tab:
    """Hold a page and what went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def tab(browser: Browser, base: str) -> Iterator[Tab]:
    """Open one tab, for to open one takes time, and watch it."""
    context = browser.new_context(base_url=base, permissions=["clipboard-read", "clipboard-write"])
    tab = Tab(context.new_page())
    wrong = tab.wrong
    tab.page.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    tab.page.on("pageerror", lambda error: wrong.append(str(error)))
    own = (base, "data:", "about:")
    tab.page.on("request", lambda one: None if one.url.startswith(own) else wrong.append(one.url))
    tab.page.set_default_timeout(15_000)
    yield tab
    context.close()


@pytest.fixture
def page(tab: Tab) -> Iterator[Page]:
    """Give the page as wide as on a desk; nothing may go wrong on it."""
    tab.wrong.clear()
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    yield tab.page
    assert tab.wrong == []


def marked(page: Page) -> str:
    """Give the words that are marked in the text, once they are."""
    page.wait_for_selector("mark.here")
    return "".join(page.locator("mark.here").all_text_contents())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_wide_and_narrow_and_is_reached_by_keys(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    expect(page.locator("h1").first).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        assert (ink < paper) == (scheme == "light")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_suggestions_are_chosen_with_keys(page: Page) -> None:
    page.goto("/")
    box = page.locator("#q")
    box.press_sequentially("quy hop")
    first = page.locator("#suggestions li").first
    expect(first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    box.fill("96")
    expect(first).to_contain_text("96/KH-UBND")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(lambda url: unquote(urlsplit(url).path) == unquote(address_of(PLAN)))


def test_the_boxes_of_a_question_suggest_too(page: Page) -> None:
    page.goto("/questions/basis")
    box = page.locator("#p-document")
    box.press_sequentially("96")
    page.locator("#p-document-suggestions li").first.click()
    expect(box).to_have_value("96/KH-UBND")
    page.locator("form.form button").click()
    expect(page.locator("table.answer")).to_contain_text("912/KH-UBND")


def test_who_leads_a_sub_project_is_three_clicks_away_with_the_sentence(page: Page, folder: Path) -> None:
    page.goto("/")
    # 1: the plan. 2: the sub-project in it. 3: the sentence that says who leads.
    page.get_by_role("link", name="Kế hoạch số 96/KH-UBND", exact=True).click()
    page.locator("#part-DA3\\.TDA1 h3 a").click()
    who = page.locator("#who")
    expect(who).to_contain_text("Trung tâm Y tế huyện Quỳ Hợp")
    quote = who.locator("li", has_text="Trung tâm Y tế huyện Quỳ Hợp").first.locator("a.quote").first
    start, end = map(int, (quote.get_attribute("data-at") or "").split("-"))
    quote.click()
    words = marked(page)
    with Store.open(folder) as store:
        text = source_text(store, KEY)
    assert text is not None
    assert words == text[start:end]
    expect(page.locator("mark.here").first).to_be_in_viewport()


def test_on_a_telephone_the_list_of_projects_leads_to_who_leads_one(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    page.get_by_role("link", name="Kế hoạch số 96/KH-UBND", exact=True).click()
    page.locator(".index a[href='#part-DA3.TDA1']").click()
    card = page.locator("#part-DA3\\.TDA1")
    expect(card).to_be_in_viewport()
    card.locator(".duties a.quote").first.click()
    assert marked(page)
    expect(page.locator("mark.here").first).to_be_in_viewport()


@pytest.mark.parametrize("name", PICTURES)
def test_an_item_of_a_picture_shows_its_sentence(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    frame = page.frame_locator("iframe.picture")
    facts = json.loads(frame.locator("#facts").text_content() or "")
    told = {id: item["quotes"][0]["quote"] for id, item in facts["items"].items() if item["quotes"]}
    # By a key in the picture, by a click in what says the same in words.
    ids = "all => all.map(one => one.dataset.proof)"
    first = next(id for id in frame.locator("#stage [data-proof]").evaluate_all(ids) if id in told)
    item, sentence = frame.locator(f"#stage [data-proof='{first}']"), frame.locator("#panel mark").first
    item.focus()
    item.press("Enter")
    expect(sentence).to_have_text(told[first])
    frame.locator("#panel h2").press("Escape")
    expect(sentence).to_be_hidden()
    frame.locator("#texts summary").click()
    frame.locator(f"#texts [data-proof='{first}']").click()
    expect(sentence).to_have_text(told[first])


def test_a_sentence_in_a_picture_leads_to_its_characters_and_a_box_to_its_page(page: Page) -> None:
    page.goto(PAGES["chain"])
    for picture in (page.frame_locator("iframe.picture"), page):
        picture.locator("#stage [data-proof=n2]").press("Enter")
        told = picture.locator("#panel mark").first.text_content() or ""
        picture.locator("#panel blockquote a").first.click()
        assert " ".join(marked(page).split()) == told
        page.goto(f"/picture/chain.html?{urlencode({'thing': PLAN})}")
    page.locator("#stage [data-proof=n1]").press("Enter")
    page.locator("#panel > a").click()
    page.wait_for_url(f"**{address_of(PLAN)}")


def test_what_an_agency_has_to_report_is_taken_along_as_a_calendar(page: Page) -> None:
    page.goto(address_of(REPORTER))
    expect(page.locator("#calendar h3").first).to_have_text(say("agency.month", month="11", year=2024))
    with page.expect_download() as taken:
        page.locator("#calendar a.button").click()
    words = taken.value.path().read_text(encoding="utf-8")
    assert taken.value.suggested_filename.endswith(".ics")
    assert words.count("BEGIN:VEVENT") >= 1
    # Who has no dated report has nothing to take along.
    page.goto(PAGES["agency"])
    expect(page.locator("#calendar a.button")).to_have_count(0)


def test_an_answer_is_taken_along_and_its_link_reproduces_it(page: Page) -> None:
    page.goto(PAGES["question"])
    rows = page.locator("table.answer").inner_text()
    for form, beginning in (("XLSX", b"PK"), ("CSV", b"\xef\xbb\xbf"), ("JSON", b"{")):
        with page.expect_download() as taken:
            page.get_by_role("link", name=form, exact=True).click()
        assert taken.value.suggested_filename.endswith(f".{form.lower()}")
        assert taken.value.path().read_bytes().startswith(beginning)
    page.locator("a[data-copied]").click()
    expect(page.get_by_text(say("answer.copied"))).to_be_visible()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    assert page.locator("table.answer").inner_text() == rows


def test_a_box_names_what_was_chosen_and_asks_about_that_very_thing(page: Page) -> None:
    page.goto("/questions/who")
    box = page.locator("#p-activity")
    # The list changes with each letter.
    with page.expect_response(lambda one: one.url.partition("&")[0].endswith("hop")):
        box.press_sequentially("tieu du an 1 quy hop")
    # Many activities are called so; only such things are suggested, and the chosen one is meant.
    first = page.locator("#p-activity-suggestions li").first
    expect(first).to_contain_text("Tiểu dự án 1")
    first.click()
    chosen = box.input_value()
    assert chosen.startswith("Tiểu dự án 1")
    page.locator("form.form button").click()
    expect(page.locator("table.answer")).to_be_visible()
    expect(box).to_have_value(chosen)
    # Whoever types something else asks about that.
    box.fill("Tiểu dự án")
    page.locator("form.form button").click()
    expect(page.locator(".hit").nth(1)).to_be_visible()
    expect(box).to_have_value("Tiểu dự án")


def test_letters_grow_and_stay_large(page: Page) -> None:
    page.goto("/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    page.locator("#size").click()
    page.goto("/questions")
    assert page.evaluate(size) == pytest.approx(before * 1.25)
    page.locator("#size").click()
    page.locator("#size").click()
    assert page.evaluate(size) == before


def test_a_document_is_printed_with_its_whole_text_and_without_controls(page: Page) -> None:
    page.goto(PAGES["document"])
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".top, .legend, .tabs").filter(visible=True)).to_have_count(0)
    assert page.evaluate(
        "document.querySelector('.texts').scrollHeight <= document.querySelector('.texts').clientHeight"
    )
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen", color_scheme="light")


def test_a_fact_marks_its_characters_and_back_leads_to_it(page: Page) -> None:
    page.goto(PAGES["document"])
    for at in (0, 7, 15):
        quote = page.locator(".about a.quote:visible").nth(at)
        quote.click()
        said = quote.locator("q").inner_text().strip('«»"“” ').removesuffix("...")
        assert " ".join(marked(page).split()).startswith(" ".join(said.split()))
        expect(page.locator("mark.here").first).to_be_in_viewport()
    page.go_back()
    page.go_back()
    assert urlsplit(page.url).path == unquote(address_of(PLAN))


def test_a_link_from_elsewhere_lands_and_marks(page: Page, folder: Path) -> None:
    with Store.open(folder) as store:
        text, marks = source_text(store, KEY), read_marks(store, str(source_iri(KEY)))
    assert text is not None
    mark = marks[len(marks) // 2]
    page.goto(place_of(KEY, mark.start, mark.end))
    assert marked(page) == text[mark.start : mark.end]
    # The text of the page, counted as a program counts, is that of the source.
    shown = page.evaluate("document.querySelector('pre.text').textContent")
    assert shown == text
    first = marks[3]
    page.evaluate(f"location.hash = 'c{first.start}-{first.end}'")
    expect(page.locator("mark.here").first).to_have_attribute("tabindex", "-1")
    words = "[...document.querySelectorAll('mark.here')].map(one => one.textContent).join('')"
    page.wait_for_function(f"expected => {words} === expected", arg=text[first.start : first.end])


def test_a_mention_opens_what_it_is_and_escape_closes(page: Page) -> None:
    page.goto(PAGES["document"])
    mention = page.locator("pre.text .m.citation").first
    mention.click()
    dialog = page.locator("dialog#proof")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link").first).to_contain_text("912/KH-UBND")
    assert "http" not in dialog.inner_text()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    mention.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button").click()
    expect(dialog).to_be_hidden()
    mention.click()
    dialog.get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("912/KH-UBND")


def test_kinds_of_marks_can_be_hidden(page: Page) -> None:
    page.goto(PAGES["document"])
    mention = page.locator("pre.text .m.citation").first
    colour = "one => getComputedStyle(one).backgroundColor"
    before = mention.evaluate(colour)
    page.locator('.legend input[data-kind="citation"]').uncheck()
    assert mention.evaluate(colour) != before
    page.locator('.legend input[data-kind="citation"]').check()
    assert mention.evaluate(colour) == before


def test_findings_arrive_after_the_page(page: Page) -> None:
    page.goto(PAGES["document"])
    page.wait_for_selector("#findings-list .finding")
    shown = page.locator("#findings-list .finding").count()
    expect(page.locator("[data-count-of]").first).to_have_text(f"({shown})")
    page.goto("/audit")
    expect(page.locator("#counts")).to_be_visible()
    assert str(page.locator(".audited").count()) in page.locator("#counts").inner_text()
    assert "#" not in page.locator("#counts").inner_text()


def test_files_are_dropped_in_watched_and_found(page: Page) -> None:
    page.goto("/upload")
    page.locator("#files").set_input_files(EXAMPLES / "ke-hoach-chuyen-doi-so-quy-hop-2024.md")
    page.locator("#drop button").click()
    page.wait_for_url("**/upload/*")
    page.get_by_role("heading", name=say("upload.found")).wait_for(timeout=20_000)
    page.locator("#job tbody a").click()
    expect(page.locator("h1")).to_contain_text("112/KH-UBND")


def test_a_query_is_run_shown_as_table_and_as_graph(page: Page) -> None:
    page.goto("/sparql?example=short-bases")
    page.locator("#query").press("Control+Enter")
    table = page.locator("#result table")
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() > 3
    page.get_by_role("button", name=say("sparql.as-graph")).click()
    expect(page.locator("#result .drawn canvas")).to_be_visible()
    page.get_by_role("button", name=say("sparql.as-table")).click()
    expect(table).to_be_visible()
    page.locator("#query").fill("ASK { ?x ?y ?z }")
    page.locator("#run").click()
    expect(page.locator("#told")).to_have_text(say("value.held.true"))
    table.wait_for(state="detached")


@pytest.mark.parametrize(("query", "shown"), [
    ('CONSTRUCT { _:a <urn:p> "tab\\t q\\" \\\\ \\u0001 <b>" } {}', 'tab\t q" \\ \x01 <b>'),
    ('SELECT (<<( <urn:a> <urn:b> "c" )>> AS ?t) {}', '<<( <urn:a> <urn:b> "c" )>>'),
    ("SELECT * { VALUES ?a { <javascript:alert(1)> } }", "javascript:alert(1)"),
])  # fmt: skip
def test_whatever_a_query_gives_is_shown_and_only_shown(page: Page, query: str, shown: str) -> None:
    page.goto("/sparql")
    page.locator("#query").fill(query)
    page.locator("#run").click()
    page.get_by_role("button", name=say("sparql.as-table")).click()
    assert page.locator("#result td").last.text_content() == shown
    assert page.locator("#result b").count() == 0
    links = page.locator("#result td a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert all(link.startswith("/resource?iri=") for link in links)


def test_the_language_is_switched_on_the_page_itself(page: Page) -> None:
    page.goto(PAGES["activity"])
    page.locator("a.lang").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_contain_text("Tiểu dự án 1")
    page.locator("a.lang").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
