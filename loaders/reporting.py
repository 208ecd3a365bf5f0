"""Read the duties to report: who reports what to whom, by when and how often.

A sentence may hold several. "Báo cáo quý trước ngày 15 tháng cuối quý; báo cáo năm trước 10/12/2024" are two, and
"gửi Phòng Y tế tổng hợp, báo cáo Sở Y tế" are two in a chain, of which the second is the office's own. Recurrent
work without a report ("hằng quý đánh giá") is none, nor is what was reported.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cancu.loaders.actors import Actor, read_actors, read_list
from cancu.loaders.clauses import Clause, clauses, paragraphs, sentences
from cancu.loaders.components import Components
from cancu.loaders.deadlines import Deadline, Frequency, find_deadlines, find_frequencies, plan_year
from cancu.loaders.mentions import Mention
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.loaders.recipients import find_list
from cancu.model import Reporting

__all__ = ["read_reporting"]


_VERB = compiled(r"(?<![^\W_])(?P<verb>[Bb]áo cáo|[Gg]ửi|[Pp]hản ánh)(?![^\W_]| viên| tài chính)")
# "kịp thời tổng hợp, báo cáo": what stands in front of the verb and belongs to it.
_LEADS_OVER = compiled(
    r"(?:(?<![^\W_])(?:tham mưu|tổng hợp|kịp thời|định kỳ|thường xuyên|chủ động|chung|lập|xây dựng|đề xuất|kiến nghị"
    r"|và|có)"
    r"(?![^\W_])[ ,]*)+$",
    re.IGNORECASE,
)
_AS_THING = compiled(rf"(?<![^\W_]){any_of('report_as_thing')} $", re.IGNORECASE)
# "trước ngày 10 tháng 6 (báo cáo 6 tháng)": which one is meant.
_IN_BRACKET = compiled(r"\((?:đối với |là |cho |với )?$")
_LABEL_OF_TIME = compiled(r" [^()\n]{1,40}\)")
# "kịp thời báo cáo và kiến nghị Ủy ban nhân dân huyện".
_TOO = compiled(r"(?: và|,) (?:kiến nghị|đề xuất|xin ý kiến)(?: với)? ")
# "Trong quá trình thực hiện, nếu cần sửa đổi, các sở đề xuất": who acts stands behind the conditions.
_CONDITIONS = compiled(
    r"(?:trong|nếu|khi|trường hợp|quá trình|căn cứ|trên cơ sở|để|sau khi|nhằm)(?![^\W_])", re.IGNORECASE
)
_MOST_CONDITIONS = 300
# "đã kịp thời báo cáo", "được báo cáo".
_PAST = compiled(r"(?<![^\W_])(?:đã|đang|từng|vừa|được|không)(?: [^\W_]+){0,3},? $", re.IGNORECASE)
_REGIME = compiled(r"(?<![^\W_])chế độ (?:[^;.\n]{0,60}?(?:,| và) )?báo cáo(?![^\W_])", re.IGNORECASE)
_REGIME_ENDS = compiled(r"[;(]| (?:theo|định kỳ|hằng|hàng|trước|đúng|đầy đủ|về|cho|với|gửi)(?![^\W_])")
_TO = compiled(rf"(?<![^\W_])(?P<link>{any_of('report_to')}) ")
_NOT_TO = compiled(r"(?:phối hợp|cùng|đối|so|gắn|kể|chỉ đạo) $", re.IGNORECASE)
_TO_NOUN = compiled(
    r"(?:(?:Bộ|Sở)(?= (?:trước|theo|để|kết quả|tình hình|định kỳ|chậm)(?![^\W_])|[,;.)/]|$)"
    rf"|(?!Bộ |Sở ){any_of('report_to_noun')}(?![^\W_])[^,;.()\n]{{0,60}}?"
    r"(?= (?:theo|trước|để|kết quả|tình hình|định kỳ|chậm|và|xem xét)(?![^\W_])|[,;.()/]|$))"
)
_OTHER_TIER = compiled(r"(?: huyện| tỉnh)?(?:, | và )(?P<tier>tỉnh|huyện)(?=, | và |;|\.|$)")
_VIA = compiled(r" \(?(?:thông )?qua ")
# "để tổng hợp, báo cáo", "Phòng Y tế tổng hợp, báo cáo": what was reported goes on.
_CHAIN = compiled(
    r"[ ,()]*(?:(?:để|nhằm)(?! báo cáo kết)[^;.\n]{0,60}|tổng hợp[ ,](?:và |chung )?)[ ,]*", re.IGNORECASE
)
# The report ends where other work begins.
_OTHER_WORK = compiled(
    r",? (?:đồng thời|tham mưu|đề xuất|kiến nghị|phối hợp|hướng dẫn|chỉ đạo|xem xét|làm cơ sở|phục vụ)(?![^\W_])"
)
_WHAT_ENDS = compiled(
    r"[;()]|,(?! ?(?:kết quả|tình hình|tiến độ|khó khăn|vướng mắc))"
    r"| (?:để|trước|theo|chậm nhất|qua|nhằm)(?![^\W_])| và (?:đề xuất|kiến nghị)"
)
_TOTAL = compiled(
    r"tổng hợp,? ((?:kết quả|tình hình|số liệu|nhu cầu)[^;.\n]{0,160}?)"
    r"(?=,? (?:và )*(?:tham mưu |tổng hợp |kịp thời |định kỳ )?(?:báo cáo|gửi))",
    re.IGNORECASE,
)
_TROUBLE = compiled(
    r"(?:những |các )?(?:vấn đề )?(?:khó khăn, vướng mắc|khó khăn|vướng mắc)(?: phát sinh)?", re.IGNORECASE
)
_BEHIND_TO = compiled(r" (?:về )?(?P<what>(?:kết quả|tình hình|số liệu|danh sách)(?![^\W_]))")
_OBJECT = compiled(any_of("report_object"), re.IGNORECASE)
_SUBJECT_LEAD = compiled(
    rf"(?:{any_of('subject_lead')} )+|(?:Điều|Khoản) \d{{1,2}}\. "
    r"|[^\n.;:]{0,90}(?:vướng mắc|phát sinh)[^\n.;:,]{0,40}, "
)
# "UBND tỉnh yêu cầu các sở": who is asked has the duty.
_ASKS = compiled(r" (?:yêu cầu|đề nghị|giao|phân công) ")
_ADVERBS = compiled(
    r"(?:[ ,()]|(?:kịp thời|định kỳ|thường xuyên|có trách nhiệm|chủ động|phải|cần|khẩn trương|nghiêm túc|tổng hợp"
    r"|thực hiện|và|đột xuất|trước|đề xuất|kiến nghị)(?![^\W_]))*+",
    re.IGNORECASE,
)
_PARTNER = compiled(r"(?:với|cùng|tham mưu|cho|giúp|trình|của|về|gửi|và) $", re.IGNORECASE)
_ACT_BEHIND = compiled(
    r",? (?:chủ động|kịp thời|có trách nhiệm|tổng hợp|đề xuất|kiến nghị|báo cáo|gửi|phản ánh|phải|cần|định kỳ|tiến hành"
    r"|phối hợp|lập|rà soát|yêu cầu|đề nghị)(?![^\W_])"
)
_AND_BEFORE = compiled(r"(?:[ ,;:]|(?<![^\W_])(?:và|đồng thời)(?![^\W_]))+$")
_AND = compiled(r" ?[,;] ?(?:và )?| và | & ")
_NARRATIVE = compiled(rf"(?:[^ ]{{1,8}}[.)] )?{any_of('narrative_heading')}(?![^\W_])")
_REGULATION = compiled(r" (?:tại|của)(?: [^;.\n]{0,40})? ?")
_OF_ISSUER = compiled(r"[ ,]*(?:của )?$")
# "./.", which scans misread: "./.n".
_TEXT_END = compiled(r"[ .]*/[ .]*n?$")
# What belongs to a verb stands no further in front of it than this, in characters.
_FRONT = 400
_MOST_HEADINGS = 400
_SURE, _UNSURE = 0.9, 0.7

_Time = tuple[Frequency | None, Deadline | None]


@dataclass(slots=True)
class _Link:
    """Hold one report of a sentence: its verb, its words ``at``..``end`` behind it, its quote ``start``..``until``."""

    start: int
    verb: int
    at: int
    end: int
    until: int
    word: str
    clause: Clause
    chained: bool = False
    first: bool = True
    to: list[Actor] = field(default_factory=list)
    to_words: str | None = None
    to_start: int = -1
    to_end: int = -1
    via: list[Actor] = field(default_factory=list)
    what: str | None = None
    times: list[_Time] = field(default_factory=list)
    who: list[Actor] = field(default_factory=list)
    who_inferred: bool = False

    @property
    def addressed(self) -> bool:
        return bool(self.to) or self.to_words is not None


def read_reporting(reading: Reading, components: Components) -> list[Reporting]:
    """Read every duty to report, in the order of print.

    A clause without a subject belongs to the agency of its heading, and then says so (``inferred``: who).
    """
    found: list[Reporting] = []
    plain, skipped, year = reading.plain, find_list(reading), plan_year(reading)
    for start, end in paragraphs(plain, reading.outline.opening_end):
        if _VERB.search(plain, start, end) is None or reading.in_table(start):
            continue
        if skipped is not None and skipped[0] <= start < skipped[1]:
            continue
        if any(_NARRATIVE.match(part) for part in _path(reading, start)):
            continue
        for link in _read_paragraph(reading, start, end, year):
            found += _records(reading, components, link)
    return found


def _path(reading: Reading, offset: int) -> tuple[str, ...]:
    heading = reading.outline.at(offset) if offset < reading.outline.closing_start else None
    return heading.path if heading is not None else ()


def _records(reading: Reading, components: Components, link: _Link) -> Iterator[Reporting]:
    place = reading.place(link.start, link.until)
    component = components.at(link.verb)
    to = "; ".join(dict.fromkeys(actor.name for actor in link.to)) or link.to_words
    who = "; ".join(dict.fromkeys(actor.name for actor in link.who)) or None
    own = reading.header.issuer
    # "báo cáo về Bộ" in a ministry's letter.
    implied = to in ("Bộ", "Sở") and own is not None and own.startswith(f"{to} ")
    to = own if implied else to
    for frequency, deadline in link.times or [(None, None)]:
        inferred = {
            "who": who is not None and (link.who_inferred or any(actor.inferred for actor in link.who)),
            "to": implied or any(actor.inferred for actor in link.to),
            "deadline": deadline is not None and deadline.inferred,
        }
        yield Reporting(
            start=place.start,
            end=place.end,
            quote=place.quote,
            who=who,
            to=to,
            what=link.what,
            deadline=deadline.shown if deadline is not None else None,
            frequency=frequency.phrase if frequency is not None else None,
            activity=component.code if component is not None else None,
            section=reading.outline.section(link.verb),
            inferred=tuple(name for name, is_so in inferred.items() if is_so),
            confidence=_SURE if who is not None and to is not None else _UNSURE,
        )


# --- links ------------------------------------------------------------------------------------------------------------


def _read_paragraph(reading: Reading, start: int, end: int, year: int | None) -> list[_Link]:
    found: list[_Link] = []
    subject: list[Actor] = []
    for first, last in sentences(reading.plain, start, end):
        links: list[_Link] = []
        for clause in clauses(reading.plain, first, last):
            own = _subject_at(reading, clause.start, last)
            # "Các phòng, ban được giao chủ trì dự án; UBND các xã báo cáo": one list over two clauses.
            if own and not any(actor.start == own[0].start for actor in subject):
                subject = own
            for link in _read_clause(reading, clause):
                _read_times(reading, link, year)
                link.who, link.who_inferred = _who(reading, link, links, subject)
                links.append(link)
        found += [link for link in _settled(reading.plain, links) if _is_report(reading, link)]
    return found


def _read_clause(reading: Reading, clause: Clause) -> Iterator[_Link]:
    """Yield the reports of a clause with whom they go to and what they are about."""
    plain = reading.plain
    regime = _REGIME.search(plain, clause.start, clause.end)
    if regime is not None:
        yield _regime(reading, clause, regime)
        return
    verbs = [verb for verb in _VERB.finditer(plain, clause.start, clause.end) if _is_act(reading, clause, verb)]
    ends = [*(verb.start() for verb in verbs[1:]), clause.end]
    before: _Link | None = None
    # What is handed on is told in one quote.
    chain: list[_Link] = []
    index = 0
    while index < len(verbs):
        link = _link(reading, clause, verbs[index], ends[index], before)
        following = verbs[index + 1]["verb"] if index + 1 < len(verbs) else None
        if link.word == "báo cáo" and following == "gửi" and not link.addressed:
            # "báo cáo kết quả gửi Sở Y tế" is one, "báo cáo Sở Y tế, gửi Sở Tài chính" are two.
            link = _link(reading, clause, verbs[index], ends[index + 1], before)
            index += 1
        link.what = _what(plain, link)
        if not link.chained:
            for earlier in chain:
                earlier.until = min(earlier.until, _end_before(plain, earlier.at, link.start))
            chain.clear()
        chain.append(link)
        yield link
        before = link
        index += 1


def _end_before(plain: str, low: int, at: int) -> int:
    """Return where the words in front of ``at`` end, without "và" and marks."""
    found = _AND_BEFORE.search(plain, low, at)
    return found.start() if found is not None else at


def _regime(reading: Reading, clause: Clause, found: re.Match[str]) -> _Link:
    """Read "Thực hiện chế độ thông tin, báo cáo theo Thông tư số …"."""
    link = _Link(clause.start, found.start(), found.end(), clause.end, clause.end, "chế độ", clause)
    _address(reading, link)
    ends = _REGIME_ENDS.search(reading.plain, found.end(), clause.end)
    link.what = _trimmed(reading.plain, found.start(), ends.start() if ends is not None else clause.end)
    return link


def _link(reading: Reading, clause: Clause, verb: re.Match[str], until: int, before: _Link | None) -> _Link:
    plain = reading.plain
    low = max(clause.start, verb.start() - _FRONT, before.to_end if before is not None else 0)
    lead = _LEADS_OVER.search(plain, low, verb.start())
    start = lead.start() if lead is not None else verb.start()
    while start < verb.start() and (not plain[start].isalnum() or plain.startswith("và ", start)):
        start += len("và ") if plain[start].isalnum() else 1
    too = _TOO.match(plain, verb.end(), until)
    other = _OTHER_WORK.search(plain, too.end() if too is not None else verb.end(), until)
    end = other.start() if other is not None else until
    ends = _TEXT_END.search(plain, max(clause.start, clause.end - len("./. n")), clause.end)
    quote_end = ends.start() if ends is not None else clause.end
    link = _Link(start, verb.start(), verb.end(), end, quote_end, verb["verb"].lower(), clause)
    link.first = before is None
    if before is not None and before.addressed:
        behind = max([before.to_end, *(actor.end for actor in (*before.to, *before.via))])
        near = verb.start() - behind < _FRONT
        link.chained = near and _CHAIN.fullmatch(_without_times(plain, behind, verb.start())) is not None
    _address(reading, link)
    return link


def _without_times(plain: str, start: int, end: int) -> str:
    """Return the words between two offsets without those of time."""
    words = plain[start:end]
    spans = [(one.start, one.end) for one in find_deadlines(words)]
    spans += [(one.start, one.end) for one in find_frequencies(words)]
    for first, last in spans:
        words = words[:first] + " " * (last - first) + words[last:]
    return words


def _is_act(reading: Reading, clause: Clause, verb: re.Match[str]) -> bool:
    """Tell a verb from a noun, a citation and what is past."""
    at = verb.start()
    if any(at < mention.end for mention in _mentions(reading, at - _FRONT, at + 1)):
        return False
    front = reading.plain[max(clause.start, at - _FRONT) : at]
    if _PAST.search(front):
        return False
    if _IN_BRACKET.search(front) and _LABEL_OF_TIME.match(reading.plain, verb.end(), clause.end):
        return not find_frequencies(reading.plain, at, reading.plain.find(")", at))
    return verb["verb"].lower() != "báo cáo" or _AS_THING.search(front) is None


def _mentions(reading: Reading, start: int, end: int) -> Sequence[Mention]:
    low = bisect_left(reading.mentions, start, key=lambda mention: mention.start)
    return reading.mentions[low : bisect_left(reading.mentions, end, key=lambda mention: mention.start)]


def _address(reading: Reading, link: _Link) -> None:
    """Read whom a report goes to: right behind the verb, or behind "về", "cho", "gửi"."""
    plain, context = reading.plain, reading.header.context
    places = [link.at + 1] if plain[link.at : link.at + 1] == " " else []
    too = _TOO.match(plain, link.at, link.end)
    if too is not None:
        places = [too.end()]
    unlikely: list[int] = []
    for found in _TO.finditer(plain, link.at, link.end):
        if not _NOT_TO.search(plain, link.at, found.start()):
            # "triển khai đến các xã"
            (unlikely if found["link"] == "đến" else places).append(found.end())
    for at in (*places, *unlikely):
        actors = read_list(plain, at, link.end, context)
        if actors and actors[0].start == at:
            link.to, link.to_start = _with_other_tiers(reading, actors, link.end), at
            link.to_end = link.to[-1].end
            break
        noun = _TO_NOUN.match(plain, at, link.end)
        if noun is not None:
            link.to_words, link.to_start, link.to_end = " ".join(noun[0].split()), at, noun.end()
            break
    via = _VIA.match(plain, link.to_end, link.end) if link.to else None
    if via is not None:
        # "báo cáo UBND huyện qua Phòng Y tế": the office gets it too, and hands it on.
        through = read_list(plain, via.end(), link.end, context)
        link.via, link.to = through[:1], link.to + through


def _with_other_tiers(reading: Reading, actors: list[Actor], end: int) -> list[Actor]:
    """Read on where only the tier of the last body follows: "Ban Chỉ đạo huyện, tỉnh, UBND tỉnh"."""
    last, context = actors[-1], reading.header.context
    found = _OTHER_TIER.match(reading.plain, last.end, end)
    places = {"huyện": context.district, "tỉnh": context.province}
    place = places.get(found["tier"]) if found is not None else None
    own = next((own for own in (context.district, context.province) if own and last.name.endswith(f" {own}")), None)
    if found is None or place is None or own is None or own == place:
        return actors
    name = f"{last.name.removesuffix(own)}{place}"
    tier = "province" if place == context.province else "district"
    other = replace(last, start=found.start("tier"), end=found.end("tier"), name=name, tier=tier, inferred=True)
    joint = _AND.match(reading.plain, other.end, end)
    more = read_list(reading.plain, joint.end(), end, context) if joint is not None else []
    return [*actors, other, *(more if joint is not None and more and more[0].start == joint.end() else [])]


def _what(plain: str, link: _Link) -> str | None:
    """Say what is reported: the words behind the verb, else what the clause gathers."""
    words: str | None = None
    if link.to_start != link.at + 1:
        words = _trimmed(plain, link.at, _stop_of_what(plain, link, link.at))
    elif (behind := _BEHIND_TO.match(plain, link.to_end, link.end)) is not None:
        words = _trimmed(plain, behind.start("what"), _stop_of_what(plain, link, behind.start("what")))
    if words is None or words == "kết quả":
        total = list(_TOTAL.finditer(plain, max(link.clause.start, link.verb - _FRONT), link.at))
        words = " ".join(total[-1][1].split()).strip(" ,") if total else words
    return words


def _stop_of_what(plain: str, link: _Link, at: int) -> int:
    stops = [link.end]
    ends = _WHAT_ENDS.search(plain, at, link.end)
    if ends is not None:
        stops.append(ends.start())
    stops += [one.start for one in find_deadlines(plain, at, link.end)]
    stops += [one.start for one in find_frequencies(plain, at, link.end)]
    if link.to_start > at:
        stops += [to.start() for to in _TO.finditer(plain, at, link.end) if to.end() == link.to_start]
    return min(stops)


def _trimmed(plain: str, start: int, end: int) -> str | None:
    words = " ".join(plain[start:end].split()).strip(" ,:").removeprefix("về ").removeprefix("việc ")
    return words if words not in ("", "và", "gửi") else None


# --- times ------------------------------------------------------------------------------------------------------------


def _read_times(reading: Reading, link: _Link, year: int | None) -> None:
    """Read by when and how often: behind the verb, else right in front of it."""
    plain = reading.plain
    deadlines = [
        _whole_phrase(reading, one)
        for one in find_deadlines(plain, link.at, link.end, year)
        if one.kind in ("before", "phrase") or "nhất" in one.phrase or "quá" in one.phrase or one.start >= link.to_end
    ]
    if link.word == "chế độ" and not deadlines:
        deadlines = _by_document(reading, link)
    frequencies = _outside(find_frequencies(plain, link.at, link.end), deadlines)
    if not deadlines or not frequencies:
        front_deadlines, front_frequencies = _times_in_front(reading, link, year)
        if not deadlines and front_deadlines and front_frequencies:
            frequencies = front_frequencies
        deadlines, frequencies = deadlines or front_deadlines, frequencies or front_frequencies
    link.times = _paired(frequencies, deadlines)
    link.start = min([link.start, *(one.start for time in link.times for one in time if one is not None)])


def _outside(frequencies: Sequence[Frequency], deadlines: Sequence[Deadline]) -> list[Frequency]:
    """Drop the words of how often that belong to a day that comes back ("trước ngày 20 hằng tháng")."""
    return [one for one in frequencies if not any(deadline.start <= one.start < deadline.end for deadline in deadlines)]


def _times_in_front(reading: Reading, link: _Link, year: int | None) -> tuple[list[Deadline], list[Frequency]]:
    """Read the times in front of a verb that are its own: at the clause's beginning, or right before the verb."""
    if not link.first:
        return [], []
    plain, start = reading.plain, link.clause.start
    windows = [(start, link.verb)]
    if link.verb - start > 2 * _FRONT:
        windows = [(start, start + _FRONT), (link.verb - _FRONT, link.verb)]
    deadlines = [one for low, high in windows for one in find_deadlines(plain, low, high, year)]
    often = [one for low, high in windows for one in find_frequencies(plain, low, high)]
    frequencies = _outside(often, deadlines)
    spans = sorted([(one.start, one.end) for one in deadlines] + [(one.start, one.end) for one in frequencies])
    kept: set[int] = set()
    position = start
    for first, last in spans:
        if not _ADVERBS.fullmatch(plain, position, first):
            break
        kept.add(first)
        position = last
    position = link.verb
    for first, last in reversed(spans):
        if not _ADVERBS.fullmatch(plain, last, position):
            break
        kept.add(first)
        position = first
    return [one for one in deadlines if one.start in kept], [one for one in frequencies if one.start in kept]


def _whole_phrase(reading: Reading, deadline: Deadline) -> Deadline:
    """Let "theo quy định" go on with the document behind it: "theo quy định tại Thông tư số 5/2022/TT-BYT"."""
    if deadline.kind == "phrase":
        for mention in _mentions(reading, deadline.end, deadline.end + 80):
            if _REGULATION.fullmatch(reading.plain, deadline.end, mention.start):
                return _phrase(reading, deadline.start, _end_of_document(mention, reading.plain))
            break
    return deadline


def _by_document(reading: Reading, link: _Link) -> list[Deadline]:
    for mention in _mentions(reading, link.at, link.end):
        start = mention.start - len("theo ")
        if start >= link.at and reading.plain.startswith("theo ", start):
            return [_phrase(reading, start, _end_of_document(mention, reading.plain))]
    return []


def _end_of_document(mention: Mention, plain: str) -> int:
    """Return where a document's type, number and date end; the issuer is no part of a phrase."""
    if mention.issuer_mention is None or not mention.start < mention.issuer_mention.start < mention.end:
        return mention.end
    of = _OF_ISSUER.search(plain, mention.start, mention.issuer_mention.start)
    return of.start() if of is not None else mention.issuer_mention.start


def _phrase(reading: Reading, start: int, end: int) -> Deadline:
    return Deadline(start, end, None, " ".join(reading.plain[start:end].split()), "phrase")


def _paired(frequencies: Sequence[Frequency], deadlines: Sequence[Deadline]) -> list[_Time]:
    """Pair how often with by when: "6 tháng (trước ngày 30/6), năm (trước ngày 10/12)" are two."""
    if len(frequencies) > 1 and len(frequencies) == len(deadlines):
        return list(zip(frequencies, deadlines, strict=True))
    dated = [one for one in deadlines if one.kind != "phrase"]
    if len(deadlines) > 1 and dated:
        return [(_nearest(frequencies, one), one) for one in dated]
    deadline = deadlines[0] if deadlines else None
    if not frequencies:
        return [(None, deadline)] if deadline is not None else []
    phrase = "; ".join(dict.fromkeys(one.phrase for one in frequencies))
    return [(Frequency(frequencies[0].start, frequencies[-1].end, phrase), deadline)]


def _nearest(frequencies: Sequence[Frequency], deadline: Deadline) -> Frequency | None:
    """Return the words of how often that stand last in front of a deadline, else the first behind it."""
    front = [one for one in frequencies if one.end <= deadline.start]
    return front[-1] if front else (frequencies[0] if frequencies else None)


# --- who --------------------------------------------------------------------------------------------------------------


def _who(reading: Reading, link: _Link, links: Sequence[_Link], subject: list[Actor]) -> tuple[list[Actor], bool]:
    """Say who reports: in a chain who got the report before, else the clause's subject, else the heading's agency."""
    if link.chained and links:
        return links[-1].via or links[-1].to, False
    plain = reading.plain
    nearest: list[Actor] = []
    low = max(link.clause.start, link.start - _FRONT)
    if not link.first:
        low = max(low, *(actor.end for actor in (*links[-1].to, *links[-1].via)), links[-1].at)
    for actor in reversed(read_actors(plain, low, link.start, reading.header.context)):
        if nearest and not _AND.fullmatch(plain, actor.end, nearest[0].start):
            break
        if not nearest and not _ADVERBS.fullmatch(_without_times(plain, actor.end, link.start)):
            break
        nearest.insert(0, actor)
    if nearest and not _PARTNER.search(plain, low, nearest[0].start):
        if any(actor.start == nearest[0].start for actor in subject):
            nearest = subject
        link.start = min(link.start, nearest[0].start)
        return nearest, False
    if subject:
        if subject[0].start >= link.clause.start:
            link.start = min(link.start, subject[0].start)
        return subject, False
    return _agency_of_heading(reading, link.verb), True


def _subject_at(reading: Reading, start: int, end: int) -> list[Actor]:
    """Read the agencies that a clause begins with, behind "Đề nghị", "Giao" or "Hằng quý,"."""
    plain, at = reading.plain, start
    head = min(end, start + _FRONT // 4)
    times = [(one.start, one.end) for one in find_deadlines(plain, start, head)]
    times += [(one.start, one.end) for one in find_frequencies(plain, start, head)]
    for first, last in sorted(times):
        if first >= at and not _ADVERBS.fullmatch(plain, at, first):
            break
        at = max(at, last)
    while at < end and plain[at] in " ,:-":
        at += 1
    lead = _SUBJECT_LEAD.match(plain, at, end)
    at = lead.end() if lead is not None else at
    found = read_list(plain, at, end, reading.header.context)
    if not found and _CONDITIONS.match(plain, at, end):
        found = _subject_behind_conditions(reading, at, end)
        at = found[0].start if found else at
    asks = _ASKS.match(plain, found[-1].end, end) if found else None
    if asks is not None:
        at = asks.end()
        found = read_list(plain, at, end, reading.header.context)
    return found if found and found[0].start == at else []


def _subject_behind_conditions(reading: Reading, at: int, end: int) -> list[Actor]:
    """Read the agencies behind "Trong quá trình thực hiện, nếu cần sửa đổi, …" whom an act follows."""
    plain = reading.plain
    stop = min(end, at + _MOST_CONDITIONS)
    comma = plain.find(", ", at, stop)
    while comma >= 0:
        found = read_list(plain, comma + 2, end, reading.header.context)
        if found and found[0].start == comma + 2 and _ACT_BEHIND.match(plain, found[-1].end, end):
            return found
        comma = plain.find(", ", comma + 2, stop)
    return []


def _agency_of_heading(reading: Reading, offset: int) -> list[Actor]:
    """Return whom the headings above name, the innermost first."""
    if offset >= reading.outline.closing_start:
        return []
    for heading in _headings_above(reading, offset):
        at = reading.plain.find(heading.title, heading.start, heading.end) if heading.title else -1
        found = _subject_at(reading, at, heading.end) if at >= 0 else []
        if found:
            return found
    return []


def _headings_above(reading: Reading, offset: int) -> Iterator[Heading]:
    headings = reading.outline.headings
    rank: int | None = None
    at = bisect_right(headings, offset, key=lambda heading: heading.start)
    for index in range(at - 1, max(-1, at - _MOST_HEADINGS), -1):
        heading = headings[index]
        if heading.start <= offset < heading.until and (rank is None or heading.rank < rank):
            rank = heading.rank
            yield heading


# --- the sentence as a whole ------------------------------------------------------------------------------------------


def _settled(plain: str, links: list[_Link]) -> list[_Link]:
    """Share what the reports of one sentence have in common, and drop one that only announces the others.

    "Các xã định kỳ báo cáo kết quả: báo cáo quý trước …; báo cáo năm trước … về Phòng Y tế" are two.
    """
    kept: list[_Link] = []
    addressed: _Link | None = None
    timed = False
    for index in range(len(links) - 1, -1, -1):
        link = links[index]
        if link.chained:
            kept.append(link)
            continue
        if link.addressed:
            addressed = link
        elif addressed is not None and link.times:
            link.to, link.to_words = addressed.to, addressed.to_words
        elif not link.first and link.times:
            # "báo cáo Phòng Y tế trước ngày 20/6 và báo cáo đột xuất khi có yêu cầu"
            link.to, link.to_words = links[index - 1].to, links[index - 1].to_words
        following = links[index + 1] if index + 1 < len(links) else None
        if following is not None and following.chained and not link.times:
            # "gửi Phòng Y tế tổng hợp, báo cáo Sở Y tế theo quy định": the phrase is for both.
            link.times = [time for time in following.times if time[1] is not None and time[1].kind == "phrase"]
        if not (timed and link.times and all(_is_vague(*time) for time in link.times)):
            kept.append(link)
        timed = timed or bool(link.times)
    known = next((link.what for link in links if link.what is not None and not link.chained), None)
    for link in kept:
        if link.what is None and not link.chained:
            trouble = _TROUBLE.search(plain, max(link.clause.start, link.verb - _FRONT), link.verb)
            link.what = known if known is not None or trouble is None else trouble[0]
    return kept[::-1]


def _is_vague(frequency: Frequency | None, deadline: Deadline | None) -> bool:
    return deadline is None and frequency is not None and frequency.phrase.lower() == "định kỳ"


def _is_report(reading: Reading, link: _Link) -> bool:
    """Tell a duty from words that only speak of reports: somebody gets it, or a time is set."""
    if link.word == "chế độ":
        return bool(link.times)
    if link.word == "phản ánh":
        return link.addressed
    if link.word == "gửi":
        words = reading.plain[link.at : link.end]
        return link.addressed and (_OBJECT.search(words) is not None or bool(link.times))
    return link.addressed or bool(link.times)
