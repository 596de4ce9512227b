"""Encrypted messages of the DCI API: opened with our key, answered to the sender's, at once and to its callback; by a JOSE library of its own."""

import json

import pytest
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from tests.registry.dci_world import Foreign, acknowledged, callbacks, check, item, keys_of, status, subscribe, tree, uin, wish
from tests.registry.facts import move_reported
from tests.registry.people import citizen_id

SYNC, ASYNC = "/registry/sync/search", "/registry/search"
EC = JWK.generate(kty="EC", crv="P-256", kid="x-enc")
RSA = JWK.generate(kty="RSA", size=2048, kid="x-rsa")


def public(key):
    return {**key.export_public(as_dict=True), "use": "enc"}


@pytest.fixture
def registering(registry):
    """Register a foreign system with an encryption key."""

    async def registered(key, mine=None):
        system = Foreign(registry, callbacks=mine)
        await system.register(jwks={"keys": [*system.keys.jwks()["keys"], public(key)]})
        return system

    return registered


async def sealed(foreign, body, algorithm="ECDH-ES+A256KW", enc="A256GCM", **changed):
    """The message of a signed body encrypted to our published key, and signed anew."""
    [ours] = [one for one in (await foreign.registry.client.get("/.well-known/jwks.json")).json()["keys"] if one.get("use") == "enc"]
    jwe = JWE(json.dumps(body["message"]).encode(), algs=[algorithm, enc])
    jwe.add_recipient(JWK(**ours), {"alg": algorithm, "enc": enc, "kid": ours["kid"]})
    message = {"encrypted_key": "", **json.loads(jwe.serialize()), **changed}
    check(("components", "schemas", "EncryptedMessage"), message)
    return foreign.signed({**body["header"], "is_msg_encrypted": True}, message)


def opened(envelope, key):
    """As the foreign system opens what it gets."""
    assert envelope["header"]["is_msg_encrypted"] is True
    check(("components", "schemas", "EncryptedMessage"), envelope["message"])
    jwe = JWE()
    jwe.deserialize(json.dumps(envelope["message"]), key)
    return json.loads(jwe.payload)


def asked(foreign, **header):
    return foreign.search(item(uin(citizen_id(1)), "a"), **header)


@pytest.mark.parametrize(("key", "algorithm"), [(EC, "ECDH-ES+A256KW"), (RSA, "ECDH-ES")])
async def test_an_encrypted_search_is_answered_encrypted_and_a_plain_one_plainly(registering, people, key, algorithm):
    foreign = await registering(key)
    answer = (await foreign.send(SYNC, await sealed(foreign, asked(foreign), algorithm))).json()
    assert people[1] not in json.dumps(answer)
    message = opened(answer, key)
    check(("components", "schemas", "SearchResponse"), message)
    assert [one["@id"] for one in message["search_response"][0]["data"]["reg_records"]] == [f"urn:uuid:{people[1]}"]
    plain = (await foreign.send(SYNC, asked(foreign))).json()
    assert (plain["header"]["is_msg_encrypted"], "search_response" in plain["message"]) == (False, True)


async def test_callbacks_of_encrypted_messages_are_encrypted_and_so_they_lie_in_the_database(registry, registering, people):
    async with callbacks() as mine:
        foreign = await registering(EC, mine)
        await foreign.hears()
        await acknowledged(foreign, ASYNC, await sealed(foreign, asked(foreign, transaction_id="t-1")))
        wanted = subscribe(foreign, wish(tree(district_code="8101"), "MOVE", "moves"))
        await acknowledged(foreign, "/registry/subscribe", await sealed(foreign, wanted))
        await foreign.hears()
        await registry.bring(move_reported(people[1], "810102"))
        heard = dict(await foreign.hears())
        assert opened(heard["/registry/on-search"], EC)["search_response"][0]["status"] == "succ"
        assert opened(heard["/registry/on-subscribe"], EC)["subscribe_response"][0]["status"] == "succ"
        assert opened(heard["/registry/notify"], EC)["notify_event"][0]["reference_id"] == "moves"
        told = await foreign.send("/registry/sync/txn/status", await sealed(foreign, status(foreign, "search", "transaction_id", "t-1")))
        assert opened(told.json(), EC)["txnstatus_response"]["txn_status"]["search_response"][0]["reference_id"] == "a"
        bodies = await registry.fetch("SELECT body FROM webhook_delivery WHERE body IS NOT NULL")
        assert not any(people[1].encode() in row["body"] for row in bodies)


async def test_the_same_search_encrypted_anew_is_the_first_one(registering, people):
    async with callbacks() as mine:
        foreign = await registering(EC, mine)
        body = asked(foreign, transaction_id="t-1")
        again = foreign.signed(foreign.header("search"), body["message"])
        found = {await acknowledged(foreign, ASYNC, one) for one in (await sealed(foreign, body), await sealed(foreign, again))}
        assert len(found) == 1


async def test_what_is_not_encrypted_to_us_is_refused_by_its_code(registering, people):
    async with callbacks() as mine:
        foreign = await registering(EC, mine)
        for changed in (
            {"tag": "AAAAAAAAAAAAAAAAAAAAAA"},
            {"ciphertext": "AAAA"},
            {"header": {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": "another"}},
            {"header": {"alg": "dir", "enc": "A256GCM", "kid": "e1"}},
            {"header": {"alg": "none", "enc": "none", "kid": "e1"}},
            {"protected": "e30", "recipients": []},
        ):
            answer = (await foreign.send(ASYNC, await sealed(foreign, asked(foreign), **changed))).json()
            assert answer["message"]["error"]["code"] == "err.encryption.invalid"


async def test_messages_that_are_packed_or_of_weaker_ciphers_or_do_not_say_what_they_are_are_refused(registry, registering, people):
    foreign = await registering(EC)
    good = await sealed(foreign, asked(foreign))
    packed = {**good["message"], "header": {**good["message"]["header"], "zip": "DEF"}}
    for body in (
        await sealed(foreign, asked(foreign), enc="A128CBC-HS256"),
        foreign.signed(good["header"], packed),
        foreign.signed(good["header"], asked(foreign)["message"]),
        foreign.signed({**good["header"], "is_msg_encrypted": False}, good["message"]),
        await sealed(foreign, {**asked(foreign), "message": "no object"}),
        await sealed(foreign, {**asked(foreign), "message": {"transaction_id": "a\0"}}),
    ):
        answer = await foreign.send(SYNC, body, judged=False)
        assert (answer.status_code, answer.json()["header"]["status"]) == (400, "rjct")
        assert "message" not in answer.json()
    assert (await foreign.send(SYNC, good)).status_code == 200


async def test_who_has_no_key_for_the_answer_is_told_so_and_a_lost_key_means_silence_not_plain_text(registry, registering, people):
    async with callbacks() as mine:
        foreign = await registering(EC, mine)
        await foreign.hears()
        await acknowledged(foreign, ASYNC, await sealed(foreign, asked(foreign, transaction_id="t-1")))
        wanted = subscribe(foreign, wish(tree(district_code="8101"), "MOVE"))
        await acknowledged(foreign, "/registry/subscribe", await sealed(foreign, wanted))
        entry = (await registry.get(f"/v1/dci-senders/{foreign.sender_id}")).json()
        change = {name: value for name, value in entry.items() if name not in {"sender_id", "version", "changed_by", "changed_at"}}
        change["jwks"] = foreign.keys.jwks()
        headers = {**registry.token(), "If-Match": '"1"'}
        assert (await registry.client.put(f"/v1/dci-senders/{foreign.sender_id}", json=change, headers=headers)).status_code == 200
        await registry.bring(move_reported(people[1], "810102"))
        assert [path for path, _ in await foreign.hears()] == ["/registry/on-subscribe"]
        assert await registry.value("SELECT status FROM dci_transaction WHERE transaction_id = 't-1'") == "rjct"
        told = (await foreign.send(SYNC, await sealed(foreign, asked(foreign)))).json()
        assert "use enc" in told["header"]["status_reason_message"]


async def test_encryption_keys_of_a_registration_are_checked(registry):
    foreign = Foreign(registry)
    signing = foreign.keys.jwks()["keys"]
    small = JWK.generate(kty="RSA", size=1024, kid="small")
    whole = {"client": "m", "organisation": "o", "reach": {"level": "COUNTRY"}, "purposes": ["P"]}
    for number, (keys, code) in enumerate(
        (
            ([public(EC)], 422),
            ([*signing, public(small)], 422),
            ([*signing, {**public(EC), "x": "AA"}], 422),
            ([*signing, {**public(EC), "alg": "RSA-OAEP-256"}], 422),
            ([*signing, {**public(EC), "kid": signing[0]["kid"]}], 422),
            ([*signing, public(EC), {**public(RSA), "alg": "RSA-OAEP-256"}, *keys_of("y").jwks()["keys"]], 201),
        )
    ):
        answer = await registry.post("/v1/dci-senders", {"sender_id": f"s{number}.example.org", "jwks": {"keys": keys}, **whole})
        assert answer.status_code == code, answer.text
