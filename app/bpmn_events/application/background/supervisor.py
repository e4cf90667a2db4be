"""Supervision of the background loops: restart after failures, and liveness for the readiness check."""

import asyncio
import logging
from asyncio import sleep
from collections.abc import Awaitable, Callable

from bpmn_events.domain.errors import EngineUnavailable

FIRST_PAUSE_SECONDS = 0.5
LAST_PAUSE_SECONDS = 30.0

Loop = Callable[[], Awaitable[None]]

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps background loops running.

    A loop that fails, ends or is cancelled is logged and started again after a pause, during which it is not alive.
    Pauses double up to ``LAST_PAUSE_SECONDS``. Only ``stop`` ends a loop for good. A loop that ends because the
    database cannot be used starts again after a constant pause, so that it goes on as soon as the database is back; the
    storage logs the outage.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._alive: dict[str, bool] = {}

    def start(self, name: str, loop: Loop) -> None:
        """Run ``loop``, which should never return, until ``stop``."""
        self._alive[name] = True
        self._tasks[name] = asyncio.create_task(self._keep_running(name, loop), name=f"supervisor of {name}")

    def liveness(self) -> dict[str, bool]:
        """Return the liveness of each loop by its name: True if it runs now, and is started again when it ends."""
        return {name: self._alive[name] and not task.done() for name, task in self._tasks.items()}

    async def stop(self) -> None:
        """Cancel every loop, and wait until all have ended."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _keep_running(self, name: str, loop: Loop) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            started = asyncio.get_running_loop().time()
            ended = await _run_to_end(name, loop)
            try:
                ended.result()
                logger.error("The loop %r ended; it is started again", name)
            except EngineUnavailable as error:
                await self._pause(name, FIRST_PAUSE_SECONDS, is_alive=not error.is_outage)
                continue
            except asyncio.CancelledError:
                logger.error("The loop %r was cancelled; it is started again in %.1f s", name, pause)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException:
                logger.exception("The loop %r failed; it is started again in %.1f s", name, pause)
            # A loop that ran well for a while starts again after the short pause.
            if asyncio.get_running_loop().time() - started > LAST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await self._pause(name, pause)
            pause = min(pause * 2, LAST_PAUSE_SECONDS)

    async def _pause(self, name: str, seconds: float, *, is_alive: bool = False) -> None:
        self._alive[name] = is_alive
        await sleep(seconds)
        self._alive[name] = True


async def _run_to_end(name: str, loop: Loop) -> asyncio.Task[None]:
    """Run the loop, and return its task once that has ended in any way.

    The loop has a task of its own, so that a cancellation inside of it is no cancellation of its supervisor. ``stop``
    cancels the supervisor, which then cancels the loop and waits for its end.

    Raises:
        CancelledError: The supervisor was cancelled. The loop has ended.
    """
    task = asyncio.create_task(_run(loop), name=name)
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("The loop %r failed while it was stopped", name, exc_info=error)
        raise
    return task


async def _run(loop: Loop) -> None:
    await loop()
