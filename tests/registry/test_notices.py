"""Notices: asked for once, told only to those who may be told and when they may, sent once whatever the provider does."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import uvicorn

from deploy.local.phones import Phones
from services.registry.commands import notices as commands
from services.registry.jobs.send_notices import send_notices
from services.registry.rules import notice_templates
from services.registry.rules.notice_templates import NoticeNotTellable
from services.registry.rules.telling import QuietHours
from shared.bus.consumers import RejectedEvent
from shared.clock import system_now
from shared.contracts import Event, interview
from shared.db import Database
from shared.ids import new_id
from tests.registry.facts import NOW, death_reported, district
from tests.registry.faults import jobs_process, standing_still
from tests.registry.people import citizen_id, file_of, line

RECEIPTS = ("registry.notice-receipts:write",)


@dataclass
class Provider:
    """A provider on this machine. `before` and `after` what it does with a message it may break; None answers as it should. With
    `answers` it does so when that is set."""

    phones: Phones
    url: str = ""
    status_before: list = field(default_factory=list)
    status_after: list = field(default_factory=list)
    answers: asyncio.Event | None = None
    asked: int = 0
    offered: int = 0

    def app(self):
        inner = self.phones.app()

        async def app(scope, receive, send):
            sending = scope["type"] == "http" and scope["method"] == "POST"
            self.offered += sending
            self.asked += not sending
            if sending and self.answers is not None:
                await self.answers.wait()
            if sending and self.status_before:
                await answer(send, self.status_before.pop(0))
            elif sending and self.status_after:
                await inner(scope, receive, nothing)
                await answer(send, self.status_after.pop(0))
            else:
                await inner(scope, receive, send)

        return app


async def nothing(_message):
    pass


async def answer(send, status):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@contextlib.asynccontextmanager
async def serving(app):
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def provider(registry):
    provider = Provider(Phones("secret"))
    async with serving(provider.app()) as url:
        provider.url = url
        use(registry, notice_gateway_url=url, notice_gateway_token="secret")
        yield provider


def use(registry, **settings):
    registry.service.resources.settings = registry.service.resources.settings.model_copy(update=settings)


def asked(holder_id, key="visit", *, template="home-visit-due", parameters=None, not_before=None, expires_at=None):
    data = interview.NoticeRequested(
        holder_id=holder_id,
        case_id=holder_id,
        notice_key=key,
        template=template,
        parameters={"due_by": "2018-05-31"} if parameters is None else parameters,
        not_before=not_before,
        expires_at=expires_at,
    )
    return Event.of(data, subject=holder_id, time=NOW)


async def send(registry):
    await send_notices(registry.service.resources)


async def states(registry):
    return sorted((await registry.fetch("SELECT status, reason FROM notice")), key=str)


async def only(registry):
    row = (await registry.fetch("SELECT * FROM notice"))[0]
    return row["status"], row["reason"]


async def told(registry):
    return [event["data"] for topic, _, event in await registry.published() if topic == "registry.notices.v1"]


async def receipt(registry, state="DELIVERED", reason=None, notice_id=None):
    notice_id = notice_id or await registry.value("SELECT notice_id FROM notice")
    body = {"receipts": [{"message_id": str(notice_id), "state": state, "reason": reason}]}
    answer = await registry.client.post("/v1/notices/receipts", json=body, headers=registry.token(scopes=RECEIPTS))
    return answer.json()["items"][0]["state"]


async def test_a_person_is_told_in_thai_once_and_the_receipt_ends_it(registry, people, provider):
    await registry.bring(asked(people[1]))
    await registry.bring(asked(people[1]))
    await send(registry)
    (message,) = provider.phones.messages.values()
    assert message.to == "0812345678"
    assert "ภายใน 31 พฤษภาคม 2561" in message.text
    assert await only(registry) == ("SENT", None)
    for _ in range(2):
        assert await receipt(registry) == "DELIVERED"
    await send(registry)
    assert provider.offered == 1
    assert [one["status"] for one in await told(registry)] == ["SENT", "DELIVERED"]
    shown = (await registry.get(f"/v1/card-holders/{people[1]}/notices")).json()["items"][0]
    assert (shown["status"], shown["phone_masked"], shown["text"]) == ("DELIVERED", "xxx-xxx-5678", message.text)
    history = (await registry.get(f"/v1/notices/{shown['notice_id']}")).json()["history"]
    assert [state["status"] for state in history] == ["REQUESTED", "SENDING", "SENT", "DELIVERED"]
    await registry.assert_sound()


async def test_nobody_is_told_without_consent_or_phone_or_after_death_or_too_late(registry, provider):
    registry.write("r.csv", file_of(line(1, mobile_consent="N"), line(2, phone="", mobile_consent="Y"), line(3), line(4)))
    await registry.import_file("r.csv")
    ids = [(await registry.holder_of(citizen_id(number)))["holder_id"] for number in range(1, 5)]
    await registry.bring(death_reported(ids[2]))
    await registry.approve_deaths()
    await registry.bring(*(asked(holder_id, str(number)) for number, holder_id in enumerate(ids[:3])), asked(ids[3], expires_at=NOW))
    await send(registry)
    assert sorted(row["reason"] for row in await states(registry)) == ["deceased", "expired", "no-consent", "no-phone"]
    assert provider.offered == 0
    assert {one["status"] for one in await told(registry)} == {"REFUSED"}


@pytest.mark.parametrize(("hour", "sent"), [(19, 1), (20, 0), (23, 0), (3, 0), (7, 0), (8, 1)])
async def test_in_quiet_hours_notices_wait(registry, people, provider, hour, sent):
    await registry.bring(asked(people[1]))
    registry.service.resources.clock.play(datetime(2018, 2, 16, hour - 7 if hour >= 7 else hour + 17, 30, tzinfo=UTC))
    await send(registry)
    assert len(provider.phones.messages) == sent
    assert (await only(registry))[0] == ("SENT" if sent else "REQUESTED")


async def test_nothing_goes_out_before_its_time(registry, people, provider):
    await registry.bring(asked(people[1], not_before=NOW + timedelta(days=3)))
    await send(registry)
    assert provider.offered == 0
    registry.service.resources.clock.play(NOW + timedelta(days=3))
    await send(registry)
    assert (await only(registry))[0] == "SENT"


async def in_doubt(registry):
    """As time passes: the lease of what is in doubt runs out."""
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE notice SET lease_until = $1 WHERE status = 'SENDING'", system_now() - timedelta(seconds=1))


async def test_an_answer_that_was_lost_is_asked_about_and_the_message_not_sent_again(registry, people, provider):
    provider.status_after = [500]
    await registry.bring(asked(people[1]))
    await send(registry)
    assert (await only(registry))[0] == "SENDING"
    await send(registry)
    assert provider.asked == 0
    await in_doubt(registry)
    await send(registry)
    assert (await only(registry))[0] == "DELIVERED"
    assert (provider.offered, provider.asked, len(provider.phones.messages)) == (1, 1, 1)


async def test_one_that_the_provider_never_saw_is_sent_again(registry, people, provider):
    provider.status_before = [500]
    await registry.bring(asked(people[1]))
    await send(registry)
    await in_doubt(registry)
    await send(registry)
    assert (await only(registry))[0] == "REQUESTED"
    registry.service.resources.clock.play(NOW + timedelta(minutes=10))
    await send(registry)
    assert (await only(registry))[0] == "SENT"
    assert provider.offered == 2


async def killed_at(step, process, provider, owner):
    """Kill the process before it has put the intent on record, while the provider has the call, or before the outcome is on record."""
    provider.answers = asyncio.Event()
    if step == "intent":
        async with standing_still(owner, "notice") as somebody_waits:
            await somebody_waits(process)
            process.kill()
            await process.wait()
    else:
        while not provider.offered:
            assert process.returncode is None
            await asyncio.sleep(0.05)
        async with standing_still(owner, "notice") as somebody_waits:
            if step == "outcome":
                provider.answers.set()
                await somebody_waits(process)
            process.kill()
            await process.wait()
    provider.answers.set()


@pytest.mark.parametrize("step", ["intent", "call", "outcome"])
async def test_a_process_killed_at_a_step_leaves_one_that_is_brought_once(registry, registry_dsns, people, provider, step):
    await registry.bring(asked(people[1]))
    provider.status_before = [500] if step == "call" else []
    settings = {"notice_gateway_url": provider.url, "notice_gateway_token": "secret", "notice_every_seconds": 1}
    never_quiet = {"notice_quiet_from_hour": 0, "notice_quiet_until_hour": 0}
    owner = await Database.connect(registry_dsns.owner, name="owner")
    async with jobs_process(registry, registry_dsns.app, **settings, **never_quiet) as process:
        await killed_at(step, process, provider, owner)
    await owner.close()
    assert (await only(registry))[0] == ("REQUESTED" if step == "intent" else "SENDING")
    await in_doubt(registry)
    await send(registry)
    registry.service.resources.clock.play(NOW + timedelta(minutes=10))  # one that the provider never saw is sent again
    await send(registry)
    assert (await only(registry))[0] == ("DELIVERED" if step == "outcome" else "SENT")
    assert len(provider.phones.messages) == 1


async def test_a_provider_without_time_is_tried_later_and_at_last_no_more(registry, people, provider):
    use(registry, notice_attempts_max=2)
    provider.status_before = [503, 429]
    await registry.bring(asked(people[1]))
    await send(registry)
    assert await only(registry) == ("REQUESTED", "provider-status-503")
    registry.service.resources.clock.play(NOW + timedelta(hours=1))
    await send(registry)
    assert await only(registry) == ("FAILED", "provider-does-not-take-it")


async def test_a_provider_that_is_away_is_tried_later(registry, people, provider):
    use(registry, notice_gateway_url="http://127.0.0.1:1")
    await registry.bring(asked(people[1]))
    await send(registry)
    assert await only(registry) == ("REQUESTED", "provider-away")


async def test_a_number_that_the_provider_refuses_has_failed(registry, people, provider):
    provider.status_before = [422]
    await registry.bring(asked(people[1]))
    await send(registry)
    assert await only(registry) == ("FAILED", "provider-status-422")


async def test_a_receipt_before_our_own_record_stays_and_another_end_changes_nothing(registry, people, provider):
    await registry.bring(asked(people[1]))
    async with registry.db.transaction() as tx:
        (outgoing,) = await commands.take_due(tx, now=NOW, quiet=QuietHours(20, 8), vault=registry.vault)
    assert await receipt(registry) == "DELIVERED"
    async with registry.db.transaction() as tx:
        told = [(outgoing.notice_id, outgoing.version, 1, commands.Told(commands.Outcome.TAKEN))]
        await commands.take_outcomes(tx, told, now=NOW, attempts_max=8)
    assert (await only(registry))[0] == "DELIVERED"
    assert await receipt(registry, "FAILED", "too-late") == "DELIVERED"
    assert await only(registry) == ("DELIVERED", None)


async def test_receipts_of_messages_that_never_went_out_or_by_others_are_not_taken(registry, people):
    await registry.bring(asked(people[1]))
    assert await receipt(registry) is None
    assert await receipt(registry, notice_id=new_id()) is None
    assert (await only(registry))[0] == "REQUESTED"
    body = {"receipts": [{"message_id": str(new_id()), "state": "DELIVERED"}]}
    forbidden = await registry.client.post("/v1/notices/receipts", json=body, headers=registry.token(scopes=("registry.notices:read",)))
    assert forbidden.status_code == 403


async def test_two_processes_at_once_send_a_notice_once(registry, people, provider):
    await registry.bring(*(asked(people[1], str(number)) for number in range(20)))
    await asyncio.gather(send(registry), send(registry))
    assert (provider.offered, len(provider.phones.messages)) == (20, 20)


async def test_a_page_shows_only_people_within_reach(registry, people, provider):
    await registry.bring(asked(people[1]), asked(people[6], "other"))
    for code, count in (("8101", 1), ("1001", 1), ("8102", 0)):
        assert len((await registry.get("/v1/notices", district(code))).json()["items"]) == count
    assert (await registry.get(f"/v1/card-holders/{people[1]}/notices", district("1001"))).status_code == 404
    notice_id = await registry.value("SELECT notice_id FROM notice WHERE notice_key = 'other'")
    assert (await registry.get(f"/v1/notices/{notice_id}", district("8101"))).status_code == 404
    assert (await registry.get("/v1/notices", status="DELIVERED")).json()["items"] == []


async def test_opening_a_phone_is_in_the_audit_and_the_phone_in_no_event_or_table(registry, people, provider):
    await registry.bring(asked(people[1]))
    await send(registry)
    entry = (await registry.fetch("SELECT action, fields FROM audit_entry WHERE holder_id = $1 AND action = 'NOTICE'", people[1]))[0]
    assert entry["fields"] == ["phone"]
    assert "0812345678" not in str(await told(registry))
    assert "0812345678" not in str([tuple(row) for row in await registry.fetch("SELECT * FROM notice")])


@pytest.mark.parametrize(
    "wrong",
    [{"template": "no-such"}, {"parameters": {}}, {"parameters": {"due_by": "soon"}}, {"parameters": {"due_by": "2018-05-31", "x": "y"}}],
)
async def test_a_notice_that_cannot_be_told_is_a_dead_letter(registry, people, wrong):
    with pytest.raises(RejectedEvent):
        await registry.bring(asked(people[1], **wrong))


async def test_a_notice_to_somebody_unknown_is_a_dead_letter(registry):
    with pytest.raises(RejectedEvent):
        await registry.bring(asked(new_id()))
    nobody = asked(new_id()).data
    async with registry.db.transaction() as tx:
        assert await commands.take_requests(tx, "interview", [(nobody, NOW)]) == {nobody.holder_id}


def test_every_template_is_thai_with_its_source_and_short_enough():
    for versions in notice_templates.templates().values():
        for template in versions.values():
            assert template.source
            assert any("ก" <= letter <= "๛" for letter in template.text)


def test_texts_show_days_months_amounts_and_places_as_people_write_them():
    allowance = notice_templates.newest("allowance").fill({"month": "2018-03", "amount": "20000"})
    assert "เดือนมีนาคม 2561 จำนวน 200 บาท" in allowance
    place = notice_templates.newest("meeting-place").fill({"place": "วัดแก้ว", "from_day": "2018-02-01", "to_day": str(date(2018, 2, 28))})
    assert "ที่ วัดแก้ว ตั้งแต่ 1 กุมภาพันธ์ 2561 ถึง 28 กุมภาพันธ์ 2561" in place
    for wrong in ({"month": "2018-13", "amount": "1"}, {"month": "2018-03", "amount": "-1"}, {"month": "2018-03", "amount": "1" * 10}):
        with pytest.raises(NoticeNotTellable):
            notice_templates.newest("allowance").fill(wrong)


@pytest.mark.parametrize("wrong", [{"parameters": {"x": "day"}}, {"text": "{due_by} " + "ก" * 200}])
def test_a_template_that_breaks_its_own_rules_is_not_loaded(wrong):
    template = replace(notice_templates.newest("home-visit-due"), **wrong)
    with pytest.raises(ValueError, match="home-visit-due"):
        notice_templates._checked("home-visit-due", {name: getattr(template, name) for name in ("version", "source", "parameters", "text")})


def test_quiet_hours_of_one_hour_alone_are_none():
    assert not QuietHours(0, 0).hold(NOW)
    assert QuietHours(11, 13).hold(NOW)


async def test_the_phones_of_the_development_country_tell_how_messages_ended(registry, provider):
    registry.write("r.csv", file_of(line(1), line(2, phone="0812345699")))
    await registry.import_file("r.csv")
    told = asyncio.Event()

    async def receipts(these):
        body = {"receipts": these}
        answer = await registry.client.post("/v1/notices/receipts", json=body, headers=registry.token(scopes=RECEIPTS))
        assert answer.status_code == 200, answer.text
        told.set()

    ids = [(await registry.holder_of(citizen_id(number)))["holder_id"] for number in (1, 2)]
    await registry.bring(*(asked(holder_id, holder_id) for holder_id in ids))
    await send(registry)
    provider.phones.receipts = receipts
    provider.phones.take(next(iter(provider.phones.messages.values())).model_copy(update={"message_id": str(new_id())}))
    await asyncio.wait_for(told.wait(), 30)
    assert sorted(row["status"] for row in await states(registry)) == ["DELIVERED", "FAILED"]
    page = await registry.client.get("/v1/notices", params={"status": "FAILED"}, headers=registry.token())
    assert page.json()["items"][0]["reason"] == "number-not-in-use"
