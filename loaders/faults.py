"""Doubt what the words of a text show to be wrong: its own number and date, numbers that it cites, damaged words.

Whatever a query can compare is compared by the rules of the audit; here is what only the characters of the text tell.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from cancu.loaders.agencies import Context, issuer_of_symbol, issuers_of_symbol, read_place, tier_of
from cancu.loaders.entities import body_of, canonical_number
from cancu.loaders.header import Header
from cancu.loaders.mentions import Mention, Note
from cancu.loaders.patterns import any_of, compiled
from cancu.loaders.relations import Judgement
from cancu.loaders.symbols import ANCHOR, issuer_codes, match_symbol, own_code, type_codes
from cancu.ontology import lexicon, places

__all__ = ["find_basis_faults", "find_header_faults", "find_number_faults", "find_word_faults", "is_before_rules"]


# --- the document itself ----------------------------------------------------------------------------------------------

# "ngày      tháng 3 năm 2024", "ngày … tháng … năm …": the day is left blank.
_BLANK = r"[ .…_]*"
_BLANK_DATE = compiled(
    rf"[Nn]gày{_BLANK}tháng{_BLANK}(?P<month>\d{{1,2}})?{_BLANK}năm{_BLANK}(?P<year>(?:19|20)\d\d)?(?!\d)"
)
_DRAFT = compiled(rf"^[\W_]*{any_of('draft_mark')}(?: lần (?:thứ )?[^\s]{{1,4}})?[\W_]*$", re.MULTILINE)
#: The head of a document ends here at the latest, in characters.
_HEAD = 3_000
# "2024-04-01T08:55:27+0100": signed in another zone than Vietnam's (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.8).
_ZONE = compiled(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!\+07)(?:[+-]\d{2}:?\d{2}|Z)(?=\s)")
_SIGNATURES = 40_000


def find_header_faults(plain: str, header: Header) -> list[Note]:
    r"""Find what the document says wrongly of itself, or has left blank.

    >>> from cancu.loaders.header import read_header
    >>> text = "UBND XÃ YÊN HỢP\nSố:     /KH-UBND\nYên Hợp, ngày    tháng 3 năm 2024\nKẾ HOẠCH\nGiảm nghèo năm 2024\n"
    >>> [note.rule for note in find_header_faults(text, read_header(text))]
    ['number-left-blank', 'date-left-blank']
    """
    notes = []
    top = min(header.title_start or _HEAD, _HEAD)
    if header.number is None and header.number_blank is not None:
        notes.append(Note("number-left-blank", *header.number_blank))
    blank = _blank_date(plain, header)
    if blank is not None:
        notes.append(Note("date-left-blank", *blank.span()))
    draft = _DRAFT.search(plain, 0, top)
    if draft is not None:
        start = draft.start() + len(draft[0]) - len(draft[0].lstrip())
        notes.append(Note("draft", start, start + len(draft[0].strip())))
    body = _other_body(header)
    if body is not None:
        notes.append(Note("signed-for-other", *header.places["on_behalf_of"], (body, header.issuer or "")))
    for found in _ZONE.finditer(plain, max(0, len(plain) - _SIGNATURES)):
        notes.append(Note("signature-zone", *found.span()))
    return notes


def _blank_date(plain: str, header: Header) -> re.Match[str] | None:
    if header.date is not None or header.impossible:
        return None
    limit = min(len(plain), max(header.title_start, 600), _HEAD)
    return _BLANK_DATE.search(plain, 0, limit)


def _other_body(header: Header) -> str | None:
    """Return the body that the signature names, where the document is another kind of body's: HĐND's, not UBND's."""
    if header.on_behalf_of is None or header.issuer is None or "on_behalf_of" not in header.places:
        return None
    bodies = set(lexicon.words("place_body").values())
    signed = next((body for body in bodies if header.on_behalf_of.lower().startswith(body.lower())), None)
    issued = next((body for body in bodies if header.issuer.startswith(body)), None)
    return signed if signed is not None and issued is not None and signed != issued else None


# --- numbers of documents ---------------------------------------------------------------------------------------------

_FRONT = compiled(r"\d[\w.]*(?: ?[/-]+ ?(?:19|20)\d\d)?[ /-]*(?:[A-ZĐ&]+(?:-[A-ZĐ]+)?)?[ -]*$")
_FRONT_WINDOW = 30
_YEAR = compiled(r"/((?:19|20)\d\d)/")
_TERM = compiled(r"(?:QH|UBTVQH)(\d{1,2})$")
_OF_ASSEMBLY = compiled(r"(QH|UBTVQH|UBNVQH)([\dIl]{1,4})$")
# Points parted the letters of local symbols ("QĐ.UB") until this year (Thông tư 01/2011/TT-BNV).
_POINTS_UNTIL = 2011
# Before the first law on legal documents (1996) letters followed no rule.
_RULES_SINCE = 1997
_LIKE = 0.75
_CODE_BEHIND = compiled(r" ([A-ZĐ&]{2,})(?![^\W_])")
_SHORTEST_CODE = 4


def find_number_faults(plain: str, mentions: Sequence[Mention]) -> list[Note]:
    """Find numbers that are written as none can be, and what they must have been; terms and issuers that do not fit.

    >>> from cancu.loaders.citations import complete_mentions, find_mentions
    >>> mentions, _ = find_mentions("Nghị quyết số 10/2023/NQHĐND; Luật số 25/2025/QHI5; Luật số 08/2022/QH14")
    >>> [(note.rule, note.candidates) for note in find_number_faults("", mentions)]
    []
    >>> text = "Nghị quyết số 10/2023/NQHĐND; Luật số 25/2025/QHI5; Luật số 08/2022/QH14"
    >>> [(note.rule, note.candidates) for note in find_number_faults(text, find_mentions(text)[0])]
    [('symbol-damaged', ('10/2023/NQ-HĐND',)), ('symbol-damaged', ('25/2025/QH15',)), ('term-year', ('08/2022/QH15',))]
    """
    notes = []
    for mention in mentions:
        if mention.kind not in ("numbered", "law") or mention.number is None:
            continue
        span = _number_span(plain, mention)
        if span is not None:
            meant = _meant(plain, mention, plain[span[0] : span[1]], span[1])
            if meant is not None:
                notes.append(Note("symbol-damaged", *span, meant))
            elif (terms := _terms_of_year(mention)) is not None:
                notes.append(Note("term-year", *span, terms))
        other = _other_issuer(mention)
        if other is not None:
            notes.append(Note("issuer-symbol", mention.start, mention.end, other))
    return notes


def _number_span(plain: str, mention: Mention) -> tuple[int, int] | None:
    """Return where the number of a mention is printed."""
    for anchor in ANCHOR.finditer(plain, mention.start, mention.end):
        matched = match_symbol(plain, anchor.start())
        front = _FRONT.search(plain[max(mention.start, anchor.start() - _FRONT_WINDOW) : anchor.start()])
        if matched is not None and front is not None:
            return anchor.start() - len(front[0]), matched[0]
    return None


def _meant(plain: str, mention: Mention, printed: str, end: int) -> tuple[str, ...] | None:
    """Return what a damaged number must have been, as far as it can be said; None for a sound one."""
    number = canonical_number(mention.number or "", mention.type)
    head, _, body = number.rpartition("/")
    assembly = _OF_ASSEMBLY.search(body)
    if assembly is not None:
        return _meant_term(number, assembly)
    whole = _with_known_codes(head, body, mention, plain.startswith("ngày", end))
    if whole is not None:
        return whole
    behind = _CODE_BEHIND.match(plain, end)
    if body in type_codes() and _YEAR.search(number) and behind is not None and behind[1] in issuer_codes():
        # "04/2022/TT BNNPTNT": a blank in place of the hyphen.
        return (f"{number}-{behind[1]}",)
    if _squeezed(printed) != _squeezed(number) and not _is_old_style(printed, mention):
        return (_of_stated_issuer(number, mention),)
    return None


def _of_stated_issuer(number: str, mention: Mention) -> str:
    """Give a number the letters of the issuer that is named, where no body has its own: "TT-BIC … của Bộ Tài chính"."""
    head, _, last = number.rpartition("-")
    if mention.issuer_mention is None or head.rpartition("/")[2] not in type_codes() or not _unknown(last):
        return number
    code = next((row.code for row in lexicon.issuers() if row.name == mention.issuer), None)
    return number if code is None else f"{head}-{code}"


def _squeezed(number: str) -> str:
    """Leave what must be equal in two writings of one number: no blanks, no zeros in front, no case."""
    return re.sub(r"\s", "", number).upper().replace("Ð", "Đ").lstrip("0")


def _is_old_style(printed: str, mention: Mention) -> bool:
    """Tell letters as they were written before the rules of 2011, and the codes that a joint circular parts by "/"."""
    years = [int(found) for found in _YEAR.findall(printed)] + ([int(mention.date[:4])] if mention.date else [])
    joint = "TTLT" in printed or "NQLT" in printed
    # Without its type code a number has a doubt of its own.
    bare = bool(years) and len(re.split(r"[-.]", printed.rpartition("/")[2])) == 1 and not _halved(printed, mention)
    pointed = "." in printed.rpartition("/")[2] and (not years or min(years) < _POINTS_UNTIL)
    return joint or bare or pointed or (bool(years) and min(years) < _RULES_SINCE)


def is_before_rules(mention: Mention) -> bool:
    """Tell a document of the years in which the letters of numbers followed no rule yet.

    >>> is_before_rules(Mention(0, 10, "numbered", "Thông tư", "20/LB-TT", date="1993-06-02"))
    True
    """
    return mention.date is not None and int(mention.date[:4]) < _RULES_SINCE


def _halved(printed: str, mention: Mention) -> bool:
    own = own_code(mention.type)
    return own is not None and printed.rpartition("/")[2].strip().startswith(own)


def _with_known_codes(head: str, body: str, mention: Mention, glued: bool) -> tuple[str, ...] | None:
    """Mend a type code or an issuer's that is no code: "NQQ-CP" of a Nghị quyết, "QĐ-TTngày", "TT-BNNPTTN"."""
    codes = body.split("-")
    own = own_code(mention.type)
    if len(codes) < 2 or own is None:
        return None
    mended = list(codes)
    if codes[0] not in type_codes() and codes[0] not in issuer_codes() and own in _without_doubles(codes[0]):
        mended[0] = own
    last = codes[1]
    if glued and f"{last}g" in issuer_codes():
        mended[1] = f"{last}g"
    elif mended[0] == own and len(codes) == 2 and len(last) >= _SHORTEST_CODE and _unknown(last):
        near = get_close_matches(last, issuer_codes(), 1, _LIKE)
        mended[1] = near[0] if near and near[0][0] == last[0] and sorted(near[0]) == sorted(last) else last
    return (f"{head}/{'-'.join(mended)}",) if mended != codes else None


def _without_doubles(code: str) -> str:
    return re.sub(r"(.)\1", r"\1", code)


def _unknown(code: str) -> bool:
    return issuer_of_symbol((code,), Context())[1] is None


def _meant_term(number: str, assembly: re.Match[str]) -> tuple[str, ...] | None:
    """Return the numbers that a misread term of the National Assembly may be; None where it is sound."""
    letters, term = assembly[1].replace("UBNVQH", "UBTVQH"), assembly[2]
    if term.isdigit() and letters == assembly[1] and f"QH{int(term)}" in lexicon.words("assembly_term"):
        return None
    year = _YEAR.search(number)
    stem = number[: -len(assembly[0])]
    fits = _terms_in(int(year[1])) if year is not None else ()
    return tuple(f"{stem}{letters}{fit}" for fit in fits) or (f"{stem}{letters}…",)


def _terms_in(year: int) -> tuple[str, ...]:
    """Return the terms of the National Assembly that held in a year, the younger first."""
    spans = {term.removeprefix("QH"): means.split("-") for term, means in lexicon.words("assembly_term").items()}
    return tuple(term for term, (first, last) in reversed(spans.items()) if int(first) <= year <= int(last))


def _terms_of_year(mention: Mention) -> tuple[str, ...] | None:
    """Return what a number may have been whose year lies outside the term that it names; None where they fit."""
    number = mention.number or ""
    term, year = _TERM.search(number), _YEAR.search(number)
    if term is None or year is None or f"QH{int(term[1])}" not in lexicon.words("assembly_term"):
        return None
    fits = _terms_in(int(year[1]))
    if not fits or str(int(term[1])) in fits:
        return None
    return tuple(f"{number[: -len(term[1])]}{fit}" for fit in fits)


def _other_issuer(mention: Mention) -> tuple[str, str] | None:
    """Return the issuer said and the one that the letters name, where they are two bodies."""
    if mention.issuer_mention is None or mention.issuer is None or not mention.issuer_codes:
        return None
    if is_before_rules(mention):
        # "Chỉ thị số 317-CT ngày 1/9/1990 của Chủ tịch Hội đồng Bộ trưởng".
        return None
    named = issuers_of_symbol(mention.issuer_codes, mention.type, Context(date=mention.date), mention.date)
    said = body_of(mention.issuer, mention.number)
    if named is None or said is None or named == said or {tier_of(named), tier_of(said)} != {"central"}:
        # "9/KH-HLHPN" is the province's association as well as the nation's.
        return None
    if (named in said or said in named) and not {named, said} <= set(lexicon.words("government")):
        return None
    rows = [row for code in mention.issuer_codes[:1] for row in lexicon.issuers_by_code(code)]
    if any(said in (row.name, row.successor) or said in row.names_also for row in rows):
        return None
    return said, named


# --- bases ------------------------------------------------------------------------------------------------------------

_PROVINCE = compiled(r"(?:tỉnh|thành phố) [^,]+$")


def find_basis_faults(
    plain: str, mentions: Sequence[Mention], judgements: Sequence[Judgement], header: Header
) -> list[Note]:
    """Find bases that the document itself rules out: itself, later than its own month, of another province."""
    blank = _blank_date(plain, header)
    last = _last_day(blank) if blank is not None else None
    notes = []
    for mention, judgement in zip(mentions, judgements, strict=True):
        if judgement.relation not in ("legal_basis", "guides"):
            continue
        if last is not None and blank is not None and mention.date is not None and mention.date > last:
            notes.append(Note("basis-after-month", mention.start, mention.end, (), (("written", blank[0].strip()),)))
        if _is_itself(mention, header):
            notes.append(Note("self-basis", mention.start, mention.end))
        province = _other_province(mention, header) if judgement.relation == "legal_basis" else None
        if province is not None:
            notes.append(Note("foreign-place", mention.start, mention.end, (province, header.province or "")))
    return notes


def _last_day(blank: re.Match[str]) -> str | None:
    """Return the last day that a date with a blank day may mean."""
    if blank["year"] is None:
        return None
    month = int(blank["month"] or 12)
    return f"{blank['year']}-{month:02}-{monthrange(int(blank['year']), month)[1]}" if 1 <= month <= 12 else None


def _is_itself(mention: Mention, header: Header) -> bool:
    number, own = mention.number, header.number
    if number is None or own is None or "number" in header.inferred or mention.type != header.type:
        return False
    return (
        canonical_number(number, mention.type) == canonical_number(own, header.type)
        and body_of(mention.issuer, number) == body_of(header.issuer, own)
        and mention.date in (None, header.date)
    )


def _other_province(mention: Mention, header: Header) -> str | None:
    """Return the province whose body issued a basis, where it is neither the document's own nor one merged with it."""
    if mention.issuer is None or mention.issuer_mention is None or header.province is None or header.issuer is None:
        return None
    if not mention.issuer.startswith(tuple(set(lexicon.words("place_body").values()))):
        return None
    printed = _PROVINCE.search(mention.issuer)
    read = read_place(mention.issuer, printed.start()) if printed is not None else None
    if printed is None or read is None or read[2] is None or printed[0] == header.province:
        return None
    theirs, ours = (places.find_place(one, tier="province") for one in (printed[0], header.province))
    later = {place.title for one in theirs for place in places.successors_of(one, _LATEST)}
    own = {place.title for one in ours for place in places.successors_of(one, _LATEST)}
    # Today's place of both is one: they were merged.
    return printed[0] if theirs and ours and later and own and not later & own else None


_LATEST = "2026-12-31"


# --- words ------------------------------------------------------------------------------------------------------------

# Letters of scripts that no Vietnamese word is written in.
_FOREIGN = compiled(r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = compiled(r"[^\W\d_]+")
_LATIN = compiled(r"[a-zA-ZÀ-ỹ]")
# "năm 20242": a digit too many, often the mark of a footnote.
_LONG_YEAR = compiled(r"(?<![^\W_])[Nn]ăm (?P<year>(?:19|20)\d\d)\d(?![\d/%]|[.,]\d|[^\W\d_])")
# "giai đoạn 2021 2025", "giai đoạn 20212025": the dash is lost.
_LOST_DASH = compiled(rf"(?<![^\W_]){any_of('period_word')} (?P<a>(?:19|20)\d\d) ?(?P<b>(?:19|20)\d\d)(?![\d.,])")
_DOUBLE = compiled(r"(?<![^\W_])(?:(?P<before>[^\W\d_]+) )?(?P<word>[[:lower:]]+) (?P=word)(?![^\W_])")
# "số ……/QĐ-UBND", "…… triệu đồng": a gap that nobody has filled.
_GAP = compiled(
    rf"(?<![^\W_])(?<!một ){any_of('gap_lead')} ?(?:…+|\.{{3,}}|_{{3,}})(?= ?(?:/|\d|tháng |năm |của |ngày ))"
    rf"|(?:(?<!…)…{{2,}}+|(?<!\.)\.{{4,}}+|(?<!_)_{{4,}}+) ?{any_of('gap_unit')}(?![^\W_])"
)
# What is left of Vietnamese letters that were read in the wrong code page, and the sign of a letter that was lost.
_MOJIBAKE = compiled(r"\ufffd|Ã[\u0080-\u00bf]|á[º»][\u0080-\u00bf\u2013-\u2122]|Æ[°¡]|Ä[\u0090\u0091‘]")


def find_word_faults(plain: str, header: Header) -> list[Note]:
    """Find damaged words: letters of other scripts, glued digits, double words, gaps left open, a wrong code page.

    >>> from cancu.loaders.header import Header
    >>> text = "Kết quả của của năm 20242, giai đoạn 2021 2025: đạt …… triệu đồng theo Quyết định số …/QĐ-UBND."
    >>> found = find_word_faults(text, Header())
    >>> [text[note.start : note.end] for note in found]
    ['của của', 'năm 20242', 'giai đoạn 2021 2025', '…… triệu đồng', 'số …']
    """
    notes = [*_double_words(plain), *_glued_years(plain), *_gaps(plain, header)]
    position = 0
    while (found := _FOREIGN.search(plain, position)) is not None:
        start, end = _word_around(plain, found.start())
        position = max(end, found.end())
        if _LATIN.search(plain, start, end) is not None:
            codes = " ".join(f"U+{ord(letter):04X}" for letter in plain[start:end] if _FOREIGN.match(letter))
            notes.append(Note("foreign-letter", start, end, (), (("codes", codes),)))
    broken = [found.span() for found in _MOJIBAKE.finditer(plain)]
    if broken:
        first = _word_around(plain, broken[0][0])
        notes.append(Note("mojibake", *first, (), (("count", str(len(broken))),)))
    return sorted(notes, key=lambda note: note.start)


def _word_around(plain: str, at: int) -> tuple[int, int]:
    """Return the characters without a blank around an offset."""
    start = max(plain.rfind(mark, 0, at) for mark in " \n\t") + 1
    ends = [end for mark in " \n\t" if (end := plain.find(mark, at)) >= 0]
    return start, min(ends, default=len(plain))


def _glued_years(plain: str) -> Iterator[Note]:
    for found in _LONG_YEAR.finditer(plain):
        yield Note("glued-year", *found.span(), (found["year"],))
    for found in _LOST_DASH.finditer(plain):
        yield Note("glued-year", *found.span(), (f"{found['a']}-{found['b']}",))


def _double_words(plain: str) -> Iterator[Note]:
    """Find a word printed twice: a small word that is never doubled, or one behind a small word ("ở cấp cấp xã")."""
    small, front = lexicon.words("small_word"), lexicon.words("front_word")
    doubled = lexicon.words("reduplication")
    for found in _DOUBLE.finditer(plain):
        word = found["word"]
        if word in doubled or len(word) < 2:
            continue
        if word in small or (found["before"] or "").lower() in front:
            start = found.end() - 2 * len(word) - 1
            yield Note("double-word", start, found.end(), (word,))


def _gaps(plain: str, header: Header) -> Iterator[Note]:
    """Find gaps that were left open in the body; behind the signature stand forms, which have them rightly."""
    signed = [header.places[name][0] for name in ("signer", "signer_role", "on_behalf_of") if name in header.places]
    for found in _GAP.finditer(plain, header.title_end, min(signed, default=len(plain))):
        yield Note("gap", *found.span())
