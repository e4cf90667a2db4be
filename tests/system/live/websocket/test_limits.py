"""The limits of WebSockets: connections, operations, subscriptions, time and memory."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.api.tokens import token
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.sockets import GraphQLSocket, initialized, opened
from tests.system.models import TWO_STEPS


async def metric(client: Client, name: str) -> float:
    """Return the value of a metric; 0 if there is none yet."""
    lines = (await client.http.get("/metrics")).text.splitlines()
    values = [line.rpartition(" ")[2] for line in lines if line.startswith(f"bpmn_events_{name} ")]
    return float(values[0]) if values else 0.0


async def wait_for_metric(client: Client, name: str, is_reached: Callable[[float], bool]) -> None:
    async def check() -> bool:
        return is_reached(await metric(client, name))

    await wait_until(check)


async def test_time_to_initialize(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"CONNECTION_INIT_SECONDS": "0.5"})) as server:
        async with opened(server.address) as socket, initialized(server.address) as patient:
            await socket.send({"type": "ping"})
            assert await socket.closed() == (4408, "The message connection_init did not arrive in time")
            assert await patient.execute("{ __typename }")


async def test_operations_and_subscriptions(tmp_path: Path) -> None:
    settings = {
        **{"MAX_OPERATIONS_PER_CONNECTION": "3", "MAX_SUBSCRIPTIONS_PER_CALLER": "4", "MAX_SUBSCRIPTIONS": "6"},
        **{"MAX_CONNECTIONS": "8", "KEEP_ALIVE_SECONDS": "1"},
    }
    eve, ada = token(subject="eve"), token(subject="ada")
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        async with initialized(server.address, eve) as first, initialized(server.address, eve) as second:
            for number in range(4):
                await first.subscribe(id=str(number))
            await _assert_refused(await first.receive(), "3", "error")
            for number in range(2):
                await second.subscribe(id=str(number))
            change = await second.next("1")
            assert (change["__typename"], change["code"]) == ("EngineUnavailableError", "TOO_MANY_REQUESTS")
            async with initialized(server.address, ada) as third:
                for number in range(3):
                    await third.subscribe(id=str(number))
                assert (await third.next("2"))["code"] == "TOO_MANY_REQUESTS"
                # A place is free as soon as a subscription ends.
                await first.send({"id": "0", "type": "complete"})
                await first.execute("{ __typename }")
                assert (await third.receive())["type"] == "complete"
                await third.subscribe(id="again")
                async with Client.of(server.address) as client:
                    await wait_for_metric(client, "subscriptions", lambda number: number == 6)
            async with Client.of(server.address) as client:
                await wait_for_metric(client, "subscriptions", lambda number: number == 3)


async def test_large_requests_count_more(tmp_path: Path) -> None:
    """The variables are kept with each subscription: a caller cannot fill the memory with those of many."""

    async def subscribe(socket: GraphQLSocket, id: str, size: int) -> None:
        await socket.subscribe(id=id, unused="x" * size)

    with running(ServerProcess(tmp_path, settings={"MAX_SUBSCRIPTIONS_PER_CALLER": "6"})) as server:
        async with initialized(server.address) as socket, Client.of(server.address) as client:
            await subscribe(socket, "large", 70_000)
            await subscribe(socket, "small", 0)
            await wait_for_metric(client, "subscriptions", lambda number: number == 2)
            await subscribe(socket, "too many", 0)
            assert (await socket.next("too many"))["code"] == "TOO_MANY_REQUESTS"
            assert (await socket.receive())["type"] == "complete"
            await socket.send({"id": "large", "type": "complete"})
            await subscribe(socket, "again", 70_000)
            await wait_for_metric(client, "subscriptions", lambda number: number == 2)
            await socket.send({"id": "again", "type": "complete"})
            await socket.subscribe(id="many values", filter={"elementIds": [f"{number}" for number in range(160)]})
            await wait_for_metric(client, "subscriptions", lambda number: number == 2)
            await subscribe(socket, "too many", 0)
            assert (await socket.next("too many"))["code"] == "TOO_MANY_REQUESTS"


async def _assert_refused(message: Any, id: str, type: str) -> None:
    assert (message["id"], message["type"]) == (id, type), message
    assert [error["extensions"]["code"] for error in message["payload"]] == ["TOO_MANY_REQUESTS"]


async def test_connections_with_operations_count(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"MAX_CONNECTIONS": "3"})) as server:
        async with AsyncExitStack() as stack:
            sockets = [await stack.enter_async_context(initialized(server.address)) for _ in range(3)]
            for socket in sockets:
                await socket.subscribe()
                assert await socket.execute("{ __typename }")
            with pytest.raises((InvalidStatus, InvalidMessage, OSError)):
                async with opened(server.address):
                    pass
            assert await sockets[0].execute("{ __typename }")
            await sockets[0].connection.close()
            async with opened(server.address) as socket:
                await socket.init()


async def test_connections_without_operations_make_room(tmp_path: Path) -> None:
    """Whoever has no token can hold connections, but lock nobody out. The oldest end first."""
    with running(ServerProcess(tmp_path, settings={"MAX_CONNECTIONS": "3"})) as server:
        async with AsyncExitStack() as stack:
            busy = await stack.enter_async_context(initialized(server.address))
            await busy.subscribe()
            assert await busy.execute("{ __typename }")
            silent = await stack.enter_async_context(opened(server.address))
            anonymous = await stack.enter_async_context(opened(server.address))
            await anonymous.send({"type": "connection_init"})
            assert await anonymous.receive() == {"type": "connection_ack"}
            await anonymous.subscribe()
            assert (await anonymous.next())["code"] == "UNAUTHORIZED"
            assert (await anonymous.receive())["type"] == "complete"
            for socket in (silent, anonymous):
                async with Client.of(server.address) as client:
                    await client.changes_cursor()
                    assert (await socket.closed())[0] == 1013
                    assert await busy.execute("{ __typename }")
                    await stack.enter_async_context(opened(server.address))


async def test_many_messages_in_a_row(shared: ServerProcess, client: Client) -> None:
    """Ten thousand operations arrive before an answer is read: all are answered, or refused, and in order."""
    async with initialized(shared.address) as socket:

        async def send() -> None:
            for number in range(10_000):
                await socket.subscribe("{ __typename }", str(number))

        sending = asyncio.create_task(send())
        ended: set[str] = set()
        while len(ended) < 10_000:
            message = await socket.receive()
            if message["type"] in ("complete", "error"):
                ended.add(message["id"])
        await sending
    assert await metric(client, "subscriptions") == 0


@asynccontextmanager
async def stalled(address: str, query: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a WebSocket whose client subscribes and then does not read."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**26)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token()}"}}
    for message in (init, {"id": "1", "type": "subscribe", "payload": {"query": query}}):
        text = json.dumps(message).encode()
        writer.write(b"\x81\xfe" + len(text).to_bytes(2) + b"\0\0\0\0" + text)
    await reader.readuntil(b"connection_ack")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    try:
        yield reader, writer
    finally:
        writer.close()


async def _fold(socket: GraphQLSocket, wanted: int) -> int:
    """Receive changes until so many events were added, and return the number."""
    added = 0
    while added < wanted:
        added += "event" in await socket.next()
    return added


START = """mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) { __typename } }"""


async def test_a_stalled_client_is_gone_and_disturbs_nobody(tmp_path: Path) -> None:
    """Several MB of changes wait for a client that does not read. The kernel takes a part of them first."""
    large = "x" * 200_000
    query = """subscription { waitingEventChanges {
        ... on WaitingEventAdded { event { processInstance { variables } } } } }"""
    with running(ServerProcess(tmp_path, settings={"HEARTBEAT_SECONDS": "1"})) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        async with (
            Client.of(server.address) as client,
            initialized(server.address) as healthy,
            stalled(server.address, query) as (reader, writer),
        ):
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
            await healthy.subscribe()
            await wait_for_metric(client, "subscriptions", lambda number: number == 2)
            before = process.memory_info().rss
            reading = asyncio.create_task(_fold(healthy, 60))
            for number in range(60):
                await client.graphql(
                    START,
                    input={"processModelKey": "two-steps", "correlationId": f"c{number}", "payload": {"x": large}},
                )
            assert await reading == 60
            await wait_for_metric(client, 'websocket_closes_total{code="4410"}', lambda count: count == 1)
            assert process.memory_info().rss - before < 60_000_000
            await wait_for_metric(client, "subscriptions", lambda number: number == 1)
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            end = await asyncio.wait_for(_read_to_the_end(reader), 30)
            assert end < 12_000_000  # the connection has ended before all of it


async def _read_to_the_end(reader: asyncio.StreamReader) -> int:
    size = 0
    try:
        while data := await reader.read(65536):
            size += len(data)
    except ConnectionError:
        pass
    return size


async def test_incomplete_messages_share_a_limited_memory(shared: ServerProcess, client: Client) -> None:
    """A hundred clients begin messages of 1 MB that they do not finish. Others are served all the same."""
    size = 1_000_000
    async with AsyncExitStack() as stack:
        for _ in range(100):
            _, writer = await stack.enter_async_context(stalled(shared.address, "{ __typename }"))
            writer.write(b"\x81\xff" + size.to_bytes(8) + b"\0\0\0\0" + b" " * (size - 1))
            await asyncio.wait_for(writer.drain(), 60)
        assert (await client.graphql("{ __typename }")) == "Query"
        await wait_for_metric(client, 'websocket_closes_total{code="1013"}', lambda count: count > 20)
