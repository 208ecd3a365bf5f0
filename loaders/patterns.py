"""Compile the patterns of the recognisers: regular expressions that know Vietnamese capitals from small letters.

Python's ``re`` has no class for them, and a range such as ``À-Ỹ`` holds both. Patterns here write ``[:upper:]`` and
``[:lower:]`` inside a character class.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["LOWER", "UPPER", "compiled"]

LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
UPPER = LOWER.upper()


@cache
def compiled(regex: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Compile a pattern once.

    >>> compiled("[[:upper:]][[:lower:]]+").findall("Ủy ban Đảng ủy")
    ['Ủy', 'Đảng']
    """
    return re.compile(regex.replace("[:upper:]", UPPER).replace("[:lower:]", LOWER), flags)
