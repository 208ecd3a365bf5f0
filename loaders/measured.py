"""Read what a figure measures and for whom out of the words around it, and which indicator that is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from cancu.loaders.figures import (
    BEHIND,
    CLAUSE_END,
    EDGE,
    IGNORECASE,
    LINKS,
    MOVE,
    OPERATOR,
    OWN_TIME,
    QUALIFIERS,
    RATE_UNITS,
    REACH,
    STOP,
    Figure,
    end_of,
    last_of,
    listed,
    one_of,
    printed_unit,
    split,
)
from cancu.loaders.patterns import compiled
from cancu.ontology.indicators import Indicator, indicators

__all__ = ["Phrase", "Topic", "indicator_of", "read_phrase", "share_of", "strip", "strip_lead", "words_end"]

_PREDICATE = compiled(
    rf"(?: (?:{listed('group_condition')}){STOP})|(?P<word> (?:{listed('predicate_word')}){STOP})", IGNORECASE
)
_PHRASE_END = compiled(
    rf" ?[,;(]? ?{EDGE}(?:{listed('phrase_end')}){STOP}|, (?:bảo đảm|đảm bảo)(?= )|[()]|\.(?!\d)|\n", IGNORECASE
)
# "(có sức lao động)" inside a phrase belongs to it.
_ASIDE = compiled(r"\([^()\d;:]{1,60}\)(?= [^\W\d])")
_LEAD = compiled(
    rf"[ ,;:(*-]{{0,40}}+(?:(?:{listed('phrase_lead')}){STOP}(?! hội(?![^\W_]))"
    r"|(?:đến|tới|trong|vào|ngay từ đầu|từ đầu|qua)? ?(?:cuối |hết |đầu )?năm(?: \d{4}(?: ?- ?\d{4})?)?(?![^\W_])"
    r"|giai đoạn \d{4} ?- ?\d{4}"
    r"|(?:(?:kết quả|tính đến|đến)? ?tại |đến |tính đến )?(?:thời điểm|ngày)? ?\d{1,2}/\d{1,2}/\d{4})[ ,;:]*",
    IGNORECASE,
)
_TRAIL = compiled(
    rf"(?: |^)(?:{one_of(LINKS)}|{one_of(QUALIFIERS)}"
    r"|là|trong|gấp|cao nhất|thấp nhất|tương đương|tương ứng|bằng|có|cho|thì|bình quân|trung bình|hằng năm|hàng năm"
    r"|mỗi năm|tỷ lệ|mức|thêm|phải|sẽ|ước|với|của|hướng tới|hướng đến|phấn đấu|=|:|,"
    r"|so với (?:cùng kỳ )?(?:cuối )?(?:năm (?:trước|\d{4})|cùng kỳ)|đến (?:cuối |hết )?năm \d{4}"
    r"|(?:cuối |hết )?năm \d{4})[ :,(]*$",
    IGNORECASE,
)
# "do huyện vận động", "Thành phố đã giao cho các huyện": what a body does is no part of its name.
_ACTS = r" (?:đã|sẽ|hỗ trợ|vận động|giao|thực hiện|kiểm tra|phê duyệt|quản lý|chỉ đạo|phấn đấu)(?![^\W_])"
_SCOPE = compiled(
    # "an toàn" and "toàn xã hội" name no area.
    rf"{EDGE}(?<!an )(?<!hoàn )(?:thuộc |tại |ở |của |trên )?"
    rf"((?:{listed('scope_opener')}){STOP}(?! xã hội| hội| ủy|{_ACTS})[^,;:.()\d]{{0,60}})",
    IGNORECASE,
)
_SCOPE_START = compiled(
    rf"(?:riêng |ở |tại |đối với |(?:thấp|cao) nhất là )?(?:{listed('scope_opener')}){STOP}", IGNORECASE
)
_SCOPE_LEAD = compiled(r"^(?:của|tại|ở|thuộc|trên|riêng|đối với|cho) ", IGNORECASE)
_MEASURES = ("ratio", "factor", "area", "length", "mass", "volume", "money", "age", "energy")
_GROUP_GOES_ON = compiled(r" [[:lower:]][^;.\d]{2,60} (?:được|đều) ")
_COUNT_PREFIX = compiled(r"(?:tổng )?số (?=hộ|người|xã|thôn|trẻ|lao động)|^tổng ", IGNORECASE)
_NAME = compiled(r"[[:upper:]][^\W\d]*(?: [[:upper:]][^\W\d]*){1,3}$")
_WHOLE_AIM = compiled(r"hoàn thành|giải ngân")
_LONGEST_QUOTE_LEFT = 220
_LONGEST_PHRASE = 220
# Words in front of a figure that are longer than this and say nothing of it stay out of its quote.
_LONG_LEFT = 30
_INTRO = compiled(r"(?:[ ,;:()*.-]|(?:trong đó|cụ thể|gồm|bao gồm)(?![^\W_])|cho (?=\d))*", IGNORECASE)
_VERB_ONLY = compiled(rf"(?:(?:{listed('output_verb')}|{listed('phrase_lead')})(?: |,|$|và )*)+", IGNORECASE)
_BASE = compiled(rf"(?:tổng số|số hộ|so với|tổng|kế hoạch|dự toán|chỉ tiêu|GRDP){STOP}", IGNORECASE)
# "… đạt kết quả tích cực, tỷ lệ hộ nghèo giảm", "Chủ tịch đã tặng bằng khen", "Giảm tỷ lệ hộ nghèo".
_HEAD_OF_PHRASE = compiled(
    r"^(?:[^:]{0,300}, (?=(?:tỷ lệ|tỷ trọng|tổng số|số hộ|số lượng|thu nhập|diện tích|sản lượng) )"
    r"|[^:]{0,200}?(?<![^\W_])đã (?!và )(?:được )?"
    r"|(?:giảm|tăng|nâng|đưa|hạ|duy trì) (?=tỷ lệ|số|tổng|thu nhập|mức|độ))+",
    IGNORECASE,
)
# What is said of many groups: which one it is of tells what is measured.
_OPEN_PREDICATE = compiled(
    r"(?:đều )?(?:được (?:hỗ trợ|giải quyết|đáp ứng|thụ hưởng|giúp đỡ)|đạt (?:chuẩn|yêu cầu)(?: quốc gia)?)", IGNORECASE
)
_NO_SUBJECT = ("chỉ tiêu", "mục tiêu", "kế hoạch", "được")
_LOOSE_LINK = compiled(r"(?:^| )(?:bình quân|thêm|khoảng|mức|tỷ lệ|được)$")
_COPULA = compiled(r"(?:^|[^\w])(?:là|bằng|ở mức)$", IGNORECASE)
_EXTREME = compiled(r"^(?:thấp|cao) nhất là ", IGNORECASE)
_WITHIN = compiled(rf"{EDGE}trong đó{STOP}", IGNORECASE)
_RATE = compiled(rf"{EDGE}(?:tỷ lệ|tỷ trọng|tỷ suất|mức|độ|tốc độ|có|được){STOP}", IGNORECASE)
_RATE_PREFIX = compiled(r"^tỷ lệ ", IGNORECASE)
_AVERAGE = compiled(rf"(?:bình quân|trung bình|mỗi|mức bình quân){STOP}", IGNORECASE)

#: The rate that is the share of a count, by the code of the count.
_SHARES = {row.code: row for row in indicators() if "%" in row.units and len(row.units) > 1}
_SHARES |= {row.count: row for row in indicators() if row.count}
_GOES_ON = compiled(rf" (?:\(|\d|(?:{listed('head_goes_on')}){STOP})", IGNORECASE)

_WORDS_OF: dict[str, list[tuple[str, Indicator]]] = {}
for _row in indicators():
    for _word in _row.words:
        for _measured in _row.units:
            _WORDS_OF.setdefault(_measured, []).append((_word.lower(), _row))
for _rows in _WORDS_OF.values():
    _rows.sort(key=lambda pair: -len(pair[0]))


def indicator_of(phrase: str, unit: str | None, *, at_start: bool = False) -> Indicator | None:
    """Return the indicator that a phrase means when it is measured in a unit, the one with the longest words.

    ``at_start`` asks for those whose phrase begins with their words.

    >>> indicator_of("tỷ lệ hộ nghèo toàn tỉnh", "%").code, indicator_of("hộ nghèo DTTS", "hộ").code
    ('poverty_rate', 'ethnic_poor_households')
    >>> indicator_of("tỷ lệ hộ nghèo được vay vốn tín dụng", "%").code
    'credit_access'
    """
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


def share_of(count: str) -> Indicator | None:
    """Return the rate that is the share of a count, given by its code: "410 hộ nghèo, chiếm tỷ lệ 2,1%".

    >>> share_of("poor_households").code, share_of("ethnic_poor_households")
    ('poverty_rate', None)
    """
    return _SHARES.get(count)


def _is_head(phrase: str, end: int) -> bool:
    """Tell whether only a place or a time follows, and no predicate that makes it another indicator."""
    rest = phrase[end:]
    return not rest.strip(" ,.;:()") or _GOES_ON.match(rest) is not None


@dataclass(slots=True)
class Topic:
    """Hold what the last figures of a paragraph measured, for those that go on without naming it."""

    phrase: str | None = None
    unit: str | None = None
    by_unit: dict[str, str] = field(default_factory=dict)

    def take(self, phrase: str, unit: str | None) -> None:
        """Keep what was measured last, also for each unit."""
        self.phrase, self.unit = phrase, unit
        if unit is not None and phrase:
            self.by_unit[unit.partition("/")[0]] = phrase


@dataclass(slots=True)
class Phrase:
    """Hold what a figure measures (``indicator``), of whom (``scope``), and the characters that say so.

    ``share_of`` is the code of the count (empty for an unknown one) that a rate without words of its own is the share
    of; ``wide`` the indicator with the verb in front of its number, which may tell more: "trồng 120 ha rừng".
    """

    start: int
    end: int
    indicator: str
    scope: str | None = None
    share_of: str | None = None
    wide: str = ""
    inferred: set[str] = field(default_factory=set)


def read_phrase(
    plain: str, named: Sequence[tuple[int, int]], figure: Figure, left: int, right: int, topic: Topic
) -> Phrase:
    """Read what a figure measures out of its words ``plain[left:right]``; ``topic`` helps where they do not say it.

    >>> from cancu.loaders.figures import Figures
    >>> text = "Phấn đấu 80% hộ nghèo có nhu cầu được vay vốn tín dụng ưu đãi"
    >>> phrase = read_phrase(text, (), Figures(text).find(0, len(text))[0], 0, len(text), Topic())
    >>> phrase.indicator, phrase.scope
    ('được vay vốn tín dụng ưu đãi', 'hộ nghèo có nhu cầu')
    """
    start = end_of(_INTRO, plain, left, figure.start)
    if figure.start - start > _LONGEST_QUOTE_LEFT:
        start = plain.find(" ", figure.start - _LONGEST_QUOTE_LEFT, figure.start) + 1 or start
    stop = _phrase_end(plain, named, figure.end, max(right, figure.end))
    if OWN_TIME.match(plain, figure.end) is not None:
        stop = figure.end
    words = _Words(plain, figure, start, stop, topic)
    words.nested = _WITHIN.search(plain, left, start) is not None
    return words.of_nothing() if figure.zero else words.read()


class _Words:
    """Hold the words around one figure: ``subject`` in front of it, ``text`` behind it, a label with a colon."""

    def __init__(self, plain: str, figure: Figure, start: int, stop: int, topic: Topic) -> None:
        self.plain, self.figure, self.topic = plain, figure, topic
        self.start, self.stop = start, stop
        before = plain[start : figure.start]
        # "Chiều thiếu hụt về y tế: 100% người …": the label names the field only.
        label, self.colon, rest = before.rpartition(":")
        self.label = label.rpartition(":")[2]
        self.subject = strip(rest if self.colon else before)
        if self.subject.lower() in _NO_SUBJECT:
            self.subject = ""
        # "từ 95% trở lên" says nothing of what it measures.
        behind = end_of(BEHIND, plain, figure.end, stop)
        self.text = plain[behind:stop].strip() if plain[behind : behind + 1] == " " else ""
        self.linked = _linked(before)
        self.given = before.rstrip().endswith(" cho")
        # "toàn tỉnh còn 410 hộ nghèo": what is counted stands behind its number.
        if self.text and not figure.rate and figure.kind not in _MEASURES and not _BASE.match(self.text):
            self.linked = False
        # Whether "trong đó" stands in front of all of it.
        self.nested = False
        # Whether the words in front of the number say nothing of what it measures.
        self.left_unused = False
        self.phrase = Phrase(start, stop, "")

    def of_nothing(self) -> Phrase:
        """Read what there is none of."""
        place = _place_in(self.plain[self.start : self.figure.start], 0)
        scope = strip(place[1]) or None if place is not None else None
        named = _tidy(self.plain[self.figure.end : self.stop])
        return Phrase(self.start, self.stop, named, scope, wide=self.plain[self.figure.start : self.stop])

    def read(self) -> Phrase:
        """Read what is measured from behind the number, in front of it, or from what was measured before."""
        phrase, figure, topic = self.phrase, self.figure, self.topic
        named = strip(self.label) if self.colon else ""
        if named and indicator_of(named, figure.unit) is not None and (self.subject or not self.text or self.linked):
            topic.take(named, figure.unit)
        indicator = self._from_right() or self._from_earlier()
        start, stop = self.start, self.stop
        if not indicator:
            stop = figure.end if self.linked and self.subject else stop
            indicator = self._from_left(named)
        elif self.left_unused:
            start = self._short_start()
        phrase.indicator = _tidy(indicator) or (topic.phrase or "")
        if not (phrase.indicator or figure.rate):
            phrase.indicator = printed_unit(self.plain, figure)
        if phrase.scope is not None:
            phrase.scope = _SCOPE_LEAD.sub("", " ".join(phrase.scope.split()).strip(" ,;:.()-*")) or None
        phrase.start, phrase.end = start, max(stop, end_of(BEHIND, self.plain, figure.end, len(self.plain)))
        return phrase

    def _short_start(self) -> int:
        """Return where the words begin that belong to the figure, without long ones that do not."""
        comma = self.plain.rfind(", ", self.start, self.figure.start)
        if not self.colon and comma - self.start > _LONG_LEFT:
            return comma + 2
        if self.colon and len(self.label) > _LONG_LEFT:
            colon = self.plain.rfind(":", self.start, self.figure.start)
            return end_of(_INTRO, self.plain, colon + 1, self.figure.start)
        return self.start

    def _from_right(self) -> str:
        """Read "100% hộ nghèo được vay vốn", "cho 100% người nghèo", "68 hộ nghèo", "giảm 2% hộ nghèo"."""
        figure, subject, text, linked = self.figure, self.subject, self.text, self.linked
        base = _BASE.match(text) is not None
        if text and linked and figure.rate:
            whole = indicator_of(text, figure.unit, at_start=True)
            if whole is not None and whole.head:
                self.left_unused = True
                return text
        if subject and text and not linked and self.given and figure.rate:
            # "hỗ trợ thẻ bảo hiểm y tế cho 100% người thuộc hộ nghèo"
            self.phrase.scope = _subject_of(text)[0]
            return subject
        if text and figure.rate and base and subject and _VERB_ONLY.fullmatch(subject):
            return f"{subject} {text}"
        if text and not base and not (linked and subject):
            return self._from_group()
        if figure.rate or text:
            return ""
        printed = printed_unit(self.plain, figure)
        if linked:
            return f"{printed} {_tidy(subject)}" if _AVERAGE.match(subject) else ""
        if not self.colon and not _names_unit(subject, figure) and subject and figure.kind not in _MEASURES:
            # "sản xuất 569 pano, băng rôn": the unit itself is what is counted.
            self.left_unused = True
            return f"{subject}{' cho' if self.given else ''} {printed}{self.plain[figure.end : self.stop]}"
        return ""

    def _from_group(self) -> str:
        """Read "100% [hộ nghèo] [được vay vốn]" and "68 hộ [nghèo]"."""
        figure, subject, text = self.figure, self.subject, self.text
        group, predicate = _subject_of(text)
        if not figure.rate:
            self.left_unused = True
            printed = printed_unit(self.plain, figure)
            whole = f"{printed} {text}".strip()
            self.phrase.wide = f"{subject.rpartition(', ')[2]} {text}"
            place = _place_in(whole, len(printed))
            self.phrase.scope = place[1] if place is not None else None
            return whole
        if subject and _WHOLE_AIM.search(subject):
            self.phrase.scope = group
            return f"{subject} {text}"
        if predicate:
            self.phrase.scope, self.left_unused = group, True
            if _OPEN_PREDICATE.fullmatch(predicate):
                self.phrase.wide = text
            return predicate
        if subject and _VERB_ONLY.fullmatch(subject) is None:
            self.phrase.scope = group
            return subject
        return f"{subject} {text}".strip()

    def _from_earlier(self) -> str:
        """Return what an earlier figure with the same unit counted, for a count that says nothing of it."""
        figure, topic = self.figure, self.topic
        if self.subject or self.label or figure.rate or _base(topic.unit) == _base(figure.unit):
            return ""
        earlier = topic.by_unit.get(_base(figure.unit))
        if earlier is not None:
            self.phrase.inferred.add("indicator")
            return earlier
        return "" if _base(topic.unit) in RATE_UNITS else printed_unit(self.plain, figure)

    def _from_left(self, label: str) -> str:
        """Read "tỷ lệ hộ nghèo toàn huyện còn 2%", "Hộ nghèo: 12 hộ", "huyện Sơn Hà giảm 5%", "chiếm tỷ lệ 3%"."""
        unit, phrase = self.figure.unit, self.phrase
        candidate = _HEAD_OF_PHRASE.sub("", self.subject or label)
        known = indicator_of(candidate, unit)
        alike = self.figure.rate and _base(self.topic.unit) in RATE_UNITS and not _RATE.search(candidate)
        if self.nested and alike and (known is None or known.head):
            # "81% hộ có nhà tiêu, trong đó hộ nghèo đạt 62%": the same of a part of them.
            phrase.scope = candidate
            return self._as_before()
        if known is None and self.subject and label and indicator_of(label, unit) is not None:
            phrase.scope = self.subject
            return label
        if candidate and (known is not None or not (_SCOPE_START.match(candidate) or _NAME.match(candidate))):
            if known is not None and known.head:
                begins = [at for word in known.words if (at := candidate.lower().find(word)) >= 0]
                candidate = candidate[min(begins) :] if begins else candidate
            place = _place_in(candidate, 1)
            if place is None:
                return candidate
            phrase.scope = strip(place[1])
            shortened = strip(candidate[: place.start()])
            return shortened if shortened and indicator_of(shortened, unit) is known else candidate
        if candidate:
            phrase.scope = _EXTREME.sub("", candidate)
        return self._as_before() or candidate or self.text

    def _as_before(self) -> str:
        """Return what the last figure measured, as a rate or a count like this one."""
        topic, figure = self.topic, self.figure
        if not topic.phrase:
            return ""
        self.phrase.inferred.add("indicator")
        counted = _base(topic.unit) not in RATE_UNITS
        if figure.rate and counted:
            # "124 hộ nghèo, chiếm tỷ lệ 3,1%"
            known = indicator_of(topic.phrase, topic.unit)
            if "đồng" not in (topic.unit or ""):
                self.phrase.share_of = known.code if known is not None else ""
            bare = _COUNT_PREFIX.sub("", topic.phrase)
            return f"tỷ lệ {bare[:1].lower()}{bare[1:]}"
        return topic.phrase if figure.rate or counted else _RATE_PREFIX.sub("", topic.phrase)


def words_end(plain: str, figure: Figure, following: Figure | None, end: int) -> int:
    """Return where the words of a figure end, at the latest at ``end`` or where those of the next one begin."""
    if following is not None:
        return split(plain, figure, following)[0]
    stop = CLAUSE_END.search(plain, figure.end, end)
    if stop is not None and stop[0] == ";" and figure.rate:
        # "100% cán bộ xã; trưởng thôn, bản được tập huấn": the semicolon stands inside the group.
        group = _subject_of(plain[figure.end : stop.start()])[1]
        if (not group or group.startswith("tham gia")) and _GROUP_GOES_ON.match(plain, stop.end(), end):
            stop = CLAUSE_END.search(plain, stop.end(), end)
    return min(stop.start() if stop is not None else end, figure.end + REACH)


def _place_in(text: str, start: int) -> re.Match[str] | None:
    """Return the last area that a phrase names behind ``start``."""
    last = None
    for found in _SCOPE.finditer(text, start):
        if " " in found[1].strip() and not text[: found.start(1)].lower().endswith(("liên ", "cấp ", "ngoài ")):
            last = found
    return last


def _phrase_end(plain: str, named: Sequence[tuple[int, int]], start: int, right: int) -> int:
    """Return where a phrase ends that begins at ``start``."""
    position, stop = start, right
    while (found := _PHRASE_END.search(plain, position, right)) is not None:
        aside = _ASIDE.match(plain, found.start(), right) if found[0] == "(" else None
        if aside is not None:
            position = aside.end()
            continue
        # "đăng ký vay vốn theo Quyết định số 15/QĐ-UBND được vay vốn": the phrase goes on behind the document.
        index = bisect_right(named, (found.end(), float("inf"))) - 1
        behind = named[index][1] if index >= 0 else 0
        if behind >= found.end() and plain.startswith((" được ", " đều "), behind):
            position = behind
            continue
        stop = found.start()
        break
    while stop > start and plain[stop - 1] in " ,;:.-":
        stop -= 1
    return stop


def _linked(before: str) -> bool:
    """Tell whether a verb or a colon links the words in front of a number to it: "… đạt", "… còn dưới", "…:"."""
    text = before.rstrip()
    word = OPERATOR.search(f"{text} ")
    if word is not None:
        if word[0].rstrip().lower().endswith((" đạt", " là")):
            return True
        text = text[: word.start()].rstrip()
    text = _LOOSE_LINK.sub("", text)
    if text.endswith("=") or _COPULA.search(text):
        return True
    found = last_of(MOVE, text)
    return found is not None and found.end() == len(text) and found["word"].lower() in LINKS


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


def _base(unit: str | None) -> str:
    return (unit or "").partition("/")[0]


def _names_unit(subject: str, figure: Figure) -> bool:
    """Tell whether the words in front of a number name what it counts: "hộ nghèo dân tộc thiểu số 52 hộ"."""
    unit = (figure.unit or "").partition("/")[0].partition(",")[0]
    words = f" {subject.lower()} "
    return f" {unit} " in words or words.startswith((" số ", " tổng "))


def strip_lead(text: str) -> str:
    """Drop what introduces a phrase.

    >>> strip_lead("Phấn đấu đến năm 2025 có tỷ lệ")
    'tỷ lệ'
    """
    position = 0
    while (found := _LEAD.match(text, position)) is not None and found.end() > position:
        position = found.end()
    return text[position:]


def strip(text: str) -> str:
    """Drop what introduces a phrase and what leads from it to its number.

    >>> strip("Phấn đấu tỷ lệ hộ nghèo đến cuối năm 2025 còn dưới ")
    'tỷ lệ hộ nghèo'
    """
    text = strip_lead(text.strip(" ,;:().*-"))
    while (found := _TRAIL.search(text)) is not None:
        text = text[: found.start()]
    return text.strip(" ,;:().*-")


def _tidy(text: str) -> str:
    """Write a phrase in one line, without the capital of a sentence and marks at its ends."""
    text = " ".join(text.split()).strip(" ,;:.-*")
    if len(text) > _LONGEST_PHRASE:
        text = text[:_LONGEST_PHRASE].rpartition(" ")[0]
    if text.count("(") != text.count(")"):
        text = text.partition("(")[0].strip()
    first = text.partition(" ")[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]
