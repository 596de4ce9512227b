"""A task of an agency on its way.

Conflict 409
└── TaskNotReady   the state of the task does not allow the answer
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.errors import Conflict


class TaskState(StrEnum):
    """Where a task stands."""

    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    DONE = "DONE"
    DECLINED = "DECLINED"


class Manner(StrEnum):
    """Whether the governor assigns the agency, or coordinates with one that is not the province's."""

    ASSIGN = "ASSIGN"
    COORDINATE = "COORDINATE"


NEXT: Final[Mapping[TaskState, frozenset[TaskState]]] = {
    TaskState.ASKED: frozenset({TaskState.ACCEPTED, TaskState.DECLINED}),
    TaskState.ACCEPTED: frozenset({TaskState.DONE, TaskState.DECLINED}),
    TaskState.DONE: frozenset(),
    TaskState.DECLINED: frozenset(),
}


class TaskNotReady(Conflict):
    """The task's state does not allow the answer; names both and the answers that it allows."""

    slug = "task-not-ready"
    title_en, title_th = "The state of the task does not allow this answer", "สถานะของงานไม่อนุญาตให้ตอบเช่นนี้"


def check_answer(now: TaskState, answer: TaskState) -> None:
    """Raise TaskNotReady unless the answer may follow."""
    if answer not in NEXT[now]:
        allowed = ", ".join(sorted(NEXT[now])) or "-"
        raise TaskNotReady(
            f"state: a task that is {now} cannot become {answer}; allowed: {allowed}",
            f"state: งานที่มีสถานะ {now} เป็น {answer} ไม่ได้ ที่ทำได้: {allowed}",
            state=now,
            allowed=sorted(NEXT[now]),
        )
