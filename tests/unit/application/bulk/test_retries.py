"""Lines that may succeed later are executed again."""

import asyncio

import pytest

from bpmn_events.domain.errors import Conflict, EngineUnavailable, TooManyRequests
from tests.support.virtual_time import elapsed, in_virtual_time
from tests.unit.application.bulk.engine import OUTCOME, Engine, line, outcomes, send


@in_virtual_time
async def test_an_outage() -> None:
    """While it lasts, one line is executed now and then. Afterwards, all are, those of a correlation in their order."""
    engine, noted = Engine(), list[EngineUnavailable]()
    engine.outage = range(20)
    lines = [line(f"{number}", f"c-{number % 10}") for number in range(40)]
    assert outcomes(await send(engine.body(on_outage=noted.append), *lines)) == [OUTCOME] * 40
    assert len(noted) == 1
    failed = [time for time, _ in engine.executions if time < 20]
    assert failed == [0] * 10 + [0.25, 0.75, 1.75, 3.75, 7.75, 12.75, 17.75]
    done = [int(event) for time, event in engine.executions if time >= 20]
    for correlation in range(10):
        own = [number for number in done if number % 10 == correlation]
        assert own == sorted(own)
    assert elapsed() < 40


@in_virtual_time
async def test_an_outage_that_lasts() -> None:
    """The lines fail, and their source learns that the next ones are not to be sent."""
    engine, stop = Engine(), asyncio.Event()
    engine.outage = range(1000)
    results = await send(engine.body(stop=stop), *(line(f"{number}") for number in range(40)))
    assert {type(outcome) for outcome in outcomes(results)} == {EngineUnavailable}
    assert stop.is_set()
    assert 30 <= elapsed() <= 35
    assert len(engine.executions) < 40 + 15


@in_virtual_time
async def test_a_rate_limit() -> None:
    """It is waited for as long as it takes."""
    engine, stop = Engine(), asyncio.Event()
    engine.errors["a"] = [TooManyRequests(retry_after_seconds=20) for _ in range(5)]
    assert outcomes(await send(engine.body(stop=stop), line("a"), line("b", "of a"))) == [OUTCOME] * 2
    assert engine.times("a") == [0, 21, 42, 63, 84, 105]
    assert not stop.is_set()


@in_virtual_time
async def test_a_line_for_which_others_are_too_busy() -> None:
    """The other lines are executed, and the busy one fails after its time."""
    engine, stop = Engine(), asyncio.Event()
    engine.errors["busy"] = [EngineUnavailable("busy", is_outage=False) for _ in range(100)]
    engine.errors["a"] = [Conflict("others were first", retryable=True)]
    busy, *others = outcomes(await send(engine.body(stop=stop, lines=10), line("busy"), *map(line, "abcdefghijkl")))
    assert isinstance(busy, EngineUnavailable)
    assert others == [OUTCOME] * 12
    assert engine.times("busy")[-1] >= 30
    assert len(engine.times("a")) == 2


@pytest.mark.parametrize(("key", "times"), [(None, 1), ("k", 2)])
def test_a_line_with_an_unknown_outcome(key: str | None, times: int) -> None:
    """It is executed again only under an idempotency key, under which it cannot take effect twice."""

    @in_virtual_time
    async def test() -> None:
        engine, error = Engine(), EngineUnavailable(outcome_unknown=True)
        engine.errors["a"] = [error]
        assert outcomes(await send(engine.body(), line("a", key=key))) == [OUTCOME if key else error]
        assert len(engine.times("a")) == times

    test()


@in_virtual_time
async def test_a_line_that_fails_for_good_is_not_executed_again() -> None:
    engine, error = Engine(), Conflict("the key was used")
    engine.errors["a"] = [error]
    assert outcomes(await send(engine.body(), line("a"))) == [error]
    assert elapsed() == 1


@in_virtual_time
async def test_a_stop_ends_the_pauses() -> None:
    """As at the shutdown of a server. The lines that have failed do so for good, and nothing else is executed."""
    engine, stop = Engine(), asyncio.Event()
    error = TooManyRequests(retry_after_seconds=600)
    engine.errors["a"] = [error]
    asyncio.get_running_loop().call_later(5, stop.set)
    assert outcomes(await send(engine.body(stop=stop), line("a"))) == [error]
    assert (elapsed(), len(engine.executions)) == (5, 1)


@in_virtual_time
async def test_a_body_that_pauses_leaves_the_slots_to_others() -> None:
    engine, slots = Engine(), asyncio.Semaphore(2)
    engine.errors.update({name: [TooManyRequests(retry_after_seconds=600)] for name in "abcdef"})
    limited = asyncio.create_task(send(engine.body(slots), *map(line, "abcdef")))
    await asyncio.sleep(2)
    await send(engine.body(slots), *map(line, "0123456789"))
    assert elapsed() == 7
    assert outcomes(await limited) == [OUTCOME] * 6
