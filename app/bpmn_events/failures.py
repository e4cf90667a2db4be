"""The exceptions that end a command in one line on stderr: the program works, but not with what it finds here.

The command line catches them by name. They come from here, and not from the adapters that raise them, so that it knows
no adapter; and not from ``bootstrap``, so that it starts fast.
"""

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from bpmn_events.adapters.auth.secret_file import WeakSecret
from bpmn_events.adapters.storage.schema.revisions import UnknownRevision

__all__ = ["NoSharedSecret", "UnknownRevision", "WeakSecret", "database_failure"]


class NoSharedSecret(Exception):
    """Tokens come from the identity provider: this server cannot make one."""

    def __str__(self) -> str:
        return self.__class__.__doc__ or ""


def database_failure(error: Exception) -> str | None:
    """Return what the database says where it cannot be used; None for any other exception.

    A violated constraint or a statement that the database does not understand is a mistake of this program: its
    traceback says where.
    """
    if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | ProgrammingError):
        return str(error.orig)
    return None
