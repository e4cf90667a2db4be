"""The errors in spans: the code of each typed error, and which errors are failures of the server."""

from bpmn_events.application.ports.tracing import Span
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.domain.errors import DomainError, EngineUnavailable, ProcessFailed, TooManyRequests


def record_error(span: Span, error: Exception) -> None:
    """Set the code of a typed error, and mark the span as failed unless the command was refused."""
    if isinstance(error, DomainError):
        span.set("bpmn_events.error_code", error.code.value)
    if (error_type := failure_type(error)) is not None:
        span.fail(error_type)


def failure_type(error: Exception) -> str | None:
    """Return the name of the failure; None if the error refuses a command or makes it run again."""
    if isinstance(error, TooManyRequests):
        return None
    if isinstance(error, ProcessFailed | EngineUnavailable):
        return error.code.value
    return None if isinstance(error, DomainError | ClaimLost) else type(error).__name__
