"""Triggers that are tried again while the database cannot be used."""

import asyncio
from collections.abc import Callable
from time import monotonic

from bpmn_events.application.bulk.triggers import Trigger
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.domain.errors import EngineUnavailable

_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.25, 5.0


class PatientTrigger:
    """Executes commands, and tries those again whose error says that they may succeed later.

    A command is tried again under its idempotency key, so it is executed once also if an outcome is unknown.

    Args:
        trigger: Executes a command once.
        seconds: The time for which a command is tried again.
        stop: Ends all attempts when it is set. Set when the database could not be used for this time: others would not
            succeed either.
        on_pause: Called with the error when an outage begins.
    """

    def __init__(
        self, trigger: Trigger, seconds: float, stop: asyncio.Event, on_pause: Callable[[EngineUnavailable], None]
    ) -> None:
        self._trigger = trigger
        self._seconds = seconds
        self._stop = stop
        self._on_pause = on_pause
        self._is_outage = False

    async def __call__(self, command: TriggerEvent) -> TriggerOutcome:
        """Execute the command and return its outcome.

        Raises:
            EngineUnavailable: The last attempt has failed.
            DomainError: The command was refused.
        """
        deadline, pause = monotonic() + self._seconds, _MIN_PAUSE_SECONDS
        while True:
            try:
                outcome = await self._trigger(command)
            except EngineUnavailable as error:
                is_late = monotonic() >= deadline
                if error.is_outage:
                    self._begin_outage(error, is_late)
                if is_late or self._stop.is_set():
                    raise
            else:
                self._is_outage = False
                return outcome
            await self._wait(pause)
            pause = min(2 * pause, _MAX_PAUSE_SECONDS)

    def _begin_outage(self, error: EngineUnavailable, is_late: bool) -> None:
        if is_late:
            self._stop.set()
        if not self._is_outage:
            self._is_outage = True
            self._on_pause(error)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
