"""Alembic environment: runs the migrations on the caller's connection and in its transaction."""

from alembic import context

from bpmn_events.adapters.storage.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
)
context.run_migrations()
