"""Figures are sums that are kept: whatever was told in whatever order, and counted in whatever portions, they are what counting everybody at once gives."""

import random
from datetime import date
from uuid import UUID

import pytest

from services.reporting.commands.counting import count_all, count_some
from services.reporting.domain.parameters import (
    IntakeBy,
    IntakeParameters,
    Parameters,
    RoundParameters,
    ScaledParameters,
)
from services.reporting.queries import development, money, people
from services.reporting.queries.case_figures import figures_of
from services.reporting.queries.counted_rows import COUNTED
from services.reporting.queries.cubes import CUBES
from services.reporting.queries.reports import REPORTS
from services.reporting.queries.view import View, newest_policy
from shared.auth import Level, Reach
from shared.contracts import Event, registry
from shared.contracts.interview import FollowUpRound
from shared.ids import same_id
from tests.reporting import oracle
from tests.reporting.story import OFFICER, PLACE, Story, holder, registered, the_year

SHARED = {OFFICER, PLACE}
DISTRICTS = ("8101", "8102", "1001", "9001")
OTHER_OFFICER = same_id("another officer")
REACHES = [
    Reach.country(),
    *(Reach(Level.PROVINCE, code) for code in ("81", "10")),
    *(Reach(Level.DISTRICT, code) for code in DISTRICTS),
    *(Reach(Level.OFFICER, str(one)) for one in (OFFICER, OTHER_OFFICER)),
]


def others(number):
    """The year again, of other people elsewhere."""

    def mapped(name, value):
        match value:
            case UUID():
                return OTHER_OFFICER if number % 2 and value == OFFICER else value if value in SHARED else same_id("other", number, value)
            case str() if "district" in name and value[:4] in DISTRICTS:
                return DISTRICTS[(DISTRICTS.index(value[:4]) + number) % len(DISTRICTS)] + value[4:]
            case dict():
                return {key: mapped(key, inside) for key, inside in value.items()}
            case tuple() | list():
                return type(value)(mapped(name, inside) for inside in value)
        return value

    for event in the_year():
        if not hasattr(event.data, "holder_id"):
            continue
        data = type(event.data)(**mapped("", event.data.model_dump()))
        yield Event.of(data, subject=data.holder_id, time=event.time, identity=["other", number, event.id], topic=event.topic)


def merges(events, chosen):
    """One person turns out to be another, twice in a row, and one of it is taken back."""
    first, second, third = chosen
    for version, one, into in ((50, first, second), (50, second, third), (51, first, None)):
        told = next(event for event in events if event.type == "registry.CardholderRegistered.v1" and event.data.holder_id == one)
        state = told.data.model_dump() | {"version": version, "reason": "same person"}
        kind = registry.CardholderUnmerged if into is None else registry.CardholderMerged
        more = {"unmerged_on": date(2018, 12, 2)} if into is None else {"merged_into": into, "merged_on": date(2018, 12, 1)}
        yield Event.of(kind(**state | more), subject=one, time=events[-1].time, topic=registry.HISTORY)


async def figures(tx, reach, *, counted):
    """Every report that reads sums, as it reads them, or reckoned by the oracle."""
    view = View(reach, "" if reach.level is Level.OFFICER else reach.code, date(2018, 4, 15), await newest_policy(tx))
    plain = Parameters()
    found = {}
    intake = [IntakeParameters(group_by=one) for one in IntakeBy] + [
        IntakeParameters(**{"from": date(2018, 2, 6), "to": date(2018, 12, 1)})
    ]
    for number, asked in enumerate(intake):
        rows = (await people.intake(tx, view, asked)).rows if counted else await oracle.intake(tx, view, asked)
        counts = ("group", "persons", "walk_in", "home_visit", "up_to_30000", "over_30000", "approved_late")
        found["intake", number] = [tuple(getattr(row, name) if counted else row[name] for name in counts) for row in rows]
    for name in FollowUpRound:
        found["follow-ups", name] = await (development if counted else oracle).follow_ups(tx, view, RoundParameters(round=name))
    found["year"] = await figures_of(tx, view, "year") if counted else await oracle.year(tx, view)
    for name, ours in (("age_income", people), ("visit_coverage", people), ("entitlements", money), ("plans", development)):
        asked = ScaledParameters() if name == "age_income" else plain
        found[name] = await getattr(ours if counted else oracle, name)(tx, view, asked)
    for name in ("income_bands", "caseload"):
        found[name] = await getattr(development if counted else oracle, name)(tx, view, plain)
    found["payments"] = await (money if counted else oracle).payment_rows(tx, view, None)
    return found


async def assert_as_reckoned(reporting):
    async with reporting.db.reading() as tx:
        for reach in REACHES:
            assert await figures(tx, reach, counted=True) == await figures(tx, reach, counted=False), reach
        for reach, read in (
            *((Reach(Level.BANK, code), lambda of, view: of.payment_rows(tx, view, "2018-03")) for code in ("BAAC", "KTB")),
            *((Reach(Level.AGENCY, code), lambda of, view: of.plans(tx, view, Parameters())) for code in ("DSD", "DOE")),
        ):
            for area in ("", "81", "8101"):
                view = View(reach, area, date(2018, 4, 15), None)
                ours = money if reach.level is Level.BANK else development
                assert await read(ours, view) == await read(oracle, view), (reach, area)


@pytest.mark.parametrize("seed", range(2))
async def test_told_twice_and_shuffled_and_counted_in_any_portions_figures_are_as_reckoned_at_once(reporting, seed):
    chance = random.Random(seed)
    year = the_year()
    events = [*year, *(event for number in (1, 2, 3) for event in others(number))]
    persons = [holder(name) for name in ("anong", "boon", "chai", "dao", "ek")]
    known = [*persons, *(same_id("other", number, one) for number in (1, 2, 3) for one in persons)]
    events += merges(events, chance.sample(known, 3))
    shuffled = events * 2
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 90)
        await reporting.deliver(*shuffled[:size])
        del shuffled[:size]
        async with reporting.db.transaction() as tx:
            await count_some(tx, chance.randint(1, 40))
    await count_all(reporting.db)
    await assert_as_reckoned(reporting)
    assert await reporting.broken_invariants() == []


async def test_what_was_not_counted_yet_is_told_and_figures_stay_as_they_were(reporting):
    await reporting.bring(*the_year())
    before = await reporting.figures("year")
    await reporting.deliver(*others(1))
    async with reporting.db.reading() as tx:
        waiting = await tx.fetchval("SELECT count(*) FROM changed_holder")
    assert (await reporting.client.get("/readyz")).json()["uncounted"] == waiting > 0
    assert await reporting.figures("year") == before
    assert await reporting.broken_invariants() == []
    await count_all(reporting.db)
    assert (await reporting.client.get("/readyz")).json()["uncounted"] == 0
    assert await reporting.figures("year") != before


async def test_sums_and_rows_that_are_not_what_was_told_are_found(reporting):
    await reporting.bring(*the_year())
    kept = await reporting.state()
    for tables in ([cube.table for cube in CUBES], [rows.table for rows in COUNTED]):
        async with reporting.db.transaction() as tx:
            for table in tables:
                await tx.execute(f"DELETE FROM {table} WHERE ctid = (SELECT max(ctid) FROM {table})")
        assert {f"{table}-agrees" for table in tables} <= set(await reporting.broken_invariants())
        # By other rules the sums are made anew, and everybody is counted.
        async with reporting.db.transaction() as tx:
            await tx.execute("UPDATE counting SET rules = ''")
        await count_all(reporting.db)
        assert await reporting.state() == kept


async def test_everybody_of_the_visit_group_has_one_result_after_the_visits(reporting):
    await reporting.bring(*the_year())
    results = await reporting.figures("visit-results")
    ended = {"declared": 1, "refused": 1, "content": 0, "not_found": 1, "deceased": 1, "overdue": 0, "open": 0}
    assert results == {"visit_group": 4, **ended, "moved": 0}
    async with reporting.db.transaction() as tx:
        await tx.execute("UPDATE cube_figure SET persons = persons + 1 WHERE figure = 'visit-results/refused'")
    assert "visit-group-has-one-result-each" in await reporting.broken_invariants()


@pytest.mark.parametrize(("today", "expected"), [(date(2018, 4, 15), ("open", 4)), (date(2018, 6, 1), ("overdue", 4))])
async def test_who_has_no_result_is_open_until_the_visits_end_and_overdue_after(reporting, today, expected):
    told = ("CardholderRegistered.v1", "PolicyPublished.v1")
    await reporting.bring(*(event for event in the_year() if event.type.endswith(told)))
    async with reporting.db.reading() as tx:
        found = await figures_of(tx, View(Reach.country(), "", today, await newest_policy(tx)), "visit-results")
    assert (found[expected[0]], found["visit_group"]) == (expected[1], 4)
    assert await reporting.broken_invariants() == []


async def listed(reporting, report, figure, reach, **query):
    """All pages of the list behind the figure, each person's id, and how many the first page said they are."""
    found, persons, cursor = [], None, {}
    while cursor is not None:
        answer = await reporting.get(f"/v1/reports/{report}/cases", reach, figure=figure, limit=3, **query, **cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        persons = page["persons"] if persons is None else persons
        found += [one["holder_id"] for one in page["items"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    return found, persons


async def test_behind_each_figure_is_the_list_of_the_persons_whom_it_counts(reporting):
    await reporting.bring(*the_year(), *others(1))
    krabi, officer = Reach(Level.PROVINCE, "81"), Reach(Level.OFFICER, str(OFFICER))
    seen = set()
    for reach in (krabi, officer):
        year = {one["figure"]: one["persons"] for one in (await reporting.figures("year", reach))["figures"]}
        coverage, results = await reporting.figures("visit-coverage", reach), await reporting.figures("visit-results", reach)
        june = await reporting.figures("follow-ups", reach, round="JUNE")
        for report, shown in (("year", year), ("visit-coverage", coverage), ("visit-results", results), ("follow-ups", june)):
            for figure, persons in shown.items():
                ids, told = await listed(reporting, report, figure, reach)
                assert (len(ids), len(set(ids)), told) == (persons, persons, persons), (report, figure, reach)
                seen |= {(report, figure)} if persons else set()
    assert {("year", "rose_above_30000"), ("visit-coverage", "risen_to_district"), ("follow-ups", "overdue")} <= seen
    chai = (await reporting.get("/v1/reports/visit-results/cases", Reach(Level.DISTRICT, "8101"), figure="not_found")).json()
    assert (str(holder("chai")), "8101") in [(one["holder_id"], one["district"]) for one in chai["items"]]


async def test_the_list_is_for_who_may_see_persons_within_their_reach(reporting):
    await reporting.bring(*the_year())
    krabi = Reach(Level.PROVINCE, "81")
    path = "/v1/reports/year/cases"
    assert (await reporting.get(path, figure="visited", scopes=["reporting.figures:read"])).status_code == 403
    assert (await reporting.get(path, krabi, figure="visited", area="10")).status_code == 404
    assert (await reporting.get(path, Reach(Level.BANK, "BAAC"), figure="visited")).status_code == 404
    refused = await reporting.get(path, figure="weather")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "figure")
    assert (await reporting.get(path, figure="visited", cursor="x")).status_code == 422
    assert (await reporting.get(path)).status_code == 422


async def test_who_may_not_see_persons_is_told_no_small_count_and_none_that_gives_one_away(reporting):
    story = Story()
    for district, count in (("8101", 8), ("8102", 3), ("8103", 20), ("1001", 9)):
        for number in range(count):
            story.tell(date(2018, 1, 15), registered(f"{district}-{number}", subdistrict=f"{district}01"))
    await reporting.bring(the_year()[0], *story.events)
    figures_only = ["reporting.figures:read"]
    krabi, told = Reach(Level.PROVINCE, "81"), {}
    for area in ("", "81", "8101", "8102", "8103", "10", "1001"):
        answer = await reporting.get("/v1/reports/visit-results", scopes=figures_only, **({"area": area} if area else {}))
        told[area] = (answer.json()["figures"]["visit_group"], answer.json()["figures"]["overdue"])
    # Of Krabi's three the small one is hidden, and with it the next smallest: the difference tells of both together.
    assert told == {
        "": (40, 40),
        "81": (31, 31),
        "8101": (None, None),
        "8102": (None, None),
        "8103": (20, 20),
        "10": (9, 9),
        "1001": (9, 9),
    }
    rows = (await reporting.get("/v1/reports/areas", krabi, scopes=figures_only)).json()["figures"]["rows"]
    shown = {row["area"]: (row["card_holders"], row["paid_satang"]) for row in rows if row["area"] in told}
    assert shown == {"8101": (None, None), "8102": (None, None), "8103": (20, 0)}
    assert {row["area"]: row["card_holders"] for row in (await reporting.figures("areas", krabi))["rows"]}["8102"] == 3
    for report in (name for name, one in REPORTS.items() if one.of_persons):
        refused = await reporting.get(f"/v1/reports/{report}", scopes=figures_only)
        assert (refused.status_code, refused.json()["needed_scope"]) == (403, "reporting.cases:read")
