"""Where each line of the agreed plan stands by what plan and the agencies said, and whether what an officer found agrees with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services.interview.rules.dated import in_force
from services.interview.rules.income_band import FILE
from shared.errors import FieldProblem, Invalid


class LineStatus(StrEnum):
    """Where one line of the plan stands."""

    NOT_STARTED = "NOT_STARTED"
    UNDER_WAY = "UNDER_WAY"
    DONE = "DONE"
    GIVEN_UP = "GIVEN_UP"


_NEWEST_FIRST: Final = ("outcome_on", "closed_on", "started_on", "declined_on", "accepted_on", "referred_on")


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the plan as plan and the agency told; `since` is the day of what was told last."""

    line_no: int
    programme_code: str
    agency: str
    status: LineStatus
    agency_outcome: str | None
    since: date | None


def known_lines(lines: Sequence[Mapping[str, Any]], referrals: Sequence[Mapping[str, Any]], today: date) -> list[KnownLine]:
    """The lines of the agreed plan, each with its last referral; both as they are copied from plan's events."""
    succeeded = in_force(FILE, today)["succeeded"]
    return [_known(line, _last_referral(line, referrals), succeeded) for line in lines]


def _last_referral(line: Mapping[str, Any], referrals: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The last attempt at the line, which may be at another programme than that which was agreed."""
    return max((one for one in referrals if one["line_no"] == line["line_no"]), key=lambda one: one["attempt"], default=None)


def _known(line: Mapping[str, Any], referral: Mapping[str, Any] | None, succeeded: Sequence[str]) -> KnownLine:
    if referral is None:
        return KnownLine(line["line_no"], line["programme_code"], line["agency"], LineStatus.NOT_STARTED, None, None)
    if referral["final"]:
        status = LineStatus.DONE if referral["outcome"] in succeeded else LineStatus.GIVEN_UP
    elif referral["closed_on"]:
        status = LineStatus.GIVEN_UP
    else:
        taken_in = (referral["accepted_on"] and not referral["declined_on"]) or referral["started_on"] or referral["outcome"]
        status = LineStatus.UNDER_WAY if taken_in else LineStatus.NOT_STARTED
    since = next(day for name in _NEWEST_FIRST if (day := referral[name]))
    return KnownLine(line["line_no"], referral["programme_code"], referral["agency"], status, referral["outcome"], since)


def found_lines(known: Sequence[KnownLine], found: Sequence[tuple[int, LineStatus, str]]) -> list[dict[str, Any]]:
    """What to keep of each line: the status that the officer found, or where they said nothing the known one, and whether the two differ.

    `found` are number, status and words of the outcome. Raises Invalid for a line that the plan has not, or one given twice.
    """
    by_no = {line.line_no: line for line in known}
    problems, seen = [], set()
    for place, (line_no, _, _) in enumerate(found):
        if line_no not in by_no or line_no in seen:
            en, th = ("is given twice", "ระบุซ้ำ") if line_no in seen else ("is no line of the agreed plan", "ไม่มีรายการนี้ในแผนที่ตกลงไว้")
            allowed = " | ".join(str(one) for one in by_no) or "no plan is agreed"
            problems.append(FieldProblem(f"plan_lines.{place}.line_no", "plan_line", en, th, allowed))
        seen.add(line_no)
    if problems:
        raise Invalid(problems=problems)
    told = {line_no: (status, words) for line_no, status, words in found}
    return [_kept(line, *told.get(line.line_no, (line.status, ""))) for line in known]


def _kept(line: KnownLine, status: LineStatus, words: str) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "programme_code": line.programme_code,
        "status": status,
        "agency_outcome": words or line.agency_outcome or "",
        "by_plan": line.status,
        "differs": status is not line.status,
    }
