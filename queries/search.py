"""Search names while people type: an index of folded words on the disk, made once for each snapshot of a store.

The index is a file of SQLite with full text (FTS5) over our own folding, which knows đ, tones and abbreviations.
Rows stand in the order in which they are worth showing, so the first hits of a search need no sorting.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from cancu.ontology.iris import expand
from cancu.queries.access import Access, text_of
from cancu.queries.activities import Activity
from cancu.queries.entries import Entry
from cancu.queries.find import everything, number_key
from cancu.queries.folding import begins_others, read_wanted, tokens
from cancu.queries.texts import read_force

__all__ = ["FACETS", "Found", "Hit", "SearchIndex", "write_index"]

#: By what a list of hits can be narrowed; all but the first two are those of documents.
FACETS: Final = ("kind", "held", "type", "issuer", "tier", "place", "year", "programme", "force")

_VERSION: Final = 4
_SCHEMA: Final = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, label TEXT, number TEXT, title TEXT, issuer TEXT,
  date TEXT, whole TEXT, held TEXT, key TEXT, folded TEXT);
CREATE TABLE facet (entry INTEGER, name TEXT, value TEXT);
CREATE VIRTUAL TABLE words USING fts5(folded, content='', tokenize='unicode61 remove_diacritics 0');
"""
_INDEXES: Final = """
CREATE INDEX entry_key ON entry (key) WHERE key IS NOT NULL;
CREATE INDEX entry_folded ON entry (folded);
CREATE INDEX entry_iri ON entry (iri);
CREATE INDEX facet_value ON facet (name, value, entry);
CREATE INDEX facet_entry ON facet (entry);
"""
_OF_ENTRY: Final = "entry.id, iri, kind, label, number, title, issuer, date, whole, held"
# What is worth showing first: documents with a text, then agencies, activities, documents that others only name.
_RANKS: Final = {"document": 0, "agency": 1, "programme": 1, "activity": 2, "place": 4}
_NOT_HELD: Final = 3
# With fewer letters too many names begin so.
_SHORTEST: Final = 2
# Of so many that have all the words, the best are suggested.
_LOOKED_AT: Final = 60
# So many values of a facet are offered.
_MOST_VALUES: Final = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one thing that was found."""

    iri: str
    kind: str
    label: str
    number: str | None
    title: str | None
    issuer: str | None
    date: str | None
    whole: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Hold one page of hits, how many there are in all, and the values of each facet with their counts."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]


def write_index(store: Access, file: str) -> int:
    """Write the index of everything that the store names into a file; return the number of entries.

    The file is there when all is written, and not before.
    """
    entries, activities = everything(store)
    facets = _facets(store)
    activity_of = {activity.entry.iri: activity for activity in activities}
    ordered = sorted([*entries, *(activity.entry for activity in activities)], key=_worth)
    half = Path(f"{file}.{os.getpid()}")
    half.parent.mkdir(parents=True, exist_ok=True)
    half.unlink(missing_ok=True)
    with sqlite3.connect(half) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        base.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, *_numbered(ordered))
        )
        base.executemany(
            "INSERT INTO words (rowid, folded) VALUES (?, ?)",
            ((at, _words(entry, activity_of.get(entry.iri))) for at, entry in enumerate(ordered, start=1)),
        )
        base.executemany(
            "INSERT INTO facet VALUES (?, ?, ?)",
            (
                (at, name, value)
                for at, entry in enumerate(ordered, start=1)
                for name, values in _of(entry, facets)
                for value in values
            ),
        )
        base.executescript(_INDEXES + f"PRAGMA user_version = {_VERSION}; ANALYZE;")
    base.close()
    os.replace(half, file)
    return len(ordered)


def _numbered(entries: Sequence[Entry]) -> tuple[range, Sequence[Entry]]:
    return range(1, len(entries) + 1), entries


def _row(at: int, entry: Entry) -> tuple[int | str | None, ...]:
    key = number_key(entry.number) if entry.number is not None else None
    return (
        at, entry.iri, entry.kind, entry.label, entry.number, entry.title, entry.issuer, entry.date, entry.whole,
        "1" if entry.held else "", key, " ".join(tokens(entry.label)),
    )  # fmt: skip


def _worth(entry: Entry) -> tuple[int, str, str, str]:
    rank = _rank(entry.kind, entry.held)
    # The newest plans come first.
    newest = "".join(chr(0x7E - ord(sign) + 0x20) for sign in entry.date or "0000")
    return rank, newest if entry.kind == "document" else "", entry.label, entry.iri


def _rank(kind: str, held: bool) -> int:
    return _NOT_HELD if kind == "document" and not held else _RANKS[kind]


def _words(entry: Entry, activity: Activity | None) -> str:
    """Give what an entry is found by; an activity is also named by the projects above it and by codes, "DA3.TDA1"."""
    named = (entry.label, entry.number, entry.title, entry.issuer, entry.whole)
    found = dict.fromkeys(word for name in named if name is not None for word in tokens(name))
    further = set(entry.words)
    if activity is not None:
        further |= activity.around | {code.lower() for code in (*activity.own, *activity.above)}
    return " ".join((*found, *sorted(further - found.keys())))


# --- facets -----------------------------------------------------------------------------------------------------------


def _of(entry: Entry, facets: Mapping[str, Mapping[str, Iterable[str]]]) -> Iterator[tuple[str, Iterable[str]]]:
    yield "kind", (entry.kind,)
    if entry.kind != "document":
        return
    yield "held", ("yes" if entry.held else "no",)
    if entry.issuer is not None:
        yield "issuer", (entry.issuer,)
    if entry.date is not None:
        yield "year", (entry.date[:4],)
    for name, values in facets.items():
        if entry.iri in values:
            yield name, sorted(set(values[entry.iri]))


def _facets(store: Access) -> Mapping[str, Mapping[str, Iterable[str]]]:
    """Read what documents can be narrowed by, as names in Vietnamese."""
    labels = _names(store, "skos:prefLabel") | _names(store, "rdfs:label", "eli:AdministrativeArea")
    found: dict[str, dict[str, list[str]]] = {}
    for name, predicate in (("type", "eli:type_document"), ("tier", "cancu:tier"), ("place", "eli:relevant_for")):
        for subject, value in store.values(str(expand(predicate))):
            found.setdefault(name, {}).setdefault(subject, []).append(labels.get(value, value.rpartition("/")[2]))
    found["programme"] = _programmes(store, labels)
    found["force"] = _force(store)
    return found


def _names(store: Access, naming: str, of_class: str | None = None) -> dict[str, str]:
    """Give the Vietnamese names of resources, the first where there are several."""
    kind = f"; a {of_class}" if of_class is not None else ""
    rows = store.select(f'SELECT ?x ?name {{ ?x {naming} ?name {kind} FILTER(LANG(?name) IN ("vi", "")) }}')
    found: dict[str, str] = {}
    for row in rows:
        iri, name = text_of(row["x"]), text_of(row["name"])
        found[iri] = min(found.get(iri, name), name)
    return found


def _programmes(store: Access, labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Tell of which programmes a document has components, or which it approved."""
    rows = store.select(
        "SELECT DISTINCT ?document ?programme {"
        " { ?programme cancu:decidedBy ?document } UNION"
        " { ?part dct:isPartOf ?document ; cancu:realises/skos:inScheme ?programme ."
        " ?programme cancu:decidedBy ?decision } }"
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        programme = text_of(row["programme"])
        found[text_of(row["document"])].append(labels.get(programme, programme))
    return found


def _force(store: Access) -> dict[str, list[str]]:
    """Tell which documents a held text ends or changes; of all others nothing is known."""
    return {iri: [state for state, _ in states] for iri, states in read_force(store).items()}


# --- searching --------------------------------------------------------------------------------------------------------


class SearchIndex:
    """Search one index, in any thread; suggestions do not wait for searches, which take longer."""

    def __init__(self, file: Path) -> None:
        """Open the file of an index."""
        self._base, self._suggesting = (
            sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True, check_same_thread=False) for _ in range(2)
        )
        self._searched, self._suggested = Lock(), Lock()

    @staticmethod
    def is_index(file: Path) -> bool:
        """Tell whether a file holds an index as this version writes it."""
        if not file.is_file():
            return False
        base = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
        try:
            return bool(base.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
        except sqlite3.DatabaseError:
            return False
        finally:
            base.close()

    def close(self) -> None:
        """Give the file free, once nobody searches it."""
        with self._searched, self._suggested:
            self._base.close()
            self._suggesting.close()

    def suggest(self, text: str, limit: int = 8) -> tuple[Hit, ...]:
        """Give what somebody may mean who has typed so far.

        First numbers that begin so, then names that begin so, then whatever has all the words.
        """
        with self._suggested:
            return self._suggest(text, limit)

    def _suggest(self, text: str, limit: int) -> tuple[Hit, ...]:
        hits: dict[str, Hit] = {}
        key = number_key(text)
        if key[:1].isdigit():
            rows = self._suggesting.execute(
                f"SELECT {_OF_ENTRY} FROM entry WHERE key >= ? AND key < ? ORDER BY length(key), id LIMIT ?",
                (key, f"{key}\uffff", limit),
            )
            hits |= {row[1]: _hit(row) for row in rows}
        folded, matching = " ".join(tokens(text)), _matching(text)
        if len(hits) < limit and len(folded) >= _SHORTEST:
            rows = self._suggesting.execute(
                f"SELECT {_OF_ENTRY} FROM entry WHERE folded >= ? AND folded < ? ORDER BY id LIMIT ?",
                (folded, f"{folded}\uffff", limit),
            )
            hits |= {row[1]: _hit(row) for row in rows if row[1] not in hits}
        if len(hits) < limit and matching:
            rows = self._suggesting.execute(
                f"SELECT {_OF_ENTRY} FROM words JOIN entry ON entry.id = words.rowid"
                " WHERE words MATCH ? ORDER BY words.rowid LIMIT ?",
                (matching, max(limit, _LOOKED_AT)),
            )
            typed = set(tokens(text))
            further = sorted(map(_hit, rows), key=lambda hit: _fit(hit, typed))
            hits |= {hit.iri: hit for hit in further if hit.iri not in hits}
        return tuple(hits.values())[:limit]

    def search(
        self, text: str, chosen: Mapping[str, str], start: int = 0, limit: int = 20, *, facets: bool = True
    ) -> Found:
        """Give a page of what has all words of a text and the chosen value of each facet; ``facets`` takes longest."""
        with self._searched:
            return self._search(text, chosen, start, limit, facets=facets)

    def _search(self, text: str, chosen: Mapping[str, str], start: int, limit: int, *, facets: bool) -> Found:
        conditions, given = [], []
        key, matching = number_key(text), _matching(text)
        if key[:1].isdigit() and matching:
            conditions.append(
                "(id IN (SELECT id FROM entry WHERE key >= ? AND key < ?)"
                " OR id IN (SELECT rowid FROM words WHERE words MATCH ?))"
            )
            given += [key, f"{key}\uffff", matching]
        elif matching:
            conditions.append("id IN (SELECT rowid FROM words WHERE words MATCH ?)")
            given.append(matching)
        for name, value in chosen.items():
            conditions.append("id IN (SELECT entry FROM facet WHERE name = ? AND value = ?)")
            given += [name, value]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        base = self._base
        hit, facet = "entry", "facet"
        if conditions:
            base.execute("DROP TABLE IF EXISTS temp.hit")
            base.execute(f"CREATE TEMP TABLE hit AS SELECT id FROM entry {where}", given)
            hit, facet = "temp.hit JOIN entry USING (id)", "temp.hit JOIN facet ON facet.entry = hit.id"
        total = base.execute(f"SELECT count(*) FROM {'temp.hit' if conditions else 'entry'}").fetchone()[0]
        # A number that was typed whole comes first.
        rows = base.execute(
            f"SELECT {_OF_ENTRY} FROM {hit} ORDER BY coalesce(key = ?, 0) DESC, id LIMIT ? OFFSET ?",
            (key, limit, start),
        )
        hits = tuple(map(_hit, rows))
        if not facets:
            return Found(hits, total, {})
        counted = base.execute(
            f"SELECT name, value, count(*) FROM {facet} GROUP BY name, value ORDER BY count(*) DESC, value"
        )
        values: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
        for name, value, count in counted:
            if len(values[name]) < _MOST_VALUES:
                values[name].append((value, count))
        values["year"].sort(reverse=True)
        return Found(hits, total, {name: tuple(ones) for name, ones in values.items()})


def _hit(row: Sequence[str | None]) -> Hit:
    _, iri, kind, label, number, title, issuer, date, whole, held = row
    return Hit(iri or "", kind or "", label or "", number, title, issuer, date, whole, bool(held))


def _fit(hit: Hit, typed: set[str]) -> tuple[int, int]:
    """Put what has most of the words in its own name before what has them in the name of its document."""
    return _rank(hit.kind, hit.held), -len(typed.intersection(tokens(f"{hit.label} {hit.title or ''}")))


def _matching(text: str) -> str:
    """Write what was typed as a query of FTS5: every word, whole, as the beginning of one, or as an abbreviation.

    >>> _matching("UBND huyện Tân T")
    '("ubnd"* OR ("uy" "ban" "nhan" "dan")) AND "huyen"* AND "tan"* AND "t"*'
    """
    parts = []
    for wanted in read_wanted(text):
        ways = [" ".join(f'"{word}"' for word in words) if len(words) > 1 else _beginning(words[0]) for words in wanted]
        written = [f"({way})" if len(words) > 1 else way for way, words in zip(ways, wanted, strict=True)]
        parts.append(written[0] if len(written) == 1 else f"({' OR '.join(written)})")
    if parts and parts[-1].endswith('"'):
        # The last word may still be growing.
        parts[-1] += "*"
    return " AND ".join(parts)


def _beginning(word: str) -> str:
    return f'"{word}"*' if begins_others(word) or word.isdigit() else f'"{word}"'
