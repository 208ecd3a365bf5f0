"""Find the mentions that carry a number: "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ".

The scan is anchored on the stroke in front of a symbol; the number is read to its left, the symbol to its right, then
the type word in front of it and date and issuer behind it. Short mentions ("Nghị quyết 30a", "Nghị định 64-CP") count
only when the text lets them be resolved, or when their letters, date or issuer say enough.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from cancu.loaders.agencies import (
    AgencyMention,
    Context,
    issuer_of_symbol,
    read_agency,
    read_joint_agencies,
)
from cancu.loaders.dates import read_date
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.patterns import any_of, compiled, matches_at
from cancu.loaders.provisions import read_provision
from cancu.loaders.symbols import (
    ANCHOR,
    ASSEMBLY,
    SEGMENT,
    Symbol,
    issuer_codes,
    letter_issuers,
    match_symbol,
    own_code,
    read_symbol,
    type_codes,
)
from cancu.ontology import lexicon

__all__ = ["find_numbered", "find_short"]

# "90", "30a", "27/2022", "15-2021" in front of a stroke; not the tail of a longer number.
_LEFT_NUMBER = compiled(
    r"(?:(?<![\d/.,:A-ZĐ])|(?<=[Ss]ố[:.]))(\d{1,6}[a-zA-ZđĐ]?)(?:(?: ?/ ?|-)((?:19|20)\d\d))? ?[/.-]? ?$"
)
# Party and older State numbers: "15-NQ" (/TW), "20NQ" with its hyphen lost, "49-LTC" (/HĐNN), "1118 TC" (/TCT).
_LEFT_TYPED = compiled(rf"(?<![\d/.,:A-ZĐ])(\d{{1,5}}[a-z]?)( ?- ?-? ?| ?)({SEGMENT}(?:-{SEGMENT})?) ?$")
_PARTY_CODES = lexicon.words("party_code")
# So far to the left of a stroke its number may begin, and so far to the left of that its type word.
_NUMBER_WINDOW = 24
_LEAD_WINDOW = 40
_TYPE_WINDOW = 130

_LEAD = compiled(r"(?:[Ss]ố|SỐ) ?[:.]? ?$")
_BEFORE_NUMBER = compiled(r"(?:[Ss]ố|SỐ)? ?[:.]? ?$")
_OWN_LEAD = compiled(r": ?(?=(?:[Ss]ố)? ?[:.]? ?$)")
_BETWEEN = compiled(r"[ ,:(]*(?:[Ss]ố)? ?[:.]? ?")
# "(nay là Bộ Nông nghiệp và Môi trường)" behind an issuer.
_RENAMED = compiled(r"^ \((?:cũ|nay là [^)]*|trước đây)\)")
_OWNER_BETWEEN = compiled(r" ?của (?:liên )?")
# "Kế hoạch liên ngành số 12", "Thông báo kết luận số 5": up to four small words, then "số".
_SMALL_WORDS = compiled(r"((?: [[:lower:]]+){1,4}) [Ss]ố ?[:.]? ?")
_NOT_IN_TYPE = compiled(rf"[;\n]|(?<![^\W_]){any_of('not_in_type')}(?![^\W_])")
_NOT_A_DOCUMENT = compiled(rf"{any_of('not_a_document')}[^\n.;]{{0,12}}$", re.IGNORECASE)
_WITH_YEAR = compiled(r"/(?:19|20)\d\d/")
# The document's own number, alone at the start of its line.
_OWN_NUMBER = compiled(r"(?:^|\n|\t)[ |*]*(?:Số|SỐ) ?[:.]? ?$")
_SAME_TYPES = frozenset(frozenset(pair) for pair in lexicon.words("same_type").items())

_LIST_GAP = compiled(r"(?: ?[,;])?(?: ?(?:và|hoặc|cùng))?(?: các)? ?(?P<so>(?:[Ss]ố) ?:? ?)?$")
_LIST_JOINT = compiled(r"[,;] ?$|và ?$")
_CLAUSE_END = compiled(r"[.:]")
# A list goes on over the subject of one of its items, and over no more than this.
_LONGEST_GAP = 400
# "Kế hoạch 118/KH-UBND năm 2023 của …": the year alone, when an issuer follows.
_YEAR_ONLY = compiled(r" (?:năm |\()(?:19|20)\d\d\)?(?= của | ?[,;.)])")
# "cha", "cua": what scans make of "của".
_OF = compiled(r" ?,? ?(?:của'?|do|CỦA|cha|cua) (?:các |cơ quan )?")


def find_numbered(plain: str, laws: Sequence[Mention], notes: list[Note]) -> list[Mention]:
    """Find the numbered mentions, but for those that are the number of a law; doubts go to ``notes``.

    >>> found = find_numbered("theo Quyết định số 90/QĐ-TTg ngày 18/01/2022 và số 1719/QĐ-TTg", [], [])
    >>> [(mention.type, mention.number, mention.listed) for mention in found]
    [('Quyết định', '90/QĐ-TTg', False), ('Quyết định', '1719/QĐ-TTg', True)]
    """
    taken = [(law.start, law.end) for law in laws if law.number is not None]
    starts = [start for start, _ in taken]
    found: list[Mention] = []
    done = 0
    for anchor in ANCHOR.finditer(plain):
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
    """Read the mention whose number has its stroke at ``at``."""
    matched = match_symbol(plain, at)
    if matched is None:
        return None
    end, segments, separators = matched
    floor = previous.end if previous is not None else 0
    left = _read_left(plain, max(0, at - _NUMBER_WINDOW, floor), at, segments, separators)
    if left is None:
        return None
    number_start, symbol, is_bare = left
    before = plain[max(floor, number_start - _LEAD_WINDOW) : number_start]
    if _OWN_NUMBER.search(before if number_start > _LEAD_WINDOW else "\n" + before):
        return None
    lead = _LEAD.search(before)
    start = number_start - (len(before) - lead.start() if lead is not None else 0)
    mention = Mention(start, end, "numbered", None)
    word = _find_type(plain, floor, number_start)
    if word is not None and symbol.type == "Công văn" and (turned := _turned(word[1], symbol, segments)) is not None:
        symbol = turned
    if word is not None:
        mention.start, mention.type, mention.issuer_mention, mention.date = word
    elif _NOT_A_DOCUMENT.search(before):
        return None
    elif previous is not None and previous.number is not None and _continues(plain, previous, number_start):
        mention.listed = True
        mention.type = _listed_type(previous, symbol)
    elif not symbol.known or (lead is None and symbol.type in (None, "Công văn")):
        return None
    if mention.type in ("Văn bản", "Công văn") and is_bare and _is_letter(mention.type, segments):
        # "Văn bản số 327/CT-NC": in a letter the issuer stands first; CT is a body here, no "chỉ thị".
        symbol = Symbol(symbol.number, "Công văn", (segments[0],), True)
        mention.type = "Công văn"
    _reconcile_type(mention, symbol, notes)
    mention.number, mention.issuer_codes = symbol.number, symbol.codes
    if mention.type is None and symbol.type is not None:
        mention.inferred.append("type")
        mention.confidence = 0.95
    if mention.type in (None, "Văn bản"):
        mention.type = symbol.type
    _read_tail(plain, mention, notes)
    _doubt_missing_code(mention, symbol, segments, notes)
    if not mention.listed:
        mention.provision = read_provision(plain, mention.start)
    if not symbol.known and not segments[0].startswith(("QH", "UBTVQH")):
        _doubt_code(mention, symbol, segments, (number_start, end), notes)
    return mention


def _read_left(
    plain: str, low: int, at: int, segments: list[str], separators: list[str]
) -> tuple[int, Symbol, bool] | None:
    """Read the number left of the stroke at ``at``; return (its start, the symbol, whether it is a count alone)."""
    left = plain[low:at]
    number = _LEFT_NUMBER.search(left)
    if number is not None:
        symbol = read_symbol(number[1], number[2], segments, separators)
        return low + number.start(1), symbol, number[2] is None
    typed = _LEFT_TYPED.search(left)
    if typed is None:
        return None
    # "1118 TC/TCT" had no hyphen in its time; "20NQ/TW" has lost it.
    bare = typed[2] == " " and typed[3].split("-")[0] not in _PARTY_CODES
    symbol = read_symbol(typed[1], None, segments, separators, front=typed[3], hyphen="" if bare else "-")
    return low + typed.start(1), symbol, False


def _continues(plain: str, previous: Mention, number_start: int) -> bool:
    """Tell whether a number without a type word goes on a list that a typed number began."""
    gap = plain[previous.end : number_start]
    if len(gap) > _LONGEST_GAP or "\n" in gap:
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
        and not _CLAUSE_END.search(between)
        and _LIST_JOINT.search(between + found[0][: -len(found["so"])]) is not None
    )


def _listed_type(previous: Mention, symbol: Symbol) -> str | None:
    """Return the type of an item of a list: that of the item before, unless the symbol names another."""
    of_assembly = bool(previous.issuer_codes) and ASSEMBLY.match(symbol.number.rsplit("/", 1)[-1]) is not None
    if symbol.type is None or previous.type is None or not symbol.codes or of_assembly:
        return previous.type
    return symbol.type


def _reconcile_type(mention: Mention, symbol: Symbol, notes: list[Note]) -> None:
    """Compare the type word with the type code: "Văn bản" is any type, two other types that differ are a doubt."""
    if mention.listed or mention.type is None or symbol.type is None or mention.type == symbol.type:
        return
    if mention.type == "Văn bản":
        mention.type = symbol.type
    elif not _same_type(mention.type, symbol):
        notes.append(Note("type-symbol", mention.start, mention.end, (mention.type, symbol.type)))


def _turned(word: str, symbol: Symbol, segments: list[str]) -> Symbol | None:
    """Read a symbol of before 1997 that has the issuer in front of the type: "Nghị định số 63/CP-NĐ"."""
    if len(segments) == 2 and type_codes().get(segments[1]) == word and segments[0] in issuer_codes():
        return Symbol(symbol.number, word, (segments[0],), True)
    return None


def _same_type(word: str, symbol: Symbol) -> bool:
    """Tell whether the code of a symbol may stand for a type: "L" is the code of Luật and of Lệnh."""
    code = re.split(r"[-./]", re.sub(r"^[\d/]+[a-z]?[-/]?", "", symbol.number))[0]
    return word in {row.name for row in lexicon.document_types_by_symbol(code)} or (
        symbol.type is not None and frozenset((word, symbol.type)) in _SAME_TYPES
    )


def _is_letter(type_name: str, segments: list[str]) -> bool:
    """Tell a letter, whose symbol begins with its issuer, from a document whose symbol begins with its type."""
    second = "".join(segments[1:2])
    if segments[0] in letter_issuers():
        return type_name == "Công văn" or second not in issuer_codes()
    # "Văn bản số 4773/TC-CSTC": no body bears the second code, so the first is no type.
    return bool(second) and segments[0] in type_codes() and issuer_of_symbol((second,), Context())[1] is None


def _doubt_missing_code(mention: Mention, symbol: Symbol, segments: list[str], notes: list[Note]) -> None:
    """Doubt a number of a norm whose type code is missing: "Thông tư số 55/2023/BTC" is 55/2023/TT-BTC."""
    own = own_code(mention.type)
    if own is None or len(segments) != 1 or not _WITH_YEAR.search(symbol.number) or ASSEMBLY.match(segments[0]):
        return
    if symbol.type is None and segments[0] in issuer_codes():
        meant = f"{symbol.number.removesuffix(segments[0])}{own}-{segments[0]}"
        notes.append(Note("missing-code", mention.start, mention.end, (meant,)))


def _doubt_code(
    mention: Mention, symbol: Symbol, segments: list[str], span: tuple[int, int], notes: list[Note]
) -> None:
    if issuer_of_symbol(symbol.codes, Context())[1] is None:
        notes.append(Note("unknown-code", *span, (), (("code", "-".join(segments)),)))
        mention.confidence = min(mention.confidence, 0.9)


# --- type words -------------------------------------------------------------------------------------------------------


@cache
def _type_words() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of all words for a type, and written form -> type name."""
    forms: dict[str, str] = {}
    ambiguous = lexicon.words("ambiguous_code")
    for row in lexicon.document_types():
        for form in (row.name, *row.words):
            forms.setdefault(form.lower(), row.name)
        for code in (row.symbol, *row.symbol_variants):
            # "QĐ số 33/2015/QĐ-TTg": the code stands for the word.
            if len(code) > 1 and code not in ambiguous:
                forms.setdefault(code.lower(), row.name)
    forms.setdefault("tt", "Thông tư")
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    return compiled(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE), forms


_LONGEST_CODE = 3
_MOST_TYPE_WORDS = 5


def _find_type(plain: str, floor: int, number_start: int) -> tuple[int, str, AgencyMention | None, str | None] | None:
    """Find the type word that a number belongs to; return (start, type, issuer said between them, date between)."""
    pattern, forms = _type_words()
    near = _type_in_front(plain, floor, number_start, forms)
    if near is not None:
        return *near, None, None
    low = max(floor, number_start - _TYPE_WINDOW)
    window = plain[low:number_start]
    word: re.Match[str] | None = None
    for found in pattern.finditer(window):
        # "Thông tư liên tịch" is found whole; a type code inside prose ("KH", "CT") must stand right in front.
        short = len(found[0]) <= _LONGEST_CODE and not _BEFORE_NUMBER.fullmatch(window[found.end() :].lstrip())
        word = None if short else found
    if word is None:
        return None
    name, start, end = forms[word[0].lower()], low + word.start(), low + word.end()
    gap = window[word.end() :]
    # "các Kế hoạch: số 733/KH-UBND …": behind a colon the first item begins at its own "số", as the others do.
    colon = _OWN_LEAD.search(gap)
    own = end + colon.end() if colon is not None and "số" in gap[colon.end() :].lower() else start
    if _BEFORE_NUMBER.fullmatch(gap.lstrip(" (:")) or gap.startswith(". số"):
        return own, name, None, None
    # "Nghị định của Chính phủ số 26/CP", "các Quyết định của Thủ tướng Chính phủ: số 118/TTg".
    owner = _OWNER_BETWEEN.match(gap)
    agency = read_joint_agencies(plain, end + owner.end()) if owner is not None else None
    if agency is not None and agency.end <= number_start:
        if _BETWEEN.fullmatch(_RENAMED.sub("", plain[agency.end : number_start])):
            return own, name, agency, None
        dated = read_date(plain, agency.end)
        if dated is not None and _BETWEEN.fullmatch(plain[dated[0] : number_start]):
            return start, name, agency, dated[1]
    small = _SMALL_WORDS.fullmatch(gap)
    if small is not None and not _NOT_IN_TYPE.search(small[1]):
        return start, name, None, None
    return None


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
    for _ in range(_MOST_TYPE_WORDS):
        start = plain.rfind(" ", floor, start)
        words = plain[start + 1 : stop] if start >= 0 else plain[floor:stop]
        bare = words.lstrip("(\"'")
        name = forms.get(bare.lower())
        if name is not None:
            best = stop - len(bare), name
        if start < 0 or "\n" in words:
            break
    if best is not None and stop - best[0] <= _LONGEST_CODE and plain[best[0] : stop].islower():
        return None
    return best


# --- date and issuer behind a number ----------------------------------------------------------------------------------

# Date, issuer, and a date behind the issuer.
_MOST_PARTS = 3


def _read_tail(plain: str, mention: Mention, notes: list[Note]) -> None:
    """Read what follows a number: date and issuer in either order."""
    position = mention.end
    dated = mention.date is not None
    for _ in range(_MOST_PARTS):
        date = None if dated else read_date(plain, position)
        if date is not None:
            dated = True
            mention.end, mention.date, start = date
            if mention.date is None:
                # It cannot be, but it is printed; what follows is still read.
                notes.append(Note("impossible-date", start, mention.end))
            position = mention.end + _closes_bracket(plain, mention)
            continue
        year = None if dated else _YEAR_ONLY.match(plain, position)
        if year is not None:
            mention.end = position = year.end()
        agency = _read_issuer(plain, mention, position, dated) if mention.issuer_mention is None else None
        if agency is None:
            return
        mention.issuer_mention = agency
        mention.end = position = agency.end


def _closes_bracket(plain: str, mention: Mention) -> bool:
    """Tell whether a bracket that was opened inside a mention closes behind it: "số 90/QĐ-TTg (ngày 18/01/2022)"."""
    start, end = mention.start, mention.end
    return plain[end : end + 1] == ")" and plain.count("(", start, end) > plain.count(")", start, end)


def _read_issuer(plain: str, mention: Mention, at: int, dated: bool) -> AgencyMention | None:
    """Read the issuer at ``at``: behind "của", or directly behind a date or where the symbol names it."""
    owner = _OF.match(plain, at)
    joint = (
        "liên" in (mention.type or "").lower()
        or len(mention.issuer_codes) > 1
        or (owner is not None and plain.startswith("liên", owner.end()))
    )
    read = read_joint_agencies if joint else read_agency
    if owner is not None:
        agency = read(plain, owner.end())
        if agency is None and plain.startswith("của ", owner.end()):
            # "của của UBND": a word printed twice.
            agency = read(plain, owner.end() + len("của "))
        return agency
    if plain[at : at + 1] != " " or not (dated or _names_issuer(plain, at + 1, mention)):
        return None
    agency = read(plain, at + 1)
    return None if agency is not None and agency.tier == "other" and agency.needs is None else agency


def _names_issuer(plain: str, at: int, mention: Mention) -> bool:
    """Tell whether the body that the symbol names is printed right behind it, without "của"."""
    name, _ = issuer_of_symbol(mention.issuer_codes, Context())
    return name is not None and plain[at : at + len(name)].lower() == name.lower()


# --- short mentions ---------------------------------------------------------------------------------------------------

_SHORT_WORDS = tuple(f"{word} " for word in lexicon.words("short_type"))
_SHORT = compiled(
    rf"(?<![^\W_])(?P<type>{any_of('short_type')})"
    r"(?P<owner> của [^\n.;,]{4,60}?)? (?:[Ss]ố )?"
    rf"(?P<count>\d{{1,4}}+[a-z]?)(?:-(?P<code>{any_of('dash_code', 'dash_code_alone')}))?"
    r"(?![\d/%.,:]\d|/|[^\W\d_]| ?/)"
)
# "Quyết định 3 dự án", "Kế hoạch 5 năm": a count and no number.
_COUNTED = compiled(rf" ?{any_of('counted')}(?![^\W_])(?! \d)")
# "các Quyết định số 202-HĐBT và 203-HĐBT".
_DASH_ITEM = compiled(
    rf"(?:,| và|, và) (?P<so>số )?(?P<count>\d{{1,4}}[a-z]?)-(?P<code>{any_of('dash_code')})(?![^\W_])"
)
_YEARS = range(1900, 2101)


def find_short(plain: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Find the mentions that have a count and no symbol, outside of ``mentions``, to which they may refer.

    >>> [mention.number for mention in find_short("Nghị quyết 30a của Chính phủ; Kế hoạch 5 năm; Nghị định 64-CP", [])]
    ['30a', '64-CP']
    """
    starts = [mention.start for mention in mentions]
    full = _by_count(mentions)
    found: list[Mention] = []
    for match in matches_at(plain, _SHORT_WORDS, _SHORT):
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and mentions[index].end > match.start():
            continue
        mention = _read_short(plain, match, full)
        if mention is None:
            continue
        found.append(mention)
        if match["code"] is not None:
            found += _listed_behind(plain, mention)
    return sorted(found, key=lambda mention: mention.start)


def _read_short(plain: str, match: re.Match[str], full: _ByCount) -> Mention | None:
    count, code = match["count"], match["code"]
    if code is None and (_COUNTED.match(plain, match.end()) or (count.isdigit() and int(count) in _YEARS)):
        return None
    kind = match["type"].capitalize()
    mention = Mention(match.start(), match.end(), "short", kind, count)
    if code is not None:
        mention.kind, mention.number, mention.issuer_codes = "numbered", f"{count}-{code}", (code,)
    if match["owner"] is not None:
        mention.issuer_mention = read_joint_agencies(plain, match.start("owner") + len(" của "))
        if mention.issuer_mention is None or mention.issuer_mention.end != match.end("owner"):
            return None
    _read_tail(plain, mention, [])
    target = _first_full(full, kind, count, mention.date)
    if target is not None:
        mention.resolves_to = target.start
        mention.issuer_codes = mention.issuer_codes or target.issuer_codes
    elif code is None and mention.date is None and mention.issuer_mention is None and not count[-1].isalpha():
        return None
    mention.provision = read_provision(plain, mention.start)
    mention.confidence = 0.95 if code is not None else 0.9
    return mention


def _listed_behind(plain: str, first: Mention) -> list[Mention]:
    """Read the items that go on a list: "các Quyết định số 202-HĐBT và 203-HĐBT ngày …"."""
    found: list[Mention] = []
    end = first.end
    while (item := _DASH_ITEM.match(plain, end)) is not None:
        start = item.start("so") if item["so"] is not None else item.start("count")
        mention = Mention(start, item.end(), "numbered", first.type, f"{item['count']}-{item['code']}", listed=True)
        mention.issuer_codes = (item["code"],)
        _read_tail(plain, mention, [])
        found.append(mention)
        end = mention.end
    return found


# Type and count, without leading zeros -> the first mention of each number and date.
_ByCount = dict[tuple[str | None, str], dict[tuple[str, str | None], Mention]]


def _by_count(mentions: Sequence[Mention]) -> _ByCount:
    full: _ByCount = {}
    for mention in mentions:
        if mention.number is not None:
            count = re.split(r"[/-]", mention.number, maxsplit=1)[0].lstrip("0")
            full.setdefault((mention.type, count), {}).setdefault((mention.number, mention.date), mention)
    return full


def _first_full(full: _ByCount, kind: str, count: str, date: str | None) -> Mention | None:
    """Return the one full mention that a short number can stand for, or None."""
    fits = [
        mention
        for (_, printed), mention in full.get((kind, count.lstrip("0")), {}).items()
        if date is None or printed is None or date == printed
    ]
    return fits[0] if len({mention.number for mention in fits}) == 1 else None
