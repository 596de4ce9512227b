"""No money is promised that is not there: by how many at once it is asked for, and whatever becomes of payments afterwards."""

import asyncio
from datetime import datetime

import asyncpg
import pytest

from services.payments.commands import envelopes
from services.payments.domain import Month, month_from
from services.payments.errors import EnvelopeShort
from services.payments.invariants import INVARIANTS
from services.payments.repository.envelopes import Purse
from shared import invariants
from shared.auth import Level, Reach
from shared.clock import BANGKOK
from shared.contracts.payments import ResultStatus
from shared.db import Database
from shared.ids import new_id
from tests.payments import story
from tests.payments.conftest import CHECKER, MAKER
from tests.payments.test_bank_results import paid_out
from tests.payments.test_disputes import approve, propose

AT = datetime(2018, 3, 20, 9, tzinfo=BANGKOK)
SOURCE = "WELFARE_FUND"
YEAR_SATANG = 100_000_000_00
WRITERS = 64


def purse(month):
    return Purse(SOURCE, Month(month_from(month)))


async def envelope(payments, month="2018-03", source=SOURCE):
    items = (await payments.get("/v1/envelopes", source=source)).json()["items"]
    return next(one for one in items if one["month"] == month)


async def sums(payments, month="2018-03"):
    one = await envelope(payments, month)
    return one["committed_satang"], one["spent_satang"]


async def kinds(payments, month="2018-03"):
    path = f"/v1/envelopes/{(await envelope(payments, month))['envelope_id']}/entries"
    return [entry["kind"] for entry in (await payments.get(path)).json()["items"]]


def change(kind, **more):
    return {"kind": kind, "reason": "ตามมติคณะรัฐมนตรี", "document": "กค 1/2561", **more}


def transfer(satang, giver="2018-03", receiver="2018-04"):
    ends = {name: {"source": SOURCE, "month": month} for name, month in (("giver", giver), ("receiver", receiver))}
    return change("TRANSFER", amount_satang=satang, **ends)


async def proposed(payments, body):
    answer = await payments.post("/v1/envelope-proposals", body)
    assert answer.status_code == 201, answer.text
    return f"/v1/envelope-proposals/{answer.json()['proposal_id']}"


async def decide(payments, path, what="approval", who=CHECKER):
    return await payments.post(f"{path}/{what}", {"reason": "ตรวจแล้ว"}, payments.caller(who))


async def changed(payments, body):
    answer = await decide(payments, await proposed(payments, body))
    assert answer.status_code == 200, answer.text


async def left_with(payments, satang, month="2018-03"):
    """Let the month have just so much free: the rest goes to December."""
    free = (await envelope(payments, month))["free_satang"]
    await changed(payments, transfer(free - satang, month, "2018-12"))


async def test_of_sixty_four_writers_at_once_only_those_get_money_for_whom_there_is_some(payments, payments_dsns):
    await left_with(payments, 100_00)
    causes = [new_id() for _ in range(WRITERS)]
    db = await Database.connect(payments_dsns.app, name="writers", connections_min=WRITERS, connections_max=WRITERS)

    async def commit(cause):
        try:
            async with db.transaction() as tx:
                # Two months, named in either order: nobody waits for who waits for them.
                months = sorted(["2018-03", "2018-04"], reverse=cause.int % 2 == 0)
                await envelopes.commit(tx, cause, {purse(month): 3_00 for month in months}, AT)
        except EnvelopeShort as short:
            return None if [one["month"] for one in short.facts["envelopes"]] == ["2018-03"] else short
        return cause

    async def free(cause):
        async with db.transaction() as tx:
            await envelopes.free(tx, cause, AT)

    try:
        won = [one for one in await asyncio.gather(*map(commit, causes)) if one is not None]
        assert len(won) == 33
        assert [await sums(payments, month) for month in ("2018-03", "2018-04")] == [(99_00, 0)] * 2
        # Some give back while others take: what is promised at the end is what those hold who got it.
        late = [new_id() for _ in range(WRITERS - len(won))]
        got, _ = await asyncio.gather(asyncio.gather(*map(commit, late)), asyncio.gather(*map(free, won)))
        assert await sums(payments) == (3_00 * sum(one is not None for one in got), 0)
        await asyncio.gather(*map(free, late))
        assert await sums(payments) == (0, 0)
    finally:
        await db.close()


async def test_the_database_itself_refuses_more_than_the_ceiling_and_less_than_nothing(payments):
    for wrong in ("committed_satang = ceiling_satang + 1", "spent_satang = -1", "ceiling_satang = -1"):
        with pytest.raises(asyncpg.CheckViolationError):
            async with payments.db.transaction() as tx:
                await tx.execute(f"UPDATE envelope SET {wrong}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with payments.db.transaction() as tx:
            await tx.execute("DELETE FROM envelope_entry")


async def test_a_run_is_approved_only_with_its_money_and_what_lacks_is_named(payments):
    (holder_id, events), (other, more) = story.person(), story.person()
    await payments.bring(*events, *more, story.wish(holder_id, "2018-02-10"), story.wish(other, "2018-02-10"))
    await left_with(payments, 300_00)
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    path, body = f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}
    refused = await payments.post(path, body, payments.caller(CHECKER))
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "envelope-short")
    assert refused.json()["envelopes"] == [
        {
            "source": SOURCE,
            "month": "2018-03",
            "envelope_id": (await envelope(payments))["envelope_id"],
            "free_satang": 300_00,
            "needed_satang": 400_00,
            "lacking_satang": 100_00,
        }
    ]
    assert (await payments.get(f"/v1/runs/{run_id}")).json()["status"] == "PROPOSED"
    assert await sums(payments) == (0, 0)
    await changed(payments, change("RAISE", envelope={"source": SOURCE, "month": "2018-03", "amount_satang": 100_00}))
    assert (await payments.post(path, body, payments.caller(CHECKER))).status_code == 200
    assert await sums(payments) == (400_00, 0)
    # Approved twice by the same person commits once; what is promised cannot be moved away.
    assert (await payments.post(path, body, payments.caller(CHECKER))).status_code == 200
    assert await sums(payments) == (400_00, 0)
    assert (await payments.post("/v1/envelope-proposals", transfer(1))).json()["type"].endswith("envelope-short")
    assert (await payments.post(f"/v1/runs/{run_id}/cancellation", {"reason": "wrong list"})).status_code == 200
    assert await sums(payments) == (0, 0)
    assert await kinds(payments) == ["OPENED", "TRANSFERRED_OUT", "RAISED", "COMMITTED", "FREED"]


async def test_a_month_without_an_envelope_pays_nothing(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    async with payments.db.transaction() as tx:
        await tx.execute("UPDATE programme SET source = 'EMPTY_PURSE'")
    try:
        payments.play("2018-03-20")
        run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
        await payments.work()
        body = {"list_hash": (await payments.get(f"/v1/runs/{run_id}")).json()["list_hash"]}
        refused = await payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(CHECKER))
        assert (refused.status_code, refused.json()["envelopes"][0]["envelope_id"]) == (409, None)
        assert (await payments.post(f"/v1/runs/{run_id}/cancellation", {"reason": "no money"})).status_code == 200
    finally:
        async with payments.db.transaction() as tx:
            await tx.execute("UPDATE programme SET source = $1", SOURCE)


async def test_what_is_paid_is_spent_and_what_is_not_comes_free(payments):
    run, _, (paid, failed, returned, overtaken) = await paid_out(payments, count=4)
    assert await sums(payments) == (800_00, 0)
    await payments.bring(
        story.answered(paid),
        story.answered(failed, ResultStatus.FAILED, reason="CLOSED"),
        story.answered(returned),
        story.answered(overtaken, ResultStatus.RETURNED, reason="CLOSED"),
    )
    assert await sums(payments) == (0, 400_00)
    assert (await payments.close(run["run_id"])).status_code == 200
    await payments.bring(story.answered(returned, ResultStatus.RETURNED, reason="CLOSED"))
    assert await sums(payments) == (0, 200_00)
    # What came free is there for the next attempts.
    await left_with(payments, 600_00)
    await payments.run("2018-04")
    assert (await sums(payments), await sums(payments, "2018-04")) == ((600_00, 200_00), (800_00, 0))


async def test_what_is_held_at_the_release_comes_free(payments):
    (here, events), (dead, more) = story.person(), story.person()
    await payments.bring(*events, *more, story.wish(here, "2018-02-10"), story.wish(dead, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    body = {"list_hash": (await payments.get(f"/v1/runs/{run_id}")).json()["list_hash"]}
    await payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(CHECKER))
    assert await sums(payments) == (400_00, 0)
    await payments.bring(story.died(dead, on="2018-02-20", known="2018-03-20"))
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    assert await sums(payments) == (200_00, 0)


async def test_a_payment_that_was_made_after_all_needs_its_money_again(payments):
    _, _, (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, ResultStatus.FAILED, reason="X"))
    await payments.bring(story.answered(one, ResultStatus.SETTLED, on="2018-03-22"))
    await left_with(payments, 100_00)
    payments.play("2018-03-25")
    resolution = (await propose(payments, one, "PAID")).json()
    refused = await approve(payments, resolution)
    assert (refused.status_code, refused.json()["envelopes"][0]["lacking_satang"]) == (409, 100_00)
    await changed(payments, transfer(100_00, "2018-12", "2018-03"))
    assert (await approve(payments, resolution)).status_code == 200
    assert await sums(payments) == (0, 200_00)


async def test_envelopes_change_by_two_persons_only(payments):
    opening = change("OPENING", envelopes=[{"source": "OTHER_FUND", "month": "2018-03", "amount_satang": 5_00}])
    path = await proposed(payments, opening)
    own = await decide(payments, path, who=MAKER)
    assert own.json()["type"].endswith("decider-is-proposer")
    assert (await decide(payments, path, "withdrawal")).json()["type"].endswith("not-your-proposal")
    assert (await payments.get("/v1/envelopes", source="OTHER_FUND")).json()["items"] == []
    refused = await decide(payments, path, "refusal")
    assert (refused.json()["status"], refused.json()["kind"]) == ("REJECTED", "OPENING")
    assert (await decide(payments, path)).json()["type"].endswith("already-decided")
    withdrawn = await proposed(payments, opening)
    assert (await decide(payments, withdrawn, "withdrawal", MAKER)).json()["status"] == "WITHDRAWN"
    first, second = await proposed(payments, opening), await proposed(payments, opening)
    answers = await asyncio.gather(decide(payments, first), decide(payments, second))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    one = await envelope(payments, source="OTHER_FUND")
    assert (one["ceiling_satang"], one["free_satang"]) == (5_00, 5_00)
    assert (await payments.get(f"/v1/envelopes/{one['envelope_id']}")).headers["etag"] == f'"{one["version"]}"'
    assert (await payments.post("/v1/envelope-proposals", opening)).json()["type"].endswith("envelope-exists")
    statuses = [one["status"] for one in (await payments.get("/v1/envelope-proposals")).json()["items"]]
    assert sorted(statuses) == ["APPROVED", "APPROVED", "PROPOSED", "REJECTED", "WITHDRAWN"]
    assert (await payments.get(first)).status_code == 200


async def test_of_eight_transfers_at_once_only_those_move_money_for_which_there_is_some(payments):
    await left_with(payments, 100_00)
    paths = [await proposed(payments, transfer(30_00)) for _ in range(8)]
    answers = await asyncio.gather(*(decide(payments, path) for path in paths))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 5
    assert [(await envelope(payments, month))["ceiling_satang"] for month in ("2018-03", "2018-04")] == [10_00, YEAR_SATANG + 90_00]


async def test_what_cannot_be_done_is_not_proposed_and_a_narrow_reach_sees_no_envelopes(payments):
    nowhere = {"source": SOURCE, "month": "2020-01", "amount_satang": 1}
    twice = {"source": "A_FUND", "month": "2018-03", "amount_satang": 1}
    for body in (
        change("RAISE", envelope=nowhere),
        change("OPENING", envelopes=[twice, twice]),
        change("OPENING", envelopes=[twice | {"amount_satang": 0}]),
        transfer(1, "2018-03", "2018-03"),
        change("CUT", envelope=nowhere),
    ):
        assert (await payments.post("/v1/envelope-proposals", body)).status_code == 422, body
    narrow = payments.caller(reach=Reach(Level.PROVINCE, "81"))
    path = await proposed(payments, transfer(1))
    for address in ("/v1/envelopes", f"/v1/envelopes/{(await envelope(payments))['envelope_id']}", "/v1/envelope-proposals", path):
        assert (await payments.get(address, narrow)).status_code == 404, address
        assert (await payments.get(address, payments.caller(scopes=("x:y",)))).status_code == 403, address
    for what in ("approval", "refusal", "withdrawal"):
        assert (await payments.post(f"{path}/{what}", {"reason": "ไม่ได้"}, narrow)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        ("UPDATE envelope SET ceiling_satang = ceiling_satang + 1 WHERE month = '2018-03-01'", {"envelopes_are_their_entries"}),
        (
            "UPDATE envelope SET committed_satang = committed_satang + 1 WHERE month = '2018-03-01'",
            {"envelopes_are_their_entries", "envelopes_are_their_commitments"},
        ),
        ("UPDATE commitment SET spent_satang = spent_satang + 1", {"envelopes_are_their_commitments", "commitments_are_lines"}),
        ("UPDATE disbursement SET state = 'HELD' WHERE state = 'OPEN'", {"commitments_are_lines"}),
    ],
)
async def test_a_satang_that_is_nowhere_is_found(payments, wrong, broken):
    await paid_out(payments)
    async with payments.db.pool.acquire() as connection:
        planted = connection.transaction()
        await planted.start()
        await connection.execute(wrong)
        found = {violation.name for violation in await invariants.check(connection, INVARIANTS)}
        await planted.rollback()
    assert broken <= found
