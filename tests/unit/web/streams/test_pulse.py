"""The pulse looks after open streams: heartbeats, clients that do not read, and the memory of all together."""

import asyncio
from collections.abc import Callable

from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.pulse import Pulse


class Stream:
    """A stream whose client reads as the test says."""

    transport = "http"

    def __init__(self, pulse: Pulse, buffered: int = 0, reads: int = 0, *, is_broken: bool = False) -> None:
        self.buffered = buffered
        self.taken = 0
        self.beats = 0
        self.flushes = 0
        self.is_cut_off = False
        self._pulse = pulse
        self._reads = reads
        self._is_broken = is_broken
        pulse.add(self)

    def read(self) -> None:
        """Take some bytes, while as many new ones come."""
        self.taken += self._reads

    def flush(self) -> None:
        self._fail_if_broken()
        self.flushes += 1

    def beat(self) -> None:
        self._fail_if_broken()
        self.beats += 1

    def cut_off(self) -> None:
        self.is_cut_off = True
        self._pulse.remove(self)
        self._fail_if_broken()

    def _fail_if_broken(self) -> None:
        if self._is_broken:
            raise ZeroDivisionError


async def wait_until(is_true: Callable[[], bool], *streams: Stream) -> None:
    async with asyncio.timeout(60):
        while not is_true():
            for stream in streams:
                stream.read()
            await asyncio.sleep(0.05)


async def test_only_clients_that_do_not_read_are_cut_off() -> None:
    pulse = Pulse(StreamLimits(stalled_seconds=1.5, heartbeat_seconds=1000))
    silent, stalled, slow = Stream(pulse), Stream(pulse, buffered=1), Stream(pulse, buffered=1000, reads=1)
    await wait_until(lambda: stalled.is_cut_off, slow)
    assert not silent.is_cut_off
    assert not slow.is_cut_off
    assert pulse.count_by_transport() == {"http": 2, "websocket": 0}
    for stream in (silent, slow):
        pulse.remove(stream)


async def test_most_waiting_bytes_go_first() -> None:
    pulse = Pulse(StreamLimits(stalled_seconds=1000, max_total_bytes=100))
    streams = [Stream(pulse, buffered) for buffered in (30, 50, 20, 40)]
    await wait_until(lambda: any(stream.is_cut_off for stream in streams))
    assert [stream.is_cut_off for stream in streams] == [False, True, False, False]
    for stream in streams:
        pulse.remove(stream)


async def test_a_burst_cannot_exceed_the_total() -> None:
    """Many outlets are written at once, and each of them has more than their clients take."""
    pulse = Pulse(StreamLimits(stalled_seconds=1000, max_total_bytes=100))
    streams = [Stream(pulse) for _ in range(50)]
    most = 0
    for stream in streams:

        def flush(stream: Stream = stream) -> None:
            nonlocal most
            stream.buffered = 20
            most = max(most, sum(stream.buffered for stream in streams if not stream.is_cut_off))

        stream.flush = flush  # type: ignore[method-assign]
        pulse.mark(stream)
    await wait_until(lambda: streams[-1].buffered > 0)
    assert most <= 220
    assert sum(stream.is_cut_off for stream in streams) >= 39
    for stream in streams:
        pulse.remove(stream)


async def test_heartbeats_after_a_silence() -> None:
    pulse = Pulse(StreamLimits(heartbeat_seconds=1))
    stream = Stream(pulse)
    await wait_until(lambda: stream.beats == 2)
    pulse.remove(stream)


async def test_a_stream_that_cannot_be_written_ends_alone() -> None:
    """It may have lost messages, so it must not go on."""
    pulse = Pulse(StreamLimits(heartbeat_seconds=1, stalled_seconds=1.5))
    written, beating, stalled = (Stream(pulse, buffered, is_broken=True) for buffered in (0, 0, 1))
    healthy = Stream(pulse)
    for stream in (written, healthy):
        pulse.mark(stream)
    await wait_until(lambda: bool(healthy.flushes))
    assert [stream.is_cut_off for stream in (written, beating, healthy)] == [True, False, False]
    await wait_until(lambda: healthy.beats == 2)
    assert beating.is_cut_off
    assert stalled.is_cut_off
    assert not healthy.is_cut_off
    pulse.remove(healthy)
