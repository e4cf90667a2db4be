"""``token``, ``schema`` and ``migrate``: what is needed around a running server."""

import argparse

from bpmn_events.adapters.storage.schema.migrate import migrate as migrate_database
from bpmn_events.config import Settings
from bpmn_events.credentials import make_token
from bpmn_events.domain.principal import Permission


async def token(settings: Settings, arguments: argparse.Namespace) -> int:
    permissions = arguments.permission or [Permission.EVENTS_READ]
    print(make_token(settings, arguments.subject, permissions, arguments.lane or [], arguments.expires_in))
    return 0


async def migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    await migrate_database(settings.database_url)
    print("The database has the current tables.")
    return 0
