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


@pytest.mark.parametrize("seconds", [0.5, 3])
def test_no_line_overtakes_one_that_has_failed_for_now(seconds: float) -> None:
    """Whoever sends the failed lines again sends them in their order, also if the outage ended in between."""

    @in_virtual_time
    async def test() -> None:
        engine, stop = Engine(), asyncio.Event()
        lines = [line(f"{number}", f"c-{number % 4}") for number in range(80)]
        engine.outage = range(2, 41)
        engine.seconds = {f"{number}": seconds for number in range(80)}
        results = outcomes(await send(engine.body(stop=stop), *lines))
        assert stop.is_set()
        for correlation in range(4):
            own = [result == OUTCOME for result in results[correlation::4]]
            assert own == sorted(own, reverse=True)
            assert not own[-1]
        failed = {f"{number}" for number, result in enumerate(results) if result != OUTCOME}
        tried = [event for _, event in engine.executions if event in failed]
        assert set(tried) == {min(failed & {f"{n}" for n in range(c, 80, 4)}, key=int) for c in range(4)}

    test()


@in_virtual_time
async def test_a_correlation_whose_line_has_failed_for_now() -> None:
    """Its other lines are not executed, also those that are read later. All other correlations are."""
    engine = Engine()
    engine.errors["busy"] = [EngineUnavailable("busy", is_outage=False) for _ in range(100)]
    lines = [line("busy", "c"), line("a", "c"), *(line(f"{number}") for number in range(200)), line("b", "c")]
    first, second, *others, last = outcomes(await send(engine.body(lines=10), *lines))
    assert [type(outcome) for outcome in (first, second, last)] == [EngineUnavailable] * 3
    assert others == [OUTCOME] * 200
    assert not engine.times("a")
    assert not engine.times("b")


@in_virtual_time
async def test_an_outage_after_a_rate_limit() -> None:
    """The wait for the rate limit does not count."""
    engine, stop = Engine(), asyncio.Event()
    engine.errors["a"] = [EngineUnavailable(), TooManyRequests(retry_after_seconds=90), EngineUnavailable()]
    assert outcomes(await send(engine.body(stop=stop), line("a", key="k"))) == [OUTCOME]
    assert not stop.is_set()


@in_virtual_time
async def test_a_command_whose_execution_is_cancelled() -> None:
    engine = Engine()
    engine.errors["a"] = [asyncio.CancelledError()]  # type: ignore[list-item]
    first, second, other = outcomes(await send(engine.body(), line("a"), line("b", "of a"), line("c")))
    assert isinstance(first, EngineUnavailable)
    assert first.outcome_unknown
    assert isinstance(second, EngineUnavailable)
    assert other == OUTCOME
    assert not engine.times("b")
