"""Frames of many WebSockets: joined for all of them, each client receives exactly its messages."""

import asyncio
from collections.abc import Sequence

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.outlets import FrameOutlet
from bpmn_events.web.streams.pulse import Pulse

# The sizes at which the form of a frame's length changes (RFC 6455, section 5.2), with the bytes around an item.
SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]


class Client:
    """A client that reads everything at once, unless it is stalled, and the writer of its connection."""

    def __init__(self) -> None:
        self.unwritten = 0
        self.is_stalled = False
        self.writes = 0
        self.close_code: int | None = None
        self._protocol = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)

    def write_frames(self, frames: bytes) -> None:
        self.writes += 1
        self.unwritten += len(frames) if self.is_stalled else 0
        self._protocol.receive_data(frames)

    def set_idle(self, is_idle: bool) -> None:
        pass

    def close_at_once(self, code: int, reason: str) -> None:
        self.close_code = code

    def messages(self) -> list[bytes]:
        events = self._protocol.events_received()
        assert all(isinstance(event, Frame) and event.fin for event in events)
        return [bytes(event.data) for event in events if isinstance(event, Frame)]


def open_outlet(pulse: Pulse, client: Client) -> FrameOutlet:
    return FrameOutlet(client, pulse, lambda: b"heartbeat", lambda: client.close_at_once(4410, ""))


async def until_written(*clients: Client) -> None:
    async with asyncio.timeout(10):
        while not all(client.writes for client in clients):  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("befores", [[b""], [b"abc"], [b"", b"abc", b"x" * 120, b"abd"]], ids=len)
async def test_each_client_gets_its_messages(befores: Sequence[bytes]) -> None:
    pulse = Pulse(StreamLimits())
    items = [b"i" * size for size in SIZES]
    more = [b"more"]
    clients = [Client() for _ in befores]
    outlets = [open_outlet(pulse, client) for client in clients]
    for outlet, before in zip(outlets, befores, strict=True):
        outlet.send_all(items, before, b"}")
    for outlet, before in zip(outlets, befores, strict=True):
        outlet.send(b"alone")
        outlet.send_all(more, before, b"}")
    await until_written(*clients)
    for client, before in zip(clients, befores, strict=True):
        assert client.writes == 1
        assert client.messages() == [
            *(before + item + b"}" for item in items),
            b"alone",
            before + b"more}",
        ]
    for outlet in outlets:
        outlet.close()


async def test_what_waits_is_counted_before_it_is_joined() -> None:
    pulse = Pulse(StreamLimits(max_buffered_bytes=1000))
    reader, stalled = Client(), Client()
    stalled.is_stalled = True
    outlets = [open_outlet(pulse, client) for client in (reader, stalled)]
    for outlet in outlets:
        outlet.send_all([b"x" * 30] * 3, b"12345", b"}")
    assert [outlet.buffered for outlet in outlets] == [3 * 38, 3 * 38]
    for outlet in outlets:
        outlet.send_all([b"y" * 900], b"", b"")
    await until_written(reader)
    assert [client.writes for client in (reader, stalled)] == [1, 1]  # one message may be larger than the limit
    for outlet in outlets:
        outlet.send(b"z")
        outlet.flush()
    assert [client.close_code for client in (reader, stalled)] == [None, 4410]
    assert [outlet.is_closed for outlet in outlets] == [False, True]
    assert len(reader.messages()) == 5
    outlets[0].close()


async def test_responses_that_wait_are_counted() -> None:
    """A client asks for many large responses and does not read them: they count until they can be sent."""
    pulse = Pulse(StreamLimits())
    client = Client()
    outlet = open_outlet(pulse, client)
    client.unwritten = 1_000_000
    waiting = [asyncio.create_task(outlet.make_room(30_000_000)) for _ in range(2)]
    await asyncio.sleep(0)
    taken = outlet.taken
    assert outlet.buffered == 61_000_000
    client.unwritten = 900_000
    assert outlet.taken - taken == 100_000
    client.unwritten = 0
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    assert outlet.buffered == 0
    outlet.close()


async def test_a_response_that_waits_goes_with_its_connection() -> None:
    pulse = Pulse(StreamLimits())
    client = Client()
    outlet = open_outlet(pulse, client)
    client.unwritten = 1_000_000
    waiting = asyncio.create_task(outlet.make_room(30_000_000))
    await asyncio.sleep(0)
    outlet.cut_off()
    await asyncio.wait_for(waiting, 10)
    assert client.close_code == 4410
