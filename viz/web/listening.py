"""Listen for those who ask, and leave those who take a place without asking anything."""

from __future__ import annotations

import asyncio
from typing import Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["server_of"]

#: So many seconds the head of a request may take; a program has only so many places for connections.
_SECONDS: Final = 20.0
#: So long those who are being answered are waited for when the program ends.
_LAST_SECONDS: Final = 3


class _Impatient(H11Protocol):
    """Close a connection on which no request comes to its end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._look()

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def _look(self) -> None:
        """Look from time to time whether a request is being read or answered."""
        if self.transport.is_closing():
            return
        asked = self.cycle is not None and not self.cycle.response_complete
        if not asked and self.loop.time() - self._idle_since >= _SECONDS:
            self.transport.abort()
        else:
            self.loop.call_later(_SECONDS / 4, self._look)


def server_of(app: Starlette) -> uvicorn.Server:
    """Give a server that is ready to run; it notes errors, and no address, for a token may stand in it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=_Impatient,
            ws="none",
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=_LAST_SECONDS,
        )
    )
