"""Read the sums that a plan gives for its activities: amount, source, kind, year, and what they are part of.

Sums stand in lists ("Kinh phí 900 triệu đồng, trong đó:" with a line for each source below) and in sentences ("900
triệu đồng, trong đó ngân sách tỉnh 600 triệu đồng (vốn đầu tư 400 triệu đồng, …)"). Both are read into one tree: what
a sum's own words leave open is taken from the sum or label that it is a part of, and ``inferred`` says so. Norms,
ceilings, prices, incomes and loans are no budget, nor is money that was spent: the rows ``no_budget``, ``money_spent``
and ``result_heading`` of ``words.tsv`` tell them; without a word of money (rows ``budget_word``, ``budget_heading``)
in its sentence or above it no sum is taken for one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cancu.loaders.clauses import sentences
from cancu.loaders.components import Component, Components
from cancu.loaders.funding import (
    APPROXIMATE,
    BUDGET,
    BUDGET_HEADING,
    NO_BUDGET,
    SPENT,
    Words,
    funding_words,
    in_millions,
    plain_decimal,
    read_words,
    town_tier,
    unit_factor,
    years_of,
)
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.numbers import Number, note_of, read_number, read_scaled
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.model import Money, Span

__all__ = ["read_money"]

_MILLION = Decimal(10**6)
# Nobody plans with less than this in đồng: "5 đồng" is part of something else.
_LEAST = Decimal(1000)

# --- a sum: a number, words that multiply it, a currency
_AMOUNT = compiled(
    rf"(?<![\d/])(?<!\d[.,])\d++(?:[.,]\d++)*+(?= {{0,2}}(?:{any_of('number_scale', 'foreign_currency')}"
    rf"|{any_of('number_scale').upper()}|[Đđ]ồng|ĐỒNG|đ(?!\w)|VN[DĐ]|tr(?![^\W\d_])|trđ|tr\.))"
)
_DONG = compiled(
    rf" {{0,2}}(?:[Đđ]ồng|ĐỒNG)(?!\w)(?! (?:{any_of('not_dong')})(?!\w))| {{0,2}}(?:VN[ĐD]|đ)(?!\w)", re.NOFLAG
)
_MILLION_DONG = compiled(r" {0,2}tr\.? ?(?:đồng|đ)?(?!\w)")
_BARE_END = compiled(rf" {{0,2}}(?:$|[^\w ]|[[:upper:]]|(?:{any_of('behind_sum')})(?!\w))", re.MULTILINE)
_FOREIGN = compiled(rf" {{0,2}}(?:{any_of('foreign_currency')})(?!\w)", re.IGNORECASE)
_UNIT_CAPTION = compiled(
    r"(?:Đơn vị(?: tính)?|ĐVT) ?:? ?(?P<unit>tỷ|tỉ|triệu|nghìn|ngàn|1[.,]000|)(?P<dong> ?(?:đồng|đ))(?!\w)",
    re.IGNORECASE,
)
_LAST_NUMBER = compiled(r"[:=-] {0,3}(?:khoảng |Khoảng )?(?P<number>\d++(?:[.,]\d++)*+) {0,2}[.;,]? *$")
_NORM_BEHIND = compiled(
    r" ?/ ?(?!năm(?!\w)(?! ?/))|,? trở (?:lên|xuống)(?!\w)| (?:(?:trên|cho|đối với) )?(?:mỗi|một) [[:lower:]]"
    r"| (?:trên|cho) 0?1 [[:lower:]]"
)
_RANGE_FRONT = compiled(
    rf"(?<![\d./])(?!(?:19|20)\d\d\D)\d[\d.,]*(?: ?(?:{any_of('number_scale')})(?: đồng)?)?(?: ?- ?| đến (?:dưới )?)$"
)
# ", vốn …", " và vốn …": the words belong to the next sum; ", theo Quyết định …" to the one in front.
_CLOSING = compiled(r" ?\)")
_PER_YEAR = compiled(r" ?/ ?năm(?!\w)")
_NEXT_BEGINS = compiled(r" và |;|,(?! ?(?:(?:thực hiện )?theo|tại|từ|thuộc|bằng|do|được)(?!\w))")
_RANGE_MARK = compiled(r" ?- ?| đến ")

# --- the words around it
# A capital inside a sentence: a full stop or bracket was lost in front of "Kinh phí".
_NEW_LABEL = compiled(r"(?<=[^\s:.;(+*-] )(?:Tổng (?:kinh phí|vốn|nguồn|mức|số)|Kinh phí|Dự toán)(?!\w)")
_COMPARED = compiled(rf"(?<!\w)(?:{any_of('sum_compared')}) $", re.IGNORECASE)
_RESULT_HEADING = compiled(rf"(?:[\w.()]{{1,8}}[.)] )?(?:{any_of('result_heading')})(?!\w)", re.IGNORECASE)
_ANNEX = compiled(r"(?:PHỤ LỤC|BIỂU|Phụ lục|Biểu)(?: số)?(?!\w)")
_SPLIT_WORD = any_of("money_split")
_SPLIT = compiled(
    rf"[,.;:]? ?\(?(?<!\w)(?:{_SPLIT_WORD})(?!\w)|[,.;:(] ?(?:{any_of('money_split_weak')})(?!\w)"
    rf"| (?:{any_of('money_split_weak')}) ?:",
    re.IGNORECASE,
)
_SPLIT_LINE = compiled(rf"(?:{any_of('money_split', 'money_split_weak')})(?!\w)", re.IGNORECASE)
_GROUNDS = compiled(rf"(?:(?<!\w){any_of('grounds_sum')}(?!\w)|\()[^.;]{{0,60}}$", re.IGNORECASE)
_COMMA_GROUP = compiled(r"\d{1,3},\d{3}(?!\d)")
_DOTTED = compiled(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.]\d|\d)")

# --- lines
_MARKER = compiled(
    r" *(?:(?P<bullet>[-+*•])|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,3})(?:[.)](?!\d)|(?= [[:upper:]]))"
    r"|(?P<point>\(?[a-zđ])\)|(?P<dotted>[a-zđ])\. |(?P<roman>[IVXLC]{1,6})[.)]|(?P<letter>[A-HĐ])\. ) *"
)
_LONGEST_LABEL = 160
_LONGEST_SOURCE_LABEL = 80
_LONGEST_QUOTE = 110
# Words farther than this from a sum say nothing of it.
_LONGEST_SENTENCE = 3000
_QUOTE_FROM = compiled(
    rf"(?<!\w)(?:dự kiến|được giao|phân bổ|bố trí|giao|cấp|{any_of('budget_word')}|tổng)(?!\w)", re.IGNORECASE
)
_LAST_LINES = 60
# From this rank on the headings of an outline are items of lists.
_ITEM_RANK = 7
# No sum is a part of a part of more others.
_DEEPEST = 12
# No sum is made of more parts that only their total shows.
_MOST_PARTS = 12


@dataclass(eq=False, slots=True)
class _Node:
    """Hold a sum, or a label without one ("- Ngân sách tỉnh:"), and what it is part of."""

    start: int
    end: int
    words: Words
    before: int
    behind: int
    number: Number | None = None
    amount: Decimal | None = None
    marker: str = ""
    parent: _Node | None = None
    children: list[_Node] = field(default_factory=list)
    authority: list[Mention] = field(default_factory=list)
    inferred: set[str] = field(default_factory=set)
    activity: str | None = None
    named: bool = False
    # Where the last heading in capitals about money in front of it begins, and whether other sums make it up.
    heading: int = -1
    made_up: bool = False
    depth: int = 0
    # What the parts read so far make together.
    taken: Decimal = Decimal(0)

    def ancestors(self) -> Iterator[_Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def sums(self) -> list[_Node]:
        """Return the sums right below, through labels."""
        return [sum_ for child in self.children for sum_ in ([child] if child.amount is not None else child.sums())]


def read_money(reading: Reading, components: Components) -> tuple[list[Money], list[Note]]:
    r"""Read every planned or allotted sum of the prose, in order, and the doubts that their figures raise.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. KINH PHÍ NĂM 2024\nKinh phí 9 triệu đồng, gồm:\n- Ngân sách tỉnh: 9 triệu đồng."
    >>> [(str(sum.amount), sum.source, sum.year) for sum in read_money(read_reading(text), Components(()))[0]]
    [('9', 'total', 2024), ('9', 'province', 2024)]
    """
    return _Reader(reading, components).read()


@dataclass(frozen=True, slots=True)
class _Found:
    """Hold an amount as found: its number, where its unit ends, the amount in triệu đồng."""

    start: int
    end: int
    number: Number
    amount: Decimal
    inferred: bool = False


class _Reader:
    def __init__(self, reading: Reading, components: Components) -> None:
        self.reading, self.plain, self.components = reading, reading.plain, components
        self.notes: list[Note] = []
        self.line_number = self.last_line = 0
        self.last_sum: _Node | None = None
        self.nodes: list[_Node] = []
        self.stack: list[_Node] = []
        self.list_marker: str | None = None
        self.mention_starts = [mention.start for mention in reading.mentions]
        self.town = town_tier(reading)
        self.dotted = _DOTTED.search(self.plain) is not None
        self.own_heading = -1  # where the last heading in capitals about money begins
        self.own_until = (-1, -1)
        self.component_starts = sorted(component.start for component in components)

    # ---------------------------------------------------------------------------------- from text to tree

    def read(self) -> tuple[list[Money], list[Note]]:
        found = self._amounts()
        at = 0
        table = 0
        tables = self.reading.tables
        position = 0
        plain = self.plain
        annex = False
        while position < len(plain):
            stop = plain.find("\n", position)
            stop = len(plain) if stop < 0 else stop
            start, position = position, stop + 1
            while table < len(tables) and tables[table][1] <= start:
                table += 1
            held: list[_Found] = []
            while at < len(found) and found[at].start < stop:
                held.append(found[at])
                at += 1
            if table < len(tables) and tables[table][0] <= start:
                self._close()
                continue
            if start >= self.reading.outline.closing_start and _ANNEX.match(plain, start, stop):
                annex = True
            if not annex:
                self._line(start, stop, held)
        self._adopt()
        self._give_activities()
        self._whole_of_parts()
        sums = [node for node in self.nodes if node.amount is not None]
        return [self._money(node) for node in sums], self.notes

    def _amounts(self) -> list[_Found]:
        plain = self.plain
        found: list[_Found] = []
        for match in _AMOUNT.finditer(plain):
            if found and match.start() < found[-1].end:
                continue
            amount = self._amount(match.start())
            if amount is not None:
                found.append(amount)
        listed = list(self._listed_amounts([item.start for item in found]))
        return sorted([*found, *listed], key=lambda item: item.start) if listed else found

    def _amount(self, at: int) -> _Found | None:
        plain = self.plain
        number = read_scaled(plain, at)
        if number is None:
            return None
        foreign = _FOREIGN.match(plain, number.end)
        if foreign is not None:
            line = plain.rfind("\n", max(0, at - _LONGEST_QUOTE), at) + 1
            if BUDGET.search(plain, max(line, at - _LONGEST_QUOTE), at):
                self.notes.append(Note("foreign-currency", at, foreign.end()))
            return None
        scaled = not number.printed[-1].isdecimal()
        value, unit = number.value, _DONG.match(plain, number.end)
        if unit is None and not scaled:
            unit = _MILLION_DONG.match(plain, number.end)
            value *= _MILLION
        if unit is None and not (scaled and _BARE_END.match(plain, number.end)):
            return None
        if value and value < _LEAST:
            return None
        return _Found(at, unit.end() if unit is not None else number.end, number, in_millions(value))

    def _listed_amounts(self, taken: list[int]) -> Iterator[_Found]:
        """Yield the numbers at the ends of lines below "Đơn vị tính: triệu đồng"."""
        plain = self.plain
        covered = 0
        for caption in _UNIT_CAPTION.finditer(plain):
            if caption.start() < covered or self.reading.in_table(caption.start()):
                continue
            until = self._section_end(caption.start())
            factor = unit_factor(caption["unit"])
            position = plain.find("\n", caption.end()) + 1
            for _ in range(_LAST_LINES):
                if not 0 < position < until:
                    break
                stop = plain.find("\n", position)
                stop = len(plain) if stop < 0 else stop
                line = _LAST_NUMBER.search(plain, max(position, stop - _LONGEST_LABEL), stop)
                if line is not None and "\t" not in plain[position:stop]:
                    number = read_number(plain, line.start("number"))
                    index = bisect_left(taken, position)
                    free = index == len(taken) or taken[index] >= stop
                    if number is not None and free and not self.reading.in_table(position):
                        yield _Found(number.start, number.end, number, in_millions(number.value * factor), True)
                position = covered = stop + 1

    def _section_end(self, at: int) -> int:
        """Return where the innermost section ends that is no list item."""
        heading = self.reading.outline.at(at)
        for _ in range(_LAST_LINES):
            if heading is None or heading.rank < _ITEM_RANK:
                break
            heading = self.reading.outline.at(heading.start - 1)
        return heading.until if heading is not None else len(self.plain)

    def _line(self, start: int, stop: int, held: list[_Found]) -> None:
        plain = self.plain
        match = _MARKER.match(plain, start, stop)
        marker = _marker(match)
        first = match.end() if match is not None else start
        if first >= stop:
            return
        self.line_number += 1
        self._note_capitals(start, first, stop)
        index = bisect_left(self.component_starts, start)
        if index < len(self.component_starts) and self.component_starts[index] < stop:
            self._close()
            if not held:
                return
        goes_on = self.last_line == self.line_number - 1 and _SPLIT_LINE.match(plain, first, stop) is not None
        if not held:
            if goes_on and self.last_sum is not None:
                self.stack.append(self.last_sum)
            else:
                self._line_without_sum(start, first, stop, marker)
            return
        if goes_on and self.last_sum is not None:
            self.stack.append(self.last_sum)
        else:
            self._close_lists(marker, True)
        parent = self._above()
        self.list_marker = marker
        nodes = self._sums_of(first, stop, held, parent, marker)
        if not nodes:
            return
        last = nodes[-1]
        self.last_line, self.last_sum = self.line_number, last
        rest = plain[held[-1].end : stop]
        # "… 900 triệu đồng, trong đó:" opens a list; so does "… 900 triệu đồng:".
        if rest.rstrip(" .").endswith((":", "trong đó", "gồm", "Trong đó")):
            # "900 triệu đồng (năm trước 800 triệu đồng), trong đó:" splits the one in front of the brackets.
            bracketed = rest.lstrip().startswith(")") and last.parent in nodes
            self.stack.append(last.parent if bracketed and last.parent is not None else last)

    def _note_capitals(self, start: int, first: int, stop: int) -> None:
        """Remember a heading in capitals about money; one that is no heading of the outline ends a component."""
        words = self.plain[first : min(stop, first + _LONGEST_LABEL)]
        if len(words) > 7 and words.isupper() and BUDGET_HEADING.search(words):
            self.own_heading = start
            self._close()

    def _line_without_sum(self, start: int, first: int, stop: int, marker: str) -> None:
        plain = self.plain
        if plain[first] == "(" and plain[stop - 1 : stop] in (")", "."):
            self._bracket(first, stop)
            return
        self._close_lists(marker, False)
        last = plain[first:stop].rstrip()[-1:]
        opens = last == ":" or (bool(marker) and stop - first < _LONGEST_LABEL and last not in ".;,")
        read = self._read_words(max(first, stop - _LONGEST_LABEL), stop) if opens else Words()
        names = self.components.named(plain, first, stop) if opens else ()
        if opens and (read.budget or read.source or read.kind or read.years or read.ranged or names):
            if stop - first > _LONGEST_SOURCE_LABEL:
                # a sentence that leads to a list names many sources
                read = replace(read, source=None, kind=None, no_kind=False)
            above = self._above()
            node = _Node(first, stop, read, first, stop, marker=marker, parent=above)
            node.depth = above.depth + 1 if above is not None else 0
            self.stack.append(node)
            self.nodes.append(node)
            self.list_marker = marker
        elif marker and marker == self.list_marker:
            pass
        else:
            self._close()

    def _bracket(self, start: int, stop: int) -> None:
        """Ground the sums of the list above in the documents that a line in brackets below them names."""
        mentions = self._mentions(start, stop)
        last = self.last_sum
        if not mentions or last is None or self.line_number - self.last_line > 1:
            return
        root = next((node for node in reversed([last, *last.ancestors()]) if node.amount is not None), last)
        root.authority.extend(mention for mention in mentions if mention not in root.authority)

    def _above(self) -> _Node | None:
        """Return what the next line is a part of."""
        if self.stack and self.stack[-1].depth >= _DEEPEST:
            self._close()
        return self.stack[-1] if self.stack else None

    def _close(self) -> None:
        self.stack.clear()
        self.list_marker = None

    def _close_lists(self, marker: str, with_sum: bool) -> None:
        """Close the lists that a line with this enumerator does not belong to."""
        if marker in ("roman", "letter"):
            self._close()
            return
        if with_sum and not marker and self.stack and self._takes_line(self.stack[-1]):
            return
        for index, node in enumerate(self.stack):
            if node.marker == marker:
                del self.stack[index:]
                return
        if not with_sum and not marker:
            self._close()

    def _takes_line(self, node: _Node) -> bool:
        """Tell whether a line without a bullet goes on with the list that another one without a bullet opens."""
        if node.marker or node.amount is None or self.last_line < self.line_number - 1:
            return False
        if any(child.marker for child in node.children[-1:]):
            return False
        return node.taken < node.amount

    # ---------------------------------------------------------------------------------- one line

    def _sums_of(self, first: int, stop: int, held: list[_Found], parent: _Node | None, marker: str) -> list[_Node]:
        """Read the sums of one line into nodes below ``parent``."""
        plain = self.plain
        starts = [begin for begin, _ in sentences(plain, first, stop)] or [first]
        nodes: list[_Node] = []
        scopes: list[tuple[str, _Node]] = []
        before = starts[max(0, bisect_right(starts, held[0].start) - 1)]
        for index, item in enumerate(held):
            following = held[index + 1].start if index + 1 < len(held) else None
            gap_end = following if following is not None else stop
            sentence_end = self._sentence_end(starts, item.end, gap_end)
            cut, begins, opens = _cut(plain, item.end, gap_end, sentence_end, following is None)
            above = scopes[-1][1] if scopes and scopes[-1][1].depth < _DEEPEST else parent
            node = self._node(item, before, cut, above, marker)
            if node is not None:
                node.authority = self._grounds(node, sentence_end if following is None else cut)
                nodes.append(node)
            closing = _CLOSING.match(plain, item.end, gap_end)
            outer = next((held for kind, held in reversed(scopes) if kind == "bracket"), None)
            if closing is not None and outer is not None:
                self._add_words(outer, closing.end(), min(sentence_end, gap_end), following is None)
            if following is None:
                break
            gap = plain[item.end : following]
            new_sentence = bisect_right(starts, following) > bisect_right(starts, item.end)
            if new_sentence and opens != "split":
                scopes.clear()
            scopes = _after(scopes, gap, opens, node)
            before = max(begins, starts[bisect_right(starts, following) - 1])
        return nodes

    def _add_words(self, node: _Node, start: int, end: int, is_last: bool) -> None:
        """Take words behind the brackets for the sum in front of them: "500 triệu đồng (…) từ ngân sách tỉnh"."""
        boundary = _boundary(self.plain[start:end], 0)
        if boundary < 0 and not is_last:
            return
        words = self._read_words(start, start + boundary if boundary >= 0 else end)
        if node.words.source is None:
            node.words = replace(node.words, source=words.source)
        if node.words.kind is None and not node.words.no_kind:
            node.words = replace(node.words, kind=words.kind, no_kind=words.no_kind)

    def _sentence_end(self, starts: list[int], at: int, stop: int) -> int:
        index = bisect_right(starts, at)
        return min(starts[index], stop) if index < len(starts) else stop

    def _node(self, item: _Found, before: int, cut: int, parent: _Node | None, marker: str) -> _Node | None:
        """Make the node of a sum, or None where the sum is no budget."""
        plain = self.plain
        before, cut = max(before, item.start - _LONGEST_SENTENCE), min(cut, item.end + _LONGEST_SENTENCE)
        before = max([before, *(found.start() for found in _NEW_LABEL.finditer(plain, before, item.start))])
        own = self._read_words(before, item.start)
        post = self._read_words(item.end, cut)
        words = Words(
            own.source if own.source is not None else post.source,
            own.kind if own.kind is not None or own.no_kind else post.kind,
            own.no_kind or post.no_kind,
            own.years if own.years or own.ranged else post.years,
            own.ranged or (not own.years and post.ranged),
            own.carried or post.carried,
            own.approx,
            own.whole,
            own.budget or post.budget,
            own.against,
        )
        if _PER_YEAR.match(plain, item.end):
            # of every year alike
            words = replace(words, ranged=True)
        if not self._is_budget(item, before, cut, words, parent):
            return None
        mark = _RANGE_MARK.match(plain, item.end)
        goes_on = mark is not None and _AMOUNT.match(plain, mark.end()) is not None
        if goes_on or _RANGE_FRONT.search(plain, max(0, item.start - 24), item.start):
            self.notes.append(Note("range-of-money", item.start, item.end))
            return None
        number, amount, inferred = item.number, item.amount, {"amount"} if item.inferred else set()
        if number.doubtful:
            self.notes.append(note_of(read_number(plain, item.start) or number))
            # Where no point groups digits in the whole text, commas may.
            if not self.dotted and number.value == min(number.candidates) and _COMMA_GROUP.match(number.printed):
                amount = amount.scaleb(3)
                inferred.add("amount")
        node = _Node(item.start, item.end, words, before, cut, number, amount, marker, parent, inferred=inferred)
        node.heading = self.own_heading
        self.nodes.append(node)
        if parent is not None:
            node.depth = parent.depth + 1
            parent.children.append(node)
            parent.taken += amount
        return node

    def _is_budget(self, item: _Found, before: int, cut: int, words: Words, parent: _Node | None) -> bool:
        plain = self.plain
        if _NORM_BEHIND.match(plain, item.end) or _COMPARED.search(plain, before, item.start):
            return False
        if SPENT.search(plain, before, item.start) or self._in_results(item.start):
            return False
        budget = _last(BUDGET, plain, before, item.start)
        against = _last(NO_BUDGET, plain, before, item.start)
        if against >= 0 and (budget < against or not re.search("[,;:]", plain[against:budget])):
            return False
        if parent is not None and parent.amount is None and parent.words.against and not words.budget:
            return False
        if words.budget or words.source is not None or words.kind is not None or words.carried:
            return True
        if parent is not None:
            return True
        heading = self.reading.outline.section(item.start)
        return BUDGET_HEADING.search(heading) is not None or 0 <= self.own_heading < item.start < self._own_until()

    def _own_until(self) -> int:
        """Return where the text below the last heading in capitals ends: at the next heading of the outline."""
        if self.own_until[0] == self.own_heading:
            return self.own_until[1]
        headings = self.reading.outline.headings
        index = bisect_right(headings, self.own_heading, key=lambda heading: heading.start)
        while index < len(headings) and headings[index].rank > 2:
            index += 1
        self.own_until = self.own_heading, headings[index].start if index < len(headings) else len(self.plain)
        return self.own_until[1]

    def _in_results(self, offset: int) -> bool:
        heading = self.reading.outline.at(offset)
        return heading is not None and any(_RESULT_HEADING.match(title) for title in heading.path)

    # ---------------------------------------------------------------------------------- words

    def _read_words(self, start: int, end: int) -> Words:
        return read_words(self._masked(start, end), self.town)

    def _masked(self, start: int, end: int) -> str:
        """Return the text without the documents that it names: their titles speak of other money."""
        text = self.plain[start:end]
        for mention in self._mentions(start, end):
            until = mention.end
            if mention.subject_end is not None:
                # A subject that seems to run on to the sum ends at the last comma in front of it.
                inside = mention.subject_end <= end
                until = max(until, mention.subject_end if inside else self.plain.rfind(",", mention.end, end))
            low, high = mention.start - start, min(until, end) - start
            text = text[:low] + "_" * (high - low) + text[high:]
        return text

    def _mentions(self, start: int, end: int) -> list[Mention]:
        low = bisect_left(self.mention_starts, start)
        high = bisect_left(self.mention_starts, end)
        return list(self.reading.mentions[low:high])

    def _grounds(self, node: _Node, until: int) -> list[Mention]:
        """Return the documents that the words of a sum ground it in: "… theo Quyết định số 412/QĐ-UBND"."""
        mentions = [*self._mentions(node.before, node.start), *self._mentions(node.end, until)]
        return [
            mention
            for mention in mentions
            if mention.listed or _GROUNDS.search(self.plain, max(node.before, mention.start - 80), mention.start)
        ]

    # ---------------------------------------------------------------------------------- the tree

    def _adopt(self) -> None:
        """Make the parts of a sum its children where only their total says that they are parts.

        "Kinh phí 960 triệu đồng ngân sách trung ương 700 triệu đồng, ngân sách tỉnh 260 triệu đồng" has lost brackets.
        """
        sums = [node for node in self.nodes if node.amount is not None]
        for index, node in enumerate(sums):
            if node.children or node.words.source is not None or node.words.kind is not None or not node.amount:
                continue
            left, parts = node.amount, []
            for other in sums[index + 1 : index + 1 + _MOST_PARTS]:
                own = other.words.source is not None or other.words.kind is not None or other.words.carried
                if other.parent is not node.parent or not own or other.words.whole or other.amount is None:
                    break
                left -= other.amount
                parts.append(other)
                if left <= 0:
                    break
            if left == 0 and len(parts) > 1:
                for part in parts:
                    part.parent = node
                node.children = parts
        self._adopt_backwards(sums)
        for node in self.nodes:
            node.children = []
        for node in self.nodes:
            if node.parent is not None:
                node.parent.children.append(node)

    def _adopt_backwards(self, sums: list[_Node]) -> None:
        """Make the sums in front of "Tổng cộng: 2.500" its children where they add up to it."""
        for index, node in enumerate(sums):
            if node.children or not node.words.whole or not node.amount:
                continue
            left, parts = node.amount, []
            for other in reversed(sums[max(0, index - _MOST_PARTS) : index]):
                if other.parent is not node.parent or other.words.whole or other.amount is None:
                    break
                left -= other.amount
                parts.append(other)
                if left <= 0:
                    break
            if left == 0 and len(parts) > 1:
                node.children = parts
                for part in parts:
                    part.parent = node

    def _give_activities(self) -> None:
        for node in self.nodes:
            held = self.components.at(node.start)
            code = held.code if held is not None else None
            if held is not None and self._leaves(held, node):
                code = None
            names = {name for *_, name in self.components.named(self.plain, node.before, node.start)}
            if node.amount is None:
                names = {name for *_, name in self.components.named(self.plain, node.start, node.end)}
            above = next((parent for parent in node.ancestors() if parent.named), None)
            if len(names) == 1 and not _contradicts(code, *names):
                node.activity, node.named = names.pop(), True
            elif above is not None:
                node.activity, node.named = above.activity, True
            else:
                node.activity = code

    def _leaves(self, held: Component, node: _Node) -> bool:
        """Tell whether a heading about money in capitals stands between a component's heading and the sum."""
        plain = self.plain
        if plain[held.start : held.end].isupper():
            return False
        return held.end <= node.heading < node.start

    def _whole_of_parts(self) -> None:
        """Call a sum the total of its component where the components below it have sums that make it up."""
        below: dict[str | None, list[str]] = {}
        for component in self.components:
            below.setdefault(component.parent, []).append(component.code)
        tops: dict[str | None, list[_Node]] = {}
        for node in self.nodes:
            if node.amount is not None and not any(parent.amount is not None for parent in node.ancestors()):
                tops.setdefault(node.activity, []).append(node)
        for activity, nodes in tops.items():
            codes = [code for code in below.get(activity, ()) if code in tops]
            parts = [node.amount for code in codes for node in tops[code] if node.amount is not None]
            for node in nodes:
                if len(parts) > 1 and node.amount == sum(parts):
                    node.made_up = True

    # ---------------------------------------------------------------------------------- records

    def _money(self, node: _Node) -> Money:
        assert node.amount is not None
        inferred = set(node.inferred)
        source = self._source(node, inferred)
        kind = self._kind(node, inferred)
        year = self._year(node, inferred)
        carried = self._is_carried(node, inferred)
        approx = node.words.approx
        if not approx and self._approximate_above(node):
            approx = True
            inferred.add("approx")
        authority = node.authority or next((parent.authority for parent in node.ancestors() if parent.authority), [])
        start = self._quote_start(node)
        place = self.reading.place(start, node.end)
        spans: list[Span] = [self.reading.text.span(mention.start, mention.end) for mention in authority]
        doubtful = node.number is not None and node.number.doubtful
        return Money(
            start=place.start,
            end=place.end,
            quote=place.quote,
            amount=plain_decimal(node.amount),
            printed=" ".join(self.plain[node.start : node.end].split()),
            approx=approx,
            source=source,
            kind=kind,
            year=year,
            carried_over=carried,
            carried_from=self._carried_from(node, year) if carried else (),
            activity=node.activity,
            section=self.reading.outline.section(node.start),
            authority=tuple(sorted(set(spans))),
            inferred=tuple(sorted(inferred)),
            confidence=round(0.95 - 0.35 * doubtful - 0.05 * bool(inferred & {"source", "kind", "amount"}), 2),
        )

    def _is_carried(self, node: _Node, inferred: set[str]) -> bool:
        """Tell whether the money comes from an earlier year; what has parts of both kinds does not."""
        if node.words.carried:
            below = {child.words.carried for child in node.sums()}
            return len(below) < 2
        if node.words.years or node.words.ranged:
            return False
        above = next(node.ancestors(), None)
        if above is None or not self._is_carried(above, set()):
            return False
        inferred.add("carried_over")
        return True

    def _carried_from(self, node: _Node, year: int | None) -> tuple[int, ...]:
        """Return the years that carried-over money comes from: "vốn năm 2022, năm 2023 chuyển nguồn sang năm 2024"."""
        if year is not None:
            return (year,)
        named = (each.words for each in (node, *node.ancestors()) if each.words.years or each.words.ranged)
        return next((tuple(sorted(words.years)) for words in named), ())

    def _source(self, node: _Node, inferred: set[str]) -> str:
        own = node.words.source
        if own is not None and own != "unspecified":
            return own
        if own is None:
            above = next((parent.words.source for parent in node.ancestors() if parent.words.source is not None), None)
            if above is not None and above != "unspecified":
                inferred.add("source")
                return above
        if node.sums() or (own is None and (node.words.whole or node.made_up)):
            return "total"
        return "unspecified"

    def _kind(self, node: _Node, inferred: set[str]) -> str | None:
        if node.words.kind is not None or node.words.no_kind:
            return node.words.kind
        above = next((parent.words.kind for parent in node.ancestors() if parent.words.kind is not None), None)
        if above is not None:
            inferred.add("kind")
        return above

    def _year(self, node: _Node, inferred: set[str]) -> int | None:
        words = node.words
        if words.carried or words.ranged or words.years:
            return _only(words.years)
        below = {(child.words.years, child.words.carried) for child in node.sums()}
        if any(carried for _, carried in below) or len({years for years, _ in below if years}) > 1:
            return None
        year = self._year_above(node)
        if year is not None:
            inferred.add("year")
        return year

    def _year_above(self, node: _Node) -> int | None:
        """Return the year of the list, else of the headings, else of the document; None where it names several."""
        for parent in node.ancestors():
            if parent.words.years or parent.words.ranged:
                return _only(parent.words.years)
        heading = self.reading.outline.at(node.start)
        titles = list(heading.path) if heading is not None else []
        if node.heading > (heading.start if heading is not None else -1):
            titles.append(self._line_at(node.heading))
        for title in reversed(titles):
            years, ranged = years_of(title, None)
            if years or ranged:
                return _only(years)
        header = self.reading.header
        return header.period_start if header.period_start == header.period_end else None

    def _line_at(self, at: int) -> str:
        stop = self.plain.find("\n", at)
        return self.plain[at : stop if stop >= 0 else len(self.plain)]

    def _approximate_above(self, node: _Node) -> bool:
        if any(parent.words.approx for parent in node.ancestors()):
            return True
        heading = self.reading.outline.at(node.start)
        return heading is not None and APPROXIMATE.search(heading.title) is not None and heading.end <= node.start

    def _quote_start(self, node: _Node) -> int:
        """Return where the label of the sum begins: at its item, or at the last word of money of a long sentence."""
        plain = self.plain
        start = node.before
        while start < node.start and (plain[start] in " ,;:.()" or plain.startswith(("và ", "trong đó", "gồm"), start)):
            word = next((word for word in ("và ", "trong đó", "gồm") if plain.startswith(word, start)), " ")
            start += len(word)
        # "Kinh phí thực hiện: Ngân sách tỉnh: 500 triệu đồng": the innermost label that speaks of money.
        while (colon := plain.find(": ", start, node.start)) >= 0 and BUDGET.search(plain, colon, node.start):
            if any(funding_words(group)[0].search(plain, start, colon) for group in ("source", "kind")):
                break
            start = colon + 2
        if node.start - start > _LONGEST_QUOTE:
            cues = [found.start() for found in _QUOTE_FROM.finditer(plain, node.start - _LONGEST_QUOTE, node.start)]
            close = [cue for cue in cues if node.start - cue < 40]
            start = min(close) if close else cues[-1] if cues else node.start
        return min(start, node.start)


# ------------------------------------------------------------------------------------------ small readers


def _contradicts(held: str | None, named: str) -> bool:
    """Tell whether a sum in the text of one project names another one, from which or beside which it may come."""
    top, other = (held or "").partition(".")[0], named.partition(".")[0]
    return held is not None and top != other and top.rstrip("0123456789") == other.rstrip("0123456789")


def _only(years: tuple[int, ...]) -> int | None:
    return years[0] if len(years) == 1 else None


def _marker(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    kind = match.lastgroup or ""
    if kind == "bullet":
        return match[kind]
    return f"decimal{match[kind].count('.')}" if kind == "decimal" else kind


def _last(pattern: re.Pattern[str], plain: str, start: int, end: int) -> int:
    """Return where the last match begins, -1 for none."""
    at = -1
    for found in pattern.finditer(plain, start, end):
        at = found.start()
    return at


def _cut(plain: str, start: int, end: int, sentence_end: int, is_last: bool) -> tuple[int, int, str]:
    """Return where the words behind a sum end, where those of the next one begin, and how the next one is opened.

    "split" where the next one is a part of it ("…, trong đó …"), "bracket" where it stands in brackets behind it.
    """
    stop = min(sentence_end, end)
    split = _SPLIT.search(plain, start, stop) or _SPLIT.match(plain, max(start, stop - 1), end)
    split = split or (_SPLIT.match(plain, stop, end) if stop < end else None)
    if split is not None:
        return split.start(), split.end(), "split"
    text = plain[start:stop]
    lead = len(text) - len(text.lstrip(" "))
    behind = 0
    if text[lead : lead + 1] == "(":
        behind = text.find(")") + 1
        if not behind:
            return start + lead, start + lead, "bracket"
    at = _boundary(text, behind)
    if at >= 0:
        return start + at, start + at, ""
    # No mark at all: the words lead to the next sum, if there is one.
    at = stop if is_last or stop < end else start + behind
    return at, at, ""


def _boundary(text: str, start: int) -> int:
    """Return where in the words between two sums those of the next one begin, -1 where no mark tells."""
    if _NEXT_BEGINS.match(text, start):
        return start
    # ", từ nguồn vốn đầu tư công": goes on about the sum in front.
    first = start + 1 if text[start : start + 1] == "," else start
    for mark in (";", ". ", ",", " và ", "+", ")"):
        at = text.find(mark, first)
        if at >= 0 and not (mark == ". " and not text[at + 2 : at + 3].isupper()):
            return at
    return -1


def _after(scopes: list[tuple[str, _Node]], gap: str, opens: str, node: _Node | None) -> list[tuple[str, _Node]]:
    """Return the sums whose parts the next one may be, behind a sum and the gap to the next one."""
    scopes = list(scopes)
    # "(… 300 triệu đồng)" closes what a bracket opened.
    closing = gap.count(")") - gap.count("(")
    while closing > 0 and any(kind == "bracket" for kind, _ in scopes):
        while scopes and scopes[-1][0] != "bracket":
            scopes.pop()
        scopes.pop()
        closing -= 1
    while scopes and scopes[-1][0] == "split" and _is_full(scopes[-1][1]):
        scopes.pop()
    if opens and node is not None:
        del scopes[:-_DEEPEST]
        scopes.append((opens if not (opens == "split" and "(" in gap and ")" not in gap) else "bracket", node))
    return scopes


def _is_full(node: _Node) -> bool:
    return len(node.children) > 1 and node.taken == node.amount
