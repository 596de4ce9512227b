"""The alembic environment of the registry."""

from services.registry.tables import Base
from shared.db.alembic_env import run

run(Base.metadata)
