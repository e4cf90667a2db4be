"""Command ``migrate``: bring the database to the current tables before a server starts."""

import argparse

from bpmn_events.config import Settings
from bpmn_events.database import migrate_database


async def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Migrate the database of the settings."""
    await migrate_database(settings)
    print("The database has the current tables.")
    return 0
