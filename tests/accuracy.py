"""Print how right the reader is, as Markdown, and write it to ``gold/accuracy.md``: ``python -m tests.accuracy``.

``--raise-floors`` lifts the committed floors (``gold/floors.tsv``) to what is reached now; it never lowers one.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cancu.loaders.extract import records_of
from tests import samples
from tests.samples import Sample
from tests.scoring import Count, count_all, restored_glyphs, score

FLOORS = samples.GOLD / "floors.tsv"
REPORT = samples.GOLD / "accuracy.md"
_FLOORS_HEADER = ("set", "measure", "floor")

#: The columns of the table; documents count all their fields together.
_COLUMNS = {
    "mention": "citation.mention",
    "exact span": "citation.exact_span",
    "identity": "citation.identity",
    "relation": "citation.relation",
    "provision": "citation.provision",
}


#: The rows of the table of what stands below the document.
_BELOW = {
    "numbered components (code)": "activity.numbered",
    "all activities": "activity.code",
    "lead, with the component": "activity.lead",
    "coordinate, with the component": "activity.coordinate",
    "implement, with the component": "activity.implement",
    "sums: amount": "budget.amount",
    "sums: amount with source, kind, carried over": "budget.full",
    "component deadlines": "activity.deadline",
    "targets: value and unit": "target.value",
    "targets: with operator": "target.op",
    "results: value and unit": "result.value",
    "assignments: agency and role": "assignment.agency_role",
    "assignments: with component": "assignment.agency_role_activity",
    "reporting deadlines": "reporting.deadline",
    "recipients": "recipient",
    "table cells as printed": "table.cell",
}


def scores_of(sample: Sample) -> dict[str, Count]:
    """Score one text."""
    return score(sample.read_gold(), records_of(sample.found))


def glyphs_of(sample: Sample) -> Count:
    """Count the lost letters of one text; where gold names none, every restored one is false."""
    return restored_glyphs(sample.read_lost_glyphs(), records_of(sample.found)["source"]["repairs"])


def measures_of(texts: Sequence[Sample]) -> dict[str, float]:
    """Give every measure of a set that has a floor: F1, or the share of lost letters restored."""
    total = count_all(map(scores_of, texts))
    glyphs = count_all({"glyphs": glyphs_of(sample)} for sample in texts)["glyphs"]
    shares = {"repair.restored": glyphs.recall, "repair.true": glyphs.precision}
    return {name: count.f1 for name, count in sorted(total.items())} | (shares if glyphs.gold else {})


def sets() -> dict[str, tuple[Sample, ...]]:
    """Give the sets of texts that are here."""
    found = {"examples": samples.examples(), "corpus": samples.corpus()}
    return {name: texts for name, texts in found.items() if texts}


# --- the tables -------------------------------------------------------------------------------------------------------


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def table_of(texts: Sequence[Sample]) -> Iterator[str]:
    """Write the table of a set, a row a text and one for all."""
    yield _row("text", "citations", *(f"{column} F1" for column in _COLUMNS), "document fields")
    yield _row("---", *(["---:"] * (len(_COLUMNS) + 2)))
    each = {sample.name: scores_of(sample) for sample in texts}
    for name, scores in [*each.items(), ("**all**", count_all(each.values()))]:
        cells = [f"{scores[column].f1:.3f}" if column in scores else "–" for column in _COLUMNS.values()]
        fields = [count for measure, count in scores.items() if measure.startswith("document.")]
        right, all_of_them = sum(count.right for count in fields), sum(max(count.gold, count.found) for count in fields)
        yield _row(name, str(scores["citation.mention"].gold), *cells, f"{right} of {all_of_them}")


def plan_table_of(texts: Sequence[Sample]) -> Iterator[str]:
    """Write the table of activities, money, targets, results and duties: all texts of a set together."""
    total = count_all(map(scores_of, texts))
    yield _row("below the document", "right", "in the gold", "found", "precision", "recall", "F1")
    yield _row("---", *(["---:"] * 6))
    for label, measure in _BELOW.items():
        count = total.get(measure, Count())
        if count != Count():
            figures = (f"{value:.3f}" for value in (count.precision, count.recall, count.f1))
            yield _row(label, str(count.right), str(count.gold), str(count.found), *figures)


def glyph_table_of(texts: Sequence[Sample]) -> Iterator[str]:
    """Write the table of lost letters."""
    yield _row("text", "letters lost", "restored", "false repairs")
    yield _row("---", "---:", "---:", "---:")
    for sample in texts:
        glyphs = glyphs_of(sample)
        yield _row(sample.name, str(glyphs.gold), str(glyphs.right), str(glyphs.found - glyphs.right))


_REPORT_HEAD = "<!-- Written by: python -m tests.accuracy -->"


def report_of(name: str, texts: Sequence[Sample]) -> Iterator[str]:
    """Write everything that is measured of a set of texts."""
    yield from (f"\n## {name}: {len(texts)} texts\n", *table_of(texts), "", *plan_table_of(texts), "")
    yield from glyph_table_of(texts)
    for sample in texts:
        if wrong := wrong_fields(sample):
            yield f"\n{sample.name}: {', '.join(wrong)} misread"


def wrong_fields(sample: Sample) -> list[str]:
    """Name the fields of a document that were misread."""
    scores = scores_of(sample)
    return [name for name, count in scores.items() if name.startswith("document.") and not count.right]


# --- the floors -------------------------------------------------------------------------------------------------------


def read_floors(file: Path = FLOORS) -> dict[tuple[str, str], float]:
    """Read the floor of each measure of each set."""
    header, *rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    assert tuple(header) == _FLOORS_HEADER, f"{file}:1: the header must be {' '.join(_FLOORS_HEADER)}"
    floors = {(name, measure): float(floor) for name, measure, floor in rows}
    assert len(floors) == len(rows), f"{file}: a measure stands twice"
    return floors


def raise_floors(file: Path = FLOORS) -> None:
    """Write the floors anew: what is reached now, cut after two digits, or the old floor where that is higher."""
    floors = read_floors(file) if file.exists() else {}
    for name, texts in sets().items():
        for measure, value in measures_of(texts).items():
            reached = math.floor(value * 100 + 1e-9) / 100
            floors[name, measure] = max(reached, floors.get((name, measure), 0.0))
    lines = ["# What the reader must reach at least; raised by: python -m tests.accuracy --raise-floors"]
    lines += ["\t".join(_FLOORS_HEADER)]
    lines += [f"{name}\t{measure}\t{floor:.2f}" for (name, measure), floor in sorted(floors.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def below_floor(name: str, measures: Mapping[str, float], floors: Mapping[tuple[str, str], float]) -> list[str]:
    """Say which measures of a set have fallen, each with both figures."""
    return [
        f"{name} {measure}: {measures.get(measure, 0.0):.4f} < {floor}"
        for (of_set, measure), floor in sorted(floors.items())
        if of_set == name and measures.get(measure, 0.0) < floor
    ]


def main() -> None:
    """Print the tables, or raise the floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raise-floors", action="store_true", help="write what is reached now into gold/floors.tsv")
    if parser.parse_args().raise_floors:
        raise_floors()
        return
    lines = [line for name, texts in sets().items() for line in report_of(name, texts)]
    print(*lines, sep="\n")
    if sets().keys() == {"examples", "corpus"}:
        # Without the real texts the report would lose half of what it says.
        REPORT.write_text("\n".join([_REPORT_HEAD, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
