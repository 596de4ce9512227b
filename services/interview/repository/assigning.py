"""Reading and writing whose cases they are, a district at a time, in sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.interview.domain import LOADS_OFFICER, State, Step
from services.interview.errors import CaseChanged
from services.interview.repository.staff import Officer, officer_of
from services.interview.rules.co_interview import BANKS
from services.interview.rules.officers import TeamDuty
from shared.db import ReadTx, Tx

_LOCK_NAME: Final = "assignment of district "

# Officers who left or are another district's are no account officers of the case; nor is a co-interviewer who left.
_WITHOUT_OFFICER: Final = "(c.officer_id IS NULL OR NOT o.active OR o.district <> c.responsible_district)"
_WITHOUT_BANK: Final = "(c.interviewed_on IS NULL AND o.employer <> ALL($3::text[]) AND (b.officer_id IS NULL OR NOT b.active OR b.employer <> ALL($3::text[])))"
_HOUSEHOLD: Final = "(SELECT m.household_id FROM household_member m WHERE m.holder_id = c.holder_id ORDER BY 1 LIMIT 1) AS household_id"
_OCCUPATION: Final = (
    "(SELECT i.occupation FROM interview i WHERE c.interviews > 0 AND i.case_id = c.case_id ORDER BY i.revision DESC LIMIT 1) AS occupation"
)
_WAITING: Final = f"""
    SELECT c.case_id, c.holder_id, c.version, c.state, c.responsible_district, c.subdistrict, c.officer_id, c.co_interviewer_id, {_HOUSEHOLD},
           {_WITHOUT_OFFICER} AS without_officer,
           {_OCCUPATION}
      FROM case_file c
      LEFT JOIN officer o ON o.officer_id = c.officer_id
      LEFT JOIN officer b ON b.officer_id = c.co_interviewer_id
     WHERE c.responsible_district = $1 AND c.state = ANY($2::text[]) AND ({_WITHOUT_OFFICER} OR {_WITHOUT_BANK})
     ORDER BY c.holder_id"""
_STORE: Final = """
    UPDATE case_file c SET version = row.version, state = row.to_state, officer_id = row.officer_id, co_interviewer_id = row.co_interviewer_id
      FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::uuid[])
           AS row (case_id, version, from_state, to_state, officer_id, co_interviewer_id)
     WHERE c.case_id = row.case_id AND c.version = row.version - 1 AND c.state = row.from_state"""
_HISTORY: Final = ("case_id", "version", "step", "from_state", "to_state", "at", "by", "reason", "details")


class WaitingCase(NamedTuple):
    """A case that is to be given to an officer, or only (with an officer who stays) a co-interviewer."""

    case_id: UUID
    holder_id: UUID
    version: int
    state: State
    district: str
    subdistrict: str
    officer_id: UUID | None
    co_interviewer_id: UUID | None
    household_id: UUID | None
    without_officer: bool
    occupation: str | None


@dataclass(frozen=True, slots=True)
class Available:
    """An active officer as cases are given.

    Absent on the day or not; whether they may take cases (as an account officer of the district's team, or anybody where no team was
    appointed); whether the team has them as a co-interviewer; their open cases, and the co-interviews to come.
    """

    officer: Officer
    absent: bool
    may_take: bool
    accompanies: bool
    cases: int
    accompanied: int


class Assignment(NamedTuple):
    """A locked case with its officer from now on; `state` and `version` are those before."""

    case_id: UUID
    holder_id: UUID
    version: int
    state: State
    to_state: State
    district: str
    officer_id: UUID
    co_interviewer_id: UUID | None
    details: dict[str, Any]
    reason: str = ""


async def lock_district(tx: Tx, district: str) -> None:
    """Let nobody else assign this district before the end of the transaction."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"{_LOCK_NAME}{district}")


async def waiting_cases(tx: ReadTx, district: str, *, locked: bool) -> list[WaitingCase]:
    """The cases of the district without an account officer of theirs, or without the co-interviewer whom the rule asks for; by holder."""
    rows = await tx.fetch(_WAITING + (" FOR UPDATE OF c" if locked else ""), district, list(LOADS_OFFICER), sorted(BANKS))
    return [_waiting(row) for row in rows]


async def cases_with(tx: Tx, officer_id: UUID) -> list[WaitingCase]:
    """The open cases of an officer, and those whose interview they are to attend, locked; by holder. `without_officer` says which are theirs."""
    rows = await tx.fetch(
        f"""SELECT c.case_id, c.holder_id, c.version, c.state, c.responsible_district, c.subdistrict, c.officer_id, c.co_interviewer_id, {_HOUSEHOLD},
                  coalesce(c.officer_id = $1, false) AS without_officer,
                  {_OCCUPATION}
             FROM case_file c
            WHERE (c.officer_id = $1 OR c.co_interviewer_id = $1 AND c.interviewed_on IS NULL) AND c.state = ANY($2::text[])
            ORDER BY c.holder_id FOR UPDATE OF c""",
        officer_id,
        list(LOADS_OFFICER),
    )
    return [_waiting(row) for row in rows]


def _waiting(row: Any) -> WaitingCase:
    case_id, holder_id, version, state, *others = row.values()
    return WaitingCase(case_id, holder_id, version, State(state), *others)


async def available(tx: ReadTx, district: str, on: date, *, locked: bool) -> list[Available]:
    """The active officers of the district and of the banks in its province, by id. Locked, none leaves or is given a case by others meanwhile."""
    officers = [
        officer_of(row)
        for row in await tx.fetch(
            f"""SELECT * FROM officer
                 WHERE active AND (district = $1 OR left(district, 2) = left($1, 2) AND employer = ANY($2::text[]))
                 ORDER BY officer_id {"FOR SHARE" if locked else ""}""",
            district,
            sorted(BANKS),
        )
    ]
    return await with_loads(tx, district, officers, on)


async def with_loads(tx: ReadTx, district: str, officers: Sequence[Officer], on: date) -> list[Available]:
    """What the officers have to do now; asked after their rows are locked, so that nothing is on its way to them."""
    rows = await tx.fetch(
        """SELECT o.officer_id,
                  EXISTS (SELECT FROM officer_absence a WHERE a.officer_id = o.officer_id AND $3 BETWEEN a.from_on AND a.to_on) AS absent,
                  (SELECT count(*) FROM case_file c WHERE c.officer_id = o.officer_id AND c.state = ANY($2::text[])) AS cases,
                  (SELECT count(*) FROM case_file c
                    WHERE c.co_interviewer_id = o.officer_id AND c.interviewed_on IS NULL AND c.state = ANY($2::text[])) AS accompanied,
                  ARRAY(SELECT m.duty FROM team_member m WHERE m.officer_id = o.officer_id AND m.district = $4
                           AND m.version = (SELECT max(t.version) FROM team t WHERE t.district = $4)) AS duties,
                  EXISTS (SELECT FROM team t WHERE t.district = $4) AS team_stands
             FROM unnest($1::uuid[]) AS o (officer_id)""",
        [officer.officer_id for officer in officers],
        list(LOADS_OFFICER),
        on,
        district,
    )
    found = {row["officer_id"]: row for row in rows}
    return [_available(officer, found[officer.officer_id]) for officer in officers]


def _available(officer: Officer, row: Any) -> Available:
    return Available(
        officer=officer,
        absent=row["absent"],
        may_take=not row["team_stands"] or TeamDuty.ACCOUNT_OFFICER in row["duties"],
        accompanies=TeamDuty.CO_INTERVIEWER in row["duties"],
        cases=row["cases"],
        accompanied=row["accompanied"],
    )


async def officers_of_households(tx: ReadTx, households: Iterable[UUID], officer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of the households those where somebody has one of the officers: who has most of it, then by id."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (m.household_id) m.household_id, c.officer_id
             FROM household_member m JOIN case_file c USING (holder_id)
            WHERE m.household_id = ANY($1::uuid[]) AND c.officer_id = ANY($2::uuid[]) AND c.state = ANY($3::text[])
            GROUP BY m.household_id, c.officer_id ORDER BY m.household_id, count(*) DESC, c.officer_id""",
        list(households),
        list(officer_ids),
        list(LOADS_OFFICER),
    )
    return {row["household_id"]: row["officer_id"] for row in rows}


async def store(tx: Tx, assignments: Sequence[Assignment], *, by: str, at: datetime) -> None:
    """Give the locked cases, with a line of history each. Raises CaseChanged when one of them is not as it was read."""
    # In the order of most of its indexes, an update of thousands takes a tenth less. The rows are locked: no order can lead to a deadlock.
    by_case = sorted(assignments, key=lambda one: one.case_id.bytes)
    stored = await tx.execute(
        _STORE,
        [one.case_id for one in by_case],
        [one.version + 1 for one in by_case],
        [one.state for one in by_case],
        [one.to_state for one in by_case],
        [one.officer_id for one in by_case],
        [one.co_interviewer_id for one in by_case],
    )
    if stored != len(assignments):
        raise CaseChanged(cases=len(assignments), stored=stored)
    step = Step.OFFICER_ASSIGNED
    lines = [(one.case_id, one.version + 1, step, one.state, one.to_state, at, by, one.reason, one.details) for one in assignments]
    await tx.copy_in("case_history", _HISTORY, lines)


async def next_district(tx: ReadTx, after: str) -> str | None:
    """The first district behind this code that has a case; None behind the last."""
    district: str | None = await tx.fetchval("SELECT min(responsible_district) FROM case_file WHERE responsible_district > $1", after)
    return district
