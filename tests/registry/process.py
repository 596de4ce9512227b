"""The registry's jobs in a process of their own, to be killed, stopped or starved."""

import asyncio
import os
import resource
import runpy
import sys
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.registry.facts import KEYS

OF_THE_SUITE = ("lookup_key", "payee_keys")


class JobsProcess:
    """A process, as asyncio's are spoken to."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self):
        return self._process.pid

    @property
    def returncode(self):
        return self._process.exitcode

    def send_signal(self, number):
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self):
        if self.returncode is not None:
            raise ProcessLookupError
        self._process.kill()

    def terminate(self):
        self._process.terminate()

    async def wait(self):
        await asyncio.to_thread(self._process.join)
        return self.returncode


async def registry_process(registry, dsn, *, file_bytes_max=None, **settings):
    """Start it on the database, with the folders of `registry` and further REGISTRY_ settings; it may write no file larger than `file_bytes_max`."""
    own = registry.service.resources.settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")},
        **{f"{'SUKJAI' if name in OF_THE_SUITE else 'REGISTRY'}_{name.upper()}": key for name, key in KEYS.items()},
        "REGISTRY_DATABASE_DSN": dsn,
        "REGISTRY_IMPORT_FOLDER": str(own.import_folder),
        "REGISTRY_EXPORT_FOLDER": str(own.export_folder),
        "KAFKA_BOOTSTRAP_SERVERS": own.kafka_bootstrap_servers,
        "AUTH_ISSUER": "https://issuer.example",
        "AUTH_JWKS_URL": "https://issuer.example/jwks.json",
        **{f"REGISTRY_{name.upper()}": str(value) for name, value in settings.items()},
    }
    # Forked from one that has loaded the registry: loading it took most of a test's time.
    forking = get_context("forkserver")
    forking.set_forkserver_preload(["services.registry.app"])
    process = forking.Process(target=_run, args=(environment, file_bytes_max))
    await asyncio.to_thread(process.start)
    return JobsProcess(process)


def _run(environment, file_bytes_max):
    """`python -m services.registry --only jobs`."""
    os.environ.clear()
    os.environ.update(environment)
    if file_bytes_max is not None:
        # Python takes a cut write for a whole one: modules compiled here would lie half in __pycache__, for all who come later.
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max))
    sys.argv = ["registry", "--only", "jobs"]
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    runpy.run_module("services.registry", run_name="__main__")
