"""python -m services.interview [--only http|consumers|relay|jobs …]."""

from services.interview.app import build
from services.interview.settings import Settings
from shared.service.main import command_line

if __name__ == "__main__":
    command_line(Settings, build)
