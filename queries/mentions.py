"""Find what a phrase names: documents, activities, agencies, places, programmes, groups of people, dates and figures.

Names are those of the graph, as :mod:`cancu.queries.find` knows them. What looks like a name and answers to nothing
is kept as such: a question about something that is not in the store must not be answered with something else.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal
from weakref import WeakKeyDictionary

from cancu.language import LANGUAGES
from cancu.ontology import lexicon, places
from cancu.ontology.programmes import programmes
from cancu.queries.access import Access
from cancu.queries.activities import read_components_in
from cancu.queries.entries import Entry, Kind
from cancu.queries.find import everything, find_candidates
from cancu.queries.folding import FILLERS, fold, name_of, read_wanted, tokens
from cancu.queries.phrases import Word, fits, read_words, typed

__all__ = ["Mention", "MentionKind", "Names", "find_mentions", "is_of_year", "names_of"]

MentionKind = Literal[
    "document", "activity", "agency", "place", "programme", "group", "date", "period", "year", "number", "title",
    "unknown",
]  # fmt: skip

_GROUPS: Final = Path(__file__).with_name("groups.tsv")

#: The types that stand in front of a description of a document, and not of a number alone.
_DESCRIBED: Final = frozenset(
    {
        "bo luat", "chi thi", "cong dien", "cong van", "hien phap", "ke hoach", "luat", "nghi dinh", "nghi quyet",
        "phap lenh", "phu luc", "quyet dinh", "thong bao", "thong tu", "to trinh",
    }
)  # fmt: skip
#: What stands in front of the name of a place, as it is typed, and as names of agencies write it.
_UNITS: Final[Mapping[tuple[str, ...], str]] = {
    ("tinh",): "tinh",
    ("huyen",): "huyen",
    ("xa",): "xa",
    ("phuong",): "phuong",
    ("quan",): "quan",
    ("thi", "tran"): "thi tran",
    ("thi", "xa"): "thi xa",
    ("thanh", "pho"): "thanh pho",
    ("tp",): "thanh pho",
    ("tx",): "thi xa",
    ("tt",): "thi tran",
    ("province",): "tinh",
    ("district",): "huyen",
    ("commune",): "xa",
}
#: The words with which a programme is named in front of its own name.
_PROGRAMME_HEADS: Final = (
    "chuong trinh muc tieu quoc gia", "chuong trinh mtqg", "ct mtqg", "ctmtqg", "mtqg", "chuong trinh",
)  # fmt: skip
#: The words of programmes that tell none from another.
_GENERAL: Final = frozenset("chuong trinh muc tieu quoc gia nam giai doan thuc hien ke hoach va cua nay".split())
#: What may stand between a name and what tells it from others.
_LINKS: Final = frozenset(
    {
        "cua", "tai", "o", "trong", "thuoc", "cho", "ve", "tren", "dia", "ban", "nam", "do", "so", "giai", "doan",
        "ngay", "thuc", "hien", "trien", "khai", "hanh", "viec", "theo",
        "of", "in", "for", "on", "the", "from", "by", "under",
    }
)  # fmt: skip
#: The first words of agencies behind which people leave words out: "Hội Phụ nữ" is the Hội Liên hiệp Phụ nữ.
_ROOMY: Final = frozenset({"hoi", "lien", "mat"})
#: What may stand between a document and the date or the issuer behind it.
_BEHIND: Final = frozenset({"cua", "ngay", "do", "ban", "hanh", "nam", "of", "by"})
#: What stands in front of the last day of a time.
_UNTIL: Final = frozenset({"den", "toi", "truoc", "het", "until", "till", "by", "before", "through"})
#: A run of words of a title is a name from so many words on.
_LEAST_TITLE: Final = 3
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_PLACE_IN: Final = re.compile(
    r"(?i:\b(tỉnh|huyện|xã|phường|quận|thị trấn|thị xã|thành phố)) (([A-ZĐÀ-Ỹ][\w'’-]*)(?: [A-ZĐÀ-Ỹ][\w'’-]*)*)"
)
_PROGRAMME_IN: Final = re.compile(
    r"(?i:chương trình)(?i: mục tiêu quốc gia)? (.+?)"
    r"(?= giai đoạn| năm \d| đến năm| trên địa bàn|,? tỉnh [A-ZĐ]| huyện [A-ZĐ]| xã [A-ZĐ]|$)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Hold one name in a phrase: from the word ``start`` to the one before ``end``, and what answers to it.

    ``value`` is the date, number or group that is meant; a period has two dates. ``parts`` are the mentions that it
    took up: the place of a plan, the year. A mention that is ``guessed`` left out entries that answer to it as well.
    """

    kind: MentionKind
    start: int
    end: int
    text: str
    candidates: tuple[Entry, ...] = ()
    value: str | None = None
    until: str | None = None
    parts: tuple[Mention, ...] = ()
    guessed: bool = False
    #: The word before it, folded.
    behind: str = ""


class Names:
    """Hold the names of one generation of a store as phrases may hold them."""

    def __init__(self, entries: Iterable[Entry], activities: Iterable[Entry], official: Iterable[str]) -> None:
        """Index names."""
        self.agencies: list[tuple[tuple[str, ...], Entry]] = []
        self.agencies_with: dict[str, set[int]] = defaultdict(set)
        self.places: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.titles: list[str] = []
        self.titles_with: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.words: set[str] = set()
        titles: set[str] = set()
        of_activities = set(official)
        named: set[str] = set()
        for entry in entries:
            if entry.kind == "agency":
                for words in _called(tokens(entry.label)):
                    for word in words:
                        self.agencies_with[word].add(len(self.agencies))
                    self.agencies.append((words, entry))
            for name in filter(None, (entry.label, entry.title)):
                for found in _PLACE_IN.finditer(name):
                    self.places[tokens(found[2])].add(name_of(found[1]))
                if entry.kind == "document":
                    named.update(found[1] for found in _PROGRAMME_IN.finditer(name))
                    titles.add(name)
            if entry.kind in ("agency", "document"):
                self.words.update(tokens(entry.label), tokens(entry.title or ""))
        for entry in activities:
            of_activities.update(filter(None, (entry.label, entry.title)))
        own = {name_of(title) for title in of_activities}
        self.titles = sorted(own.union(map(name_of, titles)))
        self.of_activity = frozenset(at for at, title in enumerate(self.titles) if title in own)
        for at, title in enumerate(self.titles):
            self.words.update(title.split())
            for pair in pairwise(title.split()):
                self.titles_with[pair].add(at)
        for programme in programmes():
            named.update(programme.words)
        plain = {name_of(name): name for name in named}
        self.programmes = sorted(
            folded
            for folded, name in plain.items()
            if (" " in folded or name.isupper()) and not _GENERAL.issuperset(folded.split())
        )
        self.programme_words = frozenset(word for name in self.programmes for word in name.split())

    def is_place(self, words: Sequence[str]) -> bool:
        """Tell whether folded words are the name of a place in the store."""
        return tuple(words) in self.places


_NAMES: WeakKeyDictionary[Access, tuple[int, Names]] = WeakKeyDictionary()


def names_of(store: Access) -> Names:
    """Give the names of a store, read once for each of its generations."""
    known = _NAMES.get(store)
    if known is None or known[0] != store.generation:
        entries, activities = everything(store)
        own = {name for activity in activities for name in activity.names}
        known = _NAMES[store] = store.generation, Names(entries, (one.entry for one in activities), own)
    return known[1]


# --- finding ----------------------------------------------------------------------------------------------------------


def find_mentions(store: Access, words: Sequence[Word], cued: Mapping[int, int]) -> tuple[Mention, ...]:
    """Find the names in a phrase, in its order; ``cued`` tells of words how long the cue is that they stand in.

    What a name took up to tell it from others is one of its parts, and no mention of its own.
    """
    return _Finder(store, words, cued).find()


@dataclass(slots=True)
class _Finder:
    store: Access
    words: Sequence[Word]
    cued: Mapping[int, int]
    names: Names = field(init=False)
    found: dict[int, Mention] = field(init=False, default_factory=dict)
    taken: set[int] = field(init=False, default_factory=set)
    looked_up: dict[tuple[str, str, str | None], tuple[Entry, ...]] = field(init=False, default_factory=dict)

    def find(self) -> tuple[Mention, ...]:
        self.names = names_of(self.store)
        for step in (
            self.dates, self.components, self.agencies, self.groups, self.places, self.headed_programmes, self.titles,
            self.programmes, self.years, self.documents, self.activities, self.settle_documents, self.settle_agencies,
        ):  # fmt: skip
            step()
        found = (self.found[at] for at in sorted(self.found))
        return tuple(replace(one, behind="".join(self.folded(max(one.start - 1, 0), one.start))) for one in found)

    # --- tools ----------------------------------------------------------------------------------------------------

    def look_up(self, text: str, kind: Kind, within: str | None = None) -> tuple[Entry, ...]:
        key = (text, kind, within)
        if key not in self.looked_up:
            self.looked_up[key] = find_candidates(self.store, text, (kind,), within)
        return self.looked_up[key]

    def folded(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(word.folded for word in self.words[start:end])

    def text(self, start: int, end: int) -> str:
        return typed(self.words[start:end])

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether words are no part of a name yet, and no clause ends among them."""
        return (
            end <= len(self.words)
            and not any(at in self.taken for at in range(start, end))
            and not any(word.last for word in self.words[start : end - 1])
        )

    def add(self, mention: Mention) -> None:
        self.found[mention.start] = mention
        self.taken.update(range(mention.start, mention.end))

    def drop(self, mention: Mention) -> None:
        """Take a mention out: it became a part of another."""
        self.found.pop(mention.start, None)

    def longest_cue(self, start: int, end: int) -> int:
        return max((self.cued.get(at, 0) for at in range(start, end)), default=0)

    # --- dates and figures ----------------------------------------------------------------------------------------

    def dates(self) -> None:
        at = 0
        while at < len(self.words):
            for end in range(min(len(self.words), at + 10), at, -1):
                if not self.is_free(at, end):
                    continue
                read = _read_date(" ".join(self.folded(at, end)))
                if read is not None:
                    kind: MentionKind = "period" if read[1] else "number" if read[2] else "date"
                    before = self.folded(max(at - 2, 0), at)
                    until = read[1] or (read[0] if kind == "date" and not _UNTIL.isdisjoint(before) else None)
                    self.add(Mention(kind, at, end, self.text(at, end), value=read[2] or read[0], until=until))
                    at = end - 1
                    break
            at += 1

    def years(self) -> None:
        for at, word in enumerate(self.words):
            if at not in self.taken and re.fullmatch(r"20\d\d|19\d\d", word.folded):
                self.add(Mention("year", at, at + 1, word.text, value=word.folded))

    # --- names of the graph ---------------------------------------------------------------------------------------

    def components(self) -> None:
        """Find "tiểu dự án 2 của dự án 3": numbers that stand together name one activity."""
        spans: list[tuple[int, int]] = []
        at = 0
        while at < len(self.words):
            for end in range(at + 1, min(len(self.words), at + 6) + 1):
                if not self.is_free(at, end):
                    break
                codes, rest = read_components_in(" ".join(word.text for word in self.words[at:end]))
                if codes and not rest:
                    spans.append((at, end))
                    at = end - 1
                    break
            at += 1
        joined: list[tuple[int, int, str]] = []
        for start, end in spans:
            between = self.folded(joined[-1][1], start) if joined else ()
            if joined and len(between) <= 2 and _LINKS.issuperset(between):
                joined[-1] = joined[-1][0], end, f"{joined[-1][2]} {self.text(start, end)}"
            else:
                joined.append((start, end, self.text(start, end)))
        for start, end, text in joined:
            self.add(Mention("activity", start, end, text))

    def agencies(self) -> None:
        at = 0
        while at < len(self.words):
            end, held = self.agency_at(at)
            if held:
                self.add(Mention("agency", at, end, self.text(at, end), held))
                at = end
            else:
                at += 1

    def agency_at(self, start: int) -> tuple[int, tuple[Entry, ...]]:
        """Return how far a name of an agency reaches from a word on, and the agencies that hold all of its words."""
        if start in self.taken or (start and self.words[start - 1].part == self.words[start].part):
            return start, ()
        best: tuple[int, set[int]] = (start, set())
        places: dict[int, int] | None = None
        length, at, full = 0, start, False
        while at < len(self.words) and at not in self.taken:
            part = [one for one in self.words[at:] if one.part == self.words[at].part]
            end = at + len(part)
            if len(part) > 4 or not self.is_free(at, end):
                break
            joined = "&".join(one.text for one in part)
            # "Sở" is no filler in front of a name.
            wanted = read_wanted(joined) or ([(tokens(joined),)] if tokens(joined) else [])
            stepped: dict[int, int] | None = places
            for alternatives in wanted:
                stepped = self.step(stepped, alternatives)
            if not wanted or not stepped:
                if places and (self.words[at].folded in _LINKS or not wanted) and at > start:
                    # "Phòng Nội vụ của huyện Quỳ Hợp"
                    if self.words[at].last:
                        break
                    at = end
                    continue
                break
            places = stepped
            length += sum(max(map(len, alternatives)) for alternatives in wanted)
            if (self.words[end - 1].folded,) not in _UNITS:
                best = end, set(places)
            full = any(length == len(self.names.agencies[one][0]) for one in places)
            at = end
            if self.words[end - 1].last:
                break
        end, found = best
        held = tuple(dict.fromkeys(self.names.agencies[one][1] for one in sorted(found)))
        width = end - start
        known = max(width, sum(max(map(len, one)) for one in read_wanted(self.text(start, end)))) if width else 0
        if known < 2 or self.longest_cue(start, end) > width:
            return start, ()
        if width == 1 and known < 3 and not full:
            return start, ()
        first = self.words[start]
        heads = {one.iri: read_words(one.label)[0] for one in held}
        held = tuple(
            one for one in held if heads[one.iri].folded != first.folded or fits(first.text, heads[one.iri].text)
        )
        if not held:
            return start, ()
        exact = tuple(one for one in self.look_up(self.text(start, end), "agency") if one in held)
        return end, exact or held

    def step(self, places: dict[int, int] | None, alternatives: Sequence[Sequence[str]]) -> dict[int, int]:
        """Go on in the names of agencies: each with how many of its words are behind us."""
        found: dict[int, int] = {}
        for own in alternatives:
            having = set.intersection(*(self.names.agencies_with.get(word, set()) for word in own))
            for one in having if places is None else having & places.keys():
                name = self.names.agencies[one][0]
                at = 0 if places is None else places[one]
                if places is None and name[: len(own)] != tuple(own):
                    continue
                if places is not None and at == 1 and name[0] not in _ROOMY and name[1] != own[0]:
                    # "ban hành" is no "Ban Chấp hành".
                    continue
                for word in own:
                    if word not in name[at:]:
                        break
                    at = name.index(word, at) + 1
                else:
                    found[one] = min(at, found.get(one, at))
        return found

    def groups(self) -> None:
        for at in range(len(self.words)):
            for form, group in _groups().get(self.words[at].folded, ()):
                end = at + len(form)
                typed_so = all(fits(word.text, own) for word, own in zip(self.words[at:end], form, strict=False))
                if self.folded(at, end) == tuple(map(fold, form)) and self.is_free(at, end) and typed_so:
                    self.add(Mention("group", at, end, self.text(at, end), value=group))
                    break

    def places(self) -> None:
        at = 0
        while at < len(self.words):
            found = self.place_at(at)
            if found is not None:
                self.add(found)
                at = found.end
            else:
                at += 1

    def place_at(self, start: int) -> Mention | None:
        """Read "huyện Quỳ Hợp" or "Quỳ Hợp"; a unit before a name that nobody bears is an unknown place."""
        unit, at = None, start
        for form, name in _UNITS.items():
            if self.folded(start, start + len(form)) == form and self.is_free(start, start + len(form)):
                unit, at = name, start + len(form)
        if unit is not None and self.words[at - 1].last:
            return None
        for end in range(min(len(self.words), at + 4), at, -1):
            units = self.names.places.get(self.folded(at, end))
            if not units or not self.is_free(at, end):
                continue
            if unit is not None and unit not in units:
                return Mention("unknown", start, end, self.text(start, end))
            if unit is None and (end - at < 2 or self.longest_cue(at, end) > end - at):
                continue
            return Mention("place", start, end, self.text(start, end))
        if unit is not None:
            end = at
            while end < len(self.words) and end < at + 3 and self.is_name(end):
                end += 1
                if self.words[end - 1].last:
                    break
            if end > at:
                return Mention("unknown", start, end, self.text(start, end))
            return None
        for end in range(min(len(self.words), at + 3), at + 1, -1):
            # A place of the country of which the store knows nothing.
            plain = " ".join(self.folded(at, end))
            capital = all(word.text[:1].isupper() for word in self.words[at:end])
            if plain in _country() and self.is_free(at, end) and not self.longest_cue(at, end):
                if capital or not any(map(self.is_marked, range(at, end))):
                    return Mention("unknown", at, end, self.text(at, end))
        return None

    def is_name(self, at: int) -> bool:
        """Tell whether a word may be that of a name: it has a capital, or is no cue's."""
        word = self.words[at]
        if at in self.taken or word.number or word.folded.isdigit():
            return False
        return word.text[:1].isupper() or (at not in self.cued and not self.is_marked(at))

    def is_marked(self, at: int) -> bool:
        return fold(self.words[at].text) != self.words[at].text.lower().replace("đ", "d")

    def titles(self) -> None:
        """Find runs of words that titles of documents or activities hold just so."""
        at = 0
        while at + 1 < len(self.words):
            end = self.title_end(at)
            width = end - at
            telling = sum(one not in self.cued and self.words[one].folded not in FILLERS for one in range(at, end))
            whole = " ".join(self.folded(at, end)) in self.whole_titles()
            if self.is_of_programme(at, end, run=True) and not whole:
                at += 1
                continue
            if width >= _LEAST_TITLE and (telling >= 2 or whole) and self.longest_cue(at, end) < width:
                self.add(Mention("title", at, end, self.text(at, end)))
                at = end
            else:
                at += 1

    def whole_titles(self) -> frozenset[str]:
        return _whole(self.names)

    def title_end(self, start: int) -> int:
        """Return how far the longest run from a word on reaches that stands in one title."""
        titles: set[int] | None = None
        end = start + 1
        while end < len(self.words) and self.is_free(start, end + 1):
            having = self.names.titles_with.get((self.words[end - 1].folded, self.words[end].folded), set())
            narrowed = having if titles is None else titles & having
            run = f" {' '.join(self.folded(start, end + 1))} "
            narrowed = {one for one in narrowed if run in f" {self.names.titles[one]} "}
            if not narrowed:
                break
            titles = narrowed
            end += 1
        return end if titles else start

    def headed_programmes(self) -> None:
        """Find "chương trình nước sạch": the words behind it may leave some of the name out."""
        for at in range(len(self.words)):
            head = next((one for one in _PROGRAMME_HEADS if self.starts(at, one)), None)
            start = end = at + len(head.split()) if head is not None else at
            while head is not None and end < len(self.words) and end not in self.taken:
                if self.words[end - 1].last or not self.is_of_programme(start, end + 1, run=False):
                    break
                end += 1
            if end > start and self.longest_cue(start, end) <= end - at:
                self.add(Mention("programme", at, end, self.text(start, end)))

    def programmes(self) -> None:
        """Find names of programmes without "chương trình" before them."""
        at = 0
        while at < len(self.words):
            end = at
            while end < len(self.words) and self.is_free(at, end + 1) and self.is_of_programme(at, end + 1, run=True):
                end += 1
            width = end - at
            whole = width == 1 and self.words[at].folded in self.names.programmes
            if (width >= 2 or whole) and self.longest_cue(at, end) < width + whole:
                self.add(Mention("programme", at, end, self.text(at, end)))
                at = end
            at += 1

    def starts(self, at: int, form: str) -> bool:
        words = tuple(form.split())
        return self.folded(at, at + len(words)) == words and self.is_free(at, at + len(words))

    def is_of_programme(self, start: int, end: int, *, run: bool) -> bool:
        """Tell whether words stand in the name of a programme: as one run, or in their order."""
        words = [word for word in self.folded(start, end) if word not in ("va",)]
        if not words or _GENERAL.issuperset(words):
            return False
        text = " ".join(self.folded(start, end))
        if run:
            return any(f" {text} " in f" {name} " for name in self.names.programmes)
        return any(_in_order(words, name.split()) for name in self.names.programmes)

    # --- documents ------------------------------------------------------------------------------------------------

    def documents(self) -> None:
        at = 0
        while at < len(self.words):
            found = self.numbered_at(at) or self.described_at(at)
            if found is not None:
                found = self.with_number(found)
                self.add(found)
                at = found.end
            else:
                at += 1

    def with_number(self, described: Mention) -> Mention:
        """Take up a number right behind a description that it fits: "kế hoạch huyện Quỳ Hợp số 96/KH-UBND"."""
        at = described.end
        at += at < len(self.words) and self.words[at].folded in ("so", "no")
        if described.kind != "document" or at >= len(self.words) or not self.words[at].number or at in self.taken:
            return described
        numbered = self.look_up(self.words[at].text, "document")
        both = tuple(one for one in numbered if one in described.candidates)
        return replace(described, end=at + 1, candidates=both, guessed=False) if both else described

    def type_before(self, at: int) -> int:
        """Return where the type of a document begins that stands before a word: "Quyết định số 90/QĐ-TTg"."""
        end = at - 1 if at and self.words[at - 1].folded in ("so", "no") else at
        for length in (4, 3, 2, 1):
            start = end - length
            if start >= 0 and self.is_free(start, end) and " ".join(self.folded(start, end)) in _types():
                return start
        return at

    def numbered_at(self, at: int) -> Mention | None:
        word = self.words[at]
        if at in self.taken:
            return None
        if word.number:
            start, text = self.type_before(at), word.text
            before = " ".join(one.text for one in self.words[start:at] if one.folded not in ("so", "no"))
            whole = f"{before} {text}" if before else text
            found = self.look_up(whole, "document")
            return self.told_apart(start, at + 1, whole, found)
        return self.short_numbered_at(at)

    def short_numbered_at(self, at: int) -> Mention | None:
        """Read "kế hoạch 96", "QĐ 1868" and "Thông tư 64/2022"."""
        head = self.type_at(at)
        if head is None:
            return None
        name, end = head
        end += end < len(self.words) and self.words[end].folded in ("so", "no")
        if end >= len(self.words) or not self.is_free(at, end + 1):
            return None
        digits = re.fullmatch(r"0*(\d+)([a-z]?)", self.words[end].folded)
        if digits is None or self.words[end].number or re.fullmatch(r"20[12]\d", self.words[end].folded):
            return None
        last = end + 1
        year = self.words[last].folded if last < len(self.words) else ""
        same = last < len(self.words) and self.words[last].part == self.words[end].part
        tail = [year] if same and re.fullmatch(r"\d{4}", year) and last not in self.taken else []
        found = self.look_up(" ".join((name, self.words[end].folded, *tail)), "document")
        start = rf"0*{digits[1]}{digits[2]}\D"
        found = tuple(one for one in found if one.number is not None and re.match(start, fold(one.number)))
        return self.told_apart(at, last + len(tail), self.text(at, last + len(tail)), found)

    def type_at(self, at: int) -> tuple[str, int] | None:
        for length in (4, 3, 2, 1):
            name = _types().get(" ".join(self.folded(at, at + length)))
            if name is not None and self.is_free(at, at + length):
                return name, at + length
        return None

    def told_apart(self, start: int, end: int, text: str, found: tuple[Entry, ...]) -> Mention:
        """Take up the date, the issuer or the place behind a number: they tell documents of one number apart."""
        parts: list[Mention] = []
        before = self.place_before(start)
        if before is not None and (fitting := self.with_part(text, before, found)):
            # "Quỳ Hợp 96/KH-UBND"
            found, start = fitting, before.start
            parts.append(before)
        at = end
        while at < len(self.words) and not self.words[at - 1].last:
            mention = self.found.get(at)
            if mention is not None and mention.kind in ("agency", "place", "date", "unknown", "year", "programme"):
                linked = at > end
                behind = self.with_part(text, mention, found)
                if not behind and mention.kind == "agency":
                    # A body of the place: "Nghị quyết 57 của Tỉnh ủy Nghệ An" is one of its congress.
                    areas = [
                        name for name in self.names.places if f" {' '.join(name)} " in f" {name_of(mention.text)} "
                    ]
                    named = [replace(mention, kind="place", text=" ".join(name)) for name in areas]
                    behind = self.with_part(text, named[0], found) if named else ()
                if not behind and (mention.kind in ("year", "programme") or not linked):
                    break
                if not behind and mention.kind == "agency" and "cua" not in self.folded(end, at):
                    break
                if mention.kind == "unknown" or not behind:
                    return Mention("unknown", start, mention.end, self.text(start, mention.end))
                if mention.kind == "agency" and len(found) == 1 and not linked:
                    break
                found = behind
                parts.append(mention)
                end = at = mention.end
            elif at not in self.taken and self.words[at].folded in (
                "cua",
                "ngay",
                "do",
                "ban",
                "hanh",
                "of",
                "by",
                "nam",
            ):
                if at - end >= 3:
                    break
                at += 1
            else:
                break
        for one in parts:
            self.drop(one)
        if not found:
            return Mention("unknown", start, end, self.text(start, end))
        held, guessed = _held(found)
        return Mention("document", start, end, self.text(start, end), held, parts=tuple(parts), guessed=guessed)

    def with_part(self, text: str, part: Mention, found: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Return those of some documents that what stands behind their number or type holds of."""
        if part.kind == "date":
            return tuple(one for one in found if one.date is None or one.date.startswith(part.value or "?"))
        if part.kind == "year":
            return tuple(one for one in found if one.date is not None and one.date.startswith(part.value or "?"))
        wanted = read_wanted(part.text)
        return tuple(
            one
            for one in found
            if all(any(all(word in one.words for word in words) for words in each) for each in wanted)
        )

    def described_at(self, start: int) -> Mention | None:
        """Read "kế hoạch nước sạch của huyện Quỳ Hợp năm 2024": a type, and words that its documents hold."""
        title = self.found.get(start)
        head = self.type_at(start)
        if head is None or head[0] not in _DESCRIBED:
            if title is not None and title.kind == "title":
                return self.titled(title)
            return None
        name, at = head
        texts, end = [name], at
        parts: list[Mention] = []
        found: tuple[Entry, ...] = ()
        failed: Mention | None = None
        years: list[Mention] = []
        while at < len(self.words) and not self.words[at - 1].last:
            mention = self.found.get(at)
            if mention is not None:
                if mention.kind == "unknown":
                    failed = mention
                    break
                if mention.kind == "year":
                    years.append(mention)
                    at = mention.end
                    continue
                if mention.kind not in ("place", "programme", "title", "agency", "group"):
                    break
                behind = self.look_up(" ".join((*texts, mention.text)), "document")
                if not behind:
                    if mention.kind in ("place", "agency") and not parts:
                        failed = mention
                    break
                texts.append(mention.text)
                parts.append(mention)
                found, at = behind, mention.end
                end = at
            elif self.words[at].folded in _LINKS and at - end < 6 and self.cued.get(at, 0) < 3:
                at += 1
            elif self.is_name(at) and not self.words[at].folded.isdigit():
                behind = self.look_up(" ".join((*texts, self.words[at].text)), "document")
                if not behind:
                    break
                texts.append(self.words[at].text)
                found, at = behind, at + 1
                end = at
            else:
                break
        if failed is not None:
            return Mention("unknown", start, failed.end, self.text(start, failed.end))
        while (before := self.place_before(start)) is not None and (before.kind != "place" or not _placed(parts)):
            # "Quy Hop district clean water plan"
            behind = self.look_up(" ".join((*texts, before.text)), "document")
            if not behind:
                break
            found, start = behind, before.start
            texts.append(before.text)
            parts.append(before)
        if not found:
            return None
        for year in years:
            of_year = _of_year(found, year.value or "")
            if of_year:
                found = of_year
                if year.start <= end + 2:
                    end = max(end, year.end)
                parts.append(year)
            elif year.start <= end + 2:
                return Mention("unknown", start, year.end, self.text(start, year.end))
        for one in parts:
            self.drop(one)
        held, guessed = _held(found)
        end = max((end, *(one.end for one in parts)))
        return Mention("document", start, end, " ".join(texts), held, parts=tuple(parts), guessed=guessed)

    def place_before(self, start: int) -> Mention | None:
        """Return the place or programme right before a word: "Quy Hop district plan"."""
        for mention in self.found.values():
            if mention.kind in ("place", "programme") and mention.end == start:
                return mention
        return None

    def titled(self, title: Mention) -> Mention | None:
        """Read a title without a type before it as that of a document, where only documents bear it."""
        found = self.look_up(title.text, "document")
        whole = any(name_of(title.text) == name_of(one.label) for one in found)
        if not whole and self.look_up(title.text, "activity"):
            return None
        if not found:
            return None
        held, guessed = _held(found)
        return replace(title, kind="document", candidates=held, guessed=guessed)

    # --- activities -----------------------------------------------------------------------------------------------

    def settle_documents(self) -> None:
        """Tell which of several plans is meant by the activity of it that the phrase names."""
        wholes = {entry.part_of for one in self.found.values() if one.kind == "activity" for entry in one.candidates}
        for mention in list(self.found.values()):
            if mention.kind == "document" and len(mention.candidates) > 1:
                fitting = tuple(one for one in mention.candidates if one.iri in wholes)
                self.add(replace(mention, candidates=fitting or mention.candidates))

    def activities(self) -> None:
        """Tell which activity a number or a title names, by the plan, place or programme that is named too."""
        around = [one for one in self.found.values() if one.kind in ("document", "place", "programme", "year")]
        for mention in list(self.found.values()):
            if mention.kind == "activity":
                title = self.found.get(mention.end)
                title = title if title is not None and title.kind == "title" else None
                text = f"{mention.text} {title.text}" if title is not None else mention.text
                found = self.settled(mention, text, around)
                if title is not None and found.kind == "activity":
                    self.drop(title)
                    found = replace(found, end=title.end, parts=(*found.parts, title))
                self.add(found)
            elif mention.kind == "title" and self.is_of_activity(mention):
                found = self.settled(mention, mention.text, around)
                if found.kind == "activity":
                    self.add(found)

    def is_of_activity(self, title: Mention) -> bool:
        """Tell whether a run of words stands in the own name of an activity."""
        run = f" {' '.join(self.folded(title.start, title.end))} "
        pairs = pairwise(self.folded(title.start, title.end))
        having = set.intersection(*(self.names.titles_with.get(pair, set()) for pair in pairs))
        return any(run in f" {self.names.titles[one]} " for one in having & self.names.of_activity)

    def settled(self, mention: Mention, text: str, around: Sequence[Mention]) -> Mention:
        documents = [one for one in around if one.kind == "document"]
        within = {entry.iri for one in documents for entry in one.candidates}
        areas = [one for one in around if one.kind in ("place", "programme")]
        if documents:
            found = tuple(
                dict.fromkeys(entry for iri in sorted(within) for entry in self.look_up(text, "activity", iri))
            )
            if not found and mention.kind == "activity":
                return replace(mention, kind="unknown", text=f"{text} – {documents[0].text}")
            kept = tuple(documents) if len(documents) == 1 else ()
        else:
            named = " ".join((text, *(one.text for one in areas)))
            found = self.look_up(named, "activity")
            kept = tuple(areas)
            if not found and areas:
                only = [one for one in areas if one.kind == "place"]
                found = self.look_up(" ".join((text, *(one.text for one in only))), "activity")
                kept = tuple(only)
            if not found and mention.kind == "activity":
                return replace(mention, kind="unknown", text=named)
        if not found:
            return mention
        whole = tuple(one for one in found if name_of(one.title or "") == name_of(text))
        found = whole or found
        years = [one for one in around if one.kind == "year"]
        for year in years if len(found) > 1 else ():
            of_year = tuple(one for one in found if is_of_year(one, year.value or ""))
            found = of_year or found
        parts = tuple(one for one in kept if one.kind != "document")
        for one in parts:
            self.drop(one)
        return replace(mention, kind="activity", candidates=found, parts=parts)

    def settle_agencies(self) -> None:
        """Tell which of several agencies is meant by the plan or the place that the phrase names."""
        documents = [one for one in self.found.values() if one.kind == "document" and len(one.candidates) == 1]
        placed = [one for one in self.found.values() if one.kind == "place"]
        owned = [
            part for one in self.found.values() if one.kind == "activity" for part in one.parts if part.kind == "place"
        ]
        for mention in list(self.found.values()):
            if mention.kind != "agency" or len(mention.candidates) < 2:
                continue
            for place in (*placed, *owned):
                fitting = tuple(one for one in mention.candidates if _lies_in(one, place.text))
                whole = self.look_up(f"{mention.text} {place.text}", "agency")
                fitting = tuple(one for one in fitting if one in whole) or fitting
                if fitting and len(fitting) < len(mention.candidates):
                    mention = replace(mention, candidates=fitting, parts=(*mention.parts, place))
                    if place in placed:
                        self.drop(place)
            for document in documents if len(mention.candidates) > 1 else ():
                issued = document.candidates[0].issuer or ""
                area = _PLACE_IN.search(issued)
                fitting = tuple(one for one in mention.candidates if area and name_of(area[0]) in name_of(one.label))
                if fitting:
                    mention = replace(mention, candidates=fitting)
            self.add(mention)


def _placed(parts: Iterable[Mention]) -> bool:
    return any(one.kind in ("place", "agency") for one in parts)


def _called(name: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Return the name of an agency, and how it is called without its first words."""
    yield name
    if name[:4] == ("uy", "ban", "mat", "tran"):
        yield name[2:]


def _lies_in(agency: Entry, place: str) -> bool:
    return f" {name_of(place)} " in f" {name_of(agency.label)} "


def _in_order(words: Sequence[str], name: Sequence[str]) -> bool:
    at = 0
    for word in words:
        if word not in name[at:]:
            return False
        at = list(name).index(word, at) + 1
    return True


def _held(found: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], bool]:
    """Return of several documents those whose text is held, and whether others were left out."""
    held = tuple(one for one in found if one.held)
    return (held, True) if held and len(held) < len(found) else (found, False)


def _of_year(found: tuple[Entry, ...], year: str) -> tuple[Entry, ...]:
    return tuple(one for one in found if is_of_year(one, year))


def is_of_year(entry: Entry, year: str) -> bool:
    """Tell whether a document is about a year, or an activity stands in one; where no title says, its date does."""
    said = f"{entry.label} {entry.title or ''} {entry.whole or ''}"
    years = re.findall(r"\b(?:19|20)\d\d\b", re.sub(r"\d+/\d{4}/", " ", said))
    if year in years:
        return True
    spans = re.findall(r"((?:19|20)\d\d)\s*-\s*((?:19|20)\d\d)", said)
    if any(first <= year <= last for first, last in spans):
        return True
    return not years and entry.date is not None and entry.date.startswith(year)


@cache
def _types() -> Mapping[str, str]:
    """Return the types of documents by how they are typed: "ke hoach" and "kh"."""
    found: dict[str, str] = {}
    for row in lexicon.document_types():
        name = name_of(row.name)
        for form in (row.symbol or "", name):
            if form and name != "van ban":
                found.setdefault(name_of(form), name)
    found.pop("hd", None)
    return {form: name for form, name in found.items() if len(form) > 1}


@cache
def _groups() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return the forms of groups of people by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for row in lexicon.read_table(_GROUPS, ("group", *LANGUAGES, "example"), key=("group",)):
        for lang in LANGUAGES:
            for form in row.items(lang):
                words = tuple(word.text for word in read_words(form))
                found[fold(words[0])].append((words, row["group"]))
    return {first: tuple(sorted(forms, key=lambda one: -len(one[0]))) for first, forms in found.items()}


@cache
def _country() -> frozenset[str]:
    """Return the folded names of all provinces and districts that are two words or more."""
    names = (*places.PROVINCE_NAMES, *places.DISTRICT_NAMES)
    return frozenset(name for name in map(name_of, names) if " " in name)


_WHOLE: WeakKeyDictionary[Names, frozenset[str]] = WeakKeyDictionary()


def _whole(names: Names) -> frozenset[str]:
    found = _WHOLE.get(names)
    if found is None:
        found = _WHOLE[names] = frozenset(names.titles)
    return found


# --- dates ------------------------------------------------------------------------------------------------------------

_DAY: Final = r"(?P<d>\d{1,2})"
_MONTH: Final = r"(?P<m>\d{1,2})"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"
_NAMED_MONTH: Final = rf"(?P<name>{'|'.join(_MONTHS)})"
_QUARTERS: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FORMS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:ngay )?{_DAY}(?: thang)? {_MONTH}(?: nam)? {_YEAR}",
        rf"{_YEAR} {_MONTH} {_DAY}",
        rf"{_DAY}(?:st|nd|rd|th)? {_NAMED_MONTH} {_YEAR}",
        rf"{_NAMED_MONTH} {_DAY}(?:st|nd|rd|th)? {_YEAR}",
    )
)
_ENDS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:(?:den )?(?:het|cuoi) )?thang {_MONTH}(?: nam)? {_YEAR}",
        rf"(?:the )?(?:end of )?{_NAMED_MONTH} {_YEAR}",
        rf"(?:(?:den )?(?:het|cuoi) )?quy (?P<q>i{{1,3}}|iv|[1-4])(?: nam)? {_YEAR}",
        rf"(?:den )?(?:het|cuoi) (?:nam )?{_YEAR}",
        rf"(?:the )?end of {_YEAR}",
        rf"q(?P<q>[1-4]) {_YEAR}",
    )
)
_PERIODS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"tu (?:nam )?(?P<a>(?:19|20)\d\d) (?:den|toi) (?:het )?(?:nam )?(?P<b>(?:19|20)\d\d)",
        r"(?:from|between) (?P<a>(?:19|20)\d\d) (?:to|and|until) (?P<b>(?:19|20)\d\d)",
        r"trong (?:giai doan |cac nam )(?P<a>(?:19|20)\d\d) (?:den )?(?P<b>(?:19|20)\d\d)",
    )
)
_FIGURE: Final = re.compile(
    r"(?:duoi|thap hon|nho hon|be hon|below|under|less than|lower than)(?: muc| nguong)? "
    r"(?P<whole>\d{1,3})(?: (?P<part>\d{1,2}))?(?P<percent> phan tram| percent)?"
)


def _read_date(text: str) -> tuple[str, str | None, str | None] | None:
    """Read a date, the last day of a month, quarter or year, a period of years, or a bound; None for anything else.

    >>> _read_date("1 12 2024"), _read_date("den het thang 6 2024"), _read_date("tu 2021 den 2023")
    (('2024-12-01', None, None), ('2024-06-30', None, None), ('2021-01-01', '2023-12-31', None))
    >>> _read_date("duoi 0 8"), _read_date("ngay 31 2 2024")
    (('', None, '0.8'), None)
    """
    if text in ("hom nay", "today"):
        return date.today().isoformat(), None, None
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return _day(found, int(found["d"]))
    for form in _ENDS:
        found = form.fullmatch(text)
        if found is not None:
            return _day(found, None)
    for form in _PERIODS:
        found = form.fullmatch(text)
        if found is not None:
            return f"{found['a']}-01-01", f"{found['b']}-12-31", None
    bound = _FIGURE.fullmatch(text)
    if bound is not None:
        if bound["part"] is not None:
            return "", None, f"{int(bound['whole'])}.{bound['part']}"
        percent = int(bound["whole"])
        return ("", None, f"{percent / 100:g}") if 1 < percent <= 100 else None
    return None


def _day(found: re.Match[str], day: int | None) -> tuple[str, None, None] | None:
    """Return a day; without one, the last of its month, quarter or year."""
    said = found.groupdict()
    if said.get("name"):
        month = _MONTHS[said["name"]]
    elif said.get("q"):
        month = _QUARTERS[said["q"]] * 3
    else:
        month = int(said.get("m") or 12)
    year = int(said["y"])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = last if day is None else day
    return (date(year, month, day).isoformat(), None, None) if 1 <= day <= last else None
