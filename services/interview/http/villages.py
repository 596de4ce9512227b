"""In which villages people live. The registry alone knows it: it is asked when a round is read, and nothing of it is kept."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.interview.http.calls import InterviewCall

_PURPOSE: Final = "ลำดับการไปหา"


async def villages_of(call: InterviewCall, holder_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The village number (moo) of each whom the registry shows to the caller, asked with the caller's own token and noted there.

    Raises NeighbourAway, and Forbidden naming the scope that the registry asks for.
    """
    if not holder_ids:
        return {}
    asked = {"holder_ids": [str(one) for one in holder_ids], "purpose": _PURPOSE}
    told = await call.resources.registry.ask(call, "/v1/card-holders/villages", asked)
    return {UUID(one["holder_id"]): one["moo"] for one in told["items"]} if told else {}
