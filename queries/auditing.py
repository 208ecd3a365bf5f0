"""Audit plans by the rules of ``audit/``: what each rule finds, with the words it stands in and the values compared.

Documents are audited a batch at a time, so the memory that it takes does not grow with their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from cancu.ontology.iris import PREFIXES
from cancu.queries.access import Access, Term, term_in, text_of, text_or_none
from cancu.queries.audit_rules import SEVERITIES, Rule, Severity, audit_rules
from cancu.queries.cells import Cell, Names, cell_of, listed, named
from cancu.queries.engine import Hop, confidence_of, proofs_of, records_in

__all__ = ["Finding", "audit", "audited_documents", "held_texts"]

Progress = Callable[[int, int, str], None]

#: So many documents are audited at once.
_BATCH: Final = 64
#: An error is what the text proves: where the reader is less sure than this of what it read, it is a warning.
_SURE_ENOUGH: Final = 0.7

_COMMENT: Final = PREFIXES["rdfs"] + "comment"

_HELD: Final = """
SELECT DISTINCT ?document ?source WHERE {
  VALUES ?document { UNDEF }
  ?document cancu:heldAs ?text .
  ?text rdfs:label ?source .
} ORDER BY ?source ?document"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one fault: the rule that found it, the document, the places in the texts and the values.

    The first place is in the document itself where it has one there; ``values`` fill the gaps of the rule's sentences.
    ``suppressed`` is the reason why somebody has set it aside.
    """

    rule: Rule
    severity: Severity
    document: str
    label: str
    places: tuple[Hop, ...]
    values: Mapping[str, Cell]
    confidence: float
    suppressed: str | None = None

    @property
    def fingerprint(self) -> str:
        """Identify the finding by its rule, document and quotes, wherever in the text these have moved."""
        quotes = sorted(" ".join(hop.quote.split()) for hop in self.places)
        return hashlib.sha256("\n".join([self.rule.id, self.document, *quotes]).encode()).hexdigest()[:16]

    @property
    def arithmetic(self) -> Cell | None:
        """Give the arithmetic, where the rule has any."""
        return self.values[self.rule.arithmetic] if self.rule.arithmetic is not None else None

    @property
    def compared(self) -> tuple[Cell, Cell] | None:
        """Give the two values that are held against each other, where the rule has any."""
        if self.rule.compares is None:
            return None
        one, other = self.rule.compares
        return self.values[one], self.values[other]

    def set_aside(self, reason: str) -> Finding:
        """Give the finding as one that somebody has set aside, with the reason."""
        return replace(self, suppressed=reason)


def audited_documents(store: Access) -> tuple[str, ...]:
    """Name the documents that the store holds a text of, in the order of the texts' names."""
    return tuple(held_texts(store))


def held_texts(store: Access, documents: Iterable[str] | None = None) -> Mapping[str, Sequence[str]]:
    """Name the texts that the store holds of documents (all where none are given), in the order of these names.

    >>> from cancu.queries.store import Store
    >>> held_texts(Store.in_memory())
    {}
    """
    given = None if documents is None else {"document": [ox.NamedNode(one) for one in documents]}
    found: dict[str, list[str]] = {}
    for row in store.select(_HELD, given):
        found.setdefault(text_of(row["document"]), []).append(text_of(row["source"]))
    return found


def audit(
    store: Access,
    documents: Iterable[str] | None = None,
    rules: Iterable[Rule] | None = None,
    *,
    on: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Finding]:
    """Yield what the rules find in documents (IRIs; all that are held where none are named), document by document.

    Rules that ask for a day run where ``on``, an ISO date, gives one.
    """
    wanted = tuple(documents) if documents is not None else audited_documents(store)
    applied = [
        rule for rule in (audit_rules().values() if rules is None else rules) if on is not None or not rule.dated
    ]
    for first in range(0, len(wanted), _BATCH):
        batch = wanted[first : first + _BATCH]
        found = _audit_batch(store, batch, applied, on)
        for done, document in enumerate(batch, start=first + 1):
            of_document = sorted(found.get(document, ()), key=_order)
            yield from of_document
            if progress is not None:
                progress(done, len(wanted), of_document[0].label if of_document else document)


def _order(finding: Finding) -> tuple[object, ...]:
    where = finding.places[0].place if finding.places else ("", 0, 0)
    return (*where, SEVERITIES.index(finding.severity), finding.rule.id, finding.fingerprint)


def _audit_batch(
    store: Access, documents: Sequence[str], rules: Iterable[Rule], on: str | None
) -> dict[str, list[Finding]]:
    """Ask each query once for all documents, and look all proofs and names up together."""
    given: dict[str, Term | Sequence[Term]] = {"document": [ox.NamedNode(one) for one in documents]}
    day = {"on": ox.Literal(on, datatype=ox.NamedNode(f"{PREFIXES['xsd']}date"))} if on is not None else {}
    solutions: dict[str, list[ox.QuerySolution]] = {}
    rows: list[tuple[Rule, ox.QuerySolution]] = []
    for rule in rules:
        if rule.query not in solutions:
            solutions[rule.query] = list(store.select(rule.query, given | day if rule.dated else given))
        rows += [(rule, row) for row in solutions[rule.query] if _fits(rule, row)]
    records = {record for rule, row in rows for name in rule.proof for record in records_in(row[name])}
    proofs, sure = proofs_of(store, records), confidence_of(store, records)
    told = {one for rule, row in rows for name in _shown(rule) for one in records_in(row[name]) if "://" in one}
    names = _names(store, told | set(documents))
    own = held_texts(store, documents)
    found: dict[str, dict[str, Finding]] = {}
    for rule, row in rows:
        finding = _finding(rule, row, proofs, sure, names, own.get(text_of(row["document"]), ()))
        seen = found.setdefault(finding.document, {})
        key = f"{finding.fingerprint} {[(hop.source, hop.start) for hop in finding.places]}"
        # Of what is found twice in the same words, the surer one stands.
        if key not in seen or seen[key].confidence < finding.confidence:
            seen[key] = finding
    return {document: list(findings.values()) for document, findings in found.items()}


def _fits(rule: Rule, row: ox.QuerySolution) -> bool:
    return all((text_or_none(row[name]) or "") in values for name, values in rule.where)


def _shown(rule: Rule) -> set[str]:
    """Name the variables whose values are shown."""
    return {*rule.gaps, *(rule.compares or ()), *([rule.arithmetic] if rule.arithmetic is not None else [])}


def _finding(
    rule: Rule,
    row: ox.QuerySolution,
    proofs: Mapping[str, Sequence[Hop]],
    sure: Mapping[str, float],
    names: Names,
    own: Collection[str],
) -> Finding:
    document = text_of(row["document"])
    records = list(dict.fromkeys(record for name in rule.proof for record in records_in(row[name])))
    # The document's own words come first; of what one variable names, the first record, then the order of the text.
    shown = []
    for name in rule.proof:
        first, *others = [proofs.get(one, ()) for one in records_in(row[name])] or [()]
        rest = {hop for hops in others for hop in hops}
        shown.append([*first, *sorted(rest, key=lambda hop: (*hop.place, hop.relation or ""))])
    places = tuple(sorted(dict.fromkeys(hop for hops in shown for hop in hops), key=lambda hop: hop.source not in own))
    said = _said_confidence(row)
    confidence = min((said, *(hop.confidence for hop in places), *(sure[record] for record in records)))
    severity = rule.severity
    if severity == "error" and confidence < _SURE_ENOUGH:
        severity = "warning"
    return Finding(
        rule=rule,
        severity=severity,
        document=document,
        label=names.get(document, {}).get("vi") or document,
        places=places,
        values=MappingProxyType({name: _cell(name, row[name], names) for name in sorted(_shown(rule))}),
        confidence=confidence,
    )


def _said_confidence(row: ox.QuerySolution) -> float:
    said = term_in(row, "confidence")
    return float(said.value) if isinstance(said, ox.Literal) else 1.0


def _names(store: Access, iris: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Give the names of resources; of a doubt, which has none, what it says."""
    wanted = sorted(iris)
    names: dict[str, Mapping[str, str]] = dict(store.labels(wanted))
    for iri, said in store.facts([one for one in wanted if one not in names], (_COMMENT,)).items():
        names[iri] = {
            term.language or "": term.value for term in said.get(_COMMENT, ()) if isinstance(term, ox.Literal)
        }
    return names


def _cell(name: str, term: object, names: Names) -> Cell:
    words = records_in(term)
    if isinstance(term, ox.Literal) and words and all("://" in word for word in words):
        return listed(named(word, names) for word in words)
    return cell_of(term, names, name)
