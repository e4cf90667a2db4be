"""What was acknowledged is there after ``kill -9``; what was not is there wholly or not at all."""

import asyncio
from collections import Counter
from itertools import count

import httpx

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS

INSTANCES = 200
CALLERS = 32
ACKNOWLEDGED_BEFORE_THE_END = 60


async def trigger_until_killed(server: ServerProcess, client: Client, waiting: list[str]) -> set[str]:
    """Trigger the first event of each correlation, kill the server in the middle; the acknowledged correlations."""
    acknowledged: set[str] = set()
    numbers = count(1)
    queue = iter(waiting)

    async def caller() -> None:
        for correlation in queue:
            try:
                answer = await client.trigger("two-steps", correlation, "first", idempotencyKey=correlation)
            except httpx.TransportError:
                return
            assert answer["__typename"] == "TriggerEventSuccess", answer
            acknowledged.add(correlation)
            if next(numbers) == ACKNOWLEDGED_BEFORE_THE_END:
                server.kill()

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return acknowledged


async def place_of_each(client: Client) -> dict[str, list[str]]:
    """The elements that wait, by correlation."""
    places: dict[str, list[str]] = {}
    for event in await client.waiting():
        places.setdefault(event["correlation"]["id"], []).append(event["elementId"])
    return places


async def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(server: ServerProcess) -> None:
    correlations = [f"c-{number}" for number in range(INSTANCES)]
    async with Client.of(server.address) as client:
        await client.begin(TWO_STEPS, "two-steps", *correlations)
        acknowledged = await trigger_until_killed(server, client, correlations)
    assert ACKNOWLEDGED_BEFORE_THE_END <= len(acknowledged) < INSTANCES

    server.start()
    async with Client.of(server.address) as client:
        triggered = Counter(trigger["correlation"]["id"] for trigger in await client.triggers())
        assert acknowledged <= set(triggered)
        assert set(triggered.values()) == {1}
        places = await place_of_each(client)
        assert places == {each: ["second" if each in triggered else "first"] for each in correlations}

        # A caller that heard nothing asks again, under the same key: it is done once, whatever had happened.
        for correlation in correlations:
            answer = await client.trigger("two-steps", correlation, "first", idempotencyKey=correlation)
            assert answer["__typename"] == "TriggerEventSuccess", answer
            assert answer["replayed"] is (correlation in triggered)
        assert await place_of_each(client) == {each: ["second"] for each in correlations}
        assert len(await client.triggers()) == INSTANCES


async def test_stopping_finishes_what_was_accepted(server: ServerProcess) -> None:
    """SIGTERM under load: every caller gets an answer or no connection; the process exits by itself."""
    correlations = [f"c-{number}" for number in range(INSTANCES)]
    acknowledged: set[str] = set()
    first = asyncio.Event()
    async with Client.of(server.address) as client:
        await client.begin(TWO_STEPS, "two-steps", *correlations)

        async def caller(correlation: str) -> None:
            try:
                answer = await client.trigger("two-steps", correlation, "first")
            except httpx.TransportError:
                return
            if answer["__typename"] == "TriggerEventSuccess":
                acknowledged.add(correlation)
                first.set()

        calls = [asyncio.create_task(caller(correlation)) for correlation in correlations]
        await first.wait()
        assert await asyncio.to_thread(server.stop) == 0
        await asyncio.gather(*calls)

    server.start()
    async with Client.of(server.address) as client:
        triggered = Counter(trigger["correlation"]["id"] for trigger in await client.triggers())
        assert acknowledged <= set(triggered)
        assert set(triggered.values()) == {1}
