"""The simulated agencies against the suite: each in its manner from the referral to its end, begun anew in the middle, and who is silent rises."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
import yaml

from deploy.local.agency_simulator.characters import OF_THE_YEAR, Cast
from deploy.local.agency_simulator.desk import News
from deploy.local.agency_simulator.fate import reports_of
from deploy.local.process import accepts_connections, free_port
from deploy.local.year.agencies import Agencies
from shared.contracts.plan import PLANS
from tests.flows.country import Country
from tests.flows.townsfolk import people_of

SEED, EACH = 3, 3
SECONDS_MAX = 60
PROGRAMMES = {
    "D2-DSD-TECHNICIAN": {"wait_lists": 60, "gets_a_place": 100},
    "D1-DOE-DOMESTIC-JOB": {"way": "KAFKA", "contradicts": {"OUTCOME_FIRST": 100}},
    "D1-DBD-FRANCHISE": {"way": "KAFKA", "manner": "SILENT"},
    "D4-SLF-STUDENT-LOAN": {"way": "KAFKA", "declines": {"OTHER": 100}},
    "D4-NSF-RETIREMENT-SAVING": {"way": "WEBHOOK", "contradicts": {"TWICE": 100}},
    "D4-GHB-HOUSING-LOAN": {"contradicts": {"OF_ANOTHER": 100}},
    "D3-FPO-DEBT-MEDIATION": {"way": "KAFKA", "contradicts": {"TAKES_THE_DECLINED": 100}},
    "D1-CDD-LIVELIHOOD": {"way": "CSV", "contradicts": {"TWICE": 50, "TAKES_THE_DECLINED": 50}},
    "D4-ALRO-FARMLAND": {"way": "XLSX", "wait_lists": 50},
}
DAYS = ("2018-03-16", "2018-04-20", "2018-06-29", "2018-12-28")


@dataclass
class Played:
    """The referrals as the suite has them at the end, how each agency is, and what the agencies' processes printed, in their order."""

    cast: Cast
    rows: list[dict] = field(default_factory=list)
    told: list[dict] = field(default_factory=list)

    def of(self, programme):
        return [row for row in self.rows if row["programme_code"] == programme]

    def reports(self, row):
        """What the agency had to report of the referral."""
        fate = reports_of(SEED, News.of(row).referral, self.cast.agencies[row["agency"]], self.cast)
        return [report for report in fate if not report.of_another]

    def takes_the_declined(self, row):
        return {"DECLINED", "ACCEPTED"} <= {report.step for report in self.reports(row)}

    def counted(self, what, agency=None):
        """A total of both processes."""
        return sum((summary["agencies"][agency] if agency else summary["all"]).get(what, 0) for summary in self.told)

    def refused(self, agency):
        return sum((Counter(summary["agencies"][agency]["refused"]) for summary in self.told), Counter())


@asynccontextmanager
async def agencies(country, characters, told):
    """The simulator as a process; on leaving it is asked to end, and what it printed is added."""
    port = free_port()
    command = ("-m", "deploy.local.agency_simulator", "--address", country.suite.address, "--port", str(port), "--seed", str(SEED))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, "--bootstrap", country.suite.broker.bootstrap, "--characters", str(characters)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "SUKJAI_AGENCY_KEYS": country.suite.secrets.agency_keys},
    )
    try:
        await country.until(lambda: asyncio.to_thread(accepts_connections, port), bool, "the agencies' door")
        yield Agencies.at(f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(process.communicate(), SECONDS_MAX)
        print(out.decode())  # noqa: T201  # the log of the process, beside what fails
    assert process.returncode == 0
    told.append(json.loads(out.decode().strip().splitlines()[-1]))


async def it_is(country, house, day):
    """Another day: the agencies work, hear what the suite says to that and whom else it calls, and what is overdue rises."""
    await country.day(day)
    await house.tell(date.fromisoformat(day))
    await country.drained()
    await country.until(lambda: _calls(country), lambda waiting: not waiting, "calls of agencies")
    await house.tell(date.fromisoformat(day))
    await country.drained()
    await country.post("operator", "/plan/v1/referrals/alarms")


async def _calls(country):
    """What is on its way to agencies that are called."""
    connections = (await country.get("mof", "/plan/v1/agency-connections"))["items"]
    owed = (await country.get("operator", "/plan/v1/operations/webhook-deliveries", status="WAITING"))["items"]
    return [row for row in connections if row["notices_waiting"]] + owed


@pytest.fixture(scope="module")
async def played(country: Country, tmp_path_factory) -> Played:
    """Some people are referred to each of the agencies on 5 March; their year is played in four days, on each of the last with a new process."""
    data = yaml.safe_load(OF_THE_YEAR.read_text(encoding="utf-8"))
    data["common"] |= {"packets": 100, "does_not_start": 0}
    data["agencies"] = {code.split("-")[1]: {"manner": "PROMPT", **character} for code, character in PROGRAMMES.items()}
    characters = tmp_path_factory.mktemp("agencies") / "characters.yaml"
    characters.write_text(yaml.safe_dump(data, allow_unicode=True))
    found = Played(Cast.read(characters))

    people = people_of("810101", EACH * len(PROGRAMMES))
    await country.import_people(people)
    await country.day("2018-02-14")
    await country.state_wishes(people, "2018-02-14")
    await country.day("2018-03-05")
    await country.assign("8101")
    await country.programme()
    async with agencies(country, characters, found.told) as house:
        await house.connect(country.office)
        for number, code in enumerate(PROGRAMMES):
            await country.interview(people[number * EACH : (number + 1) * EACH], "2018-03-05", menu=[code])
        await country.drained()
        for day in DAYS[:2]:
            await it_is(country, house, day)
    async with agencies(country, characters, found.told) as house:
        for day in DAYS[2:]:
            await it_is(country, house, day)
        again = await house.tell(date.fromisoformat(DAYS[-1]))
        assert again == {}
    found.rows = await country.pages("moi-country", "/plan/v1/referrals")
    assert Counter(row["programme_code"] for row in found.rows) == dict.fromkeys(PROGRAMMES, EACH)
    return found


async def test_each_referral_ends_as_its_fate_says(played: Played):
    fields = {"STARTED": "started_on", "ACCEPTED": "accepted_on", "WAIT_LISTED": "wait_listed_on", "RECEIVED": "received_on"}
    for row in played.rows:
        reports = played.reports(row)
        if not reports or played.takes_the_declined(row):
            continue
        # A place in the line may be told again: the last counts.
        for step, on in {report.step: report.on for report in reports if report.step in fields}.items():
            assert row[fields[step]] == on.isoformat(), row
        last = max(reports, key=lambda report: report.on)
        assert (row["outcome"], row["decline_reason"]) == (last.said.get("outcome"), last.said.get("reason"))
        assert row["status"] == ("CLOSED" if last.step == "OUTCOME" else last.step)


async def test_some_waited_for_a_place_and_all_packets_were_read_and_shown(played: Played):
    waited = [row for row in played.of("D2-DSD-TECHNICIAN") if row["wait_listed_on"]]
    assert waited
    assert all(row["wait_listed_on"] < row["accepted_on"] for row in waited)
    # The second process reads those again that were not over: it knows nothing of the first.
    assert played.told[0]["all"]["packets"] == len(played.rows)
    assert played.counted("packets_withheld") == 0
    assert {row["decline_reason"] for row in played.of("D4-SLF-STUDENT-LOAN")} == {"OTHER"}


async def test_outcomes_are_shown_by_evidence(country: Country, played: Played):
    [row, *_] = played.of("D2-DSD-TECHNICIAN")
    shown = (await country.get("agency-DSD", f"/plan/v1/referrals/{row['referral_id']}"))["evidence"]
    assert {one["details"]["kind"] for one in shown} == {"TRAINING"}


async def test_disorder_changes_nothing_and_is_refused_where_it_must_be(country: Country, played: Played):
    assert (played.refused("DOE"), played.refused("NSF")) == ({}, {})
    facts = Counter((event.type.split(".")[1], event.data.referral_id) for event in await country.events(PLANS) if "Referral" in event.type)
    once = {"ReferralReceived", "ReferralAccepted", "ReferralStarted", "ReferralOutcomeRecorded"}
    for row in played.of("D4-NSF-RETIREMENT-SAVING"):
        assert {name: count for (name, one), count in facts.items() if str(one) == row["referral_id"] and name in once} == dict.fromkeys(
            once, 1
        )
    assert set(played.refused("GHB")) == {"not-found of another"}
    declined = [row for row in played.rows if played.takes_the_declined(row)]
    assert {"FPO"} <= {row["agency"] for row in declined} <= {"FPO", "CDD"}
    assert {(row["status"], row["accepted_on"]) for row in declined} == {("DECLINED", None)}
    # That it was taken in all the same, and began, is refused by topic and by file, and the agency can read why.
    refusals = [row for agency in ("FPO", "CDD") for row in await country.pages(f"agency-{agency}", f"/plan/v1/agencies/{agency}/refusals")]
    assert {row["referral_id"] for row in refusals} == {row["referral_id"] for row in declined}
    assert {row["code"] for row in refusals} <= {"referral-declined", "out_of_range"}


async def test_who_is_silent_rises_to_the_ministry(country: Country, played: Played):
    assert played.counted("reported", "DBD") == 0
    assert {row["status"] for row in played.of("D1-DBD-FRANCHISE")} == {"CREATED"}
    overdue = await country.pages("moi-country", "/plan/v1/referrals/overdue", agency="DBD")
    assert [row["raised_to"] for row in overdue] == ["MINISTRY"] * EACH
