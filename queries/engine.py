"""Answer a question of the catalogue: every row with its proof, and where there is no row, the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from cancu.language import Language, Refusal, say_all
from cancu.ontology.iris import PREFIXES
from cancu.queries.access import text_of, values_of
from cancu.queries.catalogue import Column, Parameter, Question, Records, question
from cancu.queries.cells import BETWEEN, Cell, Names, cell_of, coded, listed, named
from cancu.queries.entries import Ambiguous, Entry, Kind
from cancu.queries.find import find_candidates

if TYPE_CHECKING:
    from cancu.queries.access import Access, Facts, Term

__all__ = [
    "Answer",
    "Hop",
    "ambiguous",
    "ask",
    "ask_of_documents",
    "confidence_of",
    "inferences",
    "prepare",
    "proofs_of",
    "records_in",
    "resolve_document",
]

_XSD = PREFIXES["xsd"]

#: What the records of a kind look like in the graph; the gap is the document that they stand in.
_PATTERNS: Mapping[Records, str] = {
    "component": "?record cancu:code ?code ; a cancu:Activity ; dct:isPartOf %s",
    "duty": "?record cancu:statedIn %s ; a cancu:Duty",
    "money": "?record cancu:statedIn %s ; a cancu:BudgetLine",
    "target": "?record cancu:statedIn %s ; a cancu:Target",
    "report": "?record cancu:statedIn %s ; a cancu:ReportingDuty",
    "recipient": "?record cancu:statedIn %s ; a cancu:RecipientLine",
    "table": "?record cancu:statedIn %s ; a cancu:Table",
}


#: What a document says it carries out, of other bodies than its own.
_SUPERIORS = """
SELECT DISTINCT ?superior ?label ?source WHERE {
  VALUES ?document { %s }
  ?document eli:ensures_implementation_of ?superior ; eli:passed_by ?body .
  ?superior rdfs:label ?label .
  FILTER NOT EXISTS { ?superior eli:passed_by ?body }
  OPTIONAL { ?superior cancu:heldAs ?source }
}"""


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

    @property
    def place(self) -> tuple[str, int, int]:
        """Give the place of the characters."""
        return self.source, self.start, self.end

    def to_json(self) -> dict[str, Any]:
        """Give the public JSON of a proof."""
        return {"source": self.source, "start": self.start, "end": self.end, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the answer to a question; ``why_empty`` gives the reason in every language when there is no row.

    ``notes`` say, in every language, what was left out or is only estimated.
    """

    question: Question
    parameters: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    proofs: tuple[tuple[Hop, ...], ...]
    confidence: tuple[float, ...]
    why_empty: Mapping[str, str] | None = None
    candidates: tuple[Entry, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()

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
            "proofs": [[{**hop.to_json(), "relation": hop.relation} for hop in proof] for proof in self.proofs],
            "confidence": list(self.confidence),
            "why_empty": self.why_empty[lang] if self.why_empty is not None else None,
            "candidates": [
                {"iri": entry.iri, "label": entry.label, "issuer": entry.issuer, "document": entry.whole}
                for entry in self.candidates
            ],
            **({"notes": [note[lang] for note in self.notes]} if self.notes else {}),
        }


def ask(store: Access, name: str | Question, /, **given: str) -> Answer:
    """Ask a question of the catalogue; words for documents, agencies and activities are looked up first.

    Raises :class:`cancu.language.Refusal` for an unknown question, an unknown or missing parameter, and words that
    nothing answers to. Words that several resources answer to are an answer that lists them.
    """
    asked = name if isinstance(name, Question) else question(name)
    prepared = prepare(store, asked, given)
    if isinstance(prepared, Ambiguous):
        return ambiguous(asked, given, prepared)
    return _answer(store, asked, given, *prepared)


def ask_of_documents(store: Access, name: str, documents: Iterable[str]) -> Answer:
    """Ask a question of several documents (IRIs) at once; that takes far less time than of one after the other.

    >>> from cancu.queries.store import Store
    >>> ask_of_documents(Store.in_memory(), "sums", ["urn:a", "urn:b"]).rows
    ()
    """
    given: Sequence[Term] = [ox.NamedNode(one) for one in documents]
    return _answer(store, question(name), {}, {"document": given}, None)


def prepare(
    store: Access, asked: Question, given: Mapping[str, str]
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


def resolve_document(store: Access, text: str) -> Entry | Ambiguous:
    """Find the one document that a number, an IRI or a part of a title means, or the several that it may mean."""
    return _one_of(store, text, ("document",))


def _one_of(store: Access, text: str, kinds: Sequence[Kind], within: str | None = None) -> Entry | Ambiguous:
    candidates = find_candidates(store, text, kinds, within)
    if not candidates:
        raise Refusal("ask.nothing-found", text=text)
    if len(candidates) == 1:
        return candidates[0]
    # What is held is meant more often than what others only cite.
    return Ambiguous(text, tuple(sorted(candidates, key=lambda one: not one.held)))


def _whole(store: Access, asked: Question, chosen: Mapping[str, Entry]) -> Entry | None:
    """Return the document whose text answers: the one that was named, or that of the activity that was."""
    if asked.text is None:
        return None
    if asked.text in chosen and chosen[asked.text].kind == "document":
        return chosen[asked.text]
    wholes = {entry.part_of for entry in chosen.values() if entry.kind == "activity" and entry.part_of is not None}
    found = find_candidates(store, min(wholes), ("document",)) if len(wholes) == 1 else ()
    return found[0] if len(found) == 1 else None


def _read(store: Access, parameter: Parameter, text: str, within: str | None) -> Entry | Ambiguous | Term:
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
        return ox.Literal(read_date(parameter.name, text), datatype=ox.NamedNode(f"{_XSD}date"))
    if "number" in parameter.types:
        if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", text):
            raise Refusal("ask.not-a-number", parameter=parameter.name, text=text)
        return ox.Literal(text.replace(",", "."), datatype=ox.NamedNode(f"{_XSD}decimal"))
    return ox.Literal(text)


def _founding(store: Access, text: str) -> Entry | Ambiguous | None:
    """Find the document that approved the programme which a person names, or None where no programme is called so."""
    programmes = find_candidates(store, text, ("programme",))
    known = [found for one in programmes for found in find_candidates(store, one.decision or "", ("document",))]
    if len(known) > 1:
        return Ambiguous(text, tuple(known))
    return known[0] if known else None


def read_date(name: str, text: str) -> str:
    """Read a day as people type it, and give it as ISO has it.

    >>> read_date("on", "31/1/2024"), read_date("on", "2024-1-31")
    ('2024-01-31', '2024-01-31')
    """
    for form, order in ((r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)), (r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", (3, 2, 1))):
        found = re.fullmatch(form, text.strip())
        if found is not None:
            try:
                return date(*(int(found[group]) for group in order)).isoformat()
            except ValueError:
                break
    raise Refusal("ask.not-a-date", parameter=name, text=text)


def ambiguous(asked: Question, given: Mapping[str, str], found: Ambiguous) -> Answer:
    """Answer with the list of what words may mean."""
    why = say_all("ask.ambiguous", text=found.text, count=len(found.candidates))
    return Answer(asked, dict(given), asked.columns, (), (), (), why, found.candidates)


def _answer(
    store: Access,
    asked: Question,
    given: Mapping[str, str],
    terms: Mapping[str, Term | Sequence[Term]],
    about: Entry | None,
) -> Answer:
    solutions = list(store.select(asked.query, terms))
    records = [records_in(solution[asked.proof]) for solution in solutions]
    proofs = proofs_of(store, {record for row in records for record in row})
    sure = confidence_of(store, (record for row in records for record in row))
    ways = _ways(asked, solutions)
    iris = {cell.value for solution in solutions for cell in solution if isinstance(cell, ox.NamedNode)}
    for column in asked.columns:
        if column.several:
            # A list may also hold words that the messages explain.
            iris.update(one for solution in solutions for one in records_in(solution[column.name]) if ":" in one)
    names = store.labels(iris)
    rows, shown, sureness = [], [], []
    proved = [_in_order(hop for record in found for hop in proofs.get(record, ())) for found in records]
    order = list(range(len(solutions)))
    if asked.way is not None:
        order = sorted(order, key=lambda index: (len(ways[index]), [hop.place for hop in proved[index]]))
    for index in order:
        solution = solutions[index]
        rows.append({column.name: _cell(column, solution[column.name], names) for column in asked.columns})
        hops = tuple(hop for step in ways[index] for hop in proved[step])
        shown.append(hops)
        sureness.append(min((1.0, *(hop.confidence for hop in hops), *(sure[one] for one in records[index]))))
    why = None if rows else _why_empty(store, asked, about, given)
    return Answer(asked, dict(given), asked.columns, tuple(rows), tuple(shown), tuple(sureness), why)


def _in_order(hops: Iterable[Hop]) -> list[Hop]:
    """Put the hops of a row into the order of their places, but each before the one that goes on from it."""
    # Of one place, what says something of it comes first; engines give the records of a row in any order.
    waiting = sorted(
        dict.fromkeys(hops), key=lambda hop: (*hop.place, hop.relation or "~", hop.citing or "", hop.cited or "")
    )
    ordered: list[Hop] = []
    while waiting:
        following = (hop for hop in waiting if ordered and hop.citing is not None and hop.citing == ordered[-1].cited)
        chosen = next(following, waiting[0])
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def records_in(term: object) -> tuple[str, ...]:
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


def _cell(column: Column, term: object, names: Names) -> Cell:
    if column.several:
        return listed(_item(column, word, names) for word in records_in(term))
    if column.lines:
        # No engine owes us an order.
        values = sorted({line for line in text_of(term).split("\n") if line}) if term is not None else []
        return Cell(BETWEEN.join(values) or None)
    return cell_of(term, names, column.name)


def _item(column: Column, word: str, names: Names) -> Cell:
    # A year or a code names no resource.
    return named(word, names) if ":" in word else coded(word, f"value.{column.name}.{word}")


def _why_empty(store: Access, asked: Question, about: Entry | None, given: Mapping[str, str]) -> Mapping[str, str]:
    """Say why there is no row: the text is not held, nothing was read out of it, or it does not say."""
    if not store.has_sources():
        return say_all("empty.no-sources")
    if about is None:
        return asked.empty
    if not about.held:
        return say_all("empty.not-held", document=about.label)
    if asked.reads is not None:
        if not _has_records(store, about.iri, asked.reads):
            key = f"empty.nothing-read.{asked.reads}"
            return say_all(key, document=about.label)
    elif not any(_are_of(store, one, about.iri) for one in ("citingDocument", "statedIn")):
        return say_all("empty.nothing-read", document=about.label)
    if asked.against is not None and asked.against not in given:
        missing = _superiors_not_held(store, about)
        if missing:
            return say_all("empty.superior-not-held", document=about.label, named="; ".join(missing))
    return asked.empty


def _superiors_not_held(store: Access, about: Entry) -> list[str]:
    """Name what a document says it carries out where the store holds no text of it; nothing where it holds one."""
    rows = store.select(_SUPERIORS % ox.NamedNode(about.iri))
    held = {(text_of(row["superior"]), text_of(row["label"])): row["source"] is not None for row in rows}
    return [] if any(held.values()) else [label for _, label in sorted(held)]


def _are_of(store: Access, relation: str, document: str) -> bool:
    return any(True for _ in store.triples(None, f"{_CANCU}{relation}", ox.NamedNode(document)))


def _has_records(store: Access, document: str, kind: Records) -> bool:
    """Tell whether any record of a kind was read out of a document."""
    of_kind = _PATTERNS[kind] % ox.NamedNode(document)
    return bool(store.query(f"ASK {{ {of_kind} }}"))


_CANCU, _OA, _RDF, _LABEL = PREFIXES["cancu"], PREFIXES["oa"], PREFIXES["rdf"], PREFIXES["rdfs"] + "label"


def proofs_of(store: Access, records: Iterable[str]) -> dict[str, tuple[Hop, ...]]:
    """Return the proofs of records, in the order of their places; what another record proves has that one's proof."""
    wanted = sorted(set(records))
    proving = store.facts(wanted, (f"{_CANCU}evidenceFrom",))
    several = {record: (record, *values_of(proving, record, f"{_CANCU}evidenceFrom")) for record in wanted}
    hops = _hops(store, sorted({one for ones in several.values() for one in ones})) if wanted else {}
    return {
        record: tuple(sorted({hop for one in ones for hop in hops.get(one, ())}, key=lambda hop: hop.place))
        for record, ones in several.items()
    }


def confidence_of(store: Access, records: Iterable[str]) -> dict[str, float]:
    """Return how sure each record is by itself, whether or not a quote shows it."""
    wanted = sorted(set(records))
    facts = store.facts(wanted, (f"{_CANCU}confidence",))
    return {record: _confidence(facts, record) for record in wanted}


def _confidence(facts: Facts, record: str) -> float:
    return float(_value(facts, record, f"{_CANCU}confidence") or 1.0)


def inferences(store: Access) -> dict[str, float]:
    """Tell how sure it is that a text which has lost its number is the document that it was taken for."""
    found = store.triples(None, f"{_RDF}type", ox.NamedNode(f"{_CANCU}IdentityInference"))
    facts = store.facts(sorted(text_of(one.subject) for one in found), (f"{_CANCU}about", f"{_CANCU}confidence"))
    inferred: dict[str, float] = {}
    for link in facts:
        for document in values_of(facts, link, f"{_CANCU}about"):
            inferred[document] = min(inferred.get(document, 1.0), _confidence(facts, link))
    return inferred


# What a citation is for, what a statement is about, or what a doubt is.
_NAMING = (f"{_CANCU}relation", f"{_RDF}predicate", f"{_CANCU}rule")
_OF_RECORD = (f"{_CANCU}citingDocument", f"{_CANCU}citedDocument", f"{_CANCU}confidence", *_NAMING)
_OF_SELECTOR = ("start", "end", "exact", "prefix", "suffix")


def _hops(store: Access, records: Sequence[str]) -> dict[str, list[Hop]]:
    """Read the proofs of records; looking triples up takes a tenth of the time that a query takes.

    All records are looked up together, level by level, for behind an endpoint each look-up is a request.
    """
    inferred = inferences(store)
    about = store.facts(records, _OF_RECORD)
    annotations = store.holders(f"{_OA}hasBody", records)
    targets = store.facts(_each(annotations), (f"{_OA}hasTarget",))
    places = store.facts(_all(targets, f"{_OA}hasTarget"), (f"{_OA}hasSelector", f"{_OA}hasSource"))
    selectors = store.facts(_all(places, f"{_OA}hasSelector"), [_OA + name for name in _OF_SELECTOR])
    labels = store.facts(_all(places, f"{_OA}hasSource"), (_LABEL,))
    found: dict[str, list[Hop]] = {}
    for record in records:
        citing, cited = (_value(about, record, f"{_CANCU}{name}") for name in ("citingDocument", "citedDocument"))
        confidence = min(_confidence(about, record), inferred.get(citing or "", 1.0))
        relation = next((value for name in _NAMING if (value := _value(about, record, name)) is not None), None)
        for target in (
            one for each in annotations.get(record, ()) for one in values_of(targets, each, f"{_OA}hasTarget")
        ):
            parts = values_of(places, target, f"{_OA}hasSelector")
            said = {
                name: next((value for one in parts if (value := _value(selectors, one, _OA + name)) is not None), "")
                for name in _OF_SELECTOR
            }
            source = _value(places, target, f"{_OA}hasSource") or ""
            hop = Hop(
                source=_value(labels, source, _LABEL) or source,
                start=int(said["start"]),
                end=int(said["end"]),
                quote=said["exact"],
                relation=re.split(r"[/#]", relation)[-1] if relation is not None else None,
                confidence=confidence,
                before=said["prefix"],
                behind=said["suffix"],
                citing=citing,
                cited=cited,
            )
            found.setdefault(record, []).append(hop)
    return found


def _each(found: Mapping[str, Iterable[str]]) -> list[str]:
    return sorted({one for ones in found.values() for one in ones})


def _all(facts: Facts, predicate: str) -> list[str]:
    return sorted({text_of(term) for said in facts.values() for term in said.get(predicate, ())})


def _value(facts: Facts, subject: str, predicate: str) -> str | None:
    return next(iter(values_of(facts, subject, predicate)), None)
