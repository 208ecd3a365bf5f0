"""Set two plans side by side, project by project: who, how much money, which targets, by when, under which documents.

The rows are those of the question ``compare``; here they are gathered by project, with what each plan spends on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from cancu.language import Refusal, say_all
from cancu.queries.cells import Cell
from cancu.queries.engine import Answer, Hop, ask
from cancu.queries.entries import Ambiguous
from cancu.queries.plans import Fact, Plan, read_plan, sum_of

if TYPE_CHECKING:
    from cancu.queries.access import Access

__all__ = ["Comparison", "Likeness", "Line", "Section", "Total", "compare_plans"]

Likeness = Literal["same", "different", "first", "second"]

_WHOLE: Final = "whole-plan"


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one thing that is compared: a row of the answer with its proof."""

    cells: Mapping[str, Cell]
    proof: tuple[Hop, ...]

    @property
    def aspect(self) -> str:
        """Name what is compared: "lead", "money" …."""
        return self.cells["aspect"].value or ""

    @property
    def likeness(self) -> str:
        """Tell whether both plans say the same, something different, or only one of them anything."""
        return self.cells["likeness"].value or ""


@dataclass(frozen=True, slots=True)
class Total:
    """Hold what a plan spends on a project in đồng, and whether the text itself states the sum."""

    amount: Decimal
    stated: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Hold what is compared of one project, or of the whole plan where ``code`` is None."""

    code: str | None
    project: Cell
    lines: tuple[Line, ...]
    totals: tuple[Total | None, Total | None]

    @property
    def only_in(self) -> Literal["first", "second"] | None:
        """Tell which plan alone has the project."""
        named = next((line.likeness for line in self.lines if line.aspect == "name"), "")
        return "first" if named == "first" else "second" if named == "second" else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold two plans and what is compared of them; where a name was ambiguous there is the answer alone."""

    answer: Answer
    plans: tuple[Plan, Plan] | None
    sections: tuple[Section, ...] = ()

    def count(self, likeness: Likeness) -> int:
        """Count the rows of that likeness."""
        return sum(row["likeness"].value == likeness for row in self.answer.rows)


def compare_plans(store: Access, one: str, other: str) -> Comparison:
    """Compare the plans that two numbers, IRIs or parts of titles mean."""
    left, right = read_plan(store, one), read_plan(store, other)
    if isinstance(left, Ambiguous) or isinstance(right, Ambiguous):
        return Comparison(ask(store, "compare", document=one, other=other), None)
    if left.iri == right.iri:
        raise Refusal("compare.same", document=left.label)
    answer = ask(store, "compare", document=left.iri, other=right.iri)
    notes = [say_all("empty.not-held", document=plan.label) for plan in (left, right) if not plan.held]
    answer = replace(answer, parameters={"document": one, "other": other}, notes=(*answer.notes, *notes))
    return Comparison(answer, (left, right), _sections(answer, left, right))


def _sections(answer: Answer, left: Plan, right: Plan) -> tuple[Section, ...]:
    lines = map(Line, answer.rows, answer.proofs)
    found = []
    for project, of_project in groupby(lines, key=lambda line: _project(line.cells)):
        gathered = tuple(of_project)
        first = gathered[0].cells
        whole = project == _WHOLE
        code = None if whole else next((line.cells["code"].value for line in gathered if line.cells["code"].value), "")
        totals = (_total(left, project), _total(right, project))
        found.append(Section(code, first["project"], gathered, totals))
    return tuple(found)


def _project(cells: Mapping[str, Cell]) -> str:
    return cells["project"].iri or cells["project"].value or ""


def _total(plan: Plan, project: str) -> Total | None:
    """Tell what a plan spends on a project, where it states one sum or those that add up to one."""
    sums: Sequence[Fact] = plan.budget
    if project != _WHOLE:
        parts = [
            part
            for part in plan.components
            if project in ((part.national.iri if part.national is not None else None), part.title, part.code)
        ]
        sums = [fact for part in parts for fact in part.sums]
    found = sum_of(sums)
    return Total(found[0], found[1] or len(sums) == 1) if found is not None else None
