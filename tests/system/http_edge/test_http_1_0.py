"""Responses to clients of HTTP/1.0, which know no chunks."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.http_edge.applications import APPLICATION, PIECE, PIECES

OLD = b"GET %s HTTP/1.0\r\n\r\n"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(ServerProcess(tmp_path_factory.mktemp("http10"), command=APPLICATION, ready_path=None)) as server:
        yield server.address


@pytest.mark.parametrize(
    ("path", "body"),
    [(b"/", b"ok"), (b"/large", PIECE * PIECES), (b"/pieces", PIECE * PIECES)],
    ids=lambda value: value[:8],
)
def test_the_end_of_the_connection_ends_the_response(application: str, path: bytes, body: bytes) -> None:
    with dialing(application) as wire:
        wire.send(OLD % path)
        response = wire.expect()
        assert "transfer-encoding" not in response.headers
        assert response.headers["connection"] == "close"
        assert response.body == body
        assert wire.read() is None


def test_curl_reads_a_stream(application: str) -> None:
    output = subprocess.run(["curl", "-sS", "--http1.0", f"{application}/pieces"], check=True, capture_output=True)
    assert output.stdout == PIECE * PIECES
