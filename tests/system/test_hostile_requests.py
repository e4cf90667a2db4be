"""A server that gets hostile GraphQL requests answers them, and serves all others meanwhile."""

import asyncio

import pytest

from tests.support.hostile_requests import ALL, HostileRequest
from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import TWO_STEPS

SENDERS = 4


async def _send(client: Client, request: HostileRequest) -> str:
    """Return what is wrong with the response; an empty text if it is as it should be."""
    response = await client.http.post("/graphql", content=request.body, headers={"Content-Type": "application/json"})
    body = response.json()
    errors = body.get("errors", [])
    codes = {error["extensions"]["code"] for error in errors}
    is_right = response.status_code == 200 and len(errors) <= 21 and "INTERNAL_SERVER_ERROR" not in codes
    return "" if is_right and (request.is_valid or errors) else response.text[:500]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_hostile_requests(server: ServerProcess) -> None:
    async with Client.of(server.address) as client, Client.of(server.address) as attacker:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        queue = list(ALL.items())
        wrong: dict[str, str] = {}

        async def send_all() -> None:
            while queue:
                name, request = queue.pop()
                answer = await _send(attacker, request)
                if answer:
                    wrong[name] = answer

        attack = asyncio.gather(*(send_all() for _ in range(SENDERS)))
        served = 0
        while not attack.done():
            assert [event["elementId"] for event in await client.list_events()] == ["first"]
            served += 1
            await asyncio.sleep(0.01)
        await attack
        assert wrong == {}
        assert served > 1
        (event,) = await client.list_events()
        assert (await client.trigger("two-steps", "c-1", event["id"]))["__typename"] == "TriggerEventSuccess"
    assert "Traceback" not in server.output
