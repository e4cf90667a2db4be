"""A timer whose process computes without end is parked, across ``kill -9``, and holds up nobody."""

from tests.delivery.models import timed
from tests.support.polling import wait_until
from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.models import endless

ENDLESS = endless("intermediateCatchEvent timer=PT0S")
CASES = 2


async def test_timers_that_fail_are_parked_across_a_crash_and_hold_up_nobody(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(ENDLESS, "endless", *(f"c-{number}" for number in range(CASES)))
        await wait_until(lambda: is_logged(server, 0, "is tried again in 0:00:01", CASES))

    server.kill()
    before = len(server.output)
    server.start()
    async with Client.of(server.address) as client:
        assert (await client.http.get("/healthz")).status_code == 200
        await client.deploy_and_start(timed("soon", "<timeDuration>PT0S</timeDuration>"), "soon", "c-1")
        await wait_until(lambda: has_fired(client))
        assert sorted(event["elementId"] for event in await client.list_events()) == ["Begin"] * CASES
        # The restarted server goes on with the second pause, instead of the first one.
        await wait_until(lambda: is_logged(server, before, "is tried again in"))
    pauses = [
        line.split("is tried again in ")[1][:7] for line in server.output[before:].splitlines() if "again in" in line
    ]
    assert "0:00:01" not in pauses, pauses


async def is_logged(server: ServerProcess, begin: int, text: str, times: int = 1) -> bool:
    return server.output[begin:].count(text) >= times


async def has_fired(client: Client) -> bool:
    triggers = await client.list_triggers()
    return [trigger["elementId"] for trigger in triggers] == ["ring"]
