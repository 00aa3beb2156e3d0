"""Runs migration steps on the connection it is handed, or on the configured database."""

from alembic import context
from sqlalchemy import Connection

from broker.database import engine_from_environment
from broker.migrations import VERSION_TABLE
from broker.tables import CATALOGUE


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=CATALOGUE,
        version_table=VERSION_TABLE,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    with engine_from_environment().begin() as own:
        _run(own)
