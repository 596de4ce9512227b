"""Settings of reporting."""

from pydantic import AliasChoices, Field
from pydantic_settings import SettingsConfigDict

from shared.service import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment with the prefix REPORTING_.

    The dashboard signs in at `authorization_url` as the public client `dashboard_client` and takes its token at `token_url`; without
    these two addresses it tells that sign-in is not set up. With `end_session_url` signing out ends the issuer's session too.
    """

    model_config = SettingsConfigDict(env_prefix="REPORTING_", frozen=True, extra="ignore")

    service_name: str = "reporting"
    authorization_url: str | None = Field(None, validation_alias=AliasChoices("authorization_url", "AUTH_AUTHORIZATION_URL"))
    end_session_url: str | None = Field(None, validation_alias=AliasChoices("end_session_url", "AUTH_END_SESSION_URL"))
    dashboard_client: str = "sukjai-dashboard"
