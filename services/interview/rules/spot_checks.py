"""How a sample of interviews is shared among officers, and what a check comes to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

METHOD: Final = "sha256(seed ':' interview_id), the lowest of each officer"
"""How the interviews of an officer are drawn: whoever knows the seed can draw again."""


class CheckResult(StrEnum):
    """What a check came to."""

    OK = "OK"
    DIFFERS = "DIFFERS"
    NOT_MET = "NOT_MET"


class CheckStatus(StrEnum):
    """Where a check stands. NOT_MET may be tried again; LAPSED: the case went to another district or ended."""

    OPEN = "OPEN"
    OK = "OK"
    DIFFERS = "DIFFERS"
    NOT_MET = "NOT_MET"
    LAPSED = "LAPSED"


def size_of_share(total: int, share_percent: int) -> int:
    """So many of the total are the share, rounded up: of somebody at least one."""
    return -(-total * share_percent // 100)


def allot(eligible: Mapping[UUID, int], size: int) -> dict[UUID, int]:
    """How many of each officer's interviews are drawn: at least one of each where the size allows it, the rest in proportion to what is left.

    The shares add up to the size, or to all that is eligible when that is less.
    """
    order = sorted(eligible, key=lambda officer: (-eligible[officer], officer))
    taken = {officer: 1 for officer in order[:size] if eligible[officer]}
    rest = {officer: eligible[officer] - taken.get(officer, 0) for officer in order}
    over, of = min(size, sum(eligible.values())) - sum(taken.values()), sum(rest.values())
    if not of:
        return taken
    for officer in order:
        taken[officer] = taken.get(officer, 0) + rest[officer] * over // of
    # What the division leaves goes to the largest remainders.
    missing = over - sum(count * over // of for count in rest.values())
    for officer in sorted(order, key=lambda one: (-(rest[one] * over % of), one))[:missing]:
        taken[officer] += 1
    return {officer: count for officer, count in taken.items() if count}


def result_of(*, person_met: bool, took_place: bool | None, confirmed: Mapping[str, bool]) -> CheckResult:
    """What the answers of a check come to."""
    if not person_met:
        return CheckResult.NOT_MET
    return CheckResult.OK if took_place and all(confirmed.values()) else CheckResult.DIFFERS
