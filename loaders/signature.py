"""Read who signed a document, and its digital signatures (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7 and II.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from cancu.loaders.agencies import read_agency
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = ["TAIL", "DigitalBlock", "Signature", "read_digital", "read_signature"]

#: A signature without a mark of its capacity stands no further from the end than this, in characters.
TAIL = 6_000
# The block from the first mark of capacity to the name.
_BLOCK = 420
_DIGITAL_TAIL = 40_000
_LINES_TO_NAME = 6

_MEANS = lexicon.words("capacity")
# "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "T/M BAN THƯỜNG VỤ".
_MARK = compiled(rf"(?<![^\W_])(?P<mark>{any_of('capacity')})(?:[.,:] ?| (?=[[:upper:]]{{2}}))(?=[[:upper:]]{{2}})")
_CAPITALS = compiled(r"(?:[[:upper:]&]+(?![^\W\d_[:upper:]])[ ,.&-]*)+")
# "KT. THỦ TƯỚNG PHÓ THỦ TƯỚNG Trần Văn A": all on one line.
_INNER_ROLE = compiled(r"(?<=\S) (?=(?:PHÓ|KT|K/T) ?)")
_LAST_MARK = compiled(r"\s+(?:KT|K/T|TL|TUQ)$")
# "TM. ỦY BAN NHÂN DÂN⏎HUYỆN TÂN YÊN" may go on over the line.
_PLACE_BELOW = compiled(r"\s*(?=(?:HUYỆN|TỈNH|THÀNH PHỐ|QUẬN|THỊ XÃ|XÃ|PHƯỜNG) )")
_BLANKS = compiled(r"\s*")
_BLANKS_OF_TABLE = compiled(r"[\s*|]*")
# "PHÓ CHỦ TỊCH THƯỜNG TRỰC", "Q. GIÁM ĐỐC", "CHỦ TỊCH ỦY BAN NHÂN DÂN".
_ROLE = rf"(?:PHÓ |QUYỀN |Q\. ?)?{any_of('signer_role')}(?: THƯỜNG TRỰC)?(?: [[:upper:] -]{{2,60}})?"
_ROLES = compiled(_ROLE)
_ROLE_LINE = compiled(rf"\s*(?P<role>{_ROLE})[ .:*]*", re.IGNORECASE)
_PERSON = r"(?P<name>[[:upper:]][^\W\d_]*(?: [[:upper:]][^\W\d_]*){1,4})"
_NAME = compiled(rf"[\[(]?(?:Đã ký|đã ký|Đã kí|\(đã ký\)|ký|Ký)?[\])]?[: ]*{_PERSON}[ *.]*")
# "Trần Văn A 1 Quy chuẩn …": a note that stood at the foot of the page.
_NOTE_BEHIND = compiled(r" \d{1,2} [[:upper:]][[:lower:]].*")
_NOT_A_NAME = compiled(rf"{any_of('not_a_name')}(?: |$)", re.IGNORECASE)
_SIGNED_NAME = compiled(rf"{_PERSON} ?\n? ?\((?:đã ký|Đã ký|ĐÃ KÝ)\)")
_SIGNED = compiled(r"[\[(]*(?:đã ký|ký tên[^\n]{0,30}|ký[^\n]{0,20}|đã kí|chữ ký số)[\])]*", re.IGNORECASE)
# "2024-01-26T15:02:11+0700⏎…": the block that the State's portals print (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.8).
_DIGITAL = compiled(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d{4}|[+-]\d\d:\d\d|Z))\s+(?P<unit>[^\n<]{3,80})\n"
    r"\s*(?P<who>[^\n<]{3,80}?) ?<(?P<mail>[^>\n]{3,80})>"
)
_BARE_OFFSET = compiled(r"[+-]\d{4}$")
# "Nơi nhận:      TM. ỦY BAN NHÂN DÂN⏎- Sở Y tế;      CHỦ TỊCH": recipients beside the signature, read line by line.
_BESIDE = compiled(rf"[ *\t]*(?:{any_of('recipients_opener')}(?![^\W_])|[-+•*] ?)")
_ROLE_BESIDE = compiled(rf"(?<=[ \t])(?:PHÓ |QUYỀN |Q\. ?)?{any_of('signer_role')}(?![^\W_])")
_NAME_BESIDE = compiled(
    r"(?:[;.,:)][ \t]+|\t)(?P<name>[[:upper:]][[:lower:]]+(?: [[:upper:]][[:lower:]]+){1,4})[ *.]*$"
)
_BLOCK_BESIDE = 1_600
_BODY_OF_ROLE = compiled(rf"{any_of('signer_role')} (?=[[:upper:]])")
# Acting: "Q. GIÁM ĐỐC", "QUYỀN GIÁM ĐỐC".
_ACTING = compiled(r"(?:QUYỀN|Q\.) ")


@dataclass(frozen=True, slots=True)
class DigitalBlock:
    """Hold a digital signature's block in plain offsets."""

    signer: str
    unit: str | None
    email: str | None
    time: str | None
    start: int
    end: int


@dataclass(slots=True)
class Signature:
    """Hold the signature in plain offsets; ``places`` maps a field to where it is printed.

    ``capacity`` are the marks of the capacity in which the signer signs, in the decree's writing and in the order of
    print: "TM.", "KT.", "TM. KT." (a deputy for the head of the body), "TL.", "TUQ.", "Q."; None where the head signs.
    """

    signer: str | None = None
    signer_role: str | None = None
    on_behalf_of: str | None = None
    capacity: str | None = None
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


def read_signature(plain: str, body_start: int = 0) -> Signature:
    r"""Read the block of authority, role and name: "TM. …", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name.

    >>> found = read_signature("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nNguyễn Văn Hạ")
    >>> found.on_behalf_of, found.signer_role, found.signer
    ('ỦY BAN NHÂN DÂN', 'Phó Chủ tịch', 'Nguyễn Văn Hạ')
    """
    signature = Signature()
    first = _first_mark(plain, body_start)
    if first is None:
        _read_unmarked(plain, signature, max(body_start, len(plain) - TAIL))
        return signature
    block = _BLOCK
    if _BESIDE.match(plain, plain.rfind("\n", 0, first) + 1, first):
        plain, block = _right_column(plain, first), _BLOCK_BESIDE
    stop = min(len(plain), first + block)
    at = _read_capacity(plain, signature, first, stop)
    blank = _BLANKS.match(plain, at)
    at = blank.end() if blank is not None else at
    shouted = _CAPITALS.match(plain, at, stop)
    title = _ROLE_LINE.match(plain, at)
    words: str | None = None
    if shouted is not None and _ROLES.match(shouted[0]):
        words = shouted[0].strip(" .,-&")
    elif title is not None:
        at, words = title.start("role"), title["role"].strip()
    if words is not None:
        _set_role(signature, words, at)
        at += len(words)
    _read_signer(plain, signature, at)
    return signature


def _right_column(plain: str, first: int) -> str:
    """Blank the recipients that stand beside the signature whose first mark is at ``first``; no offset moves."""
    position, stop = plain.rfind("\n", 0, first) + 1, min(len(plain), first + _BLOCK_BESIDE)
    pieces = [plain[:position], " " * (first - position)]
    position = first
    while position < stop:
        end = plain.find("\n", position)
        end = len(plain) if end < 0 else end
        kept = (position, end)
        alone = _NAME.fullmatch(plain[position:end].strip(" *\t|_-."))
        if position > first and (alone is None or _NOT_A_NAME.match(alone["name"])):
            shouted = _MARK.search(plain, position, end) or _ROLE_BESIDE.search(plain, position, end)
            words = _CAPITALS.match(plain, shouted.end(), end) if shouted is not None else None
            name = _NAME_BESIDE.search(plain, position, end)
            if shouted is not None:
                kept = shouted.start(), words.end() if words is not None else shouted.end()
            else:
                kept = name.span("name") if name is not None else (end, end)
        pieces += (" " * (kept[0] - position), plain[kept[0] : kept[1]], " " * (end - kept[1]), plain[end : end + 1])
        position = end + 1
    return "".join((*pieces, plain[position:]))


def _set_role(signature: Signature, words: str, at: int) -> None:
    """Keep the role as printed at ``at``; "Q. GIÁM ĐỐC" says its capacity itself."""
    signature.signer_role = _as_title(words)
    signature.places["signer_role"] = (at, at + len(words))
    acting = _ACTING.match(words)
    if acting is not None:
        signature.capacity = " ".join(filter(None, (signature.capacity, "Q.")))
        signature.places.setdefault("capacity", (at, at + acting.end() - 1))


def _read_capacity(plain: str, signature: Signature, at: int, stop: int) -> int:
    """Read the lines of marks, "TM. …" and "KT. …"; return where they end."""
    # "Q. GIÁM ĐỐC" is the role itself.
    while (mark := _next_mark(plain, at, stop)) is not None and mark["mark"] != "Q":
        who = _CAPITALS.match(plain, mark.end(), stop)
        if who is None:
            break
        words = who[0].strip(" .,-&")
        end = mark.end() + len(words)
        inner = _INNER_ROLE.search(words)
        if inner is not None and not words.startswith(("PHÓ", "KT")):
            words, end = words[: inner.start()], mark.end() + inner.start()
        words = _LAST_MARK.sub("", words)
        means = _MEANS[mark["mark"]]
        signature.capacity = " ".join(filter(None, (signature.capacity, f"{means}.")))
        signature.places["capacity"] = (signature.places.get("capacity", mark.span("mark"))[0], mark.end("mark"))
        if means == "TM":
            place = _PLACE_BELOW.match(plain, end)
            more = _CAPITALS.match(plain, place.end(), stop) if place is not None else None
            if more is not None:
                words, end = f"{words} {more[0].strip(' .,-')}", more.start() + len(more[0].rstrip(" .,-"))
        if means == "TM" or (means == "KT" and signature.on_behalf_of is None):
            signature.on_behalf_of = words if means == "TM" else _as_title(words)
            signature.places["on_behalf_of"] = (mark.start(), end)
        at = end
    return at


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
    blank = _BLANKS_OF_TABLE.match(plain, at)
    found = _MARK.match(plain, blank.end() if blank is not None else at)
    return found if found is not None and found.start() < stop else None


def _as_title(words: str) -> str:
    """Write a role in capitals as a title: "PHÓ CHỦ TỊCH" -> "Phó Chủ tịch", "Q. GIÁM ĐỐC" -> "Quyền Giám đốc"."""
    if not words.isupper():
        return words
    for printed, written in (("PHÓ ", "Phó"), ("QUYỀN ", "Quyền"), ("Q. ", "Quyền"), ("Q.", "Quyền")):
        if words.startswith(printed):
            return f"{written} {_as_title(words.removeprefix(printed))}"
    body = _BODY_OF_ROLE.match(words)
    agency = read_agency(words, body.end()) if body is not None else None
    if body is not None and agency is not None and agency.end == len(words):
        # "GIÁM ĐỐC SỞ Y TẾ"
        return f"{body[0].strip().capitalize()} {agency.name}"
    return words.capitalize()


def _read_unmarked(plain: str, signature: Signature, at: int) -> None:
    """Read a role alone on its line near the end ("BỘ TRƯỞNG", "CHỦ TỊCH QUỐC HỘI"), else a name marked as signed."""
    for start, stop in _lines_from(plain, at):
        line = plain[start:stop].strip(" *\t")
        if not (6 < len(line) < 90 and line[:6].isupper() and _CAPITALS.match(line) and _ROLES.match(line)):
            continue
        found = _ROLE_LINE.match(plain, start, stop)
        if found is None:
            continue
        words = _CAPITALS.match(found["role"])
        role = words[0].strip() if words is not None else found["role"].strip()
        before = signature.signer
        at_role = found.start("role")
        _read_signer(plain, signature, at_role + len(role))
        if signature.signer is not None and signature.signer != before:
            _set_role(signature, role, at_role)
    if signature.signer is None and (signed := list(_SIGNED_NAME.finditer(plain, at))):
        signature.signer = signed[-1]["name"]
        signature.places["signer"] = signed[-1].span("name")


def _lines_from(plain: str, at: int) -> list[tuple[int, int]]:
    """Return the lines that begin behind ``at``."""
    spans: list[tuple[int, int]] = []
    first = plain.find("\n", at)
    position = (first + 1 if first >= 0 else len(plain)) if at else 0
    while position < len(plain):
        stop = plain.find("\n", position)
        stop = len(plain) if stop < 0 else stop
        spans.append((position, stop))
        position = stop + 1
    return spans


def _read_signer(plain: str, signature: Signature, at: int) -> None:
    """Read the name on the same line or one of the next few; a seal, "(đã ký)" and blanks may stand between."""
    line_end = plain.find("\n", at)
    rest = (at, line_end if line_end >= 0 else len(plain))
    filled = (span for span in _lines_from(plain, at) if plain[span[0] : span[1]].strip())
    for start, stop in (rest, *islice(filled, _LINES_TO_NAME)):
        line = _NOTE_BEHIND.sub("", plain[start:stop]).strip(" *\t|_-.")
        if not line or _SIGNED.fullmatch(line) or (line.isupper() and _ROLES.match(line)):
            continue
        found = _NAME.fullmatch(line)
        if found is None or _NOT_A_NAME.match(found["name"]) or _ROLES.match(found["name"]):
            return
        name = found["name"]
        offset = plain.find(name, start)
        signature.signer = " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
        signature.places["signer"] = (offset, offset + len(name))
        return


def read_digital(plain: str) -> list[DigitalBlock]:
    """Read the blocks of digital signatures near the end."""
    found = []
    for block in _DIGITAL.finditer(plain, max(0, len(plain) - _DIGITAL_TAIL)):
        time = block["time"]
        if _BARE_OFFSET.search(time):
            time = f"{time[:-2]}:{time[-2:]}"
        unit = " ".join(block["unit"].split())
        if unit.isupper():
            agency = read_agency(plain, block.start("unit"))
            unit = agency.name if agency is not None else unit
            unit = unit.capitalize() if unit.isupper() else unit
        who = " ".join(block["who"].split())
        found.append(DigitalBlock(who, unit, block["mail"].strip(), time, block.start(), block.end()))
    return found
