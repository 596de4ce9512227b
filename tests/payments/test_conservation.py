"""Persons and satang are conserved at each hop of a run; what does not balance stops it and is named."""

from uuid import UUID

import asyncpg
import pytest

from shared.contracts.payments import ResultStatus
from tests.payments import story
from tests.payments.conftest import CHECKER, MAKER
from tests.payments.test_bank_results import paid_out


async def conservation(payments, run_id):
    return (await payments.get(f"/v1/runs/{run_id}/conservation")).json()


def hop(shown, name):
    return next(one for one in shown["hops"] if one["hop"] == name)


async def plant(payments, sql, *args):
    """What no code of ours does, done to the tables as who got hold of the server's own password could."""
    async with payments.db.transaction() as tx:
        assert await tx.execute(sql, *args) == 1


async def proposed(payments, count=2):
    people = [story.person() for _ in range(count)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    return (await payments.get(f"/v1/runs/{run_id}")).json(), sorted(str(holder_id) for holder_id, _ in people)


async def approve(payments, run):
    return await payments.post(f"/v1/runs/{run['run_id']}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))


async def test_every_hop_of_a_run_adds_up_in_persons_lines_and_satang(payments):
    run, (failed, *others), instructions = await paid_out(payments, 4)
    by_holder = {one["holder_id"]: one["instruction_id"] for one in (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]}
    told = {one.instruction_id: one for one in instructions}
    await payments.bring(story.answered(told[by_holder[str(failed)]], ResultStatus.FAILED, reason="X"))
    await payments.bring(*[story.answered(told[by_holder[str(one)]]) for one in others])
    await payments.bring(story.answered(told[by_holder[str(others[0])]], ResultStatus.RETURNED, reason="CARD_BLOCKED"))
    await payments.close(run["run_id"])

    # April takes March again of two of the four: who has two months is one person.
    nowhere, (known, _) = story.person()
    await payments.bring(known, story.wish(nowhere, "2018-02-10"))
    april = await payments.run("2018-04")
    shown = await conservation(payments, april["run_id"])
    assert shown["balanced"]
    assert shown["misfits"] == []
    assert [one["hop"] for one in shown["hops"]] == ["LISTED", "INSTRUCTED", "ANSWERED", "LEDGER"]
    assert hop(shown, "LISTED")["comes_in"] == {"eligible": {"lines": 8, "satang": 160000, "persons": 5}}
    assert hop(shown, "INSTRUCTED")["goes_out"] == {
        "instructed": {"lines": 6, "satang": 120000, "persons": 4},
        "held": {"lines": 2, "satang": 40000, "persons": 1},
    }
    march = await conservation(payments, run["run_id"])
    assert hop(march, "ANSWERED")["goes_out"] == {
        "unknown": {"lines": 0, "satang": 0, "persons": 0},
        "settled": {"lines": 2, "satang": 40000, "persons": 2},
        "failed": {"lines": 1, "satang": 20000, "persons": 1},
        "returned": {"lines": 1, "satang": 20000, "persons": 1},
    }
    # 4 instructed, 3 settled, 1 failed, 1 returned.
    assert hop(march, "LEDGER")["comes_in"]["debits"] == {"lines": 9, "satang": 180000, "persons": None}


async def test_a_line_that_is_lost_before_the_approval_keeps_the_run_from_it_and_is_named(payments):
    run, (_, lost) = await proposed(payments)
    async with payments.db.transaction() as tx:
        rows = await tx.fetch("DELETE FROM disbursement WHERE holder_id = $1 RETURNING *", UUID(lost))
    refused = await approve(payments, run)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sukjai:problem:run-not-balanced")
    assert refused.json()["misfits"] == [{"instruction_id": None, "holder_id": lost, "month": "2018-03-01", "why": "NO_LINE"}]
    assert refused.json()["hops"][0]["eligible"] == {"lines": 2, "satang": 40000, "persons": 2}
    assert [one[0] for one in await payments.broken_invariants()] == ["listed_is_eligible"]
    assert not (await conservation(payments, run["run_id"]))["balanced"]
    async with payments.db.transaction() as tx:
        await tx.copy_in("disbursement", list(rows[0].keys()), [tuple(one.values()) for one in rows])
    assert (await approve(payments, run)).status_code == 200


@pytest.mark.parametrize(
    ("planted", "why", "hops", "invariants"),
    [
        # Paid, says the line, and no bank ever said so.
        ("state = 'SETTLED'", "NO_ANSWER", {"LEDGER"}, {"lines_add_up_to_ledger", "answers_are_attempts"}),
        # Never sent, says the line that was.
        ("state = 'HELD'", "OTHER_STATE", {"ANSWERED", "LEDGER"}, {"lines_add_up_to_ledger"}),
        # More than is owed.
        ("amount_satang = 30000", "OTHER_AMOUNT", {"LISTED", "INSTRUCTED", "ANSWERED", "LEDGER"}, {"lines_add_up_to_ledger", "paid_once"}),
    ],
)
async def test_a_line_that_was_changed_keeps_the_run_from_closing_and_is_named(payments, planted, why, hops, invariants):
    run, _, (one, other) = await paid_out(payments, 2)
    await payments.bring(story.answered(other))
    changed = UUID(one.instruction_id)
    await plant(payments, f"UPDATE disbursement SET {planted} WHERE disbursement_id = $1", changed)
    refused = (await payments.close(run["run_id"])).json()
    assert refused["type"] == "urn:sukjai:problem:run-not-balanced"
    assert {named["hop"] for named in refused["hops"]} == hops
    assert [(misfit["instruction_id"], misfit["why"]) for misfit in refused["misfits"]] == [(one.instruction_id, why)]
    assert {(named["bank"], named["benefit_month"]) for named in refused["differences"]} == {("KTB", "2018-03-01")}
    assert invariants <= {name for name, _ in await payments.broken_invariants()}
    await plant(payments, "UPDATE disbursement SET state = 'OPEN', amount_satang = 20000 WHERE disbursement_id = $1", changed)


async def test_an_entry_that_nothing_stands_behind_is_a_difference_and_keeps_the_run_from_closing(payments, payments_dsns):
    run, _, (one,) = await paid_out(payments)
    await payments.bring(story.answered(one))
    await plant(
        payments,
        """INSERT INTO ledger_entry (batch_id, run_id, outcome, debit, credit, bank, tier, benefit_month, payments, amount_satang, entered_at)
           SELECT gen_random_uuid(), run_id, 'SETTLED', 'IN_TRANSIT', 'RECOVERABLE', bank, tier, benefit_month, 1, amount_satang, entered_at
             FROM ledger_entry WHERE outcome = 'SETTLED'""",
    )
    refused = (await payments.close(run["run_id"])).json()
    assert [named["hop"] for named in refused["hops"]] == ["LEDGER"]
    assert (refused["hops"][0]["debits"]["satang"], refused["hops"][0]["credits"]["satang"]) == (60000, 40000)
    assert {(named["state"], named["ledger"]["lines"]) for named in refused["differences"]} == {("SETTLED", 2), ("OPEN", -1)}
    assert {"lines_add_up_to_ledger", "entries_have_their_accounts"} <= {name for name, _ in await payments.broken_invariants()}
    # As the owner of the tables alone could.
    owner = await asyncpg.connect(payments_dsns.owner)
    await owner.execute("DELETE FROM ledger_entry WHERE credit = 'RECOVERABLE'")
    await owner.close()
    assert (await payments.close(run["run_id"])).status_code == 200


async def test_who_does_not_reach_the_country_sees_no_run(payments):
    run, _ = await proposed(payments, 1)
    path = f"/v1/runs/{run['run_id']}/conservation"
    assert (await payments.get(path, payments.bank("KTB"))).status_code == 404
    assert (await payments.get(path, payments.caller(MAKER, ("x:y",)))).status_code == 403
