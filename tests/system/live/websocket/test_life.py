"""WebSockets from their heartbeats to the end of their server, and at another ASGI server."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.http_edge.applications import documented_command
from tests.system.live.sockets import GraphQLSocket, initialized, opened
from tests.system.live.websocket.test_limits import stalled, wait_for_metric
from tests.system.models import TWO_STEPS

TRIGGER = """mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename } }"""
START = "mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) { __typename } }"
LARGE = "subscription { waitingEventChanges { ... on WaitingEventAdded { event { processInstance { variables } } } } }"
ADDED = ["WaitingEventRemoved", "WaitingEventAdded"]


async def told_cursor(socket: GraphQLSocket, before: str | None = None) -> str:
    """Return the cursor in a ping, as soon as there is another one than before."""
    while (cursor := (await socket.ping()).get("payload", {}).get("cursor")) in (None, before):
        pass
    return str(cursor)


async def test_heartbeats_have_the_cursor_of_quiet_subscriptions(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"HEARTBEAT_SECONDS": "1"})) as server:
        async with Client.of(server.address) as client, initialized(server.address) as socket:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "busy", "quiet")
            assert await socket.ping() == {"type": "ping"}
            await socket.subscribe(filter={"correlationIds": ["quiet"]})
            begin = await told_cursor(socket)
            await client.trigger("two-steps", "busy", "first")
            later = await told_cursor(socket, begin)
            await socket.connection.close()
            await client.trigger("two-steps", "quiet", "first")
            await client.trigger("two-steps", "busy", "second")
            async with initialized(server.address) as again:
                await again.subscribe(after=later)
                changes = [await again.next() for _ in range(3)]
                assert [change["__typename"] for change in changes] == [*ADDED, "WaitingEventRemoved"]
                assert changes[1]["event"]["correlation"] == {"id": "quiet"}
                await again.subscribe(id="2", after=begin)
                assert (await again.next("2"))["__typename"] == "WaitingEventRemoved"
                assert (await again.next("2"))["event"]["correlation"] == {"id": "busy"}


async def test_the_server_stops(tmp_path: Path) -> None:
    """All clients learn that it restarts, even if one of them does not read."""
    server = ServerProcess(tmp_path).start().keep_port()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client.of(server.address))
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
        sockets = [await stack.enter_async_context(initialized(server.address)) for _ in range(100)]
        for socket in sockets:
            await socket.subscribe()
        _, writer = await stack.enter_async_context(stalled(server.address, LARGE))
        uninitialized = await stack.enter_async_context(opened(server.address))
        await wait_for_metric(client, "subscriptions", lambda number: number == 101)
        assert writer.transport.is_closing() is False
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        ends = await asyncio.gather(*(socket.closed() for socket in (*sockets, uninitialized)))
        assert {code for code, _ in ends} == {1012}
        assert await stopping == 0
        assert "Cancel" not in server.output
        assert "Exception" not in server.output
        assert "never awaited" not in server.output
    with running(server):
        async with initialized(server.address) as socket:
            assert await socket.execute("{ __typename }")


async def test_the_server_is_killed(url: str, tmp_path: Path) -> None:
    """A client that continues after its last cursor receives each change once."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url, "HEARTBEAT_SECONDS": "1"})) as server:
        server.keep_port()
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", *(f"c{number}" for number in range(4)))
            async with initialized(server.address) as socket:
                await socket.subscribe()
                assert await told_cursor(socket)  # the subscription has begun
                await client.trigger("two-steps", "c0", "first")
                seen = [await socket.next()]
                server.kill()
                with suppress(ConnectionClosed):
                    while True:
                        seen.append(await socket.next())
        server.start()
        async with Client.of(server.address) as client:
            for number in range(1, 4):
                await client.trigger("two-steps", f"c{number}", "first")
            async with initialized(server.address) as socket:
                await socket.subscribe(after=seen[-1]["cursor"])
                while len(seen) < 8:
                    seen.append(await socket.next())
            waiting = await client.list_events()
            added = [change["event"]["id"] for change in seen if "event" in change]
            assert sorted(added) == sorted(event["id"] for event in waiting)
            assert len({change["cursor"] for change in seen}) == 8


async def test_a_large_response_beside_changes(shared: ServerProcess, client: Client) -> None:
    """A response of 7 MB takes longer than the changes that follow, which wait for it."""
    large = {"x": "x" * 250_000}
    await client.deploy_and_start(TWO_STEPS, "two-steps", "begin")
    for number in range(28):
        arguments = {"processModelKey": "two-steps", "correlationId": f"large-{number}", "payload": large}
        await client.graphql(START, input=arguments)
    query = """query($ids: [ID!]) { waitingEvents(first: 50, filter: {correlationIds: $ids}) {
        ... on WaitingEventConnection { nodes { processInstance { variables } } } } }"""
    async with initialized(shared.address) as socket:
        begin = await client.changes_cursor()
        await socket.subscribe(filter={"correlationIds": ["large-0", "large-1"]}, after=begin)
        await socket.subscribe(query, "large", ids=[f"large-{number}" for number in range(28)])
        for number in range(2):
            await client.trigger("two-steps", f"large-{number}", "first")
        messages = [await socket.receive() for _ in range(6)]
        (nodes,) = [each["payload"]["data"]["waitingEvents"]["nodes"] for each in messages if _is_result(each)]
        assert len(nodes) == 28
        assert sum(each["id"] == "1" for each in messages) == 4


def _is_result(message: Any) -> bool:
    return bool(message["id"] == "large" and message["type"] == "next")


async def test_another_asgi_server(tmp_path: Path) -> None:
    """Plain uvicorn has its own protocol for WebSockets, to which nobody can write frames."""
    settings = {"HEARTBEAT_SECONDS": "1", "MAX_STREAM_BYTES": "65536"}
    command = [*documented_command()[:3], "--ws", "websockets-sansio"]
    with running(ServerProcess(tmp_path, settings=settings, command=command)) as server:
        async with Client.of(server.address) as client, initialized(server.address) as socket:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
            await socket.subscribe()
            assert await told_cursor(socket)
            arguments = {"processModelKey": "two-steps", "correlationId": "c", "eventId": "first"}
            await socket.subscribe(TRIGGER, "m", input=arguments)
            messages = [await socket.receive() for _ in range(4)]
            changes = [each["payload"]["data"]["waitingEventChanges"] for each in messages if each["id"] == "1"]
            assert [change["__typename"] for change in changes] == ADDED
            async with initialized(server.address) as other:
                await other.send("nonsense")
                assert (await other.closed())[0] == 4400
            async with initialized(server.address) as other:
                # What follows the message that ends the connection has no effect.
                await other.subscribe("{ __typename }", id="q")
                await other.send({"type": "connection_init"})
                await other.send("nonsense")
                await other.subscribe(START, "late", input={"processModelKey": "two-steps", "correlationId": "late"})
                assert (await other.closed())[0] == 4429
                assert "late" not in {event["correlation"]["id"] for event in await client.list_events()}
            async with opened(server.address, protocols=()) as other:
                assert (await other.closed())[0] == 4406
            async with stalled(server.address, LARGE):
                for number in range(40):
                    arguments = {"processModelKey": "two-steps", "correlationId": f"c{number}"}
                    await client.graphql(START, input={**arguments, "payload": {"x": "x" * 250_000}})
                await wait_for_metric(client, "subscriptions", lambda number: number == 1)
            assert await socket.receive()
        server.stop()
        assert "Exception" not in server.output
