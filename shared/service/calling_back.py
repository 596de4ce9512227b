"""Webhooks by the settings of a service."""

from collections.abc import Mapping
from datetime import timedelta

from shared.crypto import FieldCipher
from shared.service.settings import ServiceSettings
from shared.signatures import SigningKeys
from shared.webhooks import Addresses, Pace, Webhooks


def addresses_of(settings: ServiceSettings) -> Addresses:
    """Which addresses the service may call."""
    return Addresses.from_text(settings.webhook_hosts, development=settings.environment == "development")


def webhooks_of(
    settings: ServiceSettings, signing: SigningKeys, cipher: FieldCipher, purposes: Mapping[str, str] | None = None
) -> Webhooks:
    """The service's webhooks; `cipher` and `purposes` as in `Webhooks`."""
    return Webhooks(
        addresses_of(settings),
        signing,
        cipher,
        Pace(
            attempts_max=settings.webhook_attempts_max,
            first_wait_ms=settings.webhook_first_wait_ms,
            wait_ms_max=settings.webhook_wait_ms_max,
            answer_ms_max=settings.webhook_answer_ms_max,
            at_once=settings.webhook_at_once,
        ),
        timedelta(days=settings.webhook_kept_days),
        purposes or {},
    )
