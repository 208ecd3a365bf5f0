"""Find laws by name: "Luật Ngân sách nhà nước", "Bộ luật Lao động số 45/2019/QH14", "Hiến pháp năm 2013".

Laws are cited by name, without number or issuer (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.6b). Names come from
``ontology/laws.tsv``; one that the table does not know runs up to a word that ends it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cancu.loaders.dates import read_date
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.provisions import read_provision
from cancu.loaders.symbols import SEGMENT
from cancu.ontology import lexicon

__all__ = ["find_laws"]

_LAW = compiled(r"(?<![^\W_])(?:Bộ luật|Bộ Luật|Luật|Pháp lệnh|Hiến pháp)(?= )")
_KINDS = MappingProxyType({kind.lower(): kind for kind in ("Bộ luật", "Luật", "Pháp lệnh", "Hiến pháp")})
_ASSEMBLY, _STANDING_COMMITTEE = "Quốc hội", "Ủy ban Thường vụ Quốc hội"
# Until the Constitution of 1992 came into force the Council of State (1981-1992) issued ordinances.
_COUNCIL_OF_STATE = "Hội đồng Nhà nước"
_STANDING_COMMITTEE_SINCE = "1992-09-30"

_NAME_ENDS = lexicon.words("law_name_end")
# "Luật này", "luật sư"; but not "Luật sư năm 2006".
_NOT_A_LAW = compiled(rf" (?:{any_of('not_a_law')}|sư(?! ))(?![^\W_])")
# "Luật Đo đạc và Luật Lưu trữ".
_NEXT_DOCUMENT = compiled(rf" (?:{any_of('after_law_name')}|[A-ZĐ])")
_NAME_WORD = compiled(r" ([^\W_]+)")
_LONGEST_NAME = 160
_MOST_WORDS = 14
# "Luật Người lao động … theo hợp đồng số 69/2020/QH14": number or date close the name, whatever words it has.
_NAME_TO_DATE = compiled(
    r" ((?:(?!(?:Luật|Nghị định|Nghị quyết|Quyết định|Thông tư|Bộ luật|Pháp lệnh) )[^;.:()\n\"\d]){3,140}?),?"
    r"(?= (?:ngày \d{1,2}(?: tháng|[/-])|số:? \d{1,4}/(?:19|20)\d\d/))"
)
# "năm 2015", "2015"; not the 2015 of "2015-2020".
_YEAR = compiled(r",? (?:năm |(?=(?:19|20)\d\d(?!\d)(?! *[-/])))((?:19|20)\d\d)(?!\d| ?[-–/])")
_NUMBER = compiled(
    rf",? ?\(?(?:số|Số):? ?(\d{{1,4}}) ?/ ?((?:19|20)\d\d) ?/ ?({SEGMENT}(?:-{SEGMENT})?)"  # "số 83/2015/QH13"
    rf"|,? \(?(\d{{1,4}})/((?:19|20)\d\d)/({SEGMENT})"  # "(83/2015/QH13"
    rf"|,? (?:số )?(?P<count>\d{{1,4}})[-/]({SEGMENT})/({SEGMENT})"  # "49-LTC/HĐNN"
)
_PASSED = compiled(r",? (?:đã )?(?:được )?(?:Quốc hội|Ủy ban [Tt]hường vụ Quốc hội)[^;.\n]{0,90}?thông qua(?= ngày)")
_OWNER = compiled(r" (?:của )?(Quốc hội|Ủy ban [Tt]hường vụ Quốc hội|Hội đồng Nhà nước)(?![^\W_])")
_OWNERS = {"quốc hội": _ASSEMBLY, "hội đồng nhà nước": _COUNCIL_OF_STATE}
# "Luật sửa đổi, bổ sung một số điều của Luật …", "Luật sửa đổi 9 Luật …".
_AMENDS = compiled(
    r" (?:sửa đổi|Sửa đổi|bổ sung)(?:, bổ sung| và bổ sung)?(?: một số)?(?: (?:điều|nội dung|Điều|khoản))?"
    r"[^;.\n]{0,40}? (?:của )?(?:các )?(?=(?:Bộ luật|Bộ Luật|Luật|Pháp lệnh) |\d+ [Ll]uật )",
    re.IGNORECASE,
)
_AMENDED_KIND = compiled(r"Bộ luật|Bộ Luật|Luật|Pháp lệnh", re.IGNORECASE)
# "Luật sửa đổi, bổ sung 37 Luật có liên quan đến quy hoạch".
_AMENDED_COUNT = compiled(
    r"\d+ [Ll]uật(?: có)?(?: liên quan)?(?: đến [^;:,.\n()]{2,60}?(?= số| ngày| năm|[;:,.\n()]|$))?"
)
# "các 9 Luật": so many characters may stand between the formula and the first law that it names.
_AMENDED_WITHIN = 6
_ANOTHER_AMENDED = compiled(r"(?:,| và|, và) (Bộ luật|Luật|Pháp lệnh)(?= )")
_AMENDED_BEHIND = compiled(r" ?\((?:sửa đổi|đã được sửa đổi[^)\n]{0,60}|sửa đổi, bổ sung[^)\n]{0,60})\)")
_CONSTITUTION = compiled(
    r"(?:(?: nước)? (?:Cộng hòa xã hội chủ nghĩa Việt Nam|CHXHCN Việt Nam|Việt Nam))?(?:,? (?:năm )?(?:19|20)\d\d)?",
    re.IGNORECASE,
)
_BARE_CONSTITUTION = compiled(r" ?(?:và|,|;|\.)")


def find_laws(plain: str, notes: list[Note]) -> list[Mention]:
    """Find the laws of a plain text that are cited by name, in order; doubts go to ``notes``.

    >>> found = find_laws("Căn cứ Luật Đầu tư công số 39/2019/QH14 ngày 13/6/2019 và Luật này", [])
    >>> [(law.type, law.name, law.number, law.date) for law in found]
    [('Luật', 'Đầu tư công', '39/2019/QH14', '2019-06-13')]
    """
    found: list[Mention] = []
    done = amended = 0
    for anchor in _LAW.finditer(plain):
        if anchor.start() < done:
            continue
        kind = _KINDS[anchor[0].lower()]
        if anchor.start() < amended:
            # A law inside an amending law's name is a mention of its own; number and day behind it are the outer's.
            nested = _read_nested(plain, anchor.start(), kind, anchor.end())
            if nested is not None:
                found.append(nested)
                done = nested.end
            continue
        mention = _read_law(plain, anchor.start(), kind, anchor.end(), notes)
        if mention is not None:
            found.append(mention)
            amends = mention.name is not None and _AMENDS.match(" " + mention.name) is not None
            done, amended = (anchor.end(), mention.end) if amends else (mention.end, 0)
    return found


def _read_nested(plain: str, start: int, kind: str, at: int) -> Mention | None:
    read = _read_name(plain, kind, at)
    if read is None:
        return None
    return Mention(start, read[0], "law", kind, name=read[1], issuer=_issuer(kind, None), inferred=["issuer"])


def _read_law(plain: str, start: int, kind: str, at: int, notes: list[Note]) -> Mention | None:
    if kind == "Hiến pháp":
        return _read_constitution(plain, start, at)
    name: str | None = None
    end = at
    numbered = _NUMBER.match(plain, at)
    if numbered is None:
        # "các Luật sửa đổi, bổ sung Luật thuế GTGT" names no one law of them.
        alone = plain[max(0, start - 4) : start] != "các "
        read = (_read_amending_name(plain, at) if alone else None) or _read_name(plain, kind, at)
        if read is None:
            return None
        end, name = read
        amended = _AMENDED_BEHIND.match(plain, end)
        if amended is not None:
            end = amended.end()
        numbered = _NUMBER.match(plain, end)
    mention = Mention(start, end, "law", kind, name=name)
    if numbered is not None:
        _set_number(mention, numbered)
    dated = _read_date(plain, mention, notes)
    owner = _OWNER.match(plain, mention.end) if dated or numbered is not None else None
    if owner is not None:
        mention.issuer, mention.end = _OWNERS.get(owner[1].lower(), _STANDING_COMMITTEE), owner.end(1)
        later = read_date(plain, mention.end) if mention.date is None else None
        if later is not None:
            mention.date, mention.end = later[1], later[0]
    if mention.issuer is None:
        mention.issuer = _issuer(kind, mention.date)
        mention.inferred.append("issuer")
    mention.provision = read_provision(plain, start)
    return mention


def _set_number(mention: Mention, numbered: re.Match[str]) -> None:
    first, second, letters = (group for group in numbered.groups() if group is not None)
    # "49-LTC/HĐNN" has a type in front of the stroke, "83/2015/QH13" its year.
    mention.number = f"{first}{'-' if numbered['count'] is not None else '/'}{second}/{letters}"
    mention.issuer_codes = (letters.split("-")[-1],)
    mention.end = numbered.end()


def _read_date(plain: str, mention: Mention, notes: list[Note]) -> bool:
    """Read the day on which a law was passed, or its year alone; tell whether a day is printed."""
    passed = _PASSED.match(plain, mention.end)
    dated = read_date(plain, passed.end() if passed is not None else mention.end)
    if dated is not None:
        end, mention.date, start = dated
        if mention.date is None:
            notes.append(Note("impossible-date", start, end))
        mention.end = end
        return True
    year = _YEAR.match(plain, mention.end)
    if year is not None:
        mention.end = year.end()
    return False


def _issuer(kind: str, date: str | None) -> str:
    if kind != "Pháp lệnh":
        return _ASSEMBLY
    return _COUNCIL_OF_STATE if date is not None and date < _STANDING_COMMITTEE_SINCE else _STANDING_COMMITTEE


def _read_constitution(plain: str, start: int, at: int) -> Mention | None:
    found = _CONSTITUTION.match(plain, at)
    end = found.end() if found is not None else at
    while end > at and plain[end - 1] == " ":
        end -= 1
    if end == at and not _BARE_CONSTITUTION.match(plain, at):
        return None
    mention = Mention(start, end, "law", "Hiến pháp", name="Hiến pháp", issuer=_ASSEMBLY, inferred=["issuer"])
    dated = read_date(plain, end)
    if dated is not None:
        mention.date, mention.end = dated[1], dated[0]
    return mention


# --- names ------------------------------------------------------------------------------------------------------------


@cache
def _names() -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Return (kind, first word) -> [(written form in lower case, canonical name)], longest first."""
    names: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in lexicon.laws():
        for form in (row.name, *row.aliases):
            low = form.lower()
            names.setdefault((row.kind.lower(), low.split(" ")[0].rstrip(",")), []).append((low, row.name))
    for forms in names.values():
        forms.sort(key=lambda item: (-len(item[0]), item))
    return names


def _read_name(plain: str, kind: str, at: int) -> tuple[int, str] | None:
    known = _known_name(plain, kind, at)
    if known is not None:
        return known
    return None if _NOT_A_LAW.match(plain, at) else _unknown_name(plain, at)


def _known_name(plain: str, kind: str, at: int) -> tuple[int, str] | None:
    """Read the longest name behind a kind that the table knows."""
    low = plain[at + 1 : at + 141].lower()
    first = low.split(" ", 1)[0].split(",", 1)[0]
    for form, canonical in _names().get((kind.lower(), first), ()):
        if low.startswith(form) and not low[len(form) : len(form) + 1].isalpha():
            return at + 1 + len(form), canonical
    return None


def _name_of(plain: str, kind: str, at: int) -> tuple[int, str] | None:
    return _known_name(plain, kind, at) or _unknown_name(plain, at)


def _unknown_name(plain: str, at: int) -> tuple[int, str] | None:
    """Read a name that no table knows: to the number or date that closes it, else up to a word that ends it."""
    closed = _NAME_TO_DATE.match(plain, at)
    if closed is not None and closed[1][0].isupper():
        return closed.end(1), closed[1]
    end = at
    words = 0
    for word in _NAME_WORD.finditer(plain, at, min(len(plain), at + _LONGEST_NAME)):
        token = word[1]
        low = token.lower()
        if word.start() != end or low in _NAME_ENDS or token.isdigit():
            break
        if words == 0 and not token[0].isupper():
            return None
        if low == "và" and words and _NEXT_DOCUMENT.match(plain, word.end()):
            break
        end = word.end()
        words += 1
    if not 0 < words <= _MOST_WORDS:
        return None
    name = plain[at + 1 : end]
    while name.rsplit(" ", 1)[-1] in ("và", "các"):
        name = name.rsplit(" ", 1)[0]
    return at + 1 + len(name), name


def _read_amending_name(plain: str, at: int) -> tuple[int, str] | None:
    """Read "sửa đổi, bổ sung một số điều của Luật A, Luật B và Luật C": all of them belong to the name."""
    amends = _AMENDS.match(plain, at)
    if amends is None:
        return None
    end = amends.end()
    several = _AMENDED_COUNT.match(plain, end)
    if several is not None:
        return several.end(), " ".join(plain[at : several.end()].split())
    first = _AMENDED_KIND.search(plain, end)
    if first is not None and first.start() - end < _AMENDED_WITHIN:
        following = _name_of(plain, first[0].capitalize(), first.end())
        while following is not None:
            end = following[0]
            more = _ANOTHER_AMENDED.match(plain, end)
            if more is None or read_date(plain, end) is not None:
                break
            following = _name_of(plain, more[1], more.end())
    end = at + len(plain[at:end].rstrip())
    return end, " ".join(plain[at:end].split())
