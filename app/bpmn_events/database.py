"""Migration of the database that the settings name."""

from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.config import Settings


async def migrate_database(settings: Settings) -> None:
    """Migrate the database of the settings to the current tables; do nothing if it has them.

    Raises:
        UnknownRevision: Another version of the program has created the tables.
    """
    await migrate(settings.database_url, timeout_seconds=settings.database_timeout_seconds)
