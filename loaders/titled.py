"""Find the documents that are cited by title only: "Kế hoạch … giai đoạn 2021-2025", "Nghị quyết Đại hội …"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from cancu.loaders.agencies import read_agency
from cancu.loaders.dates import read_date
from cancu.loaders.mentions import Mention
from cancu.loaders.patterns import any_of, compiled, matches_at
from cancu.ontology import lexicon

__all__ = ["find_titled"]

_RESOLUTIONS = ("Nghị quyết ", "Nghị Quyết ")
# "Nghị quyết Đại hội đại biểu Đảng bộ tỉnh Nghệ An lần thứ XIX, nhiệm kỳ 2020-2025".
_CONGRESS = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:của )?"
    r"(?P<who>Đại hội(?: [^\W\d_]+){0,14}? (?:lần thứ|lần|khóa) (?P<n>[IVXLC]+|\d+)"
    r"(?: (?:của )?"
    r"(?:Đảng bộ tỉnh(?: [[:upper:]][^\W\d_]*){1,4}|Đảng Cộng sản Việt Nam|Đảng(?![^\W_])))?)"
    r"(?:,? ?\(?(?:nhiệm kỳ|giai đoạn) (?:20\d\d ?- ?20\d\d)\)?)?(?![^\W_])"
)
# "Nghị quyết Hội nghị lần thứ tư Ban Chấp hành Trung ương Đảng khóa XII".
_PLENUM = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:Hội nghị )?(?:lần thứ (?:[^\W_]+|\d+) )?"
    r"(?:(?:BCH|Ban Chấp hành) )?Trung ương(?: Đảng)?(?: \d+| lần thứ [^\W_]+)?,? \(?(?:khóa|khoá) ([IVXLC]+)\)?"
)
# "Nghị quyết của Quốc hội khóa XV, kỳ họp thứ 2".
_SESSION = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:của )?"
    r"(?P<who>Quốc hội|Hội đồng nhân dân[^,;.\n]{0,40}?|HĐND[^,;.\n]{0,40}?)"
    r" (?:khóa|khoá) (?P<n>[IVXLC]+|\d+),? (?:tại )?kỳ họp thứ [^\W_]+(?: [^\W\d_]+)?(?= ngày|[,;.)\n])"
)
# "Kế hoạch thực hiện Chương trình … giai đoạn 2021-2025": a title that ends with its years.
_TITLED_WORDS = tuple(f"{word} " for word in lexicon.words("titled_type"))
_TITLED = compiled(
    rf"(?<![^\W_])(?P<type>{any_of('titled_type')})"
    rf"(?P<title> (?:hành động )?{any_of('titled_opener')}[^;.\n]{{12,260}}?"
    r"(?:giai đoạn|thời kỳ|đến năm) (?:từ )?(?:năm )?\d{4}(?: ?(?:-|đến|đến năm) ?\d{4})?)(?![\d/])"
)
_OWN_TITLE = compiled(rf"{any_of('own_title_lead')}(?: kèm theo Quyết định này)?(?: các| bản)? ?\"?$|\n ?$")
_OWN_TITLE_WINDOW = 60
_CLAUSE_END = compiled(r"[;.\n]")
# "Quyết định số … phê duyệt Đề án …": so far behind a document a title may be that of what it approves.
_APPROVED_WITHIN = 120


def find_titled(plain: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Find the documents cited by title only, outside of ``mentions``, in order.

    >>> [found.issuer for found in find_titled("theo Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng", [])]
    ['Đại hội đại biểu toàn quốc lần thứ XIII của Đảng']
    """
    starts = [mention.start for mention in mentions]
    found = [*_resolutions(plain), *_plans(plain, mentions, starts)]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        index = bisect_right(starts, mention.start) - 1
        if index >= 0 and mentions[index].end > mention.start:
            continue
        if kept and kept[-1].end > mention.start:
            continue
        kept.append(mention)
    return kept


def _resolutions(plain: str) -> Iterator[Mention]:
    """Find the resolutions of congresses, plenums and sessions."""
    for match in matches_at(plain, _RESOLUTIONS, _CONGRESS):
        who = " ".join(match["who"].split())
        yield _titled(match, "Nghị quyết", who, issuer=who)
    for match in matches_at(plain, _RESOLUTIONS, _PLENUM):
        mention = _titled(match, "Nghị quyết", match[0], issuer=f"Ban Chấp hành Trung ương Đảng khóa {match[1]}")
        mention.inferred.append("issuer")
        yield mention
    for match in matches_at(plain, _RESOLUTIONS, _SESSION):
        mention = _titled(match, "Nghị quyết", match[0])
        mention.issuer_mention = read_agency(plain, match.start("who"))
        dated = read_date(plain, match.end())
        if dated is not None:
            mention.date, mention.end = dated[1], dated[0]
        yield mention


def _plans(plain: str, mentions: Sequence[Mention], starts: Sequence[int]) -> Iterable[Mention]:
    """Find plans and strategies whose title ends with its years."""
    for match in matches_at(plain, _TITLED_WORDS, _TITLED):
        start = match.start()
        before = plain[max(0, start - _OWN_TITLE_WINDOW) : start]
        # A number inside means that this is the subject of a numbered document or runs into one.
        low, high = bisect_left(starts, start), bisect_left(starts, match.end())
        if high > low or _OWN_TITLE.search(before):
            continue
        gap = plain[mentions[low - 1].end : start] if low else None
        if gap is not None and start - mentions[low - 1].end < _APPROVED_WITHIN and not _CLAUSE_END.search(gap):
            continue
        mention = _titled(match, match["type"], " ".join(match["title"].split()))
        mention.confidence = 0.8
        yield mention


def _titled(match: re.Match[str], type_name: str, name: str, issuer: str | None = None) -> Mention:
    return Mention(match.start(), match.end(), "titled", type_name, name=name, issuer=issuer)
