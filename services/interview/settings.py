"""Settings of interview."""

from pydantic_settings import SettingsConfigDict

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """As ServiceSettings; needs `lookup_key`, `field_keys`, `audit_keys`, `signing_keys` and `assessment_keys`."""

    model_config = SettingsConfigDict(env_prefix="INTERVIEW_", frozen=True, extra="ignore")

    service_name: str = "interview"
