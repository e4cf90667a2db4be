"""Stage for a process host under test: commands go through the port, and effects are read from the tables."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bpmn_events.application.commands.command import Submission, check_command
from bpmn_events.application.commands.deploy_model import Deployment, DeployModel
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.process_host import ProcessHost
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import OpenTask
from tests.conformance.drawing import draw
from tests.support.clock import Clock

ADA = Principal("ada", frozenset(Permission), frozenset({"*"}))
ALL = PageRequest(limit=None)
START = datetime(2026, 1, 1, tzinfo=UTC)


def in_lane(drawing: str, *elements: str, lane: str = "Finance") -> str:
    """Return the BPMN file of a drawing, with these elements in a lane."""
    nodes = "".join(f"<flowNodeRef>{element}</flowNodeRef>" for element in elements)
    process = '<process id="p" isExecutable="true">'
    return draw(drawing).replace(
        process, f'{process}<laneSet id="ls"><lane id="l" name="{lane}">{nodes}</lane></laneSet>'
    )


def with_schema(text: str) -> str:
    """Return the option of an element that declares its payload schema."""
    return f"ext='<events:payloadSchema>{text}</events:payloadSchema>'"


@dataclass
class Stage:
    """A process host with its tables and clock. ``case`` is the correlation id of every command."""

    host: ProcessHost
    read_store: ReadStore
    clock: Clock
    case: str = "c-1"

    def submitted(self, command: Any, principal: Principal = ADA) -> Submission[Any]:
        return check_command(principal, command, PayloadLimits())

    async def deploy(self, drawing: str, key: str = "p") -> Deployment:
        return await self.deploy_xml(draw(drawing, key))

    async def deploy_xml(self, bpmn_xml: str) -> Deployment:
        return await self.host.deploy(self.submitted(DeployModel(bpmn_xml)))

    async def start(self, key: str = "p", **fields: Any) -> StartOutcome:
        return await self.host.start(self.submitted(StartInstance(key, self.case, **fields)))

    async def trigger(
        self, event_id: str, payload: Any = None, *, by: Principal = ADA, **fields: Any
    ) -> TriggerOutcome:
        command = TriggerEvent("p", self.case, event_id, payload, **fields)
        return await self.host.trigger(self.submitted(command, by))

    async def waits(self) -> list[WaitingEvent]:
        return list((await self.read_store.waiting_events(WaitingEventQuery(ALL), ADA)).items)

    async def tasks(self) -> list[OpenTask]:
        return list((await self.read_store.open_tasks(TaskFilter(), ALL, ADA)).items)

    async def triggers(self) -> list[EventTrigger]:
        """Return the event triggers, oldest first."""
        return list(reversed((await self.read_store.triggers(TriggerFilter(), ALL, ADA)).items))

    async def instances(self) -> list[ProcessInstance]:
        return list((await self.read_store.instances_of_correlations([self.case], ALL))[self.case].items)

    async def thrown(self) -> list[Any]:
        return list(await self.read_store.due_thrown_events(datetime(2100, 1, 1, tzinfo=UTC), 1000))

    async def stops(self) -> str:
        """Return the element ids of waiting events and, in brackets, of open tasks, sorted and separated by spaces."""
        names = [each.element_id for each in await self.waits()]
        return " ".join(sorted([*names, *(f"[{each.element_id}]" for each in await self.tasks())], key=str.casefold))
