"""Subscriptions as event streams and as multipart responses, over real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET, token
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.graphql_streams import CHANGES, EVENTS, MULTIPART, EventReader, subscribing
from tests.system.models import TWO_STEPS

HEARTBEAT_PART = b"\r\nContent-Type: application/json\r\n\r\n{}"
LIST = "{ waitingEvents { ... on WaitingEventConnection { nodes { id elementId } changesCursor } } }"


MAX_OF_CALLER = 5


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server with short heartbeats, which several tests use. Each has process instances of its own."""
    settings = {"HEARTBEAT_SECONDS": "1", "MAX_SUBSCRIPTIONS_PER_CALLER": str(MAX_OF_CALLER)}
    with running(ServerProcess(tmp_path_factory.mktemp("shared"), settings=settings)) as server:
        yield server


async def test_a_list_stays_live_and_resumes(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        page = await client.graphql(LIST)
        folded = {node["id"]: node["elementId"] for node in page["nodes"]}
        async with subscribing(server.address, variables={"after": page["changesCursor"]}) as stream:
            assert await stream.block() == ":"  # sent before anything happens
            await client.trigger("two-steps", "c-1", "first")
            removed, added = await stream.change(), await stream.change()
        assert removed["eventId"] == folded.popitem()[0]
        assert added["event"]["elementId"] == "second"
        await client.trigger("two-steps", "c-1", "second")  # while nobody listens
        async with subscribing(server.address, variables={"after": removed["cursor"]}) as stream:
            assert await stream.change() == added
            assert (await stream.change())["eventId"] == added["event"]["id"]


async def test_the_filter_decides_what_is_sent(shared: ServerProcess) -> None:
    async with Client.of(shared.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "f-1", "f-2")
        filter = {"correlationIds": ["f-2"], "elementIds": ["second"]}
        async with subscribing(shared.address, variables={"filter": filter}) as stream:
            await stream.block()
            for correlation in ("f-1", "f-2"):
                await client.trigger("two-steps", correlation, "first")
            change = await stream.change()
            assert change["event"] == {**change["event"], "elementId": "second", "correlation": {"id": "f-2"}}


async def test_a_multipart_part_is_complete_when_it_arrives(shared: ServerProcess) -> None:
    async with (
        Client.of(shared.address) as client,
        subscribing(shared.address, accept=MULTIPART) as stream,
    ):
        assert await stream.until(b"--graphql") == b"\r\n"
        await client.deploy_and_start(TWO_STEPS, "two-steps", "m-1")
        while (part := await stream.until(b"\r\n--graphql")) == HEARTBEAT_PART:
            pass
        head, _, content = part.partition(b"\r\n\r\n")
        assert head == b"\r\nContent-Type: application/json"
        change = json.loads(content)["payload"]["data"]["waitingEventChanges"]
        assert (change["__typename"], change["event"]["elementId"]) == ("WaitingEventAdded", "first")


async def test_a_silent_stream_sends_heartbeats_and_is_not_compressed(shared: ServerProcess) -> None:
    async with (
        subscribing(shared.address) as events,
        subscribing(shared.address, accept=MULTIPART) as multipart,
    ):
        async with asyncio.timeout(30):  # three of them take 36 seconds without the setting
            assert [await events.block() for _ in range(4)] == [":", ":", ":", ":"]
        await multipart.until(b"\r\n--graphql")
        assert await multipart.until(b"\r\n--graphql") == HEARTBEAT_PART
        for stream in (events, multipart):
            assert stream.response.request.headers["accept-encoding"].startswith("gzip")
            assert "content-encoding" not in stream.response.headers


async def test_a_client_that_leaves_gives_its_place_back(shared: ServerProcess) -> None:
    bearer = token(subject="bob")

    async def is_refused() -> bool:
        async with subscribing(shared.address, bearer=bearer) as stream:
            await stream.block()
            if (block := await stream.block()) == ":":
                return False
            assert '"code":"TOO_MANY_REQUESTS"' in block
            assert await stream.rest() == b"event: complete\ndata:\n\n"
            return True

    for _ in range(3):
        async with AsyncExitStack() as stack:
            streams = [
                await stack.enter_async_context(subscribing(shared.address, bearer=bearer, accept=accept))
                for accept in ([EVENTS, MULTIPART] * MAX_OF_CALLER)[:MAX_OF_CALLER]
            ]
            for stream in streams:
                await stream.until(b"\n")
            assert await is_refused()
        await wait_until(lambda: _negated(is_refused))


async def _negated(condition: Callable[[], Awaitable[bool]]) -> bool:
    return not await condition()


@pytest.mark.parametrize("accept", [EVENTS, MULTIPART])
async def test_the_stream_ends_with_the_token(shared: ServerProcess, accept: str) -> None:
    bearer = sign_token(
        SECRET, subject="eve", permissions=list(Permission), lanes=["*"], expires_in=timedelta(seconds=4)
    )
    logged = len(shared.output)
    async with subscribing(shared.address, accept=accept, bearer=bearer) as stream:
        body = await stream.rest()
    error = b'{"message":"The bearer token was refused: it has expired.","extensions":{"code":"UNAUTHORIZED"}}'
    if accept == EVENTS:
        assert body.endswith(b':\n\nevent: next\ndata: {"errors":[%b]}\n\nevent: complete\ndata:\n\n' % error)
    else:
        head = b"\r\n--graphql\r\nContent-Type: application/json\r\n\r\n"
        assert body.endswith(head + b'{"payload":null,"errors":[%b]}\r\n--graphql--\r\n' % error)

    async def is_logged() -> bool:
        return "principal=eve" in shared.output[logged:]

    await wait_until(is_logged)
    (line,) = [line for line in shared.output[logged:].splitlines() if "principal=eve" in line]
    assert "code=UNAUTHORIZED" in line


async def test_the_access_log_has_a_line_at_the_end(shared: ServerProcess) -> None:
    query = CHANGES.replace("subscription Changes", "subscription LoggedOnce")
    async with subscribing(shared.address, query) as stream:
        await stream.block()
        await asyncio.sleep(1)
        assert "LoggedOnce" not in shared.output

    async def is_logged() -> bool:
        return "LoggedOnce" in shared.output

    await wait_until(is_logged)
    (line,) = [line for line in shared.output.splitlines() if "LoggedOnce" in line]
    assert "status=200 outcome=ok" in line
    assert 'principal=ada operation="subscription LoggedOnce"' in line
    assert float(line.partition("duration_ms=")[2].split()[0]) > 1000


async def test_by_get_and_head_and_options(shared: ServerProcess) -> None:
    parameters = {"query": CHANGES, "variables": json.dumps({"filter": {"search": "g-1"}})}
    headers = {"Authorization": f"Bearer {token()}", "Accept": EVENTS}
    async with Client.of(shared.address) as client:
        async with client.http.stream("GET", "/graphql", params=parameters, headers=headers) as response:
            stream = EventReader(response)
            await stream.block()
            await client.deploy_and_start(TWO_STEPS, "two-steps", "g-1")
            assert (await stream.change())["event"]["elementId"] == "first"
        for method in ("HEAD", "OPTIONS"):
            other = await client.http.request(method, "/graphql", params=parameters, headers=headers)
            assert (other.status_code, other.headers["allow"]) == (405, "GET, POST")


async def test_a_client_of_http_1_0(shared: ServerProcess) -> None:
    """A proxy with nginx's default settings is one. It gets the stream without chunks."""
    host, _, port = shared.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"query": CHANGES, "variables": {"filter": {"search": "old-1"}}}).encode()
    fields = f"Authorization: Bearer {token()}\r\nAccept: {EVENTS}\r\nContent-Type: application/json\r\n"
    writer.write(f"POST /graphql HTTP/1.0\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b"transfer-encoding" not in head
    assert b"x-accel-buffering: no" in head
    assert await reader.readuntil(b"\n\n") == b":\n\n"
    async with Client.of(shared.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "old-1")
    while (block := await reader.readuntil(b"\n\n")) == b":\n\n":
        pass
    assert block.startswith(b'event: next\ndata: {"data":{"waitingEventChanges":{"__typename":"WaitingEventAdded"')
    writer.close()


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_shutdown_interrupts_streams(workers: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Clients notice that more would follow. Streams do not hold up the shutdown."""
    settings = {"SHUTDOWN_SECONDS": "100", "WORKERS": str(workers)}
    if workers > 1:
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_server").create_database()
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        async with AsyncExitStack() as stack:
            streams = [
                await stack.enter_async_context(subscribing(server.address, accept=accept))
                for accept in [EVENTS, MULTIPART] * 4
            ]
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            bodies = [await stream.until_interrupted() for stream in streams]
            assert bodies == [b":\n\n", b"\r\n--graphql"] * 4
            assert await asyncio.wait_for(stopping, 60) == 0
