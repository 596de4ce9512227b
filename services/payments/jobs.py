"""Work that operators start and that takes long: drawing up a run, releasing it, ending allowances after the last month."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from services.payments.commands import bank_files, days, proofs, use
from services.payments.commands import entitlements as allowances
from services.payments.commands import runs as commands
from services.payments.commands.bank_files import ReadProgress
from services.payments.commands.failed_transfers import lapse_failed
from services.payments.errors import BankFileNotTaken
from services.payments.repository import entitlements, runs
from services.payments.resources import PaymentsResources
from shared.clock import system_now
from shared.errors import DomainError
from shared.http.signed_requests import forget_signed_requests
from shared.jobs import Job
from shared.timers import Timer

ENDED_AT_ONCE_MAX: Final = 20_000
FOLLOWED_AT_ONCE_MAX: Final = 1000
OUTBOX_POLL_SECONDS: Final = 0.1
LAPSE_EVERY: Final = timedelta(hours=1)
BOOKS_EVERY: Final = timedelta(minutes=1)


async def draw_up_run(job: Job) -> dict[str, Any]:
    """Make the lines of a run, then compare them with the month before. Two transactions: what a killed job was at begins anew."""
    resources: PaymentsResources = job.resources
    for step in (commands.draw_up_run, commands.propose_list):
        async with job.database.transaction() as tx:
            run = await step(tx, UUID(job.parameters["run_id"]), resources.clock.business_now())
            await job.checkpoint(tx, {"lines": run.lines, "status": run.status})
    return {"run_id": str(run.run_id), "lines": run.lines, "amount_satang": run.amount_satang}


async def release_run(job: Job) -> dict[str, Any]:
    """Release a run in one transaction, then wait until its instructions are on the banks' topics."""
    resources: PaymentsResources = job.resources
    run_id = UUID(job.parameters["run_id"])
    try:
        async with job.database.transaction() as tx:
            run = await commands.release_run(tx, run_id, resources.clock.business_now())
            await job.checkpoint(tx, {"released": True})
    except DomainError as refused:
        async with job.database.transaction() as tx:
            await commands.release_refused(tx, run_id, refused.detail_en, resources.clock.business_now())
        raise
    while True:
        async with job.database.transaction() as tx:
            if await runs.instructed(tx, run_id, resources.clock.business_now()):
                return {"run_id": str(run_id), "lines": run.lines}
        await asyncio.sleep(OUTBOX_POLL_SECONDS)


async def end_entitlements(job: Job) -> dict[str, Any]:
    """End the allowances that ran to their last month, in steps."""
    resources: PaymentsResources = job.resources
    last = UUID(job.progress["after"]) if job.progress.get("after") else None
    while True:
        async with job.database.transaction() as tx:
            last = await entitlements.end(tx, last, ENDED_AT_ONCE_MAX, "end_entitlements", resources.clock.business_now())
            await job.checkpoint(tx, {"after": str(last) if last else None})
        if last is None:
            return {"done": True}


async def follow_policy(job: Job) -> dict[str, Any]:
    """Let the open allowances follow a policy set that was published, in steps."""
    resources: PaymentsResources = job.resources
    last = UUID(job.progress["after"]) if job.progress.get("after") else None
    followed: int = job.progress.get("followed", 0)
    while True:
        async with job.database.transaction() as tx:
            at = resources.clock.business_now()
            last, count = await allowances.follow_policy(tx, job.parameters["version"], last, FOLLOWED_AT_ONCE_MAX, at)
            followed += count
            await job.checkpoint(tx, {"after": str(last) if last else None, "followed": followed})
        if last is None:
            return {"version": job.parameters["version"], "followed": followed}


async def read_bank_file(job: Job) -> dict[str, Any]:
    """Take the lines of a bank's file in steps; a killed job reads the file again and goes on behind the last step."""
    resources: PaymentsResources = job.resources
    file_id, clock, progress = UUID(job.parameters["file_id"]), resources.clock, ReadProgress.of(job.progress)
    if progress.done:
        return progress.stored()
    with TemporaryDirectory() as folder:
        bank, lines = await bank_files.open_file(job.database, file_id, Path(folder), resources.seals.ours)
        rest = islice(lines, progress.entries, None)
        try:
            while step := await asyncio.to_thread(lambda: list(islice(rest, bank_files.LINES_A_STEP))):
                async with job.database.transaction() as tx:
                    await bank_files.take_lines(tx, file_id, bank, step, progress.entries + 1, clock.business_now())
                    progress = replace(progress, entries=progress.entries + len(step))
                    await job.checkpoint(tx, progress.stored())
        except BankFileNotTaken as refused:
            async with job.database.transaction() as tx:
                await bank_files.refuse_file(tx, file_id, refused, clock.business_now())
            raise
    async with job.database.transaction() as tx:
        await bank_files.end_file(tx, file_id, clock.business_now())
        progress = replace(progress, done=True)
        await job.checkpoint(tx, progress.stored())
    return progress.stored()


async def prove_run(job: Job) -> dict[str, Any]:
    """Make the proof of a run. A killed job begins anew."""
    resources: PaymentsResources = job.resources
    proof = await proofs.prove_run(job.database, UUID(job.parameters["run_id"]), resources.signing, resources.clock.business_now())
    return {"run_id": str(proof.run_id), "version": proof.version, "lines": proof.lines, "root": proof.root.hex()}


def timers(resources: PaymentsResources) -> list[Timer]:
    """What payments does by itself: signed requests are forgotten, failed payments lapse, runs that closed are proved, days that passed are closed, unspent money lapses."""

    async def prove() -> None:
        await proofs.prove_closed_runs(resources.db, resources.signing, resources.clock.business_now())

    async def close() -> None:
        await days.close_passed_days(resources.db, resources.signing, resources.clock.business_now())

    async def forget() -> None:
        async with resources.db.transaction() as tx:
            await forget_signed_requests(tx, system_now())

    return [
        Timer("forget_signed_requests", timedelta(hours=1), forget),
        Timer("failed_payments_lapse", LAPSE_EVERY, partial(lapse_failed_payments, resources)),
        Timer("prove_closed_runs", BOOKS_EVERY, prove),
        Timer("close_passed_days", BOOKS_EVERY, close),
        Timer("unspent_money_lapses", LAPSE_EVERY, partial(lapse_unspent, resources)),
    ]


async def lapse_failed_payments(resources: PaymentsResources) -> None:
    """Let lapse what could not be paid until its deadline."""
    async with resources.db.transaction() as tx:
        await lapse_failed(tx, resources.clock.business_now())


async def lapse_unspent(resources: PaymentsResources) -> None:
    """Take what was reported before its payment was settled, and let lapse what is left to the dead; in steps."""
    after: int | None = 0
    while after is not None:
        async with resources.db.transaction() as tx:
            after = await use.take_ripe_use(tx, after, resources.clock.business_now())
    lapsed = use.AT_ONCE_MAX
    while lapsed == use.AT_ONCE_MAX:
        async with resources.db.transaction() as tx:
            lapsed = await use.lapse_of_the_dead(tx, resources.clock.business_now())


JOBS: Final = {
    bank_files.READ_JOB: read_bank_file,
    allowances.FOLLOW_JOB: follow_policy,
    commands.DRAW_UP_JOB: draw_up_run,
    commands.RELEASE_JOB: release_run,
    commands.END_JOB: end_entitlements,
    proofs.PROOF_JOB: prove_run,
}
