"""What papers show, besides the names."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from services.interview.queries.cases import within
from shared.auth import Reach
from shared.db import ReadTx


async def slip(tx: ReadTx, reach: Reach, column: Literal["intent_id", "slip_no"], value: UUID | str) -> Mapping[str, Any] | None:
    """A stated wish with the name of its meeting place; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT i.*, p.name AS place_name
              FROM intent i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
              LEFT JOIN meeting_place p ON p.place_id = i.place_id
             WHERE i.{column} = $1 AND {condition}""",
        value,
        *args,
    )
