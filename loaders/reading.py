"""Hold one text as all its readers see it: plain text, head, headings, mentions of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cancu.loaders.header import Header
from cancu.loaders.mentions import Mention
from cancu.loaders.outline import Outline
from cancu.loaders.text import Text
from cancu.model import Evidence

__all__ = ["Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what the readers of activities, duties, money, targets and tables share; offsets are plain ones.

    ``mentions`` are the documents that the text names, in order. ``tables`` are the plain spans of tables, in order:
    what stands there is read by the table's columns and not as sentences.
    """

    text: Text
    header: Header
    outline: Outline
    mentions: Sequence[Mention] = ()
    tables: Sequence[tuple[int, int]] = ()

    @property
    def plain(self) -> str:
        """Return the plain text."""
        return self.text.plain

    def place(self, start: int, end: int) -> Evidence:
        """Return the characters of the source behind ``plain[start:end]``."""
        first, last = self.text.span(start, end)
        return Evidence(first, last, self.text.source[first:last])

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        """Return the documents named between two offsets."""
        return [mention for mention in self.mentions if start <= mention.start < end]

    def in_table(self, offset: int) -> bool:
        """Tell whether a table holds the offset."""
        return any(start <= offset < end for start, end in self.tables)
