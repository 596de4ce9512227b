"""Where the money stands, as operators see it."""

from prometheus_client import REGISTRY

from shared.contracts.payments import ResultStatus
from tests.payments import story
from tests.payments.test_bank_results import paid_out

PROGRAMME = "TOP_UP_2561"


async def looked(payments):
    async with payments.db.reading() as tx:
        for measure in payments.service.measures:
            await measure(tx)


def money(outcome, month="2018-03"):
    labels = {"month": month, "programme": PROGRAMME, "outcome": outcome}
    return tuple(REGISTRY.get_sample_value(f"sukjai_run_{unit}", labels) for unit in ("payments", "satang"))


def days(status):
    age = REGISTRY.get_sample_value("sukjai_run_state_seconds", {"month": "2018-03", "programme": PROGRAMME, "status": status})
    return None if age is None else round(age / 86400)


def runs(status):
    return REGISTRY.get_sample_value("sukjai_runs", {"status": status})


async def test_a_run_is_followed_from_the_instructions_to_its_end(payments):
    run, _, instructions = await paid_out(payments, 4)
    payments.play("2018-03-22")
    await looked(payments)
    assert (runs("INSTRUCTED"), days("INSTRUCTED")) == (1, 2)
    each = instructions[0].amount_satang
    assert (money("INSTRUCTED"), money("SETTLED")) == ((4, 4 * each), (None, None))

    await payments.bring(*[story.answered(one) for one in instructions[:3]], story.answered(instructions[3], ResultStatus.FAILED))
    await looked(payments)
    assert (runs("INSTRUCTED"), days("INSTRUCTED")) == (0, None)
    assert (runs("RECONCILING"), days("RECONCILING")) == (1, 0)
    assert (money("SETTLED"), money("FAILED")) == ((3, 3 * each), (1, each))

    assert (await payments.close(run["run_id"])).status_code == 200
    await looked(payments)
    assert (runs("CLOSED"), days("RECONCILING")) == (1, None)
    metrics = (await payments.client.get("/metrics")).text
    assert f'sukjai_run_payments{{month="2018-03",outcome="SETTLED",programme="{PROGRAMME}"}} 3.0' in metrics
