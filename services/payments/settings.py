"""Settings of payments, from the environment (`PAYMENTS_…`)."""

from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """Beside those of every service (`payee_keys` opens what the registry sealed, `lookup_key` finds people by citizen id): the policy profile and the banks' keys.

    `bank_keys` is `BAAC=k1:base64;GSB=k1:base64;KTB=k1:base64`: for each bank the keys (first is current) under which it
    gets its payees.
    """

    model_config = SettingsConfigDict(env_prefix="PAYMENTS_", frozen=True, extra="ignore", populate_by_name=True)

    service_name: str = "payments"
    policy_profile: Literal["circular", "amended"] = "amended"
    bank_keys: str = Field("", validation_alias=AliasChoices("bank_keys", "PAYMENTS_BANK_KEYS", "SUKJAI_BANK_KEYS"), repr=False)
