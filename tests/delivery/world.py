"""The server without its web edge, over a clock that only the test moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.bootstrap import Runtime
from bpmn_events.domain.events import EventTrigger, EventType, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM, Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import BpmnError, OpenTask, TaskType
from tests.support.clock import Clock

ADA = Principal("ada", frozenset(Permission), frozenset({"*"}))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def somebody(*permissions: Permission, lanes: Sequence[str] = ("*",)) -> Principal:
    return Principal("bob", frozenset(permissions or Permission), frozenset(lanes))


@dataclass
class World:
    """A server process with short methods for commands, queries and background loops."""

    runtime: Runtime
    clock: Clock

    async def deploy(self, *texts: str) -> None:
        for text in texts:
            await self.runtime.services.deploy_model(SYSTEM, DeployModel(text))

    async def start(self, key: str, correlation: str | None = None, **payload: Any) -> ProcessInstance:
        request = StartInstance(key, correlation, payload=payload or None)
        return (await self.runtime.services.start_instance(ADA, request)).process_instance

    async def waits(self, key: str | None = None, correlation: str | None = None) -> list[WaitingEvent]:
        filter = WaitingEventFilter(
            process_model_keys=None if key is None else (key,),
            correlation_ids=None if correlation is None else (correlation,),
        )
        query = WaitingEventQuery(PageRequest(limit=None), filter)
        page = await self.runtime.services.list_waiting_events(ADA, query, check_filter=False)
        return list(page.items)

    async def waiting(self, key: str | None = None, correlation: str | None = None) -> list[str]:
        """Return the waiting events as MODEL/CORRELATION/ELEMENT, sorted."""
        return sorted(_address(event) for event in await self.waits(key, correlation))

    async def trigger(self, key: str, correlation: str, event: str, **payload: Any) -> TriggerOutcome:
        request = TriggerEvent(key, correlation, event, payload or None)
        return await self.runtime.services.trigger_event(ADA, request)

    async def send(
        self, event_type: EventType, name: str, by: Principal = ADA, payload: Any = None, **more: Any
    ) -> TriggerByNameOutcome:
        services = self.runtime.services
        if event_type is EventType.MESSAGE:
            return await services.trigger_message(by, TriggerMessage(name, payload=payload, **more))
        return await services.trigger_signal(by, TriggerSignal(name, payload=payload, **more))

    async def message(self, name: str, by: Principal = ADA, payload: Any = None, **more: Any) -> TriggerByNameOutcome:
        return await self.send(EventType.MESSAGE, name, by, payload, **more)

    async def signal(self, name: str, by: Principal = ADA, payload: Any = None, **more: Any) -> TriggerByNameOutcome:
        return await self.send(EventType.SIGNAL, name, by, payload, **more)

    async def finish(
        self,
        key: str,
        correlation: str,
        task: str,
        by: Principal = ADA,
        kinds: frozenset[TaskType] = PERSON_TASK_TYPES,
        result: Any = None,
        idempotency_key: str | None = None,
        error: BpmnError | None = None,
    ) -> FinishOutcome:
        services = self.runtime.services
        if error is not None:
            return await services.throw_error(by, ThrowError(key, correlation, task, error, result, idempotency_key))
        return await services.finish_task(by, FinishTask(key, correlation, task, kinds, result, idempotency_key))

    async def throw(self, key: str, correlation: str, task: str, code: str, **more: Any) -> FinishOutcome:
        """End an external task with a BPMN error."""
        error = BpmnError(code, more.pop("message", None))
        return await self.finish(key, correlation, task, kinds=EXTERNAL_TASK_TYPES, error=error, **more)

    async def terminate(self, instance: ProcessInstance) -> ProcessInstance:
        return await self.runtime.services.terminate_instance(ADA, TerminateInstance(instance.id))

    def reach_at_once(self, receivers: int) -> None:
        """Set the number of receivers of a signal that share one transaction."""
        self.runtime.host.dependencies.receivers_at_once = receivers

    async def tasks(self, by: Principal = ADA) -> list[OpenTask]:
        page = await self.runtime.services.list_open_tasks(by, TaskFilter(), PageRequest(limit=None))
        return list(page.items)

    async def deliver(self) -> None:
        """Deliver the outbox until no event is due."""
        while await self.runtime.outbox.deliver_due():
            pass

    async def thrown(self) -> list[str]:
        """Return the names of the messages and signals in the outbox, due or not."""
        later = self.clock.now + timedelta(days=365)
        return [event.name for event in await self.runtime.database.read_store.due_thrown_events(later, 1000)]

    async def fire(self) -> None:
        """Fire timers until none is due."""
        while await self.runtime.timers.fire_due():
            pass

    async def history(self) -> list[EventTrigger]:
        """Return the event triggers, oldest first."""
        page = await self.runtime.services.list_event_triggers(ADA, TriggerFilter(), PageRequest(limit=None))
        return list(reversed(page.items))

    async def triggered(self) -> list[str]:
        """Return the event triggers as MODEL/CORRELATION/ELEMENT, oldest first."""
        return [_address(trigger) for trigger in await self.history()]

    async def instances(self, correlation: str) -> list[ProcessInstance]:
        read_store = self.runtime.database.read_store
        pages = await read_store.instances_of_correlations([correlation], PageRequest(limit=None))
        return list(pages[correlation].items)


def _address(event: WaitingEvent | EventTrigger) -> str:
    return f"{event.process_model_key}/{event.correlation_id}/{event.element_id}"
