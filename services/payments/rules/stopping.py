"""From which month on an allowance is not paid, by reason and profile (docs/measure.md 4)."""

from datetime import date

from services.payments.domain import Month, month_after
from services.payments.rules.parameters import Parameters, StopKind
from shared.contracts.payments import StopReason


def stop_month(parameters: Parameters, reason: StopReason, counted_from: date) -> Month | None:
    """The first month without pay, or None where the profile knows no such stop.

    `counted_from` is the day that the reason counts from: of the death, of the interview, of the decision, or on which a
    withdrawal was known. NEVER_STARTS is the month after too: it removes every month of an allowance that has not begun.
    """
    rule = parameters.stop_rules[reason]
    following = month_after(counted_from)
    match rule.kind:
        case StopKind.NONE:
            return None
        case StopKind.NEXT_MONTH | StopKind.NEVER_STARTS:
            return following
        case StopKind.FIXED:
            return rule.month
        case StopKind.FIXED_OR_NEXT:
            return following if rule.month is None else max(rule.month, following)


def rule_name(parameters: Parameters, reason: StopReason) -> str:
    """The name of the rule for histories and events: `stop_rules.WITHDRAWN=FIXED_OR_NEXT`."""
    return f"stop_rules.{reason}={parameters.stop_rules[reason].kind}"
