"""Read SPARQL text as far as this package must: its tokens, prefixes, parameter slots, and calls to the network.

A *slot* is the place of a parameter in a catalogue query, ``VALUES ?document { UNDEF }``: plain SPARQL 1.1 that
any tool runs as it stands (for every document), and in which a person or :func:`bind` puts a term for ``UNDEF``.
Binding at that place lets the engine start from the term; Oxigraph's own substitutions were measured a thousand
times slower, because they are joined last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

__all__ = [
    "Slot", "Token", "bind", "calls_out", "find_slots", "read_dataset", "read_prefixes", "read_tokens", "reason_of",
]  # fmt: skip

# So much of what would have been right is told.
_MOST_EXPECTED: Final = 6
# SPARQL 1.1, section 19.8, as far as tokens have to be told apart; `other` is one character of punctuation.
# Prefixes are cut at 200 letters, so that text like "a.a.a.a" cannot make the search quadratic.
_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<string> '''(?:'{0,2}(?:[^'\\]|\\.))*''' | "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}
                | '(?:[^'\\\r\n]|\\.)*'           | "(?:[^"\\\r\n]|\\.)*" )
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:\w(?:[\w.-]*\w)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_](?:[\w.-]{0,200}[\w-])?)?:(?:(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
               (?:\.*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))*)?)
    | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<word>\w+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Whatever the rest of the text is, a prefix is declared by its name, a colon and an IRI behind it.
_DECLARATION: Final = re.compile(r"((?:[^\W\d_](?:[\w.-]{0,200}[\w-])?)?):(?:[ \t\r\n]|#[^\r\n]*+)*+<")
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")

# What may follow "<" where it means "less than": the start of an operand.
_OPERANDS: Final = frozenset({"variable", "number", "string", "iri", "word", "comment", "space"})
_OPERAND_SIGNS: Final = frozenset("+-!(=")


@dataclass(frozen=True, slots=True)
class Token:
    """Hold one token of a query: its kind, its text and where it stands."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold the place of one parameter in a query."""

    name: str
    start: int
    end: int


def read_tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, blanks and comments left out.

    >>> [token.kind for token in read_tokens('SELECT * { ?văn_bản eli:number "90/QĐ-TTg" } # hết')]
    ['word', 'other', 'other', 'variable', 'name', 'string', 'other']
    """
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if kind not in ("space", "comment"):
            yield Token(kind, match[0], match.start(), match.end())


def read_prefixes(query: str) -> tuple[tuple[str, str, int], ...]:
    """Give each declared prefix with its IRI and its place.

    >>> read_prefixes("PREFIX rel: <https://w3id.org/cancu/relation/> SELECT * {}")
    (('rel', 'https://w3id.org/cancu/relation/', 0),)
    """
    found = []
    tokens = list(read_tokens(query))
    for keyword, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if keyword.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            found.append((name.text.removesuffix(":"), iri.text[1:-1], keyword.start))
    return tuple(found)


def read_dataset(query: str, prefixes: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the graphs that a query names with FROM, and those with FROM NAMED; None where it names none.

    None stands for a relative name too, which only a full parser resolves.

    >>> read_dataset("SELECT * FROM <urn:a> FROM NAMED ex:b { ?s ?p 'FROM <urn:c>' }", {"ex": "urn:"})
    (('urn:a',), ('urn:b',))
    """
    if "from" not in query.lower():
        return None
    known = {**prefixes, **{name: iri for name, iri, _ in read_prefixes(query)}}
    found: tuple[list[str], list[str]] = ([], [])
    tokens = list(read_tokens(query))
    for index, token in enumerate(tokens):
        if token.kind != "word" or token.text.upper() != "FROM":
            continue
        following = tokens[index + 1 : index + 3]
        named = bool(following) and following[0].text.upper() == "NAMED"
        graph = _full_iri(following[named], known) if len(following) > named else None
        if graph is None:
            return None
        found[named].append(graph)
    return (tuple(found[0]), tuple(found[1])) if found[0] or found[1] else None


def _full_iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if "\\" in token.text:
        return None
    if token.kind == "iri":
        return token.text[1:-1] if _ABSOLUTE.match(token.text) else None
    prefix, _, local = token.text.partition(":")
    return prefixes[prefix] + local if token.kind == "name" and prefix in prefixes else None


@lru_cache(maxsize=1024)
def find_slots(query: str) -> tuple[Slot, ...]:
    """Find where the parameters of a query stand.

    >>> find_slots("SELECT * { VALUES ?document { UNDEF } ?document ?p ?o }")
    (Slot(name='document', start=11, end=37),)
    """
    tokens = list(read_tokens(query))
    slots = []
    for index, token in enumerate(tokens):
        if token.text.upper() != "VALUES":
            continue
        match tokens[index + 1 : index + 5]:
            case [Token("variable", name), Token("other", "{"), Token("word", undef), Token("other", "}", _, end)]:
                if undef.upper() == "UNDEF":
                    slots.append(Slot(name[1:], token.start, end))
    return tuple(slots)


def bind(query: str, terms: Mapping[str, str]) -> str:
    """Put terms, written as N-Triples, into the slots of a query, and take the other slots out.

    >>> query = "SELECT * { VALUES ?d { UNDEF } VALUES ?since { UNDEF } ?d ?p ?o }"
    >>> bind(query, {"d": "<https://w3id.org/cancu/id/x>"})
    'SELECT * { VALUES ?d { <https://w3id.org/cancu/id/x> }  ?d ?p ?o }'
    """
    slots = find_slots(query)
    unknown = sorted(terms.keys() - {slot.name for slot in slots})
    if unknown:
        raise ValueError(f"the query has no slot for {', '.join(unknown)}")
    parts = []
    end = 0
    for slot in slots:
        parts.append(query[end : slot.start])
        if slot.name in terms:
            parts.append(f"VALUES ?{slot.name} {{ {terms[slot.name]} }}")
        end = slot.end
    parts.append(query[end:])
    return "".join(parts)


def calls_out(query: str) -> bool:
    """Tell whether a query could reach the network (SERVICE), however it is written.

    The word inside a literal, a comment, an IRI, a variable or the local part of a name calls nobody.

    >>> calls_out("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    True
    >>> calls_out("SELECT * { ?service rdfs:label 'SERVICE <x>' ; ex:service <http://x/SERVICE> } # SERVICE")
    False
    """
    return "service" in query.lower() and any("service" in word for word in _possible_words(query))


def _possible_words(query: str) -> set[str]:
    """Collect every keyword that some way of splitting the text into tokens could see, in lower case.

    Where an operand may stand, "<" is either the start of an IRI or "less than", and only a full parser knows:
    ``FILTER(?a<1)#>"`` hides the rest of the line, or opens a string. So both ways are followed, each position
    once. Words glued to other words count too ("SERVICEex:a"): Oxigraph's grammar does not ask for blanks.
    """
    declared = set(_DECLARATION.findall(query))
    words: set[str] = set()
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        while at < len(query) and at not in seen:
            seen.add(at)
            match = _TOKEN.match(query, at)
            if match is None:  # the last alternative takes any character
                raise AssertionError(f"no token at {at}")
            if match.lastgroup == "word":
                words.add(match[0].lower())
            elif match.lastgroup == "name":
                words.add(match[0].partition(":")[0].lower())
            elif match.lastgroup == "iri" and _may_be_operand(query, at + 1, declared):
                waiting.append(at + 1)
            at = match.end()
    return words


def _may_be_operand(query: str, at: int, declared: set[str]) -> bool:
    match = _TOKEN.match(query, at)
    if match is None:
        return False
    if match.lastgroup == "name":
        return match[0].partition(":")[0] in declared
    return match.lastgroup in _OPERANDS or match[0] in _OPERAND_SIGNS


def reason_of(flaw: SyntaxError) -> str:
    """Say in short why a query is none; of what a parser would have taken instead, the first few words are enough.

    >>> reason_of(SyntaxError("error at 1:24: expected one of FILTER, SELECT, ['A' ..= 'Z']"))
    '1:24: expected one of FILTER, SELECT …'
    """
    words = " ".join(str(flaw).split()).removeprefix("error at ")
    head, listed, rest = words.partition("expected one of ")
    if not listed:
        return words
    # Classes of characters tell nobody anything.
    known = [word for word in rest.split(", ") if not word.startswith("[")]
    left = len(known) > _MOST_EXPECTED or len(known) < rest.count(", ") + 1
    return f"{head}{listed}{', '.join(known[:_MOST_EXPECTED])}{' …' if left else ''}"
