"""Restore the vowel that a font lost throughout a text: "hỗ tr " was "hỗ trợ", "đư c" was "được"."""

from __future__ import annotations

from collections import Counter

from cancu.loaders.patterns import compiled
from cancu.model import Repair
from cancu.ontology.lexicon import is_syllable

__all__ = ["restore_glyphs"]

# Consonants alone are no word: "hỗ tr ", "đư c", "phối h p" are what is left when a font loses a vowel.
_FRAGMENT = compiled(
    r"[ \n(](?:"
    r"([bcdđghklmnpqrstvx](?:(?<=[cgknpt])h|(?<=n)gh?|(?<=t)r)?)(?![\w./&)-])"
    r"|([BCDĐGHKLMNPQRSTVX](?:(?<=[CGKNPT])h|(?<=N)gh?|(?<=T)r)?)(?= [[:lower:]])"
    r")"
)
_VOWELS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
# Below this many damaged syllables a gap may be chance ("10 m 2"), above it the font is at fault.
_LEAST_LOSSES = 3
_LETTERS_LEFT = compiled(r"[^\W\d_]{1,5}$")
_LETTERS_RIGHT = compiled(r"[^\W\d_]{1,4}")


def restore_glyphs(text: str, printed: str) -> tuple[str, list[Repair]]:
    """Put back the one vowel that a font lost throughout; ``printed`` is what the repairs quote.

    A gap is read as glyph g only where the letters around it become a syllable by g, at least one side of it is no
    word, g is the glyph that explains most gaps of this text, and g is lost more often than it is printed.

    >>> text = "hỗ tr  cho hộ đư c duyệt, phối h p thực hiện"
    >>> mended, repairs = restore_glyphs(text, text)
    >>> mended, [repair.printed for repair in repairs]
    ('hỗ trợ cho hộ được duyệt, phối hợp thực hiện', ['tr ', 'đư c', 'h p'])
    """
    gaps = _gaps(text)
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
    mended: dict[int, str] = {}
    repairs: list[Repair] = []
    open_gaps = set(gaps)
    while votes:
        glyph, support = max(votes.items(), key=lambda item: (item[1], item[0]))
        del votes[glyph]
        if support < _LEAST_LOSSES or _is_printed(text, glyph, support):
            continue
        for at in sorted(open_gaps):
            whole = fits[at].get(glyph)
            if whole is None or at not in open_gaps:
                continue
            left, right = gaps[at]
            # "đối tư ng:" is mended at its first gap; what stands behind "ng" is a blank like any other.
            open_gaps.discard(at + 1 + len(right))
            open_gaps.discard(at)
            start, end = at - len(left), at - len(left) + len(whole)
            mended[at] = glyph
            repairs.append(Repair(start, end, printed[start:end], whole, "lost-glyph"))
            for other in fits[at]:
                if other in votes:
                    votes[other] -= 1
    return _with_letters(text, mended), repairs


def _is_printed(text: str, glyph: str, times: int) -> bool:
    """Tell whether a glyph stands in the text at least so often; most stop the search early."""
    for form in (glyph, glyph.upper()):
        at = text.find(form)
        while at >= 0:
            times -= 1
            if times == 0:
                return True
            at = text.find(form, at + 1)
    return False


def _with_letters(text: str, letters: dict[int, str]) -> str:
    pieces: list[str] = []
    done = 0
    for at in sorted(letters):
        pieces += (text[done:at], letters[at])
        done = at + 1
    return "".join((*pieces, text[done:]))


def _gaps(text: str) -> dict[int, tuple[str, str]]:
    """Return where a blank may be a lost glyph, with the letters on its left and on its right."""
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
    return gaps
