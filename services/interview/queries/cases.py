"""Cases as staff see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import State
from services.interview.queries.spot_checks import results_of_case
from services.interview.repository.cases import COLUMNS, within
from shared.auth import Reach
from shared.db import ReadTx
from shared.http import Page

HISTORY_ROWS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of cases may be narrowed by."""

    state: State | None = None
    district: str | None = None
    officer_id: UUID | None = None
    holder_id: UUID | None = None


async def list_cases(tx: ReadTx, reach: Reach, wanted: Filter, page: Page) -> tuple[list[Any], str | None]:
    """A page of cases by id."""
    return await _page_of_cases(
        tx,
        reach,
        page,
        """($1::text IS NULL OR c.state = $1) AND ($2::text IS NULL OR c.responsible_district = $2)
           AND ($3::uuid IS NULL OR c.officer_id = $3) AND ($4::uuid IS NULL OR c.holder_id = $4 OR c.holder_id IN (SELECT a.holder_id FROM holder a WHERE a.merged_into = $4))""",
        [wanted.state, wanted.district, wanted.officer_id, wanted.holder_id],
    )


async def list_not_interviewed(tx: ReadTx, reach: Reach, district: str, page: Page) -> tuple[list[Any], str | None]:
    """A page of the district's cases with a wish that counts and no interview."""
    condition = "c.responsible_district = $1 AND c.intent_status = 'VALID' AND c.interviewed_on IS NULL AND c.state = ANY($2::text[])"
    return await _page_of_cases(tx, reach, page, condition, [district, [State.DECLARED, State.ASSIGNED]])


async def show_case(tx: ReadTx, reach: Reach, case_id: UUID) -> dict[str, Any] | None:
    """A case with its history, wish, allowance, recommendation, plan, referrals, decisions and notices; None when out of reach."""
    condition, args = within(reach, 2)
    case = await tx.fetchrow(f"SELECT {COLUMNS} FROM case_file c WHERE c.case_id = $1 AND {condition}", case_id, *args)
    if case is None:
        return None
    holder_id = case["holder_id"]
    return {
        **dict(case),
        "intent": await _one(tx, "SELECT * FROM intent WHERE case_id = $1", case_id),
        "former_wishes": await _many(tx, "SELECT * FROM former_intent WHERE case_id = $1 ORDER BY replaced_on, stated_on", case_id),
        "entitlement": await _one(tx, "SELECT * FROM entitlement WHERE holder_id = $1", holder_id),
        "recommendation": await _one(tx, "SELECT * FROM recommendation WHERE holder_id = $1", holder_id),
        "specialist_reviews": await _many(
            tx, "SELECT * FROM specialist_review WHERE holder_id = $1 ORDER BY asked_on, review_id", holder_id
        ),
        "plan": await _one(tx, "SELECT * FROM agreed_plan WHERE holder_id = $1", holder_id),
        "referrals": await _many(tx, "SELECT * FROM referral WHERE holder_id = $1 ORDER BY line_no, attempt", holder_id),
        "decisions": await _many(tx, "SELECT * FROM decision WHERE case_id = $1 ORDER BY decision_id", case_id),
        "notices": await _many(tx, "SELECT * FROM notice WHERE holder_id = $1 ORDER BY changed_at DESC, notice_key", holder_id),
        "spot_checks": await results_of_case(tx, case_id),
        "history": await _many(tx, f"SELECT * FROM case_history WHERE case_id = $1 ORDER BY seq DESC LIMIT {HISTORY_ROWS_MAX}", case_id),
    }


async def show_interview(tx: ReadTx, reach: Reach, interview_id: UUID) -> Mapping[str, Any] | None:
    """An interview without health and debts; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT i.*, c.version FROM interview i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE i.interview_id = $1 AND {condition}""",
        interview_id,
        *args,
    )


async def show_intent(tx: ReadTx, reach: Reach, intent_id: UUID) -> Mapping[str, Any] | None:
    """A wish; None when out of reach."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"SELECT i.* FROM intent i JOIN case_file c ON c.case_id = i.case_id WHERE i.intent_id = $1 AND {condition}", intent_id, *args
    )


async def list_follow_ups(tx: ReadTx, reach: Reach, case_id: UUID | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of follow-ups by day and id."""
    after = page.after(date, UUID)
    condition, args = within(reach, 5)
    rows = await tx.fetch(
        f"""SELECT f.*, c.holder_id FROM follow_up f JOIN case_file c ON c.case_id = f.case_id
             WHERE ($1::uuid IS NULL OR f.case_id = $1) AND ($2::date IS NULL OR (f.contacted_on, f.follow_up_id) > ($2, $3)) AND {condition}
             ORDER BY f.contacted_on, f.follow_up_id LIMIT $4""",
        case_id,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["contacted_on"], row["follow_up_id"]))


async def list_notices(tx: ReadTx, reach: Reach, page: Page, *, only_undelivered: bool) -> tuple[list[Any], str | None]:
    """A page of notices about cases by key; only those that did not reach the person and will not, where so wished."""
    after = page.after(str)
    condition, args = within(reach, 3)
    undelivered = "n.status IN ('FAILED', 'REFUSED')" if only_undelivered else "true"
    rows = await tx.fetch(
        f"""SELECT n.*, c.case_id, c.officer_id FROM notice n JOIN case_file c ON c.holder_id = n.holder_id
             WHERE {undelivered} AND ($1::text IS NULL OR n.notice_key > $1) AND {condition}
             ORDER BY n.notice_key LIMIT $2""",
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["notice_key"],))


async def list_decisions(tx: ReadTx, reach: Reach, kind: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of decisions by id."""
    after = page.after(UUID)
    condition, args = within(reach, 4)
    rows = await tx.fetch(
        f"""SELECT d.*, c.holder_id FROM decision d JOIN case_file c ON c.case_id = d.case_id
             WHERE ($1::text IS NULL OR d.kind = $1) AND ($2::uuid IS NULL OR d.decision_id > $2) AND {condition}
             ORDER BY d.decision_id LIMIT $3""",
        kind,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["decision_id"],))


async def _page_of_cases(tx: ReadTx, reach: Reach, page: Page, condition: str, values: Sequence[Any]) -> tuple[list[Any], str | None]:
    after = page.after(UUID)
    next_arg = len(values) + 1
    reached, args = within(reach, next_arg + 2)
    rows = await tx.fetch(
        f"""SELECT {COLUMNS} FROM case_file c
             WHERE {condition} AND (${next_arg}::uuid IS NULL OR c.case_id > ${next_arg}) AND {reached}
             ORDER BY c.case_id LIMIT ${next_arg + 1}""",
        *values,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["case_id"],))


async def _one(tx: ReadTx, sql: str, key: UUID) -> dict[str, Any] | None:
    row = await tx.fetchrow(sql, key)
    return None if row is None else dict(row)


async def _many(tx: ReadTx, sql: str, key: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await tx.fetch(sql, key)]
