"""Four eyes: what one proposes another decides, once."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared import approvals
from shared.approvals import AlreadyDecided, ApprovalStatus, DeciderIsProposer, Draft, NotYourProposal
from shared.auth import Level, Reach
from shared.db.floor import APPROVALS
from shared.errors import NotFound

NOW = datetime(2018, 3, 1, tzinfo=UTC)
KINDS = ["tier"]
EVERYWHERE = Reach.country()


@pytest.fixture
async def desk(line):
    async with line.database.pool.acquire() as connection:
        await connection.execute(APPROVALS)
    return line.database


async def proposed(db, district=None):
    async with db.transaction() as tx:
        return (await approvals.propose(tx, Draft("tier", {"tier": "low"}, "a wrong figure", district=district), by="maker", at=NOW)).id


async def decide(db, proposal_id, by, *, approved=True, reach=EVERYWHERE):
    async with db.transaction() as tx:
        proposal = await approvals.lock(tx, proposal_id, KINDS, reach)
        await approvals.decide(tx, proposal, approved=approved, by=by, at=NOW, reason="seen")


async def read(db, proposal_id, reach=EVERYWHERE, kinds=KINDS):
    async with db.reading() as tx:
        return await approvals.one(tx, proposal_id, kinds, reach)


@pytest.mark.parametrize(("approved", "status"), [(True, ApprovalStatus.APPROVED), (False, ApprovalStatus.REJECTED)])
async def test_another_person_decides(desk, approved, status):
    proposal_id = await proposed(desk)
    await decide(desk, proposal_id, "checker", approved=approved)
    found = await read(desk, proposal_id)
    assert (found.status, found.version, found.decided_by, found.decision_reason) == (status, 2, "checker", "seen")


async def test_the_proposer_may_not_decide_and_nothing_changes(desk):
    proposal_id = await proposed(desk)
    with pytest.raises(DeciderIsProposer):
        await decide(desk, proposal_id, "maker")
    assert (await read(desk, proposal_id)).status is ApprovalStatus.PROPOSED


async def test_of_two_deciders_at_once_one_wins(desk):
    proposal_id = await proposed(desk)
    ended = await asyncio.gather(*(decide(desk, proposal_id, f"checker-{n}") for n in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["AlreadyDecided", "NoneType"]


async def test_only_the_proposer_withdraws(desk):
    proposal_id = await proposed(desk)

    async def withdraw(by):
        async with desk.transaction() as tx:
            await approvals.withdraw(tx, await approvals.lock(tx, proposal_id, KINDS, EVERYWHERE), by=by, at=NOW, reason="mistake")

    with pytest.raises(NotYourProposal):
        await withdraw("checker")
    await withdraw("maker")
    with pytest.raises(AlreadyDecided):
        await withdraw("maker")
    assert (await read(desk, proposal_id)).status is ApprovalStatus.WITHDRAWN


async def test_out_of_reach_and_of_another_kind_is_not_there(desk):
    krabi = await proposed(desk, district="8101")
    assert (await read(desk, krabi, Reach(Level.PROVINCE, "81"))).id == krabi
    for reach, kinds in ((Reach(Level.DISTRICT, "8102"), KINDS), (EVERYWHERE, ["death"])):
        with pytest.raises(NotFound):
            await read(desk, krabi, reach, kinds)
    async with desk.reading() as tx:
        assert [one.id for one in await approvals.page(tx, KINDS, Reach(Level.DISTRICT, "8101"), limit=10)] == [krabi]
        assert await approvals.page(tx, KINDS, Reach(Level.DISTRICT, "8102"), limit=10) == []
        assert await approvals.page(tx, KINDS, EVERYWHERE, after=krabi, limit=10) == []
