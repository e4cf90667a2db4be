"""Streams of payloads: a subscription operation of one caller, for any transport."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from bpmn_events.application.changes.subscription import Subscription
from bpmn_events.application.changes.subscriptions import Subscriptions, Watched
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, DomainError, EngineUnavailable
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.executor import Executor, PreparedOperation
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.schema.typed_errors import ErrorData
from bpmn_events.web.gql.subscriptions.form import payload_form
from bpmn_events.web.gql.subscriptions.payloads import Payloads


class Sink(Protocol):
    """The connection of the client, as far as a stream needs it."""

    def receive(self, items: Sequence[bytes]) -> None:
        """Send the next payloads, as JSON. It does not wait: a connection that cannot take them is closed."""
        ...

    async def drained(self) -> None:
        """Wait until what was received so far is on its way."""
        ...

    def complete(self) -> None:
        """Learn that no payload follows."""
        ...


class PayloadStream:
    """The payloads of a subscription.

    If a typed error ends the stream, the last payload has it. Whoever starts a stream closes it in the end.

    Args:
        payloads: Encodes the payloads.
        source: What the caller watches, or the error that ends the stream at once.
        subscriptions: The subscriptions of the server process.
        form: Identifies the operation with its variables.
    """

    def __init__(
        self, payloads: Payloads, source: Watched | ErrorData, subscriptions: Subscriptions, form: Hashable
    ) -> None:
        self._payloads = payloads
        self._source = source
        self._subscriptions = subscriptions
        self._form = form
        self._sink: Sink | None = None
        self._subscription: Subscription[bytes] | None = None

    @property
    def cursor(self) -> ChangesCursor | None:
        """The cursor of a client with all changes so far; None while old changes are sent."""
        return None if self._subscription is None else self._subscription.cursor

    async def start(self, sink: Sink) -> None:
        """Send what has happened since the cursor. Further changes are sent as they happen, until ``close``."""
        self._sink = sink
        if isinstance(self._source, ErrorData):
            return self._end(self._source.error)
        try:
            self._subscription = self._subscriptions.open(
                self._source, self, self._form, lambda: self._payloads, self._payloads.request_size
            )
            await self._subscription.start()
        except (ChangesExpired, EngineUnavailable) as error:
            self._end(error)
        return None

    def close(self) -> None:
        """Send nothing more."""
        self._sink = None
        if self._subscription is not None:
            self._subscription.close()

    def receive(self, items: Sequence[bytes]) -> None:
        """Implement ``Subscriber``."""
        if self._sink is not None:
            self._sink.receive(items)

    async def drained(self) -> None:
        """Implement ``Subscriber``."""
        if self._sink is not None:
            await self._sink.drained()

    def expire(self) -> None:
        """Implement ``Subscriber``."""
        self._end(ChangesExpired())

    def _end(self, error: DomainError) -> None:
        sink = self._sink
        self.close()
        if sink is not None:
            try:
                sink.receive([self._payloads.encode_error(error)])
            finally:
                sink.complete()


async def open_stream(
    executor: Executor, prepared: PreparedOperation, principal: Principal | None
) -> PayloadStream | GraphQLResult:
    """Return the stream of a subscription, or the response if its arguments are invalid."""
    source = await executor.source_stream(prepared, principal)
    if isinstance(source, GraphQLResult):
        return source
    payloads = Payloads(executor, prepared, principal)
    return PayloadStream(payloads, source.watched, executor.services.subscriptions, payload_form(prepared))
