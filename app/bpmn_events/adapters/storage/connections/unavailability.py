"""Failures of the database that are not mistakes of this program."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bpmn_events.domain.errors import EngineUnavailable


def as_unavailable(error: BaseException) -> EngineUnavailable | None:
    """Return the domain error for the failure; None if it is a mistake of this program."""
    if isinstance(error, EngineUnavailable):
        return error
    if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | ProgrammingError | DataError):
        return EngineUnavailable()
    return EngineUnavailable() if isinstance(error, OSError | TimeoutError) else None
