"""A step of an import: COPY to where persons belong while all are new, else into a staging table and a few statements for all its lines."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final
from uuid import UUID

from asyncpg import UniqueViolationError

from services.registry.domain import HOLDERS_A_CHUNK
from services.registry.repository.import_rows import HISTORY_COLUMNS, HOLDER_COLUMNS, ImportStamp
from services.registry.rules.registry_file import HEADER_LINES
from shared.db import ReadTx, Tx

# A person's own move is later than the January file, so the file's address does not undo it. Nor do files undo what a recorded
# change has settled. Card, phone and account are sealed as one value: of those all stay with the card, or with the bank.
_ADDRESS: Final = ("house_no_sealed", "subdistrict", "moo", "road", "postcode")
_SETTLED_BY: Final = {
    **dict.fromkeys(("prefix", "first_name", "last_name", "name_sort_key"), "'NAME' = ANY(h.settled)"),
    **dict.fromkeys(("income_2559_satang", "tier"), "'INCOME' = ANY(h.settled)"),
    **dict.fromkeys(("card_index", "private_sealed", "bank"), "h.settled && '{CARD,BANK}'"),
}
_VISIT_GROUP: Final = """CASE WHEN 'INCOME' = ANY(h.settled)
    THEN h.tier = 'UP_TO_30000' AND s.age <= (SELECT (parameters->>'visit_age_max')::int FROM policy WHERE version = s.policy_version)
    ELSE s.visit_group END"""
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
_ONLY_AT_ENTRY: Final = frozenset({"holder_id", "citizen_index", "version", "status", "home_district", "responsible_district"})
_TAKEN_OVER: Final = tuple(name for name in HOLDER_COLUMNS if name not in _ONLY_AT_ENTRY)
_CHUNK_NO: Final = f"(s.import_line - {HEADER_LINES + 1}) / {HOLDERS_A_CHUNK}"


async def nobody_is_here(tx: ReadTx) -> bool:
    """Whether the registry is empty."""
    nobody: bool = await tx.fetchval("SELECT NOT EXISTS (SELECT FROM card_holder)")
    return nobody


async def enter_at_once(tx: Tx, holders: bytes, history: bytes) -> bool:
    """COPY persons and their first versions to where they belong; False, and nothing is changed, when one of them is known."""
    try:
        async with tx.savepoint():
            await tx.copy_bytes("card_holder", HOLDER_COLUMNS, holders)
            await tx.copy_bytes("card_holder_history", HISTORY_COLUMNS, history)
    except UniqueViolationError:
        return False
    return True


async def stage(tx: Tx, holders: bytes) -> int:
    """COPY the persons into the staging table, which is empty again after the transaction; returns how many."""
    columns = ", ".join(HOLDER_COLUMNS)
    await tx.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS import_staged ON COMMIT DELETE ROWS AS SELECT {columns} FROM card_holder WITH NO DATA"
    )
    await tx.execute("CREATE TEMP TABLE IF NOT EXISTS import_known (import_line int, seen boolean, same boolean) ON COMMIT DELETE ROWS")
    return await tx.copy_bytes("import_staged", HOLDER_COLUMNS, holders)


async def lock_known(tx: Tx, import_id: UUID) -> int:
    """Lock the persons of the staged lines that are in the registry, and note which were met before by this import, and which are unchanged."""
    return await tx.execute(
        """INSERT INTO import_known (import_line, seen, same)
           SELECT s.import_line,
                  h.import_id = $1 OR EXISTS (SELECT FROM import_seen u WHERE u.import_id = $1 AND u.holder_id = h.holder_id),
                  h.content_hash = s.content_hash
             FROM import_staged s JOIN card_holder h USING (holder_id)
            ORDER BY h.holder_id
              FOR UPDATE OF h""",
        import_id,
    )


async def take_out_repeated(tx: Tx) -> list[int]:
    """Take out the lines of persons that the import has met before; returns their numbers."""
    rows = await tx.fetch(
        "DELETE FROM import_staged s USING import_known k WHERE k.import_line = s.import_line AND k.seen RETURNING s.import_line"
    )
    return [row["import_line"] for row in rows]


async def take_out_unchanged(tx: Tx, import_id: UUID) -> int:
    """Take out the lines that say what is known, remembering their persons as met; returns how many."""
    return await tx.execute(
        """WITH gone AS (DELETE FROM import_staged s USING import_known k WHERE k.import_line = s.import_line AND k.same RETURNING s.holder_id)
           INSERT INTO import_seen (import_id, holder_id) SELECT $1, holder_id FROM gone""",
        import_id,
    )


async def insert_new(tx: Tx) -> int:
    """Enter the persons that are not known; a person whose card number is another's is left out. Returns how many entered."""
    return await tx.execute(
        f"""INSERT INTO card_holder ({", ".join(HOLDER_COLUMNS)})
            SELECT {", ".join(f"s.{name}" for name in HOLDER_COLUMNS)}
              FROM import_staged s LEFT JOIN import_known k USING (import_line)
             WHERE k.import_line IS NULL
             ORDER BY s.import_line
            ON CONFLICT (card_index) DO NOTHING"""
    )


async def take_out_left_out(tx: Tx) -> list[int]:
    """Take out the new lines that `insert_new` left out; returns their numbers."""
    rows = await tx.fetch(
        """DELETE FROM import_staged s
            WHERE NOT EXISTS (SELECT FROM card_holder h WHERE h.holder_id = s.holder_id) RETURNING s.import_line"""
    )
    return [row["import_line"] for row in rows]


async def take_out_foreign_cards(tx: Tx) -> list[int]:
    """Take out the lines of known persons whose card number is now another person's; returns their numbers."""
    rows = await tx.fetch(
        """DELETE FROM import_staged s USING import_known k, card_holder other
            WHERE k.import_line = s.import_line AND other.card_index = s.card_index AND other.holder_id <> s.holder_id RETURNING s.import_line"""
    )
    return [row["import_line"] for row in rows]


async def registered_to_history(tx: Tx, stamp: ImportStamp) -> int:
    """Write the first version of the entered persons to the history."""
    return await tx.execute(
        f"""INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, citizen_index,
                                             card_index, index_key, tier, age, visit_group, policy_version, subdistrict, bank, status)
            SELECT s.holder_id, s.version, 'REGISTERED', '{{}}', $1, $2, s.recorded_at, s.import_id, {_CHUNK_NO}, s.citizen_index, s.card_index,
                   s.index_key, s.tier, s.age, s.visit_group, s.policy_version, s.subdistrict, s.bank, s.status
              FROM import_staged s LEFT JOIN import_known k USING (import_line)
             WHERE k.import_line IS NULL""",
        stamp.who,
        stamp.why,
    )


async def update_changed(tx: Tx, stamp: ImportStamp) -> int:
    """Give the known persons of the remaining lines their new values, a version and a row of history; returns how many.

    `changed` names the fields whose value is another; where none of those that can be compared is, `sealed_details`
    stands for phone, house number and account.
    """
    return await tx.execute(_UPDATE_CHANGED, stamp.who, stamp.why)


def _new_value(name: str) -> str:
    if name in _ADDRESS:
        return f"CASE WHEN h.moved_on IS NULL THEN s.{name} ELSE h.{name} END"
    if name in _SETTLED_BY:
        return f"CASE WHEN {_SETTLED_BY[name]} THEN h.{name} ELSE s.{name} END"
    return _VISIT_GROUP if name == "visit_group" else f"s.{name}"


def _changed_name(name: str) -> str:
    return f"CASE WHEN before.{name} IS DISTINCT FROM h.{name} THEN '{_SEALED_NAMES.get(name, name)}' END"


_HOME: Final = f"left({_new_value('subdistrict')}, 4)"
_UPDATE_CHANGED: Final = f"""
WITH updated AS (
    UPDATE card_holder h
       SET version = h.version + 1,
           {", ".join(f"{name} = {_new_value(name)}" for name in _TAKEN_OVER)},
           home_district = {_HOME},
           responsible_district = CASE WHEN h.routed_version = 0 THEN {_HOME} ELSE h.responsible_district END
      FROM import_staged s JOIN import_known k USING (import_line) JOIN card_holder before USING (holder_id)
     WHERE h.holder_id = s.holder_id
    RETURNING h.*, {_CHUNK_NO} AS chunk_no, before.subdistrict AS previous_subdistrict,
              array_remove(ARRAY[{", ".join(_changed_name(name) for name in _COMPARED)}], NULL) AS changed
)
INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, citizen_index, card_index,
                                 index_key, tier, age, visit_group, policy_version, subdistrict, previous_subdistrict, bank, status, moved_on, deceased_on)
SELECT holder_id, version, 'UPDATED', CASE WHEN changed = '{{}}' THEN '{{sealed_details}}' ELSE changed END, $1, $2, recorded_at, import_id, chunk_no, citizen_index,
       card_index, index_key, tier, age, visit_group, policy_version, subdistrict, nullif(previous_subdistrict, subdistrict), bank, status,
       moved_on, deceased_on
  FROM updated
"""


async def staged_lines(tx: Tx) -> list[int]:
    """The numbers of the remaining lines, in order."""
    rows = await tx.fetch("SELECT import_line FROM import_staged ORDER BY import_line")
    return [row["import_line"] for row in rows]


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


REJECTION: Final = ("line", "field", "code", "reason_en", "reason_th")


def every_rejection(tx: ReadTx, import_id: UUID) -> AsyncIterator[Any]:
    """All rejections by line and field, with flat memory."""
    return tx.stream(f"SELECT {', '.join(REJECTION)} FROM import_rejection WHERE import_id = $1 ORDER BY line, field", import_id)


async def rejections(tx: ReadTx, import_id: UUID, after: tuple[int, str] | None, limit: int) -> list[Any]:
    """Rejections by line and field, after the one named."""
    line, field = after or (0, "")
    return await tx.fetch(
        f"""SELECT {", ".join(REJECTION)} FROM import_rejection
            WHERE import_id = $1 AND (line, field) > ($2, $3) ORDER BY line, field LIMIT $4""",
        import_id,
        line,
        field,
        limit,
    )
