"""Applications that respond without doing any work, as the baseline that every rate is compared with.

``bare`` is an ASGI application that returns a constant. ``plain`` and ``cached`` are Strawberry with a constant result
of the shape of triggerEvent's, without and with Strawberry's own parser and validation caches.
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, NewType

import strawberry
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

_BODY = b'{"data":{"triggerEvent":{"__typename":"TriggerEventSuccess"}}}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]

JSON = NewType("JSON", object)
_SCALAR = strawberry.scalar(name="JSON", serialize=lambda value: value, parse_value=lambda value: value)
_CONFIG = StrawberryConfig(scalar_map={JSON: _SCALAR})


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the request and send a constant response."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


@strawberry.enum
class EventType(Enum):
    MESSAGE = "MESSAGE"


@strawberry.enum
class ProcessInstanceState(Enum):
    RUNNING = "RUNNING"


@strawberry.type
class WaitingEvent:
    id: strawberry.ID
    element_id: str
    event_type: EventType
    event_name: str | None


@strawberry.type
class ProcessInstance:
    id: strawberry.ID
    state: ProcessInstanceState


@strawberry.type
class EventTrigger:
    id: strawberry.ID
    triggered_at: datetime


@strawberry.type
class TriggerEventSuccess:
    trigger: EventTrigger | None
    process_instance: ProcessInstance
    next_waiting_events: list[WaitingEvent]
    replayed: bool


@strawberry.interface
class Error:
    code: str
    message: str


@strawberry.type
class ConflictError(Error):
    retryable: bool


@strawberry.input
class TriggerEventInput:
    process_model_key: strawberry.ID
    correlation_id: strawberry.ID
    event_id: strawberry.ID
    payload: JSON | None = strawberry.UNSET
    idempotency_key: str | None = strawberry.UNSET
    dry_run: bool = False


_SUCCESS = TriggerEventSuccess(
    trigger=EventTrigger(id=strawberry.ID("tr_1"), triggered_at=datetime(2026, 1, 1, tzinfo=UTC)),
    process_instance=ProcessInstance(id=strawberry.ID("pi_1"), state=ProcessInstanceState.RUNNING),
    next_waiting_events=[
        WaitingEvent(id=strawberry.ID("we_2"), element_id="wait", event_type=EventType.MESSAGE, event_name="payment")
    ],
    replayed=False,
)
TriggerEventResult = Annotated[TriggerEventSuccess | ConflictError, strawberry.union("TriggerEventResult")]


@strawberry.type
class Query:
    nothing: bool = True


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def trigger_event(self, input: TriggerEventInput) -> TriggerEventResult:
        return _SUCCESS


def plain() -> GraphQL[None, None]:
    """Return Strawberry with its default configuration."""
    return GraphQL(strawberry.Schema(Query, Mutation, config=_CONFIG))


def cached() -> GraphQL[None, None]:
    """Return Strawberry with its own caches."""
    return GraphQL(strawberry.Schema(Query, Mutation, config=_CONFIG, extensions=[ParserCache, ValidationCache]))
