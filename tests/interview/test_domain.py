"""The table of transitions, walked."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.interview.domain import LOADS_OFFICER, NEEDS_OFFICER, TO_FOLLOW, TRANSITIONS, Case, Change, State, Step
from services.interview.errors import CaseNotReady
from shared.ids import new_id

FEBRUARY = [Step.WISH_STATED, Step.OFFICER_ASSIGNED, Step.INTERVIEWED]
AT_HOME = [
    Step.LISTED_FOR_VISIT,
    Step.OFFICER_ASSIGNED,
    Step.NOT_MET,
    Step.MET_AT_HOME,
    Step.WISH_STATED,
    Step.OFFICER_ASSIGNED,
    Step.INTERVIEWED,
]
PLAN = [Step.PLAN_AGREED, Step.REFERRED, Step.DEVELOPMENT_BEGUN, Step.COMPLETED, Step.FOLLOWED_UP, Step.SEPTEMBER_DONE, Step.CLOSED]


def case(state=State.ELIGIBLE):
    opened = Case.open(new_id(), "810101", on=date(2018, 2, 1))
    return Change.of(opened).put(state=state).after


def walk(steps, state=State.ELIGIBLE):
    change = Change.of(case(state))
    for step in steps:
        change = change.step(step)
    return change


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        (FEBRUARY, State.INTERVIEWED),
        (AT_HOME, State.INTERVIEWED),
        ([*FEBRUARY, *PLAN], State.CLOSED),
        ([*FEBRUARY, *PLAN[:-4], Step.DROPPED, Step.SEPTEMBER_DONE], State.FOLLOWED_UP),
        ([*FEBRUARY, Step.REFUSED], State.REFUSED),
        ([*FEBRUARY, Step.CONTENT], State.SUFFICIENCY),
        ([Step.LISTED_FOR_VISIT, Step.MET_AT_HOME, Step.REFUSED, Step.WISH_STATED], State.DECLARED),
        ([Step.LISTED_FOR_VISIT, Step.MET_AT_HOME, Step.CONTENT, Step.CLOSED], State.CLOSED),
        ([Step.LISTED_FOR_VISIT, Step.NOT_MET, Step.NOT_MET, Step.NOT_MET, Step.NOT_FOUND, Step.WISH_STATED], State.DECLARED),
        ([Step.LATE_WISH_STATED, Step.LATE_WISH_GRANTED], State.DECLARED),
        ([Step.LATE_WISH_STATED, Step.LATE_WISH_REFUSED], State.CLOSED),
        ([Step.WISH_STATED, Step.OFFICER_ASSIGNED, Step.ROUTED], State.DECLARED),
        ([*FEBRUARY, Step.ROUTED, Step.OFFICER_ASSIGNED], State.INTERVIEWED),
        ([*FEBRUARY, Step.WITHDRAWN, Step.REINSTATED], State.DECLARED),
    ],
)
def test_ways_through_the_year(steps, end):
    change = walk(steps)
    assert change.after.state is end
    assert [entry.step for entry in change.entries] == list(steps)
    assert change.after.version == change.before.version + 1


def test_every_state_can_be_reached_and_every_step_is_in_the_table():
    assert set(TRANSITIONS) == set(Step)
    reached = {State.ELIGIBLE}
    while new := {to for step in TRANSITIONS.values() for start, to in step.items() if start in reached} - reached:
        reached |= new
    assert reached == set(State)


@pytest.mark.parametrize(("step", "state"), [pair for pair in product(Step, State) if pair[1] not in TRANSITIONS[pair[0]]])
def test_what_is_not_in_the_table_is_refused_with_the_states_that_allow_it(step, state):
    with pytest.raises(CaseNotReady) as refused:
        walk([step], state)
    assert refused.value.facts["state"] == state
    assert refused.value.facts["allowed"] == sorted(TRANSITIONS[step])
    assert walk([], state).step_if_possible(step).entries == ()


def test_the_dead_and_the_closed_stay_so():
    for step, moves in TRANSITIONS.items():
        assert moves.get(State.DECEASED, State.DECEASED) is State.DECEASED, step
        assert moves.get(State.CLOSED, State.CLOSED) is State.CLOSED, step


def test_death_crosses_every_open_state():
    assert set(TRANSITIONS[Step.DIED]) == set(State) - {State.DECEASED, State.CLOSED}


def test_sets_of_states_are_those_that_officers_work_on():
    over = {State.CLOSED, State.DECEASED, State.WITHDRAWN, State.REFUSED, State.NOT_FOUND, State.SUFFICIENCY}
    for states in (NEEDS_OFFICER, LOADS_OFFICER, TO_FOLLOW):
        assert not over & set(states)
    assert set(NEEDS_OFFICER) <= set(TRANSITIONS[Step.OFFICER_ASSIGNED])
    assert set(TO_FOLLOW) <= set(TRANSITIONS[Step.FOLLOWED_UP])


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_any_history_has_no_gap_and_ends_where_the_case_stands(steps):
    change = Change.of(case())
    for step in steps:
        change = change.step_if_possible(step)
    states = [State.ELIGIBLE, *(entry.to_state for entry in change.entries)]
    assert [entry.from_state for entry in change.entries] == states[:-1]
    assert change.after.state is states[-1]
    assert change.is_worth_storing == bool(change.entries)


def test_one_person_has_one_case():
    holder_id = new_id()
    first, second = (Case.open(holder_id, "810101", on=date(2018, 2, day)) for day in (1, 2))
    assert first.case_id == second.case_id
    assert first.home_district == first.responsible_district == "8101"
