"""The types Retry and PendingRetry, which describe those of ``bpmn_events.domain.retries``, and the connection."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, retries
from bpmn_events.web.gql.data.connections import is_connection_of
from bpmn_events.web.gql.schema.enums import RetryKind
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.types.connections import CURSOR, EDGES, NODE, NODES, Connection
from bpmn_events.web.gql.schema.types.lazy import LazyWaitingEvent

_ATTEMPTS = "Number of attempts so far, all of which have failed."
_NEXT_ATTEMPT_AT = "Instant of the next attempt. The pauses double from one second to one hour."
_FAILED_AT = "Instant of the last attempt."
_REASON = "Reason why the last attempt failed. Details of unexpected errors are only in the log of the server."


def _own_next_attempt_at(parent: Parent[retries.Retry]) -> datetime:
    return parent.retry_at


@strawberry.type(description="The retry of a timer whose process could not continue when the server triggered it.")
class Retry:
    attempts: int = strawberry.field(description=_ATTEMPTS)
    next_attempt_at: datetime = resolver_field(_own_next_attempt_at, _NEXT_ATTEMPT_AT)
    failed_at: datetime = strawberry.field(description=_FAILED_AT)
    reason: str = strawberry.field(description=_REASON)


def _attempts(parent: Parent[retries.PendingRetry]) -> int:
    return parent.retry.attempts


def _next_attempt_at(parent: Parent[retries.PendingRetry]) -> datetime:
    return parent.retry.retry_at


def _failed_at(parent: Parent[retries.PendingRetry]) -> datetime:
    return parent.retry.failed_at


def _reason(parent: Parent[retries.PendingRetry]) -> str:
    return parent.retry.reason


def _waiting_event(parent: Parent[retries.PendingRetry]) -> events.WaitingEvent | None:
    return parent.event


@strawberry.type(
    description="A timer, message or signal that has failed because a process could not continue, and that the server "
    "tries again. It disappears once it succeeds, or once nobody waits for it any more."
)
class PendingRetry:
    kind: RetryKind = strawberry.field(description="Kind of what is tried again.")
    name: str | None = strawberry.field(description="Name of the message or signal; null for a timer.")
    element_id: str | None = strawberry.field(
        description="BPMN element id of the timer, or of the receiver whose process could not continue; null if the "
        "failure is not that of a receiver."
    )
    lane: str | None = strawberry.field(description="Name of the BPMN lane of that element; null outside any lane.")
    process_model_key: strawberry.ID | None = strawberry.field(
        description="Key of the process model of that element; null if the failure is not that of a receiver."
    )
    correlation_id: strawberry.ID | None = strawberry.field(
        description="Correlation of the timer, or of the process that threw the message or signal; null if a caller "
        "sent it, and for a timer start event."
    )
    attempts: int = resolver_field(_attempts, _ATTEMPTS)
    next_attempt_at: datetime = resolver_field(_next_attempt_at, _NEXT_ATTEMPT_AT)
    failed_at: datetime = resolver_field(_failed_at, _FAILED_AT)
    reason: str = resolver_field(_reason, _REASON)
    waiting_event: LazyWaitingEvent | None = resolver_field(
        _waiting_event, "The waiting event of a timer; null for a message or signal, and for a timer start event."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, retries.PendingRetry)


@strawberry.type(description="A pending retry with its cursor.")
class PendingRetryEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: PendingRetry = strawberry.field(description=NODE)


@strawberry.type(description="A page of the pending retries in the caller's lanes, the next attempt first.")
class PendingRetryConnection(Connection):
    edges: list[PendingRetryEdge] = strawberry.field(description=EDGES)
    nodes: list[PendingRetry] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, retries.PendingRetry)
