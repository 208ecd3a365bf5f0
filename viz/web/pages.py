"""Name all pages of the application, and make ready what they share."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from cancu.viz.web import api, document, drawn, editor, faults, home, protocol, questions, resource, upload
from cancu.viz.web.searching import Searching

__all__ = ["finish", "prepare", "routes"]


def routes() -> list[BaseRoute]:
    """Give the routes of all pages and of the endpoint."""
    return [
        *home.ROUTES,
        *questions.ROUTES,
        *faults.ROUTES,
        *upload.ROUTES,
        *drawn.ROUTES,
        *document.ROUTES,
        *api.ROUTES,
        *editor.ROUTES,
        *protocol.routes(editor.editor, resource.by_path),
        *resource.ROUTES,
    ]


async def prepare(app: Starlette) -> None:
    """Make the search index and the readers ready while the first page is being read."""
    app.state.searching = Searching(app.state.readers, app.state.folder)
    app.state.found = faults.Found()
    app.state.loading = asyncio.Lock()
    app.state.tasks = {
        asyncio.create_task(app.state.searching.ready()),
        home.counts_of(app),
        *(
            asyncio.create_task(app.state.readers.call(document.warm, app.state.doors.text_of))
            for _ in range(app.state.readers.processes)
        ),
    }
    for task in app.state.tasks:
        # Who asks hears of a flaw; here nobody does.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


async def finish(app: Starlette) -> None:
    """Stop what still works in the background."""
    for task in app.state.tasks:
        task.cancel()
    upload.stop(app)
    app.state.searching.close()
