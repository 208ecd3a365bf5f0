"""Load files into a store: read what is new or changed, resolve all together, replace exactly the graphs that differ.

Beside the graph, the store's folder keeps for every source its text and records (``sources/``), so that a later load
need not read the file again and the quotes stay readable when the file has gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol
from unicodedata import normalize

import pyoxigraph as ox

from cancu import __version__
from cancu.errors import ReadError
from cancu.loaders import readers
from cancu.loaders.entities import Join, Resolution, resolve
from cancu.loaders.extract import extract_text, extraction_of, records_of
from cancu.loaders.graph import linking_triples, source_triples
from cancu.model import Extraction, Source
from cancu.ontology import lexicon
from cancu.ontology.iris import GRAPH_INFERRED, GRAPH_LINKING, graph_iri

__all__ = ["GraphStore", "Loaded", "Refused", "Report", "drop_source", "load_paths", "stored_text"]

Progress = Callable[[int, int, str], None]

# Files about a folder, not documents of it; they are read only when they are named themselves.
_NOT_DOCUMENTS = frozenset({"readme", "changelog", "license", "licence", "notice", "contributing"})
# Nor are programs and notebooks that stand beside documents.
_PROGRAMS = frozenset({".py", ".ipynb"})
# From this many bytes of new text on, starting processes costs less than it saves.
_MANY_BYTES = 4_000_000


class GraphStore(Protocol):
    """Say what loading needs of a store: graphs that are replaced each in one step, and a folder of its own."""

    folder: Path | None

    def replace_graphs(
        self, graphs: Mapping[str, Iterable[ox.Triple]], made_of: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Make graphs hold exactly these triples; name those that changed.

        What was made of the same word before, and not changed since, is left as it is.
        """

    def drop_graph(self, graph: str) -> bool:
        """Take a graph out; tell whether it was there."""

    def flush(self) -> None:
        """Wait until everything lies on the disk."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Say what became of one file that was read."""

    key: str
    path: Path
    citations: int
    repairs: int
    doubts: int
    notes: tuple[str, ...] = ()
    changed: bool = True
    activities: int = 0
    duties: int = 0
    sums: int = 0
    targets: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Say why a file was not read: ``reason`` is a key behind "read." of the messages."""

    path: Path
    reason: str
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Report:
    """Sum up a load."""

    loaded: list[Loaded] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[tuple[Path, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    joined: tuple[Join, ...] = ()
    open: int = 0
    changed_graphs: tuple[str, ...] = ()

    @property
    def joins(self) -> int:
        """Count the texts without a number that were recognised."""
        return len(self.joined)

    @property
    def anything(self) -> bool:
        """Tell whether at least one file is now in the store."""
        return bool(self.loaded or self.unchanged or self.duplicates)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Hold one source as the store keeps it."""

    key: str
    path: str
    sha256: str
    rules: str
    text: str
    records: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def extraction(self) -> Extraction:
        return extraction_of(self.records)


@cache
def rules_digest() -> str:
    """Return the digest of everything that decides what is read out of a text: our code and our tables."""
    digest = sha256(__version__.encode())
    here = Path(__file__).parent
    for file in sorted([*here.glob("*.py"), *lexicon.TABLES.glob("*.py"), *lexicon.TABLES.glob("*.tsv")]):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class _Sources:
    """Keep sources beside the graph; without a folder (a store in memory) only for this object's life."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "sources" if folder is not None else None
        self._kept: dict[str, _Kept] = {}
        if self._folder is not None and self._folder.is_dir():
            for file in sorted(self._folder.glob("*.json")):
                kept = _read_kept(file)
                if kept is not None:
                    self._kept[kept.key] = kept

    def __iter__(self) -> Iterator[_Kept]:
        return iter(sorted(self._kept.values(), key=lambda kept: kept.key))

    def get(self, key: str) -> _Kept | None:
        return self._kept.get(key)

    def put(self, kept: _Kept) -> None:
        self._kept[kept.key] = kept
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(kept.key)
        temporary = file.with_suffix(".new")
        content = {
            "key": kept.key,
            "path": kept.path,
            "sha256": kept.sha256,
            "rules": kept.rules,
            "notes": list(kept.notes),
            "records": kept.records,
            "text": kept.text,
        }
        with open(temporary, "w", encoding="utf-8") as out:
            # Lone surrogates (a file name that is no Unicode) survive as escapes.
            json.dump(content, out, ensure_ascii=True)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, file)

    def remove(self, key: str) -> bool:
        if self._folder is not None:
            self._file(key).unlink(missing_ok=True)
        return self._kept.pop(key, None) is not None

    def _file(self, key: str) -> Path:
        assert self._folder is not None
        return _kept_file(self._folder, key)


def _kept_file(folder: Path, key: str) -> Path:
    return folder / f"{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"


def _read_kept(file: Path) -> _Kept | None:
    """Read a kept source; one that was written by a killed load, or by hand, is read again from its source."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return _Kept(
            raw["key"], raw["path"], raw["sha256"], raw["rules"], raw["text"], raw["records"], tuple(raw["notes"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


# Stores in memory have no folder; their sources live as long as they do.
_IN_MEMORY: dict[int, tuple[GraphStore, _Sources]] = {}


def _sources_of(store: GraphStore) -> _Sources:
    if store.folder is not None:
        return _Sources(store.folder)
    known = _IN_MEMORY.get(id(store))
    if known is None or known[0] is not store:
        known = _IN_MEMORY[id(store)] = (store, _Sources(None))
    return known[1]


def load_paths(
    paths: Sequence[Path], store: GraphStore, progress: Progress | None = None, workers: int | None = None
) -> Report:
    """Load files and folders: read new and changed sources, resolve all together; done means flushed to the disk.

    Loading the same files again changes nothing. A load that is killed leaves every source's graph in its old or its
    new state. ``progress`` is called with how many files are done, how many there are, and the name of the next.
    """
    report = Report()
    files, refusals = readers.find_files(paths)
    named = {path.resolve() for path in paths}
    files = tuple(file for file in files if file.resolve() in named or file.stem.lower() not in _NOT_DOCUMENTS)
    report.refused += [
        Refused(refusal.path, refusal.error.reason, tuple(sorted(refusal.error.detail.items())))
        for refusal in refusals
        if refusal.path.resolve() in named or refusal.path.suffix.lower() not in _PROGRAMS
    ]
    sources = _sources_of(store)
    keys = _keys(files, paths, sources)
    # In the order of their keys: what is kept must not hang on the order in which files were named.
    files = tuple(sorted(files, key=lambda file: keys[file]))
    read: list[tuple[Path, _Kept]] = []
    for done, (file, result) in enumerate(_read_all(files, keys, sources, workers)):
        if progress is not None:
            progress(done, len(files), file.name)
        if isinstance(result, Refused):
            report.refused.append(result)
        else:
            read.append((file, result))
    if progress is not None:
        progress(len(files), len(files), "")
    _keep(read, sources, store, report)
    _rebuild(store, sources, report)
    return report


def _keep(read: Sequence[tuple[Path, _Kept]], sources: _Sources, store: GraphStore, report: Report) -> None:
    """Keep what was read, each content once: a source that the store knows keeps its place before new copies of it."""
    seen = {one.key for _, one in read}
    owners = {kept.sha256: kept.key for kept in sources if kept.key not in seen}
    known = {kept.key: kept for kept in sources}
    for file, one in sorted(read, key=lambda pair: (_sha(known.get(pair[1].key)) != pair[1].sha256, pair[1].key)):
        twin = owners.setdefault(one.sha256, one.key)
        before = known.get(one.key)
        if twin != one.key:
            report.duplicates.append((file, twin))
            if before is not None:
                # The file under this name became a copy of another; its graph goes first, so that a load which is
                # killed here can be repeated.
                _take_out(one.key, store)
                sources.remove(one.key)
            continue
        place = str(file.resolve())
        if before is not None and before.sha256 == one.sha256 and before.rules == one.rules:
            if before.path != place:
                sources.put(replace(before, path=place))
            report.unchanged.append(one.key)
            continue
        sources.put(one)
        records = one.records
        report.loaded.append(
            Loaded(
                one.key,
                file,
                len(records["citations"]),
                len(records["source"]["repairs"]),
                len(records["doubts"]),
                one.notes,
                activities=len(records["activities"]),
                duties=len(records["assignments"]) + len(records["reporting"]),
                sums=len(records["document_budget"]) + sum(len(one["budget"]) for one in records["activities"]),
                targets=len(records["targets"]),
            )
        )


def _sha(kept: _Kept | None) -> str | None:
    return kept.sha256 if kept is not None else None


def _rebuild(store: GraphStore, sources: _Sources, report: Report) -> None:
    """Resolve all kept sources and bring every graph to what they say together."""
    kept = list(sources)
    extractions = [one.extraction for one in kept]
    resolution = resolve(extractions)
    report.joined = tuple(resolution.joins)
    report.open = len(resolution.open)
    graphs: dict[str, Iterable[ox.Triple]] = {
        str(graph_iri(one.key)): _triples_later(extraction, resolution, one.text)
        for one, extraction in zip(kept, extractions, strict=True)
    }
    graphs[str(GRAPH_LINKING)] = linking_triples(resolution)
    if report.loaded:
        # Conclusions go before what they rest on changes; `cancu reason` draws them anew.
        store.drop_graph(str(GRAPH_INFERRED))
    made_of = {str(graph_iri(one.key)): _made_of(one, resolution) for one in kept}
    report.changed_graphs = store.replace_graphs(graphs, made_of)
    if report.changed_graphs:
        store.drop_graph(str(GRAPH_INFERRED))
    store.flush()


def _made_of(kept: _Kept, resolution: Resolution) -> str:
    """Say in a word what the graph of a source is made of: its text, our rules, and what all sources tell of it."""
    key = kept.key
    shared = (resolution.documents[key], resolution.join_of(key), resolution.entities[key])
    told = (key, kept.sha256, kept.rules, *shared)
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _triples_later(extraction: Extraction, resolution: Resolution, text: str) -> Iterator[ox.Triple]:
    """Make the triples of a source when they are asked for: those of all sources together need much memory."""
    yield from source_triples(extraction, resolution, text)


def drop_source(key: str, store: GraphStore) -> bool:
    """Take a source out of the store, and what was concluded from it; tell whether it was there."""
    sources = _sources_of(store)
    # The graph first: a removal that is killed in between can be repeated.
    dropped = _take_out(key, store)
    known = sources.remove(key)
    if known or dropped:
        _rebuild(store, sources, Report())
    return known or dropped


def _take_out(key: str, store: GraphStore) -> bool:
    """Take a source's graph out, and with it all conclusions: some may rest on it."""
    dropped = store.drop_graph(graph_iri(key))
    if dropped:
        store.drop_graph(str(GRAPH_INFERRED))
    return dropped


def stored_text(key: str, store: GraphStore) -> str | None:
    """Return the text of a source as it was read, or None where the store does not hold it."""
    if store.folder is None:
        kept = _sources_of(store).get(key)
    else:
        kept = _read_kept(_kept_file(store.folder / "sources", key))
    return kept.text if kept is not None else None


# --- reading ----------------------------------------------------------------------------------------------------------


def _keys(files: Sequence[Path], roots: Sequence[Path], sources: _Sources) -> dict[Path, str]:
    """Name every file: as the store knows it, else by its name, with so many folders before it as keep names apart.

    The folder that was named itself leaves no trace unless two such folders hold one name.
    """
    known = {kept.path: kept.key for kept in sources}
    taken = {kept.key: kept.path for kept in sources}
    keys = {file: known[str(file.resolve())] for file in files if str(file.resolve()) in known}
    parts = {file: tuple(map(_written, file.resolve().parts)) for file in files}
    own = {file: _depth(file, roots) for file in files}
    fresh = [file for file in files if file not in keys]
    for file in fresh:
        key = parts[file][-1]
        for depth in range(1, len(parts[file]) + 1):
            key = "/".join(parts[file][-depth:])
            others = any(
                other is not file and "/".join(parts[other][-depth:]) == key and not own[file] == depth < own[other]
                for other in fresh
            )
            # A file that has moved is the same source; one that stands where it stood before is another.
            place = taken.get(key)
            if not others and (place is None or place == str(file.resolve()) or not Path(place).exists()):
                break
        keys[file] = key
        taken[key] = str(file.resolve())
    return keys


def _written(part: str) -> str:
    """Write a part of a path as text: NFC, and a mark for each byte that is no Unicode."""
    return normalize("NFC", os.fsencode(part).decode("utf-8", "replace"))


def _depth(file: Path, roots: Sequence[Path]) -> int:
    """Return how many parts of a file's path lie inside the folder that was named."""
    inside = [
        len(file.resolve().relative_to(root.resolve()).parts)
        for root in roots
        if file.resolve().is_relative_to(root.resolve())
    ]
    return max(max(inside, default=1), 1)


def _read_all(
    files: Sequence[Path], keys: Mapping[Path, str], sources: _Sources, workers: int | None
) -> Iterator[tuple[Path, _Kept | Refused]]:
    jobs = [(file, keys[file], _known(sources.get(keys[file]))) for file in files]
    size = sum(_size(file) for file in files)
    workers = workers if workers is not None else (os.cpu_count() or 1)
    if workers < 2 or len(files) < 2 or size < _MANY_BYTES:
        for job in jobs:
            yield job[0], _read_one(job, sources)
        return
    with ProcessPoolExecutor(min(workers, len(files)), mp_context=get_context("spawn")) as pool:
        for job, result in zip(
            jobs, pool.map(_read_job, jobs, chunksize=max(1, len(jobs) // (8 * workers))), strict=True
        ):
            kept = sources.get(job[1])
            yield job[0], result or kept or _read_one(job, sources)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _known(kept: _Kept | None) -> tuple[str, str] | None:
    return (kept.sha256, kept.rules) if kept is not None else None


def _read_one(job: tuple[Path, str, tuple[str, str] | None], sources: _Sources) -> _Kept | Refused:
    result = _read_job(job)
    kept = sources.get(job[1])
    if result is None:
        assert kept is not None
        return kept
    return result


def _read_job(job: tuple[Path, str, tuple[str, str] | None]) -> _Kept | Refused | None:
    """Read one file; None says that it is as the store knows it."""
    file, key, known = job
    try:
        reading = readers.read_file(file)
    except ReadError as flaw:
        return Refused(file, flaw.reason, tuple(sorted(flaw.detail.items())))
    if known == (reading.sha256, rules_digest()):
        return None
    try:
        found = extract_text(reading.text, Source(key, reading.sha256, reading.media_type, len(reading.text)))
    except Exception as flaw:
        # A flaw of ours in one text must not lose the others; it is named in the summary and in the exit status.
        return Refused(file, "internal", (("error", f"{type(flaw).__name__}: {flaw}"),))
    return _Kept(
        key, str(file.resolve()), reading.sha256, rules_digest(), reading.text, records_of(found), reading.notes
    )
