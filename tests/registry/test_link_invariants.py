"""Damage to consents, households and representations is seen by the invariant that is named for it."""

from datetime import date

import pytest

from shared import invariants
from shared.db import Database
from tests.registry.facts import death_reported

CONSENT = {
    "purpose": "BANK_DATA",
    "decision": "GIVEN",
    "signed_on": "2018-02-10",
    "channel": "COUNTER",
    "evidence": "1",
    "notice_version": "2018-01",
}
PAPER = {"kind": "POWER_OF_ATTORNEY", "reference": "1", "issued_on": "2018-02-01"}

TWICE = """INSERT INTO household_member SELECT gen_random_uuid(), household_id, holder_id, 'OTHER', NULL, '2018-02-05', '2018-02-06', 'LEFT'
             FROM household_member WHERE role = 'HEAD'"""


@pytest.fixture
async def linked(registry, people):
    """1 consents, heads a household with 2, and may be represented by 3; 4 is dead."""
    path = f"/v1/card-holders/{people[1]}"
    members = [{"holder_id": people[1], "role": "HEAD"}, {"holder_id": people[2], "role": "CHILD"}]
    acting = {"agent": {"holder_id": people[3]}, "purposes": ["STATE_WISH"], "from_on": "2018-02-01", "until_on": "2018-12-31"}
    for to, body in [
        (f"{path}/consents", CONSENT),
        ("/v1/households", {"subdistrict": "810101", "formed_on": "2018-02-01", "why": "1", "members": members}),
        (f"{path}/representatives", {"grounds": "AUTHORISED", "paper": PAPER, **acting}),
    ]:
        answer = await registry.post(to, body)
        assert answer.status_code == 201, answer.text
    await registry.bring(death_reported(people[4], date(2018, 2, 12)))
    await registry.approve_deaths()
    await registry.assert_sound()
    return people


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("UPDATE card_holder SET consents = '{{SELL}}' WHERE holder_id = '{1}'", "consents-follow-the-register"),
        ("UPDATE card_holder SET consents = '{{}}' WHERE holder_id = '{2}'", "consents-follow-the-register"),
        ("DELETE FROM consent", "consents-follow-the-register"),
        ("UPDATE card_holder_history SET consents = '{{}}'", "state-is-that-of-its-version"),
        ("UPDATE household_member SET role = 'OTHER'", "households-have-one-head"),
        ("UPDATE household SET ended_on = '2018-02-10'", "households-have-one-head"),
        ("DELETE FROM household_member", "households-have-one-head"),
        ("UPDATE household SET version = 2", "every-household-version-has-its-history"),
        (TWICE, "one-household-at-a-time"),
        ("UPDATE household_member SET holder_id = '{4}' WHERE role = 'CHILD'", "the-dead-live-nowhere-and-nobody-acts-for-them"),
        ("UPDATE representative SET agent_holder_id = '{4}'", "the-dead-live-nowhere-and-nobody-acts-for-them"),
        ("UPDATE representative SET holder_id = '{4}'", "the-dead-live-nowhere-and-nobody-acts-for-them"),
        ("UPDATE representative SET grounds = 'MINOR'", "minority-ends-at-twenty"),
    ],
)
async def test_every_invariant_sees_its_damage(registry, registry_dsns, linked, damage, name):
    owner = await Database.connect(registry_dsns[0], name="owner")
    async with owner.transaction() as tx:
        await tx.execute(damage.format(*["", *linked.values()]))
    await owner.close()
    async with registry.db.reading() as tx:
        assert name in {violation.name for violation in await invariants.check(tx, registry.service.invariants)}
