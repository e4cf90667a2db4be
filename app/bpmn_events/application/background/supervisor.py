"""Supervision of the background loops: restart after failures, and liveness for the readiness check."""

import asyncio
import logging
from asyncio import sleep
from collections.abc import Awaitable, Callable

from bpmn_events.domain.errors import EngineUnavailable

FIRST_PAUSE_SECONDS = 0.5
LAST_PAUSE_SECONDS = 30.0

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps background loops running.

    A loop that fails or ends is logged and started again after a pause, during which it is not alive. Pauses double up
    to ``LAST_PAUSE_SECONDS``. A loop that ends because the database cannot be used starts again after a constant pause,
    so that it goes on as soon as the database is back; the storage logs the outage.
    """

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._alive: dict[str, bool] = {}

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run ``loop``, which should never return, until ``stop``."""
        self._alive[name] = True
        self._tasks.append(asyncio.create_task(self._keep_running(name, loop), name=name))

    def liveness(self) -> dict[str, bool]:
        """Return the liveness of each loop by its name: True if it runs now."""
        return dict(self._alive)

    async def stop(self) -> None:
        """Cancel every loop, and wait until all have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_running(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await loop()
                logger.error("The loop %r ended; it is started again", name)
            except EngineUnavailable:
                await self._pause(name, FIRST_PAUSE_SECONDS)
                continue
            except Exception:
                logger.exception("The loop %r failed; it is started again in %.1f s", name, pause)
            # A loop that ran well for a while starts again after the short pause.
            if asyncio.get_running_loop().time() - started > LAST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await self._pause(name, pause)
            pause = min(pause * 2, LAST_PAUSE_SECONDS)

    async def _pause(self, name: str, seconds: float) -> None:
        self._alive[name] = False
        await sleep(seconds)
        self._alive[name] = True
