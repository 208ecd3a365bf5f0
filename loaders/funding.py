"""Read the words beside a sum: whose money it is, what it may be spent on, for which year, and if it is budget at all.

The words are rows: those of ``ontology/funding.tsv`` and the lists ``funding_source``, ``funding_kind``,
``budget_word``, ``no_budget``, ``money_spent``, ``carried_over``, ``approximate_sum`` of ``ontology/words.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.ontology import lexicon

__all__ = [
    "APPROXIMATE",
    "BUDGET",
    "BUDGET_HEADING",
    "CARRIED",
    "NO_BUDGET",
    "SPENT",
    "Words",
    "code_of",
    "funding_words",
    "in_millions",
    "plain_decimal",
    "read_words",
    "town_tier",
    "unit_factor",
    "years_of",
]

_WORD = r"(?<![\w]){}(?!\w)"
BUDGET = compiled(_WORD.format(any_of("budget_word")), re.IGNORECASE)
BUDGET_HEADING = compiled(_WORD.format(any_of("budget_heading")), re.IGNORECASE)
NO_BUDGET = compiled(_WORD.format(any_of("no_budget")), re.IGNORECASE)
SPENT = compiled(_WORD.format(any_of("money_spent")), re.IGNORECASE)
CARRIED = compiled(_WORD.format(any_of("carried_over")), re.IGNORECASE)
APPROXIMATE = compiled(
    rf"(?<!\w)(?:{any_of('approximate_sum')})(?!\w)|(?<!\w){any_of('approximate_number')} $", re.IGNORECASE
)
_WHOLE = compiled(r"(?<!\w)(?:tổng(?! (?:hợp|công|kết|thể|đài|quan|rà|điều))|cộng)(?!\w)", re.IGNORECASE)
_YEAR = compiled(r"(?<![\d/.,])(?:19|20)\d\d(?![\d/])(?![.,]\d)")
_YEARS = compiled(r"(?<![\d/.,])(?:19|20)\d\d ?(?:-|đến(?: năm)?) ?(?:19|20)\d\d(?!\d)")
_INTO_YEAR = compiled(r"(?:sang|đến)(?: (?:thực hiện|sử dụng))?(?: năm)? $")
_JOINED = compiled(
    r" ?(?:,|;|và|\+|/|-|với|cùng|kết hợp(?: với)?)(?: (?:các|vốn|nguồn|từ|của|sự)){0,6}(?: (?:vốn|nguồn vốn))? ?"
)
_ALSO_TIER = compiled(r"(?:, ?| và | ?[-/+] ?)(?:cấp )?(?:tỉnh|huyện|xã|thành phố|thị xã|phường)(?!\w)", re.IGNORECASE)
# "…; tỉnh 500 triệu đồng": a tier alone
_BARE_TIER = compiled(rf"[ ,.;:()+-]*+(?:và |từ |do |cấp ){{0,4}}({any_of('bare_tier')})(?: là)?[ :]*", re.IGNORECASE)
_TOWN = compiled(r"thành phố|NSTP", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """Hold what the words of one segment say of its sum; ``source`` is None where they say nothing of it."""

    source: str | None = None
    kind: str | None = None
    no_kind: bool = False
    years: tuple[int, ...] = ()
    ranged: bool = False
    carried: bool = False
    approx: bool = False
    whole: bool = False
    budget: bool = False
    against: bool = False


@cache
def funding_words(group: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return the pattern of the words of a group of funding.tsv, and the code of each, folded."""
    columns = ("code", "name", "name_en", "definition", "definition_en", "group", "words", "example", "source")
    codes: dict[str, str] = {}
    for row in lexicon.read_table(lexicon.TABLES / "funding.tsv", columns, key=("code",)):
        if row["group"] == group and row["code"] != "total":
            codes.update((word.casefold(), row["code"]) for word in row.items("words"))
    codes.update((word.casefold(), code) for word, code in lexicon.words(f"funding_{group}").items())
    longest_first = sorted(codes, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    return compiled(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), codes


def read_words(text: str, town: str = "unspecified") -> Words:
    """Read what the words of one segment say of its sum; ``town`` is whose a bare "ngân sách thành phố" is.

    >>> words = read_words("vốn sự nghiệp nguồn ngân sách trung ương năm 2024 khoảng ")
    >>> words.source, words.kind, words.years, words.approx
    ('central', 'recurrent', (2024,), True)
    """
    source, is_town = code_of(text, "source")
    kind, _ = code_of(text, "kind")
    carried = CARRIED.search(text)
    years, ranged = years_of(text, carried)
    return Words(
        source=town if is_town else source,
        kind=kind if kind != "unspecified" else None,
        no_kind=kind == "unspecified",
        years=years,
        ranged=ranged,
        carried=carried is not None,
        approx=APPROXIMATE.search(text) is not None,
        whole=_WHOLE.search(text) is not None,
        budget=BUDGET.search(text) is not None,
        against=NO_BUDGET.search(text) is not None or SPENT.search(text) is not None,
    )


def code_of(text: str, group: str) -> tuple[str | None, bool]:
    """Return the code that the words of a group say, "unspecified" for several, and whether a town is meant."""
    pattern, codes = funding_words(group)
    bare = _BARE_TIER.fullmatch(text) if group == "source" else None
    if bare is not None:
        return lexicon.words("bare_tier")[bare[1].lower()], False
    found = list(pattern.finditer(text))
    if not found:
        return None, False
    last = found[-1]
    named = [codes[match[0].casefold()] for match in found]
    if _ALSO_TIER.match(text, last.end()) and group == "source":
        return "unspecified", False
    tiers = [index for index, code in enumerate(named) if code != "unspecified"]
    if not tiers:
        return "unspecified", False
    # "ngân sách tỉnh và ngân sách huyện": several at once; else the last word before the sum decides.
    for left, right in pairwise(found):
        between = text[left.end() : right.start()]
        if codes[left[0].casefold()] != codes[right[0].casefold()] and _JOINED.fullmatch(between):
            return "unspecified", False
    chosen = found[tiers[-1]]
    return codes[chosen[0].casefold()], _TOWN.search(chosen[0]) is not None


def years_of(text: str, carried: re.Match[str] | None) -> tuple[tuple[int, ...], bool]:
    """Return the years that a segment names, and whether it names a span of years only.

    Of carried-over money the year that it comes from: "vốn năm 2023 được phép chuyển nguồn sang năm 2024" -> 2023.
    """
    ranges = [found.span() for found in _YEARS.finditer(text)]
    years: dict[int, None] = {}
    late: dict[int, None] = {}
    for found in _YEAR.finditer(text):
        if any(low <= found.start() < high for low, high in ranges):
            continue
        into = carried is not None and _INTO_YEAR.search(text, max(0, found.start() - 30), found.start())
        if into:
            continue
        (late if carried is not None and found.start() > carried.start() else years)[int(found[0])] = None
    return tuple(years or late), bool(ranges) and not (years or late)


def in_millions(dong: Decimal) -> Decimal:
    """Return an amount in triệu đồng, exactly.

    >>> in_millions(Decimal("2735000000"))
    Decimal('2735.000000')
    """
    return dong.scaleb(-6)


def plain_decimal(amount: Decimal) -> Decimal:
    """Drop the zeros behind the point: 4060.450 -> 4060.45, 900.000 -> 900."""
    whole = amount.to_integral_value()
    return whole.quantize(Decimal(1)) if amount == whole else amount.normalize()


def unit_factor(unit: str) -> Decimal:
    """Return how many đồng the words in front of "đồng" make one of: "triệu", "1.000", none.

    >>> unit_factor("triệu"), unit_factor("")
    (Decimal('1000000'), Decimal('1'))
    """
    if not unit:
        return Decimal(1)
    if unit[0].isdecimal():
        return Decimal(1000)
    return Decimal(lexicon.words("number_scale")[unit.lower()])


def town_tier(reading: Reading) -> str:
    """Return whose a bare "ngân sách thành phố" is: a town's in a province, a city's that is one itself."""
    context = reading.header.context
    if (context.district or context.province or "").startswith("thành phố"):
        return "district" if context.district else "province"
    return "district" if context.province else "unspecified"
