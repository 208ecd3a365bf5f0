"""Hold counts and their shares against each other: households and percentages that no one total can give.

"12.558 hộ nghèo, chiếm 2,63%" says how many households there are in all. Two such pairs of one place and time that
give different totals, or one beside a total that the text states, contradict each other; a share may be rounded or
cut, so it counts as true to one unit of its last place. Parts of which there can only be two ("dân tộc thiểu số" and
"người kinh") must add up to what they are parts of. The words are rows of ``ontology/quantity_words.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from cancu.loaders.figures import one_of
from cancu.loaders.measured import share_of
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import compiled
from cancu.ontology.indicators import quantity_words

__all__ = ["Stated", "find_share_notes"]

_HUNDRED = Decimal(100)
# "12.558 hộ, chiếm tỷ lệ 2,63%", "giảm 0,31% tương ứng với 180 hộ", "3.074 hộ = 5,93%".
_SAYS_THE_SAME = compiled(r"(?<![^\W_])(?:chiếm|tương ứng|tương đương|bằng|tỷ lệ)(?![^\W_])|=", re.IGNORECASE)
_NOT_BETWEEN = compiled(r"[;\n]|\. |(?<![^\W_])(?:trong đó|trên tổng số)(?![^\W_])", re.IGNORECASE)
_LONGEST_LINK = 60
# "khu vực thành thị 12 hộ nghèo, chiếm 0,5%" is a share of the households there; "toàn xã" is all of them.
_PART = compiled(rf"(?<![^\W_])(?<!toàn )(?<!cả )(?:{one_of(quantity_words('part_of_area'))})(?![^\W_])", re.IGNORECASE)
_PLACE = compiled(
    r"(?<![^\W_])(?:[Hh]uyện|[Tt]ỉnh|[Tt]hành phố|[Tt]hị xã)(?: nghèo)? (?P<name>[A-ZĐÂÊÔƯÁÀẢÃẠÝ][^\W\d_]+)"
)
_CLAUSE_START = compiled(r"[;.\n(](?=[^;.\n(]*$)")
_LONGEST_CLAUSE = 200
# "tổng số hộ dân toàn huyện là 19.250 hộ", "trên tổng số 19.250 hộ".
_ALL = compiled(
    r"(?<![^\W_])tổng số (?:hộ(?: dân cư| dân| gia đình)?(?: (?:toàn|cả|của|trên địa bàn|trong) [^,;.:()\d\n]{1,30})?"
    r" ?(?:là|:|có)? ?)?(?P<all>\d{1,3}(?:\.\d{3})+|\d{3,7}) hộ(?: dân| gia đình)?"
    r"(?![^\W_]| (?:nghèo|cận|mới|thoát|có|được))",
    re.IGNORECASE,
)
_PARTS = compiled(r"(?<![^\W_])(?:trong đó|chia ra|gồm|bao gồm)(?![^\W_])|\(", re.IGNORECASE)
_LONGEST_LIST = 300
# So far may two totals of one place and time lie apart before it cannot be another day's count.
_ANOTHER_DAY = Decimal("0.05")
# So far may the number of households have moved from one year to another, and by the rounding of a change.
_ANOTHER_YEAR = Decimal("0.15")


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold one figure as it was read, in plain offsets: ``start``..``end`` its words, ``at``..``until`` its number.

    ``aimed`` tells a target from a result, ``when`` is the time of either.
    """

    start: int
    end: int
    at: int
    until: int
    value: Decimal
    unit: str
    indicator: str | None
    words: str
    scope: str | None
    op: str
    when: str | None
    aimed: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """Hold a count and its share of all there are."""

    count: Stated
    rate: Stated

    @property
    def start(self) -> int:
        return min(self.count.start, self.rate.start)

    @property
    def end(self) -> int:
        return max(self.count.end, self.rate.end)

    @property
    def moves(self) -> bool:
        return self.rate.op != "="

    @property
    def total(self) -> Decimal:
        return self.count.value * _HUNDRED / self.rate.value

    def range(self) -> tuple[Decimal, Decimal]:
        """Return the least and the largest total that the share can be of."""
        slack = _last_place(self.rate.value)
        low = self.count.value * _HUNDRED / (self.rate.value + slack)
        above = self.rate.value - slack
        return low, self.count.value * _HUNDRED / above if above > 0 else Decimal("Infinity")

    def key(self) -> tuple[str, str | None, bool, str | None]:
        return _base(self.rate) or "", self.rate.scope, self.rate.aimed, self.rate.when

    def written(self) -> str:
        return f"{_written(self.count.value)} ÷ {_written(self.rate.value)}% ≈ {_written(round(self.total))}"


def find_share_notes(plain: str, stated: Sequence[Stated]) -> list[Note]:
    r"""Return a doubt for each pair of a count and its share, and each list of parts, that does not come out.

    >>> from cancu.loaders.extract import extract_text
    >>> text = "KẾ HOẠCH\nGiảm nghèo năm 2024\nI. KẾT QUẢ NĂM 2023\n"
    >>> text += "Tổng số hộ toàn huyện là 19.250 hộ; còn 262 hộ nghèo, chiếm tỷ lệ 1,63%."
    >>> [dict(found.detail)["arithmetic"] for found in extract_text(text).doubts if found.rule == "share-differs"]
    ['262 ÷ 19.250 × 100 ≈ 1,36%']
    """
    pairs = list(_pairs(plain, stated))
    return [*_against_stated_totals(plain, pairs), *_against_each_other(plain, pairs), *_parts(plain, stated)]


def _pairs(plain: str, stated: Sequence[Stated]) -> Iterator[_Pair]:
    for one, other in pairwise(stated):
        count, rate = (one, other) if other.unit == "%" else (other, one)
        if rate.unit != "%" or count.unit != "hộ" or rate.value <= 0 or count.value <= 0:
            continue
        alike = (count.op, count.scope, count.aimed) == (rate.op, rate.scope, rate.aimed)
        if not alike or _base(rate) is None or not _is_share(count, rate) or _is_of_part(plain, one, other):
            continue
        between = plain[one.until : other.at]
        if len(between) <= _LONGEST_LINK and _SAYS_THE_SAME.search(between) and not _NOT_BETWEEN.search(between):
            yield _Pair(count, rate)


def _is_of_part(plain: str, one: Stated, other: Stated) -> bool:
    """Tell whether the words of a pair name a part of the area, which its scope may have missed."""
    low = max(0, one.at - _LONGEST_CLAUSE)
    # A point inside a number ("12.558") ends no clause: what stands in front of the first number is looked at.
    opened = _CLAUSE_START.search(plain, low, one.at)
    words = plain[opened.end() if opened is not None else low : other.until]
    named = {found["name"] for found in _PLACE.finditer(words)}
    return _PART.search(words) is not None or any(name not in (one.scope or "") for name in named)


def _base(rate: Stated) -> str | None:
    """Return of what a rate is a share: of all households, or of the poor ones."""
    return quantity_words("rate_base").get(rate.indicator or "")


def _is_share(count: Stated, rate: Stated) -> bool:
    share = share_of(count.indicator or "")
    return count.indicator == rate.indicator or (share is not None and share.code == rate.indicator)


# --- totals -----------------------------------------------------------------------------------------------------------


def _against_stated_totals(plain: str, pairs: Sequence[_Pair]) -> Iterator[Note]:
    """Hold each pair against the number of all households that its own paragraph states."""
    for pair in pairs:
        if pair.moves or _base(pair.rate) != "household":
            continue
        start = plain.rfind("\n", 0, pair.start) + 1
        end = plain.find("\n", pair.end)
        found = list(_ALL.finditer(plain, start, end if end >= 0 else len(plain)))
        if len(found) != 1:
            continue
        total = Decimal(found[0]["all"].replace(".", ""))
        low, high = pair.range()
        if low <= total <= high:
            continue
        value = pair.count.value * _HUNDRED / total
        words = (
            f"{_written(pair.count.value)} ÷ {_written(total)} × 100 ≈ "
            f"{_written(value.quantize(_last_place(pair.rate.value)))}%"
        )
        yield Note("share-differs", pair.start, pair.end, (), (("arithmetic", words),))


def _against_each_other(plain: str, pairs: Sequence[_Pair]) -> Iterator[Note]:
    """Hold the pairs of one place and time against each other, and the rest against those of another time."""
    doubted: set[int] = set()
    for index, pair in enumerate(pairs):
        for other in pairs[:index]:
            rule = _contradiction(pair, other)
            if rule is None or pair.start in doubted or other.start in doubted:
                continue
            blamed = _blamed(plain, pair, other, pairs)
            doubted.update(one.start for one in blamed)
            words = f"{other.written()}; {pair.written()}"
            start, end = min(one.start for one in blamed), max(one.end for one in blamed)
            yield Note(rule, start, end, (), (("arithmetic", words),))


def _blamed(plain: str, one: _Pair, other: _Pair, pairs: Sequence[_Pair]) -> tuple[_Pair, ...]:
    """Return which of two pairs contradicts more of the others; both where that is open and they stand together."""
    conflicts = _conflicts(one, pairs), _conflicts(other, pairs)
    if conflicts[0] != conflicts[1]:
        return (one,) if conflicts[0] > conflicts[1] else (other,)
    start, end = min(one.start, other.start), max(one.end, other.end)
    near = end - start <= _LONGEST_LIST and "\n" not in plain[start:end]
    return (one, other) if near else (max(one, other, key=lambda pair: pair.start),)


def _conflicts(pair: _Pair, pairs: Sequence[_Pair]) -> int:
    return sum(_contradiction(pair, other) is not None for other in pairs if other is not pair)


def _contradiction(one: _Pair, other: _Pair) -> str | None:
    """Return the rule by which the totals of two pairs contradict each other, or None."""
    if (_base(one.rate), one.rate.scope) != (_base(other.rate), other.rate.scope):
        return None
    (low, high), (other_low, other_high) = one.range(), other.range()
    if low <= other_high and other_low <= high:
        return None
    apart = abs(one.total - other.total) / max(one.total, other.total)
    if one.key() == other.key() and not one.moves and not other.moves:
        return "share-differs" if apart > _ANOTHER_DAY else "share-unlikely"
    # The share that is gained or lost is a difference of two roundings.
    return "share-unlikely" if apart > _ANOTHER_YEAR and not (one.moves and other.moves) else None


# --- parts ------------------------------------------------------------------------------------------------------------


def _parts(plain: str, stated: Sequence[Stated]) -> Iterator[Note]:
    """Hold a count against its two parts: "180 hộ, trong đó: không có khả năng lao động 150, có … 30"."""
    for index, (one, other) in enumerate(pairwise(stated)):
        if not (_same_kind(one, other) and _are_opposites(one.words, other.words)):
            continue
        whole = next((before for before in reversed(stated[:index]) if _same_kind(before, one)), None)
        if whole is None or one.at - whole.until > _LONGEST_LIST or _is_one_side(whole.words):
            continue
        between = plain[whole.until : one.at]
        if _PARTS.search(between) is None or "\n\n" in between:
            continue
        total = one.value + other.value
        if total != whole.value:
            words = f"{_written(one.value)} + {_written(other.value)} = {_written(total)} ≠ {_written(whole.value)}"
            yield Note("parts-differ", whole.start, other.end, (), (("arithmetic", words),))


def _same_kind(one: Stated, other: Stated) -> bool:
    """Tell whether two counts are of the same unit, of the same move and both targets or both results."""
    counted = one.unit == other.unit and one.unit not in ("", "%")
    return counted and (one.op, one.aimed) == (other.op, other.aimed)


@cache
def _opposites() -> tuple[tuple[str, str], ...]:
    return tuple(quantity_words("opposite").items())


def _are_opposites(one: str, other: str) -> bool:
    pairs = [*_opposites(), *((against, word) for word, against in _opposites())]
    return any(_holds(one, word) and _holds(other, against) for word, against in pairs)


def _is_one_side(words: str) -> bool:
    return any(_holds(words, word) for pair in _opposites() for word in pair)


def _holds(words: str, word: str) -> bool:
    """Tell whether words hold a group: "có khả năng lao động" is not in "không có khả năng lao động"."""
    text = f" {words.lower()} "
    if not word.startswith("không "):
        text = text.replace("không có ", "")
    return f" {word} " in text


def _last_place(rate: Decimal) -> Decimal:
    exponent = rate.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _written(value: Decimal | int) -> str:
    """Write a number as plans do: "60.148", "13,57"."""
    digits = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return digits.translate(str.maketrans(",.", ".,"))
