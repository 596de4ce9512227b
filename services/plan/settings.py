"""Settings of plan, read from `PLAN_…`."""

from pydantic import AliasChoices, Field
from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """What every service has. Plan also needs `assessment_keys`, which open the sealed assessments, `audit_keys`, `lookup_key` and `signing_keys`.

    `bank_keys` (`BAAC=k1:base64;GSB=…`) are those that payments shares with each bank: they open the cards that banks tell wages of.
    `agency_keys` (`DSD=g1:base64;DOE=…`) are those shared with agencies that report on topics: they open what is personal in a report.
    """

    model_config = SettingsConfigDict(env_prefix="PLAN_", populate_by_name=True)

    service_name: str = "plan"
    synthetic_seats: int = 0
    """How many seats the made-up offerings have that are put in at the first start; none in an installation."""
    bank_keys: str = Field("", validation_alias=AliasChoices("bank_keys", "PLAN_BANK_KEYS", "SUKJAI_BANK_KEYS"), repr=False)
    agency_keys: str = Field("", validation_alias=AliasChoices("agency_keys", "PLAN_AGENCY_KEYS", "SUKJAI_AGENCY_KEYS"), repr=False)
    registry_url: str = Field("", description="Where the registry answers; contacts for packets come from there.")
    registry_answer_ms_max: int = Field(3_000, ge=1)
