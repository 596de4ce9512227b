"""Build the library: `python -m services.registry.native`."""

import sys

from services.registry.native.building import NotBuilt, build

try:
    build()
except NotBuilt as reason:
    sys.stderr.write(f"imports will take longer, made in Python alone: {reason}\n")
