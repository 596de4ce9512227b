"""Files as banks write them, of lines that a test names: pain.002, camt.053, camt.054, MT940, and each bank's CSV."""

from dataclasses import dataclass, replace
from typing import NamedTuple


@dataclass(frozen=True)
class Said:
    """What a bank says of one payment; `raw` replaces the line, or what tells the status, as the format has it."""

    id: str
    status: str = "SETTLED"
    satang: int = 20000
    day: str = "2018-03-21"
    reference: str | None = None
    reason: str | None = None

    @property
    def ref(self):
        return self.reference or f"REF{self.id[-12:]}"

    @property
    def baht(self):
        return f"{self.satang // 100}.{self.satang % 100:02d}"

    def but(self, **changes):
        return replace(self, **changes)


class Paper(NamedTuple):
    """A file: its name and bytes, and which schema it is valid by."""

    name: str
    content: bytes
    schema: str | None = None


_PAIN_002 = {"SETTLED": "ACSC", "FAILED": "RJCT", "RETURNED": "RJCT", "PENDING": "PDNG"}


def pain_002(said, *, version="12", group="", head=""):
    """A report of each payment by itself; `group` is a status of all."""
    lines = "\n".join(_transaction(one, version) for one in said)
    status = f"<GrpSts>{group}</GrpSts>" if group else ""
    batch = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId>\n{lines}\n</OrgnlPmtInfAndSts>" if said else ""
    text = f"""{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2018-03-21T18:00:00+07:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>O1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{status}</OrgnlGrpInfAndSts>
{batch}
</CstmrPmtStsRpt></Document>"""
    return Paper("pain002.xml", text.encode(), f"pain.002.001.{version}")


def _transaction(one, version):
    reason = f"<StsRsnInf><Rsn><Cd>{one.reason}</Cd></Rsn></StsRsnInf>" if one.reason else ""
    execution = f"<Dt>{one.day}</Dt>" if version != "03" else one.day
    settled = f"<AcctSvcrRef>{one.ref}</AcctSvcrRef>" if one.status == "SETTLED" else ""
    return (
        f"<TxInfAndSts><StsId>S{one.id[-8:]}</StsId><OrgnlEndToEndId>{one.id}</OrgnlEndToEndId>"
        f"<TxSts>{_PAIN_002.get(one.status, one.status)}</TxSts>{reason}<AccptncDtTm>{one.day}T10:00:00+07:00</AccptncDtTm>{settled}"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="THB">{one.baht}</InstdAmt></Amt><ReqdExctnDt>{execution}</ReqdExctnDt></OrgnlTxRef></TxInfAndSts>'
    )


def camt(said, *, message="053", version="08", batch=False):
    """A statement or notification, an entry a payment, or one batch entry of all of them."""
    kind, inner = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[message]
    entries = _batch(said) if batch else "\n".join(_entry(one) for one in said)
    balance = '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="THB">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2018-03-21</Dt></Dt></Bal>'
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"><{kind}>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2018-03-21T18:00:00+07:00</CreDtTm></GrpHdr>
<{inner}><Id>1</Id><CreDtTm>2018-03-21T18:00:00+07:00</CreDtTm><Acct><Id><Othr><Id>0000000001</Id></Othr></Id></Acct>{balance if message == "053" else ""}
{entries}
</{inner}></{kind}></Document>"""
    return Paper(f"camt{message}.xml", text.encode(), f"camt.{message}.001.{version}")


def _mark(one):
    return "CRDT" if one.status in {"RETURNED", "CREDIT"} else "DBIT"


def _entry(one):
    details = _details(one, amount=False)
    state = "PDNG" if one.status == "PENDING" else "BOOK"
    return (
        f'<Ntry><Amt Ccy="THB">{one.baht}</Amt><CdtDbtInd>{_mark(one)}</CdtDbtInd><Sts><Cd>{state}</Cd></Sts><BookgDt><Dt>{one.day}</Dt></BookgDt>'
        f"<ValDt><Dt>{one.day}</Dt></ValDt><AcctSvcrRef>{one.ref}</AcctSvcrRef><BkTxCd/><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _batch(said):
    details = "\n".join(_details(one, amount=True) for one in said)
    total = sum(one.satang for one in said)
    return (
        f'<Ntry><Amt Ccy="THB">{total // 100}.{total % 100:02d}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<ValDt><Dt>{said[0].day}</Dt></ValDt><AcctSvcrRef>BATCH</AcctSvcrRef><BkTxCd/><NtryDtls>\n{details}\n</NtryDtls></Ntry>"
    )


def _details(one, *, amount):
    own = f'<Amt Ccy="THB">{one.baht}</Amt><CdtDbtInd>{_mark(one)}</CdtDbtInd>' if amount else ""
    back = f"<RtrInf><Rsn><Cd>{one.reason}</Cd></Rsn></RtrInf>" if one.status == "RETURNED" and one.reason else ""
    name = "<RltdPties><Cdtr><Pty><Nm>สมใจ ดีงาม</Nm></Pty></Cdtr></RltdPties>"
    return f"<TxDtls><Refs><AcctSvcrRef>{one.ref}</AcctSvcrRef><EndToEndId>{one.id}</EndToEndId></Refs>{own}{name}{back}</TxDtls>"


def mt940(said, *, wrap=False):
    """A statement in SWIFT's blocks; `wrap` breaks the information in the middle of the ids, as 65 characters a line do."""
    lines = ["{1:F01KRTHTHBKAXXX0000000000}{2:I940KRTHTHBKXXXXN}{4:", ":20:STMT1", ":25:0000000001", ":28C:1/1", ":60F:C180320THB0,00"]
    for one in said:
        mark = {"RETURNED": "RD", "CREDIT": "C"}.get(one.status, "D")
        day = one.day[2:].replace("-", "")
        lines.append(f":61:{day}{day[2:]}{mark}{one.satang // 100},{one.satang % 100:02d}NTRFNONREF//{one.ref}")
        information = f"/EREF/{one.id}/" + (f"/RTRN/{one.reason}/" if one.reason else "")
        lines += [f":86:{information[:20]}", information[20:]] if wrap else [f":86:{information}"]
    return Paper("mt940.txt", "\r\n".join([*lines, ":62F:C180321THB0,00", "-}", ""]).encode())


def _ktb(one):
    words = {"SETTLED": "สำเร็จ", "FAILED": "ไม่สำเร็จ", "RETURNED": "คืนเงิน"}
    year, month, day = one.day.split("-")
    amount = f'"{one.satang // 100:,}.{one.satang % 100:02d}"'
    return f"{one.id},สมใจ ดีงาม,{words.get(one.status, one.status)},{amount},{day}/{month}/{int(year) + 543},{one.ref},{one.reason or ''}"


def _gsb(one):
    words = {"SETTLED": "PAID", "FAILED": "REJECTED"}
    return f"{one.id};{words.get(one.status, one.status)};{one.satang // 100},{one.satang % 100:02d};{one.day};{one.ref};{one.reason or ''}"


def _baac(one):
    words = {"SETTLED": "00", "FAILED": "90", "RETURNED": "91"}
    year, month, day = one.day.split("-")
    return f"{one.id}|{words.get(one.status, one.status)}|{one.baht}|{day}-{month}-{int(year) + 543}|{one.ref}|{one.reason or ''}"


_CSV = {
    "KTB": ("เลขอ้างอิงคำสั่งจ่าย,ชื่อผู้รับเงิน,สถานะ,จำนวนเงิน,วันที่มีผล,เลขอ้างอิงธนาคาร,เหตุผล", _ktb),
    "GSB": ("INSTRUCTION_ID;STATUS;AMOUNT;VALUE_DATE;BANK_REF;REASON", _gsb),
    "BAAC": ("ref|result|baht|paid_on|bank_ref|reason", _baac),
}


def csv(said, *, bank="KTB", encoding="utf-8", raw=()):
    """The bank's own CSV; `raw` are further lines as they are."""
    head, line = _CSV[bank]
    text = "\r\n".join([head, *map(line, said), *raw, ""])
    return Paper("ผลการจ่าย.csv", text.encode(encoding))
