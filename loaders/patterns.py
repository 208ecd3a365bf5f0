"""Compile the patterns of the recognisers, which know Vietnamese capitals from small letters and words from rows.

Python's ``re`` has no class for Vietnamese capitals, and a range such as ``À-Ỹ`` holds both. Patterns here write
``[:upper:]`` and ``[:lower:]`` inside a character class, and take their lists of words from ``ontology/words.tsv``.
Every repetition in them is bounded or possessive, or cannot match in two ways: time grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from cancu.ontology import lexicon

__all__ = ["LOWER", "UPPER", "any_of", "compiled", "matches_at"]

LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
UPPER = LOWER.upper()


@cache
def compiled(regex: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Compile a pattern once.

    >>> compiled("[[:upper:]][[:lower:]]+").findall("Ủy ban Đảng ủy")
    ['Ủy', 'Đảng']
    """
    return re.compile(regex.replace("[:upper:]", UPPER).replace("[:lower:]", LOWER), flags)


def any_of(*lists: str) -> str:
    """Return a pattern for any word of these lists of ``words.tsv``, tried in the order of their rows.

    >>> compiled(any_of("carries_out")).match("thực hiện Nghị quyết số 57-NQ/TW")[0]
    'thực hiện'
    """
    return f"(?:{'|'.join(re.escape(word) for name in lists for word in lexicon.words(name))})"


def matches_at(plain: str, words: Iterable[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    r"""Match a pattern wherever one of its first words stands; looking words up is much faster than trying a pattern.

    >>> decree = compiled(r"Nghị định \d+")
    >>> [found[0] for found in matches_at("Nghị quyết 30a, Nghị định 64-CP", ["Nghị định"], decree)]
    ['Nghị định 64']
    """
    for word in words:
        at = plain.find(word)
        while at >= 0:
            found = pattern.match(plain, at)
            if found is not None:
                yield found
            at = plain.find(word, at + 1)
