"""Settings that every service has; each derives its own with its env_prefix."""

from collections.abc import Callable
from typing import Final, Literal, TypeVar

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

T = TypeVar("T")
KEYS_EXPECTED: Final = "`id:base64` of 32 bytes, several with a comma between, the current one first"
KEY_EXPECTED: Final = "`name:base64`, one key"


class SettingInvalid(ValueError):
    """A setting is missing or is not as expected; the message names it as the environment does."""


class ServiceSettings(BaseSettings):
    """Read from the environment; those without the service's prefix are the same for all five.

    `lookup_key` (`name:base64`) finds people by id, `field_keys` (`id:base64,…`, first is current) seal fields of this
    service, `audit_keys` (`id:base64,…`, the same way) sign its audit, `signing_keys` what it gives to others (JWS), `payee_keys` and `assessment_keys` seal what travels to payments and to plan.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    service_name: str
    environment: Literal["production", "development"] = Field(
        "production", validation_alias=AliasChoices("environment", "SUKJAI_ENVIRONMENT")
    )
    database_dsn: str
    kafka_bootstrap_servers: str = Field(validation_alias=AliasChoices("kafka_bootstrap_servers", "KAFKA_BOOTSTRAP_SERVERS"))
    kafka_transactions: bool = Field(default=True, validation_alias=AliasChoices("kafka_transactions", "KAFKA_TRANSACTIONS"))
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", validation_alias=AliasChoices("kafka_security_protocol", "KAFKA_SECURITY_PROTOCOL")
    )
    kafka_username: str = Field("", validation_alias=AliasChoices("kafka_username", "KAFKA_USERNAME"))
    kafka_password: str = Field("", validation_alias=AliasChoices("kafka_password", "KAFKA_PASSWORD"), repr=False)
    kafka_ca_file: str = Field("", validation_alias=AliasChoices("kafka_ca_file", "KAFKA_CA_FILE"))
    auth_issuer: str = Field(validation_alias=AliasChoices("auth_issuer", "AUTH_ISSUER"))
    auth_audience: str = Field("sukjai", validation_alias=AliasChoices("auth_audience", "AUTH_AUDIENCE"))
    auth_jwks_url: str = Field(validation_alias=AliasChoices("auth_jwks_url", "AUTH_JWKS_URL"))
    token_url: str | None = Field(None, validation_alias=AliasChoices("token_url", "AUTH_TOKEN_URL"))
    lookup_key: str = Field("", validation_alias=AliasChoices("lookup_key", "SUKJAI_LOOKUP_KEY"), repr=False)
    field_keys: str = Field("", repr=False)
    audit_keys: str = Field("", repr=False)
    signing_keys: str = Field("", repr=False)
    payee_keys: str = Field("", validation_alias=AliasChoices("payee_keys", "SUKJAI_PAYEE_KEYS"), repr=False)
    assessment_keys: str = Field("", validation_alias=AliasChoices("assessment_keys", "SUKJAI_ASSESSMENT_KEYS"), repr=False)
    port: int = 8000
    host: str = "127.0.0.1"
    connections_max: int = 12
    answers_kept_days: int = Field(7, ge=1, description="How long the answer to an Idempotency-Key is given again.")
    invariants_every_minutes: int = Field(15, ge=1)
    webhook_hosts: str = Field(
        "", description="Hosts that may be called back or asked for keys (`host,host`); those of no list are refused."
    )
    webhook_attempts_max: int = Field(12, ge=1, le=100, description="After so many attempts a delivery is dead.")
    webhook_first_wait_ms: int = Field(5_000, ge=0, description="Wait after the first failed attempt; it doubles with each.")
    webhook_wait_ms_max: int = Field(3_600_000, ge=0)
    webhook_answer_ms_max: int = Field(10_000, ge=1, description="How long a receiver may take, connecting included.")
    webhook_at_once: int = Field(8, ge=1, le=100, description="Deliveries in hand in one process.")
    webhook_kept_days: int = Field(30, ge=1, description="How long ended deliveries are listed, dead ones with their body.")

    def parsed(self, field: str, parse: Callable[[str], T], *, expected: str = KEYS_EXPECTED) -> T:
        """What `parse` makes of the text of the field. Raises SettingInvalid where it raises ValueError."""
        text: str = getattr(self, field)
        try:
            return parse(text)
        except ValueError as error:
            trouble = str(error) if text else "is not set"
            raise SettingInvalid(f"{self._name_of(field)}: {trouble}; expected: {expected}") from error

    def _name_of(self, field: str) -> str:
        alias = type(self).model_fields[field].validation_alias
        if isinstance(alias, AliasChoices):
            return str(alias.choices[-1])
        return f"{self.model_config.get('env_prefix', '')}{field}".upper()
