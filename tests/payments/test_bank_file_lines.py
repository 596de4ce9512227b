"""What lines of banks' files say, without a database: each format against its schema, XML that attacks, and flat memory."""

import tracemalloc
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.errors import BankFileNotTaken
from services.payments.repository.bank_file_contents import format_at, lines_of
from services.payments.rules.bank_files.conventions import conventions_of, execution_date
from services.payments.rules.bank_files.csv_lines import day_of
from services.payments.rules.bank_files.lines import Told, Wrong, iso_day, masked, satang
from services.payments.rules.bank_files.pain_001 import Batch, Payment, document
from shared.clock import noon
from shared.contracts.common import Bank
from shared.contracts.payments import ResultStatus
from shared.ids import new_id
from tests.payments import bank_papers
from tests.payments.bank_papers import Said
from tests.support.iso_20022 import problems

KTB = conventions_of(Bank.KTB, date(2018, 3, 21))
ID = "5b0e9a507c2a7c4d25616b1f3f0a6a55"


@pytest.fixture
def read(tmp_path):
    """The lines of a file of these bytes, as the job reads them."""

    def lines(content, conventions=KTB):
        path, plain = tmp_path / "sent", tmp_path / "plain"
        path.write_bytes(content)
        plain.unlink(missing_ok=True)
        return list(lines_of(path, plain, format_at(path, conventions), conventions))

    return lines


def codes(lines):
    return [one.told.status.value if one.told else ",".join(fault.code for fault in one.faults) for one in lines]


@pytest.mark.parametrize("version", ["03", "12", "14", "15"])
def test_every_version_of_pain_002_is_read(read, version):
    said = [Said(ID), Said(ID, "FAILED", reason="AC04"), Said(ID, "FAILED", reason="NOOR"), Said(ID, "PENDING"), Said(ID, "ACWC")]
    paper = bank_papers.pain_002(said, version=version)
    assert problems(paper.content, paper.schema) == []
    lines = read(paper.content.replace(b"ACWC", b"ABCD"))
    assert codes(lines) == ["SETTLED", "FAILED", "UNKNOWN_INSTRUCTION", "", "status"]
    assert lines[0].told == Told(ID, ResultStatus.SETTLED, 20000, date(2018, 3, 21), f"REF{ID[-12:]}", None)
    assert (lines[1].told.reason_code, lines[1].told.bank_reference) == ("AC04", f"S{ID[-8:]}")
    assert [one.number for one in lines] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(("message", "version"), [("053", "08"), ("053", "14"), ("054", "08"), ("054", "14")])
def test_bookings_are_payments_returns_or_nothing(read, message, version):
    said = [Said(ID), Said(ID, "RETURNED", reason="AC06"), Said(ID, "CREDIT"), Said(ID, "PENDING"), Said("NOTPROVIDED")]
    paper = bank_papers.camt(said, message=message, version=version)
    assert problems(paper.content, paper.schema) == []
    assert codes(read(paper.content)) == ["SETTLED", "RETURNED", "", "", "instruction_id"]
    batch = bank_papers.camt([Said(ID), Said(ID)], message=message, version=version, batch=True)
    assert problems(batch.content, batch.schema) == []
    assert codes(read(batch.content)) == ["SETTLED", "SETTLED"]
    # Each of a batch has its own amount; the whole amount is nobody's.
    without = batch.content.replace(b'<Amt Ccy="THB">200.00</Amt><CdtDbtInd>', b"<CdtDbtInd>")
    assert codes(read(without)) == ["required", "required"]
    assert codes(read(paper.content.replace(b'Ccy="THB"', b'Ccy="USD"')))[:2] == ["currency", "currency"]
    assert codes(read(paper.content.replace(b"<Sts>", b"<RvslInd>true</RvslInd><Sts>")))[0] == "reversal"
    bare = (
        batch.content[: batch.content.index(b"<NtryDtls>")]
        + b"<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry></%s></%s></Document>"
    )
    inner, kind = {"053": (b"Stmt", b"BkToCstmrStmt"), "054": (b"Ntfctn", b"BkToCstmrDbtCdtNtfctn")}[message]
    assert codes(read(bare % (inner, kind))) == ["batch"]


def test_statement_lines_of_mt940(read):
    said = [Said(ID), Said(ID, "RETURNED", reason="AC06"), Said(ID, "CREDIT"), Said(ID, satang=20050)]
    paper = bank_papers.mt940(said)
    lines = read(paper.content)
    assert codes(lines) == ["SETTLED", "RETURNED", "", "SETTLED"]
    assert (lines[1].told.reason_code, lines[3].told.amount_satang, lines[0].number) == ("AC06", 20050, 6)
    assert codes(read(paper.content.replace(b"THB", b"USD")))[0] == "currency"
    assert codes(read(paper.content.replace(b":61:1803", b":61:18xx", 1))) == ["statement_line", "RETURNED", "", "SETTLED"]
    assert codes(read(paper.content.replace(b"200,00", b"200,005", 1)))[0] == "amount"
    two = paper.content.replace(f"/EREF/{ID}/".encode(), f"{ID} {ID[::-1]}".encode(), 1)
    assert codes(read(two))[0] == "instruction_id"
    german = paper.content.replace(f"/EREF/{ID}/".encode(), f"116?00X?20EREF+{ID[:20]}?21{ID[20:]}SVWZ+x".encode(), 1)
    assert read(german)[0].told.instruction_id == ID


XML_ATTACKS = {
    "entities": b'<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><Document xmlns="%s">&b;</Document>',
    "a file of ours": b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><Document xmlns="%s">&f;</Document>',
    "an outer type": b'<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd"><Document xmlns="%s"/>',
    "an unknown entity": b'<Document xmlns="%s">&nothing;</Document>',
    "no end": b'<Document xmlns="%s"><a>',
    "depth": b'<Document xmlns="%s">' + b"<a>" * 5000 + b"</a>" * 5000 + b"</Document>",
    "a long attribute": b'<Document xmlns="%s"><a b="' + b"x" * 5_000_000 + b'"/></Document>',
    "a long text": b'<Document xmlns="%s"><a>' + b"x" * 5_000_000 + b"</a></Document>",
    "many elements": b'<Document xmlns="%s">' + b"<a/>" * 50_000 + b"</Document>",
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><Document xmlns="%s"/>',
}


@pytest.mark.parametrize("attack", XML_ATTACKS)
def test_xml_that_attacks_is_refused_before_a_line_is_taken(read, attack):
    content = XML_ATTACKS[attack].replace(b"%s", b"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12")
    tracemalloc.start()
    with pytest.raises(BankFileNotTaken):
        read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000 + len(content) * 2


def test_an_entry_that_is_too_large_is_one_bad_line(read):
    paper = bank_papers.pain_002([Said(ID), Said(ID), Said(ID)])
    first = paper.content.index(b"</TxInfAndSts>")
    large = b"".join((paper.content[:first], b"<X>" + b"y" * 300_000 + b"</X>" + b"<Z/>" * 3000, paper.content[first:]))
    assert codes(read(large)) == ["size", "SETTLED", "SETTLED"]


def test_memory_is_flat_whatever_a_file_holds(tmp_path):
    begin, line, end = bank_papers.camt([Said(ID)], batch=True).content.partition(b"<TxDtls>")
    details, _, rest = end.partition(b"</TxDtls>")
    path = tmp_path / "sent"
    with path.open("wb") as file:
        file.write(begin)
        for _ in range(15):
            file.write((line + details + b"</TxDtls>\n          ") * 1000)
        file.write(rest)
    lines = lines_of(path, tmp_path / "plain", format_at(path, KTB), KTB)
    taken = sum(one.told is not None for one in islice(lines, 1000))
    process = psutil.Process()
    sizes = [process.memory_info().rss]
    while step := sum(one.told is not None for one in islice(lines, 2_000)):
        taken += step
        sizes.append(process.memory_info().rss)
    assert taken == 15_000
    assert path.stat().st_size > 4_000_000
    assert max(sizes) - sizes[0] < 4_000_000


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=25)
@given(TEXT, TEXT, st.integers(min_value=1, max_value=10**12), st.booleans())
def test_a_pain_001_is_valid_whatever_people_are_called(name, month, amount, card):
    account = None if card else "0" + "".join(filter(str.isascii, map(str, range(9))))
    one = Payment(
        ID, date(2018, 3, 1), amount, f"ก{name}{month}", account, "1234567890123456" if card else None, "1101800000011" if card else None
    )
    batch = Batch(new_id(), noon(date(2018, 3, 20)), date(2018, 3, 20), KTB.payer, [one, one])
    written = document(batch)
    assert problems(written, "pain.001.001.09") == []
    assert f"<CtrlSum>{amount * 2 // 100}.{amount * 2 % 100:02d}</CtrlSum>".encode() in written
    assert document(batch) == written


@settings(max_examples=50)
@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_satang_are_read_as_they_are_written(amount):
    text = f"{amount // 100}.{amount % 100:02d}"
    assert satang(text) == satang(f"{text}000") == amount
    assert satang(f"{amount // 100:,}.{amount % 100:02d}", ".", ",") == amount
    german = f"{amount // 100:,}".replace(",", ".") + f",{amount % 100:02d}"
    assert satang(german, ",", ".") == amount


@pytest.mark.parametrize("text", ["", "-1.00", "1e3", "1.005", "200.00.00", "1,000.00", "NaN", "٢٠٠", "9" * 14])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Wrong):
        satang(text)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("21/03/2561", "DD/MM/BBBB", date(2018, 3, 21)),
        ("๒๑/๐๓/๒๕๖๑", "DD/MM/BBBB", date(2018, 3, 21)),
        ("29/02/2563", "DD/MM/BBBB", date(2020, 2, 29)),
        ("2018-03-21", "YYYY-MM-DD", date(2018, 3, 21)),
        ("21/03/2018", "DD/MM/BBBB", None),
        ("2561-03-21", "YYYY-MM-DD", None),
        ("30/02/2561", "DD/MM/BBBB", None),
        ("21.03.2561", "DD/MM/BBBB", None),
    ],
)
def test_days_are_read_by_the_banks_calendar(text, form, day):
    if day is None:
        with pytest.raises(Wrong):
            day_of(text, form)
    else:
        assert day_of(text, form) == day


def test_a_moment_counts_by_the_clock_of_bangkok():
    assert iso_day("2018-03-21T20:00:00Z") == date(2018, 3, 22)
    assert iso_day("2018-03-21T20:00:00") == iso_day("2018-03-21") == date(2018, 3, 21)
    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2561-03-21", "yesterday"):
        with pytest.raises(Wrong):
            iso_day(text)


@pytest.mark.parametrize("bank", list(Bank))
def test_each_bank_has_whole_conventions_from_before_the_measure(bank):
    early, late = (conventions_of(bank, day) for day in (date(2018, 1, 1), date(2019, 1, 31)))
    assert early == late
    assert early.payer.clearing_code.isdigit()
    assert set(early.csv.statuses.values()) == set(ResultStatus)


def test_banks_are_asked_to_pay_on_working_days():
    # 13-16 April 2018 was Songkran, 14 and 15 a weekend.
    assert [execution_date(date(2018, 4, day)) for day in (11, 12, 13, 14)] == [date(2018, 4, day) for day in (11, 12, 17, 17)]


@pytest.mark.parametrize(
    "text", ["1101800000011", "1-1018-00000-01-1", "0812345678", "123-4-56789-0", "สมชาย ใจดี", "SOMCHAI", "1234567890123456"]
)
def test_nothing_that_may_be_personal_is_shown(text):
    assert masked(text) == f"… ({len(text)})"


SAID = [Said(ID), Said(ID, "FAILED", reason="AC04"), Said(ID, "RETURNED", reason="AC06"), Said(ID, "PENDING")]
PAPERS = [
    bank_papers.pain_002(SAID),
    bank_papers.camt(SAID),
    bank_papers.camt(SAID, message="054", batch=True),
    bank_papers.mt940(SAID),
    bank_papers.csv(SAID, encoding="cp874"),
]
PIECES = [
    b"<TxDtls>",
    b"</TxDtls>",
    b"<TxInfAndSts/>",
    b"<Ntry/>",
    b"&",
    b"\0",
    b"\xff",
    b"\n:61:",
    b"\n:86:",
    b'"',
    b",",
    "٢".encode(),
    b"",
]
CUTS = st.tuples(st.integers(0, 4000), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=4))


@settings(max_examples=100)
@given(st.sampled_from(PAPERS), st.lists(CUTS, min_size=1, max_size=5))
def test_whatever_a_file_holds_it_is_refused_or_read_and_what_is_read_can_be_kept(paper, cuts):
    content = bytearray(paper.content)
    for place, length, piece in cuts:
        start = place % (len(content) + 1)
        content[start : start + length] = piece
    with TemporaryDirectory() as folder:
        path = Path(folder, "sent")
        path.write_bytes(content)
        try:
            lines = list(lines_of(path, Path(folder, "plain"), format_at(path, KTB), KTB))
        except BankFileNotTaken:
            return
    for one in lines:
        assert not (one.told and one.faults)
        assert "\0" not in "".join(map(str, [*(one.told or ()), *(part for fault in one.faults for part in fault)]))
        assert one.told is None or (one.told.instruction_id.isalnum() and one.told.amount_satang >= 0)
