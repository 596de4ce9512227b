"""Words of batches: how they stand, and why a line is not taken."""

from enum import StrEnum
from typing import Final


class BatchStatus(StrEnum):
    """WAITING for another person; the rest is final."""

    WAITING = "WAITING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Refusal(StrEnum):
    """Why a line is not taken. INVALID: a field breaks a rule that the line's problem names."""

    INVALID = "INVALID"
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    MERGED = "MERGED"
    DECEASED = "DECEASED"
    DUPLICATE = "DUPLICATE"
    NO_ENVELOPE = "NO_ENVELOPE"
    OVER_LINE_MAX = "OVER_LINE_MAX"


WORDS: Final[dict[Refusal, tuple[str, str, str]]] = {
    Refusal.UNKNOWN_PERSON: ("holder_id", "names nobody in the registry", "ไม่พบบุคคลนี้ในทะเบียน"),
    Refusal.MERGED: ("holder_id", "names a holder who is the same person as another", "เป็นรายที่รวมกับผู้ถือบัตรรายอื่นแล้ว"),
    Refusal.DECEASED: ("month", "is after the month of the person's death", "เป็นเดือนหลังจากเดือนที่บุคคลนี้ถึงแก่ความตาย"),
    Refusal.DUPLICATE: ("month", "was sent for this person before", "เดือนนี้ของบุคคลนี้เคยส่งแล้ว"),
    Refusal.NO_ENVELOPE: ("month", "has no envelope of the programme's source", "แหล่งเงินของโครงการไม่มีวงเงินของเดือนนี้"),
    Refusal.OVER_LINE_MAX: ("amount_satang", "is more than a line of the programme may be", "เกินจำนวนสูงสุดต่อรายการของโครงการ"),
}
"""The field that the refusal is about, and its words."""
