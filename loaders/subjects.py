"""Read what stands behind and between mentions: what a document is about, and what the items of a list share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cancu.loaders.mentions import Mention
from cancu.loaders.patterns import any_of, compiled

__all__ = ["read_subjects", "share_issuers"]

_SUBJECT = compiled(rf"(?: ?[,(]? ?)(?={any_of('subject_opener')}[ ,])")
_SUBJECT_LEAD = compiled(r"(?:về việc |về |v/v )", re.IGNORECASE)
# What ends a subject although no full stop does: the next document of the same list.
_NEXT_ITEM = compiled(
    r"[,;] (?:và )?(?:các |số |Số )?$"  # "…, số 1719/QĐ-TTg"
    r"|(?:[,;] |\) ?)và (?:các )?$"  # "…) và các Nghị quyết"
    r"|[.;:] ?(?:[-+*] )?$"  # "…; - Quyết định"
    r"|\n[-+* ]*(?:Căn cứ |Thực hiện )?$"
    r"|(?:[.;,]|\)) (?:Căn cứ|Thực hiện|Xét|Theo) (?:các )?$"
)
_NEXT_ITEM_WINDOW = 40
_SENTENCE_END = compiled(
    r"\. (?=[[:upper:]])|[;\n]|\.$|\.\n|\)(?= ?[.;])"
    # "(sau đây gọi là …", "và các văn bản khác"
    r"| (?:sau đây gọi|và (?:các )?(?:văn bản|quy định|pháp luật) (?:khác|có))"
    # ", UBND tỉnh ban hành …": the main clause
    r"|[,.]? (?:UBND|Ủy ban nhân dân|Chủ tịch UBND|Chủ tịch Ủy ban)[^;.\n]{0,60}"
    r"(?:ban hành|xây dựng|yêu cầu|đề nghị|báo cáo)"
)
_LONGEST_SUBJECT = 600
# No list has more items inside the longest subject.
_MOST_FOLLOWING = 5
_TAILS = (" và các", " và", " các")

_JOINED = compiled(r" ?[,;]?(?: ?và)?(?: các)? ?")


def read_subjects(plain: str, mentions: Sequence[Mention]) -> None:
    """Read the clause that says what each document is about, and mark the mentions that stand inside one."""
    for index, mention in enumerate(mentions):
        if mention.kind == "law" and mention.number is None:
            continue
        found = _SUBJECT.match(plain, mention.end)
        if found is None:
            continue
        start = found.end()
        lead = _SUBJECT_LEAD.match(plain, start)
        mention.subject_start = lead.end() if lead is not None else start
        mention.subject_end = _subject_end(plain, start, mentions, index)
    open_until = law_until = -1
    for mention in mentions:
        if mention.start < max(open_until, law_until):
            mention.nested = True
        if mention.kind == "law":
            law_until = max(law_until, mention.end)
        if not mention.nested and mention.subject_end is not None:
            open_until = mention.subject_end


def _subject_end(plain: str, start: int, mentions: Sequence[Mention], index: int) -> int:
    limit = min(len(plain), start + _LONGEST_SUBJECT)
    found = _SENTENCE_END.search(plain, start, limit)
    stop = _before_bracket(plain, start, found.start() if found is not None else limit)
    for following in mentions[index + 1 : index + 1 + _MOST_FOLLOWING]:
        if following.start >= stop:
            break
        if following is mentions[index + 1] and _pairs(plain, mentions[index], following):
            stop = following.start
            break
        if _NEXT_ITEM.search(plain, max(start, following.start - _NEXT_ITEM_WINDOW), following.start):
            stop = following.start
            break
    while stop > start and plain[stop - 1] in " ,;.:(":
        stop -= 1
    for tail in _TAILS:
        if plain[start:stop].endswith(tail):
            stop -= len(tail)
    return stop


def _pairs(plain: str, mention: Mention, following: Mention) -> bool:
    """Tell whether a list behind a colon goes on: "các Nghị định: số 92/… về … và số 04/… sửa đổi …"."""
    return (
        following.listed
        and plain[mention.start : mention.start + 2].lower() == "số"
        and plain.endswith(" và ", 0, following.start)
    )


def _before_bracket(plain: str, start: int, stop: int) -> int:
    """Return where a subject ends whose mention stands in brackets: at the one that was open before it."""
    depth = 0
    for at in range(start, stop):
        if plain[at] == "(":
            depth += 1
        elif plain[at] == ")":
            depth -= 1
            if depth < 0:
                return at
    return stop


def share_issuers(plain: str, mentions: Sequence[Mention]) -> None:
    """Give the issuer that is said once, at the end of a list or at its start, to every item of the list.

    "Nghị định số 27/2022/NĐ-CP, Nghị định số 38/2023/NĐ-CP của Chính phủ"; "các Nghị quyết số …, số … của Hội đồng
    nhân dân tỉnh"; "các Quyết định của Thủ tướng Chính phủ: số 118/TTg …, số 154/TTg …".
    """
    for index in range(len(mentions) - 1, 0, -1):
        _share_backwards(plain, mentions[index - 1], mentions[index])
    for before, mention in pairwise(mentions):
        if (
            mention.listed
            and mention.issuer_mention is None
            and before.issuer_mention is not None
            and mention.issuer_codes[:1] == before.issuer_codes[:1]
        ):
            mention.issuer_mention = before.issuer_mention
            mention.inferred.append("issuer")


def _share_backwards(plain: str, before: Mention, mention: Mention) -> None:
    if (
        mention.issuer_mention is None
        or before.issuer_mention is not None
        or before.kind == "law"
        or before.nested != mention.nested
    ):
        return
    gap = plain[before.end : mention.start]
    same_series = mention.issuer_codes[:1] == before.issuer_codes[:1] and mention.type == before.type
    if _JOINED.fullmatch(gap) and (mention.listed or (same_series and ";" not in gap)):
        before.issuer_mention = mention.issuer_mention
        before.inferred.append("issuer")
    # "các Quyết định số 202-HĐBT và 203-HĐBT ngày 28-12-1988": joined by "và", with one date behind both.
    if mention.listed and mention.date is not None and before.date is None and gap in (" và ", " và số "):
        before.date = mention.date
        before.inferred.append("date")
