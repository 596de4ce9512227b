"""A country for each module of flow tests, on the session's real servers; after every test each standing invariant must hold."""

import pytest

from tests.flows.begun_again import SuiteBegunAgain
from tests.flows.country import Country, running_country


@pytest.fixture(scope="module")
async def country(tmp_path_factory, postgres, broker):
    """Five services, an office outside them, three banks, in an empty January 2561."""
    async with running_country(tmp_path_factory.mktemp("country"), postgres, broker, SuiteBegunAgain) as one:
        yield one


@pytest.fixture(autouse=True)
async def invariants_hold(country: Country):
    """After every flow: nothing on its way, nothing parked or dead, every invariant of every service holds, no part of one has ended."""
    yield
    await country.drained()
    assert await country.broken_invariants() == {}
