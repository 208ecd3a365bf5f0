"""Read who does what from tables: columns for the leading, carrying out and coordinating agencies beside a task.

What a column holds is told by its name (``ontology/table_columns.tsv``). In a row that has lost cells the others tell:
agencies stand in columns for agencies, words in those for tasks, and where that leaves one way only, the row is read,
with less confidence; otherwise it is left out and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations, pairwise
from math import comb

from cancu.loaders.actors import Actor, read_actors
from cancu.loaders.components import Component, Components, Identity
from cancu.loaders.deadlines import Deadline, plan_year, read_deadline
from cancu.loaders.grids import is_figure
from cancu.loaders.mentions import Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.reading import Reading
from cancu.loaders.tables import PlainCell, PlainTable
from cancu.loaders.text import fold_tones
from cancu.model import Assignment
from cancu.ontology import lexicon

__all__ = ["Responsibilities", "read_responsibilities"]

#: Columns of agencies, and the role that each gives.
_ROLES = {kind: kind for kind in ("lead", "implement", "coordinate", "monitor", "report", "advise")} | {"joint": "lead"}
_AGENCIES = frozenset((*_ROLES, "agency"))
_ENUMERATOR = compiled(r"(?:\d{1,3}(?:\.\d{1,2}){0,3}|[IVXLC]{1,6}|[A-ZĐa-zđ])[.)]?|[-+*•]?")
_GROUP = compiled(r"(?:[IVXLC]{1,6}|[A-ZĐ])[.)] |(?:Nhóm|NHÓM|Phần|PHẦN) ")
_TOP = compiled(r"[IVXLC]{1,6}[.)]?|[A-ZĐ][.)]?")
# What may stand in a cell of agencies beside their names.
_BESIDE = compiled(
    r"[\s,;.:+…*()/&-]+|(?<![^\W_])(?:và|cùng|với|các|là|của|tỉnh|huyện|hoặc|do)(?![^\W_])", re.IGNORECASE
)
_CUE = compiled(r"(?P<lead>chủ trì)|(?P<coordinate>phối hợp)", re.IGNORECASE)
_BEHIND = compiled(r"[ (:,-]*(?:(?P<lead>chủ trì)|(?P<coordinate>phối hợp)(?! với))", re.IGNORECASE)
_APART = compiled(r"[^\S\n]*")
_RELATED = compiled(r"liên quan|các|những", re.IGNORECASE)
_POLICY_NAME_END = compiled(rf" (?:{any_of('policy_name_end')})(?![^\W_])", re.IGNORECASE)
_POLICY_COLUMN = compiled(r"chính sách|chế độ", re.IGNORECASE)
# Letters of other scripts, which only a scan's reader puts into Vietnamese.
_DAMAGE = compiled(r"[^\x00-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u206f]")

_MOSTLY = 0.6
_NAMED = 0.5
_SHARED = 0.7
_MOST_WAYS = 5_000
_ALIKE = 0.9
_DEEPEST = 9
_SURE, _MOVED, _SPLIT, _GUESSED = 0.9, 0.75, 0.65, 0.55


@dataclass(frozen=True, slots=True)
class Responsibilities:
    """Hold what tables say of who does what, with their doubts.

    ``components`` are those of the text and those that only a table names; ``deadlines`` is by their codes.
    """

    components: Components
    assignments: tuple[Assignment, ...] = ()
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Found:
    """Collect what tables say."""

    assignments: list[Assignment] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def read_responsibilities(reading: Reading, components: Components, tables: Sequence[PlainTable]) -> Responsibilities:
    r"""Read the duties that tables give, and the components that only tables name.

    >>> from cancu.loaders.components import read_components
    >>> from cancu.loaders.extract import read_reading
    >>> from cancu.loaders.tables import read_tables
    >>> text = "TT\tNhiệm vụ\tCơ quan chủ trì\tCơ quan phối hợp\n1\tRà soát hộ nghèo\tBộ Y tế\tBộ Tài chính\n"
    >>> reading = read_reading(text + "2\tCấp thẻ\tBộ Tài chính\tBộ Y tế\n")
    >>> found = read_responsibilities(reading, read_components(reading)[0], read_tables(reading.text))
    >>> [(duty.agency, duty.role, duty.task) for duty in found.assignments][:2]
    [('Bộ Y tế', 'lead', 'Rà soát hộ nghèo'), ('Bộ Tài chính', 'coordinate', 'Rà soát hộ nghèo')]
    """
    found = _Found()
    known = _Known(reading, components, found)
    for table in tables:
        _Reader(reading, table, known, found).read()
    merged = components.with_more(found.components) if found.components else components
    return Responsibilities(merged, tuple(found.assignments), found.deadlines, tuple(found.notes))


class _Known:
    """Hold the components known so far, those that tables add included."""

    def __init__(self, reading: Reading, components: Components, found: _Found) -> None:
        self.reading, self.components, self.found = reading, components, found
        self.codes = {component.code for component in components}
        self._policies = {
            component.code: _key(component.title) for component in components if _is_policy(component.code)
        }

    def identify(self, cell: PlainCell, parent: str | None) -> Identity | None:
        """Say which component a cell names, if it is numbered or headed in the text."""
        title = fold_tones(cell.text)
        identity = self.components.of_label(title, parent)
        if identity is None or (_is_policy(identity.code) and self.components.get(identity.code) is None):
            return self._policy(title) or (self.policy(title) if identity is not None else None)
        return self._headed(identity, cell) or identity

    def _headed(self, identity: Identity, cell: PlainCell) -> Identity | None:
        """Find the component of the text that a label without the one above it means: "Nhiệm vụ 3: …" of any group."""
        if identity.national is not None or not identity.title or self.components.get(identity.code) is not None:
            return None
        named = {code for _, _, code in self.components.named(self.reading.plain, cell.start, cell.end)}
        component = self.components.get(named.pop()) if len(named) == 1 else None
        if component is None:
            return None
        ours, theirs = (set(_key(title).split()) for title in (identity.title, component.title))
        if len(ours & theirs) < _SHARED * min(len(ours), len(theirs)):
            return None
        return Identity(component.code, identity.printed_label, component.title, component.parent, component.national)

    def _policy(self, title: str) -> Identity | None:
        """Find the policy whose title differs only in whom it is for, or in damaged letters."""
        key = _key(title)
        for code, known in self._policies.items():
            if key == known or (
                _DAMAGE.search(title) and SequenceMatcher(None, key, known, autojunk=False).ratio() >= _ALIKE
            ):
                component = self.components.get(code)
                label = component.printed_label if component is not None else ""
                return Identity(code, label, component.title if component is not None else title)
        return None

    def policy(self, title: str) -> Identity | None:
        """Give a policy that only a table names its code."""
        name = _POLICY_NAME_END.split(fold_tones(title))[0].strip(" .;,:-")
        known = self._policy(name)
        if known is not None:
            return known
        short = _short(name)
        if not short:
            return None
        code = f"CS:{short}"
        self._policies[code] = _key(name)
        return Identity(code, "", name, inferred=("code",))

    def add(self, identity: Identity, cell: PlainCell, row: Sequence[PlainCell], path: tuple[str, ...]) -> None:
        """Add a component that no heading names: its heading is the cell, its text the row."""
        if identity.code in self.codes:
            return
        self.codes.add(identity.code)
        end = cell.end
        title_at = self.reading.plain.find(identity.title, cell.start, cell.end)
        if identity.title and title_at >= 0:
            end = title_at + len(identity.title)
        until = max(one.end for one in row)
        self.found.components.append(
            Component(
                cell.start,
                end,
                max(end, until),
                identity.code,
                identity.printed_label,
                identity.title,
                identity.parent,
                identity.national,
                path,
                identity.inferred,
            )
        )


def _is_policy(code: str) -> bool:
    return code.startswith("CS:")


@cache
def _ends() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the words at the front and at the end of a policy's title that its short name drops."""
    front = any_of("policy_drop", "policy_filler")
    back = any_of("policy_filler")
    return (
        compiled(rf"(?:(?:{front})(?![^\W_])[ ,]*)+", re.IGNORECASE),
        compiled(rf"(?:(?:^|[ ,]+)(?:{back})(?![^\W_]))+[ ,.;]*$", re.IGNORECASE),
    )


def _short(title: str) -> str:
    """Return what a policy is called in codes.

    >>> _short("Chính sách hỗ trợ tiền điện cho hộ nghèo"), _short("Hỗ trợ người nghèo tiếp cận dịch vụ y tế")
    ('tiền điện', 'y tế')
    """
    front, back = _ends()
    name = " ".join(title.split())
    found = front.match(name)
    name = back.sub("", name[found.end() :] if found is not None else name)
    first = name.split(" ")[0]
    return name if first.isupper() and len(first) > 1 else name[:1].lower() + name[1:]


def _key(title: str) -> str:
    return lexicon.lookup_key(_short(title))


@dataclass(slots=True)
class _Row:
    """Hold one row whose cells have columns: what kinds of columns hold what."""

    cells: Sequence[PlainCell]
    texts: dict[str, PlainCell]
    agencies: list[tuple[str, PlainCell]]
    confidence: float
    inferred: tuple[str, ...] = ()


class _Reader:
    """Read the duties of one table."""

    def __init__(self, reading: Reading, table: PlainTable, known: _Known, found: _Found) -> None:
        self.reading, self.table, self.known, self.found = reading, table, known, found
        self.plain, self.context = reading.plain, reading.header.context
        self.kinds = self._column_kinds()
        self.year = plan_year(reading)
        self.above: list[tuple[int, str]] = []  # the components that the rows above open: (depth, code)
        self.group = ""
        self.activity: str | None = None

    def read(self) -> None:
        """Read all rows, if the table has a column of agencies."""
        if not any(kind in _AGENCIES for kind in self.kinds):
            return
        for cells in self.table.rows:
            filled = [cell for cell in cells if cell.text]
            if len(filled) == 1 and not self._is_agencies(filled[0]):
                self._open_group(filled[0])
                continue
            row = self._placed(cells)
            if row is not None:
                self._read_row(row)

    def _column_kinds(self) -> list[str | None]:
        """Return what the columns hold; one of bodies beside a task is one of agencies where its cells say so."""
        kinds = list(self.table.kinds)
        if not {"task", "activity"} & set(kinds):
            return [kind if kind not in _AGENCIES else None for kind in kinds]
        if not any(kind in _ROLES for kind in kinds):
            for column, kind in enumerate(kinds):
                if kind in ("place", "agency"):
                    cells = [row[column] for row in self.table.rows if len(row) == len(kinds) and row[column].text]
                    named = sum(map(self._is_agencies, cells))
                    kinds[column] = "agency" if cells and named >= _MOSTLY * len(cells) else None
        return kinds

    # --- what cells hold

    def _actors(self, cell: PlainCell) -> list[Actor]:
        return read_actors(self.plain, cell.start, cell.end, self.context) if cell.text else []

    def _is_agencies(self, cell: PlainCell) -> bool:
        """Tell whether a cell is made of names of agencies."""
        actors = self._actors(cell)
        if not actors:
            return False
        left, at = "", cell.start
        for actor in sorted(actors, key=lambda actor: actor.start):
            left += self.plain[at : actor.start] + " "
            at = max(at, actor.end)
        left += self.plain[at : cell.end]
        first = min(actor.start for actor in actors)
        opens = not _BESIDE.sub("", self.plain[cell.start : first])
        # "UBND các huyện thuộc chương trình": what follows a name may say more of it.
        return len(_BESIDE.sub("", left)) <= (_NAMED if opens else 1 - _MOSTLY) * len(_BESIDE.sub("", cell.text))

    def _feature(self, cell: PlainCell) -> str:
        if not cell.text:
            return "empty"
        if _ENUMERATOR.fullmatch(cell.text):
            return "count"
        if is_figure(cell.text):
            return "figure"
        return "agencies" if self._is_agencies(cell) else "words"

    def _placed(self, cells: Sequence[PlainCell]) -> _Row | None:
        """Give the cells of a row their columns, or note that they have none for certain."""
        width = len(self.kinds)
        if len(cells) == width:
            if self._contradicts(cells):
                self._note_open(cells)
                return None
            return self._row(cells, range(width), _SURE)
        if not any(self._feature(cell) == "agencies" for cell in cells):
            return None
        ways = self._ways(cells) if len(cells) < width and comb(width, len(cells)) <= _MOST_WAYS else []
        if not ways:
            self._note_open(cells)
            return None
        columns: list[set[str | None]] = [{self.kinds[way[at]] for way in ways} for at in range(len(cells))]
        if all(len(kinds) == 1 for at, kinds in enumerate(columns) if self._feature(cells[at]) == "agencies"):
            return self._row(cells, ways[0], _MOVED)
        return self._split(cells, ways, columns)

    def _contradicts(self, cells: Sequence[PlainCell]) -> bool:
        """Tell a row whose agencies stand in a column of tasks, and words in one of agencies: its cells have moved."""
        features = list(zip(self.kinds, map(self._feature, cells), strict=True))
        return any(kind in _AGENCIES and feature == "words" for kind, feature in features) and any(
            kind in ("task", "activity") and feature == "agencies" for kind, feature in features
        )

    def _ways(self, cells: Sequence[PlainCell]) -> list[tuple[int, ...]]:
        """Return the ways to set cells into columns that agree with what both hold, the best only."""
        features = [self._feature(cell) for cell in cells]
        scored: dict[tuple[int, ...], int] = {}
        for way in combinations(range(len(self.kinds)), len(cells)):
            if all(_agree(self.kinds[column], feature) for column, feature in zip(way, features, strict=True)):
                kinds = [self.kinds[column] for column in way]
                score = 0
                for kind, feature, cell in zip(kinds, features, cells, strict=True):
                    label = _GROUP.match(cell.text) is not None
                    score += (kind in ("activity", "task") and feature == "words") - (kind == "activity" and label)
                    score -= kind == "group" and feature == "words" and not label
                    score += kind == "number" and feature == "count"
                scored[way] = score
        best = max(scored.values(), default=0)
        return [way for way, score in scored.items() if score == best]

    def _split(
        self, cells: Sequence[PlainCell], ways: list[tuple[int, ...]], columns: list[set[str | None]]
    ) -> _Row | None:
        """Read a row of which one cell of agencies may stand in two columns, or hold what stood in both."""
        row = self._row(cells, ways[0], _SPLIT)
        open_at = [at for at, kinds in enumerate(columns) if self._feature(cells[at]) == "agencies" and len(kinds) > 1]
        roles = columns[open_at[0]]
        if len(open_at) != 1 or roles != {"implement", "coordinate"}:
            self._note_open(cells)
            return None
        cell = cells[open_at[0]]
        row.agencies = [(kind, one) for kind, one in row.agencies if one is not cell]
        row.inferred = ("role",)
        actors = self._actors(cell)
        borders = [
            second.start
            for first, second in pairwise(actors)
            if _APART.fullmatch(self.plain, first.end, second.start) and second.start > first.end
        ]
        if borders:
            # "Sở A Sở B Các sở liên quan": between two names without a comma was the border of a column.
            border = borders[-1]
            row.agencies.append(("implement", _part(cell, cell.start, border, self.plain)))
            row.agencies.append(("coordinate", _part(cell, border, cell.end, self.plain)))
            return row
        if self._partners_only(actors):
            row.confidence = _GUESSED
            row.agencies.append(("coordinate", cell))
            return row
        self._note_open(cells)
        return row if row.agencies else None

    def _partners_only(self, actors: Sequence[Actor]) -> bool:
        """Tell a list of "các sở liên quan" where such stand in the column of partners only."""
        if not any(self._is_related(actor) for actor in actors):
            return False
        seen = {"implement": 0, "coordinate": 0}
        for cells in self.table.rows:
            if len(cells) == len(self.kinds):
                for kind, cell in zip(self.kinds, cells, strict=True):
                    if kind in seen:
                        seen[kind] += any(map(self._is_related, self._actors(cell)))
        return seen["coordinate"] > seen["implement"] == 0

    @staticmethod
    def _is_related(actor: Actor) -> bool:
        return actor.collective and _RELATED.search(actor.name) is not None

    def _row(self, cells: Sequence[PlainCell], way: Sequence[int], confidence: float) -> _Row:
        texts: dict[str, PlainCell] = {}
        agencies = []
        for cell, column in zip(cells, way, strict=True):
            kind = self.kinds[column]
            if kind is None or not cell.text:
                continue
            if kind in _AGENCIES:
                agencies.append((kind, cell))
            elif kind in ("group", "number", "activity"):
                texts.setdefault(kind, cell)
            else:
                # Of two columns of tasks the one to the right says more.
                texts[kind] = cell
        return _Row(cells, texts, agencies, confidence)

    def _note_open(self, cells: Sequence[PlainCell]) -> None:
        start, end = min(cell.start for cell in cells), max(cell.end for cell in cells)
        self.found.notes.append(Note("table-row-open", start, end))

    # --- rows

    def _open_group(self, cell: PlainCell) -> None:
        """Read a row of one cell, which names those below it: a group, or the component that they belong to."""
        label, _, _ = cell.text.partition(" ")
        self.group = cell.text
        depth = _depth(label if _ENUMERATOR.fullmatch(label) else "")
        self._close(depth if depth < _DEEPEST else 0)
        self.activity = None
        identity = self.known.identify(cell, self._parent())
        if identity is not None:
            self._named(identity, cell, [cell], depth if depth < _DEEPEST else 0)

    def _close(self, depth: int) -> None:
        while self.above and self.above[-1][0] >= depth:
            self.above.pop()

    def _parent(self) -> str | None:
        return next((code for _, code in reversed(self.above) if not _is_policy(code) and "." not in code), None)

    def _named(self, identity: Identity, cell: PlainCell, row: Sequence[PlainCell], depth: int) -> str:
        if identity.code not in self.known.codes:
            for doubt in identity.doubts:
                at = max(cell.start, self.plain.find(identity.printed_label, cell.start, cell.end))
                self.found.notes.append(
                    Note(doubt.rule, at, at + len(identity.printed_label), (identity.code,), doubt.detail)
                )
        self.known.add(identity, cell, row, tuple(part for part in (self._title(), self.group) if part))
        self.above.append((depth, identity.code))
        return identity.code

    def _read_row(self, row: _Row) -> None:
        group = row.texts.get("group")
        title = row.texts.get("activity") or row.texts.get("task")
        task = row.texts.get("task") or title
        count = row.texts.get("number")
        moved = len(row.cells) != len(self.kinds)
        shifted = False
        if group is not None:
            if moved and "activity" not in row.texts and _GROUP.match(group.text) is None:
                # The name has moved into the column of the groups.
                title, shifted = group, True
            elif group.text != self.group and _ENUMERATOR.fullmatch(group.text) is None:
                self.group = group.text
                if not moved or _GROUP.match(group.text):
                    self._close(0)
                    self.activity = None
        if title is None or task is None:
            return
        if "task" not in row.texts:
            task = title
        named = "activity" in row.texts or shifted or "activity" not in self.kinds or moved
        depth = _depth(count.text if count is not None else "")
        if count is not None and depth == 0 and not row.agencies and not moved:
            # "II | Sản xuất": a row without agencies whose count is of the highest level names those below it.
            self.group = f"{count.text} {title.text}" if count.text[-1] in ".)" else f"{count.text}. {title.text}"
        if named:
            self._close(depth)
            self.activity = self._activity(title, row, depth)
        self._read_deadline(row, title)
        self._assign(row, task)

    def _activity(self, title: PlainCell, row: _Row, depth: int) -> str | None:
        """Return the code of the component that a row is about: its own, or the one that a row above has opened."""
        identity = self.known.identify(title, self._parent())
        named = next((name for kind, name in zip(self.kinds, self.table.header, strict=True) if kind == "activity"), "")
        if identity is None and _POLICY_COLUMN.search(named):
            identity = self.known.policy(title.text)
        if identity is None:
            return self.above[-1][1] if self.above else None
        if len(row.cells) != len(self.kinds) and "group" not in row.texts and not _is_policy(identity.code):
            # Of which group a project is, only its lost cell told.
            self.group = ""
        return self._named(identity, title, row.cells, depth)

    def _read_deadline(self, row: _Row, title: PlainCell) -> None:
        cell = row.texts.get("deadline")
        if cell is None or self.activity is None or not self.above or self.above[-1][1] != self.activity:
            return
        component = next((one for one in self.found.components if one.code == self.activity), None)
        known = self.known.components.get(self.activity)
        own = (component is not None and component.start == title.start) or known is not None
        found = read_deadline(self.plain, cell.start, cell.end, self.year, bare=True)
        if own and found is not None and found.value is not None and row.texts.get("task") in (None, title):
            self.found.deadlines.setdefault(self.activity, found)

    def _assign(self, row: _Row, task: PlainCell) -> None:
        cell = row.texts.get("deadline")
        deadline = None
        if cell is not None:
            until = read_deadline(self.plain, cell.start, cell.end, self.year, bare=True)
            deadline = until.shown if until is not None else cell.text
        task_place = self.reading.place(task.start, task.end)
        seen = set()
        for kind, agencies in row.agencies:
            for actor, role, sure in self._roles(kind, agencies, task):
                if (actor.name, role) in seen:
                    continue
                seen.add((actor.name, role))
                agency = self.reading.place(actor.start, actor.end)
                inferred = {*row.inferred, *(["agency"] if actor.inferred else []), *([] if sure else ["role"])}
                if len(row.cells) != len(self.kinds) and self.activity is not None:
                    inferred.add("activity")
                self.found.assignments.append(
                    Assignment(
                        start=task_place.start,
                        end=task_place.end,
                        task=task_place.quote,
                        agency=actor.name,
                        agency_surface=agency.quote,
                        agency_start=agency.start,
                        agency_end=agency.end,
                        role=role,
                        activity=self.activity,
                        deadline=deadline,
                        section=" > ".join(part for part in (self._title(), self.group) if part),
                        collective=actor.collective,
                        inferred=tuple(sorted(inferred)),
                        confidence=row.confidence if sure else min(row.confidence, _GUESSED),
                    )
                )

    def _title(self) -> str:
        return self.table.title or self.reading.outline.section(self.table.start)

    def _roles(self, kind: str, cell: PlainCell, task: PlainCell) -> Iterator[tuple[Actor, str, bool]]:
        """Yield the agencies of a cell with their roles: the column's, unless words in the cell say another."""
        actors = self._actors(cell)
        cues = [(found.start(), str(found.lastgroup)) for found in _CUE.finditer(self.plain, cell.start, cell.end)]
        for place, actor in enumerate(actors):
            said = next((role for at, role in reversed(cues) if at < actor.start), None)
            behind = _BEHIND.match(self.plain, actor.end, cell.end)
            if behind is not None:
                # "Sở Y tế chủ trì, phối hợp với …"
                said = str(behind.lastgroup)
            if said is not None:
                yield actor, said, True
            elif kind == "agency":
                yield actor, _role_of(task.text), False
            elif kind == "joint" and not cues:
                # "Cơ quan chủ trì, phối hợp": the first one leads; of the others nothing is said.
                yield actor, "lead" if place == 0 else "coordinate", len(actors) == 1
            else:
                yield actor, _ROLES[kind], True


def _agree(kind: str | None, feature: str) -> bool:
    """Tell whether a cell of such contents may stand in a column of a kind."""
    if feature == "empty" or kind is None:
        return True
    if kind in _AGENCIES:
        return feature == "agencies"
    if feature == "agencies":
        return kind == "place"
    match kind:
        case "number":
            return feature == "count"
        case "money":
            return feature in ("figure", "count")
        case "group" | "activity" | "task" | "product":
            return feature == "words"
        case _:
            return True


def _part(cell: PlainCell, start: int, end: int, plain: str) -> PlainCell:
    while end > start and plain[end - 1].isspace():
        end -= 1
    return PlainCell(start, end, cell.cell)


def _depth(count: str) -> int:
    """Return how deep a row's count sets it: "I" 0, "1" 1, "1.1" 2, "-" or none the deepest."""
    label = count.rstrip(".)")
    if not label or not label[0].isalnum():
        return _DEEPEST
    if _TOP.fullmatch(label):
        return 0
    return 1 + label.count(".") if label[0].isdigit() else _DEEPEST - 1


@cache
def _role_words() -> tuple[tuple[str, str], ...]:
    columns = ("code", "name", "name_en", "definition", "definition_en", "words", "properties", "example", "source")
    rows = lexicon.read_table(lexicon.TABLES / "roles.tsv", columns, key=("code",))
    found = [(word.casefold(), row["code"]) for row in rows for word in row.items("words")]
    return tuple(sorted(found, key=lambda item: -len(item[0])))


def _role_of(task: str) -> str:
    """Return the role that the first verb of a task gives.

    >>> _role_of("Chủ trì, tham mưu khen thưởng"), _role_of("Lập hồ sơ")
    ('lead', 'implement')
    """
    folded = task.casefold().lstrip("-+* ")
    return next((code for word, code in _role_words() if _begins(folded, word)), "implement")


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and not text[len(word) : len(word) + 1].isalpha()
