"""Name what can go wrong, by whose flaw it is.

::

    CancuError
    ├── DataError        a flaw in our tables, shapes or queries: file and line, raised at load
    ├── CallerError      a flaw of the caller: one sentence that says what to do; exit status 2
    └── ReadError        a file that cannot be read: one line in the summary, nothing else is lost

A flaw in *their* text is none of these: it becomes a :class:`cancu.model.Doubt` and stops nothing.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["CallerError", "CancuError", "DataError", "ReadError"]


class CancuError(Exception):
    """Stand above every error that this package raises on purpose."""


class DataError(CancuError):
    """Say that one of our own data files is wrong, and where.

    >>> str(DataError("thiếu cột", Path("cues.tsv"), 7))
    'cues.tsv:7: thiếu cột'
    """

    def __init__(self, message: str, file: Path, line: int) -> None:
        """Keep the place: ``file`` and its 1-based ``line``."""
        self.message, self.file, self.line = message, file, line
        super().__init__(f"{file}:{line}: {message}")


class CallerError(CancuError):
    """Say in one sentence what the caller should do differently."""


class ReadError(CancuError):
    """Say why a file could not be read: ``reason`` is a message key, ``detail`` fills its gaps.

    >>> ReadError("empty").reason
    'empty'
    """

    def __init__(self, reason: str, **detail: str) -> None:
        """Keep ``reason`` (behind "read." in ``core/messages.tsv``) and its details."""
        self.reason, self.detail = reason, detail
        super().__init__(reason if not detail else f"{reason}: {detail}")
