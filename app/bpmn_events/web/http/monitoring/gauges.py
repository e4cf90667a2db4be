"""The gauges of a server process, which other workers read."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import Tally
from bpmn_events.web.http.health import Liveness

# Prometheus reads the metrics every few seconds.
_PERIOD_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Gauges:
    """The current state of this process, in cells.

    Args:
        cells: The numbers of the process.
        liveness: Returns the liveness of the background loops.
        queue_length: Returns the number of commands that wait to be written.
        subscriptions: Returns the number of open subscriptions.
        streams: Returns the numbers of open streams by transport.
    """

    def __init__(
        self,
        cells: Cells,
        liveness: Liveness,
        queue_length: Callable[[], int],
        subscriptions: Callable[[], int] = int,
        streams: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self._is_shared = cells.is_shared
        self._liveness = liveness
        self._queue_length = queue_length
        self._count_subscriptions = subscriptions
        self._count_streams = streams
        self._loops: Tally[str] = Tally(cells, "loop_up")
        self._queue: Tally[tuple[str, ...]] = Tally(cells, "queued_commands")
        self._subscriptions: Tally[tuple[str, ...]] = Tally(cells, "subscriptions")
        self._streams: Tally[str] = Tally(cells, "streams")

    def refresh(self) -> None:
        """Write the current values."""
        for name, alive in self._liveness().items():
            self._loops.set(name, float(alive))
        self._queue.set((), self._queue_length())
        self._subscriptions.set((), self._count_subscriptions())
        for transport, number in self._count_streams().items():
            self._streams.set(transport, number)

    @asynccontextmanager
    async def kept_current(self) -> AsyncIterator[None]:
        """Write the values regularly, if other processes read them. A process refreshes its own when it reads them."""
        if not self._is_shared:
            yield
            return
        task = asyncio.create_task(self._refresh_regularly(), name="gauges")
        try:
            yield
        finally:
            task.cancel()

    async def _refresh_regularly(self) -> None:
        while True:
            try:
                self.refresh()
            except Exception:
                logger.exception("The gauges cannot be written")
            await asyncio.sleep(_PERIOD_SECONDS)
