"""Turn a source into the plain text that the recognisers read, with an exact map back to its own offsets.

The plain text is in Unicode NFC, with tone marks in the older placement (Ủy, Hóa), one kind of blank, dash and
quotation mark, soft line breaks joined, Markdown and OCR marks blanked, lost glyphs restored. Nothing of it moves an
offset: :meth:`Text.span` leads every place back to the characters of the source. What was *read differently* from what
is printed (a lost glyph, a number wrapped over lines, a page number inside a sentence) is a
:class:`cancu.model.Repair`; what is only another way to write the same (blanks, tone placement, composition) is none.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cancu.loaders.footnotes import interrupting_notes, notes_at_end, notes_last, reordered
from cancu.loaders.glyphs import restore_glyphs
from cancu.loaders.lines import join_lines
from cancu.loaders.patterns import compiled
from cancu.model import Repair
from cancu.ontology.lexicon import OLDER_TONE

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

# Newer tone placement -> older one, for open syllables in oa, oe, uy.
_TONES = {
    form(newer): form(older) for newer, older in OLDER_TONE.items() for form in (str.lower, str.upper, str.capitalize)
}
# Not after q, where u belongs to the onset ("quý"); not inside a closed syllable ("khoảng", "khuỷnh").
_TONE = compiled(r"[oOuU][àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ](?<![qQ]..)(?![^\W\d_])")

_COMPOSED = compiled(r"[^\u0300-\u036f\u031b\u0323][\u0300-\u036f]+")

_ODD = compiled("[" + re.escape("".join(map(chr, _SAME))) + "]")

# Marks of Markdown, of HTML left in Markdown and of word processors; as long as they are, they become blanks. Every
# alternative begins with a character of its own, which lets the scan run from one to the next.
_MARKS = compiled(
    r"</?(?:b|i|u|em|strong|br|p|span|sup|sub|center|td|tr|th|table)\b[^<>\n]{0,80}>"
    r"|\*\**"  # "**Điều 1.**", "* Văn bản"
    r"|\[bookmark: [^\]\n]{1,60}\]"
    r"|##{0,5}(?= )"  # "## Mục tiêu"
    r"|>(?= )"
)
_TABLE_ROW = compiled(r"^ *\|.*$|^.*\| *$", re.MULTILINE)
# The map of a text that was read as it stands.
_START = array("q", (0,))


@dataclass(frozen=True, slots=True)
class Text:
    r"""Hold a source, its plain text and the way back.

    ``plain[i]`` stands for ``source[span(i, i + 1)]``; ``"\n"`` in ``plain`` is a paragraph's end and nothing else.

    >>> text = read_text("Quyết định số 1401/QĐ-\n\nUBND ngày 19/12/2023")
    >>> text.plain
    'Quyết định số 1401/QĐ-UBND ngày 19/12/2023'
    >>> text.quote(14, 26)
    '1401/QĐ-\n\nUBND'
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

    def plain_offsets(self, offsets: Sequence[int]) -> list[int]:
        r"""Return for each source offset the plain one of its character, or of the next one that the plain text keeps.

        >>> text = read_text("**Biểu 1**\n\nĐơn vị:  hộ")
        >>> text.plain_offsets([text.source.index("Biểu"), text.source.index("Đơn"), text.source.index("hộ")])
        [0, 7, 15]
        """
        at = self._source_at
        # Footnotes stand elsewhere in the plain text than in the source; without them both run alike.
        alike = all(first <= second for first, second in pairwise(at))
        order = range(len(at)) if alike else sorted(range(len(at)), key=at.__getitem__)
        starts = at if alike else array("q", (at[segment] for segment in order))
        found = []
        for offset in offsets:
            segment = order[max(0, bisect_right(starts, offset) - 1)]
            begin = self._plain_at[segment]
            end = self._plain_at[segment + 1] if segment + 1 < len(at) else len(self.plain)
            found.append(min(end, begin + max(0, offset - at[segment])))
        return found

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
    r"""Read a source into plain text; any string is fine, none raises.

    >>> read_text("của Thủ tướng \n\nChính phủ\nvề việc phê duyệt\n- Mục tiêu").plain
    'của Thủ tướng\nChính phủ về việc phê duyệt\n- Mục tiêu'
    """
    base, middle_at, given_at = _compose(source)
    shadow = _normal(base)
    notes = interrupting_notes(shadow)
    if notes:
        order_at, order_from = notes_last(notes, len(shadow))
        shadow, base = reordered(shadow, order_at, order_from), reordered(base, order_at, order_from)
        middle_at, given_at = _compose_maps(order_at, order_from, middle_at or _START, given_at or _START, len(shadow))
    shadow, repairs = restore_glyphs(shadow, base)
    closed = [start for start, _ in notes_at_end(notes, len(base))]
    if "|" in base:
        # What stands behind a stroke of a table is a cell of its own, however it begins.
        closed = sorted([*closed, *(at for at, sign in enumerate(base) if sign == "|" and shadow[at] == "\n")])
    plain, plain_at, source_at, joined = join_lines(shadow, base, closed)
    repairs += joined
    if middle_at is not None and given_at is not None:
        inner = Text(source, base, (), middle_at, given_at)
        repairs = [Repair(*inner.span(r.start, r.end), inner.quote(r.start, r.end), r.read_as, r.rule) for r in repairs]
        plain_at, source_at = _compose_maps(plain_at, source_at, middle_at, given_at, len(plain))
        for start, end in notes_at_end(notes, len(base)):
            repairs.append(Repair(*inner.span(start, end), inner.quote(start, end), "", "footnote"))
    return Text(source, plain, tuple(sorted(repairs, key=lambda r: (r.start, r.end, r.rule))), plain_at, source_at)


def _normal(base: str) -> str:
    """Write every character as the recognisers know it, and blank what is no text; the length stays."""
    shadow = fold_tones(_ODD.sub(_same, base.replace("\r", " ")))
    if any(mark in shadow for mark in "*#<[>"):
        shadow = _MARKS.sub(_blank_mark, shadow)
    if "|" in shadow:
        # The cells of a Markdown table are paragraphs of their own.
        shadow = _TABLE_ROW.sub(lambda found: found[0].replace("|", "\n"), shadow)
    return shadow


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
