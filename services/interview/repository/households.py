"""The copy of who lives with whom."""

from collections.abc import Sequence

from shared.contracts.registry import HouseholdChanged
from shared.db import Tx


async def keep_newer(tx: Tx, states: Sequence[HouseholdChanged]) -> None:
    """Take in what is newer than what is held, at most one state a household. Of who was erased nothing is kept."""
    newer = await tx.fetch(
        """INSERT INTO household (household_id, version) SELECT * FROM unnest($1::uuid[], $2::int[])
           ON CONFLICT (household_id) DO UPDATE SET version = excluded.version WHERE excluded.version > household.version
           RETURNING household_id""",
        [state.household_id for state in states],
        [state.version for state in states],
    )
    taken = {row["household_id"] for row in newer}
    members = [(state.household_id, member) for state in states if state.household_id in taken for member in state.members]
    await tx.execute("DELETE FROM household_member WHERE household_id = ANY($1::uuid[])", list(taken))
    await tx.execute(
        """INSERT INTO household_member (household_id, holder_id)
           SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS m (household_id, holder_id)
            WHERE NOT EXISTS (SELECT FROM holder h WHERE h.holder_id = m.holder_id AND h.erased_on IS NOT NULL)""",
        [household_id for household_id, _ in members],
        [holder_id for _, holder_id in members],
    )
