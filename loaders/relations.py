"""Say what each mention is to its document: legal basis, authority of an activity, amended, replaced, merely mentioned.

The cues are rows of ``ontology/cues.tsv``; this module only decides which words of the text a row may look at: the
sentence in front of a mention, what stands right behind it, the start of its paragraph, the headings above it, the
title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cancu.loaders.citations import Mention
from cancu.loaders.header import Header
from cancu.loaders.outline import Outline
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = ["Judgement", "judge"]

# The order in which the public format tries them: the first that fits.
PRECEDENCE = (
    "proposed_by",
    "attached_to",
    "amends",
    "replaces_or_repeals",
    "guides",
    "legal_basis",
    "issued",
    "authorises",
    "mention",
)
_PLACES = frozenset({"opening", "basis", "title", "annex", "any"})
_SIDES = frozenset({"before", "after", "paragraph", "intro", "type"})

# A cue looks back this far, in characters: the longest enumerations of bases that the texts show.
_WINDOW = 700


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold the relation of one mention, the words that decided it and what it authorises."""

    relation: str
    cue: str | None
    activity: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class _Cue:
    relation: str
    where: str
    side: str
    pattern: re.Pattern[str]
    line: int
    example: str


@cache
def cues() -> tuple[_Cue, ...]:
    """Return the cue table in order of precedence; a bad row is refused with its line.

    >>> cues()[0].relation
    'proposed_by'
    """
    columns = ("relation", "where", "side", "pattern", "example", "source")
    rows = lexicon.read_table(lexicon.TABLES / "cues.tsv", columns, patterns=("pattern",))
    return tuple(sorted(map(_cue, rows), key=lambda cue: (PRECEDENCE.index(cue.relation), cue.line)))


def _cue(row: lexicon.Row) -> _Cue:
    relation, where, side = row.choice("relation", PRECEDENCE), row.choice("where", _PLACES), row.choice("side", _SIDES)
    try:
        pattern = compiled(row["pattern"])
    except re.error as flaw:
        raise row.error(f"pattern does not compile: {flaw}") from flaw
    return _Cue(relation, where, side, pattern, row.line, row["example"])


# A paragraph that is an item of a list: "- …", "(1) …", "a) …", or a document.
_ITEM = compiled(rf"[-+*•] ?|\(?\d{{1,2}}[.)] |[a-zđ]\) |(?={any_of('item_opener')} )")
# The enumerator in front of the document of such an item.
_ITEM_FRONT = compiled(r"[-+*•(\d.)a-zđ ]{0,8}")
_LONGEST_ITEM_FRONT = 40
_SENTENCE = compiled(r"[.!?] (?=[[:upper:]\"])|\n")
# Scans make "Kết" of "Kèm" and "Kèm theo": "Kết Kế hoạch số 60/KH-UBND …", unlike "Kết luận số 65-KL/TW".
_ANNEX = compiled(r"[( *]*(?:[Bb]an hành )?(?:[Kk]èm(?: theo)? |[Kk]ết (?:theo |(?=[[:upper:]])))|[( *]*Đính kèm")
_AMENDS = compiled(r"sửa đổi|bổ sung")
# "I. CĂN CỨ", "1. Cơ sở chính trị, pháp lý".
_BASIS_HEADING = compiled(r"căn cứ|cơ sở (?:chính trị(?:,| và)? ?)?pháp lý")
# "Căn cứ Luật … (đã được sửa đổi, bổ sung bởi Luật …)": it rests on the law as amended, so on both.
_AS_AMENDED = compiled(r"^[ (]*(?:đã )?được (?:sửa đổi|bổ sung)[^.;\n()]{0,60} (?:bởi|tại|theo|bằng)(?: các)? $")
_CHANGES = frozenset({"amends", "replaces_or_repeals"})
_OF_BASES = compiled(r"[-+*( ]*căn cứ(?![^\W_])")
# "Theo đề nghị của Sở A tại Công văn số … và của Sở B tại Công văn số …".
_ALSO_PROPOSES = compiled(r"^ và của [^.;\n]{3,120} tại (?:các )?$")
# What joins two items of a list, once the provision in front of the second is gone: "; điểm a khoản 2 Điều 5 …".
_PROVISION = compiled(r"(?:điểm|khoản|điều|mục) [^;,.]{1,24}$")
_JOINT = compiled(r"^[ ,;)]*(?:và |và các |cùng |các )*$|[,;)] (?:và )?(?:các )?$|(?:^|\W)và (?:các )?$")
# "Tiểu dự án 1 của Dự án 3: …" in a sentence, and in a heading.
_PROJECT = compiled(r"(?:Tiểu )?[Dd]ự án(?: thành phần)? \d+[^.;()\n]{0,120}")
_ACTIVITY_HEADING = compiled(
    r"(?:[Tt]iểu )?[Dd]ự án(?: thành phần)? \d|[Nn]ội dung thành phần \d|[Cc]hính sách|[Hh]ỗ trợ"
)
_PHRASE_TAIL = compiled(rf"[ ,;:(]*(?:\W(?:{any_of('phrase_tail')}|\d+)\s*)*[ ,;:(]*$", re.IGNORECASE)
_LONGEST_PHRASE = 160
_LONGEST_CUE = 80
# What stands behind a mention is looked at so far.
_BEHIND = 300


# A report informs of what others lay down.
_INFORMING = lexicon.words("informing_type")
_MERELY = Judgement("mention", None, None, 0.9)


def judge(plain: str, mentions: list[Mention], outline: Outline, header: Header) -> list[Judgement]:
    """Judge all mentions of a text, in order.

    A mention that goes on a list has the relation of the item before it, unless words between them say otherwise.
    """
    guided: set[str] = set()
    intros = _Intros(plain)
    judgements: list[Judgement] = []
    last: Judgement | None = None
    for index, mention in enumerate(mentions):
        before = mentions[index - 1] if index else None
        view = _view(plain, mention, before, outline, header, intros)
        judged = _judge_one(plain, mention, view, last, outline, guided)
        judgements.append(_MERELY if judged.relation == "authorises" and mention.type in _INFORMING else judged)
        if judgements[-1].relation == "guides":
            guided.add(_key(mention))
        if not mention.nested:
            # A list goes on over what stands inside the subject of one of its items.
            last = judgements[-1]
    return judgements


class _Intros:
    """Know, for each paragraph that is an item of a list, the paragraph with a colon that introduces the list."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self._done = 0
        self._current: str | None = None
        self._last: tuple[int, str | None] = (-1, None)

    def of(self, line_start: int) -> str | None:
        """Return the introduction of the item whose paragraph starts at ``line_start``; ask in rising order."""
        plain = self._plain
        while self._done <= line_start and self._done < len(plain):
            start = self._done
            stop = plain.find("\n", start)
            stop = len(plain) if stop < 0 else stop
            item = _ITEM.match(plain, start, stop) is not None
            self._last = (start, self._current if item else None)
            if plain[stop - 1 : stop] == ":":
                self._current = plain[max(start, stop - _WINDOW) : stop].lower()
            elif not item:
                self._current = None
            self._done = stop + 1
        return self._last[1] if self._last[0] == line_start else None


def _key(mention: Mention) -> str:
    return (mention.number or f"{mention.type} {mention.name}").lower()


@dataclass(frozen=True, slots=True)
class _View:
    """Hold what the cues may look at around one mention, in lower case, and where it stands."""

    where: frozenset[str]
    before: str
    after: str
    paragraph: str
    intro: str | None
    type: str
    sentence: int
    line_start: int
    listed: bool

    def search(self, cue: _Cue) -> re.Match[str] | None:
        """Look for a cue on its side of the mention."""
        if cue.where not in self.where:
            return None
        if cue.side == "before":
            return cue.pattern.search(self.before)
        if cue.side == "after":
            return cue.pattern.search(self.after)
        if cue.side == "type":
            return cue.pattern.search(self.type)
        if cue.side == "paragraph":
            return cue.pattern.search(self.paragraph)
        return cue.pattern.search(self.intro) if self.intro is not None else None


def _view(
    plain: str, mention: Mention, before: Mention | None, outline: Outline, header: Header, intros: _Intros
) -> _View:
    start = mention.start
    line_start = plain.rfind("\n", 0, start) + 1
    line_end = plain.find("\n", start)
    line_end = min(line_end if line_end >= 0 else len(plain), line_start + _WINDOW)
    sentence = _sentence_start(plain, start)
    listed = before is not None and sentence < before.end <= start
    own_start = before.end if before is not None and (listed or mention.nested) else max(sentence, start - _WINDOW)
    # An item of a list directly behind its bullet is introduced by the paragraph that ends with a colon.
    intro = intros.of(line_start)
    if start - line_start > _LONGEST_ITEM_FRONT or not _ITEM_FRONT.fullmatch(plain, line_start, start):
        intro = None
    return _View(
        where=_where(plain, start, line_start, outline, header),
        before=plain[own_start:start].lower(),
        after=plain[mention.end : mention.end + _BEHIND].lower(),
        paragraph=plain[line_start:line_end].lower(),
        intro=intro,
        type=(mention.type or "").lower(),
        sentence=sentence,
        line_start=line_start,
        listed=listed,
    )


def _where(plain: str, start: int, line_start: int, outline: Outline, header: Header) -> frozenset[str]:
    """Name the parts of the document in which a mention stands."""
    where = {"any"}
    if header.title_start <= start < header.title_end:
        where.add("title")
    elif start < outline.opening_end:
        where.add("opening")
    else:
        heading = outline.at(start)
        if heading is not None and _is_basis_section(heading.path):
            where.add("basis")
    if _ANNEX.match(plain, line_start):
        where.add("annex")
    return frozenset(where)


def _judge_one(
    plain: str,
    mention: Mention,
    view: _View,
    last: Judgement | None,
    outline: Outline,
    guided: set[str],
) -> Judgement:
    if mention.nested:
        amends = "title" in view.where and _AMENDS.search(view.before) is not None
        return Judgement("amends" if amends else "mention", None, None, 0.85)
    for cue in cues():
        found = view.search(cue)
        if found is None:
            continue
        if cue.relation in _CHANGES and _OF_BASES.match(view.paragraph) and "opening" in view.where:
            # "Căn cứ Thông tư … sửa đổi … và thay thế Thông tư …": the bases of a document change nothing by it.
            continue
        if cue.relation == "guides" and view.listed and not _list_like(view.before):
            # "Triển khai Thông tư … hướng dẫn thực hiện Quyết định …": it is the circular that guides.
            return Judgement("mention", None, None, 0.85)
        words = found[0].strip(" -+*(")[:_LONGEST_CUE].rstrip() if cue.side != "type" else None
        # What the title says it guides is guided wherever the text rests on it.
        if cue.relation in ("legal_basis", "authorises") and _key(mention) in guided:
            return Judgement("guides", words, None, 0.9)
        activity = _activity(plain, mention, view.sentence, outline) if cue.relation == "authorises" else None
        return Judgement(cue.relation, words, activity, 0.95)
    if last is None:
        return _MERELY
    if view.listed and _list_like(view.before) and last.relation != "mention":
        # "Xét Tờ trình số …; Báo cáo thẩm tra số …": what was looked at beside the proposal proposes nothing.
        return last if last.relation != "proposed_by" or mention.listed else _MERELY
    if last.relation == "proposed_by" and "opening" in view.where and _ALSO_PROPOSES.search(view.before):
        return last
    if "opening" in view.where and last.relation == "legal_basis" and _AS_AMENDED.search(view.before):
        return last
    alone = not plain[view.line_start : mention.start].strip(" -+*")
    if "opening" in view.where and last.relation == "legal_basis" and alone:
        # "Căn cứ Nghị định …;⏎Nghị định số …;": the word stands in front of the first of several paragraphs.
        return last
    return _MERELY


def _is_basis_section(path: tuple[str, ...]) -> bool:
    last = path[-1].lower()
    return _BASIS_HEADING.search(last) is not None and "thực tiễn" not in last


def _list_like(between: str) -> bool:
    """Tell whether the words between two mentions only join them (a subject clause of the first may stand there)."""
    return _JOINT.search(_PROVISION.sub("", between)) is not None


def _sentence_start(plain: str, at: int) -> int:
    low = max(0, at - _WINDOW)
    start = low
    for found in _SENTENCE.finditer(plain, low, at):
        start = found.end()
    return start


def _activity(plain: str, mention: Mention, sentence: int, outline: Outline) -> str | None:
    """Name what is authorised here: the project said in the sentence, else the heading above, else the clause."""
    local = None
    for found in _PROJECT.finditer(plain, sentence, mention.start):
        local = found
    if local is not None:
        return _phrase(plain[local.start() : min(local.end(), mention.start)])
    heading = outline.at(mention.start)
    if heading is not None:
        for part in reversed(heading.path):
            if _ACTIVITY_HEADING.search(part):
                return _phrase(part)
    return _phrase(plain[sentence : mention.start])


def _phrase(words: str) -> str | None:
    phrase = _PHRASE_TAIL.sub("", " " + words.strip(" -+*•\n")).strip(" -+*•,;:(")
    if len(phrase) > _LONGEST_PHRASE:
        phrase = phrase[:_LONGEST_PHRASE].rsplit(" ", 1)[0]
    return phrase or None
