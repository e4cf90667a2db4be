"""The typed errors of the product, in one tree.

An error carries ids and facts as attributes. The docstring of its class is the default message that callers see.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.ids import MAX_LENGTH
from bpmn_events.domain.tasks import OpenTask


class ErrorCode(StrEnum):
    """The stable, machine-readable code of an error: the same over GraphQL, REST and the command line."""

    INVALID_PAYLOAD = "INVALID_PAYLOAD"
    UNAUTHORIZED = "UNAUTHORIZED"
    FORBIDDEN = "FORBIDDEN"
    PROCESS_MODEL_NOT_FOUND = "PROCESS_MODEL_NOT_FOUND"
    CORRELATION_NOT_FOUND = "CORRELATION_NOT_FOUND"
    PROCESS_INSTANCE_NOT_FOUND = "PROCESS_INSTANCE_NOT_FOUND"
    EVENT_NOT_FOUND = "EVENT_NOT_FOUND"
    EVENT_AMBIGUOUS = "EVENT_AMBIGUOUS"
    TASK_NOT_FOUND = "TASK_NOT_FOUND"
    TASK_AMBIGUOUS = "TASK_AMBIGUOUS"
    CONFLICT = "CONFLICT"
    PROCESS_FAILED = "PROCESS_FAILED"
    INVALID_PROCESS_MODEL = "INVALID_PROCESS_MODEL"
    ENGINE_UNAVAILABLE = "ENGINE_UNAVAILABLE"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    CHANGES_EXPIRED = "CHANGES_EXPIRED"


class EventNotFoundReason(StrEnum):
    """The reason why an event cannot be triggered: it is unknown, was already triggered, or was cancelled."""

    UNKNOWN = "UNKNOWN"
    ALREADY_TRIGGERED = "ALREADY_TRIGGERED"
    CANCELLED = "CANCELLED"


class DomainError(Exception):
    """The request was refused."""

    code: ClassVar[ErrorCode]

    @property
    def message(self) -> str:
        """The message for people, as one sentence."""
        return str(self)

    def __str__(self) -> str:
        return (self.__class__.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class PayloadViolation:
    """One reason why a payload was refused.

    Attributes:
        path: A JSON Pointer (RFC 6901) to the value; ``""`` means the whole payload.
        keyword: The JSON Schema keyword or the limit that the value violates, such as ``type`` or ``maxBytes``.
        message: The reason in words, for people.
    """

    path: str
    keyword: str
    message: str


@dataclass(eq=False)
class InvalidPayload(DomainError):
    """The payload was refused."""

    code = ErrorCode.INVALID_PAYLOAD
    violations: tuple[PayloadViolation, ...]

    def __str__(self) -> str:
        count = len(self.violations)
        first = self.violations[0]
        where = f" at {first.path}" if first.path else ""
        more = f" (and {count - 1} more)" if count > 1 else ""
        return f"The payload was refused{where}: {first.message}{more}."


class Unauthorized(DomainError):
    """This needs a credential: send an Authorization header with a bearer token."""

    code = ErrorCode.UNAUTHORIZED


class BadCredential(Unauthorized):
    """The bearer token was refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The bearer token was refused: {self.reason}."


class BadTicket(Unauthorized):
    """The ticket was refused: it is unknown, has been used, or has expired. Request a new one."""


@dataclass(eq=False)
class Forbidden(DomainError):
    """The caller lacks a permission.

    ``required_permission`` is a permission, or ``lane:NAME`` for a lane.
    """

    code = ErrorCode.FORBIDDEN
    required_permission: str

    def __str__(self) -> str:
        if self.required_permission.startswith("lane:"):
            return f"The element is in the lane {self.required_permission[5:]!r}, which the token does not include."
        return f"The token lacks the permission {self.required_permission}."


class NotFound(DomainError):
    """There is no such thing."""


def _shorten_id(text: str) -> str:
    """Return an id for an error. A text that is too long for an id is cut off, because a caller may send a megabyte."""
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


@dataclass(eq=False)
class ProcessModelNotFound(NotFound):
    """No process model with this key is deployed."""

    code = ErrorCode.PROCESS_MODEL_NOT_FOUND
    process_model_key: str

    def __post_init__(self) -> None:
        self.process_model_key = _shorten_id(self.process_model_key)

    def __str__(self) -> str:
        return f"No process model with the key {self.process_model_key!r} is deployed."


@dataclass(eq=False)
class CorrelationNotFound(NotFound):
    """No process instance was ever started under this correlation."""

    code = ErrorCode.CORRELATION_NOT_FOUND
    correlation_id: str

    def __post_init__(self) -> None:
        self.correlation_id = _shorten_id(self.correlation_id)

    def __str__(self) -> str:
        return f"No process instance was started under the correlation {self.correlation_id!r}."


@dataclass(eq=False)
class ProcessInstanceNotFound(NotFound):
    """There is no such process instance."""

    code = ErrorCode.PROCESS_INSTANCE_NOT_FOUND
    process_instance_id: str

    def __post_init__(self) -> None:
        self.process_instance_id = _shorten_id(self.process_instance_id)

    def __str__(self) -> str:
        return f"There is no process instance {self.process_instance_id!r}."


@dataclass(eq=False)
class EventNotFound(NotFound):
    """No such event waits.

    ``trigger`` is the record of the trigger that came first, or None if there is none that the caller may see.
    """

    code = ErrorCode.EVENT_NOT_FOUND
    event_id: str
    reason: EventNotFoundReason = EventNotFoundReason.UNKNOWN
    trigger: EventTrigger | None = None

    def __post_init__(self) -> None:
        self.event_id = _shorten_id(self.event_id)

    def __str__(self) -> str:
        match self.reason:
            case EventNotFoundReason.ALREADY_TRIGGERED:
                return f"The event {self.event_id!r} was already triggered."
            case EventNotFoundReason.CANCELLED:
                return f"The event {self.event_id!r} no longer waits: the process went another way."
            case EventNotFoundReason.UNKNOWN:
                return f"No event {self.event_id!r} waits in this process model and correlation."


def _number(candidates: Sized, count: int | None, is_incomplete: bool) -> str:
    """Return the number of occurrences in words, from the fields of an ambiguous error."""
    return f"at least {len(candidates)}" if is_incomplete else str(count or len(candidates))


@dataclass(eq=False)
class EventAmbiguous(DomainError):
    """Several occurrences wait at this element: trigger one of the candidates by its own id.

    ``candidates`` are those that wait longest. ``count`` is the number of all that the caller may see; None means that
    there are no others, or with ``is_incomplete`` that there may be others, which could not be counted.
    """

    code = ErrorCode.EVENT_AMBIGUOUS
    element_id: str
    candidates: tuple[WaitingEvent, ...]
    count: int | None = None
    is_incomplete: bool = False

    def __str__(self) -> str:
        number = _number(self.candidates, self.count, self.is_incomplete)
        return (
            f"{number} occurrences wait at the element {self.element_id!r}: "
            "trigger one of the candidates by its own id."
        )


@dataclass(eq=False)
class TaskNotFound(NotFound):
    """No such task is open."""

    code = ErrorCode.TASK_NOT_FOUND
    task_id: str

    def __post_init__(self) -> None:
        self.task_id = _shorten_id(self.task_id)

    def __str__(self) -> str:
        return f"No task {self.task_id!r} of this kind is open in this process model and correlation."


@dataclass(eq=False)
class TaskAmbiguous(DomainError):
    """Several occurrences of this task are open: finish one of the candidates by its own id.

    ``candidates`` are the oldest. ``count`` is the number of all that the caller may see; None means that there are no
    others, or with ``is_incomplete`` that there may be others, which could not be counted.
    """

    code = ErrorCode.TASK_AMBIGUOUS
    element_id: str
    candidates: tuple[OpenTask, ...]
    count: int | None = None
    is_incomplete: bool = False

    def __str__(self) -> str:
        number = _number(self.candidates, self.count, self.is_incomplete)
        return (
            f"{number} occurrences of the task {self.element_id!r} are open: "
            "finish one of the candidates by its own id."
        )


@dataclass(eq=False)
class Conflict(DomainError):
    """The request contradicts what is already there.

    ``retryable`` is True if the same request may succeed later.
    """

    code = ErrorCode.CONFLICT
    reason: str
    retryable: bool = False

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class ProcessFailed(DomainError):
    """The process could not go on; nothing was changed, the event still waits."""

    code = ErrorCode.PROCESS_FAILED
    reason: str
    element_id: str | None = None

    def __str__(self) -> str:
        where = f" at {self.element_id!r}" if self.element_id else ""
        return f"The process cannot go on{where}: {self.reason}. Nothing was changed."


@dataclass(frozen=True, slots=True)
class ModelIssue:
    """One reason why a BPMN file was refused, or one part of it that nothing acts on.

    ``element_id`` and ``line`` (counted from 1) locate it in the file; each is None if the issue has no such place.
    """

    message: str
    element_id: str | None = None
    line: int | None = None


@dataclass(eq=False)
class EngineUnavailable(DomainError):
    """The database or the engine cannot be used at the moment: try again later.

    Attributes:
        reason: The reason in words, as one sentence without addresses or other details of the installation.
        outcome_unknown: True if the request may or may not have taken effect. The same request under the same
            idempotency key settles it. False if nothing was changed.
        retry_after_seconds: The time after which another attempt makes sense.
        is_outage: False if only this request is affected, because others are busy with what it needs.
    """

    code = ErrorCode.ENGINE_UNAVAILABLE
    reason: str = "The database cannot be used at the moment: try again later."
    outcome_unknown: bool = False
    retry_after_seconds: int = 1
    is_outage: bool = True

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class ChangesExpired(DomainError):
    """The server no longer has the changes after this cursor: list again, and subscribe after the new list."""

    code = ErrorCode.CHANGES_EXPIRED


@dataclass(eq=False)
class TooManyRequests(EngineUnavailable):
    """The caller has used up a rate limit, and nothing was changed: try again later.

    Attributes:
        limit: The name of the limit.
        quota: The number that the limit allows to one caller in ``window_seconds``.
    """

    code = ErrorCode.TOO_MANY_REQUESTS
    reason: str = ""
    is_outage: bool = False
    limit: str = ""
    quota: int = 0
    window_seconds: int = 60

    def __str__(self) -> str:
        return (
            f"The limit of {self.quota} {self.limit} in {self.window_seconds} seconds is used up: "
            f"try again in {self.retry_after_seconds} s."
        )


@dataclass(eq=False)
class TooManySubscriptions(EngineUnavailable):
    """The caller, or all callers together, have too many open subscriptions. ``limit`` is their number."""

    code = ErrorCode.TOO_MANY_REQUESTS
    reason: str = ""
    is_outage: bool = False
    retry_after_seconds: int = 5
    limit: int = 0

    def __str__(self) -> str:
        return f"At most {self.limit} subscriptions can be open at a time: close some, or try again later."


@dataclass(eq=False)
class TooManyBodies(EngineUnavailable):
    """The caller has too many open bodies with many triggers. ``limit`` is their number."""

    code = ErrorCode.TOO_MANY_REQUESTS
    reason: str = ""
    is_outage: bool = False
    retry_after_seconds: int = 5
    limit: int = 0

    def __str__(self) -> str:
        return f"You can send at most {self.limit} bodies with many triggers at a time: try again later."


@dataclass(eq=False)
class InvalidProcessModel(DomainError):
    """The BPMN file cannot be deployed."""

    code = ErrorCode.INVALID_PROCESS_MODEL
    issues: tuple[ModelIssue, ...]

    def __str__(self) -> str:
        first = self.issues[0]
        place = [f"element {first.element_id!r}"] if first.element_id else []
        place += [f"line {first.line}"] if first.line else []
        where = f" ({', '.join(place)})" if place else ""
        more = f" (and {len(self.issues) - 1} more)" if len(self.issues) > 1 else ""
        return f"The BPMN file cannot be deployed: {first.message}{where}{more}"


@dataclass(eq=False)
class InvalidArgument(DomainError):
    """An argument has a value that no request can have, such as ``first: 0`` or a damaged cursor.

    ``argument`` is the snake_case name of the argument in the use case. GraphQL, REST and the command line replace it
    with their own spelling before a caller sees the error.
    """

    argument: str
    reason: str

    def with_argument(self, argument: str) -> InvalidArgument:
        """Return the same error with the argument's name as the caller spells it."""
        return InvalidArgument(argument, self.reason)

    def __str__(self) -> str:
        return f"{self.argument}: {self.reason}."
