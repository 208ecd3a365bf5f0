"""Read who signed, in which capacity and for whom, alone or beside the recipients."""

from __future__ import annotations

import doctest

import pytest

from cancu.loaders import signature
from cancu.loaders.extract import read_reading
from cancu.loaders.signature import read_digital, read_signature
from cancu.ontology import lexicon

BODY = "Phòng Y tế tổ chức thực hiện Kế hoạch này.\n"


def test_doctests() -> None:
    assert doctest.testmod(signature).failed == 0


@pytest.mark.parametrize(
    ("block", "capacity", "on_behalf_of", "role", "signer"),
    [
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "TM.", "ỦY BAN NHÂN DÂN", "Chủ tịch", "Lê Thị Hoa"),
        ("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "TM. KT.", "ỦY BAN NHÂN DÂN", "Phó Chủ tịch", "Lê Thị Hoa"),
        ("KT.CHỦ TỊCH\nPHÓ CHỦ TỊCH", "KT.", "Chủ tịch", "Phó Chủ tịch", "Lê Thị Hoa"),
        ("TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG", "TL.", None, "Chánh văn phòng", "Lê Thị Hoa"),
        ("TL. BỘ TRƯỞNG\nKT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG", "TL. KT.", "Cục trưởng", "Phó Cục trưởng", "Lê Thị Hoa"),
        ("TUQ. CHỦ TỊCH\nGIÁM ĐỐC SỞ Y TẾ", "TUQ.", None, "Giám đốc Sở Y tế", "Lê Thị Hoa"),
        ("TM. ỦY BAN NHÂN DÂN\nQ. CHỦ TỊCH", "TM. Q.", "ỦY BAN NHÂN DÂN", "Quyền Chủ tịch", "Lê Thị Hoa"),
        ("QUYỀN GIÁM ĐỐC", "Q.", None, "Quyền Giám đốc", "Lê Thị Hoa"),
        ("T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ", "TM.", "BAN THƯỜNG VỤ", "Phó Bí thư", "Lê Thị Hoa"),
        ("CHỦ TỊCH", None, None, "Chủ tịch", "Lê Thị Hoa"),
    ],
)
def test_capacities(block: str, capacity: str | None, on_behalf_of: str | None, role: str, signer: str) -> None:
    plain = f"{BODY}{block}\n(đã ký)\nLê Thị Hoa"
    found = read_signature(plain)
    assert (found.capacity, found.on_behalf_of, found.signer_role, found.signer) == (
        capacity,
        on_behalf_of,
        role,
        signer,
    )
    assert ("capacity" in found.places) == (capacity is not None)
    if capacity is not None:
        first, last = found.places["capacity"]
        assert plain[first] in "TKQ"
        assert plain[first:last].rstrip(".")[-1].isupper()


# "Q." stands in front of a role and is read with it.
@pytest.mark.parametrize("mark", [mark for mark in lexicon.words("capacity") if mark != "Q"])
def test_every_mark_is_a_capacity(mark: str) -> None:
    found = read_signature(f"{BODY}{mark}. CHỦ TỊCH\nLê Thị Hoa")
    assert found.capacity == f"{lexicon.words('capacity')[mark]}."


@pytest.mark.parametrize(
    "block",
    [
        "Nơi nhận:\t\tTM. ỦY BAN NHÂN DÂN\n- Sở Y tế (b/c);\t\tKT. CHỦ TỊCH\n- Các xã;\t\tPHÓ CHỦ TỊCH\n"
        "- Lưu: VT, YT.\n\t\t\t\tLê Thị Hoa\n",
        "Nơi nhận:                TM. ỦY BAN NHÂN DÂN\n- Sở Y tế (b/c);         KT. CHỦ TỊCH\n"
        "- Văn phòng Trung ương và các\nBan của Đảng;            PHÓ CHỦ TỊCH\n- Báo Nghệ An;\n"
        "- Các xã;                Lê Thị Hoa\n- Lưu: VT, YT.\n",
        "Nơi nhận: - Sở Y tế; - Lưu: VT, YT. TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê Thị Hoa\n",
    ],
)
def test_beside_the_recipients(block: str) -> None:
    plain = read_reading(f"KẾ HOẠCH\nNăm 2025\nI. MỤC TIÊU\nCấp nước cho 1.200 hộ./.\n\n{block}").plain
    found = read_signature(plain)
    assert (found.capacity, found.on_behalf_of) == ("TM. KT.", "ỦY BAN NHÂN DÂN")
    assert (found.signer_role, found.signer) == ("Phó Chủ tịch", "Lê Thị Hoa")
    for field, words in {"signer": "Lê Thị Hoa", "signer_role": "PHÓ CHỦ TỊCH"}.items():
        assert plain[slice(*found.places[field])] == words


def test_four_digital_blocks() -> None:
    blocks = [
        ("2025-04-01T14:21:24+0700", "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "Lê Thị Hoa", "hoalt@doluong.example"),
        ("2025-04-01T08:55:27+0100", "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "Trần Văn Nam", "namtv@doluong.example"),
        ("2025-04-02T09:14:51+0700", "Tỉnh Nghệ An", "Ủy ban nhân dân huyện Đô Lương", "ubnd@doluong.example"),
        ("2025-04-02T09:31:31Z", "Tỉnh Nghệ An", "Ủy ban nhân dân huyện Đô Lương", "ubnd@doluong.example"),
    ]
    text = "".join(
        f"\n\n\tCỤC CHỨNG THỰC SỐ - Email: ca@ban.example\n\t{time}\n\t{unit}\n\t{who}<{mail}> đã ký lên văn bản này!\n"
        for time, unit, who, mail in blocks
    )
    found = read_digital(
        read_reading(f"KẾ HOẠCH\nNăm 2025\n{BODY}KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nLê Thị Hoa\n{text}").plain
    )
    assert [(one.time, one.unit, one.signer, one.email) for one in found] == [
        (
            "2025-04-01T14:21:24+07:00",
            "Ủy ban nhân dân tỉnh Nghệ An",
            "Lê Thị Hoa",
            "hoalt@doluong.example",
        ),
        (
            "2025-04-01T08:55:27+01:00",
            "Ủy ban nhân dân tỉnh Nghệ An",
            "Trần Văn Nam",
            "namtv@doluong.example",
        ),
        ("2025-04-02T09:14:51+07:00", "Tỉnh Nghệ An", "Ủy ban nhân dân huyện Đô Lương", "ubnd@doluong.example"),
        ("2025-04-02T09:31:31Z", "Tỉnh Nghệ An", "Ủy ban nhân dân huyện Đô Lương", "ubnd@doluong.example"),
    ]
