"""If many callers trigger the same event at the same moment, exactly one succeeds."""

import asyncio

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS

CALLERS = 50


async def race(clients: list[Client], event_id: str) -> tuple[list[str], list[str]]:
    """Trigger the event with all callers at once, half over GraphQL and half over REST.

    Returns:
        The type names of the successful results, and the error reasons of the other callers.
    """

    async def graphql(client: Client) -> str:
        result = await client.trigger("two-steps", "c-1", event_id)
        return result.get("reason") or str(result["__typename"])

    async def rest(client: Client) -> str:
        response = await client.trigger_over_rest("two-steps", "c-1", event_id)
        return "TriggerEventSuccess" if response.status_code == 200 else str(response.json()["reason"])

    calls = [(graphql, rest)[number % 2](clients[number % len(clients)]) for number in range(CALLERS)]
    results = await asyncio.gather(*calls)
    winners = [result for result in results if result == "TriggerEventSuccess"]
    return winners, [result for result in results if result != "TriggerEventSuccess"]


async def check_one_caller_wins(clients: list[Client]) -> None:
    (event,) = await clients[0].list_events()
    winners, losers = await race(clients, event["id"])
    assert len(winners) == 1
    assert losers == ["ALREADY_TRIGGERED"] * (CALLERS - 1)
    assert [event["elementId"] for event in await clients[0].list_events()] == ["second"]
    assert [trigger["eventId"] for trigger in await clients[0].list_triggers()] == [event["id"]]


async def test_one_of_fifty_callers_wins(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        await check_one_caller_wins([client])


async def test_one_of_fifty_callers_of_two_servers_wins(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    first, second = two_servers
    async with Client.of(first.address) as client, Client.of(second.address) as rival:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        await check_one_caller_wins([client, rival])
