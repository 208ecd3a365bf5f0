"""Find the line and the column of a quote, and the lines around it, in the text that it was read from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cancu.queries.engine import Hop

__all__ = ["Excerpt", "Span", "Texts"]

#: So many texts are kept at hand: a plan and those above it.
_KEPT: Final = 16
#: An excerpt shows so many lines before and behind the quote, and of them no more characters than these.
_LINES: Final = 2
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Span:
    """Hold where a quote begins and ends: lines and columns from 1, the end column behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Hold a quote with the words before and behind it; line breaks are those of the text."""

    before: str
    quote: str
    behind: str


class Texts:
    r"""Look into the texts behind quotes, where they are at hand; an endpoint holds the graph, not the texts.

    >>> texts = Texts({"a.txt": "KẾ HOẠCH\nCăn cứ Luật Đầu tư"}.get)
    >>> texts.span(Hop("a.txt", 16, 27, "Luật Đầu tư", None, 1.0))
    Span(line=2, column=8, end_line=2, end_column=19)
    >>> texts.excerpt(Hop("a.txt", 16, 27, "Luật Đầu tư", None, 1.0))
    Excerpt(before='KẾ HOẠCH\nCăn cứ ', quote='Luật Đầu tư', behind='')
    """

    def __init__(self, read: Callable[[str], str | None]) -> None:
        """Keep how a source's text is read."""
        self._lines = lru_cache(maxsize=_KEPT)(lambda source: _Lines.of(read(source)))

    def span(self, hop: Hop) -> Span | None:
        """Give the lines and columns of a quote, None where the text is not at hand."""
        lines = self._lines(hop.source)
        if lines is None:
            return None
        (line, column), (end_line, end_column) = lines.place(hop.start), lines.place(hop.end)
        return Span(line, column, end_line, end_column)

    def place(self, hop: Hop) -> str:
        """Write where a quote stands as editors read it: file, line, column; else by the characters."""
        span = self.span(hop)
        return f"{hop.source}:{hop.start}-{hop.end}" if span is None else f"{hop.source}:{span.line}:{span.column}"

    def excerpt(self, hop: Hop) -> Excerpt:
        """Show a quote in the lines around it."""
        lines = self._lines(hop.source)
        if lines is None:
            return Excerpt(hop.before, hop.quote, hop.behind)
        return Excerpt(lines.before(hop.start), hop.quote, lines.behind(hop.end))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Hold a text with the places where its lines begin."""

    text: str
    starts: Sequence[int]

    @classmethod
    def of(cls, text: str | None) -> _Lines | None:
        return None if text is None else cls(text, (0, *(found.end() for found in re.finditer("\n", text))))

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def before(self, offset: int) -> str:
        line, _ = self.place(offset)
        start = self.starts[max(line - 1 - _LINES, 0)]
        if offset - start <= _MOST:
            return self.text[start:offset].lstrip("\n")
        words = self.text[offset - _MOST : offset]
        # The word that is cut through is left out.
        return "…" + words[re.search(r"\s|$", words).start() :]  # type: ignore[union-attr]

    def behind(self, offset: int) -> str:
        line, _ = self.place(offset)
        last = line + _LINES
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        if end - offset <= _MOST:
            return self.text[offset:end].rstrip("\n")
        words = self.text[offset : offset + _MOST]
        return words[: max(words.rfind(" "), words.rfind("\n"), 0)] + "…"
