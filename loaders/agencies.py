"""Read agencies in plain text, and say which body a contextual name ("UBND tỉnh", "Sở Xây dựng") or a code means here.

Names come from ``ontology/issuers.tsv`` and ``ontology/departments.tsv``, places from ``ontology/places.tsv``, the
words around them from ``ontology/words.tsv``. What the text leaves open is completed from the document's own place
(:class:`Context`) and says so; nothing is completed that the context does not give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon, places

__all__ = [
    "AgencyMention",
    "Context",
    "complete",
    "issuer_of_symbol",
    "issuers_of_symbol",
    "read_agency",
    "read_joint_agencies",
    "read_place",
    "tier_of",
    "without_unit",
]

_UNITS = lexicon.words("unit")
_UNIT_TIERS = lexicon.words("unit_tier")
_UNIT = compiled(rf"(?P<unit>{any_of('unit')})(?![^\W\d_])", re.IGNORECASE)
# "Bắc", "M'Gar", "Rơ-Ông", and the "12" of "Quận 12"; not the "12" of "12/6".
_NAME_WORD = compiled(r"[[:upper:]][^\W\d_]*(?:['-][[:upper:]]?[^\W\d_]+)*|\d{1,2}(?![\d/.,])")
# What joins two words of a place's name: "Bà Rịa - Vũng Tàu".
_NAME_JOINT = compiled(r" - | ?- ?| ")
_LONGEST_PLACE = 6
_LONGEST_COMMUNE = 3
_LONGEST_PROVINCE = 5
# So many characters hold such a name; with fewer letters left, other words look like it.
_WIDEST_PROVINCE = 24
_SHORTEST_WORN = 4

# "UBND", "Đảng bộ": bodies that are known only together with a place.
_SCOPED = lexicon.words("scoped_body")
_SCOPED_HEAD = compiled(
    f"(?:{'|'.join(re.escape(form) for form in sorted(_SCOPED, key=len, reverse=True))})" + r"(?![^\W\d_])",
    re.IGNORECASE,
)
_BOARD = compiled(rf"(?P<board>Ban {any_of('council_board')})(?: của)? (?=Hội đồng nhân dân|HĐND)")
_PARTY_BODY = "Ban Chấp hành Đảng bộ"
_FRONT = "Ủy ban Mặt trận Tổ quốc Việt Nam"
_FRONT_OF_ALL = " trung ương"
_CITY_BODY = compiled(r"(?: thành phố|Thành ủy)$", re.IGNORECASE)
_COMMITTEE_UNITS = {"tỉnh": "tỉnh", "thành": "thành phố", "huyện": "huyện", "quận": "quận"}
_SEVERAL = compiled(r"các ")
# "xã An Bá, huyện Sơn Động, tỉnh Bắc Giang".
_OUTER_PLACE = compiled(r",? (?=huyện|quận|thị xã|tỉnh|thành phố|TP)")
_COMMITTEES = lexicon.words("committee")
# "Ban Thường vụ Tỉnh ủy", "Huyện ủy".
_COMMITTEE = compiled(
    rf"(?P<front>{any_of('committee_organ')} )?(?P<head>{any_of('committee')})(?![^\W\d_])", re.IGNORECASE
)
# "Bộ trưởng Bộ Tài chính", "Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ", "Phó Giám đốc Sở Y tế".
_HEAD_OF = compiled(
    rf"(?P<title>(?:Phó )?{any_of('head')})(?:,? (?:Chủ nhiệm|Trưởng ban))? ",
    re.IGNORECASE,
)
# An agency that no table knows: a head word, then capitalised words and the small words that stand between them.
_UNKNOWN = compiled(
    rf"(?P<head>{any_of('agency_head')})"
    rf"(?: (?:- )?(?:Điều phối(?! hợp)|[[:upper:]][^\W\d_]*|{any_of('agency_link')}(?= )))+"
)
_SMALL_SYLLABLE = compiled(r" ([[:lower:]]+)(?![^\W_])")
_CAPITAL_WORDS = compiled(r"(?: [[:upper:]][^\W\d_]*)+")
# "… chủ trì, phối hợp", "… trình", "… ký": what a body does.
_VERBS_BEHIND = (
    "ban", "chủ", "phối", "trình", "ký", "lập", "tham", "báo", "đề", "làm", "chịu", "xây", "thẩm", "kiểm", "gửi",
    "tiếp", "chỉ", "cấp", "căn", "kính", "yêu", "tổng", "rà", "chuyển", "cùng", "nêu", "hoặc", "sau",
)  # fmt: skip
_BRANCHED = tuple(lexicon.words("branched_body"))
# "khóa XI" behind an organ of the Party: numbers restart with its term.
_TERM = compiled(r",? (?:\(?khóa|khoá) ([IVXLC]+|\d+)\)?", re.IGNORECASE)
_TERM_BEHIND = compiled(r",? \(?kh(?:óa|oá) (?:[IVXLC]+|\d+)\)?", re.IGNORECASE)
# "liên Bộ Tài chính - Bộ Nội vụ", "liên tịch: Bộ A, Bộ B và Bộ C".
_JOINT_LEAD = compiled(r"liên (?:bộ:? |tịch:? )?", re.IGNORECASE)
_JOINT_BODY = tuple(lexicon.words("joint_body"))
_MINISTRY = "Bộ "
_WIDEST_MINISTRY = 120
_JOINT = compiled(r" ?- ?|, ?| và | và| & ")
# "QH13", "UBTVQH14", and what scans make of them: "QHI3".
_ASSEMBLY = compiled(r"(?:QH|UBTVQH|UBNVQH)[I1l]?\d{1,2}|(?:QH|UBTVQH)[IVX]+|QHI?\d")


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
    """Hold an agency as found: ``name`` without what only context gives; ``needs`` is the tier whose place is open.

    ``worn`` are the provinces that may be meant where the name of one is printed and has lost letters: then context
    must not put another one in.
    """

    start: int
    end: int
    name: str
    tier: str
    needs: str | None = None
    worn: tuple[str, ...] = ()


def _forms(form: str) -> str:
    """Return a pattern that takes a name however its blanks, hyphens and "và"/"&" are set."""
    return r"[ -]*".join(_form(part) for part in re.split(r"\s*-\s*|\s+", form.strip()))


def _form(part: str) -> str:
    if part in ("và", "&"):
        return r"(?:và|&)"
    if "&" in part:
        return re.escape(part).replace(r"\&", r" ?& ?").replace("&", r"(?:&| ?và ?)")
    return re.escape(part) + ("?" if part.endswith(",") else "")


def _any_form(forms: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of several names, the longest first."""
    alternatives = "|".join(_forms(form) for form in sorted(set(forms), key=lambda form: (-len(form), form)))
    return compiled(f"(?:{alternatives})(?![^\\W\\d_])", re.IGNORECASE)


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
    return {first: _any_form(forms) for first, forms in by_first.items()}, rows


@cache
def _departments() -> tuple[dict[str, re.Pattern[str]], dict[tuple[str, str], tuple[str, str]]]:
    """Return, by head word, the pattern of department names, and (head, written form) -> (canonical, tier)."""
    by_head: dict[str, list[str]] = {}
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for row in lexicon.departments():
        for form in (row.name, *row.abbreviations):
            if not form:
                continue
            known = f"{row.head} {row.name}".strip(), row.tier
            names.setdefault((row.head.lower(), _squeeze(form)), known)
            # "Văn hóa - Thông tin" and "Văn hóa, Thông tin" are offices of their own.
            names.setdefault((row.head.lower(), f"={lexicon.lookup_key(form)}"), known)
            by_head.setdefault(row.head.lower(), []).append(form)
    return {head: _any_form(forms) for head, forms in by_head.items()}, names


@cache
def _heads_alone() -> frozenset[str]:
    """Return the departments whose name is their head word alone."""
    return frozenset(row.head for row in lexicon.departments() if not row.name)


def _squeeze(form: str) -> str:
    return re.sub(r"[\s,-]+", "", form.lower().replace("&", "và"))


def read_place(plain: str, at: int) -> tuple[int, str, str | None] | None:
    """Read "tỉnh Bắc Giang", "huyện Thọ Xuân" or the unit alone; return (end, unit, name or None).

    >>> read_place("tỉnh Bắc Giang về", 0)
    (14, 'tỉnh', 'Bắc Giang')
    >>> read_place("tỉnh Truyền thông về", 0)
    (4, 'tỉnh', None)
    """
    found = _UNIT.match(plain, at)
    if found is None:
        return None
    unit = _UNITS[found["unit"].lower()]
    start = found.end()
    while start < len(plain) and plain[start] in " .":
        start += 1
    end = _known_place(plain, start, unit)
    if end is None and _UNIT_TIERS[unit] != "province":
        end = _unknown_place(plain, start, unit)
    if end is None:
        return found.end(), unit, None
    return end, unit, _place_name(plain[start:end])


def _known_place(plain: str, start: int, unit: str) -> int | None:
    """Return where the longest name of a known province or district ends that begins at ``start``."""
    known = places.PROVINCE_NAMES if _UNIT_TIERS[unit] == "province" else places.DISTRICT_NAMES
    # "thành phố Vinh" is a city of a province.
    also = places.DISTRICT_NAMES if unit == "thành phố" else frozenset[str]()
    best: int | None = None
    position = start
    for _ in range(_LONGEST_PLACE):
        word = _NAME_WORD.match(plain, position)
        if word is None:
            break
        folded = places.fold_name(plain[start : word.end()])
        if folded in known or folded in also:
            best = word.end()
        joint = _NAME_JOINT.match(plain, word.end())
        if joint is None:
            break
        position = joint.end()
    return best


def _unknown_place(plain: str, start: int, unit: str) -> int | None:
    """Return where two or three capitalised words end: communes are too many to match by name alone."""
    position = end = start
    words = 0
    while words < _LONGEST_COMMUNE:
        word = _NAME_WORD.match(plain, position)
        if word is None or (words and plain[position - 1] != " "):
            break
        words, end = words + 1, word.end()
        position = end + 1
        if plain[end : end + 1] != " ":
            break
    if words >= 2 or (words == 1 and unit in ("phường", "quận") and plain[start:end].isdigit()):
        return end
    return None


def _place_name(printed: str) -> str:
    """Write a name in capitals ("BẮC GIANG") as a name."""
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
            return AgencyMention(at, inner.end, name, inner.tier, inner.needs, inner.worn)
    return _read_body(plain, at)


def _title(printed: str) -> str:
    words = printed.split(" ")
    if len(words) == 2 and words[0].lower() == "bộ":
        return "Bộ trưởng"
    return printed[0].upper() + (printed[1:].lower() if printed.isupper() else printed[1:])


def _read_body(plain: str, at: int) -> AgencyMention | None:
    found = (
        _read_scoped(plain, at)
        or _read_board(plain, at)
        or _read_committee(plain, at)
        or _read_central(plain, at)
        or _read_department(plain, at)
        or _read_unknown(plain, at)
    )
    if found is None or found.needs != "province":
        return found
    return replace(found, worn=_worn_provinces_at(plain, found.end))


def _read_scoped(plain: str, at: int) -> AgencyMention | None:
    head = _SCOPED_HEAD.match(plain, at)
    if head is None:
        return None
    canonical = _SCOPED[head[0].lower()]
    position = head.end()
    # "HĐND-UBND", "HĐND và UBND" are read at their first body only.
    if plain[position : position + 1] != " ":
        return AgencyMention(at, position, canonical, "other", "own")
    several = _SEVERAL.match(plain, position + 1)
    place = read_place(plain, several.end() if several is not None else position + 1)
    if place is None:
        if canonical == _FRONT and plain.startswith(_FRONT_OF_ALL, position):
            return AgencyMention(at, position + len(_FRONT_OF_ALL), f"{canonical}{_FRONT_OF_ALL}", "central")
        direct = _province_at(plain, position + 1)
        if direct is not None:
            return AgencyMention(at, direct[0], f"{canonical} {direct[1]}", "province")
        return AgencyMention(at, position, canonical, "other", "own")
    end, unit, name = place
    tier = _tier_of_unit(unit, name)
    if several is not None:
        # "UBND các xã": many bodies, none of which is the document's own.
        return AgencyMention(at, end, f"{canonical} các {unit}" + (f" {name}" if name else ""), "other")
    # "… khóa XVII" is said with a committee, but names no other body.
    term = _TERM_BEHIND.match(plain, end) if canonical == _PARTY_BODY else None
    behind = term.end() if term is not None else end
    if name is None:
        return AgencyMention(at, behind, f"{canonical} {unit}", tier, tier)
    full = f"{canonical} {unit} {name}"
    if canonical == _PARTY_BODY:
        return AgencyMention(at, behind, full, "party")
    end, outer = _outer_places(plain, end, tier)
    return AgencyMention(at, end, full + outer, tier)


def _read_board(plain: str, at: int) -> AgencyMention | None:
    """Read a board of a council: "Ban Dân tộc của Hội đồng nhân dân tỉnh" is no department of the province."""
    board = _BOARD.match(plain, at)
    council = _read_scoped(plain, board.end()) if board is not None else None
    if board is None or council is None:
        return None
    return replace(council, start=at, name=f"{board['board']} {council.name}")


def _outer_places(plain: str, end: int, tier: str) -> tuple[int, str]:
    """Read the line of places that belongs to the name: "UBND xã An Bá, huyện Sơn Động, tỉnh Bắc Giang"."""
    line = ""
    while tier != "province" and (more := _OUTER_PLACE.match(plain, end)) is not None:
        outer = read_place(plain, more.end())
        if outer is None or outer[2] is None:
            break
        end, unit, name = outer
        line += f", {unit} {name}"
        if _UNIT_TIERS[unit] == "province":
            break
    return end, line


def _province_at(plain: str, at: int) -> tuple[int, str] | None:
    """Read a province's name without its unit word ("UBND Thanh Hóa")."""
    position, best = at, None
    for _ in range(_LONGEST_PROVINCE):
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
    name = _place_name(plain[at:best])
    units = {place.unit for place in places.find_place(name, tier="province")}
    if len(units) != 1:
        return best, name
    return best, f"{units.pop()} {name}"


def _worn_provinces_at(plain: str, at: int) -> tuple[str, ...]:
    """Give the provinces whose name may stand there with letters lost; none where no such name does.

    >>> _worn_provinces_at("UBND tỉnh Qu ng Ng i về", 9), _worn_provinces_at("UBND tỉnh Quy định", 9)
    (('Quảng Ngãi',), ())
    """
    words = plain[at : at + _WIDEST_PROVINCE].split()
    worn = _worn_provinces()
    found = (worn.get(_unmarked("".join(words[:count]))) for count in range(1, len(words) + 1))
    return next(filter(None, found), ())


@cache
def _worn_provinces() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for name in places.province_names():
        left = _unmarked(name)
        if len(left) >= _SHORTEST_WORN:
            names[left] = (*names.get(left, ()), name)
    return names


def _unmarked(words: str) -> str:
    """Leave out the letters that conversion loses, those with a mark, and all blanks.

    >>> _unmarked("Quảng Ngãi"), _unmarked("Qu ng Ng i")
    ('qungngi', 'qungngi')
    """
    return "".join(letter for letter in words.casefold() if letter.isascii() and letter.isalpha())


def _tier_of_unit(unit: str, name: str | None) -> str:
    if unit == "tỉnh":
        return "province"
    if unit == "thành phố":
        if name is None:
            return "province"
        found = {place.tier for place in places.find_place(name, unit="thành phố")}
        return "province" if "province" in found or not found else "district"
    return _UNIT_TIERS[unit]


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
            return AgencyMention(at, direct[0], f"{canonical} {without_unit(direct[1])}", "party")
        district = _known_place(plain, end + 1, "huyện")
        if district is not None:
            return AgencyMention(at, district, f"{canonical} {plain[end + 1 : district]}", "party")
    return AgencyMention(at, end, canonical, "party", _COMMITTEES[head])


def without_unit(place: str) -> str:
    """Drop the unit word of a province.

    >>> without_unit("tỉnh Bắc Giang"), without_unit("thành phố Hà Nội")
    ('Bắc Giang', 'Hà Nội')
    """
    return place.removeprefix("tỉnh ").removeprefix("thành phố ")


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
    term = _TERM.match(plain, end)
    if term is not None and row.tier == "party":
        name, end = f"{name} khóa {term[1]}", term.end()
    if row.tier == "central" and name.startswith(_BRANCHED):
        place = read_place(plain, end + 1) if plain[end : end + 1] == " " else None
        if place is not None and place[2] is not None:
            # "Cục Thuế tỉnh Hà Tĩnh": a central body's branch in a place.
            return AgencyMention(at, place[0], f"{name} {place[1]} {place[2]}", _tier_of_unit(place[1], place[2]))
    return AgencyMention(at, end, name, row.tier)


def _read_department(plain: str, at: int) -> AgencyMention | None:
    patterns, names = _departments()
    for head in lexicon.words("department_head"):
        if plain[at : at + len(head)].lower() != head.lower():
            continue
        start = at + len(head)
        if plain[start : start + 1] != " ":
            continue
        pattern = patterns.get(head.lower())
        found = pattern.match(plain, start + 1) if pattern is not None else None
        if found is None:
            # "Thanh tra tỉnh", "Công an huyện Tân Yên": the head word is the whole name, the place must follow.
            if head in _heads_alone() and read_place(plain, start + 1) is not None:
                return _with_place(plain, at, start, head, "other")
            continue
        exact = names.get((head.lower(), f"={lexicon.lookup_key(found[0])}"))
        canonical, tier = exact or names[head.lower(), _squeeze(found[0])]
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
    # "Bộ X và", "Hội đồng Y của": a small word at the end belongs to what follows.
    while (last := name.rsplit(" ", 1)[-1]) == "-" or last in lexicon.words("agency_link_open"):
        name = name[: -len(last)].rstrip()
        if " " not in name:
            return None
    whole = _whole_name(plain, at + len(name))
    if whole is None:
        return None
    end, name = whole, plain[at:whole]
    tier = lexicon.words("agency_head")[found["head"]] or "other"
    return _with_place(plain, at, end, name, tier) if tier != "central" else AgencyMention(at, end, name, tier)


def _whole_name(plain: str, end: int) -> int | None:
    """Return where a name ends whose words have small second syllables ("Liên hiệp Phụ nữ"), or None where it is open.

    A name that goes on in small letters and is known to no table has no end that the text tells.
    """
    while (small := _SMALL_SYLLABLE.match(plain, end)) is not None:
        if small[1] in _name_stops() or read_place(plain, end + 1) is not None:
            return end
        behind = small.end()
        capital = _CAPITAL_WORDS.match(plain, behind)
        if capital is not None:
            end = capital.end()
        elif not plain[behind : behind + 2].strip() or not plain[behind : behind + 1].isspace():
            return behind
        elif read_place(plain, behind + 1) is not None or plain[behind + 1 :].split(" ", 1)[0] in _name_stops():
            return behind
        else:
            return None
    return end


@cache
def _name_stops() -> frozenset[str]:
    """Return the small words that begin what follows an agency's name: "về", "ban hành", "ngày"."""
    openers = (word.split(" ")[0] for word in lexicon.words("subject_opener"))
    return frozenset((*lexicon.words("law_name_end"), *lexicon.words("agency_link"), *openers, *_VERBS_BEHIND))


def read_joint_agencies(plain: str, at: int) -> AgencyMention | None:
    """Read "liên Bộ Tài chính - Bộ Nội vụ" or "Bộ A, Bộ B và Bộ C" as one joint issuer, joined by commas.

    >>> read_joint_agencies("Bộ Tài chính và Bộ Nội vụ hướng dẫn", 0).name
    'Bộ Tài chính, Bộ Nội vụ'
    """
    start = at
    link = _JOINT_LEAD.match(plain, at)
    ministries = False
    if link is not None:
        at = link.end()
        ministries = link[0].lower().rstrip(" :").endswith("bộ")
    # "liên bộ: Tài chính, Nội vụ": the word is said once, before the first ministry's name.
    first = _read_ministry(plain, at) if ministries else None
    first = first or read_agency(plain, at)
    if first is None:
        return None
    name, end, tier = first.name, first.end, first.tier
    while True:
        joint = _JOINT.match(plain, end)
        if joint is None:
            break
        following = _read_ministry(plain, joint.end()) if ministries else None
        following = following or read_agency(plain, joint.end())
        if following is None or following.tier != "central" or following.needs:
            break
        name += f", {following.name}"
        end = following.end
    return AgencyMention(start, end, name, tier, first.needs)


def _read_ministry(plain: str, at: int) -> AgencyMention | None:
    """Read the name of a ministry whose first word was said before: the "Y tế" of "liên bộ: Tài chính, Y tế"."""
    if plain.startswith(_JOINT_BODY, at):
        return None
    found = _read_central(f"{_MINISTRY}{plain[at : at + _WIDEST_MINISTRY]}", 0)
    return replace(found, start=at, end=at + found.end - len(_MINISTRY)) if found is not None else None


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
    if place is not None and place.startswith("tỉnh ") and _CITY_BODY.search(mention.name):
        # "UBND thành phố", "Thành ủy" inside a province are those of a city in it.
        wanted, place = "district", context.district if context.tier != "province" else None
        if place is not None and not place.startswith("thành phố "):
            place = None
    if place is None or (mention.worn and without_unit(place) not in mention.worn):
        return None, True, wanted or mention.tier
    unit = next((unit for unit in _UNIT_TIERS if place.startswith(f"{unit} ")), "")
    name = mention.name
    for word, tier in _UNIT_TIERS.items():
        if name.endswith(f" {word}"):
            name = name.removesuffix(f" {word}")
            if word != unit and tier != "commune":
                return None, True, wanted
            break
    if (
        mention.tier == "party"
        and not _COMMITTEE_UNITS.get(name.split(" ")[-2].lower() if " " in name else "", unit) == unit
    ):
        # A Tỉnh ủy is no city's, a Huyện ủy no town's.
        return None, True, "party"
    if mention.tier == "party" and unit in ("tỉnh", "thành phố"):
        return f"{name} {without_unit(place)}", True, "party"
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
    if _ASSEMBLY.fullmatch(code):
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


def issuers_of_symbol(
    codes: tuple[str, ...], type_name: str | None, context: Context, dated: str | None = None
) -> str | None:
    """Return whom the letters of a number name; those of a joint document name several, joined by commas.

    >>> issuers_of_symbol(("BTC", "BNV"), "Thông tư liên tịch", Context())
    'Bộ Tài chính, Bộ Nội vụ'
    """
    if len(codes) > 1 and "liên tịch" in (type_name or "").lower():
        names = [name for code in codes if (name := issuer_of_symbol((code,), context, dated)[0])]
        if len(names) == len(codes):
            return ", ".join(names)
    return issuer_of_symbol(codes, context, dated)[0]


def tier_of(name: str | None) -> str:
    """Return the tier of a canonical agency name.

    >>> tier_of("Ủy ban nhân dân huyện Thọ Xuân"), tier_of("Bộ Tài chính")
    ('district', 'central')
    """
    if name is None:
        return "other"
    mention = read_agency(name, 0)
    return mention.tier if mention is not None else "other"
