"""Background loops: started, watched, restarted with growing pauses, and shown in readiness."""

import asyncio
import logging
from asyncio import sleep
from collections.abc import Awaitable, Callable

FIRST_PAUSE_SECONDS = 0.5
LAST_PAUSE_SECONDS = 30.0

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps loops running. One that fails is logged, counts as not alive during its pause, and is started again."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._alive: dict[str, bool] = {}

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run ``loop`` until ``stop``; it is meant never to return."""
        self._alive[name] = True
        self._tasks.append(asyncio.create_task(self._keep_running(name, loop), name=name))

    def liveness(self) -> dict[str, bool]:
        """The name of each loop, and whether it runs now."""
        return dict(self._alive)

    async def stop(self) -> None:
        """Cancel every loop and wait for its end."""
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
            except Exception:
                logger.exception("The loop %r failed; it is started again in %.1f s", name, pause)
            # A loop that ran well for a while has earned a short pause again.
            if asyncio.get_running_loop().time() - started > LAST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._alive[name] = False
            await sleep(pause)
            pause = min(pause * 2, LAST_PAUSE_SECONDS)
            self._alive[name] = True
