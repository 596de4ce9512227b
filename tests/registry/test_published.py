"""What goes on the topics: the same fact in bulk and one by one, the payee only for payments, and broken invariants are seen."""

import orjson
import pytest

from services.registry.published import event_bytes, event_of
from shared import invariants
from shared.contracts.registry import PAYEES
from shared.crypto import FieldCipher, SealBroken
from shared.db import Database
from tests.registry.facts import KEYS, death_reported, move_reported
from tests.registry.people import card_no, citizen_id, file_of, line


@pytest.fixture
async def person(registry):
    registry.write("r.csv", file_of(line(1)))
    await registry.import_file("r.csv")
    holder_id = (await registry.holder_of(citizen_id(1)))["holder_id"]
    await registry.bring(move_reported(holder_id, "100101"), death_reported(holder_id))
    return holder_id


async def test_a_fact_is_the_same_in_bulk_and_by_itself(registry, person):
    rows = await registry.fetch("SELECT * FROM card_holder_history ORDER BY version")
    assert [row["what"] for row in rows] == ["REGISTERED", "MOVED", "DECEASED"]
    for row in rows:
        bulk, single = orjson.loads(event_bytes(row)), orjson.loads(event_of(row).to_bytes())
        assert {name: bulk[name] for name in bulk} == {name: single[name] for name in bulk}


async def test_only_payments_can_open_the_payee(registry, person):
    [envelope] = [envelope for topic, _, envelope in await registry.published() if topic == PAYEES]
    cipher = FieldCipher.from_text(KEYS["payee_keys"])
    holder = envelope["data"]["holder_id"]
    payee = orjson.loads(cipher.open_text(envelope["data"]["sealed"], _bytes(holder)))
    assert payee == {"name": "นางสุดา ใจดี", "account_no": "1234567890", "card_no": card_no(1), "promptpay": None}
    with pytest.raises(SealBroken):
        FieldCipher.from_text(KEYS["field_keys"].replace("f1", "p1")).open_text(envelope["data"]["sealed"], _bytes(holder))


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("UPDATE card_holder SET tier = 'OVER_30000', visit_group = false", "groups-follow-the-policy"),
        ("UPDATE card_holder SET version = version + 1", "every-version-has-its-history"),
        ("UPDATE card_holder SET bank = 'GSB'", "state-is-that-of-its-version"),
        ("DELETE FROM card_holder_history WHERE what = 'REGISTERED'", "every-line-is-accounted-for"),
        ("UPDATE card_holder SET status = 'ALIVE'", "the-dead-have-a-day"),
        ("UPDATE card_holder SET home_district = '8101'", "home-is-where-the-subdistrict-is"),
    ],
)
async def test_every_invariant_sees_its_damage(registry, registry_dsns, person, damage, name):
    await registry.assert_sound()
    owner = await Database.connect(registry_dsns[0], name="owner")
    async with owner.transaction() as tx:
        await tx.execute(damage)
    await owner.close()
    async with registry.db.reading() as tx:
        assert name in {violation.name for violation in await invariants.check(tx, registry.service.invariants)}


def _bytes(holder_id):
    return bytes.fromhex(holder_id.replace("-", ""))
