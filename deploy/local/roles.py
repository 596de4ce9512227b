"""The roles of development users: what each may do, and how wide it reaches. One table for the issuer, drivers and tests; who has them: users.py."""

from dataclasses import dataclass
from typing import Final

from deploy.local.scopes import CASE_READING, REGISTRY_KEEPING
from shared.auth import Level


@dataclass(frozen=True, slots=True)
class Role:
    """The scopes of a role and the level of its reach."""

    scopes: tuple[str, ...]
    level: Level


_OWN_FIGURES: Final = ("reporting.figures:read", "reporting.cases:read")
_LINKS_READING: Final = ("registry.consents:read", "registry.households:read", "registry.representatives:read")
_LINKS_WRITING: Final = ("registry.consents:write", "registry.households:write", "registry.representatives:write")
_EXPORTING: Final = (
    "registry.recipients:read",
    "registry.recipients:write",
    "registry.recipients:approve",
    "registry.exports:read",
    "registry.exports:write",
    "registry.exports:approve",
)
_RECEIVING: Final = ("registry.recipients:read", "registry.exports:read", "registry.exports:receive")
_CHANGES: Final = ("registry.changes-feed:read", "registry.webhooks:read", "registry.webhooks:write")
_FIGURES: Final = ("registry.statistics:read", "reporting.figures:read", "reporting.snapshots:read", "reporting.submissions:read")
_REPORTING: Final = ("reporting.submissions:write", "reporting.submissions:acknowledge")
_ERASURES: Final = ("registry.erasures:read", "registry.erasures:propose", "registry.erasures:decide")
_RECEIVING_RESULTS: Final = ("interview.releases:receive", "interview.committee-releases:receive")
_COMPLAINTS: Final = ("interview.complaints:read", "interview.complaints:write")
_COMPLAINTS_DECIDING: Final = (*_COMPLAINTS, "interview.complaints:decide")
_GUIDANCE: Final = ("interview.guidelines:read", "interview.team-variants:read")
_GOVERNING: Final = (
    *_GUIDANCE,
    "interview.agency-tasks:read",
    "interview.committees:read",
    "interview.preparations:read",
    "interview.releases:read",
)
_SPECIALIST: Final = ("registry.areas:read", "plan.programmes:read", "plan.specialist-reviews:read", "plan.specialist-reviews:answer")
_HOLDING: Final = ("payments.holds:read", "payments.holds:write", "payments.failed-transfers:read")
_MONEY: Final = ("policies", "entitlements", "runs", "envelopes", "batches", "ledger", "adjustments")
_MONEY_READING: Final = (*_HOLDING, *(f"payments.{noun}:read" for noun in _MONEY))
_SUPERVISION: Final = (
    *CASE_READING,
    *_GOVERNING,
    *_FIGURES,
    "interview.decisions:read",
    "interview.supervision:read",
    "interview.spot-checks:read",
    "payments.policies:read",
    "payments.runs:read",
    "payments.holds:read",
    "payments.failed-transfers:read",
    "plan.choices:read",
)

ROLES: Final[dict[str, Role]] = {
    "registrar": Role((*REGISTRY_KEEPING, *_ERASURES, *_LINKS_READING, *_LINKS_WRITING, *_EXPORTING, *_CHANGES), Level.COUNTRY),
    "mof": Role(
        (
            "registry.imports:read",
            "registry.imports:write",
            *_ERASURES,
            *_EXPORTING,
            "registry.imports:approve",
            "registry.flags:read",
            *_SUPERVISION,
            "plan.programmes:write",
            "plan.code-lists:read",
            "plan.code-lists:propose",
            "plan.connections:read",
            "plan.connections:write",
            "reporting.snapshots:write",
            "reporting.snapshots:derive",
            *_COMPLAINTS,
            "interview.releases:receive",
            "interview.mof-releases:receive",
        ),
        Level.COUNTRY,
    ),
    "moi": Role((*_SUPERVISION, "registry.flags:read", "interview.assignments:write"), Level.COUNTRY),
    "ministry": Role(
        ("registry.areas:read", "registry.card-holders:verify", "registry.dci:search", "registry.dci:subscribe", *_CHANGES), Level.COUNTRY
    ),
    "governor": Role(
        (
            *_SUPERVISION,
            *_RECEIVING,
            "registry.card-holders:search",
            "registry.duplicates:read",
            "registry.duplicates:approve",
            "registry.flags:read",
            "registry.changes:read",
            "interview.officers:write",
            "interview.teams:write",
            *_CHANGES,
            *_COMPLAINTS_DECIDING,
            "interview.guidelines:write",
            "interview.team-variants:write",
            "interview.agency-tasks:write",
            "interview.committees:write",
            "interview.releases:write",
            "plan.seat-allocations:write",
            *_REPORTING,
        ),
        Level.PROVINCE,
    ),
    "district_chief": Role(
        (
            *_SUPERVISION,
            *_RECEIVING,
            "registry.flags:read",
            "registry.flags:write",
            "registry.card-holders:find",
            "registry.card-holders:search",
            "registry.card-holders:write",
            "registry.duplicates:read",
            "registry.duplicates:write",
            *_LINKS_READING,
            *_LINKS_WRITING,
            "registry.notices:read",
            "registry.changes:read",
            "registry.changes:approve",
            "interview.places:write",
            "interview.officers:write",
            "interview.rosters:write",
            "interview.assignments:write",
            "interview.visits:write",
            "interview.intents:write",
            "interview.intents:approve",
            "interview.queues:write",
            "interview.closings:write",
            "interview.closings:reopen",
            "interview.decisions:write",
            "interview.follow-ups:write",
            "interview.appeals:write",
            "interview.sealed-answers:read",
            "interview.spot-checks:write",
            "interview.devices:read",
            "interview.devices:write",
            *_COMPLAINTS_DECIDING,
            "interview.guidelines:acknowledge",
            "interview.preparations:write",
            "interview.releases:write",
            "plan.recommendations:read",
            "payments.holds:write",
            *_REPORTING,
        ),
        Level.DISTRICT,
    ),
    "intake_officer": Role(
        (
            "registry.areas:read",
            "registry.card-holders:read",
            "registry.card-holders:find",
            "registry.card-holders:search",
            "registry.consents:read",
            "registry.consents:write",
            "interview.places:read",
            "interview.teams:read",
            "interview.cases:read",
            "interview.intents:read",
            "interview.intents:write",
            "interview.forms:read",
            "interview.queues:read",
            "interview.queues:write",
            "interview.closings:read",
            "interview.closings:write",
            *_COMPLAINTS,
            *_GUIDANCE,
        ),
        Level.DISTRICT,
    ),
    "account_officer": Role(
        (
            *CASE_READING,
            "reporting.figures:read",
            "registry.card-holders:find",
            "registry.notices:read",
            "registry.card-holders:write",
            *_LINKS_READING,
            *_LINKS_WRITING,
            "registry.changes:read",
            "interview.intents:write",
            "interview.visits:write",
            "interview.interviews:write",
            "interview.follow-ups:write",
            "interview.spot-checks:read",
            "interview.spot-checks:write",
            "interview.appeals:write",
            "interview.sealed-answers:read",
            "interview.sync:write",
            "interview.devices:read",
            "interview.devices:write",
            "plan.plans:write",
            "plan.specialist-reviews:ask",
            "plan.recommendations:read",
            *_COMPLAINTS,
            *_GUIDANCE,
            "reporting.submissions:read",
            "reporting.submissions:write",
            "reporting.snapshots:read",
        ),
        Level.OFFICER,
    ),
    # ทีมเฉพาะทาง of a province, one role a dimension; agencies answer with their own.
    "specialist_work": Role((*_SPECIALIST, "plan.specialist-work:answer"), Level.PROVINCE),
    "specialist_training": Role((*_SPECIALIST, "plan.specialist-training:answer"), Level.PROVINCE),
    "specialist_finance": Role((*_SPECIALIST, "plan.specialist-finance:answer"), Level.PROVINCE),
    "specialist_necessities": Role((*_SPECIALIST, "plan.specialist-necessities:answer"), Level.PROVINCE),
    "committee": Role(
        (
            *_SUPERVISION,
            *_RECEIVING_RESULTS,
            "interview.decisions:write",
            "plan.programmes:approve",
            "plan.code-lists:read",
            "plan.code-lists:approve",
            "plan.recommendations:write",
            "reporting.snapshots:write",
            "reporting.snapshots:derive",
            *_REPORTING,
            "reporting.province-submissions:acknowledge",
        ),
        Level.COUNTRY,
    ),
    # คนส., to whom คอต. reports.
    "policy_committee": Role(
        (
            *_SUPERVISION,
            "reporting.snapshots:derive",
            "reporting.submissions:acknowledge",
            "reporting.country-submissions:acknowledge",
        ),
        Level.COUNTRY,
    ),
    "provincial_committee": Role(
        (
            *_SUPERVISION,
            *_RECEIVING_RESULTS,
            "interview.decisions:write",
            "plan.seat-allocations:approve",
            "reporting.submissions:acknowledge",
        ),
        Level.PROVINCE,
    ),
    "agency": Role(
        (
            *_RECEIVING,
            *_OWN_FIGURES,
            *_SPECIALIST,
            "plan.waiting-lists:read",
            "plan.programmes:write",
            "plan.offerings:write",
            "plan.referrals:read",
            "plan.referrals:accept",
            "plan.outcomes:write",
            "plan.packets:read",
            "plan.connections:read",
            "plan.webhooks:read",
            "plan.webhooks:write",
            "payments.batches:read",
            "payments.batches:write",
            "registry.contacts:read",
            "interview.agency-tasks:read",
            "interview.agency-tasks:answer",
        ),
        Level.AGENCY,
    ),
    "employer": Role(
        (
            "plan.employers:read",
            "plan.employers:write",
            "plan.employments:read",
            "plan.employments:write",
            "plan.accounting-periods:read",
            "plan.accounting-periods:write",
            "plan.deductions:read",
        ),
        Level.EMPLOYER,
    ),
    "revenue": Role(
        (
            "plan.employers:read",
            "plan.employers:decide",
            "plan.employments:read",
            "plan.accounting-periods:read",
            "plan.deductions:read",
            "plan.deductions:issue",
            "plan.wages:read",
            "reporting.figures:read",
        ),
        Level.COUNTRY,
    ),
    "payments_maker": Role(
        (
            *_MONEY_READING,
            "payments.runs:propose",
            "payments.runs:write",
            "payments.results:read",
            "payments.bank-files:read",
            "payments.envelopes:propose",
            "payments.adjustments:propose",
            "payments.policies:propose",
        ),
        Level.COUNTRY,
    ),
    "payments_approver": Role(
        (
            *_MONEY_READING,
            "payments.runs:approve",
            "payments.runs:release",
            "payments.holds:lift",
            "payments.envelopes:approve",
            "payments.batches:approve",
            "payments.adjustments:approve",
            "payments.policies:approve",
        ),
        Level.COUNTRY,
    ),
    "bank": Role(
        (
            *_RECEIVING,
            *_OWN_FIGURES,
            "payments.runs:read",
            "payments.instructions:read",
            "payments.results:read",
            "payments.results:write",
            "payments.bank-files:read",
            "payments.bank-files:write",
            "payments.bank-files:fetch",
            "plan.wages:read",
            "plan.wages:write",
        ),
        Level.BANK,
    ),
    "notice_gateway": Role(("registry.notice-receipts:write",), Level.COUNTRY),
    "operator": Role(
        (
            *(
                f"{service}.operations:{right}"
                for service in ("registry", "interview", "plan", "payments", "reporting")
                for right in ("read", "write")
            ),
            "plan.alarms:raise",
            "plan.recommendations:write",
        ),
        Level.COUNTRY,
    ),
    "auditor": Role(
        (
            *_SUPERVISION,
            "registry.imports:read",
            "registry.audit:read",
            "registry.erasures:read",
            "registry.keys:read",
            "registry.recipients:read",
            "registry.exports:read",
            "registry.dci-senders:read",
            "payments.runs:read",
            "payments.envelopes:read",
            "payments.ledger:read",
            "payments.adjustments:read",
            "reporting.snapshots:derive",
        ),
        Level.COUNTRY,
    ),
}
