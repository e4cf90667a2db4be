"""Crowds of clients: a thousand that connect at once, some that never finish their handshake, and slow readers."""

import asyncio
import base64
import json
import os
import re
import resource
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import psutil
import pytest

from tests.api.tokens import token
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.support.wire import dial
from tests.system.client import Client
from tests.system.live.sockets import GraphQLSocket, initialized, opened
from tests.system.models import TWO_STEPS

CROWD = 1_000
UNFINISHED = 100
SLOW = 30
TEXT = "x" * 100_000
EVENTS = 80
LARGE = "subscription { eventTriggerChanges { ... on EventTriggerAdded { trigger { payload } cursor } } }"


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process and its servers have a connection for everybody in the crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CROWD + 500
    if hard < wanted:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def wait_for_subscriptions(client: Client, count: int) -> None:
    async def is_reached() -> bool:
        metrics = (await client.http.get("/metrics")).text
        return re.search(rf"^bpmn_events_subscriptions {count}(\.0)?$", metrics, re.MULTILINE) is not None

    await wait_until(is_reached)


async def subscribe(stack: AsyncExitStack, address: str) -> GraphQLSocket:
    """Subscribe over a connection of its own, however long the server takes to accept it."""
    socket = await stack.enter_async_context(opened(address, open_timeout=None, ping_interval=None))
    await socket.init()
    await socket.subscribe()
    return socket


@pytest.mark.usefixtures("many_files")
async def test_a_thousand_connect_at_once(tmp_path: Path) -> None:
    settings = {"MAX_CONNECTIONS": str(CROWD + 2 * UNFINISHED), "MAX_SUBSCRIPTIONS_PER_CALLER": str(CROWD)}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        half_a_head = b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        unfinished = [dial(server.address).send(half_a_head) for _ in range(UNFINISHED)]
        async with Client.of(server.address) as client, AsyncExitStack() as stack:
            await client.deploy_and_start(TWO_STEPS, "two-steps")
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(subscribe(stack, server.address)) for _ in range(CROWD)]
            sockets = [task.result() for task in tasks]
            await wait_for_subscriptions(client, CROWD)
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            added = {(await socket.next())["event"]["id"] for socket in sockets}
            assert added == {event["id"] for event in await client.list_events()}
            for socket in sockets[::2]:
                socket.connection.transport.abort()
            await wait_for_subscriptions(client, CROWD // 2)
            await client.trigger("two-steps", "c-1", "first")
            for socket in sockets[1::2]:
                assert (await socket.next())["eventId"] in added
        async with Client.of(server.address) as client:
            await wait_for_subscriptions(client, 0)
        for wire in unfinished:
            assert wire.statuses() in ([408], [503])
            wire.close()


def frame(message: object) -> bytes:
    """Return the frame of a client, whose mask changes nothing."""
    text = json.dumps(message).encode()
    return b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text


class SlowReader:
    """A subscriber that reads a kilobyte per second."""

    def __init__(self, address: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self._wire = dial(address, receive_buffer=4096).send(
            f"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
        )
        assert self._wire.socket.recv(1024).startswith(b"HTTP/1.1 101 ")
        self._wire.send(frame({"type": "connection_init", "payload": {}}))
        assert b"connection_ack" in self._wire.socket.recv(1024)
        self._wire.send(frame({"id": "1", "type": "subscribe", "payload": {"query": LARGE}}))

    async def read(self) -> None:
        """Read until the server has ended the connection."""
        self._wire.socket.setblocking(False)
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while True:
                if not await loop.sock_recv(self._wire.socket, 1024):
                    return
                await asyncio.sleep(1)

    def close(self) -> None:
        self._wire.close()


async def test_slow_readers_take_a_limited_memory_together(tmp_path: Path) -> None:
    """Each may be 8 MB behind. They are cut off, and whoever reads gets everything."""
    with running(ServerProcess(tmp_path, settings={"MAX_STREAMS_TOTAL_BYTES": "4194304"})) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        async with Client.of(server.address) as client, initialized(server.address) as healthy:
            correlations = [f"c-{number}" for number in range(EVENTS)]
            await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)
            await healthy.subscribe(LARGE)
            slow = [SlowReader(server.address) for _ in range(SLOW)]
            await wait_for_subscriptions(client, SLOW + 1)
            reading = [asyncio.create_task(reader.read()) for reader in slow]
            before = process.memory_info().rss
            most = before
            for correlation in correlations:
                await client.trigger("two-steps", correlation, "first", payload={"text": TEXT})
                assert (await healthy.next())["trigger"]["payload"] == {"text": TEXT}
                most = max(most, process.memory_info().rss)
            assert most - before < 100_000_000
            await wait_for_subscriptions(client, 1)
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
            for reader in slow:
                reader.close()
