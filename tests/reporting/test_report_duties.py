"""Reports that are due: opened and reminded of by the calendar, submitted up the chain, acknowledged or returned by another."""

from datetime import UTC, datetime

import pytest

from services.reporting.commands.report_duties import look_into_calendar
from shared.auth import Level, Reach
from shared.ids import new_id
from tests.reporting.story import OFFICER, the_year

AO = Reach(Level.OFFICER, str(OFFICER))
CHIEF = Reach(Level.DISTRICT, "8101")
KRABI = Reach(Level.PROVINCE, "81")
ELSEWHERE = Reach(Level.PROVINCE, "90")
COUNTRY = Reach.country()
BASE = ("reporting.submissions:read", "reporting.submissions:write", "reporting.submissions:acknowledge", "reporting.snapshots:read")


@pytest.fixture
async def june(reporting):
    """June is over and everybody owes the report."""
    await reporting.bring(*the_year())
    await at(reporting, 2018, 7, 1)
    return reporting


async def at(reporting, *day):
    reporting.clock.play(datetime(*day, 3, tzinfo=UTC))
    await look_into_calendar(reporting.db, reporting.clock)


async def due(reporting, reach, level, kind="JUNE", period="2018-06"):
    found = (await reporting.get("/v1/reports-due", reach, kind=kind, period=period, level=level)).json()["items"]
    return next(one for one in found if one["level"] == level)


async def submit(reporting, one, reach, who="ao", *, version=None, key=None, **body):
    match = {"If-Match": f'"{version or one["version"]}"'}
    return await reporting.post(f"/v1/reports-due/{one['due_id']}/submissions", body, reach, key, who=who, scopes=BASE, **match)


async def review(reporting, one, reach, who, decision="ACKNOWLEDGED", remarks="", more=()):
    body, match = {"decision": decision, "remarks": remarks}, {"If-Match": f'"{one["version"]}"'}
    return await reporting.post(f"/v1/reports-due/{one['due_id']}/reviews", body, reach, who=who, scopes=(*BASE, *more), **match)


async def done(answer, status=201):
    assert answer.status_code == status, answer.text
    return answer.json()


async def refused(answer, slug, status=409):
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:sukjai:problem:{slug}"), answer.text


async def test_a_report_goes_up_the_chain_each_level_by_its_duty_holder_to_the_next(june):
    chain = [
        (AO, "OFFICER", "ao", CHIEF, "chief", ()),
        (CHIEF, "DISTRICT", "chief", KRABI, "governor", ()),
        (KRABI, "PROVINCE", "governor", COUNTRY, "kor-tor", ("reporting.province-submissions:acknowledge",)),
        (COUNTRY, "COUNTRY", "kor-tor", COUNTRY, "kor-nor-sor", ("reporting.country-submissions:acknowledge",)),
    ]
    owed_by_chief = await due(june, CHIEF, "DISTRICT")
    for holder, level, who, receiver, other, more in chain:
        owed = await due(june, holder, level)
        sent = await done(await submit(june, owed, holder, who, remarks="ครบทุกตำบล"))
        assert (sent["status"], sent["submissions"][0]["late"]) == ("SUBMITTED", level == "OFFICER")
        taken = await done(await review(june, sent, receiver, other, more=more))
        assert (taken["status"], taken["submissions"][0]["reviewed_by"]) == ("ACKNOWLEDGED", other)
    snapshots = (await june.get("/v1/snapshots", CHIEF)).json()["items"]
    assert [(one["report"], one["area"], one["officer_id"]) for one in snapshots] == [
        ("follow-ups", "8101", None),
        ("follow-ups", "8101", str(OFFICER)),
    ]
    assert len((await june.get("/v1/snapshots", AO)).json()["items"]) == 1
    told = [one["type"].split(".")[1] for one in await june.outbox() if one["subject"] == owed_by_chief["due_id"]]
    assert told == ["ReportReminded", "ReportSubmitted", "ReportAcknowledged"]
    verified = [await june.post(f"/v1/snapshots/{one['snapshot_id']}/verification", reach=CHIEF) for one in snapshots]
    assert all(one.json()["agreement"]["figures_agree"] for one in verified)
    assert await june.broken_invariants() == []


async def test_what_is_returned_comes_again_as_the_next_edition_and_so_does_a_correction(june):
    owed = await due(june, CHIEF, "DISTRICT")
    key = str(new_id())
    sent, same = [await done(await submit(june, owed, CHIEF, "chief", key=key)) for _ in range(2)]
    assert same == sent
    await refused(await submit(june, sent, CHIEF, "chief"), "report-awaits-review")
    await refused(await review(june, sent, KRABI, "gov", "RETURNED", " "), "invalid", 422)
    back = await done(await review(june, sent, KRABI, "gov", "RETURNED", "ขาดผลของตำบลกระบี่ใหญ่"))
    assert (back["status"], back["submissions"][0]["review_remarks"]) == ("RETURNED", "ขาดผลของตำบลกระบี่ใหญ่")
    await refused(await review(june, back, KRABI, "gov"), "nothing-submitted")
    again = await done(await submit(june, back, CHIEF, "chief"))
    acknowledged = await done(await review(june, again, KRABI, "gov"))
    corrected = await done(await submit(june, acknowledged, CHIEF, "chief", remarks="แก้ไข"))
    assert [(one["number"], one["edition"], one["decision"]) for one in corrected["submissions"]] == [
        (1, 1, "RETURNED"),
        (2, 2, "ACKNOWLEDGED"),
        (3, 3, None),
    ]
    assert corrected["status"] == "SUBMITTED"
    assert await june.broken_invariants() == []


async def test_nobody_does_anothers_duty_or_acknowledges_their_own(june):
    owed = await due(june, CHIEF, "DISTRICT")
    of_officer = await due(june, AO, "OFFICER")
    await refused(await submit(june, owed, KRABI, "gov"), "not-the-duty-holder")
    await refused(await submit(june, of_officer, CHIEF, "chief"), "not-the-duty-holder")
    await refused(await submit(june, owed, CHIEF, "chief", version=9), "report-changed-since", 412)
    await refused(await submit(june, owed, ELSEWHERE, "gov"), "not-found", 404)
    await refused(await submit(june, owed, AO, "ao"), "not-found", 404)
    sent = await done(await submit(june, owed, CHIEF, "same"))
    await refused(await review(june, sent, CHIEF, "chief"), "not-the-receiver")
    await refused(await review(june, sent, KRABI, "same"), "own-report")
    await refused(await review(june, sent, COUNTRY, "kor-tor", more=("reporting.province-submissions:acknowledge",)), "not-the-receiver")
    of_country = await due(june, COUNTRY, "COUNTRY")
    await refused(await review(june, of_country, COUNTRY, "kor-tor"), "not-the-receiver")
    with pytest.raises(Exception, match="report_review_check"):
        await june.as_owner(
            """INSERT INTO report_review SELECT submission_id, 'ACKNOWLEDGED', submitted_by, submitted_by, now(), '' FROM report_submission"""
        )


async def test_who_has_not_reported_is_listed_counted_and_reminded_within_reach(june):
    sent = await done(await submit(june, await due(june, CHIEF, "DISTRICT"), CHIEF, "chief"))
    await at(june, 2018, 7, 9)
    missing = (await june.get("/v1/reports-due", KRABI, kind="JUNE", level="DISTRICT", missing="true")).json()["items"]
    assert [one["area"] for one in missing] == ["8102", "8103", "8104", "8105", "8106", "8107", "8108"]
    assert all(one["overdue"] and one["receiver"]["en"].startswith("Provincial") for one in missing)
    assert missing[0]["period_th"] == "มิถุนายน 2561"
    counts = {(one["kind"], one["level"]): one for one in (await june.get("/v1/reports-due/progress", KRABI, period="2018-06")).json()}
    district = counts["JUNE", "DISTRICT"]
    assert [district[name] for name in ("due", "open", "submitted", "acknowledged", "overdue")] == [8, 7, 1, 0, 7]
    assert (counts["JUNE", "OFFICER"]["due"], counts["JUNE", "OFFICER"]["overdue"]) == (1, 1)
    assert ("JUNE", "COUNTRY") not in counts
    assert (await june.get("/v1/reports-due", AO, level="DISTRICT")).json()["items"] == []
    shown = (await june.get(f"/v1/reports-due/{missing[0]['due_id']}", KRABI)).json()
    assert [one["days"] for one in shown["reminders"]] == [-7, 1]
    before = len(await june.outbox())
    await look_into_calendar(june.db, june.clock)
    assert len(await june.outbox()) == before
    overdue = {
        (one["data"]["level"], one["data"]["days_late"]) for one in await june.outbox() if one["type"] == "reporting.ReportOverdue.v1"
    }
    assert {("OFFICER", 1), ("OFFICER", 9), ("DISTRICT", 3)} <= overdue

    assert await june.broken_invariants() == []
    await june.as_owner("UPDATE report_due SET status = 'ACKNOWLEDGED' WHERE due_id = $1", sent["due_id"])
    await june.as_owner("UPDATE snapshot SET area = '8102', edition = 2")
    assert await june.broken_invariants() == [
        "editions-follow-one-another",
        "due-report-stands-as-told",
        "submission-is-a-snapshot-of-its-report",
    ]


async def test_the_calendar_says_who_owes_what_to_whom_and_whence(reporting):
    lines = (await reporting.get("/v1/report-calendar", AO)).json()
    [one] = [line for line in lines if (line["kind"], line["level"]) == ("SEPTEMBER", "OFFICER")]
    assert (one["due_on"], one["mark"], one["receiver"]["en"]) == ("2018-09-30", "S", "Head of the district team")
