"""Command ``token``: print a bearer token that this server accepts."""

import argparse
import sys

from bpmn_events.cli.caller import UsageError
from bpmn_events.config import Settings
from bpmn_events.credentials import make_token, missing_secret_file
from bpmn_events.domain.principal import SYSTEM, Permission


async def token(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print a bearer token with the permissions and lanes of the arguments.

    Raises:
        UsageError: The subject is the name of the server itself.
    """
    if arguments.subject == SYSTEM.subject:
        raise UsageError(f"--subject: {SYSTEM.subject!r} is the name of the server itself, take another one")
    permissions = arguments.permission or [Permission.EVENTS_READ]
    generated = missing_secret_file(settings)
    made = make_token(settings, arguments.subject, permissions, arguments.lane or [], arguments.expires_in)
    if generated is not None:
        print(f"bpmn-events: made a new secret in {generated}, which no running server knows", file=sys.stderr)
    print(made)
    return 0
