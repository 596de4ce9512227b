"""`python -m services.registry [--only http|consumers|relay|jobs]`."""

from services.registry.app import build
from services.registry.settings import Settings
from shared.service.main import command_line

# The workers of an import load this module again under another name.
if __name__ == "__main__":
    command_line(Settings, build)
