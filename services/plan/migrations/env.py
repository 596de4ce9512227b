"""The alembic environment of plan."""

from services.plan.tables import Base
from shared.db.alembic_env import run

run(Base.metadata)
