"""The process of payments: `python -m services.payments [--only http|consumers|relay|jobs]`."""

from services.payments.app import build
from services.payments.settings import Settings
from shared.service.main import command_line

if __name__ == "__main__":
    command_line(Settings, build)
