"""``migrate``: the database with the current tables, before a server needs them."""

import argparse

from bpmn_events.config import Settings
from bpmn_events.database import migrate_database


async def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    await migrate_database(settings)
    print("The database has the current tables.")
    return 0
