"""An engine in virtual time, and bodies whose lines it executes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from bpmn_events.application.bulk.retries import Retries
from bpmn_events.application.bulk.triggers import BulkRequest, BulkResult, BulkTriggers
from bpmn_events.application.bulk.window import Window
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.domain.errors import DomainError, EngineUnavailable
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from tests.support.virtual_time import START, elapsed

_INSTANCE = ProcessInstance(
    id="pi_1",
    root_id="pi_1",
    parent_id=None,
    process_model_id="pm_1",
    process_model_key="case",
    correlation_id="c",
    state=ProcessInstanceState.RUNNING,
    started_at=START,
    started_by="ada",
    ended_at=None,
    end_reason=None,
    variables={},
)
OUTCOME = TriggerOutcome(None, _INSTANCE, ())
SECONDS = 30.0


def line(event: str, correlation: str | None = None, key: str | None = None) -> TriggerEvent:
    """Return a command in a correlation of its own, or in this one."""
    return TriggerEvent("case", correlation or f"of {event}", event, idempotency_key=key)


class Engine:
    """Executes commands, each in one second or in the time of its event.

    Attributes:
        errors: The errors of the next executions of an event.
        outage: The time in which every execution fails, in as many seconds as ``seconds`` has for its event; at once by
            default.
        executions: The time and event of each execution, at its beginning.
        most: The largest number of executions at the same time.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.errors: dict[str, list[Exception]] = defaultdict(list)
        self.outage = range(0)
        self.executions: list[tuple[float, str]] = []
        self.most = self._running = 0

    async def trigger(self, command: TriggerEvent) -> TriggerOutcome:
        """Execute a command."""
        event = command.event_id
        self.executions.append((elapsed(), event))
        self._running += 1
        self.most = max(self.most, self._running)
        try:
            if int(elapsed()) in self.outage:
                await asyncio.sleep(self.seconds.get(event, 0))
                raise EngineUnavailable
            await asyncio.sleep(self.seconds.get(event, 1))
            if self.errors[event]:
                raise self.errors[event].pop(0)
            return OUTCOME
        finally:
            self._running -= 1

    def times(self, event: str) -> list[float]:
        """Return when an event was executed."""
        return [time for time, name in self.executions if name == event]

    def body(
        self,
        slots: asyncio.Semaphore | None = None,
        *,
        lines: int = 100,
        stop: asyncio.Event | None = None,
        on_outage: Callable[[EngineUnavailable], None] | None = None,
    ) -> BulkTriggers:
        """Return a body whose lines are executed."""
        retries = Retries(SECONDS, stop or asyncio.Event(), on_outage)
        return BulkTriggers(self.trigger, Window(lines, 1_000_000), slots or asyncio.Semaphore(100), retries)


async def requests(commands: Iterable[TriggerEvent | DomainError]) -> AsyncIterator[BulkRequest]:
    """Yield the lines of a body."""
    for number, command in enumerate(commands, 1):
        yield BulkRequest(number, command, 10)


async def send(body: BulkTriggers, *commands: TriggerEvent | DomainError) -> Sequence[BulkResult]:
    """Return the results of all lines of a body."""
    return [result async for results in body.results(requests(commands)) for result in results]


def outcomes(results: Iterable[BulkResult]) -> list[TriggerOutcome | Exception]:
    """Return the outcomes of the lines."""
    return [result.outcome for result in results]
