"""Find the figures of prose: numbers with their units, and which way they move what they measure.

"1.240 hộ", "5-6%", "48 triệu đồng/người/năm", "10/10 huyện", and what there is none of: "không còn hộ nghèo". What a
figure measures is read by :mod:`cancu.loaders.measured`, whether it is aimed at or reached by
:mod:`cancu.loaders.quantities`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cancu.loaders.numbers import Number, find_numbers, read_range, read_ratio, read_scaled
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology.indicators import operators, quantity_words, units

__all__ = [
    "BEHIND",
    "CLAUSE_END",
    "EDGE",
    "IGNORECASE",
    "LINKS",
    "MOVE",
    "MOVES",
    "OPERATOR",
    "OWN_TIME",
    "QUALIFIERS",
    "RATE_UNITS",
    "REACH",
    "STOP",
    "Figure",
    "Figures",
    "clause_start",
    "end_of",
    "holds",
    "is_rule",
    "last_of",
    "listed",
    "merged",
    "one_of",
    "operator_of",
    "printed_unit",
    "split",
]


def end_of(pattern: re.Pattern[str], plain: str, start: int, end: int) -> int:
    """Return where a pattern that matches at ``start`` ends, else ``start``."""
    found = pattern.match(plain, start, end)
    return found.end() if found is not None else start


def one_of(*words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first."""
    every = {word for group in words for word in group}
    return "|".join(re.escape(word) for word in sorted(every, key=lambda word: (-len(word), word)))


def listed(name: str) -> str:
    """Return a pattern for any word of a list of ``quantity_words.tsv``."""
    return one_of(quantity_words(name))


def last_of(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    """Return the last match of a pattern."""
    last = None
    for found in pattern.finditer(text, start):
        last = found
    return last


IGNORECASE = re.IGNORECASE
EDGE, STOP = r"(?<![^\W_])", r"(?![^\W_])"
# Unit words; "/người/năm" behind them belongs to them.
UNIT_OF = {word: unit for unit in units() for word in unit.words}
_UNIT_FOLDED = {word.lower(): word for word in reversed(UNIT_OF)}
# "58,3%1": the mark of a footnote may stand right behind a sign.
_UNIT = compiled(rf" {{0,2}}(?:(?P<none>{listed('no_unit')}){STOP}|(?P<sign>[%‰])|(?P<word>{one_of(UNIT_OF)}){STOP})")
_PER = compiled(
    r" ?/ ?((?:100 |1\.000 |10\.000 |một )?(?:người|năm|tháng|ngày|quý|tuần|ha|hộ|xã|thôn|bản|vạn dân|dân|m2|km2|"
    r"lao động|đơn vị|lớp|cuộc|buổi|vụ|trường|huyện|cơ sở))(?![^\W_])",
    IGNORECASE,
)
RATE_UNITS = ("%", "điểm %", "‰")
_BEFORE_OP = {word: operator.code for operator in operators() for word in operator.words}
QUALIFIERS = {
    word: code for word, code in _BEFORE_OP.items() if code in ("<", ">", "<=", ">=", "approx") and word[0] not in "<>"
}
_SIGNS = {word: code for word, code in _BEFORE_OP.items() if word[0] in "<>≤≥~"}
OPERATOR = compiled(
    rf"(?:{EDGE}(?P<word>{one_of(QUALIFIERS)})|(?P<sign>{one_of(_SIGNS)}))"
    r"(?: (?:mức|khoảng|được|đạt|có|là))? ?$",
    IGNORECASE,
)
_OP_BEHIND = {word: operator.code for operator in operators() for word in operator.behind}
BEHIND = compiled(rf" ?(?P<word>{one_of(_OP_BEHIND)}){STOP}", IGNORECASE)
MOVES = quantity_words("value_move")
MOVE = compiled(rf"{EDGE}(?P<word>{one_of(MOVES)}){STOP}", IGNORECASE)
# Words that link what is measured to its value.
LINKS = [
    word
    for word, means in MOVES.items()
    if means in ("up", "down", "to") and word not in ("hỗ trợ", "giải ngân", "duy trì")
]
# "giảm chi phí cho 120 hộ" lowers no number of households.
_MOVE_ENDS = compiled(rf"{EDGE}(?:cho|để|nhằm|thuộc|tại|gồm|bao gồm){STOP}", IGNORECASE)
# "từ 5,2% (năm 2023) xuống còn 4%": the first is where it comes from.
_FROM = compiled(rf"{EDGE}từ (?:khoảng |mức |trên |dưới )?$", IGNORECASE)
_TO = compiled(
    r"(?: ?\(?(?:(?:vào |của )?(?:cuối |đầu )?năm|tháng \d{1,2}/)(?: ?\d{4})?\)?)?[^;.,\d]{0,24}"
    r"(?<!trở )(?:xuống|lên|còn|thành|đến)" + STOP
)
# "4,1% năm 2024": the time of this figure.
OWN_TIME = compiled(
    r",? \(?(?:vào |trong |của |đến )?(?P<end>cuối |hết )?(?P<word>năm) (?P<year>(?:19|20)\d\d)(?!\d| ?[-/])\)?",
    IGNORECASE,
)
_LIKEWISE = compiled(r"(?:tương ứng|tương đương)")
_NESTED = compiled(r"\(|[Tt]rong đó|[Gg]ồm|[Cc]ụ thể")
_NAMED_SUM = compiled(rf"{EDGE}(?:tổng )?số (?P<word>{one_of(UNIT_OF)}){STOP}", IGNORECASE)
_EQUALS_RATE = compiled(r" ?= ?(?=\d)")
_ZERO = compiled(
    rf"{EDGE}(?P<word>{listed('zero_word')}) (?P<filler>(?:(?:các|những|thêm|mới|có|tình trạng|số) ){{0,2}})"
    rf"(?P<unit>{one_of(word for word, unit in UNIT_OF.items() if unit.kind not in ('ratio', 'money', 'age'))}){STOP}",
    IGNORECASE,
)
_ZERO_AT_START = compiled(
    r"(?:^|[;.,:(]|(?<![^\W_])và|trong đó)[ -]{0,3}"
    r"(?:(?:phấn đấu|đảm bảo|bảo đảm|cơ bản|đã|vẫn|toàn [^\W\d]+|trên (?:địa bàn|phạm vi)(?: toàn)?(?: [^\W\d]+){1,4}"
    r"|trong đó|đến (?:cuối |hết )?năm \d{4}|(?:cuối |hết )?năm \d{4}|đến nay|hiện nay|trong năm"
    r"|(?:tỉnh|huyện|xã|thành phố|thị xã)(?: [[:upper:]][^\W\d]*){0,4}),? ){0,4}$",
    IGNORECASE,
)
_LOOSE_ZEROS = ("không có",)
# "không còn hôn nhân cận huyết thống": none of what has no unit.
_NOTHING = compiled(
    rf"{EDGE}(?P<word>{listed('zero_of_anything')}) (?:(?:các|những|tình trạng|hiện tượng) ){{0,2}}"
    rf"(?!(?:{listed('zero_exception')}){STOP})(?=[^\W\d])",
    IGNORECASE,
)
_RULE_BEFORE = compiled(rf"{EDGE}(?:{listed('rule_rate')}){STOP}[^,;.%\d]{{0,30}}$", IGNORECASE)
_RULE_AROUND = compiled(
    rf"{EDGE}(?:hỗ trợ|miễn|bằng|tối đa|không quá|hưởng|cấp|chi|đóng)(?: [^\W\d]+){{0,4}} ?$", IGNORECASE
)
_RULE_OBJECT = compiled(rf" (?:{listed('rule_object')}){STOP}")
_LIFE = compiled(rf"{EDGE}tuổi thọ{STOP}", IGNORECASE)
# "ngân sách tỉnh 15%": who pays how much of it.
_FUNDED = compiled(
    rf"(?<!thu )(?<!chi )(?<!vào )(?<!nộp ){EDGE}(?:{listed('funding_share')}){STOP}[^,;.%\d]{{0,30}}$", IGNORECASE
)
# "gấp 1,5 lần", unlike "03 lần sửa đổi".
_FACTOR = compiled(rf"{EDGE}(?:gấp|tăng|giảm|bằng|lên|hơn|xuống|vượt){STOP}[^,;.\d]{{0,20}}$", IGNORECASE)
# "bằng 120% năm 2020", "gấp 2 lần năm 2020": the year is what the value is compared with.
_EQUAL_TO = compiled(rf"{EDGE}bằng (?:khoảng |trên |gần )?$", IGNORECASE)
# "2/3 số xã", "05 dự án, chương trình", "3.200 tỷ".
_OF_ALL = compiled(r" (?:tổng )?số (?=[[:lower:]])")
_MOST_PARTS = 10
_THINGS = ("body", "works", "event", "product")
_THING_WORDS = [word for word, unit in UNIT_OF.items() if unit.kind in _THINGS]
_ALSO = compiled(rf"(?:, ?(?:{one_of(_THING_WORDS)}|{listed('unit_also')}){STOP})+")
_BARE_SUM = compiled(r" (?P<scale>tỷ|tỉ|triệu)(?= ?[,;.)\n]|$)")
_THRESHOLD = compiled(
    rf"(?:\d|{EDGE}(?:các|những|nhóm|vùng|nơi|hộ)) ?[^,;:.()\d%]{{0,60}}tỷ lệ [^,;:.()\d%]{{0,70}}"
    r"(?:trên|dưới|từ|hơn|cao hơn|thấp hơn|không quá|≥|≤|>|<) ?$",
    IGNORECASE,
)
# "dự án đã giải ngân dưới 30% thì điều chuyển vốn": on what condition.
_CONDITION = compiled(rf"{EDGE}(?:nếu|khi|đã|đối với|trường hợp|mà|có){STOP}", IGNORECASE)
_THEN = compiled(r"[^;.\n]{0,60}? thì ")
_MOVED = compiled(rf"{EDGE}(?:giảm|đạt|còn|tăng|phấn đấu|xuống|lên){STOP}", IGNORECASE)
_SEPARATOR = compiled(r"[;,(:=]|(?<![^\W_])(?:và|trong đó|tương|chiếm|còn|đạt|giảm|tăng)(?![^\W_])", IGNORECASE)
# A piece of text that one figure stands for is looked at this far to its left and right.
REACH, REACH = 400, 400
# A clause ends at a semicolon, or at a full stop that no capital need follow ("… có công. 10/10 huyện").
CLAUSE_END = compiled(r";|\.(?= |$)")
_SHARE = compiled(r"(?:tương ứng|tương đương|chiếm)(?![^\W_])|=")
_JOINT = compiled(r",|(?<![^\W_])và(?![^\W_])")
_LOOSE_JOINT = compiled(r"(?<![^\W_])(?:cho|với)(?![^\W_])")
_SCALE = compiled(rf"^(?:{any_of('number_scale')}) (?=\S)")
_DIGITS = compiled(r"[\d.,/ -]+")
_ZERO_WINDOW = 120
_NOTE_MARK = compiled(r" *\d{1,2} (?=[[:upper:]][[:lower:]])")


@dataclass(slots=True)
class Figure:
    """Hold one figure as print gives it: ``start``..``end`` from its number to the end of its unit.

    ``kind`` is that of its unit; ``zero`` says that print has no number but "không còn", ``baseline`` that it is where
    a change comes from, ``rule`` that it is a price, a threshold or a condition, ``compared`` that it is so much of
    what something was ("gấp 2 lần năm 2020"), ``share`` that print has a fraction ("2/3 số xã"); ``doubtful`` is a
    number that can be read in several ways.
    """

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
    compared: bool = False
    share: bool = False

    @property
    def rate(self) -> bool:
        """Tell a rate from a count or a measure."""
        return self.unit is not None and self.unit.partition("/")[0] in RATE_UNITS


class Figures:
    """Find the figures of one text in plain offsets; what stands inside the name of a document (``named``) is none."""

    def __init__(self, plain: str, named: Sequence[tuple[int, int]] = ()) -> None:
        """Start at a plain text with the spans (merged) that no figure is read in."""
        self.plain, self.named = plain, named
        # The unit of the last "410 hộ = 3,2%", for a line of the same list that has lost it.
        self.unit_of_rate: str | None = None

    def find(self, start: int, end: int) -> list[Figure]:
        """Return the figures between two offsets in order, sums of money among them.

        >>> text = "còn 1,8%; giảm 5-6%; không còn xã khó khăn; 48 triệu đồng/người/năm"
        >>> [(str(figure.value), figure.unit) for figure in Figures(text).find(0, len(text))]
        [('1.8', '%'), ('5', '%'), ('0', 'xã'), ('48', 'triệu đồng/người/năm')]
        """
        plain = self.plain
        found: list[Figure] = []
        position = start
        for number in find_numbers(plain, start, end):
            if number.start < position or holds(self.named, number.start):
                continue
            figure = self._read(number, start, end)
            if figure is None:
                continue
            position = figure.end
            found.append(figure)
        taken = merged((figure.start, figure.end) for figure in found)
        for zero in _ZERO.finditer(plain, start, end):
            if holds(self.named, zero.start()) or holds(taken, zero.start()):
                continue
            at_start = _ZERO_AT_START.search(plain[max(start, zero.start() - _ZERO_WINDOW) : zero.start()])
            if at_start is None and zero["word"].lower() in _LOOSE_ZEROS:
                continue
            unit = UNIT_OF[_known(zero["unit"])]
            found.append(Figure(zero.start(), zero.start("unit"), Decimal(0), unit.name, unit.kind, zero=True))
        taken = merged((figure.start, figure.end) for figure in found)
        for zero in _NOTHING.finditer(plain, start, end):
            front = plain[max(start, zero.start() - _ZERO_WINDOW) : zero.start()]
            if not (holds(self.named, zero.start()) or holds(taken, zero.start())) and _ZERO_AT_START.search(front):
                found.append(Figure(zero.start(), zero.end("word") + 1, Decimal(0), None, "", zero=True))
        found.sort(key=lambda figure: figure.start)
        return found

    def _read(self, number: Number, start: int, end: int) -> Figure | None:
        plain = self.plain
        pair = read_range(plain, number.start)
        low, high = pair if pair is not None else (number, None)
        if high is not None and high.end > end:
            low, high = number, None
        last = high or low
        ratio = read_ratio(plain, number.start) if high is None else None
        behind = ratio[1].end if ratio is not None else last.end
        unit, kind, unit_end = self._unit(behind)
        bare_sum = False
        value, value2 = low.value, high.value if high is not None else None
        share = False
        if unit is None and ratio is not None:
            whole = _OF_ALL.match(plain, behind, end)
            counted = self._unit(whole.end() - 1)[0] if whole is not None else None
            if counted is not None and ratio[0].value < ratio[1].value <= _MOST_PARTS:
                value = (ratio[0].value / ratio[1].value * 100).quantize(Decimal("0.01"))
                unit, kind, unit_end, share = "%", "ratio", behind, True
        if unit is None and ratio is None:
            scaled = read_scaled(plain, last.start)
            if scaled is not None and scaled.end > last.end:
                unit, kind, unit_end = self._unit(scaled.end)
                factor = scaled.value / last.value if last.value else Decimal(1)
                value, value2 = value * factor, value2 * factor if value2 is not None else None
                behind = scaled.end
                if unit is None:
                    bare = _BARE_SUM.match(plain, last.end)
                    if bare is None:
                        return Figure(number.start, behind, value, None, "money")
                    unit, kind, unit_end = f"{bare['scale'].replace('tỉ', 'tỷ')} đồng", "money", bare.end()
                    value, value2 = low.value, high.value if high is not None else None
                    bare_sum = True
        inferred = bare_sum
        if unit is None:
            unit, kind, unit_end = self._unit_from_words(number.start, behind, start)
            inferred = unit is not None
            if unit is None:
                return None
        if unit_end is None:
            unit_end = behind
        if kind == "factor" and _FACTOR.search(plain, max(start, number.start - 40), number.start) is None:
            return None
        baseline = _FROM.search(plain, max(start, number.start - 12), number.start) is not None and (
            _TO.match(plain, unit_end, end) is not None
        )
        doubtful = next((found for found in (low, high) if found is not None and found.doubtful), None)
        if _EQUALS_RATE.match(plain, unit_end) and not inferred:
            self.unit_of_rate = unit
        return Figure(
            number.start,
            unit_end,
            value,
            unit,
            kind,
            value2,
            doubtful=doubtful,
            baseline=baseline,
            inferred_unit=inferred,
            compared=kind == "factor"
            or _EQUAL_TO.search(plain, max(start, number.start - 16), number.start) is not None,
            share=share,
        )

    def _unit(self, at: int) -> tuple[str | None, str, int | None]:
        found = _UNIT.match(self.plain, at)
        if found is None or found["none"] is not None:
            return None, "", None
        word = found["word"] or found["sign"]
        unit = UNIT_OF[_known(word)]
        # "10/10 huyện, thành phố", "85 cán bộ, công chức": several kinds stay as they are named.
        end = found.end()
        also = _ALSO.match(self.plain, end) if unit.kind in _THINGS and found["word"] else None
        if also is not None:
            word, end = f"{word}{also[0]}", also.end()
        several = unit.kind in ("people", "place", *_THINGS) and "," in word
        name = " ".join(word.split()) if several else unit.name
        while (per := _PER.match(self.plain, end)) is not None:
            name, end = f"{name}/{per[1].lower()}", per.end()
        return name, unit.kind, end

    def _unit_from_words(self, start: int, end: int, floor: int) -> tuple[str | None, str, int | None]:
        """Return the unit that the words in front of a bare number or a line of the same list give it."""
        plain = self.plain
        if _EQUALS_RATE.match(plain, end) and self.unit_of_rate is not None:
            return self.unit_of_rate, UNIT_OF[_known(self.unit_of_rate.partition("/")[0])].kind, None
        if plain[end : end + 1] not in ("", ",", ";", ".", ")", "\n") or plain[start - 1 : start] not in (" ", ":"):
            return None, "", None
        before = plain[max(floor, start - 80) : start].rstrip(" ")
        if not before.endswith((":", " là")):
            return None, "", None
        named = last_of(_NAMED_SUM, before)
        if named is None or re.search(r"[,;]", before[named.end() :]):
            return None, "", None
        unit = UNIT_OF[_known(named["word"])]
        return unit.name, unit.kind, None


def operator_of(
    plain: str, figure: Figure, previous: Figure | None, gap_start: int, earlier: tuple[str, str | None]
) -> tuple[str, str | None, str]:
    """Return the operator, its qualifier, and which way the value moves: "up", "down" or neither."""
    if figure.zero:
        return "=", None, ""
    low = max(gap_start, figure.start - REACH)
    semicolon = plain.rfind(";", low, figure.start)
    gap = plain[max(low, semicolon + 1) : figure.start]
    word = OPERATOR.search(gap)
    told: str | None = None
    if word is not None:
        told = _BEFORE_OP.get(" ".join((word["word"] or word["sign"]).lower().split()))
        gap = gap[: word.start()]
    behind = BEHIND.match(plain, figure.end)
    if behind is not None:
        told = _OP_BEHIND[behind["word"].lower()]
    if told == ">=" and figure.value2 is not None:
        told = None
    move, seen = "", False
    alike = earlier[1] is not None and figure.unit == earlier[1]
    for found in MOVE.finditer(gap):
        means = MOVES[" ".join(found["word"].lower().split())]
        if means == "nothing":
            continue
        if means == "to" and previous is not None and alike and _JOINT.search(gap, found.end()):
            # "thêm 02 xã đạt chuẩn nâng cao, 01 xã đạt chuẩn kiểu mẫu": the word goes on the first.
            continue
        seen = True
        move = means if means in ("up", "down") and not _MOVE_ENDS.search(gap, found.end()) else ""
    nested = _NESTED.search(gap) is not None
    if not seen and earlier[0] and semicolon < low:
        # "giảm 0,4% tương ứng với 150 hộ (trong đó: … 90 hộ, … 60 hộ)"
        if _LIKEWISE.search(gap) or (alike and (nested or previous is None or len(gap) <= 160)):
            if previous is not None or nested:
                move = earlier[0]
    if move:
        kind = "increase_by" if move == "up" else "decrease_by"
        if figure.value2 is not None:
            return f"{kind}_range", told, move
        return kind, told, move
    if figure.value2 is not None:
        return "range", None if told == "approx" else told, ""
    return told or "=", None, ""


def is_rule(plain: str, figure: Figure, previous: Figure | None, start: int) -> bool:
    """Tell a price, a share to be paid, a threshold or a condition from an aim."""
    low = max(start, figure.start - 160)
    # "trẻ em dưới 5 tuổi" is a group.
    if figure.kind == "age" and _LIFE.search(plain, low, figure.start) is None:
        return True
    if _RULE_BEFORE.search(plain, low, figure.start):
        return True
    if _THEN.match(plain, figure.end) and _CONDITION.search(plain, low, figure.start):
        return True
    if figure.rate and _RULE_OBJECT.match(plain, figure.end) and _RULE_AROUND.search(plain, low, figure.start):
        return True
    if figure.rate:
        if _FUNDED.search(plain, low, figure.start):
            return True
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


def split(plain: str, one: Figure, other: Figure) -> tuple[int, int]:
    """Return where the words of one figure end and those of the next begin."""
    low, high = one.end, other.start
    gap = plain[low:high]
    stops = list(CLAUSE_END.finditer(gap))
    if stops:
        return low + stops[0].start(), low + stops[-1].end()
    for found in (_NESTED.search(gap), _SHARE.search(gap)):
        if found is not None:
            return low + found.start(), low + (found.end() if found[0] == "(" else found.start())
    breaks = list(_JOINT.finditer(gap))
    if breaks:
        chosen = breaks[0] if not gap[: breaks[0].start()].strip() else breaks[-1]
        return low + chosen.start(), low + chosen.end()
    last = last_of(MOVE, gap)
    if last is None or MOVES[last["word"].lower()] == "nothing":
        last = last_of(_LOOSE_JOINT, gap)
    return (high, high) if last is None else (low + last.start(), low + last.start())


def clause_start(plain: str, start: int, at: int) -> int:
    """Return where the clause begins in which ``at`` stands; the mark of a footnote is no part of it."""
    begins = max(start, at - REACH)
    for found in CLAUSE_END.finditer(plain, begins, at):
        begins = found.end()
    mark = _NOTE_MARK.match(plain, begins, at)
    return mark.end() if mark is not None else begins


def printed_unit(plain: str, figure: Figure) -> str:
    """Return the words that print has for the unit.

    >>> printed_unit("12 lớp tập huấn", Figures("12 lớp tập huấn").find(0, 15)[0])
    'lớp tập huấn'
    """
    words = plain[end_of(_DIGITS, plain, figure.start, figure.end) : figure.end].strip()
    # "10 triệu cây": the word that multiplies is a part of the number.
    return words if figure.kind == "money" else _SCALE.sub("", words)


def _known(word: str) -> str:
    """Return a unit word as the table writes it."""
    word = " ".join(word.split())
    return word if word in UNIT_OF else _UNIT_FOLDED[word.lower()]


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch as one.

    >>> merged([(8, 9), (0, 3), (2, 5)])
    [(0, 5), (8, 9)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def holds(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    """Tell whether one of some merged spans holds an offset."""
    index = bisect_right(spans, (offset, float("inf")))
    return index > 0 and offset < spans[index - 1][1]
