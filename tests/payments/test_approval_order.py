"""No order of clicks, one after another or at once, pays what was not approved by as many persons as it needs."""

import asyncio
import contextlib
import random
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from services.payments.commands import runs
from services.payments.commands.runs import Actor
from services.payments.rules.parameters import Runs, ThirdApprover
from shared.clock import BANGKOK
from shared.contracts.payments import PaymentInstructed
from shared.errors import DomainError
from tests.payments import story
from tests.payments.conftest import MAKER
from tests.payments.controls import controlled, proposed

AT = datetime(2018, 3, 20, 10, tzinfo=BANGKOK)
ANY_AMOUNT = [{"from": "2018-03", "above_satang": 0}]
FIRST, SECOND, THIRD = "approver-1", "approver-2", "approver-3"


@dataclass(frozen=True)
class Model:
    """What a run may be, told in a few lines: the state, who approved, whether its release was asked for."""

    needed: int
    status: str = "PROPOSED"
    approved: tuple[str, ...] = ()
    asked: bool = False

    def after(self, action, who):
        """The state after somebody's action, or None where it must be refused."""
        match action:
            case "approve":
                return self._after_approval(who)
            case "ask_release" if self.asked:
                return self
            case "ask_release" if self.status == "APPROVED":
                return replace(self, asked=True)
            case "release":  # the job, run once too often or too early, does nothing
                return replace(self, status="RELEASED") if self.status == "APPROVED" and self.asked else self
            case "cancel" if self.status == "CANCELLED" or (self.status in {"PROPOSED", "APPROVED"} and not self.asked):
                return replace(self, status="CANCELLED")
        return None

    def _after_approval(self, who):
        if self.status in {"PROPOSED", "APPROVED"} and who in self.approved:
            return self
        if self.status != "PROPOSED" or who == MAKER:
            return None
        approved = (*self.approved, who)
        return replace(self, approved=approved, status="APPROVED" if len(approved) == self.needed else "PROPOSED")


ACTIONS = [("approve", who) for who in (MAKER, FIRST, SECOND, THIRD)] + [
    ("ask_release", MAKER),
    ("ask_release", FIRST),
    ("release", ""),
    ("cancel", SECOND),
    ("close", FIRST),
]


class UndoneError(Exception):
    """Leads out of a savepoint, so that what was tried in it is undone."""


@asynccontextmanager
async def undone(tx):
    """What is done within is undone."""
    with contextlib.suppress(UndoneError):
        async with tx.savepoint():
            yield
            raise UndoneError


async def act(tx, run, action, who):
    actor = Actor(who, AT)
    match action:
        case "approve":
            return await runs.approve_run(tx, run["run_id"], run["list_hash"], actor)
        case "ask_release":
            return await runs.ask_release(tx, run["run_id"], actor)
        case "release":
            return await runs.release_run(tx, run["run_id"], AT)
        case "cancel":
            return await runs.cancel_run(tx, run["run_id"], "x", actor)
        case "close":
            return await runs.close_run(tx, run["run_id"], actor)


async def explore(tx, run, model, seen):
    """Try every action in this state; go on from each state that is new. Each is undone."""
    seen.add(model)
    for action, who in ACTIONS:
        expected = model.after(action, who)
        async with undone(tx):
            try:
                found = await act(tx, run, action, who)
            except DomainError:
                assert expected is None, (model, action, who)
            else:
                assert expected is not None, (model, action, who)
                by = tuple(one for one in (found.approved_by, found.second_approved_by) if one)
                assert (found.status, by, found.release_asked_by is not None) == (expected.status, expected.approved, expected.asked)
                if expected not in seen:
                    await explore(tx, run, expected, seen)


async def one_person(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    return holder_id


@pytest.mark.parametrize("needed", [1, 2])
async def test_every_order_of_clicks_does_what_the_model_says(payments, needed):
    if needed == 2:
        await controlled(payments, third_approver=ANY_AMOUNT)
    await one_person(payments)
    run = await proposed(payments, "2018-03")
    assert run["approvals_needed"] == needed
    seen = set()
    async with payments.db.transaction() as tx:
        await explore(tx, run, Model(needed), seen)
    released = {one.approved for one in seen if one.status == "RELEASED"}
    assert released == {(one,) for one in (FIRST, SECOND, THIRD)} if needed == 1 else len(released) == 6
    assert all(len(set(one)) == needed and MAKER not in one for one in released)
    assert (await payments.get(f"/v1/runs/{run['run_id']}")).json()["version"] == run["version"]  # all was undone


async def test_whatever_is_clicked_at_once_two_persons_approve_before_money_moves_and_it_moves_once(payments):
    await controlled(payments, third_approver=ANY_AMOUNT)
    ends = Counter()
    for seed in range(6):
        await one_person(payments)
        run = await proposed(payments, "2018-03")
        path = f"/v1/runs/{run['run_id']}"
        clicks = [(f"{path}/approval", {"list_hash": run["list_hash"]}, who) for who in (MAKER, FIRST, FIRST, SECOND, SECOND, THIRD)]
        clicks += [(f"{path}/release", None, who) for who in (FIRST, SECOND, MAKER)] * 2
        clicks += [(f"{path}/cancellation", {"reason": "x"}, THIRD)] * (seed % 2)
        random.Random(seed).shuffle(clicks)
        before = len(await payments.events(PaymentInstructed))
        answers = await asyncio.gather(*(payments.post(where, body, payments.caller(who)) for where, body, who in clicks))
        assert {one.status_code for one in answers} <= {200, 202, 409}
        await payments.work(times=3)
        run = (await payments.get(path)).json()
        instructed = len(await payments.events(PaymentInstructed)) - before
        if run["status"] == "INSTRUCTED":
            assert len({MAKER, run["approved_by"], run["second_approved_by"]}) == 3
        assert instructed == (run["lines"] if run["status"] == "INSTRUCTED" else 0)
        ends[run["status"]] += 1
        if run["status"] in {"PROPOSED", "APPROVED"}:
            assert (await payments.post(f"{path}/cancellation", {"reason": "x"}, payments.caller(THIRD))).status_code == 200
        assert await payments.broken_invariants() == []
    assert ends.total() == 6
    assert set(ends) <= {"INSTRUCTED", "APPROVED", "CANCELLED"}


async def test_of_a_run_above_the_limit_the_preview_says_so_and_one_approval_releases_nothing(payments):
    await controlled(payments, third_approver=[{"from": "2018-03", "above_satang": 20000}, {"from": "2018-04", "above_satang": 60000}])
    await one_person(payments)
    assert (await proposed(payments, "2018-03"))["approvals_needed"] == 1  # at the limit, not above it
    run = (await payments.get("/v1/runs")).json()["items"][0]
    await payments.post(f"/v1/runs/{run['run_id']}/cancellation", {"reason": "x"})
    await one_person(payments)
    run = await proposed(payments, "2018-03", day="2018-03-21")
    assert (await payments.get(f"/v1/runs/{run['run_id']}/preview")).json()["approvals_needed"] == 2
    approval = {"list_hash": run["list_hash"]}
    first = await payments.post(f"/v1/runs/{run['run_id']}/approval", approval, payments.caller(FIRST))
    assert (first.json()["status"], first.json()["approved_by"], first.json()["second_approved_by"]) == ("PROPOSED", FIRST, None)
    assert (await payments.post(f"/v1/runs/{run['run_id']}/approval", approval, payments.caller(FIRST))).json()["status"] == "PROPOSED"
    assert (await payments.post(f"/v1/runs/{run['run_id']}/release", None, payments.caller(FIRST))).status_code == 409
    second = await payments.post(f"/v1/runs/{run['run_id']}/approval", approval, payments.caller(SECOND))
    assert (second.json()["status"], second.json()["second_approved_by"]) == ("APPROVED", SECOND)


def test_the_limit_is_that_of_the_month_whatever_the_order_in_the_file():
    limits = tuple(
        ThirdApprover.model_validate(one) for one in ({"from": "2018-06", "above_satang": 5}, {"from": "2018-03", "above_satang": 9})
    )
    controls = Runs(third_approver=limits)
    months = [datetime(2018, number, 1, tzinfo=BANGKOK).date() for number in (2, 3, 5, 6)]
    assert [[controls.approvals_needed(month, amount) for amount in (5, 6, 9, 10)] for month in months] == [
        [1, 1, 1, 1],
        [1, 1, 1, 2],
        [1, 1, 1, 2],
        [1, 2, 2, 2],
    ]
