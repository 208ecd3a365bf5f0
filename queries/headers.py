"""Read a file of SPARQL under a header of ``#+`` lines, and say with file and line where it is wrong.

::

    #+ id: basis
    #+ columns:                      a list: its entries stand indented, a line each
    #+   basis: Văn bản căn cứ | Basis
    #+ found:                        a block: lines of text, each behind a bar
    #+   | Căn cứ Luật Đầu tư công;

A flaw in a file is a :class:`cancu.errors.DataError` with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Final

import pyoxigraph as ox

from cancu.errors import DataError
from cancu.language import LANGUAGES
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import Results
from cancu.queries.sparql import calls_out, read_prefixes, read_tokens

__all__ = ["Entry", "HeaderReader"]

_LINE: Final = re.compile(r"#\+(?P<indent> +)(?P<key>[A-Za-z][A-Za-z_0-9-]*):(?: +(?P<value>\S.*?))? *")
_TEXT_LINE: Final = re.compile(r"#\+ {2,}\|(?: (?P<text>.*))?")
_NAME: Final = re.compile(r"[a-z][a-zA-Z0-9]*")
_ID: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
#: A parser's report of the place of a flaw.
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one entry of a header: its value, or the entries of its list, with its line."""

    value: str
    line: int
    items: Mapping[str, Entry]


class HeaderReader:
    """Read one file; those who know what its keys mean build upon it."""

    needed: ClassVar[frozenset[str]]
    allowed: ClassVar[frozenset[str]]
    #: The keys whose entries stand on lines of their own.
    lists: ClassVar[frozenset[str]] = frozenset()
    #: The keys whose value is text of several lines.
    blocks: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, file: Path) -> None:
        """Read the file's words."""
        try:
            self.text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as flaw:
            raise DataError("not UTF-8", file, 1) from flaw
        self.file = file
        self.lines = self.text.splitlines()
        self.tokens = tuple(read_tokens(self.text))

    def fail(self, message: str, line: int) -> DataError:
        """Make the error that names a line of this file."""
        return DataError(message, self.file, line)

    def line_of(self, offset: int) -> int:
        """Give the line in which a character stands."""
        return self.text.count("\n", 0, offset) + 1

    def header(self) -> dict[str, Entry]:
        """Read the lines before the query; refuse keys that are unknown, missing or there twice."""
        entries: dict[str, Entry] = {}
        current: dict[str, Entry] | None = None
        block: list[str] | None = None
        blocks: dict[str, list[str]] = {}
        number = 0
        for number, line in enumerate(self.lines, start=1):
            if not line.startswith("#+"):
                break
            words = _TEXT_LINE.fullmatch(line)
            if words is not None and block is not None:
                block.append(words["text"] or "")
                continue
            match = _LINE.fullmatch(line)
            if match is None:
                raise self.fail('a header line must read "#+ key: value"', number)
            key, value, nested = match["key"], match["value"] or "", len(match["indent"]) > 1
            if nested:
                if current is None:
                    raise self.fail(f"{key} is indented under a key that has no list", number)
                target = current
            else:
                if key not in self.allowed:
                    raise self.fail(f"unknown key {key}; known are {', '.join(sorted(self.allowed))}", number)
                if bool(value) == (key in self.lists | self.blocks):
                    raise self.fail(f"{key} must {'not ' if value else ''}have a value on its own line", number)
                target = entries
            if key in target:
                raise self.fail(f"{key} stands twice", number)
            items: dict[str, Entry] = {}
            target[key] = Entry(value, number, MappingProxyType(items))
            if not nested:
                current = items if key in self.lists else None
                block = blocks.setdefault(key, []) if key in self.blocks else None
        for missing in sorted(self.needed - entries.keys()):
            raise self.fail(f"the header has no {missing}", max(number, 1))
        for key, text in blocks.items():
            at = entries[key].line
            if not text:
                raise self.fail(f'{key} has no line of text: "#+   | …"', at)
            entries[key] = Entry("\n".join(text), at, MappingProxyType({}))
        return entries

    def id_of(self, header: Mapping[str, Entry]) -> str:
        """Give the id, which must be the file's name."""
        name, line = header["id"].value, header["id"].line
        if not _ID.fullmatch(name) or name != self.file.stem:
            raise self.fail(f"the id {name} must be the file's name, of lower-case letters and hyphens", line)
        return name

    def is_name(self, word: str) -> bool:
        """Tell whether a word can name a variable."""
        return bool(_NAME.fullmatch(word))

    def names(self, header: Mapping[str, Entry], key: str) -> tuple[str, ...]:
        """Read names that stand on one line with commas between; none where the key is absent."""
        if key not in header:
            return ()
        names = tuple(part.strip() for part in header[key].value.split(","))
        if not all(map(_NAME.fullmatch, names)):
            raise self.fail(f"{key} must list names, separated by commas", header[key].line)
        return names

    def in_languages(self, header: Mapping[str, Entry], key: str) -> Mapping[str, str]:
        """Give what a key says in every language, each in an entry of its own: title_vi, title_en."""
        return MappingProxyType({lang: header[f"{key}_{lang}"].value for lang in LANGUAGES})

    def variables(self, line: int) -> list[str]:
        """Give the variables that the query selects; refuse what is no SELECT that stays inside the store."""
        results = self.results(line)
        if not isinstance(results, ox.QuerySolutions):
            raise self.fail("the query must be a SELECT", line)
        return [variable.value for variable in results.variables]

    def check_construct(self, line: int) -> None:
        """Refuse a query that is no CONSTRUCT that stays inside the store."""
        if not isinstance(self.results(line), ox.QueryTriples):
            raise self.fail("the query must be a CONSTRUCT", line)

    def results(self, line: int) -> Results:
        """Ask the query of an empty store, which tells its kind; it must stay inside the store."""
        self.check_prefixes()
        if calls_out(self.text):
            raise self.fail("the query must stay inside the store", line)
        try:
            return ox.Store().query(self.text)
        except SyntaxError as error:
            place = _PLACE.search(str(error))
            at = int(place[1]) if place else line
            raise self.fail(f"not SPARQL 1.1: {' '.join(str(error).split())}", at) from error

    def check_prefixes(self) -> None:
        """Refuse a prefix that is not the ontology's, stands twice, is not used or not declared."""
        declared = read_prefixes(self.text)
        names = [token.text for token in self.tokens if token.kind == "name"]
        used = {name.partition(":")[0] for name in names}
        for name, iri, place in declared:
            if PREFIXES.get(name) != iri:
                raise self.fail(f"the ontology does not bind {name}: to {iri}", self.line_of(place))
            if names.count(f"{name}:") > 1:
                raise self.fail(f"the prefix {name}: is declared twice", self.line_of(place))
            if not any(one.startswith(f"{name}:") and one != f"{name}:" for one in names):
                raise self.fail(f"the prefix {name}: is not used", self.line_of(place))
        for name in sorted(used - {name for name, _, _ in declared}):
            raise self.fail(f"the prefix {name}: is not declared", 1)
