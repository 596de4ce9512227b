"""What must always be so in the registry's database: each query names what breaks it."""

from typing import Final

from services.registry.invariants.card_holders import CARD_HOLDERS
from services.registry.invariants.exports import EXPORTS
from services.registry.invariants.imports import IMPORTS
from services.registry.invariants.keys import KEYS
from services.registry.invariants.links import LINKS
from services.registry.invariants.telling import TELLING

INVARIANTS: Final = [*CARD_HOLDERS, *IMPORTS, *KEYS, *LINKS, *EXPORTS, *TELLING]
