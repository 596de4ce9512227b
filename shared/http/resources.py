"""What the HTTP floor needs of a service."""

from typing import Any, Protocol

from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database


class HttpSettings(Protocol):
    """The settings that the HTTP floor reads."""

    @property
    def service_name(self) -> str:
        """`registry`, `interview` …: the first word of its scopes and the label of its metrics."""
        ...

    @property
    def token_url(self) -> str | None:
        """The token address for the Authorize button, absolute or a path; None shows only the field for a bearer token."""
        ...


class Resources(Protocol):
    """What a service's routes stand on. A service's own frozen dataclass fits it and carries more."""

    @property
    def db(self) -> Database:
        """The service's database."""
        ...

    @property
    def verifier(self) -> TokenVerifier:
        """Believes or refuses tokens."""
        ...

    @property
    def clock(self) -> Clock:
        """Business time."""
        ...

    @property
    def settings(self) -> HttpSettings:
        """The service's settings."""
        ...

    async def readiness(self) -> dict[str, Any]:
        """`{"ready": bool, …}`: whether the database, the broker and the copies are there; the rest is for the operator's eyes."""
        ...
