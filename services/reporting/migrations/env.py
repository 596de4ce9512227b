"""Alembic's way in; run by `python -m deploy.migrate`."""

from services.reporting.tables import metadata
from shared.db.alembic_env import run

run(metadata)
