"""Hold what the audit finds in the real texts against the defects that careful readers found in them.

``python -m tests.audited`` prints which were found and which not, and how many findings of each severity and rule there
are. The readers knew neither the rules nor each other's lists; what they call *hard* is arithmetic, identity,
numbering, double or missing leads, lost or wrong appendices, deadlines out of order, superior targets dropped or
weakened. What is found, but for notes, was then judged by other readers at its place (``gold/findings.tsv``).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cancu.loaders.load import load_paths
from cancu.queries.auditing import Finding, audit
from tests.library import store_of
from tests.samples import CORPUS

GOLD = Path(__file__).with_name("gold") / "defects.tsv"
JUDGED = GOLD.with_name("findings.tsv")

#: Groups between which a reader and a rule may choose differently.
_NEIGHBOURS = {
    "responsibility": {"responsibility", "structure"},
    "structure": {"structure", "tables", "text", "identity"},
    "identity": {"identity", "text", "structure", "authority"},
    "tables": {"tables", "text", "structure", "money"},
    "targets": {"targets", "tables", "time"},
    "money": {"money", "tables"},
    "time": {"time", "targets", "responsibility"},
    "authority": {"authority", "identity", "time", "money"},
    "text": {"text", "identity", "structure", "tables", "authority"},
}


@dataclass(frozen=True, slots=True)
class Defect:
    """Hold one defect of a real text: its places (the first is the main one), its group, and how it was judged."""

    source: str
    places: tuple[tuple[str, int, int], ...]
    quote: str
    group: str
    hard: bool
    certainty: str
    what: str


@cache
def defects() -> tuple[Defect, ...]:
    """Read the list of defects."""
    with open(GOLD, encoding="utf-8", newline="") as file:
        return tuple(map(_defect, csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)))


def _defect(row: dict[str, str]) -> Defect:
    names = {name.name[:3]: name.name for name in CORPUS.glob("*.txt")} if CORPUS.is_dir() else {}
    places = [(row["text"], int(row["start"]), int(row["end"]))]
    for place in filter(None, row["also"].split(";")):
        source, _, span = place.rpartition(":")
        start, end = map(int, span.split("-"))
        places.append((names.get(source, source) if source else row["text"], start, end))
    return Defect(
        row["text"], tuple(places), row["quote"], row["group"], row["hard"] == "1", row["certainty"], row["defect"]
    )


@cache
def findings() -> tuple[Finding, ...]:
    """Audit the real texts together."""
    with store_of({}) as store:
        assert not load_paths([CORPUS], store, workers=1).refused
        return tuple(audit(store))


def finds(finding: Finding, defect: Defect) -> bool:
    """Tell whether a finding is about a defect: of its group or one beside it, and at one of its places."""
    if finding.rule.group not in _NEIGHBOURS[defect.group]:
        return False
    return any(
        hop.source == source and hop.start < max(end, start + 1) and start < hop.end
        for hop in finding.places
        for source, start, end in defect.places
    )


def found_in(found: Sequence[Finding], defect: Defect) -> list[Finding]:
    """Give the findings that are about a defect, those at its main place first."""
    source, start, end = defect.places[0]
    about = [one for one in found if finds(one, defect)]
    return sorted(
        about, key=lambda one: not any(h.source == source and h.start < end and start < h.end for h in one.places)
    )


#: What tells a finding from all others: its text, its first and last place, its rule and its severity.
Key = tuple[str, int, int, str, str]


def key_of(finding: Finding) -> Key:
    """Give what a finding is known by."""
    first, last = finding.places[0], finding.places[-1]
    return first.source, first.start, last.start, finding.rule.id, finding.severity


@cache
def verdicts() -> dict[Key, str]:
    """Read how readers judged each error and warning: "true", "doubtful" or "false"."""
    with open(JUDGED, encoding="utf-8", newline="") as file:
        return {
            (row["text"], int(row["start"]), int(row["other"]), row["rule"], row["severity"]): row["verdict"]
            for row in csv.DictReader(file, delimiter="\t")
        }


def main() -> None:
    """Print the report."""
    found = findings()
    for hard in (True, False):
        wanted = [one for one in defects() if one.hard is hard]
        for certainty in ("sure", "likely", "arguable"):
            some = [one for one in wanted if one.certainty == certainty]
            hit = [one for one in some if found_in(found, one)]
            print(f"{'hard' if hard else 'soft'} {certainty:9} {len(hit):3} of {len(some):3}")
    if "-v" in sys.argv:
        for one in defects():
            about = found_in(found, one)
            if (one.hard or "-vv" in sys.argv) and not about:
                print(
                    "MISSED",
                    one.source[:3],
                    one.places[0][1],
                    one.group,
                    one.certainty,
                    one.quote[:50],
                    "|",
                    one.what[:200],
                )
    judged = Counter((one.severity, verdicts().get(key_of(one), "not judged")) for one in found)
    for (severity, verdict), count in sorted(judged.items()):
        if severity != "note":
            print(f"{severity:8} {verdict:10} {count:3}")
    print(Counter(one.severity for one in found))
    for rule, count in Counter((one.severity, one.rule.id) for one in found).most_common():
        print(count, *rule)


if __name__ == "__main__":
    main()
