"""Show one plan on one screen: its head, a line for each component, and below it what belongs to the whole plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cancu.language import Language, knows, say
from cancu.queries.activities import read_components_in
from cancu.queries.entries import Ambiguous
from cancu.queries.plans import Component, Fact, Plan, sum_of
from cancu.viz.words import shown, shown_cell, shown_date, shown_entry, shown_number

__all__ = ["COMMITTEE", "render_plan", "shown_money", "shown_target"]

_MILLION = Decimal(1_000_000)
# So many targets of a component are shown, and so much of what each measures; the others are counted.
_TARGETS = 3
_LONGEST_TARGET = 44
# A table's columns: a sum, a day and a number of a document must not be broken, the others share what is left.
_COLUMNS = ("component", "lead", "coordinate", "money", "targets", "deadline", "authority")
_WIDTHS = {"money": 21, "deadline": 10, "authority": 18}
_SHARES = {"component": 6, "lead": 4, "coordinate": 4, "targets": 5}
# "190 hộ" and "5–6 %" say by themselves that they are meant exactly.
_PLAIN = ("equal", "range")
#: What stands before the place in the name of a people's committee.
COMMITTEE = re.compile(r"^Ủy ban nhân dân (?=(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn) )")


def render_plan(plan: Plan | Ambiguous, lang: Language) -> RenderableType:
    """Render a plan for a terminal of about 120 columns."""
    if isinstance(plan, Ambiguous):
        said = say("ask.ambiguous", lang, text=plan.text, count=len(plan.candidates))
        return Group(Text(said), *(Text(shown_entry(entry, lang)) for entry in plan.candidates))
    parts: list[RenderableType] = [*_head(plan, lang)]
    if not plan.held:
        return Group(*parts, Text(say("empty.not-held", lang, document=plan.label)))
    if plan.components:
        parts.append(_table(plan, lang))
    else:
        parts += [Text(), Text(say("empty.nothing-read.component", lang, document=plan.label))]
    place = COMMITTEE.sub("", plan.issuer or "")
    sections = (
        ("plan.budget", [Text(line) for line in _money_lines(plan.budget, _year_of(plan), lang)]),
        ("plan.targets", [Text(shown(shown_target(fact, lang, whole=True))) for fact in plan.targets]),
        ("plan.reporting", [_report(fact, place, lang) for fact in plan.reporting]),
    )
    for key, lines in sections:
        parts += [Text(), Text(say(key, lang, count=len(lines)), style="bold")]
        parts += [_indented(line) for line in lines or [Text(say("plan.none", lang))]]
    doubts = plan.doubts or {}
    parts += [Text(), Text(say("plan.doubts", lang, count=sum(doubts.values())), style="yellow" if doubts else "dim")]
    return Group(*parts)


def _indented(line: Text) -> Padding:
    return Padding(line, (0, 0, 0, 2), expand=False)


def _head(plan: Plan, lang: Language) -> Iterator[RenderableType]:
    title = Text(shown(plan.label), style="bold")
    dates = " / ".join(shown_date(day, lang) for day in plan.dates)
    title.append(shown("".join(f" · {part}" for part in (dates, plan.issuer) if part)), style="not bold")
    yield title
    if plan.title is not None and plan.title not in plan.label:
        yield Text(shown(plan.title))
    start, end = plan.period
    facts = []
    if end is not None:
        years = end if start in (None, end) else f"{start}–{end}"
        facts.append(say("plan.period", lang, years=years))
    if plan.superior:
        named = (fact.text("superior", lang) for fact in plan.superior)
        facts.append(say("plan.superior", lang, documents="; ".join(named)))
    if plan.sources:
        facts.append(say("plan.sources", lang, sources=", ".join(plan.sources)))
    for line in facts:
        yield Text(shown(line), style="dim")


def _table(plan: Plan, lang: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    filled = [
        name
        for name in _COLUMNS
        if name in ("component", "lead") or any(_cell(name, one, plan, lang).plain for one in plan.components)
    ]
    for name in filled:
        table.add_column(
            say(f"plan.column.{name}", lang),
            ratio=_SHARES.get(name),
            width=_WIDTHS.get(name),
            justify="right" if name == "money" else "left",
            overflow="fold",
        )
    for one in plan.components:
        table.add_row(
            Padding(_cell("component", one, plan, lang), (0, 0, 0, 2 * one.depth)),
            *(_cell(name, one, plan, lang) for name in filled[1:]),
        )
    table.expand = True
    return table


def _cell(name: str, one: Component, plan: Plan, lang: Language) -> Text:
    place = COMMITTEE.sub("", plan.issuer or "")
    lines: Iterable[str]
    if name == "component":
        text = Text(shown(one.label.rstrip(": ")), style="bold" if one.depth == 0 else "")
        numbers, _ = read_components_in(one.label)
        if one.code.rpartition(".")[2] not in numbers and not one.code.startswith("CS:"):
            # What is printed is not what it is.
            text.append(f" [{one.code}]", style="yellow")
        return text
    if name == "lead":
        lines = _agencies(one, ("lead",), place)
    elif name == "coordinate":
        partners = _agencies(one, ("coordinate",), place)
        known = {*partners, *_agencies(one, ("lead",), place)}
        doers = [agency for agency in _agencies(one, ("implement",), place) if agency not in known]
        lines = [*partners, *([say("plan.implements", lang, agencies="; ".join(doers))] if doers else [])]
    elif name == "money":
        lines = _money_lines(one.sums, _year_of(plan), lang)
    elif name == "targets":
        lines = [shown_target(fact, lang) for fact in one.targets[:_TARGETS]]
        if len(one.targets) > _TARGETS:
            lines = [*lines, say("plan.more", lang, count=len(one.targets) - _TARGETS)]
    elif name == "deadline":
        lines = [shown_cell(one.deadline.cells["deadline"], lang)] if one.deadline is not None else []
    else:
        lines = dict.fromkeys(_authority(fact, lang) for fact in one.authority)
    return Text(shown("\n".join(lines)))


def _agencies(one: Component, roles: Sequence[str], place: str) -> list[str]:
    """Name agencies without the place that the whole plan is about."""
    names = (cell.text("vi") for role in roles for cell in one.agencies(role))
    return list(dict.fromkeys(name.removesuffix(f" {place}") if place else name for name in names))


def _authority(fact: Fact, lang: Language) -> str:
    number, provision = fact.text("number", lang), fact.text("provision", lang)
    named = number or fact.text("authority", lang)
    return f"{named} ({provision})" if provision else named


def _year_of(plan: Plan) -> str | None:
    """Return the year that goes without saying: a plan's of one year."""
    start, end = plan.period
    return end if start in (None, end) else None


def shown_money(fact: Fact, lang: Language, plain_year: str | None = None, *, alone: bool = False) -> str:
    """Write a sum in triệu đồng with its source, kind and whatever sets it apart; ``plain_year`` is left out.

    That no source is stated is said of a sum among others, not of one that stands ``alone`` or is set apart otherwise.
    """
    amount = fact.cells["amount"].exact
    figure = shown_number(amount / _MILLION, lang) if amount is not None else fact.text("printed", lang)
    told = [_short("kind", fact, lang)] if fact.text("kind") else []
    if fact.text("year") not in ("", plain_year):
        told.append(fact.text("year"))
    if fact.cells["carried"].value == "true":
        told.append(say("plan.carried", lang))
    if _is_sourced(fact) or not (alone or told):
        told.insert(0, _short("source", fact, lang))
    approx = "≈ " if fact.cells["approx"].value == "true" else ""
    return f"{' '.join(told)}: {approx}{figure}" if told else f"{approx}{figure}"


def _is_sourced(fact: Fact) -> bool:
    return (fact.cells["source"].iri or "").rpartition("/")[2] != "unspecified"


def _short(name: str, fact: Fact, lang: Language) -> str:
    """Name a source or kind of money shortly, where there is a short name."""
    key = f"plan.{name}.{(fact.cells[name].iri or '').rpartition('/')[2]}"
    return say(key, lang) if knows(key) else fact.text(name, lang)


def _money_lines(sums: Sequence[Fact], plain_year: str | None, lang: Language) -> list[str]:
    alone = not any(map(_is_sourced, sums))
    lines = [shown_money(fact, lang, plain_year, alone=alone) for fact in sums]
    total = sum_of(sums)
    if total is not None and not total[1] and len(sums) > 1:
        lines.append(say("plan.added", lang, sum=shown_number(total[0] / _MILLION, lang)))
    return lines


def shown_target(fact: Fact, lang: Language, *, whole: bool = False) -> str:
    """Write a target shortly: its bound, figure, unit and what it measures; ``whole`` adds whom and by when."""
    operator = (fact.cells["operator"].iri or "").rpartition("/")[2]
    key = f"plan.operator.{operator}"
    sign = "" if operator in _PLAIN else say(key, lang) if knows(key) else fact.text("operator", lang)
    bound = fact.cells["qualifier"].value or ""
    figures = "–".join(shown_cell(fact.cells[name], lang) for name in ("value", "upper") if fact.cells[name].value)
    figure = " ".join(part for part in (sign, bound, figures, fact.text("unit", lang)) if part)
    target = fact.text("target", lang)
    if not whole:
        short = target if len(target) <= _LONGEST_TARGET else target[: _LONGEST_TARGET - 1].rstrip() + "…"
        return f"{figure} · {short}"
    scope, by = fact.text("scope", lang), shown_cell(fact.cells["by"], lang)
    about = f"{target} ({scope})" if scope else target
    return f"{about}: {figure}" + (f" · {by}" if fact.cells["by"].value else "")


def _report(fact: Fact, place: str, lang: Language) -> Text:
    def short(name: str) -> str:
        said = fact.text(name, lang) or "?"
        return "; ".join(one.removesuffix(f" {place}") if place else one for one in said.split("; "))

    when = [shown_cell(fact.cells[name], lang) for name in ("deadline", "frequency") if fact.cells[name].value]
    text = Text(shown(", ".join(when) or say("plan.undated", lang)), style="bold")
    text.append(shown(f"  {short('reporter')} → {short('receiver')}"), style="not bold")
    if fact.text("report"):
        text.append(shown(f": {fact.text('report', lang)}"), style="not bold")
    return text
