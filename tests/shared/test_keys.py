"""Keys of single rows: derived as RFC 5869 says, bound to salt and row; group keys wrapped, replaced and retired in the table."""

import asyncio
import base64
import pickle

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import SealBroken
from shared.db.floor import GROUP_KEYS
from shared.keys import GroupKey, GroupKeyReplaced, KeyRing, LocalMasterKey, MasterKeyUnknown, key_of, store

SALT = bytes(range(16))
KEY = GroupKey("01", bytes(range(32)))


def master(*names):
    return LocalMasterKey.from_text(",".join(f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in names))


@pytest.mark.parametrize(
    ("pseudorandom", "info", "okm"),
    [  # RFC 5869, A.1 and A.3: SHA-256
        ("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", "f0f1f2f3f4f5f6f7f8f9", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"),
        ("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
    ],
)  # fmt: skip
def test_a_key_is_derived_as_the_rfc_says(pseudorandom, info, okm):
    assert GroupKey("01", bytes.fromhex(pseudorandom)).expand(bytes.fromhex(info)).hex() == okm


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_a_key_is_derived_as_the_library_does(secret, info):
    assert GroupKey("01", secret).expand(info) == HKDFExpand(SHA256(), 32, info).derive(secret)


@given(st.binary(min_size=1, max_size=64), st.binary(min_size=16, max_size=16), st.binary(max_size=40))
def test_it_is_the_second_step_of_the_whole_hkdf(material, salt, info):
    extracted = HKDF.extract(SHA256(), salt, material)
    assert GroupKey("01", extracted).expand(info) == HKDF(SHA256(), 32, salt, info).derive(material)


@given(st.text(), st.binary(max_size=16))
def test_a_row_opens_with_its_salt_its_context_and_its_group_key_only(value, context):
    sealed = KEY.cipher(SALT).seal(value, context)
    assert KEY.cipher(SALT).open(sealed, context) == value
    assert key_of(sealed) == "01"
    for cipher, of in (
        (KEY.cipher(bytes(16)), context),
        (KEY.cipher(SALT), context + b"x"),
        (GroupKey("01", bytes(32)).cipher(SALT), context),
        (GroupKey("02", KEY.secret).cipher(SALT), context),
    ):
        with pytest.raises(SealBroken):
            cipher.open(sealed, of)


def test_a_group_key_goes_to_a_worker_process_and_is_not_shown():
    other = pickle.loads(pickle.dumps(KEY))  # our own bytes
    assert other == KEY
    assert other.cipher(SALT).open(KEY.cipher(SALT).seal("x", b""), b"") == "x"
    assert KEY.secret.hex() not in repr(KEY)
    assert str(KEY.secret) not in repr(KEY)


@pytest.mark.parametrize(("name", "secret"), [("1", bytes(32)), ("01", bytes(31))])
def test_group_keys_of_a_wrong_shape_are_refused(name, secret):
    with pytest.raises(ValueError, match="32 bytes"):
        GroupKey(name, secret)


def test_a_wrapped_key_unwraps_by_the_master_key_that_wrapped_it():
    wrapped = master("m1").wrap(KEY.secret, b"01")
    assert master("m2", "m1").unwrap(wrapped, b"01") == KEY.secret
    with pytest.raises(MasterKeyUnknown, match="'m1'"):
        master("m2").unwrap(wrapped, b"01")
    with pytest.raises(MasterKeyUnknown, match="does not unwrap"):
        master("m1").unwrap(wrapped, b"02")


def test_master_keys_come_from_a_file_too(tmp_path):
    text = f"m1:{base64.b64encode(b'm1' * 16).decode()}"
    (tmp_path / "master").write_text(f"{text}\n")
    assert LocalMasterKey.from_file(tmp_path / "master").unwrap(master("m1").wrap(KEY.secret, b"01"), b"01") == KEY.secret
    with pytest.raises(ValueError, match="cannot be read"):
        LocalMasterKey.from_file(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "m1", "m1:AAAA", "master:" + base64.b64encode(bytes(32)).decode(), "m1:!"])
def test_master_keys_of_a_wrong_shape_are_refused(text):
    with pytest.raises(ValueError, match=r"master key|base64|padded"):
        LocalMasterKey.from_text(text)


@pytest.fixture
async def db(line):
    async with line.database.pool.acquire() as connection:
        await connection.execute(GROUP_KEYS)
    return line.database


async def test_the_first_who_seals_make_one_key_between_them(db):
    async def seal():
        async with db.transaction() as tx:
            return await store.current(tx, KeyRing(master("m1")))

    keys = await asyncio.gather(*(seal() for _ in range(6)))
    assert len({key.secret for key in keys}) == 1
    async with db.reading() as tx:
        assert [(key.key_id, key.status, key.master_id) for key in await store.every(tx)] == [("01", "CURRENT", "m1")]


async def waiting_for_a_lock(db):
    async with db.reading() as tx:
        while not await tx.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)


async def test_a_new_key_waits_for_who_seals_by_the_one_before(db):
    ring = KeyRing(master("m1"))

    async def replace():
        async with db.transaction() as tx:
            return await store.replace_current(tx, ring)

    async with db.transaction() as tx:
        await store.current(tx, ring)
    async with db.transaction() as tx:
        assert (await store.current(tx, ring)).key_id == "01"
        replacing = asyncio.create_task(replace())
        await waiting_for_a_lock(db)
        assert not replacing.done()
    assert (await replacing).key_id == "02"
    async with db.transaction() as tx:
        with pytest.raises(GroupKeyReplaced):
            await store.hold(tx, "01")
        await store.hold(tx, "02")


async def test_who_seals_while_a_key_is_replaced_takes_the_new_one(db):
    ring = KeyRing(master("m1"))

    async def seal():
        async with db.transaction() as tx:
            return await store.current(tx, ring)

    await seal()
    async with db.transaction() as tx:
        await store.replace_current(tx, ring)
        sealing = asyncio.create_task(seal())
        await waiting_for_a_lock(db)
    assert (await sealing).key_id == "02"


async def test_keys_are_wrapped_anew_and_old_ones_destroyed(db):
    async with db.transaction() as tx:
        first = await store.current(tx, KeyRing(master("m1")))
        second = await store.replace_current(tx, KeyRing(master("m1")))
    async with db.transaction() as tx:
        assert await store.rewrap(tx, KeyRing(master("m2", "m1"))) == 2
        assert await store.rewrap(tx, KeyRing(master("m2", "m1"))) == 0
        assert (await store.current(tx, KeyRing(master("m2")))).secret == second.secret
        row = await tx.fetchrow("SELECT key_id, wrapped FROM group_key WHERE status = 'OLD'")
        assert KeyRing(master("m2")).group_key(row["key_id"], row["wrapped"]).secret == first.secret
        assert await store.retire(tx, ["01", "02"]) == 1
        assert [(key.key_id, key.status) for key in await store.every(tx)] == [("01", "RETIRED"), ("02", "CURRENT")]
        assert await tx.fetchval("SELECT count(*) FROM group_key WHERE wrapped IS NULL") == 1


async def test_without_the_master_key_nothing_is_made_or_opened(db):
    async with db.transaction() as tx:
        with pytest.raises(MasterKeyUnknown):
            await store.current(tx, KeyRing())
        await store.current(tx, KeyRing(master("m1")))
        with pytest.raises(MasterKeyUnknown):
            await store.current(tx, KeyRing(master("m2")))
