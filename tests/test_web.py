"""Ask for every page of the web application as a browser does, and as somebody who means harm."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
import uvicorn
from icalendar import Calendar
from starlette.applications import Starlette

from cancu.api import load_files, source_text
from cancu.language import Refusal, say
from cancu.loaders.load import load_paths
from cancu.loaders.readers import SUFFIXES
from cancu.ontology.iris import source_iri
from cancu.queries.catalogue import questions
from cancu.queries.engine import ask
from cancu.queries.search import SearchIndex
from cancu.queries.store import Store
from cancu.queries.texts import Mark, read_force, read_marks
from cancu.viz.web import app as web_app
from cancu.viz.web import listening, upload
from cancu.viz.web.app import Doors, Settings, _cookie_of, make_app
from cancu.viz.web.calendar import calendar_of, last_day
from cancu.viz.web.frame import address_of, iri_of_path
from cancu.viz.web.marked import pieces_of, written
from tests.samples import EXAMPLES, plan, write

PLAN = "https://w3id.org/cancu/id/vn/uy-ban-nhan-dan-huyen-quy-hop/ke-hoach/2024/96_KH-UBND"
PROVINCE = "https://w3id.org/cancu/id/vn/uy-ban-nhan-dan-tinh-nghe-an/ke-hoach/2024/912_KH-UBND"
NOT_HELD = "https://w3id.org/cancu/id/vn/uy-ban-nhan-dan-tinh-nghe-an/quyet-dinh/2023/412_Q~D-UBND"
PART = f"{PLAN}#DA1.TDA2"
AGENCY = "https://w3id.org/cancu/id/agency/phong-nong-nghiep-va-phat-trien-nong-thon-huyen-quy-hop"
HTML = {"accept": "text/html"}
DOORS = Doors(source_text, load_files, SUFFIXES)
LIMIT = 300_000
#: A header is not made for such letters.
TOKEN = "mật mã; dài"


def bearing(kind: str, **more: str) -> httpx.Headers:
    """Give the header with which a program shows the token."""
    return httpx.Headers({"authorization": f"{kind} {TOKEN}", **more}, encoding="utf-8")


#: A text that wants to be markup, and whose characters are counted in several ways.
HOSTILE = (
    "ỦY BAN NHÂN DÂN\r\nHUYỆN <b>QUỲ</b> HỢP\r\nSố: 666/KH-UBND\r\n\r\nKẾ HOẠCH\r\n"
    'Thực hiện <img src=x onerror=alert(1)> "chương trình" \'&amp; <script>alert(2)</script> 𝒞𝓁 \U0001f600\r\n\r\n'
    "Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ </pre><script>alert(3)</script>;\r\n"
    "Chủ trì: Phòng <svg onload=alert(4)> Nông nghiệp; javascript:alert(5) \x07\x1b[31m\x0c \u2028 đồng\r\n"
    "Kinh phí: 500 triệu đồng.\r\n"
)
HOSTILE_NAME = "a'\"<img src=x onerror=alert(6)>&.txt"


@contextmanager
def serving(app: Starlette) -> Iterator[httpx.Client]:
    """Run the application on a free port, and give a client that asks as a browser does."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with httpx.Client(base_url=base, headers=HTML, trust_env=False, timeout=60) as client:
                client.app = app  # type: ignore[attr-defined]
                yield client
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a store with a plan, what it rests on, and a text that means harm."""
    place = tmp_path_factory.mktemp("web")
    texts = write(tmp_path_factory.mktemp("texts"), {HOSTILE_NAME: HOSTILE})
    names = ("ke-hoach-quy-hop-2024.txt", "ke-hoach-nghe-an-2024.txt", "quyet-dinh-1868-qd-ttg.txt")
    with Store.open(place, write=True) as store:
        report = load_paths([*(EXAMPLES / name for name in names), texts], store, workers=1)
        assert not report.refused
    return place


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with serving(make_app(folder, DOORS, Settings(upload_bytes=LIMIT, processes=1))) as client:
        yield client


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as store:
        yield store


def text_of(page: str, number: int = 0) -> str:
    """Give the text of a document as the page holds it."""
    inner = re.findall(r'<pre class="text"[^>]*>\n(.*?)</pre>', page, re.DOTALL)[number]
    return unescape(re.sub(r"<[^>]*>", "", inner))


class Elements(HTMLParser):
    """Read a page as a browser does: its elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(page: str) -> None:
    """Assert that nothing in a page runs, loads or leads to where it should not."""
    for tag, attributes in Elements(page).found:
        assert tag not in ("img", "svg", "b", "i", "object", "style")
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/")
        for name in ("href", "src", "action"):
            address = attributes.get(name)
            assert address is None or re.match(r"/(?!/)|#", address), address


def document(client: httpx.Client, store: Store, key: str) -> str:
    """Give the page of the document that a file holds."""
    answer = client.get(address_of(str(source_iri(key))))
    assert answer.status_code == 303, key
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    return page.text


# --- pages ------------------------------------------------------------------------------------------------------------

PAGES = {
    "/": "web.question",
    "/search": "search.narrow",
    "/search?q=quy+hop": "search.facet.type",
    "/questions": "questions.title",
    "/questions/basis": "web.ask",
    "/ask": "web.ask-label",
    "/audit": "faults.title",
    "/upload": "upload.title",
    "/sparql": "sparql.title",
    address_of(PLAN): "document.components",
    address_of(PART): "activity.who",
    address_of(AGENCY): "agency.duties",
    address_of(NOT_HELD): "document.cited-by",
    "/resource?iri=https://w3id.org/cancu/role/lead": "resource.says",
}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_speaks_the_language_of_its_reader(client: httpx.Client, address: str, lang: Any) -> None:
    answer = client.get(address, headers={"cookie": f"lang={lang}"})
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert say(PAGES[address], lang) in unescape(answer.text)
    other: Any = "en" if lang == "vi" else "vi"
    assert say("web.skip", other) not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert_harmless(answer.text)


def test_a_picture_leads_to_texts_where_it_is_served_and_is_drawn_once(client: httpx.Client) -> None:
    asked = {"thing": "96/KH-UBND"}
    served = client.get("/picture/chain.html", params=asked)
    policy = served.headers["content-security-policy"]
    assert policy.endswith("sandbox allow-scripts allow-top-navigation-by-user-activation")
    assert '"at": "/id/source/ke-hoach-quy-hop-2024.txt#c' in served.text
    taken = client.get("/picture/chain.html", params={**asked, "download": "1"})
    assert "/id/" not in taken.text and taken.headers["content-disposition"].startswith("attachment")
    again = client.get("/picture/chain.html", params=asked, headers={"if-none-match": served.headers["etag"]})
    assert (again.status_code, again.headers["content-security-policy"]) == (304, policy)


def test_ways_between_two_documents_are_drawn_and_told_hop_by_hop(client: httpx.Client) -> None:
    page = client.get("/chain", params={"from": "96/KH-UBND", "to": "1868/QĐ-TTg"}).text
    assert "/picture/chain.html?thing=96%2FKH-UBND&amp;lang=vi&amp;to=1868%2FQ%C4%90-TTg" in page
    drawn = client.get("/picture/chain.html", params={"thing": "96/KH-UBND", "to": "1868/QĐ-TTg"}).text
    assert "912/KH-UBND" in drawn and "1868/QĐ-TTg" in drawn
    # First the words of the lower plan, then those of the upper one.
    rows = re.findall(r'<tr class="proofs">(.*?)</tr>', page, re.DOTALL)
    (row,) = (row for row in rows if row.count('class="quote') == 2)
    assert re.findall(r'data-source="([^"]*)"', row) == ["ke-hoach-quy-hop-2024.txt", "ke-hoach-nghe-an-2024.txt"]
    # Where nothing leads there is no picture, but a reason.
    page = client.get("/chain", params={"from": "47/CT-TTg", "to": "57-NQ/TU"}).text
    assert "không bên nào dựa vào bên kia" in page and "<iframe" not in page


def test_the_language_is_chosen_once_and_kept(client: httpx.Client) -> None:
    page = client.get("/search?q=quy+hop&kind=document").text
    switch = unescape(re.findall(r'class="lang" href="([^"]+)"', page)[0])
    assert switch == "/search?q=quy+hop&kind=document&lang=en"
    part = unescape(re.findall(r'class="lang" href="([^"]+)"', client.get(address_of(PART)).text)[0])
    assert part == f"{address_of(PART)}?lang=en"
    answer = client.get(switch)
    assert answer.headers["set-cookie"].startswith("lang=en; Path=/; SameSite=Lax")
    assert client.get("/").text.startswith('<!DOCTYPE html>\n<html lang="en">')
    client.cookies.clear()
    assert client.get("/?lang=xx").text.startswith('<!DOCTYPE html>\n<html lang="vi">')


def test_the_first_page_names_what_is_held(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "Kế hoạch số 96/KH-UBND" in page
    assert f'href="{address_of(PLAN)}"' in page
    assert "<dd>4</dd>" in page


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["96/KH-UBND", "96", "ke hoach quy hop", "kế hoạch UBND huyện Quỳ Hợp", "KH quỳ hợp"])
def test_a_document_is_found_by_number_words_and_abbreviations(client: httpx.Client, words: str) -> None:
    page = client.get("/search", params={"q": words}).text
    assert f'href="{address_of(PLAN)}"' in page
    assert f'value="{words}"' in page


def test_facets_narrow_and_can_be_dropped(client: httpx.Client) -> None:
    page = client.get("/search?q=nuoc+sach&kind=document&held=yes").text
    held = re.findall(r'<p class="hit-label"><a href="([^"]+)"', page)
    assert address_of(PLAN) in held
    assert 'class="badge held"' in page
    assert 'class="badge">' + say("web.not-held") not in page
    assert "/search?q=nuoc+sach&amp;kind=document" in page or "/search?kind=document&amp;q=nuoc+sach" in page
    year = client.get("/search?year=2024&type=K%E1%BA%BF+ho%E1%BA%A1ch").text
    assert address_of(PLAN) in year
    assert address_of(AGENCY) not in year


def test_lists_have_pages_and_no_number_breaks_them(client: httpx.Client) -> None:
    first = client.get("/search").text
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second = client.get("/search?page=2").text
    assert 'rel="prev"' in second
    hits = [set(re.findall(r'<p class="hit-label"><a href="([^"]+)"', page)) for page in (first, second)]
    assert len(hits[0]) == 20
    assert not hits[0] & hits[1]
    for page in ("0", "-1", "x", "9" * 30, "1" * 5000, "99999", "²"):
        assert client.get("/search", params={"page": page}).status_code == 200
        assert client.get("/audit", params={"page": page}).status_code == 200


@pytest.mark.parametrize("words", ['"', "AND OR", "-(", "*", "\0", "a" * 300, "'; DROP TABLE entry; --", "%", "NEAR(a"])
def test_whatever_is_typed_is_only_words(client: httpx.Client, words: str) -> None:
    for page in ("/search", "/suggest", "/ask"):
        assert client.get(page, params={"q": words}).status_code == 200


def test_nothing_found_says_so_and_offers_to_ask(client: httpx.Client) -> None:
    page = client.get("/search?q=zzzz").text
    assert say("search.nothing") in page
    assert 'href="/ask?q=zzzz"' in page


def test_suggestions_come_as_json(client: httpx.Client) -> None:
    first = client.get("/suggest?q=96").json()[0]
    assert first["label"] == "Kế hoạch số 96/KH-UBND"
    assert first["written"] == "96/KH-UBND"
    assert first["address"] == address_of(PLAN)
    assert client.get("/suggest?q=phong+nong").json()[0]["address"].startswith("/id/agency/phong-nong")
    assert client.get("/suggest?q=%20").json() == []


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["ke-hoach-quy-hop-2024.txt", HOSTILE_NAME])
def test_a_page_holds_the_characters_of_its_source_one_for_one(client: httpx.Client, store: Store, key: str) -> None:
    page, text = document(client, store, key), source_text(store, key)
    assert text is not None
    assert text_of(page) == text
    spans = re.findall(r'<span class="m [^"]*" data-at="(\d+)-(\d+)"[^>]*>(.*?)</span>', page, re.DOTALL)
    assert len(spans) > 2
    assert all(unescape(words) == text[int(start) : int(end)] for start, end, words in spans)


def test_every_fact_leads_to_its_characters(client: httpx.Client, store: Store) -> None:
    page, text = document(client, store, "ke-hoach-quy-hop-2024.txt"), source_text(store, "ke-hoach-quy-hop-2024.txt")
    assert text is not None
    link = (
        r'<a class="quote(?: around)?" href="([^"]+)" data-at="(\d+)-(\d+)" data-source="ke-hoach-quy-hop-[^"]+">'
        r'\s*(?:…[^<]*)?<q lang="vi">(.*?)</q>'
    )
    links = re.findall(link, page, re.DOTALL)
    assert len(links) > 50
    for address, start, end, quote in links:
        assert address.endswith(f"#c{start}-{end}")
        words = unescape(quote).removesuffix("...")
        assert text[int(start) : int(end)].startswith(words.replace("\ufffd", "\r"))


def test_a_document_shows_relations_on_both_sides_components_and_signer(client: httpx.Client) -> None:
    page = client.get(address_of(PROVINCE)).text
    cites, cited_by = page.split(say("document.cited-by"))
    assert "Quyết định số 1868/QĐ-TTg" in cites
    assert "Kế hoạch số 96/KH-UBND" in cited_by
    own = unescape(client.get(address_of(PLAN)).text)
    assert "Ủy ban nhân dân huyện Quỳ Hợp" in own
    assert "05/04/2024" in own
    assert "Phòng Nông nghiệp và Phát triển nông thôn" in own
    assert "3.150 triệu đồng" in own
    assert f"/audit/findings?document={PLAN.replace(':', '%3A').replace('/', '%2F')}" in own


def test_a_document_says_which_text_ended_it_and_claims_no_force_itself(client: httpx.Client) -> None:
    page = client.get("/id/vn/thu-tuong-chinh-phu/quyet-dinh/2016/2966_Q~D-TTg").text
    said = say("document.force.replaced")
    changer = address_of("https://w3id.org/cancu/id/vn/thu-tuong-chinh-phu/quyet-dinh/2022/1868_Q~D-TTg")
    assert re.search(
        rf'{said} <a href="{re.escape(changer)}" lang="vi">Quyết định số 1868/QĐ-TTg</a>\s*<a class="quote', page
    )
    assert say("document.force.unknown") in client.get(address_of(PLAN)).text


def test_only_who_issued_a_document_amends_it(tmp_path: Path) -> None:
    amending = "Sửa đổi, bổ sung một số nội dung của %s."
    own = "Kế hoạch số 30/KH-UBND ngày 05/01/2024 của Ủy ban nhân dân tỉnh Bắc Giang"
    other = "Nghị định số 147/2022/NĐ-CP ngày 20/9/2022 của Chính phủ"
    write(tmp_path, {"a.txt": plan() + "\n".join(("", amending % own, amending % other))})
    with Store.in_memory() as store:
        load_paths([tmp_path], store)
        told = {str(row["x"]).strip("<>") for row in store.select("SELECT ?x { ?y eli:amends ?x }")}
        force = read_force(store)
        assert len(told) == 2 and told > force.keys()
        ((amended, states),) = force.items()
        assert amended.endswith("30_KH-UBND") and [state for state, _ in states] == ["amended"]
        assert read_force(store, amended) == force


def test_a_document_that_is_not_held_says_so_and_who_cites_it(client: httpx.Client) -> None:
    page = unescape(client.get(address_of(NOT_HELD)).text)
    assert say("web.not-held") in page
    assert "Kế hoạch số 96/KH-UBND" in page
    assert "<pre" not in page
    assert "data-load" not in page


def test_what_stands_at_a_place_is_told_in_words(client: httpx.Client, store: Store) -> None:
    key = "ke-hoach-quy-hop-2024.txt"
    source = str(source_iri(key))
    marks = [mark for mark in read_marks(store, source) if mark.kind == "citation"]
    answer = client.get("/at", params={"source": source, "start": marks[0].start, "end": marks[0].end})
    assert f'href="{address_of(PROVINCE)}"' in answer.text
    for mark in read_marks(store, source)[::7]:
        page = client.get("/at", params={"source": source, "start": mark.start, "end": mark.end}).text
        words = unescape(re.sub(r"<[^>]*>", " ", page))
        assert say(f"mark.{mark.kind}") in words
        assert not re.search(r"https?://|\bfalse\b|\btrue\b|as_of|lost-glyph", words), words
    assert say("mark.nothing") in client.get("/at", params={"source": source, "start": 10**7, "end": 10**7 + 1}).text
    for wrong in ({}, {"source": "x", "start": "1", "end": "2"}, {"source": source, "start": "a", "end": "2"}):
        assert client.get("/at", params=wrong).status_code == 400


def test_the_most_telling_mark_gives_its_colour() -> None:
    """A signature, a duty or a header in the words of a citation does not hide it; lost letters show."""
    marks = [Mark(0, 9, "duty", ()), Mark(2, 8, "citation", ()), Mark(3, 5, "header", ()), Mark(4, 6, "repair", ())]
    assert [piece.kinds for piece in pieces_of(9, marks)] == [
        ("duty",),
        ("citation", "duty"),
        ("citation", "duty", "header"),
        ("repair", "citation", "duty", "header"),
        ("repair", "citation", "duty"),
        ("citation", "duty"),
        ("duty",),
    ]


def test_what_a_page_cannot_hold_or_would_turn_around_is_shown_as_a_sign() -> None:
    assert written("a\0b\u202ec\r\n<", []) == "a\ufffdb\ufffdc&#13;\n&lt;"


# --- activities, agencies ---------------------------------------------------------------------------------------------


def test_an_activity_tells_who_does_what_and_on_what_it_rests(client: httpx.Client) -> None:
    page = unescape(client.get(address_of(PART)).text)
    lead = page.split('id="who"')[1].split('id="authority"')[0]
    assert "Phòng Nông nghiệp và Phát triển nông thôn" in lead
    assert 'class="quote"' in lead
    authority = page.split('id="authority"')[1]
    assert "64/2022/TT-BNNPTNT" in authority
    assert "Kế hoạch số 912/KH-UBND" in authority
    assert "3.150 triệu đồng" in page
    assert "31/10/2024" in page


def test_an_agency_has_duties_a_calendar_and_partners(client: httpx.Client, store: Store) -> None:
    page = unescape(client.get(address_of(AGENCY)).text)
    assert "Kế hoạch số 96/KH-UBND" in page
    assert say("agency.together", count=1).partition("1")[0] in page
    answer = client.get(address_of(AGENCY, ics="1"))
    assert answer.headers["content-type"].startswith("text/calendar")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    rows = ask(store, "deadlines", agency=AGENCY).rows
    days = sorted(day for row in rows if (day := last_day(row["deadline"].value)) is not None)
    assert days
    assert sorted(one.decoded("dtstart") for one in entries) == days
    assert all((one.decoded("dtend") - one.decoded("dtstart")).days == 1 for one in entries)
    assert len({str(one["uid"]) for one in entries}) == len(entries)
    assert "«" in str(entries[0]["description"])


def test_a_calendar_keeps_words_from_becoming_entries(store: Store) -> None:
    answer = ask(store, "deadlines")
    made = calendar_of(answer, "a\r\nBEGIN:VEVENT\r\nX:y;,", "vi")
    dated = [row for row in answer.rows if last_day(row["deadline"].value) is not None]
    assert len(Calendar.from_ical(made).walk("VEVENT")) == len(dated)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2024-10-31", date(2024, 10, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 31)),
        ("2024-Q4", date(2024, 12, 31)),
        ("2024", date(2024, 12, 31)),
        ("2024-13", None),
        ("2024-02-30", None),
        ("", None),
    ],
)
def test_a_deadline_ends_with_its_last_day(when: str, day: date | None) -> None:
    assert last_day(when) == day


# --- questions --------------------------------------------------------------------------------------------------------


def test_all_questions_have_a_form(client: httpx.Client) -> None:
    page = client.get("/questions").text
    for name, one in questions().items():
        assert f'href="/questions/{name}"' in page
        form = client.get(f"/questions/{name}")
        assert form.status_code == 200
        assert form.text.count("<label for=") >= len(one.parameters)


def test_an_answer_has_proofs_downloads_and_a_link(client: httpx.Client) -> None:
    page = client.get("/questions/basis", params={"document": "96/KH-UBND"}).text
    assert "Kế hoạch số 912/KH-UBND" in page
    assert 'class="quote"' in page
    for address in re.findall(r'href="(/api/questions/basis\.\w+\?[^"]+)"', page):
        answer = client.get(unescape(address))
        assert answer.status_code == 200
        assert answer.content
    link = re.findall(r'<a class="button" data-copied="[^"]+" href="(/questions/basis\?[^"]+)"', page)[0]
    assert "Kế hoạch số 912/KH-UBND" in client.get(unescape(link)).text


def test_a_refusal_stands_beside_the_form(client: httpx.Client) -> None:
    answer = client.get("/questions/basis", params={"document": "zz<i>9"})
    assert answer.status_code == 400
    assert say("ask.nothing-found", text="zz<i>9") in unescape(answer.text)
    assert "<i>9" not in answer.text
    assert 'id="p-document"' in answer.text
    assert client.get("/questions/khong-co").status_code == 404


def test_an_ambiguous_name_offers_each_candidate(client: httpx.Client) -> None:
    page = client.get("/questions/compare", params={"document": "96/KH-UBND", "other": "ke hoach"}).text
    links = [unescape(one) for one in re.findall(r'<li class="hit">.*? href="(/questions/compare\?[^"]+)"', page)]
    assert len(links) > 1
    # The one that was clear stays as it is.
    assert all("document=96%2FKH-UBND" in one and "other=https" in one for one in links)


def test_a_question_in_words_is_answered_with_what_was_understood(client: httpx.Client) -> None:
    page = unescape(client.get("/ask", params={"q": "ai chủ trì tiểu dự án 2 dự án 1 huyện Quỳ Hợp?"}).text)
    assert questions()["who"].wording["vi"] in page
    assert "Phòng Nông nghiệp và Phát triển nông thôn" in page
    assert "cancu ask" not in page
    nothing = unescape(client.get("/ask", params={"q": "xin chào <b>"}).text)
    assert say("ask.words.understood", sureness="x", wording="y").partition(" (")[0] not in nothing


def test_findings_come_by_document_and_can_be_narrowed(client: httpx.Client) -> None:
    piece = client.get("/audit/findings", params={"document": PLAN}).text
    total = int(re.findall(r'data-count="(\d+)"', piece)[0])
    counts = {name: int(re.findall(rf'data-{name}="(\d+)"', piece)[0]) for name in ("error", "warning", "note")}
    assert total == sum(counts.values()) == piece.count('<li class="finding">') > 0
    whole = client.get("/audit", params={"document": PLAN}).text
    assert whole.count('<li class="finding">') == total
    for name, count in counts.items():
        narrowed = client.get("/audit", params={"document": PLAN, "severity": name}).text
        assert narrowed.count('<li class="finding">') == count
        assert narrowed.count('<option value="' + name + '" selected') == 1
    overview = client.get("/audit").text
    # What was found already is there, the rest is fetched.
    assert overview.count("data-load=") == 3
    assert overview.count('<li class="finding">') == total
    for wrong in ("x", "http://a b", "https://w3id.org/cancu/id/vn/khong"):
        assert client.get("/audit", params={"document": wrong}).status_code == 404


def test_the_editor_offers_queries_and_prefixes(client: httpx.Client) -> None:
    page = unescape(client.get("/sparql").text)
    assert "cancu:ledBy" in page
    assert "#+ id" not in page
    assert "PREFIX cancu: <https://w3id.org/cancu/ns#>" in page
    assert questions()["leads"].query in unescape(client.get("/sparql?example=leads").text)
    own = "SELECT * { </textarea><script> ?p ?o }"
    answer = client.get("/sparql", params={"query": own}, headers={"accept": "text/html"})
    assert "<script>" not in answer.text
    assert client.get("/vis-network.js").headers["content-type"].startswith("text/javascript")


# --- uploads ----------------------------------------------------------------------------------------------------------


def waited(client: httpx.Client, address: str) -> dict[str, Any]:
    """Wait until a load is over."""
    for _ in range(200):
        state: dict[str, Any] = client.get(address, headers={"accept": "application/json"}).json()
        if state["ended"]:
            return state
        time.sleep(0.05)
    raise AssertionError("the load does not end")


def test_files_are_read_found_at_once_and_refused_with_a_reason(client: httpx.Client) -> None:
    good = (EXAMPLES / "ke-hoach-chuyen-doi-so-quy-hop-2024.md").read_bytes()
    sent = [
        ("files", ("../../x<b>.md", good)),
        ("files", ("ă" * 150 + ".md", good.replace(b"112/KH", b"113/KH"))),
        ("files", ("hỏng.pdf", b"%PDF-1.4\nnothing")),
    ]
    assert "Kế hoạch số 112/KH-UBND" not in client.get("/search?q=112%2FKH-UBND&held=yes").text
    answer = client.post("/upload", files=sent, headers={"origin": str(client.base_url).rstrip("/")})
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert waited(client, address)["refusal"] is None
    page = client.get(address).text
    assert "x&lt;b&gt;.md" in page
    assert ".." not in re.sub(r"\.\.\.|…", "", re.findall(r"<tbody>.*</tbody>", page, re.DOTALL)[0])
    assert "hỏng.pdf: " in page
    assert "severity-error" in page
    assert "Kế hoạch số 112/KH-UBND" in client.get("/search?q=112%2FKH-UBND&held=yes").text
    assert client.get("/upload/khong-co").status_code == 404


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ([("a.exe", b"MZ")], "upload.kind"),
        ([("a", b"x")], "upload.kind"),
        ([("a.txt.sh", b"x")], "upload.kind"),
        ([("a.txt", b"x"), ("thư mục/A.txt", b"y")], "upload.twice"),
        ([("a.txt", b"x" * (LIMIT + 1))], "upload.too-large"),
        ([("a.txt", b"x" * (LIMIT // 2)), ("b.txt", b"x" * (LIMIT // 2 + 1))], "upload.too-large"),
        ([], "upload.nothing"),
    ],
)
def test_what_is_not_taken_is_said(client: httpx.Client, sent: list[tuple[str, bytes]], key: str) -> None:
    files = [("files", one) for one in sent]
    answer = client.post("/upload", files=files) if files else client.post("/upload")
    assert answer.status_code in (400, 413)
    known = {"name": sent[-1][0].rpartition("/")[2] if sent else "", "known": ", ".join(SUFFIXES)}
    assert say(key, **known, most=LIMIT // 1_000_000) in unescape(answer.text)


def test_a_sender_that_does_not_say_how_much_comes_is_stopped(client: httpx.Client) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(200):
            taken += 1
            yield b"x" * 100_000

    answer = client.post("/upload", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code in (400, 413)
    assert say("upload.too-large", most=0) in unescape(answer.text)


def test_a_body_that_is_no_form_is_refused(client: httpx.Client) -> None:
    answer = client.post("/upload", content=b"x", headers={"content-type": "multipart/form-data; boundary=y"})
    assert answer.status_code == 400
    assert say("serve.status.400") in answer.text


def test_a_load_waits_for_another_program_and_others_only_so_long(
    folder: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    file = write(tmp_path, {"a.txt": "x"})
    told: list[Any] = []
    tries = iter([Refusal("store.locked", store="kho"), Refusal("store.locked", store="kho"), None])

    def load(store: Path, files: Any, progress: Any) -> dict[str, Any]:
        progress(0, 1, files[0])
        if (refusal := next(tries)) is not None:
            raise refusal
        return {"loaded": []}

    monkeypatch.setattr(upload, "_A_MOMENT", 0.0)
    monkeypatch.setattr(upload, "limit_memory", told.append)
    work = upload.Work(folder, tmp_path, [file / "a.txt"], load, 7)
    upload._read(SimpleNamespace(send=told.append, close=lambda: None), work)  # type: ignore[arg-type]
    assert told[0] == 7
    assert told.count(("progress", 0, 0, "")) == 2
    assert told[-1] == ("report", {"loaded": []})
    assert work.patience == pytest.approx(60, abs=1)


def test_only_so_many_loads_wait_and_only_what_has_ended_is_forgotten(client: httpx.Client, monkeypatch: Any) -> None:
    async def done(*work: Any) -> None:
        pass

    jobs = {str(number): upload.Job((), refusal=("upload.died", {})) for number in range(60)}
    jobs |= {f"x{number}": upload.Job(()) for number in range(5)}
    monkeypatch.setattr(client.app.state, "jobs", jobs, raising=False)  # type: ignore[attr-defined]
    answer = client.post("/upload", files={"files": ("a.txt", b"x")})
    assert answer.status_code == 503
    assert say("upload.busy") in answer.text
    del jobs["x0"]
    monkeypatch.setattr(upload, "_work", done)
    assert client.post("/upload", files={"files": ("a.txt", b"x")}).status_code == 303
    assert len(jobs) == 50
    assert {"x1", "x2", "x3", "x4"} < set(jobs)


# --- harm -------------------------------------------------------------------------------------------------------------


def test_words_of_a_text_are_never_markup(client: httpx.Client, store: Store) -> None:
    page = document(client, store, HOSTILE_NAME)
    pages = [page, client.get("/").text, client.get("/search?q=666").text, client.get("/audit").text]
    for address in ("/questions/basis?document=666%2FKH-UBND", "/ask?q=<img src=x onerror=a>", "/search?q=<b>\"'>"):
        pages.append(client.get(address).text)
    pages += [client.get("/questions/%3Cimg%20src=x%3E").text, client.get("/id/%3Cscript%3E").text]
    for link in dict.fromkeys(re.findall(r'href="(/id/[^"#]+)"', page)):
        # The switch of the language would be kept.
        if "lang=" not in link:
            pages.append(client.get(unescape(link)).text)
    assert len(pages) > 8
    for one in pages:
        assert_harmless(one)
        assert one.count("</pre>") <= 1


def test_a_foreign_host_and_a_foreign_page_are_refused(client: httpx.Client) -> None:
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "testserver"):
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 403, host
        assert "content-security-policy" in answer.headers
    for host in ("localhost:8000", "127.0.0.1", "[::1]:9"):
        assert client.get("/upload", headers={"host": host}).status_code == 200
    for origin in ("http://evil.example", "null", "http://localhost:1", "https://localhost.evil.example", "http://[x]"):
        answer = client.post("/upload", files={"files": ("a.txt", b"x")}, headers={"origin": origin})
        assert answer.status_code == 403, origin


@pytest.mark.parametrize(("method", "address", "mode", "dest", "status"), [
    ("GET", "/questions", "navigate", "document", 200),  # a link that was followed
    ("GET", "/static/style.css", "no-cors", "style", 200),  # of the page in the frame of a picture
    ("GET", "/questions", "navigate", "iframe", 403),
    ("GET", "/sparql?query=ASK%7B%7D", "cors", "empty", 403),
    ("GET", "/picture/network.png", "no-cors", "image", 403),
    ("POST", "/sparql", "no-cors", "empty", 403),
    ("POST", "/upload", "navigate", "document", 403),
])  # fmt: skip
def test_a_page_of_another_site_makes_us_work_only_where_a_reader_follows_a_link(
    client: httpx.Client, method: str, address: str, mode: str, dest: str, status: int
) -> None:
    told = {"sec-fetch-mode": mode, "sec-fetch-dest": dest}
    for site in ("cross-site", "same-site"):
        assert client.request(method, address, headers={"sec-fetch-site": site, **told}).status_code == status
    if status == 403:
        assert client.request(method, address, headers={"sec-fetch-site": "same-origin", **told}).status_code != 403


def test_who_sends_nothing_more_is_left(client: httpx.Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(web_app, "_PATIENCE", (0.2, 60.0))
    address = (str(client.base_url.host), client.base_url.port or 0)
    with socket.create_connection(address, timeout=5) as slow:
        head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        slow.sendall(f"{head}Content-Length: 99\r\n\r\nASK".encode())
        assert slow.recv(99).startswith(b"HTTP/1.1 408 ")
    monkeypatch.setattr(listening, "_SECONDS", 0.2)
    made = listening.server_of(client.app)  # type: ignore[attr-defined]
    made.config.load()

    async def idle() -> bytes:
        loop = asyncio.get_running_loop()
        protocol: Any = made.config.http_protocol_class
        server = await loop.create_server(
            lambda: protocol(config=made.config, server_state=made.server_state, app_state={}), "127.0.0.1", 0
        )
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: ")
            try:
                return await asyncio.wait_for(reader.read(), 5)
            finally:
                writer.close()

    with suppress(ConnectionResetError):
        assert asyncio.run(idle()) == b""


def test_where_others_come_in_a_token_is_needed_to_a_store_that_is_empty_too(tmp_path: Path) -> None:
    for token, key in ((None, "serve.token"), ("ngắn", "serve.token-short")):
        with pytest.raises(Refusal) as refused:
            make_app(tmp_path, DOORS, Settings(host="0.0.0.0", token=token))
        assert refused.value.key == key
    with Store.open(tmp_path / "kho", write=True):
        pass
    settings = Settings(host="0.0.0.0", token=TOKEN, processes=1, cors=("https://yasgui.example",))
    app = make_app(tmp_path / "kho", DOORS, settings)
    with serving(app) as client:
        for wrong in (
            {},
            {"authorization": "Bearer sai"},
            bearing("Basic"),
            {"cookie": f"{_cookie_of(TOKEN)}={quote_plus(TOKEN)}"},
        ):
            assert client.get("/questions", headers=wrong).status_code == 401
        assert client.get("/questions?token=sai").status_code == 401
        # Programs send it in a header, browsers once in the address.
        assert client.get("/questions", headers=bearing("bearer")).status_code == 200
        assert client.get("/static/style.css").status_code == 200
        answer = client.get("/questions", params={"token": TOKEN, "lang": "en"})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/questions?lang=en"
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("cancu_"))
        assert quote_plus(TOKEN) not in cookie
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()
        assert client.get("/questions", headers={"host": "cancu.example"}).status_code == 200
        evil = client.get(f"{client.base_url}//evil.example/".replace("/" * 3, "//"), params={"token": TOKEN})
        assert evil.headers["location"] == "/evil.example/"
        for host in ("a b", "[::1", "x/y"):
            assert client.get("/sparql", headers={"host": host}).status_code == 403
        other = {"origin": "https://yasgui.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
        read = client.get("/sparql?query=ASK%7B%7D", headers=bearing("bearer", accept="*/*", **other))
        assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, "https://yasgui.example")
        assert client.get("/questions", headers=bearing("bearer", **other)).status_code == 403
        # The store is empty.
        for address, sentence in (
            ("/", "web.nothing-held"),
            ("/audit", "web.nothing-held"),
            ("/search?q=a", "search.nothing"),
        ):
            page = client.get(address, headers={"cookie": f"lang=vi; {cookie.partition(';')[0]}"})
            assert page.status_code == 200
            assert say(sentence) in page.text


def test_files_of_the_program_are_given_and_no_others(client: httpx.Client) -> None:
    for name in ("style.css", "page.js", "text.js", "upload.js", "sparql.js", "icon.svg"):
        assert client.get(f"/static/{name}").status_code == 200
    for name in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "", "khong.css"):
        assert client.get(f"/static/{name}").status_code == 404


def test_what_is_not_there_or_goes_wrong_is_said_in_a_sentence(client: httpx.Client, monkeypatch: Any) -> None:
    for address in ("/khong-co", "/id/khong", "/id/", "/id/a%20b", "/resource", "/resource?iri=x y"):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert say("serve.status.404") in answer.text
    assert client.get("/khong-co", headers={"accept": "application/json"}).text == say("serve.status.404") + "\n"
    assert say("serve.status.405") in client.post("/search").text

    async def broken(request: Any) -> None:
        raise ValueError("<b>secret</b>")

    monkeypatch.setattr(client.app.state.searching, "at_hand", broken)  # type: ignore[attr-defined]
    answer = client.get("/search")
    assert answer.status_code == 500
    assert say("serve.status.500") in answer.text
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def test_addresses_and_resources_are_read_back() -> None:
    for iri in (PLAN, PART, "https://w3id.org/cancu/id/source/a%23b#c1-2-annex", "https://w3id.org/cancu/id/x%2Fy"):
        assert iri_of_path(address_of(iri)) == iri


# --- the index --------------------------------------------------------------------------------------------------------


def test_an_index_is_written_for_each_load_and_old_ones_go(client: httpx.Client, folder: Path) -> None:
    client.get("/search")
    files = list((folder / "search").glob("*.sqlite"))
    assert len(files) == 1
    assert SearchIndex.is_index(files[0])
