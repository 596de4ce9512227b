"""The set-based merge of a step of an import: COPY into a staging table, then a few statements for all its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import StagedRow
from shared.db import ReadTx, Tx

_STAGED_TYPES: Final[Mapping[str, str]] = {
    "line": "int",
    "chunk_no": "int",
    "partition": "int",
    "holder_id": "uuid",
    "citizen_index": "bytea",
    "card_index": "bytea",
    "citizen_sealed": "bytea",
    "card_sealed": "bytea",
    "phone_sealed": "bytea",
    "house_no_sealed": "bytea",
    "account_sealed": "bytea",
    "prefix": "text",
    "first_name": "text",
    "last_name": "text",
    "name_sort_key": "text",
    "birth_date": "date",
    "birth_precision": "text",
    "income_2559_satang": "bigint",
    "tier": "text",
    "age": "smallint",
    "visit_group": "boolean",
    "subdistrict": "text",
    "moo": "text",
    "road": "text",
    "postcode": "text",
    "bank": "text",
    "mobile_consent": "boolean",
    "content_hash": "bytea",
}
STAGED: Final = tuple(_STAGED_TYPES)
"""The order of the values of a StagedRow."""

# A person's own move is later than the January file, so the file's address does not undo it.
_ADDRESS: Final = ("house_no_sealed", "subdistrict", "moo", "road", "postcode")
_SEALED_NAMES: Final = {"card_index": "card_no"}
_COMPARED: Final = (
    "card_index",
    "prefix",
    "first_name",
    "last_name",
    "birth_date",
    "birth_precision",
    "income_2559_satang",
    "tier",
    "age",
    "visit_group",
    "subdistrict",
    "moo",
    "road",
    "postcode",
    "bank",
    "mobile_consent",
)
_TAKEN_OVER: Final = tuple(name for name in STAGED if name not in {"line", "chunk_no", "partition", "holder_id", "citizen_index"})


@dataclass(frozen=True)
class ImportStamp:
    """What every row of one import gets."""

    import_id: UUID
    index_key: str
    policy_version: int
    who: str
    why: str
    recorded_at: datetime


async def stage(tx: Tx, rows: Sequence[StagedRow]) -> None:
    """COPY the lines into the staging table, which is empty again after the transaction."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _STAGED_TYPES.items())
    await tx.execute(f"CREATE TEMP TABLE IF NOT EXISTS import_line ({columns}) ON COMMIT DELETE ROWS")
    await tx.execute("CREATE TEMP TABLE IF NOT EXISTS import_known (line int, seen boolean, same boolean) ON COMMIT DELETE ROWS")
    await tx.copy_in("import_line", STAGED, rows)


async def lock_known(tx: Tx, import_id: UUID) -> int:
    """Lock the persons of the staged lines that are in the registry, and note which were met before by this import, and which are unchanged."""
    return await tx.execute(
        """INSERT INTO import_known (line, seen, same)
           SELECT s.line,
                  h.import_id = $1 OR EXISTS (SELECT FROM import_seen u WHERE u.import_id = $1 AND u.holder_id = h.holder_id),
                  h.content_hash = s.content_hash
             FROM import_line s JOIN card_holder h USING (holder_id)
            ORDER BY h.holder_id
              FOR UPDATE OF h""",
        import_id,
    )


async def take_out_repeated(tx: Tx) -> list[int]:
    """Take out the lines of persons that the import has met before; returns their numbers."""
    rows = await tx.fetch("DELETE FROM import_line s USING import_known k WHERE k.line = s.line AND k.seen RETURNING s.line")
    return [row["line"] for row in rows]


async def take_out_unchanged(tx: Tx, import_id: UUID) -> int:
    """Take out the lines that say what is known, remembering their persons as met; returns how many."""
    return await tx.execute(
        """WITH gone AS (DELETE FROM import_line s USING import_known k WHERE k.line = s.line AND k.same RETURNING s.holder_id)
           INSERT INTO import_seen (import_id, holder_id) SELECT $1, holder_id FROM gone""",
        import_id,
    )


async def insert_new(tx: Tx, stamp: ImportStamp) -> int:
    """Enter the persons that are not known; a person whose card number is another's is left out. Returns how many entered."""
    return await tx.execute(
        f"""INSERT INTO card_holder (version, holder_id, citizen_index, index_key, policy_version, status, home_district, responsible_district,
                                     import_id, import_line, recorded_at, {", ".join(_TAKEN_OVER)})
            SELECT 1, s.holder_id, s.citizen_index, $1, $2, 'ALIVE', left(s.subdistrict, 4), left(s.subdistrict, 4),
                   $3, s.line, $4, {", ".join(f"s.{name}" for name in _TAKEN_OVER)}
              FROM import_line s LEFT JOIN import_known k USING (line)
             WHERE k.line IS NULL
             ORDER BY s.line
            ON CONFLICT (card_index) DO NOTHING""",
        stamp.index_key,
        stamp.policy_version,
        stamp.import_id,
        stamp.recorded_at,
    )


async def take_out_left_out(tx: Tx) -> list[int]:
    """Take out the new lines that `insert_new` left out; returns their numbers."""
    rows = await tx.fetch(
        """DELETE FROM import_line s
            WHERE NOT EXISTS (SELECT FROM card_holder h WHERE h.holder_id = s.holder_id) RETURNING s.line"""
    )
    return [row["line"] for row in rows]


async def take_out_foreign_cards(tx: Tx) -> list[int]:
    """Take out the lines of known persons whose card number is now another person's; returns their numbers."""
    rows = await tx.fetch(
        """DELETE FROM import_line s USING import_known k, card_holder other
            WHERE k.line = s.line AND other.card_index = s.card_index AND other.holder_id <> s.holder_id RETURNING s.line"""
    )
    return [row["line"] for row in rows]


async def registered_to_history(tx: Tx, stamp: ImportStamp) -> int:
    """Write the first version of the entered persons to the history."""
    return await tx.execute(
        """INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, citizen_index, card_index,
                                            index_key, tier, age, visit_group, policy_version, subdistrict, bank, status)
           SELECT s.holder_id, 1, 'REGISTERED', '{}', $1, $2, $3, $4, s.chunk_no, s.citizen_index, s.card_index,
                  $5, s.tier, s.age, s.visit_group, $6, s.subdistrict, s.bank, 'ALIVE'
             FROM import_line s LEFT JOIN import_known k USING (line)
            WHERE k.line IS NULL""",
        stamp.who,
        stamp.why,
        stamp.recorded_at,
        stamp.import_id,
        stamp.index_key,
        stamp.policy_version,
    )


async def update_changed(tx: Tx, stamp: ImportStamp) -> int:
    """Give the known persons of the remaining lines their new values, a version and a row of history; returns how many.

    `changed` names the fields whose value is another; where none of those that can be compared is, `sealed_details`
    stands for phone, house number and account.
    """
    return await tx.execute(
        _UPDATE_CHANGED, stamp.index_key, stamp.policy_version, stamp.import_id, stamp.recorded_at, stamp.who, stamp.why
    )


def _new_value(name: str) -> str:
    return f"CASE WHEN h.moved_on IS NULL THEN s.{name} ELSE h.{name} END" if name in _ADDRESS else f"s.{name}"


def _changed_name(name: str) -> str:
    return f"CASE WHEN before.{name} IS DISTINCT FROM h.{name} THEN '{_SEALED_NAMES.get(name, name)}' END"


_HOME: Final = f"left({_new_value('subdistrict')}, 4)"
_UPDATE_CHANGED: Final = f"""
WITH updated AS (
    UPDATE card_holder h
       SET version = h.version + 1, index_key = $1, policy_version = $2, import_id = $3, import_line = s.line, recorded_at = $4,
           {", ".join(f"{name} = {_new_value(name)}" for name in _TAKEN_OVER)},
           home_district = {_HOME},
           responsible_district = CASE WHEN h.routed_version = 0 THEN {_HOME} ELSE h.responsible_district END
      FROM import_line s JOIN import_known k USING (line) JOIN card_holder before USING (holder_id)
     WHERE h.holder_id = s.holder_id
    RETURNING h.*, s.chunk_no, before.subdistrict AS previous_subdistrict,
              array_remove(ARRAY[{", ".join(_changed_name(name) for name in _COMPARED)}], NULL) AS changed
)
INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, citizen_index, card_index,
                                 index_key, tier, age, visit_group, policy_version, subdistrict, previous_subdistrict, bank, status, moved_on, deceased_on)
SELECT holder_id, version, 'UPDATED', CASE WHEN changed = '{{}}' THEN '{{sealed_details}}' ELSE changed END, $5, $6, $4, $3, chunk_no, citizen_index,
       card_index, index_key, tier, age, visit_group, policy_version, subdistrict, nullif(previous_subdistrict, subdistrict), bank, status,
       moved_on, deceased_on
  FROM updated
"""


async def staged_partitions(tx: Tx) -> list[tuple[int, int]]:
    """How many of the remaining lines' persons are on each partition of the holders' topic."""
    rows = await tx.fetch("SELECT partition, count(*) AS persons FROM import_line GROUP BY partition")
    return [(row["partition"], row["persons"]) for row in rows]


async def staged_chunks(tx: Tx) -> list[int]:
    """The chunks of the bulk lane that the remaining lines belong to, in order."""
    rows = await tx.fetch("SELECT DISTINCT chunk_no FROM import_line ORDER BY chunk_no")
    return [row["chunk_no"] for row in rows]


async def reject(tx: Tx, import_id: UUID, faults: Iterable[tuple[int, str, str, str, str]]) -> None:
    """Record what is wrong: (line, field, code, English reason, Thai reason)."""
    await tx.copy_in(
        "import_rejection", ("import_id", "line", "field", "code", "reason_en", "reason_th"), [(import_id, *fault) for fault in faults]
    )


async def forget_seen(tx: Tx, import_id: UUID, rows_max: int) -> int:
    """Delete up to `rows_max` notes of persons met unchanged; returns how many there were."""
    return await tx.execute(
        "DELETE FROM import_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM import_seen WHERE import_id = $1 LIMIT $2))", import_id, rows_max
    )


async def rejections(tx: ReadTx, import_id: UUID, after: tuple[int, str] | None, limit: int) -> list[Any]:
    """Rejections by line and field, after the one named."""
    line, field = after or (0, "")
    return await tx.fetch(
        """SELECT line, field, code, reason_en, reason_th FROM import_rejection
            WHERE import_id = $1 AND (line, field) > ($2, $3) ORDER BY line, field LIMIT $4""",
        import_id,
        line,
        field,
        limit,
    )
