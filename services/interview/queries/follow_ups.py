"""Who is to be contacted, and how far the rounds of June and September are."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.interview.domain import TO_FOLLOW
from services.interview.repository.cases import COLUMNS, within
from services.interview.repository.contacts import ROUND_COLUMN
from services.interview.repository.follow_ups import INTERVIEWED_BY, known_lines_of
from services.interview.rules.policy import Policy
from shared.auth import Reach
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx
from shared.http import Page


class FollowUpsBy(StrEnum):
    """What counts of follow-ups are made by."""

    OFFICER = "OFFICER"
    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"


_GROUPS: Final = {
    FollowUpsBy.OFFICER: "coalesce(c.officer_id::text, '')",
    FollowUpsBy.DISTRICT: "c.responsible_district",
    FollowUpsBy.PROVINCE: "left(c.responsible_district, 2)",
}


@dataclass(frozen=True, slots=True)
class Due:
    """Which contacts are asked for: of a round, or those that were agreed on by a day."""

    round: FollowUpRound
    agreed_by: date
    district: str | None = None
    officer_id: UUID | None = None


async def list_follow_ups_due(
    tx: ReadTx, reach: Reach, policy: Policy, wanted: Due, today: date, page: Page
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of who has no contact of the round yet, or whose next contact was agreed for a day that has come; by subdistrict.

    Each with the last contact, the days of the round, and the lines of the plan as plan's events left them.
    """
    days = policy.follow_up.get(wanted.round)
    not_yet = f"c.{ROUND_COLUMN[wanted.round]} IS NULL AND {INTERVIEWED_BY.format(day='$3')}" if days else ""
    condition = not_yet or "l.next_on <= $3"
    after = page.after(str, UUID)
    reached, args = within(reach, 9)
    rows = await tx.fetch(
        f"""SELECT {COLUMNS}, l.contacted_on AS last_contact_on, l.reached AS last_reached, l.next_on,
                   EXISTS (SELECT FROM follow_up_overdue o WHERE o.case_id = c.case_id AND o.round = $4) AS risen
              FROM case_file c
              LEFT JOIN LATERAL (SELECT * FROM follow_up f WHERE f.case_id = c.case_id
                                  ORDER BY f.contacted_on DESC, f.recorded_at DESC, f.follow_up_id DESC LIMIT 1) l ON true
             WHERE c.state = ANY($1::text[]) AND ($2::text IS NULL OR c.responsible_district = $2) AND {condition}
               AND ($5::uuid IS NULL OR c.officer_id = $5) AND ($6::text IS NULL OR (c.subdistrict, c.case_id) > ($6, $7::uuid)) AND {reached}
             ORDER BY c.subdistrict, c.case_id LIMIT $8""",
        list(TO_FOLLOW),
        wanted.district,
        wanted.agreed_by if days is None else days.due,
        wanted.round,
        wanted.officer_id,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    shown, cursor = page.cut(rows, lambda row: (row["subdistrict"], row["case_id"]))
    lines = await known_lines_of(tx, [row["holder_id"] for row in shown], today)
    clock = {"round": wanted.round, "opens_on": days and days.first}
    return [
        {
            **dict(row),
            **clock,
            "due_by": days.due if days else row["next_on"],
            "overdue": today > (days.due if days else row["next_on"]),
            "plan_lines": lines[row["holder_id"]],
        }
        for row in shown
    ], cursor


async def count_follow_ups(
    tx: ReadTx, reach: Reach, policy: Policy, by: FollowUpsBy, district: str | None, page: Page
) -> tuple[list[Any], str | None]:
    """A page of how far the rounds are, by officer or area: who was to be contacted, of whom it was reported, who is missing, who is overdue.

    A case that was closed after its September contact still counts: what was reported does not become less.
    """
    after = page.after(str)
    condition, args = within(reach, 5)
    group = _GROUPS[by]
    figures: list[str] = []
    rounds: list[date] = []
    for round_, column in ROUND_COLUMN.items():
        name, arg = round_.lower(), 5 + len(args) + len(rounds)
        expected = f"first_on <= ${arg}"
        rounds.append(policy.follow_up[round_].due)
        figures.append(
            f"""count(*) FILTER (WHERE {expected}) AS {name}_expected, count(c.{column}) AS {name}_reported,
                count(*) FILTER (WHERE {expected} AND c.{column} IS NULL) AS {name}_missing,
                count(*) FILTER (WHERE '{round_}' = ANY (o.rounds) AND c.{column} IS NULL) AS {name}_overdue"""
        )
    rows = await tx.fetch(
        f"""SELECT {group} AS "group", count(*) AS cases, {", ".join(figures)},
                   count(*) FILTER (WHERE c.june_on IS NOT NULL AND c.september_on IS NOT NULL) AS reported_twice
              FROM case_file c
              JOIN LATERAL (SELECT min(i.interviewed_on) AS first_on FROM interview i WHERE i.case_id = c.case_id) i ON first_on IS NOT NULL
              LEFT JOIN LATERAL (SELECT array_agg(o.round) AS rounds FROM follow_up_overdue o WHERE o.case_id = c.case_id) o ON true
             WHERE (c.state = ANY($1::text[]) OR c.state = 'CLOSED' AND c.september_on IS NOT NULL)
               AND ($2::text IS NULL OR c.responsible_district = $2) AND ($3::text IS NULL OR {group} > $3) AND {condition}
             GROUP BY 1 ORDER BY 1 LIMIT $4""",
        list(TO_FOLLOW),
        district,
        after[0] if after else None,
        page.limit + 1,
        *args,
        *rounds,
    )
    return page.cut(rows, lambda row: (row["group"],))
