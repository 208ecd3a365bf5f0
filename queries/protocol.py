"""Speak the SPARQL 1.1 protocol with an endpoint, and say in one sentence what went wrong.

Requests are made by SPARQLWrapper, always as url-encoded POST: one server hangs on any other, and long queries fit no
address. They are sent by an opener of our own, for SPARQLWrapper would set a password for the whole process, wait
without end for a server that sends a byte now and then, and follow a redirection without the query.
"""

from __future__ import annotations

import http.client
import netrc
import os
import re
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from SPARQLWrapper import JSON, POST, TURTLE, URLENCODED, SPARQLWrapper

from cancu import __version__
from cancu.language import Refusal

__all__ = ["Client", "Credentials", "Reply"]

# What a server or a proxy answers that may do better a moment later.
_PASSING: Final = frozenset({429, 502, 503})
# Seconds to wait before each further try; a server's own wish counts up to the longest.
_WAITS: Final = (0.25, 1.0, 3.0)
_LONGEST_WAIT: Final = 10.0
_PIECE: Final = 1 << 16
# So much of a server's own words is passed on.
_LONGEST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold a user and a password; they are never shown."""

    user: str
    password: str = field(repr=False)

    @staticmethod
    def find(url: str) -> Credentials | None:
        """Take them from ``CANCU_USER`` and ``CANCU_PASSWORD``, else from the netrc file's entry for the host."""
        user, password = os.environ.get("CANCU_USER"), os.environ.get("CANCU_PASSWORD")
        if user and password:
            return Credentials(user, password)
        file = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")
        if not os.path.isfile(file):
            return None
        try:
            known = netrc.netrc(file).authenticators(urlsplit(url).hostname or "")
        except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
            raise Refusal("endpoint.netrc", file=file, reason=getattr(error, "msg", None) or error) from error
        return Credentials(known[0], known[2]) if known is not None and known[0] and known[2] else None


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold what a server answered."""

    body: bytes
    headers: Message

    @property
    def media_type(self) -> str:
        """Say what the body is: "application/sparql-results+json"."""
        return self.headers.get_content_type()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Let a redirection be an error: followed, a POST would lose its query, and a password might reach a stranger."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Follow nothing."""


class _Digest(urllib.request.HTTPDigestAuthHandler):
    def http_error_401(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> Any:
        return _closing(fp, lambda: super(_Digest, self).http_error_401(req, fp, code, msg, headers))


class _Basic(urllib.request.HTTPBasicAuthHandler):
    def http_error_401(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> Any:
        return _closing(fp, lambda: super(_Basic, self).http_error_401(req, fp, code, msg, headers))


def _closing(asked: IO[bytes], answer: Callable[[], Any]) -> Any:
    """Close the answer that asked for a password, once there is a better one; Python's own handlers forget it."""
    try:
        found = answer()
    except Exception:
        asked.close()
        raise
    if found is not None:
        asked.close()
    return found


class Client:
    """Send queries and updates to one endpoint.

    >>> Client("ftp://example.org/sparql", timeout=60)
    Traceback (most recent call last):
    ...
    cancu.language.Refusal: ftp://example.org/sparql không phải địa chỉ http:// hay https:// của một máy chủ SPARQL
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        credentials: Credentials | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """Keep the address; nothing is sent yet. ``timeout`` is what one answer may take, in seconds."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refusal("endpoint.url", url=url)
        if parts.username is not None or parts.password is not None:
            # It would stand in the history of the shell and in every sentence about the address.
            raise Refusal("endpoint.password-in-url", host=parts.hostname)
        self.url, self.timeout, self._pause = url, timeout, pause
        #: The name by which the server goes ("Virtuoso"), once it has answered.
        self.product = ""
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        credentials = credentials or Credentials.find(url)
        if credentials is not None:
            # Sent only where the server asks for it, and as a digest where it takes one.
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, url, credentials.user, credentials.password)
            handlers += [_Digest(known), _Basic(known)]
        self._opener = urllib.request.build_opener(*handlers)

    def query(self, text: str, form: str, accept: str, parameters: Sequence[tuple[str, str]] = ()) -> Reply:
        """Send a query of a form ("SELECT"); ``parameters`` name graphs (``default-graph-uri``)."""
        return self._send(self._request(text, form, accept, parameters))

    def update(self, text: str) -> None:
        """Send an update; it must be one that may be sent twice, for after a broken connection it will be."""
        self._send(self._request(text, "INSERT", "*/*", ()))

    def _request(
        self, text: str, form: str, accept: str, parameters: Sequence[tuple[str, str]]
    ) -> urllib.request.Request:
        form_of_answer = TURTLE if form in ("CONSTRUCT", "DESCRIBE") else JSON
        wrapper = SPARQLWrapper(self.url, returnFormat=form_of_answer, agent=f"cancu/{__version__}")
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(URLENCODED)
        # A server is told the format in the header that is meant for it, and not in parameters of others' making.
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        for name, value in parameters:
            wrapper.addParameter(name, value)
        # SPARQLWrapper would guess the form from the text, and warn of what it does not know.
        wrapper.queryString, wrapper.queryType = text, form
        return wrapper._createRequest()

    def _send(self, request: urllib.request.Request) -> Reply:
        for wait in (*_WAITS, None):
            try:
                return self._receive(request)
            except HTTPError as error:
                with error:
                    self._note_product(error.headers)
                    if error.code not in _PASSING or wait is None:
                        raise self._failure(error) from error
                    asked = error.headers.get("Retry-After", "")
                wait = min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else wait
            except (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected) as error:
                if wait is None:
                    raise Refusal("endpoint.unreachable", url=self.url, reason=_words(str(error))) from error
            except URLError as error:
                if isinstance(error.reason, TimeoutError):
                    raise self._too_slow() from error
                if not isinstance(error.reason, (ConnectionResetError, BrokenPipeError)) or wait is None:
                    raise Refusal("endpoint.unreachable", url=self.url, reason=_words(str(error.reason))) from error
            except TimeoutError as error:
                raise self._too_slow() from error
            except http.client.IncompleteRead as error:
                raise Refusal("endpoint.cut-off", url=self.url) from error
            except (http.client.HTTPException, OSError, ValueError) as error:
                # Not HTTP at all, a broken certificate, or a way of asking for a password that we do not know.
                raise Refusal("endpoint.unreachable", url=self.url, reason=_words(str(error))) from error
            self._pause(wait)
        raise AssertionError("the last try returns or raises")

    def _receive(self, request: urllib.request.Request) -> Reply:
        end = time.monotonic() + self.timeout
        with self._opener.open(request, timeout=self.timeout) as response:
            headers: Message = response.headers
            self._note_product(headers)
            pieces, size = [], 0
            while piece := response.read1(_PIECE):
                pieces.append(piece)
                size += len(piece)
                if time.monotonic() > end:
                    raise TimeoutError
        if size < int(headers.get("Content-Length") or 0):
            raise Refusal("endpoint.cut-off", url=self.url)
        return Reply(b"".join(pieces), headers)

    def _note_product(self, headers: Message) -> None:
        self.product = (headers.get("Server") or "").partition("/")[0].strip() or self.product

    def _too_slow(self) -> Refusal:
        return Refusal("endpoint.timeout", url=self.url, seconds=f"{self.timeout:g}")

    def _failure(self, error: HTTPError) -> Refusal:
        if error.code in (401, 403):
            return Refusal("endpoint.refused", url=self.url, status=error.code)
        if 300 <= error.code < 400:
            return Refusal("endpoint.moved", url=self.url, other=_words(error.headers.get("Location", "–")))
        if error.code in (408, 504):
            return self._too_slow()
        try:
            said = error.read(_PIECE).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            said = ""
        return Refusal("endpoint.failed", url=self.url, status=error.code, reason=_words(said) or error.reason)


def _words(said: str) -> str:
    r"""Take the first line of what a server says, without tags and signs that steer a screen.

    >>> _words("<html><h1>Lỗi</h1>\n<p>Quá nhiều\x1b[2J</p>")
    'Lỗi'
    """
    lines = (" ".join(re.sub(r"<[^>]*>|[\x00-\x1f\x7f-\x9f]", " ", line).split()) for line in said.splitlines())
    return next(filter(None, lines), "")[:_LONGEST_WORDS]
