"""What the facts of one case share."""

from uuid import UUID

from shared.contracts.envelope import EventData
from shared.contracts.interview.topics import CASES


class CaseFact(EventData):
    """Base of the facts of one case; `holder_id` is also the key."""

    topic = CASES

    holder_id: UUID
    case_id: UUID
