"""Settings of the registry, from the environment (`REGISTRY_…`)."""

from collections.abc import Callable
from pathlib import Path

from pydantic import Field, ImportString
from pydantic_settings import SettingsConfigDict

from shared.keys import MasterKey
from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """Beside those of every service: where registry files lie and how they are read.

    `import_folder` holds the files that may be imported; uploads go to its subfolder `uploads`. Lines are checked and encrypted by a
    thread of the native library; without it, or without `import_native`, by `import_workers` processes, which also read the lines of
    files that only Python can read, and with 0 by a thread too. `holder_partitions` is the
    number of partitions of the holder-keyed topics (6 on one machine, 24 in an installation). Group keys are wrapped by
    `master_keys` (`id:base64,…`, the first is current) or, where there is one, by those of the file `master_key_file`, or by what
    `master_key_adapter` makes: a function of an installed package (`package.module.function`) that returns a MasterKey (HSM, KMS).
    `export_folder` holds the encrypted lists; all processes of the registry share it. `dci_id` is our id among
    registries (`sender_id` of the DCI API), `dci_encryption_keys` (`id:base64,…`, the first is current) open what they encrypt
    to us. An import that would change more than `import_share_percent_max` of the registry waits for a second person; with 100 none
    does. Who may be in the
    registry twice is looked for every `duplicates_every_days` of business time, and after an import that changed
    persons; with 0 only where somebody asks for it.
    """

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    service_name: str = "registry"
    import_folder: Path = Path("/var/lib/sukjai/registry-files")
    import_workers: int = Field(default=2, ge=0, le=64)
    import_native: bool = Field(default=True, description="Make rows and messages by the native library, where it is built.")
    master_keys: str = Field("", repr=False)
    master_key_file: Path | None = None
    export_folder: Path = Path("/var/lib/sukjai/registry-exports")
    master_key_adapter: ImportString[Callable[[], MasterKey]] | None = None
    import_share_percent_max: int = Field(default=10, ge=0, le=100)
    duplicates_every_days: int = Field(default=7, ge=0, le=366)
    holder_partitions: int = Field(default=6, ge=1, le=1000)
    dci_id: str = Field(default="sukjai.registry", min_length=1, max_length=99)
    dci_encryption_keys: str = Field("", repr=False)
    dci_kept_days: int = Field(90, ge=1, description="How long the status of an answered DCI transaction is told.")
    notice_gateway_url: str = Field("", description="The provider that brings notices to phones; without one they wait.")
    notice_gateway_token: str = Field("", repr=False)
    notice_answer_ms_max: int = Field(10_000, ge=1)
    notice_attempts_max: int = Field(8, ge=1, description="So often a message is offered to a provider that does not take it.")
    notice_every_seconds: int = Field(5, ge=1, description="How often is looked what is due.")
    notice_quiet_from_hour: int = Field(20, ge=0, le=23, description="Nobody is told anything from this hour (Thailand)")
    notice_quiet_until_hour: int = Field(8, ge=0, le=23, description="until this one; the same hour for never.")
