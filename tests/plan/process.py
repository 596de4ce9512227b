"""Plan's jobs in a process of their own, to be killed."""

import asyncio
import os
import runpy
import sys
from multiprocessing import get_context
from pathlib import Path

from tests.plan.conftest import ASSESSMENT_KEYS, AUDIT_KEYS, BANK_KEYS, FIELD_KEYS, LOOKUP_KEY, SIGNING_KEYS


async def jobs_process(dsn, plans_at_once):
    """Start `python -m services.plan --only jobs` on the database, which looks at so many plans in a step."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PLAN_")},
        "PLAN_DATABASE_DSN": dsn,
        "SUKJAI_ASSESSMENT_KEYS": ASSESSMENT_KEYS,
        "SUKJAI_LOOKUP_KEY": LOOKUP_KEY,
        "SUKJAI_BANK_KEYS": BANK_KEYS,
        "PLAN_FIELD_KEYS": FIELD_KEYS,
        "PLAN_SIGNING_KEYS": SIGNING_KEYS,
        "PLAN_AUDIT_KEYS": AUDIT_KEYS,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "AUTH_ISSUER": "https://issuer.example",
        "AUTH_JWKS_URL": "https://issuer.example/jwks.json",
    }
    process = get_context("forkserver").Process(target=_run, args=(environment, plans_at_once))
    await asyncio.to_thread(process.start)
    return process


def _run(environment, plans_at_once):
    os.environ.clear()
    os.environ.update(environment)
    from services.plan.commands import apply_allocation, recommend_again  # noqa: PLC0415  # settings are read at the start

    recommend_again.PLANS_AT_ONCE_MAX = apply_allocation.PLANS_AT_ONCE_MAX = plans_at_once
    sys.argv = ["plan", "--only", "jobs"]
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    runpy.run_module("services.plan", run_name="__main__")
