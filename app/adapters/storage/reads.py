"""The read store, put together."""

from app.adapters.storage.migrate import is_current
from app.adapters.storage.read_events import EventReads
from app.adapters.storage.read_history import HistoryReads
from app.adapters.storage.read_processes import ProcessReads
from app.adapters.storage.read_statistics import StatisticsReads
from app.adapters.storage.read_tasks import TaskReads
from app.adapters.storage.read_thrown import ThrownReads
from app.adapters.storage.revisions import MigrationsPending


class SqlReadStore(EventReads, HistoryReads, ProcessReads, StatisticsReads, TaskReads, ThrownReads):
    """The read store over either database."""

    async def ping(self) -> None:
        if not await is_current(self._readers):
            raise MigrationsPending
