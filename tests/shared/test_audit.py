"""The audit's chain: it holds while nobody touches it, and names the row that somebody touched."""

import asyncio
import base64
import contextlib

import pytest

from shared.audit import AuditKeys, Caller, Entry, append, append_together, seal_waiting, verify
from shared.ids import new_id

KEYS = AuditKeys.from_text(f"a1:{base64.b64encode(bytes(range(32))).decode()}")
OTHERS = AuditKeys.from_text(f"a1:{base64.b64encode(bytes(32)).decode()}")
CALLER = Caller("chief-8101", "DISTRICT 8101", "c-1", "home visit")


def entries(count=3):
    return [Entry("READ", new_id(), ("phone", "house_no"), b"\1", "") for _ in range(count)]


async def written(line, count=3):
    async with line.database.transaction() as tx:
        await append(tx, CALLER, entries(count))


async def sealed(line):
    return await seal_waiting(line.database, KEYS, service="tests")


async def verified(line, keys=KEYS):
    async with line.database.reading() as tx:
        return await verify(tx, keys)


@pytest.fixture
async def chain(line):
    """Three sealed batches of three rows."""
    for _ in range(3):
        await written(line)
        assert await sealed(line) == 3
    return line


async def test_an_untouched_chain_holds(chain):
    await written(chain, 2)
    found = await verified(chain)
    assert (found.batches, found.rows, found.unsealed, found.broken) == (3, 9, 2, None)
    assert await sealed(chain) == 2
    assert await sealed(chain) == 0


@pytest.mark.parametrize(
    ("deed", "batch_no", "seq", "why"),
    [
        ("UPDATE audit_entry SET client = 'nobody' WHERE seq = 5", 2, 5, "the row was changed"),
        ("UPDATE audit_entry SET fields = NULL WHERE seq = 9", 3, 9, "the row was changed"),
        ("DELETE FROM audit_entry WHERE seq = 1", 1, 1, "the row is missing"),
        ("DELETE FROM audit_seal WHERE batch_no = 2", 2, None, "the batch is missing"),
        (
            "UPDATE audit_seal SET head = sha256('x') WHERE batch_no = 3",
            3,
            None,
            "the head does not follow from the rows and the head before",
        ),
        ("UPDATE audit_seal SET signature = sha256('x') WHERE batch_no = 1", 1, None, "the signature is not ours"),
        (
            "INSERT INTO audit_entry (client, reach, purpose, correlation_id, action, asked, detail) VALUES ('x', '', '', '', 'READ', '', '')",
            4,
            10,
            "the row is in no batch and does not wait for one",
        ),
    ],
)
async def test_whatever_is_touched_is_named(chain, deed, batch_no, seq, why):
    async with chain.database.transaction() as tx:
        assert await tx.execute(deed) == 1
    broken = (await verified(chain)).broken
    assert (broken.batch_no, broken.seq, broken.why) == (batch_no, seq, why)


async def test_who_is_exchanged_in_an_entry_about_many_is_noticed(chain):
    asked = [new_id(), None, new_id()]
    async with chain.database.transaction() as tx:
        await append_together(tx, CALLER, Entry("VERIFY", None, ("tier",), b"".join(bytes(32) for _ in asked)), asked)
    assert await sealed(chain) == 1
    assert (await verified(chain)).broken is None
    async with chain.database.transaction() as tx:
        assert await tx.execute("UPDATE audit_entry SET holders[2] = $1 WHERE seq = 10", new_id()) == 1
    broken = (await verified(chain)).broken
    assert (broken.batch_no, broken.seq, broken.why) == (4, 10, "the row was changed")


async def test_a_chain_signed_by_others_is_not_ours(chain):
    assert (await verified(chain, OTHERS)).broken.why == "the signature is not ours"


async def test_rows_of_a_slow_transaction_are_sealed_when_they_come(line):
    written_first, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        async with line.database.transaction() as tx:
            await append(tx, CALLER, entries(1))
            written_first.set()
            await go_on.wait()

    waiting = asyncio.create_task(slow())
    await written_first.wait()
    await written(line, 2)
    assert await sealed(line) == 2
    go_on.set()
    await waiting
    assert await sealed(line) == 1
    found = await verified(line)
    assert (found.rows, found.broken) == (3, None)


async def test_what_is_rolled_back_is_in_no_chain(line):
    with contextlib.suppress(ZeroDivisionError):
        async with line.database.transaction() as tx:
            await append(tx, CALLER, entries(1))
            raise ZeroDivisionError
    await written(line)
    assert await sealed(line) == 3
    assert (await verified(line)).broken is None


@pytest.mark.parametrize("text", ["", "a1", "a1:AAAA"])
def test_keys_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        AuditKeys.from_text(text)
