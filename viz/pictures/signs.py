"""Choose the signs of pictures: which class, letter and words each relation, tier, role and verdict is drawn with.

No sign is told by its colour alone: relations differ by their dashes too, tiers, roles and verdicts by letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cancu.language import Language, knows, say
from cancu.queries.engine import Hop
from cancu.viz.pictures.values import TIERS, Box, Legend, Path, Point, Words

__all__ = [
    "RELATIONS",
    "ROLES",
    "VERDICTS",
    "arrow",
    "badge",
    "legend_of_relations",
    "legend_of_tiers",
    "relation_of",
    "relation_words",
    "smooth",
    "tier_letter",
]

#: The relations that have a sign of their own, in the order of legends; others share one.
RELATIONS: Final = (
    "legal_basis", "authorises", "carries_out", "attached_to", "guides", "part_of", "assigns",
    "lead", "coordinate", "implement", "advise",
    "monitor", "report", "fund", "propose", "mention",
)  # fmt: skip
ROLES: Final = ("lead", "coordinate", "implement", "advise", "monitor", "report", "fund", "propose")
VERDICTS: Final = ("weaker", "equal", "stronger", "not-comparable")


def relation_of(hops: Iterable[Hop]) -> str:
    """Tell by which relation one document rests on another, be it said of a citation or by a property.

    >>> relation_of([Hop("a.txt", 0, 4, "kèm", "is_annex_of", 1.0)])
    'attached_to'
    """
    first = next((hop.relation for hop in hops if hop.relation), "mention")
    return _OF_PROPERTIES.get(first, first)


_OF_PROPERTIES: Final = {
    "based_on": "legal_basis",
    "ensures_implementation_of": "carries_out",
    "is_annex_of": "attached_to",
    "authorisedBy": "authorises",
}


def relation_words(relation: str, lang: Language) -> str:
    """Name a relation or a role.

    >>> relation_words("legal_basis", "vi"), relation_words("lead", "vi")
    ('căn cứ', 'chủ trì')
    """
    for key in (f"relation.{relation}", f"view.relation.{relation}", f"view.role.{relation}"):
        if knows(key):
            return say(key, lang)
    return relation


def tier_letter(tier: str, lang: Language) -> str:
    """Give the letters that stand for a tier.

    >>> tier_letter("central", "vi"), tier_letter("", "vi")
    ('TW', '–')
    """
    return say(f"view.tier-letter.{tier if tier in TIERS else 'other'}", lang)


def legend_of_relations(relations: Iterable[str], lang: Language) -> tuple[Legend, ...]:
    """Explain the relations that a picture shows; each can be hidden."""
    used = set(relations)
    order = [one for one in RELATIONS if one in used] + sorted(used - set(RELATIONS))
    return tuple(Legend(one, relation_words(one, lang), "line", f"line r-{one}", filter=True) for one in order)


def legend_of_tiers(tiers: Iterable[str], lang: Language) -> tuple[Legend, ...]:
    """Explain the letters and colours of the tiers that a picture shows."""
    used = {tier if tier in TIERS else "other" for tier in tiers}
    return tuple(
        Legend(tier, say(f"view.tier.{tier}", lang), "badge", f"badge t-{tier}", tier_letter(tier, lang))
        for tier in TIERS
        if tier in used
    )


def badge(x: float, y: float, width: float, height: float, letter: str, css: str) -> tuple[Box | Words, ...]:
    """Draw a coloured field with a letter in it."""
    return (
        Box(x, y, width, height, f"badge {css}", 6),
        Words(x + width / 2, y + height / 2 + 5.5, letter, "letter", "middle"),
    )


def smooth(points: tuple[Point, ...]) -> tuple[tuple[Point, ...], ...]:
    """Make a way of straight and curved stretches in turns the steps of a path."""
    steps: list[tuple[Point, ...]] = []
    for at in range(1, len(points)):
        (x0, y0), (x1, y1) = points[at - 1], points[at]
        if at % 2:
            steps.append(((x1, y1),))
        else:
            middle = (x0 + x1) / 2
            steps.append(((middle, y0), (middle, y1), (x1, y1)))
    return tuple(steps)


def arrow(points: tuple[Point, ...], relation: str) -> tuple[Path, ...]:
    """Draw a way with its arrow, below it a broader one that is easily hit."""
    steps = smooth(points)
    return Path(points[0], steps, "hit"), Path(points[0], steps, f"line r-{relation}", head=True)
