"""Understand a question that is asked in words: which of the catalogue's it is, and about what.

Rules and the names of the graph do it. The rows of ``cues.tsv`` say what words tell, those of ``wordings.tsv`` which
cues ask which question; what the words name fills its parameters. A question that asks for what was not named, and a
name that nothing in the store answers to, are not understood: better no answer than one to another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from cancu.language import Language, say_all
from cancu.ontology import lexicon
from cancu.queries.access import Access
from cancu.queries.catalogue import Parameter, Question, questions
from cancu.queries.engine import Answer, ambiguous, ask
from cancu.queries.entries import Ambiguous, Entry, Kind
from cancu.queries.find import find_candidates
from cancu.queries.folding import name_of
from cancu.queries.mentions import Mention, MentionKind, find_mentions, is_of_year, names_of
from cancu.queries.phrases import FILLER, cues, find_cues, language_of, read_words, right_slips, translate

__all__ = ["Filled", "Reading", "Understanding", "Wordings", "ask_in_words", "understand", "wordings"]

_WORDINGS: Final = Path(__file__).with_name("wordings.tsv")

#: What speaks for a question: a cue that it takes in its stride, a parameter that is filled, what must be named.
_TAKEN: Final = 0.4
_FILLED: Final = 0.3
_NAMED: Final = 0.4
#: What a cue counts against a question that it is no part of.
_AGAINST: Final = 0.7
#: What a cue inside a longer one tells of what it would tell alone; it speaks against nothing.
_INNER: Final = 0.6
#: What a cue that is not there takes from a wording, and what must be left of one.
_LACKING: Final = 1.0
_SLIGHT: Final = 0.35
#: A cue of less weight does not speak against a question.
_TELLING: Final = 0.3
#: What a name counts against a question that has no place for it.
_UNUSED: Final[Mapping[MentionKind, float]] = {
    "document": 0.8,
    "activity": 0.8,
    "agency": 0.6,
    "place": 0.5,
    "programme": 0.3,
    "group": 0.3,
    "date": 0.3,
    "period": 0.4,
    "number": 0.4,
    "title": 0.3,
    "year": 0.1,
}
#: A question is understood from this score on; it is sure from this score and this lead over the next on.
_LEAST: Final = 0.5
_SURE: Final = 0.9
_LEAD: Final = 0.3
#: A wording whose cues tell less is never sure.
_CLEAR: Final = 0.8
#: With cues that tell so much, a question is understood from this score on.
_STRONG: Final = 1.0
_LITTLE: Final = 0.1
#: What every word that nobody knows takes from the score that must be reached.
_STRANGE: Final = 0.2
#: A word of more capitals alone is an abbreviation.
_SHORT: Final = 2
#: So many questions are offered beside the one that was understood.
_OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class Wordings:
    """Hold which cues ask one question: any of the ``rows``; ``known`` are those that it needs or takes."""

    rows: tuple[tuple[str, ...], ...]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """Fill a parameter: the ``words`` that name it, the ``text`` to ask with, and what answers to it.

    It is ``guessed`` where the words do not say it outright, as a place stands for its plan.
    """

    words: str
    text: str
    candidates: tuple[Entry, ...] = ()
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Read a phrase as one question of the catalogue; ``missing`` are the parameters that nothing fills.

    ``evidence`` is what the cues of its wording tell, ``score`` what is left of it when all else is weighed; it is
    ``plain`` where all of these cues are there, and none that speaks against it.
    """

    question: Question
    parameters: Mapping[str, Filled]
    score: float
    evidence: float
    plain: bool
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Tell whether a parameter is guessed or may mean several things, or a name found no place."""
        several = any(len(one.candidates) > 1 or one.guessed for one in self.parameters.values())
        return several or bool(self.unused)

    def command(self) -> str:
        """Write the question as it can be asked again; what is missing is left open."""
        given = {name: one.text for name, one in self.parameters.items()} | dict.fromkeys(self.missing, "…")
        return " ".join((f"cancu ask {self.question.id}", *(f'{name}="{text}"' for name, text in given.items())))


@dataclass(frozen=True, slots=True)
class Understanding:
    """Hold what was understood of a phrase; without a ``reading`` it was not, and ``reason`` says why.

    ``sure`` is set where nothing speaks for another question, every word is known and every name means one thing.
    ``slips`` are the words that were read otherwise than they are typed.
    """

    phrase: str
    lang: Language
    reading: Reading | None
    sure: bool
    confidence: float
    others: tuple[Reading, ...] = ()
    unknown: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    doubts: tuple[Mapping[str, str], ...] = ()
    reason: Mapping[str, str] | None = None

    def to_json(self, lang: Language = "vi") -> dict[str, Any]:
        """Give the public JSON of what was understood."""
        return {
            "phrase": self.phrase,
            "question": self.reading.question.id if self.reading is not None else None,
            "wording": self.reading.question.wording[lang] if self.reading is not None else None,
            "parameters": _parameters(self.reading) if self.reading is not None else {},
            "sure": self.sure,
            "confidence": round(self.confidence, 2),
            "doubts": [doubt[lang] for doubt in self.doubts],
            "reason": self.reason[lang] if self.reason is not None else None,
            "others": [
                {
                    "question": one.question.id,
                    "wording": one.question.wording[lang],
                    "parameters": _parameters(one),
                    "missing": list(one.missing),
                    "command": one.command(),
                }
                for one in self.others
            ],
        }


def _parameters(reading: Reading) -> dict[str, Any]:
    return {
        name: {"words": one.words, "text": one.text, "iris": [entry.iri for entry in one.candidates]}
        for name, one in reading.parameters.items()
    }


@cache
def wordings() -> Mapping[str, Wordings]:
    """Read which cues ask which question of the catalogue."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    known: dict[str, set[str]] = {}
    for row in lexicon.read_table(_WORDINGS, ("question", "needs", "also", "example"), key=("question", "needs")):
        needs = tuple(row["needs"].split())
        for cue in (*needs, *row["also"].split()):
            if cue not in cues() and cue not in _PRESENT:
                raise row.error(f"there is no cue {cue!r}")
        if not needs:
            raise row.error("a wording needs a cue")
        rows.setdefault(row["question"], []).append(needs)
        known.setdefault(row["question"], set()).update(needs, row["also"].split())
    return {name: Wordings(tuple(found), frozenset(known[name])) for name, found in rows.items()}


# --- what is named ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Context:
    """Hold what a phrase names, and look up what it means for a question."""

    store: Access
    mentions: tuple[Mention, ...]

    def of(self, *kinds: MentionKind) -> list[Mention]:
        return [one for one in self.mentions if one.kind in kinds]

    def documents(self) -> list[Mention]:
        """Return the documents that are named, and where there are none the plans of the places that are."""
        named = self.of("document")
        if len(named) > 1 or not self.of("place"):
            return named
        return sorted((*named, *self.plans(self.of("place"))), key=lambda one: one.start)

    def plans(self, areas: Iterable[Mention]) -> list[Mention]:
        """Read places, or the agencies of places, as their plans."""
        around = [one for one in self.of("programme", "title") if one.kind == "programme"]
        found = []
        for area in areas:
            for words in ((*around, area), (area,)) if around else ((area,),):
                text = " ".join(("kế hoạch", *(one.text for one in words)))
                entries = find_candidates(self.store, text, ("document",))
                held = tuple(entry for entry in entries if entry.held) or entries
                years = [one.value or "" for one in self.of("year")]
                of_year = tuple(entry for entry in held if all(is_of_year(entry, year) for year in years))
                if held:
                    chosen = of_year or held
                    span = min(one.start for one in words), max(one.end for one in words)
                    found.append(
                        Mention("document", *span, text, chosen, parts=tuple(words), guessed=len(held) < len(entries))
                    )
                    break
        return found

    def founding(self, programme: Mention) -> Mention | None:
        """Read a programme as the document that approved it."""
        text = name_text(programme)
        decisions = [one.decision for one in find_candidates(self.store, text, ("programme",)) if one.decision]
        entries = [entry for one in decisions for entry in find_candidates(self.store, one, ("document",))]
        if not entries:
            found = find_candidates(self.store, f"quyết định phê duyệt {text}", ("document",))
            entries = [one for one in found if one.held] or list(found)
        if not entries:
            return None
        entries = list(dict.fromkeys(entries))
        years = [one.value or "" for one in self.of("year")]
        of_year = [one for one in entries if years and all(is_of_year(one, year) for year in years)]
        return Mention(
            "document", programme.start, programme.end, programme.text, tuple(of_year or entries), parts=(programme,)
        )


def name_text(programme: Mention) -> str:
    """Return the words of a programme, without a blank "mtqg" that no title holds."""
    return programme.text.replace("mtqg", "mục tiêu quốc gia").replace("MTQG", "mục tiêu quốc gia")


#: What may have to be named for a wording: by what tells whether it is.
_PRESENT: Final[Mapping[str, tuple[MentionKind, ...]]] = {
    "@document": ("document",),
    "@two-documents": ("document",),
    "@activity": ("activity",),
    "@agency": ("agency",),
    "@group": ("group",),
    "@programme": ("programme",),
    "@date": ("date", "period"),
    "@place": ("place",),
}


def _present(context: _Context) -> frozenset[str]:
    found = {name for name, kinds in _PRESENT.items() if context.of(*kinds)}
    documents = context.documents()
    if documents:
        found.add("@document")
    if len(documents) < 2:
        found.discard("@two-documents")
    else:
        found.add("@two-documents")
    return frozenset(found)


# --- the parameters ---------------------------------------------------------------------------------------------------

#: What stands in front of the text that is asked about.
_WITHIN: Final = frozenset({"trong", "o", "tai", "in"})
#: The tiers of issuers, from above.
_TIERS: Final = (("tinh", "thanh pho"), ("huyen", "quan", "thi xa"), ("xa", "phuong", "thi tran"))


def _tier(mention: Mention) -> int:
    """Return how far down the issuer of a document stands; 0 is the centre."""
    issuer = f" {name_of(mention.candidates[0].issuer or mention.text)} " if mention.candidates else f" {mention.text} "
    tiers = [at + 1 for at, units in enumerate(_TIERS) if any(f" {unit} " in issuer for unit in units)]
    return max(tiers, default=0)


def _fill(context: _Context, asked: Question) -> tuple[dict[str, Filled], tuple[Mention, ...]]:
    """Fill the parameters of a question with what is named; return them and what found no place."""
    filled: dict[str, Filled] = {}
    used: list[Mention] = []

    def take(name: str, mention: Mention, guessed: bool = False) -> None:
        filled[name] = _filled(context.store, mention, guessed)
        used.append(mention)
        used.extend(mention.parts)

    typed_as = {one.name: one.types for one in asked.parameters}
    activities, agencies = context.of("activity"), context.of("agency")
    for parameter in asked.parameters:
        if "activity" in parameter.types and activities:
            take(parameter.name, activities[0])
        elif parameter.types == ("agency",) and agencies:
            take(parameter.name, agencies[0])
        elif parameter.types == ("agency",) and parameter.required and context.of("place"):
            place = context.of("place")[0]
            entries = find_candidates(context.store, f"Ủy ban nhân dân {place.text}", ("agency",))
            if entries:
                take(
                    parameter.name, Mention("agency", place.start, place.end, place.text, entries, parts=(place,)), True
                )
        elif parameter.types == ("text",) and context.of("group"):
            take(parameter.name, context.of("group")[0])
        elif parameter.types == ("number",) and context.of("number"):
            take(parameter.name, context.of("number")[0])
    _fill_dates(context, asked.parameters, filled, used)
    papers = [one.name for one in asked.parameters if "document" in one.types and one.name not in filled]
    if papers:
        free = [one for one in context.documents() if not any(part in used for part in one.parts)]
        if not free and "agency" not in {kind for kinds in typed_as.values() for kind in kinds}:
            free = context.plans(agencies)
        required = any(one.required for one in asked.parameters if one.name == papers[0])
        if "programme" in typed_as[papers[0]] or (required and not free):
            founding = [context.founding(one) for one in context.of("programme")]
            free = [one for one in founding if one is not None] or free
        if len(papers) == 1 and len(free) > 1:
            # "“Quyết định 1868” trong 96/KH-UBND" asks about the latter.
            free.sort(key=lambda one: one.behind not in _WITHIN)
        if len(papers) > 1 and len(free) > 1 and "superior" in papers and _tier(free[0]) != _tier(free[1]):
            free.sort(key=_tier, reverse=True)
        for name, mention in zip(papers, free, strict=False):
            take(name, mention)
    chosen = [entry for one in filled.values() for entry in one.candidates]
    years = [
        one for one in context.of("year") if chosen and any(is_of_year(entry, one.value or "") for entry in chosen)
    ]
    unused = [one for one in context.mentions if one not in used and one not in years and one.kind != "unknown"]
    wholes = {entry.part_of for one in filled.values() for entry in one.candidates if entry.part_of is not None}
    # The plan of an activity that is asked about has told which activity is meant.
    return filled, tuple(one for one in unused if not ({entry.iri for entry in one.candidates} & wholes))


def _fill_dates(
    context: _Context, parameters: Sequence[Parameter], filled: dict[str, Filled], used: list[Mention]
) -> None:
    names = [one.name for one in parameters if one.types == ("date",)]
    periods, dates = context.of("period"), context.of("date")
    if {"since", "until"} <= set(names):
        for one in periods[:1]:
            filled["since"], filled["until"] = Filled(one.text, one.value or ""), Filled(one.text, one.until or "")
            used.append(one)
        for one in dates[:2] if not periods else ():
            name = "until" if one.until is not None or "since" in filled else "since"
            filled[name] = Filled(one.text, one.value or "")
            used.append(one)
    elif names and dates:
        filled[names[0]] = Filled(dates[0].text, dates[0].value or "")
        used.append(dates[0])


def _filled(store: Access, mention: Mention, guessed: bool) -> Filled:
    if mention.value is not None and not mention.candidates:
        return Filled(mention.text, mention.value)
    text = mention.text if len(mention.candidates) != 1 else _text_of(store, mention.candidates[0])
    return Filled(mention.text, text, mention.candidates, guessed or mention.guessed)


def _text_of(store: Access, entry: Entry) -> str:
    """Return the shortest text that means one entry alone."""
    kinds: tuple[Kind, ...] = (entry.kind,)
    for text in filter(None, (entry.number, entry.label)):
        found = find_candidates(store, text, kinds)
        if len(found) == 1 and found[0].iri == entry.iri:
            return text
    return entry.iri


# --- the question -----------------------------------------------------------------------------------------------------


def _readings(context: _Context, found: Mapping[str, float]) -> list[Reading]:
    """Read what cues and names say as every question that they may ask, the likeliest first."""
    present = _present(context)

    def weight(cue: str) -> float:
        return cues()[cue].weight * abs(found.get(cue, 1.0)) if cue in cues() else _NAMED

    def evidence_of(row: Iterable[str]) -> float:
        """Weigh the cues of a wording that are there against those that are not."""
        return sum(weight(cue) if cue in found or cue in present else -_LACKING * weight(cue) for cue in row)

    against = [cue for cue, share in found.items() if share == 1.0 and weight(cue) >= _TELLING]
    readings = []
    for name, worded in wordings().items():
        asked = questions().get(name)
        core = max(worded.rows, key=evidence_of)
        if asked is None or evidence_of(core) < _SLIGHT:
            continue
        filled, unused = _fill(context, asked)
        score = evidence = evidence_of(core)
        score += sum(_TAKEN * weight(cue) for cue in found if cue in worded.known and cue not in core)
        score -= sum(_AGAINST * weight(cue) for cue in against if cue not in worded.known)
        score += _FILLED * len(filled) - sum(_UNUSED.get(one.kind, 0.0) for one in unused)
        missing = [one.name for one in asked.parameters if one.required and one.name not in filled]
        if asked.either and not any(one in filled for one in asked.either):
            missing.append(asked.either[0])
        told = tuple(one.text for one in unused if one.kind not in ("year", "title"))
        whole = all(cue in found or cue in present for cue in core)
        plain = whole and worded.known.issuperset(against)
        readings.append(Reading(asked, filled, score - 0.5 * len(missing), evidence, plain, tuple(missing), told))
    readings.sort(key=lambda one: (-one.score, one.question.id))
    return readings


def understand(store: Access, text: str, lang: Language | None = None) -> Understanding:
    """Understand a question in words, in Vietnamese with or without accents or in English.

    ``lang`` is the language of the phrase; without it, its words tell.
    """
    words = read_words(text)
    names = names_of(store)
    words, slips = right_slips(words, lambda word: word in names.words)
    lang = language_of(words) if lang is None else lang
    if lang == "en":
        keep = {word.folded for span in find_cues(words, lang) for word in words[span.start : span.end]}
        words = translate(words, names.is_place, keep)
    spans = find_cues(words, lang)
    cued = {at: span.end - span.start for span in spans if not span.within for at in range(span.start, span.end)}
    mentions = find_mentions(store, words, cued)
    taken = {at for one in mentions for part in (one, *one.parts) for at in range(part.start, part.end)}
    told: dict[str, float] = {}
    for span in spans:
        if span.name != FILLER and not taken & set(range(span.start, span.end)):
            told[span.name] = max(told.get(span.name, 0.0), _INNER if span.within else 1.0)
    explained = taken | cued.keys()
    unknown = tuple(word.text for at, word in enumerate(words) if at not in explained)
    context = _Context(store, tuple(one for one in mentions if one.kind != "unknown"))
    readings = _readings(context, told)
    strangers = [one.text for one in mentions if one.kind == "unknown"]
    if not text.isupper():
        # An abbreviation that nobody knows is a name too.
        strangers += [word for word in unknown if word.isupper() and len(word) > _SHORT]
    return _judge(text, lang, readings, strangers, unknown, slips, len(words))


def _judge(
    text: str,
    lang: Language,
    readings: Sequence[Reading],
    strangers: Sequence[str],
    unknown: tuple[str, ...],
    slips: tuple[str, ...],
    length: int,
) -> Understanding:
    """Choose the likeliest reading, and tell how sure it is; or say why none will do."""

    def not_understood(key: str, **gaps: object) -> Understanding:
        reason = say_all(key, **gaps)
        return Understanding(text, lang, None, False, 0.0, tuple(readings[:_OFFERED]), unknown, slips, (), reason)

    if strangers:
        return not_understood("ask.words.stranger", names="; ".join(strangers))
    likely = [
        one
        for one in readings
        if one.score - _STRANGE * len(unknown) >= (_LEAST if one.evidence < _STRONG else _LITTLE)
    ]
    if not likely:
        return not_understood("ask.words.nothing")
    best = next((one for one in likely if not one.missing), None)
    first = likely[0]
    if best is None or (first.missing and first.score - best.score > _LEAD):
        named = ", ".join(f'{name}="{_example(first.question, name)}"' for name in first.missing)
        return not_understood("ask.words.missing", question=first.question.id, parameters=named)
    if len(unknown) > 1 and 2 * len(unknown) >= length:
        return not_understood("ask.words.unknown", words=", ".join(unknown))
    others = [one for one in readings if one is not best]
    lead = best.score - max((one.score for one in others), default=0.0)
    doubts = []
    if lead < _LEAD and others:
        doubts.append(say_all("ask.words.close", question=others[0].question.id))
    elif best.score < _SURE or not best.plain or best.evidence < _CLEAR:
        doubts.append(say_all("ask.words.weak"))
    if unknown:
        doubts.append(say_all("ask.words.unknown-words", words=", ".join(unknown)))
    if slips:
        doubts.append(say_all("ask.words.slips", words=", ".join(slips)))
    if best.unused:
        doubts.append(say_all("ask.words.unused", names="; ".join(best.unused)))
    for name, one in best.parameters.items():
        if len(one.candidates) > 1:
            doubts.append(say_all("ask.words.several", parameter=name, words=one.words, count=len(one.candidates)))
        elif one.guessed:
            doubts.append(say_all("ask.words.guessed", parameter=name, words=one.words, text=one.text))
    plain = best.plain and best.evidence >= _CLEAR
    sure = lead >= _LEAD and best.score >= _SURE and plain and not unknown and not best.doubtful
    confidence = min(1.0, best.score / 1.2) * min(1.0, 0.6 + max(0.0, lead)) * 0.9 ** len(unknown)
    confidence = min(confidence, 1.0 if sure else 0.7)
    return Understanding(
        text, lang, best, sure, confidence, tuple(others[:_OFFERED]), unknown, slips, tuple(doubts), None
    )


def _example(asked: Question, name: str) -> str:
    parameter = asked.parameter(name)
    return parameter.example if parameter is not None else "…"


def ask_in_words(store: Access, text: str, lang: Language | None = None) -> tuple[Understanding, Answer | None]:
    """Understand a question in words and answer it; there is no answer to one that was not understood.

    Words that several things answer to are an answer that lists them.
    """
    understood = understand(store, text, lang)
    if understood.reading is None:
        return understood, None
    asked, parameters = understood.reading.question, understood.reading.parameters
    given = {name: one.text for name, one in parameters.items()}
    for one in parameters.values():
        if len(one.candidates) > 1:
            return understood, ambiguous(asked, given, Ambiguous(one.words, one.candidates))
    return understood, ask(store, asked, **given)
