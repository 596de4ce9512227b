"""Routes of interview, by noun."""

from services.interview.http import (
    assignments,
    cases,
    complaints,
    decisions,
    follow_ups,
    former_cases,
    governing,
    guidance,
    intents,
    interviews,
    staff,
    visits,
)

routers = [
    staff.router,
    intents.router,
    visits.router,
    assignments.router,
    cases.router,
    former_cases.router,
    interviews.router,
    follow_ups.router,
    decisions.router,
    complaints.router,
    guidance.router,
    governing.router,
]
"""In the order of the year."""

TAGS = [
    {"name": "staff", "description": "Officers and meeting places. เจ้าหน้าที่และจุดรับแจ้งความประสงค์"},
    {"name": "intents", "description": "The wish to develop. การแจ้งความประสงค์พัฒนาตนเอง"},
    {"name": "visits", "description": "Home visits. การไปหาที่บ้าน"},
    {"name": "cases", "description": "Cases and whose they are. รายบุคคลและผู้ดูแล"},
    {"name": "interviews", "description": "Interviews, annex 3. การสัมภาษณ์"},
    {"name": "follow-ups", "description": "Follow-ups of June and September. การติดตามผล"},
    {"name": "decisions", "description": "Decisions of committees. มติคณะอนุกรรมการ"},
    {"name": "complaints", "description": "Complaints of card holders. เรื่องร้องเรียน"},
    {"name": "guidance", "description": "Guidelines, variants and preparation. แนวทาง การปรับทีม และการเตรียมการ"},
    {"name": "governing", "description": "Tasks of agencies, committees, results released. งานของหน่วยงาน คณะอนุกรรมการ และการส่งผล"},
]
