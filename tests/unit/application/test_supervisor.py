"""The supervisor: it restarts loops that fail or end, and reports their liveness."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from bpmn_events.application.background import supervisor as module
from bpmn_events.application.background.supervisor import Supervisor
from bpmn_events.domain.errors import EngineUnavailable
from tests.support.virtual_time import elapsed, in_virtual_time


async def test_a_loop_that_fails_is_not_alive_until_it_is_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []
    failed, go_on, restarted = asyncio.Event(), asyncio.Event(), asyncio.Event()
    starts = 0

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ZeroDivisionError
        restarted.set()
        await asyncio.Event().wait()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        failed.set()
        await go_on.wait()

    monkeypatch.setattr(module, "sleep", pause)
    supervisor = Supervisor()
    supervisor.start("loop", loop)
    assert supervisor.liveness() == {"loop": True}
    await failed.wait()
    assert supervisor.liveness() == {"loop": False}
    assert "The loop 'loop' failed" in caplog.text
    go_on.set()
    await restarted.wait()
    assert supervisor.liveness() == {"loop": True}
    assert pauses == [module.FIRST_PAUSE_SECONDS]
    await supervisor.stop()


async def test_pauses_grow_up_to_a_limit(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    pauses: list[float] = []
    enough = asyncio.Event()

    async def fail() -> None:
        raise ZeroDivisionError

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 10:
            enough.set()
            await asyncio.Event().wait()

    caplog.set_level(logging.CRITICAL, "bpmn_events.application.background.supervisor")
    monkeypatch.setattr(module, "sleep", pause)
    supervisor = Supervisor()
    supervisor.start("loop", fail)
    await enough.wait()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    await supervisor.stop()


async def test_a_loop_that_ends_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = asyncio.Event()
    starts = 0

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 2:
            again.set()
            await asyncio.Event().wait()

    async def pause(_: float) -> None:
        return

    monkeypatch.setattr(module, "sleep", pause)
    supervisor = Supervisor()
    supervisor.start("loop", loop)
    await again.wait()
    await supervisor.stop()


@in_virtual_time
async def test_a_loop_goes_on_soon_after_an_outage_however_long(caplog: pytest.LogCaptureFixture) -> None:
    starts: list[float] = []
    alive: list[bool] = []

    async def loop() -> None:
        starts.append(elapsed())
        raise EngineUnavailable

    supervisor = Supervisor()
    supervisor.start("loop", loop)
    await asyncio.sleep(module.FIRST_PAUSE_SECONDS / 2)
    for _ in range(10):
        alive.append(supervisor.liveness()["loop"])
        await asyncio.sleep(module.FIRST_PAUSE_SECONDS)
    assert starts == [number * module.FIRST_PAUSE_SECONDS for number in range(11)]
    assert not any(alive)
    assert caplog.messages == []
    await supervisor.stop()


async def test_stopping_ends_every_loop() -> None:
    ended: list[str] = []

    def looping(name: str) -> Callable[[], Awaitable[None]]:
        async def loop() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(name)

        return loop

    supervisor = Supervisor()
    for name in ("one", "other"):
        supervisor.start(name, looping(name))
    await asyncio.sleep(0)
    await supervisor.stop()
    assert sorted(ended) == ["one", "other"]


class _EndOfLoop(BaseException):
    """An exception that is no ``Exception``, as some libraries have them for control flow."""


async def _cancel_itself() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


async def _await_a_cancelled_future() -> None:
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def _raise_a_base_exception() -> None:
    raise _EndOfLoop


async def _raise_generator_exit() -> None:
    raise GeneratorExit


def _fail_before_it_runs() -> Awaitable[None]:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (_cancel_itself, "was cancelled; it is started again"),
        (_await_a_cancelled_future, "was cancelled; it is started again"),
        (_raise_a_base_exception, "failed; it is started again"),
        (_raise_generator_exit, "failed; it is started again"),
        (_fail_before_it_runs, "failed; it is started again"),
    ],
)
async def test_a_loop_that_ends_in_any_way_is_started_again(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    end: Callable[[], Awaitable[None]],
    message: str,
) -> None:
    down, go_on, again = asyncio.Event(), asyncio.Event(), asyncio.Event()
    starts = 0

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            await end()
        again.set()
        await asyncio.Event().wait()

    async def pause(_: float) -> None:
        down.set()
        await go_on.wait()

    monkeypatch.setattr(module, "sleep", pause)
    supervisor = Supervisor()
    supervisor.start("loop", loop)
    await down.wait()
    assert supervisor.liveness() == {"loop": False}
    assert message in caplog.text
    go_on.set()
    await again.wait()
    assert supervisor.liveness() == {"loop": True}
    await supervisor.stop()


async def test_a_loop_whose_supervisor_is_cancelled_by_somebody_else_is_not_alive() -> None:
    supervisor = Supervisor()
    supervisor.start("loop", asyncio.Event().wait)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "supervisor of loop"]
    task.cancel()
    await asyncio.wait((task,))
    assert supervisor.liveness() == {"loop": False}


async def test_stopping_ends_a_loop_that_fails_when_it_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    running = asyncio.Event()

    async def loop() -> None:
        try:
            running.set()
            await asyncio.Event().wait()
        finally:
            raise ZeroDivisionError

    supervisor = Supervisor()
    supervisor.start("loop", loop)
    await running.wait()
    await supervisor.stop()
    assert supervisor.liveness() == {"loop": False}
    assert "failed while it was stopped" in caplog.text


async def test_stopping_ends_a_loop_during_its_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = asyncio.Event()

    async def loop() -> None:
        return

    async def pause(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "sleep", pause)
    supervisor = Supervisor()
    supervisor.start("loop", loop)
    await paused.wait()
    await supervisor.stop()
    assert supervisor.liveness() == {"loop": False}
