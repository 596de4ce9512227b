"""Failures of payments.

DomainError
├── Invalid
│   ├── RunMonthOutside         422  no allowance is paid in that month, or it has not begun
│   ├── BankFileNotTaken        422  the file of a bank is none that is read, or is not whole
│   └── NothingTaken            422  no line of a batch can be taken
├── NotFound                    404
├── Conflict
│   ├── RunOpen                 409  another run waits for approval or release
│   ├── RunNotInState           409  the run's state does not allow it
│   ├── ApproverIsProposer      409  who proposed may not approve
│   ├── RunListChanged          409  the list is not the one that was looked at
│   ├── RunNotBalanced          409  what went into a hop of the run did not come out, or not yet
│   ├── PreviewNotWhole         409  persons before + new - stopped are not those on the list
│   ├── HoldLifted              409  the hold was lifted before
│   ├── LifterIsPlacer          409  who put a person on hold may not lift it
│   ├── ProofBehind             409  lines of the run moved since its proof was made
│   ├── DayOpen                 409  a day of the ledger that is not closed yet
│   ├── NotDisputed             409  banks told one thing of the payment
│   ├── FindingNotPossible      409  the payment's state cannot turn out so
│   ├── ResolutionWaits         409  another proposal for the payment waits
│   ├── ResolutionNotInState    409  the proposal was approved or refused
│   ├── ResolutionApproverIsProposer 409  who proposed may not approve
│   ├── AttemptMoved            409  the bank told more since the proposal
│   ├── PolicyNotFollowed       409  allowances are being reckoned by a new policy set
│   ├── PolicyMovedOn           409  the set that the change is based on is not the newest
│   ├── OtherAttemptStands      409  another attempt to pay the month is paid or out at a bank
│   ├── NothingToPay            409  every payment of the file is answered
│   ├── NothingToAdjust         409  the months are as they would be right now
│   ├── AdjustmentMoved         409  an entry would not be the one that was proposed
│   ├── EnvelopeShort           409  an envelope has not the money, or is not there
│   ├── EnvelopeExists          409  the source has an envelope for the month
│   ├── BatchNotInState         409  the batch was approved, refused or withdrawn
│   └── BatchApproverIsSender   409  who sent a batch may not decide it
└── Unavailable
    └── NoPolicy                503  no policy set is stored yet
"""

from shared.errors import Conflict, Invalid, Unavailable


class RunMonthOutside(Invalid):
    """No run can be made for the month."""

    slug = "run-month-outside"
    title_en, title_th = "No run can be made for this month", "ไม่สามารถจัดทำรอบจ่ายสำหรับเดือนนี้ได้"


class BankFileNotTaken(Invalid):
    """Nothing of the file is taken; the words say why and in which line."""

    slug = "bank-file-not-taken"
    title_en, title_th = "The file cannot be taken", "ไม่สามารถรับไฟล์นี้ได้"


class RunOpen(Conflict):
    """One list at a time: two would hold the same payments."""

    slug = "run-open"
    title_en, title_th = "Another run is being prepared or waits for its approval or release", "มีรอบจ่ายอื่นที่ยังรอการจัดทำ อนุมัติ หรือปล่อยจ่าย"


class RunNotInState(Conflict):
    """The run's state does not allow it; facts: `run_status`."""

    slug = "run-not-in-state"
    title_en, title_th = "The state of the run does not allow this", "สถานะของรอบจ่ายไม่อนุญาตให้ดำเนินการนี้"


class ApproverIsProposer(Conflict):
    """Two persons are needed."""

    slug = "approver-is-proposer"
    title_en, title_th = "Who proposed a run may not approve it", "ผู้เสนอรอบจ่ายอนุมัติเองไม่ได้"


class RunListChanged(Conflict):
    """The hash is not that of the run's list; facts: `list_hash`."""

    slug = "run-list-changed"
    title_en, title_th = "The run's list is not the one that was looked at", "รายการจ่ายไม่ตรงกับรายการที่ได้ตรวจสอบ"


class RunNotBalanced(Conflict):
    """A hop of the run does not balance, or eligible is not yet paid + failed + held + returned; facts: counts, satang and ids of what lacks."""

    slug = "run-not-balanced"
    title_en, title_th = "The run does not balance yet", "ยอดของรอบจ่ายยังไม่ตรงกัน"


class PreviewNotWhole(Conflict):
    """The differences do not explain the list; facts: `before`, `new`, `stopped`, `now`, in persons."""

    slug = "preview-not-whole"
    title_en, title_th = "The differences from the month before do not add up to the list", "ผลต่างจากเดือนก่อนไม่ตรงกับบัญชีรายการจ่าย"


class HoldLifted(Conflict):
    """It is lifted once; facts: `lifted_by`."""

    slug = "hold-lifted"
    title_en, title_th = "The hold was lifted before", "การระงับจ่ายนี้ถูกยกเลิกไปแล้ว"


class LifterIsPlacer(Conflict):
    """Two persons are needed."""

    slug = "lifter-is-placer"
    title_en, title_th = "Who put a person on hold may not lift the hold", "ผู้สั่งระงับจ่ายยกเลิกการระงับเองไม่ได้"


class ProofBehind(Conflict):
    """The lines are not those of the proof any more, and a new one is to be made first; facts: `run_id`, `version`."""

    slug = "proof-behind"
    title_en, title_th = (
        "Lines of the run moved since its proof was made; ask for a new one",
        "รายการของรอบจ่ายเปลี่ยนแปลงหลังการจัดทำหลักฐาน กรุณาขอจัดทำใหม่",
    )


class DayOpen(Conflict):
    """Of a day that is not closed more can be posted; facts: `closed_through`."""

    slug = "day-open"
    title_en, title_th = "The ledger is not closed up to this day yet", "บัญชียังไม่ปิดถึงวันที่ขอ"


class NotDisputed(Conflict):
    """Nothing is to be found out; facts: `instruction_id`, `state`."""

    slug = "not-disputed"
    title_en, title_th = "The payment is not disputed", "รายการจ่ายนี้ไม่มีผลที่ขัดแย้งกัน"


class FindingNotPossible(Conflict):
    """What came back is paid by a next run, not by this attempt; facts: `state`, `possible`."""

    slug = "finding-not-possible"
    title_en, title_th = "A payment in this state cannot be found so", "สถานะของรายการจ่ายไม่อนุญาตให้วินิจฉัยเช่นนี้"


class ResolutionWaits(Conflict):
    """One proposal at a time; facts: `resolution_id`, `proposed_by`."""

    slug = "resolution-waits"
    title_en, title_th = "Another proposal for this payment waits for its approval", "มีข้อเสนอสำหรับรายการจ่ายนี้ที่ยังรออนุมัติ"


class ResolutionNotInState(Conflict):
    """The proposal was decided; facts: `resolution_status`."""

    slug = "resolution-not-in-state"
    title_en, title_th = "The proposal was approved or refused already", "ข้อเสนอนี้ได้รับการอนุมัติหรือปฏิเสธแล้ว"


class ResolutionApproverIsProposer(Conflict):
    """Two persons are needed."""

    slug = "resolution-approver-is-proposer"
    title_en, title_th = "Who proposed a resolution may not approve it", "ผู้เสนอผลการวินิจฉัยอนุมัติเองไม่ได้"


class AttemptMoved(Conflict):
    """What was proposed is about another state; refuse it and propose again. Facts: `state`."""

    slug = "attempt-moved"
    title_en, title_th = "The bank has told more since the proposal was made", "ธนาคารรายงานผลเพิ่มเติมหลังการเสนอ กรุณาเสนอใหม่"


class PolicyNotFollowed(Conflict):
    """A list drawn up now would have amounts of two policy sets; facts: `policy_version`."""

    slug = "policy-not-followed"
    title_en, title_th = "Allowances are still being reckoned by the new policy set", "ระบบกำลังปรับสิทธิตามชุดนโยบายใหม่ กรุณารอสักครู่"


class PolicyMovedOn(Conflict):
    """Somebody has published another set since: look at it and propose again. Facts: `based_on`, `policy_version`."""

    slug = "policy-moved-on"
    title_en, title_th = "The policy set has changed since", "ชุดนโยบายเปลี่ยนไปแล้ว กรุณาตรวจสอบและเสนอใหม่"


class OtherAttemptStands(Conflict):
    """The month would be paid twice: let the bank answer or give the money back. Facts: `instruction_id`, `state`."""

    slug = "other-attempt-stands"
    title_en, title_th = "Another attempt to pay this month is paid or out at a bank", "มีคำสั่งจ่ายอื่นของเดือนเดียวกันที่จ่ายแล้วหรืออยู่ที่ธนาคาร"


class NothingToPay(Conflict):
    """A file is of payments that wait for an answer; one that is answered must not be paid again."""

    slug = "nothing-to-pay"
    title_en, title_th = "Every payment of this file is answered", "รายการจ่ายทั้งหมดในไฟล์นี้มีผลแล้ว"


class NothingToAdjust(Conflict):
    """Every month is granted as it would be now, or cannot be set right yet; facts: `waiting_satang`."""

    slug = "nothing-to-adjust"
    title_en, title_th = "Nothing of these allowances is to be adjusted now", "ไม่มีรายการที่ต้องปรับปรุงในขณะนี้"


class AdjustmentMoved(Conflict):
    """What was approved would not be what was proposed: reject it and propose again. Facts: `proposed` (entries), `now` (the entries as they would be)."""

    slug = "adjustment-moved"
    title_en, title_th = "What is to be adjusted has changed since the proposal", "รายการที่ต้องปรับปรุงเปลี่ยนไปหลังการเสนอ กรุณาเสนอใหม่"


class EnvelopeShort(Conflict):
    """More than is free would be promised or taken; facts: `envelopes`, of each that is short what is free, needed and lacking."""

    slug = "envelope-short"
    title_en, title_th = "The envelope has not enough money", "วงเงินไม่เพียงพอ"


class EnvelopeExists(Conflict):
    """An envelope is opened once, and raised afterwards; facts: `source`, `months`."""

    slug = "envelope-exists"
    title_en, title_th = "The source has an envelope for the month already", "แหล่งเงินนี้มีวงเงินของเดือนดังกล่าวแล้ว"


class NothingTaken(Invalid):
    """Of a batch nothing is kept; facts: `refused`, how many lines by reason."""

    slug = "nothing-taken"
    title_en, title_th = "No line of the batch can be taken", "ไม่มีรายการใดในชุดที่รับได้"


class BatchNotInState(Conflict):
    """The batch had its decision; facts: `batch_status`."""

    slug = "batch-not-in-state"
    title_en, title_th = "The batch was approved, refused or withdrawn before", "ชุดรายการจ่ายนี้ได้รับการพิจารณาหรือถูกถอนไปแล้ว"


class BatchApproverIsSender(Conflict):
    """Two persons are needed."""

    slug = "batch-approver-is-sender"
    title_en, title_th = "Who sent a batch may not approve or refuse it", "ผู้ส่งชุดรายการจ่ายพิจารณาเองไม่ได้"


class NoPolicy(Unavailable):
    """No policy set is stored yet."""

    slug = "no-policy"
    title_en, title_th = "No policy set is stored yet", "ยังไม่มีชุดนโยบายในระบบ"
