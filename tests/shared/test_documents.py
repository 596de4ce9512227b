"""Printed documents: Thai as it should be, content that is never markup, PDF/A with our font alone, and an event loop that goes on."""

import asyncio
import gc
import re
import string
from datetime import UTC, datetime

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.documents import (
    Answer,
    Bars,
    Choices,
    Code,
    Columns,
    Digits,
    Document,
    Facts,
    Fields,
    Group,
    Highlight,
    Note,
    Option,
    Paper,
    Printer,
    PrinterBusy,
    Section,
    Signature,
    Signatures,
    Table,
    Writing,
)
from shared.documents.characters import printable
from tests.support.pdf import read_pdf

AT = datetime(2018, 2, 14, 5, tzinfo=UTC)
HARD_WORDS = "ทั้งนี้ น้ำ ป้ำ ญู ฐู กตัญญู ปี่ ฟ้า ผู้ใหญ่ ฤๅษี ก๊วยเตี๋ยว"
EVIL = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0"',
    "*หนา* _เอียง_ `รหัส`",
    "$x^2$ \\ \\u{41} // หมายเหตุ /* ทั้งหมด */",
    "<ป้าย> @อ้าง ~ -- \"คำพูด\" 'เดี่ยว'",
    "= หัวข้อ",
    "#{ panic() } ] [ )",
    '"}],"title":"x',
)


def everything(**more):
    """A document with every kind of block."""
    blocks = (
        Section("๑ บุคคล"),
        Fields((Answer("ชื่อ", "น้ำทิพย์", 6), Answer("นามสกุล", None, 6), Answer("โทรศัพท์", "0812345678", 12, "มือถือ"))),
        Choices("สถานภาพ", (Option("โสด"), Option("สมรส", ticked=True))),
        Writing("อุปสรรค", HARD_WORDS * 10),
        Writing("ความเห็น"),
        Facts((("วันที่", "14 กุมภาพันธ์ 2561"), ("ลงชื่อ", None))),
        Highlight("เลขที่", "8101-00000001"),
        Table(Columns(("ที่", "รายการ"), (1, 5)), (("1", HARD_WORDS),), empty_rows=2),
        Bars.of("จำนวนตามผล", [("น้ำ", 2, "2,000"), ("ฟ้า", 1, "1,000")]),
        Group("รายการที่ 1", (Note("ข้อความ", small=True), Fields((Answer("เดือน", "มิถุนายน 2561"),)))),
        Code("https://example.org/1", "สแกนที่นี่"),
        Signatures((Signature("ผู้รับ", "นางน้ำทิพย์ ทั้งปวง"), Signature("พยาน"))),
    )
    return Document(**{"title": "หางตั๋ว", "blocks": blocks, "footer": "แบบ 1"} | more)


@pytest.fixture(scope="module")
def printer():
    return Printer()


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (210, 297)), (Paper.A5, (148, 210)), (Paper.ROLL_80MM, (80, None))])
async def test_every_kind_of_block_is_on_every_paper(printer, paper, size):
    pdf = read_pdf(await printer.pdf(everything(paper=paper, subtitle="รอง", mark="แนบ 2"), AT))
    for words in (
        "หางตั๋ว",
        "นามสกุล",
        "มือถือ",
        "× สมรส",
        HARD_WORDS,
        "14 กุมภาพันธ์ 2561",
        "8101-00000001",
        "มิถุนายน 2561",
        "สแกนที่นี่",
        "(นางน้ำทิพย์ ทั้งปวง)",
        "จำนวนตามผล",
        "2,000",
    ):
        assert words in pdf, words
    assert "× โสด" not in pdf
    assert {width for width, _ in pdf.sizes_mm} == {size[0]}
    assert size[1] is None or {height for _, height in pdf.sizes_mm} == {size[1]}
    assert paper is not Paper.ROLL_80MM or len(pdf.sizes_mm) == 1
    assert pdf.title == "หางตั๋ว"


async def test_the_fonts_are_ours_and_inside_and_the_file_says_what_it_is(printer):
    pdf = read_pdf(await printer.pdf(everything(), AT))
    assert pdf.fonts == {("Sarabun-Regular", True), ("Sarabun-Bold", True)}
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.raw
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf.raw
    assert re.search(rb"/Lang ?\(th(-TH)?\)", pdf.raw)
    assert "หน้า 1 จาก" in pdf


async def test_the_same_content_is_the_same_file(printer):
    assert await printer.pdf(everything(), AT) == await Printer().pdf(everything(), AT)


async def test_thai_digits_are_everywhere_when_they_are_wished(printer):
    pdf = read_pdf(await printer.pdf(everything(digits=Digits.THAI), AT))
    assert "๑๔ กุมภาพันธ์ ๒๕๖๑" in pdf
    assert "หน้า ๑ จาก" in pdf
    assert not set(string.digits) & set(pdf.text)


@pytest.mark.parametrize("evil", EVIL)
async def test_what_people_write_is_never_markup(printer, evil):
    asked = Document(
        evil,
        (Section(evil), Note(evil), Fields((Answer(evil, evil, 12),)), Choices(evil, (Option(evil),)), Highlight(evil, evil)),
        footer=evil,
    )
    pdf = read_pdf(await printer.pdf(asked, AT))
    whole = "".join(pdf.text.split())
    assert whole.count("".join(evil.split())) == 10
    assert "root:" not in whole
    assert pdf.title == evil


async def test_what_the_font_does_not_have_is_a_question_mark_and_long_words_stay_on_the_page(printer):
    long = "W" * 400 + "ก" * 400
    pdf = read_pdf(await printer.pdf(Document("x", (Note("ก\0ข☃中🙂ค\u202e"), Note(long)), paper=Paper.A5), AT))
    assert "กข???ค" in pdf
    assert long in pdf
    assert max(len(line) for line in pdf.text.splitlines()) < 100


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8") | st.characters(min_codepoint=0xE00, max_codepoint=0xE7F), max_size=60), max_size=30))
def test_no_text_stops_the_printer(texts):
    """Also marks without a consonant, halves of emoji, directions, private characters: PDF/A forbids what the font cannot show."""
    asked = Document("x", tuple(Note(text) for text in texts))
    assert asyncio.run(Printer(at_once=1).pdf(asked, AT)).startswith(b"%PDF")


async def test_every_character_that_we_let_through_is_in_both_faces(printer):
    every = [chr(code) for code in range(0x20, 0x3000) if printable(f"ก{chr(code)}") not in {"ก", "ก?"}]
    assert len(every) > 400
    notes = tuple(Note("ก" + one, strong=strong) for one in every for strong in (False, True))
    assert await printer.pdf(Document("x", notes), AT)


async def test_the_loop_goes_on_while_pages_are_made_and_too_many_are_asked_to_wait():
    printer = Printer(at_once=1, waiting_max=2)
    long = Document("ยาว", tuple(Writing("ข้อ", HARD_WORDS * 20) for _ in range(30)))
    making = [asyncio.create_task(printer.pdf(long, AT)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(PrinterBusy):
        await printer.pdf(long, AT)
    turns = 0
    while not making[0].done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 5, "the loop had no turn while a page was made"
    assert {pdf[:4] for pdf in await asyncio.gather(*making)} == {b"%PDF"}
    assert await printer.pdf(Document("x", ()), AT)


async def test_memory_stays_flat():
    printer = Printer(at_once=1)

    async def some(first):
        for number in range(first, first + 25):
            await printer.pdf(everything(title=f"เรื่องที่ {number}", footer="ก" * number), AT)
        gc.collect()
        return psutil.Process().memory_info().rss

    await some(0)
    settled = await some(100)
    assert await some(200) - settled < 8 * 1024 * 1024


async def test_a_document_without_end_is_refused(printer):
    with pytest.raises(ValueError, match="too long"):
        await printer.pdf(Document("x", (Note("ก" * 1_000_000),)), AT)
