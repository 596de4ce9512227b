"""What a service is: its HTTP app, consumers, relay and jobs around one set of resources."""

from shared.service.main import run_fast, served
from shared.service.resources import Resources
from shared.service.service import Role, Service
from shared.service.settings import ServiceSettings, SettingInvalid

__all__ = ["Resources", "Role", "Service", "ServiceSettings", "SettingInvalid", "run_fast", "served"]
