"""Exceptions that end a command with one line on stderr, because its environment and not the program is at fault.

The command line imports them from this module: importing the adapters would break the layers, and importing
``bootstrap`` would slow down its start.
"""

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from bpmn_events.adapters.auth.secret_strength import WeakSecret
from bpmn_events.adapters.storage.connections.unavailability import unavailability_reason
from bpmn_events.adapters.storage.schema.revisions import UnknownRevision
from bpmn_events.domain.errors import EngineUnavailable

__all__ = ["NoSharedSecret", "UnknownRevision", "WeakSecret", "database_failure"]


class NoSharedSecret(Exception):
    """Tokens come from the identity provider: this server cannot make one."""

    def __str__(self) -> str:
        return self.__class__.__doc__ or ""


def database_failure(error: Exception) -> str | None:
    """Return the reason why the database cannot be used, or None for any other exception.

    A violated constraint or an invalid statement is a mistake of this program, and needs a traceback.
    """
    is_mistake = isinstance(error, IntegrityError | ProgrammingError)
    if isinstance(error, EngineUnavailable | TimeoutError) or (isinstance(error, DBAPIError) and not is_mistake):
        return unavailability_reason(error)
    return None
