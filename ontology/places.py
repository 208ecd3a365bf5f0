"""Look places up: provinces, districts and communes of Vietnam, each with the days between which it stood.

A name is not a place. "Châu Thành" is a district in ten provinces, "Sơn Động" was a district and is a commune,
and code 24 was tỉnh Bắc Giang until 30/6/2025 and has been Bắc Ninh since. So every look-up returns all that fit,
and it is for the caller to narrow them by the unit word, the day and the place around; nothing is guessed.

The table is ``places.tsv``, written by :mod:`cancu.ontology.build_places`. Reading the 800 provinces and districts
takes a few milliseconds; the 15,000 communes are read when the first one is asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import normalize

from cancu.errors import CallerError, DataError

__all__ = [
    "BEFORE_OUR_DATA",
    "COLUMNS",
    "DISTRICT_NAMES",
    "PROVINCE_NAMES",
    "TIERS",
    "UNITS",
    "Place",
    "districts",
    "find_place",
    "fold_name",
    "older_tone",
    "parent_of",
    "place_key",
    "places_with_code",
    "province_names",
    "provinces",
    "read_place",
    "successors_of",
]

COLUMNS = (
    "code",
    "unit",
    "name",
    "tier",
    "parent",
    "valid_from",
    "valid_until",
    "aliases",
    "successors",
    "source",
)

#: The unit words of each tier (Hiến pháp 2013 Điều 110, as it stood before and as it stands since 1/7/2025).
UNITS = {
    "province": frozenset({"tỉnh", "thành phố", "đặc khu"}),
    "district": frozenset({"huyện", "quận", "thị xã", "thành phố"}),
    "commune": frozenset({"xã", "phường", "thị trấn", "đặc khu"}),
}
TIERS = tuple(UNITS)

#: The year that stands in a key for a beginning that our data do not know: the State was founded in 1945.
BEFORE_OUR_DATA = 1945

#: Bare names and aliases of all provinces of all times, folded; to find a province in running text.
PROVINCE_NAMES: frozenset[str]
#: The same of districts, but for bare numbers ("Quận 1"), which only their unit word makes a name.
DISTRICT_NAMES: frozenset[str]

# Later than any day of a text.
_NO_END = "9999-12-31"

_TABLE = Path(__file__).with_name("places.tsv")


@dataclass(frozen=True, slots=True)
class Place:
    """Hold one place as it stood from one day to another.

    ``code`` is the code of the Statistics Office (four digits for a place that ended before it had one), ``parent``
    the code of the place around it at that time. The days are ISO 8601, both inclusive; an empty ``valid_from``
    lies before our data, an empty ``valid_until`` means that the place stands. ``successors`` are pairs of a code
    and the first day on which it meant the successor. ``source`` says where the row is from.

    >>> find_place("Yên Dũng")[0].title
    'huyện Yên Dũng'
    """

    code: str
    unit: str
    name: str
    tier: str
    parent: str = ""
    valid_from: str = ""
    valid_until: str = ""
    aliases: tuple[str, ...] = ()
    successors: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @property
    def title(self) -> str:
        """Write the unit word before the name, as running text does.

        >>> Place("24", "tỉnh", "Bắc Giang", "province").title
        'tỉnh Bắc Giang'
        """
        return f"{self.unit} {self.name}"

    @property
    def dated(self) -> bool:
        """Tell whether the days are known; if not, they are the widest that the lists allow.

        >>> find_place("xã Quang Thịnh", within=find_place("Lạng Giang")[0])[0].dated
        True
        """
        return "~" not in self.source

    @property
    def gso_code(self) -> str | None:
        """Give the code if it is one of the Statistics Office.

        >>> find_place("tỉnh Bắc Giang")[0].gso_code, find_place("tỉnh Hà Bắc")[0].gso_code
        ('24', None)
        """
        return None if len(self.code) == 4 else self.code

    def stood_on(self, day: str) -> bool:
        """Tell whether the place stood on a day.

        >>> bac_giang = find_place("tỉnh Bắc Giang")[0]
        >>> bac_giang.stood_on("2025-06-30"), bac_giang.stood_on("2025-07-01")
        (True, False)
        """
        return self.valid_from <= day <= (self.valid_until or _NO_END)


# --- names ----------------------------------------------------------------------------------------------------------

# Tone placement differs where a syllable ends in oa, oe or uy ("Thanh Hoá" and "Thanh Hóa"), but not after q, where
# the u is part of the consonant ("Quý"). The older placement is the one that our tables are written in.
_NEWER = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split()
_OLDER = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()
_TONE = dict(zip(_NEWER, _OLDER, strict=True))
_TONED = re.compile(rf"(?<!q)(?:{'|'.join(_NEWER)})(?!\w)", re.IGNORECASE)
# "Quy Nhơn" and "Qui Nhơn", "Mỹ Đức" and "Mĩ Đức": y alone after a consonant, or after qu, sounds as i.
_I_OF_Y = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
_Y = re.compile(r"(?:(?<=[bcdđghklmnprstvx])|(?<=qu))[yỳýỷỹỵ](?!\w)")
# "Ea H'Leo", "Ea H’leo" and "Ea Hleo"; "K' Dang" and "KDang".
_APOSTROPHE = re.compile(r"\s*['’‘ʼ`´]\s*")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Older lists write "Phường 01".
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")


def _older(found: re.Match[str]) -> str:
    letters = zip(found[0], _TONE[found[0].lower()], strict=True)
    return "".join(older.upper() if newer.isupper() else older for newer, older in letters)


def older_tone(name: str) -> str:
    """Write a name in the older tone placement, the one of the Statistics Office and of our tables.

    >>> older_tone("Thanh Hoá"), older_tone("THUỶ NGUYÊN"), older_tone("Quý Hoà")
    ('Thanh Hóa', 'THỦY NGUYÊN', 'Quý Hòa')
    """
    return _TONED.sub(_older, name)


def fold_name(name: str) -> str:
    """Fold a name to the form in which names are compared: letters keep their marks, the rest is levelled.

    Case, tone placement, final i for y, apostrophes, dashes, dots and blanks make no difference; Đ and D do.

    >>> fold_name("Thanh Hoá") == fold_name("THANH HÓA") == "thanh hóa"
    True
    >>> fold_name("Bà Rịa – Vũng Tàu"), fold_name("TP.HCM"), fold_name("Ea H’Leo"), fold_name("Quy Nhơn")
    ('bà rịa vũng tàu', 'tp hcm', 'ea hleo', 'qui nhơn')
    """
    name = older_tone(normalize("NFC", name).lower())
    name = _Y.sub(lambda found: _I_OF_Y[found[0]], name)
    name = _NOT_A_WORD.sub(" ", _APOSTROPHE.sub("", name)).strip()
    return _LEADING_ZERO.sub("", name)


# The written forms of the unit words (Nghị định 30/2020/NĐ-CP knows none of the short ones, every text uses them).
_UNIT_FORMS = {
    "tỉnh": "tỉnh",
    "thành phố": "thành phố",
    "tp": "thành phố",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "thị trấn": "thị trấn",
    "tt": "thị trấn",
    "huyện": "huyện",
    "h": "huyện",
    "quận": "quận",
    "q": "quận",
    "phường": "phường",
    "p": "phường",
    "xã": "xã",
    "x": "xã",
    "đặc khu": "đặc khu",
}
# "Q1" and "P12" are written without a blank.
_LEADING_UNIT = re.compile(rf"({'|'.join(sorted(_UNIT_FORMS, key=len, reverse=True))})(?: |(?<=[qp])(?=\d))(.+)")


def _unit_of(word: str) -> str:
    unit = _UNIT_FORMS.get(fold_name(word))
    if unit is None:
        raise CallerError(f"{word!r} is not a unit word; write one of {', '.join(sorted(set(_UNIT_FORMS.values())))}.")
    return unit


def _readings(name: str) -> Iterator[tuple[str, str | None]]:
    """Yield the ways to read a folded name: bare, and as a unit word and a name ("Phường Đúc" is a name, too)."""
    yield name, None
    if found := _LEADING_UNIT.fullmatch(name):
        yield found[2], _UNIT_FORMS[found[1]]


# --- the table ------------------------------------------------------------------------------------------------------

_SUCCESSOR = re.compile(r"([0-9]+)@(\d{4}-\d\d-\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def _is_day(text: str) -> bool:
    """Tell whether a text has the form of a day; the table holds few days, many times each."""
    return _DAY.fullmatch(text) is not None


def read_place(line: str, file: Path, number: int) -> Place:
    r"""Read one line of the table, and refuse a broken one with its place.

    >>> line = "221\thuyện\tYên Dũng\tdistrict\t24\t\t2024-12-31\t\t213@2025-01-01\t1191/NQ-UBTVQH15"
    >>> read_place(line, Path("places.tsv"), 9).successors
    (('213', '2025-01-01'),)
    >>> read_place(line.replace("huyện", "hyện"), Path("places.tsv"), 9)
    Traceback (most recent call last):
    cancu.errors.DataError: places.tsv:9: 'hyện' is not a unit of the tier district
    """
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise DataError(f"{len(fields)} columns instead of {len(COLUMNS)}", file, number)
    code, unit, name, tier, parent, valid_from, valid_until, aliases, successors, source = fields
    if unit not in UNITS.get(tier, ()):
        raise DataError(f"{unit!r} is not a unit of the tier {tier}", file, number)
    for day in (valid_from, valid_until):
        if day and not _is_day(day):
            raise DataError(f"{day!r} is not a day, YYYY-MM-DD", file, number)
    if not (code.isascii() and code.isdigit()) or not name:
        raise DataError("a place needs a code of digits and a name", file, number)
    pairs = []
    for successor in successors.split("|") if successors else ():
        if not (found := _SUCCESSOR.fullmatch(successor)):
            raise DataError(f"{successor!r} is not a successor, code@YYYY-MM-DD", file, number)
        pairs.append((found[1], found[2]))
    return Place(
        code,
        unit,
        name,
        tier,
        parent,
        valid_from,
        valid_until,
        tuple(aliases.split("|")) if aliases else (),
        tuple(pairs),
        source,
    )


@cache
def _lines(tier: str) -> tuple[tuple[int, str], ...]:
    """Take the numbered lines of one tier; the table is sorted by tier, so that each is one stretch of it."""
    text = _TABLE.read_text(encoding="utf-8")
    header, _, _ = text.partition("\n")
    if header.split("\t") != list(COLUMNS):
        raise DataError(f"the columns must be {', '.join(COLUMNS)}", _TABLE, 1)
    mark = f"\t{tier}\t"
    start = text.rfind("\n", 0, text.find(mark)) + 1
    end = text.find("\n", text.rfind(mark))
    first = text.count("\n", 0, start) + 1
    return tuple(enumerate(text[start:end].split("\n"), first))


@cache
def _places(tier: str) -> tuple[Place, ...]:
    return tuple(read_place(line, _TABLE, number) for number, line in _lines(tier) if line and line[0] != "#")


@cache
def _by_code(tier: str) -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in _places(tier):
        found[place.code].append(place)
    return {code: tuple(places) for code, places in found.items()}


@cache
def _by_name(tier: str) -> dict[str, tuple[Place, ...]]:
    # Names repeat, and folding is the dear part. No alias of a place folds to its name (build_places sees to it).
    folded: dict[str, list[Place]] = {}
    written: dict[str, list[Place]] = {}
    for place in _places(tier):
        for name in (place.name, *place.aliases):
            places = written.get(name)
            if places is None:
                places = written[name] = folded.setdefault(fold_name(name), [])
            places.append(place)
    return {name: tuple(places) for name, places in folded.items()}


def __getattr__(name: str) -> frozenset[str]:
    """Make the sets of names when they are first used, so that importing this module reads nothing."""
    if name == "PROVINCE_NAMES":
        names = frozenset(_by_name("province"))
    elif name == "DISTRICT_NAMES":
        names = frozenset(name for name in _by_name("district") if not name.isdigit())
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = names
    return names


# --- look-ups -------------------------------------------------------------------------------------------------------


def _day(on: date | str) -> str:
    if isinstance(on, date):
        return on.isoformat()[:10]
    if not _DAY.fullmatch(on):
        raise CallerError(f"{on!r} is not a day; write it as YYYY-MM-DD.")
    return on


def _lies_within(place: Place, around: Place, on: str | None) -> bool:
    """Tell whether a place lay in another while both stood, at whatever depth."""
    for parent in places_with_code(place.parent) if place.parent else ():
        if on is not None and not parent.stood_on(on):
            continue
        together = max(place.valid_from, parent.valid_from)
        if not (place.stood_on(together) and parent.stood_on(together)):
            continue
        if parent == around or _lies_within(parent, around, on):
            return True
    return False


def find_place(
    name: str,
    unit: str | None = None,
    tier: str | None = None,
    on: date | str | None = None,
    within: Place | None = None,
) -> tuple[Place, ...]:
    """Find all places that a name may mean, in the order of the table; none is preferred.

    ``unit`` or a unit word before the name ("TX. Việt Yên") narrows to that unit, ``tier`` to that tier, ``on`` to
    what stood on that day, ``within`` to what lay in that place. Commune names repeat up to thirty times, so
    communes are only looked for within a district or a province.

    >>> [(place.title, place.valid_until) for place in find_place("Bắc Giang")]
    [('tỉnh Bắc Giang', '2025-06-30'), ('thị xã Bắc Giang', '2005-06-06'), ('thành phố Bắc Giang', '2025-06-30')]
    >>> [place.title for place in find_place("TỈNH THANH HOÁ")]
    ['tỉnh Thanh Hóa']
    >>> len(find_place("huyện Châu Thành", on="2024-01-26"))
    10
    >>> an_giang = find_place("tỉnh An Giang", on="2024-01-26")[0]
    >>> [place.code for place in find_place("H. Châu Thành", within=an_giang)]
    ['892']
    >>> son_dong = find_place("huyện Sơn Động")[0]
    >>> [place.title for place in find_place("An Bá", within=son_dong)]
    ['xã An Bá']
    """
    if tier is not None and tier not in UNITS:
        raise CallerError(f"{tier!r} is not a tier; write one of {', '.join(TIERS)}.")
    if tier == "commune" and within is None:
        raise CallerError("A commune is only found within a district or a province: give `within`.")
    wanted = None if unit is None else _unit_of(unit)
    day = None if on is None else _day(on)
    tiers = [tier] if tier else [each for each in TIERS if each != "commune" or within is not None]
    found = [
        place
        for each in tiers
        for reading, word in _readings(fold_name(name))
        for place in _by_name(each).get(reading, ())
        if (word is None or place.unit == word)
        and (wanted is None or place.unit == wanted)
        and (day is None or place.stood_on(day))
        and (within is None or _lies_within(place, within, day))
    ]
    return tuple(dict.fromkeys(found))


def places_with_code(code: str, on: date | str | None = None) -> tuple[Place, ...]:
    """Find all places that a code has meant, oldest first, or those that it meant on a day.

    >>> [place.title for place in places_with_code("24")]
    ['tỉnh Bắc Giang', 'tỉnh Bắc Ninh', 'thành phố Bắc Ninh']
    >>> [place.title for place in places_with_code("24", on="2024-01-26")]
    ['tỉnh Bắc Giang']
    """
    day = None if on is None else _day(on)
    # Codes of communes have five digits, all others fewer, so that most look-ups need not read the communes.
    tiers: Iterable[str] = ("commune",) if len(code) == 5 else ("province", "district")
    places = (place for tier in tiers for place in _by_code(tier).get(code, ()))
    return tuple(place for place in places if day is None or place.stood_on(day))


def parent_of(place: Place, on: date | str | None = None) -> Place | None:
    """Find the place around a place, on a day or else on the last day of the place; none for a province.

    >>> parent_of(find_place("huyện Sơn Động")[0]).title
    'tỉnh Bắc Giang'
    >>> parent_of(find_place("tỉnh Bắc Giang")[0]) is None
    True
    """
    if not place.parent:
        return None
    day = (place.valid_until or _NO_END) if on is None else _day(on)
    parents = places_with_code(place.parent, day)
    return parents[-1] if parents else None


def successors_of(place: Place, on: date | str) -> tuple[Place, ...]:
    """Follow a place through mergers, splits and renamings to what stood in its stead on a day.

    A place that stood is its own answer; nothing is returned where the trail is lost, or for a day before it began.
    A district ends in the communes that took its land, which may hold land of other districts as well.

    >>> [place.title for place in successors_of(find_place("tỉnh Hà Bắc")[0], "2024-01-26")]
    ['tỉnh Bắc Giang', 'tỉnh Bắc Ninh']
    >>> [place.title for place in successors_of(find_place("tỉnh Hà Bắc")[0], "2026-11-21")]
    ['thành phố Bắc Ninh']
    >>> len(successors_of(find_place("huyện Sơn Động")[0], "2025-07-01"))
    8
    """
    day = _day(on)
    if place.stood_on(day):
        return (place,)
    return tuple(
        dict.fromkeys(
            later
            for code, since in place.successors
            if since <= day
            for successor in places_with_code(code, since)
            for later in successors_of(successor, day)
        )
    )


def provinces(on: date | str | None = None) -> tuple[Place, ...]:
    """List the provinces of all times, or those that stood on a day: 63 until 30/6/2025, 34 since.

    >>> len(provinces(on="2025-06-30")), len(provinces(on="2025-07-01"))
    (63, 34)
    """
    day = None if on is None else _day(on)
    return tuple(place for place in _places("province") if day is None or place.stood_on(day))


def province_names(on: date | str | None = None) -> tuple[str, ...]:
    """List the names of provinces, each once, in the order of their codes.

    >>> province_names(on="2024-01-26")[:3]
    ('Hà Nội', 'Hà Giang', 'Cao Bằng')
    """
    return tuple(dict.fromkeys(place.name for place in provinces(on)))


def districts(on: date | str | None = None, within: Place | None = None) -> tuple[Place, ...]:
    """List the districts of all times, or those that stood on a day, or lay in a province.

    >>> bac_giang = find_place("tỉnh Bắc Giang")[0]
    >>> [place.title for place in districts("2024-01-26", bac_giang)][:3]
    ['thành phố Bắc Giang', 'huyện Yên Thế', 'huyện Tân Yên']
    """
    day = None if on is None else _day(on)
    return tuple(
        place
        for place in _places("district")
        if (day is None or place.stood_on(day)) and (within is None or _lies_within(place, within, day))
    )


def place_key(place: Place) -> tuple[str, int]:
    """Give the code and the year from which it has meant this place: the key that no two places share.

    >>> [place_key(place) for place in places_with_code("24")]
    [('24', 1997), ('24', 2025), ('24', 2026)]
    >>> place_key(find_place("huyện Sơn Động")[0])
    ('220', 1945)
    """
    return place.code, int(place.valid_from[:4] or BEFORE_OUR_DATA)
