"""Have something real waiting: sample models deployed, and at least one instance of each sample case that waits."""

from collections.abc import Iterable

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import SYSTEM


class StartDemo:
    def __init__(self, services: Services) -> None:
        self._deploy = services.deploy_model
        self._start = services.start_instance
        self._waiting = services.list_waiting_events

    async def __call__(self, bpmn_texts: Iterable[str], cases: Iterable[StartInstance]) -> None:
        """Deploy the texts; start each case anew in whose correlation nothing waits, so that it can be called again."""
        for text in bpmn_texts:
            await self._deploy(SYSTEM, DeployModel(text))
        for case in cases:
            if not case.correlation_id or not await self._waits_in(case.correlation_id):
                await self._start(SYSTEM, case)

    async def _waits_in(self, correlation_id: str) -> bool:
        return bool(await self._waiting.count(SYSTEM, WaitingEventFilter(correlation_ids=(correlation_id,))))
