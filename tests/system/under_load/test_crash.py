"""An acknowledged trigger survives ``kill -9``. Any other trigger is either complete or absent."""

import asyncio
from collections import Counter
from itertools import count
from random import Random

import httpx

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.under_load.rounds import rounds

INSTANCES = 200
CALLERS = 32


async def trigger_until_killed(
    server: ServerProcess, client: Client, correlations: list[str], responses: int
) -> set[str]:
    """Trigger the first event of each correlation, and kill the server after that number of responses.

    Returns:
        The correlations whose trigger was acknowledged.
    """
    acknowledged: set[str] = set()
    numbers = count(1)
    queue = iter(correlations)

    async def caller() -> None:
        for correlation in queue:
            try:
                result = await client.trigger("two-steps", correlation, "first", idempotencyKey=correlation)
            except httpx.TransportError:
                return
            assert result["__typename"] == "TriggerEventSuccess", result
            acknowledged.add(correlation)
            if next(numbers) == responses:
                server.kill()

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return acknowledged


async def waiting_elements(client: Client) -> dict[str, list[str]]:
    """Return the BPMN element ids of the waiting events, by correlation."""
    elements: dict[str, list[str]] = {}
    for event in await client.list_events():
        elements.setdefault(event["correlation"]["id"], []).append(event["elementId"])
    return elements


async def test_acknowledged_triggers_survive_a_kill_and_retries_trigger_once(server: ServerProcess) -> None:
    random = Random(0)
    all_correlations: list[str] = []
    for number in rounds():
        correlations = [f"c-{number}-{index}" for index in range(INSTANCES)]
        responses = random.randrange(1, INSTANCES - 2 * CALLERS)
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)
            acknowledged = await trigger_until_killed(server, client, correlations, responses)
        assert responses <= len(acknowledged) < INSTANCES

        server.start()
        async with Client.of(server.address) as client:
            triggered = Counter(trigger["correlation"]["id"] for trigger in await client.list_triggers())
            assert acknowledged | set(all_correlations) <= set(triggered)
            assert set(triggered.values()) == {1}
            all_correlations += correlations
            assert await waiting_elements(client) == {
                correlation: ["second" if correlation in triggered else "first"] for correlation in all_correlations
            }

            # A caller without a response retries with the same key, and the event is triggered once in total.
            for correlation in correlations:
                result = await client.trigger("two-steps", correlation, "first", idempotencyKey=correlation)
                assert result["__typename"] == "TriggerEventSuccess", result
                assert result["replayed"] is (correlation in triggered)
            assert await waiting_elements(client) == {correlation: ["second"] for correlation in all_correlations}
            assert len(await client.list_triggers()) == len(all_correlations)
    print(f"figures: killed {number + 1} times, {len(all_correlations)} triggers")


async def test_stopping_finishes_accepted_requests(server: ServerProcess) -> None:
    """On SIGTERM under load, every caller gets a response or a connection error, and the process exits by itself."""
    correlations = [f"c-{number}" for number in range(INSTANCES)]
    acknowledged: set[str] = set()
    first_acknowledged = asyncio.Event()
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)

        async def caller(correlation: str) -> None:
            try:
                result = await client.trigger("two-steps", correlation, "first")
            except httpx.TransportError:
                return
            if result["__typename"] == "TriggerEventSuccess":
                acknowledged.add(correlation)
                first_acknowledged.set()

        calls = [asyncio.create_task(caller(correlation)) for correlation in correlations]
        await first_acknowledged.wait()
        assert await asyncio.to_thread(server.stop) == 0
        await asyncio.gather(*calls)

    server.start()
    async with Client.of(server.address) as client:
        triggered = Counter(trigger["correlation"]["id"] for trigger in await client.list_triggers())
        assert acknowledged <= set(triggered)
        assert set(triggered.values()) == {1}
