"""The frequency of a subscription: which cron expressions are understood, and that its notices come together at its moments."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.registry.commands.dci import notices
from services.registry.jobs import dci as jobs
from services.registry.rules.dci.frequency import Frequency, NoFrequency
from shared.clock import system_now
from tests.registry.dci_world import registered, subscribed, tree, unsubscribe, wish
from tests.registry.facts import move_reported
from tests.registry.people import file_of, line

THURSDAY = datetime(2026, 1, 1, 3, tzinfo=UTC)  # 10:00 in Thailand


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("0 0 0 5,15 * ? *", ["2026-01-05T00:00:00", "2026-01-15T00:00:00", "2026-02-05T00:00:00"]),
        ("0 30 8 ? * MON-FRI", ["2026-01-02T08:30:00", "2026-01-05T08:30:00"]),
        ("0 0 6 ? * 2 *", ["2026-01-05T06:00:00", "2026-01-12T06:00:00"]),
        ("0 0 6 ? * 1,7", ["2026-01-03T06:00:00", "2026-01-04T06:00:00"]),
        ("0 0 6 ? * 6#3", ["2026-01-16T06:00:00", "2026-02-20T06:00:00"]),
        ("0 0 6 ? * 6L", ["2026-01-30T06:00:00"]),
        ("0 0 12 L * ?", ["2026-01-31T12:00:00", "2026-02-28T12:00:00"]),
        ("0 0/20 10 * * ?", ["2026-01-01T10:20:00", "2026-01-01T10:40:00", "2026-01-02T10:00:00"]),
        ("0 0 0 1 1 ? 2028-2100/2", None),
        ("0 0 0 1 1 ? 2025,2028", ["2028-01-01T00:00:00", None]),
        ("0 0 0 29 2 ?", ["2028-02-29T00:00:00"]),
        ("0 6 * * 1", ["2026-01-05T06:00:00"]),
        ("0 6 * * 7", ["2026-01-04T06:00:00"]),
        *(
            (text, None)
            for text in ("", "daily", "* * * *", "0 0 0 * * ? * *", "0 0 0 ? * ?", "0 0 0 30 2 ?", "0 0 0 * * 8", "0 0 0 * * 0")
        ),
        *(
            (text, None)
            for text in ("60 0 0 * * ?", "0 0 0 15W * ?", "0 0 0 * * ? 26", "0 0 0 * * ? 2030-2020", "0 0 0/0 * * ?", "0 0 ๕ * * ?")
        ),
        ("0 " * 2 + "0" * 100 + " * * ?", None),
    ],
)
def test_an_expression_has_these_moments_in_thailand_or_is_refused(text, moments):
    if moments is None:
        with pytest.raises(NoFrequency):
            Frequency.of(text)
        return
    at, found = THURSDAY, []
    for _ in moments:
        at = Frequency.of(text).next_after(at)
        found.append(at and (at + timedelta(hours=7)).replace(tzinfo=None).isoformat())
        if at is None:
            break
    assert found == moments


@pytest.fixture
async def foreign(registry, people):
    """A registered foreign system that hears its callbacks."""
    async with registered(registry) as system:
        await system.hears()
        yield system


@pytest.fixture
def at(monkeypatch):
    """Let the timer believe that it is so much later."""

    def later(when):
        monkeypatch.setattr(jobs, "system_now", lambda: when)

    return later


async def daily(foreign, event="MOVE", reference_id="daily", days=400, **criteria):
    """Subscribe for every day at six; returns the code and the first moment."""
    begin = system_now()
    times = {"start_time": (begin - timedelta(days=1)).isoformat(), "end_time": (begin + timedelta(days=days)).isoformat()}
    frequency = {"frequency": "0 0 6 * * ? *", **times}
    [code] = await subscribed(foreign, wish(tree(province_code="81"), event, reference_id, frequency=frequency, **criteria))
    return code, await foreign.registry.value("SELECT next_at FROM dci_subscription WHERE code = $1", code)


async def told(foreign):
    """What the notices so far told of whom, by reference."""
    return [
        (one["reference_id"], one["data"]["reg_records"]["@id"].removeprefix("urn:uuid:"), one["data"]["reg_records"])
        for path, envelope in await foreign.hears()
        if path == "/registry/notify"
        for one in envelope["message"]["notify_event"]
    ]


async def test_notices_come_together_at_the_moment_once_a_person_as_they_are_then(registry, foreign, people, at):
    _, first = await daily(foreign)
    assert (first + timedelta(hours=7)).hour == 6
    at(first - timedelta(minutes=1))
    await registry.bring(move_reported(people[1], "810102"))
    await registry.bring(move_reported(people[2], "810102"))
    assert await told(foreign) == []
    await registry.bring(move_reported(people[1], "810103", moved_on=date(2018, 2, 13)))
    at(first + timedelta(seconds=1))
    heard = await told(foreign)
    assert sorted(holder_id for _, holder_id, _ in heard) == sorted([people[1], people[2]])
    assert (
        next(record for _, holder_id, record in heard if holder_id == people[1])["demographic_info"]["address"]["subdistrict_code"]
        == "810103"
    )
    # Nothing is told twice, and nothing at a moment to which nothing happened.
    at(first + timedelta(days=1, seconds=1))
    assert len(await told(foreign)) == 2
    await registry.bring(move_reported(people[3], "810102"))
    assert len(await told(foreign)) == 2
    at(first + timedelta(days=2, seconds=1))
    assert [holder_id for _, holder_id, _ in (await told(foreign))[2:]] == [people[3]]


async def test_a_moment_that_nobody_served_is_made_up_for_once(registry, foreign, people, at):
    code, first = await daily(foreign)
    at(first - timedelta(hours=1))
    await registry.bring(move_reported(people[1], "810102"))
    assert await told(foreign) == []
    at(first + timedelta(days=3))
    assert len(await told(foreign)) == 1
    assert await registry.value("SELECT next_at FROM dci_subscription WHERE code = $1", code) == first + timedelta(days=4)


async def test_what_is_kept_is_told_in_steps_and_a_killed_one_begins_again(registry, foreign, people, at, monkeypatch):
    monkeypatch.setattr(notices, "PENDING_A_STEP", 2)
    _, first = await daily(foreign, "REGISTER")
    at(first - timedelta(minutes=1))
    registry.write("more.csv", file_of(*(line(number) for number in range(7, 12))))
    await registry.import_file("more.csv")
    assert await told(foreign) == []
    assert await registry.value("SELECT count(*) FROM dci_pending") == 5
    at(first + timedelta(seconds=1))
    call_back, calls = notices.call_back, []

    async def killed(*args, **named):
        calls.append(args)
        await call_back(*args, **named)
        if len(calls) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(notices, "call_back", killed)
    with pytest.raises(RuntimeError):
        await jobs.answer_all(registry.service.resources)
    heard = await told(foreign)
    assert len(heard) == len({holder_id for _, holder_id, _ in heard}) == 5


async def test_who_leaves_the_filter_or_unsubscribes_before_the_moment_is_not_told(registry, foreign, people, at):
    _, first = await daily(foreign, reference_id="stays")
    ended, _ = await daily(foreign, reference_id="ends", days=300)
    at(first - timedelta(minutes=1))
    await registry.bring(move_reported(people[1], "810102"), move_reported(people[2], "810102"))
    await told(foreign)
    assert await registry.value("SELECT count(*) FROM dci_pending") == 4
    await registry.bring(move_reported(people[1], "100101", moved_on=date(2018, 2, 13)))
    await foreign.send("/registry/unsubscribe", unsubscribe(foreign, ended))
    at(first + timedelta(seconds=1))
    assert [(reference_id, holder_id) for reference_id, holder_id, _ in await told(foreign)] == [("stays", people[2])]
    assert await registry.value("SELECT count(*) FROM dci_pending") == 0
