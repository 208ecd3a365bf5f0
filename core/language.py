"""Say every sentence of the program in the reader's language, from one table.

``messages.tsv`` holds one row a sentence: its key, the Vietnamese and the English wording with the same
``{gaps}``. Code never holds a sentence of its own, so none can be left untranslated.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from cancu.errors import CallerError, DataError

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Language", "Refusal", "knows", "read_messages", "say", "say_all"]

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "vi"

#: The first line of ``messages.tsv``.
HEADER: Final = ("key", *LANGUAGES)

_FILE: Final = Path(__file__).with_name("messages.tsv")


def say(key: str, lang: Language = DEFAULT_LANGUAGE, /, **values: object) -> str:
    """Give the sentence behind ``key`` in ``lang``, its gaps filled with ``values``.

    >>> say("value.held.true")
    'có'
    >>> say("value.held.true", "en")
    'yes'
    >>> say("store.none", store="kho")
    'Chưa có kho nào ở kho; hãy nạp văn bản trước: cancu load THƯ_MỤC'
    """
    return _messages()[key][LANGUAGES.index(lang)].format_map(values)


def say_all(key: str, /, **values: object) -> Mapping[str, str]:
    """Give the sentence behind ``key`` in every language.

    >>> say_all("value.held.true")
    {'vi': 'có', 'en': 'yes'}
    """
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def knows(key: str) -> bool:
    """Tell whether a sentence stands behind ``key``.

    >>> knows("value.held.true"), knows("value.held.maybe")
    (True, False)
    """
    return key in _messages()


class Refusal(CallerError):
    """Say in one sentence, in any language, what the caller should do differently.

    >>> refusal = Refusal("store.none", store="kho")
    >>> refusal.sentence("en")
    'There is no store at kho yet; load texts first: cancu load FOLDER'
    >>> str(refusal) == refusal.sentence("vi")
    True
    """

    def __init__(self, key: str, /, **values: object) -> None:
        """Keep the sentence's ``key`` and the ``values`` of its gaps."""
        self.key, self.values = key, values
        super().__init__(say(key, **values))

    def sentence(self, lang: Language) -> str:
        """Give the sentence in ``lang``."""
        return say(self.key, lang, **self.values)


@cache
def _messages() -> Mapping[str, tuple[str, ...]]:
    return read_messages(_FILE)


def read_messages(file: Path) -> Mapping[str, tuple[str, ...]]:
    r"""Read a table of sentences, refusing a row that is not sound with its file and line.

    A row is sound when it has a key of its own, no empty cell, and the same gaps in every language.
    ``\n`` in a cell stands for a line break.
    """
    messages: dict[str, tuple[str, ...]] = {}
    header_seen = False
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if not header_seen:
            if cells != HEADER:
                raise DataError(f"the header must be {' '.join(HEADER)}", file, number)
            header_seen = True
            continue
        if len(cells) != len(HEADER):
            raise DataError(f"{len(HEADER)} cells expected, {len(cells)} found", file, number)
        if not all(cells) or any(cell != cell.strip() for cell in cells):
            raise DataError("a cell is empty or has blanks at its ends", file, number)
        if not unicodedata.is_normalized("NFC", line):
            raise DataError("the row is not in Unicode form NFC", file, number)
        key, *texts = cells
        if key in messages:
            raise DataError(f"the key {key} stands twice", file, number)
        gaps = [_gaps(text, file, number) for text in texts]
        if any(other != gaps[0] for other in gaps):
            raise DataError(f"the languages of {key} have different gaps", file, number)
        messages[key] = tuple(text.replace("\\n", "\n") for text in texts)
    if not messages:
        raise DataError("the table is empty", file, 1)
    return MappingProxyType(messages)


def _gaps(text: str, file: Path, number: int) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError as error:
        raise DataError(f"broken gap: {error}", file, number) from error
