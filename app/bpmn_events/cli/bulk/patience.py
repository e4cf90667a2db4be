"""Triggers that are tried again while the database cannot be used."""

import asyncio
from collections.abc import Callable
from time import monotonic

from bpmn_events.application.bulk.triggers import Trigger
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.domain.errors import Conflict, DomainError, EngineUnavailable

_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.25, 5.0


class PatientTrigger:
    """Executes commands, and tries those again whose error says that they may succeed later.

    A command is tried again under its idempotency key, so it is executed once also if an outcome is unknown.

    Args:
        trigger: Executes a command once.
        seconds: The time for which a command is tried again.
        stop: Ends all attempts when it is set. Set after this time in an outage, or without any outcome.
        on_outage: Called with the error when an outage begins.
    """

    def __init__(
        self, trigger: Trigger, seconds: float, stop: asyncio.Event, on_outage: Callable[[EngineUnavailable], None]
    ) -> None:
        self._trigger = trigger
        self._seconds = seconds
        self._stop = stop
        self._on_outage = on_outage
        self._is_outage = False
        self._answered_at = monotonic()

    async def __call__(self, command: TriggerEvent) -> TriggerOutcome:
        """Execute the command and return its outcome.

        Raises:
            EngineUnavailable: The last attempt has failed.
            DomainError: The command was refused.
        """
        begun, pause = monotonic(), _MIN_PAUSE_SECONDS
        while True:
            try:
                outcome = await self._trigger(command)
            except DomainError as error:
                self._note(error)
                if not _may_succeed_later(error):
                    raise
                if monotonic() >= begun + self._seconds:
                    if self._is_outage or self._answered_at < begun:
                        self._stop.set()
                    raise
                if self._stop.is_set():
                    raise
            else:
                self._note(None)
                return outcome
            await self._wait(pause)
            pause = min(2 * pause, _MAX_PAUSE_SECONDS)

    def _note(self, error: DomainError | None) -> None:
        """Note the beginning of an outage, or that the database has answered."""
        if not isinstance(error, EngineUnavailable):
            self._is_outage = False
            self._answered_at = monotonic()
        elif error.is_outage and not self._is_outage:
            self._is_outage = True
            self._on_outage(error)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return


def _may_succeed_later(error: DomainError) -> bool:
    return isinstance(error, EngineUnavailable) or (isinstance(error, Conflict) and error.retryable)
