"""Find the components of a programme in a plan: projects, their parts, policies, numbered activities.

Every component has the label that is printed and the code that it truly has: the title decides where it fits a
component of the programme (``ontology/components.tsv``), else the printed word and number do. Codes are made thus:

- a numbered component: the letters of its word and its number, behind the code of the component above and a point
  ("DA3", "DA3.TDA2", "NDTP1.ND9", "HP1.THP2"); one that is numbered below another of its own word only adds the number
  ("NV2", "NV2.1"); a number that is printed twice for different things gets a count behind it ("DA3-2");
- a policy that is no numbered project: "CS:" and its short name ("CS:tín dụng ưu đãi");
- a numbered heading of a section of tasks, contents or models: the section's letters and the enumerator ("NV2").

A plan that carries out several programmes prints equal numbers for different components: those of a programme that is
not the plan's first bear its code in front where they clash ("dtts-2021-2030:DA1").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import overload

from cancu.loaders.agencies import read_agency
from cancu.loaders.clauses import clauses, paragraphs
from cancu.loaders.labels import Head, Label, find_labels, read_head, read_label, title_span
from cancu.loaders.mentions import Note
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.ontology import lexicon
from cancu.ontology.programmes import (
    CLEAR_FIT,
    Programme,
    ProgrammeComponent,
    best_fit,
    code_in_words,
    component_words,
    components_of,
    fit,
    programmes,
    programmes_named,
    title_key,
)

__all__ = ["Component", "Components", "Identity", "read_beneficiaries", "read_components"]


@dataclass(frozen=True, slots=True)
class Component:
    """Hold one component in plain offsets: ``start``..``end`` is its heading, its text runs to ``until``.

    ``national`` names the component of a programme that it is ("gnbv-2021-2025/DA3.TDA2"); ``path`` are the headings
    above it and its own; ``inferred`` lists the fields that context gave, not print.
    """

    start: int
    end: int
    until: int
    code: str
    printed_label: str
    title: str
    parent: str | None = None
    national: str | None = None
    path: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Say which component words name: its code, the one above, the national one; ``doubts`` are rules of notes."""

    code: str
    printed_label: str
    title: str
    parent: str | None = None
    national: str | None = None
    inferred: tuple[str, ...] = ()
    doubts: tuple[Note, ...] = ()


class Components(Sequence[Component]):
    r"""Hold the components of a text in the order of their headings.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "II. NỘI DUNG\n1. Dự án 2: Trồng rừng\nTrồng cây.\n2. Dự án 3: Làm đường\nIII. TỔ CHỨC THỰC HIỆN\n"
    >>> found, notes = read_components(read_reading(text + "Phòng A chủ trì Dự án 2 và Dự án 3."))
    >>> [(each.code, each.title) for each in found], found.at(text.index("Trồng cây")).code
    ([('DA2', 'Trồng rừng'), ('DA3', 'Làm đường')], 'DA2')
    """

    def __init__(
        self, components: Iterable[Component], places: Iterable[tuple[int, int, str]] = (), scope: _Scope | None = None
    ) -> None:
        """Take the components, and further places (start, until, code) where one is headed once more."""
        self._items = tuple(sorted(components, key=lambda each: (each.start, each.until)))
        self._by_code = {each.code: each for each in self._items}
        self._scope = scope or _Scope((), ())
        self._places = tuple(places)
        spans = [(each.start, each.until, each.code) for each in self._items]
        self._starts, self._codes = _flattened([*spans, *self._places])
        self._policies = _policy_pattern(self._items)
        # By word and number: as printed, and as they truly are.
        self._printing: dict[tuple[str, int], list[Component]] = {}
        self._numbers: dict[tuple[str, int], list[Component]] = {}
        for each in self._items:
            label = read_label(each.printed_label, 0)
            if label is not None:
                self._printing.setdefault((_word_of(each.code), label.number[-1]), []).append(each)
            number = _LAST_NUMBER.search(each.code)
            if number is not None:
                self._numbers.setdefault((_word_of(each.code), int(number[0])), []).append(each)

    @overload
    def __getitem__(self, index: int) -> Component: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Component]: ...
    def __getitem__(self, index: int | slice) -> Component | Sequence[Component]:
        """Return the component at a place of the order, or several."""
        return self._items[index]

    def __len__(self) -> int:
        """Return how many components the text has."""
        return len(self._items)

    def get(self, code: str) -> Component | None:
        """Return the component of this code, or None."""
        return self._by_code.get(code)

    def with_more(self, components: Iterable[Component]) -> Components:
        """Return these components and more, which stand in no heading: those that only a table names."""
        return Components([*self._items, *components], self._places, self._scope)

    def at(self, offset: int) -> Component | None:
        """Return the innermost component whose text holds ``offset``, also where it is headed a second time."""
        index = bisect_right(self._starts, offset) - 1
        code = self._codes[index] if index >= 0 else None
        return self._by_code.get(code) if code is not None else None

    def named(self, plain: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """Return the components that words name by number or title, each with its place, in order.

        The number of a part means a part of the project that the words give it to ("Tiểu dự án 1, và Tiểu dự án 3 thuộc
        dự án 4"), or else of the project in whose text they stand. What names nothing of this text is left out.
        """
        items = _named_labels(plain, start, end)
        titles = [(item.start, item.title_end) for item in items]
        policies = [
            found
            for found in self._named_policies(plain, start, end)
            if not any(first <= found[0] < last for first, last in titles)
        ]
        return sorted([*self._numbered(plain, items, end), *policies])

    def lacking(self, plain: str, start: int, end: int) -> Iterator[Note]:
        """Doubt the components that a section of duties names by number and the text does not have.

        Certain only where the text itself numbers several components of that word.
        """
        items = [item for item in _named_labels(plain, start, end) if self._is_ours(plain, item, end)]
        for place, item in enumerate(items):
            label = item.label
            if label.word.damaged or len(label.number) > 1 or self._code_of(label, item.title, None) is not None:
                continue
            above: str | None = None
            if label.word.rank > 0:
                holder = _holder(plain, items, place)
                above = None if holder is None else self._code_of(items[holder].label, items[holder].title, None)
                if above is None or self._code_of(label, item.title, above) is not None:
                    continue
            known = [
                each
                for (word, _), group in self._numbers.items()
                if word == label.word.code
                for each in group
                if above is None or each.parent == above
            ]
            if len(known) < _FEWEST_NUMBERED or any(label.number[-1] in _numbers_of(each) for each in known):
                continue
            shown = f"{label.word.word} {label.number[-1]}"
            yield Note("component-not-held", item.start, item.end, (), (("label", shown),))

    def of_label(self, words: str, parent: str | None = None) -> Identity | None:
        """Say which component a cell of a table names; ``parent`` is the code of the project above, where there is one.

        The title decides over a damaged label ("Tiểu án 1", "Điều 1: Chương trình 30a"). A component that the text does
        not head anywhere else is named too.
        """
        line = " ".join(words.split())
        at = 0
        while (front := _CELL_FRONT.match(line, at)) is not None and front.end() > at:
            at = front.end()
        label = read_label(line, at)
        if label is not None:
            head = read_head(f". {line[at:]}", 2, len(line) - at + 2)
            if head is None:
                return None
            shifted = line[at:]
            title = shifted[head.title_start - 2 : head.title_end - 2]
            above = self._above(head, parent)
            identity = self._scope.identify(head.label, title, above)
            return self._told(identity, head.label, shifted[label.start - at : label.end - at], title)
        return self._policy_of(line[at:]) or self._titled(line[at:], parent)

    # --- by number

    def _above(self, head: Head, parent: str | None) -> str | None:
        if head.above is not None:
            return self._code_of(head.above, "", None)
        return parent if head.label.word.rank > 0 else None

    def _told(self, identity: _Identified, label: Label, printed: str, title: str) -> Identity:
        known = self._by_code.get(identity.code)
        return Identity(
            identity.code,
            _printed_label(printed),
            title or (known.title if known is not None else identity.official or ""),
            identity.parent,
            identity.national,
            identity.inferred if title else (*identity.inferred, "title"),
            tuple(Note(rule, label.start, label.end, (), detail) for rule, detail in identity.doubts),
        )

    def _titled(self, title: str, parent: str | None) -> Identity | None:
        found = self._scope.titled(title, parent)
        if found is None:
            return None
        return Identity(found.code, "", title, found.parent, found.name, ("code",))

    def _policy_of(self, title: str) -> Identity | None:
        short = _short_name(title)
        key = title_key(short)
        policies = [
            (each, title_key(each.code[len(_POLICY) :])) for each in self._items if each.code.startswith(_POLICY)
        ]
        for each, name in policies:
            if key == name or key.startswith(f"{name} ") or (" " in name and key.endswith(f" {name}")):
                return Identity(each.code, each.printed_label, each.title)
        for each, name in policies:
            if SequenceMatcher(None, key, name, autojunk=False).ratio() >= CLEAR_FIT:
                return Identity(each.code, each.printed_label, each.title)
        if _POLICY_WORD.match(title) and short:
            return Identity(_POLICY + short, "", title.strip())
        return None

    def _code_of(self, label: Label, title: str, above: str | None) -> str | None:
        """Return the code that a number means in this text: the only component that prints it, else the true one."""
        word, last = label.word.code, label.number[-1]
        if title:
            told = self._scope.identify(label, title, above)
            if told.fits and told.code in self._by_code and _word_of(told.code) == word:
                return told.code
        if label.word.damaged:
            return None

        def belonging(found: Sequence[Component]) -> list[Component]:
            return [each for each in found if above is None or label.word.rank == 0 or each.parent == above]

        for index in (self._printing, self._numbers):
            level = belonging(index.get((word, last), ()))
            if len(level) == 1:
                return level[0].code
        dotted = word + ".".join(map(str, label.number))
        return dotted if above is None and dotted in self._by_code else None

    def _numbered(self, plain: str, named: list[_Item], end: int) -> Iterator[tuple[int, int, str]]:
        items = [item for item in named if self._is_ours(plain, item, end)]
        consumed: set[int] = set()
        for place, item in enumerate(items):
            above: str | None = None
            holder: int | None = None
            if item.label.word.rank > 0:
                holder = _holder(plain, items, place)
                if holder is not None:
                    consumed.add(holder)
                    above = self._code_of(items[holder].label, items[holder].title, None)
                    if above is None:
                        continue
                    if not item.title:
                        # "Tiểu dự án 2 thuộc Dự án 3 - Cải thiện dinh dưỡng": the title may be the part's.
                        item.title = items[holder].title
                else:
                    around = self.at(item.start)
                    while around is not None and item.label.word.code == _word_of(around.code):
                        around = self._by_code.get(around.parent) if around.parent is not None else None
                    above = around.code if around is not None and not around.code.startswith(_POLICY) else None
            code = self._code_of(item.label, item.title, above)
            if code is None and above is not None and holder is None:
                code = self._code_of(item.label, item.title, None)
            if code is not None:
                item.code = code
        for place, item in enumerate(items):
            if item.code is not None and place not in consumed:
                yield item.start, item.end, item.code

    def _is_ours(self, plain: str, item: _Item, end: int) -> bool:
        """Tell a component of this plan's programmes from one that the words give to another programme."""
        behind = _OF_PROGRAMME.match(plain, item.end, end)
        if behind is None:
            return True
        named = programmes_named(behind["name"])
        return not named or any(programme in self._scope.all for programme in named)

    # --- by title

    def _named_policies(self, plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        if self._policies is not None:
            pattern, codes = self._policies
            for found in pattern.finditer(plain, start, end):
                yield found.start(), found.end(), codes[found["name"].casefold()]


def _numbers_of(component: Component) -> set[int]:
    """Return the number that a component truly has, and the one that is printed."""
    label = read_label(component.printed_label, 0)
    found = _LAST_NUMBER.search(component.code)
    return {*(label.number if label is not None else ()), *((int(found[0]),) if found is not None else ())}


_FEWEST_NUMBERED = 2
_POLICY = "CS:"
_LAST_NUMBER = re.compile(r"\d{1,4}$")
_SUM_BEHIND = compiled(r"(?:khoảng |dự kiến )?\d[\d.,]* ?(?:triệu|tỷ|tỉ|nghìn|ngàn|đồng)")
_CELL_FRONT = compiled(r"(?:[-+*•] ?|(?:\d{1,2}\.){1,3} ?|\d{1,2}(?:\.\d{1,2}){0,3} |[IVX]{1,5}\. |[a-zđ]\) )")
_OF_PROGRAMME = compiled(
    r"[^.;\n]{0,120}?(?:thuộc|của|trong) (?:các )?(?P<name>(?:Chương trình|CTMTQG|CT MTQG)[^.;\n]{0,160})"
)
_LIST_JOINT = compiled(r"(?: ?, ?(?:và )?| và | & | ?[-–] ?(?=\d))(?:số )?(?P<number>0?\d{1,2})(?![\d.,/%]*\d|[a-z])")
_SAME_HOLDER = compiled(
    rf"[ ,;]*(?:(?:và|hoặc) )?(?:các )?(?:{any_of('component_link')} )?(?:các )?$|[ ,(:-]*$", re.IGNORECASE
)
_HELD = compiled(rf"[ ,(-]*{any_of('component_link')} (?:các )?$|,? ?- ?$|,? ?$", re.IGNORECASE)
_UNDER = compiled(r"[ (:,-]*(?:(?:gồm|bao gồm|trong đó|gồm có)[ :]*)?(?:các )?$", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """Hold one number of a label that words name, with the title behind it."""

    start: int
    end: int
    label: Label
    title: str
    title_end: int
    code: str | None = None


def _named_labels(plain: str, start: int, end: int) -> list[_Item]:
    """Return the labels between two offsets, one an item where several numbers share a word."""
    labels = [label for label in find_labels(plain, start, end) if label.word.prose or label.marked]
    items: list[_Item] = []
    for place, label in enumerate(labels):
        stop = labels[place + 1].start if place + 1 < len(labels) else end
        numbers = [(label.start, label.end, label.number)]
        at = label.end
        while (joint := _LIST_JOINT.match(plain, at, stop)) is not None:
            numbers.append((joint.start("number"), joint.end("number"), (int(joint["number"]),)))
            at = joint.end()
        title, title_end = _title_behind(plain, label, at, stop)
        for first, last, number in numbers:
            alone = len(numbers) == 1
            items.append(
                _Item(first, last, replace(label, number=number), title if alone else "", title_end if alone else last)
            )
    return items


def _title_behind(plain: str, label: Label, at: int, stop: int) -> tuple[str, int]:
    """Return the title behind a label inside a sentence: "Dự án 4: Phát triển …", and where it ends."""
    if at != label.end or not label.marked or label.behind >= stop or plain[label.behind].isdigit():
        return "", at
    limit = min([found for mark in ";\n" if (found := plain.find(mark, label.behind, stop)) >= 0] or [stop])
    title_end, _ = title_span(plain, label.behind, limit)
    link = _TITLE_LINK.search(plain, label.behind, title_end)
    if link is not None:
        title_end = link.start()
    title = plain[label.behind : title_end].rstrip(" ,")
    return title, label.behind + len(title)


_TITLE_LINK = compiled(r",? (?:thuộc|và) (?:[Dd]ự án|$)|,? (?:thuộc|và)$")


def _holder(plain: str, items: list[_Item], place: int) -> int | None:
    """Return the item that words give this one to: behind it ("thuộc dự án 4"), or in front ("Dự án 4 (Tiểu dự án 1").

    Several parts that are listed share the holder that is named behind the last one.
    """
    item = items[place]
    position = place
    while position + 1 < min(len(items), place + _LONGEST_LIST):
        here, after = items[position], items[position + 1]
        between = plain[here.title_end : after.start]
        if after.label.word.code in item.label.word.under:
            linked = _HELD.match(between)
            return position + 1 if linked is not None else _in_front(plain, items, place)
        if after.label.word.code != item.label.word.code or not _SAME_HOLDER.match(between):
            break
        position += 1
    return _in_front(plain, items, place)


# No list of parts is longer than this.
_LONGEST_LIST = 24


def _in_front(plain: str, items: list[_Item], place: int) -> int | None:
    position = place
    while position > max(0, place - _LONGEST_LIST):
        here, before = items[position], items[position - 1]
        between = plain[before.title_end : here.start]
        if before.label.word.code in items[place].label.word.under:
            return position - 1 if _UNDER.match(between) and "," != between.strip() else None
        if before.label.word.code != here.label.word.code or not _SAME_HOLDER.match(between):
            return None
        position -= 1
    return None


def _word_of(code: str) -> str:
    """Return the letters of a code's last part: "DA3.TDA2" -> "TDA", "NV2.1" -> "NV"."""
    for part in reversed(code.rpartition(":")[2].split(".")):
        letters = part.rstrip("0123456789-")
        if letters:
            return letters
    return ""


def _flattened(spans: list[tuple[int, int, str]]) -> tuple[list[int], list[str | None]]:
    """Return the offsets at which the innermost span changes, and its code from there on."""
    starts: list[int] = []
    codes: list[str | None] = []
    open_spans: list[tuple[int, str]] = []

    def put(at: int, code: str | None) -> None:
        if starts and starts[-1] == at:
            codes[-1] = code
        else:
            starts.append(at)
            codes.append(code)

    for start, until, code in sorted(spans, key=lambda span: (span[0], -span[1])):
        while open_spans and open_spans[-1][0] <= start:
            ended = open_spans.pop()[0]
            put(ended, open_spans[-1][1] if open_spans and open_spans[-1][0] > ended else None)
        open_spans.append((min(until, open_spans[-1][0]) if open_spans else until, code))
        put(start, code)
    while open_spans:
        ended = open_spans.pop()[0]
        put(ended, open_spans[-1][1] if open_spans and open_spans[-1][0] > ended else None)
    return starts, codes


# --------------------------------------------------------------------------------------------- which component it is


@dataclass(frozen=True, slots=True)
class _Identified:
    """Hold what word, number and title of a component tell together."""

    code: str
    parent: str | None
    national: str | None
    official: str | None
    fits: bool
    clear: bool = False
    inferred: tuple[str, ...] = ()
    doubts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Scope:
    """Hold the programmes that a plan carries out, and those that it only names."""

    own: tuple[Programme, ...]
    others: tuple[Programme, ...]

    @property
    def all(self) -> tuple[Programme, ...]:
        return self.own + self.others

    def within(self, path: Sequence[str]) -> _Scope:
        """Return the scope of a section: the programme that a heading above names is the only one there."""
        if len(self.all) > 1:
            for heading in reversed(path):
                named = [programme for programme in programmes_named(heading) if programme in self.all]
                if named:
                    return _Scope((named[0],), ())
        return self

    def identify(self, label: Label, title: str, above: str | None) -> _Identified:
        """Say which component word, number and title name below the component of code ``above``."""
        printed = _printed_code(label, above)
        for programme in self.own:
            found = _identify(programme, label, title, above, printed)
            if found is not None:
                return found
        for programme in self.others:
            found = _identify(programme, label, title, above, printed)
            if found is not None and found.clear and _word_of(found.code) == label.word.code:
                return found
        return _Identified(printed, above, None, None, False, doubts=_damage(label))

    def titled(self, title: str, parent: str | None = None) -> ProgrammeComponent | None:
        """Return the component whose title this is, word for word or nearly so."""
        for programme in self.all:
            found, how_well = best_fit(title, components_of(programme.code).values())
            if found is not None and how_well >= _SAME_TITLE and (parent is None or found.parent in (None, parent)):
                return found
        return None


# A heading without a word and number is a component's only where its title is the official one.
_SAME_TITLE = 0.97
# A printed number is contradicted only by a title that fits another component better by this much.
_BETTER_BY = 0.05
# A title that fits its number's component less than this is another component, or a local one.
_WEAK_FIT = 0.6


def _printed_code(label: Label, above: str | None) -> str:
    word, number = label.word.code, label.number
    if above is None:
        return word + ".".join(map(str, number))
    if _word_of(above) == word:
        return f"{above}.{number[-1]}"
    return f"{above}.{word}{number[-1]}"


def _damage(label: Label) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return (("component-word-damaged", (("word", label.word.word),)),) if label.word.damaged else ()


def _identify(programme: Programme, label: Label, title: str, above: str | None, printed: str) -> _Identified | None:
    """Say which component of one programme it is, or None where neither title nor number is one of its own."""
    known = components_of(programme.code)
    word = label.word.code
    level = [each for each in known.values() if _word_of(each.code) == word]
    siblings = [each for each in level if each.parent == above] if above is not None and label.word.rank else level
    if label.word.rank == 0:
        siblings = [each for each in level if each.parent is None]
    elif above is None:
        # "Tiểu dự án 1" below no project: only its title can tell.
        siblings = level
    best, how_well = best_fit(title, siblings)
    if (best is None or how_well < CLEAR_FIT) and title:
        # A part that stands below the wrong project, or bears another word: only its very title tells.
        other, other_fit = best_fit(title, known.values())
        if other is not None and other_fit >= _SAME_TITLE:
            best, how_well = other, other_fit
    own = known.get(printed)
    own_fit = fit(title, own) if own is not None and title else 0.0
    if best is not None and how_well >= CLEAR_FIT and (best is own or how_well >= own_fit + _BETTER_BY):
        doubts = _damage(label)
        inferred: tuple[str, ...] = ()
        if best is not own:
            inferred = ("code",)
            if _word_of(best.code) == word and not best.code.endswith(f"{word}{label.number[-1]}"):
                names = (("printed", code_in_words(printed)), ("name", code_in_words(best.code)))
                detail = (("label", printed), ("code", best.code), ("title", best.title), *names)
                doubts = (*doubts, ("label-contradicts-title", detail))
        return _Identified(best.code, best.parent, best.name, best.title, True, True, inferred, doubts)
    if own is not None:
        fits = own_fit >= _WEAK_FIT
        national = own.name if fits or not title else None
        inferred = () if title else ("title",)
        return _Identified(printed, above, national, own.title, fits, False, inferred, _damage(label))
    if above is not None and above in known and label.word.rank > 0:
        return _Identified(printed, above, None, None, False, doubts=_damage(label))
    return None


def _scope_of(reading: Reading) -> _Scope:
    """Return the programmes that a plan's title names for its years, and those that its opening cites."""
    header, outline = reading.header, reading.outline
    year = header.period_start or (int(header.date[:4]) if header.date else None)
    last = header.period_end or year
    cited = [
        programme
        for programme in programmes()
        if any(mention.number == programme.number for mention in reading.mentions)
    ]

    def in_period(programme: Programme) -> bool:
        if year is None or last is None:
            return not cited or programme in cited
        return programme.period_start <= last and year <= programme.period_end

    def overlap(programme: Programme) -> int:
        if year is None or last is None:
            return 0
        return min(programme.period_end, last) - max(programme.period_start, year)

    def chosen(named: Iterable[Programme]) -> list[Programme]:
        """Keep one programme of each name: the one whose years the plan's years fall into most, the cited one first."""
        kept: dict[tuple[str, ...], Programme] = {}
        for programme in named:
            before = kept.get(programme.words)
            if in_period(programme) and (
                before is None or (overlap(programme), programme in cited) > (overlap(before), before in cited)
            ):
                kept[programme.words] = programme
        return list(kept.values())

    own = chosen(programmes_named(header.title or ""))
    opening = reading.plain[header.body_start : outline.opening_end][:_OPENING]
    others = [each for each in chosen([*cited, *programmes_named(opening)]) if each not in own]
    if not own and len(others) == 1:
        own, others = others, []
    if not own and not others:
        own = [programme for programme in chosen(programmes()) if _carried_out(reading, programme)][:1]
    return _Scope(tuple(own), tuple(others))


# A programme that neither title nor opening names is known by this many components.
_LEAST_COMPONENTS = 2


def _carried_out(reading: Reading, programme: Programme) -> bool:
    """Tell a programme by the components that a plan heads with its words, numbers and titles."""
    known = components_of(programme.code).values()
    heads = [heading.head for heading in reading.outline.headings if heading.head is not None]
    fitting = {
        each.code
        for head in heads
        for each in known
        if each.code.endswith(f"{head.label.word.code}{head.label.number[-1]}")
        and fit(reading.plain[head.title_start : head.title_end], each) >= CLEAR_FIT
    }
    return len(fitting) >= _LEAST_COMPONENTS


_OPENING = 6_000


# --------------------------------------------------------------------------------------------- reading a text

# What a section holds tells where a component is headed and where it is only spoken of; the lower, the better.
_KINDS = {"content": 0, None: 0, "money": 1, "solution": 2, "aim": 3, "basis": 3, "duty": 4, "result": 5}
_SECTION_KINDS = lexicon.words("section_kind")
# "Chương trình mục tiêu quốc gia" is no section on aims.
_KIND = compiled(rf"(?<![^\W_]){any_of('section_kind')}(?![^\W_]| quốc gia)", re.IGNORECASE)
_POLICY_SECTIONS = lexicon.words("policy_section")
_POLICY_SECTION = compiled(any_of("policy_section"), re.IGNORECASE)
_POLICY_LEAD = compiled(f"{any_of('policy_lead')}(?![^\\W_])")
_POLICY_WORD = compiled(r"(?:Thực hiện )?[Cc]hính sách (?=[^\W\d_])")
_FIELD_TITLE = compiled(f"{any_of('component_field')}(?![^\\W_])", re.IGNORECASE)
# "- Kinh phí: …"
_FIELD_LABEL = compiled(f"{any_of('component_field')}(?![^\\W_])[^\\n:]{{0,40}}:")
# "II. Về nội dung kế hoạch": a section, and no item of one.
_SECTION_TITLE = compiled(
    rf"(?:(?:về|những|các|một số|phần) )*{any_of('component_section_word')}(?![^\W_])", re.IGNORECASE
)
_SECTION_LABEL = compiled(r"(?:[IVX]{1,5}|[A-ZĐ])$")
_ACTIVITY_SECTIONS = lexicon.words("component_section_word")
_ACTIVITY_SECTION = compiled(any_of("component_section_word"), re.IGNORECASE)
_EVIDENCE = compiled(any_of("component_evidence"), re.IGNORECASE)
# A word without a number: "1.2. Dự án Cải thiện dinh dưỡng" with an official title.
_BARE_WORD = compiled(
    rf"(?:{'|'.join(re.escape(known.word) for known in component_words() if not known.damaged)})(?: ?: ?| )"
)
_LEAST_ACTIVITIES = 2
# Titles that are this much alike head one component twice.
_SAME = 0.85


@dataclass(slots=True)
class _Found:
    """Hold one place where a component is headed, before it is known whether it is headed elsewhere too."""

    component: Component
    kind: str | None
    label: Label | None
    fits: bool
    programme: str | None
    order: int | None
    closed: bool
    parts: list[_Found] = field(default_factory=list)


def read_components(reading: Reading) -> tuple[Components, list[Note]]:
    r"""Read the components of a text, and the doubts that their labels raise.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nThực hiện Chương trình giảm nghèo bền vững năm 2024\nII. NỘI DUNG\n"
    >>> found, notes = read_components(read_reading(text + "1. Dự án 3: Phát triển giáo dục nghề nghiệp, việc làm"))
    >>> [(each.code, each.printed_label) for each in found], [note.rule for note in notes]
    ([('DA4', 'Dự án 3')], ['label-contradicts-title'])
    """
    reader = _Reader(reading)
    return reader.read(), reader.notes


class _Reader:
    """Read the components of one text; collect the doubts."""

    def __init__(self, reading: Reading) -> None:
        self.plain, self.reading = reading.plain, reading
        self.headings = reading.outline.headings
        self.scope = _scope_of(reading)
        self.notes: list[Note] = []
        self._kinds: dict[str, str | None] = {}
        self._counts: dict[str, int] = {}

    def read(self) -> Components:
        """Read everything."""
        found = self._headed()
        for holder in found:
            self._end_at_fields(holder)
        kept, places = self._merged(found)
        self._note_gaps(found)
        kept += self._mentioned(kept)
        kept += self._unnumbered(kept)
        codes = {component.code for component in kept}
        kept = [
            replace(component, parent=component.parent if component.parent in codes else None) for component in kept
        ]
        return Components(kept, places, self.scope)

    # --- headings with word and number

    def _headed(self) -> list[_Found]:
        found: list[_Found] = []
        open_at: list[_Found] = []
        for heading in self.headings:
            while open_at and open_at[-1].component.until <= heading.start:
                open_at.pop()
            if self.reading.in_table(heading.start) or "\t" in self.plain[heading.start : heading.end]:
                continue
            one = self._of_head(heading, open_at) if heading.head is not None else self._of_title(heading, open_at)
            if one is not None:
                holder = next((each for each in reversed(open_at) if each.component.code == one.component.parent), None)
                if holder is not None:
                    holder.parts.append(one)
                found.append(one)
                open_at.append(one)
        return found

    def _end_at_fields(self, holder: _Found) -> None:
        """End the last part that a bullet heads where bullets beside it go on with what the whole has.

        "1. Dự án 1: …", "- Tiểu dự án 2: …", "- Kinh phí: …": the money is that of the project, if no part but the last
        is followed by such a bullet and none stands in front of it.
        """
        parts = [(part, _bullet_of(self.plain, part.component.start)) for part in holder.parts]
        if not parts or not all(bullet for _, bullet in parts):
            return
        last, bullet = parts[-1]
        fields = [self._field_behind(part.component.end, part.component.until, mark) for part, mark in parts]
        first = parts[0][0].component.start
        if fields[-1] is None or any(at is not None for at in fields[:-1]):
            return
        if self._field_behind(holder.component.end, first, bullet) is None:
            last.component = replace(last.component, until=max(last.component.end, fields[-1]))

    def _field_behind(self, start: int, stop: int, bullet: str) -> int | None:
        """Return where the first line begins that has this bullet and the label of what is said of a component."""
        at = self.plain.find(f"\n{bullet}", start, stop)
        while at >= 0:
            words = at + 2
            while words < stop and self.plain[words] == " ":
                words += 1
            if _FIELD_LABEL.match(self.plain, words, stop):
                return at + 1
            at = self.plain.find(f"\n{bullet}", words, stop)
        return None

    def _of_head(self, heading: Heading, open_at: list[_Found]) -> _Found | None:
        head = heading.head
        if head is None:
            return None
        label = head.label
        title = self.plain[head.title_start : head.title_end]
        if title and (read_agency(self.plain, head.title_start) is not None or not any(map(str.isalpha, title))):
            # "- Dự án 2: Phòng Nội vụ chủ trì" says who, and "Dự án 2: 620 triệu đồng" how much; neither is a title.
            title = ""
        above = self._above(label, head.above, open_at)
        told = self.scope.within(heading.path[:-1]).identify(label, title, above)
        if not title and told.official is None:
            return None
        inferred = told.inferred
        end = head.end
        if not title:
            title, inferred = told.official or "", tuple(sorted({*inferred, "title"}))
            end = head.title_start if head.title_start == head.title_end else label.end
            end = max(end, label.end)
        for rule, detail in told.doubts:
            self.notes.append(Note(rule, label.start, label.end, (told.code,), detail))
        component = Component(
            # A bullet is no enumerator.
            heading.start if heading.label else min(label.start, head.above.start if head.above else label.start),
            end,
            max(heading.until, end),
            told.code,
            _printed_label(self.plain[label.start : label.end]),
            title,
            told.parent,
            told.national,
            heading.path,
            inferred,
        )
        programme = told.national.partition("/")[0] if told.national else None
        return self._found(heading, component, label, told.fits, programme)

    def _above(self, label: Label, printed: Label | None, open_at: list[_Found]) -> str | None:
        if printed is not None:
            for one in reversed(open_at):
                if one.label is not None and one.label.word is printed.word and one.label.number == printed.number:
                    return one.component.code
            return _printed_code(printed, None)
        for one in reversed(open_at):
            if one.label is not None and one.label.holds(label):
                return one.component.code
            if one.label is None and label.word.rank > 0 and one.component.parent is None:
                return one.component.code
        return None

    def _of_title(self, heading: Heading, open_at: list[_Found]) -> _Found | None:
        """Read a heading that bears the official title of a component without its number."""
        if not heading.label or self._kind(heading.path[:-1]) not in ("content", None):
            return None
        bare = _BARE_WORD.match(heading.title)
        title = heading.title[bare.end() if bare is not None else 0 :].partition(":")[0].strip()
        known = self.scope.within(heading.path[:-1]).titled(title)
        if known is None or not any(known.programme == programme.code for programme in self.scope.own):
            return None
        start = self.plain.find(title, heading.start, heading.end)
        component = Component(
            heading.start,
            start + len(title),
            heading.until,
            known.code,
            heading.label,
            title,
            known.parent,
            known.name,
            heading.path,
            ("code",),
        )
        return self._found(heading, component, None, True, known.programme)

    def _found(
        self, heading: Heading, component: Component, label: Label | None, fits: bool, programme: str | None
    ) -> _Found:
        kind, closed = self._kind(heading.path[:-1]), heading.start >= self.reading.outline.closing_start
        return _Found(component, kind, label, fits, programme, _order(heading.label), closed)

    # --- one component headed several times, one number for several components

    def _merged(self, found: list[_Found]) -> tuple[list[Component], list[tuple[int, int, str]]]:
        """Keep one heading of each component: the first, before those of results and of duties."""
        kept: list[_Found] = []
        places: list[tuple[int, int, str]] = []
        known: dict[str, _Found] = {}
        first_programme = self.scope.own[0].code if self.scope.own else None
        numbers: dict[tuple[str, str | None], set[int]] = {}
        for one in found:
            if one.label is not None:
                level = (one.label.word.code, one.component.parent)
                numbers.setdefault(level, set()).add(one.label.number[-1])
        for one in sorted(found, key=lambda one: (_KINDS[one.kind], one.component.start)):
            before = known.get(one.component.code)
            if before is not None and not self._same(before, one):
                code = one.component.code
                if one.programme is None or before.programme is None or one.programme == before.programme:
                    missing = self._missing_number(one, numbers)
                    # Only where both stand in one section is the number that comes next the one that was meant.
                    beside = before.component.path[:-1] == one.component.path[:-1]
                    self._note_twice(one, missing if beside else None)
                    _rename(one, missing or self._counted(code, known), known)
                    one.component = replace(one.component, inferred=("code",), national=None)
                elif one.programme == first_programme:
                    # The plan's first programme keeps the bare code, whichever is headed first.
                    _rename(before, f"{before.programme}:{code}", known)
                else:
                    _rename(one, f"{one.programme}:{code}", known)
                before = known.get(one.component.code)
            if before is None:
                known[one.component.code] = one
                kept.append(one)
            else:
                places.append((one.component.start, one.component.until, one.component.code))
        return [one.component for one in kept], places

    def _counted(self, code: str, known: Mapping[str, _Found]) -> str:
        count = self._counts.get(code, 1) + 1
        while f"{code}-{count}" in known:
            count += 1
        self._counts[code] = count
        return f"{code}-{count}"

    @staticmethod
    def _same(before: _Found, one: _Found) -> bool:
        """Tell whether two headings of one code head one component."""
        if one.programme != before.programme and None not in (one.programme, before.programme):
            return False
        if (
            one.closed
            or (one.fits and before.fits)
            or "title" in one.component.inferred
            or "title" in before.component.inferred
        ):
            return True
        if _KINDS[one.kind] != _KINDS[before.kind] and _siblings(before, one):
            # "I. KẾT QUẢ … 3. Dự án 2: đã hỗ trợ 12 mô hình": another section speaks of the component that is headed.
            return True
        ours, theirs = title_key(one.component.title), title_key(before.component.title)
        shared = len(set(ours.split()) & set(theirs.split()))
        return 2 * shared >= _SAME * (len(set(ours.split())) + len(set(theirs.split()))) or (
            one.kind != before.kind and (ours.startswith(theirs) or theirs.startswith(ours))
        )

    @staticmethod
    def _missing_number(one: _Found, numbers: dict[tuple[str, str | None], set[int]]) -> str | None:
        """Return the code with the next number, where nothing else bears it: it must be what was meant."""
        if one.label is None:
            return None
        used = numbers.setdefault((one.label.word.code, one.component.parent), set())
        following = one.label.number[-1] + 1
        if following in used:
            return None
        used.add(following)
        return one.component.code.removesuffix(str(following - 1)) + str(following)

    def _note_twice(self, one: _Found, missing: str | None) -> None:
        if one.label is not None:
            detail = (("label", one.component.printed_label),)
            candidates = (missing,) if missing is not None else ()
            self.notes.append(Note("component-number-twice", one.label.start, one.label.end, candidates, detail))

    def _note_gaps(self, found: list[_Found]) -> None:
        """Note a number that is left out where the enumerators go on: "2. Hợp phần 2", "3. Hợp phần 4"."""
        before: _Found | None = None
        for one in found:
            unknown = one.label is not None and one.programme is None and not self.scope.own
            if (
                unknown
                and before is not None
                and one.label is not None
                and before.label is not None
                and _siblings(before, one)
                and one.kind == before.kind
                and before.order is not None
                and one.order == before.order + 1
                and before.label.number[-1] == before.order
                and one.label.number[-1] > before.label.number[-1] + 1
            ):
                missing = f"{one.label.word.word} {before.label.number[-1] + 1}"
                detail = (("missing", missing), ("label", one.component.printed_label))
                self.notes.append(Note("component-number-gap", one.label.start, one.label.end, (missing,), detail))
            if one.label is not None:
                before = one

    # --- components that only sentences name

    def _mentioned(self, kept: list[Component]) -> list[Component]:
        """Read the components that are headed nowhere: the first place that prints number and title, or number and sum.

        A title counts in a section on duties ("Chủ trì thực hiện Dự án 2: …"), a sum wherever the money is spoken of
        ("trong đó Tiểu dự án 1: 5.200 triệu đồng").
        """
        around = Components(kept)
        codes = {component.code for component in kept}
        found: list[Component] = []
        for first, last in self._paragraphs():
            duty: bool | None = None
            for item in _named_labels(self.plain, first, last):
                if not item.label.marked or item.label.word.damaged or not self._ours(item, last):
                    continue
                if not item.title and not _SUM_BEHIND.match(self.plain, item.label.behind):
                    continue
                if duty is None:
                    kind = self._kind_at(first)
                    duty = kind == "duty"
                    if kind == "result":
                        break
                if item.title and (not duty or item.label.word.rank > 0 or not _is_title(item.title)):
                    continue
                holder = around.at(item.start)
                above = holder.code if holder is not None and item.label.word.rank > 0 else None
                if item.label.word.rank > 0 and (above is None or _word_of(above) not in item.label.word.under):
                    continue
                told = self.scope.identify(item.label, item.title, above)
                if told.code in codes or not (told.fits or told.national or not self.scope.own):
                    continue
                codes.add(told.code)
                found.append(self._named_once(item, told))
        return found

    def _paragraphs(self) -> Iterator[tuple[int, int]]:
        """Yield the paragraphs that are no row of a table and hold the label of a component."""
        for first, last in paragraphs(self.plain, self.reading.outline.opening_end, self.reading.outline.closing_start):
            if "\t" in self.plain[first:last] or self.reading.in_table(first):
                continue
            if next(find_labels(self.plain, first, last), None) is not None:
                yield first, last

    def _named_once(self, item: _Item, told: _Identified) -> Component:
        for rule, detail in told.doubts:
            self.notes.append(Note(rule, item.label.start, item.label.end, (told.code,), detail))
        heading = self.reading.outline.at(item.start)
        end = item.title_end if item.title else item.label.end
        return Component(
            item.start,
            end,
            end,
            told.code,
            _printed_label(self.plain[item.label.start : item.label.end]),
            item.title or told.official or "",
            told.parent,
            told.national,
            heading.path if heading is not None else (),
            told.inferred,
        )

    def _ours(self, item: _Item, end: int) -> bool:
        behind = _OF_PROGRAMME.match(self.plain, item.title_end, end)
        named = programmes_named(behind["name"]) if behind is not None else []
        return not named or any(programme in self.scope.all for programme in named)

    def _kind_at(self, offset: int) -> str | None:
        heading = self.reading.outline.at(offset)
        return self._kind(heading.path) if heading is not None else None

    # --- policies and numbered headings of sections of tasks

    def _unnumbered(self, kept: list[Component]) -> list[Component]:
        numbered = sorted(component.start for component in kept)
        codes = {component.code for component in kept}
        children = _children(self.headings)
        found: list[Component] = []
        done = 0
        for index, heading in enumerate(self.headings):
            if self.reading.in_table(heading.start) or heading.start >= self.reading.outline.closing_start:
                continue
            if heading.start < done or heading.head is not None or not heading.path:
                continue
            kind = self._kind(heading.path)
            if kind not in ("content", None) or not self._in_contents(heading.path):
                continue
            section = _POLICY_SECTION.search(heading.title)
            if section is not None and children[index]:
                sure = _POLICY_SECTIONS[section[0].lower()] == "sure"
                for leaf in _leaves(children, self.headings, index):
                    if sure or _POLICY_LEAD.match(self.headings[leaf].title):
                        found += self._policy(self.headings[leaf], codes)
                done = heading.until
            elif kind == "content" and heading.label and _POLICY_WORD.match(heading.title) and not children[index]:
                found += self._policy(heading, codes)
            elif kind == "content" and not _holds(numbered, heading):
                found += self._activities(heading, [self.headings[child] for child in children[index]], codes)
        return found

    def _policy(self, heading: Heading, codes: set[str]) -> list[Component]:
        title = heading.title.partition(":")[0].strip(" .;,")
        short = _short_name(title)
        code = _POLICY + short
        if not self._is_item(heading) or not short or code in codes:
            return []
        codes.add(code)
        start = self.plain.find(title, heading.start, heading.end)
        end = start + len(title) if start >= 0 else heading.end
        return [Component(heading.start, end, heading.until, code, heading.label, title, None, None, heading.path)]

    def _activities(self, section: Heading, items: list[Heading], codes: set[str]) -> list[Component]:
        """Read the numbered headings of a section of tasks that have a body, money or a time of their own."""
        word = _ACTIVITY_SECTION.search(section.title)
        if word is None or len(items) < _LEAST_ACTIVITIES:
            return []
        letters = _ACTIVITY_SECTIONS[word[0].lower()]
        found = []
        for heading in items:
            title = heading.title.partition(":")[0].strip(" .;,")
            own_kind = self._own_kind(title)
            if (
                heading.head is not None
                or not self._is_item(heading)
                or own_kind not in ("content", None)
                or (_SECTION_LABEL.match(heading.label) and _SECTION_TITLE.match(heading.title))
                or not _EVIDENCE.search(self.plain, heading.end, heading.until)
            ):
                continue
            code = f"{letters}{_order(heading.label) or heading.label}"
            if code in codes:
                count = self._counts.get(code, 1)
                while f"{code}-{count}" in codes or count < 2:
                    count += 1
                self._counts[code] = count
                code = f"{code}-{count}"
            codes.add(code)
            start = self.plain.find(title, heading.start, heading.end)
            end = start + len(title) if start >= 0 else heading.end
            found.append(
                Component(
                    heading.start, end, heading.until, code, heading.label, title, None, None, heading.path, ("code",)
                )
            )
        return found

    def _is_item(self, heading: Heading) -> bool:
        """Tell the heading of a policy or task from a label of what is said of one, and from the name of a body."""
        if not heading.label or _FIELD_TITLE.match(heading.title) or not heading.title:
            return False
        at = self.plain.find(heading.title, heading.start, heading.end)
        return at < 0 or read_agency(self.plain, at) is None

    # --- sections

    def _own_kind(self, title: str) -> str | None:
        if title not in self._kinds:
            found = _KIND.search(title.partition(":")[0])
            self._kinds[title] = _SECTION_KINDS[found[0].lower()] if found is not None else None
        return self._kinds[title]

    def _kind(self, path: Sequence[str]) -> str | None:
        """Return what the innermost section of a heading path holds whose heading says so."""
        for part in reversed(path):
            kind = self._own_kind(part)
            if kind is not None:
                return kind
        return None

    def _in_contents(self, path: Sequence[str]) -> bool:
        kinds = {self._own_kind(part) for part in path}
        return not kinds & {"result", "basis", "aim", "solution", "duty", "money"}


def _bullet_of(plain: str, at: int) -> str:
    """Return the bullet that stands alone in front of an offset on its line, else nothing."""
    front = plain[plain.rfind("\n", 0, at) + 1 : at].strip(" *")
    return front if front in ("-", "+", "•") else ""


def _rename(one: _Found, code: str, known: dict[str, _Found]) -> None:
    """Give a component another code, and its parts with it."""
    old = one.component.code
    if known.get(old) is one:
        del known[old]
        known[code] = one
    one.component = replace(one.component, code=code)
    for part in one.parts:
        if part.component.parent == old:
            part.component = replace(part.component, parent=code)
            _rename(part, code + part.component.code[len(old) :], known)


def _siblings(one: _Found, other: _Found) -> bool:
    if one.label is None or other.label is None or one.label.word.code != other.label.word.code:
        return False
    return one.component.parent == other.component.parent


def _printed_label(words: str) -> str:
    return " ".join(words.split())


def _order(label: str) -> int | None:
    last = label.rpartition(".")[2]
    return int(last) if last.isdigit() else None


def _is_title(words: str) -> bool:
    return words[:1].isupper() and len(words.split()) >= _LEAST_TITLE


_LEAST_TITLE = 2


def _children(headings: Sequence[Heading]) -> list[list[int]]:
    """Return, for each heading, those with an enumerator directly below it."""
    children: list[list[int]] = [[] for _ in headings]
    open_at: list[int] = []
    for index, heading in enumerate(headings):
        while open_at and headings[open_at[-1]].until <= heading.start:
            open_at.pop()
        if open_at and heading.label:
            children[open_at[-1]].append(index)
        open_at.append(index)
    return children


def _leaves(children: list[list[int]], headings: Sequence[Heading], index: int) -> Iterator[int]:
    """Yield the headings below one that are no groups of further numbered ones."""
    for child in children[index]:
        if any(headings[each].label[:1].isdigit() for each in children[child]):
            yield from _leaves(children, headings, child)
        else:
            yield child


def _holds(starts: list[int], heading: Heading) -> bool:
    place = bisect_right(starts, heading.start)
    return place < len(starts) and starts[place] < heading.until


# --------------------------------------------------------------------------------------------- policies

_DROPPED = tuple(lexicon.words("policy_drop"))
# Whom a policy is for is no part of its name: "tín dụng ưu đãi cho người nghèo".
_FOR_WHOM = re.compile(r"(?<=[^\W_]) (?:cho|đối với) ")


def _short_name(title: str) -> str:
    """Return what a policy is called in codes: "Hỗ trợ về y tế cho hộ nghèo" -> "y tế"."""
    name = " ".join(title.split())
    for word in _DROPPED:
        if name.casefold().startswith(f"{word.casefold()} "):
            name = name[len(word) + 1 :]
    whom = _FOR_WHOM.search(name)
    if whom is not None:
        name = name[: whom.start()]
    first = name.split(" ")[0]
    return name if first.isupper() and len(first) > 1 else name[:1].lower() + name[1:]


def _policy_pattern(components: Sequence[Component]) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """Return the pattern that finds policies by their names, with what each name means."""
    codes: dict[str, str] = {}
    for each in components:
        if each.code.startswith(_POLICY):
            codes.setdefault(each.code[len(_POLICY) :].casefold(), each.code)
    if not codes:
        return None
    names = "|".join(re.escape(name) for name in sorted(codes, key=lambda name: (-len(name), name)))
    pattern = compiled(
        rf"(?<![^\W_])(?:(?:thực hiện )?(?:các )?(?:chính sách|chế độ)(?: hỗ trợ)?(?: về)?|hỗ trợ(?: về)?) "
        rf"(?P<name>{names})(?![^\W_])",
        re.IGNORECASE,
    )
    return pattern, codes


# --------------------------------------------------------------------------------------------- beneficiaries


_WHOM = compiled(
    r"(?:^|(?<=[.;] ))(?:[-+*] ?|[a-zđ1-9][).] ?|[a-zđ] {1,2})?Đối tượng(?:[^\n:.;]{0,30}:| *$) *",
    re.IGNORECASE | re.MULTILINE,
)
_BULLET = compiled(r"[-+*] ?")
_NEXT_FIELD = compiled(rf"(?:^|[.;] +)(?:[a-zđ1-9][).]? {{1,2}})?{any_of('component_field')}(?![^\W_])")


def read_beneficiaries(reading: Reading, component: Component) -> list[str]:
    """Return the groups whom a component's "Đối tượng: …" names: one a clause, in small letters.

    Where its parts have such paragraphs of their own, those are theirs.
    """
    plain = reading.plain
    heads = (heading.start for heading in reading.outline.headings if heading.head is not None)
    stop = min(component.until, next((start for start in heads if start > component.start), component.until))
    position, listing = component.end, False
    found: list[str] = []
    while position < stop:
        end = plain.find("\n", position, stop)
        end = stop if end < 0 else end
        label = _WHOM.search(plain, position, end)
        bullet = _BULLET.match(plain, position, end)
        if label is not None:
            groups, ended = _groups(plain, label.end(), end)
            found += groups
            listing = not (groups or ended)
        elif listing and bullet is not None:
            groups, ended = _groups(plain, bullet.end(), end)
            found += groups
            listing = not ended
        else:
            listing = listing and position == end
        position = end + 1
    return list(dict.fromkeys(found))


def _groups(plain: str, start: int, end: int) -> tuple[list[str], bool]:
    """Return the clauses of an item, and whether something else begins behind them."""
    found: list[str] = []
    after = _NEXT_FIELD.search(plain[start:end])
    for clause in clauses(plain, start, end if after is None else start + after.start()):
        words = plain[clause.start : clause.end]
        first = words.split(" ")[0]
        found.append(words if len(first) > 1 and first.isupper() else words[0].lower() + words[1:])
    return found, after is not None
