"""Agencies without a system: their referrals as a file, and the file back with reports, whatever offices do to files."""

import csv
import gzip
import io
import zipfile
from datetime import date
from itertools import permutations

import asyncpg
import openpyxl
import orjson
import pytest

from services.plan.rules.report_file import HEADINGS, SHEET, SHORT, in_thai
from shared.auth import Level, Reach
from tests.plan.story import JOB, TECHNICIAN, person
from tests.plan.test_connections import ONE, refer, reports_of
from tests.plan.test_referral_steps import FACTS, STEPS, last

TWO = person(2)


def line(referral_id, step="RECEIVED", on="2018-04-02", **said):
    row = {"referral_id": str(referral_id), "step": step, "on": on, **{name: str(value) for name, value in said.items()}}
    return [row.get(column, "") for column in SHORT]


def as_csv(*lines, headings=SHORT):
    text = io.StringIO()
    csv.writer(text).writerows([headings, *lines])
    return text.getvalue()


async def send(plan, content, *, agency="DSD", who=None, preview=False, name="reports.csv", status=201):
    content = content.encode() if isinstance(content, str) else content
    answer = await plan.client.post(
        f"/v1/agencies/{agency}/reports",
        params={"preview": preview},
        files={"file": (name, content)},
        headers=who or plan.agency(agency),
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def counts(sent):
    return tuple(sent[name] for name in ("lines", "accepted", "already", "skipped", "refused"))


async def down(plan, kind="csv", *, who=None, answers=200, **query):
    answer = await plan.get(f"/v1/agencies/DSD/referrals.{kind}", who or plan.agency("DSD"), **query)
    assert answer.status_code == answers, answer.text
    return answer.content


async def test_the_file_of_referrals_tells_nothing_of_the_person_and_is_harmless_in_a_spreadsheet(plan):
    await refer(plan, ONE, codes=(TECHNICIAN, JOB))
    owner = await asyncpg.connect(plan.owner_dsn)
    await owner.execute("UPDATE programme_history SET name_th = '=HYPERLINK(\"http://x\")' WHERE code = $1", TECHNICIAN)
    await owner.close()
    content = await down(plan)
    assert content.startswith("\ufeff".encode())
    [heading, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(heading) == in_thai(SHEET)
    shown = dict(zip(SHEET, row, strict=True))
    assert shown["programme_name"] == '\'=HYPERLINK("http://x")'
    assert (shown["status"], shown["due_on"], shown["overdue_since"], shown["step"]) == ("CREATED", "2018-03-23", "2018-03-24", "")
    assert str(ONE) not in content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(await down(plan, "xlsx", headings="code"))).active
    assert [cell.value for cell in sheet[1]] == list(SHEET)
    assert (sheet["C2"].value, sheet["C2"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert len(list(csv.reader(io.StringIO((await down(plan, status="ACCEPTED")).decode())))) == 1
    await down(plan, who=plan.agency("DOE"), answers=404)
    await down(plan, who=plan.caller(Reach(Level.PROVINCE, "81")), answers=404)


async def test_the_file_comes_back_filled_in_as_offices_write_it(plan):
    people = [person(number) for number in range(4)]
    await refer(plan, *people)
    rows = list(csv.DictReader(io.StringIO((await down(plan)).decode("utf-8-sig"))))
    thai = {column: HEADINGS[column] for column in HEADINGS}
    for row, filled in zip(
        rows,
        (
            {"step": "received", "on": "๒/๔/๒๕๖๑"},
            {"step": "DECLINED", "on": "02/04/2561", "reason": "OTHER", "words": "ติดต่อไม่ได้, โทร 3 ครั้ง"},
            {
                "step": "OUTCOME",
                "on": "2018-04-02",
                "outcome": "TRAINING_PASSED",
                "evidence_kind": "TRAINING",
                "evidence": "hours=๖๐; kit=ชุด ก",
            },
            {},
        ),
        strict=True,
    ):
        row.update({thai[column]: value for column, value in filled.items()})
    text = io.StringIO()
    writer = csv.DictWriter(text, in_thai(SHEET))
    writer.writeheader()
    writer.writerows(rows)
    tis620, packed = text.getvalue().encode("cp874"), gzip.compress(text.getvalue().encode("utf-8-sig"))
    assert counts(await send(plan, packed, preview=True)) == (4, 3, 0, 1, 0)
    assert {(await last(plan, one))["status"] for one in people} == {"CREATED"}
    sent = await send(plan, tis620)
    assert (counts(sent), sent["preview"], sent["name"]) == ((4, 3, 0, 1, 0), False, "reports.csv")
    before = await plan.outbox()
    assert counts(await send(plan, packed)) == (4, 0, 3, 1, 0)
    assert await plan.outbox() == before
    assert sorted([(await last(plan, one))["status"] for one in people]) == ["CLOSED", "CREATED", "DECLINED", "RECEIVED"]
    detail = (await plan.get(f"/v1/referrals/{rows[2][thai['referral_id']]}")).json()
    assert detail["evidence"][0]["details"]["hours"] == 60
    listed = (await plan.get("/v1/agencies/DSD/reports", plan.agency("DSD"), limit=2)).json()
    assert [(one["accepted"], one["preview"]) for one in listed["items"]] == [(0, False), (3, False)]
    assert listed["next_cursor"]


async def test_a_workbook_with_cells_as_people_make_them(plan):
    await refer(plan, ONE, TWO)
    book = openpyxl.Workbook()
    book.active.append(in_thai(SHORT))
    for holder_id, day in ((ONE, date(2018, 4, 2)), (TWO, "31/04/2561")):
        book.active.append([(await last(plan, holder_id))["referral_id"], "WAIT_LISTED", day, 7])
        book.active.append([])
    content = io.BytesIO()
    book.save(content)
    sent = await send(plan, content.getvalue(), name="รายงาน.xlsx")
    assert counts(sent) == (3, 1, 0, 1, 1)
    assert [(one["line"], one["field"], one["code"], one["value_masked"]) for one in sent["refusals"]] == [(4, "on", "date", "31/04/2561")]
    assert (await last(plan))["wait_position"] == 7


async def test_every_bad_line_is_named_with_its_field_and_stops_no_other(plan):
    await refer(plan, ONE, TWO, codes=(TECHNICIAN, JOB))
    mine, others = await plan.referrals_of(ONE)
    good = (await plan.referrals_of(TWO))[0]
    lines = as_csv(
        line(good["referral_id"]),
        line(others["referral_id"], "ACCEPTED"),
        line("1-0000-00000-01-7", "ACCEPTED"),
        line(mine["referral_id"], "EATEN"),
        line(mine["referral_id"], on="2018-04-03"),
        line(mine["referral_id"], on=""),
        line(mine["referral_id"], "DECLINED"),
        line(mine["referral_id"], "OUTCOME", outcome="TRAINING_PASSED", evidence_kind="TRAINING", evidence="hours=30; kit=ชุดของนายดำ"),
        line(mine["referral_id"], "OUTCOME", outcome="TRAINING_PASSED", evidence_kind="TRAINING", evidence="60 ชั่วโมง"),
        line(mine["referral_id"], "OUTCOME", outcome="TRAINING_PASSED", evidence_kind="LAND", evidence="x=1"),
    )
    broken = lines.encode() + b'"a,b\n' + b"a\0b,,,,,,,,\n" + "ก".encode("cp874") + b"\xff,,,,,,,,\n" + b"one,two\n"
    sent = await send(plan, broken + ",".join(line(good["referral_id"], "ACCEPTED")).encode())
    assert counts(sent) == (15, 2, 0, 0, 13)
    assert [(one["line"], one["field"], one["code"]) for one in sent["refusals"]] == [
        (3, "referral_id", "not-found"),
        (4, "referral_id", "uuid_parsing"),
        (5, "step", "enum"),
        (6, "on", "out_of_range"),
        (7, "on", "required"),
        (8, "reason", "missing"),
        (9, "evidence", "course_hours"),
        (10, "evidence", "pairs"),
        (11, "evidence_kind", "union_tag_invalid"),
        (12, "referral_id", "quote"),
        (13, "referral_id", "encoding"),
        (14, "referral_id", "encoding"),
        (15, "", "columns"),
    ]
    assert all(one["reason_th"] and one["reason_en"] for one in sent["refusals"])
    assert "ดำ" not in orjson.dumps(sent).decode()
    assert sent["refusals"][1]["value_masked"] == "… (17)"
    path = f"/v1/agencies/DSD/reports/{sent['file_id']}"
    objects = [orjson.loads(one) for one in (await plan.get(f"{path}/refusals.ndjson", plan.agency("DSD"))).content.splitlines()]
    rows = list(csv.DictReader(io.StringIO((await plan.get(f"{path}/refusals.csv", plan.agency("DSD"))).content.decode("utf-8-sig"))))
    assert [one["line"] for one in objects] == [int(row["line"]) for row in rows] == [one["line"] for one in sent["refusals"]]
    for who in (plan.agency("DOE"), plan.caller(Reach(Level.DISTRICT, "8101"))):
        assert (await plan.get(path, who)).status_code == 404
    other = f"/v1/agencies/DOE/reports/{sent['file_id']}"
    assert (await plan.get(other, plan.agency("DOE"))).status_code == 404
    assert (await plan.get(f"{other}/refusals.ndjson", plan.agency("DOE"))).content == b""


def _archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "x")
    return content.getvalue()


def _many():
    return as_csv(*[[""] * len(SHORT)] * 10_001)


WHOLE = as_csv(*[line("6f2a9d0e-54ad-5d1c-8a35-2f1f6c1d2561", words="ก" * 50)] * 400).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (WHOLE.replace(b",", b";"), "by a semicolon in line 1"),
        (WHOLE.replace(b"step", b"stage", 1), "field 2 must be step"),
        (b"", "field 1 must be referral_id"),
        (f"\ufeff{as_csv()}".encode("utf-16"), "UTF-16"),
        (gzip.compress(WHOLE)[:-300], "ends in the middle, in line"),
        (gzip.compress(WHOLE)[:60] + b"\0" * 60, "cannot be unpacked behind line"),
        (gzip.compress(bytes(65 * 1024**2)), "must be referral_id"),
        (gzip.compress(as_csv().encode() + b",\n" * (33 * 1024**2)), "unpacks to more than it may"),
        (_archive(), "not a workbook"),
        (_many(), "more than 10000 lines"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_says_why(plan, content, words):
    refused = await send(plan, content, status=422)
    assert refused["type"].endswith("not-a-report-file")
    assert words in refused["detail"]
    async with plan.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM agency_file") == 0


async def test_a_file_cut_in_the_middle_refuses_its_last_line_alone(plan):
    await refer(plan, ONE, TWO)
    whole = as_csv(*[line((await last(plan, one))["referral_id"], words="โทรแล้ว") for one in (ONE, TWO)])
    sent = await send(plan, whole.encode()[:-13])
    assert counts(sent) == (2, 1, 0, 0, 1)
    assert [(one["line"], one["code"]) for one in sent["refusals"]] == [(3, "columns")]


async def test_an_outcome_needs_its_scope_and_a_file_is_of_its_own_agency(plan):
    await refer(plan, ONE)
    lines = as_csv(line((await last(plan))["referral_id"], "OUTCOME", outcome="TRAINING_PASSED"))
    await send(plan, lines, status=403, who=plan.caller(Reach(Level.AGENCY, "DSD"), ("plan.referrals:accept",)))
    await send(plan, lines, status=404, who=plan.agency("DOE"))
    sent = await send(plan, lines, agency="DOE")  # under its own name it finds no such referral
    assert [one["code"] for one in sent["refusals"]] == ["not-found"]
    assert (await last(plan))["status"] == "CREATED"


async def test_whatever_the_order_and_the_way_the_end_is_the_same(plan):
    """The steps of each person come by REST, topic and file in turns, in another order for each."""
    orders = list(permutations(STEPS))[::17]
    people = [person(number) for number in range(len(orders))]
    await refer(plan, *people)
    ways = (_over_rest, _by_topic, _by_file)
    for number, (holder_id, order) in enumerate(zip(people, orders, strict=True)):
        referral = await last(plan, holder_id)
        for place, step in enumerate(order):
            await ways[(number + place) % 3](plan, referral, step)
            await ways[(number + place + 1) % 3](plan, referral, step)  # the same by another way
    ended = [await last(plan, holder_id) for holder_id in people]
    assert {tuple(one[name] for name in FACTS) for one in ended} == {
        ("CLOSED", "2018-03-21", "2018-03-22", 7, "2018-03-26", "2018-03-28", "TRAINING_PASSED", "2018-04-02")
    }
    assert len(await plan.outbox("ReferralOutcomeRecorded")) == len(people)


async def _over_rest(plan, referral, step):
    answer = await plan.post(f"/v1/referrals/{referral['referral_id']}/reports", {"step": step[0], **step[1]}, plan.agency("DSD"))
    assert answer.status_code == 201, answer.text


async def _by_topic(plan, referral, step):
    await plan.bring(*reports_of(referral, [step], prefix=f"{referral['referral_id']}{step[0]}"[:90]))


async def _by_file(plan, referral, step):
    sent = await send(plan, as_csv(line(referral["referral_id"], step[0], **step[1])))
    assert (sent["accepted"] + sent["already"], sent["refused"]) == (1, 0)
