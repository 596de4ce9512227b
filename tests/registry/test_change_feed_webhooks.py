"""The change feed sent by webhook: signed, in its order, within the reach, each batch once."""

import asyncio

import orjson

from services.registry.jobs.feed import send_changes
from services.registry.repository.change_feed import waiting_subscriptions
from shared.auth import Level, Reach
from shared.clock import system_now
from shared.ids import new_id
from shared.signatures import PublicKeys
from shared.webhooks import received
from tests.registry.facts import death_reported, district, move_reported, routed
from tests.registry.feed import feed, numbered
from tests.shared.test_webhooks import OK, receiving
from tests.support.webhooks import sending

NO = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"


async def subscribed(registry, url, **asked):
    endpoint = await registry.post("/v1/webhook-endpoints", {"url": url, "purpose": "changes"})
    assert endpoint.status_code == 201, endpoint.text
    answer = await registry.post("/v1/change-subscriptions", {"endpoint_id": endpoint.json()["id"], **asked})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def drained(registry):
    """Hand over and send until nothing waits or one is dead."""
    async with asyncio.timeout(60):
        while True:
            await numbered(registry)
            await send_changes(registry.service.resources)
            out = not await registry.value("SELECT count(*) FROM webhook_delivery WHERE status = 'WAITING'")
            async with registry.db.reading() as tx:
                # One that was taken just now has perhaps a next.
                if out and not await waiting_subscriptions(tx):
                    return
            await asyncio.sleep(0.02)


async def test_a_subscriber_gets_the_feed_signed_in_its_order_and_later_what_is_new(registry, people):
    async with receiving(OK) as receiver, sending(registry.service, "registry", registry.db):
        made = await subscribed(registry, receiver.url)
        await drained(registry)
        await registry.bring(move_reported(people[1], "100101"), death_reported(people[2]))
        await registry.approve_deaths()
        await drained(registry)
    keys = PublicKeys.of(registry.service.resources.signing.jwks())
    for _, headers, body in receiver.seen:
        received(keys, headers, body, address=receiver.url, now=system_now(), age_max=system_now() - system_now().replace(year=2020))
    bodies = [orjson.loads(body) for _, _, body in receiver.seen]
    assert [later["after"] for later in bodies[1:]] == [earlier["next_after"] for earlier in bodies[:-1]]
    assert [item for body in bodies for item in body["items"]] == (await feed(registry))[0]
    shown = (await registry.get(f"/v1/change-subscriptions/{made['endpoint_id']}")).json()
    assert (shown["next_after"], shown["in_hand"]) == (bodies[-1]["next_after"], "DELIVERED")


async def test_a_dead_batch_stops_the_subscription_until_it_is_replayed_from_a_cursor(registry, people):
    async with receiving(NO, NO, OK) as receiver, sending(registry.service, "registry", registry.db):
        made = await subscribed(registry, receiver.url)
        await drained(registry)
        path = f"/v1/change-subscriptions/{made['endpoint_id']}"
        assert (await registry.get(path)).json()["in_hand"] == "DEAD"
        await registry.bring(move_reported(people[1], "100101"))
        await drained(registry)
        assert len(receiver.seen) == 2
        assert (await registry.post(f"{path}/replay", {"after": "0"})).status_code == 200
        await drained(registry)
    items = [item for _, _, body in receiver.seen[2:] for item in orjson.loads(body)["items"]]
    assert items == (await feed(registry))[0]


async def test_an_operator_sees_the_dead_batch_and_lets_it_out_again(registry, people):
    scopes = ("registry.operations:read", "registry.operations:write")
    async with receiving(NO, NO, OK) as receiver, sending(registry.service, "registry", registry.db):
        await subscribed(registry, receiver.url)
        await drained(registry)
        (dead,) = (await registry.get("/v1/operations/webhook-deliveries", scopes=scopes, status="DEAD")).json()["items"]
        assert (dead["owner"], dead["last_outcome"], dead["attempts"]) == ("tester", "status-500", 2)
        attempts = (await registry.get(f"/v1/operations/webhook-deliveries/{dead['id']}/attempts", scopes=scopes)).json()["items"]
        assert [one["outcome"] for one in attempts] == ["status-500"] * 2
        again = await registry.post(f"/v1/operations/webhook-deliveries/{dead['id']}/replay", {}, scopes=scopes)
        assert again.json()["status"] == "WAITING"
        await drained(registry)
        assert (await registry.post(f"/v1/operations/webhook-deliveries/{dead['id']}/replay", {}, scopes=scopes)).status_code == 409
    assert len(receiver.seen) == 3
    assert len((await registry.get("/v1/operations/webhook-endpoints", scopes=scopes)).json()["items"]) == 1


async def test_a_subscriber_gets_no_more_than_it_reached_and_asked_for(registry, people):
    async with receiving(OK) as receiver, sending(registry.service, "registry", registry.db):
        reach = Reach(Level.PROVINCE, "10")
        endpoint = (await registry.post("/v1/webhook-endpoints", {"url": receiver.url, "purpose": "changes"}, reach)).json()
        body = {"endpoint_id": endpoint["id"], "kinds": ["REGISTERED", "MOVED"], "area": "1001"}
        assert (await registry.post("/v1/change-subscriptions", body, reach)).json()["reach"] == "PROVINCE 10"
        await registry.bring(death_reported(people[5]), move_reported(people[1], "100103"))
        await registry.approve_deaths()
        await drained(registry)
    items = [item for _, _, body in receiver.seen for item in orjson.loads(body)["items"]]
    assert {(item["holder_id"], item["kind"]) for item in items} >= {
        (people[1], "MOVED"),
        (people[5], "REGISTERED"),
        (people[6], "REGISTERED"),
    }
    assert {item["kind"] for item in items} == {"REGISTERED", "MOVED"}
    assert not {people[2], people[3], people[4]} & {item["holder_id"] for item in items}


async def test_two_processes_hand_over_each_batch_once(registry, people):
    async with receiving(OK) as receiver:
        await subscribed(registry, receiver.url)
        await numbered(registry)
        await asyncio.gather(*(send_changes(registry.service.resources) for _ in range(4)))
    assert await registry.value("SELECT count(*) FROM webhook_delivery") == 1


async def test_endpoints_are_their_owners_and_only_of_listed_hosts(registry, people):
    for url in ("https://elsewhere.example.go.th/", "http://10.0.0.1/", "ftp://127.0.0.1/"):
        refused = await registry.post("/v1/webhook-endpoints", {"url": url, "purpose": "changes"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "url")
    assert (await registry.post("/v1/webhook-endpoints", {"url": "https://127.0.0.1/", "purpose": "gossip"})).status_code == 422
    made = await registry.post("/v1/webhook-endpoints", {"url": "https://127.0.0.1/", "purpose": "changes"})
    path, etag = made.headers["Location"], made.headers["ETag"]
    assert (await registry.get(path)).json()["status"] == "ACTIVE"
    assert [one["id"] for one in (await registry.get("/v1/webhook-endpoints")).json()["items"]] == [made.json()["id"]]
    other = {
        "Authorization": f"Bearer {registry.issuer.issue('somebody', ['registry.webhooks:read', 'registry.webhooks:write'], Reach.country())}"
    }
    assert (await registry.client.get(path, headers=other)).status_code == 404
    asked = {"endpoint_id": made.json()["id"]}
    mine = {**other, "Idempotency-Key": str(new_id())}
    assert (await registry.client.post("/v1/change-subscriptions", json=asked, headers=mine)).status_code == 403
    assert (await registry.post("/v1/change-subscriptions", asked)).status_code == 201
    assert (await registry.post("/v1/change-subscriptions", asked)).status_code == 409
    changing = {**registry.token(), "If-Match": etag}
    closed = await registry.client.patch(path, json={"status": "CLOSED"}, headers=changing)
    assert closed.json()["status"] == "CLOSED"
    assert (await registry.client.patch(path, json={"status": "ACTIVE"}, headers=changing)).status_code == 412
    changing["If-Match"] = closed.headers["ETag"]
    assert (await registry.client.patch(path, json={"status": "ACTIVE"}, headers=changing)).status_code == 409
    assert len((await registry.get("/v1/change-subscriptions")).json()["items"]) == 1


async def test_who_gets_a_person_by_webhook_gets_the_state_that_the_pages_give(registry, people):
    async with receiving(OK) as receiver, sending(registry.service, "registry", registry.db):
        reach = district("8102")
        endpoint = (await registry.post("/v1/webhook-endpoints", {"url": receiver.url, "purpose": "changes"}, reach)).json()
        assert (await registry.post("/v1/change-subscriptions", {"endpoint_id": endpoint["id"]}, reach)).status_code == 201
        await drained(registry)
        await registry.bring(routed(people[1], "8102"))
        await drained(registry)
        await registry.bring(routed(people[1], "1001", version=2))
        await drained(registry)
    came, gone = [orjson.loads(body)["items"] for _, _, body in receiver.seen][-2:]
    assert [(item["kind"], item["left"], item["tier"] is None) for item in (*came, *gone)] == [
        ("ROUTED", False, False),
        ("ROUTED", True, True),
    ]
    whole = (await feed(registry))[0]
    (entered,) = [item for item in whole if item["holder_id"] == people[1]]
    same = set(entered) - {"cursor", "kind", "recorded_on", "changed"}
    assert {name: came[0][name] for name in same} == {name: entered[name] for name in same}
