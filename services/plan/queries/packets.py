"""The packet of a referral: only what its agency needs, and of the person only with their consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Assessment, Interview, Programme, ReferralStatus
from services.plan.queries.referrals import REFERRAL_ROWS
from services.plan.repository import people, plans
from services.plan.repository.catalogue import programme_of
from services.plan.repository.plans import referral_reach
from services.plan.rules.data import Rules
from services.plan.rules.packet import facts_needed
from services.plan.rules.situation import facts_of, open_assessment, situation_of
from shared.auth import Reach
from shared.crypto import FieldCipher
from shared.db import ReadTx

CONSENT: Final = "SHARE_WITH_AGENCIES"


class Withheld(StrEnum):
    """Why the person's facts and contact are not in a packet."""

    NO_CONSENT = "NO_CONSENT"
    REFERRAL_CLOSED = "REFERRAL_CLOSED"
    NOT_SHOWN_BY_REGISTRY = "NOT_SHOWN_BY_REGISTRY"


@dataclass(frozen=True, slots=True)
class Packet:
    """What plan knows for it: the referral's row, the programme, the facts, or why they are withheld."""

    referral: Mapping[str, Any]
    programme: Programme
    facts: dict[str, Any]
    withheld: Withheld | None


async def packet_of(tx: ReadTx, referral_id: UUID, reach: Reach, cipher: FieldCipher, rules: Rules) -> Packet | None:
    """The packet, without the contact that the registry has; None out of reach."""
    condition, args = referral_reach(reach, 2)
    row = await tx.fetchrow(f"{REFERRAL_ROWS} WHERE referral.referral_id = $1 AND {condition}", referral_id, *args)
    if row is None:
        return None
    version = await tx.fetchrow(
        "SELECT * FROM programme_history WHERE code = $1 AND version = $2", row["programme_code"], row["programme_version"]
    )
    programme = programme_of(version)
    withheld = await _withheld(tx, row)
    facts = {} if withheld else facts_needed(programme, await _facts(tx, row["holder_id"], cipher, rules))
    return Packet(dict(row), programme, facts, withheld)


async def _withheld(tx: ReadTx, row: Mapping[str, Any]) -> Withheld | None:
    if row["status"] == ReferralStatus.CLOSED or not row["current"]:
        return Withheld.REFERRAL_CLOSED
    # Of who was merged into another holder the consents of that one count.
    consents = await tx.fetchval(
        "SELECT coalesce(s.consents, h.consents) FROM holder h LEFT JOIN holder s ON s.holder_id = h.merged_into WHERE h.holder_id = $1",
        row["holder_id"],
    )
    return None if CONSENT in (consents or ()) else Withheld.NO_CONSENT


async def _facts(tx: ReadTx, holder_id: UUID, cipher: FieldCipher, rules: Rules) -> Mapping[str, Any]:
    policy = await people.newest_policy(tx)
    holder = (await people.seen_holders(tx, [holder_id])).get(holder_id)
    interview = (await plans.interviews(tx, [holder_id])).get(holder_id)
    if holder is None or interview is None or policy is None:
        return {}
    situation = situation_of(
        holder,
        interview,
        await _assessment(tx, interview, cipher),
        income_threshold_baht=policy.parameters["income_threshold_baht"],
        groups=rules.occupation_groups,
    )
    return facts_of(situation).known


async def _assessment(tx: ReadTx, interview: Interview, cipher: FieldCipher) -> Assessment | None:
    """What was told sealed at this interview, if it is here; of another one nothing goes to an agency."""
    sealed = (await plans.assessments(tx, [interview.holder_id])).get(interview.holder_id)
    if sealed is None or sealed.interview_id != interview.interview_id:
        return None
    return open_assessment(cipher, interview.holder_id, sealed.sealed)
