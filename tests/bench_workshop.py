"""Ask ``cancu serve`` for its pages as a browser does, over a store that knows 100,000 documents.

Milliseconds are those that pass from the request to the last byte of the answer, on one connection. The store is made
by loading texts: each cites so many documents that no other one cites; one is a plan of a hundred pages.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx

from cancu.loaders.load import load_paths
from cancu.ontology.iris import PREFIXES, source_iri
from cancu.queries.access import text_of
from cancu.queries.store import Store
from cancu.viz.web.frame import address_of
from tests.samples import EXAMPLES, corpus, plan, write

#: The documents that the store knows of, and how many each text cites.
DOCUMENTS: Final = 100_000
CITED: Final = 200
#: The characters of a text of a hundred pages.
LONG: Final = 300_000
#: How often each page is asked for.
TIMES: Final = 15
#: The milliseconds that each may take, in the middle; what was not asked for since the start takes longer.
AT_MOST: Final = {"first page": 300.0, "suggestions": 100.0, "document of 100 pages": 1000.0}
#: What somebody types, letter by letter.
TYPED: Final = ("quy hop", "trung tâm y tế", "1868/QĐ-TTg", "UBND tỉnh", "kế hoạch số 96", "phong nong nghiep", "2023")
SEARCHED: Final = ("kế hoạch", "UBND", "quyết định 12", "quy hop", "trung tam y te", "nghị quyết hội đồng nhân dân")

PROVINCES: Final = (
    "Bắc Giang", "Nghệ An", "Tuyên Quang", "Lào Cai", "Hà Giang", "Điện Biên", "Quảng Nam", "Kon Tum", "Sóc Trăng",
)  # fmt: skip
_LONG_NAME: Final = "ke-hoach-dai.txt"
_KINDS: Final = (("Quyết định", "QĐ"), ("Kế hoạch", "KH"), ("Báo cáo", "BC"), ("Tờ trình", "TTr"), ("Công văn", ""))


def texts_of(documents: int) -> Iterator[tuple[str, str]]:
    """Give names and texts of plans of provinces that cite so many documents, each once."""
    for at in range(-(-documents // CITED)):
        province, bases = PROVINCES[at % len(PROVINCES)], []
        for one in range(min(CITED, documents - at * CITED)):
            (kind, code), year = _KINDS[one % len(_KINDS)], 2016 + one % 8
            number = f"{at * CITED + one + 100}/{code and f'{code}-'}UBND"
            bases.append(f"{kind} số {number} ngày {one % 28 + 1:02}/{one % 12 + 1:02}/{year} của UBND tỉnh {province}")
        title = f"Thực hiện Chương trình giảm nghèo tỉnh {province} năm 2024"
        yield f"{at}.txt", plan(f"{at + 1}/KH-UBND", *bases, province=province, title=title)


def long_text(size: int) -> str:
    """Give a plan of so many characters: the body of long plans, one behind the other, under one head."""
    plans = [sample.text for sample in corpus()] or [
        file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.glob("ke-hoach-*.txt"))
    ]
    whole = max(plans, key=len)
    # The head of a plan is not its head again further below.
    bodies = [text[len(text) // 10 :] for text in plans]
    while len(whole) < size:
        whole = "\n".join((whole, *bodies))
    return whole[:size]


def make_store(folder: Path, documents: int, size: int) -> int:
    """Load the examples, the long plan and the plans that cite; return how many documents the store knows."""
    place = folder.with_suffix(".texts")
    write(place, {_LONG_NAME: long_text(size), **dict(texts_of(documents))})
    with Store.open(folder, write=True) as store:
        assert not load_paths([EXAMPLES, place], store).refused
        known = store.statistics()
        return known.held + known.cited_only


@contextmanager
def serving(folder: Path) -> Iterator[httpx.Client]:
    """Run ``cancu serve`` and give a client of it."""
    command = [sys.executable, "-m", "cancu", "serve", "--store", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            address = next(word for line in process.stdout for word in line.split() if word.startswith("http://"))
            with httpx.Client(base_url=address, headers={"accept": "text/html"}, timeout=600) as client:
                yield client
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class Page:
    """Hold how long the answers of one kind took, in milliseconds."""

    name: str
    taken: Sequence[float]

    @property
    def middle(self) -> float:
        """Give the median."""
        return statistics.median(self.taken)


def measure(client: httpx.Client, name: str, addresses: Sequence[str]) -> Page:
    """Ask for each address in turn."""
    taken = []
    for address in addresses:
        start = time.perf_counter()
        client.get(address).raise_for_status()
        taken.append((time.perf_counter() - start) * 1000)
    return Page(name, taken)


def measure_pages(folder: Path) -> Iterator[Page]:
    """Measure each page of a store; the first page once before anything was asked too."""
    with Store.open(folder) as store:
        documents = {
            name: text_of(next(store.triples(str(source_iri(name)), f"{PREFIXES['cancu']}textOf")).object)
            for name in (_LONG_NAME, "ke-hoach-quy-hop-2024.txt")
        }
    typed = [f"/suggest?q={quote(word[:end])}" for word in TYPED for end in range(1, len(word) + 1)]
    with serving(folder) as client:
        yield measure(client, "first page, at first", ["/"])
        # The index of names is written once for each state of the store; so long, a page says so.
        start = time.perf_counter()
        while client.get("/search?q=a").status_code == 503:
            time.sleep(0.5)
        yield Page("index of names", [(time.perf_counter() - start) * 1000])
        yield measure(client, "first page", ["/"] * TIMES)
        yield measure(client, "suggestions", typed)
        yield measure(client, "search", [f"/search?q={quote(words)}" for words in SEARCHED])
        yield measure(client, "document of 100 pages", [address_of(documents[_LONG_NAME])] * TIMES)
        yield measure(client, "document", [address_of(documents["ke-hoach-quy-hop-2024.txt"])] * TIMES)


def print_pages(print_row: Callable[..., None]) -> bool:
    """Print the table of pages; tell whether each keeps its limit."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        documents = make_store(folder, DOCUMENTS, LONG)
        print_row("page", f"of {documents} documents: median, ms", "longest, ms", "limit of the median, ms")
        print_row("---", "---:", "---:", "---:")
        kept = True
        for page in measure_pages(folder):
            limit = AT_MOST.get(page.name)
            print_row(page.name, f"{page.middle:.0f}", f"{max(page.taken):.0f}", f"{limit:.0f}" if limit else "")
            kept &= limit is None or page.middle <= limit
    return kept


if __name__ == "__main__":
    sys.exit(0 if print_pages(lambda *cells: print("|", " | ".join(map(str, cells)), "|", flush=True)) else 1)
