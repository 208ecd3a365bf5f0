"""Answer a question of the catalogue: every row with its proof, and where there is no row, the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from cancu.language import LANGUAGES, Language, Refusal, knows, say
from cancu.ontology.iris import PREFIXES
from cancu.queries.catalogue import Column, Parameter, Question, Records, question
from cancu.queries.entries import Ambiguous, Entry, Kind
from cancu.queries.find import find_candidates

if TYPE_CHECKING:
    from cancu.queries.store import Store, Term

__all__ = ["Answer", "Cell", "Hop", "ask", "prepare", "proofs_of", "resolve_document"]

_XSD = PREFIXES["xsd"]

#: What the records of a kind look like in the graph; the gap is the document that they stand in.
_PATTERNS: Mapping[Records, str] = {
    "component": "?record cancu:code ?code ; a cancu:Activity ; dct:isPartOf %s",
    "duty": "?record cancu:statedIn %s ; a cancu:Duty",
    "money": "?record cancu:statedIn %s ; a cancu:BudgetLine",
    "target": "?record cancu:statedIn %s ; a cancu:Target",
    "report": "?record cancu:statedIn %s ; a cancu:ReportingDuty",
}


@dataclass(frozen=True, slots=True)
class Hop:
    """Prove one statement by the characters it came from; a citation leads from one document to another.

    ``confidence`` is never above that of the inference by which a citing text without a number was recognised.
    """

    source: str
    start: int
    end: int
    quote: str
    relation: str | None
    confidence: float
    before: str = ""
    behind: str = ""
    citing: str | None = None
    cited: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one value of an answer: what it reads as, and the resource that it names, if it names one.

    ``exact`` is the number of a figure, ``iris`` are the resources of a list; ``names`` then joins theirs.
    """

    value: str | None
    iri: str | None = None
    names: Mapping[str, str] | None = None
    exact: Decimal | None = None
    iris: tuple[str, ...] = ()

    def text(self, lang: Language) -> str:
        """Give the cell's words in a language."""
        if self.names:
            return self.names.get(lang) or self.names.get("vi") or next(iter(self.names.values()))
        return self.value or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the answer to a question; ``why_empty`` gives the reason in every language when there is no row."""

    question: Question
    parameters: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    proofs: tuple[tuple[Hop, ...], ...]
    confidence: tuple[float, ...]
    why_empty: Mapping[str, str] | None = None
    candidates: tuple[Entry, ...] = ()

    def to_json(self, lang: Language = "vi") -> dict[str, Any]:
        """Give the public JSON of an answer: proofs and confidence hold one entry a row."""
        return {
            "question": self.question.id,
            "parameters": dict(self.parameters),
            "columns": [column.name for column in self.columns],
            "rows": [
                {column.name: row[column.name].text(lang) or None for column in self.columns} for row in self.rows
            ],
            "iris": [
                {name: cell.iri or list(cell.iris) for name, cell in row.items() if cell.iri is not None or cell.iris}
                for row in self.rows
            ],
            "proofs": [
                [
                    {
                        "source": hop.source,
                        "start": hop.start,
                        "end": hop.end,
                        "quote": hop.quote,
                        "relation": hop.relation,
                    }
                    for hop in proof
                ]
                for proof in self.proofs
            ],
            "confidence": list(self.confidence),
            "why_empty": self.why_empty[lang] if self.why_empty is not None else None,
            "candidates": [
                {"iri": entry.iri, "label": entry.label, "issuer": entry.issuer, "document": entry.whole}
                for entry in self.candidates
            ],
        }


def ask(store: Store, name: str, /, **given: str) -> Answer:
    """Ask a question of the catalogue; words for documents, agencies and activities are looked up first.

    Raises :class:`cancu.language.Refusal` for an unknown question, an unknown or missing parameter, and words that
    nothing answers to. Words that several resources answer to are an answer that lists them.
    """
    asked = question(name)
    prepared = prepare(store, asked, given)
    if isinstance(prepared, Ambiguous):
        return _ambiguous(asked, given, prepared)
    return _answer(store, asked, given, *prepared)


def prepare(
    store: Store, asked: Question, given: Mapping[str, str]
) -> tuple[dict[str, Term], Entry | None] | Ambiguous:
    """Turn what a person typed into RDF terms for the slots of a question, and name the document that is asked about.

    Words for documents, agencies and activities are looked up; what several answer to comes back as their list.
    """
    known = {parameter.name for parameter in asked.parameters}
    for one in given:
        if one not in known:
            names = ", ".join(sorted(known)) or "–"
            raise Refusal("ask.unknown-parameter", parameter=one, question=asked.id, known=names)
    terms: dict[str, Term] = {}
    chosen: dict[str, Entry] = {}
    # A document that is named tells which of several plans' activities is meant.
    for parameter in sorted(asked.parameters, key=lambda one: "activity" in one.types):
        text = given.get(parameter.name, parameter.default)
        if text is None:
            if parameter.required:
                raise Refusal(
                    "ask.missing-parameter", parameter=parameter.name, question=asked.id, example=parameter.example
                )
            continue
        within = chosen[asked.text].iri if asked.text in chosen else None
        read = _read(store, parameter, text, within if parameter.types == ("activity",) else None)
        if isinstance(read, Ambiguous):
            return read
        if isinstance(read, Entry):
            chosen[parameter.name] = read
            terms[parameter.name] = ox.NamedNode(read.iri)
        else:
            terms[parameter.name] = read
    about = _whole(store, asked, chosen)
    if about is not None and asked.text is not None and asked.text not in terms:
        # An activity's document is known, and an engine that starts from it has little to look through.
        terms[asked.text] = ox.NamedNode(about.iri)
    if asked.either and not any(one in terms for one in asked.either):
        raise Refusal("ask.missing-either", known=", ".join(asked.either), question=asked.id)
    return terms, about


def resolve_document(store: Store, text: str) -> Entry | Ambiguous:
    """Find the one document that a number, an IRI or a part of a title means, or the several that it may mean."""
    return _one_of(store, text, ("document",))


def _one_of(store: Store, text: str, kinds: Sequence[Kind], within: str | None = None) -> Entry | Ambiguous:
    candidates = find_candidates(store, text, kinds, within)
    if not candidates:
        raise Refusal("ask.nothing-found", text=text)
    return candidates[0] if len(candidates) == 1 else Ambiguous(text, candidates)


def _whole(store: Store, asked: Question, chosen: Mapping[str, Entry]) -> Entry | None:
    """Return the document whose text answers: the one that was named, or that of the activity that was."""
    if asked.text is None:
        return None
    if asked.text in chosen and chosen[asked.text].kind == "document":
        return chosen[asked.text]
    wholes = {entry.part_of for entry in chosen.values() if entry.kind == "activity" and entry.part_of is not None}
    found = find_candidates(store, min(wholes), ("document",)) if len(wholes) == 1 else ()
    return found[0] if len(found) == 1 else None


def _read(store: Store, parameter: Parameter, text: str, within: str | None) -> Entry | Ambiguous | Term:
    kinds: tuple[Kind, ...] = tuple(
        kind for kind in ("document", "activity", "agency", "place", "programme") if kind in parameter.types
    )
    if "programme" in kinds and "document" in kinds:
        founding = _founding(store, text)
        if founding is not None:
            return founding
    if kinds:
        return _one_of(store, text, kinds, within)
    if "date" in parameter.types:
        return ox.Literal(_date(parameter.name, text), datatype=ox.NamedNode(f"{_XSD}date"))
    if "number" in parameter.types:
        if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", text):
            raise Refusal("ask.not-a-number", parameter=parameter.name, text=text)
        return ox.Literal(text.replace(",", "."), datatype=ox.NamedNode(f"{_XSD}decimal"))
    return ox.Literal(text)


def _founding(store: Store, text: str) -> Entry | Ambiguous | None:
    """Find the document that approved the programme which a person names, or None where no programme is called so."""
    programmes = find_candidates(store, text, ("programme",))
    known = [found for one in programmes for found in find_candidates(store, one.decision or "", ("document",))]
    if len(known) > 1:
        return Ambiguous(text, tuple(known))
    return known[0] if known else None


def _date(name: str, text: str) -> str:
    """Read 2024-01-31 and 31/1/2024."""
    for form, order in ((r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)), (r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", (3, 2, 1))):
        found = re.fullmatch(form, text.strip())
        if found is not None:
            try:
                return date(*(int(found[group]) for group in order)).isoformat()
            except ValueError:
                break
    raise Refusal("ask.not-a-date", parameter=name, text=text)


def _ambiguous(asked: Question, given: Mapping[str, str], found: Ambiguous) -> Answer:
    why: dict[str, str] = {
        lang: say("ask.ambiguous", lang, text=found.text, count=len(found.candidates)) for lang in LANGUAGES
    }
    return Answer(asked, dict(given), asked.columns, (), (), (), why, found.candidates)


def _answer(
    store: Store,
    asked: Question,
    given: Mapping[str, str],
    terms: Mapping[str, Term],
    about: Entry | None,
) -> Answer:
    solutions = list(store.select(asked.query, terms))
    records = [_records(solution[asked.proof]) for solution in solutions]
    proofs = proofs_of(store, {record for row in records for record in row})
    ways = _ways(asked, solutions)
    iris = {cell.value for solution in solutions for cell in solution if isinstance(cell, ox.NamedNode)}
    for column in asked.columns:
        if column.several:
            iris.update(one for solution in solutions for one in _records(solution[column.name]))
    names = store.labels(iris)
    rows, shown, sureness = [], [], []
    proved = [_in_order(hop for record in found for hop in proofs.get(record, ())) for found in records]
    order = list(range(len(solutions)))
    if asked.way is not None:
        order = sorted(order, key=lambda index: (len(ways[index]), [_place(hop) for hop in proved[index]]))
    for index in order:
        solution = solutions[index]
        rows.append({column.name: _cell(column, solution[column.name], names) for column in asked.columns})
        hops = tuple(hop for step in ways[index] for hop in proved[step])
        shown.append(hops)
        sureness.append(
            min((1.0, *(hop.confidence for hop in hops), *(_sureness(store, one) for one in records[index])))
        )
    why = None if rows else _why_empty(store, asked, about)
    return Answer(asked, dict(given), asked.columns, tuple(rows), tuple(shown), tuple(sureness), why)


def _place(hop: Hop) -> tuple[str, int, int]:
    return hop.source, hop.start, hop.end


def _in_order(hops: Iterable[Hop]) -> list[Hop]:
    """Put the hops of a row into the order of their places, but each before the one that goes on from it."""
    waiting = sorted(dict.fromkeys(hops), key=_place)
    ordered: list[Hop] = []
    while waiting:
        following = (hop for hop in waiting if ordered and hop.citing is not None and hop.citing == ordered[-1].cited)
        chosen = next(following, waiting[0])
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def _records(term: object) -> tuple[str, ...]:
    """Return the records that prove a row: one, or several in a string with blanks between."""
    if isinstance(term, ox.NamedNode):
        return (term.value,)
    return tuple(dict.fromkeys(term.value.split())) if isinstance(term, ox.Literal) else ()


def _ways(asked: Question, solutions: Sequence[ox.QuerySolution]) -> list[tuple[int, ...]]:
    """Return for each row the rows that lead to it: the shortest way from the start, itself last."""
    if asked.way is None:
        return [(index,) for index in range(len(solutions))]
    start, tail, head = asked.way
    leaving: dict[str, list[int]] = {}
    for index, solution in enumerate(solutions):
        leaving.setdefault(str(solution[tail]), []).append(index)
    reached: dict[str, tuple[int, ...]] = {str(solution[start]): () for solution in solutions}
    frontier = list(reached)
    ways: list[tuple[int, ...]] = [(index,) for index in range(len(solutions))]
    while frontier:
        following = []
        for node in frontier:
            for index in leaving.get(node, ()):
                ways[index] = (*reached[node], index)
                target = str(solutions[index][head])
                if target not in reached:
                    reached[target] = ways[index]
                    following.append(target)
        frontier = following
    return ways


def _cell(column: Column, term: object, names: Mapping[str, Mapping[str, str]]) -> Cell:
    if column.several:
        return _list(_records(term), names)
    if isinstance(term, ox.NamedNode):
        return Cell(term.value, term.value, names.get(term.value))
    if not isinstance(term, ox.Literal):
        return Cell(None)
    if term.datatype.value == f"{_XSD}boolean" or knows(f"value.{column.name}.{term.value}"):
        key = f"value.{column.name}.{term.value}"
        if knows(key):
            return Cell(term.value, None, {lang: say(key, lang) for lang in LANGUAGES})
    exact = Decimal(term.value) if term.datatype.value == f"{_XSD}decimal" else None
    return Cell(term.value, None, names.get(term.value), exact)


def _list(iris: tuple[str, ...], names: Mapping[str, Mapping[str, str]]) -> Cell:
    """Name several resources, in the order of their Vietnamese names."""
    if not iris:
        return Cell(None)
    each = sorted((Cell(iri, iri, names.get(iri)) for iri in iris), key=lambda cell: (cell.text("vi"), cell.iri))
    joined: dict[str, str] = {lang: "; ".join(dict.fromkeys(cell.text(lang) for cell in each)) for lang in LANGUAGES}
    return Cell(joined["vi"], None, joined, iris=tuple(cell.iri for cell in each if cell.iri is not None))


def _why_empty(store: Store, asked: Question, about: Entry | None) -> Mapping[str, str]:
    """Say why there is no row: the text is not held, nothing was read out of it, or it does not say."""
    if not store.has_sources():
        return {lang: say("empty.no-sources", lang) for lang in LANGUAGES}
    if about is None:
        return asked.empty
    if not about.held:
        return {lang: say("empty.not-held", lang, document=about.label) for lang in LANGUAGES}
    if asked.reads is not None:
        if not _has_records(store, about.iri, asked.reads):
            key = f"empty.nothing-read.{asked.reads}"
            return {lang: say(key, lang, document=about.label) for lang in LANGUAGES}
    elif not any(_are_of(store, one, about.iri) for one in ("citingDocument", "statedIn")):
        return {lang: say("empty.nothing-read", lang, document=about.label) for lang in LANGUAGES}
    return asked.empty


def _are_of(store: Store, relation: str, document: str) -> bool:
    return any(True for _ in store.triples(None, f"{_CANCU}{relation}", ox.NamedNode(document)))


def _has_records(store: Store, document: str, kind: Records) -> bool:
    """Tell whether any record of a kind was read out of a document."""
    of_kind = _PATTERNS[kind] % ox.NamedNode(document)
    return bool(store.query(f"ASK {{ {of_kind} }}"))


_CANCU, _OA, _RDF = PREFIXES["cancu"], PREFIXES["oa"], PREFIXES["rdf"]


def proofs_of(store: Store, records: Iterable[str]) -> dict[str, tuple[Hop, ...]]:
    """Return the proofs of records, in the order of their places; what another record proves has that one's proof."""
    inferred = _inferences(store)
    found = {}
    for record in sorted(set(records)):
        several = (record, *_values(store, record, f"{_CANCU}evidenceFrom"))
        hops = {hop for one in several for hop in _hops(store, one, inferred)}
        found[record] = tuple(sorted(hops, key=_place))
    return found


def _sureness(store: Store, record: str) -> float:
    """Return how sure a record is by itself, whether or not a quote shows it."""
    return float(_value(store, record, f"{_CANCU}confidence") or 1.0)


def _inferences(store: Store) -> dict[str, float]:
    """Tell how sure it is that a text which has lost its number is the document that it was taken for."""
    inferred: dict[str, float] = {}
    for triple in store.triples(None, f"{_RDF}type", ox.NamedNode(f"{_CANCU}IdentityInference")):
        link = _text(triple.subject)
        for document in _values(store, link, f"{_CANCU}about"):
            inferred[document] = min(inferred.get(document, 1.0), _sureness(store, link))
    return inferred


def _hops(store: Store, record: str, inferred: Mapping[str, float]) -> Iterable[Hop]:
    """Read the proofs of one record; looking triples up takes a tenth of the time that a query takes."""
    citing = _value(store, record, f"{_CANCU}citingDocument")
    confidence = _sureness(store, record)
    # What a citation is for, what a statement is about, or what a doubt is.
    naming = (f"{_CANCU}relation", f"{_RDF}predicate", f"{_CANCU}rule")
    relation = next((value for name in naming if (value := _value(store, record, name)) is not None), None)
    for annotation in store.triples(None, f"{_OA}hasBody", ox.NamedNode(record)):
        for target in _values(store, _text(annotation.subject), f"{_OA}hasTarget"):
            selectors = _values(store, target, f"{_OA}hasSelector")
            said = {
                name: next((value for one in selectors if (value := _value(store, one, _OA + name)) is not None), "")
                for name in ("start", "end", "exact", "prefix", "suffix")
            }
            source = _value(store, target, f"{_OA}hasSource") or ""
            yield Hop(
                source=_value(store, source, PREFIXES["rdfs"] + "label") or source,
                start=int(said["start"]),
                end=int(said["end"]),
                quote=said["exact"],
                relation=re.split(r"[/#]", relation)[-1] if relation is not None else None,
                confidence=min(confidence, inferred.get(citing or "", 1.0)),
                before=said["prefix"],
                behind=said["suffix"],
                citing=citing,
                cited=_value(store, record, f"{_CANCU}citedDocument"),
            )


def _values(store: Store, subject: str, predicate: str) -> list[str]:
    return sorted(_text(triple.object) for triple in store.triples(subject, predicate))


def _value(store: Store, subject: str, predicate: str) -> str | None:
    return next(iter(_values(store, subject, predicate)), None)


def _text(term: object) -> str:
    return term.value if isinstance(term, (ox.Literal, ox.NamedNode)) else ""
