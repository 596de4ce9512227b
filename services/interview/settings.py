"""Settings of interview."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """As ServiceSettings; needs `lookup_key`, `field_keys`, `audit_keys` and `assessment_keys`."""

    model_config = SettingsConfigDict(env_prefix="INTERVIEW_", frozen=True, extra="ignore")

    service_name: str = "interview"
    draft_days_max: int = Field(default=30, ge=1, le=365)
    """How long a draft that nobody saves is kept [R]; then it is emptied."""
