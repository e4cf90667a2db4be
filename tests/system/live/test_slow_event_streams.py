"""Clients of event streams that are far behind: one that reads gets everything, and one that does not is cut off."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.conformance.drawing import draw
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.event_stream import watching

NUMBER = 500
MODEL = draw(f"start > wait > end\nwait: receiveTask message=m multi={NUMBER}", "p")
CORRELATIONS = [f"c-{number}" for number in range(40)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path, settings={"MAX_STREAM_BYTES": "65536"})) as server:
        yield server


def open_silently(address: str, last_id: str) -> socket.socket:
    """Open a stream after a cursor, and read nothing."""
    host, _, port = address.removeprefix("http://").partition(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    fields = f"Host: x\r\nAuthorization: Bearer {token()}\r\nLast-Event-ID: {last_id}\r\n"
    connection.sendall(f"GET /events/changes HTTP/1.1\r\n{fields}\r\n".encode())
    return connection


async def open_streams(client: Client) -> int:
    """Return the number of streams that the server has."""
    name = 'bpmn_events_streams{transport="http"} '
    lines = (await client.http.get("/metrics")).text.splitlines()
    (number,) = (line.removeprefix(name) for line in lines if line.startswith(name))
    return int(float(number))


async def test_whoever_reads_gets_everything_and_others_are_cut_off(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        async with watching(server.address) as stream:
            start = await stream.next()
        await client.deploy_and_start(MODEL, "p", *CORRELATIONS)

        async def is_one_stream_open() -> bool:
            return await open_streams(client) == 1

        with closing(open_silently(server.address, start.id)):
            async with watching(server.address, **{"Last-Event-ID": start.id}) as late:
                assert (await late.next()).id == start.id
                events = await late.changes(NUMBER * len(CORRELATIONS))
                assert len({event.data["id"] for event in events}) == len(events)
                await wait_until(is_one_stream_open)
                await client.deploy_and_start(draw("start > x > end\nx: receiveTask message=x", "q"), "q", "last")
                assert (await late.change()).change == ("added", "x")
