"""Settings of interview."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service.settings import ServiceSettings


class Settings(ServiceSettings):
    """As ServiceSettings; needs `lookup_key`, `field_keys`, `audit_keys`, `assessment_keys` and `signing_keys`."""

    model_config = SettingsConfigDict(env_prefix="INTERVIEW_", frozen=True, extra="ignore")

    service_name: str = "interview"
    registry_url: str = Field("", description="Where the registry answers; names for print come from there. Empty: papers have blanks.")
    registry_answer_ms_max: int = Field(3_000, ge=1)
    print_at_once: int = Field(1, ge=1, le=64, description="Documents in the making at the same time in one process.")
    print_waiting_max: int = Field(60, ge=0, description="How many more may wait; others are asked to come again.")
    draft_days_max: int = Field(default=30, ge=1, le=365)
    """How long a draft that nobody saves is kept [R]; then it is emptied."""
