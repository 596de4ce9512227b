"""Who sends a DCI message and whether it is whole: signatures, senders, ages, copies; and the examples of the standard itself."""

from datetime import timedelta

import pytest
import rfc8785

from services.registry.http.dci import routes
from shared.clock import system_now
from shared.ids import new_id
from shared.signatures import PublicKeys
from tests.registry.dci_world import DOCUMENT, PURPOSE, SENDER, Foreign, check_answer, check_request, item, keys_of, registered, uin
from tests.registry.people import citizen_id

SYNC, ASYNC = "/registry/sync/search", "/registry/search"


@pytest.fixture
async def foreign(registry, people):
    """A registered foreign system with a callback that nobody serves."""
    async with registered(registry) as system:
        yield system


def asked(foreign, **header):
    return foreign.search(item(uin(citizen_id(1))), **header)


def told(answer):
    """Status of HTTP, and the code in whichever form the answer has."""
    body = answer.json()
    if "errors" in body:
        return answer.status_code, body["errors"][0]["code"]
    if "header" in body:
        return answer.status_code, body["header"].get("status_reason_code")
    return answer.status_code, body["message"].get("error", {}).get("code")


async def both(foreign, body, *, judged=True):
    """What both ways of searching say to the message."""
    return [told(await foreign.send(path, body, judged=judged)) for path in (SYNC, ASYNC)]


async def test_a_query_is_refused_in_the_form_of_the_document(foreign):
    headers = {"Authorization": f"Bearer {foreign.registry.issuer.issue(foreign.client, foreign.scopes, foreign.reach)}"}
    for path in (SYNC, ASYNC):
        answer = await foreign.registry.client.post(f"/dci/v1.0.0{path}?pa%00ge=2", json=asked(foreign), headers=headers)
        check_answer(path, answer)
        assert answer.status_code == 400
        assert "pa\ufffdge: is unknown" in answer.json().get("header", {}).get("status_reason_message", answer.text)


async def test_an_unsigned_message_is_not_taken(foreign):
    body = asked(foreign)
    del body["signature"]
    assert await both(foreign, body) == [(401, "err.signature.missing"), (400, "err.signature.missing")]


@pytest.mark.parametrize("signature", ["x", "a.b.c", "a..c", "..", "é.é.é", 'Signature: namespace="spdci"'])
async def test_what_is_no_signature_is_not_believed(foreign, signature):
    assert await both(foreign, {**asked(foreign), "signature": signature}) == [
        (401, "err.signature.invalid"),
        (400, "err.signature.invalid"),
    ]


async def test_a_signature_of_another_key_or_of_another_message_is_not_believed(foreign):
    body = asked(foreign)
    stranger = Foreign(foreign.registry, keys=keys_of("y"))
    forged = stranger.signed(body["header"], body["message"])
    other = {**body, "message": asked(foreign)["message"]}
    aimed = {**body, "header": {**body["header"], "total_count": 2}}
    for wrong in (forged, other, aimed):
        assert await both(foreign, wrong) == [(401, "err.signature.invalid"), (400, "err.signature.invalid")]


async def test_the_payload_may_stand_in_the_signature_or_beside_it_unencoded(foreign):
    body = asked(foreign)
    payload = rfc8785.dumps({"header": body["header"], "message": body["message"]})
    assert told(await foreign.send(SYNC, {**body, "signature": foreign.keys.sign(payload)})) == (200, None)
    body = asked(foreign)
    payload = rfc8785.dumps({"header": body["header"], "message": body["message"]})
    assert told(await foreign.send(SYNC, {**body, "signature": foreign.keys.sign_detached(payload)})) == (200, None)
    assert told(await foreign.send(SYNC, {**asked(foreign), "signature": foreign.keys.sign(payload)})) == (401, "err.signature.invalid")


async def test_a_sender_that_is_not_registered_suspended_or_anothers_is_none(registry, foreign):
    for stranger in (Foreign(registry, "nobody.example.org"), Foreign(registry, client="other-ministry")):
        assert await both(stranger, asked(stranger)) == [(403, "err.sender_id.invalid"), (400, "err.sender_id.invalid")]
    entry = (await registry.get(f"/v1/dci-senders/{SENDER}")).json()
    change = {name: value for name, value in entry.items() if name not in {"sender_id", "version", "changed_by", "changed_at"}}
    headers = {**registry.token(), "If-Match": '"1"'}
    suspended = await registry.client.put(f"/v1/dci-senders/{SENDER}", json={**change, "status": "SUSPENDED"}, headers=headers)
    assert suspended.status_code == 200, suspended.text
    assert await both(foreign, asked(foreign)) == [(403, "err.sender_id.invalid"), (400, "err.sender_id.invalid")]
    assert (await registry.client.put(f"/v1/dci-senders/{SENDER}", json=change, headers=headers)).status_code == 412


async def test_a_changed_key_is_the_only_one_that_is_believed(registry, foreign):
    entry = (await registry.get(f"/v1/dci-senders/{SENDER}")).json()
    change = {name: value for name, value in entry.items() if name not in {"sender_id", "version", "changed_by", "changed_at"}}
    new = keys_of("z")
    headers = {**registry.token(), "If-Match": '"1"'}
    assert (await registry.client.put(f"/v1/dci-senders/{SENDER}", json={**change, "jwks": new.jwks()}, headers=headers)).status_code == 200
    assert told(await foreign.send(SYNC, asked(foreign))) == (401, "err.signature.invalid")
    foreign.keys = new
    assert told(await foreign.send(SYNC, asked(foreign))) == (200, None)


@pytest.mark.parametrize(
    ("header", "sync", "later"),
    [
        ({"receiver_id": "another.registry"}, (403, "err.receiver_id.invalid"), "err.receiver_id.invalid"),
        ({"version": "2.0.0"}, (400, "rjct.version.invalid"), "err.version.not_supported"),
        ({"message_ts": "2018-02-15T00:00:00+07:00"}, (400, "rjct.message_ts.invalid"), "err.request.bad"),
        ({"message_ts": "2999-02-15T00:00:00+07:00"}, (400, "rjct.message_ts.invalid"), "err.request.bad"),
        ({"total_count": 2}, (400, "rjct.total_count.invalid"), "err.request.bad"),
        ({"is_msg_encrypted": True}, (400, None), "err.encryption.invalid"),
    ],
)
async def test_a_header_that_does_not_fit_has_its_code(foreign, header, sync, later):
    assert await both(foreign, asked(foreign, **header)) == [sync, (400, later)]


async def test_an_action_of_another_path_is_refused(foreign):
    body = foreign.signed(foreign.header("subscribe"), asked(foreign)["message"])
    assert await both(foreign, body, judged=False) == [(400, "rjct.action.invalid"), (400, "err.request.bad")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"header": 1}',
        b'{"header": {}}',
        b'{"header": {"message_id": "\\u0000"}}',
        b"[" * 100_000,
        b'{"header": {}, "message": NaN}',
        b"\xff",
    ],
)
async def test_bytes_that_are_no_message_are_refused_in_the_standards_form(foreign, raw):
    headers = {"Authorization": f"Bearer {foreign.registry.issuer.issue(foreign.client, foreign.scopes, foreign.reach)}"}
    for path in (SYNC, ASYNC, "/registry/subscribe", "/registry/unsubscribe", "/registry/txn/status", "/registry/sync/txn/status"):
        for kind in ("application/json", "text/plain"):
            answer = await foreign.registry.client.post(f"/dci/v1.0.0{path}", content=raw, headers={**headers, "Content-Type": kind})
            assert answer.status_code == 400
            check_answer(path, answer)


async def test_without_a_token_or_its_scope_every_path_is_closed_in_the_standards_form(registry):
    for path in (SYNC, ASYNC, "/registry/subscribe", "/registry/unsubscribe", "/registry/txn/status", "/registry/sync/txn/status"):
        for headers, status, code in (({}, 401, "err.request.unauthorized"), (registry.token(scopes=()), 403, "err.request.forbidden")):
            answer = await registry.client.post(f"/dci/v1.0.0{path}", json={}, headers=headers)
            assert told(answer) == (status, code)
            check_answer(path, answer)


async def test_a_replayed_message_shows_nobody_again(registry, foreign, people):
    body = asked(foreign)
    assert told(await foreign.send(SYNC, body)) == (200, None)
    again = await foreign.send(SYNC, body)
    assert told(again) == (400, "rjct.message_id.duplicate")
    assert "message" not in again.json()
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'DCI_SEARCH'") == 1
    later = asked(foreign, message_id=body["header"]["message_id"])
    assert await both(foreign, later) == [(400, "rjct.message_id.duplicate"), (400, "err.request.bad")]


async def test_a_message_that_was_refused_may_be_sent_rightly_under_its_id(foreign):
    identifier = str(new_id())
    assert told(await foreign.send(SYNC, asked(foreign, message_id=identifier, version="2")))[0] == 400
    assert told(await foreign.send(SYNC, asked(foreign, message_id=identifier))) == (200, None)


async def test_an_old_message_is_too_old_before_its_id_is_forgotten(foreign):
    old = (system_now() - timedelta(minutes=6)).isoformat()
    assert told(await foreign.send(SYNC, asked(foreign, message_ts=old))) == (400, "rjct.message_ts.invalid")


async def test_registrations_are_checked(registry):
    foreign = Foreign(registry)
    await foreign.register()
    whole = {"client": "m", "organisation": "o", "jwks": foreign.keys.jwks(), "reach": {"level": "COUNTRY"}, "purposes": ["P"]}
    private = {**foreign.keys.jwks()["keys"][0], "d": "AAAA"}
    for change, status in (
        ({"sender_id": SENDER}, 409),
        ({"jwks": {"keys": []}}, 422),
        ({"jwks": {"keys": [private]}}, 422),
        ({"jwks": {"keys": [{"kty": "EC", "kid": "a", "crv": "P-256", "x": "AA", "y": "AA"}]}}, 422),
        ({"reach": {"level": "DISTRICT", "code": "81"}}, 422),
        ({"purposes": [""]}, 422),
        ({"callback_base": "https://evil.example.com/dci"}, 422),
        ({"callback_base": "http://hooks.example.go.th/dci"}, 422),
        ({"callback_base": "https://hooks.example.go.th/dci/"}, 422),
        ({"sender_id": "a b"}, 422),
        ({"callback_base": "https://hooks.example.go.th/dci"}, 201),
    ):
        answer = await registry.post("/v1/dci-senders", {"sender_id": f"s{new_id()}", **whole, **change})
        assert (change, answer.status_code) == (change, status), answer.text
    page = (await registry.get("/v1/dci-senders", limit=1)).json()
    assert len(page["items"]) == 1
    assert len((await registry.get("/v1/dci-senders", cursor=page["next_cursor"])).json()["items"]) == 1
    assert (await registry.get("/v1/dci-senders/nobody.example.org")).status_code == 404


async def test_our_keys_and_the_standards_document_are_there_for_everybody(registry):
    keys = await registry.client.get("/.well-known/jwks.json")
    assert keys.headers["content-type"] == "application/jwk-set+json"
    assert PublicKeys.of(keys.json())
    assert "d" not in keys.json()["keys"][0]
    document = await registry.client.get("/dci/v1.0.0/openapi.yaml")
    assert document.content == routes._document()


def examples_of_queries():
    """The standard's own examples of the three kinds of queries."""
    ways = DOCUMENT["components"]["schemas"]
    searched = ways["SearchRequest"]["properties"]["search_request"]["items"]["properties"]["search_criteria"]["properties"]["query"][
        "anyOf"
    ]
    filtered = ways["SubscriptionInfo"]["properties"]["filter"]["anyOf"]
    identified, listed = (one["properties"] if "properties" in one else one["items"]["properties"] for one in filtered[1:])
    compared = listed["expression1"]["properties"]
    one = {
        "attribute_name": compared["attribute_name"]["example"],
        "operator": compared["operator"]["example"],
        "attribute_value": identified["value"]["allOf"][1]["example"],
    }
    return {
        "expression": {name: part["example"] for name, part in searched[0]["properties"].items()},
        "idtype-value": {name: part["example"] for name, part in identified.items()},
        "predicate": [
            {"seq_num": listed["seq_num"]["example"], "expression1": one, "condition": listed["condition"]["example"], "expression2": one}
        ],
    }


async def test_the_standards_own_examples_are_answered_by_its_own_rules(registry, people):
    """Its registry scores poverty and its ids have 11 digits, which is told by its codes; its predicate asks for a year of birth."""
    foreign = Foreign(registry)
    await foreign.register(reach={"level": "DISTRICT", "code": "8101"})
    page = {"page_size": 2000, "page_number": 5}
    asked = [
        item(query, kind, kind, pagination=page, reg_type="ns:org:RegistryType:Social") for kind, query in examples_of_queries().items()
    ]
    codes = {one["reference_id"]: one.get("status_reason_code") for one in await foreign.asks(*asked)}
    assert codes == {"expression": "rjct.filter.invalid", "idtype-value": "rjct.search_criteria.invalid", "predicate": None}


async def test_the_shape_of_the_standards_own_records_is_ours(registry, foreign, people):
    example = DOCUMENT["components"]["schemas"]["SearchResponse"]["properties"]["search_response"]["items"]["properties"]["data"][
        "properties"
    ]
    theirs = example["reg_records"]["items"]["example"]
    members = [{"holder_id": people[1], "role": "HEAD"}, {"birth_year": 2010, "role": "CHILD"}]
    asked = {"subdistrict": "810101", "formed_on": "2018-02-01", "members": members, "why": "สัมภาษณ์"}
    assert (await registry.post("/v1/households", asked)).status_code == 201
    alone, living = await foreign.asks(*(item(uin(citizen_id(number)), response_entity="Group") for number in (2, 1)))
    ours = living["data"]["reg_records"][0]
    assert alone["data"]["reg_records"][0].keys() <= theirs.keys()
    assert theirs.keys() - ours.keys() == {"place_address", "poverty_score", "poverty_score_type"}
    ours_only = {"status", "province_code", "district_code", "subdistrict_code", "last_updated", "additional_attributes"}
    assert ours.keys() <= theirs.keys()
    member, their_member = ours["group_head_info"], theirs["group_head_info"]
    assert member.keys() - their_member.keys() <= ours_only
    assert member["demographic_info"].keys() <= their_member["demographic_info"].keys()
    assert member["demographic_info"]["address"].keys() - their_member["demographic_info"]["address"].keys() <= ours_only


def test_a_foreign_message_is_what_the_document_says():
    body = Foreign(None).search(
        {**item(uin("1")), "search_criteria": {"query_type": "idtype-value", "query": uin("1"), "consent": PURPOSE}}
    )
    check_request(SYNC, body)
