"""Settings of plan, read from `PLAN_…`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; plan also needs `assessment_keys`, which open the sealed assessments, and `audit_keys`."""

    model_config = SettingsConfigDict(env_prefix="PLAN_")

    service_name: str = "plan"
    registry_url: str = Field("", description="Where the registry answers; contacts for packets come from there.")
    registry_answer_ms_max: int = Field(3_000, ge=1)
    synthetic_seats: int = 0
    """How many seats the made-up offerings have that are put in at the first start; none in an installation."""
