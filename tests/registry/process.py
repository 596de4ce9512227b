"""The registry's jobs in a process of their own, to be killed, stopped or starved."""

import asyncio
import os
import resource
import sys

from tests.registry.facts import KEYS

OF_THE_SUITE = ("lookup_key", "payee_keys")


async def registry_process(registry, dsn, *, file_bytes_max=None, **settings):
    """Start it on the database, with the folders of `registry` and further REGISTRY_ settings; it may write no file larger than `file_bytes_max`."""
    own = registry.service.resources.settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")},
        **{f"{'SUKJAI' if name in OF_THE_SUITE else 'REGISTRY'}_{name.upper()}": key for name, key in KEYS.items()},
        "REGISTRY_DATABASE_DSN": dsn,
        "REGISTRY_IMPORT_FOLDER": str(own.import_folder),
        "REGISTRY_EXPORT_FOLDER": str(own.export_folder),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "AUTH_ISSUER": "https://issuer.example",
        "AUTH_JWKS_URL": "https://issuer.example/jwks.json",
        **{f"REGISTRY_{name.upper()}": str(value) for name, value in settings.items()},
    }

    def limit():
        if file_bytes_max is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max))

    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.registry", "--only", "jobs"), env=environment, stdout=asyncio.subprocess.DEVNULL, preexec_fn=limit
    )
