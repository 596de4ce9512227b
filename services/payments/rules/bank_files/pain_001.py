"""pain.001.001.09, the customer credit transfer initiation: what a bank is to pay, as one batch with its control sums."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from xml.sax.saxutils import escape

from services.payments.domain import Month, month_text
from services.payments.rules.bank_files.conventions import Party
from services.payments.rules.bank_files.iso_20022 import CURRENCY
from shared.ids import bank_ref, same_id

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_CHARACTERS_MAX: Final = 140
_NOT_PROVIDED: Final = "NOTPROVIDED"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Payment(NamedTuple):
    """One payment with its payee in the clear: an account or a card, and the PromptPay id of who has one; and until when it can be spent."""

    instruction_id: str
    month: Month
    amount_satang: int
    name: str
    account_no: str | None
    card_no: str | None
    promptpay: str | None
    usable_until: date | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Payments of one of a run's files of a bank. `message_id` follows from which they are: the same payments are the same message."""

    batch_id: UUID
    created_at: datetime
    execution_date: date
    payer: Party
    payments: Sequence[Payment]

    @property
    def message_id(self) -> str:
        """The id of the message, 32 hex characters."""
        return bank_ref(same_id("pain.001", self.batch_id, *(one.instruction_id for one in self.payments)))

    @property
    def amount_satang(self) -> int:
        """The control sum."""
        return sum(one.amount_satang for one in self.payments)


def document(batch: Batch) -> bytes:
    """The batch as the bytes of a pain.001 in UTF-8."""
    sums = f"<NbOfTxs>{len(batch.payments)}</NbOfTxs><CtrlSum>{_baht(batch.amount_satang)}</CtrlSum>"
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}">\n<CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{batch.message_id}</MsgId><CreDtTm>{batch.created_at.isoformat(timespec='seconds')}</CreDtTm>{sums}"
        f"<InitgPty><Nm>{_text(batch.payer.name)}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{bank_ref(batch.batch_id)}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>{sums}"
        f"<PmtTpInf><CtgyPurp><Cd>GOVT</Cd></CtgyPurp></PmtTpInf><ReqdExctnDt><Dt>{batch.execution_date.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{_text(batch.payer.name)}</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{_text(batch.payer.account)}</Id></Othr></Id></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>THCBC</Cd></ClrSysId><MmbId>{batch.payer.clearing_code}</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>\n"
    )
    return "".join((head, *map(_payment, batch.payments), "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n")).encode()


def _payment(one: Payment) -> str:
    """One transaction, a line of the file."""
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>{one.instruction_id}</InstrId><EndToEndId>{one.instruction_id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{CURRENCY}">{_baht(one.amount_satang)}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{_text(one.name[:NAME_CHARACTERS_MAX])}</Nm></Cdtr>{_account(one)}"
        f"<Purp><Cd>SSBE</Cd></Purp><RmtInf><Ustrd>{month_text(one.month)}</Ustrd>{_until(one)}</RmtInf></CdtTrfTxInf>\n"
    )


def _until(one: Payment) -> str:
    return f"<Ustrd>USABLE-UNTIL {one.usable_until.isoformat()}</Ustrd>" if one.usable_until else ""


def _account(one: Payment) -> str:
    """Where the money goes: the account, or the card (KTB pays onto it), and beside it the PromptPay id as the way that is left."""
    number, scheme = (one.account_no, "<Cd>BBAN</Cd>") if one.account_no else (one.card_no, "<Prtry>CARD</Prtry>")
    if not number:
        number, scheme = one.promptpay, "<Prtry>PROMPTPAY</Prtry>"
    proxy = f"<Prxy><Tp><Prtry>PROMPTPAY</Prtry></Tp><Id>{_text(one.promptpay)}</Id></Prxy>" if one.promptpay else ""
    other = f"<Othr><Id>{_text(number or _NOT_PROVIDED)}</Id><SchmeNm>{scheme}</SchmeNm></Othr>"
    return f"<CdtrAcct><Id>{other}</Id>{proxy}</CdtrAcct>"


def _baht(amount_satang: int) -> str:
    return f"{amount_satang // 100}.{amount_satang % 100:02d}"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
