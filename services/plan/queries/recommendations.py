"""What was recommended, as people are shown it."""

from uuid import UUID

from services.plan.queries.rows import Row
from services.plan.repository.plans import plan_reach
from shared.auth import Reach
from shared.db import ReadTx


async def recommendation_of(tx: ReadTx, plan_id: UUID, reach: Reach) -> Row | None:
    """The last recommendation of a plan in reach, each programme with its names and its offering as it is now; None when it is not there."""
    condition, args = plan_reach(reach, 2)
    row = await tx.fetchrow(
        f"""SELECT last.* FROM plan JOIN recommendation last ON last.plan_id = plan.plan_id AND last.version = plan.recommendation_version
             WHERE plan.plan_id = $1 AND {condition}""",
        plan_id,
        *args,
    )
    if row is None:
        return None
    told = row["programmes"]
    names = await tx.fetch(
        """SELECT code, name_th, name_en FROM programme_history JOIN unnest($1::text[], $2::int[]) AS told (code, version) USING (code, version)""",
        [one["programme_code"] for one in told],
        [one["programme_version"] for one in told],
    )
    offerings = await tx.fetch(
        "SELECT offering.*, offering_seat.seats - taken AS free_seats FROM offering JOIN offering_seat USING (offering_id) WHERE offering_id = ANY($1::uuid[])",
        [one["offering_id"] for one in told if one.get("offering_id")],
    )
    name_of, offering_of = {one["code"]: dict(one) for one in names}, {str(one["offering_id"]): dict(one) for one in offerings}
    programmes = [{**one, **name_of[one["programme_code"]], "offering": offering_of.get(one.get("offering_id"))} for one in told]
    return {**row, "programmes": programmes}
