"""Errors of the server itself end a connection with 1011, and are logged."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ServerProcess, running
from tests.system.http_edge.applications import ROOT, documented_command
from tests.system.live.sockets import GraphQLSocket, initialized
from tests.system.live.websocket.faulty import DAMAGED, UNSENDABLE

CREATE_APP = "tests.system.live.websocket.faulty:create_faulty_app"
COMMAND = [CREATE_APP if argument == "bpmn_events.asgi:create_app" else argument for argument in documented_command()]
FRAMES = [*COMMAND, "--app-dir", str(ROOT)]
MESSAGES = [*COMMAND[:3], "--ws", "websockets-sansio", "--app-dir", str(ROOT)]


@pytest.fixture(scope="module", params=[FRAMES, MESSAGES], ids=["own protocol", "protocol of uvicorn"])
def faulty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path_factory.mktemp("faulty"), command=request.param)) as server:
        yield server


async def assert_internal_error(server: ServerProcess, socket: GraphQLSocket) -> None:
    code, reason = await socket.closed()
    assert code == 1011
    assert reason is not None
    text, _, identifier = reason.rpartition(" ")
    assert text == "Unexpected error"
    _, _, logged = server.output.partition(f"ERROR   bpmn_events.web.gql.websocket.closing: {reason}")
    assert "Traceback" in logged, server.output
    assert len(identifier) == 32


async def test_a_message_that_cannot_be_handled(faulty: ServerProcess) -> None:
    async with initialized(faulty.address) as socket, initialized(faulty.address) as other:
        await socket.send(DAMAGED)
        await assert_internal_error(faulty, socket)
        assert await other.execute("{ __typename }")


@pytest.mark.parametrize("faulty", [MESSAGES], ids=["protocol of uvicorn"], indirect=True)
async def test_a_message_that_cannot_be_sent(faulty: ServerProcess) -> None:
    async with initialized(faulty.address) as socket, initialized(faulty.address) as other:
        await socket.send({"type": "ping", "payload": {"text": UNSENDABLE}})
        await assert_internal_error(faulty, socket)
        assert await other.execute("{ __typename }")


async def test_connections_that_end_are_no_error(tmp_path: Path) -> None:
    """Neither if the client goes while messages are on their way, nor if the server stops."""
    with running(ServerProcess(tmp_path, command=MESSAGES)) as server:
        async with initialized(server.address) as staying:
            for number in range(20):
                async with initialized(server.address) as socket:
                    for _ in range(50):
                        await socket.send({"type": "ping", "payload": {"number": number}})
                    if number % 2:
                        socket.connection.transport.abort()
            await staying.subscribe()
            for _ in range(50):
                await staying.send({"type": "ping"})
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            await staying.closed()
            await stopping
        assert "ERROR" not in server.output
        assert "Exception" not in server.output
