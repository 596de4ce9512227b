"""Planning a district as properties, without a database: who is absent, what moves, and co-interviewers."""

from hypothesis import given
from hypothesis import strategies as st

from services.interview.commands.assign_district import plan
from services.interview.domain import State
from services.interview.errors import NoBankOfficer, NoOfficers
from services.interview.errors.teams import NoOfficerFree
from services.interview.repository.assigning import Available, WaitingCase
from services.interview.repository.staff import Officer
from services.interview.rules.co_interview import BANKS
from shared.contracts.interview import Employer
from shared.ids import same_id


def _officer(n, district, employer, caseload_max):
    return Officer(same_id("officer", n), 1, district, employer, str(n), active=True, caseload_max=caseload_max)


OFFICERS = st.lists(
    st.tuples(
        st.sampled_from(["8101", "8101", "8102"]),
        st.sampled_from([Employer.BAAC, Employer.GSB, Employer.KTB, Employer.GHB, Employer.LABOUR]),
        st.none() | st.integers(0, 9),
        st.booleans(),
        st.booleans(),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=7,
).map(
    lambda all_: [
        Available(_officer(n, district, employer, most), absent, takes, accompanies=False, cases=cases, accompanied=accompanied)
        for n, (district, employer, most, absent, takes, cases, accompanied) in enumerate(all_)
        if district == "8101" or employer in BANKS
    ]
)
CASES = st.lists(
    st.tuples(
        st.sampled_from([State.DECLARED, State.VISIT_DUE, State.FOLLOWED_UP]),
        st.sampled_from(["810101", "810102"]),
        st.sampled_from([None, "6111", "5223"]),
    ),
    max_size=20,
)


def waiting(all_, kept_by=None):
    return [
        WaitingCase(same_id("case", n), same_id("holder", n), 1, state, "8101", place, kept_by, None, None, kept_by is None, occupation)
        for n, (state, place, occupation) in enumerate(all_)
    ]


@given(CASES, OFFICERS, st.randoms())
def test_a_plan_respects_absences_limits_teams_and_the_bank_rule_and_is_the_same_each_time(cases, present, chance):
    asked = waiting(cases)
    free = {
        one.officer.officer_id: one
        for one in present
        if one.officer.district == "8101" and one.may_take and not one.absent and one.cases < (one.officer.caseload_max or 99)
    }
    free = {id_: one for id_, one in free.items() if one.officer.caseload_max != 0}
    try:
        planned = plan("8101", asked, present, {})
    except (NoOfficers, NoOfficerFree):
        assert cases
        assert not free
        return
    except NoBankOfficer:
        assert not [one for one in present if one.officer.employer in BANKS and not one.absent]
        return
    banks = {one.officer.officer_id for one in present if one.officer.employer in BANKS and not one.absent}
    own_banks = {one.officer.officer_id for one in present if one.officer.district == "8101"} & banks
    for one in planned.assignments:
        assert one.officer_id in free
        assert (one.co_interviewer_id is None) == (free[one.officer_id].officer.employer in BANKS)
        assert one.co_interviewer_id is None or one.co_interviewer_id in (own_banks or banks)
        assert one.to_state is (State.ASSIGNED if one.state is State.DECLARED else one.state)
    assert len({one.case_id for one in planned.assignments}) == planned.cases == len(cases) - planned.without_room
    shuffled = list(present)
    chance.shuffle(shuffled)
    chance.shuffle(asked)
    assert plan("8101", asked, shuffled, {}) == planned


@given(CASES, OFFICERS)
def test_who_has_a_fitting_officer_keeps_them_and_only_gets_who_co_interviews(cases, present):
    clerk = Available(_officer(99, "8101", Employer.GHB, 0), absent=True, may_take=False, accompanies=False, cases=50, accompanied=0)
    bank = Available(_officer(98, "8101", Employer.GSB, None), absent=False, may_take=False, accompanies=False, cases=0, accompanied=0)
    planned = plan("8101", waiting(cases, clerk.officer.officer_id), [*present, clerk, bank], {})
    assert (planned.cases, planned.moved, planned.accompanied) == (0, 0, len(cases))
    assert {one.officer_id for one in planned.assignments} <= {clerk.officer.officer_id}
    assert all(one.co_interviewer_id for one in planned.assignments)
    assert all(load.before == load.cases for load in planned.loads)
