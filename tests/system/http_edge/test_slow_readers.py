"""A client that does not read its responses loses its connection; one that makes progress keeps it."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from tests.support.polling import block_until
from tests.support.server import ServerProcess, running
from tests.support.wire import Wire, dial, dialing
from tests.system.http_edge.applications import APPLICATION, LIMITS, PIECE, PIECES
from tests.system.http_edge.messages import CLOSE, get

SIZE = len(PIECE) * PIECES
SMALL_BUFFER = 4_096


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("application")
    with running(ServerProcess(folder, command=APPLICATION, ready_path=None)) as server:
        yield server


@pytest.fixture(scope="module")
def connections(application: ServerProcess) -> Callable[[], int]:
    """Return a function that returns the number of connections: of open files beyond those without connections."""
    assert application.process is not None
    process = psutil.Process(application.process.pid)
    at_rest = process.num_fds()
    return lambda: process.num_fds() - at_rest


@pytest.fixture
def wire(application: ServerProcess, connections: Callable[[], int]) -> Iterator[Wire]:
    """Yield the only connection, which buffers little."""
    block_until(lambda: connections() == 0)
    wire = dial(application.address, receive_buffer=SMALL_BUFFER)
    yield wire
    wire.close()


@pytest.mark.parametrize(
    "requests",
    [get(b"/large"), get(b"/pieces"), get(b"/large", CLOSE), get(b"/") * 100_000, get(b"/large") * 10],
    ids=["one body", "pieces", "close", "many small", "many large"],
)
def test_client_that_reads_nothing_is_cut_off(wire: Wire, connections: Callable[[], int], requests: bytes) -> None:
    wire.socket.setblocking(False)
    with suppress(BlockingIOError):
        wire.socket.send(requests)
    block_until(lambda: connections() == 1)
    block_until(lambda: connections() == 0)


@pytest.mark.parametrize("path", [b"/large", b"/pieces"])
def test_client_that_reads_a_little_is_cut_off(wire: Wire, connections: Callable[[], int], path: bytes) -> None:
    wire.send(get(path))

    def read_and_count() -> int:
        try:
            wire.socket.recv(100)
        except ConnectionResetError:
            return 0
        return connections()

    block_until(lambda: read_and_count() == 0)


@pytest.mark.parametrize("path", [b"/large", b"/pieces"])
@pytest.mark.parametrize("fields", [b"", CLOSE])
def test_slow_client_gets_everything(application: ServerProcess, path: bytes, fields: bytes) -> None:
    """The client takes several times as long as it may read nothing."""
    pause = 4 * LIMITS.write_seconds / 50
    received = 0
    with dialing(application.address) as wire:
        wire.send(get(path, fields))
        while received < SIZE:
            time.sleep(pause)
            received += read_at_least(wire, min(SIZE // 50, SIZE - received))
    assert received >= SIZE


def read_at_least(wire: Wire, size: int) -> int:
    """Return how many bytes were read, at least ``size``."""
    received = 0
    while received < size:
        data = wire.socket.recv(size)
        assert data
        received += len(data)
    return received


def test_event_stream_outlives_the_limits(wire: Wire) -> None:
    wire.send(get(b"/events"))
    assert wire.expect().body.count(b"data:") == 20
    wire.send(get(b"/"))
    assert wire.expect().body == b"ok"
