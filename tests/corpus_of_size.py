"""Make a store of any size out of the graphs that the tests have, for measuring questions on it.

The texts of the state are there once. Those of provinces and districts are there again and again, each time with other
names, numbers and IRIs: a province's plans are taken up by those of its districts, and the state's documents are cited
by hundreds. Equal sizes give equal stores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count, islice, permutations
from pathlib import Path

import pyoxigraph as ox

from cancu.ontology.iris import slug
from cancu.queries.store import Store
from tests.library import graphs_of
from tests.plans import plan_graphs

#: The places of the texts, with the IRIs of those that have one; every copy has others.
PROVINCES = {"Nghệ An": "40-1991", "Tuyên Quang": "08-1991", "Lam Sơn": "", "Hà Trung": ""}
DISTRICTS = {
    "Quỳ Hợp": "420-1945", "Con Cuông": "422-1945", "Diễn Châu": "425-1945", "Chiêm Hóa": "073-1945", "Yên Thịnh": "",
    "Thọ Lâm": "",
}  # fmt: skip
#: A province has so many districts; one in so many has the long plans too, texts of so many triples.
DISTRICTS_OF_A_PROVINCE, ONE_IN, LONG = 40, 20, 2000

_SYLLABLES = (
    "An Bắc Bình Cẩm Cao Châu Chi Đại Đăng Định Đông Đức Gia Giang Hải Hạnh Hiệp Hòa Hồng Hưng Khánh Khê Kiên Kim Lộc"
    " Long Lương Mai Mậu Minh Mỹ Nam Ngọc Nhân Ninh Phong Phú Phước Quang Quế Sơn Tân Tây Thạch Thái Thanh Thủy Thuận"
    " Tiên Trà Trung Triệu Văn Việt Vĩnh Xuân"
).split()
_HELD_PLAN = re.compile(r"/(\d+)_KH-UBND> <https://w3id.org/cancu/ns#heldAs>")
_PLAN = re.compile(r"(?<!\d)\d+(?=[_/]KH-UBND)")
#: So many graphs, in and out of the union, are written at once.
_TOGETHER = 400


@cache
def _texts() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    """Give the graphs of the state, of provinces and of districts, as lines of N-Triples."""
    of_all: dict[str, set[ox.Triple]] = defaultdict(set)
    for graphs in (plan_graphs(), graphs_of()):
        for name, triples in graphs.items():
            of_all[name].update(triples)
    state, province, district = {}, {}, {}
    for name, triples in sorted(of_all.items()):
        text = "".join(sorted(f"{triple} .\n" for triple in triples))
        about = "".join(line for line in text.splitlines() if "#heldAs>" in line) or text
        if any(slug(place) in about for place in DISTRICTS):
            district[name] = text
        elif any(slug(place) in about for place in PROVINCES):
            province[name] = text
        else:
            state[name] = text
    return state, province, district


def graphs_of_size(size: int) -> Iterator[tuple[str, str]]:
    """Yield named graphs in N-Triples, until they hold ``size`` different triples together."""
    seen: set[int] = set()
    for words, texts in _copies():
        for name, text in _renamed(words, texts):
            yield name, text
            seen.update(map(hash, text.splitlines()))
            if len(seen) >= size:
                return


@cache
def iri_in_copy(iri: str, district: int = 1) -> str:
    """Give the IRI that a resource of the texts has in the copy of a district, or of its province."""
    copies = (words for words, _ in _copies() if any(slug(place) in words for place in DISTRICTS))
    words = next(islice(copies, district - 1, None))
    return next(_renamed(words, {iri: ""}))[0]


def _copies() -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Yield what to write for which words in which texts: first the state's as they are, then copies without end."""
    state, of_province, of_district = _texts()
    yield {}, state
    names = (" ".join(pair) for pair in permutations(_SYLLABLES, 2))
    fresh = (name for name in names if name not in PROVINCES and name not in DISTRICTS)
    districts = count(1)
    for province in count(1):
        above = _new_words(province, PROVINCES, fresh, of_province)
        yield above, of_province
        for place in range(DISTRICTS_OF_A_PROVINCE):
            words = above | _new_words(next(districts), DISTRICTS, fresh, of_district)
            yield (
                words,
                {name: text for name, text in of_district.items() if place % ONE_IN == 0 or text.count("\n") < LONG},
            )


def _new_words(copy: int, places: Mapping[str, str], fresh: Iterator[str], texts: Mapping[str, str]) -> dict[str, str]:
    """Say what a copy writes for the names of places and files, and for the numbers of plans."""
    words = {name: f"{copy:04}-{name}" for name in (graph.rpartition("/")[2] for graph in texts) if "." in name}
    for (old, code), new in zip(places.items(), fresh, strict=False):
        words |= {old: new, old.upper(): new.upper(), slug(old): slug(new)}
        if code:
            words[f"place/{code}"] = f"place/{code.partition('-')[0]}{copy:04}-1945"
    for number in _HELD_PLAN.findall("".join(texts.values())):
        words[number] = str(int(number) + copy)
    return words


def _renamed(words: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    names = {old: new for old, new in words.items() if not old.isdecimal()}
    for graph in texts.items():
        # No new name holds an old one, so one may be written after the other.
        copied = [_PLAN.sub(lambda found: words.get(found[0], found[0]), one) for one in graph]
        for old, new in names.items():
            copied = [one.replace(old, new) for one in copied]
        yield copied[0], copied[1]


def write_store(folder: Path, size: int) -> None:
    """Write a store of a size in the quickest way: graphs and their union, without looking for what is there."""
    with Store.open(folder, write=True) as store:
        waiting: list[str] = []
        for name, text in graphs_of_size(size):
            waiting += [text, text.replace(" .\n", f" <{name}> .\n")]
            if len(waiting) == _TOGETHER:
                store._store.bulk_load("".join(waiting), format=ox.RdfFormat.N_QUADS)
                waiting.clear()
        store._store.bulk_load("".join(waiting), format=ox.RdfFormat.N_QUADS)
        store.generation += 1
        store.optimise()
