"""Alembic's entry: runs on the connection, and in the transaction, of ``tracker.migrate``."""

from alembic import context

from tracker.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
