"""Clients of GraphQL streams that do not read are cut off. Others are not disturbed, and get large payloads."""

import json
from pathlib import Path

import psutil

from tests.api.tokens import token
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.support.wire import Wire, dial
from tests.system.client import Client
from tests.system.live.graphql_streams import EVENTS, MULTIPART, EventReader, subscribing
from tests.system.models import TWO_STEPS

# Each payload has 2 MB: more than may wait for a client, but it is one message.
TEXT = "x" * 200_000
ALIASES = "\n".join(f"p{number}: payload" for number in range(10))
QUERY = f"subscription Large {{ eventTriggerChanges {{ ... on EventTriggerAdded {{ trigger {{ {ALIASES} }} }} }} }}"
COUNT = 10


def stall(address: str, accept: str, version: str) -> Wire:
    """Subscribe, and read nothing."""
    wire = dial(address, receive_buffer=4096)
    body = json.dumps({"query": QUERY}).encode()
    fields = f"Host: x\r\nAuthorization: Bearer {token(subject='silent')}\r\nAccept: {accept}\r\n"
    head = (
        f"POST /graphql HTTP/{version}\r\n{fields}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return wire.send(head.encode() + body)


async def read_large(stream: EventReader) -> int:
    """Read the payload of a trigger, and return its size."""
    trigger = (await stream.payload())["data"]["eventTriggerChanges"]["trigger"]
    return sum(len(payload["text"]) for payload in trigger.values())


async def test_clients_that_do_not_read_are_cut_off_and_disturb_nobody(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path)) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        async with Client.of(server.address) as client, subscribing(server.address, QUERY) as healthy:
            correlations = [f"c-{number}" for number in range(COUNT)]
            await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)
            silent = [stall(server.address, *how) for how in ((EVENTS, "1.1"), (MULTIPART, "1.1"), (EVENTS, "1.0"))]
            await healthy.block()
            before = process.memory_info().rss
            for correlation in correlations:
                await client.trigger("two-steps", correlation, "first", payload={"text": TEXT})
                assert await read_large(healthy) == 10 * len(TEXT)

            async def are_gone() -> bool:
                return server.output.count("principal=silent") == len(silent)

            await wait_until(are_gone)
            assert process.memory_info().rss - before < 100_000_000
            for wire in silent:
                wire.close()
