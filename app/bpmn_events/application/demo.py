"""The demo data: deployed sample models, and a waiting process instance for each sample case."""

from collections.abc import Iterable

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import SYSTEM


class StartDemo:
    """Deploys the sample models and starts the sample cases."""

    def __init__(self, services: Services) -> None:
        self._deploy = services.deploy_model
        self._start = services.start_instance
        self._list_waiting_events = services.list_waiting_events

    async def __call__(self, bpmn_files: Iterable[str], cases: Iterable[StartInstance]) -> None:
        """Deploy the BPMN files, and start each case that has no waiting event in its correlation.

        Calling it again therefore starts no case twice while the first one still waits. A case without a correlation id
        is started every time.
        """
        for bpmn_xml in bpmn_files:
            await self._deploy(SYSTEM, DeployModel(bpmn_xml))
        for case in cases:
            if not case.correlation_id or not await self._has_waiting_events(case.correlation_id):
                await self._start(SYSTEM, case)

    async def _has_waiting_events(self, correlation_id: str) -> bool:
        filter = WaitingEventFilter(correlation_ids=(correlation_id,))
        return bool(await self._list_waiting_events.count(SYSTEM, filter))
