"""Read a file into plain text, or refuse it with a reason: .txt, .md, .html, .docx and .pdf with a text layer.

For .txt and .md the text is the file itself: every code point of it, newlines as they are, NUL characters too
(the extraction doubts them). Only a byte order mark is no part of the text. Bytes that are no UTF-8 are decoded
(UTF-16, cp1258, TCVN3, VNI, VISCII), letters of old fonts become Unicode, and ``Reading.notes`` tells so.
The other formats are laid out line by line: a paragraph a line, a table row a line with a tab between cells, the
pages of a PDF parted by a form feed.

Whatever is wrong with a file is a :class:`cancu.errors.ReadError` with one of the :data:`REASONS`; nothing else
leaves this module.
"""

from __future__ import annotations

import codecs
import io
import itertools
import logging
import os
import posixpath
import re
import stat
import struct
import threading
import warnings
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Protocol, TypeAlias, cast

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PreformattedString

from cancu.errors import ReadError
from cancu.loaders import legacy

__all__ = [
    "MAX_FILE_BYTES",
    "NOTES",
    "REASONS",
    "SUFFIXES",
    "Reading",
    "Refusal",
    "find_files",
    "media_types",
    "read_bytes",
    "read_file",
]

#: Why a file is refused: each is a key of ``core/messages.tsv`` behind "read.".
REASONS = (
    "binary",
    "changed",
    "damaged",
    "empty",
    "encrypted",
    "folder",
    "missing",
    "no-suffix",
    "old-word",
    "permission",
    "scan",
    "special",
    "too-big",
    "truncated",
    "unknown-encoding",
    "unreadable",
    "unsupported",
)
#: What a reader did to a text that its user should know: keys of ``core/messages.tsv`` behind "read-note.".
NOTES = (
    *(f"decoded-{encoding}" for encoding in (*legacy.ENCODINGS, "cp1252", "utf-16", "utf-32", "declared")),
    "deletions-left-out",
    "pages-without-text",
    "read-with-pypdf",
    "undecodable-bytes",
)

#: The largest file that is read, and the most text that a .docx may unpack to: no plan comes near it, and a machine
#: with a few gigabytes of memory survives it.
MAX_FILE_BYTES = 200 * 1024 * 1024
#: A PDF with fewer letters a page than this, and images, is a scan: a page number and a stamp are no text layer.
MIN_LETTERS_PER_PAGE = 20
#: Tables in tables are followed so deep; what lies deeper is read as plain lines.
MAX_TABLE_DEPTH = 16
#: A table without borders may be layout only up to this size: the head of a document has two columns and two rows.
LAYOUT_COLUMNS, LAYOUT_ROWS = 2, 3
#: A cell spans at most so many columns or rows (Word allows 63 columns).
MAX_SPAN = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold the text of a file, what it is, the digest of its bytes, and what was done to read it.

    >>> read_bytes("Căn cứ Quyết định số 90/QĐ-TTg".encode("utf-16"), ".txt").notes
    ('decoded-utf-16',)
    """

    text: str
    media_type: str
    sha256: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Name a path that cannot be loaded, and why."""

    path: Path
    error: ReadError


_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MEDIA_TYPES = MappingProxyType(
    {
        ".docx": _WORD_TYPE,
        ".htm": "text/html",
        ".html": "text/html",
        ".md": "text/markdown",
        ".pdf": "application/pdf",
        ".txt": "text/plain",
    }
)
#: The suffixes that can be read, in lower case.
SUFFIXES = tuple(_MEDIA_TYPES)


def media_types() -> Mapping[str, str]:
    """Give the media type of each suffix that can be read.

    >>> media_types()[".md"]
    'text/markdown'
    """
    return _MEDIA_TYPES


def find_files(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Refusal, ...]]:
    """Find what to read in files and folders: each file once, folders in sorted order, hidden files left out.

    A hidden file, or Word's lock file ``~$…``, is read only if it is named itself. Links to folders are not followed.

    >>> [refusal.error.reason for refusal in find_files([Path("kế hoạch.xlsx")])[1]]
    ['missing']
    """
    files: dict[Path, Path] = {}
    refusals: dict[Path, Refusal] = {}
    for path in paths:
        for found in _walk(path):
            if isinstance(found, Refusal):
                refusals.setdefault(found.path, found)
            else:
                files.setdefault(Path(os.path.realpath(found)), found)
    return tuple(files.values()), tuple(refusals.values())


def _walk(path: Path) -> Iterator[Path | Refusal]:
    waiting = [path]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.stat().st_mode
            names = sorted(os.listdir(path)) if stat.S_ISDIR(mode) else []
        except (OSError, ValueError) as error:
            yield Refusal(path, _refused(error))
            continue
        children = (path / name for name in reversed(names) if not name.startswith((".", "~$")))
        waiting += (child for child in children if not (child.is_symlink() and child.is_dir()))
        if not stat.S_ISDIR(mode):
            problem = _wrong_suffix(path.suffix) if stat.S_ISREG(mode) else ReadError("special")
            yield path if problem is None else Refusal(path, problem)


def _wrong_suffix(suffix: str) -> ReadError | None:
    suffix = suffix.lower()
    if suffix in _MEDIA_TYPES:
        return None
    if not suffix:
        return ReadError("no-suffix")
    return ReadError("old-word") if suffix == ".doc" else ReadError("unsupported", suffix=suffix)


def read_file(path: Path) -> Reading:
    """Read one file, or raise a ReadError that says why not; read it again, once, if it changed meanwhile."""
    try:
        data = _read_unchanged(path)
        if data is None:
            data = _read_unchanged(path)
    except (OSError, ValueError) as error:
        raise _refused(error) from error
    if data is None:
        raise ReadError("changed")
    return read_bytes(data, path.suffix)


def _read_unchanged(path: Path) -> bytes | None:
    """Read all bytes, or give None if the file changed under the reading."""
    before = path.stat()
    if stat.S_ISDIR(before.st_mode):
        raise ReadError("folder")
    if not stat.S_ISREG(before.st_mode):  # a pipe or a device: opening it could wait for ever
        raise ReadError("special")
    if (problem := _wrong_suffix(path.suffix)) is not None:
        raise problem
    _refuse_size(before.st_size)
    data = _bytes_of(path)
    after = path.stat()
    same = (before.st_ino, before.st_size, before.st_mtime_ns) == (after.st_ino, after.st_size, after.st_mtime_ns)
    return data if same and len(data) == after.st_size else None


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _refuse_size(size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise ReadError("too-big", size=_megabytes(size), limit=_megabytes(MAX_FILE_BYTES))


def _megabytes(size: int) -> str:
    return f"{-(-size // 1024**2)} MB"


def _refused(error: OSError | ValueError) -> ReadError:
    # ValueError: a path with a NUL character, which no file has.
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return ReadError("missing")
    if isinstance(error, PermissionError):
        return ReadError("permission")
    return ReadError("unreadable", error=error.strerror or str(error))


def read_bytes(data: bytes, suffix: str) -> Reading:
    """Read the content of a file whose name ends in ``suffix``.

    >>> read_bytes("Uû ban nh©n d©n tØnh".encode("cp1252"), ".txt").text
    'Uỷ ban nhân dân tỉnh'
    """
    if (problem := _wrong_suffix(suffix)) is not None:
        raise problem
    if not data:
        raise ReadError("empty")
    _refuse_size(len(data))
    media_type = _MEDIA_TYPES[suffix.lower()]
    text, notes = _READERS[media_type](data)
    text, encoding = legacy.decode(_SURROGATE.sub("\ufffd", text))
    if encoding is not None and f"decoded-{encoding}" not in notes:
        notes = (*notes, f"decoded-{encoding}")
    if not any(map(str.isalnum, text)):
        raise ReadError("empty")
    return Reading(text, media_type, sha256(data).hexdigest(), notes)


_Read: TypeAlias = tuple[str, tuple[str, ...]]

#: Half a character, as a broken page or PDF may name it: no text that is written out may hold one.
_SURROGATE = re.compile("[\ud800-\udfff]")

# --- Text -------------------------------------------------------------------------------------------------------

#: Longer marks first: the one of UTF-16 begins the one of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How other files begin that carry a text's suffix by mistake: PDF, ZIP (.docx), OLE (.doc), PNG, JPEG, GIF, RAR, 7z.
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
)
#: Controls that a text does not hold; NUL is none of them because damaged texts do.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: So much of a file is looked at to tell text from other data.
_PROBE = 65_536
#: Above this share of controls, or of NULs, a file is no text; random bytes have a ninth of controls.
_MAX_CONTROLS, _MAX_NULS = 0.05, 0.3
#: So many of them may be in the shortest text.
_STRAY = 8
#: Above this share of undecodable bytes a text is in an encoding that is not known here.
_MAX_UNDECODABLE = 0.2
#: The signs that Windows-1252 adds to a text in ASCII: curly quotes, dashes, the ellipsis, no-break space, « » ° ·.
_WINDOWS_SIGNS = frozenset(bytes.fromhex("85 91 92 93 94 95 96 97 A0 AB B0 B7 BB"))


def _read_text(data: bytes) -> _Read:
    return _decode(data)


def _decode(data: bytes, declared: Callable[[], str | None] = lambda: None) -> _Read:
    """Decode the bytes of a text; ``declared`` tells which encoding the text says it has, where it says so."""
    if data.startswith(_MAGIC):
        raise ReadError("binary")
    text, notes = _decoded(data, declared)
    probe = text[:_PROBE]
    controls, nuls = len(_CONTROL.findall(probe)), probe.count("\0")
    if controls > max(_STRAY, len(probe) * _MAX_CONTROLS) or nuls > max(_STRAY, len(probe) * _MAX_NULS):
        raise ReadError("binary")
    if "undecodable-bytes" in notes and text.count("\ufffd") > len(text) * _MAX_UNDECODABLE:
        raise ReadError("unknown-encoding")
    return text, notes


def _decoded(data: bytes, declared: Callable[[], str | None]) -> _Read:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text, notes = _replaced(data[len(mark) :], encoding)
            return text, notes if encoding == "utf-8" else (f"decoded-{encoding[:6]}", *notes)
    if order := _unmarked_utf_16(data):
        return data.decode(order), ("decoded-utf-16",)
    text, notes = _replaced(data, "utf-8")
    if not notes:
        return text, notes
    undecodable = text.count("\ufffd")
    # Mostly UTF-8: damaged in places, or put together from several files.
    if sum(map(len, _BEYOND_ASCII.findall(text))) >= 2 * undecodable:
        return text, notes
    if guess := legacy.decode_bytes(data):
        return guess[0], (f"decoded-{guess[1]}",)
    if set(data.translate(None, bytes(range(128)))) <= _WINDOWS_SIGNS:
        return data.decode("cp1252"), ("decoded-cp1252",)
    if named := declared():
        try:
            return data.decode(named), ("decoded-declared",)
        except (LookupError, ValueError):  # an encoding that does not exist, or does not fit
            return text, notes
    return text, notes


_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")


def _replaced(data: bytes, encoding: str) -> _Read:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), ("undecodable-bytes",)


def _unmarked_utf_16(data: bytes) -> str | None:
    """Tell the byte order of UTF-16 without a mark: blanks and ASCII letters make every second byte NUL."""
    probe = data[:_PROBE]
    for encoding, high, low in (("utf-16-le", probe[1::2], probe[::2]), ("utf-16-be", probe[::2], probe[1::2])):
        if len(data) % 2 == 0 and high.count(0) * 5 > len(high) and not low.count(0):
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return None


# --- Lines and tables, as HTML and DOCX have them -----------------------------------------------------------------

_Lines: TypeAlias = list[str]
#: The cells of a row; None stands where a cell of an earlier row or column reaches.
_Row: TypeAlias = list[_Lines | None]


def _table_lines(rows: Sequence[_Row], drawn: bool) -> Iterator[str]:
    """Write a table a row a line, cells parted by tabs; the lines of a cell one after another if it is only layout.

    The head of a document and its signature block are tables that nobody sees: "Nơi nhận" with a line each recipient
    to the left, the signature to the right. ``drawn`` tells that a table has borders, headings, or cells across rows.
    """
    columns = max(map(len, rows), default=0)
    filled = max((sum(map(bool, row)) for row in rows), default=0)
    several = any(len(cell) > 1 for row in rows for cell in row if cell)
    if columns == 1 or (not drawn and several and filled <= LAYOUT_COLUMNS and len(rows) <= LAYOUT_ROWS):
        yield from itertools.chain.from_iterable(cell for row in rows for cell in row if cell)
        return
    for row in rows:
        cells = (" ".join(" ".join(cell).split("\t")) if cell else "" for cell in row)
        if line := "\t".join(cells).rstrip("\t"):
            yield line


# --- HTML -------------------------------------------------------------------------------------------------------

_UNSEEN = frozenset(
    "audio base canvas datalist embed head iframe link map meta noembed noframes noscript object script style svg "
    "template title video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option "
    "p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp".split()
)
_PREFORMATTED = frozenset(("pre", "listing", "plaintext", "xmp"))
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_BORDER = re.compile(
    r"(?:^|;)\s*border(?:-(?:top|right|bottom|left))?(?:-(?:width|style))?\s*:\s*(?!none|0|hidden|medium\s+none)\w",
    re.IGNORECASE,
)
_UNMARKED = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
#: The white space that HTML folds into one blank; a no-break space stays.
_FOLDED = re.compile("[ \t\n\r\f]+")
_BLANKS = " \t\n\r\f"


def _read_html(data: bytes) -> _Read:
    text, notes = _decode(data, lambda: EncodingDetector.find_declared_encoding(data, is_html=True))
    # An HTML parser stops at a NUL; the HTML standard reads it as U+FFFD.
    text = text.replace("\0", "\ufffd")
    with warnings.catch_warnings():
        # A page that begins like XML, or is so short that it could be a file's name, is a page all the same.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(text, "lxml", huge_tree=True)
    return "\n".join(_Flow().lines(soup)), notes


@dataclass
class _Flow:
    """Write the visible text of an element line by line: blocks end a line, tables are rows."""

    depth: int = 0
    written: _Lines = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    marker: str = ""

    def lines(self, root: Tag) -> _Lines:
        """Write everything below ``root``; iterative, because pages nest without bound."""
        counters: dict[int, int] = {}
        waiting: list[tuple[Tag | NavigableString, bool]] = [(child, False) for child in reversed(_children(root))]
        preformatted = 0
        while waiting:
            node, leaving = waiting.pop()
            if isinstance(node, NavigableString):
                self.write(node, preformatted > 0)
                continue
            if node.name in _PREFORMATTED:
                preformatted += -1 if leaving else 1
            if leaving:
                self.end_line()
                if node.name == "li":
                    self.marker = ""
            elif node.name == "br":
                self.end_line(even_empty=True)
            elif node.name == "table" and self.depth < MAX_TABLE_DEPTH:
                self.end_line()
                self.written += self.table(node)
            else:
                if node.name in _BLOCKS:
                    self.end_line()
                    waiting.append((node, True))
                if node.name == "li":
                    self.marker = _list_marker(node, counters)
                waiting += ((child, False) for child in reversed(_children(node)))
        self.end_line()
        return self.written

    def write(self, text: str, preformatted: bool) -> None:
        if not preformatted:
            folded = _FOLDED.sub(" ", text)
            if not self.current or self.current[-1].endswith(" "):
                folded = folded.removeprefix(" ")
            self.current += [folded] if folded else []
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.current.append(first)
        for line in others:
            self.end_line(even_empty=True)
            self.current.append(line)

    def end_line(self, even_empty: bool = False) -> None:
        line = "".join(self.current).strip(_BLANKS)
        self.current.clear()
        if line.strip():
            typed = line.startswith(self.marker) or (self.marker == "- " and line[0] in _BULLETS)
            self.written.append(line if typed else self.marker + line)
            self.marker = ""
        elif even_empty:
            self.written.append("")

    def table(self, table: Tag) -> Iterator[str]:
        for caption in _own(table, "caption"):
            yield from _Flow(self.depth + 1).lines(caption)
        rows: list[_Row] = []
        reaching: dict[int, int] = {}  # column -> rows that a cell above still covers
        drawn = _is_bordered(table)
        for tr in _own(table, "tr"):
            row: _Row = []
            for cell in _own(tr, "td", "th"):
                while reaching.get(len(row), 0) > 0:
                    reaching[len(row)] -= 1
                    row.append(None)
                width, height = _span(cell, "colspan"), _span(cell, "rowspan")
                drawn |= cell.name == "th" or height > 1 or bool(_BORDER.search(_attribute(cell, "style")))
                reaching |= dict.fromkeys(range(len(row), len(row) + width), height - 1)
                lines = [line for line in _Flow(self.depth + 1).lines(cell) if line]
                row += [lines, *[None] * (width - 1)]
            for column in range(len(row), max(reaching, default=-1) + 1):
                reaching[column] = max(0, reaching.get(column, 0) - 1)
            rows.append(row)
        yield from _table_lines(rows, drawn)


def _children(element: Tag) -> list[Tag | NavigableString]:
    """List the children that are seen: no comments, scripts, hidden elements."""
    return [
        child
        for child in element.children
        if (isinstance(child, NavigableString) and not isinstance(child, PreformattedString))
        or (isinstance(child, Tag) and not _is_hidden(child))
    ]


def _is_hidden(element: Tag) -> bool:
    return element.name in _UNSEEN or element.has_attr("hidden") or bool(_HIDDEN.search(_attribute(element, "style")))


def _own(element: Tag, *names: str) -> Iterator[Tag]:
    """Find the rows, cells or captions of a table, not those of tables inside it."""
    waiting = list(reversed(_children(element)))
    while waiting:
        child = waiting.pop()
        if not isinstance(child, Tag) or child.name == "table":
            continue
        if child.name in names:
            yield child
        else:
            waiting += reversed(_children(child))


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def _span(cell: Tag, name: str) -> int:
    value = _attribute(cell, name).strip()
    return min(max(int(value), 1), MAX_SPAN) if re.fullmatch("[0-9]{1,9}", value) else 1


def _is_bordered(table: Tag) -> bool:
    return _attribute(table, "border").strip() not in ("", "0") or bool(_BORDER.search(_attribute(table, "style")))


def _list_marker(item: Tag, counters: dict[int, int]) -> str:
    """Write the number or dash that a browser draws before a list item."""
    parent = item.parent
    if parent is None or any(_UNMARKED.search(_attribute(tag, "style")) for tag in (item, parent)):
        return ""
    if parent.name != "ol":
        return "- "
    value = _attribute(item, "value") or (_attribute(parent, "start") if id(parent) not in counters else "")
    number = int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else counters.get(id(parent), 0) + 1
    counters[id(parent)] = number
    kind = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
    return f"{_numeral(number, kind.get(_attribute(parent, 'type'), 'decimal'))}. "


# --- Numbering, as HTML and DOCX have it --------------------------------------------------------------------------

_ROMAN = tuple(zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                   "M CM D CD C XC L XL X IX V IV I".split(), strict=True))  # fmt: skip


def _numeral(number: int, kind: str) -> str:
    """Write a number in one of the ways that Word names (decimal, lowerLetter, upperRoman).

    >>> [_numeral(4, kind) for kind in ("decimal", "decimalZero", "lowerLetter", "upperLetter", "lowerRoman")]
    ['4', '04', 'd', 'D', 'iv']
    >>> _numeral(28, "lowerLetter")
    'bb'
    """
    if kind == "none":
        return ""
    if kind == "decimalZero":
        return f"{number:02}"
    written = str(number)
    if kind.endswith("Letter") and 0 < number <= 26 * 30:
        written = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind.endswith("Roman") and 0 < number < 4000:
        written, rest = "", number
        for value, sign in _ROMAN:
            written += sign * (rest // value)
            rest %= value
    return written.lower() if kind.startswith("lower") else written


# --- DOCX -------------------------------------------------------------------------------------------------------
# python-docx gives the parser; its `paragraphs` leave out what is inserted under track changes, text boxes, notes,
# and automatic numbers, and its package reader refuses files with one dangling link, which Word opens.
# Elements are known by their local names, so that the strict and the transitional namespaces read alike.


class _Element(Protocol):
    """Describe what is used of an lxml element, whose library carries no types."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    @property
    def attrib(self) -> Mapping[str, str]: ...
    def __iter__(self) -> Iterator[_Element]: ...
    def iter(self, tag: str) -> Iterator[_Element]: ...


def _inside(element: _Element | None) -> Iterator[_Element]:
    """Go through the children; an element without any is false to lxml, so never ask it."""
    return iter(()) if element is None else iter(element)


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""  # comments have no name


def _get(element: _Element | None, attribute: str) -> str | None:
    if element is not None:
        for key, value in element.attrib.items():
            if key.rpartition("}")[2] == attribute:
                return value
    return None


def _find(element: _Element | None, *path: str) -> _Element | None:
    """Follow child names down from an element: the first child of each name."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


def _is_on(element: _Element | None) -> bool:
    """Tell whether a switch like ``<w:vanish/>`` is there and not turned off."""
    return element is not None and _get(element, "val") not in ("0", "false", "off", "none")


def _number(element: _Element | None, default: int = 0) -> int:
    value = _get(element, "val") or ""
    return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else default


#: Elements that only wrap what is shown.
_WRAPPERS = frozenset(
    "bdo customXml dir fldSimple hyperlink ins moveTo oMath oMathPara ruby rubyBase sdt sdtContent smartTag".split()
)
_DELETED = frozenset(("del", "moveFrom"))
_DRAWINGS = frozenset(("drawing", "object", "pict"))
#: A header or footer that only counts pages: "- 2 -", "Trang 2/10".
_PAGE_NUMBER = re.compile(r"\W*(?:(?:trang|page)\s*)?\d*(?:\s*(?:/|of|trên)\s*\d+)?\W*", re.IGNORECASE)
#: What a paragraph of a list starts with where it has no number; other bullets are drawn in fonts of signs.
_BULLETS = frozenset("-–—+*•")


def _read_docx(data: bytes) -> _Read:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # An OLE file: Word's old format under a new name, or a new one under a password.
        raise ReadError("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old-word")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise ReadError("encrypted")
            package = _Package(archive)
            word = _Word(package)
            text = "\n".join(word.lines())
            if not any(map(str.isalnum, text)) and package.has_images():
                raise ReadError("scan")
            return text, tuple(sorted(word.notes))
    except zipfile.BadZipFile:
        # The directory of a ZIP file stands at its end.
        cut = data.startswith(b"PK\x03\x04") and b"PK\x05\x06" not in data
        raise ReadError("truncated" if cut else "damaged") from None
    except (EOFError, KeyError, NotImplementedError, OSError, SyntaxError, ValueError, struct.error, zlib.error):
        # SyntaxError is what lxml raises on XML that is none; NotImplementedError an exotic compression; OSError a
        # place before the file's start.
        raise ReadError("damaged") from None


class _Package:
    """Open the parts of a .docx by their relations."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        self._unpacked = 0
        self.main = self._links("").get("officeDocument", ("word/document.xml",))[0]
        #: The parts that the main part refers to, by kind ("styles") and by their identifiers there ("#rId7").
        self.links = self._links(self.main)

    def part(self, name: str) -> _Element:
        """Parse a part; refuse it where all parts together grow absurdly large."""
        from docx.oxml.parser import parse_xml

        self._unpacked += self._archive.getinfo(name).file_size
        _refuse_size(self._unpacked)
        return cast(_Element, parse_xml(self._archive.read(name)))

    def optional(self, kind: str) -> _Element | None:
        """Parse the part of a kind ("styles") that the main part names, or give None where there is none."""
        names = [name for name in self.links.get(kind, ()) if self.has(name)]
        return self.part(names[0]) if names else None

    def _links(self, name: str) -> dict[str, tuple[str, ...]]:
        folder = PurePosixPath(name).parent
        relations = str(folder / "_rels" / f"{PurePosixPath(name).name}.rels")
        found: dict[str, tuple[str, ...]] = {}
        if not self.has(relations):
            return found
        for relation in self.part(relations):
            target = _get(relation, "Target") or ""
            if _get(relation, "TargetMode") != "External" and target:
                path = posixpath.normpath(folder / target).lstrip("/")  # "/word/styles.xml" is absolute
                for key in ((_get(relation, "Type") or "").rpartition("/")[2], f"#{_get(relation, 'Id')}"):
                    found[key] = (*found.get(key, ()), path)
        return found

    def has(self, name: str) -> bool:
        """Tell whether there is a part of that name."""
        return name in self._names

    def has_images(self) -> bool:
        """Tell whether the document holds pictures."""
        return any(PurePosixPath(name).parent.name == "media" for name in self._names)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Hold characters of a paragraph and the old font that they are written in, if any."""

    text: str
    font: legacy.LegacyFont | None = None


@dataclass
class _Word:
    """Lay out a Word document line by line."""

    package: _Package
    notes: set[str] = field(default_factory=set)
    boxes: list[_Element] = field(default_factory=list)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    fonts: frozenset[str] = frozenset()
    carried: str = ""

    def lines(self) -> Iterator[str]:
        """Write headers, body, notes and footers, in this order."""
        body = _find(self.package.part(self.package.main), "body")
        if body is None:
            raise ReadError("damaged")
        self.fonts = self._trusted_fonts(body)
        sections = list(body.iter("{*}sectPr"))
        yield from self._margins(sections, "headerReference")
        yield from self._blocks(body)
        for kind in ("footnote", "endnote"):
            yield from self._notes(kind)
        yield from self._margins(sections, "footerReference")

    # Parts around the body

    def _margins(self, sections: Iterable[_Element], kind: str) -> Iterator[str]:
        """Write the headers or footers that are shown, each text once, without page numbers."""
        settings = self.package.optional("settings")
        seen: set[str] = set()
        for section in sections:
            for reference in section:
                shown = {
                    "first": _is_on(_find(section, "titlePg")),
                    "even": _is_on(_find(settings, "evenAndOddHeaders")),
                }
                if _name(reference) == kind and shown.get(_get(reference, "type") or "", True):
                    for name in filter(self.package.has, self.package.links.get(f"#{_get(reference, 'id')}", ())):
                        text = "\n".join(self._blocks(self.package.part(name)))
                        if text not in seen:
                            yield from (line for line in text.split("\n") if not _PAGE_NUMBER.fullmatch(line))
                        seen.add(text)

    def _notes(self, kind: str) -> Iterator[str]:
        """Write the notes that the body refers to, each behind its mark."""
        part = self.package.optional(f"{kind}s")
        by_id = {_get(note, "id"): note for note in _inside(part) if _name(note) == kind}
        # A list, because a note may refer to another one.
        for (reference, identifier), mark in list(self.marks.items()):
            if reference == kind and (note := by_id.get(identifier)) is not None:
                yield f"[{mark}] {' '.join(line.strip() for line in self._blocks(note) if line.strip())}"

    # Blocks

    def _blocks(self, container: _Element) -> Iterator[str]:
        for block in _shown(container):
            match _name(block):
                case "p":
                    yield from self._paragraph(block)
                case "tbl":
                    yield from self._table(block)
                case name if name in _WRAPPERS:
                    yield from self._blocks(block)
                case name if name in _DELETED:
                    self.notes.add("deletions-left-out")

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        properties = _find(paragraph, "pPr")
        style = _get(_find(properties, "pStyle"), "val") or self.styles.default
        text = self._joined(self._pieces(paragraph, style))
        label = self.numbering.label(properties, style) if not self.carried else ""
        text = self.carried + (f"{label}{text}" if text.strip() else text)
        self.carried = ""
        boxes, self.boxes = self.boxes, []
        if _find(properties, "rPr", "del") is not None and not boxes:
            # The end of this paragraph is deleted: it runs on into the next one.
            self.notes.add("deletions-left-out")
            self.carried = text
            return
        yield from text.split("\n")
        for box in boxes:
            yield from self._blocks(box)

    def _table(self, table: _Element) -> Iterator[str]:
        rows: list[_Row] = []
        borders: list[bool] = []
        drawn = False
        for tr in _descend(table, "tr"):
            if _find(tr, "trPr", "del") is not None:
                self.notes.add("deletions-left-out")
                continue
            row: _Row = [None] * min(_number(_find(tr, "trPr", "gridBefore")), MAX_SPAN)
            for tc in _descend(tr, "tc"):
                properties = _find(tc, "tcPr")
                merge = _find(properties, "vMerge")
                goes_on = merge is not None and _get(merge, "val") != "restart"
                drawn |= goes_on
                width = min(max(_number(_find(properties, "gridSpan"), 1), 1), MAX_SPAN)
                cell = None if goes_on else [line.strip() for line in self._blocks(tc) if line.strip()]
                row += [cell, *[None] * (width - 1)]
                borders.append(_has_borders(_find(properties, "tcBorders")))
            rows.append(row)
        style = _get(_find(table, "tblPr", "tblStyle"), "val")
        drawn = drawn or _has_borders(_find(table, "tblPr", "tblBorders")) or self.styles.bordered(style)
        # A single line under a heading is drawn as the border of one cell.
        yield from _table_lines(rows, drawn or sum(borders) * 2 > len(borders))

    # Characters

    def _joined(self, pieces: Iterable[_Piece]) -> str:
        return "".join(
            self._in_unicode("".join(piece.text for piece in group), font)
            for font, group in itertools.groupby(pieces, key=lambda piece: piece.font)
        )

    def _in_unicode(self, text: str, font: legacy.LegacyFont | None) -> str:
        if font is None or font.encoding not in self.fonts:
            return text
        self.notes.add(f"decoded-{font.encoding}")
        decoded = legacy.decode_as(text, font.encoding)
        return decoded.upper() if font.capitals else decoded

    def _trusted_fonts(self, body: _Element) -> frozenset[str]:
        """Name the encodings of old fonts that the text is really written in.

        Documents that were converted keep names of fonts like .VnTime in their styles.
        """
        if not self.styles.draw_old_fonts and not any(map(_draws_old_font, body.iter("{*}rFonts"))):
            return self.fonts
        samples: dict[str, list[str]] = defaultdict(list)
        for paragraph in body.iter("{*}p"):
            style = _get(_find(paragraph, "pPr", "pStyle"), "val") or self.styles.default
            for piece in self._pieces(paragraph, style):
                if piece.font is not None:
                    samples[piece.font.encoding].append(piece.text)
            self.boxes.clear()
        self.marks.clear()
        return frozenset(
            encoding for encoding, texts in samples.items() if legacy.find_encoding("".join(texts)) == encoding
        )

    def _pieces(self, container: _Element, style: str) -> Iterator[_Piece]:
        for element in _shown(container):
            match _name(element):
                case "r":
                    yield from self._run(element, style)
                case name if name in _WRAPPERS:
                    yield from self._pieces(element, style)
                case name if name in _DELETED:
                    self.notes.add("deletions-left-out")

    def _run(self, run: _Element, style: str) -> Iterator[_Piece]:
        properties = _find(run, "rPr")
        if _is_on(_find(properties, "vanish")):
            return
        name = self.styles.font(properties, style)
        font = legacy.legacy_font(name) if name else None
        for element in _shown(run):
            match _name(element):
                case "t":
                    yield _Piece(element.text or "", font)
                case "tab" | "ptab":
                    yield _Piece("\t")
                case "br" | "cr":
                    yield _Piece("\n")
                case "noBreakHyphen":
                    yield _Piece("-")
                case "sym":
                    yield _Piece(_sign(_get(element, "char") or "", _get(element, "font") or ""))
                case "footnoteReference" | "endnoteReference" as reference:
                    yield _Piece(f"[{self._mark(reference.removesuffix('Reference'), _get(element, 'id') or '')}]")
                case kind if kind in _DRAWINGS:
                    self.boxes += _descend(element, "txbxContent")

    def _mark(self, kind: str, identifier: str) -> str:
        """Count the notes as Word does: footnotes 1, 2, 3, endnotes i, ii, iii."""
        if (kind, identifier) not in self.marks:
            number = sum(known == kind for known, _ in self.marks) + 1
            self.marks[kind, identifier] = _numeral(number, "lowerRoman" if kind == "endnote" else "decimal")
        return self.marks[kind, identifier]

    @cached_property
    def styles(self) -> _Styles:
        """Read the styles."""
        return _Styles(self.package.optional("styles"))

    @cached_property
    def numbering(self) -> _Numbering:
        """Read the lists."""
        return _Numbering(self.package.optional("numbering"), self.styles)


def _shown(container: _Element) -> Iterator[_Element]:
    """Go through the children; of an alternative take the first form, which newer programs show."""
    for child in container:
        if _name(child) == "AlternateContent":
            forms = (_find(child, "Choice"), _find(child, "Fallback"))
            yield from itertools.chain.from_iterable(map(_shown, [form for form in forms if form is not None][:1]))
        else:
            yield child


def _descend(element: _Element, name: str) -> Iterator[_Element]:
    """Find the nearest descendants of a name: rows of a table, not those of tables inside it."""
    for child in _shown(element):
        if _name(child) == name:
            yield child
        elif _name(child) not in ("tbl", *_DELETED):
            yield from _descend(child, name)


def _sign(code: str, font: str) -> str:
    """Write a sign that was inserted from a font of signs: Symbol is known, of others it is a bullet at best."""
    if not re.fullmatch("[0-9A-Fa-f]{2,4}", code):
        return ""
    number = int(code, 16)
    if font == "Symbol" and (known := legacy.symbol(number)):
        return known
    return "•" if 0xE000 <= number <= 0xF8FF or 0xD800 <= number < 0xE000 else chr(number)


def _has_borders(borders: _Element | None) -> bool:
    return any(_get(side, "val") not in (None, "nil", "none") for side in _inside(borders))


class _Styles:
    """Look up what styles say, through those that they are based on."""

    def __init__(self, styles: _Element | None) -> None:
        self._styles = {_get(style, "styleId") or "": style for style in _inside(styles) if _name(style) == "style"}
        self._defaults = _find(styles, "docDefaults", "rPrDefault", "rPr")
        self._fonts: dict[str, str] = {}
        #: Whether any style names a font from before Unicode.
        self.draw_old_fonts = styles is not None and any(map(_draws_old_font, styles.iter("{*}rFonts")))
        #: The style of paragraphs that name none.
        self.default = next(
            (
                name
                for name, style in self._styles.items()
                if _get(style, "type") == "paragraph" and _get(style, "default") in ("1", "true", "on")
            ),
            "",
        )

    def chain(self, name: str | None) -> Iterator[_Element]:
        """Go from a style to the one it is based on, and on."""
        seen: set[str] = set()
        while name is not None and name not in seen and (style := self._styles.get(name)) is not None:
            yield style
            seen.add(name)
            name = _get(_find(style, "basedOn"), "val")

    def font(self, properties: _Element | None, paragraph_style: str) -> str:
        """Name the font that a run is drawn in."""
        return (
            _font_of(properties)
            or self._font_of_style(_get(_find(properties, "rStyle"), "val"))
            or self._font_of_style(paragraph_style)
            or _font_of(self._defaults)
        )

    def _font_of_style(self, name: str | None) -> str:
        if name is None:
            return ""
        if name not in self._fonts:
            fonts = (_font_of(_find(style, "rPr")) for style in self.chain(name))
            self._fonts[name] = next(filter(None, fonts), "")
        return self._fonts[name]

    def bordered(self, name: str | None) -> bool:
        """Tell whether a table style draws lines."""
        return any(_has_borders(_find(style, "tblPr", "tblBorders")) for style in self.chain(name))

    def list_of(self, name: str) -> tuple[_Element | None, str]:
        """Find the numbering that a paragraph style brings, and the style that says so."""
        for style in self.chain(name):
            if (found := _find(style, "pPr", "numPr")) is not None:
                return found, _get(style, "styleId") or ""
        return None, ""

    def list_of_style(self, name: str | None) -> str | None:
        """Name the list that a numbering style stands for."""
        return _get(_find(self._styles.get(name or ""), "pPr", "numPr", "numId"), "val")


def _draws_old_font(fonts: _Element) -> bool:
    return any(legacy.legacy_font(name) is not None for name in fonts.attrib.values())


def _font_of(properties: _Element | None) -> str:
    fonts = _find(properties, "rFonts")
    # A font of the theme is one of Unicode, whatever stands beside it.
    return _get(fonts, "hAnsiTheme") or _get(fonts, "asciiTheme") or _get(fonts, "hAnsi") or _get(fonts, "ascii") or ""


class _Numbering:
    """Count list paragraphs as Word does, so that "1." and "a)" that nobody typed are in the text."""

    def __init__(self, numbering: _Element | None, styles: _Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, _Element] = {}
        self._lists: dict[str, _Element] = {}
        for element in _inside(numbering):
            if _name(element) == "abstractNum":
                self._abstract[_get(element, "abstractNumId") or ""] = element
            elif _name(element) == "num":
                self._lists[_get(element, "numId") or ""] = element
        #: Abstract list -> level -> number of its last paragraph.
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._restarted: set[tuple[str, int]] = set()

    def label(self, properties: _Element | None, style: str) -> str:
        """Count a paragraph, and write the number or bullet before it with a blank; nothing if it has none."""
        own = _find(properties, "numPr")
        by_style, styled = self._styles.list_of(style)
        identifier = _get(_find(own, "numId"), "val") or _get(_find(by_style, "numId"), "val") or "0"
        abstract, levels = self._levels(identifier)
        if not levels:
            return ""
        ilvl = _find(own, "ilvl") if own is not None else _find(by_style, "ilvl")
        linked = (level for level, element in levels.items() if _get(_find(element, "pStyle"), "val") == styled)
        level = _number(ilvl) if ilvl is not None or own is not None else next(linked, 0)
        definition = levels.get(level)
        if definition is None:
            return ""
        self._count(identifier, abstract, level, levels)
        text = self._text(abstract, level, levels)
        return text if not text or _get(_find(definition, "suff"), "val") == "nothing" else f"{text} "

    def _levels(self, identifier: str, via: frozenset[str] = frozenset()) -> tuple[str, dict[int, _Element]]:
        """Find the levels of a list, its own ones before those of its abstract list."""
        numbered = self._lists.get(identifier)
        name = _get(_find(numbered, "abstractNumId"), "val") or ""
        abstract = self._abstract.get(name)
        if numbered is None or abstract is None:
            return "", {}
        link = self._styles.list_of_style(_get(_find(abstract, "numStyleLink"), "val"))
        if link is not None and link not in via and link != identifier:
            return self._levels(link, via | {identifier})
        levels = {_ilvl(level): level for level in abstract if _name(level) == "lvl"}
        for override in numbered:
            if (own := _find(override, "lvl")) is not None:
                levels[_ilvl(override)] = own
        return name, levels

    def _count(self, identifier: str, abstract: str, level: int, levels: Mapping[int, _Element]) -> None:
        counters = self._counters[abstract]
        start = _number(_find(levels[level], "start"), 1)
        for override in self._lists[identifier]:
            anew = _find(override, "startOverride")
            if anew is not None and _ilvl(override) == level and (identifier, level) not in self._restarted:
                self._restarted.add((identifier, level))
                counters.pop(level, None)
                start = _number(anew, 1)
        counters[level] = counters[level] + 1 if level in counters else start
        for deeper in [number for number in counters if number > level]:
            restart = _find(levels.get(deeper), "lvlRestart")
            if restart is None or 0 < _number(restart) <= level + 1:
                del counters[deeper]

    def _text(self, abstract: str, level: int, levels: Mapping[int, _Element]) -> str:
        definition, counters = levels[level], self._counters[abstract]
        pattern = _get(_find(definition, "lvlText"), "val") or ""
        if _get(_find(definition, "numFmt"), "val") == "bullet":
            return (pattern if pattern in _BULLETS else "•") if pattern else ""

        def written(match: re.Match[str]) -> str:
            shown = int(match[1]) - 1
            of = levels.get(shown)
            kind = _get(_find(of, "numFmt"), "val") or "decimal"
            if _is_on(_find(definition, "isLgl")) and kind != "none":
                kind = "decimal"
            return _numeral(counters.get(shown, _number(_find(of, "start"), 1)), kind)

        return re.sub(r"%([1-9])", written, pattern)


def _ilvl(element: _Element) -> int:
    value = _get(element, "ilvl") or ""
    return int(value) if re.fullmatch("[0-9]", value) else 0


# --- PDF --------------------------------------------------------------------------------------------------------

#: pdfium may be used by one thread at a time.
_PDFIUM = threading.Lock()
#: What pdfium writes for a hyphen at the end of a line, which it joins with the next one: "1401/QĐ\x02UBND".
_LINE_END_HYPHEN = re.compile("( ?)[\x02\ufffe]")


@dataclass(frozen=True, slots=True)
class _Page:
    """Hold the text of a page, and whether it shows pictures or drawings."""

    text: str
    images: bool = False
    drawings: bool = False

    @property
    def letters(self) -> int:
        return sum(map(str.isalpha, self.text))

    @property
    def poor(self) -> bool:
        return self.letters < MIN_LETTERS_PER_PAGE


def _read_pdf(data: bytes) -> _Read:
    if b"%PDF-" not in data[:1024]:
        raise ReadError("damaged")
    # Every complete file ends with its table of contents and this mark; junk that a server appended may follow it.
    if data.rfind(b"%%EOF") < data.rfind(b"endobj"):
        raise ReadError("truncated")
    notes: tuple[str, ...] = ()
    pages = _pages_by_pdfium(data)
    if pages is None:
        pages, notes = _pages_by_pypdf(data), ("read-with-pypdf",)
    letters = sum(page.letters for page in pages)
    if letters < MIN_LETTERS_PER_PAGE * len(pages) and any(page.images for page in pages):
        raise ReadError("scan")
    if not letters and any(page.drawings for page in pages):  # letters drawn as outlines
        raise ReadError("scan")
    if any(page.poor and page.images for page in pages):
        notes = ("pages-without-text", *notes)
    return "\n\f".join(page.text.rstrip("\n") for page in pages), notes


def _pages_by_pdfium(data: bytes) -> list[_Page] | None:
    """Read all pages with pdfium, or give None where it cannot read the file."""
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    with _PDFIUM:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                pages = []
                for index in range(len(document)):
                    if raw.FPDFPage_GetAnnotCount(document[index]) > 0:
                        # Numbers and dates that an office program stamped, and what signatures show, are annotations.
                        raw.FPDFPage_Flatten(document[index], raw.FLAT_NORMALDISPLAY)
                    with closing(document[index]) as page:
                        with closing(page.get_textpage()) as text_page:
                            text = str(text_page.get_text_range())
                        text = re.sub("\r\n?", "\n", text)
                        found = _Page(_LINE_END_HYPHEN.sub(lambda match: " -\n" if match[1] else "-", text))
                        if found.poor:
                            kinds = {item.type for item in page.get_objects()}
                            images = raw.FPDF_PAGEOBJ_IMAGE in kinds
                            found = _Page(found.text, images, raw.FPDF_PAGEOBJ_PATH in kinds)
                        pages.append(found)
                return pages
        except pypdfium2.PdfiumError as error:
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise ReadError("encrypted") from None
            return None


def _pages_by_pypdf(data: bytes) -> list[_Page]:
    """Read all pages with pypdf, which forgives other faults than pdfium does."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every flaw that it forgives
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise ReadError("encrypted")
        pages = [_Page(page.extract_text(), bool(page.images.keys())) for page in reader.pages]
    except ReadError:
        raise
    except Exception:  # whatever its parser stumbles over: documents are not ours to trust
        raise ReadError("damaged") from None
    if not pages:
        raise ReadError("damaged")
    return pages


_READERS: Mapping[str, Callable[[bytes], _Read]] = MappingProxyType(
    {
        "text/plain": _read_text,
        "text/markdown": _read_text,
        "text/html": _read_html,
        "application/pdf": _read_pdf,
        _WORD_TYPE: _read_docx,
    }
)
