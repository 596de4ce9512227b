"""Publishing the policy set: of a file, which is the seed, or as one person proposes it and another approves."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from pydantic import ValidationError

from services.payments.commands import proposals
from services.payments.commands.entitlements import FOLLOW_JOB
from services.payments.commands.proposals import Decision
from services.payments.commands.runs import Actor
from services.payments.domain import Month, next_month
from services.payments.errors import NoPolicy, PolicyMovedOn
from services.payments.repository import obligations, policies, runs
from services.payments.repository.policies import StoredPolicy
from services.payments.rules.parameters import Parameters
from services.payments.rules.policy_file import PolicySet, hash_of
from shared import approvals, jobs
from shared.approvals import Draft, Proposal
from shared.bus import outbox
from shared.clock import noon, on_day
from shared.contracts import Event
from shared.contracts.payments import PolicyPublished
from shared.db import Tx
from shared.errors import FieldProblem, Invalid
from shared.http import field_problems

SUBJECT = "policy"
"""The key of policy events: one, so that the compacted topic keeps the newest set."""

KIND: Final = "payments.policy"

_log = structlog.get_logger(__name__)


class Change(NamedTuple):
    """Another value of the set, as JSON, and its legal source."""

    value: Any
    reference: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which values of the newest set are to be others, by their dotted names, and why."""

    based_on: int
    changes: Mapping[str, Change]
    reason: str


async def publish_policy(tx: Tx, wanted: PolicySet, today: date) -> int:
    """Publish the set of a file as the next version if it is a new one; returns the version in force.

    Of several processes that start at once one publishes. A set that was in force before is not published again when an
    older process starts beside a newer one; changing the profile is always a new version. What two persons have changed since
    no file changes back: files are the seed.
    """
    await policies.lock_publishing(tx)
    newest = await policies.newest(tx)
    if newest is not None and newest.profile == wanted.profile:
        if await policies.is_known(tx, wanted.profile, wanted.content_hash):
            return newest.version
        if newest.proposal_id is not None:
            _log.warning("policy.file_left", profile=wanted.profile, version=newest.version)
            return newest.version
    return await _publish(tx, newest, wanted, today)


async def _publish(
    tx: Tx, newest: StoredPolicy | None, wanted: PolicySet, today: date, at: datetime | None = None, proposal_id: UUID | None = None
) -> int:
    """Publish the set as the version after the newest. It governs the months for which no run was proposed yet; a job lets the open allowances follow it."""
    version = 1 if newest is None else newest.version + 1
    from_month = None if newest is None else await _first_free_month(tx, wanted)
    stored = StoredPolicy(version, wanted.profile, wanted.parameters, wanted.content_hash, today, from_month, at, proposal_id)
    await policies.insert(tx, stored)
    if newest is not None:
        await jobs.ask(tx, FOLLOW_JOB, {"version": version}, asked_by="publish_policy")
    data = PolicyPublished(profile=wanted.profile, version=version, published_on=today, parameters=wanted.parameters)
    await outbox.add_many(tx, [Event.of(data, subject=SUBJECT, time=noon(today), identity=(wanted.profile, version))])
    return version


async def _first_free_month(tx: Tx, wanted: PolicySet) -> Month:
    """The month after the last that a run was proposed for: what is on a list, or was, keeps its amount."""
    # Whoever reckons an allowance from here on knows the new set.
    await obligations.freeze_allowances(tx)
    last = await runs.last_proposed_month(tx)
    return Parameters.of(wanted.parameters).first_benefit_month if last is None else next_month(last)


async def propose_policy(tx: Tx, asked: Asked, actor: Actor) -> Proposal:
    """Put a changed set before another person. Raises NoPolicy, PolicyMovedOn, and Invalid naming each value that is wrong."""
    newest = await _newest(tx, asked.based_on)
    changed_set(newest, asked.changes)
    parameters = {"based_on": asked.based_on, "changes": [_as_json(newest, name, change) for name, change in sorted(asked.changes.items())]}
    draft = Draft(kind=KIND, parameters=parameters, reason=asked.reason)
    return await approvals.propose(tx, draft, by=actor.who, at=actor.at)


async def decide_policy(tx: Tx, proposal_id: UUID, decision: Decision, actor: Actor) -> Proposal:
    """Publish the changed set as the next version, or leave it.

    Raises NotFound, PreconditionFailed, AlreadyDecided, DeciderIsProposer, PolicyMovedOn, Invalid.
    """
    await policies.lock_publishing(tx)
    proposal = await proposals.decide(tx, KIND, proposal_id, decision, actor)
    if decision.approved:
        newest = await _newest(tx, proposal.parameters["based_on"])
        changes = {one["name"]: Change(one["value"], one["reference"]) for one in proposal.parameters["changes"]}
        await _publish(tx, newest, changed_set(newest, changes), on_day(actor.at), actor.at, proposal.id)
    return await proposals.now(tx, KIND, proposal_id)


async def withdraw_policy(tx: Tx, proposal_id: UUID, reason: str, actor: Actor) -> Proposal:
    """Take one's own proposal back. Raises NotFound, AlreadyDecided, NotYourProposal."""
    return await proposals.withdraw(tx, KIND, proposal_id, reason, actor)


async def _newest(tx: Tx, based_on: int) -> StoredPolicy:
    newest = await policies.newest(tx)
    if newest is None:
        raise NoPolicy
    if newest.version != based_on:
        raise PolicyMovedOn(based_on=based_on, policy_version=newest.version)
    return newest


def changed_set(present: StoredPolicy, changes: Mapping[str, Change]) -> PolicySet:
    """The set with other values and their sources. Raises Invalid naming each value that is unknown or wrong, or that nothing changes."""
    unknown = list(_unknown(present, changes))
    if unknown:
        raise Invalid.of(*unknown)
    parameters = deepcopy(present.parameters)
    for name, change in changes.items():
        _put(parameters, name.split("."), change.value)
        parameters["sources"][name] = change.reference
    try:
        Parameters.exactly(parameters)
    except ValidationError as error:
        raise Invalid.of(*(_of_change(one, changes) for one in field_problems(error.errors()))) from error
    if parameters == present.parameters:
        raise Invalid.field("changes", "same_set", "change nothing of the set", "ไม่มีค่าใดเปลี่ยนแปลง", "another value or source")
    return PolicySet(present.profile, parameters, hash_of(parameters))


def _unknown(present: StoredPolicy, changes: Mapping[str, Change]) -> Iterator[FieldProblem]:
    known = present.parameters["sources"]
    for name in changes:
        if name not in known:
            yield FieldProblem(
                f"changes.{name}", "unknown_parameter", "is no value of the policy set", "ไม่ใช่ค่าในชุดนโยบาย", " | ".join(sorted(known))
            )


def _put(parameters: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *way, last = path
    for name in way:
        parameters = parameters[name]
    parameters[last] = value


def value_of(parameters: Mapping[str, Any], name: str) -> Any:
    """The value of a dotted name."""
    found: Any = parameters
    for part in name.split("."):
        found = found[part]
    return found


def _of_change(problem: FieldProblem, changes: Mapping[str, Change]) -> FieldProblem:
    """The problem under the name of the change that it lies in; what several values say together is about all."""
    name = next((one for one in changes if problem.field == one or problem.field.startswith(f"{one}.")), None)
    field = f"changes.{name}.value{problem.field.removeprefix(name)}" if name else "changes"
    return FieldProblem(field, problem.code, problem.message_en, problem.message_th, problem.allowed)


def _as_json(present: StoredPolicy, name: str, change: Change) -> dict[str, Any]:
    return {
        "name": name,
        "value_before": value_of(present.parameters, name),
        "reference_before": present.parameters["sources"][name],
        "value": change.value,
        "reference": change.reference,
    }
