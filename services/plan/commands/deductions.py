"""What an employer may deduct: looked at before, certified, and certified anew after a correction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.plan.commands.employers import lock_period, require_employer, require_revenue
from services.plan.domain import AccountingPeriod, Because, Employer, PeriodStatus
from services.plan.errors import employers as errors
from services.plan.papers import certificates
from services.plan.repository import employers, people, wages
from services.plan.repository.wages import StatementRow
from services.plan.rules.deduction import Terms, deduct
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import DeductionStatementIssued
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.ids import new_id
from shared.signatures import SigningKeys


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be certified now. `basis` is the hash of all of it; `certified_version` the last statement, None before the first."""

    period: AccountingPeriod
    content: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    basis: str
    certified_version: int | None
    certified_basis: str | None

    @property
    def differs(self) -> bool:
        """Whether it is something else than what was certified last."""
        return self.basis != self.certified_basis


async def preview(tx: ReadTx, period_id: UUID, reach: Reach) -> Preview | None:
    """What the period gives by what was told until now; None when it is not within reach. Raises NoTermsYet."""
    period = await employers.period(tx, period_id)
    if period is None:
        return None
    require_employer(reach, period.tax_id)
    employer = await employers.employer(tx, period.tax_id)
    return await _reckon(tx, employer, period)


async def issue(
    tx: Tx, period_id: UUID, *, basis: str, correction: str | None, keys: SigningKeys, reach: Reach, because: Because
) -> StatementRow:
    """Certify what was looked at, as the period's next version; those before it stay.

    Raises NotFound, PeriodNotClosed, NoTermsYet, PreviewOutdated, CorrectionNeedsReason.
    """
    require_revenue(reach)
    period = await lock_period(tx, period_id, reach)
    if period.status is not PeriodStatus.CLOSED:
        raise errors.PeriodNotClosed
    now = await _reckon(tx, await employers.employer(tx, period.tax_id), period)
    if now.basis != basis or not now.differs:
        raise errors.PreviewOutdated(present_basis=now.basis, certified_version=now.certified_version)
    if now.certified_version is not None and not correction:
        raise errors.CorrectionNeedsReason(certified_version=now.certified_version)
    statement_id, version = new_id(), (now.certified_version or 0) + 1
    certificate = {
        "statement_id": str(statement_id),
        "version": version,
        "issued_on": on_day(because.at).isoformat(),
        **now.content,
    }
    signed, reference = certificates.signed(certificate, keys)
    statement = StatementRow(
        statement_id=statement_id,
        period_id=period_id,
        version=version,
        tax_id=period.tax_id,
        basis=basis,
        certificate=certificate,
        items=now.items,
        signed=signed,
        reference=reference,
        issued_by=because.who,
        issued_at=because.at,
        reason=correction or "",
    )
    await wages.add_statement(tx, statement)
    await outbox.add_many(tx, [_event(statement, certificate, because)])
    return statement


async def _reckon(tx: ReadTx, employer: Employer | None, period: AccountingPeriod) -> Preview:
    policy = await people.newest_policy(tx)
    terms = None if policy is None else Terms.of(policy.profile, policy.version, policy.parameters)
    if terms is None:
        raise errors.NoTermsYet
    if employer is None:
        raise NotFound
    counts = await employers.head_counts(tx, period.tax_id, period.months)
    employed = await wages.employed(tx, await employers.employments_by(tx, period.tax_id), period.months)
    deduction = deduct(period, terms, counts, employed)
    content, items = certificates.content_of(employer, period, terms, deduction), certificates.items_of(deduction)
    basis = _hash(content, items)
    version, certified = await wages.newest_statement(tx, period.period_id) or (None, None)
    return Preview(period, content, items, basis, version, certified)


def _hash(content: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> str:
    """Of all but which policy set says it: a further set that says the same of employers changes nothing."""
    said = {name: value for name, value in content.items() if name not in {"policy_profile", "policy_version"}}
    return hashlib.sha256(orjson.dumps([said, items], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _event(statement: StatementRow, certificate: Mapping[str, Any], because: Because) -> Event:
    data = DeductionStatementIssued(
        statement_id=statement.statement_id,
        period_id=statement.period_id,
        version=statement.version,
        tax_id=statement.tax_id,
        starts_on=certificate["starts_on"],
        ends_on=certificate["ends_on"],
        policy_profile=certificate["policy_profile"],
        policy_version=certificate["policy_version"],
        persons=certificate["head_count"]["persons"],
        wages_satang=certificate["wages_satang"],
        training_satang=certificate["training_satang"],
        deduction_satang=certificate["deduction_satang"],
        issued_on=certificate["issued_on"],
    )
    identity = (statement.period_id, statement.version)
    return Event.of(data, subject=statement.tax_id, time=because.at, identity=identity, correlation_id=because.correlation_id)
