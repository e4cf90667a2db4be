"""The principal of the command line, which has all permissions because its user can open the database."""

from bpmn_events.domain.principal import ALL_LANES, Permission, Principal

CLI = Principal("cli", frozenset(Permission), frozenset({ALL_LANES}))


class UsageError(Exception):
    """The command cannot run with these arguments. The message is one line for the user."""
