"""What a service's routes, handlers and jobs work with."""

from dataclasses import dataclass, field
from typing import Any

from shared.auth import TokenVerifier
from shared.bus.kafka import KafkaLogin, KafkaSettings
from shared.clock import Clock
from shared.db import Database
from shared.service.settings import ServiceSettings


@dataclass(kw_only=True)
class Resources:
    """Made once a process. Services derive from it and add their ciphers and copies."""

    settings: ServiceSettings
    db: Database
    clock: Clock
    verifier: TokenVerifier
    readiness_parts: dict[str, Any] = field(default_factory=dict)

    @property
    def kafka(self) -> KafkaSettings:
        """How the service speaks to the broker."""
        settings = self.settings
        login = KafkaLogin(settings.kafka_security_protocol, settings.kafka_username, settings.kafka_password, settings.kafka_ca_file)
        return KafkaSettings(settings.kafka_bootstrap_servers, transactions=settings.kafka_transactions, login=login)

    @property
    def token_url(self) -> str | None:
        """Where the Authorize button of the OpenAPI page asks for a token."""
        return self.settings.token_url

    async def close(self) -> None:
        """At the end: the database. Services that hold more open close that too."""
        await self.db.close()

    async def readiness(self) -> dict[str, Any]:
        """Database, copies and lag; `ready` says whether requests are welcome. Filled by Service."""
        parts: dict[str, Any] = await self.readiness_parts["service"]()
        return parts
