"""Read the part of a document that a citation points at: "điểm a khoản 2 Điều 5 Thông tư …"."""

from __future__ import annotations

from cancu.loaders.patterns import compiled
from cancu.model import Provision

__all__ = ["read_provision"]

_PROVISION = compiled(
    r"(?:"
    # "Điểm a, b", "điểm a và điểm c"
    r"(?:[Đđ]iểm (?P<diem>[a-zđ]\d?(?:(?:, | và |, điểm | và điểm |; )[a-zđ](?![^\W_]))*),? (?:của )?)?"
    # "khoản 2", "khoản 1, 2 và khoản 3"
    r"(?:[Kk]hoản (?P<khoan>\d{1,3}[a-zđ]?(?:(?:, ?| và |, khoản | và khoản |; )\d{1,3}[a-zđ]?)*),? (?:của )?)?"
    # "Điều 5", "Điều 5, Điều 6 và Điều 7"
    r"Điều (?P<dieu>\d{1,3}[a-zđ]?(?:(?:, ?| và |, ?[Đđ]iều | và [Đđ]iều |; )\d{1,3}[a-zđ]?)*)"
    r")"
    # What stands between it and the document: "của", "Chương II của", "Quy chế ban hành kèm theo".
    r"(?:,? (?:của|tại|thuộc|Chương [IVX]+(?: của)?|Phụ lục [IVX\d]+"
    r"|(?:Quy định|Quy chế|Điều lệ)?(?: ?ban hành)? ?kèm theo))* ?$"
)
_WORD = compiled(r"[Đđ]iều|khoản|điểm|và")
_PART = compiled(r"\d+[a-zđ]?|(?<![^\W_])[a-zđ]\d?(?![^\W_])")
# The longest list of articles that the texts show, in characters.
_WINDOW = 160


def read_provision(plain: str, start: int) -> Provision | None:
    """Read the provision named directly in front of ``start``.

    >>> read_provision("theo khoản 2 Điều 5, Điều 6 của Thông tư số 15/2022/TT-BTC", 32)
    Provision(dieu='5, 6', khoan='2', diem=None)
    """
    window = plain[max(0, start - _WINDOW) : start]
    if "iều" not in window:
        return None
    found = _PROVISION.search(window)
    if found is None:
        return None
    return Provision(_numbers(found["dieu"]), _numbers(found["khoan"]), _numbers(found["diem"]))


def _numbers(printed: str | None) -> str | None:
    """Return the numbers or letters of a list, without the words between them."""
    return ", ".join(_PART.findall(_WORD.sub(" ", printed))) if printed is not None else None
