"""Read targets and results out of prose: what is measured, for whom, which value with which unit, until or as of when.

Tables are read by their columns (:mod:`cancu.loaders.tables`), sums of money by :mod:`cancu.loaders.money`; a sum is
a target only of an indicator that is measured in money ("thu nhập bình quân đạt 52 triệu đồng/người/năm"). Whether a
figure is an aim or a fact is told by the heading it stands under and by the words in front of it; both are rows of
``ontology/quantity_words.tsv``. A figure that neither tells of is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from cancu.loaders.clauses import paragraphs, sentences
from cancu.loaders.components import Components
from cancu.loaders.figures import (
    EDGE,
    IGNORECASE,
    OPERATOR,
    OWN_TIME,
    QUALIFIERS,
    REACH,
    STOP,
    Figure,
    Figures,
    clause_start,
    holds,
    is_rule,
    last_of,
    listed,
    merged,
    one_of,
    operator_of,
    printed_unit,
    split,
)
from cancu.loaders.measured import Phrase, Topic, indicator_of, read_phrase, share_of, strip, strip_lead, words_end
from cancu.loaders.mentions import Note
from cancu.loaders.numbers import note_of
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import compiled
from cancu.loaders.reading import Reading
from cancu.loaders.shares import Stated, find_share_notes
from cancu.model import Quantity
from cancu.ontology.indicators import quantity_words
from cancu.ontology.iris import slug

__all__ = ["Quantities", "find_quantities", "read_quantities"]


@dataclass(frozen=True, slots=True)
class Quantities:
    """Hold the targets and results of a text in its order, and the doubts that their numbers raise."""

    targets: tuple[Quantity, ...] = ()
    results: tuple[Quantity, ...] = ()
    notes: tuple[Note, ...] = ()


def read_quantities(reading: Reading, components: Components | None = None) -> tuple[list[Quantity], list[Quantity]]:
    r"""Read the targets and the results of a text.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nGiảm nghèo năm 2024\nI. MỤC TIÊU\n- Tỷ lệ hộ nghèo còn dưới 2,5%; giảm 120 hộ nghèo."
    >>> [(found.op, str(found.value), found.unit, found.by) for found in read_quantities(read_reading(text))[0]]
    [('<', '2.5', '%', '2024'), ('decrease_by', '120', 'hộ', '2024')]
    """
    found = find_quantities(reading, components)
    return list(found.targets), list(found.results)


def find_quantities(reading: Reading, components: Components | None = None) -> Quantities:
    """Read the targets and the results of a text with the doubts that their numbers raise."""
    return _Reader(reading, components).read()


# --------------------------------------------------------------------------------------------- words

#: What a text says of its figures: that they are aimed at, that they were reached, neither of what is to be done, or
#: that they are part of a rule.
_Mode = Literal["target", "result", "work", "nothing"]
_Path = tuple[str, ...]

_MODES: tuple[tuple[_Mode, str], ...] = (
    ("target", "target_heading"),
    ("result", "result_heading"),
    ("work", "work_heading"),
)
_HEADING: dict[str, _Mode] = {word: mode for mode, name in _MODES for word in quantity_words(name)}
_HEADING_WORD = compiled(rf"{EDGE}(?:{one_of(_HEADING)}){STOP}")
_STRONG = quantity_words("target_cue")
_CUE = compiled(
    rf"{EDGE}(?:(?P<nothing>{listed('no_result_cue')})|(?P<target>{listed('target_cue')})"
    rf"|(?P<weak>{listed('weak_target_cue')})|(?P<result>{listed('result_cue')})"
    r"|(?P<reach>(?:(?:tính )?đến|tới|đạt được đến)(?: (?:cuối|hết|thời điểm|tháng \d{1,2}|giữa|ngày))? ?)?"
    r"(?:(?P<end>cuối |hết )?năm (?P<year>(?:19|20)\d\d)(?!\d| ?[-/])"
    r"|(?:ngày )?(?P<day>\d{1,2}) ?[/.-] ?(?P<month>\d{1,2}) ?[/.-] ?(?P<dated>(?:19|20)\d\d)(?!\d)))"
    rf"{STOP}",
    IGNORECASE,
)
# "so với năm 2022": a time that what follows is not of.
_COMPARED = compiled(
    r"(?:(?:so với|so cùng|cùng kỳ|bằng cùng kỳ|chuẩn nghèo|giai đoạn|vốn|từ|Quyết định|Nghị quyết|Kế hoạch|số"
    r"|gấp [\d.,]+ lần)(?: [^\W\d]+){0,4}|(?:so với|so cùng)(?: [^\W\d]+){5,8}|bằng [\d.,]+ ?%) ?(?:\d{1,2} tháng )?$",
    IGNORECASE,
)
# "người tham gia trước ngày 01/01/1975": a day that parts groups, not the one that a value is of.
_PARTS_GROUPS = compiled(r"(?<![^\W_])(?:trước|sau|từ|kể từ) (?:khi |cuối |đầu )?$", IGNORECASE)
# Nothing is told as reached that many years ago.
_LONGEST_PAST = 15
# "đối với hộ đã được hỗ trợ": of whom a rule is.
_OF_WHOM = compiled(
    r"(?<![^\W_])(?:đối với|trường hợp|nếu|khi|trừ|những|các đối tượng|người nào)(?![^\W_])[^;.\n]*$", IGNORECASE
)
# "Thông qua kết quả thực hiện năm 2018 và kế hoạch năm 2019": under it words of the text must tell.
_BOTH_YEARS = compiled(
    r"năm ((?:19|20)\d\d).{0,80}(?:[,;]|(?<![^\W_])và) .{0,60}(?:kế hoạch|nhiệm vụ|phương hướng|mục tiêu|chỉ tiêu)"
    r".{0,60}năm ((?:19|20)\d\d)"
)
_IN_HEADING = compiled(r"(?:năm|NĂM|Năm) ((?:19|20)\d\d)(?!\d| ?[-–])")
_SPAN_IN_HEADING = compiled(r"(?:19|20)\d\d ?- ?((?:19|20)\d\d)(?!\d)")
# "hiện có 1.240 hộ", unlike "các công trình hiện có".
_FIGURE_FOLLOWS = compiled(r",? [^\d.;:\n]{0,40}\d")
# "mục tiêu giảm 2%", "chỉ tiêu: 95%", "mục tiêu đến năm 2025": an aim is given.
_AIM = compiled(
    r"(?: (?:cụ thể|đề ra|là|đến|giải ngân|hoàn thành|giảm|tăng|đạt|còn|có|trên|ít nhất|phấn đấu|hộ nghèo|tỷ lệ)|:)"
)
_NAMED_ONLY = ("mục tiêu", "chỉ tiêu")
# "Kế hoạch giao 120 hộ, thực hiện 135 hộ": the first was planned.
_PLANNED = compiled(
    r"(?<!vượt )(?<!với )(?<!thành )(?<!đạt )(?<!mức )(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)"
    r"(?: (?:giao|đề ra|được giao|tỉnh giao|huyện giao|cả năm|năm(?: \d{4})?))* ?(?:là|:|\()? ?$",
    IGNORECASE,
)
_QUALIFIER = rf"(?: (?:{one_of(QUALIFIERS)}))? ?$"
_OUTPUT = compiled(rf"{EDGE}(?:{listed('output_verb')})(?: (?:{listed('output_filler')}))*{_QUALIFIER}", IGNORECASE)
_OUTPUT_FOR = compiled(
    rf"{EDGE}(?:{listed('output_verb')}) [^,;:.()\d%]{{1,70}} (?:cho|tại|với){_QUALIFIER}", IGNORECASE
)
_OUTPUT_START = compiled(rf" {{0,4}}(?:{listed('output_verb')}|đẩy nhanh|tiếp tục){STOP}", IGNORECASE)
_FOR = compiled(r"(?:cho|với) ?$")
# "Khởi công các dự án (05 dự án: …": how many, in brackets behind them.
_APPOSED = r"(?:các|những) {unit}(?![^\W_])[^;.()]{{0,120}}\($"
_WORD_FOLLOWS = compiled(r" [^\W\d]")
_SERVED = compiled(r"[^,;.:()\d]{0,50}? được ")
_YEARLY = compiled(rf"{EDGE}(?:mỗi năm|hằng năm|hàng năm|bình quân (?:mỗi |hằng |hàng )?năm){STOP}", IGNORECASE)
_WHOLE = compiled(r"^(?:của |trên |toàn |trên toàn |địa bàn |trên địa bàn )+")

# "giảm 6-5%", "đạt từ 97% - 95%": the hyphen joins, and does not lead from one to the other.
_REVERSED = compiled(
    r"(?<![^\W_])(?:giảm|tăng|đạt|còn|từ|khoảng|trên|dưới) (?P<first>\d{1,3}(?:,\d{1,2})?) ?%? ?- ?$", IGNORECASE
)
_GROUNDS = compiled(
    rf"{EDGE}(?:theo|căn cứ|quy định tại|quy định của)(?: (?:đúng|quy định|tinh thần|nội dung|hướng dẫn|tại|của|các|"
    r"mục tiêu|chỉ tiêu|(?:điều|khoản|điểm) [^\W_]{1,4},?))* ?$",
    IGNORECASE,
)
_GROUNDS_ALSO = compiled(r"[^.;()\n]{0,90}(?:,|(?<![^\W_])và) ?(?:các )?$")
_BRACKETED = compiled(r"\((?:theo|căn cứ|thực hiện theo)(?![^\W_])", IGNORECASE)
_GROUNDS_WITHIN = 120
# No citation grounds more figures than this.
_MOST_GROUNDED = 60

# Legal norms say what shall be, not what is aimed at.
_NORMATIVE = ("Luật", "Bộ luật", "Pháp lệnh", "Nghị định", "Thông tư", "Thông tư liên tịch", "Hiến pháp")
_GENERAL = compiled(rf"{EDGE}(?:{listed('general_aim')}){STOP}", IGNORECASE)
_ECONOMIC = compiled(rf"{EDGE}(?P<word>{listed('money_indicator')}){STOP}", IGNORECASE)
_MONEY_INDICATORS = quantity_words("money_indicator")
# "đạt 3.200 tỷ đồng", "là 41 triệu đồng", "thiệt hại ước 4,2 tỷ đồng".
_REACHES = compiled(
    rf"(?:{EDGE}(?:đạt|là|ước|còn|lên|bằng|giải ngân|thiệt hại)|:|=)"
    rf"(?: (?:được|đạt|tính|khoảng|đến|tới|mức|bình quân|{one_of(QUALIFIERS)})){{0,3}} ?$",
    IGNORECASE,
)
_PART_OF_IT = compiled(rf"{EDGE}(?:trong đó|gồm|bao gồm){STOP}", IGNORECASE)
# "25 km đường, 10 km kênh": the second is made too.
_AND_ALSO = compiled(r"[^;.:()\d]{0,80}(?:,|(?<![^\W_])và) ?$")
_SIZES = ("area", "length", "mass", "volume", "energy", "money", "ratio", "factor")

_SURE, _LIKELY, _GUESSED = 0.95, 0.85, 0.7
_DOUBTFUL, _INFERRED_UNIT = 0.3, 0.1


# --------------------------------------------------------------------------------------------- paragraphs


@dataclass(slots=True)
class _State:
    """Hold what the sentences of a paragraph say of the later ones: mode and time, topic, and the way values move."""

    mode: _Mode | None = None
    when: str | None = None
    year: int = 0
    topic: Topic = field(default_factory=Topic)
    move: tuple[str, str | None] = ("", None)


@dataclass(slots=True)
class _Draft:
    """Hold one record before it is made, with the citations that later text may still add to it."""

    mode: _Mode
    figure: Figure
    phrase: Phrase
    unit: str
    scope: str | None
    op: str
    qualifier: str | None
    when: str | None
    inferred: set[str]
    confidence: float
    authority: list[tuple[int, int]] = field(default_factory=list)


class _Reader:
    """Read one text paragraph by paragraph."""

    def __init__(self, reading: Reading, components: Components | None) -> None:
        self.reading, self.plain, self.components = reading, reading.plain, components
        header = reading.header
        issued = int(header.date[:4]) if header.date else None
        self.first_year = header.period_start or issued or header.period_end
        self.last_year = header.period_end
        self.normative = header.type in _NORMATIVE
        self.place = header.context.commune or header.context.district or header.context.province
        spans = [(mention.start, mention.end) for mention in reading.mentions]
        spans += [
            (mention.subject_start, mention.subject_end)
            for mention in reading.mentions
            if mention.subject_start is not None and mention.subject_end is not None
        ]
        self.named = merged(spans)
        self.figures = Figures(self.plain, self.named)
        self.modes: dict[_Path, _Mode] = {}
        # Where articles begin (and where they end, at a heading of higher rank).
        self.articles: list[tuple[int, bool]] = []
        rank = 0
        for heading in reading.outline.headings:
            if heading.label.startswith("Điều "):
                self.articles.append((heading.start, True))
                rank = heading.rank
            elif heading.rank < rank:
                self.articles.append((heading.start, False))
        self.drafts: list[_Draft] = []
        self.notes: dict[int, Note] = {}
        # The day that an earlier paragraph under the same heading gives for its results.
        self.last_day: tuple[_Path, str] | None = None
        # Where the words begin that name what "từ 5,2% xuống còn 4%" comes from.
        self.baseline_start: int | None = None
        # The last figure of the sentence that says how much is to be made, and the last sum of the economy.
        self.output: Figure | None = None
        self.economic: Figure | None = None

    def read(self) -> Quantities:
        """Read the whole text."""
        plain, outline = self.plain, self.reading.outline
        tables = merged(self.reading.tables)
        # What a paragraph that ends with a colon says of the items of its list.
        lead: tuple[_Path, _State] | None = None
        # The drafts of the paragraphs in front, which brackets further down may ground.
        run: list[_Draft] = []
        run_under: Heading | None = None
        for first, last in paragraphs(plain, self.reading.header.body_start):
            if holds(tables, first):
                continue
            heading = outline.at(first)
            if first >= outline.closing_start and heading is None:
                continue
            path = heading.path if heading is not None else ()
            item = plain[first - 1 : first] not in ("", "\n")
            section: _Mode = "work" if first < outline.opening_end else self._mode(path)
            state = _State()
            if item and lead is not None and path[: len(lead[0])] == lead[0]:
                state.mode, state.when, state.year = lead[1].mode, lead[1].when, lead[1].year
                state.topic = Topic(lead[1].topic.phrase, lead[1].topic.unit)
            if item or heading is not run_under:
                run = []
            before = len(self.drafts)
            for start, end in sentences(plain, first, last):
                self._read_sentence(start, end, section, state, path)
                self._ground_all(start, end, [*run, *self.drafts[before:]])
            if not item:
                lead = (path, state) if plain[last - 1] == ":" else None
                run, run_under = [*run, *self.drafts[before:]][-_MOST_GROUNDED:], heading
        targets = tuple(self._record(draft) for draft in self.drafts if draft.mode == "target")
        results = tuple(self._record(draft) for draft in self.drafts if draft.mode == "result")
        notes = [self.notes[start] for start in sorted(self.notes)]
        notes += find_share_notes(plain, [self._stated(draft) for draft in self.drafts])
        notes += [note for draft in self.drafts if (note := self._reversed(draft)) is not None]
        return Quantities(targets, results, tuple(notes))

    def _reversed(self, draft: _Draft) -> Note | None:
        """Doubt a range that runs down: "giảm 6-5%", of which the last figure alone was read."""
        figure = draft.figure
        first = _REVERSED.search(self.plain, max(0, figure.start - 24), figure.start)
        if not figure.rate or figure.value2 is not None or first is None:
            return None
        if Decimal(first["first"].replace(",", ".")) <= figure.value:
            return None
        return Note("range-reversed", first.start("first"), figure.end)

    def _stated(self, draft: _Draft) -> Stated:
        """Return what a draft says, for the arithmetic over several."""
        figure, phrase = draft.figure, draft.phrase
        return Stated(
            start=phrase.start,
            end=phrase.end,
            at=figure.start,
            until=figure.end,
            value=figure.value,
            unit=draft.unit,
            indicator=self._known(phrase, figure),
            words=f"{self.plain[phrase.start : phrase.end]} {phrase.indicator}",
            scope=draft.scope,
            op=draft.op,
            when=draft.when,
            aimed=draft.mode == "target",
        )

    def _mode(self, path: _Path) -> _Mode:
        """Return what the innermost heading that says so makes of the figures below it."""
        if path not in self.modes:
            words = ((title.lower(), _HEADING_WORD.search(title.lower())) for title in reversed(path))
            title, word = next((pair for pair in words if pair[1] is not None), ("", None))
            mode = _HEADING[word[0]] if word is not None else "work"
            years = _BOTH_YEARS.search(title) if mode == "result" else None
            self.modes[path] = "work" if years is not None and years[1] < years[2] else mode
        return self.modes[path]

    def _in_article(self, offset: int) -> bool:
        """Tell whether an article of a legal text holds an offset, and no part of a plan that it puts into force."""
        index = bisect_right(self.articles, (offset, True))
        return index > 0 and self.articles[index - 1][1]

    # ------------------------------------------------------------------ sentences

    def _read_sentence(self, start: int, end: int, section: _Mode, state: _State, path: _Path) -> None:
        plain = self.plain
        cues = _Cues(self, start, end, section, state, self._in_article(start))
        self.output = self.economic = None
        figures = self.figures.find(start, end)
        for index, figure in enumerate(figures):
            figure.rule = is_rule(plain, figure, figures[index - 1] if index else None, start)
        # What a group must have ("21 xã có tỷ lệ trên 50%") belongs to the words of its figure.
        figures = [figure for figure in figures if not figure.rule]
        drafts: list[_Draft] = []
        for index, figure in enumerate(figures):
            previous = figures[index - 1] if index else None
            following = figures[index + 1] if index + 1 < len(figures) else None
            if previous is not None:
                left = split(plain, previous, figure)[1]
            else:
                left = max(clause_start(plain, start, figure.start), figure.start - REACH)
            cues.walk(figure)
            earlier = state.move
            since = previous.end if previous is not None else start
            op, qualifier, move = operator_of(plain, figure, previous, since, earlier)
            right = words_end(plain, figure, following, end)
            phrase = read_phrase(plain, self.named, figure, left, right, state.topic)
            if previous is not None and previous.baseline and self.baseline_start is not None:
                phrase.start = self.baseline_start
            elif previous is not None and plain[left : figure.start].strip() == "=":
                phrase.start = previous.start
            state.move = (move, figure.unit if move else None)
            self.baseline_start = phrase.start if figure.baseline else None
            if figure.baseline:
                cues.own_time(figure)
                state.topic.take(phrase.indicator, figure.unit)
                continue
            draft = self._draft(figure, phrase, cues, start, path)
            if draft is None:
                # "giải ngân 118 tỷ đồng, đạt 93% kế hoạch"
                if figure.kind == "money" and phrase.indicator:
                    state.topic.take(phrase.indicator, figure.unit)
                continue
            draft.op, draft.qualifier = op, qualifier
            if figure.rate and move and "/" not in draft.unit and _YEARLY.search(plain, left, figure.start):
                draft.unit = f"{draft.unit}/năm"
            state.topic.take(phrase.indicator, draft.unit or None)
            drafts.append(draft)
        cues.finish()
        self.drafts += drafts
        self._ground_own(start, end, drafts)

    def _draft(self, figure: Figure, phrase: Phrase, cues: _Cues, start: int, path: _Path) -> _Draft | None:
        """Make the draft of a figure, or None where it is neither aimed at nor reached, or nothing says of what."""
        if figure.unit is None and not (figure.zero and cues.section == "target" and not _is_general(path)):
            return None
        if figure.kind == "age" and self._known(phrase, figure) is None:
            return None
        inferred = set(phrase.inferred)
        if not phrase.indicator:
            # "a) Tỷ lệ hộ nghèo" above it may name what the text below only gives the value of.
            title = strip(path[-1].partition(" ")[2]) if path else ""
            if indicator_of(title, figure.unit) is None:
                return None
            phrase.indicator = title[:1].lower() + title[1:]
            inferred.add("indicator")
        mode, when, from_context = cues.at(figure, path)
        if mode == "nothing" or (figure.unit is None and mode != "target"):
            return None
        if figure.kind == "money":
            known = self._known(phrase, figure) is not None
            if not known and (mode == "work" or not self._is_economic(figure, phrase, mode, start)):
                return None
            self.economic = figure
        confidence = _SURE if cues.sure and cues.section == mode else _LIKELY
        if mode == "work":
            if self.normative or figure.zero or not self._is_output(figure, start, cues.weak):
                return None
            self.output = figure
            mode, confidence = "target", _LIKELY if figure.rate else _GUESSED
        if mode == "result" and _PLANNED.search(self.plain, max(start, figure.start - 60), figure.start):
            return None
        if mode == "target" and when is None and self.last_year is not None:
            when, from_context = str(self.last_year), True
        if from_context and when is not None:
            inferred.add("by" if mode == "target" else "as_of")
        if figure.doubtful is not None:
            confidence -= _DOUBTFUL
            self.notes[figure.doubtful.start] = note_of(figure.doubtful)
        if figure.share:
            inferred |= {"unit", "value"}
        if figure.inferred_unit:
            inferred.add("unit")
            confidence -= _INFERRED_UNIT
        scope = phrase.scope
        if self.place is not None and (scope is None or self.place.startswith(_WHOLE.sub("", scope.lower()))):
            scope = self.place
            inferred.add("scope")
        return _Draft(mode, figure, phrase, figure.unit or "", scope, "=", None, when, inferred, round(confidence, 2))

    def _is_economic(self, figure: Figure, phrase: Phrase, mode: _Mode, start: int) -> bool:
        """Tell a sum that an economy or a budget as a whole is to reach or has reached from money to spend."""
        plain = self.plain
        part = self.economic is not None and _PART_OF_IT.search(plain, self.economic.end, figure.start) is not None
        if part and phrase.indicator:
            return True
        low = max(start, phrase.start)
        word = last_of(_ECONOMIC, plain[low : figure.start])
        if word is None or _REACHES.search(plain, low, figure.start) is None:
            return False
        means = _MONEY_INDICATORS[" ".join(word["word"].lower().split())]
        return not means or means == mode

    def _is_output(self, figure: Figure, start: int, weak: int) -> bool:
        """Tell whether a figure that no heading or word calls an aim says how much is to be made or reached.

        ``weak`` is where the last word ends that may make an aim of it ("đảm bảo").
        """
        plain = self.plain
        if self.output is not None and figure.kind != "place":
            alike = figure.kind == self.output.kind or figure.kind not in _SIZES
            if alike and _AND_ALSO.fullmatch(plain, self.output.end, figure.start):
                return True
        low = max(start, figure.start - 120)
        clause = clause_start(plain, start, figure.start)
        lead = OPERATOR.sub("", strip_lead(plain[clause : figure.start])).rstrip(" -")
        if figure.rate:
            if weak >= clause and figure.start - weak <= 60:
                return True
            return not lead.strip(":") and _WORD_FOLLOWS.match(plain, figure.end) is not None
        if _OUTPUT.search(plain, low, figure.start):
            return not (figure.kind == "place" and _FOR.search(plain, low, figure.start))
        if figure.kind != "place" and _OUTPUT_FOR.search(plain, low, figure.start):
            return True
        if plain[figure.start - 1] == "(" and figure.unit is not None:
            apposed = compiled(_APPOSED.format(unit=re.escape(figure.unit)), IGNORECASE)
            return _OUTPUT_START.match(plain, clause) is not None and bool(
                apposed.search(plain, max(clause, figure.start - 240), figure.start)
            )
        # "Tiểu dự án 1: Hỗ trợ nhà tiêu hộ gia đình: 190 hộ nghèo được hỗ trợ"
        return (not lead or lead.endswith(":")) and _SERVED.match(plain, figure.end) is not None

    # ------------------------------------------------------------------ authority

    def _cited(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the documents between two offsets on which what stands there is said to rest."""
        found: list[tuple[int, int]] = []
        mentions = self.reading.mentions
        index = bisect_right(mentions, start - 1, key=lambda mention: mention.start)
        while index < len(mentions) and mentions[index].start < end:
            mention = mentions[index]
            index += 1
            low = max(start, mention.start - _GROUNDS_WITHIN)
            if _GROUNDS.search(self.plain, low, mention.start) or (
                found and _GROUNDS_ALSO.fullmatch(self.plain, found[-1][1], mention.start)
            ):
                found.append((mention.start, mention.end))
        return found

    def _ground_own(self, start: int, end: int, drafts: Sequence[_Draft]) -> None:
        """Give each draft of a sentence the documents that are cited for it there."""
        drafts = drafts[-_MOST_GROUNDED:]
        if not drafts:
            return
        for first, last in self._cited(start, end):
            bracket = self.plain.rfind("(", max(start, first - REACH), first)
            closes = bracket >= 0 and self.plain.find(")", bracket, first) < 0
            # In brackets at the end of a sentence, or in front of its figures: for all of them.
            every = (closes and not self.plain[last:end].strip(" .;)")) or first < drafts[0].phrase.start
            own = [draft for draft in drafts if draft.phrase.start <= first][-1:]
            for draft in drafts if every else own:
                draft.authority.append((first, last))

    def _ground_all(self, start: int, end: int, drafts: Sequence[_Draft]) -> None:
        """Give all drafts of a paragraph the documents of the brackets that close it: "(Theo Quyết định …)"."""
        if drafts and _BRACKETED.match(self.plain, start):
            for span in self._cited(start, end):
                for draft in drafts[-_MOST_GROUNDED:]:
                    draft.authority.append(span)

    # ------------------------------------------------------------------ records

    def _known(self, phrase: Phrase, figure: Figure) -> str | None:
        """Return the code of the indicator that a phrase means."""
        if phrase.share_of is not None:
            known = share_of(phrase.share_of)
        else:
            known = indicator_of(phrase.indicator, figure.unit)
            if known is None and phrase.wide:
                known = indicator_of(phrase.wide, figure.unit)
                known = None if known is not None and known.head else known
        return known.code if known is not None else None

    def _own_concept(self, phrase: Phrase, figure: Figure) -> str | None:
        """Return the code of an indicator that no table knows, None where only the unit is named."""
        written = slug(phrase.indicator)
        bare = {slug(figure.unit or ""), slug(printed_unit(self.plain, figure))}
        return written if written and written not in bare else None

    def _record(self, draft: _Draft) -> Quantity:
        reading, figure, phrase = self.reading, draft.figure, draft.phrase
        # A tab may stand where the phrase ends and nothing more is printed.
        end = phrase.start + len(self.plain[phrase.start : phrase.end].rstrip())
        evidence = reading.place(phrase.start, end)
        component = self.components.at(figure.start) if self.components is not None else None
        return Quantity(
            start=evidence.start,
            end=evidence.end,
            quote=evidence.quote,
            indicator=phrase.indicator,
            op=draft.op,
            value=figure.value,
            unit=draft.unit or None,
            value2=figure.value2,
            scope=draft.scope,
            qualifier=draft.qualifier,
            concept=self._known(phrase, figure) or self._own_concept(phrase, figure),
            by=draft.when if draft.mode == "target" else None,
            as_of=draft.when if draft.mode == "result" else None,
            activity=component.code if component is not None else None,
            section=reading.outline.section(figure.start),
            authority=tuple(reading.text.span(first, last) for first, last in dict.fromkeys(draft.authority)),
            inferred=tuple(sorted(draft.inferred)),
            confidence=draft.confidence,
        )


def _is_general(path: _Path) -> bool:
    """Tell whether only aims in general stand under a heading."""
    return bool(path) and _GENERAL.search(path[-1]) is not None


# --------------------------------------------------------------------------------------------- aims and facts


class _Cues:
    """Walk through the words of a sentence that tell aims from facts, up to one figure after the other."""

    def __init__(
        self, reader: _Reader, start: int, end: int, section: _Mode, state: _State, article: bool = False
    ) -> None:
        self.reader, self.section, self.state, self.start = reader, section, state, start
        #: Whether an article of a legal text holds the sentence.
        self.article = article
        self.found = list(_CUE.finditer(reader.plain, start, end))
        self.next = 0
        # The years that are the time of one figure alone.
        self.own: set[int] = set()
        #: Where the last word ends that makes an aim of a rate close behind it.
        self.weak = -1
        #: Whether words of the text tell, and not the heading alone.
        self.sure = section != "work"

    def walk(self, figure: Figure) -> None:
        """Take the words in front of a figure."""
        while self.next < len(self.found) and self.found[self.next].start() < figure.start:
            found = self.found[self.next]
            self.next += 1
            if found["year"] is None or found.start("year") not in self.own:
                self._take(found)

    def finish(self) -> None:
        """Take the rest of the sentence."""
        for found in self.found[self.next :]:
            self._take(found)

    def at(self, figure: Figure, path: _Path) -> tuple[_Mode, str | None, bool]:
        """Return the mode of a figure, its time, and whether context gives the time."""
        mode, when, from_context = self._at(figure, path)
        if mode == "result" and self.section != "result" and not self._may_tell(when, from_context):
            mode = "nothing"
        return mode, when, from_context

    def _may_tell(self, when: str | None, from_context: bool) -> bool:
        """Tell whether a text that is no report may say here what was reached: legal ones only with its time."""
        if self.reader.normative:
            return False
        return not self.article or (when is not None and not from_context)

    def _at(self, figure: Figure, path: _Path) -> tuple[_Mode, str | None, bool]:
        reader, state = self.reader, self.state
        mode = state.mode or self.section
        own = self.own_time(figure)
        if figure.compared:
            own = None
        if own is not None:
            if self.section == "target" or state.mode is not None:
                if self._is_past(int(own["year"])):
                    mode = "result"
                elif self.section != "result" or state.mode == "target":
                    mode = "target"
            at_end = own["end"] is not None and mode == "result"
            return mode, f"{own['year']}-12-31" if at_end else own["year"], False
        when = state.when
        # What is aimed at lies ahead.
        if when is not None and mode == "target" and self._is_past(state.year):
            when = None
        if mode == "result":
            last = reader.last_day
            if when is not None:
                reader.last_day = (path, when)
            elif last is not None and last[0] == path[: len(last[0])]:
                return mode, last[1], True
        if when is not None or mode == "work":
            return mode, when, False
        return mode, self._from_headings(path, mode), True

    def own_time(self, figure: Figure) -> re.Match[str] | None:
        """Return the time right behind a figure, which is that of no other: "4,1% năm 2024"."""
        found = OWN_TIME.match(self.reader.plain, figure.end)
        if found is not None:
            self.own.add(found.start("year"))
        return found

    def _is_past(self, year: int) -> bool:
        return self.reader.first_year is not None and year < self.reader.first_year

    def _take(self, found: re.Match[str]) -> None:
        state, plain = self.state, self.reader.plain
        if found["nothing"] is not None:
            return
        if found["target"] is not None:
            word = " ".join(found["target"].lower().split())
            if self.section == "result" and _STRONG[word] != "always":
                return
            # "thực hiện các mục tiêu, chỉ tiêu của Chương trình" names aims and gives none.
            if word in _NAMED_ONLY and self.section == "work" and not _AIM.match(plain, found.end()):
                return
            state.mode = "target"
        elif found["weak"] is not None:
            self.weak = found.end()
        elif found["result"] is not None:
            word = found["result"].lower()
            if word.startswith("hiện ") and not _FIGURE_FOLLOWS.match(plain, found.end()):
                return
            # "Đối với hộ đã được hỗ trợ": a rule says of whom it is.
            front = max(self.start, found.start() - REACH)
            if word == "đã" and self.section != "result":
                if _OF_WHOM.search(plain, front, found.start()):
                    return
            state.mode = "result"
        else:
            self._take_time(found)

    def _take_time(self, found: re.Match[str]) -> None:
        reader, state, at = self.reader, self.state, found.start()
        compared = _COMPARED.search(reader.plain, max(self.start, at - 40), at)
        if (compared and found["reach"] is None) or holds(reader.named, at):
            return
        reach = (found["reach"] or "").lower().rstrip()
        if found["dated"] is not None:
            year, month, day = int(found["dated"]), int(found["month"]), int(found["day"])
            if not (1 <= month <= 12 and 1 <= day <= 31):
                return
            when = f"{year}-{month:02}-{day:02}"
        else:
            year = int(found["year"])
            when = f"{year}-12-31" if found["end"] is not None or reach.endswith(("cuối", "hết")) else str(year)
        issued = reader.reading.header.date
        past = self._is_past(year) or (found["dated"] is not None and issued is not None and when < issued)
        if past and reader.first_year is not None:
            if year < reader.first_year - _LONGEST_PAST or _PARTS_GROUPS.search(
                reader.plain, max(self.start, at - 20), at
            ):
                return
        if not past and found["dated"] is None and self.section != "result":
            when = str(year)
        # "cuối năm 2023 … chỉ tiêu năm 2023": the nearer day stays.
        if state.year == year and state.when is not None and len(state.when) > len(when):
            when = state.when
        state.when, state.year = when, year
        if self.section == "result" or reader.first_year is None:
            return
        if past:
            state.mode = "result"
        elif self.section == "work" and reach:
            state.mode = "target"
        elif state.mode == "result":
            state.mode = None

    def _from_headings(self, path: _Path, mode: _Mode) -> str | None:
        """Return the year that the innermost heading with a fitting one names."""
        for title in reversed(path):
            years = _IN_HEADING.findall(title)
            if mode == "target":
                years += _SPAN_IN_HEADING.findall(title)
            if years and not (mode == "target" and self._is_past(int(years[-1]))):
                return str(years[-1])
        return None
