"""Find one object by its prefixed id."""

from typing import TypeAlias

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain import ids
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

NodeObject: TypeAlias = WaitingEvent | EventTrigger | ProcessInstance | ProcessModel | OpenTask

_PERMISSIONS = {
    ids.WAITING_EVENT: Permission.EVENTS_READ,
    ids.EVENT_TRIGGER: Permission.EVENTS_READ,
    ids.TASK: Permission.EVENTS_READ,
    ids.PROCESS_INSTANCE: Permission.PROCESSES_READ,
    ids.PROCESS_MODEL: Permission.PROCESSES_READ,
}


class FindNode:
    """Finds an object of any kind by its id."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, node_id: str) -> NodeObject | None:
        """Return the object, or None if it does not exist or the caller may not see it.

        The two cases return the same, so that a caller cannot find out which objects exist.
        """
        prefix = next((prefix for prefix in _PERMISSIONS if ids.is_id(node_id, prefix)), None)
        if principal is None or prefix is None or not principal.may(_PERMISSIONS[prefix]):
            return None
        match prefix:
            case ids.WAITING_EVENT:
                return (await self._read_store.waiting_events_by_id([node_id], principal)).get(node_id)
            case ids.TASK:
                return (await self._read_store.open_tasks_by_id([node_id], principal)).get(node_id)
            case ids.PROCESS_INSTANCE:
                return (await self._read_store.instances_by_id([node_id])).get(node_id)
            case ids.PROCESS_MODEL:
                return (await self._read_store.models_by_id([node_id])).get(node_id)
            case _:
                return await self._find_trigger(principal, node_id)

    async def _find_trigger(self, principal: Principal, node_id: str) -> EventTrigger | None:
        trigger = (await self._read_store.triggers_by_id([node_id])).get(node_id)
        return trigger if trigger is not None and principal.sees(trigger.lane) else None
