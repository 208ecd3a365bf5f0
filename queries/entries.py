"""Name what can be found in a store: documents, agencies, activities, places and programmes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Ambiguous", "Entry", "Kind"]

Kind = Literal["document", "agency", "activity", "place", "programme"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one resource that can be found: what it is called and by which words.

    An activity's ``part_of`` is its document, ``whole`` what that is called; issuer and date are the document's. A
    programme's ``decision`` is the document that approved it.
    """

    iri: str
    kind: Kind
    label: str
    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    date: str | None = None
    held: bool = False
    part_of: str | None = None
    whole: str | None = None
    decision: str | None = None
    words: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def is_spelt(self, text: str) -> bool:
        """Tell whether the entry holds a text with the very accents that it was typed with.

        >>> entry = Entry("urn:a", "agency", "Ủy ban nhân dân xã Bình Thạnh")
        >>> entry.is_spelt("xã bình thạnh"), entry.is_spelt("xã bình thành")
        (True, False)
        """
        plain = " ".join(unicodedata.normalize("NFC", text).lower().split())
        names = (self.label, self.title, self.issuer)
        return any(name is not None and plain in unicodedata.normalize("NFC", name).lower() for name in names)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Hold the resources that a person's words may mean, when they may mean several."""

    text: str
    candidates: tuple[Entry, ...]
