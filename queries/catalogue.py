"""Read the catalogue of questions: one ``.rq`` file each, plain SPARQL under a header of ``#+`` lines.

::

    #+ id: basis
    #+ group: officer                officer, auditor or programme
    #+ question_vi: Văn bản này căn cứ những văn bản nào?
    #+ question_en: Which documents is this one based on?
    #+ parameters:                       types joined by "or" | required or optional | default | example
    #+   document: document | required | | 37/KH-UBND
    #+ columns:                          Vietnamese | English | marks: detail, list, lines
    #+   basis: Văn bản căn cứ | Basis
    #+   number: Số, ký hiệu | Number | detail
    #+   lead: Cơ quan chủ trì | Lead | list
    #+ proof: citation               the variable that holds the records that prove a row
    #+ way: document, citing, basis  optional: each row is one hop on a way from the first
    #+ either: document, activity    optional: one of these parameters must be given
    #+ text: document                optional: the document whose own text answers
    #+ reads: money                  optional: the records of it that the answer is made of
    #+ against: superior             optional: the document that it is held against, else what it carries out
    #+ empty_vi: Văn bản không nêu căn cứ nào.
    #+ empty_en: The text states no basis.

Screens leave a ``detail`` out; a ``list`` holds the IRIs of several resources with blanks between, and ``lines`` are
several values, one a line, in any order.

A programme stands for the document that approved it where a parameter takes both.
A parameter stands in the query as ``VALUES ?document { UNDEF }``, so the file runs in any SPARQL tool. A flaw in a
file is a :class:`cancu.errors.DataError` with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from cancu.errors import DataError
from cancu.language import LANGUAGES, Language, Refusal
from cancu.queries.headers import Entry, HeaderReader
from cancu.queries.sparql import find_slots

__all__ = [
    "Column",
    "Parameter",
    "ParameterType",
    "Question",
    "Records",
    "catalogue",
    "question",
    "questions",
    "read_question",
    "types_in",
]

ParameterType = Literal["document", "agency", "activity", "place", "programme", "date", "number", "text"]
Group = Literal["officer", "auditor", "programme"]
Records = Literal["component", "duty", "money", "target", "report", "recipient", "table"]

_GROUPS: Final[tuple[Group, ...]] = get_args(Group)

_FOLDER: Final = Path(__file__).parent
#: What may stand behind the names of a column.
_MARKS: Final = frozenset({"detail", "list", "lines"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """Describe what a question must or may be told."""

    name: str
    types: tuple[ParameterType, ...]
    required: bool
    default: str | None
    example: str


@dataclass(frozen=True, slots=True)
class Column:
    """Name one variable of an answer in every language; screens leave a ``detail`` out.

    A column that is ``several`` holds any number of IRIs, with blanks between; one of ``lines`` any number of values.
    """

    name: str
    labels: Mapping[str, str]
    detail: bool = False
    several: bool = False
    lines: bool = False

    def label(self, lang: Language) -> str:
        """Give the heading in ``lang``."""
        return self.labels[lang]


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one entry of the catalogue."""

    id: str
    group: Group
    wording: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    proof: str
    empty: Mapping[str, str]
    query: str
    way: tuple[str, str, str] | None = None
    either: tuple[str, ...] = ()
    text: str | None = None
    reads: Records | None = None
    against: str | None = None

    def parameter(self, name: str) -> Parameter | None:
        """Give the parameter of that name, if the question has it."""
        return next((one for one in self.parameters if one.name == name), None)


def question(name: str) -> Question:
    """Give the question of that id.

    >>> question("basis").parameters[0].types
    ('document',)
    """
    found = questions().get(name)
    if found is None:
        raise Refusal("ask.unknown-question", question=name, known=", ".join(questions()))
    return found


@cache
def questions() -> Mapping[str, Question]:
    """Read the whole catalogue that comes with the package, in the order of groups and names."""
    return _in_order(_read_folder(_FOLDER))


def catalogue(folder: Path | None = None) -> Mapping[str, Question]:
    """Give the catalogue, with the questions in a folder of the caller's own beside those of the package.

    A flaw of the caller's files is refused with its file and line, a question that is there already too.

    >>> list(catalogue()) == list(questions())
    True
    """
    if folder is None:
        return questions()
    if not folder.is_dir():
        raise Refusal("catalogue.no-folder", folder=folder)
    try:
        own = _read_folder(folder)
    except DataError as flaw:
        raise Refusal("catalogue.flaw", reason=flaw) from flaw
    for one in own:
        if one.id in questions():
            raise Refusal("catalogue.taken", question=one.id, folder=folder)
    return _in_order([*questions().values(), *own])


def _read_folder(folder: Path) -> list[Question]:
    return [read_question(file) for file in sorted(folder.glob("*.rq"))]


def _in_order(found: Iterable[Question]) -> Mapping[str, Question]:
    ordered = sorted(found, key=lambda one: (_GROUPS.index(one.group), one.id))
    return MappingProxyType({one.id: one for one in ordered})


def types_in(words: str) -> tuple[ParameterType, ...]:
    """Read the types of a parameter; none where one of the words is no type or they stand in another order.

    >>> types_in("document or activity"), types_in("activity or document")
    (('document', 'activity'), ())
    """
    types: tuple[ParameterType, ...] = tuple(one for one in get_args(ParameterType) if one in words.split(" or "))
    return types if " or ".join(types) == words else ()


def read_question(file: Path) -> Question:
    """Read one file of the catalogue."""
    reader = _Reader(file)
    header = reader.header()
    return reader.question(header)


class _Reader(HeaderReader):
    """Read one question."""

    needed = frozenset({"id", "group", "question_vi", "question_en", "columns", "proof", "empty_vi", "empty_en"})
    allowed = needed | {"parameters", "way", "either", "text", "reads", "against"}
    lists = frozenset({"parameters", "columns"})

    def question(self, header: Mapping[str, Entry]) -> Question:
        name = self.id_of(header)
        group = next((one for one in _GROUPS if one == header["group"].value), None)
        if group is None:
            raise self.fail(f"the group must be one of {', '.join(_GROUPS)}", header["group"].line)
        parameters = tuple(
            self.parameter(key, entry)
            for key, entry in (header["parameters"].items if "parameters" in header else {}).items()
        )
        columns = tuple(self.column(key, entry) for key, entry in header["columns"].items.items())
        names = [one.name for one in parameters]
        way = self.names(header, "way")
        either = self.names(header, "either")
        text = self.names(header, "text")
        against = self.names(header, "against")
        if way and len(way) != 3:
            raise self.fail("way needs three variables: start, from, to", header["way"].line)
        for key, mentioned in (("either", either), ("text", text), ("against", against)):
            for one in mentioned:
                if one not in names:
                    raise self.fail(f"{key} names {one}, which is no parameter", header[key].line)
        for key, mentioned in (("text", text), ("against", against)):
            if len(mentioned) > 1:
                raise self.fail(f"{key} names one parameter", header[key].line)
        reads = next((one for one in get_args(Records) if "reads" in header and header["reads"].value == one), None)
        if "reads" in header and reads is None:
            raise self.fail(f"reads must be one of {', '.join(get_args(Records))}", header["reads"].line)
        made = Question(
            id=name,
            group=group,
            wording=self.in_languages(header, "question"),
            parameters=parameters,
            columns=columns,
            proof=header["proof"].value,
            empty=self.in_languages(header, "empty"),
            query=self.text,
            way=(way[0], way[1], way[2]) if way else None,
            either=either,
            text=text[0] if text else None,
            reads=reads,
            against=against[0] if against else None,
        )
        self.check_query(made, header)
        return made

    def parameter(self, name: str, entry: Entry) -> Parameter:
        cells = [cell.strip() for cell in entry.value.split("|")]
        if len(cells) != 4 or not self.is_name(name):
            raise self.fail(f'{name} must read "name: type | required or optional | default | example"', entry.line)
        kind, need, default, example = cells
        types = types_in(kind)
        if not types:
            raise self.fail(
                f"the type of {name} must be some of {', '.join(get_args(ParameterType))}, in this order", entry.line
            )
        if need not in ("required", "optional") or (need == "required" and default):
            raise self.fail(f"{name} is required, without a default, or optional", entry.line)
        if not example:
            raise self.fail(f"{name} has no example", entry.line)
        return Parameter(name, types, need == "required", default or None, example)

    def column(self, name: str, entry: Entry) -> Column:
        cells = [cell.strip() for cell in entry.value.split("|")]
        labels, marks = cells[: len(LANGUAGES)], cells[len(LANGUAGES) :]
        sound = len(labels) == len(LANGUAGES) and all(labels) and _MARKS.issuperset(marks)
        if not sound or not self.is_name(name):
            marked = ", ".join(f'"| {mark}"' for mark in sorted(_MARKS))
            raise self.fail(f'{name} must read "variable: Vietnamese | English", then {marked}', entry.line)
        names: Mapping[str, str] = dict(zip(LANGUAGES, labels, strict=True))
        return Column(name, MappingProxyType(names), "detail" in marks, "list" in marks, "lines" in marks)

    def check_query(self, made: Question, header: Mapping[str, Entry]) -> None:
        projected = set(self.variables(header["id"].line))
        columns = {column.name for column in made.columns}
        for column in made.columns:
            if column.name not in projected:
                raise self.fail(f"the column {column.name} is not selected", header["columns"].items[column.name].line)
        for key, needed in (("proof", (made.proof,)), ("way", made.way or ())):
            for name in needed:
                if name not in projected:
                    raise self.fail(f"{key} names {name}, which is not selected", header[key].line)
        for name in sorted(projected - columns - {made.proof, *(made.way or ())}):
            raise self.fail(f"the variable {name} is selected but not declared as a column", header["columns"].line)
        slots = find_slots(self.text)
        declared = {one.name for one in made.parameters}
        for slot in slots:
            if slot.name not in declared:
                raise self.fail(f"the slot {slot.name} is not declared as a parameter", self.line_of(slot.start))
        for name in sorted(declared - {slot.name for slot in slots}):
            line = header["parameters"].items[name].line
            raise self.fail(f"the parameter {name} has no slot: VALUES ?{name} {{ UNDEF }}", line)
        used = [
            token.text[1:]
            for token in self.tokens
            if token.kind == "variable" and not any(slot.start <= token.start < slot.end for slot in slots)
        ]
        for name in sorted(declared.difference(used)):
            line = header["parameters"].items[name].line
            raise self.fail(f"the parameter {name} stands nowhere but in its slot, so it changes nothing", line)
