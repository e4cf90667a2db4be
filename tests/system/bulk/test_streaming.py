"""Bodies and answers that take their time, and connections that end in between."""

import asyncio
import gzip
import json
import os
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET
from tests.support.polling import poll_until, wait_until
from tests.support.server import ServerProcess, running
from tests.support.wire import Response, Wire, dialing
from tests.system.bulk.cases import chunk, head, line
from tests.system.bulk.conftest import CASES, MAX_LINES, SETTINGS, SHUTDOWN_SECONDS
from tests.system.client import Client

NONSENSE = b"[]\n"  # its answer is a hundred times as long
MEGABYTE = chunk(b" " * 1_000_000)


def answers(response: Response) -> list[dict[str, Any]]:
    return [json.loads(text) for text in response.body.splitlines()]


def next_answer(wire: Wire) -> Any:
    """Return the next answer of a response whose header was read."""
    return json.loads(wire.read_chunk())


def bearer(seconds: float) -> str:
    """Return a token that expires after this time."""
    lifetime = timedelta(seconds=seconds)
    return sign_token(SECRET, subject="ada", permissions=list(Permission), lanes=["*"], expires_in=lifetime)


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
        assert wire.is_open()


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


async def test_a_client_sends_more_lines_than_are_executed(server: ServerProcess) -> None:
    """Httpx reads only after it has sent everything."""
    body = NONSENSE * MAX_LINES + line(0) + b" " * 30_000_000
    async with Client.of(server.address) as client:
        headers = {"Content-Type": "application/x-ndjson"}
        response = await client.http.post("/events/trigger", content=body, headers=headers)
        assert (await client.http.get("/healthz")).status_code == httpx.codes.OK
    *results, last = map(json.loads, response.text.splitlines())
    assert [each["line"] for each in results] == list(range(1, MAX_LINES + 1))
    assert (last["line"], last["error"]["detail"]) == (MAX_LINES + 1, f"line: a body has at most {MAX_LINES} lines.")
    await poll_until(lambda: '"code":"BAD_USER_INPUT"' in server.output)


def test_the_answers_do_not_fit_into_the_file(tmp_path: Path) -> None:
    """The rest is refused, so that the client comes to the end of what it sends."""
    settings = {**SETTINGS, "MAX_BULK_SPOOL_BYTES": "1048576"}
    with running(ServerProcess(tmp_path, settings=settings)) as server, dialing(server.address) as wire:
        wire.send(head(server.address))
        for _ in range(MAX_LINES // 1_000):
            wire.send(chunk(NONSENSE * 1_000 + b" " * 500_000))
        wire.send(chunk(b""))
        *results, last = answers(wire.expect(200))
    assert [each["line"] for each in results] == list(range(1, len(results) + 1))
    assert (last["line"], last["error"]["code"]) == (len(results) + 1, "ENGINE_UNAVAILABLE")
    assert "Too many answers wait for you" in last["error"]["detail"]


async def test_damaged_data_do_not_end_the_sending(server: ServerProcess) -> None:
    """The connection is that of a client that wants it to end after the response."""
    compressed = gzip.compress(line(0) + NONSENSE * 70_000)
    with dialing(server.address) as wire:
        wire.send(head(server.address, "Content-Encoding: gzip", "Connection: close"), chunk(compressed))
        for _ in range(30):
            wire.send(chunk(os.urandom(1_000_000)))
        wire.send(chunk(b""))
        *results, last = answers(wire.expect(200))
        assert wire.read() is None
    assert Counter(each["outcome"] for each in results) == {"TRIGGERED": 1, "FAILED": 70_000}
    assert last["error"]["detail"] == "body: is no complete gzip data from here on."


async def test_a_credential_that_expires(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address, bearer=bearer(3)), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        number = 1
        while (answer := next_answer(wire.send(chunk(line(number)))))["outcome"] == "TRIGGERED":
            number += 1
            await asyncio.sleep(0.5)
        assert (answer["line"], answer["error"]["code"]) == (number + 1, "UNAUTHORIZED")
        assert wire.read_chunk() == b""
    assert number > 1


async def test_a_credential_expires_while_a_client_sends(server: ServerProcess) -> None:
    deadline = time.monotonic() + 4
    with dialing(server.address) as wire:
        wire.send(head(server.address, bearer=bearer(3)), chunk(line(0) + NONSENSE * 70_000))
        while time.monotonic() < deadline:
            wire.send(chunk(NONSENSE))
            await asyncio.sleep(0.01)  # a fast machine would reach the limit of lines before
        for _ in range(30):
            wire.send(MEGABYTE)
        wire.send(chunk(b""))
        *results, last = answers(wire.expect(200))
    assert [each["line"] for each in results] == list(range(1, len(results) + 1))
    assert results[0]["outcome"] == "TRIGGERED"
    assert (last["line"], last["error"]["code"]) == (len(results) + 1, "UNAUTHORIZED")


async def test_a_client_that_never_reads_is_cut_off(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0) + NONSENSE * 79_000), chunk(b""))
        await wait_until(lambda: _is_triggered(server, 0))
        port = wire.socket.getsockname()[1]
        await wait_until(lambda: has_closed(server, port))
    await poll_until(lambda: '"outcome":"aborted"' in server.output)


async def test_a_client_that_sends_for_ever_and_never_reads_is_cut_off(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(NONSENSE * (MAX_LINES + 1)))
        wire.send_until_refused(MEGABYTE * 400)
        port = wire.socket.getsockname()[1]
        await wait_until(lambda: has_closed(server, port))


async def test_a_body_that_stops_is_ended(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0) + line(1)[:-5]))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        answer = next_answer(wire)
        assert (answer["line"], answer["outcome"]) == (2, "FAILED")
        assert answer["error"]["detail"] == "body: does not go on for 3 seconds: send the rest again."
        assert wire.read_chunk() == b""
        assert wire.read() is None
    assert not await _is_triggered(server, 1)


async def test_a_body_that_never_begins_is_ended(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address))
        (answer,) = answers(wire.expect(200))
        assert (answer["line"], answer["outcome"]) == (1, "FAILED")
        assert wire.read() is None


async def test_a_client_that_sends_slowly_after_its_last_answer_is_ended(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address, "Content-Encoding: gzip"), chunk(b"no gzip"))
        (answer,) = answers(wire.expect(200))
        assert (answer["line"], answer["outcome"]) == (1, "FAILED")
        port = wire.socket.getsockname()[1]
        while not await has_closed(server, port):
            wire.send_until_refused(chunk(b" "))
            await asyncio.sleep(0.1)


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
    await poll_until(lambda: '"outcome":"aborted"' in server.output)


async def test_the_server_shuts_down(server: ServerProcess) -> None:
    """A client that has not read yet gets its answers, although it sends on."""
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0) + NONSENSE * 70_000))
        await wait_until(lambda: _is_triggered(server, 0))
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        for _ in range(30):
            wire.send(MEGABYTE)
        wire.send(chunk(b""))
        *results, last = answers(wire.expect(200))
        assert wire.read() is None
    assert await asyncio.to_thread(server.stop) == 0
    assert [each["line"] for each in results] == list(range(1, len(results) + 1))
    assert (last["line"], last["outcome"]) == (len(results) + 1, "FAILED")
    assert (last["error"]["code"], last["error"]["outcomeUnknown"]) == ("ENGINE_UNAVAILABLE", False)


async def test_a_client_that_stops_does_not_delay_the_shutdown(server: ServerProcess) -> None:
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(line(0)))
        assert wire.read_head().status == 200
        assert next_answer(wire)["outcome"] == "TRIGGERED"
        started = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        assert time.monotonic() - started < SHUTDOWN_SECONDS
        assert next_answer(wire)["line"] == 2
        assert wire.read_chunk() == b""


def test_the_shutdown_takes_less_than_other_bodies_may_take(tmp_path: Path) -> None:
    settings = {"REQUEST_BODY_SECONDS": "60", "SHUTDOWN_SECONDS": "10"}
    with running(ServerProcess(tmp_path, settings=settings)) as server, dialing(server.address) as wire:
        wire.send(head(server.address), chunk(NONSENSE))
        assert wire.read_head().status == 200
        assert next_answer(wire)["line"] == 1
        assert server.stop() == 0
        assert next_answer(wire)["line"] == 2
        assert wire.read_chunk() == b""
        assert "timeout graceful shutdown exceeded" not in server.output


async def test_usual_clients(server: ServerProcess) -> None:
    """Httpx sends all of a body before it reads."""
    body = b"".join(line(number) for number in range(CASES)) + NONSENSE * 50_000
    async with Client.of(server.address) as client:
        headers = {"Content-Type": "application/x-ndjson"}
        response = await client.http.post("/events/trigger", content=body, headers=headers)
    assert response.status_code == httpx.codes.OK
    assert Counter(json.loads(text)["outcome"] for text in response.text.splitlines()) == {
        "TRIGGERED": CASES,
        "FAILED": 50_000,
    }


async def _is_triggered(server: ServerProcess, number: int) -> bool:
    async with Client.of(server.address) as client:
        return any(trigger["correlation"]["id"] == f"c-{number}" for trigger in await client.list_triggers())
