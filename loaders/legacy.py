"""Read Vietnamese letters that were written before Unicode: TCVN3 (ABC), VNI, VISCII, VIQR, cp1258, mojibake.

Such texts come in two dresses. As bytes they are no valid UTF-8; as Unicode, because a program without the right
table took each byte for a sign of Windows-1252, they look like ``Uû ban nh©n d©n``. :func:`misread` turns the
first dress into the second, so that everything else here is from text to text.

Which encoding it is, spelling decides: the right table yields Vietnamese syllables, a wrong one does not.
The tables are ``encodings.tsv``; cp1258 is Python's own, and mojibake is UTF-8 that was taken for Windows-1252.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cancu.ontology.lexicon import is_syllable, read_table

__all__ = [
    "ENCODINGS",
    "LegacyFont",
    "decode",
    "decode_as",
    "decode_bytes",
    "find_encoding",
    "legacy_font",
    "misread",
    "read_tables",
    "symbol",
]

#: The encodings that can be told from a text, the commonest first: of equally good ones the first is taken.
ENCODINGS = ("tcvn3", "vni", "viscii", "cp1258", "mojibake", "viqr")

#: The tables of ``encodings.tsv``: "symbol" is a font of signs, no encoding of letters, and never guessed.
_TABLES = frozenset({"tcvn3", "vni", "viscii", "viqr", "symbol"})

_FILE = Path(__file__).with_name("encodings.tsv")
_COLUMNS = ("encoding", "code", "letter", "source")

#: What Windows-1252 shows for each byte; its five gaps show the control of the same number.
_WINDOWS = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
#: Back again, also where the bytes 80 to 9F were shown as controls, as Latin-1 has them.
_BYTES = {byte: byte for byte in range(256)} | {ord(sign): byte for byte, sign in enumerate(_WINDOWS)}

#: Letters of Vietnamese that no legacy encoding shows: a line that holds one was written in Unicode.
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0323]")
#: Signs that Vietnamese in Unicode hardly ever needs and every legacy encoding does ("ð", "©", "Ø").
_TELLTALE = re.compile("[\x80-\x9f¡-ª¬-¯±´-¶¸-º¼-¿ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ]")
_FOREIGN = re.compile("[^\x00-\x7f]")
#: The modified letters of VIQR; the tone marks alone are ordinary punctuation.
_VIQR = re.compile(r"[aeo]\^|a\(|[ou]\+|dd", re.IGNORECASE)
#: A word of a text in any encoding: letters, and the signs that stand for letters (not « » ° × ÷).
_WORD = re.compile("(?:[^\\W\\d_]|[\x80-\x9f¡-ª¬-¯±-º¼-¿])+")

#: So much text decides; more would only cost time.
_SAMPLE = 20_000
#: So many different words must become syllables, or the evidence is too thin; fewer suffice for bytes that are
#: no UTF-8, because something must be done with these.
_LEAST, _LEAST_OF_BYTES = 3, 2
#: So large a share of the words must be syllables: the rest are names, foreign words and misprints.
_SHARE = 0.8
#: So much larger must the share be than it is without decoding.
_GAIN = 0.2


@dataclass(frozen=True, slots=True)
class LegacyFont:
    """Name the encoding that a font draws, and whether it draws small letters as capitals."""

    encoding: str
    capitals: bool = False


def misread(data: bytes) -> str:
    """Show each byte as the sign that Windows-1252 has for it.

    >>> misread(bytes.fromhex("55FB 20 62616E"))
    'Uû ban'
    """
    return codecs.charmap_decode(data, "strict", _WINDOWS)[0]


def decode(text: str) -> tuple[str, str | None]:
    """Write a text in Unicode letters, and name the encoding it was in, or None if it needed nothing.

    Lines that are in Unicode already stay, as do lines that read equally well both ways in a text of both kinds.

    >>> decode("Uû ban nh©n d©n tØnh")
    ('Uỷ ban nhân dân tỉnh', 'tcvn3')
    >>> decode("Uûy ban nhaân daân tænh")
    ('Ủy ban nhân dân tỉnh', 'vni')
    >>> decode("Ủy ban nhân dân tỉnh")
    ('Ủy ban nhân dân tỉnh', None)
    """
    if text.isascii():
        sample = text[:_SAMPLE]
        # A line of ASCII art or a listing has such pairs too: a twentieth of the words is what VIQR has at least.
        dense = len(_VIQR.findall(sample)) * 20 >= max(len(sample.split()), 20)
        if not dense or not _reads_as(sample, "viqr", _LEAST):
            return text, None
        return decode_as(text, "viqr"), "viqr"
    encoding = find_encoding(_sample(text, _TELLTALE))
    if encoding is None:
        return text, None
    if not _UNICODE.search(text):
        return decode_as(text, encoding), encoding
    decoded = "".join(_decode_line(line, encoding) for line in text.splitlines(keepends=True))
    return decoded, encoding if decoded != text else None


def decode_bytes(data: bytes) -> tuple[str, str] | None:
    r"""Write bytes that are no UTF-8 in Unicode letters, and name their encoding; None if no table fits.

    >>> decode_bytes("Uû ban nh©n d©n".encode("cp1252"))
    ('Uỷ ban nhân dân', 'tcvn3')
    >>> decode_bytes(b"caf\xe9") is None
    True
    """
    text = misread(data)
    encoding = find_encoding(_sample(text, _FOREIGN), _LEAST_OF_BYTES)
    return None if encoding is None else (decode_as(text, encoding), encoding)


def find_encoding(sample: str, least: int = _LEAST) -> str | None:
    """Name the encoding whose table makes Vietnamese syllables of a sample; None if the sample needs none.

    >>> find_encoding("Quyeát ñònh cuûa Thuû töôùng Chính phuû")
    'vni'
    """
    best, encoding = 0.0, None
    for candidate in ENCODINGS:
        if candidate != "viqr" and (share := _reads_as(sample, candidate, least)) > best:
            best, encoding = share, candidate
    return encoding


def decode_as(text: str, encoding: str) -> str:
    """Write a text in Unicode letters that is known to be in ``encoding``.

    >>> decode_as("KÕ HO¹CH", "tcvn3")
    'KẾ HOẠCH'
    >>> decode_as("Uy? ban nha^n da^n", "viqr")
    'Uỷ ban nhân dân'
    """
    if encoding == "cp1258":
        return unicodedata.normalize("NFC", _bytes(text, "replace").decode("cp1258", "replace"))
    if encoding == "mojibake":
        return "".join(map(_undo_mojibake, text.splitlines(keepends=True)))
    table = _tables()[encoding]
    if all(len(form) == 1 for form in table):
        decoded = text.translate({ord(form): letter for form, letter in table.items()})
        return _CAPITALS.sub(_raise, decoded) if encoding == "tcvn3" else decoded
    return _pattern(encoding).sub(lambda match: table[match[0]], text)


def legacy_font(name: str) -> LegacyFont | None:
    """Tell which encoding a font of that name draws; None for a font of Unicode.

    >>> legacy_font(".VnTimeH")
    LegacyFont(encoding='tcvn3', capitals=True)
    >>> legacy_font("VNI-Times")
    LegacyFont(encoding='vni', capitals=False)
    >>> legacy_font("Times New Roman") is None
    True
    """
    if name.startswith(".Vn"):
        return LegacyFont("tcvn3", capitals=name.endswith("H"))
    return LegacyFont("vni") if name.upper().startswith("VNI") else None


def _reads_as(sample: str, encoding: str, least: int) -> float:
    """Tell what share of the words an encoding makes syllables, or 0 if it does not explain the sample."""
    decoded = decode_as(sample, encoding)
    before, _ = _syllables(sample)
    after, good = _syllables(decoded)
    return after if good >= least and after >= _SHARE and after - before >= _GAIN else 0.0


def _syllables(text: str) -> tuple[float, int]:
    """Count the different words with letters beyond ASCII: the share that are syllables, and how many are."""
    words = {word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii() and len(word) > 1}
    good = sum(map(is_syllable, words))
    # Abbreviations (HĐND, NĐ) are no syllables in any encoding.
    return good / max(1, good + sum(not is_syllable(word) and not word.isupper() for word in words)), good


def _sample(text: str, telling: re.Pattern[str]) -> str:
    """Gather lines that hold a telling sign and were not written in Unicode."""
    return "\n".join(_telling_lines(text, telling))


def _telling_lines(text: str, telling: re.Pattern[str]) -> Iterator[str]:
    # Seeks signs and then their lines, so that a file without any costs one pass, also if it is a single line.
    gathered, position = 0, 0
    while gathered < _SAMPLE and (match := telling.search(text, position)):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        position = end if end >= 0 else len(text)
        line = text[max(start, match.start() - _SAMPLE) : min(position, match.start() + _SAMPLE)]
        if not _UNICODE.search(line):
            gathered += len(line)
            yield line


def _decode_line(line: str, encoding: str) -> str:
    if line.isascii() or _UNICODE.search(line):
        return line
    decoded = decode_as(line, encoding)
    return decoded if _syllables(decoded) > _syllables(line) else line


def _bytes(text: str, errors: str = "strict") -> bytes:
    return codecs.charmap_encode(text, errors, _BYTES)[0]


def _undo_mojibake(line: str) -> str:
    try:
        return _bytes(line).decode("utf-8")
    except UnicodeError:  # not a line of it
        return line


#: In TCVN3 a capital with a tone mark is a small letter of a capital font, or was typed as one among capitals.
#: So a word with two capitals and no small ASCII letter is all capitals ("HO¹CH"), and so is its whole line where
#: that has no small ASCII letter either ("KÕ HO¹CH"); codes alone prove nothing of a line ("Sè: 37/NQ-H§ND").
_CAPITAL_WORD = r"(?:[^\W\d_a-zA-Z]*+[A-Z]){2}[^\W\d_a-z]*+(?![^\W\d_])"
_CAPITALS = re.compile(
    rf"^(?=[^a-z\n]*+$)(?=.*?(?<![^\W\d_])(?=[A-ZĐđ]*+[^\W\d_A-Za-zĐđ]){_CAPITAL_WORD}).*$"
    rf"|(?<![^\W\d_]){_CAPITAL_WORD}",
    re.MULTILINE,
)


def _raise(match: re.Match[str]) -> str:
    return match[0].upper()


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    forms = sorted(_tables()[encoding], key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, forms)))


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    """Read ``encodings.tsv``: encoding -> what a misreader shows -> letter."""
    return read_tables(_FILE)


def symbol(code: int) -> str | None:
    """Tell the sign that Word's font Symbol draws for a code, or None where it is not in the table.

    >>> symbol(0xF0B3)
    '≥'
    """
    return _tables()["symbol"].get(_WINDOWS[code & 0xFF])


def read_tables(file: Path) -> Mapping[str, Mapping[str, str]]:
    """Read tables of encodings, and refuse a row that is broken or contradicts another, with its line."""
    tables: dict[str, dict[str, str]] = {name: {} for name in sorted(_TABLES)}
    for row in read_table(file, _COLUMNS, key=("encoding", "code")):
        letters = tables[row.choice("encoding", _TABLES)]
        if len(row["letter"]) != 1:
            raise row.error(f"letter {row['letter']!r} is not one character")
        if not re.fullmatch("(?:[0-9A-F]{2})+", row["code"]):
            raise row.error(f"code {row['code']!r} is not bytes in hexadecimal")
        letters[misread(bytes.fromhex(row["code"]))] = row["letter"]
    for letters in tables.values():
        for form, letter in list(letters.items()):
            # The same byte as Latin-1 shows it: 8F is a control there and a gap or a sign in Windows-1252.
            letters.setdefault(_bytes(form).decode("latin-1"), letter)
            # VNI's marks follow a capital as small ones too: "Uûy ban" beside "UÛY BAN".
            if len(form) == 2 and not form[1].isascii():
                letters.setdefault(form[0] + form[1].swapcase(), letter)
    return tables
