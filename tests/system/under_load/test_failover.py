"""Two servers share a database; if one of them is killed, the other continues its work."""

import asyncio
from collections import Counter
from itertools import count
from typing import Any

import httpx

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.under_load.rounds import rounds

INSTANCES = 200
CALLERS = 32
RESPONSES_BEFORE_KILL = 60


async def trigger_and_kill(victim: ServerProcess, survivor: ServerProcess, correlations: list[str]) -> int:
    """Trigger the first event of each correlation, half of them at each server, and kill one server in the middle.

    A caller without a response repeats the request at the other server, with the same idempotency key.

    Returns:
        The number of repeated requests.
    """
    numbers, repeated = count(1), 0
    queue = iter(enumerate(correlations))

    async with Client.of(victim.address) as first, Client.of(survivor.address) as second:

        async def caller() -> None:
            nonlocal repeated
            for number, correlation in queue:
                try:
                    result = await trigger((first, second)[number % 2], correlation)
                except httpx.TransportError:
                    repeated += 1
                    result = await trigger(second, correlation)
                assert result["__typename"] == "TriggerEventSuccess", result
                if next(numbers) == RESPONSES_BEFORE_KILL:
                    victim.kill()

        await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return repeated


async def trigger(client: Client, correlation: str) -> Any:
    return await client.trigger("two-steps", correlation, "first", idempotencyKey=correlation)


async def test_the_other_server_continues(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    all_correlations: list[str] = []
    repeated = 0
    for number in rounds(minimum=2):
        victim, survivor = two_servers[number % 2], two_servers[1 - number % 2]
        correlations = [f"c-{number}-{index}" for index in range(INSTANCES)]
        async with Client.of(survivor.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)
            repeated += await trigger_and_kill(victim, survivor, correlations)
            all_correlations += correlations
            triggered = Counter(trigger["correlation"]["id"] for trigger in await client.list_triggers())
            assert triggered == Counter(all_correlations)
            waiting = Counter((event["correlation"]["id"], event["elementId"]) for event in await client.list_events())
            assert waiting == Counter((correlation, "second") for correlation in all_correlations)
        victim.start()
    print(f"figures: killed {number + 1} times, {len(all_correlations)} triggers, {repeated} of them repeated")
