"""The read store, put together."""

from bpmn_events.adapters.storage.history import HistoryReads
from bpmn_events.adapters.storage.outbox.reads import ThrownReads
from bpmn_events.adapters.storage.processes import ProcessReads
from bpmn_events.adapters.storage.schema.migrate import is_current
from bpmn_events.adapters.storage.schema.revisions import MigrationsPending
from bpmn_events.adapters.storage.tasks.reads import TaskReads
from bpmn_events.adapters.storage.waiting_events.reads import EventReads
from bpmn_events.adapters.storage.waiting_events.statistics import StatisticsReads


class SqlReadStore(EventReads, HistoryReads, ProcessReads, StatisticsReads, TaskReads, ThrownReads):
    """The read store over either database."""

    async def ping(self) -> None:
        if not await is_current(self._readers):
            raise MigrationsPending
