"""Keep the search index of the newest snapshot at hand."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from cancu.queries.search import SearchIndex, write_index
from cancu.queries.workers import Readers

__all__ = ["Searching"]

#: An index of 100,000 documents takes about a minute to write.
_MOST_SECONDS: Final = 1_800.0


class Searching:
    """Give the index of the store as it is now; it is written once for each snapshot."""

    def __init__(self, readers: Readers, folder: Path) -> None:
        """Keep indexes in the store's folder, or where that is not ours to write, in a folder of the moment."""
        self._readers = readers
        self._spare: tempfile.TemporaryDirectory[str] | None = None
        self._folder = folder / "search"
        if not os.access(folder, os.W_OK):
            self._spare = tempfile.TemporaryDirectory(prefix="cancu-search-")
            self._folder = Path(self._spare.name)
        self._lock = asyncio.Lock()
        self._index: SearchIndex | None = None
        self._before: SearchIndex | None = None
        self._version: str | None = None

    async def ready(self) -> SearchIndex:
        """Give the index, written first where there is none of this snapshot yet."""
        version = self._readers.version
        if self._index is not None and self._version == version:
            return self._index
        async with self._lock:
            # While we waited another one may have been written, or another load ended.
            version = self._readers.version
            if self._index is not None and self._version == version:
                return self._index
            file = self._folder / f"{version}.sqlite"
            if not SearchIndex.is_index(file):
                await self._readers.call(write_index, str(file), seconds=_MOST_SECONDS)
            # Somebody may be about to search the one before; the one before that is not at hand any more.
            if self._before is not None:
                self._before.close()
            self._before, self._index, self._version = self._index, SearchIndex(file), version
            for other in self._folder.glob("*.sqlite"):
                if other != file:
                    # Where files in use cannot be taken away, the next time will do.
                    with suppress(OSError):
                        other.unlink()
            return self._index

    async def at_hand(self, seconds: float) -> SearchIndex | None:
        """Give the index of now, or the one before it where the new one takes longer to write; None on a first time."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.ready()), seconds)
        except TimeoutError:
            return self._index

    def close(self) -> None:
        """Give the files free."""
        for index in (self._index, self._before):
            if index is not None:
                index.close()
        if self._spare is not None:
            self._spare.cleanup()
