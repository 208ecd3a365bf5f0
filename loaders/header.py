"""Read what a document says of itself: type, number, date, issuer, title, place, signer, period.

The layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I (and of Hướng dẫn 36-HD/VPTW for the Party); texts from portals
have lost parts of it, so each field is taken where it is printed and otherwise from what the opening paragraphs or the
signature say, and then it is listed in ``inferred``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from cancu.loaders.agencies import (
    Context,
    complete,
    issuer_of_symbol,
    issuers_of_symbol,
    read_agency,
    read_place,
)
from cancu.loaders.dates import read_date
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.signature import TAIL, DigitalBlock, read_digital, read_signature
from cancu.loaders.symbols import ANCHOR, match_symbol, read_symbol
from cancu.loaders.title import BODY_NAMES, HEAD, line_spans, read_title
from cancu.ontology import lexicon, places

__all__ = ["Header", "read_header"]

_LAWS = ("Luật", "Bộ luật", "Pháp lệnh")

# "Số: 37/KH-UBND", "Luật số: 83/2015/QH13", a number left blank: "Số:      /KH-UBND", and one on the line below.
_NUMBER_LINE = compiled(
    r"(?<![^\W_])(?:[Ll]uật |LUẬT |[Nn]ghị quyết |[Pp]háp lệnh )?(?:[Ss]ố|SỐ) ?(?:hiệu)? ?"
    r"(?:[:.]? ?(?=\d|[.… ]*/)|: ?\n+(?=\d))"
)
_COUNT = compiled(r"(\d{1,6}[a-zA-Z]?)(?: ?[/-] ?((?:19|20)\d\d))? ?[/]? ?")
_PARTY_COUNT = compiled(r"(\d{1,5})[ -]*([A-ZĐ][A-Za-zĐđ&]*(?:-[A-ZĐ]+)?) ?")
_DASHED = compiled(rf"(\d{{1,4}}[a-z]?)-({any_of('dash_code')})(?![^\W_])")
# What may stand in front of a number on its line: the State's name and motto, a cell of a table.
_BESIDE_NUMBER = compiled(r"(?:Việt Nam|VIỆT NAM|phúc|PHÚC)$|\|$")
_LONGEST_COUNT = 24
# "Bắc Giang, ngày 26 tháng 01 năm 2024".
_PLACE_DATE = compiled(
    r"(?:(?<=\n)|(?<=\t)|^|(?<=[|] )|(?<= ))"
    r"(?P<place>[[:upper:]][^\W\d_]*(?:[ .-]{1,3}[[:upper:]]?[^\W\d_]+){0,5}), (?:ngày|Ngày) "
    r"(?P<d>\d{1,2}) ?(?:tháng|/) ?(?P<m>\d{1,2}) ?(?:năm|/) ?(?P<y>\d{4})"
)
_ATTESTED = compiled(r"XÁC THỰC VĂN BẢN HỢP NHẤT|Xác thực văn bản hợp nhất")
_CONSOLIDATED = compiled(r"[Ss]ố: ?(?P<number>\d{1,4}/VBHN-[A-ZĐ]+)")
_ATTESTED_WINDOW = 300
# "ng�y 22 th�ng 12 năm 2025": a lost font's; the name of the place in front is damaged as well.
_DAMAGED_DATE = compiled(
    r"ng(?:\ufffd|à)y (?P<d>\d{1,2}) th(?:\ufffd|á)ng (?P<m>\d{1,2}) n(?:\ufffd|ă)m (?P<y>(?:19|20)\d\d)(?!\d)"
)
_PASSED = compiled(
    r"(?:Luật|Bộ luật|Nghị quyết|Pháp lệnh) này (?:đã )?được "
    r"(?:Quốc hội|Ủy ban [Tt]hường vụ Quốc hội|Hội đồng nhân dân|HĐND)[^\n]{0,160}?thông qua"
)
_PASSED_TAIL = 4_000
# "giai đoạn 2021-2025", "từ năm 2021 đến năm 2025".
_PERIOD = compiled(
    r"(?:giai đoạn|thời kỳ|nhiệm kỳ|năm|trong) (?:từ năm |từ |năm )?((?:19|20)\d\d) ?(?:-|đến năm|đến) ?"
    r"((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_YEAR = compiled(r"(?<!tháng \d )(?<!tháng \d\d )năm ((?:19|20)\d\d)(?!\d| ?[-–/])", re.IGNORECASE)
# "định hướng đến năm 2030": an end without a beginning.
_UP_TO = compiled(r"đến $", re.IGNORECASE)
# "UBND tỉnh ban hành kế hoạch": the words that issue this very document.
_ISSUES = compiled(
    rf"(?P<who>(?:Chủ tịch )?(?:{any_of('issuing_body')}|{any_of('issuing_body_word')} )[^.;\n:]{{0,90}}?)"
    rf" {any_of('issuing_verb')} (?:các |thực hiện |một số )?(?P<what>[^\W_]+ [^\W_]+)"
)
_BODY_BEHIND_COMMA = compiled(rf", (?=(?:Chủ tịch )?(?:{any_of('issuing_body')}|{any_of('issuing_body_word')} ))")
# "UBND tỉnh yêu cầu các sở …": so directives and letters begin.
# Not "Thực hiện Chỉ thị … của Ban Bí thư, đề nghị các huyện …": that body has issued what is cited.
_DIRECTS = compiled(
    rf"(?<!của )(?P<who>(?:Chủ tịch )?(?:{any_of('issuing_body')}|{any_of('issuing_body_word')} )[^.,;\n:]{{0,60}}?)"
    r",? (?:yêu cầu|chỉ thị|đề nghị|giao) "
)
_TYPE_NAMES = frozenset(row.name.lower() for row in lexicon.document_types())
_DIRECTING = ("Chỉ thị", "Công điện", "Công văn")
_DIRECTS_WITHIN = 2_500
_ISSUES_WITHIN = 4_000
# "BCĐ XÂY DỰNG NÔNG THÔN MỚI", "BAN CHỈ ĐẠO⏎CHUYỂN ĐỔI SỐ": a body of the head that no table names.
_STEERING = compiled(
    r"(?:^|(?<=[\n|])|(?<=VIỆT NAM )|(?<=Việt Nam ))[ *#]*(?:BCĐ|BAN CHỈ ĐẠO)"
    r"(?P<of>(?:[\s-]+(?!CỘNG HÒA)[[:upper:]\d&,]+(?![^\W_])){0,20})"
)
_PLACE_AT_END = compiled(rf" (?:{any_of('unit_tier')})(?: [^\W\d_]+){{0,4}}$", re.IGNORECASE)
_STEERING_NAME = "Ban Chỉ đạo"
# The organ that acts for an organisation, on a line of its own below its name.
_ORGANS = {
    "BAN THƯỜNG TRỰC": "Ban Thường trực",
    "BAN CHẤP HÀNH": "Ban Chấp hành",
    "BAN THƯỜNG VỤ": "Ban Thường vụ",
}
_WITH_ORGANS = ("Đảng bộ", "Ủy ban Mặt trận", "Hội ", "Đoàn ", "Liên đoàn ")
_BREAK_BEFORE_ORGAN = compiled(rf"\n(?!\s*(?:{'|'.join(_ORGANS)})[ *#]*(?:\n|$))")
_UNIT_TIERS = lexicon.words("unit_tier")
_UNITS = tuple(unit for unit, tier in _UNIT_TIERS.items() if tier != "commune")
_PLACE_WORD = compiled(
    rf"(?<![^\W_])(?:{'|'.join(form(unit) for form in (str.lower, str.upper, str.capitalize) for unit in _UNITS)}"
    r"|TP\.?)(?= ?[[:upper:]])"
)
_COMMUNES = tuple(unit for unit, tier in _UNIT_TIERS.items() if tier == "commune")
_COMMUNE_WORD = compiled(
    rf"(?<![^\W_])(?:{'|'.join(form(unit) for form in (str.lower, str.upper, str.capitalize) for unit in _COMMUNES)})"
    r"(?= [[:upper:]\d])"
)
_TIER_WORDS = tuple(
    (
        tier,
        compiled(
            rf"(?<![^\W_])(?:{'|'.join(unit for unit in _UNITS if _UNIT_TIERS[unit] == tier)})(?![^\W_])", re.IGNORECASE
        ),
    )
    for tier in ("district", "province")
)
_BODY_TIER = compiled(
    r"(?<![^\W_])(?:UBND|Ủy ban nhân dân|HĐND|Hội đồng nhân dân"
    r"|(?:Ủy ban|UB) ?(?:MTTQ|Mặt trận Tổ quốc)(?: Việt Nam| VN)?)\s+"
    rf"(?P<unit>{any_of('unit_tier')})(?![^\W_])",
    re.IGNORECASE,
)
# How much a place counts by where it is named: in head and title, near the title, in the body, near the signature.
_WEIGHTS = (60, 6, 1, 2)
# The place of the date line counts for its tier, but less than the head.
_DATED_WEIGHTS = {"province": 40, "district": 20}
_LEAST_WEIGHT = 6


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
    signatures: list[DigitalBlock] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    body_start: int = 0
    title_start: int = 0
    title_end: int = 0
    context: Context = field(default_factory=Context)
    impossible: list[tuple[int, int]] = field(default_factory=list)
    #: Where the own number was left blank: "Số:      /KH-UBND".
    number_blank: tuple[int, int] | None = None


def read_header(plain: str) -> Header:
    r"""Read the header of a plain text.

    >>> header = read_header("KẾ HOẠCH\nThực hiện Chương trình năm 2024\nUBND xã ban hành")
    >>> header.type, header.title, header.period_start
    ('Kế hoạch', 'Thực hiện Chương trình năm 2024', 2024)
    """
    header = Header()
    _read_title(plain, header)
    _read_number(plain, header)
    if header.number is None:
        _read_consolidation(plain, header)
    _read_date(plain, header)
    _read_signature(plain, header)
    _read_places(plain, header)
    _read_issuer(plain, header)
    _read_period(header)
    header.inferred = sorted(set(header.inferred))
    return header


def _read_title(plain: str, header: Header) -> None:
    title = read_title(plain)
    header.type, header.title = title.type, title.text
    header.title_start, header.title_end = title.span
    header.body_start = title.body_start
    if title.type_span is not None:
        header.places["type"] = title.type_span
    elif title.type is not None:
        header.inferred.append("type")
    if title.text is not None:
        header.places["title"] = title.span


def _read_signature(plain: str, header: Header) -> None:
    signature = read_signature(plain, header.body_start)
    header.signer, header.signer_role = signature.signer, signature.signer_role
    header.on_behalf_of, header.capacity = signature.on_behalf_of, signature.capacity
    header.places |= signature.places
    header.signatures = read_digital(plain)


# --- number, date -----------------------------------------------------------------------------------------------------


def _read_number(plain: str, header: Header) -> None:
    limit = min(len(plain), max(header.title_end, header.body_start) + 400, HEAD)
    top = header.title_start or limit
    for lead in _NUMBER_LINE.finditer(plain, 0, limit):
        line_start = plain.rfind("\n", 0, lead.start()) + 1
        front = plain[line_start : lead.start()].strip(" *#|\t")
        above = lead.start() <= top + 5
        # A number that follows words on its line is a citation, unless it is a headline ("NGHỊ ĐỊNH CỦA CHÍNH PHỦ SỐ").
        headline = front.isupper() or (
            header.type is not None and front.lower().startswith(header.type.lower()) and above
        )
        if front and not (above and (headline or _BESIDE_NUMBER.search(front))):
            continue
        if lead.start() > header.title_end > 0 and header.type not in _LAWS:
            return
        if _read_number_at(plain, header, lead.end()):
            return


def _read_consolidation(plain: str, header: Header) -> None:
    """Read number and date of a consolidated text, which stand where it is authenticated (Pháp lệnh 01/2012)."""
    attested = _ATTESTED.search(plain)
    if attested is None:
        return
    window = max(0, attested.start() - _ATTESTED_WINDOW), min(len(plain), attested.end() + _ATTESTED_WINDOW)
    numbered = _CONSOLIDATED.search(plain, *window)
    if numbered is None:
        return
    header.number = numbered["number"]
    header.places["number"] = numbered.span("number")
    dated = _PLACE_DATE.search(plain, *window)
    iso = _iso(dated["y"], dated["m"], dated["d"]) if dated is not None else None
    if dated is not None and iso is not None:
        header.date = iso
        header.places["date"] = (dated.end("place") + 2, dated.end())


def _read_number_at(plain: str, header: Header, at: int) -> bool:
    """Read the number behind "Số:", or note that it was left blank; tell whether there is one."""
    stop = plain.find("\n", at)
    stop = len(plain) if stop < 0 else stop
    anchor = ANCHOR.search(plain, at, min(stop, at + _LONGEST_COUNT))
    if anchor is None:
        dashed = _DASHED.match(plain, at)
        if dashed is not None:
            header.number = dashed[0]
            header.places["number"] = dashed.span()
        return dashed is not None
    matched = match_symbol(plain, anchor.start())
    if matched is None:
        return False
    end, segments, separators = matched
    left = plain[at : anchor.start()]
    count = _COUNT.fullmatch(left)
    party = _PARTY_COUNT.fullmatch(left)
    if count is not None:
        symbol = read_symbol(count[1], count[2], segments, separators)
    elif party is not None:
        symbol = read_symbol(party[1], None, segments, separators, front=party[2])
    else:
        if not left.strip(" .…_"):
            header.inferred.append("number-left-blank")
            header.number_blank = (max(plain.rfind("\n", 0, at), plain.rfind("\t", 0, at)) + 1, end)
        return False
    header.number = symbol.number
    header.places["number"] = (at, end)
    if header.type in (None, "Công văn") and symbol.type is not None:
        header.type = symbol.type
    return True


def _read_date(plain: str, header: Header) -> None:
    if header.date is not None:
        return
    limit = min(len(plain), max(header.body_start, 600) + 300, HEAD)
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
    damaged = _DAMAGED_DATE.search(plain, 0, header.title_start) if header.title_start else None
    iso = _iso(damaged["y"], damaged["m"], damaged["d"]) if damaged is not None and "\ufffd" in damaged[0] else None
    if damaged is not None and iso is not None:
        header.date = iso
        header.places["date"] = damaged.span()
        return
    number_end = header.places.get("number", (0, 0))[1]
    if number_end:
        dated = read_date(plain, number_end)
        if dated is not None and dated[1] is not None:
            header.date = dated[1]
            header.places["date"] = (dated[2], dated[0])
            return
    passed = _PASSED.search(plain, max(0, len(plain) - _PASSED_TAIL))
    if passed is not None and header.type in (*_LAWS, "Nghị quyết"):
        dated = read_date(plain, passed.end())
        if dated is not None and dated[1] is not None:
            header.date = dated[1]
            header.places["date"] = (dated[2], dated[0])


def _iso(year: str, month: str, day: str) -> str | None:
    found = read_date(f" ngày {int(day)}/{int(month)}/{year}", 0)
    return found[1] if found is not None else None


# --- places -----------------------------------------------------------------------------------------------------------


def _read_places(plain: str, header: Header) -> None:
    """Find the province and the district that the document speaks for."""
    header.context = Context(tier="central", date=header.date)
    if header.number is not None and _is_central(header.number, header.type):
        return
    counts = _count_places(plain, header)
    province = max(counts["province"].items(), key=lambda item: (item[1], item[0]), default=None)
    district = max(counts["district"].items(), key=lambda item: (item[1], item[0]), default=None)
    tier = _own_tier(plain, header)
    if tier is None and province is not None:
        tier = "province"
    if tier is None and district is not None and district[1] >= _WEIGHTS[0]:
        tier = "district"
    if province is not None and (province[1] >= _LEAST_WEIGHT or district is not None):
        header.province = province[0]
    if district is not None and tier in ("district", "commune") and district[1] >= _LEAST_WEIGHT:
        header.district = district[0]
    if header.province is None and header.district is not None:
        _infer_province(header, header.district)
    commune = _own_commune(plain, header) if tier == "commune" else None
    header.context = Context(header.province, header.district, commune, tier, header.date)


def _count_places(plain: str, header: Header) -> dict[str, Counter[str]]:
    """Weigh the provinces and the districts that the text names."""
    counts: dict[str, Counter[str]] = {"province": Counter(), "district": Counter()}
    regions = (
        (0, header.title_end or 400),
        (header.title_end, header.title_end + 3_000),
        (header.title_end + 3_000, min(len(plain), 60_000)),
        (max(0, len(plain) - TAIL), len(plain)),
    )
    for (low, high), weight in zip(regions, _WEIGHTS, strict=True):
        for found in _PLACE_WORD.finditer(plain, low, min(high, len(plain))):
            read = read_place(plain, found.start())
            if read is not None and read[2] is not None:
                counts[_tier_of_place(read[1], read[2])][f"{read[1]} {read[2]}"] += weight
    if header.place is not None:
        for place in places.find_place(header.place.removeprefix("TP. ").removeprefix("TP ")):
            if place.tier in _DATED_WEIGHTS:
                counts[place.tier][f"{place.unit} {place.name}"] += _DATED_WEIGHTS[place.tier]
                break
    return counts


def _own_commune(plain: str, header: Header) -> str | None:
    """Return the commune that a text of its tier names first: in the head, the title or the enacting words."""
    for found in _COMMUNE_WORD.finditer(plain, 0, min(len(plain), header.title_end + _ISSUES_WITHIN)):
        # "XÃ LƯƠNG SƠN⏎BAN THƯỜNG TRỰC": no name of a place goes on over the line.
        stop = plain.find("\n", found.start())
        read = read_place(plain[: stop if stop >= 0 else len(plain)], found.start())
        if read is not None and read[2] is not None:
            return f"{read[1]} {read[2]}"
    return None


def _infer_province(header: Header, district: str) -> None:
    """Take the one province that has a district of this name."""
    name = district.split(" ", 1)[1]
    parents = {places.parent_of(place) for place in places.find_place(name, tier="district")}
    known = {parent.name: parent for parent in parents if parent is not None}
    if len(known) == 1:
        only = next(iter(known.values()))
        header.province = f"{only.unit} {only.name}"
        header.inferred.append("province")


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


def _own_tier(plain: str, header: Header) -> str | None:
    """Say of which tier the document is: by its head, its title, its enacting words, its signature, in this order."""
    # "UBND TỈNH NGHỆ AN⏎UBND HUYỆN DIỄN CHÂU": the parent body stands above.
    heads = _BODY_TIER.finditer(plain, 0, min(header.places.get("type", (0, 0))[0], 1_500))
    own = [head for head in heads if head[0].isupper()]
    if own:
        return _UNIT_TIERS[own[-1]["unit"].lower()]
    title = plain[header.title_start : header.title_end]
    for tier, words in _TIER_WORDS:
        if words.search(title):
            return tier
    for found in _ISSUES.finditer(plain, header.title_end, min(len(plain), header.title_end + _ISSUES_WITHIN)):
        body = _BODY_TIER.search(found["who"])
        if body is not None:
            return _UNIT_TIERS[body["unit"].lower()]
    span = header.places.get("on_behalf_of")
    body = _BODY_TIER.search(plain, span[0], span[1]) if span is not None else None
    return _UNIT_TIERS[body["unit"].lower()] if body is not None else None


# --- issuer -----------------------------------------------------------------------------------------------------------


def _read_issuer(plain: str, header: Header) -> None:
    """Read who issues the document: by its number, else by its head, its signature, its enacting words."""
    steering = _steering_of_head(plain, header)
    if steering is not None:
        header.issuer, header.places["issuer"] = steering
        if header.on_behalf_of is not None and header.on_behalf_of.isupper():
            header.on_behalf_of = header.issuer
        return
    named = _issuer_of_number(header)
    if named is not None:
        organ = _organ_of_head(plain, header)
        if organ is not None and named.startswith(_WITH_ORGANS):
            named = f"{organ} {named}"
        header.issuer = named
        if "number" in header.places:
            header.places["issuer"] = header.places["number"]
        signed = _issuer_of_signature(plain, header)
        if signed is not None:
            header.on_behalf_of = signed[0]
        return
    found = _issuer_of_head(plain, header) or _issuer_of_signature(plain, header) or _issuer_of_opening(plain, header)
    if found is not None:
        header.issuer, header.places["issuer"] = found
        if header.on_behalf_of is not None and header.on_behalf_of.isupper():
            header.on_behalf_of = header.issuer


def _issuer_of_number(header: Header) -> str | None:
    """Return the body that the symbol of the own number names; for UBND and HĐND the place must be known."""
    if header.number is None:
        return None
    context = header.context
    codes = tuple(re.split(r"[-/]", header.number.rsplit("/", 1)[-1]))
    if header.type == "Công văn":
        codes = codes[:1]
    elif len(codes) > 1:
        codes = codes[1:]
    name = issuers_of_symbol(codes, header.type, context, header.date)
    if name is not None:
        return name
    body = lexicon.words("place_body").get(codes[0])
    own = {"province": context.province, "district": context.district, "commune": context.commune}
    place = own.get(context.tier or "")
    if body is None or place is None:
        return None
    header.inferred.append("issuer")
    return f"{body} {place}"


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
    joined = _BREAK_BEFORE_ORGAN.sub(" ", plain[: stop + 200])
    for start, end in line_spans(plain, stop):
        if start >= stop:
            break
        line = plain[start:end]
        lead = len(line) - len(line.lstrip(" *#|"))
        if not line.strip() or not BODY_NAMES.match(line, lead) or not line[lead : lead + 8].isupper():
            continue
        found = _completed(joined, start + lead, header.context)
        if found is not None:
            best = found
        elif best is not None and best[0].startswith(_WITH_ORGANS) and line.strip(" *#") in _ORGANS:
            # The organ is printed below its organisation.
            best = (f"{_ORGANS[line.strip(' *#')]} {best[0]}", (start, end))
    if best is not None or header.type is None:
        return best
    # "CHÍNH PHỦ", "BỘ TRƯỞNG BỘ …" between title and bases.
    for start, end in line_spans(plain, HEAD):
        if start < header.title_end:
            continue
        line = plain[start:end].strip(" *#:")
        if BODY_NAMES.match(line) and line.isupper():
            found = _completed(plain, plain.find(line, start), header.context)
            if found is not None:
                return found
        if start > header.title_end + 600:
            break
    return None


def _organ_of_head(plain: str, header: Header) -> str | None:
    """Return the organ that stands on a line of its own above the type: "BAN THƯỜNG TRỰC"."""
    stop = min(header.places.get("type", (400, 0))[0], 1_500)
    lines = (plain[start:end].strip(" *#|") for start, end in line_spans(plain, stop) if start < stop)
    return next((_ORGANS[line] for line in lines if line in _ORGANS), None)


def _steering_of_head(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    """Read a steering committee that the head names below the body that has set it up, with what it steers."""
    stop = min(header.places.get("type", (400, 0))[0], 1_500)
    found = _STEERING.search(plain, 0, stop)
    if found is None:
        return None
    of = " ".join(found["of"].split())
    place = _PLACE_AT_END.search(f" {of}")
    words = (of[: place.start()] if place is not None else of).strip(" -,")
    agency = read_agency(f"BAN CHỈ ĐẠO {words}", 0)
    if not words or (agency is not None and agency.end == len(f"BAN CHỈ ĐẠO {words}")):
        return None
    context = header.context
    own = {"province": context.province, "district": context.district, "commune": context.commune}
    name = f"{_STEERING_NAME} {_as_printed(plain, words, header.body_start)}"
    return " ".join(filter(None, (name, own.get(context.tier or "")))), found.span()


def _as_printed(plain: str, words: str, start: int) -> str:
    """Write words of capitals as the text below prints them, else in small letters."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    for found in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", plain[start : start + HEAD], re.IGNORECASE):
        printed = " ".join(found[0].split())
        if not printed.isupper():
            return printed
    return words.lower()


def _issuer_of_signature(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    span = header.places.get("on_behalf_of")
    if span is None or header.on_behalf_of is None or not header.on_behalf_of.isupper():
        return None
    at = plain.find(header.on_behalf_of, span[0])
    return _completed(plain, at, header.context) if at >= 0 else None


def _issuer_of_opening(plain: str, header: Header) -> tuple[str, tuple[int, int]] | None:
    for found in _ISSUES.finditer(plain, header.title_end, min(len(plain), header.title_end + _ISSUES_WITHIN)):
        # Only the words that issue this very document say who issues it.
        # Without a type, only those that issue some document: no ministry issues what it guides.
        what = found["what"].lower()
        if what != header.type.lower() if header.type is not None else what not in _TYPE_NAMES:
            continue
        # "Thực hiện Quyết định … của Thủ tướng Chính phủ, UBND huyện ban hành": who stands behind the last comma.
        inner = [body.end() for body in _BODY_BEHIND_COMMA.finditer(plain, found.start(), found.end("who"))]
        for start in (*reversed(inner), found.start()):
            result = _completed(plain, start, header.context)
            if result is not None and plain[result[1][1] : result[1][1] + 1] in (" ", ",", ""):
                return result
    if header.type in _DIRECTING:
        for found in _DIRECTS.finditer(plain, header.title_end, min(len(plain), header.title_end + _DIRECTS_WITHIN)):
            result = _completed(plain, found.start(), header.context)
            if result is not None and result[1][1] >= found.end("who") - 1:
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
    single = [*_YEAR.finditer(header.title)]
    if single:
        header.period_end = int(single[-1][1])
        if not _UP_TO.search(header.title, 0, single[-1].start()):
            header.period_start = header.period_end
        header.places["period"] = (header.title_start, header.title_end)
