"""Cut plain text into paragraphs, sentences and clauses: the pieces in which a plan gives its orders and figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cancu.loaders.patterns import any_of, compiled

__all__ = ["Clause", "clauses", "paragraphs", "sentences"]

# "- ", "+ ", "1. ", "2.1 ", "a) ", "IV. ": what stands in front of a paragraph's words.
_ENUMERATOR = compiled(
    r"[ *]*(?:[-+*•] ?|(?:\d{1,2}\.){1,4} ?(?=[^\W\d])|\d{1,2}(?:\.\d{1,2}){1,3} (?=[^\W\d])|\(?\d{1,2}\) |"
    r"[a-zđ]\d?(?:[).] | {2})|[IVXLC]{1,6}\. |(?:\d{1,2}\. ))*"
)
# A sentence ends at a mark that a capital follows; not behind "TP." or a single letter ("PGS. TS.").
_SENTENCE_END = compiled(r"[.!?…](?:[\"')]*) +(?=[[:upper:]\"(])|[.!?…]+[\"')]* *$")
_ABBREVIATED = compiled(rf"(?:^|[^\w])(?:{any_of('dotted_abbreviation')}|[[:upper:]])\.$")


@dataclass(frozen=True, slots=True)
class Clause:
    """Hold one clause in plain offsets; ``first`` says that its sentence begins with it."""

    start: int
    end: int
    first: bool = True


def paragraphs(plain: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    r"""Yield the paragraphs between two offsets, without bullet or enumerator and outer blanks.

    >>> text = "1. Mục tiêu\n- Giảm nghèo bền vững."
    >>> [text[first:last] for first, last in paragraphs(text)]
    ['Mục tiêu', 'Giảm nghèo bền vững.']
    """
    end = len(plain) if end is None else end
    position = start
    while position < end:
        stop = plain.find("\n", position, end)
        stop = end if stop < 0 else stop
        front = _ENUMERATOR.match(plain, position, stop)
        first = front.end() if front is not None else position
        last = stop
        while last > first and plain[last - 1].isspace():
            last -= 1
        if first < last:
            yield first, last
        position = stop + 1


def sentences(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a paragraph, end marks included.

    >>> text = "Sở Y tế chủ trì. Các sở phối hợp."
    >>> [text[first:last] for first, last in sentences(text, 0, len(text))]
    ['Sở Y tế chủ trì.', 'Các sở phối hợp.']
    """
    position = start
    for found in _SENTENCE_END.finditer(plain, start, end):
        if _ABBREVIATED.search(plain, max(position, found.start() - 6), found.start() + 1):
            continue
        yield position, found.start() + len(found[0].rstrip())
        position = found.end()
    if plain[position:end].strip():
        yield position, end


def clauses(plain: str, start: int, end: int) -> Iterator[Clause]:
    """Yield the clauses of a paragraph: sentences, split at semicolons outside brackets and quotation marks.

    >>> text = "Chủ trì rà soát; báo cáo kết quả. Đôn đốc các xã."
    >>> [text[clause.start : clause.end] for clause in clauses(text, 0, len(text))]
    ['Chủ trì rà soát', 'báo cáo kết quả', 'Đôn đốc các xã']
    """
    for first, last in sentences(plain, start, end):
        position, depth, quoted, opening = first, 0, False, True
        for at in range(first, last + 1):
            mark = plain[at] if at < last else ";"
            if mark == "(":
                depth += 1
            elif mark == ")":
                depth = max(0, depth - 1)
            elif mark == '"':
                quoted = not quoted
            elif mark == ";" and (at == last or not (depth or quoted)):
                low, high = position, at
                while low < high and plain[low] in " ,":
                    low += 1
                while high > low and plain[high - 1] in " .;:…":
                    high -= 1
                if low < high:
                    yield Clause(low, high, opening)
                    opening = False
                position = at + 1
