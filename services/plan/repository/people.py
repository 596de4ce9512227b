"""Copies of other services' facts: card holders, whose case it is, the stated wish, officers, policy, decisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Holder
from services.plan.repository.rows import insert
from shared.contracts.common import Tier
from shared.contracts.interview import AccountOfficerAssigned, CaseRouted, DecisionKind, DecisionRecorded, OfficerRegistered
from shared.contracts.registry import HolderState, HolderStatus
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Policy:
    """The newest policy set: its version, profile and parameters."""

    version: int
    profile: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Officer:
    """A row of `officer`."""

    officer_id: UUID
    version: int
    district: str
    employer: str
    active: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of `decision`."""

    decision_id: UUID
    holder_id: UUID
    kind: str
    committee: str
    decided_on: date
    effective_month: str | None
    reference: str
    reason: str


async def known_holders(tx: Tx, holder_ids: Iterable[UUID], *, held: bool) -> dict[UUID, bool]:
    """Those of them who are here, each with whether the registry erased them; `held`, nobody is before the end of the transaction."""
    lock = "ORDER BY holder_id FOR SHARE" if held else ""
    rows = await tx.fetch(f"SELECT holder_id, erased_on FROM holder WHERE holder_id = ANY($1::uuid[]) {lock}", list(holder_ids))
    return {row["holder_id"]: row["erased_on"] is not None for row in rows}


async def forget(tx: Tx, holder_ids: Sequence[UUID]) -> None:
    """Take out what is kept of persons who are noted as erased. A table that gets a column about persons gets its statement here."""
    for statement in (
        # Histories, which the server's role can only add to.
        "SELECT forget_erased($1::uuid[])",
        "SELECT forget_erased_agreements($1::uuid[])",
        "UPDATE specialist_review SET question_sealed = NULL, words_sealed = NULL, programmes = '{}' WHERE holder_id = ANY($1::uuid[])",
        "DELETE FROM referral_evidence WHERE referral_id IN (SELECT referral_id FROM referral WHERE holder_id = ANY($1::uuid[]))",
        "DELETE FROM attendance WHERE referral_id IN (SELECT referral_id FROM referral WHERE holder_id = ANY($1::uuid[]))",
        "UPDATE seat_allocation_line SET fit = NULL, need = NULL, waiting = NULL, least = NULL WHERE holder_id = ANY($1::uuid[])",
        "DELETE FROM assessment WHERE holder_id = ANY($1::uuid[])",
        "DELETE FROM interview WHERE holder_id = ANY($1::uuid[])",
        """UPDATE plan SET monthly_income_baht = NULL, yearly_income_baht = NULL, job_status = NULL, other_choice_reason = NULL, decline_reason = NULL
            WHERE holder_id = ANY($1::uuid[])""",
    ):
        await tx.execute(statement, holder_ids)


async def hold_holders(tx: Tx, holder_ids: Iterable[UUID]) -> dict[UUID, Holder]:
    """The holders, held as they are until the end of the transaction: a death waits, or is seen."""
    return await _holders(tx, holder_ids, "ORDER BY holder_id FOR SHARE")


async def seen_holders(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, Holder]:
    """The holders as they are now."""
    return await _holders(tx, holder_ids, "")


async def _holders(tx: ReadTx, holder_ids: Iterable[UUID], then: str) -> dict[UUID, Holder]:
    rows = await tx.fetch(
        f"""SELECT holder_id, tier, age, status, home_district, responsible_district, officer_id, withdrawn_on
             FROM holder WHERE holder_id = ANY($1::uuid[]) {then}""",
        list(holder_ids),
    )
    return {
        row["holder_id"]: Holder(
            holder_id=row["holder_id"],
            tier=Tier(row["tier"]),
            age=row["age"],
            alive=row["status"] == HolderStatus.ALIVE,
            home_district=row["home_district"],
            responsible_district=row["responsible_district"],
            officer_id=row["officer_id"],
            withdrawn_on=row["withdrawn_on"],
        )
        for row in rows
    }


async def upsert_holders(tx: Tx, states: Sequence[HolderState]) -> dict[UUID, UUID | None]:
    """Take over newer states; returns those who were here and changed, each with whom they had been merged into.

    A case that was not routed follows the home.
    """
    newest = {state.holder_id: state for state in sorted(states, key=lambda one: one.version)}
    rows = [newest[holder_id] for holder_id in sorted(newest)]
    changed = await tx.fetch(
        """INSERT INTO holder (holder_id, version, tier, age, bank, status, home_district, responsible_district, merged_into, consents)
           SELECT holder_id, version, tier, age, bank, status, left(subdistrict, 4), left(subdistrict, 4), merged_into,
                  string_to_array(consents, ',')
             FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[])
               AS new (holder_id, version, tier, age, bank, status, subdistrict, merged_into, consents)
           ON CONFLICT (holder_id) DO UPDATE
              SET version = excluded.version, tier = excluded.tier, age = excluded.age, bank = excluded.bank, status = excluded.status,
                  home_district = excluded.home_district, merged_into = excluded.merged_into, consents = excluded.consents,
                  responsible_district = CASE WHEN holder.route_version = 0 THEN excluded.home_district ELSE holder.responsible_district END
            WHERE excluded.version > holder.version
           RETURNING holder_id, old.holder_id IS NOT NULL AS was_here, old.merged_into AS was_merged_into""",
        [state.holder_id for state in rows],
        [state.version for state in rows],
        [state.tier.value for state in rows],
        [state.age for state in rows],
        [state.bank and state.bank.value for state in rows],
        [state.status.value for state in rows],
        [state.subdistrict for state in rows],
        [state.merged_into for state in rows],
        [None if state.consents is None else ",".join(state.consents) for state in rows],
    )
    return {row["holder_id"]: row["was_merged_into"] for row in changed if row["was_here"]}


async def route(tx: Tx, routes: Sequence[CaseRouted]) -> None:
    """Take over which district is responsible, where newer. Who cared for the person in another district does not any more."""
    newest = {one.holder_id: one for one in sorted(routes, key=lambda one: one.version)}
    # An assignment from before the move that is told late is older than this one then.
    await tx.execute(
        """UPDATE holder SET responsible_district = new.district, route_version = new.version,
                  officer_id = CASE WHEN left_behind THEN NULL ELSE holder.officer_id END,
                  officer_version = CASE WHEN left_behind THEN new.version - 1 ELSE holder.officer_version END
             FROM (SELECT told.*, told.district <> was.responsible_district AND told.version > was.officer_version AS left_behind
                     FROM unnest($1::uuid[], $2::int[], $3::text[]) AS told (holder_id, version, district) JOIN holder was USING (holder_id)) AS new
            WHERE holder.holder_id = new.holder_id AND new.version > holder.route_version""",
        list(newest),
        [one.version for one in newest.values()],
        [one.responsible_district for one in newest.values()],
    )
    await spread_reach(tx, newest)


async def assign(tx: Tx, assignments: Sequence[AccountOfficerAssigned]) -> None:
    """Take over whose case it is, where newer."""
    newest = {one.holder_id: one for one in sorted(assignments, key=lambda one: one.version)}
    await tx.execute(
        """UPDATE holder SET officer_id = new.officer_id, officer_version = new.version
             FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS new (holder_id, version, officer_id)
            WHERE holder.holder_id = new.holder_id AND new.version > holder.officer_version""",
        list(newest),
        [one.version for one in newest.values()],
        [one.officer_id for one in newest.values()],
    )
    await spread_reach(tx, newest)


async def spread_reach(tx: Tx, holder_ids: Iterable[UUID]) -> None:
    """Bring districts and officer of the holders onto their plans. Who was merged into another lives where that one does."""
    await tx.execute(
        """WITH RECURSIVE locked AS MATERIALIZED (SELECT plan_id FROM plan WHERE holder_id = ANY($1::uuid[]) ORDER BY plan_id FOR UPDATE),
           way AS (
               SELECT holder_id AS member, merged_into AS stays FROM holder WHERE holder_id = ANY($1::uuid[]) AND merged_into IS NOT NULL
               UNION SELECT way.member, h.merged_into FROM way JOIN holder h ON h.holder_id = way.stays WHERE h.merged_into IS NOT NULL
           ), there AS (
               SELECT way.member, s.home_district FROM way JOIN holder s ON s.holder_id = way.stays WHERE s.merged_into IS NULL
           ), reach AS (
               SELECT locked.plan_id, coalesce(there.home_district, h.home_district) AS home_district, h.responsible_district,
                      CASE WHEN h.officer_version = 0 THEN coalesce(h.officer_id, p.officer_id) ELSE h.officer_id END AS officer_id
                 FROM locked JOIN plan p USING (plan_id) JOIN holder h USING (holder_id) LEFT JOIN there ON there.member = h.holder_id)
           UPDATE plan SET home_district = reach.home_district, responsible_district = reach.responsible_district,
                  officer_id = reach.officer_id, version = plan.version + 1
             FROM reach
            WHERE plan.plan_id = reach.plan_id
              AND (plan.home_district, plan.responsible_district, plan.officer_id)
                  IS DISTINCT FROM (reach.home_district, reach.responsible_district, reach.officer_id)""",
        list(holder_ids),
    )


_IN_ORDER: Final = """
    WITH locked AS MATERIALIZED (SELECT holder_id FROM holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR NO KEY UPDATE)"""
"""Holders are locked by their ids, as the registry's states lock them."""


async def state_wishes(tx: Tx, stated_on: Mapping[UUID, date]) -> None:
    """Keep when each wish was stated; a wish stated after a withdrawal takes its place."""
    await tx.execute(
        f"""{_IN_ORDER}
           UPDATE holder SET wish_stated_on = new.stated_on,
                  withdrawn_on = CASE WHEN holder.withdrawn_on > new.stated_on THEN holder.withdrawn_on END
             FROM locked JOIN unnest($1::uuid[], $2::date[]) AS new (holder_id, stated_on) USING (holder_id)
            WHERE holder.holder_id = locked.holder_id""",
        list(stated_on),
        list(stated_on.values()),
    )


async def withdraw_wishes(tx: Tx, withdrawn_on: Mapping[UUID, date]) -> None:
    """Keep when each wish was withdrawn."""
    await tx.execute(
        f"""{_IN_ORDER}
           UPDATE holder SET withdrawn_on = new.withdrawn_on
             FROM locked JOIN unnest($1::uuid[], $2::date[]) AS new (holder_id, withdrawn_on) USING (holder_id)
            WHERE holder.holder_id = locked.holder_id""",
        list(withdrawn_on),
        list(withdrawn_on.values()),
    )


async def upsert_officers(tx: Tx, registered: Sequence[OfficerRegistered]) -> None:
    """Take over newer states of officers."""
    newest = {one.officer_id: one for one in sorted(registered, key=lambda one: one.version)}
    rows = [Officer(one.officer_id, one.version, one.district, one.employer.value, one.active) for one in newest.values()]
    await insert(
        tx,
        "officer",
        rows,
        then="""ON CONFLICT (officer_id) DO UPDATE
                SET version = excluded.version, district = excluded.district, employer = excluded.employer, active = excluded.active
                WHERE excluded.version > officer.version""",
    )


async def officer_has_left(tx: ReadTx, officer_id: UUID) -> bool:
    """Whether the officer is known to have left the team."""
    left: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM officer WHERE officer_id = $1 AND NOT active)", officer_id)
    return left


async def add_policy(tx: Tx, version: int, profile: str, parameters: Mapping[str, Any]) -> None:
    """Keep a policy set."""
    await tx.execute(
        "INSERT INTO policy (version, profile, parameters) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", version, profile, dict(parameters)
    )


async def newest_policy(tx: ReadTx) -> Policy | None:
    """The newest policy set; None before the first arrived."""
    row = await tx.fetchrow("SELECT version, profile, parameters FROM policy ORDER BY version DESC LIMIT 1")
    return None if row is None else Policy(row["version"], row["profile"], row["parameters"])


async def add_decisions(tx: Tx, decisions: Sequence[DecisionRecorded]) -> None:
    """Keep what committees decided."""
    rows = [
        Decision(
            decision_id=one.decision_id,
            holder_id=one.holder_id,
            kind=one.kind.value,
            committee=one.committee,
            decided_on=one.decided_on,
            effective_month=one.effective_month,
            reference=one.reference,
            reason=one.reason,
        )
        for one in decisions
    ]
    await insert(tx, "decision", rows, then="ON CONFLICT DO NOTHING")


async def standing_stop(tx: ReadTx, holder_id: UUID) -> Decision | None:
    """The decision that the person did not develop or work, where nothing was decided since that takes it back."""
    row = await tx.fetchrow(
        """SELECT decision_id, holder_id, kind, committee, decided_on, effective_month, reference, reason FROM decision
            WHERE holder_id = $1 AND kind = ANY ($2::text[]) ORDER BY decided_on DESC, decision_id DESC LIMIT 1""",
        holder_id,
        [*_STOPS, DecisionKind.REASONABLE_CAUSE, DecisionKind.REINSTATE],
    )
    return Decision(**row) if row is not None and row["kind"] in _STOPS else None


_STOPS: Final = (DecisionKind.DID_NOT_DEVELOP, DecisionKind.DID_NOT_WORK)
