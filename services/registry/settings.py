"""Settings of the registry, from the environment (`REGISTRY_…`)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """Beside those of every service: where registry files lie and how they are read.

    `import_folder` holds the files that may be imported; uploads go to its subfolder `uploads`. `import_workers` is the
    number of processes that check and encrypt lines; with 0 a thread of this process does. `holder_partitions` is the
    number of partitions of the holder-keyed topics (6 on one machine, 24 in an installation). An import that would change
    more than `import_share_percent_max` of the registry waits for a second person; with 100 none does.
    """

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    service_name: str = "registry"
    import_folder: Path = Path("/var/lib/sukjai/registry-files")
    import_workers: int = Field(default=2, ge=0, le=64)
    import_share_percent_max: int = Field(default=10, ge=0, le=100)
    holder_partitions: int = Field(default=6, ge=1, le=1000)
