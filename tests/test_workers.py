"""Ask through reader processes: what is too long or too large is stopped, and the next question is answered."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from cancu.errors import CallerError, DataError
from cancu.language import Refusal
from cancu.queries.store import Store
from cancu.queries.workers import Readers

GRAPH = "https://w3id.org/cancu/id/graph/source/{}.txt"
#: A query that would take days: every triple with every other, five times over.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


#: A writer that is killed before it has left a snapshot for readers.
KILLED = """
import os, signal, sys
from pathlib import Path
from cancu.queries.store import Store
Store._renew_vocabulary = lambda store: None
store = Store.open(Path(sys.argv[1]), write=True)
store.replace_graph("https://w3id.org/cancu/id/graph/source/b.txt", b'<urn:x> <urn:y> "b" .')
store._store.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


# --- what the readers do; a reader finds these by their names -------------------------------------------------------


def count(store: Store, pattern: str = "?s dct:title ?o") -> int:
    return sum(1 for _ in store.select(f"SELECT * {{ {pattern} }}"))


def query(store: Store, text: str) -> str:
    return str(list(store.select(text)))


def process_id(store: Store) -> int:
    return os.getpid()


def sleep(store: Store, seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def times(store: Store, seconds: float) -> tuple[float, float]:
    began = time.monotonic()
    time.sleep(seconds)
    return began, time.monotonic()


def fill(store: Store, megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def large(store: Store, megabytes: int) -> bytes:
    return bytes(megabytes << 20)


def end(store: Store, status: int) -> None:
    os._exit(status)


def refuse(store: Store, value: object) -> None:
    raise Refusal("store.none", store=value)


def fail(store: Store) -> None:
    raise DataError("thiếu cột", Path("cues.tsv"), 7)


def lose_a_key(store: Store) -> None:
    lost: dict[str, int] = {}
    lost["mất"]


def mapping(store: Store) -> Mapping[str, int]:
    print("what a question prints is lost, and breaks nothing")
    return MappingProxyType({"một": 1})


def not_for_sending(store: Store) -> object:
    return (one for one in "a")


class Bare(Store):
    """Leave the vocabulary out, which takes its time to write."""

    def _renew_vocabulary(self) -> None:
        pass


def load(folder: Path, name: str) -> None:
    with Bare.open(folder, write=True) as store:
        triple = f'<https://w3id.org/cancu/id/{name}> <http://purl.org/dc/terms/title> "Kế hoạch {name}"@vi .'
        store.replace_graph(GRAPH.format(name), triple)


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store")
    load(place, "a")
    with Bare.open(place, write=True) as store:
        many = "".join(f'<urn:{number}> <urn:number> "{number}" .\n' for number in range(2_000))
        store.replace_graph(GRAPH.format("many"), many)
    return place


@pytest.fixture(scope="module")
def readers(folder: Path) -> Iterator[Readers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parents[1])
        with Readers(folder, processes=2, megabytes=120) as made:
            yield made


def test_a_question_is_answered(readers: Readers) -> None:
    assert readers.run(count) == readers.run(count, "?s dct:title ?o") == 1
    assert readers.run(count, pattern="?s a <urn:nothing>") == 0


def test_what_takes_too_long_is_stopped_and_the_next_question_answered(readers: Readers) -> None:
    began = time.monotonic()
    with pytest.raises(Refusal, match=r"0\.3 giây") as refused:
        readers.run(query, ENDLESS, seconds=0.3)
    assert refused.value.key == "serve.too-long"
    assert readers.run(count) == 1
    assert time.monotonic() - began < 10
    # The other one answered; that of the first is replaced.
    busy = [threading.Thread(target=readers.run, args=(sleep, 0.5)) for _ in range(2)]
    for thread in busy:
        thread.start()
    assert readers.run(count) == 1
    for thread in busy:
        thread.join()


def test_who_takes_too_much_memory_is_stopped(readers: Readers) -> None:
    assert readers.run(fill, 50) == 50 << 20
    for megabytes in (400, 100_000):
        with pytest.raises(Refusal) as refused:
            readers.run(fill, megabytes)
        assert refused.value.key == "serve.too-large"
    assert readers.run(count) == 1


def test_a_query_that_needs_too_much_memory_is_stopped(readers: Readers) -> None:
    with pytest.raises(Refusal) as refused:
        readers.run(query, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f", seconds=60)
    assert refused.value.key == "serve.too-large"


def test_a_query_too_deep_for_the_parser_ends_its_reader_only(readers: Readers) -> None:
    with pytest.raises(Refusal):
        readers.run(query, "SELECT * { ?s ?p ?o FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }")
    assert readers.run(count) == 1


def test_an_answer_too_large_to_be_handed_on_is_refused(readers: Readers) -> None:
    assert len(readers.run(large, 10)) == 10 << 20
    with pytest.raises(Refusal) as refused:
        readers.run(large, 20)
    assert refused.value.key == "serve.too-large"


def test_errors_come_back_as_they_are(readers: Readers) -> None:
    with pytest.raises(Refusal) as refused:
        readers.run(refuse, Path("kho"))
    assert refused.value.sentence("en") == "There is no store at kho yet; load texts first: cancu load FOLDER"
    with pytest.raises(KeyError, match="mất") as lost:
        readers.run(lose_a_key)
    assert "in lose_a_key" in str(lost.value.__cause__)
    with pytest.raises(CallerError):
        readers.run(count, "?s ?p")
    with pytest.raises(RuntimeError, match=r"cues\.tsv:7: thiếu cột"):  # whose class takes more than a sentence
        readers.run(fail)
    with pytest.raises(RuntimeError, match="status 3"):
        readers.run(end, 3)
    with pytest.raises(TypeError):
        readers.run(not_for_sending)
    assert readers.run(mapping) == {"một": 1}


def test_what_cannot_be_handed_to_a_reader_is_a_mistake_of_ours(readers: Readers) -> None:
    with pytest.raises(TypeError, match="module-level"):
        readers.run(lambda store: 1)
    with pytest.raises(TypeError, match="module-level"):
        readers.run(count, (one for one in "a"))


def test_a_load_in_between_is_seen(folder: Path, readers: Readers) -> None:
    before, version = readers.generation, readers.version
    assert before > 0
    for name in "bcd":  # the snapshot that is open is taken away with the second
        load(folder, name)
    assert [readers.run(count) for _ in range(4)] == [4] * 4
    assert readers.generation == before + 3
    assert readers.version != version


def test_a_load_of_a_process_that_was_killed_is_seen(tmp_path: Path) -> None:
    load(tmp_path, "a")
    with Readers(tmp_path, processes=1) as readers:
        version = readers.version
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
        assert done.returncode == -signal.SIGKILL
        assert readers.version != version
        assert GRAPH.format("b") in readers.run(Store.graphs)


def test_a_store_that_comes_later_is_found(tmp_path: Path) -> None:
    with Readers(tmp_path / "kho", processes=1) as readers:
        assert (readers.generation, readers.version) == (0, "0-0")
        with pytest.raises(Refusal) as refused:
            readers.run(Store.has_sources)
        assert refused.value.key == "store.none"
        load(tmp_path / "kho", "a")
        assert GRAPH.format("a") in readers.run(Store.graphs)


def test_nobody_works_for_one_who_has_gone(readers: Readers) -> None:
    async def ask() -> tuple[int, int]:
        first = await readers.call(process_id)
        tasks = [asyncio.create_task(readers.call(query, ENDLESS)) for _ in range(2)]
        await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in results)
        assert await readers.call(count) >= 1
        return first, await readers.call(process_id)

    began = time.monotonic()
    first, second = asyncio.run(ask())
    assert first != second
    assert time.monotonic() - began < 9


def test_a_reader_that_was_killed_by_others_is_replaced(readers: Readers) -> None:
    for number in {readers.run(process_id) for _ in range(6)}:
        os.kill(number, signal.SIGKILL)
    time.sleep(0.05)
    assert readers.run(count) >= 1


def test_several_questions_are_answered_side_by_side(readers: Readers) -> None:
    async def ask() -> list[tuple[float, float]]:
        return await asyncio.gather(*(readers.call(times, 0.2) for _ in range(4)))

    readers.run(count)
    found = sorted(asyncio.run(ask()))
    assert any(later[0] < earlier[1] for earlier, later in itertools.pairwise(found))
    # Three at once there never are.
    assert all(found[at][0] >= min(found[at - 2][1], found[at - 1][1]) for at in (2, 3))
    with pytest.raises(Refusal, match=r"0\.1 giây"):
        asyncio.run(readers.call(sleep, 5, seconds=0.1))


def test_only_so_many_wait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])

    async def ask(few: Readers) -> list[object]:
        calls = [asyncio.create_task(few.call(sleep, 0.2)) for _ in range(6)]
        return [*await asyncio.gather(*calls, return_exceptions=True)]

    with Readers(folder, processes=1, waiting=2) as few:
        few.run(count)
        kinds = [getattr(one, "key", one) for one in asyncio.run(ask(few))]
    assert kinds.count("serve.busy") in (3, 4)
    assert kinds.count("slept") == 6 - kinds.count("serve.busy")


def test_readers_end_with_the_server(folder: Path) -> None:
    readers = Readers(folder, processes=2)
    numbers = {readers.run(process_id) for _ in range(20)}
    readers.close()
    readers.close()
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    with pytest.raises(ValueError, match="closed"):
        readers.run(Store.has_sources)


#: A server with a reader that works at something endless.
SERVER = """
import sys, threading
from pathlib import Path
from cancu.queries.workers import Readers
from tests.test_workers import ENDLESS, process_id, query
readers = Readers(Path(sys.argv[1]), processes=1)
print(readers.run(process_id), flush=True)
readers.run(query, ENDLESS, seconds=60)
"""


def test_no_reader_outlives_a_server_that_was_killed(folder: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])},
    )
    assert server.stdout is not None
    number = int(server.stdout.readline())
    time.sleep(0.2)
    server.kill()
    server.wait()
    server.stdout.close()
    end = time.monotonic() + 5
    while _runs(number) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _runs(number)


def _runs(number: int) -> bool:
    """Tell whether a process runs, and is not only waiting to be counted out."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
