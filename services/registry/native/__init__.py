"""A step's lines to rows and messages in C with libcrypto: the same bytes as Python makes, in a tenth of the time.

The library is built beside its sources by `python -m services.registry.native`, which `make` does, where a C compiler and the headers
of OpenSSL are there; without it Python does all (jobs/making.py). tests/registry/test_native.py holds the two to each other.
"""

from services.registry.native.binding import Kind, Known, Made, Maker, NativeFailed, Numbers, Recipe, Repeated, Stamp, answer, load
from services.registry.native.building import NotBuilt, build

__all__ = [
    "Kind",
    "Known",
    "Made",
    "Maker",
    "NativeFailed",
    "NotBuilt",
    "Numbers",
    "Recipe",
    "Repeated",
    "Stamp",
    "answer",
    "build",
    "load",
]
