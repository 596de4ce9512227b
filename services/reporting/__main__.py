"""`python -m services.reporting [--only http|consumers|relay|jobs …]`."""

from services.reporting.app import build
from services.reporting.settings import Settings
from shared.service.main import command_line

if __name__ == "__main__":
    command_line(Settings, build)
