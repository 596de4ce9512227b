"""Reports that agencies put on their topics: each once, taken by the command that takes them over REST; what is refused is kept for the agency to read."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from uuid import UUID

from services.plan.commands.referrals import StepReport, report_steps
from services.plan.domain import Because
from services.plan.domain.agencies import Refusal, Way
from services.plan.errors.agencies import ReportIdReused
from services.plan.repository import agencies
from services.plan.rules.outcomes import OutcomeRules
from shared.auth import Level, Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import AGENCY_REFERRALS, AGENCY_REPORTS, AgencyReportRefused
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import DomainError, FieldProblem

_REUSED: Final = FieldProblem("report_id", ReportIdReused.slug, ReportIdReused.title_en, ReportIdReused.title_th)


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report as an agency told it under its own id: what it says, or why it cannot be read."""

    agency: str
    report_id: str
    referral_id: UUID
    said: StepReport | DomainError

    @property
    def digest(self) -> str:
        """Of what it says, without what is personal: the same report has the same."""
        said = self.said
        facts = (
            (said.step, said.on, said.position, said.reason, said.outcome, said.final) if isinstance(said, StepReport) else said.problems
        )
        return hashlib.sha256(repr((self.referral_id, facts)).encode()).hexdigest()


def problems_of(error: DomainError) -> Sequence[FieldProblem]:
    """What is wrong, by field; of an error that names none, its own words for the referral."""
    return error.problems or (FieldProblem("referral_id", error.slug, error.detail_en, error.detail_th),)


async def take_told(tx: Tx, told: Sequence[ToldReport], rules: OutcomeRules, cipher: FieldCipher, because: Because) -> None:
    """Take the reports in their order. One that came before changes nothing; one that is refused stops no other."""
    for agency, reports in groupby(sorted(told, key=lambda one: one.agency), key=lambda one: one.agency):
        await _take(tx, agency, list(reports), rules, cipher, because)


async def _take(tx: Tx, agency: str, told: Sequence[ToldReport], rules: OutcomeRules, cipher: FieldCipher, because: Because) -> None:
    keys = [(one.report_id, one.digest) for one in told]
    claimed = await agencies.claim_reports(tx, agency, keys, because.at)
    now = Counter(report_id for report_id, _ in claimed)
    times = await agencies.times_told(tx, agency, now)
    # Of several that are new under one id the first counts, where none came before.
    used = {report_id for report_id, count in now.items() if times[report_id] > count}
    fit: list[tuple[ToldReport, StepReport]] = []
    refused: list[tuple[ToldReport, DomainError]] = []
    for key, one in zip(keys, told, strict=True):
        if key not in claimed:
            continue
        claimed.discard(key)
        if one.report_id in used:
            refused.append((one, ReportIdReused.of(_REUSED)))
        elif isinstance(one.said, DomainError):
            refused.append((one, one.said))
        else:
            fit.append((one, one.said))
        used.add(one.report_id)
    by_topic = replace(because, who=AGENCY_REPORTS.format(agency=agency.lower()))
    answers = await report_steps(tx, [said for _, said in fit], Reach(Level.AGENCY, agency), rules, cipher, by_topic)
    refused += [(one, answer) for (one, _), answer in zip(fit, answers, strict=True) if isinstance(answer, DomainError)]
    await agencies.add_refusals(tx, [_refusal(one, problem, because) for one, error in refused for problem in problems_of(error)])
    await outbox.add_many(tx, [_refused(one, problems_of(error)[0], because) for one, error in refused])


def _refusal(told: ToldReport, problem: FieldProblem, because: Because) -> Refusal:
    return Refusal(
        agency=told.agency,
        way=Way.KAFKA,
        file_id=None,
        line=None,
        report_id=told.report_id,
        referral_id=str(told.referral_id),
        field=problem.field,
        code=problem.code,
        reason_en=problem.message_en,
        reason_th=problem.message_th,
        value_masked="",
        refused_at=because.at,
    )


def _refused(told: ToldReport, problem: FieldProblem, because: Because) -> Event:
    data = AgencyReportRefused(
        agency=told.agency,
        report_id=told.report_id,
        referral_id=told.referral_id,
        refused_on=on_day(because.at),
        field=problem.field,
        code=problem.code,
        reason_en=problem.message_en,
        reason_th=problem.message_th,
    )
    return Event.of(
        data,
        subject=told.referral_id,
        time=because.at,
        identity=(told.agency, told.report_id, told.digest),
        topic=AGENCY_REFERRALS.format(agency=told.agency.lower()),
    )
