"""Look into the algebra of a query, as rdflib translates it: what it reads, and which variables hold truth values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from rdflib import Literal, URIRef, Variable
from rdflib.namespace import XSD
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

__all__ = ["predicates_of", "truths_of"]

# The expressions of SPARQL whose value is true or false.
_TRUTHS: Final = frozenset(
    {
        "RelationalExpression", "ConditionalAndExpression", "ConditionalOrExpression", "UnaryNot",
        *(
            f"Builtin_{name}"
            for name in (
                "EXISTS", "NOTEXISTS", "BOUND", "REGEX", "CONTAINS", "STRSTARTS", "STRENDS", "LANGMATCHES", "sameTerm",
                "isIRI", "isURI", "isBLANK", "isLITERAL", "isNUMERIC",
            )
        ),
    }
)  # fmt: skip


@lru_cache(maxsize=64)
def _algebra(text: str) -> CompValue:
    return translateQuery(parseQuery(text)).algebra


def predicates_of(text: str) -> frozenset[str | None]:
    """Name the predicates of a query's patterns and paths; None stands for all.

    >>> sorted(one or "" for one in predicates_of("SELECT * { ?a <x:p>/^<x:q>* <x:b> FILTER EXISTS { ?a <x:r> 1 } }"))
    ['x:p', 'x:q', 'x:r']
    >>> predicates_of("SELECT * { ?a ?p ?b }")
    frozenset({None})
    """
    found: set[str | None] = set()
    for patterns in _patterns(_algebra(text)):
        for at, (subject, predicate, value) in enumerate(patterns):
            others = {term for index, pattern in enumerate(patterns) if index != at for term in pattern}
            # A way of no steps leads from everything to itself.
            free = all(isinstance(end, Variable) and end not in others for end in (subject, value))
            found |= {None} if free and _may_be_empty(predicate) else _steps(predicate)
    return frozenset({None} if None in found else found)


def _patterns(part: object) -> Iterator[list[tuple[Any, Any, Any]]]:
    """Yield the groups of triple patterns in a part of the algebra."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            if name in ("triples", "template"):
                # Inside EXISTS rdflib leaves them as it parsed them: the terms of several patterns in one list.
                terms = [term for pattern in inner for term in pattern]
                yield list(zip(terms[::3], terms[1::3], terms[2::3], strict=True))
            else:
                yield from _patterns(inner)
    elif isinstance(part, (list, tuple, set)):
        for inner in part:
            yield from _patterns(inner)


def _steps(predicate: object) -> set[str | None]:
    if isinstance(predicate, URIRef):
        return {str(predicate)}
    if isinstance(predicate, InvPath):
        return _steps(predicate.arg)
    if isinstance(predicate, MulPath):
        return _steps(predicate.path)
    if isinstance(predicate, (SequencePath, AlternativePath)):
        return {step for each in predicate.args for step in _steps(each)}
    return {None}


def _may_be_empty(predicate: object) -> bool:
    """Tell whether a path can be followed without a step."""
    if isinstance(predicate, MulPath):
        return bool(predicate.zero) or _may_be_empty(predicate.path)
    if isinstance(predicate, InvPath):
        return _may_be_empty(predicate.arg)
    if isinstance(predicate, SequencePath):
        return all(map(_may_be_empty, predicate.args))
    return isinstance(predicate, AlternativePath) and any(map(_may_be_empty, predicate.args))


@lru_cache(maxsize=64)
def truths_of(text: str) -> frozenset[str]:
    """Name the variables of a query that can hold nothing but true, false or nothing.

    >>> sorted(truths_of("SELECT * { BIND(1 < 2 AS ?a) BIND(IF(?a, 1, 2) AS ?b) BIND(IF(?b = 1, ?a, ?x) AS ?c) }"))
    ['a', 'c']
    """
    given = [(str(name), expression) for name, expression in _given(_algebra(text))]
    names = {name for name, _ in given}
    truths: set[str] = set()
    while True:
        # A variable that nothing gives a value is never bound, and says nothing.
        more = {name for name, expression in given if _is_truth(expression, truths, names)} - truths
        if not more:
            return frozenset(truths)
        truths |= more


def _given(part: object) -> Iterator[tuple[Variable, Any]]:
    if isinstance(part, CompValue):
        if part.name == "Extend":
            yield part.var, part.expr
        for inner in part.values():
            yield from _given(inner)
    elif isinstance(part, (list, tuple, set)):
        for inner in part:
            yield from _given(inner)


def _is_truth(expression: Any, truths: set[str], names: set[str]) -> bool:
    if isinstance(expression, Literal):
        return expression.datatype == XSD.boolean
    if isinstance(expression, Variable):
        return str(expression) in truths
    if not isinstance(expression, CompValue):
        return False
    if expression.name in ("Builtin_IF", "Builtin_COALESCE"):
        parts = expression.arg if expression.name == "Builtin_COALESCE" else (expression.arg2, expression.arg3)
        unbound = [isinstance(part, Variable) and str(part) not in names for part in parts]
        return not all(unbound) and all(
            skipped or _is_truth(part, truths, names) for part, skipped in zip(parts, unbound, strict=True)
        )
    return expression.name in _TRUTHS
