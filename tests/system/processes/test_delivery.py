"""Thrown events and timers take effect exactly once, after ``kill -9`` and with two server processes."""

import asyncio
from collections import Counter

import httpx

from tests.conformance.drawing import draw
from tests.delivery.models import LISTENER, PAYER, SHOP, SIREN, timed
from tests.support.polling import wait_until
from tests.support.server import ServerProcess
from tests.system.client import Client

CASES = 30
LISTENERS = 250  # more receivers than one transaction triggers


async def start_processes(client: Client) -> list[str]:
    """Start a shop and a payer in each of the returned correlations, all listeners, and a siren."""
    cases = [f"c-{number}" for number in range(CASES)]
    await client.deploy_and_start(SHOP, "shop", *cases)
    await client.deploy_and_start(PAYER, "payer")
    for case in cases:
        arguments = {"processModelKey": "payer", "correlationId": case, "payload": {"amount": 1, "order": 2}}
        await client.graphql(START, input=arguments)
    await client.deploy_and_start(LISTENER, "listener")
    await asyncio.gather(
        *(
            client.graphql(START, input={"processModelKey": "listener", "correlationId": f"l-{number}"})
            for number in range(LISTENERS)
        )
    )
    await client.deploy_and_start(SIREN, "siren", "s-1")
    return cases


START = "mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) { __typename } }"


async def trigger_payer(client: Client, case: str) -> None:
    """Trigger the payer, which then throws a message. A retry has the same idempotency key."""
    result = await client.trigger("payer", case, "go", idempotencyKey=case)
    assert result["__typename"] == "TriggerEventSuccess", result


async def check_one_trigger_each(client: Client, cases: list[str]) -> None:
    async def is_done() -> bool:
        return [event["elementId"] for event in await client.list_events()] == ["echo"]

    await wait_until(is_done)
    triggers = (await client.list_triggers())[::-1]
    times = Counter((trigger["correlation"]["id"], trigger["elementId"]) for trigger in triggers)
    assert set(times.values()) == {1}
    received = [(case, element) for case in cases for element in ("go", "paid", "after")]
    heard = [(f"l-{number}", "hear") for number in range(LISTENERS)]
    assert set(times) == {*received, *heard, ("s-1", "go")}
    order = [(trigger["correlation"]["id"], trigger["elementId"]) for trigger in triggers]
    assert all(order.index((case, "paid")) < order.index((case, "after")) for case in cases)


async def test_a_restarted_server_delivers_the_remaining_events(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        cases = await start_processes(client)
        await client.trigger("siren", "s-1", "go", idempotencyKey="s-1")
        half = cases[: CASES // 2]
        await asyncio.gather(*(trigger_payer(client, case) for case in half))
        calls = [asyncio.create_task(trigger_payer(client, case)) for case in cases[CASES // 2 :]]
        await calls[0]
        server.kill()
        for outcome in await asyncio.gather(*calls, return_exceptions=True):
            assert outcome is None or isinstance(outcome, httpx.TransportError)

    server.start()
    async with Client.of(server.address) as client:
        await asyncio.gather(*(trigger_payer(client, case) for case in cases))
        await check_one_trigger_each(client, cases)


async def test_two_servers_deliver_events_and_fire_timers_once(
    two_servers: tuple[ServerProcess, ServerProcess],
) -> None:
    first, second = two_servers
    async with Client.of(first.address) as client, Client.of(second.address) as rival:
        cases = await start_processes(client)
        await client.trigger("siren", "s-1", "go")
        await asyncio.gather(*(trigger_payer((client, rival)[number % 2], case) for number, case in enumerate(cases)))
        await check_one_trigger_each(client, cases)

        seconds = "<timeDuration>PT1S</timeDuration>"
        await client.deploy_and_start(timed("soon", seconds), "soon", *(f"t-{number}" for number in range(30)))

        async def has_every_timer_fired() -> bool:
            return [event["elementId"] for event in await rival.list_events()] == ["echo"]

        await wait_until(has_every_timer_fired)
        timer_triggers = [trigger for trigger in await client.list_triggers() if trigger["elementId"] == "ring"]
        assert Counter(trigger["correlation"]["id"] for trigger in timer_triggers) == {f"t-{n}": 1 for n in range(30)}
        assert {trigger["source"] for trigger in timer_triggers} == {"TIMER"}


# As many processes as cases, each with a timer that starts one instance.
CLOCKS = draw(
    "\n".join(
        f"process clock-{number} {{\nbegin{number} > Work{number} > end{number}\n"
        f"begin{number}: startEvent timer=PT1S\nWork{number}: userTask\n}}"
        for number in range(CASES)
    )
)
STARTED = """{ openTasks(first: 500) { ... on OpenTaskConnection { nodes { processModel { key } } } } }"""


async def started(client: Client) -> Counter[str]:
    """Return the number of instances of each process that has some."""
    return Counter(task["processModel"]["key"] for task in (await client.graphql(STARTED))["nodes"])


async def test_a_killed_server_has_started_each_process_once(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(CLOCKS, "clock")

        async def has_some() -> bool:
            return len(await started(client)) > 0

        await wait_until(has_some)
        server.kill()

    server.start()
    async with Client.of(server.address) as client:

        async def has_all() -> bool:
            return len(await started(client)) == CASES

        await wait_until(has_all)
        assert set((await started(client)).values()) == {1}
