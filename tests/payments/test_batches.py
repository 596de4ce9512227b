"""Batches of other programmes: every line once, within the envelope, by two persons, and paid by the same kind of run."""

import asyncio
from uuid import UUID

import orjson
import pytest

from services.payments.invariants import INVARIANTS
from shared import invariants
from shared.auth import Level, Reach
from shared.contracts.payments import PaymentInstructed, PaymentRunClosed, PaymentSettled, ResultStatus
from shared.ids import new_id
from tests.payments import story
from tests.payments.conftest import CHECKER, MAKER
from tests.payments.test_envelopes import change, changed, decide, envelope, proposed

PROGRAMME, FUND, AGENCY = "CHILD_SUPPORT", "CHILD_FUND", "DCY"
PATH = "/v1/disbursement-batches"
LINE = 600_00
SENDER_SCOPES = ("payments.batches:read", "payments.batches:write")


def terms(**more):
    words = {"name_th": "เงินอุดหนุนเด็กแรกเกิด", "name_en": "Child support grant", "benefit": "E_MONEY"}
    limits = {"line_satang_max": 1_000_00, "batch_satang_max": 0}
    return change("PROGRAMME", programme=PROGRAMME, source=FUND, agency=AGENCY, **{**words, **limits, **more})


@pytest.fixture
async def people(payments):
    """Five people, a programme, and ten thousand baht for each of its months."""
    told = [story.person() for _ in range(5)]
    await payments.bring(*[event for _, events in told for event in events])
    await changed(payments, terms())
    await payments.open_envelopes(["2018-03", "2018-04"], 10_000_00, FUND)
    payments.play("2018-03-10")
    return [holder_id for holder_id, _ in told]


def agency(payments, code=AGENCY):
    return payments.caller(f"agency-{code}", SENDER_SCOPES, Reach(Level.AGENCY, code))


def line(holder_id, month="2018-03", satang=LINE):
    return {"holder_id": str(holder_id), "month": month, "amount_satang": satang}


async def send(payments, lines, *, who=None, key=None, programme=PROGRAMME, ndjson=False):
    body = b"".join(orjson.dumps(one) + b"\n" for one in lines) if ndjson else orjson.dumps(lines)
    kind = "application/x-ndjson" if ndjson else "application/json"
    headers = {**(who or agency(payments)), "Idempotency-Key": key or str(new_id()), "Content-Type": kind}
    query = {"programme": programme, "reference": "56/2561"}
    return await payments.client.post(PATH, params=query, content=body, headers=headers)


async def sent(payments, lines, **more):
    answer = await send(payments, lines, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def approved(payments, lines):
    batch = await sent(payments, lines)
    answer = await decide(payments, f"{PATH}/{batch['batch_id']}")
    assert answer.json()["status"] == "APPROVED", answer.text
    return batch["batch_id"]


async def paid(payments, month="2018-03", *, day=None):
    """A run of the programme, up to its instructions."""
    payments.play(day or f"{month}-20")
    run_id = (await payments.post("/v1/runs", {"month": month, "programme": PROGRAMME})).json()["run_id"]
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    answer = await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))
    assert answer.status_code == 200, answer.text
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    told = [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == run_id]
    return run, told


async def money(payments, month="2018-03"):
    one = await envelope(payments, month, FUND)
    return one["committed_satang"], one["spent_satang"]


async def states(payments, batch_id):
    return [one["state"] for one in (await payments.get(f"{PATH}/{batch_id}/lines", agency(payments))).json()["items"]]


async def test_a_batch_is_paid_by_a_run_of_its_own_beside_the_allowance(payments, people):
    # The first of them also has the allowance of the measure: nothing of the one touches the other.
    await payments.bring(story.wish(people[0], "2018-02-10"))
    batch_id = await approved(payments, [line(one) for one in people[:3]])
    assert await money(payments) == (3 * LINE, 0)
    run, told = await paid(payments)
    assert (run["programme"], run["benefit"], run["lines"]) == (PROGRAMME, "E_MONEY", 3)
    assert {one.programme for one in told} == {PROGRAMME}
    assert await money(payments) == (3 * LINE, 0)
    allowance = await payments.run("2018-03")
    assert (allowance["programme"], allowance["lines"]) == ("TOP_UP_2561", 1)
    answers = [story.answered(told[0]), story.answered(told[1], ResultStatus.FAILED, reason="CLOSED"), story.answered(told[2])]
    await payments.bring(*answers)
    assert (await payments.close(run["run_id"])).status_code == 200
    assert await money(payments) == (0, 2 * LINE)
    assert sorted(await states(payments, batch_id)) == ["FAILED", "SETTLED", "SETTLED"]
    assert {event.data.programme for event in await payments.events(PaymentSettled)} == {PROGRAMME}
    assert [event.data.programme for event in await payments.events(PaymentRunClosed)] == [PROGRAMME]
    assert await payments.states(people[0]) == {"2018-03": "INSTRUCTED"}
    # What failed is tried again out of what came free.
    again, [instruction] = await paid(payments, "2018-04")
    assert (again["lines"], instruction.attempt_no, instruction.month) == (1, 2, "2018-03")
    assert await money(payments) == (LINE, 2 * LINE)


async def test_a_person_and_month_is_taken_once_whoever_sends_it_and_however(payments, people):
    first = await sent(payments, [line(people[0]), line(people[0]), line(str(people[1]).upper())], ndjson=True)
    assert (first["lines"], [(one["line"], one["code"], one["field"]) for one in first["refused"]]) == (2, [(2, "DUPLICATE", "month")])
    by_citizen_id = {"citizen_id": story.citizen_id(people[0]), "month": "2018-03", "amount_satang": 1}
    other = await sent(payments, [by_citizen_id, line(people[0], "2018-04")])
    assert [(one["line"], one["batch_id"]) for one in other["refused"]] == [(1, first["batch_id"])]
    # Eight senders at once, each with the same five lines in another order: five lines are taken in all.
    everybody = [line(one, "2018-04") for one in people[1:]]
    answers = await asyncio.gather(*(send(payments, everybody[turn % 4 :] + everybody[: turn % 4]) for turn in range(8)))
    assert sum(answer.json()["lines"] for answer in answers if answer.status_code == 201) == 4
    assert {answer.json()["type"].rsplit(":", 1)[-1] for answer in answers if answer.status_code != 201} <= {"nothing-taken"}
    assert await money(payments, "2018-04") == (5 * LINE, 0)


async def test_lines_that_cannot_be_taken_are_named_and_stop_no_other(payments, people):
    dead, merged, *rest = people
    await payments.bring(story.died(dead, on="2018-03-02"), story.merged(merged, rest[0], on="2018-03-02"))
    lines = [
        line(dead, "2018-04"),
        line(dead),  # the month of the death is still due
        line(merged),
        line(new_id()),
        line(rest[0], satang=1_000_01),
        line(rest[0], "2018-05"),
        line(rest[0], "2018-13"),
        line(rest[0], satang=2.5),
        line(rest[0]) | {"citizen_id": story.citizen_id(rest[0])},
        {"citizen_id": "1-0000-00000-01-8", "month": "2018-03", "amount_satang": 1},
        {"citizen_id": story.citizen_id(new_id()), "month": "2018-03", "amount_satang": 1},
        line(rest[1]) | {"note": "x"},
        line(rest[1]),
    ]
    expected = [
        (1, "DECEASED", "month"),
        (3, "MERGED", "holder_id"),
        (4, "UNKNOWN_PERSON", "holder_id"),
        (5, "OVER_LINE_MAX", "amount_satang"),
        (6, "NO_ENVELOPE", "month"),
        (7, "INVALID", "month"),
        (8, "INVALID", "amount_satang"),
        (9, "INVALID", "holder_id"),
        (10, "INVALID", "citizen_id"),
        (11, "UNKNOWN_PERSON", "holder_id"),
        (12, "INVALID", "note"),
    ]
    for ndjson in (False, True):
        answer = await send(payments, lines, ndjson=ndjson)
        if answer.status_code == 422:
            # Again: the two good lines are there already, and so nothing is taken.
            assert (answer.json()["type"].rsplit(":", 1)[-1], answer.json()["refused"]["DUPLICATE"]) == ("nothing-taken", 2)
            continue
        batch = answer.json()
        assert [(one["line"], one["code"], one["field"]) for one in batch["refused"]] == expected
        assert all(one["message_en"] and one["message_th"] for one in batch["refused"])
        assert (batch["lines"], batch["refused_lines"], batch["amount_satang"]) == (2, 11, 2 * LINE)
        assert story.citizen_id(rest[0]) not in answer.text
    broken = b'{"holder_id": \n' + orjson.dumps(line(rest[2])) + b"\n[1]\n"
    headers = {**agency(payments), "Idempotency-Key": "x", "Content-Type": "application/x-ndjson"}
    answer = await payments.client.post(PATH, params={"programme": PROGRAMME, "reference": "1"}, content=broken, headers=headers)
    assert [(one["line"], one["rule"]) for one in answer.json()["refused"]] == [(1, "json_invalid"), (3, "dict_type")]


async def test_the_ceiling_holds_against_many_batches_at_once(payments, people):
    await payments.bring(*[event for _ in range(40) for event in story.person()[1]])
    async with payments.db.reading() as tx:
        holders = [row[0] for row in await tx.fetch("SELECT holder_id FROM holder ORDER BY 1")]
    # Forty-five people of 600 baht are 27,000; there are 10,000, and so money for three batches of five.
    batches = [[line(one) for one in holders[first : first + 5]] for first in range(0, 45, 5)]
    answers = await asyncio.gather(*(send(payments, lines) for lines in batches))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 6
    short = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (short["type"].rsplit(":", 1)[-1], short["envelopes"][0]["source"]) == ("envelope-short", FUND)
    assert await money(payments) == (15 * LINE, 0)
    async with payments.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM batch_line") == 15


async def test_the_same_request_again_gets_the_same_answer_and_another_body_is_refused(payments, people):
    lines = [line(people[0]), line(people[0])]
    first, again = await sent(payments, lines, key="one"), await send(payments, lines, key="one")
    assert again.json() == first
    assert (await send(payments, [line(people[1])], key="one")).status_code == 422
    at_once = await asyncio.gather(*(send(payments, [line(people[2])], key="two") for _ in range(4)))
    assert len({answer.json()["batch_id"] for answer in at_once}) == 1
    assert await money(payments) == (2 * LINE, 0)


async def test_another_person_decides_and_what_is_refused_or_withdrawn_can_be_sent_again(payments, people):
    lines = [line(one) for one in people]
    mine = payments.caller(MAKER)
    path = f"{PATH}/{(await sent(payments, lines, who=mine))['batch_id']}"
    for what in ("approval", "refusal"):
        assert (await decide(payments, path, what, MAKER)).json()["type"].endswith("batch-approver-is-sender")
    assert (await decide(payments, path, "refusal")).json()["status"] == "REFUSED"
    assert (await decide(payments, path)).json()["batch_status"] == "REFUSED"
    assert await money(payments) == (0, 0)
    path = f"{PATH}/{(await sent(payments, lines, who=mine))['batch_id']}"
    assert (await decide(payments, path, "withdrawal", MAKER)).json()["status"] == "WITHDRAWN"
    batch = await sent(payments, lines, who=mine)
    both = await asyncio.gather(*(decide(payments, f"{PATH}/{batch['batch_id']}", what) for what in ("approval", "refusal")))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    statuses = [one["status"] for one in (await payments.get(PATH)).json()["items"]]
    assert statuses[1:] == ["WITHDRAWN", "REFUSED"]


async def test_a_batch_within_the_limit_that_two_persons_gave_needs_no_second_look(payments, people):
    await changed(payments, terms(batch_satang_max=2 * LINE))
    small = await sent(payments, [line(people[0]), line(people[1])])
    assert (small["status"], small["decided_by"], small["version"]) == ("APPROVED", "limit", 2)
    assert (await sent(payments, [line(one, "2018-04") for one in people[:3]]))["status"] == "WAITING"
    _, told = await paid(payments)
    assert len(told) == 2


async def test_who_dies_is_not_paid_for_the_months_after_whenever_it_becomes_known(payments, people):
    early, late, *_ = people
    batch_id = await approved(payments, [line(early), line(early, "2018-04"), line(late), line(late, "2018-04")])
    await payments.bring(story.died(early, on="2018-03-05"))
    assert (await money(payments), await money(payments, "2018-04")) == ((2 * LINE, 0), (LINE, 0))
    run, told = await paid(payments, "2018-04")
    assert run["lines"] == 3
    await payments.bring(*[story.answered(one, on="2018-04-21") for one in told])
    await payments.bring(story.died(late, on="2018-03-30", known="2018-05-02"))
    assert (await payments.balances())["RECOVERABLE"] == LINE
    await payments.bring(
        story.alive_again(late, wrong="2018-03-30", on="2018-05-10"), story.alive_again(early, wrong="2018-03-05", on="2018-05-10")
    )
    assert (await payments.balances())["RECOVERABLE"] == 0
    _, [back] = await paid(payments, "2018-05")
    assert (back.month, back.amount_satang) == ("2018-04", LINE)
    assert len(await states(payments, batch_id)) == 4


async def test_an_agency_sees_its_own_batches_alone(payments, people):
    batch_id = await approved(payments, [line(people[0])])
    other = agency(payments, "NSF")
    for path in (PATH, "/v1/programmes"):
        assert [len((await payments.get(path, who)).json()["items"]) for who in (agency(payments), other)] == [1, 0]
        assert (await payments.get(path, payments.caller(reach=Reach(Level.PROVINCE, "81")))).status_code == 404
    for path in (f"{PATH}/{batch_id}", f"{PATH}/{batch_id}/lines"):
        assert [(await payments.get(path, who)).status_code for who in (agency(payments), other)] == [200, 404]
    assert (await send(payments, [line(people[1])], who=other)).json()["errors"][0]["field"] == "programme"
    assert (await send(payments, [line(people[1])], programme="TOP_UP_2561", who=payments.caller())).status_code == 422
    assert (await payments.post("/v1/runs", {"month": "2018-03", "programme": "NOBODYS"})).json()["errors"][0]["field"] == "programme"


@pytest.mark.parametrize("lines", [[], [line(new_id())] * 5001, {"lines": []}])
async def test_a_body_that_is_no_batch_is_422(payments, people, lines):
    answer = await send(payments, lines)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body")


async def test_a_programme_keeps_its_agency_and_source(payments, people):
    for wrong in ({"source": "WELFARE_FUND"}, {"agency": "NSF"}, {"programme": "TOP_UP_2561"}):
        answer = await payments.post("/v1/envelope-proposals", terms() | wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "programme")
    path = await proposed(payments, terms(line_satang_max=5_00))
    assert (await payments.get(path)).json()["programme"]["line_satang_max"] == 5_00
    assert (await decide(payments, path)).status_code == 200
    assert [one["version"] for one in (await payments.get("/v1/programmes")).json()["items"]] == [2]


@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        ("UPDATE obligation SET payable = false", "payable_by_batch"),
        ("UPDATE obligation SET amount_satang = amount_satang + 1", "payable_by_batch"),
        (
            "INSERT INTO obligation SELECT $1, programme, benefit_month, amount_satang, tier, state, payable FROM obligation",
            "payable_by_batch",
        ),
        ("UPDATE batch_line SET standing = false, holds_money = false", "batches_add_up"),
        ("UPDATE batch_line SET holds_money = false", "commitments_are_lines"),
    ],
)
async def test_a_line_that_nobody_asked_for_or_that_is_gone_is_found(payments, people, wrong, broken):
    await approved(payments, [line(people[0])])
    async with payments.db.pool.acquire() as connection:
        planted = connection.transaction()
        await planted.start()
        await connection.execute(wrong, *([UUID(int=1)] if "$1" in wrong else []))
        found = {violation.name for violation in await invariants.check(connection, INVARIANTS)}
        await planted.rollback()
    assert broken in found
