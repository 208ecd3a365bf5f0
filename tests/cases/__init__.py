"""Read the cases that stand here as tables, lists and blocks: anyone can add one without Python.

In every cell ``\\n``, ``\\r``, ``\\t`` and ``\\u00a0`` stand for the characters they name. A case that is not read well
yet says why in its last column (``flaw``): it must fail, and the test tells when it no longer does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cancu.ontology.lexicon import Row

FOLDER = Path(__file__).parent
#: Stands for the cell above it.
DITTO = '"'
#: The columns of the tables that more than one test reads.
CITATIONS = ("frame", "text", "quote", "type", "number", "date", "issuer", "provision", "means", "doubts", "flaw")
TEXTS = ("text", "plain", "repairs", "flaw")
_ESCAPE = re.compile(r"\\(?:([nrt])|u([0-9a-f]{4}))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


def printed(cell: str) -> str:
    """Put the characters that a cell names in their place."""
    return _ESCAPE.sub(lambda found: _LETTERS[found[1]] if found[1] else chr(int(found[2], 16)), cell)


def table(name: str, *columns: str, least: int) -> tuple[Row, ...]:
    """Read a table; ``least`` is the number of rows below which some must have been lost."""
    header, *rest = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    assert header.split("\t") == list(columns), f"{name}: the header is not {' '.join(columns)}"
    rows = tuple(
        Row(FOLDER / name, number, dict(zip(columns, line.split("\t"), strict=True)))
        for number, line in enumerate(rest, start=2)
        if not line.startswith("# ")
    )
    assert len(rows) >= least, f"{name} has lost cases: {len(rows)} of {least}"
    return rows


def lines(name: str, *, least: int) -> list[Any]:
    """Read a list: one case a line, perhaps `` !!! flaw`` behind it, ``#`` and a blank in front of a comment."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = [
        (number, *line.partition(" !!! ")[::2])
        for number, line in enumerate(text.splitlines(), start=1)
        if line and not line.startswith("# ")
    ]
    assert len(found) >= least, f"{name} has lost cases: {len(found)} of {least}"
    assert len({line for _, line, _ in found}) == len(found), f"{name} has a case twice"
    return [case(printed(line), id=f"line-{number}", flaw=flaw) for number, line, flaw in found]


@dataclass(frozen=True, slots=True)
class Block:
    """Hold a text of several lines and what is expected of it, line by line, with the flaws of single lines."""

    title: str
    text: str
    expected: tuple[str, ...]
    flaws: tuple[tuple[str, str], ...]


def blocks(name: str, *, least: int) -> tuple[Block, ...]:
    """Read blocks: ``=== title``, a text, a line ``---``, what is expected of it, a line perhaps with ``!!! flaw``."""
    found = tuple(_blocks((FOLDER / name).read_text(encoding="utf-8")))
    assert len(found) >= least, f"{name} has lost cases: {len(found)} of {least}"
    assert len({block.title for block in found}) == len(found), f"{name} has a title twice"
    return found


def _blocks(text: str) -> Iterator[Block]:
    for block in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = block.partition("\n")
        source, mark, expected = rest.partition("\n---\n")
        assert mark, f"{title}: no line --- behind the text"
        found = [line.partition(" !!! ")[::2] for line in expected.split("\n") if line]
        yield Block(
            title,
            printed(source),
            tuple(line for line, flaw in found if not flaw),
            tuple((line, flaw) for line, flaw in found if flaw),
        )


def case(*values: Any, id: str, flaw: str = "") -> Any:
    """Make the parameters of one test; a case with a flaw must fail."""
    marks = [pytest.mark.xfail(reason=flaw, strict=True)] if flaw else []
    return pytest.param(*values, id=id, marks=marks)
