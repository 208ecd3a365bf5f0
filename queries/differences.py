"""Say what has changed between two states of a store, document by document, each change with its proof in both.

What is compared is a query each in ``differences/``. Its rows are things of a document: ``?key`` names a thing in a way
that survives another reading of the text, ``?mark`` is what must be the same for it to be unchanged, ``?value`` what is
shown of that, and ``?loose`` and ``?looser`` are weaker keys, by which a thing that is gone and one that is new are
taken for one that has changed. ``?code`` is the component that a thing belongs to; components are matched first, so
that a project with another number keeps its money. Places in the text are no part of a key: text that has only moved
is no change.

Documents are compared a batch at a time, so the memory that it takes does not grow with their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

import pyoxigraph as ox

from cancu.language import say_all
from cancu.queries.access import Access, term_in, text_of, text_or_none
from cancu.queries.audit_rules import SEVERITIES, Rule, Severity, audit_rules
from cancu.queries.auditing import Finding, audit, held_texts
from cancu.queries.cells import Cell, Names, cell_of, worded
from cancu.queries.engine import Hop, proofs_of

__all__ = ["KINDS", "Change", "Difference", "Kind", "Verb", "differences"]

Kind = Literal[
    "document", "header", "force", "basis", "citation", "component", "lead", "coordinate", "duty", "money", "target",
    "deadline", "report", "authority", "recipient", "finding",
]  # fmt: skip
Verb = Literal["added", "removed", "changed", "raised", "lowered"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Progress = Callable[[int, int, str], None]

#: So many documents are compared at once.
_BATCH: Final = 64
_FOLDER: Final = Path(__file__).with_name("differences")
#: The variables of a query that say what a change is about, and its weaker keys.
_ABOUT: Final = ("subject", "item", "kind", "year", "aspect")
_WEAKER: Final = ("loose", "looser")

#: What loses or changes its force, whether or not its text is held.
_TOUCHED: Final = """
SELECT DISTINCT ?document WHERE { ?changer cancu:replaces|cancu:annuls|eli:amends ?document }"""
_KNOWN: Final = "SELECT DISTINCT ?document { VALUES ?document { UNDEF } ?document a eli:LegalResource }"


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one change: what it is about, the value before and after, and the words of both texts that prove it.

    ``difference`` is by how much a sum of money has changed, in đồng. A change of what the audit finds holds the
    findings instead of values.
    """

    kind: Kind
    verb: Verb
    document: str
    about: tuple[Cell, ...]
    old: Cell | None
    new: Cell | None
    old_proof: tuple[Hop, ...] = ()
    new_proof: tuple[Hop, ...] = ()
    difference: Decimal | None = None
    old_finding: Finding | None = None
    new_finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold what has changed of one document, in the order of kinds and of the text."""

    document: str
    label: str
    changes: tuple[Change, ...]

    def counts(self) -> Mapping[tuple[Kind, Verb], int]:
        """Count the changes by kind and verb, in their order."""
        return Counter((change.kind, change.verb) for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Thing:
    """Hold one thing that a state of a document has, by its keys from the strictest down."""

    keys: tuple[str, ...]
    mark: str
    about: tuple[object, ...]
    value: object
    records: tuple[str, ...]


@dataclass(slots=True)
class _State:
    """Read one state of the store, and name what is in it."""

    store: Access
    held: Mapping[str, Sequence[str]]
    rows: dict[str, dict[str, list[ox.QuerySolution]]] = field(default_factory=dict)
    proofs: Mapping[str, tuple[Hop, ...]] = field(default_factory=dict)
    names: Names = field(default_factory=dict)

    def read(self, documents: Sequence[str]) -> None:
        """Read all things of a batch of documents."""
        given = {"document": [ox.NamedNode(one) for one in documents]}
        for kind, query in _queries().items():
            of_kind: dict[str, list[ox.QuerySolution]] = defaultdict(list)
            for row in self.store.select(query, given):
                of_kind[text_of(row["document"])].append(row)
            self.rows[kind] = of_kind

    def things(self, kind: str, document: str, codes: Mapping[str, str]) -> list[_Thing]:
        """Give the things of a kind, those that are the same in every respect as one."""
        found: dict[tuple[object, ...], _Thing] = {}
        for row in self.rows[kind].get(document, ()):
            code = _value(row, "code")
            prefix = "" if code is None else codes.get(code, code)
            weaker = (_value(row, name) for name in _WEAKER)
            keys = tuple(f"{prefix}\t{key}" for key in (_value(row, "key"), *weaker) if key is not None)
            thing = _Thing(
                keys, _value(row, "mark") or "", tuple(term_in(row, name) for name in _ABOUT), term_in(row, "value"),
                (text_of(row["record"]),),
            )  # fmt: skip
            same = (keys[0], thing.mark)
            known = found.get(same)
            found[same] = replace(known, records=(*known.records, *thing.records)) if known is not None else thing
        return [found[one] for one in sorted(found)]

    def look_up(self, things: Iterable[_Thing]) -> None:
        """Look up the proofs and the names of things, all together."""
        wanted = list(things)
        self.proofs = proofs_of(self.store, {record for thing in wanted for record in thing.records})
        terms = (term for thing in wanted for term in (*thing.about, thing.value))
        self.names = self.store.labels({term.value for term in terms if isinstance(term, ox.NamedNode)})

    def proof(self, thing: _Thing) -> tuple[Hop, ...]:
        hops = {hop for record in thing.records for hop in self.proofs.get(record, ())}
        return tuple(sorted(hops, key=lambda hop: hop.place))

    def cell(self, name: str, term: object) -> Cell | None:
        found = cell_of(term, self.names, name)
        return found if found.value else None

    def about(self, kind: str, thing: _Thing) -> tuple[Cell, ...]:
        if kind == "header":
            return (worded(say_all(f"difference.header.{thing.keys[0].strip()}")),)
        cells = (self.cell(name, term) for name, term in zip(_ABOUT, thing.about, strict=True))
        return tuple(cell for cell in cells if cell is not None)


@cache
def _queries() -> Mapping[str, str]:
    """Give the query of each kind."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(_FOLDER.glob("*.rq"))}


@dataclass(frozen=True, slots=True)
class _Audit:
    """Say which findings are compared: of which rules, of which severity at least, on which day."""

    rules: tuple[Rule, ...]
    least: Severity
    on: str | None

    def findings(self, store: Access, documents: Sequence[str]) -> dict[str, list[Finding]]:
        """Audit documents."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in audit(store, documents, self.rules, on=self.on):
            if SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.least):
                found[finding.document].append(finding)
        return found


def differences(
    old: Access,
    new: Access,
    documents: Collection[str] | None = None,
    rules: Iterable[Rule] | None = None,
    *,
    least: Severity = "note",
    on: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Difference]:
    """Yield what has changed from one state of a store to another, document by document, in the order of the texts.

    ``documents`` (IRIs of the new state) are all where none are given, and so are ``rules``, whose findings from the
    severity ``least`` upwards are compared, those that ask for a day on the day ``on``.
    """
    states = (_State(old, held_texts(old)), _State(new, held_texts(new)))
    pairs = [pair for pair in _pairs(*states) if documents is None or pair[1] in documents]
    chosen = _Audit(tuple(audit_rules().values() if rules is None else rules), least, on)
    for first in range(0, len(pairs), _BATCH):
        batch = pairs[first : first + _BATCH]
        for done, found in enumerate(_batch(states, batch, chosen), start=first + 1):
            if found.changes:
                yield found
            if progress is not None:
                progress(done, len(pairs), found.label)


def _pairs(old: _State, new: _State) -> list[tuple[str | None, str | None]]:
    """Pair the documents of two states: those of one name, then those that are read from a file of one name.

    A document whose number has been put right has another name, and its text is in the same file. Of documents whose
    text is not held only those are compared that something has happened to.
    """
    gone = {one: sources for one, sources in old.held.items() if one not in new.held}
    come = {one: sources for one, sources in new.held.items() if one not in old.held}
    by_source = {source: one for one, sources in come.items() for source in sources}
    renamed: dict[str, str] = {}
    for one, sources in gone.items():
        other = next((by_source[source] for source in sources if source in by_source), None)
        if other is not None and other not in renamed.values():
            renamed[one] = other
    pairs: list[tuple[str | None, str | None]] = [(one, one) for one in new.held if one in old.held]
    pairs += [*renamed.items(), *((one, None) for one in gone if one not in renamed)]
    pairs += [(None, one) for one in come if one not in renamed.values()]
    pairs.sort(key=lambda pair: _sources_of(pair, old, new))
    touched = {text_of(row["document"]) for state in (old, new) for row in state.store.select(_TOUCHED)}
    pairs += [(one, one) for one in sorted(touched - set(old.held) - set(new.held))]
    return pairs


def _sources_of(pair: tuple[str | None, str | None], old: _State, new: _State) -> tuple[str, str]:
    before, after = pair
    sources = new.held[after] if after is not None else old.held[before] if before is not None else ()
    return min(sources, default=""), after or before or ""


def _batch(
    states: tuple[_State, _State], pairs: Sequence[tuple[str | None, str | None]], chosen: _Audit
) -> Iterator[Difference]:
    """Compare a batch of documents; the proofs and names of all that has changed are looked up together."""
    old, new = states
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    for state, names in zip(states, zip(*both, strict=True), strict=True) if both else ():
        state.read(names)
    matched: dict[tuple[str | None, str | None], list[tuple[Kind, _Thing | None, _Thing | None]]] = {
        (before, after): _changed(old, new, before, after) for before, after in both
    }
    changed = [one for found in matched.values() for one in found]
    old.look_up(thing for _, thing, _ in changed if thing is not None)
    new.look_up(thing for _, _, thing in changed if thing is not None)
    held = [(before, after) for before, after in both if before in old.held and after in new.held]
    findings = _findings(states, held, chosen)
    labels = old.store.labels(before for before, _ in pairs if before is not None)
    labels |= new.store.labels(after for _, after in pairs if after is not None)
    cited = _known(old.store, [after for before, after in pairs if before is None and after is not None])
    for pair in pairs:
        before, after = pair
        document = after or before or ""
        label = labels.get(document, {}).get("vi") or document
        if before is None or after is None:
            yield Difference(document, label, (_appeared(document, label, before, states, cited),))
            continue
        changes = [_change(kind, after, one, other, states) for kind, one, other in matched[pair]]
        changes += findings.get((before, after), [])
        yield Difference(document, label, tuple(sorted(changes, key=_order)))


def _known(store: Access, documents: Sequence[str]) -> frozenset[str]:
    """Tell which documents a store knows at least from what others cite."""
    if not documents:
        return frozenset()
    rows = store.select(_KNOWN, {"document": [ox.NamedNode(one) for one in documents]})
    return frozenset(text_of(row["document"]) for row in rows)


def _appeared(
    document: str, label: str, before: str | None, states: tuple[_State, _State], cited: frozenset[str]
) -> Change:
    """Say that a document has come into the store or gone out of it; ``about`` tells if it was cited before."""
    old, new = states
    name = worded({"vi": label}, document)
    if before is not None:
        return Change("document", "removed", document, (), replace(name, count=len(old.held[document])), None)
    about = (worded(say_all("difference.document.cited")),) if document in cited else ()
    return Change("document", "added", document, about, None, replace(name, count=len(new.held[document])))


def _changed(old: _State, new: _State, before: str, after: str) -> list[tuple[Kind, _Thing | None, _Thing | None]]:
    """Match the things of two states of a document, components first, and keep what is not the same in both."""
    codes: dict[str, str] = {}
    components = _matched(old.things("component", before, {}), new.things("component", after, {}))
    for one, other in components:
        if one is not None:
            # What belongs to a component that is gone belongs to no other that has its number now.
            code = _code(one)
            codes[code] = _code(other) if other is not None else f"{code}\tgone"
    found: list[tuple[Kind, _Thing | None, _Thing | None]] = []
    for kind in KINDS:
        if kind not in _queries():
            continue
        pairs = (
            components
            if kind == "component"
            else _matched(old.things(kind, before, codes), new.things(kind, after, {}))
        )
        found += [
            (kind, one, other) for one, other in pairs if one is None or other is None or one.mark != other.mark
            or (kind in _REPLACED and one.keys[0] != other.keys[0])
        ]  # fmt: skip
    return found


#: Where another thing in the same place is a change: an agency instead of another.
_REPLACED: Final = ("lead", "coordinate")


def _code(thing: _Thing) -> str:
    return thing.keys[-1].strip()


def _matched(old: Sequence[_Thing], new: Sequence[_Thing]) -> list[tuple[_Thing | None, _Thing | None]]:
    """Pair the things of two states: by the strictest key and the same mark first, then by ever weaker keys."""
    pairs: list[tuple[_Thing | None, _Thing | None]] = []
    left, right = list(old), list(new)
    ways: list[Callable[[_Thing], str | None]] = [lambda thing: f"{thing.keys[0]}\n{thing.mark}"]
    ways += [_key_of(level) for level in range(1 + len(_WEAKER))]
    for way in ways:
        waiting: dict[str, list[_Thing]] = defaultdict(list)
        for thing in right:
            key = way(thing)
            if key is not None:
                waiting[key].append(thing)
        rest = []
        for thing in left:
            key = way(thing)
            if key is not None and waiting.get(key):
                pairs.append((thing, waiting[key].pop(0)))
            else:
                rest.append(thing)
        taken = {id(other) for _, other in pairs}
        left, right = rest, [thing for thing in right if id(thing) not in taken]
    return [*pairs, *((thing, None) for thing in left), *((None, thing) for thing in right)]


def _key_of(level: int) -> Callable[[_Thing], str | None]:
    """Give what reads the key of a level from a thing, None where it has none."""
    return lambda thing: thing.keys[level] if level < len(thing.keys) else None


def _change(
    kind: Kind, document: str, one: _Thing | None, other: _Thing | None, states: tuple[_State, _State]
) -> Change:
    old, new = states
    verb: Verb = "added" if one is None else "removed" if other is None else "changed"
    before = old.cell("value", one.value) if one is not None else None
    after = new.cell("value", other.value) if other is not None else None
    difference = None
    if before is not None and after is not None and before.exact is not None and after.exact is not None:
        difference = after.exact - before.exact
        verb = "raised" if difference > 0 else "lowered"
    about = new.about(kind, other) if other is not None else old.about(kind, one) if one is not None else ()
    return Change(
        kind, verb, document, about, before, after,
        old.proof(one) if one is not None else (), new.proof(other) if other is not None else (), difference,
    )  # fmt: skip


def _findings(
    states: tuple[_State, _State], pairs: Sequence[tuple[str, str]], chosen: _Audit
) -> dict[tuple[str, str], list[Change]]:
    """Compare what the audit finds in both states, by the fingerprints of the findings."""
    if not pairs or not chosen.rules:
        return {}
    old, new = states
    before = chosen.findings(old.store, [one for one, _ in pairs])
    after = chosen.findings(new.store, [other for _, other in pairs])
    changes: dict[tuple[str, str], list[Change]] = {}
    for one, other in pairs:
        # A document whose number was put right has the same faults.
        was = {replace(finding, document=other).fingerprint: finding for finding in before.get(one, ())}
        now = {finding.fingerprint: finding for finding in after.get(other, ())}
        settled = [finding for key, finding in was.items() if key not in now]
        fresh = [finding for key, finding in now.items() if key not in was]
        changes[one, other] = [_of_findings(first, second, other) for first, second in _same_findings(settled, fresh)]
    return changes


def _same_findings(
    settled: Sequence[Finding], fresh: Sequence[Finding]
) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Pair findings of one rule that have words in common: such a one is not settled, its other words have changed."""
    waiting = list(fresh)
    for finding in settled:
        words = _words_of(finding)
        other = next((one for one in waiting if one.rule.id == finding.rule.id and words & _words_of(one)), None)
        if other is not None:
            waiting.remove(other)
        yield finding, other
    for one in waiting:
        yield None, one


def _words_of(finding: Finding) -> frozenset[str]:
    return frozenset(" ".join(hop.quote.split()) for hop in finding.places)


def _of_findings(one: Finding | None, other: Finding | None, document: str) -> Change:
    verb: Verb = "added" if one is None else "removed" if other is None else "changed"
    finding = other or one
    assert finding is not None
    about = (worded(finding.rule.titles),)
    return Change(
        "finding", verb, document, about, None, None,
        one.places if one is not None else (), other.places if other is not None else (),
        old_finding=one, new_finding=other,
    )  # fmt: skip


def _order(change: Change) -> tuple[object, ...]:
    proof = change.new_proof or change.old_proof
    where = proof[0].place if proof else ("", 0, 0)
    words = [cell.text("vi") for cell in change.about]
    return KINDS.index(change.kind), get_args(Verb).index(change.verb), where, words


def _value(row: ox.QuerySolution, name: str) -> str | None:
    return text_or_none(term_in(row, name))
