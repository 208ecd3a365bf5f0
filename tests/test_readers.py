"""Read each format, refuse each flaw, decode each encoding.

``files/`` holds one sentence in each encoding and two alphabets, written by glibc's iconv (VNI and VIQR by hand):
an oracle that is not our tables. PDF and DOCX files are made here, so that each test shows what is in its file.
"""

from __future__ import annotations

import io
import os
import random
import stat
import time
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from cancu.errors import DataError, ReadError
from cancu.loaders import legacy, readers
from cancu.loaders.readers import NOTES, REASONS, SUFFIXES, find_files, media_types, read_bytes, read_file

FILES = Path(__file__).with_name("files")
SENTENCE = (
    "Uỷ ban nhân dân tỉnh ban hành Kế hoạch giảm nghèo bền vững; hỗ trợ hộ nghèo ở các xã đặc biệt khó khăn phát "
    "triển sản xuất, dạy nghề, nhà ở, nước sạch, vệ sinh.\n"
)
LETTERS = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"


def reason(read: Callable[[], object]) -> str:
    """Tell why a reading was refused, and see to it that the reason is a known one."""
    with pytest.raises(ReadError) as caught:
        read()
    assert caught.value.reason in REASONS
    return caught.value.reason


def text_of(data: bytes | str, suffix: str) -> str:
    reading = read_bytes(data.encode() if isinstance(data, str) else data, suffix)
    assert set(reading.notes) <= set(NOTES)
    return reading.text


# --- Text ---------------------------------------------------------------------------------------------------------


def test_a_text_is_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "Kế hoạch.TXT"
    data = "\r\n Căn cứ\tQuyết định\u00a0số 90/QĐ-\n\nTTg\r  \x0c(kết)\u2028".encode()
    path.write_bytes(data)
    reading = read_file(path)
    assert reading.text == data.decode()
    assert (reading.media_type, reading.sha256, reading.notes) == ("text/plain", sha256(data).hexdigest(), ())


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r\x0b\x0c\x85\x1b"), max_size=200)
)
def test_utf_8_stays_untouched(text: str) -> None:
    text = f"Căn cứ Quyết định số 90/QĐ-TTg{text}"
    for suffix in (".txt", ".md"):
        reading = read_bytes(text.encode(), suffix)
        assert (reading.text, reading.notes) == (text, ())


def test_nul_characters_stay_and_a_byte_order_mark_does_not() -> None:
    assert text_of("\ufeffSố 37\x00/KH-UBND", ".txt") == "Số 37\x00/KH-UBND"
    assert text_of("Số 37\ufeff/KH-UBND", ".txt") == "Số 37\ufeff/KH-UBND"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_with_a_mark(encoding: str) -> None:
    reading = read_bytes(("\ufeff" + SENTENCE).encode(encoding), ".txt")
    assert (reading.text, reading.notes) == (SENTENCE, (f"decoded-{encoding[:6]}",))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    reading = read_bytes(SENTENCE.encode(encoding), ".md")
    assert (reading.text, reading.notes) == (SENTENCE, ("decoded-utf-16",))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "cp1258", "viqr", "utf-16"])
def test_each_old_encoding_as_bytes(encoding: str) -> None:
    reading = read_file(FILES / f"{encoding}.txt")
    assert (reading.text, reading.notes) == (SENTENCE, (f"decoded-{encoding}",))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "cp1258", "mojibake"])
def test_each_old_encoding_in_unicode_dress(encoding: str) -> None:
    data = SENTENCE.encode() if encoding == "mojibake" else (FILES / f"{encoding}.txt").read_bytes()
    reading = read_bytes(legacy.misread(data).encode(), ".txt")
    assert (reading.text, reading.notes) == (SENTENCE, (f"decoded-{encoding}",))


@pytest.mark.parametrize(
    ("encoding", "alphabet"), [("tcvn3", LETTERS + "ĂÂÊÔƠƯĐ"), ("viscii", LETTERS + LETTERS.upper())]
)
def test_tables_agree_with_iconv(encoding: str, alphabet: str) -> None:
    shown = legacy.misread((FILES / f"alphabet-{encoding}.txt").read_bytes())
    assert len(shown) == len(alphabet)
    # One by one, because a line of capitals is read as one.
    assert "".join(legacy.decode_as(sign, encoding) for sign in shown) == alphabet


@pytest.mark.parametrize("encoding", ["vni", "viscii", "viqr"])
def test_tables_hold_every_letter(encoding: str) -> None:
    letters = legacy.read_tables(Path(legacy.__file__).with_name("encodings.tsv"))[encoding].values()
    assert set(LETTERS + LETTERS.upper()) <= set(letters)


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("Uû ban nh©n d©n tØnh", "Uỷ ban nhân dân tỉnh"),
        ("Uûy ban nhaân daân tænh", "Ủy ban nhân dân tỉnh"),
        ("UÛY BAN NHAÂN DAÂN TÆNH", "ỦY BAN NHÂN DÂN TỈNH"),
        ("á»¦y ban nhÃ¢n dÃ¢n tá»‰nh", "Ủy ban nhân dân tỉnh"),
        ("KÕ HO¹CH\nSè: 37/NQ-H§ND\ngi¶m nghÌo", "KẾ HOẠCH\nSố: 37/NQ-HĐND\ngiảm nghèo"),
        ("KÕ HO¹CH THùC HIÖN\ngi¶m nghÌo", "KẾ HOẠCH THỰC HIỆN\ngiảm nghèo"),
    ],
)
def test_a_line_is_evidence_enough(shown: str, read: str) -> None:
    assert text_of(shown, ".txt") == read


@pytest.mark.parametrize(
    "text",
    [
        "Điều 5 § 2 © ® µ ¶ · «Đề án» ½ ñ ö û",
        "général médecin première élève naïve über Straße façade",
        "Nhà xuất bản Giáo dục; à la carte; ở Đà Nẵng có phở",
        "a^2 + b^2 = c^2; vector<int> add(a(1), b(2)); o+ u+ dd if=/dev/zero",
        "m² · 20 °C · ¼ · ¾ · 5 × 5",
    ],
)
def test_what_is_unicode_stays(text: str) -> None:
    assert read_bytes(text.encode(), ".txt").text == text


def test_lines_of_two_kinds() -> None:
    unicode_line = "Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ\n"
    either = "nhân dân Hà Nam\n"
    shown = legacy.misread((FILES / "tcvn3.txt").read_bytes())
    reading = read_bytes((unicode_line + shown + either + unicode_line).encode(), ".txt")
    assert reading.text == unicode_line + SENTENCE + either + unicode_line
    assert reading.notes == ("decoded-tcvn3",)


def test_bytes_that_are_no_utf_8_are_replaced_and_noted() -> None:
    reading = read_bytes(b"\xff\x90" + SENTENCE.encode() + b"90/Q\xc4", ".txt")
    assert (reading.text, reading.notes) == (f"\ufffd\ufffd{SENTENCE}90/Q\ufffd", ("undecodable-bytes",))
    assert text_of(b"Can cu Quyet dinh so 90 \xff ngay 18/01/2022", ".txt").count("\ufffd") == 1


def test_windows_punctuation_in_ascii() -> None:
    reading = read_bytes(b"Nghi quyet \x9330a\x94 \x96 2008", ".txt")
    assert (reading.text, reading.notes) == ("Nghi quyet “30a” – 2008", ("decoded-cp1252",))


def test_another_encoding_is_not_guessed() -> None:
    assert reason(lambda: read_bytes("Постановление правительства".encode("koi8-r"), ".txt")) == "unknown-encoding"


@pytest.mark.parametrize("size", [40, 5_000, 200_000])
def test_binary_data_is_refused(size: int) -> None:
    assert reason(lambda: read_bytes(random.Random(size).randbytes(size), ".txt")) in ("binary", "unknown-encoding")


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_other_files_under_a_texts_name(start: bytes) -> None:
    assert reason(lambda: read_bytes(start + b" Quyet dinh", ".txt")) == "binary"
    assert reason(lambda: read_bytes(start + b" Quyet dinh", ".html")) == "binary"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t", "…———…\n".encode()])
def test_nothing_to_read(data: bytes) -> None:
    assert reason(lambda: read_bytes(data, ".txt")) == "empty"


@pytest.mark.parametrize("dress", ["unicode", "tcvn3"])
def test_ten_megabytes_in_one_line(dress: str) -> None:
    line = SENTENCE.replace("\n", " ") * 50_000
    data = line.encode() if dress == "unicode" else (FILES / "tcvn3.txt").read_bytes().replace(b"\n", b" ") * 65_000
    assert len(data) > 10_000_000
    began = time.process_time()
    text = read_bytes(data, ".txt").text
    assert time.process_time() - began < 10
    assert text.startswith(SENTENCE.strip())


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("tcvn3\tB5\tà", 2),
        ("koi8\tB5\tà\tx", 2),
        ("tcvn3\tB\tà\tx", 2),
        ("tcvn3\tB5\taa\tx", 2),
        ("tcvn3\tB5\ta\u0300\tx", 2),
        ("tcvn3\tB5\tà\t", 2),
        ("tcvn3\tB5\tà\tx\n# chữ\ntcvn3\tB5\tá\tx", 4),
    ],
)
def test_a_broken_table_names_its_line(tmp_path: Path, row: str, line: int) -> None:
    table = tmp_path / "encodings.tsv"
    table.write_text(f"encoding\tcode\tletter\tsource\n{row}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        legacy.read_tables(table)
    assert (caught.value.file, caught.value.line) == (table, line)


# --- HTML ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text"),
    [
        # blocks end lines, inline elements do not, white space folds, no-break spaces stay
        ("<p>Số: <b>37</b>/KH-<i>UBND</i></p><div>Căn\n  cứ</div>kết", "Số: 37/KH-UBND\nCăn cứ\nkết"),
        ("<p>Điều&nbsp;5</p><p>a <b> b</b> </p>", "Điều\u00a05\na b"),
        ("dòng một<br>dòng hai<br/><br>dòng bốn", "dòng một\ndòng hai\n\ndòng bốn"),
        ("<pre>cột  một\n  cột hai</pre>", "cột  một\ncột hai"),
        # entities
        ("<p>Quy&#7871;t &#273;&#7883;nh &amp; &lt;UBND&gt; &agrave;</p>", "Quyết định & <UBND> à"),
        # what nobody sees
        (
            "<html><head><title>Cổng</title><style>p{}</style></head><body><script>var x</script><!-- ghi chú -->"
            "<p hidden>a</p><p style='color:red; DISPLAY : none'>b</p><span style='visibility:hidden'>c</span>"
            "<noscript>d</noscript><template>e</template>hiện</body></html>",
            "hiện",
        ),
        # tables
        (
            "<table border=1><caption>Biểu 1</caption><tr><th>TT<th>Huyện<th>Số hộ"
            "<tr><td>1<td>Tân Yên<td><p>1.362</p><p>hộ</p></table>",
            "Biểu 1\nTT\tHuyện\tSố hộ\n1\tTân Yên\t1.362 hộ",
        ),
        (
            "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td rowspan=9>f<td>g<tr><td>h</table>",
            "a\tb\n\tc\td\ne\tf\tg\nh",
        ),
        ("<table border=1><tr><td>a<table border=1><tr><td>x<td>y</table><td>b</table>", "a x y\tb"),
        ("<table><tr><td colspan=99999999999999999999>a<td colspan=x>b<td rowspan=-1>c</table>", "a\tb\tc"),
        # a head and a signature block are laid out with tables that nobody sees
        (
            "<table><tr><td>Nơi nhận:<br>- Như trên;<br>- Lưu: VT.<td><p>TM. UBND</p><p>CHỦ TỊCH</p></table>",
            "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nTM. UBND\nCHỦ TỊCH",
        ),
        # lists
        (
            "<ol start=3><li>ba<li value=7><p>bảy</p><ol type=a><li>a<li>b</ol><li>8. tám</ol>",
            "3. ba\n7. bảy\na. a\nb. b\n8. tám",
        ),
        ("<ul><li>một<li>- hai<li></ul><ul style='list-style-type:none'><li>ba</ul>", "- một\n- hai\nba"),
        ("<?xml version='1.0' encoding='utf-8'?><p>XHTML</p>", "XHTML"),
        ("https://vanban.chinhphu.vn", "https://vanban.chinhphu.vn"),
        ("a\0b<p>c</p>", "a\ufffdb\nc"),
        ("<p>a&#xD800;b&#55357;&#56832;</p>", "a\ufffdb\ufffd\ufffd"),
    ],
)
def test_pages(page: str, text: str) -> None:
    assert text_of(page, ".html") == text


def test_a_page_in_an_old_encoding() -> None:
    page = b"<html><body><p>" + (FILES / "tcvn3.txt").read_bytes().strip() + b"</p></body></html>"
    assert read_bytes(page, ".HTM").text == SENTENCE.strip()
    entities = "".join(f"&#{ord(sign)};" for sign in legacy.misread((FILES / "vni.txt").read_bytes()))
    assert read_bytes(f"<p>{entities}</p>".encode(), ".html").notes == ("decoded-vni",)


def test_a_page_that_declares_its_encoding() -> None:
    page = "<meta charset='koi8-r'><p>Постановление правительства</p>".encode("koi8-r")
    reading = read_bytes(page, ".html")
    assert (reading.text, reading.notes) == ("Постановление правительства", ("decoded-declared",))
    lying = page.replace(b"koi8-r", b"utf-0")
    assert reason(lambda: read_bytes(lying, ".html")) == "unknown-encoding"


def test_a_page_without_visible_text() -> None:
    assert reason(lambda: read_bytes(b"<html><head><title>x</title></head><body></body></html>", ".html")) == "empty"


@pytest.mark.parametrize("tags", [("<div>", "</div>"), ("<table><tr><td>", "</table>"), ("<ol><li>", "</ol>")])
def test_deep_pages_lose_nothing(tags: tuple[str, str]) -> None:
    assert text_of(f"{tags[0] * 3000}đáy{tags[1] * 3000}", ".html").endswith("đáy")


# --- DOCX ---------------------------------------------------------------------------------------------------------

W = nsdecls("w")
NUMBERING = "word/numbering.xml"


def saved(document: docx.document.Document, **parts: str) -> bytes:
    """Save a document, with the XML of some parts in place of what python-docx writes."""
    stream = io.BytesIO()
    document.save(stream)
    return rezipped(stream.getvalue(), {name.replace("__", "/") + ".xml": xml for name, xml in parts.items()})


def rezipped(data: bytes, parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return stream.getvalue()


def body(xml: str) -> docx.document.Document:
    """Make a document of the body's XML."""
    document = docx.Document()
    element = document.element.body
    for child in list(parse_xml(f"<w:body {W} {nsdecls('r')} {MC}>{xml}</w:body>")):
        element.insert(len(element) - 1, child)  # before the section's properties
    return document


MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def control(content: str) -> str:
    return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_paragraphs_tables_headers_in_order() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Dự thảo lần 2"
    document.sections[0].footer.paragraphs[0].text = "Trang 3/10"
    document.sections[0].first_page_footer.paragraphs[0].text = "không hiện"
    document.add_section().footer.paragraphs[0].text = "Lưu hành nội bộ"
    document.sections[1].footer.is_linked_to_previous = False
    document.add_paragraph("KẾ HOẠCH")
    table = document.add_table(3, 3, style="Table Grid")
    for number, cell in enumerate(table._cells):
        cell.text = str(number)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "dọc"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "ngang\nhai dòng"
    document.add_paragraph("hết")
    assert text_of(saved(document), ".docx").split("\n") == [
        "Dự thảo lần 2",
        "",
        "KẾ HOẠCH",
        "dọc\tngang hai dòng",
        "\t4\t5",
        "6\t7\t8",
        "hết",
        "Lưu hành nội bộ",
    ]


def test_a_signature_block_reads_cell_by_cell() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
    table.cell(0, 1).text = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    expected = "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    assert text_of(saved(document), ".docx") == expected
    table.style = "Table Grid"
    assert text_of(saved(document), ".docx") == "Nơi nhận: - Như trên; - Lưu: VT.\tTM. ỦY BAN NHÂN DÂN CHỦ TỊCH"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        # split runs, breaks, tabs, hyphens, signs
        (p(r("Số: 37/K"), r("H-UBND")), "Số: 37/KH-UBND"),
        (p("<w:r><w:t>90/QĐ</w:t><w:noBreakHyphen/><w:t>TTg</w:t><w:tab/><w:br/><w:t>x</w:t></w:r>"), "90/QĐ-TTg\t\nx"),
        (p(r("giảm "), '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', r(" 3%")), "giảm ≥ 3%"),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', r(" có")), "• có"),
        (p(r("quyết"), r(" "), r("định")), "quyết định"),
        # tracked changes: what is deleted is gone, what is inserted is there
        (p(r("Theo "), f"<w:del>{r('Nghị')}</w:del><w:ins>{r('Quyết định')}</w:ins>"), "Theo Quyết định"),
        (p(f"<w:moveFrom>{r('a')}</w:moveFrom><w:moveTo>{r('b')}</w:moveTo>"), "b"),
        (p(r("một "), properties="<w:rPr><w:del/></w:rPr>") + p(r("dòng")), "một dòng"),
        (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p(r('a'))}</w:tc></w:tr>"
         f"<w:tr><w:tc>{p(r('b'))}</w:tc><w:tc>{p(r('c'))}</w:tc></w:tr></w:tbl>", "b\tc"),
        # hidden text, fields, links, content controls
        (p(r("hiện"), r("ẩn", "<w:vanish/>"), r(" cả", '<w:vanish w:val="0"/>')), "hiện cả"),
        (p("<w:r><w:instrText>PAGE</w:instrText></w:r>", f"<w:hyperlink>{r('kết quả')}</w:hyperlink>"), "kết quả"),
        (control(p(control(r("hộp")))), "hộp"),
        # a text box once, though written for two generations of programs
        (p(r("trước"), "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>"
           f"{p(r('Số: 5/BC'))}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
           f"{p(r('Số: 5/BC'))}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
           r(" sau")), "trước sau\nSố: 5/BC"),
        (p(r("a"), f"<w:r><w:pict><v:textbox><w:txbxContent>{p(r('cũ'))}</w:txbxContent></v:textbox></w:pict></w:r>"),
         "a\ncũ"),
    ],
)  # fmt: skip
def test_what_word_shows(xml: str, text: str) -> None:
    assert text_of(saved(body(xml)), ".docx") == text


def test_deletions_are_noted() -> None:
    data = saved(body(p(r("giữ"), f"<w:del>{r('bỏ')}</w:del>")))
    assert read_bytes(data, ".docx").notes == ("deletions-left-out",)


def level(number: int, kind: str, text: str, more: str = "") -> str:
    start = '<w:start w:val="1"/>'
    return f'<w:lvl w:ilvl="{number}">{start}<w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbered(text: str, list_: int, depth: int) -> str:
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_}"/></w:numPr>')


def test_automatic_numbers() -> None:
    numbering = (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='0'>{level(0, 'upperRoman', '%1.')}"
        f"{level(1, 'decimal', '%2.')}{level(2, 'decimal', '%2.%3.')}{level(3, 'lowerLetter', '%4)')}</w:abstractNum>"
        f"<w:abstractNum w:abstractNumId='1'>{level(0, 'bullet', '-')}{level(1, 'bullet', chr(0xF0B7))}"
        f"{level(2, 'decimal', '%1.%3', '<w:isLgl/>')}{level(3, 'none', '')}</w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>"
        "<w:num w:numId='3'><w:abstractNumId w:val='0'/>"
        "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num></w:numbering>"
    )
    paragraphs = [
        ("I. MỤC TIÊU", 1, 0),
        ("1. Chung", 1, 1),
        ("1.1. Đến 2025", 1, 2),
        ("a) một", 1, 3),
        ("b) hai", 1, 3),
        ("1.2. Hằng năm", 1, 2),
        ("a) lại từ đầu", 1, 3),
        ("2. Cụ thể", 1, 1),
        ("- gạch", 2, 0),
        ("• chấm", 2, 1),
        ("không số", 2, 3),
        ("II. NHIỆM VỤ", 1, 0),
        ("1. lại từ đầu", 1, 1),
        ("V. từ năm", 3, 0),
        ("VI. tiếp", 3, 0),
        ("ngoài", 0, 0),
    ]
    labels = ("I. ", "II. ", "V. ", "VI. ", "1. ", "2. ", "1.1. ", "1.2. ", "a) ", "b) ", "- ", "• ")

    def bare(text: str) -> str:
        return next((text.removeprefix(label) for label in labels if text.startswith(label)), text)

    document = body("".join(numbered(bare(text), list_, depth) for text, list_, depth in paragraphs))
    document.part.numbering_part  # noqa: B018 - makes the part
    lines = text_of(saved(document, word__numbering=numbering), ".docx").split("\n")
    assert lines == [text for text, _, _ in paragraphs]


def test_numbers_of_styles() -> None:
    document = docx.Document()
    for text, style in [("một", "List Number"), ("hai", "List Number"), ("gạch", "List Bullet"), ("trơn", "Normal")]:
        document.add_paragraph(text, style=style)
    assert text_of(saved(document), ".docx") == "1. một\n2. hai\n• gạch\ntrơn"


def with_notes(document: docx.document.Document, **notes: str) -> bytes:
    data = saved(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = "".join(f'<Relationship Id="n{kind}" Type="{office}/{kind}" Target="{kind}.xml"/>' for kind in notes)
    # Word opens files with a dangling link, and so do we.
    added += f'<Relationship Id="null" Type="{office}/image" Target="NULL"/>'
    parts = {f"word/{kind}.xml": f"<w:{kind} {W}>{xml}</w:{kind}>" for kind, xml in notes.items()}
    new = links.replace("</Relationships>", f"{added}</Relationships>")
    return rezipped(data, {"word/_rels/document.xml.rels": new, **parts})


def test_notes_stand_behind_the_body_with_their_marks() -> None:
    mark = '<w:r><w:{}Reference w:id="{}"/></w:r>'
    document = body(
        p(r("37/KH-UBND"), mark.format("footnote", 8), r(" và")) + p(r("x"), mark.format("footnote", 3)) +
        p(r("y"), mark.format("endnote", 3))
    )  # fmt: skip
    data = with_notes(
        document,
        footnotes=f"<w:footnote w:id='3'>{p(r('thứ hai'))}</w:footnote><w:footnote w:id='8'>{p(r('thứ nhất'))}"
        f"{p(r('tiếp'))}</w:footnote><w:footnote w:id='0'>{p(r('đường kẻ'))}</w:footnote>",
        endnotes=f"<w:endnote w:id='3'>{p(r('cuối'))}</w:endnote>",
    )
    expected = "37/KH-UBND[1] và\nx[2]\ny[i]\n[1] thứ nhất tiếp\n[2] thứ hai\n[i] cuối"
    assert text_of(data, ".docx") == expected


def font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


def test_runs_in_old_fonts() -> None:
    old = legacy.misread((FILES / "tcvn3.txt").read_bytes()).strip()
    document = body(
        p(r("Nhân dân ", font("Times New Roman")), r(old, font(".VnTime")), r(" nhân dân", font("Arial"))) +
        p(r("kÕ ho¹ch", font(".VnTimeH")))
    )  # fmt: skip
    reading = read_bytes(saved(document), ".docx")
    assert reading.text == f"Nhân dân {SENTENCE.strip()} nhân dân\nKẾ HOẠCH"
    assert reading.notes == ("decoded-tcvn3",)


def test_old_font_names_on_unicode_text_mean_nothing() -> None:
    reading = read_bytes(saved(body(p(r("Nhân dân tỉnh Hà Nam, thôn Đoài", font(".VnTime"))))), ".docx")
    assert (reading.text, reading.notes) == ("Nhân dân tỉnh Hà Nam, thôn Đoài", ())


def test_an_old_font_of_a_style() -> None:
    document = body(p(r(legacy.misread((FILES / "vni.txt").read_bytes()).strip() + " TOÅNG")))
    document.styles["Normal"].font.name = "VNI-Times"
    assert read_bytes(saved(document), ".docx").text == SENTENCE.strip() + " TỔNG"


def test_strict_namespaces_read_alike() -> None:
    data = saved(body(p(r("Quyết định")) + f"<w:tbl><w:tr><w:tc>{p(r('a'))}</w:tc></w:tr></w:tbl>"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
    transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = rezipped(data, {"word/document.xml": xml.replace(transitional, "http://purl.oclc.org/ooxml/w/main")})
    assert text_of(strict, ".docx") == "Quyết định\na"


def test_damaged_documents() -> None:
    document = docx.Document()
    document.add_paragraph("Quyết định")
    data = saved(document)
    assert reason(lambda: read_bytes(data[: len(data) // 2], ".docx")) == "truncated"
    assert reason(lambda: read_bytes(b"PK\x05\x06 rubbish", ".docx")) == "damaged"
    assert reason(lambda: read_bytes(b"no ZIP file", ".docx")) == "damaged"
    assert reason(lambda: read_bytes(rezipped(data, {"word/document.xml": "<w:document"}), ".docx")) == "damaged"
    assert reason(lambda: read_bytes(rezipped(data, {"word/document.xml": "<x/>"}), ".docx")) == "damaged"
    assert reason(lambda: read_bytes(saved(docx.Document()), ".docx")) == "empty"
    scanned = rezipped(saved(docx.Document()), {"word/media/image1.png": "\x89PNG"})
    assert reason(lambda: read_bytes(scanned, ".docx")) == "scan"


def test_every_flipped_byte_is_survived() -> None:
    document = docx.Document()
    document.add_paragraph("Quyết định", style="List Number")
    chance = random.Random(7)
    for data, suffix in ((saved(document), ".docx"), (pdf([["Quyết định của Ủy ban"]]), ".pdf")):
        for _ in range(60):
            flipped = bytearray(data)
            for _ in range(chance.choice((1, 5, 50))):
                flipped[chance.randrange(len(flipped))] = chance.randrange(256)
            try:
                read_bytes(bytes(flipped), suffix)
            except ReadError as error:
                assert error.reason in REASONS


def test_a_password_and_an_old_file_in_new_dress() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert reason(lambda: read_bytes(ole, ".docx")) == "old-word"
    assert reason(lambda: read_bytes(ole + "EncryptedPackage".encode("utf-16-le"), ".docx")) == "encrypted"
    data = bytearray(saved(docx.Document()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        directory = archive.start_dir
    data[directory + 8] |= 1
    assert reason(lambda: read_bytes(bytes(data), ".docx")) == "encrypted"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    document = docx.Document()
    document.add_paragraph(" " * 5_000_000 + "x")
    data = saved(document)
    assert len(data) < 100_000
    assert text_of(data, ".docx").endswith("x")
    monkeypatch.setattr(readers, "MAX_FILE_BYTES", 1_000_000)
    assert reason(lambda: read_bytes(data, ".docx")) == "too-big"


def test_entities_do_not_explode() -> None:
    laughs = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
    )
    data = saved(
        docx.Document(), word__document=f"{laughs}]><w:document {W}><w:body>{p(r('&j;x'))}</w:body></w:document>"
    )
    try:
        assert len(read_bytes(data, ".docx").text) < 100
    except ReadError as error:
        assert error.reason in ("damaged", "empty")


# --- PDF ----------------------------------------------------------------------------------------------------------


def pdf(pages: Sequence[Sequence[str]], stamp: str = "", image: bool = False, outline: bool = False) -> bytes:
    """Write a PDF of lines of text on pages, each page with a stamp (an annotation), a picture, or drawn lines."""
    signs = sorted({sign for page in pages for line in page for sign in line} | set(stamp))
    objects: list[bytes] = []

    def add(content: str, stream: str | None = None) -> int:
        ending = (
            f"/Length {len(stream.encode('latin-1'))} >> stream\n{stream}\nendstream" if stream is not None else ">>"
        )
        objects.append(f"<< {content} {ending}".encode("latin-1"))
        return len(objects)

    def show(line: str) -> str:
        return f"<{''.join(f'{signs.index(sign) + 1:04X}' for sign in line)}> Tj"

    unicode_of = "".join(f"<{n:04X}> <{sign.encode('utf-16-be').hex()}>\n" for n, sign in enumerate(signs, 1))
    cmap = add("", f"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {len(signs)} beginbfchar\n"
                   f"{unicode_of}endbfchar endcmap")  # fmt: skip
    box = "/FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80"
    shape = add(f"/Type /FontDescriptor /FontName /Sans /Flags 4 {box}")
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    glyphs = add(f"/Type /Font /Subtype /CIDFontType2 /BaseFont /Sans {system} /DW 500 /FontDescriptor {shape} 0 R")
    used = add(f"/Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /Identity-H /DescendantFonts [{glyphs} 0 R] "
               f"/ToUnicode {cmap} 0 R")  # fmt: skip
    picture = add(
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", "\x80"
    )
    pictures = f"/XObject << /I {picture} 0 R >>" if image else ""
    resources = f"/Resources << /Font << /F {used} 0 R >> {pictures} >>"
    tree = len(objects) + len(pages) * (4 if stamp else 2) + 1
    kids = []
    for page in pages:
        drawn = f"BT /F 12 Tf 14 TL 40 800 Td {' T* '.join(map(show, page))} ET"
        drawn += " q 500 0 0 700 40 40 cm /I Do Q" if image else ""
        content = add("", drawn + (" 0 0 m 100 100 l S" if outline else ""))
        annotations = ""
        if stamp:
            form = f"/Type /XObject /Subtype /Form /BBox [0 0 200 20] {resources}"
            look = add(form, f"BT /F 12 Tf 2 2 Td {show(stamp)} ET")
            seal = add(f"/Type /Annot /Subtype /Stamp /Rect [40 40 240 60] /F 4 /AP << /N {look} 0 R >>")
            annotations = f"/Annots [{seal} 0 R]"
        where = f"/Parent {tree} 0 R /MediaBox [0 0 595 842]"
        kids.append(add(f"/Type /Page {where} /Contents {content} 0 R {resources} {annotations}"))
    assert add(f"/Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}]") == tree
    catalogue = add(f"/Type /Catalog /Pages {tree} 0 R")
    written, places = b"%PDF-1.7\n", []
    for number, content_of in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + content_of + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} "
    return written + f"{end}/Root {catalogue} 0 R >>\nstartxref\n{len(written)}\n%%EOF\n".encode()


PLAN = [
    ["KẾ HOẠCH giảm nghèo bền vững", "Căn cứ Quyết định số 1401/QĐ-", "UBND ngày 19/12/2023"],
    ["II. NHIỆM VỤ và giải pháp thực hiện"],
]


def test_pages_are_parted_and_line_end_hyphens_restored() -> None:
    reading = read_bytes(pdf(PLAN), ".pdf")
    assert reading.text == (
        "KẾ HOẠCH giảm nghèo bền vững\nCăn cứ Quyết định số 1401/QĐ-UBND ngày 19/12/2023\n"
        "\fII. NHIỆM VỤ và giải pháp thực hiện"
    )
    assert (reading.media_type, reading.notes) == ("application/pdf", ())


def test_decomposed_letters_stay_decomposed() -> None:
    line = unicodedata.normalize("NFD", "Quyết định của Thủ tướng Chính phủ")
    assert text_of(pdf([[line]]), ".pdf") == line


def test_what_is_stamped_on_a_page_is_read() -> None:
    text = text_of(pdf([["KẾ HOẠCH giảm nghèo bền vững"]], stamp="Số: 37/KH-UBND"), ".pdf")
    assert text == "KẾ HOẠCH giảm nghèo bền vững\nSố: 37/KH-UBND"


def test_old_fonts_of_a_pdf() -> None:
    old = legacy.misread((FILES / "tcvn3.txt").read_bytes()).strip()
    reading = read_bytes(pdf([[old]]), ".pdf")
    assert (reading.text, reading.notes) == (SENTENCE.strip(), ("decoded-tcvn3",))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf([["2"]], image=True), "scan"),
        (pdf([[""]], outline=True), "scan"),
        (pdf([[""]]), "empty"),
        (pdf(PLAN)[:-400], "truncated"),
        (pdf(PLAN)[: len(pdf(PLAN)) // 2], "truncated"),
        (b"<html>404</html>", "damaged"),
        (b"%PDF-1.7 rubbish %%EOF", "damaged"),
    ],
)
def test_pdfs_that_are_refused(data: bytes, why: str) -> None:
    assert reason(lambda: read_bytes(data, ".pdf")) == why


def test_pages_without_text_among_others_are_noted() -> None:
    data = pdf([*PLAN, ["3"]], image=True)
    assert read_bytes(data, ".pdf").notes == ("pages-without-text",)


def test_a_short_text_is_no_scan() -> None:
    assert text_of(pdf([["Số 5"]]), ".pdf") == "Số 5"


def test_junk_behind_a_pdf_does_no_harm() -> None:
    assert text_of(pdf(PLAN) + b"\n<!-- server -->" * 400, ".pdf").startswith("KẾ HOẠCH")


@pytest.mark.parametrize(("password", "refused"), [("mật khẩu", True), ("", False)])
def test_only_a_password_to_open_is_an_obstacle(password: str, refused: bool) -> None:
    writer, stream = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(PLAN))), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(stream)
    if refused:
        assert reason(lambda: read_bytes(stream.getvalue(), ".pdf")) == "encrypted"
    else:
        assert text_of(stream.getvalue(), ".pdf").startswith("KẾ HOẠCH")


def test_pypdf_reads_what_pdfium_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_pages_by_pdfium", lambda data: None)
    reading = read_bytes(pdf(PLAN), ".pdf")
    assert reading.text.split("\n") == [*PLAN[0], "\f" + PLAN[1][0]]
    assert reading.notes == ("read-with-pypdf",)
    assert reason(lambda: read_bytes(pdf([["2"]], image=True), ".pdf")) == "scan"


# --- Files and folders --------------------------------------------------------------------------------------------


def test_media_types_are_known_for_each_suffix() -> None:
    assert tuple(media_types()) == SUFFIXES == (".docx", ".htm", ".html", ".md", ".pdf", ".txt")


def test_each_format_by_its_file(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Quyết định của Ủy ban nhân dân")
    files = {
        "a.docx": saved(document),
        "a.pdf": pdf([["Quyết định của Ủy ban nhân dân"]]),
        "a.html": "<p>Quyết định của Ủy ban nhân dân</p>".encode(),
        "a.md": "Quyết định của Ủy ban nhân dân".encode(),
    }
    for name, data in files.items():
        path = tmp_path / name
        path.write_bytes(data)
        reading = read_file(path)
        assert reading.text == "Quyết định của Ủy ban nhân dân"
        assert (reading.media_type, reading.sha256) == (media_types()[path.suffix], sha256(data).hexdigest())


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    (tmp_path / "a.doc").write_bytes(b"x")
    (tmp_path / "README").write_bytes(b"x")
    (tmp_path / "a.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    found = {
        name: reason(lambda name=name: read_file(tmp_path / name))  # type: ignore[misc]
        for name in (
            "a.xlsx",
            "a.doc",
            "README",
            "a.txt",
            "pipe.txt",
            "loop.txt",
            "none.txt",
            "nul\0.txt",
            "a.doc/b.txt",
        )
    }
    assert found == {
        "a.xlsx": "unsupported",
        "a.doc": "old-word",
        "README": "no-suffix",
        "a.txt": "folder",
        "pipe.txt": "special",
        "loop.txt": "unreadable",
        "none.txt": "missing",
        "nul\0.txt": "missing",
        "a.doc/b.txt": "missing",
    }
    with pytest.raises(ReadError) as caught:
        read_file(tmp_path / "a.xlsx")
    assert caught.value.detail == {"suffix": ".xlsx"}


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    # Not by its mode, because the superuser may read any file.
    monkeypatch.setattr(readers, "_bytes_of", refuse)
    assert reason(lambda: read_file(path)) == "permission"


def test_a_file_that_is_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(readers.MAX_FILE_BYTES + 1)  # a hole: it takes no room
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert (caught.value.reason, caught.value.detail) == ("too-big", {"size": "201 MB", "limit": "200 MB"})


@pytest.mark.parametrize(("changes", "read"), [(1, True), (2, False)])
def test_a_file_that_changes_is_read_again_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: int, read: bool
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("bản cũ", encoding="utf-8")
    readings: list[bytes] = []

    def read_and_change(path: Path) -> bytes:
        readings.append(path.read_bytes())
        if len(readings) <= changes:
            path.write_text(f"bản mới {'!' * len(readings)}", encoding="utf-8")
        return readings[-1]

    monkeypatch.setattr(readers, "_bytes_of", read_and_change)
    if read:
        assert read_file(path).text == "bản mới !"
    else:
        assert reason(lambda: read_file(path)) == "changed"
    assert len(readings) == 2


def test_folders_are_walked_in_order_and_files_found_once(tmp_path: Path) -> None:
    for name in (
        "b/2.txt",
        "b/10.PDF",
        "b/ảnh.jpg",
        "a.md",
        "c.doc",
        ".git/x.txt",
        "b/.ẩn.txt",
        "b/~$2.docx",
        "b/README",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    (tmp_path / "vòng").symlink_to(tmp_path)
    (tmp_path / "b" / "zz.txt").symlink_to(tmp_path / "a.md")
    os.mkfifo(tmp_path / "d.txt")
    files, refusals = find_files(
        [tmp_path / "b" / "2.txt", tmp_path, tmp_path / "b" / ".." / "a.md", tmp_path / "không"]
    )
    assert files == (tmp_path / "b" / "2.txt", tmp_path / "a.md", tmp_path / "b" / "10.PDF")
    assert [(refusal.path, refusal.error.reason) for refusal in refusals] == [
        (tmp_path / "b" / "README", "no-suffix"),
        (tmp_path / "b" / "ảnh.jpg", "unsupported"),
        (tmp_path / "c.doc", "old-word"),
        (tmp_path / "d.txt", "special"),
        (tmp_path / "không", "missing"),
    ]


def test_a_hidden_file_is_read_if_it_is_named(tmp_path: Path) -> None:
    hidden = tmp_path / ".nháp.txt"
    hidden.write_text("x")
    assert find_files([tmp_path]) == ((), ())
    assert find_files([hidden])[0] == (hidden,)


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b").mkdir()
    listed = os.listdir

    def refuse(path: Path) -> list[str]:
        if stat.S_ISDIR(path.stat().st_mode) and path.name == "b":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "listdir", refuse)
    files, refusals = find_files([tmp_path])
    assert files == (tmp_path / "a.txt",)
    assert [(refusal.path.name, refusal.error.reason) for refusal in refusals] == [("b", "permission")]
