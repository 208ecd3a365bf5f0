"""Show two plans side by side: a section for each project, a row for each thing, and what differs marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cancu.language import Language, say
from cancu.queries.cells import BETWEEN, Cell
from cancu.queries.comparing import Comparison, Line, Section, Total
from cancu.queries.engine import Hop
from cancu.queries.plans import Plan
from cancu.viz.plan import COMMITTEE
from cancu.viz.tree import LineOf
from cancu.viz.words import shown, shown_cell, shown_date, shown_entry, shown_number, shown_quote

__all__ = ["render_comparison"]

_MILLION: Final = Decimal(1_000_000)
# What is compared, and between it and the two plans a mark.
_LABEL, _MARK, _GAP = 26, 1, 2
_MARKS: Final = {"same": "=", "different": "≠", "first": "", "second": ""}
_STYLES: Final = {"same": "dim", "different": "yellow", "first": "cyan", "second": "magenta"}
#: Whose rows are one list of documents for each plan.
_LISTED: Final = ("authority", "basis")
#: Whose values are names of agencies.
_AGENCIES: Final = ("lead", "coordinate", "implement")
_MONEY: Final = ("money", "carried-over")


def render_comparison(
    found: Comparison, lang: Language, *, width: int, full: bool = False, line_of: LineOf | None = None
) -> RenderableType:
    """Render a comparison; ``full`` shows the quotes of every row below it."""
    answer = found.answer
    if found.plans is None:
        why = answer.why_empty or {}
        lines = [Text(why.get(lang, "")), *(Text(shown_entry(entry, lang)) for entry in answer.candidates)]
        return Group(*lines)
    screen = _Screen(found.plans, lang, width, line_of if full else None, full=full)
    parts: list[RenderableType] = [*screen.head()]
    notes = [Text(shown(note[lang]), style="yellow") for note in answer.notes]
    if not all(plan.held for plan in found.plans):
        # What one plan says alone is no comparison.
        return Group(*parts, Text(), *notes)
    for section in found.sections:
        parts += [Text(), *screen.section(section)]
    parts += [Text(), *notes]
    if answer.why_empty is not None:
        return Group(*parts, Text(answer.why_empty[lang]))
    names = dict(zip(("one", "other"), screen.names, strict=True))
    counts = {name: found.count(name) for name in ("same", "different", "first", "second")}
    parts.append(Text(shown(say("compare.summary", lang, **counts, **names)), style="bold"))
    return Group(*parts)


class _Screen:
    """Lay out two plans in columns of a width."""

    def __init__(
        self, plans: tuple[Plan, Plan], lang: Language, width: int, line_of: LineOf | None, *, full: bool
    ) -> None:
        self.plans, self.lang, self.full, self.line_of = plans, lang, full, line_of
        self.places = tuple(COMMITTEE.sub("", plan.issuer or "") for plan in plans)
        self.names = _names(plans)
        self.column = max(12, (width - _LABEL - _MARK - 3 * _GAP) // 2)

    def head(self) -> Iterator[RenderableType]:
        """Name the two plans above their columns."""
        cells = []
        for plan, name in zip(self.plans, self.names, strict=True):
            start, end = plan.period
            years = end if start in (None, end) else f"{start}–{end}"
            dates = " / ".join(shown_date(day, self.lang) for day in plan.dates)
            period = say("plan.period", self.lang, years=years) if years else ""
            cells.append("\n".join(filter(None, (name, plan.issuer, plan.label, dates, period))))
        table = self.table()
        table.add_row(Text(say("compare.head", self.lang), style="bold"), "", *(Text(shown(one)) for one in cells))
        yield table

    def table(self) -> Table:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
        for wide in (_LABEL, _MARK, self.column, self.column):
            table.add_column(width=wide, overflow="fold")
        return table

    def section(self, section: Section) -> Iterator[RenderableType]:
        """Show what is compared of one project below its name."""
        title = Text(shown(self.title(section)), style="bold")
        if section.only_in is not None:
            only = say("compare.only", self.lang, plan=self.names[0 if section.only_in == "first" else 1])
            title.append(f" · {shown(only)}", style="not bold cyan")
        yield title
        for aspect, lines in groupby(section.lines, key=lambda line: line.aspect):
            gathered = list(lines)
            if aspect == "name" and gathered[0].likeness != "different":
                continue
            if aspect == "money" and any(section.totals):
                told = [line for line in gathered if _is_told(line, section.totals)]
                gathered = [line for line in gathered if line not in told]
                yield from self.total(section.totals, told)
            if aspect in _LISTED:
                yield from self.documents(gathered)
            else:
                for line in gathered:
                    yield from self.line(line)

    def title(self, section: Section) -> str:
        named = [line for line in section.lines if line.aspect == "name"]
        if section.code is None or not named:
            return section.project.text(self.lang)
        cells = named[0].cells
        printed = (cells["left"].value or cells["right"].value or "").split(BETWEEN)[0]
        return f"{printed.rstrip(': ')} [{section.code}]" if not section.code.startswith("CS:") else printed

    def row(self, label: str, likeness: str, cells: Sequence[str]) -> RenderableType:
        table = self.table()
        style = _STYLES[likeness]
        empty = say("compare.nothing", self.lang)
        texts = [Text(shown(cell), style=style) if cell else Text(empty, style="dim") for cell in cells]
        table.add_row(Text(shown(label)), Text(_MARKS[likeness], style=style), *texts)
        return table

    def line(self, line: Line) -> Iterator[RenderableType]:
        """Show one thing that is compared."""
        cells = line.cells
        qualifiers = [shown_cell(cells[name], self.lang) for name in ("item", "kind", "year") if cells[name].value]
        aspect = cells["aspect"].text(self.lang)
        label = f"{aspect}: {', '.join(qualifiers)}" if qualifiers else aspect
        values = [self.values(line.aspect, cells, side) for side in (0, 1)]
        amounts = (cells["leftAmount"].exact, cells["rightAmount"].exact)
        if line.likeness == "different" and amounts[0] is not None and amounts[1] is not None:
            values[1] += f"\n{self.difference(amounts[1] - amounts[0])}"
        yield self.row(label, line.likeness, values)
        yield from self.quotes(line.proof)

    def values(self, aspect: str, cells: Mapping[str, Cell], side: int) -> str:
        cell, amount = cells[("left", "right")[side]], cells[("leftAmount", "rightAmount")[side]]
        if not cell.value:
            return ""
        if aspect in _MONEY and amount.exact is not None:
            return self.million(amount.exact)
        each = cell.value.split(BETWEEN)
        place = self.places[side]
        if aspect in _AGENCIES and place:
            each = [name.removesuffix(f" {place}") for name in each]
        elif aspect == "deadline":
            each = [shown_date(day, self.lang) for day in each]
        return "\n".join(each)

    def million(self, amount: Decimal) -> str:
        return say("compare.million", self.lang, sum=shown_number(amount / _MILLION, self.lang))

    def difference(self, amount: Decimal) -> str:
        key = "compare.higher" if amount > 0 else "compare.lower"
        return say(key, self.lang, sum=shown_number(abs(amount) / _MILLION, self.lang))

    def total(self, totals: tuple[Total | None, Total | None], told: Sequence[Line]) -> Iterator[RenderableType]:
        """Show what both plans spend in all, where that can be told; ``told`` are the rows that say nothing more."""
        one, other = totals
        cells = [
            ""
            if total is None
            else self.million(total.amount) + ("" if total.stated else f" {say('compare.added', self.lang)}")
            for total in totals
        ]
        if one is None or other is None:
            likeness = "first" if other is None else "second"
        else:
            likeness = "same" if one.amount == other.amount else "different"
            if likeness == "different":
                cells[1] += f"\n{self.difference(other.amount - one.amount)}"
        yield self.row(say("compare.total", self.lang), likeness, cells)
        for line in told:
            yield from self.quotes(line.proof)

    def documents(self, lines: Sequence[Line]) -> Iterator[RenderableType]:
        """Show the documents of both plans as two lists, those in both first and marked."""
        both = [line for line in lines if line.likeness in ("same", "different")]
        left = [self.document(line, both) for line in [*both, *(one for one in lines if one.likeness == "first")]]
        right = [self.document(line, both) for line in [*both, *(one for one in lines if one.likeness == "second")]]
        if all(line.likeness == "same" for line in lines):
            likeness = "same"
        else:
            likeness = "different" if left and right else "first" if left else "second"
        yield self.row(lines[0].cells["aspect"].text(self.lang), likeness, ["\n".join(left), "\n".join(right)])
        for line in lines:
            yield from self.quotes(line.proof)

    def document(self, line: Line, both: Iterable[Line]) -> str:
        return f"{'= ' if line in both else ''}{line.cells['item'].text(self.lang)}"

    def quotes(self, proof: Iterable[Hop]) -> Iterator[RenderableType]:
        if not self.full:
            return
        for hop in proof:
            text = Text(shown_quote(hop, full=True), style="italic")
            line = self.line_of(hop.source, hop.start) if self.line_of is not None else None
            behind = f", {say('chain.line', self.lang, line=line)}" if line is not None else ""
            text.append(f" [{shown(hop.source)}:{hop.start}-{hop.end}{behind}]", style="dim")
            yield Padding(text, (0, 0, 0, 4), expand=False)


def _is_told(line: Line, totals: tuple[Total | None, Total | None]) -> bool:
    """Tell whether a row holds stated totals alone, which stand above it."""
    if (line.cells["item"].iri or "").rpartition("/")[2] != "total":
        return False
    pairs = zip((line.cells["leftAmount"], line.cells["rightAmount"]), totals, ("left", "right"), strict=True)
    return all(
        not line.cells[side].value or (total is not None and total.stated and amount.exact == total.amount)
        for amount, total, side in pairs
    )


def _names(plans: tuple[Plan, Plan]) -> tuple[str, str]:
    """Call two plans by what tells them apart: the place, else the number, else the years."""
    for name in (_place, lambda plan: plan.number or "", lambda plan: plan.period[1] or ""):
        one, other = (name(plan) for plan in plans)
        if one and other and one != other:
            return one, other
    return plans[0].label, plans[1].label


def _place(plan: Plan) -> str:
    return COMMITTEE.sub("", plan.issuer or "")
