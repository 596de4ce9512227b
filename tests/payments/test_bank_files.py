"""Files with banks: instructions out as pain.001, results in as pain.002, camt, MT940 and CSV; what is doubled, broken, damaged or another's."""

import asyncio
import csv
import gzip
import io
import json
from collections import Counter
from xml.etree.ElementTree import fromstring

import pytest

from services.payments.commands import bank_files
from shared.auth import Level, Reach
from shared.contracts.common import Bank
from shared.contracts.payments import PaymentInstructed, PaymentSettled, ResultStatus
from shared.ids import new_id
from shared.jobs import JobRunner
from tests.payments import bank_papers, story
from tests.payments.bank_papers import Said
from tests.payments.conftest import CHECKER
from tests.payments.test_bank_results import exceptions, paid_out
from tests.support.iso_20022 import problems

FILES = "/v1/bank-files/instructions"
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


async def send(payments, paper, bank="KTB", *, read=True):
    """Send a file and let it be read; the answer's code, and the file as it then is."""
    files = {"file": (paper.name, paper.content)}
    answer = await payments.client.post("/v1/bank-files", files=files, headers=payments.bank(bank))
    if answer.status_code >= 400:
        return answer.status_code, answer.json()
    if read:
        await payments.work()
    return answer.status_code, (await payments.get(answer.headers["location"], payments.bank(bank))).json()


async def refusals(payments, file, bank="KTB"):
    answer = await payments.get(f"/v1/bank-files/{file['file_id']}/refusals.csv", payments.bank(bank))
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def counts(file):
    return tuple(file[name] for name in ("lines", "taken", "repeated", "skipped", "refused"))


async def run_states(payments, run):
    shown = (await payments.get(f"/v1/runs/{run['run_id']}")).json()
    return shown["paid"], shown["failed"], shown["returned"], shown["unanswered"]


def said(instructions, **more):
    return [Said(one.instruction_id, **more) for one in instructions]


async def test_a_run_goes_out_as_pain_001_and_comes_back_as_pain_002_statement_and_notification(payments):
    run, holders, instructions = await paid_out(payments, 5)
    ktb = payments.bank("KTB")
    (waiting,) = (await payments.get(FILES, ktb, fetched=False)).json()["items"]
    path = f"{FILES}/{waiting['run_id']}"
    assert (waiting["run_id"], waiting["month"], waiting["file_no"], waiting["fetched_at"]) == (run["run_id"], "2018-03", 1, None)
    answer = await payments.get(f"{path}/KTB/1.xml", ktb)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert problems(answer.content, "pain.001.001.09") == []
    message = fromstring(answer.content)
    assert [one.text for one in message.iter(f"{PAIN}NbOfTxs")] == ["5", "5"]
    assert [one.text for one in message.iter(f"{PAIN}CtrlSum")] == ["1000.00", "1000.00"]
    assert sorted(one.text for one in message.iter(f"{PAIN}EndToEndId")) == sorted(one.instruction_id for one in instructions)
    assert {one.text for one in message.iter(f"{PAIN}Nm")} == {"กรมบัญชีกลาง", "สมใจ ดีงาม"}
    assert [one.find(f"{PAIN}Dt").text for one in message.iter(f"{PAIN}ReqdExctnDt")] == ["2018-03-20"]
    again = await payments.get(f"{path}/KTB/1.xml", ktb)
    assert again.content == answer.content
    assert (await payments.get(FILES, fetched=False)).json()["items"] == []
    (listed,) = (await payments.get(FILES)).json()["items"]
    assert (listed["bank"], listed["to_pay"], listed["fetched_by"]) == ("KTB", 5, "bank-KTB")
    async with payments.db.reading() as tx:
        audited = await tx.fetch("SELECT action, client, holders, detail FROM audit_entry")
    assert [(row["action"], row["client"], set(row["holders"])) for row in audited] == [
        ("FETCH_INSTRUCTIONS", "bank-KTB", set(holders))
    ] * 2
    assert all(listed["message_id"] in row["detail"] for row in audited)

    first, second, third, fourth, fifth = said(instructions)
    reported = bank_papers.pain_002([first, second.but(status="FAILED", reason="AC04"), third.but(status="PENDING")])
    notified = bank_papers.camt([first, third, fourth], message="054")
    stated = bank_papers.camt([first, third, fourth, fifth, fourth.but(status="RETURNED", reason="AC06", reference="BACK")])
    for paper, found in ((reported, (3, 2, 0, 1, 0)), (notified, (3, 2, 1, 0, 0)), (stated, (5, 2, 3, 0, 0))):
        assert problems(paper.content, paper.schema) == []
        status, file = await send(payments, paper)
        assert (status, file["status"], counts(file)) == (202, "DONE", found)
    assert await run_states(payments, run) == (3, 1, 1, 0)
    assert await exceptions(payments) == []
    assert len(await payments.events(PaymentSettled)) == 4
    assert (await payments.close(run["run_id"])).status_code == 200
    assert (await payments.get(FILES, ktb)).json()["items"] == []
    (closed,) = (await payments.get(FILES, ktb, run_id=run["run_id"])).json()["items"]
    assert (closed["payments"], closed["to_pay"]) == (5, 0)
    late = await payments.get(f"{path}/KTB/1.xml", ktb)
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "nothing-to-pay")


FORMATS = {
    "CSV in TIS-620": (Bank.KTB, lambda lines: bank_papers.csv(lines, encoding="cp874")),
    "CSV with semicolons": (Bank.GSB, lambda lines: bank_papers.csv(lines, bank="GSB")),
    "CSV with bars": (Bank.BAAC, lambda lines: bank_papers.csv(lines, bank="BAAC")),
    "camt with a batch": (Bank.KTB, lambda lines: bank_papers.camt(lines, batch=True)),
    "pain.002 of 2009": (Bank.KTB, lambda lines: bank_papers.pain_002(lines, version="03")),
    "MT940": (Bank.KTB, bank_papers.mt940),
    "MT940 with broken lines": (Bank.KTB, lambda lines: bank_papers.mt940(lines, wrap=True)),
}


async def test_one_bad_line_never_blocks_a_file_and_the_same_file_twice_changes_nothing(payments):
    people = [story.person(bank=bank) for bank, _ in FORMATS.values() for _ in range(3)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    run = await payments.run("2018-03")
    waiting = {bank: [one.data for one in await payments.events(PaymentInstructed) if one.data.bank is bank] for bank in Bank}
    for name, (bank, write) in FORMATS.items():
        first, second, third = said([waiting[bank].pop() for _ in range(3)])
        paper = write([first, Said("0" * 32), third.but(satang=1), Said("NOTPROVIDED"), second])
        if paper.schema is not None and name != "camt with a batch":
            assert problems(paper.content, paper.schema) == []
        status, file = await send(payments, paper, bank)
        assert (name, status, file["status"], counts(file)) == (name, 202, "DONE", (5, 2, 0, 0, 3))
        told = await refusals(payments, file, bank)
        assert [(one["entry"], one["code"]) for one in told] == [
            ("2", "unknown_instruction"),
            ("3", "amount_differs"),
            ("4", "instruction_id"),
        ]
        assert all(one["reason_en"] and one["reason_th"] for one in told)
        assert (told[0]["value_masked"], told[2]["value_masked"]) == ("0" * 32, "… (11)")
        once = await payments.balances()
        status, again = await send(payments, paper, bank)
        assert (status, again) == (200, file)
        status, packed = await send(payments, paper._replace(content=gzip.compress(paper.content)), bank)
        assert (status, counts(packed)) == (202, (5, 0, 2, 0, 3))
        assert await payments.balances() == once
    assert await run_states(payments, run) == (14, 0, 0, 7)
    assert len(await payments.events(PaymentSettled)) == 14


async def test_an_answer_is_one_by_whichever_way_it_comes(payments):
    run, _, instructions = await paid_out(payments, 2)
    first, second = said(instructions)
    await payments.bring(story.answered(instructions[0], reference=first.ref))
    _, file = await send(payments, bank_papers.csv([first, second]))
    assert counts(file) == (2, 1, 1, 0, 0)
    await payments.bring(story.answered(instructions[1], reference=second.ref))
    for paper in (bank_papers.camt([first, second]), bank_papers.mt940([first, second])):
        _, file = await send(payments, paper)
        assert counts(file) == (2, 0, 2, 0, 0)
    assert len(await payments.events(PaymentSettled)) == 2
    # Another reference is another payment: people look at it.
    _, file = await send(payments, bank_papers.csv([first.but(reference="TWICE")]))
    assert (counts(file), (await refusals(payments, file))[0]["code"]) == ((1, 0, 0, 0, 1), "contradicts")
    assert [one["disposition"] for one in await exceptions(payments)] == ["CONTRADICTS"]
    assert await run_states(payments, run) == (2, 0, 0, 0)


async def test_a_bank_reads_and_answers_its_own_alone(payments):
    run, _, (one,) = await paid_out(payments)
    _, file = await send(payments, bank_papers.csv(said([one]), bank="GSB"), "GSB")
    assert (counts(file), (await refusals(payments, file, "GSB"))[0]["code"]) == ((1, 0, 0, 0, 1), "rejected_wrong_bank")
    assert await run_states(payments, run) == (0, 0, 0, 1)
    path = f"{FILES}/{run['run_id']}"
    fetch_all = payments.caller(scopes=("payments.bank-files:fetch", "payments.bank-files:write", "payments.bank-files:read"))
    for who, bank in ((payments.bank("GSB"), "KTB"), (payments.bank("GSB"), "GSB"), (fetch_all, "KTB")):
        assert (await payments.get(f"{path}/{bank}/1.xml", who)).status_code == 404
    assert (await payments.get(f"{path}/KTB/2.xml", payments.bank("KTB"))).status_code == 404
    assert (await payments.get(FILES, payments.bank("GSB"))).json()["items"] == []
    assert (await payments.get(FILES, payments.caller(reach=Reach(Level.DISTRICT, "8101")))).json()["items"] == []
    for place in ("", "/refusals.csv"):
        assert (await payments.get(f"/v1/bank-files/{file['file_id']}{place}", payments.bank("KTB"))).status_code == 404
        assert (await payments.get(f"/v1/bank-files/{file['file_id']}{place}")).status_code == 200
    assert (await payments.get("/v1/bank-files", payments.bank("KTB"))).json()["items"] == []
    assert [row["file_id"] for row in (await payments.get("/v1/bank-files")).json()["items"]] == [file["file_id"]]
    paper = bank_papers.csv(said([one]))
    sent = await payments.client.post("/v1/bank-files", files={"file": (paper.name, paper.content)}, headers=fetch_all)
    assert sent.status_code == 404


async def test_what_is_not_released_answered_or_asked_about_is_in_no_file(payments):
    run, _, instructions = await paid_out(payments, 3)
    path, ktb = f"{FILES}/{run['run_id']}", payments.bank("KTB")
    whole = (await payments.get(f"{path}/KTB/1.xml", ktb)).content
    await payments.bring(story.answered(instructions[0], ResultStatus.FAILED, reason="AC04"))
    rest = (await payments.get(f"{path}/KTB/1.xml", ktb)).content
    assert problems(rest, "pain.001.001.09") == []
    assert instructions[0].instruction_id.encode() not in rest
    ids = [fromstring(one).find(f".//{PAIN}MsgId").text for one in (whole, rest)]
    assert ids[0] != ids[1]
    assert (await payments.post(f"/v1/runs/{run['run_id']}/status-requests")).status_code == 202
    assert (await payments.get(f"{path}/KTB/1.xml", ktb)).status_code == 409
    (listed,) = (await payments.get(FILES)).json()["items"]
    assert (listed["payments"], listed["to_pay"]) == (3, 0)
    payments.play("2018-04-20")
    proposed = (await payments.post("/v1/runs", {"month": "2018-04"}, payments.caller(CHECKER))).json()["run_id"]
    await payments.work()
    assert (await payments.get(f"{FILES}/{proposed}/KTB/1.xml", ktb)).status_code == 404
    assert (await payments.get(FILES, ktb, run_id=proposed)).json()["items"] == []


async def test_what_cannot_be_read_is_refused_with_its_line_and_can_be_sent_again(payments):
    run, _, (one,) = await paid_out(payments)
    paper = bank_papers.pain_002(said([one]))
    bomb = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    for content, words in (
        (bank_papers.pain_002(said([one]), head=bomb).content, "DOCTYPE"),
        (b"\x00\x01\x02", "first line"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'/>", "none of pain.002"),
        (gzip.compress(paper.content)[:-20], "not sent whole"),
        (bank_papers.csv(said([one]), bank="GSB").content, "columns"),
        (b"", "first line"),
    ):
        status, problem = await send(payments, paper._replace(content=content))
        assert (status, problem["type"].rpartition(":")[2]) == (422, "bank-file-not-taken"), content[:40]
        assert words in problem["detail"]
    cut = paper._replace(content=paper.content[:-30])
    for _ in range(2):  # it is refused each time, and no line of it is taken
        status, file = await send(payments, cut)
        assert (status, file["status"], counts(file)) == (202, "REFUSED", (0, 0, 0, 0, 0))
        assert ("line" in file["problem_en"], "บรรทัด" in file["problem_th"]) == (True, True)
    assert await run_states(payments, run) == (0, 0, 0, 1)
    _, file = await send(payments, paper)
    assert (file["status"], counts(file)) == ("DONE", (1, 1, 0, 0, 0))


async def test_a_status_of_all_is_taken_for_none(payments):
    run, _, _ = await paid_out(payments)
    paper = bank_papers.pain_002([], group="RJCT")
    assert problems(paper.content, paper.schema) == []
    _, file = await send(payments, paper)
    assert [one["code"] for one in await refusals(payments, file)] == ["status_of_all"]
    assert await run_states(payments, run) == (0, 0, 0, 1)


async def test_a_reading_that_was_killed_goes_on_and_two_of_one_file_at_once_are_one(payments, monkeypatch):
    monkeypatch.setattr(bank_files, "LINES_A_STEP", 2)
    run, _, instructions = await paid_out(payments, 5)
    paper = bank_papers.camt([*said(instructions), Said("f" * 32)], batch=True)
    sent = await asyncio.gather(*(send(payments, paper, read=False) for _ in range(4)))
    assert (Counter(status for status, _ in sent), len({file["file_id"] for _, file in sent})) == ({202: 1, 200: 3}, 1)
    async with payments.db.reading() as tx:
        parts = b"".join(row[0] for row in await tx.fetch("SELECT content_sealed FROM bank_file_part"))
    assert parts
    assert instructions[0].instruction_id.encode() not in parts
    taken = bank_files.take_lines

    async def dies(tx, file_id, bank, lines, first_entry, at):
        found = await taken(tx, file_id, bank, lines, first_entry, at)
        if first_entry == 3:
            raise asyncio.CancelledError
        return found

    monkeypatch.setattr(bank_files, "take_lines", dies)
    runner = JobRunner(payments.db, payments.service.jobs, payments.resources)
    with pytest.raises(asyncio.CancelledError):
        await runner._work(await runner._claim())
    assert await run_states(payments, run) == (2, 0, 0, 3)
    monkeypatch.setattr(bank_files, "take_lines", taken)
    await payments.work()
    file = (await payments.get(f"/v1/bank-files/{sent[0][1]['file_id']}")).json()
    assert (file["status"], counts(file)) == ("DONE", (6, 5, 0, 0, 1))
    assert await run_states(payments, run) == (5, 0, 0, 0)
    async with payments.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM bank_file_part") == 0
        told = await tx.fetch("SELECT entry, line FROM bank_file_answer ORDER BY entry")
    assert [row["entry"] for row in told] == [1, 2, 3, 4, 5, 6]
    assert len({row["line"] for row in told}) == 6


async def test_a_lost_answer_and_a_count_that_is_wrong_are_found(payments):
    _, _, (one,) = await paid_out(payments)
    _, file = await send(payments, bank_papers.csv(said([one])))
    async with payments.db.pool.acquire() as connection:
        planted = connection.transaction()
        await planted.start()
        await connection.execute("UPDATE bank_file SET lines = lines + 1, refused = refused + 1")
        await connection.execute(
            "INSERT INTO bank_file_answer (file_id, entry, line, result_id) VALUES ($1, 9, 9, $2)", file["file_id"], new_id()
        )
        await connection.execute(
            """INSERT INTO bank_file_fetch (run_id, bank, file_no, message_id, payments, amount_satang, fetched_by, fetched_at)
               SELECT run_id, 'KTB', 1, 'm', 2, 1, 'x', now() FROM run"""
        )
        broken = [one.name for one in payments.service.invariants if await connection.fetch(one.sql)]
        await planted.rollback()
    assert broken == ["bank_files_lines", "bank_files_fetched"]


async def test_nothing_personal_of_a_file_stays(payments):
    _, _, (one,) = await paid_out(payments)
    raw = "สมชาย ใจดี,1-1018-00000-01-1,0812345678,1234567890123456,สำเร็จ,x,y"
    _, file = await send(payments, bank_papers.csv(said([one]), raw=[raw, '"', "a,b"]))
    assert counts(file) == (4, 1, 0, 0, 3)
    async with payments.db.reading() as tx:
        for table in ("bank_file", "bank_file_refusal", "bank_file_answer", "job"):
            rows = json.dumps([dict(row) for row in await tx.fetch(f"SELECT * FROM {table}")], default=str, ensure_ascii=False)
            assert not any(part in rows for part in ("สมชาย", "สมใจ", "00000-01", "0812345678", "1234567890123456")), rows
