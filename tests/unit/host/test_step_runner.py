"""Where a step runs: in the event loop, in the thread, or in a later transaction."""

import asyncio
from threading import current_thread
from time import thread_time

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import FULL_LIMIT, StepLimit, StepTooLong
from bpmn_events.adapters.hosts.embedded.execution.step_runner import LOOP_LIMIT, StepRunner
from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.domain.errors import ProcessFailed


class Step:
    """A step that needs some seconds of CPU time; ``limits`` and ``threads`` record its attempts."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.limits: list[StepLimit] = []
        self.threads: list[str] = []

    def __call__(self, limit: StepLimit) -> str:
        self.limits.append(limit)
        self.threads.append(current_thread().name)
        if self.seconds > limit.seconds:
            raise ProcessFailed("too long") if limit.is_final else StepTooLong
        until = thread_time() + (self.seconds if limit.is_final else 0.0)
        while thread_time() < until:
            pass
        return "done"


async def test_a_short_step_runs_in_the_event_loop() -> None:
    step = Step()
    assert await StepRunner().run("pm_1", step, may_take_long=False) == "done"
    assert (step.limits, step.threads) == ([LOOP_LIMIT], ["MainThread"])


async def test_a_long_step_runs_again_in_the_thread() -> None:
    step = Step(0.1)
    assert await StepRunner().run("pm_1", step) == "done"
    assert (step.limits, step.threads) == ([LOOP_LIMIT, FULL_LIMIT], ["MainThread", "steps_0"])


async def test_a_long_step_is_deferred_if_others_wait_for_it() -> None:
    runner, step = StepRunner(), Step(0.1)
    for _ in range(2):
        with pytest.raises(Deferral) as deferred:
            await runner.run("pm_1", step, may_take_long=False)
        assert (deferred.value.turn, deferred.value.wait) == (Turn.ALONE, None)
    assert step.limits == [LOOP_LIMIT], "the model is known to take long, so the event loop does not try again"


async def test_a_heavy_step_runs_in_the_thread_although_others_wait() -> None:
    runner, step = StepRunner(), Step()
    assert await runner.run("pm_1", step, is_heavy=True, may_take_long=False) == "done"
    assert step.threads == ["steps_0"]


async def test_a_heavy_step_that_takes_long_is_deferred_if_others_wait_for_it() -> None:
    runner, step = StepRunner(), Step(0.1)
    with pytest.raises(Deferral) as deferred:
        await runner.run("pm_1", step, is_heavy=True, may_take_long=False)
    assert deferred.value.turn is Turn.ALONE
    assert (step.limits[0].is_final, step.threads) == (False, ["steps_0"])
    assert await runner.run("pm_1", step, is_heavy=True) == "done"
    with pytest.raises(Deferral):
        await runner.run("pm_1", Step(), is_heavy=True, may_take_long=False)
    assert await runner.run("pm_2", Step(), is_heavy=True, may_take_long=False) == "done"


async def test_a_model_whose_steps_are_short_again_returns_to_the_event_loop() -> None:
    runner, step = StepRunner(), Step()
    await runner.run("pm_1", Step(0.1))
    for _ in range(2):
        await runner.run("pm_1", step)
    assert step.threads == ["steps_0", "MainThread"]


async def test_an_attempt_after_others_has_the_whole_limit() -> None:
    step = Step()
    await StepRunner().run("pm_1", step, spent=FULL_LIMIT.seconds)
    assert (step.limits, step.threads) == ([FULL_LIMIT], ["steps_0"])


async def test_all_attempts_at_a_step_have_a_limit_together() -> None:
    with pytest.raises(ProcessFailed):
        await StepRunner().run("pm_1", Step(0.001), spent=FULL_LIMIT.seconds * 3)


async def test_other_tasks_run_during_a_step_in_the_thread() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await StepRunner().run("pm_1", Step(0.1))
    ticking.cancel()
    assert ticks > 1
