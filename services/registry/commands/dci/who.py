"""On whose behalf a DCI request is worked at: the sender as registered now, and what the token allowed when it asked."""

from dataclasses import dataclass
from typing import Any, Self

from services.registry.repository.dci.senders import Sender, reach_of, reach_text
from services.registry.rules.dci.requests import Permit
from shared.audit import Caller
from shared.auth import Principal, Reach


@dataclass(frozen=True, slots=True)
class Who:
    """A sender with the reach of its token. `plain` says whether the token has the scope of plain values.

    With `encrypted` it asked by an encrypted message, and all that it gets for it is encrypted too.
    """

    sender: Sender
    client: str
    reach: Reach
    plain: bool
    correlation_id: str
    encrypted: bool

    @classmethod
    def calling(cls, sender: Sender, principal: Principal, plain_scope: str, correlation_id: str, *, encrypted: bool) -> Self:
        """Of a call."""
        return cls(sender, principal.subject, principal.reach, plain_scope in principal.scopes, correlation_id, encrypted)

    @classmethod
    def remembered(cls, sender: Sender, allowed: dict[str, Any], correlation_id: str) -> Self:
        """Of what was stored by `allowed`."""
        return cls(sender, allowed["client"], reach_of(allowed["reach"]), allowed["plain"], correlation_id, allowed.get("encrypted", False))

    @property
    def allowed(self) -> dict[str, Any]:
        """What the token allowed, and whether the message was encrypted, to be stored."""
        return {"client": self.client, "reach": reach_text(self.reach), "plain": self.plain, "encrypted": self.encrypted}

    @property
    def permit(self) -> Permit:
        """What its requests may say."""
        return self.sender.permit(plain=self.plain)

    @property
    def reaches(self) -> tuple[Reach, Reach]:
        """Whom it may see: who is in both."""
        return self.reach, self.sender.reach

    def caller(self, purpose: str) -> Caller:
        """As it stands in the audit."""
        return Caller(f"{self.client} ({self.sender.sender_id})", reach_text(self.reach), self.correlation_id, purpose)
