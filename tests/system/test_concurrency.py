"""Of many who trigger the same event at the same moment, exactly one does."""

import asyncio

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS

CALLERS = 50


async def race(clients: list[Client], event_id: str) -> tuple[list[str], list[str]]:
    """Half of the callers over GraphQL, half over the plain route: how each was answered."""

    async def graphql(client: Client) -> str:
        answer = await client.trigger("two-steps", "c-1", event_id)
        return answer.get("reason") or str(answer["__typename"])

    async def rest(client: Client) -> str:
        answer = await client.trigger_by_path("two-steps", "c-1", event_id)
        return "TriggerEventSuccess" if answer.status_code == 200 else str(answer.json()["reason"])

    calls = [(graphql, rest)[number % 2](clients[number % len(clients)]) for number in range(CALLERS)]
    answers = await asyncio.gather(*calls)
    winners = [answer for answer in answers if answer == "TriggerEventSuccess"]
    return winners, [answer for answer in answers if answer != "TriggerEventSuccess"]


async def check_one_wins(clients: list[Client]) -> None:
    (event,) = await clients[0].waiting()
    winners, losers = await race(clients, event["id"])
    assert len(winners) == 1
    assert losers == ["ALREADY_TRIGGERED"] * (CALLERS - 1)
    assert [each["elementId"] for each in await clients[0].waiting()] == ["second"]
    assert [each["eventId"] for each in await clients[0].triggers()] == [event["id"]]


async def test_one_of_fifty_callers_wins(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.begin(TWO_STEPS, "two-steps", "c-1")
        await check_one_wins([client])


async def test_one_of_fifty_callers_of_two_servers_wins(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    one, other = two_servers
    async with Client.of(one.address) as client, Client.of(other.address) as rival:
        await client.begin(TWO_STEPS, "two-steps", "c-1")
        await check_one_wins([client, rival])
