"""What files of changes add to a step: what each line asks for, and lines that the registry contradicts. The tables are those of `imports.stage`."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.registry.rules.delta_file import Asked
from shared.db import Tx


async def note(tx: Tx, said: Iterable[tuple[int, str, str]]) -> None:
    """Note what the staged lines ask for: (line, what, reason)."""
    await tx.copy_in("import_said", ("import_line", "asked", "reason"), list(said))


async def take_out_contradicted(tx: Tx) -> list[tuple[int, Asked, bool]]:
    """Take out lines that add whom the registry knows or correct whom it does not; returns (line, what was asked, known)."""
    rows = await tx.fetch(
        f"""DELETE FROM import_staged s USING import_said said LEFT JOIN import_known k ON k.import_line = said.import_line
             WHERE said.import_line = s.import_line AND (said.asked = '{Asked.ADD}') = (k.import_line IS NOT NULL)
         RETURNING s.import_line, said.asked, k.import_line IS NOT NULL AS known"""
    )
    return [(row["import_line"], Asked(row["asked"]), row["known"]) for row in rows]


async def met(tx: Tx, import_id: UUID, holder_ids: Sequence[bytes]) -> None:
    """Remember the persons of rejected lines: they are in the file, and so not absent."""
    await tx.execute(
        "INSERT INTO import_met (import_id, holder_id, taken) SELECT $1, id, false FROM unnest($2::uuid[]) AS id ON CONFLICT DO NOTHING",
        import_id,
        [UUID(bytes=one) for one in holder_ids],
    )


async def forget_met(tx: Tx, import_id: UUID, rows_max: int) -> int:
    """Delete up to `rows_max` notes of persons met; returns how many there were."""
    return await tx.execute(
        "DELETE FROM import_met WHERE ctid = ANY(ARRAY(SELECT ctid FROM import_met WHERE import_id = $1 LIMIT $2))", import_id, rows_max
    )
