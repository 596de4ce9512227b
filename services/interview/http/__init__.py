"""Routes of interview, by noun."""

from services.interview.http import (
    assignments,
    cases,
    decisions,
    drafts,
    follow_ups,
    former_cases,
    forms,
    intents,
    interviews,
    papers,
    slips,
    staff,
    visits,
)

routers = [
    staff.router,
    intents.router,
    slips.router,
    papers.router,
    visits.router,
    assignments.router,
    cases.router,
    former_cases.router,
    forms.router,
    drafts.router,
    interviews.router,
    follow_ups.router,
    decisions.router,
]
"""In the order of the year."""

TAGS = [
    {"name": "staff", "description": "Officers and meeting places. เจ้าหน้าที่และจุดรับแจ้งความประสงค์"},
    {"name": "intents", "description": "The wish to develop. การแจ้งความประสงค์พัฒนาตนเอง"},
    {"name": "papers", "description": "Slips and forms as PDF. การพิมพ์หางตั๋วและแบบฟอร์ม"},
    {"name": "visits", "description": "Home visits. การไปหาที่บ้าน"},
    {"name": "cases", "description": "Cases and whose they are. รายบุคคลและผู้ดูแล"},
    {"name": "forms", "description": "Definitions of the forms, and diagnosis help. นิยามของแบบฟอร์มและข้อเสนอการวินิจฉัย"},
    {"name": "interviews", "description": "Interviews, annex 3. การสัมภาษณ์"},
    {"name": "follow-ups", "description": "Follow-ups of June and September. การติดตามผล"},
    {"name": "decisions", "description": "Decisions of committees. มติคณะอนุกรรมการ"},
]
