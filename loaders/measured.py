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
    MOVES,
    OPERATOR,
    OWN_TIME,
    QUALIFIERS,
    RATE_UNITS,
    REACH,
    STOP,
    Figure,
    last_of,
    listed,
    one_of,
    printed_unit,
)
from cancu.loaders.patterns import compiled
from cancu.ontology.indicators import Indicator, indicators

__all__ = ["Phrase", "Topic", "indicator_of", "share_of", "strip", "strip_lead", "words_end"]

_PREDICATE = compiled(
    rf"(?: (?:{listed('group_condition')}){STOP})|(?P<word> (?:{listed('predicate_word')}){STOP})", IGNORECASE
)
_PHRASE_END = compiled(
    rf" ?[,;(]? ?{EDGE}(?:{listed('phrase_end')}){STOP}|, (?:bảo đảm|đảm bảo)(?= )|[()]|\.(?!\d)|\n", IGNORECASE
)
# "(có sức lao động)" inside a phrase belongs to it.
_ASIDE = compiled(r"\([^()\d;:]{1,60}\)(?= [^\W\d])")
_LEAD = compiled(
    rf"[ ,;:(*-]*(?:(?:{listed('phrase_lead')}){STOP}|(?:đến|tới|trong|vào|ngay từ đầu|từ đầu|qua)?"
    r" ?(?:cuối |hết |đầu )?năm(?: \d{4}(?: ?- ?\d{4})?)?(?![^\W_])|giai đoạn \d{4} ?- ?\d{4}"
    r"|(?:(?:kết quả|tính đến|đến)? ?tại |đến |tính đến )?(?:thời điểm|ngày)? ?\d{1,2}/\d{1,2}/\d{4})[ ,;:]*",
    IGNORECASE,
)
_TRAIL = compiled(
    rf"(?: |^)(?:{one_of(LINKS)}|{one_of(QUALIFIERS)}"
    r"|là|trong|gấp|cao nhất|thấp nhất|tương đương|tương ứng|bằng|có|cho|thì|bình quân|trung bình|hằng năm|hàng năm|mỗi năm|tỷ lệ|mức|thêm|phải|sẽ|ước|với|của|=|:|,"
    r"|so với (?:cùng kỳ )?(?:cuối )?(?:năm (?:trước|\d{4})|cùng kỳ)|đến (?:cuối |hết )?năm \d{4}"
    r"|(?:cuối |hết )?năm \d{4})[ :,(]*$",
    IGNORECASE,
)
_SCOPE = compiled(
    rf"{EDGE}(?:thuộc |tại |ở |của |trên )?((?:{listed('scope_opener')}){STOP}(?! hội| ủy)[^,;:.()\d]{{0,60}})",
    IGNORECASE,
)
_SCOPE_START = compiled(
    rf"(?:riêng |ở |tại |đối với |(?:thấp|cao) nhất là )?(?:{listed('scope_opener')}){STOP}", IGNORECASE
)
_SCOPE_LEAD = compiled(r"^(?:của|tại|ở|thuộc|trên|riêng|đối với|cho) ", IGNORECASE)
_MEASURES = ("ratio", "area", "length", "mass", "volume", "money", "age", "energy")
_GROUP_GOES_ON = compiled(r" [[:lower:]][^;.\d]{2,60} (?:được|đều) ")
_COUNT_PREFIX = compiled(r"(?:tổng )?số (?=hộ|người|xã|thôn|trẻ|lao động)|^tổng ", IGNORECASE)
_NAMED_SUM = compiled(rf"{EDGE}(?:tổng )?số (?P<word>{one_of(UNIT_OF)}){STOP}", IGNORECASE)
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
    r"|[^:]{0,200}?(?<![^\W_])đã (?!và )(?:được )?|(?:giảm|tăng|nâng|đưa|hạ|duy trì) (?=tỷ lệ|số|tổng|thu nhập|mức|độ))+",
    IGNORECASE,
)
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


def indicator_of(phrase: str, unit: str | None) -> Indicator | None:
    """Return the indicator that a phrase means when it is measured in a unit, the one with the longest words.

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


class Phrase:
    """Find what a figure measures and for whom in the words around it."""

    def __init__(self, reader: _Reader, figure: Figure, left: int, right: int, topic: Topic) -> None:
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
        if OWN_TIME.match(plain, figure.end) is not None:
            stop = figure.end
        after = plain[figure.end : stop] if plain[figure.end : figure.end + 1] == " " else ""
        # "Chiều thiếu hụt về y tế: 100% người …": the label names the field only.
        label, colon, rest = before.rpartition(":")
        label = label.rpartition(":")[2]
        subject = strip(rest if colon else before)
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
            topic = indicator_of(strip(label), figure.unit)
            if topic is not None and (not text or linked):
                topic.take(strip(label), figure.unit)
        if colon and subject and (known := strip(label)) and indicator_of(known, figure.unit) is not None:
            topic.take(known, figure.unit)
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
            named = f"{printed_unit(plain, figure)}{plain[figure.end : stop]}"
            if subject or not _same_unit(topic.unit, figure.unit):
                joint = " cho" if before.rstrip().endswith(" cho") else ""
                indicator = f"{subject}{joint} {named}"
        elif not figure.rate and linked and not text and _AVERAGE.match(subject):
            indicator = f"{printed_unit(plain, figure)} {_tidy(subject)}"
        if text and linked and figure.rate and (whole := indicator_of(text, figure.unit, at_start=True)) and whole.head:
            # "giảm bình quân 2% hộ nghèo"
            indicator, self.left_unused = text, True
        if not (indicator or subject or label or figure.rate or _same_unit(topic.unit, figure.unit)):
            # "tăng 0,5 tiêu chí" behind a figure of something else
            earlier = topic.by_unit.get((figure.unit or "").partition("/")[0])
            if earlier is not None:
                indicator = earlier
                self.inferred.add("indicator")
            elif topic.unit is None or topic.unit.partition("/")[0] not in RATE_UNITS:
                indicator = printed_unit(plain, figure)
        if not indicator:
            stop = figure.end if linked and subject else stop
            indicator = self._from_left(figure, subject, strip(label) if colon else "", topic, text)
        elif self.left_unused:
            comma = plain.rfind(", ", start, figure.start)
            if not colon and comma - start > _LONG_LEFT:
                start = comma + 2
            elif colon and subject != before and len(label) > _LONG_LEFT:
                start += before.rindex(":") + 1
                start = _INTRO.match(plain, start, figure.start).end()  # type: ignore[union-attr]
        self.indicator = _tidy(indicator) or (topic.phrase or "")
        if not (self.indicator or figure.rate):
            self.indicator = printed_unit(plain, figure)
        if self.scope is not None:
            self.scope = _SCOPE_LEAD.sub("", " ".join(self.scope.split()).strip(" ,;:.()-*")) or None
        behind = BEHIND.match(plain, figure.end)
        self.start, self.end = start, max(stop, behind.end() if behind is not None else figure.end)

    def _group(self, figure: Figure, plain: str, subject: str, text: str) -> str:
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
        printed = printed_unit(plain, figure)
        whole = f"{printed} {text}".strip()
        self.wide = f"{_last_part(subject)} {text}"
        place = _place_in(whole, len(printed))
        if place is not None:
            self.scope = place[1]
        return whole

    def _from_left(self, figure: Figure, subject: str, label: str, topic: Topic, text: str) -> str:
        """Read "tỷ lệ hộ nghèo toàn huyện còn 2%", "Hộ nghèo: 12 hộ", "huyện Sơn Hà giảm 5%", "chiếm tỷ lệ 3%"."""
        candidate = _HEAD_OF_PHRASE.sub("", subject or label)
        known = indicator_of(candidate, figure.unit)
        if candidate and known is None and subject and label and indicator_of(label, figure.unit) is not None:
            self.scope = subject
            return label
        if candidate and (known is not None or not (_SCOPE_START.match(candidate) or _NAME.match(candidate))):
            if known is not None and known.head:
                begins = [at for word in known.words if (at := candidate.lower().find(word)) >= 0]
                candidate = candidate[min(begins) :] if begins else candidate
            place = _place_in(candidate, 1)
            if place is not None:
                self.scope = strip(place[1])
                shortened = strip(candidate[: place.start()])
                if shortened and (known is None or indicator_of(shortened, figure.unit) is known):
                    return shortened
            return candidate
        if candidate:
            self.scope = re.sub(r"^(?:thấp|cao) nhất là ", "", candidate)
        topic = topic.phrase or ""
        if topic:
            self.inferred.add("indicator")
            if figure.rate and (topic.unit is None or topic.unit.partition("/")[0] not in RATE_UNITS):
                counted = indicator_of(topic, topic.unit)
                self.share_of = counted.code if counted is not None else ""
                bare = _COUNT_PREFIX.sub("", topic)
                return f"tỷ lệ {bare[:1].lower()}{bare[1:]}"
            if not figure.rate and topic.unit is not None and topic.unit.partition("/")[0] in RATE_UNITS:
                return re.sub(r"^tỷ lệ ", "", topic, flags=IGNORECASE)
            return topic
        return candidate or text

    def _read_zero(self, reader: _Reader, figure: Figure, right: int) -> None:
        plain = reader.plain
        stop = _phrase_end(reader, figure.end, max(right, figure.end))
        self.indicator = _tidy(plain[figure.end : stop])
        self.zero_end = stop

    def _zero_start(self, plain: str, figure: Figure, start: int) -> int:
        lead = plain[start : figure.start]
        place = _place_in(lead, 0)
        if place is not None:
            self.scope = strip(place[1]) or None
        return start


def words_end(self, figure: Figure, following: Figure | None, end: int) -> int:
    plain = self.plain
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
    word = OPERATOR.search(f"{text} ")
    if word is not None:
        text = text[: word.start()].rstrip()
    text = re.sub(r"(?:^| )(?:bình quân|thêm|khoảng|mức|tỷ lệ|được)$", "", text)
    if text.endswith(("=",)) or re.search(r"(?:^|[^\w])(?:là|bằng|ở mức)$", text, IGNORECASE):
        return True
    found = None
    for found in MOVE.finditer(text):
        pass
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


def _same_unit(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.partition("/")[0] == other.partition("/")[0]


def _names_unit(subject: str, figure: Figure) -> bool:
    """Tell whether the words in front of a number name what it counts: "hộ nghèo dân tộc thiểu số 52 hộ"."""
    unit = (figure.unit or "").partition("/")[0].partition(",")[0]
    words = f" {subject.lower()} "
    return f" {unit} " in words or words.startswith((" số ", " tổng "))


def _last_part(text: str) -> str:
    return text.rpartition(", ")[2]


def strip_lead(text: str) -> str:
    position = 0
    while (found := _LEAD.match(text, position)) is not None and found.end() > position:
        position = found.end()
    return text[position:]


def strip(text: str) -> str:
    """Drop what introduces a phrase and what leads from it to its number."""
    text = strip_lead(text.strip(" ,;:().*-"))
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
