"""Bodies and answers that take their time, and connections that end in between."""

import asyncio
import json
import signal
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import psutil

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET
from tests.support.polling import wait_until
from tests.support.server import ServerProcess
from tests.support.wire import Response, Wire, dialing
from tests.system.bulk.cases import chunk, head, line
from tests.system.client import Client

NONSENSE = b"[]\n"  # its answer is a hundred times as long


def answers(response: Response) -> list[dict[str, Any]]:
    return [json.loads(text) for text in response.body.splitlines()]


def next_answer(wire: Wire) -> Any:
    """Return the next answer of a response whose header was read."""
    return json.loads(wire.read_chunk())


async def has_closed(server: ServerProcess, port: int) -> bool:
    """Return True if the server has no connection to this port of a client."""
    assert server.process is not None
    connections = psutil.Process(server.process.pid).net_connections()
    return not any(getattr(each.raddr, "port", None) == port for each in connections)


async def test_answers_come_while_the_body_is_sent(server: ServerProcess) -> None:
    """Each line is sent after the answer to the one before it. All take longer than the deadline of other bodies."""
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        for number in range(1, 6):
            await asyncio.sleep(0.5)
            wire.send(chunk(line(number)))
            answer = next_answer(wire)
            assert (answer["line"], answer["outcome"]) == (number + 1, "TRIGGERED")
        wire.send(chunk(b""))
        assert wire.read_chunk() == b""
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")  # the connection goes on
        wire.expect(200)


async def test_a_client_reads_only_after_it_has_sent_everything(server: ServerProcess) -> None:
    """Its answers do not fit into the buffers of the connection, and it sends for longer than others may not read."""
    nonsense = NONSENSE * 12_000
    with dialing(server.address) as wire:
        wire.send(head(server.address))
        for number in range(6):
            wire.send(chunk(line(number) + nonsense))
            await asyncio.sleep(0.5)
        wire.send(chunk(b""))
        results = answers(wire.expect(200))
    assert Counter(each["outcome"] for each in results) == {"TRIGGERED": 6, "FAILED": 72_000}
    assert [each["line"] for each in results] == list(range(1, 72_007))


async def test_a_client_sends_more_than_is_read(server: ServerProcess) -> None:
    """The server reads what follows the last line that it executes, so that the client can send it and then read."""
    with dialing(server.address) as wire:
        wire.send(head(server.address))
        for _ in range(5):
            wire.send(chunk(NONSENSE * 30_000))
        wire.send(chunk(b""))
        results = answers(wire.expect(200))
    assert (len(results), results[-1]["line"]) == (100_001, 100_001)
    assert results[-1]["error"]["detail"] == "line: a body has at most 100000 lines."


async def test_a_client_that_never_reads_is_cut_off(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0) + NONSENSE * 90_000), chunk(b""))
        await wait_until(lambda: _is_triggered(server, 0))
        port = wire.socket.getsockname()[1]
        await wait_until(lambda: has_closed(server, port))


async def test_a_body_that_stops_is_ended(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        assert wire.socket.recv(100) == b""  # without the end of the response


async def test_a_body_that_never_begins_is_refused(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address))
        assert wire.expect(408).json()["code"] == "REQUEST_TIMEOUT"


async def test_a_client_that_goes(server: ServerProcess) -> None:
    """The lines that have arrived are executed, but not a part of a line."""
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0) + line(1) + line(2).rstrip()))
        assert wire.read_head().status == 200
    await wait_until(lambda: _is_triggered(server, 1))
    async with Client.of(server.address) as client:
        await client.trigger("two-steps", "c-3", "first")
        triggered = {trigger["correlation"]["id"] for trigger in await client.list_triggers()}
    assert triggered == {"c-0", "c-1", "c-3"}


async def test_a_credential_that_expires(server: ServerProcess) -> None:
    bearer = sign_token(
        SECRET, subject="ada", permissions=list(Permission), lanes=["*"], expires_in=timedelta(seconds=3)
    )
    with dialing(server.address) as wire:
        wire.send(head(server.address, bearer=bearer), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        number = 1
        while (answer := next_answer(wire.send(chunk(line(number)))))["outcome"] == "TRIGGERED":
            number += 1
            await asyncio.sleep(0.5)
        assert (answer["line"], answer["error"]["code"]) == (number + 1, "UNAUTHORIZED")
        assert wire.send(chunk(b"")).read_chunk() == b""
    assert number > 1


async def test_the_server_shuts_down(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        answer = next_answer(wire)
        assert (answer["line"], answer["outcome"], answer["error"]["code"]) == (2, "FAILED", "ENGINE_UNAVAILABLE")
        assert answer["error"]["outcomeUnknown"] is False
        assert wire.read_chunk() == b""
    assert await asyncio.to_thread(server.stop) == 0


async def test_usual_clients(server: ServerProcess) -> None:
    """Httpx sends all of a body before it reads."""
    body = b"".join(line(number) for number in range(100)) + NONSENSE * 50_000
    async with Client.of(server.address) as client:
        headers = {"Content-Type": "application/x-ndjson"}
        response = await client.http.post("/events/trigger", content=body, headers=headers)
    assert response.status_code == httpx.codes.OK
    assert Counter(json.loads(text)["outcome"] for text in response.text.splitlines()) == {
        "TRIGGERED": 100,
        "FAILED": 50_000,
    }


async def _is_triggered(server: ServerProcess, number: int) -> bool:
    async with Client.of(server.address) as client:
        return any(trigger["correlation"]["id"] == f"c-{number}" for trigger in await client.list_triggers())
