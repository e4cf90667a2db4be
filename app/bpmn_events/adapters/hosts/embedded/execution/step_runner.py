"""Runs the steps of executions: short ones in the event loop, long ones in a thread, where they stop nobody."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from time import thread_time
from typing import TypeVar

from bpmn_events.adapters.hosts.embedded.engine_port import FULL_LIMIT, StepLimit, StepTooLong
from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.application.ports.threads import WorkThread

T = TypeVar("T")

# The limit in the event loop, which a step holds up. It is not final.
LOOP_LIMIT = StepLimit(seconds=0.02, seconds_per_path=0.0, kept_bytes=1_048_576, is_final=False)
# The limit in the thread while other commands of the transaction wait.
_SHARED_LIMIT = replace(FULL_LIMIT, seconds=0.05, seconds_per_path=0.0, is_final=False)
# A step runs again after each model that it turns out to need. All attempts together may take this many times the
# limit of one.
_MAX_ATTEMPTS_AT_LIMIT = 3
_CAPACITY = 512

# Takes a step within the limit, and raises ``StepTooLong`` if it exceeds one that is not final.
Work = Callable[[StepLimit], T]


class StepRunner:
    """Runs the steps of one host, one at a time.

    It remembers the models whose last step took long: their next step is not tried in the event loop.
    """

    def __init__(self) -> None:
        self._thread = WorkThread("steps")
        self._long_models: OrderedDict[str, None] = OrderedDict()

    async def run(
        self, model_id: str, work: Work[T], *, is_heavy: bool = False, may_take_long: bool = True, spent: float = 0.0
    ) -> T:
        """Return the result of the work for an instance of the model.

        Args:
            model_id: The model of the execution's root instance.
            work: The work. It may run twice, and must change nothing.
            is_heavy: True if the step takes too long for the event loop, although perhaps not for other commands.
            may_take_long: False if the step must not delay other commands.
            spent: The CPU seconds of earlier attempts at the same step.

        Raises:
            Deferral: The step takes long and must not.
            MissingModel, ProcessFailed, InvalidPayload: From the work.
        """
        is_long = model_id in self._long_models
        if not is_heavy and not is_long and spent < LOOP_LIMIT.seconds:
            try:
                return work(LOOP_LIMIT)
            except StepTooLong:
                self._remember(model_id)
                is_long = True
        if is_long and not may_take_long:
            raise Deferral(turn=Turn.ALONE)
        try:
            return await self._run_in_thread(model_id, work, _final_limit(spent) if may_take_long else _SHARED_LIMIT)
        except StepTooLong:
            raise Deferral(turn=Turn.ALONE) from None

    async def _run_in_thread(self, model_id: str, work: Work[T], limit: StepLimit) -> T:
        seconds = 0.0

        def timed() -> T:
            nonlocal seconds
            started = thread_time()
            try:
                return work(limit)
            finally:
                seconds = thread_time() - started

        try:
            return await self.in_thread(timed)
        finally:
            if seconds > LOOP_LIMIT.seconds:
                self._remember(model_id)
            else:
                self._long_models.pop(model_id, None)

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Return the result of the function, which runs in the thread."""
        return await self._thread.run(function)

    def _remember(self, model_id: str) -> None:
        self._long_models[model_id] = None
        while len(self._long_models) > _CAPACITY:
            self._long_models.popitem(last=False)


def _final_limit(spent: float) -> StepLimit:
    left = _MAX_ATTEMPTS_AT_LIMIT * FULL_LIMIT.seconds - spent
    return replace(FULL_LIMIT, seconds=max(min(FULL_LIMIT.seconds, left), 0.0))
