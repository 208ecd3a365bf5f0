"""Find activities by code, number, title or the title of the national component, and by words of their document.

"Tiểu dự án 2 dự án 3 huyện Quỳ Hợp" names an activity by its number, the project that it is in, and the place of its
plan. Of the activities that fit, those are meant whose own name holds the most of the words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from cancu.ontology.programmes import CODE_PARTS, component_words
from cancu.queries.entries import Entry
from cancu.queries.folding import FILLERS, Wanted, begins_others, name_of, read_wanted, tokens

__all__ = ["Activities", "Activity", "read_components_in"]

# So many words of a text without a number must be an activity's own; the others may be those of its document.
_LEAST_OWN: Final = 2
# What stands in front of the name of a place: words behind them are a name and no words of titles.
_UNITS: Final = frozenset({"tinh", "pho", "huyen", "quan", "xa", "phuong", "tran"})
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


@dataclass(frozen=True, slots=True)
class Activity:
    """Hold an activity with all that it is found by.

    ``names`` are its whole names, ``words`` the words of its own, ``around`` those of the projects above it and of its
    document, and ``said`` all of these, each name in its order. ``own`` are the numbers that it bears ("TDA2"), by its
    code and as printed, ``above`` those of the projects above it.
    """

    entry: Entry
    names: frozenset[str]
    words: frozenset[str]
    around: frozenset[str]
    said: str
    own: frozenset[str]
    above: frozenset[str]


@cache
def _component_words() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the words that components bear, folded, the longest first, each with its letters in codes."""
    known = {tokens(one.word): one.code for one in reversed(component_words()) if not one.damaged}
    return tuple(sorted(known.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _letters() -> frozenset[str]:
    return frozenset(one.code for one in component_words())


def read_components_in(text: str) -> tuple[frozenset[str], str]:
    """Return the numbered components that a text names, as parts of codes, and what is left of the text.

    >>> components, rest = read_components_in("tiểu dự án 2 dự án số 03 huyện Quỳ Hợp")
    >>> sorted(components), rest
    (['DA3', 'TDA2'], 'huyện Quỳ Hợp')
    >>> read_components_in("da3.tda2")[0] == components
    True
    """
    parts = text.split()
    words = [(word, at) for at, part in enumerate(parts) for word in tokens(part)]
    named: set[str] = set()
    taken: set[int] = set()
    at = 0
    while at < len(words):
        found = _component_at([word for word, _ in words], at)
        if found is None:
            at += 1
            continue
        code, end = found
        named.add(code)
        taken.update(range(at, end))
        at = end
    left = {part for index, (_, part) in enumerate(words) if index not in taken}
    return frozenset(named), " ".join(part for index, part in enumerate(parts) if index in left)


def _component_at(words: Sequence[str], at: int) -> tuple[str, int] | None:
    code = CODE_PARTS.fullmatch(words[at].upper())
    if code is not None and code[1] in _letters():
        return f"{code[1]}{int(code[2])}", at + 1
    for known, letters in _component_words():
        end = at + len(known)
        if tuple(words[at:end]) != known:
            continue
        while end < len(words) and words[end] in FILLERS:
            end += 1
        if end < len(words):
            number = int(words[end]) if words[end].isdecimal() else _ROMAN.get(words[end])
            if number is not None:
                return f"{letters}{number}", end + 1
    return None


class Activities:
    """Hold all activities of a store by IRI, document, name and word."""

    def __init__(self, activities: Iterable[Activity]) -> None:
        """Index activities."""
        self.all = tuple(activities)
        self.by_iri: dict[str, int] = {}
        self.by_document: dict[str | None, set[int]] = defaultdict(set)
        self.by_name: dict[str, set[int]] = defaultdict(set)
        self.by_own: dict[str, set[int]] = defaultdict(set)
        self.by_word: dict[str, set[int]] = defaultdict(set)
        for at, one in enumerate(self.all):
            self.by_iri[one.entry.iri] = at
            self.by_document[one.entry.part_of].add(at)
            keyed = ((one.names, self.by_name), (one.own, self.by_own), (one.words, self.by_word))
            for keys, index in keyed:
                for key in keys:
                    index[key].add(at)

    def named(self, text: str, within: str | None = None) -> tuple[Entry, ...]:
        """Return the activities whose IRI or whole name a text is, of all documents or of one."""
        if text in self.by_iri:
            return self._entries({self.by_iri[text]}, within)
        return self._entries(self.by_name.get(name_of(text), set()), within)

    def matching(self, text: str, within: str | None = None, least_own: float = 0.0) -> tuple[Entry, ...]:
        """Return the activities whose name, number and surroundings hold every word of a text, the closest ones.

        ``least_own`` is how much of the words their own names must hold where the text gives no number.
        """
        components, rest = read_components_in(text)
        found = self._fitting(self._numbered(components, within), read_wanted(rest), within) if components else {}
        if not found:
            # "Nội dung 2" may be words of a title as well.
            wanted = read_wanted(text)
            found = self._fitting(self._with_any(wanted), wanted, within) if wanted else {}
            least = max(min(_LEAST_OWN, len(wanted)), least_own * len(wanted))
            found = {at: count for at, count in found.items() if count >= least}
        places = _places_in(text)
        found = {at: count for at, count in found.items() if all(place in self.all[at].said for place in places)}
        closest = max(found.values(), default=0)
        return self._entries({at for at, count in found.items() if count == closest}, within)

    def _entries(self, places: set[int], within: str | None) -> tuple[Entry, ...]:
        entries = (self.all[at].entry for at in sorted(places))
        return tuple(entry for entry in entries if within is None or entry.part_of == within)

    def _numbered(self, components: frozenset[str], within: str | None) -> set[int]:
        """Return the activities that bear one of the numbers, and stand in or bear all the others."""
        bearing = set[int]().union(*(self.by_own.get(one, set()) for one in components))
        bearing = bearing if within is None else bearing & self.by_document.get(within, set())
        return {at for at in bearing if components <= self.all[at].own | self.all[at].above}

    def _with_any(self, wanted: Sequence[Wanted]) -> set[int]:
        words = {word for alternatives in wanted for words in alternatives for word in words}
        exact = set[int]().union(*(self.by_word.get(word, set()) for word in words))
        starts = tuple(word for word in words if begins_others(word))
        longer = (found for word, found in self.by_word.items() if starts and word.startswith(starts))
        return exact.union(*longer)

    def _fitting(self, places: set[int], wanted: Sequence[Wanted], within: str | None) -> Mapping[int, int]:
        """Count, for the activities that hold all that is wanted, how much of it their own names hold."""
        pool = places if within is None else places & self.by_document.get(within, set())
        forms = [[(each, [self._beginning_with(word) for word in each]) for each in ways] for ways in wanted]
        found = {}
        for at in pool:
            one = self.all[at]
            count = 0
            for ways in forms:
                if any(not any(map(one.words.isdisjoint, own)) for _, own in ways):
                    count += 1
                elif not any(one.around.issuperset(each) for each, _ in ways):
                    break
            else:
                found[at] = count
        return found

    def _beginning_with(self, word: str) -> frozenset[str]:
        """Return the words of activities' own names that a word stands for: itself, and those that it begins."""
        if not begins_others(word):
            return frozenset({word})
        return frozenset({word, *(own for own in self.by_word if own.startswith(word))})


def _places_in(text: str) -> list[str]:
    """Return how the names of places in a text begin, with blanks around.

    >>> _places_in("dự án 3 huyện Quỳ Hợp, tỉnh Nghệ An")
    [' huyen quy ', ' tinh nghe ']
    """
    words = tokens(text)
    return [f" {unit} {name} " for unit, name in pairwise(words) if unit in _UNITS and name not in _UNITS]
