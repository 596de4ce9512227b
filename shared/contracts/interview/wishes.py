"""Stated wishes (annex 2)."""

from datetime import date
from uuid import UUID

from shared.contracts.common import Channel, Tier
from shared.contracts.interview.base import CaseFact


class IntentDeclared(CaseFact):
    """A person stated the wish to develop; paid from the month after `stated_on` by policy.

    `approved_late` is set when the district chief approved a form that was entered more than the allowed days late
    or after the window; `decision_reference` when คอจ. granted a wish of June or later.
    """

    type = "interview.IntentDeclared.v1"
    consumers = ("payments", "plan", "reporting")

    intent_id: UUID
    slip_no: str
    stated_on: date
    received_on: date
    channel: Channel
    tier: Tier
    place_id: UUID | None = None
    district: str
    approved_late: bool = False
    decision_reference: str | None = None
    policy_version: int


class ConsentsCaptured(CaseFact):
    """The consents ticked on a signed intent form (annex 2); a box left open is no withdrawal and is not told.

    `given` are names of the registry's catalogue of purposes, `privacy_notice_version` the notice that stood on the form.
    """

    type = "interview.ConsentsCaptured.v1"
    consumers = ("registry",)

    intent_id: UUID
    slip_no: str
    given: tuple[str, ...]
    signed_on: date
    channel: Channel
    privacy_notice_version: str
    captured_by: UUID | None = None


class IntentWithdrawn(CaseFact):
    """The person withdrew the wish; `known_on` is when the district knew."""

    type = "interview.IntentWithdrawn.v1"
    consumers = ("payments", "plan", "reporting")

    withdrawn_on: date
    known_on: date
    reason: str = ""
