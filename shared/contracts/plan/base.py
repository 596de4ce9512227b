"""What the facts of one person's plan share."""

from uuid import UUID

from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import PLANS


class PlanFact(EventData):
    """Base of the facts of one person's plan; `holder_id` is also the key."""

    topic = PLANS

    holder_id: UUID
    plan_id: UUID
