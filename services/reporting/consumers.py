"""Which event goes into which projection.

Every handler is a pure upsert under a natural key (`natural_key=True`): events twice, or shuffled across keys and topics,
come out the same, so no event id is claimed and no event is ever early.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from services.reporting.commands import (
    allocation_facts,
    case_facts,
    complaint_facts,
    employer_facts,
    money_facts,
    plan_facts,
    registry_facts,
    specialist_facts,
    work_facts,
)
from shared.bus.consumers import Consumers, Work
from shared.contracts import Event, EventData, interview, payments, plan, registry
from shared.db import Tx

consumers: Final = Consumers("reporting")

Command = Callable[[Tx, Sequence[Event]], Awaitable[None]]


def _project(command: Command, *models: type[EventData], topic: str | None = None) -> None:
    """Subscribe: the events of these models go to the command, a set at a time."""

    async def handle(work: Work, events: list[Event]) -> None:
        await command(work.tx, events)

    consumers.on(*models, topic=topic, natural_key=True)(handle)


# The history, not the compacted topic of states: a figure can be derived again from all that ever was.
_project(
    registry_facts.record_holders,
    registry.CardholderRegistered,
    registry.CardholderUpdated,
    registry.CardholderMoved,
    registry.CardholderDeceased,
    registry.CardholderDeathTakenBack,
    registry.CardholderErased,
    registry.CardholderMerged,
    registry.CardholderUnmerged,
    topic=registry.HISTORY,
)
_project(registry_facts.record_imports, registry.RegistryImportCompleted)

_project(case_facts.record_intents, interview.IntentDeclared)
_project(case_facts.record_withdrawals, interview.IntentWithdrawn)
_project(case_facts.record_due_visits, interview.HomeVisitDue)
_project(case_facts.record_unsuccessful_visits, interview.VisitUnsuccessful)
_project(case_facts.record_refused_visits, interview.VisitRefused)
_project(case_facts.record_overdue_visits, interview.HomeVisitOverdue)
_project(case_facts.record_interviews, interview.InterviewCompleted)
_project(case_facts.record_routes, interview.CaseRouted)
_project(case_facts.record_assignments, interview.AccountOfficerAssigned)
_project(case_facts.record_decisions, interview.DecisionRecorded)
_project(case_facts.record_follow_ups, interview.FollowUpRecorded)
_project(case_facts.record_overdue_follow_ups, interview.FollowUpOverdue)
_project(case_facts.record_officers, interview.OfficerRegistered)
_project(case_facts.record_places, interview.MeetingPlaceAnnounced)
_project(case_facts.record_closed_days, interview.PlaceDayClosed)
_project(case_facts.record_reopened_days, interview.PlaceDayReopened)
_project(complaint_facts.record_complaints, interview.ComplaintReceived)
_project(complaint_facts.record_escalations, interview.ComplaintEscalated)
_project(complaint_facts.record_answers, interview.ComplaintAnswered)

_project(plan_facts.record_programmes, plan.ProgrammeChanged)
_project(plan_facts.record_offerings, plan.OfferingChanged)
_project(plan_facts.record_recommendations, plan.RecommendationPrepared)
_project(plan_facts.record_plans, plan.PlanAssigned)
_project(plan_facts.record_declines, plan.PlanDeclined)
_project(plan_facts.record_referrals, plan.ReferralCreated)
_project(plan_facts.record_receipts, plan.ReferralReceived)
_project(plan_facts.record_waiting, plan.ReferralWaitListed)
_project(plan_facts.record_acceptances, plan.ReferralAccepted)
_project(plan_facts.record_refusals, plan.ReferralDeclined)
_project(plan_facts.record_starts, plan.ReferralStarted)
_project(plan_facts.record_closings, plan.ReferralClosed, plan.ReferralReopened)
_project(plan_facts.record_reminders, plan.ReferralReminded)
_project(plan_facts.record_overdue_steps, plan.ReferralOverdue)
_project(plan_facts.record_outcomes, plan.ReferralOutcomeRecorded)
_project(plan_facts.record_plan_ends, plan.PlanCompleted)
_project(specialist_facts.record_questions, plan.SpecialistReviewAsked)
_project(specialist_facts.record_opinions, plan.SpecialistReviewGiven)
_project(specialist_facts.record_withdrawn_questions, plan.SpecialistReviewWithdrawn)
_project(specialist_facts.record_overdue_questions, plan.SpecialistReviewOverdue)
_project(specialist_facts.record_seats, plan.SeatTaken, plan.SeatWaitingBegun, plan.SeatGivenUp)
_project(allocation_facts.record_unmet_needs, plan.UnmetNeedPublished)
_project(employer_facts.record_deductions, plan.DeductionStatementIssued)
_project(work_facts.record_employments, plan.EmploymentChanged)
_project(work_facts.record_wage_months, plan.WageMonthTold)

_project(money_facts.record_policies, payments.PolicyPublished)
_project(
    money_facts.record_entitlements,
    payments.EntitlementStarted,
    payments.EntitlementConfirmed,
    payments.EntitlementStopped,
    payments.EntitlementReinstated,
)
_project(money_facts.record_payments, payments.PaymentSettled, payments.PaymentFailed, payments.PaymentReturned)
_project(money_facts.record_released_runs, payments.PaymentRunReleased)
_project(money_facts.record_closed_runs, payments.PaymentRunClosed)
