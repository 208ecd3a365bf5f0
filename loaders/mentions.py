"""Hold what the recognisers find: mentions of documents, and the doubts that their characters raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cancu.loaders.agencies import AgencyMention
from cancu.model import Provision

__all__ = ["Kind", "Mention", "Note"]

#: Numbered: "Quyết định số 90/QĐ-TTg"; law: "Luật Đầu tư công"; titled: "Kế hoạch thực hiện … giai đoạn 2021-2025";
#: short: "Nghị quyết 30a".
Kind = Literal["numbered", "law", "titled", "short"]


@dataclass(slots=True)
class Mention:
    """Hold one mention in plain offsets, as far as its own characters tell.

    ``listed`` says that its type word stands in front of an earlier item of its list, ``nested`` that it stands inside
    the subject of another document; ``resolves_to`` is the start of the full mention that it stands for.
    """

    start: int
    end: int
    kind: Kind
    type: str | None
    number: str | None = None
    printed_number: str | None = None
    date: str | None = None
    issuer_mention: AgencyMention | None = None
    issuer: str | None = None
    issuer_codes: tuple[str, ...] = ()
    name: str | None = None
    provision: Provision | None = None
    subject_start: int | None = None
    subject_end: int | None = None
    listed: bool = False
    nested: bool = False
    inferred: list[str] = field(default_factory=list)
    confidence: float = 1.0
    resolves_to: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Hold a doubt in plain offsets: ``rule`` is a key behind "doubt." of the messages."""

    rule: str
    start: int
    end: int
    candidates: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()
