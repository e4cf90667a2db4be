"""An operation over a WebSocket."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from uuid import uuid4

from starlette.types import Scope

from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import DomainError, TooManyRequests
from bpmn_events.domain.principal import Principal
from bpmn_events.web.error_codes import INTERNAL_ERROR
from bpmn_events.web.gql.authentication import RateLimited
from bpmn_events.web.gql.execution.errors import shorten
from bpmn_events.web.gql.execution.executor import Executor, PreparedOperation
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.subscriptions.stream import PayloadStream, open_stream
from bpmn_events.web.gql.websocket.messages import NEXT_END, complete_message, error_message, next_start
from bpmn_events.web.http.fair_use import count_request
from bpmn_events.web.http.observation.record import CLIENT_GONE, record_code, record_error
from bpmn_events.web.http.observation.sockets import OperationObservation

logger = logging.getLogger(__name__)


class MessageSender(Protocol):
    """Sends messages to the client."""

    def send(self, message: bytes) -> None:
        """Send the message soon, without waiting."""
        ...

    def send_all(self, items: Sequence[bytes], before: bytes = b"", after: bytes = b"") -> None:
        """Send a message for each item, which is between the two pieces."""
        ...

    async def make_room(self, size: int) -> None:
        """Wait until a message of this size can be sent, because little waits for the client."""
        ...

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        ...


class SocketOperation:
    """A query or mutation that runs, or a subscription from its beginning to its end. It is the sink of a stream.

    Args:
        operation_id: Its id, which all its messages have.
        sender: Sends its messages.
        executor: Executes it.
        observation: Its observation, which ends with it.
        on_end: Called with the id as soon as the id can be used again.
    """

    def __init__(
        self,
        operation_id: str,
        sender: MessageSender,
        executor: Executor,
        observation: OperationObservation,
        on_end: Callable[[str], object],
    ) -> None:
        self._id = operation_id
        self._sender = sender
        self._executor = executor
        self._observation = observation
        self._on_end = on_end
        self._next_start = next_start(operation_id)
        self._stream: PayloadStream | None = None
        self._is_over = False
        # False as soon as it is known to be a query or mutation.
        self.may_be_subscription = True

    @property
    def cursor(self) -> ChangesCursor | None:
        """The cursor after which a subscription can continue; None while it sends old changes, or has not begun."""
        return None if self._stream is None else self._stream.cursor

    async def run(self, request: GraphQLRequest, scope: Scope, principal: Principal | None) -> None:
        """Execute a query or mutation, or start a subscription, whose changes are sent later as they happen."""
        with self._observation.current():
            try:
                count_request(scope, principal)
                prepared = await self._executor.prepare(request, principal)
                if isinstance(prepared, GraphQLResult):
                    self._fail(prepared.body["errors"], 400)
                elif prepared.is_subscription:
                    await self._subscribe(prepared, principal)
                else:
                    self.may_be_subscription = False
                    await self._execute(prepared, principal)
            except TooManyRequests as error:
                self.refuse(RateLimited(error))
            except BadRequest as error:
                self.refuse(error)
            except DomainError as error:
                record_error(error)
                self._fail([_entry(error.message, error.code.value)], 503)
            except Exception as error:
                identifier = uuid4().hex
                logger.error("Unexpected error %s", identifier, exc_info=error)
                record_code(INTERNAL_ERROR)
                self._fail([_entry("Unexpected error", INTERNAL_ERROR, id=identifier)], 500)

    def refuse(self, error: BadRequest) -> None:
        """Send an error in place of a result."""
        with self._observation.current():
            record_code(error.code)
            self._fail([_entry(error.message, error.code, **error.extensions)], error.status)

    def close(self) -> None:
        """Send nothing more. A mutation that runs is finished all the same."""
        self._end(CLIENT_GONE if self._stream is None else 200)

    def receive(self, items: Sequence[bytes]) -> None:
        """Send payloads of a subscription."""
        self._sender.send_all(items, self._next_start, NEXT_END)

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        await self._sender.drained()

    def complete(self) -> None:
        """Tell the client that the operation has ended."""
        if not self._is_over:
            self._sender.send(complete_message(self._id))
            self._end(200)

    async def _execute(self, prepared: PreparedOperation, principal: Principal | None) -> None:
        result = await self._executor.execute(prepared, principal)
        if not result.executed:
            self._fail(result.body["errors"], 400)
            return
        message = self._next_start + result.encode(self._executor.max_bytes) + NEXT_END
        await self._sender.make_room(len(message))
        if not self._is_over:
            self._sender.send(message)
            self.complete()

    async def _subscribe(self, prepared: PreparedOperation, principal: Principal | None) -> None:
        stream = await open_stream(self._executor, prepared, principal)
        if isinstance(stream, GraphQLResult):
            self._fail(stream.body["errors"], 400)
        elif not self._is_over:
            self._stream = stream
            await stream.start(self)

    def _fail(self, errors: Sequence[Any], status: int) -> None:
        if not self._is_over:
            self._sender.send(error_message(self._id, errors))
            self._end(status)

    def _end(self, status: int) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._stream is not None:
            self._stream.close()
        self._observation.end(status)
        self._on_end(self._id)


def _entry(message: str, code: str, **extensions: Any) -> dict[str, Any]:
    return {"message": shorten(message), "extensions": {"code": code, **extensions}}
