"""Settings of reporting."""

from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment with the prefix REPORTING_."""

    model_config = SettingsConfigDict(env_prefix="REPORTING_", frozen=True, extra="ignore")

    service_name: str = "reporting"
