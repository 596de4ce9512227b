"""The HTTP app of a service made once for all tests: to work out the routes of a hundred operations takes longer than most tests do."""

import sys
from typing import Final
from unittest import mock

from fastapi import FastAPI

from shared.http import make_app

_APPS: Final[dict[str, FastAPI]] = {}


def built(build, settings, db, clock, verifier):
    """The service as `build` wires it, on the app of the first that was built: from now on it works with the resources of this one.

    For services of which one at a time is asked, and whose settings make the same routes.
    """

    def app(*, name, resources, **more):
        if name not in _APPS:
            _APPS[name] = make_app(name=name, resources=resources, **more)
        _APPS[name].state.resources = resources
        return _APPS[name]

    with mock.patch.object(sys.modules[build.__module__], "make_app", app):
        return build(settings, db, clock, verifier)
