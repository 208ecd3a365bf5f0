"""Read the rules that draw conclusions: one ``.rq`` file each, a plain CONSTRUCT query under a header of ``#+`` lines.

::

    #+ id: normative-by-number
    #+ title_vi: Văn bản quy phạm pháp luật, xét theo số
    #+ title_en: Normative documents, by the form of their number
    #+ infers_vi: Số, ký hiệu có năm ban hành thì …         one sentence: what follows from what
    #+ infers_en: A document whose number holds the year …
    #+ source: Luật 64/2025/QH15 Điều 4                     the law or the axiom that says so
    #+ example: 59/2015/QĐ-TTg
    #+ premises: mention, dated      the variables that hold the records which a conclusion rests on; or instead
    #+ way: activity, law            two variables: it rests on the citations of a shortest way between them

The template is one triple, so that every conclusion can be held against its premises. Any SPARQL tool can run a file as
it stands, or insert what it constructs. A flaw in a file is a :class:`cancu.errors.DataError` with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from cancu.errors import DataError
from cancu.ontology.iris import PREFIXES, expand
from cancu.ontology.lexicon import TABLES
from cancu.queries.headers import Entry, HeaderReader
from cancu.queries.sparql import Token, read_tokens

__all__ = ["Rule", "read_rule", "read_rules", "rules"]

_FOLDER: Final = TABLES / "rules"

_TYPE: Final = PREFIXES["rdf"] + "type"


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule: ``select`` asks for what ``query`` constructs, together with the premises.

    ``subject``, ``predicate`` and ``value`` are those of the conclusion: a variable of ``select`` ("?document") or
    an IRI.
    """

    id: str
    titles: Mapping[str, str]
    infers: Mapping[str, str]
    source: str
    example: str
    premises: tuple[str, ...]
    way: tuple[str, str] | None
    query: str
    select: str
    subject: str
    predicate: str
    value: str

    @property
    def concluded(self) -> str | None:
        """Give the class or property that the rule concludes, None where the data tell which."""
        term = self.value if self.predicate == _TYPE else self.predicate
        return None if term.startswith("?") else term

    def uses(self, other: Rule) -> bool:
        """Tell whether the rule asks for what another one concludes; one that tells any kind asks for everything."""
        if self.concluded is None:
            return other.concluded is not None
        return other.concluded in _named(self.select)


@cache
def rules() -> tuple[Rule, ...]:
    """Give all rules, each behind those whose conclusions it uses.

    >>> names = [rule.id for rule in rules()]
    >>> names.index("normative-by-number") < names.index("rank") < names.index("superior-by-rank")
    True
    """
    return read_rules(_FOLDER)


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read every rule of a folder and put each behind those whose conclusions it uses."""
    found = {file.stem: read_rule(file) for file in sorted(folder.glob("*.rq"))}
    if not found:
        raise DataError("there is no rule in this folder", folder, 1)
    needs = {
        name: sorted(other.id for other in found.values() if other.id != name and rule.uses(other))
        for name, rule in found.items()
    }
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as flaw:
        circle = flaw.args[1]
        file = folder / f"{circle[0]}.rq"
        raise DataError(
            f"these rules use each other's conclusions: {', '.join(sorted(set(circle)))}", file, 1
        ) from None
    return tuple(found[name] for name in order)


def _named(query: str) -> set[str]:
    """Collect the IRIs that a query names."""
    tokens = [token for token in read_tokens(query) if token.kind == "name" and not token.text.endswith(":")]
    return {str(expand(token.text)) for token in tokens}


def read_rule(file: Path) -> Rule:
    """Read one rule."""
    return _Reader(file).rule()


class _Reader(HeaderReader):
    """Read one rule."""

    needed = frozenset({"id", "title_vi", "title_en", "infers_vi", "infers_en", "source", "example"})
    allowed = needed | {"premises", "way"}

    def rule(self) -> Rule:
        header = self.header()
        name = self.id_of(header)
        key, grounds = self.grounds(header)
        self.check_construct(header["id"].line)
        subject, predicate, value, opening = self.template()
        within = {token.text[1:] for token in self.tokens if token.kind == "variable" and token.start > opening}
        for ground in grounds:
            if ground not in within:
                raise self.fail(f"{key} names {ground}, which is no variable of the query", header[key].line)
        if key == "way" and grounds != (subject[1:], value[1:]):
            raise self.fail("way must name the subject and the object of the conclusion", header[key].line)
        wanted = dict.fromkeys(term for term in (subject, predicate, value) if term.startswith("?"))
        if key == "premises":
            wanted.update(dict.fromkeys(f"?{ground}" for ground in grounds))
        construct = next(token for token in self.tokens if token.text.upper() == "CONSTRUCT")
        made = Rule(
            id=name,
            titles=self.in_languages(header, "title"),
            infers=self.in_languages(header, "infers"),
            source=header["source"].value,
            example=header["example"].value,
            premises=grounds if key == "premises" else (),
            way=(grounds[0], grounds[1]) if key == "way" else None,
            query=self.text,
            select=f"{self.text[: construct.start]}SELECT DISTINCT {' '.join(wanted)}\n{self.text[opening:]}",
            subject=subject,
            predicate=predicate,
            value=value,
        )
        if made.concluded is not None and made.uses(made):
            raise self.fail("a rule must not use its own conclusions", self.line_of(opening))
        return made

    def grounds(self, header: Mapping[str, Entry]) -> tuple[str, tuple[str, ...]]:
        """Read what a conclusion rests on: premises or the ends of a way."""
        keys = [key for key in ("premises", "way") if key in header]
        if len(keys) != 1:
            raise self.fail("the header must have either premises or way", max(one.line for one in header.values()))
        return keys[0], self.names(header, keys[0])

    def template(self) -> tuple[str, str, str, int]:
        """Return the triple of the template and the place of WHERE."""
        words = [token.text.upper() for token in self.tokens]
        start = words.index("CONSTRUCT")
        end = words.index("}", start)
        inside: Sequence[Token] = [token for token in self.tokens[start + 2 : end] if token.text != "."]
        if len(inside) != 3 or words[end + 1 : end + 3] != ["WHERE", "{"]:
            raise self.fail(
                "a rule must read CONSTRUCT { one triple } WHERE { … }", self.line_of(self.tokens[start].start)
            )
        subject, predicate, value = self.terms(inside)
        if not subject.startswith("?"):
            raise self.fail("the subject of a conclusion must be a variable", self.line_of(inside[0].start))
        return subject, predicate, value, self.tokens[end + 1].start

    def terms(self, tokens: Sequence[Token]) -> Iterator[str]:
        for token in tokens:
            if token.kind == "variable":
                yield f"?{token.text[1:]}"
            elif token.kind == "name":
                yield str(expand(token.text))
            elif token.text == "a":
                yield _TYPE
            else:
                raise self.fail(f"{token.text} cannot stand in a conclusion", self.line_of(token.start))
