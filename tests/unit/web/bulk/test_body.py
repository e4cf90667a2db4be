"""The time that a body may take, in virtual time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from bpmn_events.application.bulk.triggers import BulkRequest
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.rest.bulk.body import BulkBody
from bpmn_events.web.rest.bulk.limits import BulkLimits
from tests.support.virtual_time import elapsed, in_virtual_time

IDLE = 60


class Client:
    """A client that sends a body part by part."""

    def __init__(self) -> None:
        self.parts: asyncio.Queue[bytes] = asyncio.Queue()
        request = Request({"type": "http", "headers": []}, self._receive)
        principal = Principal("ada", frozenset({Permission.EVENTS_TRIGGER}), frozenset({"*"}))
        self.body = BulkBody(request, principal, BulkLimits(idle_seconds=IDLE), asyncio.Event())
        self.requests: AsyncIterator[BulkRequest] = self.body.requests()

    async def _receive(self) -> Message:
        part = await self.parts.get()
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    async def send_line(self) -> BulkRequest:
        """Send a line, and return the request."""
        await self.parts.put(b"[]\n")
        return await anext(self.requests)

    async def expect_end(self) -> None:
        """Expect the refusal of the rest."""
        error = (await anext(self.requests)).command
        assert isinstance(error, InvalidArgument)
        assert "does not go on for 60 seconds" in error.reason
        assert await anext(self.requests, None) is None


@in_virtual_time
async def test_a_body_may_take_long_but_not_pause() -> None:
    client = Client()
    for number in range(1, 11):
        await asyncio.sleep(50)
        assert (await client.send_line()).number == number
        client.body.note_answers(1)
    await client.expect_end()
    assert elapsed() == pytest.approx(560)


@in_virtual_time
async def test_the_server_waits_for_nothing_while_a_line_runs() -> None:
    """A client that sends each line after the answer to the one before it has the whole time after the answer."""
    client = Client()
    await client.send_line()
    ending = asyncio.create_task(client.expect_end())
    await asyncio.sleep(110)
    client.body.note_answers(1)
    await ending
    assert elapsed() == pytest.approx(170)


@in_virtual_time
async def test_a_line_after_a_slow_answer() -> None:
    client = Client()
    await client.send_line()
    sending = asyncio.ensure_future(anext(client.requests))
    await asyncio.sleep(110)
    client.body.note_answers(1)
    await asyncio.sleep(55)
    await client.parts.put(b"[]\n")
    assert (await sending).number == 2


@in_virtual_time
async def test_a_body_that_never_begins() -> None:
    await Client().expect_end()
    assert elapsed() == pytest.approx(60)


@in_virtual_time
async def test_others_have_their_turn_while_lines_are_blank() -> None:
    client, turns = Client(), 0
    await client.parts.put(b"\n" * 131_072)
    reading = asyncio.create_task(client.send_line())
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert reading.result().number == 100_001  # more lines are refused
    assert turns >= 100_000 // 16_384
