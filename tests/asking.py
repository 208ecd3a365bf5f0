"""Print how well questions in words are understood, as Markdown: ``python -m tests.asking [--wrong] [FILE]``.

The phrasings (``cases/phrasings.tsv``) were written by somebody who had not seen the rules, and the rules are not
tuned on them; ``cases/phrasings_dev.tsv`` are those that they were made with.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cancu.ontology.lexicon import read_table
from cancu.queries.asking import Filled, Understanding, understand
from cancu.queries.catalogue import Parameter, question
from cancu.queries.engine import ask, prepare
from cancu.queries.entries import Ambiguous
from cancu.queries.store import Store
from tests.plans import plans

CASES = Path(__file__).with_name("cases")
HELD_OUT = CASES / "phrasings.tsv"
DEVELOPMENT = CASES / "phrasings_dev.tsv"

#: What stands for the question of a phrase that must not be understood.
NONE = "-"

Outcome = Literal["right", "right, in doubt", "wrong, in doubt", "wrong without doubt", "not understood"]
Meant = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Phrasing:
    """Hold a phrase with the question and the parameters that it asks."""

    phrase: str
    lang: str
    question: str
    parameters: Mapping[str, str]


def phrasings(file: Path) -> tuple[Phrasing, ...]:
    """Read a file of phrasings."""
    found = []
    for row in read_table(file, ("phrase", "lang", "question", "parameters"), key=("phrase",)):
        pairs = [pair.partition("=") for pair in row["parameters"].split("; ") if pair]
        parameters = {name.strip(): value.strip() for name, _, value in pairs}
        found.append(Phrasing(row["phrase"], row["lang"], row["question"], parameters))
    return tuple(found)


def expected(store: Store, one: Phrasing) -> Meant:
    """Look up what the expected parameters mean."""
    asked = question(one.question)
    prepared = prepare(store, asked, one.parameters)
    if isinstance(prepared, Ambiguous):
        several = {name for name, text in one.parameters.items() if text == prepared.text}
        single = {name: text for name, text in one.parameters.items() if name not in several}
        meant = {name: frozenset(entry.iri for entry in prepared.candidates) for name in several}
        return meant | {name: frozenset({text}) for name, text in single.items()}
    terms, _ = prepared
    return {name: frozenset({getattr(terms[name], "value", "")}) for name in one.parameters}


def understood(store: Store, found: Understanding) -> Meant:
    """Look up what the parameters that were understood mean."""
    if found.reading is None:
        return {}
    asked = found.reading.question
    given = {name: one.text for name, one in found.reading.parameters.items() if len(one.candidates) < 2}
    several = {
        name: frozenset(entry.iri for entry in one.candidates)
        for name, one in found.reading.parameters.items()
        if len(one.candidates) > 1
    }
    whole = {name: next(iter(sorted(iris))) for name, iris in several.items()}
    prepared = prepare(store, asked, given | whole)
    assert not isinstance(prepared, Ambiguous), found.phrase
    return {name: frozenset({getattr(prepared[0][name], "value", "")}) for name in given} | several


def _plain(meant: Meant, parameters: Sequence[Parameter], store: Store) -> Meant:
    """Leave out a document that an activity stands in: the answer is the same with it and without."""
    of_activity = [name for one in parameters if "activity" in one.types for name in [one.name] if name in meant]
    if not of_activity or "document" in of_activity or "document" not in meant:
        return meant
    wholes = {
        getattr(triple.object, "value", "")
        for iri in meant[of_activity[0]]
        for triple in store.triples(iri, "http://purl.org/dc/terms/isPartOf")
    }
    return {name: iris for name, iris in meant.items() if name != "document" or not iris <= wholes}


def _is_text(one: Phrasing, name: str) -> bool:
    parameter = question(one.question).parameter(name)
    return parameter is not None and parameter.types == ("text",)


def outcome(store: Store, one: Phrasing, found: Understanding) -> Outcome:
    """Compare what was understood with what is meant; parameters by the resources that they mean."""
    if found.reading is None:
        return "right" if one.question == NONE else "not understood"
    right = found.reading.question.id == one.question
    if right:
        parameters = question(one.question).parameters
        meant = _plain(expected(store, one), parameters, store)
        ours = _plain(understood(store, found), parameters, store)
        # One of several that answer to the words is right where the doubt is said.
        right = meant.keys() == ours.keys() and all(
            ours[name] == iris or (not found.sure and ours[name] < iris) or _is_text(one, name)
            for name, iris in meant.items()
        )
        if right and any(ours[name] != iris and _is_text(one, name) for name, iris in meant.items()):
            # Words for a group of people mean the same where they have the same answer.
            given = {name: filled.text for name, filled in found.reading.parameters.items()}
            right = ask(store, one.question, **one.parameters).rows == ask(store, one.question, **given).rows
    if right:
        return "right" if found.sure else "right, in doubt"
    return "wrong without doubt" if found.sure else "wrong, in doubt"


def measure(store: Store, file: Path) -> Iterator[tuple[Phrasing, Understanding, Outcome]]:
    """Understand every phrasing of a file."""
    for one in phrasings(file):
        found = understand(store, one.phrase)
        yield one, found, outcome(store, one, found)


def share_right(counts: Mapping[Outcome, int]) -> float:
    """Give the share of phrases with the right question and parameters; those that must not be understood count."""
    return (counts["right"] + counts["right, in doubt"]) / sum(counts.values())


def table(counts: Mapping[Outcome, int]) -> Iterator[str]:
    """Write the figures as a table."""
    total = sum(counts.values())
    yield f"| {total} phrasings | number | share |"
    yield "| --- | ---: | ---: |"
    names: tuple[Outcome, ...] = (
        "right",
        "right, in doubt",
        "not understood",
        "wrong, in doubt",
        "wrong without doubt",
    )
    for name in names:
        yield f"| {name} | {counts[name]} | {counts[name] / total:.1%} |"


def _told(parameters: Mapping[str, Filled]) -> str:
    return "; ".join(f"{name}={one.text}" for name, one in parameters.items())


def main() -> None:
    """Print the figures, and with ``--wrong`` the phrases that were not read right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=HELD_OUT)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    counts: Counter[Outcome] = Counter()
    for one, found, result in measure(plans(), options.file):
        counts[result] += 1
        if options.wrong and not result.startswith("right"):
            said = found.reading
            print(f"{result}: {one.phrase}\n    {one.question} {dict(one.parameters)}")
            print(
                f"    {said.question.id} {_told(said.parameters)}" if said else f"    {(found.reason or {}).get('en')}"
            )
    print("\n".join(table(counts)))


if __name__ == "__main__":
    main()
