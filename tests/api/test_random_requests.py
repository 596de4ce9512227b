"""Requests made up from the OpenAPI documents (schemathesis): no failure of ours, and every answer as documented.

Writes are asked too: the country belongs to the tests of this folder, and no test here counts on what another one made.
"""

import asyncio
import json
from typing import Any
from urllib.parse import unquote

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from deploy.local.suite import SERVICES
from shared.ids import new_id
from tests.api.conftest import EVERY_SCOPE, Surface

EXAMPLES_MAX = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 2}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/x-ndjson")
def one_line(_: Any, value: Any) -> bytes:
    """What is made up by the schema of a line is sent as the one line of a body."""
    return json.dumps(value).encode()


# The services run in this process and use `random` (retries wait a random time) while schemathesis draws in its thread.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_made_up_requests_are_answered_as_documented(surface, service, mode):
    await asyncio.to_thread(ask_every_operation, surface, service, mode)


def ask_every_operation(surface: Surface, service: str, mode: GenerationMode) -> None:
    """Ask every operation of the service; fails with what went wrong in each of them."""
    schema = schemathesis.openapi.from_dict(surface.documents[service])
    address, token = f"{surface.country.suite.address}/{service}", surface.token(*EVERY_SCOPE)
    asked: list[str] = []
    faults: list[BaseException] = []
    with requests.Session() as session:

        def ask(case: Any) -> None:
            if not reaches_a_service(case):
                return
            asked.append(case.operation.label)
            # A key of its own for each request: else the second one would be refused for the first one's key.
            case.headers = {**(case.headers or {}), "Idempotency-Key": str(new_id()), "Authorization": f"Bearer {token}"}
            answer = case.call(base_url=address, session=session)
            case.validate_response(answer, checks=CHECKS)

        for result in schema.get_all_operations():
            try:
                every_example(result.ok(), mode, ask)
            except (FailureGroup, Exception) as error:  # noqa: BLE001  # all faults are told at once; what checks find is no Exception
                error.add_note(result.ok().label)
                faults.append(error)
    if faults:
        raise BaseExceptionGroup(f"{len(faults)} operations", faults)
    assert len(set(asked)) >= 0.8 * len(list(schema.get_all_operations())), sorted(set(asked))
    assert len(asked) >= 1.5 * len(set(asked))


def every_example(one: Any, mode: GenerationMode, ask: Any) -> None:
    """Ask with some examples of the mode; an operation that takes nothing has none that are wrong."""
    few = settings(
        max_examples=EXAMPLES_MAX[mode],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        few(hypothesis.given(case=one.as_strategy(generation_mode=mode))(ask))()
    except Unsatisfiable:
        if mode is GenerationMode.POSITIVE or any(parameter.location != "header" for parameter in one.iter_parameters()) or one.body:
            raise


def reaches_a_service(case: Any) -> bool:
    """An address with a line break is no service's: what stands before the services knows no such path."""
    return not any("\n" in unquote(str(value)) for value in (case.path_parameters or {}).values())
