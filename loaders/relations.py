"""Say what each mention is to its document: legal basis, authority of one activity, amended, replaced, merely mentioned.

The cues are rows of ``ontology/cues.tsv``; this module only decides which words of the text a row may look at: the sentence
in front of a mention, what stands right behind it, the start of its paragraph, the headings above it, the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cancu.errors import DataError
from cancu.loaders.citations import Mention
from cancu.loaders.header import Header
from cancu.loaders.outline import Outline
from cancu.loaders.patterns import compiled
from cancu.ontology import lexicon

__all__ = ["Judgement", "judge"]

# The order in which the public format tries them: the first that fits.
PRECEDENCE = (
    "proposed_by", "attached_to", "amends", "replaces_or_repeals", "guides", "legal_basis", "issued", "authorises", "mention",
)  # fmt: skip
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
    """Return the cue table in order of precedence; a bad row is refused with its line."""
    path = Path(lexicon.__file__).with_name("cues.tsv")
    rows = lexicon.read_table(
        path, ("relation", "where", "side", "pattern", "example", "source"), patterns=("pattern",)
    )
    found = []
    for row in rows:
        if row["relation"] not in PRECEDENCE or row["where"] not in _PLACES or row["side"] not in _SIDES:
            raise DataError(
                f"unknown relation, where or side: {row['relation']}, {row['where']}, {row['side']}", path, row.line
            )
        try:
            pattern = compiled(row["pattern"])
        except re.error as flaw:
            raise DataError(f"pattern does not compile: {flaw}", path, row.line) from flaw
        found.append(_Cue(row["relation"], row["where"], row["side"], pattern, row.line, row["example"]))
    return tuple(sorted(found, key=lambda cue: (PRECEDENCE.index(cue.relation), cue.line)))


_ITEM = compiled(
    r"[-+*•] ?|\(?\d{1,2}[.)] |[a-zđ]\) |(?=(?:Nghị|Quyết|Thông tư|Chỉ thị|Kế hoạch|Luật|Pháp lệnh|Công văn|Hướng dẫn|Kết luận|Chương trình|Đề án|Văn bản|Bộ luật) )"
)
_SENTENCE = compiled(r"[.!?] (?=[[:upper:]\"])|\n")
_ANNEX = compiled(r"[( *]*(?:[Bb]an hành )?(?:[Kk]èm|[Kk]ết) (?:theo )?|[( *]*Đính kèm")
_PROJECT = compiled(r"(?:Tiểu )?[Dd]ự án(?: thành phần)? \d+[^.;()\n]{0,120}")
_LONGEST_PHRASE = 160
_LONGEST_CUE = 80


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
        judgements.append(_judge_one(plain, mention, before, last, outline, header, intros, guided))
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


def _judge_one(
    plain: str, mention: Mention, before: Mention | None, last: Judgement | None, outline: Outline, header: Header,
    intros: _Intros, guided: set[str],
) -> Judgement:  # fmt: skip
    in_title = header.title_start <= mention.start < header.title_end
    opening = mention.start < outline.opening_end and not in_title
    line_start = plain.rfind("\n", 0, mention.start) + 1
    intro = intros.of(line_start)
    sentence = _sentence_start(plain, mention.start)
    if mention.nested:
        own = plain[before.end if before is not None else sentence : mention.start].lower()
        relation = "amends" if in_title and re.search(r"sửa đổi|bổ sung", own) else "mention"
        return Judgement(relation, None, None, 0.85)
    where = {"any"}
    if in_title:
        where.add("title")
    elif opening:
        where.add("opening")
    if _ANNEX.match(plain, line_start):
        where.add("annex")
    heading = None if opening or in_title else outline.at(mention.start)
    if heading is not None and _is_basis_section(heading.path):
        where.add("basis")
    lead = plain[max(sentence, mention.start - _WINDOW) : mention.start].lower()
    listed = before is not None and sentence < before.end <= mention.start
    own = plain[before.end : mention.start].lower() if before is not None and listed else lead
    # An item of a list directly behind its bullet is introduced by the paragraph that ends with a colon.
    if mention.start - line_start > 40 or not re.fullmatch(r"[-+*•(\d.)a-zđ ]{0,8}", plain[line_start : mention.start]):
        intro = None
    for cue in cues():
        if cue.where not in where:
            continue
        if cue.side == "before":
            found = cue.pattern.search(own)
        elif cue.side == "after":
            found = cue.pattern.search(plain[mention.end : mention.end + 300].lower())
        elif cue.side == "intro":
            found = cue.pattern.search(intro) if intro is not None else None
        elif cue.side == "type":
            found = cue.pattern.search((mention.type or "").lower())
        else:
            stop = plain.find("\n", mention.start)
            found = cue.pattern.search(
                plain[line_start : min(stop if stop >= 0 else len(plain), line_start + _WINDOW)].lower()
            )
        if found is None:
            continue
        words = found[0].strip(" -+*(")[:_LONGEST_CUE].rstrip() if cue.side != "type" else None
        # What the title says it guides is guided wherever the text rests on it.
        if cue.relation in ("legal_basis", "authorises") and _key(mention) in guided:
            return Judgement("guides", words, None, 0.9)
        activity = _activity(plain, mention, sentence, outline) if cue.relation == "authorises" else None
        return Judgement(cue.relation, words, activity, 0.95)
    if listed and last is not None and _list_like(own) and last.relation != "mention":
        if last.relation == "proposed_by":
            # "Xét Tờ trình số …; Báo cáo thẩm tra số …": what was looked at beside the proposal proposes nothing.
            return Judgement("mention", None, None, 0.9)
        return last
    if (
        opening
        and last is not None
        and last.relation == "legal_basis"
        and not plain[line_start : mention.start].strip(" -+*")
    ):
        # "Căn cứ Nghị định …;⏎Nghị định số …;": the word stands in front of the first of several paragraphs.
        return last
    return Judgement("mention", None, None, 0.9)


def _is_basis_section(path: tuple[str, ...]) -> bool:
    last = path[-1].lower()
    return ("căn cứ" in last or "cơ sở pháp lý" in last) and "thực tiễn" not in last


def _list_like(between: str) -> bool:
    """Tell whether the words between two mentions only join them (a subject clause of the first may stand there)."""
    between = compiled(r"(?:điểm|khoản|điều|mục) [^;,.]{1,24}$").sub("", between)
    return bool(
        re.search(r"^[ ,;)]*(?:và |và các |cùng |các )*$|[,;)] (?:và )?(?:các )?$|(?:^|\W)và (?:các )?$", between)
    )


def _sentence_start(plain: str, at: int) -> int:
    low = max(0, at - _WINDOW)
    start = low
    for found in _SENTENCE.finditer(plain, low, at):
        start = found.end()
    return start


def _activity(plain: str, mention: Mention, sentence: int, outline: Outline) -> str | None:
    """Name what the document authorises here: the project said in the sentence, else the heading above, else the clause."""
    local = None
    for found in _PROJECT.finditer(plain, sentence, mention.start):
        local = found
    if local is not None:
        return _phrase(plain[local.start() : min(local.end(), mention.start)])
    heading = outline.at(mention.start)
    if heading is not None:
        for part in reversed(heading.path):
            if re.search(
                r"(?:[Tt]iểu )?[Dd]ự án(?: thành phần)? \d|[Nn]ội dung thành phần \d|[Cc]hính sách|[Hh]ỗ trợ", part
            ):
                return _phrase(part)
    return _phrase(plain[sentence : mention.start])


_PHRASE_TAIL = compiled(
    r"[ ,;:(]*(?:\W(?:theo|thực hiện|đúng|đảm bảo|căn cứ|tại|của|các|quy định|nội dung|hướng dẫn|được|phê duyệt|giao|và|khoản|điều|điểm|\d+)\s*)*[ ,;:(]*$",
    re.IGNORECASE,
)


def _phrase(words: str) -> str | None:
    phrase = _PHRASE_TAIL.sub("", " " + words.strip(" -+*•\n")).strip(" -+*•,;:(")
    if len(phrase) > _LONGEST_PHRASE:
        phrase = phrase[:_LONGEST_PHRASE].rsplit(" ", 1)[0]
    return phrase or None
