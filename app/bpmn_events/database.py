"""From settings to a database with the current tables. What then works with it is put together in ``bootstrap``."""

from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.config import Settings


async def migrate_database(settings: Settings) -> None:
    """Bring the database of the settings to the current tables; do nothing where it has them.

    Raises:
        UnknownRevision: another version of the program has made the tables.
    """
    await migrate(settings.database_url)
