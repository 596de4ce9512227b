"""The money of the year, opened by two persons; and the monthly run: a maker proposes, another person approves and releases, banks answer, what is missing is asked about, the run closes."""

import asyncio
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office
from shared.clock import monotonic

MAKER: Final = "payments-maker"
APPROVER: Final = "payments-approver"
SECOND_APPROVER: Final = "payments-approver-2"
SOURCE: Final = "WELFARE_FUND"
MONTHS: Final = tuple(f"2018-{number:02}" for number in range(3, 13))
POLL_SECONDS: Final = 0.1
WAIT_SECONDS_MAX: Final = 300.0
QUIET_SECONDS: Final = 0.6
"""Banks that have said nothing for so long are asked: longer than the demo's late answers are late."""


class RunStuck(RuntimeError):
    """A run did not come to its next state."""


async def open_envelopes(office: Office, satang: int) -> None:
    """A finance officer proposes so much money for each benefit month, another approves."""
    envelopes = [{"source": SOURCE, "month": month, "amount_satang": satang} for month in MONTHS]
    asked = {"kind": "OPENING", "envelopes": envelopes, "reason": "จัดสรรเงินกองทุนประชารัฐสวัสดิการ", "document": "มติ ครม. ๙ ม.ค. ๒๕๖๑"}
    proposed = await office.post(MAKER, "/payments/v1/envelope-proposals", asked)
    path = f"/payments/v1/envelope-proposals/{proposed['proposal_id']}/approval"
    await office.post(APPROVER, path, {"reason": "ตรงตามวงเงินที่คณะรัฐมนตรีอนุมัติ"})


async def month(office: Office, country: Country, benefit_month: str) -> None:
    """Play one month's run to its close."""
    country.progress.begin(f"จ่ายเงิน · payment run {benefit_month}", 5)
    proposed = await office.post(MAKER, "/payments/v1/runs", {"month": benefit_month})
    run = await _until(office, proposed["run_id"], {"PROPOSED"})
    country.progress.step()
    for who in (APPROVER, SECOND_APPROVER)[: run["approvals_needed"]]:
        await office.post(who, f"/payments/v1/runs/{run['run_id']}/approval", {"list_hash": run["list_hash"]})
    country.progress.step()
    await office.post(APPROVER, f"/payments/v1/runs/{run['run_id']}/release")
    country.progress.step()
    await _until(office, run["run_id"], {"INSTRUCTED", "RECONCILING"})
    await _answers(office, run["run_id"])
    country.progress.step()
    await office.post(APPROVER, f"/payments/v1/runs/{run['run_id']}/close")
    country.progress.step()


async def ask_for_use(office: Office, month_over: str) -> None:
    """Ask the banks what was used in a month that is over."""
    await office.post(MAKER, "/payments/v1/use-requests", {"month": month_over})
    await office.drained()


async def _answers(office: Office, run_id: str) -> None:
    """Wait until every instruction has an answer; ask the banks about those whose answer does not come."""
    began = quiet_since = monotonic()
    missing = -1
    while True:
        unanswered = (await _run(office, run_id))["unanswered"]
        if unanswered == 0:
            return
        if unanswered != missing:
            missing, quiet_since = unanswered, monotonic()
        elif monotonic() - quiet_since > QUIET_SECONDS:
            await office.drained()
            await office.post(MAKER, f"/payments/v1/runs/{run_id}/status-requests")
            quiet_since = monotonic()
        if monotonic() - began > WAIT_SECONDS_MAX:
            raise RunStuck(f"{missing} instructions of run {run_id} have no answer")
        await asyncio.sleep(POLL_SECONDS)


async def _until(office: Office, run_id: str, statuses: set[str]) -> dict[str, Any]:
    began = monotonic()
    while True:
        run = await _run(office, run_id)
        if run["status"] in statuses:
            return run
        if monotonic() - began > WAIT_SECONDS_MAX:
            raise RunStuck(f"run {run_id} is {run['status']}, not one of {sorted(statuses)}")
        await asyncio.sleep(POLL_SECONDS)


async def _run(office: Office, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = await office.get(MAKER, f"/payments/v1/runs/{run_id}")
    return run
