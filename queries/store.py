"""Keep the graph on disk in an embedded SPARQL store: one named graph a source, queried as one union.

The default graph holds the union: every triple of every named graph, once. Oxigraph can also query the named graphs
as if they were one, but yields a triple as often as graphs hold it. A law that a thousand sources describe would be
counted a thousand times, and a query for its number, issuer, date and title would run through 1000⁴ solutions.

A source's graph and the union change in one transaction or not at all, so a load that is killed leaves every source
in its old or in its new state; :meth:`Store.flush` puts what is done beyond the reach of a power cut.

There is one writer at a time. Readers never touch the files that it works on, which come and go under their hands:
they open a snapshot (hard links, made in some milliseconds) that the writer leaves when it flushes or closes.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Final, Literal, Self

import pyoxigraph as ox

from cancu.language import Refusal
from cancu.ontology.iris import GRAPH_VOCABULARY, PREFIXES
from cancu.queries.access import Access, Facts, Results, Statistics, Term, bound, text_of
from cancu.queries.sparql import read_dataset, reason_of

if TYPE_CHECKING:
    from rdflib import Dataset

__all__ = [
    "EXPORT_FORMATS",
    "ExportFormat",
    "Results",
    "Statistics",
    "Store",
    "Term",
    "default_folder",
    "newest_state",
]

ExportFormat = Literal["trig", "nquads", "turtle", "jsonld"]

#: The formats of an export by the ending of the file's name.
EXPORT_FORMATS: Final[Mapping[str, ExportFormat]] = {
    ".trig": "trig",
    ".nq": "nquads",
    ".nquads": "nquads",
    ".ttl": "turtle",
    ".jsonld": "jsonld",
    ".json": "jsonld",
}
_RDF_FORMATS: Final[Mapping[ExportFormat, ox.RdfFormat]] = {
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}

_FOLDER_NAME: Final = "cancu-store"
# RocksDB writes this file when a store is made; a folder without it is not a store.
_MARK: Final = "CURRENT"
# How Oxigraph reports that another process has the store open for writing.
_LOCK_REPORT: Final = "LOCK"
# Where snapshots for readers lie, the file that says who has changed the store since, and the one that says what the
# graphs of the newest were made of.
_SNAPSHOTS: Final = "snapshots"
_BEHIND: Final = "behind"
_MADE_OF: Final = "made-of.json"

_UNION: Final = ox.DefaultGraph()
# From so many triples on, writing new files beats adding to the log.
_BULK: Final = 20_000
# So many triples of new graphs are written together; they take some 300 megabytes meanwhile.
_TOGETHER: Final = 300_000
_MANY_PREDICATES: Final = 5


def default_folder() -> Path:
    """Give the folder of the store that is meant where none is named.

    It is the folder ``cancu-store`` in the current directory where one stands, else one in the user's data folder.
    """
    here = Path(_FOLDER_NAME)
    if here.is_dir():
        return here
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "cancu" / "store"


class Store(Access):
    """Hold the graph of all sources.

    >>> with Store.in_memory() as store:
    ...     graph = "https://w3id.org/cancu/id/graph/source/a.txt"
    ...     store.replace_graph(graph, '<https://w3id.org/cancu/id/x> <http://purl.org/dc/terms/title> "Kế hoạch"@vi .')
    ...     [str(row["title"]) for row in store.select("SELECT ?title { ?x dct:title ?title }")]
    True
    ['"Kế hoạch"@vi']
    """

    def __init__(self, inner: ox.Store, folder: Path | None, *, writable: bool) -> None:
        """Wrap an open Oxigraph store; use :meth:`open` or :meth:`in_memory`."""
        self._inner: ox.Store | None = inner
        #: Where the store lies, or None for one in memory.
        self.folder = folder
        #: Whether this process may change it.
        self.writable = writable
        #: How often its content has changed since it was opened; what is computed from it holds for one generation.
        self.generation = 0
        # The generation that readers see; -1 where they see none, or an old one.
        self._published = -1
        # What graphs were made of, as the file beside the snapshots tells it when it is needed.
        self._known_made_of: dict[str, str] | None = None

    @classmethod
    def open(cls, folder: Path | None = None, *, write: bool = False) -> Self:
        """Open the store in ``folder``; ``write`` makes it where there is none and renews its vocabulary.

        Reading needs no lock and shows the store as it was when a writer last flushed or closed it.
        """
        folder = default_folder() if folder is None else folder
        exists = (folder / _MARK).is_file()
        if not exists and not write:
            raise Refusal("store.none", store=folder)
        if not write:
            return cls(_open_to_read(folder), folder, writable=False)
        try:
            if not exists and folder.is_dir() and any(folder.iterdir()):
                raise Refusal("store.foreign", store=folder)
            folder.mkdir(parents=True, exist_ok=True)
            store = cls(ox.Store(folder), folder, writable=True)
        except (OSError, RuntimeError) as error:
            if _LOCK_REPORT in str(error):
                raise Refusal("store.locked", store=folder) from error
            raise Refusal("store.broken", store=folder, reason=error) from error
        if store._snapshots and not (folder / _SNAPSHOTS / _BEHIND).exists():
            store._published = store.generation
        store._renew_vocabulary()
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """Make an empty store in memory, without the vocabulary."""
        return cls(ox.Store(), None, writable=True)

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Give the store's files free; closing twice does no harm."""
        if self._inner is not None:
            self._publish()
        self._inner = None

    @property
    def place(self) -> str:
        """Say where the graph lies: its folder, "" for one in memory."""
        return "" if self.folder is None else str(self.folder)

    @property
    def _store(self) -> ox.Store:
        if self._inner is None:
            raise ValueError("the store is closed")
        return self._inner

    # --- writing ----------------------------------------------------------------------------------------------------

    def replace_graph(self, graph: str, triples: str | bytes | Iterable[ox.Triple]) -> bool:
        """Make a named graph hold exactly ``triples`` (or N-Triples text) in one transaction; tell whether it changed.

        Blank nodes are refused: two loads of the same text could not be compared.
        """
        return bool(self.replace_graphs({graph: triples}))

    def replace_graphs(
        self, graphs: Mapping[str, str | bytes | Iterable[ox.Triple]], made_of: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Do the same for many graphs, each in a transaction at most of its own; name those that changed.

        ``made_of`` tells, in a word, what a graph is made of: one that nobody has changed since it was made of the same
        is left as it is, and its triples are never asked for.
        The graphs that are new are written together: a few hundred at once take less than half the time. Triples that
        are made only when they are asked for need no more memory than those of so many graphs.
        """
        fresh: dict[ox.NamedNode, set[ox.Triple]] = {}
        changed = []
        waiting = 0
        words = made_of or {}
        for iri, triples in graphs.items():
            if iri in words and self._made_of.get(iri) == words[iri]:
                continue
            self._made_of.pop(iri, None)
            graph = ox.NamedNode(iri)
            if isinstance(triples, (str, bytes)):
                triples = (quad.triple for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))
            new, old = _as_stored(triples), self.content(iri)
            if new == old:
                continue
            self._check_writable()
            changed.append(iri)
            if old:
                self._change(graph, old - new, new - old)
            else:
                fresh[graph] = new
                waiting += len(new)
                if waiting >= _TOGETHER:
                    self._add(fresh)
                    fresh, waiting = {}, 0
        if fresh:
            self._add(fresh)
        self._made_of.update(words)
        return tuple(changed)

    def _add(self, graphs: Mapping[ox.NamedNode, Collection[ox.Triple]]) -> None:
        """Write graphs that are new."""
        quads = (
            ox.Quad(triple.subject, triple.predicate, triple.object, name)
            for graph, triples in graphs.items()
            for triple in triples
            for name in (graph, _UNION)
        )
        many = sum(map(len, graphs.values())) >= _BULK
        (self._store.bulk_extend if many else self._store.extend)(quads)
        self.generation += 1

    def drop_graph(self, graph: str) -> bool:
        """Take a named graph out in one transaction; tell whether it was there."""
        name = ox.NamedNode(graph)
        if not self._store.contains_named_graph(name):
            return False
        self._check_writable()
        self._made_of.pop(name.value, None)
        # The union loses what no other graph holds.
        self._store.update(
            f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }}"
            f" FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {name}) }} }} ; DROP GRAPH {name}"
        )
        self.generation += 1
        return True

    def _change(self, graph: ox.NamedNode, gone: set[ox.Triple], come: set[ox.Triple]) -> None:
        """Change a graph, and the union with it; every single call of Oxigraph is one transaction."""
        lonely = {triple for triple in gone if not self._stands_elsewhere(triple, graph)}
        parts = (_data("DELETE", graph, gone, lonely), _data("INSERT", graph, come, come))
        self._store.update(" ; ".join(filter(None, parts)))
        self.generation += 1

    def _stands_elsewhere(self, triple: ox.Triple, graph: ox.NamedNode) -> bool:
        found = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return any(quad.graph_name not in (graph, _UNION) for quad in found)

    def flush(self) -> None:
        """Wait until everything that was written lies on the disk, and let readers see it."""
        if self.folder is not None and self.writable:
            self._store.flush()
            self._publish()

    @property
    def _snapshots(self) -> list[int]:
        """Number the snapshots, the newest last."""
        if self.folder is None or not (self.folder / _SNAPSHOTS).is_dir():
            return []
        return sorted(int(one.name) for one in (self.folder / _SNAPSHOTS).iterdir() if one.name.isdecimal())

    def _publish(self) -> None:
        """Leave a snapshot for readers, where there is something new, and take the old ones away.

        The last but one stays: somebody may have opened it a moment ago.
        """
        if self.folder is None or not self.writable:
            return
        if self._published == self.generation:
            self._note_made_of()
            return
        snapshots, numbers = self.folder / _SNAPSHOTS, self._snapshots
        snapshots.mkdir(exist_ok=True)
        fresh = snapshots / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._store.backup(fresh)
        fresh.rename(snapshots / str(numbers[-1] + 1 if numbers else 1))
        self._note_made_of()
        (snapshots / _BEHIND).unlink(missing_ok=True)
        for number in numbers[:-1]:
            shutil.rmtree(snapshots / str(number), ignore_errors=True)
        self._published = self.generation

    @property
    def _made_of_file(self) -> Path:
        assert self.folder is not None
        return self.folder / _SNAPSHOTS / _MADE_OF

    @property
    def _made_of(self) -> dict[str, str]:
        """Know what graphs were made of; nothing where somebody was killed between a change and the next snapshot."""
        if self._known_made_of is None:
            told = self.folder is not None and self._published == self.generation
            self._known_made_of = _read_made_of(self._made_of_file) if told else {}
        return self._known_made_of

    def _note_made_of(self) -> None:
        """Write down what graphs were made of, which holds for the newest snapshot."""
        if self._known_made_of is None:
            return
        file = self._made_of_file
        if _read_made_of(file) != self._known_made_of:
            temporary = file.with_suffix(".new")
            temporary.write_text(json.dumps(self._known_made_of, sort_keys=True), encoding="utf-8")
            os.replace(temporary, file)

    def _fall_behind(self) -> None:
        """Note, before the first change, that the snapshots will no longer be the store, even if we are killed."""
        if self.folder is not None and self._published == self.generation:
            (self.folder / _SNAPSHOTS / _BEHIND).write_text(str(os.getpid()))

    def optimise(self) -> None:
        """Put the files into the best order for reading; worth its time after many changes."""
        self._store.optimize()

    def _check_writable(self) -> None:
        if not self.writable:
            raise Refusal("store.read-only", store=self.folder)
        self._fall_behind()

    def _renew_vocabulary(self) -> None:
        # Only a writer needs the vocabulary's tables.
        from cancu.ontology.schemes import vocabulary_ntriples

        if self.replace_graph(GRAPH_VOCABULARY, vocabulary_ntriples()):
            self.flush()

    # --- reading ----------------------------------------------------------------------------------------------------

    def graphs(self) -> tuple[str, ...]:
        """Name the graphs, in sorted order."""
        return tuple(sorted(name.value for name in self._store.named_graphs() if isinstance(name, ox.NamedNode)))

    def content(self, graph: str) -> set[ox.Triple]:
        """Give all triples of a named graph."""
        return {quad.triple for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))}

    def holds(self, triple: ox.Triple) -> bool:
        """Tell whether a triple is in the union."""
        return ox.Quad(triple.subject, triple.predicate, triple.object) in self._store

    def query(
        self,
        sparql: str,
        substitutions: Mapping[str, Term | Sequence[Term]] | None = None,
        *,
        base: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Results:
        """Answer any SPARQL 1.1 query over the union of all graphs, or over those that it names with FROM.

        ``substitutions`` puts terms, one or several, into the slots of the query (``VALUES ?name { UNDEF }``).
        ``base`` completes its relative IRIs. Where ``default_graphs`` or ``named_graphs`` are given, they are all
        that is asked, whatever it names with FROM.
        """
        text = bound(sparql, substitutions)
        asked = self._store
        dataset = (tuple(default_graphs), tuple(named_graphs)) if default_graphs or named_graphs else None
        merged = dataset or _dataset_of(sparql)
        graphs: dict[str, list[ox.NamedNode | ox.DefaultGraph]] = {}
        if merged is not None and len(set(merged[0])) > 1:
            # Oxigraph yields a triple as often as these graphs hold it, but they are asked as one graph.
            asked, graphs = self._merged(*merged), {"default_graph": [_UNION], "named_graphs": _nodes(merged[1])}
        elif dataset is not None:
            graphs = {"default_graph": _nodes(dataset[0]), "named_graphs": _nodes(dataset[1])}
        try:
            return asked.query(text, prefixes=dict(PREFIXES), base_iri=base, **graphs)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise Refusal("sparql.syntax", reason=reason_of(error)) from error

    def _merged(self, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> ox.Store:
        """Copy graphs, those of the default graph into one."""
        found = ox.Store()
        for graphs, name in ((default_graphs, _UNION), (named_graphs, None)):
            for graph in _nodes(graphs):
                quads = self._store.quads_for_pattern(None, None, None, graph)
                found.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name or graph) for quad in quads)
        return found

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | None = None
    ) -> Iterator[ox.Triple]:
        """Yield the triples of the union that fit; nothing is faster for one predicate."""
        found = self._store.quads_for_pattern(
            None if subject is None else ox.NamedNode(subject),
            None if predicate is None else ox.NamedNode(predicate),
            object_,
            _UNION,
        )
        return (quad.triple for quad in found)

    def values(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield what every resource has for one predicate, as plain strings."""
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None, _UNION):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                yield quad.subject.value, quad.object.value

    def facts(self, subjects: Iterable[str], predicates: Iterable[str]) -> Facts:
        """Look up what is said of many resources at once; resources of which nothing is said are left out."""
        names = {ox.NamedNode(predicate): predicate for predicate in predicates}
        # To look through all that is said of a resource takes as long as to look up some five predicates.
        wanted: Sequence[ox.NamedNode | None] = tuple(names) if len(names) < _MANY_PREDICATES else (None,)
        pattern = self._store.quads_for_pattern
        found: dict[str, dict[str, list[Term]]] = {}
        for iri in subjects:
            subject = ox.NamedNode(iri)
            said: dict[str, list[Term]] = {}
            for predicate in wanted:
                for quad in pattern(subject, predicate, None, _UNION):
                    if quad.predicate in names and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                        said.setdefault(names[quad.predicate], []).append(quad.object)
            if said:
                found[iri] = said
        return found

    def holders(self, predicate: str, objects: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Look up, for many resources at once, which resources point to each by one predicate."""
        name = ox.NamedNode(predicate)
        found = {}
        for iri in objects:
            quads = self._store.quads_for_pattern(None, name, ox.NamedNode(iri), _UNION)
            found[iri] = [text_of(quad.subject) for quad in quads]
        return found

    def has_sources(self) -> bool:
        """Tell whether anything was loaded yet."""
        return next(self.triples(None, PREFIXES["cancu"] + "textOf"), None) is not None

    # --- handing on -------------------------------------------------------------------------------------------------

    def export(self, target: IO[bytes], form: ExportFormat) -> None:
        """Write the whole graph; equal content gives equal bytes.

        TriG, N-Quads and JSON-LD keep the sources apart; Turtle is their union.
        """
        # Without the prefix of our resources: Turtle would have to write id:vn\/chinh-phu\/...
        prefixes = {name: iri for name, iri in PREFIXES.items() if name != "id"}
        content: Iterable[ox.Quad] | Iterable[ox.Triple]
        if form == "turtle":
            content = sorted(self.triples(), key=str)
        else:
            content = self._sorted_quads()
        ox.serialize(content, target, _RDF_FORMATS[form], prefixes=prefixes)

    def _sorted_quads(self) -> Iterator[ox.Quad]:
        for graph in map(ox.NamedNode, self.graphs()):
            yield from sorted(self._store.quads_for_pattern(None, None, None, graph), key=str)

    def as_rdflib(self) -> Dataset:
        """Give the rdflib view of the store: a Dataset whose default graph is the union of its named graphs.

        ``query(text)`` runs in Oxigraph. Three calls fall back, without a word, on rdflib's own engine, many times
        slower: a query prepared by ``prepareQuery``, ``update`` on this dataset, and ``update`` on one of its graphs.
        ``initBindings`` works only for variables in the SELECT clause. Write through :meth:`replace_graph`.
        """
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        return Dataset(store=OxigraphStore(store=self._store), default_union=False)


@lru_cache(maxsize=1024)
def _dataset_of(sparql: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Read once which graphs a query names: an audit asks the same hundreds of queries again and again."""
    return read_dataset(sparql, PREFIXES)


def _nodes(graphs: Iterable[str]) -> list[ox.NamedNode | ox.DefaultGraph]:
    try:
        return [ox.NamedNode(graph) for graph in graphs]
    except ValueError as error:
        raise Refusal("sparql.graph-name", reason=error) from error


def _open_to_read(folder: Path) -> ox.Store:
    """Open the newest snapshot, or the store itself where a writer was killed before it made one."""
    places = [folder]
    if not _left_by_a_dead_writer(folder / _SNAPSHOTS / _BEHIND):
        snapshots = folder / _SNAPSHOTS
        numbered = [one for one in snapshots.iterdir() if one.name.isdecimal()] if snapshots.is_dir() else []
        places = [*sorted(numbered, key=lambda one: -int(one.name)), folder]
    for place in places:
        try:
            return ox.Store.read_only(str(place))
        except (OSError, RuntimeError) as error:
            if place == folder:
                raise Refusal("store.broken", store=folder, reason=error) from error
    raise AssertionError("the store itself opens or raises")


def newest_state(folder: Path) -> tuple[int, int]:
    """Name the content that :meth:`Store.open` reads now: the number of its snapshot, 0 for none, and when it was made.

    >>> newest_state(Path("không có"))
    (0, 0)
    """
    snapshots = folder / _SNAPSHOTS
    numbers = [int(one.name) for one in snapshots.iterdir() if one.name.isdecimal()] if snapshots.is_dir() else []
    number = max(numbers, default=0)
    dead = _left_by_a_dead_writer(snapshots / _BEHIND)
    made = snapshots / _BEHIND if dead else snapshots / str(number) if number else folder / _MARK
    try:
        return number, made.stat().st_mtime_ns
    except FileNotFoundError:
        # Taken away in this moment, for there are newer ones; or there is no store.
        return number, 0


def _left_by_a_dead_writer(behind: Path) -> bool:
    """Tell whether a writer has changed the store since the last snapshot and is no more."""
    if os.name == "nt":
        # There, asking after a process in this way would stop it.
        return False
    try:
        os.kill(int(behind.read_text()), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        # No such note, or a process of somebody else: then the snapshot is the safe choice.
        pass
    return False


def _read_made_of(file: Path) -> dict[str, str]:
    """Read what graphs were made of; a file that cannot be read tells nothing."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _as_stored(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Give triples the lexical forms that Oxigraph will give back ("0.90" becomes "0.9")."""
    shaped = ox.Store()
    shaped.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    found = {quad.triple for quad in shaped}
    for triple in found:
        if not (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, (ox.NamedNode, ox.Literal))):
            raise ValueError(f"no blank nodes, please: {triple}")
    return found


def _data(verb: str, graph: ox.NamedNode, inside: set[ox.Triple], union: set[ox.Triple]) -> str:
    if not inside:
        return ""
    return f"{verb} DATA {{ GRAPH {graph} {{ {_ntriples(inside)} }} {_ntriples(union)} }}"


def _ntriples(triples: set[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
