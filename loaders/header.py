"""Read what a document says of itself: type, number, date, issuer, title, place, signer, period.

The layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I (and of Hướng dẫn 36-HD/VPTW for the Party); texts from portals have
lost parts of it, so each field is taken where it is printed and otherwise from what the opening paragraphs or the signature
say, and then it is listed in ``inferred``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from cancu.loaders.agencies import (
    Context,
    complete,
    issuer_of_symbol,
    read_agency,
    read_place,
    tier_of,
)
from cancu.loaders.citations import _ANCHOR, _match_symbol, _read_symbol, read_date
from cancu.loaders.patterns import compiled
from cancu.ontology import lexicon, places

__all__ = ["Header", "Signature", "read_header"]

# Nothing of a header stands further down than this, in characters.
_HEAD = 6_000
_TAIL = 6_000


@dataclass(frozen=True, slots=True)
class Signature:
    """Hold a digital signature's block in plain offsets."""

    signer: str
    unit: str | None
    email: str | None
    time: str | None
    start: int
    end: int


@dataclass(slots=True)
class Header:
    """Hold the header in plain offsets; ``places`` maps a field to where it is printed."""

    type: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    place: str | None = None
    signer: str | None = None
    signer_role: str | None = None
    on_behalf_of: str | None = None
    capacity: str | None = None
    period_start: int | None = None
    period_end: int | None = None
    province: str | None = None
    district: str | None = None
    signatures: list[Signature] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    body_start: int = 0
    title_start: int = 0
    title_end: int = 0
    context: Context = field(default_factory=Context)
    impossible: list[tuple[int, int]] = field(default_factory=list)


_RULE = compiled(r"[-_=*–.·~ ]{3,}")
_STOP_TITLE = compiled(
    r"(?:Căn cứ|CĂN CỨ|Thực hiện (?:theo |các |nội dung )?(?:[Cc]hỉ thị|[Kk]ế hoạch|[Qq]uyết định|[Nn]ghị|[Cc]ông văn|[Tt]hông|[Cc]hương trình (?:số|hành động số)|[Vv]ăn bản|[Kk]ết luận|ý kiến)|Kính gửi|KÍNH GỬI|Xét |Theo đề nghị|Theo |"
    r"[IVX]{1,4}[.] |[A-H]\. |\d{1,2}\. |Điều \d|Chương [IVX\d]|CHƯƠNG|PHẦN|Phần |MỤC LỤC|Số ?:|\(?Ban hành kèm|\(?Kèm theo|Ngày |Để |Nhằm |Trong |Tiếp theo|Phúc đáp|Tại |Sau khi|Hôm nay|Năm |Triển khai thực hiện (?:Nghị|Quyết|Chỉ|Kế|Công)|Hiến pháp|Luật này|Pháp lệnh này|Được sự|Quốc hội |Chính phủ |Bộ [A-ZĐ]|UBND |Ủy ban nhân dân [a-zà-ỹ]|Thi hành|- )"
)
_BODY_NAMES = compiled(
    r"(?:CHÍNH PHỦ|QUỐC HỘI|THỦ TƯỚNG|ỦY BAN|UBND|HỘI ĐỒNG|HĐND|BỘ TRƯỞNG|BỘ (?!TIÊU|LUẬT|MÃ|CHỈ|QUY|TÀI LIỆU)|CHỦ TỊCH|CHỦ NHIỆM|TỔNG (?!KẾT|HỢP|THỂ)|THỐNG ĐỐC|TÒA ÁN|VIỆN |CHÁNH ÁN"
    r"|BAN (?!HÀNH|BỐ)|LIÊN BỘ|GIÁM ĐỐC|TRƯỞNG BAN|NƯỚC CỘNG|CỘNG H[ÒO]A|CỘNG HOÀ|ĐẢNG (?:BỘ|CỘNG)|Độc lập)"
)
_NUMBER_LINE = compiled(
    r"(?<![^\W_])(?:[Ll]uật |LUẬT |[Nn]ghị quyết |[Pp]háp lệnh )?(?:[Ss]ố|SỐ) ?(?:hiệu)? ?[:.]? ?(?=\d|[.… ]*/)"
)
_PLACE_DATE = compiled(
    r"(?:(?<=\n)|(?<=\t)|^|(?<=[|] )|(?<= ))(?P<place>[[:upper:]][^\W\d_]*(?:[ .-]{1,3}[[:upper:]]?[^\W\d_]+){0,5}), (?:ngày|Ngày) (?P<d>\d{1,2}) ?(?:tháng|/) ?(?P<m>\d{1,2}) ?(?:năm|/) ?(?P<y>\d{4})"
)
_PERIOD = compiled(
    r"(?:giai đoạn|thời kỳ|nhiệm kỳ|năm|trong) (?:từ năm |từ |năm )?((?:19|20)\d\d) ?(?:-|đến năm|đến) ?((?:19|20)\d\d)(?!\d)"
)
_YEAR = compiled(r"năm ((?:19|20)\d\d)(?!\d| ?[-–/])")
_PASSED = compiled(
    r"(?:Luật|Bộ luật|Nghị quyết|Pháp lệnh) này (?:đã )?được (?:Quốc hội|Ủy ban [Tt]hường vụ Quốc hội|Hội đồng nhân dân|HĐND)[^\n]{0,160}?thông qua"
)
_ISSUES = compiled(
    r"(?P<who>(?:Chủ tịch )?(?:Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND|Chính phủ|Thủ tướng Chính phủ|Bộ trưởng|Bộ |Liên bộ|Liên tịch|Sở |Phòng |Ban |Tỉnh ủy|Huyện ủy|Thành ủy|Ban Thường vụ|Ủy ban Dân tộc|Ngân hàng)[^.;\n:]{0,90}?)"
    r" (?:ban hành|xây dựng|yêu cầu|hướng dẫn|báo cáo|trình|đề nghị|thông báo|lập) (?:các |thực hiện |một số )?(?P<what>[^\W_]+ [^\W_]+)"
)
_ROLES = compiled(
    r"(?:PHÓ |QUYỀN |Q\. ?)?(?:CHỦ TỊCH(?: NƯỚC| QUỐC HỘI)?|BỘ TRƯỞNG|THỦ TƯỚNG(?: CHÍNH PHỦ)?|CHỦ NHIỆM|TỔNG BÍ THƯ|BÍ THƯ|GIÁM ĐỐC|CỤC TRƯỞNG|VỤ TRƯỞNG|TỔNG CỤC TRƯỞNG|THỐNG ĐỐC|TRƯỞNG PHÒNG|TRƯỞNG BAN"
    r"|CHÁNH VĂN PHÒNG|CHÁNH THANH TRA|THỨ TRƯỞNG|TỔNG THANH TRA|TỔNG KIỂM TOÁN|VIỆN TRƯỞNG|CHÁNH ÁN|HIỆU TRƯỞNG|TỔNG GIÁM ĐỐC|HẠT TRƯỞNG|CHI CỤC TRƯỞNG|TRƯỞNG CÔNG AN)"
    r"(?: THƯỜNG TRỰC)?(?: [[:upper:] -]{2,60})?"
)
_ROLE_LINE = compiled(rf"\s*(?P<role>{_ROLES.pattern})[ .:*]*", re.IGNORECASE)
_NAME = compiled(
    r"\(?(?:Đã ký|đã ký|Đã kí|\(đã ký\)|ký|Ký)?\)?[: ]*(?P<name>[[:upper:]][^\W\d_]*(?: [[:upper:]][^\W\d_]*){1,4})[ *.]*"
)
_SIGNED = compiled(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d{4}|[+-]\d\d:\d\d|Z))\s+(?P<unit>[^\n<]{3,80})\n\s*(?P<who>[^\n<]{3,80}?) ?<(?P<mail>[^>\n]{3,80})>"
)


@cache
def _heading_types() -> tuple[tuple[str, str], ...]:
    """Return (form in capitals, type name) for the line that names the type, longest first."""
    forms = {
        form.upper(): row.name for row in lexicon.document_types() for form in (row.name, *row.words) if len(form) > 3
    }
    return tuple(sorted(forms.items(), key=lambda item: (-len(item[0]), item[0])))


def read_header(plain: str) -> Header:
    """Read the header of a plain text.

    >>> read_header("KẾ HOẠCH\\nThực hiện Chương trình năm 2024\\nUBND xã ban hành").title
    'Thực hiện Chương trình năm 2024'
    """
    header = Header()
    _read_type_and_title(plain, header)
    _read_number(plain, header)
    _read_date(plain, header)
    _read_signature(plain, header)
    _read_digital(plain, header)
    _read_places(plain, header)
    _read_issuer(plain, header)
    _read_period(header)
    header.inferred = sorted(set(header.inferred))
    return header


# --- type and title ---------------------------------------------------------------------------------------------------


def _lines(plain: str, limit: int) -> list[tuple[int, int]]:
    spans, position = [], 0
    while position < min(len(plain), limit):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        spans.append((position, stop))
        position = stop + 1
    return spans


def _read_type_and_title(plain: str, header: Header) -> None:
    """Find the line that names the type: in capitals or alone on its line; else a headline with the number in it."""
    lines = _lines(plain, _HEAD)
    if _find_type_line(plain, header, lines, headline=False) or _find_type_line(plain, header, lines, headline=True):
        return
    # A scan may put a stamp's letters on the line: "ĐẾN … CHỈ THỊ".
    for index, (start, stop) in enumerate(lines[:20]):
        line = plain[start:stop].rstrip(" *#")
        for form, name in _heading_types():
            front = line[: -len(form)]
            if line.endswith(form) and front and not front[-1].isalnum() and len(line) < 60 and len(form) > 5:
                header.type = name
                header.places["type"] = (start + len(front), start + len(line))
                _read_title(plain, header, lines, index, start + len(line), stop)
                return


def _find_type_line(plain: str, header: Header, lines: list[tuple[int, int]], *, headline: bool) -> bool:
    for index, (start, stop) in enumerate(lines):
        line = plain[start:stop].strip(" *#|")
        if len(line) < 4:
            continue
        subject = re.match(r"(?:Số ?: ?\S+(?: ?/ ?\S+)? )?(?:V/v|Về việc|V/V)[: ]", line)
        for form, name in _heading_types():
            if not line.upper().startswith(form) or (len(line) > len(form) and line[len(form)].isalnum()):
                continue
            rest = line[len(form) :]
            shouted = line[: len(form)].isupper()
            titled = re.match(r"(?: của [^\n]{3,60}?)?,? số ?:? ?\d", rest, re.IGNORECASE) is not None
            if headline:
                # "Nghị quyết số 15-NQ/TW ngày …"; a sentence that begins with a type word is none.
                if not titled or index >= 8:
                    continue
            elif titled or not (shouted or (not rest.strip(" :.") and index < 12)):
                continue
            # "QUYẾT ĐỊNH:" alone opens the enacting part; the type line stands above it.
            if re.fullmatch(r" ?: ?", rest) and index > 3:
                continue
            header.type = name
            offset = plain.find(line, start)
            header.places["type"] = (offset, offset + len(form))
            _read_title(plain, header, lines, index, offset + len(form), stop)
            return True
        if subject is not None:
            header.type = "Công văn"
            header.inferred.append("type")
            begin = plain.find(line, start) + subject.end()
            end = _title_lines(plain, lines, index, begin, stop)
            header.title_start, header.title_end = begin, end
            header.body_start = end
            _set_title(plain, header)
            return True
    return False


def _read_title(plain: str, header: Header, lines: list[tuple[int, int]], index: int, after: int, stop: int) -> None:
    rest = plain[after:stop]
    number = re.match(
        r"[ *]*(?:của [^\n]{3,80}? )?(?:số|Số|SỐ) ?:? ?[^\s]+(?: ?/ ?[^\s]+)*(?: ngày \S+(?: tháng \d+ năm \d+)?)?[ ,:-]*",
        rest,
        re.IGNORECASE,
    )
    if number is not None:
        after += number.end()
        rest = plain[after:stop]
    owner = re.match(r"[ *]*(?:CỦA|của) [^\n]{3,80}?(?= (?:VỀ|Về|về|QUY|Quy|quy|NGÀY|SỐ)|$)", rest)
    if owner is not None:
        after += owner.end()
        rest = plain[after:stop]
    if rest.strip(" *:.-"):
        begin = after + len(rest) - len(rest.lstrip(" *:.-"))
        end = _title_lines(plain, lines, index, begin, stop)
    else:
        begin = end = stop
        for position in range(index + 1, min(index + 8, len(lines))):
            start, stop = lines[position]
            line = plain[start:stop].strip(" *#")
            if not line or _RULE.fullmatch(line):
                continue
            if _STOP_TITLE.match(line) or _BODY_NAMES.match(line):
                break
            begin = start + len(plain[start:stop]) - len(plain[start:stop].lstrip(" *#"))
            end = _title_lines(plain, lines, position, begin, stop)
            break
    header.title_start, header.title_end = begin, end
    header.body_start = max(end, after)
    _set_title(plain, header)


def _title_lines(plain: str, lines: list[tuple[int, int]], index: int, begin: int, stop: int) -> int:
    """Return where a title that begins in ``lines[index]`` ends: it may go on over several lines."""
    end = stop
    for position in range(index + 1, min(index + 6, len(lines))):
        start, stop = lines[position]
        line = plain[start:stop].strip(" *#")
        previous = plain[begin:end].rstrip(" *#")
        if not line or _RULE.fullmatch(line) or previous.endswith((".", ";", ":")) or end - begin > 700:
            break
        if previous.isupper() and not line.isupper() and len(line) > 40:
            break
        if (
            _STOP_TITLE.match(line)
            or (_BODY_NAMES.match(line) and line.isupper() and not previous.isupper())
            or len(line) > 300
        ):
            break
        if _BODY_NAMES.match(line) and line.isupper() and len(line) < 60:
            break
        if re.match(r"\(", line) or re.match(r"(?:Bản |Khóa |Kỳ họp)", line) or ", ngày " in line:
            break
        end = stop
    while end > begin and plain[end - 1] in " *#-_–":
        end -= 1
    return end


_TITLE_FRONT = compiled(r"(?:của [^\n]{3,80}? )?số \S+ ngày [\d/.-]+(?: tháng \d+ năm \d{4})?[ ,:]*", re.IGNORECASE)
_TITLE_BACK = compiled(r" ?\((?:ban hành |được ban hành )?(?:kèm theo|đính kèm)[^)]*\)? ?$", re.IGNORECASE)


def _set_title(plain: str, header: Header) -> None:
    printed = plain[header.title_start : header.title_end]
    front = _TITLE_FRONT.match(printed)
    if front is not None and front.end() < len(printed):
        header.title_start += front.end()
    back = _TITLE_BACK.search(plain, header.title_start, header.title_end)
    if back is not None:
        header.title_end = back.start()
    title = " ".join(plain[header.title_start : header.title_end].split())
    title = re.sub(r"^(?:Về việc |về việc |V/v |VỀ VIỆC |Về |VỀ |về )", "", title).strip(" *.:;-_")
    if title:
        header.title = title
        header.places["title"] = (header.title_start, header.title_end)


# --- number, date -----------------------------------------------------------------------------------------------------


def _read_number(plain: str, header: Header) -> None:
    limit = min(len(plain), max(header.title_end, header.body_start) + 400, _HEAD)
    top = header.title_start or limit
    for lead in _NUMBER_LINE.finditer(plain, 0, limit):
        line_start = plain.rfind("\n", 0, lead.start()) + 1
        front = plain[line_start : lead.start()].strip(" *#|\t")
        # A number that follows words on its line is a citation, unless it is a headline ("NGHỊ ĐỊNH CỦA CHÍNH PHỦ SỐ …").
        headline = front.isupper() or (
            header.type is not None and front.lower().startswith(header.type.lower()) and lead.start() <= top + 5
        )
        if front and not headline and not re.search(r"(?:Việt Nam|VIỆT NAM|phúc|PHÚC)$|\|$", front):
            continue
        if lead.start() > top + 5 and not front == "":
            continue
        if lead.start() > header.title_end and header.title_end and header.type not in ("Luật", "Bộ luật", "Pháp lệnh"):
            break
        stop = plain.find("\n", lead.end())
        stop = len(plain) if stop < 0 else stop
        anchor = _ANCHOR.search(plain, lead.end(), min(stop, lead.end() + 24))
        if anchor is None:
            dashed = compiled(r"(\d{1,4}[a-z]?)-(CP|TTg|CT|HĐBT|CTN|HĐCP)(?![^\W_])").match(plain, lead.end())
            if dashed is not None:
                header.number = dashed[0]
                header.places["number"] = dashed.span()
                return
            continue
        matched = _match_symbol(plain, anchor.start())
        if matched is None:
            continue
        end, segments, separators = matched
        left = plain[lead.end() : anchor.start()]
        count = re.fullmatch(r"(\d{1,6}[a-zA-Z]?)(?: ?[/-] ?((?:19|20)\d\d))? ?[/]? ?", left)
        if count is not None:
            symbol = _read_symbol(count[1], count[2], segments, separators)
        else:
            party = re.fullmatch(r"(\d{1,5})[ -]*([A-ZĐ][A-Za-zĐđ&]*(?:-[A-ZĐ]+)?) ?", left)
            if party is None:
                if not left.strip(" .…_"):
                    header.inferred.append("number-left-blank")
                continue
            symbol = _read_symbol(party[1], None, segments, separators, front=party[2])
        header.number = symbol.number
        header.places["number"] = (lead.end(), end)
        if header.type in (None, "Công văn") and symbol.type is not None:
            header.type = symbol.type
        return


def _read_date(plain: str, header: Header) -> None:
    limit = min(len(plain), max(header.body_start, 600) + 300, _HEAD)
    for found in _PLACE_DATE.finditer(plain, 0, limit):
        iso = _iso(found["y"], found["m"], found["d"])
        header.place = " ".join(found["place"].split())
        header.places["place"] = (found.start("place"), found.end("place"))
        if iso is None:
            header.impossible.append(found.span())
            return
        header.date = iso
        header.places["date"] = (found.end("place") + 2, found.end())
        return
    number_end = header.places.get("number", (0, 0))[1]
    if number_end:
        dated = read_date(plain, number_end)
        if dated is not None and dated[1] is not None:
            header.date = dated[1]
            header.places["date"] = (dated[2], dated[0])
            return
    passed = _PASSED.search(plain, max(0, len(plain) - 4_000))
    if passed is not None and header.type in ("Luật", "Bộ luật", "Nghị quyết", "Pháp lệnh"):
        dated = read_date(plain, passed.end())
        if dated is not None and dated[1] is not None:
            header.date = dated[1]
            header.places["date"] = (dated[2], dated[0])


def _iso(year: str, month: str, day: str) -> str | None:
    found = read_date(f" ngày {int(day)}/{int(month)}/{year}", 0)
    return found[1] if found is not None else None


# --- signature --------------------------------------------------------------------------------------------------------


_CAPITALS = compiled(r"(?:[[:upper:]&]+(?![^\W\d_[:upper:]])[ ,.&-]*)+")
_MARK = compiled(
    r"(?<![^\W_])(?P<mark>TM|T/M|KT|K/T|TL|T/L|TUQ|Q|THAY MẶT)(?:[.,:] ?| (?=[[:upper:]]{2}))(?=[[:upper:]]{2})"
)
_BLOCK = 420


def _read_signature(plain: str, header: Header) -> None:
    """Read the block of authority, role and name: "TM. …", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name (Phụ lục I, II.7)."""
    first = _first_mark(plain, header.body_start)
    if first is None:
        _read_bare_signature(plain, header)
        return
    at = first
    stop = min(len(plain), first + _BLOCK)
    while (mark := _next_mark(plain, at, stop)) is not None:
        who = _CAPITALS.match(plain, mark.end(), stop)
        if who is None:
            break
        words = who[0].strip(" .,-&")
        end = mark.end() + len(words)
        inner = re.search(r"(?<=\S) (?=(?:PHÓ|KT|K/T) ?)", words)
        if inner is not None and not words.startswith(("PHÓ", "KT")):
            # All on one line: "KT. THỦ TƯỚNG PHÓ THỦ TƯỚNG Trần Văn A".
            words, end = words[: inner.start()], mark.end() + inner.start()
        words = re.sub(r"\s+(?:KT|K/T|TL|TUQ)$", "", words)
        header.capacity = header.capacity or mark["mark"].replace("/", "").replace("THAY MẶT", "TM")
        if mark["mark"] in ("TM", "T/M", "THAY MẶT"):
            # "TM. ỦY BAN NHÂN DÂN⏎HUYỆN TÂN YÊN" may go on over the line.
            place = compiled(r"\s*(?=(?:HUYỆN|TỈNH|THÀNH PHỐ|QUẬN|THỊ XÃ|XÃ|PHƯỜNG) )").match(plain, end)
            more = _CAPITALS.match(plain, place.end(), stop) if place is not None else None
            if more is not None:
                words, end = f"{words} {more[0].strip(' .,-')}", more.start() + len(more[0].rstrip(" .,-"))
            header.on_behalf_of = words
            header.places["on_behalf_of"] = (mark.start(), end)
        elif mark["mark"] in ("KT", "K/T") and header.on_behalf_of is None:
            header.on_behalf_of = _as_title(words)
            header.places["on_behalf_of"] = (mark.start(), end)
        at = end
    role = compiled(r"\s*").match(plain, at)
    if role is not None:
        at = role.end()
    shouted = _CAPITALS.match(plain, at, stop)
    title = _ROLE_LINE.match(plain, at)
    if shouted is not None and _ROLES.match(shouted[0]):
        words = shouted[0].strip(" .,-&")
        header.signer_role = _as_title(words)
        header.places["signer_role"] = (at, at + len(words))
        at += len(words)
    elif title is not None:
        words = title["role"].strip()
        header.signer_role = _as_title(words)
        header.places["signer_role"] = (title.start("role"), title.start("role") + len(words))
        at = title.start("role") + len(words)
    _read_signer(plain, header, at)


def _as_title(words: str) -> str:
    """Write a role in capitals as a title: "PHÓ CHỦ TỊCH" -> "Phó Chủ tịch"."""
    if not words.isupper():
        return words
    if words.startswith("PHÓ "):
        return f"Phó {words[4:].capitalize()}"
    return words.capitalize()


def _first_mark(plain: str, low: int) -> int | None:
    for found in _MARK.finditer(plain, low):
        line_start = plain.rfind("\n", 0, found.start()) + 1
        front = plain[line_start : found.start()].strip(" *\t")
        if found["mark"] == "Q" or (front and not front.endswith((":", ";", ".", ")"))):
            continue
        return found.start()
    return None


def _next_mark(plain: str, at: int, stop: int) -> re.Match[str] | None:
    """Return the next mark when only blanks stand in front of it."""
    blank = compiled(r"[\s*|]*").match(plain, at)
    found = _MARK.match(plain, blank.end() if blank is not None else at)
    return found if found is not None and found.start() < stop else None


def _read_bare_signature(plain: str, header: Header) -> None:
    """Read a role alone on its line near the end ("BỘ TRƯỞNG", "CHỦ TỊCH QUỐC HỘI"), else a name marked as signed."""
    at = max(header.body_start, len(plain) - _TAIL)
    for start, stop in _lines_from(plain, at):
        line = plain[start:stop].strip(" *\t")
        if 6 < len(line) < 90 and _CAPITALS.match(line) and _ROLES.match(line) and line[:6].isupper():
            found = _ROLE_LINE.match(plain, start, stop)
            if found is None:
                continue
            words = _CAPITALS.match(found["role"])
            role = words[0].strip() if words is not None else found["role"].strip()
            before = header.signer
            _read_signer(plain, header, found.start("role") + len(role))
            if header.signer is not None and header.signer != before:
                header.signer_role = _as_title(role)
                header.places["signer_role"] = (found.start("role"), found.start("role") + len(role))
    if header.signer is None:
        signed = None
        for signed in _SIGNED_NAME.finditer(plain, at):
            pass
        if signed is not None:
            header.signer = signed["name"]
            header.places["signer"] = signed.span("name")


_SIGNED_NAME = compiled(r"(?P<name>[[:upper:]][^\W\d_]*(?: [[:upper:]][^\W\d_]*){1,4}) ?\n? ?\((?:đã ký|Đã ký|ĐÃ KÝ)\)")


def _lines_from(plain: str, at: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    first = plain.find("\n", at)
    position = (first + 1 if first >= 0 else len(plain)) if at else 0
    while position < len(plain):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        spans.append((position, stop))
        position = stop + 1
    return spans


_NOT_NAMES = compiled(
    r"(?:Nơi|Noi|Phụ|Kế|Biểu|Danh|Mẫu|Số|Kính|Như|Căn|Điều|Chương|Quyết|Bảng|Đơn|Cục|Tỉnh|Ủy|Sở|Phòng|Bộ|Văn|Thông|Quy|Nghị|Bản|Lưu|Ban|Hội|Chính|Chủ|Phó|Mục|Phần|Tờ|Báo|Đề|Chi|Công|Cộng|Việt)(?: |$)",
    re.IGNORECASE,
)


def _read_signer(plain: str, header: Header, at: int) -> None:
    """Read the name on the same line or one of the next few; a seal, "(đã ký)" and blanks may stand between."""
    stop = plain.find("\n", at)
    rest = [(at, stop if stop >= 0 else len(plain)), *_lines_from(plain, at)[:6]]
    for start, stop in rest:
        line = plain[start:stop].strip(" *\t|_-.")
        if not line or re.fullmatch(
            r"\(?(?:đã ký|ký tên[^\n]{0,30}|ký[^\n]{0,20}|đã kí|chữ ký số)\)?", line, re.IGNORECASE
        ):
            continue
        if _ROLES.match(line) and line.isupper():
            continue
        found = _NAME.fullmatch(line)
        if found is None or _NOT_NAMES.match(found["name"]) or _ROLES.match(found["name"]):
            return
        name = found["name"]
        offset = plain.find(name, start)
        header.signer = " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
        header.places["signer"] = (offset, offset + len(name))
        return


def _read_digital(plain: str, header: Header) -> None:
    for found in _SIGNED.finditer(plain, max(0, len(plain) - 40_000)):
        time = found["time"]
        if re.search(r"[+-]\d{4}$", time):
            time = f"{time[:-2]}:{time[-2:]}"
        unit = " ".join(found["unit"].split())
        if unit.isupper():
            agency = read_agency(plain, found.start("unit"))
            unit = _sentence_case(agency.name if agency is not None else unit)
        header.signatures.append(
            Signature(" ".join(found["who"].split()), unit, found["mail"].strip(), time, found.start(), found.end())
        )


def _sentence_case(name: str) -> str:
    return name if not name.isupper() else name.capitalize()


# --- places, issuer, period -------------------------------------------------------------------------------------------

_PLACE_WORD = compiled(
    r"(?<![^\W_])(?:tỉnh|thành phố|TP\.?|huyện|quận|thị xã|TỈNH|HUYỆN|THÀNH PHỐ|THỊ XÃ|QUẬN|Tỉnh|Huyện|Thành phố|Thị xã|Quận)(?= ?[[:upper:]])"
)


def _read_places(plain: str, header: Header) -> None:
    """Find the province and the district that the document speaks for."""
    counts: Counter[tuple[str, str]] = Counter()
    regions = (
        (0, header.title_end or 400, 60),
        (header.title_end, header.title_end + 3_000, 6),
        (header.title_end + 3_000, min(len(plain), 60_000), 1),
        (max(0, len(plain) - _TAIL), len(plain), 2),
    )
    for low, high, weight in regions:
        for found in _PLACE_WORD.finditer(plain, low, min(high, len(plain))):
            read = read_place(plain, found.start())
            if read is not None and read[2] is not None:
                counts[_tier_of_place(read[1], read[2]), f"{read[1]} {read[2]}"] += weight
    if header.place is not None:
        name = header.place.removeprefix("TP. ").removeprefix("TP ")
        for place in places.find_place(name):
            if place.tier in ("province", "district"):
                counts[place.tier, f"{place.unit} {place.name}"] += 40 if place.tier == "province" else 20
                break
    top = {
        tier: [(count, name) for (kind, name), count in counts.items() if kind == tier]
        for tier in ("province", "district")
    }
    central = header.number is not None and _is_central(header.number, header.type)
    province = max(top["province"], default=None)
    district = max(top["district"], default=None)
    if central:
        header.context = Context(tier="central", date=header.date)
        return
    tier = _own_tier(plain, header)
    if tier is None and province is not None:
        tier = "province"
    if tier is None and district is not None and district[0] >= 60:
        tier = "district"
    if province is not None and (province[0] >= 6 or district is not None):
        header.province = province[1]
    if district is not None and tier in ("district", "commune") and district[0] >= 6:
        header.district = district[1]
    if header.province is None and header.district is not None:
        name = header.district.split(" ", 1)[1]
        parents = {places.parent_of(place) for place in places.find_place(name, tier="district")}
        known = {parent.name: parent for parent in parents if parent is not None}
        if len(known) == 1:
            only = next(iter(known.values()))
            header.province = f"{only.unit} {only.name}"
            header.inferred.append("province")
    header.context = Context(province=header.province, district=header.district, tier=tier, date=header.date)


def _tier_of_place(unit: str, name: str) -> str:
    if unit == "tỉnh" or (
        unit == "thành phố" and any(p.tier == "province" for p in places.find_place(name, unit=unit))
    ):
        return "province"
    return "district"


def _is_central(number: str, kind: str | None) -> bool:
    """Tell whether a number is that of a central body: no place of the text is then the document's own."""
    codes = re.split(r"[-/]", number)
    code = codes[1] if kind == "Công văn" and len(codes) > 1 else codes[-1]
    return code == "TW" or issuer_of_symbol((code,), Context())[1] == "central"


_TIER_WORDS = (
    ("district", compiled(r"(?<![^\W_])(?:huyện|quận|thị xã)(?![^\W_])", re.IGNORECASE)),
    ("province", compiled(r"(?<![^\W_])(?:tỉnh|thành phố)(?![^\W_])", re.IGNORECASE)),
)
_BODY_TIER = compiled(
    r"(?<![^\W_])(?:UBND|ỦY BAN NHÂN DÂN|Ủy ban nhân dân|HĐND|HỘI ĐỒNG NHÂN DÂN|Hội đồng nhân dân)\s+(?P<unit>huyện|quận|thị xã|tỉnh|thành phố|xã|phường|thị trấn|đặc khu)(?![^\W_])",
    re.IGNORECASE,
)
_UNIT_TIER = {
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "tỉnh": "province",
    "thành phố": "province",
}


def _own_tier(plain: str, header: Header) -> str | None:
    """Say of which tier the document is: by its head, its title, its enacting words, its signature, in this order."""
    head = _BODY_TIER.search(plain, 0, min(header.places.get("type", (0, 0))[0], 1_500))
    if head is not None and head[0].isupper():
        return _UNIT_TIER.get(head["unit"].lower(), "commune")
    title = plain[header.title_start : header.title_end]
    for tier, words in _TIER_WORDS:
        if words.search(title):
            return tier
    for found in _ISSUES.finditer(plain, header.title_end, min(len(plain), header.title_end + 4_000)):
        body = _BODY_TIER.search(found["who"])
        if body is not None:
            return _UNIT_TIER.get(body["unit"].lower(), "commune")
    span = header.places.get("on_behalf_of")
    body = _BODY_TIER.search(plain, span[0], span[1]) if span is not None else None
    return _UNIT_TIER.get(body["unit"].lower(), "commune") if body is not None else None


def _read_issuer(plain: str, header: Header) -> None:
    context = header.context
    # The symbol of the own number names the body, where the body needs no place.
    if header.number is not None:
        symbol_codes = tuple(re.split(r"[-/]", header.number.rsplit("/", 1)[-1]))
        codes = symbol_codes[1:] if len(symbol_codes) > 1 else symbol_codes
        if header.type == "Công văn":
            codes = symbol_codes[:1]
        name, _ = issuer_of_symbol(codes, context, header.date)
        joint = [issuer_of_symbol((code,), context, header.date)[0] for code in codes]
        if len(joint) > 1 and "liên tịch" in (header.type or "").lower() and all(joint):
            name = ", ".join(part for part in joint if part is not None)
        body = {
            "UBND": "Ủy ban nhân dân",
            "HĐND": "Hội đồng nhân dân",
            "CTUBND": "Chủ tịch Ủy ban nhân dân",
            "UB": "Ủy ban nhân dân",
        }.get(codes[0] if codes else "")
        own = {"province": context.province, "district": context.district, "commune": context.commune}.get(
            context.tier or ""
        )
        if name is None and body is not None and own is not None:
            name = f"{body} {own}"
            header.inferred.append("issuer")
        if name is not None:
            header.issuer = name
            if "number" in header.places:
                header.places["issuer"] = header.places["number"]
            return
    for candidate in (
        _issuer_of_head(plain, header),
        _issuer_of_signature(plain, header),
        _issuer_of_opening(plain, header),
    ):
        if candidate is not None:
            header.issuer, span = candidate
            header.places["issuer"] = span
            if header.on_behalf_of is not None and header.on_behalf_of.isupper():
                header.on_behalf_of = header.issuer
            return


def _completed(plain: str, at: int, context: Context) -> tuple[str, tuple[int, int]] | None:
    mention = read_agency(plain, at)
    if mention is None:
        return None
    name, _, _ = complete(mention, context)
    return (name, (mention.start, mention.end)) if name is not None else None


def _issuer_of_head(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    """Read the issuer's name above the type line, in capitals; of parent and body the last counts."""
    best: tuple[str, tuple[int, int]] | None = None
    stop = min(header.places.get("type", (400, 0))[0], 1_500)
    # "ỦY BAN NHÂN DÂN⏎TỈNH ĐỒNG NAI": the name may go on over the line.
    joined = plain[: stop + 200].replace("\n", " ")
    for start, end in _lines(plain, stop):
        if start >= stop:
            break
        line = plain[start:end]
        lead = len(line) - len(line.lstrip(" *#|"))
        if not line.strip() or not _BODY_NAMES.match(line, lead) or not line[lead : lead + 8].isupper():
            continue
        found = _completed(joined, start + lead, header.context)
        if found is not None:
            best = found
        elif (
            best is not None
            and best[0].startswith("Đảng bộ")
            and line.strip(" *#").upper() in ("BAN CHẤP HÀNH", "BAN THƯỜNG VỤ")
        ):
            # The Party prints the organ below its organisation.
            best = (
                f"{line.strip(' *#').capitalize().replace('chấp', 'Chấp').replace('thường', 'Thường')} {best[0]}",
                (start, end),
            )
    if best is not None or header.type is None:
        return best
    # "CHÍNH PHỦ", "BỘ TRƯỞNG BỘ …" between title and bases.
    for start, end in _lines(plain, _HEAD):
        if start < header.title_end:
            continue
        line = plain[start:end].strip(" *#:")
        if _BODY_NAMES.match(line) and line.isupper():
            found = _completed(plain, plain.find(line, start), header.context)
            if found is not None:
                return found
        if start > header.title_end + 600:
            break
    return None


def _issuer_of_signature(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    span = header.places.get("on_behalf_of")
    if span is None or header.on_behalf_of is None or not header.on_behalf_of.isupper():
        return None
    at = plain.find(header.on_behalf_of, span[0])
    return _completed(plain, at, header.context) if at >= 0 else None


def _issuer_of_opening(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    for found in _ISSUES.finditer(plain, header.title_end, min(len(plain), header.title_end + 4_000)):
        # Only the words that issue this very document say who issues it.
        if header.type is not None and found["what"].lower() != header.type.lower():
            continue
        result = _completed(plain, found.start(), header.context)
        if result is not None and plain[result[1][1] : result[1][1] + 1] in (" ", ",", ""):
            return result
    return None


def _read_period(header: Header) -> None:
    if header.title is None:
        return
    years = _PERIOD.search(header.title)
    if years is not None:
        header.period_start, header.period_end = int(years[1]), int(years[2])
        header.places["period"] = (header.title_start, header.title_end)
        return
    single = _YEAR.findall(header.title)
    if single:
        header.period_start = header.period_end = int(single[-1])
        header.places["period"] = (header.title_start, header.title_end)
