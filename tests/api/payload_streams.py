"""Subscriptions in the process of the test, below all transports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.executor import Executor
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DEFAULT_OPTIONS
from bpmn_events.web.gql.execution.request import GraphQLRequest
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.subscriptions.stream import PayloadStream, open_stream


@dataclass
class PayloadSink:
    """Keeps all payloads."""

    payloads: list[dict[str, Any]] = field(default_factory=list)
    is_complete: bool = False

    def receive(self, items: Sequence[bytes]) -> None:
        self.payloads += map(msgspec.json.decode, items)

    async def drained(self) -> None:
        pass

    def complete(self) -> None:
        self.is_complete = True

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The values of the only root field."""
        assert not any("errors" in payload for payload in self.payloads), self.payloads
        return [change for payload in self.payloads for change in payload["data"].values()]


class PayloadStreams:
    """Executes operations of any caller. All subscriptions share their payloads as those of a server do."""

    def __init__(self, services: Services, limits: GraphQLLimits, compile_at_execution: int | None = 2) -> None:
        schema = build_schema()
        self._executor = Executor(schema, services, limits, compile_at_execution, TrustedDocuments(), DEFAULT_OPTIONS)

    async def open(self, principal: Principal | None, query: str, **variables: Any) -> PayloadStream:
        """Return the stream of a subscription, which the caller starts and closes."""
        prepared = await self._executor.prepare(GraphQLRequest(query, None, variables), principal)
        assert not isinstance(prepared, GraphQLResult), prepared.body
        stream = await open_stream(self._executor, prepared, principal)
        assert isinstance(stream, PayloadStream), stream.body
        return stream

    async def start(self, principal: Principal | None, query: str, **variables: Any) -> "Received":
        """Return a started stream with what it has received."""
        stream = await self.open(principal, query, **variables)
        sink = PayloadSink()
        await stream.start(sink)
        return Received(stream, sink)

    async def query(self, principal: Principal | None, query: str, **variables: Any) -> Any:
        """Return the data of a query or mutation."""
        prepared = await self._executor.prepare(GraphQLRequest(query, None, variables), principal)
        assert not isinstance(prepared, GraphQLResult), prepared.body
        body = (await self._executor.execute(prepared, principal)).body
        assert "errors" not in body, body
        return body["data"]


@dataclass(frozen=True)
class Received:
    """A started stream. ``sink`` has its payloads so far."""

    stream: PayloadStream
    sink: PayloadSink

    @property
    def changes(self) -> list[dict[str, Any]]:
        return self.sink.changes
