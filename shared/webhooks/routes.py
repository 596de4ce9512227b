"""The routes of webhooks: owners register their addresses, operators see what was not taken and let it go out again."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.auth import Principal
from shared.clock import system_now
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.http import Call, Page, PageOf, PageParams, calling, operation
from shared.webhooks import deliveries, endpoints
from shared.webhooks.addresses import URL_CHARACTERS_MAX
from shared.webhooks.deliveries import DeliveryStatus
from shared.webhooks.endpoints import EndpointStatus
from shared.webhooks.wiring import Webhooks

_URL_EXAMPLE: Final = "https://hooks.example.go.th/sukjai"


class EndpointIn(BaseModel):
    """An address to be registered."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": _URL_EXAMPLE, "purpose": "changes", "ordered": True}]}
    )

    url: str = Field(max_length=URL_CHARACTERS_MAX, description="https, at a host of this service's list. ที่อยู่ปลายทางแบบ https")
    purpose: str = Field(max_length=64, description="What is sent there. ประเภทข้อมูลที่จะส่ง")
    ordered: bool = Field(default=False, description="One after the other, in order: what fails holds up the rest. ส่งตามลำดับ")


class EndpointChangeIn(BaseModel):
    """What an endpoint becomes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "PAUSED"}]})

    status: EndpointStatus = Field(description="PAUSED keeps what waits; CLOSED is final. สถานะใหม่")


class EndpointOut(BaseModel):
    """A registered address."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    owner: str = Field(examples=["ministry"])
    purpose: str = Field(examples=["changes"])
    url: str = Field(examples=[_URL_EXAMPLE])
    ordered: bool
    status: EndpointStatus
    version: int
    registered_at: datetime
    served_at: datetime | None = Field(description="When something was last sent there. ส่งล่าสุดเมื่อ")


class DeliveryOut(BaseModel):
    """What an endpoint is owed; the body stays in the database."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    endpoint_id: UUID
    owner: str = Field(examples=["ministry"])
    purpose: str = Field(examples=["changes"])
    about: str = Field(examples=["changes 120..184"])
    content_type: str
    status: DeliveryStatus
    attempts: int
    next_at: datetime
    last_outcome: str | None = Field(examples=["status-503"])
    enqueued_at: datetime
    ended_at: datetime | None


class AttemptOut(BaseModel):
    """One attempt to bring a delivery."""

    attempt: int
    at: datetime
    outcome: str = Field(examples=["timeout"])
    took_ms: int


class AttemptsOut(BaseModel):
    """All attempts, first first."""

    items: list[AttemptOut]


def subject_of(principal: Principal) -> str:
    """The caller itself."""
    return principal.subject


def endpoints_router(service: str, webhooks: Webhooks, *, owner_of: Callable[[Principal], str] = subject_of) -> APIRouter:
    """The routes of owners: each sees and changes its own. Scopes `<service>.webhooks:read` and `:write`.

    `owner_of` names the owner that a caller acts for, by default the caller itself; it may raise DomainError.
    """
    router = APIRouter(prefix="/v1/webhook-endpoints", tags=["webhooks"])
    reads, writes = f"{service}.webhooks:read", f"{service}.webhooks:write"
    _add_writing(router, writes, webhooks, owner_of)

    @router.get(
        "",
        response_model=PageOf[EndpointOut],
        **operation("List your endpoints", "แสดงปลายทางที่ท่านลงทะเบียนไว้", "The addresses that you registered, closed ones too.", reads),
    )
    async def list_webhook_endpoints(call: Annotated[Call, Depends(calling(reads))], page: PageParams) -> Response:
        return await call.query(_endpoints(owner_of(call.principal), page))

    @router.get(
        "/{endpoint_id}",
        response_model=EndpointOut,
        **operation("Show your endpoint", "แสดงปลายทางที่ท่านลงทะเบียนไว้หนึ่งรายการ", "An address that you registered.", reads),
    )
    async def show_webhook_endpoint(endpoint_id: UUID, call: Annotated[Call, Depends(calling(reads))]) -> Response:
        return await call.query(lambda tx: endpoints.one(tx, endpoint_id, owner=owner_of(call.principal)))

    @router.get(
        "/{endpoint_id}/deliveries",
        response_model=PageOf[DeliveryOut],
        **operation(
            "List deliveries to your endpoint",
            "แสดงรายการที่ส่งให้ปลายทางของท่าน",
            "What your endpoint is owed or was brought, by age: attempts, the last outcome, when it is tried again.",
            reads,
        ),
    )
    async def list_own_webhook_deliveries(
        endpoint_id: UUID,
        call: Annotated[Call, Depends(calling(reads))],
        page: PageParams,
        status: Annotated[DeliveryStatus | None, Query(description="Only these. เฉพาะสถานะนี้")] = None,
    ) -> Response:
        async def read(tx: ReadTx) -> PageOf[DeliveryOut]:
            await endpoints.one(tx, endpoint_id, owner=owner_of(call.principal))
            return await _deliveries(tx, page, status, endpoint_id)

        return await call.query(read)

    return router


def _add_writing(router: APIRouter, scope: str, webhooks: Webhooks, owner_of: Callable[[Principal], str]) -> None:
    @router.post(
        "",
        response_model=EndpointOut,
        status_code=201,
        **operation(
            "Register an endpoint",
            "ลงทะเบียนปลายทางสำหรับรับข้อมูล ระบบจะลงลายมือชื่อดิจิทัลทุกครั้งที่ส่ง",
            "What you ask for is POSTed there, signed (`X-Sukjai-Signature`: detached JWS; its protected head has the delivery's id, the moment and "
            "your address). Answer 2xx quickly; anything else is tried again, later and later. The same address and purpose is the same endpoint.",
            scope,
        ),
    )
    async def register_webhook_endpoint(asked: EndpointIn, call: Annotated[Call, Depends(calling(scope, idempotent=True))]) -> Response:
        if asked.purpose not in webhooks.purposes:
            allowed = ", ".join(sorted(webhooks.purposes))
            raise Invalid.field("purpose", "unknown_purpose", "is none of this service", "ไม่ใช่ประเภทข้อมูลของระบบนี้", allowed)

        async def use_case(tx: Tx) -> endpoints.Endpoint:
            return await endpoints.register(
                tx,
                webhooks.addresses,
                owner=owner_of(call.principal),
                purpose=asked.purpose,
                url=asked.url,
                at=system_now(),
                ordered=asked.ordered,
            )

        return await call.command(use_case, location=lambda made: f"/v1/webhook-endpoints/{made.id}")

    @router.patch(
        "/{endpoint_id}",
        response_model=EndpointOut,
        **operation(
            "Pause, resume or close your endpoint",
            "หยุดชั่วคราว เปิดใช้อีกครั้ง หรือปิดปลายทางของท่าน",
            "PAUSED keeps what waits until it is ACTIVE again. CLOSED is final: what waits becomes dead.",
            scope,
        ),
    )
    async def change_webhook_endpoint(
        endpoint_id: UUID, asked: EndpointChangeIn, call: Annotated[Call, Depends(calling(scope, needs_if_match=True))]
    ) -> Response:
        version = call.version_to_change()

        async def use_case(tx: Tx) -> endpoints.Endpoint:
            return await endpoints.change(tx, endpoint_id, asked.status, owner=owner_of(call.principal), version=version, at=system_now())

        return await call.command(use_case)


def webhook_operations_router(service: str) -> APIRouter:
    """The routes of operators, for the endpoints of all owners."""
    router = APIRouter(prefix="/v1/operations", tags=["operations"])
    reads, writes = f"{service}.operations:read", f"{service}.operations:write"

    @router.get(
        "/webhook-endpoints",
        response_model=PageOf[EndpointOut],
        **operation("List all endpoints", "แสดงปลายทางของทุกระบบ", "The registered addresses of all owners.", reads),
    )
    async def list_all_webhook_endpoints(call: Annotated[Call, Depends(calling(reads))], page: PageParams) -> Response:
        return await call.query(_endpoints(None, page))

    @router.get(
        "/webhook-deliveries",
        response_model=PageOf[DeliveryOut],
        **operation("List deliveries", "แสดงรายการที่ต้องส่งให้ปลายทาง", "What endpoints are owed, by age; dead ones by `status`.", reads),
    )
    async def list_webhook_deliveries(
        call: Annotated[Call, Depends(calling(reads))],
        page: PageParams,
        status: Annotated[DeliveryStatus | None, Query(description="Only these. เฉพาะสถานะนี้")] = None,
        endpoint_id: Annotated[UUID | None, Query(description="Only of this endpoint. เฉพาะปลายทางนี้")] = None,
    ) -> Response:
        return await call.query(lambda tx: _deliveries(tx, page, status, endpoint_id))

    @router.get(
        "/webhook-deliveries/{delivery_id}/attempts",
        response_model=AttemptsOut,
        **operation("List the attempts of a delivery", "แสดงประวัติการส่งแต่ละครั้ง", "When it was tried, and what came of it.", reads),
    )
    async def list_webhook_attempts(delivery_id: UUID, call: Annotated[Call, Depends(calling(reads))]) -> Response:
        async def read(tx: ReadTx) -> dict[str, Any]:
            await deliveries.one(tx, delivery_id)
            return {"items": await deliveries.attempts(tx, delivery_id)}

        return await call.query(read)

    @router.post(
        "/webhook-deliveries/{delivery_id}/replay",
        response_model=DeliveryOut,
        **operation(
            "Send a dead delivery again",
            "ส่งรายการที่เลิกส่งแล้วอีกครั้ง",
            "Under its id, with all its attempts, after its cause was mended.",
            writes,
        ),
    )
    async def replay_webhook_delivery(delivery_id: UUID, call: Annotated[Call, Depends(calling(writes))]) -> Response:
        return await call.command(lambda tx: deliveries.replay(tx, delivery_id))

    return router


def _endpoints(owner: str | None, page: Any) -> Any:
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[EndpointOut]:
        found = await endpoints.page(tx, owner=owner, after=after[0] if after else None, limit=page.limit + 1)
        rows, cursor = page.cut(found, lambda one: (one.id,))
        return PageOf(items=[EndpointOut.model_validate(row) for row in rows], next_cursor=cursor)

    return read


async def _deliveries(tx: ReadTx, page: Page, status: DeliveryStatus | None, endpoint_id: UUID | None) -> PageOf[DeliveryOut]:
    after = page.after(int)
    found = await deliveries.page(tx, status=status, endpoint_id=endpoint_id, after=after[0] if after else 0, limit=page.limit + 1)
    rows, cursor = page.cut(found, lambda one: (one.seq,))
    return PageOf(items=[DeliveryOut.model_validate(row) for row in rows], next_cursor=cursor)
