"""Count how far what we read agrees with what a careful reader read.

A citation is found when its span overlaps a gold span by half of the shorter one; each found span serves one gold
span. Attributes, exact span and identity (type, number, date and issuer together) are right on such pairs only, but
count over all citations: one that was missed or invented is wrong in everything. Gold marked ``optional``, ``self``,
``alias`` or ``nested`` is neither rewarded nor punished.

What stands below the document (activities, money, targets, results, duties, recipients, cells) is counted as bags of
values: a value is right as often as both readers wrote it, wherever it stands.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Count", "count_all", "restored_glyphs", "score"]

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """Hold how many are right, how many there are, and how many we gave."""

    right: int = 0
    gold: int = 0
    found: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.gold + other.gold, self.found + other.found)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float(self.gold == 0)

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def count_all(scores: Iterable[Mapping[str, Count]]) -> dict[str, Count]:
    """Add the counts of several texts, measure by measure."""
    total: dict[str, Count] = {}
    for each in scores:
        for measure, count in each.items():
            total[measure] = total.get(measure, Count()) + count
    return total


# --- when two values are the same -------------------------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _placements() -> dict[str, str]:
    """Give both ways to place a tone mark on an open oa, oe, uy, the newer leading to the older."""
    compose = unicodedata.normalize
    return {
        compose("NFC", first + second + tone): compose("NFC", first + tone + second)
        for first, second in ("oa", "oe", "uy")
        for tone in _TONES
    }


_NEWER = re.compile("|".join(_placements()))


def _words(value: Any) -> str | None:
    """Write a value without what is no difference: blanks, case, dashes, end marks, the placement of tones."""
    if value is None:
        return None
    text = " ".join(unicodedata.normalize("NFC", str(value)).split()).strip(" .,;:\"'“”")
    text = re.sub(r"\s*[-–—]\s*", "-", text).lower()
    return _NEWER.sub(lambda found: _placements()[found[0]], text)


def _number(value: Any) -> str | None:
    text = _words(value)
    return None if text is None else "".join(text.split())


def _body(value: Any) -> str | None:
    """Write an agency; a minister is the ministry."""
    text = _words(value)
    return None if text is None else text.removeprefix("bộ trưởng ") if text.startswith("bộ trưởng bộ ") else text


def _provision(citation: Record) -> str | None:
    parts = citation.get("provision")
    if not parts:
        return None
    whole = {part: parts.get(part) for part in ("diem", "dieu", "khoan")}
    return _words(json.dumps(whole, ensure_ascii=False, sort_keys=True))


_SAME: Mapping[str, Callable[[Any], str | None]] = {
    "type": _words, "number": _number, "date": _words, "issuer": _body, "relation": _words,
}  # fmt: skip
_IDENTITY = ("type", "number", "date", "issuer")
_FIELDS = ("type", "number", "date", "issuer", "title", "signer")


# --- scoring ----------------------------------------------------------------------------------------------------------


def score(gold: Record, found: Record) -> dict[str, Count]:
    """Compare the records of ``cancu extract`` with gold; the measures are those of the accuracy tables."""
    scores = {**_score_document(gold["doc"], found["document"]), **_score_citations(gold, found["citations"])}
    return {**scores, **_score_plan(gold, found)} if "components" in gold else scores


def _score_document(gold: Record, found: Record) -> dict[str, Count]:
    values = {name: tuple(_SAME.get(name, _words)(record.get(name)) for record in (gold, found)) for name in _FIELDS}
    values["period"] = (_period(gold), _period(found))
    return {
        f"document.{name}": Count(int(one == other), int(one is not None), int(other is not None))
        for name, (one, other) in values.items()
        if one is not None or other is not None
    }


def _period(document: Record) -> str | None:
    years = (document.get("period_start"), document.get("period_end"))
    return None if years == (None, None) else f"{years[0]}-{years[1]}"


def _is_scored(citation: Record) -> bool:
    return not any(citation.get(mark) for mark in ("optional", "self", "alias", "nested"))


def _score_citations(gold: Record, found: Sequence[Record]) -> dict[str, Count]:
    wanted = [citation for citation in gold["citations"] if _is_scored(citation)]
    welcome = [
        *gold.get("citations_optional", ()),
        *(citation for citation in gold["citations"] if not _is_scored(citation)),
    ]
    pairs = _pair(wanted, found)
    spare = [citation for index, citation in enumerate(found) if index not in pairs.values()]
    given = len(found) - len(_pair([one for one in welcome if one.get("start") is not None], spare))

    def right(agree: Callable[[Record, Record], bool]) -> Count:
        return Count(sum(agree(wanted[i], found[j]) for i, j in pairs.items()), len(wanted), given)

    def same(name: str) -> Callable[[Record, Record], bool]:
        return lambda one, other: _SAME[name](one.get(name)) == _SAME[name](other.get(name))

    scores = {f"citation.{name}": right(same(name)) for name in _SAME}
    scores["citation.mention"] = Count(len(pairs), len(wanted), given)
    scores["citation.exact_span"] = right(lambda one, other: _span(one) == _span(other))
    scores["citation.identity"] = right(lambda one, other: all(same(name)(one, other) for name in _IDENTITY))
    pointed = [index for index, citation in enumerate(wanted) if citation.get("provision")]
    if pointed:
        scores["citation.provision"] = Count(
            sum(_provision(wanted[i]) == _provision(found[pairs[i]]) for i in pointed if i in pairs),
            len(pointed),
            sum(bool(citation.get("provision")) for citation in found),
        )
    return scores


# --- below the document ---------------------------------------------------------------------------------------------


def _score_plan(gold: Record, found: Record) -> dict[str, Count]:
    wanted = {_activity_key(one): one for one in gold["components"]}
    given = {_activity_key(one): one for one in found["activities"]}
    scores = {
        "activity.code": _bags(wanted, given),
        "activity.numbered": _bags(filter(_is_numbered, wanted), filter(_is_numbered, given)),
        "activity.deadline": _bags(*(_of_each(each, lambda one: [one.get("deadline")]) for each in (wanted, given))),
    }
    for role in ("lead", "coordinate", "implement"):
        scores[f"activity.{role}"] = _bags(*(_of_each(each, _agencies(role)) for each in (wanted, given)))
    for name, read in (("amount", _amount), ("full", _full_amount)):
        scores[f"budget.{name}"] = _bags(_sums(wanted, gold, read), _sums(given, found, read))
    for name, record in (("target", "targets"), ("result", "results")):
        scores[f"{name}.value"] = _bags(map(_value, gold[record]), map(_value, found[record]))
    scores["target.op"] = _bags(
        *((((*_value(one), one.get("op"))) for one in each["targets"]) for each in (gold, found))
    )
    duties = {"component": gold["assignments"], "activity": found["assignments"]}
    scores["assignment.agency_role"] = _bags(*({_duty(one) for one in each} for each in duties.values()))
    scores["assignment.agency_role_activity"] = _bags(
        *({(*_duty(one), one.get(key)) for one in each} for key, each in duties.items())
    )
    scores["reporting.deadline"] = _bags(
        *((_words(one["deadline"]) for one in each["reporting"] if one.get("deadline")) for each in (gold, found))
    )
    scores["recipient"] = _bags(*(map(_recipient, each["recipients"]) for each in (gold, found)))
    cells = [_cells(each.get("tables", ())) for each in (gold, found)]
    # Cells are counted where the gold has tables: elsewhere nobody has written them down.
    return scores | ({"table.cell": _bags(*cells)} if gold.get("tables") else {})


def _bags(gold: Iterable[Any], found: Iterable[Any]) -> Count:
    """Count how many values two bags have in common; empty values are no values."""
    one, other = (Counter(value for value in each if value is not None) for each in (gold, found))
    return Count((one & other).total(), one.total(), other.total())


def _activity_key(activity: Record) -> str:
    """Name an activity: projects by their code, others, whose codes are anybody's choice, by their title."""
    code: str = activity["code"]
    return code if _is_numbered(code) else f"CS:{_words(activity.get('title')) or ''}"


def _is_numbered(key: str) -> bool:
    return key.startswith("DA")


def _of_each(
    activities: Mapping[str, Record], read: Callable[[Record], Iterable[Any]]
) -> Iterable[tuple[str, str | None] | None]:
    for key, activity in activities.items():
        yield from ((key, _words(value)) if value is not None else None for value in read(activity))


def _agencies(role: str) -> Callable[[Record], Iterable[Any]]:
    return lambda activity: activity.get(role) or ()


def _amount(money: Record) -> tuple[Any, ...]:
    return (round(float(money["amount"]), 3),)


def _full_amount(money: Record) -> tuple[Any, ...]:
    return (*_amount(money), money.get("source"), money.get("kind"), bool(money.get("carried_over")))


def _sums(activities: Mapping[str, Record], whole: Record, read: Callable[[Record], tuple[Any, ...]]) -> list[Any]:
    own = [(key, *read(money)) for key, activity in activities.items() for money in activity.get("budget") or ()]
    return own + [("doc", *read(money)) for money in whole.get("document_budget") or ()]


def _value(quantity: Record) -> tuple[Any, ...]:
    figures = (None if quantity.get(name) is None else round(float(quantity[name]), 4) for name in ("value", "value2"))
    return (*figures, _words(quantity.get("unit")))


def _duty(duty: Record) -> tuple[str | None, str]:
    return _words(duty["agency"]), duty["role"]


def _recipient(line: str) -> str | None:
    return _words(re.sub(r"\s*\(?\b[bB]/c\S*\)?", "", line))


def _cells(tables: Iterable[Record]) -> list[str]:
    """List the cells that hold something, as they are printed."""
    return [cell for table in tables for row in table["rows"] for one in row if (cell := " ".join(one.split()))]


def _span(citation: Record) -> tuple[int, int]:
    return citation["start"], citation["end"]


def _pair(gold: Sequence[Record], found: Sequence[Record]) -> dict[int, int]:
    """Pair spans one to one, the best first: those with the same number, then those that overlap most."""
    fits = []
    for i, one in enumerate(gold):
        for j, other in enumerate(found):
            overlap = min(one["end"], other["end"]) - max(one["start"], other["start"])
            if overlap > 0 and 2 * overlap >= min(one["end"] - one["start"], other["end"] - other["start"]):
                number = _number(one.get("number"))
                fits.append((number is not None and number == _number(other.get("number")), overlap, i, j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(fits, reverse=True):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def restored_glyphs(gold: Iterable[Record], repairs: Iterable[Record]) -> Count:
    """Count lost letters: right are those that were read at their place as what they must have been."""
    wanted = Counter((loss["start"], loss["read_as"]) for loss in gold)
    found = Counter((repair["start"], repair["read_as"]) for repair in repairs if repair["rule"] == "lost-glyph")
    return Count((wanted & found).total(), wanted.total(), found.total())
