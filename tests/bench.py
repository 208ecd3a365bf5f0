"""Measure how fast texts are read and questions answered, on one core: ``python -m tests.bench``.

Rates are in megabytes (10⁶ bytes of UTF-8) a second of this process's own time, the best of three runs. eyecite reads
English opinions that this script makes up, with as many citations for each kilobyte as our texts have; where eyecite is
not installed its row says so. The second table reads ever longer single texts; the exit status is 1 where the longest
is read at less than two thirds of the rate of the shortest, for then the time grows faster than the length. The last
table is that of :mod:`tests.bench_queries`: the questions of the catalogue, beside rdflib in the same run.
"""

from __future__ import annotations

import importlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cancu.loaders.citations import find_mentions
from cancu.loaders.extract import extract_text, records_of
from cancu.loaders.load import load_paths
from cancu.loaders.text import read_text
from cancu.queries.store import Store
from tests import samples
from tests.bench_queries import print_questions

MEGABYTE = 1_000_000
#: So much text each measurement reads, eyecite a part of it: it would take the time of all others together.
SIZE, SIZE_OF_EYECITE, SIZE_OF_STORE = 4 * MEGABYTE, MEGABYTE // 2, MEGABYTE
#: The lengths of the ever longer texts.
LENGTHS = (1, 4, 16, 20)
RUNS = 3
#: The share of the shortest text's rate at which the longest must still be read; less is more than noise.
HELD = 2 / 3
#: What each rate must be at least, and how many times eyecite's the first.
CITATIONS_AT_LEAST, RECORDS_AT_LEAST, TIMES_EYECITE = 10.0, 3.0, 30.0


@dataclass(frozen=True, slots=True)
class Rate:
    """Hold what was measured: bytes read, seconds of the process, citations found."""

    size: int
    seconds: float
    citations: int

    @property
    def megabytes_a_second(self) -> float:
        return self.size / MEGABYTE / self.seconds


def size_of(texts: Sequence[str]) -> int:
    """Count the bytes of texts in UTF-8."""
    return sum(len(text.encode()) for text in texts)


def measure(texts: Sequence[str], read: Callable[[str], int], runs: int = RUNS) -> Rate:
    """Read all texts several times, each giving its number of citations; the quickest time counts."""
    best = float("inf")
    citations = 0
    for _ in range(runs):
        start = time.process_time()
        citations = sum(map(read, texts))
        best = min(best, time.process_time() - start)
    return Rate(size_of(texts), best, citations)


# --- the texts --------------------------------------------------------------------------------------------------------


def our_texts(size: int) -> list[str]:
    """Give the examples, and the real texts where they are here, again and again up to a size."""
    once = [sample.text for sample in (*samples.examples(), *samples.corpus())]
    return once * max(1, round(size / size_of(once)))


_SURNAMES = (
    "Adams Baker Castillo Dunn Ellison Fischer Grant Holloway Ingram Jensen Kowalski Lopez Miranda Novak Ortiz".split()
)
_BODIES = (
    "United States",
    "State of Ohio",
    "City of Chicago",
    "Board of Education",
    "Department of Labor",
    "Acme Corp.",
)
_REPORTERS = (
    ("U.S.", ""), ("S. Ct.", ""), ("F.2d", "2d Cir. "), ("F.3d", "9th Cir. "), ("F. Supp. 2d", "S.D.N.Y. "),
    ("Cal. 4th", "Cal. "), ("N.E.2d", "Ill. "), ("P.3d", "Wash. "),
)  # fmt: skip
_WORDS = (
    "the court held that where a statute is silent or ambiguous with respect to the specific issue the question for the"
    " reviewing court is whether the answer of the agency rests upon a permissible construction and the burden of proof"
    " remains with the moving party who must show by a preponderance of evidence that no dispute of fact remains and"
    " that judgment should be entered as a matter of law notwithstanding any contrary inference drawn below"
).split()


def opinion(size: int, citations_a_kilobyte: float, seed: int = 2026) -> str:
    """Make up an opinion of a size, in plain English, with full and short citations of cases and with statutes."""
    chance = random.Random(seed)
    parts: list[str] = []
    written, cited = 0, 0
    cases: list[tuple[str, int, str]] = [("Adams", 347, "U.S.")]
    while written < size:
        first = chance.randrange(len(_WORDS))
        words = [_WORDS[(first + index) % len(_WORDS)] for index in range(chance.randrange(8, 24))]
        sentence = " ".join(words).capitalize()
        if cited < written / 1000 * citations_a_kilobyte:
            sentence += f", see {_citation(chance, cases)}"
            cited += 1
        parts.append(sentence + ".")
        written += len(sentence) + 2
        if chance.random() < 0.1:
            parts.append("\n\n")
    return " ".join(parts)


def _citation(chance: random.Random, cases: list[tuple[str, int, str]]) -> str:
    page, year = chance.randrange(1, 1400), chance.randrange(1950, 2024)
    match chance.randrange(8):
        case 0:
            name, volume, reporter = chance.choice(cases)
            return f"{name}, {volume} {reporter}, at {page}"
        case 1:
            return f"Id. at {page}"
        case 2:
            return f"{chance.choice(cases)[0]}, supra, at {page}"
        case 3:
            return f"{chance.randrange(1, 54)} U.S.C. § {page}"
    name, volume = chance.choice(_SURNAMES), chance.randrange(1, 999)
    reporter, court = chance.choice(_REPORTERS)
    cases.append((name, volume, reporter))
    other = chance.choice((*_BODIES, *_SURNAMES))
    return f"{name} v. {other}, {volume} {reporter} {page}, {page + 3} ({court}{year})"


# --- the measurements -------------------------------------------------------------------------------------------------


def citations_of_plain(plain: str) -> int:
    """Find the citations of a prepared text."""
    return len(find_mentions(plain)[0])


def citations_of_source(text: str) -> int:
    """Prepare a text and find its citations."""
    return len(find_mentions(read_text(text).plain)[0])


def records_of_source(text: str) -> int:
    """Go the whole way from a text to its records."""
    return len(records_of(extract_text(text))["citations"])


def measure_store(texts: Sequence[str]) -> Rate:
    """Go the whole way from files to a store on the disk."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            # A copy of a text would not be read.
            (folder / f"{number}.txt").write_text(f"{text}\n{number}\n", encoding="utf-8", newline="")
        with Store.open(Path(place) / "store", write=True) as store:
            start = time.process_time()
            report = load_paths([folder], store, workers=1)
            return Rate(size_of(texts), time.process_time() - start, sum(loaded.citations for loaded in report.loaded))


def measure_eyecite(citations_a_kilobyte: float) -> Rate | None:
    """Measure eyecite's own reading of English opinions, or give None where it is not installed."""
    try:
        eyecite: Any = importlib.import_module("eyecite")
    except ImportError:
        return None
    texts = [opinion(20_000, citations_a_kilobyte, seed) for seed in range(SIZE_OF_EYECITE // 20_000)]
    # The first call builds the tables of the tokenizer.
    eyecite.get_citations(texts[0])
    return measure(texts, lambda text: len(eyecite.get_citations(text)), runs=1)


# --- the tables -------------------------------------------------------------------------------------------------------


def print_row(*cells: object) -> None:
    """Print a row of a Markdown table at once, so that a long run shows how far it is."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def print_rate(what: str, rate: Rate, least: float | None = None) -> None:
    """Print one measurement."""
    speed = rate.megabytes_a_second
    print_row(
        what, f"{rate.size / MEGABYTE:.1f}", f"{rate.citations / rate.size * 1000:.1f}", f"{rate.seconds:.2f}",
        f"{speed:.2f}", "" if least is None else f"{least:g}: {'yes' if speed >= least else 'NO'}",
    )  # fmt: skip


def print_speed() -> None:
    """Print the rates of every part of the way, and eyecite's."""
    texts = our_texts(SIZE)
    plain = [read_text(text).plain for text in texts]
    # Tables are read and patterns compiled at the first call.
    records_of_source(texts[0])
    print_row("what", "MB", "citations/KB", "seconds", "MB/s", "at least")
    print_row("---", "---:", "---:", "---:", "---:", "---:")
    citations = measure(plain, citations_of_plain)
    print_rate("citations, from prepared text", citations, CITATIONS_AT_LEAST)
    source = measure(texts, citations_of_source)
    print_rate("citations, from the text as it is", source, CITATIONS_AT_LEAST)
    print_rate("text → records", measure(texts, records_of_source), RECORDS_AT_LEAST)
    print_rate("files → store on disk", measure_store(our_texts(SIZE_OF_STORE)))
    eyecite = measure_eyecite(citations.citations / citations.size * 1000)
    if eyecite is None:
        print_row("eyecite, English opinions", "", "", "", "not installed", "")
        return
    print_rate("eyecite, English opinions", eyecite)
    for name, rate in (("prepared text", citations), ("the text as it is", source)):
        times = rate.megabytes_a_second / eyecite.megabytes_a_second
        least = f"{TIMES_EYECITE:g}: {'yes' if times >= TIMES_EYECITE else 'NO'}"
        print_row(f"citations from {name}, times eyecite", "", "", "", f"× {times:.0f}", least)


def print_growth(lengths: Sequence[int]) -> bool:
    """Print the rates of ever longer single texts; tell whether they hold."""
    print_row("one text of", "citations, MB/s", "records, MB/s")
    print_row("---:", "---:", "---:")
    rates: list[tuple[float, float]] = []
    for length in lengths:
        text = "\n\n".join(our_texts(length * MEGABYTE))
        runs = RUNS if length < LENGTHS[-1] / 4 else 1
        rate = tuple(
            measure([text], read, runs).megabytes_a_second for read in (citations_of_source, records_of_source)
        )
        rates.append((rate[0], rate[1]))
        print_row(f"{length} MB", *(f"{speed:.2f}" for speed in rate))
    return all(last >= HELD * first for first, last in zip(rates[0], rates[-1], strict=True))


def main() -> int:
    """Print all tables; give the exit status."""
    print("\n## speed\n")
    print_speed()
    print("\n## growth\n")
    linear = print_growth(LENGTHS)
    print(f"\ngrowth is {'linear' if linear else 'MORE THAN LINEAR'}")
    print("\n## questions\n")
    print_questions(print_row)
    return 0 if linear else 1


if __name__ == "__main__":
    sys.exit(main())
