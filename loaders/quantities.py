"""Read targets and results out of prose: what is measured, for whom, which value with which unit, until or as of when.

Tables are read by their columns (:mod:`cancu.loaders.tables`), sums of money by :mod:`cancu.loaders.money`; a sum is
a target only of an indicator that is measured in money ("thu nhập bình quân đạt 52 triệu đồng/người/năm"). Whether a
figure is an aim or a fact is told by the heading it stands under and by the words in front of it; both are rows of
``ontology/quantity_words.tsv``. A figure that neither tells of is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from cancu.loaders.clauses import paragraphs, sentences
from cancu.loaders.mentions import Note
from cancu.loaders.numbers import Number, find_numbers, note_of, read_range, read_ratio, read_scaled
from cancu.loaders.patterns import compiled
from cancu.loaders.reading import Reading
from cancu.model import Quantity
from cancu.ontology.indicators import Indicator, indicators, operators, quantity_words, units
from cancu.ontology.iris import slug

__all__ = ["Quantities", "find_quantities", "indicator_of", "read_quantities"]


class _Component(Protocol):
    @property
    def code(self) -> str: ...


class _Components(Protocol):
    def at(self, offset: int, /) -> _Component | None: ...


@dataclass(frozen=True, slots=True)
class Quantities:
    """Hold the targets and results of a text in its order, and the doubts that their numbers raise."""

    targets: tuple[Quantity, ...] = ()
    results: tuple[Quantity, ...] = ()
    notes: tuple[Note, ...] = ()


def read_quantities(reading: Reading, components: _Components | None = None) -> tuple[list[Quantity], list[Quantity]]:
    r"""Read the targets and the results of a text.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. MỤC TIÊU\n- Tỷ lệ hộ nghèo toàn huyện còn dưới 2,5%; giảm 120 hộ nghèo."
    >>> [(found.op, str(found.value), found.unit, found.by) for found in read_quantities(read_reading(text))[0]]
    [('<', '2.5', '%', '2024'), ('decrease_by', '120', 'hộ', '2024')]
    """
    found = find_quantities(reading, components)
    return list(found.targets), list(found.results)


def find_quantities(reading: Reading, components: _Components | None = None) -> Quantities:
    """Read the targets and the results of a text with the doubts that their numbers raise."""
    reader = _Reader(reading, components)
    return reader.read()


def indicator_of(phrase: str, unit: str | None) -> Indicator | None:
    """Return the indicator that a phrase means when it is measured in a unit, the one with the longest words.

    >>> indicator_of("tỷ lệ hộ nghèo toàn tỉnh", "%").code, indicator_of("hộ nghèo DTTS", "hộ").code
    ('poverty_rate', 'ethnic_poor_households')
    >>> indicator_of("tỷ lệ hộ nghèo được vay vốn tín dụng", "%").code
    'credit_access'
    """
    return _indicator(phrase, unit)


# --------------------------------------------------------------------------------------------- words


def _any(*words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first."""
    every = {word for group in words for word in group}
    return "|".join(re.escape(word) for word in sorted(every, key=lambda word: (-len(word), word)))


def _list(name: str) -> str:
    return _any(quantity_words(name))


_I = re.IGNORECASE
_EDGE, _STOP = r"(?<![^\W_])", r"(?![^\W_])"

_Mode = Literal["target", "result", "work"]
_HEADING = {
    word: mode
    for mode, name in (("target", "target_heading"), ("result", "result_heading"), ("work", "work_heading"))
    for word in quantity_words(name)
}
_HEADING_WORD = compiled(rf"{_EDGE}(?:{_any(_HEADING)}){_STOP}")

# Unit words; "/người/năm" behind them belongs to them.
_UNIT_OF = {word: unit for unit in units() for word in unit.words}
# "58,3%1": the mark of a footnote may stand right behind a sign.
_UNIT = compiled(rf" {{0,2}}(?:(?P<none>{_list('no_unit')}){_STOP}|(?P<sign>[%‰])|(?P<word>{_any(_UNIT_OF)}){_STOP})")
_PER = compiled(
    r" ?/ ?((?:100 |1\.000 |10\.000 |một )?(?:người|năm|tháng|ngày|quý|tuần|ha|hộ|xã|thôn|bản|vạn dân|dân|m2|km2|"
    r"lao động|đơn vị|lớp|cuộc|buổi|vụ|trường|huyện|cơ sở))(?![^\W_])",
    _I,
)
_RATE_UNITS = ("%", "điểm %", "‰")
_KNOWN_INDICATORS_ONLY = ("money", "age")

_BEFORE_OP = {word: operator.code for operator in operators() for word in operator.words}
_QUALIFIERS = {
    word: code for word, code in _BEFORE_OP.items() if code in ("<", ">", "<=", ">=", "approx") and word[0] not in "<>"
}
_SIGNS = {word: code for word, code in _BEFORE_OP.items() if word[0] in "<>≤≥~"}
_OP = compiled(
    rf"(?:{_EDGE}(?P<word>{_any(_QUALIFIERS)})|(?P<sign>{_any(_SIGNS)}))"
    r"(?: (?:mức|khoảng|được))? ?$",
    _I,
)
_OP_BEHIND = {word: operator.code for operator in operators() for word in operator.behind}
_BEHIND = compiled(rf" ?(?P<word>{_any(_OP_BEHIND)}){_STOP}", _I)
_MOVES = quantity_words("value_move")
_MOVE = compiled(rf"{_EDGE}(?P<word>{_any(_MOVES)}){_STOP}", _I)
# "giảm chi phí cho 120 hộ" lowers no number of households.
_MOVE_ENDS = compiled(rf"{_EDGE}(?:cho|để|nhằm|thuộc|tại|gồm|bao gồm){_STOP}", _I)
# "từ 5,2% (năm 2023) xuống còn 4%": the first is where it comes from.
_FROM = compiled(rf"{_EDGE}từ (?:khoảng |mức |trên |dưới )?$", _I)
_TO = compiled(
    r"(?: ?\(?(?:(?:vào |của )?(?:cuối |đầu )?năm|tháng \d{1,2}/)(?: ?\d{4})?\)?)?[^;.,\d]{0,24}"
    r"(?<!trở )(?:xuống|lên|còn|thành|đến)" + _STOP
)
# "4,1% năm 2024": the time of this figure.
_OWN_TIME = compiled(
    r",? \(?(?:vào |trong |của |đến )?(?P<end>cuối |hết )?(?P<word>năm) (?P<year>(?:19|20)\d\d)(?!\d| ?[-/])\)?", _I
)
_LIKEWISE = compiled(r"(?:tương ứng|tương đương)")
_NESTED = compiled(r"\(|[Tt]rong đó|[Gg]ồm|[Cc]ụ thể")
_NAMED_SUM = compiled(rf"{_EDGE}(?:tổng )?số (?P<word>{_any(_UNIT_OF)}){_STOP}", _I)
_EQUALS_RATE = compiled(r" ?= ?(?=\d)")

_STRONG = quantity_words("target_cue")
_CUE = compiled(
    rf"{_EDGE}(?:(?P<nothing>{_list('no_result_cue')})|(?P<target>{_list('target_cue')})"
    rf"|(?P<weak>{_list('weak_target_cue')})|(?P<result>{_list('result_cue')})"
    r"|(?P<reach>(?:(?:tính )?đến|tới|đạt được đến)(?: (?:cuối|hết|thời điểm|tháng \d{1,2}|giữa|ngày))? ?)?"
    r"(?:(?P<end>cuối |hết )?năm (?P<year>(?:19|20)\d\d)(?!\d| ?[-/])"
    r"|(?:ngày )?(?P<day>\d{1,2}) ?[/.-] ?(?P<month>\d{1,2}) ?[/.-] ?(?P<dated>(?:19|20)\d\d)(?!\d)))"
    rf"{_STOP}",
    _I,
)
_COMPARED = compiled(
    r"(?:so với|so cùng|cùng kỳ|bằng cùng kỳ|chuẩn nghèo|giai đoạn|vốn|từ|Quyết định|Nghị quyết|Kế hoạch|số)"
    r"(?: [^\W\d]+){0,4} ?(?:\d{1,2} tháng )?$",
    _I,
)
_IN_HEADING = compiled(r"(?:năm|NĂM|Năm) ((?:19|20)\d\d)(?!\d| ?[-–])")
_SPAN_IN_HEADING = compiled(r"(?:19|20)\d\d ?- ?((?:19|20)\d\d)(?!\d)")
_AT_YEAR_END = ("cuối ", "hết ")

_ZERO = compiled(
    rf"{_EDGE}(?P<word>{_list('zero_word')}) (?P<filler>(?:(?:các|những|thêm|mới|có|tình trạng|số) ){{0,2}})"
    rf"(?P<unit>{_any(word for word, unit in _UNIT_OF.items() if unit.kind not in ('ratio', 'money', 'age'))}){_STOP}",
    _I,
)
_ZERO_AT_START = compiled(
    r"(?:^|[;.,:(]|(?<![^\W_])và|trong đó)[ -]{0,3}"
    r"(?:(?:phấn đấu|đảm bảo|bảo đảm|cơ bản|đã|vẫn|toàn [^\W\d]+|trên (?:địa bàn|phạm vi)(?: toàn)?(?: [^\W\d]+){1,4}"
    r"|trong đó|đến (?:cuối |hết )?năm \d{4}|(?:cuối |hết )?năm \d{4}|đến nay|hiện nay|trong năm"
    r"|(?:tỉnh|huyện|xã|thành phố|thị xã)(?: [[:upper:]][^\W\d]*){0,4}),? ){0,4}$",
    _I,
)
_LOOSE_ZEROS = ("không có",)

_RULE_BEFORE = compiled(rf"{_EDGE}(?:{_list('rule_rate')}){_STOP}[^,;.%\d]{{0,30}}$", _I)
_RULE_AROUND = compiled(rf"{_EDGE}(?:hỗ trợ|miễn|bằng|tối đa|không quá|hưởng|cấp|chi|đóng)(?: [^\W\d]+){{0,4}} ?$", _I)
_RULE_OBJECT = compiled(rf" (?:{_list('rule_object')}){_STOP}")
_THRESHOLD = compiled(
    rf"(?:\d|{_EDGE}(?:các|những|nhóm|vùng|nơi|hộ)) ?[^,;:.()\d%]{{0,60}}tỷ lệ [^,;:.()\d%]{{0,70}}"
    r"(?:trên|dưới|từ|hơn|cao hơn|thấp hơn|không quá|≥|≤|>|<) ?$",
    _I,
)
_MOVED = compiled(rf"{_EDGE}(?:giảm|đạt|còn|tăng|phấn đấu|xuống|lên){_STOP}", _I)
_PLANNED = compiled(
    rf"(?<!vượt )(?<!với )(?<!thành )(?<!đạt )(?<!mức )(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)"
    r"(?: (?:giao|đề ra|được giao|tỉnh giao|huyện giao|cả năm|năm(?: \d{4})?))* ?(?:là|:|\()? ?$",
    _I,
)
_SEPARATOR = compiled(r"[;,(:=]|(?<![^\W_])(?:và|trong đó|tương|chiếm|còn|đạt|giảm|tăng)(?![^\W_])", _I)

_OUTPUT = compiled(
    rf"{_EDGE}(?:{_list('output_verb')})(?: (?:{_list('output_filler')}))*"
    rf"(?: (?:{_any(_QUALIFIERS)}))? ?$",
    _I,
)
_OUTPUT_FOR = compiled(
    rf"{_EDGE}(?:{_list('output_verb')}) [^,;:.()\d%]{{1,70}} (?:cho|tại|với)(?: (?:{_any(_QUALIFIERS)}))? ?$", _I
)
_OUTPUT_START = compiled(rf"(?:{_list('output_verb')}|đẩy nhanh|tiếp tục){_STOP}", _I)
_FOR = compiled(r"(?:cho|tại|với) ?$")
# "Khởi công các dự án (05 dự án: …": how many, in brackets behind them.
_APPOSED = r"(?:các|những) {unit}(?![^\W_])[^;.()]{{0,120}}\($"

_PREDICATE = compiled(
    rf"(?: (?:{_list('group_condition')}){_STOP})|(?P<word> (?:{_list('predicate_word')}){_STOP})", _I
)
_PHRASE_END = compiled(
    rf" ?[,;(]? ?{_EDGE}(?:{_list('phrase_end')}){_STOP}|, (?:bảo đảm|đảm bảo)(?= )|[()]|\.(?!\d)|\n", _I
)
# "(có sức lao động)" inside a phrase belongs to it.
_ASIDE = compiled(r"\([^()\d;:]{1,60}\)(?= [^\W\d])")
_LEAD = compiled(
    rf"[ ,;:(*-]*(?:(?:{_list('phrase_lead')}){_STOP}|(?:đến|tới|trong|vào|ngay từ đầu|từ đầu|qua)?"
    r" ?(?:cuối |hết |đầu )?năm(?: \d{4}(?: ?- ?\d{4})?)?(?![^\W_])|giai đoạn \d{4} ?- ?\d{4}"
    r"|(?:(?:kết quả|tính đến|đến)? ?tại |đến |tính đến )?(?:thời điểm|ngày)? ?\d{1,2}/\d{1,2}/\d{4})[ ,;:]*",
    _I,
)
# Words that link what is measured to its value.
_LINKS = [
    word
    for word, means in _MOVES.items()
    if means in ("up", "down", "to") and word not in ("hỗ trợ", "giải ngân", "duy trì")
]
_TRAIL = compiled(
    rf"(?: |^)(?:{_any(_LINKS)}|{_any(_QUALIFIERS)}"
    r"|là|trong|gấp|cao nhất|thấp nhất|tương đương|tương ứng|bằng|có|cho|thì|bình quân|trung bình|hằng năm|hàng năm|mỗi năm|tỷ lệ|mức|thêm|phải|sẽ|ước|với|của|=|:|,"
    r"|so với (?:cùng kỳ )?(?:cuối )?(?:năm (?:trước|\d{4})|cùng kỳ)|đến (?:cuối |hết )?năm \d{4}"
    r"|(?:cuối |hết )?năm \d{4})[ :,(]*$",
    _I,
)
_YEARLY = compiled(rf"{_EDGE}(?:mỗi năm|hằng năm|hàng năm|bình quân (?:mỗi |hằng |hàng )?năm){_STOP}", _I)
_COPULA = compiled(r"(?:là|:|=|có)[ ]?$", _I)
_SCOPE = compiled(
    rf"{_EDGE}(?:thuộc |tại |ở |của |trên )?((?:{_list('scope_opener')}){_STOP}(?! hội| ủy)[^,;:.()\d]{{0,60}})", _I
)
_SCOPE_START = compiled(rf"(?:riêng |ở |tại |đối với |(?:thấp|cao) nhất là )?(?:{_list('scope_opener')}){_STOP}", _I)
_SCOPE_LEAD = compiled(r"^(?:của|tại|ở|thuộc|trên|riêng|đối với|cho) ", _I)
_WHOLE = compiled(r"^(?:của |trên |toàn |trên toàn |địa bàn |trên địa bàn )+")
_MEASURES = ("ratio", "area", "length", "mass", "volume", "money", "age", "energy")
_GROUP_GOES_ON = compiled(r" [[:lower:]][^;.\d]{2,60} (?:được|đều) ")
_COUNT_PREFIX = compiled(r"(?:tổng )?số (?=hộ|người|xã|thôn|trẻ|lao động)|^tổng ", _I)
_NAME = compiled(r"[[:upper:]][^\W\d]*(?: [[:upper:]][^\W\d]*){1,3}$")

_GROUNDS = compiled(
    rf"{_EDGE}(?:theo|căn cứ|quy định tại|quy định của)(?: (?:đúng|quy định|tinh thần|nội dung|hướng dẫn|tại|của|các|"
    r"mục tiêu|chỉ tiêu|(?:điều|khoản|điểm) [^\W_]{1,4},?))* ?$",
    _I,
)
_GROUNDS_ALSO = compiled(r"[^.;()\n]{0,90}(?:,|(?<![^\W_])và) ?(?:các )?$")
_BRACKETED = compiled(r"\(?(?:theo|căn cứ|thực hiện theo)(?![^\W_])", _I)

# A piece of text that one figure stands for is looked at this far to its left and right.
_LEFT, _RIGHT = 400, 400
_LONGEST_QUOTE_LEFT = 220
_LONGEST_PHRASE = 220
# No citation grounds more figures than this.
_MOST_GROUNDED = 60
# Words in front of a figure that are longer than this and say nothing of it stay out of its quote.
_LONG_LEFT = 30
_NORMATIVE = ("Luật", "Bộ luật", "Pháp lệnh", "Nghị định", "Thông tư", "Thông tư liên tịch", "Hiến pháp")

_SURE, _LIKELY, _GUESSED = 0.95, 0.85, 0.7
_DOUBTFUL, _INFERRED_UNIT = 0.3, 0.1


# --------------------------------------------------------------------------------------------- indicators

#: The rate that is the share of a count, by the code of the count.
_SHARES = {row.code: row for row in indicators() if "%" in row.units and len(row.units) > 1}
_SHARES |= {row.count: row for row in indicators() if row.count}
_GOES_ON = compiled(rf" (?:\(|\d|(?:{_list('head_goes_on')}){_STOP})", _I)

_WORDS_OF: dict[str, list[tuple[str, Indicator]]] = {}
for _row in indicators():
    for _word in _row.words:
        for _measured in _row.units:
            _WORDS_OF.setdefault(_measured, []).append((_word.lower(), _row))
for _rows in _WORDS_OF.values():
    _rows.sort(key=lambda pair: -len(pair[0]))


def _indicator(phrase: str, unit: str | None, *, at_start: bool = False) -> Indicator | None:
    if unit is None:
        return None
    lowered = " ".join(phrase.lower().split())
    base = unit if unit in _WORDS_OF else unit.partition("/")[0].partition(",")[0]
    for word, found in _WORDS_OF.get(base, ()):
        at = lowered.find(word)
        while at >= 0:
            end = at + len(word)
            whole = not lowered[end : end + 1].isalnum() and not lowered[at - 1 : at].isalnum()
            if whole and (not found.head or (_is_head(lowered, end) and not (at_start and at > 0))):
                return found
            at = lowered.find(word, at + 1)
    return None


def _is_head(phrase: str, end: int) -> bool:
    """Tell whether only a place or a time follows, and no predicate that makes it another indicator."""
    rest = phrase[end:]
    return not rest.strip(" ,.;:()") or _GOES_ON.match(rest) is not None


# --------------------------------------------------------------------------------------------- figures


@dataclass(slots=True)
class _Figure:
    """Hold one figure as print gives it: ``start``..``end`` from its number to the end of its unit."""

    start: int
    end: int
    value: Decimal
    unit: str | None
    kind: str
    value2: Decimal | None = None
    doubtful: Number | None = None
    zero: bool = False
    baseline: bool = False
    rule: bool = False
    inferred_unit: bool = False

    @property
    def rate(self) -> bool:
        return self.unit is not None and self.unit.partition("/")[0] in _RATE_UNITS


@dataclass(slots=True)
class _State:
    """Hold what an earlier sentence of the paragraph says of the later ones."""

    mode: _Mode | None = None
    when: str | None = None
    year: int = 0
    topic: str | None = None
    topic_unit: str | None = None
    move: str = ""
    move_unit: str | None = None
    by_unit: dict[str, str] = field(default_factory=dict)

    def take(self, topic: str, unit: str | None) -> None:
        """Keep what was measured last, also for each unit."""
        self.topic, self.topic_unit = topic, unit
        if unit is not None and topic:
            self.by_unit[unit.partition("/")[0]] = topic


@dataclass(slots=True)
class _Draft:
    """Hold one record before it is made, with what later text may still add to it."""

    mode: _Mode
    start: int
    end: int
    figure: _Figure
    indicator: str
    scope: str | None
    op: str
    qualifier: str | None
    when: str | None
    inferred: set[str]
    confidence: float
    share_of: str | None = None
    wide: str = ""
    authority: list[tuple[int, int]] = field(default_factory=list)


class _Reader:
    """Read one text paragraph by paragraph."""

    def __init__(self, reading: Reading, components: _Components | None) -> None:
        self.reading = reading
        self.plain = reading.plain
        self.components = components
        self.drafts: list[_Draft] = []
        self.notes: list[Note] = []
        header = reading.header
        issued = int(header.date[:4]) if header.date else None
        self.first_year = header.period_start or issued or header.period_end
        self.last_year = header.period_end
        self.normative = header.type in _NORMATIVE
        self.modes: dict[tuple[str, ...], _Mode] = {}
        self.place = header.context.commune or header.context.district or header.context.province
        spans = [(mention.start, mention.end) for mention in reading.mentions]
        spans += [
            (mention.subject_start, mention.subject_end)
            for mention in reading.mentions
            if mention.subject_start is not None and mention.subject_end is not None
        ]
        self.named = _merged(spans)
        self.tables = _merged(reading.tables)
        # The unit of the last "410 hộ = 3,2%", for a line of the same list that has lost it.
        self.unit_of_rate: str | None = None
        # Where the words begin that name what "từ 5,2% xuống còn 4%" comes from.
        self.baseline_start: int | None = None
        # The day that an earlier paragraph under the same heading gives for its results.
        self.last_day: tuple[tuple[str, ...], str] | None = None

    # ------------------------------------------------------------------ paragraphs

    def read(self) -> Quantities:
        plain, outline = self.plain, self.reading.outline
        carried: _State | None = None
        carried_under: object = None
        open_drafts: list[_Draft] = []
        for first, last in paragraphs(plain, self.reading.header.body_start):
            if _holds(self.tables, first):
                continue
            heading = outline.at(first)
            if first >= outline.closing_start and heading is None:
                continue
            line = plain.rfind("\n", 0, first) + 1
            listed = first > line
            section: _Mode = "work" if first < outline.opening_end else self._mode(heading.path if heading else ())
            state = _State()
            if listed and carried is not None and carried_under is heading:
                state.mode, state.when, state.year = carried.mode, carried.when, carried.year
                state.topic, state.topic_unit = carried.topic, carried.topic_unit
            if not listed:
                carried = None
            before = len(self.drafts)
            for start, end in sentences(plain, first, last):
                self._read_sentence(start, end, section, state, heading.path if heading else ())
                self._ground_all(start, end, [*open_drafts, *self.drafts[before:]])
            made = self.drafts[before:]
            # "…như sau:", and the items of the list go on with what the sentence says.
            if not listed and plain[last - 1] == ":":
                carried, carried_under = state, heading
            open_drafts = (
                [*open_drafts, *made][-_MOST_GROUNDED:] if not listed and carried_under is not heading else made
            )
            open_drafts = [] if listed else open_drafts
            carried_under = heading
        return self._records()

    def _mode(self, path: tuple[str, ...]) -> _Mode:
        if path not in self.modes:
            self.modes[path] = next(
                (
                    _HEADING[found[0]]
                    for title in reversed(path)
                    if (found := _HEADING_WORD.search(title.lower())) is not None
                ),
                "work",
            )
        return self.modes[path]

    # ------------------------------------------------------------------ sentences

    def _read_sentence(self, start: int, end: int, section: _Mode, state: _State, path: tuple[str, ...]) -> None:
        figures = self._figures(start, end)
        if not figures:
            self._listen(start, end, section, state)
            return
        for index, figure in enumerate(figures):
            figure.rule = self._is_rule(figure, figures[index - 1] if index else None, start)
        # What a group must have ("21 xã có tỷ lệ trên 50%") belongs to the words of its figure.
        figures = [figure for figure in figures if not figure.rule]
        cues = _Cues(self, start, end, section, state)
        accepted: list[_Draft] = []
        for index, figure in enumerate(figures):
            previous = figures[index - 1] if index else None
            following = figures[index + 1] if index + 1 < len(figures) else None
            left = self._left(figure, previous, start)
            right = self._right(figure, following, end)
            mode, sure, when, inferred_when = cues.at(figure, path)
            draft = self._draft(figure, previous, left, right, start, mode, section, sure, state, cues, path)
            if draft is None:
                continue
            accepted.append(draft)
            draft.when = when
            if inferred_when and when is not None:
                draft.inferred.add("by" if draft.mode == "target" else "as_of")
            self.drafts.append(draft)
            if figure.doubtful is not None:
                self.notes.append(note_of(figure.doubtful))
        cues.finish()
        self._ground_own(start, end, accepted)

    def _listen(self, start: int, end: int, section: _Mode, state: _State) -> None:
        """Take over what a sentence without figures says of the next ones."""
        _Cues(self, start, end, section, state).finish()

    def _figures(self, start: int, end: int) -> list[_Figure]:
        """Return the figures between two offsets in order, sums of money and what is no aim among them."""
        plain = self.plain
        found: list[_Figure] = []
        position = start
        for number in find_numbers(plain, start, end):
            if number.start < position or _holds(self.named, number.start):
                continue
            figure = self._figure(number, start, end)
            if figure is None:
                continue
            position = figure.end
            found.append(figure)
        taken = _merged((figure.start, figure.end) for figure in found)
        for zero in _ZERO.finditer(plain, start, end):
            if _holds(self.named, zero.start()) or _holds(taken, zero.start()):
                continue
            left = max(start, zero.start() - 120)
            at_start = _ZERO_AT_START.search(
                plain[left : zero.start()] if left > start else plain[start : zero.start()]
            )
            if at_start is None and zero["word"].lower() in _LOOSE_ZEROS:
                continue
            unit = _UNIT_OF[_known(zero["unit"])]
            found.append(_Figure(zero.start(), zero.start("unit"), Decimal(0), unit.name, unit.kind, zero=True))
        found.sort(key=lambda figure: figure.start)
        return found

    def _figure(self, number: Number, start: int, end: int) -> _Figure | None:
        plain = self.plain
        pair = read_range(plain, number.start)
        low, high = pair if pair is not None else (number, None)
        if high is not None and high.end > end:
            low, high = number, None
        last = high or low
        ratio = read_ratio(plain, number.start) if high is None else None
        behind = ratio[1].end if ratio is not None else last.end
        unit, kind, unit_end = self._unit(behind)
        value, value2 = low.value, high.value if high is not None else None
        if unit is None and ratio is None:
            scaled = read_scaled(plain, last.start)
            if scaled is not None and scaled.end > last.end:
                unit, kind, unit_end = self._unit(scaled.end)
                factor = scaled.value / last.value if last.value else Decimal(1)
                value, value2 = value * factor, value2 * factor if value2 is not None else None
                behind = scaled.end
                if unit is None:
                    return _Figure(number.start, behind, value, None, "money")
        inferred = False
        if unit is None:
            unit, kind, unit_end = self._unit_from_words(number.start, behind, start)
            inferred = unit is not None
            if unit is None:
                return None
        if unit_end is None:
            unit_end = behind
        baseline = _FROM.search(plain, max(start, number.start - 12), number.start) is not None and (
            _TO.match(plain, unit_end, end) is not None
        )
        doubtful = next((found for found in (low, high) if found is not None and found.doubtful), None)
        if _EQUALS_RATE.match(plain, unit_end) and not inferred:
            self.unit_of_rate = unit
        return _Figure(
            number.start,
            unit_end,
            value,
            unit,
            kind,
            value2,
            doubtful=doubtful,
            baseline=baseline,
            inferred_unit=inferred,
        )

    def _unit(self, at: int) -> tuple[str | None, str, int | None]:
        found = _UNIT.match(self.plain, at)
        if found is None or found["none"] is not None:
            return None, "", None
        word = found["word"] or found["sign"]
        unit = _UNIT_OF[_known(word)]
        # "10/10 huyện, thành phố": the kinds of places stay as they are named.
        name, end = word if unit.kind == "place" and "," in word else unit.name, found.end()
        while (per := _PER.match(self.plain, end)) is not None:
            name, end = f"{name}/{per[1].lower()}", per.end()
        return name, unit.kind, end

    def _unit_from_words(self, start: int, end: int, floor: int) -> tuple[str | None, str, int | None]:
        """Return the unit that the words in front of a bare number or a line of the same list give it."""
        plain = self.plain
        if _EQUALS_RATE.match(plain, end) and self.unit_of_rate is not None:
            return self.unit_of_rate, _UNIT_OF[_known(self.unit_of_rate.partition("/")[0])].kind, None
        if plain[end : end + 1] not in ("", ",", ";", ".", ")", "\n") or plain[start - 1 : start] not in (" ", ":"):
            return None, "", None
        before = plain[max(floor, start - 80) : start].rstrip(" ")
        if not before.endswith((":", " là")):
            return None, "", None
        named = None
        for named in _NAMED_SUM.finditer(before):
            pass
        if named is None or re.search(r"[,;]", before[named.end() :]):
            return None, "", None
        unit = _UNIT_OF[_known(named["word"])]
        return unit.name, unit.kind, None

    # ------------------------------------------------------------------ the words around a figure

    def _left(self, figure: _Figure, previous: _Figure | None, start: int) -> int:
        """Return where the words begin that stand for a figure."""
        plain = self.plain
        if previous is None:
            return max(_clause_start(plain, start, figure.start), figure.start - _LEFT)
        return _split(plain, previous, figure)[1]

    def _right(self, figure: _Figure, following: _Figure | None, end: int) -> int:
        plain = self.plain
        if following is not None:
            return _split(plain, figure, following)[0]
        stop = _CLAUSE_END.search(plain, figure.end, end)
        if stop is not None and stop[0] == ";" and figure.rate:
            # "100% cán bộ xã; trưởng thôn, bản được tập huấn": the semicolon stands inside the group.
            group = _subject_of(plain[figure.end : stop.start()])[1]
            if (not group or group.startswith("tham gia")) and _GROUP_GOES_ON.match(plain, stop.end(), end):
                stop = _CLAUSE_END.search(plain, stop.end(), end)
        return min(stop.start() if stop is not None else end, figure.end + _RIGHT)

    def _draft(
        self,
        figure: _Figure,
        previous: _Figure | None,
        left: int,
        right: int,
        start: int,
        mode: _Mode,
        section: _Mode,
        sure: bool,
        state: _State,
        cues: _Cues,
        path: tuple[str, ...],
    ) -> _Draft | None:
        plain = self.plain
        gap_start = previous.end if previous is not None else start
        op, qualifier, move = self._operator(figure, previous, gap_start, state)
        phrase = _Phrase(self, figure, left, right, state)
        if previous is not None and previous.baseline and self.baseline_start is not None:
            phrase.start = self.baseline_start
        if move:
            state.move, state.move_unit = move, figure.unit
        else:
            state.move, state.move_unit = "", None
        self.baseline_start = phrase.start if figure.baseline else None
        if figure.baseline:
            state.take(phrase.indicator, figure.unit)
        if figure.unit is None or figure.baseline:
            return None
        if not phrase.indicator:
            # "a) Tỷ lệ hộ nghèo" above it may name what the text below only gives the value of.
            title = _strip(path[-1].partition(" ")[2]) if path else ""
            if _indicator(title, figure.unit) is None:
                return None
            phrase.indicator, phrase.inferred = _tidy(title), {*phrase.inferred, "indicator"}
        if figure.kind in _KNOWN_INDICATORS_ONLY and _indicator(phrase.indicator, figure.unit) is None:
            return None
        confidence = _SURE if sure and section == mode else _LIKELY
        if mode == "work":
            if self.normative or figure.zero or not self._is_output(figure, start, cues):
                return None
            mode, confidence = "target", _LIKELY if figure.rate else _GUESSED
        if mode == "result" and _PLANNED.search(plain, max(start, figure.start - 60), figure.start):
            return None
        inferred = set(phrase.inferred)
        if previous is not None and plain[left : figure.start].strip() == "=":
            phrase.start = previous.start
        if figure.doubtful is not None:
            confidence -= _DOUBTFUL
        if figure.inferred_unit:
            inferred.add("unit")
            confidence -= _INFERRED_UNIT
        unit = figure.unit
        if figure.rate and move in ("up", "down") and "/" not in unit and _YEARLY.search(plain, left, figure.start):
            unit = f"{unit}/năm"
        figure.unit = unit
        state.take(phrase.indicator, unit)
        scope = phrase.scope
        if scope is not None and self.place is not None and self.place.startswith(_WHOLE.sub("", scope.lower())):
            scope = None
        if scope is None and self.place is not None:
            scope = self.place
            inferred.add("scope")
        return _Draft(
            mode,
            phrase.start,
            phrase.end,
            figure,
            phrase.indicator,
            scope,
            op,
            qualifier,
            None,
            inferred,
            round(confidence, 2),
            phrase.share_of,
            phrase.wide,
        )

    def _operator(
        self, figure: _Figure, previous: _Figure | None, gap_start: int, state: _State
    ) -> tuple[str, str | None, str]:
        """Return the operator, its qualifier, and which way the value moves: "up", "down" or neither."""
        if figure.zero:
            return "=", None, ""
        plain = self.plain
        low = max(gap_start, figure.start - _LEFT)
        semicolon = plain.rfind(";", low, figure.start)
        gap = plain[max(low, semicolon + 1) : figure.start]
        word = _OP.search(gap)
        told: str | None = None
        if word is not None:
            told = _BEFORE_OP.get(" ".join((word["word"] or word["sign"]).lower().split()))
            gap = gap[: word.start()]
        behind = _BEHIND.match(plain, figure.end)
        if behind is not None:
            told = _OP_BEHIND[behind["word"].lower()]
        if told == ">=" and figure.value2 is not None:
            told = None
        move, seen = "", False
        for found in _MOVE.finditer(gap):
            means = _MOVES[" ".join(found["word"].lower().split())]
            if means == "nothing":
                continue
            seen = True
            move = means if means in ("up", "down") and not _MOVE_ENDS.search(gap, found.end()) else ""
        nested = _NESTED.search(gap) is not None
        if not seen and state.move and semicolon < low:
            alike = state.move_unit is not None and figure.unit == state.move_unit
            # "giảm 0,4% tương ứng với 150 hộ (trong đó: … 90 hộ, … 60 hộ)"
            if _LIKEWISE.search(gap) or (alike and (nested or previous is None or len(gap) <= 160)):
                if previous is not None or nested:
                    move = state.move
        if move:
            kind = "increase_by" if move == "up" else "decrease_by"
            if figure.value2 is not None:
                return f"{kind}_range", told, move
            return kind, told, move
        if figure.value2 is not None:
            return "range", None if told == "approx" else told, ""
        return told or "=", None, ""

    def _is_rule(self, figure: _Figure, previous: _Figure | None, start: int) -> bool:
        """Tell a price, a share to be paid, a threshold or a condition from an aim."""
        plain = self.plain
        low = max(start, figure.start - 160)
        if _RULE_BEFORE.search(plain, low, figure.start):
            return True
        if figure.rate and _RULE_OBJECT.match(plain, figure.end) and _RULE_AROUND.search(plain, low, figure.start):
            return True
        if figure.rate:
            threshold = _THRESHOLD.search(plain, low, figure.start)
            if threshold is not None and not _MOVED.search(threshold[0]):
                return True
        if previous is not None and not figure.zero:
            between = plain[previous.end : figure.start]
            if not _SEPARATOR.search(between):
                # "100% xã có ít nhất 01 tổ": the second says what the group must have.
                if previous.rate and not previous.baseline and not previous.zero and between.strip():
                    return len(between) > 2
        return False

    def _is_output(self, figure: _Figure, start: int, cues: _Cues) -> bool:
        """Tell whether a figure that no heading or word calls an aim says how much is to be made or reached."""
        plain = self.plain
        low = max(start, figure.start - 120)
        clause = _clause_start(plain, start, figure.start)
        if figure.rate:
            if cues.weak >= clause and figure.start - cues.weak <= 60:
                return True
            lead = _strip_lead(plain[clause : figure.start])
            lead = _OP.sub("", lead).strip(" -:")
            return not lead and bool(re.match(r" [^\W\d]", plain[figure.end : figure.end + 2]))
        if _OUTPUT.search(plain, low, figure.start):
            return not (figure.kind == "place" and _FOR.search(plain, low, figure.start))
        if figure.kind != "place" and _OUTPUT_FOR.search(plain, low, figure.start):
            return True
        if plain[figure.start - 1 : figure.start] == "(" and figure.unit is not None:
            apposed = compiled(_APPOSED.format(unit=re.escape(figure.unit)), _I)
            return bool(
                _OUTPUT_START.match(
                    plain, clause + len(plain[clause : figure.start]) - len(plain[clause : figure.start].lstrip())
                )
                and apposed.search(plain, max(clause, figure.start - 240), figure.start)
            )
        lead = _OP.sub("", _strip_lead(plain[clause : figure.start])).rstrip(" -")
        # "Tiểu dự án 1: Hỗ trợ nhà tiêu hộ gia đình: 190 hộ nghèo được hỗ trợ"
        lead = "" if lead.endswith(":") else lead
        follows = plain[figure.end : figure.end + 60]
        return not lead and clause == start and bool(re.match(r"[^,;.:()\d]{0,50}? được ", follows))

    # ------------------------------------------------------------------ authority

    def _cited(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the documents between two offsets on which what stands there is said to rest."""
        found: list[tuple[int, int]] = []
        mentions = self.reading.mentions
        index = bisect_right(mentions, start - 1, key=lambda mention: mention.start)
        for mention in mentions[index:]:
            if mention.start >= end:
                break
            since = found[-1][1] if found else max(start, mention.start - 120)
            if _GROUNDS.search(self.plain, max(start, mention.start - 120), mention.start) or (
                found and _GROUNDS_ALSO.fullmatch(self.plain, since, mention.start)
            ):
                found.append((mention.start, mention.end))
        return found

    def _ground_own(self, start: int, end: int, drafts: list[_Draft]) -> None:
        """Give each draft of a sentence the documents that are cited for it there."""
        drafts = drafts[-_MOST_GROUNDED:]
        if not drafts:
            return
        for first, last in self._cited(start, end):
            bracket = self.plain.rfind("(", max(start, first - _LEFT), first)
            closing = (
                bracket >= 0 and self.plain.find(")", bracket, first) < 0 and not self.plain[last:end].strip(" .;)")
            )
            own = [draft for draft in drafts if draft.start <= first < draft.end] or drafts[-1:]
            if closing:
                own = drafts
            elif not any(draft.start <= first for draft in drafts):
                own = drafts
            for draft in own:
                draft.authority.append((first, last))

    def _ground_all(self, start: int, end: int, drafts: list[_Draft]) -> None:
        """Give all drafts of a paragraph the documents of the brackets that close it: "(Theo Quyết định …)"."""
        if not drafts or not _BRACKETED.match(self.plain, start) or self.plain[start] != "(":
            return
        for span in self._cited(start, end):
            for draft in drafts[-_MOST_GROUNDED:]:
                if span not in draft.authority:
                    draft.authority.append(span)

    # ------------------------------------------------------------------ records

    def _records(self) -> Quantities:
        targets: list[Quantity] = []
        results: list[Quantity] = []
        for draft in self.drafts:
            record = self._record(draft)
            (targets if draft.mode == "target" else results).append(record)
        notes = {(note.start, note.rule): note for note in self.notes}
        return Quantities(tuple(targets), tuple(results), tuple(notes[key] for key in sorted(notes)))

    def _record(self, draft: _Draft) -> Quantity:
        reading, figure = self.reading, draft.figure
        evidence = reading.place(draft.start, draft.end)
        by, as_of = (draft.when, None) if draft.mode == "target" else (None, draft.when)
        inferred = set(draft.inferred)
        if draft.mode == "target" and by is None and self.last_year is not None:
            by = str(self.last_year)
            inferred.add("by")
        if draft.share_of is None:
            known = _indicator(draft.indicator, figure.unit)
            if known is None and draft.wide:
                known = _indicator(draft.wide, figure.unit)
                known = None if known is not None and known.head else known
        else:
            known = _SHARES.get(draft.share_of)
        component = self.components.at(figure.start) if self.components is not None else None
        return Quantity(
            start=evidence.start,
            end=evidence.end,
            quote=evidence.quote,
            indicator=draft.indicator,
            op=draft.op,
            value=figure.value,
            unit=figure.unit,
            value2=figure.value2,
            scope=draft.scope,
            qualifier=draft.qualifier,
            concept=known.code if known is not None else slug(draft.indicator) or None,
            by=by,
            as_of=as_of,
            activity=component.code if component is not None else None,
            section=reading.outline.section(figure.start),
            authority=tuple(reading.text.span(first, last) for first, last in dict.fromkeys(draft.authority)),
            inferred=tuple(sorted(inferred)),
            confidence=draft.confidence,
        )


# --------------------------------------------------------------------------------------------- aims and facts


class _Cues:
    """Walk through the words of a sentence that tell aims from facts, up to one figure after the other."""

    def __init__(self, reader: _Reader, start: int, end: int, section: _Mode, state: _State) -> None:
        self.reader, self.section, self.state = reader, section, state
        self.found = list(_CUE.finditer(reader.plain, start, end))
        self.start, self.next = start, 0
        #: Where the last weak cue ends.
        self.weak = -1
        self.sure = False
        self.own: set[int] = set()

    def at(self, figure: _Figure, path: tuple[str, ...]) -> tuple[_Mode, bool, str | None, bool]:
        """Return mode, whether words of the text itself tell it, the time and whether that is inferred."""
        while self.next < len(self.found) and self.found[self.next].start() < figure.start:
            if self.found[self.next].start("year") not in self.own:
                self._take(self.found[self.next])
            self.next += 1
        mode = self.state.mode or self.section
        own = _OWN_TIME.match(self.reader.plain, figure.end)
        if own is not None:
            self.own.add(own.start("year"))
            year = int(own["year"])
            past = self._before(year)
            if self.section == "target" or self.state.mode is not None:
                mode = (
                    "result" if past else "target" if self.section != "result" or self.state.mode == "target" else mode
                )
            when = f"{year}-12-31" if own["end"] is not None and mode == "result" else own["year"]
            return mode, self.sure or mode == self.section, when, False
        when, inferred = self.state.when, False
        # What is aimed at lies ahead, what was reached behind.
        if when is not None and mode == "target" and self._before(self.state.year):
            when = None
        last = self.reader.last_day
        if when is not None and mode == "result":
            self.reader.last_day = (path, when)
        elif when is None and mode == "result" and last is not None and last[0] == path[: len(last[0])]:
            return mode, self.sure or mode == self.section, last[1], True
        if when is None and mode != "work":
            when, inferred = self._from_headings(path, mode)
        return mode, self.sure or mode == self.section, when, inferred

    def finish(self) -> None:
        """Take the rest of the sentence."""
        for found in self.found[self.next :]:
            self._take(found)

    def _before(self, year: int) -> bool:
        return self.reader.first_year is not None and year < self.reader.first_year

    def _take(self, found: re.Match[str]) -> None:
        reader, state = self.reader, self.state
        if found["nothing"] is not None:
            return
        if found["year"] is not None or found["dated"] is not None:
            self._take_time(found)
            return
        if found["target"] is not None:
            means = _STRONG[" ".join(found["target"].lower().split())]
            if self.section == "result" and means != "always":
                return
            if found["target"].lower() in ("mục tiêu", "chỉ tiêu") and self.section == "work":
                # "thực hiện các mục tiêu, chỉ tiêu của Chương trình" names aims and gives none.
                if not _AIM.match(reader.plain, found.end()):
                    return
            state.mode, self.sure = "target", True
        elif found["weak"] is not None:
            self.weak = found.end()
        elif found["result"] is not None:
            # "công trình hiện có" tells of no figure.
            if found["result"].lower().startswith("hiện ") and not _FIGURE_FOLLOWS.match(reader.plain, found.end()):
                return
            state.mode, self.sure = "result", True

    def _take_time(self, found: re.Match[str]) -> None:
        reader, state = self.reader, self.state
        at = found.start()
        if _COMPARED.search(reader.plain, max(self.start, at - 40), at) and found["reach"] is None:
            return
        if _holds(reader.named, at):
            return
        if found["dated"] is not None:
            year, month, day = int(found["dated"]), int(found["month"]), int(found["day"])
            if not (1 <= month <= 12 and 1 <= day <= 31):
                return
            when = f"{year}-{month:02}-{day:02}"
        else:
            year = int(found["year"])
            ends = found["end"] is not None or (found["reach"] or "").lower().rstrip().endswith(("cuối", "hết"))
            when = f"{year}-12-31" if ends else str(year)
        # "cuối năm 2023 … chỉ tiêu năm 2023": the nearer day stays.
        if state.year == year and state.when is not None and len(state.when) > len(when):
            when = state.when
        state.when, state.year = when, year
        if reader.first_year is None:
            return
        if year < reader.first_year:
            if self.section != "result":
                state.mode, self.sure = "result", True
        else:
            if found["dated"] is None and self.section != "result":
                state.when = str(year)
            if self.section == "target" and state.mode == "result":
                state.mode = None
            elif self.section == "work" and found["reach"] is not None:
                state.mode, self.sure = "target", True
            elif self.section == "work" and state.mode == "result":
                state.mode = None

    def _from_headings(self, path: tuple[str, ...], mode: _Mode) -> tuple[str | None, bool]:
        for title in reversed(path):
            years = _IN_HEADING.findall(title)
            if mode == "target":
                years += _SPAN_IN_HEADING.findall(title)
            if years:
                year = int(years[-1])
                if mode == "target" and self._before(year):
                    continue
                return str(year), True
        return None, False


_FIGURE_FOLLOWS = compiled(r",? [^\d.;:\n]{0,40}\d")
# "mục tiêu giảm 2%", "chỉ tiêu: 95%", "mục tiêu đến năm 2025": an aim is given.
_AIM = compiled(
    r"(?: (?:cụ thể|đề ra|là|đến|giải ngân|hoàn thành|giảm|tăng|đạt|còn|có|trên|ít nhất|phấn đấu|hộ nghèo|tỷ lệ)|:)"
)


# --------------------------------------------------------------------------------------------- phrases


class _Phrase:
    """Find what a figure measures and for whom in the words around it."""

    def __init__(self, reader: _Reader, figure: _Figure, left: int, right: int, state: _State) -> None:
        plain = reader.plain
        self.inferred: set[str] = set()
        self.left_unused = False
        #: The count that a rate without words of its own is the share of: "124 hộ nghèo, chiếm tỷ lệ 3,1%".
        self.share_of: str | None = None
        #: The indicator with the verb in front of its number, where its own words do not tell it: "trồng 120 ha rừng".
        self.wide = ""
        self.scope: str | None = None
        start = left
        start = _INTRO.match(plain, start, figure.start).end()  # type: ignore[union-attr]
        if figure.start - start > _LONGEST_QUOTE_LEFT:
            blank = plain.find(" ", figure.start - _LONGEST_QUOTE_LEFT, figure.start)
            start = blank + 1 if blank >= 0 else start
        before = plain[start : figure.start]
        right = max(right, figure.end)
        stop = _phrase_end(reader, figure.end, right)
        if _OWN_TIME.match(plain, figure.end) is not None:
            stop = figure.end
        after = plain[figure.end : stop] if plain[figure.end : figure.end + 1] == " " else ""
        # "Chiều thiếu hụt về y tế: 100% người …": the label names the field only.
        label, colon, rest = before.rpartition(":")
        label = label.rpartition(":")[2]
        subject = _strip(rest if colon else before)
        if subject.lower() in ("chỉ tiêu", "mục tiêu", "kế hoạch", "được"):
            subject = ""
        text = after.strip()
        linked = _linked(before)
        # "toàn tỉnh còn 410 hộ nghèo": what is counted stands behind its number.
        if text and not figure.rate and figure.kind not in _MEASURES and not _BASE.match(text):
            linked = False
        if figure.zero:
            self._read_zero(reader, figure, right)
            self.start, self.end = self._zero_start(plain, figure, start), self.zero_end
            return
        if colon and not subject:
            topic = _indicator(_strip(label), figure.unit)
            if topic is not None and (not text or linked):
                state.take(_strip(label), figure.unit)
        if colon and subject and (known := _strip(label)) and _indicator(known, figure.unit) is not None:
            state.take(known, figure.unit)
        indicator = ""
        if subject and text and not linked and plain[: figure.start].rstrip().endswith(" cho") and figure.rate:
            # "hỗ trợ thẻ bảo hiểm y tế cho 100% người thuộc hộ nghèo"
            indicator, self.scope = subject, _subject_of(text)[0]
        elif text and figure.rate and subject and _VERB_ONLY.fullmatch(subject) and _is_base(text):
            indicator = f"{subject} {text}"
        elif text and not linked and not _is_base(text):
            indicator = self._group(figure, plain, subject, text)
        elif text and linked and not subject and not _is_base(text):
            indicator = self._group(figure, plain, subject, text)
        elif not (text or linked or colon or figure.rate) and not _names_unit(subject, figure):
            # "sản xuất 569 pano, băng rôn": the unit itself is what is counted.
            self.left_unused = True
            named = f"{_printed_unit(plain, figure)}{plain[figure.end : stop]}"
            if subject or not _same_unit(state.topic_unit, figure.unit):
                joint = " cho" if before.rstrip().endswith(" cho") else ""
                indicator = f"{subject}{joint} {named}"
        elif not figure.rate and linked and not text and _AVERAGE.match(subject):
            indicator = f"{_printed_unit(plain, figure)} {_tidy(subject)}"
        if text and linked and figure.rate and (whole := _indicator(text, figure.unit, at_start=True)) and whole.head:
            # "giảm bình quân 2% hộ nghèo"
            indicator, self.left_unused = text, True
        if not (indicator or subject or label or figure.rate or _same_unit(state.topic_unit, figure.unit)):
            # "tăng 0,5 tiêu chí" behind a figure of something else
            earlier = state.by_unit.get((figure.unit or "").partition("/")[0])
            if earlier is not None:
                indicator = earlier
                self.inferred.add("indicator")
            elif state.topic_unit is None or state.topic_unit.partition("/")[0] not in _RATE_UNITS:
                indicator = _printed_unit(plain, figure)
        if not indicator:
            stop = figure.end if linked and subject else stop
            indicator = self._from_left(figure, subject, _strip(label) if colon else "", state, text)
        elif self.left_unused:
            comma = plain.rfind(", ", start, figure.start)
            if not colon and comma - start > _LONG_LEFT:
                start = comma + 2
            elif colon and subject != before and len(label) > _LONG_LEFT:
                start += before.rindex(":") + 1
                start = _INTRO.match(plain, start, figure.start).end()  # type: ignore[union-attr]
        self.indicator = _tidy(indicator) or (state.topic or "")
        if not (self.indicator or figure.rate):
            self.indicator = _printed_unit(plain, figure)
        if self.scope is not None:
            self.scope = _SCOPE_LEAD.sub("", " ".join(self.scope.split()).strip(" ,;:.()-*")) or None
        behind = _BEHIND.match(plain, figure.end)
        self.start, self.end = start, max(stop, behind.end() if behind is not None else figure.end)

    def _group(self, figure: _Figure, plain: str, subject: str, text: str) -> str:
        """Read "100% [hộ nghèo] [được vay vốn]" and "68 hộ [nghèo]"."""
        group, predicate = _subject_of(text)
        if figure.rate:
            if subject and compiled(r"hoàn thành|giải ngân").search(subject):
                self.scope = group
                return f"{subject} {text}"
            if predicate:
                self.scope = group
                self.left_unused = True
                return predicate
            if subject and _VERB_ONLY.fullmatch(subject) is None:
                self.scope = group
                return subject
            return f"{subject} {text}".strip() if subject else text
        self.left_unused = True
        printed = _printed_unit(plain, figure)
        whole = f"{printed} {text}".strip()
        self.wide = f"{_last_part(subject)} {text}"
        place = _place_in(whole, len(printed))
        if place is not None:
            self.scope = place[1]
        return whole

    def _from_left(self, figure: _Figure, subject: str, label: str, state: _State, text: str) -> str:
        """Read "tỷ lệ hộ nghèo toàn huyện còn 2%", "Hộ nghèo: 12 hộ", "huyện Sơn Hà giảm 5%", "chiếm tỷ lệ 3%"."""
        candidate = _HEAD_OF_PHRASE.sub("", subject or label)
        known = _indicator(candidate, figure.unit)
        if candidate and known is None and subject and label and _indicator(label, figure.unit) is not None:
            self.scope = subject
            return label
        if candidate and (known is not None or not (_SCOPE_START.match(candidate) or _NAME.match(candidate))):
            if known is not None and known.head:
                begins = [at for word in known.words if (at := candidate.lower().find(word)) >= 0]
                candidate = candidate[min(begins) :] if begins else candidate
            place = _place_in(candidate, 1)
            if place is not None:
                self.scope = _strip(place[1])
                shortened = _strip(candidate[: place.start()])
                if shortened and (known is None or _indicator(shortened, figure.unit) is known):
                    return shortened
            return candidate
        if candidate:
            self.scope = re.sub(r"^(?:thấp|cao) nhất là ", "", candidate)
        topic = state.topic or ""
        if topic:
            self.inferred.add("indicator")
            if figure.rate and (state.topic_unit is None or state.topic_unit.partition("/")[0] not in _RATE_UNITS):
                counted = _indicator(topic, state.topic_unit)
                self.share_of = counted.code if counted is not None else ""
                bare = _COUNT_PREFIX.sub("", topic)
                return f"tỷ lệ {bare[:1].lower()}{bare[1:]}"
            if not figure.rate and state.topic_unit is not None and state.topic_unit.partition("/")[0] in _RATE_UNITS:
                return re.sub(r"^tỷ lệ ", "", topic, flags=_I)
            return topic
        return candidate or text

    def _read_zero(self, reader: _Reader, figure: _Figure, right: int) -> None:
        plain = reader.plain
        stop = _phrase_end(reader, figure.end, max(right, figure.end))
        self.indicator = _tidy(plain[figure.end : stop])
        self.zero_end = stop

    def _zero_start(self, plain: str, figure: _Figure, start: int) -> int:
        lead = plain[start : figure.start]
        place = _place_in(lead, 0)
        if place is not None:
            self.scope = _strip(place[1]) or None
        return start


# A clause ends at a semicolon, or at a full stop that no capital need follow ("… có công. 10/10 huyện").
_CLAUSE_END = compiled(r";|\.(?= |$)")
_NOTE_MARK = compiled(r" *\d{1,2} (?=[[:upper:]][[:lower:]])")


def _clause_start(plain: str, start: int, at: int) -> int:
    """Return where the clause begins in which ``at`` stands; the mark of a footnote is no part of it."""
    begins = max(start, at - _LEFT)
    for found in _CLAUSE_END.finditer(plain, begins, at):
        begins = found.end()
    mark = _NOTE_MARK.match(plain, begins, at)
    return mark.end() if mark is not None else begins


_INTRO = compiled(r"(?:[ ,;:()*.-]|(?:trong đó|cụ thể|gồm|bao gồm)(?![^\W_])|cho (?=\d))*", _I)
_VERB_ONLY = compiled(rf"(?:(?:{_list('output_verb')}|{_list('phrase_lead')})(?: |,|$|và )*)+", _I)
_BASE = compiled(rf"(?:tổng số|số hộ|so với|tổng|kế hoạch|dự toán|chỉ tiêu|GRDP){_STOP}", _I)


# "… đạt kết quả tích cực, tỷ lệ hộ nghèo giảm", "Chủ tịch đã tặng bằng khen", "Giảm tỷ lệ hộ nghèo".
_HEAD_OF_PHRASE = compiled(
    r"^(?:[^:]{0,300}, (?=(?:tỷ lệ|tỷ trọng|tổng số|số hộ|số lượng|thu nhập|diện tích|sản lượng) )"
    r"|[^:]{0,200}?(?<![^\W_])đã (?!và )(?:được )?|(?:giảm|tăng|nâng|đưa|hạ|duy trì) (?=tỷ lệ|số|tổng|thu nhập|mức|độ))+",
    _I,
)


def _place_in(text: str, start: int) -> re.Match[str] | None:
    """Return the last area that a phrase names behind ``start``."""
    last = None
    for found in _SCOPE.finditer(text, start):
        if " " in found[1].strip() and not text[: found.start(1)].lower().endswith(("liên ", "cấp ", "ngoài ")):
            last = found
    return last


def _phrase_end(reader: _Reader, start: int, right: int) -> int:
    """Return where a phrase ends that begins at ``start``."""
    plain = reader.plain
    position, stop = start, right
    while (found := _PHRASE_END.search(plain, position, right)) is not None:
        aside = _ASIDE.match(plain, found.start(), right) if found[0] == "(" else None
        if aside is not None:
            position = aside.end()
            continue
        # "đăng ký vay vốn theo Quyết định số 15/QĐ-UBND được vay vốn": the phrase goes on behind the document.
        index = bisect_right(reader.named, (found.end(), float("inf"))) - 1
        named = reader.named[index][1] if index >= 0 else 0
        if named >= found.end() and plain.startswith((" được ", " đều "), named):
            position = named
            continue
        stop = found.start()
        break
    while stop > start and plain[stop - 1] in " ,;:.-":
        stop -= 1
    return stop


def _is_base(text: str) -> bool:
    """Tell what a rate is of ("số hộ toàn huyện") from what it counts."""
    return _BASE.match(text) is not None


def _linked(before: str) -> bool:
    """Tell whether a verb or a colon links the words in front of a number to it: "… đạt", "… còn dưới", "…:"."""
    text = before.rstrip()
    word = _OP.search(f"{text} ")
    if word is not None:
        text = text[: word.start()].rstrip()
    text = re.sub(r"(?:^| )(?:bình quân|thêm|khoảng|mức|tỷ lệ|được)$", "", text)
    if text.endswith(("=",)) or re.search(r"(?:^|[^\w])(?:là|bằng|ở mức)$", text, _I):
        return True
    found = None
    for found in _MOVE.finditer(text):
        pass
    return found is not None and found.end() == len(text) and found["word"].lower() in _LINKS


def _subject_of(text: str) -> tuple[str, str]:
    """Split "hộ nghèo có nhu cầu được vay vốn" into the group and what is said of it."""
    at = -1
    for found in _PREDICATE.finditer(f" {text}"):
        if found["word"] is None or found.start() == 0:
            continue
        # "cán bộ tham gia công tác giảm nghèo được tập huấn"
        if at < 0 or found["word"].strip() in ("được", "đều"):
            at = found.start()
        if found["word"].strip() != "tham gia":
            break
    return (text, "") if at < 0 else (text[: at - 1].strip(" ,"), text[at:].strip(" ,"))


_AVERAGE = compiled(rf"(?:bình quân|trung bình|mỗi|mức bình quân){_STOP}", _I)


def _same_unit(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.partition("/")[0] == other.partition("/")[0]


def _names_unit(subject: str, figure: _Figure) -> bool:
    """Tell whether the words in front of a number name what it counts: "hộ nghèo dân tộc thiểu số 52 hộ"."""
    unit = (figure.unit or "").partition("/")[0].partition(",")[0]
    words = f" {subject.lower()} "
    return f" {unit} " in words or words.startswith((" số ", " tổng "))


def _last_part(text: str) -> str:
    return text.rpartition(", ")[2]


def _strip_lead(text: str) -> str:
    position = 0
    while (found := _LEAD.match(text, position)) is not None and found.end() > position:
        position = found.end()
    return text[position:]


def _strip(text: str) -> str:
    """Drop what introduces a phrase and what leads from it to its number."""
    text = _strip_lead(text.strip(" ,;:().*-"))
    while (found := _TRAIL.search(text)) is not None:
        text = text[: found.start()]
    return text.strip(" ,;:().*-")


def _tidy(text: str) -> str:
    text = " ".join(text.split()).strip(" ,;:.-*")
    if len(text) > _LONGEST_PHRASE:
        text = text[:_LONGEST_PHRASE].rpartition(" ")[0]
    if text.count("(") != text.count(")"):
        text = text.partition("(")[0].strip()
    first = text.partition(" ")[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _printed_unit(plain: str, figure: _Figure) -> str:
    found = compiled(r"[\d.,/ -]+").match(plain, figure.start)
    at = found.end() if found is not None else figure.start
    return plain[at : figure.end].strip()


def _split(plain: str, one: _Figure, other: _Figure) -> tuple[int, int]:
    """Return where the words of one figure end and those of the next begin."""
    low, high = one.end, other.start
    gap = plain[low:high]
    stops = list(_CLAUSE_END.finditer(gap))
    if stops:
        return low + stops[0].start(), low + stops[-1].end()
    for found in (_NESTED.search(gap), compiled(r"(?:tương ứng|tương đương|chiếm)(?![^\W_])|=").search(gap)):
        if found is not None:
            return low + found.start(), low + (found.end() if found[0] == "(" else found.start())
    breaks = [found for found in compiled(r",|(?<![^\W_])và(?![^\W_])").finditer(gap)]
    if breaks:
        chosen = breaks[0] if not gap[: breaks[0].start()].strip() else breaks[-1]
        return low + chosen.start(), low + chosen.end()
    last = None
    for last in _MOVE.finditer(gap):
        pass
    if last is not None and _MOVES[last["word"].lower()] in ("up", "down", "to"):
        return low + last.start(), low + last.start()
    last = None
    for last in compiled(r"(?<![^\W_])(?:cho|với)(?![^\W_])").finditer(gap):
        pass
    if last is not None:
        return low + last.start(), low + last.start()
    return high, high


def _known(word: str) -> str:
    """Return a unit word as the table writes it."""
    word = " ".join(word.split())
    return word if word in _UNIT_OF else _UNIT_FOLDED[word.lower()]


_UNIT_FOLDED = {word.lower(): word for word in reversed(_UNIT_OF)}


# --------------------------------------------------------------------------------------------- spans


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _holds(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(spans, (offset, float("inf")))
    return index > 0 and offset < spans[index - 1][1]
