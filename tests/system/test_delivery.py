"""What processes throw, and timers, take effect once: across ``kill -9``, and with two server processes."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import httpx

from tests.delivery.models import LISTENER, PAYER, SHOP, SIREN, timed
from tests.support.server import ServerProcess
from tests.system.client import Client

CASES = 30
LISTENERS = 250  # more than a signal reaches in one transaction
_PATIENCE_SECONDS = 60


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def begin(client: Client) -> list[str]:
    """Shops and payers in as many correlations, listeners, and a siren."""
    cases = [f"c-{number}" for number in range(CASES)]
    await client.begin(SHOP, "shop", *cases)
    await client.begin(PAYER, "payer")
    for case in cases:
        started = {"processModelKey": "payer", "correlationId": case, "payload": {"amount": 1, "order": 2}}
        await client.graphql(START, input=started)
    await client.begin(LISTENER, "listener")
    await asyncio.gather(
        *(
            client.graphql(START, input={"processModelKey": "listener", "correlationId": f"l-{number}"})
            for number in range(LISTENERS)
        )
    )
    await client.begin(SIREN, "siren", "s-1")
    return cases


START = "mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) { __typename } }"


async def go(client: Client, case: str) -> None:
    """Have the payer throw; whoever hears nothing asks again, under the same key."""
    answer = await client.trigger("payer", case, "go", idempotencyKey=case)
    assert answer["__typename"] == "TriggerEventSuccess", answer


async def check_each_once(client: Client, cases: list[str]) -> None:
    async def all_is_done() -> bool:
        return [event["elementId"] for event in await client.waiting()] == ["echo"]

    await eventually(all_is_done)
    triggers = (await client.triggers())[::-1]
    times = Counter((trigger["correlation"]["id"], trigger["elementId"]) for trigger in triggers)
    assert set(times.values()) == {1}
    received = [(case, element) for case in cases for element in ("go", "paid", "after")]
    heard = [(f"l-{number}", "hear") for number in range(LISTENERS)]
    assert set(times) == {*received, *heard, ("s-1", "go")}
    order = [(trigger["correlation"]["id"], trigger["elementId"]) for trigger in triggers]
    assert all(order.index((case, "paid")) < order.index((case, "after")) for case in cases)


async def test_a_killed_server_delivers_the_rest_when_it_is_back(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        cases = await begin(client)
        await client.trigger("siren", "s-1", "go", idempotencyKey="s-1")
        half = cases[: CASES // 2]
        await asyncio.gather(*(go(client, case) for case in half))
        calls = [asyncio.create_task(go(client, case)) for case in cases[CASES // 2 :]]
        await calls[0]
        server.kill()
        for answer in await asyncio.gather(*calls, return_exceptions=True):
            assert answer is None or isinstance(answer, httpx.TransportError)

    server.start()
    async with Client.of(server.address) as client:
        await asyncio.gather(*(go(client, case) for case in cases))
        await check_each_once(client, cases)


async def test_two_servers_deliver_and_fire_everything_once(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    one, other = two_servers
    async with Client.of(one.address) as client, Client.of(other.address) as rival:
        cases = await begin(client)
        await client.trigger("siren", "s-1", "go")
        await asyncio.gather(*(go((client, rival)[number % 2], case) for number, case in enumerate(cases)))
        await check_each_once(client, cases)

        seconds = "<timeDuration>PT1S</timeDuration>"
        await client.begin(timed("soon", seconds), "soon", *(f"t-{number}" for number in range(30)))

        async def all_have_rung() -> bool:
            return [event["elementId"] for event in await rival.waiting()] == ["echo"]

        await eventually(all_have_rung)
        rung = [trigger for trigger in await client.triggers() if trigger["elementId"] == "ring"]
        assert Counter(trigger["correlation"]["id"] for trigger in rung) == {f"t-{n}": 1 for n in range(30)}
        assert {trigger["source"] for trigger in rung} == {"TIMER"}
