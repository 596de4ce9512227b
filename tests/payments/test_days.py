"""Days of the ledger close by the business clock; a closed one takes nothing more, and who rewrites it is found out."""

import asyncio
import csv
import io
import json
from datetime import date

import asyncpg
import pytest
from typer import Typer
from typer.testing import CliRunner

from deploy import verify_ledger
from services.payments.consumers import consumers
from services.payments.domain import Account, Outcome
from services.payments.rules.government_books import _TEXTS, codes_on
from shared.bus.consumers import Delivery, Work
from shared.contracts.payments import ResultStatus
from tests.payments import story
from tests.payments.test_bank_results import paid_out

CHAIN = "/v1/ledger/days/verification"


async def three_days(payments):
    """Four persons instructed on the 20th, two paid on the 21st, nothing on the 22nd; closed on the 23rd."""
    _, _, instructions = await paid_out(payments, 4)
    payments.play("2018-03-21")
    await payments.bring(*[story.answered(one) for one in instructions[:2]])
    payments.play("2018-03-23")
    await payments.timer("close_passed_days")
    return instructions


async def closed(payments):
    return (await payments.get("/v1/ledger/days")).json()["items"][::-1]


async def enter(connection, posted_on, entered_at="2018-03-21 12:00+07"):
    await connection.execute(
        """INSERT INTO ledger_entry (batch_id, run_id, outcome, debit, credit, bank, tier, benefit_month, payments, amount_satang, entered_at, posted_on)
           SELECT gen_random_uuid(), run_id, outcome, debit, credit, bank, tier, benefit_month, 1, 1, $2::text::timestamptz, $1
             FROM ledger_entry LIMIT 1""",
        posted_on,
        entered_at,
    )


async def test_every_day_that_passed_is_closed_and_chained_also_one_without_an_entry(payments):
    await three_days(payments)
    days = await closed(payments)
    assert [(one["number"], one["day"], one["entries"], one["payments"], one["amount_satang"]) for one in days] == [
        (1, "2018-03-20", 1, 4, 80000),
        (2, "2018-03-21", 1, 2, 40000),
        (3, "2018-03-22", 0, 0, 0),
    ]
    await payments.timer("close_passed_days")
    assert await closed(payments) == days
    assert (await payments.get(CHAIN)).json() == {"days": 3, "head": days[-1]["head"], "broken": None}


async def test_a_closed_day_takes_no_entry_and_what_comes_late_is_posted_on_the_first_open_one(payments):
    instructions = await three_days(payments)
    before = (await payments.get("/v1/ledger/trial-balance", as_of="2018-03-21")).json()
    async with payments.db.pool.acquire() as connection:
        for day in (date(2018, 3, 20), date(2018, 3, 22)):
            with pytest.raises(asyncpg.CheckViolationError, match="no entry can be added"):
                await enter(connection, day)
        for change in ("UPDATE ledger_entry SET posted_on = posted_on + 9", "DELETE FROM ledger_day", "UPDATE ledger_day SET head = head"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
        for day, number in (("2018-03-25", 5), ("2018-03-25", 4), ("2018-03-23", 5), ("2018-03-10", 4)):
            with pytest.raises(asyncpg.CheckViolationError, match="is the next to close"):
                await connection.execute(
                    f"INSERT INTO ledger_day SELECT '{day}', {number}, 0, 0, 0, '', head, signed, closed_at FROM ledger_day LIMIT 1"
                )
    # A long transaction that began on a day which is closed by now: its entry is of that day, and stands in the books of the next open one.
    payments.play("2018-03-21")
    await payments.bring(story.answered(instructions[2], ResultStatus.FAILED, reason="X"))
    late = await payments.db.pool.fetchrow("SELECT entered_at, posted_on FROM ledger_entry WHERE outcome = 'FAILED'")
    assert (late["entered_at"].day, late["posted_on"]) == (21, date(2018, 3, 23))
    assert (await payments.get("/v1/ledger/trial-balance", as_of="2018-03-21")).json() == before
    assert {one["account"]: one["balance_satang"] for one in before["accounts"]} == {
        "ALLOWANCE": 80000,
        "IN_TRANSIT": -40000,
        "TREASURY": -40000,
        "SPENT": 0,
        "RECOVERABLE": 0,
    }


async def test_who_closes_a_day_waits_for_who_posts_on_it_and_gives_up_after_a_while(payments):
    instructions = await three_days(payments)
    payments.play("2018-03-23")
    async with payments.db.transaction() as posting:
        await Delivery(consumers, Work(posting, payments.resources)).deliver([story.answered(instructions[2])])
        payments.play("2018-03-24")
        await payments.timer("close_passed_days")
        assert [one["day"] for one in await closed(payments)][-1] == "2018-03-22"
        closing = asyncio.create_task(payments.timer("close_passed_days"))
        while not await payments.db.pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not closing.done()
    await closing
    assert [(one["day"], one["entries"]) for one in await closed(payments)][-1] == ("2018-03-23", 1)
    await payments.bring(story.answered(instructions[3], on="2018-03-24"))
    assert (await payments.get(CHAIN)).json()["broken"] is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE ledger_entry SET amount_satang = 40001 WHERE posted_on = '2018-03-21'", (2, "2018-03-21", "ENTRY_CHANGED", 2)),
        ("DELETE FROM ledger_entry WHERE posted_on = '2018-03-21'", (2, "2018-03-21", "ENTRY_MISSING", None)),
        ("UPDATE ledger_entry SET posted_on = '2018-03-22' WHERE posted_on = '2018-03-21'", (2, "2018-03-21", "ENTRY_MISSING", None)),
        ("UPDATE ledger_entry SET posted_on = '2018-03-20' WHERE posted_on = '2018-03-21'", (1, "2018-03-20", "ENTRY_ADDED", 2)),
        ("DELETE FROM ledger_day WHERE number = 2", (3, "2018-03-22", "DAY_MISSING", None)),
        ("UPDATE ledger_day SET amount_satang = 1 WHERE number = 2", (2, "2018-03-21", "HEAD_DOES_NOT_FOLLOW", None)),
        (
            "UPDATE ledger_day SET signed = (SELECT signed FROM ledger_day WHERE number = 1) WHERE number = 2",
            (2, "2018-03-21", "SIGNATURE_OF_OTHERS", None),
        ),
    ],
)
async def test_the_verifier_names_the_first_link_that_somebody_broke(payments, payments_dsns, tmp_path, monkeypatch, sql, broken):
    await three_days(payments)
    noted = (await closed(payments))[-1]["head"]
    owner = await asyncpg.connect(payments_dsns.owner)
    await owner.execute("CREATE TABLE kept_entry AS SELECT * FROM ledger_entry; CREATE TABLE kept_day AS SELECT * FROM ledger_day")
    try:
        await owner.execute(sql)
        found = (await payments.get(CHAIN)).json()["broken"]
        assert (found["number"], found["day"], found["why"], found["entry"]) == broken
        if broken[2] != "SIGNATURE_OF_OTHERS":
            assert "closed_days_hold" in {name for name, _ in await payments.broken_invariants()}
        keys = tmp_path / "keys.json"
        keys.write_text((await payments.client.get("/.well-known/jwks.json")).text)
        monkeypatch.setenv("PAYMENTS_DATABASE_OWNER_DSN", payments_dsns.owner)
        app = Typer()
        app.command()(verify_ledger.main)
        told = await asyncio.to_thread(CliRunner().invoke, app, ["--jwks", str(keys), "--head", noted])
        assert (told.exit_code, json.loads(told.stdout)["broken"]["why"]) == (1, broken[2])
    finally:
        await owner.execute(
            """ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_day; ALTER TABLE ledger_day DISABLE TRIGGER ledger_day_next;
               DELETE FROM ledger_entry; INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept_entry;
               DELETE FROM ledger_day; INSERT INTO ledger_day SELECT * FROM kept_day; DROP TABLE kept_entry, kept_day;
               ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_day; ALTER TABLE ledger_day ENABLE TRIGGER ledger_day_next"""
        )
        await owner.close()


async def test_the_export_has_two_lines_a_document_that_add_up_and_is_the_same_each_time(payments):
    await three_days(payments)
    asked = {"first_day": "2018-03-20", "last_day": "2018-03-22"}
    first = await payments.get("/v1/ledger/export.csv", **asked)
    assert first.status_code == 200
    rows = list(csv.reader(io.StringIO(first.text.removeprefix("\ufeff"))))
    assert rows[0][:5] == ["เลขที่เอกสาร", "บรรทัด", "ประเภทเอกสาร", "วันที่ผ่านรายการ (ค.ศ.)", "วันที่ผ่านรายการ (พ.ศ.)"]
    assert [(row[0], row[1], row[3], row[4], row[5], row[10], row[11]) for row in rows[1:]] == [
        ("JV2018032000001", "1", "2018-03-20", "20/03/2561", "5107030101", "800.00", ""),
        ("JV2018032000001", "2", "2018-03-20", "20/03/2561", "2102040199", "", "800.00"),
        ("JV2018032100001", "1", "2018-03-21", "21/03/2561", "2102040199", "400.00", ""),
        ("JV2018032100001", "2", "2018-03-21", "21/03/2561", "1101020603", "", "400.00"),
    ]
    assert (await payments.get("/v1/ledger/export.csv", **asked)).content == first.content
    still_open = await payments.get("/v1/ledger/export.csv", **{**asked, "last_day": "2018-03-23"})
    assert (still_open.status_code, still_open.json()["closed_through"]) == (409, "2018-03-22")
    turned = await payments.get("/v1/ledger/export.csv", first_day="2018-03-22", last_day="2018-03-20")
    assert (turned.status_code, turned.json()["errors"][0]["allowed"]) == (422, "≥ 2018-03-22")
    assert (await payments.get("/v1/ledger/export.csv", payments.bank("KTB"), **asked)).status_code == 403


def test_every_account_and_outcome_has_its_code_and_words():
    assert set(codes_on(date(2018, 3, 1))["accounts"]) == set(Account)
    assert set(_TEXTS) == set(Outcome)
