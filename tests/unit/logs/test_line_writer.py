"""Lines reach the stream in their order, whole, and from any thread."""

import asyncio
import errno
import io
import threading

import pytest

from bpmn_events.adapters.logs.line_writer import LineWriter


class Pipe(io.BytesIO):
    """A stream that remembers the sizes of the writes."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self.writes.append(data)
        return super().write(data)


class Broken(io.BytesIO):
    def write(self, data: object) -> int:
        raise BrokenPipeError


def test_line_is_written_at_once_without_an_event_loop() -> None:
    stream = io.BytesIO()
    LineWriter(stream).write_soon(b"one\n")
    assert stream.getvalue() == b"one\n"


async def test_lines_of_an_iteration_share_a_write() -> None:
    stream = Pipe()
    writer = LineWriter(stream)
    writer.write_soon(b"one\n")
    writer.write_soon(b"two\n")
    assert stream.getvalue() == b""
    await asyncio.sleep(0)
    assert stream.writes == [b"one\ntwo\n"]


async def test_message_follows_the_lines_that_wait() -> None:
    stream = io.BytesIO()
    writer = LineWriter(stream)
    writer.write_soon(b"request\n")
    writer.write(b"message\n")
    assert stream.getvalue() == b"request\nmessage\n"


async def test_writes_are_small_enough_to_stay_whole_in_a_pipe() -> None:
    stream = Pipe()
    writer = LineWriter(stream)
    lines = [b"%d" % number * 100 + b"\n" for number in range(200)]
    for line in [*lines, b"x" * 5000 + b"\n", b"last\n"]:
        writer.write_soon(line)
    await asyncio.sleep(0)
    assert stream.getvalue() == b"".join(lines) + b"x" * 5000 + b"\nlast\n"
    assert [len(data) for data in stream.writes if len(data) > 4096] == [5001]
    assert all(data.endswith(b"\n") for data in stream.writes)


@pytest.mark.parametrize("stream", [Broken(), io.BytesIO()], ids=["broken", "closed"])
def test_stream_that_fails_disturbs_nobody(stream: io.BytesIO) -> None:
    stream.close()
    writer = LineWriter(stream)
    writer.write(b"one\n")
    writer.write_soon(b"two\n")


class Full(io.BytesIO):
    """A stream on a disk that is full at first."""

    is_full = True

    def write(self, data: object) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        assert isinstance(data, bytes)
        return super().write(data)


async def test_log_goes_on_when_there_is_room_again() -> None:
    """The lines of the full disk are lost, and use no memory."""
    stream = Full()
    writer = LineWriter(stream)
    for _ in range(1000):
        writer.write_soon(b"x" * 3000 + b"\n")
    await asyncio.sleep(0)
    stream.is_full = False
    writer.write_soon(b"again\n")
    await asyncio.sleep(0)
    assert stream.getvalue() == b"again\n"


def test_writer_survives_its_event_loop() -> None:
    """A loop that is closed never runs what it has scheduled."""
    stream = io.BytesIO()
    writer = LineWriter(stream)

    async def write_at_the_end() -> None:
        writer.write_soon(b"one\n")

    asyncio.run(write_at_the_end())
    asyncio.run(write_at_the_end())
    writer.flush()
    assert stream.getvalue() == b"one\none\n"


async def test_no_line_of_any_thread_is_lost() -> None:
    stream = io.BytesIO()
    writer = LineWriter(stream)

    def write_many(name: str) -> None:
        for number in range(2000):
            writer.write(f"{name}{number}\n".encode())

    threads = [threading.Thread(target=write_many, args=[name]) for name in "ab"]
    for thread in threads:
        thread.start()
    for number in range(2000):
        writer.write_soon(f"c{number}\n".encode())
        await asyncio.sleep(0)
    for thread in threads:
        await asyncio.to_thread(thread.join)
    writer.flush()
    lines = stream.getvalue().decode().splitlines()
    assert len(lines) == 6000
    for name in "abc":
        assert [line for line in lines if line[0] == name] == [f"{name}{number}" for number in range(2000)]
