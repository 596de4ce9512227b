"""What machines ask of every service."""

import pytest

from deploy.local.suite import SERVICES


@pytest.mark.parametrize("service", SERVICES)
async def test_a_running_service_is_alive_ready_and_measured(surface, service):
    alive = await surface.http.get(f"/{service}/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})

    ready = await surface.http.get(f"/{service}/readyz")
    state = ready.json()
    assert ready.status_code == 200
    assert state["ready"] is True
    assert state["database"] is True
    assert state["broken"] == []
    assert state["dead_letters"] == 0

    metrics = await surface.http.get(f"/{service}/metrics")
    assert metrics.status_code == 200
    assert metrics.headers["content-type"].startswith("text/plain")
    assert f'sukjai_http_requests_total{{operation="healthz",service="{service}",status="200"}}' in metrics.text
