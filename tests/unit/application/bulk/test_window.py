"""The number and the size of what is under way have limits."""

import asyncio

from bpmn_events.application.bulk.window import Window
from tests.support.virtual_time import in_virtual_time


async def enters(window: Window, size: int) -> bool:
    """Return True if a line of this size has room now."""
    try:
        async with asyncio.timeout(1):
            await window.enter(size)
    except TimeoutError:
        return False
    return True


@in_virtual_time
async def test_the_number_of_lines_is_limited() -> None:
    window = Window(2, 100)
    assert await enters(window, 1)
    assert await enters(window, 1)
    assert not await enters(window, 1)
    window.leave(1)
    assert await enters(window, 1)
    assert not await enters(window, 1)


@in_virtual_time
async def test_the_sum_of_their_lengths_is_limited() -> None:
    window = Window(10, 100)
    assert await enters(window, 60)
    assert await enters(window, 40)
    assert not await enters(window, 1)
    window.leave(40)
    assert not await enters(window, 41)
    assert await enters(window, 40)


@in_virtual_time
async def test_a_line_that_is_larger_than_the_limit_has_the_window_alone() -> None:
    window = Window(10, 100)
    assert await enters(window, 1)
    assert not await enters(window, 1000)
    window.leave(1)
    assert await enters(window, 1000)
    assert not await enters(window, 0)
    window.leave(1000)
    assert await enters(window, 100)


@in_virtual_time
async def test_a_line_waits_until_there_is_room() -> None:
    window = Window(10, 100)
    await window.enter(90)
    await window.enter(10)
    waiting = asyncio.create_task(window.enter(50))
    await asyncio.sleep(1)
    window.leave(10)
    await asyncio.sleep(1)
    assert not waiting.done()
    window.leave(90)
    await waiting
