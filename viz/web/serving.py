"""Serve programs: answer them only while they listen, say with a status what went wrong, and spare what they know.

A page of another site may read an answer only where the settings name that site (CORS).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cancu import __version__
from cancu.language import Refusal
from cancu.queries.store import Store

__all__ = [
    "Handler", "Pieces", "add_vary", "etag_of", "for_programs", "is_known", "read", "read_aside", "status_of",
    "while_connected",
]  # fmt: skip

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]

#: The status of an answer that refuses, by the reason; any other reason is a flaw of the request.
_STATUS: Final[Mapping[str, int]] = {
    "sparql.service": 403,
    "api.nothing": 404,
    "ask.unknown-question": 404,
    "serve.status.404": 404,
    "serve.status.405": 405,
    "sparql.not-acceptable": 406,
    "protocol.too-large": 413,
    "upload.too-large": 413,
    "protocol.media-type": 415,
    "protocol.charset": 415,
    "serve.busy": 503,
    "serve.too-large": 503,
    "serve.indexing": 503,
    "upload.busy": 503,
    "store.none": 503,
    "store.broken": 503,
    "serve.too-long": 504,
}
#: What a client that has gone would have been told, if it were there.
_GONE: Final = 499
#: The headers of an answer that pages of other sites may read.
_EXPOSED: Final = "ETag, Link, X-Cancu-Truncated"
_A_DAY: Final = "86400"
#: Seconds after which who was told that all are busy may ask again.
_A_MOMENT: Final = "2"
#: A large answer goes in pieces of so many bytes, each within so many seconds, and all on their way are not more.
_PIECE: Final = 1 << 18
_SECONDS_A_PIECE: Final = 60.0
_MOST_ON_THE_WAY: Final = 1 << 29


def status_of(refusal: Refusal) -> int:
    """Give the status that says why something was refused.

    >>> status_of(Refusal("sparql.service")), status_of(Refusal("serve.busy"))
    (403, 503)
    """
    return _STATUS.get(refusal.key, 400)


class _Anything(Convertor[str]):
    """Take the rest of a path, whatever signs are in it; the one of the framework stops at a line break."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())


# --- asking the store -------------------------------------------------------------------------------------------------


async def read(
    request: Request,
    function: Callable[Concatenate[Store, P], T],
    *args: Any,
    seconds: float | None = None,
    **kwargs: Any,
) -> T:
    """Have a reader work out ``function(store, *args, **kwargs)``, and stop it when the client has gone.

    Read the body of the request first: who waits here reads on.
    """
    return await while_connected(request, request.app.state.readers.call(function, *args, seconds=seconds, **kwargs))


async def read_aside(
    request: Request,
    function: Callable[Concatenate[Store, P], T],
    *args: Any,
    seconds: float | None = None,
    **kwargs: Any,
) -> T:
    """Do the same for what may take long: whoever asks for much of it at once leaves a reader free for pages."""
    return await while_connected(request, _aside(request, function, args, seconds, kwargs))


async def _aside(
    request: Request,
    function: Callable[..., T],
    args: tuple[Any, ...],
    seconds: float | None,
    kwargs: Mapping[str, Any],
) -> T:
    state = request.app.state
    if not hasattr(state, "aside"):
        state.aside = asyncio.Semaphore(max(1, state.readers.processes - 1))
    seconds = state.settings.seconds if seconds is None else seconds
    try:
        await asyncio.wait_for(state.aside.acquire(), seconds)
    except TimeoutError as late:
        raise Refusal("serve.busy") from late
    try:
        found: T = await state.readers.call(function, *args, seconds=seconds, **kwargs)
        return found
    finally:
        state.aside.release()


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Give what ``work`` gives, or cancel it when the client has gone."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_leaves(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise HTTPException(_GONE)
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _leaves(request: Request) -> None:
    """Wait until the client closes its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Pieces(Response):
    """Send a large answer piece by piece, so that pages need not wait until it is compressed and sent.

    Who does not take the next piece in time is left; while too much is on its way to slow readers, more is refused.
    """

    _on_the_way: ClassVar[int] = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        length = len(self.body)
        if length <= _PIECE:
            await super().__call__(scope, receive, send)
            return
        if Pieces._on_the_way + length > _MOST_ON_THE_WAY:
            raise Refusal("serve.busy")
        Pieces._on_the_way += length
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for at in range(0, length, _PIECE):
                piece = {"body": self.body[at : at + _PIECE], "more_body": at + _PIECE < length}
                async with asyncio.timeout(_SECONDS_A_PIECE):
                    await send({"type": "http.response.body", **piece})
                # Others have their turn, for what is sent is compressed in between.
                await asyncio.sleep(0)
        finally:
            Pieces._on_the_way -= length


# --- what a client knows already --------------------------------------------------------------------------------------


def etag_of(request: Request, *more: str) -> str:
    """Name what this address gives now: the content of the store, the program, and how it was asked for."""
    parts = (
        *(request.app.state.readers.version, __version__, str(request.url)),
        *(request.headers.get("accept", ""), request.cookies.get("lang", ""), *more),
    )
    # Compressed or not, it is the same for us: a weak name.
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the client has what the name names."""
    offered = request.headers.get("if-none-match", "")
    names = {name.strip().removeprefix("W/") for name in offered.split(",")}
    return "*" in names or etag.removeprefix("W/") in names


# --- other sites ------------------------------------------------------------------------------------------------------


def for_programs(
    handler: Handler,
    refused: Callable[[Request, Refusal], Response],
    methods: tuple[str, ...] = ("GET", "HEAD"),
    vary: str | None = None,
) -> Handler:
    """Guard a handler: other methods, refusals, and which other sites' pages may read the answer.

    ``vary`` names the header of a request on which its answers depend.
    """
    allowed = ", ".join((*methods, "OPTIONS"))

    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            response = Response(status_code=204, headers={"allow": allowed})
            if _may_read(request):
                response.headers["access-control-allow-methods"] = allowed
                wanted = request.headers.get("access-control-request-headers")
                if wanted is not None:
                    response.headers["access-control-allow-headers"] = wanted
                response.headers["access-control-max-age"] = _A_DAY
        elif request.method not in methods:
            response = refused(request, Refusal("serve.status.405"))
            response.headers["allow"] = allowed
        else:
            try:
                response = await handler(request)
            except Refusal as refusal:
                response = refused(request, refusal)
                if refusal.key == "serve.busy":
                    response.headers["retry-after"] = _A_MOMENT
        if vary is not None:
            add_vary(response, vary)
        _add_cors(request, response)
        return response

    return handle


def _may_read(request: Request) -> bool:
    sites: tuple[str, ...] = request.app.state.settings.cors
    return "*" in sites or request.headers.get("origin") in sites


def _add_cors(request: Request, response: Response) -> None:
    sites: tuple[str, ...] = request.app.state.settings.cors
    if not sites:
        return
    if "*" not in sites:
        add_vary(response, "Origin")
    origin = request.headers.get("origin")
    if origin is not None and _may_read(request):
        response.headers["access-control-allow-origin"] = "*" if "*" in sites else origin
        response.headers["access-control-expose-headers"] = _EXPOSED


def add_vary(response: Response, header: str) -> None:
    """Note that another value of a request's header would give another answer."""
    response.headers.add_vary_header(header)
