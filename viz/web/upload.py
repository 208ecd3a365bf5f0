"""Take files from a page, read them in a process of its own, and show at once what was found in them."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cancu.errors import CallerError
from cancu.language import Refusal, say
from cancu.queries.workers import limit_memory
from cancu.viz.web.frame import language_of, render, wants_html

if TYPE_CHECKING:
    from starlette.types import Message, Receive

__all__ = ["ROUTES", "stop"]

#: So many files are taken at once, and so many results are remembered.
_MOST_FILES: Final = 200
_MOST_JOBS: Final = 50
_BLOCK: Final = 1 << 20
#: What stands around the files of a form.
_FRAME: Final = 1 << 20
#: In bytes; a Vietnamese letter may take three.
_LONGEST_NAME: Final = 200
#: So many loads may wait for their turn: each keeps its files on the disk.
_MOST_WAITING: Final = 5
#: A file may take so long to read, and so much longer for each of its megabytes; one that hangs its reader is given up.
_SECONDS_A_FILE: Final = 60.0
_SECONDS_A_MEGABYTE: Final = 20.0
#: So long may take what comes after the last file, and waiting for another program that writes to the store.
_SECONDS: Final = 1_800.0
#: Seconds after which is looked whether the other program is done.
_A_MOMENT: Final = 1.0

Load = Callable[[Path, list[Path], Callable[[int, int, str], None]], dict[str, list[dict[str, Any]]]]


@dataclass(slots=True)
class Job:
    """Hold how far a load is, and what came of it."""

    names: tuple[str, ...]
    done: int = 0
    total: int = 0
    name: str = ""
    report: Mapping[str, list[dict[str, Any]]] | None = None
    refusal: tuple[str, Mapping[str, Any]] | None = None
    process: BaseProcess | None = field(default=None, repr=False)

    @property
    def ended(self) -> bool:
        """Tell whether the load is over."""
        return self.report is not None or self.refusal is not None


@dataclass(frozen=True, slots=True)
class Work:
    """Hold what the process of a load needs: the store, the files and the folder they are in, and its memory."""

    store: Path
    place: Path
    files: list[Path]
    load: Load
    megabytes: int

    @property
    def patience(self) -> float:
        """Say how many seconds the largest file may take to be read."""
        return _SECONDS_A_FILE + _SECONDS_A_MEGABYTE * max(file.stat().st_size for file in self.files) / 1_000_000


async def page(request: Request) -> Response:
    """Show where files can be dropped."""
    return render(request, "upload.html", job=None, address=None, suffixes=_suffixes(request))


async def take(request: Request) -> Response:
    """Take files and begin to read them."""
    settings = request.app.state.settings
    if sum(not job.ended for job in _jobs(request.app).values()) >= _MOST_WAITING:
        raise Refusal("upload.busy")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > settings.upload_bytes:
        raise Refusal("upload.too-large", most=settings.upload_bytes // 1_000_000)
    folder = Path(tempfile.mkdtemp(prefix="cancu-upload-"))
    try:
        files = await _save(Request(request.scope, _limited(request.receive, settings.upload_bytes)), folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    key, job = secrets.token_urlsafe(12), Job(tuple(file.name for file in files))
    jobs: dict[str, Job] = _jobs(request.app)
    for ended in [name for name, one in jobs.items() if one.ended][: max(0, len(jobs) + 1 - _MOST_JOBS)]:
        del jobs[ended]
    jobs[key] = job
    state = request.app.state
    work = Work(state.folder, folder, files, state.doors.load, settings.load_megabytes)
    task = asyncio.create_task(_work(work, job, state.loading))
    state.tasks.add(task)
    task.add_done_callback(state.tasks.discard)
    return RedirectResponse(f"/upload/{key}", 303)


def _limited(receive: Receive, most: int) -> Receive:
    """Take no more bytes than a limit, whatever the sender said of them before."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most + _FRAME:
            raise Refusal("upload.too-large", most=most // 1_000_000)
        return message

    return receive_some


def _name_of(sent: str) -> str:
    r"""Give the name of a file without any path, short enough for every system, without what is no letter of a name.

    >>> _name_of("../../a.txt"), _name_of("C:\\tệp\\b.docx"), _name_of("a\nb.txt")
    ('a.txt', 'b.docx', 'a_b.txt')
    >>> len(_name_of("ă" * 300 + ".pdf").encode())
    200
    """
    name = "".join(sign if sign.isprintable() else "_" for sign in sent.replace("\\", "/").rpartition("/")[2])
    stem, dot, suffix = name.rpartition(".")
    room = _LONGEST_NAME - len(f"{dot}{suffix}".encode())
    return stem.encode()[: max(room, 0)].decode(errors="ignore") + dot + suffix


async def _save(request: Request, folder: Path) -> list[Path]:
    """Write the files that were sent into a folder; their names lose every path, their kinds must be ours."""
    most, suffixes = request.app.state.settings.upload_bytes, _suffixes(request)
    files: list[Path] = []
    written = 0
    try:
        form = request.form(max_files=_MOST_FILES, max_fields=10)
        async with form as fields:
            for sent in fields.getlist("files"):
                if not isinstance(sent, UploadFile) or not sent.filename:
                    continue
                name = _name_of(sent.filename)
                if not name.lower().endswith(suffixes):
                    raise Refusal("upload.kind", name=name, known=", ".join(suffixes))
                target = folder / name
                # Some systems take "A.txt" and "a.txt" for one.
                if name.casefold() in {one.name.casefold() for one in files}:
                    raise Refusal("upload.twice", name=name)
                with open(target, "wb") as out:
                    while block := await sent.read(_BLOCK):
                        written += len(block)
                        if written > most:
                            raise Refusal("upload.too-large", most=most // 1_000_000)
                        out.write(block)
                files.append(target)
    except ClientDisconnect as gone:
        raise HTTPException(400) from gone
    if not files:
        raise Refusal("upload.nothing")
    return files


def _read(sender: Connection, work: Work) -> None:
    """Read the files in a process of its own, and send what is to be told."""
    limit_memory(work.megabytes)
    try:
        sender.send(("report", _loaded(sender, work)))
    except Refusal as refusal:
        sender.send(("refused", refusal.key, {name: str(value) for name, value in refusal.values.items()}))
    except CallerError as refusal:
        sender.send(("refused", "upload.failed", {"reason": str(refusal)}))
    except BrokenPipeError:
        # Nobody waits any more; where the server was killed, nobody else takes the files away.
        shutil.rmtree(work.place, ignore_errors=True)
    finally:
        sender.close()


def _loaded(sender: Connection, work: Work) -> dict[str, list[dict[str, Any]]]:
    """Load, as soon as no other program writes to the store."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            return work.load(
                work.store,
                work.files,
                lambda done, total, name: sender.send(("progress", done, total, Path(name).name)),
            )
        except Refusal as refusal:
            if refusal.key != "store.locked" or time.monotonic() > end:
                raise
        # That all wait is told by sending something, and whether somebody still does.
        sender.send(("progress", 0, 0, ""))
        time.sleep(_A_MOMENT)


async def _work(work: Work, job: Job, turn: asyncio.Lock) -> None:
    """Read files when it is their turn: only one may write to the store."""
    try:
        async with turn:
            await _load(work, job)
    finally:
        shutil.rmtree(work.place, ignore_errors=True)


async def _load(work: Work, job: Job) -> None:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(sender, work), daemon=True)
    job.process = process
    process.start()
    sender.close()
    try:
        await _listen(receiver, job, work.patience)
    except (TimeoutError, EOFError, OSError):
        # It hung, or it died: a file may be made to kill its reader.
        job.refusal = job.refusal or ("upload.died", {})
    finally:
        if process.is_alive():
            process.kill()
        await asyncio.to_thread(process.join, 5)
        receiver.close()


async def _listen(receiver: Connection, job: Job, patience: float) -> None:
    """Take what is told of a load; raise TimeoutError where nothing comes for too long."""
    heard = time.monotonic()
    while not job.ended:
        if not await asyncio.to_thread(receiver.poll, 0.2):
            read = job.total > 0 and job.done == job.total
            if time.monotonic() - heard > (_SECONDS if read else patience):
                raise TimeoutError
            continue
        heard = time.monotonic()
        message = receiver.recv()
        if message[0] == "progress":
            job.done, job.total, job.name = message[1:]
        elif message[0] == "report":
            job.report = message[1]
        else:
            job.refusal = message[1], message[2]


async def result(request: Request) -> Response:
    """Show how far a load is, then what was found; programs get it as JSON."""
    key = request.path_params["key"]
    job = _jobs(request.app).get(key)
    if job is None:
        raise HTTPException(404)
    refusal = say(job.refusal[0], language_of(request), **job.refusal[1]) if job.refusal is not None else None
    if not wants_html(request):
        return JSONResponse(
            {"done": job.done, "total": job.total, "name": job.name, "ended": job.ended, "refusal": refusal},
            headers={"cache-control": "no-store"},
        )
    return render(
        request,
        "upload.html",
        job=job,
        address=f"/upload/{key}",
        suffixes=_suffixes(request),
        refusal=refusal,
    )


def _jobs(app: Starlette) -> dict[str, Job]:
    if not hasattr(app.state, "jobs"):
        app.state.jobs = {}
    jobs: dict[str, Job] = app.state.jobs
    return jobs


def _suffixes(request: Request) -> tuple[str, ...]:
    suffixes: tuple[str, ...] = request.app.state.doors.suffixes
    return suffixes


def stop(app: Starlette) -> None:
    """End what still reads."""
    for job in _jobs(app).values():
        if job.process is not None and job.process.is_alive():
            job.process.kill()


ROUTES: Final = (
    Route("/upload", page, methods=["GET"], name="upload"),
    Route("/upload", take, methods=["POST"]),
    Route("/upload/{key}", result, name="uploaded"),
)
