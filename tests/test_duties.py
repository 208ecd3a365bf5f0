"""Read the duties of plans of all tiers and programmes, and none where a text gives none."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from cancu.errors import DataError
from cancu.loaders import duties
from cancu.loaders.components import read_components
from cancu.loaders.duties import read_duties
from cancu.loaders.extract import read_reading
from cancu.model import Assignment
from cancu.ontology import lexicon
from tests import cases

HEADS = {
    "district": "ỦY BAN NHÂN DÂN\nHUYỆN YÊN THÀNH\nSố: 12/KH-UBND\nYên Thành, ngày 02 tháng 6 năm 2023\nKẾ HOẠCH\n"
    "Thực hiện Chương trình năm 2023 trên địa bàn huyện Yên Thành, tỉnh Nghệ An\n"
    "Ủy ban nhân dân huyện ban hành Kế hoạch như sau:\n",
    "province": "ỦY BAN NHÂN DÂN\nTỈNH HÒA BÌNH\nSố: 45/KH-UBND\nHòa Bình, ngày 12 tháng 3 năm 2023\nKẾ HOẠCH\n"
    "Thực hiện Chương trình năm 2023\nỦy ban nhân dân tỉnh ban hành Kế hoạch như sau:\n",
    "commune": "ỦY BAN NHÂN DÂN\nXÃ TÂN TIẾN\nSố: 31/KH-UBND\nTân Tiến, ngày 12 tháng 8 năm 2025\nKẾ HOẠCH\n"
    "Thực hiện Chương trình năm 2025 trên địa bàn xã Tân Tiến, tỉnh Bắc Ninh\n"
    "Ủy ban nhân dân xã ban hành Kế hoạch như sau:\n",
    "central": "BỘ Y TẾ\nSố: 77/KH-BYT\nHà Nội, ngày 05 tháng 01 năm 2023\nKẾ HOẠCH\n"
    "Chuyển đổi số ngành y tế năm 2023\nBộ Y tế ban hành Kế hoạch như sau:\n",
}
PLACES = {
    "commune": " xã Tân Tiến",
    "district": " huyện Yên Thành",
    "province": " tỉnh Hòa Bình",
    "central": "~",
}
AIM = "I. MỤC ĐÍCH\nPhát triển kinh tế.\n"
SECTIONS = {
    "": "V. TỔ CHỨC THỰC HIỆN\n",
    "component": "III. NỘI DUNG\n1. Dự án 2: Trồng rừng phòng hộ ven biển\n",
    "closing": "V. KINH PHÍ\nTheo dự toán được giao.\n",
    "results": "A. KẾT QUẢ THỰC HIỆN NĂM 2022\n",
    "tasks": "II. NHIỆM VỤ CỤ THỂ\n",
    "measures": "II. NHIỆM VỤ, GIẢI PHÁP\n",
}


def read(where: str, text: str) -> list[Assignment]:
    tier, _, section = where.partition(" ")
    reading = read_reading(HEADS[tier] + AIM + SECTIONS[section] + text)
    components, _ = read_components(reading)
    found = read_duties(reading, components)
    source = reading.text.source
    for duty in found:
        assert source[duty.start : duty.end] == duty.task
        assert source[duty.agency_start : duty.agency_end] == duty.agency_surface
        assert duty.role in {role for cue in duties._cues().values() for role in cue.roles}
        assert 0 < duty.confidence <= 1
    return found


def written(where: str, found: list[Assignment]) -> str:
    place = PLACES[where.partition(" ")[0]]
    words = [
        f"{duty.role}{'@' + duty.activity if duty.activity else ''} {duty.agency.replace(place, '~')}" for duty in found
    ]
    return " | ".join(dict.fromkeys(words))


def test_doctests() -> None:
    assert doctest.testmod(duties).failed == 0


@pytest.mark.parametrize(
    "row",
    [
        cases.case(row, id=f"line-{row.line}", flaw=row["flaw"])
        for row in cases.table("duties.tsv", "where", "text", "duties", "flaw", least=100)
    ],
)
def test_duties(row: lexicon.Row) -> None:
    where = row["where"]
    assert written(where, read(where, cases.printed(row["text"]))) == row["duties"]


def test_tasks_begin_at_the_verb_and_end_with_the_clause() -> None:
    text = "1. Phòng Y tế\n- Chủ trì, phối hợp với Công an huyện kiểm tra; tham mưu UBND huyện bố trí kinh phí."
    assert [(duty.role, duty.task) for duty in read("district", text)] == [
        ("lead", "Chủ trì, phối hợp với Công an huyện kiểm tra"),
        ("coordinate", "phối hợp với Công an huyện kiểm tra"),
        ("monitor", "kiểm tra"),
        ("advise", "tham mưu UBND huyện bố trí kinh phí"),
        ("fund", "bố trí kinh phí"),
    ]


def test_a_name_may_stand_far_above_its_duty() -> None:
    (duty,) = read("district", "1. Phòng Y tế\n- Rà soát danh sách.")
    assert (duty.agency_surface, duty.task, duty.section) == (
        "Phòng Y tế",
        "Rà soát danh sách",
        "V. TỔ CHỨC THỰC HIỆN > 1. Phòng Y tế",
    )
    assert duty.inferred == ("agency",)


def test_what_context_gives_is_said_to_be_inferred() -> None:
    (duty,) = read("district component", "Hạt Kiểm lâm huyện Yên Thành tổ chức trồng rừng.")
    assert (duty.activity, duty.inferred) == ("DA2", ("activity",))


def test_who_directs_leads_by_inference_only() -> None:
    text = HEADS["province"] + AIM + SECTIONS[""] + "1. Sở Y tế\n- {} Sở Nội vụ tổ chức khám bệnh."
    directs, told = read_duties(read_reading(text.format("Hướng dẫn, chỉ đạo")))
    leads, _ = read_duties(read_reading(text.format("Chủ trì, phối hợp với")))
    assert (told.role, told.agency, told.inferred) == ("implement", "Sở Nội vụ tỉnh Hòa Bình", ("agency",))
    assert (directs.role, directs.agency) == (leads.role, leads.agency) == ("lead", "Sở Y tế tỉnh Hòa Bình")
    assert (leads.inferred, leads.confidence) == (("agency",), 0.95)
    assert (directs.inferred, directs.confidence) == (("agency", "role"), 0.75)


def test_without_components_no_duty_has_one() -> None:
    reading = read_reading(HEADS["province"] + AIM + SECTIONS[""] + "1. Sở Y tế\n- Chủ trì thực hiện Dự án 2.")
    assert [(duty.role, duty.activity) for duty in read_duties(reading)] == [("lead", None)]


def test_several_components_give_a_record_each() -> None:
    reading = read_reading(
        HEADS["district"]
        + "III. NỘI DUNG\n1. Dự án 2: Trồng rừng phòng hộ ven biển\nTrồng cây.\n2. Dự án 3: Xây dựng đường lâm nghiệp\n"
        + "Làm đường.\nV. TỔ CHỨC THỰC HIỆN\n1. Hạt Kiểm lâm\n"
        + "- Chủ trì, phối hợp với Công an huyện thực hiện Dự án 2; Dự án 3."
    )
    found = read_duties(reading, read_components(reading)[0])
    assert [(duty.role, duty.activity) for duty in found] == [
        ("lead", "DA2"),
        ("lead", "DA3"),
        ("coordinate", "DA2"),
        ("coordinate", "DA3"),
    ]


def test_a_verb_by_default_is_less_sure() -> None:
    sure, unsure = read("district", "1. Phòng Y tế\n- Rà soát danh sách.\n- Mua sắm trang thiết bị y tế.")
    assert unsure.confidence < sure.confidence


def test_a_name_that_is_only_taken_as_printed_is_less_sure() -> None:
    known, printed = read("commune", "- Đơn vị phối hợp: Trạm Y tế xã; Nghệ nhân dân gian Lò Văn Pan.")
    assert (known.agency, printed.agency) == ("Trạm Y tế xã Tân Tiến", "Nghệ nhân dân gian Lò Văn Pan xã Tân Tiến")
    assert printed.confidence < known.confidence


def test_the_post_stands_for_the_person() -> None:
    (duty,) = read("commune", "- Đơn vị chủ trì: Ông Lò Văn Pan, Phó Chủ tịch UBND xã.")
    assert (duty.agency, duty.agency_surface) == (
        "Phó Chủ tịch Ủy ban nhân dân xã Tân Tiến",
        "Ông Lò Văn Pan, Phó Chủ tịch UBND xã",
    )


def test_no_task_begins_inside_the_name_of_its_agency() -> None:
    text = "4. UBND các huyện, thành phố Hòa Bình phối hợp với Sở Nội vụ:\n- Rà soát biên chế."
    found = read("province", text)
    assert [duty.task for duty in found] == ["phối hợp với Sở Nội vụ"] * 2 + ["Rà soát biên chế"]


def test_every_verb_is_read_with_its_role() -> None:
    for cue in duties._cues().values():
        row = next(
            row
            for row in lexicon.read_table(
                lexicon.TABLES / "role_cues.tsv",
                ("verb", "role", "party", "with_party", "object", "light", "anywhere", "beats", "example", "source"),
            )
            if row["verb"] == cue.verb
        )
        at = row["example"].lower().index(cue.verb)
        found = duties._cue_at(row["example"], at, len(row["example"]), read_reading(HEADS["district"]).header.context)
        assert found is not None, row["example"]
        assert found[0].verb.startswith(cue.verb), row["example"]


def test_a_row_with_an_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = (lexicon.TABLES / "role_cues.tsv").read_text(encoding="utf-8").replace("\tfund\t", "\tpay\t")
    (tmp_path / "role_cues.tsv").write_text(table, encoding="utf-8")
    monkeypatch.setattr(lexicon, "TABLES", tmp_path)
    duties._cues.cache_clear()
    try:
        with pytest.raises(DataError, match="'pay' is no role"):
            duties._cues()
    finally:
        monkeypatch.undo()
        duties._cues.cache_clear()


def test_time_grows_with_the_text_only() -> None:
    line = (
        "- Chủ trì, phối hợp với các phòng, ban, ngành liên quan; UBND các xã, thị trấn kiểm tra, giám sát, đánh giá.\n"
    )
    reading = read_reading(HEADS["district"] + AIM + SECTIONS[""] + "1. Phòng Y tế\n" + line * 400)
    assert len(read_duties(reading)) == 4 * 400
