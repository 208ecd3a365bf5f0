"""Read who acts in a plan: agencies, bodies of every tier, collectives ("các sở, ngành liên quan") and lists of them.

Names are full and canonical: abbreviations written out, words that a list leaves out put in again ("Phòng Y tế, Nội vụ"
names two offices), and the place that only the document's own place gives appended ("Sở Y tế tỉnh Bắc Giang"). Common
nouns and bodies of every tier are rows of ``ontology/collective.tsv``; all others are read by
:mod:`cancu.loaders.agencies`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from cancu.loaders.agencies import AgencyMention, Context, complete, read_agency, read_place
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = [
    "Actor",
    "actor_starts",
    "expand",
    "extended",
    "read_actor",
    "read_actors",
    "read_as_printed",
    "read_list",
    "read_title",
]

_KINDS = (
    "noun", "place", "qualifier", "joined", "body", "branch", "short", "phrase", "board", "hamlet", "hamlet_body",
)  # fmt: skip
_UNIT_TIERS = lexicon.words("unit_tier")
_BODIES = lexicon.words("scoped_body")
# No head of a department's list goes further than this.
_LONGEST_NAME = 160
_LONGEST_RELATIVE = 260
_END = r"(?![^\W_])"
# Nouns that begin longer words of another meaning, or the name of one agency.
_CUT_SHORT = frozenset(("ban", "phòng", "hội", "sở", "bộ", "cục", "vụ", "chi cục"))
# Whose agencies these nouns are, wherever they are named.
_NOUN_TIERS = {"sở": "province", "phòng": "district", "bộ": "central"}


_OWN_TIER = {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Hold one agency in plain offsets: ``name`` is canonical, ``inferred`` says that print leaves a part of it out.

    ``collective`` says that many bodies are meant ("Các phòng, ban, ngành liên quan huyện Hớn Quản"), ``known`` that
    the name is made of words of the tables and not only taken as printed.
    """

    start: int
    end: int
    name: str
    tier: str
    collective: bool = False
    inferred: bool = False
    known: bool = True


# --------------------------------------------------------------------------------------------- tables


@cache
def _rows() -> dict[str, list[lexicon.Row]]:
    rows: dict[str, list[lexicon.Row]] = {kind: [] for kind in _KINDS}
    columns = ("kind", "forms", "name", "example", "source")
    for row in lexicon.read_table(lexicon.TABLES / "collective.tsv", columns, key=("kind", "forms")):
        forms = row.items("forms")
        if not any(form.casefold() in row["example"].casefold() for form in forms):
            raise row.error("the example does not show a form")
        rows[row.choice("kind", _KINDS)].append(row)
    return rows


@cache
def _names(kind: str) -> dict[str, str]:
    """Return how each form of a kind is written, by the form in small letters."""
    names: dict[str, str] = {}
    for row in _rows()[kind]:
        for form in row.items("forms"):
            if form.casefold() in names:
                raise row.error(f"{form!r} stands in two rows")
            names[form.casefold()] = row["name"] or form
    return names


def _alternatives(*kinds: str, but: frozenset[str] = frozenset()) -> str:
    """Return a pattern of all forms of these kinds, the longest first, however hyphens are set."""
    forms = sorted((form for kind in kinds for form in _names(kind)), key=lambda form: (-len(form), form))
    return "|".join(
        re.escape(form).replace(r"\ \-\ ", " ?- ?").replace(r"\ ", " ") for form in forms if form not in but
    )


def _named(kinds: Iterable[str], printed: str) -> str:
    folded = re.sub(r" ?- ?", "-", printed.casefold())
    for kind in kinds:
        for form, name in _names(kind).items():
            if re.sub(r" ?- ?", "-", form) == folded:
                return name
    return printed


@cache
def _grammar() -> dict[str, re.Pattern[str]]:
    # "Tỉnh đoàn", "Huyện ủy" are bodies.
    unit = rf"(?:{_alternatives('place')}){_END}(?! (?:đoàn|ủy){_END})"
    noun = (
        rf"(?:(?:{_alternatives('joined', 'noun', but=_CUT_SHORT)}){_END}"
        # "ban chỉ đạo", "phòng, chống", "hội nghị" are other words.
        rf"|ban{_END}(?! (?:chỉ|quản|giám|tổ chức|vận|thường|chấp|hành|đầu|dân|công tác|(?-i:[[:upper:]])))"
        rf"|phòng{_END}(?!,? (?:chống|ngừa))(?! (?:họp|bệnh|hộ|thủ|(?-i:[[:upper:]])))"
        rf"|(?:sở|bộ|cục|vụ|chi cục){_END}(?! (?-i:[[:upper:]]))"
        rf"|hội{_END}(?! (?:nghị|thảo|đồng|viên|họp|thi|chợ|nhập|(?-i:[[:upper:]]))))"
    )
    quantifier = r"(?P<quantifier>(?:tất cả |toàn thể )?(?:các|những)|từng|mỗi|mọi)"
    joint = r"(?:, ?| và | & |/)"
    hamlet = rf"(?:{_alternatives('hamlet')}){_END}"
    return {
        "unit": compiled(unit, re.IGNORECASE),
        "units": compiled(
            rf"(?P<several>các )?(?P<units>{unit}(?:{joint}(?:các )?{unit}){{0,6}}+)(?! (?-i:[[:upper:]][[:lower:]]))",
            re.I,
        ),
        # "các huyện, thành phố Tân An": the last one by its name.
        "towns": compiled(rf"các (?P<units>{unit}(?:{joint}{unit}){{0,5}}){joint}(?={unit} (?-i:[[:upper:]]))", re.I),
        "hamlets": compiled(
            rf"(?:(?P<who>{_alternatives('hamlet_body')}) )?(?P<several>các )?"
            rf"(?P<units>{hamlet}(?:{joint}(?:các )?{hamlet}){{0,5}}+)"
            r"(?: trên địa bàn(?= xã| phường| thị trấn))?",
            re.I,
        ),
        "tiers": compiled(
            r"(?:các )?cấp (?:tỉnh|huyện|xã|cơ sở)"
            rf"(?:(?:, | và )(?:cấp )?(?:tỉnh|huyện|xã|cơ sở){_END}){{0,3}}+{_END}|các cấp{_END}",
            re.I,
        ),
        "quantifier": compiled(quantifier + " ", re.I),
        "nouns": compiled(rf"{noun}(?:{joint}{noun}){{0,12}}+", re.I),
        "joint": compiled(joint),
        "more": compiled(joint + unit, re.I),
        "qualifier": compiled(rf"(?P<lead>,? )(?P<words>{_alternatives('qualifier')}){_END}", re.I),
        "body": compiled(rf"(?:{_alternatives('body', 'branch')}){_END}", re.I),
        "short": compiled(rf"(?:{_alternatives('short')}){_END}", re.I),
        "phrase": compiled(rf"(?:{_alternatives('phrase')}){_END}", re.I),
        "board": compiled(rf"(?:{_alternatives('board')}){_END}", re.I),
    }


@cache
def _first_words() -> frozenset[str]:
    """Return the first words of everything that collective.tsv names, in small letters."""
    words = {"các", "những", "từng", "mỗi", "mọi", "tất", "toàn"}
    words |= {_first_word(form, 0) for kind in _KINDS for form in _names(kind)}
    return frozenset(words)


@cache
def _named_words() -> frozenset[str]:
    """Return the first words of all agencies that are known by a name or by the word that such names begin with."""
    words = {"bộ", "phó"}
    for name in ("scoped_body", "committee", "committee_organ", "department_head", "agency_head", "head"):
        words |= {_first_word(form, 0) for form in lexicon.words(name)}
    for row in lexicon.issuers():
        words |= {_first_word(form, 0) for form in (row.name, *row.names_also)}
    return frozenset(words)


# "Giám đốc các sở", "thủ trưởng các cơ quan": how those begin who stand for their agencies.
_CHIEF_WORDS = frozenset(("phó", "chánh", "trưởng", "giám", "chủ", "chỉ", "bí", "thủ", "lãnh", "người"))


@cache
def _all_words() -> frozenset[str]:
    return _first_words() | _body_words() | _small_heads() | _named_words() | _CHIEF_WORDS


# --------------------------------------------------------------------------------------------- names


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    meanings: dict[str, set[str]] = {}
    for row in lexicon.abbreviations():
        if row.kind in ("agency", "policy", "text") and row.form.isupper() and len(row.form) > 2:
            meanings.setdefault(row.form, set()).add(row.expansion)
    names = {form: expansions.pop() for form, expansions in meanings.items() if len(expansions) == 1}
    forms = sorted(names, key=lambda form: (-len(form), form))
    return compiled(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, forms))}){_END}"), names


def expand(words: str) -> str:
    """Write the abbreviations of a phrase out.

    >>> expand("các Chương trình MTQG của UBND xã")
    'các Chương trình mục tiêu quốc gia của Ủy ban nhân dân xã'
    """
    pattern, names = _abbreviations()
    written = pattern.sub(lambda found: names[found[0]], " ".join(words.split()))
    return _grammar()["board"].sub(lambda found: _named(["board"], found[0]), written)


def _own_place(context: Context) -> str | None:
    return _place_of(context, context.tier or "")


def _place_of(context: Context, tier: str) -> str | None:
    return {"province": context.province, "district": context.district, "commune": context.commune}.get(tier)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


# "của tỉnh", "trên địa bàn huyện", "cấp huyện": what says whose agencies are meant.
_OF_PLACE = compiled(
    r",? ?(?P<link>của |thuộc |trong |trên địa bàn |ở |tại |cấp )?(?P<whole>toàn |phạm vi toàn )?"
    rf"(?={any_of('unit')}(?![^\W\d_]))",
    re.IGNORECASE,
)
_CENTRAL_CITIES = compiled(r" trực thuộc [Tt]rung ương")


def _place_behind(plain: str, at: int, context: Context) -> tuple[int, str, str, bool] | None:
    """Read the place behind a name; return (end, place, tier, whether context gave it), or None where none is meant."""
    link = _OF_PLACE.match(plain, at)
    if link is None or link.end() == at or not plain[at : at + 2].startswith((" ", ", ")):
        return None
    if link[0].startswith(",") and not link["link"]:
        return None
    found = read_place(plain, link.end())
    if found is None:
        return None
    end, unit, name = found
    tier = _UNIT_TIERS[unit]
    if name is not None:
        if unit == "thành phố" and context.tier != "central" and f"thành phố {name}" != context.province:
            tier = "district"
        return end, f"{unit} {name}", tier, False
    if unit == "thành phố" and not (context.province or "").startswith("thành phố"):
        tier = "district"
    place = _place_of(context, tier)
    if place is None or not place.startswith(f"{unit} ") or _grammar()["more"].match(plain, end):
        # "tỉnh, huyện": several, no place of its own.
        return None
    return end, place, tier, True


# --------------------------------------------------------------------------------------------- single actors


def read_actor(plain: str, at: int, context: Context) -> Actor | None:
    """Read the agency, single or collective, whose name begins at ``at``, or return None.

    >>> district = Context("tỉnh Bắc Giang", "huyện Lạng Giang", None, "district")
    >>> read_actor("UBND các xã, thị trấn tổ chức", 0, district).name
    'Ủy ban nhân dân các xã, thị trấn huyện Lạng Giang'
    >>> read_actor("các phòng, ban ngành liên quan; UBND", 0, district).name
    'Các phòng, ban, ngành liên quan huyện Lạng Giang'
    """
    return _read_actor(plain, at, context)


@lru_cache(maxsize=8192)
def _read_actor(plain: str, at: int, context: Context) -> Actor | None:
    """Read an agency; sentences are searched for subjects again and again, so what was read is kept."""
    if at and (plain[at - 1].isalnum() or plain[at - 1] == "_"):
        return None
    word = _first_word(plain, at)
    if word not in _all_words():
        return None
    if word in _first_words() or word in _body_words():
        found = (
            _read_phrase(plain, at, context)
            or _read_board(plain, at, context)
            or _read_bodies_of(plain, at, context)
            or _read_hamlets(plain, at, context)
            or _read_collective(plain, at, context)
            or _read_body(plain, at, context)
            or _read_short(plain, at, context)
        )
        if found is not None:
            return found
    if word in _CHIEF_WORDS and (chief := _read_chief(plain, at, context)) is not None:
        return chief
    if not plain[at].isupper() and word not in _small_heads() and word not in _body_words():
        return None
    return _read_named(plain, at, context) if word in _named_words() else None


_LETTERS = compiled(r"[^\W_]+")


def _first_word(plain: str, at: int) -> str:
    found = _LETTERS.match(plain, at)
    return found[0].casefold() if found is not None else ""


@cache
def _body_words() -> frozenset[str]:
    return frozenset(form.split(" ")[0] for form in _BODIES)


@cache
def _small_heads() -> frozenset[str]:
    """Return the first words of departments, which texts also print in small letters ("phòng Nội vụ")."""
    return frozenset(head.split(" ")[0].casefold() for head in lexicon.words("department_head"))


_CHIEF = compiled(r"(?:Phó )?(?:Chánh|Trưởng|Giám đốc|Chủ tịch|Chỉ huy trưởng|Bí thư) (?=[[:upper:]])")


_CHIEFS = compiled(
    r"(?:các )?(?:Giám đốc|Thủ trưởng|Lãnh đạo|Người đứng đầu|Trưởng|Chủ tịch)(?: của)? (?=các |cơ quan, |cơ quan và )",
    re.IGNORECASE,
)


def _read_chief(plain: str, at: int, context: Context) -> Actor | None:
    """Read the head of a body of every tier ("Chánh Văn phòng HĐND và UBND huyện", "Trưởng Công an huyện")."""
    title = _CHIEF.match(plain, at)
    many = _CHIEFS.match(plain, at) if title is None else None
    if many is not None:
        whose = _read_collective(plain, many.end(), context)
        return replace(whose, start=at) if whose is not None else None
    if title is None:
        return None
    body = _read_bodies_of(plain, title.end(), context) or _read_body(plain, title.end(), context)
    if body is None and title[0] in ("Trưởng ", "Phó Trưởng "):
        # "Trưởng Ban Dân tộc".
        body = _read_named(plain, title.end(), context)
    return replace(body, start=at, name=f"{title[0]}{body.name}") if body is not None else None


def _read_hamlets(plain: str, at: int, context: Context) -> Actor | None:
    """Read who acts in hamlets: "Trưởng các thôn, tổ dân phố", in a commune's own plan also "các thôn, bản"."""
    found = _grammar()["hamlets"].match(plain, at)
    if found is None:
        return None
    who = _named(["hamlet_body"], found["who"]) if found["who"] else ""
    if not who and (
        not found["several"] or context.tier != "commune" or _KIND_OF_PLACE.match(plain, found.end("units"))
    ):
        return None
    units = ", ".join(
        _named(["hamlet"], word.removeprefix("các ")).lower()
        for word in re.split(r", ?| và | & |/", found["units"].lower())
    )
    name = _capital(f"{who} {'các ' if found['several'] else ''}{units}".strip())
    if not found["several"] and (own := _HAMLET_NAME.match(plain, found.end("units"))) is not None:
        # "Trưởng thôn Đồng Tâm".
        return _with_own_place(plain, at, own.end(), name + own[0], context, collective=False, tier="commune")
    tier = "commune" if context.commune is not None else None
    end = found.end() if _place_behind(plain, found.end(), context) is not None else found.end("units")
    return _with_own_place(plain, at, end, name, context, collective=True, tier=tier)


_HAMLET_NAME = compiled(r"(?: [[:upper:]][^\W\d_]*){1,3}+| \d{1,2}(?![\d/.,])")
_AT = compiled(r" (?:ở |tại |của |thuộc )?")


def _read_phrase(plain: str, at: int, context: Context) -> Actor | None:
    found = _grammar()["phrase"].match(plain, at)
    if found is None:
        return None
    name = _named(["phrase"], found[0])
    return _with_own_place(plain, at, found.end(), name, context, collective=True)


def _with_own_place(
    plain: str, at: int, end: int, name: str, context: Context, *, collective: bool, tier: str | None = None
) -> Actor:
    """Append the place that is printed behind a name, else the one that the document has in this tier (its own)."""
    behind = _place_behind(plain, end, context)
    if behind is not None:
        stop, place, known, inferred = behind
        return Actor(at, stop, f"{name} {place}", known, collective, inferred)
    tier = tier or context.tier or "other"
    own = _place_of(context, tier)
    if own is None:
        return Actor(at, end, name, tier, collective, False)
    return Actor(at, end, f"{name} {own}", tier, collective, True)


def _tier_of_nouns(words: str, context: Context) -> str | None:
    """Return whose agencies nouns mean: "sở" are a province's also in a district's plan."""
    found = [_NOUN_TIERS[word] for word in re.split(r", ?| và | & |/| ", words.lower()) if word in _NOUN_TIERS]
    if not found or context.tier in found:
        return None
    return found[0]


# What the name of a steering board goes on with, and what ends it.
_BOARD_TAIL = compiled(
    r" (?:(?:cấp )?(?:tỉnh|huyện|xã)(?:, cấp (?:tỉnh|huyện|xã)| và cấp (?:huyện|xã))++"
    r"|(?:thực hiện |triển khai |điều hành |về |phòng,? |các |[Cc]hương trình |Đề án |rà soát |xây dựng "
    r"|giảm nghèo(?![^\W_])|[[:upper:]])"
    r"[^\n;:()]{0,110}?(?= (?:cấp )?(?:tỉnh|huyện|xã|thành phố|thị xã)(?![^\W_])|[,.;:\n]|$))"
)
_ACTS = compiled(
    r"(?<![^\W_])(?:chủ trì|phối hợp|tham mưu|tăng cường|kiểm tra|giám sát|có trách nhiệm|báo cáo|chỉ đạo thực"
    r"|chịu trách nhiệm|chủ động|tiếp tục|thường xuyên|có nhiệm vụ|căn cứ|tổ chức(?! chính trị))"
)
_MANY = compiled(r" các (?:xã|huyện|tỉnh)| cấp ")
_ONE_TIER = compiled(r" cấp (huyện|xã)(?![^\W_])")
_TIER_TAIL = compiled(r" cấp (tỉnh|huyện|xã)(?:(?:, | và )(?:cấp )?(tỉnh|huyện|xã)){0,2}")


def _read_board(plain: str, at: int, context: Context) -> Actor | None:
    found = _grammar()["board"].match(plain, at)
    if found is None:
        return None
    name, end = _named(["board"], found[0]), found.end()
    tail = _BOARD_TAIL.match(plain, end, end + _LONGEST_NAME)
    if tail is not None:
        # "Tổ công tác Đề án 06 | tiếp tục rà soát": a verb of the sentence ends the name.
        verbs = _ACTS if tail[0][1:2].islower() else _ACTS_BEHIND
        verb = verbs.search(plain, end + 1, tail.end())
        last = verb.start() if verb is not None else tail.end()
        words = plain[end:last].rstrip()
        if verb is None or words[1:2].isupper():
            name, end = name + f" {expand(words)}" * bool(words), end + len(words)
    several = _TIER_TAIL.match(plain, end)
    if several is not None and ("," in several[0] or " và " in several[0]):
        return _with_own_place(plain, at, several.end(), name + several[0], context, collective=True)
    lower = _read_lower_units(plain, end, context)
    if lower is not None:
        # "Ban Chỉ đạo giảm nghèo xã" of a province's plan: not the province's own.
        return _in_places(plain, at, lower[0], name.removesuffix(" các"), lower[1], context)
    tier = _ONE_TIER.match(plain, end)
    if tier is not None and tier[1] != _OWN_TIER.get(context.tier or "", "").removeprefix("cấp "):
        return _with_own_place(plain, at, tier.end(), name + tier[0], context, collective=True)
    return _with_own_place(plain, at, end, name, context, collective=_MANY.search(name) is not None)


def _read_lower_units(plain: str, at: int, context: Context) -> tuple[int, list[str]] | None:
    """Read the kinds of places below the document's own that stand at ``at`` without a name: "xã/phường"."""
    units = _grammar()["units"].match(plain, at + 1) if plain[at : at + 1] == " " else None
    if units is None:
        return None
    words = _units_in(units)
    rank = ("province", "district", "commune")
    own = rank.index(context.tier) if context.tier in rank else len(rank)
    below = all(word != "thành phố" and rank.index(_UNIT_TIERS[word]) > own for word in words)
    return (units.end(), words) if below else None


def _read_bodies_of(plain: str, at: int, context: Context) -> Actor | None:
    """Read bodies of one kind in many places: "UBND các huyện, thành phố", "Trạm Y tế xã, thị trấn", "UBND cấp xã"."""
    head = _scoped_head().match(plain, at) or _grammar()["body"].match(plain, at)
    if head is None:
        return None
    canonical = _BODIES.get(head[0].lower()) or _named(["body", "branch"], head[0])
    position = head.end()
    link = _AT.match(plain, position)
    if link is None:
        return None
    tiers = _grammar()["tiers"].match(plain, link.end())
    if tiers is not None:
        which = tiers[0].lower()
        which = which if which == "các cấp" else which.removeprefix("các ")
        if which == _OWN_TIER.get(context.tier or ""):
            return _with_own_place(plain, at, tiers.end(), canonical, context, collective=False)
        return _with_own_place(plain, at, tiers.end(), f"{canonical} {which}", context, collective=True)
    units = _grammar()["units"].match(plain, link.end())
    if units is None:
        return _read_towns(plain, at, link.end(), canonical, context) or _read_ellipsis(
            plain, at, link.end(), canonical, context
        )
    words = _units_in(units)
    if units["several"] is None and len(words) == 1:
        rank = ("province", "district", "commune")
        own_rank = rank.index(context.tier) if context.tier in rank else len(rank)
        if words[0] == "thành phố" or rank.index(_UNIT_TIERS[words[0]]) <= own_rank:
            return None
    return _in_places(plain, at, units.end(), canonical, words, context)


def _units_in(units: re.Match[str]) -> list[str]:
    """Return the kinds of places of a list: "các huyện, TP" -> huyện, thành phố."""
    printed = (word.lower().removeprefix("các ") for word in re.split(r", ?| và | & |/", units["units"]) if word)
    return [_named(["place"], word).lower() for word in printed]


def _in_places(plain: str, at: int, end: int, body: str, words: list[str], context: Context) -> Actor:
    """Name what is in many places ("Ủy ban nhân dân các huyện, thành phố tỉnh Bắc Giang")."""
    name = f"{body} các {', '.join(words)}" if body else f"Các {', '.join(words)}"
    cities = _CENTRAL_CITIES.match(plain, end)
    if cities is not None:
        name, end = f"{name} trực thuộc Trung ương", cities.end()
    if "tỉnh" in words:
        return Actor(at, end, name, "province", True)
    which = _WHICH_PLACES.match(plain, end)
    if which is not None:
        name, end = name + which[0], which.end()
    tier = "commune" if any(_UNIT_TIERS[word] == "commune" for word in words) else "district"
    above = "province" if tier == "district" and context.tier == "district" else None
    return replace(_with_own_place(plain, at, end, name, context, collective=True, tier=above), tier=tier)


def _read_towns(plain: str, at: int, start: int, body: str, context: Context) -> Actor | None:
    """Read places of which some are named: "UBND các huyện, thị xã Gò Công, thành phố Mỹ Tho"."""
    found = _grammar()["towns"].match(plain, start)
    if found is None:
        return None
    words = _units_in(found)
    names: list[str] = list(words)
    position = end = found.end()
    while (place := read_place(plain, position)) is not None:
        town = _ONE_TOWN.match(plain, place[0]) if place[2] is None else None
        if place[2] is None and (town is None or _ACTS.match(town[0].lower() + plain[town.end() : town.end() + 20], 1)):
            break
        end = place[0] if town is None else town.end()
        names.append(f"{place[1]} {place[2] or (town['name'] if town is not None else '')}")
        joint = _grammar()["joint"].match(plain, end)
        if joint is None:
            break
        position = joint.end()
    if len(names) == len(words):
        # No name: "UBND các huyện, thị xã Chủ trì".
        last = _grammar()["unit"].match(plain, position)
        if last is None:
            return None
        return _in_places(plain, at, last.end(), body, [*words, _named(["place"], last[0]).lower()], context)
    tier = "commune" if any(_UNIT_TIERS[word] == "commune" for word in words) else "district"
    name = f"{body} các {', '.join(names)}" if body else f"Các {', '.join(names)}"
    above = "province" if tier == "district" else None
    return replace(_with_own_place(plain, at, end, name, context, collective=True, tier=above), tier=tier)


# "thị trấn Chũ tổ chức": a commune of one word.
_ONE_TOWN = compiled(r" (?P<name>[[:upper:]][[:lower:]]+)(?=[,;.:]| [[:lower:]])")


@cache
def _scoped_head() -> re.Pattern[str]:
    forms = sorted(_BODIES, key=lambda form: (-len(form), form))
    return compiled(f"(?:{'|'.join(map(re.escape, forms))}){_END}", re.IGNORECASE)


_WHICH_PLACES = compiled(
    r" (?:được (?:hưởng lợi|thụ hưởng|lựa chọn)|(?:trong )?vùng dự án|ven biển|miền núi|vùng cao|biên giới|nghèo"
    r"|trọng điểm|đặc biệt khó khăn|có rừng|hưởng lợi|thụ hưởng|có liên quan|liên quan)(?![^\W_])"
)
_LONE_MANY = compiled(r"các (?![[:upper:]])")
_MANY_PLACES = compiled(
    r"(?:UBND|Ủy ban nhân dân) các "
    r"((?:huyện|xã|quận)(?:(?:, | và )(?:thành phố|thị xã|thị trấn|phường|xã|huyện)){1,4}+)"
)


def _read_ellipsis(plain: str, at: int, end: int, canonical: str, context: Context) -> Actor | None:
    """Read "UBND các" that has lost its places as the text elsewhere prints them."""
    if canonical != "Ủy ban nhân dân" or not _LONE_MANY.match(plain, end) or _read_collective(plain, end, context):
        return None
    units = _usual_places(plain)
    if units is None:
        return None
    own = _own_place(context)
    tier = "commune" if "xã" in units.split(", ") else "district"
    return Actor(at, end + 3, f"{canonical} các {units}" + (f" {own}" if own else ""), tier, True, True)


@lru_cache(maxsize=4)
def _usual_places(plain: str) -> str | None:
    found = Counter(match[1].replace(" và ", ", ") for match in _MANY_PLACES.finditer(plain))
    return found.most_common(1)[0][0] if found else None


def _read_body(plain: str, at: int, context: Context) -> Actor | None:
    """Read a body that every tier has: "Hội Nông dân huyện", "BHXH", "Mặt trận Tổ quốc của tỉnh"."""
    found = _grammar()["body"].match(plain, at)
    if found is None or not (plain[at].isupper() or found[0].startswith("công chức ")):
        return None
    name, end = _named(["body", "branch"], found[0]), found.end()
    branch = found[0].casefold() in _names("branch")
    if plain.startswith((" Việt Nam", " nhân dân tối cao"), end) or (branch and context.tier in (None, "central")):
        return None
    province = _direct_province(plain, end)
    if province is not None:
        return Actor(at, province[0], f"{name} {province[1]}", "province")
    if " " not in name and plain[end + 1 : end + 2].isupper() and plain[end] == " ":
        # "Thanh tra Chính phủ", "Điện lực Dầu khí" are other bodies.
        return None
    if plain.startswith((" chi nhánh ", " Chi nhánh "), end):
        name, end = f"{name} chi nhánh", end + len(" chi nhánh")
    return _with_own_place(plain, at, end, name, context, collective=False)


def _read_short(plain: str, at: int, context: Context) -> Actor | None:
    """Read a body whose place goes without its unit word: "Huyện đoàn Thọ Xuân", "Báo Bắc Giang"."""
    found = _grammar()["short"].match(plain, at)
    if found is None or not plain[at].isupper():
        return None
    name, end = _named(["short"], found[0]), found.end()
    unit = next((unit for unit in _UNIT_TIERS if name.lower().startswith(f"{unit} ")), None)
    tier = _UNIT_TIERS[unit] if unit is not None else "province"
    printed = _place_at(plain, end + 1, unit or "tỉnh") if plain[end : end + 1] == " " else None
    if printed is not None:
        return Actor(at, printed[0], f"{name} {printed[1]}", tier)
    behind = _place_behind(plain, end, context)
    place = behind[1] if behind is not None else _place_of(context, tier)
    if place is None or (" " not in name and behind is None):
        return None
    bare = next((place.removeprefix(f"{unit} ") for unit in _UNIT_TIERS if place.startswith(f"{unit} ")), place)
    return Actor(at, behind[0] if behind is not None else end, f"{name} {bare}", tier, False, True)


def _direct_province(plain: str, end: int) -> tuple[int, str] | None:
    """Read a province without its unit word behind a name ("Công an Bắc Giang")."""
    if plain[end : end + 1] != " " or not plain[end + 1 : end + 2].isupper():
        return None
    found = read_agency(f"UBND {plain[end + 1 : end + 60]}", 0)
    if found is None or found.tier != "province" or found.needs is not None:
        return None
    return end + 1 + found.end - 5, found.name.removeprefix("Ủy ban nhân dân ")


# --------------------------------------------------------------------------------------------- collectives

# "… được giao chủ trì dự án", "là thành viên Ban Chỉ đạo": which of them are meant.
_RELATIVE = compiled(
    r",? (?:(?P<given>được (?:giao|phân công|ủy quyền|thụ hưởng))|(?P<member>là (?:thành viên|chủ đầu tư|cơ quan))"
    r"|(?P<leads>(?:chủ trì|quản lý|thực hiện|tham gia)(?:(?: thực hiện| quản lý|,)){0,3} (?:các |từng )?"
    r"(?:tiểu dự án|dự án|chính sách|chương trình|hợp phần|nội dung thành phần|hoạt động)))"
)
_OBJECT = compiled(r"(?:tiểu dự án|dự án|chính sách|chương trình|nhiệm vụ|nội dung|hợp phần|hoạt động)", re.I)
_RELATIVE_END = compiled(
    r"[;:.\n()]| theo (?:chức năng|nhiệm vụ|thẩm quyền|lĩnh vực)| (?:có|chịu) trách nhiệm| phải | cần | định kỳ| căn cứ"
    r"| (?:chủ động|tích cực|khẩn trương|nghiêm túc|thường xuyên|kịp thời|tiếp tục|tăng cường|đẩy mạnh|nâng cao) "
    r"| và (?:UBND|Ủy ban)|, (?:UBND|Ủy ban)| xây dựng kế hoạch| rà soát| tổ chức| triển khai| thực hiện| báo cáo"
    r"| phối hợp| chủ trì| hướng dẫn| tham mưu| kiểm tra| giám sát| trên cơ sở"
)
_MEMBER_END = compiled(
    r"[;:.\n()]| theo (?:chức năng|nhiệm vụ)| (?:có|chịu) trách nhiệm| phải | căn cứ|(?:, | và )(?:các |UBND|Ủy ban)"
)
_NOT_BEFORE = compiled(r"(?:cơ|cán|toàn|nội|đồng|quân|cấp|cục|hành|lực) $", re.I)
# "các xã đặc biệt khó khăn" is a kind of place.
_KIND_OF_PLACE = compiled(
    r" (?:đặc|nghèo|khó|biên giới|bãi|miền|vùng|đạt|thuộc|có |còn|nông thôn|ngoài|được|trọng điểm|an toàn|khu)"
)
_OF_TIERS = compiled(r" (cấp (?:tỉnh|huyện|xã|cơ sở)(?:(?:, | và )(?:cấp )?(?:tỉnh|huyện|xã|cơ sở)){0,3})")
_PERSONS = compiled(r"(?:,| và) (?:các )?(?:cá nhân|hộ |người|tầng lớp|nhân dân|cộng đồng)", re.I)


def _read_collective(plain: str, at: int, context: Context) -> Actor | None:
    grammar = _grammar()
    quantifier = grammar["quantifier"].match(plain, at)
    start = quantifier.end() if quantifier is not None else at
    places = grammar["units"].match(plain, start) if quantifier is not None else None
    if places is not None and places["several"] is None:
        mixed = grammar["joint"].match(plain, places.end())
        if mixed is None or not grammar["nouns"].match(plain, mixed.end()):
            return _read_places(plain, at, places, context)
    if quantifier is not None and places is None:
        towns = _read_towns(plain, at, at, "", context)
        if towns is not None:
            return towns
    seq = grammar["nouns"].match(plain, start) or (_mixed(plain, start) if quantifier is not None else None)
    if seq is None:
        return None
    words, end = seq[0], seq.end()
    count = len(re.split(r", ?| và | & |/", words)) if words.casefold() not in _names("joined") else 2
    if words.casefold() in ("thành viên", "các thành viên"):
        return _read_members(plain, at, end, context)
    relation = ""
    # "cơ quan, ban ngành liên quan, đơn vị chủ trì dự án": nouns and what stands behind them, again and again.
    for _ in range(4):
        qualifier = grammar["qualifier"].match(plain, end)
        if qualifier is not None and not qualifier["lead"].startswith(","):
            relation += f" {_named(['qualifier'], qualifier['words'])}"
            end = qualifier.end()
            count += 1
            continue
        joint = grammar["joint"].match(plain, end) if relation else None
        again = grammar["nouns"].match(plain, joint.end()) if joint is not None else None
        if again is None:
            break
        behind = grammar["qualifier"].match(plain, again.end()) or _RELATIVE.match(plain, again.end())
        if joint is None or behind is None:
            break
        relation += f", {_written(again[0])}"
        end = again.end()
    if quantifier is None and (count < 2 or _NOT_BEFORE.search(plain, max(0, at - 6), at)):
        return None
    if _PERSONS.match(plain, end):
        return None
    lead = quantifier[0].strip().lower() if quantifier is not None else "các"
    lead = "Các" if lead.endswith("các") or lead == "những" else _capital(lead)
    name = f"{lead} {_written(words)}{relation}"
    if name.endswith((" ngang bộ", " thuộc Chính phủ")):
        # No place has them; alone and outside the Government's own papers they are only told of.
        return Actor(at, end, name, "central", True) if count > 1 or context.tier == "central" else None
    return (
        _read_which(plain, at, end, name, context, apart=bool(relation))
        or _read_under(plain, at, end, name, context)
        or _with_own_place(plain, at, end, name, context, collective=True, tier=_tier_of_nouns(words, context))
    )


def _read_which(plain: str, at: int, end: int, name: str, context: Context, *, apart: bool) -> Actor | None:
    """Read "… được giao chủ trì dự án", "… là thành viên Ban Chỉ đạo" behind the nouns."""
    behind = _place_behind(plain, end, context)
    first = behind[0] if behind is not None and behind[3] else end
    stop = _read_relative(plain, first)
    if stop is None:
        return None
    tail = plain[first:stop]
    # "… liên quan, chủ trì dự án": two things that tell which are meant.
    name += (", " if apart and tail.startswith(",") else " ") + expand(tail.strip(" ,"))
    if behind is not None and behind[3]:
        return Actor(at, stop, f"{name} {behind[1]}", behind[2], True, True)
    whose = _place_at_end(tail, context)
    if whose is not None:
        return Actor(at, stop, f"{name.removesuffix(whose[0])} {whose[1]}", context.tier or "other", True, True)
    name = name.removesuffix(f" {_OWN_TIER.get(context.tier or '', '?')}")
    return _with_own_place(plain, at, stop, name, context, collective=True)


def _read_under(plain: str, at: int, end: int, name: str, context: Context) -> Actor | None:
    """Read whom the agencies stand under: "thuộc UBND tỉnh", "thuộc Bộ", "cấp huyện"."""
    if name.endswith((" thuộc Bộ", " thuộc Sở")):
        return Actor(at, end, name, context.tier or "other", True)
    unit = name.rsplit(" thuộc Ủy ban nhân dân ", 1)[-1]
    if unit != name:
        place = next((p for p in (context.province, context.district) if p and p.startswith(f"{unit} ")), None)
        return Actor(
            at, end, name.removesuffix(unit) + (place or unit), context.tier or "other", True, place is not None
        )
    tiers = _OF_TIERS.match(plain, end, end + 60)
    if tiers is None:
        return None
    name += f" {tiers[1]}" if tiers[1] != _OWN_TIER.get(context.tier or "") else ""
    return _with_own_place(plain, at, tiers.end(), name, context, collective=True)


def _mixed(plain: str, start: int) -> re.Match[str] | None:
    """Match "cấp, ngành, địa phương": tiers count as agencies only beside others."""
    return compiled(
        rf"cấp(?:, | và )(?:các )?(?:ngành|địa phương|đơn vị)(?:, (?:địa phương|đơn vị)){{0,2}}{_END}", re.I
    ).match(plain, start)


def _read_places(plain: str, at: int, places: re.Match[str], context: Context) -> Actor | None:
    if _KIND_OF_PLACE.match(plain, places.end()):
        return None
    return _in_places(plain, at, places.end(), "", _units_in(places), context)


def _read_members(plain: str, at: int, end: int, context: Context) -> Actor | None:
    """Read "Các thành viên Ban Chỉ đạo các Chương trình MTQG huyện"."""
    link = _AT.match(plain, end)
    board = _read_board(plain, link.end(), context) if link is not None else None
    if board is None:
        return None
    stop = _read_relative(plain, board.end)
    if stop is None or stop <= board.end:
        return replace(board, start=at, name=f"Các thành viên {board.name}", collective=True)
    # "… được phân công phụ trách xã".
    own = _own_place(context) or "?"
    inner = board.name.removesuffix(f" {own}")
    name = f"Các thành viên {inner} {expand(plain[board.end : stop].strip(' ,'))}"
    return replace(board, start=at, end=stop, name=name + (f" {own}" if inner != board.name else ""), collective=True)


def _written(words: str) -> str:
    """Write a list of nouns in small letters and with its commas: "Phòng, ban ngành" -> "phòng, ban, ngành"."""
    lowered = " ".join(words.lower().replace("đảng", "Đảng").split())
    for form, name in _names("joined").items():
        lowered = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", name, lowered)
    for form, name in _names("noun").items():
        if name != form:
            lowered = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", name, lowered)
    return expand(lowered.replace(",", ", ").replace("  ", " ").replace("/", ", "))


def _read_relative(plain: str, end: int) -> int | None:
    """Return where the clause ends that says which agencies are meant, or None where there is none."""
    found = _RELATIVE.match(plain, end)
    if found is None:
        return None
    position, limit = found.end(), min(len(plain), end + _LONGEST_RELATIVE)
    if found["member"]:
        stop = _MEMBER_END.search(plain, position, limit)
    else:
        named = _OBJECT.search(plain, position, min(limit, position + 80)) if found["given"] else None
        if named is not None and not re.search(r"[;:.\n]", plain[position : named.start()]):
            position = named.end()
        stop = _RELATIVE_END.search(plain, position, limit)
        if found["leads"] and not _goes_on(plain, stop):
            return None
    last = stop.start() if stop is not None else plain.find("\n", position) if limit < len(plain) else limit
    if last < 0 or last > limit:
        return None
    while last > end and plain[last - 1] in " ,":
        last -= 1
    return last


def _goes_on(plain: str, stop: re.Match[str] | None) -> bool:
    """Tell whether another verb follows "các cơ quan chủ trì dự án", which then is no predicate."""
    if stop is None:
        return True
    return stop[0] not in (".", ";") and plain[stop.start() - 1] != ","


def _place_at_end(tail: str, context: Context) -> tuple[str, str] | None:
    for place in (context.district, context.province):
        if place is None:
            continue
        unit = place.split(" ")[0]
        for ending in (f" trên địa bàn {unit}", f" của {unit}", f" {unit}"):
            if tail.rstrip(" ,").endswith(ending) and not tail.rstrip(" ,").endswith(f"cấp {unit}"):
                return ending, place
    return None


# --------------------------------------------------------------------------------------------- named agencies


def _read_named(plain: str, at: int, context: Context) -> Actor | None:
    """Read an agency by its name, its misprinted letters forgiven where one name only comes so near."""
    found = read_agency(plain, at)
    if found is None or not _is_known(found):
        misprinted = _read_misprinted(plain, at, context)
        if misprinted is not None:
            return misprinted
    if found is None or (found.needs == "own" and plain.startswith(" các ", found.end)):
        # "UBND các" without its places is not the document's own.
        return None
    return _completed(plain, found, context)


def _completed(plain: str, found: AgencyMention, context: Context) -> Actor:
    own_tier = context.tier or ""
    if found.tier == "central" and context.province and own_tier != "central" and "province" in _tiers_of(found.name):
        # "Cục Thuế" in a province's plan is the one of the province.
        found = replace(found, tier="province", needs="province")
        behind = _place_behind(plain, found.end, context)
        if behind is not None:
            return Actor(found.start, behind[0], f"{found.name} {behind[1]}", behind[2], False, behind[3])
    if found.needs in ("province", "district", "commune") and found.tier != own_tier:
        base = found.name
        if own_tier in _tiers_of(base):
            # Both tiers have a "Trung tâm Dịch vụ việc làm": without a place it is the document's own.
            found = replace(found, needs=own_tier, tier=own_tier)
    if found.needs in ("province", "district") and found.name in _full_names():
        units = _grammar()["units"].match(plain, found.end + 1) if plain[found.end : found.end + 1] == " " else None
        if units is not None and units["several"] is not None:
            return _in_places(plain, found.start, units.end(), found.name, _units_in(units), context)
    if found.needs is None and found.tier == "other":
        place = _place_behind(plain, found.end, context)
        if place is not None:
            return Actor(found.start, place[0], f"{found.name} {place[1]}", place[2], False, place[3])
    if found.name == "Đảng ủy" and found.needs and context.commune is not None:
        return Actor(found.start, found.end, f"{found.name} {context.commune}", "commune", False, True)
    name, inferred, tier = complete(found, context)
    if name is None:
        name, inferred = found.name, False
    return Actor(found.start, found.end, name, tier, False, inferred)


@cache
def _tiers_of(name: str) -> frozenset[str]:
    return frozenset(row.tier for row in lexicon.departments() if row.full_name == name)


@cache
def _full_names() -> frozenset[str]:
    names = {row.full_name for row in lexicon.departments()}
    return frozenset(names | {row.name for row in lexicon.issuers()})


def _is_known(found: AgencyMention) -> bool:
    return (
        found.needs == "own"
        or found.name in _full_names()
        or any(found.name.startswith(f"{name} ") for name in _known_starts(found.name))
    )


def _known_starts(name: str) -> list[str]:
    words = name.split(" ")
    return [start for count in range(2, len(words)) if (start := " ".join(words[:count])) in _full_names()]


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    """Level tones, marks and case."""
    marks = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return re.sub(r"[\s,&-]+", "", "".join(mark for mark in marks if not unicodedata.combining(mark)))


@cache
def _levelled() -> dict[tuple[str, str], set[tuple[str, str]]]:
    names: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in lexicon.departments():
        for form in (row.name, *row.abbreviations):
            if form.count(" ") >= 2:
                names.setdefault((row.head.casefold(), _bare(form)), set()).add((row.full_name, row.tier))
    return names


@cache
def _short_forms() -> dict[tuple[str, str], set[tuple[str, str]]]:
    names: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in lexicon.departments():
        for form in row.abbreviations:
            if form.isupper() and len(_bare(form)) > 3:
                names.setdefault((row.head.casefold(), _bare(form)), set()).add((row.full_name, row.tier))
    return names


def _once_too_often(head: str, letters: str) -> set[tuple[str, str]]:
    """Return what an abbreviation means that has one letter twice ("KHH&ĐT")."""
    found: set[tuple[str, str]] = set()
    for index in range(1, min(len(letters), 12)):
        if letters[index] == letters[index - 1]:
            found |= _short_forms().get((head, letters[:index] + letters[index + 1 :]), set())
    return found


_WORD = compiled(r"[ ,&-]*[^\W_]+")
_MOST_WORDS = 14


@cache
def _misprinted_heads() -> dict[str, list[str]]:
    """Return the first words of departments by the first word of theirs."""
    heads: dict[str, list[str]] = {}
    for head in lexicon.words("department_head"):
        heads.setdefault(_first_word(head, 0), []).append(head)
    return heads


def _read_misprinted(plain: str, at: int, context: Context) -> Actor | None:
    for head in _misprinted_heads().get(_first_word(plain, at), ()):
        if plain[at : at + len(head) + 1].casefold() != f"{head.casefold()} ":
            continue
        start = position = at + len(head) + 1
        best: tuple[int, str, str] | None = None
        letters = ""
        for _ in range(_MOST_WORDS):
            word = _WORD.match(plain, position)
            if word is None:
                break
            position = word.end()
            letters += _bare(word[0])
            known = _levelled().get((head.casefold(), letters), set())
            if not known and plain[start:position].isupper():
                known = _once_too_often(head.casefold(), letters)
            tiers = {tier for _, tier in known}
            if len({name for name, _ in known}) == 1:
                tier = context.tier if context.tier in tiers else sorted(tiers)[0]
                best = position, next(iter(known))[0], tier or "other"
        if best is not None:
            end, name, tier = best
            place = _place_behind(plain, end, context)
            if place is not None:
                return Actor(at, place[0], f"{name} {place[1]}", place[2], False, True)
            own = _place_of(context, tier)
            return Actor(at, end, f"{name} {own}" if own else name, tier, False, True)
    return None


# --------------------------------------------------------------------------------------------- lists

# "… du lịch tỉnh Tổ chức các hoạt động": behind the place, the text goes on.
_TITLE_END = compiled(r"[:;.(\n]|,(?! phụ trách | thành viên | ủy viên )|(?:(?<= tỉnh)|(?<= huyện)) (?=[[:upper:]])")


def extended(plain: str, actor: Actor, end: int, context: Context) -> Actor:
    """Take the words behind a name into it that a heading goes on with ("Các doanh nghiệp viễn thông").

    >>> district = Context("tỉnh Bắc Giang", "huyện Lạng Giang", None, "district")
    >>> extended("Các doanh nghiệp vận tải", read_actor("Các doanh nghiệp vận tải", 0, district), 24, district).name
    'Các doanh nghiệp vận tải huyện Lạng Giang'
    """
    tail = f" {expand(plain[actor.end : end].strip())}"
    own = f" {_place_of(context, actor.tier) or '?'}"
    inner = actor.name.removesuffix(own)
    return replace(actor, end=end, name=f"{inner}{tail}{own}" if inner != actor.name else f"{actor.name}{tail}")


def read_title(plain: str, start: int, end: int, context: Context) -> Actor | None:
    """Read words as the name of an agency, post or person that no table knows, if their first word says that they are.

    >>> read_title("Vụ Kế hoạch - Tài chính", 0, 23, Context(tier="central")).name
    'Vụ Kế hoạch - Tài chính'
    >>> read_title("Đồng chí Phó chủ tịch Hội đồng", 0, 30, Context(tier="central")).name
    'Phó Chủ tịch Hội đồng'
    """
    person = _PERSON.match(plain, start, end)
    if person is not None:
        return _read_person(plain, person, end, context)
    head = _titled_head().match(plain, start, end)
    if head is None:
        return None
    return _as_printed(plain, start, start, head.end(), end, context)


# "Đồng chí", "Các đ/c", "Ông".
_PERSON = compiled(
    r"(?P<several>các )?(?:đồng chí|đ/c|ông \(bà\)|ông/bà|bà/ông|ông|bà) (?=[^\W\d_])"
    r"(?P<name>(?-i:[[:upper:]][[:lower:]]*(?: [[:upper:]][[:lower:]]*){1,4}+)"
    r"(?= ?[-,;.:(\n]| là |$)(?: ?- ?|, | là )?)?",
    re.IGNORECASE,
)


def _read_person(plain: str, person: re.Match[str], end: int, context: Context) -> Actor | None:
    """Read a person: the post that is told with the name or instead of it, else the name."""
    start, at = person.start(), person.end()
    if not person["name"] and plain[at : at + 4].casefold() in ("nội ", "ngoại"):
        return None
    # "bà Vi Thị Hoa, công chức Tài chính - Kế toán".
    words = plain[at : min(end, at + _LONGEST_NAME)]
    words = words[:1].upper() + words[1:]
    post = _read_actor.__wrapped__(words, 0, context) if words else None
    if post is not None and not _OPEN_NAME.match(words, post.end):
        return replace(post, start=start, end=at + post.end)
    if words and (_titled_head().match(words) or not person["name"]):
        return _as_printed(plain, start, at, at, end, context, several=bool(person["several"]))
    if not person["name"]:
        return None
    last = person.start("name") + len(person["name"].rstrip(" -,").removesuffix(" là"))
    return Actor(start, last, plain[person.start("name") : last], "other", False, False, False)


# "Phó Chủ tịch Hội | Người cao tuổi": the name goes on.
_OPEN_NAME = compiled(r" [[:upper:]]| phụ trách")


def _as_printed(
    plain: str, start: int, at: int, behind: int, end: int, context: Context, *, several: bool = False
) -> Actor | None:
    """Take the words from ``at`` to the next mark or verb as a name, its abbreviations and its place written out."""
    stop = _TITLE_END.search(plain, min(behind + 1, end), end)
    while stop is not None and stop[0] == " " and _names_a_place(plain, stop.start()):
        stop = _TITLE_END.search(plain, stop.end(), end)
    last = stop.start() if stop is not None else end
    verb = _ACTS_BEHIND.search(plain, behind, last)
    if verb is not None:
        last = verb.start()
    while last > behind and plain[last - 1] in " *_":
        last -= 1
    if last <= at:
        return None
    name = _DEPUTY.sub(lambda deputy: f"Phó {deputy[1].upper()}", _capital(expand(plain[at:last])))
    name = f"Các {name}" if several else name
    for unit in _UNIT_TIERS:
        if name.endswith(f" {unit}"):
            place = _place_of(context, _UNIT_TIERS[unit])
            known = place is not None and place.startswith(f"{unit} ")
            name = f"{name.removesuffix(unit)}{place}" if known else name
            return Actor(start, last, name, context.tier or "other", several, known, False)
    return replace(_with_own_place(plain, start, last, name, context, collective=several), known=False)


_DEPUTY = compiled(r"^Phó ([[:lower:]])(?=[[:lower:]])")
# A verb of the sentence behind a name, not one that tells a post's field ("lĩnh vực giám sát").
_ACTS_BEHIND = compiled(
    r"(?<!lĩnh vực)(?<!công tác)(?<!phụ trách)(?<!nhiệm vụ)(?<! và)(?<!,)(?<!hoạt động) (?:chủ trì|phối hợp|tham mưu"
    r"|tăng cường|kiểm tra|giám sát|có trách nhiệm|báo cáo|chịu trách nhiệm|chủ động|tiếp tục|thường xuyên|hướng dẫn"
    r"|theo dõi|đôn đốc|rà soát|tổng hợp|căn cứ|tổ chức (?:thực|triển|tuyên|các|rà|kiểm)|tuyên truyền|vận động"
    r"|triển khai (?:thực|các|kế)|xây dựng (?:kế|và)|bố trí|cân đối|phân bổ|thẩm định)(?![^\W_])"
)
# What is no name: dates, numbers, "Theo phân công", "Như trên".
_NO_NAME = compiled(
    r"(?:Theo|Như|Không|Trong|Trước|Sau|Từ|Khi|Năm|Quý|Tháng|Ngày|Hàng|Hằng|Thường|Do|Có|Đã|Gồm|Bao|Các nội|Nội dung"
    r"|Kinh)(?![^\W_])|[^;.\n]{0,120}?\d{2}/",
    re.IGNORECASE,
)
_LONGEST_PRINTED = 90


def read_as_printed(plain: str, start: int, end: int, context: Context) -> Actor | None:
    """Take words behind a label such as "Đơn vị phối hợp:" for a name, whatever they are, unless they look like none.

    >>> read_as_printed("Nghệ nhân ưu tú dòng họ; già làng", 0, 33, Context()).name
    'Nghệ nhân ưu tú dòng họ'
    >>> read_as_printed("Theo phân công", 0, 14, Context())
    """
    if not plain[start : start + 1].isupper() or _NO_NAME.match(plain, start, end):
        return None
    actor = _as_printed(plain, start, start, start, end, context)
    if actor is None or actor.end - start > _LONGEST_PRINTED or plain.startswith(":", actor.end):
        return None
    return actor


def _names_a_place(plain: str, at: int) -> bool:
    """Tell whether the unit word that ends at an offset has its name behind it ("tỉnh Nghệ An")."""
    place = read_place(plain, plain.rfind(" ", 0, at) + 1)
    return place is not None and place[2] is not None


@cache
def _titled_head() -> re.Pattern[str]:
    posts = sorted(lexicon.words("post"), key=lambda word: (-len(word), word))
    return compiled(
        rf"(?:{any_of('agency_head', 'headed_agency')} (?=[[:upper:]])"
        rf"|(?:{'|'.join(map(re.escape, posts))})(?: (?=[^\W\d_])(?!chức |trưởng |hợp |xuất |thành )|(?=[.:;\n]|$)))"
    )


_JOINT = compiled(r"(?P<mark> ?[,;] ?(?:và )?| và | ?& | cùng (?:với )?| hoặc | ?/ ?|, cùng )(?:- ?)?", re.I)
# "Các phòng: Tài chính - Kế hoạch, Nội vụ": the word that the names behind it lack.
_HEAD_OF_LIST = compiled(
    r"(?P<people>(?:Giám đốc|Thủ trưởng|Trưởng) )?(?:các )?(?P<head>Phòng|Sở|Bộ|Trung tâm|Hội|Ban)"
    r"(?P<ban>, ban, ngành|, ban|, ngành)?"
    r"(?: chuyên môn)?(?P<colon> ?: ?| )(?=[[:upper:]])",
    re.IGNORECASE,
)
_DEFAULT_HEADS = {"district": ("Phòng",), "province": ("Sở",), "central": ("Bộ",), "commune": ("Phòng",)}


@cache
def _start() -> re.Pattern[str]:
    """Match a capital, or in small letters the first words of what is named so.

    Two syllables tell far more than one: "tổ", "cơ" and "hội" begin many other words.
    """
    pairs = {" ".join(form.split(" ")[:2]) for form in (*_BODIES, "tất cả", "toàn thể")}
    pairs |= {
        " ".join(form.split(" ")[:2])
        for kind in ("noun", "joined", "body", "branch", "phrase", "board", "hamlet_body")
        for form in _names(kind)
        if " " in form
    }
    alone = {"các", "những", "từng", "mỗi", "mọi", *(head.casefold() for head in lexicon.words("department_head"))}
    alone |= {form for kind in ("board", "phrase", "hamlet_body") for form in _names(kind) if " " not in form}
    # "sở, ngành", "ban và phòng": one noun of one syllable is no agency.
    joined = {form for kind in ("noun", "joined") for form in _names(kind) if " " not in form}
    chiefs = r"(?:giám đốc|thủ trưởng|lãnh đạo|người đứng đầu|trưởng|chủ tịch|bí thư)(?= của | các | cơ quan)"
    words = "|".join(re.escape(word) for word in sorted(pairs | alone, key=lambda word: (-len(word), word)))
    nouns = "|".join(re.escape(word) for word in sorted(joined))
    return compiled(
        rf"(?<![^\W_])(?:[[:upper:]][^\W_]*+|(?:{words})(?![^\W_])|(?:{nouns})(?=,| và | & | ?/|[ -])|{chiefs})"
    )


def actor_starts(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets at which a name may begin: at the words with which names begin.

    >>> list(actor_starts("yêu cầu các sở và Công an", 0, 25))
    [8, 12, 18]
    """
    words = _all_words()
    return (
        found.start()
        for found in _start().finditer(plain, start, end)
        if found[0][0].islower() or found[0].casefold() in words
    )


def read_actors(plain: str, start: int, end: int, context: Context, *, bare: bool = False) -> list[Actor]:
    """Read every agency that is named between two offsets; lists are spelled out.

    ``bare`` takes names of departments without their first word where a list may begin with them
    ("Cơ quan phối hợp: Tài chính - Kế hoạch, Nội vụ").

    >>> district = Context("tỉnh Bắc Giang", "huyện Lạng Giang", None, "district")
    >>> text = "Các phòng: LĐTB&XH, TC-KH; UBND các xã"
    >>> [actor.name.removesuffix(" huyện Lạng Giang") for actor in read_actors(text, 0, len(text), district)]
    ['Phòng Lao động - Thương binh và Xã hội', 'Phòng Tài chính - Kế hoạch', 'Ủy ban nhân dân các xã']
    """
    found: list[Actor] = []
    starts = actor_starts(plain, start, end)
    if bare:
        starts = (match.start() for match in _start().finditer(plain, start, end))
    for at in starts:
        if not found or at >= found[-1].end:
            found += read_list(plain, at, end, context, bare=bare)
    return found


def read_list(plain: str, at: int, end: int, context: Context, *, bare: bool = False) -> list[Actor]:
    """Read one agency or a list of them that begins at ``at``; an empty list where none does.

    >>> province = Context("tỉnh Bắc Giang", None, None, "province")
    >>> [actor.name for actor in read_list("Sở Tài chính, Y tế và các huyện", 0, 31, province)]
    ['Sở Tài chính tỉnh Bắc Giang', 'Sở Y tế tỉnh Bắc Giang', 'Các huyện tỉnh Bắc Giang']
    """
    found: list[Actor] = []
    head = ""
    position = at
    while position < end:
        opened = _head_of_list(plain, position, end, context)
        if opened is not None:
            head, position = opened
        actor = _within(read_actor(plain, position, context), end) if opened is None else None
        if actor is None and plain[position].isupper():
            heads = (head,) if head else _DEFAULT_HEADS.get(context.tier or "", ()) if bare else ()
            actor = next((read for each in heads if (read := _read_bare(plain, position, end, each, context))), None)
        if actor is None:
            if opened is not None:
                return found
            break
        actor = _of_front(plain, actor, found)
        each = _read_each(plain, actor, end) or _each_tier(actor, context)
        if each:
            found += each
            actor = each[-1]
        else:
            found.append(actor)
        words = actor.name.split(" ")
        if words[0] in ("Phòng", "Sở", "Bộ", "Hội", "Ban") and not actor.collective:
            head = words[0]
        elif actor.name.startswith("Trung tâm"):
            head = "Trung tâm"
        elif actor.collective:
            head = ""
        joint = _JOINT.match(plain, actor.end, end)
        if joint is None:
            break
        position = joint.end()
    return _share_places(plain, found)


# "Đảng ủy, UBND các xã": the bodies that may lack their place in front of one that has it.
_SHARING = compiled(r"đảng ủy|hội đồng nhân dân|hđnd|thường trực (?:hđnd|hội đồng nhân dân)", re.I)


def _share_places(plain: str, found: list[Actor]) -> list[Actor]:
    """Give bodies of one place that is printed once their place: "Đảng ủy, HĐND, UBND các xã"."""
    for index in range(len(found) - 2, -1, -1):
        actor, following = found[index], found[index + 1]
        printed = plain[actor.start : actor.end]
        scoped = next((name for name in (*_BODIES.values(), "Đảng ủy") if following.name.startswith(f"{name} ")), None)
        if scoped is None or not _SHARING.fullmatch(printed) or ";" in plain[actor.end : following.start]:
            continue
        body = _BODIES.get(printed.lower(), "Đảng ủy")
        found[index] = replace(
            following, start=actor.start, end=actor.end, name=body + following.name[len(scoped) :], inferred=True
        )
    return found


_NAMED_PLACES = compiled(r" các (huyện|thị xã|thành phố|xã|phường|quận|thị trấn) (?=[[:upper:]])")
_UNNAMED_PLACES = compiled(
    r"(?P<body>.+) các (?P<unit>huyện|thị xã|xã|phường|quận|thị trấn)(?: (?:tỉnh|huyện|thành phố) .+)?"
)
_COLON_BEHIND = compiled(r" ?: ?(?=[[:upper:]])")
_NEXT_PLACE = compiled(r"(?:, | và )(?:(?:huyện|thị xã|thành phố|xã|phường|quận|thị trấn) )?(?=[[:upper:]])")


def _read_each(plain: str, actor: Actor, end: int) -> list[Actor]:
    """Spell "UBND các huyện Sơn Động, Lục Ngạn" out, one body a place."""
    several = _NAMED_PLACES.search(actor.name)
    if several is not None:
        body, unit = actor.name[: several.start()], several[1]
        found = [replace(actor, name=f"{body} {unit} {actor.name[several.end() :]}", collective=False, inferred=True)]
        return found + _more_places(plain, actor.end, end, body, unit, actor)
    unnamed = _UNNAMED_PLACES.fullmatch(actor.name) if actor.collective else None
    colon = _COLON_BEHIND.match(plain, actor.end, end)
    if unnamed is None or colon is None:
        return []
    # "UBND các xã: An Bá, Vân Sơn".
    first = _place_at(plain, colon.end(), unnamed["unit"])
    if first is None:
        return []
    body, unit = unnamed["body"], unnamed["unit"]
    found = [Actor(actor.start, first[0], f"{body} {unit} {first[1]}", actor.tier, False, True)]
    return found + _more_places(plain, first[0], end, body, unit, actor)


def _more_places(plain: str, position: int, end: int, body: str, unit: str, actor: Actor) -> list[Actor]:
    found: list[Actor] = []
    while (joint := _NEXT_PLACE.match(plain, position, end)) is not None:
        place = _place_at(plain, joint.end(), unit)
        if place is None:
            break
        position = place[0]
        found.append(Actor(joint.end(), position, f"{body} {unit} {place[1]}", actor.tier, False, True))
    return found


def _place_at(plain: str, at: int, unit: str) -> tuple[int, str] | None:
    """Read the name of a place without its unit word."""
    place = read_place(f"{unit} {plain[at : at + 60]}", 0)
    if place is None or place[2] is None or read_agency(plain, at) is not None:
        return None
    return at + place[0] - len(unit) - 1, place[2]


_SEVERAL_TIERS = compiled(r" (cấp (?:tỉnh|huyện|xã)(?:(?:, | và )cấp (?:tỉnh|huyện|xã)){1,2})(?P<place> .*)?$")


def _each_tier(actor: Actor, context: Context) -> list[Actor]:
    """Spell "Ban Chỉ đạo cấp tỉnh, cấp huyện" out, one body a tier."""
    several = _SEVERAL_TIERS.search(actor.name)
    if several is None or actor.name.startswith("Các "):
        return []
    body, place = actor.name[: several.start()], several["place"] or ""
    own = _OWN_TIER.get(context.tier or "")
    return [
        replace(actor, name=f"{body}{place}" if tier == own else f"{body} {tier}{place}", collective=tier != own)
        for tier in re.split(r", | và ", several[1])
    ]


def _within(actor: Actor | None, end: int) -> Actor | None:
    return actor if actor is not None and actor.end <= end else None


def _of_front(plain: str, actor: Actor, found: list[Actor]) -> Actor:
    """Say whose member organisations are meant: those of the Front that is named in front of them."""
    if "tổ chức thành viên" not in actor.name or not found or "Mặt trận Tổ quốc" not in found[-1].name:
        return actor
    if "của Mặt trận" in actor.name:
        return actor
    front = "Mặt trận Tổ quốc Việt Nam" if "Việt Nam" in found[-1].name else "Mặt trận Tổ quốc"
    return replace(
        actor, name=actor.name.replace("tổ chức thành viên", f"tổ chức thành viên của {front}"), inferred=True
    )


def _head_of_list(plain: str, at: int, end: int, context: Context) -> tuple[str, int] | None:
    """Read "Các phòng:", "các Sở " in front of names that lack this word."""
    if at and plain[at - 1].isalnum():
        return None
    found = _HEAD_OF_LIST.match(plain, at, end)
    if found is None:
        return None
    plural = found[0].casefold().lstrip().startswith(("các", "giám đốc các", "thủ trưởng các", "trưởng các"))
    if not plural or (found["ban"] and ":" not in found["colon"]):
        return None
    head = _capital(found["head"].lower())
    if _read_bare(plain, found.end(), end, head, context) is None:
        return None
    return head, found.end()


def _read_bare(plain: str, at: int, end: int, head: str, context: Context) -> Actor | None:
    """Read a department's name that lacks its first word."""
    if not plain[at : at + 1].isupper():
        return None
    text = f"{head} {plain[at : min(end, at + _LONGEST_NAME)]}"
    found = read_agency(text, 0)
    if found is None or not _is_known(found) or found.end <= len(head) + 1:
        return None
    if found.name.split(" ")[0] != head.split(" ")[0]:
        return None
    actor = _completed(text, found, context)
    shift = at - len(head) - 1
    return replace(actor, start=at, end=actor.end + shift, inferred=True)
