"""Carry the graph to an endpoint and back, graph by graph, so that both hold exactly the same.

The server's *manifest* says of each graph that was carried whole how many triples it has and their digest: what agrees
is not carried again, so a transfer that was interrupted goes on where it stopped. Beside the graphs stands their union,
in the server's default graph where it has one of its own, else in a named graph.

Everything that is sent may be sent twice. A graph's old triples leave the union before they leave the graph, and its
new ones come into the graph before they come into the union; so whatever breaks, the next transfer sees what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import pyoxigraph as ox

from cancu.language import Refusal
from cancu.ontology.iris import GRAPH_VOCABULARY, PREFIXES
from cancu.queries.protocol import Client
from cancu.queries.remote import COUNT_OF, DATASET, DEFAULT_GRAPH, DIGEST_OF, MANIFEST, UNION, Endpoint
from cancu.queries.store import Store

__all__ = ["Transfer", "digest_of", "pull", "push"]

Progress = Callable[[int, int, str], None]

# So many triples go with one request, fewer once a server has refused so many.
_BATCH: Final = 2000
_XSD_INTEGER: Final = f"<{PREFIXES['xsd']}integer>"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Count what was carried; ``kept`` graphs were there already."""

    carried: tuple[str, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    triples: int


def digest_of(triples: Iterable[ox.Triple]) -> str:
    """Give the SHA-256 digest of the sorted N-Triples.

    >>> digest_of([])[:8]
    'e3b0c442'
    """
    digest = sha256()
    for line in sorted(map(str, triples)):
        digest.update(f"{line} .\n".encode())
    return digest.hexdigest()


def push(
    store: Store, endpoint: Endpoint, update: Client, progress: Progress | None = None, *, thorough: bool = False
) -> Transfer:
    """Make the server hold the graphs of the store, and their union; what it holds beside them stays as it is.

    Graphs of ours that the store no longer has are dropped. What is carried is read back; ``thorough`` also reads what
    the manifest says is there already, and the union.
    """
    endpoint.refresh()
    sender = _Sender(update)
    union = _union_for(endpoint, sender)
    names = store.graphs()
    manifest = endpoint.manifest
    known = dict(manifest.graphs) if manifest is not None else {}
    there = endpoint.counts()
    gone = tuple(sorted((known.keys() | there.keys()) - set(names)))
    carried, kept = [], []
    for done, graph in enumerate(names):
        if progress is not None:
            progress(done, len(names) + len(gone), graph)
        content = store.content(graph)
        entry = len(content), digest_of(content)
        sound = known.get(graph) == entry and there.get(graph) == entry[0]
        if sound and not (thorough and digest_of(endpoint.content(graph)) != entry[1]):
            kept.append(graph)
            continue
        _carry(store, endpoint, sender, graph, content, union, fresh=graph not in there)
        written = endpoint.content(graph)
        if (len(written), digest_of(written)) != entry:
            raise _different(endpoint, graph, content, written)
        sender.send(_entry(graph, None), _entry(graph, entry))
        carried.append(graph)
    for done, graph in enumerate(gone, start=len(names)):
        if progress is not None:
            progress(done, len(names) + len(gone), graph)
        _carry(store, endpoint, sender, graph, set(), union, fresh=graph not in there)
        sender.send(f"DROP SILENT GRAPH <{graph}>", _entry(graph, None))
    endpoint.refresh()
    if endpoint.counts() != {graph: len(store.content(graph)) for graph in names} or len(endpoint) != len(store):
        raise Refusal("transfer.union", url=endpoint.place, here=len(store), there=len(endpoint))
    if thorough and (odd := set(store.triples()) ^ set(endpoint.triples())):
        raise Refusal("transfer.different", url=endpoint.place, graph=union or "–", example=min(map(str, odd)))
    return Transfer(tuple(carried), tuple(kept), gone, len(store))


def pull(endpoint: Endpoint, store: Store, progress: Progress | None = None) -> Transfer:
    """Make the store hold the graphs of the server; other graphs of the store stay as they are.

    A vocabulary that the store has already is that of the program which made it, and stays too.
    """
    endpoint.refresh()
    own = {str(GRAPH_VOCABULARY)} & set(store.graphs())
    names = [graph for graph in endpoint.graphs() if graph not in own]
    known = endpoint.manifest.graphs if endpoint.manifest is not None else {}
    there = endpoint.counts()
    carried, kept = [], []
    for done, graph in enumerate(names):
        if progress is not None:
            progress(done, len(names), graph)
        content = store.content(graph)
        if known.get(graph) == (len(content), digest_of(content)) and there.get(graph) == len(content):
            kept.append(graph)
            continue
        found = endpoint.content(graph)
        store.replace_graph(graph, found)
        content = store.content(graph)
        entry = known.get(graph, (len(content), digest_of(content)))
        if (len(content), digest_of(content)) != entry or len(content) != there.get(graph):
            raise Refusal("transfer.changed", url=endpoint.place, graph=graph)
        carried.append(graph)
    store.flush()
    return Transfer(tuple(carried), tuple(kept), (), len(store))


def _union_for(endpoint: Endpoint, sender: _Sender) -> str | None:
    """Tell where the union stands on a server, None for its default graph; make sure that there is a manifest."""
    manifest = endpoint.read_manifest()
    if manifest is not None:
        return manifest.union
    sender.send(f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ <{MANIFEST}> a <{DATASET}> }} }}")
    if endpoint.sees_named_graphs(MANIFEST):
        sender.send(f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ <{MANIFEST}> <{DEFAULT_GRAPH}> <{UNION}> }} }}")
        union = UNION
    else:
        union = None
        if endpoint.count(None):
            sender.send(f"DROP SILENT GRAPH <{MANIFEST}>")
            raise Refusal("transfer.occupied", url=endpoint.place)
    endpoint.refresh()
    return union


def _carry(
    store: Store,
    endpoint: Endpoint,
    sender: _Sender,
    graph: str,
    content: set[ox.Triple],
    union: str | None,
    *,
    fresh: bool,
) -> None:
    """Make one graph of the server hold exactly some triples, and its union what follows from that."""
    old = set() if fresh else endpoint.content(graph)
    gone = old - content
    if gone:
        sender.data("DELETE", {triple for triple in gone if not store.holds(triple)}, union)
        sender.data("DELETE", gone, graph)
    sender.data("INSERT", content - old, graph)
    sender.data("INSERT", content, union)


def _entry(graph: str, entry: tuple[int, str] | None) -> str:
    """Write the update that puts a graph's entry into the manifest, or takes it out."""
    if entry is None:
        return f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{graph}> ?p ?o }} }}"
    count, digest = entry
    said = f'<{COUNT_OF}> "{count}"^^{_XSD_INTEGER} ; <{DIGEST_OF}> "{digest}"'
    return f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ <{graph}> {said} }} }}"


def _different(endpoint: Endpoint, graph: str, here: set[ox.Triple], there: set[ox.Triple]) -> Refusal:
    example = min(map(str, here ^ there), default="–")
    return Refusal("transfer.different", url=endpoint.place, graph=graph, example=example)


class _Sender:
    """Send updates, in parts so small that the server takes them."""

    def __init__(self, client: Client) -> None:
        self.client, self.batch = client, _BATCH

    def send(self, *updates: str) -> None:
        self.client.update(" ;\n".join(updates))

    def data(self, verb: str, triples: Iterable[ox.Triple], graph: str | None) -> None:
        """Insert or delete triples of a graph, None for the default graph."""
        waiting = sorted(map(str, triples))
        while waiting:
            part = waiting[: self.batch]
            text = " .\n".join(part)
            try:
                self.client.update(f"{verb} DATA {{ {f'GRAPH <{graph}> {{ {text} }}' if graph else text} }}")
            except Refusal as refusal:
                if refusal.key not in ("endpoint.failed", "endpoint.timeout") or len(part) == 1:
                    raise
                # Servers limit the length of an update in ways that only they know.
                self.batch = len(part) // 2
                continue
            del waiting[: len(part)]
