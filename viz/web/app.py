"""Put the web application together: its pages, its endpoint, and what guards them.

No request leaves the machine: scripts and styles are files of this package, and what a page loads comes from here.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from cancu.language import LANGUAGES, Refusal, say
from cancu.queries.store import Store
from cancu.queries.workers import Readers
from cancu.viz.web.frame import in_frame, language_of, refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Doors", "Settings", "make_app"]

_HERE: Final = Path(__file__).parent

#: What a page may load: nothing but files of ours.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: What is said instead of a picture stands in the frame of the picture.
_FRAMED: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'self'"
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    # With none at all a browser would call the origin of our own forms "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
#: What readers import before they are asked, so that the first page need not wait for it.
_PRELOAD: Final = ("cancu.viz.web.pages", "cancu.queries.responses")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]", "::1")
#: A shorter token is soon guessed.
_SHORTEST_TOKEN: Final = 8
#: A host as a browser names it: of another one no address can be made.
_HOST: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
#: What programs ask for, those of other sites too where the settings name them.
_FOR_PROGRAMS: Final = ("/sparql", "/api/", "/id/")
#: Where a page stands that a reader opens by following a link.
_OPENED: Final = frozenset({"document", ""})
#: What is asked for in a language without anybody having chosen it for all pages.
_NO_PAGES: Final = ("/api/", "/picture/", "/static/")
#: So many seconds the next piece of what somebody sends may take, and all of it.
_PATIENCE: Final = (30.0, 600.0)
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """Hold what pages need of the readers of texts, which stand beside them and are given from above.

    ``text_of`` gives the text of a source as it was read (it runs in a reader, so it must be importable); ``load``
    reads files into the store of a folder, tells how far it is, and gives the report (in a process of its own).
    ``suffixes`` are those of the files that it can read.
    """

    text_of: Callable[[Store, str], str | None]
    load: Callable[[Path, Sequence[Path], Callable[[int, int, str], None]], dict[str, list[dict[str, Any]]]]
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the limits: seconds, rows and megabytes of a query, bytes and megabytes of an upload, and who may ask.

    Bound to anything but this machine itself the application asks for the ``token``.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    cors: tuple[str, ...] = ()
    seconds: float = 10.0
    rows: int = 100_000
    megabytes: int = 2_000
    upload_bytes: int = 50_000_000
    load_megabytes: int = 4_000
    processes: int = 3

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine reaches the application."""
        return self.host in _LOOPBACK


def make_app(folder: Path, doors: Doors, settings: Settings | None = None) -> Starlette:
    """Make the application over the store in a folder."""
    from cancu.viz.web import pages

    settings = settings or Settings()
    if not settings.is_local:
        if not settings.token:
            raise Refusal("serve.token", host=settings.host)
        if len(settings.token) < _SHORTEST_TOKEN:
            raise Refusal("serve.token-short", count=_SHORTEST_TOKEN)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        readers = Readers(
            folder,
            processes=settings.processes,
            seconds=settings.seconds,
            megabytes=settings.megabytes,
            preload=_PRELOAD,
        )
        app.state.readers = readers
        try:
            await pages.prepare(app)
            yield
        finally:
            await pages.finish(app)
            readers.close()

    routes: list[BaseRoute] = [
        *pages.routes(),
        Mount("/static", StaticFiles(directory=_HERE / "static", follow_symlink=True), name="static"),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(Guard, settings=settings),
            # A long document is a megabyte; to press it harder takes longer than to send it.
            Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=2),
        ],
        exception_handlers={Refusal: refused, HTTPException: refused},
    )
    app.state.folder, app.state.doors, app.state.settings = folder, doors, settings
    return app


class Guard:
    """Let in who may come in, and say with every answer what a browser may do with it.

    A page of another site must not be able to ask in its reader's name: the host must be ours, whatever is not opened
    by a link must come from a page of ours (or of a site that the settings name), and where others reach us everybody
    needs the token.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Stand before ``app``."""
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", _FRAMED if in_frame(request) else _POLICY)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                chosen = request.query_params.get("lang")
                page = not request.url.path.startswith(_NO_PAGES)
                if page and chosen in LANGUAGES and request.cookies.get("lang") != chosen:
                    headers.append("set-cookie", f"lang={chosen}; Path=/; SameSite=Lax; Max-Age=31536000")
            await send(message)

        try:
            await (self._refusal(request) or self.app)(scope, _patient(receive), send_on)
        except ClientDisconnect:
            # Nobody waits for an answer.
            pass
        except Exception as flaw:
            _LOG.exception("%s %s", request.method, request.url.path)
            if begun:
                raise
            await (await refused(request, flaw))(scope, receive, send_on)

    def _refusal(self, request: Request) -> Response | None:
        settings, lang = self.settings, language_of(request)
        host = request.headers.get("host", "").lower()
        if not _HOST.fullmatch(host) or (settings.is_local and _name_of(host) not in _LOOPBACK):
            return PlainTextResponse(say("serve.host", lang), 403)
        if self._comes_from_elsewhere(request, host):
            return PlainTextResponse(say("serve.origin", lang), 403)
        if settings.token is None or request.method == "OPTIONS" or request.url.path.startswith("/static/"):
            return None
        return self._without_token(request, settings.token)

    def _comes_from_elsewhere(self, request: Request, host: str) -> bool:
        """Tell whether a page of another site asks, which nobody opened by a link (https://www.w3.org/TR/fetch-metadata)."""
        if request.url.path.startswith("/static/"):
            # They are no secret, and the frame of a picture, which has no origin, may need them.
            return False
        headers, sites = request.headers, self.settings.cors
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "")
        if origin is not None and ("*" in sites or origin in sites) and request.url.path.startswith(_FOR_PROGRAMS):
            return False
        if request.method == "GET" and headers.get("sec-fetch-mode") == "navigate":
            return headers.get("sec-fetch-dest", "") not in _OPENED and site in ("cross-site", "same-site")
        return site in ("cross-site", "same-site") or (origin is not None and _place_of(origin) != host)

    def _without_token(self, request: Request, token: str) -> Response | None:
        """Take the token from the address once, then from a cookie; programs send it in a header."""
        offered, cookie, key = request.query_params.get("token"), _cookie_of(token), _digest(token)
        if offered is not None and _same(offered, token):
            # A path that begins with two slashes would lead to another site.
            path, query = request.url.path.lstrip("/"), request.url.remove_query_params("token").query
            answer = RedirectResponse(f"/{path}?{query}" if query else f"/{path}", 303)
            # Not "strict": a link in a picture, whose page has no origin, or in a letter leads here too. It reads only.
            answer.set_cookie(cookie, key, httponly=True, samesite="lax", secure=request.url.scheme == "https")
            return answer
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        # A header is read as Latin-1, whatever its letters are.
        if kind.lower() == "bearer" and secrets.compare_digest(said.strip().encode("latin-1"), token.encode()):
            return None
        if _same(request.cookies.get(cookie, ""), key):
            return None
        return PlainTextResponse(
            say("serve.token-needed", language_of(request)), 401, headers={"www-authenticate": "Bearer"}
        )


def _patient(receive: Receive) -> Receive:
    """Wait for each piece of what is sent, but not for ever: who sends nothing more holds a place that others need."""
    whole = False
    last = asyncio.get_running_loop().time() + _PATIENCE[1]

    async def receive_some() -> Message:
        nonlocal whole
        if whole:
            # What comes now is that the client goes, whenever that is.
            return await receive()
        try:
            async with asyncio.timeout_at(min(last, asyncio.get_running_loop().time() + _PATIENCE[0])):
                message = await receive()
        except TimeoutError as late:
            raise HTTPException(408) from late
        whole = not message.get("more_body", False)
        return message

    return receive_some


def _digest(token: str) -> str:
    """Give what a browser keeps in place of the token: whoever finds it cannot tell the token."""
    return hashlib.sha256(f"cancu {token}".encode()).hexdigest()


def _cookie_of(token: str) -> str:
    """Name the cookie of a token: servers on other ports of a host share its cookies, and have other tokens."""
    return f"cancu_{_digest(token)[-8:]}"


def _place_of(origin: str) -> str | None:
    """Give host and port of an origin; None where it names none.

    >>> _place_of("http://localhost:8000"), _place_of("null"), _place_of("http://[x]")
    ('localhost:8000', '', None)
    """
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _name_of(host: str) -> str:
    """Give the name of a host without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() and (name.endswith("]") or ":" not in name) else host


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
