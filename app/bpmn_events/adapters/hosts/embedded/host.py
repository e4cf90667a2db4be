"""Process host of this server: its own engine over its own tables, with one transaction per batch of commands."""

from collections.abc import Awaitable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from bpmn_events.adapters.hosts.embedded.delivery.outbox_delivery import EmbeddedOutboxDelivery
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import DEFAULT_MAX_INSTANCE_BYTES
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog, ModelSource
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import Handler, batch_handler
from bpmn_events.adapters.hosts.embedded.handlers.deploy_model import (
    DeployCompiled,
    compile_model,
    deploy_model,
    find_model_locks,
    load_bpmn_xml,
)
from bpmn_events.adapters.hosts.embedded.handlers.end_task import finish_task, throw_error
from bpmn_events.adapters.hosts.embedded.handlers.fire_start_timer import (
    find_start_timer_locks,
    fire_start_timer,
)
from bpmn_events.adapters.hosts.embedded.handlers.start_instance import start_instance
from bpmn_events.adapters.hosts.embedded.handlers.terminate_instance import find_instance_locks, terminate_instance
from bpmn_events.adapters.hosts.embedded.handlers.trigger_by_name import (
    find_receiver_locks,
    trigger_message,
    trigger_signal,
)
from bpmn_events.adapters.hosts.embedded.handlers.trigger_event import trigger_event
from bpmn_events.application.commands.command import Command, Submission
from bpmn_events.application.commands.deploy_model import Deployment, DeployModel
from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.threads import WorkThread
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.events import EventType, StartElement
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import TaskElement

R = TypeVar("R")

# How many receivers of a signal share one transaction.
RECEIVERS_AT_ONCE = 200

HANDLERS: Mapping[type[Command[Any]], Handler] = {
    DeployCompiled: Handler(deploy_model, load_bpmn_xml, find_model_locks),
    FinishTask: Handler(finish_task),
    FireStartTimer: Handler(fire_start_timer, find_locks=find_start_timer_locks),
    StartInstance: Handler(start_instance),
    TerminateInstance: Handler(terminate_instance, find_locks=find_instance_locks),
    ThrowError: Handler(throw_error),
    TriggerEvent: Handler(trigger_event),
    TriggerMessage: Handler(trigger_message, find_locks=partial(find_receiver_locks, EventType.MESSAGE)),
    TriggerSignal: Handler(trigger_signal, find_locks=partial(find_receiver_locks, EventType.SIGNAL)),
}


class EmbeddedHost:
    """Implements ``ports.process_host.ProcessHost``.

    ``outbox_delivery`` delivers the messages and signals that its processes throw.
    """

    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        models: ModelSource,
        schemas: PayloadSchemas,
        clock: Clock,
        *,
        receivers_at_once: int = RECEIVERS_AT_ONCE,
        max_instance_bytes: int = DEFAULT_MAX_INSTANCE_BYTES,
    ) -> None:
        self._writer = writer
        self.dependencies = HostDependencies(
            engine, ModelCatalog(engine, models), schemas, clock, receivers_at_once, max_instance_bytes
        )
        self._batch_handlers: Mapping[type[Command[Any]], BatchHandler[Any, Any]] = {
            kind: batch_handler(handler, self.dependencies) for kind, handler in HANDLERS.items()
        }
        self._deployments = WorkThread("deployments")
        self.outbox_delivery = EmbeddedOutboxDelivery(writer, self.dependencies)

    async def deploy(self, submission: Submission[DeployModel]) -> Deployment:
        command = await self._deployments.run(partial(compile_model, submission.command, self.dependencies))
        return await self._submit(replace(submission, command=command))

    async def start(self, submission: Submission[StartInstance]) -> StartOutcome:
        return await self._submit(submission)

    async def fire_start_timer(self, submission: Submission[FireStartTimer]) -> StartOutcome:
        return await self._submit(submission)

    async def trigger(self, submission: Submission[TriggerEvent]) -> TriggerOutcome:
        return await self._submit(submission)

    async def finish_task(self, submission: Submission[FinishTask]) -> FinishOutcome:
        return await self._submit(submission)

    async def throw_error(self, submission: Submission[ThrowError]) -> FinishOutcome:
        return await self._submit(submission)

    async def task_elements(self, model_id: str) -> Mapping[str, TaskElement]:
        return (await self.dependencies.catalog.fetch(model_id)).task_elements

    async def start_elements(self, model_ids: Collection[str]) -> Mapping[str, Mapping[str, StartElement]]:
        models = await self.dependencies.catalog.fetch_all(model_ids)
        return {model_id: model.start_elements for model_id, model in models.items()}

    async def terminate(self, submission: Submission[TerminateInstance]) -> ProcessInstance:
        return await self._submit(submission)

    async def trigger_message(self, submission: Submission[TriggerMessage]) -> TriggerByNameOutcome:
        return await self._submit(submission)

    async def trigger_signal(self, submission: Submission[TriggerSignal]) -> TriggerByNameOutcome:
        return await self._submit(submission)

    def _submit(self, submission: Submission[Command[R]]) -> Awaitable[R]:
        """Return an awaitable for the outcome. Every trigger passes here, so this is no coroutine of its own."""
        command = submission.command
        return self._writer.submit(self._batch_handlers[type(command)], submission, exclusive=command.exclusive)
