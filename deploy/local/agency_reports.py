"""What an agency puts on its reports topic, as its own system would make it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.plan import AGENCY_REPORTS, ReferralStep, ReferralStepReported
from shared.crypto import FieldCipher


def step_reported(
    agency: str,
    report_id: str,
    referral_id: UUID | str,
    step: str,
    on: date,
    *,
    cipher: FieldCipher | None = None,
    personal: Mapping[str, Any] | None = None,
    **said: Any,
) -> Event:
    """A report of the step (`position`, `reason`, `outcome`, `final` in `said`).

    `personal` has `words` and `details`, which are sealed by `cipher`, the one that the agency shares with the suite.
    """
    sealed = None
    if personal:
        if cipher is None:
            raise ValueError(f"{agency} shares no key with the suite: words and evidence go over REST or files")
        sealed = cipher.seal_text(orjson.dumps(dict(personal)).decode(), str(referral_id).encode())
    data = ReferralStepReported(
        report_id=report_id, referral_id=UUID(str(referral_id)), step=ReferralStep(step), on=on, sealed=sealed, **said
    )
    event = Event.of(
        data, subject=str(referral_id), time=noon(on), identity=(agency, report_id), topic=AGENCY_REPORTS.format(agency=agency.lower())
    )
    return replace(event, source=f"/agency/{agency.lower()}")
