"""Ask a store from processes that can be killed, for nothing else stops a query that runs.

Oxigraph knows neither a time limit nor a way to cancel, and a query may want more memory than there is. So each
question goes to a process of its own over the newest snapshot; too long, or nobody waits any more, and the process is
killed and another one takes its place.

::

    caller ── job ──> queue ──> keeper (a thread for each process) ──> pipe ──> reader process ──> Store (read only)

A reader ends by itself as soon as its pipe does, so none outlives a server that was killed. What a question writes to
its standard output is lost, for that is the pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any, Concatenate, Final, NamedTuple, ParamSpec, Self, TypeVar

from cancu.errors import CallerError
from cancu.language import Refusal
from cancu.queries.store import Store, newest_state

__all__ = ["Readers", "limit_memory"]

P = ParamSpec("P")
R = TypeVar("R")

#: So many questions may wait for a reader; more are refused at once.
_MOST_WAITING: Final = 64
#: This part of a reader's memory an answer may have, for the process that asks has no limit of its own.
_LARGEST_ANSWER: Final = 1 / 8
#: A reader that cannot even start is tried again so often before that is an error.
_MOST_STARTS: Final = 3
#: So long, in seconds, a reader that is ending by itself may take for it.
_LAST_WORDS: Final = 1.0
_MEGABYTE: Final = 1 << 20
# What stands before every message on a pipe: its length.
_LENGTH: Final = struct.Struct("!Q")
_CODE: Final = "from cancu.queries.workers import _work; _work()"


class _Start(NamedTuple):
    """Tell a new reader what it needs to know."""

    path: Sequence[str]
    folder: Path
    megabytes: int
    preload: Sequence[str]


class _Job:
    """Hold one question on its way: who waits for it, and which process works at it."""

    def __init__(self, content: bytes, seconds: float) -> None:
        self.content, self.seconds = content, seconds
        self.future: Future[Any] = Future()
        #: Why it was stopped: "" while it was not.
        self.stopped = ""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, process: subprocess.Popen[bytes]) -> bool:
        """Note who works at it, unless it was stopped before."""
        with self._lock:
            if self.stopped or not self.future.set_running_or_notify_cancel():
                return False
            self._process = process
            return True

    def end(self) -> None:
        """Note that nobody works at it any more."""
        with self._lock:
            self._process = None

    def stop(self, reason: str) -> None:
        """Let nobody work at it; who does is killed."""
        with self._lock:
            if not self.stopped:
                self.stopped = reason
                if self._process is not None:
                    self._process.kill()


class Readers:
    """Answer questions in processes that read the newest snapshot of a store, several at a time.

    ``seconds`` is what one answer may take, ``megabytes`` what a reader may need for it beside the store's own files.
    ``preload`` names modules that a reader imports before it takes its first question.

    >>> readers = Readers(Path("kho"), processes=1)
    >>> try:
    ...     readers.run(Store.has_sources)
    ... except Refusal as refusal:
    ...     print(refusal.key)
    ... finally:
    ...     readers.close()
    store.none
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: int = 2,
        seconds: float = 10.0,
        megabytes: int = 2000,
        waiting: int = _MOST_WAITING,
        preload: Sequence[str] = (),
    ) -> None:
        """Start the processes, without waiting for them."""
        self.folder, self.processes, self.seconds, self.megabytes = Path(folder), processes, seconds, megabytes
        self._start = _Start(tuple(sys.path), Path(folder).absolute(), megabytes, tuple(preload))
        self._waiting: queue.Queue[_Job | None] = queue.Queue()
        self._most = waiting
        self._closed = False
        self._keepers = [_Keeper(self._start, self._waiting, number) for number in range(processes)]
        for keeper in self._keepers:
            keeper.start()

    def __enter__(self) -> Self:
        """Give the readers themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        self.close()

    @property
    def generation(self) -> int:
        """Number the snapshot that will answer the next question, 0 where there is none; it grows with each load."""
        return newest_state(self.folder)[0]

    @property
    def version(self) -> str:
        """Name the content that will answer the next question; another store in the same folder has another name.

        Ask before the question: an answer is never older than the version that was read before it.
        """
        return "-".join(f"{part:x}" for part in newest_state(self.folder))

    def run(
        self, function: Callable[Concatenate[Store, P], R], *args: Any, seconds: float | None = None, **kwargs: Any
    ) -> R:
        """Give ``function(store, *args, **kwargs)``, worked out by a reader; a module-level function, please.

        Refuses with ``serve.too-long``, ``serve.too-large`` (memory, or the answer itself) or ``serve.busy``; what the
        function raises comes back as it is.
        """
        job = self._submit(function, args, kwargs, seconds)
        try:
            answer: R = job.future.result(self._patience(job))
        except TimeoutError as late:
            if job.future.done():
                raise  # the function's own
            raise self._given_up(job) from late
        except BaseException:
            job.stop("cancelled")
            raise
        return answer

    async def call(
        self, function: Callable[Concatenate[Store, P], R], *args: Any, seconds: float | None = None, **kwargs: Any
    ) -> R:
        """Do the same without blocking; the reader is killed where nobody awaits the answer any more."""
        job = self._submit(function, args, kwargs, seconds)
        waiting = asyncio.wrap_future(job.future)
        try:
            await asyncio.wait({waiting}, timeout=self._patience(job))
            if not waiting.done():
                raise self._given_up(job)
            answer: R = waiting.result()
            return answer
        finally:
            if not waiting.done():
                job.stop("cancelled")
                waiting.cancel()

    def _submit(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], seconds: float | None
    ) -> _Job:
        if self._closed:
            raise ValueError("the readers are closed")
        if self._waiting.qsize() >= self._most:
            raise Refusal("serve.busy")
        try:
            content = _pickled((function, args, dict(kwargs)))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise TypeError(f"a reader needs a module-level function and plain values: {error}") from error
        job = _Job(content, self.seconds if seconds is None else seconds)
        self._waiting.put(job)
        return job

    def _patience(self, job: _Job) -> float:
        """Say how long to wait for an answer: in the queue as long as one answer may take, then for its own."""
        return self.seconds + job.seconds

    def _given_up(self, job: _Job) -> Refusal:
        started = job.future.running()
        job.stop("too-long")
        return Refusal("serve.too-long", seconds=_shown(job.seconds)) if started else Refusal("serve.busy")

    def close(self) -> None:
        """End all processes, and refuse the questions that still wait; closing twice does no harm."""
        self._closed = True
        for keeper in self._keepers:
            keeper.close()
        for _ in self._keepers:
            self._waiting.put(None)
        for keeper in self._keepers:
            keeper.join()
        left = [keeper.held for keeper in self._keepers]
        with contextlib.suppress(queue.Empty):
            while True:
                left.append(self._waiting.get_nowait())
        for job in left:
            if job is not None and job.future.set_running_or_notify_cancel():
                job.future.set_exception(Refusal("serve.busy"))


class _Keeper(threading.Thread):
    """Keep one reader process alive, and hand it one question after the other."""

    def __init__(self, start: _Start, waiting: queue.Queue[_Job | None], number: int) -> None:
        super().__init__(name=f"cancu-reader-{number}", daemon=True)
        self._setup, self._waiting = start, waiting
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closing = False
        #: The question that waits for the next process, for the last one was found dead.
        self.held: _Job | None = None

    def close(self) -> None:
        """Kill the process, and start no other."""
        with self._lock:
            self._closing = True
            if self._process is not None:
                self._process.kill()

    def run(self) -> None:
        """Work until told to stop."""
        failed = 0
        while not self._closing:
            try:
                process = self._begin()
                ready = _received(process.stdout) is not None
                why = f"status {process.poll()}"
            except OSError as error:
                ready, why = False, str(error)
            if ready:
                failed = 0
                self._hand_on(process)
            elif (failed := failed + 1) >= _MOST_STARTS and not self._closing:
                self._refuse_next(f"no reader process starts: {why}")
            if self._process is not None:
                self._bury(self._process)

    def _begin(self) -> subprocess.Popen[bytes]:
        """Start a process and tell it what it needs to know."""
        with self._lock:
            if self._closing:
                raise OSError("closed")
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _CODE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Threads of a query must not reserve whole address spaces of their own (glibc), for that is limited.
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},
                # Ctrl+C on the terminal is meant for the server, which ends its readers in order.
                start_new_session=True,
            )
        _send(self._process.stdin, _pickled(self._setup))
        return self._process

    def _hand_on(self, process: subprocess.Popen[bytes]) -> None:
        """Hand questions to a process as long as it lives."""
        while (job := self._next()) is not None:
            if process.poll() is not None:
                # Somebody else ended it while it had nothing to do.
                self.held = job
                return
            if not job.begin(process):
                continue
            timer = threading.Timer(job.seconds, job.stop, ("too-long",))
            timer.daemon = True
            timer.start()
            reply = _received(process.stdout) if _send(process.stdin, job.content) else None
            timer.cancel()
            job.end()
            ended = reply is None
            if ended:
                self._bury(process)
            if ended and self._closing:
                job.stop("closed")
            _settle(job, reply, process)
            if ended or job.stopped:
                return

    def _next(self) -> _Job | None:
        held, self.held = self.held, None
        return held if held is not None else self._waiting.get()

    def _refuse_next(self, why: str) -> None:
        job = self._next()
        if job is not None and job.future.set_running_or_notify_cancel():
            job.future.set_exception(RuntimeError(why))

    @staticmethod
    def _bury(process: subprocess.Popen[bytes]) -> None:
        """See a process to its end; one that is ending by itself may say how."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_WORDS)
        process.kill()
        for pipe in (process.stdin, process.stdout):
            # What could not be sent any more is sent on closing, in vain.
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


def _settle(job: _Job, reply: bytes | None, process: subprocess.Popen[bytes]) -> None:
    """Tell who waits for a job what came of it."""
    try:
        answer = _outcome(job, reply, process)
    except Exception as error:
        job.future.set_exception(error)
    else:
        job.future.set_result(answer)


def _outcome(job: _Job, reply: bytes | None, process: subprocess.Popen[bytes]) -> Any:
    if reply is None:
        if job.stopped == "too-long":
            raise Refusal("serve.too-long", seconds=_shown(job.seconds))
        if job.stopped:
            raise Refusal("serve.busy")
        if os.name == "nt" or process.returncode < 0:
            # Oxigraph aborts where it gets no memory, and the system kills who takes too much.
            raise Refusal("serve.too-large")
        raise RuntimeError(f"a reader process ended with status {process.returncode}")
    kind, content = pickle.loads(reply)
    if kind == "value":
        return content
    if kind == "refusal":
        key, values = content
        raise Refusal(key, **values)
    error, trace = content
    error.__cause__ = RuntimeError(f"in a reader process:\n{trace}")
    raise error


def _shown(seconds: float) -> str:
    return f"{seconds:g}"


# --- the pipes --------------------------------------------------------------------------------------------------------


def _send(pipe: IO[bytes] | None, content: bytes) -> bool:
    """Send a message; tell whether somebody was there to take it."""
    if pipe is None:
        raise AssertionError("a reader has pipes")
    try:
        pipe.write(_LENGTH.pack(len(content)))
        pipe.write(content)
        pipe.flush()
    except (OSError, ValueError):
        return False
    return True


def _received(pipe: IO[bytes] | None) -> bytes | None:
    """Wait for a message; None where the other side is gone."""
    if pipe is None:
        raise AssertionError("a reader has pipes")
    try:
        head = pipe.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        content = pipe.read(length)
    except (OSError, ValueError):
        return None
    return content if len(content) == length else None


class _Pickler(pickle.Pickler):
    """Pickle read-only mappings too, which Python's own does not."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return _read_only, (dict(value),)
        return NotImplemented


def _read_only(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Make a read-only mapping; the type itself has no name that can be pickled."""
    return MappingProxyType(content)


def _pickled(value: object) -> bytes:
    content = io.BytesIO()
    _Pickler(content, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return content.getvalue()


# --- in the reader process --------------------------------------------------------------------------------------------


def _work() -> None:
    """Answer what comes through standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing but our messages may run through the pipes.
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    first = _received(requests)
    if first is None:
        return
    start: _Start = pickle.loads(first)
    sys.path[:] = start.path
    for module in start.preload:
        __import__(module)
    reader = _Reader(start)
    _send(replies, b"ready")
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, jobs), daemon=True).start()
    while True:
        content = jobs.get()
        try:
            reply = reader.reply(content)
        except MemoryError:
            # What is left of us may be anything; the answer is given by ending like one who got no memory.
            os.abort()
        if not _send(replies, reply):
            os._exit(0)


def _listen(requests: IO[bytes], jobs: queue.SimpleQueue[bytes]) -> None:
    """Pass questions on, and end the process with its pipe, even in the middle of a query."""
    while (content := _received(requests)) is not None:
        jobs.put(content)
    os._exit(0)


class _Reader:
    """Hold the store that is open, and open it anew when there is something newer."""

    def __init__(self, start: _Start) -> None:
        self._folder, self._largest = start.folder, start.megabytes * _MEGABYTE * _LARGEST_ANSWER
        self._state: tuple[int, int] | None = None
        self._store: Store | None = None
        # Where there is nothing yet, each question says so.
        with contextlib.suppress(CallerError):
            self.store()
        limit_memory(start.megabytes)

    def store(self) -> Store:
        """Give the store as it was last published."""
        state = newest_state(self._folder)
        for _ in range(3):
            if self._store is not None and state == self._state:
                break
            if self._store is not None:
                self._store.close()
                self._store = None
            self._store = Store.open(self._folder)
            # A writer may have published, or taken away, what we were about to open.
            self._state, state = state, newest_state(self._folder)
        if self._store is None:
            raise AssertionError("a store was opened")
        return self._store

    def reply(self, content: bytes) -> bytes:
        """Answer one question."""
        try:
            function, args, kwargs = pickle.loads(content)
            reply = _pickled(("value", self._answer(function, args, kwargs)))
        except MemoryError:
            raise
        except Refusal as refusal:
            plain = {
                name: value if isinstance(value, (str, int, float)) else str(value)
                for name, value in refusal.values.items()
            }
            return _pickled(("refusal", (refusal.key, plain)))
        except Exception as error:
            return _pickled(("error", _portable(error)))
        if len(reply) > self._largest:
            return _pickled(("refusal", ("serve.too-large", {})))
        return reply

    def _answer(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        store = self.store()
        try:
            return function(store, *args, **kwargs)
        except (OSError, RuntimeError):
            if newest_state(self._folder) == self._state:
                raise
        # The snapshot was taken away under our hands: there are two newer ones.
        return function(self.store(), *args, **kwargs)


def _portable(error: Exception) -> tuple[Exception, str]:
    """Give an error as it can be sent, with where it arose."""
    trace = "".join(traceback.format_exception(error))
    error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}"), trace
    return error, trace


def limit_memory(megabytes: int) -> None:
    """Let this process take no more memory than that from now on, where the system can tell how much it has already."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    limit = pages * resource.getpagesize() + megabytes * _MEGABYTE
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
