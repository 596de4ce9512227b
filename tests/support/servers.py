"""The real servers that tests run on: one PostgreSQL and one broker for the whole session, on 127.0.0.1.

A test that kills a server starts its own (`LocalPostgres.start(tmp_path)`); these two are shared by all.
"""

import os
from collections.abc import AsyncIterator, Iterator
from typing import Final

import pytest

from deploy.local.broker import EMBEDDED_KIND, EXTERNAL_KIND, KAFKA_KIND, Broker, NoRealKafkaError, best_broker, best_kind
from deploy.local.postgres import LocalPostgres

INSIST_REAL: Final = "SUKJAI_REQUIRE_REAL_KAFKA"

_HEADERS: Final = {
    KAFKA_KIND: f"broker: {KAFKA_KIND}, started by the tests",
    EXTERNAL_KIND: "broker: external, by KAFKA_BOOTSTRAP_SERVERS",
    EMBEDDED_KIND: "broker: EMBEDDED, not Apache Kafka (no Java 17 with Maven here, no KAFKA_BOOTSTRAP_SERVERS)",
}


def insists_on_real_kafka() -> bool:
    """Whether the environment forbids running on the embedded broker (SUKJAI_REQUIRE_REAL_KAFKA=1)."""
    return os.environ.get(INSIST_REAL, "0") not in {"", "0"}


def pytest_sessionstart(session: pytest.Session) -> None:
    """The session's first line says which broker the tests run on, with -q too; without a required one the session fails."""
    header = _broker_header()
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(header)


def _broker_header() -> str:
    try:
        return _HEADERS[best_kind(insist_real=insists_on_real_kafka())]
    except NoRealKafkaError as error:
        raise pytest.UsageError(f"{INSIST_REAL} is set, but there is no real Kafka: {error}") from error


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A PostgreSQL in a temporary folder, without fsync."""
    server = LocalPostgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """The best broker to be had (see the session's first line)."""
    server = await best_broker(tmp_path_factory.mktemp("broker"), insist_real=insists_on_real_kafka())
    yield server
    await server.stop()
