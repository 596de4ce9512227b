"""Who is paid for the first time is told, once; who is interviewed has an allowance that is confirmed, and others hear of it."""

from shared.contracts.payments import AllowanceNoticeRequested, EntitlementConfirmed, PaymentInstructed, ResultStatus
from tests.payments import story


async def paid(payments, month, status=ResultStatus.SETTLED):
    """A run of the month that banks answer with the status, and that is closed."""
    run = await payments.run(month)
    instructed = [one for one in await payments.events(PaymentInstructed) if str(one.data.run_id) == run["run_id"]]
    await payments.bring(*(story.answered(one.data, status) for one in instructed))
    assert (await payments.close(run["run_id"])).json()["status"] == "CLOSED"
    return await payments.events(AllowanceNoticeRequested)


async def test_the_first_payment_is_told_once_when_its_run_is_closed(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    [told] = await paid(payments, "2018-03")
    assert (told.subject, told.data.template, told.data.parameters) == (
        str(holder_id),
        "allowance",
        {"month": "2018-03", "amount": "20000"},
    )
    entitlement = await payments.entitlement(holder_id)
    assert told.data.notice_key == f"allowance:{entitlement['entitlement_id']}"
    assert len(await paid(payments, "2018-04")) == 1


async def test_a_first_payment_that_failed_is_told_when_it_is_made(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    assert await paid(payments, "2018-03", ResultStatus.FAILED) == []
    [told] = await paid(payments, "2018-04")
    assert told.data.parameters["month"] == "2018-03"


async def test_an_interview_confirms_the_allowance_and_others_are_told(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    for _ in range(2):
        await payments.bring(story.interviewed(holder_id, "2018-03-10"))
    [told] = await payments.events(EntitlementConfirmed, holder_id)
    assert (told.data.status, told.data.version, told.data.rule) == ("ACTIVE", 2, "interviewed")
