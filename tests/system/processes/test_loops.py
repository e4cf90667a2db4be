"""Callers that name an element in a loop get one occurrence each, over GraphQL and plain HTTP."""

import asyncio

from tests.faults.loops import LOOPS
from tests.support.server import ServerProcess
from tests.system.client import Client

CALLERS = 20


async def check_every_caller_succeeds(clients: list[Client]) -> None:
    async def call(number: int) -> str:
        client = clients[number % len(clients)]
        if number % 4 < 2:
            result = await client.trigger("loop", "c-1", "wait")
            return str(result.get("trigger", result).get("eventId", result))
        response = await client.trigger_over_rest("loop", "c-1", "wait")
        return str(response.json().get("trigger", {}).get("eventId", response.text))

    triggered = await asyncio.gather(*map(call, range(CALLERS)))
    assert all(event_id.startswith("we_") for event_id in triggered), triggered
    assert len(set(triggered)) == CALLERS
    assert len(await clients[0].list_events()) == 1


async def test_callers_of_one_server(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(LOOPS["circle"], "loop", "c-1")
        await check_every_caller_succeeds([client])


async def test_callers_of_two_servers(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    first, second = two_servers
    async with Client.of(first.address) as client, Client.of(second.address) as rival:
        await client.deploy_and_start(LOOPS["circle"], "loop", "c-1")
        await check_every_caller_succeeds([client, rival])
