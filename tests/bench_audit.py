"""Audit whole stores of two sizes by every rule, each in a process of its own: how fast, and with how much memory.

Seconds are the processor time of ``cancu audit`` from its start to its end; memory is the most that the process ever
had, the files of the store that the system keeps for it counted in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cancu.queries.auditing import audited_documents
from cancu.queries.store import Store
from tests.corpus_of_size import write_store

#: The triples of the two stores.
SIZES = (450_000, 1_750_000)
#: A document of the large store may take so many times what one of the small store takes; more is more than noise.
HELD = 1.4
#: The milliseconds that a document may take at most.
AT_MOST = 60.0

# The system counts bytes on macOS, kilobytes elsewhere.
_MEGABYTE = 1 << 20 if sys.platform == "darwin" else 1 << 10


@dataclass(frozen=True, slots=True)
class Audit:
    """Hold what was measured: the documents, the seconds of processor time and the megabytes at the peak."""

    triples: int
    documents: int
    seconds: float
    megabytes: float

    @property
    def each(self) -> float:
        """Give the milliseconds of a document."""
        return self.seconds * 1000 / self.documents


def measure_audit(folder: Path) -> Audit:
    """Audit all that a store holds into a file."""
    with Store.open(folder) as store:
        triples, documents = len(store), len(audited_documents(store))
    told = folder.with_suffix(".json")
    command = [sys.executable, "-m", "cancu", "audit", "--store", str(folder), "-o", str(told)]
    # A process starts with the peak of the one that it was made by, so a small one has to stand between.
    between = subprocess.run(
        [sys.executable, "-m", "tests.bench_audit", *command], capture_output=True, text=True, check=True
    )
    seconds, most = map(float, between.stdout.split())
    return Audit(triples, documents, seconds, most / _MEGABYTE)


def main(command: list[str]) -> int:
    """Run a command; print its seconds of processor time and its peak of memory, in the system's unit."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss)
    return process.returncode


def print_audits(print_row: Callable[..., None]) -> bool:
    """Print the table of both sizes; tell whether the time grows with the documents alone and keeps its limit."""
    measured = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "store"
            write_store(folder, size)
            measured.append(measure_audit(folder))
    print_row("triples", "documents", "seconds", "ms a document", "documents a second", "peak, MB")
    print_row("---:", "---:", "---:", "---:", "---:", "---:")
    for one in measured:
        print_row(
            one.triples, one.documents, f"{one.seconds:.1f}", f"{one.each:.1f}",
            f"{one.documents / one.seconds:.0f}", f"{one.megabytes:.0f}",
        )  # fmt: skip
    small, large = measured
    return large.each <= small.each * HELD and large.each <= AT_MOST


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(main(sys.argv[1:]))
    sys.exit(0 if print_audits(lambda *cells: print("|", " | ".join(map(str, cells)), "|")) else 1)
