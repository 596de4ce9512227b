"""A person whom the registry erased: no seal of theirs stays longer than the books need it, and the books close."""

import asyncpg

from shared.contracts import Event, parse
from shared.contracts.common import Bank
from shared.contracts.payments import PaymentInstructed, PaymentRunClosed
from shared.contracts.registry import PayeeChanged
from tests.payments import story


def erased_payee(holder_id, *, version, bank=Bank.KTB, on="2018-04-02"):
    data = PayeeChanged(holder_id=holder_id, version=version, bank=bank, key_id="", sealed="", erased=True)
    return Event.of(data, subject=holder_id, time=story.at(on))


async def seals(payments, holder_id):
    async with payments.db.reading() as tx:
        return [row["version"] for row in await tx.fetch("SELECT version FROM payee_sealed WHERE holder_id = $1 ORDER BY 1", holder_id)]


async def test_an_erased_payee_is_forgotten_at_once_where_nothing_is_open(payments):
    holder_id, events = story.person()
    other, more = story.person()
    await payments.bring(*events, *more, story.payee(holder_id, version=2))
    assert await seals(payments, holder_id) == [1, 2]
    await payments.bring(erased_payee(holder_id, version=3), story.erased(holder_id, version=3))
    assert await seals(payments, holder_id) == []
    assert await seals(payments, other) == [1]


async def test_what_is_out_at_a_bank_is_settled_and_the_run_closes(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    run = await payments.run("2018-03")
    await payments.bring(erased_payee(holder_id, version=2), story.erased(holder_id, version=2))
    assert await seals(payments, holder_id) == [1]  # its line is open, and may still have to be told to the bank
    [instructed] = await payments.events(PaymentInstructed)
    assert payments.resources.seals.banks[Bank.KTB].open_text(instructed.data.sealed_payee, instructed.data.instruction_id.encode())
    told = (await payments.get("/v1/bank/instructions", payments.bank("KTB"))).content
    assert parse(told, topic=instructed.topic) == instructed
    await payments.bring(story.answered(instructed.data))
    assert (await payments.close(run["run_id"])).json()["status"] == "CLOSED"
    assert await seals(payments, holder_id) == []
    assert (await payments.get("/v1/bank/instructions", payments.bank("KTB"))).content == b""
    [closed] = await payments.events(PaymentRunClosed)
    assert (closed.data.paid, closed.data.held) == (1, 0)
    later = await payments.run("2018-04")
    assert (later["lines"], later["unanswered"]) == (1, 0)  # held: there is no payee
    assert (await payments.close(later["run_id"])).json()["status"] == "CLOSED"


async def test_a_late_payee_does_not_bring_them_back_and_a_later_one_does(payments):
    holder_id, events = story.person()
    await payments.bring(*events)
    late = story.payee(holder_id, version=2)
    for _ in range(2):
        await payments.bring(erased_payee(holder_id, version=3))
        await payments.bring(late)
    assert await seals(payments, holder_id) == []
    await payments.bring(story.payee(holder_id, version=3), story.payee(holder_id, version=4))
    assert await seals(payments, holder_id) == [4]
    await payments.bring(erased_payee(holder_id, version=3))
    assert await seals(payments, holder_id) == [4]


async def test_the_server_lets_only_seals_of_the_erased_go(payments, payments_dsns):
    holder_id, events = story.person()
    await payments.bring(*events)
    connection = await asyncpg.connect(payments_dsns.app)
    try:
        assert await connection.fetchval("SELECT forget_erased_payees()") == 0
    finally:
        await connection.close()
    assert await seals(payments, holder_id) == [1]
