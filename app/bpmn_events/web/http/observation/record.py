"""The record of a request: what the layers below learn about it, for its line in the access log."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.types import Scope

from bpmn_events.domain.errors import DomainError, Forbidden, InvalidArgument
from bpmn_events.domain.origin import Origin
from bpmn_events.web.error_codes import BAD_USER_INPUT

# The status of a request whose client has gone before the response begins.
CLIENT_GONE = 499
# The codes of errors that are not the caller's.
_FAILURES = frozenset({"PROCESS_FAILED", "ENGINE_UNAVAILABLE", "INTERNAL_SERVER_ERROR", "RESPONSE_TOO_LARGE"})


@dataclass(slots=True, eq=False)
class RequestRecord:
    """What is known about a request so far.

    Attributes:
        subject: The subject of the authenticated caller; None without one.
        operation: The GraphQL operation, such as ``mutation TriggerPayment``, or the id of the HTTP operation.
        code: The code of the first error in the response.
        missing_permissions: The permissions that the caller lacks for what it has requested.
        on_operation: Called with the operation as soon as it is known; None without tracing.
        close_code: The code with which a WebSocket was closed (RFC 6455, section 7.4); None for anything else.
        is_stream: True if the response lasts as long as the client likes.
        is_aborted: True if the client has gone before the end of a response that had begun.
    """

    origin: Origin
    subject: str | None = None
    operation: str | None = None
    code: str | None = None
    missing_permissions: list[str] = field(default_factory=list)
    on_operation: Callable[[str], None] | None = None
    close_code: int | None = None
    is_stream: bool = False
    is_aborted: bool = False


# Receives each request at its end: its scope, its record, the status of its response, and how long it took in seconds.
Observer: TypeAlias = Callable[[Scope, RequestRecord, int, float], None]

CURRENT_RECORD: ContextVar[RequestRecord | None] = ContextVar("current_record", default=None)


def is_failure(status: int, code: str | None) -> bool:
    """Return True if a response reports a failure of the server, and not a mistake of its caller."""
    return status >= 500 or code in _FAILURES


def record_subject(subject: str) -> None:
    """Record who sends the current request."""
    if (record := CURRENT_RECORD.get()) is not None:
        record.subject = subject


def record_operation(operation: str) -> None:
    """Record what the current request does."""
    if (record := CURRENT_RECORD.get()) is not None:
        record.operation = operation
        if record.on_operation is not None:
            record.on_operation(operation)


def record_stream() -> None:
    """Record that the response lasts as long as the client likes."""
    if (record := CURRENT_RECORD.get()) is not None:
        record.is_stream = True


def record_abort() -> None:
    """Record that the client has gone before the end of the response."""
    if (record := CURRENT_RECORD.get()) is not None:
        record.is_aborted = True


def record_code(code: str) -> None:
    """Record the code of an error in the response. The first one counts."""
    record = CURRENT_RECORD.get()
    if record is not None and record.code is None:
        record.code = code


def record_error(error: DomainError) -> None:
    """Record a typed error in the response."""
    if (record := CURRENT_RECORD.get()) is None:
        return
    record_code(BAD_USER_INPUT if isinstance(error, InvalidArgument) else error.code.value)
    if isinstance(error, Forbidden) and error.required_permission not in record.missing_permissions:
        record.missing_permissions.append(error.required_permission)
