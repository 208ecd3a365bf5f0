"""Read the labels under which plans print the components of a programme, and how far the title behind one goes.

"1.1. Dự án 2. Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo", "TIỂU DỰ ÁN 1:", "Nội dung thành phần số 02:".
Texts from pages lose the line break behind a title ("… giảm nghèo Mục tiêu: …"): it then ends where the title of a
known component does, in front of words that open what is said of components, or where the source broke the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from cancu.loaders.patterns import LOWER, UPPER, any_of, compiled
from cancu.ontology import programmes
from cancu.ontology.programmes import ComponentWord, ProgrammeComponent, components_of, title_key

__all__ = ["Head", "Label", "find_labels", "read_head", "read_label", "read_number", "title_span"]

# A title is no longer than this, and an unknown one no longer than a heading is.
_LONGEST_TITLE = 640
_LONGEST_UNKNOWN = 240
# How well the words in front of a capital must fit a known title for the title to end there.
_TITLE_FIT = 0.85
# A capital inside a title begins something else only where at least this much follows.
_LEAST_REST = 40
# Behind a number without a mark, the line goes on with the title or ends.
_NUMBER = (
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}(?!\d|[.,/]\d|[a-zA-Z%])|[IVX]{1,5}(?![^\W_])"
    # A letter: "Hợp phần B"
    r"|[A-HĐ](?![^\W_])(?! [[:lower:]]))"
)
_MARK = r"(?P<mark> ?[:.] ?| ?- |[)] ?)?"
_ROMAN = {"I": 1, "V": 5, "X": 10}
_CAPITAL = compiled(r"(?<=[ \"])[[:upper:]]")
_SPACES = " \t"
_TITLE_EDGE = " .;:,-"
# "(gồm 02 tiểu dự án)"; a short name in capitals stays with its title: "(OCOP)".
_BRACKET = compiled(r" ?\((?P<inside>[^()\n]{1,200})\)")
_SHORT_NAME = compiled(r"[[:upper:]&-]{2,12}")


@dataclass(frozen=True, slots=True)
class Label:
    """Hold word and number of a component in plain offsets; the title, if there is one, begins at ``behind``."""

    start: int
    end: int
    behind: int
    word: ComponentWord
    number: tuple[int, ...]
    marked: bool

    def holds(self, other: Label) -> bool:
        """Tell whether the other component may stand under this one: a part of it, or "2.1" under "2"."""
        if self.word.code == other.word.code:
            return len(other.number) > len(self.number) and other.number[: len(self.number)] == self.number
        return self.word.code in other.word.under


@dataclass(frozen=True, slots=True)
class Head:
    """Hold the heading of a component behind its enumerator: the label, the title, and where the heading ends.

    ``above`` is the component that the heading says it belongs to: "Tiểu dự án 1 thuộc Dự án 3: …".
    """

    label: Label
    title_start: int
    title_end: int
    end: int
    above: Label | None = None


@cache
def _label_pattern() -> re.Pattern[str]:
    forms: list[str] = []
    for known in programmes.component_words():
        # A damaged word is itself only as it is printed; "điều 5" is a part of a document.
        written = [known.word] if known.damaged else [known.word, known.word.upper(), known.word.lower()]
        title = " ".join(part.capitalize() for part in known.word.split())
        if not known.damaged:
            written += [title, f"{known.word.split()[0]} {title.split(' ', 1)[1]}" if " " in title else title]
            # "Tiểu Dự án"
            parts = known.word.split(" ", 1)
            if len(parts) == 2:
                written.append(f"{parts[0]} {parts[1].capitalize()}")
        forms += [form for form in written if form not in forms]
    forms.sort(key=lambda form: -len(form))
    return compiled(
        rf"(?<![^\W_])(?P<word>{'|'.join(map(re.escape, forms))}) ?(?:(?:thành phần )?(?:số|SỐ) ?:? ?)?{_NUMBER}"
    )


@cache
def _words() -> dict[str, ComponentWord]:
    return {known.word.casefold(): known for known in reversed(programmes.component_words())}


_BEHIND = compiled(_MARK)
_FIELD = compiled(rf"[ .;,]+(?:\(?[a-zđ1-9][).]? {{1,2}}|[-+*] ?)?(?P<field>{any_of('component_field')})(?![^\W_])")
# "Mục tiêu quốc gia" opens nothing.
_FIELD_ENDS = compiled(
    r"(?: (?:thực hiện|hỗ trợ|chung|cụ thể|hoàn thành))? *$|(?: [^\W\d_]{2,12}){0,3} \d|(?! quốc gia)[^\n:.;]{0,40}:",
    re.MULTILINE,
)


def read_number(printed: str) -> tuple[int, ...]:
    """Read the number of a component: arabic, with points, roman, or a letter.

    >>> read_number("02"), read_number("1.2"), read_number("IV"), read_number("B")
    ((2,), (1, 2), (4,), (2,))
    """
    if printed[0].isdigit():
        return tuple(int(part) for part in printed.split("."))
    if all(letter in _ROMAN for letter in printed):
        values = [_ROMAN[letter] for letter in printed]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return (sum(-value if value < after else value for value, after in pairs),)
    return ("ABCDĐEGH".find(printed) + 1,)


def read_label(plain: str, at: int, stop: int | None = None) -> Label | None:
    """Read the label of a component that begins at ``at``, or None.

    >>> found = read_label("Tiểu dự án 1: Giảm nghèo về thông tin", 0)
    >>> found.word.code, found.number, found.behind
    ('TDA', (1,), 14)
    """
    found = _label_pattern().match(plain, at, len(plain) if stop is None else stop)
    return _label(plain, found) if found is not None else None


def find_labels(plain: str, start: int, end: int) -> Iterator[Label]:
    """Yield the labels between two offsets.

    >>> [found.number for found in find_labels("Dự án 2; Tiểu dự án 1, Tiểu dự án 3 thuộc dự án 4", 0, 49)]
    [(2,), (1,), (3,), (4,)]
    """
    # Numbers are rare and words of components are common words: the number is looked up first.
    behind = _ends_of_words()
    for number in _BARE_NUMBER.finditer(plain, start, end):
        at = number.start()
        before = plain[max(start, at - _LONGEST_WORD) : at].casefold()
        ending = next((each for each in behind if before.endswith(each)), None)
        if ending is None:
            continue
        found = _label_pattern().match(plain, at - len(ending), end)
        label = _label(plain, found) if found is not None else None
        if label is not None:
            yield label


_BARE_NUMBER = compiled(r"(?<=[^\W_] )(?:0?\d{1,2}(?!\d)|[IVX]{1,5}(?![^\W_])|[A-HĐ](?![^\W_]))")
_LONGEST_WORD = 48


@cache
def _ends_of_words() -> tuple[str, ...]:
    """Return what stands in front of the number of a component, longest first."""
    words = {known.word.casefold() for known in programmes.component_words()}
    between = (" ", " số ", " số: ", " thành phần số ", " thành phần ")
    return tuple(sorted((word + each for word in words for each in between), key=lambda each: (-len(each), each)))


def _label(plain: str, found: re.Match[str]) -> Label | None:
    word = _words()[found["word"].casefold()]
    printed = found["number"]
    kind = "arabic" if printed.isdigit() else "dotted" if printed[0].isdigit() else "roman"
    if kind == "roman" and not all(letter in _ROMAN for letter in printed):
        kind = "letter"
    if kind not in word.numbers:
        return None
    number = read_number(printed)
    if not all(0 < part < 100 for part in number):
        return None
    mark = _BEHIND.match(plain, found.end())
    marked = mark is not None and mark["mark"] is not None
    behind = mark.end() if mark is not None and marked else found.end()
    while behind < len(plain) and plain[behind] in _SPACES:
        behind += 1
    return Label(found.start(), found.end("number"), behind, word, number, marked)


def read_head(plain: str, at: int, stop: int, wrapped: Callable[[int], bool] | None = None) -> Head | None:
    """Read the heading of a component on the line that ends at ``stop``, where ``at`` is behind its enumerator.

    ``wrapped`` tells whether the source breaks its line in front of an offset.

    >>> text = "Dự án 2. Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo Mục tiêu: Hỗ trợ người dân"
    >>> found = read_head(text, 0, len(text))
    >>> text[found.title_start : found.title_end]
    'Đa dạng hóa sinh kế, phát triển mô hình giảm nghèo'
    """
    label = read_label(plain, at, stop)
    if label is None:
        return None
    label, above = _with_above(plain, label, stop)
    start = max(label.behind, above.behind) if above is not None else label.behind
    marked = label.marked if above is None or above.start < label.start else above.marked
    if start >= stop:
        return Head(label, start, start, start, above) if label.word.prose else None
    first = plain[start]
    # "Dự án 1 (Chương trình 30a)"
    inside = _BRACKET.match(plain, start, stop) if first == "(" and not marked else None
    if inside is not None and inside["inside"][0].isupper():
        return Head(label, inside.start("inside"), inside.end("inside"), inside.end(), above)
    if not (marked or first.isupper() or first == '"') or not (label.word.prose or marked) or first.isdigit():
        return None
    title_end, end = title_span(plain, start, stop, wrapped)
    if label.word.damaged and not _known(plain[start:title_end], label) and not _behind_enumerator(plain, at):
        return None
    label_end = max(label.end, above.end) if above is not None else label.end
    return Head(label, start, title_end, end if title_end > start else label_end, above)


_LINK = compiled(rf"(?:,? ?\(?{any_of('component_link')} |,? ?- |, )")


def _with_above(plain: str, label: Label, stop: int) -> tuple[Label, Label | None]:
    """Read the second of two labels in a row, of which one belongs to the other."""
    link = _LINK.match(plain, label.end, stop)
    other = read_label(plain, link.end(), stop) if link is not None else None
    if other is not None and other.holds(label):
        return label, other
    if other is not None and label.holds(other):
        return other, label
    return label, None


def _behind_enumerator(plain: str, at: int) -> bool:
    """Tell "3. Điều 3: …" from an article, which stands behind no enumerator."""
    return at > 0 and plain[at - 1] != "\n" and plain[max(0, at - 3) : at].rstrip(" ")[-1:] in ".)"


def _known(title: str, label: Label) -> bool:
    return any(
        programmes.fit(title, component) >= programmes.CLEAR_FIT
        for component in _all_components()
        if component.code.endswith(f"{label.word.code}{label.number[-1]}")
    )


@cache
def _all_components() -> tuple[ProgrammeComponent, ...]:
    return tuple(
        component for programme in programmes.programmes() for component in components_of(programme.code).values()
    )


@lru_cache(maxsize=16_384)
def _best_fit(key: str) -> float:
    words = set(key.split())
    best = 0.0
    for component, keys in _component_keys():
        if any(2 * len(words & known) >= min(len(words), len(known)) for known in keys):
            best = max(best, programmes.fit(key, component))
    return best


@cache
def _component_keys() -> tuple[tuple[ProgrammeComponent, tuple[frozenset[str], ...]], ...]:
    return tuple(
        (component, tuple(frozenset(title_key(title).split()) for title in (component.title, *component.titles_also)))
        for component in _all_components()
    )


def title_span(plain: str, start: int, stop: int, wrapped: Callable[[int], bool] | None = None) -> tuple[int, int]:
    """Return where the title that begins at ``start`` ends, and where the heading does, which may close with a note.

    >>> text = "Cải thiện dinh dưỡng (gồm 02 hoạt động)."
    >>> title_end, end = title_span(text, 0, len(text))
    >>> text[:title_end], text[title_end:end]
    ('Cải thiện dinh dưỡng', ' (gồm 02 hoạt động)')
    """
    hard = _hard_end(plain, start, min(stop, start + _LONGEST_TITLE))
    end = _soft_end(plain, start, hard, stop, wrapped)
    while end > start and plain[end - 1] in _TITLE_EDGE:
        end -= 1
    # A note in brackets ends the heading and is no part of the title.
    if plain[start:end].endswith(")"):
        opens = plain.rfind("(", start, end)
        if opens > start and not _SHORT_NAME.fullmatch(plain, opens + 1, end - 1):
            title_end = len(plain[:opens].rstrip(_TITLE_EDGE)) if opens - start < _LONGEST_TITLE else end
            return max(start, title_end), end
        return end, end
    note = _BRACKET.match(plain, end, stop)
    if note is not None and plain[note.end() : stop].strip(_TITLE_EDGE) == "":
        return end, note.end()
    return end, end


def _hard_end(plain: str, start: int, limit: int) -> int:
    """Return where something else than the title begins for certain: what is said of the component, another label."""
    hard = limit
    colon = plain.find(":", start, hard)
    if colon >= 0:
        hard = colon
    field = _FIELD.search(plain, start, limit)
    while field is not None and field.start() < hard + 1:
        ends = _FIELD_ENDS.match(plain, field.end())
        if ends is not None:
            hard = min(hard, field.start())
            break
        field = _FIELD.search(plain, field.end(), limit)
    for other in find_labels(plain, start, hard):
        if other.marked and other.start > start and plain[other.start].isupper() and plain[other.start - 1] == " ":
            words = plain[start : other.start].rstrip()
            if not words.endswith((",", "(", " và", " thuộc", " của", "-")):
                front = _FRONT_AT_END.search(words)
                return other.start if front is None else start + front.start()
    return hard


# "… nông thôn a  Tiểu dự án 1: …": the enumerator of the next heading, which has lost its bracket and its line.
_FRONT_AT_END = compiled(r" (?:[a-zđ][).]?|\d{1,2}(?:\.\d{1,2}){0,2}[.)]?)$")


def _soft_end(plain: str, start: int, hard: int, stop: int, wrapped: Callable[[int], bool] | None) -> int:
    """Return where a title ends that may have been joined with the sentence behind it."""
    breaks = [
        found.start()
        for found in _CAPITAL.finditer(plain, start + 1, hard)
        if hard - found.start() > _LEAST_REST
        or stop - found.start() > _LEAST_REST
        or (wrapped is not None and wrapped(found.start()))
    ]
    opens = plain.find("(", start, hard)
    known_end, known_fit = start, 0.0
    for at in [*breaks, *([opens] if opens > start else []), hard]:
        found = _best_fit(title_key(plain[start:at]))
        if found > known_fit or (found == known_fit and at > known_end):
            known_end, known_fit = at, found
    if known_fit >= _TITLE_FIT:
        return known_end
    long = stop - start > _LONGEST_UNKNOWN or plain[start:stop].rstrip()[-1:] in ".;"
    lead = " ".join(plain[start:hard].split(" ")[:3])
    for at in breaks:
        # "Hỗ trợ phát triển sản xuất Hỗ trợ phát triển sản xuất trong …": the sentence takes its title up.
        if plain.startswith(lead, at):
            return at
        if long and wrapped is not None and wrapped(at) and _opens_sentence(plain, at):
            return at
    if hard - start <= _LONGEST_UNKNOWN:
        return hard
    cuts = [at for mark in (". ", "; ") if (at := plain.find(mark, start, start + _LONGEST_UNKNOWN)) > 0]
    return min(cuts) if cuts else start


_SENTENCE = re.compile(rf"[{UPPER}][{LOWER}]* [{LOWER}]")
_NAMED_PLACE = compiled(rf"(?:{any_of('unit_tier')}|Chương trình|Đề án) $", re.IGNORECASE)


def _opens_sentence(plain: str, at: int) -> bool:
    """Tell the capital that opens a sentence from one inside a name: "huyện⏎Sơn Động"."""
    return _SENTENCE.match(plain, at) is not None and not _NAMED_PLACE.search(plain, max(0, at - 20), at)
