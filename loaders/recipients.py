"""Read who gets a document: the list under "Nơi nhận" (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.9).

The list often stands beside the signature, in two columns; texts print it with bullets or without, in lines or in one.
What belongs to it is decided line by line as the source prints them, because plain text joins lines over the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cancu.loaders.actors import read_actors
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.model import Recipient

__all__ = ["find_list", "read_recipients"]

# "Nơi nhận:", "*Noi nhận:*", also in a cell of a table or behind tabs.
_OPENER = compiled(rf"(?:^|(?<=[\n\t]))[ *\t]*{any_of('recipients_opener')}(?![^\W_])[ *]*(?P<colon>:?)")
_BULLET = compiled(r"[-+•●▪○*][ \t]*(?=\S)|\d{1,2}[.)] (?=[[:upper:]])")
# "…; - Lưu: VT": several on one line.
_INNER_BULLET = compiled(r"(?<=[;.:]) +[-+•●▪○] ?(?=\S)|(?:(?<=báo cáo\))|(?<=b/c\))) +[-+•●▪○] ?(?=\S)")
_SEMICOLON = compiled(r"; *(?:[-+•●▪○] ?)?")
# "Bản điện tử:" parts the list and names nobody.
_PART = compiled(rf"{any_of('recipients_part')}[^:;\n]{{0,40}}:[ *]*$", re.IGNORECASE)
_LAST = compiled(rf"{any_of('recipients_last')}(?![^\W_])")
# "(b/c)", "(để báo cáo)", "B/c)" with its bracket lost, "b/c" with both.
_FOR_REPORT = compiled(
    r"[ ,]*(?:\( ?(?:để )?(?:b/ ?c(?:áo)?|báo cáo) ?\)?|(?<![^\W_])(?:để )?b/ ?c(?:áo)?(?![^\W_]) ?\)?)(?=[ .,;:]*$)",
    re.IGNORECASE,
)
_MARKS = " \t.,;:/*|"
# "TM. ỦY BAN NHÂN DÂN", "KT.CHỦ TỊCH", "PHÓ CHỦ TỊCH".
_SIGNATURE = (
    rf"(?:{any_of('capacity')}(?:[.,:] ?| )(?=[[:upper:]]{{2}})"
    rf"|(?:PHÓ |QUYỀN |Q\. ?)?{any_of('signer_role')}(?![^\W_]))"
)
_SIGNED = compiled(_SIGNATURE)
_SIGNED_BESIDE = compiled(rf"(?<=[ \t]){_SIGNATURE}")
# "(Đã ký)", "[đã ký]", "(Ký tên, đóng dấu)".
_SIGNS = compiled(r"[\[(]* ?(?:đã ký|đã kí|ký tên|ký|chữ ký số)[^\w\n][^\n]{0,40}|[\[(]? ?đã ký ?[\])]?", re.IGNORECASE)
_NAME = compiled(r"[[:upper:]][[:lower:]]+(?: [[:upper:]][[:lower:]]+){1,4}[ .*]*")
# No recipient is printed in capitals throughout; titles and names of bodies above a signature are.
_CAPITALS = compiled(r"[[:upper:]]{2,}(?:[ ,.&:-]+[[:upper:]\d]+)+[ .:*]*")
_ANNEX = compiled(
    rf"{any_of('division_heading')}(?![^\W_])|(?:Phụ lục|Biểu|Mẫu)(?: số)? [\dIVX]|\(?Kèm theo |\d{{4}}-\d\d-\d\dT"
)
_BREAK = compiled(r"\n|<br|</?(?:p|td|li|div|tr)\b|\|", re.IGNORECASE)
# "Văn phòng HĐND-⏎UBND".
_HYPHEN = compiled(r"\S-$")
_OPEN = (",", "-", "&", " và", " của")
_OPENS_NAME = compiled(rf"(?:^|[,;:(/]|(?<= )và|(?<![^\W_]){any_of('recipient_organ')}) *$")
_ENDS_NAME = compiled(r" *(?:$|[,;:()/]|và |- )")
_COUNCIL, _COMMITTEE = "Hội đồng nhân dân", "Ủy ban nhân dân"
# So many blanks part two columns.
_GUTTER = 4
_LONGEST_LIST = 8_000
_MOST_LINES = 150


@dataclass(slots=True)
class _Item:
    """Hold one line of the list in plain offsets; its words need not be all that stands between them."""

    start: int
    end: int
    words: str


def read_recipients(reading: Reading) -> list[Recipient]:
    r"""Read the lines under "Nơi nhận", without bullets, end marks and "(b/c)", in the order of print.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024\nI. MỤC TIÊU\nNơi nhận:\n- Sở Y tế (b/c);\n- Lưu: VT.\nKT. CHỦ TỊCH"
    >>> [found.text for found in read_recipients(read_reading(text))]
    ['Sở Y tế', 'Lưu: VT']
    """
    for opener in _OPENER.finditer(reading.plain, reading.header.body_start):
        items = _read_list(reading, opener.end(), bool(opener["colon"]))
        if items:
            return [found for item in items if (found := _recipient(reading, item)) is not None]
    return []


def find_list(reading: Reading) -> tuple[int, int] | None:
    """Return where the list begins and ends in plain offsets, or None where a text has none."""
    for opener in _OPENER.finditer(reading.plain, reading.header.body_start):
        items = _read_list(reading, opener.end(), bool(opener["colon"]))
        if items:
            return opener.start(), items[-1].end
    return None


def _recipient(reading: Reading, item: _Item) -> Recipient | None:
    words = _FOR_REPORT.sub("", item.words.strip(_MARKS)).strip(_MARKS)
    start, end = item.start, item.end
    if reading.plain[start:end] == item.words:
        start += item.words.find(words)
        end = start + len(words)
    if not words:
        return None
    place, text = reading.place(start, end), " ".join(words.split())
    return Recipient(place.start, place.end, text, tuple(dict.fromkeys(_agencies(reading, text))))


def _agencies(reading: Reading, text: str) -> Iterator[str]:
    """Yield the agencies of a line that stand there as a whole: not the Government of "cơ quan thuộc Chính phủ"."""
    if _LAST.match(text):
        return
    actors = read_actors(text, 0, len(text), reading.header.context)
    for index, actor in enumerate(actors):
        following = actors[index + 1] if index + 1 < len(actors) else None
        if not (_OPENS_NAME.search(text, 0, actor.start) and _ENDS_NAME.match(text, actor.end)):
            continue
        if (
            following is not None
            and actor.name.startswith(_COUNCIL)
            and following.name.startswith(f"{_COMMITTEE} các ")
        ):
            # "HĐND, UBND các huyện": the councils are those of the same places.
            yield f"{_COUNCIL}{following.name.removeprefix(_COMMITTEE)}"
        else:
            yield actor.name


def _read_list(reading: Reading, at: int, colon: bool) -> list[_Item]:
    """Read the lines of the list that begins behind its opening word."""
    items: list[_Item] = []
    bulleted: bool | None = None
    before = ""
    for number, (start, end) in enumerate(_left_lines(reading, at)):
        line = reading.plain[start:end].rstrip(" \t|*_")
        bullet = _BULLET.match(line)
        if not line:
            continue
        if number == 0 and not colon:
            # "Nơi nhận hồ sơ …" is a sentence.
            return []
        if bullet is None and _PART.match(line):
            before = ""
            continue
        if bulleted is None:
            bulleted = bullet is not None
            if not (bulleted or colon):
                return []
        goes_on = bool(items) and bullet is None and _goes_on(line, before, bulleted)
        if bullet is None and _is_behind(line, before, items, bulleted, goes_on):
            break
        # "Nơi nhận: Như trên; Lưu: VT." all on one line.
        parted = _SEMICOLON if number == 0 and bullet is None else _INNER_BULLET
        for index, (first, last) in enumerate(_pieces(line, bullet.end() if bullet is not None else 0, parted)):
            if goes_on and index == 0:
                glue = "" if _HYPHEN.search(items[-1].words) else " "
                items[-1] = _Item(items[-1].start, start + last, f"{items[-1].words}{glue}{line[first:last]}")
            else:
                items.append(_Item(start + first, start + last, line[first:last]))
        before = line
        if len(items) > _MOST_LINES:
            break
    return items


def _goes_on(line: str, before: str, bulleted: bool) -> bool:
    """Tell whether a line without a bullet goes on with the one before."""
    if not before:
        return False
    if bulleted:
        return before[-1] not in ";." and not (before[-1] == ":" and len(before) > 2)
    return line[0].islower() or before.endswith(_OPEN)


def _is_behind(line: str, before: str, items: list[_Item], bulleted: bool, goes_on: bool) -> bool:
    """Tell whether a line without a bullet stands behind the list: signature, annex, title."""
    if _SIGNED.match(line) or _ANNEX.match(line) or _CAPITALS.fullmatch(line):
        return True
    filed = bool(items) and _LAST.match(items[-1].words) is not None
    if filed:
        # "- Lưu: VT, phòng⏎Kinh tế." goes on, a name does not.
        return not goes_on or _NAME.fullmatch(line) is not None
    return bulleted and not goes_on and bool(before) and not line.endswith(";")


def _pieces(line: str, start: int, parted: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the items of one line: "Sở Y tế; - Lưu: VT"."""
    for found in parted.finditer(line, start):
        yield start, found.start()
        start = found.end()
    if start < len(line):
        yield start, len(line)


def _left_lines(reading: Reading, at: int) -> Iterator[tuple[int, int]]:
    """Yield the lines as the source prints them, in plain offsets, without what stands in a column beside them."""
    for start, end, gutters in _printed_lines(reading, at):
        line = reading.plain[start:end]
        cut = end
        signed = _SIGNED_BESIDE.search(line)
        if signed is not None and (start == at or not _SIGNED.match(line.lstrip(" \t"))):
            cut = start + signed.start()
        else:
            cut = next((gutter for gutter in gutters if _parts_columns(line, gutter - start)), end)
        while start < cut and reading.plain[start] in " \t":
            start += 1
        yield start, cut


def _parts_columns(line: str, gutter: int) -> bool:
    left, right = line[:gutter].rstrip(), line[gutter:].strip(" \t*")
    if not left.strip(" \t") or not right or _BULLET.match(right):
        return False
    beside = _CAPITALS.fullmatch(right) or _NAME.fullmatch(right) or _SIGNED.match(right) or _SIGNS.fullmatch(right)
    return beside is not None or (left[-1] in ";.)" and right[0].isupper())


def _printed_lines(reading: Reading, at: int) -> Iterator[tuple[int, int, list[int]]]:
    """Yield (start, end, gaps as wide as between columns) of the lines behind ``at``."""
    plain, text = reading.plain, reading.text
    stop = min(len(plain), at + _LONGEST_LIST)
    start, gutters = at, list[int]()
    for index in range(at, stop):
        if not plain[index].isspace():
            continue
        first, last = text.span(index, index + 1)[0], text.span(index + 1, index + 2)[0] if index + 1 < stop else None
        run = text.source[first:last] if last is not None else "\n"
        if plain[index] == "\n" or _BREAK.search(run):
            yield start, index, gutters
            start, gutters = index + 1, []
        elif plain[index] == "\t" or len(run) >= _GUTTER:
            gutters.append(index)
    if start < stop:
        yield start, stop, gutters
