"""Read who has to do what: the duties that a plan gives to agencies, with their role, task and component.

Duties stand in sections on the organisation of the work ("TỔ CHỨC THỰC HIỆN"), in the paragraphs of components ("Cơ
quan chủ trì: …", "Sở Y tế chủ trì, phối hợp với …"), in requirements ("căn cứ kế hoạch này xây dựng kế hoạch") and in
the closing paragraphs. The verbs and the roles that they give are rows of ``ontology/role_cues.tsv``, other words rows
of ``ontology/words.tsv``. A clause without a subject belongs to the agency of its sentence, paragraph or heading.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from cancu.loaders.actors import Actor, actor_starts, extended, read_as_printed, read_list, read_title
from cancu.loaders.agencies import Context
from cancu.loaders.clauses import Clause, clauses
from cancu.loaders.components import Components
from cancu.loaders.outline import Heading
from cancu.loaders.patterns import compiled
from cancu.loaders.reading import Reading
from cancu.loaders.recipients import find_list
from cancu.model import Assignment
from cancu.ontology import lexicon

__all__ = ["read_duties"]

_END = r"(?![^\W_])"
_ROLES = ("lead", "coordinate", "implement", "advise", "monitor", "report", "fund", "propose")
# How sure a record is: by how its agency and its role were found.
_SURE, _FROM_HEADING, _PARTNER, _DIRECTS, _BY_DEFAULT, _AS_PRINTED = 0.95, 0.9, 0.9, 0.75, 0.7, 0.6
# A clause that gives duties is no longer than this.
_LONGEST_CLAUSE = 3_000
_ARTICLES = frozenset(("Quyết định", "Chỉ thị", "Nghị quyết", "Kế hoạch", "Công văn", "Chương trình", "Đề án"))


# --------------------------------------------------------------------------------------------- verbs


@dataclass(frozen=True, slots=True)
class _Cue:
    """Hold one row of the table of verbs."""

    verb: str
    roles: tuple[str, ...]
    party: str
    with_party: str
    object: str
    light: bool
    anywhere: bool
    beats: frozenset[str]


@cache
def _cues() -> dict[str, _Cue]:
    columns = ("verb", "role", "party", "with_party", "object", "light", "anywhere", "beats", "example", "source")
    cues: dict[str, _Cue] = {}
    for row in lexicon.read_table(lexicon.TABLES / "role_cues.tsv", columns, key=("verb",)):
        if row["verb"] not in row["example"].lower():
            raise row.error(f"the example does not show {row['verb']!r}")
        for role in (*row.items("role"), row["with_party"] or "lead", *row.items("beats")):
            if role not in _ROLES:
                raise row.error(f"{role!r} is no role")
        cues[row["verb"]] = _Cue(
            row["verb"], row.items("role"), row.choice("party", ("", "-", *_ROLES)), row["with_party"],
            row.choice("object", ("", "money", "money_near", "asked", "asked_later", "served")),
            row.flag("light"), row.flag("anywhere"), frozenset(row.items("beats")),
        )  # fmt: skip
    return cues


def _forms(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _list(name: str) -> str:
    return rf"(?:{_forms(list(lexicon.words(name)))})"


@cache
def _cue_pattern() -> re.Pattern[str]:
    return compiled(rf"(?:{_forms(list(_cues()))}){_END}", re.IGNORECASE)


@cache
def _anywhere_pattern() -> re.Pattern[str]:
    verbs = [cue.verb for cue in _cues().values() if cue.anywhere]
    return compiled(rf"(?<![^\W_])(?:{_forms(verbs)}){_END}", re.IGNORECASE)


# "chế độ báo cáo", "để tổng hợp báo cáo", "chương trình": there the word is no verb of the sentence.
_NOUN_BEFORE = compiled(
    r"(?:chế độ|công tác|cơ chế|mẫu|nội dung|thông tin,?|các|những|bản|hoạt động|hệ thống|việc|theo|số liệu|quy định|"
    r"chương|quy|quá|lập|công|kinh|được|làm cơ sở|cơ sở|nhằm|do|kế hoạch|kỳ|đoàn|tổ|cán bộ|và kiến nghị,|ý kiến) $",
    re.IGNORECASE,
)
_REPORTED = compiled(
    r" (?:kết quả|tình hình|định kỳ|về|cho|đầy đủ|tiến độ|với|cơ quan|cấp|số liệu|trước|theo|kịp thời|các|bằng|tại"
    r"|đột xuất)"
)
_NOT_A_VERB = compiled(r"(?:,| và|,? nếu có| \(nếu| của| đó| này|;|$)")


def _cue_at(plain: str, at: int, end: int, context: Context) -> tuple[_Cue, int] | None:
    """Return the verb at an offset, its object seen, and where it ends."""
    found = _cue_pattern().match(plain, at, end)
    while found is not None:
        cue = _cues()[found[0].lower()]
        if _object_follows(cue, plain, found.end(), end, context):
            return cue, found.end()
        # "kiến nghị, đề xuất nếu có": a shorter verb may stand here.
        shorter = found[0].rsplit(" ", 1)[0].rstrip(",")
        if shorter == found[0] or shorter.lower() not in _cues():
            return None
        found = _cue_pattern().match(plain, at, at + len(shorter))
    return None


@cache
def _object_pattern(name: str) -> re.Pattern[str]:
    return compiled(rf"(?<![^\W_]){_list(name)}{_END}", re.IGNORECASE)


def _object_follows(cue: _Cue, plain: str, at: int, end: int, context: Context) -> bool:
    if cue.object == "":
        return True
    if cue.object == "money":
        return _object_pattern("money").search(plain, at, min(end, at + 90)) is not None
    if cue.object == "money_near":
        return _object_pattern("money").search(plain, at, min(end, at + 18)) is not None
    if cue.object == "asked":
        return _object_pattern("asked").match(plain, at + 1, end) is not None
    if cue.object == "asked_later":
        return _TO_SUBMIT.search(plain, at, end) is not None
    return bool(read_list(plain, at + 1, end, context))


_TO_SUBMIT = compiled(
    r"(?<![^\W_])(?:trình|đề xuất)(?= (?:UBND|Ủy ban|HĐND|Hội đồng|Chủ tịch|cấp|cơ quan|Sở|Bộ|Phòng|phê duyệt))"
)


# --------------------------------------------------------------------------------------------- patterns


@cache
def _lead() -> re.Pattern[str]:
    """Return what stands in front of the agencies of a heading: "Đề nghị", "Trách nhiệm của"."""
    return compiled(rf"[*_ ]*{_list('duty_lead')}:? ", re.IGNORECASE)


@cache
def _adverbs() -> re.Pattern[str]:
    return compiled(rf"(?:{_list('duty_adverb')},? )++", re.IGNORECASE)


@cache
def _light_link() -> re.Pattern[str]:
    return compiled(rf" (?:{_list('duty_link')} ){{0,3}}+", re.IGNORECASE)


@cache
def _role_label() -> re.Pattern[str]:
    words = "|".join(
        re.escape(word).replace(r"\ ", " +") for word in sorted(lexicon.words("role_label"), key=len, reverse=True)
    )
    return compiled(rf"(?<![^\W_])(?P<label>{words})(?: thực hiện)?(?: chính)? ?[*_]*: ?", re.IGNORECASE)


_SUCH_AS = compiled(r" (?:như|gồm|bao gồm):? ?")
# "1. Sở Y tế - Cơ quan thường trực Chương trình:", "2. Bộ Công an có trách nhiệm:": what a heading says of its agency.
_OFFICE = compiled(
    r" ?[-–,(] ?(?:là )?(?:(?:[Cc]ơ quan|[Đđ]ơn vị) )?(?:[Tt]hường trực|[Đđ]ầu mối)[^:;.\n]{0,60}?\)?(?= ?:|$)"
)
_CHARGE = compiled(r" (?:có|chịu) (?:trách nhiệm|nhiệm vụ)(?: như)?(?: sau)?(?: đây)?(?= ?:)")
_BRACKET = compiled(r" ?\([^()\n]{1,80}\)")
_COLON = compiled(r" ?[*_]*: ?[*_]*")
_CONNECTOR = compiled(
    r"(?:Đồng thời|đồng thời|Ngoài ra|Bên cạnh đó|Trước mắt|Cụ thể|Trong đó|trong đó|Riêng)[,:]? ?", re.IGNORECASE
)
# What was done is no duty.
_NARRATIVE = compiled(
    r"(?:Đến nay|Hiện nay|Tính đến|Thời gian qua|Trong thời gian qua|Trong những năm qua|Trong các năm qua|Kết quả:?) ",
    re.IGNORECASE,
)
_DONE = compiled(
    r"(?<![^\W_])đã (?:và đang |tích cực |chủ động |kịp thời |tập trung |thường xuyên )*"
    r"(?:chỉ đạo|lãnh đạo|phối hợp|tổ chức|triển khai|thực hiện|ban hành|tham mưu|tặng|xây dựng|hướng dẫn|kiểm tra"
    r"|tuyên truyền|tiến hành|huy động|hỗ trợ|đạt|có nhiều|bố trí|phân bổ|giải ngân|hoàn thành|chủ trì|rà soát|cấp)"
    r"(?![^\W_])(?! kế hoạch này)",
    re.IGNORECASE,
)
# "Trên cơ sở kế hoạch đã ban hành, …": there the word tells of what the duty rests on.
_LEADING_PHRASE = compiled(
    r"(?:Căn cứ|Trên cơ sở|Theo|Sau khi|Khi|Nếu|Đối với|Từ|Trong quá trình|Thực hiện|Với|Tại|Về|Ngoài)(?![^\W_])", re.I
)
_OWN_YEAR = compiled(r"(?:Trong )?(?:\d+ tháng (?:đầu )?)?năm (?P<year>20\d\d)", re.IGNORECASE)
_OWN_PLAN = compiled(
    r"(?:căn cứ|trên cơ sở|theo)[^,;.\n]{0,40} "
    r"(?:kế hoạch|quyết định|chương trình|đề án|chỉ thị|nghị quyết|công văn) này",
    re.IGNORECASE,
)
_THIS_PLAN = compiled(
    r"(?:thi hành|thực hiện)(?: nghiêm túc| có hiệu quả| tốt)? "
    r"(?:kế hoạch|quyết định|chương trình|đề án|chỉ thị|nghị quyết|công văn) này",
    re.IGNORECASE,
)
_ASKED = compiled(
    r"(?:và |, )?(?:kính )?(?:yêu cầu|đề nghị|giao nhiệm vụ cho|giao cho|giao|phân công)(?: cho)?:? ", re.IGNORECASE
)
_REQUESTS = compiled(r",? (?:yêu cầu|đề nghị|giao|phân công)(?: nhiệm vụ)?(?: cho)?:? ")
_TOGETHER = compiled(r"(?:các cấp ủy|các cấp|cấp ủy|chính quyền)[^,;:.\n]{0,30}? (?:cùng với|cùng|và) ", re.IGNORECASE)
# "… phối hợp với các phòng; UBND các xã tổ chức": a list goes on behind the semicolon.
_OPENS_LIST = compiled(r"(?:phối hợp|cùng|với|yêu cầu|đề nghị|giao|giữa)(?: chặt chẽ)?(?: với| cho)? $", re.IGNORECASE)
_SLOT = compiled(r"[,;:] ?(?:và |còn |đồng thời )?| thì | - |\. ")
# "căn cứ Kế hoạch này", "theo chức năng, nhiệm vụ được giao", "định kỳ 6 tháng (trước ngày 30/6)".
_PHRASE = compiled(
    r",? ?\(?(?:căn cứ|trên cơ sở|theo(?! dõi)|tùy theo|trong phạm vi|định kỳ|hàng|hằng|trước|ngay|khi|thuộc|trong"
    r"|đối với|tại|trên địa bàn|từ|sau|nhằm)(?![^\W_])",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 170
# "theo chức năng, nhiệm vụ được giao", "trong phạm vi quyền hạn của mình".
_BY_FUNCTION = compiled(
    r",? ?(?:căn cứ|trên cơ sở|theo|trong phạm vi|với|bằng|tùy theo)(?: vào)?(?: đúng)?"
    r" (?:chức năng|nhiệm vụ|thẩm quyền|quyền hạn|trách nhiệm|phạm vi|lĩnh vực)"
    r"(?:(?:,| và|, và)? ?(?:chức năng|nhiệm vụ|thẩm quyền|quyền hạn|trách nhiệm|phạm vi|lĩnh vực))*+"
    r"(?: (?:được giao|được phân công|phụ trách|quản lý|của mình|của ngành mình|của đơn vị mình|của cơ quan mình"
    r"|của từng (?:ngành|đơn vị|cơ quan)|của ngành|của đơn vị|có liên quan|theo quy định|cụ thể))*+(?: để)?,? ",
    re.IGNORECASE,
)
_LONGEST_LEAD = 60
_NO_VERB_BEFORE = compiled(
    r"(?:được|theo|của|việc|công tác|kế hoạch|về|các|những|nhiệm vụ|cơ quan|đơn vị|và được|đã) $",
    re.IGNORECASE,
)
_CHAIN = compiled(r"(?:, | và |, và | & | hoặc |; )(?:đồng thời |kịp thời |thường xuyên )?")
_PARTNER_LINK = compiled(
    r"(?: chặt chẽ| đồng bộ| thường xuyên| tốt| hiệu quả)?(?:,? với| cùng với| cùng| giữa)?(?: phối hợp)?(?: với)? "
)
_PARTY_LINK = compiled(r"(?: quyết liệt| trực tiếp| kịp thời| chặt chẽ)?(?: cho| đối với| với| về| gửi| lên)? ")
_LOCAL = compiled(r" (?:các |UBND|Ủy ban|cấp )")
_COMPONENT_OBJECT = compiled(
    r"(?:,? (?:tổ chức|triển khai|thực hiện)){0,4} (?:các |từng )?"
    r"(?:hoạt động|dự án|tiểu dự án|chương trình|chính sách|nội dung)",
    re.IGNORECASE,
)
_RECEIVER = compiled(r"(?:gửi về|gửi|về|qua|cho) (?=[^\W\d_])", re.IGNORECASE)
_HANDS_ON = compiled(
    r"(?:,? (?:trước|chậm nhất)(?: ngày)? [\d/]{3,12})?,? (?:để )?"
    r"(?P<verb>tổng hợp(?:,| và|, và)? (?:báo cáo|trình|tham mưu))"
)
_STRONG_AGAIN = compiled(
    r"(?:tổng hợp|định kỳ|theo dõi|kiểm tra|giám sát|đôn đốc|đồng thời|báo cáo|tham mưu)", re.IGNORECASE
)
# In front of a verb: "được phân công chủ trì", "cơ quan chủ trì".
_ATTRIBUTE = compiled(r"(?:được giao|được phân công|được|đơn vị|mà đơn vị|được giao nhiệm vụ|giao) $", re.IGNORECASE)
_FOR_OTHERS = compiled(
    r"(?:(?:để|nhằm)(?: kịp thời| chủ động)? |(?:để|nhằm) tổng hợp,? |cần giải quyết và )$", re.IGNORECASE
)
# "kế hoạch giám sát, đánh giá": the verbs say what kind of plan.
_OF_NOUN = compiled(
    r"(?:kế hoạch|công tác|hệ thống|quy trình|nội dung|hoạt động|việc|chế độ|năng lực|quá trình|báo cáo|khung|lĩnh vực"
    r"|cơ chế|bộ chỉ số|phương pháp) $",
    re.I,
)
_BARE_NOUN = compiled(r"(?!các |những |từng |mỗi |mọi |tất cả )[[:lower:]]")
_QUOTED = compiled(r'"[^"\n]{3,200}"')
_ONLY_DEADLINE = compiled(r"(?:thời gian )?hoàn thành (?:trước|trong|vào|chậm nhất|xong|đúng)(?![^\W_])", re.IGNORECASE)
_IN_BRACKETS = compiled(r"\( ?([^()\n]{8,200})\)")
_NO_TASK = compiled(
    r"(?:Công tác |Việc |Trên đây|Trong quá trình|Quá trình|Từng|Nếu|Hiện|Là |Theo quy định|Thời gian|Kinh phí|Nguồn"
    r"|Tổng số|\d)",
    re.IGNORECASE,
)
_TITLE_JOINT = compiled(r"(?:,? (?:thuộc|của) dự án \d{1,2})? ?(?:(?P<colon>:)|-) ?", re.IGNORECASE)
_TITLE_MARK = compiled(r"[,;.(\n]")
_PREDICATE = compiled(r" (?!và |hoặc |của |trong |tại |với |cho )[[:lower:]]")
# "hướng dẫn thực hiện": with the one who leads it is no duty of its own.
_TO_CARRY_OUT = compiled(r" (?:việc )?(?:tổ chức |triển khai )?(?:thực hiện|triển khai)(?![^\W_])")
# Verbs that give a duty wherever an agency is named in front of them.
_FIRM = frozenset(("lead", "coordinate", "advise", "monitor", "report", "fund", "propose"))
_WITH_OTHERS = compiled(r",? (?:và )?phối hợp (?:với|cùng|chặt)")
_POSSESSIVE = compiled(r"(?:của|theo|tại|từ) $", re.IGNORECASE)
# Behind these labels stands whoever is told, whether a table knows the name or not.
_STRONG_LABEL = compiled(r"(?:cơ quan|đơn vị|chủ đầu tư|người|bộ phận)", re.IGNORECASE)
_FEW_WORDS = compiled(r"(?: [[:lower:]]+){1,5}[.;]?")
_FIRST_ITEM = compiled(r" (?:1\.|a\)|[-+]) ?(?=[[:upper:]])")
_ABOUT = compiled(r"(?:Đối với|Về|Riêng) [^:\n]{3,200}:")
# "kết quả thực hiện dự án", "tiểu dự án được phân công": the one that the section has named.
_THE_PROJECT = compiled(
    r"(?:thực hiện|của|quản lý) (?:tiểu )?dự án(?: được (?:giao|phân công))?(?= ?(?:[,.;]|và|báo cáo|theo|$))"
    r"|thực hiện (?:đảm bảo|bảo đảm|đúng) (?:theo )?quy định",
    re.IGNORECASE,
)
_WORD = compiled(r"[^\W_]+")


@cache
def _verb_and_joint() -> re.Pattern[str]:
    """Match a verb right in front of a joint at the end of a string."""
    return compiled(rf"(?<![^\W_])(?P<verb>{_forms(list(_cues()))})(?:, | và |, và | hoặc )$", re.IGNORECASE)


_BETWEEN = compiled(r"[\W_]*")


def _slots(plain: str, start: int, end: int, *, first: bool) -> Iterator[int]:
    """Yield where a subject may stand: at the start of a clause and behind its marks."""
    if first:
        yield start
    for mark in _SLOT.finditer(plain, start, end):
        if mark.end() < end:
            yield mark.end()


def _next_word(plain: str, at: int, end: int) -> tuple[int, bool]:
    """Return where the next word begins, and whether a mark or "và" stands in front of it."""
    word = _WORD.match(plain, at, end)
    stop = word.end() if word is not None else at + 1
    between = _BETWEEN.match(plain, stop, end)
    position = between.end() if between is not None else stop
    slot = any(mark in plain[stop:position] for mark in ",;:")
    link = _LINK_WORD.match(plain, position, end)
    if link is not None:
        return link.end(), True
    return position, slot


_JOINT_BEHIND = compiled(r",? (?:và|cùng|&) (?=[^\W\d_])")
_LINK_WORD = compiled(r"(?:và|hoặc|thì)(?: và)? (?=[^\W\d_])", re.IGNORECASE)


def _colon(plain: str, start: int, end: int) -> int | None:
    """Return the colon of a label that a line begins with, or None."""
    found = plain.find(":", start, min(end, start + 160))
    if (
        found < 0
        or any(mark in plain[start:found] for mark in ".;")
        or plain.count("(", start, found) > plain.count(")", start, found)
    ):
        return None
    return found


def _mode_of(title: str) -> str | None:
    """Tell what a section's title says of duties: "assign" that they stand there, "skip" that none do."""
    folded = title.strip(" *_").casefold()
    if any(folded.startswith(word) for word in lexicon.words("duty_section")):
        return "assign"
    if any(folded.startswith(word) for word in lexicon.words("no_duty_section")):
        return "skip"
    return None


# --------------------------------------------------------------------------------------------- lines


@dataclass(slots=True)
class _Line:
    """Hold one line: ``start`` behind its enumerator or bullet; ``rank`` is small for headings, large for items."""

    start: int
    end: int
    rank: int
    heading: Heading | None


@dataclass(slots=True)
class _Level:
    """Hold what a heading, label or item says for the lines below it."""

    rank: int
    mode: str | None = None
    actors: list[Actor] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    role: str | None = None
    text: bool = False


_FRONT = compiled(
    r"[ *_#]*+(?:(?P<bullet>[-+*•])[ ]?|(?P<point>[a-zđ](?:[).]| {2})) ?"
    r"|\(?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.)]? (?=[^\W\d])|"
    r"(?P<roman>[IVXLC]{1,6})\. ?|(?P<article>Điều \d{1,3}[a-zđ]?[.:]? ?))?[ *_]*+"
)
_RANK_OF_BULLET = {"-": 8, "+": 9, "*": 8, "•": 8}
_TEXT_RANK = 10
# Where the closing paragraphs end: the list of recipients, the signature.
_TAIL = compiled(
    r"[ *_]*(?:(?:Nơi|Noi) nhận|(?:TM|KT|TL|TUQ|Q)\. ?[[:upper:]]{2}"
    r"|(?:(?:PHÓ )?CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|GIÁM ĐỐC)$)"
)
_BY_ACTOR = compiled(r"(?<![^\W_])do (?=[[:upper:]\w])")
_DOES_IT = compiled(
    r" (?:làm )?(chủ trì|triển khai|thực hiện|tổ chức thực hiện|phụ trách|làm chủ đầu tư|chịu trách nhiệm)(?![^\W_])"
)


def read_duties(reading: Reading, components: Components | None = None) -> list[Assignment]:
    r"""Read the duties that a text gives, in order; ``components`` say which component a duty is for.

    >>> from cancu.loaders.extract import read_reading
    >>> text = "KẾ HOẠCH\nNăm 2024 của tỉnh Bắc Giang\nV. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế\n"
    >>> text += "- Chủ trì, phối hợp với Sở Nội vụ kiểm tra việc thực hiện; báo cáo UBND tỉnh."
    >>> for duty in read_duties(read_reading(text)):
    ...     print(duty.role, "|", duty.agency, "|", duty.task)
    lead | Sở Y tế tỉnh Bắc Giang | Chủ trì, phối hợp với Sở Nội vụ kiểm tra việc thực hiện
    coordinate | Sở Nội vụ tỉnh Bắc Giang | phối hợp với Sở Nội vụ kiểm tra việc thực hiện
    monitor | Sở Y tế tỉnh Bắc Giang | kiểm tra việc thực hiện
    report | Sở Y tế tỉnh Bắc Giang | báo cáo UBND tỉnh
    """
    return _Reader(reading, components).read()


def _titles(components: Components) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """Return the pattern of titles that one component only has and that are long enough to name it, and their codes."""
    codes: dict[str, set[str]] = {}
    for component in components:
        words = component.title.strip(" .:")
        if words.count(" ") >= 3 and len(words) < 120:
            codes.setdefault(words.casefold(), set()).add(component.code)
    known = {title: found.pop() for title, found in codes.items() if len(found) == 1}
    if not known:
        return None
    lead = r"(?:thực hiện|triển khai|hoạt động|dự án|nội dung|chính sách) (?:các |việc )?"
    return compiled(rf"(?<![^\W_]){lead}(?P<title>{_forms(list(known))}){_END}", re.IGNORECASE), known


def _year_of(reading: Reading) -> int | None:
    """Return the year that a text plans for, or that of its date."""
    if reading.header.period_start is not None:
        return reading.header.period_start
    dated = reading.header.context.date
    return int(dated[:4]) if dated else None


class _Reader:
    """Walk through the lines of a text and keep whose turn it is."""

    def __init__(self, reading: Reading, components: Components | None) -> None:
        self.reading = reading
        self.plain = reading.plain
        self.components = components
        self.context = reading.header.context
        self.found: dict[tuple[int, str, str, str | None], Assignment] = {}
        self.levels: list[_Level] = []
        self.section_codes: list[str] = []
        self.by_start = {heading.start: heading for heading in reading.outline.headings}
        self.masks: list[tuple[int, int]] = []
        self.directed = False
        # The agencies between two offsets of the line that is read.
        self.groups: dict[tuple[int, int], list[tuple[int, list[Actor]]]] = {}
        self.titles = _titles(components) if components is not None else None
        self.recipients = find_list(reading) or (0, 0)
        self.year = _year_of(reading)

    def read(self) -> list[Assignment]:
        """Read all lines."""
        closing = self.reading.outline.closing_start
        tail = False
        for line in self._lines():
            in_closing = line.start >= closing
            if in_closing and not tail and _TAIL.match(self.plain, line.start, line.end):
                tail = True
                self.levels.clear()
            if tail and not self.levels and not self._reopens(line):
                continue
            self._pop(line, in_closing)
            self._read_line(line, closing=in_closing and not tail)
        return sorted(self.found.values(), key=lambda each: (each.start, each.end, each.agency_start, each.role))

    def _lines(self) -> Iterator[_Line]:
        plain, position = self.plain, self.reading.outline.opening_end
        while position < len(plain):
            stop = plain.find("\n", position)
            stop = len(plain) if stop < 0 else stop
            start = position
            while start < stop and plain[start] == " ":
                start += 1
            if start < stop and not self.reading.in_table(start) and "\t" not in plain[start:stop]:
                heading = self.by_start.get(start)
                front = _FRONT.match(plain, start, stop)
                behind = front.end() if front is not None else start
                bullet = front["bullet"] if front is not None else None
                rank = _TEXT_RANK
                if bullet:
                    rank = _RANK_OF_BULLET[bullet]
                elif heading is not None:
                    rank = heading.rank
                elif front is not None and (front["point"] or front["number"]):
                    rank = 7
                elif front is not None and front["article"]:
                    rank = 3
                end = stop
                while end > behind and plain[end - 1] in " */_":
                    end -= 1
                if behind < end and not self.recipients[0] <= start < self.recipients[1]:
                    yield _Line(behind, end, rank, heading)
            position = stop + 1

    def _reopens(self, line: _Line) -> bool:
        """Tell whether a plan that is attached to a decision begins again behind the signature."""
        return line.heading is not None and line.rank <= 2 and not line.heading.path[:-1]

    def _pop(self, line: _Line, closing: bool) -> None:
        if closing and line.start == self.reading.outline.closing_start:
            self.levels.clear()
        if line.rank == _TEXT_RANK:
            while (
                self.levels
                and (self.levels[-1].rank >= 8 or self.levels[-1].text)
                and (self.levels[-1].actors or self.levels[-1].rank == _TEXT_RANK)
            ):
                self.levels.pop()
            return
        while self.levels and self.levels[-1].rank >= line.rank:
            self.levels.pop()
        if line.rank < 7:
            self.section_codes = []

    # --- what holds for a line

    @property
    def mode(self) -> str | None:
        return next((level.mode for level in reversed(self.levels) if level.mode is not None), None)

    @property
    def actors(self) -> list[Actor]:
        return next((level.actors for level in reversed(self.levels) if level.actors), [])

    @property
    def role(self) -> str | None:
        return self.levels[-1].role if self.levels else None

    @property
    def codes(self) -> list[str]:
        return next((level.codes for level in reversed(self.levels) if level.codes), [])

    # --- one line

    def _read_line(self, line: _Line, *, closing: bool) -> None:
        plain, start, end = self.plain, line.start, line.end
        self.groups.clear()
        if self._read_roles(line):
            return
        label_end = _colon(plain, start, end)
        title = plain[start : label_end if label_end is not None else end]
        if line.heading is not None and line.rank < 7:
            title = line.heading.title
        mode = _mode_of(title) if line.heading is not None or label_end is not None else None
        if mode == "skip" and self._is_order(line, label_end):
            mode = None
        if mode is not None:
            self.levels.append(_Level(line.rank, mode))
            named = self._lead_actors(start, end)
            if named:
                self.levels[-1].actors = named[0]
                start = named[1]
            elif label_end is not None and label_end + 1 < end:
                start = label_end + 1
            elif (item := _FIRST_ITEM.search(plain, start, end)) is not None:
                start = item.end()
            else:
                return
        else:
            headed = self._lead_actors(start, end) or self._headline(line)
            if headed is not None:
                actors, behind, alone = headed
                # What stands under the name of an agency is told to it, wherever that is.
                charged = _CHARGE.search(plain, start, end) is not None
                told = self.mode != "skip" and (line.heading is not None or self.mode is not None or charged)
                self.levels.append(_Level(line.rank, "assign" if told else None, actors))
                if alone:
                    return
                start = behind
            elif (titled := self._titled_actor(line)) is not None:
                self.levels.append(_Level(line.rank, "assign", [titled]))
                start = titled.end
                while start < end and plain[start] in " .:;*_":
                    start += 1
                if start == end:
                    return
            elif line.heading is not None and line.rank < 8:
                self.levels.append(_Level(line.rank))
                if self.mode != "skip":
                    self._read_by(line.start, line.end)
                start = self._behind_title(line)
        if self.mode == "skip":
            return
        codes = self._codes_of_label(start, end)
        subject = self._read_body(start, end, closing=closing, label_codes=codes)
        if plain[end - 1] != ":":
            return
        if line.rank >= 7:
            named_here = [code for _, _, code in self._named(line.start, end)]
            if named_here and line.rank < _TEXT_RANK:
                self.levels.append(_Level(line.rank, None, [], named_here))
        if subject and line.rank != 8 and line.rank != 9:
            # "Sở Y tế chủ trì, phối hợp với các sở:" and bullets below it.
            text = line.rank == _TEXT_RANK
            if text or not self.levels or self.levels[-1].rank != line.rank:
                self.levels.append(_Level(7 if text else line.rank, text=text))
            self.levels[-1].actors = subject
            self.levels[-1].mode = "assign"

    def _is_order(self, line: _Line, label_end: int | None) -> bool:
        """Tell whether a line gives a duty that begins like a title of sections without any ("Căn cứ …, các sở …")."""
        if self.mode == "skip":
            return False
        end = label_end if label_end is not None else line.end
        if _LEADING_PHRASE.match(self.plain, line.start, end):
            return self._find_subject(line.start, end) is not None
        # "- Đánh giá kết quả thực hiện." below the name of an agency.
        own = self.mode == "assign" and bool(self.actors) and line.rank >= 7 and label_end is None
        return own and self._verb_from(line.start, end) is not None

    def _titled_actor(self, line: _Line) -> Actor | None:
        """Read a heading in a section of duties as the name of an agency that no table knows."""
        if self.mode != "assign" or self._list_at(line.start, line.end):
            return None
        heading = line.heading
        if heading is None or line.rank >= 7:
            # "- Công chức Văn thư: tham mưu …".
            colon = _colon(self.plain, line.start, line.end)
            named = read_title(self.plain, line.start, line.end, self.context) if colon is not None else None
            return named if named is not None and named.end == colon else None
        titled = read_title(self.plain, line.start, heading.end, self.context)
        if titled is None or self.plain[titled.end : heading.end].strip(" .:;*_("):
            return None
        return titled

    def _behind_title(self, line: _Line) -> int:
        """Return where the text of a heading's own line begins: behind its colon, or at once where it has none.

        A bare label has its text in the place of the title: "3.1. Tiểu dự án 1: Sở Y tế chủ trì".
        """
        heading = line.heading
        colon = _colon(self.plain, line.start, line.end)
        if colon is not None and heading is not None and colon < heading.end:
            behind = colon + 1
            while behind < line.end and self.plain[behind] == " ":
                behind += 1
            if self._find_subject(behind, line.end) is not None:
                return behind
        if heading is not None and heading.end < line.end:
            return heading.end
        return line.start

    def _lead_actors(self, start: int, end: int) -> tuple[list[Actor], int, bool] | None:
        """Read the agencies that a line is for; return them, where text behind begins, whether there is none."""
        plain = self.plain
        lead = _lead().match(plain, start, end)
        at = lead.end() if lead is not None else start
        actors = self._list_at(at, end)
        if not actors:
            return None
        behind = actors[-1].end
        more = _SUCH_AS.match(plain, behind, end)
        if more is not None:
            named = read_list(plain, more.end(), end, self.context)
            if named:
                actors, behind = [*actors, *named], named[-1].end
        for aside in (_BRACKET, _OFFICE, _CHARGE):
            note = aside.match(plain, behind, end)
            if note is not None:
                behind = note.end()
        rest = plain[behind:end].strip(" .;*_")
        if not rest or rest == ":":
            return actors, end, True
        colon = _COLON.match(plain, behind, end)
        if colon is not None:
            return actors, colon.end(), False
        return None

    def _headline(self, line: _Line) -> tuple[list[Actor], int, bool] | None:
        """Read a heading that goes on behind a name ("Các doanh nghiệp viễn thông", "Cục Công nghệ thông tin")."""
        plain, end = self.plain, line.end
        if line.heading is None or line.rank >= 7 or line.heading.end < end or self.mode != "assign":
            return None
        actors = self._list_at(line.start, end)
        if not actors or not _FEW_WORDS.fullmatch(plain, actors[-1].end, end):
            return None
        verb = self._verb_behind(actors[-1].end, end)
        cue = self._cue(verb, end) if verb is not None else None
        told = verb is not None and (cue is None or cue[1] < end)
        if told or (plain[end - 1] == "." and not actors[-1].collective):
            # "1. Sở Y tế chủ trì thực hiện."
            return None
        titled = read_title(plain, line.start, end, self.context) if len(actors) == 1 else None
        if titled is not None and not actors[0].collective:
            return [titled], end, True
        return [*actors[:-1], extended(plain, actors[-1], end, self.context)], end, True

    def _list_at(self, at: int, end: int, *, bare: bool = False) -> list[Actor]:
        actors = read_list(self.plain, at, end, self.context, bare=bare)
        return [self._resolved(actor) for actor in actors] if self.actors else actors

    def _resolved(self, actor: Actor) -> Actor:
        """Say which district is meant where the paragraph is for one ("UBND huyện" below "UBND huyện Sơn Động")."""
        printed = self.plain[actor.start : actor.end]
        if " các " in printed or printed.startswith("các "):
            return actor
        base = actor.name.split(" các ", 1)[0]
        unit = printed.rsplit(" ", 1)[-1].lower()
        for above in self.actors:
            if above.name.startswith((f"{actor.name} ", f"{base} {unit} ")) and not above.collective:
                return replace(actor, name=above.name, tier=above.tier, collective=False, inferred=True)
        return actor

    # --- labels of roles, and "(dự án do Sở Y tế triển khai)"

    def _read_roles(self, line: _Line) -> bool:
        """Read "Cơ quan chủ trì: A; B. Cơ quan phối hợp: C"."""
        plain = self.plain
        if self.role is not None and line.rank >= 7:
            actors = self._list_at(line.start, line.end, bare=True)
            if actors and not plain[actors[-1].end : line.end].strip(" .;,"):
                self._put_all(actors, self.role, line.start, line.end, self._codes_at(line.start, line.end))
                return True
        if self.mode == "skip" and line.heading is None:
            return False
        labels = [found for found in _role_label().finditer(plain, line.start, line.end) if self._labels(found, line)]
        if not labels or (plain[line.start : labels[0].start()].strip(" (") and labels[0].start() - line.start > 90):
            return False
        done = False
        for index, found in enumerate(labels):
            stop = labels[index + 1].start() if index + 1 < len(labels) else line.end
            role = lexicon.words("role_label")[" ".join(found["label"].lower().split())]
            at = found.end()
            while at < stop and plain[at] in " -+*":
                at += 1
            if at >= stop:
                self.levels.append(_Level(line.rank, "assign", [], [], role))
                return True
            actors = self._all_actors(at, stop, strong=_STRONG_LABEL.match(found["label"]) is not None)
            if not actors:
                continue
            done = True
            last = actors[-1].end
            codes = self._codes_at(found.start(), stop)
            self._put_all(actors, role, found.start(), max(last, found.end()), codes)
            self._read_tail_of_list(actors, last, stop, codes)
        return done

    def _labels(self, found: re.Match[str], line: _Line) -> bool:
        before = self.plain[line.start : found.start()].rstrip(" *(")
        return not before or before[-1] in ".;,:)"

    def _all_actors(self, at: int, stop: int, *, strong: bool) -> list[Actor]:
        """Read all agencies behind a label; ``strong`` says that it can stand in front of nothing else."""
        actors: list[Actor] = []
        over = False
        while at < stop:
            listed = self._list_at(at, stop, bare=True)
            if listed and (behind := listed[-1].end) < stop and self.plain[behind] == " ":
                # "Phó Chủ tịch Hội người mù": a name that goes on.
                whole = read_title(self.plain, listed[-1].start, stop, self.context)
                goes_on = whole is not None and whole.end > behind and not listed[-1].collective
                if whole is not None and goes_on and self._verb_behind(behind, stop) is None:
                    listed[-1] = whole
            if not listed:
                unknown = read_title(self.plain, at, stop, self.context)
                if unknown is None and strong and not over and self._verb_from(at, stop) is None:
                    unknown = read_as_printed(self.plain, at, stop, self.context)
                listed = [unknown] if unknown is not None else []
            if not listed:
                break
            actors += listed
            at = listed[-1].end
            more = _JOINT_BEHIND.match(self.plain, at, stop)
            at = more.end() if more is not None else at
            while at < stop and self.plain[at] in " .;,-+":
                # "Phòng Y tế. Thời gian: quý II".
                over = over or self.plain[at] == "."
                at += 1
        return actors

    def _read_tail_of_list(self, actors: list[Actor], last: int, stop: int, codes: list[str]) -> None:
        """Read what the last agency of a list is told besides ("… theo chức năng thực hiện giám sát")."""
        verb = self._verb_behind(last, stop)
        if verb is not None:
            self._read_predicate([actors[-1]], verb, stop, _Clause(stop, codes, True, False))

    def _read_by(self, start: int, end: int) -> None:
        """Read "(dự án do Sở Y tế triển khai trên địa bàn huyện)"."""
        for by in _BY_ACTOR.finditer(self.plain, start, end):
            actors = self._list_at(by.end(), end)
            does = _DOES_IT.match(self.plain, actors[-1].end, end) if actors else None
            if does is None:
                continue
            bracket = self.plain.find(")", does.end(), end)
            stop = bracket if bracket >= 0 else end
            role = "lead" if does[1] == "chủ trì" else "implement"
            self._put_all(actors, role, does.start() + 1, stop, self._codes_at(start, end))

    # --- sentences and clauses

    def _read_body(self, start: int, end: int, *, closing: bool, label_codes: list[str]) -> list[Actor]:
        """Read the clauses of a paragraph; return the agencies that it names as its last subject."""
        plain = self.plain
        self.groups.clear()
        component = self.components.at(start) if self.components is not None else None
        assign = self.mode == "assign"
        everywhere = assign or closing or component is not None or self._in_article(start)
        orders = self.reading.header.type in _ARTICLES
        subject, explicit = (self.actors if assign else []), False
        sentence_codes: list[str] = []
        places = self.components.named(plain, start, end) if self.components is not None else []
        for clause in self._clauses(start, end, {first for first, _, _ in places}):
            if clause.first:
                sentence_codes = []
                # Who is told to do something may also be meant by the next sentence.
                explicit = explicit and not self.directed
            if clause.end - clause.start > _LONGEST_CLAUSE:
                continue
            self.masks = self._masks(clause, places)
            if self._is_narrative(clause) or _ONLY_DEADLINE.match(plain, clause.start, clause.end):
                continue
            named = self._codes_at(clause.start, clause.end)
            codes, inferred = self._choose(clause, named, label_codes, sentence_codes)
            if everywhere or self._is_request(clause) or (orders and (explicit or self._names_who_acts(clause))):
                told = _Clause(clause.end, codes, assign, inferred, clause.first and not explicit)
                given = self._read_clause(clause.start, told, subject, explicit=explicit)
                if given is not None:
                    subject, explicit = given, True
            if named and component is None:
                sentence_codes = sentence_codes or named
        if everywhere:
            for note in _IN_BRACKETS.finditer(plain, start, end):
                codes = self._codes_at(note.start(1), note.end(1))
                self._read_by(note.start(), note.end())
                self._read_clause(note.start(1), _Clause(note.end(1), codes, False, True, False), [], explicit=False)
        return subject if explicit else []

    def _is_narrative(self, clause: Clause) -> bool:
        """Tell whether a clause says what was done: "đã" in front of its main verb, not within one of its objects."""
        plain, start, end = self.plain, clause.start, clause.end
        if _NARRATIVE.match(plain, start, end):
            return True
        found: tuple[list[Actor], int, int] | None = None
        for index, done in enumerate(_DONE.finditer(plain, start, end)):
            opened = self._cue(self._behind_adverbs(start, end), done.start()) is not None
            found = self._find_subject(start, end) if index == 0 else found
            if opened or (found is not None and found[1] < done.start()):
                if plain.endswith((", ", " và "), start, done.start()):
                    return True
                continue
            if not _LEADING_PHRASE.match(plain, start, end):
                return True
            if found is None and not any(
                slot > done.end() and self._verb_from(slot, end) is not None
                for slot in _slots(plain, start, end, first=False)
            ):
                return True
        return False

    def _names_who_acts(self, clause: Clause) -> bool:
        """Tell whether a clause outside the sections of duties names an agency that it tells to do something."""
        if self.mode == "skip" or self.reading.outline.at(clause.start) is None:
            return False
        dated = _OWN_YEAR.match(self.plain, clause.start, clause.end)
        if dated is not None and self.year is not None and int(dated["year"]) < self.year:
            return False
        found = self._find_subject(clause.start, clause.end)
        if found is None:
            return False
        actors, verb, slot = found
        if slot > clause.start and not _LEADING_PHRASE.match(self.plain, clause.start, slot):
            return False
        at = self._verb_from(verb, clause.end)
        cue = self._cue(at, clause.end) if at is not None else None
        if cue is None or any(actor.name == self.reading.header.issuer for actor in actors):
            return False
        if self._among_measures(clause.start):
            # What is told of measures is a duty only where one agency is made to lead others.
            return cue[0].roles == ("lead",) and _WITH_OTHERS.match(self.plain, cue[1], clause.end) is not None
        if cue[0].light:
            firm = at is not None and self._tells(at, clause.end)
        else:
            firm = bool(_FIRM & set(cue[0].roles))
        return firm or not actors[0].collective

    def _among_measures(self, at: int) -> bool:
        heading = self.reading.outline.at(at)
        return heading is not None and any("giải pháp" in title.casefold() for title in heading.path)

    def _masks(self, clause: Clause, places: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
        """Return the titles and quotations of a clause: the verbs in them give no duty."""
        index = bisect_left(places, clause.start, key=lambda place: place[0])
        masks = [found.span() for found in _QUOTED.finditer(self.plain, clause.start, clause.end)]
        while index < len(places) and places[index][0] < clause.end:
            first, last, code = places[index]
            masks.append((first, self._title_end(last, code, clause.end)))
            index += 1
        return masks

    def _title_end(self, at: int, code: str, end: int) -> int:
        """Return where a component's title ends behind its label: "Dự án 7: Nâng cao năng lực và giám sát"."""
        joint = _TITLE_JOINT.match(self.plain, at, end)
        component = self.components.get(code) if self.components is not None else None
        if joint is None or component is None:
            return at
        printed = self.plain[joint.end() : end].casefold()
        title = component.title.casefold()
        if printed.startswith(" ".join(title.split(" ")[:3])):
            # Titles are shortened or added to; a verb of the sentence stands behind its next mark.
            mark = _TITLE_MARK.search(self.plain, joint.end() + min(len(title), len(printed)) - 4, end)
            return mark.start() if mark is not None else end
        mark = _TITLE_MARK.search(self.plain, joint.end(), end)
        return (mark.start() if mark is not None else end) if joint["colon"] else at

    def _is_request(self, clause: Clause) -> bool:
        """Tell whether a clause outside the sections of duties gives one: "Đề nghị các sở …", "căn cứ kế hoạch này"."""
        if _OWN_PLAN.search(self.plain, clause.start, clause.end) or _THIS_PLAN.search(
            self.plain, clause.start, clause.end
        ):
            return True
        asked = _ASKED.match(self.plain, clause.start, clause.end)
        return asked is not None and bool(self._list_at(asked.end(), clause.end))

    def _in_article(self, at: int) -> bool:
        if self.reading.header.type not in _ARTICLES:
            return False
        heading = self.reading.outline.at(at)
        return heading is not None and any(part.startswith("Điều ") for part in heading.path)

    def _clauses(self, start: int, end: int, places: set[int]) -> list[Clause]:
        """Cut a paragraph into clauses; a semicolon inside a list of agencies or components cuts nothing."""
        pieces: list[Clause] = []
        for clause in clauses(self.plain, start, end):
            if pieces and not clause.first and (clause.start in places or self._is_list(pieces[-1], clause)):
                pieces[-1] = Clause(pieces[-1].start, clause.end, pieces[-1].first)
            else:
                pieces.append(clause)
        return pieces

    def _is_list(self, before: Clause, after: Clause) -> bool:
        """Tell whether agencies at a clause's end ("phối hợp với các sở") go on in the next one."""
        if not read_list(self.plain, after.start, after.end, self.context):
            return False
        listed = self._list_before(max(before.start, before.end - 420), before.end)
        if not listed:
            return False
        front = self.plain[before.start : listed[0].start]
        return not front.strip() or _OPENS_LIST.search(front) is not None

    def _list_before(self, start: int, end: int) -> list[Actor]:
        """Return the list of agencies that ends at an offset, from its first one on."""
        position = start
        for at in actor_starts(self.plain, start, end):
            if at < position:
                continue
            listed = read_list(self.plain, at, end, self.context)
            if listed and not self.plain[listed[-1].end : end].strip(" ,;"):
                return listed
            position = listed[-1].end if listed else at
        return []

    def _read_clause(self, start: int, told: _Clause, inherited: list[Actor], *, explicit: bool) -> list[Actor] | None:
        """Read one clause; return the agencies that it names as its subject, or None where it names none."""
        lead = _CONNECTOR.match(self.plain, start, told.end)
        position = lead.end() if lead is not None else start
        heirs = inherited if told.assign or explicit else []
        found = self._find_subject(position, told.end) or (
            self._plain_subject(position, told.end) if told.assign else None
        )
        if found is None:
            if heirs:
                self._read_predicate(heirs, position, told.end, told)
            return None
        first = found[0]
        begins = self._behind_adverbs(position, told.end)
        if found[2] > position and heirs and self._cue(begins, found[2]) is not None:
            # "Đẩy mạnh …, các hội vận động …": the beginning is the duty of the agency above.
            self._read_predicate(heirs, position, found[2], told)
        leader: list[Actor] = []
        self.directed = False
        while found is not None:
            subject, verb, _ = found
            found = self._find_subject(verb, told.end, later=True)
            roles = self._read_predicate(subject, verb, found[2] if found is not None else told.end, told, leader)
            if "lead" in roles:
                leader = subject
        return first

    def _find_subject(self, start: int, end: int, *, later: bool = False) -> tuple[list[Actor], int, int] | None:
        """Find the next agencies that act, at the start or behind a mark; return them, their verb, their slot."""
        plain = self.plain
        groups = self._groups(start, end)
        stop = start
        slots = set(_slots(plain, start, end, first=not later))
        for begin, actors in groups:
            slot = self._slot_of(begin, slots, start)
            if slot is None and _LEADING_PHRASE.match(plain, start, begin):
                begin, actors = self._behind_owner(begin, actors)
                slot = self._slot_of(begin, slots, start)
            before, stop = stop, actors[-1].end
            if slot is None or (before > start and not plain[before:slot].strip(" ,;")):
                continue
            if slot > start and actors[0].collective and _BARE_NOUN.match(plain, begin):
                # "đối tượng là các hộ dân, cơ quan, đơn vị tham gia".
                continue
            request = _REQUESTS.match(plain, stop, end)
            asked = slot < begin
            if request is not None:
                told = self._list_at(request.end(), end)
                if told:
                    actors, asked, stop = told, True, told[-1].end
            verb = self._verb_behind(stop, end)
            if verb is None and asked and plain[stop : stop + 1] == " ":
                verb = stop + 1
            if verb is not None and verb < end:
                return actors, verb, slot
        return None

    def _behind_owner(self, begin: int, actors: list[Actor]) -> tuple[int, list[Actor]]:
        """Leave out who only owns what a leading phrase names: "Căn cứ hướng dẫn của Bộ Y tế, Sở Y tế xây dựng …"."""
        if len(actors) < 2 or not _POSSESSIVE.search(self.plain, max(0, begin - 6), begin):
            return begin, actors
        first = len(actors) - 1
        while first > 1 and actors[first - 1].tier == actors[-1].tier:
            first -= 1
        return actors[first].start, actors[first:]

    def _plain_subject(self, start: int, end: int) -> tuple[list[Actor], int, int] | None:
        """Read the agencies that a clause of a section of duties begins with, whatever verb follows."""
        actors = self._list_at(start, end)
        if not actors:
            titled = read_title(self.plain, start, end, self.context)
            verb = self._verb_behind(titled.end, end) if titled is not None else None
            return ([titled], verb, start) if titled is not None and verb is not None else None
        if not _PREDICATE.match(self.plain, actors[-1].end, end):
            return None
        return actors, actors[-1].end + 1, start

    def _groups(self, start: int, end: int) -> list[tuple[int, list[Actor]]]:
        """Return the lists of agencies between two offsets, each with where it begins."""
        known = self.groups.get((start, end))
        if known is not None:
            return known
        groups: list[tuple[int, list[Actor]]] = []
        position = start
        for at in actor_starts(self.plain, start, end):
            actors = self._list_at(at, end) if at >= position else []
            if actors:
                groups.append((at, actors))
                position = actors[-1].end
        self.groups[start, end] = groups
        return groups

    def _slot_of(self, begin: int, slots: set[int], start: int) -> int | None:
        """Return the slot that agencies fill, words such as "đề nghị" in front of them overread, or None."""
        if begin in slots:
            return begin
        for slot in sorted(slots, reverse=True):
            if slot < begin and begin - slot < _LONGEST_LEAD:
                asked = _ASKED.match(self.plain, slot, begin)
                at = asked.end() if asked is not None else slot
                together = _TOGETHER.match(self.plain, at, begin)
                if (together.end() if together is not None else at) == begin:
                    return slot
        return None

    def _verb_behind(self, at: int, end: int) -> int | None:
        """Return where the words of a subject's verb begin that ends at ``at``, or None where no verb follows it."""
        position = at
        while position < end and self.plain[position] in " ,":
            position += 1
        if position == at or self._verb_from(position, end) is None:
            return None
        return position

    def _verb_from(self, position: int, end: int) -> int | None:
        """Return the verb that adverbs and phrases lead to ("theo chức năng, nhiệm vụ được giao phối hợp"), or None."""
        plain = self.plain
        for _ in range(4):
            if self._cue(position, end) is not None:
                return position
            function = _BY_FUNCTION.match(plain, position, end)
            if function is not None and self._cue(self._behind_adverbs(function.end(), end), end) is not None:
                return self._behind_adverbs(function.end(), end)
            phrase = _PHRASE.match(plain, position, end)
            if phrase is not None:
                verb = self._verb_of_phrase(phrase.end() - 1, min(end, phrase.end() + _LONGEST_PHRASE))
                if verb is not None:
                    return verb
            adverbs = _adverbs().match(plain, position, end)
            if adverbs is None:
                return None
            position = adverbs.end()
        return None

    def _verb_of_phrase(self, at: int, end: int) -> int | None:
        position = at
        while position < end:
            position, _ = _next_word(self.plain, position, end)
            if position >= end or self._is_masked(position):
                return None
            before = self.plain[max(at - 8, position - 12) : position]
            if _NO_VERB_BEFORE.search(before) is None and self._cue(position, end) is not None:
                return position
        return None

    def _cue(self, at: int, end: int) -> tuple[_Cue, int] | None:
        return _cue_at(self.plain, at, end, self.context)

    # --- what an agency does

    def _read_predicate(
        self, subject: list[Actor], start: int, end: int, told: _Clause, leader: Sequence[Actor] = ()
    ) -> set[str]:
        """Read the verbs of a subject between two offsets, record what they give, return the subject's roles."""
        plain = self.plain
        while end > start and plain[end - 1] in " ,;":
            end -= 1
        done = _Done()
        position, slot = start, True
        while position < end:
            verb = self._operative(position, start, end, done) if slot else None
            if verb is None and not done.handed and self._is_verb(position, start, end):
                verb = position
            if verb is not None:
                position, slot = self._read_chain(position, verb, start, end, done, told)
                continue
            receiver = _RECEIVER.match(plain, position, end)
            actors = self._list_at(receiver.end(), end) if receiver is not None else []
            if actors:
                self._hand_on(actors[-1], end, done)
                position, slot = _next_word(plain, actors[-1].end - 1, end)
                continue
            position, slot = _next_word(plain, position, end)
        return self._record(subject, start, end, done, told, leader)

    def _operative(self, position: int, start: int, end: int, done: _Done) -> int | None:
        """Return where a verb begins that gives a duty, at the start or behind a mark, or None."""
        plain = self.plain
        if done.handed or (done.governed and not _STRONG_AGAIN.match(plain, position, end)):
            return None
        at = self._verb_from(position, end)
        cue = self._cue(at, end) if at is not None else None
        if at is None or cue is None or self._is_masked(at):
            return None
        if cue[0].roles == ("propose",) and _NOT_A_VERB.match(plain, cue[1], end):
            return None
        if position > start and (
            _ATTRIBUTE.search(plain, max(start, at - 24), at)
            or self._in_noun(at, start, done)
            or plain.startswith(" của ", cue[1])
        ):
            return None
        return at

    def _is_masked(self, at: int) -> bool:
        """Tell whether an offset stands in the title of a component or in a quotation."""
        return any(first <= at < last for first, last in self.masks)

    def _in_noun(self, at: int, start: int, done: _Done) -> bool:
        """Tell whether a verb goes on a noun: "kế hoạch giám sát, đánh giá" gives no duty to assess."""
        for _ in range(4):
            before = _verb_and_joint().search(self.plain, max(start, at - 48), at)
            if before is None or any(first <= before.start("verb") < last for first, last in done.verbs):
                return False
            at = before.start("verb")
            if _OF_NOUN.search(self.plain, max(start, at - 16), at) is not None:
                return True
        return False

    def _is_verb(self, at: int, start: int, end: int) -> bool:
        """Tell whether a word is a verb also without a mark in front of it ("… kết quả báo cáo UBND tỉnh")."""
        plain = self.plain
        found = _anywhere_pattern().match(plain, at, end)
        if found is None or at == start:
            return False
        before = plain[max(start, at - 24) : at]
        word = found[0].lower()
        if _FOR_OTHERS.search(before) or (word != "gửi" and _NOUN_BEFORE.search(before)):
            return False
        if word.endswith("báo cáo"):
            named = read_list(plain, found.end() + 1, end, self.context)
            return bool(named) or (
                _REPORTED.match(plain, found.end(), end) is not None and before.endswith(("hợp ", "quả "))
            )
        if word == "gửi":
            link = _PARTY_LINK.match(plain, found.end(), end)
            return link is not None and bool(read_list(plain, link.end(), end, self.context))
        if word == "phản ánh":
            return plain.startswith((" về ", " với ", " kịp thời"), found.end())
        return self._cue(at, end) is not None

    def _read_chain(self, slot: int, at: int, start: int, end: int, done: _Done, told: _Clause) -> tuple[int, bool]:
        """Read verbs that stand side by side ("hướng dẫn, kiểm tra, đôn đốc") and the agencies behind them."""
        plain = self.plain
        chain: list[tuple[_Cue, int]] = []
        position = verb = at
        while (cue := self._cue(position, end)) is not None:
            done.verbs.append((position, cue[1]))
            verb = cue[1]
            leads = _light_link().match(plain, verb, end) if cue[0].light else None
            if leads is not None and self._cue(leads.end(), end) is not None:
                # "tổ chức kiểm tra": the second verb tells the role.
                position = leads.end()
                chain += [(cue[0], at)] if not self._tells(leads.end(), end) else []
                continue
            chain.append((cue[0], position))
            joint = _CHAIN.match(plain, verb, end)
            if joint is None or _ATTRIBUTE.search(plain, verb, joint.end()):
                break
            position = joint.end()
        actors = self._other_party(chain, verb, end)
        behind = actors[-1].end if actors else verb
        self._give(chain, slot, verb, bool(actors), start, end, done, told)
        partner = any("coordinate" in cue.roles for cue, _ in chain)
        if actors and partner:
            done.partner_at = (
                done.partner_at if done.partners else next(at for cue, at in chain if "coordinate" in cue.roles)
            )
            done.partners += actors
        elif actors:
            party = next((cue.party for cue, _ in chain if cue.party not in ("", "-")), None)
            if party is not None:
                done.directed.append((actors, party, behind))
            # What follows is done by those who are told or shown.
            done.governed = party is not None or not {"report", "propose"} & {
                role for cue, _ in chain for role in cue.roles
            }
            self._hand_on(actors[-1], end, done)
        if any(cue.verb.startswith("tham mưu") for cue, _ in chain):
            self._advised_money(behind, end, done)
        following, mark = _next_word(plain, behind - 1, end)
        return following, mark or partner or bool(chain and chain[-1][0].verb == "chủ trì")

    def _tells(self, at: int, end: int) -> bool:
        """Tell whether the verb at an offset, or the one that it leads to, gives another role than to carry out."""
        for _ in range(4):
            cue = self._cue(at, end)
            if cue is None:
                return False
            if not cue[0].light:
                return bool(set(cue[0].roles) - {"implement"}) or cue[0].with_party != ""
            leads = _light_link().match(self.plain, cue[1], end)
            if leads is None:
                return False
            at = leads.end()
        return False

    def _other_party(self, chain: list[tuple[_Cue, int]], verb: int, end: int) -> list[Actor]:
        if not any(cue.party for cue, _ in chain):
            return []
        partner = any("coordinate" in cue.roles for cue, _ in chain)
        link = (_PARTNER_LINK if partner else _PARTY_LINK).match(self.plain, verb, end)
        return self._list_at(link.end(), end) if link is not None else []

    def _give(
        self,
        chain: list[tuple[_Cue, int]],
        slot: int,
        verb: int,
        named: bool,
        start: int,
        end: int,
        done: _Done,
        told: _Clause,
    ) -> None:
        """Add the roles that verbs side by side give."""
        heavy = [(cue, at) for cue, at in chain if cue.roles]
        given = {role for cue, _ in heavy for role in cue.roles}
        taken = {role for cue, _ in heavy if "lead" not in cue.roles for role in cue.beats}
        if named and any(cue.with_party for cue, _ in heavy):
            # "hướng dẫn, chỉ đạo các xã".
            taken.add("advise")
        for index, (cue, at) in enumerate(heavy):
            for role in cue.roles:
                if role == "implement" and cue.with_party and named:
                    role = cue.with_party
                elif (
                    role == "implement"
                    and cue.with_party
                    and told.codes
                    and _COMPONENT_OBJECT.match(self.plain, verb, end)
                ):
                    # "chỉ đạo thực hiện Dự án 1".
                    role = "lead"
                if role == "implement" and (done.begun or not self._opens(slot, start)):
                    # Further verbs go on the same task.
                    continue
                if role in taken:
                    continue
                if cue.verb == "hướng dẫn" and done.has("lead") and _TO_CARRY_OUT.match(self.plain, verb, end):
                    # "chủ trì, phối hợp với các sở hướng dẫn thực hiện".
                    continue
                done.roles.append((role, slot if index == 0 else at, cue))
        done.begun = done.begun or bool(given)

    def _opens(self, at: int, start: int) -> bool:
        """Tell whether a verb is the first of its clause, or of the one behind "nếu … thì"."""
        opened = self.plain.endswith(("thì ", ": "), start, at)
        return at <= start or opened or self._behind_adverbs(start, at + 1) >= at

    def _behind_adverbs(self, position: int, end: int) -> int:
        adverbs = _adverbs().match(self.plain, position, end)
        return adverbs.end() if adverbs is not None else position

    def _advised_money(self, at: int, end: int, done: _Done) -> None:
        """Read "tham mưu UBND tỉnh phân bổ vốn": who advises on money provides it."""
        position, _ = _next_word(self.plain, at - 1, end)
        cue = self._cue(position, end)
        if cue is not None and "fund" in cue[0].roles:
            done.roles.append(("fund", position, cue[0]))

    def _hand_on(self, actor: Actor, end: int, done: _Done) -> None:
        """Read "gửi Sở Tài chính tổng hợp, báo cáo": who gets a report and sums it up reports as well."""
        found = _HANDS_ON.match(self.plain, actor.end, end)
        if found is not None:
            done.handed.append((actor, found.start(), found.start("verb")))

    # --- records

    def _record(
        self, subject: list[Actor], start: int, end: int, done: _Done, told: _Clause, leader: Sequence[Actor]
    ) -> set[str]:
        roles = {role for role, _, _ in done.roles}
        beaten = {role for each, _, cue in done.roles if each == "lead" for role in cue.beats}
        handed = min((at for _, at, _ in done.handed), default=end)
        for role in _ROLES:
            at = next((at for each, at, _ in done.roles if each == role), None)
            if at is None or role in beaten:
                continue
            # "A chủ trì, B tổ chức thực hiện và tổng hợp báo cáo": the leader reports.
            whose = leader if role == "report" and leader and "lead" not in roles else subject
            until = handed if role == "report" and handed > at else end
            # "chỉ đạo các xã", "chỉ đạo thực hiện Dự án 1": who directs leads, but no word calls it so.
            directs = role == "lead" and not any("lead" in cue.roles for each, _, cue in done.roles if each == role)
            self._put_all(whose, role, at, until, told.codes, told, _DIRECTS if directs else None, directs)
        verbal = bool(done.verbs) and self._opens(done.verbs[0][0], start)
        if not roles and told.assign and (told.headed or verbal) and not done.handed and self._is_task(start, end):
            self._put_all(subject, "implement", start, end, told.codes, told, _BY_DEFAULT)
            roles = {"implement"}
        self._put_all(done.partners, "coordinate", done.partner_at, end, told.codes, told, _PARTNER)
        self.directed = self.directed or bool(done.directed)
        for actors, role, behind in done.directed:
            at = _next_word(self.plain, behind - 1, end)[0]
            self._put_all(actors, role, at if at < end else start, end, told.codes, told, _PARTNER)
        for actor, _, at in done.handed:
            self._put(actor, "report", at, end, told.codes, told, _PARTNER)
        return roles

    def _is_task(self, start: int, end: int) -> bool:
        """Tell whether a clause without a verb that we know is a task all the same."""
        return end - start > 12 and self.plain[start].isalpha() and not _NO_TASK.match(self.plain, start, end)

    def _put_all(
        self,
        actors: Sequence[Actor],
        role: str,
        start: int,
        end: int,
        codes: list[str],
        told: _Clause | None = None,
        confidence: float | None = None,
        directs: bool = False,
    ) -> None:
        for actor in actors:
            self._put(actor, role, start, end, codes, told, confidence, directs)

    def _put(
        self,
        actor: Actor,
        role: str,
        start: int,
        end: int,
        codes: list[str],
        told: _Clause | None = None,
        confidence: float | None = None,
        directs: bool = False,
    ) -> None:
        while end > start and self.plain[end - 1] in " .,;:/":
            end -= 1
        if end <= start or actor.start < start < actor.end:
            return
        place = self.reading.place(start, end)
        surface = self.reading.place(actor.start, actor.end)
        owners: Sequence[str | None] = codes or (None,)
        for code in owners:
            key = (place.start, actor.name, role, code)
            if key in self.found:
                continue
            of_context = code is not None and told is not None and told.inferred
            marks = {"agency": actor.inferred, "activity": of_context, "role": directs}
            near = start <= actor.start < end or start - actor.end in range(0, 200)
            self.found[key] = Assignment(
                start=place.start,
                end=place.end,
                task=place.quote,
                agency=actor.name,
                agency_surface=surface.quote,
                agency_start=surface.start,
                agency_end=surface.end,
                role=role,
                activity=code,
                section=self.reading.outline.section(start),
                collective=actor.collective,
                inferred=tuple(sorted(name for name, is_inferred in marks.items() if is_inferred)),
                confidence=min(confidence or (_SURE if near else _FROM_HEADING), 1.0 if actor.known else _AS_PRINTED),
            )

    # --- components

    def _named(self, start: int, end: int) -> list[tuple[int, int, str]]:
        if self.components is None:
            return []
        named = self.components.named(self.plain, start, end)
        if not named and self.titles is not None and self.components.at(start) is None:
            # "tổ chức thực hiện giảm nghèo về thông tin": the title alone.
            pattern, codes = self.titles
            named = [
                (found.start("title"), found.end(), codes[found["title"].casefold()])
                for found in pattern.finditer(self.plain, start, end)
            ]
        return named

    def _codes_at(self, start: int, end: int) -> list[str]:
        """Return the components that words are about: those named, else the one whose text holds them."""
        named = list(dict.fromkeys(code for _, _, code in self._named(start, end)))
        component = self.components.at(start) if self.components is not None else None
        if component is None:
            return named
        within = [code for code in named if code.startswith(f"{component.code}.")]
        return within or [component.code]

    def _codes_of_label(self, start: int, end: int) -> list[str]:
        """Return the components that "Đối với Tiểu dự án 2 thuộc Dự án 4: …" names for all that follows."""
        label = _ABOUT.match(self.plain, start, end)
        return self._codes_at(label.start(), label.end()) if label is not None else []

    def _choose(
        self, clause: Clause, named: list[str], of_label: list[str], of_sentence: list[str]
    ) -> tuple[list[str], bool]:
        """Return a clause's components, and whether context gave them: its own, else what "dự án" goes back to."""
        component = self.components.at(clause.start) if self.components is not None else None
        if named:
            if component is None:
                self.section_codes += [code for code in named if code not in self.section_codes]
            return named, component is not None
        if of_label or self.codes:
            return of_label or self.codes, True
        if _THE_PROJECT.search(self.plain, clause.start, clause.end):
            if of_sentence:
                return of_sentence, True
            if len(self.section_codes) == 1:
                return self.section_codes, True
        return [], False


@dataclass(frozen=True, slots=True)
class _Clause:
    """Hold what is known of a clause.

    ``assign`` says that it stands where duties are given, ``inferred`` that context gave its components, ``headed``
    that it may give a duty by a verb that no table knows.
    """

    end: int
    codes: list[str]
    assign: bool
    inferred: bool
    headed: bool = True


@dataclass(slots=True)
class _Done:
    """Hold what has been read of a predicate.

    ``verbs`` are the spans of the verbs; ``directed`` the agencies that are told to do something, with their role and
    where their task begins; ``handed`` those who hand a report on, with where that is said; ``governed`` says that what
    follows is done by others.
    """

    roles: list[tuple[str, int, _Cue]] = field(default_factory=list)
    verbs: list[tuple[int, int]] = field(default_factory=list)
    partners: list[Actor] = field(default_factory=list)
    partner_at: int = 0
    directed: list[tuple[list[Actor], str, int]] = field(default_factory=list)
    handed: list[tuple[Actor, int, int]] = field(default_factory=list)
    begun: bool = False
    governed: bool = False

    def has(self, role: str) -> bool:
        return any(each == role for each, _, _ in self.roles)
