"""Pauses in long work of the event loop."""

import asyncio
from time import monotonic

# For so long, work may hold up other requests. A step of a process may take as long again.
LONGEST_SECONDS = 0.01


class Pauses:
    """Lets other tasks run while a task does a long piece of work in many parts.

    The work of an ordinary request has no pause: there is only a look at the clock.
    """

    def __init__(self) -> None:
        self._since = monotonic()

    async def pause_if_long(self) -> None:
        """Let other tasks run if the work has taken long since the last pause. Call it between two parts."""
        if monotonic() - self._since > LONGEST_SECONDS:
            await asyncio.sleep(0)
            self._since = monotonic()
