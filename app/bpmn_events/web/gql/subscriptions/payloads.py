"""Payloads: the response to each event of a source stream (GraphQL specification, section 6.2.3.2)."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from inspect import isawaitable
from typing import TypeAlias

from graphql import ExecutionResult

from bpmn_events.application.ports.response_budget import ResponseBudget, response_budget
from bpmn_events.domain.changes import LocatedChange
from bpmn_events.domain.errors import DomainError, EngineUnavailable
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.data.changes import AddedEvent, AddedTask, AddedTrigger, RemovedEvent, change_value
from bpmn_events.web.gql.execution.executor import Executor, PreparedOperation
from bpmn_events.web.gql.execution.results import execution_result
from bpmn_events.web.gql.schema.typed_errors import ErrorData

_Execution: TypeAlias = tuple[ExecutionResult | Awaitable[ExecutionResult], ResponseBudget]
# The fields for which something has to be read first.
_RELATED = frozenset({"trigger", "processModel", "payloadSchema", "processInstance", "correlation", "retry"})


class Payloads:
    """The encoder of the payloads of one subscription operation, for callers with the same lanes and permissions."""

    def __init__(self, executor: Executor, prepared: PreparedOperation, principal: Principal | None) -> None:
        self._executor = executor
        self._prepared = prepared
        self._principal = principal

    @property
    def request_size(self) -> int:
        """The number of bytes of the request, which is kept as long as the subscription is open."""
        return self._prepared.request.size

    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[bytes] | Awaitable[Sequence[bytes]]:
        """Return the payload for each change, or an awaitable of them."""
        values = [change_value(located) for located in changes]
        context = self._new_context()
        if _RELATED.isdisjoint(context.fields):
            return self._finish([self._execute(value, context) for value in values])
        return self._read_and_encode(values, context)

    def encode_error(self, error: DomainError) -> bytes:
        """Return the payload with a typed error. Nothing has to be read for it."""
        result, budget = self._execute(ErrorData(error), self._new_context())
        assert isinstance(result, ExecutionResult)
        return self._encode(result, budget)

    def _new_context(self) -> Context:
        return Context(self._executor.services, self._principal, self._prepared.document.fields)

    def _execute(self, value: object, shared: Context) -> _Execution:
        budget = ResponseBudget(self._executor.max_bytes, shared.fields)
        context = Context(shared.services, self._principal, shared.fields, budget=budget)
        context.loaders = shared.loaders
        with response_budget(budget):
            return self._executor.execute_on(self._prepared, context, value), budget

    async def _read_and_encode(self, values: Sequence[object], context: Context) -> Sequence[bytes]:
        """Read what the payloads need in few statements, and encode them."""
        with suppress(EngineUnavailable):  # the fields then read again, and report the error themselves
            await _prefetch(context, values)
        payloads = self._finish([self._execute(value, context) for value in values])
        return await payloads if isawaitable(payloads) else payloads

    def _finish(self, executions: Sequence[_Execution]) -> Sequence[bytes] | Awaitable[Sequence[bytes]]:
        if any(isawaitable(result) for result, _ in executions):
            return self._finish_later(executions)
        return [self._encode(result, budget) for result, budget in executions]  # type: ignore[arg-type]

    async def _finish_later(self, executions: Sequence[_Execution]) -> Sequence[bytes]:
        async def finish(result: ExecutionResult | Awaitable[ExecutionResult], budget: ResponseBudget) -> bytes:
            return self._encode(await result if isawaitable(result) else result, budget)

        return await asyncio.gather(*(finish(result, budget) for result, budget in executions))

    def _encode(self, result: ExecutionResult, budget: ResponseBudget) -> bytes:
        return execution_result(result, budget).encode(self._executor.max_bytes)


async def _prefetch(context: Context, values: Sequence[object]) -> None:
    loaders, fields = context.loaders, context.fields
    rows: list[WaitingEvent | EventTrigger | OpenTask] = []
    trigger_ids = []
    for value in values:
        match value:
            case AddedEvent(event=event):
                rows.append(event)
            case AddedTask(task=task):
                rows.append(task)
            case AddedTrigger(trigger_id=str(trigger_id)) | RemovedEvent(trigger_id=str(trigger_id)):
                trigger_ids.append(trigger_id)
    if trigger_ids and "trigger" in fields:
        await loaders.event_triggers.fetch(trigger_ids)
        rows += loaders.event_triggers.loaded(trigger_ids)
    await loaders.prefetch(rows, fields)
