"""Complete what a mention leaves open: its issuer from context, symbol, subject and earlier mentions.

Nothing is guessed: what several bodies could have issued stays open, and the doubt names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cancu.loaders.agencies import Context, complete, issuers_of_symbol, read_agency, read_place, without_unit
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.patterns import any_of, compiled
from cancu.ontology import lexicon

__all__ = ["complete_mentions"]

# Type and number, as two mentions of one document share them.
Key = tuple[str, str]

# "Theo đề nghị của đồng chí …": the last of the sentence.
# "… tại Công văn số … năm 2010 và của Sở Tài chính tại Công văn số …": the next one of them.
_PROPOSER = compiled(
    r"(?:đề nghị|đề xuất|báo cáo|(?<=\d) và) của (?:đồng chí )?(?!.*(?:(?:đề nghị|đề xuất)|(?<=\d) và) của)",
    re.IGNORECASE,
)
_PROPOSAL_TYPES = lexicon.words("proposal_type")
_PROPOSER_WINDOW = 160
_AT = compiled(r",? (?:tại|theo) (?:các )?")
_HEADS = compiled(rf"(?:Phó )?{any_of('proposing_head')} (?=[A-ZĐ])")
_YEARS = compiled(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PLACE_WORD = compiled(r"(?<![^\W_])(?:tỉnh|thành phố|huyện|quận|thị xã|xã) (?=[[:upper:]])")
# A strategy without a place is as likely the nation's.
_NATIONAL_TITLES = ("Chiến lược", "Chương trình mục tiêu quốc gia")
_PLACE_BODIES = lexicon.words("place_body")


def complete_mentions(plain: str, mentions: Sequence[Mention], context: Context) -> list[Note]:
    """Complete issuers, and let repeated mentions point at the first full one; return what stays open as doubts.

    >>> from cancu.loaders.citations import find_mentions
    >>> mentions, _ = find_mentions("Nghị quyết số 61/2022/NQ-HĐND ngày 09/12/2022")
    >>> complete_mentions("", mentions, Context(province="tỉnh Nghệ An", tier="province"))
    []
    >>> mentions[0].issuer, mentions[0].inferred
    ('Hội đồng nhân dân tỉnh Nghệ An', ['issuer'])
    """
    notes: list[Note] = []
    said = _issuers_said(mentions, context)
    first_full: dict[Key, Mention] = {}
    laws: dict[Key, Mention] = {}
    by_start = {mention.start: mention for mention in reversed(mentions)}
    for mention in mentions:
        key = _key(mention)
        several = said.get(key, set())
        if mention.kind == "law" and mention.name is not None:
            _point_at_law(plain, mention, laws)
        if mention.issuer is None:
            if mention.issuer_mention is None and len(several) > 1:
                # The same number of two bodies: a bare number here may be either.
                notes.append(Note("two-issuers", mention.start, mention.end, tuple(sorted(several))))
            else:
                _complete_issuer(plain, mention, context, first_full.get(key), notes)
        if mention.kind == "short" and mention.issuer is None and mention.resolves_to is not None:
            target = by_start.get(mention.resolves_to)
            if target is not None and target.issuer is not None:
                _infer(mention, target.issuer)
        if mention.number is not None and mention.kind != "short":
            earlier = first_full.setdefault(key, mention)
            if earlier is not mention:
                _point_at_earlier(mention, earlier, len(several) > 1, notes)
        mention.inferred = sorted(set(mention.inferred))
    return notes


def _key(mention: Mention) -> Key:
    return mention.type or "", (mention.number or "").lower().lstrip("0")


def _issuers_said(mentions: Sequence[Mention], context: Context) -> Mapping[Key, set[str]]:
    """Return which issuers the text itself says for each type and number."""
    said: dict[Key, set[str]] = {}
    for mention in mentions:
        if mention.number is not None and mention.issuer_mention is not None:
            name, _, _ = complete(mention.issuer_mention, context)
            if name is not None:
                said.setdefault(_key(mention), set()).add(name)
    return said


def _point_at_law(plain: str, mention: Mention, laws: dict[Key, Mention]) -> None:
    """Let a bare name of a law point at the mention before it that has its number or date, but of no other year."""
    named = (mention.type or "", (mention.name or "").lower())
    if mention.number is not None or mention.date is not None:
        laws.setdefault(named, mention)
    elif named in laws:
        earlier = laws[named]
        years = set(_YEARS.findall(plain[mention.start : mention.end]))
        of_earlier = set(_YEARS.findall(f"{earlier.number} {earlier.date}"))
        if years <= of_earlier:
            mention.resolves_to = earlier.start


def _point_at_earlier(mention: Mention, earlier: Mention, ambiguous: bool, notes: list[Note]) -> None:
    if earlier.issuer != mention.issuer and (mention.issuer is not None or ambiguous):
        return
    day, before = mention.date, earlier.date
    differ = day is not None and before is not None and day != before
    if day is not None and before is not None and day[:4] != before[:4] and not _YEARS.search(mention.number or ""):
        # "37/QĐ-UBND" begins again each year: two years are two documents.
        return
    if mention.date is None or mention.issuer_mention is None:
        mention.resolves_to = earlier.start
    if differ and mention.issuer == earlier.issuer:
        notes.append(Note("two-dates", mention.start, mention.end, (str(earlier.date), str(mention.date))))


def _infer(mention: Mention, issuer: str) -> None:
    mention.issuer = issuer
    mention.inferred.append("issuer")


# --- the issuer -------------------------------------------------------------------------------------------------------


def _complete_issuer(
    plain: str, mention: Mention, context: Context, earlier: Mention | None, notes: list[Note]
) -> None:
    if mention.issuer_mention is not None:
        name, inferred, _ = complete(mention.issuer_mention, context)
        if name is not None:
            mention.issuer = name
            if inferred:
                mention.inferred.append("issuer")
            return
        if mention.issuer_mention.worn:
            # Whose name lost letters is somebody, but none whom context would put in.
            bodies = tuple(f"{mention.issuer_mention.name} {name}" for name in mention.issuer_mention.worn)
            notes.append(Note("open-issuer", mention.start, mention.end, bodies))
            return
    if mention.kind == "titled":
        issuer = _issuer_by_place(plain, mention, "Ủy ban nhân dân", context)
    else:
        issuer = (
            _proposer(plain, mention, context)
            or issuers_of_symbol(mention.issuer_codes, mention.type, context, mention.date)
            or (earlier.issuer if earlier is not None else None)
            or _committee(mention, context)
            or _place_body(plain, mention, context, notes)
        )
    if issuer is not None:
        _infer(mention, issuer)


def _proposer(plain: str, mention: Mention, context: Context) -> str | None:
    """Return who proposes: "Theo đề nghị của Giám đốc Sở Y tế tại Tờ trình số …" is the department's."""
    if mention.type not in _PROPOSAL_TYPES:
        return None
    lead = _PROPOSER.search(plain, max(0, mention.start - _PROPOSER_WINDOW), mention.start)
    said = read_agency(plain, lead.end()) if lead is not None else None
    if said is None or said.end > mention.start or not _AT.fullmatch(plain, said.end, mention.start):
        return None
    name, _, _ = complete(said, context)
    return _HEADS.sub("", name, count=1) if name is not None else None


def _committee(mention: Mention, context: Context) -> str | None:
    """Return the Party committee that TU or HU means here: the province's or the district's own."""
    code = mention.issuer_codes[0] if mention.issuer_codes else None
    province, district = context.province, context.district
    if code == "TU" and province is not None:
        committee = "Tỉnh ủy" if province.startswith("tỉnh ") else "Thành ủy"
        return f"{committee} {without_unit(province)}"
    if code == "HU" and district is not None and district.startswith("huyện "):
        return f"Huyện ủy {district.removeprefix('huyện ')}"
    return None


def _place_body(plain: str, mention: Mention, context: Context, notes: list[Note]) -> str | None:
    """Return the body that UBND or HĐND means here, or doubt which it is."""
    body = _PLACE_BODIES.get(mention.issuer_codes[0]) if mention.issuer_codes else None
    if body is None:
        return None
    name = _issuer_by_place(plain, mention, body, context)
    if name is not None:
        return name
    if context.tier == "province" and context.province is not None:
        # A province's own papers cite their districts' only by name.
        return f"{body} {context.province}"
    own = tuple(f"{body} {place}" for place in (context.district, context.province) if place is not None)
    if own and mention.issuer_mention is None and mention.resolves_to is None:
        notes.append(Note("open-issuer", mention.start, mention.end, own))
    return None


def _issuer_by_place(plain: str, mention: Mention, body: str, context: Context) -> str | None:
    """Take the place that the subject or title names: "… trên địa bàn huyện Thọ Xuân" is the district's own."""
    start = mention.subject_start if mention.subject_start is not None else mention.start
    stop = mention.subject_end if mention.subject_end is not None else mention.end
    own = {place.lower(): place for place in (context.province, context.district, context.commune) if place is not None}
    last: str | None = None
    for found in _PLACE_WORD.finditer(plain[start:stop]):
        place = read_place(plain, start + found.start())
        if place is not None and place[2] is not None:
            last = own.get(f"{place[1]} {place[2]}".lower(), last)
    if last is None and mention.kind == "titled" and mention.type not in _NATIONAL_TITLES:
        last = {"province": context.province, "district": context.district}.get(context.tier or "")
    return f"{body} {last}" if last is not None else None
