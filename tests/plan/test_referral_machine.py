"""A referral whatever an agency reports, whatever happens to the plan: the state is what the facts add up to, and no day goes back."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.plan.domain import Referral, ReferralStatus, Step
from services.plan.rules.referral_clocks import alarms, clock_of
from shared.contracts.common import Dimension
from shared.contracts.plan import ClosingReason, DeclineReason, Outcome
from shared.errors import DomainError

FIRST = date(2018, 3, 1)
ENDS = (ClosingReason.DECEASED, ClosingReason.MERGED, ClosingReason.WITHDRAWN)


class ReferralMachine(RuleBasedStateMachine):
    """Agencies report anything, in any order; plans end and go on."""

    @initialize()
    def sent(self):
        self.referral = Referral(
            UUID(int=1), UUID(int=2), UUID(int=3), 1, "D2-DSD-TECHNICIAN", 1, Dimension.D2, "DSD", ReferralStatus.CREATED, 1, FIRST
        )

    @rule(step=st.sampled_from(Step), days=st.integers(0, 90), final=st.booleans(), position=st.integers(1, 9))
    def report(self, step, days, final, position):
        """A report within the days of the others is taken or refused by name; taken once more it changes nothing."""
        on = FIRST + timedelta(days=days)
        first, last = self.referral.days_for(step)
        if not first <= on <= (last or on):
            return  # refused by its day
        said = {
            Step.WAIT_LISTED: {"position": position},
            Step.DECLINED: {"reason": DeclineReason.NO_SEAT},
            Step.OUTCOME: {"outcome": Outcome.TRAINING_PASSED if final else Outcome.TRAINING_AWAITING_RESULT, "final": final},
        }.get(step, {})
        before = self.referral
        try:
            self.referral = before.take(step, on, **said)
        except DomainError:
            assert self.referral is before
            return
        assert self.referral.day_of(step) == on
        assert self.referral.take(step, on, **said) is self.referral
        assert self.referral.version == before.version + (self.referral is not before)

    @rule(reason=st.sampled_from(ENDS))
    def end_with_the_plan(self, reason):
        """A plan that ends closes what is open, and goes on where it was."""
        before = self.referral
        closed = before.close(reason)
        assert closed.status is ReferralStatus.CLOSED
        back = closed.go_on(reason)
        if before.status is not ReferralStatus.CLOSED:
            assert back.status is before.status

    @precondition(lambda self: self.referral.status is ReferralStatus.DECLINED)
    @rule()
    def gives_way(self):
        """A declined attempt gives way, and nothing closes it afterwards."""
        past = self.referral.give_way()
        assert (past.current, past.status, past.close(ClosingReason.DECEASED)) == (False, ReferralStatus.DECLINED, past)
        assert clock_of(past) is None

    @invariant()
    def stands_where_its_facts_lead(self):
        """The state is that of the furthest fact; the days follow one another."""
        referral = self.referral
        assert referral.status is referral.standing()
        days = [day for step in Step if (day := referral.day_of(step))]
        assert days == sorted(days)
        assert all(day >= referral.referred_on for day in days)
        assert referral.outcome_final == (referral.status is ReferralStatus.CLOSED)

    @invariant()
    def one_clock_runs_until_the_end(self):
        """An open referral waits for something, with alarms that follow one another; a closed one for nothing."""
        clock = clock_of(self.referral)
        assert (clock is None) == (self.referral.status is ReferralStatus.CLOSED)
        if clock is not None:
            on = [alarm.on for alarm in alarms(clock.since, clock.due_on)]
            assert on == sorted(on)
            assert on[0] <= clock.due_on < on[1]


TestReferralMachine = ReferralMachine.TestCase
