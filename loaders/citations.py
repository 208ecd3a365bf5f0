"""Find every mention of an identifiable document in a plain text.

Four kinds are read: numbered (``Quyết định số 90/QĐ-TTg ngày …``), laws by name (``Luật Ngân sách nhà nước``), documents known by
title only (``Kế hoạch thực hiện … giai đoạn 2021-2025``, ``Nghị quyết Đại hội …``) and short mentions of a number without its symbol
(``Nghị quyết 30a``), which count only when the text lets them be resolved. The scan is anchored on the rare characters and
words that a mention must hold; every pattern reads a bounded window, so time grows linearly with the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from cancu.loaders.agencies import (
    AgencyMention,
    Context,
    complete,
    issuer_of_symbol,
    read_agency,
    read_joint_agencies,
    read_place,
)
from cancu.loaders.patterns import compiled
from cancu.model import Provision
from cancu.ontology import lexicon

__all__ = ["Mention", "Note", "complete_mentions", "find_mentions", "read_date"]

Kind = Literal["numbered", "law", "titled", "short"]


@dataclass(slots=True)
class Mention:
    """Hold one mention in plain offsets, as far as its own characters tell."""

    start: int
    end: int
    kind: Kind
    type: str | None
    number: str | None = None
    printed_number: str | None = None
    date: str | None = None
    year: str | None = None
    issuer_mention: AgencyMention | None = None
    issuer: str | None = None
    issuer_codes: tuple[str, ...] = ()
    name: str | None = None
    provision: Provision | None = None
    subject_start: int | None = None
    subject_end: int | None = None
    listed: bool = False
    nested: bool = False
    cue_start: int = 0
    inferred: list[str] = field(default_factory=list)
    confidence: float = 1.0
    resolves_to: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Hold a doubt in plain offsets: ``rule`` is a key behind "doubt." of the messages."""

    rule: str
    start: int
    end: int
    candidates: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()


# --- numbers and symbols ----------------------------------------------------------------------------------------------

# Letters of a symbol (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.3): capitals, "&", digits, and lower case only in these codes.
_SEGMENT = r"(?:TTg|CTr|TTr|QyĐ|TrS|QĐi|ThU|HÐ|[A-ZĐƯ])(?:TTg|Ttg|Tg|Tr|[A-ZĐƯ&0-9])*+"
# Scans leave strokes and quotation marks around the hyphen ("TT-| BTC", "TT- 'BTC").
_HYPHEN = r" ?-[ |'\"]{0,3}"
_SYMBOL = compiled(rf"/ ?({_SEGMENT})((?:(?:{_HYPHEN}|[./])(?:{_SEGMENT}))*+)")
_PIECE = compiled(rf"({_HYPHEN}|[./])({_SEGMENT})")
_SPLIT_CODE = compiled(r"/ ?([A-ZĐ]) ([A-ZĐ])(?=-[A-ZĐ])")
_ANCHOR = compiled(r"/ ?(?=[A-ZĐƯ])")
_LEFT_NUMBER = compiled(r"(?<![\d/.,:A-ZĐ])(\d{1,6}[a-zA-ZđĐ]?)(?:(?: ?/ ?|-)((?:19|20)\d\d))? ?[/.-]? ?$")
# Party and older State numbers: 15-NQ/TW, 20NQ/TW (hyphen lost), 49-LTC/HĐNN, 1118 TC/TCT.
_PARTY_TYPES = frozenset({"NQ", "CT", "KL", "QĐ", "QĐi", "QyĐ", "HD", "TB", "BC", "CTr", "TTr", "KH", "QC", "BB", "CV"})
_LEFT_TYPED = compiled(rf"(?<![\d/.,:A-ZĐ])(\d{{1,5}}[a-z]?)( ?- ?-? ?| ?)({_SEGMENT}(?:-{_SEGMENT})?) ?$")
_BEFORE_NUMBER = compiled(r"(?:[Ss]ố|SỐ)? ?[:.]? ?$")
_REFUSED_BEFORE = compiled(
    r"(?:mẫu|biểu|phụ lục|bảng|qcvn|tcvn|tcxdvn|quy chuẩn|tiêu chuẩn|hồ sơ|thẻ|hóa đơn|giấy phép|giấy chứng nhận|điện thoại|fax|đt)[^\n.;]{0,12}$",
    re.IGNORECASE,
)
_ASSEMBLY = compiled(r"(?:PL-|NQ-|L-)?(?:QH|UBTVQH|UBNVQH)[\dIl]{0,3}$|QHI?\d{1,2}$")


def _match_symbol(plain: str, at: int) -> tuple[int, list[str], list[str]] | None:
    """Match a symbol whose slash is at ``at``; return (end, segments, separators)."""
    found = _SYMBOL.match(plain, at)
    if found is None:
        return None
    split = _SPLIT_CODE.match(plain, at)
    if split is not None and split[1] + split[2] in _type_codes():
        # "22/2010/T T-BTC": a blank inside the type code.
        rest = _PIECE.match(plain, split.end())
        if rest is not None:
            return rest.end(), [split[1] + split[2], rest[2]], ["", "-"]
    segments, separators = [found[1]], [""]
    end = found.end(1)
    if (
        end < len(plain)
        and _is_lower(plain[end])
        and not plain.startswith(("ngày", "của", "tỉnh", "về"), end)
        and len(segments[0]) < 2
    ):
        return None
    for piece in _PIECE.finditer(plain, found.end(1), found.end()):
        text, spaced = piece[2], " " in piece[1]
        after = plain[piece.end() : piece.end() + 1]
        glued_word = bool(after) and _is_lower(after) and not plain.startswith(("ngày", "của", "tỉnh"), piece.end())
        # "15/QĐ-UBND - Căn cứ": a capital that begins a word belongs to the next sentence.
        if (
            glued_word
            or (spaced and (len(segments) > 1 or (len(text) < 2 and text != "B")))
            or (piece[1] == "." and len(text) < 2)
        ):
            break
        segments.append(text)
        separators.append("-" if "-" in piece[1] else piece[1])
        end = piece.end()
    return end, segments, separators


def _is_lower(character: str) -> bool:
    return character.isalpha() and character.islower()


@cache
def _type_codes() -> dict[str, str]:
    """Return type code -> type name ("QĐ" -> "Quyết định"); each code's first row holds."""
    codes: dict[str, str] = {}
    for row in lexicon.document_types():
        for code in (row.symbol, *row.symbol_variants):
            if code:
                codes.setdefault(code, row.name)
    return codes


@cache
def _issuer_codes() -> frozenset[str]:
    return frozenset(code for row in lexicon.issuers() for code in (row.code, *row.codes_also))


@cache
def _letter_issuers() -> frozenset[str]:
    """Return codes of types that also name a body, as letters of the 1990s had them in front: TC, KH, TT …"""
    return _issuer_codes() & frozenset(_type_codes())


@dataclass(frozen=True, slots=True)
class _Symbol:
    number: str
    type: str | None
    codes: tuple[str, ...]
    known: bool


def _read_symbol(
    count: str,
    year: str | None,
    segments: list[str],
    separators: list[str],
    front: str | None = None,
    hyphen: str = "-",
) -> _Symbol:
    """Say what a number's letters tell: canonical number, type and issuer codes."""
    types = _type_codes()
    pieces, joins = list(segments), list(separators)
    if len(pieces) == 1 and front is None and pieces[0] not in types:
        # A hyphen lost inside the symbol: NQHĐND -> NQ-HĐND, NĐCP -> NĐ-CP, when both halves are codes.
        for code in sorted(types, key=len, reverse=True):
            rest = pieces[0].removeprefix(code)
            if (
                rest
                and rest != pieces[0]
                and len(rest) > 1
                and rest in _issuer_codes()
                and pieces[0] not in _issuer_codes()
            ):
                pieces, joins = [code, rest], ["", "-"]
                break
    body = pieces[0] + "".join(join + piece for join, piece in zip(joins[1:], pieces[1:], strict=True))
    if front is not None:
        head = front.split("-")[0]
        type_name = types.get(head) if hyphen else None
        codes = tuple(pieces[:1]) if type_name else (head,)
        return _Symbol(
            f"{count}{hyphen}{front}/{body}", type_name, codes, type_name is not None or head in _issuer_codes()
        )
    number = f"{count}/{year}/{body}" if year else f"{count}/{body}"
    if _ASSEMBLY.match(body):
        kind = {"PL": "Pháp lệnh", "NQ": "Nghị quyết"}.get(pieces[0])
        return _Symbol(number, kind, (pieces[-1],), True)
    if pieces[0] in types:
        return _Symbol(number, types[pieces[0]], tuple(pieces[1:]), True)
    if not year and (pieces[0] in _issuer_codes() or len(pieces) > 1):
        # Issuer first, drafting unit second: a letter (công văn) has no type code.
        return _Symbol(number, "Công văn" if len(pieces) > 1 else None, (pieces[0],), pieces[0] in _issuer_codes())
    return _Symbol(number, None, tuple(pieces), pieces[0] in _issuer_codes())


# --- type words -------------------------------------------------------------------------------------------------------


@cache
def _type_words() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of all words for a type, and written form -> type name."""
    forms: dict[str, str] = {}
    for row in lexicon.document_types():
        for form in (row.name, *row.words):
            forms.setdefault(form.lower(), row.name)
        for code in (row.symbol, *row.symbol_variants):
            # "QĐ số 33/2015/QĐ-TTg": the code stands for the word.
            if len(code) > 1 and code not in ("TT", "TC", "HĐ", "PC", "DA", "ĐA", "BB"):
                forms.setdefault(code.lower(), row.name)
    forms.setdefault("tt", "Thông tư")
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=lambda f: (-len(f), f)))
    return compiled(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE), forms


_NOT_A_GAP = compiled(r"[;\n]|(?<![^\W_])(?:tại|theo|thực hiện|về|và|ngày|kèm|này|trên|của)(?![^\W_])")


def _type_in_front(plain: str, floor: int, number_start: int, forms: dict[str, str]) -> tuple[int, str] | None:
    """Find the type word directly in front of a number or its "số": by far the most mentions have it there."""
    stop = number_start
    while stop > floor and plain[stop - 1] in " .":
        stop -= 1
    if plain[stop - 2 : stop].lower() == "số" and stop - 2 >= floor:
        stop -= 2
        while stop > floor and plain[stop - 1] == " ":
            stop -= 1
    best: tuple[int, str] | None = None
    start = stop
    for _ in range(5):
        start = plain.rfind(" ", floor, start)
        word = plain[start + 1 : stop] if start >= 0 else plain[floor:stop]
        name = forms.get(word.lower().lstrip("(\"'"))
        if name is not None:
            best = stop - len(word.lstrip("(\"'")), name
        if start < 0 or "\n" in word:
            break
    if best is not None and stop - best[0] <= 3 and plain[best[0] : stop].islower():
        return None
    return best


def _find_type(plain: str, floor: int, number_start: int) -> tuple[int, str, AgencyMention | None, str | None] | None:
    """Find the type word that a number belongs to; return (start, type, issuer said between them, date between)."""
    pattern, forms = _type_words()
    near = _type_in_front(plain, floor, number_start, forms)
    if near is not None:
        return near[0], near[1], None, None
    low = max(floor, number_start - 130)
    window = plain[low:number_start]
    best: re.Match[str] | None = None
    for found in pattern.finditer(window):
        best = found
        # "Thông tư liên tịch" is found whole; a type code inside prose ("KH", "CT") must stand right in front.
        if len(found[0]) <= 3 and not _BEFORE_NUMBER.fullmatch(window, found.end()):
            best = None
    if best is None:
        return None
    name = forms[best[0].lower()]
    gap = window[best.end() :]
    start = low + best.start()
    # "các Kế hoạch: số 733/KH-UBND …": behind a colon the first item begins at its own "số", as the others do.
    own = compiled(r": ?(?=(?:[Ss]ố)? ?[:.]? ?$)").search(gap)
    if _BEFORE_NUMBER.fullmatch(gap.lstrip(" (:")) or gap.startswith(". số"):
        return (
            low + best.end() + own.end() if own is not None and "số" in gap[own.end() :].lower() else start,
            name,
            None,
            None,
        )
    # "Nghị định của Chính phủ số 26/CP", "các Quyết định của Thủ tướng Chính phủ: số 118/TTg".
    owner = re.match(r" ?(?:của |)(?:liên )?", gap)
    if owner is not None and "của" in owner[0]:
        agency = read_joint_agencies(plain, low + best.end() + owner.end())
        if agency is not None and agency.end <= number_start:
            rest = re.sub(r"^ \((?:cũ|nay là [^)]*|trước đây)\)", "", plain[agency.end : number_start])
            if re.fullmatch(r"[ ,:(]*(?:[Ss]ố)? ?[:.]? ?", rest):
                if own is not None and "số" in gap[own.end() :].lower():
                    start = low + best.end() + own.end()
                return start, name, agency, None
            dated = read_date(plain, agency.end)
            if dated is not None and re.fullmatch(r"[ ,:(]*(?:[Ss]ố)? ?[:.]? ?", plain[dated[0] : number_start]):
                return start, name, agency, dated[1]
    # "Kế hoạch liên ngành số 12", "Thông báo kết luận số 5": up to four small words, then "số".
    small = compiled(r"((?: [[:lower:]]+){1,4}) [Ss]ố ?[:.]? ?").fullmatch(gap)
    if small is not None and not _NOT_A_GAP.search(small[1]):
        return start, name, None, None
    return None


# --- dates ------------------------------------------------------------------------------------------------------------

_DATE = compiled(
    r" ?[,;]? ?\(?(?:(?:ban hành|được ban hành|ký ban hành|ký) )?ng[àa\ufffd]y[ .:]*(\d ?\d?)"
    r"(?: ?[/.-] ?(\d ?\d?) ?[/.-] ?(\d{4}|\d{2})(?!\d)| ?th[áa\ufffd]ng ?(\d{1,2}) ?(?:,? ?n[ăa\ufffd]m|[/.-]) ?(\d{4}))",
    re.IGNORECASE,
)
_BARE_DATE = compiled(r" ?\((\d{1,2})/(\d{1,2})/(\d{4})\)")


def read_date(plain: str, at: int) -> tuple[int, str | None, int] | None:
    """Read a date at ``at``; return (end, ISO date or None where it cannot be, start of its first word).

    >>> read_date(" ngày 02 tháng 9 năm 2016", 0)[:2]
    (25, '2016-09-02')
    >>> read_date(" ngày 31/4/2020", 0)[:2]
    (15, None)
    """
    found = _DATE.match(plain, at) or _BARE_DATE.match(plain, at)
    if found is None:
        return None
    groups = [group for group in found.groups() if group is not None]
    day, month, year = (int(group.replace(" ", "")) for group in groups)
    if len(groups[2]) == 2:
        # Two digits were usual before 2000: "ngày 12/7/96".
        year += 1900 if year > 30 else 2000
    lead = len(found[0]) - len(found[0].lstrip(" ,;("))
    try:
        iso = date(year, month, day).isoformat()
    except ValueError:
        iso = None
    return found.end(), iso, at + lead


# --- provisions -------------------------------------------------------------------------------------------------------

_PROVISION = compiled(
    r"(?:(?:[Đđ]iểm (?P<diem>[a-zđ]\d?(?:(?:, | và |, điểm | và điểm |; )[a-zđ](?![^\W_]))*),? (?:của )?)?"
    r"(?:[Kk]hoản (?P<khoan>\d{1,3}[a-zđ]?(?:(?:, ?| và |, khoản | và khoản |; )\d{1,3}[a-zđ]?)*),? (?:của )?)?"
    r"[ĐĐ]iều (?P<dieu>\d{1,3}[a-zđ]?(?:(?:, ?| và |, ?[Đđ]iều | và [Đđ]iều |; )\d{1,3}[a-zđ]?)*))(?:,? (?:của|tại|thuộc|Chương [IVX]+(?: của)?|Phụ lục [IVX\d]+|(?:Quy định|Quy chế|Điều lệ)?(?: ?ban hành)? ?kèm theo))* ?$"
)


def _read_provision(plain: str, start: int) -> Provision | None:
    low = max(0, start - 160)
    window = plain[low:start]
    if "iều" not in window:
        return None
    found = _PROVISION.search(window)
    if found is None:
        return None

    def tidy(value: str | None) -> str | None:
        if value is None:
            return None
        parts = re.findall(r"\d+[a-zđ]?|(?<![^\W_])[a-zđ]\d?(?![^\W_])", re.sub(r"[Đđ]iều|khoản|điểm|và", " ", value))
        return ", ".join(parts)

    return Provision(tidy(found["dieu"]), tidy(found["khoan"]), tidy(found["diem"]))


# --- the numbered mentions --------------------------------------------------------------------------------------------

_LIST_GAP = compiled(r"(?: ?[,;])?(?: ?(?:và|hoặc|cùng))?(?: các)? ?(?P<so>(?:[Ss]ố) ?:? ?)?$")
_OWN_NUMBER = compiled(r"(?:^|\n|\t)[ |*]*(?:Số|SỐ) ?[:.]? ?$")
# "Kế hoạch 118/KH-UBND năm 2023 của …": the year alone, when an issuer follows.
_YEAR_ONLY = compiled(r" (?:năm |\()((?:19|20)\d\d)\)?(?= của | ?[,;.)])")
# "cha", "cua": what scans make of "của".
_OF = compiled(r" ?,? ?(?:của'?|do|CỦA|cha|cua) (?:các |cơ quan )?")
_SUBJECT = compiled(
    r"(?: ?[,(]? ?)(?=(?:về|Về|V/v|phê duyệt|Phê duyệt|quy định|Quy định|ban hành|Ban hành|hướng dẫn|Hướng dẫn|sửa đổi|Sửa đổi|bổ sung|thực hiện|Thực hiện"
    r"|triển khai|Triển khai|giao|thông qua|một số|tăng cường|đẩy mạnh|chi tiết|công bố|điều chỉnh|bãi bỏ|thay thế|tổ chức|xây dựng|Truyền thông|Giám sát|v/v|đính chính|thành lập|kiện toàn|phân bổ|phê chuẩn|phân công|phát triển|kế hoạch|bảo đảm|hỗ trợ)[ ,])"
)
_SUBJECT_LEAD = compiled(r"(?:về việc |về |v/v )", re.IGNORECASE)


def find_mentions(plain: str) -> tuple[list[Mention], list[Note]]:
    """Find the mentions of a plain text, in order, with the doubts that their own characters raise.

    >>> found, _ = find_mentions("theo các Quyết định số 90/QĐ-TTg ngày 18/01/2022, số 1719/QĐ-TTg của Thủ tướng Chính phủ")
    >>> [(m.type, m.number, m.date) for m in found]
    [('Quyết định', '90/QĐ-TTg', '2022-01-18'), ('Quyết định', '1719/QĐ-TTg', None)]
    """
    notes: list[Note] = []
    laws = _find_laws(plain, notes)
    mentions = _merge(laws, _find_numbered(plain, laws, notes))
    mentions = _merge(mentions, _find_short(plain, mentions))
    mentions = _merge(mentions, _find_titled(plain, mentions))
    _read_subjects(plain, mentions)
    _share_issuers(plain, mentions)
    return mentions, notes


def _merge(first: list[Mention], second: list[Mention]) -> list[Mention]:
    return sorted([*first, *second], key=lambda mention: (mention.start, mention.end))


def _find_numbered(plain: str, laws: list[Mention], notes: list[Note]) -> list[Mention]:
    taken = [(law.start, law.end) for law in laws if law.number is not None]
    starts = [start for start, _ in taken]
    found: list[Mention] = []
    done = 0
    for anchor in _ANCHOR.finditer(plain):
        at = anchor.start()
        if at < done:
            continue
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < taken[index][1]:
            continue
        mention = _read_numbered(plain, at, found[-1] if found else None, notes)
        if mention is not None:
            found.append(mention)
            done = mention.end
    return found


def _read_numbered(plain: str, at: int, previous: Mention | None, notes: list[Note]) -> Mention | None:
    matched = _match_symbol(plain, at)
    if matched is None:
        return None
    end, segments, separators = matched
    low = max(0, at - 24)
    if previous is not None:
        low = max(low, previous.end)
    left = plain[low:at]
    number = _LEFT_NUMBER.search(left)
    if number is not None:
        number_start = low + number.start(1)
        symbol = _read_symbol(number[1], number[2], segments, separators)
    else:
        typed = _LEFT_TYPED.search(left)
        if typed is None:
            return None
        number_start = low + typed.start(1)
        # "1118 TC/TCT" had no hyphen in its time; "20NQ/TW" has lost it.
        bare = typed[2] == " " and typed[3].split("-")[0] not in _PARTY_TYPES
        symbol = _read_symbol(typed[1], None, segments, separators, front=typed[3], hyphen="" if bare else "-")
    floor = previous.end if previous is not None else 0
    before = plain[max(floor, number_start - 40) : number_start]
    if _OWN_NUMBER.search(before if number_start > 40 else "\n" + before):
        return None
    lead = re.search(r"(?:[Ss]ố|SỐ) ?[:.]? ?$", before)
    start = number_start - (len(before) - lead.start() if lead is not None else 0)
    listed = False
    issuer: AgencyMention | None = None
    dated: str | None = None
    type_name: str | None = None
    word = _find_type(plain, floor, number_start)
    if word is not None:
        start, type_name, issuer, dated = word
    elif _REFUSED_BEFORE.search(before):
        return None
    elif previous is not None and previous.number is not None and _continues(plain, previous, start, number_start):
        listed = True
        type_name = previous.type
        if (
            symbol.type is not None
            and symbol.type != type_name
            and previous.type is not None
            and not symbol.codes[:1] == ()
        ):
            type_name = symbol.type if not _same_family(previous, symbol) else previous.type
    elif not symbol.known or (lead is None and symbol.type in (None, "Công văn")):
        return None
    if type_name is not None and symbol.type not in (None, type_name) and not listed:
        if type_name == "Văn bản":
            type_name = symbol.type
        elif not _compatible(type_name, symbol.type):
            notes.append(Note("type-symbol", start, end, (type_name, symbol.type or "")))
    letter = segments[0] in _letter_issuers() and (
        type_name == "Công văn" or "".join(segments[1:2]) not in _issuer_codes()
    )
    if type_name in ("Văn bản", "Công văn") and letter and number is not None and number[2] is None:
        # "Văn bản số 4773/TC-CSTC": in a letter the issuer stands first; TC is the ministry here, no "thông cáo".
        symbol = _Symbol(symbol.number, "Công văn", (segments[0],), True)
        type_name = "Công văn"
    if type_name == "Văn bản":
        type_name = symbol.type
    mention = Mention(
        start, end, "numbered", type_name or symbol.type, symbol.number, plain[number_start:end], listed=listed
    )
    mention.issuer_codes = symbol.codes
    if type_name is None and symbol.type is not None:
        mention.inferred.append("type")
        mention.confidence = 0.95
    mention.issuer_mention, mention.date = issuer, dated
    _read_tail(plain, mention, notes)
    mention.provision = _read_provision(plain, mention.start) if not listed else None
    if not symbol.known and _code_like(segments[0]) and issuer_of_symbol(symbol.codes, Context())[1] is None:
        notes.append(Note("unknown-code", number_start, end, (), (("code", "-".join(segments)),)))
        mention.confidence = min(mention.confidence, 0.9)
    return mention


def _code_like(segment: str) -> bool:
    return not segment.startswith(("QH", "UBTVQH"))


def _compatible(word: str, code: str | None) -> bool:
    return (
        code is None
        or word == code
        or {word, code}
        in (
            {"Thông tư liên tịch", "Thông tư"},
            {"Chương trình", "Chương trình hành động"},
            {"Quy định", "Quyết định"},
            {"Nghị quyết", "Nghị quyết liên tịch"},
            {"Kế hoạch", "Quyết định"},
            {"Thông báo", "Kết luận"},
            {"Luật", "Nghị quyết"},
        )
    )


def _same_family(previous: Mention, symbol: _Symbol) -> bool:
    return bool(previous.issuer_codes) and bool(_ASSEMBLY.match(symbol.number.rsplit("/", 1)[-1]))


def _continues(plain: str, previous: Mention, start: int, number_start: int) -> bool:
    """Tell whether a number without a type word goes on a list that a typed number began."""
    gap = plain[previous.end : number_start]
    if len(gap) > 400 or "\n" in gap:
        return False
    found = _LIST_GAP.search(gap)
    if found is None:
        return False
    between = gap[: found.start()]
    if not between.strip(" ,;()"):
        return True
    # "…, số 09/2023/NQ-HĐND" behind a clause of the item before: only "số" after a comma or "và" goes on the list.
    return (
        found["so"] is not None
        and not re.search(r"[.:]", between)
        and bool(re.search(r"[,;] ?$|và ?$", between + found[0][: -len(found["so"])]))
    )


def _read_tail(plain: str, mention: Mention, notes: list[Note]) -> None:
    """Read what follows a number: date and issuer in either order."""
    position = mention.end
    for _ in range(3):
        if mention.date is None:
            dated = read_date(plain, position)
            if dated is not None:
                end, iso, start = dated
                if iso is None:
                    notes.append(Note("impossible-date", start, end))
                else:
                    mention.date = iso
                mention.end = position = end
                if (
                    plain[position : position + 1] == ")"
                    and "(" in plain[mention.start : position]
                    and plain.count("(", mention.start, position) > plain.count(")", mention.start, position)
                ):
                    position += 1
                if iso is None:
                    # The date is there though it cannot be; what follows is still read.
                    mention.date = ""
                continue
        year = _YEAR_ONLY.match(plain, position) if mention.date is None else None
        if year is not None:
            mention.year, mention.end = year[1], year.end()
            position = year.end()
        if mention.issuer_mention is None:
            owner = _OF.match(plain, position)
            agency = None
            joint = (
                "liên" in (mention.type or "").lower()
                or len(mention.issuer_codes) > 1
                or plain.startswith("liên", owner.end() if owner else 0)
            )
            read = read_joint_agencies if joint else read_agency
            if owner is not None:
                agency = read(plain, owner.end())
                # "của của UBND": a word printed twice.
                if agency is None and plain.startswith("của ", owner.end()):
                    agency = read(plain, owner.end() + 4)
            elif plain[position : position + 1] == " " and (
                mention.date is not None or _names_issuer(plain, position + 1, mention)
            ):
                agency = read(plain, position + 1)
                if agency is not None and agency.tier == "other" and agency.needs is None:
                    agency = None
            if agency is not None:
                mention.issuer_mention = agency
                mention.end = position = agency.end
                continue
        break
    if mention.date == "":
        mention.date = None


def _names_issuer(plain: str, at: int, mention: Mention) -> bool:
    """Tell whether the body that the symbol names is printed right behind it, without "của"."""
    name, _ = issuer_of_symbol(mention.issuer_codes, Context())
    return name is not None and plain[at : at + len(name)].lower() == name.lower()


# --- laws by name -----------------------------------------------------------------------------------------------------

_LAW = compiled(r"(?<![^\W_])(?:Bộ luật|Bộ Luật|Luật|Pháp lệnh|Hiến pháp)(?= )")
_LAW_STOPS = frozenset(
    "ngày năm số của có được thì này hiện theo tại do đã ngoài để cho với trong là hoặc khi phải không mà nay bao cũng hay như thuộc từ đối trên nếu nêu nói còn bị chưa sẽ nhằm cần ở vào bởi đó trừ về đến qua"
    " quy định,".split()
)
_LAW_NOT = compiled(
    r" (?:này|sư(?! )|gia|pháp|và pháp lệnh|khác|hiện hành|liên quan|định|chuyên ngành|được|có|của|trên|đó|mới|nào)(?![^\W_])"
)
# Until the Constitution of 1992 came into force the Council of State (1981-1992) issued ordinances.
_STANDING_COMMITTEE_SINCE = "1992-09-30"
_LAW_TO_DATE = compiled(
    r" ((?:(?!(?:Luật|Nghị định|Nghị quyết|Quyết định|Thông tư|Bộ luật|Pháp lệnh) )[^;.:()\n\"\d]){3,140}?),?(?= (?:ngày \d{1,2}(?: tháng|[/-])|số:? \d{1,4}/(?:19|20)\d\d/))"
)
_LAW_YEAR = compiled(r",? (?:năm |(?=(?:19|20)\d\d(?!\d)(?! *[-/])))((?:19|20)\d\d)(?!\d| ?[-–/])")
_LAW_NUMBER = compiled(
    rf",? ?\(?(?:số|Số):? ?(\d{{1,4}}) ?/ ?((?:19|20)\d\d) ?/ ?({_SEGMENT}(?:-{_SEGMENT})?)|,? \(?(\d{{1,4}})/((?:19|20)\d\d)/({_SEGMENT})|,? (?:số )?(\d{{1,4}})[-/]({_SEGMENT})/({_SEGMENT})"
)
_LAW_PASSED = compiled(
    r",? (?:đã )?(?:được )?(?:Quốc hội|Ủy ban [Tt]hường vụ Quốc hội)[^;.\n]{0,90}?thông qua(?= ngày)"
)
_LAW_AMENDS = compiled(
    r" (?:sửa đổi|Sửa đổi|bổ sung)(?:, bổ sung| và bổ sung)?(?: một số)?(?: (?:điều|nội dung|Điều|khoản))?[^;.\n]{0,40}? (?:của )?(?:các )?(?=(?:Bộ luật|Bộ Luật|Luật|Pháp lệnh) |\d+ [Ll]uật )",
    re.IGNORECASE,
)
_AMENDED_NAME = compiled(r" ?\((?:sửa đổi|đã được sửa đổi[^)\n]{0,60}|sửa đổi, bổ sung[^)\n]{0,60})\)")


@cache
def _law_names() -> tuple[dict[tuple[str, str], list[tuple[str, str]]], int]:
    """Return (kind, first word) -> [(written form in lower case, canonical name)], longest first."""
    names: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in lexicon.laws():
        for form in (row.name, *row.aliases):
            low = form.lower()
            names.setdefault((row.kind.lower(), low.split(" ")[0].rstrip(",")), []).append((low, row.name))
    for forms in names.values():
        forms.sort(key=lambda item: (-len(item[0]), item))
    return names, 0


def _find_laws(plain: str, notes: list[Note]) -> list[Mention]:
    found: list[Mention] = []
    done = 0
    for anchor in _LAW.finditer(plain):
        if anchor.start() < done:
            continue
        mention = _read_law(plain, anchor.start(), anchor[0], anchor.end(), notes)
        if mention is not None:
            found.append(mention)
            # Laws inside an amending law's name are mentions of their own, nested in it.
            done = mention.end if mention.name is None or " của " not in mention.name else anchor.end()
    return found


def _read_law(plain: str, start: int, printed: str, at: int, notes: list[Note]) -> Mention | None:
    kind = {"bộ luật": "Bộ luật", "luật": "Luật", "pháp lệnh": "Pháp lệnh", "hiến pháp": "Hiến pháp"}[printed.lower()]
    if kind == "Hiến pháp":
        return _read_constitution(plain, start, at)
    numbered = _LAW_NUMBER.match(plain, at)
    name: str | None = None
    end = at
    if numbered is None:
        # "các Luật sửa đổi, bổ sung Luật thuế GTGT" names no one law of them.
        amends = _LAW_AMENDS.match(plain, at) if not plain[max(0, start - 4) : start] == "các " else None
        if amends is not None:
            inner = compiled(r"Bộ luật|Bộ Luật|Luật|Pháp lệnh", re.IGNORECASE).search(plain, amends.end())
            stop = (
                _law_name(plain, inner.group().capitalize(), inner.end())
                if inner is not None and inner.start() - amends.end() < 6
                else None
            )
            end = stop[0] if stop is not None else amends.end()
            # "… của Luật A, Luật B và Luật C": all of them belong to the amending law's name.
            while stop is not None:
                more = compiled(r"(?:,| và|, và) (Bộ luật|Luật|Pháp lệnh)(?= )").match(plain, end)
                following = _law_name(plain, more[1], more.end()) if more is not None else None
                if following is None or read_date(plain, end) is not None:
                    break
                end = following[0]
            name = " ".join(plain[at:end].split())
        else:
            if _LAW_NOT.match(plain, at) and _law_name_known(plain, kind, at) is None:
                return None
            read = _law_name(plain, kind, at)
            if read is None:
                return None
            end, name = read
        suffix = _AMENDED_NAME.match(plain, end)
        if suffix is not None:
            end = suffix.end()
        numbered = _LAW_NUMBER.match(plain, end)
    mention = Mention(start, end, "law", kind, name=name)
    if numbered is not None:
        groups = [group for group in numbered.groups() if group is not None]
        if numbered[7] is not None:
            mention.number = f"{groups[0]}-{groups[1]}/{groups[2]}"
        else:
            mention.number = f"{groups[0]}/{groups[1]}/{groups[2]}"
        mention.printed_number = numbered[0].strip(" ,(")
        mention.issuer_codes = (groups[-1].split("-")[-1],)
        mention.end = numbered.end()
    passed = _LAW_PASSED.match(plain, mention.end) if numbered is None else None
    year = _LAW_YEAR.match(plain, mention.end)
    dated = read_date(plain, passed.end() if passed is not None else mention.end)
    if dated is not None:
        if dated[1] is None:
            notes.append(Note("impossible-date", dated[2], dated[0]))
        mention.date, mention.end = dated[1], dated[0]
    elif year is not None:
        mention.end = year.end()
    owner = compiled(r" (?:của )?(Quốc hội|Ủy ban [Tt]hường vụ Quốc hội)(?![^\W_])").match(plain, mention.end)
    if owner is not None and (numbered is not None or dated is not None):
        mention.issuer, mention.end = (
            ("Quốc hội" if owner[1].startswith("Q") else "Ủy ban Thường vụ Quốc hội"),
            owner.end(1),
        )
        if mention.date is None:
            later = read_date(plain, mention.end)
            if later is not None:
                mention.date, mention.end = later[1], later[0]
    if mention.issuer is None:
        mention.issuer = "Ủy ban Thường vụ Quốc hội" if kind == "Pháp lệnh" else "Quốc hội"
        if kind == "Pháp lệnh" and mention.date is not None and mention.date < _STANDING_COMMITTEE_SINCE:
            mention.issuer = "Hội đồng Nhà nước"
        mention.inferred.append("issuer")
    mention.provision = _read_provision(plain, start)
    return mention


def _read_constitution(plain: str, start: int, at: int) -> Mention | None:
    found = compiled(
        r"(?:(?: nước)? (?:Cộng hòa xã hội chủ nghĩa Việt Nam|CHXHCN Việt Nam|Việt Nam))?(?:,? (?:năm )?(?:19|20)\d\d)?",
        re.IGNORECASE,
    ).match(plain, at)
    end = found.end() if found is not None else at
    while end > at and plain[end - 1] == " ":
        end -= 1
    if end == at and not re.match(r" ?(?:và|,|;|\.)", plain[at : at + 4]):
        return None
    mention = Mention(start, end, "law", "Hiến pháp", name="Hiến pháp", issuer="Quốc hội")
    mention.inferred.append("issuer")
    dated = read_date(plain, end)
    if dated is not None:
        mention.date, mention.end = dated[1], dated[0]
    return mention


def _law_name_known(plain: str, kind: str, at: int) -> tuple[int, str] | None:
    names, _ = _law_names()
    low = plain[at + 1 : at + 141].lower()
    first = re.split(r"[ ,]", low, maxsplit=1)[0]
    for form, canonical in names.get((kind.lower(), first), ()):
        if low.startswith(form) and not low[len(form) : len(form) + 1].isalpha():
            return at + 1 + len(form), canonical
    return None


def _law_name(plain: str, kind: str, at: int) -> tuple[int, str] | None:
    """Read a law's name behind its kind: the longest that the table knows, else words up to one that ends it."""
    known = _law_name_known(plain, kind, at)
    if known is not None:
        return known
    dated = _LAW_TO_DATE.match(plain, at)
    if dated is not None and dated[1][0].isupper():
        # "Luật Người lao động … theo hợp đồng số 69/2020/QH14": number or date close the name, whatever words it has.
        return dated.end(1), dated[1]
    position, words = at, 0
    end = at
    for word in compiled(r" ([^\W_]+)").finditer(plain, at, min(len(plain), at + 160)):
        if word.start() != position:
            break
        token = word[1]
        low = token.lower()
        if words == 0 and not token[0].isupper():
            return None
        if low in _LAW_STOPS or token.isdigit():
            break
        if (
            low in ("và", "về")
            and words
            and re.match(
                r" (?:Luật|Bộ luật|Pháp lệnh|Nghị|các|những|pháp|quy|văn|hướng|Thông|Chỉ|Quyết|[A-ZĐ])",
                plain[word.end() : word.end() + 10],
            )
        ):
            break
        if low == "quy" and plain.startswith(" định", word.end()) and words:
            break
        position = word.end()
        words += 1
        end = position
    if words == 0 or words > 14:
        return None
    name = plain[at + 1 : end]
    while name.rsplit(" ", 1)[-1] in ("và", "các", "về"):
        name = name.rsplit(" ", 1)[0]
    return at + 1 + len(name), name


# --- short mentions ---------------------------------------------------------------------------------------------------

_SHORT = compiled(
    r"(?<![^\W_])(Nghị quyết|Nghị định|Quyết định|Thông tư|Chỉ thị|Kết luận|Kế hoạch|Công văn|Quy định|Hướng dẫn|Thông báo|Nghị Quyết|Nghị Định)"
    r"(?P<owner> của [^\n.;,]{4,60}?)? (?P<so>[Ss]ố )?(?P<n>\d{1,4}[a-z]?)(?:-(?P<code>CP|TTg|CT|HĐBT|CTN|TW|LCT|HĐNN|HĐCP|TVQH))?(?![\d/%.,:]\d|/|[^\W\d_]| ?/)"
)


# "Quyết định 3 dự án", "Kế hoạch 5 năm": a count and no number.
_COUNTED = compiled(
    r" ?(?:tháng|ngày|năm|triệu|tỷ|đồng|hộ|%|điều|khoản|lần|huyện|xã|dự án|nội dung|nhiệm vụ|văn bản|đơn vị)(?![^\W_])(?! \d)"
)
_DASH_ITEM = compiled(r"(?:,| và|, và) (?:số )?(?P<n>\d{1,4}[a-z]?)-(?P<code>CP|TTg|CT|HĐBT|CTN|HĐCP)(?![^\W_])")


_SHORT_WORDS = tuple(
    f"{word} "
    for word in (
        "Nghị quyết", "Nghị định", "Quyết định", "Thông tư", "Chỉ thị", "Kết luận", "Kế hoạch", "Công văn", "Quy định", "Hướng dẫn",
        "Thông báo", "Nghị Quyết", "Nghị Định",
    )
)  # fmt: skip


def _find_short(plain: str, mentions: list[Mention]) -> list[Mention]:
    starts = [mention.start for mention in mentions]
    found: list[Mention] = []
    full = [mention for mention in mentions if mention.number is not None]
    for match in sorted(_at_words(plain, _SHORT_WORDS, _SHORT), key=lambda match: match.start()):
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and mentions[index].end > match.start():
            continue
        number, code = match["n"], match["code"]
        if code is None and (_COUNTED.match(plain, match.end()) or (number.isdigit() and 1900 <= int(number) <= 2100)):
            continue
        kind = match[1].capitalize()
        mention = Mention(match.start(), match.end(), "short", kind, f"{number}-{code}" if code else number, number)
        if code:
            mention.issuer_codes = (code.split("/")[-1],)
        if match["owner"]:
            agency = read_joint_agencies(plain, match.start("owner") + 5)
            if agency is None or agency.end != match.end("owner"):
                continue
            mention.issuer_mention = agency
        _read_tail(plain, mention, [])
        target = _first_full(full, kind, number, mention)
        if target is not None:
            mention.resolves_to = target.start
            mention.issuer_codes = mention.issuer_codes or target.issuer_codes
        elif code is None and mention.date is None and mention.issuer_mention is None and not number[-1].isalpha():
            continue
        mention.provision = _read_provision(plain, mention.start)
        mention.confidence = 0.95 if code else 0.9
        if code:
            mention.kind = "numbered"
        found.append(mention)
        # "các Quyết định số 202-HĐBT và 203-HĐBT ngày …".
        while code and (item := _DASH_ITEM.match(plain, mention.end)) is not None:
            start = item.start("n") if "số " not in item[0] else item.start() + item[0].index("số ")
            mention = Mention(
                start, item.end(), "numbered", kind, f"{item['n']}-{item['code']}", item["n"], listed=True
            )
            mention.issuer_codes = (item["code"],)
            _read_tail(plain, mention, [])
            found.append(mention)
    return found


def _first_full(full: list[Mention], kind: str, number: str, short: Mention) -> Mention | None:
    """Return the one full mention that a short number can stand for, or None."""
    fits = [
        mention
        for mention in full
        if mention.type == kind
        and mention.number is not None
        and re.split(r"[/-]", mention.number)[0].lstrip("0") == number.lstrip("0")
        and (short.date is None or mention.date is None or short.date == mention.date)
    ]
    if len({mention.number for mention in fits}) != 1:
        return None
    return fits[0]


# --- documents known by title only ------------------------------------------------------------------------------------

_CONGRESS = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:của )?(?P<who>Đại hội(?: [^\W\d_]+){0,14}? (?:lần thứ|lần|khóa) (?P<n>[IVXLC]+|\d+)"
    r"(?: (?:của )?(?:Đảng bộ tỉnh(?: [[:upper:]][^\W\d_]*){1,4}|Đảng Cộng sản Việt Nam|Đảng(?![^\W_])))?)"
    r"(?:,? ?\(?(?:nhiệm kỳ|giai đoạn) (?:20\d\d ?- ?20\d\d)\)?)?(?![^\W_])"
)
_PLENUM = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:Hội nghị )?(?:lần thứ (?:[^\W_]+|\d+) )?(?:(?:BCH|Ban Chấp hành) )?Trung ương(?: Đảng)?(?: \d+| lần thứ [^\W_]+)?,? \(?(?:khóa|khoá) ([IVXLC]+)\)?"
)
_SESSION = compiled(
    r"(?<![^\W_])Nghị [Qq]uyết (?:của )?(?P<who>Quốc hội|Hội đồng nhân dân[^,;.\n]{0,40}?|HĐND[^,;.\n]{0,40}?) (?:khóa|khoá) (?P<n>[IVXLC]+|\d+),? (?:tại )?kỳ họp thứ [^\W_]+(?: [^\W\d_]+)?(?= ngày|[,;.)\n])"
)
_TITLED = compiled(
    r"(?<![^\W_])(?P<type>Kế hoạch|Đề án|Chiến lược|Quy hoạch)(?P<title> (?:hành động )?(?:thực hiện|triển khai|phát triển|tổng thể|đổi mới|hỗ trợ|phòng|giảm nghèo|truyền thông|giám sát|bảo vệ|xây dựng|quốc gia|cải cách|đào tạo)[^;.\n]{12,260}?"
    r"(?:giai đoạn|thời kỳ|đến năm) (?:từ )?(?:năm )?\d{4}(?: ?(?:-|đến|đến năm) ?\d{4})?)(?![\d/])"
)
_OWN_TITLE = compiled(
    r"(?:ban hành|xây dựng|phê duyệt|Phê duyệt|Ban hành|là|đây là|kèm theo|lập|trình|quyết định này|đính kèm|tên|về|thông qua)(?: kèm theo Quyết định này)?(?: các| bản)? ?\"?$|\n ?$"
)


def _at_words(plain: str, words: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Match a pattern wherever one of its first words stands; looking words up is much faster than trying a pattern."""
    for word in words:
        at = plain.find(word)
        while at >= 0:
            match = pattern.match(plain, at)
            if match is not None:
                yield match
            at = plain.find(word, at + 1)


def _find_titled(plain: str, mentions: list[Mention]) -> list[Mention]:
    starts = [mention.start for mention in mentions]
    found: list[Mention] = []
    for match in _at_words(plain, ("Nghị quyết ", "Nghị Quyết "), _CONGRESS):
        who = re.sub(r"\s+", " ", match["who"]).strip()
        mention = Mention(match.start(), match.end(), "titled", "Nghị quyết", name=who, issuer=who)
        found.append(mention)
    for match in _at_words(plain, ("Nghị quyết ", "Nghị Quyết "), _PLENUM):
        mention = Mention(
            match.start(),
            match.end(),
            "titled",
            "Nghị quyết",
            name=match[0],
            issuer=f"Ban Chấp hành Trung ương Đảng khóa {match[1]}",
        )
        mention.inferred.append("issuer")
        found.append(mention)
    for match in _at_words(plain, ("Nghị quyết ", "Nghị Quyết "), _SESSION):
        mention = Mention(match.start(), match.end(), "titled", "Nghị quyết", name=match[0])
        agency = read_agency(plain, match.start("who"))
        mention.issuer_mention = agency
        dated = read_date(plain, match.end())
        if dated is not None:
            mention.date, mention.end = dated[1], dated[0]
        found.append(mention)
    for match in _at_words(plain, ("Kế hoạch ", "Đề án ", "Chiến lược ", "Quy hoạch "), _TITLED):
        before = plain[max(0, match.start() - 60) : match.start()]
        # A number inside means that this is the subject of a numbered document or runs into one.
        low, high = bisect_left(starts, match.start()), bisect_left(starts, match.end())
        if high > low or _OWN_TITLE.search(before):
            continue
        previous = mentions[low - 1] if low else None
        if (
            previous is not None
            and "\n" not in plain[previous.end : match.start()]
            and match.start() - previous.end < 120
            and not re.search(r"[;.]", plain[previous.end : match.start()])
        ):
            # "Quyết định số … phê duyệt Đề án …": the title of what the decision approves.
            continue
        mention = Mention(match.start(), match.end(), "titled", match["type"], name=" ".join(match["title"].split()))
        mention.confidence = 0.8
        found.append(mention)
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        index = bisect_right(starts, mention.start) - 1
        if index >= 0 and mentions[index].end > mention.start:
            continue
        if kept and kept[-1].end > mention.start:
            continue
        kept.append(mention)
    return kept


# --- subjects, lists, issuers -----------------------------------------------------------------------------------------


def _read_subjects(plain: str, mentions: list[Mention]) -> None:
    """Read the clause that says what each document is about, and mark the mentions that stand inside one."""
    for index, mention in enumerate(mentions):
        if mention.kind == "law" and mention.number is None:
            continue
        found = _SUBJECT.match(plain, mention.end)
        if found is None:
            continue
        start = found.end()
        stop = _subject_end(plain, start, mentions, index)
        lead = _SUBJECT_LEAD.match(plain, start)
        mention.subject_start = lead.end() if lead is not None else start
        mention.subject_end = stop
    open_until, opener = -1, -1
    for index, mention in enumerate(mentions):
        if mention.start < open_until and index != opener:
            mention.nested = True
        if index and mentions[index - 1].kind == "law" and mention.start < mentions[index - 1].end:
            mention.nested = True
        if not mention.nested and mention.subject_end is not None:
            open_until, opener = mention.subject_end, index


# What ends a subject although no full stop does: the next document of the same list.
_NEXT_ITEM = compiled(
    r"[,;] (?:và )?(?:các |số |Số )?$|(?:[,;] |\) ?)và (?:các )?$|[.;:] ?(?:[-+*] )?$|\n[-+* ]*(?:Căn cứ |Thực hiện )?$|(?:[.;,]|\)) (?:Căn cứ|Thực hiện|Xét|Theo) (?:các )?$"
)
_SENTENCE_END = compiled(
    r"\. (?=[[:upper:]])|[;\n]|\.$|\.\n|\)(?= ?[.;])| (?:sau đây gọi|và (?:các )?(?:văn bản|quy định|pháp luật) (?:khác|có))|[,.]? (?:UBND|Ủy ban nhân dân|Chủ tịch UBND|Chủ tịch Ủy ban)[^;.\n]{0,60}(?:ban hành|xây dựng|yêu cầu|đề nghị|báo cáo)"
)
_LONGEST_SUBJECT = 600


def _subject_end(plain: str, start: int, mentions: list[Mention], index: int) -> int:
    limit = min(len(plain), start + _LONGEST_SUBJECT)
    found = _SENTENCE_END.search(plain, start, limit)
    stop = found.start() if found is not None else limit
    # A bracket that was open before the mention closes the subject.
    depth = 0
    for at in range(start, stop):
        if plain[at] == "(":
            depth += 1
        elif plain[at] == ")":
            depth -= 1
            if depth < 0:
                stop = at
                break
    for following in mentions[index + 1 : index + 6]:
        if following.start >= stop:
            break
        if _NEXT_ITEM.search(plain, max(start, following.start - 40), following.start):
            stop = following.start
            break
    while stop > start and plain[stop - 1] in " ,;.:(":
        stop -= 1
    for tail in (" và các", " và", " các"):
        if plain[start:stop].endswith(tail):
            stop -= len(tail)
    return stop


def _share_issuers(plain: str, mentions: list[Mention]) -> None:
    """Give the issuer that is said once, at the end of a list, to every item of the list.

    "Nghị định số 27/2022/NĐ-CP, Nghị định số 38/2023/NĐ-CP của Chính phủ"; "các Nghị quyết số …, số … của Hội đồng nhân dân tỉnh".
    """
    for index in range(len(mentions) - 1, 0, -1):
        mention, before = mentions[index], mentions[index - 1]
        gap = plain[before.end : mention.start]
        if (
            mention.issuer_mention is None
            or before.issuer_mention is not None
            or before.kind == "law"
            or before.nested != mention.nested
        ):
            continue
        same_series = (
            mention.issuer_codes[:1] == before.issuer_codes[:1] and mention.type == before.type and ";" not in gap
        )
        if re.fullmatch(r" ?[,;]?(?: ?và)?(?: các)? ?", gap) and (mention.listed or same_series):
            before.issuer_mention = mention.issuer_mention
            before.inferred.append("issuer")
        # "các Quyết định số 202-HĐBT và 203-HĐBT ngày 28-12-1988": joined by "và", with one date behind both.
        if mention.listed and mention.date is not None and before.date is None and gap in (" và ", " và số "):
            before.date = mention.date
            before.inferred.append("date")
    for index in range(1, len(mentions)):
        mention, before = mentions[index], mentions[index - 1]
        # Issuer first: "các Quyết định của Thủ tướng Chính phủ: số 118/TTg …, số 154/TTg …".
        if (
            mention.listed
            and mention.issuer_mention is None
            and before.issuer_mention is not None
            and mention.issuer_codes[:1] == before.issuer_codes[:1]
        ):
            mention.issuer_mention = before.issuer_mention
            mention.inferred.append("issuer")


def complete_mentions(plain: str, mentions: list[Mention], context: Context) -> list[Note]:
    """Complete issuers from context, symbol, subject and earlier mentions; return what stays open as doubts."""
    notes: list[Note] = []
    first_full: dict[tuple[str, str], Mention] = {}
    said: dict[tuple[str, str], set[str]] = {}
    for mention in mentions:
        if mention.number is not None and mention.issuer_mention is not None:
            name, _, _ = complete(mention.issuer_mention, context)
            if name is not None:
                said.setdefault((mention.type or "", _number_key(mention.number)), set()).add(name)
    laws: dict[tuple[str, str], Mention] = {}
    for mention in mentions:
        key = (mention.type or "", _number_key(mention.number))
        if mention.kind == "law" and mention.name is not None:
            named = (mention.type or "", mention.name.lower())
            full = laws.get(named)
            if mention.number is not None or mention.date is not None:
                laws.setdefault(named, mention)
            elif full is not None:
                mention.resolves_to = full.start
        if mention.issuer is None:
            several = said.get(key, set())
            if mention.issuer_mention is None and len(several) > 1:
                # The same number of two bodies: a bare number here may be either.
                notes.append(Note("two-issuers", mention.start, mention.end, tuple(sorted(several))))
            else:
                _complete_issuer(plain, mention, context, first_full.get(key), notes)
        if mention.kind == "short" and mention.issuer is None and mention.resolves_to is not None:
            mention.issuer = next((other.issuer for other in mentions if other.start == mention.resolves_to), None)
            if mention.issuer is not None:
                mention.inferred.append("issuer")
        if mention.number is not None and mention.kind != "short":
            earlier = first_full.get(key)
            if earlier is None:
                first_full[key] = mention
            elif earlier.issuer == mention.issuer or (mention.issuer is None and len(said.get(key, set())) < 2):
                if mention.date is None or mention.issuer_mention is None:
                    mention.resolves_to = earlier.start
                if (
                    mention.date is not None
                    and earlier.date is not None
                    and mention.date != earlier.date
                    and mention.issuer == earlier.issuer
                ):
                    notes.append(Note("two-dates", mention.start, mention.end, (earlier.date, mention.date)))
        mention.inferred = sorted(set(mention.inferred))
    return notes


def _number_key(number: str | None) -> str:
    return re.sub(r"^0+", "", (number or "").lower())


def _complete_issuer(
    plain: str, mention: Mention, context: Context, earlier: Mention | None, notes: list[Note]
) -> None:
    if mention.issuer_mention is not None:
        name, inferred, _ = complete(mention.issuer_mention, context)
        if name is not None:
            mention.issuer = name
            if inferred and "issuer" not in mention.inferred:
                mention.inferred.append("issuer")
            return
        mention.issuer = None
    if mention.kind == "titled":
        name = _issuer_by_place(plain, mention, ("Ủy ban nhân dân",), context)
        mention.issuer = name
        if name is not None:
            mention.inferred.append("issuer")
        return
    proposer = _PROPOSER.search(plain, max(0, mention.start - 160), mention.start)
    if proposer is not None and mention.type in ("Tờ trình", "Công văn", "Báo cáo", "Văn bản"):
        said = read_agency(plain, proposer.end())
        if (
            said is not None
            and said.end <= mention.start
            and re.fullmatch(r",? (?:tại|theo) (?:các )?", plain[said.end : mention.start])
        ):
            full, _, _ = complete(said, context)
            if full is not None:
                mention.issuer = _body_of(full)
                mention.inferred.append("issuer")
                return
    name, tier = issuer_of_symbol(mention.issuer_codes, context, mention.date)
    joint = [issuer_of_symbol((code,), context, mention.date)[0] for code in mention.issuer_codes]
    if len(joint) > 1 and mention.type is not None and "liên tịch" in mention.type.lower() and all(joint):
        name = ", ".join(part for part in joint if part is not None)
    if name is None and earlier is not None and earlier.issuer is not None:
        name = earlier.issuer
    if name is None and mention.issuer_codes:
        name = _committee(mention.issuer_codes[0], context)
    if name is None and mention.issuer_codes and mention.issuer_codes[0] in ("UBND", "HĐND", "CTUBND", "UB", "UBNN"):
        body = {"HĐND": "Hội đồng nhân dân", "CTUBND": "Chủ tịch Ủy ban nhân dân"}.get(
            mention.issuer_codes[0], "Ủy ban nhân dân"
        )
        name = _issuer_by_place(plain, mention, (body,), context)
        if name is None:
            known = [f"{body} {place}" for place in (context.district, context.province) if place is not None]
            if context.tier == "province" and context.province is not None:
                # A province's own papers cite their districts' only by name.
                name = f"{body} {context.province}"
            elif known and mention.issuer_mention is None and mention.resolves_to is None:
                notes.append(Note("open-issuer", mention.start, mention.end, tuple(known)))
    if name is not None:
        mention.issuer = name
        mention.inferred.append("issuer")


def _committee(code: str, context: Context) -> str | None:
    """Return the Party committee that TU or HU means here: the province's or the district's own."""
    if code == "TU" and context.province is not None:
        unit, _, name = context.province.rpartition("tỉnh ") if context.province.startswith("tỉnh ") else ("", "", "")
        return f"Tỉnh ủy {name}" if name else f"Thành ủy {context.province.removeprefix('thành phố ')}"
    if code == "HU" and context.district is not None and context.district.startswith("huyện "):
        return f"Huyện ủy {context.district.removeprefix('huyện ')}"
    return None


_PROPOSER = compiled(r"(?:đề nghị|đề xuất|báo cáo) của (?:đồng chí )?(?!.*(?:đề nghị|đề xuất) của)", re.IGNORECASE)
_HEADS = compiled(
    r"(?:Phó )?(?:Giám đốc|Trưởng phòng|Trưởng ban|Chánh Văn phòng|Bộ trưởng|Chánh Thanh tra|Cục trưởng|Tổng cục trưởng|Thủ trưởng|Chủ nhiệm) (?=[A-ZĐ])"
)


def _body_of(name: str) -> str:
    """Return the body whose head is named: a proposal of "Giám đốc Sở Y tế" is the department's."""
    return _HEADS.sub("", name, count=1)


def _issuer_by_place(plain: str, mention: Mention, bodies: tuple[str, ...], context: Context) -> str | None:
    """Take the place that the subject or title names: "… trên địa bàn huyện Thọ Xuân" is the district's own."""
    start = mention.subject_start if mention.subject_start is not None else mention.start
    stop = mention.subject_end if mention.subject_end is not None else mention.end
    own = {place.lower(): place for place in (context.province, context.district, context.commune) if place is not None}
    last: str | None = None
    for found in compiled(r"(?<![^\W_])(?:tỉnh|thành phố|huyện|quận|thị xã|xã) (?=[[:upper:]])").finditer(
        plain[start:stop]
    ):
        place = read_place(plain, start + found.start())
        if place is not None and place[2] is not None:
            full = f"{place[1]} {place[2]}"
            last = own.get(full.lower(), last)
    if last is None and mention.kind == "titled":
        if context.tier == "province":
            last = context.province
        elif context.tier == "district":
            last = context.district
    return f"{bodies[0]} {last}" if last is not None else None
