"""The HTTP app of a service made once for all tests: to work out the routes of a hundred operations takes longer than most tests do."""

import contextlib
import importlib
from collections.abc import Iterable, Iterator
from typing import Any, Final
from unittest import mock

from fastapi import FastAPI

from shared.http import make_app

_ROUTERS: Final = ("endpoints_router", "operations_router", "webhook_operations_router")
"""What a service makes at each wiring for its app."""
_APPS: Final[dict[str, FastAPI]] = {}


@contextlib.contextmanager
def made_once(apps: dict[str, FastAPI], services: Iterable[str]) -> Iterator[None]:
    """Which of the services is wired within stands on the app of the first of its name: from now on it works with the resources of this one.

    For services of which one at a time is asked, and whose settings make the same routes.
    """

    def app(*, name: str, resources: Any, **more: Any) -> FastAPI:
        if name not in apps:
            apps[name] = make_app(name=name, resources=resources, **more)
        apps[name].state.resources = resources
        return apps[name]

    with contextlib.ExitStack() as patches:
        for service in services:
            wiring = importlib.import_module(f"services.{service}.app")
            patches.enter_context(mock.patch.object(wiring, "make_app", app))
            if service in apps:
                for router in _ROUTERS:
                    if hasattr(wiring, router):
                        patches.enter_context(mock.patch.object(wiring, router))
        yield


def built(build, settings, db, clock, verifier):
    """The service as `build` wires it, on the app of the first that was built."""
    with made_once(_APPS, [settings.service_name]):
        return build(settings, db, clock, verifier)
