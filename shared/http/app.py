"""One way to make the app of every service."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.types import Lifespan

from shared.http import health
from shared.http.docs_page import docs_router
from shared.http.edge import BODY_BYTES_MAX, Edge
from shared.http.openapi import install_openapi
from shared.http.parameters import query_names
from shared.http.problems import add_problem_handlers
from shared.http.resources import Resources
from shared.observability import tracer_provider


def make_app(
    *,
    name: str,
    title: str,
    description: str,
    version: str,
    resources: Resources,
    routers: Sequence[APIRouter],
    tags: Sequence[dict[str, Any]] = (),
    body_bytes_max: int = BODY_BYTES_MAX,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """The service's app: its routers plus health, problems, the OpenAPI page at /docs, limits, logs and metrics.

    `name` labels logs and metrics; `tags` are OpenAPI tags ({"name", "description"}). Raises ValueError when two routes
    have one name or an operation declares another scope than it asks for.
    """
    provider = tracer_provider(name)
    app = FastAPI(
        title=title,
        description=description,
        version=version,
        openapi_tags=[*tags, {"name": "health", "description": "For machines. สำหรับระบบเฝ้าระวัง"}],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=[Middleware(Edge, service=name, body_bytes_max=body_bytes_max)],
        lifespan=lifespan,
        # Our own log line and metrics say the rest, and spans of operations could carry error texts.
        telemetry={"tracer_provider": provider, "tracing": provider is not None, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.resources = resources
    add_problem_handlers(app)
    for router in (*routers, health.router, docs_router(title, resources.settings.token_url)):
        app.include_router(router)
    app.state.query_names = query_names(app)
    install_openapi(app, token_url=resources.settings.token_url)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
