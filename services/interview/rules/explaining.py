"""Why a case is whose it is, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.interview.rules.co_interview import WhyBank
from services.interview.rules.sharing_cases import Why


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    th: str
    en: str


_WHY: Final[Mapping[Why, Words]] = {
    Why.HOUSEHOLD: Words("มอบให้ผู้ดูแลคนเดียวกับครัวเรือนเดียวกัน", "Given to the officer who looks after the whole household"),
    Why.NEAR: Words("มอบให้ผู้ดูแลที่อยู่ใกล้ตำบลนี้ โดยภาระงานยังเท่ากัน", "Given to an officer near this subdistrict, with loads kept even"),
    Why.EVEN: Words("มอบให้เพื่อเฉลี่ยภาระงานให้เท่ากัน", "Given so that loads are even"),
    Why.NAMED: Words("มอบให้โดยระบุตัวผู้ดูแล", "Given to an officer who was named"),
    Why.HANDED_OVER: Words("รับมอบงานทั้งหมดต่อจากผู้ดูแลคนก่อน", "Handed over with the caseload of the officer before"),
    Why.KEPT: Words("คงผู้ดูแลเดิม จัดเฉพาะผู้ร่วมสัมภาษณ์", "The officer stayed; only the co-interviewer was chosen"),
}
_BANK: Final[Mapping[WhyBank, Words]] = {
    WhyBank.FARMER: Words("เสนอ ธ.ก.ส. ร่วมสัมภาษณ์เพราะเป็นเกษตรกร", "BAAC is proposed to co-interview: a farmer"),
    WhyBank.NOT_A_FARMER: Words("เสนอธนาคารออมสินร่วมสัมภาษณ์เพราะไม่ใช่เกษตรกร", "GSB is proposed to co-interview: no farmer"),
    WhyBank.UNKNOWN: Words("เสนอธนาคารออมสินร่วมสัมภาษณ์เพราะยังไม่ทราบอาชีพ", "GSB is proposed to co-interview: the occupation is not known yet"),
}


def explain(facts: Mapping[str, Any]) -> Words:
    """The words of what an assignment noted: `why`, `load`, `bank`, `bank_why`, `bank_given`, each only where it applies."""
    parts = []
    if "why" in facts:
        parts.append(_WHY[Why(facts["why"])])
    if facts.get("load") is not None:
        load = facts["load"]
        parts.append(Words(f"รวมรายนี้ดูแล {load} ราย", f"with this one the officer has {load} cases"))
    if facts.get("bank_why"):
        parts.append(_BANK[WhyBank(facts["bank_why"])])
        if facts.get("bank_given") != facts["bank"]:
            other = facts.get("bank_given")
            parts.append(Words(f"แต่ในพื้นที่มีเพียง {other}", f"but the area has only {other}"))
    return Words("; ".join(part.th for part in parts), "; ".join(part.en for part in parts))
