"""Read by when something is done, and how often: days, months, quarters, years and the phrases that name none.

What a deadline is worth: a day is an ISO date, and "trước ngày D" is D (strictly before it); a quarter is "2024-Q3", a
year "2024"; a month and a half-year have no form of their own and are their last day ("trong tháng 9/2024" is
2024-09-30, "trong 6 tháng đầu năm 2024" 2024-06-30). "Trước" in front of a month, quarter or year is the first day of
it. A day that comes back ("trước ngày 15 tháng cuối quý") and a phrase ("theo quy định") have no value.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cancu.loaders.components import Components
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.ontology import lexicon

__all__ = [
    "CUES",
    "Deadline",
    "Frequency",
    "find_deadlines",
    "find_frequencies",
    "plan_year",
    "read_component_deadlines",
    "read_deadline",
    "read_deadline_notes",
]

_TABLE = Path(lexicon.__file__).with_name("deadline_cues.tsv")
_KINDS = ("before", "by", "within", "phrase", "frequency")
#: The rows of ``ontology/deadline_cues.tsv``.
CUES = lexicon.read_table(_TABLE, ("words", "kind", "example", "value", "source"), key=("words",))
for _row in CUES:
    if _row["kind"] not in _KINDS:
        raise _row.error(f"kind is none of: {' '.join(_KINDS)}")

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LAST_MONTH = 12
_CENTURY = 2000
_AGAIN = r"(?:hằng|hàng|mỗi)"
# Days that come back: "ngày 15 tháng cuối quý", "ngày 20 hằng tháng", "ngày 25 của tháng cuối kỳ", "15/12 hằng năm".
_RECURRENT = (
    r"(?:(?:ngày|các ngày) )?\d{1,2}(?:,? (?:của )?(?:"
    rf"{_AGAIN} (?:tháng|quý|năm)|tháng {_AGAIN} quý|cuối (?:tháng|quý|kỳ)"
    r"|tháng (?:cuối(?: cùng)?|đầu(?: tiên)?|thứ \w{2,3})(?: của)?(?: mỗi)? (?:quý|kỳ)(?: báo cáo| sau)?"
    r"|tháng (?:sau|kế tiếp|tiếp theo|liền kề)(?: của quý)?(?: liền kề)?))"
    r"|(?:(?:ngày|các ngày) )?\d{1,2}(?:/| tháng )\d{1,2}(?: và (?:ngày )?\d{1,2}(?:/| tháng )\d{1,2})?,? (?:của )?"
    rf"(?:{_AGAIN} năm|năm (?:sau|kế tiếp|tiếp theo|liền kề))"
    r"|ngày \d{1,2}(?![\d.,/%-]| ?tháng| ?[/-])"
)
_PERIOD = (
    # "15/02/2024", "15.02.24", "30/6", "ngày 15 tháng 02 năm 2024"
    r"(?:ngày )?(?P<d>\d{1,2}) ?(?:[/.-] ?(?P<m>\d{1,2}) ?[/.-] ?(?P<y>20\d\d|\d\d)(?!\d)"
    r"|/ ?(?P<m1>\d{1,2})(?![.,/]?\d|%)"
    r"|tháng (?P<m2>\d{1,2})(?:(?:,? năm |/ ?)(?P<y2>20\d\d))?(?!\d))"
    # "6 tháng đầu năm 2024"
    r"|(?:0?(?P<half>[369])|sáu) tháng (?P<part>đầu|cuối) năm(?: (?P<yh>20\d\d))?"
    # "quý III năm 2024", "quý II, III/2024", "quý II - quý III"
    r"|[Qq]uý (?:(?:I{1,3}|IV|[1-4])(?: ?[,-] ?| và | đến )(?:[Qq]uý )?){0,3}(?P<q>I{1,3}(?!V)|IV|[1-4])(?![\w%])"
    r"(?:(?:,? ?(?:của )?năm | ?[/-] ?| )(?P<yq>20\d\d))?"
    # "tháng 9/2024", "tháng 9, 10 năm 2024", "tháng 9"
    r"|[Tt]háng (?:\d{1,2}(?: ?[,-] ?| và | đến )(?:tháng )?){0,3}(?P<mm>\d{1,2})"
    r"(?:(?: ?/ ?|,? năm | ?- ?)(?P<ym>20\d\d))?(?![\d/])"
    # "năm 2024", "giai đoạn 2021-2025", "năm 2024-2025"
    r"|(?:năm|giai đoạn|các năm)(?: năm| từ năm)? (?:20\d\d(?: ?- ?| đến (?:năm )?|, | và )){0,3}"
    r"(?P<yy>20\d\d)(?![\d/])"
)
_YEAR_ALONE = (
    r"|(?:20\d\d(?: ?- ?| đến (?:năm )?))?(?P<ya>20\d\d)(?![\d/])|(?P<this>(?:trong|cả) năm)(?![^\W_]| \d| học| tới)"
)
# "trong vòng 10 ngày kể từ ngày …", "chậm nhất 05 ngày làm việc sau khi …".
_RELATIVE = (
    r"(?:trong vòng|trong thời hạn|trong thời gian|chậm nhất(?: là)?|muộn nhất(?: là)?|không quá) "
    r"\d{1,3} (?:ngày|tuần|tháng|giờ)(?: làm việc)?(?![^\W_])"
    r"(?:,? (?:kể từ|tính từ|sau khi|sau|trước khi|trước|từ) [^,;.\n()]{2,80})?"
)
_OFTEN_BEHIND = compiled(rf",? (?:của )?{_AGAIN} (?:tháng|quý|năm)$", re.IGNORECASE)
_FILLER = compiled(r"^[: ]*(?:(?:hết|cuối|trong|vào) )?", re.IGNORECASE)
_DAY_AND_MONTH = compiled(r"ngày \d{1,2}/\d{1,2}")
_DAY_WORD = compiled(r"ngày|nhất", re.IGNORECASE)
_BARE = compiled(rf"(?:{_PERIOD}{_YEAR_ALONE})", re.IGNORECASE)
_UNITS = (
    r"(?:0?[1-9] (?:tháng|năm|tuần)(?: đầu năm| cuối năm)?|một năm|hai tuần|(?:cả )?năm|quý|tháng|tuần)"
    r"(?! ?(?:\d|[IVX]+\b))(?![^\W_])"
)
_JOINT = r"(?: ?,? ?và | hoặc |, ?| ?/ ?| |: ?| \( ?)"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Hold a deadline in plain offsets, cue included.

    ``value`` is an ISO date, "YYYY-Qn" or "YYYY", or None where the words name no day; ``phrase`` are the words that
    name it, as printed and without the cue; ``inferred`` says that the plan's own year was taken; ``impossible``
    that no calendar has the day.
    """

    start: int
    end: int
    value: str | None
    phrase: str
    kind: str
    inferred: bool = False
    impossible: bool = False

    @property
    def shown(self) -> str:
        """Return the value, else the phrase: what a record holds.

        >>> read_deadline("báo cáo trước ngày 15/12 hằng năm").shown
        '15/12'
        """
        return self.value if self.value is not None else self.phrase


@dataclass(frozen=True, slots=True)
class Frequency:
    """Hold words that say how often, as printed."""

    start: int
    end: int
    phrase: str


@cache
def _cue() -> re.Pattern[str]:
    """Return the pattern of all deadlines that a cue announces."""
    words: dict[str, list[str]] = {}
    for row in CUES:
        words.setdefault(row["kind"], []).append(re.escape(row["words"]))

    def any_cue(*kinds: str) -> str:
        return "|".join(sorted((word for kind in kinds for word in words[kind]), key=len, reverse=True))

    return compiled(
        rf"(?<![^\W_])(?:(?P<relative>{_RELATIVE})"
        rf"|(?:(?P<before>{any_cue('before')})|(?P<by>{any_cue('by')})|(?P<within>{any_cue('within')})):? "
        rf"(?:(?:hết|cuối|trong|vào) )?(?:(?P<again>{_RECURRENT})|{_PERIOD})"
        rf"|(?P<phrase>{any_cue('phrase')})(?![^\W_]))",
        re.IGNORECASE,
    )


@cache
def _often() -> re.Pattern[str]:
    words = sorted((re.escape(row["words"]) for row in CUES if row["kind"] == "frequency"), key=len, reverse=True)
    one = rf"(?:{'|'.join(words)})(?![^\W_])"
    return compiled(
        rf"(?<![^\W_])(?:{one}(?:{_JOINT}(?:{one}|{_UNITS})){{0,5}}"
        rf"|(?<=báo cáo ){_UNITS}(?:{_JOINT}(?:{one}|{_UNITS})){{0,5}}"
        # "kết quả 6 tháng (trước ngày 10/6) và năm (trước ngày 05/12)"
        # "6 tháng trước ngày 15/6, năm trước ngày 10/12"
        rf"|{_UNITS}(?= ?\( ?(?:trước|chậm nhất|muộn nhất)| trước ngày \d))",
        re.IGNORECASE,
    )


def read_deadline(
    plain: str, start: int = 0, end: int | None = None, year: int | None = None, *, bare: bool = False
) -> Deadline | None:
    """Read the first deadline between two offsets, or return None.

    ``year`` is the plan's own, if it has one: it is taken where a day or quarter has none. ``bare`` times count without
    a word that announces them, as behind a label "Thời gian thực hiện:"; of several the last is taken.

    >>> read_deadline("gửi về Sở Y tế trước ngày 15/02/2024").value
    '2024-02-15'
    >>> read_deadline("Hoàn thành trong quý III năm 2024").value
    '2024-Q3'
    >>> read_deadline("Tháng 5 đến tháng 10/2024", bare=True).value
    '2024-10-31'
    >>> read_deadline("Quyết định ngày 15/02/2024") is None
    True
    """
    end = len(plain) if end is None else end
    found = next(iter(_found(plain, start, end, year)), None)
    if not bare or (found is not None and found.kind == "before"):
        return found
    return _last_bare(plain, start, end, year) or found


def find_deadlines(plain: str, start: int = 0, end: int | None = None, year: int | None = None) -> list[Deadline]:
    """Find all deadlines between two offsets, in order.

    >>> [found.shown for found in find_deadlines("6 tháng trước 20/6/2024, năm trước 10/12/2024; theo quy định")]
    ['2024-06-20', '2024-12-10', 'theo quy định']
    """
    return list(_found(plain, start, len(plain) if end is None else end, year))


def find_frequencies(plain: str, start: int = 0, end: int | None = None) -> list[Frequency]:
    """Find the words between two offsets that say how often.

    >>> [found.phrase for found in find_frequencies("báo cáo định kỳ 6 tháng, hằng năm về Sở; họp hàng quý")]
    ['định kỳ 6 tháng, hằng năm', 'hàng quý']
    """
    found = _often().finditer(plain, start, len(plain) if end is None else end)
    return [Frequency(one.start(), one.end(), _words(one[0])) for one in found]


def plan_year(reading: Reading) -> int | None:
    """Return the year of a plan that is for one year."""
    header = reading.header
    return header.period_start if header.period_start == header.period_end else None


def _found(plain: str, start: int, end: int, year: int | None) -> Iterator[Deadline]:
    for found in _cue().finditer(plain, start, end):
        kind = next((kind for kind in ("before", "by", "within") if found[kind] is not None), "phrase")
        if found["relative"] or found["phrase"]:
            yield Deadline(found.start(), found.end(), None, _words(found[0]), kind)
            continue
        if found["again"]:
            # "ngày 20 hằng tháng" is "ngày 20", and "hằng tháng" says how often.
            often = _OFTEN_BEHIND.search(found["again"])
            end = found.start("again") + often.start() if often is not None else found.end()
            yield Deadline(found.start(), end, None, _day(plain[found.start("again") : end]), kind)
            continue
        one = _deadline(found, kind, year)
        if one is not None:
            yield one


def _last_bare(plain: str, start: int, end: int, year: int | None) -> Deadline | None:
    """Read the latest time named between two offsets: "Từ tháng 5 đến tháng 10 năm 2024"."""
    last: Deadline | None = None
    for found in _BARE.finditer(plain, start, end):
        if found.start() > start and (plain[found.start() - 1].isalnum() or plain[found.start() - 1] in "/.-,"):
            continue
        one = _deadline(found, "within", year)
        if one is not None and (last is None or one.impossible or _last_moment(one) > _last_moment(last)):
            last = one
    return last


def _last_moment(deadline: Deadline) -> str:
    """Return a value that orders deadlines by their last day: "2024-Q3" behind "2024-09-29"."""
    value = deadline.value or ""
    if "Q" in value:
        return _last_day(int(value[:4]), 3 * int(value[-1]))
    return f"{value}-12-31" if len(value) == len("2024") else value


def _deadline(found: re.Match[str], kind: str, year: int | None) -> Deadline | None:
    """Say what a time is worth, or return None where its year is open and the plan has none of its own."""
    group = found.groupdict()
    printed = next((int(group[name]) for name in ("y", "y2", "yh", "yq", "ym", "yy", "ya") if group.get(name)), None)
    if printed is not None and printed < _CENTURY:
        printed += _CENTURY
    own = printed if printed is not None else year
    words = _day(found[0][_cue_length(group) :])
    month = group["m"] or group["m1"] or group["m2"] or group["mm"]
    if group["m1"] is not None and kind != "before" and not _DAY_WORD.search(found[0]):
        # "đến 2/3 số hộ" is no day.
        return None
    if month is not None and not 1 <= int(month) <= _LAST_MONTH:
        # "trước 15/20" counts something else; only with a year is it a date that cannot be.
        impossible = printed is not None
        return Deadline(found.start(), found.end(), None, words, kind, False, True) if impossible else None
    if own is None:
        return Deadline(found.start(), found.end(), None, words, kind) if group.get("this") is None else None
    value: str | None
    first: date | None
    # "đợt 2 tháng 9" names a month.
    counted = group["m2"] is not None and group["y2"] is None and kind != "before" and not _DAY_WORD.search(found[0])
    if group["d"] is not None and not counted:
        try:
            value, first = date(own, int(month or 0), int(group["d"])).isoformat(), None
        except ValueError:
            return Deadline(found.start(), found.end(), None, words, kind, False, True)
    elif month is not None:
        value, first = _last_day(own, int(month)), date(own, int(month), 1)
    elif group["part"] is not None:
        value, first = _part_of_year(own, group["half"], group["part"].lower())
    elif group["q"] is not None:
        quarter = _ROMAN[group["q"].upper()]
        value, first = f"{own}-Q{quarter}", date(own, 3 * quarter - 2, 1)
    else:
        value, first = str(own), date(own, 1, 1)
    if kind == "before" and first is not None:
        value = first.isoformat()
    return Deadline(found.start(), found.end(), value, words, kind, printed is None)


def _last_day(year: int, month: int) -> str:
    return date(year, month, monthrange(year, month)[1]).isoformat()


def _part_of_year(year: int, months: str | None, part: str) -> tuple[str, date]:
    count = int(months) if months is not None else 6
    if part == "cuối":
        return _last_day(year, _LAST_MONTH), date(year, _LAST_MONTH - count + 1, 1)
    return _last_day(year, count), date(year, 1, 1)


def _cue_length(group: dict[str, str | None]) -> int:
    cue = group.get("before") or group.get("by") or group.get("within")
    return len(cue) if cue is not None else 0


def _day(printed: str) -> str:
    """Write a day without what announces it: "trước ngày 30/6" is recorded as "30/6", as a date would be."""
    words = _FILLER.sub("", _words(printed))
    return words.removeprefix("ngày ") if _DAY_AND_MONTH.fullmatch(words) else words


def _words(printed: str) -> str:
    return " ".join(printed.split())


# --- of components ----------------------------------------------------------------------------------------------------

# "f. Thời gian thực hiện: Trong năm 2024.", "- Tiến độ: hoàn thành quý III", "d) Thời gian thực hiện⏎Năm 2024".
_LABEL = compiled(
    rf"(?<![^\W_]){any_of('deadline_label')}(?: {any_of('deadline_label_object')}(?: \d{{1,2}})?)?[ *]*(?::|(?=\n))\s*",
    re.IGNORECASE,
)
# "Sở Y tế chủ trì; hoàn thành trước ngày 30/11/2024.": nothing of its own stands between the two.
_DONE = compiled(
    r"(?<=[;.,:] )(?:phấn đấu )?(?:hoàn thành|kết thúc)(?: toàn bộ)?"
    rf"(?: {any_of('deadline_label_object')}(?: \d{{1,2}})?)? "
    r"(?=(?:xong )?(?:trước|trong|vào|quý|tháng|năm|ngày|cuối|đến|chậm) )",
    re.IGNORECASE,
)
_FRONT = compiled(r"(?:^|\n|[.;:] )[ *]*(?:[-+*•] ?|\d{1,2}(?:\.\d{1,2}){0,3}[.)]? ?|\(?[a-zđ]\d?[.)]? )?[ *]*$")
_LONGEST_FRONT = 20
_BY_ALL = compiled(r"(?:chủ trì|tổ chức thực hiện|triển khai thực hiện)[^.;\n]{0,200}$")
_CLAUSE_END = compiled(r" ?(?:[.;)]|\n|$)")
_LONGEST_TIME = 60
_SENTENCE_END = compiled(r"[.;](?= |$)")


def read_component_deadlines(reading: Reading, components: Components) -> dict[str, Deadline]:
    """Return, by code, until when each component is done as a whole.

    That stands behind "Thời gian thực hiện:", else in a clause that says nothing but "hoàn thành trước ngày …". Where a
    component has several with different times they belong to single tasks, and it gets none.
    """
    found: dict[str, list[Deadline]] = {}
    for words in (_labelled(reading), _completed(reading)):
        more: dict[str, list[Deadline]] = {}
        for at, deadline in words:
            component = None if reading.in_table(at) else components.at(at)
            if component is not None and component.code not in found:
                more.setdefault(component.code, []).append(deadline)
        found |= more
    return {code: several[0] for code, several in found.items() if len({one.value for one in several}) == 1}


def _labelled(reading: Reading) -> Iterator[tuple[int, Deadline]]:
    """Yield what stands behind labels, each with the label's place."""
    plain, year = reading.plain, plan_year(reading)
    for label in _LABEL.finditer(plain):
        if not _FRONT.search(plain[max(0, label.start() - _LONGEST_FRONT) : label.start()]):
            continue
        stop = plain.find("\n", label.end())
        stop = len(plain) if stop < 0 else stop
        sentence = _SENTENCE_END.search(plain, label.end(), stop)
        deadline = read_deadline(plain, label.end(), sentence.start() if sentence else stop, year, bare=True)
        if deadline is not None and deadline.value is not None:
            yield label.start(), deadline


def _completed(reading: Reading) -> Iterator[tuple[int, Deadline]]:
    """Yield the deadlines of clauses that say nothing but "hoàn thành trước ngày …"."""
    plain, year = reading.plain, plan_year(reading)
    for done in _DONE.finditer(plain):
        # The longest of them is "hoàn thành trong 6 tháng đầu năm 2024".
        deadline = read_deadline(plain, done.start(), min(len(plain), done.end() + _LONGEST_TIME), year)
        if deadline is None or deadline.value is None or deadline.start > done.end():
            continue
        # "Việc diễn tập do Công an chỉ đạo, hoàn thành trong quý III" is one task's.
        whole = plain[done.start() - 2] != "," or _BY_ALL.search(plain, max(0, done.start() - 400), done.start())
        if whole and _CLAUSE_END.match(plain, deadline.end):
            yield done.start(), deadline


def read_deadline_notes(reading: Reading) -> list[Note]:
    """Return a doubt for every deadline that no calendar has ("trước ngày 31/6/2024")."""
    found = find_deadlines(reading.plain, year=plan_year(reading))
    return [Note("impossible-deadline", one.start, one.end) for one in found if one.impossible]
