"""`python -m services.plan [--only http|consumers|relay|jobs …]`."""

from services.plan.app import build
from services.plan.settings import Settings
from shared.service.main import command_line

command_line(Settings, build)
