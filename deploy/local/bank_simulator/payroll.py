"""The bank's payroll: wages that employers order are paid onto cards, and told on the bank's own topic."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from aiokafka import AIOKafkaProducer

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.plan import WAGES, WagePaidThroughCard
from shared.crypto import FieldCipher


@dataclass(frozen=True, slots=True)
class WageOrder:
    """An employer's order: whom (by the reference that plan gave the employer), for which month (`YYYY-MM`), how much, onto which card."""

    employment_reference: str
    employer_tax_id: str
    wage_month: str
    amount_satang: int
    card_no: str


def wage_paid(bank: Bank, order: WageOrder, paid_on: date, cipher: FieldCipher, *, corrects: str | None = None) -> Event:
    """What the bank tells of a wage that it paid; `cipher` is the one that it shares with the suite."""
    reference = f"{bank}-PAYROLL-{paid_on:%Y%m%d}-{order.employment_reference[-12:]}-{order.wage_month}"
    data = WagePaidThroughCard(
        bank=bank,
        bank_reference=reference if corrects is None else f"{reference}-C",
        employment_reference=order.employment_reference,
        employer_tax_id=order.employer_tax_id,
        wage_month=order.wage_month,
        amount_satang=order.amount_satang,
        paid_on=paid_on,
        sealed_card=cipher.seal_text(order.card_no, order.employment_reference.encode()),
        corrects=corrects,
    )
    event = Event.of(data, subject=order.employment_reference, time=noon(paid_on), topic=WAGES.format(bank=bank.lower()))
    return replace(event, source=f"/bank/{bank.lower()}")


async def tell(producer: AIOKafkaProducer, events: Iterable[Event]) -> None:
    """Put the events on their banks' topics, and wait until they stand there."""
    sent = [await producer.send(event.topic, key=event.subject.encode(), value=event.to_bytes()) for event in events]
    await asyncio.gather(*sent)
