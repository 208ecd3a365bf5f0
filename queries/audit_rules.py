"""Read the rules of the audit: one ``.rq`` file each, plain SPARQL under a header of ``#+`` lines.

::

    #+ id: rate-wrong
    #+ group: tables                 money, targets, responsibility, authority, identity, structure, tables, time, text
    #+ severity: error               error, warning or note
    #+ title_vi: Tỷ lệ không khớp với số liệu
    #+ title_en: A rate disagrees with its figures
    #+ explanation_vi: {said}        a sentence; its gaps are variables of the query
    #+ explanation_en: {said}
    #+ settle_vi: Đối chiếu với biểu gốc có đóng dấu.       what would settle it
    #+ settle_en: Compare with the sealed original of the table.
    #+ source: Nghị định 30/2020/NĐ-CP Điều 8               why it is a fault, or whose arithmetic it is
    #+ proof: doubt                  the variables that hold the records in whose words the fault stands
    #+ arithmetic: sum               optional: the variable that holds the arithmetic
    #+ compares: ours, theirs        optional: the two values that are held against each other
    #+ of: cascade                   optional: not a query of its own, but rows of this question or rule
    #+ where: verdict = weaker       optional: only rows with one of these values; several conditions with ";" between
    #+ at: 21,06                     words of the example that must be found; the place found covers them
    #+ found:                        a text in which the rule finds a fault
    #+   | KẾ HOẠCH
    #+ not_found:                    a text like it in which the rule finds none
    #+   | KẾ HOẠCH

Several texts of an example are parted by a line ``=== name-of-file.txt``; the first of them is audited. A query selects
``?document``, the proof and the variables of its gaps, and holds the slot ``VALUES ?document { UNDEF }``, into which
many documents are put at once; what is not to be found of one document without others it finds by their bases. It may
select ``?confidence``. The slot ``VALUES ?on { UNDEF }`` asks for a day: such a rule runs where one is given. A flaw in
a file is a :class:`cancu.errors.DataError` with its line.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar, get_args

from cancu.language import LANGUAGES, Language
from cancu.queries.catalogue import Question, questions
from cancu.queries.headers import Entry, HeaderReader
from cancu.queries.sparql import find_slots

__all__ = [
    "GROUPS",
    "SEVERITIES",
    "Group",
    "Rule",
    "Severity",
    "audit_rules",
    "in_order",
    "read_audit_rule",
    "read_audit_rules",
]

Severity = Literal["error", "warning", "note"]
Group = Literal["money", "targets", "responsibility", "authority", "identity", "structure", "tables", "time", "text"]
#: From the gravest down.
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
GROUPS: Final[tuple[Group, ...]] = get_args(Group)

_Word = TypeVar("_Word", bound=str)

_FOLDER: Final = Path(__file__).with_name("audit")
#: What a query selects besides the gaps of its sentences.
_OWN: Final = frozenset({"document", "confidence"})
#: What parts the texts of an example.
_NEXT_TEXT: Final = "=== "


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule of the audit.

    ``query`` is what is asked, its own or that of a question; ``where`` keeps the rows whose variables have one of
    these values; ``compares`` and ``arithmetic`` name variables.
    """

    id: str
    group: Group
    severity: Severity
    titles: Mapping[str, str]
    explanations: Mapping[str, str]
    settles: Mapping[str, str]
    source: str
    proof: tuple[str, ...]
    query: str
    where: tuple[tuple[str, frozenset[str]], ...]
    gaps: frozenset[str]
    arithmetic: str | None
    compares: tuple[str, str] | None
    dated: bool
    at: str
    found: Mapping[str, str]
    not_found: Mapping[str, str]

    def title(self, lang: Language) -> str:
        """Give the rule's name in ``lang``."""
        return self.titles[lang]


@cache
def audit_rules() -> Mapping[str, Rule]:
    """Give the rules that come with the package, in the order of groups and names.

    >>> audit_rules()["table-rate"].title("vi")
    'Tỷ lệ không khớp với số liệu'
    """
    return read_audit_rules(_FOLDER)


def read_audit_rules(folder: Path) -> Mapping[str, Rule]:
    """Read every rule of a folder, in the order of groups and names."""
    readers = {file.stem: _Reader(file) for file in sorted(folder.glob("*.rq"))}
    found = [reader.rule(readers) for reader in readers.values()]
    return in_order(found)


def in_order(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    """Put rules into the order of groups and names, each by its id."""
    ordered = sorted(rules, key=lambda rule: (GROUPS.index(rule.group), rule.id))
    return MappingProxyType({rule.id: rule for rule in ordered})


def read_audit_rule(file: Path) -> Rule:
    """Read one rule that has a query of its own or that of a question."""
    return _Reader(file).rule({})


class _Reader(HeaderReader):
    """Read one rule."""

    needed = frozenset(
        {"id", "group", "severity", "source", "proof", "at", "found", "not_found"}
        | {f"{key}_{lang}" for key in ("title", "explanation", "settle") for lang in LANGUAGES}
    )
    allowed = needed | {"arithmetic", "compares", "of", "where"}
    blocks = frozenset({"found", "not_found"})

    def rule(self, others: Mapping[str, _Reader]) -> Rule:
        header = self.header()
        group = self.one_of(header["group"], GROUPS)
        severity = self.one_of(header["severity"], SEVERITIES)
        query, selected, line = self.rows_of(header, others)
        explanations = {lang: header[f"explanation_{lang}"] for lang in LANGUAGES}
        gaps = {lang: self.gaps(entry, selected) for lang, entry in explanations.items()}
        if len(set(gaps.values())) > 1:
            raise self.fail("the explanations must have the same gaps in every language", explanations["en"].line)
        where = self.conditions(header["where"], selected) if "where" in header else ()
        named = {key: self.names(header, key) for key in ("proof", "arithmetic", "compares")}
        for key, names in named.items():
            for name in names:
                if name not in selected:
                    raise self.fail(f"{key} names {name}, which is not selected", header[key].line)
        if named["compares"] and len(named["compares"]) != 2:
            raise self.fail("compares names two variables", header["compares"].line)
        if len(named["arithmetic"]) > 1:
            raise self.fail("arithmetic names one variable", header["arithmetic"].line)
        if "of" not in header:
            known = {*_OWN, *gaps["vi"], *(name for names in named.values() for name in names)}
            known |= {name for name, _ in where}
            for name in sorted(selected - known):
                raise self.fail(f"the variable {name} is selected but nothing uses it", line)
        return Rule(
            id=self.id_of(header),
            group=group,
            severity=severity,
            titles=self.in_languages(header, "title"),
            explanations=self.in_languages(header, "explanation"),
            settles=self.in_languages(header, "settle"),
            source=header["source"].value,
            proof=named["proof"],
            query=query,
            where=where,
            gaps=gaps["vi"],
            arithmetic=named["arithmetic"][0] if named["arithmetic"] else None,
            compares=(named["compares"][0], named["compares"][1]) if named["compares"] else None,
            dated=any(slot.name == "on" for slot in find_slots(query)),
            at=header["at"].value,
            found=self.texts(header["found"]),
            not_found=self.texts(header["not_found"]),
        )

    def one_of(self, entry: Entry, known: tuple[_Word, ...]) -> _Word:
        found = next((one for one in known if one == entry.value), None)
        if found is None:
            raise self.fail(f"{entry.value} must be one of {', '.join(known)}", entry.line)
        return found

    def rows_of(self, header: Mapping[str, Entry], others: Mapping[str, _Reader]) -> tuple[str, set[str], int]:
        """Give the query whose rows are the findings, with what it selects and the line that says so."""
        if "of" not in header:
            line = header["id"].line
            selected = set(self.variables(line))
            self.check_slots(line)
            if "document" not in selected:
                raise self.fail("the query must select ?document", line)
            return self.text, selected, line
        line = header["of"].line
        if self.tokens:
            raise self.fail("a rule has rows of another query or a query of its own", line)
        name = header["of"].value
        asked: Question | None = questions().get(name)
        if asked is not None:
            selected = {asked.proof, *(column.name for column in asked.columns)}
            if asked.text != "document" or "document" not in selected:
                raise self.fail(f"the question {name} does not tell the document of each row", line)
            return asked.query, selected, line
        if name not in others or not others[name].tokens:
            raise self.fail(f"there is no question {name} and no rule of that name with a query", line)
        return others[name].text, set(others[name].variables(line)), line

    def check_slots(self, line: int) -> None:
        slots = {slot.name for slot in find_slots(self.text)}
        if "document" not in slots:
            raise self.fail("the query has no slot: VALUES ?document { UNDEF }", line)
        for name in sorted(slots - {"document", "on"}):
            raise self.fail(f"the slot {name} is none that an audit fills: document, on", line)

    def gaps(self, entry: Entry, selected: set[str]) -> frozenset[str]:
        try:
            names = frozenset(name for _, name, _, _ in string.Formatter().parse(entry.value) if name is not None)
        except ValueError as flaw:
            raise self.fail(f"broken gap: {flaw}", entry.line) from flaw
        for name in sorted(names - selected):
            raise self.fail(f"the gap {{{name}}} is no variable of the query", entry.line)
        return names

    def conditions(self, entry: Entry, selected: set[str]) -> tuple[tuple[str, frozenset[str]], ...]:
        found = []
        for part in entry.value.split(";"):
            name, equals, values = (word.strip() for word in part.partition("="))
            if not equals or not values or name not in selected:
                raise self.fail('where must read "variable = value, value; variable = value"', entry.line)
            found.append((name, frozenset(value.strip() for value in values.split(","))))
        return tuple(found)

    def texts(self, entry: Entry) -> Mapping[str, str]:
        """Split an example into its texts, by the names of their files."""
        texts: dict[str, list[str]] = {}
        name = "van-ban.txt"
        for line in entry.value.split("\n"):
            if line.startswith(_NEXT_TEXT):
                name = line.removeprefix(_NEXT_TEXT).strip()
                if name in texts:
                    raise self.fail(f"two texts of the example are called {name}", entry.line)
                texts[name] = []
            else:
                texts.setdefault(name, []).append(line)
        return MappingProxyType({name: "\n".join(lines) + "\n" for name, lines in texts.items()})
