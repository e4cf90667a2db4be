"""The lines of bodies are executed at the same time, in turns, and those of a correlation in their order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from bpmn_events.application.bulk.triggers import BulkRequest
from bpmn_events.domain.errors import Conflict, InvalidArgument
from tests.support.virtual_time import elapsed, in_virtual_time
from tests.unit.application.bulk.engine import OUTCOME, Engine, line, outcomes, requests, send


@in_virtual_time
async def test_results_have_the_order_of_the_lines() -> None:
    engine = Engine()
    engine.seconds = {"slow": 5, "slower": 7}
    times = {}
    async with aclosing(engine.body().results(requests(map(line, ("a", "slow", "b", "slower"))))) as batches:
        async for batch in batches:
            times.update({result.number: elapsed() for result in batch})
    assert times == {1: 1, 2: 5, 3: 5, 4: 7}


@in_virtual_time
async def test_lines_of_a_correlation_are_executed_one_after_another() -> None:
    engine = Engine()
    await send(engine.body(), line("a", "c-1"), line("b", "c-1"), line("c", "c-2"), line("d", "c-1"))
    assert engine.executions == [(0, "a"), (0, "c"), (1, "b"), (2, "d")]


@in_virtual_time
async def test_errors_are_results_like_others() -> None:
    engine = Engine()
    wrong, refused, unexpected = InvalidArgument("line", "is wrong"), Conflict("no"), ZeroDivisionError()
    engine.errors.update({"refused": [refused], "unexpected": [unexpected]})
    lines = wrong, line("refused", "c"), line("unexpected", "c"), line("a", "c")
    assert outcomes(await send(engine.body(), *lines)) == [wrong, refused, unexpected, OUTCOME]
    assert engine.executions == [(0, "refused"), (1, "unexpected"), (2, "a")]


@in_virtual_time
async def test_a_small_body_ends_before_a_large_one_that_began_earlier() -> None:
    engine, slots = Engine(), asyncio.Semaphore(2)
    large = asyncio.create_task(send(engine.body(slots), *(line(f"large-{number}") for number in range(50))))
    await asyncio.sleep(3)
    await send(engine.body(slots), line("a"), line("b"), line("c"))
    assert elapsed() <= 7
    await large
    assert (elapsed(), engine.most) == (27, 2)


@in_virtual_time
async def test_lines_that_wait_for_their_correlation_leave_the_slots_to_others() -> None:
    engine, slots = Engine(), asyncio.Semaphore(2)
    story = asyncio.create_task(send(engine.body(slots), *(line(f"story-{number}", "c") for number in range(20))))
    await asyncio.sleep(1)
    await send(engine.body(slots), *(line(f"{number}") for number in range(10)))
    assert elapsed() <= 11
    await story


@in_virtual_time
async def test_no_more_lines_are_read_than_the_window_has_room_for() -> None:
    engine, read = Engine(), []
    engine.seconds["first"] = 10

    async def reading() -> AsyncIterator[BulkRequest]:
        async for request in requests(map(line, ("first", *"abcdefg"))):
            read.append((elapsed(), request.number))
            yield request

    async for _ in engine.body(lines=3).results(reading()):
        pass
    assert read[:4] == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert [time for time, _ in read[4:]] == [10, 10, 10, 11]


@in_virtual_time
async def test_a_caller_that_stops() -> None:
    """The lines that are executed are finished, and no other one begins."""
    engine = Engine()
    engine.seconds["long"] = 5
    lines = line("a"), line("long"), line("b", "of long")
    async with aclosing(engine.body().results(requests(lines))) as batches:
        async for _ in batches:
            break
    assert elapsed() == 5
    await asyncio.sleep(10)
    assert [event for _, event in engine.executions] == ["a", "long"]


@in_virtual_time
async def test_requests_that_fail() -> None:
    """The results of what came before are there first."""
    engine = Engine()

    async def reading() -> AsyncIterator[BulkRequest]:
        yield BulkRequest(1, line("a"), 10)
        raise ZeroDivisionError

    batches = engine.body().results(reading())
    assert outcomes(await anext(batches)) == [OUTCOME]
    with pytest.raises(ZeroDivisionError):
        await anext(batches)
