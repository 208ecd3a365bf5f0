"""Find agencies in plain text, and say which body a contextual name ("UBND tỉnh", "Sở Xây dựng") or a code means here.

Names come from ``ontology/issuers.tsv`` and ``ontology/departments.tsv``, places from ``ontology/places.tsv``. What the text
leaves open is completed from the document's own place (:class:`Context`) and says so; nothing is completed that the
context does not give.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from cancu.loaders.patterns import compiled
from cancu.ontology import lexicon, places

__all__ = [
    "AgencyMention",
    "Context",
    "complete",
    "issuer_of_symbol",
    "read_agency",
    "read_joint_agencies",
    "read_place",
    "tier_of",
]

_PROVINCE_UNITS = frozenset({"tỉnh", "thành phố"})
_UNIT_WORDS = {
    "tỉnh": "tỉnh",
    "thành phố": "thành phố",
    "tp": "thành phố",
    "tp.": "thành phố",
    "t.p": "thành phố",
    "huyện": "huyện",
    "quận": "quận",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "tx.": "thị xã",
    "xã": "xã",
    "phường": "phường",
    "thị trấn": "thị trấn",
    "tt.": "thị trấn",
    "đặc khu": "đặc khu",
}
_DISTRICT_UNITS = frozenset({"huyện", "quận", "thị xã"})
_COMMUNE_UNITS = frozenset({"xã", "phường", "thị trấn", "đặc khu"})
_UNIT = compiled(
    r"(?P<unit>tỉnh|thành phố|tp\.?|t\.p|huyện|quận|thị xã|tx\.?|xã|phường|thị trấn|tt\.|đặc khu)(?![^\W\d_])",
    re.IGNORECASE,
)
_NAME_WORD = compiled(r"[[:upper:]][^\W\d_]*(?:['-][[:upper:]]?[^\W\d_]+)*|\d{1,2}(?![\d/.,])")

# Heads whose body is known only together with a place: head -> canonical.
_SCOPED = {
    "ủy ban nhân dân": "Ủy ban nhân dân",
    "ubnd": "Ủy ban nhân dân",
    "ubnn": "Ủy ban nhân dân",
    "hội đồng nhân dân": "Hội đồng nhân dân",
    "hđnd": "Hội đồng nhân dân",
    "chủ tịch ủy ban nhân dân": "Chủ tịch Ủy ban nhân dân",
    "chủ tịch ubnd": "Chủ tịch Ủy ban nhân dân",
    "thường trực hội đồng nhân dân": "Thường trực Hội đồng nhân dân",
    "thường trực hđnd": "Thường trực Hội đồng nhân dân",
    "tt hđnd": "Thường trực Hội đồng nhân dân",
    "văn phòng ủy ban nhân dân": "Văn phòng Ủy ban nhân dân",
    "văn phòng ubnd": "Văn phòng Ủy ban nhân dân",
    "đoàn đại biểu quốc hội": "Đoàn đại biểu Quốc hội",
    "ban chấp hành đảng bộ": "Ban Chấp hành Đảng bộ",
    "bch đảng bộ": "Ban Chấp hành Đảng bộ",
    "đảng bộ": "Đảng bộ",
    "ủy ban mặt trận tổ quốc việt nam": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "ủy ban mttq việt nam": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "ủy ban mặt trận tổ quốc": "Ủy ban Mặt trận Tổ quốc Việt Nam",
}
# Party committees carry the tier in their name; "Ban Thường vụ" stands in front of any.
_COMMITTEES = {
    "tỉnh ủy": "province",
    "thành ủy": "province",
    "huyện ủy": "district",
    "quận ủy": "district",
    "thị ủy": "district",
    "đảng ủy": "commune",
}
_COMMITTEE = compiled(
    r"(?P<front>(?:Ban Thường vụ|BTV|Thường trực|Thường vụ) )?(?P<head>(?:tỉnh|thành|huyện|quận|thị|đảng) ủy)(?![^\W\d_])",
    re.IGNORECASE,
)
_SCOPED_HEAD = compiled(
    "(?:" + "|".join(re.escape(head) for head in sorted(_SCOPED, key=len, reverse=True)) + r")(?![^\W\d_])",
    re.IGNORECASE,
)
_HEAD_OF = compiled(
    r"(?P<title>(?:Phó )?(?:Bộ trưởng|Chánh Văn phòng|Chánh Thanh tra|Trưởng phòng|Chủ nhiệm|Thống đốc|Tổng Thanh tra|Tổng Kiểm toán|Chánh án|Viện trưởng|Tổng Giám đốc"
    r"|Tổng cục trưởng|Cục trưởng|Giám đốc|Trưởng ban|Trưởng phòng|Chủ tịch|Thứ trưởng|Tổng Bí thư))(?:,? (?:Chủ nhiệm|Trưởng ban))? ",
    re.IGNORECASE,
)
# An agency that no table knows: a head word, then capitalised words and the small words that stand between them.
_UNKNOWN = compiled(
    r"(?:Bộ|Sở|Ban|Cục|Tổng cục|Chi cục|Văn phòng|Viện|Trường|Trung tâm|Công ty|Tổng công ty|Tập đoàn|Hội đồng|Hội|Liên đoàn"
    r"|Liên hiệp|Ngân hàng|Kho bạc|Thanh tra|Tòa án|Viện kiểm sát|Công an|Quân khu|Đảng ủy|Ủy ban|Phòng|Học viện|Đài|Quỹ|Hiệp hội)"
    r"(?: (?:- )?(?:[[:upper:]][^\W\d_]*|(?:và|của|các|thuộc|về|nhân dân|nhà nước|tối cao|quốc gia|trung ương|nông thôn|môi trường|quân sự|dân tộc|đô thị)(?= )))+"
)
_DEPARTMENT_HEADS = (
    "Sở",
    "Phòng",
    "Ban",
    "Trung tâm",
    "Chi cục",
    "Văn phòng",
    "Thanh tra",
    "Công an",
    "Đài",
    "Cục",
    "Kho bạc",
    "Bộ Chỉ huy",
    "Trường",
    "Hội",
    "Ngân hàng",
    "Hạt",
)


@dataclass(frozen=True, slots=True)
class Context:
    """Say where a document stands: its place names with their unit ("tỉnh Bắc Giang"), its tier and its date."""

    province: str | None = None
    district: str | None = None
    commune: str | None = None
    tier: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """Hold an agency as found: ``name`` without what only context gives; ``needs`` is the tier whose place is open."""

    start: int
    end: int
    name: str
    tier: str
    needs: str | None = None


def _forms(form: str) -> str:
    """Return a pattern that takes a name however its blanks, hyphens and "và"/"&" are set."""
    parts = re.split(r"\s*-\s*|\s+", form.strip())
    pattern = ""
    for index, part in enumerate(parts):
        if index:
            pattern += r"[ -]*"
        if part in ("và", "&"):
            pattern += r"(?:và|&)"
        else:
            pattern += (
                re.escape(part).replace(r"\&", r" ?& ?").replace("&", r"(?:&| ?và ?)")
                if "&" in part
                else re.escape(part) + ("?" if part.endswith(",") else "")
            )
    return pattern


@cache
def _central() -> tuple[dict[str, re.Pattern[str]], dict[str, lexicon.Issuer]]:
    """Return, by first word, the pattern of all names of bodies without a place, and the row of each written form."""
    by_first: dict[str, list[str]] = {}
    rows: dict[str, lexicon.Issuer] = {}
    for row in lexicon.issuers():
        if row.contextual:
            continue
        for form in (row.name, *row.names_also):
            key = _squeeze(form)
            rows.setdefault(key, row)
            by_first.setdefault(form.split()[0].lower().split("-")[0], []).append(form)
    patterns = {}
    for first, forms in by_first.items():
        alternatives = "|".join(_forms(form) for form in sorted(set(forms), key=lambda f: (-len(f), f)))
        patterns[first] = compiled(f"(?:{alternatives})(?![^\\W\\d_])", re.IGNORECASE)
    return patterns, rows


@cache
def _departments() -> tuple[dict[str, re.Pattern[str]], dict[tuple[str, str], tuple[str, str]]]:
    """Return, by head word, the pattern of department names, and (head, written form) -> (canonical, tier)."""
    by_head: dict[str, list[str]] = {}
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for row in lexicon.departments():
        for form in (row.name, *row.abbreviations):
            if not form:
                continue
            names.setdefault((row.head.lower(), _squeeze(form)), (f"{row.head} {row.name}".strip(), row.tier))
            by_head.setdefault(row.head.lower(), []).append(form)
    patterns = {
        head: compiled(
            f"(?:{'|'.join(_forms(form) for form in sorted(set(forms), key=lambda f: (-len(f), f)))})(?![^\\W\\d_])",
            re.IGNORECASE,
        )
        for head, forms in by_head.items()
    }
    return patterns, names


def _squeeze(form: str) -> str:
    return re.sub(r"[\s,-]+", "", form.lower().replace("&", "và"))


def read_place(plain: str, at: int, context: Context | None = None) -> tuple[int, str, str | None] | None:
    """Read "tỉnh Bắc Giang", "huyện Thọ Xuân" or the unit alone; return (end, unit, name or None).

    >>> read_place("tỉnh Bắc Giang về", 0)
    (14, 'tỉnh', 'Bắc Giang')
    >>> read_place("tỉnh Truyền thông về", 0)
    (4, 'tỉnh', None)
    """
    found = _UNIT.match(plain, at)
    if found is None:
        return None
    unit = _UNIT_WORDS[found["unit"].lower()]
    start = found.end()
    while start < len(plain) and plain[start] in " .":
        start += 1
    known = places.PROVINCE_NAMES if unit in ("tỉnh", "thành phố") else places.DISTRICT_NAMES
    also = places.DISTRICT_NAMES if unit == "thành phố" else frozenset[str]()
    best: tuple[int, str] | None = None
    position, words = start, 0
    while words < 6:
        word = _NAME_WORD.match(plain, position)
        if word is None:
            break
        words += 1
        end = word.end()
        candidate = plain[start:end]
        folded = places.fold_name(candidate)
        if folded in known or folded in also:
            best = (end, candidate)
        rest = compiled(r" - | ?- ?| ").match(plain, end)
        if rest is None:
            break
        position = rest.end()
    if best is None and unit in _COMMUNE_UNITS | _DISTRICT_UNITS:
        # Communes are too many to match by name alone: up to three capitalised words behind the unit word.
        position, words, end = start, 0, start
        while words < 3:
            word = _NAME_WORD.match(plain, position)
            if word is None or (words and plain[position - 1] != " "):
                break
            words, end = words + 1, word.end()
            position = end + 1
            if plain[end : end + 1] != " ":
                break
        if words >= 2 or (words == 1 and unit in ("phường", "quận") and plain[start:end].isdigit()):
            best = (end, plain[start:end])
    if best is None:
        return found.end(), unit, None
    return best[0], unit, _place_name(best[1], unit)


def _place_name(printed: str, unit: str) -> str:
    # A name in capitals ("BẮC GIANG") is written as a name.
    name = " ".join(printed.split())
    if name.isupper() and len(name) > 3:
        name = " ".join(word.capitalize() for word in name.split(" "))
    return name


def read_agency(plain: str, at: int) -> AgencyMention | None:
    """Read the agency whose name begins at ``at``, or return None.

    >>> read_agency("UBND tỉnh Bắc Giang về việc", 0).name
    'Ủy ban nhân dân tỉnh Bắc Giang'
    >>> read_agency("Bộ LĐTBXH", 0).name
    'Bộ Lao động - Thương binh và Xã hội'
    >>> read_agency("Sở Xây dựng", 0).needs
    'province'
    """
    titled = _HEAD_OF.match(plain, at)
    if titled is not None and not _SCOPED_HEAD.match(plain, at):
        inner = _read_body(plain, titled.end())
        if inner is not None:
            name = f"{_title(titled['title'])} {inner.name}"
            return AgencyMention(at, inner.end, name, inner.tier, inner.needs)
    return _read_body(plain, at)


def _title(printed: str) -> str:
    words = printed.split(" ")
    if len(words) == 2 and words[0].lower() == "bộ":
        return "Bộ trưởng"
    return printed[0].upper() + (printed[1:].lower() if printed.isupper() else printed[1:])


def _read_body(plain: str, at: int) -> AgencyMention | None:
    return (
        _read_scoped(plain, at)
        or _read_committee(plain, at)
        or _read_central(plain, at)
        or _read_department(plain, at)
        or _read_unknown(plain, at)
    )


def _read_scoped(plain: str, at: int) -> AgencyMention | None:
    head = _SCOPED_HEAD.match(plain, at)
    if head is None:
        return None
    canonical = _SCOPED[head[0].lower()]
    position = head.end()
    # "HĐND-UBND", "HĐND và UBND" are read at their first body only.
    if plain[position : position + 1] != " ":
        return AgencyMention(at, position, canonical, "other", "own")
    place = read_place(plain, position + 1)
    if place is None:
        if canonical == "Ủy ban Mặt trận Tổ quốc Việt Nam" and plain.startswith(" trung ương", position):
            return AgencyMention(at, position + 11, f"{canonical} trung ương", "central")
        direct = _province_at(plain, position + 1)
        if direct is not None:
            return AgencyMention(at, direct[0], f"{canonical} {direct[1]}", "province")
        return AgencyMention(at, position, canonical, "other", "own")
    end, unit, name = place
    tier = _tier_of_unit(unit, name)
    if name is None:
        term = _TERM_BEHIND.match(plain, end) if canonical == "Ban Chấp hành Đảng bộ" else None
        return AgencyMention(at, term.end() if term is not None else end, f"{canonical} {unit}", tier, tier)
    full = f"{canonical} {unit} {name}"
    if canonical == "Ban Chấp hành Đảng bộ":
        # "… khóa XVII" is said with a committee, but names no other body.
        term = _TERM_BEHIND.match(plain, end)
        return AgencyMention(at, term.end() if term is not None else end, full, "party")
    # "UBND xã An Bá, huyện Sơn Động, tỉnh Bắc Giang": the line of places belongs to the name.
    while True:
        more = compiled(r",? (?=huyện|quận|thị xã|tỉnh|thành phố|TP)").match(plain, end)
        outer = read_place(plain, more.end()) if more is not None and tier != "province" else None
        if outer is None or outer[2] is None or more is None:
            break
        full += f", {outer[1]} {outer[2]}"
        end = outer[0]
        if outer[1] in _PROVINCE_UNITS:
            break
    return AgencyMention(at, end, full, tier)


_TERM_BEHIND = compiled(r",? \(?kh(?:óa|oá) (?:[IVXLC]+|\d+)\)?", re.IGNORECASE)


def _province_at(plain: str, at: int) -> tuple[int, str] | None:
    """Read a province's name without its unit word ("UBND Thanh Hóa")."""
    position, best = at, None
    for _ in range(5):
        word = _NAME_WORD.match(plain, position)
        if word is None:
            break
        if places.fold_name(plain[at : word.end()]) in places.PROVINCE_NAMES:
            best = word.end()
        if plain[word.end() : word.end() + 1] != " ":
            break
        position = word.end() + 1
    if best is None:
        return None
    name = _place_name(plain[at:best], "tỉnh")
    units = {place.unit for place in places.find_place(name, tier="province")}
    if len(units) != 1:
        return best, name
    return best, f"{units.pop()} {name}"


def _tier_of_unit(unit: str, name: str | None) -> str:
    if unit == "tỉnh":
        return "province"
    if unit == "thành phố":
        if name is None:
            return "province"
        found = {place.tier for place in places.find_place(name, unit="thành phố")}
        return "province" if "province" in found or not found else "district"
    return "district" if unit in _DISTRICT_UNITS else "commune"


def _read_committee(plain: str, at: int) -> AgencyMention | None:
    found = _COMMITTEE.match(plain, at)
    if found is None:
        return None
    head = found["head"].lower()
    front = f"{found['front'].strip()} " if found["front"] else ""
    canonical = front.replace("BTV", "Ban Thường vụ") + head.capitalize()
    end = found.end()
    if plain[end : end + 1] == " ":
        place = read_place(plain, end + 1)
        if place is not None and place[2] is not None:
            return AgencyMention(at, place[0], f"{canonical} {place[1]} {place[2]}", "party")
        direct = _province_at(plain, end + 1)
        if direct is not None:
            return AgencyMention(
                at, direct[0], f"{canonical} {direct[1].removeprefix('tỉnh ').removeprefix('thành phố ')}", "party"
            )
        word = _NAME_WORD.match(plain, end + 1)
        second = (
            _NAME_WORD.match(plain, word.end() + 1)
            if word is not None and plain[word.end() : word.end() + 1] == " "
            else None
        )
        if (
            word is not None
            and second is not None
            and places.fold_name(plain[end + 1 : second.end()]) in places.DISTRICT_NAMES
        ):
            return AgencyMention(at, second.end(), f"{canonical} {plain[end + 1 : second.end()]}", "party")
    return AgencyMention(at, end, canonical, "party", _COMMITTEES[head])


def _first_word(plain: str, at: int) -> str:
    stop = at
    while stop < len(plain) and (plain[stop].isalnum() or plain[stop] == "&"):
        stop += 1
    return plain[at:stop].lower()


def _read_central(plain: str, at: int) -> AgencyMention | None:
    patterns, rows = _central()
    pattern = patterns.get(_first_word(plain, at))
    found = pattern.match(plain, at) if pattern is not None else None
    if found is None:
        return None
    row = rows.get(_squeeze(found[0]))
    if row is None:
        return None
    name, end = row.name, found.end()
    # "khóa XI" belongs to a term's organ: numbers restart with it.
    term = compiled(r",? (?:\(?khóa|khoá) ([IVXLC]+|\d+)\)?", re.IGNORECASE).match(plain, end)
    if term is not None and row.tier == "party":
        name, end = f"{name} khóa {term[1]}", term.end()
    if row.tier == "central" and name.startswith(_BRANCHED):
        place = read_place(plain, end + 1) if plain[end : end + 1] == " " else None
        if place is not None and place[2] is not None:
            # "Cục Thuế tỉnh Hà Tĩnh": a central body's branch in a place.
            return AgencyMention(at, place[0], f"{name} {place[1]} {place[2]}", _tier_of_unit(place[1], place[2]))
    return AgencyMention(at, end, name, row.tier)


_BRANCHED = (
    "Cục ",
    "Kho bạc",
    "Ngân hàng",
    "Bảo hiểm xã hội",
    "Chi cục",
    "Tòa án nhân dân",
    "Viện kiểm sát nhân dân",
    "Công an",
)


def _read_department(plain: str, at: int) -> AgencyMention | None:
    patterns, names = _departments()
    for head in _DEPARTMENT_HEADS:
        if plain[at : at + len(head)].lower() != head.lower():
            continue
        start = at + len(head)
        if plain[start : start + 1] != " ":
            continue
        pattern = patterns.get(head.lower())
        found = pattern.match(plain, start + 1) if pattern is not None else None
        if found is None:
            continue
        canonical, tier = names[head.lower(), _squeeze(found[0])]
        return _with_place(plain, at, found.end(), canonical, tier)
    return None


def _with_place(plain: str, at: int, end: int, canonical: str, tier: str) -> AgencyMention:
    if plain[end : end + 1] == " ":
        place = read_place(plain, end + 1)
        if place is not None:
            stop, unit, name = place
            if name is not None:
                return AgencyMention(at, stop, f"{canonical} {unit} {name}", _tier_of_unit(unit, name))
            return AgencyMention(at, stop, f"{canonical} {unit}", _tier_of_unit(unit, None), _tier_of_unit(unit, None))
        direct = _province_at(plain, end + 1)
        if direct is not None:
            return AgencyMention(at, direct[0], f"{canonical} {direct[1]}", "province")
    return AgencyMention(at, end, canonical, tier, tier if tier in ("province", "district", "commune") else None)


def _read_unknown(plain: str, at: int) -> AgencyMention | None:
    found = _UNKNOWN.match(plain, at)
    if found is None:
        return None
    name = found[0]
    # A small word at the end belongs to what follows ("Bộ X và", "Hội đồng Y của").
    while (
        (last := name.rsplit(" ", 1)[-1])[0].islower() and last in ("và", "của", "các", "thuộc", "về")
    ) or last == "-":
        name = name[: -len(last)].rstrip()
        if " " not in name:
            return None
    end = at + len(name)
    tier = {"Sở": "province", "Phòng": "district", "Bộ": "central", "Tổng": "central"}.get(name.split(" ")[0], "other")
    return _with_place(plain, at, end, name, tier) if tier != "central" else AgencyMention(at, end, name, tier)


_JOINT = compiled(r" ?- ?|, ?| và | và| & ")


def read_joint_agencies(plain: str, at: int) -> AgencyMention | None:
    """Read "liên Bộ Tài chính - Bộ Nội vụ" or "Bộ A, Bộ B và Bộ C" as one joint issuer, joined by commas.

    >>> read_joint_agencies("Bộ Tài chính và Bộ Nội vụ hướng dẫn", 0).name
    'Bộ Tài chính, Bộ Nội vụ'
    """
    start = at
    link = compiled(r"liên (?:bộ:? |tịch:? )?", re.IGNORECASE).match(plain, at)
    if link is not None:
        at = link.end() if plain[link.end() - 2 : link.end()].lower() != "bộ" else link.end()
        if not plain.startswith(
            ("Bộ", "Ủy ban", "Thanh tra", "Tòa", "Viện", "Ngân hàng", "Ban", "Tổng", "Liên"), at
        ) and link[0].lower().rstrip(" :").endswith("bộ"):
            at -= 3
    first = read_agency(plain, at)
    if first is None:
        return None
    name, end, tier = first.name, first.end, first.tier
    while True:
        joint = _JOINT.match(plain, end)
        if joint is None:
            break
        following = read_agency(plain, joint.end())
        if following is None or following.tier != "central" or following.needs:
            break
        name += f", {following.name}"
        end = following.end
    return AgencyMention(start, end, name, tier, first.needs)


def complete(mention: AgencyMention, context: Context) -> tuple[str | None, bool, str]:
    """Return (canonical name, whether context gave a part of it, tier); the name is None where context leaves it open.

    >>> complete(read_agency("UBND tỉnh", 0), Context(province="tỉnh Bắc Giang"))
    ('Ủy ban nhân dân tỉnh Bắc Giang', True, 'province')
    >>> complete(read_agency("UBND", 0), Context())
    (None, True, 'other')
    """
    if mention.needs is None:
        return mention.name, False, mention.tier
    wanted = mention.needs
    if wanted == "own":
        wanted = context.tier or ""
    place = {"province": context.province, "district": context.district, "commune": context.commune}.get(wanted)
    if place is None:
        return None, True, wanted or mention.tier
    unit = (
        place.split(" ")[0]
        if not place.startswith(("thành phố", "thị xã", "thị trấn", "đặc khu"))
        else " ".join(place.split(" ")[:2])
    )
    name = mention.name
    for word in ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn"):
        if name.endswith(f" {word}"):
            name = name[: -len(word) - 1]
            if word != unit and not (word == "thành phố" and unit == "tỉnh"):
                # "UBND thành phố" in a plan of a province that is no city means a city inside it.
                if word in _PROVINCE_UNITS or word in _DISTRICT_UNITS:
                    return None, True, wanted
            break
    if mention.tier == "party" and wanted == "province":
        return f"{name} {place.removeprefix('tỉnh ').removeprefix('thành phố ')}", True, "party"
    if mention.tier == "party":
        return f"{name} {place.split(' ', 1)[1]}", True, "party"
    return f"{name} {place}", True, wanted


@cache
def _department_codes() -> dict[str, tuple[str, str]]:
    codes: dict[str, tuple[str, str]] = {}
    for row in lexicon.departments():
        for code in row.symbols:
            codes.setdefault(_code_key(code), (f"{row.head} {row.name}".strip(), row.tier))
    return codes


def _code_key(code: str) -> str:
    return code.upper().replace("Đ", "D").replace("&", "").replace("Ư", "U").replace("-", "")


@cache
def _issuers_of_code(code: str, dated: str | None) -> tuple[lexicon.Issuer, ...]:
    """Return the bodies that bore a code on a day, else on any day."""
    on = date.fromisoformat(dated) if dated is not None else None
    return lexicon.issuers_by_code(code, on) or lexicon.issuers_by_code(code)


def issuer_of_symbol(
    codes: tuple[str, ...], context: Context, dated: str | None = None
) -> tuple[str | None, str | None]:
    """Return (issuer, tier) of the issuer codes of a symbol, or (None, tier or None) where they leave it open.

    >>> issuer_of_symbol(("BTC",), Context())
    ('Bộ Tài chính', 'central')
    >>> issuer_of_symbol(("QH13",), Context())
    ('Quốc hội', 'central')
    >>> issuer_of_symbol(("PLĐTBXH",), Context(district="huyện Hớn Quản", tier="district"))
    ('Phòng Lao động - Thương binh và Xã hội huyện Hớn Quản', 'district')
    """
    if not codes:
        return None, None
    code = codes[0]
    assembly = re.fullmatch(r"(QH|UBTVQH|UBNVQH)[I1l]?\d{1,2}|(QH|UBTVQH)[IVX]+|QHI?\d", code)
    if assembly is not None:
        return ("Quốc hội" if code.startswith("QH") else "Ủy ban Thường vụ Quốc hội"), "central"
    rows = _issuers_of_code(code, dated)
    if rows:
        names = {row.name for row in rows if not row.contextual}
        # "TW" may be the Central Committee, the Politburo or the Secretariat: the symbol does not say which.
        return (names.pop() if len(names) == 1 and not any(row.contextual for row in rows) else None), rows[0].tier
    department = _department_codes().get(_code_key(code))
    if department is not None:
        name, tier = department
        mention = AgencyMention(0, 0, name, tier, tier)
        full, _, _ = complete(mention, context)
        return full, tier
    return None, None


def tier_of(name: str | None) -> str:
    """Return the tier of a canonical agency name.

    >>> tier_of("Ủy ban nhân dân huyện Thọ Xuân"), tier_of("Bộ Tài chính")
    ('district', 'central')
    """
    if name is None:
        return "other"
    mention = read_agency(name, 0)
    return mention.tier if mention is not None else "other"
