"""The alembic environment of payments."""

from services.payments.tables import Base
from shared.db.alembic_env import run

run(Base.metadata)
