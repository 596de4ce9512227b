"""What a person consents to now, in SQL: of each purpose the newest statement, and of messages what the registry file says where there is none."""

from collections.abc import Sequence
from typing import Any, Final

from services.registry.rules.consents.catalogue import NOTICES

# Of two statements of one moment the withdrawal holds.
NEWEST: Final = "ORDER BY holder_id, purpose, counts_at DESC, decision DESC, recorded_at DESC, consent_id"


def consent_sql(purpose: str, first_arg: int, *, of: str = "card_holder") -> tuple[str, list[Any]]:
    """The condition that a row of card_holder (`of` is its name in the statement) consents to the purpose, and its argument at `$first_arg`.

    For whatever leaves the registry: beside `reach_sql`, on lists, counts and exports alike. A withdrawal counts from its commit.
    """
    place = f"${first_arg}::text"
    return f"CASE WHEN {of}.consents IS NULL THEN {of}.mobile_consent AND {place} = '{NOTICES}' ELSE {place} = ANY({of}.consents) END", [
        purpose
    ]


def standing_sql(whose: str) -> str:
    """Rows (holder_id, consents) of holders with a statement: what follows from all their statements, sorted.

    `whose` is an SQL condition on `holder_id`, which both tables have.
    """
    return f"""
    WITH newest AS (
        SELECT DISTINCT ON (holder_id, purpose) holder_id, purpose, decision FROM consent WHERE {whose} {NEWEST}
    ), given AS (
        SELECT holder_id, purpose FROM newest WHERE decision = 'GIVEN'
        UNION ALL
        SELECT holder_id, '{NOTICES}' FROM card_holder WHERE {whose} AND mobile_consent
           AND NOT EXISTS (SELECT FROM newest n WHERE n.holder_id = card_holder.holder_id AND n.purpose = '{NOTICES}')
    )
    SELECT n.holder_id, coalesce((SELECT array_agg(g.purpose ORDER BY g.purpose) FROM given g WHERE g.holder_id = n.holder_id), '{{}}') AS consents
      FROM (SELECT DISTINCT holder_id FROM newest) AS n"""


def after_file_sql(held: str, line: str) -> str:
    """`consents` of a held row once a file's line is taken over: its word on messages counts while the person has said nothing of them."""
    said = f"EXISTS (SELECT FROM consent c WHERE c.holder_id = {held}.holder_id AND c.purpose = '{NOTICES}')"
    with_notices = f"(SELECT array_agg(one ORDER BY one) FROM unnest(array_append({held}.consents, '{NOTICES}')) AS one)"
    return f"""CASE WHEN {held}.consents IS NULL OR {held}.mobile_consent = {line}.mobile_consent OR {said} THEN {held}.consents
                WHEN {line}.mobile_consent THEN {with_notices}
                ELSE array_remove({held}.consents, '{NOTICES}') END"""


def counting_sql(purposes: Sequence[str], first_arg: int) -> tuple[str, list[Any]]:
    """Select-list that counts the consenting rows of card_holder for each purpose, and its arguments from `$first_arg`."""
    parts = [consent_sql(purpose, first_arg + number) for number, purpose in enumerate(purposes)]
    columns = ", ".join(f"count(*) FILTER (WHERE {condition}) AS purpose_{number}" for number, (condition, _) in enumerate(parts))
    return columns, [arg for _, args in parts for arg in args]
