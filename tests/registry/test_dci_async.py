"""The DCI API's other half: searches answered to a callback, subscriptions told as things happen, statuses; against a real receiver."""

import asyncio
from datetime import date
from uuid import UUID

import orjson
import pytest

from services.registry.commands import life_events
from services.registry.commands.dci import notices, searches, subscriptions
from services.registry.commands.life_events import Said
from services.registry.domain import Move
from services.registry.jobs.dci import answer_all, forget
from services.registry.rules.dci.requests import AS_IT_HAPPENS
from shared.ids import new_id
from tests.registry.dci_world import (
    Foreign,
    acknowledged,
    expression,
    item,
    keys_of,
    not_there,
    refused,
    registered,
    status,
    subscribe,
    subscribed,
    tree,
    uin,
    unsubscribe,
    waiting,
    wish,
)
from tests.registry.facts import NOW, death_reported, move_reported, routed
from tests.registry.people import citizen_id, file_of, line

KRABI = {"district_code": "8101"}


@pytest.fixture
async def foreign(registry, people):
    """A registered foreign system that hears its callbacks."""
    async with registered(registry) as system:
        await answer_all(registry.service.resources)  # what happened before it came is not its to hear
        yield system


async def test_a_search_is_acknowledged_answered_and_its_status_told(registry, foreign, people):
    body = foreign.search(item(uin(citizen_id(1)), "a"), item(uin("1"), "b"), expression(KRABI, "c"), transaction_id="t-1")
    correlation_id = await acknowledged(foreign, "/registry/search", body)
    before = await foreign.send("/registry/sync/txn/status", status(foreign, "search", "transaction_id", "t-1"))
    assert before.json()["header"]["status"] == "rcvd"
    answers, counts = [], []
    for path, envelope in await foreign.hears():
        assert (path, envelope["message"]["correlation_id"]) == ("/registry/on-search", correlation_id)
        answers += envelope["message"]["search_response"]
        counts.append((envelope["header"]["status"], envelope["header"]["completed_count"], envelope["header"]["total_count"]))
    # Who asks for a page of up to 2,000 gets it in a message of its own.
    assert sorted(counts) == [("pdng", 2, 3), ("succ", 3, 3)]
    found = {one["reference_id"]: one for one in answers}
    assert {name: one["status"] for name, one in found.items()} == {"a": "succ", "b": "rjct", "c": "succ"}
    assert found["c"]["pagination"]["total_count"] == 4
    for how in (("transaction_id", "t-1"), ("correlation_id", correlation_id), ("reference_id_list", ["a", "b", "c"])):
        told = (await foreign.send("/registry/sync/txn/status", status(foreign, "search", *how))).json()
        assert told["header"]["status"] == "succ"
        ended = told["message"]["txnstatus_response"]["txn_status"]["search_response"]
        assert [(one["reference_id"], one["status"]) for one in ended] == [("a", "succ"), ("b", "rjct"), ("c", "succ")]
        assert citizen_id(1) not in str(told)
    assert await registry.value("SELECT count(*) FROM dci_transaction WHERE request_sealed IS NOT NULL") == 0


async def test_the_status_may_be_told_to_the_callback_and_receipts_are_of_nobody(foreign, people):
    await foreign.asks(item(uin(citizen_id(1)), "a"))
    await acknowledged(foreign, "/registry/txn/status", status(foreign, "search", "reference_id_list", ["a"]))
    [(path, envelope)] = await foreign.hears()
    assert (path, envelope["header"]["status"]) == ("/registry/txn/on-status", "succ")
    told = (await foreign.send("/registry/sync/txn/status", status(foreign, "receipt", "reference_id_list", ["a"]))).json()
    assert told["message"]["txnstatus_response"]["txn_status"]["receipt_information"] == {"beneficiaries": []}


async def test_another_senders_transaction_is_not_there(registry, foreign, people):
    correlation_id = await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1)), "a"), transaction_id="t-1"))
    other = Foreign(registry, "other.example.org", "other", keys_of("o"))
    await other.register()
    for how in (("transaction_id", "t-1"), ("correlation_id", correlation_id), ("correlation_id", "x"), ("reference_id_list", ["a"])):
        told = (await other.send("/registry/sync/txn/status", status(other, "search", *how))).json()
        assert (told["header"]["status"], not_there(told)) == ("rjct", how[0] != "correlation_id" or how[1] != "x")


async def test_the_same_search_again_is_the_first_one_and_another_under_its_id_is_refused(registry, foreign, people):
    one = item(uin(citizen_id(1)), "a")
    body = foreign.search(one, transaction_id="t-1")
    first = await acknowledged(foreign, "/registry/search", body)
    assert await acknowledged(foreign, "/registry/search", body) == first
    assert await acknowledged(foreign, "/registry/search", foreign.search(one, transaction_id="t-1")) == first
    assert await refused(foreign, "/registry/search", foreign.search(item(uin(citizen_id(2))), transaction_id="t-1")) == "err.request.bad"
    assert len(await waiting(registry)) == 1


async def test_copies_of_a_search_that_come_at_once_are_one(registry, foreign, people):
    one = item(uin(citizen_id(1)), "a")
    bodies = [foreign.search(one, transaction_id="t-1") for _ in range(5)]
    found = await asyncio.gather(*(acknowledged(foreign, "/registry/search", body) for body in [*bodies, *bodies]))
    assert len(set(found)) == 1
    assert len(await waiting(registry)) == 1


async def test_a_search_may_come_as_a_file(registry, foreign, people):
    body = foreign.search(item(uin(citizen_id(1)), "a"))
    token = {"Authorization": f"Bearer {registry.issuer.issue(foreign.client, foreign.scopes, foreign.reach)}"}
    for action, status_code in (("subscribe", 400), ("search", 200)):
        answer = await registry.client.post(
            "/dci/v1.0.0/registry/search", data={"action": action}, files={"fileName": ("search.json", orjson.dumps(body))}, headers=token
        )
        assert answer.status_code == status_code, answer.text
    assert len(await waiting(registry)) == 1


async def test_only_the_registered_callback_is_called(registry, foreign, people):
    base = foreign.callbacks.base
    for uri in (base, f"{base}/registry/on-search"):
        await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1))), sender_uri=uri))
    for uri in ("https://evil.example.com/dci", f"{base}/other", f"{base}/registry/on-subscribe", "http://169.254.169.254/"):
        assert (
            await refused(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1))), sender_uri=uri)) == "err.sender_uri.invalid"
        )
    without = Foreign(registry, "sync.example.org", "sync", keys_of("w"))
    await without.register()
    assert await refused(without, "/registry/search", without.search(item(uin(citizen_id(1))))) == "err.sender_uri.invalid"


async def test_a_search_goes_on_where_its_worker_was_killed_and_answers_each_request_once(registry, foreign, people, monkeypatch):
    monkeypatch.setattr(searches, "REQUESTS_A_STEP", 2)
    await acknowledged(
        foreign, "/registry/search", foreign.search(*(item(uin(citizen_id(1 + number)), f"r{number}") for number in range(5)))
    )
    steps, search = [], searches.search

    async def killed(*args, **named):
        steps.append(named["first_place"])
        if len(steps) == 2:
            raise asyncio.CancelledError
        return await search(*args, **named)

    monkeypatch.setattr(searches, "search", killed)
    with pytest.raises(asyncio.CancelledError):
        await answer_all(registry.service.resources)
    answered = [one["reference_id"] for _, envelope in await waiting(registry) for one in envelope["message"]["search_response"]]
    assert answered == ["r0", "r1", "r2", "r3", "r4"]
    assert steps == [0, 2, 2, 4]


async def test_a_reference_that_stands_in_an_earlier_part_is_a_second_one_too(registry, foreign, people, monkeypatch):
    monkeypatch.setattr(searches, "REQUESTS_A_STEP", 1)
    await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1)), "r"), item(uin(citizen_id(2)), "r")))
    codes = [one.get("status_reason_code") for _, envelope in await waiting(registry) for one in envelope["message"]["search_response"]]
    assert codes == [None, "rjct.reference_id.duplicate"]


async def test_a_sender_that_is_suspended_meanwhile_gets_nothing(registry, foreign, people):
    await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1))), transaction_id="t-1"))
    entry = (await registry.get(f"/v1/dci-senders/{foreign.sender_id}")).json()
    change = {name: value for name, value in entry.items() if name not in {"sender_id", "version", "changed_by", "changed_at"}}
    headers = {**registry.token(), "If-Match": '"1"'}
    change["status"] = "SUSPENDED"
    assert (await registry.client.put(f"/v1/dci-senders/{foreign.sender_id}", json=change, headers=headers)).status_code == 200
    assert await waiting(registry) == []
    assert await registry.value("SELECT status FROM dci_transaction WHERE transaction_id = 't-1'") == "rjct"


async def test_a_receiver_that_is_away_gets_its_answer_later(foreign, people):
    foreign.callbacks.refuse = 2
    await acknowledged(foreign, "/registry/search", foreign.search(item(uin(citizen_id(1)))))
    [(path, _)] = await foreign.hears()
    assert path == "/registry/on-search"
    assert foreign.callbacks.refuse < 0


async def test_who_enters_the_registry_is_told_to_subscribers_within_their_reach_and_filter(registry, foreign, people):
    await subscribed(foreign, wish(tree(**KRABI)), wish(tree(district_code="5001")))
    registry.write("more.csv", file_of(*(line(number) for number in range(7, 10)), line(10, subdistrict_code="100101")))
    await registry.import_file("more.csv")
    events = (await foreign.hears_last("notify"))["message"]["notify_event"]
    assert (len(events), {one["data"]["reg_event_type"] for one in events}) == (3, {"REGISTER"})
    assert {one["data"]["reg_records"]["@type"] for one in events} == {"Member"}
    assert citizen_id(7) not in str(events)
    rows = await registry.fetch("SELECT client, purpose, detail FROM audit_entry WHERE action = 'DCI_NOTIFY'")
    assert {tuple(row) for row in rows} == {("ministry (spmis.example.org)", "DCI authorize SCHOLARSHIP", "REGISTER")}
    assert len(rows) == 3


async def test_moves_updates_and_deaths_are_told_to_those_who_asked_for_them(registry, foreign, people):
    person = {"type": "UIN", "value": citizen_id(1)}
    await subscribed(foreign, *(wish(person, event, event, kind="idtype-value") for event in ("MOVE", "UPDATE", "DEATH")))
    heard = {}
    registry.write("again.csv", file_of(line(1, income_2559_baht="31000")))
    await registry.bring(move_reported(people[1], "810102"), death_reported(people[2]))
    await registry.approve_deaths()
    heard["MOVE"] = await foreign.hears_last("notify")
    # Another district is responsible: no version of the person, and not the move again.
    so_far = len(foreign.callbacks.seen)
    await registry.bring(routed(people[1], "8102"))
    assert len(await foreign.hears()) == so_far
    await registry.import_file("again.csv")
    heard["UPDATE"] = await foreign.hears_last("notify")
    await registry.bring(death_reported(people[1]))
    await registry.approve_deaths()
    heard["DEATH"] = await foreign.hears_last("notify")
    records = {}
    for event, envelope in heard.items():
        [told] = envelope["message"]["notify_event"]
        assert told["reference_id"] == event
        assert "reg_event_type" not in told["data"]
        records[event] = told["data"]["reg_records"]
    assert records["MOVE"]["demographic_info"]["address"]["subdistrict_code"] == "810102"
    assert {"income_tier": "OVER_30000"} in records["UPDATE"]["additional_attributes"]
    assert records["DEATH"]["demographic_info"]["death_date"] == "2018-02-13"


async def test_what_is_unsubscribed_is_told_no_more_from_that_moment(registry, foreign, people):
    [kept, ended] = await subscribed(foreign, wish(tree(**KRABI), "MOVE", "kept"), wish(tree(province_code="81"), "MOVE", "ended"))
    await acknowledged(foreign, "/registry/unsubscribe", unsubscribe(foreign, ended))
    await registry.bring(move_reported(people[1], "810102"))
    heard = await foreign.hears()
    answer = next(envelope for path, envelope in heard if path == "/registry/on-unsubscribe")
    assert answer["message"]["subscription_status"] == [{"code": ended, "status": "unsubscribe"}]
    assert [
        one["reference_id"] for path, envelope in heard if path == "/registry/notify" for one in envelope["message"]["notify_event"]
    ] == ["kept"]
    for codes, reason in (((ended,), "rjct.event.already_unsubscribed"), ((kept, str(new_id())), "rjct.subscription_code.invalid")):
        await acknowledged(foreign, "/registry/unsubscribe", unsubscribe(foreign, *codes))
        message = (await foreign.hears_last("on-unsubscribe"))["message"]
        assert (message["status"], message["status_reason_code"]) == ("rjct", reason)
    assert await registry.value("SELECT status FROM dci_subscription WHERE code = $1", kept) == "subscribe"


async def test_what_is_wrong_with_a_wish_has_its_code(registry, foreign, people):
    good = wish(tree(**KRABI), reference_id="good")
    ahead = {"start_time": "2026-01-01T00:00:00Z", "end_time": "2999-01-01T00:00:00Z"}
    wishes = [
        (good, None),
        (good, "rjct.reference_id.duplicate"),
        ({**good, "reference_id": "again"}, "rjct.event.already_subscribed"),
        (wish(tree(**KRABI), "LiveBirth"), "rjct.notify_types.invalid"),
        (wish(uin("1"), kind="idtype-value"), "rjct.person_id.invalid"),
        (wish("{ member }", kind="graphql"), "rjct.notify_details.invalid"),
        (wish(tree(**KRABI), notify_record_type="Ship"), "rjct.notify_details.invalid"),
        (wish(tree(**KRABI), frequency={**ahead, "frequency": "0 0 0 5,15 * ? *"}), None),
        (wish(tree(**KRABI), frequency={**ahead, "frequency": "every day"}), "rjct.notify_details.invalid"),
        (wish(tree(**KRABI), frequency={**ahead, "frequency": "0 0 0 1 1 ? 2020"}), "rjct.notify_details.invalid"),
        (wish(tree(**KRABI), frequency={**ahead, "frequency": AS_IT_HAPPENS}), None),
        (wish(tree(**KRABI), frequency={"start_time": "x", "end_time": "y", "frequency": AS_IT_HAPPENS}), "rjct.notify_details.invalid"),
    ]
    # The document lets a filter be no text and times be nothing but times; what is sent anyway is told by its code.
    answer = await foreign.send("/registry/subscribe", subscribe(foreign, *(one for one, _ in wishes)), judged=False)
    assert answer.json()["message"]["ack_status"] == "ACK"
    [(_, envelope)] = await foreign.hears()
    codes = [one.get("status_reason_code") for one in envelope["message"]["subscribe_response"]]
    assert codes == [reason for _, reason in wishes]


async def test_a_sender_has_so_many_subscriptions_and_no_more(foreign, people, monkeypatch):
    monkeypatch.setattr(subscriptions, "SUBSCRIPTIONS_MAX", 1)
    await acknowledged(foreign, "/registry/subscribe", subscribe(foreign, wish(tree(**KRABI)), wish(tree(**KRABI), "MOVE")))
    answers = (await foreign.hears_last("on-subscribe"))["message"]["subscribe_response"]
    assert [one.get("status_reason_code") for one in answers] == [None, "rjct.notify_details.invalid"]


async def test_a_change_that_commits_late_is_told_too(registry, foreign, people):
    """A subscriber hears of what commits after a later change was told already."""
    await subscribed(foreign, wish(tree(province_code="81"), "MOVE"))
    async with registry.db.transaction() as tx:
        move, said = Move(date(2018, 2, 12), "810102"), Said("chief-8101", NOW, "reported")
        await life_events.record_move(tx, UUID(people[1]), move, said, registry.vault)
        await registry.bring(move_reported(people[2], "810102"))
        assert len(await waiting(registry)) == 1
    assert len(await waiting(registry)) == 2


async def test_telling_that_is_killed_begins_again_and_tells_once(registry, foreign, people, monkeypatch):
    await subscribed(foreign, wish(tree(**KRABI), "MOVE"))
    await registry.bring(move_reported(people[1], "810102"))
    call_back, calls = notices.call_back, []

    async def killed(*args, **named):
        calls.append(args)
        await call_back(*args, **named)
        if len(calls) == 1:
            raise asyncio.CancelledError

    monkeypatch.setattr(notices, "call_back", killed)
    with pytest.raises(asyncio.CancelledError):
        await answer_all(registry.service.resources)
    assert [about for about, _ in await waiting(registry)] == ["notify"]


async def test_who_subscribes_later_does_not_hear_what_was_before_and_old_message_ids_are_forgotten(registry, foreign, people):
    await registry.bring(move_reported(people[1], "810102"))
    assert await waiting(registry) == []
    await subscribed(foreign, wish(tree(**KRABI), "MOVE"))
    assert await waiting(registry) == []
    await foreign.asks(item(uin(citizen_id(1))))
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE dci_message SET received_at = received_at - interval '2 days'")
    await forget(registry.service.resources)
    assert await registry.value("SELECT count(*) FROM dci_message") == 0
