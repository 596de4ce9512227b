"""What was asked by the DCI API is forgotten after its days, but not while an answer is on its way; then its status is unknown."""

from datetime import timedelta

import pytest

from services.registry.jobs import dci as jobs
from shared.clock import system_now
from tests.registry.dci_world import (
    acknowledged,
    item,
    not_there,
    registered,
    status,
    subscribe,
    subscribed,
    tree,
    uin,
    unsubscribe,
    wish,
)
from tests.registry.people import citizen_id

COUNTS = """SELECT (SELECT count(*) FROM dci_transaction), (SELECT count(*) FROM dci_reference), (SELECT count(*) FROM dci_subscription)"""


@pytest.fixture
async def foreign(registry, people):
    """A registered foreign system that hears its callbacks."""
    async with registered(registry) as system:
        yield system


@pytest.fixture
def forget_after(registry, monkeypatch):
    """Let the timer forget as it would after so many days."""

    async def forgetting(days):
        now = system_now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "system_now", lambda: now)
            await jobs.forget(registry.service.resources)
        return next(tuple(row) for row in await registry.fetch(COUNTS))

    return forgetting


async def test_what_was_answered_is_forgotten_after_its_days_and_then_unknown(registry, foreign, forget_after, monkeypatch):
    monkeypatch.setattr(jobs, "FORGOTTEN_A_STEP", 1)
    await foreign.asks(item(uin(citizen_id(1)), "a"), item(uin("1"), "b"))
    correlation_id = await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1)), "c"), transaction_id="t-1"))
    await foreign.hears()
    assert await forget_after(registry.service.resources.settings.dci_kept_days - 1) == (2, 3, 0)
    assert await forget_after(registry.service.resources.settings.dci_kept_days + 1) == (0, 0, 0)
    for how in (("transaction_id", "t-1"), ("correlation_id", correlation_id), ("reference_id_list", ["a", "c"])):
        for kind in ("search", "receipt"):
            told = (await foreign.send("/registry/sync/txn/status", status(foreign, kind, *how))).json()
            answers = told["message"]["txnstatus_response"]["txn_status"]["search_response"]
            assert (told["header"]["status"], {one["status"] for one in answers}) == ("rjct", {"rjct"})
            assert {one["status_reason_code"] for one in answers} == {"rjct.reference_id.invalid"}
            assert how[0] != "reference_id_list" or [one["reference_id"] for one in answers] == ["a", "c"]
    await acknowledged(foreign, "/registry/txn/status", status(foreign, "search", "transaction_id", "t-1"))
    assert not_there(await foreign.hears_last("txn/on-status"))


async def test_nothing_is_forgotten_whose_answer_is_still_owed(registry, foreign, forget_after):
    foreign.callbacks.refuse = 10**6
    await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1)), "a"), transaction_id="t-1"))
    assert (await forget_after(1000))[0] == 1  # it is not even worked at
    await jobs.answer_all(registry.service.resources)
    assert (await forget_after(1000))[:2] == (1, 1)
    foreign.callbacks.refuse = 0
    await foreign.hears()
    assert (await forget_after(1000))[:2] == (0, 0)


async def test_subscriptions_stay_while_they_go_on_and_are_forgotten_after_their_end(registry, foreign, forget_after):
    end = (system_now() + timedelta(days=30)).isoformat()
    times = {"start_time": system_now().isoformat(), "end_time": end, "frequency": "0 0 6 * * ?"}
    [_] = await subscribed(foreign, wish(tree(district_code="8101"), "MOVE", frequency=times))
    await foreign.send("/registry/subscribe", subscribe(foreign, wish(tree(district_code="8101"), "UPDATE")))
    [ended] = await subscribed(foreign, wish(tree(district_code="8101"), "DEATH"))
    await foreign.send("/registry/unsubscribe", unsubscribe(foreign, ended))
    await foreign.hears()
    assert await forget_after(89) == (4, 4, 3)
    # The one without an end goes on for ever, and its transaction is told of as long.
    assert await forget_after(119) == (2, 2, 2)
    assert await forget_after(121) == (1, 1, 1)
