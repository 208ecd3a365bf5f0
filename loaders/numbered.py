"""Find the mentions that carry a number: "Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ".

The scan is anchored on the stroke in front of a symbol; the number is read to its left, the symbol to its right, then the
type word in front of it and date and issuer behind it. Short mentions ("Nghị quyết 30a", "Nghị định 64-CP") count
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
    read_symbol,
)
from cancu.ontology import lexicon

__all__ = ["find_numbered", "find_short"]

# "90", "30a", "27/2022", "15-2021" in front of a stroke; not the tail of a longer number.
_LEFT_NUMBER = compiled(r"(?<![\d/.,:A-ZĐ])(\d{1,6}[a-zA-ZđĐ]?)(?:(?: ?/ ?|-)((?:19|20)\d\d))? ?[/.-]? ?$")
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
    if word is not None:
        mention.start, mention.type, mention.issuer_mention, mention.date = word
    elif _NOT_A_DOCUMENT.search(before):
        return None
    elif previous is not None and previous.number is not None and _continues(plain, previous, number_start):
        mention.listed = True
        mention.type = _listed_type(previous, symbol)
    elif not symbol.known or (lead is None and symbol.type in (None, "Công văn")):
        return None
    _reconcile_type(mention, symbol, notes)
    if mention.type in ("Văn bản", "Công văn") and is_bare and _is_letter(mention.type, segments):
        # "Văn bản số 327/CT-NC": in a letter the issuer stands first; CT is a body here, no "chỉ thị".
        symbol = Symbol(symbol.number, "Công văn", (segments[0],), True)
        mention.type = "Công văn"
    mention.number, mention.issuer_codes = symbol.number, symbol.codes
    if mention.type is None and symbol.type is not None:
        mention.inferred.append("type")
        mention.confidence = 0.95
    if mention.type in (None, "Văn bản"):
        mention.type = symbol.type
    _read_tail(plain, mention, notes)
    if not mention.listed:
        mention.provision = read_provision(plain, mention.start)
    if not symbol.known and not segments[0].startswith(("QH", "UBTVQH")):
        _doubt_code(mention, symbol, segments, (number_start, end), notes)
    return mention
