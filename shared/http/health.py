"""Health and metrics: open to the machines around the service, empty of personal data."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field

from shared.http.openapi import operation

router = APIRouter(tags=["health"])


class ReadinessOut(BaseModel):
    """Whether requests are welcome; further members say what is on its way, for operators."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "ready": True,
                    "database": True,
                    "broker": True,
                    "caught_up": True,
                    "broken": [],
                    "consumer_lag": 0,
                    "outbox_waiting": 0,
                    "parked": 0,
                    "dead_letters": 0,
                    "jobs_open": 0,
                    "business_date": "2018-02-14",
                }
            ]
        },
    )

    ready: bool = Field(description="Requests are welcome. พร้อมรับงาน")


@router.get("/healthz", **operation("Alive", "บริการทำงานอยู่", "The process runs and answers."))
async def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    responses={
        200: {"model": ReadinessOut, "description": "Ready. พร้อม"},
        503: {"model": ReadinessOut, "description": "Not ready; the body says why. ยังไม่พร้อม"},
    },
    **operation("Ready", "บริการพร้อมรับงาน", "Database, broker and copies are there; 503 with the same body when not."),
)
async def readyz(request: Request) -> Response:
    """Ready or not, and why."""
    state: dict[str, Any] = await request.app.state.resources.readiness()
    return Response(orjson.dumps(state, default=str), 200 if state.get("ready") else 503, media_type="application/json")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    **operation("Metrics", "ตัวชี้วัดสำหรับ Prometheus", "Figures of this process in Prometheus text."),
)
async def metrics() -> Response:
    """Prometheus text."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
