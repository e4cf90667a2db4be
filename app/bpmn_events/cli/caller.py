"""Who the command line is: whoever can open the database may do everything with it."""

from bpmn_events.domain.principal import ALL_LANES, Permission, Principal

CLI = Principal("cli", frozenset(Permission), frozenset({ALL_LANES}))


class UsageError(Exception):
    """The command cannot be run as it was given. The text is one line for the person who typed it."""
