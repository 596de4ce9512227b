"""Routes of interview, by noun."""

from services.interview.http import (
    assignments,
    cases,
    decisions,
    expected_benefits,
    follow_ups,
    former_cases,
    intents,
    interviews,
    late_forms,
    place_days,
    queues,
    staff,
    visits,
)

routers = [
    staff.router,
    queues.router,
    expected_benefits.router,
    intents.router,
    late_forms.router,
    place_days.router,
    visits.router,
    assignments.router,
    cases.router,
    former_cases.router,
    interviews.router,
    follow_ups.router,
    decisions.router,
]
"""In the order of the year."""

TAGS = [
    {"name": "staff", "description": "Officers and meeting places. เจ้าหน้าที่และจุดรับแจ้งความประสงค์"},
    {"name": "places", "description": "Queues and days of meeting places. คิวและยอดประจำวันของจุดรับแจ้ง"},
    {"name": "intents", "description": "The wish to develop. การแจ้งความประสงค์พัฒนาตนเอง"},
    {"name": "visits", "description": "Home visits. การไปหาที่บ้าน"},
    {"name": "cases", "description": "Cases and whose they are. รายบุคคลและผู้ดูแล"},
    {"name": "interviews", "description": "Interviews, annex 3. การสัมภาษณ์"},
    {"name": "follow-ups", "description": "Follow-ups of June and September. การติดตามผล"},
    {"name": "decisions", "description": "Decisions of committees. มติคณะอนุกรรมการ"},
]
