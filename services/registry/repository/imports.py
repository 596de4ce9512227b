"""A step of an import: COPY to where persons belong while all are new, else into a staging table and a few statements for all its lines."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from asyncpg import UniqueViolationError

from services.registry.domain import HOLDERS_A_CHUNK
from services.registry.repository.consents_sql import after_file_sql
from services.registry.repository.history import STATE
from services.registry.repository.import_rows import HISTORY_COLUMNS, HOLDER_COLUMNS, ImportStamp
from services.registry.repository.sealed import SALT, SALT_COLUMNS, WITH_KEYS
from services.registry.rules.registry_file import HEADER_LINES
from shared.db import ReadTx, Tx

# A person's own move is later than the January file, so the file's address does not undo it. Nor do files undo what a recorded
# change has settled. Ids, card, phone and account are sealed as one value: of those all stay with the card, or with the bank.
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
_WHY: Final = "$2 || coalesce(nullif(': ' || said.reason, ': '), '')"
_CHUNK_NO: Final = f"(s.import_line - {HEADER_LINES + 1}) / {HOLDERS_A_CHUNK}"


async def nobody_is_here(tx: ReadTx) -> bool:
    """Whether the registry is empty."""
    nobody: bool = await tx.fetchval("SELECT NOT EXISTS (SELECT FROM card_holder)")
    return nobody


async def set_indexes_aside(tx: Tx, *, keys: bool) -> bool:
    """In an empty registry take away the indexes that an import can do without, and with `keys` those by which a person and a card are there once.

    False, and nothing is changed, where somebody is there.
    """
    empty: bool = await tx.fetchval("SELECT set_indexes_aside($1)", keys)
    return empty


async def build_late_indexes(tx: Tx, *, keys: bool = False) -> int:
    """Build the indexes that were set aside, or only the `keys`; returns how many. None is built twice."""
    built: int = await tx.fetchval("SELECT build_late_indexes($1)", keys)
    return built


async def enter_at_once(tx: Tx, holders: bytes, salts: bytes, history: bytes) -> bool:
    """COPY persons, their salts and first versions to where they belong; False, and nothing is changed, when one of them is known."""
    try:
        async with tx.savepoint():
            await tx.copy_bytes("card_holder", HOLDER_COLUMNS, holders)
            await tx.copy_bytes("person_salt", SALT_COLUMNS, salts, schema="apart")
            await tx.copy_bytes("card_holder_history", HISTORY_COLUMNS, history)
    except UniqueViolationError:
        return False
    return True


async def stage(tx: Tx, holders: bytes, salts: bytes) -> int:
    """COPY the persons and their salts into staging tables, which are empty again after the transaction; returns how many."""
    columns = ", ".join(HOLDER_COLUMNS)
    await tx.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS import_staged ON COMMIT DELETE ROWS AS SELECT {columns} FROM card_holder WITH NO DATA"
    )
    await tx.execute(
        "CREATE TEMP TABLE IF NOT EXISTS import_known (import_line int, seen boolean, same boolean, erased boolean) ON COMMIT DELETE ROWS"
    )
    await tx.execute("CREATE TEMP TABLE IF NOT EXISTS import_salt (holder_id uuid, salt bytea) ON COMMIT DELETE ROWS")
    await tx.copy_bytes("import_salt", SALT_COLUMNS, salts)
    await tx.execute("CREATE TEMP TABLE IF NOT EXISTS import_said (import_line int, asked text, reason text) ON COMMIT DELETE ROWS")
    return await tx.copy_bytes("import_staged", HOLDER_COLUMNS, holders)


async def lock_known(tx: Tx, import_id: UUID) -> int:
    """Lock the persons of the staged lines that are in the registry, and note which were met before by this import, and which are unchanged."""
    return await tx.execute(
        """INSERT INTO import_known (import_line, seen, same, erased)
           SELECT s.import_line,
                  h.import_id = $1 OR EXISTS (SELECT FROM import_seen u WHERE u.import_id = $1 AND u.holder_id = h.holder_id),
                  h.content_hash = s.content_hash, h.erased_at IS NOT NULL
             FROM import_staged s JOIN card_holder h USING (holder_id)
            ORDER BY h.holder_id
              FOR UPDATE OF h""",
        import_id,
    )


async def take_out_erased(tx: Tx) -> list[int]:
    """Take out the lines of persons who were erased; returns their numbers."""
    rows = await tx.fetch(
        "DELETE FROM import_staged s USING import_known k WHERE k.import_line = s.import_line AND k.erased RETURNING s.import_line"
    )
    return [row["import_line"] for row in rows]


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


async def take_out_foreign_cards(tx: Tx, import_id: UUID) -> list[int]:
    """Take out the lines of known persons whose card number is now another person's, remembering them as met; returns their numbers."""
    rows = await tx.fetch(
        """WITH gone AS (
               DELETE FROM import_staged s USING import_known k, card_holder other
                WHERE k.import_line = s.import_line AND other.card_index = s.card_index AND other.holder_id <> s.holder_id
            RETURNING s.import_line, s.holder_id
           ), met AS (
               INSERT INTO import_met (import_id, holder_id, taken) SELECT $1, holder_id, false FROM gone ON CONFLICT DO NOTHING
           )
           SELECT import_line FROM gone""",
        import_id,
    )
    return [row["import_line"] for row in rows]


async def registered_to_history(tx: Tx, stamp: ImportStamp) -> int:
    """Write the first version of the entered persons to the history."""
    return await tx.execute(
        f"""INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, citizen_index,
                                             card_index, index_key, tier, age, visit_group, policy_version, subdistrict, bank, status)
            SELECT s.holder_id, s.version, 'REGISTERED', '{{}}', $1, {_WHY}, s.recorded_at, s.import_id, {_CHUNK_NO}, s.citizen_index, s.card_index,
                   s.index_key, s.tier, s.age, s.visit_group, s.policy_version, s.subdistrict, s.bank, s.status
              FROM import_staged s LEFT JOIN import_known k USING (import_line) LEFT JOIN import_said said USING (import_line)
             WHERE k.import_line IS NULL""",
        stamp.who,
        stamp.why,
    )


async def sealed_of_the_known(tx: Tx) -> list[Any]:
    """The sealed values of the remaining lines of known persons, with the salts they were sealed by, and what opens the persons' own."""
    return await tx.fetch(
        f"""SELECT holder_id, salt, group_key_id, group_key, new_private, new_house_no, new_salt
              FROM {WITH_KEYS}
              JOIN (SELECT s.holder_id, s.private_sealed AS new_private, s.house_no_sealed AS new_house_no, n.salt AS new_salt
                      FROM import_staged s JOIN import_known k USING (import_line) JOIN import_salt n USING (holder_id)) AS line USING (holder_id)"""
    )


async def stage_sealed(tx: Tx, rows: Sequence[tuple[UUID, bytes, bytes | None]]) -> None:
    """Put sealed values (holder, private, house number) into the staged lines of their persons."""
    await tx.execute(
        """UPDATE import_staged s SET private_sealed = anew.private, house_no_sealed = anew.house_no
             FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS anew (holder_id, private, house_no) WHERE s.holder_id = anew.holder_id""",
        *([list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 3),
    )


async def keep_new_salts(tx: Tx) -> int:
    """Give the persons of the remaining lines who are new the salts that their values were sealed with."""
    return await tx.execute(
        f"""INSERT INTO {SALT} (holder_id, salt)
            SELECT holder_id, salt FROM import_salt JOIN import_staged USING (holder_id) LEFT JOIN import_known k USING (import_line)
             WHERE k.import_line IS NULL"""
    )


async def update_changed(tx: Tx, stamp: ImportStamp) -> int:
    """Give the known persons of the remaining lines their new values, a version and a row of history; returns how many.

    `changed` names the fields whose value is another; where none of those that can be compared is, `sealed_details`
    stands for phone, house number and account.
    """
    return await tx.execute(_UPDATE_CHANGED, stamp.who, stamp.why)


def changed_sql() -> str:
    """The names of the fields of a person h that the staged line s would change, as an array."""
    names = (f"CASE WHEN h.{name} IS DISTINCT FROM {_new_value(name)} THEN '{_SEALED_NAMES.get(name, name)}' END" for name in _COMPARED)
    return f"array_remove(ARRAY[{', '.join(names)}], NULL)"


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
           consents = {after_file_sql("h", "s")},
           responsible_district = CASE WHEN h.routed_version = 0 THEN {_HOME} ELSE h.responsible_district END
      FROM import_staged s JOIN import_known k USING (import_line) JOIN card_holder before USING (holder_id)
           LEFT JOIN import_said said ON said.import_line = s.import_line
     WHERE h.holder_id = s.holder_id
    RETURNING h.*, {_CHUNK_NO} AS chunk_no, {_WHY} AS why, before.subdistrict AS previous_subdistrict,
              array_remove(ARRAY[{", ".join(_changed_name(name) for name in _COMPARED)}], NULL) AS changed
)
INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, previous_subdistrict, {STATE})
SELECT holder_id, version, 'UPDATED', CASE WHEN changed = '{{}}' THEN '{{sealed_details}}' ELSE changed END, $1, why, recorded_at, import_id, chunk_no,
       nullif(previous_subdistrict, subdistrict), {STATE}
  FROM updated
"""


async def staged_lines(tx: Tx) -> list[int]:
    """The numbers of the remaining lines, in order."""
    rows = await tx.fetch("SELECT import_line FROM import_staged ORDER BY import_line")
    return [row["import_line"] for row in rows]


async def reject(tx: Tx, import_id: UUID, faults: Iterable[tuple[int, str, str, str, str, str]]) -> None:
    """Record what is wrong: (line, field, code, English reason, Thai reason, the value masked)."""
    await tx.copy_in("import_rejection", ("import_id", *REJECTION), [(import_id, *fault) for fault in faults])


async def forget_seen(tx: Tx, import_id: UUID, rows_max: int) -> int:
    """Delete up to `rows_max` notes of persons met unchanged; returns how many there were."""
    return await tx.execute(
        "DELETE FROM import_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM import_seen WHERE import_id = $1 LIMIT $2))", import_id, rows_max
    )


REJECTION: Final = ("line", "field", "code", "reason_en", "reason_th", "value_masked")


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


def every_change(tx: ReadTx, import_id: UUID, what: str) -> AsyncIterator[Any]:
    """The versions that an import made, of one kind (Change), in the order of the file by chunks, with flat memory."""
    return tx.stream(
        "SELECT holder_id, version, changed FROM card_holder_history WHERE change_id = $1 AND what = $2 ORDER BY chunk_no, holder_id",
        import_id,
        what,
    )


async def changes(tx: ReadTx, import_id: UUID, what: str, after: tuple[int, UUID] | None, limit: int) -> list[Any]:
    """The same after the (chunk, holder) named."""
    chunk_no, holder_id = after or (-1, UUID(int=0))
    return await tx.fetch(
        """SELECT chunk_no, holder_id, version, changed FROM card_holder_history
            WHERE change_id = $1 AND what = $2 AND chunk_no >= $3 AND (chunk_no, holder_id) > ($3, $4) ORDER BY chunk_no, holder_id LIMIT $5""",
        import_id,
        what,
        chunk_no,
        holder_id,
        limit,
    )
