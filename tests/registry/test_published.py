"""What goes on the topics: the same fact in bulk and one by one, the payee only for payments, and broken invariants are seen."""

import orjson
import pytest

from deploy.local.registry_file import write_registry_file
from services.registry.published import event_bytes, event_of
from shared import invariants
from shared.bus.relay import READY
from shared.contracts import parse
from shared.contracts.registry import HISTORY, HOLDERS, PAYEES
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
    await registry.approve_deaths()
    return holder_id


async def test_a_fact_is_the_same_in_bulk_and_by_itself(registry, person):
    rows = await registry.fetch("SELECT * FROM card_holder_history ORDER BY version")
    assert [row["what"] for row in rows] == ["REGISTERED", "MOVED", "DECEASED"]
    for row in rows:
        bulk, single = orjson.loads(event_bytes(row)), orjson.loads(event_of(row).to_bytes())
        # What nearly nobody has is left out in bulk, where a reader finds its default.
        assert single["data"].keys() - bulk["data"].keys() <= {"wrong_death_on", "alive_again_on"}
        bulk["data"] = parse(event_bytes(row)).data.model_dump(mode="json")
        assert {name: bulk[name] for name in bulk} == {name: single[name] for name in bulk}


async def test_messages_made_ready_are_those_made_of_the_rows(registry):
    write_registry_file(registry.folder / "r.csv", 20_000, 4)
    await registry.import_file("r.csv")
    vault = registry.vault
    [chunk] = await registry.fetch("SELECT chunk, payload FROM outbox WHERE expander IS NOT NULL")
    expand = registry.service.expanders["holders"]
    async with registry.db.reading() as tx:
        ready = [message for batch in await expand(tx, chunk["chunk"] | {READY: chunk["payload"]}) for message in batch.messages()]
        of_rows = list(await expand(tx, chunk["chunk"]))
    opened = []
    for messages in (ready, of_rows):
        facts = {(topic, key): value for topic, key, value in messages if topic != PAYEES}
        payees = {key: parse(value).data for topic, key, value in messages if topic == PAYEES}
        plain = {key: vault.payees.open_text(data.sealed, data.holder_id.bytes) for key, data in payees.items()}
        heads = {key: value.partition(b'"sealed"')[0] for topic, key, value in messages if topic == PAYEES}
        opened.append((facts, {key: data.model_dump(exclude={"sealed"}) for key, data in payees.items()}, plain, heads))
    assert opened[0] == opened[1]
    assert len(ready) == len(of_rows) == 3 * 573


async def test_a_chunk_that_waited_tells_the_newest_of_who_changed_meanwhile(registry):
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.import_file("r.csv")
    moved = (await registry.holder_of(citizen_id(1)))["holder_id"]
    await registry.bring(move_reported(moved, "100101"))
    messages = await registry.published()
    of_moved = [(topic, envelope["data"]["version"]) for topic, key, envelope in messages if key == moved]
    # First what the chunk says, then the move itself.
    assert of_moved == [(HOLDERS, 2), (HISTORY, 1), (PAYEES, 2), (HOLDERS, 2), (HISTORY, 2)]


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
        ("UPDATE card_holder SET moo = '99'", "the-present-follows-from-the-facts"),
        ("DELETE FROM approval", "what-touches-money-was-approved"),
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
