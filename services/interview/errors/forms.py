"""Named failures of drafts and revisions of interviews.

Conflict 409
├── CaseNotReady
│   └── InterviewRecorded   the case has its interview; it can only be amended
├── InterviewSuperseded     the revision that is to be amended is not the last any more
├── AnswerNotAmended        a change of heart is no amendment
└── DraftEnded              the draft was completed, discarded, too old, or its case went another way
PreconditionFailed 412
└── DraftChanged            another device saved the draft since
"""

from services.interview.errors import CaseNotReady
from shared.errors import Conflict, PreconditionFailed


class InterviewRecorded(CaseNotReady):
    """Somebody recorded the interview before; names it and the way to put it right."""

    title_en = "The interview has been recorded; put it right by POST /v1/interviews/{interview_id}/revisions with a reason"
    title_th = "บันทึกการสัมภาษณ์แล้ว หากต้องแก้ไขให้ส่ง POST /v1/interviews/{interview_id}/revisions พร้อมเหตุผล"


class InterviewSuperseded(Conflict):
    """Another officer amended it first; names both revisions."""

    slug = "interview-superseded"
    title_en = "This revision is not the last any more; read the last one and amend that"
    title_th = "ฉบับนี้ไม่ใช่ฉบับล่าสุดแล้ว โปรดอ่านฉบับล่าสุดแล้วแก้ไขฉบับนั้น"


class AnswerNotAmended(Conflict):
    """The answer of the person is a fact that others acted upon; another answer is a withdrawal or a new wish."""

    slug = "answer-not-amended"
    title_en = "An amendment keeps the person's answer; a change of heart is a withdrawal of the wish, or a new wish"
    title_th = "การแก้ไขต้องคงคำตอบเดิมของผู้มีบัตร หากเปลี่ยนใจให้ถอนความประสงค์หรือแจ้งความประสงค์ใหม่"


class DraftEnded(Conflict):
    """The draft is no more; names why and since when."""

    slug = "draft-ended"
    title_en, title_th = "The draft has ended", "แบบร่างสิ้นสุดแล้ว"


class DraftChanged(PreconditionFailed):
    """Another device saved the draft first; names both versions."""

    slug = "draft-changed"
    title_en = "The draft was saved by another device since you read it; read it again"
    title_th = "แบบร่างถูกบันทึกจากอุปกรณ์อื่นหลังจากที่ท่านอ่าน โปรดอ่านใหม่"
