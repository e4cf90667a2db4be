"""List the start events of process models."""

from collections.abc import Collection, Iterable

from bpmn_events.application.ports.process_host import ProcessHost
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.events import StartElement
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.start_timers import StartEvent, StartTimer


class ListStartEvents:
    """Lists the start events of process models in the caller's lanes.

    The process host reads them from the BPMN files, so those of versions that were deployed long ago are complete, too.
    """

    def __init__(self, read_store: ReadStore, host: ProcessHost) -> None:
        self._read_store = read_store
        self._host = host

    async def __call__(
        self, principal: Principal | None, model_ids: Collection[str]
    ) -> dict[str, tuple[StartEvent, ...]]:
        """Return the start events of each model version that exists, in the order of its BPMN file.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``processes:read``.
        """
        viewer = require(principal, Permission.PROCESSES_READ)
        elements = await self._host.start_elements(model_ids)
        timers = await self._read_store.start_timers_of_models(model_ids)
        return {
            model_id: tuple(_start_events(starts.values(), timers[model_id], viewer))
            for model_id, starts in elements.items()
        }


def _start_events(
    elements: Iterable[StartElement], timers: Iterable[StartTimer], viewer: Principal
) -> Iterable[StartEvent]:
    due = {timer.element_id: timer.due_at for timer in timers}
    return (StartEvent(element, due.get(element.element_id)) for element in elements if viewer.sees(element.lane))
