"""The simulated agencies: fates by seed, referral and character, and the books of one agency. No I/O."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

import services.plan
from deploy.local.agency_simulator.books import Books
from deploy.local.agency_simulator.characters import Cast, Contradiction
from deploy.local.agency_simulator.fate import Referral, reports_of
from deploy.local.agency_simulator.ways.hook import ENDPOINTS, Hook
from deploy.local.agency_simulator.ways.rest import Refused, Rest
from services.plan.domain import Referral as PlanReferral
from services.plan.domain import ReferralStatus, Step
from services.plan.domain.evidence import AnyEvidence
from services.plan.rules import data
from services.plan.rules.evidence import check_evidence
from services.plan.rules.outcomes import is_final
from shared.contracts.common import Dimension
from shared.contracts.plan import DeclineReason, EvidenceKind, Outcome
from shared.ids import same_id

CAST, RULES, EVIDENCE = Cast.read(), data.load().outcomes, TypeAdapter(AnyEvidence)
SENT, YEAR_END = date(2018, 3, 20), date(2018, 12, 31)
SILENT = sorted(agency for agency, character in CAST.agencies.items() if character.manner is None)


@cache
def catalogue():
    """Code, dimension and agency of every programme of the first catalogue."""
    file = Path(services.plan.__file__).with_name("seed") / "programmes.csv"
    return [(row["code"], row["dimension"], row["agency"]) for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]


def referrals(count, agencies=CAST.agencies):
    """So many referrals of each programme of the agencies."""
    return [
        (agency, Referral(str(same_id("tried", code, number)), code, dimension, SENT))
        for code, dimension, agency in catalogue()
        if agency in agencies
        for number in range(count)
    ]


def of_plan(agency, referral):
    """The referral as plan has it when it is sent."""
    one, rest = same_id(referral.referral_id), {"line_no": 1, "programme_version": 1, "version": 1}
    return PlanReferral(
        referral_id=one,
        plan_id=one,
        holder_id=one,
        programme_code=referral.programme_code,
        dimension=Dimension(referral.dimension),
        agency=agency,
        status=ReferralStatus.CREATED,
        referred_on=referral.referred_on,
        **rest,
    )


def told(known, report):
    """Plan's referral after the report: refused is raised."""
    outcome = report.said.get("outcome") and Outcome(report.said["outcome"])
    final = outcome is not None and is_final(known, outcome, None, RULES)
    if details := report.said.get("details"):
        check_evidence(known, outcome, EVIDENCE.validate_python(details), report.on)
    reason = report.said.get("reason") and DeclineReason(report.said["reason"])
    position = report.said.get("position")
    first, last = known.days_for(Step(report.step))
    taken = known.take(Step(report.step), report.on, position=position, reason=reason, outcome=outcome, final=final)
    assert taken is known or first <= report.on <= (last or date.max)
    return taken


def test_every_agency_of_the_catalogue_has_a_character_and_every_kind_of_it_is_there():
    assert {agency for _, _, agency in catalogue()} == set(CAST.agencies)
    assert {reason for character in CAST.agencies.values() for reason in character.declines} == set(DeclineReason)
    assert {one for character in CAST.agencies.values() for one in character.contradicts} == set(Contradiction)
    assert SILENT


def test_fates_depend_on_seed_and_referral_alone_and_the_silent_say_nothing():
    some = referrals(20)
    fates = [reports_of(7, one, CAST.agencies[agency], CAST) for agency, one in some]
    assert fates == [reports_of(7, one, CAST.agencies[agency], CAST) for agency, one in some]
    assert fates != [reports_of(8, one, CAST.agencies[agency], CAST) for agency, one in some]
    assert all(bool(fate) == (agency not in SILENT) for (agency, _), fate in zip(some, fates, strict=True))
    later = replace(some[0][1], starts_on=date(2018, 9, 3))
    assert all(report.on >= date(2018, 9, 3) for report in reports_of(7, later, CAST.agencies["DOE"], CAST) if report.step == "STARTED")


def test_what_agencies_in_order_report_is_taken_by_plan_with_every_outcome_and_every_kind_of_evidence():
    seen, kinds, ends = Counter(), Counter(), Counter()
    for agency, one in referrals(150):
        character = CAST.agencies[agency].model_copy(update={"contradicts": {}})
        known = of_plan(agency, one)
        for report in reports_of(1, one, character, CAST):
            known = told(known, report)
            seen[report.said.get("outcome") or report.said.get("reason") or report.step] += 1
            kinds[(report.said.get("details") or {}).get("kind")] += 1
        ends[known.status] += 1
    assert {*Outcome, *DeclineReason} <= set(seen)
    assert set(EvidenceKind) <= set(kinds)
    assert set(ends) == {ReferralStatus.CREATED, ReferralStatus.WAIT_LISTED, ReferralStatus.DECLINED, ReferralStatus.CLOSED}


@pytest.mark.parametrize("contradiction", list(Contradiction))
def test_each_disorder_is_what_it_is_called_and_changes_no_end(contradiction):
    manner = CAST.agencies["DOE"].manner
    base = CAST.agencies["NSF"].model_copy(update={"manner": manner, "contradicts": {contradiction: 100}})
    straight = base.model_copy(update={"contradicts": {}})
    code, dimension, agency = "D1-DOE-DOMESTIC-JOB", "D1", "DOE"
    for number in range(20):
        one = Referral(str(same_id("disorder", number)), code, dimension, SENT)
        orderly, disorderly = reports_of(1, one, straight, CAST), reports_of(1, one, base, CAST)
        steps = [report.step for report in disorderly]
        match contradiction:
            case Contradiction.OUTCOME_FIRST:
                assert steps.index("OUTCOME") < steps.index("ACCEPTED")
            case Contradiction.TWICE:
                assert Counter((report.step, report.on) for report in disorderly) == Counter(
                    (report.step, report.on) for report in orderly * 2
                )
            case Contradiction.OF_ANOTHER:
                assert [report.of_another for report in disorderly].count(True) == 1
            case Contradiction.TAKES_THE_DECLINED:
                assert steps == ["DECLINED", "ACCEPTED", "STARTED"]
                continue
        ends = []
        for reports in (orderly, [report for report in disorderly if not report.of_another]):
            known = of_plan(agency, one)
            for report in reports:
                known = told(known, report)
            ends.append(replace(known, version=0))
        assert ends[0] == ends[1]


def books_with(count=30, agency="DSD", **facts):
    books = Books(agency, 1, CAST)
    for _, one in referrals(count, {agency}):
        assert books.take(one, facts)
    return books


def test_books_give_each_report_out_once_in_its_order_and_forget_what_is_over():
    books = books_with()
    assert not books.take(referrals(1, {"DSD"})[0][1])
    first, rest, nothing = books.due(date(2018, 4, 2)), books.due(YEAR_END), books.due(YEAR_END)
    assert [report.sent_on for report in first] == sorted(report.sent_on for report in first)
    assert (len(first) + len(rest), nothing) == (
        sum(len(reports_of(1, one, CAST.agencies["DSD"], CAST)) for _, one in referrals(30, {"DSD"})),
        [],
    )
    again = books_with()
    [over, *_] = again.due(date(2018, 4, 2))
    again.hear(over, "referral-closed")
    assert over.referral_id not in {report.referral_id for report in again.due(YEAR_END)}
    assert again.summary()["refused"] == {"referral-closed": 1}


def test_an_agency_that_begins_anew_reports_only_what_the_suite_does_not_know():
    told_before = books_with(received_on="2018-03-21", accepted_on="2018-03-22").due(YEAR_END)
    assert {"RECEIVED", "ACCEPTED"}.isdisjoint(report.step for report in told_before)
    assert {"STARTED", "OUTCOME"} <= {report.step for report in told_before}


def test_of_a_referral_that_goes_on_or_is_for_another_day_only_what_was_not_taken_is_reported():
    [(_, one)] = referrals(1, {"DSD"})[:1]
    cast = CAST.model_copy(
        update={
            "agencies": {
                "DSD": CAST.agencies["DSD"].model_copy(update={"declines": {}, "wait_lists": 0, "does_not_start": 0, "contradicts": {}})
            }
        }
    )
    books = Books("DSD", 1, cast)
    books.take(one)
    received, accepted = books.due(YEAR_END)[:2]
    assert (received.step, accepted.step) == ("RECEIVED", "ACCEPTED")
    books.hear(received, None)
    books.hear(accepted, "referral-closed")  # the person had withdrawn, and takes it back
    books.take_again(one)
    steps = [report.step for report in books.due(YEAR_END)]
    assert (steps[0], steps.count("RECEIVED"), steps[-1]) == ("ACCEPTED", 0, "OUTCOME")
    books.hear(accepted, None)
    books.hear_late(accepted, "invalid")
    books.hear(accepted, None)
    books.take_again(replace(one, starts_on=date(2018, 9, 3)))
    [started, *_] = books.due(YEAR_END)
    assert (started.step, started.on) == ("STARTED", date(2018, 9, 3))
    anew = Books("DSD", 1, cast)
    anew.take(one, {"received_on": "2018-03-21"})
    anew.take_again(one)
    assert [report.step for report in anew.due(YEAR_END)][:1] == ["ACCEPTED"]


async def test_an_agency_by_webhook_whose_first_day_failed_begins_on_the_next():
    tried = Counter()

    def suite(request):
        tried[request.method, request.url.path] += 1
        if request.method == "POST" and "webhook" in request.url.path and tried[request.method, request.url.path] == 1:
            return httpx.Response(503, text="busy")
        return httpx.Response(200, json={"access_token": "t", "keys": [], "items": [], "next_cursor": None})

    rest = Rest("DSD", "http://suite")
    await rest.http.aclose()
    rest.http = httpx.AsyncClient(transport=httpx.MockTransport(suite), base_url="http://suite")
    hook = Hook(rest, "http://127.0.0.1:1/hooks/DSD")
    with pytest.raises(Refused):
        await hook.begin()
    await hook.begin()
    await hook.begin()
    await hook.close()
    assert (tried["POST", ENDPOINTS], tried["GET", "/plan/v1/referrals"]) == (2, 5)


def test_a_report_about_anothers_referral_names_one_or_falls_away():
    one = CAST.model_copy(
        update={"agencies": {"DSD": CAST.agencies["DSD"].model_copy(update={"contradicts": {Contradiction.OF_ANOTHER: 100}})}}
    )
    alone, beside = Books("DSD", 1, one), Books("DSD", 1, one)
    for books in (alone, beside):
        books.take(referrals(1, {"DSD"})[0][1])
    assert not [report for report in alone.due(YEAR_END) if report.of_another]
    assert [report.referral_id for report in beside.due(YEAR_END, ["b", "a"]) if report.of_another] == ["a"]
