"""Publishing the policy set."""

from datetime import date

from services.payments.commands.entitlements import FOLLOW_JOB
from services.payments.domain import Month, next_month
from services.payments.repository import obligations, policies, runs
from services.payments.repository.policies import StoredPolicy
from services.payments.rules.parameters import Parameters
from services.payments.rules.policy_file import PolicySet
from shared import jobs
from shared.bus import outbox
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.payments import PolicyPublished
from shared.db import Tx

SUBJECT = "policy"
"""The key of policy events: one, so that the compacted topic keeps the newest set."""


async def publish_policy(tx: Tx, wanted: PolicySet, today: date) -> int:
    """Publish the set as the next version if it is a new one; returns the version in force.

    Of several processes that start at once one publishes. A set that was in force before is not published again when an
    older process starts beside a newer one; changing the profile is always a new version.

    A further set governs the months for which no run was proposed yet; a job lets the open allowances follow it.
    """
    await policies.lock_publishing(tx)
    newest = await policies.newest(tx)
    if newest is not None and newest.profile == wanted.profile and await policies.is_known(tx, wanted.profile, wanted.content_hash):
        return newest.version
    version = 1 if newest is None else newest.version + 1
    from_month = None if newest is None else await _first_free_month(tx, wanted)
    await policies.insert(tx, StoredPolicy(version, wanted.profile, wanted.parameters, wanted.content_hash, today, from_month))
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
