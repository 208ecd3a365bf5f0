"""Find every mention of an identifiable document in a plain text.

Four kinds are read: numbered (``Quyết định số 90/QĐ-TTg ngày …``), laws by name (``Luật Ngân sách nhà nước``), known
by title only (``Kế hoạch thực hiện … giai đoạn 2021-2025``, ``Nghị quyết Đại hội …``), and short, by a number without
its symbol (``Nghị quyết 30a``), which count only when the text lets them be resolved. Each is read by a module of its
own; this one puts them together. The scan is anchored on the rare characters and words that a mention must hold, and
every pattern reads a bounded window, so time grows linearly with the text.
"""

from __future__ import annotations

from collections.abc import Iterable

from cancu.loaders.completion import complete_mentions
from cancu.loaders.dates import read_date
from cancu.loaders.laws import find_laws
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.numbered import find_numbered, find_short
from cancu.loaders.subjects import read_subjects, share_issuers
from cancu.loaders.titled import find_titled

__all__ = ["Mention", "Note", "complete_mentions", "find_mentions", "read_date"]


def find_mentions(plain: str) -> tuple[list[Mention], list[Note]]:
    """Find the mentions of a plain text, in order, with the doubts that their own characters raise.

    >>> text = "theo các Quyết định số 90/QĐ-TTg ngày 18/01/2022, số 1719/QĐ-TTg của Thủ tướng Chính phủ"
    >>> found, _ = find_mentions(text)
    >>> [(mention.type, mention.number, mention.date) for mention in found]
    [('Quyết định', '90/QĐ-TTg', '2022-01-18'), ('Quyết định', '1719/QĐ-TTg', None)]
    """
    notes: list[Note] = []
    laws = find_laws(plain, notes)
    mentions = _in_order(laws, find_numbered(plain, laws, notes))
    mentions = _in_order(mentions, find_short(plain, mentions))
    mentions = _in_order(mentions, find_titled(plain, mentions))
    read_subjects(plain, mentions)
    share_issuers(plain, mentions)
    return mentions, notes


def _in_order(*found: Iterable[Mention]) -> list[Mention]:
    return sorted((mention for some in found for mention in some), key=lambda mention: (mention.start, mention.end))
