"""The automatic recommendation: after an interview, again when its assessment arrives later, and when a plan is opened again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from services.plan.changes import Changes, Recommendation
from services.plan.commands.write import write
from services.plan.domain import WAITING, Assessment, Because, Catalogue, Holder, Interview, Noted, Plan, PlanStatus
from services.plan.repository import catalogue, people, plans
from services.plan.repository.people import Policy
from services.plan.rules.data import Rules
from services.plan.rules.recommend import recommend
from services.plan.rules.situation import assessment_of, situation_of
from shared.clock import on_day
from shared.contracts.interview import AssessmentRecorded
from shared.contracts.plan import RecommendationPrepared
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Unavailable


@dataclass(frozen=True)
class Adviser:
    """What recommendations of one batch are made from: the catalogue, the policy of now, and the holders' assessments."""

    catalogue: Catalogue
    policy: Policy
    rules: Rules
    assessments: Mapping[tuple[UUID, UUID], Assessment]

    @classmethod
    async def of(cls, tx: Tx, holder_ids: Iterable[UUID], cipher: FieldCipher, rules: Rules) -> "Adviser":
        """Read what is needed. Raises Unavailable before the first policy set arrived."""
        policy = await people.newest_policy(tx)
        if policy is None:
            raise Unavailable
        sealed = await plans.assessments(tx, holder_ids)
        opened = {(one.holder_id, one.interview_id): open_assessment(cipher, one.holder_id, one.sealed) for one in sealed.values()}
        return cls(await catalogue.catalogue(tx), policy, rules, opened)

    def prepare(self, changes: Changes, plan: Plan, holder: Holder, interview: Interview, because: Because) -> Plan:
        """Put the plan with its next recommendation into the changes, and publish it; returns the plan."""
        assessment = self.assessments.get((interview.holder_id, interview.interview_id))
        situation = situation_of(
            holder,
            interview,
            assessment,
            income_threshold_baht=self.policy.parameters["income_threshold_baht"],
            groups=self.rules.occupation_groups,
        )
        programmes = recommend(situation, self.catalogue.offered_on(on_day(because.at)), self.rules.scoring)
        advised = plan.changed(recommendation_version=plan.recommendation_version + 1)
        changes.put_plan(advised, because)
        changes.recommendations.append(
            Recommendation(
                plan_id=plan.plan_id,
                version=advised.recommendation_version,
                interview_id=interview.interview_id,
                interview_revision=interview.revision,
                with_assessment=assessment is not None,
                policy_version=self.policy.version,
                programmes=programmes,
                prepared_at=because.at,
            )
        )
        prepared = RecommendationPrepared(
            holder_id=plan.holder_id,
            plan_id=plan.plan_id,
            interview_id=interview.interview_id,
            version=advised.recommendation_version,
            programmes=programmes,
        )
        changes.publish(prepared, plan.holder_id, because, advised.recommendation_version)
        return advised


def open_assessment(cipher: FieldCipher, holder_id: UUID, sealed: str) -> Assessment:
    """The facts that plan uses. Raises SealBroken; ValueError, TypeError, KeyError or AttributeError for content of another shape."""
    return assessment_of(orjson.loads(cipher.open_text(sealed, str(holder_id).encode())))


async def take_assessments(tx: Tx, recorded: Sequence[Noted[AssessmentRecorded]], cipher: FieldCipher, rules: Rules) -> None:
    """Keep the assessments; a plan that waits for an agreement on the same interview gets a new recommendation."""
    await plans.forget_assessments(tx, [one.data.holder_id for one in recorded if one.data.erased])
    recorded = [one for one in recorded if not one.data.erased]
    changed = await plans.upsert_assessments(tx, [one.data for one in recorded])
    because_of = {one.data.holder_id: one.because for one in recorded if one.data.holder_id in changed}
    holders = await people.hold_holders(tx, because_of)
    changes = Changes.of(await plans.lock_plans_of_holders(tx, holders))
    interviews = await plans.interviews(tx, holders)
    adviser: Adviser | None = None
    for plan in list(changes.was.values()):
        if plan.status not in WAITING:
            continue
        adviser = adviser or await Adviser.of(tx, holders, cipher, rules)
        interview = interviews[plan.holder_id]
        if (plan.holder_id, interview.interview_id) in adviser.assessments:
            adviser.prepare(changes, plan, holders[plan.holder_id], interview, because_of[plan.holder_id])
    await write(tx, changes)


async def reopen(tx: Tx, because_of: Mapping[UUID, Because], closed_as: PlanStatus, cipher: FieldCipher, rules: Rules) -> None:
    """Recommend anew to those holders whose plan was declined or withdrawn, as `closed_as` says, before anything was agreed."""
    holders = await people.hold_holders(tx, because_of)
    changes = Changes.of(await plans.lock_plans_of_holders(tx, holders))
    waiting = [plan for plan in changes.was.values() if plan.status is closed_as and plan.recommendation_version and plan.agreed_on is None]
    if not waiting:
        return
    interviews = await plans.interviews(tx, holders)
    adviser = await Adviser.of(tx, holders, cipher, rules)
    for plan in waiting:
        because = because_of[plan.holder_id]
        opened = plan.become(PlanStatus.RECOMMENDED, declined_on=None, sufficient=None, decline_reason=None)
        changes.put_plan(opened, because)
        adviser.prepare(changes, opened, holders[plan.holder_id], interviews[plan.holder_id], because)
    await write(tx, changes)
