"""Turn a source into the plain text that the recognisers read, with an exact map back to its own offsets.

The plain text is in Unicode NFC, with tone marks in the older placement (Ủy, Hóa), one kind of blank, dash and quotation
mark, soft line breaks joined, Markdown and OCR marks blanked, lost glyphs restored. Nothing of it moves an offset:
:meth:`Text.span` leads every place back to the characters of the source. What was *read differently* from what is printed
(a lost glyph, a number wrapped over lines, a page number inside a sentence) is a :class:`cancu.model.Repair`;
what is only another way to write the same (blanks, tone placement, composition) is none.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

from cancu.loaders.patterns import compiled
from cancu.model import Repair
from cancu.ontology.lexicon import is_syllable

__all__ = ["Text", "fold_tones", "read_text"]

# Characters that have one printed meaning here, each replaced by exactly one character.
_SAME = {
    **dict.fromkeys(
        map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
    ),
    **dict.fromkeys(map(ord, "\r\v\x1f\x00\ufeff\u200b\u200c\u200d\u2060\u00ad"), " "),
    **dict.fromkeys(map(ord, "\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
    # U+0002: where pdfium joins a line that ended with a hyphen (`1401/QĐ\x02UBND`).
    **dict.fromkeys(map(ord, "\x02\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u00b4"), "'"),
    # Icelandic eth and the African d with stroke, typed for Đ since the 1990s.
    ord("\u00d0"): "Đ",
    ord("\u0189"): "Đ",
    ord("\u00f0"): "đ",
    ord("\u2044"): "/",
    ord("\u2215"): "/",
    ord("\uff0f"): "/",
}

# Newer tone placement -> older one, for open syllables in oa, oe, uy (not after q: quý is one way only).
_NEW = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_TONES = {
    form(new): form(old)
    for new, old in zip(_NEW.split(), _OLD.split(), strict=True)
    for form in (str.lower, str.upper, str.capitalize)
}
_TONE = compiled(r"(?<![qQ])(?:[oO][àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|[uU][ỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])")

_COMPOSED = compiled(r"[^\u0300-\u036f\u031b\u0323][\u0300-\u036f]+")

_ODD = compiled("[" + re.escape("".join(map(chr, _SAME))) + "]")

# Marks of Markdown, of HTML left in Markdown and of word processors; as long as they are, they become blanks. Every
# alternative begins with a letter of its own, which lets the scan run from one to the next.
_MARKS = compiled(
    r"</?(?:b|i|u|em|strong|br|p|span|sup|sub|center|td|tr|th|table)\b[^<>\n]{0,80}>|\*+|\[bookmark: [^\]\n]{1,60}\]|#{1,6}(?= )|>(?= )"
)
_TABLE_ROW = compiled(r"^ *\|.*$|^.*\| *$", re.MULTILINE)
# "––––", "_____", "* * *": a ruler between parts.
_RULER_LINE = compiled(r"[-_=*~.· ]{3,}")

# A line that opens a new paragraph: bullet, enumerator, article, or one of the formulas of Nghị định 30/2020/NĐ-CP, Phụ lục I.
_OPENS = compiled(
    r"(?:[-+*•●▪○–] ?(?=\D)|(?:\d{1,2}\.){1,4} ?(?=[^\W\d])|\d{1,2}(?:\.\d{1,2}){1,3} (?=[[:upper:]])|\d{1,2}\) |[a-zđ]\d?[).] |[IVXLC]{1,6}\. "
    r"|(?:Điều|Khoản|Chương|Mục|Phần|Phụ lục|PHỤ LỤC|CHƯƠNG|PHẦN|MỤC|ĐIỀU) [\dIVXLC]|\(?Kèm theo |Nơi nhận|Kính gửi|Căn cứ |Xét |Theo đề nghị|Số ?: |"
    r"TM\.|KT\.|TL\.|TUQ\.|T/M|K/T)"
)
_PART_WORD = compiled(r"(?:Điều|Khoản|Chương|Mục|Phần|Phụ lục) ")
_BREAK = compiled(r" *\n\s*| {2,}")
# "10" or "- 10 -" or "Trang 3/12" alone on its line.
_PAGE = compiled(r"(?:[-–] ?)?\d{1,4}(?: ?[-–])?|Trang \d{1,4}(?:/\d{1,4})?|\d{1,3}/\d{1,3}")
_BLANKS = compiled(r"\s*")
_NUMBER_STARTS = compiled(r"\d{1,5} ?/")
_ENDS = frozenset(".;:!?…")
_CLOSERS = "\"')]”’ "

# Consonants alone are no word: "hỗ tr ", "đư c", "phối h p" are what is left when a font loses a vowel.
_FRAGMENT = compiled(
    r"[ \n(](ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnpqrstvx])(?![\w./&)-])|[ \n(](Ngh|Ng|Nh|Ch|Gh|Kh|Ph|Th|Tr|[BCDĐGHKLMNPQRSTVX])(?= [[:lower:]])"
)
_VOWELS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
# Below this many damaged syllables a gap may be chance ("10 m 2"), above it the font is at fault.
_LEAST_LOSSES = 3
_LETTERS_LEFT = compiled(r"[^\W\d_]{1,5}$")
_LETTERS_RIGHT = compiled(r"[^\W\d_]{1,4}")


@dataclass(frozen=True, slots=True)
class Text:
    """Hold a source, its plain text and the way back.

    ``plain[i]`` stands for ``source[span(i, i + 1)]``; ``"\\n"`` in ``plain`` is a paragraph's end and nothing else.

    >>> text = read_text("Quyết định số 1401/QĐ-\\n\\nUBND ngày 19/12/2023")
    >>> text.plain
    'Quyết định số 1401/QĐ-UBND ngày 19/12/2023'
    >>> text.quote(14, 26)
    '1401/QĐ-\\n\\nUBND'
    """

    source: str
    plain: str
    repairs: tuple[Repair, ...] = ()
    # Where plain and source part: from plain_at[k] on, plain[i] is source[source_at[k] + i - plain_at[k]].
    _plain_at: array[int] = field(default_factory=lambda: array("q", (0,)), repr=False)
    _source_at: array[int] = field(default_factory=lambda: array("q", (0,)), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source offsets of ``plain[start:end]``.

        >>> read_text("hỗ tr  cho").span(0, 2)
        (0, 2)
        """
        if end <= start:
            at = self._to_source(start)
            return at, at
        first, last = self._to_source(start), self._to_source(end - 1) + 1
        # A letter that was printed as base + marks ends behind its marks.
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return first, last

    def quote(self, start: int, end: int) -> str:
        """Return the characters of the source behind ``plain[start:end]``, untouched."""
        first, last = self.span(start, end)
        return self.source[first:last]

    def _to_source(self, index: int) -> int:
        segment = bisect_right(self._plain_at, index) - 1
        return self._source_at[segment] + index - self._plain_at[segment]


def fold_tones(text: str) -> str:
    """Put tone marks of oa, oe, uy where the older spelling has them; the length stays.

    >>> fold_tones("Uỷ ban nhân dân tỉnh Thanh Hoá, quý III, khoảng, thuý")
    'Ủy ban nhân dân tỉnh Thanh Hóa, quý III, khoảng, thúy'
    """
    return _TONE.sub(lambda found: _TONES.get(found[0], found[0]), text)


def read_text(source: str) -> Text:
    """Read a source into plain text; any string is fine, none raises.

    >>> read_text("của Thủ tướng \\n\\nChính phủ về việc phê duyệt\\n- Mục").plain
    'của Thủ tướng Chính phủ về việc phê duyệt\\n- Mục'
    """
    base, middle_at, given_at = _compose(source)
    shadow = fold_tones(_ODD.sub(_same, base.replace("\r", " ")))
    if any(mark in shadow for mark in "*#<[>"):
        shadow = _MARKS.sub(_blank_mark, shadow)
    if "|" in shadow:
        # The cells of a Markdown table are paragraphs of their own.
        shadow = _TABLE_ROW.sub(lambda found: found[0].replace("|", "\n"), shadow)
    notes = _interrupting_notes(shadow)
    if notes:
        order_at, order_from = _notes_last(notes, len(shadow))
        shadow, base = _reordered(shadow, order_at, order_from), _reordered(base, order_at, order_from)
        middle_at, given_at = _compose_maps(order_at, order_from, middle_at or _START, given_at or _START, len(shadow))
    shadow, repairs = _restore_glyphs(shadow, base)
    plain, plain_at, source_at, joined = _join_lines(shadow, base)
    repairs += joined
    if middle_at is not None and given_at is not None:
        inner = Text(source, base, (), middle_at, given_at)
        repairs = [Repair(*inner.span(r.start, r.end), inner.quote(r.start, r.end), r.read_as, r.rule) for r in repairs]
        plain_at, source_at = _compose_maps(plain_at, source_at, middle_at, given_at, len(plain))
        repairs += [
            Repair(*place, source[slice(*place)], "", "footnote")
            for place in (inner.span(*at) for at in _at_end(notes, len(base)))
        ]
    return Text(source, plain, tuple(sorted(repairs, key=lambda r: (r.start, r.end, r.rule))), plain_at, source_at)


def _same(found: re.Match[str]) -> str:
    return _SAME[ord(found[0])]


def _blank_mark(found: re.Match[str]) -> str:
    """Blank a mark, unless it is a bullet ("* Văn bản …") or a sign inside a line."""
    text, start, end = found.string, found.start(), found.end()
    mark = found[0]
    if mark[0] in "#>":
        opens = not text[text.rfind("\n", 0, start) + 1 : start].strip(" ")
        return " " * len(mark) if opens else mark
    if mark == "*" and text[end : end + 1] in (" ", "") and not text[text.rfind("\n", 0, start) + 1 : start].strip(" "):
        return mark
    return " " * len(mark)


def _compose(source: str) -> tuple[str, array[int] | None, array[int] | None]:
    """Return the NFC form and, where it differs, the two arrays that lead back."""
    if unicodedata.is_normalized("NFC", source):
        return source, None, None
    pieces: list[str] = []
    base_at, given_at = array("q", (0,)), array("q", (0,))
    done = length = 0
    for found in _COMPOSED.finditer(source):
        composed = unicodedata.normalize("NFC", found[0])
        pieces += (source[done : found.start()], composed)
        length += found.start() - done + len(composed)
        done = found.end()
        if len(composed) != len(found[0]):
            base_at.append(length)
            given_at.append(done)
    pieces.append(source[done:])
    return "".join(pieces), base_at, given_at


def _compose_maps(
    plain_at: array[int], middle_at: array[int], base_at: array[int], given_at: array[int], length: int
) -> tuple[array[int], array[int]]:
    """Chain plain -> base -> source into one pair of arrays."""
    out_plain, out_source = array("q"), array("q")
    for k, start in enumerate(plain_at):
        stop = plain_at[k + 1] if k + 1 < len(plain_at) else length
        low = middle_at[k]
        segment = bisect_right(base_at, low) - 1
        out_plain.append(start)
        out_source.append(given_at[segment] + low - base_at[segment])
        segment += 1
        while segment < len(base_at) and base_at[segment] < low + stop - start:
            out_plain.append(start + base_at[segment] - low)
            out_source.append(given_at[segment])
            segment += 1
    return out_plain, out_source


# --- footnotes --------------------------------------------------------------------------------------------------------

_START = array("q", (0,))
# A ruler of blanks, dashes or underscores and then "1 Tổ chức …": the footnotes of a page.
# Some conversions drop the ruler; then the number without a full stop, inside a sentence, tells.
_RULER = compiled(
    r"^(?:(?:[ \t]{18,}|[ \t]*[_-]{5,}[ \t]*)\n(?=[ \t]*\d{1,2}[.)]? ?[[:upper:]\"(])|(?=\d{1,2} [[:upper:]]))",
    re.MULTILINE,
)
_WANTS_NUMBER = ("số", "Số", "năm", "ngày", "tháng", "Điều", "khoản", "quý", "-", "/")
_NOTE_STARTS = compiled(r"[ \t]*\d{1,2}[.)]? ?[[:upper:]\"(]")
_LONGEST_NOTES = 60


def _interrupting_notes(text: str) -> list[tuple[int, int]]:
    """Find the footnotes that stand inside a sentence: between a line that is not at its end and the line that goes on."""
    blocks: list[tuple[int, int]] = []
    for ruler in _RULER.finditer(text):
        if blocks and ruler.start() < blocks[-1][1]:
            continue
        before = text[max(0, ruler.start() - 300) : ruler.start()].rstrip()
        if not before or before.rstrip(_CLOSERS)[-1:] in _ENDS or before.endswith(_WANTS_NUMBER):
            continue
        position, seen = ruler.end(), ""
        for _ in range(_LONGEST_NOTES):
            stop = text.find("\n", position)
            stop = len(text) if stop < 0 else stop
            line = text[position:stop].strip()
            done = seen.rstrip(_CLOSERS)[-1:] in _ENDS
            if line and done and line[0].islower():
                blocks.append((ruler.start(), position))
                break
            if line and _OPENS.match(line) and not _NOTE_STARTS.match(line):
                break
            seen = line or seen
            position = stop + 1
            if position > len(text):
                break
    return blocks


def _notes_last(notes: list[tuple[int, int]], length: int) -> tuple[array[int], array[int]]:
    """Return the order of reading as segments: the text without its notes, then the notes."""
    order_at, order_from = array("q"), array("q")
    at = done = 0
    for start, end in [*notes, (length, length)]:
        order_at.append(at)
        order_from.append(done)
        at += start - done
        done = end
    for start, end in notes:
        order_at.append(at)
        order_from.append(start)
        at += end - start
    return order_at, order_from


def _reordered(text: str, order_at: array[int], order_from: array[int]) -> str:
    ends = [*order_at[1:], len(text)]
    return "".join(text[start : start + end - at] for at, start, end in zip(order_at, order_from, ends, strict=True))


def _at_end(notes: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return where the notes stand once they are read last."""
    at = length - sum(end - start for start, end in notes)
    places = []
    for start, end in notes:
        places.append((at, at + end - start))
        at += end - start
    return places


# --- lost glyphs ------------------------------------------------------------------------------------------------------


def _restore_glyphs(text: str, printed: str) -> tuple[str, list[Repair]]:
    """Put back the one vowel that a font lost throughout ("hỗ tr ", "đư c", "phối h p").

    A gap is read as glyph g only where the letters around it become a syllable by g, at least one side of it is no word, g is
    the glyph that explains most gaps of this text, and g is lost more often than it is printed.
    """
    gaps: dict[int, tuple[str, str]] = {}
    for found in _FRAGMENT.finditer(text):
        fragment, end = found[1] or found[2], found.end()
        start = end - len(fragment)
        if text[end : end + 1] == " ":
            right = _LETTERS_RIGHT.match(text, end + 1)
            if right is None:
                # "hỗ tr  cho": the blank in front of the blank. A letter alone there is an enumerator ("b  Đối tượng").
                if len(fragment) > 1:
                    gaps.setdefault(end, (fragment, ""))
            elif right[0].islower():
                gaps.setdefault(end, (fragment, right[0]))
        if start > 1 and text[start - 1] == " ":
            left = _LETTERS_LEFT.search(text, max(0, start - 6), start - 1)
            if left is not None:
                gaps[start - 1] = (left[0], fragment)
    if len(gaps) < _LEAST_LOSSES:
        return text, []
    votes: Counter[str] = Counter()
    fits: dict[int, dict[str, str]] = {}
    known: dict[tuple[str, str], dict[str, str]] = {}
    for at, parts in gaps.items():
        options = known.get(parts)
        if options is None:
            options = known[parts] = {glyph: glyph.join(parts) for glyph in _VOWELS if is_syllable(glyph.join(parts))}
        fits[at] = options
        votes.update(options.keys())
    repairs: list[Repair] = []
    letters = list(text)
    open_gaps = set(gaps)
    while votes:
        glyph, support = max(votes.items(), key=lambda item: (item[1], item[0]))
        if support < _LEAST_LOSSES or text.count(glyph) + text.count(glyph.upper()) >= support:
            del votes[glyph]
            continue
        for at in sorted(open_gaps):
            whole = fits[at].get(glyph)
            if whole is None or at not in open_gaps:
                continue
            left_part, right_part = gaps[at]
            # "đối tư ng:" is mended at its first gap; what stands behind "ng" is a blank like any other.
            open_gaps.discard(at + 1 + len(right_part))
            start, end = at - len(left_part), at - len(left_part) + len(whole)
            letters[at] = glyph
            repairs.append(Repair(start, end, printed[start:end], whole, "lost-glyph"))
            open_gaps.discard(at)
            votes.subtract(fits[at].keys())
        del votes[glyph]
    return "".join(letters), repairs


# --- lines ------------------------------------------------------------------------------------------------------------


def _typical_width(text: str) -> int:
    """Return the width at which this text was wrapped, or 0 when it was not."""
    sample = text[:200_000]
    lengths = sorted(len(line) for line in sample.split("\n") if len(line) > 30)
    if len(lengths) < 5:
        return 0
    width = lengths[int(len(lengths) * 0.8)]
    return width if width <= 160 else 0


def _join_lines(text: str, printed: str) -> tuple[str, array[int], array[int], list[Repair]]:
    """Join wrapped lines and squeeze blanks; return the plain text, its map and the repairs."""
    width = _typical_width(text)
    full = max(30, int(width * 0.72))
    pieces: list[str] = []
    plain_at, source_at = array("q", (0,)), array("q", (0,))
    repairs: list[Repair] = []
    done = length = line_start = 0
    tabs = "\t" in text
    for found in _BREAK.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        if text[start] != "\n" and "\n" not in found[0]:
            glue = " "
        else:
            last, first = text[start - 1], text[end : end + 1]
            if not tabs and first.islower() and last.isalnum() and text[end + 1 : end + 2].isalpha():
                # By far the most breaks: a word, then a small letter that begins no enumerator.
                glue = " "
            else:
                glue, end = _glue(text, line_start, start, end, full, width, repairs, printed)
            line_start = end
        pieces.append(text[done:start])
        pieces.append(glue)
        length += start - done + len(glue)
        done = end
        plain_at.append(length)
        source_at.append(end)
    pieces.append(text[done:])
    plain = "".join(pieces)
    if plain.startswith((" ", "\n")):
        # Leading blanks say nothing; the map simply starts behind them.
        skip = len(plain) - len(plain.lstrip(" \n"))
        plain_at, source_at = _shift(plain_at, source_at, skip)
        plain = plain[skip:]
    return plain.rstrip(" \n"), plain_at, source_at, repairs


def _shift(plain_at: array[int], source_at: array[int], skip: int) -> tuple[array[int], array[int]]:
    segment = bisect_right(plain_at, skip) - 1
    first = source_at[segment] + skip - plain_at[segment]
    return (
        array("q", [0, *(at - skip for at in plain_at[segment + 1 :])]),
        array("q", [first, *source_at[segment + 1 :]]),
    )


def _glue(
    text: str, line_start: int, start: int, end: int, full: int, width: int, repairs: list[Repair], printed: str
) -> tuple[str, int]:
    """Decide what stands for the break ``text[start:end]`` (at least one newline): "", " " or a paragraph's end."""
    if start == line_start or end >= len(text):
        return "\n", end
    last = text[start - 1]
    first = text[end]
    # "1401/QĐ-" + break + "UBND": a symbol or a plan's number goes on; the break is no blank.
    if (
        last == "-"
        and start > 1
        and (text[start - 2].isupper() or text[start - 2].isdigit())
        and first.isupper()
        and text[end + 1 : end + 2].isupper()
    ):
        tail_start = start - 1
        while tail_start > line_start and not text[tail_start - 1].isspace():
            tail_start -= 1
        tail_end = end
        while tail_end < len(text) and not text[tail_end].isspace():
            tail_end += 1
        if "/" in text[tail_start:start]:
            repairs.append(
                Repair(
                    tail_start,
                    tail_end,
                    printed[tail_start:tail_end],
                    text[tail_start:start] + text[end:tail_end],
                    "wrapped-number",
                )
            )
            return "", end
    stop = text.find("\n", end)
    line = text[end : stop if stop >= 0 else len(text)]
    before = text[line_start:start]
    if "\t" in before or "\t" in line:
        return "\n", end
    if _RULER_LINE.fullmatch(line) or _RULER_LINE.fullmatch(before):
        return "\n", end
    ends = before.rstrip(_CLOSERS)[-1:] in _ENDS
    # A page number alone on its line inside a sentence.
    stripped = line.strip()
    if stripped and len(stripped) <= 12 and _PAGE.fullmatch(stripped) and not ends and stop >= 0:
        after = _BLANKS.match(text, stop)
        resume = after.end() if after is not None else stop
        # "ngày⏎2⏎17/7/2023": behind a word that wants a number, only a number of its own shows that this one is the page's.
        wants = before.endswith(("số", "Số", "ngày", "/", "Điều", "khoản", "năm"))
        goes_on = text[resume : resume + 1].islower() or (len(before) >= full and not _OPENS.match(text, resume))
        if resume < len(text) and (_NUMBER_STARTS.match(text, resume) is not None if wants else goes_on):
            repairs.append(Repair(end, end + len(line.rstrip()), line.rstrip(), "", "page-number"))
            return " ", resume
        return "\n", end
    if _OPENS.match(text, end):
        if first in "-+–" and width and not ends and len(before) >= full and _continues_name(before, line):
            return " ", end
        # "tại khoản 4⏎Điều 1 Nghị định …": a word for a part of a document inside a full line's sentence.
        if (
            first.isupper()
            and first not in "IVXLC"
            and not ends
            and width
            and len(before) >= full
            and _PART_WORD.match(text, end)
        ):
            return " ", end
        if not ends and before.endswith(("số", "Số", "ngày", "tháng", "năm", "Điều", "khoản", "điểm")):
            return " ", end
        return "\n", end
    if first.islower() or first in ",;.):%/":
        return " ", end
    if first.isdigit():
        return ("\n", end) if ends and (not width or len(before) < full) else (" ", end)
    if ends:
        return "\n", end
    if last in ",-/(" or before.endswith((" và", " của", " về", " số", " theo", " tại", " với", " hoặc")):
        return " ", end
    if width and len(before) >= full and not (stripped.isupper() and not before.isupper()):
        return " ", end
    return "\n", end


def _continues_name(before: str, line: str) -> bool:
    """Tell "Lao động⏎- Thương binh" and "người nghèo⏎- Không" from a bullet: the dash stands inside an open phrase."""
    return before.count('"') % 2 == 1 or (
        bool(re.search(r"(?:Lao động|Tài chính|Văn hóa|kinh tế|Kinh tế|quốc phòng|20\d\d)$", before)) and bool(line)
    )
