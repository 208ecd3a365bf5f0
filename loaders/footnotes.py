"""Find the footnotes that a page break left inside a sentence, and read them behind the text instead."""

from __future__ import annotations

import re
from array import array

from cancu.loaders.lines import CLOSERS, ENDS, NUMBER_FOLLOWS, OPENS
from cancu.loaders.patterns import compiled

__all__ = ["interrupting_notes", "notes_at_end", "notes_last", "reordered"]

# A ruler of blanks, dashes or underscores and then "1 Tổ chức …": the footnotes of a page.
# Some conversions drop the ruler; then the number without a full stop, inside a sentence, tells.
_RULER = compiled(
    r"^(?:(?:[ \t]{18,}|[ \t]*[_-]{5,}[ \t]*)\n(?=[ \t]*\d{1,2}[.)]? ?[[:upper:]\"(])|(?=\d{1,2} [[:upper:]]))",
    re.MULTILINE,
)
_WANTS_NUMBER = (*NUMBER_FOLLOWS, "tháng", "quý", "-", "/")
_NOTE_STARTS = compiled(r"[ \t]*\d{1,2}[.)]? ?[[:upper:]\"(]")
_LONGEST_NOTES = 60


def interrupting_notes(text: str) -> list[tuple[int, int]]:
    """Find the footnotes inside a sentence: between a line that is not at its end and the line that goes on."""
    blocks: list[tuple[int, int]] = []
    for ruler in _RULER.finditer(text):
        if blocks and ruler.start() < blocks[-1][1]:
            continue
        before = text[max(0, ruler.start() - 300) : ruler.start()].rstrip()
        if not before or before.rstrip(CLOSERS)[-1:] in ENDS or before.endswith(_WANTS_NUMBER):
            continue
        position, seen = ruler.end(), ""
        for _ in range(_LONGEST_NOTES):
            stop = text.find("\n", position)
            stop = len(text) if stop < 0 else stop
            line = text[position:stop].strip()
            done = seen.rstrip(CLOSERS)[-1:] in ENDS
            if line and done and line[0].islower():
                blocks.append((ruler.start(), position))
                break
            if line and OPENS.match(line) and not _NOTE_STARTS.match(line):
                break
            seen = line or seen
            position = stop + 1
            if position > len(text):
                break
    return blocks


def notes_last(notes: list[tuple[int, int]], length: int) -> tuple[array[int], array[int]]:
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


def reordered(text: str, order_at: array[int], order_from: array[int]) -> str:
    """Return the text in this order."""
    ends = [*order_at[1:], len(text)]
    return "".join(text[start : start + end - at] for at, start, end in zip(order_at, order_from, ends, strict=True))


def notes_at_end(notes: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return where the notes stand once they are read last."""
    at = length - sum(end - start for start, end in notes)
    places = []
    for start, end in notes:
        places.append((at, at + end - start))
        at += end - start
    return places
