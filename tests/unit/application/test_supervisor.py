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
