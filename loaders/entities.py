"""Resolve mentions to documents: one identity for each document, a doubt where more than one would do.

A number is no identity: it restarts each year with each issuer (Nghị định 30/2020/NĐ-CP, Điều 15), with the Party each
term, and the same symbol stands for laws and resolutions of the National Assembly. The key is type, number, issuer, and
year or term. What a mention lacks is taken from the first full mention in the same text, else from the one document of
all texts that fits; where several fit, the mention keeps its own node and the doubt names them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rdflib import URIRef

from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.symbols import own_code
from cancu.model import Citation, Extraction
from cancu.ontology import lexicon
from cancu.ontology.iris import document_iri

__all__ = ["Entity", "Identity", "Join", "Open", "Resolution", "body_of", "canonical_number", "identity_of", "resolve"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Hold what tells one document from all others, as far as it is known."""

    type: str | None
    number: str | None = None
    issuer: str | None = None
    year: str | None = None
    title: str | None = None
    key: str | None = None

    @property
    def full(self) -> bool:
        """Tell whether number, issuer and year are all known."""
        return self.number is not None and self.issuer is not None and self.year is not None

    @property
    def iri(self) -> URIRef:
        """Mint the IRI of the document."""
        slug = _type_slugs().get(self.type or "")
        return document_iri(slug, self.number, self.issuer, self.year, title=self.title, key=self.key)


@dataclass(frozen=True, slots=True)
class Entity:
    """Hold the document that a mention stands for; ``rule`` says what was inferred beyond the mention's own words."""

    identity: Identity
    rule: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Join:
    """Record that a held text without a number was joined to the citation that names it."""

    key: str
    source: str
    citation: Citation
    number: str
    date: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Open:
    """Record what could not be decided between sources: the place and the candidates."""

    rule: str
    key: str
    citation: Citation | None
    candidates: tuple[URIRef, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Hold the identity of every held document and the entity of every citation, with joins and open questions."""

    documents: dict[str, Identity]
    entities: dict[str, tuple[Entity, ...]]
    joins: tuple[Join, ...]
    open: tuple[Open, ...]

    def join_of(self, key: str) -> Join | None:
        """Give the join by which a held text has its number, if it has one so."""
        return next((join for join in self.joins if join.key == key), None)


# --- canonical parts --------------------------------------------------------------------------------------------------


# Types that texts cite by name, without number or issuer (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.6b).
_LAWS = ("Luật", "Bộ luật", "Pháp lệnh")


@cache
def _type_slugs() -> dict[str, str]:
    return {row.name: row.slug for row in lexicon.document_types()}


@cache
def _codes_by_fold() -> tuple[dict[str, str], dict[str, str]]:
    """Return folded code -> code as it is written, of types and of issuers; "QD", "qđ" -> "QĐ"."""
    types: dict[str, str] = {}
    for row in lexicon.document_types():
        for code in (row.symbol, *row.symbol_variants):
            if code:
                types.setdefault(_fold(code), code)
    issuers: dict[str, str] = {}
    for issuer in lexicon.issuers():
        for code in (issuer.code, *issuer.codes_also):
            issuers.setdefault(_fold(code), code)
    return types, issuers


@cache
def _own_codes() -> frozenset[str]:
    return frozenset(row.symbol for row in lexicon.document_types() if row.symbol)


def _fold(code: str) -> str:
    return code.upper().replace("Đ", "D").replace("Ư", "U")


# "30a": a number without its symbol.
_SHORT_NUMBER = compiled(r"\d{1,4}[a-zđ]?")
_NUMBER = compiled(r"(?P<count>\d+)(?P<letter>[a-zA-ZđĐ]?)(?:/(?P<year>(?:19|20)\d\d))?/(?P<symbol>.+)")
_PARTY_NUMBER = compiled(r"(?P<count>\d+)(?P<letter>[a-z]?)-(?P<type>[^/]+)/(?P<symbol>.+)")


@lru_cache(maxsize=65_536)
def canonical_number(number: str, type_name: str | None) -> str:
    """Write a number as its rules want it, so that two spellings of one number are one identity.

    Counts below 10 take a zero, codes their own letters, and a type code that the symbol lost comes back from the type
    word.

    >>> canonical_number("7/2021/ND-CP", "Nghị định"), canonical_number("55/2023/BTC", "Thông tư")
    ('07/2021/NĐ-CP', '55/2023/TT-BTC')
    >>> canonical_number("90/QĐ-TTG", "Quyết định"), canonical_number("15-NQ/TW", "Nghị quyết")
    ('90/QĐ-TTg', '15-NQ/TW')
    """
    party = _PARTY_NUMBER.fullmatch(number)
    types, issuers = _codes_by_fold()
    if party is not None and party["symbol"].isupper():
        code = types.get(_fold(party["type"]), party["type"])
        return f"{_padded(party['count'])}{party['letter']}-{code}/{party['symbol']}"
    found = _NUMBER.fullmatch(number)
    if found is None:
        return number
    pieces = re.split(r"([-./])", found["symbol"])
    words = [
        "-"
        if piece in "-./"
        # HĐ (hợp đồng) and HD (hướng dẫn) are two codes: only what is no code as it is printed is mended.
        else piece
        if index == 0 and piece in _own_codes()
        else (types if index == 0 else issuers).get(_fold(piece), issuers.get(_fold(piece), piece))
        for index, piece in enumerate(pieces)
    ]
    joined = "".join(words)
    if found["symbol"].count("/"):
        # "28/2003/TTLT/BTC-BGD&ĐT": an inner slash is as good as a hyphen.
        joined = joined.replace("/", "-")
    if found["year"] and len(pieces) == 1 and type_name is not None and not re.match(r"(?:QH|UBTVQH)", joined):
        own = own_code(type_name)
        if own is not None and joined in issuers.values():
            joined = f"{own}-{joined}"
    year = f"/{found['year']}" if found["year"] else ""
    return f"{_padded(found['count'])}{found['letter'].lower()}{year}/{joined}"


def _padded(count: str) -> str:
    return count.lstrip("0").rjust(2, "0") if count.lstrip("0") else count


# "Chủ tịch Ủy ban nhân dân tỉnh", "Phó Giám đốc Sở Y tế".
_HEAD_TITLES = compiled(rf"(?:Phó )?{any_of('series_head')} (?={any_of('series_body')})")
# "Ban Chấp hành Đảng bộ tỉnh Nghệ An" and "Ban Thường vụ Tỉnh ủy Nghệ An" issue in the series of Tỉnh ủy Nghệ An.
_LOCAL_PARTY = compiled(
    r"(?:Ban Chấp hành Đảng bộ (?P<unit>tỉnh|thành phố|huyện|quận|thị xã)"
    r"|(?:Ban Thường vụ |Thường trực |Thường vụ )?(?P<head>Tỉnh|Thành|Huyện|Quận|Thị) ủy) (?P<name>.+)"
)
_COMMITTEE_OF = {"tỉnh": "Tỉnh", "thành phố": "Thành", "huyện": "Huyện", "quận": "Quận", "thị xã": "Thị"}
_TERM = compiled(r" khóa ([IVXLC]+|\d+)$", re.IGNORECASE)
_CENTRAL_PARTY = "Trung ương Đảng"


def body_of(issuer: str | None, number: str | None) -> str | None:
    """Return the body whose series a number belongs to: the head of a body signs in the body's series.

    >>> body_of("Chủ tịch Ủy ban nhân dân tỉnh Nghệ An", "2128/QĐ-UBND")
    'Ủy ban nhân dân tỉnh Nghệ An'
    """
    if number is not None and number.endswith("/TW"):
        return _CENTRAL_PARTY
    if issuer is None:
        return None
    name = _TERM.sub("", _HEAD_TITLES.sub("", issuer, count=1))
    party = _LOCAL_PARTY.fullmatch(name)
    if party is not None:
        head = party["head"] or _COMMITTEE_OF[party["unit"]]
        return f"{head} ủy {party['name']}"
    return name


@cache
def _party_terms() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the days on which the Party's terms began, in order, and their names."""
    columns = ("term", "from", "congress", "example", "source")
    rows = lexicon.read_table(lexicon.TABLES / "party_terms.tsv", columns, key=("term",))
    days = tuple(row["from"] for row in rows)
    for row, before in zip(rows[1:], days, strict=False):
        if row["from"] < before:
            raise row.error("terms must stand in the order of their days")
    return days, tuple(row["term"] for row in rows)


def _year(number: str | None, date: str | None, issuer: str | None) -> str | None:
    """Return the year, or for the Party's central organs the term, in which a number counts."""
    if number is not None:
        said = re.search(r"/((?:19|20)\d\d)/", number)
        if said is not None:
            return said[1]
        if number.endswith("/TW"):
            term = _TERM.search(issuer or "")
            if term is not None:
                return f"khoa-{term[1].lower()}"
            if date is not None:
                days, terms = _party_terms()
                place = bisect_right(days, date) - 1
                return terms[place] if place >= 0 else date[:4]
            return None
    return date[:4] if date is not None else None


@cache
def _title_abbreviations() -> tuple[tuple[str, str], ...]:
    """Return the abbreviations that titles use, and what they stand for, in lower case."""
    return tuple(
        (form.lower(), lexicon.abbreviations_of(form)[0].expansion.lower())
        for form in lexicon.words("title_abbreviation")
    )


_YEARS_BETWEEN = compiled(r"(\d)\s*-\s*(\d)")
_WORD = compiled(r"\w+")


def _normal(text: str) -> list[str]:
    """Return the words of a title with its usual abbreviations written out, for comparison only."""
    folded = text.lower()
    for form, expansion in _title_abbreviations():
        folded = folded.replace(form, expansion)
    return _WORD.findall(_YEARS_BETWEEN.sub(r"\1 \2", folded))


def _years(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit() and len(word) == 4}


def _similarity(first: str, second: str) -> float:
    """Return how far two titles share their words (Dice over multisets), 0 where they cannot be one title.

    "Tổng kết thực hiện Chương trình …" is no plan to carry it out: what is not shared must be words that say nothing.
    """
    one, two = Counter(_normal(first)), Counter(_normal(second))
    if not one or not two or _years(one) != _years(two):
        return 0.0
    if not _fillers().issuperset(set(one - two) | set(two - one)):
        return 0.0
    return 2 * (one & two).total() / (one.total() + two.total())


@cache
def _fillers() -> frozenset[str]:
    return frozenset(lexicon.words("title_filler"))


# At least this alike, two titles may name one document: a citation repeats the title (Nghị định 30/2020/NĐ-CP, Phụ lục
# I, II.6b).
_SAME_TITLE = 0.9
# A plan cited by title only often drops the place ("… huyện Tân Yên"); its own words must all be there and be most of
# the full title.
_TITLE_WITHIN = 0.6
# A law may wait this long between its passing and its entry into force (Luật Ngân sách nhà nước 2015: 18 months);
# within it, an undated mention may mean the old law or the new one.
_YEARS_OF_OVERLAP = 2


# --- resolution -------------------------------------------------------------------------------------------------------


def identity_of(citation: Citation) -> Identity:
    """Return what a citation itself says of its document's identity."""
    kind = citation.type
    if citation.number is not None and not _SHORT_NUMBER.fullmatch(citation.number):
        number = canonical_number(citation.number, kind)
        return Identity(kind, number, body_of(citation.issuer, number), _year(number, citation.date, citation.issuer))
    if citation.number is not None:
        return Identity(
            kind, citation.number, body_of(citation.issuer, None), citation.date[:4] if citation.date else None
        )
    year = citation.date[:4] if citation.date is not None else None
    if year is None and kind in (*_LAWS, "Hiến pháp"):
        said = re.search(r"(?:năm )?((?:19|20)\d\d)$", citation.quote)
        year = said[1] if said is not None else None
    title = " ".join((citation.subject or citation.quote).split())
    if kind in _LAWS:
        title = f"{kind} {_first_lower(title, kind)}"
    elif kind == "Hiến pháp":
        title = "Hiến pháp"
    elif (citation.issuer or "").startswith("Đại hội"):
        # A congress has one resolution; its name, not the wording of the mention, tells it from others.
        title = f"{kind} {citation.issuer}"
    return Identity(kind, None, body_of(citation.issuer, None), year, title=title)


def _first_lower(title: str, kind: str) -> str:
    bare = title.removeprefix(f"{kind} ")
    return bare[:1].upper() + bare[1:]


def _law_of_table(identity: Identity, date: str | None) -> Identity | None:
    """Return the numbered law that the table knows under a name and a day or year, when it is one."""
    if identity.title is None or identity.number is not None:
        return None
    fits = {
        (number.number, number.passed.isoformat()[:4])
        for law in lexicon.laws_by_name(identity.title)
        for number in law.numbers
        if (date is not None and number.passed.isoformat() == date)
        or (date is None and identity.year == number.passed.isoformat()[:4])
    }
    if len(fits) != 1:
        return None
    number, year = fits.pop()
    return Identity(identity.type, canonical_number(number, identity.type), identity.issuer, year)


def _law_in_force(
    identity: Identity, stored: Iterable[Identity], year: int | None
) -> tuple[Identity | None, set[Identity]]:
    """Return the version that an undated mention of a law means in a text of ``year``, or None and what it may be.

    It is the last one passed before the text, unless it was so new that the one before it may still have been in force.
    """
    versions = set(stored)
    for law in lexicon.laws_by_name(identity.title or ""):
        for number in law.numbers:
            versions.add(
                Identity(
                    identity.type,
                    canonical_number(number.number, identity.type),
                    identity.issuer,
                    str(number.passed.year),
                )
            )
    if year is None:
        return (versions.pop(), set()) if len(versions) == 1 else (None, versions)
    earlier = sorted(
        (version for version in versions if int(version.year or 9999) <= year), key=lambda version: version.year or ""
    )
    if not earlier:
        return None, set()
    last = earlier[-1]
    if sum(version.year == last.year for version in earlier) > 1 or (
        len(earlier) > 1 and year - int(last.year or 0) < _YEARS_OF_OVERLAP
    ):
        return None, set(earlier[-2:])
    return last, set()


class _Index:
    """Find full identities by what a partial one says."""

    def __init__(self) -> None:
        self.by_number: dict[tuple[str | None, str], set[Identity]] = defaultdict(set)
        self.by_count: dict[tuple[str | None, str], set[Identity]] = defaultdict(set)
        self.laws: dict[tuple[str | None, str], set[Identity]] = defaultdict(set)
        self.titles: dict[tuple[str | None, str | None], dict[Identity, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )

    def add(self, identity: Identity, title: str | None) -> None:
        if identity.number is None:
            return
        if identity.full:
            self.by_number[identity.type, identity.number].add(identity)
            self.by_count[identity.type, re.split(r"[-/]", identity.number)[0].lstrip("0")].add(identity)
            if title is not None:
                self.titles[identity.type, identity.issuer][identity].add(title)
                if identity.type in _LAWS:
                    self.laws[identity.type, " ".join(_normal(title))].add(identity)

    def candidates(self, partial: Identity) -> set[Identity]:
        """Return the full identities that a partial one does not contradict."""
        if partial.number is not None:
            short = _SHORT_NUMBER.fullmatch(partial.number) is not None
            pool = (
                self.by_count[partial.type, partial.number.lstrip("0")]
                if short
                else self.by_number[partial.type, partial.number]
            )
        elif partial.type in _LAWS and partial.title is not None:
            pool = self.laws[partial.type, " ".join(_normal(partial.title.removeprefix(f"{partial.type} ")))]
        elif partial.title is not None:
            pool = {
                identity
                for identity, titles in self.titles[partial.type, partial.issuer].items()
                if any(_title_fits(partial.title, title) for title in titles)
            }
        else:
            pool = set()
        return {
            identity
            for identity in pool
            if (partial.issuer is None or identity.issuer == partial.issuer)
            and (partial.year is None or identity.year == partial.year)
        }


def _title_fits(short: str, title: str) -> bool:
    if _similarity(short, title) >= _SAME_TITLE:
        return True
    words, whole = Counter(_normal(short)), Counter(_normal(title))
    if not _years(words) or _years(words) != _years(whole):
        return False
    # What the short title leaves out of the full one is a place ("… huyện Tân Yên") or says nothing.
    names = {word.lower() for word in _WORD.findall(title) if word[0].isupper()} if not title.isupper() else set()
    return (
        _fillers().issuperset(words - whole)
        and (_fillers() | names).issuperset(whole - words)
        and words.total() >= _TITLE_WITHIN * whole.total()
    )


def resolve(extractions: Sequence[Extraction]) -> Resolution:
    """Resolve all sources together; the order in which they are given does not matter."""
    sources = sorted(extractions, key=lambda extraction: extraction.source.file)
    everywhere = _Index()
    within: dict[str, _Index] = {}
    for extraction in sources:
        own = within[extraction.source.file] = _Index()
        for citation in extraction.citations:
            identity = identity_of(citation)
            law = _law_of_table(identity, citation.date)
            for index in (own, everywhere):
                index.add(identity, citation.subject)
                if law is not None:
                    index.add(law, (identity.title or "").removeprefix(f"{identity.type} "))
    documents, joins, unsure = _resolve_documents(sources)
    for extraction in sources:
        identity = documents[extraction.source.file]
        everywhere.add(identity, extraction.document.title)
        within[extraction.source.file].add(identity, extraction.document.title)
    entities: dict[str, tuple[Entity, ...]] = {}
    for extraction in sources:
        key = extraction.source.file
        found, doubts = _resolve_citations(extraction, documents[key], within[key], everywhere)
        entities[key] = tuple(found)
        unsure += doubts
    return Resolution(documents, entities, tuple(joins), tuple(unsure))


# Citations that could name a text without a number, by type and issuer.
_Named = dict[tuple[str | None, str | None], list[tuple[str, Citation]]]


def _resolve_documents(sources: Sequence[Extraction]) -> tuple[dict[str, Identity], list[Join], list[Open]]:
    documents: dict[str, Identity] = {}
    joins: list[Join] = []
    unsure: list[Open] = []
    named: _Named = defaultdict(list)
    for extraction in sources:
        for citation in extraction.citations:
            if citation.number is not None and citation.subject is not None and citation.date is not None:
                named[citation.type, identity_of(citation).issuer].append((extraction.source.file, citation))
    for extraction in sources:
        key = extraction.source.file
        identity = documents[key] = _own_identity(extraction)
        if identity.number is None:
            found = _lost_number(extraction, named[identity.type, identity.issuer])
            if isinstance(found, Join):
                documents[key] = identity_of(found.citation)
                joins.append(found)
            elif found is not None:
                unsure.append(found)
    return documents, joins, unsure


def _own_identity(extraction: Extraction) -> Identity:
    """Return what a held text itself says of its identity; without number and title it is only its own file."""
    document = extraction.document
    if document.number is not None:
        number = canonical_number(document.number, document.type)
        year = _year(number, document.date, document.issuer)
        return Identity(document.type, number, body_of(document.issuer, number), year)
    year = str(document.period_start) if document.period_start else None
    own = Identity(document.type, None, body_of(document.issuer, None), year)
    return replace(own, title=document.title) if document.title else replace(own, key=extraction.source.file)


def _lost_number(extraction: Extraction, named: Iterable[tuple[str, Citation]]) -> Join | Open | None:
    """Find the citation in another text that names a text by its title and gives the number that it has lost."""
    document, key = extraction.document, extraction.source.file
    if document.title is None or document.issuer is None:
        return None
    fits = [
        (_similarity(citation.subject or "", document.title), source, citation)
        for source, citation in named
        if source != key and document.date in (None, citation.date)
    ]
    fits = [fit for fit in fits if fit[0] >= _SAME_TITLE]
    identities = {identity_of(citation) for _, _, citation in fits}
    if not identities:
        return None
    if len(identities) > 1:
        return Open("lost-number", key, None, tuple(sorted(identity.iri for identity in identities)))
    likeness, source, citation = max(fits, key=lambda fit: (fit[0], fit[1], -fit[2].start))
    number = identity_of(citation).number or ""
    return Join(key, source, citation, number, citation.date, round(0.9 * likeness, 2))


def _resolve_citations(
    extraction: Extraction, own: Identity, within: _Index, everywhere: _Index
) -> tuple[list[Entity], list[Open]]:
    found: list[Entity] = []
    doubts: list[Open] = []
    by_start: dict[int, Entity] = {}
    for citation in extraction.citations:
        identity = identity_of(citation)
        entity = Entity(identity)
        law = _law_of_table(identity, citation.date)
        if law is not None:
            entity = Entity(law, "law-table", 0.95)
        elif not identity.full or identity.number is None or _SHORT_NUMBER.fullmatch(identity.number):
            target = by_start.get(citation.resolves_to[0]) if citation.resolves_to is not None else None
            if target is not None and (target.identity.full or target.identity.number is None):
                entity = Entity(target.identity, "first-mention", 0.95)
            else:
                entity, doubt = _by_candidates(extraction, citation, identity, own, within, everywhere)
                if doubt is not None:
                    doubts.append(doubt)
        found.append(entity)
        by_start[citation.start] = entity
    return found, doubts


def _by_candidates(
    extraction: Extraction, citation: Citation, identity: Identity, own: Identity, within: _Index, everywhere: _Index
) -> tuple[Entity, Open | None]:
    if identity.type in _LAWS and identity.number is None and identity.year is None:
        document = extraction.document
        year = int(document.date[:4]) if document.date is not None else document.period_start
        version, several = _law_in_force(identity, everywhere.candidates(identity) - {own}, year)
        if version is not None:
            return Entity(version, "law-in-force", 0.75), None
        if several:
            return Entity(identity), Open(
                "law-version", extraction.source.file, citation, tuple(sorted(one.iri for one in several))
            )
        return Entity(identity), None
    for index, rule, confidence in ((within, "same-text", 0.9), (everywhere, "all-texts", 0.8)):
        candidates = index.candidates(identity) - {own}
        if len(candidates) == 1:
            return Entity(candidates.pop(), rule, confidence), None
        if len(candidates) > 1:
            return Entity(identity), Open(
                "ambiguous", extraction.source.file, citation, tuple(sorted(one.iri for one in candidates))
            )
    return Entity(identity), None
