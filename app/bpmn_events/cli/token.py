"""Command ``token``: print a bearer token that this server accepts."""

import argparse

from bpmn_events.config import Settings
from bpmn_events.credentials import make_token
from bpmn_events.domain.principal import Permission


async def token(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print a bearer token with the permissions and lanes of the arguments."""
    permissions = arguments.permission or [Permission.EVENTS_READ]
    print(make_token(settings, arguments.subject, permissions, arguments.lane or [], arguments.expires_in))
    return 0
