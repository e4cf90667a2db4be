"""The read store of SQLite and PostgreSQL."""

from bpmn_events.adapters.storage.history import HistoryQueries
from bpmn_events.adapters.storage.outbox.queries import OutboxQueries
from bpmn_events.adapters.storage.processes import ProcessQueries
from bpmn_events.adapters.storage.pruning.queries import PruningCounts
from bpmn_events.adapters.storage.retries.queries import RetryQueries
from bpmn_events.adapters.storage.schema.migrate import is_current
from bpmn_events.adapters.storage.schema.revisions import MigrationsPending
from bpmn_events.adapters.storage.start_timers.queries import StartTimerQueries
from bpmn_events.adapters.storage.tasks.queries import OpenTaskQueries
from bpmn_events.adapters.storage.waiting_events.queries import WaitingEventQueries
from bpmn_events.adapters.storage.waiting_events.statistics import StatisticsQueries


class SqlReadStore(
    WaitingEventQueries,
    HistoryQueries,
    ProcessQueries,
    StatisticsQueries,
    OpenTaskQueries,
    OutboxQueries,
    RetryQueries,
    StartTimerQueries,
    PruningCounts,
):
    """The read store of either database, which joins the queries of all modules."""

    async def ping(self) -> None:
        if not await is_current(self._connections):
            raise MigrationsPending
