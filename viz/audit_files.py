"""Write an audit into a file, in the format that the file's name ends with, or as text piece by piece."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from cancu.language import Language, Refusal
from cancu.queries.access import Access
from cancu.viz.audit_page import page_chunks
from cancu.viz.audit_workbook import workbook_of_audit
from cancu.viz.findings import Report, csv_chunks, json_chunks
from cancu.viz.places import Texts
from cancu.viz.sarif import sarif_chunks

__all__ = ["AUDIT_FILES", "TEXT_FORMATS", "TextFormat", "format_of", "text_chunks", "write_audit"]

TextFormat = Literal["json", "sarif", "html", "csv"]
TEXT_FORMATS: Final[tuple[TextFormat, ...]] = get_args(TextFormat)

#: The formats of an audit by the ending of the file's name.
AUDIT_FILES: Final[Mapping[str, TextFormat | Literal["xlsx"]]] = MappingProxyType(
    {".json": "json", ".sarif": "sarif", ".xlsx": "xlsx", ".html": "html", ".csv": "csv"}
)

_WRITERS: Final[Mapping[TextFormat, Callable[[Report, Language, Texts], Iterator[str]]]] = MappingProxyType(
    {"json": json_chunks, "sarif": sarif_chunks, "html": page_chunks, "csv": csv_chunks}
)


def text_chunks(report: Report, form: TextFormat, lang: Language, texts: Texts) -> Iterator[str]:
    """Write an audit in one of the formats that are text, piece by piece."""
    return _WRITERS[form](report, lang, texts)


def format_of(file: Path) -> TextFormat | Literal["xlsx"]:
    """Tell the format of a file by its name; another ending is refused.

    >>> format_of(Path("kiem-tra.sarif"))
    'sarif'
    """
    form = AUDIT_FILES.get(file.suffix.lower())
    if form is None:
        raise Refusal("audit.output-format", file=file, known=", ".join(AUDIT_FILES))
    return form


def write_audit(report: Report, file: Path, store: Access, lang: Language, texts: Texts) -> None:
    """Write an audit into a file; one of that name is replaced when all is written, and not before."""
    form = format_of(file)
    half = file.with_name(f"{file.name}.new")
    try:
        if form == "xlsx":
            half.write_bytes(workbook_of_audit(report, store, lang, texts))
        else:
            # The line ends of each format are its own.
            with open(half, "w", encoding="utf-8", newline="") as out:
                out.writelines(text_chunks(report, form, lang, texts))
        os.replace(half, file)
    except OSError as flaw:
        raise Refusal("cli.export.file", file=file, reason=flaw) from flaw
    finally:
        half.unlink(missing_ok=True)
