"""Offer what the tests read: the examples, the real texts where they stand, and texts and records made to order."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cancu.loaders import readers
from cancu.loaders.extract import extract_text
from cancu.model import Citation, Document, Extraction, Source

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = REPOSITORY / "examples"
GOLD = REPOSITORY / "tests" / "gold"
SHARED = REPOSITORY.parent / "shared"
#: Five real plans of provinces and districts; they are not ours to hand on, so they stand beside the repository.
CORPUS = SHARED / "corpus"
# So many real texts there are; a listing that comes up short must not pass for the whole.
_CORPUS_SIZE = 5

#: Where the hand-made reading of each real text is: two beside the texts, three here.
CORPUS_GOLD = {
    "000": GOLD / "corpus" / "000.json",
    "001": SHARED / "evaluation" / "001.json",
    "002": GOLD / "corpus" / "002.json",
    "003": SHARED / "evaluation" / "003.json",
    "004": GOLD / "corpus" / "004.json",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one text with what we read out of it, and the file of what a careful reader finds in it."""

    name: str
    path: Path
    text: str
    found: Extraction
    gold: Path

    def read_gold(self) -> dict[str, Any]:
        """Read the hand-made records.

        For what is no plain text they hold quotes only, in the order of the text, and their places are looked up here.
        """
        records: dict[str, Any] = json.loads(self.gold.read_text(encoding="utf-8"))
        at = 0
        for citation in records["citations"]:
            if "start" not in citation:
                words = r"\s+".join(map(re.escape, citation["quote"].split()))
                found = re.compile(words).search(self.text, at)
                assert found is not None, f"{self.gold}: {citation['quote']} does not stand behind {at}"
                citation["start"], citation["end"] = found.span()
                at = found.end()
        return records

    def read_lost_glyphs(self) -> list[dict[str, Any]]:
        """Read which letters the text has lost."""
        file = self.gold.with_name(f"{self.name}-repairs.json")
        losses: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        return losses


@cache
def examples() -> tuple[Sample, ...]:
    """Read all examples, in the order of their names."""
    files = sorted(file for file in EXAMPLES.iterdir() if file.stem != "README" and file.suffix != ".ipynb")
    return tuple(_sample(file.stem, file, GOLD / "examples" / f"{file.stem}.json") for file in files)


@cache
def corpus() -> tuple[Sample, ...]:
    """Read all real texts, in the order of their names; none where they are not there."""
    files = sorted(CORPUS.glob("*.txt"))
    return tuple(_sample(file.name[:3], file, CORPUS_GOLD[file.name[:3]]) for file in files)


def need_corpus() -> tuple[Sample, ...]:
    """Give the real texts; a test that needs them is skipped where they are not, and fails where CI promises them."""
    found = corpus()
    if not found:
        absent = f"the real texts are not beside the repository ({CORPUS.parent.name}/{CORPUS.name})"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    assert len(found) == _CORPUS_SIZE
    return found


def _sample(name: str, path: Path, gold: Path) -> Sample:
    reading = readers.read_file(path)
    source = Source(path.name, reading.sha256, reading.media_type, len(reading.text))
    return Sample(name, path, reading.text, extract_text(reading.text, source), gold)


# --- to order ---------------------------------------------------------------------------------------------------------

_PLAN = """ỦY BAN NHÂN DÂN
TỈNH {province_upper}
Số: {number}

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{province}, {day}

KẾ HOẠCH
{title}

{body}

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn A
"""


def plan(
    number: str = "37/KH-UBND",
    *bases: str,
    province: str = "Bắc Giang",
    day: str = "ngày 26 tháng 01 năm 2024",
    title: str = "Thực hiện Chương trình giảm nghèo tỉnh Bắc Giang năm 2024",
) -> str:
    """Write the plan of a province that rests on the documents named; without any, on the programme."""
    bases = bases or ("Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ",)
    body = "\n".join(f"Căn cứ {basis};" for basis in bases)
    return _PLAN.format(
        province_upper=province.upper(), number=number, province=province, day=day, title=title, body=body
    )


def cite(
    number: str | None,
    date: str | None = None,
    issuer: str | None = "Ủy ban nhân dân tỉnh Bắc Giang",
    type: str | None = "Kế hoạch",
    **more: Any,
) -> Citation:
    """Make a citation; its place in the text is given by :func:`source`."""
    quote = more.pop("quote", f"{type} {number}")
    return Citation(0, 0, quote, type, number, date, issuer, **more)


def source(file: str, *citations: Citation, **document: Any) -> Extraction:
    """Make the records of a text with these citations, one behind the other, a hundred characters each.

    ``resolves_to`` of a citation may be the number of another one, from 0.
    """
    placed = []
    for index, citation in enumerate(citations):
        resolved = citation.resolves_to
        start = 100 * index
        placed.append(
            replace(
                citation,
                start=start,
                end=start + len(citation.quote),
                resolves_to=None if resolved is None else (100 * resolved[0], 100 * resolved[0]),
            )
        )
    return Extraction(Source(file, "0" * 64, "text/plain", 100 * len(citations)), Document(**document), tuple(placed))


def write(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Write files, with the folders they need, untouched by the system's line ends."""
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def texts_of(samples: Iterable[Sample]) -> dict[str, str]:
    """Give the texts by their keys."""
    return {sample.found.source.file: sample.text for sample in samples}
