"""Set findings aside for reasons that somebody wrote down in a file: a table with tabs between its cells.

::

    rule	document	quote	reason
    table-rate	37/KH-UBND	21,06	Biểu gốc có đóng dấu ghi đúng như vậy.
    *	ke-hoach.txt	#0a1b2c3d4e5f6071	Đã xử lý tại Công văn số 12/UBND-LĐTBXH.

A row names a rule or ``*``, a document by its number or the file of its text or ``*``, words that stand in a quote of
the finding, or its fingerprint, or nothing; and always the reason. What it leaves open, any finding fits, but it must
say one of the three. Empty lines and lines that begin with ``#`` are remarks. A flawed line is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cancu.language import Refusal
from cancu.queries.audit_scope import Audited
from cancu.queries.auditing import Finding
from cancu.queries.find import number_key

__all__ = ["HEADER", "Suppression", "Suppressions", "read_suppressions"]

#: The first line of the file.
HEADER: Final = ("rule", "document", "quote", "reason")

_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Hold one row of the file, with its line."""

    rule: str
    document: str
    quote: str
    reason: str
    line: int

    def fits(self, finding: Finding) -> bool:
        """Tell whether the rule and the words are those of a finding; of the document that is asked elsewhere."""
        if self.rule not in (_ANY, finding.rule.id):
            return False
        if self.quote.startswith("#"):
            return self.quote[1:] == finding.fingerprint
        return not self.quote or any(self.quote in _plain(hop.quote) for hop in finding.places)


class Suppressions:
    """Set findings aside, and know which rows have fitted none."""

    def __init__(self, file: Path, rows: Iterable[Suppression], held: Iterable[Audited]) -> None:
        """Look up which documents the rows mean; a number that several documents have is refused."""
        self.file = file
        self._rows: list[tuple[Suppression, frozenset[str] | None]] = []
        self._used: set[int] = set()
        documents = tuple(held)
        for row in rows:
            meant = None if row.document == _ANY else _meant(row.document, documents)
            if meant is not None and len(meant) > 1:
                known = "; ".join(source for one in meant for source in one.sources)
                raise Refusal("suppress.ambiguous", file=file, line=row.line, document=row.document, known=known)
            self._rows.append((row, None if meant is None else frozenset(one.iri for one in meant)))

    def apply(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings, those with their reason that a row sets aside; the first row that fits gives it."""
        for finding in findings:
            fitting = [row for row, meant in self._rows if _among(finding.document, meant) and row.fits(finding)]
            self._used.update(row.line for row in fitting)
            yield finding.set_aside(fitting[0].reason) if fitting else finding

    def unused(self, documents: Iterable[str], rules: Iterable[str]) -> list[Suppression]:
        """Give the rows that fitted nothing, of those that could have: of what was audited, by the rules applied."""
        audited, applied = set(documents), {_ANY, *rules}
        return [
            row
            for row, meant in self._rows
            if row.line not in self._used and row.rule in applied and (not meant or meant & audited)
        ]


def _among(document: str, meant: frozenset[str] | None) -> bool:
    return meant is None or document in meant


def _meant(word: str, documents: Iterable[Audited]) -> list[Audited]:
    key = number_key(word)
    return [
        one
        for one in documents
        if word in (*one.sources, one.iri) or (one.number is not None and number_key(one.number) == key)
    ]


def read_suppressions(file: Path, rules: Mapping[str, object]) -> list[Suppression]:
    """Read the rows of a file; ``rules`` are those that it may name."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as flaw:
        raise Refusal("suppress.file", file=file, reason=flaw) from flaw
    lines = enumerate(text.splitlines(), start=1)
    rows = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    if not rows or tuple(rows[0][1].split("\t")) != HEADER:
        raise Refusal("suppress.header", file=file, line=rows[0][0] if rows else 1, header="⇥".join(HEADER))
    return [_row(file, number, line, rules) for number, line in rows[1:]]


def _row(file: Path, number: int, line: str, rules: Mapping[str, object]) -> Suppression:
    cells = [_plain(cell) for cell in line.split("\t")]
    if len(cells) != len(HEADER):
        raise Refusal("suppress.cells", file=file, line=number, count=len(HEADER), found=len(cells))
    rule, document, quote, reason = cells
    if not reason:
        raise Refusal("suppress.no-reason", file=file, line=number)
    if rule != _ANY and rule not in rules:
        raise Refusal("suppress.unknown-rule", file=file, line=number, rule=rule or "–")
    if not document or (rule == document == _ANY and not quote):
        raise Refusal("suppress.everything", file=file, line=number)
    return Suppression(rule, document, quote, reason, number)


def _plain(words: str) -> str:
    """Write words on one line, in the letters of Unicode's form NFC."""
    return unicodedata.normalize("NFC", " ".join(words.split()))
