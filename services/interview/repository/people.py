"""Finding and locking one person: the holder's row first, so that everything about a person happens one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import Case, State
from services.interview.errors import PolicyNotHere
from services.interview.repository.cases import COLUMNS, case_of, within
from services.interview.rules.policy import Policy
from shared.auth import Reach, reach_sql
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus
from shared.db import ReadTx, Tx
from shared.errors import NotFound

# The policy comes with the person: nearly every command needs both, and one question is enough.
_POLICY: Final = "(SELECT to_jsonb(p) FROM policy p ORDER BY p.version DESC LIMIT 1) AS policy"
_HOLDER: Final = "h.holder_id, h.tier, h.status, h.merged_into, h.erased_on, h.subdistrict AS holder_subdistrict"


@dataclass(frozen=True, slots=True)
class Person:
    """A locked card holder and the policy in force."""

    holder_id: UUID
    tier: Tier
    status: HolderStatus
    merged_into: UUID | None
    erased_on: date | None
    subdistrict: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class PersonWithCase:
    """A locked card holder, the locked case and the policy in force."""

    person: Person
    case: Case

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.person.policy


async def lock_holder(tx: Tx, column: str, value: UUID | str) -> Person | None:
    """The holder whose `column` (`holder_id`, `citizen_index` or `card_index`) has the value, locked; None without one."""
    row = await tx.fetchrow(
        f"SELECT {_HOLDER}, {_POLICY} FROM holder h WHERE h.{column} = $1 ORDER BY h.holder_id LIMIT 1 FOR UPDATE OF h", value
    )
    return None if row is None else _person(row)


async def case_of_holder(tx: Tx, holder_id: UUID) -> Case | None:
    """The case of a holder who is locked already."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM case_file c WHERE c.holder_id = $1 FOR UPDATE", holder_id)
    return None if row is None else case_of(row)


async def read_person(tx: ReadTx, reach: Reach, holder_id: UUID) -> tuple[Person, Case | None] | None:
    """The holder with their own case, as they are now and not locked; None out of reach."""
    condition, args = reach_sql(reach, 2, home="h.home_district", responsible="c.responsible_district", officer="c.officer_id")
    row = await tx.fetchrow(
        f"SELECT {_HOLDER}, {_POLICY}, {COLUMNS} FROM holder h LEFT JOIN case_file c ON c.holder_id = h.holder_id WHERE h.holder_id = $1 AND {condition}",
        holder_id,
        *args,
    )
    if row is None:
        return None
    return _person({**dict(row), "holder_id": holder_id}), None if row["case_id"] is None else case_of(row)


async def lock_case(tx: Tx, reach: Reach, column: str, value: UUID) -> PersonWithCase:
    """The person and case by `case_id` or `holder_id`, locked. Raises NotFound also for what is out of reach.

    Of a holder whose own case is none or ended by a merge it is the case under another id of theirs that goes on.
    """
    found = await _lock_case(tx, reach, column, value)
    if column == "holder_id" and (found is None or found.case.state is State.MERGED):
        found = await _lock_case_that_goes_on(tx, reach, value) or found
    if found is None:
        raise NotFound
    return found


async def case_that_goes_on(tx: ReadTx, holder_id: UUID) -> Case | None:
    """The open case under the id of somebody who was merged into the holder."""
    row = await tx.fetchrow(
        f"""WITH RECURSIVE away AS (
                SELECT holder_id FROM holder WHERE merged_into = $1
                UNION SELECT h.holder_id FROM holder h JOIN away ON h.merged_into = away.holder_id)
            SELECT {COLUMNS} FROM away JOIN case_file c USING (holder_id) WHERE c.state NOT IN ('MERGED', 'CLOSED', 'DECEASED')""",
        holder_id,
    )
    return None if row is None else case_of(row)


async def _lock_case_that_goes_on(tx: Tx, reach: Reach, holder_id: UUID) -> PersonWithCase | None:
    case = await case_that_goes_on(tx, holder_id)
    return None if case is None else await _lock_case(tx, reach, "case_id", case.case_id)


async def _lock_case(tx: Tx, reach: Reach, column: str, value: UUID) -> PersonWithCase | None:
    condition, args = within(reach, 2)
    row = await tx.fetchrow(
        f"""SELECT {_HOLDER}, {_POLICY}, {COLUMNS}
              FROM holder h JOIN case_file c ON c.holder_id = h.holder_id
             WHERE c.{column} = $1 AND {condition}
               FOR UPDATE OF h, c""",
        value,
        *args,
    )
    return None if row is None else PersonWithCase(_person(row), case_of(row))


async def free_cases(tx: Tx, reach: Reach, holder_ids: Iterable[UUID]) -> dict[UUID, PersonWithCase]:
    """Of the holders those within the reach whom nobody else holds, with their own case, locked, by holder. Who is left out is found by `lock_case`.

    Nobody is waited for, so that who needs many persons at once keeps none of them from others.
    """
    policy = await policy_if_here(tx)
    condition, args = within(reach, 3)
    rows = await tx.fetch(
        f"""SELECT {_HOLDER}, {COLUMNS}
              FROM holder h JOIN case_file c ON c.holder_id = h.holder_id
             WHERE h.holder_id = ANY($1::uuid[]) AND c.state <> $2 AND {condition}
             ORDER BY h.holder_id FOR UPDATE OF h, c SKIP LOCKED""",
        list(holder_ids),
        State.MERGED,
        *args,
    )
    return {} if policy is None else {row["holder_id"]: PersonWithCase(_person(row, policy), case_of(row)) for row in rows}


async def newest_policy(tx: ReadTx) -> Policy:
    """The policy in force. Raises PolicyNotHere."""
    row = await tx.fetchrow(f"SELECT {_POLICY}")
    return _policy(row["policy"] if row else None)


async def policy_if_here(tx: ReadTx) -> Policy | None:
    """The policy in force; None while none has arrived."""
    row = await tx.fetchrow(f"SELECT {_POLICY}")
    return _policy(row["policy"]) if row and row["policy"] else None


def _person(row: Mapping[str, Any], policy: Policy | None = None) -> Person:
    """Of a row that has the policy, unless it is given."""
    status = HolderStatus(row["status"])
    policy = policy or _policy(row["policy"])
    return Person(row["holder_id"], Tier(row["tier"]), status, row["merged_into"], row["erased_on"], row["holder_subdistrict"], policy)


def _policy(found: Mapping[str, Any] | None) -> Policy:
    if found is None:
        raise PolicyNotHere
    return Policy.of(found["profile"], found["version"], found["parameters"])
