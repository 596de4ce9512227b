"""How agencies are told of their referrals and report on topics: their own way, their own referrals, each report once, on a real broker too."""

import asyncio
import random
from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.local.agency_reports import step_reported
from services.plan.consumers import consumers
from services.plan.jobs.agencies import tell_by_webhook
from services.plan.jobs.referrals import raise_alarms
from shared.auth import Level, Reach
from shared.bus.consumers import ConsumerRunner
from shared.bus.kafka import KafkaSettings
from shared.bus.relay import Relay
from shared.clock import system_now
from shared.contracts.common import AGENCIES
from shared.crypto import FieldCipher
from shared.ids import new_id
from shared.signatures import PublicKeys
from shared.webhooks import received
from tests.plan import story
from tests.plan.conftest import AGENCY_KEYS
from tests.plan.story import JOB, TECHNICIAN, person
from tests.plan.test_referral_steps import FACTS, ONE, STEPS, last, played_on
from tests.shared.test_webhooks import OK, receiving
from tests.support.fresh_topics import drop_topics, fresh_topics
from tests.support.webhooks import sending

KEYS = FieldCipher.by_party(AGENCY_KEYS)
BROKEN = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
PERSONAL = {"holder_id", "plan_id", "goal"}


async def connect(plan, way, agency="DSD", version=0, *, status=200, who=None):
    answer = await plan.client.put(
        f"/v1/agencies/{agency}/connection",
        json={"way": way, "reason": "เปิดใช้ระบบใหม่"},
        headers={**(who or plan.caller()), "If-Match": f'"{version}"'},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def refer(plan, *people, codes=(TECHNICIAN,)):
    await plan.bring(*story.beginning(*people), *(story.interviewed(one, lines=story.menu(*codes)) for one in people))


async def on_topic(plan, topic="plan.referrals.dsd.v1"):
    async with plan.db.reading() as tx:
        rows = await tx.fetch("SELECT key, payload FROM outbox WHERE topic = $1 ORDER BY seq", topic)
    events = [orjson.loads(row["payload"]) for row in rows]
    assert [row["key"] for row in rows] == [event["data"]["referral_id"] for event in events]
    return [event["data"] for event in events]


async def refusals(plan, agency="DSD", who=None):
    rows = (await plan.get(f"/v1/agencies/{agency}/refusals", who or plan.agency(agency))).json()["items"]
    return [(row["report_id"], row["field"], row["code"]) for row in rows]


async def test_the_agencies_of_the_contracts_are_those_of_the_catalogue(plan):
    rows = (await plan.get("/v1/agencies")).json()["items"]
    assert sorted(row["code"] for row in rows) == sorted(AGENCIES)


async def test_staff_set_how_an_agency_is_told_and_each_agency_sees_its_own(plan):
    rows = (await plan.get("/v1/agency-connections")).json()["items"]
    assert {(row["agency"], row["way"], row["version"]) for row in rows} == {(code, "PULL", 0) for code in AGENCIES}
    assert (await connect(plan, "KAFKA"))["version"] == 1
    await connect(plan, "FILE", status=412)
    await connect(plan, "FAX", version=1, status=422)
    await connect(plan, "FILE", version=1)
    await connect(plan, "FILE", agency="NOBODY", status=404)
    await connect(plan, "FILE", version=2, status=403, who=plan.agency("DSD"))
    await connect(plan, "FILE", version=2, status=404, who=plan.caller(Reach(Level.PROVINCE, "81")))
    shown = await plan.get("/v1/agencies/DSD/connection", plan.agency("DSD"))
    assert shown.headers["etag"] == '"2"'
    assert [(one["way"], one["who"], one["why"]) for one in shown.json()["history"]] == [
        ("KAFKA", "someone", "เปิดใช้ระบบใหม่"),
        ("FILE", "someone", "เปิดใช้ระบบใหม่"),
    ]
    assert [row["agency"] for row in (await plan.get("/v1/agency-connections", plan.agency("DOE"))).json()["items"]] == ["DOE"]
    assert (await plan.get("/v1/agencies/DSD/connection", plan.agency("DOE"))).status_code == 404
    assert (await plan.get("/v1/agencies/DSD/refusals", plan.agency("DOE"))).status_code == 404


async def test_an_agency_is_told_on_its_topic_what_becomes_of_its_referrals_and_nothing_of_the_person(plan):
    await connect(plan, "KAFKA")
    await refer(plan, ONE, codes=(TECHNICIAN, JOB))  # the job is another agency's, which pulls
    played_on(plan, 4, 20)
    await raise_alarms(plan.resources)
    await raise_alarms(plan.resources)  # nothing twice
    await plan.bring(story.withdrawn(ONE, date(2018, 4, 20)))
    told = await on_topic(plan)
    assert [(one["notice"], one["level"], one["overdue_since"], one["closing_reason"]) for one in told] == [
        ("REFERRED", None, None, None),
        ("REMINDED", None, None, None),
        ("OVERDUE", "DISTRICT", "2018-03-24", None),
        ("OVERDUE", "PROVINCE", "2018-03-24", None),
        ("OVERDUE", "MINISTRY", "2018-03-24", None),
        ("WITHDRAWN", None, None, "WITHDRAWN"),
    ]
    assert {one["programme_code"] for one in told} == {TECHNICIAN}
    assert not PERSONAL & set().union(*told)
    assert await on_topic(plan, "plan.referrals.doe.v1") == []


async def test_a_pulled_list_says_since_when_a_step_is_overdue_but_not_what_the_officer_is_late_with(plan):
    await refer(plan, ONE)
    assert (await plan.get("/v1/referrals", plan.agency("DSD"))).json()["items"][0]["overdue_since"] == "2018-03-24"
    referral = await last(plan)
    path = f"/v1/referrals/{referral['referral_id']}"
    await plan.post(f"{path}/reports", {"step": "DECLINED", "reason": "NO_SEAT"}, plan.agency("DSD"))
    played_on(plan, 9, 3)
    shown = (await plan.get(path, plan.agency("DSD"))).json()
    assert (shown["waits_for"], shown["due_on"] < "2018-09-03", shown["overdue_since"]) == ("NEXT_ATTEMPT", True, None)


def reports_of(referral, order, *, agency="DSD", prefix=""):
    return [
        step_reported(
            agency,
            f"{prefix}{number}-{step}",
            referral["referral_id"],
            step,
            date.fromisoformat(said["on"]),
            **{name: value for name, value in said.items() if name != "on"},
        )
        for number, (step, said) in enumerate(order)
    ]


async def test_reports_of_a_topic_in_any_order_and_twice_end_in_the_same_state_as_over_rest(plan):
    orders = list(permutations(STEPS))[::40]
    people = [person(number) for number in range(len(orders))]
    await refer(plan, *people)
    for holder_id, order in zip(people, orders, strict=True):
        told = reports_of(await last(plan, holder_id), order, prefix=f"{holder_id}-")
        await plan.bring(*told)
        again = told * 2
        random.Random(1).shuffle(again)
        await plan.bring(*again)
        assert len(await plan.published(holder_id)) == 3 + 5 + 1
    ended = [await last(plan, holder_id) for holder_id in people]
    assert {tuple(one[name] for name in FACTS) for one in ended} == {
        ("CLOSED", "2018-03-21", "2018-03-22", 7, "2018-03-26", "2018-03-28", "TRAINING_PASSED", "2018-04-02")
    }
    assert await refusals(plan) == []


async def test_what_is_refused_of_a_topic_stands_where_the_agency_reads_it_and_stops_nothing(plan):
    await refer(plan, ONE, codes=(TECHNICIAN, JOB))
    mine, others = await plan.referrals_of(ONE)
    day = date(2018, 4, 2)
    deep = []
    for _ in range(250):
        deep = [deep]
    sealed = {"cipher": KEYS["DSD"], "personal": {"words": "โทรแล้วไม่รับสาย"}}
    told = [
        step_reported("DSD", "another's", others["referral_id"], "ACCEPTED", day),
        step_reported("DSD", "nobody's", new_id(), "ACCEPTED", day),
        step_reported("DSD", "without-reason", mine["referral_id"], "DECLINED", day),
        step_reported("DSD", "tomorrow", mine["referral_id"], "RECEIVED", day + timedelta(days=1)),
        step_reported("DSD", "key", mine["referral_id"], "RECEIVED", day, cipher=KEYS["DOE"], personal={"words": "ก"}),
        step_reported("DSD", "deep", mine["referral_id"], "RECEIVED", day, cipher=KEYS["DSD"], personal={"words": deep}),
        step_reported("DSD", "evidence", mine["referral_id"], "RECEIVED", day, cipher=KEYS["DSD"], personal={"details": {"kind": "JOB"}}),
        step_reported("DSD", "good", mine["referral_id"], "RECEIVED", day, **sealed),
        step_reported("DSD", "good", mine["referral_id"], "ACCEPTED", day),  # another report under the same id
    ]
    await plan.bring(*told)
    wanted = [
        ("good", "report_id", "report-id-reused"),
        ("key", "sealed", "sealed"),
        ("deep", "words", "string_type"),
        ("another's", "referral_id", "not-found"),
        ("nobody's", "referral_id", "not-found"),
        ("without-reason", "reason", "missing"),
        ("tomorrow", "on", "out_of_range"),
    ]
    found = await refusals(plan)
    assert {one for one in found if one[0] != "evidence"} == set(wanted)
    assert {field.split(".")[0] for report_id, field, _ in found if report_id == "evidence"} == {"details"}
    assert ((await last(plan))["status"], (await plan.referrals_of(ONE))[0]["status"]) == ("CREATED", "RECEIVED")
    history = (await plan.get(f"/v1/referrals/{mine['referral_id']}")).json()["history"]
    assert history[-1]["evidence"] == "โทรแล้วไม่รับสาย"
    refused = [one for one in await on_topic(plan) if "report_id" in one]
    assert sorted(one["report_id"] for one in refused) == sorted({report_id for report_id, _, _ in found})
    await plan.bring(*told)  # all of it once more: nothing new is refused
    assert await refusals(plan) == found
    assert await refusals(plan, "DOE") == []


async def test_one_report_by_two_ways_at_once_is_taken_once(plan):
    people = [person(number) for number in range(6)]
    await refer(plan, *people)
    referrals = [await last(plan, one) for one in people]

    async def over_rest(referral):
        line = {"referral_id": referral["referral_id"], "step": "ACCEPTED", "on": "2018-03-26"}
        answer = (await plan.post("/v1/referrals/reports", [line], plan.agency("DSD"))).json()
        assert answer["taken"] == 1, answer

    both = [
        call
        for number, referral in enumerate(referrals)
        for call in (over_rest(referral), plan.bring(*reports_of(referral, [STEPS[2]], prefix=str(number))))
    ]
    await asyncio.gather(*both)
    assert len(await plan.outbox("ReferralAccepted")) == len(people)
    assert {(await last(plan, one))["version"] for one in people} == {2}
    assert await refusals(plan) == []


async def register(plan, url, agency="DSD", *, status=201):
    answer = await plan.post("/v1/webhook-endpoints", {"url": url, "purpose": "referrals", "ordered": True}, plan.agency(agency))
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_webhook_is_signed_tried_again_and_only_of_the_agencys_own(plan):
    await connect(plan, "WEBHOOK")
    await refer(plan, ONE, codes=(TECHNICIAN, JOB))
    await tell_by_webhook(plan.resources)  # there is no address yet: it waits
    assert (await plan.get("/v1/agencies/DSD/connection")).json()["notices_waiting"] == 1
    for url in ("https://10.0.0.1/hooks", "http://169.254.169.254/latest", "https://elsewhere.example/hooks"):
        refused = await register(plan, url, status=422)
        assert refused["type"].endswith("address-not-allowed")
    async with receiving(BROKEN, OK) as receiver, sending(plan.service, "plan", plan.db):
        endpoint = await register(plan, receiver.url)
        assert endpoint["owner"] == "DSD"
        played_on(plan, 3, 22)
        await raise_alarms(plan.resources)
        await tell_by_webhook(plan.resources)
        await until(lambda: len(receiver.seen) > 1)
        keys = PublicKeys.of((await plan.client.get("/.well-known/jwks.json")).json())
        first, second = ((headers, body) for _, headers, body in receiver.seen)
        believed = [
            received(keys, headers, body, address=receiver.url, now=system_now(), age_max=timedelta(minutes=5))
            for headers, body in (first, second)
        ]
        assert believed[0].delivery_id == believed[1].delivery_id
        said = orjson.loads(second[1])
        assert (said["agency"], [(one["notice"], one["programme_code"]) for one in said["notices"]]) == (
            "DSD",
            [("REFERRED", TECHNICIAN), ("REMINDED", TECHNICIAN)],
        )
        assert not PERSONAL & set().union(*said["notices"])
        path = f"/v1/webhook-endpoints/{endpoint['id']}/deliveries"
        await until_delivered(plan, path)
        assert (await plan.get(path, plan.agency("DOE"))).status_code == 404
        assert (await plan.get("/v1/webhook-endpoints", plan.caller(scopes=("plan.webhooks:read",)))).status_code == 404
        assert (await plan.get("/v1/webhook-endpoints", plan.agency("DOE"))).json()["items"] == []
    assert (await plan.get("/v1/agencies/DSD/connection")).json()["notices_waiting"] == 0


async def until(so):
    async with asyncio.timeout(60):
        while not so():
            await asyncio.sleep(0.02)


async def until_delivered(plan, path):
    async with asyncio.timeout(60):
        while [(one["status"], one["attempts"]) for one in (await plan.get(path, plan.agency("DSD"))).json()["items"]] != [
            ("DELIVERED", 2)
        ]:
            await asyncio.sleep(0.02)


async def test_on_a_real_broker_bad_bytes_are_kept_aside_and_hold_up_nobody(plan, broker):
    await connect(plan, "KAFKA")
    await refer(plan, ONE, person(2))
    first, second = await last(plan), await last(plan, person(2))
    good = [*reports_of(first, STEPS[:3], prefix="a"), *reports_of(second, STEPS[:1], prefix="b")]
    bad = [
        b"\xff\x00 not JSON",
        b"{}",
        good[0].to_bytes().replace(b'"subject":"', b'"subject":"\\u0000'),
        good[0].to_bytes().replace(b'"RECEIVED"', b'"EATEN"'),
        *[b"again" * 3] * 150,
    ]
    await fresh_topics(broker.bootstrap)
    kafka = KafkaSettings(broker.bootstrap, transactions=True)
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await producer.start()
    for value in (bad[0], good[0].to_bytes(), *bad[1:], *(event.to_bytes() for event in good[1:])):
        await producer.send_and_wait("agency-reports.dsd.v1", value, key=first["referral_id"].encode())
    await producer.stop()
    parts = [
        asyncio.create_task(ConsumerRunner(consumers, plan.db, kafka, plan.resources).run()),
        asyncio.create_task(Relay("plan", plan.db, kafka, {}).run()),
    ]
    reading = AIOKafkaConsumer("plan.referrals.dsd.v1", bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", group_id=None)
    await reading.start()
    try:
        async with asyncio.timeout(120):
            told = [orjson.loads((await reading.getone()).value) for _ in range(2)]
            while (await last(plan))["status"] != "ACCEPTED" or (await last(plan, person(2)))["status"] != "RECEIVED":
                assert not any(part.done() for part in parts), [part.result() for part in parts if part.done()]
                await asyncio.sleep(0.05)
    finally:
        await reading.stop()
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await drop_topics(broker.bootstrap)
    assert {UUID(one["data"]["referral_id"]) for one in told} == {UUID(first["referral_id"]), UUID(second["referral_id"])}
    letters = await plan.get("/v1/operations/dead-letters", plan.caller(scopes=("plan.operations:read",)))
    assert [letter["topic"] for letter in letters.json()["items"]][:1] == ["agency-reports.dsd.v1"]
    async with plan.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM dead_letter") == len(bad)
    assert await refusals(plan) == []
