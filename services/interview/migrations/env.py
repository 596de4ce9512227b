"""Alembic's environment of interview."""

from services.interview.tables import Base
from shared.db.alembic_env import run

run(Base.metadata)
